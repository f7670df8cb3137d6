/* Coins followed through accounts: small histories worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lots_naive.h"

#include <stdio.h>

/* Accounts by number; 0 is the protocol. */
enum { VICTIM = 1, THIEF, MULE, EXCHANGE, POOL, MIXER, HELPER };

static toy t;
static em_policy policy[EM_POLICIES_MAX];

static em_lots_opts all(const char *names)
{
        em_lots_opts o = { .policy = policy, .sources = true };
        for (em_cut cut = { .tail = em_str_c(names), .found = true }; cut.found; o.policies++) {
                cut = em_str_cut(cut.tail, ',');
                assert_true(em_policy_parse(cut.head, &policy[o.policies]));
        }
        return o;
}

static em_lots *run(const em_lots_seed *seed, size_t seeds, const em_lots_opts *o)
{
        em_lots *lots = NULL;
        em_error err = { 0 };
        if (em_lots_run(&t.m, seed, seeds, o, NULL, &lots, &err) != EM_OK)
                fail_msg("%s", err.text);
        return lots;
}

static em_lots_seed stolen(uint64_t move) { return (em_lots_seed){ .kind = EM_LOTS_MOVE, .move = move }; }

/* What the n-th policy holds stolen in a move; 0 when it was not reached. */
static uint64_t in_move(const em_lots *lots, uint64_t move, size_t n)
{
        uint64_t i;
        em_lots_row r;
        if (!em_lots_find(lots, move, &i))
                return 0;
        em_lots_at(lots, i, &r);
        return r.stolen[n].w[0];
}

static em_lots_stop stop_of(const em_lots *lots, uint64_t move)
{
        uint64_t i;
        em_lots_row r;
        assert_true(em_lots_find(lots, move, &i));
        em_lots_at(lots, i, &r);
        return r.stop;
}

static void expect(const em_lots *lots, uint64_t move, size_t policies, const uint64_t *amount)
{
        for (size_t p = 0; p < policies; p++)
                if (in_move(lots, move, p) != amount[p]) {
                        char name[40];
                        fail_msg("move %d under %s: %d, worked by hand %d", (int)move, em_policy_name(policy[p], name),
                                 (int)in_move(lots, move, p), (int)amount[p]);
                }
}
#define EXPECT(lots, move, ...) expect(lots, move, sizeof((uint64_t[]){ __VA_ARGS__ }) / 8, (const uint64_t[]){ __VA_ARGS__ })

static void begin(void) { memset(&t, 0, sizeof t); }

/* ---- the rules ---- */

/* The mule has 4 clean, gets 6 stolen, then 10 clean: 20 in all.  It pays out 5.
 *   poison    all 5.  haircut  floor(5 * 6 / 20) = 1.  fifo  the 4 clean, then 1 stolen.  lifo  5 of the clean 10.
 *   tiho, seniority  5 stolen.  clean first  0.  highest  5 of the lot of 10: 0.  smallest  the 4, then 1 of the 6.
 *   dirty-first  1, and ends there.  pure-dirty-first  nothing.
 * Then 15 more, everything: poison 15; haircut the 5 left; fifo 5; lifo 6; tiho 1; clean first 6; highest 6; smallest 5. */
static void one_payment_out_of_a_mixed_balance_is_what_each_rule_says(void **state)
{
        (void)state;
        begin();
        toy_one(&t, 0, MULE, 1, 4);
        toy_one(&t, 0, VICTIM, 1, 6);
        uint64_t theft = toy_one(&t, VICTIM, MULE, 1, 6);
        toy_one(&t, 0, MULE, 1, 10);
        uint64_t first = toy_one(&t, MULE, THIEF, 1, 5), rest = toy_one(&t, MULE, THIEF, 1, 15);
        toy_done(&t);
        em_lots_opts o = all("poison,haircut,fifo,lifo,tiho,seniority,cut:clean-first,cut:highest-first,cut:smallest-first,"
                             "dirty-first,pure-dirty-first");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        EXPECT(lots, first, 5, 1, 1, 0, 5, 5, 0, 0, 1, 1, 0);
        EXPECT(lots, rest, 15, 5, 5, 6, 1, 1, 6, 6, 5, 5, 0);
        assert_int_equal(em_lots_totals(lots, 0, 1).grown.w[0], 14);
        assert_int_equal(em_lots_totals(lots, 9, 1).mixed.w[0], 6);     /* 1 and then the 5 left: both moves mixed */
        assert_int_equal(em_lots_totals(lots, 10, 1).dropped.w[0], 6);  /* 1 dropped, then all 5 */
        em_lots_free(lots);
}

