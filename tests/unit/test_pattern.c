/* Patterns: by construction, by their absence, and on BlockSci's regtest chain, whose cases have names.
 *
 * The file of that chain is in the shared data folder ($EMBARGO_SHARED, else ../shared beside the project);
 * where it is absent its test is skipped, and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_blocks.h"
#include "chain_naive.h"
#include "embargo/pattern.h"

#include <stdio.h>

/* ---- a world of one's own ---- */

typedef struct world {
        toy         c;
        uint8_t     kind[TOY_OUTS];     /* by payee; 0 is P2WPKH */
        em_print    print[TOY_TXS];
        bool        raw;
        em_id       tx[TOY_TXS], out[TOY_OUTS];
        em_arena   *arena;
        em_pattern *at;
        size_t      count;
} world;

static em_script_kind script_of(void *ctx, uint32_t payee)
{
        const world *w = ctx;
        return w->kind[payee] ? (em_script_kind)w->kind[payee] : EM_SCRIPT_P2WPKH;
}

static em_status paid_to(void *ctx, uint32_t payee, em_arena *arena, em_id **ret_outs, size_t *ret_count, em_error *err)
{
        const world *w = ctx;
        em_id *out = EM_NEW_N(arena, em_id, w->c.outs + 1);
        size_t n = 0;
        (void)err;
        for (em_id o = 0; o < w->c.outs; o++)
                if (w->c.payee[o] == payee)
                        out[n++] = o;
        *ret_outs = out;
        *ret_count = n;
        return EM_OK;
}

static bool print_of(void *ctx, em_id tx, em_print *ret_print)
{
        const world *w = ctx;
        *ret_print = w->print[tx];
        return w->raw;
}

/* All of the chain is looked at, or transactions from..to-1 and what they make. */
static void look_at(world *w, size_t from, size_t to, bool beyond, const em_pattern_limits *limits)
{
        em_pattern_world ask = { toy_graph(&w->c), script_of, paid_to, print_of, w };
        em_pattern_set set = { .tx = w->tx, .out = w->out, .beyond = beyond };
        em_error err = { 0 };
        if (w->arena)
                em_arena_reset(w->arena);
        else
                w->arena = em_arena_new((size_t)64 << 20);
        for (size_t t = from; t < to; t++)
                w->tx[set.txs++] = t;
        for (size_t o = w->c.first_out[from]; o < w->c.first_out[to]; o++)
                w->out[set.outs++] = o;
        w->at = NULL;
        w->count = 0;
        if (em_patterns_find(&ask, &set, limits, w->arena, &w->at, &w->count, &err) != EM_OK)
                fail_msg("%s", err.text);
}

static void look(world *w) { look_at(w, 0, w->c.txs, false, NULL); }

static world *fresh(void)
{
        static world w;
        em_arena *arena = w.arena;
        w = (world){ .arena = arena };
        toy_block(&w.c);
        toy_tx(&w.c, (em_id[]){ EM_ID_NONE }, 1, (int64_t[]){ 1000 }, 1);
        return &w;
}

static const em_pattern *only(const world *w, em_pattern_kind kind)
{
        const em_pattern *found = NULL;
        for (size_t i = 0; i < w->count; i++)
                if (w->at[i].kind == kind) {
                        assert_null(found);
                        found = &w->at[i];
                }
        return found;
}

static void block_with(world *w, const em_id *in, size_t ins, const int64_t *out, size_t outs)
{
        toy_block(&w->c);
        toy_tx(&w->c, in, ins, out, outs);
}

/* n transactions, each of which peels 10 off what output `from` holds; returns the output that is left. */
static em_id peel(world *w, em_id from, size_t n)
{
        int64_t left = w->c.value[from];
        for (size_t i = 0; i < n; i++) {
                left -= 10;
                block_with(w, &from, 1, (int64_t[]){ 10, left }, 2);
                from = w->c.outs - 1;
        }
        return from;
}

/* ---- peel chains ---- */

