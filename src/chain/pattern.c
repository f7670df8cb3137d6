/* Patterns: each finder looks at the whole set, and what they found is put in one order.
 *
 * Whatever is found is written so that a reader can find it again: the transactions, the outputs, the amounts, the
 * times, the reasons; and its innocent reading (the "alternatives" of structured analytic technique, Heuer 1999).
 */
#include "chain/pattern_inside.h"

#include <stdlib.h>

const em_pattern_limits em_pattern_defaults = {
        .peel_hops = 3, .peel_differ = 1, .peel_most = 10000, .gather_ins = 2, .scatter_outs = 5, .scatter_ins = 2,
        .join_least = 40, .deposit_receipts = 2, .deposit_payers = 2, .deposit_percent = 90,
        .deposit_within_s = 7 * 86400, .deposit_most = 5000,
};

static const struct { const char *name, *alternative; } known[EM_PATTERN_KINDS] = {
        [EM_PATTERN_PEEL] = { "peel chain", "may also be a wallet that pays one bill after the other and keeps its change, or "
                              "a service that pays its customers one at a time" },
        [EM_PATTERN_CONSOLIDATION] = { "consolidation", "may also be a wallet's ordinary tidying up while fees are low, or a "
                                       "payment that took all that was there" },
        [EM_PATTERN_FAN_OUT] = { "fan-out", "may also be a payout of wages, of a mining pool or of a service to its customers" },
        [EM_PATTERN_COINJOIN_ENTRY] = { "CoinJoin entry", "may also be somebody who values privacy, or a payment by several "
                                        "that only looks like a join" },
        [EM_PATTERN_COINJOIN_EXIT] = { "CoinJoin exit", "which of those who joined owns the output is not known; may also be a "
                                       "payment by several that only looks like a join" },
        [EM_PATTERN_DEPOSIT] = { "deposit address", "may also be a merchant's or a person's own address whose coins are put "
                                 "away regularly" },
};

const char *em_pattern_name(em_pattern_kind kind)
{
        em_assert(kind < EM_PATTERN_KINDS);
        return known[kind].name;
}

const char *em_pattern_alternative(em_pattern_kind kind)
{
        em_assert(kind < EM_PATTERN_KINDS);
        return known[kind].alternative;
}

/* ---- what the finders share ---- */

em_status em_find_full(em_error *err)
{
        return em_fail(err, EM_NOMEM, "No memory for the patterns.");
}

em_status em_find_add(em_find *f, em_pattern p, em_error *err)
{
        if (f->count == f->cap) {
                size_t more = f->cap ? 2 * f->cap : 64;
                em_pattern *at = EM_NEW_N(f->arena, em_pattern, more);
                if (!at)
                        return em_find_full(err);
                if (f->count)
                        memcpy(at, f->at, f->count * sizeof *at);
                f->at = at;
                f->cap = more;
        }
        p.start_s = em_find_time(f, p.tx[0]);
        p.end_s = em_find_time(f, p.tx[p.txs - 1]);
        f->at[f->count++] = p;
        return EM_OK;
}

static bool has(const em_id *at, size_t count, em_id id)
{
        size_t low = 0, high = count;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (at[mid] < id)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low < count && at[low] == id;
}

bool em_find_has_tx(const em_find *f, em_id tx) { return has(f->set->tx, f->set->txs, tx); }
bool em_find_has_out(const em_find *f, em_id out) { return has(f->set->out, f->set->outs, out); }

uint32_t em_find_time(const em_find *f, em_id tx)
{
        return em_graph_block_time(f->g, em_graph_block_of_tx(f->g, tx));
}

bool em_find_inputs(const em_find *f, em_id tx, int64_t *ret_sat)
{
        int64_t sum = 0;
        for (em_id in = em_graph_first_in(f->g, tx); in < em_graph_first_in(f->g, tx + 1); in++) {
                em_id out = em_graph_spent(f->g, in);
                if (out == EM_ID_NONE || __builtin_add_overflow(sum, em_graph_value(f->g, out), &sum))
                        return false;
        }
        *ret_sat = sum;
        return true;
}

/* ---- all of them ---- */

static int by_kind(const void *a, const void *b)
{
        const em_pattern *x = a, *y = b;
        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        if (x->tx[0] != y->tx[0])
                return x->tx[0] < y->tx[0] ? -1 : 1;
        return x->payee < y->payee ? -1 : x->payee > y->payee;
}

static em_status check_set(const em_pattern_world *w, const em_pattern_set *s, em_error *err)
{
        for (size_t i = 0; i < s->txs; i++)
                if (s->tx[i] >= w->graph->txs || (i && s->tx[i] <= s->tx[i - 1]))
                        return em_fail(err, EM_FORMAT, "The transactions to look at are not in the chain or not in order.");
        for (size_t i = 0; i < s->outs; i++)
                if (s->out[i] >= w->graph->outs || (i && s->out[i] <= s->out[i - 1]))
                        return em_fail(err, EM_FORMAT, "The outputs to look at are not in the chain or not in order.");
        return EM_OK;
}

em_status em_patterns_find(const em_pattern_world *world, const em_pattern_set *set, const em_pattern_limits *limits,
                           em_arena *arena, em_pattern **ret_patterns, size_t *ret_count, em_error *err)
{
        EM_TRY(check_set(world, set, err));
        em_find f = { .w = world, .g = world->graph, .set = set, .limits = limits ? limits : &em_pattern_defaults,
                      .arena = arena, .scratch = em_arena_new((size_t)1 << 30) };
        if (!f.scratch)
                return em_find_full(err);
        em_status status = em_find_peels(&f, err);
        if (status == EM_OK)
                status = em_find_shapes(&f, err);
        if (status == EM_OK && world->paid)
                status = em_find_deposits(&f, err);
        em_arena_free(f.scratch);
        if (status != EM_OK)
                return status;
        if (f.count)
                qsort(f.at, f.count, sizeof *f.at, by_kind);
        *ret_patterns = f.at;
        *ret_count = f.count;
        return EM_OK;
}
