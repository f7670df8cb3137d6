/* Rows set aside on disk by part: the radix partitioning of Manegold, Boncz and
 * Kersten (Optimizing main-memory join on modern hardware, 2002), with a file
 * where they have memory.  All parts share one file: a part's buffer, when
 * full, becomes the next extent at the end of the file, so that writes are
 * long and in order, and thousands of parts need one descriptor.
 */
#include "chain/index_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static em_status c_path(em_str path, const char *more, char out[PATH_MAX], em_error *err)
{
        int n = snprintf(out, PATH_MAX, "%.*s%s", EM_ARG(path), more);
        if (n < 0 || n >= PATH_MAX)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the path is too long");
        return EM_OK;
}

static em_status fail_disk(em_error *err, int error, const char *what)
{
        const char *why = strerrordesc_np(error);
        return em_fail(err, error == ENOMEM ? EM_NOMEM : EM_IO, "the chain index: %s: %s", what,
                       why ? why : "the system gives no reason");
}

em_status em_ix_file_make(em_str path, uint64_t keep, int *ret_fd, em_error *err)
{
        char name[PATH_MAX];
        struct stat st;
        EM_TRY(c_path(path, "", name, err));
        int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                return fail_disk(err, errno, "cannot make a file");
        int error = fstat(fd, &st) != 0 ? errno : (uint64_t)st.st_size < keep ? EIO : 0;
        if (!error && ftruncate(fd, (off_t)keep) != 0)
                error = errno;
        if (error) {
                close(fd);
                return fail_disk(err, error, "cannot make a file");
        }
        *ret_fd = fd;
        return EM_OK;
}

static int put_all(int fd, const uint8_t *p, size_t n, uint64_t at)
{
        while (n > 0) {
                ssize_t w = pwrite(fd, p, n, (off_t)at);
                if (w < 0 && errno == EINTR)
                        continue;
                if (w <= 0)
                        return w < 0 ? errno : EIO;
                p += w;
                n -= (size_t)w;
                at += (uint64_t)w;
        }
        return 0;
}

static int get_all(int fd, uint8_t *p, size_t n, uint64_t at)
{
        while (n > 0) {
                ssize_t r = pread(fd, p, n, (off_t)at);
                if (r < 0 && errno == EINTR)
                        continue;
                if (r <= 0)
                        return r < 0 ? errno : EIO;
                p += r;
                n -= (size_t)r;
                at += (uint64_t)r;
        }
        return 0;
}

em_status em_ix_file_put(int fd, const void *bytes, size_t n, uint64_t at, em_error *err)
{
        int error = put_all(fd, bytes, n, at);
        return error ? fail_disk(err, error, "cannot write") : EM_OK;
}

em_status em_ix_file_sync(int fd, em_error *err)
{
        int error = fsync(fd) != 0 ? errno : 0;
        if (close(fd) != 0 && !error)
                error = errno;
        return error ? fail_disk(err, error, "cannot write") : EM_OK;
}

/* ---- columns ---- */

em_status em_ix_out_open(em_str path, uint64_t keep, size_t cap, em_ix_out *ret_out, em_error *err)
{
        em_ix_out out = { .cap = cap, .at = keep };
        EM_TRY(em_ix_file_make(path, keep, &out.fd, err));
        if (!(out.p = malloc(cap))) {
                close(out.fd);
                return em_fail(err, EM_NOMEM, "no memory for a column's buffer");
        }
        *ret_out = out;
        return EM_OK;
}

void em_ix_out_flush(em_ix_out *out)
{
        if (!out->error)
                out->error = put_all(out->fd, out->p, out->n, out->at);
        out->at += out->n;
        out->n = 0;
}

em_status em_ix_out_done(em_ix_out *out, em_error *err)
{
        em_ix_out_flush(out);
        free(out->p);
        out->p = NULL;
        if (out->error) {
                close(out->fd);
                return fail_disk(err, out->error, "cannot write");
        }
        return em_ix_file_sync(out->fd, err);
}

void em_ix_out_drop(em_ix_out *out)
{
        if (!out->p)
                return;
        free(out->p);
        out->p = NULL;
        close(out->fd);
}

/* ---- spills ---- */

static em_ix_spill *new_spill(em_str path, uint32_t parts, uint32_t width)
{
        em_ix_spill *s = calloc(1, sizeof *s);
        if (!s)
                return NULL;
        char *copy = malloc(path.n + 1);
        s->first = calloc(parts + (size_t)1, sizeof *s->first);
        s->rows = calloc(parts + (size_t)1, sizeof *s->rows);
        s->fd = -1;
        s->parts = parts;
        s->width = width;
        pthread_mutex_init(&s->lock, NULL);
        if (copy)
                memcpy(copy, path.p, path.n);
        s->path = (em_str){ copy, path.n };
        return copy && s->first && s->rows ? s : em_ix_spill_close(s);
}

