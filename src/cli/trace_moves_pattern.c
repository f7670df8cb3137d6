/* The patterns along a trace between accounts, for people and programs.
 *
 * Looked at are the accounts that stolen coins reached, those where the trace stopped among them: an exchange's deposit
 * address is not followed, but its sweeps are seen.  As on Bitcoin's side (trace_pattern.c) every pattern is printed
 * with its reasons and with its innocent reading, and a group that says nothing is shown with why it does not.
 */
#include "cli/trace_moves_pattern.h"
#include "embargo/pattern_account.h"

#include <stdlib.h>

enum { SHOWN = 40 };

typedef enum shape_kind { SHAPE_PEEL, SHAPE_DEPOSIT, SHAPE_FUNDER, SHAPE_DECOY } shape_kind;

typedef struct shape {
        shape_kind kind;
        const char *made_like;          /* a decoy's kind, why a group is void; "" */
        uint32_t   account, to;         /* the address and where it all goes; the funder; 0: none */
        uint32_t   asset;
        uint32_t   start_s, end_s;
        em_u256    in, out;             /* of asset: a deposit's; what a peel chain began with and peeled off */
        uint64_t  *move;                /* a peel chain's: what came in, then for each step what went off and on */
        size_t     moves;
        uint32_t  *member;              /* a funder's accounts, a peel chain's */
        size_t     members;
        em_str     reasons;
        const char *but;
} shape;

typedef struct look {
        em_flight *f;
        em_cli    *c;
        const em_moves *m;
        bool      *reached;             /* [accounts] */
        size_t     accounts;            /* of these */
        shape     *at;
        size_t     count, cap;
} look;

static bool has_amounts(const shape *p) { return p->kind == SHAPE_PEEL || p->kind == SHAPE_DEPOSIT; }

static const char *name_of(const shape *p)
{
        static const char *const name[] = {"peel chain", "deposit address", "common gas funder", "decoys set aside"};
        return name[p->kind];
}

/* ---- the accounts ---- */

static void mark(look *l, uint32_t account)
{
        if (account && !l->reached[account]) {
                l->reached[account] = true;
                l->accounts++;
        }
}

static em_status mark_reached(look *l, em_error *err)
{
        l->reached = calloc(l->m->accounts + 1, sizeof *l->reached);
        if (!l->reached)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (uint64_t i = 0; i < em_lots_count(l->f->lots); i++) {
                em_lots_row r;
                em_lots_at(l->f->lots, i, &r);
                mark(l, r.to);
        }
        for (size_t i = 0; i < l->f->names; i++)
                mark(l, l->f->named[i]);
        return EM_OK;
}

static em_status add(look *l, shape p, em_error *err)
{
        if (l->count == l->cap) {
                size_t cap = l->cap ? 2 * l->cap : 64;
                shape *at = realloc(l->at, cap * sizeof *at);
                if (!at)
                        return em_fail(err, EM_NOMEM, "too many patterns for memory");
                l->at = at;
                l->cap = cap;
        }
        for (size_t i = 0; i < p.moves; i++) {
                uint32_t time_s = em_move_time(l->m, &l->m->move[p.move[i]]);
                p.start_s = time_s && (!p.start_s || time_s < p.start_s) ? time_s : p.start_s;
                p.end_s = time_s > p.end_s ? time_s : p.end_s;
        }
        l->at[l->count++] = p;
        return EM_OK;
}

/* ---- peel chains ---- */

static em_status add_peel(look *l, const em_peel *peel, em_error *err)
{
        shape  p = {.kind = SHAPE_PEEL, .made_like = "", .account = peel->step[0].account, .asset = peel->asset,
                    .to = l->m->move[peel->step[peel->steps - 1].on].to,
                    .in = em_move_amount(l->m, &l->m->move[peel->step[0].in]),
                    .but = "may also be people who were given coins, paid one bill each and put the rest away"};
        size_t met = 0;
        p.member = EM_NEW_N(l->c->arena, uint32_t, peel->steps);
        p.move = EM_NEW_N(l->c->arena, uint64_t, 2 * peel->steps + 1);
        if (!p.member || !p.move)
                return em_fail(err, EM_NOMEM, "too many patterns for memory");
        p.move[p.moves++] = peel->step[0].in;
        for (size_t i = 0; i < peel->steps; i++) {
                const em_peel_step *step = &peel->step[i];
                p.member[p.members++] = step->account;
                p.move[p.moves++] = step->off;
                p.move[p.moves++] = step->on;
                met += l->reached[step->account];
                if (!em_u256_add(p.out, em_move_amount(l->m, &l->m->move[step->off]), &p.out))
                        return EM_OK;
        }
        p.reasons = em_cli_text(l->c, "%zu accounts in a row that one payment came to and that made two, nearly all of it, the larger "
                                "to the next; nothing else of this asset ever came to them; stolen coins reached %zu of them.",
                                peel->steps, met);
        return met ? add(l, p, err) : EM_OK;
}

