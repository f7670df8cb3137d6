/* All that is known of one day becomes one day file.
 *
 * The parts (the index's old file of that day, files set aside, what is in memory) are each in order; so the next ship is the least MMSI
 * that a part is at, and her fixes are merged by time and place.  No part is ever held whole: one block of fixes each, and the reports of one
 * ship.  The result does not depend on how the fixes were spread over the parts.
 */
#include <stdlib.h>

#include "ships/ships_inside.h"

typedef struct cursor {
        const em_gather *gather;
        em_gather_span   span;
        em_day_in day;
        uint64_t  block, group_at;      /* next of the day file */
        uint32_t *rank;                 /* of the day file's sources */
        em_fix   *fix;                  /* a block of it, unpacked */
        size_t    n, at;
        uint32_t  mmsi;                 /* whose fixes those are */
} cursor;

typedef struct merging {
        cursor   *at;
        size_t    n;
        size_t   *heap, heap_n;         /* cursors with fixes of the ship, least fix first */
        const em_fix_coder *coder;
        em_day_out *out;
        em_arena *arena;
} merging;

static bool refill(cursor *c, const em_fix_coder *coder, em_status *ret_status, em_error *err)
{
        if (c->block >= c->day.head.blocks)
                return false;
        em_day_block b = em_day_block_at(&c->day, c->block++);
        *ret_status = em_day_fixes(&c->day, &b, coder, c->fix, err);
        if (*ret_status != EM_OK)
                return false;
        for (size_t i = 0; i < b.fixes; i++)
                c->fix[i].file = c->rank[c->fix[i].file];
        c->mmsi = b.mmsi;
        c->n = b.fixes;
        c->at = 0;
        return true;
}

/* The MMSI of the next fix; UINT32_MAX: no more. */
static uint32_t next_mmsi(const cursor *c)
{
        if (c->gather)
                return c->span.at < c->span.end ? em_gather_mmsi(c->gather, c->span.at) : UINT32_MAX;
        return c->at < c->n ? c->mmsi : UINT32_MAX;
}

static const em_fix *fix_of(const cursor *c)
{
        return c->gather ? em_gather_at(c->gather, c->span.at) : &c->fix[c->at];
}

static em_status advance(cursor *c, const em_fix_coder *coder, em_error *err)
{
        em_status status = EM_OK;
        if (c->gather)
                c->span.at++;
        else if (++c->at == c->n)
                (void)refill(c, coder, &status, err);
        return status;
}

static bool before(const em_fix *a, const em_fix *b)
{
        if (a->time_s != b->time_s)
                return a->time_s < b->time_s;
        if (a->lon != b->lon)
                return a->lon < b->lon;
        return a->lat < b->lat;         /* the writer chooses among those of one place */
}

static void sink(merging *m, size_t i)
{
        for (size_t k; (k = 2 * i + 1) < m->heap_n; i = k) {
                if (k + 1 < m->heap_n && before(fix_of(&m->at[m->heap[k + 1]]), fix_of(&m->at[m->heap[k]])))
                        k++;
                if (!before(fix_of(&m->at[m->heap[k]]), fix_of(&m->at[m->heap[i]])))
                        break;
                size_t t = m->heap[i];
                m->heap[i] = m->heap[k];
                m->heap[k] = t;
        }
}

static em_status merge_ship(merging *m, uint32_t mmsi, em_error *err)
{
        m->heap_n = 0;
        for (size_t i = 0; i < m->n; i++)
                if (next_mmsi(&m->at[i]) == mmsi)
                        m->heap[m->heap_n++] = i;
        for (size_t i = m->heap_n / 2; i-- > 0;)
                sink(m, i);
        while (m->heap_n) {
                cursor *c = &m->at[m->heap[0]];
                EM_TRY(em_day_out_fix(m->out, mmsi, fix_of(c), err));
                EM_TRY(advance(c, m->coder, err));
                if (next_mmsi(c) != mmsi)
                        m->heap[0] = m->heap[--m->heap_n];
                sink(m, 0);
        }
        return EM_OK;
}

static em_status merge_fixes(merging *m, em_error *err)
{
        for (;;) {
                uint32_t least = UINT32_MAX;
                for (size_t i = 0; i < m->n; i++) {
                        uint32_t mmsi = next_mmsi(&m->at[i]);
                        least = mmsi < least ? mmsi : least;
                }
                if (least == UINT32_MAX)
                        return EM_OK;
                EM_TRY(merge_ship(m, least, err));
        }
}

