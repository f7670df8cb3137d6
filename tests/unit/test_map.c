/* The map language, line by line, and the maps that come with the regime. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case/cell.h"
#include "case/store.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct reading {
        em_arena *arena;
        em_record record;
        em_reject reject;
        bool      taken;
} reading;

/* Reads the last row of csv by map; the arena lives until done(). */
static reading read_last(const char *map_text, const char *csv_text)
{
        reading r = { .arena = em_arena_new(1 << 24) };
        em_error err = { 0 };
        em_map *map;
        em_map_bound *bound;
        em_csv csv = em_csv_make(em_str_c(csv_text), NULL);
        em_csv_row header, row;
        if (em_map_parse(EM_S("test"), em_str_c(map_text), r.arena, &map, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_true(em_csv_next(&csv, r.arena, &header));
        if (em_map_bind(map, &header, r.arena, &bound, &err) != EM_OK)
                fail_msg("%s", err.text);
        while (em_csv_next(&csv, r.arena, &row))
                r.taken = em_map_apply(bound, &row, r.arena, &r.record, &r.reject);
        return r;
}

static void done(reading *r)
{
        r->arena = em_arena_free(r->arena);
}

static void assert_str(em_str s, const char *want)
{
        assert_int_equal(s.n, strlen(want));
        assert_memory_equal(s.p != NULL ? s.p : "", want, s.n);
}

static void assert_span(em_span span, const char *from, const char *to)
{
        char text[11];
        assert_string_equal(em_day_text(span.from, text), from);
        assert_string_equal(em_day_text(span.to, text), to);
}

static void assert_taken(const reading *r)
{
        if (!r->taken)
                fail_msg("%.*s: %.*s", EM_ARG(r->reject.column), EM_ARG(r->reject.reason));
}

static void assert_refused(const char *map, const char *csv, const char *column, const char *reason)
{
        reading r = read_last(map, csv);
        assert_false(r.taken);
        assert_str(r.reject.column, column);
        assert_str(r.reject.reason, reason);
        done(&r);
}

static void assert_map_error(const char *map_text, uint64_t line, const char *sentence)
{
        em_arena *arena = em_arena_new(1 << 22);
        em_error err = { 0 };
        em_map *map = NULL;
        assert_int_equal(em_map_parse(EM_S("test"), em_str_c(map_text), arena, &map, &err), EM_FORMAT);
        assert_null(map);
        assert_int_equal(err.line, line);
        assert_string_equal(err.file, "test");
        assert_string_equal(err.text, sentence);
        em_arena_free(arena);
}

/* ---- the lines, in the order of map.h ------------------------------------- */

static void kind_names_what_a_row_is(void **state)
{
        (void)state;
        reading r = read_last("kind launch\n", "a\n1\n");
        assert_taken(&r);
        assert_str(r.record.kind, "launch");
        assert_int_equal(r.record.state, EM_STATE_NO_AMOUNT);
        assert_int_equal(r.record.credibility, 6);      /* nobody graded it */
        assert_str(r.record.fields, "{}");
        done(&r);
        assert_map_error("# nothing\n", 0, "test: the map has no kind");
        assert_map_error("kind Launch\n", 1, "kind: takes one name: small letters, digits and _");
        assert_map_error("kind source\n", 1, "kind: that name is one that every case has; take another");
        assert_map_error("kind a\nkind b\n", 2, "kind: stands twice");
}

static void a_record_knows_its_place_in_the_file(void **state)
{
        (void)state;
        reading r = read_last("kind x\n", "a,b\n\n1,\"two\nlines\"\n3,4\n");
        assert_taken(&r);
        assert_int_equal(r.record.row, 3);      /* the blank line is no row */
        assert_int_equal(r.record.line, 5);     /* header 1, blank 2, row 3-4 */
        assert_int_equal(r.record.offset, 19);  /* a,b\n is 4, \n 1, 1,"two\nlines"\n is 14 */
        assert_int_equal(r.record.length, 3);
        done(&r);
}

static void needs_are_what_a_header_is_recognised_by(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        em_map *map;
        em_csv_row header;
        em_csv csv = em_csv_make(EM_S("b, a ,c\n"), NULL), other = em_csv_make(EM_S("a,c\n"), NULL);
        assert_int_equal(em_map_parse(EM_S("t"), EM_S("kind x\nneeds a b\n"), arena, &map, NULL), EM_OK);
        assert_true(em_csv_next(&csv, arena, &header));
        assert_int_equal(em_map_fits(map, &header), 2);
        assert_true(em_csv_next(&other, arena, &header));
        assert_int_equal(em_map_fits(map, &header), 0);
        em_arena_free(arena);
}

static void key_is_one_column_or_several_joined(void **state)
{
        (void)state;
        reading r = read_last("kind x\nkey id\n", "id\n CNS-161 \n");
        assert_taken(&r);
        assert_str(r.record.key, "CNS-161");
        done(&r);
        r = read_last("kind x\nkey a b\n", "a,b\n2021,CHN\n");
        assert_taken(&r);
        assert_str(r.record.key, "2021/CHN");
        done(&r);
        assert_refused("kind x\nkey id\n", "id,b\n,2\n", "id", "the key is missing");
        assert_refused("kind x\nkey a b\n", "a,b\n1,\n", "b", "the key is missing");
        assert_refused("kind x\nkey id\n", "id\n\"a\nb\"\n", "id", "a key is one line of text: \"a\\x0Ab\"");
}

static void when_is_a_day_a_month_a_year_or_the_first_that_is_given(void **state)
{
        (void)state;
        const char *map = "kind x\nwhen kst else utc\n";
        reading r = read_last(map, "kst,utc\n2022-01-05,2022-01-04\n");
        assert_taken(&r);
        assert_span(r.record.when, "2022-01-05", "2022-01-05");
        assert_int_equal(r.record.precision, EM_PRECISION_DAY);
        done(&r);
        r = read_last(map, "kst,utc\n,1984-09\n");
        assert_span(r.record.when, "1984-09-01", "1984-09-30");
        assert_int_equal(r.record.precision, EM_PRECISION_MONTH);
        done(&r);
        r = read_last(map, "kst,utc\n,\n");
        assert_taken(&r);
        assert_int_equal(r.record.when.from, EM_DAY_NONE);
        assert_int_equal(r.record.precision, EM_PRECISION_NONE);
        done(&r);
        assert_refused(map, "kst,utc\n2021-02-29,\n", "kst",
                       "not a day, month, year or period: \"2021-02-29\"");
}

static void when_takes_two_columns_as_a_span(void **state)
{
        (void)state;
        const char *map = "kind x\nwhen a to b\n";
        reading r = read_last(map, "a,b\n2020-10-01,2021-02-28\n");
        assert_taken(&r);
        assert_span(r.record.when, "2020-10-01", "2021-02-28");
        assert_int_equal(r.record.precision, EM_PRECISION_SPAN);
        done(&r);
        r = read_last(map, "a,b\n2021-02-01,2021-02-28\n");
        assert_int_equal(r.record.precision, EM_PRECISION_MONTH);
        done(&r);
        r = read_last(map, "a,b\n2021-01-01,2021-12-31\n");
        assert_int_equal(r.record.precision, EM_PRECISION_YEAR);
        done(&r);
        r = read_last(map, "a,b\n2017-12-22,\n");
        assert_span(r.record.when, "2017-12-22", "9999-12-31");
        done(&r);
        assert_refused(map, "a,b\n2021-02-01,2021-01-01\n", "b",
                       "the period ends before it begins: \"2021-01-01\"");
        assert_refused(map, "a,b\n,2021-01-01\n", "b", "a period with an end and no beginning: \"2021-01-01\"");
}

static void periods_in_one_cell_are_spans(void **state)
{
        (void)state;
        static const struct { const char *cell, *from, *to; } cases[] = {
                { "2019-2021", "2019-01-01", "2021-12-31" }, { "2018/19", "2018-01-01", "2019-12-31" },
                { "1999/00", "1999-01-01", "2000-12-31" },   { "2020-03", "2020-03-01", "2020-03-31" },
                { "202002", "2020-02-01", "2020-02-29" },    { "2009-06/2010-05", "2009-06-01", "2010-05-31" },
                { "2021-02-06/2021-08-03", "2021-02-06", "2021-08-03" },
                { "2019/2021", "2019-01-01", "2021-12-31" },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                char csv[64];
                snprintf(csv, sizeof csv, "a\n%s\n", cases[i].cell);
                reading r = read_last("kind x\nwhen a\n", csv);
                assert_taken(&r);
                assert_span(r.record.when, cases[i].from, cases[i].to);
                done(&r);
        }
        static const char *const wrong[] = {
                "2021-2019", "2018/20", "202013", "20200", "2010-05/2009-06", "DPRK-Russia", "2019-21", "/", "-",
        };
        for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
                em_span span;
                em_precision p;
                assert_false(em_cell_period(em_str_c(wrong[i]), &span, &p));
        }
}

static void calendar_is_a_name(void **state)
{
        (void)state;
        reading r = read_last("kind x\ncalendar korean\nwhen a\n", "a\n2022-01-05\n");
        assert_taken(&r);
        assert_span(r.record.when, "2022-01-05", "2022-01-05");
        done(&r);
        assert_map_error("kind x\ncalendar lunar\n", 2, "calendar: is utc, korean or pyongyang");
}

/* CNS-161: 5 January 2022, 08:10 in Korea, is 4 January 23:10 UTC. */
static void utc_and_time_are_the_same_moment_elsewhere(void **state)
{
        (void)state;
        reading r = read_last("kind x\nwhen kst\nutc u\ntime t\n",
                              "kst,u,t\n2022-01-05,2022-01-04,2022-01-04T23:10:00Z\n");
        assert_taken(&r);
        assert_span(r.record.when, "2022-01-05", "2022-01-05");
        assert_span(r.record.utc, "2022-01-04", "2022-01-04");
        assert_int_equal(r.record.time_s, 1641337800);  /* date -u -d 2022-01-04T23:10Z +%s */
        assert_int_equal(r.record.precision, EM_PRECISION_TIME);
        done(&r);
        r = read_last("kind x\nwhen kst\ntime t\n", "kst,t\n2022-01-05,2022-01-05T08:10:00+09:00\n");
        assert_span(r.record.utc, "2022-01-04", "2022-01-04");
        done(&r);
        r = read_last("kind x\nwhen kst\n", "kst\n2022-01-05\n");
        assert_span(r.record.utc, "2022-01-05", "2022-01-05");
        assert_int_equal(r.record.time_s, EM_MOMENT_NONE);
        done(&r);
        assert_refused("kind x\nwhen kst\ntime t\n", "kst,t\n2022-01-05,23:10\n", "t",
                       "not a time with its zone (ISO 8601): \"23:10\"");
}

static void precision_widens_a_date_and_never_sharpens_it(void **state)
{
        (void)state;
        const char *map = "kind x\nwhen d\nprecision p\n";
        reading r = read_last(map, "d,p\n2018-10-01,month\n");
        assert_taken(&r);
        assert_span(r.record.when, "2018-10-01", "2018-10-31");
        assert_int_equal(r.record.precision, EM_PRECISION_MONTH);
        done(&r);
        r = read_last(map, "d,p\n2024-02-10,year\n");
        assert_span(r.record.when, "2024-01-01", "2024-12-31");
        done(&r);
        assert_refused(map, "d,p\n1984-09,day\n", "p", "the date is not that precise: \"day\"");
        assert_refused(map, "d,p\n1984-09,circa\n", "p",
                       "not a precision (time, day, month, year, span): \"circa\"");
}

static void known_is_the_first_line_that_gives_a_day(void **state)
{
        (void)state;
        const char *map = "kind x\nwhen d\nknown k\nknown date-in source document\nknown when\n";
        static const struct { const char *row, *want; } cases[] = {
                { "2021-03-01,2021-04-02,AP 2021-05-01,", "2021-04-02" },
                { "2021-03-01,2021-04,,", "2021-04-30" },
                { "2021-03-01,,AP 2021-05-01; CNN,", "2021-05-01" },
                { "2021-03-01,,press,report 2021-06-30", "2021-06-30" },
                { "2021-03-01,,press,S/2022/132", "2021-03-01" },
                { "2021-03,,,", "2021-03-31" },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                char csv[128], text[11];
                snprintf(csv, sizeof csv, "d,k,source,document\n%s\n", cases[i].row);
                reading r = read_last(map, csv);
                assert_taken(&r);
                assert_string_equal(em_day_text(r.record.known, text), cases[i].want);
                done(&r);
        }
        reading r = read_last("kind x\n", "a\n1\n");
        assert_int_equal(r.record.known, EM_DAY_NONE);
        done(&r);
        assert_refused(map, "d,k,source,document\n2021,soon,,\n", "k",
                       "not a day, month, year or period: \"soon\"");
}

static void words_come_from_columns_or_constants(void **state)
{
        (void)state;
        reading r = read_last("kind x\nwhat a else b\nclass = \"two words\"\nwho = DPRK\nplace c # comment\n",
                              "a,b,c\n,Scud,\"Sinpo, \"\"yard\"\"\"\n");
        assert_taken(&r);
        assert_str(r.record.what, "Scud");
        assert_str(r.record.klass, "two words");
        assert_str(r.record.who, "DPRK");
        assert_str(r.record.place, "Sinpo, \"yard\"");
        done(&r);
        assert_map_error("kind x\nwhat a b\n", 2, "what: between two columns stands \"else\"");
        assert_map_error("kind x\nwhat\n", 2, "what: a column is missing");
}

static void lat_and_lon_are_decimal_degrees(void **state)
{
        (void)state;
        const char *map = "kind x\nlat a\nlon b\n";
        static const struct { const char *row; int32_t lat, lon; } cases[] = {
                { "40.8499966,129.666664", 408499966, 1296666640 },
                { "41.28790005,129", 412879001, 1290000000 },   /* the eighth digit rounds */
                { "-90.0000000,180", -900000000, 1800000000 },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                char csv[64];
                snprintf(csv, sizeof csv, "a,b\n%s\n", cases[i].row);
                reading r = read_last(map, csv);
                assert_taken(&r);
                assert_int_equal(r.record.lat_e7, cases[i].lat);
                assert_int_equal(r.record.lon_e7, cases[i].lon);
                done(&r);
        }
        reading r = read_last(map, "a,b\n,\n");
        assert_taken(&r);
        assert_int_equal(r.record.lat_e7, EM_COORD_NONE);
        done(&r);
        assert_refused(map, "a,b\n90.1,0\n", "a", "not degrees between -90 and 90: \"90.1\"");
        assert_refused(map, "a,b\n40,181\n", "b", "not degrees between -180 and 180: \"181\"");
        assert_refused(map, "a,b\n40,\n", "b", "not degrees between -180 and 180");
        assert_refused(map, "a,b\n40N,1\n", "a", "not degrees between -90 and 90: \"40N\"");
        assert_map_error("kind x\nlat a\n", 0, "test: lat and lon go together");
}

static void an_amount_is_a_column_with_its_unit(void **state)
{
        (void)state;
        reading r = read_last("kind x\namount v bbl\nabsent not-found\n", "v\n9974.175\n");
        assert_taken(&r);
        assert_int_equal(r.record.state, EM_STATE_VALUE);
        assert_int_equal(r.record.amount.low, 9974175);
        assert_int_equal(r.record.amount.high, 9974175);
        assert_str(r.record.amount.unit, "bbl");
        done(&r);
        r = read_last("kind x\namount v [u]\nabsent not-found\n", "v,u\n300,g/person\n");
        assert_str(r.record.amount.unit, "g/person");
        done(&r);
        r = read_last("kind x\namount = 1 missile\n", "v\n\"\"\n");
        assert_taken(&r);
        assert_int_equal(r.record.amount.low, 1000);
        assert_str(r.record.amount.unit, "missile");
        done(&r);
        r = read_last("kind x\namount bbl bbl else t t\nabsent not-found\n", "bbl,t\n,1288\n");
        assert_int_equal(r.record.amount.low, 1288000);
        assert_str(r.record.amount.unit, "t");
        done(&r);
        assert_refused("kind x\namount v bbl\nabsent not-found\n", "v\n\"2,829\"\n", "v",
                       "not a number: \"2,829\"");
        assert_refused("kind x\namount v [u]\nabsent not-found\n", "v,u\n5,\n", "u", "an amount without its unit");
        assert_map_error("kind x\namount v bbl\n", 0,
                         "test: an amount from a column needs \"absent\": what an empty cell means");
        assert_map_error("kind x\namount v\nabsent not-found\n", 2, "amount: takes a column and a unit");
}

static void an_amount_may_be_a_range_with_open_ends(void **state)
{
        (void)state;
        const char *map = "kind x\namount lo to hi USD\nabsent not-found\nquantifier q\n"
                          "word about about\nword \"up to\" up-to\nword \"more than\" more-than\n"
                          "word nearly nearly\n";
        reading r = read_last(map, "lo,hi,q\n630,1000,range\n");
        assert_taken(&r);
        assert_int_equal(r.record.amount.low, 630000);
        assert_int_equal(r.record.amount.high, 1000000);
        assert_int_equal(r.record.amount.stated, EM_MILLI_NONE);
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_RANGE);
        done(&r);
        r = read_last(map, "lo,hi,q\n50,,more than\n");
        assert_int_equal(r.record.amount.low, 50000);
        assert_int_equal(r.record.amount.high, EM_MILLI_MAX);
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_MORE_THAN);
        done(&r);
        r = read_last(map, "lo,hi,q\n50,,\n");
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_AT_LEAST);
        done(&r);
        r = read_last(map, "lo,hi,q\n0,2000,up to / estimated\n");
        assert_int_equal(r.record.amount.low, 0);
        assert_int_equal(r.record.amount.stated, 2000000);
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_UP_TO);
        done(&r);
        r = read_last(map, "lo,hi,q\n,7,\n");
        assert_int_equal(r.record.amount.low, EM_MILLI_MIN);
        assert_int_equal(r.record.amount.high, 7000);
        done(&r);
        /* 395 million, "nearly": half of the last stated digit, a million. */
        r = read_last(map, "lo,hi,q\n395000000,395000000,nearly 400m\n");
        assert_int_equal(r.record.amount.low, INT64_C(395000000000));
        assert_int_equal(r.record.amount.high, INT64_C(395000000000));
        assert_int_equal(r.record.amount.rounding, INT64_C(500000000));
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_NEARLY);
        done(&r);
        r = read_last(map, "lo,hi,q\n,,\n");
        assert_int_equal(r.record.state, EM_STATE_NOT_FOUND);
        done(&r);
        assert_refused(map, "lo,hi,q\n5,4,\n", "hi", "the range ends below where it begins: \"4\"");
}

