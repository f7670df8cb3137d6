/* Tracks that no ship sails: circles without a cause, lines without noise, hulls on land, speeds beyond reach.
 *
 * Real positions shake by metres, real speeds by tenths of a knot, real courses by degrees.  A track drawn by a program
 * often does not (Bergman, "Systematic data analysis reveals false vessel tracks", SkyTruth 2021), and interference
 * throws ships onto circles (Harris, "Ghost ships, crop circles, and soft gold", MIT Technology Review 2019).
 * Fishing, survey, searching and testing the engine give circles too, rivers and lakes are not in the
 * coast, and each event says so.
 */
#include "ships/detect.h"

#include <math.h>
#include <stdlib.h>

#define KM            1000.0
#define PAUSE_S       1800              /* a longer silence ends a run */
#define CIRCLE_TURNS  2.0
#define CIRCLE_FIXES  16u
#define CIRCLE_SHAKE  0.10              /* of the radius */
#define CIRCLE_LEAST  300.0             /* m; an anchored ship swings within less */
#define CIRCLE_KNOTS  3.0
#define STILL_FIXES   40u
#define STILL_S       7200
#define STILL_M       15.0
#define CLOCK_S       600
#define DEEP_M        5000.0            /* inland */
#define DEEP_FIXES    3u

typedef struct looking {
        const em_detecting *with;
        const em_hull      *hull;
        em_event_sink      *sink;
} looking;

/* ---- circles ------------------------------------------------------------------------------- */

typedef struct circle { double radius_m, shake_m, way_m, knots; } circle;

/* Across the dateline as on the globe. */
static double eastward(int32_t from, int32_t to)
{
        double d = (double)to - (double)from;
        return d > 180.0 * EM_DEGREE ? d - 360.0 * EM_DEGREE : d < -180.0 * EM_DEGREE ? d + 360.0 * EM_DEGREE : d;
}

/* Kasa's fit (1976): least squares of x^2 + y^2 + Dx + Ey + F, on metres around the first fix. */
static bool fit_circle(const em_fix *fix, size_t n, circle *ret)
{
        double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, sxz = 0, syz = 0, sz = 0, way_m = 0;
        double scale = cos((double)fix->lat / EM_DEGREE * (M_PI / 180));
        double unit_m = 6371008.8 * M_PI / 180 / EM_DEGREE;
        for (size_t i = 0; i < n; i++) {
                double x = eastward(fix->lon, fix[i].lon) * unit_m * scale, y = (double)(fix[i].lat - fix->lat) * unit_m;
                double z = x * x + y * y;
                sx += x; sy += y; sz += z; sxx += x * x; syy += y * y; sxy += x * y; sxz += x * z; syz += y * z;
                way_m += i ? em_sphere_m(fix[i - 1].lon, fix[i - 1].lat, fix[i].lon, fix[i].lat) : 0;
        }
        double k = (double)n, a = sxx - sx * sx / k, b = sxy - sx * sy / k, c = syy - sy * sy / k;
        double d = sxz - sx * sz / k, e = syz - sy * sz / k, det = a * c - b * b;
        if (fabs(det) < 1e-6 * a * c || a <= 0 || c <= 0)
                return false;
        double cx = (d * c - e * b) / det / 2, cy = (a * e - b * d) / det / 2;
        double r2 = cx * cx + cy * cy + (sz - 2 * cx * sx - 2 * cy * sy) / k;
        if (!(r2 > 0))
                return false;
        double radius = sqrt(r2), off = 0;
        for (size_t i = 0; i < n; i++) {
                double x = eastward(fix->lon, fix[i].lon) * unit_m * scale - cx;
                double y = (double)(fix[i].lat - fix->lat) * unit_m - cy;
                double miss = sqrt(x * x + y * y) - radius;
                off += miss * miss;
        }
        double hours = (double)(fix[n - 1].time_s - fix->time_s) / 3600;
        *ret = (circle){ radius, sqrt(off / k), way_m, hours > 0 ? way_m / 1852 / hours : 0 };
        return true;
}

/* The mean angle between the course a ship says and the way it goes. */
static double course_off(const em_fix *fix, size_t n)
{
        double sum = 0;
        size_t said = 0;
        for (size_t i = 1; i < n; i++) {
                if (fix[i].cog >= EM_AIS_COG_NONE || (fix[i].lon == fix[i - 1].lon && fix[i].lat == fix[i - 1].lat))
                        continue;
                double off = fabs(em_sphere_bearing(fix[i - 1].lon, fix[i - 1].lat, fix[i].lon, fix[i].lat) - fix[i].cog / 10.0);
                sum += off > 180 ? 360 - off : off;
                said++;
        }
        return said ? sum / (double)said : 0;
}

