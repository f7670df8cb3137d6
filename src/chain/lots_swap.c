/* Swaps inside one transaction: stolen coins of one asset turn into another.
 *
 * What an account gave and got is read from all its moves of the transaction, because a pool may pay before it is
 * paid (Uniswap's flash swaps) and a router passes coins on that are not its own: what comes and
 * goes through it sums to nothing.  The conversion happens when the transaction is over.  It is a
 * reading, never a fact of the chain: such moves are marked, and the caller can switch it off.
 */
#include "chain/lots_inside.h"

#include <stdlib.h>

/* The account's moves of the transaction in hand: places in em_moves.of. */
static void moves_of(const em_walk *w, uint32_t account, uint64_t *ret_first, uint64_t *ret_end)
{
        const em_moves *m = w->m;
        const uint64_t bound[2] = { m->tx[w->tx].first_move, m->tx[w->tx + 1].first_move };
        uint64_t *to[2] = { ret_first, ret_end };
        for (int k = 0; k < 2; k++) {
                uint64_t low = m->of_first[account], high = m->of_first[account + 1];
                while (low < high) {
                        uint64_t mid = low + (high - low) / 2;
                        if (m->of[mid] < bound[k])
                                low = mid + 1;
                        else
                                high = mid;
                }
                *to[k] = low;
        }
}

/* What the account gave and got of an asset in the transaction, gas aside; false over 256 bits. */
static bool flows(const em_walk *w, uint32_t account, uint32_t asset, em_u256 *ret_given, em_u256 *ret_got)
{
        uint64_t at, end;
        em_u256 given = { { 0 } }, got = { { 0 } };
        moves_of(w, account, &at, &end);
        for (; at < end; at++) {
                const em_move *v = &w->m->move[w->m->of[at]];
                if (v->asset != asset || v->kind == EM_MOVE_GAS || em_walk_skips(w, v))
                        continue;
                em_u256 *to = v->from == account ? &given : &got;
                if (!em_u256_add(*to, em_move_amount(w->m, v), to))
                        return false;
        }
        *ret_given = given;
        *ret_got = got;
        return true;
}

/* Whether place `at` is the first of the account's moves of this transaction in its asset. */
static bool first_of_asset(const em_walk *w, uint64_t from, uint64_t at)
{
        uint32_t asset = w->m->move[w->m->of[at]].asset;
        for (; from < at; from++)
                if (w->m->move[w->m->of[from]].asset == asset)
                        return false;
        return true;
}

/* How many assets the account gave more of than it got, and the other way round. */
static bool count_assets(const em_walk *w, uint32_t account, size_t *ret_gave, size_t *ret_got)
{
        uint64_t at, end;
        moves_of(w, account, &at, &end);
        uint64_t from = at;
        for (*ret_gave = *ret_got = 0; at < end; at++) {
                em_u256 given, got;
                if (!first_of_asset(w, from, at))
                        continue;
                if (!flows(w, account, w->m->move[w->m->of[at]].asset, &given, &got))
                        return false;
                int by = em_u256_cmp(given, got);
                *ret_gave += by > 0;
                *ret_got += by < 0;
        }
        return true;
}

em_status em_swap_judge(em_walk *w, const em_purse *u, em_swap **ret_swap, em_error *err)
{
        *ret_swap = NULL;
        if (w->opts->no_swaps)
                return EM_OK;
        for (size_t i = 0; i < w->swaps; i++)
                if (w->swap[i].account == u->account && w->swap[i].asset == u->asset) {
                        *ret_swap = w->swap[i].real ? &w->swap[i] : NULL;
                        return EM_OK;
                }
        em_swap s = { .account = u->account, .asset = u->asset };
        size_t gave = 0, got = 0;
        if (count_assets(w, u->account, &gave, &got) && flows(w, u->account, u->asset, &s.given, &s.back)) {
                bool gives = em_u256_cmp(s.given, s.back) > 0;
                s.real = gives && gave == 1 && got > 0;
                w->t->counts.unclear += gives && gave > 1 && got > 0;
        }
        void *at = w->swap;
        EM_TRY(em_taint_grow(&at, &w->swap_cap, w->swaps + 1, sizeof *w->swap, err));
        w->swap = at;
        w->swap[w->swaps++] = s;
        *ret_swap = s.real ? &w->swap[w->swaps - 1] : NULL;
        return EM_OK;
}

/* ---- settling ---- */

static em_u256 share_of(em_u256 amount, em_u256 part, em_u256 whole)
{
        em_u256 share, rest;
        em_assert(em_u256_muldiv(amount, part, whole, &share, &rest));
        return share;
}

/* The row of an arrival, made when stolen coins had not reached it yet. */
static em_status row_of(em_walk *w, const em_swap *s, uint64_t move, uint32_t *ret_row, em_error *err)
{
        em_lots *t = w->t;
        const em_move *v = &w->m->move[move];
        for (size_t i = w->tx_line; i < t->lines; i++)
                if (t->line[i].move == move) {
                        *ret_row = (uint32_t)i;
                        t->line[i].swapped_in = 1;
                        return EM_OK;
                }
        em_lots_line line = { .at = move, .move = move, .from = v->from, .to = v->to, .asset = v->asset,
                              .hops = s->hops + 1, .swapped_in = 1 };
        return em_lines_add(w, line, ret_row, err);
}