static void test_a_peel_chain_is_told_once_with_every_hop(void **state)
{
        (void)state;
        world *w = fresh();
        em_id left = peel(w, 0, 5);
        look(w);
        const em_pattern *p = only(w, EM_PATTERN_PEEL);
        assert_non_null(p);
        assert_int_equal(p->hops, 5);
        assert_int_equal(p->in_sat, 1000);
        assert_int_equal(p->out_sat, 50);
        assert_int_equal(p->start_s, 2000);     /* toy_graph: block b has the time 1000 (b + 1) */
        assert_int_equal(p->end_s, 6000);
        for (size_t i = 0; i < 5; i++) {
                assert_int_equal(p->hop[i].tx, 1 + i);
                assert_int_equal(p->hop[i].off, 1 + 2 * i);
                assert_int_equal(p->hop[i].on, 2 + 2 * i);
                assert_int_equal(p->hop[i].compared, i ? EM_PRINT_IN_KINDS | EM_PRINT_OUT_KINDS : 0);
                assert_int_equal(p->hop[i].agreed, p->hop[i].compared);
        }
        assert_int_equal(p->hop[4].on, left);
        assert_int_equal(w->count, 1);
}

static void test_two_payments_in_a_row_are_no_peel_chain_and_three_are(void **state)
{
        (void)state;
        world *w = fresh();
        peel(w, 0, 2);
        look(w);
        assert_null(only(w, EM_PATTERN_PEEL));
        w = fresh();
        peel(w, 0, 3);
        look(w);
        assert_non_null(only(w, EM_PATTERN_PEEL));
}

/* Transaction 1 pays 600 to a shop and keeps 400.  Both are spent in the same shape; the shop's spend is of another
 * version and does not signal replacement, so the smaller output, whose spend is alike, goes on. */
static void test_the_fingerprint_decides_which_output_goes_on(void **state)
{
        (void)state;
        for (int raw = 0; raw < 2; raw++) {
                world *w = fresh();
                w->raw = raw;
                for (size_t t = 0; t < TOY_TXS; t++)
                        w->print[t] = (em_print){ .raw = true, .version = 2, .rbf = true, .locktime = true };
                block_with(w, (em_id[]){ 0 }, 1, (int64_t[]){ 600, 400 }, 2);
                em_id shop = 1, change = 2;
                peel(w, shop, 4);
                for (size_t t = 2; t < 6; t++)
                        w->print[t] = (em_print){ .raw = true, .version = 1 };
                peel(w, change, 4);
                look_at(w, 1, w->c.txs, false, NULL);
                const em_pattern *p = NULL;
                for (size_t i = 0; i < w->count; i++)
                        if (w->at[i].kind == EM_PATTERN_PEEL && w->at[i].tx[0] == 1)
                                p = &w->at[i];
                assert_non_null(p);
                assert_int_equal(p->hops, 5);
                /* with nothing but the index the two are alike and the larger goes on */
                assert_int_equal(p->hop[0].on, raw ? change : shop);
                if (raw)
                        assert_int_equal(p->hop[1].agreed, 63);         /* all six parts */
        }
}

/* A spend that differs in two parts is somebody else's. */
static void test_a_chain_ends_where_the_fingerprint_changes(void **state)
{
        (void)state;
        world *w = fresh();
        w->raw = true;
        for (size_t t = 0; t < TOY_TXS; t++)
                w->print[t] = (em_print){ .raw = true, .version = t < 5 ? 2 : 1, .segwit = t < 5 };
        peel(w, 0, 8);                  /* transactions 1 to 4, and 5 to 8 */
        look(w);
        size_t chains = 0;
        for (size_t i = 0; i < w->count; i++) {
                assert_int_equal(w->at[i].kind, EM_PATTERN_PEEL);
                assert_int_equal(w->at[i].hops, 4);
                assert_int_equal(w->at[i].tx[0], 1 + 4 * chains++);
        }
        assert_int_equal(chains, 2);
}

static void test_one_transaction_finds_its_whole_chain_when_asked_beyond(void **state)
{
        (void)state;
        world *w = fresh();
        peel(w, 0, 6);
        look_at(w, 3, 4, false, NULL);
        assert_int_equal(w->count, 0);
        look_at(w, 3, 5, true, NULL);
        const em_pattern *p = only(w, EM_PATTERN_PEEL);
        assert_non_null(p);
        assert_int_equal(p->hops, 6);
        assert_int_equal(p->tx[0], 1);
}

/* ---- shapes ---- */

