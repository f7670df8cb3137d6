/* One hull after the other: a walk over all days at once by MMSI, the fixes of each unpacked, cut, and given with what was said.
 *
 * Within a day ships stand by MMSI, so a heap of days gives the next one (the merge of Knuth 5.4.1); days in order are fixes in order.  A
 * report goes to the hull whose fixes are nearest in time to when it was said; where several are as near (two ships at once under one
 * number), to the one that other statements of the same IMO number, call sign or name went to, else to the first.
 */
#include <stdlib.h>

#include "ships/ships_open.h"

/* ---- the walk ---- */

static uint32_t mmsi_at(const em_day_in *d, const em_day_place *p)
{
        uint32_t block = p->block < d->head.blocks ? em_day_block_at(d, p->block).mmsi : UINT32_MAX;
        uint32_t group = p->group < d->head.section[EM_DAY_REPORTS].length ? em_day_group_mmsi(d, p->group) : UINT32_MAX;
        return block < group ? block : group;
}

static bool above(const em_day_place *a, const em_day_place *b)
{
        return a->mmsi != b->mmsi ? a->mmsi < b->mmsi : a->day < b->day;
}

static void sink(em_day_place *heap, size_t n, size_t i)
{
        for (size_t k; (k = 2 * i + 1) < n; i = k) {
                if (k + 1 < n && above(&heap[k + 1], &heap[k]))
                        k++;
                if (!above(&heap[k], &heap[i]))
                        return;
                em_day_place t = heap[i];
                heap[i] = heap[k];
                heap[k] = t;
        }
}

em_status em_day_walk_begin(const em_ships *ships, size_t from, size_t to, em_day_walk *ret_walk, em_error *err)
{
        em_day_walk w = {.ships = ships};
        w.heap = calloc(to - from + 1, sizeof *w.heap);
        w.now = calloc(to - from + 1, sizeof *w.now);
        if (!w.heap || !w.now) {
                em_day_walk_end(&w);
                return em_fail(err, EM_NOMEM, "no memory for the days of the index");
        }
        for (size_t i = from; i < to; i++) {
                em_day_place p = {.day = (uint32_t)i};
                p.mmsi = mmsi_at(&ships->day[i], &p);
                if (p.mmsi != UINT32_MAX)
                        w.heap[w.n++] = p;
        }
        for (size_t i = w.n / 2; i-- > 0;)
                sink(w.heap, w.n, i);
        *ret_walk = w;
        return EM_OK;
}

void em_day_walk_end(em_day_walk *w)
{
        free(w->heap);
        free(w->now);
        *w = (em_day_walk){0};
}

bool em_day_walk_next(em_day_walk *w, uint32_t *ret_mmsi)
{
        if (w->n == 0)
                return false;
        uint32_t mmsi = w->heap[0].mmsi;
        w->now_n = 0;
        while (w->n && w->heap[0].mmsi == mmsi) {
                em_day_place    *p = &w->heap[0];
                const em_day_in *d = &w->ships->day[p->day];
                w->now[w->now_n++] = *p;
                while (p->block < d->head.blocks && em_day_block_at(d, p->block).mmsi == mmsi)
                        p->block++;
                while (p->group < d->head.section[EM_DAY_REPORTS].length && em_day_group_mmsi(d, p->group) == mmsi)
                        p->group += em_sh_le(d->section[EM_DAY_REPORTS] + p->group, 4);
                p->mmsi = mmsi_at(d, p);
                if (p->mmsi == UINT32_MAX)
                        *p = w->heap[--w->n];
                sink(w->heap, w->n, 0);
        }
        *ret_mmsi = mmsi;
        return true;
}

/* ---- one ship ---- */

typedef struct telling {
        const em_ships *ships;
        em_hulls_opts   opts;
        em_day_walk     walk;
        em_arena       *arena;
        em_fix         *fix;
        size_t          fixes, fix_most;
        em_ship_report *report;
        size_t          reports, report_most;
        em_hull_fn     *each;
        void           *ctx;
} telling;

static em_status no_memory(uint32_t mmsi, em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory for the fixes of MMSI %u", mmsi);
}

