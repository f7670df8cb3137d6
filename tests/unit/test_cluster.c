/* Clustering against the naive twin: same clusters on thousands of small chains, and a log of unions
 * that is a spanning forest of them, each union derivable again from its transaction alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cluster_naive.h"

typedef struct heard { em_union u[TOY_OUTS]; size_t n; } heard;

static em_status hear(void *ctx, const em_union *u, em_error *err)
{
        heard *h = ctx;
        (void)err;
        h->u[h->n++] = *u;
        return EM_OK;
}

static bool is_input(const view *v, uint32_t payee)
{
        for (size_t i = 0; i < v->ins; i++)
                if (v->in[i] == payee)
                        return true;
        return false;
}

/* Of one union: what the rule says must be true of its transaction, asked naively. */
static void derive(const town *t, const wish *w, int least, const em_union *u, em_arena *arena)
{
        view v = view_of(t, (size_t)u->tx);
        em_coinjoin join;
        assert_false(naive_left_out(t, (size_t)u->tx, least, arena, &join));
        assert_true(is_input(&v, u->a));
        if (u->by == 0) {
                assert_true(is_input(&v, u->b));
                return;
        }
        int change = wish_change(w, t, (size_t)u->tx);
        assert_true(change >= 0);
        assert_int_equal(v.to[change], u->b);
        assert_int_equal(u->by, wish_by(w, t, (size_t)u->tx, &v, (size_t)change));
}

/* One chain: partition, forest, counts. */
static void compare(town *t, const wish *w, em_cluster_opts *o, const bool *named, em_arena *arena)
{
        uint32_t parent[TOY_OUTS], label[TOY_OUTS], grown[TOY_OUTS];
        em_cluster_made made;
        em_error err;
        static heard log;
        log.n = 0;
        if (em_cluster_join(&t->chain.graph, town_kind, t, o, NULL, parent, hear, &log, &made, &err) != EM_OK)
                fail_msg("%s", err.text);
        naive_clusters(t, w, o->least, named, arena, label);
        size_t clusters = 0, left[EM_COINJOIN_KINDS] = { 0 }, cut = 0, stonewalls = 0;
        for (size_t tx = 0; tx < t->end; tx++) {
                em_coinjoin join;
                bool out = naive_left_out(t, tx, o->least, arena, &join);
                cut += named[tx];
                left[join.kind] += !named[tx] && out;
                stonewalls += !named[tx] && !out && join.stonewall;
        }
        for (int k = 0; k < EM_COINJOIN_KINDS; k++)
                assert_int_equal(made.joins[k], left[k]);
        assert_int_equal(made.named, cut);
        assert_int_equal(made.stonewalls, stonewalls);
        for (uint32_t p = 0; p < t->payees; p++) {
                assert_int_equal(parent[p], label[p]);
                clusters += label[p] == p;
                grown[p] = p;
        }
        assert_int_equal(made.payees, t->payees);
        assert_int_equal(made.clusters, clusters);
        assert_int_equal(log.n, t->payees - clusters);
        for (size_t i = 0; i < log.n; i++) {
                assert_true(i == 0 || log.u[i - 1].tx <= log.u[i].tx);
                assert_true(repaint(grown, t->payees, log.u[i].a, log.u[i].b));
                derive(t, w, o->least, &log.u[i], arena);
        }
        assert_memory_equal(grown, label, t->payees * sizeof *grown);
}

static void test_thousands_of_small_chains_give_the_naive_clusters(void **state)
{
        (void)state;
        uint64_t seed = 1;
        bool named[TOY_TXS] = { false };
        em_arena *arena = em_arena_new((size_t)64 << 20);
        size_t unions = 0, joins = 0;
        for (int round = 0; round < 4000; round++) {
                town t;
                em_coinjoin join;
                em_cluster_opts o = em_cluster_defaults;
                em_arena_reset(arena);
                town_make(&t, &seed);
                o.least = round % 3 == 0 ? 30 : 50;
                o.threads = 1 + (size_t)round % 2;
                compare(&t, NULL, &o, named, arena);
                for (size_t tx = 0; tx < t.end; tx++)
                        joins += naive_left_out(&t, tx, o.least, arena, &join);
                unions += t.payees;
        }
        assert_true(joins > 1000 && unions > 10000);    /* the dice made what is to be tested */
        em_arena_free(arena);
}