static void also_puts_a_second_amount_into_the_fields(void **state)
{
        (void)state;
        const char *map = "kind x\nalso incidents n incident as q\nquantifier q\nword \"at least\" at-least\n";
        reading r = read_last(map, "n,q\n7,at least\n");
        assert_taken(&r);
        assert_str(r.record.fields, "{\"incidents\":7,\"incidents_low_milli\":7000,"
                   "\"incidents_high_milli\":null,\"incidents_unit\":\"incident\"}");
        done(&r);
        r = read_last(map, "n,q\n,at least\n");
        assert_taken(&r);
        assert_str(r.record.fields, "{}");
        done(&r);
        r = read_last("kind x\nalso t t [u]\n", "t,u\n587.4,t\n");
        assert_str(r.record.fields, "{\"t\":587.4,\"t_low_milli\":587400,\"t_high_milli\":587400,\"t_unit\":\"t\"}");
        done(&r);
}

static void the_longest_word_that_begins_the_cell_says_the_quantifier(void **state)
{
        (void)state;
        const char *map = "kind x\namount v bbl\nabsent not-found\nquantifier q\n"
                          "word more about\nword \"more than\" more-than\n";
        reading r = read_last(map, "v,q\n5,More than usual\n");
        assert_taken(&r);
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_MORE_THAN);
        assert_int_equal(r.record.amount.high, EM_MILLI_MAX);
        done(&r);
        r = read_last(map, "v,q\n5,moreover\n");
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_ABOUT);
        done(&r);
        r = read_last(map, "v,q\n5,observed\n");
        assert_int_equal(r.record.amount.quantifier, EM_QUANT_EXACT);
        done(&r);
        assert_map_error("kind x\nquantifier q\nword a heaps\n", 3,
                         "word: takes the evidence's word and a quantifier such as at-least");
        assert_map_error("kind x\nword a about\n", 0,
                         "test: \"word\" without a quantifier column has nothing to read");
}

