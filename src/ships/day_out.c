/* A day file is written from front to back: blocks of fixes as they come, then their entries, reports and sources.
 *
 * Entries wait in a file aside of it: a day may have more ships than the memory.  The head is written last, so a file that was
 * cut off is none.  What a fix cites is a number in this file's own table of sources, in the order in which the fixes first name them:
 * so a day's bytes say nothing of other days and of sources that gave it nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ships/ships_inside.h"

#define MAGIC "EMSHIPD1"
enum { ROOM = 1 << 18 };

struct em_day_out {
        char        path[PATH_MAX];
        int         fd, entries_fd, error;
        uint8_t    *room, *entries;
        size_t      n, entries_n;
        uint64_t    at, entries_at;
        em_day_head head;
        em_hasher  *sum, *entries_sum;
        const em_sha256 *hash;
        uint32_t   *local, *source;     /* number here by number in the build, and back */
        size_t      files;
        em_fix_coder coder;
        uint32_t    mmsi;
        size_t      held;
        em_fix      fix[EM_FIX_BLOCK];
        uint8_t     packed[EM_FIX_PACKED];
};

static void put_all(em_day_out *o, int fd, const uint8_t *p, size_t n, uint64_t at)
{
        while (n && !o->error) {
                ssize_t done = pwrite(fd, p, n, (off_t)at);
                if (done < 0 && errno != EINTR)
                        o->error = errno;
                else if (done > 0) {
                        p += done;
                        n -= (size_t)done;
                        at += (uint64_t)done;
                }
        }
}

static void flush(em_day_out *o)
{
        put_all(o, o->fd, o->room, o->n, o->at);
        o->at += o->n;
        o->n = 0;
}

static void put(em_day_out *o, const void *p, size_t n)
{
        em_hasher_add(o->sum, p, n);
        if (o->n + n > ROOM)
                flush(o);
        memcpy(o->room + o->n, p, n);
        o->n += n;
}

static void begin_section(em_day_out *o, int section)
{
        o->head.section[section].offset = o->at + o->n;
}

static void end_section(em_day_out *o, int section)
{
        o->head.section[section].length = o->at + o->n - o->head.section[section].offset;
        memcpy(o->head.section[section].sum, em_hasher_done(o->sum).b, 8);
}

static em_status fail_disk(const em_day_out *o, int error, em_error *err)
{
        const char *why = strerrordesc_np(error);
        return em_fail_at(err, EM_IO, em_str_c(o->path), 0, 0, "cannot be written: %s", why ? why : "the system gives no reason");
}