static void test_every_combination_of_heuristics_gives_the_naive_clusters(void **state)
{
        (void)state;
        uint64_t seed = 2;
        bool named[TOY_TXS] = { false };
        em_arena *arena = em_arena_new((size_t)64 << 20);
        size_t changes = 0;
        for (int round = 0; round < 6000; round++) {
                town t;
                em_buf text = em_buf_make(4096);
                em_change *change = NULL;
                em_error err;
                em_arena_reset(arena);
                town_make(&t, &seed);
                wish *w = wish_make(&seed, round < 2000 ? 0 : 2, arena);
                wish_write(w, &text);
                if (em_change_parse(em_buf_view(&text), arena, &change, &err) != EM_OK)
                        fail_msg("%s", err.text);
                em_change_raw raw = { t.pace, t.end };
                em_cluster_opts o = { .least = 50, .threads = 1, .change = change, .raw = &raw };
                compare(&t, w, &o, named, arena);
                for (size_t tx = 0; tx < t.end; tx++)
                        changes += wish_change(w, &t, tx) >= 0;
                em_buf_free(&text);
        }
        assert_true(changes > 10000);
        em_arena_free(arena);
}

/* As of a block the rest has not happened: the same as a chain that was cut there. */
static void test_the_first_blocks_alone_are_a_chain_that_ends_there(void **state)
{
        (void)state;
        uint64_t seed = 3;
        bool named[TOY_TXS] = { false };
        em_arena *arena = em_arena_new((size_t)64 << 20);
        for (int round = 0; round < 2000; round++) {
                town t;
                em_buf text = em_buf_make(4096);
                em_change *change;
                em_arena_reset(arena);
                town_make(&t, &seed);
                wish *w = wish_make(&seed, 1, arena);
                wish_write(w, &text);
                assert_int_equal(em_change_parse(em_buf_view(&text), arena, &change, NULL), EM_OK);
                size_t blocks = 1 + toy_below(&seed, t.chain.blocks);
                em_change_raw raw = { t.pace, t.end };
                t.end = 0;
                while (t.end < t.chain.txs && t.chain.block_of[t.end] < blocks)
                        t.end++;
                t.payees = 0;
                for (size_t out = 0; out < t.chain.first_out[t.end]; out++)
                        t.payees = t.chain.payee[out] >= t.payees ? t.chain.payee[out] + 1 : t.payees;
                em_cluster_opts o = { .least = 50, .threads = 1, .blocks = blocks, .change = change, .raw = &raw };
                compare(&t, w, &o, named, arena);
                em_buf_free(&text);
        }
        em_arena_free(arena);
}

static void test_a_transaction_that_is_named_joins_nothing(void **state)
{
        (void)state;
        uint64_t seed = 4;
        em_arena *arena = em_arena_new((size_t)64 << 20);
        for (int round = 0; round < 1000; round++) {
                town t;
                bool named[TOY_TXS] = { false };
                em_id list[TOY_TXS];
                em_cluster_opts o = em_cluster_defaults;
                em_arena_reset(arena);
                town_make(&t, &seed);
                for (size_t tx = 0; tx < t.end; tx++)
                        if (toy_below(&seed, 3) == 0) {
                                named[tx] = true;
                                list[o.leave_outs++] = tx;
                        }
                o.leave_out = list;
                compare(&t, NULL, &o, named, arena);
        }
        em_arena_free(arena);
}

/* ---- by hand ---- */