static void judge_circle(const looking *l, size_t from, size_t to, double turned)
{
        const em_fix *fix = l->hull->fix + from;
        size_t n = to - from + 1;
        circle c;
        if (n < CIRCLE_FIXES || fabs(turned) < CIRCLE_TURNS * 360 || !fit_circle(fix, n, &c) || c.radius_m < CIRCLE_LEAST ||
            c.shake_m > CIRCLE_SHAKE * c.radius_m || c.knots < CIRCLE_KNOTS)
                return;
        double rounds = c.way_m / (2 * M_PI * c.radius_m);
        if (rounds < 0.75 * CIRCLE_TURNS)       /* an arc: courses between close positions turn by noise alone */
                return;
        double off = course_off(fix, n);
        em_event *e = em_event_add(l->sink, EM_EVENT_SPOOFING, "circle", l->hull, fix, fix + n - 1);
        if (!e)
                return;
        e->speed_kn = c.knots;
        e->distance_m = c.radius_m;
        e->score = off > 45 ? 0.8 : 0.4;
        em_event_reason(l->sink, e, "%.1f times round a circle of %.1f km radius at %.1f kn, %zu positions within %.0f m of it%s; fishing, "
                        "survey and trials go in circles too", rounds, c.radius_m / KM, c.knots, n, c.shake_m,
                        off > 45 ? ", while the course it says is another than the way it goes" : "");
}