static void grade_is_a_credibility_from_one_to_six(void **state)
{
        (void)state;
        const char *map = "kind x\ngrade c high=2 medium=3\n";
        reading r = read_last(map, "c\nHigh\n");
        assert_taken(&r);
        assert_int_equal(r.record.credibility, 2);
        done(&r);
        r = read_last(map, "c,d\n,1\n");
        assert_int_equal(r.record.credibility, 6);
        done(&r);
        r = read_last("kind x\ngrade = 3\n", "c\n1\n");
        assert_int_equal(r.record.credibility, 3);
        done(&r);
        assert_refused(map, "c\ndubious\n", "c", "the map has no credibility for this word: \"dubious\"");
        assert_map_error("kind x\ngrade c high=7\n", 2, "grade: takes word=1..6");
        assert_map_error("kind x\ngrade = 0\n", 2, "grade: a credibility is 1 to 6");
}

/* China's silence of October 2020 to February 2021 and Russia's declared zero. */
static void an_empty_amount_is_never_zero(void **state)
{
        (void)state;
        const char *map = "kind x\namount v bbl\nabsent not-found\n"
                          "absent not-reported if note contains \"did not report\"\nzero declared\n";
        reading r = read_last(map, "v,note\n,China DID NOT report\n");
        assert_taken(&r);
        assert_int_equal(r.record.state, EM_STATE_NOT_REPORTED);
        assert_int_equal(r.record.amount.low, EM_MILLI_NONE);
        done(&r);
        r = read_last(map, "v,note\n,\n");
        assert_int_equal(r.record.state, EM_STATE_NOT_FOUND);
        done(&r);
        r = read_last(map, "v,note\n0,did not report\n");
        assert_int_equal(r.record.state, EM_STATE_ZERO);
        assert_int_equal(r.record.amount.low, 0);
        done(&r);
        r = read_last("kind x\namount v bbl\nabsent not-found\n", "v\n0.0\n");
        assert_int_equal(r.record.state, EM_STATE_VALUE);
        done(&r);
        assert_map_error("kind x\nabsent zero\n", 2,
                         "absent: is not-reported, not-found or no-amount: never a value, never zero");
        assert_map_error("kind x\nzero ignored\n", 2, "zero: the only thing to say is: zero declared");
}

