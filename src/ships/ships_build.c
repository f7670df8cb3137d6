/* From sources to an index, or from an index and more sources to a larger one.
 *
 *   1. sources are read, several at once, each by one thread into that thread's memory (gather.c); what does not fit is set aside
 *      as day files in a folder of its own
 *   2. once all are read their hashes are known, and with them the order in which the index numbers them
 *   3. each day that something was heard of is merged with what the index had (day_merge.c) into a new file, named by what is in it
 *   4. the list of days and sources is replaced; only now the index is another; then what no list names is removed
 *
 * Stopped before 4 the index is as it was; what lies in the folder for building is swept by the next build, and what stands in `days`
 * without being listed is either written again with the same bytes or removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "embargo/day.h"
#include "ships/ships_inside.h"

const em_ships_opts em_ships_defaults = {.memory = (uint64_t)1 << 30, .day_ms = INT64_MIN};

#define LEAST_MEMORY ((uint64_t)16 << 20)
enum { WORKERS_MOST = 64, REASONS_MOST = 48, REJECTS_KEPT = 100000, SAID_CACHE = 4096 };

typedef struct reason { char name[24]; uint64_t count; } reason;

typedef struct taken {                  /* one source of this build */
        em_sha256 hash;
        em_ship_form form;
        bool     here;                  /* the index has it */
        uint64_t bytes, lines, fixes, reports, rejects;
        int64_t  first_s, last_s;
        reason   why[REASONS_MOST];
        size_t   reasons;
} taken;

typedef struct aside { uint32_t day; em_str path; } aside;

typedef struct heard { uint32_t mmsi; em_said said; em_said_place first, last; } heard;

typedef struct building building;
typedef struct worker {
        building *b;
        em_gather *gather;
        em_arena *arena;
        aside    *set;                  /* day files set aside */
        size_t    sets, set_most, number;
        heard    *heard;                /* what a ship says now, until she says another thing or another hour begins */
        size_t    file;                 /* being read */
        FILE     *rejects;
} worker;

struct building {
        em_str    index, area, days, rejects;
        const em_str *path;
        size_t    paths;
        em_ships_opts opts;
        const em_progress *progress;
        em_arena *arena;
        em_ships_list old, now;
        taken    *taken;
        worker   *worker;
        size_t    workers, files;       /* files: old and new */
        atomic_size_t next;
        atomic_uint_fast64_t done;
        uint64_t  bytes;
        pthread_mutex_t lock;
        uint32_t *rank;                 /* the index's number of each */
        em_sha256 *hash;                /* by that number */
        uint32_t *day;                  /* touched */
        size_t    touched;
        em_ships_day *made;
};

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory for the ships' index");
}

static em_status area_path(const building *b, em_arena *arena, const char *what, size_t i, size_t k, em_str *ret, em_error *err)
{
        char name[96];
        snprintf(name, sizeof name, "%s-%zu-%zu", what, i, k);
        return em_path_join(b->area, em_str_c(name), arena, ret, err);
}

/* ---- 1: reading ---- */

static em_status set_aside(worker *w, em_error *err)
{
        uint32_t *day = NULL;
        EM_TRY(em_gather_seal(w->gather, NULL, err));
        size_t    days = em_gather_days(w->gather, &day, err);
        em_status status = days == SIZE_MAX ? EM_NOMEM : EM_OK;
        for (size_t i = 0; i < days && status == EM_OK; i++) {
                em_day_part part = {.gather = w->gather};
                em_day_head head;
                if (w->sets == w->set_most) {
                        size_t most = w->set_most ? 2 * w->set_most : 256;
                        aside *more = realloc(w->set, most * sizeof *more);
                        if (!more) {
                                status = no_memory(err);
                                break;
                        }
                        w->set = more;
                        w->set_most = most;
                }
                aside *a = &w->set[w->sets];
                a->day = day[i];
                status = area_path(w->b, w->arena, "aside", w->number, w->sets, &a->path, err);
                if (status == EM_OK)
                        status = em_day_merge(day[i], &part, 1, NULL, w->b->files, NULL, a->path, true, &head, err);
                w->sets += status == EM_OK;
        }
        free(day);
        em_gather_empty(w->gather);
        return status;
}

