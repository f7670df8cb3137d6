/* cluster_naive.h -- clustering done the obvious slow way, and small chains with payees for it.
 *
 * For tests only.  Clusters are labels: joining two repaints every payee of the one.  Each change
 * heuristic is a question about one output that looks through the whole chain for its answer, and
 * a combination is asked output by output.  Nothing is shared with the engine but the CoinJoin rules.
 */
#ifndef CLUSTER_NAIVE_H
#define CLUSTER_NAIVE_H

#include "chain_naive.h"
#include "embargo/cluster.h"
#include "chain/change_inside.h"

#include <stdio.h>

typedef struct town {                   /* a toy chain whose outputs pay few payees */
        toy      chain;
        uint8_t  kind[TOY_OUTS];        /* of payees */
        uint64_t pace[TOY_TXS];         /* as em_change_raw's */
        em_id    end;                   /* transactions that count */
        uint32_t payees;                /* paid by those */
} town;

static inline em_script_kind town_kind(void *ctx, uint32_t payee)
{
        return (em_script_kind)((const town *)ctx)->kind[payee];
}

/* Renumbers payees by the output that first pays them, as chain indexes do. */
static inline const em_graph *town_graph(town *t)
{
        uint32_t name[TOY_OUTS], next = 0;
        memset(name, 0xff, sizeof name);
        for (size_t o = 0; o < t->chain.outs; o++) {
                uint32_t was = t->chain.payee[o];
                if (name[was] == UINT32_MAX)
                        name[was] = next++;
                t->chain.payee[o] = name[was];
        }
        t->end = t->chain.txs;
        t->payees = next;
        (void)toy_graph(&t->chain);
        t->chain.graph.payees = next;
        return &t->chain.graph;
}

/* A chain by dice: values from few, so that some are equal and some round; a tenth of the outputs OP_RETURN. */
static inline void town_make(town *t, uint64_t *seed)
{
        static const int64_t some[] = { 100, 100, 200, 1000, 2730, 3000, 12345, 777, 1000000, 54321, 5000 };
        em_id unspent[TOY_OUTS];
        size_t free_outs = 0, txs = 10 + toy_below(seed, 40), names = 3 + toy_below(seed, 40);
        memset(t, 0, sizeof *t);
        for (size_t n = 0; n < txs && t->chain.ins + 8 < TOY_INS && t->chain.outs + 8 < TOY_OUTS; n++) {
                em_id in[8] = { EM_ID_NONE };
                int64_t out[8];
                size_t ins = 1, outs = 1 + toy_below(seed, toy_below(seed, 4) ? 3 : 7);
                bool coinbase = t->chain.blocks == 0 || toy_below(seed, 4) == 0;
                if (coinbase)
                        toy_block(&t->chain);
                else
                        ins = 1 + toy_below(seed, toy_below(seed, 3) ? 3 : 7);
                for (size_t i = 0; i < ins && !coinbase; i++) {
                        size_t at = free_outs ? toy_below(seed, free_outs) : 0;
                        bool none = free_outs == 0 || toy_below(seed, 40) == 0;
                        in[i] = none ? EM_ID_NONE : unspent[at];
                        if (!none)
                                unspent[at] = unspent[--free_outs];
                }
                bool mix = ins > 2 && toy_below(seed, 3) == 0;  /* half of the outputs equal, all to others */
                outs = mix ? 2 * (ins - 1) - toy_below(seed, 2) : outs;
                outs = outs > 8 ? 8 : outs;
                for (size_t o = 0; o < outs; o++)
                        out[o] = mix && o < ins - 1 ? 3000 : some[toy_below(seed, sizeof some / sizeof *some)];
                size_t tx = toy_tx(&t->chain, in, ins, out, outs);
                t->pace[tx] = toy_below(seed, 8) == 0 ? EM_CHANGE_NO_PACE << 1 : toy_below(seed, 4);
                for (size_t o = t->chain.first_out[tx]; o < t->chain.outs; o++) {
                        t->chain.payee[o] = mix ? (uint32_t)(o % TOY_OUTS) : (uint32_t)toy_below(seed, names);
                        unspent[free_outs++] = o;
                }
        }
        (void)town_graph(t);
        for (size_t p = 0; p < TOY_OUTS; p++)
                t->kind[p] = toy_below(seed, 10) ? (uint8_t)(EM_SCRIPT_P2PKH + toy_below(seed, 2)) : EM_SCRIPT_NULLDATA;
}

/* ---- sides ---- */

typedef struct view { int64_t in_sat[16], out_sat[16]; uint32_t in[16], to[16]; em_id out[16];
                      size_t ins, outs, returns; bool unknown; } view;

