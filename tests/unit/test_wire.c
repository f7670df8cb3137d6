/* Packed records: what goes in comes out, and nothing else comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case/store.h"

#include <stdlib.h>

static em_record full_record(void)
{
        return (em_record){
                .row = 162, .line = 163, .offset = 40000, .length = 210,
                .kind = EM_S("launch"), .key = EM_S("CNS-161"), .what = EM_S("Hwasong-8 MARV"),
                .klass = EM_S("MRBM"), .who = EM_S("DPRK"), .place = EM_S("Mup'yong-ni 무평리"),
                .lat_e7 = 406112080, .lon_e7 = 1264257430,
                .when = { 18997, 18997 }, .utc = { 18996, 18996 }, .time_s = 1641337800,
                .precision = EM_PRECISION_DAY, .known = 18997, .state = EM_STATE_VALUE,
                .amount = { .low = 1000, .high = EM_MILLI_MAX, .stated = 1000, .rounding = 500,
                            .quantifier = EM_QUANT_AT_LEAST, .unit = EM_S("missile") },
                .credibility = 2,
                .fields = EM_S("{\"a\":\"x\\\"\\u0009\",\"b\":-0.5,\"c\":null,\"d\":true}"),
        };
}

static em_record bare_record(void)
{
        return (em_record){
                .row = 2, .line = 2, .kind = EM_S("x"),
                .lat_e7 = EM_COORD_NONE, .lon_e7 = EM_COORD_NONE,
                .when = { EM_DAY_NONE, EM_DAY_NONE }, .utc = { EM_DAY_NONE, EM_DAY_NONE },
                .time_s = EM_MOMENT_NONE, .known = EM_DAY_NONE, .state = EM_STATE_NOT_REPORTED,
                .amount = { .low = EM_MILLI_NONE, .high = EM_MILLI_NONE, .stated = EM_MILLI_NONE },
                .credibility = 6, .fields = EM_S("{}"),
        };
}

static void assert_same(em_str a, em_str b)
{
        assert_true(em_str_eq(a, b));
}

static void assert_same_record(const em_record *a, const em_record *b)
{
        assert_int_equal(a->row, b->row);
        assert_int_equal(a->line, b->line);
        assert_int_equal(a->offset, b->offset);
        assert_int_equal(a->length, b->length);
        assert_same(a->kind, b->kind);
        assert_same(a->key, b->key);
        assert_same(a->what, b->what);
        assert_same(a->klass, b->klass);
        assert_same(a->who, b->who);
        assert_same(a->place, b->place);
        assert_same(a->fields, b->fields);
        assert_same(a->amount.unit, b->amount.unit);
        assert_int_equal(a->lat_e7, b->lat_e7);
        assert_int_equal(a->lon_e7, b->lon_e7);
        assert_int_equal(a->when.from, b->when.from);
        assert_int_equal(a->when.to, b->when.to);
        assert_int_equal(a->utc.from, b->utc.from);
        assert_int_equal(a->utc.to, b->utc.to);
        assert_int_equal(a->time_s, b->time_s);
        assert_int_equal(a->known, b->known);
        assert_int_equal(a->precision, b->precision);
        assert_int_equal(a->state, b->state);
        assert_int_equal(a->credibility, b->credibility);
        assert_int_equal(a->amount.low, b->amount.low);
        assert_int_equal(a->amount.high, b->amount.high);
        assert_int_equal(a->amount.stated, b->amount.stated);
        assert_int_equal(a->amount.rounding, b->amount.rounding);
        assert_int_equal(a->amount.quantifier, b->amount.quantifier);
}

static em_buf packed(const em_record *r)
{
        em_buf buf = em_buf_make(1 << 20);
        em_record_pack(r, &buf);
        assert_int_equal(em_buf_status(&buf, NULL), EM_OK);
        return buf;
}

static void a_record_survives_the_journey(void **state)
{
        (void)state;
        em_record records[2] = { full_record(), bare_record() };
        for (size_t i = 0; i < 2; i++) {
                em_buf buf = packed(&records[i]);
                em_record back;
                em_error err = { 0 };
                if (em_record_unpack(em_buf_view(&buf), &back, &err) != EM_OK)
                        fail_msg("%s", err.text);
                assert_same_record(&records[i], &back);
                em_buf_free(&buf);
        }
}

/* The head of a bare record: row 2, line 2, offset 0 as u64, length 0 as u32, then
 * state not-reported (2), precision none (0), credibility 6, no groups (0). */
