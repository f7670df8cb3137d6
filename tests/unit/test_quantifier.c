/* Every quantifier where it holds, where it fails, and where it cannot be tested. */
#include "ask.h"

#define AMOUNT "-- asks A?\n-- unit USD\n-- combine sum\n"
#define COUNT  "-- asks A?\n-- unit launch day\n-- combine distinct day\n-- coverage launch\n"
#define PERIODS "-- period now 2021-09-01 2022-01-31\n-- period base 2020-09-01 2021-08-31\n"
#define LOOKED "kind|source|publisher|covers_from|covers_to|records|undated|untimed|reliability\n" \
               "launch|aa|CNS|1984-04-09|2023-04-12|245|0|83|B\n"

typedef struct trial {
        const char *question, *rows, *coverage, *as_known;
        em_verdict verdict;
        const char *number, *text;      /* one number to look at, or NULL */
} trial;

static void run_trials(const trial *t, size_t count)
{
        em_arena *arena = ask_arena();

        for (size_t i = 0; i < count; i++) {
                const em_answer *a = ask(t[i].question, (ask_tables){ .rows = t[i].rows, .coverage = t[i].coverage,
                                                                      .as_known = t[i].as_known }, arena);

                if (a->reading[0].verdict != t[i].verdict)
                        fail_msg("trial %zu: %.*s", i, EM_ARG(a->reading[0].says));
                if (t[i].number)
                        assert_number(a, t[i].number, t[i].text);
                assert_true(em_str_ends(a->reading[0].says, EM_S(".")));
        }
        em_arena_free(arena);
}
#define RUN(trials) run_trials(trials, sizeof trials / sizeof *trials)

#define EXACT7 "record|low_milli|high_milli\n1|7000|7000\n"
#define RANGE  "record|low_milli|high_milli\n1|60000|97000\n"
#define NOTHING "record|low_milli|high_milli\n"

