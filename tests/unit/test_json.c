/* JSON (RFC 8259): same calls, same bytes; numbers that read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static void assert_out(em_buf *buf, const char *want)
{
        assert_int_equal(em_buf_status(buf, NULL), EM_OK);
        em_buf_ch(buf, '\0');
        assert_string_equal(buf->p, want);
        em_buf_clear(buf);
}

static void sample(em_json *j)
{
        em_json_open(j, '{');
        em_json_kstr(j, "id", EM_S("CNS-001"));
        em_json_kint(j, "row", -1);
        em_json_knum(j, "lat", 40.85);
        em_json_kbool(j, "timed", false);
        em_json_key(j, EM_S("names"));
        em_json_open(j, '[');
        em_json_str(j, EM_S("Scud-B"));
        em_json_null(j);
        em_json_raw(j, EM_S("[1]"));
        em_json_close(j, ']');
        em_json_key(j, EM_S("none"));
        em_json_open(j, '{');
        em_json_close(j, '}');
        em_json_close(j, '}');
}

static void the_writer_puts_commas_and_quotes(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(10000);
        em_json j = em_json_make(&buf, false);
        sample(&j);
        assert_out(&buf, "{\"id\":\"CNS-001\",\"row\":-1,\"lat\":40.85,\"timed\":false,"
                         "\"names\":[\"Scud-B\",null,[1]],\"none\":{}}");
        em_buf_free(&buf);
}

static void pretty_indents_by_two_blanks(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(10000);
        em_json j = em_json_make(&buf, true);
        sample(&j);
        assert_out(&buf, "{\n  \"id\": \"CNS-001\",\n  \"row\": -1,\n  \"lat\": 40.85,\n"
                         "  \"timed\": false,\n  \"names\": [\n    \"Scud-B\",\n    null,\n"
                         "    [1]\n  ],\n  \"none\": {}\n}");
        em_buf_free(&buf);
}

/* RFC 8259 section 7: quote, backslash and U+0000 to U+001F must be escaped. */
static void text_is_escaped_as_rfc_8259_demands(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(10000);
        em_json j = em_json_make(&buf, false);
        em_json_str(&j, (em_str){ "\"\\/\b\n\r\t\x1F\0z", 10 });
        assert_out(&buf, "\"\\\"\\\\/\\u0008\\n\\r\\t\\u001f\\u0000z\"");
        em_json_str(&j, EM_S("\xED\x95\x9C"));
        assert_out(&buf, "\"\xED\x95\x9C\"");
        em_buf_free(&buf);
}

/* U+009B begins a control sequence in ECMA-48, U+202E turns the direction of
 * writing (UAX #9), U+2028 ends a line in JavaScript; e with acute stays. */
static void what_a_screen_would_obey_is_escaped(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(1 << 10);
        em_json j = em_json_make(&buf, false);
        em_json_str(&j, EM_S("\x7f\xC2\x9B\xE2\x80\xAE\xE2\x80\xA8\xC3\xA9"));
        em_buf_ch(&buf, '\0');
        assert_string_equal(buf.p, "\"\\u007f\\u009b\\u202e\\u2028\xC3\xA9\"");
        em_buf_free(&buf);
}

static void bad_utf8_becomes_the_replacement_character(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(10000);
        em_json j = em_json_make(&buf, false);
        em_json_str(&j, EM_S("a\xFF\"b\xC3"));
        assert_out(&buf, "\"a\xEF\xBF\xBD\\\"b\xEF\xBF\xBD\"");
        em_buf_free(&buf);
}

static void assert_number(double value, const char *want)
{
        em_buf buf = em_buf_make(100);
        em_json j = em_json_make(&buf, false);
        em_json_num(&j, value);
        assert_out(&buf, want);
        em_buf_free(&buf);
}

/* The shortest decimals are known: 0.1 + 0.2 is the classic; 5e-324 and
 * 1.7976931348623157e308 are the ends of IEEE 754 doubles; 2^53. */
static void numbers_are_the_shortest_that_read_back(void **state)
{
        (void)state;
        assert_number(0.0, "0");
        assert_number(-2.5, "-2.5");
        assert_number(0.1, "0.1");
        assert_number(0.1 + 0.2, "0.30000000000000004");
        assert_number(1.0 / 3.0, "0.3333333333333333");
        assert_number(100.0, "100");
        assert_number(91909.0, "91909");
        assert_number(9007199254740992.0, "9007199254740992");
        assert_number(0.00013, "0.00013");
        assert_number(1e-7, "1e-7");
        assert_number(1.5e21, "1.5e21");
        assert_number(5e-324, "5e-324");
        assert_number(DBL_MAX, "1.7976931348623157e308");
}

static void what_is_not_a_number_is_null(void **state)
{
        (void)state;
        assert_number((double)NAN, "null");
        assert_number(-HUGE_VAL, "null");
}

/* A fixed xorshift walk over the doubles. */
static void any_double_reads_back_as_itself(void **state)
{
        (void)state;
        uint64_t x = 88172645463325252u;
        em_buf buf = em_buf_make(100);
        em_json j = em_json_make(&buf, false);
        for (int i = 0; i < 20000; i++) {
                double value;
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                memcpy(&value, &x, sizeof value);
                if (!isfinite(value))
                        continue;
                em_buf_clear(&buf);
                em_json_num(&j, value);
                em_buf_ch(&buf, '\0');
                if (strtod(buf.p, NULL) != value)
                        fail_msg("%a became %s", value, buf.p);
        }
        em_buf_free(&buf);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_writer_puts_commas_and_quotes),
                cmocka_unit_test(pretty_indents_by_two_blanks),
                cmocka_unit_test(text_is_escaped_as_rfc_8259_demands),
                cmocka_unit_test(what_a_screen_would_obey_is_escaped),
                cmocka_unit_test(bad_utf8_becomes_the_replacement_character),
                cmocka_unit_test(numbers_are_the_shortest_that_read_back),
                cmocka_unit_test(what_is_not_a_number_is_null),
                cmocka_unit_test(any_double_reads_back_as_itself),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