em_ix_spill *em_ix_spill_close(em_ix_spill *spill)
{
        if (!spill)
                return NULL;
        if (spill->fd >= 0)
                close(spill->fd);
        void *path;
        memcpy(&path, &spill->path.p, sizeof path);
        free(path);
        free(spill->first);
        free(spill->rows);
        free(spill->extent);
        pthread_mutex_destroy(&spill->lock);
        free(spill);
        return NULL;
}

em_status em_ix_spill_make(em_str path, uint32_t parts, uint32_t width, em_ix_spill **ret_spill, em_error *err)
{
        em_ix_spill *s = new_spill(path, parts, width);
        if (!s)
                return em_fail(err, EM_NOMEM, "no memory to set rows aside");
        em_status status = em_ix_file_make(path, 0, &s->fd, err);
        if (status != EM_OK)
                em_ix_spill_close(s);
        else
                *ret_spill = s;
        return status;
}

/* Extents by part, each part's in the order of writing; and rows before each part. */
static em_status arrange(em_ix_spill *s, em_error *err)
{
        em_ix_extent *sorted = malloc((s->extents + 1) * sizeof *sorted);
        if (!sorted)
                return em_fail(err, EM_NOMEM, "no memory to set rows aside");
        memset(s->first, 0, (s->parts + (size_t)1) * sizeof *s->first);
        memset(s->rows, 0, (s->parts + (size_t)1) * sizeof *s->rows);
        for (size_t i = 0; i < s->extents; i++) {
                s->first[s->extent[i].part + 1]++;
                s->rows[s->extent[i].part + 1] += s->extent[i].bytes / s->width;
        }
        for (size_t p = 0; p < s->parts; p++) {
                s->first[p + 1] += s->first[p];
                s->rows[p + 1] += s->rows[p];
        }
        for (size_t i = 0; i < s->extents; i++)
                sorted[s->first[s->extent[i].part]++] = s->extent[i];
        memmove(s->first + 1, s->first, s->parts * sizeof *s->first);
        s->first[0] = 0;
        free(s->extent);
        s->extent = sorted;
        return EM_OK;
}

em_status em_ix_spill_seal(em_ix_spill *s, em_error *err)
{
        char name[PATH_MAX];
        EM_TRY(arrange(s, err));
        if (fdatasync(s->fd) != 0)
                return fail_disk(err, errno, "cannot write");
        EM_TRY(c_path(s->path, ".ext", name, err));
        em_ix_out out;
        EM_TRY(em_ix_out_open(em_str_c(name), 0, 1 << 16, &out, err));
        uint8_t *p = em_ix_out_room(&out, 16);
        em_ix_put(p, s->parts, 4);
        em_ix_put(p + 4, s->width, 4);
        em_ix_put(p + 8, s->extents, 8);
        for (size_t i = 0; i < s->extents; i++) {
                p = em_ix_out_room(&out, 16);
                em_ix_put(p, s->extent[i].part, 4);
                em_ix_put(p + 4, s->extent[i].bytes, 4);
                em_ix_put(p + 8, s->extent[i].at, 8);
        }
        return em_ix_out_done(&out, err);
}

static em_status read_extents(em_ix_spill *s, em_str table, em_error *err)
{
        const uint8_t *p = (const uint8_t *)table.p;
        s->extents = (size_t)em_le(p + 8, 8);
        if (s->extents != (table.n - 16) / 16 || !(s->extent = malloc((s->extents + 1) * sizeof *s->extent)))
                return em_fail(err, EM_NOMEM, "no memory for rows set aside");
        for (size_t i = 0; i < s->extents; i++) {
                p += 16;
                s->extent[i] = (em_ix_extent){ (uint32_t)em_le(p, 4), (uint32_t)em_le(p + 4, 4), em_le(p + 8, 8) };
                if (s->extent[i].part >= s->parts)
                        return em_fail(err, EM_FORMAT, "rows set aside by an earlier build are damaged");
        }
        return arrange(s, err);
}

