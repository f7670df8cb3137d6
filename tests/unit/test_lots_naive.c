/* Lots against the obvious slow way: many random histories of few accounts, every policy, every stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lots_naive.h"

#include <stdio.h>

static naive slow;
static toy history;

/* All 24 orders and the four sums: 28; some with the gas dropped. */
static size_t all_policies(em_policy policy[EM_POLICIES_MAX])
{
        size_t n = 0;
        for (int in = EM_IN_FIRST; in <= EM_IN_SMALLEST; in++)
                for (int out = EM_OUT_FIRST; out <= EM_OUT_SMALLEST; out++, n++)
                        policy[n] = (em_policy){ EM_TAINT_CUT, (em_in_order)in, (em_out_order)out,
                                                 n % 3 ? EM_FEE_LAST : EM_FEE_DROP };
        static const em_taint_kind kinds[] = { EM_TAINT_POISON, EM_TAINT_HAIRCUT, EM_TAINT_DIRTY, EM_TAINT_PURE };
        for (size_t k = 0; k < 4; k++)
                policy[n++] = (em_policy){ kinds[k], EM_IN_FIRST, EM_OUT_FIRST, k == 1 ? EM_FEE_DROP : EM_FEE_LAST };
        return n;
}

static void show(const em_moves *m)
{
        for (uint64_t i = 0; i < m->moves; i++)
                print_message("move %d tx %u: %u -> %u  %d of %u  kind %d decoy %d failed %d\n", (int)i, m->move[i].tx,
                              m->move[i].from, m->move[i].to, (int)m->move[i].low, m->move[i].asset, m->move[i].kind,
                              m->move[i].decoy, m->tx[m->move[i].tx].failed);
}

static void differs(const em_moves *m, const em_lots_opts *o, const char *what, uint64_t at, size_t p, int fast, int naive_says)
{
        char name[40];
        show(m);
        fail_msg("%s differs at %d under %s: %d, naively %d", what, (int)at, em_policy_name(o->policy[p], name), fast,
                 naive_says);
}

static void same_rows(const em_moves *m, const em_lots_opts *o, const em_lots *lots)
{
        for (uint64_t i = 0; i < m->moves; i++) {
                uint64_t at;
                em_lots_row r;
                bool found = em_lots_find(lots, i, &at);
                if (found != slow.row[i])
                        differs(m, o, "reached", i, 0, found, slow.row[i]);
                if (!found)
                        continue;
                em_lots_at(lots, at, &r);
                for (size_t p = 0; p < o->policies; p++)
                        if (r.stolen[p].w[0] != (uint64_t)slow.stolen[i][p])
                                differs(m, o, "amount", i, p, (int)r.stolen[p].w[0], slow.stolen[i][p]);
                if (r.stop != slow.stop[i])
                        differs(m, o, "stop", i, 0, (int)r.stop, (int)slow.stop[i]);
                if (r.hops != slow.row_hops[i])
                        differs(m, o, "hops", i, 0, (int)r.hops, (int)slow.row_hops[i]);
                if (r.ended != slow.ended[i] || r.swapped_in != slow.swapped_in[i])
                        differs(m, o, "mixing", i, 0, (int)r.ended, (int)slow.ended[i]);
        }
}

