/* Taint against the obvious slow way: all tiny chains, and many random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_naive.h"

#include <stdio.h>

enum { ALL_POLICIES = 80 };

/* The 24 orders under each fee rule; the other four under two, since pro rata is how they share. */
static void all_policies(em_policy policy[ALL_POLICIES])
{
        size_t n = 0;
        for (int fee = EM_FEE_LAST; fee <= EM_FEE_DROP; fee++)
                for (int in = EM_IN_FIRST; in <= EM_IN_SMALLEST; in++)
                        for (int out = EM_OUT_FIRST; out <= EM_OUT_SMALLEST; out++)
                                policy[n++] = (em_policy){ EM_TAINT_CUT, (em_in_order)in,
                                                           (em_out_order)out, (em_fee_rule)fee };
        static const em_taint_kind kinds[] = { EM_TAINT_POISON, EM_TAINT_HAIRCUT, EM_TAINT_DIRTY,
                                               EM_TAINT_PURE };
        for (int drop = 0; drop < 2; drop++)
                for (size_t k = 0; k < 4; k++)
                        policy[n++] = (em_policy){ kinds[k], EM_IN_FIRST, EM_OUT_FIRST,
                                                   drop ? EM_FEE_DROP : EM_FEE_LAST };
        assert_int_equal(n, ALL_POLICIES);
}

static void fail_at(const toy *c, const char *what, em_id out, em_policy policy)
{
        char name[40];
        for (size_t t = 0; t < c->txs; t++) {
                print_message("tx %zu:", t);
                for (size_t i = c->first_in[t]; i < c->first_in[t + 1]; i++)
                        print_message(" %lld", c->in_out[i] == EM_ID_NONE ? -1LL
                                                                : (long long)c->in_out[i]);
                print_message(" ->");
                for (size_t o = c->first_out[t]; o < c->first_out[t + 1]; o++)
                        print_message(" %zu(%lld)", o, (long long)c->value[o]);
                print_message("\n");
        }
        fail_msg("%s differs at output %llu under %s, fee rule %d", what, (unsigned long long)out,
                 em_policy_name(policy, name), (int)policy.fee);
}

static void compare_out(const toy *c, const naive *n, const em_taint *t, em_id out,
                        const em_taint_opts *o)
{
        uint64_t i;
        bool found = em_taint_find(t, out, &i);
        if (found != n->reached[out])
                fail_at(c, "reached", out, o->policy[0]);
        if (!found)
                return;
        em_reached r;
        em_taint_at(t, i, &r);
        for (size_t p = 0; p < o->policies; p++)
                if (r.sat[p] != n->sat[out][p])
                        fail_at(c, "amount", out, o->policy[p]);
        if (r.stop != n->stop[out])
                fail_at(c, "stop", out, o->policy[0]);
        if (r.hops != n->hops[out])
                fail_at(c, "hops", out, o->policy[0]);
        if (r.ended != n->ended[out] || r.mix != n->mix[out])
                fail_at(c, "mix", out, o->policy[0]);
        if (out < c->first_out[r.tx] || out >= c->first_out[r.tx + 1])
                fail_at(c, "transaction", out, o->policy[0]);
}

static void compare(const toy *c, const naive *n, const em_taint *t, const em_taint_opts *o)
{
        for (em_id out = 0; out < c->outs; out++)
                compare_out(c, n, t, out, o);
        for (size_t p = 0; p < o->policies; p++) {
                em_taint_total a = em_taint_totals(t, p), b = n->total[p];
                if (memcmp(&a, &b, sizeof a) != 0)
                        fail_at(c, "total", EM_ID_NONE, o->policy[p]);
                if (a.stolen + a.grown != a.sitting + a.deposited + a.mixed + a.stopped + a.fees
                                                  + a.burnt + a.dropped)
                        fail_at(c, "conservation", EM_ID_NONE, o->policy[p]);
                if (a.grown != 0 && o->policy[p].kind != EM_TAINT_POISON)
                        fail_at(c, "growth", EM_ID_NONE, o->policy[p]);
        }
}

static em_taint *fast(toy *c, const em_seed *seed, size_t seeds, const em_taint_opts *o)
{
        em_taint *t = NULL;
        em_error err = { 0 };
        if (em_taint_run(toy_graph(c), seed, seeds, o, NULL, &t, &err) != EM_OK)
                fail_msg("%s", err.text);
        return t;
}

