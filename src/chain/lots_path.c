/* The path that carries the most stolen coins between moves, found backwards.
 *
 * Best first from the move asked for, as taint_path.c (Dijkstra 1959; Pollack, "The maximum capacity
 * through a network", 1960), with rows as nodes.  What went from an arrival into a spend is known exactly under
 * IN-OUT, since each lot names the row that brought it; the sums of haircut and its kin mix all arrivals, so
 * there the amount is shared among those before.  A swap changes the asset, and with it the unit: so each
 * branch keeps what it stands for in the asset of the end.
 */
#include "chain/lots_inside.h"

#include <stdlib.h>

typedef struct hop {
        uint32_t row, parent;           /* parent: place in hops */
        em_u256  part, worth;           /* of the row's coins; the same in 2^-32 of the end's coins */
        em_u256  via;
        bool     swap, home;
} hop;

typedef struct search {
        const em_lots *t;
        size_t    p;
        uint32_t *in;           /* rows whose coins went into a balance, by account, asset, place */
        size_t    ins;
        uint8_t  *closed;
        hop      *hop;
        size_t    hops, hop_cap;
        uint32_t *heap;
        size_t    heaped, heap_cap;
} search;

static em_u256 scale(em_u256 a, em_u256 by, em_u256 of)
{
        em_u256 result, rest;
        if (em_u256_zero(of) || !em_u256_muldiv(a, by, of, &result, &rest))
                return em_u256_of(0);
        return result;
}

static em_u256 amount_of(const search *s, uint32_t row)
{
        return em_lines_stolen(s->t, row)[s->p];
}

/* ---- the heap ---- */

static bool better(const search *s, uint32_t a, uint32_t b)
{
        const hop *x = &s->hop[a], *y = &s->hop[b];
        int by = em_u256_cmp(x->worth, y->worth);
        if (by != 0)
                return by > 0;
        if (x->home != y->home)
                return x->home;
        if (x->row != y->row)
                return x->row < y->row;
        return a < b;
}

static em_status add(search *s, hop h, em_error *err)
{
        void *hops = s->hop, *heap = s->heap;
        if (em_u256_zero(h.worth))
                return EM_OK;
        EM_TRY(em_taint_grow(&hops, &s->hop_cap, s->hops + 1, sizeof h, err));
        s->hop = hops;
        EM_TRY(em_taint_grow(&heap, &s->heap_cap, s->heaped + 1, sizeof *s->heap, err));
        s->heap = heap;
        uint32_t n = (uint32_t)s->hops++;
        s->hop[n] = h;
        size_t at = s->heaped++;
        for (; at > 0 && better(s, n, s->heap[(at - 1) / 2]); at = (at - 1) / 2)
                s->heap[at] = s->heap[(at - 1) / 2];
        s->heap[at] = n;
        return EM_OK;
}

static uint32_t pop(search *s)
{
        uint32_t best = s->heap[0], last = s->heap[--s->heaped];
        size_t at = 0;
        for (;;) {
                size_t child = 2 * at + 1;
                if (child >= s->heaped)
                        break;
                if (child + 1 < s->heaped && better(s, s->heap[child + 1], s->heap[child]))
                        child++;
                if (!better(s, s->heap[child], last))
                        break;
                s->heap[at] = s->heap[child];
                at = child;
        }
        s->heap[at] = last;
        return best;
}

/* ---- what went into a balance ---- */

/* Whether a row's coins came to lie in its receiver's balance under the policy. */
static bool went_in(const search *s, uint32_t row)
{
        const em_lots_line *l = &s->t->line[row];
        return ((l->stop == EM_LOTS_FOLLOWED && !(l->ended >> s->p & 1)) || l->swapped_in)
               && !em_u256_zero(amount_of(s, row));
}

static int by_balance(const void *a, const void *b, void *of)
{
        const em_lots_line *line = of, *x = &line[*(const uint32_t *)a], *y = &line[*(const uint32_t *)b];
        if (x->to != y->to)
                return x->to < y->to ? -1 : 1;
        if (x->asset != y->asset)
                return x->asset < y->asset ? -1 : 1;
        if (x->at != y->at)
                return x->at < y->at ? -1 : 1;
        bool held_x = x->move == EM_LOTS_NO_MOVE, held_y = y->move == EM_LOTS_NO_MOVE;
        return held_x != held_y ? (held_x ? -1 : 1) : 0;
}

static em_status index_arrivals(search *s, em_error *err)
{
        const em_lots *t = s->t;
        s->in = malloc((t->lines + 1) * sizeof *s->in);
        s->closed = calloc(t->lines + 1, 1);
        if (!s->in || !s->closed)
                return em_fail(err, EM_NOMEM, "Out of memory while looking for a path.");
        for (uint32_t i = 0; i < t->lines; i++)
                if (went_in(s, i))
                        s->in[s->ins++] = i;
        qsort_r(s->in, s->ins, sizeof *s->in, by_balance, t->line);
        return EM_OK;
}

