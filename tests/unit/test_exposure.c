/* Exposure: the walk back against worked examples, against every satoshi traced by hand, and against taint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_naive.h"
#include "embargo/exposure.h"

#include <stdio.h>

static em_policy policy_of(const char *name)
{
        em_policy p;
        assert_true(em_policy_parse(em_str_c(name), &p));
        return p;
}

static em_exposure *walk(toy *c, const em_id *out, size_t outs, const em_exposure_opts *o)
{
        em_exposure *x = NULL;
        em_error err = { 0 };
        if (em_exposure_run(toy_graph(c), out, outs, o, NULL, &x, &err) != EM_OK)
                fail_msg("%s", err.text);
        return x;
}

/* Payees' labels: those of the mask. */
static uint32_t label_of(void *ctx, uint32_t payee)
{
        const uint64_t *mask = ctx;
        return payee < 64 && (*mask >> payee & 1) ? payee + 1 : 0;
}

static uint32_t mixes_at(void *ctx, em_id tx)
{
        const em_id *mix = ctx;
        return tx == *mix ? 3 : 0;
}

static const em_origin *find(const em_exposure *x, em_origin_kind kind, uint32_t label, size_t *ret_at)
{
        size_t n;
        const em_origin *o = em_exposure_origins(x, &n);
        for (size_t i = 0; i < n; i++)
                if (o[i].kind == kind && o[i].label == label) {
                        *ret_at = i;
                        return &o[i];
                }
        return NULL;
}

static void expect(const em_exposure *x, em_origin_kind kind, uint32_t label, int64_t direct, int64_t indirect,
                   uint32_t hops)
{
        size_t at;
        const em_origin *o = find(x, kind, label, &at);
        assert_non_null(o);
        assert_int_equal(o->direct_sat, direct);
        assert_int_equal(o->indirect_sat, indirect);
        assert_int_equal(o->hops, hops);
}

/* ---- examples worked by hand ---- */

/* The example of src/chain/exposure.c: S 100 (output 0), B 60 (1), both minted; [S, B] into [A 120, C 38], fee 2. */
static void worked(toy *c)
{
        *c = (toy){ 0 };
        toy_block(c);
        toy_tx(c, (em_id[]){ EM_ID_NONE }, 1, (int64_t[]){ 100 }, 1);
        toy_block(c);
        toy_tx(c, (em_id[]){ EM_ID_NONE }, 1, (int64_t[]){ 60 }, 1);
        toy_block(c);
        toy_tx(c, (em_id[]){ EM_ID_NONE }, 1, (int64_t[]){ 1 }, 1);
        toy_tx(c, (em_id[]){ 0, 1 }, 2, (int64_t[]){ 120, 38 }, 2);
}

static void test_the_worked_example_comes_out_under_each_rule(void **state)
{
        (void)state;
        static toy c;
        static const struct { const char *policy; int64_t service, mined; } want[] = {
                { "haircut", 75, 45 }, { "fifo", 100, 20 }, { "lifo", 60, 60 },
                /* outputs highest first: A is cut first, as under fifo */
                { "tiho", 100, 20 },
                /* C takes 0-37, A 38-157: 62 of S and 58 of B */
                { "cut:first-smallest", 62, 58 },
        };
        uint64_t labels = 1;
        worked(&c);
        for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
                em_exposure_opts o = { .policy = policy_of(want[i].policy), .label = label_of, .label_ctx = &labels };
                em_exposure *x = walk(&c, (em_id[]){ 3 }, 1, &o);
                assert_int_equal(em_exposure_received(x), 120);
                expect(x, EM_ORIGIN_LABEL, 1, want[i].service, 0, 1);
                expect(x, EM_ORIGIN_MINED, 0, 0, want[i].mined, 1);
                size_t n;
                const em_payer *p = em_exposure_payers(x, &n);
                assert_int_equal(n, 2);
                assert_int_equal(p[0].sat + p[1].sat, 120);
                em_exposure_free(x);
        }
}

