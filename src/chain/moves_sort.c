/* External merge sort (Knuth, The Art of Computer Programming 3, section 5.4): runs as large as the
 * memory allows, sorted by places and not by moving rows, then one merge over all runs with a heap.
 * The order is the bytes' order, so big-endian numbers sort as numbers and nothing depends on where
 * the runs were cut.
 */
#include "chain/moves_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct run { uint64_t at, end; uint8_t *buf; size_t have, next; } run;

struct em_sorter {
        char     path[PATH_MAX];
        int      fd;
        size_t   width, key, cap, n, next;      /* rows that fit, are, were given back */
        uint64_t rows, written, memory;
        uint8_t *buf;
        uint32_t *order;
        run     *runs;
        size_t   run_count, heap_count, buffer; /* buffer: rows a run holds while merging */
        size_t  *heap;
        bool     merging, pending;      /* pending: the top of the heap was given and must be passed */
};

static em_status fail_disk(em_error *err, int error, const char *what)
{
        const char *why = strerrordesc_np(error);
        return em_fail(err, EM_IO, "sorting the index's rows: %s: %s", what, why ? why : "the system gives no reason");
}

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory to sort the index's rows");
}

em_status em_sorter_make(em_str path, size_t width, size_t key, uint64_t memory, em_sorter **ret_sorter, em_error *err)
{
        em_sorter *s = calloc(1, sizeof *s);
        if (!s)
                return no_memory(err);
        int n = snprintf(s->path, sizeof s->path, "%.*s", EM_ARG(path));
        if (n < 0 || n >= (int)sizeof s->path) {
                free(s);
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the path is too long");
        }
        uint64_t rows = memory / (width + sizeof *s->order);
        s->fd = -1;
        s->width = width;
        s->key = key;
        s->memory = memory;
        s->cap = rows < 16 ? 16 : rows > UINT32_MAX ? UINT32_MAX : (size_t)rows;
        *ret_sorter = s;
        return EM_OK;
}

em_sorter *em_sorter_free(em_sorter *s)
{
        if (!s)
                return NULL;
        if (s->fd >= 0) {
                close(s->fd);
                unlink(s->path);
        }
        for (size_t i = 0; i < s->run_count; i++)
                free(s->runs[i].buf);
        free(s->runs);
        free(s->heap);
        free(s->buf);
        free(s->order);
        free(s);
        return NULL;
}

uint64_t em_sorter_rows(const em_sorter *s)
{
        return s->rows;
}

static int by_key(const void *a, const void *b, void *ctx)
{
        const em_sorter *s = ctx;
        uint32_t x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return memcmp(s->buf + x * s->width, s->buf + y * s->width, s->key);
}

static void sort_rows(em_sorter *s)
{
        for (size_t i = 0; i < s->n; i++)
                s->order[i] = (uint32_t)i;
        if (s->n > 1)
                qsort_r(s->order, s->n, sizeof *s->order, by_key, s);
}

static em_status put_all(em_sorter *s, const uint8_t *p, size_t n, em_error *err)
{
        while (n > 0) {
                ssize_t w = pwrite(s->fd, p, n, (off_t)s->written);
                if (w < 0 && errno == EINTR)
                        continue;
                if (w <= 0)
                        return fail_disk(err, w < 0 ? errno : ENOSPC, "cannot write");
                p += w;
                n -= (size_t)w;
                s->written += (uint64_t)w;
        }
        return EM_OK;
}

static em_status get_all(const em_sorter *s, uint8_t *p, size_t n, uint64_t at, em_error *err)
{
        while (n > 0) {
                ssize_t r = pread(s->fd, p, n, (off_t)at);
                if (r < 0 && errno == EINTR)
                        continue;
                if (r <= 0)
                        return fail_disk(err, r < 0 ? errno : EIO, "cannot read back");
                p += r;
                n -= (size_t)r;
                at += (uint64_t)r;
        }
        return EM_OK;
}