static void same_holdings(const em_moves *m, const em_lots_opts *o, const em_lots *lots)
{
        uint64_t at = 0;
        for (uint32_t a = 0; a < TOY_ACCOUNTS; a++)
                for (uint32_t k = 0; k < TOY_ASSETS; k++) {
                        int any = 0;
                        for (size_t p = 0; p < o->policies; p++)
                                any += slow.purse[a][k][p].stolen;
                        if (!any)
                                continue;
                        em_holding h;
                        if (at == em_lots_holdings(lots))
                                differs(m, o, "holdings", a, 0, (int)at, (int)at + 1);
                        em_lots_holding_at(lots, at++, &h);
                        if (h.account != a || h.asset != k)
                                differs(m, o, "holder", a, 0, (int)h.account, (int)a);
                        if (h.balance.w[0] != (uint64_t)slow.purse[a][k][0].balance)
                                differs(m, o, "balance", a, 0, (int)h.balance.w[0], slow.purse[a][k][0].balance);
                        if (h.unknown.w[0] != (uint64_t)slow.unknown[a][k])
                                differs(m, o, "unknown", a, 0, (int)h.unknown.w[0], slow.unknown[a][k]);
                        for (size_t p = 0; p < o->policies; p++)
                                if (h.stolen[p].w[0] != (uint64_t)slow.purse[a][k][p].stolen)
                                        differs(m, o, "sitting", a, p, (int)h.stolen[p].w[0],
                                                slow.purse[a][k][p].stolen);
                }
        assert_int_equal(at, em_lots_holdings(lots));
}

static void same_books(const em_moves *m, const em_lots_opts *o, const em_lots *lots)
{
        for (uint32_t k = 0; k < TOY_ASSETS; k++)
                for (size_t p = 0; p < o->policies; p++) {
                        em_lots_total t = em_lots_totals(lots, p, k);
                        const em_u256 *part[] = { &t.stolen, &t.grown, &t.swapped_in, &t.sitting, &t.deposited, &t.mixed,
                                                  &t.bridged, &t.stopped, &t.fees, &t.burnt, &t.dropped, &t.swapped_out };
                        assert_true(em_lots_conserved(&t));
                        for (size_t i = 0; i < 12; i++)
                                if (part[i]->w[0] != (uint64_t)slow.book[k][p][i])
                                        differs(m, o, "book", 100 * k + i, p, (int)part[i]->w[0], slow.book[k][p][i]);
                }
}

/* ---- dice ---- */

static em_lots_stop label(void *ctx, uint32_t account, uint32_t *ret_label)
{
        const uint8_t *labels = ctx;
        *ret_label = labels[account] ? account : 0;
        return (em_lots_stop)labels[account];
}

static void throw_tx(uint64_t *dice)
{
        uint32_t sender = 1 + toy_below(dice, TOY_ACCOUNTS - 1);
        toy_tx(&history, sender);
        history.tx[history.m.txs - 1].failed = toy_below(dice, 12) == 0;
        if (toy_below(dice, 3) == 0)
                toy_move_of(&history, EM_MOVE_GAS, sender, toy_below(dice, 4) ? 0 : 2, 0, toy_below(dice, 3));
        uint32_t style = toy_below(dice, 4), pool = 1 + toy_below(dice, TOY_ACCOUNTS - 1);
        uint32_t a = toy_below(dice, TOY_ASSETS), b = toy_below(dice, TOY_ASSETS);
        if (style == 0) {               /* a swap, either side first, with change */
                bool pool_first = toy_below(dice, 2);
                for (uint32_t k = 0; k < 2; k++) {
                        if (k == (uint32_t)pool_first)
                                toy_pay(&history, sender, pool, a, 1 + toy_below(dice, 9));
                        else
                                toy_pay(&history, pool, sender, b, 1 + toy_below(dice, 9));
                }
                if (toy_below(dice, 2))
                        toy_pay(&history, pool, sender, a, 1 + toy_below(dice, 3));
                return;
        }
        for (uint32_t k = 1 + toy_below(dice, 4); k > 0; k--) {
                uint32_t from = style == 1 ? sender : toy_below(dice, TOY_ACCOUNTS);
                uint64_t i = toy_pay(&history, from, toy_below(dice, TOY_ACCOUNTS), toy_below(dice, TOY_ASSETS),
                                     toy_below(dice, 10));
                history.move[i].decoy = toy_below(dice, 15) == 0 ? EM_DECOY_SPOOFED : EM_DECOY_NONE;
        }
}

