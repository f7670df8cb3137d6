/* One MMSI, several ships: its fixes are cut into hulls in three steps.
 *
 *   1. tracklets   A fix goes to the open tracklet whose dead reckoning it meets best, within a few ship's lengths and the seconds by which
 *                  receivers' clocks are out; where none is met, a new tracklet opens.  Both ends' speed and course say where the
 *                  ship should be (P. Woodill, T. Hochberg et al., gpsdio-segment, discrepancy both ways averaged).
 *   2. links       A tracklet that ends is tied to one that begins later and that a ship could reach, the likeliest first: gpsdio-segment's
 *                  metric exp(-alpha^2) / padded hours.  Two that overlap in time are never tied: no ship is at two places at once.
 *   3. scatter     What overlaps and stays within the scatter of one aerial is one ship whose positions are noisy.
 *
 * gpsdio-segment cuts on the way and lets anything within 25 knots and a quarter of an hour be one ship, so two ships in one
 * harbour become one; here nearness decides only for tracklets that are not heard at once.
 */
#include <math.h>
#include <stdlib.h>

#include "embargo/ships.h"

const em_cut_opts em_cut_defaults = {.max_knots = 30, .max_hours = 24, .max_open = 20};

#define KNOT 0.514444                   /* m/s */
#define METRE_LAT 0.18533               /* of one unit of latitude */
#define NONE UINT32_MAX

static const double CLOCK_S = 40;       /* by which times of receipt are out */
static const double STRICT_S = 1800;    /* longer silences are for step 2 */
static const double SHIP_M = 12;        /* a fix's own error */
static const double LATE_S = 600;       /* and by which some are, one after the other */
static const double AT_ONCE_S = 3;      /* no transponder reports so often, and each ship its own */
static const double SWING = 0.5;
static const double GRAIN = 0.2;
static const double SLACK_M = 500;      /* what is in reach at any speed */

typedef struct track {
        uint32_t first, last, fixes;            /* of fix[] */
        uint32_t next, before;                  /* tracks it is tied to */
        uint32_t part;
        float    vx, vy;                        /* m/s of its last fix; NAN unknown */
} track;

typedef struct cutting {
        const em_fix *fix;
        size_t   fixes;
        em_cut_opts opts;
        track   *at;
        uint32_t count, room;
        uint32_t *of;                           /* the track of each fix */
        uint32_t open[64];                      /* latest heard first */
        uint32_t opened;
        int32_t  cosine_lat;
        double   cosine;
} cutting;

typedef struct motion { float vx, vy; bool known; } motion;

static motion motion_of(const em_fix *f)
{
        if (f->sog >= 1022)
                return (motion){NAN, NAN, false};
        double v = f->sog * 0.1 * KNOT;
        if (f->cog >= 3600)
                return f->sog < 5 ? (motion){0, 0, true} : (motion){NAN, NAN, false};
        double c = f->cog * (M_PI / 1800);
        return (motion){(float)(v * sin(c)), (float)(v * cos(c)), true};
}

typedef struct step { double dx, dy, dt, m; } step;     /* metres east and north, seconds */

/* The cosine of a latitude within a twentieth of a degree: a thousandth of it at most, off the poles. */
static double cosine(cutting *c, int32_t lat)
{
        int64_t off = (int64_t)lat - c->cosine_lat;
        if (off > EM_DEGREE / 20 || off < -EM_DEGREE / 20 || c->cosine == 0) {
                c->cosine_lat = lat;
                c->cosine = cos(lat * (M_PI / 180 / EM_DEGREE));
        }
        return c->cosine;
}

static double length_of(double x, double y)
{
        return sqrt(x * x + y * y);     /* of metres and metres a second: nothing overflows */
}

static step step_of(cutting *c, const em_fix *a, const em_fix *b)
{
        int64_t lon = (int64_t)b->lon - a->lon;
        if (lon > 180 * EM_DEGREE)
                lon -= 360 * EM_DEGREE;
        if (lon < -180 * EM_DEGREE)
                lon += 360 * EM_DEGREE;
        step s = {(double)lon * METRE_LAT * cosine(c, b->lat), ((double)b->lat - a->lat) * METRE_LAT, (double)(b->time_s - a->time_s), 0};
        s.m = length_of(s.dx, s.dy);
        return s;
}

