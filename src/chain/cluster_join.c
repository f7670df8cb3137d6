/* Clustering: every transaction's inputs, and its change where that is asked for, joined in the
 * order of the chain.
 *
 * The chain is cut into batches, a batch into slots of 4,096 transactions.  While nothing is united,
 * all threads work on the slots of a batch: they look up payees, judge CoinJoins, find roots, and keep only
 * those pairs that are not one cluster yet, which are few.  Then one thread unites the slots' pairs in
 * order.  A pair that was dropped would have joined nothing, so the unions are those of a plain walk from
 * the first transaction to the last, for any number of threads.
 *
 * The time is that of two random reads an input, its payee and that payee's parent, so both are
 * asked of memory many inputs ahead.  A transaction of one input costs neither.
 */
#include "embargo/cluster.h"
#include "base/union_find.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOTS      ((size_t)64)
#define SLOT_TXS   ((em_id)4096)
#define AHEAD      ((size_t)32)         /* inputs; measured: 16 to 64 are alike */
#define ARENA_MOST ((size_t)1 << 30)
#define NOBODY     UINT32_MAX           /* the payee of an unknown output */

const em_cluster_opts em_cluster_defaults = { .least = 50 };

typedef struct pair { em_union u; uint32_t ra, rb; } pair;      /* with a root or an ancestor of each */

typedef struct slot {
        em_id     from, to;             /* transactions */
        uint32_t  fresh_from, fresh_to; /* payees seen before it; and after it */
        em_id    *out;                  /* what the inputs that matter spend */
        uint32_t *payee, *root;
        size_t    ins, cap;
        pair     *pair;
        size_t    pairs, pairs_cap;
        em_arena *arena;
        em_cluster_made made;
} slot;

typedef struct join {
        const em_graph        *g;
        const em_cluster_opts *opts;
        em_change_world world;
        uint64_t *again;                /* payees paid by a second output: a bit each */
        uint32_t *parent;
        bool      scan;                 /* the outputs' payees must be looked at in order */
        uint32_t  payees;               /* seen so far, when they are */
        em_status (*tell)(void *ctx, const em_union *u, em_error *err);
        void     *tell_ctx;
        slot      slot[SLOTS];
        em_cluster_made made;
} join;

static em_status no_room(em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory for clusters");
}

static em_status beyond(em_error *err)
{
        return em_fail(err, EM_FORMAT, "the chain index is damaged: an id is beyond its count");
}

/* ---- one transaction's sides ---- */

typedef struct sides {
        int64_t *in_sat, *out_sat;
        uint32_t *in_payee, *out_payee;
        em_id   *out;
        size_t   ins, outs, op_returns;
        bool     unknown;
} sides;

typedef em_script_kind kind_of(void *ctx, uint32_t payee);

static em_status sides_of(const em_graph *g, kind_of *kind, void *ctx, em_id tx, em_arena *arena, sides *ret, em_error *err)
{
        em_id i = em_graph_first_in(g, tx), i_end = em_graph_first_in(g, tx + 1);
        em_id o = em_graph_first_out(g, tx), o_end = em_graph_first_out(g, tx + 1);
        if (i_end < i || i_end > g->ins || o_end < o || o_end > g->outs)
                return beyond(err);
        size_t ins = (size_t)(i_end - i), outs = (size_t)(o_end - o);
        sides s = { EM_NEW_N(arena, int64_t, ins), EM_NEW_N(arena, int64_t, outs), EM_NEW_N(arena, uint32_t, ins),
                    EM_NEW_N(arena, uint32_t, outs), EM_NEW_N(arena, em_id, outs), 0, 0, 0, false };
        if (!s.in_sat || !s.out_sat || !s.in_payee || !s.out_payee || !s.out)
                return no_room(err);
        for (; i < i_end; i++) {
                em_id spent = em_graph_spent(g, i);
                if (spent == EM_ID_NONE) {
                        s.unknown = true;
                        continue;
                }
                if (spent >= g->outs || em_graph_payee(g, spent) >= g->payees)
                        return beyond(err);
                s.in_sat[s.ins] = em_graph_value(g, spent);
                s.in_payee[s.ins++] = em_graph_payee(g, spent);
        }
        for (; o < o_end; o++) {
                uint32_t payee = em_graph_payee(g, o);
                if (payee >= g->payees)
                        return beyond(err);
                if (kind(ctx, payee) == EM_SCRIPT_NULLDATA) {
                        s.op_returns++;
                        continue;
                }
                s.out[s.outs] = o;
                s.out_sat[s.outs] = em_graph_value(g, o);
                s.out_payee[s.outs++] = payee;
        }
        *ret = s;
        return EM_OK;
}

