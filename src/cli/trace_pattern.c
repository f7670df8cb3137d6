/* The patterns along a trace, for people and programs.
 *
 * Looked at are the transactions that made the outputs which stolen coins reached, and those that spend them,
 * also where the trace itself stopped: a sweep behind an exchange's deposit address is not followed, but it is seen.
 * With --blocks, or where the case holds the block files, the raw transactions give version, locktime and replaceability to
 * the fingerprint of peel chains.  Every pattern is printed with its reasons and with its innocent reading.
 */
#include "cli/trace_pattern.h"
#include "cli/look_bytes.h"
#include "embargo/pattern.h"

#include <stdlib.h>

typedef struct look {
        em_trace   *t;
        em_str      blocks;             /* folder; empty: no raw transactions */
        em_str      open;               /* the file that map is of */
        em_mapping  map;
        uint8_t     key[8];
        em_arena   *raw;                /* one transaction's bytes and its parts */
        em_look     custody;            /* without a folder: what the case holds */
        size_t      read;               /* raw transactions that were */
        em_pattern *at;
        size_t      count;
} look;

/* ---- what the finders ask ------------------------------------------------------------------ */

static em_script_kind script_of(void *ctx, uint32_t payee)
{
        const look *l = ctx;
        return (em_script_kind)em_chain_payee(l->t->chain, payee).b[20];
}

static em_status paid_to(void *ctx, uint32_t payee, em_arena *arena, em_id **ret_outs, size_t *ret_count, em_error *err)
{
        const look *l = ctx;
        return em_chain_payee_outs(l->t->chain, payee, arena, ret_outs, ret_count, err);
}

/* The bytes of a transaction out of its block file, de-obfuscated; false: they are not there. */
static bool bytes_of(look *l, em_id tx, em_str *ret_bytes)
{
        em_chain_place p = {0};
        em_str         path = {0};
        if (em_chain_place_of(l->t->chain, tx, l->raw, &p, NULL) != EM_OK)
                return false;
        if (!em_str_eq(p.file, l->open)) {
                em_mapping_close(&l->map);
                l->map = (em_mapping){.fd = -1};
                l->open = EM_S("");
                if (em_path_join(l->blocks, p.file, l->raw, &path, NULL) != EM_OK ||
                    em_mapping_open(path, &l->map, NULL) != EM_OK ||
                    em_str_copy(p.file, l->t->cli->arena, &l->open, NULL) != EM_OK)
                        return false;
        }
        if (p.offset > l->map.n || p.length > l->map.n - p.offset)
                return false;
        char *copy = em_arena_alloc(l->raw, (size_t)p.length);
        bool  masked = em_str_starts(p.file, EM_S("blk"));
        for (uint64_t i = 0; copy && i < p.length; i++)
                copy[i] = (char)(l->map.p[p.offset + i] ^ (masked ? l->key[(p.offset + i) % 8] : 0));
        *ret_bytes = (em_str){copy, (size_t)p.length};
        return copy != NULL;
}

typedef struct wanted { look *l; em_hash256 txid; } wanted;

static bool is_wanted(void *ctx, em_str bytes)
{
        const wanted *w = ctx;
        em_btc_tx     raw;
        return em_btc_tx_parse(bytes, NULL, w->l->raw, &raw, NULL) == EM_OK && memcmp(&w->txid, &raw.txid, sizeof raw.txid) == 0;
}

static bool bytes_in_custody(look *l, em_id tx, em_str *ret_bytes)
{
        wanted         w = {.l = l};
        em_chain_place p = {0};
        em_look_bytes  found = {0};
        if (!l->custody.sources || em_chain_txid(l->t->chain, tx, &w.txid, NULL) != EM_OK
            || em_chain_place_of(l->t->chain, tx, l->raw, &p, NULL) != EM_OK
            || em_look_find(&l->custody, &(em_look_place){p.file, p.offset, p.length}, is_wanted, &w, &found, NULL) != EM_OK)
                return false;
        *ret_bytes = found.bytes;
        return found.bytes.n > 0;
}

