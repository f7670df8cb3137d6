/* Radix partitioning with a file behind it (Manegold, Boncz, Kersten, "Optimizing main-memory join on modern hardware", 2002).
 *
 * A bucket is an array that doubles.  When all together pass the memory, each is written as one run at the end of the file and begins anew; a
 * load reads a bucket's runs and then what is still in memory.  The file has no name as soon as it is open, so nothing of it is left
 * behind whatever happens.
 */
#include "ships/pile.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LEAST_MEMORY ((uint64_t)1 << 20)
#define FIRST_ROOM 16

typedef struct run { uint64_t offset; size_t count; uint32_t next; } run;      /* next: run + 1, 0 none */

typedef struct bucket {
        uint32_t number;
        uint32_t first_run, last_run;
        size_t   count, room, spilled;
        char    *record;
} bucket;

struct em_pile {
        size_t    record;
        uint64_t  memory, used, file_end;
        char     *scratch;
        int       fd;
        bucket   *bucket;
        size_t    buckets, bucket_room;
        uint32_t *slot;                 /* open addressing: bucket + 1 */
        size_t    slots;
        size_t    last;                 /* the bucket that was added to last */
        run      *run;
        size_t    runs, run_room;
        uint32_t *number;
        char     *loaded;
};

em_pile *em_pile_free(em_pile *pile)
{
        if (!pile)
                return NULL;
        for (size_t i = 0; i < pile->buckets; i++)
                free(pile->bucket[i].record);
        if (pile->fd >= 0)
                close(pile->fd);
        free(pile->scratch);
        free(pile->bucket);
        free(pile->slot);
        free(pile->run);
        free(pile->number);
        free(pile->loaded);
        free(pile);
        return NULL;
}

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "out of memory for what ships did");
}

em_status em_pile_new(size_t record, uint64_t memory, em_str scratch, em_pile **ret_pile, em_error *err)
{
        em_pile *pile = calloc(1, sizeof *pile);
        if (!pile)
                return no_memory(err);
        *pile = (em_pile){ .record = record, .memory = memory > LEAST_MEMORY ? memory : LEAST_MEMORY, .fd = -1, .slots = 1024 };
        pile->slot = calloc(pile->slots, sizeof *pile->slot);
        pile->scratch = scratch.n ? strndup(scratch.p, scratch.n) : NULL;
        if (!pile->slot || (scratch.n && !pile->scratch)) {
                em_pile_free(pile);
                return no_memory(err);
        }
        *ret_pile = pile;
        return EM_OK;
}

/* ---- spilling ------------------------------------------------------------------------------ */

static em_status disk_failed(em_error *err, int error)
{
        const char *why = strerrordesc_np(error);
        return em_fail(err, EM_IO, "what ships did cannot be set aside in the scratch folder: %s", why ? why : "no reason is given");
}

static em_status file_open(em_pile *pile, em_error *err)
{
        char path[PATH_MAX];
        if (!pile->scratch)
                return em_fail(err, EM_LIMIT, "what ships did does not fit into %llu bytes, and there is no scratch folder for more",
                               (unsigned long long)pile->memory);
        if (snprintf(path, sizeof path, "%s/ships-XXXXXX", pile->scratch) >= (int)sizeof path)
                return em_fail(err, EM_IO, "the path of the scratch folder is too long");
        pile->fd = mkstemp(path);
        if (pile->fd < 0)
                return disk_failed(err, errno);
        unlink(path);
        return EM_OK;
}

static em_status put(int fd, const char *p, size_t n, uint64_t at, em_error *err)
{
        while (n > 0) {
                ssize_t w = pwrite(fd, p, n, (off_t)at);
                if (w < 0 && errno == EINTR)
                        continue;
                if (w <= 0)
                        return disk_failed(err, w < 0 ? errno : EIO);
                p += w;
                n -= (size_t)w;
                at += (uint64_t)w;
        }
        return EM_OK;
}

static em_status get(int fd, char *p, size_t n, uint64_t at, em_error *err)
{
        while (n > 0) {
                ssize_t r = pread(fd, p, n, (off_t)at);
                if (r < 0 && errno == EINTR)
                        continue;
                if (r <= 0)
                        return disk_failed(err, r < 0 ? errno : EIO);
                p += r;
                n -= (size_t)r;
                at += (uint64_t)r;
        }
        return EM_OK;
}

static em_status run_add(em_pile *pile, bucket *b, em_error *err)
{
        if (pile->runs == pile->run_room) {
                size_t room = pile->run_room ? pile->run_room * 2 : 1024;
                run *more = realloc(pile->run, room * sizeof *more);
                if (!more)
                        return no_memory(err);
                pile->run = more;
                pile->run_room = room;
        }
        pile->run[pile->runs++] = (run){ .offset = pile->file_end, .count = b->count };
        if (b->last_run)
                pile->run[b->last_run - 1].next = (uint32_t)pile->runs;
        else
                b->first_run = (uint32_t)pile->runs;
        b->last_run = (uint32_t)pile->runs;
        return EM_OK;
}

