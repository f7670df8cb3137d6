/* The machine that the case lies on, and the server that shows it: who else may read or write the folder, whether there
 * is room, whether somebody writes just now, what holds the process that reads evidence, and who may ask.
 *
 * Who holds the lock of a case is read in /proc/locks (proc(5)); taking the lock to see whether it is free would
 * stop a writer that comes at that moment.  Which address is listened on is asked of the sockets themselves.
 */
#include "serve/desk.h"
#include "serve/doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)
enum { ROOM_LOOK_MIB = 1024, ROOM_WRONG_MIB = 64, SOCKETS_MOST = 1024 };

static em_status look_version(em_doctor *d, em_error *err)
{
        (void)err;
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "embargo %s.", EMBARGO_VERSION);
}

static em_status look_islands(em_doctor *d, em_error *err)
{
        (void)err;
        if (!em_asset_find(EM_S("shell.js")))
                return em_doctor_says(d, EM_CHECK_LOOK, "install Node and npm and build again, if the pages shall answer while you type",
                                      "Built without islands: the pages show everything, and need no JavaScript.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Built with islands: scripts of our own, in the program itself.");
}

/* ---- the folder -------------------------------------------------------------------------------- */

static mode_t mode_below(em_doctor *d, const char *name, bool *ret_ours)
{
        em_str path = d->opts->case_dir;
        struct stat st;
        if (*name && em_path_join(d->opts->case_dir, em_str_c(name), d->arena, &path, NULL) != EM_OK)
                return 0;
        if (lstat(em_grid_text(d->arena, "%.*s", EM_ARG(path)).p, &st) != 0)
                return 0;
        *ret_ours &= st.st_uid == geteuid();
        return st.st_mode & 0777;
}

static em_status look_rights(em_doctor *d, em_error *err)
{
        static const char *const parts[] = {"case.db", "sources", "index", "report", "case.lock"};
        static const char next[] = "chmod -R go-rwx on the case folder";
        bool   ours = true;
        mode_t top = mode_below(d, "", &ours), all = 0;
        (void)err;
        for (size_t i = 0; i < EM_COUNT(parts); i++)
                all |= mode_below(d, parts[i], &ours);
        mode_t enter = ((top & S_IXGRP) ? S_IRWXG : 0) | ((top & S_IXOTH) ? S_IRWXO : 0), open_to = ((all & enter) | top) & (S_IRWXG | S_IRWXO);
        if (open_to & S_IWOTH)
                return em_doctor_says(d, EM_CHECK_WRONG, next, "Everybody on this machine can write in the case folder.");
        if (!ours)
                return em_doctor_says(d, EM_CHECK_LOOK, "chown the case folder, or work as its owner", "Part of the case folder belongs to another user.");
        if (open_to & S_IWGRP)
                return em_doctor_says(d, EM_CHECK_LOOK, next, "Your group can write in the case folder.");
        if (open_to & (S_IROTH | S_IRGRP))
                return em_doctor_says(d, EM_CHECK_LOOK, next, "%s on this machine can read the case folder.",
                                      open_to & S_IROTH ? "Everybody" : "Your group");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Only you can read and write the case folder.");
}

static em_status look_room(em_doctor *d, em_error *err)
{
        struct statvfs fs;
        if (statvfs(em_grid_text(d->arena, "%.*s", EM_ARG(d->opts->case_dir)).p, &fs) != 0)
                return em_fail(err, EM_IO, "the file system does not say how much room it has");
        uint64_t mib = (uint64_t)fs.f_bavail * fs.f_frsize / MIB;
        em_check_state state = mib < ROOM_WRONG_MIB ? EM_CHECK_WRONG : mib < ROOM_LOOK_MIB ? EM_CHECK_LOOK : EM_CHECK_FINE;
        return em_doctor_says(d, state, state == EM_CHECK_FINE ? NULL : "make room, or move the case", "%.*s free where the case lies%s.",
                              EM_ARG(em_doctor_many(d, mib, "MiB are", "MiB are")), fs.f_flag & ST_RDONLY ? ", which can only be read" : "");
}

