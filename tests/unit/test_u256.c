/* Integers of 256 bits: against a twin that counts bit by bit, and against numbers from elsewhere. */
#include "embargo/u256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* 2^256 - 1 (the largest uint256 of Solidity's documentation). */
#define MOST "115792089237316195423570985008687907853269984665640564039457584007913129639935"

static em_u256 of(const char *digits)
{
        em_u256 n = {{0}};
        assert_true(em_u256_parse(em_str_c(digits), &n));
        return n;
}

static void assert_same(em_u256 a, em_u256 b)
{
        char left[EM_U256_TEXT], right[EM_U256_TEXT];
        assert_string_equal(em_u256_text(a, left), em_u256_text(b, right));
        assert_int_equal(em_u256_cmp(a, b), 0);
}

static void digits_read_and_write_back(void **state)
{
        static const char *const numbers[] = {
                "0", "1", "10", "18446744073709551615", "18446744073709551616",
                "340282366920938463463374607431768211456", MOST,
        };
        char text[EM_U256_TEXT];
        (void)state;
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
                assert_string_equal(em_u256_text(of(numbers[i]), text), numbers[i]);
        assert_string_equal(em_u256_text(of("0007"), text), "7");
}

static void what_is_no_number_or_too_large_is_refused(void **state)
{
        static const char *const bad[] = {
                "", " 1", "1 ", "-1", "+1", "1.0", "0x1", "1e3",
                /* MOST + 1 and ten times it */
                "115792089237316195423570985008687907853269984665640564039457584007913129639936",
                "1157920892373161954235709850086879078532699846656405640394575840079131296399350",
        };
        static const char *const bad_hex[] = {
                "", "0", "1", "x", "0X1", "0xg", "0x1 ",
                "0x10000000000000000000000000000000000000000000000000000000000000000",    /* 65 digits */
        };
        em_u256 n = of("7");
        (void)state;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                assert_false(em_u256_parse(em_str_c(bad[i]), &n));
        for (size_t i = 0; i < sizeof bad_hex / sizeof *bad_hex; i++)
                assert_false(em_u256_parse_hex(em_str_c(bad_hex[i]), &n));
        assert_same(n, em_u256_of(7));
}

static void hex_is_read(void **state)
{
        em_u256 n = {{0}};
        (void)state;
        assert_true(em_u256_parse_hex(EM_S("0x"), &n) && em_u256_zero(n));
        /* block 1,000,000's first trace: 0x56bc75e2d63100000 is 100 ether */
        assert_true(em_u256_parse_hex(EM_S("0x56bc75e2d63100000"), &n));
        assert_same(n, of("100000000000000000000"));
        assert_true(em_u256_parse_hex(EM_S("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffFF"), &n));
        assert_same(n, of(MOST));
}

static void sums_differences_and_products_say_when_they_do_not_fit(void **state)
{
        em_u256 n = of("5"), most = of(MOST), half = {{0, 0, 1, 0}};   /* 2^128 */
        (void)state;
        assert_false(em_u256_add(most, em_u256_of(1), &n));
        assert_false(em_u256_sub(em_u256_of(1), em_u256_of(2), &n));
        assert_false(em_u256_mul(half, half, &n));
        assert_same(n, em_u256_of(5));
        assert_true(em_u256_add(of("18446744073709551615"), em_u256_of(1), &n));
        assert_same(n, of("18446744073709551616"));
        assert_true(em_u256_sub(of("340282366920938463463374607431768211456"), em_u256_of(1), &n));
        assert_same(n, of("340282366920938463463374607431768211455"));
        /* 2^128 * (2^128 - 1) = 2^256 - 2^128 */
        assert_true(em_u256_mul(half, n, &n));
        assert_true(em_u256_add(n, of("340282366920938463463374607431768211455"), &n));
        assert_same(n, most);
        assert_same(em_u256_min(half, most), half);
        assert_same(em_u256_min(most, half), half);
}

/* (a * b) / c by doubling: a is added once for each bit of b, and every sum is reduced at once, so
 * that nothing passes 256 bits as long as the result does not.  c must be below 2^255. */
static bool naive_muldiv(em_u256 a, em_u256 b, em_u256 c, em_u256 *ret, em_u256 *ret_rest)
{
        em_u256 q = {{0}}, r = {{0}}, aq = {{0}}, ar = {{0}};
        for (int bit = 255; bit >= 0; bit--) {  /* aq, ar = a divided by c, bit by bit */
                em_u256 twice;
                assert_true(em_u256_add(ar, ar, &twice));
                if (a.w[bit / 64] >> (bit % 64) & 1)
                        assert_true(em_u256_add(twice, em_u256_of(1), &twice));
                if (!em_u256_add(aq, aq, &aq))
                        return false;
                if (em_u256_cmp(twice, c) >= 0) {
                        assert_true(em_u256_sub(twice, c, &twice));
                        assert_true(em_u256_add(aq, em_u256_of(1), &aq));
                }
                ar = twice;
        }
        for (int bit = 255; bit >= 0; bit--) {
                if (!em_u256_add(q, q, &q) || !em_u256_add(r, r, &r))
                        return false;
                if (em_u256_cmp(r, c) >= 0) {
                        assert_true(em_u256_sub(r, c, &r));
                        if (!em_u256_add(q, em_u256_of(1), &q))
                                return false;
                }
                if (!(b.w[bit / 64] >> (bit % 64) & 1))
                        continue;
                if (!em_u256_add(q, aq, &q) || !em_u256_add(r, ar, &r))
                        return false;
                if (em_u256_cmp(r, c) >= 0) {
                        assert_true(em_u256_sub(r, c, &r));
                        if (!em_u256_add(q, em_u256_of(1), &q))
                                return false;
                }
        }
        *ret = q;
        *ret_rest = r;
        return true;
}