/* The rows in memory become a run at the end of the file; 64 KiB are gathered for each write. */
static em_status spill(em_sorter *s, em_error *err)
{
        uint8_t   chunk[65536];
        size_t    n = 0;
        em_status status = EM_OK;
        run      *more = realloc(s->runs, (s->run_count + 1) * sizeof *more);
        if (!more)
                return no_memory(err);
        s->runs = more;
        if (s->fd < 0 && (s->fd = open(s->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
                return fail_disk(err, errno, "cannot make a file");
        more[s->run_count] = (run){ .at = s->written };
        sort_rows(s);
        for (size_t i = 0; i < s->n && status == EM_OK; i++) {
                if (sizeof chunk - n < s->width) {
                        status = put_all(s, chunk, n, err);
                        n = 0;
                }
                memcpy(chunk + n, s->buf + s->order[i] * s->width, s->width);
                n += s->width;
        }
        if (status == EM_OK)
                status = put_all(s, chunk, n, err);
        more[s->run_count++].end = s->written;
        s->n = 0;
        return status;
}

/* Memory is taken as rows come, doubling up to the bound: most sorts are small. */
static em_status make_room(em_sorter *s, em_error *err)
{
        size_t have = s->next, want = have ? 2 * have : 64;
        if (want > s->cap)
                want = s->cap;
        uint8_t *buf = realloc(s->buf, want * s->width);
        if (buf)
                s->buf = buf;
        uint32_t *order = buf ? realloc(s->order, want * sizeof *order) : NULL;
        if (!order)
                return no_memory(err);
        s->order = order;
        s->next = want;
        return EM_OK;
}

em_status em_sorter_add(em_sorter *s, const void *row, em_error *err)
{
        if (s->n == s->next && s->next < s->cap)
                EM_TRY(make_room(s, err));
        else if (s->n == s->cap)
                EM_TRY(spill(s, err));
        memcpy(s->buf + s->n++ * s->width, row, s->width);
        s->rows++;
        return EM_OK;
}

/* ---- merging ---- */

static em_status refill(em_sorter *s, run *r, em_error *err)
{
        uint64_t left = (r->end - r->at) / s->width;
        r->have = left < s->buffer ? (size_t)left : s->buffer;
        r->next = 0;
        EM_TRY(get_all(s, r->buf, r->have * s->width, r->at, err));
        r->at += r->have * s->width;
        return EM_OK;
}

static const uint8_t *top_of(const em_sorter *s, size_t which)
{
        const run *r = &s->runs[which];
        return r->buf + r->next * s->width;
}

static bool before(const em_sorter *s, size_t a, size_t b)
{
        int c = memcmp(top_of(s, a), top_of(s, b), s->key);
        return c < 0 || (c == 0 && a < b);
}

static void sink(em_sorter *s, size_t at)
{
        for (;;) {
                size_t least = at, left = 2 * at + 1;
                for (size_t child = left; child < left + 2 && child < s->heap_count; child++)
                        if (before(s, s->heap[child], s->heap[least]))
                                least = child;
                if (least == at)
                        return;
                size_t swap = s->heap[at];
                s->heap[at] = s->heap[least];
                s->heap[least] = swap;
                at = least;
        }
}

static em_status start_merge(em_sorter *s, em_error *err)
{
        free(s->buf);
        free(s->order);
        s->buf = NULL;
        s->order = NULL;
        uint64_t rows = s->memory / s->run_count / s->width;
        s->buffer = rows < 1 ? 1 : rows > 65536 ? 65536 : (size_t)rows;
        s->heap = calloc(s->run_count, sizeof *s->heap);
        if (!s->heap)
                return no_memory(err);
        for (size_t i = 0; i < s->run_count; i++) {
                s->runs[i].buf = malloc(s->buffer * s->width);
                if (!s->runs[i].buf)
                        return no_memory(err);
                EM_TRY(refill(s, &s->runs[i], err));
                s->heap[s->heap_count++] = i;
        }
        for (size_t i = s->heap_count / 2; i-- > 0;)
                sink(s, i);
        s->merging = true;
        return EM_OK;
}

em_status em_sorter_seal(em_sorter *s, em_error *err)
{
        if (s->run_count == 0) {
                sort_rows(s);
                s->next = 0;
                return EM_OK;
        }
        if (s->n > 0)
                EM_TRY(spill(s, err));
        return start_merge(s, err);
}

/* Passes the row that was given last. */
static em_status pass(em_sorter *s, em_error *err)
{
        run *r = &s->runs[s->heap[0]];
        s->pending = false;
        if (++r->next == r->have)
                EM_TRY(refill(s, r, err));
        if (r->have == 0)
                s->heap[0] = s->heap[--s->heap_count];
        sink(s, 0);
        return EM_OK;
}

em_status em_sorter_next(em_sorter *s, const uint8_t **ret_row, em_error *err)
{
        if (!s->merging) {
                *ret_row = s->next < s->n ? s->buf + s->order[s->next] * s->width : NULL;
                s->next += *ret_row != NULL;
                return EM_OK;
        }
        if (s->pending)
                EM_TRY(pass(s, err));
        *ret_row = s->heap_count ? top_of(s, s->heap[0]) : NULL;
        s->pending = *ret_row != NULL;
        return EM_OK;
}