static em_status room_for(telling *t, size_t more, uint32_t mmsi, em_error *err)
{
        if (t->fixes + more <= t->fix_most)
                return EM_OK;
        size_t  most = (t->fixes + more) * 2;
        em_fix *fix = realloc(t->fix, most * sizeof *fix);
        if (!fix)
                return no_memory(mmsi, err);
        t->fix = fix;
        t->fix_most = most;
        return EM_OK;
}

/* The fixes of one day that are within the time asked for. */
static em_status take_fixes(telling *t, const em_day_place *p, em_error *err)
{
        const em_day_in *d = &t->ships->day[p->day];
        int64_t          day_s = (int64_t)d->head.day * EM_SHIPS_DAY_S;
        const uint32_t  *source = t->ships->source[p->day];
        for (uint64_t i = p->block; i < d->head.blocks; i++) {
                em_day_block b = em_day_block_at(d, i);
                if (b.mmsi != p->mmsi)
                        break;
                if (day_s + b.last_s < t->opts.from_s || day_s + b.first_s > t->opts.to_s)
                        continue;
                EM_TRY(room_for(t, EM_FIX_BLOCK, p->mmsi, err));
                em_fix *fix = t->fix + t->fixes;
                size_t  n = 0;
                EM_TRY(em_day_fixes(d, &b, &t->ships->coder, fix, err));
                bool whole = day_s + b.first_s >= t->opts.from_s && day_s + b.last_s <= t->opts.to_s;
                for (size_t k = 0; k < b.fixes; k++) {
                        if (!whole && (fix[k].time_s < t->opts.from_s || fix[k].time_s > t->opts.to_s))
                                continue;
                        fix[n] = fix[k];
                        fix[n].file = source[fix[n].file];
                        n++;
                }
                t->fixes += n;
        }
        return EM_OK;
}

static bool says_same(const em_ship_report *r, const em_said *s)
{
        return r->imo == s->imo && r->to_bow == s->to_bow && r->to_stern == s->to_stern && r->to_port == s->to_port &&
               r->to_starboard == s->to_starboard && r->ship_type == s->ship_type && r->draught == s->draught &&
               memcmp(r->call_sign, s->call_sign, sizeof r->call_sign) == 0 && memcmp(r->name, s->name, sizeof r->name) == 0 &&
               memcmp(r->destination, s->destination, sizeof r->destination) == 0;
}

static em_ship_report report_of(const em_said_group *g, const uint32_t *source)
{
        em_ship_report r = {
                .first_s = g->first.time_s, .last_s = g->last.time_s, .times = g->times, .imo = g->said.imo, .to_bow = g->said.to_bow,
                .to_stern = g->said.to_stern, .to_port = g->said.to_port, .to_starboard = g->said.to_starboard,
                .ship_type = g->said.ship_type, .draught = g->said.draught, .file = source[g->first.file], .length = g->first.length,
                .offset = g->first.offset, .last_file = source[g->last.file], .last_length = g->last.length, .last_offset = g->last.offset,
        };
        memcpy(r.call_sign, g->said.call_sign, sizeof r.call_sign);
        memcpy(r.name, g->said.name, sizeof r.name);
        memcpy(r.destination, g->said.destination, sizeof r.destination);
        return r;
}

/* A call sign, name and size, or a draught: what kind of message it was, as far as that can be told from what it holds. */
static bool of_one_kind(const em_ship_report *a, const em_ship_report *b)
{
        return (a->name[0] != 0) == (b->name[0] != 0) && (a->call_sign[0] != 0) == (b->call_sign[0] != 0) &&
               (a->ship_type != 0) == (b->ship_type != 0);
}

/* What was said the day before and is said again is one report, unless the ship said another thing of that kind in between. */
static em_status add_group(telling *t, const em_said_group *g, const uint32_t *source, size_t day_begins, em_error *err)
{
        em_ship_report r = report_of(g, source);
        for (size_t i = day_begins; i-- > 0;) {
                em_ship_report *o = &t->report[i];
                if (!says_same(o, &g->said))
                        continue;
                bool between = false;
                for (size_t k = 0; k < day_begins && !between; k++)
                        between = k != i && of_one_kind(&t->report[k], &r) && t->report[k].first_s > o->last_s && t->report[k].first_s < r.first_s;
                if (between)
                        break;
                o->last_s = r.last_s;
                o->times += r.times;
                o->last_file = r.last_file;
                o->last_length = r.last_length;
                o->last_offset = r.last_offset;
                return EM_OK;
        }
        if (t->reports == t->report_most) {
                size_t          most = t->report_most ? 2 * t->report_most : 64;
                em_ship_report *more = realloc(t->report, most * sizeof *more);
                if (!more)
                        return no_memory(g->mmsi, err);
                t->report = more;
                t->report_most = most;
        }
        t->report[t->reports++] = r;
        return EM_OK;
}

