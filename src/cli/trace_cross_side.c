/* The two kinds of chain as one: payments with a time, an amount, a payer and a payee.
 *
 * On Bitcoin every output but a coinbase's is a payment, change among them, since what is change is itself a guess; between
 * accounts every transfer of the asset that is no gas, no decoy and did not fail.
 */
#include "cli/trace_cross.h"

#include <stdlib.h>

enum { MOST_PAYOUTS = 50000000 };

/* ---- the asset ---- */

em_status em_cross_asset(em_cross_side *s, em_str text, em_error *err)
{
        em_account contract;
        char       shown[100];
        em_str     coin = em_str_c(s->f ? s->f->m->coin : s->t->net->coin);
        s->asset = 0;
        if (!text.n || em_str_eq_nocase(text, coin))
                return EM_OK;
        em_str_show(text, shown, sizeof shown);
        if (!s->f || !em_account_parse(text, &contract))
                return em_fail(err, EM_USAGE, "\"%s\" names no asset of %.*s: %.*s%s", shown, EM_ARG(em_cross_network(s)),
                               EM_ARG(coin), s->f ? ", or the contract of a token (a symbol anybody may take)" : " is all it has");
        for (uint32_t i = 1; i < s->f->m->assets; i++)
                if (memcmp(&s->f->m->asset[i].contract, &contract, sizeof contract) == 0) {
                        s->asset = i;
                        if (s->f->m->asset[i].decimals > 77)
                                return em_fail(err, EM_MISSING, "%s: the files do not say its decimals, so no rate can be used",
                                               shown);
                        return EM_OK;
                }
        return em_fail(err, EM_MISSING, "%s: no transfer of such a token is in the files", shown);
}

unsigned em_cross_decimals(const em_cross_side *s)
{
        return !s->f ? 8 : s->asset ? s->f->m->asset[s->asset].decimals : s->f->m->coin_decimals;
}

em_str em_cross_network(const em_cross_side *s) { return em_str_c(s->f ? s->f->m->network : s->t->net->name); }

em_str em_cross_unit(const em_cross_side *s)
{
        return s->f ? em_flight_unit(s->f, s->asset) : em_str_c(s->t->net->coin);
}

em_str em_cross_asset_text(const em_cross_side *s)
{
        return s->f ? em_flight_asset(s->f, s->asset) : em_str_c(s->t->net->coin);
}

em_str em_cross_contract(const em_cross_side *s)
{
        char text[EM_ACCOUNT_TEXT];
        return s->f && s->asset ? em_cli_text(s->t->cli, "%s", em_account_text(s->f->m, s->f->m->asset[s->asset].contract, text))
                                : EM_S("");
}

em_str em_cross_amount(const em_cross_side *s, em_u256 amount, char sep)
{
        char text[2 * EM_U256_TEXT];
        return em_cli_text(s->t->cli, "%s", em_u256_units(amount, em_cross_decimals(s), sep, text));
}

const em_price *em_cross_price(const em_cross_side *s, const em_prices *prices, em_str currency, em_day day)
{
        size_t n = 0;
        if (s->f)
                return em_flight_price(s->f, s->asset, prices, currency, day, &n);
        return em_prices_on(prices, em_str_c(s->t->net->coin), currency, day, &n);
}

/* ---- payments ---- */

em_status em_cross_name(const em_cross_side *s, uint64_t id, em_str *ret_name, em_error *err)
{
        if (!s->f)
                return em_trace_output_name(s->t, id, ret_name, err);
        *ret_name = em_flight_name(s->f, id);
        return EM_OK;
}

static em_str label_text(const em_cross_side *s, em_str address)
{
        size_t          n = 0;
        em_str          text = EM_S("");
        const em_label *l = s->labels ? em_labels_of(s->labels, address, &n) : NULL;
        for (size_t i = 0; i < n; i++) {
                em_str kind = l[i].category.n ? em_cli_text(s->t->cli, " (%.*s)", EM_ARG(l[i].category)) : EM_S("");
                text = em_cli_text(s->t->cli, "%.*s%s%.*s%.*s", EM_ARG(text), i ? "; or " : "", EM_ARG(l[i].label), EM_ARG(kind));
        }
        return text;
}

