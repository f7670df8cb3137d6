/* Where an asset's coins went between accounts, as a picture under one policy, left to right.
 *
 * A box is an account, because a balance is what the rules work on; a line is what moved from one to the
 * other that the rule counts as stolen.  Accounts pay back and forth, so some lines lead back to an
 * earlier box: they are not drawn, and the foot says how many and how much.  One asset is drawn, that
 * of the first coins named; what is swapped for another ends here.  Fees are in the books only.
 */
#include "cli/flow_state.h"
#include "cli/trace_moves.h"
#include "embargo/flow.h"

#include <stdlib.h>

enum { DRAWN_MOST = 300000, DECIMALS = 8, SITTING = EM_LOTS_STOPS };

typedef struct key { em_flow_kind kind; int stop; uint32_t account; } key;
typedef struct paid { key from, to; em_u256 amount; int64_t time_s; } paid;

typedef struct picture {
        em_flight    *f;
        size_t        policy;
        uint32_t      asset;
        em_arena     *arena;
        paid         *paid;
        key          *key;
        size_t        count, keys;
        em_flow_node *node;
        em_flow_edge *edge;
        int           decimals;         /* shown */
        bool          rounded;
} picture;

static em_str say(const picture *p, const char *fmt, ...) EM_PRINTF(2, 3);
static em_str say(const picture *p, const char *fmt, ...)
{
        char    room[1024];
        em_str  copy = {0};
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(room, sizeof room, fmt, args);
        va_end(args);
        em_str whole = {room, n < 0 ? 0 : (size_t)n < sizeof room ? (size_t)n : sizeof room - 1};
        return em_str_copy(whole, p->arena, &copy, NULL) == EM_OK ? copy : EM_S("");
}

/* ---- boxes and lines ---------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
        const key *x = a, *y = b;
        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        if (x->stop != y->stop)
                return x->stop < y->stop ? -1 : 1;
        return x->account < y->account ? -1 : x->account > y->account;
}

static em_flow_kind kind_of(em_lots_stop stop)
{
        switch (stop) {
        case EM_LOTS_FOLLOWED: return EM_FLOW_HOP;
        case EM_LOTS_EXCHANGE:
        case EM_LOTS_SERVICE:
        case EM_LOTS_BRIDGE: return EM_FLOW_SERVICE;
        case EM_LOTS_MIXER: return EM_FLOW_MIXER;
        default: return EM_FLOW_STOPPED;
        }
}

static void keep(picture *p, key from, key to, em_u256 amount, int64_t time_s)
{
        if (em_u256_zero(amount))
                return;
        p->paid[p->count++] = (paid){from, to, amount, time_s};
        p->key[p->keys++] = from;
        p->key[p->keys++] = to;
}

static void gather_row(picture *p, const em_lots_row *r)
{
        em_lots_stop stop = em_flight_stop(r, p->policy);
        key          from = {EM_FLOW_HOP, 0, r->from}, to = {kind_of(stop), (int)stop, r->to};
        if (r->asset != p->asset || stop == EM_LOTS_FEE)
                return;
        if (r->seed || r->swapped_in)
                from = (key){EM_FLOW_SEED, r->seed, r->from};
        keep(p, from, to, r->stolen[p->policy], p->f->m->block[r->block].time_s);
}

static void gather(picture *p)
{
        for (uint64_t i = 0; i < em_lots_count(p->f->lots); i++) {
                em_lots_row r;
                em_lots_at(p->f->lots, i, &r);
                gather_row(p, &r);
        }
        for (uint64_t i = 0; i < em_lots_holdings(p->f->lots); i++) {
                em_holding h;
                em_lots_holding_at(p->f->lots, i, &h);
                if (h.asset == p->asset)
                        keep(p, (key){EM_FLOW_HOP, 0, h.account}, (key){EM_FLOW_SITTING, SITTING, h.account},
                             h.stolen[p->policy], 0);
        }
        if (p->keys)
                qsort(p->key, p->keys, sizeof *p->key, by_key);
        size_t n = 0;
        for (size_t i = 0; i < p->keys; i++)
                if (!n || by_key(&p->key[n - 1], &p->key[i]) != 0)
                        p->key[n++] = p->key[i];
        p->keys = n;
}

static size_t find(const picture *p, const key *k)
{
        const key *at = bsearch(k, p->key, p->keys, sizeof *p->key, by_key);
        em_assert(at);
        return (size_t)(at - p->key);
}

/* Amounts pass 63 bits: as many decimals are dropped as the sum of all needs, rounding down. */
static em_status connect(picture *p, em_error *err)
{
        unsigned decimals = p->asset ? p->f->m->asset[p->asset].decimals : p->f->m->coin_decimals;
        em_u256  sum = {0}, unit = em_u256_of(1), rest, shown, most = em_u256_of(INT64_MAX);
        decimals = decimals == 255 ? 0 : decimals;
        p->decimals = (int)decimals;
        for (size_t i = 0; i < p->count; i++)
                if (!em_u256_add(sum, p->paid[i].amount, &sum))
                        return em_fail(err, EM_LIMIT, "the amounts are too large for a picture");
        while (em_u256_muldiv(sum, em_u256_of(1), unit, &shown, &rest) &&
               (p->decimals > DECIMALS || em_u256_cmp(shown, most) > 0)) {
                if (p->decimals-- == 0 || !em_u256_mul(unit, em_u256_of(10), &unit))
                        return em_fail(err, EM_LIMIT, "the amounts are too large for a picture");
        }
        for (size_t i = 0; i < p->count; i++) {
                const paid *at = &p->paid[i];
                if (!em_u256_muldiv(at->amount, em_u256_of(1), unit, &shown, &rest))
                        return em_fail(err, EM_BUG, "an amount cannot be divided");
                p->rounded = p->rounded || !em_u256_zero(rest);
                p->edge[i] = (em_flow_edge){find(p, &at->from), find(p, &at->to), (int64_t)shown.w[0], at->time_s, EM_S("")};
        }
        return EM_OK;
}

