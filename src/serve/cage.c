/* The walls around the process that answers requests.
 *
 * Whoever finds a hole in it by way of a request must find himself in a process that can do nothing: start no program, open
 * no connection, write no file, read no file but the case's.  Two walls stand behind each other: Landlock knows paths, seccomp
 * knows calls, and each would do alone for what both can say.  The list of calls names what is refused, not what is allowed:
 * the libraries below us change what they call from version to version, and a server that stops in the middle of a night is
 * no safer.  What is refused fails with EPERM (EACCES where files are meant, so that SQLite goes on reading).
 *
 * Entered by the one thread that there is, after the socket is open: threads and the workers of intake inherit it.  A worker
 * then takes every other right from itself as well (case/sandbox.c).
 */
#include "base/landlock.h"
#include "serve/service.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

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

enum { PATHS = 64 };

/* ---- paths -------------------------------------------------------------------------------------------- */

static em_status add_paths(const em_str *path, size_t count, bool write, char (*text)[4096], em_land *land, size_t *n, em_error *err)
{
        for (size_t i = 0; i < count; i++) {
                if (*n == PATHS || path[i].n >= sizeof *text)
                        return em_fail(err, EM_LIMIT, "too many or too long folders for the cage");
                memcpy(text[*n], path[i].p, path[i].n);
                text[*n][path[i].n] = '\0';
                land[*n] = (em_land){text[*n], write};
                ++*n;
        }
        return EM_OK;
}

static em_status enter_landlock(const em_cage_opts *o, int *ret_version, em_error *err)
{
        static const char *const always[] = {"/dev/urandom", "/dev/random", "/proc/self", "/sys/devices/system/cpu", "/etc/gnutls"};
        char     (*text)[4096] = malloc(PATHS * sizeof *text);
        em_land    land[PATHS + 8];
        size_t     n = 0;
        em_status  s = text ? EM_OK : em_fail(err, EM_NOMEM, "no memory for the cage");
        if (s == EM_OK)
                s = add_paths(o->read, o->reads, false, text, land, &n, err);
        if (s == EM_OK)
                s = add_paths(o->write, o->writes, true, text, land, &n, err);
        for (size_t i = 0; i < sizeof always / sizeof *always; i++)
                land[n++] = (em_land){always[i], false};
        land[n++] = (em_land){"/dev/null", o->writes > 0};
        if (s == EM_OK)
                *ret_version = em_landlock_enter(land, n);
        free(text);
        return s;
}

/* ---- calls ----------------------------------------------------------------------------------------------- */

/* Programs, connections, other processes, other users, the kernel itself. */
static const int never[] = {
        SCMP_SYS(execve), SCMP_SYS(execveat),
        SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
        SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise), SCMP_SYS(pidfd_open),
        SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp), SCMP_SYS(setpgid), SCMP_SYS(setsid),
        SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid),
        SCMP_SYS(setfsuid), SCMP_SYS(setfsgid), SCMP_SYS(setgroups), SCMP_SYS(capset),
        SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(chroot), SCMP_SYS(pivot_root), SCMP_SYS(personality),
        SCMP_SYS(mount), SCMP_SYS(umount), SCMP_SYS(umount2), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen),
        SCMP_SYS(fsmount), SCMP_SYS(fsconfig), SCMP_SYS(fspick), SCMP_SYS(mount_setattr), SCMP_SYS(quotactl), SCMP_SYS(quotactl_fd),
        SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(lookup_dcookie),
        SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),        /* opens and connects past this list */
        SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl),
        SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(create_module),
        SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct),
        SCMP_SYS(syslog), SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(ioperm), SCMP_SYS(iopl), SCMP_SYS(modify_ldt),
        SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime), SCMP_SYS(stime),
        SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(fanotify_init), SCMP_SYS(vhangup), SCMP_SYS(uselib),
        SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(shmget), SCMP_SYS(msgget), SCMP_SYS(semget), SCMP_SYS(mq_open),
};

/* What changes a file by its path.  SQLite and we ourselves change files that are open. */
static const int writing[] = {
        SCMP_SYS(creat), SCMP_SYS(truncate), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
        SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat),
        SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchown), SCMP_SYS(fchownat),
        SCMP_SYS(utime), SCMP_SYS(utimes), SCMP_SYS(utimensat), SCMP_SYS(futimesat), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr),
        SCMP_SYS(fsetxattr), SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr),
};

static int refuse_all(scmp_filter_ctx ctx, const int *call, size_t count, int error)
{
        int rc = 0;
        for (size_t i = 0; i < count; i++)
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO((uint32_t)error), call[i], 0);
        return rc;
}

/* Opening with any way to change the file; openat2 hides its flags from a filter, and the C library can do without it. */
static int refuse_opening_to_write(scmp_filter_ctx ctx)
{
        static const unsigned flags[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
        int rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
        }
        return rc;
}

/* Memory is written or run, never made runnable; and no process begins in namespaces of its own. */
static int refuse_code_and_spaces(scmp_filter_ctx ctx)
{
        static const unsigned spaces[] = {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};
        const int memory[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pkey_mprotect)};
        int       rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);      /* its flags are out of sight; clone's are not */
        for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, spaces[i], spaces[i]));
        for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), memory[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
        return rc;
}

static bool enter_seccomp(bool write)
{
        scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
        if (!ctx)
                return false;
        int rc = refuse_all(ctx, never, sizeof never / sizeof *never, EPERM);
        rc |= refuse_code_and_spaces(ctx);
        /* A sanitizer looks for leaks by tracing itself. */
        if (!SANITIZED)
                rc |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0);
        if (!write) {
                rc |= refuse_all(ctx, writing, sizeof writing / sizeof *writing, EACCES);
                rc |= refuse_opening_to_write(ctx);
        }
        rc |= seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
        if (rc == 0)
                rc = seccomp_load(ctx);
        seccomp_release(ctx);
        return rc == 0;
}

/* ---- both -------------------------------------------------------------------------------------------------- */

em_status em_cage_enter(const em_cage_opts *opts, char ret_words[EM_CAGE_WORDS], em_error *err)
{
        struct rlimit none = {0, 0};
        int  version = 0;
        char land[64] = "no Landlock (this kernel does not offer it)";
        (void)setrlimit(RLIMIT_CORE, &none);            /* tokens and evidence stand in memory */
        if (!SANITIZED)
                (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return em_fail(err, EM_DENIED, "the server cannot be locked in: no_new_privs was refused; --no-cage serves without walls");
        EM_TRY(enter_landlock(opts, &version, err));
        if (version)
                snprintf(land, sizeof land, "Landlock %d", version);
        if (!enter_seccomp(opts->writes > 0))
                return em_fail(err, EM_DENIED, "the server cannot be locked in: seccomp was refused; --no-cage serves without walls");
        bool everywhere = opts->writes && !version;
        snprintf(ret_words, EM_CAGE_WORDS, "%s, seccomp: no program can be started, no connection opened, %s", land,
                 everywhere ? "but files can be written everywhere" : opts->writes ? "nothing written but the case" : "nothing written");
        return EM_OK;
}
