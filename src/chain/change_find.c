/* Change heuristics on one transaction: each fills a set of outputs, one bit an output; the
 * combination is then operations on words of bits.  A heuristic is one function that says its
 * whole rule.  Those that look at the spender find it by the input's number (binary search).
 */
#include "chain/change_inside.h"

typedef struct asked {
        const em_change_world *world;
        const em_change_tx    *tx;
        int64_t  smallest;              /* input */
        int      kind;                  /* of all inputs' payees; -1: of several kinds */
        int64_t  power;                 /* of ten */
        size_t   words;
} asked;

static bool has(const uint64_t *set, size_t i)   { return set[i / 64] >> (i % 64) & 1; }
static void put(uint64_t *set, size_t i, bool in) { set[i / 64] |= (uint64_t)in << (i % 64); }

/* ---- what heuristics ask ---- */

static int one_kind(const asked *a)
{
        const em_change_world *w = a->world;
        int kind = (int)w->kind(w->ctx, a->tx->in_payee[0]);
        for (size_t i = 1; i < a->tx->ins; i++)
                if ((int)w->kind(w->ctx, a->tx->in_payee[i]) != kind)
                        return -1;
        return kind;
}

/* The transaction that spends an output; EM_ID_NONE while nothing does. */
static em_id spender(const em_change_world *w, em_id out)
{
        em_id in = em_graph_spender(w->graph, out);
        if (in == EM_ID_NONE)
                return EM_ID_NONE;
        em_id tx = em_graph_tx_of_in(w->graph, in);
        return tx < w->end_tx ? tx : EM_ID_NONE;
}

static bool one_in_two_out(const em_graph *g, em_id tx)
{
        return em_graph_first_in(g, tx + 1) - em_graph_first_in(g, tx) == 1 &&
               em_graph_first_out(g, tx + 1) - em_graph_first_out(g, tx) == 2;
}

/* One in, two out, and so is the transaction before it or one after it.  A coinbase has no before. */
static bool peels(const em_change_world *w, em_id tx)
{
        const em_graph *g = w->graph;
        if (!one_in_two_out(g, tx))
                return false;
        em_id before = em_graph_spent(g, em_graph_first_in(g, tx));
        if (before != EM_ID_NONE && one_in_two_out(g, em_graph_tx_of_out(g, before)))
                return true;
        for (em_id o = em_graph_first_out(g, tx); o < em_graph_first_out(g, tx + 1); o++) {
                em_id after = spender(w, o);
                if (after != EM_ID_NONE && one_in_two_out(g, after))
                        return true;
        }
        return false;
}

static bool fresh(const asked *a, size_t i)
{
        return a->tx->out_payee[i] >= a->tx->fresh_from;
}

static bool below_smallest(const asked *a, size_t i)
{
        return a->tx->out_sat[i] < a->smallest;
}

/* ---- the heuristics ---- */

static void address_reuse(const asked *a, uint64_t *set)
{
        for (size_t i = 0; i < a->tx->outs; i++)
                for (size_t k = 0; k < a->tx->ins && !has(set, i); k++)
                        put(set, i, a->tx->in_payee[k] == a->tx->out_payee[i]);
}

static void address_type(const asked *a, uint64_t *set)
{
        int kind = one_kind(a);
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, kind == (int)a->world->kind(a->world->ctx, a->tx->out_payee[i]));
}

static void optimal_change(const asked *a, uint64_t *set)
{
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, below_smallest(a, i));
}

static void power_of_ten(const asked *a, uint64_t *set)
{
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, a->tx->out_sat[i] % a->power != 0);
}

static void client_change(const asked *a, uint64_t *set)
{
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, fresh(a, i));
}

static void locktime(const asked *a, uint64_t *set)
{
        const uint64_t *pace = a->world->raw->pace;
        for (size_t i = 0; i < a->tx->outs; i++) {
                em_id after = spender(a->world, a->tx->out[i]);
                put(set, i, after == EM_ID_NONE || ((pace[after] ^ pace[a->tx->tx]) & 1) == 0);
        }
}

static void peeling_chain(const asked *a, uint64_t *set)
{
        if (!peels(a->world, a->tx->tx))
                return;
        for (size_t i = 0; i < a->tx->outs; i++) {
                em_id after = spender(a->world, a->tx->out[i]);
                put(set, i, after == EM_ID_NONE || peels(a->world, after));
        }
}

static void fixed_fee(const asked *a, uint64_t *set)
{
        const uint64_t *pace = a->world->raw->pace;
        for (size_t i = 0; i < a->tx->outs; i++) {
                em_id after = spender(a->world, a->tx->out[i]);
                put(set, i, after == EM_ID_NONE || (pace[after] >> 1 == pace[a->tx->tx] >> 1 &&
                                                    pace[after] >> 1 != EM_CHANGE_NO_PACE));
        }
}

