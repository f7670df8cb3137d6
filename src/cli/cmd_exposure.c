/* embargo exposure: where what an address received may have come from, back to those who are labelled.
 *
 * The other direction of embargo trace.  Each policy that is asked for walks on its own and is shown on its
 * own, with its rule in words; what could not be followed is shown beside what was found, because
 * an exposure without its remainder says less than it seems to.
 */
#include "cli/exposure.h"
#include "cli/label_option.h"
#include "embargo/csv.h"

#include <stdlib.h>

/* ---- whose ---------------------------------------------------------------------------------- */

static em_status add_outs(em_expose *e, size_t *cap, const em_id *out, size_t count, em_error *err)
{
        if (e->outs + count > *cap) {
                size_t more = 2 * *cap > e->outs + count ? 2 * *cap : e->outs + count;
                em_id *at = EM_NEW_N(e->t.cli->arena, em_id, more);
                if (!at)
                        return em_fail(err, EM_NOMEM, "the addresses were paid too often for memory");
                if (e->outs)
                        memcpy(at, e->out, e->outs * sizeof *at);
                e->out = at;
                *cap = more;
        }
        if (count)
                memcpy(e->out + e->outs, out, count * sizeof *out);
        e->outs += count;
        return EM_OK;
}

/* An address of the cluster; one that the chain never pays is counted. */
static em_status add_address(em_expose *e, em_str text, em_error *err)
{
        em_str   script = {0};
        em_error why = {0};
        char     shown[100];
        if (em_address_parse(text, e->t.net, e->t.cli->arena, &script, &why) != EM_OK)
                return em_fail(err, EM_USAGE, "\"%s\" is neither TXID:VOUT nor an address: %s",
                               em_str_show(text, shown, sizeof shown), why.text);
        em_status s = em_chain_find_payee(e->t.chain, em_script_payee(script), &e->own[e->owns], &why);
        e->address[e->addresses++] = text;
        e->owns += s == EM_OK;
        e->absent += s == EM_MISSING;
        return s == EM_OK || s == EM_MISSING ? EM_OK : em_fail(err, s, "%s", why.text);
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

static int by_out(const void *a, const void *b)
{
        em_id x = *(const em_id *)a, y = *(const em_id *)b;
        return x < y ? -1 : x > y;
}

/* All that the addresses were paid, and the outputs named by themselves; each once. */
static em_status collect(em_expose *e, size_t cap, em_error *err)
{
        size_t kept = 0;
        if (e->owns)
                qsort(e->own, e->owns, sizeof *e->own, by_number);
        for (size_t i = 0; i < e->owns; i++)
                if (kept == 0 || e->own[i] != e->own[kept - 1])
                        e->own[kept++] = e->own[i];
        e->owns = kept;
        for (size_t i = 0; i < e->owns; i++) {
                em_id *out = NULL;
                size_t count = 0;
                EM_TRY(em_chain_payee_outs(e->t.chain, e->own[i], e->t.cli->arena, &out, &count, err));
                EM_TRY(add_outs(e, &cap, out, count, err));
        }
        if (e->outs)
                qsort(e->out, e->outs, sizeof *e->out, by_out);
        kept = 0;
        for (size_t i = 0; i < e->outs; i++)
                if (kept == 0 || e->out[i] != e->out[kept - 1])
                        e->out[kept++] = e->out[i];
        e->outs = kept;
        if (!e->outs)
                return em_fail(err, EM_MISSING, "nothing that was named was ever paid in this chain");
        e->opts.own = e->own;
        e->opts.owns = e->owns;
        return EM_OK;
}

/* Addresses in the first column, one a line; a head, blank lines and lines that begin with # are passed over. */
static em_status read_cluster(em_expose *e, em_str path, em_str **ret_address, size_t *ret_count, em_error *err)
{
        em_str     text = {0};
        em_csv_row row = {0};
        EM_TRY(em_file_read(path, (uint64_t)1 << 28, e->t.cli->arena, &text, err));
        size_t lines = 1, n = 0;
        for (size_t i = 0; i < text.n; i++)
                lines += text.p[i] == '\n' || text.p[i] == '\r';
        em_str *at = EM_NEW_N(e->t.cli->arena, em_str, lines);
        if (!at)
                return em_fail(err, EM_NOMEM, "there are too many addresses for memory");
        em_csv csv = em_csv_make(text, NULL);
        while (em_csv_next(&csv, e->t.cli->arena, &row)) {
                em_str script = {0}, cell = row.count ? em_str_trim(row.field[0]) : EM_S("");
                em_error why = {0};
                if (row.bad)
                        return em_fail_at(err, EM_FORMAT, path, row.line, 0, "%s", row.bad);
                if (!cell.n || cell.p[0] == '#' || (n == 0 && em_str_eq_nocase(cell, EM_S("address"))))
                        continue;
                if (em_address_parse(cell, e->t.net, e->t.cli->arena, &script, &why) != EM_OK)
                        return em_fail_at(err, EM_FORMAT, path, row.line, 1, "%s", why.text);
                at[n++] = cell;
        }
        *ret_address = at;
        *ret_count = n;
        return EM_OK;
}

static em_status find_targets(em_expose *e, em_error *err)
{
        const em_parsed *p = e->t.cli->parsed;
        em_str  file = em_cli_value(e->t.cli, "cluster-file"), *listed = NULL;
        size_t  count = 0, cap = 0;
        if (file.n)
                EM_TRY(read_cluster(e, file, &listed, &count, err));
        if (!count && !p->operands)
                return em_fail(err, EM_USAGE, "exposure needs an address, an output TXID:VOUT, or --cluster-file FILE");
        e->address = EM_NEW_N(e->t.cli->arena, em_str, count + p->operands);
        e->own = EM_NEW_N(e->t.cli->arena, uint32_t, count + p->operands);
        if (!e->address || !e->own)
                return em_fail(err, EM_NOMEM, "there are too many addresses for memory");
        for (size_t i = 0; i < count; i++)
                EM_TRY(add_address(e, listed[i], err));
        for (size_t i = 0; i < p->operands; i++) {
                em_hash256 txid;
                em_cut     cut = em_str_cut(p->operand[i], ':');
                em_id      out = 0;
                if (!cut.found || !em_hash256_parse(cut.head, &txid)) {
                        EM_TRY(add_address(e, p->operand[i], err));
                        continue;
                }
                EM_TRY(em_trace_output(&e->t, p->operand[i], &out, err));
                EM_TRY(add_outs(e, &cap, &out, 1, err));
                e->address[e->addresses++] = p->operand[i];
        }
        return collect(e, cap, err);
}

/* ---- how ------------------------------------------------------------------------------------- */

static em_status parse_policies(em_expose *e, em_error *err)
{
        static const char *const known[] = {"haircut", "fifo", "lifo", "tiho", "seniority"};
        em_str list = em_cli_value(e->t.cli, "policy");
        for (em_cut cut = {.tail = list.n ? list : EM_S("haircut"), .found = true}; cut.found;) {
                em_policy p;
                cut = em_str_cut(cut.tail, ',');
                if (!em_policy_parse(cut.head, &p))
                        return em_option_unknown(EM_USAGE, "policy", cut.head, known, sizeof known / sizeof *known, err);
                if (p.kind != EM_TAINT_HAIRCUT && p.kind != EM_TAINT_CUT)
                        return em_fail(err, EM_USAGE, "--policy: %.*s has no backward form; haircut, fifo, lifo, tiho "
                                       "and cut:IN-OUT have", EM_ARG(cut.head));
                if (e->t.policies == EM_POLICIES_MAX)
                        return em_fail(err, EM_USAGE, "--policy: more than %d policies", EM_POLICIES_MAX);
                e->t.policy[e->t.policies++] = p;
        }
        if (em_cli_given(e->t.cli, "path") && e->t.policies != 1)
                return em_fail(err, EM_USAGE, "--path follows one policy");
        if (em_cli_given(e->t.cli, "out") && !em_cli_given(e->t.cli, "path"))
                return em_fail(err, EM_USAGE, "--out is for --path");
        return EM_OK;
}

static em_status parse_limits(em_expose *e, em_error *err)
{
        em_cli *cli = e->t.cli;
        int64_t hops = 0, most = 0;
        em_day  since;
        char    shown[64];
        (void)em_str_int(em_cli_value(cli, "hops"), &hops);
        (void)em_str_int(em_cli_value(cli, "most"), &most);
        e->opts.max_hops = (uint32_t)hops;
        e->opts.max_outs = most ? (uint64_t)most : EM_EXPOSURE_OUTS;
        if (em_cli_given(cli, "min") && !em_trace_parse_coins(em_cli_value(cli, "min"), &e->opts.min_sat))
                return em_fail(err, EM_USAGE, "--min: \"%s\" is not an amount of coins such as 0.5",
                               em_str_show(em_cli_value(cli, "min"), shown, sizeof shown));
        if (em_day_parse(em_cli_value(cli, "since"), &since)) {
                int64_t begin = (int64_t)since * 86400;
                if (begin < 0 || begin > UINT32_MAX)
                        return em_fail(err, EM_USAGE, "--since: block times run from 1970-01-01 to 2106-02-07");
                e->opts.since_time_s = (uint32_t)begin;
        }
        e->t.through_mixers = e->opts.through_mixers = em_cli_given(cli, "through-mixers");
        e->opts.label = em_expose_stops_at;
        e->opts.label_ctx = e;
        e->opts.mixes = em_trace_mixes;
        e->opts.mixes_ctx = &e->t;
        return EM_OK;
}

/* ---- the rows ------------------------------------------------------------------------------------ */

int64_t em_expose_others(const em_expose *e)
{
        return em_exposure_received(e->x) - em_exposure_kind(e->x, EM_ORIGIN_OWN);
}

int64_t em_expose_open(const em_expose *e)
{
        return em_expose_others(e) - em_exposure_kind(e->x, EM_ORIGIN_LABEL) - em_exposure_kind(e->x, EM_ORIGIN_MINED);
}

em_str em_expose_share(const em_expose *e, int64_t sat)
{
        __extension__ typedef unsigned __int128 wide;
        int64_t whole = em_expose_others(e);
        if (whole <= 0)
                return EM_S("");
        int64_t parts = (int64_t)(((wide)(uint64_t)sat * 20000 + (uint64_t)whole) / (2 * (wide)(uint64_t)whole));
        return em_cli_text(e->t.cli, "%lld.%02lld", (long long)(parts / 100), (long long)(parts % 100));
}

bool em_expose_asked_for(const em_expose *e, const em_exposed *row)
{
        size_t           n = 0;
        const em_origin *o = em_exposure_origins(e->x, &n);
        return row->kind == EM_ORIGIN_LABEL && em_expose_named(e, o[row->origin].label, e->to);
}

static int by_amount(const void *a, const void *b)
{
        const em_exposed *x = a, *y = b;
        int64_t m = x->direct_sat + x->indirect_sat, n = y->direct_sat + y->indirect_sat;
        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        if (m != n)
                return m > n ? -1 : 1;
        return em_str_cmp(x->said.label, y->said.label);
}

static void join(em_expose *e, const em_origin *all, size_t i, em_exposed *row)
{
        const em_origin *o = &all[i];
        if (row->arrivals == 0 || o->best_sat > all[row->origin].best_sat)
                row->origin = i;
        row->hops = row->arrivals == 0 || o->hops < row->hops ? o->hops : row->hops;
        row->direct_sat += o->direct_sat;
        row->indirect_sat += o->indirect_sat;
        row->arrivals += o->arrivals;
        (void)e;
}

static int by_said(const void *a, const void *b)
{
        const em_exposed *x = a, *y = b;
        int how = x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : em_str_cmp(x->said.label, y->said.label);
        if (how == 0)
                how = em_str_cmp(x->said.category, y->said.category);
        return how ? how : x->origin < y->origin ? -1 : x->origin > y->origin;
}

em_status em_expose_rows(em_expose *e, em_error *err)
{
        size_t n = 0;
        const em_origin *o = em_exposure_origins(e->x, &n);
        e->row = EM_NEW_N(e->t.cli->arena, em_exposed, n + 1);
        e->rows = 0;
        if (!e->row)
                return em_fail(err, EM_NOMEM, "too many origins for memory");
        for (size_t i = 0; i < n; i++) {
                em_said said = {.label = em_str_c(em_origin_words(o[i].kind))};
                if (o[i].kind == EM_ORIGIN_LABEL)
                        said = em_expose_said(e, o[i].label);
                e->row[i] = (em_exposed){.kind = o[i].kind, .said = said, .origin = i};
        }
        if (n)
                qsort(e->row, n, sizeof *e->row, by_said);
        for (size_t i = 0; i < n; i++) {
                em_exposed *last = e->rows ? &e->row[e->rows - 1] : NULL, *row = &e->row[i];
                if (!last || last->kind != row->kind || !em_str_eq(last->said.label, row->said.label) ||
                    !em_str_eq(last->said.category, row->said.category)) {
                        last = &e->row[e->rows++];
                        *last = *row;
                }
                join(e, o, row->origin, last);
        }
        if (e->rows)
                qsort(e->row, e->rows, sizeof *e->row, by_amount);
        return EM_OK;
}

/* ---- the run ------------------------------------------------------------------------------------- */

static em_status walk(em_expose *e, size_t p, em_error *err)
{
        e->opts.policy = e->t.policy[p];
        e->x = em_exposure_free(e->x);
        EM_TRY(em_exposure_run(e->t.graph, e->out, e->outs, &e->opts, &e->t.cli->progress, &e->x, err));
        em_meter_end(&e->t.cli->meter);
        if (e->t.judge_full)
                return em_fail(err, EM_NOMEM, "a transaction is too large to be judged a CoinJoin or not");
        return em_expose_rows(e, err);
}

static em_status show_json(em_expose *e, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)1 << 30);
        em_json   j = em_cli_json(&buf, "embargo.exposure.1");
        em_status s = EM_OK;
        em_json_kstr(&j, "network", em_str_c(e->t.net->name));
        em_json_kstr(&j, "coin", em_str_c(e->t.net->coin));
        em_json_kstrs(&j, "of", e->address, e->addresses);
        em_json_kint(&j, "never_paid", (int64_t)e->absent);
        em_json_kint(&j, "outputs", (int64_t)e->outs);
        em_json_key(&j, EM_S("policies"));
        em_json_open(&j, '[');
        for (size_t p = 0; p < e->t.policies && s == EM_OK; p++) {
                s = walk(e, p, err);
                if (s == EM_OK)
                        s = em_expose_json(e, &j, err);
        }
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        if (s == EM_OK)
                s = em_cli_put(e->t.cli, &buf, err);
        else
                em_buf_free(&buf);
        return s;
}