static void empty_gives_a_column_its_word_for_nothing(void **state)
{
        (void)state;
        const char *map = "kind x\nlat a\nlon b\nwhat c\nempty Unknown in a b\n";
        reading r = read_last(map, "a,b,c\nUnknown,Unknown,Unknown\n");
        assert_taken(&r);
        assert_int_equal(r.record.lat_e7, EM_COORD_NONE);
        assert_str(r.record.what, "Unknown");
        done(&r);
        assert_map_error("kind x\nempty a b\n", 2, "empty: takes a word, \"in\" and columns");
}

static void fields_are_typed_and_left_out_when_empty(void **state)
{
        (void)state;
        const char *map = "kind x\nfield t a\nfield n b number\nfield d c day\nfield f e flag\n";
        reading r = read_last(map, "a,b,c,e\n\"say \"\"no\"\"\t\\\",007.50,2021-03,yes\n");
        assert_taken(&r);
        assert_str(r.record.fields, "{\"t\":\"say \\\"no\\\"\\u0009\\\\\",\"n\":7.50,\"d\":\"2021-03\",\"f\":true}");
        done(&r);
        r = read_last(map, "a,b,c,e\n,-0.5,,NO\n");
        assert_str(r.record.fields, "{\"n\":-0.5,\"f\":false}");
        done(&r);
        assert_refused(map, "a,b,c,e\n,1e6,,\n", "b", "not a number: \"1e6\"");
        assert_refused(map, "a,b,c,e\n,,spring,\n", "c", "not a day, month, year or period: \"spring\"");
        assert_refused(map, "a,b,c,e\n,,,maybe\n", "e", "not yes or no: \"maybe\"");
        assert_map_error("kind x\nfield n b real\n", 2, "field: the type is number, day, flag or text");
        assert_map_error("kind x\nfield who b\n", 2, "field: that name is one of the columns that every record has");
        assert_map_error("kind x\nfield a b\nfield a c\n", 3, "field: that name stands twice");
        assert_map_error("kind x\nfield drop;-- b\n", 2,
                         "field: a name is small letters, digits and _, starts with a letter, and is short");
}