static uint64_t draw(uint64_t *seed)    /* xorshift64* (Vigna 2016) */
{
        *seed ^= *seed >> 12;
        *seed ^= *seed << 25;
        *seed ^= *seed >> 27;
        return *seed * UINT64_C(2685821657736338717);
}

static em_u256 draw_wide(uint64_t *seed)
{
        em_u256  n = {{draw(seed), draw(seed), draw(seed), draw(seed)}};
        unsigned bits = (unsigned)(draw(seed) % 256);   /* 0 to 255 bits, so all sizes meet */
        for (unsigned bit = bits; bit < 256; bit++)
                n.w[bit / 64] &= ~((uint64_t)1 << (bit % 64));
        return n;
}

static void muldiv_agrees_with_a_naive_twin_on_numbers_of_all_sizes(void **state)
{
        uint64_t seed = 20250221;
        int      fits = 0, over = 0;
        (void)state;
        for (int i = 0; i < 3000; i++) {
                em_u256 a = draw_wide(&seed), b = draw_wide(&seed), c = draw_wide(&seed);
                em_u256 q = {{0}}, r = {{0}}, want_q = {{0}}, want_r = {{0}};
                if (em_u256_zero(c))
                        continue;
                bool want = naive_muldiv(a, b, c, &want_q, &want_r), got = em_u256_muldiv(a, b, c, &q, &r);
                assert_int_equal(got, want);
                fits += want;
                over += !want;
                if (!want)
                        continue;
                assert_same(q, want_q);
                assert_same(r, want_r);
        }
        assert_true(fits > 1000 && over > 300);
}

static void muldiv_at_its_borders(void **state)
{
        em_u256 q = {{0}}, r = {{0}}, most = of(MOST);
        (void)state;
        assert_false(em_u256_muldiv(most, most, em_u256_of(0), &q, &r));
        assert_true(em_u256_muldiv(most, most, most, &q, &r));
        assert_same(q, most);
        assert_true(em_u256_zero(r));
        assert_false(em_u256_muldiv(most, em_u256_of(2), em_u256_of(1), &q, &r));
        /* 7 * 10^30 / 3: 2333333333333333333333333333333, rest 1 */
        assert_true(em_u256_muldiv(of("1000000000000000000000000000000"), em_u256_of(7), em_u256_of(3), &q, &r));
        assert_same(q, of("2333333333333333333333333333333"));
        assert_same(r, em_u256_of(1));
        /* (2^256-1)^2 / (2^256-2) is 2^256 with rest 1: one bit too many */
        em_u256 less = most;
        assert_true(em_u256_sub(most, em_u256_of(1), &less));
        assert_false(em_u256_muldiv(most, most, less, &q, &r));
        /* (2^256-1)(2^256-2) / (2^256-1) = 2^256-2 */
        assert_true(em_u256_muldiv(most, less, most, &q, &r));
        assert_same(q, less);
}

static void units_are_exact_in_both_directions(void **state)
{
        static const struct { const char *text; unsigned decimals; const char *digits, *shown; } row[] = {
                {"10000.0", 18, "10000000000000000000000", "10,000"},
                {"0.000000000000000001", 18, "1", "0.000000000000000001"},
                {"1.5", 6, "1500000", "1.5"},
                {"1234567", 0, "1234567", "1,234,567"},
                {"999", 2, "99900", "999"},
                {"0.10", 1, "1", "0.1"},
                {"0", 18, "0", "0"},
                {"0.50", 77, "50000000000000000000000000000000000000000000000000000000000000000000000000000", "0.5"},
        };
        char    text[2 * EM_U256_TEXT];
        em_u256 n = {{0}};
        (void)state;
        for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
                assert_true(em_u256_parse_units(em_str_c(row[i].text), row[i].decimals, &n));
                assert_same(n, of(row[i].digits));
                assert_string_equal(em_u256_units(n, row[i].decimals, ',', text), row[i].shown);
        }
        assert_string_equal(em_u256_units(of("1500"), 78, 0, text), "1500");
        assert_string_equal(em_u256_units(of(MOST), 77, 0, text),
                "1.15792089237316195423570985008687907853269984665640564039457584007913129639935");
}

static void units_that_would_be_cut_are_refused(void **state)
{
        static const char *const bad[] = { "", ".", "1.", ".5", "-1", "1.1234567", "1,5", "1.5e3", "1.5.5", " 1" };
        em_u256 n;
        (void)state;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                assert_false(em_u256_parse_units(em_str_c(bad[i]), 6, &n));
        assert_false(em_u256_parse_units(EM_S("1"), 78, &n));
        assert_false(em_u256_parse_units(EM_S("2"), 77, &n));   /* 2 * 10^77 is over 2^256 = 1.157 * 10^77 */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(digits_read_and_write_back),
                cmocka_unit_test(what_is_no_number_or_too_large_is_refused),
                cmocka_unit_test(hex_is_read),
                cmocka_unit_test(sums_differences_and_products_say_when_they_do_not_fit),
                cmocka_unit_test(muldiv_agrees_with_a_naive_twin_on_numbers_of_all_sizes),
                cmocka_unit_test(muldiv_at_its_borders),
                cmocka_unit_test(units_are_exact_in_both_directions),
                cmocka_unit_test(units_that_would_be_cut_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