static em_status take_fix(void *ctx, uint32_t mmsi, const em_fix *fix, em_error *err)
{
        worker *w = ctx;
        taken  *t = &w->b->taken[w->file];
        em_fix  f = *fix;
        f.file = (uint32_t)(w->b->old.files + w->file);
        t->fixes++;
        t->first_s = f.time_s < t->first_s ? f.time_s : t->first_s;
        t->last_s = f.time_s > t->last_s ? f.time_s : t->last_s;
        if (em_gather_fix(w->gather, mmsi, &f))
                return EM_OK;
        EM_TRY(set_aside(w, err));
        return em_gather_fix(w->gather, mmsi, &f) ? EM_OK : no_memory(err);
}

static em_status gather_said(worker *w, uint32_t mmsi, const em_said *said, const em_said_place *place, em_error *err)
{
        if (em_gather_said(w->gather, mmsi, said, place))
                return EM_OK;
        EM_TRY(set_aside(w, err));
        return em_gather_said(w->gather, mmsi, said, place) ? EM_OK : no_memory(err);
}

static em_status flush_heard(worker *w, heard *h, em_error *err)
{
        if (h->mmsi == 0)
                return EM_OK;
        uint32_t mmsi = h->mmsi;
        h->mmsi = 0;
        EM_TRY(gather_said(w, mmsi, &h->said, &h->first, err));
        bool one = h->first.time_s == h->last.time_s && h->first.offset == h->last.offset;
        return one ? EM_OK : gather_said(w, mmsi, &h->said, &h->last, err);
}

/* Of what is said over and over only the first and the last of an hour need be kept: merging would keep no more. */
static em_status take_said(void *ctx, uint32_t mmsi, int64_t time_s, const em_said *said, uint64_t offset, uint32_t length, em_error *err)
{
        worker *w = ctx;
        taken  *t = &w->b->taken[w->file];
        em_said_place place = {(uint32_t)(w->b->old.files + w->file), length, offset, time_s};
        heard  *h = &w->heard[(mmsi * 2654435761u >> 8) % SAID_CACHE];
        t->reports++;
        t->first_s = time_s < t->first_s ? time_s : t->first_s;
        t->last_s = time_s > t->last_s ? time_s : t->last_s;
        if (h->mmsi == mmsi && h->first.file == place.file && time_s / EM_SAID_S == h->first.time_s / EM_SAID_S &&
            memcmp(&h->said, said, sizeof *said) == 0) {
                if (time_s < h->first.time_s)
                        h->first = place;
                if (time_s > h->last.time_s)
                        h->last = place;
                return EM_OK;
        }
        EM_TRY(flush_heard(w, h, err));
        *h = (heard){mmsi, *said, place, place};
        return EM_OK;
}

static em_status take_reject(void *ctx, uint64_t line, uint64_t offset, const char *why, em_error *err)
{
        worker *w = ctx;
        taken  *t = &w->b->taken[w->file];
        size_t  i = 0;
        while (i < t->reasons && strcmp(t->why[i].name, why) != 0)
                i++;
        if (i == t->reasons && i < REASONS_MOST)
                snprintf(t->why[t->reasons++].name, sizeof t->why->name, "%s", why);
        if (i < REASONS_MOST)
                t->why[i].count++;
        if (t->rejects++ < REJECTS_KEPT)
                fprintf(w->rejects, "%llu,%llu,%s\n", (unsigned long long)line, (unsigned long long)offset, why);
        return ferror(w->rejects) ? em_fail(err, EM_IO, "the list of rejects cannot be written") : EM_OK;
}

static bool tell(building *b, uint64_t more)
{
        uint64_t done = atomic_fetch_add(&b->done, more) + more;
        bool     go = true;
        if (pthread_mutex_trylock(&b->lock) == 0) {
                go = em_progress_tell(b->progress, "reading", done, b->bytes);
                pthread_mutex_unlock(&b->lock);
        }
        return go;
}

/* A form that the caller names instead of what the bytes look like. */
static em_status form_of(const building *b, em_str path, em_str head, em_ship_form *ret_form, em_error *err)
{
        char shown[64];
        if (b->opts.format.n) {
                for (int f = EM_SHIP_NMEA; f < EM_SHIP_FORMS; f++)
                        if (em_str_eq(b->opts.format, em_str_c(em_ship_form_name((em_ship_form)f)))) {
                                *ret_form = (em_ship_form)f;
                                return EM_OK;
                        }
                return em_fail(err, EM_USAGE, "no form \"%s\" is known; nmea, noaa, dma, spire, table, mapped and json are",
                               em_str_show(b->opts.format, shown, sizeof shown));
        }
        em_ship_form form = em_ship_sniff(em_str_sub(head, 0, (size_t)64 << 10), b->opts.columns);
        if (form == EM_SHIP_NONE && head.n)
                return em_fail_at(err, EM_FORMAT, path, 1, 0, "neither sentences of AIS nor a table with an MMSI, a time, a longitude and a "
                                                              "latitude; --columns says which column is which");
        *ret_form = form == EM_SHIP_NONE ? EM_SHIP_NMEA : form;
        return EM_OK;
}