/* While nothing is mixed, no rule can differ: 9 stolen, paid on 4 and 5, one of the two through another hand. */
static void all_policies_are_equal_when_nothing_is_mixed(void **state)
{
        (void)state;
        begin();
        toy_one(&t, 0, VICTIM, 2, 50);
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 2, 9);
        uint64_t a = toy_one(&t, THIEF, MULE, 2, 4), b = toy_one(&t, THIEF, HELPER, 2, 5);
        uint64_t c = toy_one(&t, MULE, HELPER, 2, 4), d = toy_one(&t, HELPER, EXCHANGE, 2, 9);
        toy_done(&t);
        em_lots_opts o = all("poison,haircut,fifo,lifo,tiho,seniority,cut:smallest-last,dirty-first,pure-dirty-first");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        for (size_t p = 0; p < o.policies; p++) {
                assert_int_equal(in_move(lots, a, p), 4);
                assert_int_equal(in_move(lots, b, p), 5);
                assert_int_equal(in_move(lots, c, p), 4);
                assert_int_equal(in_move(lots, d, p), 9);
                assert_int_equal(em_lots_totals(lots, p, 2).sitting.w[0], 9);
        }
        em_lots_free(lots);
}

/* 3 stolen and 3 clean in a balance; one transaction pays 1, 4, 1.  Stolen ones first: the line is SSSCCC.
 *   first     S | SSCC | C
 *   last      the last move gets S, then 4: SSCC, then the first: C
 *   highest   4 first: SSSC, then the two of 1 in chain order: C, C
 *   smallest  the two of 1: S, S, then SCCC */
static void the_order_out_matters_within_one_transaction(void **state)
{
        (void)state;
        begin();
        toy_one(&t, 0, MULE, 1, 3);
        uint64_t theft = toy_one(&t, VICTIM, MULE, 1, 3);
        toy_block(&t);
        toy_tx(&t, MULE);
        uint64_t a = toy_pay(&t, MULE, THIEF, 1, 1), b = toy_pay(&t, MULE, HELPER, 1, 4), c = toy_pay(&t, MULE, POOL, 1, 1);
        toy_done(&t);
        em_lots_opts o = all("cut:taint-first,cut:taint-last,cut:taint-highest,cut:taint-smallest");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        EXPECT(lots, a, 1, 0, 0, 1);
        EXPECT(lots, b, 2, 2, 3, 1);
        EXPECT(lots, c, 0, 1, 0, 1);
        em_lots_free(lots);
}

/* 10 stolen coins and nothing else: a failed transaction costs 2 of them, another 1 before it pays 7. */
static void gas_leaves_before_the_value_and_a_failed_transaction_moves_nothing_else(void **state)
{
        (void)state;
        begin();
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 0, 10);
        toy_block(&t);
        toy_tx(&t, THIEF);
        t.tx[t.m.txs - 1].failed = 1;
        uint64_t lost = toy_move_of(&t, EM_MOVE_GAS, THIEF, 0, 0, 2), not = toy_pay(&t, THIEF, HELPER, 0, 3);
        toy_block(&t);
        toy_tx(&t, THIEF);
        uint64_t gas = toy_move_of(&t, EM_MOVE_GAS, THIEF, 0, 0, 1), paid = toy_pay(&t, THIEF, MULE, 0, 7);
        toy_done(&t);
        em_lots_opts o = all("poison,haircut,fifo,lifo");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        EXPECT(lots, lost, 2, 2, 2, 2);
        EXPECT(lots, not, 0, 0, 0, 0);
        EXPECT(lots, gas, 1, 1, 1, 1);
        EXPECT(lots, paid, 7, 7, 7, 7);
        assert_int_equal(em_lots_totals(lots, 1, 0).fees.w[0], 3);
        assert_int_equal(stop_of(lots, gas), EM_LOTS_FEE);
        em_lots_free(lots);
        for (size_t p = 0; p < o.policies; p++)
                policy[p].fee = EM_FEE_DROP;
        lots = run(&seed, 1, &o);
        assert_int_equal(em_lots_totals(lots, 1, 0).fees.w[0], 0);
        assert_int_equal(em_lots_totals(lots, 1, 0).dropped.w[0], 3);
        em_lots_free(lots);
}

