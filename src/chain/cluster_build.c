/* A cluster index on disk.  The unions are written as they happen, in the order of the chain, to a
 * scratch file; when all are known the lengths of the sections are too, and the file is laid
 * out whole and filled through a mapping: clusters numbered by one pass over the parents, members
 * and unions set behind one another by counting (a cluster of n members has n - 1 unions, so
 * one column of firsts serves both).
 */
#include "chain/cluster_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct build {
        const em_chain *chain;
        em_str      path;
        char        aside[PATH_MAX], log[PATH_MAX];
        em_cl_head  head;
        const em_cluster_opts *opts;
        uint32_t   *parent;             /* later: the next free place of each cluster */
        em_ix_out   unions;
        uint8_t    *map;
        uint64_t    length;
} build;

static em_status fail_disk(const build *b, int error, const char *what, em_error *err)
{
        const char *why = strerrordesc_np(error);
        return em_fail_at(err, error == EACCES || error == EROFS ? EM_DENIED : EM_IO, b->path, 0, 0, "%s: %s", what,
                          why ? why : "the system gives no reason");
}

static em_status name_files(build *b, em_error *err)
{
        int n = snprintf(b->aside, sizeof b->aside, "%.*s.building", EM_ARG(b->path));
        int m = snprintf(b->log, sizeof b->log, "%.*s.unions", EM_ARG(b->path));
        if (b->path.n == 0 || n < 0 || m < 0 || (size_t)n >= sizeof b->aside || (size_t)m >= sizeof b->log)
                return em_fail_at(err, EM_FORMAT, b->path, 0, 0, "the path is empty or too long");
        if (em_path_is_dir(b->path))
                return em_fail_at(err, EM_DENIED, b->path, 0, 0, "a folder is here; a cluster index is one file");
        return EM_OK;
}

static em_status write_union(void *ctx, const em_union *u, em_error *err)
{
        build *b = ctx;
        em_cl_put_union(em_ix_out_room(&b->unions, EM_CL_UNION), u);
        return b->unions.error ? fail_disk(b, b->unions.error, "cannot write", err) : EM_OK;
}

/* Large pages where the system has them: every find is a read at random. */
static uint32_t *make_parents(uint64_t payees)
{
        size_t page = (size_t)2 << 20, bytes = ((size_t)payees * 4 / page + 1) * page;
        uint32_t *parent = aligned_alloc(page, bytes);
        if (parent)
                (void)madvise(parent, bytes, MADV_HUGEPAGE);
        return parent;
}

static em_status join_all(build *b, const em_cluster_opts *opts, const em_progress *progress, em_error *err)
{
        const em_graph *g = em_chain_graph(b->chain);
        void *chain;
        memcpy(&chain, &b->chain, sizeof chain);
        b->parent = make_parents(g->payees);
        if (!b->parent)
                return em_fail(err, EM_NOMEM, "no memory for 4 bytes of each of %llu payees", (unsigned long long)g->payees);
        EM_TRY(em_ix_out_open(em_str_c(b->log), 0, (size_t)4 << 20, &b->unions, err));
        EM_TRY(em_cluster_join(g, em_cl_kind, chain, opts, progress, b->parent, write_union, b, &b->head.made, err));
        return em_ix_out_done(&b->unions, err);
}

/* ---- the sections ---- */

static uint8_t *section(const build *b, em_cl_section s)
{
        return b->map + b->head.section[s].at;
}