em_status em_ix_spill_open(em_str path, em_ix_spill **ret_spill, em_error *err)
{
        char name[PATH_MAX];
        em_mapping map;
        EM_TRY(c_path(path, ".ext", name, err));
        EM_TRY(em_mapping_open(em_str_c(name), &map, err));
        em_ix_spill *s = NULL;
        em_status status = EM_OK;
        uint32_t parts = map.n >= 16 ? (uint32_t)em_le((const uint8_t *)map.p, 4) : 0;
        uint32_t width = map.n >= 16 ? (uint32_t)em_le((const uint8_t *)map.p + 4, 4) : 0;
        if (parts == 0 || parts > 1 << 16 || width == 0)
                status = em_fail(err, EM_FORMAT, "rows set aside by an earlier build are damaged");
        else if (!(s = new_spill(path, parts, width)))
                status = em_fail(err, EM_NOMEM, "no memory for rows set aside");
        if (status == EM_OK)
                status = read_extents(s, (em_str){ map.p, map.n }, err);
        if (status == EM_OK)
                status = c_path(path, "", name, err);
        if (status == EM_OK && (s->fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
                status = fail_disk(err, errno, "cannot open rows set aside");
        em_mapping_close(&map);
        if (status != EM_OK)
                em_ix_spill_close(s);
        else
                *ret_spill = s;
        return status;
}

/* ---- writers ---- */

em_status em_ix_writer_make(em_ix_spill *spill, uint64_t memory, em_ix_writer *ret_writer, em_error *err)
{
        uint64_t rows = memory / spill->parts / spill->width;
        uint64_t most = ((uint64_t)256 << 10) / spill->width;
        rows = rows < 4 ? 4 : rows > most ? most : rows;
        em_ix_writer w = { .spill = spill, .cap = (uint32_t)(rows * spill->width) };
        w.p = malloc((size_t)w.cap * spill->parts);
        w.n = calloc(spill->parts, sizeof *w.n);
        if (!w.p || !w.n) {
                free(w.p);
                free(w.n);
                return em_fail(err, EM_NOMEM, "no memory to set rows aside");
        }
        *ret_writer = w;
        return EM_OK;
}

static em_status add_extent(em_ix_spill *s, uint32_t part, uint32_t bytes, uint64_t *ret_at, em_error *err)
{
        em_status status = EM_OK;
        pthread_mutex_lock(&s->lock);
        if (s->extents == s->cap) {
                size_t cap = s->cap ? 2 * s->cap : 64;
                em_ix_extent *more = realloc(s->extent, cap * sizeof *more);
                if (more) {
                        s->extent = more;
                        s->cap = cap;
                } else {
                        status = em_fail(err, EM_NOMEM, "no memory to set rows aside");
                }
        }
        if (status == EM_OK) {
                *ret_at = s->end;
                s->extent[s->extents++] = (em_ix_extent){ part, bytes, s->end };
                s->end += bytes;
        }
        pthread_mutex_unlock(&s->lock);
        return status;
}

void em_ix_writer_flush(em_ix_writer *w, uint32_t part)
{
        uint64_t at;
        uint32_t n = w->n[part];
        w->n[part] = 0;
        if (n == 0 || w->status != EM_OK)
                return;
        w->status = add_extent(w->spill, part, n, &at, &w->error);
        if (w->status == EM_OK)
                w->status = em_ix_file_put(w->spill->fd, w->p + (size_t)part * w->cap, n, at, &w->error);
}

em_status em_ix_writer_done(em_ix_writer *w, em_error *err)
{
        if (!w->p)
                return EM_OK;
        for (uint32_t part = 0; part < w->spill->parts; part++)
                em_ix_writer_flush(w, part);
        free(w->p);
        free(w->n);
        w->p = NULL;
        if (w->status != EM_OK && err)
                *err = w->error;
        return w->status;
}

/* ---- readers ---- */

em_ix_reader em_ix_reader_make(const em_ix_spill *spill, uint32_t part)
{
        return (em_ix_reader){ .spill = spill, .extent = spill->first[part], .last = spill->first[part + 1] };
}

em_status em_ix_reader_next(em_ix_reader *r, uint8_t *rows, size_t room, size_t *ret_count, em_error *err)
{
        size_t got = 0, want = room * r->spill->width;
        while (got < want && r->extent < r->last) {
                const em_ix_extent *e = &r->spill->extent[r->extent];
                size_t n = e->bytes - r->at;
                if (n > want - got)
                        n = want - got;
                int error = get_all(r->spill->fd, rows + got, n, e->at + r->at);
                if (error)
                        return fail_disk(err, error, "cannot read rows set aside");
                got += n;
                r->at += (uint32_t)n;
                if (r->at == e->bytes) {
                        r->extent++;
                        r->at = 0;
                }
        }
        *ret_count = got / r->spill->width;
        return EM_OK;
}