/* Some transponders round to a hundredth or a tenth of a minute. */
static double grain_of(const em_fix *f)
{
        int32_t a = abs(f->lon) % 1000, b = abs(f->lat) % 1000;
        bool    tenth = (a <= 1 || a == 999) && (b <= 1 || b == 999);
        if (tenth)
                return 200;
        a %= 100;
        b %= 100;
        return (a <= 1 || a == 99) && (b <= 1 || b == 99) ? 20 : 0;
}

/* Part of a half turn between the courses: alongside a quay they are noise, but noise that goes on from where it was. */
static double swing(const em_fix *a, const em_fix *b)
{
        if (a->cog >= 3600 || b->cog >= 3600)
                return 0;
        int d = abs(a->cog - b->cog);
        return (d > 1800 ? 3600 - d : d) / 1800.0;
}

/* A transponder rounds as it does: of two that a fix may be of, the one that rounds alike. */
static bool other_grain(const em_fix *a, const em_fix *b)
{
        return (grain_of(a) > 0) != (grain_of(b) > 0) && !((a->flags | b->flags) & EM_FIX_LONG_RANGE);
}

/* How far b is from where a's ship should be, in units of what is usual: above 1 another ship. */
static double misfit(cutting *c, const em_fix *a, const motion *va, const em_fix *b, const motion *vb)
{
        step s = step_of(c, a, b);
        if (s.dt > STRICT_S || s.m > 50000)
                return INFINITY;
        double most = c->opts.max_knots * KNOT;
        if (!va->known && !vb->known)
                return s.m / (SHIP_M * 4 + most * (s.dt + CLOCK_S) / 2);
        const motion *x = va->known ? va : vb, *y = vb->known ? vb : va;
        double vx = (x->vx + y->vx) / 2.0, vy = (x->vy + y->vy) / 2.0;
        double ex = s.dx - vx * s.dt, ey = s.dy - vy * s.dt;
        double v = (length_of(x->vx, x->vy) + length_of(y->vx, y->vy)) / 2;
        double turn = length_of(x->vx - (double)y->vx, x->vy - (double)y->vy);
        double usual = SHIP_M + fmin(grain_of(a), grain_of(b)) + v * CLOCK_S + (0.15 * v + 0.3 * turn + 0.1) * s.dt;
        return length_of(ex, ey) / usual + 0.5 * turn / (1 + v) + SWING * swing(a, b) / (1 + v);
}

static void touch(cutting *c, uint32_t place)
{
        uint32_t t = c->open[place];
        memmove(c->open + 1, c->open, place * sizeof *c->open);
        c->open[0] = t;
}

static em_status no_memory(const cutting *c, em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory to cut %zu fixes into hulls", c->fixes);
}

/* A ship alone has few tracks, so there is little room at first. */
static em_status room_for_one(cutting *c, em_arena *arena, em_error *err)
{
        if (c->count < c->room)
                return EM_OK;
        uint32_t room = c->room ? 2 * c->room : 64;
        track   *more = EM_NEW_N(arena, track, room);
        if (!more)
                return no_memory(c, err);
        if (c->count)
                memcpy(more, c->at, c->count * sizeof *more);
        c->at = more;
        c->room = room;
        return EM_OK;
}

static void join(cutting *c, uint32_t i)
{
        const em_fix *f = &c->fix[i];
        motion   v = motion_of(f);
        double   best = 1 + GRAIN;
        uint32_t place = NONE;
        for (uint32_t k = 0; k < c->opened; k++) {
                const track *t = &c->at[c->open[k]];
                if ((double)(f->time_s - c->fix[t->last].time_s) > STRICT_S)
                        break;          /* and all behind it were heard before */
                motion u = {t->vx, t->vy, !isnan(t->vx)};
                double m = misfit(c, &c->fix[t->last], &u, f, &v);
                if (m >= 1)
                        continue;
                m += other_grain(&c->fix[t->last], f) ? GRAIN : 0;
                if (m < best) {
                        best = m;
                        place = k;
                }
        }
        if (place == NONE) {
                c->at[c->count] = (track){.first = i, .next = NONE, .before = NONE};
                if (c->opened < c->opts.max_open)
                        c->opened++;
                place = c->opened - 1;
                c->open[place] = c->count++;
        }
        touch(c, place);
        track *t = &c->at[c->open[0]];
        t->last = i;
        t->fixes++;
        t->vx = v.vx;
        t->vy = v.vy;
        c->of[i] = c->open[0];
}