/* Without its payees, which cost most: could any rule of embargo/coinjoin.h hold?  All want two inputs; under
 * ten inputs all want a value that two of at least three outputs share. */
static bool may_be_coinjoin(const em_graph *g, em_id tx, size_t ins)
{
        em_id first = em_graph_first_out(g, tx), end = em_graph_first_out(g, tx + 1);
        if (ins < 2 || end - first < 2)
                return false;
        if (ins >= 10 || end - first > 40)
                return true;
        for (em_id o = first; o < end && end - first > 2; o++)
                for (em_id p = first; p < o; p++)
                        if (em_graph_value(g, o) == em_graph_value(g, p))
                                return true;
        return false;
}

static em_status judge(const join *j, slot *s, em_id tx, bool *ret_left_out, em_error *err)
{
        sides of;
        em_coinjoin found;
        em_arena_reset(s->arena);
        EM_TRY(sides_of(j->g, j->world.kind, j->world.ctx, tx, s->arena, &of, err));
        em_coinjoin_tx asked = { of.in_sat, of.in_payee, of.ins, of.out_sat, of.out_payee, of.outs, of.op_returns };
        EM_TRY(em_coinjoin_find(&asked, s->arena, &found, err));
        *ret_left_out = found.kind != EM_COINJOIN_NONE && found.kind != EM_COINJOIN_TX0 && found.confidence >= j->opts->least;
        if (*ret_left_out)
                s->made.joins[found.kind]++;
        else
                s->made.stonewalls += found.stonewall;
        return EM_OK;
}

/* ---- a slot, by any thread ---- */

static em_status room_for(slot *s, size_t ins, em_error *err)
{
        if (ins <= s->cap)
                return EM_OK;
        size_t cap = ins + ins / 2;
        free(s->out);
        free(s->payee);
        free(s->root);
        s->cap = 0;
        s->out = malloc(cap * sizeof *s->out);
        s->payee = malloc(cap * sizeof *s->payee);
        s->root = malloc(cap * sizeof *s->root);
        if (!s->out || !s->payee || !s->root)
                return no_room(err);
        s->cap = cap;
        return EM_OK;
}

static em_status add_pair(slot *s, pair p, em_error *err)
{
        if (s->pairs == s->pairs_cap) {
                size_t cap = s->pairs_cap ? 2 * s->pairs_cap : 1024;
                pair *more = realloc(s->pair, cap * sizeof *more);
                if (!more)
                        return no_room(err);
                s->pair = more;
                s->pairs_cap = cap;
        }
        s->pair[s->pairs++] = p;
        return EM_OK;
}

static bool coinbase(const em_graph *g, em_id tx)
{
        return tx == 0 || em_graph_block_of_tx(g, tx) != em_graph_block_of_tx(g, tx - 1);
}

/* What the inputs spend, of transactions that can join anything. */
static em_status read_inputs(const join *j, slot *s, em_error *err)
{
        const em_graph *g = j->g;
        em_id first = em_graph_first_in(g, s->from), end = em_graph_first_in(g, s->to);
        size_t n = 0;
        if (end < first || end > g->ins)
                return beyond(err);
        EM_TRY(room_for(s, (size_t)(end - first) + 1, err));
        s->made.txs += s->to - s->from;
        s->made.ins += end - first;
        for (em_id tx = s->from, i = first; tx < s->to; tx++) {
                em_id next = em_graph_first_in(g, tx + 1);
                if (next < i || next > end)
                        return beyond(err);
                bool one = next - i == 1, wanted = !one || j->opts->change;
                for (; i < next; i++) {
                        em_id out = em_graph_spent(g, i);
                        if (out == EM_ID_NONE)
                                s->made.unknown += !(one && coinbase(g, tx));
                        else if (out >= g->outs)
                                return beyond(err);
                        if (wanted)
                                s->out[n++] = out;
                }
        }
        s->ins = n;
        return EM_OK;
}