/* Turns want[p] of the newest `span` coins of an asset that the account got into stolen ones.  What finds no room stays
 * in want. */
static em_status bring(em_walk *w, const em_swap *s, uint32_t asset, em_u256 span, em_u256 *want, em_error *err)
{
        em_lots *t = w->t;
        uint64_t at, end;
        em_purse *u;
        EM_TRY(em_purse_get(w, s->account, asset, &u, err));
        span = em_u256_min(span, u->balance);
        moves_of(w, s->account, &at, &end);
        for (; at < end; at++) {
                uint64_t move = w->m->of[at];
                const em_move *v = &w->m->move[move];
                if (v->asset != asset || v->to != s->account || em_walk_skips(w, v))
                        continue;
                uint32_t row = EM_LOT_CLEAN;
                for (size_t p = 0; p < t->policies; p++) {
                        em_u256 amount = em_move_amount(w->m, v), marked;
                        if (em_u256_zero(want[p]))
                                continue;
                        if (row == EM_LOT_CLEAN)
                                EM_TRY(row_of(w, s, move, &row, err));
                        em_u256 *stolen = &em_lines_stolen(t, row)[p];
                        amount = em_u256_min(em_less(amount, em_u256_min(amount, *stolen)), want[p]);
                        EM_TRY(em_purse_mark(w, u, p, span, amount, row, &marked, err));
                        want[p] = em_less(want[p], marked);
                        *stolen = em_sum(*stolen, marked);
                }
                if (row != EM_LOT_CLEAN) {
                        u->reached = true;
                        if (t->line[row].hops < u->hops)
                                u->hops = t->line[row].hops;
                }
        }
        return EM_OK;
}

/* What came back of the asset itself comes back as it left; the rest was swapped out. */
static em_status settle_given(em_walk *w, const em_swap *s, em_u256 *ret_out, em_error *err)
{
        em_u256 want[EM_POLICIES_MAX], kept[EM_POLICIES_MAX];
        em_lots_total *total;
        for (size_t p = 0; p < w->t->policies; p++)
                want[p] = kept[p] = share_of(s->stolen[p], s->back, s->given);
        EM_TRY(bring(w, s, s->asset, s->back, want, err));
        for (size_t p = 0; p < w->t->policies; p++) {
                ret_out[p] = em_less(s->stolen[p], em_less(kept[p], want[p]));
                EM_TRY(em_book(w, p, s->asset, &total, err));
                EM_TRY(em_book_add(&total->swapped_out, ret_out[p], err));
        }
        return EM_OK;
}

static em_status settle_got(em_walk *w, const em_swap *s, uint32_t asset, const em_u256 *out, em_error *err)
{
        em_u256 given, got, want[EM_POLICIES_MAX], asked[EM_POLICIES_MAX], net = em_less(s->given, s->back);
        em_lots_total *total;
        if (!flows(w, s->account, asset, &given, &got) || em_u256_cmp(got, given) <= 0)
                return EM_OK;
        got = em_less(got, given);
        for (size_t p = 0; p < w->t->policies; p++)
                want[p] = asked[p] = share_of(got, em_u256_min(out[p], net), net);
        EM_TRY(bring(w, s, asset, got, want, err));
        for (size_t p = 0; p < w->t->policies; p++) {
                EM_TRY(em_book(w, p, asset, &total, err));
                EM_TRY(em_book_add(&total->swapped_in, em_less(asked[p], want[p]), err));
        }
        return EM_OK;
}

static em_status settle(em_walk *w, em_swap *s, em_error *err)
{
        em_u256 out[EM_POLICIES_MAX];
        uint64_t at, end;
        em_purse *u;
        EM_TRY(em_purse_get(w, s->account, s->asset, &u, err));
        s->hops = u->hops;
        EM_TRY(settle_given(w, s, out, err));
        s->hops = u->hops;
        moves_of(w, s->account, &at, &end);
        for (uint64_t from = at; at < end; at++) {
                uint32_t asset = w->m->move[w->m->of[at]].asset;
                if (asset != s->asset && first_of_asset(w, from, at))
                        EM_TRY(settle_got(w, s, asset, out, err));
        }
        w->t->counts.swaps++;
        return EM_OK;
}

em_status em_swap_settle(em_walk *w, em_error *err)
{
        for (size_t i = 0; i < w->swaps; i++) {
                bool any = false;
                for (size_t p = 0; p < w->t->policies; p++)
                        any = any || !em_u256_zero(w->swap[i].stolen[p]);
                if (w->swap[i].real && any)
                        EM_TRY(settle(w, &w->swap[i], err));
        }
        w->swaps = 0;
        return EM_OK;
}
