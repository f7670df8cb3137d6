/* Exposure for people: the rule, who it may be from, what is left open, who paid directly. And the same as CSV.
 *
 * Categories come first, because a reader asks "how much from exchanges" before "which"; then each
 * service, with the output that alone brings most by one path; then the books.
 */
#include "cli/exposure.h"
#include "embargo/coinjoin.h"

#include <stdlib.h>

enum { PAYERS_SHOWN = 10 };

static void wrap(em_expose *e, size_t indent, em_str text)
{
        em_term_wrap(text, indent, e->t.cli->term.width, e->t.cli->out);
}

static em_str coins(const em_expose *e, int64_t sat)
{
        return sat ? em_trace_coins(&e->t, sat, ',') : EM_S("");
}

static em_str percent(const em_expose *e, int64_t sat)
{
        return em_cli_text(e->t.cli, "%.*s %%", EM_ARG(em_expose_share(e, sat)));
}

/* ---- the head ---------------------------------------------------------------------------- */

static void print_head(em_expose *e)
{
        char    text[160];
        em_cli *cli = e->t.cli;
        int64_t own = em_exposure_kind(e->x, EM_ORIGIN_OWN);
        em_str  whose = e->addresses == 1 ? em_cli_safe(cli, e->address[0])
                                          : em_cli_many(cli, e->addresses, "address", "addresses taken as one owner");
        fprintf(cli->out, "Exposure of %.*s\n", EM_ARG(whose));
        wrap(e, 0, em_cli_text(cli, "Received %.*s %s in %.*s%s", EM_ARG(em_trace_coins(&e->t, em_exposure_received(e->x), ',')),
                               e->t.net->coin, EM_ARG(em_cli_many(cli, e->outs, "output", "outputs")),
                               own ? em_cli_text(cli, "; %.*s of it came from itself (change, moves within); shares are of "
                                                 "the other %.*s.", EM_ARG(em_trace_coins(&e->t, own, ',')),
                                                 EM_ARG(em_trace_coins(&e->t, em_expose_others(e), ','))).p : "."));
        if (e->absent)
                wrap(e, 0, em_cli_text(cli, "%.*s never paid in this chain.",
                                       EM_ARG(em_cli_many(cli, e->absent, "address was", "addresses were"))));
        fputs("\nThe rule, backwards\n", cli->out);
        wrap(e, 2, em_str_c(em_policy_text(e->opts.policy, text)));
        if (e->opts.policy.kind == EM_TAINT_CUT && (e->opts.policy.in == EM_IN_TAINT || e->opts.policy.in == EM_IN_CLEAN))
                wrap(e, 2, EM_S("Backwards any input may be the source, so \"inputs tainted first\" is read as first to "
                                "last."));
}

static void print_limits(em_expose *e)
{
        em_cli *cli = e->t.cli;
        em_str  text = em_cli_text(cli, "Limits: %.*s visited; the walk ends at %.*s",
                                   EM_ARG(em_cli_many(cli, em_exposure_visited(e->x), "output", "outputs")),
                                   EM_ARG(em_cli_count(cli, e->opts.max_outs)));
        if (e->opts.max_hops)
                text = em_cli_text(cli, "%.*s; %.*s back", EM_ARG(text),
                                   EM_ARG(em_cli_many(cli, e->opts.max_hops, "transaction", "transactions")));
        if (e->opts.min_sat)
                text = em_cli_text(cli, "%.*s; nothing below %.*s", EM_ARG(text), EM_ARG(coins(e, e->opts.min_sat)));
        if (e->opts.since_time_s)
                text = em_cli_text(cli, "%.*s; not before %.*s", EM_ARG(text), EM_ARG(em_cli_value(cli, "since")));
        wrap(e, 0, em_cli_text(cli, "%.*s. Mixers %s.", EM_ARG(text), e->opts.through_mixers ? "walked through" : "stop"));
}

/* ---- the tables ----------------------------------------------------------------------------- */

