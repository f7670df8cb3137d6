/* Clusters on the data of others: GraphSense's hand-made chain with the clusters it must have, BlockSci's regtest
 * chain whose names say what each transaction was made to show, and all of 2009.
 *
 * The files are in the shared data folder ($EMBARGO_SHARED, else ../shared beside the
 * project); where it is absent every test here is skipped, and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_blocks.h"
#include "embargo/cluster.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

static em_str shared(const mk_place *p, const char *name)
{
        const char *root = getenv("EMBARGO_SHARED");
        em_str path;
        assert_int_equal(em_str_format(p->arena, &path, NULL, "%s/data/chain/btc/%s", root ? root : "../shared", name), EM_OK);
        if (!em_path_exists(path)) {
                print_message("SKIPPED: %.*s is not there (set EMBARGO_SHARED)\n", EM_ARG(path));
                skip();
        }
        return path;
}

static em_str text_of(const mk_place *p, em_str path)
{
        em_str text;
        assert_int_equal(em_file_read(path, (uint64_t)1 << 28, p->arena, &text, NULL), EM_OK);
        return text;
}

static em_script_kind plain_kind(void *ctx, uint32_t payee)
{
        (void)ctx, (void)payee;
        return EM_SCRIPT_P2PKH;
}

/* ---- a chain read from tables ---- */

enum { TABLE_TXS = 40000, TABLE_OUTS = 40000, TABLE_INS = 40000 };

typedef struct table {                  /* outputs by the transaction and place that others know them by */
        em_id    first_in[TABLE_TXS + 1], first_out[TABLE_TXS + 1], in_out[TABLE_INS], out_in[TABLE_OUTS];
        int64_t  value[TABLE_OUTS];
        uint32_t payee[TABLE_OUTS], payees;
        em_id    block[TABLE_TXS + 1];
        size_t   txs, ins, outs;
        em_str   name[TABLE_OUTS];      /* of payees, in the order first paid */
        em_graph graph;
} table;

static uint32_t payee_named(table *t, em_str name)
{
        for (uint32_t p = t->payees; p-- > 0;)
                if (em_str_eq(t->name[p], name))
                        return p;
        t->name[t->payees] = name;
        return t->payees++;
}

static const em_graph *table_graph(table *t, const mk_place *p)
{
        t->first_in[t->txs] = t->ins;
        t->first_out[t->txs] = t->outs;
        t->block[0] = 0;
        t->block[1] = t->txs;
        em_graph_plain plain = { 1, t->txs, t->ins, t->outs, t->payees, t->first_in, t->first_out, t->in_out, t->value,
                                 t->out_in, t->payee, t->block, NULL };
        t->graph = em_graph_make(&plain, em_arena_alloc(p->arena, em_graph_room(&plain)));
        return &t->graph;
}

/* ---- GraphSense ---- */

/* The text between what and the next `end` in line, and line behind it. */
static em_str after(em_str *line, const char *what, char end)
{
        ptrdiff_t at = em_str_find(*line, em_str_c(what));
        if (at < 0)
                return (em_str){ NULL, 0 };
        em_str rest = em_str_sub(*line, (size_t)at + strlen(what), line->n);
        em_cut cut = em_str_cut(rest, end);
        *line = cut.tail;
        return cut.head;
}

static uint64_t number(em_str s)
{
        int64_t n = -1;
        assert_true(em_str_int(em_str_trim(s), &n));
        return (uint64_t)n;
}

/* {"address": ["A", "B"], "value": 1, ...}, ...: an address list is one payee.  The file gives inputs by address and
 * value, not by output: the oldest unspent one of both is taken. */