/* A: 0 and 1 spent together.  B: 2 and 3 spent together.  C: 1 and 2 again paid, spent together: one cluster of
 * four, joined by A (0-1), B (2-3) and C (1-2), and nothing else. */
static void test_a_later_transaction_joins_two_clusters_by_the_addresses_it_spends(void **state)
{
        (void)state;
        town t = { .end = 0 };
        heard log = { .n = 0 };
        em_id none = EM_ID_NONE;
        uint32_t parent[TOY_OUTS];
        em_cluster_made made;
        toy_block(&t.chain);
        toy_tx(&t.chain, &none, 1, (int64_t[]){ 10, 20, 30, 40, 50, 60 }, 6);
        for (uint32_t o = 0; o < 6; o++)
                t.chain.payee[o] = (uint32_t[]){ 0, 1, 2, 3, 1, 2 }[o];
        toy_tx(&t.chain, (em_id[]){ 0, 1 }, 2, (int64_t[]){ 30 }, 1);
        toy_tx(&t.chain, (em_id[]){ 2, 3 }, 2, (int64_t[]){ 70 }, 1);
        toy_tx(&t.chain, (em_id[]){ 4, 5 }, 2, (int64_t[]){ 110 }, 1);
        memset(t.kind, EM_SCRIPT_P2PKH, sizeof t.kind);
        const em_graph *g = town_graph(&t);
        assert_int_equal(em_cluster_join(g, town_kind, &t, NULL, NULL, parent, hear, &log, &made, NULL), EM_OK);
        const em_union expected[3] = { { 0, 1, 1, 0 }, { 2, 3, 2, 0 }, { 1, 2, 3, 0 } };
        assert_int_equal(log.n, 3);
        for (size_t i = 0; i < 3; i++) {
                assert_int_equal(log.u[i].a, expected[i].a);
                assert_int_equal(log.u[i].b, expected[i].b);
                assert_int_equal(log.u[i].tx, expected[i].tx);
        }
        for (uint32_t p = 0; p < 4; p++)
                assert_int_equal(parent[p], 0);
        assert_int_equal(made.clusters, g->payees - 3);
}

/* JoinMarket's habit (three equal outputs over 2,730 satoshi, change, distinct scripts): three owners stay three, and one
 * threshold above its confidence of 60 they are taken for one. */
static void test_a_coinjoin_joins_nobody_unless_its_confidence_is_below_the_threshold(void **state)
{
        (void)state;
        town t = { .end = 0 };
        em_id none = EM_ID_NONE;
        uint32_t parent[TOY_OUTS];
        em_cluster_made made;
        em_cluster_opts o = em_cluster_defaults;
        toy_block(&t.chain);
        toy_tx(&t.chain, &none, 1, (int64_t[]){ 9000, 8000, 7000 }, 3);
        toy_tx(&t.chain, (em_id[]){ 0, 1, 2 }, 3, (int64_t[]){ 5000, 5000, 5000, 3900, 2950, 1900 }, 6);
        memset(t.kind, EM_SCRIPT_P2PKH, sizeof t.kind);
        const em_graph *g = town_graph(&t);
        assert_int_equal(em_cluster_join(g, town_kind, &t, &o, NULL, parent, NULL, NULL, &made, NULL), EM_OK);
        assert_int_equal(made.clusters, 9);
        assert_int_equal(made.joins[EM_COINJOIN_JOINMARKET], 1);
        o.least = 61;
        assert_int_equal(em_cluster_join(g, town_kind, &t, &o, NULL, parent, NULL, NULL, &made, NULL), EM_OK);
        assert_int_equal(made.clusters, 7);
        assert_int_equal(made.joins[EM_COINJOIN_JOINMARKET], 0);
}

/* Two equal outputs of four, two changes: a Stonewall is one wallet's, so its inputs are joined, and it is counted.
 * (2 in, 4 out would need p = 2 of BlockSci's rule, which the veto takes back.) */
