/* lots_naive.h -- small histories of accounts made by hand or by dice, and taint done the obvious slow way.
 *
 * For tests only.  Amounts are small, so a balance is an array with one cell for each coin in it, oldest
 * first, that says whether it is stolen and which lot it belongs to.  Every account is followed from the first
 * move of the history; orders are made by picking the best again and again; nothing here knows of queues,
 * heaps or accounts that need no following.
 */
#ifndef LOTS_NAIVE_H
#define LOTS_NAIVE_H

#include "embargo/lots.h"

#include <stdlib.h>

enum { TOY_MOVES = 96, TOY_TXS = 64, TOY_BLOCKS = 32, TOY_ACCOUNTS = 8, TOY_ASSETS = 3, TOY_COINS = 600 };

typedef struct toy {
        em_moves       m;
        em_move        move[TOY_MOVES];
        em_move_tx     tx[TOY_TXS + 1];
        em_move_block  block[TOY_BLOCKS + 1];
        em_move_asset  asset[TOY_ASSETS];
        em_account     account[TOY_ACCOUNTS];
        uint64_t       of_first[TOY_ACCOUNTS + 1], of[2 * TOY_MOVES];
} toy;

/* Dice: splitmix64 (Steele, Lea and Flood 2014). */
static inline uint64_t toy_dice(uint64_t *seed)
{
        uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}
static inline uint32_t toy_below(uint64_t *seed, uint32_t n) { return (uint32_t)(toy_dice(seed) % n); }

/* ---- making: toy_block, then toy_tx, then its moves ---- */

static inline void toy_block(toy *t)
{
        em_assert(t->m.blocks < TOY_BLOCKS);
        t->block[t->m.blocks] = (em_move_block){ 100 + t->m.blocks, (uint32_t)(1000 * (t->m.blocks + 1)),
                                                 (uint32_t)t->m.txs };
        t->m.blocks++;
}
static inline void toy_tx(toy *t, uint32_t sender)
{
        em_assert(t->m.txs < TOY_TXS);
        t->tx[t->m.txs] = (em_move_tx){ .first_move = t->m.moves, .block = (uint32_t)t->m.blocks - 1, .sender = sender,
                                        .to = UINT32_MAX };
        t->tx[t->m.txs].hash[0] = (uint8_t)(t->m.txs + 1);
        t->m.txs++;
}
static inline uint64_t toy_move_of(toy *t, em_move_kind kind, uint32_t from, uint32_t to, uint32_t asset, uint64_t amount)
{
        em_assert(t->m.moves < TOY_MOVES && from < TOY_ACCOUNTS && to < TOY_ACCOUNTS && asset < TOY_ASSETS);
        t->move[t->m.moves] = (em_move){ .from = from, .to = to, .asset = asset, .tx = (uint32_t)t->m.txs - 1,
                                         .low = amount, .kind = (uint8_t)kind };
        return t->m.moves++;
}
static inline uint64_t toy_pay(toy *t, uint32_t from, uint32_t to, uint32_t asset, uint64_t amount)
{
        return toy_move_of(t, asset ? EM_MOVE_TOKEN : EM_MOVE_NATIVE, from, to, asset, amount);
}
/* A block with one transaction with one move. */
static inline uint64_t toy_one(toy *t, uint32_t from, uint32_t to, uint32_t asset, uint64_t amount)
{
        toy_block(t);
        toy_tx(t, from);
        return toy_pay(t, from, to, asset, amount);
}
static inline const em_moves *toy_done(toy *t)
{
        em_moves *m = &t->m;
        t->tx[m->txs] = (em_move_tx){ .first_move = m->moves };
        t->block[m->blocks] = (em_move_block){ .first_tx = (uint32_t)m->txs };
        m->accounts = TOY_ACCOUNTS;
        m->assets = TOY_ASSETS;
        uint64_t n = 0;
        for (uint32_t a = 0; a < TOY_ACCOUNTS; a++) {
                t->of_first[a] = n;
                for (uint64_t i = 0; i < m->moves; i++)
                        if (t->move[i].from == a || t->move[i].to == a)
                                t->of[n++] = i;
        }
        t->of_first[TOY_ACCOUNTS] = n;
        m->move = t->move;
        m->tx = t->tx;
        m->block = t->block;
        m->asset = t->asset;
        m->account = t->account;
        m->of_first = t->of_first;
        m->of = t->of;
        m->network = "ethereum";
        m->coin = "ETH";
        m->coin_decimals = 18;
        return m;
}