static em_status find_peels(look *l, em_error *err)
{
        em_peels *all = NULL;
        EM_TRY(em_peels_find(l->m, NULL, &all, err));
        em_status s = EM_OK;
        for (size_t i = 0; s == EM_OK && i < em_peels_count(all); i++)
                s = add_peel(l, em_peels_at(all, i), err);
        em_peels_free(all);
        return s;
}

/* ---- deposit addresses ---- */

static em_str amount(const look *l, uint32_t asset, em_u256 x) { return em_flight_amount(l->f, asset, x, ','); }

static em_str span(look *l, uint32_t seconds)
{
        if (seconds < 2 * 3600)
                return em_cli_many(l->c, (seconds + 59) / 60, "minute", "minutes");
        return em_cli_many(l->c, (seconds + 3599) / 3600, "hour", "hours");
}

/* Its arrivals and sweeps: what deposit_account.c counted. */
static em_status deposit_moves(look *l, const em_deposit *d, shape *p, em_error *err)
{
        p->move = EM_NEW_N(l->c->arena, uint64_t, (size_t)d->arrivals + d->sweeps + 1);
        if (!p->move)
                return em_fail(err, EM_NOMEM, "too many patterns for memory");
        for (uint64_t at = l->m->of_first[d->account]; at < l->m->of_first[d->account + 1]; at++) {
                const em_move *v = &l->m->move[l->m->of[at]];
                if (v->asset != d->asset || v->from == v->to || v->decoy || v->kind == EM_MOVE_GAS
                    || l->m->tx[v->tx].failed == 1 || em_u256_zero(em_move_amount(l->m, v)))
                        continue;
                if (p->moves < (size_t)d->arrivals + d->sweeps)
                        p->move[p->moves++] = l->m->of[at];
        }
        return EM_OK;
}

static em_status add_deposit(look *l, const em_deposit *d, em_error *err)
{
        shape p = {.kind = SHAPE_DEPOSIT, .made_like = "", .account = d->account, .to = d->hot, .asset = d->asset,
                   .in = d->in, .out = d->out,
                   .but = "may also be somebody's own wallet that is emptied into another of his, or a shop's till"};
        EM_TRY(deposit_moves(l, d, &p, err));
        p.reasons = em_cli_text(l->c, "Paid %.*s by %.*s; %.*s passed on nearly all of it to one account%.*s%.*s; "
                                "%.*s to the same account in the same way.",
                                EM_ARG(em_cli_many(l->c, d->arrivals, "time", "times")),
                                EM_ARG(em_cli_many(l->c, d->payers, "account", "accounts")),
                                EM_ARG(em_cli_many(l->c, d->sweeps, "payment", "payments")),
                                EM_ARG(d->slowest_s ? EM_S(", each receipt that went on within ") : EM_S("")),
                                EM_ARG(d->slowest_s ? span(l, d->slowest_s) : EM_S("")),
                                EM_ARG(em_cli_many(l->c, d->siblings, "other address passes on", "other addresses pass on")));
        return add(l, p, err);
}

static em_status find_deposits(look *l, em_error *err)
{
        em_deposit *list = NULL;
        size_t      n = 0;
        EM_TRY(em_deposits_find(l->m, NULL, &list, &n, err));
        em_status s = EM_OK;
        for (size_t i = 0; s == EM_OK && i < n; i++)
                if (l->reached[list[i].account])
                        s = add_deposit(l, &list[i], err);
        free(list);
        return s;
}

/* ---- common funders ---- */

