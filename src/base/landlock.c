/* Landlock by raw system calls, since the C library has no wrappers and the headers of Debian 12 know only its second
 * version (kernel documentation, userspace-api/landlock).  The version is asked of the kernel and every right that it
 * knows is taken; a rule that names a folder gives some of them back.
 */
#include "base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr as of version 6; earlier kernels take a prefix. */
typedef struct em_landlock_rules {
        uint64_t fs, net, scoped;
} em_landlock_rules;

/* struct landlock_path_beneath_attr, which is packed. */
typedef struct __attribute__((packed)) em_landlock_beneath {
        uint64_t allowed;
        int32_t  parent;
} em_landlock_beneath;

enum {
        VERSION_QUERY = 1, PATH_BENEATH = 1,
        NET_BIND_CONNECT = 3,           /* since version 4 */
        SCOPE_SOCKET_SIGNAL = 3,        /* since version 6 */
        /* the rights over files, by bit */
        WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REMOVE_DIR = 1 << 4, REMOVE_FILE = 1 << 5,
        MAKE_DIR = 1 << 7, MAKE_REG = 1 << 8, REFER = 1 << 13, TRUNCATE = 1 << 14,
        READING = READ_FILE | READ_DIR,
        WRITING = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE,
        OF_A_FILE = READ_FILE | WRITE_FILE | TRUNCATE
};

int em_landlock_version(void)
{
        long version = syscall(__NR_landlock_create_ruleset, NULL, (size_t)0, VERSION_QUERY);
        return version < 1 ? 0 : (int)version;
}

/* Every file right of each version: 13 bits, then one more with 2, 3 and 5. */
static uint64_t file_rights(int version)
{
        int bits = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
        return (UINT64_C(1) << bits) - 1;
}

static bool allow(int rules, const em_land *land, uint64_t known)
{
        struct stat st;
        int fd = open(land->path, O_PATH | O_CLOEXEC);
        if (fd < 0)
                return errno == ENOENT || errno == ENOTDIR || errno == EACCES;  /* there is nothing to give back */
        em_landlock_beneath beneath = {.allowed = known & (land->write ? READING | WRITING : READING), .parent = fd};
        bool done = fstat(fd, &st) == 0;
        if (done && !S_ISDIR(st.st_mode))
                beneath.allowed &= OF_A_FILE;
        done = done && syscall(__NR_landlock_add_rule, rules, PATH_BENEATH, &beneath, 0) == 0;
        close(fd);
        return done;
}

int em_landlock_enter(const em_land *land, size_t count)
{
        int version = em_landlock_version();
        if (!version)
                return 0;
        em_landlock_rules rules = {
                .fs = file_rights(version),
                .net = version >= 4 ? NET_BIND_CONNECT : 0,
                .scoped = version >= 6 ? SCOPE_SOCKET_SIGNAL : 0,
        };
        size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        long fd = syscall(__NR_landlock_create_ruleset, &rules, size, 0);
        bool done = fd >= 0;
        for (size_t i = 0; done && i < count; i++)
                done = allow((int)fd, &land[i], rules.fs);
        done = done && syscall(__NR_landlock_restrict_self, (int)fd, 0) == 0;
        if (fd >= 0)
                close((int)fd);
        return done ? version : 0;
}