/* The payee of the first output that the transaction of `out` spends. */
static bool spender_of(const em_graph *g, em_id out, uint32_t *ret_payee)
{
        em_id tx = em_graph_tx_of_out(g, out), in = em_graph_first_in(g, tx);
        em_id spent = in < em_graph_first_in(g, tx + 1) ? em_graph_spent(g, in) : EM_ID_NONE;
        if (spent == EM_ID_NONE)
                return false;
        *ret_payee = em_graph_payee(g, spent);
        return true;
}

em_str em_cross_party(const em_cross_side *s, uint64_t id, bool payer, em_str *ret_label)
{
        em_str address = EM_S("");
        if (s->f) {
                const em_move *v = &s->f->m->move[id];
                address = em_flight_account(s->f, payer ? v->from : v->to);
        } else {
                uint32_t payee = em_graph_payee(s->t->graph, id);
                if (payer && !spender_of(s->t->graph, id, &payee)) {
                        *ret_label = EM_S("");
                        return EM_S("");
                }
                address = em_trace_address(s->t, payee);
        }
        *ret_label = label_text(s, address);
        return address;
}

/* ---- ends ---- */

static em_u256 *amounts(const em_cross_side *s) { return EM_NEW_N(s->t->cli->arena, em_u256, s->t->policies); }

static em_status flight_ends(const em_cross_side *s, bool any, em_cross_end *end, size_t *ret_count, size_t *ret_others,
                             em_error *err)
{
        const em_flight *f = s->f;
        bool            *sits = calloc(f->m->accounts + 1, sizeof *sits);
        if (!sits)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (uint64_t i = 0; any && i < em_lots_holdings(f->lots); i++) {
                em_holding h;
                em_lots_holding_at(f->lots, i, &h);
                sits[h.account] = sits[h.account] || h.asset == s->asset;
        }
        for (uint64_t i = 0; i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                bool service = r.stop == EM_LOTS_EXCHANGE || r.stop == EM_LOTS_SERVICE || r.stop == EM_LOTS_BRIDGE;
                bool gone = r.stop == EM_LOTS_FEE || r.stop == EM_LOTS_BURNT || r.stop == EM_LOTS_SWAPPED;
                bool ends = service || (any && !gone && (r.stop != EM_LOTS_FOLLOWED || sits[r.to]));
                if (r.move == EM_LOTS_NO_MOVE || !ends)
                        continue;
                if (r.asset != s->asset)
                        ++*ret_others;
                else
                        end[(*ret_count)++] = (em_cross_end){{r.move, em_move_time(f->m, &f->m->move[r.move]),
                                                              em_move_amount(f->m, &f->m->move[r.move])}, r.stolen};
        }
        free(sits);
        return EM_OK;
}

static em_status output_ends(const em_cross_side *s, bool any, em_cross_end *end, size_t *ret_count, em_error *err)
{
        const em_trace *t = s->t;
        for (uint64_t i = 0; i < em_taint_count(t->taint); i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                bool service = r.stop == EM_STOP_LABEL && !(r.label & EM_TAINT_MIXER);
                if (!service && (!any || r.stop == EM_STOP_NONE || r.stop == EM_STOP_BURNT))
                        continue;
                em_u256 *stolen = amounts(s);
                if (!stolen)
                        return em_fail(err, EM_NOMEM, "the trace has too many ends for memory");
                for (size_t p = 0; p < t->policies; p++)
                        stolen[p] = em_u256_of((uint64_t)r.sat[p]);
                uint32_t time_s = em_graph_block_time(t->graph, em_graph_block_of_tx(t->graph, r.tx));
                end[(*ret_count)++] = (em_cross_end){{r.out, time_s, em_u256_of((uint64_t)em_graph_value(t->graph, r.out))},
                                                     stolen};
        }
        return EM_OK;
}

em_status em_cross_ends(const em_cross_side *s, bool any, em_cross_end **ret_end, size_t *ret_count, size_t *ret_others,
                        em_error *err)
{
        uint64_t n = s->f ? em_lots_count(s->f->lots) : em_taint_count(s->t->taint);
        *ret_count = *ret_others = 0;
        *ret_end = EM_NEW_N(s->t->cli->arena, em_cross_end, n + 1);
        if (!*ret_end)
                return em_fail(err, EM_NOMEM, "the trace has too many ends for memory");
        return s->f ? flight_ends(s, any, *ret_end, ret_count, ret_others, err)
                    : output_ends(s, any, *ret_end, ret_count, err);
}

/* ---- payouts ---- */