/* ---- all tiny chains ---- */

/* The shrunken world: block 1 pays a few satoshi to two addresses; every later block holds one
 * transaction that spends any of what is unspent, in any order, and pays one or two addresses any
 * values, zero too, the rest being the fee.  With two such blocks: three blocks, six addresses,
 * complete; and for each chain every choice of how many satoshi of the first two outputs are
 * stolen, and every policy. */
typedef struct world {
        toy    c;
        naive *n;
        em_policy policy[ALL_POLICIES];
        bool   in_turn;         /* a third of the policies for each theft, not all */
        size_t chains, runs;
} world;

static void check_theft(world *w, const em_seed *seed, size_t seeds)
{
        size_t turn = w->runs % 3 * EM_POLICIES_MAX;
        for (size_t from = 0; from < ALL_POLICIES; from += EM_POLICIES_MAX) {
                if (w->in_turn && from != turn)
                        continue;
                size_t left = ALL_POLICIES - from;
                em_taint_opts o = { .policy = w->policy + from,
                                    .policies = left < EM_POLICIES_MAX ? left : EM_POLICIES_MAX };
                em_taint *t = fast(&w->c, seed, seeds, &o);
                naive_run(w->n, &w->c, seed, seeds, &o);
                compare(&w->c, w->n, t, &o);
                em_taint_free(t);
        }
        w->runs++;
}

static void check_world(world *w)
{
        w->chains++;
        for (int64_t a = 0; a <= w->c.value[0]; a++)
                for (int64_t b = 0; b <= w->c.value[1]; b++) {
                        em_seed seed[2];
                        size_t seeds = 0;
                        if (a > 0)
                                seed[seeds++] = (em_seed){ 0, a };
                        if (b > 0)
                                seed[seeds++] = (em_seed){ 1, b };
                        if (seeds > 0)
                                check_theft(w, seed, seeds);
                }
}

static void grow_world(world *w, int spends);

/* Adds every transaction with these inputs, and goes on from each. */
static void pay_all_ways(world *w, const em_id *in, size_t ins, int spends)
{
        int64_t sum = 0;
        for (size_t i = 0; i < ins; i++)
                sum += w->c.value[in[i]];
        toy before = w->c;
        for (int64_t a = 0; a <= sum; a++)
                for (int64_t b = -1; a + b <= sum; b++) {       /* -1: one output only */
                        int64_t out[2] = { a, b };
                        toy_block(&w->c);
                        toy_tx(&w->c, in, ins, out, b < 0 ? 1 : 2);
                        grow_world(w, spends - 1);
                        w->c = before;
                }
}

#define WORLD_INS ((size_t)8)            /* more than such a chain has outputs */

/* Every ordered choice of unspent outputs, longer and longer. */
static void choose_ins(world *w, em_id *in, size_t ins, int spends)
{
        if (ins > 0)
                pay_all_ways(w, in, ins, spends);
        for (em_id out = 0; ins < WORLD_INS && out < w->c.outs; out++) {
                bool used = w->c.out_in[out] != EM_ID_NONE;
                for (size_t i = 0; i < ins; i++)
                        used = used || in[i] == out;
                if (used)
                        continue;
                in[ins] = out;
                choose_ins(w, in, ins + 1, spends);
        }
}

static void grow_world(world *w, int spends)
{
        if (spends == 0) {
                check_world(w);
                return;
        }
        em_id in[WORLD_INS];
        choose_ins(w, in, 0, spends);
}

static void enumerate(int64_t a, int64_t b, int spends, bool in_turn, size_t want_chains)
{
        world *w = calloc(1, sizeof *w);
        naive *n = malloc(sizeof *n);
        assert_true(w && n);
        w->n = n;
        w->in_turn = in_turn;
        all_policies(w->policy);
        em_id none = EM_ID_NONE;
        toy_block(&w->c);
        toy_tx(&w->c, &none, 1, (int64_t[]){ a, b }, 2);
        grow_world(w, spends);
        assert_int_equal(w->chains, want_chains);
        /* every pair of stolen amounts but none and none */
        assert_int_equal(w->runs, w->chains * (size_t)((a + 1) * (b + 1) - 1));
        free(n);
        free(w);
}