/* Runs that turn one way: what turns back by more than 60 degrees has ended. */
static void find_circles(const looking *l)
{
        const em_fix *fix = l->hull->fix;
        size_t from = 0;
        double turned = 0, most = 0, last_way = -1;
        for (size_t i = 1; i <= l->hull->fixes; i++) {
                bool over = i == l->hull->fixes || fix[i].time_s - fix[i - 1].time_s > PAUSE_S;
                double way = last_way;
                if (!over && em_sphere_m(fix[i - 1].lon, fix[i - 1].lat, fix[i].lon, fix[i].lat) > 20)
                        way = em_sphere_bearing(fix[i - 1].lon, fix[i - 1].lat, fix[i].lon, fix[i].lat);
                double turn = last_way < 0 || way < 0 ? 0 : remainder(way - last_way, 360);
                turned += turn;
                if (fabs(turned) > fabs(most))
                        most = turned;
                if (over || fabs(most - turned) > 60) {
                        judge_circle(l, from, i - 1, most);
                        from = over ? i : i - 1;
                        turned = most = 0;
                        way = over ? -1 : way;
                }
                last_way = way;
        }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool straight(const em_fix *fix, size_t n)
{
        for (size_t i = 1; i + 1 < n; i++) {
                double t = (double)(fix[i].time_s - fix->time_s) / (double)(fix[n - 1].time_s - fix->time_s);
                int32_t lon, lat;
                em_sphere_between(fix->lon, fix->lat, fix[n - 1].lon, fix[n - 1].lat, t, &lon, &lat);
                if (em_sphere_m(lon, lat, fix[i].lon, fix[i].lat) > STILL_M)
                        return false;
        }
        return true;
}

static void judge_line(const looking *l, size_t from, size_t to)
{
        const em_fix *fix = l->hull->fix + from;
        size_t n = to - from + 1;
        if (n < STILL_FIXES || fix[n - 1].time_s - fix->time_s < STILL_S || fix->flags & EM_FIX_LONG_RANGE || !straight(fix, n))
                return;
        em_event *e = em_event_add(l->sink, EM_EVENT_SPOOFING, "no-noise", l->hull, fix, fix + n - 1);
        if (!e)
                return;
        e->speed_kn = fix->sog / 10.0;
        e->score = n >= 4 * STILL_FIXES ? 0.8 : 0.6;
        em_event_reason(l->sink, e, "%zu positions over %.1f h at %.1f kn and %.1f degrees without a tenth of change, all within %.0f m "
                        "of where even steps would put them; a publisher that fills silences by calculation gives this too", n,
                        e->hours, e->speed_kn, fix->cog / 10.0, STILL_M);
}

static void find_lines(const looking *l)
{
        const em_fix *fix = l->hull->fix;
        size_t from = 0;
        for (size_t i = 1; i <= l->hull->fixes; i++) {
                if (i < l->hull->fixes && fix[i].sog == fix[from].sog && fix[i].cog == fix[from].cog && fix[i].sog >= 30 &&
                    fix[i].sog < EM_AIS_SOG_NONE && fix[i].cog < EM_AIS_COG_NONE && fix[i].time_s - fix[i - 1].time_s <= PAUSE_S)
                        continue;
                judge_line(l, from, i - 1);
                from = i;
        }
}

/* ---- land ------------------------------------------------------------------------------------ */

static bool deep_inland(const looking *l, const em_fix *fix)
{
        bool moves = fix->sog >= 10 && fix->sog < EM_AIS_SOG_NONE;
        return moves && em_sea_on_land(l->with->sea, fix->lon, fix->lat) &&
               em_sea_coast_m(l->with->sea, fix->lon, fix->lat, DEEP_M) <= -DEEP_M;
}

static void judge_land(const looking *l, size_t from, size_t to)
{
        if (to - from < DEEP_FIXES)
                return;
        const em_fix *fix = l->hull->fix + from;
        bool heard_before = from && fix->time_s - fix[-1].time_s <= PAUSE_S;
        bool from_sea = heard_before && !em_sea_on_land(l->with->sea, fix[-1].lon, fix[-1].lat) &&
                        em_sea_coast_m(l->with->sea, fix[-1].lon, fix[-1].lat, DEEP_M) >= DEEP_M;
        if (heard_before && !from_sea)          /* it came up a river, step by step */
                return;
        em_event *e = em_event_add(l->sink, EM_EVENT_SPOOFING, "on-land", l->hull, fix, &l->hull->fix[to - 1]);
        if (!e)
                return;
        e->score = from_sea ? 0.8 : 0.3;
        if (from_sea)
                em_event_prove(l->sink, e, l->hull->mmsi, l->hull->part, fix - 1);
        em_event_reason(l->sink, e, "%zu positions under way more than %.0f km inland%s; rivers, canals and lakes are not in the coast "
                        "that this is held against", to - from, DEEP_M / KM, from_sea ? ", the one before them out at sea" : "");
}

static void find_land(const looking *l)
{
        size_t from = 0;
        for (size_t i = 0; i < l->hull->fixes; i++) {
                if (deep_inland(l, &l->hull->fix[i]))
                        continue;
                judge_land(l, from, i);
                from = i + 1;
        }
        judge_land(l, from, l->hull->fixes);
}

/* ---- speed ------------------------------------------------------------------------------------ */

/* Receivers, satellites above all, date what they heard minutes late and out of turn: the time between is given that much more. */
static void find_speed(const looking *l)
{
        const em_fix *fix = l->hull->fix;
        for (size_t i = 1; i < l->hull->fixes; i++) {
                double m = em_sphere_m(fix[i - 1].lon, fix[i - 1].lat, fix[i].lon, fix[i].lat);
                double knots = m / 1852 * 3600 / ((double)(fix[i].time_s - fix[i - 1].time_s) + CLOCK_S);
                if (knots <= l->with->rules->jump_knots)
                        continue;
                em_event *e = em_event_add(l->sink, EM_EVENT_SPOOFING, "speed", l->hull, &fix[i - 1], &fix[i]);
                if (!e)
                        return;
                e->distance_m = m;
                e->speed_kn = knots;
                e->score = 0.5;
                em_event_reason(l->sink, e, "%.1f km in %.1f min would be %.0f kn, even were a clock %d min late; a clock that is "
                                "more wrong does this too", m / KM, (double)(fix[i].time_s - fix[i - 1].time_s) / 60, knots, CLOCK_S / 60);
        }
}

/* ---- the detector ------------------------------------------------------------------------------- */

static em_status begin(const em_detecting *with, void **ret_state, em_error *err)
{
        const em_detecting **state = malloc(sizeof *state);
        if (!state)
                return em_fail(err, EM_NOMEM, "out of memory for tracks");
        *state = with;
        *ret_state = state;
        return EM_OK;
}

static em_status look(void *state, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)err;
        const looking l = { .with = *(const em_detecting **)state, .hull = hull, .sink = sink };
        if (em_mmsi_kind_of(hull->mmsi) != EM_MMSI_SHIP)
                return EM_OK;
        find_circles(&l);
        find_lines(&l);
        find_speed(&l);
        if (l.with->sea)
                find_land(&l);
        return EM_OK;
}

static em_status end(void *state, em_event_sink *sink, em_error *err)
{
        (void)state; (void)sink; (void)err;
        return EM_OK;
}

const em_detector em_detect_false_track = { "false-track", 1u << EM_EVENT_SPOOFING, begin, look, end, free };