static em_status show(em_expose *e, em_error *err)
{
        if (e->t.cli->form == EM_FORM_JSON)
                return show_json(e, err);
        for (size_t p = 0; p < e->t.policies; p++) {
                EM_TRY(walk(e, p, err));
                if (em_cli_given(e->t.cli, "path"))
                        return em_expose_path(e, em_cli_value(e->t.cli, "path"), err);
                if (p && e->t.cli->form == EM_FORM_TEXT)
                        fputc('\n', e->t.cli->out);
                EM_TRY(e->t.cli->form == EM_FORM_CSV ? em_expose_csv(e, p == 0, err) : em_expose_print(e, err));
        }
        return EM_OK;
}

static em_status expose(em_expose *e, em_error *err)
{
        e->to = em_cli_value(e->t.cli, "to");
        EM_TRY(parse_policies(e, err));
        EM_TRY(parse_limits(e, err));
        EM_TRY(em_trace_open(&e->t, err));
        EM_TRY(em_expose_labels(e, err));
        if (e->to.n && !em_expose_known(e, e->to)) {
                char shown[100];
                return em_fail(err, EM_MISSING, "no label, category or address of the labels is \"%s\"",
                               em_str_show(e->to, shown, sizeof shown));
        }
        EM_TRY(find_targets(e, err));
        EM_TRY(show(e, err));
        em_cli_done(e->t.cli, NULL, "walked %.*s of %.*s back; %.*s visited",
                    EM_ARG(em_cli_many(e->t.cli, e->outs, "output", "outputs")),
                    EM_ARG(em_cli_many(e->t.cli, e->addresses, "address", "addresses")),
                    EM_ARG(em_cli_many(e->t.cli, em_exposure_visited(e->x), "output", "outputs")));
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_expose e = {.t = {.cli = cli}};
        e.t.judge = em_arena_new((size_t)1 << 30);
        em_status s = e.t.judge ? expose(&e, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_exposure_free(e.x);
        em_taint_free(e.t.taint);
        em_labels_free(e.t.labels);
        free(e.t.named);
        em_chain_close(e.t.chain);
        em_chain_close(e.t.whole);
        em_arena_free(e.t.judge);
        return s;
}

static const em_flag flags[] = {
        {"chain", 'c', EM_ARG_FOLDER, "DIR", "the index to walk in (default: index/chain of the case)"},
        {"as-of", 0, EM_ARG_COUNT, "HEIGHT", "the chain as it was when that block was its last: later receipts are none"},
        EM_LABEL_FLAGS,
        {"policy", 'p', EM_ARG_TEXT, "NAME,...", "haircut fifo lifo tiho cut:IN-OUT, each on its own (default: haircut)"},
        {"cluster-file", 0, EM_ARG_FILE, "FILE", "more addresses of the same owner, one a line or a CSV's first column"},
        {"to", 0, EM_ARG_TEXT, "LABEL", "only: how much may have come from this label, category or address"},
        {"hops", 0, EM_ARG_COUNT, "N", "look at most N transactions back"},
        {"min", 0, EM_ARG_TEXT, "AMOUNT", "follow nothing smaller than this"},
        {"since", 0, EM_ARG_DAY, "DAY", "do not look before this day (UTC, by the blocks' own times)"},
        {"most", 'm', EM_ARG_COUNT, "N", "visit at most N outputs, the largest amounts first (default: 10000)"},
        {"through-mixers", 0, EM_ARG_NONE, NULL, "follow coins through CoinJoins and labelled mixers too"},
        {"path", 0, EM_ARG_TEXT, "LABEL", "the evidence of the path that brings most from it, as JSON"},
        {"out", 'o', EM_ARG_FILE, "FILE", "with --path: write it to FILE"},
        {0},
};
static const em_example examples[] = {
        {"embargo exposure ADDRESS --chain chain --labels labels.csv", "who may have paid it, directly and through others"},
        {"embargo exposure ADDRESS -c chain -l labels.csv --policy haircut,fifo", "the same under two rules"},
        {"embargo exposure -c chain -l labels.csv --cluster-file wallet.csv --json", "all addresses of one owner, as data"},
        {"embargo exposure ADDRESS -c chain -l labels.csv --to mixer", "one question, with what is left open"},
        {"embargo exposure ADDRESS -c chain -l labels.csv -p fifo --path \"Exchange A\" --out path.json",
         "evidence that embargo trace check can test"},
        {0},
};
const em_command em_cmd_exposure = {
        .name = "exposure", .group = "trace", .brief = "where what an address received may have come from",
        .usage = "[ADDRESS|TXID:VOUT]...", .least = 0, .most = SIZE_MAX, .operand = EM_ARG_TEXT,
        .about = "What the address was paid is attributed to the inputs of the transactions that paid it, by the "
                 "rule of the policy, and on backwards until a labelled address, newly mined coins, a "
                 "CoinJoin or a limit. Direct is what the payer itself was labelled for; indirect came through others. "
                 "Several addresses are taken as one owner, and what moves between them is shown apart.\n\n"
                 "Behind a label nothing is followed: what a service pays out may be anybody's. With --to only services and "
                 "what is named end the walk. Every satoshi received is "
                 "booked once, and what was not followed is printed with its reason. An amount says what may have "
                 "come from somewhere by a rule of accounting; never that the owner knew.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
