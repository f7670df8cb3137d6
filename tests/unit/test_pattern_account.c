/* What accounts seem to be: deposit addresses, common funders, hops between chains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/pattern_account.h"
#include "embargo/price.h"
#include "lots_naive.h"

static toy t;

static void begin(void) { memset(&t, 0, sizeof t); }

/* ---- deposit addresses: toy blocks are 1000 s apart ---- */

enum { ALICE = 1, BOB, DEPOSIT_A, DEPOSIT_B, HOT, WALLET };

static em_deposit *deposits(const em_deposit_opts *o, size_t *count)
{
        em_deposit *list = NULL;
        toy_done(&t);
        assert_int_equal(em_deposits_find(&t.m, o, &list, count, NULL), EM_OK);
        return list;
}

static void two_boxes_swept_into_one_account_may_be_deposit_addresses(void **state)
{
        (void)state;
        size_t n = 0;
        begin();
        toy_one(&t, ALICE, DEPOSIT_A, 1, 100);
        toy_one(&t, DEPOSIT_A, HOT, 1, 97);             /* 97 % at once */
        toy_one(&t, BOB, DEPOSIT_B, 1, 40);
        toy_one(&t, ALICE, DEPOSIT_B, 1, 60);
        toy_one(&t, DEPOSIT_B, HOT, 1, 100);
        toy_one(&t, ALICE, WALLET, 1, 50);              /* a wallet pays two */
        toy_one(&t, WALLET, HOT, 1, 25);
        toy_one(&t, WALLET, BOB, 1, 25);
        em_deposit *d = deposits(NULL, &n);
        assert_int_equal(n, 2);
        assert_true(d[0].account == DEPOSIT_A && d[0].hot == HOT && d[0].siblings == 1 && d[0].payers == 1);
        assert_true(d[1].account == DEPOSIT_B && d[1].payers == 2 && d[1].arrivals == 2 && d[1].sweeps == 1);
        assert_int_equal(d[1].slowest_s, 2000);         /* Bob's 40 waited two blocks */
        free(d);
}

static void one_box_alone_too_slow_or_half_kept_is_none(void **state)
{
        (void)state;
        size_t n = 9;
        em_deposit_opts quick = em_deposit_defaults;
        begin();
        toy_one(&t, ALICE, DEPOSIT_A, 1, 100);
        toy_one(&t, DEPOSIT_A, HOT, 1, 100);
        free(deposits(NULL, &n));
        assert_int_equal(n, 0);                         /* no sibling */
        toy_one(&t, ALICE, DEPOSIT_B, 1, 100);
        toy_one(&t, DEPOSIT_B, HOT, 1, 94);
        free(deposits(NULL, &n));
        assert_int_equal(n, 0);                         /* 94 of 100 are under 95 in 100 */
        toy_one(&t, DEPOSIT_B, HOT, 1, 1);
        free(deposits(NULL, &n));
        assert_int_equal(n, 2);
        quick.within_s = 999;
        free(deposits(&quick, &n));
        assert_int_equal(n, 0);
}

/* 100 in; gas 3 and 97 out leave nothing. */
static void gas_counts_as_passed_on(void **state)
{
        (void)state;
        size_t n = 0;
        em_deposit_opts all = { .within_s = 86400, .permille = 1000, .siblings = 0 };
        begin();
        toy_one(&t, ALICE, DEPOSIT_A, 0, 100);
        toy_block(&t);
        toy_tx(&t, DEPOSIT_A);
        toy_move_of(&t, EM_MOVE_GAS, DEPOSIT_A, 0, 0, 3);
        toy_pay(&t, DEPOSIT_A, HOT, 0, 97);
        em_deposit *d = deposits(&all, &n);
        assert_int_equal(n, 1);
        assert_true(d[0].gas.w[0] == 3 && d[0].out.w[0] == 97 && d[0].in.w[0] == 100);
        free(d);
}

/* ---- funders ---- */

static bool is_hot(void *ctx, uint32_t account) { return account == *(uint32_t *)ctx; }

