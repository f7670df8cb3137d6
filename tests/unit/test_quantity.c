/* Amounts: intervals that never lose the truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/quantity.h"

#include <math.h>

static em_quantity stated(const char *number, em_quantifier q, const char *unit)
{
        em_quantity made;
        if (!em_quantity_stated(em_str_c(number), q, em_str_c(unit), &made))
                fail_msg("no number: %s", number);
        return made;
}

static void assert_shown(em_quantity q, const char *want)
{
        char out[96];
        assert_string_equal(em_quantity_text(q, out), want);
}

static void a_decimal_is_read_in_thousandths(void **state)
{
        (void)state;
        static const struct { const char *text; em_milli low, high; } cases[] = {
                { "0", 0, 0 },            { "106094.17", 106094170, 106094170 },
                { "-3", -3000, -3000 },   { "007.5", 7500, 7500 },
                { "0.0005", 0, 1 },       { "-0.0005", -1, 0 },
                { "1.2340", 1234, 1234 }, { "1.2341", 1234, 1235 }, { "-1.2341", -1235, -1234 },
                /* 2^63 - 3 thousandths: the last number below the open end and its neighbour */
                { "9223372036854775.805", INT64_MAX - 2, INT64_MAX - 2 },
                { "-9223372036854775.805", -INT64_MAX + 2, -INT64_MAX + 2 },
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                em_milli low, high;
                if (!em_milli_parse(em_str_c(cases[i].text), &low, &high))
                        fail_msg("no number: %s", cases[i].text);
                assert_true(low == cases[i].low && high == cases[i].high);
        }
}

static void what_is_not_a_plain_decimal_is_refused(void **state)
{
        (void)state;
        static const char *const bad[] = { "", "-", "+1", "1e6", "1,000", ".5", "5.", "1.2.3",
                " 1", "1 ", "--1", "0x1", "inf", "nan", "1.-2", "9223372036854775.807",
                "99999999999999999999", "12a" };
        em_milli low = 1, high = 2;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                if (em_milli_parse(em_str_c(bad[i]), &low, &high))
                        fail_msg("taken: %s", bad[i]);
        assert_true(low == 1 && high == 2);
}

static void rounding_is_half_the_last_stated_digit(void **state)
{
        (void)state;
        static const struct { const char *text; em_milli half; } cases[] = {
                { "418000", 500000 }, { "3.7", 50 }, { "25", 500 }, { "400", 50000 },
                { "3.70", 5 }, { "10.0", 50 }, { "-60", 5000 }, { "0", 500 },
                { "0.125", 1 },         /* 0.0005, rounded outward to a thousandth */
                { "0.12345", 1 },
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                em_milli half;
                assert_true(em_milli_rounding(em_str_c(cases[i].text), &half));
                if (half != cases[i].half)
                        fail_msg("%s", cases[i].text);
        }
        em_milli half;
        assert_false(em_milli_rounding(EM_S("1e3"), &half));
}

static void the_wording_of_the_evidence_makes_the_interval(void **state)
{
        (void)state;
        em_quantity q = stated("50000000", EM_QUANT_MORE_THAN, "USD");
        assert_true(q.low == 50000000000 && q.high == EM_MILLI_MAX && q.stated == q.low);
        q = stated("400", EM_QUANT_UP_TO, "USD");
        assert_true(q.low == 0 && q.high == 400000);
        q = stated("400", EM_QUANT_NEARLY, "USD");
        assert_true(q.low == 400000 && q.high == 400000 && q.rounding == 50000);
        q = stated("400", EM_QUANT_EXACT, "USD");
        assert_true(q.rounding == 0);
        em_quantity none;
        assert_false(em_quantity_stated(EM_S("many"), EM_QUANT_ABOUT, EM_S("USD"), &none));
        assert_false(em_quantity_stated(EM_S("-1"), EM_QUANT_UP_TO, EM_S("USD"), &none));
}

static void every_quantifier_is_read_by_its_own_name(void **state)
{
        (void)state;
        for (int q = 0; q < EM_QUANT_COUNT; q++) {
                em_quantifier back = EM_QUANT_COUNT;
                assert_true(em_quantifier_parse(em_str_c(em_quantifier_name((em_quantifier)q)), &back));
                assert_int_equal(back, q);
        }
        em_quantifier q;
        assert_string_equal(em_quantifier_name(EM_QUANT_AT_LEAST), "at-least");
        assert_false(em_quantifier_parse(EM_S("perhaps"), &q));
}

