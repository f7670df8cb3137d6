/* The server's walls, tried from inside: what a process in the cage may not do, and what it still can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/landlock.h"
#include "embargo/case.h"
#include "embargo/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* The folder that the cage allows, one beside it, and sockets that were open before. */
static char own[] = "/tmp/embargo-cage-XXXXXX", other[] = "/tmp/embargo-beside-XXXXXX";
static int  listening = -1;
static uint16_t port;

static void in_folder(const char *folder, const char *name, char path[128]) { snprintf(path, 128, "%s/%s", folder, name); }

static int may_open(const char *folder, const char *name, int flags)
{
        char path[128];
        in_folder(folder, name, path);
        int fd = open(path, flags | O_CLOEXEC, 0600);
        if (fd >= 0)
                close(fd);
        return fd >= 0 ? 0 : errno;
}

/* Each gives 0 where it got what it wanted, else the error. */
static int own_read(void)      { return may_open(own, "held", O_RDONLY); }
static int own_write(void)     { return may_open(own, "held", O_WRONLY); }
static int own_change(void)    { return may_open(own, "held", O_RDWR); }
static int own_cut(void)       { return may_open(own, "held", O_RDONLY | O_TRUNC); }
static int own_make(void)      { return may_open(own, "made", O_WRONLY | O_CREAT); }
static int other_read(void)    { return may_open(other, "held", O_RDONLY); }
static int other_write(void)   { return may_open(other, "held", O_WRONLY); }
static int other_make(void)    { return may_open(other, "made", O_WRONLY | O_CREAT); }
static int passwords(void)     { return may_open("/etc", "passwd", O_RDONLY); }
static int tmp_make(void)      { return may_open("/tmp", "embargo-cage-was-open", O_WRONLY | O_CREAT); }

static int by_path(int (*call)(const char *path))
{
        char path[128];
        in_folder(own, "held", path);
        return call(path) == 0 ? 0 : errno;
}
static int cut_path(const char *path)   { return truncate(path, 0); }
static int mode_path(const char *path)  { return chmod(path, 0777); }
static int own_truncate(void)  { return by_path(cut_path); }
static int own_unlink(void)    { return by_path(unlink); }
static int own_chmod(void)     { return by_path(mode_path); }

static int own_rename(void)
{
        char from[128], to[128];
        in_folder(own, "held", from);
        in_folder(own, "moved", to);
        return rename(from, to) == 0 ? 0 : errno;
}

static int own_folder(void)
{
        char path[128];
        in_folder(own, "folder", path);
        return mkdir(path, 0700) == 0 ? 0 : errno;
}

static int exec_true(void)     { execl("/bin/true", "true", (char *)NULL); return errno; }
static int exec_fd(void)
{
        char *const argv[] = {NULL};
        syscall(__NR_execveat, AT_FDCWD, "/bin/true", argv, argv, 0);
        return errno;
}

static int make_socket(int domain, int type) { int fd = socket(domain, type, 0); return fd >= 0 ? (close(fd), 0) : errno; }
static int socket_four(void)   { return make_socket(AF_INET, SOCK_STREAM); }
static int socket_six(void)    { return make_socket(AF_INET6, SOCK_STREAM); }
static int socket_udp(void)    { return make_socket(AF_INET, SOCK_DGRAM); }
static int socket_unix(void)   { return make_socket(AF_UNIX, SOCK_STREAM); }
static int socket_raw(void)    { return make_socket(AF_NETLINK, SOCK_RAW); }

/* A socket that was made before still may not go out. */
static int old_fd = -1, old_bind = -1;
static int connect_old(void)
{
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        return connect(old_fd, (void *)&to, sizeof to) == 0 ? 0 : errno;
}
static int bind_old(void)
{
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        return bind(old_bind, (void *)&at, sizeof at) == 0 ? 0 : errno;
}