static void the_bytes_are_those_that_the_format_says(void **state)
{
        (void)state;
        static const uint8_t want[] = {
                2, 0, 0, 0, 0, 0, 0, 0,  2, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0,  2, 0, 6, 0,  1, 0, 0, 0, 'x',
                0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
                2, 0, 0, 0, '{', '}',
        };
        em_record r = bare_record();
        em_buf buf = packed(&r);
        assert_int_equal(buf.n, sizeof want);
        assert_memory_equal(buf.p, want, sizeof want);
        em_buf_free(&buf);
}

/* A changed byte is refused, or it makes another record that packs to exactly
 * the changed bytes: nothing is read loosely. */
static void any_changed_byte_is_refused_or_is_a_valid_record(void **state)
{
        (void)state;
        em_record r = full_record(), back;
        em_buf buf = packed(&r);
        char *copy = malloc(buf.n);
        size_t refused = 0;
        for (size_t i = 0; i < buf.n; i++)
                for (int bit = 0; bit < 8; bit++) {
                        memcpy(copy, buf.p, buf.n);
                        copy[i] = (char)(copy[i] ^ (1 << bit));
                        if (em_record_unpack((em_str){ copy, buf.n }, &back, NULL) != EM_OK) {
                                refused++;
                                continue;
                        }
                        em_buf again = packed(&back);
                        assert_int_equal(again.n, buf.n);
                        assert_memory_equal(again.p, copy, buf.n);
                        em_buf_free(&again);
                }
        assert_true(refused > 0);
        free(copy);
        em_buf_free(&buf);
}

static void a_record_cut_short_or_made_longer_is_refused(void **state)
{
        (void)state;
        em_record r = full_record(), back;
        em_buf buf = packed(&r);
        for (size_t n = 0; n < buf.n; n++) {
                char *copy = malloc(n + 1);     /* exact, so that a sanitizer sees one byte too far */
                memcpy(copy, buf.p, n);
                assert_int_equal(em_record_unpack((em_str){ copy, n }, &back, NULL), EM_FORMAT);
                free(copy);
        }
        em_buf_ch(&buf, '\0');
        assert_int_equal(em_record_unpack(em_buf_view(&buf), &back, NULL), EM_FORMAT);
        em_buf_free(&buf);
}

static void assert_refused(em_record r, const char *sentence)
{
        em_record back;
        em_error err = { 0 };
        em_buf buf = packed(&r);
        assert_int_equal(em_record_unpack(em_buf_view(&buf), &back, &err), EM_FORMAT);
        assert_string_equal(err.text, sentence);
        em_buf_free(&buf);
}

static void what_a_hostile_worker_could_say_is_refused(void **state)
{
        (void)state;
        em_record r = full_record();
        r.state = (em_state)9;
        assert_refused(r, "a packed record is wrong: there is no such state");
        r = full_record(), r.precision = (em_precision)6;
        assert_refused(r, "a packed record is wrong: there is no such precision");
        r = full_record(), r.credibility = 7;
        assert_refused(r, "a packed record is wrong: a credibility is 1 to 6");
        r = full_record(), r.amount.low = 2000, r.amount.high = 1999;
        assert_refused(r, "a packed record is wrong: the amount's low end is above its high end");
        r = full_record(), r.amount.unit = EM_S("t\x1b[2J");
        assert_refused(r, "a packed record is wrong: the unit is not a name");
        r = full_record(), r.amount.quantifier = EM_QUANT_COUNT;
        assert_refused(r, "a packed record is wrong: there is no such quantifier");
        r = full_record(), r.lat_e7 = 900000001;
        assert_refused(r, "a packed record is wrong: a coordinate is out of range");
        r = full_record(), r.when.to = EM_DAY_MAX + 1;
        assert_refused(r, "a packed record is wrong: a day is out of range");
        r = full_record(), r.when.to = 18996;
        assert_refused(r, "a packed record is wrong: a period ends before it begins");
        r = full_record(), r.time_s = INT64_MAX;
        assert_refused(r, "a packed record is wrong: a time is out of range");
        r = full_record(), r.kind = EM_S("launch\"; drop");
        assert_refused(r, "a packed record is wrong: the kind is not a name");
        r = full_record(), r.what = EM_S("\xed\xa0\x80");
        assert_refused(r, "a packed record is wrong: what is not UTF-8");
        r = full_record(), r.key = EM_S("a\nb");
        assert_refused(r, "a packed record is wrong: the key is not one line");
        r = full_record(), r.row = 0;
        assert_refused(r, "a packed record is wrong: rows and lines count from 1");
        r = full_record(), r.line = (uint64_t)INT64_MAX + 1;
        assert_refused(r, "a packed record is wrong: a row or line is out of range");
        r = full_record(), r.state = EM_STATE_NOT_FOUND;
        assert_refused(r, "a packed record is wrong: the state and the amount contradict each other");
        r = full_record(), r.state = EM_STATE_ZERO;
        assert_refused(r, "a packed record is wrong: a declared zero is not zero");
        r = bare_record(), r.precision = EM_PRECISION_DAY;
        assert_refused(r, "a packed record is wrong: a precision without a date");
}