static void same_names_what_makes_rows_one_quantity(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        em_map *map;
        const em_str *names;
        em_str relation;
        const em_map_field *fields;
        assert_int_equal(em_map_parse(EM_S("t"), EM_S("kind x\nsame who when\nalso n c t\n"), arena, &map, NULL), EM_OK);
        assert_int_equal(em_map_same(map, &names, &relation), 2);
        assert_str(names[1], "when");
        assert_str(relation, "contradicts");
        assert_int_equal(em_map_fields(map, &fields), 4);
        assert_str(fields[2].name, "n_high_milli");
        assert_int_equal(em_map_parse(EM_S("t"), EM_S("kind x\nsame who\nsame-as restates\n"), arena, &map, NULL), EM_OK);
        assert_int_equal(em_map_same(map, &names, &relation), 1);
        assert_str(relation, "restates");
        em_arena_free(arena);
        assert_map_error("kind x\nsame colour\n", 2, "same: takes only: key who what class place when unit");
        assert_map_error("kind x\nsame who\nsame-as denies\n", 3, "same-as: is contradicts or restates");
}

/* ---- what can go wrong around the lines -------------------------------------- */

static void an_unknown_keyword_is_an_error_with_its_line(void **state)
{
        (void)state;
        assert_map_error("kind x\n\n# comment\ncolour red\n", 4, "colour: no line of a map starts with this word");
        assert_map_error("kind x\n\x1b[2J\n", 2, "\\x1B[2J: no line of a map starts with this word");
}