/* ---- reports ---- */

typedef struct heard { em_said_group *at; size_t n, most; } heard;

static uint32_t next_said(const cursor *c)
{
        if (c->gather)
                return c->span.said_at < c->span.said_end ? em_gather_said_mmsi(c->gather, c->span.said_at) : UINT32_MAX;
        return c->group_at < c->day.head.section[EM_DAY_REPORTS].length ? em_day_group_mmsi(&c->day, c->group_at) : UINT32_MAX;
}

static em_said_group *one_more(heard *h)
{
        if (h->n == h->most) {
                size_t         most = h->most ? 2 * h->most : 64;
                em_said_group *more = realloc(h->at, most * sizeof *more);
                if (!more)
                        return NULL;
                h->at = more;
                h->most = most;
        }
        return &h->at[h->n++];
}

static em_status hear(cursor *c, uint32_t mmsi, em_arena *arena, heard *h, em_error *err)
{
        while (next_said(c) == mmsi) {
                em_said_group *g = one_more(h);
                if (!g)
                        return em_fail(err, EM_NOMEM, "no memory for what MMSI %u said", mmsi);
                if (!c->gather) {
                        EM_TRY(em_day_group(&c->day, &c->group_at, arena, g, err));
                        g->first.file = c->rank[g->first.file];
                        g->last.file = c->rank[g->last.file];
                        continue;
                }
                uint32_t *second = EM_NEW(arena, uint32_t);
                if (!second)
                        return em_fail(err, EM_NOMEM, "no memory for what MMSI %u said", mmsi);
                *g = (em_said_group){.mmsi = mmsi, .second = second, .times = 1};
                em_gather_said_at(c->gather, c->span.said_at++, &g->said, &g->first);
                g->last = g->first;
                *second = (uint32_t)(g->first.time_s % EM_SHIPS_DAY_S);
        }
        return EM_OK;
}

static bool earlier(const em_said_place *a, const em_said_place *b, bool later_time)
{
        if (a->time_s != b->time_s)
                return later_time ? a->time_s > b->time_s : a->time_s < b->time_s;
        return a->file != b->file ? a->file < b->file : a->offset < b->offset;
}

static int by_content(const void *x, const void *y)
{
        const em_said_group *a = x, *b = y;
        int c = memcmp(&a->said, &b->said, sizeof a->said);
        if (c)
                return c;
        return earlier(&a->first, &b->first, false) ? -1 : earlier(&b->first, &a->first, false);
}

static int by_second(const void *x, const void *y)
{
        const uint32_t *a = x, *b = y;
        return *a < *b ? -1 : *a > *b;
}

/* Groups i to k say the same. */
static em_status put_same(merging *m, const heard *h, size_t i, size_t k, em_error *err)
{
        em_said_group g = h->at[i];
        size_t        all = 0, times = 0;
        for (size_t j = i; j < k; j++)
                all += h->at[j].times;
        uint32_t *second = EM_NEW_N(m->arena, uint32_t, all);
        if (!second)
                return em_fail(err, EM_NOMEM, "no memory for what MMSI %u said", g.mmsi);
        all = 0;
        for (size_t j = i; j < k; j++) {
                const em_said_group *o = &h->at[j];
                memcpy(second + all, o->second, o->times * sizeof *second);
                all += o->times;
                if (earlier(&o->first, &g.first, false))
                        g.first = o->first;
                if (earlier(&o->last, &g.last, true))
                        g.last = o->last;
        }
        qsort(second, all, sizeof *second, by_second);
        for (size_t j = 0; j < all; j++)
                if (times == 0 || second[times - 1] / EM_SAID_S != second[j] / EM_SAID_S)
                        second[times++] = second[j];
        g.second = second;
        g.times = times;
        return em_day_out_said(m->out, &g, err);
}

static em_status merge_said(merging *m, heard *h, em_error *err)
{
        for (;;) {
                uint32_t least = UINT32_MAX;
                for (size_t i = 0; i < m->n; i++) {
                        uint32_t mmsi = next_said(&m->at[i]);
                        least = mmsi < least ? mmsi : least;
                }
                if (least == UINT32_MAX)
                        return EM_OK;
                h->n = 0;
                em_arena_reset(m->arena);
                for (size_t i = 0; i < m->n; i++)
                        EM_TRY(hear(&m->at[i], least, m->arena, h, err));
                qsort(h->at, h->n, sizeof *h->at, by_content);
                for (size_t i = 0, k; i < h->n; i = k) {
                        for (k = i + 1; k < h->n && memcmp(&h->at[i].said, &h->at[k].said, sizeof h->at[i].said) == 0; k++)
                                ;
                        EM_TRY(put_same(m, h, i, k, err));
                }
        }
}