static bool print_of(void *ctx, em_id tx, em_print *ret_print)
{
        look     *l = ctx;
        em_str    bytes = {0};
        em_btc_tx raw;
        em_arena_reset(l->raw);
        if (!(l->blocks.n ? bytes_of(l, tx, &bytes) : bytes_in_custody(l, tx, &bytes)) || em_btc_tx_parse(bytes, NULL, l->raw, &raw, NULL) != EM_OK)
                return false;
        em_hash256 txid;
        if (em_chain_txid(l->t->chain, tx, &txid, NULL) != EM_OK || memcmp(&txid, &raw.txid, sizeof txid) != 0)
                return false;
        l->read++;
        *ret_print = (em_print){.raw = true, .version = raw.version, .locktime = raw.locktime != 0, .segwit = raw.segwit};
        for (size_t i = 0; i < raw.ins; i++)
                ret_print->rbf = ret_print->rbf || raw.in[i].sequence < 0xfffffffe;
        return true;
}

static em_status read_key(look *l, em_error *err)
{
        em_str path = {0}, bytes = {0};
        if (!l->blocks.n)
                return EM_OK;
        if (!em_path_is_dir(l->blocks))
                return em_fail_at(err, EM_MISSING, l->blocks, 0, 0, "there is no such folder of blocks");
        EM_TRY(em_path_join(l->blocks, EM_S("xor.dat"), l->t->cli->arena, &path, err));
        if (!em_path_exists(path))
                return EM_OK;
        EM_TRY(em_file_read(path, 4096, l->t->cli->arena, &bytes, err));
        if (bytes.n != 8)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "it is not a key of eight bytes");
        memcpy(l->key, bytes.p, 8);
        return EM_OK;
}

/* ---- the set ------------------------------------------------------------------------------------ */

static int by_id(const void *a, const void *b)
{
        em_id x = *(const em_id *)a, y = *(const em_id *)b;
        return x < y ? -1 : x > y;
}

static em_status find(look *l, em_error *err)
{
        const em_trace *t = l->t;
        size_t n = (size_t)em_taint_count(t->taint), txs = 0, kept = 0;
        em_id *out = malloc((n + 1) * sizeof *out), *tx = malloc((2 * n + 1) * sizeof *tx);
        em_status s = out && tx ? EM_OK : em_fail(err, EM_NOMEM, "too many outputs were reached to look for patterns");
        for (size_t i = 0; s == EM_OK && i < n; i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                em_id in = em_graph_spender(t->graph, r.out);
                out[i] = r.out;
                tx[txs++] = r.tx;
                if (in != EM_ID_NONE)
                        tx[txs++] = em_graph_tx_of_in(t->graph, in);
        }
        if (s == EM_OK) {
                qsort(tx, txs, sizeof *tx, by_id);
                for (size_t i = 0; i < txs; i++)
                        if (kept == 0 || tx[i] != tx[kept - 1])
                                tx[kept++] = tx[i];
                em_pattern_world world = {t->graph, script_of, paid_to, print_of, l};
                em_pattern_set   set = {.tx = tx, .txs = kept, .out = out, .outs = n};
                s = em_patterns_find(&world, &set, NULL, t->cli->arena, &l->at, &l->count, err);
        }
        free(out);
        free(tx);
        return s;
}

/* ---- words ----------------------------------------------------------------------------------------- */

static em_str moment(const look *l, uint32_t time_s)
{
        char day[16];
        return em_cli_text(l->t->cli, "%s %02u:%02u", em_day_text((em_day)(time_s / 86400), day), time_s / 3600 % 24,
                           time_s / 60 % 60);
}

static em_status txid_of(const look *l, em_id tx, em_str *ret_text, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        EM_TRY(em_chain_txid(l->t->chain, tx, &txid, err));
        *ret_text = em_cli_text(l->t->cli, "%s", em_hash256_text(txid, text));
        return EM_OK;
}

static em_str coins(const look *l, int64_t sat) { return em_trace_coins(l->t, sat, ','); }

