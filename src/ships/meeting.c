/* Meetings of ships: the pass over the fleet, slab by slab.
 *
 * Each hull is drawn on the grid and its places go to the pile, two hours a bucket.  At the end the buckets are taken in order of time;
 * the slabs of one are searched in parallel, each into its own list, and the pairs found are followed one slab after the other, so the
 * number of threads changes nothing.  What is a meeting by then is few: its ships are read once more, and only now their fixes, headings
 * and reports are looked at.  Memory: the pile's share, one bucket, the pairs of some hours, and a batch of meetings.
 */
#include "ships/meeting.h"

#include <math.h>
#include <stdlib.h>

#define BUCKET_HOURS 2
#define SLABS_MOST 120                  /* in a bucket: at one minute */
#define BUCKET_ZERO ((int64_t)1 << 31)
#define LEAST_ARENA ((uint64_t)64 << 20)
#define STEAMING_HOURS 3                /* before and after a wait */

typedef struct ship_id { uint32_t mmsi, part; } ship_id;

typedef struct course { int64_t slab; double degrees; bool known; } course;     /* when it last steamed, and where to */

typedef struct fleet_state {
        const em_detecting *with;
        em_pile  *pile;
        ship_id  *ship;
        size_t    ships, ship_room;
        em_wait  *wait;
        size_t    waits, wait_room;
        size_t   *wait_of;              /* ships + 1: where each ship's waits begin */
        int64_t   bucket_slabs;
        int32_t   port_lon, port_lat;   /* the place last asked about */
        bool      port_asked, port_near;
        em_near_work *near[SLABS_MOST];
} fleet_state;

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "out of memory for the meetings");
}

static void meeting_close(void *ctx)
{
        fleet_state *s = ctx;
        if (!s)
                return;
        em_pile_free(s->pile);
        for (size_t i = 0; i < SLABS_MOST; i++)
                em_near_free(s->near[i]);
        free(s->ship);
        free(s->wait);
        free(s->wait_of);
        free(s);
}

static em_status meeting_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        fleet_state *s = calloc(1, sizeof *s);
        if (!s)
                return no_memory(err);
        s->with = with;
        s->bucket_slabs = (int64_t)(BUCKET_HOURS * 60 / with->rules->slab_minutes);
        em_status status = em_pile_new(sizeof(em_place), with->memory / 2, with->scratch, &s->pile, err);
        for (int64_t i = 0; i < s->bucket_slabs && status == EM_OK; i++)
                status = em_near_new(with->rules->meet_m, &s->near[i], err);
        if (status != EM_OK) {
                meeting_close(s);
                return status;
        }
        *ret_state = s;
        return EM_OK;
}

/* ---- onto the grid ----------------------------------------------------------------------------- */

static em_status ship_add(fleet_state *s, const em_hull *hull, em_error *err)
{
        if (s->with->rules->by_mmsi && s->ships && s->ship[s->ships - 1].mmsi == hull->mmsi)
                return EM_OK;
        if (s->ships == s->ship_room) {
                size_t room = s->ship_room ? s->ship_room * 2 : 1024;
                ship_id *more = realloc(s->ship, room * sizeof *more);
                if (!more)
                        return no_memory(err);
                s->ship = more;
                s->ship_room = room;
        }
        s->ship[s->ships++] = (ship_id){ hull->mmsi, s->with->rules->by_mmsi ? 0 : hull->part };
        return EM_OK;
}

/* Well inside a port nothing is looked at; its border is drawn at the meeting's middle. */
static bool in_port(fleet_state *s, int32_t lon, int32_t lat)
{
        const double far = s->with->rules->meet_port_m / 2;
        if (!s->with->sea || far <= 0)
                return false;
        if (s->port_asked && em_sphere_m(lon, lat, s->port_lon, s->port_lat) < far / 50)
                return s->port_near;
        double m;
        s->port_near = em_sea_port_near(s->with->sea, lon, lat, far, &m) >= 0;
        s->port_asked = true;
        s->port_lon = lon;
        s->port_lat = lat;
        return s->port_near;
}