static void all_chains_of_three_blocks_and_six_addresses_agree_with_the_naive_taint(void **state)
{
        (void)state;
        /* A transaction with inputs of S in all has S + 1 ways to pay one address and
         * (S + 1)(S + 2) / 2 to pay two: 9 for S = 2, 14 for 3, 27 for 5.  So 14 + 9 + 2 x 27 = 77
         * chains of two blocks; the same sum over what each leaves unspent gives 6,354. */
        enumerate(3, 2, 2, false, 6354);
}

static void all_chains_of_four_blocks_and_two_satoshi_agree_with_the_naive_taint(void **state)
{
        (void)state;
        /* the same sum once more, from 1 and 1 satoshi: 28, then 920, then 41,378 */
        enumerate(1, 1, 3, true, 41378);
}

/* ---- random chains ---- */

/* Odd payees, where labelled, are mixers. */
static uint32_t label(void *ctx, uint32_t payee)
{
        uint32_t number = payee % 8 + 1;
        return payee % 8 < *(const uint32_t *)ctx ? number | (payee % 2 ? EM_TAINT_MIXER : 0) : 0;
}
static uint32_t mixes(void *ctx, em_id tx)
{
        return tx % 7 == *(const uint32_t *)ctx ? 2 : 0;
}
static bool burns(void *ctx, em_id out)
{
        return out % 11 == *(const uint32_t *)ctx;
}

/* Splits sum into outs values and a fee, some of them zero. */
static void split(uint64_t *dice, int64_t sum, int64_t *out, size_t outs)
{
        for (size_t j = 0; j < outs; j++) {
                switch (toy_below(dice, 4)) {
                case 0:
                        out[j] = j + 1 == outs ? sum : sum / 2;
                        break;
                case 1:
                        out[j] = sum < 2 ? sum : 2;     /* ties */
                        break;
                default:
                        out[j] = (int64_t)toy_below(dice, (size_t)sum + 1);
                        break;
                }
                sum -= out[j];
        }
}

static void random_tx(toy *c, uint64_t *dice)
{
        em_id in[6], unspent[TOY_OUTS];
        size_t have = 0, ins = 0, want = 1 + toy_below(dice, 5);
        int64_t sum = 0, out[6] = { 0 };
        for (em_id o = 0; o < c->outs; o++)
                if (c->out_in[o] == EM_ID_NONE)
                        unspent[have++] = o;
        while (ins < want && have > 0 && sum < TOY_SAT / 2) {
                size_t at = toy_below(dice, have);
                in[ins++] = unspent[at];
                sum += c->value[unspent[at]];
                unspent[at] = unspent[--have];
        }
        if (ins == 0)
                return;
        size_t outs = 1 + toy_below(dice, 5);
        split(dice, sum, out, outs);
        if (toy_below(dice, 40) == 0)
                in[ins++] = EM_ID_NONE;
        toy_tx(c, in, ins, out, outs);
}

static void random_chain(toy *c, uint64_t *dice)
{
        *c = (toy){ 0 };
        size_t blocks = 2 + toy_below(dice, 5);
        for (size_t b = 0; b < blocks; b++) {
                em_id none = EM_ID_NONE;
                int64_t out[2] = { 1 + (int64_t)toy_below(dice, 30), 8 };
                toy_block(c);
                toy_tx(c, &none, 1, out, 1 + toy_below(dice, 2));
                for (size_t t = toy_below(dice, 5); t > 0; t--)
                        random_tx(c, dice);
        }
        for (size_t o = 0; o < c->outs; o++)
                c->payee[o] = (uint32_t)toy_below(dice, 40);
}

static size_t random_seeds(const toy *c, uint64_t *dice, em_seed *seed)
{
        size_t seeds = 0, want = 1 + toy_below(dice, 3);
        for (em_id out = toy_below(dice, 4); out < c->outs && seeds < want;
             out += 1 + toy_below(dice, 6))
                if (c->value[out] > 0)
                        seed[seeds++] = (em_seed){ out, toy_below(dice, 2) ? c->value[out]
                                : 1 + (int64_t)toy_below(dice, (size_t)c->value[out]) };
        return seeds;
}

typedef struct dials { uint32_t label, mix, burn; } dials;