/* The files bring 6 stolen to the thief, who then pays 10: 4 were there before, and are the oldest.  To the mule come
 * CCCCSSSSSS under fifo and SSSSSSCCCC under lifo, of which it pays 5: CCCCS, and from the other end CCCCS; haircut
 * 5 * 6 / 10 = 3; tiho SSSSS.  Under dirty-first the thief's balance was mixed, so the 6 ended with the first move. */
static void more_out_than_in_is_an_unknown_lot_in_front(void **state)
{
        (void)state;
        begin();
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 6);
        uint64_t out = toy_one(&t, THIEF, MULE, 1, 10), on = toy_one(&t, MULE, HELPER, 1, 5);
        toy_done(&t);
        em_lots_opts o = all("poison,haircut,fifo,lifo,tiho,dirty-first");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        em_holding h;
        EXPECT(lots, out, 10, 6, 6, 6, 6, 6);
        EXPECT(lots, on, 5, 3, 1, 1, 5, 0);
        assert_int_equal(em_lots_unknowns(lots), 1);
        em_lots_unknown_at(lots, 0, &h);
        assert_int_equal(h.account, THIEF);
        assert_int_equal(h.unknown.w[0], 4);
        assert_int_equal(em_lots_counted(lots).unknown, 1);
        em_lots_free(lots);
}

/* ---- swaps ---- */

/* The thief has 8 of asset 1, 6 of them stolen, and gives 4 to a pool for 100 of asset 2.
 *   haircut  3 of the 4 are stolen: 100 * 3 / 4 = 75 of the 100.  fifo (clean ones older): 2 of 4: 50.  lifo: 4: 100. */
static void a_swap_turns_stolen_coins_of_one_asset_into_another_by_share(void **state)
{
        for (int pool_first = 0; pool_first < 2; pool_first++) {
                begin();
                toy_one(&t, 0, THIEF, 1, 2);
                toy_one(&t, 0, POOL, 2, 500);
                uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 6);
                toy_block(&t);
                toy_tx(&t, THIEF);
                uint64_t got = pool_first ? toy_pay(&t, POOL, THIEF, 2, 100) : 0;
                uint64_t gave = toy_pay(&t, THIEF, POOL, 1, 4);
                got = pool_first ? got : toy_pay(&t, POOL, THIEF, 2, 100);
                uint64_t on = toy_one(&t, THIEF, MULE, 2, 100);
                toy_done(&t);
                em_lots_opts o = all("haircut,fifo,lifo,poison");
                em_lots_seed seed = stolen(theft);
                em_lots *lots = run(&seed, 1, &o);
                EXPECT(lots, gave, 3, 2, 4, 4);
                EXPECT(lots, got, 75, 50, 100, 100);
                EXPECT(lots, on, 75, 50, 100, 100);
                assert_int_equal(stop_of(lots, gave), EM_LOTS_SWAPPED);
                assert_int_equal(em_lots_totals(lots, 0, 1).swapped_out.w[0], 3);
                assert_int_equal(em_lots_totals(lots, 0, 2).swapped_in.w[0], 75);
                assert_int_equal(em_lots_totals(lots, 0, 2).stolen.w[0], 0);
                assert_int_equal(em_lots_counted(lots).swaps, 1);
                em_lots_free(lots);
                o.no_swaps = true;      /* then they simply lie in the pool */
                lots = run(&seed, 1, &o);
                assert_int_equal(stop_of(lots, gave), EM_LOTS_FOLLOWED);
                assert_int_equal(in_move(lots, got, 0), 0);
                em_lots_free(lots);
        }
        (void)state;
}