static void an_open_end_absorbs(void **state)
{
        (void)state;
        assert_true(em_milli_add(EM_MILLI_MAX, -5) == EM_MILLI_MAX);
        assert_true(em_milli_add(7, EM_MILLI_MIN) == EM_MILLI_MIN);
        assert_true(em_milli_add(EM_MILLI_MAX - 1, 1) == EM_MILLI_MAX);
        assert_true(em_milli_add(EM_MILLI_MIN + 1, -9) == EM_MILLI_MIN);
        assert_true(em_milli_add(EM_MILLI_NONE, 1) == EM_MILLI_NONE);
        assert_true(em_milli_add(2, 3) == 5);
}

/* 10 * 0.3333 = 3.333; 1 * 0.001 thousandths is a thousandth of a thousandth. */
static void a_product_rounds_to_the_side_it_is_told(void **state)
{
        (void)state;
        assert_true(em_milli_mul_up(1, 1) == 1);
        assert_true(em_milli_mul_down(1, 1) == 0);
        assert_true(em_milli_mul_up(-1, 1) == 0);
        assert_true(em_milli_mul_down(-1, 1) == -1);
        assert_true(em_milli_mul_up(17877000, 7500) == 134077500);      /* 17,877 * 7.5 */
        assert_true(em_milli_mul_down(EM_MILLI_MAX - 1, 2000) == EM_MILLI_MAX);
        assert_true(em_milli_mul_up(EM_MILLI_MAX, 500) == EM_MILLI_MAX);
        assert_true(em_milli_mul_up(EM_MILLI_MAX, -500) == EM_MILLI_MIN);
        assert_true(em_milli_mul_up(EM_MILLI_MAX, 0) == 0);
        assert_true(em_milli_mul_up(EM_MILLI_NONE, 1000) == EM_MILLI_NONE);
}

static void thousandths_become_a_real_number(void **state)
{
        (void)state;
        assert_true(em_milli_real(2500) == 2.5);
        assert_true(em_milli_real(EM_MILLI_MAX) == HUGE_VAL);
        assert_true(em_milli_real(EM_MILLI_MIN) == -HUGE_VAL);
        assert_true(isnan(em_milli_real(EM_MILLI_NONE)));
}

/* 23 to 60 and 37 million are 60 to 97 million. */
static void intervals_add_end_by_end(void **state)
{
        (void)state;
        em_quantity a = stated("23", EM_QUANT_RANGE, "M"), b = stated("37", EM_QUANT_ABOUT, "M");
        a.high = 60000;
        em_quantity sum = em_quantity_add(a, b);
        assert_true(sum.low == 60000 && sum.high == 97000 && sum.rounding == 500);
        assert_int_equal(sum.quantifier, EM_QUANT_DERIVED);
        assert_shown(sum, "60 to 97");
        sum = em_quantity_add(sum, stated("5", EM_QUANT_AT_LEAST, "M"));
        assert_true(sum.low == 65000 && sum.high == EM_MILLI_MAX);
        assert_shown(sum, "at least 65");
}

static void a_sum_past_the_greatest_number_still_holds_the_truth(void **state)
{
        (void)state;
        em_quantity most = { .low = EM_MILLI_MAX - 1, .high = EM_MILLI_MAX - 1, .unit = EM_S("t") };
        em_quantity sum = em_quantity_add(most, most);
        assert_true(sum.low == EM_MILLI_MAX - 1);
        assert_true(sum.high == EM_MILLI_MAX);
}

static void an_unknown_amount_makes_the_sum_unknown(void **state)
{
        (void)state;
        em_quantity none = { .low = EM_MILLI_NONE, .high = EM_MILLI_NONE, .unit = EM_S("t") };
        em_quantity sum = em_quantity_add(stated("5", EM_QUANT_EXACT, "t"), none);
        assert_true(sum.low == EM_MILLI_NONE && sum.high == EM_MILLI_NONE);
        assert_shown(sum, "not known");
}

/* 17,877 t of 2020: 17877 * 7.5 = 134,077.5 bbl by the press's diesel basis and
 * 17877 * 8.33 = 148,915.41 bbl by the Committee's for China. */
static void tonnes_become_barrels_under_the_two_published_factors(void **state)
{
        (void)state;
        em_factor press = { .from = EM_S("t"), .to = EM_S("bbl"),
                            .low_micro = 7500000, .high_micro = 7500000 };
        em_factor both = press;
        both.high_micro = 8330000;
        em_quantity t = stated("17877", EM_QUANT_EXACT, "t"), bbl;
        assert_true(em_quantity_convert(t, &press, &bbl));
        assert_true(bbl.low == 134077500 && bbl.high == 134077500);
        assert_true(em_str_eq(bbl.unit, EM_S("bbl")));
        assert_true(em_quantity_convert(t, &both, &bbl));
        assert_true(bbl.low == 134077500 && bbl.high == 148915410);
        assert_shown(bbl, "134,077.5 to 148,915.41");
}