/* The amounts, in the words of its kind. */
static em_str amounts(const look *l, const em_pattern *p)
{
        em_cli *c = l->t->cli;
        switch (p->kind) {
        case EM_PATTERN_PEEL:
                return em_cli_text(c, "%.*s at the start, %.*s peeled off", EM_ARG(coins(l, p->in_sat)),
                                   EM_ARG(coins(l, p->out_sat)));
        case EM_PATTERN_DEPOSIT:
                return em_cli_text(c, "%.*s received, %.*s of it passed on", EM_ARG(coins(l, p->in_sat)),
                                   EM_ARG(coins(l, p->out_sat)));
        case EM_PATTERN_COINJOIN_ENTRY:
                return em_cli_text(c, "%.*s entered", EM_ARG(coins(l, p->in_sat)));
        case EM_PATTERN_COINJOIN_EXIT:
                return em_cli_text(c, "%.*s came out", EM_ARG(coins(l, p->out_sat)));
        case EM_PATTERN_CONSOLIDATION:
        case EM_PATTERN_FAN_OUT:
        case EM_PATTERN_KINDS:
                break;
        }
        return em_cli_text(c, "%.*s in, %.*s out", EM_ARG(coins(l, p->in_sat)), EM_ARG(coins(l, p->out_sat)));
}

/* ---- for people -------------------------------------------------------------------------------------- */

static void wrap(look *l, em_str text) { em_term_wrap(text, 2, l->t->cli->term.width, l->t->cli->out); }

static em_status print_hops(look *l, const em_pattern *p, em_error *err)
{
        static const em_column columns[] = {
                {"hop", "  hop", EM_CELL_NUMBER, 0, 0},      {"txid", "transaction", EM_CELL_TEXT, 0, 0},
                {"peeled", "peeled off", EM_CELL_NUMBER, 0, 0}, {"on", "goes on", EM_CELL_NUMBER, 0, 0},
                {"alike", "alike", EM_CELL_TEXT, 0, 0},      {"to", "peeled off to", EM_CELL_TEXT, 1, 16},
        };
        enum { SHOWN = 40 };
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, l->t->cli->arena);
        for (size_t i = 0; i < p->hops && i < SHOWN; i++) {
                const em_pattern_hop *h = &p->hop[i];
                uint32_t payee = em_graph_payee(l->t->graph, h->off);
                em_str txid = {0}, name = em_trace_label_text(l->t, payee);
                EM_TRY(txid_of(l, h->tx, &txid, err));
                EM_TRY(em_table_add(&t, (em_str[]){
                        em_cli_digits(l->t->cli, (int64_t)i + 1), em_str_sub(txid, 0, 16),
                        coins(l, em_graph_value(l->t->graph, h->off)), coins(l, em_graph_value(l->t->graph, h->on)),
                        i ? em_cli_text(l->t->cli, "%d of %d", __builtin_popcount(h->agreed), __builtin_popcount(h->compared))
                          : EM_S("first"),
                        name.n ? name : em_trace_address(l->t, payee)}, err));
        }
        em_table_print(&t, &l->t->cli->term, l->t->cli->out);
        if (p->hops > SHOWN)
                wrap(l, em_cli_text(l->t->cli, "and %.*s; --json lists them",
                                    EM_ARG(em_cli_many(l->t->cli, p->hops - SHOWN, "hop more", "hops more"))));
        return EM_OK;
}

static em_str named(const look *l, uint32_t payee)
{
        em_str label = em_trace_label_text(l->t, payee);
        return em_cli_safe(l->t->cli, em_cli_text(l->t->cli, "%.*s%s%.*s", EM_ARG(em_trace_address(l->t, payee)),
                                                  label.n ? "  " : "", EM_ARG(label)));
}

static em_status print_one(look *l, size_t i, em_error *err)
{
        const em_pattern *p = &l->at[i];
        em_cli           *c = l->t->cli;
        em_str            first = {0}, last = {0};
        EM_TRY(txid_of(l, p->tx[0], &first, err));
        EM_TRY(txid_of(l, p->tx[p->txs - 1], &last, err));
        fprintf(c->out, "\n%zu. %s%s%s%s, %.*s%s%.*s UTC\n", i + 1, em_pattern_name(p->kind), p->join.kind ? " (" : "",
                p->join.kind ? em_coinjoin_name(p->join.kind) : "", p->join.kind ? ")" : "", EM_ARG(moment(l, p->start_s)),
                p->end_s != p->start_s ? " to " : "", EM_ARG(p->end_s != p->start_s ? moment(l, p->end_s) : EM_S("")));
        wrap(l, em_cli_text(c, "%.*s %s; %.*s", EM_ARG(amounts(l, p)), l->t->net->coin,
                            EM_ARG(em_cli_many(c, p->outs, "output", "outputs"))));
        if (p->kind == EM_PATTERN_DEPOSIT)
                wrap(l, em_cli_text(c, "of %.*s", EM_ARG(named(l, p->payee))));
        if (p->kind == EM_PATTERN_DEPOSIT || p->kind == EM_PATTERN_CONSOLIDATION)
                wrap(l, em_cli_text(c, "to %.*s", EM_ARG(named(l, p->to))));
        wrap(l, em_cli_text(c, "in %.*s%s%.*s", EM_ARG(first), p->txs > 1 ? " ... " : "", EM_ARG(p->txs > 1 ? last : EM_S(""))));
        wrap(l, em_cli_text(c, "why: %.*s", EM_ARG(p->reasons)));
        wrap(l, em_cli_text(c, "but: %s.", em_pattern_alternative(p->kind)));
        return p->kind == EM_PATTERN_PEEL ? print_hops(l, p, err) : EM_OK;
}

