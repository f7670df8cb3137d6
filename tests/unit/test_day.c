/* Days in three calendars, and days found in citations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/day.h"

static em_day day(const char *text)
{
        em_day d = EM_DAY_NONE;
        if (!em_day_parse(em_str_c(text), &d))
                fail_msg("no day: %s", text);
        return d;
}

static int64_t moment(const char *text)
{
        int64_t t = 0;
        if (!em_time_parse(em_str_c(text), &t))
                fail_msg("no time: %s", text);
        return t;
}

static void assert_span(em_span got, const char *from, const char *to)
{
        char a[11], b[11];
        assert_string_equal(em_day_text(got.from, a), from);
        assert_string_equal(em_day_text(got.to, b), to);
}

/* Counted by the rule of the calendar, one day after the other, through every
 * day there is. */
static void every_day_of_ten_thousand_years_goes_there_and_back(void **state)
{
        (void)state;
        static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        em_day want = EM_DAY_MIN;
        for (int y = 1; y <= 9999; y++) {
                bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
                for (int m = 1; m <= 12; m++) {
                        int n = lengths[m - 1] + (m == 2 && leap ? 1 : 0);
                        for (int d = 1; d <= n; d++, want++) {
                                int yy, mm, dd;
                                em_day_split(want, &yy, &mm, &dd);
                                if (em_day_make(y, m, d) != want || yy != y || mm != m || dd != d)
                                        fail_msg("%d-%d-%d", y, m, d);
                        }
                        assert_int_equal(em_day_make(y, m, n + 1), EM_DAY_NONE);
                }
        }
        assert_int_equal(want, EM_DAY_MAX + 1);
}

static void the_count_begins_in_1970(void **state)
{
        (void)state;
        assert_int_equal(em_day_make(1970, 1, 1), 0);
        assert_int_equal(em_day_make(1969, 12, 31), -1);
        assert_int_equal(em_day_make(2000, 3, 1), 11017);       /* 951868800 / 86400 */
        assert_int_equal(em_day_make(2022, 2, 4), 19027);       /* 1643932800 / 86400 */
}

static void there_is_no_such_day(void **state)
{
        (void)state;
        assert_int_equal(em_day_make(2022, 2, 29), EM_DAY_NONE);
        assert_int_equal(em_day_make(1900, 2, 29), EM_DAY_NONE);
        assert_int_equal(em_day_make(2022, 0, 1), EM_DAY_NONE);
        assert_int_equal(em_day_make(2022, 13, 1), EM_DAY_NONE);
        assert_int_equal(em_day_make(2022, 1, 0), EM_DAY_NONE);
        assert_int_equal(em_day_make(0, 1, 1), EM_DAY_NONE);
        assert_int_equal(em_day_make(10000, 1, 1), EM_DAY_NONE);
}

/* 4 February 2022, when the Panel's report went in, was a Friday; so was
 * 15 October 1582, the first day of the Gregorian calendar; 1 January 1 was a
 * Monday in its proleptic form. */
static void weekdays_are_those_of_the_calendar(void **state)
{
        (void)state;
        assert_string_equal(em_day_weekday_name(day("2022-02-04")), "Friday");
        assert_int_equal(em_day_weekday(day("1582-10-15")), 4);
        assert_int_equal(em_day_weekday(EM_DAY_MIN), 0);
        assert_int_equal(em_day_weekday(day("1970-01-01")), 3);
        assert_string_equal(em_day_weekday_name(day("2017-09-03")), "Sunday");
}

static void a_day_is_written_in_two_ways(void **state)
{
        (void)state;
        char iso[11], words[20];
        assert_string_equal(em_day_text(day("2022-01-31"), iso), "2022-01-31");
        assert_string_equal(em_day_text(EM_DAY_MIN, iso), "0001-01-01");
        assert_string_equal(em_day_text(EM_DAY_NONE, iso), "");
        assert_string_equal(em_day_long(day("2022-01-31"), words), "31 January 2022");
        assert_string_equal(em_day_long(day("9999-09-30"), words), "30 September 9999");
        assert_string_equal(em_day_long(EM_DAY_NONE, words), "");
}

static void a_month_or_a_year_is_its_whole_span(void **state)
{
        (void)state;
        em_span span;
        em_precision p;
        assert_true(em_span_parse(EM_S("2022-01-31"), &span, &p));
        assert_span(span, "2022-01-31", "2022-01-31");
        assert_int_equal(p, EM_PRECISION_DAY);
        assert_true(em_span_parse(EM_S("2020-02"), &span, &p));
        assert_span(span, "2020-02-01", "2020-02-29");
        assert_string_equal(em_precision_name(p), "month");
        assert_true(em_span_parse(EM_S("1984"), &span, &p));
        assert_span(span, "1984-01-01", "1984-12-31");
        assert_int_equal(p, EM_PRECISION_YEAR);
        static const char *const bad[] = { "", "22-01-31", "2022-1-31", "2022-02-30", "2022-13",
                "2022-00", "2022/01/31", "2022-01-31 ", "20220131", "0000", "2022-01-3x", "+022" };
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                if (em_span_parse(em_str_c(bad[i]), &span, &p))
                        fail_msg("taken: %s", bad[i]);
        em_day d = 5;
        assert_false(em_day_parse(EM_S("2022-01"), &d));
        assert_int_equal(d, 5);
}

