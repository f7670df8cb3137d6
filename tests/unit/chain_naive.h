/* chain_naive.h -- small chains made by hand or by dice, and taint done the obvious slow way.
 *
 * For tests only.  A toy chain holds few satoshi, so the naive taint keeps every single one of
 * them as a cell of an array that says whether it is stolen and where it was one step before;
 * orders are made by picking the best again and again; shares by handing out satoshi one at a
 * time.  It walks all transactions of the chain and knows nothing of queues, runs or spans.
 */
#ifndef CHAIN_NAIVE_H
#define CHAIN_NAIVE_H

#include "embargo/taint.h"

#include <stdlib.h>

enum { TOY_TXS = 64, TOY_INS = 256, TOY_OUTS = 256, TOY_SAT = 512 };

typedef struct toy {
        size_t   txs, ins, outs, blocks;
        size_t   first_in[TOY_TXS + 1], first_out[TOY_TXS + 1], block_of[TOY_TXS];
        em_id    in_out[TOY_INS];
        int64_t  value[TOY_OUTS];
        em_id    out_in[TOY_OUTS];
        uint32_t payee[TOY_OUTS];
        uint8_t  col_first_in[5 * (TOY_TXS + 1)], col_first_out[5 * (TOY_TXS + 1)];
        uint8_t  col_in_out[5 * TOY_INS], col_value[8 * TOY_OUTS], col_out_in[5 * TOY_OUTS];
        uint8_t  col_payee[4 * TOY_OUTS], col_block[5 * (TOY_TXS + 1)], col_time[4 * TOY_TXS];
        em_graph graph;
} toy;

/* Dice: splitmix64 (Steele, Lea and Flood 2014). */
static inline uint64_t toy_dice(uint64_t *seed)
{
        uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}
static inline size_t toy_below(uint64_t *seed, size_t n)
{
        return (size_t)(toy_dice(seed) % n);
}

static inline void toy_put(uint8_t *at, uint64_t v, int bytes)
{
        for (int i = 0; i < bytes; i++)
                at[i] = (uint8_t)(v >> 8 * i);
}

/* ---- making ---- */

static inline void toy_block(toy *c) { c->blocks++; }

/* A transaction of the block made last; the payee of each output is its own number. */
static inline size_t toy_tx(toy *c, const em_id *in, size_t ins, const int64_t *out, size_t outs)
{
        size_t tx = c->txs++;
        em_assert(tx < TOY_TXS && c->ins + ins <= TOY_INS && c->outs + outs <= TOY_OUTS);
        c->first_in[tx] = c->ins;
        c->first_out[tx] = c->outs;
        c->block_of[tx] = c->blocks - 1;
        for (size_t i = 0; i < ins; i++) {
                if (in[i] != EM_ID_NONE)
                        c->out_in[in[i]] = c->ins;
                c->in_out[c->ins++] = in[i];
        }
        for (size_t j = 0; j < outs; j++) {
                c->value[c->outs] = out[j];
                c->payee[c->outs] = (uint32_t)c->outs;
                c->out_in[c->outs++] = EM_ID_NONE;
        }
        c->first_in[c->txs] = c->ins;
        c->first_out[c->txs] = c->outs;
        return tx;
}

/* The columns; block b has the header time 1000 * (b + 1). */
static inline const em_graph *toy_graph(toy *c)
{
        for (size_t t = 0; t <= c->txs; t++) {
                toy_put(c->col_first_in + 5 * t, c->first_in[t], 5);
                toy_put(c->col_first_out + 5 * t, c->first_out[t], 5);
        }
        for (size_t i = 0; i < c->ins; i++)
                toy_put(c->col_in_out + 5 * i, c->in_out[i], 5);
        for (size_t o = 0; o < c->outs; o++) {
                toy_put(c->col_value + 8 * o, (uint64_t)c->value[o], 8);
                toy_put(c->col_out_in + 5 * o, c->out_in[o], 5);
                toy_put(c->col_payee + 4 * o, c->payee[o], 4);
        }
        size_t tx = 0;
        for (size_t b = 0; b <= c->blocks; b++) {
                while (tx < c->txs && c->block_of[tx] < b)
                        tx++;
                toy_put(c->col_block + 5 * b, b == c->blocks ? c->txs : tx, 5);
                toy_put(c->col_time + 4 * b, 1000 * (b + 1), 4);
        }
        c->graph = (em_graph){ c->blocks, c->txs, c->ins, c->outs, c->outs, c->col_first_in,
                               c->col_first_out, c->col_in_out, c->col_value, c->col_out_in,
                               c->col_payee, c->col_block, c->col_time };
        return &c->graph;
}

/* ---- the naive taint ---- */