static const em_moves *throw_history(uint64_t *dice)
{
        memset(&history, 0, sizeof history);
        toy_block(&history);
        for (uint32_t a = 1; a < TOY_ACCOUNTS; a++) {   /* some have coins, some spend what nobody saw them get */
                toy_tx(&history, 0);
                for (uint32_t k = 0; k < TOY_ASSETS && toy_below(dice, 3); k++)
                        toy_pay(&history, 0, a, k, 1 + toy_below(dice, 20));
        }
        while (history.m.blocks < TOY_BLOCKS && history.m.moves + 12 < TOY_MOVES && history.m.txs + 3 < TOY_TXS) {
                toy_block(&history);
                for (uint32_t k = 1 + toy_below(dice, 2); k > 0; k--)
                        throw_tx(dice);
        }
        return toy_done(&history);
}

/* Distinct seeds that the engine takes; returns how many. */
static size_t throw_seeds(uint64_t *dice, const em_moves *m, const em_lots_opts *o, em_lots_seed seed[3])
{
        size_t n = 0;
        for (int tries = 0; tries < 20 && n < 1 + toy_below(dice, 3); tries++) {
                em_lots_seed s = { .kind = EM_LOTS_MOVE, .move = toy_below(dice, (uint32_t)m->moves / 2) };
                const em_move *v = &m->move[s.move];
                if (toy_below(dice, 4) == 0) {
                        s = (em_lots_seed){ .kind = EM_LOTS_HELD, .account = 1 + toy_below(dice, TOY_ACCOUNTS - 1),
                                            .asset = toy_below(dice, TOY_ASSETS),
                                            .block = toy_below(dice, (uint32_t)m->blocks),
                                            .amount = em_u256_of(1 + toy_below(dice, 12)) };
                } else if (v->kind == EM_MOVE_GAS || v->from == v->to || !v->low || (v->decoy && !o->decoys)
                           || m->tx[v->tx].failed) {
                        continue;
                } else if (toy_below(dice, 2)) {
                        s.amount = em_u256_of(1 + toy_below(dice, (uint32_t)v->low));
                }
                bool again = false;
                for (size_t i = 0; i < n; i++)
                        again = again || (seed[i].kind == s.kind && seed[i].move == s.move && seed[i].account == s.account
                                          && seed[i].asset == s.asset);
                if (!again)
                        seed[n++] = s;
        }
        return n;
}

static void every_policy_agrees_with_the_slow_way(void **state)
{
        (void)state;
        static em_policy policy[EM_POLICIES_MAX];
        uint64_t dice = 20250221, swaps = 0, unknown = 0, rows = 0, mixed = 0;
        size_t policies = all_policies(policy);
        for (int round = 0; round < 4000; round++) {
                const em_moves *m = throw_history(&dice);
                uint8_t labels[TOY_ACCOUNTS] = { 0 };
                em_u256 least[TOY_ASSETS] = { { { 2 } }, { { 3 } }, { { 1 } } };
                em_lots_opts o = { .policy = policy, .policies = policies, .label = label, .label_ctx = labels };
                if (toy_below(&dice, 2))
                        for (uint32_t a = 1; a < TOY_ACCOUNTS; a++)
                                labels[a] = (uint8_t)(toy_below(&dice, 4) ? 0 : EM_LOTS_EXCHANGE + toy_below(&dice, 4));
                o.max_hops = toy_below(&dice, 3) ? 0 : 1 + toy_below(&dice, 4);
                o.least = toy_below(&dice, 3) ? NULL : least;
                o.until_time_s = toy_below(&dice, 3) ? 0 : 1000 * toy_below(&dice, TOY_BLOCKS) + 1;
                o.no_swaps = toy_below(&dice, 3) == 0;
                o.decoys = toy_below(&dice, 4) == 0;
                o.through_labels = toy_below(&dice, 5) == 0;
                o.through_mixers = toy_below(&dice, 5) == 0;
                em_lots_seed seed[3];
                size_t seeds = throw_seeds(&dice, m, &o, seed);
                em_lots *lots = NULL;
                em_error err;
                if (em_lots_run(m, seed, seeds, &o, NULL, &lots, &err) != EM_OK) {
                        show(m);
                        fail_msg("%s", err.text);
                }
                naive_run(&slow, m, seed, seeds, &o);
                same_rows(m, &o, lots);
                same_holdings(m, &o, lots);
                same_books(m, &o, lots);
                em_lots_counts c = em_lots_counted(lots);
                swaps += c.swaps;
                unknown += c.unknown;
                rows += em_lots_count(lots);
                mixed += em_lots_totals(lots, policies - 2, 0).mixed.w[0];
                em_lots_free(lots);
        }
        assert_true(rows > 20000 && swaps > 1000 && unknown > 4000 && mixed > 2000);       /* the dice did throw such things */
}

