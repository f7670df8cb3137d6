/* The evidence itself: sources/ab/abcd…, each file named by its SHA-256 (FIPS
 * 180-4) and never written again.  A copy grows under a tmp- name, reaches the
 * disk, and only then takes its name, so a file under its own name is whole.
 * Only a source that case.db records counts: what a kill left beside it is
 * cleared by the next writer, who says so.
 */
#include "case/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)1 << 20)

em_status em_store_path(em_case *c, const char sha256_hex[65], em_arena *arena,
                        em_str *ret_path, em_error *err)
{
        return em_str_format(arena, ret_path, err, "%.*s/sources/%.2s/%.64s",
                             EM_ARG(c->dir), sha256_hex, sha256_hex);
}

static em_status fail(em_error *err, em_str name, const char *what)
{
        const char *why = strerrordesc_np(errno);
        em_status status = errno == EACCES || errno == EROFS || errno == EPERM ? EM_DENIED : EM_IO;
        return em_fail_at(err, status, name, 0, 0, "%s: %s", what, why ? why : "no reason given");
}

static em_status sync_dir(em_str dir, em_error *err)
{
        int fd = open(dir.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return fail(err, dir, "the folder cannot be opened");
        em_status status = fsync(fd) == 0 ? EM_OK : fail(err, dir, "the folder cannot be flushed");
        close(fd);
        return status;
}

static em_status write_all(int fd, const char *p, size_t n, em_str name, em_error *err)
{
        while (n) {
                ssize_t done = write(fd, p, n);
                if (done < 0 && errno == EINTR)
                        continue;
                if (done < 0)
                        return fail(err, name, "its copy cannot be written");
                p += done;
                n -= (size_t)done;
        }
        return EM_OK;
}

typedef struct copying {
        int from, to;
        em_str name;
        uint64_t bytes, expected;
        em_hasher *hasher;
        char *block;
        const em_progress *progress;
} copying;

static em_status copy(copying *k, em_error *err)
{
        for (;;) {
                ssize_t n = pread(k->from, k->block, BLOCK, (off_t)k->bytes);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return fail(err, k->name, "it cannot be read");
                if (n == 0)
                        return EM_OK;
                em_hasher_add(k->hasher, k->block, (size_t)n);
                EM_TRY(write_all(k->to, k->block, (size_t)n, k->name, err));
                k->bytes += (uint64_t)n;
                if (!em_progress_tell(k->progress, "keeping", k->bytes, k->expected))
                        return em_fail(err, EM_INTERRUPTED, "interrupted while a copy was kept");
        }
}

/* From the finished copy to its own name.  The bytes of an equal file that
 * stands there already are replaced by the same bytes. */
static em_status settle(em_case *c, em_str tmp, em_sha256 hash, bool *ret_existed, em_error *err)
{
        em_arena *scratch = em_arena_new(4 * PATH_MAX);
        if (!scratch)
                return em_fail(err, EM_NOMEM, "no memory to keep a source");
        char hex[65];
        em_str path, folder, top;
        em_status status = em_store_path(c, em_sha256_hex(hash, hex), scratch, &path, err);
        if (status == EM_OK)
                status = em_str_copy(em_path_dir(path), scratch, &folder, err);
        if (status == EM_OK)
                status = em_str_copy(em_path_dir(folder), scratch, &top, err);
        if (status == EM_OK)
                status = em_dir_make(folder, err);
        if (status == EM_OK) {
                *ret_existed = em_path_exists(path);
                if (rename(tmp.p, path.p) != 0)
                        status = fail(err, path, "the copy cannot take its name");
        }
        if (status == EM_OK)
                status = sync_dir(folder, err);
        if (status == EM_OK)
                status = sync_dir(top, err);
        em_arena_free(scratch);
        return status;
}

em_status em_store_keep(em_case *c, int fd, em_str shown_name, const em_progress *progress,
                        em_sha256 *ret_hash, uint64_t *ret_bytes, bool *ret_existed, em_error *err)
{
        char tmp[PATH_MAX];
        struct stat st;
        int n = snprintf(tmp, sizeof tmp, "%.*s/sources/tmp-%ld", EM_ARG(c->dir), (long)getpid());
        if (n < 0 || (size_t)n >= sizeof tmp)
                return em_fail_at(err, EM_FORMAT, c->dir, 0, 0, "the path is too long");
        copying k = { .from = fd, .to = -1, .name = shown_name, .progress = progress };
        k.expected = fstat(fd, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 0;
        k.hasher = em_hasher_new();
        k.block = malloc(BLOCK);
        em_status status = k.hasher && k.block ? EM_OK
                : em_fail(err, EM_NOMEM, "no memory to copy a source");
        if (status == EM_OK) {
                unlink(tmp);
                k.to = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
                if (k.to < 0)
                        status = fail(err, em_str_c(tmp), "the copy cannot be begun");
        }
        if (status == EM_OK)
                status = copy(&k, err);
        if (status == EM_OK && fsync(k.to) != 0)
                status = fail(err, shown_name, "its copy cannot be flushed");
        if (k.to >= 0)
                close(k.to);
        bool existed = false;
        em_sha256 hash = { { 0 } };
        if (status == EM_OK) {
                hash = em_hasher_done(k.hasher);
                status = settle(c, em_str_c(tmp), hash, &existed, err);
        }
        if (status != EM_OK && k.to >= 0)
                unlink(tmp);
        em_hasher_free(k.hasher);
        free(k.block);
        if (status == EM_OK) {
                *ret_hash = hash;
                *ret_bytes = k.bytes;
                *ret_existed = existed;
        }
        return status;
}

/* ---- what a kill left ------------------------------------------------- */

typedef struct tidying {
        em_case *c;
        sqlite3_stmt *held;
        em_arena *arena;
        uint64_t unfinished, unrecorded;
        char first[9];
} tidying;

static em_status held(tidying *t, em_str name, bool *ret_held, em_error *err)
{
        em_bind b = em_bind_make(t->held);
        em_bind_text(&b, name);
        EM_TRY(em_bind_done(&b, err));
        em_status status = em_sql_step(t->held, ret_held, err);
        sqlite3_reset(t->held);
        return status;
}

/* A stranger's case may hold a link where a folder belongs, and what lies behind
 * it is not ours to clear. */
static bool real_dir(em_str path)
{
        struct stat st;
        return lstat(path.p, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool unfinished_name(em_str name)
{
        int64_t pid;
        return em_str_starts(name, EM_S("tmp-")) && em_str_int(em_str_sub(name, 4, name.n), &pid);
}

/* One folder sources/ab. */
static em_status tidy_folder(tidying *t, em_str folder, em_error *err)
{
        em_str *names, path;
        size_t count;
        EM_TRY(em_dir_list(folder, t->arena, &names, &count, err));
        for (size_t i = 0; i < count; i++) {
                bool is_held = false;
                em_sha256 hash;
                if (!em_sha256_parse(names[i], &hash))
                        continue;
                EM_TRY(held(t, names[i], &is_held, err));
                if (is_held)
                        continue;
                EM_TRY(em_path_join(folder, names[i], t->arena, &path, err));
                if (unlink(path.p) != 0)
                        return fail(err, path, "a copy that was never recorded cannot be removed");
                if (t->unrecorded++ == 0)
                        snprintf(t->first, sizeof t->first, "%.8s", names[i].p);
        }
        return EM_OK;
}

static em_status tidy_all(tidying *t, em_error *err)
{
        em_str top, *names, path;
        size_t count;
        EM_TRY(em_path_join(t->c->dir, EM_S("sources"), t->arena, &top, err));
        if (!em_path_exists(top))
                return em_dir_make(top, err);
        if (!real_dir(top))
                return em_fail_at(err, EM_DENIED, top, 0, 0, "it is not a folder of this case");
        EM_TRY(em_dir_list(top, t->arena, &names, &count, err));
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_path_join(top, names[i], t->arena, &path, err));
                if (unfinished_name(names[i])) {
                        if (unlink(path.p) != 0)
                                return fail(err, path, "an unfinished copy cannot be removed");
                        t->unfinished++;
                } else if (names[i].n == 2 && real_dir(path)) {
                        EM_TRY(tidy_folder(t, path, err));
                }
        }
        return EM_OK;
}

static em_status say(tidying *t, em_error *err)
{
        if (t->unrecorded)
                return em_str_format(t->c->arena, &t->c->resumed, err,
                        "%llu %s stored but not recorded when the last command ended (%s…) "
                        "and %s been removed; add the file again",
                        (unsigned long long)t->unrecorded,
                        t->unrecorded == 1 ? "source was" : "sources were", t->first,
                        t->unrecorded == 1 ? "has" : "have");
        if (t->unfinished)
                return em_str_format(t->c->arena, &t->c->resumed, err,
                        "the last command ended while it copied a source; the unfinished copy "
                        "has been removed; add the file again");
        return EM_OK;
}

em_status em_keep_tidy(em_case *c, em_error *err)
{
        tidying t = { .c = c };
        t.arena = em_arena_new((size_t)1 << 30);
        if (!t.arena)
                return em_fail(err, EM_NOMEM, "no memory to look through the sources");
        em_status status = em_sql_prepare(c->db, "SELECT 1 FROM em_source WHERE sha256 = ?",
                                          &t.held, err);
        if (status == EM_OK)
                status = tidy_all(&t, err);
        if (status == EM_OK)
                status = say(&t, err);
        sqlite3_finalize(t.held);
        em_arena_free(t.arena);
        return status;
}
