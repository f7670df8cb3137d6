/* case/worker.c -- work on hostile bytes in a process that has no rights.
 *
 * Privilege separation after Provos, Friedl and Honeyman (USENIX Security
 * 2003), in its smallest form: one child, one pipe, one direction.  On the pipe
 * a message is a u32 length (little-endian), one byte of type and the bytes.
 * The first is the note of the sandbox, the last one the count of all
 * others: a child that hangs up before it has not finished, whatever it sent.
 */
#include "case/worker.h"
#include "case/store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
        MESSAGE_HEAD = 5,
        PIPE_BYTES = 1 << 20,
        FLUSH_BYTES = 256 << 10,
        TYPE_NOTE = '!', TYPE_END = '.', TYPE_GAVE_UP = '?',
        EXIT_NO_MEMORY = 71, EXIT_NO_PIPE = 74,
        CPU_SECONDS = 30, CPU_BYTES_PER_SECOND = 4 << 20,
};

/* ---- in the child ------------------------------------------------------------ */

struct em_outbox {
        em_buf   buf;
        size_t   start;         /* of the message begun */
        uint64_t sent;
        int      fd;
};

static void flush(em_outbox *out)
{
        size_t at = 0;
        while (at < out->buf.n) {
                ssize_t n = write(out->fd, out->buf.p + at, out->buf.n - at);
                if (n < 0 && errno != EINTR)
                        _exit(EXIT_NO_PIPE);
                at += n > 0 ? (size_t)n : 0;
        }
        em_buf_clear(&out->buf);
        out->start = 0;
}

em_buf *em_outbox_begin(em_outbox *out, char type)
{
        char head[MESSAGE_HEAD] = { 0, 0, 0, 0, type };
        out->buf.n = out->start;
        em_buf_add(&out->buf, head, sizeof head);
        return &out->buf;
}

size_t em_outbox_size(const em_outbox *out)
{
        return out->buf.n - out->start - MESSAGE_HEAD;
}

void em_outbox_end(em_outbox *out)
{
        if (out->buf.failed || em_outbox_size(out) > EM_MESSAGE_MAX)
                _exit(EXIT_NO_MEMORY);
        size_t n = em_outbox_size(out);
        for (int i = 0; i < 4; i++)
                out->buf.p[out->start + (size_t)i] = (char)(uint8_t)(n >> (8 * i));
        out->start = out->buf.n;
        out->sent++;
        if (out->start >= FLUSH_BYTES)
                flush(out);
}

static _Noreturn void finish(em_outbox *out)
{
        char count[8];
        for (int i = 0; i < 8; i++)
                count[i] = (char)(uint8_t)(out->sent >> (8 * i));
        em_buf_add(em_outbox_begin(out, TYPE_END), count, sizeof count);
        em_outbox_end(out);
        flush(out);
        _exit(0);
}

void em_outbox_give_up(em_outbox *out, const em_error *why)
{
        char text[1200];
        em_buf_c(em_outbox_begin(out, TYPE_GAVE_UP), em_error_text(why, text, sizeof text));
        em_outbox_end(out);
        finish(out);
}

/* The pipe becomes descriptor 0 and nothing else stays open.  A sanitizer keeps
 * descriptor 2, to be able to speak. */
static void keep_only(int pipe_fd)
{
        if (dup2(pipe_fd, 0) < 0)
                _exit(EXIT_NO_PIPE);
#if defined(__SANITIZE_ADDRESS__)
        close(1);
        unsigned from = 3;
#else
        unsigned from = 1;
#endif
        if (close_range(from, ~0u, 0) == 0)
                return;
        for (long fd = (long)from, most = sysconf(_SC_OPEN_MAX); fd < most; fd++)
                close((int)fd);
}