/* Whether an arrival before row's move had stolen coins by then: a swap turns coins when its transaction is over. */
static bool had_come(const search *s, const em_lots_line *x, const em_lots_line *l)
{
        const em_moves *m = s->t->m;
        if (!x->swapped_in || x->carried >> s->p & 1 || l->move == EM_LOTS_NO_MOVE)
                return true;
        return m->move[x->move].tx != m->move[l->move].tx;
}

/* The arrivals in the balance that row's move left, before it. */
static void arrivals(const search *s, uint32_t row, size_t *ret_first, size_t *ret_end)
{
        const em_lots_line *l = &s->t->line[row];
        size_t low = 0, high = s->ins;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                const em_lots_line *x = &s->t->line[s->in[mid]];
                bool before = x->to != l->from ? x->to < l->from : x->asset < l->asset;
                if (before)
                        low = mid + 1;
                else
                        high = mid;
        }
        *ret_first = *ret_end = low;
        for (; *ret_end < s->ins; ++*ret_end) {
                const em_lots_line *x = &s->t->line[s->in[*ret_end]];
                if (x->to != l->from || x->asset != l->asset || x->at > l->at
                    || (x->at == l->at && x->move != EM_LOTS_NO_MOVE))
                        break;
        }
}

/* ---- one row backwards ---- */

/* Adds the branch by which `via` of row `from` went into the row of hop n. */
static em_status go_back(search *s, uint32_t n, uint32_t from, em_u256 via, bool swap, em_error *err)
{
        hop at = s->hop[n];
        if (s->closed[from] || em_u256_zero(via))
                return EM_OK;
        hop up = { .row = from, .parent = n, .via = via, .swap = swap };
        if (swap) {             /* in another asset: as large a part of it */
                up.part = em_u256_min(via, scale(via, at.part, amount_of(s, at.row)));
                up.worth = at.worth;
        } else {
                up.part = em_u256_min(at.part, via);
                up.worth = scale(at.worth, up.part, at.part);
        }
        if (em_u256_zero(up.part))      /* a coin of little worth in one of much: less than one of it, but not nothing */
                up.part = em_u256_of(1);
        if (em_u256_zero(up.worth))
                up.worth = em_u256_of(1);
        return add(s, up, err);
}

static em_status back_by_draws(search *s, uint32_t n, em_error *err)
{
        const em_lots *t = s->t;
        uint32_t row = s->hop[n].row;
        size_t low = 0, high = t->draws;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                const em_draw *d = &t->draw[mid];
                if (d->to < row || (d->to == row && d->policy < s->p))
                        low = mid + 1;
                else
                        high = mid;
        }
        while (low < t->draws && t->draw[low].to == row && t->draw[low].policy == s->p) {
                uint32_t from = t->draw[low].from;
                em_u256 via = { { 0 } };
                for (; low < t->draws && t->draw[low].to == row && t->draw[low].policy == s->p
                       && t->draw[low].from == from; low++)
                        via = em_sum(via, t->draw[low].amount);
                EM_TRY(go_back(s, n, from, via, false, err));
        }
        return EM_OK;
}

/* Shares by largest remainder: which arrivals get one more. */
typedef struct rest { em_u256 rest; size_t at; } rest;

static int by_rest(const void *a, const void *b)
{
        const rest *x = a, *y = b;
        int by = em_u256_cmp(y->rest, x->rest);
        return by ? by : x->at < y->at ? -1 : x->at > y->at;
}

static em_u256 brought(const search *s, uint32_t from, uint32_t row)
{
        return had_come(s, &s->t->line[from], &s->t->line[row]) ? amount_of(s, from) : em_u256_of(0);
}

static em_status back_by_share(search *s, uint32_t n, em_error *err)
{
        size_t first, end;
        uint32_t row = s->hop[n].row;
        em_u256 whole = { { 0 } }, amount = amount_of(s, row), left;
        arrivals(s, row, &first, &end);
        if (first == end)
                return EM_OK;
        for (size_t i = first; i < end; i++)
                if (!em_u256_add(whole, brought(s, s->in[i], row), &whole))
                        return em_fail(err, EM_LIMIT, "The arrivals in one balance are over 256 bits together.");
        if (em_u256_zero(whole))
                return EM_OK;
        bool poison = s->t->policy[s->p].kind == EM_TAINT_POISON;
        rest *r = malloc((end - first) * sizeof *r);
        em_u256 *via = malloc((end - first) * sizeof *via);
        em_status status = r && via ? EM_OK : em_fail(err, EM_NOMEM, "Out of memory while looking for a path.");
        amount = left = poison ? amount : em_u256_min(amount, whole);
        for (size_t i = first; i < end && status == EM_OK; i++) {
                em_u256 share = brought(s, s->in[i], row);
                r[i - first].at = i - first;
                if (poison && !em_u256_zero(share))
                        share = whole;
                em_assert(em_u256_muldiv(amount, share, whole, &via[i - first],
                                         &r[i - first].rest));
                if (!poison)
                        left = em_less(left, via[i - first]);
        }
        if (status == EM_OK && !poison) {
                qsort(r, end - first, sizeof *r, by_rest);
                for (size_t k = 0; k < end - first && k < left.w[0]; k++)
                        via[r[k].at] = em_sum(via[r[k].at], em_u256_of(1));
        }
        for (size_t i = first; i < end && status == EM_OK; i++)
                status = go_back(s, n, s->in[i], via[i - first], false, err);
        free(r);
        free(via);
        return status;
}

