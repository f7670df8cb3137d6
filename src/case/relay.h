/* case/relay.h -- what a worker says, checked by one thread and taken by another.
 *
 * Between a worker and the store lie two kinds of work: believing nothing of what
 * comes through the pipe, and writing it down.  They take about the same time, so
 * they run side by side, a few batches apart.  Order, bytes and errors are those
 * of one thread: what was checked before an error is taken before the error is told.
 */
#ifndef CASE_RELAY_H
#define CASE_RELAY_H

#include "case/store.h"
#include "case/worker.h"

/* A message, as bytes and as what they say. */
typedef struct em_item {
        char   type;
        em_str packed;
        union { em_record record; em_reject reject; } as;       /* texts point into packed */
} em_item;

typedef struct em_relay_way {
        /* In the thread that hears: fills item->as, or refuses the message. */
        em_status (*check)(void *ctx, em_item *item, em_error *err);
        /* In the same thread, of items that were checked and lie together: adjacent
         * items have adjacent bytes. */
        void (*seal)(void *ctx, const em_item *items, size_t count);
        /* In the caller's thread, in order. */
        em_status (*take)(void *ctx, const em_item *item, em_error *err);
        void *ctx;
} em_relay_way;

typedef struct em_relay em_relay;

/* NULL when out of memory. */
em_relay *em_relay_new(const em_relay_way *way);
em_relay *em_relay_free(em_relay *relay);
/* The on_message of an em_work whose message_ctx is the relay. */
EM_MUST em_status em_relay_message(void *relay, char type, em_str bytes, em_error *err);
/* Hears the worker to its end.  beside: in a second thread, if one can be had.  The first
 * error in the order of the messages, of check, take or em_worker_hear. */
EM_MUST em_status em_relay_run(em_relay *relay, em_worker *worker, bool beside, em_error *err);

#endif