static em_status read_pieces(worker *w, em_source *source, em_error *err)
{
        building       *b = w->b;
        taken          *t = &b->taken[w->file];
        em_ship_sink    sink = {w, take_fix, take_said, take_reject};
        em_ship_reader *reader = NULL;
        em_error        why = {0};
        const char     *p = NULL;
        size_t          n = 0;
        uint64_t        before = 0;
        EM_TRY(em_source_next(source, &p, &n, err));
        EM_TRY(form_of(b, b->path[w->file], (em_str){p, n}, &t->form, err));
        EM_TRY(em_ship_reader_open(t->form, b->opts.columns, b->opts.day_ms, &sink, &reader, err));
        em_status status = EM_OK;
        while (n && status == EM_OK) {
                status = em_ship_reader_feed(reader, p, n, &why);
                if (status == EM_OK && !tell(b, em_source_bytes(source) - before))
                        status = em_fail(&why, EM_INTERRUPTED, "stopped while reading; the index is as it was");
                before = em_source_bytes(source);
                if (status == EM_OK)
                        status = em_source_next(source, &p, &n, &why);
        }
        if (status == EM_OK)
                status = em_ship_reader_end(reader, &why);
        t->lines = em_ship_reader_lines(reader);
        if (status == EM_OK && em_source_cut(source))
                status = take_reject(w, t->lines, 0, "cut off", &why);
        em_ship_reader_close(reader);
        for (size_t i = 0; i < SAID_CACHE && status == EM_OK; i++)
                status = flush_heard(w, &w->heard[i], &why);
        if (status == EM_OK)
                return EM_OK;
        if (why.file[0] == 0 && status != EM_INTERRUPTED)
                return em_fail_at(err, status, b->path[w->file], why.line, 0, "%s", why.text);
        if (err)
                *err = why;
        return status;
}

/* Only a file as long as one that is listed can be it; then its bytes are hashed before anything is made of them. */
static em_status is_here(worker *w, bool *ret_here, em_error *err)
{
        building   *b = w->b;
        em_str      path = b->path[w->file];
        em_source  *source = NULL;
        struct stat st;
        em_str      name;
        bool        like = false;
        *ret_here = false;
        EM_TRY(em_str_copy(path, w->arena, &name, err));
        if (em_str_eq(path, EM_S("-")) || stat(name.p, &st) != 0 || !S_ISREG(st.st_mode))
                return EM_OK;
        for (size_t i = 0; i < b->old.files; i++)
                like = like || b->old.file[i].bytes == (uint64_t)st.st_size;
        if (!like)
                return EM_OK;
        EM_TRY(em_source_open(path, &source, err));
        const char *p = NULL;
        size_t      n = 1;
        em_status   status = EM_OK;
        while (n && status == EM_OK)
                status = em_source_next(source, &p, &n, err);
        char        text[65];
        if (status == EM_OK)
                em_sha256_hex(em_source_hash(source), text);
        em_source_close(source);
        for (size_t i = 0; i < b->old.files && status == EM_OK; i++)
                *ret_here = *ret_here || strcmp(b->old.file[i].sha256, text) == 0;
        return status;
}

static em_status read_one(worker *w, em_error *err)
{
        building  *b = w->b;
        taken     *t = &b->taken[w->file];
        em_source *source = NULL;
        em_str     path;
        EM_TRY(is_here(w, &t->here, err));
        if (t->here)
                return EM_OK;
        EM_TRY(area_path(b, w->arena, "rejects", w->file, 0, &path, err));
        w->rejects = fopen(path.p, "we");
        if (!w->rejects)
                return em_fail_at(err, EM_IO, path, 0, 0, "cannot be written: %s", strerrordesc_np(errno));
        t->first_s = INT64_MAX;
        t->last_s = INT64_MIN;
        em_status status = em_source_open(b->path[w->file], &source, err);
        if (status == EM_OK)
                status = read_pieces(w, source, err);
        if (status == EM_OK) {
                t->bytes = em_source_bytes(source);
                t->hash = em_source_hash(source);
        }
        em_source_close(source);
        if (t->first_s > t->last_s)
                t->first_s = t->last_s = 0;
        if ((fflush(w->rejects) != 0 || fsync(fileno(w->rejects)) != 0) && status == EM_OK)
                status = em_fail_at(err, EM_IO, path, 0, 0, "cannot be written");
        fclose(w->rejects);
        w->rejects = NULL;
        return status;
}