static void test_many_into_one_and_one_into_many_are_told(void **state)
{
        (void)state;
        world *w = fresh();
        block_with(w, (em_id[]){ 0 }, 1, (int64_t[]){ 100, 101, 102, 103, 104 }, 5);
        block_with(w, (em_id[]){ 1, 2, 3 }, 3, (int64_t[]){ 300 }, 1);
        look(w);
        assert_int_equal(w->count, 2);
        const em_pattern *many = only(w, EM_PATTERN_FAN_OUT), *one = only(w, EM_PATTERN_CONSOLIDATION);
        assert_non_null(many);
        assert_non_null(one);
        assert_int_equal(many->tx[0], 1);
        assert_int_equal(many->outs, 5);
        assert_int_equal(many->in_sat, 1000);
        assert_int_equal(many->out_sat, 510);
        assert_int_equal(one->tx[0], 2);
        assert_int_equal(one->in_sat, 303);
        assert_int_equal(one->out_sat, 300);
        assert_int_equal(one->outs, 3);
        assert_int_equal(one->out[0], 1);
        assert_int_equal(one->out[2], 3);
}

/* One to one, four payees, five outputs to one payee, a data output beside one: nothing, nothing, nothing, and a gathering. */
static void test_what_is_just_below_a_shape_is_not_told(void **state)
{
        (void)state;
        world *w = fresh();
        block_with(w, (em_id[]){ 0 }, 1, (int64_t[]){ 999 }, 1);
        block_with(w, (em_id[]){ 1 }, 1, (int64_t[]){ 200, 201, 202, 203 }, 4);
        block_with(w, (em_id[]){ 2 }, 1, (int64_t[]){ 20, 21, 22, 23, 24 }, 5);
        for (size_t o = 6; o < 11; o++)
                w->c.payee[o] = 6;
        look(w);
        assert_int_equal(w->count, 0);
        block_with(w, (em_id[]){ 3, 4 }, 2, (int64_t[]){ 400, 0 }, 2);
        w->kind[w->c.outs - 1] = EM_SCRIPT_NULLDATA;
        look(w);
        assert_int_equal(w->count, 1);
        assert_non_null(only(w, EM_PATTERN_CONSOLIDATION));
}

/* Three bring 60 each and take 50 and a change of their own: JoinMarket's shape. */
static void test_a_coinjoin_is_entered_and_left_and_is_no_fan_out(void **state)
{
        (void)state;
        world *w = fresh();
        block_with(w, (em_id[]){ 0 }, 1, (int64_t[]){ 60000, 60000, 60000 }, 3);
        w->c.value[0] = 180000;
        block_with(w, (em_id[]){ 1, 2, 3 }, 3, (int64_t[]){ 50000, 9001, 50000, 9002, 50000, 9003 }, 6);
        look(w);
        const em_pattern *in = only(w, EM_PATTERN_COINJOIN_ENTRY), *out = only(w, EM_PATTERN_COINJOIN_EXIT);
        assert_non_null(in);
        assert_non_null(out);
        assert_int_equal(w->count, 2);
        assert_int_equal(in->in_sat, 180000);
        assert_int_equal(in->outs, 3);
        assert_int_equal(out->out_sat, 177006);
        assert_int_equal(in->join.kind, EM_COINJOIN_JOINMARKET);
        assert_int_equal(in->join.confidence, 60);
}

/* ---- deposit addresses ---- */

enum { CUSTOMER = 200, STORE = 201 };

/* Payers bring 100 and 200 to the customer's address; both are swept to the store, with or without a
 * third output of somebody else's, in a block `wait` blocks later. */
static void deposit(world *w, size_t payers, size_t wait, int64_t to_store)
{
        block_with(w, (em_id[]){ 0 }, 1, (int64_t[]){ 400, 500 }, 2);                   /* outputs 1 and 2 */
        if (payers == 1)
                w->c.payee[2] = w->c.payee[1];
        block_with(w, (em_id[]){ 1 }, 1, (int64_t[]){ 100, 1, 2 }, 3);                  /* 3 */
        block_with(w, (em_id[]){ 2 }, 1, (int64_t[]){ 200, 1, 2 }, 3);                  /* 6 */
        for (size_t i = 0; i < wait; i++)
                toy_block(&w->c);
        toy_tx(&w->c, (em_id[]){ 3, 6 }, 2, (int64_t[]){ to_store, 300 - to_store }, 2);        /* 9 */
        w->c.payee[3] = w->c.payee[6] = CUSTOMER;
        w->c.payee[9] = STORE;
}

