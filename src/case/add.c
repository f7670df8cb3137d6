/* case/add.c -- one file into custody, and its rows into records.
 *
 * The order matters.  The bytes are kept first, under their own hash: from then
 * on a crash loses nothing.  Then a worker without rights reads the header, so
 * that this process never parses evidence, and the map is chosen.  Then one
 * transaction holds the source, its records, its quarantine and the ledger
 * entry; any failure takes all of it back.
 */
#include "case/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
        ADD_ARENA_BYTES = 64 << 20,
        LARGE_BYTES = 16 << 20,         /* its records are worth being written only once */
};

/* One file on its way in. */
typedef struct em_adding {
        em_case   *c;
        em_custody custody;             /* with the name filled in */
        em_arena  *arena;
        const em_progress *progress;
        em_error  *err;
        em_sha256  hash;
        uint64_t   bytes;
        em_str     kept;                /* path of the kept source */
        em_map    *map;                 /* NULL: none fits */
        em_str     media;
        em_taken   taken;
} em_adding;

/* Opens what may be taken into custody: a regular file that is no link. */
static em_status open_evidence(em_str path, em_arena *arena, int *ret_fd, em_error *err)
{
        struct stat st;
        em_str copy;
        char name[128];
        em_str_show(em_path_base(path), name, sizeof name);
        EM_TRY(em_str_copy(path, arena, &copy, err));
        if (strlen(copy.p) != copy.n)
                return em_fail(err, EM_MISSING, "a file's name has no NUL byte: %s", name);
        /* O_NONBLOCK: a named pipe must be refused, not waited for. */
        int fd = open(copy.p, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0) {
                em_status code = errno == ENOENT || errno == ENOTDIR ? EM_MISSING
                               : errno == ELOOP || errno == EACCES || errno == EPERM || errno == ENXIO
                               ? EM_DENIED : EM_IO;
                const char *why = errno == ELOOP ? "it is a symbolic link; add the file that it points to"
                                : code == EM_MISSING ? "there is no such file"
                                : code == EM_DENIED ? "it may not be read" : "it cannot be opened";
                return em_fail_at(err, code, path, 0, 0, "%s", why);
        }
        if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
                bool folder = S_ISDIR(st.st_mode);
                close(fd);
                return em_fail_at(err, EM_DENIED, path, 0, 0, "%s",
                                  folder ? "it is a folder; add the files in it"
                                         : "it is a device or a pipe, not a file");
        }
        *ret_fd = fd;
        return EM_OK;
}

/* The source of the same bytes, when the case has it. */
static em_status look_up(em_adding *a)
{
        em_source *list;
        size_t count;
        char hex[65];
        em_sha256_hex(a->hash, hex);
        EM_TRY(em_case_sources(a->c, a->arena, &list, &count, a->err));
        for (size_t i = 0; i < count; i++) {
                if (memcmp(list[i].sha256, hex, 64) != 0)
                        continue;
                em_taken *t = &a->taken;
                t->already = true;
                t->rows = list[i].rows;
                t->taken = list[i].taken;
                t->quarantined = list[i].quarantined;
                snprintf(t->map, sizeof t->map, "%.*s", EM_ARG(list[i].map));
                snprintf(t->sandbox, sizeof t->sandbox, "%.*s", EM_ARG(list[i].sandbox));
        }
        return EM_OK;
}

static em_status map_by_name(em_adding *a, em_map *const *maps, size_t count)
{
        char name[80];
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(em_map_name(maps[i]), a->custody.map)) {
                        a->map = maps[i];
                        return EM_OK;
                }
        return em_fail(a->err, EM_MISSING, "the regime has no map called \"%s\"",
                       em_str_show(a->custody.map, name, sizeof name));
}

/* The map whose needed columns all stand in the header; the one with most wins. */
static em_status map_by_header(em_adding *a, em_map *const *maps, const uint32_t *fits, size_t count)
{
        size_t best = count, second = count;
        for (size_t i = 0; i < count; i++) {
                if (fits[i] == 0)
                        continue;
                if (best == count || fits[i] > fits[best]) {
                        best = i;
                        second = count;
                } else if (fits[i] == fits[best]) {
                        second = i;
                }
        }
        if (second < count)
                return em_fail_at(a->err, EM_FORMAT, a->custody.name, 0, 0,
                                  "its header fits two maps, %.*s and %.*s; name the one with --map",
                                  EM_ARG(em_map_name(maps[best])), EM_ARG(em_map_name(maps[second])));
        a->map = best < count ? maps[best] : NULL;
        return EM_OK;
}

