/* Prices: tables long and wide, what is no price, days that are missing, and values to the hundredth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/price.h"

#include <stdio.h>
#include <stdlib.h>

static em_prices *parsed(const char *text)
{
        em_prices *prices = NULL;
        em_error   err = {0};
        if (em_prices_parse(EM_S("p.csv"), em_str_c(text), &prices, &err) != EM_OK)
                fail_msg("%s", err.text);
        return prices;
}

static em_day day(const char *text)
{
        em_day d = 0;
        assert_true(em_day_parse(em_str_c(text), &d));
        return d;
}

/* The first price of a day as "units/scale@line xCOUNT", or "none". */
static void assert_price(const em_prices *p, const char *asset, const char *currency, const char *on, const char *want)
{
        size_t          n = 0;
        char            got[96];
        const em_price *a = em_prices_on(p, em_str_c(asset), em_str_c(currency), day(on), &n);
        if (a)
                snprintf(got, sizeof got, "%llu/%u@%llu x%zu", (unsigned long long)a->units, a->scale,
                         (unsigned long long)a->line, n);
        else
                snprintf(got, sizeof got, "none");
        assert_string_equal(got, want);
}

static void assert_rejects(const em_prices *p, const char *want)
{
        const em_price_reject *list = NULL;
        em_buf out = em_buf_make(1 << 16);
        size_t n = em_prices_rejects(p, &list);
        for (size_t i = 0; i < n; i++)
                em_buf_fmt(&out, "%llu:%.*s|", (unsigned long long)list[i].line, EM_ARG(list[i].reason));
        em_buf_ch(&out, '\0');
        assert_string_equal(out.p, want);
        em_buf_free(&out);
}

static void a_long_table_states_day_asset_and_currency(void **state)
{
        (void)state;
        em_prices *p = parsed("Day,Asset,Currency,Price\n2022-03-29,ETH,USD,3401.19\n2022-03-29,btc,usd,47465\n"
                              "2022-03-30,ETH,USD,3384.870\n2022-03-29,0xDAC17F958D2ee523a2206206994597C13D831ec7,USD,1.0\n");
        assert_price(p, "ETH", "USD", "2022-03-29", "340119/2@2 x1");
        assert_price(p, "eth", "usd", "2022-03-29", "340119/2@2 x1");
        assert_price(p, "BTC", "USD", "2022-03-29", "47465/0@3 x1");
        assert_price(p, "ETH", "USD", "2022-03-30", "338487/2@4 x1");
        assert_price(p, "0xdac17f958d2ee523a2206206994597c13d831ec7", "USD", "2022-03-29", "1/0@5 x1");
        assert_price(p, "ETH", "EUR", "2022-03-29", "none");
        em_prices_free(p);
}

static void a_day_between_two_days_is_missing(void **state)
{
        (void)state;
        em_prices *p = parsed("day,price\n2022-03-28,1\n2022-03-29,\n2022-03-30,3\n");
        assert_price(p, "BTC", "USD", "2022-03-28", "1/0@2 x1");
        assert_price(p, "BTC", "USD", "2022-03-29", "none");
        assert_price(p, "BTC", "USD", "2022-03-27", "none");
        assert_price(p, "BTC", "USD", "2022-03-31", "none");
        assert_rejects(p, "");
        em_prices_free(p);
}

static void a_wide_table_has_a_column_for_each_currency(void **state)
{
        (void)state;
        em_prices *p = parsed("date;eur;USD\n2009-01-03;150;149.55\n2009-01-09;300;\n");
        assert_price(p, "BTC", "EUR", "2009-01-03", "150/0@2 x1");
        assert_price(p, "BTC", "usd", "2009-01-03", "14955/2@2 x1");
        assert_price(p, "BTC", "USD", "2009-01-09", "none");
        em_prices_free(p);
        p = parsed("asset,time,ReferenceRateUSD\nbtc,2022-03-29T00:00:00.000000000Z,47465.120\n");
        assert_price(p, "BTC", "USD", "2022-03-29", "4746512/2@2 x1");
        em_prices_free(p);
}

static void two_tables_of_one_day_are_both_kept_in_their_order(void **state)
{
        (void)state;
        em_prices *p = parsed("day,asset,price\n2022-03-29,BTC,2\n2022-03-29,BTC,1\n2022-03-29,,3\n");
        assert_price(p, "BTC", "USD", "2022-03-29", "2/0@2 x2");
        assert_price(p, "ETH", "USD", "2022-03-29", "3/0@4 x1");
        assert_int_equal(em_prices_said(p, EM_S("BTC"), EM_S("USD"), day("2022-03-29")), 3);
        assert_int_equal(em_prices_said(p, EM_S("ETH"), EM_S("USD"), day("2022-03-29")), 1);
        assert_int_equal(em_prices_said(p, EM_S("ETH"), EM_S("USD"), day("2022-03-30")), 0);
        em_prices_free(p);
}

static void what_is_no_price_is_a_reject_and_the_rest_goes_on(void **state)
{
        (void)state;
        em_prices *p = parsed("day,price\n2022-02-30,1\n2022-03-01,\"1,000\"\n2022-03-02,-1\n2022-03-03,0.00\n2022-03-04,1e3\n"
                              "2022-03-05,1.2.3\n2022-03-06,.\n2022-03-07,1234567890.123456789\n2022-03-08X,1\n2022-03-09,.5\n"
                              "2022-03-10,0.000000000000000001\n2022-03-11,123456789012345678.000\n2022-03-12,\"1\n");
        assert_rejects(p, "2:the day is not YYYY-MM-DD|3:the price is no number of digits and one point|"
                          "4:the price is no number of digits and one point|5:the price is zero, which is no price|"
                          "6:the price is no number of digits and one point|"
                          "7:the price is no number of digits and one point|8:the price is zero, which is no price|"
                          "9:the price has more than 18 digits, so it cannot be held exactly|"
                          "10:the day is not YYYY-MM-DD|14:quote not closed|");
        assert_int_equal(em_prices_count(p), 3);
        assert_price(p, "BTC", "USD", "2022-03-09", "5/1@11 x1");
        assert_price(p, "BTC", "USD", "2022-03-10", "1/18@12 x1");
        assert_price(p, "BTC", "USD", "2022-03-11", "123456789012345678/0@13 x1");
        em_prices_free(p);
}