/* The space is taken before it is mapped: a full disk is an error here and not a signal later. */
static em_status lay_out(build *b, int fd, em_error *err)
{
        b->length = em_cl_layout(&b->head);
        int error = posix_fallocate(fd, 0, (off_t)b->length);
        if (error)
                return fail_disk(b, error, "cannot take the space it needs", err);
        void *map = mmap(NULL, (size_t)b->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (map == MAP_FAILED)
                return fail_disk(b, errno, "cannot map", err);
        b->map = map;
        return EM_OK;
}

/* Parents are flat and never above their child: a root takes the next number, any other its root's. */
static void number_clusters(build *b)
{
        uint32_t *parent = b->parent, next = 0, count = (uint32_t)b->head.made.payees;
        uint8_t *of = section(b, CL_OF), *first = section(b, CL_FIRST);
        for (uint32_t p = 0; p < count; p++) {
                uint32_t cluster = parent[p] == p ? next++ : parent[parent[p]];
                parent[p] = cluster;
                em_ix_put(of + 4 * (size_t)p, cluster, 4);
                uint8_t *size = first + 4 * ((size_t)cluster + 1);
                em_ix_put(size, em_le(size, 4) + 1, 4);
        }
        for (uint32_t c = 0; c < next; c++) {
                uint8_t *end = first + 4 * ((size_t)c + 1);
                uint64_t size = em_le(end, 4);
                b->head.made.largest = size > b->head.made.largest ? size : b->head.made.largest;
                em_ix_put(end, em_le(end - 4, 4) + size, 4);
        }
}

static uint32_t first_of(const build *b, uint32_t cluster)
{
        return (uint32_t)em_le(section(b, CL_FIRST) + 4 * (size_t)cluster, 4);
}

static void set_members(build *b)
{
        uint32_t count = (uint32_t)b->head.made.payees;
        const uint8_t *of = section(b, CL_OF);
        for (uint32_t c = 0; c < b->head.made.clusters; c++)
                b->parent[c] = first_of(b, c);
        for (uint32_t p = 0; p < count; p++) {
                uint32_t cluster = (uint32_t)em_le(of + 4 * (size_t)p, 4);
                em_ix_put(section(b, CL_MEMBER) + 4 * (size_t)b->parent[cluster]++, p, 4);
        }
}

static em_status set_unions(build *b, em_error *err)
{
        em_mapping log;
        EM_TRY(em_mapping_open(em_str_c(b->log), &log, err));
        em_status status = log.n == b->head.section[CL_UNION].length ? EM_OK
                                   : em_fail(err, EM_BUG, "the unions are not as many as the clusters want");
        for (uint32_t c = 0; c < b->head.made.clusters; c++)
                b->parent[c] = first_of(b, c) - c;
        for (size_t at = 0; at < log.n && status == EM_OK; at += EM_CL_UNION) {
                const uint8_t *u = (const uint8_t *)log.p + at;
                uint64_t payee = em_le(u, 4);
                if (payee >= b->head.made.payees || em_le(u + 4, 4) >= b->head.made.payees)
                        status = em_fail(err, EM_FORMAT, "the chain index is damaged: a payee stands before it is paid");
                else
                        memcpy(section(b, CL_UNION) + (size_t)EM_CL_UNION *
                               b->parent[em_le(section(b, CL_OF) + 4 * payee, 4)]++, u, EM_CL_UNION);
        }
        em_mapping_close(&log);
        return status;
}

static em_status sum_section(void *ctx, size_t at, em_error *err)
{
        build *b = ctx;
        em_hasher *hasher = em_hasher_new();
        if (!hasher)
                return em_fail(err, EM_NOMEM, "no memory for a hash");
        em_sha256 sum = em_ix_sum(hasher, (em_str){ (const char *)section(b, (em_cl_section)at), b->head.section[at].length });
        memcpy(b->head.section[at].sum, sum.b, 8);
        em_hasher_free(hasher);
        return EM_OK;
}

static em_status fill(build *b, size_t threads, const em_progress *progress, em_error *err)
{
        if (!em_progress_tell(progress, "writing clusters", 0, 3))
                return em_fail(err, EM_INTERRUPTED, "stopped");
        number_clusters(b);
        if (!em_progress_tell(progress, "writing clusters", 1, 3))
                return em_fail(err, EM_INTERRUPTED, "stopped");
        set_members(b);
        EM_TRY(set_unions(b, err));
        if (!em_progress_tell(progress, "writing clusters", 2, 3))
                return em_fail(err, EM_INTERRUPTED, "stopped");
        for (size_t i = 0; i < b->head.made.named; i++)
                em_ix_put(section(b, CL_LEFT) + 5 * i, b->opts->leave_out[i], 5);
        EM_TRY(em_parallel(CL_SECTIONS, threads, sum_section, b, err));
        em_cl_pack(&b->head, b->map);
        return EM_OK;
}

/* ---- all of it ---- */

static em_status take_place(build *b, em_error *err)
{
        char path[PATH_MAX], folder[PATH_MAX];
        int n = snprintf(path, sizeof path, "%.*s", EM_ARG(b->path));
        int m = snprintf(folder, sizeof folder, "%.*s", EM_ARG(em_path_dir(b->path)));
        em_assert(n > 0 && m > 0 && (size_t)n < sizeof path && (size_t)m < sizeof folder);
        if (rename(b->aside, path) != 0)
                return fail_disk(b, errno, "cannot put it in its place", err);
        int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return fail_disk(b, errno, "cannot open its folder", err);
        bool ok = fsync(fd) == 0 || errno == EINVAL;
        int error = errno;
        close(fd);
        return ok ? EM_OK : fail_disk(b, error, "cannot write its folder", err);
}

static em_status write_file(build *b, size_t threads, const em_progress *progress, em_error *err)
{
        int fd;
        EM_TRY(em_ix_file_make(em_str_c(b->aside), 0, &fd, err));
        em_status status = lay_out(b, fd, err);
        if (status == EM_OK)
                status = fill(b, threads, progress, err);
        if (status == EM_OK && msync(b->map, (size_t)b->length, MS_SYNC) != 0)
                status = fail_disk(b, errno, "cannot write", err);
        if (b->map)
                munmap(b->map, (size_t)b->length);
        if (status != EM_OK) {
                close(fd);
                return status;
        }
        EM_TRY(em_ix_file_sync(fd, err));
        return take_place(b, err);
}

em_status em_clusters_build(const em_chain *chain, em_str path, const em_cluster_opts *opts, const em_progress *progress,
                            em_cluster_made *ret_made, em_error *err)
{
        build *b = calloc(1, sizeof *b);
        if (!b)
                return em_fail(err, EM_NOMEM, "no memory for a cluster index");
        opts = opts ? opts : &em_cluster_defaults;
        b->chain = chain;
        b->path = path;
        b->opts = opts;
        b->head.least = opts->least;
        b->head.chain = em_cl_tie(chain);
        if (opts->change)
                memcpy(b->head.change, em_change_text(opts->change).p, em_change_text(opts->change).n);
        em_status status = name_files(b, err);
        bool named = status == EM_OK;
        if (status == EM_OK)
                status = join_all(b, opts, progress, err);
        em_ix_out_drop(&b->unions);
        if (status == EM_OK)
                status = write_file(b, opts->threads, progress, err);
        if (named)
                (void)unlink(b->log);
        if (named && status != EM_OK)
                (void)unlink(b->aside);
        if (status == EM_OK)
                *ret_made = b->head.made;
        free(b->parent);
        free(b);
        return status;
}