static void spent(const asked *a, uint64_t *set)
{
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, spender(a->world, a->tx->out[i]) != EM_ID_NONE);
}

static void none(const asked *a, uint64_t *set)
{
        (void)a, (void)set;
}

/* Empties a set that has more than one. */
static void only_one(const asked *a, uint64_t *set)
{
        size_t n = 0;
        for (size_t w = 0; w < a->words; w++)
                n += (size_t)__builtin_popcountll(set[w]);
        if (n > 1)
                memset(set, 0, a->words * sizeof *set);
}

static void legacy(const asked *a, uint64_t *set)
{
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, below_smallest(a, i) && fresh(a, i));
        only_one(a, set);
}

static void one_time_change(const asked *a, uint64_t *set)
{
        const em_change_world *w = a->world;
        int kind = one_kind(a);
        if (a->tx->outs > 10)
                return;
        for (size_t i = 0; i < a->tx->outs; i++)
                put(set, i, kind == (int)w->kind(w->ctx, a->tx->out_payee[i]) && a->tx->out_sat[i] % 1000 != 0 &&
                            below_smallest(a, i) && fresh(a, i) && w->once(w->ctx, a->tx->out_payee[i]));
        only_one(a, set);
}

static void (*const rules[EM_CHANGE_KINDS])(const asked *a, uint64_t *set) = {
        [EM_CHANGE_ADDRESS_REUSE] = address_reuse, [EM_CHANGE_ADDRESS_TYPE] = address_type,
        [EM_CHANGE_OPTIMAL] = optimal_change,      [EM_CHANGE_POWER_OF_TEN] = power_of_ten,
        [EM_CHANGE_CLIENT] = client_change,        [EM_CHANGE_LOCKTIME] = locktime,
        [EM_CHANGE_PEELING] = peeling_chain,       [EM_CHANGE_FIXED_FEE] = fixed_fee,
        [EM_CHANGE_SPENT] = spent,                 [EM_CHANGE_NONE] = none,
        [EM_CHANGE_LEGACY] = legacy,               [EM_CHANGE_ONE_TIME] = one_time_change,
};

/* ---- the combination ---- */

static int64_t ten_to(unsigned digits)
{
        int64_t n = 1;
        while (digits-- > 0)
                n *= 10;
        return n;
}

static void combine(unsigned what, uint64_t *a, const uint64_t *b, size_t words)
{
        for (size_t w = 0; w < words; w++)
                a[w] = what == CHANGE_OR ? a[w] | b[w] : what == CHANGE_AND ? a[w] & b[w] : a[w] & ~b[w];
}

static em_change_found read_set(const asked *a, const uint64_t *set)
{
        em_change_found found = { 0 };
        for (size_t i = 0; i < a->tx->outs; i++)
                if (has(set, i)) {
                        found.at = i;
                        found.left++;
                }
        found.found = found.left == 1;
        return found;
}

em_status em_change_find(const em_change *change, const em_change_world *world, const em_change_tx *tx,
                         em_arena *arena, em_change_found *ret_found, em_error *err)
{
        asked a = { .world = world, .tx = tx, .smallest = INT64_MAX, .words = (tx->outs + 63) / 64 };
        if (tx->outs < 2 || tx->ins == 0) {
                *ret_found = (em_change_found){ 0 };
                return EM_OK;
        }
        for (size_t i = 0; i < tx->ins; i++)
                a.smallest = tx->in_sat[i] < a.smallest ? tx->in_sat[i] : a.smallest;
        uint64_t *own = EM_NEW_N(arena, uint64_t, a.words * change->ops), *stack = EM_NEW_N(arena, uint64_t, a.words * change->deep);
        if (!own || !stack)
                return em_fail(err, EM_NOMEM, "no memory for the change of a transaction");
        size_t n = 0;
        for (size_t k = 0; k < change->ops; k++) {
                const em_change_op *op = &change->op[k];
                if (op->what >= EM_CHANGE_KINDS) {
                        n--;
                        combine(op->what, stack + (n - 1) * a.words, stack + n * a.words, a.words);
                        continue;
                }
                a.power = ten_to(op->digits);
                rules[op->what](&a, own + k * a.words);
                memcpy(stack + n++ * a.words, own + k * a.words, a.words * sizeof *stack);
        }
        em_change_found found = read_set(&a, stack);
        for (size_t k = 0; found.found && k < change->ops; k++)
                if (change->op[k].what < EM_CHANGE_KINDS && has(own + k * a.words, found.at))
                        found.by |= UINT32_C(1) << change->op[k].what;
        *ret_found = found;
        return EM_OK;
}