static bool service(void *ctx, uint32_t account)
{
        const em_flight *f = ctx;
        char             text[EM_ACCOUNT_TEXT];
        return f->t->labels && em_labels_stop(f->t->labels, em_str_c(em_account_text(f->m, f->m->account[account], text)));
}

static em_status add_group(look *l, const em_funder_group *g, em_error *err)
{
        shape  p = {.kind = SHAPE_FUNDER, .made_like = "", .account = g->funder, .members = g->count, .moves = g->count,
                    .but = "may also be a friend, an employer, a shop or an unlabelled exchange that pays many their first coins"};
        size_t met = 0, carried = 0;
        p.member = EM_NEW_N(l->c->arena, uint32_t, g->count);
        p.move = EM_NEW_N(l->c->arena, uint64_t, g->count);
        if (!p.member || !p.move)
                return em_fail(err, EM_NOMEM, "too many patterns for memory");
        for (size_t i = 0; i < g->count; i++) {
                uint64_t row;
                p.member[i] = g->funding[i].account;
                p.move[i] = g->funding[i].move;
                met += l->reached[g->funding[i].account];
                carried += em_lots_find(l->f->lots, g->funding[i].move, &row);
        }
        p.reasons = em_cli_text(l->c, "The first coins of %.*s that later sent a transaction came from one; stolen coins reached "
                                "%zu of them.", EM_ARG(em_cli_many(l->c, g->count, "account", "accounts")), met);
        if (carried)
                p.reasons = em_cli_text(l->c, "%.*s Of %.*s the first coins are themselves followed as stolen, so there the group "
                                        "says no more than the trace does.", EM_ARG(p.reasons),
                                        EM_ARG(em_cli_count(l->c, carried)));
        if (g->stands != EM_FUNDER_STANDS)
                p.made_like = em_funder_void_words(g->stands);
        return met || l->reached[g->funder] ? add(l, p, err) : EM_OK;
}

static em_status find_groups(look *l, em_error *err)
{
        em_funder_opts opts = {.least = 2, .service = service, .ctx = l->f};
        em_funders    *all = NULL;
        EM_TRY(em_funders_find(l->m, &opts, &all, err));
        em_status s = EM_OK;
        for (size_t i = 0; s == EM_OK && i < em_funders_count(all); i++)
                s = add_group(l, em_funders_at(all, i), err);
        em_funders_free(all);
        return s;
}

/* ---- decoys ---- */

static const char *const decoy_why[EM_DECOYS] = {
        [EM_DECOY_ZERO] = "a token's log of nothing, which anybody can make in another's name",
        [EM_DECOY_SPOOFED] = "a log by a token that takes a true one's name, or whose logs nobody who held coins made",
        [EM_DECOY_LOOKALIKE] = "with an address whose first and last digits are those of one that is dealt with, and that was never paid",
        [EM_DECOY_DUST] = "a speck of coin from an address made to look like one that is dealt with",
};
static const char *const decoy_but[EM_DECOYS] = {
        [EM_DECOY_ZERO] = "may also be a contract that logs an empty payment as its own bookkeeping",
        [EM_DECOY_SPOOFED] = "may also be a true token that the list of true assets lacks, or one whose contract moves coins on "
                             "its holders' orders",
        [EM_DECOY_LOOKALIKE] = "may also be a true counterparty whose address is alike by chance",
        [EM_DECOY_DUST] = "may also be a small payment by a true counterparty whose address is alike by chance",
};

static bool touches(const look *l, const em_move *v, int kind)
{
        return v->decoy == kind && (l->reached[v->from] || l->reached[v->to]);
}

static em_status find_decoys(look *l, em_error *err)
{
        for (int kind = EM_DECOY_ZERO; kind < EM_DECOYS; kind++) {
                shape  p = {.kind = SHAPE_DECOY, .made_like = em_decoy_name((em_decoy)kind), .but = decoy_but[kind]};
                size_t n = 0;
                for (uint64_t i = 0; i < l->m->moves; i++)
                        n += touches(l, &l->m->move[i], kind);
                if (!n)
                        continue;
                p.move = EM_NEW_N(l->c->arena, uint64_t, n);
                if (!p.move)
                        return em_fail(err, EM_NOMEM, "too many decoys for memory");
                for (uint64_t i = 0; i < l->m->moves; i++)
                        if (touches(l, &l->m->move[i], kind))
                                p.move[p.moves++] = i;
                p.reasons = em_cli_text(l->c, "%.*s of the accounts reached: %s.",
                                        EM_ARG(em_cli_many(l->c, n, "transfer", "transfers")), decoy_why[kind]);
                EM_TRY(add(l, p, err));
        }
        return EM_OK;
}

