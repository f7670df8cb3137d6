/* Calls that nobody heard: a silence that begins or ends near a port of the regime, and is long enough for a call there.
 *
 * Ships that go where they must not fall silent on the way (none of 60,410 anchorage points of Global Fishing Watch is in the DPRK, since ships are dark there).
 * So for each silence of gap_hours or more that begins or ends within 20 nautical miles of one of the regime's ports, or of an area
 * that leads to it, the time is asked: from where the ship was last heard to the port and on to where it was heard again, at its usual
 * speed, and two hours alongside.  Ways are great circles, which are never longer than those by water, so a port is only ruled out when it was out of
 * reach.  That a call was possible does not say that it was made.
 */
#include "ships/detect.h"
#include "ships/lying.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEAR_M = 37040, CLOSE_M = 10000, STAY_S = 2 * 3600, SAMPLES = 1023 };
static const double KNOT_M_S = 1852.0 / 3600, UNDER_WAY = 3, USUAL = 10, LEAST = 5;

typedef struct hidden_state {
        const em_detecting *with;
        const em_port *port;
        size_t  *mine;                  /* the regime's ports and approaches */
        size_t   count;
} hidden_state;

static void hidden_close(void *ctx)
{
        hidden_state *s = ctx;
        free(s->mine);
        free(s);
}

static em_status hidden_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        hidden_state *s = calloc(1, sizeof *s);
        if (!s)
                return em_fail(err, EM_NOMEM, "out of memory for the ports");
        s->with = with;
        size_t ports = with->sea ? em_sea_ports(with->sea, &s->port) : 0;
        s->mine = calloc(ports + 1, sizeof *s->mine);
        if (!s->mine) {
                hidden_close(s);
                return em_fail(err, EM_NOMEM, "out of memory for the ports");
        }
        for (size_t i = 0; i < ports; i++)
                if (s->port[i].regime)
                        s->mine[s->count++] = i;
        *ret_state = s;
        return EM_OK;
}

static int by_size(const void *left, const void *right)
{
        double a = *(const double *)left, b = *(const double *)right;
        return (a > b) - (a < b);
}

/* The median of what it says or makes when under way; ten knots when that is not known. */
static double usual_knots(const em_hull *hull)
{
        double knots[SAMPLES + 1];
        size_t n = 0, step = hull->fixes / SAMPLES + 1;
        for (size_t i = 0; i < hull->fixes && n <= SAMPLES; i += step) {
                double k = em_fix_knots(hull, i);
                if (k >= UNDER_WAY && k < 40)
                        knots[n++] = k;
        }
        if (n < 3)
                return USUAL;
        qsort(knots, n, sizeof *knots, by_size);
        return fmax(LEAST, knots[n / 2]);
}

/* A silence, as seen from the regime's ports. */
typedef struct silence {
        const em_fix *a, *b;
        double    hours, knots;
        ptrdiff_t port;                 /* the one that costs least */
        double    way_m;                /* to it and on */
        ptrdiff_t near_a, near_b;       /* nearest of mine (port or approach) within NEAR_M; -1 */
        double    near_a_m, near_b_m;
        size_t    others;               /* further ports in reach */
} silence;

static ptrdiff_t nearest(const hidden_state *s, const em_fix *f, double *ret_m)
{
        ptrdiff_t best = -1;
        double    best_m = NEAR_M;
        for (size_t k = 0; k < s->count; k++) {
                double m = em_sea_port_m(s->with->sea, s->mine[k], f->lon, f->lat);
                if (m < best_m) {
                        best_m = m;
                        best = (ptrdiff_t)s->mine[k];
                }
        }
        *ret_m = best_m;
        return best;
}

static bool leads_to(const em_port *from, em_str key)
{
        em_str rest = from->leads_to, word;
        while (em_str_word(&rest, &word))
                if (em_str_eq(word, key))
                        return true;
        return false;
}

/* Is this port asked about: one end is near it, or near what leads to it? */
static bool asked(const hidden_state *s, const silence *x, size_t port)
{
        const ptrdiff_t end[] = { x->near_a, x->near_b };
        for (size_t k = 0; k < 2; k++)
                if (end[k] >= 0 && s->port[end[k]].approach && leads_to(&s->port[end[k]], s->port[port].key))
                        return true;
        return em_sea_port_m(s->with->sea, port, x->a->lon, x->a->lat) < NEAR_M ||
               em_sea_port_m(s->with->sea, port, x->b->lon, x->b->lat) < NEAR_M;
}

static bool in_reach(const hidden_state *s, silence *x)
{
        double most_m = (x->hours * 3600 - STAY_S) * x->knots * KNOT_M_S;
        x->port = -1;
        for (size_t k = 0; k < s->count; k++) {
                size_t i = s->mine[k];
                if (s->port[i].approach || !asked(s, x, i))
                        continue;
                double way = em_sea_port_m(s->with->sea, i, x->a->lon, x->a->lat) + em_sea_port_m(s->with->sea, i, x->b->lon, x->b->lat);
                if (way > most_m)
                        continue;
                x->others += x->port >= 0;
                if (x->port < 0 || way < x->way_m) {
                        x->port = (ptrdiff_t)i;
                        x->way_m = way;
                }
        }
        return x->port >= 0;
}

