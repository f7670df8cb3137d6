/* Where coins of accounts ended, for people: the rules, then for each asset the books and the places.
 *
 * As trace_print.c does it for Bitcoin.  Assets are never added up: each has its own table, in its own unit.
 */
#include "cli/trace_moves.h"

#include <stdlib.h>

enum { SHOWN_ROWS = 40, SHOWN_SEEDS = 5, SHOWN_DECOYS = 40, SITTING = EM_LOTS_STOPS };

typedef struct place {
        uint32_t account, asset, hops;
        int      stop;          /* em_lots_stop, or SITTING */
        uint64_t moves;
        em_u256  most, stolen[EM_POLICIES_MAX];
} place;

typedef struct places { place *at; size_t count, cap; } places;

static void wrap(const em_flight *f, size_t indent, em_str text)
{
        em_term_wrap(text, indent, f->cli->term.width, f->cli->out);
}

/* ---- places ---- */

static int by_place(const void *a, const void *b)
{
        const place *x = a, *y = b;
        if (x->asset != y->asset)
                return x->asset < y->asset ? -1 : 1;
        if (x->account != y->account)
                return x->account < y->account ? -1 : 1;
        return x->stop < y->stop ? -1 : x->stop > y->stop;
}

static int by_amount(const void *a, const void *b)
{
        const place *x = a, *y = b;
        int by = em_u256_cmp(y->most, x->most);
        if (x->asset != y->asset)
                return x->asset < y->asset ? -1 : 1;
        return by ? by : by_place(a, b);
}

static em_status add_place(places *ps, place p, em_error *err)
{
        if (ps->count == ps->cap) {
                size_t cap = ps->cap ? 2 * ps->cap : 256;
                place *at = realloc(ps->at, cap * sizeof *at);
                if (!at)
                        return em_fail(err, EM_NOMEM, "the coins ended in too many places for a table; --csv lists them");
                ps->at = at;
                ps->cap = cap;
        }
        ps->at[ps->count++] = p;
        return EM_OK;
}

/* A move's coins may end for two reasons: mixing under some policies, its own stop under others. */
static em_status add_row(const em_flight *f, const em_lots_row *r, places *ps, em_error *err)
{
        for (int mixed = 0; mixed < 2; mixed++) {
                place p = {.account = r->stop == EM_LOTS_FEE ? 0 : r->to, .asset = r->asset, .hops = r->hops, .moves = 1,
                           .stop = mixed ? (int)EM_LOTS_MIXED : (int)r->stop};
                bool any = false;
                for (size_t k = 0; k < f->t->policies; k++)
                        if ((em_flight_stop(r, k) == EM_LOTS_MIXED) == mixed) {
                                p.stolen[k] = r->stolen[k];
                                any = any || !em_u256_zero(r->stolen[k]);
                        }
                if (any && p.stop != EM_LOTS_FOLLOWED && p.stop != EM_LOTS_SWAPPED)
                        EM_TRY(add_place(ps, p, err));
        }
        return EM_OK;
}

static em_status gather(const em_flight *f, places *ps, em_error *err)
{
        for (uint64_t i = 0; i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                EM_TRY(add_row(f, &r, ps, err));
        }
        for (uint64_t i = 0; i < em_lots_holdings(f->lots); i++) {
                em_holding h;
                em_lots_holding_at(f->lots, i, &h);
                place p = {.account = h.account, .asset = h.asset, .hops = h.hops, .stop = SITTING};
                memcpy(p.stolen, h.stolen, f->t->policies * sizeof *h.stolen);
                EM_TRY(add_place(ps, p, err));
        }
        if (ps->count)
                qsort(ps->at, ps->count, sizeof *ps->at, by_place);
        size_t n = 0;
        for (size_t i = 0; i < ps->count; i++) {
                place *to = n ? &ps->at[n - 1] : NULL, *from = &ps->at[i];
                if (!to || by_place(to, from) != 0) {
                        ps->at[n++] = *from;
                        continue;
                }
                to->moves += from->moves;
                to->hops = from->hops < to->hops ? from->hops : to->hops;
                for (size_t k = 0; k < f->t->policies; k++)
                        (void)em_u256_add(to->stolen[k], from->stolen[k], &to->stolen[k]);     /* the books hold the sums */
        }
        ps->count = n;
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < f->t->policies; k++)
                        if ((f->t->policy[k].kind != EM_TAINT_POISON || f->t->policies == 1)
                            && em_u256_cmp(ps->at[i].stolen[k], ps->at[i].most) > 0)
                                ps->at[i].most = ps->at[i].stolen[k];
        if (n)
                qsort(ps->at, n, sizeof *ps->at, by_amount);
        return EM_OK;
}

