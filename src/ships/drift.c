/* Drifting: a ship that says it is under way, and moves no faster than wind and current move it.
 *
 * Slow steps of the grid make a drifting; a ship that drifts back starts its engine now and then, so stretches with a shorter break than the rule's
 * are one.  A heading that is off the course over ground says the same once more: it is set, it does not steer.  Waiting for orders, a berth or
 * weather looks no different.
 */
#include "ships/detect.h"

#include "ships/slab.h"

#include <stdlib.h>

#define INSHORE_M 22224

typedef struct stretch {
        bool          open;
        em_slab_point first, last;
        double        metres;
        uint32_t      steps, moored;
        uint32_t      headed, athwart;  /* with a heading; and 30 degrees or more off the course */
} stretch;

static em_status drift_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        const em_detecting **state = malloc(sizeof(em_detecting *));
        if (!state)
                return em_fail(err, EM_NOMEM, "out of memory for the drifting");
        *state = with;
        *ret_state = (void *)state;
        return EM_OK;
}

static bool moored(const em_fix *fix)
{
        return fix->status == 1 || fix->status == 5 || fix->status == 6;
}

static void step_add(stretch *s, const em_fix *fix)
{
        s->steps++;
        s->moored += moored(fix);
        if (fix->heading >= 360 || fix->cog >= 3600)
                return;
        int off = abs((int)fix->heading * 10 - fix->cog);
        s->headed++;
        s->athwart += (off > 1800 ? 3600 - off : off) >= 300;
}

static void stretch_tell(const em_detecting *with, const em_hull *hull, const stretch *s, em_event_sink *sink)
{
        const em_ship_rules *rules = with->rules;
        const int64_t step_s = (int64_t)(rules->slab_minutes * 60), length_s = (s->last.slab - s->first.slab) * step_s;
        if (!s->open || (double)s->steps * (double)step_s < rules->drift_hours * 3600 || s->moored * 2 > s->steps)
                return;
        em_event *e = em_event_add(sink, EM_EVENT_DRIFT, "drift", hull, &hull->fix[s->first.before], &hull->fix[s->last.after]);
        if (!e)
                return;
        e->start_s = s->first.slab * step_s;
        e->end_s = s->last.slab * step_s;
        e->hours = (double)length_s / 3600;
        e->speed_kn = s->metres / ((double)s->steps * (double)step_s) / EM_KNOT_M_S;
        e->distance_m = em_sphere_m(s->first.lon, s->first.lat, s->last.lon, s->last.lat);
        double port_m = 0;
        const ptrdiff_t port = with->sea ? em_sea_port_near(with->sea, e->lon, e->lat, 100000, &port_m) : -1;
        e->shore_m = with->sea ? em_sea_coast_m(with->sea, e->lon, e->lat, 400000) : 0;
        e->port = (int32_t)port;
        const bool athwart = s->athwart * 2 > s->headed;
        const bool inshore = with->sea && e->shore_m < INSHORE_M;
        e->score = inshore ? 0.2 : athwart ? 0.7 : 0.5;
        em_event_reason(sink, e, "%.1f h, %.1f of them at %.1f kn, and does not say that it is at anchor or moored; %.1f km from where it began%s%s", e->hours,
                        s->steps * rules->slab_minutes / 60, e->speed_kn, e->distance_m / 1000,
                        athwart ? "; its heading is off its course" : "",
                        inshore ? "; within 12 nm of the shore, where waiting is common" : "");
}

/* A slow stretch goes on over breaks; short of drift_hours of slow steps in all it is nothing. */
static em_status drift_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)err;
        const em_detecting *with = *(const em_detecting **)ctx;
        const double step_s = with->rules->slab_minutes * 60;
        const int64_t most = (int64_t)(with->rules->drift_break_hours * 3600 / step_s);
        em_slabs grid = em_slabs_of(hull, with->rules);
        em_slab_point from, to;
        stretch s = { .open = false };
        bool more = em_slab_next(&grid, &from);
        for (; more && em_slab_next(&grid, &to); from = to) {
                double metres = em_sphere_m(from.lon, from.lat, to.lon, to.lat);
                if (to.slab != from.slab + 1 || metres / step_s / EM_KNOT_M_S >= with->rules->drift_knots)
                        continue;
                if (s.open && from.slab - s.last.slab > most) {
                        stretch_tell(with, hull, &s, sink);
                        s.open = false;
                }
                if (!s.open)
                        s = (stretch){ .open = true, .first = from };
                s.last = to;
                s.metres += metres;
                step_add(&s, &hull->fix[to.before]);
        }
        stretch_tell(with, hull, &s, sink);
        return EM_OK;
}

static em_status drift_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

const em_detector em_detect_drift = {
        .name = "drift", .kinds = 1u << EM_EVENT_DRIFT,
        .begin = drift_begin, .hull = drift_hull, .end = drift_end, .close = free,
};