static em_status take_reports(telling *t, const em_day_place *p, em_error *err)
{
        const em_day_in *d = &t->ships->day[p->day];
        size_t           day_begins = t->reports;
        for (uint64_t at = p->group; at < d->head.section[EM_DAY_REPORTS].length && em_day_group_mmsi(d, at) == p->mmsi;) {
                em_said_group g;
                EM_TRY(em_day_group(d, &at, t->arena, &g, err));
                if (g.last.time_s < t->opts.from_s || g.first.time_s > t->opts.to_s)
                        continue;
                for (size_t f = 0; f < 2; f++)
                        em_assert((f ? g.first.file : g.last.file) < d->head.files);
                EM_TRY(add_group(t, &g, t->ships->source[p->day], day_begins, err));
        }
        return EM_OK;
}

/* ---- reports to hulls ---- */

static int64_t away(const em_fix *fix, size_t n, const em_ship_report *r)
{
        if (r->last_s < fix[0].time_s)
                return fix[0].time_s - r->last_s;
        if (r->first_s > fix[n - 1].time_s)
                return r->first_s - fix[n - 1].time_s;
        size_t low = 0, high = n;       /* the first fix not before it */
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (fix[mid].time_s < r->first_s)
                        low = mid + 1;
                else
                        high = mid;
        }
        int64_t after = low < n ? fix[low].time_s - r->first_s : INT64_MAX, before = low ? r->first_s - fix[low - 1].time_s : INT64_MAX;
        return after < before ? after : before;
}

static bool of_one_ship(const em_ship_report *a, const em_ship_report *b)
{
        if (a->imo && b->imo)
                return a->imo == b->imo;
        if (a->call_sign[0] && b->call_sign[0])
                return memcmp(a->call_sign, b->call_sign, sizeof a->call_sign) == 0;
        return a->name[0] && memcmp(a->name, b->name, sizeof a->name) == 0;
}

static int by_first(const void *x, const void *y)
{
        const em_ship_report *a = x, *b = y;
        if (a->first_s != b->first_s)
                return a->first_s < b->first_s ? -1 : 1;
        if (a->file != b->file)
                return a->file < b->file ? -1 : 1;
        if (a->offset != b->offset)
                return a->offset < b->offset ? -1 : 1;
        return memcmp(a, b, sizeof *a);
}

/* How far apart in time two hulls may be from a report and still be as near: reports come every six minutes. */
enum { AS_NEAR_S = 360 };

static void assign(const telling *t, em_hull *hull, size_t hulls, uint32_t *to)
{
        for (size_t i = 0; i < t->reports; i++) {
                const em_ship_report *r = &t->report[i];
                size_t  best = 0;
                int64_t least = INT64_MAX;
                for (size_t h = 0; h < hulls; h++) {
                        int64_t m = away(hull[h].fix, hull[h].fixes, r);
                        if (m < least) {
                                least = m;
                                best = h;
                        }
                }
                for (size_t k = 0; k < i; k++)
                        if (of_one_ship(&t->report[k], r) && to[k] != best &&
                            away(hull[to[k]].fix, hull[to[k]].fixes, r) <= least + AS_NEAR_S) {
                                best = to[k];
                                break;
                        }
                to[i] = (uint32_t)best;
        }
}

static em_status give(telling *t, em_hull *hull, size_t hulls, em_error *err)
{
        uint32_t       *to = EM_NEW_N(t->arena, uint32_t, t->reports);
        em_ship_report *own = EM_NEW_N(t->arena, em_ship_report, t->reports);
        size_t          n = 0;
        if (!to || !own)
                return no_memory(hull->mmsi, err);
        if (hulls > 1)
                assign(t, hull, hulls, to);
        for (size_t h = 0; h < hulls; h++) {
                hull[h].report = own + n;
                for (size_t i = 0; i < t->reports; i++)
                        if (to[i] == h)
                                own[n++] = t->report[i];
                hull[h].reports = (size_t)(own + n - hull[h].report);
                EM_TRY(t->each(t->ctx, &hull[h], err));
        }
        return EM_OK;
}