/* No handler of the parent's may run in a process that is under suspicion. */
static void settle_signals(void)
{
        sigset_t none;
        for (int i = 1; i <= SIGRTMAX; i++)
                signal(i, SIG_DFL);
        signal(SIGINT, SIG_IGN);        /* the parent hears it and decides */
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static _Noreturn void be_worker(const em_work *work, int pipe_fd, pid_t parent)
{
        char note[160];
        em_outbox out = { .buf = em_buf_make(2 * (size_t)EM_MESSAGE_MAX), .fd = 0 };
        uint64_t seconds = CPU_SECONDS + work->bytes / CPU_BYTES_PER_SECOND;
        struct rlimit cpu = { seconds, seconds + 1 };

        settle_signals();
        if (getppid() != parent)
                _exit(EXIT_NO_PIPE);
        keep_only(pipe_fd);
        (void)setrlimit(RLIMIT_CPU, &cpu);
        em_sandbox_enter(note);
        em_buf_c(em_outbox_begin(&out, TYPE_NOTE), note);
        em_outbox_end(&out);
        work->work(work->work_ctx, &out);
        finish(&out);
}

/* ---- in the parent -------------------------------------------------------------- */

static em_status stopped(const em_work *work, em_error *err, const char *why)
{
        char name[128];
        return em_fail(err, EM_FORMAT, "the reader of %s was stopped: %s; nothing was taken from it",
                       em_str_show(work->shown_name, name, sizeof name), why);
}

static uint64_t little(const char *p, int bytes)
{
        uint64_t v = 0;
        for (int i = bytes - 1; i >= 0; i--)
                v = v << 8 | (uint8_t)p[i];
        return v;
}

static em_status on_message(em_worker *in, char type, em_str bytes, em_error *err)
{
        char text[sizeof err->text];
        if (in->ended)
                return stopped(in->work, err, "it went on after its end");
        if (!in->noted) {
                if (type != TYPE_NOTE)
                        return stopped(in->work, err, "it did not say what held it");
                em_str_show(bytes, in->note, sizeof in->note);
                in->noted = true;
        } else if (type == TYPE_END) {
                if (bytes.n != 8 || little(bytes.p, 8) != in->received)
                        return stopped(in->work, err, "its count of messages is wrong");
                in->ended = true;
        } else if (type == TYPE_GAVE_UP) {
                return em_fail_at(err, EM_FORMAT, in->work->shown_name, 0, 0, "%s",
                                  em_str_show(bytes, text, sizeof text));
        } else {
                EM_TRY(in->work->on_message(in->work->message_ctx, type, bytes, err));
        }
        in->received++;
        return EM_OK;
}

/* Takes every whole message out of the buffer; the rest moves to its front. */
static em_status empty_inbox(em_worker *in, em_error *err)
{
        size_t at = 0;
        while (in->n - at >= MESSAGE_HEAD) {
                size_t n = (size_t)little(in->p + at, 4);
                if (n > EM_MESSAGE_MAX)
                        return stopped(in->work, err, "it sent what is no message");
                if (in->n - at - MESSAGE_HEAD < n)
                        break;
                em_str bytes = { in->p + at + MESSAGE_HEAD, n };
                EM_TRY(on_message(in, in->p[at + 4], bytes, err));
                at += MESSAGE_HEAD + n;
        }
        memmove(in->p, in->p + at, in->n - at);
        in->n -= at;
        return EM_OK;
}

em_status em_worker_hear(em_worker *in, em_error *err)
{
        for (;;) {
                if (in->cap - in->n < PIPE_BYTES / 2) {
                        size_t cap = in->cap == 0 ? 2 * (size_t)PIPE_BYTES : in->cap * 2;
                        char *p = realloc(in->p, cap);
                        if (p == NULL)
                                return em_fail(err, EM_NOMEM, "no memory to hear the reader");
                        in->p = p;
                        in->cap = cap;
                }
                ssize_t n = read(in->fd, in->p + in->n, in->cap - in->n);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return em_fail(err, EM_IO, "the pipe from the reader broke");
                if (n == 0)
                        return EM_OK;
                in->n += (size_t)n;
                EM_TRY(empty_inbox(in, err));
        }
}

static em_status verdict(const em_worker *in, int how, em_error *err)
{
        char why[96];
        if (WIFSIGNALED(how)) {
                snprintf(why, sizeof why, "signal %d%s", WTERMSIG(how),
                         WTERMSIG(how) == SIGSYS ? " (it asked the system for something forbidden)" :
                         WTERMSIG(how) == SIGXCPU ? " (it took too long)" : "");
                return stopped(in->work, err, why);
        }
        if (WIFEXITED(how) && WEXITSTATUS(how) == EXIT_NO_MEMORY)
                return stopped(in->work, err, "it needed more memory than it may have");
        if (!WIFEXITED(how) || WEXITSTATUS(how) != 0) {
                snprintf(why, sizeof why, "exit code %d", WIFEXITED(how) ? WEXITSTATUS(how) : -1);
                return stopped(in->work, err, why);
        }
        if (!in->ended || in->n > 0)
                return stopped(in->work, err, "it hung up before its end");
        return EM_OK;
}

em_status em_worker_start(const em_work *work, em_worker *ret_worker, em_error *err)
{
        int ends[2];
        pid_t parent = getpid();
        if (pipe2(ends, O_CLOEXEC) != 0)
                return em_fail(err, EM_IO, "no pipe for the reader");
        (void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
        pid_t pid = fork();
        if (pid < 0) {
                close(ends[0]);
                close(ends[1]);
                return em_fail(err, EM_IO, "no process for the reader");
        }
        if (pid == 0)
                be_worker(work, ends[1], parent);
        close(ends[1]);
        *ret_worker = (em_worker){ .work = work, .pid = pid, .fd = ends[0] };
        return EM_OK;
}

void em_worker_kill(const em_worker *worker)
{
        (void)kill(worker->pid, SIGKILL);
}

em_status em_worker_end(em_worker *worker, em_status heard, em_error *err)
{
        int how = 0;
        close(worker->fd);
        if (heard != EM_OK)
                em_worker_kill(worker);
        while (waitpid(worker->pid, &how, 0) < 0 && errno == EINTR)
                continue;
        free(worker->p);
        return heard == EM_OK ? verdict(worker, how, err) : heard;
}

em_status em_worker_run(const em_work *work, char note[160], em_error *err)
{
        em_worker worker;
        EM_TRY(em_worker_start(work, &worker, err));
        em_status status = em_worker_hear(&worker, err);
        status = em_worker_end(&worker, status, err);
        memcpy(note, worker.note, sizeof worker.note);
        return status;
}
