/* case/sandbox.c -- taking every right away from the process that reads evidence.
 *
 * Four walls, each of which would do alone: resource limits; no_new_privs;
 * Landlock (no path may be opened, no port bound or connected, no signal sent
 * out) with the version that the kernel has; and a seccomp list of the few
 * calls that decoding needs, where anything else ends the process.  A kernel
 * may lack a wall; then the note says which, and the note goes into the ledger.
 *
 * Landlock is spoken by raw system calls, since the C library has no wrappers
 * and the headers of Debian 12 know only its second version (kernel
 * documentation, userspace-api/landlock).  seccomp goes through libseccomp.
 */
#include "case/store.h"

#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { SANDBOX_MEMORY_MB = 1024 };

/* ---- limits ----------------------------------------------------------------- */

static void limit(int what, uint64_t value)
{
        struct rlimit now, want;
        if (getrlimit((__rlimit_resource_t)what, &now) != 0)
                return;
        want.rlim_cur = want.rlim_max = value < now.rlim_max ? (rlim_t)value : now.rlim_max;
        (void)setrlimit((__rlimit_resource_t)what, &want);
}

/* The address space in use: what the process inherited is not the evidence's
 * doing, so the ceiling stands above it. */
static uint64_t address_space(void)
{
        uint64_t pages = 0;
        FILE *f = fopen("/proc/self/statm", "re");
        if (f == NULL)
                return UINT64_C(64) << 30;
        if (fscanf(f, "%" SCNu64, &pages) != 1)
                pages = UINT64_C(64) << 18;
        fclose(f);
        return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void enter_limits(void)
{
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_FSIZE, 0);
        /* A sanitizer's shadow memory is terabytes of address space. */
        if (!SANITIZED)
                limit(RLIMIT_AS, address_space() + ((uint64_t)SANDBOX_MEMORY_MB << 20));
}

/* ---- Landlock ----------------------------------------------------------------- */

/* struct landlock_ruleset_attr as of version 6; earlier kernels take a prefix. */
typedef struct em_landlock_rules {
        uint64_t fs, net, scoped;
} em_landlock_rules;

enum {
        LANDLOCK_VERSION_QUERY = 1,
        LANDLOCK_NET_BIND_CONNECT = 3,          /* since version 4 */
        LANDLOCK_SCOPE_SOCKET_SIGNAL = 3,       /* since version 6 */
};

/* Every file right of each version: 13 bits, then one more with 2, 3 and 5. */
static uint64_t file_rights(int version)
{
        int bits = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
        return (UINT64_C(1) << bits) - 1;
}

/* Returns the version in force, or 0. */
static int enter_landlock(void)
{
        long version = syscall(__NR_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_VERSION_QUERY);
        if (version < 1)
                return 0;
        em_landlock_rules rules = {
                .fs = file_rights((int)version),
                .net = version >= 4 ? LANDLOCK_NET_BIND_CONNECT : 0,
                .scoped = version >= 6 ? LANDLOCK_SCOPE_SOCKET_SIGNAL : 0,
        };
        size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        long fd = syscall(__NR_landlock_create_ruleset, &rules, size, 0);
        if (fd < 0)
                return 0;
        long done = syscall(__NR_landlock_restrict_self, (int)fd, 0);
        close((int)fd);
        return done == 0 ? (int)version : 0;
}

/* ---- seccomp ------------------------------------------------------------------- */

static int allow_memory(scmp_filter_ctx ctx)
{
        /* Memory may be had and given back, never made executable. */
        int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mremap), 0);
        return rc;
}

static bool enter_seccomp(void)
{
        static const int plain[] = {
                SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(exit), SCMP_SYS(exit_group),
                SCMP_SYS(munmap), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn),
                SCMP_SYS(madvise),
        };
        static const int sanitizer[] = {
                SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
                SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield),
        };
        /* A sanitizer must still be able to say what it found. */
        scmp_filter_ctx ctx = seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
        if (ctx == NULL)
                return false;
        int rc = allow_memory(ctx);
        for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, plain[i], 0);
        for (size_t i = 0; SANITIZED && i < sizeof sanitizer / sizeof sanitizer[0]; i++)
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, sanitizer[i], 0);
        if (rc == 0)
                rc = seccomp_load(ctx);
        seccomp_release(ctx);
        return rc == 0;
}

void em_sandbox_enter(char note[160])
{
        char landlock[64] = "no landlock (the kernel does not offer it)";
        const char *seccomp = "seccomp", *sanitized = SANITIZED ? " (sanitizer build: refused calls fail)" : "";
        enter_limits();
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
                snprintf(note, 160, "no landlock, no seccomp (no_new_privs was refused); limits only");
                return;
        }
        int version = enter_landlock();
        if (version > 0)
                snprintf(landlock, sizeof landlock, "landlock %d", version);
        limit(RLIMIT_NOFILE, 0);        /* after Landlock, which needs one for a moment */
        if (!enter_seccomp())
                seccomp = "no seccomp (the kernel refused it)";
        snprintf(note, 160, "%s + %s%s", landlock, seccomp, sanitized);
}