static em_status work(void *ctx, size_t i, em_error *err)
{
        building *b = ctx;
        worker   *w = &b->worker[i];
        while ((w->file = atomic_fetch_add(&b->next, 1)) < b->paths)
                EM_TRY(read_one(w, err));
        return EM_OK;
}

static em_status read_all(building *b, em_error *err)
{
        long   cores = sysconf(_SC_NPROCESSORS_ONLN);
        size_t n = b->opts.threads ? b->opts.threads : cores > 0 ? (size_t)cores : 1;
        n = n > b->paths ? b->paths : n;
        b->workers = n > WORKERS_MOST ? WORKERS_MOST : n;
        b->worker = calloc(b->workers, sizeof *b->worker);
        uint64_t memory = b->opts.memory > LEAST_MEMORY ? b->opts.memory : LEAST_MEMORY;
        for (size_t i = 0; b->worker && i < b->workers; i++) {
                worker *w = &b->worker[i];
                w->b = b;
                w->number = i;
                w->gather = em_gather_make((memory - memory / 8) / b->workers);
                w->arena = em_arena_new((size_t)1 << 30);
                w->heard = calloc(SAID_CACHE, sizeof *w->heard);
                if (!w->gather || !w->arena || !w->heard)
                        return no_memory(err);
        }
        for (size_t i = 0; i < b->paths; i++) {
                struct stat st;
                em_str      name;
                EM_TRY(em_str_copy(b->path[i], b->arena, &name, err));
                b->bytes += stat(name.p, &st) == 0 ? (uint64_t)st.st_size : 0;
        }
        return b->worker ? em_parallel(b->workers, b->opts.threads, work, b, err) : no_memory(err);
}

/* ---- 2: numbers ---- */

typedef struct entry { em_ship_file file; em_str reasons, map; size_t number; } entry;

static int by_hash(const void *x, const void *y)
{
        const entry *a = x, *b = y;
        int c = strcmp(a->file.sha256, b->file.sha256);
        return c ? c : a->number < b->number ? -1 : a->number > b->number;
}

static int by_reason(const void *x, const void *y)
{
        const reason *a = x, *b = y;
        return strcmp(a->name, b->name);
}

static em_status say_reasons(em_arena *arena, taken *t, em_str *ret, em_error *err)
{
        em_buf buf = em_buf_make((size_t)1 << 16);
        qsort(t->why, t->reasons, sizeof *t->why, by_reason);
        for (size_t i = 0; i < t->reasons; i++)
                em_buf_fmt(&buf, "%s%llu %s", i ? ", " : "", (unsigned long long)t->why[i].count, t->why[i].name);
        em_status status = em_buf_status(&buf, err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&buf), arena, ret, err);
        em_buf_free(&buf);
        return status;
}

static em_status enter(building *b, entry *e, size_t i, em_error *err)
{
        taken *t = &b->taken[i];
        e->number = b->old.files + i;
        e->map = t->form == EM_SHIP_MAPPED ? b->opts.columns : (em_str){"", 0};
        e->file = (em_ship_file){.path = b->path[i], .format = em_str_c(em_ship_form_name(t->form)), .bytes = t->bytes, .lines = t->lines,
                                 .fixes = t->fixes, .reports = t->reports, .rejects = t->rejects, .first_s = t->first_s, .last_s = t->last_s};
        em_sha256_hex(t->hash, e->file.sha256);
        return say_reasons(b->arena, t, &e->reasons, err);
}

