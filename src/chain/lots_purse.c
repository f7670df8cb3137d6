/* A balance and what of it is stolen, under every policy at once.
 *
 * Haircut, poison and the dirty-first pair need one sum each (Moser, Boehme, Breuker 2014, carried over to
 * balances); IN-OUT needs lots (Clayton's case is about one running account, so this is where FIFO
 * comes from).  A spend is laid out once, when its first move leaves: only so can the order OUT mean
 * anything, and only so does "highest first" not depend on how one payment was cut into moves.
 */
#include "chain/lots_inside.h"

#include <stdlib.h>

/* ---- making ---- */

em_purse *em_purse_free(em_purse *u, size_t cuts)
{
        if (!u)
                return NULL;
        for (size_t c = 0; u->bag && c < cuts; c++)
                em_bag_free(&u->bag[c]);
        free(u->bag);
        em_spend_free(u->spend);
        free(u);
        return NULL;
}

em_spend *em_spend_free(em_spend *s)
{
        while (s) {
                em_spend *next = s->pooled;
                for (size_t i = 0; i < s->parts; i++)
                        em_bag_free(&s->part[i]);
                free(s->part);
                free(s->move);
                free(s);
                s = next;
        }
        return NULL;
}

static em_status purse_new(em_walk *w, uint32_t account, uint32_t asset, em_error *err)
{
        em_lots *t = w->t;
        void *at = t->purse;
        EM_TRY(em_taint_grow(&at, &t->purse_cap, t->purses + 1, sizeof *t->purse, err));
        t->purse = at;
        em_purse *u = calloc(1, sizeof *u + t->policies * sizeof *u->stolen);
        if (!u)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
        *u = (em_purse){ .account = account, .asset = asset, .hops = UINT32_MAX, .last_move = EM_LOTS_NO_MOVE };
        u->bag = calloc(w->cuts + 1, sizeof *u->bag);
        t->purse[t->purses++] = u;
        return u->bag ? EM_OK : em_fail(err, EM_NOMEM, "Out of memory while following coins.");
}

em_status em_purse_get(em_walk *w, uint32_t account, uint32_t asset, em_purse **ret_purse, em_error *err)
{
        uint64_t key = (uint64_t)account << 32 | asset;
        uint32_t i;
        if (!em_slots_find(&w->purses, key, &i)) {
                i = (uint32_t)w->t->purses;
                EM_TRY(purse_new(w, account, asset, err));
                EM_TRY(em_slots_put(&w->purses, key, i, err));
        }
        *ret_purse = w->t->purse[i];
        return EM_OK;
}

static em_u256 clean_of(const em_purse *u, size_t p)
{
        return em_less(u->balance, u->stolen[p]);
}

bool em_purse_full(const em_purse *u, em_u256 amount)
{
        em_u256 sum;
        return !em_u256_add(u->balance, amount, &sum) || em_lots_absurd(sum);
}

em_status em_purse_lacks(em_walk *w, em_purse *u, em_u256 missing, em_error *err)
{
        for (size_t p = 0; p < w->t->policies; p++) {
                em_policy policy = w->t->policy[p];
                em_lots_total *total;
                if (policy.kind == EM_TAINT_CUT) {
                        EM_TRY(em_bag_unknown(&u->bag[w->cut_of[p]], policy.in, missing, err));
                } else if (policy.kind == EM_TAINT_POISON && !em_u256_zero(u->stolen[p])) {
                        u->stolen[p] = em_sum(u->stolen[p], missing);
                        EM_TRY(em_book(w, p, u->asset, &total, err));
                        EM_TRY(em_book_add(&total->grown, missing, err));
                }
        }
        u->balance = em_sum(u->balance, missing);
        if (!em_u256_add(u->unknown, missing, &u->unknown))     /* only for show: a token that claims anything */
                memset(&u->unknown, 0xff, sizeof u->unknown);
        return EM_OK;
}