static inline view view_of(const town *t, size_t tx)
{
        const toy *c = &t->chain;
        view v = { .ins = 0 };
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++) {
                if (c->in_out[i] == EM_ID_NONE) {
                        v.unknown = true;
                        continue;
                }
                v.in_sat[v.ins] = c->value[c->in_out[i]];
                v.in[v.ins++] = c->payee[c->in_out[i]];
        }
        for (size_t o = c->first_out[tx]; o < c->first_out[tx + 1]; o++) {
                if (t->kind[c->payee[o]] == EM_SCRIPT_NULLDATA) {
                        v.returns++;
                        continue;
                }
                v.out[v.outs] = o;
                v.out_sat[v.outs] = c->value[o];
                v.to[v.outs++] = c->payee[o];
        }
        return v;
}

static inline bool naive_left_out(const town *t, size_t tx, int least, em_arena *arena, em_coinjoin *ret)
{
        view v = view_of(t, tx);
        em_coinjoin_tx asked = { v.in_sat, v.in, v.ins, v.out_sat, v.to, v.outs, v.returns };
        em_assert(em_coinjoin_find(&asked, arena, ret, NULL) == EM_OK);
        return ret->kind != EM_COINJOIN_NONE && ret->kind != EM_COINJOIN_TX0 && ret->confidence >= least;
}

/* ---- one heuristic, one output ---- */

static inline size_t tx_of(const size_t *first, size_t txs, size_t id)
{
        size_t tx = 0;
        while (tx + 1 < txs && first[tx + 1] <= id)
                tx++;
        return tx;
}

static inline em_id spent_by(const town *t, em_id out)
{
        if (t->chain.out_in[out] == EM_ID_NONE)
                return EM_ID_NONE;
        size_t tx = tx_of(t->chain.first_in, t->chain.txs, (size_t)t->chain.out_in[out]);
        return tx < t->end ? tx : EM_ID_NONE;
}

static inline bool two_from_one(const town *t, em_id tx)
{
        return t->chain.first_in[tx + 1] - t->chain.first_in[tx] == 1 &&
               t->chain.first_out[tx + 1] - t->chain.first_out[tx] == 2;
}

static inline bool naive_peels(const town *t, em_id tx)
{
        bool beside = false;
        if (!two_from_one(t, tx))
                return false;
        em_id in = t->chain.in_out[t->chain.first_in[tx]];
        if (in != EM_ID_NONE)
                beside = two_from_one(t, tx_of(t->chain.first_out, t->chain.txs, (size_t)in));
        for (size_t o = t->chain.first_out[tx]; o < t->chain.first_out[tx + 1]; o++)
                if (spent_by(t, o) != EM_ID_NONE && two_from_one(t, spent_by(t, o)))
                        beside = true;
        return beside;
}

/* Outputs of transactions [from, to) that pay the payee. */
static inline size_t times_paid(const town *t, uint32_t payee, size_t from, size_t to)
{
        size_t n = 0;
        for (size_t o = t->chain.first_out[from]; o < t->chain.first_out[to]; o++)
                n += t->chain.payee[o] == payee;
        return n;
}

static inline bool naive_holds(const town *t, size_t tx, const view *v, size_t i, unsigned what, unsigned digits)
{
        int64_t smallest = INT64_MAX, power = 1;
        bool one_kind = true, reused = false, below, fresh;
        em_id by = spent_by(t, v->out[i]);
        for (size_t k = 0; k < v->ins; k++) {
                smallest = v->in_sat[k] < smallest ? v->in_sat[k] : smallest;
                one_kind = one_kind && t->kind[v->in[k]] == t->kind[v->in[0]];
                reused = reused || v->in[k] == v->to[i];
        }
        while (digits-- > 0)
                power *= 10;
        below = v->out_sat[i] < smallest;
        fresh = times_paid(t, v->to[i], 0, tx) == 0;
        bool kind = one_kind && t->kind[v->to[i]] == t->kind[v->in[0]];
        size_t rivals = 0;
        switch (what) {
        case EM_CHANGE_ADDRESS_REUSE: return reused;
        case EM_CHANGE_ADDRESS_TYPE:  return kind;
        case EM_CHANGE_OPTIMAL:       return below;
        case EM_CHANGE_POWER_OF_TEN:  return v->out_sat[i] % power != 0;
        case EM_CHANGE_CLIENT:        return fresh;
        case EM_CHANGE_LOCKTIME:      return by == EM_ID_NONE || t->pace[by] % 2 == t->pace[tx] % 2;
        case EM_CHANGE_PEELING:       return naive_peels(t, tx) && (by == EM_ID_NONE || naive_peels(t, by));
        case EM_CHANGE_FIXED_FEE:     return by == EM_ID_NONE || (t->pace[by] / 2 == t->pace[tx] / 2 &&
                                                                  t->pace[by] / 2 != EM_CHANGE_NO_PACE);
        case EM_CHANGE_SPENT:         return by != EM_ID_NONE;
        case EM_CHANGE_LEGACY:
                for (size_t k = 0; k < v->outs; k++)
                        rivals += v->out_sat[k] < smallest && times_paid(t, v->to[k], 0, tx) == 0;
                return below && fresh && rivals == 1;
        case EM_CHANGE_ONE_TIME:
                for (size_t k = 0; k < v->outs; k++)
                        rivals += one_kind && t->kind[v->to[k]] == t->kind[v->in[0]] && v->out_sat[k] % 1000 != 0 &&
                                  v->out_sat[k] < smallest && times_paid(t, v->to[k], 0, (size_t)t->end) == 1;
                return v->outs >= 2 && v->outs <= 10 && kind && v->out_sat[i] % 1000 != 0 && below && rivals == 1 &&
                       times_paid(t, v->to[i], 0, (size_t)t->end) == 1;
        default:                      return false;
        }
}

