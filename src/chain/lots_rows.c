/* What was reached, and the books.
 *
 * Coins are booked where they leave the walk: at a service, as gas, in a swap.  What is still in a
 * balance when the moves end is counted last; then, for each asset under each policy, what went in must have
 * come out.
 */
#include "chain/lots_inside.h"

#include <stdlib.h>

/* ---- numbers by key: open addressing, never more than half full ---- */

static size_t slot_of(const em_slots *s, uint64_t key)
{
        uint64_t z = (key ^ key >> 31) * UINT64_C(0x9e3779b97f4a7c15);
        size_t i = (size_t)(z ^ z >> 32) & (s->cap - 1);
        while (s->value[i] && s->key[i] != key)
                i = (i + 1) & (s->cap - 1);
        return i;
}

bool em_slots_find(const em_slots *s, uint64_t key, uint32_t *ret_value)
{
        size_t i = s->cap ? slot_of(s, key) : 0;
        if (!s->cap || !s->value[i])
                return false;
        *ret_value = s->value[i] - 1;
        return true;
}

em_status em_slots_put(em_slots *s, uint64_t key, uint32_t value, em_error *err)
{
        if (2 * (s->count + 1) > s->cap) {
                em_slots more = { .cap = s->cap ? 2 * s->cap : 64, .count = s->count };
                more.key = calloc(more.cap, sizeof *more.key);
                more.value = calloc(more.cap, sizeof *more.value);
                if (!more.key || !more.value) {
                        em_slots_free(&more);
                        return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
                }
                for (size_t i = 0; i < s->cap; i++)
                        if (s->value[i]) {
                                size_t to = slot_of(&more, s->key[i]);
                                more.key[to] = s->key[i];
                                more.value[to] = s->value[i];
                        }
                em_slots_free(s);
                *s = more;
        }
        size_t i = slot_of(s, key);
        s->key[i] = key;
        s->value[i] = value + 1;
        s->count++;
        return EM_OK;
}

void em_slots_free(em_slots *s)
{
        free(s->key);
        free(s->value);
        *s = (em_slots){ 0 };
}

/* ---- rows ---- */

em_status em_lines_add(em_walk *w, em_lots_line line, uint32_t *ret_row, em_error *err)
{
        em_lots *t = w->t;
        if (t->lines >= w->most)
                return em_fail(err, EM_LIMIT, "Stolen coins reach more than %llu moves; narrow the trace or "
                               "raise the limit.", (unsigned long long)w->most);
        void *lines = t->line, *stolen = t->stolen;
        EM_TRY(em_taint_grow(&lines, &t->line_cap, t->lines + 1, sizeof *t->line, err));
        t->line = lines;
        EM_TRY(em_taint_grow(&stolen, &t->stolen_cap, (t->lines + 1) * t->policies, sizeof *t->stolen, err));
        t->stolen = stolen;
        memset(em_lines_stolen(t, t->lines), 0, t->policies * sizeof *t->stolen);
        t->line[t->lines] = line;
        *ret_row = (uint32_t)t->lines++;
        return EM_OK;
}

em_status em_draws_add(em_walk *w, em_draw draw, em_error *err)
{
        em_lots *t = w->t;
        void *at = t->draw;
        EM_TRY(em_taint_grow(&at, &t->draw_cap, t->draws + 1, sizeof *t->draw, err));
        t->draw = at;
        t->draw[t->draws++] = draw;
        return EM_OK;
}

/* ---- books ---- */

em_status em_book_add(em_u256 *total, em_u256 amount, em_error *err)
{
        return em_u256_add(*total, amount, total)
                ? EM_OK : em_fail(err, EM_LIMIT, "A total of one asset is over 256 bits; such a token is no coin.");
}

em_status em_book(em_walk *w, size_t policy, uint32_t asset, em_lots_total **ret_total, em_error *err)
{
        em_lots *t = w->t;
        uint32_t i;
        if (!em_slots_find(&w->books, asset, &i)) {
                void *assets = t->asset, *books = t->book;
                EM_TRY(em_taint_grow(&assets, &t->asset_cap, t->assets + 1, sizeof *t->asset, err));
                t->asset = assets;
                EM_TRY(em_taint_grow(&books, &t->book_cap, (t->assets + 1) * t->policies, sizeof *t->book, err));
                t->book = books;
                memset(t->book + t->assets * t->policies, 0, t->policies * sizeof *t->book);
                i = (uint32_t)t->assets;
                t->asset[t->assets++] = asset;
                EM_TRY(em_slots_put(&w->books, asset, i, err));
        }
        *ret_total = &t->book[i * t->policies + policy];
        return EM_OK;
}