static void accounts_whose_first_coins_came_from_one_hand_are_grouped(void **state)
{
        (void)state;
        em_funders *f = NULL;
        begin();
        toy_one(&t, ALICE, DEPOSIT_A, 0, 5);
        toy_one(&t, ALICE, DEPOSIT_B, 0, 5);
        toy_one(&t, BOB, DEPOSIT_B, 0, 500);            /* later and larger, but not the first */
        toy_one(&t, HOT, WALLET, 0, 5);
        toy_one(&t, DEPOSIT_A, HOT, 0, 1);
        toy_one(&t, DEPOSIT_B, HOT, 0, 1);
        toy_one(&t, WALLET, HOT, 0, 1);
        toy_done(&t);
        assert_int_equal(em_funders_find(&t.m, NULL, &f, NULL), EM_OK);
        assert_int_equal(em_funders_count(f), 1);
        const em_funder_group *g = em_funders_at(f, 0);
        assert_true(g->funder == ALICE && g->count == 2 && g->stands == EM_FUNDER_STANDS);
        assert_true(g->funding[0].account == DEPOSIT_A && g->funding[0].move == 0);
        assert_true(g->funding[1].account == DEPOSIT_B && g->funding[1].move == 1);
        em_funders_free(f);
        uint32_t service = ALICE;
        em_funder_opts o = { .service = is_hot, .ctx = &service };
        assert_int_equal(em_funders_find(&t.m, &o, &f, NULL), EM_OK);
        assert_int_equal(em_funders_at(f, 0)->stands, EM_FUNDER_SERVICE);
        em_funders_free(f);
}

static void a_contract_and_the_protocol_fund_nobodys_cluster(void **state)
{
        (void)state;
        em_funders *f = NULL;
        begin();
        toy_block(&t);
        toy_tx(&t, BOB);
        toy_move_of(&t, EM_MOVE_INTERNAL, HOT, DEPOSIT_A, 0, 5);        /* code pays */
        toy_move_of(&t, EM_MOVE_INTERNAL, HOT, DEPOSIT_B, 0, 5);
        toy_block(&t);
        toy_tx(&t, UINT32_MAX);
        toy_move_of(&t, EM_MOVE_WITHDRAWAL, 0, WALLET, 0, 5);
        toy_move_of(&t, EM_MOVE_WITHDRAWAL, 0, ALICE, 0, 5);
        toy_one(&t, DEPOSIT_A, BOB, 0, 1);
        toy_one(&t, DEPOSIT_B, BOB, 0, 1);
        toy_one(&t, WALLET, BOB, 0, 1);
        toy_one(&t, ALICE, BOB, 0, 1);
        toy_done(&t);
        assert_int_equal(em_funders_find(&t.m, NULL, &f, NULL), EM_OK);
        assert_int_equal(em_funders_count(f), 2);
        assert_int_equal(em_funders_at(f, 0)->stands, EM_FUNDER_PROTOCOL);
        assert_int_equal(em_funders_at(f, 1)->stands, EM_FUNDER_CONTRACT);
        em_funders_free(f);
}

/* ---- peel chains ---- */

enum { PAYER = 1, STEP_A, STEP_B, STEP_C, SHOP, LAST, OTHER };

static size_t peels(em_peels **ret)
{
        toy_done(&t);
        assert_int_equal(em_peels_find(&t.m, NULL, ret, NULL), EM_OK);
        return em_peels_count(*ret);
}

/* Three accounts that pay 10 off each: 100 -> 90 -> 80 -> 70. */
static void begin_three_steps(void)
{
        begin();
        toy_one(&t, PAYER, STEP_A, 1, 100);
        toy_one(&t, STEP_A, SHOP, 1, 10);
        toy_one(&t, STEP_A, STEP_B, 1, 90);
        toy_one(&t, STEP_B, STEP_C, 1, 80);             /* the larger may be first */
        toy_one(&t, STEP_B, SHOP, 1, 10);
}

