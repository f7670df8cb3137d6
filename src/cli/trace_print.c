/* Where the coins ended, for people: the rules, the books of each policy, the places.
 *
 * A place is an address and a reason; outputs of one address that end for the same
 * reason are one row.  Rows are ordered by the most that any policy but poison puts
 * there: poison is an upper bound, and by it the largest honest output would lead.
 */
#include "cli/label_option.h"
#include "cli/trace.h"
#include "embargo/coinjoin.h"

#include <stdlib.h>

enum { SHOWN_ROWS = 40, SHOWN_SEEDS = 5 };

typedef struct part { uint64_t at; uint32_t payee, mix; em_stop stop; } part;   /* one output's coins of one reason */

typedef struct place {
        uint32_t payee, mix, hops;
        em_stop  stop;
        uint64_t outs;
        int64_t  most, sat[EM_POLICIES_MAX];
} place;

typedef struct places { part *part; size_t parts; place *at; size_t count; } places;

static int by_place(const void *a, const void *b)
{
        const part *x = a, *y = b;
        if (x->payee != y->payee)
                return x->payee < y->payee ? -1 : 1;
        if (x->stop != y->stop)
                return x->stop < y->stop ? -1 : 1;
        if (x->mix != y->mix)
                return x->mix < y->mix ? -1 : 1;
        return x->at < y->at ? -1 : x->at > y->at;
}

static int by_amount(const void *a, const void *b)
{
        const place *x = a, *y = b;
        if (x->most != y->most)
                return x->most > y->most ? -1 : 1;
        if (x->payee != y->payee)
                return x->payee < y->payee ? -1 : 1;
        return x->stop < y->stop ? -1 : x->stop > y->stop;
}

/* An output's coins may end for two reasons: mixing under some policies, its own stop under others. */
static void cut_into_parts(const em_trace *t, places *ps)
{
        for (uint64_t i = 0; i < em_taint_count(t->taint); i++) {
                em_reached r;
                bool       seen[2] = {false, false};
                em_taint_at(t->taint, i, &r);
                for (size_t p = 0; p < t->policies; p++) {
                        em_stop stop = em_trace_stop(&r, p);
                        bool    mixed = stop == EM_STOP_MIXED;
                        if (!r.sat[p] || stop == EM_STOP_NONE || seen[mixed])
                                continue;
                        seen[mixed] = true;
                        ps->part[ps->parts++] = (part){i, em_graph_payee(t->graph, r.out),
                                                       stop == EM_STOP_COINJOIN ? r.mix : 0, stop};
                }
        }
}

static void add_part(const em_trace *t, const part *from, place *to)
{
        em_reached r;
        em_taint_at(t->taint, from->at, &r);
        to->outs++;
        to->hops = to->outs == 1 || r.hops < to->hops ? r.hops : to->hops;
        for (size_t p = 0; p < t->policies; p++)
                if (em_trace_stop(&r, p) == from->stop)
                        to->sat[p] += r.sat[p];
}

static void measure(const em_trace *t, place *at)
{
        for (size_t p = 0; p < t->policies; p++)
                if ((t->policy[p].kind != EM_TAINT_POISON || t->policies == 1) && at->sat[p] > at->most)
                        at->most = at->sat[p];
}

static em_status gather(const em_trace *t, places *ps, em_error *err)
{
        ps->part = calloc(2 * em_taint_count(t->taint) + 1, sizeof *ps->part);
        if (!ps->part)
                return em_fail(err, EM_NOMEM, "too many outputs were reached for a table; --csv lists them");
        cut_into_parts(t, ps);
        qsort(ps->part, ps->parts, sizeof *ps->part, by_place);
        for (size_t i = 0; i < ps->parts; i++) {
                const part *a = &ps->part[i], *b = i ? a - 1 : NULL;
                ps->count += !b || a->payee != b->payee || a->stop != b->stop || a->mix != b->mix;
        }
        ps->at = calloc(ps->count + 1, sizeof *ps->at);
        if (!ps->at)
                return em_fail(err, EM_NOMEM, "the coins ended in too many places for a table; --csv lists them");
        place *to = ps->at;
        for (size_t i = 0; i < ps->parts; i++) {
                const part *a = &ps->part[i];
                if (i && (a->payee != to->payee || a->stop != to->stop || a->mix != to->mix))
                        to++;
                to->payee = a->payee;
                to->stop = a->stop;
                to->mix = a->mix;
                add_part(t, a, to);
        }
        for (size_t i = 0; i < ps->count; i++)
                measure(t, &ps->at[i]);
        qsort(ps->at, ps->count, sizeof *ps->at, by_amount);
        return EM_OK;
}