bool em_lots_conserved(const em_lots_total *b)
{
        em_u256 in = b->stolen, out = b->sitting;
        const em_u256 *outs[] = { &b->deposited, &b->mixed, &b->bridged, &b->stopped, &b->fees, &b->burnt,
                                  &b->dropped, &b->swapped_out };
        if (!em_u256_add(in, b->grown, &in) || !em_u256_add(in, b->swapped_in, &in))
                return false;
        for (size_t i = 0; i < sizeof outs / sizeof *outs; i++)
                if (!em_u256_add(out, *outs[i], &out))
                        return false;
        return em_u256_cmp(in, out) == 0;
}

/* ---- closing ---- */

static bool holds_stolen(const em_lots *t, const em_purse *u)
{
        for (size_t p = 0; p < t->policies; p++)
                if (!em_u256_zero(u->stolen[p]))
                        return true;
        return false;
}

static int by_account(const void *a, const void *b)
{
        const em_purse *x = *(em_purse *const *)a, *y = *(em_purse *const *)b;
        if (x->account != y->account)
                return x->account < y->account ? -1 : 1;
        return x->asset < y->asset ? -1 : x->asset > y->asset;
}

static em_status count_sitting(em_walk *w, em_error *err)
{
        em_lots *t = w->t;
        t->held = calloc(t->purses + 1, sizeof *t->held);
        t->unknown = calloc(t->purses + 1, sizeof *t->unknown);
        if (!t->held || !t->unknown)
                return em_fail(err, EM_NOMEM, "Out of memory while closing the books.");
        for (size_t i = 0; i < t->purses; i++) {
                em_purse *u = t->purse[i];
                if (u->reached && !em_u256_zero(u->unknown))
                        t->unknown[t->unknowns++] = u;
                if (!holds_stolen(t, u))
                        continue;
                t->held[t->holdings++] = u;
                for (size_t p = 0; p < t->policies; p++) {
                        em_lots_total *total;
                        EM_TRY(em_book(w, p, u->asset, &total, err));
                        EM_TRY(em_book_add(&total->sitting, u->stolen[p], err));
                }
        }
        qsort(t->held, t->holdings, sizeof *t->held, by_account);
        qsort(t->unknown, t->unknowns, sizeof *t->unknown, by_account);
        t->counts.unknown = t->unknowns;
        return EM_OK;
}

static int by_place(const void *a, const void *b, void *of)
{
        const em_lots_line *line = of;
        uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
        const em_lots_line *x = &line[i], *y = &line[j];
        if (x->at != y->at)
                return x->at < y->at ? -1 : 1;
        bool held_x = x->move == EM_LOTS_NO_MOVE, held_y = y->move == EM_LOTS_NO_MOVE;
        if (held_x != held_y)
                return held_x ? -1 : 1;
        return i < j ? -1 : i > j;
}

static int by_to(const void *a, const void *b)
{
        const em_draw *x = a, *y = b;
        if (x->to != y->to)
                return x->to < y->to ? -1 : 1;
        if (x->policy != y->policy)
                return x->policy < y->policy ? -1 : 1;
        return x->from < y->from ? -1 : x->from > y->from;
}

static em_status sort_lines(em_lots *t, em_error *err)
{
        t->order = malloc((t->lines + 1) * sizeof *t->order);
        if (!t->order)
                return em_fail(err, EM_NOMEM, "Out of memory while closing the books.");
        for (size_t i = 0; i < t->lines; i++)
                t->order[i] = (uint32_t)i;
        qsort_r(t->order, t->lines, sizeof *t->order, by_place, t->line);
        if (t->draws > 0)
                qsort(t->draw, t->draws, sizeof *t->draw, by_to);
        return EM_OK;
}

