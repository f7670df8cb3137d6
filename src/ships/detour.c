/* Detours: a ship that steams on one course, leaves it, and is back on it after some hours; or turns back on its own way.
 *
 * A voyage is straight legs with turns between them; a turn is no anomaly, since the ship stays on the new course, and the way round a headland or
 * a bank is hardly longer than the straight one.  So what is asked is how much longer the way sailed is than the way made good.
 *
 *   detour   an hour of courses that agree is the old course; it is left by more than the rule's degrees, and for half an hour the ship is
 *            within half of that again; the way between was longer by the rule's ratio
 *   back     steps of opposite courses (more than 120 degrees) within the rule's hours, and the way from the one to the other was twice
 *            as long as what it made good
 *
 * The course is the ship's own word where it gives one: it does not leap with a position that is late or false.
 */
#include "ships/detect.h"

#include "ships/slab.h"

#include <math.h>
#include <stdlib.h>

#define RADIAN 0.017453292519943295

#define STEAMING_KNOTS 4.0
#define BACK_DEGREES 120.0
#define LEAST_S 1800
#define LEAST_M 2000                    /* aside */
#define BACK_RATIO 2.0
#define PAST 720                        /* steps: twelve hours of minutes */
#define FASTEST_KNOTS 40.0             /* positions that leap */
#define STEADY 6                        /* steps that make the old course */
#define RETURNED 3

typedef struct leg { em_slab_point from; double course, metres, before; } leg;       /* before: sailed until it began */

typedef struct sailing {
        leg      past[PAST];            /* ring of the last steaming steps */
        size_t   count, steps;          /* of them; unbroken so far */
        double   sailed;                /* steaming, in all */
        int64_t  told;                  /* the slab that the last event ends at */
        bool     backing;               /* a way back is being followed */
        em_slab_point back_from, back_to;
        double   back_way, back_before;
        bool     off;                   /* left the old course */
        double   course;                /* the old one */
        leg      left;                  /* where it left */
        double   metres, most;          /* sailed since; farthest off the course, degrees */
        double   aside, widest;         /* metres off the old line now; and at most */
        size_t   returned;              /* steps back on it */
        em_slab_point back;             /* where it was back */
        double   back_metres;
} sailing;

typedef struct detour_state { const em_detecting *with; sailing sailing; } detour_state;

static em_status detour_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        detour_state *state = calloc(1, sizeof *state);
        if (!state)
                return em_fail(err, EM_NOMEM, "out of memory for the detours");
        state->with = with;
        *ret_state = state;
        return EM_OK;
}

static double off_course(double a, double b)
{
        double d = fabs(a - b);
        return d > 180 ? 360 - d : d;
}

/* All steps of the ring within `most` of its direction. */
static bool steady(const sailing *s, double most, double *ret_course)
{
        double x = 0, y = 0;
        if (s->steps < STEADY)
                return false;
        for (size_t i = 0; i < STEADY; i++) {
                x += sin(s->past[(s->count - 1 - i) % PAST].course * RADIAN);
                y += cos(s->past[(s->count - 1 - i) % PAST].course * RADIAN);
        }
        double course = atan2(x, y) / RADIAN;
        course += course < 0 ? 360 : 0;
        for (size_t i = 0; i < STEADY; i++)
                if (off_course(s->past[(s->count - 1 - i) % PAST].course, course) > most)
                        return false;
        *ret_course = course;
        return true;
}

static void detour_tell(const em_detecting *with, const em_hull *hull, sailing *s, em_event_sink *sink)
{
        const int64_t step_s = (int64_t)(with->rules->slab_minutes * 60);
        const em_slab_point *a = &s->left.from, *b = &s->back;
        const double made = em_sphere_m(a->lon, a->lat, b->lon, b->lat);
        const double elapsed = (double)((b->slab - a->slab) * step_s);
        if (elapsed < LEAST_S || s->widest < LEAST_M || s->back_metres / elapsed < STEAMING_KNOTS * EM_KNOT_M_S
            || s->back_metres < made * with->rules->detour_ratio)
                return;
        em_event *e = em_event_add(sink, EM_EVENT_DETOUR, "detour", hull, &hull->fix[a->before], &hull->fix[b->after]);
        if (!e)
                return;
        s->told = b->slab;
        e->start_s = a->slab * step_s;
        e->end_s = b->slab * step_s;
        e->hours = elapsed / 3600;
        e->distance_m = s->back_metres;
        e->speed_kn = s->back_metres / elapsed / EM_KNOT_M_S;
        e->score = 0.5;
        em_event_reason(sink, e, "left its course of %.0f degrees by up to %.0f and was back on it after %.1f h; sailed %.1f km and made %.1f of them good",
                        s->course, s->most, e->hours, s->back_metres / 1000, made / 1000);
}

static void back_tell(const em_detecting *with, const em_hull *hull, sailing *s, em_event_sink *sink)
{
        const int64_t step_s = (int64_t)(with->rules->slab_minutes * 60);
        const em_slab_point *a = &s->back_from, *b = &s->back_to;
        const bool backing = s->backing;
        s->backing = false;
        if (!backing || a->slab < s->told)
                return;
        em_event *e = em_event_add(sink, EM_EVENT_DETOUR, "back", hull, &hull->fix[a->before], &hull->fix[b->after]);
        if (!e)
                return;
        const double made = em_sphere_m(a->lon, a->lat, b->lon, b->lat);
        s->told = b->slab;
        e->start_s = a->slab * step_s;
        e->end_s = b->slab * step_s;
        e->hours = (double)(e->end_s - e->start_s) / 3600;
        e->distance_m = s->back_way;
        e->speed_kn = s->back_way / (double)(e->end_s - e->start_s) / EM_KNOT_M_S;
        e->score = 0.6;
        em_event_reason(sink, e, "turned back: in %.1f h it sailed %.1f km and made %.1f of them good", e->hours, s->back_way / 1000, made / 1000);
}

