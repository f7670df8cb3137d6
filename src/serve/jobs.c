/* Jobs: a list under one lock, a thread for each that runs.
 *
 * What a job tells of its progress comes from whatever thread of the command does the work, so it goes under the lock too; a command
 * tells a few times a second at most, which costs nothing.  A rate is that of the present step: "hashing" and "reading"
 * have different ones, and their mean would be true of neither.
 */
#include "serve/jobs.h"

#include "serve/upload.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const size_t OUTPUT_MOST = (size_t)256 << 20, ORDER_BYTES = 1 << 20;

typedef struct job {
        em_job      now;
        em_arena   *arena;              /* of its texts */
        em_jobs    *jobs;
        em_buf      output;
        char        error[1100];
        double      began, ended, step;         /* monotonic seconds; step: when `what` began */
        uint64_t    step_done;          /* what was done then */
        bool        stop, over;
        struct job *next;               /* older */
} job;

struct em_jobs {
        em_service_opts opts;
        pthread_mutex_t lock;
        pthread_cond_t  news;
        job            *newest;
        uint64_t        last_id;
        size_t          running;
};

static double now_s(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const char *em_job_state_words(em_job_state state)
{
        static const char *const words[] = {"running", "done", "done, with differences", "stopped", "failed"};
        return (size_t)state < sizeof words / sizeof *words ? words[state] : "";
}

static job *job_free(job *j)
{
        if (j) {
                em_buf_free(&j->output);
                em_arena_free(j->arena);
                free(j);
        }
        return NULL;
}

/* ---- the thread -------------------------------------------------------------------------- */

static bool on_tell(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        job *j = ctx;
        pthread_mutex_lock(&j->jobs->lock);
        if (strncmp(j->now.what, what, sizeof j->now.what - 1) != 0 || done < j->now.done) {
                snprintf(j->now.what, sizeof j->now.what, "%s", what);
                j->step = now_s();
                j->step_done = done;
        }
        j->now.done = done;
        j->now.of = of;
        bool go_on = !j->stop;
        pthread_mutex_unlock(&j->jobs->lock);
        return go_on;
}

static em_job_state state_of(em_status s)
{
        return s == EM_OK ? EM_JOB_DONE : s == EM_DIFF ? EM_JOB_DIFFERS : s == EM_INTERRUPTED ? EM_JOB_STOPPED : EM_JOB_FAILED;
}

static void *run_job(void *arg)
{
        job        *j = arg;
        em_jobs    *jobs = j->jobs;
        em_error    err = {0};
        em_buf      out = em_buf_make(OUTPUT_MOST);
        em_progress watch = {on_tell, j};
        em_status   s = jobs->opts.run(jobs->opts.run_ctx, j->now.word, j->now.words, &watch, &out, &err);
        em_str      said = em_buf_view(&out);
        if ((s == EM_OK || s == EM_DIFF) && j->now.inbox.n)
                em_inbox_remove(jobs->opts.case_dir, j->now.inbox);
        pthread_mutex_lock(&jobs->lock);
        j->now.cut = said.n > EM_JOB_OUTPUT || out.failed;
        j->output = em_buf_make(EM_JOB_OUTPUT);
        em_buf_str(&j->output, em_str_sub(said, 0, EM_JOB_OUTPUT));
        if (s != EM_OK && s != EM_DIFF)
                snprintf(j->error, sizeof j->error, "%s", em_status_text(s));
        if (s != EM_OK && err.text[0])
                em_error_text(&err, j->error, sizeof j->error);
        if (s == EM_INTERRUPTED)
                snprintf(j->error, sizeof j->error, "stopped as asked; nothing is lost, and the same work again goes on where it can");
        j->now.state = state_of(s);
        j->ended = now_s();
        j->over = true;
        jobs->running--;
        pthread_cond_broadcast(&jobs->news);
        pthread_mutex_unlock(&jobs->lock);
        em_buf_free(&out);
        return NULL;
}

/* ---- starting ------------------------------------------------------------------------------ */

static em_status copy_order(job *j, const em_job_order *o, em_error *err)
{
        size_t by = o->author.n ? 2 : 0;
        em_job *n = &j->now;
        n->word = EM_NEW_N(j->arena, em_str, o->words + by + 1);
        if (!n->word)
                return em_fail(err, EM_NOMEM, "no memory for a job");
        if (by) {
                n->word[0] = EM_S("--by");
                EM_TRY(em_str_copy(o->author, j->arena, &n->word[1], err));
        }
        for (size_t i = 0; i < o->words; i++)
                EM_TRY(em_str_copy(o->word[i], j->arena, &n->word[by + i], err));
        n->words = o->words + by;
        n->writes = o->writes;
        EM_TRY(em_str_copy(o->title, j->arena, &n->title, err));
        EM_TRY(em_str_copy(o->author, j->arena, &n->author, err));
        return em_str_copy(o->inbox, j->arena, &n->inbox, err);
}

/* Under the lock: the oldest that are over make room. */
static void forget_old(em_jobs *jobs)
{
        size_t kept = 0;
        for (job **at = &jobs->newest; *at;) {
                job *j = *at;
                if (j->over && ++kept > EM_JOBS_KEPT) {
                        *at = j->next;
                        job_free(j);
                } else {
                        at = &j->next;
                }
        }
}

/* Under the lock. */
static em_status launch(em_jobs *jobs, job *j, em_error *err)
{
        pthread_t thread;
        if (jobs->running >= EM_JOBS_RUNNING)
                return em_fail(err, EM_BUSY, "%d jobs are running already; wait for one, or stop it", EM_JOBS_RUNNING);
        forget_old(jobs);
        j->jobs = jobs;
        j->now.id = ++jobs->last_id;
        j->now.began_s = em_clock_now();
        j->began = j->step = now_s();
        if (pthread_create(&thread, NULL, run_job, j) != 0)
                return em_fail(err, EM_NOMEM, "no thread for a job");
        pthread_detach(thread);
        jobs->running++;
        j->next = jobs->newest;
        jobs->newest = j;
        return EM_OK;
}

em_status em_jobs_start(em_jobs *jobs, const em_job_order *order, uint64_t *ret_id, em_error *err)
{
        if (order->words > EM_JOB_WORDS)
                return em_fail(err, EM_LIMIT, "a job has at most %d words", EM_JOB_WORDS);
        job *j = calloc(1, sizeof *j);
        if (j)
                j->arena = em_arena_new(ORDER_BYTES);
        em_status s = j && j->arena ? copy_order(j, order, err) : em_fail(err, EM_NOMEM, "no memory for a job");
        if (s == EM_OK) {
                pthread_mutex_lock(&jobs->lock);
                s = launch(jobs, j, err);
                if (s == EM_OK)
                        *ret_id = j->now.id;
                pthread_mutex_unlock(&jobs->lock);
        }
        if (s != EM_OK)
                job_free(j);
        return s;
}

/* ---- looking ---------------------------------------------------------------------------------- */

/* Under the lock. */
static job *find(em_jobs *jobs, uint64_t id)
{
        for (job *j = jobs->newest; j; j = j->next)
                if (j->now.id == id)
                        return j;
        return NULL;
}

static em_status copy_job(const job *j, bool output, em_arena *arena, em_job *ret, em_error *err)
{
        em_job n = j->now;
        double t = j->over ? j->ended : now_s();
        n.word = EM_NEW_N(arena, em_str, n.words + 1);
        if (!n.word)
                return em_fail(err, EM_NOMEM, "no memory for a job");
        for (size_t i = 0; i < n.words; i++)
                EM_TRY(em_str_copy(j->now.word[i], arena, &n.word[i], err));
        EM_TRY(em_str_copy(j->now.title, arena, &n.title, err));
        EM_TRY(em_str_copy(j->now.author, arena, &n.author, err));
        EM_TRY(em_str_copy(j->now.inbox, arena, &n.inbox, err));
        EM_TRY(em_str_copy(em_str_c(j->error), arena, &n.error, err));
        if (output)
                EM_TRY(em_str_copy(em_buf_view(&j->output), arena, &n.output, err));
        n.took_s = t - j->began;
        n.stopping = j->stop && !j->over;
        n.per_s = n.left_s = -1;
        double step = t - j->step;
        if (!j->over && step > 0.2 && n.done > j->step_done) {
                n.per_s = (double)(n.done - j->step_done) / step;
                n.left_s = n.of > n.done ? (double)(n.of - n.done) / n.per_s : -1;
        }
        *ret = n;
        return EM_OK;
}

em_status em_jobs_look(em_jobs *jobs, uint64_t id, em_arena *arena, em_job *ret_job, em_error *err)
{
        pthread_mutex_lock(&jobs->lock);
        job *j = find(jobs, id);
        em_status s = j ? copy_job(j, true, arena, ret_job, err)
                        : em_fail(err, EM_MISSING, "there is no such job in this run of the service; what it did stands in the ledger");
        pthread_mutex_unlock(&jobs->lock);
        return s;
}

em_status em_jobs_list(em_jobs *jobs, em_arena *arena, em_job **ret_list, size_t *ret_count, em_error *err)
{
        em_job *list = EM_NEW_N(arena, em_job, EM_JOBS_KEPT + EM_JOBS_RUNNING + 1);
        size_t  count = 0;
        em_status s = list ? EM_OK : em_fail(err, EM_NOMEM, "no memory for the jobs");
        pthread_mutex_lock(&jobs->lock);
        for (job *j = jobs->newest; s == EM_OK && j && count < EM_JOBS_KEPT + EM_JOBS_RUNNING; j = j->next)
                s = copy_job(j, false, arena, &list[count++], err);
        pthread_mutex_unlock(&jobs->lock);
        if (s == EM_OK) {
                *ret_list = list;
                *ret_count = count;
        }
        return s;
}

void em_jobs_stop(em_jobs *jobs, uint64_t id)
{
        pthread_mutex_lock(&jobs->lock);
        job *j = find(jobs, id);
        if (j)
                j->stop = true;
        pthread_mutex_unlock(&jobs->lock);
}

void em_jobs_wait(em_jobs *jobs, uint64_t id, unsigned ms)
{
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += (long)(ms % 1000) * 1000000L;
        until.tv_sec += (time_t)(ms / 1000) + until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_mutex_lock(&jobs->lock);
        for (job *j; (j = find(jobs, id)) != NULL && !j->over;)
                if (pthread_cond_timedwait(&jobs->news, &jobs->lock, &until) != 0)
                        break;
        pthread_mutex_unlock(&jobs->lock);
}

/* ---- all of them -------------------------------------------------------------------------------- */

em_jobs *em_jobs_new(const em_service_opts *opts)
{
        em_jobs *jobs = calloc(1, sizeof *jobs);
        if (!jobs)
                return NULL;
        jobs->opts = *opts;
        pthread_mutex_init(&jobs->lock, NULL);
        pthread_cond_init(&jobs->news, NULL);
        return jobs;
}

em_jobs *em_jobs_free(em_jobs *jobs)
{
        if (!jobs)
                return NULL;
        pthread_mutex_lock(&jobs->lock);
        for (job *j = jobs->newest; j; j = j->next)
                j->stop = true;
        while (jobs->running)
                pthread_cond_wait(&jobs->news, &jobs->lock);
        pthread_mutex_unlock(&jobs->lock);
        for (job *j = jobs->newest, *next; j; j = next) {
                next = j->next;
                job_free(j);
        }
        pthread_mutex_destroy(&jobs->lock);
        pthread_cond_destroy(&jobs->news);
        free(jobs);
        return NULL;
}