/* ---- the naive taint ---- */

typedef struct coin { bool stolen; int lot; } coin;

typedef struct cells { coin at[TOY_COINS]; int n; } cells;

typedef struct naive_purse {    /* under one policy */
        cells c;                /* IN-OUT */
        int   stolen, balance;  /* always */
} naive_purse;

typedef struct naive {
        const em_moves     *m;
        const em_lots_opts *o;
        naive_purse purse[TOY_ACCOUNTS][TOY_ASSETS][EM_POLICIES_MAX];
        int         unknown[TOY_ACCOUNTS][TOY_ASSETS];
        uint32_t    hops[TOY_ACCOUNTS][TOY_ASSETS];
        cells       part[TOY_MOVES][EM_POLICIES_MAX];   /* what each move of an open spend carries */
        bool        cut[TOY_MOVES];                     /* its spend was opened */
        int         stolen[TOY_MOVES][EM_POLICIES_MAX]; /* the result */
        bool        row[TOY_MOVES], swapped_in[TOY_MOVES];
        em_lots_stop stop[TOY_MOVES];
        uint32_t    row_hops[TOY_MOVES], ended[TOY_MOVES];
        int         book[TOY_ASSETS][EM_POLICIES_MAX][12];
        int         pot[TOY_ACCOUNTS][TOY_ASSETS][EM_POLICIES_MAX];
        int         lots;
} naive;

enum { N_STOLEN, N_GROWN, N_IN, N_SITTING, N_DEPOSITED, N_MIXED, N_BRIDGED, N_STOPPED, N_FEES, N_BURNT, N_DROPPED, N_OUT };

static inline int naive_amount(const em_move *v) { return (int)v->low; }

static inline bool naive_skips(const naive *n, const em_move *v)
{
        return v->from == v->to || v->low == 0 || (v->decoy && !n->o->decoys)
               || (n->m->tx[v->tx].failed == 1 && v->kind != EM_MOVE_GAS);
}

static inline bool naive_is_cut(const naive *n, size_t p) { return n->o->policy[p].kind == EM_TAINT_CUT; }

static inline int naive_lot_size(const cells *c, int lot)
{
        int size = 0;
        for (int i = 0; i < c->n; i++)
                size += c->at[i].lot == lot;
        return size;
}

static inline int naive_next_unlocked(const cells *c, em_in_order in);

/* The place of the coin that leaves next.  Under highest and smallest the lot in hand leaves whole: `lot` is it, or -1. */
static inline int naive_next(const cells *c, em_in_order in, int *lot)
{
        if (in == EM_IN_HIGHEST || in == EM_IN_SMALLEST) {
                for (int i = 0; i < c->n; i++)
                        if (c->at[i].lot == *lot)
                                return i;
                int best = 0;
                for (int i = 1; i < c->n; i++) {
                        int a = naive_lot_size(c, c->at[i].lot), b = naive_lot_size(c, c->at[best].lot);
                        if (in == EM_IN_HIGHEST ? a > b : a < b)
                                best = i;
                }
                *lot = c->at[best].lot;
                return best;
        }
        return naive_next_unlocked(c, in);
}
static inline int naive_next_unlocked(const cells *c, em_in_order in)
{
        for (int i = 0; i < c->n && (in == EM_IN_TAINT || in == EM_IN_CLEAN); i++)
                if (c->at[i].stolen == (in == EM_IN_TAINT))
                        return i;
        return in == EM_IN_LAST ? c->n - 1 : 0;
}

