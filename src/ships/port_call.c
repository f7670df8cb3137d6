/* Calls at ports, as Global Fishing Watch counts port visits (anchorages_pipeline: anchorage_cfg.yaml), over own areas and the World Port Index.
 *
 * A visit begins within port_enter_m of a port and ends beyond port_leave_m of every port. In between the ship may have stopped (under
 * stop_knots, until go_knots) or been silent for port_gap_hours.  Confidence is theirs: 4 it was seen to enter, to stop or fall silent, and to leave;
 * 3 to stop or fall silent, and one of the others; 2 only to stop or fall silent; 1 it passed by.  Where theirs has a grid of anchorages that ships themselves have
 * shown, ours has points and areas, so a berth three kilometres from its port's point is missed.  The port is the one where the ship lay longest.
 */
#include "ships/detect.h"
#include "ships/lying.h"

#include <stdio.h>

#define LOST_S (30 * 86400)    /* after a silence so long nothing is known of where it was between */

enum { MOST_PLACES = 16 };

typedef struct place { ptrdiff_t port; int64_t still_s, there_s; double least_m; } place;

typedef struct visit {
        size_t   first, last;           /* fixes in port */
        size_t   stop, stop_last;       /* the longest stop or silence */
        int64_t  still_s, silent_s;     /* the longest of each */
        size_t   run;                   /* the stop going on; SIZE_MAX none */
        bool     open, entered, left;
        place    place[MOST_PLACES];
        size_t   places;
} visit;

static em_status call_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        (void)err;
        *ret_state = (void *)(uintptr_t)with;
        return EM_OK;
}

static place *place_of(visit *v, ptrdiff_t port, double m)
{
        for (size_t i = 0; i < v->places; i++)
                if (v->place[i].port == port) {
                        v->place[i].least_m = m < v->place[i].least_m ? m : v->place[i].least_m;
                        return &v->place[i];
                }
        if (v->places == MOST_PLACES)
                return &v->place[MOST_PLACES - 1];
        v->place[v->places] = (place){ .port = port, .least_m = m };
        return &v->place[v->places++];
}

static const place *best_place(const visit *v)
{
        const place *best = &v->place[0];
        for (size_t i = 1; i < v->places; i++) {
                const place *p = &v->place[i];
                if (p->still_s > best->still_s || (p->still_s == best->still_s && p->there_s > best->there_s))
                        best = p;
        }
        return best;
}

static void mark_stop(visit *v, const em_hull *hull, size_t last)
{
        if (v->run == SIZE_MAX)
                return;
        int64_t length = hull->fix[last].time_s - hull->fix[v->run].time_s;
        if (last > v->run && length >= v->still_s) {
                v->still_s = length > 0 ? length : 1;
                if (length >= v->silent_s) {
                        v->stop = v->run;
                        v->stop_last = last;
                }
        }
        v->run = SIZE_MAX;
}

static unsigned confidence_of(const visit *v)
{
        if (!v->still_s && !v->silent_s)
                return 1;
        return 2u + (v->entered ? 1 : 0) + (v->left ? 1 : 0);
}

static void say(em_event_sink *sink, em_event *e, const visit *v, const em_port *port, double least_m)
{
        char still[48] = "", silent[48] = "";
        if (v->still_s)
                snprintf(still, sizeof still, ", lay still for %.1f h", (double)v->still_s / 3600);
        if (v->silent_s)
                snprintf(silent, sizeof silent, ", was silent for %.1f h", (double)v->silent_s / 3600);
        em_event_reason(sink, e, "%.*s: %s%s%s%s; at the nearest %.0f m from its %s%s", EM_ARG(em_str_sub(port->name, 0, 80)),
                        v->entered ? "came in" : "was there when first heard", still, silent,
                        v->left ? ", went out" : ", was there when last heard", least_m, port->area ? "area" : "point",
                        confidence_of(v) == 1 ? "; it did not stop, so it may only have passed by" : "");
}

