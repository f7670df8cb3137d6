/* Cargo: published figures again, their labels, weights from draughts by hand, and chains that count once. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/voyage.h"

static void assert_near(double got, double want, double within)
{
        if (!(fabs(got - want) <= within))
                fail_msg("%.4f is not %.4f", got, want);
}

/* ---- published figures ------------------------------------------------------------------------ */

/* The United States to the 1718 Committee, July 2018: 89 deliveries, 1 January to 30 May 2018.  Printed: 759,793 bbl "one third laden",
 * 1,367,628 bbl "90 percent laden".  1,367,628 / 0.9 = 1,519,586.7, of which a half is 759,793.3 and a third 506,529:
 * the first label does not fit the second. */
static void the_figures_of_2018_are_half_and_ninety_percent_of_one_capacity(void **state)
{
        (void)state;
        em_cargo_load load[EM_CARGO_LOADS];
        em_cargo_by_fraction(1519587 / 8.33, 8.33, load);
        assert_true(floor(load[1].barrels) == 759793);          /* 759,793.5, cut */
        assert_true(floor(load[3].barrels) == 1367628);         /* 1,367,628.3 */
        assert_near(load[0].barrels, 506529, 0.01);             /* what a third would be */
        assert_near(load[1].tonnes, 91211.70, 0.01);            /* 759,793.5 / 8.33 */
}

static bool pair_is(const em_cargo_pair *p, unsigned first, unsigned second)
{
        return p->first == first && p->second == second;
}

/* 1,367,628 / 759,793 = 1.8000: that is 90 to 50, or 60 to a third; never 90 to a third (2.7). */
static void the_labels_of_2018_do_not_fit_and_two_readings_do(void **state)
{
        (void)state;
        em_cargo_pair pair[16];
        assert_int_equal(em_cargo_pairs(759793, 1367628, pair), 2);
        assert_true(pair_is(&pair[0], 0, 2));                   /* one third and 60 percent: the whole is 2,279,380 */
        assert_true(pair[0].full_low < 2279380 && pair[0].full_high > 2279380);
        assert_true(pair_is(&pair[1], 1, 3));                   /* half and 90 percent: 1,519,587 */
        assert_true(pair[1].full_low < 1519587 && pair[1].full_high > 1519587);
}

/* S/2024/215: 87 deliveries, 1 January to 15 September 2023; 1,015,588 bbl at 60 percent, 1,523,381 at 90.  Rounded, the whole F is
 * in both 1,015,587.5/0.6 .. 1,015,588.5/0.6 = 1,692,645.8 .. 1,692,647.5 and 1,523,380.5/0.9 .. 1,523,381.5/0.9 = 1,692,645.0 .. 1,692,646.1,
 * so F = 1,692,646: 0.6 F = 1,015,587.6 and 0.9 F = 1,523,381.4. */
static void the_figures_of_2023_are_sixty_and_ninety_percent(void **state)
{
        (void)state;
        em_cargo_load load[EM_CARGO_LOADS];
        em_cargo_by_fraction(1692646 / 8.33, 8.33, load);
        assert_int_equal(lround(load[2].barrels), 1015588);
        assert_int_equal(lround(load[3].barrels), 1523381);
        em_cargo_pair pair[16];
        assert_int_equal(em_cargo_pairs(1015588, 1523381, pair), 2);
        assert_true(pair_is(&pair[0], 0, 1));                   /* a third and a half have the same ratio: 3 to 2 */
        assert_true(pair_is(&pair[1], 2, 3));
        assert_true(pair[1].full_low < 1692646 && pair[1].full_high > 1692646);
}

static void figures_of_another_ratio_are_no_pair(void **state)
{
        (void)state;
        em_cargo_pair pair[16];
        assert_int_equal(em_cargo_pairs(759793, 1367700, pair), 0);
        assert_int_equal(em_cargo_pairs(1000000, 4000000, pair), 0);
}

/* ---- draughts ----------------------------------------------------------------------------------- */