static inline coin naive_pull(cells *c, int i)
{
        coin out = c->at[i];
        memmove(&c->at[i], &c->at[i + 1], (size_t)(c->n - i - 1) * sizeof(coin));
        c->n--;
        return out;
}

/* Opens the spend that begins with move i. */
static inline void naive_open(naive *n, uint64_t i)
{
        const em_move *first = &n->m->move[i];
        uint64_t of[TOY_MOVES];
        size_t moves = 0;
        int total = 0;
        for (uint64_t k = i; k < n->m->moves && n->m->move[k].tx == first->tx; k++) {
                const em_move *v = &n->m->move[k];
                if (naive_skips(n, v) || v->asset != first->asset || (v->from != first->from && v->to != first->from))
                        continue;
                if (v->to == first->from || (moves > 0 && v->kind == EM_MOVE_GAS))
                        break;
                of[moves++] = k;
                total += naive_amount(v);
                if (v->kind == EM_MOVE_GAS)
                        break;
        }
        naive_purse *purse = n->purse[first->from][first->asset];
        int missing = total - purse[0].balance;
        int lot = n->lots++;
        for (size_t p = 0; p < n->o->policies; p++) {
                naive_purse *u = &purse[p];
                bool poison = n->o->policy[p].kind == EM_TAINT_POISON && u->stolen > 0;
                for (int k = 0; k < missing; k++) {
                        u->balance++;
                        u->stolen += poison;
                        n->book[first->asset][p][N_GROWN] += poison;
                        if (!naive_is_cut(n, p))
                                continue;
                        memmove(&u->c.at[1], &u->c.at[0], (size_t)u->c.n * sizeof(coin));
                        u->c.at[0] = (coin){ false, lot };
                        u->c.n++;
                }
        }
        if (missing > 0)
                n->unknown[first->from][first->asset] += missing;
        for (size_t p = 0; p < n->o->policies; p++) {
                static cells line;
                em_policy policy = n->o->policy[p];
                bool done[TOY_MOVES] = { false };
                int at = 0, hand = -1;
                if (!naive_is_cut(n, p))
                        continue;
                line.n = 0;
                for (int k = 0; k < total; k++) {
                        cells *c = &purse[p].c;
                        line.at[line.n++] = naive_pull(c, naive_next(c, policy.in, &hand));
                }
                for (size_t k = 0; k < moves; k++) {
                        size_t best = SIZE_MAX;
                        for (size_t j = 0; j < moves; j++) {
                                int a = naive_amount(&n->m->move[of[j]]);
                                int b = best == SIZE_MAX ? 0 : naive_amount(&n->m->move[of[best]]);
                                if (done[j])
                                        continue;
                                if (best == SIZE_MAX || policy.out == EM_OUT_LAST
                                    || (policy.out == EM_OUT_HIGHEST && a > b) || (policy.out == EM_OUT_SMALLEST && a < b))
                                        best = j;
                        }
                        done[best] = true;
                        cells *part = &n->part[of[best]][p];
                        part->n = 0;
                        for (int x = naive_amount(&n->m->move[of[best]]); x > 0; x--)
                                part->at[part->n++] = line.at[at++];
                }
        }
        for (size_t k = 0; k < moves; k++)
                n->cut[of[k]] = true;
}