typedef struct gathering {
        const uint32_t *time_s;
        size_t          times;
        uint32_t        window_s;
        em_crossing    *list;
        size_t          count, cap;
} gathering;

/* Whether a moment is near enough to one of the ends, or to the span before it. */
static bool near_any(const gathering *g, uint32_t time_s)
{
        uint64_t from = time_s > g->window_s ? time_s - g->window_s : 0, until = (uint64_t)time_s + g->window_s + 1;
        size_t   low = 0, high = g->times;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (g->time_s[mid] < from)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low < g->times && g->time_s[low] <= until;
}

static em_status put(gathering *g, em_crossing c, em_error *err)
{
        if (g->count == MOST_PAYOUTS)
                return em_fail(err, EM_LIMIT, "more than %d payments are near the ends; a shorter --window has fewer", MOST_PAYOUTS);
        if (g->count == g->cap) {
                size_t       cap = g->cap ? 2 * g->cap : 4096;
                em_crossing *list = realloc(g->list, cap * sizeof *list);
                if (!list)
                        return em_fail(err, EM_NOMEM, "out of memory for payments near the ends; a shorter --window has fewer");
                g->list = list;
                g->cap = cap;
        }
        g->list[g->count++] = c;
        return EM_OK;
}

static bool counts(const em_cross_side *s, const em_move *v)
{
        bool kind = v->kind == EM_MOVE_NATIVE || v->kind == EM_MOVE_INTERNAL || v->kind == EM_MOVE_TOKEN;
        return v->asset == s->asset && kind && !v->decoy && v->from != v->to && s->f->m->tx[v->tx].failed != 1
               && !em_u256_zero(em_move_amount(s->f->m, v));
}

static em_status transfers(const em_cross_side *s, gathering *g, uint32_t *ret_first, uint32_t *ret_last, em_error *err)
{
        const em_moves *m = s->f->m;
        for (uint64_t b = 0; b < m->blocks; b++) {
                uint32_t time_s = m->block[b].time_s;
                if (!time_s)
                        return em_fail(err, EM_MISSING, "%s: the files of --cross do not say when block %llu was, so no time can be "
                                       "compared", m->network, (unsigned long long)m->block[b].number);
                *ret_first = !b || time_s < *ret_first ? time_s : *ret_first;
                *ret_last = time_s > *ret_last ? time_s : *ret_last;
                if (!near_any(g, time_s))
                        continue;
                uint64_t end = m->tx[m->block[b + 1].first_tx].first_move;
                for (uint64_t i = m->tx[m->block[b].first_tx].first_move; i < end; i++)
                        if (counts(s, &m->move[i]))
                                EM_TRY(put(g, (em_crossing){i, time_s, em_move_amount(m, &m->move[i])}, err));
        }
        return EM_OK;
}

static em_status outputs(const em_cross_side *s, gathering *g, uint32_t *ret_first, uint32_t *ret_last, em_error *err)
{
        const em_graph *c = s->t->graph;
        for (em_id b = 0; b < c->blocks; b++) {
                uint32_t time_s = em_graph_block_time(c, b);
                *ret_first = !b || time_s < *ret_first ? time_s : *ret_first;
                *ret_last = time_s > *ret_last ? time_s : *ret_last;
                em_id tx = em_graph_block_first_tx(c, b), end = em_graph_block_first_tx(c, b + 1);
                if (!near_any(g, time_s) || tx == end)
                        continue;
                em_id out = em_graph_first_out(c, tx + 1), last = em_graph_first_out(c, end);   /* the coinbase aside */
                for (; out < last; out++) {
                        int64_t sat = em_graph_value(c, out);
                        if (sat > 0)
                                EM_TRY(put(g, (em_crossing){out, time_s, em_u256_of((uint64_t)sat)}, err));
                }
        }
        return EM_OK;
}

em_status em_cross_payouts(const em_cross_side *s, const uint32_t *time_s, size_t times, uint32_t window_s,
                           em_crossing **ret_list, size_t *ret_count, uint32_t *ret_first, uint32_t *ret_last, em_error *err)
{
        gathering g = {.time_s = time_s, .times = times, .window_s = window_s};
        *ret_first = *ret_last = 0;
        em_status st = s->f ? transfers(s, &g, ret_first, ret_last, err) : outputs(s, &g, ret_first, ret_last, err);
        if (st != EM_OK) {
                free(g.list);
                return st;
        }
        *ret_list = g.list;
        *ret_count = g.count;
        return EM_OK;
}
