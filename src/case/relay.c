/* case/relay.c -- a bounded ring of batches between the thread that hears a worker
 * and the thread that takes what it said (the bounded buffer of Dijkstra,
 * "Cooperating Sequential Processes", 1965, with a mutex and a condition for
 * the semaphores).
 *
 * A batch owns its bytes: records point into them, so a batch that holds something
 * never grows in place.  It is full before the next message would not fit.
 */
#include "case/relay.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum {
        RING = 4,
        BATCH_ITEMS = 512,
        BATCH_BYTES = 256 << 10,        /* more for one message that is larger */
};

typedef struct em_batch {
        char   *p;
        size_t  n, cap, count;
        em_item item[BATCH_ITEMS];
} em_batch;

struct em_relay {
        const em_relay_way *way;
        em_worker *worker;
        bool       threaded;
        pthread_mutex_t lock;           /* of what stands between here and the batches */
        pthread_cond_t  turned;
        uint64_t   filled, emptied;     /* batches, since the beginning */
        bool       stop, done;
        em_status  status;              /* of the hearing, when done */
        em_error   error;
        em_batch   batch[RING];
};

em_relay *em_relay_new(const em_relay_way *way)
{
        em_relay *r = calloc(1, sizeof *r);
        if (r == NULL)
                return NULL;
        r->way = way;
        pthread_mutex_init(&r->lock, NULL);
        pthread_cond_init(&r->turned, NULL);
        return r;
}

em_relay *em_relay_free(em_relay *r)
{
        if (r == NULL)
                return NULL;
        for (size_t i = 0; i < RING; i++)
                free(r->batch[i].p);
        pthread_cond_destroy(&r->turned);
        pthread_mutex_destroy(&r->lock);
        free(r);
        return NULL;
}

/* ---- hearing ------------------------------------------------------------------ */

static em_status take_all(em_relay *r, const em_batch *b, em_error *err)
{
        for (size_t i = 0; i < b->count; i++)
                EM_TRY(r->way->take(r->way->ctx, &b->item[i], err));
        return EM_OK;
}

static em_batch *filling(em_relay *r)
{
        return &r->batch[r->filled % RING];
}

/* Gives the batch that was being filled away and waits for a free one. */
static em_status hand_over(em_relay *r, em_error *err)
{
        em_batch *b = filling(r);
        em_status status = EM_OK;
        if (b->count == 0)
                return EM_OK;
        r->way->seal(r->way->ctx, b->item, b->count);
        if (!r->threaded) {
                status = take_all(r, b, err);
        } else {
                pthread_mutex_lock(&r->lock);
                r->filled++;
                pthread_cond_signal(&r->turned);
                while (r->filled - r->emptied == RING && !r->stop)
                        pthread_cond_wait(&r->turned, &r->lock);
                if (r->stop)
                        status = em_fail(err, EM_INTERRUPTED, "the taking of this file was stopped");
                pthread_mutex_unlock(&r->lock);
        }
        b = filling(r);
        b->n = b->count = 0;
        return status;
}

static em_status make_room(em_batch *b, size_t n, em_error *err)
{
        size_t cap = n > BATCH_BYTES ? n : BATCH_BYTES;
        if (n <= b->cap - b->n)
                return EM_OK;
        em_assert(b->count == 0);
        char *p = malloc(cap);
        if (p == NULL)
                return em_fail(err, EM_NOMEM, "no memory to hear the reader");
        free(b->p);
        b->p = p;
        b->cap = cap;
        return EM_OK;
}

em_status em_relay_message(void *relay, char type, em_str bytes, em_error *err)
{
        em_relay *r = relay;
        em_batch *b = filling(r);
        if (b->count == BATCH_ITEMS || (b->count > 0 && bytes.n > b->cap - b->n)) {
                EM_TRY(hand_over(r, err));
                b = filling(r);
        }
        EM_TRY(make_room(b, bytes.n, err));
        em_item *item = &b->item[b->count];
        item->type = type;
        item->packed = (em_str){ b->p + b->n, bytes.n };
        if (bytes.n > 0)
                memcpy(b->p + b->n, bytes.p, bytes.n);
        EM_TRY(r->way->check(r->way->ctx, item, err));
        b->n += bytes.n;
        b->count++;
        return EM_OK;
}

/* What was checked before an error comes first, and so does an error in taking it. */
static void hear_all(em_relay *r)
{
        em_error  heard = { .code = EM_OK }, last = { .code = EM_OK };
        em_status status = em_worker_hear(r->worker, &heard), rest = hand_over(r, &last);
        pthread_mutex_lock(&r->lock);
        r->status = rest != EM_OK ? rest : status;
        r->error = rest != EM_OK ? last : heard;
        r->done = true;
        pthread_cond_signal(&r->turned);
        pthread_mutex_unlock(&r->lock);
}

static void *hear_thread(void *relay)
{
        hear_all(relay);
        return NULL;
}

/* ---- taking ------------------------------------------------------------------- */

static em_status take_batches(em_relay *r, em_error *err)
{
        em_status status = EM_OK;
        pthread_mutex_lock(&r->lock);
        for (;;) {
                while (r->filled == r->emptied && !r->done)
                        pthread_cond_wait(&r->turned, &r->lock);
                if (r->filled == r->emptied)
                        break;
                const em_batch *b = &r->batch[r->emptied % RING];
                pthread_mutex_unlock(&r->lock);
                status = take_all(r, b, err);
                pthread_mutex_lock(&r->lock);
                r->emptied++;
                r->stop = status != EM_OK;
                pthread_cond_signal(&r->turned);
                if (r->stop)
                        break;
        }
        pthread_mutex_unlock(&r->lock);
        if (status != EM_OK)
                em_worker_kill(r->worker);      /* the other thread may be waiting for its next word */
        return status;
}

/* It takes no signals: an interrupt is for the thread that knows what to do with it. */
static bool start(em_relay *r, pthread_t *ret_id)
{
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        r->threaded = true;
        if (pthread_create(ret_id, NULL, hear_thread, r) != 0)
                r->threaded = false;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        return r->threaded;
}

em_status em_relay_run(em_relay *r, em_worker *worker, bool beside, em_error *err)
{
        pthread_t id;
        em_status status = EM_OK;
        r->worker = worker;
        if (beside && start(r, &id)) {
                status = take_batches(r, err);
                pthread_join(id, NULL);
        } else {
                hear_all(r);
        }
        if (status != EM_OK || r->status == EM_OK)
                return status;
        if (err != NULL)
                *err = r->error;
        return r->status;
}