static void read_tx(table *t, em_str line)
{
        em_str ins = after(&line, "\"inputs\": [", '}'), in_all = { ins.p, 0 };
        ptrdiff_t outs_at = em_str_find((em_str){ ins.p, (size_t)(line.p + line.n - ins.p) }, EM_S("\"outputs\""));
        in_all.n = (size_t)outs_at;
        em_str out_all = { ins.p + outs_at, (size_t)(line.p + line.n - ins.p) - (size_t)outs_at };
        t->first_in[t->txs] = t->ins;
        t->first_out[t->txs] = t->outs;
        for (em_str who = after(&in_all, "\"address\": [", ']'); who.p; who = after(&in_all, "\"address\": [", ']')) {
                em_id out = 0;
                (void)after(&in_all, "\"value\": ", ',');
                while (out < t->outs && (!em_str_eq(t->name[t->payee[out]], who) || t->out_in[out] != EM_ID_NONE))
                        out++;
                assert_true(out < t->outs);
                t->out_in[out] = t->ins;
                t->in_out[t->ins++] = out;
        }
        if (t->ins == t->first_in[t->txs])
                t->in_out[t->ins++] = EM_ID_NONE;
        for (em_str who = after(&out_all, "\"address\": [", ']'); who.p; who = after(&out_all, "\"address\": [", ']')) {
                t->value[t->outs] = (int64_t)number(after(&out_all, "\"value\": ", ','));
                t->payee[t->outs] = payee_named(t, who);
                t->out_in[t->outs++] = EM_ID_NONE;
        }
        t->txs++;
}

/* The chain names its one CoinJoin, which has no two equal outputs, so that no rule of ours can tell: it is left
 * out by name, as an investigator would.  Then the clusters are the file's: 3Kawb and 12751 (transaction 8), 1231P and 1Fufj
 * (transaction 10), and everybody else alone.  Without the name the CoinJoin joins 1FDCg and 1Hxba, and nobody else. */
static void test_graphsense_s_chain_has_the_clusters_that_its_file_says(void **state)
{
        const mk_place *p = *state;
        em_str txs = text_of(p, shared(p, "graphsense/utxo.test_txs.json")), ids = text_of(p, shared(p, "graphsense/utxo.address_ids.json"));
        em_str clusters = text_of(p, shared(p, "graphsense/utxo.address_cluster.json"));
        table *t = em_arena_alloc(p->arena, sizeof *t);
        em_id left_out = EM_ID_NONE;
        for (em_cut cut = em_str_cut(txs, '\n'); cut.head.n; cut = em_str_cut(cut.tail, '\n')) {
                if (em_str_find(cut.head, EM_S("\"coinjoin\": true")) >= 0)
                        left_out = t->txs;
                read_tx(t, cut.head);
        }
        assert_int_equal(t->txs, 10);
        assert_int_equal(t->outs, 17);
        uint32_t parent[32], bare[32], of[16], wanted[16];
        em_cluster_made made;
        em_cluster_opts o = em_cluster_defaults;
        const em_graph *g = table_graph(t, p);
        assert_int_equal(em_cluster_join(g, plain_kind, NULL, &o, NULL, bare, NULL, NULL, &made, NULL), EM_OK);
        o.leave_out = &left_out;
        o.leave_outs = 1;
        assert_int_equal(em_cluster_join(g, plain_kind, NULL, &o, NULL, parent, NULL, NULL, &made, NULL), EM_OK);
        assert_int_equal(made.named, 1);
        size_t n = 0;
        for (em_str id = after(&ids, "\"addressId\": ", ','); id.p; id = after(&ids, "\"addressId\": ", ',')) {
                em_str name = after(&ids, "\"address\": ", '}');
                uint64_t k = number(id);
                em_str line = clusters;
                char key[48];
                if (k == 0)             /* "coinbase" */
                        continue;
                snprintf(key, sizeof key, "\"addressId\": %llu,", (unsigned long long)k);
                (void)after(&line, key, ' ');
                wanted[n] = (uint32_t)number(after(&line, "\"clusterId\": ", '}'));
                of[n++] = payee_named(t, name);
        }
        assert_int_equal(n, 14);
        assert_int_equal(t->payees, 15);        /* and the address list of two */
        size_t more = 0;
        for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b < a; b++) {
                        assert_int_equal(parent[of[a]] == parent[of[b]], wanted[a] == wanted[b]);
                        more += (bare[of[a]] == bare[of[b]]) != (wanted[a] == wanted[b]);
                }
        assert_int_equal(more, 1);
}

/* ---- BlockSci ---- */

typedef struct town { em_chain *chain; em_clusters *clusters; em_str names; const mk_place *p; } town;