/* ---- 2: links ---- */

typedef struct tie { double weight; uint32_t a, b; } tie;

/* gpsdio-segment's metric; 0: out of reach. */
static double weight_of(const cutting *c, const track *a, const track *b)
{
        const em_fix *f = &c->fix[a->last], *g = &c->fix[b->first];
        double dt = (double)(g->time_s - f->time_s), m = em_sphere_m(f->lon, f->lat, g->lon, g->lat);
        double knots = c->opts.max_knots;
        if (f->sog < 1022 && f->sog * 0.12 > knots)
                knots = f->sog * 0.12;
        if (dt < 0 || m > knots * KNOT * dt + SLACK_M)
                return 0;
        double hours = dt / 3600 + 0.05, alpha = m / (hours * 3600 * KNOT * knots);
        return exp(-alpha * alpha * 4) / hours;
}

static int by_weight(const void *x, const void *y)
{
        const tie *a = x, *b = y;
        if (a->weight != b->weight)
                return a->weight > b->weight ? -1 : 1;
        if (a->b != b->b)
                return a->b < b->b ? -1 : 1;
        return a->a < b->a ? -1 : a->a > b->a;
}

/* Tracks by their end, so that those that ended last before a beginning are found by walking back. */
typedef struct ending { uint32_t last, track; } ending;

static int by_end(const void *x, const void *y)
{
        const ending *a = x, *b = y;
        return a->last < b->last ? -1 : a->last > b->last;
}

static em_status tie_tracks(cutting *c, em_arena *arena, em_error *err)
{
        uint32_t most = c->opts.max_open;
        ending  *end = EM_NEW_N(arena, ending, c->count);
        tie     *ties = EM_NEW_N(arena, tie, (size_t)c->count * most);
        size_t   n = 0, ended = 0;
        if (!end || !ties)
                return no_memory(c, err);
        for (uint32_t t = 0; t < c->count; t++)
                end[t] = (ending){c->at[t].last, t};
        qsort(end, c->count, sizeof *end, by_end);
        for (uint32_t b = 0; b < c->count; b++) {       /* tracks are numbered by their beginning */
                while (ended < c->count && end[ended].last < c->at[b].first)
                        ended++;
                for (size_t e = ended, tries = 0; e > 0 && tries < most; tries++) {
                        uint32_t a = end[--e].track;
                        double   w = weight_of(c, &c->at[a], &c->at[b]);
                        if (w > 0)
                                ties[n++] = (tie){w, a, b};
                }
        }
        qsort(ties, n, sizeof *ties, by_weight);
        for (size_t i = 0; i < n; i++) {
                track *a = &c->at[ties[i].a], *b = &c->at[ties[i].b];
                if (a->next != NONE || b->before != NONE)
                        continue;
                a->next = ties[i].b;
                b->before = ties[i].a;
        }
        return EM_OK;
}

static uint32_t number(cutting *c)
{
        uint32_t parts = 0;
        for (uint32_t t = 0; t < c->count; t++)
                c->at[t].part = c->at[t].before == NONE ? parts++ : c->at[c->at[t].before].part;
        return parts;
}

/* ---- 3: scatter ---- */

/* What the places where one hull's fixes follow another's say of the two. */
typedef struct meeting { uint32_t a, b, switches, beyond, at_once, apart; } meeting;

static int by_hulls(const void *x, const void *y)
{
        const meeting *a = x, *b = y;
        if (a->a != b->a)
                return a->a < b->a ? -1 : 1;
        return a->b < b->b ? -1 : a->b > b->b;
}