/* Through a router: A goes thief -> router -> pool, B comes pool -> router -> thief.  What the router gets it gives, so it swaps
 * nothing; 2 of the 10 A come back unused.  All of A is stolen: 8 were swapped for all 30 B, 2 are A still. */
static void a_router_swaps_nothing_and_change_comes_back_as_it_left(void **state)
{
        (void)state;
        begin();
        toy_one(&t, 0, POOL, 2, 30);
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 10);
        toy_block(&t);
        toy_tx(&t, THIEF);
        uint64_t gave = toy_pay(&t, THIEF, HELPER, 1, 10);
        toy_pay(&t, HELPER, POOL, 1, 8);
        toy_pay(&t, POOL, HELPER, 2, 30);
        uint64_t got = toy_pay(&t, HELPER, THIEF, 2, 30), change = toy_pay(&t, HELPER, THIEF, 1, 2);
        toy_done(&t);
        em_lots_opts o = all("haircut,fifo,lifo,tiho,cut:highest-first");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        EXPECT(lots, gave, 10, 10, 10, 10, 10);
        EXPECT(lots, got, 30, 30, 30, 30, 30);
        EXPECT(lots, change, 2, 2, 2, 2, 2);
        for (size_t p = 0; p < o.policies; p++) {
                assert_int_equal(em_lots_totals(lots, p, 1).swapped_out.w[0], 8);
                assert_int_equal(em_lots_totals(lots, p, 1).sitting.w[0], 2);
                assert_int_equal(em_lots_totals(lots, p, 2).sitting.w[0], 30);
        }
        em_lots_free(lots);
}

static void two_assets_given_are_no_swap_that_anybody_could_share_out(void **state)
{
        (void)state;
        begin();
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 10);
        toy_one(&t, 0, THIEF, 0, 5);
        toy_block(&t);
        toy_tx(&t, THIEF);
        uint64_t gave = toy_pay(&t, THIEF, POOL, 1, 10);
        toy_pay(&t, THIEF, POOL, 0, 5);
        uint64_t got = toy_pay(&t, POOL, THIEF, 2, 7);
        toy_done(&t);
        em_lots_opts o = all("haircut");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        assert_int_equal(stop_of(lots, gave), EM_LOTS_FOLLOWED);
        assert_int_equal(in_move(lots, got, 0), 0);
        assert_int_equal(em_lots_counted(lots).unclear, 1);
        assert_int_equal(em_lots_counted(lots).swaps, 0);
        em_lots_free(lots);
}

/* ---- stops ---- */

static em_lots_stop label(void *ctx, uint32_t account, uint32_t *ret_label)
{
        (void)ctx;
        *ret_label = account == EXCHANGE || account == MIXER || account == POOL ? account : 0;
        return account == EXCHANGE ? EM_LOTS_EXCHANGE : account == MIXER ? EM_LOTS_MIXER
               : account == POOL ? EM_LOTS_BRIDGE : EM_LOTS_FOLLOWED;
}

static bool is_helper(void *ctx, uint32_t account)
{
        (void)ctx;
        return account == HELPER;
}

static void a_trace_stops_at_what_the_caller_calls_a_service_a_mixer_a_bridge_or_a_contract(void **state)
{
        (void)state;
        begin();
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 10);
        uint64_t a = toy_one(&t, THIEF, EXCHANGE, 1, 1), b = toy_one(&t, THIEF, MIXER, 1, 2);
        uint64_t c = toy_one(&t, THIEF, POOL, 1, 3), d = toy_one(&t, THIEF, HELPER, 1, 4);
        uint64_t beyond = toy_one(&t, EXCHANGE, MULE, 1, 1);
        toy_done(&t);
        em_lots_opts o = all("haircut");
        em_lots_seed seed = stolen(theft);
        o.label = label;
        o.contract = is_helper;
        em_lots *lots = run(&seed, 1, &o);
        em_lots_total x = em_lots_totals(lots, 0, 1);
        assert_int_equal(stop_of(lots, a), EM_LOTS_EXCHANGE);
        assert_int_equal(stop_of(lots, b), EM_LOTS_MIXER);
        assert_int_equal(stop_of(lots, c), EM_LOTS_BRIDGE);
        assert_int_equal(stop_of(lots, d), EM_LOTS_CONTRACT);
        assert_int_equal(in_move(lots, beyond, 0), 0);
        assert_int_equal(x.deposited.w[0], 1);
        assert_int_equal(x.mixed.w[0], 2);
        assert_int_equal(x.bridged.w[0], 3);
        assert_int_equal(x.stopped.w[0], 4);
        em_lots_free(lots);
        o.through_labels = true;
        lots = run(&seed, 1, &o);
        assert_int_equal(in_move(lots, beyond, 0), 1);
        em_lots_free(lots);
}