static em_status choose_map(em_adding *a)
{
        em_map **maps;
        size_t count;
        EM_TRY(em_maps_load(a->c->regime_dir, a->arena, &maps, &count, a->err));
        uint32_t *fits = EM_NEW_N(a->arena, uint32_t, count);
        if (fits == NULL)
                return em_fail(a->err, EM_NOMEM, "no memory for the maps");
        EM_TRY(em_intake_recognise(a->kept, a->custody.name, maps, count, fits, a->taken.sandbox, a->err));
        if (a->custody.map.n > 0)
                EM_TRY(map_by_name(a, maps, count));
        else
                EM_TRY(map_by_header(a, maps, fits, count));
        a->media = a->map != NULL ? EM_S("text/csv") : EM_S("application/octet-stream");
        return EM_OK;
}

static em_status put_record(void *ctx, const em_record *record, em_error *err)
{
        return em_intake_record(ctx, record, err);
}

static em_status put_reject(void *ctx, const em_reject *reject, em_error *err)
{
        return em_intake_reject(ctx, reject, err);
}

static em_status take_rows(em_adding *a, em_intake *in, em_sha256 *ret_digest)
{
        em_reading reading = { 0 };
        *ret_digest = em_sha256_of(EM_S(""));
        if (a->map == NULL)
                return EM_OK;
        EM_TRY(em_intake_read(a->kept, a->custody.name, a->map, em_intake_known(in), put_record, put_reject,
                              in, a->progress, &reading, a->err));
        *ret_digest = reading.digest;
        em_taken *t = &a->taken;
        t->rows = reading.rows;
        t->taken = reading.taken;
        t->quarantined = reading.rejected;
        memcpy(t->first_reject, reading.first_reject, sizeof t->first_reject);
        snprintf(t->map, sizeof t->map, "%.*s", EM_ARG(em_map_name(a->map)));
        return EM_OK;
}

static em_status take_in(em_adding *a)
{
        em_intake *in = NULL;
        em_sha256 digest;
        EM_TRY(a->map != NULL && a->bytes >= LARGE_BYTES ? em_store_begin_large(a->c, a->err)
                                                         : em_store_begin(a->c, a->err));
        em_status status = em_intake_open(a->c, a->hash, a->bytes, a->media, &a->custody, a->map,
                                          em_str_c(a->taken.sandbox), &in, a->err);
        if (status != EM_OK)
                goto back;
        status = take_rows(a, in, &digest);
        if (status != EM_OK) {
                em_intake_abandon(in);
                goto back;
        }
        status = em_intake_close(in, digest, a->err);
        if (status != EM_OK)
                goto back;
        return em_store_commit(a->c, a->err);
back:
        em_store_rollback(a->c);
        return status;
}

static em_status add(em_adding *a, em_str path)
{
        int fd = -1;
        bool existed = false;
        char hex[65];
        EM_TRY(open_evidence(path, a->arena, &fd, a->err));
        em_status status = em_store_keep(a->c, fd, a->custody.name, a->progress, &a->hash, &a->bytes,
                                         &existed, a->err);
        close(fd);
        EM_TRY(status);
        em_sha256_hex(a->hash, hex);
        memcpy(a->taken.source, hex, 8);
        a->taken.bytes = a->bytes;
        if (existed)
                EM_TRY(look_up(a));
        bool read = a->taken.already && a->taken.map[0] != '\0';
        if (read)
                return EM_OK;
        EM_TRY(em_store_path(a->c, hex, a->arena, &a->kept, a->err));
        EM_TRY(choose_map(a));
        if (a->taken.already && a->map == NULL)
                return EM_OK;
        a->taken.already = false;       /* held until now without records, for want of a map */
        return take_in(a);
}

em_status em_case_add(em_case *c, em_str path, const em_custody *custody,
                      const em_progress *progress, em_taken *ret_taken, em_error *err)
{
        em_assert(c->mode == EM_CASE_WRITE);
        em_adding a = { .c = c, .progress = progress, .err = err };
        if (custody != NULL)
                a.custody = *custody;
        if (a.custody.name.n == 0)
                a.custody.name = em_path_base(path);
        a.arena = em_arena_new(ADD_ARENA_BYTES);
        if (a.arena == NULL)
                return em_fail(err, EM_NOMEM, "no memory to add a file");
        em_status status = add(&a, path);
        em_arena_free(a.arena);
        EM_TRY(status);
        *ret_taken = a.taken;
        return EM_OK;
}