static em_status spill(em_pile *pile, em_error *err)
{
        if (pile->fd < 0)
                EM_TRY(file_open(pile, err));
        for (size_t i = 0; i < pile->buckets; i++) {
                bucket *b = &pile->bucket[i];
                if (!b->count)
                        continue;
                EM_TRY(put(pile->fd, b->record, b->count * pile->record, pile->file_end, err));
                EM_TRY(run_add(pile, b, err));
                pile->file_end += b->count * pile->record;
                b->spilled += b->count;
                free(b->record);
                b->record = NULL;
                b->count = b->room = 0;
        }
        pile->used = 0;
        return EM_OK;
}

/* ---- adding ---------------------------------------------------------------------------------- */

static size_t slot_of(const em_pile *pile, uint32_t number)
{
        size_t at = number * 2654435769u & (pile->slots - 1);
        while (pile->slot[at] && pile->bucket[pile->slot[at] - 1].number != number)
                at = (at + 1) & (pile->slots - 1);
        return at;
}

static bool slots_doubled(em_pile *pile)
{
        uint32_t *more = calloc(pile->slots * 2, sizeof *more);
        if (!more)
                return false;
        free(pile->slot);
        pile->slot = more;
        pile->slots *= 2;
        for (size_t i = 0; i < pile->buckets; i++)
                pile->slot[slot_of(pile, pile->bucket[i].number)] = (uint32_t)i + 1;
        return true;
}

static em_status bucket_new(em_pile *pile, uint32_t number, em_error *err)
{
        if (pile->buckets == pile->bucket_room) {
                size_t room = pile->bucket_room ? pile->bucket_room * 2 : 256;
                bucket *more = realloc(pile->bucket, room * sizeof *more);
                if (!more)
                        return no_memory(err);
                pile->bucket = more;
                pile->bucket_room = room;
        }
        if (pile->buckets * 2 >= pile->slots && !slots_doubled(pile))
                return no_memory(err);
        pile->bucket[pile->buckets] = (bucket){ .number = number };
        pile->slot[slot_of(pile, number)] = (uint32_t)++pile->buckets;
        return EM_OK;
}

static em_status room_made(em_pile *pile, bucket *b, em_error *err)
{
        size_t room = b->room ? b->room * 2 : FIRST_ROOM;
        if (pile->used + (room - b->room) * pile->record > pile->memory) {
                EM_TRY(spill(pile, err));
                room = FIRST_ROOM;
        }
        char *more = realloc(b->record, room * pile->record);
        if (!more)
                return no_memory(err);
        pile->used += (room - b->room) * pile->record;
        b->record = more;
        b->room = room;
        return EM_OK;
}

em_status em_pile_add(em_pile *pile, uint32_t number, const void *record, em_error *err)
{
        if (!pile->buckets || pile->bucket[pile->last].number != number) {
                size_t at = slot_of(pile, number);
                if (!pile->slot[at]) {
                        EM_TRY(bucket_new(pile, number, err));
                        at = slot_of(pile, number);
                }
                pile->last = pile->slot[at] - 1;
        }
        bucket *b = &pile->bucket[pile->last];
        if (b->count == b->room)
                EM_TRY(room_made(pile, b, err));
        memcpy(b->record + b->count++ * pile->record, record, pile->record);
        return EM_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return (x > y) - (x < y);
}

em_status em_pile_seal(em_pile *pile, const uint32_t **ret_bucket, size_t *ret_count, em_error *err)
{
        free(pile->number);
        pile->number = calloc(pile->buckets ? pile->buckets : 1, sizeof *pile->number);
        if (!pile->number)
                return no_memory(err);
        for (size_t i = 0; i < pile->buckets; i++)
                pile->number[i] = pile->bucket[i].number;
        qsort(pile->number, pile->buckets, sizeof *pile->number, by_number);
        *ret_bucket = pile->number;
        *ret_count = pile->buckets;
        return EM_OK;
}

em_status em_pile_load(em_pile *pile, uint32_t number, void **ret_record, size_t *ret_count, em_error *err)
{
        const uint32_t slot = pile->slot[slot_of(pile, number)];
        const bucket *b = slot ? &pile->bucket[slot - 1] : NULL;
        size_t count = b ? b->spilled + b->count : 0, at = 0;
        free(pile->loaded);
        pile->loaded = malloc((count ? count : 1) * pile->record);
        if (!pile->loaded)
                return no_memory(err);
        for (uint32_t i = b ? b->first_run : 0; i; i = pile->run[i - 1].next) {
                const run *r = &pile->run[i - 1];
                EM_TRY(get(pile->fd, pile->loaded + at * pile->record, r->count * pile->record, r->offset, err));
                at += r->count;
        }
        if (b && b->count)
                memcpy(pile->loaded + at * pile->record, b->record, b->count * pile->record);
        *ret_record = pile->loaded;
        *ret_count = count;
        return EM_OK;
}