static void decoys_are_not_followed_and_are_counted(void **state)
{
        (void)state;
        begin();
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 10);
        uint64_t fake = toy_one(&t, THIEF, HELPER, 1, 10);
        t.move[fake].decoy = EM_DECOY_SPOOFED;
        uint64_t out = toy_one(&t, THIEF, MULE, 1, 10);
        toy_done(&t);
        em_lots_opts o = all("haircut");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        assert_int_equal(in_move(lots, fake, 0), 0);
        assert_int_equal(in_move(lots, out, 0), 10);
        assert_int_equal(em_lots_counted(lots).decoys[EM_DECOY_SPOOFED], 1);
        em_lots_free(lots);
}

/* The balance at the end of block 1 is 7, the newest 5 are stolen: fifo pays the other 2 first. */
static void coins_held_on_a_day_are_the_newest_of_the_balance(void **state)
{
        (void)state;
        begin();
        toy_one(&t, 0, THIEF, 1, 3);
        toy_one(&t, 0, THIEF, 1, 4);
        uint64_t out = toy_one(&t, THIEF, MULE, 1, 3);
        toy_done(&t);
        em_lots_opts o = all("fifo,lifo,haircut");
        em_lots_seed seed = { .kind = EM_LOTS_HELD, .account = THIEF, .asset = 1, .block = 1, .amount = em_u256_of(5) };
        em_lots *lots = run(&seed, 1, &o);
        em_lots_row r;
        EXPECT(lots, out, 1, 3, 2);     /* 3 * 5 / 7 = 2.14 */
        em_lots_at(lots, 0, &r);
        assert_true(r.move == EM_LOTS_NO_MOVE && r.seed && r.block == 1);
        assert_int_equal(r.stolen[0].w[0], 5);
        em_lots_free(lots);
}

/* ---- amounts without a ceiling ---- */

/* 2^200 and more: 3 * 2^200 stolen of 4 * 2^200, a move of 2^200 takes three quarters of it under haircut. */
static void amounts_may_be_as_wide_as_the_chain_allows(void **state)
{
        (void)state;
        static em_u256 wide[3] = { { { 0, 0, 0, 1 << 8 } }, { { 0, 0, 0, 3 << 8 } }, { { 0, 0, 0, 1 << 8 } } };
        begin();
        toy_one(&t, 0, THIEF, 1, 0);
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 1), out = toy_one(&t, THIEF, MULE, 1, 2);
        for (uint64_t i = 0; i < 3; i++) {
                t.move[i].wide = 1;
                t.move[i].low = i;
        }
        t.m.wide = wide;
        t.m.wides = 3;
        toy_done(&t);
        em_lots_opts o = all("haircut,fifo");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        em_lots_row r;
        uint64_t i;
        assert_true(em_lots_find(lots, out, &i));
        em_lots_at(lots, i, &r);
        assert_true(r.stolen[0].w[3] == 3 << 6 && r.stolen[0].w[2] == 0);       /* 3/4 * 2^200 */
        assert_false(em_lots_find(lots, 0, &i));
        em_lots_free(lots);
}