/* What it takes to be called a pattern. */
static em_str told_from(const look *l)
{
        const em_pattern_limits *d = &em_pattern_defaults;
        return em_cli_text(l->t->cli, "a peel chain of %u, %u inputs gathered into one, %u payees paid at once, a CoinJoin of confidence %d, "
                           "%u receipts of %u payers passed on within %u days, %u %% to one address", d->peel_hops, d->gather_ins,
                           d->scatter_outs, d->join_least, d->deposit_receipts, d->deposit_payers, d->deposit_within_s / 86400,
                           d->deposit_percent);
}

static em_status print_all(look *l, em_error *err)
{
        fprintf(l->t->cli->out, "%.*s along the trace\n", EM_ARG(em_cli_many(l->t->cli, l->count, "pattern", "patterns")));
        em_term_wrap(em_cli_text(l->t->cli, "Told from: %.*s.", EM_ARG(told_from(l))), 0, l->t->cli->term.width, l->t->cli->out);
        for (size_t i = 0; i < l->count; i++)
                EM_TRY(print_one(l, i, err));
        if (l->count)
                fputc('\n', l->t->cli->out);
        em_term_wrap(EM_S("A pattern is a shape. It may be what it is named after, or what stands behind \"but\"."), 0,
                     l->t->cli->term.width, l->t->cli->out);
        return EM_OK;
}

/* ---- for programs -------------------------------------------------------------------------------------- */