/* ---- the start ---- */

static void print_seed(const em_flight *f, const em_lots_seed *s)
{
        if (s->kind == EM_LOTS_HELD) {
                em_str amount = em_u256_zero(s->amount) ? EM_S("all that is held of")
                                                        : em_flight_amount(f, s->asset, s->amount, ',');
                fprintf(f->cli->out, "  %.*s %.*s\n    %.*s at the end of block %llu\n", EM_ARG(amount),
                        EM_ARG(em_flight_asset(f, s->asset)), EM_ARG(em_flight_account(f, s->account)),
                        (unsigned long long)f->m->block[s->block].number);
                return;
        }
        const em_move *v = &f->m->move[s->move];
        em_u256        amount = em_u256_zero(s->amount) ? em_move_amount(f->m, v) : s->amount;
        fprintf(f->cli->out, "  %.*s  %.*s %.*s\n    %.*s to %.*s\n", EM_ARG(em_flight_name(f, s->move)),
                EM_ARG(em_flight_amount(f, v->asset, amount, ',')), EM_ARG(em_flight_asset(f, v->asset)),
                EM_ARG(em_flight_account(f, v->from)), EM_ARG(em_flight_account(f, v->to)));
}

static void print_start(const em_flight *f)
{
        fprintf(f->cli->out, "Traced from %.*s named as stolen%s\n", EM_ARG(em_cli_many(f->cli, f->seeds, "transfer", "transfers")),
                f->seeds > 1 ? "; coins of one that flow into another count once" : "");
        for (size_t i = 0; i < f->seeds && i < SHOWN_SEEDS; i++)
                print_seed(f, &f->seed[i]);
        if (f->seeds > SHOWN_SEEDS)
                fprintf(f->cli->out, "  and %.*s more\n", EM_ARG(em_cli_count(f->cli, f->seeds - SHOWN_SEEDS)));
        uint64_t decoys = 0;
        em_str   tally = em_flight_decoys(f, f->passed_over, &decoys);
        if (decoys)
                wrap(f, 0, em_cli_text(f->cli, "Not among them: %.*s out of the %s named, judged decoys (%.*s)%s.",
                                       EM_ARG(em_cli_many(f->cli, decoys, "transfer", "transfers")),
                                       f->names > 1 ? "addresses" : "address", EM_ARG(tally),
                                       em_cli_given(f->cli, "decoys") ? "" : "; --decoys lists them"));
        fputs("\nThe rules\n", f->cli->out);
        for (size_t p = 0; p < f->t->policies; p++) {
                char text[200];
                wrap(f, 2, em_str_c(em_lots_policy_text(f->t->policy[p], text)));
        }
}

/* ---- the books ---- */

static em_str amount(const em_flight *f, uint32_t asset, em_u256 x)
{
        return em_u256_zero(x) ? EM_S("") : em_flight_amount(f, asset, x, ',');
}