static em_status open_files(em_day_out *o, em_error *err)
{
        char aside[PATH_MAX + 16];
        o->fd = open(o->path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (o->fd < 0)
                return fail_disk(o, errno, err);
        snprintf(aside, sizeof aside, "%s.entries", o->path);
        o->entries_fd = open(aside, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (o->entries_fd < 0)
                return fail_disk(o, errno, err);
        unlink(aside);
        return EM_OK;
}

em_status em_day_out_make(em_str path, uint32_t day, size_t files, const em_sha256 *hash, em_day_out **ret_out, em_error *err)
{
        em_day_out *o = calloc(1, sizeof *o);
        if (!o)
                return em_fail(err, EM_NOMEM, "no memory for a day of fixes");
        o->fd = o->entries_fd = -1;
        o->room = malloc(ROOM);
        o->entries = malloc(ROOM);
        o->local = malloc((files + 1) * sizeof *o->local);
        o->source = malloc((files + 1) * sizeof *o->source);
        o->sum = em_hasher_new();
        o->entries_sum = em_hasher_new();
        o->hash = hash;
        o->files = files;
        o->head.day = day;
        o->head.aside = hash == NULL;
        int n = snprintf(o->path, sizeof o->path, "%.*s", EM_ARG(path));
        em_status status = EM_OK;
        if (!o->room || !o->entries || !o->local || !o->source || !o->sum || !o->entries_sum)
                status = em_fail(err, EM_NOMEM, "no memory for a day of fixes");
        else if (n < 0 || n >= (int)sizeof o->path)
                status = em_fail_at(err, EM_FORMAT, path, 0, 0, "the path is too long");
        else
                status = open_files(o, err);
        if (status != EM_OK) {
                em_day_out_drop(o);
                return status;
        }
        memset(o->local, 0xFF, (files + 1) * sizeof *o->local);
        em_fix_coder_make(&o->coder);
        memset(o->room, 0, EM_DAY_HEAD);
        o->n = EM_DAY_HEAD;
        begin_section(o, EM_DAY_BLOCKS);
        *ret_out = o;
        return EM_OK;
}

void em_day_out_drop(em_day_out *o)
{
        if (!o)
                return;
        if (o->fd >= 0)
                close(o->fd);
        if (o->entries_fd >= 0)
                close(o->entries_fd);
        em_hasher_free(o->sum);
        em_hasher_free(o->entries_sum);
        free(o->room);
        free(o->entries);
        free(o->local);
        free(o->source);
        free(o);
}

static uint32_t local_of(em_day_out *o, uint32_t file)
{
        em_assert(file < o->files);
        if (o->local[file] == UINT32_MAX) {
                o->local[file] = o->head.files;
                o->source[o->head.files++] = file;
        }
        return o->local[file];
}

/* ---- fixes ---- */

static uint16_t hundredths(int32_t v, int32_t least, bool up)
{
        int32_t from = v - least, step = EM_DEGREE / 100;
        return (uint16_t)((from + (up ? step - 1 : 0)) / step);
}

static void pack_entry(em_day_out *o, size_t columns, size_t locators, uint8_t out[EM_DAY_ENTRY])
{
        const em_fix *f = o->fix;
        int32_t  west = f->lon, east = f->lon, south = f->lat, north = f->lat;
        for (size_t i = 1; i < o->held; i++) {
                west = f[i].lon < west ? f[i].lon : west;
                east = f[i].lon > east ? f[i].lon : east;
                south = f[i].lat < south ? f[i].lat : south;
                north = f[i].lat > north ? f[i].lat : north;
        }
        em_sh_put(out, o->mmsi, 4);
        em_sh_put(out + 4, (uint64_t)(f->time_s % EM_SHIPS_DAY_S) | (o->held - 1) << 17, 4);
        em_sh_put(out + 8, (uint64_t)(f[o->held - 1].time_s % EM_SHIPS_DAY_S), 4);
        em_sh_put(out + 12, hundredths(west, -180 * EM_DEGREE, false), 2);
        em_sh_put(out + 14, hundredths(east, -180 * EM_DEGREE, true), 2);
        em_sh_put(out + 16, hundredths(south, -90 * EM_DEGREE, false), 2);
        em_sh_put(out + 18, hundredths(north, -90 * EM_DEGREE, true), 2);
        em_sh_put(out + 20, columns, 4);
        em_sh_put(out + 24, locators, 4);
        em_sh_put(out + 28, o->at + o->n - EM_DAY_HEAD, 8);
}

static void flush_block(em_day_out *o)
{
        size_t  columns = 0, locators = 0;
        uint8_t entry[EM_DAY_ENTRY];
        if (o->held == 0)
                return;
        for (size_t i = 0; i < o->held; i++)
                o->fix[i].file = local_of(o, o->fix[i].file);
        em_fix_pack(&o->coder, o->fix, o->held, o->packed, &columns, &locators);
        pack_entry(o, columns, locators, entry);
        put(o, o->packed, columns + locators);
        em_hasher_add(o->entries_sum, entry, sizeof entry);
        if (o->entries_n + sizeof entry > ROOM) {
                put_all(o, o->entries_fd, o->entries, o->entries_n, o->entries_at);
                o->entries_at += o->entries_n;
                o->entries_n = 0;
        }
        memcpy(o->entries + o->entries_n, entry, sizeof entry);
        o->entries_n += sizeof entry;
        o->head.blocks++;
        o->head.fixes += o->held;
        o->head.column_bytes += columns;
        o->head.locator_bytes += locators;
        o->held = 0;
}

em_status em_day_out_fix(em_day_out *o, uint32_t mmsi, const em_fix *fix, em_error *err)
{
        if (o->held) {
                em_fix *last = &o->fix[o->held - 1];
                bool    same = mmsi == o->mmsi && last->time_s == fix->time_s && last->lon == fix->lon && last->lat == fix->lat;
                if (same && (!o->head.aside || last->file == fix->file)) {
                        if (fix->file < last->file || (fix->file == last->file && fix->offset < last->offset))
                                *last = *fix;
                        return EM_OK;
                }
                if (mmsi != o->mmsi || o->held == EM_FIX_BLOCK)
                        flush_block(o);
        }
        o->mmsi = mmsi;
        o->fix[o->held++] = *fix;
        return o->error ? fail_disk(o, o->error, err) : EM_OK;
}

/* ---- sections behind ---- */

static void put_entries(em_day_out *o)
{
        flush_block(o);
        end_section(o, EM_DAY_BLOCKS);
        flush(o);
        put_all(o, o->entries_fd, o->entries, o->entries_n, o->entries_at);
        uint64_t total = o->entries_at + o->entries_n;
        o->head.section[EM_DAY_ENTRIES].offset = o->at;
        o->head.section[EM_DAY_ENTRIES].length = total;
        memcpy(o->head.section[EM_DAY_ENTRIES].sum, em_hasher_done(o->entries_sum).b, 8);
        for (uint64_t from = 0; from < total && !o->error;) {
                size_t  want = total - from < ROOM ? (size_t)(total - from) : ROOM;
                ssize_t got = pread(o->entries_fd, o->entries, want, (off_t)from);
                if (got <= 0) {
                        o->error = got < 0 ? errno : EIO;
                        break;
                }
                put_all(o, o->fd, o->entries, (size_t)got, o->at);
                o->at += (uint64_t)got;
                from += (uint64_t)got;
        }
        close(o->entries_fd);
        o->entries_fd = -1;
        begin_section(o, EM_DAY_REPORTS);
}

static size_t put_varint(uint8_t *p, uint64_t v)
{
        size_t n = 0;
        for (; v >= 128; v >>= 7)
                p[n++] = (uint8_t)(v | 128);
        p[n++] = (uint8_t)v;
        return n;
}

static void pack_place(em_day_out *o, uint8_t *p, const em_said_place *place)
{
        em_sh_put(p, local_of(o, place->file), 4);
        em_sh_put(p + 4, place->length, 4);
        em_sh_put(p + 8, place->offset, 8);
}

em_status em_day_out_said(em_day_out *o, const em_said_group *g, em_error *err)
{
        const em_said *s = &g->said;
        size_t   most = 64 + sizeof *s + g->times * 3, n = 64;
        uint8_t *p = most <= EM_FIX_PACKED ? o->packed : malloc(most);
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for what a ship said");
        if (o->entries_fd >= 0)
                put_entries(o);
        size_t call = strnlen(s->call_sign, sizeof s->call_sign), name = strnlen(s->name, sizeof s->name),
               destination = strnlen(s->destination, sizeof s->destination);
        em_sh_put(p + 4, g->mmsi, 4);
        em_sh_put(p + 8, s->imo, 4);
        em_sh_put(p + 12, s->to_bow, 2);
        em_sh_put(p + 14, s->to_stern, 2);
        const uint8_t small[8] = {s->to_port, s->to_starboard, s->ship_type, s->draught, (uint8_t)call, (uint8_t)name,
                                  (uint8_t)destination, 0};
        memcpy(p + 16, small, sizeof small);
        em_sh_put(p + 24, g->times, 4);
        pack_place(o, p + 28, &g->first);
        pack_place(o, p + 44, &g->last);
        em_sh_put(p + 60, (uint64_t)(g->last.time_s % EM_SHIPS_DAY_S), 4);
        memcpy(p + n, s->call_sign, call);
        memcpy(p + n + call, s->name, name);
        memcpy(p + n + call + name, s->destination, destination);
        n += call + name + destination;
        for (size_t i = 0; i < g->times; i++)
                n += put_varint(p + n, g->second[i] - (i ? g->second[i - 1] : 0));
        em_sh_put(p, n, 4);
        for (size_t from = 0; from < n; from += ROOM / 2)
                put(o, p + from, n - from < ROOM / 2 ? n - from : ROOM / 2);
        if (p != o->packed)
                free(p);
        o->head.groups++;
        o->head.said += g->times;
        return o->error ? fail_disk(o, o->error, err) : EM_OK;
}

static void put_sources(em_day_out *o)
{
        begin_section(o, EM_DAY_FILES);
        for (uint32_t i = 0; i < o->head.files; i++) {
                em_sha256 hash = {{0}};
                if (o->hash)
                        hash = o->hash[o->source[i]];
                else
                        em_sh_put(hash.b, o->source[i], 4);
                put(o, hash.b, EM_DAY_FILE_BYTES);
        }
        end_section(o, EM_DAY_FILES);
        static const uint8_t spare[EM_FIX_SPARE];
        put(o, spare, sizeof spare);
        flush(o);
}

em_status em_day_out_done(em_day_out *o, bool sync, em_day_head *ret_head, em_error *err)
{
        uint8_t   head[EM_DAY_HEAD];
        em_status status = EM_OK;
        if (o->entries_fd >= 0)
                put_entries(o);
        end_section(o, EM_DAY_REPORTS);
        put_sources(o);
        em_day_head_pack(&o->head, head);
        put_all(o, o->fd, head, sizeof head, 0);
        if (!o->error && sync && fsync(o->fd) != 0 && errno != EINVAL)
                o->error = errno;
        if (o->error)
                status = fail_disk(o, o->error, err);
        else
                *ret_head = o->head;
        em_day_out_drop(o);
        return status;
}

void em_day_head_pack(const em_day_head *h, uint8_t out[EM_DAY_HEAD])
{
        memset(out, 0, EM_DAY_HEAD);
        memcpy(out, MAGIC, 8);
        em_sh_put(out + 8, h->day, 4);
        em_sh_put(out + 12, h->files, 4);
        const uint64_t count[] = {h->fixes, h->blocks, h->column_bytes, h->locator_bytes, h->groups, h->said, h->aside};
        for (size_t i = 0; i < sizeof count / sizeof *count; i++)
                em_sh_put(out + 16 + 8 * i, count[i], 8);
        for (size_t i = 0; i < EM_DAY_SECTIONS; i++) {
                em_sh_put(out + 80 + 24 * i, h->section[i].offset, 8);
                em_sh_put(out + 88 + 24 * i, h->section[i].length, 8);
                memcpy(out + 96 + 24 * i, h->section[i].sum, 8);
        }
        em_sha256 sum = em_sha256_of((em_str){(const char *)out, EM_DAY_HEAD - 8});
        memcpy(out + EM_DAY_HEAD - 8, sum.b, 8);
}