static bool port_at(const em_detecting *with, int32_t lon, int32_t lat)
{
        double m;
        return with->sea && em_sea_port_near(with->sea, lon, lat, with->rules->meet_port_m, &m) >= 0;
}

static em_status place_add(fleet_state *s, int64_t slab, const em_slab_point *p, double knots, em_error *err)
{
        const int64_t bucket = em_slab_floor(slab, s->bucket_slabs), number = bucket + BUCKET_ZERO;
        if (p->lat > 90 * EM_DEGREE || p->lat < -90 * EM_DEGREE || number < 0 || number > UINT32_MAX || in_port(s, p->lon, p->lat))
                return EM_OK;
        const em_place place = { .ship = (uint32_t)(s->ships - 1), .lon = p->lon, .lat = p->lat,
                                 .slab = (uint16_t)(slab - bucket * s->bucket_slabs),
                                 .speed = (uint16_t)(knots < 600 ? knots * 100 : 60000) };
        return em_pile_add(s->pile, (uint32_t)number, &place, err);
}

/* ---- waits: slow for as long as a transfer takes, between two stretches of steaming ------------- */

typedef struct waiting {
        em_wait now, done;              /* done: over, and only the steaming after it is missing */
        bool    open, ready;
        double  in_course;
        course  steamed;
} waiting;

static em_status wait_keep(fleet_state *s, const em_wait *wait, em_error *err)
{
        if (port_at(s->with, wait->lon, wait->lat))
                return EM_OK;
        if (s->waits == s->wait_room) {
                size_t room = s->wait_room ? s->wait_room * 2 : 256;
                em_wait *more = room * sizeof *more > s->with->memory / 4 ? NULL : realloc(s->wait, room * sizeof *more);
                if (!more)
                        return no_memory(err);
                s->wait = more;
                s->wait_room = room;
        }
        s->wait[s->waits++] = *wait;
        return EM_OK;
}

static double turned_by(double a, double b)
{
        double d = fabs(a - b);
        return d > 180 ? 360 - d : d;
}

/* The slow stretch ends with the point before. */
static void wait_close(const fleet_state *s, waiting *w)
{
        const em_ship_rules *rules = s->with->rules;
        const double steps = 60 / rules->slab_minutes, length = (double)(w->now.last - w->now.first);
        if (w->open && length >= rules->meet_hours * steps && length <= rules->dark_hours * steps) {
                w->done = w->now;
                w->ready = true;
        }
        w->open = false;
}

static em_status wait_step(fleet_state *s, waiting *w, const em_slab_point *from, const em_slab_point *to, double knots, em_error *err)
{
        const em_ship_rules *rules = s->with->rules;
        const int64_t reach = (int64_t)(STEAMING_HOURS * 60 / rules->slab_minutes);
        if (w->ready && to->slab - w->done.last > reach)
                w->ready = false;
        if (knots < rules->meet_knots) {
                if (!w->open && w->steamed.known && from->slab - w->steamed.slab <= reach) {
                        w->now = (em_wait){ .ship = (uint32_t)(s->ships - 1), .first = from->slab, .lon = from->lon, .lat = from->lat };
                        w->in_course = w->steamed.degrees;
                        w->open = true;
                }
                w->now.last = to->slab;
                return EM_OK;
        }
        wait_close(s, w);
        if (knots < rules->dark_knots)
                return EM_OK;
        w->steamed = (course){ to->slab, em_sphere_bearing(from->lon, from->lat, to->lon, to->lat), true };
        if (!w->ready)
                return EM_OK;
        w->ready = false;
        w->done.turned = turned_by(w->in_course, w->steamed.degrees) > 120;
        return wait_keep(s, &w->done, err);
}

/* ---- one hull ------------------------------------------------------------------------------------ */