/* ---- for people ---- */

static void wrap(look *l, size_t indent, em_str text) { em_term_wrap(text, indent, l->c->term.width, l->c->out); }

static em_str moment(const look *l, uint32_t time_s)
{
        char day[16];
        return em_cli_text(l->c, "%s %02u:%02u", em_day_text((em_day)(time_s / 86400), day), time_s / 3600 % 24,
                           time_s / 60 % 60);
}

static em_str named(const look *l, uint32_t account)
{
        em_str label = em_flight_label(l->f, account);
        return em_cli_safe(l->c, em_cli_text(l->c, "%.*s%s%.*s", EM_ARG(em_flight_account(l->f, account)), label.n ? "  " : "",
                                             EM_ARG(label)));
}

static void print_decoys(look *l, const shape *p)
{
        for (size_t i = 0; i < p->moves && i < SHOWN; i++) {
                const em_move *v = &l->m->move[p->move[i]];
                fprintf(l->c->out, "  %.*s\n    %.*s %.*s\n    %.*s to %.*s\n", EM_ARG(em_flight_name(l->f, p->move[i])),
                        EM_ARG(amount(l, v->asset, em_move_amount(l->m, v))), EM_ARG(em_flight_asset(l->f, v->asset)),
                        EM_ARG(em_flight_account(l->f, v->from)), EM_ARG(em_flight_account(l->f, v->to)));
        }
}

static void print_members(look *l, const shape *p)
{
        for (size_t i = 0; i < p->members && i < SHOWN; i++) {
                const em_move *v = &l->m->move[p->move[i]];
                wrap(l, 2, em_cli_text(l->c, "%.*s %s%s to %.*s", EM_ARG(amount(l, 0, em_move_amount(l->m, v))), l->m->coin,
                                       l->reached[p->member[i]] ? "" : ", not reached,", EM_ARG(named(l, p->member[i]))));
        }
}

static em_status print_steps(look *l, const shape *p, em_error *err)
{
        static const em_column columns[] = {
                {"hop", "  hop", EM_CELL_NUMBER, 0, 0},         {"tx", "transaction", EM_CELL_TEXT, 0, 0},
                {"peeled", "peeled off", EM_CELL_NUMBER, 0, 0}, {"on", "goes on", EM_CELL_NUMBER, 0, 0},
                {"to", "peeled off to", EM_CELL_TEXT, 1, 16},
        };
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, l->c->arena);
        for (size_t i = 0; i < p->members && i < SHOWN; i++) {
                const em_move *off = &l->m->move[p->move[2 * i + 1]], *on = &l->m->move[p->move[2 * i + 2]];
                em_str         label = em_flight_label(l->f, off->to);
                EM_TRY(em_table_add(&t, (em_str[]){
                        em_cli_digits(l->c, (int64_t)i + 1), em_str_sub(em_flight_name(l->f, p->move[2 * i + 1]), 0, 18),
                        amount(l, p->asset, em_move_amount(l->m, off)), amount(l, p->asset, em_move_amount(l->m, on)),
                        label.n ? label : em_flight_account(l->f, off->to)}, err));
        }
        em_table_print(&t, &l->c->term, l->c->out);
        return EM_OK;
}

static void print_more(look *l, size_t n)
{
        if (n > SHOWN)
                wrap(l, 2, em_cli_text(l->c, "and %.*s more; --json lists them", EM_ARG(em_cli_count(l->c, n - SHOWN))));
}