static meeting meet(cutting *c, const em_fix *f, const em_fix *g, uint32_t a, uint32_t b)
{
        step    s = step_of(c, f, g);
        motion  u = motion_of(f), v = motion_of(g);
        meeting m = {a < b ? a : b, a < b ? b : a, 1, 0, 0, 0};
        double  vx = ((u.known ? u.vx : 0) + (v.known ? v.vx : 0)) / 2.0, vy = ((u.known ? u.vy : 0) + (v.known ? v.vy : 0)) / 2.0;
        double  speed = length_of(vx, vy), late = speed * LATE_S, grain = fmin(grain_of(f), grain_of(g));
        /* What comes late is out along the course, not beside it. */
        double  along = speed > 0.5 ? fabs(s.dx * vx + s.dy * vy) / speed : 0, beside = speed > 0.5 ? fabs(s.dx * vy - s.dy * vx) / speed : s.m;
        m.beyond = s.m > c->opts.max_knots * KNOT * s.dt + late + 4 * SHIP_M;
        m.at_once = s.dt <= AT_ONCE_S;
        m.apart = m.at_once && (beside > SHIP_M + grain + 0.2 * along + speed * s.dt || along > late + SHIP_M);
        return m;
}

/* Sums by pair of hulls, the pairs in order. */
static em_status meetings_of(cutting *c, em_arena *arena, meeting **ret, size_t *ret_n, em_error *err)
{
        size_t   n = 0, kept = 0;
        for (size_t i = 1; i < c->fixes; i++)
                n += c->of[i] != c->of[i - 1];
        meeting *m = EM_NEW_N(arena, meeting, n + 1);
        if (!m)
                return no_memory(c, err);
        n = 0;
        for (size_t i = 1; i < c->fixes; i++) {
                uint32_t a = c->at[c->of[i - 1]].part, b = c->at[c->of[i]].part;
                if (a != b)
                        m[n++] = meet(c, &c->fix[i - 1], &c->fix[i], a, b);
        }
        qsort(m, n, sizeof *m, by_hulls);
        for (size_t i = 0; i < n; i++) {
                if (kept && by_hulls(&m[kept - 1], &m[i]) == 0) {
                        m[kept - 1].switches += m[i].switches;
                        m[kept - 1].beyond += m[i].beyond;
                        m[kept - 1].at_once += m[i].at_once;
                        m[kept - 1].apart += m[i].apart;
                } else
                        m[kept++] = m[i];
        }
        *ret = m;
        *ret_n = kept;
        return EM_OK;
}

static uint32_t root(uint32_t *of, uint32_t part)
{
        while (of[part] != part)
                part = of[part] = of[of[part]];
        return part;
}

static bool are_two(const meeting *m)
{
        return m->beyond * 10 > m->switches || (m->apart >= 3 && m->apart * 4 > m->at_once);
}

static em_status merge_scatter(cutting *c, uint32_t parts, em_arena *arena, uint32_t *ret_parts, em_error *err)
{
        meeting  *m = NULL;
        size_t    n = 0;
        uint32_t *of = EM_NEW_N(arena, uint32_t, parts), *name = EM_NEW_N(arena, uint32_t, parts), count = 0;
        if (!of || !name)
                return no_memory(c, err);
        EM_TRY(meetings_of(c, arena, &m, &n, err));
        for (uint32_t p = 0; p < parts; p++)
                of[p] = p;
        for (size_t i = 0; i < n; i++)
                if (!are_two(&m[i])) {
                        uint32_t a = root(of, m[i].a), b = root(of, m[i].b);
                        of[a > b ? a : b] = a < b ? a : b;
                }
        for (uint32_t p = 0; p < parts; p++)
                name[p] = of[p] == p ? count++ : 0;
        for (uint32_t t = 0; t < c->count; t++)
                c->at[t].part = name[root(of, c->at[t].part)];
        *ret_parts = count;
        return EM_OK;
}

em_status em_hulls_cut(const em_fix *fix, size_t fixes, const em_cut_opts *opts, em_arena *arena,
                       uint32_t *ret_part, uint32_t *ret_parts, em_error *err)
{
        cutting  c = {.fix = fix, .fixes = fixes, .opts = opts ? *opts : em_cut_defaults, .of = ret_part};
        uint32_t parts = 0;
        if (c.opts.max_open > 64 || c.opts.max_open == 0)
                c.opts.max_open = 64;
        for (size_t i = 0; i < fixes; i++) {
                EM_TRY(room_for_one(&c, arena, err));
                join(&c, (uint32_t)i);
        }
        EM_TRY(tie_tracks(&c, arena, err));
        parts = number(&c);
        if (parts > 1)
                EM_TRY(merge_scatter(&c, parts, arena, &parts, err));
        *ret_parts = parts;
        for (size_t i = 0; i < fixes; i++)
                ret_part[i] = c.at[c.of[i]].part;
        return EM_OK;
}