static int by_category(const void *a, const void *b)
{
        const em_exposed *x = a, *y = b;
        return em_str_cmp(x->said.category, y->said.category);
}

/* Label rows joined by category into to; returns how many. */
static size_t categories(const em_expose *e, em_exposed *to)
{
        size_t n = 0, kept = 0;
        for (; n < e->rows && e->row[n].kind == EM_ORIGIN_LABEL; n++)
                to[n] = e->row[n];
        if (n)
                qsort(to, n, sizeof *to, by_category);
        for (size_t i = 0; i < n; i++) {
                em_exposed *last = kept ? &to[kept - 1] : NULL;
                if (!last || !em_str_eq(last->said.category, to[i].said.category)) {
                        to[kept++] = to[i];
                        continue;
                }
                last->direct_sat += to[i].direct_sat;
                last->indirect_sat += to[i].indirect_sat;
                last->hops = to[i].hops < last->hops ? to[i].hops : last->hops;
        }
        return kept;
}

static em_status add_row(em_expose *e, em_table *t, em_str name, const em_exposed *r, em_error *err)
{
        return em_table_add(t, (em_str[]){name, coins(e, r->direct_sat), coins(e, r->indirect_sat),
                                          r->kind == EM_ORIGIN_OWN ? EM_S("")
                                                                   : percent(e, r->direct_sat + r->indirect_sat),
                                          em_cli_digits(e->t.cli, r->hops)}, err);
}

static const em_column columns[] = {
        {"from", "from", EM_CELL_TEXT, 1, 16},       {"direct", "direct", EM_CELL_NUMBER, 0, 0},
        {"indirect", "indirect", EM_CELL_NUMBER, 0, 0}, {"share", "share", EM_CELL_NUMBER, 0, 0},
        {"hops", "hops", EM_CELL_NUMBER, 0, 0},
};

static em_status print_categories(em_expose *e, em_error *err)
{
        em_table    t = em_table_make(columns, sizeof columns / sizeof *columns, e->t.cli->arena);
        em_exposed *by = EM_NEW_N(e->t.cli->arena, em_exposed, e->rows + 1);
        if (!by)
                return em_fail(err, EM_NOMEM, "out of memory");
        size_t n = categories(e, by);
        for (size_t i = 0; i < n; i++)
                EM_TRY(add_row(e, &t, by[i].said.category.n ? by[i].said.category : EM_S("no category"), &by[i], err));
        for (size_t i = 0; i < e->rows; i++)
                if (e->row[i].kind != EM_ORIGIN_LABEL)
                        EM_TRY(add_row(e, &t, e->row[i].said.label, &e->row[i], err));
        fprintf(e->t.cli->out, "\nBy what it may have come from, in %s\n", e->t.net->coin);
        em_table_print(&t, &e->t.cli->term, e->t.cli->out);
        return EM_OK;
}

/* "by one path at most 40, from TXID:VOUT" */
static em_status print_best(em_expose *e, const em_exposed *row, em_error *err)
{
        size_t           n = 0;
        const em_origin *o = &em_exposure_origins(e->x, &n)[row->origin];
        em_str           name = {0};
        em_step         *step = NULL;
        EM_TRY(em_trace_output_name(&e->t, o->best_out, &name, err));
        EM_TRY(em_exposure_path(e->x, row->origin, e->t.cli->arena, &step, &n, err));
        wrap(e, 4, em_cli_text(e->t.cli, "by one path of %.*s %.*s, from %.*s",
                               EM_ARG(em_cli_many(e->t.cli, n, "transaction", "transactions")),
                               EM_ARG(em_trace_coins(&e->t, o->best_sat, ',')), EM_ARG(name)));
        return EM_OK;
}