static em_str named(const town *t, const char *key)
{
        char quoted[96];
        em_str line = t->names;
        snprintf(quoted, sizeof quoted, "\"%s\": ", key);
        em_str value = em_str_trim(after(&line, quoted, '\n'));
        if (!value.p)
                fail_msg("%s is not named", key);
        if (em_str_ends(value, EM_S(",")))
                value.n--;
        if (em_str_starts(value, EM_S("\"")))
                value = em_str_sub(value, 1, value.n - 2);
        return value;
}

static em_id tx_named(const town *t, const char *key)
{
        em_hash256 txid;
        em_id tx;
        assert_true(em_hash256_parse(named(t, key), &txid));
        assert_int_equal(em_chain_find_tx(t->chain, txid, &tx, NULL), EM_OK);
        return tx;
}

static uint32_t payee_at(const town *t, const char *key)
{
        em_str script;
        uint32_t payee;
        assert_int_equal(em_address_parse(named(t, key), em_chain_net(t->chain), t->p->arena, &script, NULL), EM_OK);
        assert_int_equal(em_chain_find_payee(t->chain, em_script_payee(script), &payee, NULL), EM_OK);
        return payee;
}

/* Only: every other transaction is left out; EM_ID_NONE: none is. */
static void cluster_by(town *t, const char *change, em_id only)
{
        char path[160];
        size_t others = 0;
        em_id list[1024];
        for (em_id tx = 0; only != EM_ID_NONE && tx < em_chain_graph(t->chain)->txs; tx++)
                if (tx != only)
                        list[others++] = tx;
        em_error err = { 0 };
        em_cluster_made made;
        em_change *c = NULL;
        em_change_raw *raw = NULL;
        em_str blocks = shared(t->p, "chains/blocksci-regtest-btc-blk00000.dat");
        snprintf(path, sizeof path, "%s/clusters", t->p->dir);
        t->clusters = em_clusters_close(t->clusters);
        if (change && em_change_parse(em_str_c(change), t->p->arena, &c, &err) != EM_OK)
                fail_msg("%s", err.text);
        if (c && (em_change_needs(c) & EM_CHANGE_NEEDS_RAW) && em_change_raw_load(t->chain, blocks, NULL, &raw, &err) != EM_OK)
                fail_msg("%s", err.text);
        em_cluster_opts o = { .least = 50, .change = c, .raw = raw, .leave_out = list, .leave_outs = others };
        if (em_clusters_build(t->chain, em_str_c(path), &o, NULL, &made, &err) != EM_OK ||
            em_clusters_open(em_str_c(path), t->chain, &t->clusters, &err) != EM_OK ||
            em_clusters_verify(t->clusters, NULL, NULL, &err) != EM_OK)
                fail_msg("%s", err.text);
        em_change_raw_free(raw);
}

static town blocksci(const mk_place *p)
{
        town t = { .p = p };
        em_chain_built b;
        em_error err = { 0 };
        em_str blocks = shared(p, "chains/blocksci-regtest-btc-blk00000.dat");
        t.names = text_of(p, shared(p, "chains/blocksci-regtest-btc-names.json"));
        if (em_chain_build(blocks, em_str_c(p->index), NULL, NULL, &b, &err) != EM_OK ||
            em_chain_open(em_str_c(p->index), &t.chain, &err) != EM_OK)
                fail_msg("%s", err.text);
        return t;
}

static void done(town *t)
{
        em_clusters_close(t->clusters);
        em_chain_close(t->chain);
}

/* The output of a transaction that is in the cluster of its first input, other than by being paid to it; -1: none,
 * -2: several. */
static int change_of(const town *t, em_id tx)
{
        const em_graph *g = em_chain_graph(t->chain);
        uint32_t from = em_graph_payee(g, em_graph_spent(g, em_graph_first_in(g, tx)));
        em_id first = em_graph_first_out(g, tx), end = em_graph_first_out(g, tx + 1);
        int found = -1;
        for (em_id o = first; o < end; o++)
                if (em_clusters_of(t->clusters, em_graph_payee(g, o)) == em_clusters_of(t->clusters, from))
                        found = found == -1 ? (int)(o - first) : -2;
        return found;
}

static void expect_change(const town *t, const char *tx, const char *position)
{
        int64_t at = -1;
        assert_true(em_str_int(named(t, position), &at));
        if (change_of(t, tx_named(t, tx)) != (int)at)
                fail_msg("%s: %d and not %d", tx, change_of(t, tx_named(t, tx)), (int)at);
}