/* ---- the head ---------------------------------------------------------------------------------- */

static void wrap(em_trace *t, size_t indent, em_str text)
{
        em_term_wrap(text, indent, t->cli->term.width, t->cli->out);
}

static em_status print_start(em_trace *t, em_error *err)
{
        int64_t sum = 0;
        for (size_t i = 0; i < t->seeds; i++)
                sum += t->seed[i].stolen_sat;
        fprintf(t->cli->out, "Traced from %.*s, %.*s %s named as stolen%s\n",
                EM_ARG(em_cli_many(t->cli, t->seeds, "output", "outputs")), EM_ARG(em_trace_coins(t, sum, ',')),
                t->net->coin, t->seeds > 1 ? "; coins of one that flow into another count once" : "");
        for (size_t i = 0; i < t->seeds && i < SHOWN_SEEDS; i++) {
                em_str name = {0};
                EM_TRY(em_trace_output_name(t, t->seed[i].out, &name, err));
                em_str address = em_trace_address(t, em_graph_payee(t->graph, t->seed[i].out));
                fprintf(t->cli->out, "  %.*s  %.*s\n    %.*s\n", EM_ARG(name),
                        EM_ARG(em_trace_coins(t, t->seed[i].stolen_sat, ',')), EM_ARG(em_cli_safe(t->cli, address)));
        }
        if (t->seeds > SHOWN_SEEDS)
                fprintf(t->cli->out, "  and %.*s more\n", EM_ARG(em_cli_count(t->cli, t->seeds - SHOWN_SEEDS)));
        return EM_OK;
}

static void print_rules(em_trace *t)
{
        char text[160];
        fputs("\nThe rules\n", t->cli->out);
        for (size_t p = 0; p < t->policies; p++)
                wrap(t, 2, em_str_c(em_policy_text(t->policy[p], text)));
}

static void count_labels(const em_trace *t, size_t n[EM_LABEL_STOPS], size_t *ret_again)
{
        for (size_t i = 0; i < t->names; i++) {
                bool again = i > 0 && t->named[i].payee == t->named[i - 1].payee;
                bool third = again && i > 1 && t->named[i].payee == t->named[i - 2].payee;
                n[em_labels_at(t->labels, t->named[i].label)->stop]++;
                *ret_again += again && !third;
        }
}

static void print_labels(em_trace *t)
{
        const em_label_reject *rejects = NULL;
        size_t n[EM_LABEL_STOPS] = {0}, again = 0;
        em_str kinds = EM_S(""), more = EM_S("");
        if (!t->labels)
                return;
        count_labels(t, n, &again);
        for (int k = EM_LABEL_SERVICE; k < EM_LABEL_STOPS; k++)
                if (n[k])
                        kinds = em_cli_text(t->cli, "%.*s%s%s %zu", EM_ARG(kinds), kinds.n ? ", " : " (",
                                            em_label_stop_name((em_label_stop)k), n[k]);
        if (t->elsewhere)
                more = em_cli_text(t->cli, "; %.*s of other networks",
                                   EM_ARG(em_cli_many(t->cli, t->elsewhere, "is", "are")));
        size_t refused = em_labels_rejects(t->labels, &rejects);
        if (refused)
                more = em_cli_text(t->cli, "%.*s; %.*s no label", EM_ARG(more),
                                   EM_ARG(em_cli_many(t->cli, refused, "row is", "rows are")));
        fputc('\n', t->cli->out);
        wrap(t, 0, em_cli_text(t->cli, "Labels: %.*s of addresses that the chain pays%.*s%s; %.*s labelled more than once; "
                               "%.*s never paid in this chain%.*s.",
                               EM_ARG(em_cli_many(t->cli, t->names, "label", "labels")), EM_ARG(kinds),
                               kinds.n ? ")" : "", EM_ARG(em_cli_many(t->cli, again, "address is", "addresses are")),
                               EM_ARG(em_cli_many(t->cli, t->absent, "address is", "addresses are")), EM_ARG(more)));
}

