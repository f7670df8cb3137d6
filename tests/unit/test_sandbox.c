/* The worker's walls: what it may not do, and what its death means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case/store.h"
#include "case/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child may try inside; true means that it got what it wanted. */
static bool may_open(void)   { return open("/dev/null", O_RDONLY) >= 0; }
static bool may_create(void) { return open("sandbox-was-open", O_WRONLY | O_CREAT, 0600) >= 0; }
static bool may_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }
static bool may_fork(void)   { return fork() >= 0; }
static bool may_kill(void)   { return kill(getppid(), 0) == 0; }
static bool may_exec(void)   { return execl("/bin/true", "true", (char *)NULL) == 0; }

static bool may_execute_memory(void)
{
        return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

/* Runs try in a sandboxed child.  It fails (exit code 1) or is killed by the
 * filter; exit code 0 means that the wall has a hole. */
static void assert_walled(bool (*try)(void))
{
        int how;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                char note[160];
                em_sandbox_enter(note);
                _exit(try() ? 0 : 1);
        }
        assert_int_equal(waitpid(pid, &how, 0), pid);
        if (WIFSIGNALED(how))
                assert_int_equal(WTERMSIG(how), SIGSYS);
        else
                assert_int_equal(WEXITSTATUS(how), 1);
}

static void a_sandboxed_process_has_no_files_network_or_children(void **state)
{
        (void)state;
        assert_walled(may_open);
        assert_walled(may_create);
        assert_walled(may_socket);
        assert_walled(may_fork);
        assert_walled(may_kill);
        assert_walled(may_exec);
        assert_walled(may_execute_memory);
        assert_int_not_equal(access("sandbox-was-open", F_OK), 0);
}

static void it_may_still_compute_and_take_memory(void **state)
{
        (void)state;
        int how;
        pid_t pid = fork();
        if (pid == 0) {
                char note[160];
                em_sandbox_enter(note);
                em_arena *arena = em_arena_new(64 << 20);
                char *p = em_arena_alloc(arena, 32 << 20);
                _exit(p != NULL && p[32 * 1024] == 0 && note[0] != '\0' ? 42 : 1);
        }
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), 42);
}

/* ---- the worker around it ---------------------------------------------------- */

static em_status count_messages(void *ctx, char type, em_str bytes, em_error *err)
{
        (void)type;
        (void)bytes;
        (void)err;
        ++*(int *)ctx;
        return EM_OK;
}

static em_status run(void (*work)(void *, em_outbox *), int *ret_messages, em_error *err)
{
        char note[160];
        em_work w = { .shown_name = EM_S("launches.csv"), .work = work,
                      .on_message = count_messages, .message_ctx = ret_messages };
        *ret_messages = 0;
        em_status status = em_worker_run(&w, note, err);
        if (status == EM_OK)
                assert_true(em_str_find(em_str_c(note), EM_S("seccomp")) >= 0);
        return status;
}

static void say(em_outbox *out, const char *text)
{
        em_buf_c(em_outbox_begin(out, 'R'), text);
        em_outbox_end(out);
}

static void work_well(void *ctx, em_outbox *out)
{
        (void)ctx;
        for (int i = 0; i < 100000; i++)        /* more than one pipe holds */
                say(out, "sixteen and more bytes");
}

static void work_open(void *ctx, em_outbox *out)
{
        (void)ctx;
        say(out, "before");
        _exit(open("/dev/null", O_RDONLY) >= 0 ? 99 : 3);
}

static void work_hang_up(void *ctx, em_outbox *out)
{
        (void)ctx;
        say(out, "before");
        _exit(0);
}

static void work_die(void *ctx, em_outbox *out)
{
        (void)ctx;
        say(out, "before");
        __builtin_trap();
}

static void work_rubbish(void *ctx, em_outbox *out)
{
        (void)ctx;
        (void)out;
        char ff[64];
        memset(ff, 0xff, sizeof ff);
        _exit(write(0, ff, sizeof ff) > 0 ? 0 : 1);
}

static void work_spin(void *ctx, em_outbox *out)
{
        (void)ctx;
        say(out, "x");
        em_error why = { .code = EM_FORMAT, .text = "the file is \x1b[31mred" };
        em_outbox_give_up(out, &why);
}

static void a_worker_that_finishes_is_heard_in_full(void **state)
{
        (void)state;
        em_error err = { 0 };
        int messages;
        assert_int_equal(run(work_well, &messages, &err), EM_OK);
        assert_int_equal(messages, 100000);
}

static void a_worker_that_dies_is_an_error_that_names_the_file(void **state)
{
        (void)state;
        static void (*const works[])(void *, em_outbox *) = { work_open, work_hang_up, work_die, work_rubbish };
        for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
                em_error err = { 0 };
                int messages;
                assert_int_equal(run(works[i], &messages, &err), EM_FORMAT);
                assert_true(em_str_starts(em_str_c(err.text), EM_S("the reader of launches.csv was stopped: ")));
        }
}

static void a_worker_that_gives_up_says_why_and_its_words_are_made_safe(void **state)
{
        (void)state;
        em_error err = { 0 };
        int messages;
        assert_int_equal(run(work_spin, &messages, &err), EM_FORMAT);
        assert_string_equal(err.file, "launches.csv");
        assert_true(em_str_find(em_str_c(err.text), EM_S("the file is ")) >= 0);
        assert_null(strchr(err.text, '\x1b'));
}

static em_status stop_at_ten(void *ctx, char type, em_str bytes, em_error *err)
{
        (void)type;
        (void)bytes;
        return ++*(int *)ctx == 10 ? em_fail(err, EM_INTERRUPTED, "enough") : EM_OK;
}

static void the_parent_may_stop_and_leaves_no_child_behind(void **state)
{
        (void)state;
        char note[160];
        int messages = 0;
        em_work w = { .shown_name = EM_S("x"), .work = work_well,
                      .on_message = stop_at_ten, .message_ctx = &messages };
        assert_int_equal(em_worker_run(&w, note, NULL), EM_INTERRUPTED);
        assert_int_equal(messages, 10);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        assert_int_equal(errno, ECHILD);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_sandboxed_process_has_no_files_network_or_children),
                cmocka_unit_test(it_may_still_compute_and_take_memory),
                cmocka_unit_test(a_worker_that_finishes_is_heard_in_full),
                cmocka_unit_test(a_worker_that_dies_is_an_error_that_names_the_file),
                cmocka_unit_test(a_worker_that_gives_up_says_why_and_its_words_are_made_safe),
                cmocka_unit_test(the_parent_may_stop_and_leaves_no_child_behind),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