/* A tanker of 183 by 32 m from 7.0 to 12.0 m.  mid: 1.025 * 183 * 32 * 0.88 * 5.0 = 26,410.6; low: 1.025 * 182.5 * 31.5 * 0.80 * 4.9 = 23,098.5;
 * high: 1.025 * 183.5 * 32.5 * 0.92 * 5.1 = 28,681.5. */
static void what_a_hull_sinks_by_is_a_weight_with_its_interval(void **state)
{
        (void)state;
        em_hull_size size = { .length_m = 183, .beam_m = 32, .ship_type = 80 };
        em_tonnes t = em_cargo_by_draught(&size, 7.0, 12.0);
        assert_near(t.mid, 26410.6, 0.1);
        assert_near(t.low, 23098.5, 0.1);
        assert_near(t.high, 28681.5, 0.1);
        assert_string_equal(t.basis, "draught");
        em_tonnes back = em_cargo_by_draught(&size, 12.0, 7.0);
        assert_near(back.mid, t.mid, 1e-6);
}

static void no_cargo_is_heavier_than_the_deadweight(void **state)
{
        (void)state;
        em_hull_size size = { .length_m = 183, .beam_m = 32, .dwt_t = 25000, .ship_type = 80 };
        em_tonnes t = em_cargo_by_draught(&size, 7.0, 12.0);
        assert_near(t.low, 23098.5, 0.1);
        assert_near(t.mid, 25000, 1e-9);
        assert_near(t.high, 25000, 1e-9);
}

static void the_type_of_a_ship_never_says_that_there_is_no_cargo(void **state)
{
        (void)state;
        for (unsigned type = 0; type < 256; type++) {
                em_hull_size size = { .length_m = 90, .beam_m = 14, .ship_type = (uint8_t)type };
                em_tonnes t = em_cargo_by_draught(&size, 5.5, 3.5);
                assert_true(t.low > 0 && t.low < t.mid && t.mid < t.high);
        }
}

static void a_step_within_the_rounding_of_draughts_may_be_none(void **state)
{
        (void)state;
        em_hull_size size = { .length_m = 100, .beam_m = 16, .ship_type = 70 };
        assert_true(em_cargo_by_draught(&size, 5.0, 5.1).low <= 0);
        assert_true(em_cargo_by_draught(&size, 5.0, 5.0).high > 0);
}

static void without_a_size_or_a_draught_there_is_no_estimate(void **state)
{
        (void)state;
        em_hull_size none = { .beam_m = 16 }, full = { .length_m = 100, .beam_m = 16 };
        assert_string_equal(em_cargo_by_draught(&none, 5, 6).basis, "");
        assert_string_equal(em_cargo_by_draught(&full, 0, 6).basis, "");
        assert_string_equal(em_cargo_by_draught(&full, (double)NAN, 6).basis, "");
        assert_true(em_cargo_by_draught(&full, 0, 6).high <= 0);
}

/* ---- chains ------------------------------------------------------------------------------------- */

static em_cargo_leg leg(uint32_t from, uint32_t to, int day, double mid)
{
        return (em_cargo_leg){ .from_mmsi = from, .to_mmsi = to, .start_s = day * 86400, .end_s = day * 86400 + 36000,
                               .tonnes = { mid * 0.9, mid, mid * 1.1, "draught" } };
}

static em_cargo_sum summed(const em_cargo_leg *legs, size_t n, em_cargo_share *share)
{
        em_arena    *arena = em_arena_new(1 << 20);
        em_cargo_sum sum = {0};
        assert_int_equal(em_cargo_chain(legs, n, 30, arena, share, &sum, NULL), EM_OK);
        em_arena_free(arena);
        return sum;
}

/* Terminal to mother ship A, A to B, B to C, C calls at a port: 5,000 t four times are 5,000 t once. */
static void a_cargo_that_changes_ships_twice_counts_once_at_the_port(void **state)
{
        (void)state;
        em_cargo_leg legs[] = { leg(3, 0, 9, 4900), leg(0, 1, 1, 5000), leg(2, 3, 6, 4950), leg(1, 2, 4, 5000) };
        em_cargo_share share[4];
        em_cargo_sum sum = summed(legs, 4, share);
        assert_near(sum.ashore.mid, 4900, 1e-9);
        assert_near(sum.ashore.low, 4410, 1e-9);
        assert_near(sum.afloat.high, 0, 1e-9);
        assert_int_equal(sum.legs_passed_on, 3);
        assert_true(share[0].counted && share[0].ashore);
        assert_int_equal(share[1].onward, 3);
        assert_int_equal(share[3].onward, 2);
        assert_int_equal(share[2].onward, 0);
}