/* Whether some process holds the case's lock; its number in ret_pid. */
static bool lock_held(em_doctor *d, long *ret_pid, em_error *err)
{
        em_str path, rest;
        struct stat st;
        char   want[64];
        if (em_path_join(d->opts->case_dir, EM_S("case.lock"), d->arena, &path, err) != EM_OK || lstat(path.p, &st) != 0 ||
            em_file_read(EM_S("/proc/locks"), MIB, d->arena, &rest, err) != EM_OK)
                return false;
        snprintf(want, sizeof want, " %02x:%02x:%llu ", major(st.st_dev), minor(st.st_dev), (unsigned long long)st.st_ino);
        while (rest.n) {
                em_cut line = em_str_cut(rest, '\n');
                ptrdiff_t at = em_str_find(line.head, em_str_c(want));
                rest = line.tail;
                if (at < 0 || em_str_find(line.head, EM_S("->")) >= 0)
                        continue;
                while (at > 0 && line.head.p[at - 1] != ' ')
                        at--;
                *ret_pid = strtol(line.head.p + at, NULL, 10);
                return true;
        }
        return false;
}

static em_status look_writer(em_doctor *d, em_error *err)
{
        long   pid = 0;
        em_str wal;
        struct stat st;
        if (lock_held(d, &pid, NULL))
                return em_doctor_says(d, EM_CHECK_LOOK, "wait for it to end, or read only", "Process %ld is writing to the case%s.", pid,
                                      pid == (long)getpid() ? ": this one" : "");
        EM_TRY(em_path_join(d->opts->case_dir, EM_S("case.db-wal"), d->arena, &wal, err));
        if (lstat(wal.p, &st) == 0 && st.st_size > 0)
                return em_doctor_says(d, EM_CHECK_FINE, NULL, "Nobody is writing; what the last writer left in case.db-wal is read with the rest.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Nobody is writing, and nothing was left half done.");
}

/* ---- the kernel ------------------------------------------------------------------------------------ */

static em_status look_sandbox(em_doctor *d, em_error *err)
{
        em_walls walls = em_walls_offered();
        (void)err;
        if (walls.landlock && walls.seccomp)
                return em_doctor_says(d, EM_CHECK_FINE, NULL, "Landlock %d and seccomp hold whoever reads evidence.", walls.landlock);
        return em_doctor_says(d, walls.seccomp || walls.landlock ? EM_CHECK_LOOK : EM_CHECK_WRONG,
                              "take in files of strangers, and serve --write, on a kernel from 5.13 on with lsm=landlock",
                              "This kernel offers %s%s.",
                              walls.seccomp ? "seccomp, but no Landlock" : walls.landlock ? "Landlock, but no seccomp" : "neither Landlock nor seccomp",
                              walls.landlock ? "" : ": with serve --write, whoever finds a hole in the server can write every file that you can");
}

static em_status look_kernel(em_doctor *d, em_error *err)
{
        struct utsname name;
        if (uname(&name) != 0)
                return em_fail(err, EM_IO, "the kernel does not say what it is");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "%s %s, %s.", name.sysname, name.release, name.machine);
}