static void fields_are_one_flat_json_object_or_refused(void **state)
{
        (void)state;
        static const char *const good[] = {
                "{}", "{\"a\":1}", "{\"a\":-1.50,\"b_2\":\"\\u00e9\\n\"}", "{\"a\":null,\"b\":false}",
        };
        static const char *const bad[] = {
                "", "{", "}", "[]", "null", "{}{}", "{} ", "{\"a\":1,}", "{\"a\"}", "{\"a\":}", "{a:1}",
                "{\"A\":1}", "{\"\":1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e6}", "{\"a\":+1}",
                "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":\"x}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\u00g0\"}",
                "{\"a\":\"\n\"}", "{\"a\":\"\\", "{\"a\":tru}", "{\"a\":1 }", "{\"a\":1;\"b\":2}",
        };
        em_record back;
        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
                em_record r = bare_record();
                r.fields = em_str_c(good[i]);
                em_buf buf = packed(&r);
                if (em_record_unpack(em_buf_view(&buf), &back, NULL) != EM_OK)
                        fail_msg("%s", good[i]);
                em_buf_free(&buf);
        }
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
                em_record r = bare_record();
                r.fields = em_str_c(bad[i]);
                em_buf buf = packed(&r);
                if (em_record_unpack(em_buf_view(&buf), &back, NULL) != EM_FORMAT)
                        fail_msg("%s", bad[i]);
                em_buf_free(&buf);
        }
}

static void a_refusal_survives_the_journey_and_needs_a_reason(void **state)
{
        (void)state;
        em_reject r = { 5, 6, 100, 20, EM_S("date"), EM_S("not a day") }, back;
        em_buf buf = em_buf_make(1 << 12);
        em_reject_pack(&r, &buf);
        assert_int_equal(em_reject_unpack(em_buf_view(&buf), &back, NULL), EM_OK);
        assert_int_equal(back.row, 5);
        assert_int_equal(back.line, 6);
        assert_int_equal(back.offset, 100);
        assert_int_equal(back.length, 20);
        assert_same(back.column, r.column);
        assert_same(back.reason, r.reason);
        for (size_t n = 0; n < buf.n; n++)
                assert_int_equal(em_reject_unpack((em_str){ buf.p, n }, &back, NULL), EM_FORMAT);
        em_buf_clear(&buf);
        r.reason = EM_S("");
        em_reject_pack(&r, &buf);
        assert_int_equal(em_reject_unpack(em_buf_view(&buf), &back, NULL), EM_FORMAT);
        em_buf_free(&buf);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_record_survives_the_journey),
                cmocka_unit_test(the_bytes_are_those_that_the_format_says),
                cmocka_unit_test(any_changed_byte_is_refused_or_is_a_valid_record),
                cmocka_unit_test(a_record_cut_short_or_made_longer_is_refused),
                cmocka_unit_test(what_a_hostile_worker_could_say_is_refused),
                cmocka_unit_test(fields_are_one_flat_json_object_or_refused),
                cmocka_unit_test(a_refusal_survives_the_journey_and_needs_a_reason),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