static em_status find_roots(const join *j, slot *s, em_error *err)
{
        const em_graph *g = j->g;
        for (size_t k = 0; k < s->ins; k++) {
                if (k + AHEAD < s->ins && s->out[k + AHEAD] != EM_ID_NONE)
                        __builtin_prefetch(g->out_payee + 4 * s->out[k + AHEAD]);
                s->payee[k] = s->out[k] == EM_ID_NONE ? NOBODY : em_graph_payee(g, s->out[k]);
                if (s->payee[k] >= g->payees && s->payee[k] != NOBODY)
                        return beyond(err);
        }
        for (size_t k = 0; k < s->ins; k++) {
                size_t far = k + AHEAD, near = k + AHEAD / 2;
                if (far < s->ins && s->payee[far] != NOBODY)
                        __builtin_prefetch(j->parent + s->payee[far]);
                if (near < s->ins && s->payee[near] != NOBODY)
                        __builtin_prefetch(j->parent + em_uf_parent(j->parent, s->payee[near]));
                if (s->payee[k] == NOBODY)
                        s->root[k] = NOBODY;
                else if (k > 0 && s->payee[k] == s->payee[k - 1])
                        s->root[k] = s->root[k - 1];
                else
                        s->root[k] = em_uf_find(j->parent, s->payee[k]);
        }
        return EM_OK;
}

/* Inputs k to end of a transaction: each that is not in the first's cluster yet. */
static em_status join_inputs(slot *s, em_id tx, size_t k, size_t end, em_error *err)
{
        while (k < end && s->payee[k] == NOBODY)
                k++;
        for (size_t i = k + 1; i < end; i++)
                if (s->root[i] != s->root[k] && s->payee[i] != NOBODY)
                        EM_TRY(add_pair(s, (pair){ { s->payee[k], s->payee[i], tx, 0 }, s->root[k], s->root[i] }, err));
        return EM_OK;
}

static em_status join_change(const join *j, slot *s, em_id tx, size_t k, em_error *err)
{
        sides of;
        em_change_found found;
        em_arena_reset(s->arena);
        EM_TRY(sides_of(j->g, j->world.kind, j->world.ctx, tx, s->arena, &of, err));
        if (of.unknown || of.ins == 0)
                return EM_OK;
        uint32_t fresh = s->fresh_to;
        em_change_tx asked = { tx, of.in_sat, of.in_payee, of.ins, of.out, of.out_sat, of.out_payee, of.outs, fresh };
        EM_TRY(em_change_find(j->opts->change, &j->world, &asked, s->arena, &found, err));
        if (!found.found)
                return EM_OK;
        uint32_t to = of.out_payee[found.at], root = em_uf_find(j->parent, to);
        s->made.changes++;
        if (root == s->root[k])
                return EM_OK;
        return add_pair(s, (pair){ { s->payee[k], to, tx, found.by }, s->root[k], root }, err);
}

/* Raises fresh_to to what the transaction's outputs have paid. */
static void see_outputs(const join *j, slot *s, em_id tx)
{
        em_id end = em_graph_first_out(j->g, tx + 1);
        for (em_id o = em_graph_first_out(j->g, tx); o < end; o++)
                if (em_graph_payee(j->g, o) >= s->fresh_to)
                        s->fresh_to = em_graph_payee(j->g, o) + 1;
}