static void test_each_stop_takes_what_reaches_it(void **state)
{
        (void)state;
        static toy c;
        worked(&c);
        em_id mix = 3, out = 3;
        em_exposure_opts o = { .policy = policy_of("haircut"), .mixes = mixes_at, .mixes_ctx = &mix };
        em_exposure *x = walk(&c, &out, 1, &o);
        expect(x, EM_ORIGIN_MIXED, 3, 120, 0, 0);
        em_exposure_free(x);
        o.through_mixers = true;
        x = walk(&c, &out, 1, &o);
        expect(x, EM_ORIGIN_MINED, 0, 0, 120, 1);
        em_exposure_free(x);
        o.max_hops = 1;
        x = walk(&c, &out, 1, &o);
        expect(x, EM_ORIGIN_HOPS, 0, 120, 0, 1);
        em_exposure_free(x);
        o.max_hops = 0;
        o.since_time_s = 3001;          /* block 2, the last, has the time 3000 */
        x = walk(&c, &out, 1, &o);
        expect(x, EM_ORIGIN_TIME, 0, 120, 0, 0);
        em_exposure_free(x);
        o.since_time_s = 0;
        o.min_sat = 60;                 /* 75 wait at S's transaction, 45 at B's */
        x = walk(&c, &out, 1, &o);
        expect(x, EM_ORIGIN_MINED, 0, 0, 75, 1);
        expect(x, EM_ORIGIN_AMOUNT, 0, 0, 45, 1);
        em_exposure_free(x);
        o.min_sat = 0;
        o.max_outs = 1;                 /* both inputs of the first transaction are seen, then it ends */
        x = walk(&c, &out, 1, &o);
        assert_int_equal(em_exposure_visited(x), 2);
        expect(x, EM_ORIGIN_LIMIT, 0, 0, 120, 1);
        em_exposure_free(x);
        uint32_t own[] = { 0 };         /* S is of the same cluster */
        o = (em_exposure_opts){ .policy = policy_of("fifo"), .own = own, .owns = 1 };
        x = walk(&c, &out, 1, &o);
        expect(x, EM_ORIGIN_OWN, 0, 100, 0, 1);
        expect(x, EM_ORIGIN_MINED, 0, 0, 20, 1);
        em_exposure_free(x);
}

static void test_an_input_that_is_not_in_the_files_hides_all_behind_its_transaction(void **state)
{
        (void)state;
        static toy c;
        c = (toy){ 0 };
        toy_block(&c);
        toy_tx(&c, (em_id[]){ EM_ID_NONE }, 1, (int64_t[]){ 50 }, 1);
        toy_tx(&c, (em_id[]){ 0, EM_ID_NONE }, 2, (int64_t[]){ 70 }, 1);
        em_exposure_opts o = { .policy = policy_of("haircut") };
        em_exposure *x = walk(&c, (em_id[]){ 0, 1 }, 2, &o);
        expect(x, EM_ORIGIN_MINED, 0, 50, 0, 0);
        expect(x, EM_ORIGIN_UNKNOWN, 0, 70, 0, 0);
        em_exposure_free(x);
}

static void test_what_cannot_be_asked_is_refused(void **state)
{
        (void)state;
        static toy c;
        worked(&c);
        em_error err;
        em_exposure *x = NULL;
        const em_graph *g = toy_graph(&c);
        em_exposure_opts o = { .policy = policy_of("haircut") };
        assert_int_equal(em_exposure_run(g, (em_id[]){ 5 }, 1, &o, NULL, &x, &err), EM_MISSING);
        assert_int_equal(em_exposure_run(g, (em_id[]){ 3, 3 }, 2, &o, NULL, &x, &err), EM_FORMAT);
        o.policy = policy_of("poison");
        assert_int_equal(em_exposure_run(g, (em_id[]){ 3 }, 1, &o, NULL, &x, &err), EM_FORMAT);
        o.policy = policy_of("dirty-first");
        assert_int_equal(em_exposure_run(g, (em_id[]){ 3 }, 1, &o, NULL, &x, &err), EM_FORMAT);
        assert_null(x);
}

/* ---- random chains ---- */