/* ---- combinations, as a tree ---- */

typedef struct wish { unsigned what, digits; struct wish *a, *b; } wish;        /* what: heuristic, '&', '-' or '|' */

static inline wish *wish_make(uint64_t *seed, unsigned deep, em_arena *arena)
{
        wish *w = EM_NEW(arena, wish);
        if (deep == 0 || toy_below(seed, 3) == 0) {
                w->what = (unsigned)toy_below(seed, EM_CHANGE_KINDS);
                w->digits = w->what == EM_CHANGE_POWER_OF_TEN ? 1 + (unsigned)toy_below(seed, 4) : 0;
                return w;
        }
        w->what = (unsigned char)"&-|"[toy_below(seed, 3)];
        w->a = wish_make(seed, deep - 1, arena);
        w->b = wish_make(seed, deep - 1, arena);
        return w;
}

/* With brackets around everything, so that it rests on no rule of precedence. */
static inline void wish_write(const wish *w, em_buf *out)
{
        if (!w->a) {
                em_buf_c(out, em_change_name((em_change_kind)w->what));
                if (w->what == EM_CHANGE_POWER_OF_TEN)
                        em_buf_fmt(out, "(%u)", w->digits);
                return;
        }
        em_buf_ch(out, '(');
        wish_write(w->a, out);
        em_buf_ch(out, (char)w->what);
        wish_write(w->b, out);
        em_buf_ch(out, ')');
}

static inline bool wish_holds(const wish *w, const town *t, size_t tx, const view *v, size_t i)
{
        if (!w->a)
                return naive_holds(t, tx, v, i, w->what, w->digits);
        bool a = wish_holds(w->a, t, tx, v, i), b = wish_holds(w->b, t, tx, v, i);
        return w->what == '&' ? a && b : w->what == '-' ? a && !b : a || b;
}

static inline uint32_t wish_by(const wish *w, const town *t, size_t tx, const view *v, size_t i)
{
        if (w->a)
                return wish_by(w->a, t, tx, v, i) | wish_by(w->b, t, tx, v, i);
        return naive_holds(t, tx, v, i, w->what, w->digits) ? UINT32_C(1) << w->what : 0;
}

/* The one change output, or -1. */
static inline int wish_change(const wish *w, const town *t, size_t tx)
{
        view v = view_of(t, tx);
        int found = -1, n = 0;
        if (!w || v.unknown || v.ins == 0 || v.outs < 2)
                return -1;
        for (size_t i = 0; i < v.outs; i++)
                if (wish_holds(w, t, tx, &v, i)) {
                        found = (int)i;
                        n++;
                }
        return n == 1 ? found : -1;
}

/* ---- the clusters ---- */

static inline bool repaint(uint32_t *label, size_t payees, uint32_t a, uint32_t b)
{
        uint32_t from = label[a] > label[b] ? label[a] : label[b], to = label[a] > label[b] ? label[b] : label[a];
        for (size_t p = 0; p < payees; p++)
                if (label[p] == from)
                        label[p] = to;
        return from != to;
}

/* label[p]: the lowest payee of p's cluster. */
static inline void naive_clusters(const town *t, const wish *w, int least, const bool *named, em_arena *arena, uint32_t *label)
{
        for (uint32_t p = 0; p < TOY_OUTS; p++)
                label[p] = p;
        for (size_t tx = 0; tx < t->end; tx++) {
                em_coinjoin join;
                view v = view_of(t, tx);
                if (named[tx] || naive_left_out(t, tx, least, arena, &join))
                        continue;
                for (size_t i = 1; i < v.ins; i++)
                        (void)repaint(label, TOY_OUTS, v.in[0], v.in[i]);
                int change = wish_change(w, t, tx);
                if (change >= 0)
                        (void)repaint(label, TOY_OUTS, v.in[0], v.to[change]);
        }
}

#endif