static em_status print_one(look *l, size_t i, em_error *err)
{
        const shape *p = &l->at[i];
        fprintf(l->c->out, "\n%zu. %s%s%s%s", i + 1, name_of(p), p->made_like[0] ? " (" : "", p->made_like,
                p->made_like[0] ? ")" : "");
        if (p->start_s)
                fprintf(l->c->out, ", %.*s%s%.*s UTC", EM_ARG(moment(l, p->start_s)), p->end_s != p->start_s ? " to " : "",
                        EM_ARG(p->end_s != p->start_s ? moment(l, p->end_s) : EM_S("")));
        fputc('\n', l->c->out);
        if (p->kind == SHAPE_PEEL) {
                wrap(l, 2, em_cli_text(l->c, "%.*s at the start, %.*s peeled off, %.*s", EM_ARG(amount(l, p->asset, p->in)),
                                       EM_ARG(amount(l, p->asset, p->out)), EM_ARG(em_flight_asset(l->f, p->asset))));
                wrap(l, 2, em_cli_text(l->c, "from %.*s", EM_ARG(named(l, p->account))));
                wrap(l, 2, em_cli_text(l->c, "to %.*s", EM_ARG(named(l, p->to))));
        }
        if (p->kind == SHAPE_DEPOSIT) {
                wrap(l, 2, em_cli_text(l->c, "%.*s received, %.*s of it passed on, %.*s; %.*s",
                                       EM_ARG(amount(l, p->asset, p->in)), EM_ARG(amount(l, p->asset, p->out)),
                                       EM_ARG(em_flight_asset(l->f, p->asset)),
                                       EM_ARG(em_cli_many(l->c, p->moves, "transfer", "transfers"))));
                wrap(l, 2, em_cli_text(l->c, "of %.*s", EM_ARG(named(l, p->account))));
                wrap(l, 2, em_cli_text(l->c, "to %.*s", EM_ARG(named(l, p->to))));
                wrap(l, 2, em_cli_text(l->c, "last in %.*s", EM_ARG(em_flight_name(l->f, p->move[p->moves - 1]))));
        }
        if (p->kind == SHAPE_FUNDER)
                wrap(l, 2, em_cli_text(l->c, "from %.*s", EM_ARG(named(l, p->account))));
        wrap(l, 2, em_cli_text(l->c, "why: %.*s", EM_ARG(p->reasons)));
        wrap(l, 2, em_cli_text(l->c, "but: %s.", p->but));
        if (p->kind == SHAPE_PEEL)
                EM_TRY(print_steps(l, p, err));
        if (p->kind == SHAPE_FUNDER)
                print_members(l, p);
        if (p->kind == SHAPE_DECOY)
                print_decoys(l, p);
        if (p->kind != SHAPE_DEPOSIT)
                print_more(l, p->kind == SHAPE_PEEL ? p->members : p->moves);
        return EM_OK;
}

/* What it takes to be called a pattern. */
static em_str told_from(const look *l)
{
        const em_deposit_opts *d = &em_deposit_defaults;
        return em_cli_text(l->c, "a peel chain of %u, %u.%u %% of an asset passed on within %u hours to one account that gathers "
                           "from %u other such address at least, 2 accounts whose first coins came from one, 1 decoy", em_peel_defaults.steps,
                           d->permille / 10, d->permille % 10, d->within_s / 3600, d->siblings);
}

static em_status print_all(look *l, em_error *err)
{
        fprintf(l->c->out, "%.*s along the trace\n", EM_ARG(em_cli_many(l->c, l->count, "pattern", "patterns")));
        wrap(l, 0, em_cli_text(l->c, "Told from: %.*s. Contracts are told from what the files show of them.", EM_ARG(told_from(l))));
        for (size_t i = 0; i < l->count; i++)
                EM_TRY(print_one(l, i, err));
        if (l->count)
                fputc('\n', l->c->out);
        wrap(l, 0, EM_S("A pattern is a shape. It may be what it is named after, or what stands behind \"but\"."));
        return EM_OK;
}

/* ---- for programs ---- */

static em_str digits(const look *l, em_u256 x)
{
        char text[EM_U256_TEXT];
        return em_cli_text(l->c, "%s", em_u256_text(x, text));
}

static em_str contract_of(const look *l, const shape *p)
{
        char text[EM_ACCOUNT_TEXT];
        if (!p->asset)
                return EM_S("");
        return em_cli_text(l->c, "%s", em_account_text(l->m, l->m->asset[p->asset].contract, text));
}

