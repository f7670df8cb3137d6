/* Caps: two units, the lower binds; thresholds with a range of days. */
#include "ask.h"

/* Resolution 2321, paragraph 26(b)(ii): US$400,870,018 or 7,500,000 t in a year from 2017 */
#define COAL_CAP "record|cap|measure|low_milli|unit|rule|period_from|period_to|repeat|thresholds\n" \
        "101|coal-2017|R2321-26b|400870018000|USD|lower-binds|2017-01-01|2017-12-31|year|75 90 95 100\n" \
        "102|coal-2017|R2321-26b|7500000000|t|lower-binds|2017-01-01|2017-12-31|year|75 90 95 100\n"
#define OIL_CAP "record|cap|measure|low_milli|unit|rule|period_from|period_to|repeat|thresholds\n" \
        "103|refined|R2397-5|500000000|bbl|single|2018-01-01||12-months|\n"
#define CRUDE_CAP "record|cap|measure|low_milli|unit|rule|period_from|period_to|repeat|thresholds\n" \
        "104|crude|R2397-4|4000000000|bbl|single|2017-12-22||12-months|\n"
#define OVER   "-- asks A?\n-- unit t\n-- combine sum\n-- test over-cap cap=coal-2017\nselect\n"
#define WITHIN "-- asks A?\n-- unit bbl\n-- combine sum\n-- test within-cap cap=refined\nselect\n"

static em_answer *weigh(const char *question, const char *rows, const char *caps, em_arena *arena)
{
        return ask(question, (ask_tables){ .rows = rows, .caps = caps }, arena);
}

static void coal_of_2017_broke_the_cap_in_dollars_alone(void **state)
{
        em_arena *arena = ask_arena();
        /* 413,555,897 / 400,870,018 = 1.0316; 4,828,327 / 7,500,000 = 0.6438 */
        const em_answer *a = weigh(OVER, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "4|2017-01-01|2017-09-30|4828327000|4828327000|t\n"
                "4|2017-01-01|2017-09-30|413555897000|413555897000|USD\n", COAL_CAP, arena);

        (void)state;
        assert_int_equal(a->verdict, EM_VERDICT_HOLDS);
        assert_number(a, "share-USD", "103.2 %");
        assert_number(a, "share-t", "64.4 %");
        assert_number(a, "share", "103.2 %");
        assert_number(a, "binding", "USD");
        assert_number(a, "cap-t", "7,500,000");
        assert_number(a, "crossed-100", "January to September 2017");
        assert_int_equal(a->reading[0].accounts, 2);
        const em_cap_account *tonnes = &a->reading[0].account[1], *dollars = &a->reading[0].account[0];
        assert_true(em_str_eq(dollars->unit, EM_S("USD")) && dollars->binds && !tonnes->binds);
        assert_int_equal(dollars->low, 413555897000);
        assert_int_equal(dollars->cap, 400870018000);
        assert_int_equal(dollars->crossings, 4);
        assert_int_equal(dollars->cross[3].percent, 100);
        assert_true(dollars->cross[3].certain && !tonnes->cross[0].possible);
        assert_int_equal(dollars->cross[3].from, em_day_make(2017, 1, 1));
        assert_int_equal(dollars->cross[3].to, em_day_make(2017, 9, 30));
        assert_int_equal(a->rows, 4);           /* one record in two units, two rows of the cap */
        assert_true(em_str_eq(a->row[3].role, EM_S("cap")));
        em_arena_free(arena);
}

static void one_unit_of_two_cannot_acquit(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = weigh(OVER, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "4|2017-01-01|2017-09-30|4828327000|4828327000|t\n", COAL_CAP, arena);

        (void)state;
        assert_int_equal(a->verdict, EM_VERDICT_UNTESTABLE);
        em_arena_free(arena);
}

static void petroleum_of_2021_stays_at_18_percent(void **state)
{
        em_arena *arena = ask_arena();
        /* (23,760 + 68,149) / 500,000 = 18.38 % */
        const em_answer *a = weigh(WITHIN, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2021-01-01|2021-06-30|23760000|23760000|bbl\n2|2021-07-01|2021-12-31|68149000|68149000|bbl\n",
                OIL_CAP, arena);

        (void)state;
        assert_int_equal(a->verdict, EM_VERDICT_HOLDS);
        assert_number(a, "share", "18.4 %");
        assert_number(a, "value", "91,909");
        assert_number(a, "crossed-75", "not reached");
        em_arena_free(arena);
}

static void a_threshold_is_crossed_within_a_range_of_days(void **state)
{
        em_arena *arena = ask_arena();
        /* high sums 300, 450, 600; low sums 300, 400, 500: 75 % of 500 is 375, reached in February for
         * certain; 95 % is 475, possibly in March and certainly in March; 90 % is 450, reached by the
         * high sum in February and by the low one in March. */
        const em_answer *a = weigh(WITHIN, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2021-01-01|2021-01-31|300000000|300000000|bbl\n2|2021-02-01|2021-02-28|100000000|150000000|bbl\n"
                "3|2021-03-01|2021-03-31|100000000|150000000|bbl\n", OIL_CAP, arena);

        (void)state;
        assert_number(a, "crossed-75", "February 2021");
        assert_number(a, "crossed-90", "February to March 2021");
        assert_number(a, "crossed-95", "March 2021");
        assert_number(a, "crossed-100", "March 2021");
        assert_int_equal(a->verdict, EM_VERDICT_UNTESTABLE);    /* 500 to 600 straddles the cap of 500 */
        em_arena_free(arena);
}

