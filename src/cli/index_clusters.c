/* embargo index clusters: the addresses of a chain index joined into clusters, in a file beside it. */
#include "cli/owner.h"

#include <stdlib.h>

static const em_column columns[] = {
        {"what", "what", EM_CELL_TEXT, 1, 12},
        {"count", "count", EM_CELL_NUMBER, 0, 0},
        {"note", "note", EM_CELL_TEXT, 2, 12},
};

typedef struct work {
        em_cli        *cli;
        em_chain      *chain;
        em_change_raw *raw;
        em_str         path;
        em_cluster_opts opts;
        em_cluster_made made;
        em_clusters   *clusters;
} work;

/* ---- what was asked ------------------------------------------------------------------------------ */

static em_status parse_change(work *w, em_error *err)
{
        em_change *change = NULL;
        em_str     blocks = em_cli_value(w->cli, "blocks");
        if (blocks.n && !em_cli_given(w->cli, "change"))
                return em_fail(err, EM_USAGE, "--blocks is for --change");
        if (!em_cli_given(w->cli, "change"))
                return EM_OK;
        em_status s = em_change_parse(em_cli_value(w->cli, "change"), w->cli->arena, &change, err);
        if (s != EM_OK && s != EM_NOMEM && err)
                err->code = EM_USAGE;
        if (s != EM_OK)
                return s == EM_NOMEM ? s : EM_USAGE;
        w->opts.change = change;
        bool raw = em_change_needs(change) & EM_CHANGE_NEEDS_RAW;
        if (raw && !blocks.n)
                return em_fail(err, EM_USAGE, "--change: locktime and fixed_fee need --blocks DIR, the raw blocks of the index: "
                               "lock times and sizes are not in it");
        if (raw)
                EM_TRY(em_change_raw_load(w->chain, blocks, &w->cli->progress, &w->raw, err));
        w->opts.raw = w->raw;
        return EM_OK;
}

static em_status parse_as_of(work *w, em_error *err)
{
        int64_t height = 0;
        em_id   block = 0;
        if (!em_cli_given(w->cli, "as-of"))
                return EM_OK;
        (void)em_str_int(em_cli_value(w->cli, "as-of"), &height);
        EM_TRY(em_chain_block_at(w->chain, height, &block, err));
        w->opts.blocks = block + 1;
        return EM_OK;
}

static int by_id(const void *a, const void *b)
{
        em_id x = *(const em_id *)a, y = *(const em_id *)b;
        return x < y ? -1 : x > y;
}

/* A line is a txid, or empty, or a remark behind '#'. */
static em_status read_left_out(work *w, em_str path, em_error *err)
{
        em_str   text = {0};
        uint64_t line = 0;
        EM_TRY(em_file_read(path, (uint64_t)1 << 30, w->cli->arena, &text, err));
        em_id *list = EM_NEW_N(w->cli->arena, em_id, text.n / 64 + 1);
        size_t n = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the transactions to leave out");
        for (em_cut cut = {.tail = text, .found = true}; cut.found;) {
                em_hash256 txid;
                em_error   why = {0};
                cut = em_str_cut(cut.tail, '\n');
                line++;
                em_str word = em_str_trim(em_str_cut(cut.head, '#').head);
                if (!word.n)
                        continue;
                if (!em_hash256_parse(word, &txid))
                        return em_fail_at(err, EM_FORMAT, path, line, 0, "not a txid (64 hexadecimal digits)");
                em_status s = em_chain_find_tx(w->chain, txid, &list[n], &why);
                if (s != EM_OK)
                        return em_fail_at(err, s, path, line, 0, "%s", why.text);
                n++;
        }
        qsort(list, n, sizeof *list, by_id);
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || list[kept - 1] != list[i])
                        list[kept++] = list[i];
        w->opts.leave_out = list;
        w->opts.leave_outs = kept;
        return EM_OK;
}

static em_status parse(work *w, em_error *err)
{
        int64_t least = EM_MIX_LEAST;
        em_str  left_out = em_cli_value(w->cli, "leave-out");
        (void)em_str_int(em_cli_value(w->cli, "coinjoin"), &least);
        if (least > 101)
                return em_fail(err, EM_USAGE, "--coinjoin: a confidence is 0 to 100, or 101 to leave no CoinJoin out");
        w->opts.least = (int)least;
        w->opts.threads = w->cli->threads;
        EM_TRY(parse_as_of(w, err));
        EM_TRY(parse_change(w, err));
        return left_out.n ? read_left_out(w, left_out, err) : EM_OK;
}

/* ---- what was made ------------------------------------------------------------------------------- */

typedef struct line { const char *what; uint64_t n; const char *note; bool always; } line;