static void test_an_address_that_passes_all_on_is_told(void **state)
{
        (void)state;
        world *w = fresh();
        deposit(w, 2, 1, 295);
        look(w);
        const em_pattern *p = only(w, EM_PATTERN_DEPOSIT);
        assert_non_null(p);
        assert_int_equal(p->payee, CUSTOMER);
        assert_int_equal(p->to, STORE);
        assert_int_equal(p->in_sat, 300);
        assert_int_equal(p->out_sat, 300);
        assert_int_equal(p->outs, 2);
        assert_int_equal(p->txs, 1);
}

static void test_an_address_with_one_payer_or_late_or_split_sweeps_is_not_told(void **state)
{
        (void)state;
        world *w = fresh();
        deposit(w, 1, 1, 295);
        look(w);
        assert_null(only(w, EM_PATTERN_DEPOSIT));
        w = fresh();
        deposit(w, 2, 1, 260);          /* 86.7 % */
        look(w);
        assert_null(only(w, EM_PATTERN_DEPOSIT));
        w = fresh();
        deposit(w, 2, 20, 295);         /* 20,000 seconds later */
        em_pattern_limits limits = em_pattern_defaults;
        look_at(w, 0, w->c.txs, false, &limits);
        assert_non_null(only(w, EM_PATTERN_DEPOSIT));
        limits.deposit_within_s = 19000;
        look_at(w, 0, w->c.txs, false, &limits);
        assert_null(only(w, EM_PATTERN_DEPOSIT));
}

/* ---- chains by dice ---- */

/* Shapes by their definition, one transaction at a time; a CoinJoin needs equal outputs, and values differ here. */
static void test_shapes_of_thousands_of_transactions_are_those_of_their_definition(void **state)
{
        (void)state;
        uint64_t seed = 8;
        size_t gathered = 0, scattered = 0, plain = 0;
        for (int round = 0; round < 300; round++) {
                world *w = fresh();
                em_id unspent[TOY_OUTS] = { 0 };
                size_t n = 1;
                w->c.value[0] = 1 << 30;
                while (n > 0 && w->c.txs < 40 && w->c.outs < TOY_OUTS - 8 && w->c.ins < TOY_INS - 4) {
                        em_id in[4];
                        int64_t out[8], sum = 0;
                        size_t ins = 0, want = 1 + toy_below(&seed, 4), outs = 1 + toy_below(&seed, 8);
                        for (; ins < want && n > 0; ins++) {
                                size_t at = toy_below(&seed, n);
                                in[ins] = unspent[at];
                                sum += w->c.value[in[ins]];
                                unspent[at] = unspent[--n];
                        }
                        for (size_t j = 0; j < outs; j++) {
                                out[j] = sum / 9 - (int64_t)j;
                                unspent[n++] = w->c.outs + j;
                        }
                        if (out[outs - 1] <= 0)
                                break;
                        block_with(w, in, ins, out, outs);
                }
                look(w);
                bool told[TOY_TXS] = { false };
                for (size_t i = 0; i < w->count; i++)
                        if (w->at[i].kind == EM_PATTERN_CONSOLIDATION || w->at[i].kind == EM_PATTERN_FAN_OUT)
                                told[w->at[i].tx[0]] = true;
                for (size_t t = 1; t < w->c.txs; t++) {
                        size_t ins = w->c.first_in[t + 1] - w->c.first_in[t], outs = w->c.first_out[t + 1] - w->c.first_out[t];
                        bool gather = ins >= 2 && outs == 1, scatter = ins <= 2 && outs >= 5;
                        assert_int_equal(told[t], gather || scatter);
                        gathered += gather;
                        scattered += scatter;
                        plain += !gather && !scatter;
                }
        }
        assert_true(gathered > 100 && scattered > 100 && plain > 100);
}

/* Transactions of one input and three outputs can be no peel chain, however long the line of them is. */
static void test_a_line_of_payments_to_three_is_no_peel_chain(void **state)
{
        (void)state;
        world *w = fresh();
        em_id from = 0;
        for (int64_t left = 1000 - 20; left > 400; left -= 20) {
                block_with(w, &from, 1, (int64_t[]){ 10, 10, left }, 3);
                from = w->c.outs - 1;
        }
        look(w);
        assert_int_equal(w->count, 0);
}

/* ---- BlockSci's chain ---- */

static em_script_kind kind_of_chain(void *ctx, uint32_t payee)
{
        return (em_script_kind)em_chain_payee(ctx, payee).b[20];
}