static void test_a_stonewall_is_taken_as_one_wallet_and_counted(void **state)
{
        (void)state;
        town t = { .end = 0 };
        em_id none = EM_ID_NONE;
        uint32_t parent[TOY_OUTS];
        em_cluster_made made;
        em_cluster_opts o = { .least = 40 };
        toy_block(&t.chain);
        toy_tx(&t.chain, &none, 1, (int64_t[]){ 9000, 8000 }, 2);
        toy_tx(&t.chain, (em_id[]){ 0, 1 }, 2, (int64_t[]){ 5000, 5000, 3900, 2950 }, 4);
        memset(t.kind, EM_SCRIPT_P2PKH, sizeof t.kind);
        const em_graph *g = town_graph(&t);
        assert_int_equal(em_cluster_join(g, town_kind, &t, &o, NULL, parent, NULL, NULL, &made, NULL), EM_OK);
        assert_int_equal(made.stonewalls, 1);
        assert_int_equal(parent[1], 0);
}

static void test_heuristics_that_need_raw_blocks_say_so_without_them(void **state)
{
        (void)state;
        town t;
        uint64_t seed = 9;
        uint32_t parent[TOY_OUTS];
        em_cluster_made made;
        em_error err = { 0 };
        em_arena *arena = em_arena_new((size_t)1 << 20);
        em_cluster_opts o = em_cluster_defaults;
        em_change *change;
        town_make(&t, &seed);
        assert_int_equal(em_change_parse(EM_S("spent & locktime"), arena, &change, NULL), EM_OK);
        o.change = change;
        assert_int_equal(em_cluster_join(&t.chain.graph, town_kind, &t, &o, NULL, parent, NULL, NULL, &made, &err), EM_USAGE);
        assert_non_null(strstr(err.text, "locktime"));
        em_arena_free(arena);
}

/* A chain index that contradicts itself (a large one is opened by a sample only) must not be read beyond its columns. */
static void test_ids_beyond_their_counts_are_an_error(void **state)
{
        (void)state;
        for (int way = 0; way < 4; way++) {
                town t = { .end = 0 };
                em_id none = EM_ID_NONE;
                uint32_t parent[TOY_OUTS];
                em_cluster_made made;
                em_error err = { .code = EM_OK };
                em_arena *arena = em_arena_new((size_t)1 << 20);
                em_change *change = NULL;
                em_cluster_opts o = em_cluster_defaults;
                assert_int_equal(em_change_parse(EM_S("one_time_change"), arena, &change, NULL), EM_OK);
                toy_block(&t.chain);
                toy_tx(&t.chain, &none, 1, (int64_t[]){ 10, 20 }, 2);
                toy_tx(&t.chain, (em_id[]){ 0, 1 }, 2, (int64_t[]){ 15, 15 }, 2);
                memset(t.kind, EM_SCRIPT_P2PKH, sizeof t.kind);
                (void)town_graph(&t);
                if (way == 0)
                        t.chain.in_out[1] = 7;          /* an output that is not there */
                if (way == 1)
                        t.chain.payee[1] = 200;         /* of an input */
                if (way >= 2)
                        t.chain.payee[3] = 200;         /* of an output, which only change and a limit look at */
                (void)toy_graph(&t.chain);
                t.chain.graph.payees = 4;
                o.change = way == 3 ? change : NULL;
                o.blocks = way == 2 ? 1 : 0;
                em_status want = way == 2 ? EM_OK : EM_FORMAT;  /* one block is all of them: nothing looks at outputs */
                assert_int_equal(em_cluster_join(&t.chain.graph, town_kind, &t, &o, NULL, parent, NULL, NULL, &made, &err), want);
                assert_true(want == EM_OK || strstr(err.text, "beyond its count"));
                em_arena_free(arena);
        }
}

/* ---- beyond one batch ---- */

enum { LONG_TXS = 600000 };             /* batches are of 262,144 */

typedef struct city { em_graph_plain plain; em_graph g; em_id *id[4]; int64_t *value; uint32_t *payee, seen; void *memory; } city;

