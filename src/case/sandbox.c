/* case/sandbox.c -- taking every right away from the process that reads evidence.
 *
 * Four walls, each of which would do alone: resource limits; no_new_privs;
 * Landlock (no path may be opened, no port bound or connected, no signal sent
 * out) with the version that the kernel has; and a seccomp list of the few
 * calls that decoding needs, where anything else ends the process.  A kernel
 * may lack a wall; then the note says which, and the note goes into the ledger.
 *
 * Landlock is base/landlock.c; seccomp goes through libseccomp.
 */
#include "base/landlock.h"
#include "case/store.h"

#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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
 * doing, so the ceiling stands above it.  In the cage of a server the worker may
 * read no account of itself, but that of its parent, whose memory it has. */
static uint64_t address_space(void)
{
        uint64_t pages = 0;
        char parent[40];
        FILE *f = fopen("/proc/self/statm", "re");
        snprintf(parent, sizeof parent, "/proc/%d/statm", (int)getppid());
        if (f == NULL)
                f = fopen(parent, "re");
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
        int version = em_landlock_enter(NULL, 0);
        if (version > 0)
                snprintf(landlock, sizeof landlock, "landlock %d", version);
        limit(RLIMIT_NOFILE, 0);        /* after Landlock, which needs one for a moment */
        if (!enter_seccomp())
                seccomp = "no seccomp (the kernel refused it)";
        snprintf(note, 160, "%s + %s%s", landlock, seccomp, sanitized);
}