static em_taint_opts random_opts(uint64_t *dice, em_policy *policy, dials *d)
{
        em_policy all[ALL_POLICIES];
        all_policies(all);
        em_taint_opts o = { .policy = policy };
        o.policies = toy_below(dice, 4) ? 1 + toy_below(dice, 6) : EM_POLICIES_MAX;
        for (size_t p = 0; p < o.policies; p++)
                policy[p] = toy_below(dice, 2) ? all[toy_below(dice, ALL_POLICIES)]
                                               : all[72 + toy_below(dice, 8)];
        if (toy_below(dice, 2) == 0)
                return o;
        o.max_hops = (uint32_t)toy_below(dice, 4);
        o.min_sat = (int64_t)toy_below(dice, 4);
        o.until_time_s = toy_below(dice, 3) ? 0 : (uint32_t)(1000 * toy_below(dice, 6));
        o.through_labels = toy_below(dice, 2);
        o.through_coinjoin = toy_below(dice, 2);
        *d = (dials){ (uint32_t)toy_below(dice, 3), (uint32_t)toy_below(dice, 9),
                      (uint32_t)toy_below(dice, 14) };
        o.label = label, o.label_ctx = &d->label;
        o.mixes = mixes, o.mixes_ctx = &d->mix;
        o.burns = burns, o.burns_ctx = &d->burn;
        return o;
}

static void thousands_of_random_chains_agree_with_the_naive_taint(void **state)
{
        (void)state;
        naive *n = malloc(sizeof *n);
        toy *c = malloc(sizeof *c);
        assert_true(n && c);
        size_t followed = 0;
        for (uint64_t round = 0; round < 20000; round++) {
                uint64_t dice = round;
                em_seed seed[4];
                em_policy policy[EM_POLICIES_MAX];
                dials d;
                random_chain(c, &dice);
                size_t seeds = random_seeds(c, &dice, seed);
                em_taint_opts o = random_opts(&dice, policy, &d);
                em_taint *t = fast(c, seed, seeds, &o);
                naive_run(n, c, seed, seeds, &o);
                compare(c, n, t, &o);
                followed += em_taint_count(t) > seeds + 2;
                em_taint_free(t);
        }
        assert_true(followed > 10000);          /* the dice do reach something */
        free(n);
        free(c);
}

/* ---- what must hold between policies ---- */

/* Poison is an upper bound of each; dirty-first's unmixed outputs are haircut's, and its mixed
 * ones can gain one satoshi over haircut's by the rounding, since largest remainders are not
 * monotone in the amount (the Alabama paradox). */
static void poison_is_the_upper_bound_and_dirty_first_within_haircut(void **state)
{
        (void)state;
        toy *c = malloc(sizeof *c);
        assert_non_null(c);
        em_policy policy[ALL_POLICIES];
        all_policies(policy);
        em_policy some[] = { policy[72], policy[73], policy[74], policy[75], policy[0], policy[4],
                             policy[10], policy[23], policy[30], policy[47] };
        enum { POISON, HAIRCUT, DIRTY, PURE, MANY = sizeof some / sizeof *some };
        em_taint_opts o = { .policy = some, .policies = MANY };
        for (uint64_t round = 0; round < 4000; round++) {
                uint64_t dice = round + 1000000;
                em_seed seed[4];
                random_chain(c, &dice);
                size_t seeds = random_seeds(c, &dice, seed);
                if (seeds > 1)
                        seeds = 1;
                em_taint *t = fast(c, seed, seeds, &o);
                for (uint64_t i = 0; i < em_taint_count(t); i++) {
                        em_reached r;
                        em_taint_at(t, i, &r);
                        for (size_t p = 0; p < MANY; p++) {
                                assert_true(r.sat[p] <= r.sat[POISON]);
                                assert_true(r.sat[p] >= 0 && r.sat[p] <= c->value[r.out]);
                        }
                        bool mixed = r.ended >> DIRTY & 1;
                        assert_true(r.sat[DIRTY] <= r.sat[HAIRCUT] + mixed);
                        if (r.sat[DIRTY] > 0 && !mixed)
                                assert_int_equal(r.sat[DIRTY], r.sat[HAIRCUT]);
                        assert_true(r.sat[PURE] <= r.sat[DIRTY]);
                }
                em_taint_free(t);
        }
        free(c);
}

/* ---- paths ---- */

