/* A monotone radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms for the shortest
 * path problem", 1990).
 *
 * A spend always comes later in the chain than what it spends, so keys are never pushed below the
 * last one popped.  Bucket b holds the keys whose highest bit that differs from the last one is bit
 * b-1: pushing appends to an array, popping deals the lowest bucket out to lower ones.  No tree is
 * walked, so millions of waiting outputs cost sequential memory only.  Each bucket knows its lowest
 * key, so that looking does not deal: dealing moves `last`, and what comes before the
 * key looked at may still be pushed.
 */
#include "chain/taint_queue.h"

#include <stdlib.h>

#define KEEP ((size_t)1 << 12)  /* events that an emptied bucket keeps room for */

static unsigned bucket_of(const em_queue *q, em_id in)
{
        return in == q->last ? 0 : 64 - (unsigned)__builtin_clzll(in ^ q->last);
}

em_status em_queue_push(em_queue *q, em_event event, em_error *err)
{
        em_assert(event.in >= q->last && event.in < EM_ID_NONE);
        unsigned b = bucket_of(q, event.in);
        em_bucket *bucket = &q->bucket[b];
        void *at = bucket->at;
        EM_TRY(em_taint_grow(&at, &bucket->cap, bucket->count + 1, sizeof event, err));
        bucket->at = at;
        if (bucket->count == 0 || event.in < bucket->lowest)
                bucket->lowest = event.in;
        bucket->at[bucket->count++] = event;
        q->filled |= UINT64_C(1) << b;
        return EM_OK;
}

em_id em_queue_lowest(const em_queue *q)
{
        return q->filled ? q->bucket[__builtin_ctzll(q->filled)].lowest : EM_ID_NONE;
}

static void empty(em_queue *q, unsigned b)
{
        em_bucket *bucket = &q->bucket[b];
        q->filled &= ~(UINT64_C(1) << b);
        bucket->count = 0;
        if (bucket->cap > KEEP) {
                free(bucket->at);
                bucket->at = NULL;
                bucket->cap = 0;
        }
}

/* Deals bucket b, the lowest that is filled, out to lower ones. */
static em_status deal(em_queue *q, unsigned b, em_error *err)
{
        em_bucket *bucket = &q->bucket[b];
        q->last = bucket->lowest;
        while (bucket->count > 0) {
                EM_TRY(em_queue_push(q, bucket->at[bucket->count - 1], err));
                bucket->count--;
        }
        empty(q, b);
        return EM_OK;
}

em_status em_queue_pop(em_queue *q, em_event *ret_event, em_error *err)
{
        em_assert(q->filled);
        unsigned b = (unsigned)__builtin_ctzll(q->filled);
        if (b > 0)
                EM_TRY(deal(q, b, err));
        em_bucket *lowest = &q->bucket[0];
        *ret_event = lowest->at[--lowest->count];
        if (lowest->count == 0)
                empty(q, 0);
        return EM_OK;
}

void em_queue_free(em_queue *q)
{
        for (unsigned b = 0; b < 64; b++) {
                for (size_t i = 0; i < q->bucket[b].count; i++)
                        free(q->bucket[b].at[i].lots);
                free(q->bucket[b].at);
        }
        *q = (em_queue){ 0 };
}
