/* Loitering: hours in a row that are slow, far from the shore (Miller et al., Frontiers in Marine Science 5, 2018; pipe-loitering).
 *
 * An hour's speed is the way made on the grid within one hour of the clock over the time of it that is drawn; an hour of which less than half is drawn
 * ends a row.
 */
#include "ships/detect.h"

#include "ships/slab.h"

#include <stdlib.h>

typedef struct row {
        bool          open;
        em_slab_point first, last;
        double        metres;
        int64_t       hours, anchored;
} row;

typedef struct clock_hour {
        int64_t       hour;             /* since 1970 */
        int64_t       steps;
        double        metres;
        em_slab_point first, last;
} clock_hour;

static em_status loiter_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        const em_detecting **state = malloc(sizeof(em_detecting *));
        if (!state)
                return em_fail(err, EM_NOMEM, "out of memory for the loitering");
        *state = with;
        *ret_state = (void *)state;
        return EM_OK;
}

static void row_tell(const em_detecting *with, const em_hull *hull, const row *r, em_event_sink *sink)
{
        const em_ship_rules *rules = with->rules;
        const em_fix *first = &hull->fix[r->first.before], *last = &hull->fix[r->last.after];
        const int64_t step_s = (int64_t)(rules->slab_minutes * 60), length_s = (r->last.slab - r->first.slab) * step_s;
        int32_t lon, lat;
        em_sphere_between(r->first.lon, r->first.lat, r->last.lon, r->last.lat, 0.5, &lon, &lat);
        if (!r->open || (double)length_s < rules->loiter_hours * 3600)
                return;
        double shore = with->sea ? em_sea_coast_m(with->sea, lon, lat, 400000) : 0;
        if (with->sea && shore < rules->loiter_shore_m)
                return;
        em_event *e = em_event_add(sink, EM_EVENT_LOITERING, "", hull, first, last);
        if (!e)
                return;
        const bool anchored = r->anchored * 2 > r->hours;
        e->start_s = r->first.slab * step_s;
        e->end_s = r->last.slab * step_s;
        e->hours = (double)length_s / 3600;
        e->lon = lon;
        e->lat = lat;
        e->distance_m = r->metres;
        e->speed_kn = r->metres / (double)length_s / EM_KNOT_M_S;
        e->shore_m = shore;
        e->score = anchored ? 0.2 : 0.5;
        em_event_reason(sink, e, "%.1f h at %.1f kn in the mean%s%s", e->hours, e->speed_kn, anchored ? "; says it lay at anchor or moored" : "",
                        with->sea ? "" : "; no coast is known, so its distance was not asked for");
}

static bool moored(const em_fix *fix)
{
        return fix->status == 1 || fix->status == 5 || fix->status == 6;
}

static void hour_over(const em_detecting *with, const em_hull *hull, const clock_hour *h, row *r, em_event_sink *sink)
{
        const double step_s = with->rules->slab_minutes * 60, time_s = (double)h->steps * step_s;
        const bool drawn = time_s >= 1800, slow = drawn && h->metres / time_s / EM_KNOT_M_S < with->rules->loiter_knots;
        if (!slow || (r->open && h->first.slab != r->last.slab)) {
                row_tell(with, hull, r, sink);
                *r = (row){ .open = false };
        }
        if (!slow)
                return;
        if (!r->open)
                *r = (row){ .open = true, .first = h->first };
        r->last = h->last;
        r->metres += h->metres;
        r->hours++;
        r->anchored += moored(&hull->fix[h->last.before]);
}

/* A step belongs to the hour that it begins in. */
static em_status loiter_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)err;
        const em_detecting *with = *(const em_detecting **)ctx;
        const int64_t slabs = (int64_t)(60 / with->rules->slab_minutes);
        em_slabs grid = em_slabs_of(hull, with->rules);
        em_slab_point from, to;
        clock_hour h = { .steps = 0 };
        row r = { .open = false };
        bool more = em_slab_next(&grid, &from);
        while (more && em_slab_next(&grid, &to)) {
                if (to.slab == from.slab + 1) {
                        int64_t hour = em_slab_floor(from.slab, slabs);
                        if (h.steps && (hour != h.hour || from.slab != h.last.slab)) {
                                hour_over(with, hull, &h, &r, sink);
                                h.steps = 0;
                        }
                        if (!h.steps)
                                h = (clock_hour){ .hour = hour, .first = from };
                        h.metres += em_sphere_m(from.lon, from.lat, to.lon, to.lat);
                        h.steps++;
                        h.last = to;
                }
                from = to;
        }
        if (h.steps)
                hour_over(with, hull, &h, &r, sink);
        row_tell(with, hull, &r, sink);
        return EM_OK;
}

static em_status loiter_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

const em_detector em_detect_loitering = {
        .name = "loitering", .kinds = 1u << EM_EVENT_LOITERING,
        .begin = loiter_begin, .hull = loiter_hull, .end = loiter_end, .close = free,
};