/* Is this step the way back of an earlier one?  The longest such way from within the rule's hours. */
static void look_back(const em_detecting *with, const em_hull *hull, sailing *s, const leg *l, const em_slab_point *to, em_event_sink *sink)
{
        const em_ship_rules *rules = with->rules;
        const int64_t most = (int64_t)(rules->detour_hours * 60 / rules->slab_minutes);
        const leg *from = NULL;
        if (s->backing && l->from.slab - s->back_to.slab > most / 4)
                back_tell(with, hull, s, sink);
        for (size_t i = 1; i <= s->count && i <= PAST; i++) {
                const leg *past = &s->past[(s->count - i) % PAST];
                if (to->slab - past->from.slab > most)
                        break;
                if (off_course(past->course, l->course) <= BACK_DEGREES)
                        continue;
                double way = l->before + l->metres - past->before, made = em_sphere_m(past->from.lon, past->from.lat, to->lon, to->lat);
                double elapsed = (double)(to->slab - past->from.slab) * rules->slab_minutes * 60;
                if (way >= 2 * LEAST_M && elapsed >= LEAST_S && way >= BACK_RATIO * made && way / elapsed >= STEAMING_KNOTS * EM_KNOT_M_S)
                        from = past;
        }
        if (!from)
                return;
        if (!s->backing) {
                s->backing = true;
                s->back_from = from->from;
                s->back_before = from->before;
        }
        s->back_to = *to;
        s->back_way = l->before + l->metres - s->back_before;
}

static void step_off(const em_detecting *with, const em_hull *hull, sailing *s, const leg *l, const em_slab_point *to, em_event_sink *sink)
{
        const em_ship_rules *rules = with->rules;
        const double off = off_course(l->course, s->course);
        const int64_t most = (int64_t)(rules->detour_hours * 60 / rules->slab_minutes);
        s->metres += l->metres;
        s->aside += l->metres * sin((l->course - s->course) * RADIAN);
        s->widest = fabs(s->aside) > s->widest ? fabs(s->aside) : s->widest;
        s->most = off > s->most ? off : s->most;
        if (off <= rules->detour_degrees / 2) {
                if (!s->returned++) {
                        s->back = l->from;
                        s->back_metres = s->metres - l->metres;
                }
        } else {
                s->returned = 0;
        }
        const bool back = s->returned >= RETURNED, late = to->slab - s->left.from.slab > most;
        if (back)
                detour_tell(with, hull, s, sink);
        if (back || late)
                s->off = false;
}

static void step_on(const em_detecting *with, sailing *s, const leg *l)
{
        double course;
        if (!steady(s, with->rules->detour_degrees / 3, &course) || off_course(l->course, course) <= with->rules->detour_degrees)
                return;
        s->off = true;
        s->course = course;
        s->left = *l;
        s->metres = l->metres;
        s->most = off_course(l->course, course);
        s->returned = 0;
        s->aside = l->metres * sin((l->course - course) * RADIAN);
        s->widest = fabs(s->aside);
}

static leg leg_of(const em_hull *hull, const em_slab_point *from, const em_slab_point *to)
{
        const em_fix *fix = &hull->fix[from->before];
        leg l = { .from = *from, .metres = em_sphere_m(from->lon, from->lat, to->lon, to->lat) };
        l.course = fix->cog < 3600 && fix->sog != EM_AIS_SOG_NONE ? fix->cog / 10.0 : em_sphere_bearing(from->lon, from->lat, to->lon, to->lat);
        return l;
}

static void step(const em_detecting *with, const em_hull *hull, sailing *s, const em_slab_point *from, const em_slab_point *to, em_event_sink *sink)
{
        const double knot = EM_KNOT_M_S * with->rules->slab_minutes * 60;
        const int64_t most = (int64_t)(with->rules->detour_hours * 60 / with->rules->slab_minutes);
        leg l = leg_of(hull, from, to);
        s->off &= to->slab - s->left.from.slab <= most;
        if (l.metres > FASTEST_KNOTS * knot)
                return;
        if (to->slab != from->slab + 1 || l.metres < STEAMING_KNOTS * knot) {
                s->steps = 0;
                s->returned = 0;
                return;
        }
        l.before = s->sailed;
        s->sailed += l.metres;
        if (s->off)
                step_off(with, hull, s, &l, to, sink);
        else
                step_on(with, s, &l);
        look_back(with, hull, s, &l, to, sink);
        s->past[s->count++ % PAST] = l;
        s->steps++;
}

static em_status detour_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        detour_state *state = ctx;
        em_slabs grid = em_slabs_of(hull, state->with->rules);
        em_slab_point from, to;
        sailing *s = &state->sailing;
        bool more = em_slab_next(&grid, &from);
        (void)err;
        *s = (sailing){ .told = INT64_MIN };
        for (; more && em_slab_next(&grid, &to); from = to)
                step(state->with, hull, s, &from, &to, sink);
        back_tell(state->with, hull, s, sink);
        return EM_OK;
}

static em_status detour_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

const em_detector em_detect_detour = {
        .name = "detour", .kinds = 1u << EM_EVENT_DETOUR,
        .begin = detour_begin, .hull = detour_hull, .end = detour_end, .close = free,
};