/* ---- spends ---- */

static em_spend *spend_take(em_walk *w)
{
        em_spend *s = w->pool;
        if (s)
                w->pool = s->pooled;
        else
                s = calloc(1, sizeof *s);
        if (s) {
                s->pooled = NULL;
                s->moves = s->next = 0;
        }
        return s;
}

/* The moves of the spend that begins with the one at place `at`, and their sum. */
static em_status spend_gather(em_walk *w, em_purse *u, em_spend *s, uint64_t at, em_u256 *ret_sum, em_error *err)
{
        const em_moves *m = w->m;
        const em_move *first = &m->move[m->of[at]];
        uint64_t end = m->of_first[u->account + 1];
        em_u256 sum = { { 0 } };
        for (; at < end; at++) {
                const em_move *v = &m->move[m->of[at]];
                if (v->tx != first->tx)
                        break;
                if (v->asset != u->asset || em_walk_skips(w, v))
                        continue;
                bool gas = v->kind == EM_MOVE_GAS;
                if (v->from != u->account || (s->moves > 0 && gas)
                    || !em_u256_add(sum, em_move_amount(m, v), &sum))
                        break;
                void *moves = s->move;
                EM_TRY(em_taint_grow(&moves, &s->move_cap, s->moves + 1, sizeof *s->move, err));
                s->move = moves;
                s->move[s->moves++] = m->of[at];
                if (gas)
                        break;
        }
        *ret_sum = sum;
        return EM_OK;
}

/* The spend's moves in the order OUT, the n-th of them. */
static size_t nth_out(const em_walk *w, const em_spend *s, em_out_order out, size_t n, const bool *taken)
{
        if (out == EM_OUT_FIRST)
                return n;
        if (out == EM_OUT_LAST)
                return s->moves - 1 - n;
        size_t best = SIZE_MAX;
        em_u256 most = { { 0 } };
        for (size_t i = 0; i < s->moves; i++) {
                em_u256 x = em_move_amount(w->m, &w->m->move[s->move[i]]);
                int by = em_u256_cmp(x, most);
                if (taken[i] || (best != SIZE_MAX && (out == EM_OUT_HIGHEST ? by <= 0 : by >= 0)))
                        continue;
                best = i;
                most = x;
        }
        return best;
}

/* Cuts the line of one policy by the spend's moves. */
static em_status spend_cut(em_walk *w, em_spend *s, size_t cut, em_out_order out, bool *taken, em_error *err)
{
        size_t at = 0;
        memset(taken, 0, s->moves * sizeof *taken);
        for (size_t n = 0; n < s->moves; n++) {
                size_t i = nth_out(w, s, out, n, taken);
                em_u256 want = em_move_amount(w->m, &w->m->move[s->move[i]]);
                em_bag *part = &s->part[cut * s->moves + i];
                taken[i] = true;
                part->first = part->count = 0;
                while (!em_u256_zero(want)) {
                        em_assert(at < w->line.count);
                        em_lot *lot = &w->line.at[w->line.first + at], piece = *lot;
                        piece.amount = em_u256_min(lot->amount, want);
                        want = em_less(want, piece.amount);
                        lot->amount = em_less(lot->amount, piece.amount);
                        at += em_u256_zero(lot->amount);
                        EM_TRY(em_bag_append(part, piece, err));
                }
        }
        return EM_OK;
}

static em_status spend_lay(em_walk *w, em_purse *u, em_spend *s, em_u256 sum, em_error *err)
{
        void *part = s->part;
        size_t had = s->part_cap;
        EM_TRY(em_taint_grow(&part, &s->part_cap, w->cuts * s->moves, sizeof *s->part, err));
        s->part = part;
        memset(s->part + had, 0, (s->part_cap - had) * sizeof *s->part);
        s->parts = s->part_cap;
        bool *taken = calloc(s->moves, sizeof *taken);
        if (!taken)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
        em_status status = EM_OK;
        for (size_t p = 0; p < w->t->policies && status == EM_OK; p++) {
                em_policy policy = w->t->policy[p];
                if (policy.kind != EM_TAINT_CUT)
                        continue;
                size_t c = w->cut_of[p];
                w->line.first = w->line.count = 0;
                status = em_bag_take(&u->bag[c], policy.in, sum, clean_of(u, p), &w->line, err);
                if (status == EM_OK)
                        status = spend_cut(w, s, c, policy.out, taken, err);
        }
        free(taken);
        return status;
}