/* Blocks of a mint and up to three spends of 1..4 outputs into 1..4; now and then a prevout that is not there. */
static void dice_chain(toy *c, uint64_t *seed)
{
        *c = (toy){ 0 };
        em_id unspent[TOY_OUTS];
        size_t n = 0, blocks = 3 + toy_below(seed, 6);
        for (size_t b = 0; b < blocks; b++) {
                toy_block(c);
                int64_t mint[2] = { 1 + (int64_t)toy_below(seed, 60), (int64_t)toy_below(seed, 60) };
                size_t outs = 1 + toy_below(seed, 2);
                for (size_t j = 0; j < outs; j++)
                        unspent[n++] = c->outs + j;
                toy_tx(c, (em_id[]){ EM_ID_NONE }, 1, mint, outs);
                for (size_t t = toy_below(seed, 4); t > 0 && n > 0; t--) {
                        em_id in[5];
                        int64_t out[4], sum = 0;
                        size_t ins = 0, want = 1 + toy_below(seed, 4);
                        for (; ins < want && n > 0; ins++) {
                                size_t at = toy_below(seed, n);
                                in[ins] = unspent[at];
                                sum += c->value[in[ins]];
                                unspent[at] = unspent[--n];
                        }
                        if (toy_below(seed, 25) == 0)
                                in[ins++] = EM_ID_NONE;
                        sum -= sum > 3 ? (int64_t)toy_below(seed, 4) : 0;
                        outs = 1 + toy_below(seed, 4);
                        for (size_t j = 0; j < outs; j++) {
                                out[j] = j + 1 == outs ? sum : (int64_t)toy_below(seed, (size_t)sum + 1);
                                sum -= out[j];
                                unspent[n++] = c->outs + j;
                        }
                        toy_tx(c, in, ins, out, outs);
                }
        }
        for (size_t o = 0; o < c->outs; o++)    /* fewer payees than outputs */
                c->payee[o] = (uint32_t)toy_below(seed, 40);
}

static size_t tx_of(const toy *c, em_id out)
{
        size_t t = 0;
        while (c->first_out[t + 1] <= out)
                t++;
        return t;
}

static bool minted(const toy *c, size_t tx)
{
        return c->in_out[c->first_in[tx]] == EM_ID_NONE && (tx == 0 || c->block_of[tx - 1] != c->block_of[tx]);
}

static bool hidden(const toy *c, size_t tx)
{
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++)
                if (c->in_out[i] == EM_ID_NONE)
                        return true;
        return false;
}

/* What is expected of one chain: satoshi by kind and label, direct and indirect. */
typedef struct ledger { double sat[EM_ORIGIN_KINDS][64][2]; uint32_t hops[EM_ORIGIN_KINDS][64]; } ledger;

typedef struct asked { const toy *c; uint64_t labels; uint32_t own; size_t max_hops; em_policy policy; ledger *l; } asked;

static void credit(const asked *a, em_origin_kind kind, uint32_t label, bool direct, uint32_t hops, double sat)
{
        a->l->sat[kind][label][!direct] += sat;
        if (sat > 0 && (a->l->hops[kind][label] == 0 || hops + 1 < a->l->hops[kind][label]))
                a->l->hops[kind][label] = hops + 1;
}

/* True when the coins end at output `out`, met at this many hops. */
static bool ends(const asked *a, em_id out, uint32_t hops, double sat)
{
        uint32_t payee = a->c->payee[out];
        em_origin_kind kind = payee == a->own ? EM_ORIGIN_OWN
                              : a->labels >> payee & 1 ? EM_ORIGIN_LABEL
                              : a->max_hops && hops >= a->max_hops ? EM_ORIGIN_HOPS : EM_ORIGIN_KINDS;
        if (kind == EM_ORIGIN_KINDS)
                return false;
        credit(a, kind, kind == EM_ORIGIN_LABEL ? payee + 1 : 0, hops == 1, hops, sat);
        return true;
}

static bool ends_in(const asked *a, size_t tx, uint32_t hops, double sat)
{
        em_origin_kind kind = minted(a->c, tx) ? EM_ORIGIN_MINED : hidden(a->c, tx) ? EM_ORIGIN_UNKNOWN : EM_ORIGIN_KINDS;
        if (kind == EM_ORIGIN_KINDS)
                return false;
        credit(a, kind, 0, hops == 0, hops, sat);
        return true;
}

/* Haircut, over every path, one after the other: a path's amount is a product of fractions. */
static void every_path(const asked *a, em_id out, uint32_t hops, double sat)
{
        const toy *c = a->c;
        size_t tx = tx_of(c, out);
        if (sat <= 0 || ends_in(a, tx, hops, sat))
                return;
        int64_t total = 0;
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++)
                total += c->value[c->in_out[i]];
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++) {
                em_id from = c->in_out[i];
                double part = sat * (double)c->value[from] / (double)total;
                if (part > 0 && !ends(a, from, hops + 1, part))
                        every_path(a, from, hops + 1, part);
        }
}