static void a_map_is_utf8_and_small(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        em_map *map;
        static char large[EM_MAP_MAX_BYTES + 1];
        memset(large, '\n', sizeof large);
        assert_int_equal(em_map_parse(EM_S("t"), EM_S("kind x\xff\n"), arena, &map, NULL), EM_FORMAT);
        assert_int_equal(em_map_parse(EM_S("t"), (em_str){ large, sizeof large }, arena, &map, NULL), EM_LIMIT);
        em_arena_free(arena);
}

static void binding_names_the_column_that_the_header_lacks(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        em_error err = { 0 };
        em_map *map;
        em_map_bound *bound;
        em_csv_row header;
        em_csv one = em_csv_make(EM_S("b\n"), NULL), two = em_csv_make(EM_S("a,b,a\n"), NULL);
        assert_int_equal(em_map_parse(EM_S("t"), EM_S("kind x\nwhat a\n"), arena, &map, NULL), EM_OK);
        assert_true(em_csv_next(&one, arena, &header));
        assert_int_equal(em_map_bind(map, &header, arena, &bound, &err), EM_FORMAT);
        assert_string_equal(err.text, "map t reads column \"a\", which the header does not have");
        assert_true(em_csv_next(&two, arena, &header));
        assert_int_equal(em_map_bind(map, &header, arena, &bound, &err), EM_FORMAT);
        assert_string_equal(err.text, "column \"a\" stands twice in the header");
        em_arena_free(arena);
}