static em_status number_files(building *b, em_error *err)
{
        entry *e = EM_NEW_N(b->arena, entry, b->files + 1);
        size_t n = 0, kept = 0;
        b->rank = EM_NEW_N(b->arena, uint32_t, b->files + 1);
        b->hash = EM_NEW_N(b->arena, em_sha256, b->files + 1);
        b->now.file = EM_NEW_N(b->arena, em_ship_file, b->files + 1);
        b->now.reasons = EM_NEW_N(b->arena, em_str, b->files + 1);
        b->now.map = EM_NEW_N(b->arena, em_str, b->files + 1);
        if (!e || !b->rank || !b->hash || !b->now.file || !b->now.reasons || !b->now.map)
                return no_memory(err);
        for (size_t i = 0; i < b->old.files; i++)
                e[n++] = (entry){b->old.file[i], b->old.reasons[i], b->old.map[i], i};
        for (size_t i = 0; i < b->paths; i++)
                if (!b->taken[i].here)
                        EM_TRY(enter(b, &e[n++], i, err));
        qsort(e, n, sizeof *e, by_hash);
        for (size_t i = 0; i < n; i++) {        /* the same bytes twice are one source */
                if (i == 0 || strcmp(e[i - 1].file.sha256, e[i].file.sha256) != 0) {
                        b->now.reasons[kept] = e[i].reasons;
                        b->now.map[kept] = e[i].map;
                        b->now.file[kept] = e[i].file;
                        (void)em_sha256_parse(em_str_c(e[i].file.sha256), &b->hash[kept++]);
                }
                b->rank[e[i].number] = (uint32_t)(kept - 1);
        }
        b->now.files = kept;
        return EM_OK;
}

/* ---- 3: days ---- */

static int by_number(const void *x, const void *y)
{
        const uint32_t *a = x, *b = y;
        return *a < *b ? -1 : *a > *b;
}

static em_status find_days(building *b, em_error *err)
{
        size_t n = 0, most = 0, kept = 0;
        for (size_t i = 0; i < b->workers; i++) {
                uint32_t *day = NULL;
                worker   *w = &b->worker[i];
                size_t    days = em_gather_days(w->gather, &day, err);
                if (days == SIZE_MAX)
                        return EM_NOMEM;
                most += days + w->sets;
                uint32_t *more = realloc(b->day, (most + 1) * sizeof *more);
                if (!more) {
                        free(day);
                        return no_memory(err);
                }
                b->day = more;
                memcpy(b->day + n, day, days * sizeof *day);
                n += days;
                for (size_t k = 0; k < w->sets; k++)
                        b->day[n++] = w->set[k].day;
                free(day);
        }
        qsort(b->day, n, sizeof *b->day, by_number);
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || b->day[kept - 1] != b->day[i])
                        b->day[kept++] = b->day[i];
        b->touched = kept;
        return EM_OK;
}

static em_status old_day(const building *b, uint32_t day, em_arena *arena, em_str *ret_path, em_error *err)
{
        *ret_path = (em_str){0};
        for (size_t i = 0; i < b->old.days; i++)
                if (b->old.day[i].day == day)
                        return em_path_join(b->days, b->old.day[i].name, arena, ret_path, err);
        return EM_OK;
}

static em_status make_day(building *b, size_t i, em_arena *arena, em_error *err)
{
        size_t       n = 0, most = 1 + b->workers;
        uint32_t     day = b->day[i];
        em_str       path, made;
        em_day_head  head;
        uint8_t      bytes[EM_DAY_HEAD];
        char         text[65], iso[11], name[40];
        struct stat  st;
        for (size_t w = 0; w < b->workers; w++)
                for (size_t k = 0; k < b->worker[w].sets; k++)
                        most += b->worker[w].set[k].day == day;
        em_day_part *part = EM_NEW_N(arena, em_day_part, most);
        if (!part)
                return no_memory(err);
        EM_TRY(old_day(b, day, arena, &path, err));
        if (path.n)
                part[n++] = (em_day_part){.path = path, .hash = b->hash, .hashes = b->now.files};
        for (size_t w = 0; w < b->workers; w++) {
                for (size_t k = 0; k < b->worker[w].sets; k++)
                        if (b->worker[w].set[k].day == day)
                                part[n++] = (em_day_part){.path = b->worker[w].set[k].path};
                part[n++] = (em_day_part){.gather = b->worker[w].gather};
        }
        EM_TRY(area_path(b, arena, "day", day, 0, &path, err));
        EM_TRY(em_day_merge(day, part, n, b->rank, b->files, b->hash, path, false, &head, err));
        em_day_head_pack(&head, bytes);
        em_sha256_hex(em_sha256_of((em_str){(const char *)bytes, sizeof bytes}), text);
        snprintf(name, sizeof name, "%s-%.16s", em_day_text((em_day)day, iso), text);
        EM_TRY(em_path_join(b->days, em_str_c(name), arena, &made, err));
        if (stat(path.p, &st) != 0 || rename(path.p, made.p) != 0)
                return em_fail_at(err, EM_IO, made, 0, 0, "cannot take its place: %s", strerrordesc_np(errno));
        b->made[i] = (em_ships_day){.day = day, .bytes = (uint64_t)st.st_size};
        pthread_mutex_lock(&b->lock);   /* the arena of all days */
        em_status status = em_str_copy(em_str_c(name), b->arena, &b->made[i].name, err);
        bool go = em_progress_tell(b->progress, "writing days", i + 1, b->touched);
        pthread_mutex_unlock(&b->lock);
        return status != EM_OK || go ? status : em_fail(err, EM_INTERRUPTED, "stopped while writing; the index is as it was");
}