/* The satoshi of a transaction's outputs in line, one by one: the n-th of the line by input. */
static em_id one_satoshi_back(const asked *a, size_t tx, em_id out, int64_t at, int64_t *ret_at)
{
        const toy *c = a->c;
        int64_t place = at;
        for (size_t o = c->first_out[tx]; o < c->first_out[tx + 1]; o++) {
                int64_t v = c->value[o], mine = c->value[out];
                bool ahead = a->policy.out == EM_OUT_FIRST ? o < out
                             : a->policy.out == EM_OUT_LAST ? o > out
                             : a->policy.out == EM_OUT_HIGHEST ? v > mine || (v == mine && o < out)
                                                               : v < mine || (v == mine && o < out);
                if (ahead)
                        place += v;
        }
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++) {
                int64_t before = 0, mine = c->value[c->in_out[i]];
                for (size_t k = c->first_in[tx]; k < c->first_in[tx + 1]; k++) {
                        int64_t v = c->value[c->in_out[k]];
                        bool ahead = a->policy.in == EM_IN_LAST ? k > i
                                     : a->policy.in == EM_IN_HIGHEST ? v > mine || (v == mine && k < i)
                                     : a->policy.in == EM_IN_SMALLEST ? v < mine || (v == mine && k < i)
                                                                      : k < i;
                        if (ahead)
                                before += v;
                }
                if (place >= before && place < before + mine) {
                        *ret_at = place - before;
                        return c->in_out[i];
                }
        }
        fail_msg("a satoshi came from nowhere");
        return EM_ID_NONE;
}

static void one_satoshi(const asked *a, em_id out, int64_t at)
{
        for (uint32_t hops = 0;; hops++) {
                size_t tx = tx_of(a->c, out);
                if (ends_in(a, tx, hops, 1))
                        return;
                out = one_satoshi_back(a, tx, out, at, &at);
                if (ends(a, out, hops + 1, 1))
                        return;
        }
}

static void compare(const asked *a, const em_exposure *x, double slack)
{
        size_t n;
        const em_origin *o = em_exposure_origins(x, &n);
        int64_t sum = 0;
        static bool seen[EM_ORIGIN_KINDS][64];
        memset(seen, 0, sizeof seen);
        for (size_t i = 0; i < n; i++) {
                const double *want = a->l->sat[o[i].kind][o[i].label];
                double direct = (double)o[i].direct_sat - want[0], indirect = (double)o[i].indirect_sat - want[1];
                if (direct > slack || direct < -slack || indirect > slack || indirect < -slack)
                        fail_msg("kind %d label %u: %lld direct, %lld indirect, not %f, %f", (int)o[i].kind, o[i].label,
                                 (long long)o[i].direct_sat, (long long)o[i].indirect_sat, want[0], want[1]);
                uint32_t hops = a->l->hops[o[i].kind][o[i].label];
                if (slack == 0 && a->max_hops)  /* else coins that were merged count by the nearest of them */
                        assert_int_equal(o[i].hops + 1, hops);
                assert_true(o[i].hops + 1 <= hops || hops == 0);
                seen[o[i].kind][o[i].label] = true;
                sum += o[i].direct_sat + o[i].indirect_sat;
        }
        assert_int_equal(sum, em_exposure_received(x));
        for (size_t k = 0; k < EM_ORIGIN_KINDS; k++)
                for (size_t l = 0; l < 64; l++)
                        if (!seen[k][l] && a->l->sat[k][l][0] + a->l->sat[k][l][1] > slack)
                                fail_msg("kind %zu label %zu is missing", k, l);
}

/* A path begins at the origin's output, each step spends what the step before made, it ends in what was
 * received, and what it carries does not grow on the way back. */
static void check_paths(const toy *c, const em_exposure *x, const em_id *out, size_t outs)
{
        em_arena *arena = em_arena_new(1 << 20);
        size_t n;
        const em_origin *o = em_exposure_origins(x, &n);
        for (size_t i = 0; i < n; i++) {
                em_step *s;
                size_t steps;
                assert_int_equal(em_exposure_path(x, i, arena, &s, &steps, NULL), EM_OK);
                em_id last = o[i].best_out;
                for (size_t k = 0; k < steps; k++) {
                        assert_int_equal(s[k].from, last);
                        assert_int_equal(c->in_out[s[k].in], s[k].from);
                        assert_int_equal(c->first_out[s[k].tx] <= s[k].to && s[k].to < c->first_out[s[k].tx + 1], 1);
                        assert_int_equal(c->first_in[s[k].tx] <= s[k].in && s[k].in < c->first_in[s[k].tx + 1], 1);
                        assert_true(s[k].in_sat <= s[k].out_sat);
                        assert_int_equal(s[k].via_sat, o[i].best_sat);
                        last = s[k].to;
                }
                assert_true(o[i].best_sat <= o[i].direct_sat + o[i].indirect_sat);
                assert_true(steps >= o[i].hops);
                bool asked_for = false;
                for (size_t k = 0; k < outs; k++)
                        asked_for = asked_for || out[k] == last;
                assert_true(asked_for);
        }
        em_arena_free(arena);
}