/* Puts coins in; carried cells or clean ones. */
static inline void naive_in(naive *n, size_t p, uint32_t account, uint32_t asset, int amount, int stolen, const cells *part)
{
        naive_purse *u = &n->purse[account][asset][p];
        u->balance += amount;
        u->stolen += stolen;
        if (n->o->policy[p].kind == EM_TAINT_POISON && u->stolen > 0) {
                n->book[asset][p][N_GROWN] += u->balance - u->stolen;
                u->stolen = u->balance;
        }
        if (!naive_is_cut(n, p))
                return;
        bool was = false;
        for (int i = 0; i < amount; i++) {
                bool is = part && part->at[i].stolen;
                n->lots += i == 0 || is != was;
                was = is;
                em_assert(u->c.n < TOY_COINS);
                u->c.at[u->c.n++] = (coin){ is, n->lots };
        }
        n->lots++;
}

/* Marks the first `amount` of the newest `span` coins that are not stolen; returns how many. */
static inline int naive_mark(naive *n, size_t p, uint32_t account, uint32_t asset, int span, int amount)
{
        naive_purse *u = &n->purse[account][asset][p];
        em_policy policy = n->o->policy[p];
        int marked = 0;
        if (amount == 0 || u->stolen == u->balance)
                return 0;
        if (naive_is_cut(n, p)) {
                bool sums = policy.in == EM_IN_TAINT || policy.in == EM_IN_CLEAN;
                int from = sums ? 0 : u->c.n - span;    /* there the clean ones have no order */
                for (int i = from < 0 ? 0 : from; i < u->c.n && marked < amount; i++)
                        if (!u->c.at[i].stolen) {
                                u->c.at[i].stolen = true;
                                marked++;
                        }
                /* what was one lot and is not of one kind any more is several, in their old order */
                int old = -1, now = -1;
                bool was = false, first = true;
                for (int i = from < 0 ? 0 : from; i < u->c.n && !sums; i++) {
                        bool is = u->c.at[i].stolen;
                        if (first || u->c.at[i].lot != old || is != was)
                                now = ++n->lots;
                        old = u->c.at[i].lot;
                        was = is;
                        first = false;
                        u->c.at[i].lot = now;
                }
                n->lots++;
        } else {
                int clean = u->balance - u->stolen;
                marked = amount < clean ? amount : clean;
        }
        u->stolen += marked;
        if (policy.kind == EM_TAINT_POISON && u->stolen > 0) {
                n->book[asset][p][N_GROWN] += u->balance - u->stolen;
                u->stolen = u->balance;
        }
        return marked;
}

/* What `account` gives (sign 1) or gets (-1) of asset over a transaction. */
static inline int naive_flow(const naive *n, uint32_t tx, uint32_t account, uint32_t asset, int sign)
{
        int sum = 0;
        for (uint64_t i = 0; i < n->m->moves; i++) {
                const em_move *v = &n->m->move[i];
                if (v->tx != tx || v->asset != asset || v->kind == EM_MOVE_GAS || naive_skips(n, v))
                        continue;
                if ((sign > 0 ? v->from : v->to) == account)
                        sum += naive_amount(v);
        }
        return sum;
}

static inline bool naive_swaps(const naive *n, uint32_t tx, uint32_t account, uint32_t asset)
{
        int gave = 0, got = 0;
        for (uint32_t a = 0; a < TOY_ASSETS; a++) {
                int net = naive_flow(n, tx, account, a, 1) - naive_flow(n, tx, account, a, -1);
                gave += net > 0;
                got += net < 0;
        }
        return !n->o->no_swaps && gave == 1 && got > 0
               && naive_flow(n, tx, account, asset, 1) > naive_flow(n, tx, account, asset, -1);
}