/* What came by a swap came from what the account gave in the same transaction. */
static em_status back_by_swap(search *s, uint32_t n, em_error *err)
{
        const em_lots_line *l = &s->t->line[s->hop[n].row];
        uint32_t tx = s->t->m->move[l->move].tx;
        for (uint32_t i = 0; i < s->t->lines; i++) {
                const em_lots_line *x = &s->t->line[i];
                if (x->stop == EM_LOTS_SWAPPED && !(x->ended >> s->p & 1) && x->from == l->to
                    && s->t->m->move[x->move].tx == tx)
                        EM_TRY(go_back(s, n, i, amount_of(s, i), true, err));
        }
        return EM_OK;
}

/* A seed's row ends the path. */
static em_status go_home(search *s, uint32_t n, em_error *err)
{
        hop home = s->hop[n];
        if (!s->t->line[home.row].seed)
                return EM_OK;
        home.home = true;
        return add(s, home, err);
}

static em_status find(search *s, uint32_t row, uint32_t *ret_home, em_error *err)
{
        em_u256 amount = amount_of(s, row), worth = amount;
        (void)em_u256_mul(amount, em_u256_of(UINT64_C(1) << 32), &worth);
        EM_TRY(add(s, (hop){ .row = row, .parent = UINT32_MAX, .part = amount, .worth = worth }, err));
        while (s->heaped > 0) {
                uint32_t n = pop(s);
                hop h = s->hop[n];
                if (h.home) {
                        *ret_home = n;
                        return EM_OK;
                }
                if (s->closed[h.row])
                        continue;
                s->closed[h.row] = 1;
                EM_TRY(go_home(s, n, err));
                const em_lots_line *l = &s->t->line[h.row];
                if (l->move == EM_LOTS_NO_MOVE)
                        continue;
                if (l->swapped_in)
                        EM_TRY(back_by_swap(s, n, err));
                EM_TRY(s->t->policy[s->p].kind == EM_TAINT_CUT ? back_by_draws(s, n, err) : back_by_share(s, n, err));
        }
        return em_fail(err, EM_BUG, "Stolen coins are in a move that no seed leads to.");
}

static em_status steps_of(const search *s, uint32_t home, em_arena *arena, em_lots_step **ret_steps, size_t *ret_count,
                          em_error *err)
{
        size_t count = 0;
        uint32_t *place = calloc(s->t->lines + 1, sizeof *place);
        if (!place)
                return em_fail(err, EM_NOMEM, "Out of memory while looking for a path.");
        for (uint32_t i = 0; i < s->t->lines; i++)
                place[s->t->order[i]] = i;
        for (uint32_t n = home; s->hop[n].parent != UINT32_MAX; n = s->hop[n].parent)
                count++;
        em_lots_step *step = EM_NEW_N(arena, em_lots_step, count);
        uint32_t n = home;
        for (size_t i = 0; step && i < count; i++) {
                const hop *x = &s->hop[n], *y = &s->hop[x->parent];
                step[i] = (em_lots_step){ .from = place[x->row], .to = place[y->row], .in = amount_of(s, x->row),
                                          .out = amount_of(s, y->row), .via = x->via, .swap = x->swap };
                n = x->parent;
        }
        free(place);
        if (!step)
                return em_fail(err, EM_LIMIT, "A path of %zu steps does not fit.", count);
        *ret_steps = step;
        *ret_count = count;
        return EM_OK;
}

em_status em_lots_path(const em_lots *t, size_t policy, uint64_t to, em_arena *arena, em_lots_step **ret_steps,
                       size_t *ret_count, em_error *err)
{
        em_assert(policy < t->policies && to < t->lines);
        em_assert(t->policy[policy].kind != EM_TAINT_CUT || t->sources);
        search s = { .t = t, .p = policy };
        uint32_t row = t->order[to], home = 0;
        if (em_u256_zero(amount_of(&s, row)))
                return em_fail(err, EM_MISSING, "No stolen coins are in this move.");
        em_status status = index_arrivals(&s, err);
        if (status == EM_OK)
                status = find(&s, row, &home, err);
        if (status == EM_OK)
                status = steps_of(&s, home, arena, ret_steps, ret_count, err);
        free(s.in);
        free(s.closed);
        free(s.hop);
        free(s.heap);
        return status;
}
