/* Preloaded before the program: the Nth request for memory fails, once or from
 * then on.  FAILMALLOC_AT counts from 1 and 0 never fails; with
 * FAILMALLOC_ON=1 all later requests fail too; FAILMALLOC_COUNT names a file
 * that gets the number of requests at exit.  The program's worker inherits the
 * count it was forked with.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static atomic_ullong seen;
static unsigned long long fail_at;
static bool go_on, ready;

__attribute__((constructor)) static void read_settings(void)
{
        const char *at = getenv("FAILMALLOC_AT"), *on = getenv("FAILMALLOC_ON");
        fail_at = at ? strtoull(at, NULL, 10) : 0;
        go_on = on && on[0] == '1';
        ready = true;
}

__attribute__((destructor)) static void write_count(void)
{
        const char *path = getenv("FAILMALLOC_COUNT");
        int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
        ready = false;
        if (fd < 0)
                return;
        dprintf(fd, "%llu\n", (unsigned long long)seen);
        close(fd);
}

static bool refuses(void)
{
        if (!ready)
                return false;
        unsigned long long n = ++seen;
        if (fail_at == 0 || n < fail_at || (n > fail_at && !go_on))
                return false;
        errno = ENOMEM;
        return true;
}

void *malloc(size_t size)
{
        return refuses() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
        return refuses() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
        return refuses() ? NULL : __libc_realloc(p, size);
}