static em_status print_labels(em_expose *e, em_error *err)
{
        if (!e->rows || e->row[0].kind != EM_ORIGIN_LABEL)
                return EM_OK;
        fprintf(e->t.cli->out, "\nBy label, in %s\n", e->t.net->coin);
        for (size_t i = 0; i < e->rows && e->row[i].kind == EM_ORIGIN_LABEL; i++) {
                const em_exposed *r = &e->row[i];
                wrap(e, 2, em_cli_safe(e->t.cli, em_cli_text(
                        e->t.cli, "%.*s (%.*s): %.*s direct, %.*s indirect, together %.*s; %.*s; source: %.*s%s%.*s",
                        EM_ARG(r->said.label), EM_ARG(r->said.category.n ? r->said.category : EM_S("no category")),
                        EM_ARG(em_trace_coins(&e->t, r->direct_sat, ',')),
                        EM_ARG(em_trace_coins(&e->t, r->indirect_sat, ',')),
                        EM_ARG(percent(e, r->direct_sat + r->indirect_sat)),
                        EM_ARG(em_cli_many(e->t.cli, r->hops, "hop at the nearest", "hops at the nearest")),
                        EM_ARG(r->said.source.n ? r->said.source : EM_S("not stated")),
                        r->said.confidence.n ? ", confidence " : "", EM_ARG(r->said.confidence))));
                EM_TRY(print_best(e, r, err));
        }
        return EM_OK;
}

static em_status print_payers(em_expose *e, em_error *err)
{
        static const em_column paid[] = {
                {"address", "paid directly by", EM_CELL_TEXT, 1, 20}, {"amount", "amount", EM_CELL_NUMBER, 0, 0},
                {"share", "share", EM_CELL_NUMBER, 0, 0},
        };
        size_t          n = 0;
        const em_payer *p = em_exposure_payers(e->x, &n);
        em_table        t = em_table_make(paid, sizeof paid / sizeof *paid, e->t.cli->arena);
        for (size_t i = 0; i < n && i < PAYERS_SHOWN; i++) {
                em_str label = em_trace_label_text(&e->t, p[i].payee);
                em_str who = em_cli_text(e->t.cli, "%.*s%s%.*s", EM_ARG(em_trace_address(&e->t, p[i].payee)),
                                         label.n ? "  " : "", EM_ARG(label));
                EM_TRY(em_table_add(&t, (em_str[]){who, coins(e, p[i].sat),
                                                   p[i].own ? EM_S("itself") : percent(e, p[i].sat)}, err));
        }
        if (!n)
                return EM_OK;
        fputc('\n', e->t.cli->out);
        em_table_print(&t, &e->t.cli->term, e->t.cli->out);
        if (n > PAYERS_SHOWN)
                fprintf(e->t.cli->out, "and %.*s more; --json lists them\n", EM_ARG(em_cli_count(e->t.cli, n - PAYERS_SHOWN)));
        return EM_OK;
}

/* ---- the one question ------------------------------------------------------------------------ */

static em_status print_answer(em_expose *e, em_error *err)
{
        em_exposed all = {.hops = UINT32_MAX};
        for (size_t i = 0; i < e->rows; i++)
                if (em_expose_asked_for(e, &e->row[i])) {
                        all.direct_sat += e->row[i].direct_sat;
                        all.indirect_sat += e->row[i].indirect_sat;
                        all.hops = e->row[i].hops < all.hops ? e->row[i].hops : all.hops;
                }
        int64_t sum = all.direct_sat + all.indirect_sat, open = em_expose_open(e);
        em_str  to = em_cli_safe(e->t.cli, e->to);
        fputc('\n', e->t.cli->out);
        if (sum)
                wrap(e, 0, em_cli_text(e->t.cli, "Of it %.*s (%.*s) may have come from %.*s by this rule: %.*s directly, "
                                       "%.*s through others, %.*s.", EM_ARG(em_trace_coins(&e->t, sum, ',')),
                                       EM_ARG(percent(e, sum)), EM_ARG(to),
                                       EM_ARG(em_trace_coins(&e->t, all.direct_sat, ',')),
                                       EM_ARG(em_trace_coins(&e->t, all.indirect_sat, ',')),
                                       EM_ARG(em_cli_many(e->t.cli, all.hops, "hop at the nearest", "hops at the nearest"))));
        else
                wrap(e, 0, em_cli_text(e->t.cli, "By this rule none of it is found to have come from %.*s.", EM_ARG(to)));
        if (open)
                wrap(e, 0, em_cli_text(e->t.cli, "Left open: %.*s (%.*s), whose origin was not reached (mixed, not in the files, "
                                       "not followed); any part of it may be from there too.",
                                       EM_ARG(em_trace_coins(&e->t, open, ',')), EM_ARG(percent(e, open))));
        else
                wrap(e, 0, EM_S("Nothing is left open: the origin of every satoshi was reached."));
        wrap(e, 0, EM_S("Behind services nothing was followed."));
        for (size_t i = 0; i < e->rows; i++)
                if (em_expose_asked_for(e, &e->row[i]))
                        EM_TRY(print_best(e, &e->row[i], err));
        return EM_OK;
}