static em_status spend_open(em_walk *w, em_purse *u, uint64_t at, em_error *err)
{
        em_u256 sum;
        u->spend = spend_take(w);
        if (!u->spend)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
        EM_TRY(spend_gather(w, u, u->spend, at, &sum, err));
        if (em_u256_cmp(sum, u->balance) > 0)
                EM_TRY(em_purse_lacks(w, u, em_less(sum, u->balance), err));
        return w->cuts ? spend_lay(w, u, u->spend, sum, err) : EM_OK;
}

/* ---- out ---- */

static em_u256 share_of(em_u256 amount, em_u256 stolen, em_u256 balance)
{
        em_u256 share, rest;
        em_assert(em_u256_muldiv(amount, stolen, balance, &share, &rest));
        return share;
}

static em_u256 stolen_pieces(const em_bag *pieces)
{
        em_u256 sum = { { 0 } };
        for (size_t i = 0; i < pieces->count; i++)
                if (pieces->at[pieces->first + i].row != EM_LOT_CLEAN)
                        sum = em_sum(sum, pieces->at[pieces->first + i].amount);
        return sum;
}

/* By lots: the part of the spend that was cut for this move. */
static em_status out_of_lots(em_walk *w, em_purse *u, size_t p, em_error *err)
{
        em_spend *s = u->spend;
        em_carry *carry = &w->carry[p];
        em_bag *part = &s->part[w->cut_of[p] * s->moves + s->next];
        carry->pieces.first = carry->pieces.count = 0;
        for (size_t i = 0; i < part->count; i++)
                EM_TRY(em_bag_append(&carry->pieces, part->at[part->first + i], err));
        carry->stolen = stolen_pieces(&carry->pieces);
        u->stolen[p] = em_less(u->stolen[p], carry->stolen);
        return EM_OK;
}

/* By sums: poison, haircut and the dirty-first pair. */
static em_status out_of_sum(em_walk *w, em_purse *u, size_t p, em_u256 amount, em_error *err)
{
        em_carry *carry = &w->carry[p];
        em_taint_kind kind = w->t->policy[p].kind;
        em_lots_total *total;
        if (em_u256_zero(u->stolen[p]))
                return EM_OK;
        bool mixed = em_u256_cmp(u->stolen[p], u->balance) < 0;
        carry->stolen = mixed ? share_of(amount, u->stolen[p], u->balance) : amount;
        u->stolen[p] = em_less(u->stolen[p], carry->stolen);
        if (mixed && kind == EM_TAINT_PURE) {
                EM_TRY(em_book(w, p, u->asset, &total, err));
                EM_TRY(em_book_add(&total->dropped, carry->stolen, err));
                carry->stolen = em_u256_of(0);
        }
        carry->ended = mixed && kind == EM_TAINT_DIRTY;
        return EM_OK;
}

em_status em_purse_out(em_walk *w, em_purse *u, uint64_t at, uint64_t move, em_error *err)
{
        em_u256 amount = em_move_amount(w->m, &w->m->move[move]);
        if (!u->spend)
                EM_TRY(spend_open(w, u, at, err));
        em_spend *s = u->spend;
        em_assert(s->next < s->moves && s->move[s->next] == move);
        for (size_t p = 0; p < w->t->policies; p++)
                EM_TRY(w->t->policy[p].kind == EM_TAINT_CUT ? out_of_lots(w, u, p, err)
                                                            : out_of_sum(w, u, p, amount, err));
        u->balance = em_less(u->balance, amount);
        u->last_move = move;
        if (++s->next == s->moves) {
                s->pooled = w->pool;
                w->pool = s;
                u->spend = NULL;
        }
        return EM_OK;
}

