/* Loaded into the server by inside.t: tries, where a request is answered, what somebody could who has found a hole there; and
 * puts its clock forward, for what is over after hours.
 *
 * EMBARGO_TEST_TOLD is a file for what came of each attempt ("name errno", 0: it was let do it), opened before the cage is
 * entered; EMBARGO_TEST_CASE is the folder of the case, EMBARGO_TEST_OTHER a file beside it, EMBARGO_TEST_PORT a port of 127.0.0.1 on which somebody listens;
 * EMBARGO_TEST_CLOCK is a file whose first eight bytes are the seconds that are added.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int MHD_queue_response(void *connection, unsigned status, void *response);

static int told = -1, before = -1;              /* descriptors from before the cage */
static const volatile int64_t *ahead_s;

__attribute__((constructor)) static void begin(void)
{
        const char *to = getenv("EMBARGO_TEST_TOLD"), *clock = getenv("EMBARGO_TEST_CLOCK");
        if (to) {
                told = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
                before = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        }
        int fd = clock ? open(clock, O_RDONLY | O_CLOEXEC) : -1;
        void *at = fd >= 0 ? mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
        if (at != MAP_FAILED)
                ahead_s = at;
}

int clock_gettime(clockid_t which, struct timespec *t)
{
        long rc = syscall(SYS_clock_gettime, which, t);
        if (rc == 0 && ahead_s && which == CLOCK_MONOTONIC)
                t->tv_sec += *ahead_s;
        return (int)rc;
}

/* ---- attempts ------------------------------------------------------------------------------------------- */

static const char *in_case(const char *name)
{
        static char path[4096];
        snprintf(path, sizeof path, "%s/%s", getenv("EMBARGO_TEST_CASE"), name);
        return path;
}

static int opened(const char *path, int flags)
{
        int fd = open(path, flags | O_CLOEXEC, 0600);
        if (fd >= 0)
                close(fd);
        return fd >= 0 ? 0 : errno;
}

static int listener(struct sockaddr_in *to)
{
        const char *port = getenv("EMBARGO_TEST_PORT");
        *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port ? port : "0", NULL, 10)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        return port != NULL;
}

static int connects(int fd)
{
        struct sockaddr_in to;
        return listener(&to) && connect(fd, (void *)&to, sizeof to) == 0 ? 0 : errno;
}

static int run_true(void)       { execl("/bin/true", "true", (char *)NULL); return errno; }
static int trace_me(void)       { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno; }

/* What would end or stop the server, in a child of it. */
static int in_child(int (*what)(void))
{
        int   how = 0;
        pid_t pid = fork();
        if (pid == 0)
                _exit(what());
        return pid > 0 && waitpid(pid, &how, 0) == pid && WIFEXITED(how) ? WEXITSTATUS(how) : ECHILD;
}

static int new_socket(void)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0)
                close(fd);
        return fd >= 0 ? 0 : errno;
}

static int old_socket(void)     { return connects(before); }
static int passwords(void)      { return opened("/etc/passwd", O_RDONLY); }
static int elsewhere(void)      { const char *path = getenv("EMBARGO_TEST_OTHER"); return path ? opened(path, O_WRONLY | O_CREAT) : ENOENT; }
static int case_read(void)      { return opened(in_case("case.db"), O_RDONLY); }
static int case_write(void)     { return opened(in_case("case.db"), O_RDWR); }
static int case_make(void)      { return opened(in_case("made-inside"), O_WRONLY | O_CREAT); }
static int case_rights(void)    { return chmod(in_case("case.db"), 0600) == 0 ? 0 : errno; }
static int program(void)        { return in_child(run_true); }
static int trace(void)          { return in_child(trace_me); }

static int code(void)
{
        void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return at != MAP_FAILED ? (munmap(at, 4096), 0) : errno;
}

static int ring(void)
{
        char p[256] = {0};
        long fd = syscall(SYS_io_uring_setup, 1, p);
        return fd >= 0 ? (close((int)fd), 0) : errno;
}

static void try_all(void)
{
        static const struct { const char *name; int (*what)(void); } attempts[] = {
                {"program", program}, {"new_socket", new_socket}, {"old_socket", old_socket}, {"passwords", passwords}, {"elsewhere", elsewhere},
                {"case_read", case_read}, {"case_write", case_write}, {"case_make", case_make}, {"case_rights", case_rights}, {"code", code},
                {"ring", ring}, {"trace", trace}};
        char   line[80];
        for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
                int n = snprintf(line, sizeof line, "%s %d\n", attempts[i].name, attempts[i].what());
                if (write(told, line, (size_t)n) != n)
                        abort();
        }
        if (write(told, "end\n", 4) != 4)
                abort();
}

/* The thread that answers requests, where an answer is ready. */
int MHD_queue_response(void *connection, unsigned status, void *response)
{
        static int done;
        int (*next)(void *, unsigned, void *);
        *(void **)&next = dlsym(RTLD_NEXT, "MHD_queue_response");
        if (told >= 0 && !__atomic_exchange_n(&done, 1, __ATOMIC_SEQ_CST))
                try_all();
        return next(connection, status, response);
}
