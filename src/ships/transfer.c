/* A meeting weighed: does it look like a transfer from ship to ship?
 *
 * Being near each other for hours is what every encounter is, and what two trawlers, a ship and her tug and two neighbours on a roadstead are
 * too.  A transfer shows more: hulls a fender apart (antennas tell little: they stand up to a hull's length from each other, so the
 * outlines of the type 5 report are laid on the headings), headings parallel, hardly any motion of one against the other, hours enough, and draughts that
 * change the opposite way; and who has something to hide goes dark.  Each sign adds what the table says, and the reason
 * names every sign it counted.  The weights are ours, not fitted: no labelled transfers are published.
 */
#include "ships/meeting.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BASE        0.25
#define CLOSE       0.15                /* hulls within 50 m, or antennas within 150 m */
#define PARALLEL    0.10
#define STILL       0.05
#define LONG        0.10
#define DRAUGHT_ONE 0.10
#define DRAUGHT_TWO 0.25                /* both, one up and one down */
#define DARK        0.10
#define OFFING      0.05
#define WORKBOAT   -0.15                /* fishing, tug, pilot: their work is to lie beside others */
#define ANCHORED   -0.05

#define RADIAN 0.017453292519943295

typedef struct vec { double x, y; } vec;

typedef struct weighed {
        double distance_m, hull_m, parallel, drift_kn, speed_kn;        /* medians; -1 unknown */
        int    rising, falling;         /* ships whose draught grew, shrank */
        double silent_h;
        int    dark;                    /* bit 0 the first ship, bit 1 the second */
        double score;
} weighed;

/* ---- outlines ------------------------------------------------------------------------------------ */

static bool sized(const em_ship_report *r)
{
        return (r->to_bow || r->to_stern) && (r->to_port || r->to_starboard);
}

/* The four corners, metres east and north of `at`. */
static void outline(const em_ship_report *r, double heading, vec at, vec ret_corner[4])
{
        const double s = sin(heading * RADIAN), c = cos(heading * RADIAN);
        const double ahead[4] = { r->to_bow, r->to_bow, -(double)r->to_stern, -(double)r->to_stern };
        const double right[4] = { -(double)r->to_port, r->to_starboard, r->to_starboard, -(double)r->to_port };
        for (int i = 0; i < 4; i++)
                ret_corner[i] = (vec){ at.x + ahead[i] * s + right[i] * c, at.y + ahead[i] * c - right[i] * s };
}