/* One satoshi of an output under one policy. */
typedef struct cell { bool stolen; em_id out; int64_t at; } cell;      /* where it was before */

typedef struct naive {
        int64_t  sat[TOY_OUTS][EM_POLICIES_MAX];
        cell    *cells[TOY_OUTS][EM_POLICIES_MAX];      /* [value], IN-OUT only */
        bool     reached[TOY_OUTS];
        em_stop  stop[TOY_OUTS];
        uint32_t hops[TOY_OUTS], ended[TOY_OUTS], mix[TOY_OUTS];
        em_taint_total total[EM_POLICIES_MAX];
        cell     store[EM_POLICIES_MAX * TOY_SAT * 4];
        size_t   used;
} naive;

static inline bool naive_followed(const naive *n, em_id out, size_t p)
{
        return out != EM_ID_NONE && n->reached[out] && n->stop[out] == EM_STOP_NONE
               && n->sat[out][p] > 0 && !(n->ended[out] >> p & 1);
}

/* amount shared by value: floors, then one at a time to the largest remainder. */
static inline void naive_share(int64_t amount, const int64_t *part, size_t parts, int64_t *share)
{
        int64_t whole = 0, left = amount, rest[TOY_OUTS];
        for (size_t i = 0; i < parts; i++)
                whole += part[i];
        for (size_t i = 0; i < parts; i++) {
                share[i] = whole ? amount * part[i] / whole : 0;
                rest[i] = whole ? amount * part[i] % whole : 0;
                left -= share[i];
        }
        for (; left > 0; left--) {
                size_t best = 0;
                for (size_t i = 1; i < parts; i++)
                        if (rest[i] > rest[best])
                                best = i;
                share[best]++;
                rest[best] = -1;
        }
}

/* True when a goes before b under the order, by index when nothing else says so. */
static inline bool naive_in_before(em_in_order order, int64_t va, int64_t vb, bool ta, bool tb,
                                   size_t a, size_t b)
{
        switch (order) {
        case EM_IN_FIRST:    return a < b;
        case EM_IN_LAST:     return a > b;
        case EM_IN_TAINT:    return ta != tb ? ta : a < b;
        case EM_IN_CLEAN:    return ta != tb ? tb : a < b;
        case EM_IN_HIGHEST:  return va != vb ? va > vb : a < b;
        case EM_IN_SMALLEST: return va != vb ? va < vb : a < b;
        }
        return false;
}
static inline bool naive_out_before(em_out_order order, int64_t va, int64_t vb, size_t a, size_t b)
{
        switch (order) {
        case EM_OUT_FIRST:    return a < b;
        case EM_OUT_LAST:     return a > b;
        case EM_OUT_HIGHEST:  return va != vb ? va > vb : a < b;
        case EM_OUT_SMALLEST: return va != vb ? va < vb : a < b;
        }
        return false;
}

static inline cell *naive_cells(naive *n, int64_t count)
{
        em_assert(n->used + (size_t)count <= sizeof n->store / sizeof *n->store);
        cell *c = n->store + n->used;
        n->used += (size_t)count;
        return c;
}

/* Lays every satoshi of the inputs in a row and deals them out.  Returns the fee's stolen ones. */
static inline int64_t naive_cut(naive *n, const toy *c, size_t tx, size_t p, em_policy policy,
                                int64_t fee)
{
        static cell line[TOY_SAT];
        size_t ins = c->first_in[tx + 1] - c->first_in[tx];
        size_t outs = c->first_out[tx + 1] - c->first_out[tx], length = 0;
        const em_id *in_out = c->in_out + c->first_in[tx];
        int64_t value[TOY_INS], shave[TOY_INS] = { 0 }, fee_stolen = 0;
        bool used[TOY_INS] = { 0 };
        for (size_t i = 0; i < ins; i++)
                value[i] = c->value[in_out[i]];
        if (policy.fee == EM_FEE_SHARE)
                naive_share(fee, value, ins, shave);
        for (size_t k = 0; k < ins; k++) {
                size_t best = ins;
                for (size_t i = 0; i < ins; i++)
                        if (!used[i] && (best == ins || naive_in_before(policy.in, value[i],
                            value[best], naive_followed(n, in_out[i], p),
                            naive_followed(n, in_out[best], p), i, best)))
                                best = i;
                used[best] = true;
                em_id from = in_out[best];
                for (int64_t s = 0; s < value[best]; s++) {
                        bool stolen = naive_followed(n, from, p) && n->cells[from][p][s].stolen;
                        if (s < value[best] - shave[best])
                                line[length++] = (cell){ stolen, from, s };
                        else
                                fee_stolen += stolen;
                }
        }
        size_t at = 0;
        bool paid[TOY_OUTS] = { 0 };
        for (size_t k = 0; k < outs; k++) {
                size_t best = outs, first = c->first_out[tx];
                for (size_t j = 0; j < outs; j++)
                        if (!paid[j] && (best == outs || naive_out_before(policy.out,
                            c->value[first + j], c->value[first + best], j, best)))
                                best = j;
                paid[best] = true;
                em_id out = first + best;
                n->cells[out][p] = naive_cells(n, c->value[out]);
                for (int64_t s = 0; s < c->value[out]; s++) {
                        n->cells[out][p][s] = line[at++];
                        n->sat[out][p] += n->cells[out][p][s].stolen;
                }
        }
        for (; at < length; at++)
                fee_stolen += line[at].stolen;
        return fee_stolen;
}