static void three_accounts_that_pay_a_little_off_in_a_row_are_a_peel_chain(void **state)
{
        (void)state;
        em_peels *p = NULL;
        begin_three_steps();
        toy_one(&t, STEP_C, SHOP, 1, 10);
        toy_one(&t, STEP_C, LAST, 1, 70);
        assert_int_equal(peels(&p), 1);
        const em_peel *peel = em_peels_at(p, 0);
        assert_true(peel->asset == 1 && peel->steps == 3);
        assert_true(peel->step[0].account == STEP_A && peel->step[0].in == 0 && peel->step[0].off == 1 && peel->step[0].on == 2);
        assert_true(peel->step[1].account == STEP_B && peel->step[1].in == 2 && peel->step[1].off == 4 && peel->step[1].on == 3);
        assert_true(peel->step[2].account == STEP_C && peel->step[2].off == 5 && peel->step[2].on == 6);
        em_peels_free(p);
}

static void what_is_paid_twice_halved_or_half_kept_ends_a_peel_chain(void **state)
{
        (void)state;
        em_peels *p = NULL;
        begin_three_steps();
        toy_one(&t, STEP_C, SHOP, 1, 40);               /* which of two halves goes on? */
        toy_one(&t, STEP_C, LAST, 1, 40);
        assert_int_equal(peels(&p), 0);
        p = em_peels_free(p);
        begin_three_steps();
        toy_one(&t, STEP_C, SHOP, 1, 10);
        toy_one(&t, STEP_C, LAST, 1, 60);               /* 70 of 80: 875 of 1000 */
        assert_int_equal(peels(&p), 0);
        p = em_peels_free(p);
        begin_three_steps();
        toy_one(&t, STEP_C, SHOP, 1, 10);
        toy_one(&t, STEP_C, LAST, 1, 70);
        toy_one(&t, OTHER, STEP_B, 1, 5);               /* B was used again */
        assert_int_equal(peels(&p), 0);
        p = em_peels_free(p);
        begin_three_steps();
        toy_one(&t, STEP_C, SHOP, 1, 10);
        toy_one(&t, STEP_C, LAST, 1, 70);
        toy_one(&t, OTHER, STEP_B, 2, 5);               /* of another asset: nothing to it */
        assert_int_equal(peels(&p), 1);
        em_peels_free(p);
}

/* ---- from chain to chain ---- */

static bool two_for_one(void *ctx, uint32_t time_s, em_u256 *num, em_u256 *den)
{
        (void)ctx;
        *num = em_u256_of(2);
        *den = em_u256_of(1);
        return time_s < 500000;         /* no rate is known after */
}

/* 1000 become about 2000.  In the window: 1990 (5000 ppm less), 2010 (5000 more, the most allowed), 1960 (20000 less, the most
 * allowed), 1959 (20500 less), 2011 (5500 more). */
static void every_payout_that_fits_is_proposed_with_its_rivals(void **state)
{
        (void)state;
        const em_crossing in[] = { { 1, 1000, { { 1000 } } }, { 2, 1500, { { 1000 } } }, { 3, 600000, { { 1000 } } } };
        const em_crossing out[] = { { 7, 2000, { { 1959 } } }, { 8, 3000, { { 1960 } } }, { 9, 1200, { { 1990 } } },
                                    { 10, 1600, { { 2010 } } }, { 11, 1600, { { 2011 } } }, { 12, 999, { { 2000 } } },
                                    { 13, 4601, { { 2000 } } }, { 14, 600001, { { 2000 } } } };
        em_cross_opts o = { .window_s = 3000, .below_ppm = 20000, .above_ppm = 5000, .rate = two_for_one };
        em_cross_hop *hop = NULL;
        size_t n = 0;
        assert_int_equal(em_cross_hops(in, 3, out, 8, &o, &hop, &n, NULL), EM_OK);
        /* the first: 1990 after 200 s, 2010 after 600, 1960 after 2000 (13 comes 3601 s later); the second: 2010 after 100 s,
         * 1960 after 1500 (1990 came before it, 13 is 3101 s later) */
        assert_int_equal(n, 5);
        assert_true(hop[0].deposit == 0 && hop[0].payout == 2 && hop[0].off_ppm == -5000 && hop[0].delay_s == 200);
        assert_true(hop[1].deposit == 0 && hop[1].payout == 3 && hop[1].off_ppm == 5000);
        assert_true(hop[2].deposit == 0 && hop[2].payout == 1 && hop[2].off_ppm == -20000);
        assert_true(hop[3].deposit == 1 && hop[3].payout == 3 && hop[4].payout == 1);
        assert_true(hop[0].rivals == 2 && hop[0].claims == 0 && hop[1].rivals == 2 && hop[1].claims == 1);
        assert_true(hop[3].rivals == 1 && hop[3].claims == 1);
        free(hop);
        o.most = 4;
        assert_int_equal(em_cross_hops(in, 3, out, 8, &o, &hop, &n, NULL), EM_LIMIT);
}