/* A path of any row is a chain from a seed: each step starts where the last one ended, in the account that paid next. */
static void path_holds(const em_moves *m, const em_lots_opts *o, const em_lots *lots, size_t p, uint64_t to, em_arena *arena)
{
        em_lots_step *step;
        size_t steps;
        em_lots_row a, b;
        em_error err = { 0 };
        if (em_lots_path(lots, p, to, arena, &step, &steps, &err) != EM_OK)
                differs(m, o, err.text, to, p, 0, 1);
        em_lots_at(lots, steps ? step[0].from : to, &a);
        if (!a.seed || (steps && step[steps - 1].to != to))
                differs(m, o, "path's ends", to, p, 0, 1);
        for (size_t i = 0; i < steps; i++) {
                em_lots_at(lots, step[i].from, &a);
                em_lots_at(lots, step[i].to, &b);
                bool joined = step[i].swap ? a.from == b.to && a.stop == EM_LOTS_SWAPPED && b.swapped_in
                                                     && m->move[a.move].tx == m->move[b.move].tx
                                           : a.to == b.from && a.asset == b.asset;
                bool more = o->policy[p].kind != EM_TAINT_POISON && em_u256_cmp(step[i].via, a.stolen[p]) > 0;
                if (!joined || more || (i && step[i].from != step[i - 1].to) || em_u256_zero(step[i].via)
                    || em_u256_cmp(step[i].in, a.stolen[p]) != 0 || em_u256_cmp(step[i].out, b.stolen[p]) != 0)
                        differs(m, o, "path's step", to, p, (int)i, (int)steps);
        }
}

static void every_stolen_coin_has_a_path_from_a_seed(void **state)
{
        (void)state;
        static em_policy policy[EM_POLICIES_MAX];
        uint64_t dice = 624, paths = 0, swapped = 0;
        size_t policies = all_policies(policy);
        for (int round = 0; round < 400; round++) {
                const em_moves *m = throw_history(&dice);
                em_lots_opts o = { .policy = policy, .policies = policies, .sources = true };
                em_lots_seed seed[3];
                size_t seeds = throw_seeds(&dice, m, &o, seed);
                em_lots *lots = NULL;
                em_arena *arena = em_arena_new(1 << 20);
                assert_int_equal(em_lots_run(m, seed, seeds, &o, NULL, &lots, NULL), EM_OK);
                for (uint64_t i = 0; i < em_lots_count(lots); i++) {
                        em_lots_row r;
                        em_lots_at(lots, i, &r);
                        for (size_t p = 0; p < policies; p++)
                                if (!em_u256_zero(r.stolen[p])) {
                                        path_holds(m, &o, lots, p, i, arena);
                                        em_arena_reset(arena);
                                        paths++;
                                        swapped += r.swapped_in;
                                }
                }
                em_arena_free(arena);
                em_lots_free(lots);
        }
        assert_true(paths > 10000 && swapped > 500);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_policy_agrees_with_the_slow_way),
                cmocka_unit_test(every_stolen_coin_has_a_path_from_a_seed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