static em_status meeting_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)sink;
        fleet_state *s = ctx;
        const double step_s = s->with->rules->slab_minutes * 60;
        em_slabs grid = em_slabs_of(hull, s->with->rules);
        em_slab_point last = { .slab = INT64_MIN }, p;
        waiting wait = { .open = false };
        bool pending = false;           /* the first of a stretch has the speed of the step after it */
        EM_TRY(ship_add(s, hull, err));
        while (em_slab_next(&grid, &p)) {
                const bool on = last.slab != INT64_MIN && p.slab == last.slab + 1;
                if (on) {
                        double knots = em_sphere_m(last.lon, last.lat, p.lon, p.lat) / step_s / EM_KNOT_M_S;
                        if (pending)
                                EM_TRY(place_add(s, last.slab, &last, knots, err));
                        EM_TRY(place_add(s, p.slab, &p, knots, err));
                        EM_TRY(wait_step(s, &wait, &last, &p, knots, err));
                } else {
                        if (pending)
                                EM_TRY(place_add(s, last.slab, &last, 0, err));
                        wait_close(s, &wait);
                }
                pending = !on;
                last = p;
        }
        return pending ? place_add(s, last.slab, &last, 0, err) : EM_OK;
}

/* ---- the slabs in order -------------------------------------------------------------------------- */

typedef struct slab_job {
        fleet_state    *state;
        const em_place *place;
        size_t          from[SLABS_MOST + 1];
        const em_near  *near[SLABS_MOST];
        size_t          count[SLABS_MOST];
} slab_job;

static em_status slab_search(void *ctx, size_t i, em_error *err)
{
        slab_job *job = ctx;
        return em_near_find(job->state->near[i], job->place + job->from[i], job->from[i + 1] - job->from[i], &job->near[i], &job->count[i],
                            err);
}


/* By slab, and within it as they were added: by ship. */
static em_status places_sort(const fleet_state *s, em_place *place, size_t places, slab_job *job, em_place **ret_sorted, em_error *err)
{
        size_t at[SLABS_MOST + 1] = { 0 };
        em_place *sorted = malloc((places ? places : 1) * sizeof *sorted);
        if (!sorted)
                return no_memory(err);
        for (size_t i = 0; i < places; i++)
                at[place[i].slab + 1]++;
        for (int64_t i = 0; i < s->bucket_slabs; i++)
                at[i + 1] += at[i];
        memcpy(job->from, at, sizeof at);
        for (size_t i = 0; i < places; i++)
                sorted[at[place[i].slab]++] = place[i];
        *ret_sorted = sorted;
        return EM_OK;
}

static void wait_hear(fleet_state *s, uint32_t ship, int64_t slab)
{
        for (size_t i = s->wait_of[ship]; i < s->wait_of[ship + 1]; i++)
                s->wait[i].heard |= slab >= s->wait[i].first && slab <= s->wait[i].last;
}

/* Two hulls under one MMSI in one place are most likely one that was cut in two. */
static bool one_number(const fleet_state *s, uint32_t a, uint32_t b)
{
        return s->ship[a].mmsi == s->ship[b].mmsi;
}

static em_status bucket_follow(fleet_state *s, uint32_t bucket, em_pairs *pairs, em_error *err)
{
        void *record;
        size_t count;
        slab_job job = { .state = s };
        em_place *sorted = NULL;
        EM_TRY(em_pile_load(s->pile, bucket, &record, &count, err));
        EM_TRY(places_sort(s, record, count, &job, &sorted, err));
        job.place = sorted;
        em_status status = em_parallel((size_t)s->bucket_slabs, s->with->threads, slab_search, &job, err);
        int64_t slab = ((int64_t)bucket - BUCKET_ZERO) * s->bucket_slabs;
        for (int64_t i = 0; i < s->bucket_slabs && status == EM_OK; i++, slab++) {
                const em_near *near = job.near[i];
                status = em_pairs_add(pairs, slab, sorted + job.from[i], near, job.count[i], err);
                for (size_t k = 0; k < job.count[i]; k++) {
                        if (one_number(s, near[k].a, near[k].b))
                                continue;
                        wait_hear(s, near[k].a, slab);
                        wait_hear(s, near[k].b, slab);
                }
        }
        free(sorted);
        if (status == EM_OK)
                status = em_pairs_sweep(pairs, slab - 1, err);
        return status;
}

