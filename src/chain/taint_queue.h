/* taint_queue.h -- what is still to be followed, by the input that spends it, lowest first.
 *
 * Private to src/chain.  A radix heap: what is pushed must not be lower than what was last popped.
 */
#ifndef EMBARGO_CHAIN_TAINT_QUEUE_H
#define EMBARGO_CHAIN_TAINT_QUEUE_H

#include "chain/taint_tx.h"

#define EM_ROW_SEED UINT32_MAX          /* a transaction that makes a seed, to be visited */

typedef struct em_event {
        em_id    in;
        void    *lots;          /* which satoshi are stolen, by policy; NULL: none or all in each */
        uint32_t row;           /* of the output that `in` spends, or EM_ROW_SEED */
} em_event;

typedef struct em_bucket { em_event *at; size_t count, cap; em_id lowest; } em_bucket;

typedef struct em_queue {
        em_id     last;
        uint64_t  filled;       /* bit b: bucket b is not empty */
        em_bucket bucket[64];
} em_queue;

EM_MUST em_status em_queue_push(em_queue *q, em_event event, em_error *err);
/* The lowest `in`; EM_ID_NONE when empty. */
em_id em_queue_lowest(const em_queue *q);
/* Takes the lowest; the queue must not be empty. */
EM_MUST em_status em_queue_pop(em_queue *q, em_event *ret_event, em_error *err);
/* Frees what the events hold too. */
void em_queue_free(em_queue *q);

#endif