/* Names come as NAME-tx-I and NAME-position-I, the change's place by construction. */
static void expect_three(const town *t, const char *name)
{
        for (int i = 0; i < 3; i++) {
                char tx[64], position[64];
                snprintf(tx, sizeof tx, "change-%s-tx-%d", name, i);
                snprintf(position, sizeof position, "change-%s-position-%d", name, i);
                expect_change(t, tx, position);
        }
}

static void test_blocksci_s_change_outputs_are_found_by_the_heuristics_they_are_named_after(void **state)
{
        town t = blocksci(*state);
        cluster_by(&t, "address_type", EM_ID_NONE);
        expect_three(&t, "address-type");
        for (int i = 0; i < 3; i++) {           /* alone: the payments that made the other two addresses known join too */
                char tx[64], position[64];
                snprintf(tx, sizeof tx, "change-client-behavior-tx-%d", i);
                snprintf(position, sizeof position, "change-client-behavior-position-%d", i);
                cluster_by(&t, "client_change", tx_named(&t, tx));
                expect_change(&t, tx, position);
        }
        cluster_by(&t, "locktime", EM_ID_NONE);
        expect_three(&t, "locktime");
        cluster_by(&t, NULL, EM_ID_NONE);                   /* paid back to the input's own address: one payee without any heuristic */
        expect_three(&t, "reuse");
        cluster_by(&t, "optimal_change", EM_ID_NONE);
        expect_change(&t, "change-optimal-0-tx", "change-optimal-0-position");
        expect_change(&t, "change-optimal-1-tx", "change-optimal-1-position");
        /* 148,888,800 and 151,111,200 are both above the inputs of 100,010,000 each. */
        assert_int_equal(change_of(&t, tx_named(&t, "change-negative-testcase-tx")), -1);
        done(&t);
}

/* The payments beside the change are 100,000,000, 120,000,000, 123,000,000, 123,400,000, 123,450,000 and
 * 123,456,000: multiples of 10^6 in the first three only, of 10^3 in all six; where the payment is no multiple
 * two outputs are left, so none is the change. */
static void test_blocksci_s_round_payments_are_told_by_as_many_digits_as_they_have(void **state)
{
        town t = blocksci(*state);
        for (int digits = 3; digits <= 6; digits += 3) {
                cluster_by(&t, digits == 3 ? "power_of_ten(3)" : "power_of_ten", EM_ID_NONE);
                for (int i = 0; i < 6; i++) {
                        char tx[64], position[64];
                        snprintf(tx, sizeof tx, "change-ten-%d-tx", i);
                        snprintf(position, sizeof position, "change-ten-%d-position", i);
                        if (digits == 3 || i < 3)
                                expect_change(&t, tx, position);
                        else
                                assert_int_equal(change_of(&t, tx_named(&t, tx)), -1);
                }
        }
        done(&t);
}

/* Ten links of one in and two out; the next link spends the named output, the other is never spent, so peeling_chain
 * alone leaves both.  With `spent` links 0 to 8 have their change, which is the input of the next: one cluster; the last
 * link has both outputs unspent, so none. */
static void test_blocksci_s_peeling_chain_is_one_cluster_when_only_spent_outputs_may_be_change(void **state)
{
        town t = blocksci(*state);
        for (int with = 0; with < 2; with++) {
                cluster_by(&t, with ? "peeling_chain & spent" : "peeling_chain", EM_ID_NONE);
                for (int i = 0; i < 10; i++) {
                        char tx[64], position[64];
                        snprintf(tx, sizeof tx, "peeling-chain-%d-tx", i);
                        snprintf(position, sizeof position, "peeling-chain-%d-position", i);
                        if (with && i < 9)
                                expect_change(&t, tx, position);
                        else
                                assert_int_equal(change_of(&t, tx_named(&t, tx)), -1);
                }
        }
        done(&t);
}

/* Three inputs, three outputs of 50,000,000 and three changes: JoinMarket's habit.  Its owners stay three; the
 * addresses of `merge` are spent together and are one, joined by that transaction and by no other. */