/* Under IN-OUT: where each satoshi of an output came from, cell by cell. */
static size_t walk_home(const naive *n, const em_seed *seed, size_t seeds, size_t p, em_id out,
                        int64_t at, em_id *path)
{
        size_t steps = 0;
        for (;;) {
                path[steps++] = out;
                for (size_t s = 0; s < seeds; s++)
                        if (seed[s].out == out && at < seed[s].stolen_sat)
                                return steps;
                cell was = n->cells[out][p][at];
                out = was.out;
                at = was.at;
        }
}

/* The most stolen satoshi of an output that share one way, and how many went the given way. */
static int64_t widest_cut(const naive *n, const toy *c, const em_seed *seed, size_t seeds, size_t p,
                          em_id out, const em_step *step, size_t count, int64_t *ret_given)
{
        static em_id path[TOY_SAT][TOY_TXS];
        size_t length[TOY_SAT], paths = 0;
        int64_t most = 0;
        *ret_given = 0;
        for (int64_t s = 0; s < c->value[out]; s++)
                if (n->cells[out][p][s].stolen) {
                        length[paths] = walk_home(n, seed, seeds, p, out, s, path[paths]);
                        paths++;
                }
        for (size_t a = 0; a < paths; a++) {
                int64_t same = 0;
                for (size_t b = 0; b < paths; b++)
                        same += length[a] == length[b]
                                && !memcmp(path[a], path[b], length[a] * sizeof(em_id));
                most = same > most ? same : most;
                bool given = length[a] == count + 1;
                for (size_t i = 0; given && i < count; i++)
                        given = path[a][count - i] == step[i].from
                                && path[a][count - i - 1] == step[i].to;
                *ret_given += given;
        }
        return most;
}

/* Otherwise: the widest bottleneck of any way from a seed, by trying all of them. */
static int64_t widest_way(const naive *n, const toy *c, const em_seed *seed, size_t seeds, size_t p,
                          em_policy policy, em_id out)
{
        int64_t best = 0;
        for (size_t s = 0; s < seeds; s++)
                if (seed[s].out == out)
                        best = seed[s].stolen_sat;
        size_t tx = 0;
        while (c->first_out[tx + 1] <= out)
                tx++;
        em_id from[TOY_INS];
        int64_t brought[TOY_INS], via[TOY_INS], total = 0;
        size_t count = 0;
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++)
                if (naive_followed(n, c->in_out[i], p)) {
                        from[count] = c->in_out[i];
                        brought[count] = n->sat[c->in_out[i]][p];
                        total += brought[count++];
                }
        int64_t sat = n->sat[out][p];
        if (policy.kind == EM_TAINT_POISON) {
                for (size_t k = 0; k < count; k++)
                        via[k] = sat;
        } else {
                naive_share(sat < total ? sat : total, brought, count, via);
        }
        for (size_t k = 0; k < count; k++) {
                int64_t way = via[k] ? widest_way(n, c, seed, seeds, p, policy, from[k]) : 0;
                way = way < via[k] ? way : via[k];
                best = way > best ? way : best;
        }
        return best < sat ? best : sat;
}

static void check_path(const naive *n, const toy *c, const em_seed *seed, size_t seeds, size_t p,
                       const em_taint_opts *o, em_id out, const em_step *step, size_t count)
{
        int64_t narrowest = n->sat[out][p], seeded = 0;
        em_id start = count ? step[0].from : out;
        for (size_t i = 0; i < count; i++) {
                em_step s = step[i];
                assert_int_equal(s.to, i + 1 < count ? step[i + 1].from : out);
                assert_int_equal(c->in_out[s.in], s.from);
                assert_true(s.in >= c->first_in[s.tx] && s.in < c->first_in[s.tx + 1]);
                assert_true(s.to >= c->first_out[s.tx] && s.to < c->first_out[s.tx + 1]);
                assert_int_equal(s.in_sat, n->sat[s.from][p]);
                assert_int_equal(s.out_sat, n->sat[s.to][p]);
                assert_true(s.via_sat > 0 && s.via_sat <= s.out_sat);
                if (o->policy[p].kind != EM_TAINT_POISON)
                        assert_true(s.via_sat <= s.in_sat);
                narrowest = s.via_sat < narrowest ? s.via_sat : narrowest;
        }
        for (size_t s = 0; s < seeds; s++)
                if (seed[s].out == start)
                        seeded = seed[s].stolen_sat;
        assert_true(seeded > 0);
        narrowest = seeded < narrowest ? seeded : narrowest;
        if (o->policy[p].kind == EM_TAINT_CUT) {
                int64_t given = 0;
                int64_t widest = widest_cut(n, c, seed, seeds, p, out, step, count, &given);
                if (given != widest || (count && step[0].via_sat != given))
                        fail_at(c, "path", out, o->policy[p]);
        } else if (narrowest != widest_way(n, c, seed, seeds, p, o->policy[p], out)) {
                fail_at(c, "path", out, o->policy[p]);
        }
}