/* ---- words ------------------------------------------------------------------------------------ */

static const char *words_of(int stop)
{
        static const char *const words[] = {
                [EM_LOTS_MIXED] = "mixed with clean coins", [EM_LOTS_BURNT] = "burnt",
                [EM_LOTS_SWAPPED] = "swapped for another asset", [EM_LOTS_CONTRACT] = "a contract without a label",
                [EM_LOTS_HOPS] = "not followed: hops", [EM_LOTS_AMOUNT] = "not followed: amount",
                [EM_LOTS_OVERFLOW] = "no coin is so", [SITTING] = "still sitting",
        };
        return stop >= 0 && (size_t)stop < sizeof words / sizeof *words && words[stop] ? words[stop] : "";
}

static void name_node(const picture *p, const key *k, em_flow_node *node)
{
        em_str      where = em_flight_account(p->f, k->account), label = em_flight_label(p->f, k->account);
        const char *words = words_of(k->stop);
        *node = (em_flow_node){.kind = k->kind, .text = where};
        node->id = em_flow_state_id('a', say(p, "%d %d %.*s", (int)k->kind, k->stop, EM_ARG(where)), p->arena);
        if (k->kind == EM_FLOW_SEED) {
                node->name = k->stop ? EM_S("Named as stolen") : EM_S("Swapped in from another asset");
                node->second = say(p, "out of %.*s%s%.*s", EM_ARG(where), label.n ? "; " : "", EM_ARG(label));
        } else if (words[0]) {
                node->name = label.n ? label : say(p, "%c%s", words[0] - 'a' + 'A', words + 1);
                node->second = label.n ? say(p, "%s at %.*s", words, EM_ARG(where)) : where;
        } else {
                node->name = label.n ? label : where;
                node->second = label.n ? where : EM_S("");
        }
}

static em_str parts(const picture *p, const em_lots_total *s, bool books)
{
        const struct { em_u256 n; const char *title, *book; } part[] = {
                {s->deposited, "may have come to services", "at services"}, {s->mixed, "into mixing", "mixed"},
                {s->bridged, "to bridges", "at bridges"}, {s->swapped_out, "was swapped for other assets", "swapped out"},
                {s->stopped, "was not followed further", "stopped"}, {s->burnt, "was burnt", "burnt"},
                {s->sitting, "may still sit", "still sitting"}, {s->fees, NULL, "fees"}, {s->dropped, NULL, "dropped"},
        };
        em_str text = EM_S("");
        for (size_t i = 0; i < sizeof part / sizeof *part; i++)
                if (!em_u256_zero(part[i].n) && (books || part[i].title))
                        text = say(p, "%.*s%s%.*s %s", EM_ARG(text), !books ? ", " : text.n ? " + " : " = ",
                                   EM_ARG(em_flight_amount(p->f, p->asset, part[i].n, ',')),
                                   books ? part[i].book : part[i].title);
        return text;
}