static em_status print_disputes(em_trace *t, em_error *err)
{
        uint32_t *payee = NULL;
        size_t    n = 0;
        EM_TRY(em_trace_disputes(t, &payee, &n, err));
        if (n)
                fputs("\nWhere sources contradict each other\n", t->cli->out);
        for (size_t i = 0; i < n; i++) {
                const em_named *at = NULL;
                size_t          words = em_trace_named(t, payee[i], &at);
                wrap(t, 2, em_cli_safe(t->cli, em_trace_address(t, payee[i])));
                for (size_t k = 0; k < words; k++)
                        wrap(t, 4, em_cli_label_text(t->cli, em_labels_at(t->labels, at[k].label)));
        }
        return EM_OK;
}

/* ---- the books ------------------------------------------------------------------------------------ */

static em_str amount(const em_trace *t, int64_t sat)
{
        return sat ? em_trace_coins(t, sat, ',') : EM_S("");
}

static em_status print_totals(em_trace *t, em_error *err)
{
        static const em_column columns[] = {
                {"policy", "policy", EM_CELL_TEXT, 0, 0},          {"stolen", "stolen", EM_CELL_NUMBER, 0, 0},
                {"grown", "grown", EM_CELL_NUMBER, 0, 0},          {"sitting", "still sitting", EM_CELL_NUMBER, 0, 0},
                {"deposited", "at services", EM_CELL_NUMBER, 0, 0}, {"mixed", "mixed", EM_CELL_NUMBER, 0, 0},
                {"stopped", "stopped", EM_CELL_NUMBER, 0, 0},      {"fees", "fees", EM_CELL_NUMBER, 0, 0},
                {"burnt", "burnt", EM_CELL_NUMBER, 0, 0},          {"dropped", "dropped", EM_CELL_NUMBER, 0, 0},
                {"balance", "books", EM_CELL_TEXT, 1, 8},
        };
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, t->cli->arena);
        for (size_t p = 0; p < t->policies; p++) {
                em_taint_total s = em_taint_totals(t->taint, p);
                bool           good = em_trace_conserved(s);
                char           name[40];
                t->conserved += good;
                EM_TRY(em_table_add(&table, (em_str[]){
                        em_cli_text(t->cli, "%s", em_policy_name(t->policy[p], name)), amount(t, s.stolen),
                        amount(t, s.grown), amount(t, s.sitting), amount(t, s.deposited), amount(t, s.mixed),
                        amount(t, s.stopped), amount(t, s.fees), amount(t, s.burnt), amount(t, s.dropped),
                        good ? EM_S("balance") : EM_S("DO NOT BALANCE")}, err));
        }
        fprintf(t->cli->out, "\nWhat became of them, in %s\n", t->net->coin);
        em_table_print(&table, &t->cli->term, t->cli->out);
        wrap(t, 0, em_cli_text(t->cli, "Conservation: under %lld of %zu policies stolen + grown = still sitting + at "
                               "services + mixed + stopped + fees + burnt + dropped, to the satoshi.",
                               (long long)t->conserved, t->policies));
        return EM_OK;
}

/* ---- the places ------------------------------------------------------------------------------------- */

static em_str why(const em_trace *t, const place *at)
{
        em_str outs = at->outs > 1 ? em_cli_text(t->cli, "; %.*s", EM_ARG(em_cli_many(t->cli, at->outs, "output",
                                                                                    "outputs")))
                                   : EM_S("");
        if (at->stop == EM_STOP_COINJOIN && at->mix)
                return em_cli_text(t->cli, "%s (%s)%.*s", em_stop_words(at->stop),
                                   em_coinjoin_name((em_coinjoin_kind)at->mix), EM_ARG(outs));
        return em_cli_text(t->cli, "%.*s%.*s", EM_ARG(em_trace_stop_words(t, at->stop, at->payee)), EM_ARG(outs));
}

/* A row is two lines, because six amounts and an address never fit into one: the amounts, hops and
 * the reason; below them the address and its labels. */
typedef struct rows { em_trace *t; const places *ps; size_t shown, width[EM_POLICIES_MAX]; } rows;

static em_str shown_amount(const em_trace *t, int64_t sat)
{
        return sat ? em_trace_coins(t, sat, ',') : EM_S("-");
}