static void every_path_is_the_widest_and_its_steps_add_up(void **state)
{
        (void)state;
        naive *n = malloc(sizeof *n);
        toy *c = malloc(sizeof *c);
        em_arena *arena = em_arena_new(1 << 20);
        assert_true(n && c && arena);
        size_t paths = 0;
        for (uint64_t round = 0; round < 3000; round++) {
                uint64_t dice = round + 2000000;
                em_seed seed[4];
                em_policy policy[EM_POLICIES_MAX];
                dials d;
                random_chain(c, &dice);
                size_t seeds = random_seeds(c, &dice, seed);
                em_taint_opts o = random_opts(&dice, policy, &d);
                o.policies = o.policies > 6 ? 6 : o.policies;
                em_taint *t = fast(c, seed, seeds, &o);
                naive_run(n, c, seed, seeds, &o);
                for (em_id out = 0; out < c->outs; out++)
                        for (size_t p = 0; p < o.policies; p++) {
                                em_step *step;
                                size_t count;
                                em_status want = n->sat[out][p] > 0 ? EM_OK : EM_MISSING;
                                assert_int_equal(em_taint_path(t, p, out, arena, &step, &count,
                                                               NULL), want);
                                if (want == EM_OK) {
                                        check_path(n, c, seed, seeds, p, &o, out, step, count);
                                        paths += count > 1;
                                }
                                em_arena_reset(arena);
                        }
                em_taint_free(t);
        }
        assert_true(paths > 10000);
        em_arena_free(arena);
        free(n);
        free(c);
}

/* ---- the same, however asked ---- */

static void policies_run_together_or_alone_and_seeds_in_any_order_give_the_same(void **state)
{
        (void)state;
        toy *c = malloc(sizeof *c);
        assert_non_null(c);
        em_policy all[ALL_POLICIES];
        all_policies(all);
        for (uint64_t round = 0; round < 300; round++) {
                uint64_t dice = round + 3000000;
                em_seed seed[4], back[4];
                random_chain(c, &dice);
                size_t seeds = random_seeds(c, &dice, seed);
                for (size_t s = 0; s < seeds; s++)
                        back[s] = seed[seeds - 1 - s];
                em_taint_opts o = { .policy = all + 40, .policies = 32 };
                em_taint *t = fast(c, seed, seeds, &o);
                for (size_t p = 0; p < 32; p++) {
                        em_taint_opts alone = { .policy = all + 40 + p, .policies = 1 };
                        em_taint *one = fast(c, back, seeds, &alone);
                        em_taint_total a = em_taint_totals(t, p), b = em_taint_totals(one, 0);
                        assert_memory_equal(&a, &b, sizeof a);
                        uint64_t k = 0;
                        for (uint64_t i = 0; i < em_taint_count(t); i++) {
                                em_reached x, y;
                                em_taint_at(t, i, &x);
                                if (x.sat[p] == 0)
                                        continue;
                                em_taint_at(one, k++, &y);
                                assert_true(x.out == y.out && x.sat[p] == y.sat[0]);
                        }
                        assert_int_equal(k, em_taint_count(one));
                        em_taint_free(one);
                }
                em_taint_free(t);
        }
        free(c);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_chains_of_three_blocks_and_six_addresses_agree_with_the_naive_taint),
                cmocka_unit_test(all_chains_of_four_blocks_and_two_satoshi_agree_with_the_naive_taint),
                cmocka_unit_test(thousands_of_random_chains_agree_with_the_naive_taint),
                cmocka_unit_test(poison_is_the_upper_bound_and_dirty_first_within_haircut),
                cmocka_unit_test(every_path_is_the_widest_and_its_steps_add_up),
                cmocka_unit_test(policies_run_together_or_alone_and_seeds_in_any_order_give_the_same),
        };
        return cmocka_run_group_tests_name("taint beside the naive one", tests, NULL, NULL);
}
