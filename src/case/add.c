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
#include <sys/mman.h>
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
        bool       map_given;
        em_str     media;
        em_taken   taken;
} em_adding;

/* Opens what may be taken into custody: a regular file that is no link. */
em_status em_evidence_open(em_str path, em_arena *arena, int *ret_fd, em_error *err)
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

static em_status map_by_name(em_str wanted, em_map *const *maps, size_t count, em_map **ret_map, em_error *err)
{
        char name[80];
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(em_map_name(maps[i]), wanted)) {
                        *ret_map = maps[i];
                        return EM_OK;
                }
        return em_fail(err, EM_MISSING, "the regime has no map called \"%s\"", em_str_show(wanted, name, sizeof name));
}

/* The map whose needed columns all stand in the header; the one with most wins. */
static em_status map_by_header(em_str shown_name, em_map *const *maps, const uint32_t *fits, size_t count,
                               em_map **ret_map, em_error *err)
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
                return em_fail_at(err, EM_FORMAT, shown_name, 0, 0,
                                  "its header fits two maps, %.*s and %.*s; name the one with --map",
                                  EM_ARG(em_map_name(maps[best])), EM_ARG(em_map_name(maps[second])));
        *ret_map = best < count ? maps[best] : NULL;
        return EM_OK;
}

em_status em_intake_choose(em_case *c, em_str path, const em_custody *custody, em_arena *arena,
                           em_choice *ret_choice, em_error *err)
{
        em_choice x = { 0 };
        EM_TRY(em_maps_load(c->regime_dir, arena, &x.maps, &x.count, err));
        x.fits = EM_NEW_N(arena, uint32_t, x.count + 1);
        if (x.fits == NULL)
                return em_fail(err, EM_NOMEM, "no memory for the maps");
        EM_TRY(em_intake_recognise(path, custody->name, x.maps, x.count, x.fits, x.sandbox, err));
        *ret_choice = x;
        return custody->map.n > 0 ? map_by_name(custody->map, x.maps, x.count, &ret_choice->map, err)
                                  : map_by_header(custody->name, x.maps, x.fits, x.count, &ret_choice->map, err);
}

static em_status choose_map(em_adding *a)
{
        em_choice x;
        if (a->map_given) {
                em_map  *given[] = { a->map };
                uint32_t fits;
                EM_TRY(em_intake_recognise(a->kept, a->custody.name, given, 1, &fits, a->taken.sandbox, a->err));
        } else {
                EM_TRY(em_intake_choose(a->c, a->kept, &a->custody, a->arena, &x, a->err));
                a->map = x.map;
                memcpy(a->taken.sandbox, x.sandbox, sizeof x.sandbox);
        }
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

static em_status add(em_adding *a, int fd)
{
        bool existed = false;
        char hex[65];
        EM_TRY(em_store_keep(a->c, fd, a->custody.name, a->progress, &a->hash, &a->bytes, &existed, a->err));
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
        int fd = -1;
        em_adding a = { .c = c, .progress = progress, .err = err };
        if (custody != NULL)
                a.custody = *custody;
        if (a.custody.name.n == 0)
                a.custody.name = em_path_base(path);
        a.arena = em_arena_new(ADD_ARENA_BYTES);
        if (a.arena == NULL)
                return em_fail(err, EM_NOMEM, "no memory to add a file");
        em_status status = em_evidence_open(path, a.arena, &fd, err);
        if (status == EM_OK)
                status = add(&a, fd);
        if (fd >= 0)
                close(fd);
        em_arena_free(a.arena);
        EM_TRY(status);
        *ret_taken = a.taken;
        return EM_OK;
}

/* A file that has no name anywhere but here. */
static em_status text_file(em_str text, int *ret_fd, em_error *err)
{
        int fd = memfd_create("embargo", MFD_CLOEXEC);
        if (fd < 0)
                return em_fail(err, EM_IO, "no file in memory for a document");
        for (size_t done = 0; done < text.n;) {
                ssize_t n = write(fd, text.p + done, text.n - done);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0) {
                        close(fd);
                        return em_fail(err, EM_IO, "a document does not fit into memory");
                }
                done += (size_t)n;
        }
        *ret_fd = fd;
        return EM_OK;
}

em_status em_intake_text(em_case *c, em_str text, const em_custody *custody, em_map *map,
                         em_taken *ret_taken, em_error *err)
{
        em_assert(c->mode == EM_CASE_WRITE);
        int fd = -1;
        em_adding a = { .c = c, .err = err, .custody = *custody, .map = map, .map_given = true };
        EM_TRY(text_file(text, &fd, err));
        a.arena = em_arena_new(ADD_ARENA_BYTES);
        em_status status = a.arena ? add(&a, fd) : em_fail(err, EM_NOMEM, "no memory to add a document");
        close(fd);
        em_arena_free(a.arena);
        EM_TRY(status);
        *ret_taken = a.taken;
        return EM_OK;
}