/* 2^224 - 1 is the most that a balance can be; 2^256 - 1 is what a hostile token logs. */
static void a_balance_that_no_coin_could_be_is_refused_and_counted(void **state)
{
        (void)state;
        static em_u256 wide[2] = { { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT32_MAX } },
                                   { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } } };
        begin();
        uint64_t most = toy_one(&t, 0, THIEF, 1, 0), theft = toy_one(&t, VICTIM, THIEF, 1, 6);
        uint64_t other = toy_one(&t, VICTIM, MULE, 1, 5), absurd = toy_one(&t, MULE, HELPER, 1, 1);
        uint64_t second = toy_one(&t, MULE, THIEF, 1, 5);
        t.move[most].wide = t.move[absurd].wide = 1;
        t.move[most].low = 0;
        t.move[absurd].low = 1;
        t.m.wide = wide;
        t.m.wides = 2;
        toy_done(&t);
        em_lots_opts o = all("haircut");
        em_lots_seed seed[2] = { stolen(theft), stolen(other) };
        em_lots *lots = run(seed, 2, &o);
        assert_int_equal(stop_of(lots, theft), EM_LOTS_OVERFLOW);
        assert_int_equal(stop_of(lots, second), EM_LOTS_OVERFLOW);
        assert_int_equal(in_move(lots, absurd, 0), 0);
        assert_int_equal(em_lots_totals(lots, 0, 1).stopped.w[0], 11);
        assert_int_equal(em_lots_counted(lots).overflows, 3);
        em_lots_free(lots);
}

/* ---- paths ---- */

/* 10 stolen: 3 by way of the helper, 7 by way of the mule, both to the exchange's account; from there 8 go on.  Under
 * fifo the helper's 3 came first: of the 8, 3 are his and 5 the mule's, so the widest path is the mule's. */
static void the_widest_path_is_found_and_what_it_carries_is_said(void **state)
{
        (void)state;
        begin();
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 10);
        toy_one(&t, THIEF, HELPER, 1, 3);
        uint64_t big = toy_one(&t, THIEF, MULE, 1, 7);
        toy_one(&t, HELPER, EXCHANGE, 1, 3);
        uint64_t on = toy_one(&t, MULE, EXCHANGE, 1, 7), last = toy_one(&t, EXCHANGE, POOL, 1, 8);
        toy_done(&t);
        em_lots_opts o = all("fifo,haircut");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        em_arena *arena = em_arena_new(1 << 16);
        const uint64_t way[4] = { theft, big, on, last };
        /* haircut shares the 8 by what came in, 3 and 7: 2.4 and 5.6, floors 2 and 5, the one left to the larger rest .6 */
        const uint64_t via[2][3] = { { 7, 7, 5 }, { 7, 7, 6 } };
        for (size_t p = 0; p < 2; p++) {
                uint64_t to;
                em_lots_step *step;
                size_t steps;
                em_lots_row a, b;
                assert_true(em_lots_find(lots, last, &to));
                assert_int_equal(em_lots_path(lots, p, to, arena, &step, &steps, NULL), EM_OK);
                assert_int_equal(steps, 3);
                for (size_t i = 0; i < steps; i++) {
                        em_lots_at(lots, step[i].from, &a);
                        em_lots_at(lots, step[i].to, &b);
                        assert_int_equal(a.move, way[i]);
                        assert_int_equal(b.move, way[i + 1]);
                        assert_int_equal(step[i].via.w[0], via[p][i]);
                }
        }
        em_arena_free(arena);
        em_lots_free(lots);
}

static void a_path_goes_through_a_swap(void **state)
{
        (void)state;
        begin();
        toy_one(&t, 0, POOL, 2, 100);
        uint64_t theft = toy_one(&t, VICTIM, THIEF, 1, 10);
        toy_block(&t);
        toy_tx(&t, THIEF);
        uint64_t gave = toy_pay(&t, THIEF, POOL, 1, 10), got = toy_pay(&t, POOL, THIEF, 2, 100);
        uint64_t on = toy_one(&t, THIEF, MULE, 2, 40);
        toy_done(&t);
        em_lots_opts o = all("fifo,haircut,poison");
        em_lots_seed seed = stolen(theft);
        em_lots *lots = run(&seed, 1, &o);
        em_arena *arena = em_arena_new(1 << 16);
        const uint64_t way[4] = { theft, gave, got, on };
        for (size_t p = 0; p < 3; p++) {
                uint64_t to;
                em_lots_step *step;
                size_t steps;
                em_lots_row b;
                assert_true(em_lots_find(lots, on, &to));
                assert_int_equal(em_lots_path(lots, p, to, arena, &step, &steps, NULL), EM_OK);
                assert_int_equal(steps, 3);
                for (size_t i = 0; i < steps; i++) {
                        em_lots_at(lots, step[i].to, &b);
                        assert_int_equal(b.move, way[i + 1]);
                        assert_int_equal(step[i].swap, i == 1);
                }
        }
        em_arena_free(arena);
        em_lots_free(lots);
}