/* date -u -d 2022-01-29T23:52:00Z +%s is 1643500320. */
static void times_of_rfc_3339_are_read(void **state)
{
        (void)state;
        assert_int_equal(moment("2022-01-29T23:52:00Z"), 1643500320);
        assert_int_equal(moment("2022-01-30T08:52:00+09:00"), 1643500320);
        assert_int_equal(moment("2022-01-29T18:22:00-05:30"), 1643500320);
        assert_int_equal(moment("2022-01-29T23:52:00.999Z"), 1643500320);
        assert_int_equal(moment("1969-12-31T23:59:59Z"), -1);
        static const char *const bad[] = { "", "2022-01-29", "2022-01-29T23:52Z",
                "2022-01-29T23:52:00", "2022-01-29 23:52:00Z", "2022-01-29T24:00:00Z",
                "2022-01-29T23:60:00Z", "2022-01-29T23:52:60Z", "2022-01-29T23:52:00.Z",
                "2022-01-29T23:52:00+9:00", "2022-01-29T23:52:00+09:00x", "2022-02-30T00:00:00Z",
                "2022-01-29T23:52:00+0900", "2022-01-29T23:52:00+24:00" };
        int64_t t;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                if (em_time_parse(em_str_c(bad[i]), &t))
                        fail_msg("taken: %s", bad[i]);
}

/* 15 April 2016, 20:33 UTC was 05:33 the next morning in Korea. */
static void a_launch_may_fall_on_two_days(void **state)
{
        (void)state;
        int64_t t = moment("2016-04-15T20:33:00Z");
        assert_int_equal(em_day_utc(t), day("2016-04-15"));
        assert_int_equal(em_day_korean(t), day("2016-04-16"));
        assert_int_equal(em_day_pyongyang(t), day("2016-04-16"));
        assert_int_equal(em_day_of_time(t, EM_CALENDAR_UTC), day("2016-04-15"));
        assert_int_equal(em_day_of_time(t, EM_CALENDAR_KOREAN), day("2016-04-16"));
        assert_int_equal(em_day_of_time(t, EM_CALENDAR_PYONGYANG), day("2016-04-16"));
}

static void days_before_1970_round_towards_the_past(void **state)
{
        (void)state;
        assert_int_equal(em_day_utc(-1), -1);
        assert_int_equal(em_day_utc(-86400), -1);
        assert_int_equal(em_day_utc(-86401), -2);
        assert_int_equal(em_day_utc(INT64_MAX), EM_DAY_NONE);
        assert_int_equal(em_day_korean(INT64_MAX), EM_DAY_NONE);
        assert_int_equal(em_day_korean(INT64_MIN), EM_DAY_NONE);
}

/* IANA tz, Asia/Pyongyang: at 15:00 UTC on 14 August 2015 the clock went back
 * from midnight to 23:30; at 15:00 UTC on 4 May 2018 forward from 23:30. */
static void pyongyang_kept_its_own_half_hour_for_three_years(void **state)
{
        (void)state;
        assert_int_equal(em_day_pyongyang(moment("2015-08-14T14:59:59Z")), day("2015-08-14"));
        assert_int_equal(em_day_pyongyang(moment("2015-08-14T15:00:00Z")), day("2015-08-14"));
        assert_int_equal(em_day_pyongyang(moment("2015-08-14T15:29:59Z")), day("2015-08-14"));
        assert_int_equal(em_day_pyongyang(moment("2015-08-14T15:30:00Z")), day("2015-08-15"));
        assert_int_equal(em_day_korean(moment("2015-08-14T15:00:00Z")), day("2015-08-15"));
        assert_int_equal(em_day_pyongyang(moment("2018-05-04T14:59:59Z")), day("2018-05-04"));
        assert_int_equal(em_day_pyongyang(moment("2018-05-04T15:00:00Z")), day("2018-05-05"));
        assert_int_equal(em_day_pyongyang(moment("2014-01-01T15:00:00Z")), day("2014-01-02"));
}