/* One policy at one transaction whose inputs are all known. */
static inline void naive_policy(naive *n, const toy *c, size_t tx, size_t p, em_policy policy,
                                bool *ret_mixed)
{
        int64_t stolen = 0, total = 0, parts[TOY_OUTS], share[TOY_OUTS] = { 0 };
        size_t outs = c->first_out[tx + 1] - c->first_out[tx];
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++) {
                total += c->value[c->in_out[i]];
                if (naive_followed(n, c->in_out[i], p))
                        stolen += n->sat[c->in_out[i]][p];
        }
        int64_t fee = total;
        for (size_t j = 0; j < outs; j++) {
                parts[j] = c->value[c->first_out[tx] + j];
                fee -= parts[j];
        }
        parts[outs] = fee;
        if (stolen == 0)
                return;
        *ret_mixed = stolen < total && policy.kind == EM_TAINT_DIRTY;
        if (policy.kind == EM_TAINT_PURE && stolen < total) {
                for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++)
                        if (naive_followed(n, c->in_out[i], p))
                                n->ended[c->in_out[i]] |= UINT32_C(1) << p;
                return;
        }
        if (policy.kind == EM_TAINT_CUT) {
                share[outs] = naive_cut(n, c, tx, p, policy, fee);
        } else {
                int64_t amount = policy.kind == EM_TAINT_POISON ? total : stolen;
                n->total[p].grown += amount - stolen;
                naive_share(amount, parts, outs + 1, share);
                for (size_t j = 0; j < outs; j++)
                        n->sat[c->first_out[tx] + j][p] = share[j];
        }
        if (policy.fee == EM_FEE_DROP)
                n->total[p].dropped += share[outs];
        else
                n->total[p].fees += share[outs];
}

/* Adds a seed to what has arrived. */
static inline void naive_seed(naive *n, const toy *c, em_seed seed, const em_taint_opts *o)
{
        for (size_t p = 0; p < o->policies; p++) {
                int64_t arrived = n->sat[seed.out][p];
                if (o->policy[p].kind == EM_TAINT_CUT) {
                        if (!n->cells[seed.out][p]) {
                                n->cells[seed.out][p] = naive_cells(n, c->value[seed.out]);
                                memset(n->cells[seed.out][p], 0,
                                       (size_t)c->value[seed.out] * sizeof(cell));
                        }
                        for (int64_t s = 0; s < seed.stolen_sat; s++)
                                n->cells[seed.out][p][s] = (cell){ true, EM_ID_NONE, s };
                        n->sat[seed.out][p] = 0;
                        for (int64_t s = 0; s < c->value[seed.out]; s++)
                                n->sat[seed.out][p] += n->cells[seed.out][p][s].stolen;
                } else if (arrived < seed.stolen_sat) {
                        n->sat[seed.out][p] = seed.stolen_sat;
                }
                n->total[p].stolen += n->sat[seed.out][p] - arrived;
        }
}

static inline em_stop naive_stop(const naive *n, const toy *c, em_id out, bool seed,
                                 const em_taint_opts *o)
{
        int64_t most = 0;
        bool any = false;
        for (size_t p = 0; p < o->policies; p++) {
                if (n->sat[out][p] > most)
                        most = n->sat[out][p];
                if (n->sat[out][p] > 0 && !(n->ended[out] >> p & 1))
                        any = true;
        }
        if (!any)
                return EM_STOP_MIXED;
        if (o->burns && o->burns(o->burns_ctx, out))
                return EM_STOP_BURNT;
        if (o->label && o->label(o->label_ctx, c->payee[out]) && !o->through_labels && !seed)
                return EM_STOP_LABEL;
        if (c->out_in[out] == EM_ID_NONE)
                return EM_STOP_UNSPENT;
        if (o->max_hops && n->hops[out] >= o->max_hops)
                return EM_STOP_HOPS;
        return most < o->min_sat && !seed ? EM_STOP_AMOUNT : EM_STOP_NONE;
}

