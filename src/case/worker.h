/* case/worker.h -- work on hostile bytes in a process that has no rights.
 *
 * The parent maps the evidence, forks, and reads messages; the child keeps that
 * mapping and one pipe, gives up everything else (em_sandbox_enter) and works.
 * A message is a type and bytes.  The child cannot be trusted once it has read
 * its first byte, so the parent checks every message itself.
 */
#ifndef CASE_WORKER_H
#define CASE_WORKER_H

#include "embargo/base.h"

#include <sys/types.h>

#define EM_MESSAGE_MAX (16u << 20)

/* ---- in the child -------------------------------------------------------- */

typedef struct em_outbox em_outbox;

/* Starts a message; append its bytes to the buffer, then call _end.  A buffer
 * that was not ended is forgotten by the next _begin. */
em_buf *em_outbox_begin(em_outbox *out, char type);
void    em_outbox_end(em_outbox *out);
/* Bytes of the message begun so far. */
size_t  em_outbox_size(const em_outbox *out);
/* Ends the work with a sentence for the user: the file cannot be read at all. */
_Noreturn void em_outbox_give_up(em_outbox *out, const em_error *why);

/* ---- in the parent ---------------------------------------------------------- */

typedef struct em_work {
        em_str   shown_name;            /* of the evidence, for sentences */
        uint64_t bytes;                 /* its size, from which the limit on CPU time follows */
        void   (*work)(void *work_ctx, em_outbox *out);         /* in the child; returns when done */
        void    *work_ctx;
        em_status (*on_message)(void *message_ctx, char type, em_str bytes, em_error *err);
        void    *message_ctx;
} em_work;

/* A child at work, and what was heard of it so far. */
typedef struct em_worker {
        const em_work *work;
        pid_t    pid;
        int      fd;                    /* the pipe */
        char    *p;                     /* bytes that make no whole message yet */
        size_t   n, cap;
        uint64_t received;
        bool     noted, ended;
        char     note[160];             /* what held the child (em_sandbox_enter) */
} em_worker;

/* Starts the child.  From the thread that has no others beside it; every worker
 * that was started must be ended.  EM_IO: no process or pipe could be had. */
EM_MUST em_status em_worker_start(const em_work *work, em_worker *ret_worker, em_error *err);
/* Hears all it says, calling on_message; in any one thread, between start and end.
 * EM_FORMAT: it sent what is no message, or gave up; others: what on_message returned. */
EM_MUST em_status em_worker_hear(em_worker *worker, em_error *err);
/* Ends the child at once, so that a thread that hears it comes to an end; from any thread. */
void em_worker_kill(const em_worker *worker);
/* Waits for the child and says how it ended: heard when that is no success (the
 * child is then killed), EM_FORMAT when it died or stopped early. */
EM_MUST em_status em_worker_end(em_worker *worker, em_status heard, em_error *err);

/* All of it, in this thread. */
EM_MUST em_status em_worker_run(const em_work *work, char note[160], em_error *err);

#endif
