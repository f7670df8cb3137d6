/* A file of answers, one a line, that only grows at its end.
 *
 * The end of a line is written with it, so a last line without one is torn and is cut
 * off at the next start.  What a turned chain replaces moves to a file beside, it is
 * not lost.
 */
#include "cli/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t synced = (uint64_t)16 << 20;
enum { CHUNK = 1 << 16 };

static em_status failed(const em_answers *l, int error, em_error *err)
{
        return em_fail_at(err, EM_IO, l->path, 0, 0, error == ENOSPC ? "the disk is full" : "it cannot be read or written");
}

static em_status read_at(const em_answers *l, char *to, size_t n, uint64_t at, em_error *err)
{
        while (n) {
                ssize_t got = pread(l->fd, to, n, (off_t)at);
                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        return failed(l, errno, err);
                to += got;
                at += (uint64_t)got;
                n -= (size_t)got;
        }
        return EM_OK;
}

/* Where the line begins that ends (with its line end or without) at end. */
static em_status start_of(const em_answers *l, uint64_t end, uint64_t *ret_start, em_error *err)
{
        char chunk[CHUNK];
        while (end) {
                size_t n = end < CHUNK ? (size_t)end : CHUNK;
                EM_TRY(read_at(l, chunk, n, end - n, err));
                char *at = memrchr(chunk, '\n', n);
                if (at) {
                        *ret_start = end - n + (uint64_t)(at - chunk) + 1;
                        return EM_OK;
                }
                end -= n;
        }
        *ret_start = 0;
        return EM_OK;
}

static em_status cut_torn_end(em_answers *l, em_error *err)
{
        uint64_t end = l->size;
        char     last = '\n';
        if (!l->size)
                return EM_OK;
        EM_TRY(read_at(l, &last, 1, l->size - 1, err));
        if (last == '\n')
                return EM_OK;
        EM_TRY(start_of(l, l->size, &end, err));
        if (ftruncate(l->fd, (off_t)end) != 0)
                return failed(l, errno, err);
        l->cut = l->size - end;
        l->size = end;
        return EM_OK;
}

static void let_go(em_answers *l)
{
        if (l->fd >= 0)
                close(l->fd);
        if (l->lock >= 0)
                close(l->lock);
        l->fd = l->lock = -1;
}

em_status em_answers_open(em_str folder, em_str name, em_arena *arena, em_answers *ret_file, em_error *err)
{
        em_answers l = {.fd = -1, .lock = -1};
        struct stat   st;
        EM_TRY(em_fetch_lock(folder, &l.lock, err));
        em_status s = em_path_join(folder, name, arena, &l.path, err);
        if (s == EM_OK) {
                l.fd = open(l.path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
                if (l.fd < 0 || fstat(l.fd, &st) != 0 || !S_ISREG(st.st_mode))
                        s = em_fail_at(err, EM_DENIED, l.path, 0, 0, "it cannot be opened for writing");
        }
        if (s == EM_OK) {
                l.size = (uint64_t)st.st_size;
                s = cut_torn_end(&l, err);
        }
        if (s != EM_OK) {
                let_go(&l);
                return s;
        }
        *ret_file = l;
        return EM_OK;
}

static em_status line_at(em_answers *l, uint64_t start, uint64_t end, em_arena *arena, em_str *ret_line, em_error *err)
{
        char *line = em_arena_alloc(arena, (size_t)(end - start));
        if (!line)
                return em_fail(err, EM_NOMEM, "a line is too long for memory");
        EM_TRY(read_at(l, line, (size_t)(end - start), start, err));
        *ret_line = (em_str){line, (size_t)(end - start)};
        return EM_OK;
}

em_status em_answers_before(em_answers *l, uint64_t end, em_arena *arena, em_str *ret_line, uint64_t *ret_start,
                          em_error *err)
{
        em_assert(end > 0 && end <= l->size);
        EM_TRY(start_of(l, end - 1, ret_start, err));
        return line_at(l, *ret_start, end - 1, arena, ret_line, err);
}

em_status em_answers_first(em_answers *l, em_arena *arena, em_str *ret_line, em_error *err)
{
        char     chunk[CHUNK];
        uint64_t at = 0;
        while (at < l->size) {
                size_t n = l->size - at < CHUNK ? (size_t)(l->size - at) : CHUNK;
                EM_TRY(read_at(l, chunk, n, at, err));
                const char *end = memchr(chunk, '\n', n);
                if (end)
                        return line_at(l, 0, at + (uint64_t)(end - chunk), arena, ret_line, err);
                at += n;
        }
        return em_fail_at(err, EM_FORMAT, l->path, 0, 0, "it has no line");
}

static em_status write_all(int fd, const char *p, size_t n, uint64_t at)
{
        while (n) {
                ssize_t done = pwrite(fd, p, n, (off_t)at);
                if (done < 0 && errno == EINTR)
                        continue;
                if (done <= 0)
                        return EM_IO;
                p += done;
                at += (uint64_t)done;
                n -= (size_t)done;
        }
        return EM_OK;
}

static em_status sync_lines(em_answers *l, em_error *err)
{
        if (l->unsynced && fsync(l->fd) != 0)
                return failed(l, errno, err);
        l->unsynced = 0;
        return EM_OK;
}

em_status em_answers_add(em_answers *l, em_str text, em_error *err)
{
        text = em_str_trim(text);
        char *line = malloc(text.n + 1);
        if (!line)
                return em_fail(err, EM_NOMEM, "an answer is too long for memory");
        for (size_t i = 0; i < text.n; i++)
                line[i] = text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i];
        line[text.n] = '\n';
        em_status s = write_all(l->fd, line, text.n + 1, l->size);
        int       error = errno;
        free(line);
        if (s != EM_OK) {
                if (ftruncate(l->fd, (off_t)l->size) != 0)
                        error = errno;
                return failed(l, error, err);
        }
        l->size += text.n + 1;
        l->unsynced += text.n + 1;
        return l->unsynced >= synced ? sync_lines(l, err) : EM_OK;
}

static em_status copy_tail(em_answers *l, uint64_t from, int to, em_error *err)
{
        char        chunk[CHUNK];
        struct stat st;
        if (fstat(to, &st) != 0)
                return failed(l, errno, err);
        uint64_t at = (uint64_t)st.st_size;
        while (from < l->size) {
                size_t n = l->size - from < CHUNK ? (size_t)(l->size - from) : CHUNK;
                EM_TRY(read_at(l, chunk, n, from, err));
                if (write_all(to, chunk, n, at) != EM_OK)
                        return failed(l, errno, err);
                from += n;
                at += n;
        }
        return fsync(to) == 0 ? EM_OK : failed(l, errno, err);
}

em_status em_answers_retreat(em_answers *l, uint64_t offset, em_str aside, em_arena *arena, em_error *err)
{
        em_str path = {0};
        EM_TRY(em_path_join(em_path_dir(l->path), aside, arena, &path, err));
        int fd = open(path.p, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                return em_fail_at(err, EM_IO, path, 0, 0, "it cannot be written to");
        em_status s = copy_tail(l, offset, fd, err);
        close(fd);
        EM_TRY(s);
        if (ftruncate(l->fd, (off_t)offset) != 0)
                return failed(l, errno, err);
        l->size = offset;
        l->unsynced++;
        return EM_OK;
}

em_status em_answers_close(em_answers *l, em_error *err)
{
        em_status s = l->fd >= 0 ? sync_lines(l, err) : EM_OK;
        let_go(l);
        return s;
}