static em_status summary(const work *w, em_table *t, em_error *err)
{
        const em_cluster_made *m = &w->made;
        const line lines[] = {
                {"blocks", m->blocks, "", true},
                {"transactions", m->txs, "", true},
                {"inputs", m->ins, "", true},
                {"addresses", m->payees, "payees: a key and its hash are one", true},
                {"clusters", m->clusters, "those of one address too", true},
                {"largest", m->largest, "addresses; large clusters are seldom one person", true},
                {"unions", m->unions, "transactions that joined two clusters, kept with their rule", true},
                {"by change", m->by_change, "of them, joined by a change heuristic", w->opts.change != NULL},
                {"change outputs", m->changes, "transactions with exactly one candidate", w->opts.change != NULL},
                {"named", m->named, "transactions left out by --leave-out", false},
                {"stonewalls", m->stonewalls, "feign a join of two; taken as one wallet's", false},
                {"inputs with unknown outputs", m->unknown, "whom they join is not in the files", false},
        };
        em_cli *cli = w->cli;
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                if (lines[i].always || lines[i].n)
                        EM_TRY(em_table_add(t, (em_str[]){em_str_c(lines[i].what), em_cli_digits(cli, (int64_t)lines[i].n),
                                                         em_str_c(lines[i].note)}, err));
        for (int k = EM_COINJOIN_KINDS - 1; k > 0; k--)
                if (m->joins[k])
                        EM_TRY(em_table_add(t, (em_str[]){em_cli_text(cli, "CoinJoins: %s", em_coinjoin_name((em_coinjoin_kind)k)),
                                                         em_cli_digits(cli, (int64_t)m->joins[k]), EM_S("join nobody")}, err));
        return EM_OK;
}

static em_status print(const work *w, em_error *err)
{
        em_cli  *cli = w->cli;
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(summary(w, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&t, &cli->term, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)1 << 20);
        em_json j = em_cli_json(&buf, "embargo.index-clusters.1");
        em_json_kstr(&j, "index", w->path);
        em_json_kint(&j, "coinjoin_confidence", w->opts.least);
        em_json_kstr(&j, "change", w->opts.change ? em_change_text(w->opts.change) : EM_S(""));
        em_json_key(&j, EM_S("counts"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status build(work *w, em_error *err)
{
        em_cli *cli = w->cli;
        EM_TRY(parse(w, err));
        EM_TRY(em_clusters_build(w->chain, w->path, &w->opts, &cli->progress, &w->made, err));
        em_meter_end(&cli->meter);
        EM_TRY(print(w, err));
        em_cli_done(cli, "cluster ADDRESS", "%.*s in %.*s that may be one owner's each",
                    EM_ARG(em_cli_many(cli, w->made.payees, "address", "addresses")),
                    EM_ARG(em_cli_many(cli, w->made.clusters, "cluster", "clusters")));
        return EM_OK;
}

typedef struct hearing { em_cli *cli; em_table table; em_status status; } hearing;

static void hear(void *ctx, const char *sentence)
{
        hearing *h = ctx;
        em_str   cell = em_cli_text(h->cli, "%s", sentence);
        if (h->status == EM_OK)
                h->status = em_table_add(&h->table, &cell, NULL);
}

static em_status verify(work *w, em_error *err)
{
        static const em_column column[] = {{"difference", "difference", EM_CELL_TEXT, 1, 20}};
        em_cli *cli = w->cli;
        hearing h = {.cli = cli, .table = em_table_make(column, 1, cli->arena)};
        EM_TRY(em_clusters_open(w->path, w->chain, &w->clusters, err));
        em_status s = em_clusters_verify(w->clusters, hear, &h, err);
        if (s != EM_OK && s != EM_DIFF)
                return s;
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&h.table, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&h.table, false, cli->out);
        if (cli->form == EM_FORM_JSON) {
                em_buf  buf = em_buf_make((size_t)64 << 20);
                em_json j = em_cli_json(&buf, "embargo.index-verify.1");
                em_json_key(&j, EM_S("differences"));
                em_table_json(&h.table, &j);
                em_json_close(&j, '}');
                EM_TRY(em_cli_put(cli, &buf, err));
        }
        em_cli_done(cli, NULL, "checked the clusters' checksums and invariants, and each union against its transaction: %.*s",
                    EM_ARG(em_cli_many(cli, h.table.rows, "difference", "differences")));
        if (s == EM_DIFF && err)
                *err = (em_error){.code = EM_DIFF};
        return s;
}

static em_status at_work(work *w, em_error *err)
{
        em_str dir = {0}, out = em_cli_value(w->cli, "out");
        EM_TRY(em_owner_chain(w->cli, "index clusters", &dir, err));
        EM_TRY(em_owner_place(w->cli, dir, &w->path, err));
        if (out.n)
                w->path = out;
        EM_TRY(em_chain_open(dir, &w->chain, err));
        return em_cli_given(w->cli, "verify") ? verify(w, err) : build(w, err);
}

em_status em_index_clusters(em_cli *cli, em_error *err)
{
        work w = {.cli = cli};
        em_status s = at_work(&w, err);
        em_clusters_close(w.clusters);
        em_change_raw_free(w.raw);
        em_chain_close(w.chain);
        return s;
}