static place rest_of(const rows *r)
{
        place rest = {0};
        for (size_t i = r->shown; i < r->ps->count; i++)
                for (size_t p = 0; p < r->t->policies; p++)
                        rest.sat[p] += r->ps->at[i].sat[p];
        return rest;
}

static void measure_columns(rows *r)
{
        char  name[40];
        place rest = rest_of(r);
        for (size_t p = 0; p < r->t->policies; p++) {
                r->width[p] = strlen(em_policy_name(r->t->policy[p], name));
                for (size_t i = 0; i <= r->shown; i++) {
                        const place *at = i < r->shown ? &r->ps->at[i] : &rest;
                        size_t       n = shown_amount(r->t, at->sat[p]).n;
                        r->width[p] = n > r->width[p] ? n : r->width[p];
                }
        }
}

static void print_head(const rows *r)
{
        const em_term *term = &r->t->cli->term;
        FILE          *out = r->t->cli->out;
        char           name[40];
        fputs(em_term_on(term, EM_PAINT_BOLD), out);
        for (size_t p = 0; p < r->t->policies; p++)
                fprintf(out, "%*s  ", (int)r->width[p], em_policy_name(r->t->policy[p], name));
        fprintf(out, "hops  why it ends there, and where%s\n", em_term_off(term, EM_PAINT_BOLD));
}

static void print_row(const rows *r, const place *at, em_str hops, em_str reason)
{
        FILE *out = r->t->cli->out;
        for (size_t p = 0; p < r->t->policies; p++) {
                em_str text = shown_amount(r->t, at->sat[p]);
                fprintf(out, "%*s%.*s  ", (int)(r->width[p] - text.n), "", EM_ARG(text));
        }
        fprintf(out, "%*s%.*s  %.*s\n", (int)(hops.n < 4 ? 4 - hops.n : 0), "", EM_ARG(hops), EM_ARG(reason));
}

static void print_places(em_trace *t, const places *ps, bool all)
{
        rows r = {.t = t, .ps = ps, .shown = all || ps->count <= SHOWN_ROWS ? ps->count : SHOWN_ROWS};
        measure_columns(&r);
        fprintf(t->cli->out, "\nWhere they may have ended, in %s\n", t->net->coin);
        print_head(&r);
        for (size_t i = 0; i < r.shown; i++) {
                const place *at = &ps->at[i];
                em_str       label = em_trace_label_text(t, at->payee);
                print_row(&r, at, em_cli_digits(t->cli, at->hops), why(t, at));
                wrap(t, 4, em_cli_safe(t->cli, em_cli_text(t->cli, "%.*s%s%.*s",
                                                           EM_ARG(em_trace_address(t, at->payee)),
                                                           label.n ? "  " : "", EM_ARG(label))));
        }
        if (r.shown < ps->count) {
                place rest = rest_of(&r);
                print_row(&r, &rest, EM_S(""), em_cli_text(t->cli, "+ %.*s more; --all shows them",
                          EM_ARG(em_cli_many(t->cli, ps->count - r.shown, "place", "places"))));
        }
        wrap(t, 0, EM_S("An amount is what a rule of accounting counts as stolen in a place; a label is what its "
                        "source says. Neither says who holds the coins or what they knew."));
}

em_status em_trace_print(em_trace *t, bool all, em_error *err)
{
        places    ps = {0};
        em_status s = gather(t, &ps, err);
        if (s == EM_OK)
                s = print_start(t, err);
        if (s == EM_OK)
                print_rules(t);
        if (s == EM_OK)
                s = print_totals(t, err);
        if (s == EM_OK)
                s = em_trace_print_values(t, err);
        if (s == EM_OK)
                print_labels(t);
        if (s == EM_OK)
                s = print_disputes(t, err);
        if (s == EM_OK)
                print_places(t, &ps, all);
        size_t count = ps.count;
        free(ps.part);
        free(ps.at);
        if (s == EM_OK)
                em_cli_done(t->cli, NULL, "traced %.*s to %.*s and %.*s; next: the same with --policy NAME --path "
                            "TXID:VOUT for the evidence of one path, --csv for every output",
                            EM_ARG(em_cli_many(t->cli, t->seeds, "output", "outputs")),
                            EM_ARG(em_cli_many(t->cli, em_taint_count(t->taint), "output", "outputs")),
                            EM_ARG(em_cli_many(t->cli, count, "place", "places")));
        return s;
}