static em_status waits_index(fleet_state *s, em_error *err)
{
        s->wait_of = calloc(s->ships + 2, sizeof *s->wait_of);
        if (!s->wait_of)
                return no_memory(err);
        for (size_t i = 0; i < s->waits; i++)
                s->wait_of[s->wait[i].ship + 1]++;
        for (size_t i = 0; i <= s->ships; i++)
                s->wait_of[i + 1] += s->wait_of[i];
        return EM_OK;
}

/* ---- the second look ------------------------------------------------------------------------------ */

typedef struct look { uint32_t ship; em_side *side; int64_t first, last; } look;

typedef struct looking {
        fleet_state *state;
        look        *look;
        size_t       looks;
        em_arena    *arena;
} looking;

static int by_ship(const void *left, const void *right)
{
        const look *a = left, *b = right;
        return a->ship < b->ship ? -1 : a->ship > b->ship;
}

static size_t ship_number(const fleet_state *s, const em_hull *hull)
{
        const uint32_t part = s->with->rules->by_mmsi ? 0 : hull->part;
        size_t low = 0, high = s->ships;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                const ship_id *id = &s->ship[mid];
                if (id->mmsi < hull->mmsi || (id->mmsi == hull->mmsi && id->part < part))
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static em_status look_hull(void *ctx, const em_hull *hull, em_error *err)
{
        looking *l = ctx;
        const size_t ship = ship_number(l->state, hull);
        size_t low = 0, high = l->looks;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (l->look[mid].ship < ship)
                        low = mid + 1;
                else
                        high = mid;
        }
        for (; low < l->looks && l->look[low].ship == ship; low++)
                EM_TRY(em_side_look(l->look[low].side, hull, l->state->with->rules, l->look[low].first, l->look[low].last, l->arena, err));
        return EM_OK;
}

static em_status looks_take(looking *l, em_error *err)
{
        fleet_state *s = l->state;
        qsort(l->look, l->looks, sizeof *l->look, by_ship);
        uint32_t *mmsi = EM_NEW_N(l->arena, uint32_t, l->looks + 1);
        if (!mmsi)
                return no_memory(err);
        size_t mmsis = 0;
        for (size_t i = 0; i < l->looks; i++) {
                uint32_t m = s->ship[l->look[i].ship].mmsi;
                if (!mmsis || mmsi[mmsis - 1] != m)
                        mmsi[mmsis++] = m;
        }
        return em_detect_again(s->with, mmsi, mmsis, look_hull, l, err);
}

/* One batch of meetings, as many as the arena takes. */
static em_status meetings_tell(fleet_state *s, const em_meeting *meeting, size_t count, em_arena *arena,
                               em_event_sink *sink, em_event **ret_event, em_error *err)
{
        em_side *side = EM_NEW_N(arena, em_side, count * 2 + 1);
        looking l = { .state = s, .look = EM_NEW_N(arena, look, count * 2 + 1), .arena = arena };
        if (!side || !l.look)
                return no_memory(err);
        for (size_t i = 0; i < count; i++) {
                const em_meeting *m = &meeting[i];
                l.look[l.looks++] = (look){ m->a, &side[i * 2], m->first, m->last };
                l.look[l.looks++] = (look){ m->b, &side[i * 2 + 1], m->first, m->last };
        }
        EM_TRY(looks_take(&l, err));
        for (size_t i = 0; i < count; i++)
                ret_event[i] = em_transfer_tell(s->with, &meeting[i], side + i * 2, sink);
        return EM_OK;
}

static em_status waits_tell(fleet_state *s, em_arena *arena, em_event_sink *sink, em_error *err)
{
        em_side *side = EM_NEW_N(arena, em_side, s->waits + 1);
        looking l = { .state = s, .look = EM_NEW_N(arena, look, s->waits + 1), .arena = arena };
        if (!side || !l.look)
                return no_memory(err);
        for (size_t i = 0; i < s->waits; i++)
                if (!s->wait[i].heard)
                        l.look[l.looks++] = (look){ s->wait[i].ship, &side[i], s->wait[i].first, s->wait[i].last };
        EM_TRY(looks_take(&l, err));
        for (size_t i = 0; i < s->waits; i++)
                if (!s->wait[i].heard)
                        em_dark_tell(s->with, &s->wait[i], &side[i], sink);
        return EM_OK;
}