/* ---- parts ---- */

static em_status rank_sources(cursor *c, const em_day_part *part, const uint32_t *rank, size_t files, em_str path, em_error *err)
{
        c->rank = calloc(c->day.head.files + (size_t)1, sizeof *c->rank);
        if (!c->rank)
                return em_fail(err, EM_NOMEM, "no memory for a day's sources");
        for (size_t i = 0; i < c->day.head.files; i++) {
                const uint8_t *p = c->day.section[EM_DAY_FILES] + i * EM_DAY_FILE_BYTES;
                if (c->day.head.aside) {
                        size_t n = (size_t)em_sh_le(p, 4);
                        em_assert(n < files);
                        c->rank[i] = rank ? rank[n] : (uint32_t)n;
                        continue;
                }
                size_t low = 0, high = part->hashes;
                while (low < high) {
                        size_t mid = low + (high - low) / 2;
                        if (memcmp(part->hash[mid].b, p, 32) < 0)
                                low = mid + 1;
                        else
                                high = mid;
                }
                if (low == part->hashes || memcmp(part->hash[low].b, p, 32) != 0)
                        return em_fail_at(err, EM_FORMAT, path, 0, 0, "the day cites a source that the index does not list");
                c->rank[i] = (uint32_t)low;
        }
        return EM_OK;
}

static em_status open_part(cursor *c, const em_day_part *part, uint32_t day, const uint32_t *rank, size_t files,
                           const em_fix_coder *coder, em_error *err)
{
        em_status status = EM_OK;
        c->day.map.fd = -1;
        if (part->gather) {
                c->gather = part->gather;
                c->span = em_gather_day(part->gather, day);
                return EM_OK;
        }
        EM_TRY(em_day_open(part->path, &c->day, err));
        if (c->day.head.day != day)
                return em_fail_at(err, EM_FORMAT, part->path, 0, 0, "the file is of another day");
        EM_TRY(rank_sources(c, part, rank, files, part->path, err));
        c->fix = malloc(EM_FIX_BLOCK * sizeof *c->fix);
        if (!c->fix)
                return em_fail(err, EM_NOMEM, "no memory for a block of fixes");
        (void)refill(c, coder, &status, err);
        return status;
}

static em_status merge(merging *m, const em_day_part *part, uint32_t day, const uint32_t *rank, size_t files, em_error *err)
{
        heard     h = {0};
        em_status status = EM_OK;
        for (size_t i = 0; i < m->n && status == EM_OK; i++)
                status = open_part(&m->at[i], &part[i], day, rank, files, m->coder, err);
        if (status == EM_OK)
                status = merge_fixes(m, err);
        if (status == EM_OK)
                status = merge_said(m, &h, err);
        free(h.at);
        return status;
}

em_status em_day_merge(uint32_t day, const em_day_part *part, size_t parts, const uint32_t *rank, size_t files,
                       const em_sha256 *hash, em_str path, bool aside, em_day_head *ret_head, em_error *err)
{
        merging       m = {.n = parts, .arena = em_arena_new((size_t)4 << 30)};
        em_fix_coder *coder = malloc(sizeof *coder);
        em_status     status = EM_OK;
        m.at = calloc(parts + 1, sizeof *m.at);
        m.heap = calloc(parts + 1, sizeof *m.heap);
        m.coder = coder;
        if (!m.at || !m.heap || !m.arena || !coder)
                status = em_fail(err, EM_NOMEM, "no memory to merge a day");
        if (status == EM_OK) {
                em_fix_coder_make(coder);
                status = em_day_out_make(path, day, files, aside ? NULL : hash, &m.out, err);
        }
        if (status == EM_OK)
                status = merge(&m, part, day, rank, files, err);
        if (status == EM_OK)
                status = em_day_out_done(m.out, !aside, ret_head, err);
        else
                em_day_out_drop(m.out);
        for (size_t i = 0; m.at && i < parts; i++) {
                em_day_close(&m.at[i].day);
                free(m.at[i].rank);
                free(m.at[i].fix);
        }
        free(m.at);
        free(m.heap);
        free(coder);
        em_arena_free(m.arena);
        return status;
}