static void what_is_not_seen_to_go_on_is_afloat(void **state)
{
        (void)state;
        em_cargo_leg legs[] = { leg(1, 2, 1, 3000), leg(2, 0, 40, 3000), leg(1, 5, 2, 700) };      /* 38.6 days after the first ended */
        em_cargo_share share[3];
        em_cargo_sum sum = summed(legs, 3, share);
        assert_near(sum.ashore.mid, 3000, 1e-9);
        assert_near(sum.afloat.mid, 3700, 1e-9);
        assert_int_equal(sum.legs_passed_on, 0);
}

/* A gives to B, B calls, A gives to B again, B calls again: two calls, two cargoes.  And a leg before is none that goes on. */
static void a_ship_that_comes_twice_counts_twice(void **state)
{
        (void)state;
        em_cargo_leg legs[] = { leg(1, 2, 1, 100), leg(2, 0, 3, 100), leg(1, 2, 10, 90), leg(2, 0, 12, 90), leg(9, 2, 20, 50) };
        em_cargo_share share[5];
        em_cargo_sum sum = summed(legs, 5, share);
        assert_near(sum.ashore.mid, 190, 1e-9);
        assert_near(sum.afloat.mid, 50, 1e-9);
        assert_int_equal(share[0].onward, 1);
        assert_int_equal(share[2].onward, 3);
        assert_true(share[4].counted);
}

static void two_givers_to_one_ship_and_one_giver_to_two_count_at_the_end(void **state)
{
        (void)state;
        em_cargo_leg legs[] = { leg(1, 3, 1, 100), leg(2, 3, 2, 100), leg(3, 4, 5, 120), leg(3, 5, 6, 80), leg(4, 0, 8, 120), leg(5, 0, 9, 80) };
        em_cargo_share share[6];
        em_cargo_sum sum = summed(legs, 6, share);
        assert_near(sum.ashore.mid, 200, 1e-9);
        assert_int_equal(sum.legs_passed_on, 4);
        assert_int_equal(sum.legs_ashore, 2);
}

/* Two ships alongside that each may have given to the other at the same time: neither swallows the other. */
static void legs_at_the_same_time_do_not_pass_on_to_each_other(void **state)
{
        (void)state;
        em_cargo_leg legs[] = { leg(1, 2, 1, 100), leg(2, 1, 1, 100) };
        em_cargo_share share[2];
        em_cargo_sum sum = summed(legs, 2, share);
        assert_int_equal(sum.legs_afloat, 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_figures_of_2018_are_half_and_ninety_percent_of_one_capacity),
                cmocka_unit_test(the_labels_of_2018_do_not_fit_and_two_readings_do),
                cmocka_unit_test(the_figures_of_2023_are_sixty_and_ninety_percent),
                cmocka_unit_test(figures_of_another_ratio_are_no_pair),
                cmocka_unit_test(what_a_hull_sinks_by_is_a_weight_with_its_interval),
                cmocka_unit_test(no_cargo_is_heavier_than_the_deadweight),
                cmocka_unit_test(the_type_of_a_ship_never_says_that_there_is_no_cargo),
                cmocka_unit_test(a_step_within_the_rounding_of_draughts_may_be_none),
                cmocka_unit_test(without_a_size_or_a_draught_there_is_no_estimate),
                cmocka_unit_test(a_cargo_that_changes_ships_twice_counts_once_at_the_port),
                cmocka_unit_test(what_is_not_seen_to_go_on_is_afloat),
                cmocka_unit_test(a_ship_that_comes_twice_counts_twice),
                cmocka_unit_test(two_givers_to_one_ship_and_one_giver_to_two_count_at_the_end),
                cmocka_unit_test(legs_at_the_same_time_do_not_pass_on_to_each_other),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