static double to_edge(vec p, vec a, vec b)
{
        double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
        double t = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/* Is there an edge of a that b lies wholly beyond? */
static bool apart(const vec a[4], const vec b[4])
{
        for (int i = 0; i < 4; i++) {
                vec p = a[i], q = a[(i + 1) % 4], o = a[(i + 2) % 4];
                double inner = (q.x - p.x) * (o.y - p.y) - (q.y - p.y) * (o.x - p.x);
                bool beyond = true;
                for (int k = 0; k < 4; k++)
                        beyond &= ((q.x - p.x) * (b[k].y - p.y) - (q.y - p.y) * (b[k].x - p.x)) * inner < 0;
                if (beyond)
                        return true;
        }
        return false;
}

static double between_outlines(const vec a[4], const vec b[4])
{
        double least = 1e9;
        if (!apart(a, b) && !apart(b, a))
                return 0;
        for (int i = 0; i < 4; i++)
                for (int k = 0; k < 4; k++) {
                        double ab = to_edge(a[i], b[k], b[(k + 1) % 4]), ba = to_edge(b[i], a[k], a[(k + 1) % 4]);
                        least = fmin(least, fmin(ab, ba));
                }
        return least;
}

/* ---- medians ------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return (x > y) - (x < y);
}

static double median(double *value, size_t count)
{
        if (!count)
                return -1;
        qsort(value, count, sizeof *value, by_value);
        return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

/* b from a, metres east and north */
static vec offset(const struct em_side_point *a, const struct em_side_point *b)
{
        double m = em_sphere_m(a->lon, a->lat, b->lon, b->lat), way = em_sphere_bearing(a->lon, a->lat, b->lon, b->lat) * RADIAN;
        return (vec){ m * sin(way), m * cos(way) };
}

typedef enum series { DISTANCE, HULLS, PARALLELS, DRIFTS, SPEEDS, SERIES } series;

typedef struct samples {
        double value[SERIES][EM_SIDE_POINTS];
        size_t count[SERIES];
} samples;

static void sample(samples *all, series which, double value)
{
        all->value[which][all->count[which]++] = value;
}

static void sample_headings(samples *all, const em_side side[2], const struct em_side_point *a, const struct em_side_point *b, vec d)
{
        if (a->heading >= 360 || b->heading >= 360)
                return;
        double turn = fabs((double)a->heading - b->heading);
        turn = turn > 180 ? 360 - turn : turn;
        sample(all, PARALLELS, turn > 90 ? 180 - turn : turn);
        if (!sized(&side[0].report) || !sized(&side[1].report))
                return;
        vec one[4], two[4];
        outline(&side[0].report, a->heading, (vec){ 0, 0 }, one);
        outline(&side[1].report, b->heading, d, two);
        sample(all, HULLS, between_outlines(one, two));
}

static void samples_take(samples *all, const em_side side[2], double step_s)
{
        vec last = { 0, 0 };
        size_t before = SIZE_MAX;
        for (size_t i = 0; i < side[0].points && i < side[1].points; i++) {
                const struct em_side_point *a = &side[0].at[i], *b = &side[1].at[i];
                if (!a->seen || !b->seen)
                        continue;
                vec d = offset(a, b);
                sample(all, DISTANCE, hypot(d.x, d.y));
                sample_headings(all, side, a, b, d);
                if (before + 1 == i) {
                        double moved = em_sphere_m(a[-1].lon, a[-1].lat, a->lon, a->lat) + em_sphere_m(b[-1].lon, b[-1].lat, b->lon, b->lat);
                        sample(all, SPEEDS, moved / 2 / step_s / EM_KNOT_M_S);
                        sample(all, DRIFTS, hypot(d.x - last.x, d.y - last.y) / step_s / EM_KNOT_M_S);
                }
                last = d;
                before = i;
        }
}

/* ---- signs ----------------------------------------------------------------------------------------- */

static void draught_weigh(const em_side *side, double step_m, weighed *w)
{
        int change = side->before.draught && side->after.draught ? (int)side->after.draught - side->before.draught : 0;
        w->rising += change > 0 && change >= step_m * 10 - 1e-9;
        w->falling += change < 0 && -change >= step_m * 10 - 1e-9;
}

static bool workboat(uint8_t type)
{
        return type == 30 || type == 31 || type == 32 || type == 33 || (type >= 50 && type <= 55);
}

static double signs_score(const em_meeting *m, const em_side side[2], const em_ship_rules *rules, double port_m, const weighed *w)
{
        double score = BASE;
        score += (w->hull_m >= 0 ? w->hull_m < 50 : w->distance_m < 150) ? CLOSE : 0;
        score += w->parallel >= 0 && w->parallel < 15 ? PARALLEL : 0;
        score += w->drift_kn >= 0 && w->drift_kn < 0.3 ? STILL : 0;
        score += m->together * rules->slab_minutes >= 240 ? LONG : 0;
        score += w->rising && w->falling ? DRAUGHT_TWO : w->rising || w->falling ? DRAUGHT_ONE : 0;
        score += w->dark ? DARK : 0;
        score += port_m > 37040 ? OFFING : 0;
        score += workboat(side[0].report.ship_type) || workboat(side[1].report.ship_type) ? WORKBOAT : 0;
        score += side[0].anchored * 2 > side[0].fixes && side[1].anchored * 2 > side[1].fixes ? ANCHORED : 0;
        return score < 0.05 ? 0.05 : score > 1 ? 1 : score;
}

/* ---- words ----------------------------------------------------------------------------------------- */

typedef struct words { char text[480]; size_t n; } words;

static void say(words *w, const char *fmt, ...) EM_PRINTF(2, 3);
static void say(words *w, const char *fmt, ...)
{
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(w->text + w->n, sizeof w->text - w->n, fmt, args);
        va_end(args);
        if (n > 0)
                w->n = w->n + (size_t)n < sizeof w->text ? w->n + (size_t)n : sizeof w->text - 1;
}

static void say_draughts(words *out, const em_side side[2])
{
        for (int i = 0; i < 2; i++) {
                const em_side *s = &side[i];
                if (s->before.draught && s->after.draught && s->before.draught != s->after.draught)
                        say(out, "; draught of %09u %.1f -> %.1f m", s->mmsi, s->before.draught / 10.0, s->after.draught / 10.0);
        }
}

static void say_signs(words *out, const em_detecting *with, const em_meeting *m, const em_side side[2], const weighed *w, double port_m)
{
        say(out, "within %.0f m for %.1f h at %.1f kn", w->distance_m, m->together * with->rules->slab_minutes / 60, w->speed_kn);
        if (w->hull_m >= 0)
                say(out, "; hulls %.0f m apart", w->hull_m);
        if (w->parallel >= 0)
                say(out, w->parallel < 15 ? "; headings parallel (%.0f degrees)" : "; headings %.0f degrees from parallel", w->parallel);
        if (w->drift_kn >= 0 && w->drift_kn < 0.3)
                say(out, "; still against each other (%.2f kn)", w->drift_kn);
        say_draughts(out, side);
        for (int i = 0; i < 2; i++)
                if (w->dark >> i & 1)
                        say(out, "; %09u silent for %.1f h of it", side[i].mmsi, side[i].silent_h);
        if (!with->sea)
                say(out, "; no ports are known here, so it may lie in one");
        else if (port_m <= 37040)
                say(out, "; %.0f km from a port", port_m / 1000);
        for (int i = 0; i < 2; i++)
                if (workboat(side[i].report.ship_type))
                        say(out, "; %09u says it is a fishing, tug or service vessel (type %u)", side[i].mmsi, side[i].report.ship_type);
        if (side[0].anchored * 2 > side[0].fixes && side[1].anchored * 2 > side[1].fixes)
                say(out, "; both say they lie at anchor or moored");
}

/* ---- the event --------------------------------------------------------------------------------------- */

static void event_fill(em_event *e, const em_detecting *with, const em_meeting *m, const em_side side[2], const weighed *w)
{
        const int64_t step_s = (int64_t)(with->rules->slab_minutes * 60);
        e->other_mmsi = side[1].mmsi;
        e->other_part = side[1].part;
        e->start_s = m->first * step_s;
        e->end_s = m->last * step_s;
        e->hours = (double)(e->end_s - e->start_s) / 3600;
        e->lon = m->lon;
        e->lat = m->lat;
        e->distance_m = w->distance_m;
        e->speed_kn = w->speed_kn;
        e->score = w->score;
        e->draught_before = side[0].before.draught;
        e->draught_after = side[0].after.draught;
}

static void event_prove(em_event *e, const em_side side[2], em_event_sink *sink)
{
        em_event_prove(sink, e, side[1].mmsi, side[1].part, &side[1].first);
        if (side[1].last.time_s != side[1].first.time_s)
                em_event_prove(sink, e, side[1].mmsi, side[1].part, &side[1].last);
        for (int i = 0; i < 2; i++) {
                const em_side *s = &side[i];
                if (s->before.draught && s->after.draught && s->before.draught != s->after.draught) {
                        em_event_cite(sink, e, &s->before);
                        em_event_cite(sink, e, &s->after);
                } else if (sized(&s->report)) {
                        em_event_cite(sink, e, &s->report);
                }
        }
}

em_event *em_transfer_tell(const em_detecting *with, const em_meeting *m, const em_side side[2], em_event_sink *sink)
{
        const em_ship_rules *rules = with->rules;
        samples all = { .count = { 0 } };
        if (!side[0].seen || !side[1].seen)
                return NULL;
        samples_take(&all, side, rules->slab_minutes * 60 * (double)side[0].stride);
        weighed w = { .distance_m = median(all.value[DISTANCE], all.count[DISTANCE]), .hull_m = median(all.value[HULLS], all.count[HULLS]),
                      .parallel = median(all.value[PARALLELS], all.count[PARALLELS]), .drift_kn = median(all.value[DRIFTS], all.count[DRIFTS]),
                      .speed_kn = median(all.value[SPEEDS], all.count[SPEEDS]) };
        if (w.speed_kn >= rules->meet_knots)
                return NULL;
        double port_m = 1e9;
        ptrdiff_t port = with->sea ? em_sea_port_near(with->sea, m->lon, m->lat, 100000, &port_m) : -1;
        port_m = port < 0 ? 1e9 : port_m;
        for (int i = 0; i < 2; i++) {
                draught_weigh(&side[i], rules->draught_step, &w);
                w.dark |= (side[i].silent_h > rules->bridge_hours) << i;
        }
        w.score = signs_score(m, side, rules, port_m, &w);
        const em_hull first = { .mmsi = side[0].mmsi, .part = side[0].part };
        em_event *e = em_event_add(sink, EM_EVENT_ENCOUNTER, w.dark ? "one-went-dark" : "", &first, &side[0].first, &side[0].last);
        if (!e)
                return NULL;
        event_fill(e, with, m, side, &w);
        e->port = (int32_t)port;
        e->shore_m = with->sea ? em_sea_coast_m(with->sea, m->lon, m->lat, 400000) : 0;
        event_prove(e, side, sink);
        words out = { .n = 0 };
        say_signs(&out, with, m, side, &w, port_m);
        em_event_reason(sink, e, "%s", out.text);
        return e;
}