static void the_earliest_date_in_a_citation_is_found(void **state)
{
        (void)state;
        static const struct { const char *text, *from, *to; } cases[] = {
                { "AP 2021-02-09; CoinDesk", "2021-02-09", "2021-02-09" },
                { "NHK via UPI 2021-02-15; AFP 2021-03-06 (121)", "2021-02-15", "2021-02-15" },
                { "AP 2020-02; NHK 2021-03-25", "2020-02-01", "2020-02-29" },
                { "KBS World Korean 2017", "2017-01-01", "2017-12-31" },
                { "Reuters/Kyodo 2020-07-24", "2020-07-24", "2020-07-24" },
                { "seed article; AP via Irish Examiner 2022-02-07", "2022-02-07", "2022-02-07" },
                { "Yonhap 2021; see petroleum_deliveries.csv", "2021-01-01", "2021-12-31" },
                { "Test Database, row 1 (export of mid-2023)", "2023-01-01", "2023-12-31" },
                { "press 2021-04-18 (Epoch Times", "2021-04-18", "2021-04-18" },
                { "2021-04 and 2021-04-18", "2021-04-18", "2021-04-18" },
                { "2004-2006", "2004-01-01", "2004-12-31" },
                { "2009-06/2010-05", "2009-06-01", "2009-06-30" },
                { "seen 2022-02-05T10:00:00Z", "2022-02-05", "2022-02-05" },
                { "2022\xEB\x85\x84", "2022-01-01", "2022-12-31" },     /* 2022 nyeon */
                { "Reuters, 2019.", "2019-01-01", "2019-12-31" },
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                em_span span;
                if (!em_day_in_text(em_str_c(cases[i].text), &span))
                        fail_msg("nothing in: %s", cases[i].text);
                assert_span(span, cases[i].from, cases[i].to);
        }
}

static void numbers_that_are_not_dates_are_left_alone(void **state)
{
        (void)state;
        static const char *const none[] = { "", "final report 2019x", "S/2022/132", "S/2006/997",
                "A/RES/2021", "2018/19", "120210", "12021-02-09", "2021-02-091", "2021-02-30",
                "2021-13", "1,987", "2,019 t", "2019.5", "3.2019", "US$2000", "CNS-1984", "R2021-2",
                "2021-2", "1899", "2100", "0001-2", "2019%", "row_2019", "-", "202", "2020s",
                "2371-2017", "CoinDesk; incident files in public repositories" };
        em_span span = { 1, 2 };
        for (size_t i = 0; i < sizeof none / sizeof *none; i++)
                if (em_day_in_text(em_str_c(none[i]), &span))
                        fail_msg("found a date in: %s", none[i]);
        assert_int_equal(span.from, 1);
        assert_int_equal(span.to, 2);
}

static void spans_are_inclusive_at_both_ends(void **state)
{
        (void)state;
        em_span january = { day("2022-01-01"), day("2022-01-31") };
        em_span edge = { day("2022-01-31"), day("2022-02-28") };
        em_span february = { day("2022-02-01"), day("2022-02-28") };
        assert_int_equal(em_span_days(january), 31);
        assert_true(em_span_overlaps(january, edge));
        assert_false(em_span_overlaps(january, february));
        assert_true(em_span_within(february, edge));
        assert_true(em_span_within(january, january));
        assert_false(em_span_within(edge, february));
}

static void months_are_added_and_clamped_to_the_months_end(void **state)
{
        (void)state;
        assert_int_equal(em_day_add_months(day("2022-01-31"), 1), day("2022-02-28"));
        assert_int_equal(em_day_add_months(day("2020-01-31"), 1), day("2020-02-29"));
        assert_int_equal(em_day_add_months(day("2022-01-15"), -13), day("2020-12-15"));
        assert_int_equal(em_day_add_months(day("2020-02-29"), 12), day("2021-02-28"));
        assert_int_equal(em_day_add_months(EM_DAY_MAX, 1), EM_DAY_NONE);
        assert_int_equal(em_day_add_months(EM_DAY_MIN, -1), EM_DAY_NONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_day_of_ten_thousand_years_goes_there_and_back),
                cmocka_unit_test(the_count_begins_in_1970),
                cmocka_unit_test(there_is_no_such_day),
                cmocka_unit_test(weekdays_are_those_of_the_calendar),
                cmocka_unit_test(a_day_is_written_in_two_ways),
                cmocka_unit_test(a_month_or_a_year_is_its_whole_span),
                cmocka_unit_test(times_of_rfc_3339_are_read),
                cmocka_unit_test(a_launch_may_fall_on_two_days),
                cmocka_unit_test(days_before_1970_round_towards_the_past),
                cmocka_unit_test(pyongyang_kept_its_own_half_hour_for_three_years),
                cmocka_unit_test(the_earliest_date_in_a_citation_is_found),
                cmocka_unit_test(numbers_that_are_not_dates_are_left_alone),
                cmocka_unit_test(spans_are_inclusive_at_both_ends),
                cmocka_unit_test(months_are_added_and_clamped_to_the_months_end),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