static void json_one(look *l, em_json *j, const shape *p)
{
        em_json_open(j, '{');
        em_json_kstr(j, "pattern", em_str_c(name_of(p)));
        if (p->made_like[0])
                em_json_kstr(j, p->kind == SHAPE_FUNDER ? "void" : "made_like", em_str_c(p->made_like));
        em_json_kint(j, "start_s", p->start_s);
        em_json_kint(j, "end_s", p->end_s);
        if (has_amounts(p)) {
                em_json_kstr(j, "asset", em_flight_unit(l->f, p->asset));
                em_json_kstr(j, "contract", contract_of(l, p));
                unsigned decimals = p->asset ? l->m->asset[p->asset].decimals : l->m->coin_decimals;
                if (decimals <= 77)
                        em_json_kint(j, "decimals", decimals);
                em_json_kstr(j, "in", digits(l, p->in));
                em_json_kstr(j, "out", digits(l, p->out));
                em_json_kstr(j, "to", em_flight_account(l->f, p->to));
        }
        if (p->kind != SHAPE_DECOY)
                em_json_kstr(j, "address", em_flight_account(l->f, p->account));
        em_json_kstr(j, "reasons", p->reasons);
        em_json_kstr(j, "alternatives", em_str_c(p->but));
        em_json_key(j, EM_S("accounts"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->members; i++)
                em_json_str(j, em_flight_account(l->f, p->member[i]));
        em_json_close(j, ']');
        em_json_key(j, EM_S("transfers"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->moves; i++)
                em_json_str(j, em_flight_name(l->f, p->move[i]));
        em_json_close(j, ']');
        em_json_close(j, '}');
}

static em_status json_all(look *l, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.patterns.accounts.1");
        em_json_kstr(&j, "network", em_str_c(l->m->network));
        em_json_kstr(&j, "coin", em_str_c(l->m->coin));
        em_json_kstr(&j, "told_from", told_from(l));
        em_json_key(&j, EM_S("patterns"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < l->count; i++)
                json_one(l, &j, &l->at[i]);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(l->c, &buf, err);
}

static em_status csv_all(look *l)
{
        fputs("pattern,made_like,start_s,end_s,accounts,transfers,asset,contract,in,out,address,to,first_transfer,last_transfer,"
              "reasons,alternatives\n", l->c->out);
        for (size_t i = 0; i < l->count; i++) {
                const shape *p = &l->at[i];
                bool   full = has_amounts(p);
                em_str cell[] = {
                        em_str_c(name_of(p)), em_str_c(p->made_like), em_cli_digits(l->c, p->start_s),
                        em_cli_digits(l->c, p->end_s), em_cli_digits(l->c, (int64_t)p->members),
                        em_cli_digits(l->c, (int64_t)p->moves), full ? em_flight_unit(l->f, p->asset) : EM_S(""),
                        contract_of(l, p), full ? digits(l, p->in) : EM_S(""), full ? digits(l, p->out) : EM_S(""),
                        p->kind != SHAPE_DECOY ? em_flight_account(l->f, p->account) : EM_S(""),
                        full ? em_flight_account(l->f, p->to) : EM_S(""), em_flight_name(l->f, p->move[0]),
                        em_flight_name(l->f, p->move[p->moves - 1]), p->reasons, em_str_c(p->but),
                };
                for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
                        em_table_csv_cell(cell[k], false, l->c->out);
                        fputc(k + 1 < sizeof cell / sizeof *cell ? ',' : '\n', l->c->out);
                }
        }
        return EM_OK;
}

em_status em_flight_patterns(em_flight *f, em_error *err)
{
        look      l = {.f = f, .c = f->cli, .m = f->m};
        em_status s = mark_reached(&l, err);
        if (s == EM_OK)
                s = find_peels(&l, err);
        if (s == EM_OK)
                s = find_deposits(&l, err);
        if (s == EM_OK)
                s = find_groups(&l, err);
        if (s == EM_OK)
                s = find_decoys(&l, err);
        if (s == EM_OK)
                s = f->cli->form == EM_FORM_JSON ? json_all(&l, err) : f->cli->form == EM_FORM_CSV ? csv_all(&l) : print_all(&l, err);
        if (s == EM_OK)
                em_cli_done(f->cli, NULL, "found %.*s among %.*s that stolen coins may have reached",
                            EM_ARG(em_cli_many(f->cli, l.count, "pattern", "patterns")),
                            EM_ARG(em_cli_many(f->cli, l.accounts, "account", "accounts")));
        free(l.reached);
        free(l.at);
        return s;
}