static em_status print_totals(const em_flight *f, uint32_t asset, em_error *err)
{
        static const em_column columns[] = {
                {"policy", "policy", EM_CELL_TEXT, 0, 0},          {"stolen", "stolen", EM_CELL_NUMBER, 0, 0},
                {"grown", "grown", EM_CELL_NUMBER, 0, 0},          {"swapped_in", "swapped in", EM_CELL_NUMBER, 0, 0},
                {"sitting", "still sitting", EM_CELL_NUMBER, 0, 0}, {"deposited", "at services", EM_CELL_NUMBER, 0, 0},
                {"mixed", "mixed", EM_CELL_NUMBER, 0, 0},          {"bridged", "bridged", EM_CELL_NUMBER, 0, 0},
                {"stopped", "stopped", EM_CELL_NUMBER, 0, 0},      {"fees", "gas", EM_CELL_NUMBER, 0, 0},
                {"burnt", "burnt", EM_CELL_NUMBER, 0, 0},          {"dropped", "dropped", EM_CELL_NUMBER, 0, 0},
                {"swapped_out", "swapped out", EM_CELL_NUMBER, 0, 0}, {"balance", "books", EM_CELL_TEXT, 1, 8},
        };
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, f->cli->arena);
        for (size_t p = 0; p < f->t->policies; p++) {
                em_lots_total s = em_lots_totals(f->lots, p, asset);
                bool          good = em_lots_conserved(&s);
                char          name[40];
                EM_TRY(em_table_add(&table, (em_str[]){
                        em_cli_text(f->cli, "%s", em_policy_name(f->t->policy[p], name)), amount(f, asset, s.stolen),
                        amount(f, asset, s.grown), amount(f, asset, s.swapped_in), amount(f, asset, s.sitting),
                        amount(f, asset, s.deposited), amount(f, asset, s.mixed), amount(f, asset, s.bridged),
                        amount(f, asset, s.stopped), amount(f, asset, s.fees), amount(f, asset, s.burnt),
                        amount(f, asset, s.dropped), amount(f, asset, s.swapped_out),
                        good ? EM_S("balance") : EM_S("DO NOT BALANCE")}, err));
        }
        fprintf(f->cli->out, "\nWhat became of them, in %.*s\n", EM_ARG(em_flight_asset(f, asset)));
        em_table_print(&table, &f->cli->term, f->cli->out);
        return EM_OK;
}

static void print_conservation(const em_flight *f)
{
        size_t         assets;
        const uint32_t *asset = em_lots_assets(f->lots, &assets);
        int64_t        good = 0;
        for (size_t i = 0; i < assets; i++)
                for (size_t p = 0; p < f->t->policies; p++) {
                        em_lots_total s = em_lots_totals(f->lots, p, asset[i]);
                        good += em_lots_conserved(&s);
                }
        wrap(f, 0, em_cli_text(f->cli, "Conservation: in %lld of %zu books stolen + grown + swapped in = still sitting + at services + "
                               "mixed + bridged + stopped + gas + burnt + dropped + swapped out, to the last unit.",
                               (long long)good, assets * f->t->policies));
}

/* ---- what limits the answer ---- */

static void print_labels(const em_flight *f)
{
        const em_label_reject *rejects = NULL;
        if (!f->t->labels)
                return;
        size_t refused = em_labels_rejects(f->t->labels, &rejects);
        em_str more = refused ? em_cli_text(f->cli, "; %.*s no label", EM_ARG(em_cli_many(f->cli, refused, "row is", "rows are")))
                              : EM_S("");
        fputc('\n', f->cli->out);
        wrap(f, 0, em_cli_text(f->cli, "Labels: %.*s read%.*s.",
                               EM_ARG(em_cli_many(f->cli, em_labels_count(f->t->labels), "label", "labels")), EM_ARG(more)));
}

static void print_doubts(const em_flight *f)
{
        em_lots_counts c = em_lots_counted(f->lots);
        uint64_t       decoys = 0;
        em_str         tally = em_flight_decoys(f, c.decoys, &decoys);
        if (decoys)
                wrap(f, 0, em_cli_text(f->cli, "Decoys: %.*s of the accounts followed may have been made by nobody who held coins and "
                                       "%s left out (%.*s)%s.", EM_ARG(em_cli_many(f->cli, decoys, "transfer", "transfers")),
                                       decoys == 1 ? "is" : "are", EM_ARG(tally),
                                       em_cli_given(f->cli, "decoys") ? "" : "; --decoys lists them"));
        if (c.swaps || c.unclear)
                wrap(f, 0, em_cli_text(f->cli, "Swaps: %.*s read as a change of asset within a transaction%s; --no-swaps reads none.",
                                       EM_ARG(em_cli_many(f->cli, c.swaps, "payment", "payments")),
                                       c.unclear ? em_cli_text(f->cli, ", %.*s not, since several assets were given",
                                                               EM_ARG(em_cli_many(f->cli, c.unclear, "other", "others"))).p : ""));
        if (c.unknown)
                wrap(f, 0, em_cli_text(f->cli, "Unknown: %.*s paid out more than the files brought in; what is missing counts as not stolen "
                                       "and as older than the rest.",
                                       EM_ARG(em_cli_many(f->cli, c.unknown, "balance", "balances"))));
        for (uint64_t i = 0; i < em_lots_unknowns(f->lots) && i < SHOWN_ROWS; i++) {
                em_holding h;
                em_lots_unknown_at(f->lots, i, &h);
                fprintf(f->cli->out, "  %.*s  %.*s %.*s\n", EM_ARG(em_flight_account(f, h.account)),
                        EM_ARG(em_flight_amount(f, h.asset, h.unknown, ',')), EM_ARG(em_flight_unit(f, h.asset)));
        }
        if (c.overflows)
                wrap(f, 0, em_cli_text(f->cli, "%.*s more than any balance can hold and %s left out.",
                                       EM_ARG(em_cli_many(f->cli, c.overflows, "transfer brings", "transfers bring")),
                                       c.overflows == 1 ? "is" : "are"));
}