static inline void naive_bring(naive *n, uint32_t tx, uint32_t account, uint32_t given, uint32_t asset, int span, int *want)
{
        uint32_t hops = n->hops[account][given];
        if (span > n->purse[account][asset][0].balance)
                span = n->purse[account][asset][0].balance;
        for (uint64_t i = 0; i < n->m->moves; i++) {
                const em_move *v = &n->m->move[i];
                if (v->tx != tx || v->asset != asset || v->to != account || naive_skips(n, v))
                        continue;
                for (size_t p = 0; p < n->o->policies; p++) {
                        if (want[p] == 0)
                                continue;
                        if (!n->row[i]) {
                                n->row[i] = true;
                                n->row_hops[i] = hops + 1;
                        }
                        n->swapped_in[i] = true;
                        int room = naive_amount(v) - n->stolen[i][p];
                        int marked = naive_mark(n, p, account, asset, span, room < want[p] ? room : want[p]);
                        n->stolen[i][p] += marked;
                        want[p] -= marked;
                }
                if (n->swapped_in[i] && n->row_hops[i] < n->hops[account][asset])
                        n->hops[account][asset] = n->row_hops[i];
        }
}

static inline void naive_settle(naive *n, uint32_t tx, uint32_t account, uint32_t asset)
{
        int given = naive_flow(n, tx, account, asset, 1), back = naive_flow(n, tx, account, asset, -1);
        int want[EM_POLICIES_MAX], out[EM_POLICIES_MAX];
        for (size_t p = 0; p < n->o->policies; p++)
                want[p] = n->pot[account][asset][p] * back / given;
        for (size_t p = 0; p < n->o->policies; p++)
                out[p] = n->pot[account][asset][p] - want[p];
        naive_bring(n, tx, account, asset, asset, back, want);
        for (size_t p = 0; p < n->o->policies; p++) {
                out[p] += want[p];
                n->book[asset][p][N_OUT] += out[p];
        }
        for (uint32_t b = 0; b < TOY_ASSETS; b++) {
                int got = naive_flow(n, tx, account, b, -1) - naive_flow(n, tx, account, b, 1);
                if (b == asset || got <= 0)
                        continue;
                for (size_t p = 0; p < n->o->policies; p++) {
                        int net = given - back, part = out[p] < net ? out[p] : net;
                        want[p] = got * part / net;
                        n->book[b][p][N_IN] += want[p];
                }
                naive_bring(n, tx, account, asset, b, got, want);
                for (size_t p = 0; p < n->o->policies; p++)
                        n->book[b][p][N_IN] -= want[p];
        }
        memset(n->pot[account][asset], 0, sizeof n->pot[account][asset]);
}

static inline em_lots_stop naive_stop(const naive *n, const em_move *v, uint64_t i, bool seed, bool swap)
{
        uint32_t label = 0;
        bool all_ended = true;
        int most = 0;
        for (size_t p = 0; p < n->o->policies; p++) {
                most = n->stolen[i][p] > most ? n->stolen[i][p] : most;
                all_ended = all_ended && (n->stolen[i][p] == 0 || n->ended[i] >> p & 1);
        }
        em_lots_stop said = n->o->label && v->to ? n->o->label(n->o->label_ctx, v->to, &label) : EM_LOTS_FOLLOWED;
        if (all_ended)
                return EM_LOTS_MIXED;
        if (v->kind == EM_MOVE_GAS)
                return EM_LOTS_FEE;
        if (v->to == 0)
                return EM_LOTS_BURNT;
        if (seed)
                return EM_LOTS_FOLLOWED;
        if (swap)
                return EM_LOTS_SWAPPED;
        if (said != EM_LOTS_FOLLOWED && !n->o->through_labels && !(said == EM_LOTS_MIXER && n->o->through_mixers))
                return said;
        if (n->o->max_hops && n->row_hops[i] >= n->o->max_hops)
                return EM_LOTS_HOPS;
        if (n->o->least && most < (int)n->o->least[v->asset].w[0])
                return EM_LOTS_AMOUNT;
        return EM_LOTS_FOLLOWED;
}