static em_status make_one(void *ctx, size_t i, em_error *err)
{
        em_arena *arena = em_arena_new((size_t)64 << 20);
        if (!arena)
                return no_memory(err);
        em_status status = make_day(ctx, i, arena, err);
        em_arena_free(arena);
        return status;
}

static em_status list_days(building *b, em_error *err)
{
        size_t n = 0, i = 0, k = 0;
        b->now.day = EM_NEW_N(b->arena, em_ships_day, b->old.days + b->touched + 1);
        if (!b->now.day)
                return no_memory(err);
        while (i < b->old.days || k < b->touched) {
                if (k == b->touched || (i < b->old.days && b->old.day[i].day < b->made[k].day)) {
                        b->now.day[n++] = b->old.day[i++];
                        continue;
                }
                i += i < b->old.days && b->old.day[i].day == b->made[k].day;
                b->now.day[n++] = b->made[k++];
        }
        b->now.days = n;
        return EM_OK;
}

/* ---- 4: the list ---- */

static em_status sync_folder(em_str path, em_error *err)
{
        int fd = open(path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL)) {
                if (fd >= 0)
                        close(fd);
                return em_fail_at(err, EM_IO, path, 0, 0, "the folder cannot be written");
        }
        close(fd);
        return EM_OK;
}

static em_status keep_rejects(building *b, em_error *err)
{
        for (size_t i = 0; i < b->paths; i++) {
                char   name[80], text[65];
                em_str from, to;
                if (b->taken[i].here || b->taken[i].rejects == 0)
                        continue;
                snprintf(name, sizeof name, "%s.csv", em_sha256_hex(b->taken[i].hash, text));
                EM_TRY(area_path(b, b->arena, "rejects", i, 0, &from, err));
                EM_TRY(em_path_join(b->rejects, em_str_c(name), b->arena, &to, err));
                if (rename(from.p, to.p) != 0)
                        return em_fail_at(err, EM_IO, to, 0, 0, "cannot take its place: %s", strerrordesc_np(errno));
        }
        EM_TRY(sync_folder(b->days, err));
        return sync_folder(b->rejects, err);
}

/* Removes what lies in a folder and is not to be kept. */
static void sweep(em_str dir, bool (*keep)(const building *b, em_str name), const building *b, em_arena *arena)
{
        em_str *name = NULL, path;
        size_t  count = 0;
        if (em_dir_list(dir, arena, &name, &count, NULL) != EM_OK)
                return;
        for (size_t i = 0; i < count; i++)
                if ((!keep || !keep(b, name[i])) && em_path_join(dir, name[i], arena, &path, NULL) == EM_OK)
                        unlink(path.p);
}

static bool is_day(const building *b, em_str name)
{
        for (size_t i = 0; i < b->now.days; i++)
                if (em_str_eq(b->now.day[i].name, name))
                        return true;
        return false;
}

static bool is_rejects(const building *b, em_str name)
{
        for (size_t i = 0; i < b->now.files; i++)
                if (em_str_starts(name, em_str_c(b->now.file[i].sha256)))
                        return true;
        return false;
}