static void test_blocksci_s_coinjoin_joins_nobody_and_its_merge_joins_three(void **state)
{
        town t = blocksci(*state);
        const em_graph *g = em_chain_graph(t.chain);
        cluster_by(&t, NULL, EM_ID_NONE);
        em_id join = tx_named(&t, "simple-coinjoin-tx"), first = em_graph_first_in(g, join);
        uint32_t in[3];
        assert_int_equal(em_graph_first_in(g, join + 1) - first, 3);
        for (size_t i = 0; i < 3; i++)
                in[i] = em_clusters_of(t.clusters, em_graph_payee(g, em_graph_spent(g, first + i)));
        assert_true(in[0] != in[1] && in[1] != in[2] && in[0] != in[2]);
        assert_int_equal(em_clusters_made(t.clusters).joins[EM_COINJOIN_JOINMARKET], 1);
        uint32_t a = payee_at(&t, "merge-addr-1"), b = payee_at(&t, "merge-addr-2"), c = payee_at(&t, "merge-addr-3");
        assert_int_equal(em_clusters_of(t.clusters, a), em_clusters_of(t.clusters, b));
        assert_int_equal(em_clusters_of(t.clusters, a), em_clusters_of(t.clusters, c));
        em_union *path;
        size_t n;
        assert_int_equal(em_clusters_why(t.clusters, b, c, t.p->arena, &path, &n, NULL), EM_OK);
        assert_true(n == 1 || n == 2);
        for (size_t i = 0; i < n; i++) {
                assert_int_equal(path[i].tx, tx_named(&t, "merge-final-tx"));
                assert_int_equal(path[i].by, 0);
        }
        assert_int_equal(path[0].a, b);
        assert_int_equal(path[n - 1].b, c);
        done(&t);
}

/* ---- 2009 ---- */

static em_str unpacked(const mk_place *p, const char *name)
{
        extern char **environ;
        em_str path = shared(p, name);
        char out[160];
        pid_t pid;
        int status = -1;
        posix_spawn_file_actions_t actions;
        char *const argv[] = { (char[]){ "zstd" }, (char[]){ "-dcq" }, (char *)(uintptr_t)path.p, NULL };
        snprintf(out, sizeof out, "%s/unpacked", p->dir);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        bool ran = posix_spawnp(&pid, "zstd", &actions, NULL, argv, environ) == 0 && waitpid(pid, &status, 0) == pid;
        posix_spawn_file_actions_destroy(&actions);
        if (!ran || status != 0) {
                print_message("SKIPPED: zstd cannot unpack %.*s\n", EM_ARG(path));
                skip();
        }
        return text_of(p, em_str_c(out));
}

typedef struct row { int64_t index, tx, who, value, from; } row;

/* Rows behind the head line; of `from`, which is empty, whole or "9.0", the whole number. */
static size_t rows_of(em_str text, row *list, size_t most)
{
        size_t n = 0;
        em_cut line = em_str_cut(text, '\n');
        for (line = em_str_cut(line.tail, '\n'); line.head.n; line = em_str_cut(line.tail, '\n')) {
                int64_t cell[5];
                em_cut cut = { .tail = em_str_trim(line.head), .found = true };
                for (size_t i = 0; i < 5; i++) {
                        cut = em_str_cut(cut.tail, ',');
                        em_str whole = em_str_cut(cut.head, '.').head;
                        cell[i] = whole.n ? (int64_t)number(whole) : -1;
                }
                assert_true(n < most);
                list[n++] = (row){ cell[0], cell[1], cell[2], cell[3], cell[4] };
        }
        return n;
}

static int by_tx(const void *a, const void *b)
{
        const row *x = a, *y = b;
        if (x->tx != y->tx)
                return x->tx < y->tx ? -1 : 1;
        return x->index < y->index ? -1 : x->index > y->index;
}

