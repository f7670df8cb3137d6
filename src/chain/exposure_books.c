/* What a walk backwards remembers.
 *
 * The agenda is a binary heap in which a waiting transaction can rise (Williams 1964, with each item's
 * place kept beside it), and open addressing with linear probes (Knuth, The Art of Computer Programming 3,
 * 6.4) from a transaction to where it waits.  Everything is by index, so growing moves nothing that is held.
 */
#include "chain/exposure_books.h"

#include <stdlib.h>

/* Makes room for one more item of an array of any type; to is where the pointer to it is kept. */
#define ROOM(array, cap, count, err) room_for(&(array), &(cap), (count) + 1, sizeof *(array), (err))

static em_status room_for(void *to, size_t *cap, size_t need, size_t size, em_error *err)
{
        void *at;
        if (need >= UINT32_MAX)
                return em_fail(err, EM_LIMIT, "The walk back has more than four thousand million steps.");
        memcpy(&at, to, sizeof at);
        em_status status = em_taint_grow(&at, cap, need, size, err);
        memcpy(to, &at, sizeof at);
        return status;
}

/* ---- numbers to places ---- */

static size_t slot_of(const em_places *p, uint64_t key)
{
        uint64_t z = key * UINT64_C(0x9e3779b97f4a7c15);
        size_t at = (size_t)(z ^ z >> 32) & (p->cap - 1);
        while (p->at[at] && p->key[at] != key)
                at = (at + 1) & (p->cap - 1);
        return at;
}

uint32_t em_places_find(const em_places *p, uint64_t key)
{
        return p->cap ? p->at[slot_of(p, key)] : 0;
}

static em_status widen(em_places *p, em_error *err)
{
        em_places more = { .cap = p->cap ? 2 * p->cap : 1024, .count = p->count };
        more.key = calloc(more.cap, sizeof *more.key);
        more.at = calloc(more.cap, sizeof *more.at);
        if (!more.key || !more.at) {
                free(more.key);
                free(more.at);
                return em_fail(err, EM_NOMEM, "Out of memory while following coins back.");
        }
        for (size_t i = 0; i < p->cap; i++)
                if (p->at[i]) {
                        size_t to = slot_of(&more, p->key[i]);
                        more.key[to] = p->key[i];
                        more.at[to] = p->at[i];
                }
        free(p->key);
        free(p->at);
        *p = more;
        return EM_OK;
}

em_status em_places_add(em_places *p, uint64_t key, uint32_t place, em_error *err)
{
        if (2 * (p->count + 1) > p->cap)
                EM_TRY(widen(p, err));
        size_t at = slot_of(p, key);
        p->count += !p->at[at];
        p->key[at] = key;
        p->at[at] = place + 1;
        return EM_OK;
}

/* ---- the agenda ---- */

void em_agenda_free(em_agenda *a)
{
        em_places *all[] = { &a->place, &a->origin_place, &a->payer_place };
        for (size_t i = 0; i < 3; i++) {
                free(all[i]->key);
                free(all[i]->at);
        }
        free(a->node);
        free(a->heap);
        free(a->piece);
        *a = (em_agenda){ 0 };
}

/* Most first, then the later transaction, then what was met first. */
static bool before(const em_agenda *a, uint32_t x, uint32_t y)
{
        const em_waiting *n = &a->node[x], *m = &a->node[y];
        if (n->sat != m->sat)
                return n->sat > m->sat;
        return n->tx != m->tx ? n->tx > m->tx : x < y;
}

static void put(em_agenda *a, size_t at, uint32_t node)
{
        a->heap[at] = node;
        a->node[node].heap_at = (uint32_t)at + 1;
}

static void rise(em_agenda *a, uint32_t node)
{
        size_t at = a->node[node].heap_at - 1;
        for (; at > 0 && before(a, node, a->heap[(at - 1) / 2]); at = (at - 1) / 2)
                put(a, at, a->heap[(at - 1) / 2]);
        put(a, at, node);
}

static void sink(em_agenda *a, uint32_t node)
{
        size_t at = 0;
        for (;;) {
                size_t child = 2 * at + 1;
                if (child >= a->heaped)
                        break;
                if (child + 1 < a->heaped && before(a, a->heap[child + 1], a->heap[child]))
                        child++;
                if (!before(a, a->heap[child], node))
                        break;
                put(a, at, a->heap[child]);
                at = child;
        }
        put(a, at, node);
}

/* Ids have 40 bits; hops beyond 24 are as good as merged. */
static uint64_t key_of(const em_agenda *a, em_id tx, uint32_t hops)
{
        uint32_t most = (1u << 24) - 1, apart = a->apart ? hops : hops > 0;
        return (uint64_t)tx << 24 | (apart < most ? apart : most);
}

em_status em_agenda_add(em_agenda *a, em_id tx, int64_t sat, uint32_t hops, uint32_t step, int64_t path_sat,
                        em_error *err)
{
        uint64_t key = key_of(a, tx, hops);
        uint32_t found = em_places_find(&a->place, key);
        if (!found) {
                EM_TRY(ROOM(a->node, a->node_cap, a->nodes, err));
                EM_TRY(em_places_add(&a->place, key, (uint32_t)a->nodes, err));
                a->node[a->nodes++] = (em_waiting){ .tx = tx, .hops = hops, .best = step,
                                                    .pieces = EM_STEP_NONE };
                found = (uint32_t)a->nodes;
        }
        em_waiting *n = &a->node[found - 1];
        if (!n->heap_at) {
                EM_TRY(ROOM(a->heap, a->heap_cap, a->heaped, err));
                n->sat = n->best_sat = 0;
                n->best = step;
                n->pieces = EM_STEP_NONE;
                n->heap_at = (uint32_t)++a->heaped;
        }
        n->sat += sat;
        n->hops = hops < n->hops ? hops : n->hops;
        if (path_sat > n->best_sat) {
                n->best_sat = path_sat;
                n->best = step;
        }
        rise(a, found - 1);
        return EM_OK;
}