static void a_row_that_is_no_row_is_refused_with_its_place(void **state)
{
        (void)state;
        assert_refused("kind x\n", "a,b\n1\n", "", "1 fields where the header has 2");
        assert_refused("kind x\n", "a,b\n1,\"x\"y\n", "b", "text after a closing quote");
        reading r = read_last("kind x\n", "a,b\n1,2\n3\n");
        assert_false(r.taken);
        assert_int_equal(r.reject.row, 3);
        assert_int_equal(r.reject.line, 3);
        assert_int_equal(r.reject.offset, 8);
        assert_int_equal(r.reject.length, 1);
        done(&r);
}

/* ---- the maps of the regime ----------------------------------------------------- */

static em_str in_tree(em_arena *arena, const char *path)
{
        const char *root = getenv("EMBARGO_ROOT");
        em_str full = EM_S("");
        assert_int_equal(em_path_join(em_str_c(root != NULL ? root : "."), em_str_c(path), arena, &full, NULL), EM_OK);
        return full;
}

/* Counts of the tables as their README states them. */
static void every_map_takes_every_row_of_its_table(void **state)
{
        (void)state;
        static const struct { const char *map, *table; size_t rows; } tables[] = {
                { "launches", "examples/dprk-2022/launches.csv", 245 },
                { "nuclear_tests", "examples/dprk-2022/nuclear_tests.csv", 6 },
                { "cyber_incidents", "examples/dprk-2022/cyber_incidents.csv", 16 },
                { "cyber_totals", "examples/dprk-2022/cyber_totals.csv", 21 },
                { "petroleum_reported", "examples/dprk-2022/petroleum_reported.csv", 97 },
                { "petroleum_assessed", "examples/dprk-2022/petroleum_assessed.csv", 17 },
                { "coal", "examples/dprk-2022/coal.csv", 20 },
                { "trade", "examples/dprk-2022/trade.csv", 85 },
                { "humanitarian", "examples/dprk-2022/humanitarian.csv", 10 },
                { "workers", "examples/dprk-2022/workers.csv", 13 },
                { "documents", "examples/dprk-2022/documents.csv", 16 },
                { "launch_counts", "examples/dprk-2022/launch_counts.csv", 12 },
                { "correspondence", "examples/dprk-2022/correspondence.csv", 1 },
                { "links", "examples/dprk-2022/links.csv", 21 },
                { "measures", "regimes/dprk/measures.csv", 125 },
                { "factors", "regimes/dprk/factors.csv", 17 },
                { "caps", "regimes/dprk/caps.csv", 8 },
                { "goods", "regimes/dprk/goods.csv", 120 },
                { "ports", "regimes/dprk/ports.csv", 10 },
        };
        em_arena *arena = em_arena_new(1 << 26), *scratch = em_arena_new(1 << 24);
        em_map **maps;
        size_t count;
        assert_int_equal(em_maps_load(in_tree(arena, "regimes/dprk"), arena, &maps, &count, NULL), EM_OK);
        for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
                em_str text;
                em_csv_row row;
                em_map_bound *bound;
                em_record record;
                em_reject reject;
                size_t taken = 0, best = count;
                assert_int_equal(em_file_read(in_tree(arena, tables[t].table), 1 << 20, arena, &text, NULL), EM_OK);
                em_csv csv = em_csv_make(text, NULL);
                assert_true(em_csv_next(&csv, arena, &row));
                for (size_t i = 0; i < count; i++)
                        if (em_map_fits(maps[i], &row) > 0) {
                                assert_int_equal(best, count);  /* no second map fits */
                                best = i;
                        }
                assert_true(best < count);
                assert_str(em_map_name(maps[best]), tables[t].map);
                assert_int_equal(em_map_bind(maps[best], &row, arena, &bound, NULL), EM_OK);
                for (; em_csv_next(&csv, scratch, &row); em_arena_reset(scratch)) {
                        if (!em_map_apply(bound, &row, scratch, &record, &reject))
                                fail_msg("%s:%llu: %.*s: %.*s", tables[t].table, (unsigned long long)row.line,
                                         EM_ARG(reject.column), EM_ARG(reject.reason));
                        taken++;
                }
                assert_int_equal(taken, tables[t].rows);
        }
        em_arena_free(scratch);
        em_arena_free(arena);
}