/* ---- wrong calls of the world ---- */

static em_status refused(em_lots_seed seed, const em_lots_opts *o)
{
        em_lots *lots = NULL;
        em_lots_seed twice[2] = { seed, seed };
        em_status one = em_lots_run(&t.m, &seed, 1, o, NULL, &lots, NULL);
        if (one != EM_OK)
                return one;
        lots = em_lots_free(lots);
        return em_lots_run(&t.m, twice, 2, o, NULL, &lots, NULL);
}

static void seeds_that_nobody_could_have_stolen_are_refused(void **state)
{
        (void)state;
        begin();
        uint64_t good = toy_one(&t, VICTIM, THIEF, 1, 10), self = toy_one(&t, THIEF, THIEF, 1, 5);
        toy_block(&t);
        toy_tx(&t, THIEF);
        t.tx[t.m.txs - 1].failed = 1;
        uint64_t gas = toy_move_of(&t, EM_MOVE_GAS, THIEF, 0, 0, 2), failed = toy_pay(&t, THIEF, MULE, 1, 1);
        toy_done(&t);
        em_lots_opts o = all("fifo");
        em_lots_seed more = stolen(good);
        more.amount = em_u256_of(11);
        assert_int_equal(refused(stolen(good), &o), EM_FORMAT);         /* named twice */
        assert_int_equal(refused(stolen(self), &o), EM_FORMAT);
        assert_int_equal(refused(stolen(gas), &o), EM_FORMAT);
        assert_int_equal(refused(stolen(failed), &o), EM_FORMAT);
        assert_int_equal(refused(stolen(99), &o), EM_MISSING);
        assert_int_equal(refused(more, &o), EM_FORMAT);
        assert_int_equal(refused((em_lots_seed){ .kind = EM_LOTS_HELD, .account = THIEF, .asset = 2 }, &o), EM_MISSING);
        o.max_moves = 1;
        begin();
        good = toy_one(&t, VICTIM, THIEF, 1, 10);
        toy_one(&t, THIEF, MULE, 1, 10);
        toy_done(&t);
        assert_int_equal(refused(stolen(good), &o), EM_LIMIT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(one_payment_out_of_a_mixed_balance_is_what_each_rule_says),
                cmocka_unit_test(all_policies_are_equal_when_nothing_is_mixed),
                cmocka_unit_test(the_order_out_matters_within_one_transaction),
                cmocka_unit_test(gas_leaves_before_the_value_and_a_failed_transaction_moves_nothing_else),
                cmocka_unit_test(more_out_than_in_is_an_unknown_lot_in_front),
                cmocka_unit_test(a_swap_turns_stolen_coins_of_one_asset_into_another_by_share),
                cmocka_unit_test(a_router_swaps_nothing_and_change_comes_back_as_it_left),
                cmocka_unit_test(two_assets_given_are_no_swap_that_anybody_could_share_out),
                cmocka_unit_test(a_trace_stops_at_what_the_caller_calls_a_service_a_mixer_a_bridge_or_a_contract),
                cmocka_unit_test(decoys_are_not_followed_and_are_counted),
                cmocka_unit_test(coins_held_on_a_day_are_the_newest_of_the_balance),
                cmocka_unit_test(amounts_may_be_as_wide_as_the_chain_allows),
                cmocka_unit_test(a_balance_that_no_coin_could_be_is_refused_and_counted),
                cmocka_unit_test(the_widest_path_is_found_and_what_it_carries_is_said),
                cmocka_unit_test(a_path_goes_through_a_swap),
                cmocka_unit_test(seeds_that_nobody_could_have_stolen_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