/* What stops the coins that enter a transaction; NONE when nothing does. */
static inline em_stop naive_spend(const toy *c, size_t tx, const em_taint_opts *o)
{
        if (o->until_time_s && 1000 * (c->block_of[tx] + 1) > o->until_time_s)
                return EM_STOP_TIME;
        if (o->mixes && o->mixes(o->mixes_ctx, tx) && !o->through_coinjoin)
                return EM_STOP_COINJOIN;
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++)
                if (c->in_out[i] == EM_ID_NONE)
                        return EM_STOP_UNKNOWN;
        return EM_STOP_NONE;
}

static inline void naive_tx(naive *n, const toy *c, size_t tx, const em_seed *seed, size_t seeds,
                            const em_taint_opts *o)
{
        uint32_t hops = UINT32_MAX, mixed = 0;
        bool carried = false;
        em_stop stop = naive_spend(c, tx, o);
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++) {
                em_id from = c->in_out[i];
                if (from == EM_ID_NONE || !n->reached[from] || n->stop[from] != EM_STOP_NONE)
                        continue;
                carried = true;
                n->stop[from] = stop;
                if (o->mixes)
                        n->mix[from] = o->mixes(o->mixes_ctx, tx);
        }
        for (size_t p = 0; p < o->policies && carried && stop == EM_STOP_NONE; p++) {
                bool is_mixed = false;
                naive_policy(n, c, tx, p, o->policy[p], &is_mixed);
                mixed |= is_mixed ? UINT32_C(1) << p : 0;
        }
        for (size_t i = c->first_in[tx]; i < c->first_in[tx + 1]; i++) {
                em_id from = c->in_out[i];
                bool goes = false;
                for (size_t p = 0; p < o->policies; p++)
                        goes = goes || naive_followed(n, from, p);
                if (goes && n->hops[from] + 1 < hops)
                        hops = n->hops[from] + 1;
                if (from != EM_ID_NONE && n->reached[from] && n->stop[from] == EM_STOP_NONE && !goes)
                        n->stop[from] = EM_STOP_MIXED;
        }
        for (em_id out = c->first_out[tx]; out < c->first_out[tx + 1]; out++) {
                bool is_seed = false;
                for (size_t s = 0; s < seeds; s++)
                        if (seed[s].out == out) {
                                naive_seed(n, c, seed[s], o);
                                is_seed = true;
                        }
                for (size_t p = 0; p < o->policies; p++)
                        if (n->sat[out][p] > 0) {
                                n->reached[out] = true;
                                n->ended[out] |= is_seed ? 0 : mixed & UINT32_C(1) << p;
                        }
                n->hops[out] = is_seed ? 0 : hops;
                if (n->reached[out])
                        n->stop[out] = naive_stop(n, c, out, is_seed, o);
        }
}

static inline void naive_totals(naive *n, const toy *c, const em_taint_opts *o)
{
        for (em_id out = 0; out < c->outs; out++)
                for (size_t p = 0; p < o->policies; p++) {
                        em_taint_total *t = &n->total[p];
                        int64_t sat = n->sat[out][p];
                        if (!n->reached[out])
                                continue;
                        if (n->ended[out] >> p & 1)
                                *(o->policy[p].kind == EM_TAINT_PURE ? &t->dropped : &t->mixed) += sat;
                        else if (n->stop[out] == EM_STOP_UNSPENT)
                                t->sitting += sat;
                        else if (n->stop[out] == EM_STOP_LABEL)
                                *(o->label(o->label_ctx, c->payee[out]) >= EM_TAINT_MIXER ? &t->mixed
                                                                                          : &t->deposited) += sat;
                        else if (n->stop[out] == EM_STOP_COINJOIN)
                                t->mixed += sat;
                        else if (n->stop[out] == EM_STOP_BURNT)
                                t->burnt += sat;
                        else if (n->stop[out] != EM_STOP_NONE)
                                t->stopped += sat;
                }
}

/* Only what the last run used is cleared. */
static inline void naive_run(naive *n, const toy *c, const em_seed *seed, size_t seeds,
                             const em_taint_opts *o)
{
        memset(n->sat, 0, c->outs * sizeof *n->sat);
        memset(n->cells, 0, c->outs * sizeof *n->cells);
        memset(n->reached, 0, sizeof n->reached);
        memset(n->stop, 0, sizeof n->stop);
        memset(n->hops, 0, sizeof n->hops);
        memset(n->ended, 0, sizeof n->ended);
        memset(n->mix, 0, sizeof n->mix);
        memset(n->total, 0, sizeof n->total);
        n->used = 0;
        for (size_t tx = 0; tx < c->txs; tx++)
                naive_tx(n, c, tx, seed, seeds, o);
        naive_totals(n, c, o);
}

#endif