/* ---- in ---- */

/* The pieces that were carried, as lots: neighbours that are both stolen, or both not, are one. */
static em_status put_runs(em_walk *w, em_bag *bag, em_in_order in, const em_bag *pieces, uint32_t row, em_error *err)
{
        em_lot lot = { .row = EM_LOT_CLEAN };
        for (size_t i = 0; i < pieces->count; i++) {
                const em_lot *piece = &pieces->at[pieces->first + i];
                uint32_t of = piece->row == EM_LOT_CLEAN ? EM_LOT_CLEAN : row;
                if (of != lot.row && !em_u256_zero(lot.amount)) {
                        EM_TRY(em_bag_put(bag, in, lot, err));
                        lot.amount = em_u256_of(0);
                }
                if (em_u256_zero(lot.amount))
                        lot = (em_lot){ .age = w->age++, .row = of };
                lot.amount = em_sum(lot.amount, piece->amount);
        }
        return em_u256_zero(lot.amount) ? EM_OK : em_bag_put(bag, in, lot, err);
}

/* Under poison the smallest part makes everything stolen. */
static em_status poison_whole(em_walk *w, em_purse *u, size_t p, em_error *err)
{
        em_lots_total *total;
        if (em_u256_zero(u->stolen[p]) || em_u256_cmp(u->stolen[p], u->balance) == 0)
                return EM_OK;
        EM_TRY(em_book(w, p, u->asset, &total, err));
        EM_TRY(em_book_add(&total->grown, em_less(u->balance, u->stolen[p]), err));
        u->stolen[p] = u->balance;
        return EM_OK;
}

em_status em_purse_in(em_walk *w, em_purse *u, em_u256 amount, uint32_t row, em_error *err)
{
        u->balance = em_sum(u->balance, amount);
        for (size_t p = 0; p < w->t->policies; p++) {
                em_policy policy = w->t->policy[p];
                em_carry *carry = &w->carry[p];
                bool stolen = row != EM_LOT_CLEAN && !carry->ended && !em_u256_zero(carry->stolen);
                em_lot whole = { .amount = amount, .row = EM_LOT_CLEAN };
                if (stolen)
                        u->stolen[p] = em_sum(u->stolen[p], carry->stolen);
                if (policy.kind == EM_TAINT_POISON)
                        EM_TRY(poison_whole(w, u, p, err));
                if (policy.kind != EM_TAINT_CUT)
                        continue;
                em_bag *bag = &u->bag[w->cut_of[p]];
                if (stolen) {
                        EM_TRY(put_runs(w, bag, policy.in, &carry->pieces, row, err));
                } else {
                        whole.age = w->age++;
                        EM_TRY(em_bag_put(bag, policy.in, whole, err));
                }
        }
        return EM_OK;
}

em_status em_purse_mark(em_walk *w, em_purse *u, size_t p, em_u256 span, em_u256 amount, uint32_t row,
                        em_u256 *ret_marked, em_error *err)
{
        em_policy policy = w->t->policy[p];
        em_u256 clean = clean_of(u, p), marked = em_u256_min(amount, clean);
        if (policy.kind == EM_TAINT_CUT) {
                em_mark mark = { amount, clean, row };
                EM_TRY(em_bag_mark(&u->bag[w->cut_of[p]], policy.in, span, &mark, &w->age, &marked, err));
        }
        u->stolen[p] = em_sum(u->stolen[p], marked);
        if (policy.kind == EM_TAINT_POISON)
                EM_TRY(poison_whole(w, u, p, err));
        *ret_marked = marked;
        return EM_OK;
}
