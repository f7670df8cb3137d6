/* Work cut into numbered tasks.  Numbers are handed out in rising order and
 * each task writes to its own slot, so the result cannot depend on the number
 * of threads; nor can the error, which is that of the lowest failing number:
 * whoever holds a lower one still finishes it.
 */
#include "embargo/base.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#define THREADS_MOST 64

typedef struct job {
        size_t count;
        em_status (*task)(void *ctx, size_t i, em_error *err);
        void *ctx;
        pthread_mutex_t lock;
        size_t next, failed;            /* failed: lowest failing task, or count */
        em_status status;
        em_error error;
} job;

static bool take(job *j, size_t *ret_i)
{
        pthread_mutex_lock(&j->lock);
        bool more = j->next < j->count && j->next < j->failed;
        if (more)
                *ret_i = j->next++;
        pthread_mutex_unlock(&j->lock);
        return more;
}

static void *work(void *arg)
{
        job *j = arg;
        size_t i;
        while (take(j, &i)) {
                em_error error = { .code = EM_OK };
                em_status status = j->task(j->ctx, i, &error);
                if (status == EM_OK)
                        continue;
                pthread_mutex_lock(&j->lock);
                if (i < j->failed) {
                        j->failed = i;
                        j->status = status;
                        j->error = error;
                }
                pthread_mutex_unlock(&j->lock);
        }
        return NULL;
}

static size_t thread_count(size_t count, size_t threads)
{
        if (threads == 0) {
                long cores = sysconf(_SC_NPROCESSORS_ONLN);
                threads = cores > 0 ? (size_t)cores : 1;
        }
        if (threads > THREADS_MOST)
                threads = THREADS_MOST;
        return threads < count ? threads : count;
}

/* Helpers take no signals: an interrupt is for the thread that knows what to
 * do with it.  A helper that cannot be started only makes the work slower. */
static size_t start_helpers(job *j, pthread_t *ids, size_t wanted)
{
        sigset_t all, before;
        size_t started = 0;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        while (started < wanted && pthread_create(&ids[started], NULL, work, j) == 0)
                started++;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        return started;
}

em_status em_parallel(size_t count, size_t threads,
                      em_status (*task)(void *ctx, size_t i, em_error *err),
                      void *ctx, em_error *err)
{
        pthread_t ids[THREADS_MOST];
        job j = { .count = count, .task = task, .ctx = ctx,
                  .lock = PTHREAD_MUTEX_INITIALIZER, .failed = count };
        size_t wanted = thread_count(count, threads);
        size_t helpers = wanted > 1 ? start_helpers(&j, ids, wanted - 1) : 0;
        work(&j);
        for (size_t i = 0; i < helpers; i++)
                pthread_join(ids[i], NULL);
        pthread_mutex_destroy(&j.lock);
        if (j.status != EM_OK && err)
                *err = j.error;
        return j.status;
}

bool em_progress_tell(const em_progress *progress, const char *what, uint64_t done, uint64_t of)
{
        return !progress || !progress->tell || progress->tell(progress->ctx, what, done, of);
}