/* ---- the places ---- */

typedef struct block { const em_flight *f; const place *at; size_t count, shown, width[EM_POLICIES_MAX]; place rest; } block;

static em_str shown_amount(const block *b, em_u256 x)
{
        return em_u256_zero(x) ? EM_S("-") : em_flight_amount(b->f, b->at->asset, x, ',');
}

static void measure(block *b)
{
        for (size_t i = b->shown; i < b->count; i++)
                for (size_t p = 0; p < b->f->t->policies; p++)
                        (void)em_u256_add(b->rest.stolen[p], b->at[i].stolen[p], &b->rest.stolen[p]);
        for (size_t p = 0; p < b->f->t->policies; p++) {
                char name[40];
                b->width[p] = strlen(em_policy_name(b->f->t->policy[p], name));
                for (size_t i = 0; i <= b->shown; i++) {
                        const place *at = i < b->shown ? &b->at[i] : &b->rest;
                        size_t       n = shown_amount(b, at->stolen[p]).n;
                        b->width[p] = n > b->width[p] ? n : b->width[p];
                }
        }
}

static void print_row(const block *b, const place *at, em_str hops, em_str reason)
{
        FILE *out = b->f->cli->out;
        for (size_t p = 0; p < b->f->t->policies; p++) {
                em_str text = shown_amount(b, at->stolen[p]);
                fprintf(out, "%*s%.*s  ", (int)(b->width[p] - text.n), "", EM_ARG(text));
        }
        fprintf(out, "%*s%.*s  %.*s\n", (int)(hops.n < 4 ? 4 - hops.n : 0), "", EM_ARG(hops), EM_ARG(reason));
}

static void print_head(const block *b)
{
        const em_term *term = &b->f->cli->term;
        FILE          *out = b->f->cli->out;
        char           name[40];
        fprintf(out, "\nWhere they may have ended, in %.*s\n%s", EM_ARG(em_flight_asset(b->f, b->at->asset)),
                em_term_on(term, EM_PAINT_BOLD));
        for (size_t p = 0; p < b->f->t->policies; p++)
                fprintf(out, "%*s  ", (int)b->width[p], em_policy_name(b->f->t->policy[p], name));
        fprintf(out, "hops  why it ends there, and where%s\n", em_term_off(term, EM_PAINT_BOLD));
}

static em_str why(const em_flight *f, const place *at)
{
        const char *words = at->stop == SITTING ? "still sitting" : em_lots_stop_words((em_lots_stop)at->stop);
        if (at->moves < 2)
                return em_str_c(words);
        return em_cli_text(f->cli, "%s; %.*s", words, EM_ARG(em_cli_many(f->cli, at->moves, "transfer", "transfers")));
}