static em_status build(building *b, em_error *err)
{
        EM_TRY(read_all(b, err));
        EM_TRY(number_files(b, err));
        EM_TRY(find_days(b, err));
        for (size_t i = 0; i < b->workers; i++)
                EM_TRY(em_gather_seal(b->worker[i].gather, b->rank, err));
        b->made = EM_NEW_N(b->arena, em_ships_day, b->touched + 1);
        if (!b->made)
                return no_memory(err);
        EM_TRY(em_parallel(b->touched, b->opts.threads, make_one, b, err));
        EM_TRY(list_days(b, err));
        EM_TRY(keep_rejects(b, err));
        EM_TRY(em_ships_list_write(b->index, &b->now, err));
        sweep(b->days, is_day, b, b->arena);
        sweep(b->rejects, is_rejects, b, b->arena);
        return EM_OK;
}

/* ---- the folder ---- */

static em_status may_write(em_str dir, em_arena *arena, em_error *err)
{
        static const char *const ours[] = {EM_SHIPS_LIST, EM_SHIPS_LIST ".tmp", EM_SHIPS_AREA, EM_SHIPS_DAYS, EM_SHIPS_REJECTS};
        em_str *name = NULL;
        size_t  count = 0;
        if (!em_path_exists(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, arena, &name, &count, err));
        for (size_t i = 0; i < count; i++) {
                bool mine = false;
                for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
                        mine = mine || em_str_eq(name[i], em_str_c(ours[k]));
                if (!mine)
                        return em_fail_at(err, EM_FORMAT, dir, 0, 0, "the folder holds something else; an index needs one of its own");
        }
        return EM_OK;
}

static em_status prepare(building *b, int *ret_lock, em_error *err)
{
        em_str list;
        EM_TRY(may_write(b->index, b->arena, err));
        EM_TRY(em_dir_make(b->index, err));
        *ret_lock = open(b->index.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (*ret_lock < 0 || flock(*ret_lock, LOCK_EX | LOCK_NB) != 0)
                return em_fail_at(err, EM_BUSY, b->index, 0, 0, "another embargo is writing to the index");
        EM_TRY(em_path_join(b->index, EM_S(EM_SHIPS_AREA), b->arena, &b->area, err));
        EM_TRY(em_path_join(b->index, EM_S(EM_SHIPS_DAYS), b->arena, &b->days, err));
        EM_TRY(em_path_join(b->index, EM_S(EM_SHIPS_REJECTS), b->arena, &b->rejects, err));
        EM_TRY(em_path_join(b->index, EM_S(EM_SHIPS_LIST), b->arena, &list, err));
        sweep(b->area, NULL, b, b->arena);
        EM_TRY(em_dir_make(b->area, err));
        EM_TRY(em_dir_make(b->days, err));
        EM_TRY(em_dir_make(b->rejects, err));
        if (em_path_exists(list))
                EM_TRY(em_ships_list_read(b->index, b->arena, &b->old, err));
        b->files = b->old.files + b->paths;
        b->taken = EM_NEW_N(b->arena, taken, b->paths);
        return b->taken ? EM_OK : no_memory(err);
}

static em_status count_up(em_str index, em_ships_built *ret_built, em_error *err)
{
        em_ships *ships = NULL;
        EM_TRY(em_ships_open(index, &ships, err));
        *ret_built = em_ships_counts(ships);
        em_ships_close(ships);
        return EM_OK;
}

em_status em_ships_build(em_str index, const em_str *path, size_t paths, const em_ships_opts *opts, const em_progress *progress,
                         em_ships_built *ret_built, em_error *err)
{
        building  b = {.path = path, .paths = paths, .opts = opts ? *opts : em_ships_defaults, .progress = progress};
        int       lock = -1;
        em_status status = EM_OK;
        em_assert(paths > 0 && paths < UINT32_MAX / 2);
        pthread_mutex_init(&b.lock, NULL);
        b.arena = em_arena_new((size_t)4 << 30);
        status = b.arena ? em_str_copy(index, b.arena, &b.index, err) : no_memory(err);
        if (status == EM_OK)
                status = prepare(&b, &lock, err);
        if (status == EM_OK)
                status = build(&b, err);
        for (size_t i = 0; b.worker && i < b.workers; i++) {
                em_gather_free(b.worker[i].gather);
                em_arena_free(b.worker[i].arena);
                free(b.worker[i].set);
                free(b.worker[i].heard);
        }
        if (b.area.n && lock >= 0) {
                sweep(b.area, NULL, &b, b.arena);
                rmdir(b.area.p);
        }
        if (lock >= 0)
                close(lock);
        free(b.worker);
        free(b.day);
        pthread_mutex_destroy(&b.lock);
        if (status == EM_OK)
                status = count_up(index, ret_built, err);
        em_arena_free(b.arena);
        return status;
}