static void at_least_holds_by_the_low_end(void **state)
{
        static const trial t[] = {
                { AMOUNT "-- test at-least n=7\nselect\n", EXACT7, NULL, NULL, EM_VERDICT_HOLDS, "value", "7" },
                { AMOUNT "-- test at-least n=8\nselect\n", EXACT7, NULL, NULL, EM_VERDICT_FAILS, "n", "8" },
                { AMOUNT "-- test at-least n=60\nselect\n", RANGE, NULL, NULL, EM_VERDICT_HOLDS, "value", "60 to 97" },
                { AMOUNT "-- test at-least n=98\nselect\n", RANGE, NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { AMOUNT "-- test at-least n=80\nselect\n", RANGE, NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
                { AMOUNT "-- test at-least n=1\nselect\n", NOTHING, NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void more_than_needs_more_or_the_word_itself(void **state)
{
        static const trial t[] = {
                { AMOUNT "-- test more-than n=6.5\nselect\n", EXACT7, NULL, NULL, EM_VERDICT_HOLDS, NULL, NULL },
                { AMOUNT "-- test more-than n=7\nselect\n", EXACT7, NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { AMOUNT "-- test more-than n=50\nselect\n", "record|low_milli|high_milli|quantifier\n1|50000||at-least\n",
                  NULL, NULL, EM_VERDICT_UNTESTABLE, "value", "at least 50" },
                { AMOUNT "-- test more-than n=50\nselect\n", "record|low_milli|high_milli|quantifier\n1|50000||more-than\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "value", "more than 50" },
        };

        (void)state;
        RUN(t);
}

static void exactly_allows_no_range(void **state)
{
        static const trial t[] = {
                { AMOUNT "-- test exactly n=7\nselect\n", EXACT7, NULL, NULL, EM_VERDICT_HOLDS, NULL, NULL },
                { AMOUNT "-- test exactly n=6\nselect\n", EXACT7, NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { AMOUNT "-- test exactly n=60\nselect\n", RANGE, NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void up_to_holds_by_the_high_end(void **state)
{
        static const trial t[] = {
                { AMOUNT "-- test up-to n=97\nselect\n", RANGE, NULL, NULL, EM_VERDICT_HOLDS, NULL, NULL },
                { AMOUNT "-- test up-to n=59\nselect\n", RANGE, NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { AMOUNT "-- test up-to n=80\nselect\n", RANGE, NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
                { AMOUNT "-- test up-to n=80\nselect\n", "record|low_milli|high_milli\n1|5000|\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, "high", "without limit" },
        };

        (void)state;
        RUN(t);
}

static void nearly_is_within_a_declared_share(void **state)
{
        /* 395 is 1.25 % below 400, 429 is 7.25 % above */
        static const trial t[] = {
                { AMOUNT "-- test nearly n=400000000\nselect\n",
                  "record|low_milli|high_milli\n1|395000000000|395000000000\n", NULL, NULL, EM_VERDICT_HOLDS, "value",
                  "395 million" },
                { AMOUNT "-- test nearly n=400000000\nselect\n",
                  "record|low_milli|high_milli\n1|429000000000|429000000000\n", NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { AMOUNT "-- test nearly n=400000000 within=0.1\nselect\n",
                  "record|low_milli|high_milli\n1|429000000000|429000000000\n", NULL, NULL, EM_VERDICT_HOLDS, NULL, NULL },
                { AMOUNT "-- test nearly n=400000000\nselect\n",
                  "record|low_milli|high_milli\n1|395000000000|429000000000\n", NULL, NULL, EM_VERDICT_UNTESTABLE, NULL,
                  NULL },
        };

        (void)state;
        RUN(t);
}

#define BY_MONTH "-- asks A?\n-- unit launch day\n-- combine sum\n-- test largest group=2022-01\nselect\n"

static void the_largest_is_strict_and_names_the_next(void **state)
{
        static const trial t[] = {
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|6000|6000\n2|2019-08|5000|5000\n3|2017-05|3000|3000\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "next-group", "August 2019" },
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|9000|9000\n2|2006-07|7000|7000\n3|2009-07|7000|7000\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "next-group", "July 2006 and July 2009" },
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|9000|9000\n2|2019-08|10000|10000\n"
                            "3|2020-03|9000|9000\n", NULL, NULL, EM_VERDICT_FAILS, "tied", "March 2020" },
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|9000|9000\n2|2019-08|10000|10000\n"
                            "3|2020-03|9000|9000\n", NULL, NULL, EM_VERDICT_FAILS, "rank", "2" },
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|9000|9000\n3|2020-03|9000|9000\n", NULL, NULL,
                  EM_VERDICT_FAILS, "rank", "1" },
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|6000|6000\n2|2019-08|5000|7000\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, "value", "6" },
                { BY_MONTH, "record|grp|low_milli|high_milli\n2|2019-08|5000|7000\n", NULL, NULL, EM_VERDICT_UNTESTABLE,
                  NULL, NULL },
                { BY_MONTH, "record|grp|low_milli|high_milli\n1|2022-01|5000|7000\n", NULL, NULL, EM_VERDICT_UNTESTABLE,
                  NULL, NULL },
        };

        (void)state;
        RUN(t);
}

#define HALVES "-- asks A?\n-- unit bbl\n-- combine sum\n-- period first 2021-01-01 2021-06-30\n" \
               "-- period second 2021-07-01 2021-12-31\n"
/* China's reports of 2021 by month, barrels: 23,760 in the first half; 68,149 in the second, 41,973 of
 * it in September (here the other months stand in two rows) */
#define OIL "record|label|day_from|day_to|low_milli|high_milli\n" \
            "1|a|2021-03-01|2021-03-31|23760000|23760000\n2|b|2021-08-01|2021-08-31|26176000|26176000\n" \
            "3|c|2021-09-01|2021-09-30|41973000|41973000\n"

static void a_sharp_increase_tells_what_carries_it(void **state)
{
        static const trial t[] = {
                { HALVES "-- test increased-sharply now=second base=first leave-out=month\nselect\n", OIL, NULL, NULL,
                  EM_VERDICT_HOLDS, "ratio", "2.87" },          /* 68,149 / 23,760 */
                { HALVES "-- test increased-sharply now=second base=first leave-out=month\nselect\n", OIL, NULL, NULL,
                  EM_VERDICT_HOLDS, "ratio-without", "1.10" },  /* 26,176 / 23,760 */
                { HALVES "-- test increased-sharply now=second base=first leave-out=month\nselect\n", OIL, NULL, NULL,
                  EM_VERDICT_HOLDS, "without", "September 2021" },
                { HALVES "-- test increased-sharply now=second base=first leave-out=label\nselect\n", OIL, NULL, NULL,
                  EM_VERDICT_HOLDS, "without", "c" },
                { HALVES "-- test increased-sharply now=second base=first factor=3\nselect\n", OIL, NULL, NULL,
                  EM_VERDICT_FAILS, NULL, NULL },
                { HALVES "-- test increased-sharply now=second base=first\nselect\n",
                  "record|day|low_milli|high_milli\n1|2021-03-01|10000|20000\n2|2021-08-01|30000|30000\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, "ratio", "1.50 to 3.00" },
                { HALVES "-- test increased-sharply now=second base=first\nselect\n",
                  "record|day|low_milli|high_milli\n1|2021-03-01|10000|20000\n", NULL, NULL, EM_VERDICT_UNTESTABLE, NULL,
                  NULL },
        };

        (void)state;
        RUN(t);
}

#define YEARS "-- asks A?\n-- unit USD\n-- combine max\n-- period now 2021\n-- period base 2019\n"
#define TRADE "record|day|low_milli|high_milli\n1|2019-01-01|2790000|2790000\n2|2021-01-01|318000|318000\n"

static void relatively_low_and_largely_ceased_are_shares_of_a_reference(void **state)
{
        /* 318 / 2790 = 11.4 %: recorded trade with China, 2021 and 2019 */
        static const trial t[] = {
                { YEARS "-- test largely-ceased now=now base=base\nselect\n", TRADE, NULL, NULL, EM_VERDICT_HOLDS,
                  "share", "11.4 %" },
                { YEARS "-- test largely-ceased now=now base=base\nselect\n", TRADE, NULL, NULL, EM_VERDICT_HOLDS, "fall",
                  "88.6 %" },
                { YEARS "-- test largely-ceased now=now base=base share=0.1\nselect\n", TRADE, NULL, NULL,
                  EM_VERDICT_FAILS, NULL, NULL },
                { YEARS "-- test largely-ceased now=now base=base\nselect\n",
                  "record|day|low_milli|high_milli\n1|2019-01-01|2790000|2790000\n", NULL, NULL, EM_VERDICT_UNTESTABLE,
                  NULL, NULL },
                { YEARS "-- test relatively-low now=now base=base\nselect\n", TRADE, NULL, NULL, EM_VERDICT_HOLDS, NULL,
                  NULL },
                { YEARS "-- test relatively-low now=base base=now\nselect\n", TRADE, NULL, NULL, EM_VERDICT_FAILS, "fall",
                  "no fall" },
                { YEARS "-- test relatively-low now=now base=base\nselect\n",
                  "record|day|low_milli|high_milli\n1|2019-01-01|1000|1000\n2|2021-01-01|400|600\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, "share", "40 % to 60 %" },
                { YEARS "-- test relatively-low now=now base=base\nselect\n",
                  "record|day|low_milli|high_milli\n1|2019-01-01|0|0\n2|2021-01-01|0|0\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void a_rate_by_the_day_takes_the_length_of_the_periods(void **state)
{
        /* 100 in 59 days against 500 in 365: 1.69 a day against 1.37 */
        static const trial t[] = {
                { "-- asks A?\n-- combine sum\n-- period now 2021-01-01 2021-02-28\n-- period base 2019\n"
                  "-- test larger now=now base=base per=day\nselect\n",
                  "record|day|low_milli|high_milli\n1|2021-01-05|100000|100000\n2|2019-05-05|500000|500000\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "ratio", "1.24" },
                { "-- asks A?\n-- combine sum\n-- test larger now=a base=b per=day\nselect\n",
                  "record|grp|low_milli|high_milli\n1|a|100000|100000\n2|b|500000|500000\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void larger_needs_the_ranges_apart(void **state)
{
        static const trial t[] = {
                { YEARS "-- test larger now=base base=now\nselect\n", TRADE, NULL, NULL, EM_VERDICT_HOLDS, NULL, NULL },
                { YEARS "-- test larger now=now base=base\nselect\n", TRADE, NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { YEARS "-- test larger now=base base=now factor=9\nselect\n", TRADE, NULL, NULL, EM_VERDICT_FAILS, NULL,
                  NULL },
                { YEARS "-- test larger now=now base=base\nselect\n",
                  "record|day|low_milli|high_milli\n1|2019-01-01|1000|3000\n2|2021-01-01|2000|4000\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

#define ONE_YEAR "-- asks A?\n-- period year 2021-02-01 2022-01-31\n-- coverage launch\n-- test none\nselect\n"

static void none_needs_somebody_who_was_looking(void **state)
{
        static const trial t[] = {
                { ONE_YEAR, "record|day\n", LOOKED, NULL, EM_VERDICT_HOLDS, "value", "0" },
                { ONE_YEAR, "record|day\n1|2021-03-25\n", LOOKED, NULL, EM_VERDICT_FAILS, "value", "1" },
                { ONE_YEAR, "record|day\n1|2017-11-28\n", LOOKED, NULL, EM_VERDICT_HOLDS, "value", "0" },
                { ONE_YEAR, "record|day\n", NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
                { ONE_YEAR, "record|day\n", LOOKED, "2021-12-31", EM_VERDICT_UNTESTABLE, NULL, NULL },
                { ONE_YEAR, "record|day\n", LOOKED, "2022-01-31", EM_VERDICT_HOLDS, NULL, NULL },
                { "-- asks A?\n-- period year 2021\n-- test none\nselect\n", "record|day\n", LOOKED, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
                { ONE_YEAR, "record|day\n", "kind|publisher|covers_from|covers_to|records|reliability\n"
                  "launch|A|2021-01-01|2021-06-30|3|B\nlaunch|B|2021-07-01|2022-12-31|4|B\n", NULL, EM_VERDICT_HOLDS,
                  NULL, NULL },
                { ONE_YEAR, "record|day\n", "kind|publisher|covers_from|covers_to|records|reliability\n"
                  "launch|A|2021-01-01|2021-06-29|3|B\nlaunch|B|2021-07-01|2022-12-31|4|B\n", NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void coverage_is_told_in_one_line(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask(ONE_YEAR, (ask_tables){ .rows = "record|day\n", .coverage = LOOKED,
                                                         .as_known = "2022-03-01" }, arena);
        char text[200];

        (void)state;
        snprintf(text, sizeof text, "%.*s", EM_ARG(a->coverage[0].text));
        assert_string_equal(text, "1984-04-09 to 2022-03-01, 245 records of 1 source (B); 83 without a usable hour");
        em_arena_free(arena);
}

#define GOING "-- asks A?\n-- period now 2021\n-- period before 2020\n-- coverage launch\n" \
              "-- test continued now=now before=before\nselect\n"

static void continued_needs_both_periods(void **state)
{
        static const trial t[] = {
                { GOING, "record|day\n1|2021-03-25\n2|2020-03-29\n", NULL, NULL, EM_VERDICT_HOLDS, "now", "1" },
                { GOING, "record|day\n2|2020-03-29\n", LOOKED, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { GOING, "record|day\n1|2021-03-25\n", LOOKED, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { GOING, "record|day\n1|2021-03-25\n", NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

#define NINE "1|2021-09-15\n2|2021-09-28\n3|2021-10-19\n4|2022-01-05\n5|2022-01-11\n6|2022-01-14\n" \
             "7|2022-01-17\n8|2022-01-27\n9|2022-01-30\n"

static void acceleration_is_an_exact_test_of_two_rates(void **state)
{
        static const trial t[] = {
                /* 9 in 153 days against 1 in 365: see test_stats.c */
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE "10|2021-03-25\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "p", "1.3e-4" },
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE "10|2021-03-25\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "low", "3.0" },
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE "10|2021-03-25\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "high", "941" },
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE "10|2021-03-25\n",
                  NULL, NULL, EM_VERDICT_HOLDS, "ratio", "21.5" },
                { COUNT PERIODS "-- test acceleration now=base base=now\nselect\n", "record|day\n" NINE "10|2021-03-25\n",
                  NULL, NULL, EM_VERDICT_FAILS, "days-now", "365" },
                { COUNT PERIODS "-- test acceleration now=now base=base alpha=0.0001\nselect\n",
                  "record|day\n" NINE "10|2021-03-25\n", NULL, NULL, EM_VERDICT_FAILS, NULL, NULL },
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE, NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE, LOOKED, NULL,
                  EM_VERDICT_HOLDS, "ratio", "without limit" },
                { AMOUNT PERIODS "-- test acceleration now=now base=base\nselect\n",
                  "record|day|low_milli|high_milli\n1|2021-10-01|1000|3000\n2|2021-03-25|1000|1000\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
                { "-- asks A?\n-- test acceleration now=a base=b\nselect\n", "record|grp\n1|a\n2|b\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
                /* known on 15 January the period is 137 days long so far */
                { COUNT PERIODS "-- test acceleration now=now base=base\nselect\n", "record|day\n" NINE "10|2021-03-25\n",
                  NULL, "2022-01-15", EM_VERDICT_HOLDS, "days-now", "137" },
        };

        (void)state;
        RUN(t);
}

#define LOOK_BACK "-- asks A?\n-- unit launch day\n-- period now 2020-03-30 2022-01-31\n-- combine distinct day\n"

static void a_change_of_pace_has_a_date(void **state)
{
        static const trial t[] = {
                { LOOK_BACK "-- test change-point\nselect\n", "record|day\n" NINE "10|2021-03-25\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "split", "5 January 2022" },
                { LOOK_BACK "-- test change-point\nselect\n", "record|day\n" NINE "10|2021-03-25\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "second", "15 September 2021" },
                { LOOK_BACK "-- test change-point\nselect\n", "record|day\n" NINE "10|2021-03-25\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "p", "below 1/20,000" },
                { LOOK_BACK "-- test change-point\nselect\n", "record|day\n" NINE "10|2021-03-25\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "rate-before", "0.19" },
                { LOOK_BACK "-- test change-point\nselect\n", "record|day\n" NINE "10|2021-03-25\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "rate-after", "6.8" },
                { LOOK_BACK "-- test change-point runs=500\nselect\n",
                  "record|day\n1|2020-06-30\n2|2020-12-30\n3|2021-06-30\n4|2021-12-30\n", NULL, NULL, EM_VERDICT_FAILS,
                  "events", "4" },
                { LOOK_BACK "-- test change-point\nselect\n", "record|day\n1|2021-03-25\n2|2021-03-25\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
                { "-- asks A?\n-- test change-point\nselect\n", "record|day\n" NINE, NULL, NULL, EM_VERDICT_UNTESTABLE,
                  NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void a_weekday_is_read_off_the_calendar(void **state)
{
        static const trial t[] = {
                /* 1 January 2022 was a Saturday (ISO 8601 week date 2021-W52-6); 4 February is 34 days on */
                { "-- asks A?\n-- test weekday day=Friday\nselect\n", "record|day\n1|2022-02-04\n", NULL, NULL,
                  EM_VERDICT_HOLDS, "date", "4 February 2022" },
                { "-- asks A?\n-- test weekday day=Friday\nselect\n", "record|day\n1|2022-02-04\n2|2022-02-05\n", NULL,
                  NULL, EM_VERDICT_FAILS, "weekday", "Saturday" },
                { "-- asks A?\n-- test weekday day=Friday\nselect\n", "record|day\n1|2022-02\n", NULL, NULL,
                  EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void load_fractions_must_fit_the_totals(void **state)
{
        static const char ask_it[] = "-- asks A?\n-- unit bbl\n-- combine max\n-- test load-fractions\nselect\n";
        static const trial t[] = {
                /* 1,367,628 / 759,793 = 1.8000; 0.9 / (1/3) = 2.7; 0.6 fits */
                { ask_it, "record|grp|low_milli|high_milli|fraction\n1|a|759793000|759793000|1/3\n"
                          "2|a|1367628000|1367628000|90 percent\n", NULL, NULL, EM_VERDICT_FAILS, "ratio", "1.8" },
                { ask_it, "record|grp|low_milli|high_milli|fraction\n1|a|759793000|759793000|1/3\n"
                          "2|a|1367628000|1367628000|90%\n", NULL, NULL, EM_VERDICT_FAILS, "expected", "2.7" },
                { ask_it, "record|grp|low_milli|high_milli|fraction\n1|a|759793000|759793000|1/3\n"
                          "2|b|1367628000|1367628000|0.90\n", NULL, NULL, EM_VERDICT_FAILS, "implied", "0.6" },
                { ask_it, "record|grp|low_milli|high_milli|fraction\n1|a|759793000|759793000|1/3\n"
                          "2|a|1367628000|1367628000|0.60 (derived; press says 90)\n", NULL, NULL, EM_VERDICT_HOLDS,
                  "expected", "1.8" },
                /* 1,523,381 / 1,015,588 = 1.5000 = 0.9 / 0.6 */
                { ask_it, "record|grp|low_milli|high_milli|fraction\n1|a|1015588000|1015588000|60%\n"
                          "2|a|1523381000|1523381000|90 %\n", NULL, NULL, EM_VERDICT_HOLDS, "ratio", "1.5" },
                { ask_it, "record|grp|low_milli|high_milli|fraction\n1|a|1015588000|1015588000|60%\n"
                          "2|a|1523381000|1523381000|most\n", NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void a_request_is_open_until_it_is_answered(void **state)
{
        static const char ask_it[] = "-- asks A?\n-- test no-reply\nselect\n";
        static const trial t[] = {
                { ask_it, "record|day|replied\n1|2022-02-04|\n", NULL, NULL, EM_VERDICT_HOLDS, "last-request",
                  "4 February 2022" },
                { ask_it, "record|day|replied\n1|2022-02-04|2022-03-01\n2|2022-02-05|\n", NULL, NULL, EM_VERDICT_FAILS,
                  "replied", "1" },
                { ask_it, "record|day|replied\n1|2022-02-04|2022-03-01\n", NULL, "2022-02-28", EM_VERDICT_HOLDS,
                  "replied", "0" },
                { ask_it, "record|day|replied\n", NULL, NULL, EM_VERDICT_UNTESTABLE, "requests", "0" },
        };

        (void)state;
        RUN(t);
}

static void untestable_is_never_anything_else(void **state)
{
        static const trial t[] = {
                { "-- asks A?\n-- test untestable\nselect\n", "record\n1\n", NULL, NULL, EM_VERDICT_UNTESTABLE, NULL, NULL },
        };

        (void)state;
        RUN(t);
}

static void readings_decide_together(void **state)
{
        static const char rows[] = "record|day\n1|2022-01-05\n2|2022-01-05\n3|2022-01-11\n";
        static const struct { const char *tail; em_verdict verdict; const char *why; } cases[] = {
                { "-- test exactly n=3\n", EM_VERDICT_HOLDS, "Holds: " },
                { "-- test exactly n=4\n", EM_VERDICT_FAILS, "Does not hold: " },
                { "-- test exactly n=3\n-- reading days: combine=distinct day\n", EM_VERDICT_READING, "Holds under " },
                { "-- test exactly n=2\n-- reading days: combine=distinct day\n", EM_VERDICT_READING, "Holds under " },
                { "-- test exactly n=5\n-- reading days: combine=distinct day\n", EM_VERDICT_FAILS, "Does not hold under " },
                { "-- test at-least n=2\n-- reading days: combine=distinct day\n", EM_VERDICT_HOLDS, "Holds under " },
                { "-- test exactly n=3\n-- beside days: combine=distinct day\n", EM_VERDICT_HOLDS, "Holds: " },
                { "-- test exactly n=4\n-- beside days: combine=distinct day; test.n=2\n", EM_VERDICT_FAILS,
                  "Does not hold: " },
                { "-- basis none nobody looked\n-- test exactly n=3\n", EM_VERDICT_UNTESTABLE, "Cannot be tested: " },
        };
        em_arena *arena = ask_arena();

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char text[300];

                snprintf(text, sizeof text, "-- asks A?\n-- unit missile\n%sselect\n", cases[i].tail);
                const em_answer *a = ask(text, (ask_tables){ .rows = rows }, arena);
                if (a->verdict != cases[i].verdict || !em_str_starts(a->why, em_str_c(cases[i].why)))
                        fail_msg("case %zu: %.*s", i, EM_ARG(a->why));
        }
        em_arena_free(arena);
}

static void a_phrase_is_given_only_where_it_holds(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks A?\n-- test at-least n=1\n-- reading more: test.n=5\n"
                                 "-- beside friday: test=weekday day=Friday\nselect\n",
                                 (ask_tables){ .rows = "record|day\n1|2022-02-04\n" }, arena);

        (void)state;
        assert_string_equal(em_answer_phrase(a, EM_S(""), EM_S("at-least")), "at least");
        assert_null(em_answer_phrase(a, EM_S(""), EM_S("largest")));
        assert_null(em_answer_phrase(a, EM_S("more"), EM_S("at-least")));
        assert_null(em_answer_phrase(a, EM_S("elsewhere"), EM_S("at-least")));
        assert_string_equal(em_answer_phrase(a, EM_S("friday"), EM_S("weekday")), "a Friday");
        assert_non_null(em_answer_number(a, EM_S("more"), EM_S("n")));
        assert_null(em_answer_number(a, EM_S("more"), EM_S("p")));
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(at_least_holds_by_the_low_end),
                cmocka_unit_test(more_than_needs_more_or_the_word_itself),
                cmocka_unit_test(exactly_allows_no_range),
                cmocka_unit_test(up_to_holds_by_the_high_end),
                cmocka_unit_test(nearly_is_within_a_declared_share),
                cmocka_unit_test(the_largest_is_strict_and_names_the_next),
                cmocka_unit_test(a_sharp_increase_tells_what_carries_it),
                cmocka_unit_test(relatively_low_and_largely_ceased_are_shares_of_a_reference),
                cmocka_unit_test(a_rate_by_the_day_takes_the_length_of_the_periods),
                cmocka_unit_test(larger_needs_the_ranges_apart),
                cmocka_unit_test(none_needs_somebody_who_was_looking),
                cmocka_unit_test(coverage_is_told_in_one_line),
                cmocka_unit_test(continued_needs_both_periods),
                cmocka_unit_test(acceleration_is_an_exact_test_of_two_rates),
                cmocka_unit_test(a_change_of_pace_has_a_date),
                cmocka_unit_test(a_weekday_is_read_off_the_calendar),
                cmocka_unit_test(load_fractions_must_fit_the_totals),
                cmocka_unit_test(a_request_is_open_until_it_is_answered),
                cmocka_unit_test(untestable_is_never_anything_else),
                cmocka_unit_test(readings_decide_together),
                cmocka_unit_test(a_phrase_is_given_only_where_it_holds),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
