/* serve/jobs.h -- work that takes longer than a page may: commands of the program on threads of their own.
 *
 * A job is a command line that runs inside the server on the case that is served.  It tells how far it is, can be asked to
 * stop (it then ends as with Ctrl-C: nothing is lost, and the same command again goes on where it can), and what it printed is kept
 * for a while.  Jobs live as long as the server; what they did lives in the case.  That one at a time writes is the
 * case's own rule, and a second one is told so (EM_BUSY).
 */
#ifndef SERVE_JOBS_H
#define SERVE_JOBS_H

#include "embargo/serve.h"

enum { EM_JOBS_RUNNING = 4, EM_JOBS_KEPT = 50, EM_JOB_WORDS = 40, EM_JOB_OUTPUT = 256 << 10 };

typedef enum em_job_state { EM_JOB_RUNNING, EM_JOB_DONE, EM_JOB_DIFFERS, EM_JOB_STOPPED, EM_JOB_FAILED } em_job_state;
const char *em_job_state_words(em_job_state state);    /* "running", "done", "done, with differences", "stopped", "failed" */

typedef struct em_job_order {
        em_str title;                   /* "Add launches.csv" */
        const em_str *word; size_t words;       /* without --by */
        em_str author;                  /* --by; empty: the case's own */
        em_str inbox;                   /* id of the inbox's file that is removed when the job is done, or empty */
        bool   writes;
} em_job_order;

typedef struct em_job {                 /* as it is at one moment; texts are copies */
        uint64_t id;
        em_job_state state;
        em_str  title, author, inbox;
        em_str *word; size_t words;
        bool    writes, stopping, cut;  /* cut: it printed more than is kept */
        char    what[64];               /* "reading"; empty: not yet told */
        uint64_t done, of;              /* of: 0 unknown */
        double  per_s, left_s;          /* rate and time left of this step; negative: unknown */
        double  took_s;
        int64_t began_s;                /* since 1970 */
        em_str  output, error;
} em_job;

typedef struct em_jobs em_jobs;
/* run and run_ctx of opts are used. */
em_jobs *em_jobs_new(const em_service_opts *opts);
/* Asks all to stop and waits for them. */
em_jobs *em_jobs_free(em_jobs *jobs);

/* EM_BUSY: EM_JOBS_RUNNING are running; EM_LIMIT: too many words. */
EM_MUST em_status em_jobs_start(em_jobs *jobs, const em_job_order *order, uint64_t *ret_id, em_error *err);
/* EM_MISSING: there is none of this number, or it is so long over that it was forgotten. */
EM_MUST em_status em_jobs_look(em_jobs *jobs, uint64_t id, em_arena *arena, em_job *ret_job, em_error *err);
/* Newest first, without output. */
EM_MUST em_status em_jobs_list(em_jobs *jobs, em_arena *arena, em_job **ret_list, size_t *ret_count, em_error *err);
void em_jobs_stop(em_jobs *jobs, uint64_t id);
/* Waits until it is over, at most so long. */
void em_jobs_wait(em_jobs *jobs, uint64_t id, unsigned ms);

#endif