static void print_block(const em_flight *f, const place *at, size_t count, bool all)
{
        block b = {.f = f, .at = at, .count = count, .shown = all || count <= SHOWN_ROWS ? count : SHOWN_ROWS};
        measure(&b);
        print_head(&b);
        for (size_t i = 0; i < b.shown; i++) {
                em_str label = em_flight_label(f, at[i].account);
                print_row(&b, &at[i], em_cli_digits(f->cli, at[i].hops), why(f, &at[i]));
                if (at[i].account)
                        wrap(f, 4, em_cli_safe(f->cli, em_cli_text(f->cli, "%.*s%s%.*s", EM_ARG(em_flight_account(f, at[i].account)),
                                                                   label.n ? "  " : "", EM_ARG(label))));
        }
        if (b.shown < count)
                print_row(&b, &b.rest, EM_S(""), em_cli_text(f->cli, "+ %.*s more; --all shows them",
                          EM_ARG(em_cli_many(f->cli, count - b.shown, "place", "places"))));
}

static void print_places(const em_flight *f, const places *ps, bool all)
{
        for (size_t i = 0, end; i < ps->count; i = end) {
                for (end = i; end < ps->count && ps->at[end].asset == ps->at[i].asset; end++) {}
                print_block(f, &ps->at[i], end - i, all);
        }
        wrap(f, 0, EM_S("An amount is what a rule of accounting counts as stolen in a place; a label is what its "
                        "source says. Neither says who holds the coins or what they knew."));
}

/* ---- decoys ---- */

/* Those that touch an account that stolen coins went to, or that was named. */
static em_status print_decoys(const em_flight *f, em_error *err)
{
        bool  *reached = calloc(f->m->accounts + 1, sizeof *reached);
        size_t shown = 0;
        if (!reached)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (uint64_t i = 0; i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                reached[r.to] = reached[r.to] || r.stop == EM_LOTS_FOLLOWED;
        }
        for (size_t i = 0; i < f->names; i++)
                reached[f->named[i]] = true;
        fputs("\nTransfers taken for decoys\n", f->cli->out);
        for (uint64_t i = 0; i < f->m->moves; i++) {
                const em_move *v = &f->m->move[i];
                if (!v->decoy || (!reached[v->from] && !reached[v->to]))
                        continue;
                if (++shown > SHOWN_DECOYS && !em_cli_given(f->cli, "all"))
                        continue;
                fprintf(f->cli->out, "  %.*s  %s\n    %.*s %.*s\n    %.*s to %.*s\n", EM_ARG(em_flight_name(f, i)),
                        em_decoy_name((em_decoy)v->decoy),
                        EM_ARG(em_flight_amount(f, v->asset, em_move_amount(f->m, v), ',')), EM_ARG(em_flight_asset(f, v->asset)),
                        EM_ARG(em_flight_account(f, v->from)), EM_ARG(em_flight_account(f, v->to)));
        }
        if (shown > SHOWN_DECOYS && !em_cli_given(f->cli, "all"))
                fprintf(f->cli->out, "  and %.*s more; --all shows them\n", EM_ARG(em_cli_count(f->cli, shown - SHOWN_DECOYS)));
        if (!shown)
                fputs("  none\n", f->cli->out);
        free(reached);
        return EM_OK;
}

em_status em_flight_print(em_flight *f, bool all, em_error *err)
{
        places          ps = {0};
        size_t          assets;
        const uint32_t *asset = em_lots_assets(f->lots, &assets);
        em_status       s = gather(f, &ps, err);
        if (s == EM_OK)
                print_start(f);
        for (size_t i = 0; s == EM_OK && i < assets; i++)
                s = print_totals(f, asset[i], err);
        if (s == EM_OK) {
                print_conservation(f);
                s = em_flight_print_values(f, err);
        }
        if (s == EM_OK) {
                print_labels(f);
                print_doubts(f);
                print_places(f, &ps, all);
                if (em_cli_given(f->cli, "decoys"))
                        s = print_decoys(f, err);
        }
        if (s == EM_OK)
                em_cli_done(f->cli, NULL, "traced %.*s to %.*s and %.*s; next: the same with --policy NAME --path TXHASH:native for "
                            "the evidence of one path, --csv for every transfer",
                            EM_ARG(em_cli_many(f->cli, f->seeds, "transfer", "transfers")),
                            EM_ARG(em_cli_many(f->cli, em_lots_count(f->lots), "transfer", "transfers")),
                            EM_ARG(em_cli_many(f->cli, ps.count, "place", "places")));
        free(ps.at);
        return s;
}