/* A program that dies leaves its memory, and with it evidence and names, where the kernel puts such things. */
static em_status look_cores(em_doctor *d, em_error *err)
{
        struct rlimit limit;
        em_str pattern = {0};
        if (getrlimit(RLIMIT_CORE, &limit) != 0)
                return em_fail(err, EM_IO, "the limit of core dumps is not told");
        bool piped = em_file_read(EM_S("/proc/sys/kernel/core_pattern"), 4096, d->arena, &pattern, NULL) == EM_OK && em_str_starts(pattern, EM_S("|"));
        if (piped)
                return em_doctor_says(d, EM_CHECK_LOOK, "see man 5 core, and coredumpctl where systemd keeps them",
                                      "A crash hands this program's memory to a program of the system.");
        if (limit.rlim_cur)
                return em_doctor_says(d, EM_CHECK_LOOK, "ulimit -c 0 before embargo starts", "A crash would leave this program's memory in a file.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "A crash leaves no memory behind.");
}

static em_status look_user(em_doctor *d, em_error *err)
{
        (void)err;
        if (geteuid() == 0)
                return em_doctor_says(d, EM_CHECK_LOOK, "work as a user of your own", "Embargo runs as root, and needs no such rights.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Embargo does not run as root.");
}

/* ---- the server ---------------------------------------------------------------------------------------- */

static bool is_loopback(const struct sockaddr_storage *a)
{
        if (a->ss_family == AF_INET) {
                struct sockaddr_in in;
                memcpy(&in, a, sizeof in);
                return ntohl(in.sin_addr.s_addr) >> 24 == 127;
        }
        struct sockaddr_in6 in6;
        memcpy(&in6, a, sizeof in6);
        return a->ss_family != AF_INET6 || IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static em_status look_address(em_doctor *d, em_error *err)
{
        size_t listening = 0, outside = 0;
        (void)err;
        for (int fd = 0; fd < SOCKETS_MOST; fd++) {
                struct sockaddr_storage a;
                int accepts = 0;
                socklen_t n = sizeof accepts, length = sizeof a;
                memset(&a, 0, sizeof a);
                if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &n) != 0 || !accepts ||
                    getsockname(fd, (struct sockaddr *)&a, &length) != 0)
                        continue;
                listening++;
                outside += !is_loopback(&a);
        }
        if (!listening)
                return em_doctor_says(d, EM_CHECK_UNKNOWN, "", "No socket of this process listens.");
        if (outside)
                return em_doctor_says(d, EM_CHECK_LOOK, "leave --address out, unless others shall ask",
                                      "Other machines can reach this server.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Only this machine can reach this server.");
}

static em_status look_token(em_doctor *d, em_error *err)
{
        (void)err;
        if (!d->opts->served->token.n)
                return em_doctor_says(d, EM_CHECK_LOOK, "start embargo serve without --open", "No token is asked for: every program and user of this machine may ask.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Whoever asks must show the token.");
}

static em_status look_write(em_doctor *d, em_error *err)
{
        (void)err;
        if (d->opts->cage && em_str_starts(em_str_c(d->opts->cage), EM_S("no cage")))
                return em_doctor_says(d, EM_CHECK_LOOK, "start embargo serve without --no-cage",
                                      "No cage holds the server: whoever finds a hole in it can read and write whatever you can.");
        if (!d->opts->served->write)
                return em_doctor_says(d, EM_CHECK_FINE, NULL, "The pages only read.");
        if (!em_walls_offered().landlock)
                return em_doctor_says(d, EM_CHECK_LOOK, "serve --write on a kernel from 5.13 on with lsm=landlock, or as a user who owns nothing but the case",
                                      "The pages may change the case, and this kernel has no Landlock: whoever finds a hole in the server can write "
                                      "every file that you can, not the case alone.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "The pages may change the case and no other file; each change is an entry of the ledger.");
}

const em_doctor_row em_doctor_machine[] = {
        {"version", "machine", "Version", look_version, false, false},
        {"islands", "machine", "Scripts of the pages", look_islands, false, false},
        {"rights", "machine", "Who can read the folder", look_rights, true, false},
        {"room", "machine", "Room on the disk", look_room, true, false},
        {"writer", "machine", "Writers", look_writer, true, false},
        {"sandbox", "machine", "The reader's cage", look_sandbox, false, false},
        {"kernel", "machine", "Kernel", look_kernel, false, false},
        {"cores", "machine", "Core dumps", look_cores, false, false},
        {"user", "machine", "User", look_user, false, false},
        {"address", "server", "Who can reach it", look_address, false, true},
        {"token", "server", "Who may ask", look_token, false, true},
        {"write", "server", "What pages may do", look_write, false, true},
        {0},
};