/* The first transaction left out by name that is not before tx, as a place in the list. */
static size_t named_from(const em_cluster_opts *o, em_id tx)
{
        size_t low = 0, high = o->leave_outs;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (o->leave_out[mid] < tx)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static em_status join_slot(void *ctx, size_t at, em_error *err)
{
        join *j = ctx;
        slot *s = &j->slot[at];
        if (s->from == s->to)
                return EM_OK;
        EM_TRY(read_inputs(j, s, err));
        EM_TRY(find_roots(j, s, err));
        s->fresh_to = s->fresh_from;
        size_t named = named_from(j->opts, s->from);
        for (em_id tx = s->from, i = em_graph_first_in(j->g, tx), k = 0; tx < s->to; tx++) {
                em_id next = em_graph_first_in(j->g, tx + 1);
                size_t ins = (size_t)(next - i);
                bool wanted = ins != 1 || j->opts->change, left_out = false;
                if (named < j->opts->leave_outs && j->opts->leave_out[named] == tx) {
                        left_out = true;
                        s->made.named++;
                        named++;
                } else if (wanted && may_be_coinjoin(j->g, tx, ins)) {
                        EM_TRY(judge(j, s, tx, &left_out, err));
                }
                if (wanted && !left_out)
                        EM_TRY(join_inputs(s, tx, (size_t)k, (size_t)k + ins, err));
                if (j->opts->change && !left_out)
                        EM_TRY(join_change(j, s, tx, (size_t)k, err));
                if (j->opts->change)
                        see_outputs(j, s, tx);
                k += wanted ? ins : 0;
                i = next;
        }
        return EM_OK;
}

/* ---- payees in the order of the outputs ---- */

static em_status scan_slot(void *ctx, size_t at, em_error *err)
{
        join *j = ctx;
        slot *s = &j->slot[at];
        em_id from = em_graph_first_out(j->g, s->from), to = em_graph_first_out(j->g, s->to);
        if (to < from || to > j->g->outs)
                return beyond(err);
        s->fresh_to = 0;
        for (em_id o = from; o < to; o++) {
                uint32_t payee = em_graph_payee(j->g, o);
                if (payee >= j->g->payees)
                        return beyond(err);
                s->fresh_to = payee >= s->fresh_to ? payee + 1 : s->fresh_to;
        }
        return EM_OK;
}

static em_status mark_again(join *j, em_id end_tx, em_error *err)
{
        uint32_t seen = 0;
        j->again = calloc((size_t)(j->g->payees / 64 + 1), sizeof *j->again);
        if (!j->again)
                return no_room(err);
        em_id end = em_graph_first_out(j->g, end_tx);
        if (end > j->g->outs)
                return beyond(err);
        for (em_id o = 0; o < end; o++) {
                uint32_t payee = em_graph_payee(j->g, o);
                if (payee >= j->g->payees)
                        return beyond(err);
                if (payee < seen)
                        j->again[payee / 64] |= UINT64_C(1) << (payee % 64);
                else
                        seen = payee + 1;
        }
        return EM_OK;
}

/* ---- all slots of a batch, in order ---- */

static void add_made(em_cluster_made *to, const em_cluster_made *of)
{
        to->txs += of->txs;
        to->ins += of->ins;
        to->unknown += of->unknown;
        to->stonewalls += of->stonewalls;
        to->changes += of->changes;
        to->named += of->named;
        for (int k = 0; k < EM_COINJOIN_KINDS; k++)
                to->joins[k] += of->joins[k];
}

static em_status unite(join *j, slot *s, em_error *err)
{
        for (size_t n = 0; n < s->pairs; n++) {
                if (n + AHEAD / 2 < s->pairs) {
                        __builtin_prefetch(j->parent + s->pair[n + AHEAD / 2].ra);
                        __builtin_prefetch(j->parent + s->pair[n + AHEAD / 2].rb);
                }
                const pair *p = &s->pair[n];
                if (!em_uf_unite(j->parent, p->ra, p->rb))
                        continue;
                j->made.unions++;
                j->made.by_change += p->u.by != 0;
                if (j->tell)
                        EM_TRY(j->tell(j->tell_ctx, &p->u, err));
        }
        return EM_OK;
}

static em_status do_batch(join *j, em_id from, em_id end, em_error *err)
{
        for (size_t n = 0; n < SLOTS; n++) {
                slot *s = &j->slot[n];
                s->from = from < end ? from : end;
                s->to = end - s->from < SLOT_TXS ? end : s->from + SLOT_TXS;
                from = s->to;
                s->pairs = 0;
                s->made = (em_cluster_made){ 0 };
        }
        if (j->scan)
                EM_TRY(em_parallel(SLOTS, j->opts->threads, scan_slot, j, err));
        for (size_t n = 0; n < SLOTS && j->scan; n++) {
                j->slot[n].fresh_from = j->payees;
                j->payees = j->slot[n].fresh_to > j->payees ? j->slot[n].fresh_to : j->payees;
        }
        EM_TRY(em_parallel(SLOTS, j->opts->threads, join_slot, j, err));
        for (size_t n = 0; n < SLOTS; n++) {
                EM_TRY(unite(j, &j->slot[n], err));
                add_made(&j->made, &j->slot[n].made);
        }
        return EM_OK;
}

/* Every parent is at most its child: one pass upward finds each parent already flat. */
static void flatten(join *j)
{
        uint32_t count = (uint32_t)j->made.payees;
        uint64_t clusters = 0;
        for (uint32_t p = 0; p < count; p++) {
                if (p + 4 * AHEAD < count)
                        __builtin_prefetch(j->parent + j->parent[p + 4 * AHEAD]);
                j->parent[p] = j->parent[j->parent[p]];
                clusters += j->parent[p] == p;
        }
        j->made.clusters = clusters;
}

static bool once(void *ctx, uint32_t payee);

/* ctx of the world is the join, so that both callbacks have theirs. */
typedef struct callbacks { kind_of *kind; void *kind_ctx; const uint64_t *again; } callbacks;

static em_script_kind kind_through(void *ctx, uint32_t payee)
{
        const callbacks *c = ctx;
        return c->kind(c->kind_ctx, payee);
}

static bool once(void *ctx, uint32_t payee)
{
        const callbacks *c = ctx;
        return !(c->again[payee / 64] >> (payee % 64) & 1);
}

static em_status prepare(join *j, em_id *ret_end, em_error *err)
{
        const em_cluster_opts *o = j->opts;
        unsigned needs = o->change ? em_change_needs(o->change) : 0;
        uint64_t blocks = o->blocks && o->blocks < j->g->blocks ? o->blocks : j->g->blocks;
        em_id end = blocks < j->g->blocks ? em_graph_block_first_tx(j->g, blocks) : j->g->txs;
        if (end > j->g->txs || j->g->payees >= NOBODY)
                return beyond(err);
        if ((needs & EM_CHANGE_NEEDS_RAW) && !o->raw)
                return em_fail(err, EM_USAGE, "the change heuristics %.*s ask for lock times or sizes, which only the raw "
                               "blocks have", EM_ARG(em_change_text(o->change)));
        j->made.blocks = blocks;
        j->scan = o->change || end < j->g->txs;
        j->world.end_tx = end;
        for (size_t n = 0; n < SLOTS; n++)
                if (!(j->slot[n].arena = em_arena_new(ARENA_MOST)))
                        return no_room(err);
        for (uint64_t p = 0; p < j->g->payees; p++)
                j->parent[p] = (uint32_t)p;
        *ret_end = end;
        return needs & EM_CHANGE_NEEDS_ONCE ? mark_again(j, end, err) : EM_OK;
}

static em_status run(join *j, callbacks *c, const em_progress *progress, em_error *err)
{
        em_id end = 0;
        EM_TRY(prepare(j, &end, err));
        c->again = j->again;
        for (em_id from = 0; from < end; from += SLOTS * SLOT_TXS) {
                if (!em_progress_tell(progress, "joining inputs", from, end))
                        return em_fail(err, EM_INTERRUPTED, "stopped");
                EM_TRY(do_batch(j, from, end, err));
        }
        j->made.payees = j->scan ? j->payees : j->g->payees;
        flatten(j);
        return EM_OK;
}

static void free_join(join *j)
{
        for (size_t n = 0; n < SLOTS; n++) {
                slot *s = &j->slot[n];
                free(s->out);
                free(s->payee);
                free(s->root);
                free(s->pair);
                em_arena_free(s->arena);
        }
        free(j->again);
        free(j);
}

em_status em_cluster_join(const em_graph *g, em_script_kind (*kind)(void *ctx, uint32_t payee), void *kind_ctx,
                          const em_cluster_opts *opts, const em_progress *progress, uint32_t *parent,
                          em_status (*tell)(void *ctx, const em_union *u, em_error *err), void *tell_ctx,
                          em_cluster_made *ret_made, em_error *err)
{
        callbacks c = { kind, kind_ctx, NULL };
        join *j = calloc(1, sizeof *j);
        if (!j)
                return no_room(err);
        j->g = g;
        j->opts = opts ? opts : &em_cluster_defaults;
        j->world = (em_change_world){ g, 0, j->opts->raw, kind_through, once, &c };
        j->parent = parent;
        j->tell = tell;
        j->tell_ctx = tell_ctx;
        em_status status = run(j, &c, progress, err);
        if (status == EM_OK)
                *ret_made = j->made;
        free_join(j);
        return status;
}