static size_t some_outputs(const toy *c, uint64_t *seed, uint32_t own, em_id *out)
{
        size_t n = 0;
        if (own < 40) {
                for (em_id o = 0; o < c->outs; o++)
                        if (c->payee[o] == own)
                                out[n++] = o;
                return n;
        }
        out[n++] = toy_below(seed, c->outs);
        return n;
}

enum { ROUNDS = 4000 };

static void test_every_satoshi_of_thousands_of_chains_is_found_where_it_is_traced_by_hand(void **state)
{
        (void)state;
        static toy c;
        static ledger l;
        uint64_t seed = 20240301;
        size_t compared = 0;
        for (size_t round = 0; round < ROUNDS; round++) {
                dice_chain(&c, &seed);
                asked a = { .c = &c, .labels = toy_dice(&seed) & toy_dice(&seed) & toy_dice(&seed), .l = &l };
                a.own = round % 3 ? (uint32_t)toy_below(&seed, 40) : 64;
                a.max_hops = toy_below(&seed, 3) ? 0 : 1 + toy_below(&seed, 4);
                a.policy = (em_policy){ .kind = EM_TAINT_CUT, .in = (em_in_order)toy_below(&seed, 6),
                                        .out = (em_out_order)toy_below(&seed, 4) };
                em_id out[TOY_OUTS];
                size_t outs = some_outputs(&c, &seed, a.own, out);
                memset(&l, 0, sizeof l);
                for (size_t i = 0; i < outs; i++)
                        for (int64_t s = 0; s < c.value[out[i]]; s++)
                                one_satoshi(&a, out[i], s);
                em_exposure_opts o = { .policy = a.policy, .max_hops = (uint32_t)a.max_hops, .own = &a.own, .owns = 1,
                                       .label = label_of, .label_ctx = &a.labels };
                em_exposure *x = walk(&c, out, outs, &o);
                compare(&a, x, 0);
                check_paths(&c, x, out, outs);
                compared += em_exposure_visited(x) > 0;
                em_exposure_free(x);
        }
        assert_true(compared > ROUNDS / 4);
}

/* Every visit rounds each share by less than one satoshi, and a share is cut at most once a visit. */
static void test_haircut_agrees_with_all_paths_to_the_rounding(void **state)
{
        (void)state;
        static toy c;
        static ledger l;
        uint64_t seed = 20240302;
        for (size_t round = 0; round < ROUNDS; round++) {
                dice_chain(&c, &seed);
                for (size_t o = 0; o < c.outs; o++)
                        c.value[o] *= 100003;
                asked a = { .c = &c, .labels = toy_dice(&seed) & toy_dice(&seed) & toy_dice(&seed), .l = &l };
                a.own = round % 3 ? (uint32_t)toy_below(&seed, 40) : 64;
                em_id out[TOY_OUTS];
                size_t outs = some_outputs(&c, &seed, a.own, out);
                memset(&l, 0, sizeof l);
                for (size_t i = 0; i < outs; i++)
                        if (c.value[out[i]] > 0)
                                every_path(&a, out[i], 0, (double)c.value[out[i]]);
                em_exposure_opts o = { .policy = policy_of("haircut"), .own = &a.own, .owns = 1,
                                       .label = label_of, .label_ctx = &a.labels };
                em_exposure *x = walk(&c, out, outs, &o);
                compare(&a, x, 1 + (double)em_exposure_visited(x));
                check_paths(&c, x, out, outs);
                em_exposure_free(x);
        }
}

/* Haircut by its integer rule: what waits is a list, the most is looked for in all of it, shares are handed out a
 * satoshi at a time. */
typedef struct spot { size_t tx; uint32_t apart, hops; int64_t sat; } spot;