static int by_asset(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

/* Books were opened as assets came up. */
static em_status sort_books(em_walk *w, em_error *err)
{
        em_lots *t = w->t;
        em_lots_total *book = malloc((t->assets * t->policies + 1) * sizeof *book);
        if (!book)
                return em_fail(err, EM_NOMEM, "Out of memory while closing the books.");
        qsort(t->asset, t->assets, sizeof *t->asset, by_asset);
        for (size_t i = 0; i < t->assets; i++) {
                uint32_t was = 0;
                em_assert(em_slots_find(&w->books, t->asset[i], &was));
                memcpy(book + i * t->policies, t->book + was * t->policies, t->policies * sizeof *book);
        }
        free(t->book);
        t->book = book;
        return EM_OK;
}

em_status em_lots_close(em_walk *w, em_error *err)
{
        em_lots *t = w->t;
        EM_TRY(count_sitting(w, err));
        EM_TRY(sort_lines(t, err));
        if (t->assets > 0)
                EM_TRY(sort_books(w, err));
        for (size_t i = 0; i < t->assets * t->policies; i++)
                if (!em_lots_conserved(&t->book[i]))
                        return em_fail(err, EM_BUG, "Policy %zu, asset %u: what went in did not come out.",
                                       i % t->policies + 1, t->asset[i / t->policies]);
        t->counts.accounts = w->follower_count;
        return EM_OK;
}

/* ---- asking ---- */

em_lots *em_lots_free(em_lots *t)
{
        if (!t)
                return NULL;
        size_t cuts = 0;
        for (size_t p = 0; p < t->policies; p++)
                cuts += t->policy[p].kind == EM_TAINT_CUT;
        for (size_t i = 0; i < t->purses; i++)
                em_purse_free(t->purse[i], cuts);
        free(t->purse);
        free(t->held);
        free(t->unknown);
        free(t->line);
        free(t->stolen);
        free(t->order);
        free(t->draw);
        free(t->asset);
        free(t->book);
        free(t);
        return NULL;
}

uint64_t em_lots_count(const em_lots *t)
{
        return t->lines;
}

void em_lots_at(const em_lots *t, uint64_t i, em_lots_row *ret_row)
{
        em_assert(i < t->lines);
        const em_lots_line *l = &t->line[t->order[i]];
        const em_moves *m = t->m;
        uint64_t at = l->move == EM_LOTS_NO_MOVE ? l->at : l->move;
        uint32_t block = at < m->moves ? m->tx[m->move[at].tx].block : (uint32_t)m->blocks;
        if (l->move == EM_LOTS_NO_MOVE)         /* held when the block before ended */
                block -= block > 0;
        *ret_row = (em_lots_row){ .move = l->move, .from = l->from, .to = l->to, .asset = l->asset, .block = block,
                                  .hops = l->hops, .label = l->label, .ended = l->ended,
                                  .stop = (em_lots_stop)l->stop, .seed = l->seed, .swapped_in = l->swapped_in,
                                  .stolen = em_lines_stolen(t, t->order[i]) };
}

bool em_lots_find(const em_lots *t, uint64_t move, uint64_t *ret_i)
{
        size_t low = 0, high = t->lines;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                const em_lots_line *l = &t->line[t->order[mid]];
                if (l->at < move || (l->at == move && l->move == EM_LOTS_NO_MOVE))
                        low = mid + 1;
                else
                        high = mid;
        }
        if (low == t->lines || t->line[t->order[low]].move != move)
                return false;
        *ret_i = low;
        return true;
}

static em_holding holding_of(const em_purse *u)
{
        return (em_holding){ .account = u->account, .asset = u->asset, .hops = u->hops, .label = u->label,
                             .last_move = u->last_move, .balance = u->balance, .unknown = u->unknown,
                             .stolen = u->stolen };
}

uint64_t em_lots_holdings(const em_lots *t)
{
        return t->holdings;
}

void em_lots_holding_at(const em_lots *t, uint64_t i, em_holding *ret_holding)
{
        em_assert(i < t->holdings);
        *ret_holding = holding_of(t->held[i]);
}

uint64_t em_lots_unknowns(const em_lots *t)
{
        return t->unknowns;
}

void em_lots_unknown_at(const em_lots *t, uint64_t i, em_holding *ret_holding)
{
        em_assert(i < t->unknowns);
        *ret_holding = holding_of(t->unknown[i]);
}

const uint32_t *em_lots_assets(const em_lots *t, size_t *ret_count)
{
        *ret_count = t->assets;
        return t->asset;
}

em_lots_total em_lots_totals(const em_lots *t, size_t policy, uint32_t asset)
{
        em_assert(policy < t->policies);
        for (size_t i = 0; i < t->assets; i++)
                if (t->asset[i] == asset)
                        return t->book[i * t->policies + policy];
        return (em_lots_total){ 0 };
}

em_lots_counts em_lots_counted(const em_lots *t)
{
        return t->counts;
}