static em_str foot(const picture *p, const em_lots_total *s)
{
        char   rule[200];
        size_t assets = 0;
        (void)em_lots_assets(p->f->lots, &assets);
        em_str in = em_u256_zero(s->swapped_in) ? EM_S("") : say(p, " + %.*s swapped in",
                    EM_ARG(em_flight_amount(p->f, p->asset, s->swapped_in, ',')));
        em_str grown = em_u256_zero(s->grown) ? EM_S("") : say(p, " + %.*s grown",
                       EM_ARG(em_flight_amount(p->f, p->asset, s->grown, ',')));
        return say(p, "Rule, %s. Books of %.*s: %.*s stolen%.*s%.*s%.*s%s. Chain: %s.%s%s An amount is what this rule counts as "
                      "stolen; other rules give other amounts. A label is what its source says. The picture says what may "
                      "have happened to coins, and nothing of persons.",
                   em_lots_policy_text(p->f->t->policy[p->policy], rule), EM_ARG(em_flight_asset(p->f, p->asset)),
                   EM_ARG(em_flight_amount(p->f, p->asset, s->stolen, ',')), EM_ARG(in), EM_ARG(grown),
                   EM_ARG(parts(p, s, true)), em_lots_conserved(s) ? ", exactly" : " DO NOT BALANCE", p->f->m->network,
                   assets > 1 ? " Other assets that stolen coins became are not in this picture." : "",
                   p->rounded ? " Amounts at lines are rounded down." : "");
}

static em_status deliver(const picture *p, em_str file, em_error *err)
{
        char          name[40];
        em_lots_total s = em_lots_totals(p->f->lots, p->policy, p->asset);
        em_str        unit = em_flight_unit(p->f, p->asset);
        em_flow       flow = {.unit = unit, .decimals = p->decimals, .hop = EM_S("account"), .hops = EM_S("accounts"),
                              .nodes = p->node, .node_count = p->keys, .edges = p->edge, .edge_count = p->count};
        em_policy_name(p->f->t->policy[p->policy], name);
        flow.caption = (em_caption){.id = EM_S("flow"), .foot = foot(p, &s),
                .title = say(p, "Of %.*s %.*s named as stolen%.*s", EM_ARG(em_flight_amount(p->f, p->asset, s.stolen, ',')),
                             EM_ARG(unit), EM_ARG(parts(p, &s, false))),
                .subtitle = say(p, "Under %s, one of several rules; amounts in %.*s, times of blocks in UTC; money runs from "
                                "left to right", name, EM_ARG(unit))};
        flow.caption.desc = say(p, "%.*s. %zu boxes and %zu moves before folding; embargo trace --csv lists every move.",
                                EM_ARG(flow.caption.title), p->keys, p->count);
        EM_TRY(em_flow_state_draw(p->f->cli, &flow, file, p->arena, err));
        em_cli_done(p->f->cli, NULL, "drew %.*s and %.*s under %s into %.*s; next: the same without --flow for all policies "
                    "and assets", EM_ARG(em_cli_many(p->f->cli, p->keys, "box", "boxes")),
                    EM_ARG(em_cli_many(p->f->cli, p->count, "move", "moves")), name, EM_ARG(em_cli_safe(p->f->cli, file)));
        return EM_OK;
}

/* ---- all --------------------------------------------------------------------------------------------- */

static void choose(picture *p)
{
        for (size_t i = p->f->t->policies; i-- > 0;)
                if (p->f->t->policy[i].kind == EM_TAINT_HAIRCUT)
                        p->policy = i;
        const em_lots_seed *s = &p->f->seed[0];
        p->asset = s->kind == EM_LOTS_MOVE ? p->f->m->move[s->move].asset : s->asset;
}

static em_status draw(picture *p, em_str file, em_error *err)
{
        uint64_t n = em_lots_count(p->f->lots) + em_lots_holdings(p->f->lots);
        p->paid = EM_NEW_N(p->arena, paid, n);
        p->edge = EM_NEW_N(p->arena, em_flow_edge, n);
        p->key = EM_NEW_N(p->arena, key, 2 * n);
        if (!p->paid || !p->edge || !p->key)
                return em_fail(err, EM_NOMEM, "the trace is too large for a picture");
        gather(p);
        EM_TRY(connect(p, err));
        p->node = EM_NEW_N(p->arena, em_flow_node, p->keys);
        if (!p->node)
                return em_fail(err, EM_NOMEM, "the trace is too large for a picture");
        for (size_t i = 0; i < p->keys; i++)
                name_node(p, &p->key[i], &p->node[i]);
        return deliver(p, file, err);
}

em_status em_flight_flow(em_flight *f, em_str file, em_error *err)
{
        picture p = {.f = f};
        if (em_lots_count(f->lots) > DRAWN_MOST)
                return em_fail(err, EM_LIMIT, "%.*s were reached, too many for a picture; --min, --hops or --until make it "
                               "smaller", EM_ARG(em_cli_many(f->cli, em_lots_count(f->lots), "move", "moves")));
        em_assert(f->seeds > 0);
        p.arena = em_arena_new((size_t)2 << 30);
        if (!p.arena)
                return em_fail(err, EM_NOMEM, "out of memory");
        choose(&p);
        em_status s = draw(&p, file, err);
        em_arena_free(p.arena);
        return s;
}