em_status em_expose_print(em_expose *e, em_error *err)
{
        print_head(e);
        print_limits(e);
        if (e->to.n)
                return print_answer(e, err);
        EM_TRY(print_categories(e, err));
        EM_TRY(print_labels(e, err));
        EM_TRY(print_payers(e, err));
        wrap(e, 0, EM_S("Conservation: received = the rows of the first table, to the satoshi. A label is what its source "
                        "says; an amount is what a rule of accounting attributes. Neither says what the owner knew."));
        return EM_OK;
}

/* ---- CSV ---------------------------------------------------------------------------------------- */

em_status em_expose_csv(em_expose *e, bool head, em_error *err)
{
        static const em_column cells[] = {
                {"policy", NULL, EM_CELL_TEXT, 0, 0},       {"kind", NULL, EM_CELL_TEXT, 0, 0},
                {"label", NULL, EM_CELL_TEXT, 0, 0},        {"category", NULL, EM_CELL_TEXT, 0, 0},
                {"source", NULL, EM_CELL_TEXT, 0, 0},       {"direct_sat", NULL, EM_CELL_NUMBER, 0, 0},
                {"indirect_sat", NULL, EM_CELL_NUMBER, 0, 0}, {"percent", NULL, EM_CELL_NUMBER, 0, 0},
                {"hops", NULL, EM_CELL_NUMBER, 0, 0},       {"best_sat", NULL, EM_CELL_NUMBER, 0, 0},
                {"best_output", NULL, EM_CELL_TEXT, 0, 0},
        };
        size_t           n = sizeof cells / sizeof *cells, count = 0;
        const em_origin *o = em_exposure_origins(e->x, &count);
        char             policy[40];
        for (size_t k = 0; k < n && head; k++)
                fprintf(e->t.cli->out, "%s%c", cells[k].key, k + 1 < n ? ',' : '\n');
        for (size_t i = 0; i < e->rows; i++) {
                const em_exposed *r = &e->row[i];
                em_str name = {0};
                if (e->to.n && !em_expose_asked_for(e, r))
                        continue;
                EM_TRY(em_trace_output_name(&e->t, o[r->origin].best_out, &name, err));
                em_str cell[] = {
                        em_str_c(em_policy_name(e->opts.policy, policy)), em_str_c(em_origin_words(r->kind)),
                        r->kind == EM_ORIGIN_LABEL ? r->said.label : EM_S(""), r->said.category, r->said.source,
                        em_cli_digits(e->t.cli, r->direct_sat), em_cli_digits(e->t.cli, r->indirect_sat),
                        em_expose_share(e, r->kind == EM_ORIGIN_OWN ? 0 : r->direct_sat + r->indirect_sat),
                        em_cli_digits(e->t.cli, r->hops), em_cli_digits(e->t.cli, o[r->origin].best_sat), name,
                };
                for (size_t k = 0; k < n; k++) {
                        em_table_csv_cell(cell[k], false, e->t.cli->out);
                        fputc(k + 1 < n ? ',' : '\n', e->t.cli->out);
                }
        }
        return EM_OK;
}