static em_id named(const em_chain *chain, const char *txid)
{
        em_hash256 hash;
        em_id tx;
        assert_true(em_hash256_parse(em_str_c(txid), &hash));
        assert_int_equal(em_chain_find_tx(chain, hash, &tx, NULL), EM_OK);
        return tx;
}

static const em_pattern *at_tx(const em_pattern *p, size_t count, em_pattern_kind kind, em_id tx)
{
        for (size_t i = 0; i < count; i++)
                if (p[i].kind == kind && p[i].tx[0] == tx)
                        return &p[i];
        return NULL;
}

/* "peeling-chain-0-tx" and so on with "-position" of the change, as the names' file has them.  Their
 * funding transaction spends one coinbase into two outputs, so it has the shape too and is where the chain begins. */
static const struct { const char *txid; unsigned position; } peeling[] = {
        { "9bbb8de4e02b5fe61f0a7f6cdb3935c5249dc9943a465285ee322a5d850ac8d9", 0 },
        { "d6bb61b6269312896ff1a3c7daebb2c08846b2c008dd7af89ffd193d4ef26e38", 0 },
        { "ecba49be286fe56569545b6ddceb980e00ab4aa084a03630a9833eec04348061", 0 },
        { "1597bc0e543f090d106b85c9d21646ad42e876b83356c200e05cd20c495a1805", 0 },
        { "d4abb369617729f55aad9f79aef7222a61bd5add70f77bf7e155d65afef47d63", 1 },
        { "6983aa56f1a6a5eaa255a3527a05d1cb3721ee7f3ad70b88d92d428a3c19096a", 0 },
        { "27e805441ac54e96999221ce4657a0cb21fcf9895ae9e8d0d6805ccfc6c87504", 0 },
        { "c1acf41d53134860a125cbb0255f03130286a064f8cd1a5c6d3c1a09ad8688a6", 1 },
        { "d728894484c551d791f6485e0aa027f579720af480c0ee278975d82a46901bf9", 0 },
        { "e160e0314eeef48878793ff5de43e9630587fa8d208ab4622d7785b9a81a99da", 0 },
};
enum { PEELED = sizeof peeling / sizeof *peeling };

static void check_peeling(const em_chain *chain, const em_pattern *p, size_t count)
{
        em_id funding = named(chain, "1186d90130e2c3fca0ce30472cbaccff65d263699c13df4f2a5e7fc160259ffa");
        const em_pattern *peel = at_tx(p, count, EM_PATTERN_PEEL, funding);
        assert_non_null(peel);
        assert_int_equal(peel->hops, 1 + PEELED);
        for (size_t i = 0; i < PEELED; i++) {
                em_id tx = named(chain, peeling[i].txid);
                assert_int_equal(peel->hop[1 + i].tx, tx);
                assert_int_equal(peel->hop[1 + i].on, em_graph_first_out(em_chain_graph(chain), tx) + peeling[i].position);
        }
}

/* "fan-8-tx" pays eight, "fan-8-tx-collect" gathers them; "merge-final-tx" gathers the three of "merge-addr-1" to 3;
 * "simple-coinjoin-tx" has three spends, outputs 0, 2 and 5, and three changes. */
static void check_shapes(const em_chain *chain, const em_pattern *p, size_t count)
{
        const em_pattern *fan = at_tx(p, count, EM_PATTERN_FAN_OUT,
                named(chain, "cd7630dad806be8eb4d6edf39e2096cc3fe95ba30dd348bfdd2ab63700656f2d"));
        const em_pattern *collect = at_tx(p, count, EM_PATTERN_CONSOLIDATION,
                named(chain, "6f74f4160ba2ce6faa0e50c861356e6c519e9a8d3c7cbfc10a6a6e482030de71"));
        const em_pattern *merge = at_tx(p, count, EM_PATTERN_CONSOLIDATION,
                named(chain, "688b405fbec7a0e514d8cbde3eae9d52d0f35bf573394db04fdf102b4870dee1"));
        em_id joined = named(chain, "bf8cda4c5253c035c930f2ae3288fd8d1601d25c912b2ee484531fea82a5f509");
        const em_pattern *in = at_tx(p, count, EM_PATTERN_COINJOIN_ENTRY, joined);
        const em_pattern *out = at_tx(p, count, EM_PATTERN_COINJOIN_EXIT, joined);
        assert_non_null(fan);
        assert_int_equal(fan->outs, 8);
        assert_non_null(collect);
        assert_int_equal(collect->outs, 8);
        for (size_t i = 0; i < 8; i++)
                assert_int_equal(collect->out[i], fan->out[i]);
        assert_non_null(merge);
        assert_int_equal(merge->outs, 3);
        assert_non_null(in);
        assert_non_null(out);
        assert_int_equal(out->outs, 6);
        assert_int_equal(out->join.equal, 3);
        const em_graph *g = em_chain_graph(chain);
        for (size_t i = 0; i < 6; i++) {
                bool spend = i == 0 || i == 2 || i == 5;
                assert_int_equal(em_graph_value(g, out->out[i]) == out->join.denomination_sat, spend);
        }
}