static int ring(void)          { char p[256] = {0}; return syscall(__NR_io_uring_setup, 1, p) >= 0 ? 0 : errno; }
static inline int trace(void)  { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno; }
static int mounting(void)      { return mount("none", own, "tmpfs", 0, NULL) == 0 ? 0 : errno; }
static int program(void)       { char a[128] = {0}; return syscall(__NR_bpf, 0, a, sizeof a) >= 0 ? 0 : errno; }
static int keyring(void)       { return syscall(__NR_keyctl, 0, 0, 0, 0, 0) >= 0 ? 0 : errno; }
static int module(void)        { return syscall(__NR_finit_module, -1, "", 0) == 0 ? 0 : errno; }
static int user(void)          { return setuid(getuid()) == 0 ? 0 : errno; }
static int space(void)         { return unshare(CLONE_NEWUSER) == 0 ? 0 : errno; }
static int signal_out(void)    { return kill(getppid(), 0) == 0 ? 0 : errno; }
static int code(void)
{
        return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? 0 : errno;
}

static void enter(bool write)
{
        em_str   read[] = {em_str_c(own)};
        char     words[EM_CAGE_WORDS];
        em_error err = {0};
        em_cage_opts opts = {.read = read, .reads = 1, .write = read, .writes = write};
        if (em_cage_enter(&opts, words, &err) != EM_OK)
                _exit(200);
}

/* What try gives in a child that is in the cage; the child says it by its exit code. */
static int inside(int (*try)(void), bool write)
{
        int   how = 0;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                enter(write);
                _exit(try());
        }
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFEXITED(how));
        assert_int_not_equal(WEXITSTATUS(how), 200);
        return WEXITSTATUS(how);
}

/* Without the cage the same gets what it wants, or the test would show nothing. */
static int outside(int (*try)(void))
{
        int   how = 0;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
                _exit(try());
        assert_int_equal(waitpid(pid, &how, 0), pid);
        return WIFEXITED(how) ? WEXITSTATUS(how) : 201;
}

typedef struct attempt { const char *name; int (*try)(void); bool open; } attempt;      /* open: without a cage it is done */

static void assert_refused(const attempt *a, size_t count, bool write)
{
        for (size_t i = 0; i < count; i++) {
                int error = inside(a[i].try, write);
                if (error != EPERM && error != EACCES)
                        fail_msg("%s in the cage%s: %d", a[i].name, write ? " with --write" : "", error);
                if (a[i].open && outside(a[i].try) != 0)
                        fail_msg("%s is not possible outside either", a[i].name);
        }
}

static void make_file(const char *folder, const char *name)
{
        char path[128];
        in_folder(folder, name, path);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, "evidence", 8), 8);
        close(fd);
}

static void remove_file(const char *folder, const char *name)
{
        char path[128];
        in_folder(folder, name, path);
        (void)remove(path);
}

static const attempt everywhere[] = {
        {"exec", exec_true, true}, {"execveat", exec_fd, true}, {"an IPv4 socket", socket_four, true}, {"an IPv6 socket", socket_six, false},
        {"a UDP socket", socket_udp, true}, {"a local socket", socket_unix, true}, {"a netlink socket", socket_raw, false},
        {"binding a socket from before", bind_old, false}, {"connecting one", connect_old, false}, {"io_uring", ring, false},
#if !defined(__SANITIZE_ADDRESS__)       /* which looks for leaks by tracing itself, and is let */
        {"being traced", trace, true},
#endif
        {"mount", mounting, false}, {"bpf", program, false}, {"keyctl", keyring, false}, {"a kernel module", module, false},
        {"another user", user, true}, {"namespaces", space, false}, {"runnable memory", code, true},
};

static void nothing_is_started_connected_or_traced_from_inside(void **state)
{
        (void)state;
        assert_refused(everywhere, sizeof everywhere / sizeof *everywhere, false);
        assert_refused(everywhere, sizeof everywhere / sizeof *everywhere, true);
}

static void without_write_nothing_can_be_written_anywhere(void **state)
{
        static const attempt list[] = {
                {"writing to what may be read", own_write, true}, {"changing it", own_change, true}, {"cutting it", own_cut, false},
                {"cutting it by its path", own_truncate, false}, {"removing it", own_unlink, false}, {"renaming it", own_rename, false},
                {"its mode", own_chmod, true}, {"a new file", own_make, true}, {"a new folder", own_folder, false},
                {"writing elsewhere", other_write, true}, {"a new file elsewhere", other_make, true}, {"a new file in /tmp", tmp_make, true},
        };
        (void)state;
        assert_refused(list, sizeof list / sizeof *list, false);
        assert_int_equal(inside(own_read, false), 0);
}