typedef struct table { em_prices *prices; } table;

static bool by_prices(void *ctx, uint32_t time_s, em_u256 *num, em_u256 *den)
{
        const table *prices = ctx;
        size_t n;
        const em_price *eth = em_prices_on(prices->prices, EM_S("ETH"), EM_S("USD"), (em_day)(time_s / 86400), &n);
        const em_price *btc = em_prices_on(prices->prices, EM_S("BTC"), EM_S("USD"), (em_day)(time_s / 86400), &n);
        return eth && btc && em_cross_rate(eth->units, eth->scale, 18, btc->units, btc->scale, 8, num, den);
}

/* 30 ETH at 2,500.50 are 75,015 USD; at 50,010 a coin that is 1.5 BTC: 150,000,000 satoshi.  The next day has no price. */
static void a_rate_may_come_from_a_table_of_prices(void **state)
{
        (void)state;
        table prices = { 0 };
        assert_int_equal(em_prices_parse(EM_S("p.csv"), EM_S("day,asset,currency,price\n2024-01-05,ETH,USD,2500.50\n"
                                                             "2024-01-05,BTC,USD,50010\n"), &prices.prices, NULL), EM_OK);
        em_crossing in[2] = { { 1, 1704412800 + 60, { { 0 } } }, { 2, 1704412800 + 86400, { { 0 } } } };
        assert_true(em_u256_parse(EM_S("30000000000000000000"), &in[0].amount));
        in[1].amount = in[0].amount;
        const em_crossing out[] = { { 5, 1704412800 + 90, { { 150000000 } } }, { 6, 1704412800 + 86500, { { 150000000 } } } };
        em_cross_opts o = { .window_s = 3600, .rate = by_prices, .rate_ctx = &prices };
        em_cross_hop *hop = NULL;
        size_t n = 0;
        assert_int_equal(em_cross_hops(in, 2, out, 2, &o, &hop, &n, NULL), EM_OK);
        assert_int_equal(n, 1);
        assert_true(hop[0].deposit == 0 && hop[0].payout == 0 && hop[0].off_ppm == 0 && hop[0].delay_s == 30);
        assert_true(hop[0].rivals == 0 && hop[0].claims == 0);
        free(hop);
        em_prices_free(prices.prices);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(three_accounts_that_pay_a_little_off_in_a_row_are_a_peel_chain),
                cmocka_unit_test(what_is_paid_twice_halved_or_half_kept_ends_a_peel_chain),
                cmocka_unit_test(two_boxes_swept_into_one_account_may_be_deposit_addresses),
                cmocka_unit_test(one_box_alone_too_slow_or_half_kept_is_none),
                cmocka_unit_test(gas_counts_as_passed_on),
                cmocka_unit_test(accounts_whose_first_coins_came_from_one_hand_are_grouped),
                cmocka_unit_test(a_contract_and_the_protocol_fund_nobodys_cluster),
                cmocka_unit_test(every_payout_that_fits_is_proposed_with_its_rivals),
                cmocka_unit_test(a_rate_may_come_from_a_table_of_prices),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