static void test_blockscis_named_cases_are_found(void **state)
{
        const mk_place *p = *state;
        const char *root = getenv("EMBARGO_SHARED");
        em_str path;
        em_chain *chain;
        em_chain_built built;
        em_pattern *found = NULL;
        size_t count = 0;
        assert_int_equal(em_str_format(p->arena, &path, NULL, "%s/data/chain/btc/chains/blocksci-regtest-btc-blk00000.dat",
                                       root ? root : "../shared"), EM_OK);
        if (!em_path_exists(path)) {
                print_message("SKIPPED: %.*s is not there (set EMBARGO_SHARED)\n", EM_ARG(path));
                skip();
        }
        assert_int_equal(em_chain_build(path, em_str_c(p->index), NULL, NULL, &built, NULL), EM_OK);
        assert_int_equal(em_chain_open(em_str_c(p->index), &chain, NULL), EM_OK);
        const em_graph *g = em_chain_graph(chain);
        em_id *tx = EM_NEW_N(p->arena, em_id, g->txs), *out = EM_NEW_N(p->arena, em_id, g->outs);
        for (em_id i = 0; i < g->txs; i++)
                tx[i] = i;
        for (em_id i = 0; i < g->outs; i++)
                out[i] = i;
        em_pattern_world ask = { .graph = g, .script = kind_of_chain, .ctx = chain };
        em_pattern_set set = { .tx = tx, .txs = g->txs, .out = out, .outs = g->outs };
        assert_int_equal(em_patterns_find(&ask, &set, NULL, p->arena, &found, &count, NULL), EM_OK);
        check_peeling(chain, found, count);
        check_shapes(chain, found, count);
        em_chain_close(chain);
}

static void test_every_pattern_has_a_name_and_another_reading(void **state)
{
        (void)state;
        char parts[80];
        for (int k = 0; k < EM_PATTERN_KINDS; k++) {
                assert_true(strlen(em_pattern_name((em_pattern_kind)k)) > 0);
                assert_non_null(strstr(em_pattern_alternative((em_pattern_kind)k), "may "));
        }
        assert_string_equal(em_print_parts(EM_PRINT_VERSION | EM_PRINT_RBF, parts), "version, RBF");
        assert_string_equal(em_print_parts(63, parts), "version, locktime, RBF, segwit, input scripts, output scripts");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_peel_chain_is_told_once_with_every_hop),
                cmocka_unit_test(test_two_payments_in_a_row_are_no_peel_chain_and_three_are),
                cmocka_unit_test(test_the_fingerprint_decides_which_output_goes_on),
                cmocka_unit_test(test_a_chain_ends_where_the_fingerprint_changes),
                cmocka_unit_test(test_one_transaction_finds_its_whole_chain_when_asked_beyond),
                cmocka_unit_test(test_many_into_one_and_one_into_many_are_told),
                cmocka_unit_test(test_what_is_just_below_a_shape_is_not_told),
                cmocka_unit_test(test_a_coinjoin_is_entered_and_left_and_is_no_fan_out),
                cmocka_unit_test(test_an_address_that_passes_all_on_is_told),
                cmocka_unit_test(test_an_address_with_one_payer_or_late_or_split_sweeps_is_not_told),
                cmocka_unit_test(test_shapes_of_thousands_of_transactions_are_those_of_their_definition),
                cmocka_unit_test(test_a_line_of_payments_to_three_is_no_peel_chain),
                cmocka_unit_test_setup_teardown(test_blockscis_named_cases_are_found, mk_place_make, mk_place_remove),
                cmocka_unit_test(test_every_pattern_has_a_name_and_another_reading),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