static void with_write_the_case_can_be_written_and_nothing_else(void **state)
{
        static const attempt list[] = {{"writing elsewhere", other_write, true}, {"a new file elsewhere", other_make, true},
                                       {"a new file in /tmp", tmp_make, true}};
        (void)state;
        if (!em_landlock_version()) {
                print_message("SKIP: this kernel has no Landlock, which alone knows folders\n");
                skip();
        }
        assert_refused(list, sizeof list / sizeof *list, true);
        assert_int_equal(inside(own_write, true), 0);
        assert_int_equal(inside(own_make, true), 0);
        assert_int_equal(inside(own_rename, true), 0);
        make_file(own, "held");
        assert_int_equal(inside(own_unlink, true), 0);
        make_file(own, "held");
}

static void only_what_was_named_can_be_read(void **state)
{
        static const attempt list[] = {{"a folder beside the case", other_read, true}, {"/etc/passwd", passwords, true}};
        (void)state;
        if (!em_landlock_version()) {
                print_message("SKIP: this kernel has no Landlock, which alone knows folders\n");
                skip();
        }
        assert_refused(list, sizeof list / sizeof *list, false);
        assert_int_equal(inside(own_read, false), 0);
}

static void a_signal_goes_to_no_process_outside(void **state)
{
        (void)state;
        if (em_landlock_version() < 6) {
                print_message("SKIP: this kernel's Landlock does not know signals\n");
                skip();
        }
        assert_int_equal(outside(signal_out), 0);
        assert_int_equal(inside(signal_out, false), EPERM);
}

static void *nothing(void *arg) { return arg; }

/* A connection comes in, a thread runs, memory is had, a worker is forked and waited for. */
static int serve_one(void)
{
        pthread_t thread;
        void     *memory = NULL;
        int       how = 0, came = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        char      c = 0;
        while (came >= 0 && read(came, &c, 1) != 1) {   /* what the tests before left in the queue */
                close(came);
                came = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        }
        if (came < 0 || write(came, "b", 1) != 1 || c != 'a')
                return 1;
        if (pthread_create(&thread, NULL, nothing, &c) != 0 || pthread_join(thread, &memory) != 0 || memory != &c)
                return 2;
        pid_t pid = fork();
        if (pid == 0) {
                char *p = malloc(32 << 20);
                _exit(p ? 7 : 8);
        }
        return waitpid(pid, &how, 0) == pid && WIFEXITED(how) && WEXITSTATUS(how) == 7 ? 0 : 3;
}

static void what_a_server_does_it_still_can(void **state)
{
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        char  c = 0;
        int   how = 0, client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        pid_t pid = fork();
        (void)state;
        if (pid == 0) {
                enter(false);
                _exit(serve_one());
        }
        assert_int_equal(connect(client, (void *)&to, sizeof to), 0);
        assert_int_equal(write(client, "a", 1), 1);
        assert_int_equal(read(client, &c, 1), 1);
        assert_int_equal(c, 'b');
        close(client);
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), 0);
}

static int set_up(void **state)
{
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t n = sizeof at;
        (void)state;
        listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        old_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        old_bind = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (!mkdtemp(own) || !mkdtemp(other) || bind(listening, (void *)&at, n) != 0 || listen(listening, 8) != 0
            || getsockname(listening, (void *)&at, &n) != 0)
                return -1;
        port = ntohs(at.sin_port);
        make_file(own, "held");
        make_file(other, "held");
        return 0;
}

static int tear_down(void **state)
{
        static const char *const names[] = {"held", "made", "moved", "folder"};
        (void)state;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                remove_file(own, names[i]);
                remove_file(other, names[i]);
        }
        remove_file("/tmp", "embargo-cage-was-open");
        return rmdir(own) + rmdir(other);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nothing_is_started_connected_or_traced_from_inside),
                cmocka_unit_test(without_write_nothing_can_be_written_anywhere),
                cmocka_unit_test(only_what_was_named_can_be_read),
                cmocka_unit_test(a_signal_goes_to_no_process_outside),
                cmocka_unit_test(what_a_server_does_it_still_can),
                cmocka_unit_test(with_write_the_case_can_be_written_and_nothing_else),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