static em_status json_hops(look *l, em_json *j, const em_pattern *p, em_error *err)
{
        char parts[80];
        em_json_key(j, EM_S("hops"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->hops; i++) {
                const em_pattern_hop *h = &p->hop[i];
                em_str on = {0}, off = {0};
                EM_TRY(em_trace_output_name(l->t, h->on, &on, err));
                EM_TRY(em_trace_output_name(l->t, h->off, &off, err));
                em_json_open(j, '{');
                em_json_kstr(j, "goes_on", on);
                em_json_kint(j, "goes_on_sat", em_graph_value(l->t->graph, h->on));
                em_json_kstr(j, "peeled", off);
                em_json_kint(j, "peeled_sat", em_graph_value(l->t->graph, h->off));
                em_json_kstr(j, "compared", em_str_c(em_print_parts(h->compared, parts)));
                em_json_kstr(j, "agreed", em_str_c(em_print_parts(h->agreed, parts)));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status json_lists(look *l, em_json *j, const em_pattern *p, em_error *err)
{
        em_json_key(j, EM_S("transactions"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->txs; i++) {
                em_str txid = {0};
                EM_TRY(txid_of(l, p->tx[i], &txid, err));
                em_json_str(j, txid);
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("outputs"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->outs; i++) {
                em_str name = {0};
                EM_TRY(em_trace_output_name(l->t, p->out[i], &name, err));
                em_json_str(j, name);
        }
        em_json_close(j, ']');
        return p->hops ? json_hops(l, j, p, err) : EM_OK;
}

static em_status json_one(look *l, em_json *j, const em_pattern *p, em_error *err)
{
        em_json_open(j, '{');
        em_json_kstr(j, "pattern", em_str_c(em_pattern_name(p->kind)));
        if (p->join.kind) {
                em_json_kstr(j, "made_like", em_str_c(em_coinjoin_name(p->join.kind)));
                em_json_kint(j, "confidence", p->join.confidence);
        }
        em_json_kint(j, "start_s", p->start_s);
        em_json_kint(j, "end_s", p->end_s);
        em_json_kint(j, "in_sat", p->in_sat);
        em_json_kint(j, "out_sat", p->out_sat);
        if (p->kind == EM_PATTERN_DEPOSIT)
                em_json_kstr(j, "address", em_trace_address(l->t, p->payee));
        if (p->kind == EM_PATTERN_DEPOSIT || p->kind == EM_PATTERN_CONSOLIDATION)
                em_json_kstr(j, "to", em_trace_address(l->t, p->to));
        em_json_kstr(j, "reasons", p->reasons);
        em_json_kstr(j, "alternatives", em_str_c(em_pattern_alternative(p->kind)));
        EM_TRY(json_lists(l, j, p, err));
        em_json_close(j, '}');
        return EM_OK;
}

static em_status json_all(look *l, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)1 << 30);
        em_json   j = em_cli_json(&buf, "embargo.patterns.1");
        em_status s = EM_OK;
        em_json_kstr(&j, "network", em_str_c(l->t->net->name));
        em_json_kstr(&j, "coin", em_str_c(l->t->net->coin));
        em_json_kstr(&j, "told_from", told_from(l));
        em_json_kbool(&j, "blocks_read", l->read > 0);
        em_json_key(&j, EM_S("patterns"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < l->count && s == EM_OK; i++)
                s = json_one(l, &j, &l->at[i], err);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        if (s == EM_OK)
                return em_cli_put(l->t->cli, &buf, err);
        em_buf_free(&buf);
        return s;
}

static em_status csv_all(look *l, em_error *err)
{
        fputs("pattern,made_like,confidence,start_s,end_s,transactions,outputs,in_sat,out_sat,address,to,first_txid,"
              "last_txid,reasons,alternatives\n", l->t->cli->out);
        for (size_t i = 0; i < l->count; i++) {
                const em_pattern *p = &l->at[i];
                em_cli *c = l->t->cli;
                bool    deposit = p->kind == EM_PATTERN_DEPOSIT, to = deposit || p->kind == EM_PATTERN_CONSOLIDATION;
                em_str  first = {0}, last = {0};
                EM_TRY(txid_of(l, p->tx[0], &first, err));
                EM_TRY(txid_of(l, p->tx[p->txs - 1], &last, err));
                em_str cell[] = {
                        em_str_c(em_pattern_name(p->kind)), em_str_c(p->join.kind ? em_coinjoin_name(p->join.kind) : ""),
                        p->join.kind ? em_cli_digits(c, p->join.confidence) : EM_S(""), em_cli_digits(c, p->start_s),
                        em_cli_digits(c, p->end_s), em_cli_digits(c, (int64_t)p->txs), em_cli_digits(c, (int64_t)p->outs),
                        em_cli_digits(c, p->in_sat), em_cli_digits(c, p->out_sat),
                        deposit ? em_trace_address(l->t, p->payee) : EM_S(""), to ? em_trace_address(l->t, p->to) : EM_S(""),
                        first, last, p->reasons, em_str_c(em_pattern_alternative(p->kind)),
                };
                for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
                        em_table_csv_cell(cell[k], false, c->out);
                        fputc(k + 1 < sizeof cell / sizeof *cell ? ',' : '\n', c->out);
                }
        }
        return EM_OK;
}

em_status em_trace_patterns(em_trace *t, em_error *err)
{
        look l = {.t = t, .blocks = em_cli_value(t->cli, "blocks"), .map = {.fd = -1}};
        l.raw = em_arena_new((size_t)1 << 28);
        if (!l.raw)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_look_open(t->cli, &l.custody);
        em_status s = read_key(&l, err);
        if (s == EM_OK)
                s = find(&l, err);
        if (s == EM_OK)
                s = t->cli->form == EM_FORM_JSON ? json_all(&l, err)
                    : t->cli->form == EM_FORM_CSV ? csv_all(&l, err) : print_all(&l, err);
        em_look_close(&l.custody);
        em_mapping_close(&l.map);
        em_arena_free(l.raw);
        if (s == EM_OK)
                em_cli_done(t->cli, NULL, "found %.*s among %.*s that stolen coins may have reached",
                            EM_ARG(em_cli_many(t->cli, l.count, "pattern", "patterns")),
                            EM_ARG(em_cli_many(t->cli, em_taint_count(t->taint), "output", "outputs")));
        return s;
}