static inline int naive_account(em_lots_stop stop, em_fee_rule fee)
{
        static const int of[EM_LOTS_STOPS] = {
                [EM_LOTS_MIXED] = N_MIXED, [EM_LOTS_MIXER] = N_MIXED, [EM_LOTS_BURNT] = N_BURNT,
                [EM_LOTS_EXCHANGE] = N_DEPOSITED, [EM_LOTS_SERVICE] = N_DEPOSITED, [EM_LOTS_BRIDGE] = N_BRIDGED,
                [EM_LOTS_CONTRACT] = N_STOPPED, [EM_LOTS_HOPS] = N_STOPPED, [EM_LOTS_AMOUNT] = N_STOPPED,
        };
        return stop == EM_LOTS_FEE ? (fee == EM_FEE_DROP ? N_DROPPED : N_FEES) : of[stop];
}

/* What move i takes out of its sender's balance under p; its cells are in n->part. */
static inline void naive_out(naive *n, uint64_t i, size_t p)
{
        const em_move *v = &n->m->move[i];
        naive_purse *u = &n->purse[v->from][v->asset][p];
        int x = naive_amount(v);
        em_taint_kind kind = n->o->policy[p].kind;
        bool mixed = u->stolen > 0 && u->stolen < u->balance;
        if (kind == EM_TAINT_CUT) {
                for (int k = 0; k < x; k++)
                        n->stolen[i][p] += n->part[i][p].at[k].stolen;
        } else {
                n->stolen[i][p] = x * u->stolen / u->balance;
        }
        u->stolen -= n->stolen[i][p];
        u->balance -= x;
        if (kind == EM_TAINT_PURE && mixed) {
                n->book[v->asset][p][N_DROPPED] += n->stolen[i][p];
                n->stolen[i][p] = 0;
        }
        if (kind == EM_TAINT_DIRTY && mixed && n->stolen[i][p] > 0)
                n->ended[i] |= UINT32_C(1) << p;
}

static inline void naive_seed(naive *n, uint64_t i, size_t p, int stolen)
{
        const em_move *v = &n->m->move[i];
        int was = n->stolen[i][p];
        n->ended[i] &= ~(UINT32_C(1) << p);
        if (naive_is_cut(n, p)) {
                for (int k = 0; k < stolen; k++)
                        n->part[i][p].at[k].stolen = true;
                n->stolen[i][p] = 0;
                for (int k = 0; k < naive_amount(v); k++)
                        n->stolen[i][p] += n->part[i][p].at[k].stolen;
        } else if (was < stolen) {
                n->stolen[i][p] = stolen;
        }
        n->book[v->asset][p][N_STOLEN] += n->stolen[i][p] - was;
}

static inline void naive_visit(naive *n, uint64_t i, const em_lots_seed *seed)
{
        const em_move *v = &n->m->move[i];
        int x = naive_amount(v);
        bool any = false;
        if (naive_skips(n, v))
                return;
        if (v->from != 0 && !n->cut[i])
                naive_open(n, i);
        for (size_t p = 0; p < n->o->policies; p++) {
                if (v->from != 0) {
                        naive_out(n, i, p);
                } else {
                        n->part[i][p].n = x;
                        memset(n->part[i][p].at, 0, (size_t)x * sizeof(coin));
                }
                if (seed)
                        naive_seed(n, i, p, seed->amount.w[0] ? (int)seed->amount.w[0] : x);
                any = any || n->stolen[i][p] > 0;
        }
        bool swap = false;
        if (any) {
                n->row[i] = true;
                n->row_hops[i] = seed ? 0 : n->hops[v->from][v->asset] + 1;
                swap = v->kind != EM_MOVE_GAS && v->to != 0 && !seed && naive_swaps(n, v->tx, v->from, v->asset);
                n->stop[i] = naive_stop(n, v, i, seed != NULL, swap);
        }
        bool on = any && n->stop[i] == EM_LOTS_FOLLOWED;
        if (on && n->row_hops[i] < n->hops[v->to][v->asset])
                n->hops[v->to][v->asset] = n->row_hops[i];
        for (size_t p = 0; p < n->o->policies; p++) {
                bool ended = n->ended[i] >> p & 1;
                int stolen = n->stolen[i][p];
                if (any && stolen > 0 && ended)
                        n->book[v->asset][p][N_MIXED] += stolen;
                else if (any && n->stop[i] == EM_LOTS_SWAPPED)
                        n->pot[v->from][v->asset][p] += stolen;
                else if (any && !on)
                        n->book[v->asset][p][naive_account(n->stop[i], n->o->policy[p].fee)] += stolen;
                bool went = on && !ended && stolen > 0;
                if (v->to != 0)
                        naive_in(n, p, v->to, v->asset, x, went ? stolen : 0, went ? &n->part[i][p] : NULL);
        }
}