static void tell(const em_detecting *with, const em_hull *hull, const visit *v, em_event_sink *sink)
{
        static const double score[] = { 0, 0.1, 0.5, 0.75, 0.95 };
        const em_port *port;
        const place   *p = best_place(v);
        unsigned confidence = confidence_of(v);
        if (confidence < with->rules->port_confidence)
                return;
        em_sea_ports(with->sea, &port);
        em_event *e = em_event_add(sink, EM_EVENT_PORT_CALL, "", hull, &hull->fix[v->first], &hull->fix[v->last]);
        if (!e)
                return;
        e->port = (int32_t)p->port;
        e->confidence = (uint8_t)confidence;
        e->score = score[confidence];
        e->distance_m = p->least_m;
        if (confidence > 1) {
                em_event_prove(sink, e, hull->mmsi, hull->part, &hull->fix[v->stop]);
                em_event_prove(sink, e, hull->mmsi, hull->part, &hull->fix[v->stop_last]);
                e->lon = hull->fix[v->stop].lon;
                e->lat = hull->fix[v->stop].lat;
        }
        if (v->entered)
                em_event_prove(sink, e, hull->mmsi, hull->part, &hull->fix[v->first - 1]);
        if (v->left)
                em_event_prove(sink, e, hull->mmsi, hull->part, &hull->fix[v->last + 1]);
        const em_ship_report *before, *after;
        em_draughts_around(hull, e->start_s, e->end_s, &before, &after);
        if (before && after && em_draught_stepped(with->rules, before->draught, after->draught)) {
                e->draught_before = before->draught;
                e->draught_after = after->draught;
                em_event_cite(sink, e, before);
                em_event_cite(sink, e, after);
        }
        say(sink, e, v, &port[p->port], p->least_m);
}

/* What the time between fix i - 1, in port, and fix i was. */
static void spend(visit *v, const em_hull *hull, const em_ship_rules *rules, size_t i, place *at)
{
        int64_t passed = hull->fix[i].time_s - hull->fix[i - 1].time_s;
        bool    silent = (double)passed > rules->port_gap_hours * 3600;
        at->there_s += passed;
        if (silent || v->run != SIZE_MAX)
                at->still_s += passed;
        if (!silent)
                return;
        mark_stop(v, hull, i - 1);
        if (passed > v->silent_s) {
                v->silent_s = passed;
                if (passed > v->still_s) {
                        v->stop = i - 1;
                        v->stop_last = i;
                }
        }
}

static void stay(visit *v, const em_hull *hull, const em_ship_rules *rules, size_t i)
{
        double knots = em_fix_knots(hull, i);
        v->last = i;
        if (v->run == SIZE_MAX && knots < rules->stop_knots)
                v->run = i;
        else if (v->run != SIZE_MAX && knots > rules->go_knots)
                mark_stop(v, hull, i - 1);
}

static em_status call_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)err;
        const em_detecting  *with = ctx;
        const em_ship_rules *rules = with->rules;
        visit  v = { .open = false };
        place *at = NULL;
        for (size_t i = 0; with->sea && i < hull->fixes; i++) {
                const em_fix *f = &hull->fix[i];
                double    m = 0;
                ptrdiff_t port = em_sea_port_near(with->sea, f->lon, f->lat, v.open ? rules->port_leave_m : rules->port_enter_m, &m);
                bool lost = i > 0 && f->time_s - hull->fix[i - 1].time_s > LOST_S;
                if (v.open && lost) {
                        mark_stop(&v, hull, i - 1);
                        tell(with, hull, &v, sink);
                        v.open = false;
                }
                if (v.open)
                        spend(&v, hull, rules, i, at);
                if (v.open && port < 0) {
                        mark_stop(&v, hull, i - 1);
                        v.left = true;
                        tell(with, hull, &v, sink);
                        v.open = false;
                }
                if (port < 0)
                        continue;
                if (!v.open)
                        v = (visit){ .open = true, .entered = i > 0 && !lost, .first = i, .run = SIZE_MAX };
                at = place_of(&v, port, m);
                stay(&v, hull, rules, i);
        }
        if (v.open) {
                mark_stop(&v, hull, v.last);
                tell(with, hull, &v, sink);
        }
        return EM_OK;
}

static em_status call_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

static void call_close(void *ctx)
{
        (void)ctx;
}

const em_detector em_detect_port_call = {
        .name = "port calls", .kinds = 1u << EM_EVENT_PORT_CALL,
        .begin = call_begin, .hull = call_hull, .end = call_end, .close = call_close,
};