static void a_table_without_day_or_price_is_refused(void **state)
{
        (void)state;
        static const char *const text[] = {"", "day,what\n2022-01-01,1\n", "price\n1\n", "\"day\n"};
        for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
                em_prices *p = NULL;
                em_error   err = {0};
                assert_int_equal(em_prices_parse(EM_S("p.csv"), em_str_c(text[i]), &p, &err), EM_FORMAT);
                assert_null(p);
                assert_int_equal(err.line, 1);
        }
}

static void assert_value(uint64_t units, unsigned scale, em_u256 amount, unsigned decimals, const char *want)
{
        em_price p = {.units = units, .scale = scale};
        int64_t  hundredths = 0;
        char     text[40];
        if (em_price_value(&p, amount, decimals, &hundredths))
                assert_string_equal(em_price_text(hundredths, ',', text), want);
        else
                assert_string_equal("too much", want);
}

/* Worked with python3's integers and decimal, ROUND_HALF_UP. */
static void values_are_exact_and_rounded_half_up_once(void **state)
{
        (void)state;
        assert_value(340119, 2, em_u256_of(100000000), 8, "3,401.19");                 /* one coin */
        assert_value(1, 2, em_u256_of(50), 2, "0.01");                          /* 0.5 x 0.01 = 0.005 */
        assert_value(1, 2, em_u256_of(49), 2, "0.00");                          /* 0.0049 */
        assert_value(1, 2, em_u256_of(150), 2, "0.02");                         /* 0.015: half goes up, not to even */
        assert_value(1, 2, em_u256_of(250), 2, "0.03");
        assert_value(7, 0, em_u256_of(3), 0, "21.00");                          /* no decimals at all */
        assert_value(4746512, 2, em_u256_of(2100000000000000), 8, "996,767,520,000.00");        /* 21 million coins */
        /* the 173,600 ether of the Ronin theft in wei, over 64 bits; 590,446,584.0000000208 */
        em_u256 ronin = {{UINT64_C(16138266393119293440), 9410, 0, 0}};         /* 173600 x 10^18 = 9410 x 2^64 + ... */
        assert_value(UINT64_C(340119000000000012), 14, ronin, 18, "590,446,584.00");
        /* the largest: all 256 bits, and a price that just fits */
        em_u256 most = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
        assert_value(999999999999999999, 0, most, 0, "too much");
        assert_value(1, 0, most, 77, "1.16");           /* 2^256 = 1.157... x 10^77 */
        assert_value(999999999999999999, 18, most, 77, "1.16");
        assert_value(1, 0, em_u256_of(1), 78, "too much");
        assert_value(1, 0, em_u256_of(92233720368547758), 0, "92,233,720,368,547,758.00");
        assert_value(1, 0, em_u256_of(92233720368547759), 0, "too much");       /* 2^63 - 1 = ...75807 hundredths */
}

/* Against 128 bits at once, where they hold it. */
static void random_values_agree_with_plain_division(void **state)
{
        (void)state;
        __extension__ typedef unsigned __int128 wide;
        uint64_t dice = 20220323;
        for (int i = 0; i < 20000; i++) {
                uint64_t r[4];
                for (int k = 0; k < 4; k++) {
                        dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
                        r[k] = dice >> 11;
                }
                em_price p = {.units = 1 + r[0] % 1000000000, .scale = (unsigned)(r[1] % 9)};
                uint64_t amount = r[2] % UINT64_C(2100000000000000);
                unsigned decimals = (unsigned)(r[3] % 9);
                wide     over = 1;
                for (unsigned k = 0; k < decimals + p.scale; k++)
                        over *= 10;
                wide    want = ((wide)amount * p.units * 200 + over) / (2 * over);
                int64_t got = -1;
                bool    fits = want <= INT64_MAX;
                assert_int_equal(em_price_value(&p, em_u256_of(amount), decimals, &got), fits);
                if (fits && (wide)got != want)
                        fail_msg("round %d", i);
        }
}

static void hundredths_are_written_with_two_digits(void **state)
{
        (void)state;
        char text[40];
        assert_string_equal(em_price_text(0, ',', text), "0.00");
        assert_string_equal(em_price_text(99, ',', text), "0.99");
        assert_string_equal(em_price_text(100000, ',', text), "1,000.00");
        assert_string_equal(em_price_text(123456789, 0, text), "1234567.89");
        assert_string_equal(em_price_text(-5, ',', text), "-0.05");
        assert_string_equal(em_price_text(INT64_MIN, ',', text), "-92,233,720,368,547,758.08");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_long_table_states_day_asset_and_currency),
                cmocka_unit_test(a_day_between_two_days_is_missing),
                cmocka_unit_test(a_wide_table_has_a_column_for_each_currency),
                cmocka_unit_test(two_tables_of_one_day_are_both_kept_in_their_order),
                cmocka_unit_test(what_is_no_price_is_a_reject_and_the_rest_goes_on),
                cmocka_unit_test(a_table_without_day_or_price_is_refused),
                cmocka_unit_test(values_are_exact_and_rounded_half_up_once),
                cmocka_unit_test(random_values_agree_with_plain_division),
                cmocka_unit_test(hundredths_are_written_with_two_digits),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