/* 0.001 * 1.5 = 0.0015, which lies between 0.001 and 0.002. */
static void conversion_rounds_outward_on_both_sides_of_zero(void **state)
{
        (void)state;
        em_factor f = { .from = EM_S("a"), .to = EM_S("b"), .low_micro = 1500000, .high_micro = 2500000 };
        em_quantity q;
        assert_true(em_quantity_convert(stated("0.001", EM_QUANT_EXACT, "a"), &f, &q));
        assert_true(q.low == 1 && q.high == 3);
        assert_true(em_quantity_convert(stated("-0.001", EM_QUANT_EXACT, "a"), &f, &q));
        assert_true(q.low == -3 && q.high == -1);
        assert_true(em_quantity_convert(stated("4", EM_QUANT_AT_LEAST, "a"), &f, &q));
        assert_true(q.low == 6000 && q.high == EM_MILLI_MAX);
}

static void only_the_factors_own_unit_is_converted(void **state)
{
        (void)state;
        em_factor f = { .from = EM_S("t"), .to = EM_S("bbl"), .low_micro = 1, .high_micro = 1 };
        em_quantity q;
        assert_false(em_quantity_convert(stated("1", EM_QUANT_EXACT, "bbl"), &f, &q));
        f.low_micro = 0;
        assert_false(em_quantity_convert(stated("1", EM_QUANT_EXACT, "t"), &f, &q));
        f.low_micro = 2;
        assert_false(em_quantity_convert(stated("1", EM_QUANT_EXACT, "t"), &f, &q));
}

static void digits_are_grouped_and_idle_zeros_dropped(void **state)
{
        (void)state;
        char out[40];
        assert_string_equal(em_milli_text(91909000, ',', out), "91,909");
        assert_string_equal(em_milli_text(9974175, ',', out), "9,974.175");
        assert_string_equal(em_milli_text(999000, ',', out), "999");
        assert_string_equal(em_milli_text(1234567890, 0, out), "1234567.89");
        assert_string_equal(em_milli_text(-1000050, ',', out), "-1,000.05");
        assert_string_equal(em_milli_text(7, ',', out), "0.007");
        assert_string_equal(em_milli_text(0, ',', out), "0");
        assert_string_equal(em_milli_text(EM_MILLI_MAX - 1, ',', out), "9,223,372,036,854,775.806");
}

static void an_amount_is_shown_in_the_words_of_its_evidence(void **state)
{
        (void)state;
        assert_shown(stated("50000000", EM_QUANT_AT_LEAST, "USD"), "at least 50,000,000");
        assert_shown(stated("50000000", EM_QUANT_MORE_THAN, "USD"), "more than 50,000,000");
        assert_shown(stated("400", EM_QUANT_NEARLY, "M"), "nearly 400");
        assert_shown(stated("418000", EM_QUANT_ABOUT, "bbl"), "about 418,000");
        assert_shown(stated("2000000000", EM_QUANT_UP_TO, "USD"), "up to 2,000,000,000");
        assert_shown(stated("9", EM_QUANT_EXACT, "missile"), "9");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_decimal_is_read_in_thousandths),
                cmocka_unit_test(what_is_not_a_plain_decimal_is_refused),
                cmocka_unit_test(rounding_is_half_the_last_stated_digit),
                cmocka_unit_test(the_wording_of_the_evidence_makes_the_interval),
                cmocka_unit_test(every_quantifier_is_read_by_its_own_name),
                cmocka_unit_test(an_open_end_absorbs),
                cmocka_unit_test(a_product_rounds_to_the_side_it_is_told),
                cmocka_unit_test(thousandths_become_a_real_number),
                cmocka_unit_test(intervals_add_end_by_end),
                cmocka_unit_test(a_sum_past_the_greatest_number_still_holds_the_truth),
                cmocka_unit_test(an_unknown_amount_makes_the_sum_unknown),
                cmocka_unit_test(tonnes_become_barrels_under_the_two_published_factors),
                cmocka_unit_test(conversion_rounds_outward_on_both_sides_of_zero),
                cmocka_unit_test(only_the_factors_own_unit_is_converted),
                cmocka_unit_test(digits_are_grouped_and_idle_zeros_dropped),
                cmocka_unit_test(an_amount_is_shown_in_the_words_of_its_evidence),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
