/* Exact tests and the change-point against published and hand-worked values. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "embargo/day.h"
#include "embargo/stats.h"

#include <math.h>

static void assert_near(double got, double want, double within)
{
        if (!(fabs(got - want) <= within))
                fail_msg("%.12g is not within %g of %.12g", got, within, want);
}

static void a_binomial_probability_is_the_textbook_sum(void **state)
{
        (void)state;
        /* C(10,3) / 2^10 = 120 / 1024 */
        assert_near(em_stats_binomial_pmf(3, 10, 0.5), 120.0 / 1024, 1e-12);
        assert_near(em_stats_binomial_pmf(0, 5, 0), 1, 0);
        assert_near(em_stats_binomial_pmf(5, 5, 1), 1, 0);
        assert_near(em_stats_binomial_pmf(6, 5, 0.5), 0, 0);
        /* P(X >= 8 of 10 at 1/2) = (45 + 10 + 1) / 1024 */
        assert_near(em_stats_binomial_upper(8, 10, 0.5), 56.0 / 1024, 1e-12);
        assert_near(em_stats_binomial_upper(0, 10, 0.5), 1, 0);
        assert_near(em_stats_binomial_upper(11, 10, 0.5), 0, 0);
}

static void the_incomplete_beta_function_meets_its_closed_forms(void **state)
{
        (void)state;
        /* I_x(1,1) = x; I_x(a,1) = x^a; I_x(1,b) = 1 - (1-x)^b; I_.5(a,a) = 1/2 (DLMF 8.17) */
        assert_near(em_stats_beta_inc(1, 1, 0.37), 0.37, 1e-14);
        assert_near(em_stats_beta_inc(3, 1, 0.5), 0.125, 1e-14);
        assert_near(em_stats_beta_inc(1, 4, 0.25), 1 - pow(0.75, 4), 1e-14);
        assert_near(em_stats_beta_inc(17.5, 17.5, 0.5), 0.5, 1e-12);
        assert_near(em_stats_beta_inc(2, 3, 0), 0, 0);
        assert_near(em_stats_beta_inc(2, 3, 1), 1, 0);
        /* the quantile of beta(1, b) is 1 - (1-p)^(1/b) */
        assert_near(em_stats_beta_quantile(1, 10, 0.975), 1 - pow(0.025, 0.1), 1e-11);
}

static void clopper_pearson_intervals_are_those_of_the_tables(void **state)
{
        double low, high;

        (void)state;
        /* Tables of Clopper and Pearson's 95 % limits, n = 10: 0 gives 0 to 0.3085, 1 gives
         * 0.0025 to 0.4450, 5 gives 0.1871 to 0.8129, 10 gives 0.6915 to 1. */
        em_stats_clopper_pearson(0, 10, 0.05, &low, &high);
        assert_near(low, 0, 0);
        assert_near(high, 0.3085, 5e-5);
        em_stats_clopper_pearson(1, 10, 0.05, &low, &high);
        assert_near(low, 0.0025, 5e-5);
        assert_near(high, 0.4450, 5e-5);
        em_stats_clopper_pearson(5, 10, 0.05, &low, &high);
        assert_near(low, 0.1871, 5e-5);
        assert_near(high, 0.8129, 5e-5);
        em_stats_clopper_pearson(10, 10, 0.05, &low, &high);
        assert_near(low, 0.6915, 5e-5);
        assert_near(high, 1, 0);
}

static void nine_launch_days_against_one_are_an_acceleration(void **state)
{
        em_rate_ratio r = em_stats_rate_ratio(9, 153, 1, 365);
        double p = 153.0 / 518;

        (void)state;
        /* P(X >= 9 of 10) = 10 p^9 (1-p) + p^10 with p = 153/518:
         * 0.0001206 + 0.0000051 = 0.0001256 */
        assert_near(r.p_more, 10 * pow(p, 9) * (1 - p) + pow(p, 10), 1e-12);
        assert_near(r.p_more, 1.3e-4, 0.05e-4);
        /* (9/153) / (1/365) = 21.47 */
        assert_near(r.ratio, 9.0 * 365 / 153, 1e-12);
        /* ends of the interval, from beta quantiles: 0.5550 and 0.9975 of the sum */
        assert_near(r.low, 3.0, 0.05);
        assert_near(r.high, 941, 0.5);
        /* Outcomes no likelier than 9 of 10: only 10 (0 has (365/518)^10 = 0.030). */
        assert_near(r.p_two, r.p_more, 1e-12);
}

static void ten_against_four_is_none_year_on_year(void **state)
{
        em_rate_ratio r = em_stats_rate_ratio(10, 365, 4, 366);
        double p = 365.0 / 731, more = 0, less = 0;

        (void)state;
        /* C(14,k): 1001, 364, 91, 14, 1 from k = 10 up; the same from k = 4 down */
        const double c[] = { 1001, 364, 91, 14, 1 };
        for (int i = 0; i < 5; i++) {
                more += c[i] * pow(p, 10 + i) * pow(1 - p, 4 - i);
                if (i > 0)
                        less += c[i] * pow(p, 4 - i) * pow(1 - p, 10 + i);
        }
        assert_near(r.p_more, more, 1e-12);
        assert_near(r.p_more, 0.089, 0.0005);
        /* two-sided: 4 of 14 is likelier than 10 (p is below 1/2), so the other tail is 3 and fewer */
        assert_near(r.p_two, more + less, 1e-12);
        assert_near(r.p_two, 0.118, 0.0005);
        assert_near(r.ratio, 2.5, 0.05);
}