/* In port by port_call.c's rule: then that call tells it. */
static bool seen_in_port(const hidden_state *s, ptrdiff_t at, double m)
{
        return at >= 0 && !s->port[at].approach && m <= s->with->rules->port_enter_m;
}

static double score_of(const hidden_state *s, const silence *x, bool stepped, bool lay)
{
        double score = 0.3;
        score += x->near_a >= 0 && x->near_b >= 0 ? 0.2 : 0;
        score += (x->near_a >= 0 && (s->port[x->near_a].approach || x->near_a_m < CLOSE_M)) ||
                 (x->near_b >= 0 && (s->port[x->near_b].approach || x->near_b_m < CLOSE_M)) ? 0.2 : 0;
        score += stepped ? 0.25 : 0;
        return lay && !stepped ? score / 2 : score;
}

static void say(const hidden_state *s, const silence *x, em_event_sink *sink, em_event *e, bool lay)
{
        const em_port *p = &s->port[x->port], *near = &s->port[x->near_a >= 0 ? x->near_a : x->near_b];
        char more[64] = "", draught[64] = "";
        double needed = x->way_m / (x->knots * KNOT_M_S) / 3600;
        if (x->others)
                snprintf(more, sizeof more, " (%zu more in reach)", x->others);
        if (e->draught_before)
                snprintf(draught, sizeof draught, "; draught said %.1f m before, %.1f m after", e->draught_before / 10.0, e->draught_after / 10.0);
        em_event_reason(sink, e, "silent for %.1f h, %s %.1f km from %.*s%s; to %.*s%s and to where it was heard again are %.0f km, %.1f h at "
                        "its usual %.1f kn, which leaves %.1f h%s%s", x->hours, x->near_a >= 0 ? "from" : "until",
                        (x->near_a >= 0 ? x->near_a_m : x->near_b_m) / 1000, EM_ARG(em_str_sub(near->name, 0, 60)),
                        x->near_a >= 0 && x->near_b >= 0 ? " and ended near too" : "", EM_ARG(em_str_sub(p->name, 0, 60)), more, x->way_m / 1000,
                        needed, x->knots, x->hours - needed, draught, lay ? "; it lay at the same place before and after" : "");
}

static void tell(const hidden_state *s, const em_hull *hull, const silence *x, em_event_sink *sink)
{
        em_event *e = em_event_add(sink, EM_EVENT_HIDDEN_CALL, "", hull, x->a, x->b);
        if (!e)
                return;
        const em_ship_report *before, *after;
        em_draughts_around(hull, e->start_s, e->end_s, &before, &after);
        bool stepped = before && after && em_draught_stepped(s->with->rules, before->draught, after->draught);
        bool lay = em_sphere_m(x->a->lon, x->a->lat, x->b->lon, x->b->lat) < 2000 &&
                   em_fix_knots(hull, (size_t)(x->a - hull->fix)) <= s->with->rules->go_knots;
        if (stepped) {
                e->draught_before = before->draught;
                e->draught_after = after->draught;
                em_event_cite(sink, e, before);
                em_event_cite(sink, e, after);
        }
        e->port = (int32_t)x->port;
        e->distance_m = x->near_a >= 0 ? x->near_a_m : x->near_b_m;
        e->speed_kn = x->knots;
        e->score = score_of(s, x, stepped, lay);
        say(s, x, sink, e, lay);
}

static em_status hidden_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)err;
        hidden_state *s = ctx;
        double knots = 0;
        for (size_t i = 0; s->count && i + 1 < hull->fixes; i++) {
                silence x = { .a = &hull->fix[i], .b = &hull->fix[i + 1] };
                x.hours = (double)(x.b->time_s - x.a->time_s) / 3600;
                if (x.hours < s->with->rules->gap_hours)
                        continue;
                x.near_a = nearest(s, x.a, &x.near_a_m);
                x.near_b = nearest(s, x.b, &x.near_b_m);
                if ((x.near_a < 0 && x.near_b < 0) || seen_in_port(s, x.near_a, x.near_a_m) || seen_in_port(s, x.near_b, x.near_b_m))
                        continue;
                knots = knots > 0 ? knots : usual_knots(hull);
                x.knots = knots;
                if (in_reach(s, &x))
                        tell(s, hull, &x, sink);
        }
        return EM_OK;
}

static em_status hidden_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

const em_detector em_detect_hidden_call = {
        .name = "hidden calls", .kinds = 1u << EM_EVENT_HIDDEN_CALL,
        .begin = hidden_begin, .hull = hidden_hull, .end = hidden_end, .close = hidden_close,
};