static size_t bytes_of(const em_meeting *m)
{
        int64_t slabs = m->last - m->first + 1;
        return 2 * (sizeof(em_side) + sizeof(look)) + 2 * sizeof(struct em_side_point) * (size_t)(slabs < EM_SIDE_POINTS ? slabs : EM_SIDE_POINTS);
}

static em_status second_look(fleet_state *s, const em_meeting *meeting, size_t count, em_arena *arena, em_event_sink *sink,
                             em_event **ret_event, em_error *err)
{
        for (size_t from = 0; from < count;) {
                size_t bytes = 0, to = from;
                while (to < count && bytes < s->with->memory / 4)
                        bytes += bytes_of(&meeting[to++]);
                em_arena_reset(arena);
                EM_TRY(meetings_tell(s, meeting + from, to - from, arena, sink, ret_event + from, err));
                from = to;
        }
        em_arena_reset(arena);
        return waits_tell(s, arena, sink, err);
}

/* Those that became events, numbered where they share ships. */
static em_status groups_set(em_meeting *meeting, em_event **event, uint32_t *group, size_t count, em_error *err)
{
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
                if (!event[i])
                        continue;
                meeting[kept] = meeting[i];
                event[kept++] = event[i];
        }
        EM_TRY(em_flotilla_number(meeting, kept, group, err));
        for (size_t i = 0; i < kept; i++)
                event[i]->group = group[i];
        return EM_OK;
}

/* Those in ports are no meetings at sea, and those of one number none of two ships; what is left is told. */
static em_status meetings_finish(fleet_state *s, em_meeting *meeting, size_t count, em_event_sink *sink, em_error *err)
{
        size_t kept = 0;
        for (size_t i = 0; i < count; i++)
                if (!one_number(s, meeting[i].a, meeting[i].b) && !port_at(s->with, meeting[i].lon, meeting[i].lat))
                        meeting[kept++] = meeting[i];
        uint32_t *group = calloc(kept + 1, sizeof *group);
        em_event **event = calloc(kept + 1, sizeof(em_event *));
        em_arena *arena = em_arena_new((size_t)(s->with->memory < LEAST_ARENA ? LEAST_ARENA : s->with->memory));
        em_status status = group && event && arena ? EM_OK : no_memory(err);
        if (status == EM_OK)
                status = second_look(s, meeting, kept, arena, sink, event, err);
        if (status == EM_OK)
                status = groups_set(meeting, event, group, kept, err);
        em_arena_free(arena);
        free(event);
        free(group);
        return status;
}

static em_status meeting_end(void *ctx, em_event_sink *sink, em_error *err)
{
        fleet_state *s = ctx;
        const uint32_t *bucket;
        size_t buckets, count;
        em_pairs *pairs = NULL;
        em_meeting *meeting;
        EM_TRY(waits_index(s, err));
        EM_TRY(em_pile_seal(s->pile, &bucket, &buckets, err));
        EM_TRY(em_pairs_new(s->with->rules, s->with->memory / 4, &pairs, err));
        em_status status = EM_OK;
        for (size_t i = 0; i < buckets && status == EM_OK; i++) {
                status = bucket_follow(s, bucket[i], pairs, err);
                if (status == EM_OK && !em_progress_tell(s->with->progress, "meetings", i + 1, buckets))
                        status = em_fail(err, EM_INTERRUPTED, "interrupted");
        }
        if (status == EM_OK)
                status = em_pairs_end(pairs, &meeting, &count, err);
        if (status == EM_OK)
                status = meetings_finish(s, meeting, count, sink, err);
        em_pairs_free(pairs);
        return status;
}

const em_detector em_detect_meeting = {
        .name = "meeting", .kinds = 1u << EM_EVENT_ENCOUNTER | 1u << EM_EVENT_DARK_MEETING,
        .begin = meeting_begin, .hull = meeting_hull, .end = meeting_end, .close = meeting_close,
};
