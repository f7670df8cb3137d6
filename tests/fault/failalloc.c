/* failalloc.c -- an allocator that refuses, to be preloaded by alloc.t.
 *
 * EMBARGO_FAIL_AT=N refuses the Nth request for memory of a process,
 * EMBARGO_FAIL_FROM=N that one and all after it.  EMBARGO_COUNT=FILE has the
 * number of requests written there when the process ends.  A child goes on with
 * its parent's count.  The __libc_ names are glibc's own entry points.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

static long asked, fail_at = -1, fail_from = -1;
static bool ready;

static long number(const char *name)
{
        const char *text = getenv(name);
        return text ? strtol(text, NULL, 10) : -1;
}

__attribute__((constructor)) static void begin(void)
{
        fail_at = number("EMBARGO_FAIL_AT");
        fail_from = number("EMBARGO_FAIL_FROM");
        ready = true;
}

__attribute__((destructor)) static void end(void)
{
        const char *path = getenv("EMBARGO_COUNT");
        char text[24];
        size_t n = sizeof text;
        ready = false;
        int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
        if (fd < 0)
                return;
        for (long left = asked; n > 0 && (left > 0 || n == sizeof text); left /= 10)
                text[--n] = (char)('0' + left % 10);
        if (write(fd, text + n, sizeof text - n) < 0)
                _exit(74);
        close(fd);
}

static bool refused(void)
{
        if (!ready)
                return false;
        long i = __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
        if (i != fail_at && (fail_from < 0 || i < fail_from))
                return false;
        errno = ENOMEM;
        return true;
}

void *malloc(size_t size)
{
        return refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
        return refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
        return refused() ? NULL : __libc_realloc(old, size);
}

void *memalign(size_t align, size_t size)
{
        return refused() ? NULL : __libc_memalign(align, size);
}

void *aligned_alloc(size_t align, size_t size)
{
        return memalign(align, size);
}

int posix_memalign(void **ret, size_t align, size_t size)
{
        void *p = memalign(align, size);
        if (!p)
                return ENOMEM;
        *ret = p;
        return 0;
}
