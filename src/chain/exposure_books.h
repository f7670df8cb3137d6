/* exposure_books.h -- what a walk backwards remembers: the transactions that wait, the steps taken, the books.
 *
 * Private to src/chain.  All grow on the heap; zeroed they are empty.
 */
#ifndef EMBARGO_CHAIN_EXPOSURE_BOOKS_H
#define EMBARGO_CHAIN_EXPOSURE_BOOKS_H

#include "chain/taint_tx.h"
#include "embargo/exposure.h"

#define EM_STEP_NONE UINT32_MAX

/* A number to a place, open addressing; key and place of an empty slot are 0. */
typedef struct em_places { uint64_t *key; uint32_t *at; size_t cap, count; } em_places;
/* 1 + the place of key, 0 when it has none. */
uint32_t em_places_find(const em_places *p, uint64_t key);
EM_MUST em_status em_places_add(em_places *p, uint64_t key, uint32_t place, em_error *err);

/* Coins went from output `out` through `in` on to the output of the parent step. */
typedef struct em_back { em_id out, in; uint32_t parent; int64_t sat; } em_back;

/* Satoshi start.. of output out that are looked for. */
typedef struct em_piece { em_id out; int64_t start, len; uint32_t step, next; } em_piece;

/* A transaction whose outputs are looked for. */
typedef struct em_waiting {
        em_id    tx;
        int64_t  sat, best_sat;         /* in all; by the one best path */
        uint32_t hops, best;            /* fewest; the step that best_sat came by */
        uint32_t pieces;                /* list, under IN-OUT; EM_STEP_NONE empty */
        uint32_t heap_at;               /* 1 + place, 0: not waiting */
} em_waiting;

struct em_exposure {
        const em_graph *graph;
        int64_t    received, kind[EM_ORIGIN_KINDS];
        uint64_t   visited;
        em_back   *step;      size_t steps, step_cap;
        em_origin *origin;    size_t origins, origin_cap;
        uint32_t  *origin_step; size_t origin_step_cap;         /* of best_sat */
        em_payer  *payer;     size_t payers, payer_cap;
};

typedef struct em_agenda {
        em_waiting *node;   size_t nodes, node_cap;
        uint32_t   *heap;   size_t heaped, heap_cap;
        em_piece   *piece;  size_t pieces, piece_cap;
        uint32_t    free_piece;         /* 1 + first of those given back */
        bool        apart;              /* hops are limited, so their number must be exact */
        em_places   place, origin_place, payer_place;
} em_agenda;

void em_agenda_free(em_agenda *a);
/* Adds sat to what waits at tx; path_sat of it by one path that ends in step.  What was received (hops 0) is kept
 * apart from what reaches the same transaction later, and with apart so is every number of hops. */
EM_MUST em_status em_agenda_add(em_agenda *a, em_id tx, int64_t sat, uint32_t hops, uint32_t step, int64_t path_sat,
                                em_error *err);
/* To what was just added there. */
EM_MUST em_status em_agenda_piece(em_agenda *a, em_id tx, uint32_t hops, em_piece piece, em_error *err);
const em_waiting *em_agenda_top(const em_agenda *a);            /* NULL: nothing waits */
/* Takes the top; its pieces are the caller's to give back with em_agenda_give. */
em_waiting em_agenda_pop(em_agenda *a);
void em_agenda_give(em_agenda *a, uint32_t pieces);

EM_MUST em_status em_exposure_step(em_exposure *x, em_back step, uint32_t *ret_step, em_error *err);
/* Books sat; path_sat of it by the path that ends in step. */
EM_MUST em_status em_exposure_book(em_exposure *x, em_agenda *a, em_origin o, bool direct, int64_t sat, uint32_t step,
                                   int64_t path_sat, em_error *err);
EM_MUST em_status em_exposure_paid(em_exposure *x, em_agenda *a, em_payer p, em_error *err);
EM_MUST em_status em_exposure_sort(em_exposure *x, em_error *err);

#endif