static void the_campaign_of_2019_is_no_slower_than_that_of_2021(void **state)
{
        (void)state;
        /* notes/regime.md and the task: 18 launch days by Korean date, 17 by UTC, in 336 days */
        assert_near(em_stats_rate_ratio(9, 153, 18, 336).p_more, 0.48, 0.005);
        assert_near(em_stats_rate_ratio(9, 153, 17, 336).p_more, 0.43, 0.005);
}

static void a_rate_of_nothing_has_no_upper_limit(void **state)
{
        em_rate_ratio r = em_stats_rate_ratio(3, 10, 0, 10);

        (void)state;
        assert_true(isinf(r.ratio) && isinf(r.high));
        assert_near(r.p_more, 0.125, 1e-12);    /* (1/2)^3 */
        r = em_stats_rate_ratio(0, 10, 0, 10);
        assert_true(isnan(r.ratio));
        assert_near(r.p_more, 1, 0);
        r = em_stats_rate_ratio(0, 10, 4, 10);
        assert_near(r.low, 0, 0);
        assert_near(r.p_less, 1.0 / 16, 1e-12);
}

static const char *const launch_days[] = {
        "2021-03-25", "2021-09-15", "2021-09-28", "2021-10-19", "2022-01-05",
        "2022-01-11", "2022-01-14", "2022-01-17", "2022-01-27", "2022-01-30",
};

static void the_pace_of_launches_changed_in_january_2022(void **state)
{
        em_day from, day;
        double offset[10];
        em_change_point one, four;

        (void)state;
        assert_true(em_day_parse(EM_S("2020-03-30"), &from));
        for (size_t i = 0; i < 10; i++) {
                assert_true(em_day_parse(em_str_c(launch_days[i]), &day));
                offset[i] = day - from;
        }
        /* 30 March 2020 to 31 January 2022: 277 + 365 + 31 = 673 days */
        assert_int_equal(em_stats_change_point(offset, 10, 673, 20000, 1, 1, &one, NULL), EM_OK);
        /* 5 January 2022 is day 646: 4 events before, 6 in the 27 days after */
        assert_near(one.split, 646, 0);
        assert_near(one.second, offset[1], 0);          /* 15 September 2021 */
        assert_near(one.rate_before * 30.4375, 0.19, 0.005);
        assert_near(one.rate_after * 30.4375, 6.8, 0.05);
        /* 4 ln(4/646) + 6 ln(6/27) - 10 ln(10/673) */
        assert_near(one.gain, 4 * log(4.0 / 646) + 6 * log(6.0 / 27) - 10 * log(10.0 / 673), 1e-9);
        assert_int_equal(one.exceeded, 0);
        assert_near(one.p, 1.0 / 20001, 1e-12);
        assert_int_equal(em_stats_change_point(offset, 10, 673, 20000, 1, 4, &four, NULL), EM_OK);
        assert_memory_equal(&one.p, &four.p, sizeof one.p);
        assert_int_equal(one.exceeded, four.exceeded);
}

static void evenly_spread_events_show_no_change(void **state)
{
        double event[20];
        em_change_point cp, again;

        (void)state;
        for (int i = 0; i < 20; i++)
                event[i] = 5 + 10 * i;
        assert_int_equal(em_stats_change_point(event, 20, 200, 2000, 7, 2, &cp, NULL), EM_OK);
        assert_true(cp.p > 0.5);
        assert_int_equal(em_stats_change_point(event, 20, 200, 2000, 7, 1, &again, NULL), EM_OK);
        assert_int_equal(cp.exceeded, again.exceeded);
}

static void one_event_is_too_few_for_a_change(void **state)
{
        em_error err = { 0 };
        em_change_point cp;
        double event = 3;

        (void)state;
        assert_int_equal(em_stats_change_point(&event, 1, 10, 10, 1, 1, &cp, &err), EM_FORMAT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_binomial_probability_is_the_textbook_sum),
                cmocka_unit_test(the_incomplete_beta_function_meets_its_closed_forms),
                cmocka_unit_test(clopper_pearson_intervals_are_those_of_the_tables),
                cmocka_unit_test(nine_launch_days_against_one_are_an_acceleration),
                cmocka_unit_test(ten_against_four_is_none_year_on_year),
                cmocka_unit_test(the_campaign_of_2019_is_no_slower_than_that_of_2021),
                cmocka_unit_test(a_rate_of_nothing_has_no_upper_limit),
                cmocka_unit_test(the_pace_of_launches_changed_in_january_2022),
                cmocka_unit_test(evenly_spread_events_show_no_change),
                cmocka_unit_test(one_event_is_too_few_for_a_change),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