static em_script_kind city_kind(void *ctx, uint32_t payee)
{
        (void)ctx, (void)payee;
        return EM_SCRIPT_P2PKH;
}

/* Each transaction spends two outputs of the 40 before it and pays two, often to somebody new: a chain of
 * local clusters that later unions join over any distance. */
static void city_make(city *c, uint64_t *seed)
{
        static const em_id block[2] = { 0, LONG_TXS };
        size_t ins = 0, outs = 2 * (size_t)LONG_TXS;
        for (size_t k = 0; k < 4; k++)          /* first_in, first_out, in_out, out_in */
                c->id[k] = calloc(outs + 2, sizeof(em_id));
        c->value = calloc(outs, sizeof *c->value);
        c->payee = calloc(outs, sizeof *c->payee);
        for (size_t o = 0; o < outs; o++)
                c->id[3][o] = EM_ID_NONE;
        for (size_t tx = 0; tx < LONG_TXS; tx++) {
                c->id[0][tx] = ins;
                c->id[1][tx] = 2 * tx;
                for (size_t k = 0; k < (tx ? 2 : 1); k++, ins++) {
                        size_t out = tx < 40 ? 0 : 2 * tx - 1 - toy_below(seed, 40);
                        bool taken = tx < 40 || c->id[3][out] != EM_ID_NONE;
                        c->id[2][ins] = taken ? EM_ID_NONE : out;
                        if (!taken)
                                c->id[3][out] = ins;
                }
                for (size_t out = 2 * tx; out < 2 * tx + 2; out++) {
                        bool known = c->seen > 0 && toy_below(seed, 10) < 3;
                        c->payee[out] = known ? (uint32_t)toy_below(seed, c->seen) : c->seen++;
                        c->value[out] = 1 + (int64_t)toy_below(seed, 1000);
                }
        }
        c->id[0][LONG_TXS] = ins;
        c->id[1][LONG_TXS] = outs;
        c->plain = (em_graph_plain){ 1, LONG_TXS, ins, outs, c->seen, c->id[0], c->id[1], c->id[2], c->value, c->id[3],
                                     c->payee, block, NULL };
        c->memory = malloc(em_graph_room(&c->plain));
        c->g = em_graph_make(&c->plain, c->memory);
}

typedef struct log { em_union *u; size_t n; } log;

static em_status keep(void *ctx, const em_union *u, em_error *err)
{
        log *l = ctx;
        (void)err;
        l->u[l->n++] = *u;
        return EM_OK;
}

/* Sets as linked lists, the smaller moved over to the larger. */
static bool merge(uint32_t *set, uint32_t *next, uint32_t *size, uint32_t a, uint32_t b)
{
        uint32_t x = set[a], y = set[b];
        if (x == y)
                return false;
        if (size[x] < size[y]) {
                uint32_t swap = x;
                x = y;
                y = swap;
        }
        for (uint32_t p = y; ; p = next[p]) {
                set[p] = x;
                if (next[p] == y) {
                        next[p] = next[x];
                        next[x] = y;
                        break;
                }
        }
        size[x] += size[y];
        return true;
}