/* A row as UN Comtrade prints it (made up; no real figures). */
static void comtrade_is_a_map_too(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        em_str text;
        char map_text[4096];
        assert_int_equal(em_file_read(in_tree(arena, "regimes/dprk/maps/comtrade.map"), 4000, arena, &text, NULL), EM_OK);
        snprintf(map_text, sizeof map_text, "%.*s", EM_ARG(text));
        reading r = read_last(map_text,
                "typeCode,freqCode,refYear,period,reporterISO,partnerISO,flowCode,cmdCode,cmdDesc,qtyUnitAbbr,qty,primaryValue\n"
                "C,M,2021,202109,CHN,PRK,X,2710,Petroleum oils,kg,1500.5,42000.25\n");
        assert_taken(&r);
        assert_str(r.record.kind, "trade");
        assert_str(r.record.key, "202109/CHN/PRK/X/2710");
        assert_span(r.record.when, "2021-09-01", "2021-09-30");
        assert_int_equal(r.record.amount.low, 42000250);
        done(&r);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(kind_names_what_a_row_is),
                cmocka_unit_test(a_record_knows_its_place_in_the_file),
                cmocka_unit_test(needs_are_what_a_header_is_recognised_by),
                cmocka_unit_test(key_is_one_column_or_several_joined),
                cmocka_unit_test(when_is_a_day_a_month_a_year_or_the_first_that_is_given),
                cmocka_unit_test(when_takes_two_columns_as_a_span),
                cmocka_unit_test(periods_in_one_cell_are_spans),
                cmocka_unit_test(calendar_is_a_name),
                cmocka_unit_test(utc_and_time_are_the_same_moment_elsewhere),
                cmocka_unit_test(precision_widens_a_date_and_never_sharpens_it),
                cmocka_unit_test(known_is_the_first_line_that_gives_a_day),
                cmocka_unit_test(words_come_from_columns_or_constants),
                cmocka_unit_test(lat_and_lon_are_decimal_degrees),
                cmocka_unit_test(an_amount_is_a_column_with_its_unit),
                cmocka_unit_test(an_amount_may_be_a_range_with_open_ends),
                cmocka_unit_test(also_puts_a_second_amount_into_the_fields),
                cmocka_unit_test(the_longest_word_that_begins_the_cell_says_the_quantifier),
                cmocka_unit_test(grade_is_a_credibility_from_one_to_six),
                cmocka_unit_test(an_empty_amount_is_never_zero),
                cmocka_unit_test(empty_gives_a_column_its_word_for_nothing),
                cmocka_unit_test(fields_are_typed_and_left_out_when_empty),
                cmocka_unit_test(same_names_what_makes_rows_one_quantity),
                cmocka_unit_test(an_unknown_keyword_is_an_error_with_its_line),
                cmocka_unit_test(a_map_is_utf8_and_small),
                cmocka_unit_test(binding_names_the_column_that_the_header_lacks),
                cmocka_unit_test(a_row_that_is_no_row_is_refused_with_its_place),
                cmocka_unit_test(every_map_takes_every_row_of_its_table),
                cmocka_unit_test(comtrade_is_a_map_too),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