/* Fixes by part, each part's in order. */
static em_status cut(telling *t, uint32_t mmsi, em_error *err)
{
        uint32_t *part = EM_NEW_N(t->arena, uint32_t, t->fixes), parts = 0;
        if (!part)
                return no_memory(mmsi, err);
        EM_TRY(em_hulls_cut(t->fix, t->fixes, NULL, t->arena, part, &parts, err));
        em_hull *hull = EM_NEW_N(t->arena, em_hull, parts);
        size_t  *at = EM_NEW_N(t->arena, size_t, parts + (size_t)1);
        em_fix  *fix = parts > 1 ? EM_NEW_N(t->arena, em_fix, t->fixes) : t->fix;
        if (!hull || !at || !fix)
                return no_memory(mmsi, err);
        size_t noise = 0;
        for (size_t i = 0; i < t->fixes; i++)
                if (part[i] == EM_CUT_NOISE)
                        noise++;
                else
                        at[part[i] + 1]++;
        for (uint32_t p = 0; p < parts; p++) {
                at[p + 1] += at[p];
                hull[p] = (em_hull){.mmsi = mmsi, .part = p, .fix = fix + at[p]};
        }
        for (size_t i = 0; i < t->fixes && (parts > 1 || noise); i++)
                if (part[i] != EM_CUT_NOISE)
                        fix[at[part[i]] + hull[part[i]].fixes++] = t->fix[i];
        if (parts == 1 && !noise)
                hull[0].fixes = t->fixes;
        return give(t, hull, parts, err);
}

static em_status tell_ship(telling *t, uint32_t mmsi, em_error *err)
{
        t->fixes = t->reports = 0;
        em_arena_reset(t->arena);
        for (size_t i = 0; i < t->walk.now_n; i++) {
                EM_TRY(take_fixes(t, &t->walk.now[i], err));
                EM_TRY(take_reports(t, &t->walk.now[i], err));
        }
        if (t->fixes == 0)      /* a ship that only spoke has no track */
                return EM_OK;
        if (t->reports)
                qsort(t->report, t->reports, sizeof *t->report, by_first);
        if (!t->opts.whole)
                return cut(t, mmsi, err);
        em_hull hull = {.mmsi = mmsi, .fix = t->fix, .fixes = t->fixes, .report = t->report, .reports = t->reports};
        return t->each(t->ctx, &hull, err);
}

static bool asked_for(const em_hulls_opts *o, uint32_t mmsi)
{
        for (size_t i = 0; i < o->mmsis; i++)
                if (o->mmsi[i] == mmsi)
                        return true;
        return o->mmsis == 0;
}

em_status em_ships_hulls(const em_ships *ships, const em_hulls_opts *opts, em_hull_fn *each, void *ctx, em_error *err)
{
        telling  t = {.ships = ships, .opts = opts ? *opts : em_hulls_defaults, .each = each, .ctx = ctx};
        size_t   from = 0, to = ships->days;
        uint32_t mmsi = 0;
        while (from < to && ((int64_t)ships->day[from].head.day + 1) * EM_SHIPS_DAY_S <= t.opts.from_s)
                from++;
        while (to > from && (int64_t)ships->day[to - 1].head.day * EM_SHIPS_DAY_S > t.opts.to_s)
                to--;
        t.arena = em_arena_new((size_t)64 << 30);
        if (!t.arena)
                return em_fail(err, EM_NOMEM, "no memory for hulls");
        em_status status = em_day_walk_begin(ships, from, to, &t.walk, err);
        while (status == EM_OK && em_day_walk_next(&t.walk, &mmsi))
                if (asked_for(&t.opts, mmsi))
                        status = tell_ship(&t, mmsi, err);
        em_day_walk_end(&t.walk);
        free(t.fix);
        free(t.report);
        em_arena_free(t.arena);
        return status;
}

const em_hulls_opts em_hulls_defaults = {.from_s = INT64_MIN, .to_s = INT64_MAX};