/* Inputs and the change by `client_change & optimal_change`, walked from the first transaction to the last. */
static void plain_walk(const city *c, bool change, log *l)
{
        uint32_t *set = calloc(c->seen, 4), *next = calloc(c->seen, 4), *size = calloc(c->seen, 4), seen = 0;
        for (uint32_t p = 0; p < c->seen; p++) {
                set[p] = next[p] = p;
                size[p] = 1;
        }
        for (em_id tx = 0; tx < LONG_TXS; tx++) {
                uint32_t in[2] = { 0 };
                int64_t smallest = INT64_MAX;
                size_t n = 0, found = 0;
                em_id first = em_graph_first_in(&c->g, tx), end = em_graph_first_in(&c->g, tx + 1), to = 0;
                for (em_id i = first; i < end; i++) {
                        em_id out = em_graph_spent(&c->g, i);
                        if (out == EM_ID_NONE)
                                continue;
                        in[n++] = c->payee[out];
                        smallest = em_graph_value(&c->g, out) < smallest ? em_graph_value(&c->g, out) : smallest;
                }
                if (n == 2 && merge(set, next, size, in[0], in[1]))
                        l->u[l->n++] = (em_union){ in[0], in[1], tx, 0 };
                for (em_id o = 2 * tx; change && n == end - first && o < 2 * tx + 2; o++)
                        if (c->payee[o] >= seen && em_graph_value(&c->g, o) < smallest) {
                                to = o;
                                found++;
                        }
                if (found == 1 && merge(set, next, size, in[0], c->payee[to]))
                        l->u[l->n++] = (em_union){ in[0], c->payee[to], tx, 1 << EM_CHANGE_CLIENT | 1 << EM_CHANGE_OPTIMAL };
                for (em_id o = 2 * tx; o < 2 * tx + 2; o++)
                        seen = c->payee[o] >= seen ? c->payee[o] + 1 : seen;
        }
        free(set);
        free(next);
        free(size);
}

static void test_a_long_chain_gives_the_same_unions_for_any_number_of_threads(void **state)
{
        (void)state;
        uint64_t seed = 5;
        city c = { .seen = 0 };
        em_arena *arena = em_arena_new((size_t)1 << 20);
        em_change *change;
        assert_int_equal(em_change_parse(EM_S("client_change & optimal_change"), arena, &change, NULL), EM_OK);
        city_make(&c, &seed);
        uint32_t *parent = calloc(c.seen, sizeof *parent);
        log plain = { calloc(c.seen, sizeof(em_union)), 0 }, made_by = { calloc(c.seen, sizeof(em_union)), 0 };
        for (int with = 0; with < 2; with++) {
                plain.n = 0;
                plain_walk(&c, with, &plain);
                for (size_t threads = 1; threads <= 4; threads += 3) {
                        em_cluster_made made;
                        em_cluster_opts o = { .least = 50, .threads = threads, .change = with ? change : NULL };
                        made_by.n = 0;
                        assert_int_equal(em_cluster_join(&c.g, city_kind, NULL, &o, NULL, parent, keep, &made_by, &made, NULL),
                                         EM_OK);
                        assert_int_equal(made_by.n, plain.n);
                        assert_int_equal(made.clusters, c.seen - plain.n);
                        for (size_t i = 0; i < plain.n; i++)
                                if (plain.u[i].a != made_by.u[i].a || plain.u[i].b != made_by.u[i].b ||
                                    plain.u[i].tx != made_by.u[i].tx || plain.u[i].by != made_by.u[i].by)
                                        fail_msg("union %zu differs", i);
                }
        }
        for (size_t k = 0; k < 4; k++)
                free(c.id[k]);
        free(c.value);
        free(c.payee);
        free(c.memory);
        free(parent);
        free(plain.u);
        free(made_by.u);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_thousands_of_small_chains_give_the_naive_clusters),
                cmocka_unit_test(test_every_combination_of_heuristics_gives_the_naive_clusters),
                cmocka_unit_test(test_the_first_blocks_alone_are_a_chain_that_ends_there),
                cmocka_unit_test(test_a_transaction_that_is_named_joins_nothing),
                cmocka_unit_test(test_a_later_transaction_joins_two_clusters_by_the_addresses_it_spends),
                cmocka_unit_test(test_a_coinjoin_joins_nobody_unless_its_confidence_is_below_the_threshold),
                cmocka_unit_test(test_a_stonewall_is_taken_as_one_wallet_and_counted),
                cmocka_unit_test(test_heuristics_that_need_raw_blocks_say_so_without_them),
                cmocka_unit_test(test_ids_beyond_their_counts_are_an_error),
                cmocka_unit_test(test_a_long_chain_gives_the_same_unions_for_any_number_of_threads),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