/* The chain of the edge list: outputs by transaction; inputs find theirs by number in the transaction that made it. */
static void chain_of(table *t, row *out, size_t outs, row *in, size_t ins)
{
        uint32_t *payee_of = calloc((size_t)1 << 20, sizeof *payee_of);
        qsort(out, outs, sizeof *out, by_tx);   /* two transactions stand the other way round in the file */
        qsort(in, ins, sizeof *in, by_tx);
        t->txs = (size_t)out[outs - 1].tx + 1;
        size_t i = 0;
        for (size_t tx = 0; tx < t->txs; tx++) {
                t->first_in[tx] = t->ins;
                t->first_out[tx] = t->outs;
                for (; t->outs < outs && out[t->outs].tx == (int64_t)tx; t->outs++) {
                        uint32_t *payee = &payee_of[out[t->outs].who];
                        *payee = *payee ? *payee : ++t->payees;
                        t->payee[t->outs] = *payee - 1;
                        t->value[t->outs] = out[t->outs].value;
                        t->out_in[t->outs] = EM_ID_NONE;
                }
                for (; i < ins && in[i].tx == (int64_t)tx; i++) {
                        size_t o = (size_t)t->first_out[in[i].from];
                        while (o < t->outs && out[o].index != in[i].index)
                                o++;
                        assert_true(o < t->outs && t->value[o] == in[i].value && t->payee[o] == payee_of[in[i].who] - 1);
                        t->out_in[o] = t->ins;
                        t->in_out[t->ins++] = o;
                }
                if (t->ins == t->first_in[tx])
                        t->in_out[t->ins++] = EM_ID_NONE;       /* a coinbase */
        }
        free(payee_of);
}

/* The dullest way there is: neighbours among the inputs of one transaction get the lower label of the two, again
 * and again over the whole list until nothing changes. */
static void label_by_passes(const row *in, size_t ins, uint32_t *label)
{
        for (bool again = true; again;) {
                again = false;
                for (size_t i = 1; i < ins; i++) {
                        uint32_t *a = &label[in[i - 1].who], *b = &label[in[i].who];
                        if (in[i].tx != in[i - 1].tx || *a == *b)
                                continue;
                        *a = *b = *a < *b ? *a : *b;
                        again = true;
                }
        }
}

static void test_all_of_2009_has_the_clusters_of_repeated_passes_over_its_edge_list(void **state)
{
        const mk_place *p = *state;
        table *t = em_arena_alloc(p->arena, sizeof *t);
        row *out = calloc(TABLE_OUTS, sizeof *out), *in = calloc(TABLE_INS, sizeof *in);
        uint32_t *label = calloc((size_t)1 << 20, sizeof *label), *parent = calloc(TABLE_OUTS, sizeof *parent);
        size_t outs = rows_of(unpacked(p, "taintedtx-2009/tx_output.csv.zst"), out, TABLE_OUTS);
        size_t ins = rows_of(unpacked(p, "taintedtx-2009/tx_input.csv.zst"), in, TABLE_INS);
        assert_int_equal(ins, 2887);            /* the data's README */
        assert_int_equal(outs, 32783);
        chain_of(t, out, outs, in, ins);
        for (uint32_t k = 0; k < 1u << 20; k++)
                label[k] = k;
        label_by_passes(in, ins, label);
        em_cluster_made made;
        em_cluster_opts o = { .least = 101 };
        assert_int_equal(em_cluster_join(table_graph(t, p), plain_kind, NULL, &o, NULL, parent, NULL, NULL, &made, NULL), EM_OK);
        uint32_t *first = calloc((size_t)1 << 20, sizeof *first);       /* payee + 1 that a label was first met with */
        size_t groups = 0;
        for (size_t k = 0; k < outs; k++) {
                uint32_t l = label[out[k].who], root = parent[t->payee[k]];
                groups += first[l] == 0;
                first[l] = first[l] ? first[l] : root + 1;
                assert_int_equal(first[l], root + 1);
        }
        assert_int_equal(made.clusters, groups);        /* as many, and each label in one: the same partition */
        assert_true(made.unions > 100);
        free(first);
        free(out);
        free(in);
        free(label);
        free(parent);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_graphsense_s_chain_has_the_clusters_that_its_file_says, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_blocksci_s_change_outputs_are_found_by_the_heuristics_they_are_named_after,
                                                mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_blocksci_s_round_payments_are_told_by_as_many_digits_as_they_have,
                                                mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_blocksci_s_peeling_chain_is_one_cluster_when_only_spent_outputs_may_be_change,
                                                mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_blocksci_s_coinjoin_joins_nobody_and_its_merge_joins_three,
                                                mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_all_of_2009_has_the_clusters_of_repeated_passes_over_its_edge_list,
                                                mk_place_make, mk_place_remove),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