static inline void naive_hold(naive *n, const em_lots_seed *seed)
{
        naive_purse *u = n->purse[seed->account][seed->asset];
        int stolen = seed->amount.w[0] ? (int)seed->amount.w[0] : u[0].balance;
        int missing = stolen - u[0].balance, lot = n->lots++;
        for (size_t p = 0; p < n->o->policies; p++) {
                em_policy policy = n->o->policy[p];
                bool poison = policy.kind == EM_TAINT_POISON && u[p].stolen > 0;
                for (int k = 0; k < missing; k++) {
                        u[p].balance++;
                        u[p].stolen += poison;
                        n->book[seed->asset][p][N_GROWN] += poison;
                        if (!naive_is_cut(n, p))
                                continue;
                        memmove(&u[p].c.at[1], &u[p].c.at[0], (size_t)u[p].c.n * sizeof(coin));
                        u[p].c.at[0] = (coin){ false, lot };
                        u[p].c.n++;
                }
                bool by_lot = policy.kind == EM_TAINT_CUT && policy.in != EM_IN_TAINT && policy.in != EM_IN_CLEAN;
                int want = by_lot ? stolen : stolen - u[p].stolen;
                if (want > 0)
                        n->book[seed->asset][p][N_STOLEN] += naive_mark(n, p, seed->account, seed->asset, stolen, want);
        }
        if (missing > 0)
                n->unknown[seed->account][seed->asset] += missing;
        n->hops[seed->account][seed->asset] = 0;
}

static inline void naive_run(naive *n, const em_moves *m, const em_lots_seed *seed, size_t seeds, const em_lots_opts *o)
{
        memset(n, 0, sizeof *n);
        memset(n->hops, 0xff, sizeof n->hops);
        n->m = m;
        n->o = o;
        n->lots = 1;
        for (uint32_t b = 0; b < m->blocks; b++) {
                if (o->until_time_s && m->block[b].time_s > o->until_time_s)
                        break;
                for (uint32_t tx = m->block[b].first_tx; tx < m->block[b + 1].first_tx; tx++) {
                        for (uint64_t i = m->tx[tx].first_move; i < m->tx[tx + 1].first_move; i++) {
                                const em_lots_seed *of = NULL;
                                for (size_t s = 0; s < seeds; s++)
                                        if (seed[s].kind == EM_LOTS_MOVE && seed[s].move == i)
                                                of = &seed[s];
                                naive_visit(n, i, of);
                        }
                        for (uint32_t a = 1; a < TOY_ACCOUNTS; a++)
                                for (uint32_t k = 0; k < TOY_ASSETS; k++) {
                                        int any = 0;
                                        for (size_t p = 0; p < o->policies; p++)
                                                any += n->pot[a][k][p];
                                        if (any)
                                                naive_settle(n, tx, a, k);
                                }
                }
                for (size_t s = 0; s < seeds; s++)
                        if (seed[s].kind == EM_LOTS_HELD && seed[s].block == b)
                                naive_hold(n, &seed[s]);
        }
        for (uint32_t a = 0; a < TOY_ACCOUNTS; a++)
                for (uint32_t k = 0; k < TOY_ASSETS; k++)
                        for (size_t p = 0; p < o->policies; p++)
                                n->book[k][p][N_SITTING] += n->purse[a][k][p].stolen;
}

#endif