static void a_threshold_may_be_crossed_only_possibly(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = weigh(WITHIN, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2021-03-01|2021-03-31|100000000|400000000|bbl\n", OIL_CAP, arena);

        (void)state;
        assert_number(a, "crossed-75", "possibly from 1 March 2021 on");
        assert_int_equal(a->verdict, EM_VERDICT_HOLDS);
        em_arena_free(arena);
}

static void over_and_within_are_opposites(void **state)
{
        static const char rows[] = "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2019-01-01|2019-10-31|3890000000||bbl\n";
        em_arena *arena = ask_arena();
        const em_answer *a = weigh(WITHIN, rows, OIL_CAP, arena);

        (void)state;
        assert_int_equal(a->verdict, EM_VERDICT_FAILS);
        a = weigh("-- asks A?\n-- unit bbl\n-- combine sum\n-- test over-cap cap=refined\nselect\n", rows, OIL_CAP, arena);
        assert_int_equal(a->verdict, EM_VERDICT_HOLDS);
        a = weigh("-- asks A?\n-- unit bbl\n-- combine sum\n-- test over-cap cap=refined\nselect\n",
                  "record|day_from|day_to|low_milli|high_milli|unit\n1|2019-01-01|2019-10-31|1000|1000|bbl\n", OIL_CAP,
                  arena);
        assert_int_equal(a->verdict, EM_VERDICT_FAILS);
        em_arena_free(arena);
}

static void a_cap_counts_only_in_its_own_year(void **state)
{
        static const char *const spans[] = {
                "2017-12-01|2017-12-31",        /* before the first window */
                "2018-12-15|2019-01-15",        /* across two windows */
        };
        em_arena *arena = ask_arena();
        char rows[200];

        (void)state;
        for (size_t i = 0; i < 2; i++) {
                snprintf(rows, sizeof rows, "record|day_from|day_to|low_milli|high_milli|unit\n1|%s|1000|1000|bbl\n",
                         spans[i]);
                assert_int_equal(weigh(WITHIN, rows, OIL_CAP, arena)->verdict, EM_VERDICT_UNTESTABLE);
        }
        /* the crude year runs from 22 December: 15 December to 15 January crosses it, January does not */
        const char *crude = "-- asks A?\n-- unit bbl\n-- combine sum\n-- test within-cap cap=crude\nselect\n";
        assert_int_equal(weigh(crude, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2018-12-22|2019-12-21|1000|1000|bbl\n", CRUDE_CAP, arena)->verdict, EM_VERDICT_HOLDS);
        assert_int_equal(weigh(crude, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2018-12-21|2019-12-21|1000|1000|bbl\n", CRUDE_CAP, arena)->verdict, EM_VERDICT_UNTESTABLE);
        em_arena_free(arena);
}

static void nothing_on_record_is_not_within_a_cap(void **state)
{
        em_arena *arena = ask_arena();

        (void)state;
        assert_int_equal(weigh(WITHIN, "record|day_from|day_to|low_milli|high_milli|unit\n", OIL_CAP, arena)->verdict,
                         EM_VERDICT_UNTESTABLE);
        assert_int_equal(weigh(WITHIN, "record|day_from|day_to|low_milli|high_milli|unit\n"
                "1|2021-01-01|2021-01-31|1000|1000|bbl\n", "record|cap|low_milli|unit|period_from\n", arena)->verdict,
                         EM_VERDICT_UNTESTABLE);
        em_arena_free(arena);
}

static void tonnes_come_under_a_barrel_cap_by_their_factor(void **state)
{
        em_arena *arena = ask_arena();
        /* 10,000 t at 8 bbl/t = 80,000 bbl, with 20,000 bbl: 20 % of 500,000 */
        const em_answer *a = ask("-- asks A?\n-- unit bbl\n-- combine sum\n-- factor t bbl eight\n"
                                 "-- test within-cap cap=refined\nselect\n", (ask_tables){
                .rows = "record|day_from|day_to|low_milli|high_milli|unit\n1|2021-01-01|2021-01-31|10000000|10000000|t\n"
                        "2|2021-02-01|2021-02-28|20000000|20000000|bbl\n",
                .caps = OIL_CAP, .factor = "record|key|bbl_per_t\n7|eight|8\n" }, arena);

        (void)state;
        assert_number(a, "share", "20 %");
        assert_int_equal(a->verdict, EM_VERDICT_HOLDS);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(coal_of_2017_broke_the_cap_in_dollars_alone),
                cmocka_unit_test(one_unit_of_two_cannot_acquit),
                cmocka_unit_test(petroleum_of_2021_stays_at_18_percent),
                cmocka_unit_test(a_threshold_is_crossed_within_a_range_of_days),
                cmocka_unit_test(a_threshold_may_be_crossed_only_possibly),
                cmocka_unit_test(over_and_within_are_opposites),
                cmocka_unit_test(a_cap_counts_only_in_its_own_year),
                cmocka_unit_test(nothing_on_record_is_not_within_a_cap),
                cmocka_unit_test(tonnes_come_under_a_barrel_cap_by_their_factor),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