em_status em_agenda_piece(em_agenda *a, em_id tx, uint32_t hops, em_piece piece, em_error *err)
{
        em_waiting *n = &a->node[em_places_find(&a->place, key_of(a, tx, hops)) - 1];
        uint32_t at = a->free_piece;
        if (at) {
                a->free_piece = a->piece[--at].next;
        } else {
                EM_TRY(ROOM(a->piece, a->piece_cap, a->pieces, err));
                at = (uint32_t)a->pieces++;
        }
        piece.next = n->pieces;
        a->piece[at] = piece;
        n->pieces = at;
        return EM_OK;
}

const em_waiting *em_agenda_top(const em_agenda *a)
{
        return a->heaped ? &a->node[a->heap[0]] : NULL;
}

em_waiting em_agenda_pop(em_agenda *a)
{
        uint32_t top = a->heap[0], last = a->heap[--a->heaped];
        if (a->heaped)
                sink(a, last);
        a->node[top].heap_at = 0;
        return a->node[top];
}

void em_agenda_give(em_agenda *a, uint32_t pieces)
{
        while (pieces != EM_STEP_NONE) {
                uint32_t next = a->piece[pieces].next;
                a->piece[pieces].next = a->free_piece;
                a->free_piece = pieces + 1;
                pieces = next;
        }
}

/* ---- the books ---- */

em_status em_exposure_step(em_exposure *x, em_back step, uint32_t *ret_step, em_error *err)
{
        EM_TRY(ROOM(x->step, x->step_cap, x->steps, err));
        x->step[x->steps] = step;
        *ret_step = (uint32_t)x->steps++;
        return EM_OK;
}

em_status em_exposure_book(em_exposure *x, em_agenda *a, em_origin o, bool direct, int64_t sat, uint32_t step,
                           int64_t path_sat, em_error *err)
{
        uint64_t key = (uint64_t)o.kind << 32 | o.label;
        uint32_t found = em_places_find(&a->origin_place, key);
        if (!found) {
                EM_TRY(ROOM(x->origin, x->origin_cap, x->origins, err));
                EM_TRY(ROOM(x->origin_step, x->origin_step_cap, x->origins, err));
                EM_TRY(em_places_add(&a->origin_place, key, (uint32_t)x->origins, err));
                o.best_sat = -1;
                x->origin[x->origins++] = o;
                found = (uint32_t)x->origins;
        }
        em_origin *at = &x->origin[found - 1];
        *(direct ? &at->direct_sat : &at->indirect_sat) += sat;
        x->kind[o.kind] += sat;
        at->hops = o.hops < at->hops ? o.hops : at->hops;
        at->arrivals++;
        if (path_sat > at->best_sat) {
                at->best_sat = path_sat;
                at->best_out = x->step[step].out;
                x->origin_step[found - 1] = step;
        }
        return EM_OK;
}

em_status em_exposure_paid(em_exposure *x, em_agenda *a, em_payer p, em_error *err)
{
        uint32_t found = em_places_find(&a->payer_place, p.payee);
        if (!found) {
                EM_TRY(ROOM(x->payer, x->payer_cap, x->payers, err));
                EM_TRY(em_places_add(&a->payer_place, p.payee, (uint32_t)x->payers, err));
                x->payer[x->payers++] = (em_payer){ .payee = p.payee, .label = p.label, .own = p.own };
                found = (uint32_t)x->payers;
        }
        x->payer[found - 1].sat += p.sat;
        x->payer[found - 1].outs++;
        return EM_OK;
}

static int by_origin(const void *a, const void *b, void *ctx)
{
        const em_exposure *e = ctx;
        const em_origin *x = &e->origin[*(const uint32_t *)a], *y = &e->origin[*(const uint32_t *)b];
        int64_t m = x->direct_sat + x->indirect_sat, n = y->direct_sat + y->indirect_sat;
        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        if (m != n)
                return m > n ? -1 : 1;
        return x->label < y->label ? -1 : x->label > y->label;
}

static int by_payer(const void *a, const void *b)
{
        const em_payer *x = a, *y = b;
        if (x->sat != y->sat)
                return x->sat > y->sat ? -1 : 1;
        return x->payee < y->payee ? -1 : x->payee > y->payee;
}

/* Origins and their steps are two arrays, so an order is sorted and both are laid out by it. */
static em_status sort_origins(em_exposure *x, em_error *err)
{
        uint32_t *order = calloc(x->origins, sizeof *order), *step = calloc(x->origins, sizeof *step);
        em_origin *origin = calloc(x->origins, sizeof *origin);
        em_status status = order && step && origin
                ? EM_OK : em_fail(err, EM_NOMEM, "Out of memory while following coins back.");
        if (status == EM_OK) {
                for (size_t i = 0; i < x->origins; i++)
                        order[i] = (uint32_t)i;
                qsort_r(order, x->origins, sizeof *order, by_origin, x);
                for (size_t i = 0; i < x->origins; i++) {
                        origin[i] = x->origin[order[i]];
                        step[i] = x->origin_step[order[i]];
                }
                memcpy(x->origin, origin, x->origins * sizeof *origin);
                memcpy(x->origin_step, step, x->origins * sizeof *step);
        }
        free(order);
        free(step);
        free(origin);
        return status;
}

em_status em_exposure_sort(em_exposure *x, em_error *err)
{
        if (x->payers)
                qsort(x->payer, x->payers, sizeof *x->payer, by_payer);
        return x->origins ? sort_origins(x, err) : EM_OK;
}