typedef struct plain { const asked *a; spot at[4 * TOY_OUTS]; size_t count; uint64_t visited; } plain;

static void wait_at(plain *p, size_t tx, uint32_t hops, int64_t sat)
{
        uint32_t apart = p->a->max_hops ? hops : hops > 0;
        size_t i = 0;
        while (i < p->count && (p->at[i].tx != tx || p->at[i].apart != apart))
                i++;
        if (i == p->count)
                p->at[p->count++] = (spot){ tx, apart, hops, 0 };
        p->at[i].sat += sat;
        p->at[i].hops = hops < p->at[i].hops ? hops : p->at[i].hops;
}

static void enter_plainly(plain *p, spot at)
{
        const toy *c = p->a->c;
        int64_t part[TOY_INS], share[TOY_INS];
        size_t first = c->first_in[at.tx], ins = c->first_in[at.tx + 1] - first;
        for (size_t i = 0; i < ins; i++)
                part[i] = c->value[c->in_out[first + i]];
        naive_share(at.sat, part, ins, share);
        for (size_t i = 0; i < ins; i++) {
                em_id from = c->in_out[first + i];
                p->visited += share[i] > 0;
                if (share[i] > 0 && !ends(p->a, from, at.hops + 1, (double)share[i]))
                        wait_at(p, tx_of(c, from), at.hops + 1, share[i]);
        }
}

static void walk_plainly(plain *p, const em_id *out, size_t outs, int64_t min, uint64_t most)
{
        for (size_t i = 0; i < outs; i++)
                if (p->a->c->value[out[i]] > 0)
                        wait_at(p, tx_of(p->a->c, out[i]), 0, p->a->c->value[out[i]]);
        for (;;) {
                size_t best = 0;
                for (size_t i = 1; i < p->count; i++)
                        if (p->at[i].sat > p->at[best].sat ||
                            (p->at[i].sat == p->at[best].sat && p->at[i].tx > p->at[best].tx))
                                best = i;
                if (p->count == 0 || p->at[best].sat == 0)
                        return;
                spot at = p->at[best];
                p->at[best].sat = 0;
                if (p->visited >= most || at.sat < min)
                        credit(p->a, p->visited >= most ? EM_ORIGIN_LIMIT : EM_ORIGIN_AMOUNT, 0, at.hops == 0, at.hops,
                               (double)at.sat);
                else if (!ends_in(p->a, at.tx, at.hops, (double)at.sat))
                        enter_plainly(p, at);
        }
}

static void test_haircut_is_its_integer_rule_to_the_satoshi(void **state)
{
        (void)state;
        static toy c;
        static ledger l;
        static plain p;
        uint64_t seed = 20240305;
        size_t limited = 0, small = 0;
        for (size_t round = 0; round < ROUNDS; round++) {
                dice_chain(&c, &seed);
                asked a = { .c = &c, .labels = toy_dice(&seed) & toy_dice(&seed) & toy_dice(&seed), .l = &l };
                a.own = round % 3 ? (uint32_t)toy_below(&seed, 40) : 64;
                a.max_hops = toy_below(&seed, 3) ? 0 : 1 + toy_below(&seed, 4);
                int64_t min = toy_below(&seed, 2) ? 0 : (int64_t)toy_below(&seed, 9);
                uint64_t most = toy_below(&seed, 2) ? 1000 : 1 + toy_below(&seed, 9);
                em_id out[TOY_OUTS];
                size_t outs = some_outputs(&c, &seed, a.own, out);
                memset(&l, 0, sizeof l);
                p = (plain){ .a = &a };
                walk_plainly(&p, out, outs, min, most);
                em_exposure_opts o = { .policy = policy_of("haircut"), .max_hops = (uint32_t)a.max_hops, .min_sat = min,
                                       .max_outs = most, .own = &a.own, .owns = 1, .label = label_of,
                                       .label_ctx = &a.labels };
                em_exposure *x = walk(&c, out, outs, &o);
                compare(&a, x, 0);
                assert_int_equal(em_exposure_visited(x), p.visited);
                limited += em_exposure_kind(x, EM_ORIGIN_LIMIT) > 0;
                small += em_exposure_kind(x, EM_ORIGIN_AMOUNT) > 0;
                em_exposure_free(x);
        }
        assert_true(limited > 100 && small > 100);
}

static void test_a_limit_books_the_rest_and_loses_nothing(void **state)
{
        (void)state;
        static toy c;
        uint64_t seed = 20240303;
        size_t limited = 0, small = 0;
        for (size_t round = 0; round < ROUNDS; round++) {
                dice_chain(&c, &seed);
                em_id out = toy_below(&seed, c.outs);
                em_exposure_opts o = { .policy = policy_of(round % 2 ? "haircut" : "lifo"),
                                       .max_outs = 1 + toy_below(&seed, 5), .min_sat = (int64_t)toy_below(&seed, 9) };
                em_exposure *x = walk(&c, &out, 1, &o);
                int64_t sum = 0;
                for (int k = 0; k < EM_ORIGIN_KINDS; k++)
                        sum += em_exposure_kind(x, (em_origin_kind)k);
                assert_int_equal(sum, c.value[out]);
                /* a transaction that is entered is looked at whole: at most five inputs here */
                assert_true(em_exposure_visited(x) <= o.max_outs + 4);
                limited += em_exposure_kind(x, EM_ORIGIN_LIMIT) > 0;
                small += em_exposure_kind(x, EM_ORIGIN_AMOUNT) > 0;
                em_exposure_free(x);
        }
        assert_true(limited > 100 && small > 100);
}

/* ---- against taint ---- */

typedef struct duel { toy c; uint64_t labels; em_id target; } duel;

/* What of the target is from output `from` by taint: all of it stolen, and stops at the labels. */
static int64_t forwards(duel *d, em_id from, em_policy p)
{
        em_taint_opts o = { .policy = &p, .policies = 1, .label = label_of, .label_ctx = &d->labels };
        em_seed seed = { from, d->c.value[from] };
        em_taint *t = NULL;
        int64_t sat = 0;
        uint64_t i;
        assert_int_equal(em_taint_run(toy_graph(&d->c), &seed, 1, &o, NULL, &t, NULL), EM_OK);
        if (em_taint_find(t, d->target, &i)) {
                em_reached r;
                em_taint_at(t, i, &r);
                sat = r.sat[0];
        }
        em_taint_free(t);
        return sat;
}

/* The satoshi that FIFO, LIFO or any order by value traces from all outputs of a label to one output are those
 * that the walk back finds to be the label's: a cut is a bijection. */
static void test_a_cut_forwards_and_backwards_are_the_same_satoshi(void **state)
{
        (void)state;
        static duel d;
        static const char *const names[] = { "fifo", "lifo", "cut:highest-smallest", "cut:smallest-last" };
        uint64_t seed = 20240304;
        size_t met = 0;
        for (size_t round = 0; round < 1500; round++) {
                dice_chain(&d.c, &seed);
                d.labels = toy_dice(&seed) & toy_dice(&seed);
                d.target = toy_below(&seed, d.c.outs);
                em_policy p = policy_of(names[round % 4]);
                em_exposure_opts o = { .policy = p, .label = label_of, .label_ctx = &d.labels };
                em_exposure *x = walk(&d.c, &d.target, 1, &o);
                for (uint32_t label = 1; label <= 40; label++) {
                        int64_t sat = 0;
                        for (em_id out = 0; out < d.c.outs && (d.labels >> (label - 1) & 1); out++)
                                if (d.c.payee[out] == label - 1 && d.c.value[out] > 0 && out != d.target)
                                        sat += forwards(&d, out, p);
                        size_t at;
                        const em_origin *from = find(x, EM_ORIGIN_LABEL, label, &at);
                        assert_int_equal(from ? from->direct_sat + from->indirect_sat : 0, sat);
                        met += sat > 0;
                }
                em_exposure_free(x);
        }
        assert_true(met > 500);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_the_worked_example_comes_out_under_each_rule),
                cmocka_unit_test(test_each_stop_takes_what_reaches_it),
                cmocka_unit_test(test_an_input_that_is_not_in_the_files_hides_all_behind_its_transaction),
                cmocka_unit_test(test_what_cannot_be_asked_is_refused),
                cmocka_unit_test(test_every_satoshi_of_thousands_of_chains_is_found_where_it_is_traced_by_hand),
                cmocka_unit_test(test_haircut_agrees_with_all_paths_to_the_rounding),
                cmocka_unit_test(test_haircut_is_its_integer_rule_to_the_satoshi),
                cmocka_unit_test(test_a_limit_books_the_rest_and_loses_nothing),
                cmocka_unit_test(test_a_cut_forwards_and_backwards_are_the_same_satoshi),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
