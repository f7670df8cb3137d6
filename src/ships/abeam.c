/* Who is near whom in one slab: places sorted by row and longitude, swept once, and a great circle only near the limit.
 *
 * A row is a band of latitude as high as the limit, so a pair lies in one row or in two beside each other.  Each degree of latitude has a reach:
 * what the limit is in longitude at its polar edge.  In its own row a place is compared with those that follow within the reach; in the next row
 * with a window that only moves forward.  Everything is read in order, which a hash of cells cannot.  Longitude is an angle modulo 2^32; what
 * wraps at the dateline is looked at by itself, and near a pole, where the reach is the whole circle, all pairs of two rows are.
 */
#include "ships/meeting.h"

#include <math.h>
#include <stdlib.h>

#define DEGREES 90
#define LEAST_ROW 100.0                 /* m */
#define CROWD 100                       /* pipe-encounters keeps the 100 nearest */
#define METRES_A_UNIT 0.18532492        /* 6371008.8 m * pi / 180 / 600000 */
#define CIRCLE ((uint64_t)360 * EM_DEGREE)
#define DIGIT 11                        /* bits sorted by at a time */
#define SLACK 2048                      /* the low bits of the angle that are not sorted by, 20 m, twice */
#define ROUND (1u << 30)                /* a reach from which on all are compared */

typedef struct sorted { uint32_t row, angle; int32_t lon, lat; uint32_t place; } sorted;

struct em_near_work {
        double    metres;
        uint32_t  row_height;
        uint32_t  reach[DEGREES];       /* in 2^32 of the circle */
        double    cosine[DEGREES * 8 + 2];
        sorted   *at, *spare;
        size_t    room;
        em_near  *near;
        size_t    count, near_room;
        bool      failed;
};

em_near_work *em_near_free(em_near_work *w)
{
        if (w) {
                free(w->at);
                free(w->spare);
                free(w->near);
                free(w);
        }
        return NULL;
}

static uint32_t reach_at(double metres, int degree)
{
        const double radian = 3.14159265358979323846 / 180, far = metres / 6371008.8;
        const double edge = (degree + 1) * radian + 2 * far;
        if (edge >= 90 * radian - far || sin(far) >= cos(edge))
                return UINT32_MAX;
        double angle = asin(sin(far) / cos(edge)) / (360 * radian) * 4294967296.0;
        return angle < ROUND - SLACK ? (uint32_t)angle + SLACK : UINT32_MAX;
}

em_status em_near_new(double metres, em_near_work **ret_work, em_error *err)
{
        em_near_work *w = calloc(1, sizeof *w);
        if (!w)
                return em_fail(err, EM_NOMEM, "out of memory for the meetings");
        w->metres = metres;
        w->row_height = (uint32_t)((metres > LEAST_ROW ? metres : LEAST_ROW) * 1.001 / METRES_A_UNIT) + 2;
        for (int i = 0; i < DEGREES; i++)
                w->reach[i] = reach_at(metres, i);
        for (int i = 0; i < DEGREES * 8 + 2; i++)
                w->cosine[i] = cos(i * (3.14159265358979323846 / 180 / 8));
        *ret_work = w;
        return EM_OK;
}

static uint32_t angle_of(int32_t lon)
{
        /* 2^32 / CIRCLE in 2^-32; exact to a few units of 2^32, far below the reach's margin */
        return (uint32_t)(((uint64_t)(uint32_t)(lon + 180 * EM_DEGREE) * 85401592933ull) >> 32);
}

/* The degree of a row's polar edge gives its reach. */
static uint32_t row_reach(const em_near_work *w, uint32_t row)
{
        int64_t low = (int64_t)row * w->row_height - (int64_t)90 * EM_DEGREE, high = low + w->row_height;
        int64_t degree = (high > -low ? high : -low) / EM_DEGREE;
        return w->reach[degree < DEGREES ? degree : DEGREES - 1];
}

/* ---- sorted by row, then by angle without its low bits: least digit first ------------------------ */

static bool room_made(em_near_work *w, size_t places)
{
        if (places <= w->room)
                return true;
        free(w->at);
        free(w->spare);
        w->at = malloc(places * sizeof *w->at);
        w->spare = malloc(places * sizeof *w->spare);
        w->room = w->at && w->spare ? places : 0;
        return w->room > 0;
}

static uint32_t digit_of(const sorted *s, int pass)
{
        const uint32_t mask = (1u << DIGIT) - 1;
        return pass == 0 ? s->angle >> 10 & mask : pass == 1 ? s->angle >> 21 : pass == 2 ? s->row & mask : s->row >> DIGIT & mask;
}

static void sort_by_digit(em_near_work *w, size_t count, int pass)
{
        uint32_t at[(1 << DIGIT) + 1] = { 0 };
        for (size_t i = 0; i < count; i++)
                at[digit_of(&w->at[i], pass) + 1]++;
        for (size_t i = 0; i < 1 << DIGIT; i++)
                at[i + 1] += at[i];
        for (size_t i = 0; i < count; i++)
                w->spare[at[digit_of(&w->at[i], pass)]++] = w->at[i];
        sorted *swap = w->at;
        w->at = w->spare;
        w->spare = swap;
}

static void sort(em_near_work *w, const em_place *place, size_t places)
{
        for (uint32_t i = 0; i < places; i++)
                w->at[i] = (sorted){ .row = (uint32_t)(place[i].lat + 90 * EM_DEGREE) / w->row_height, .angle = angle_of(place[i].lon),
                                     .lon = place[i].lon, .lat = place[i].lat, .place = i };
        for (int pass = 0; pass < 4; pass++)
                sort_by_digit(w, places, pass);
}

/* ---- pairs ----------------------------------------------------------------------------------------- */

/* On the plane where that is sure; by the haversine near the limit and near the poles. */
static bool within(const em_near_work *w, const sorted *a, const sorted *b, float *ret_metres)
{
        double dy = ((double)a->lat - b->lat) * METRES_A_UNIT, limit = w->metres;
        if (fabs(dy) > limit * 1.001)
                return false;
        int64_t turn = (int64_t)a->lon - b->lon;
        turn += turn > (int64_t)CIRCLE / 2 ? -(int64_t)CIRCLE : turn < -(int64_t)CIRCLE / 2 ? (int64_t)CIRCLE : 0;
        double lat = fabs(((double)a->lat + b->lat) / (2.0 * EM_DEGREE)), square = limit * limit;
        if (lat < 80) {
                double at = lat * 8, t = at - floor(at);
                double cosine = w->cosine[(int)at] * (1 - t) + w->cosine[(int)at + 1] * t;
                double dx = (double)turn * METRES_A_UNIT * cosine, d = dx * dx + dy * dy;
                if (d > square * 1.01)
                        return false;
                if (d < square * 0.99) {
                        *ret_metres = (float)sqrt(d);
                        return true;
                }
        }
        double metres = em_sphere_m(a->lon, a->lat, b->lon, b->lat);
        *ret_metres = (float)metres;
        return metres <= limit;
}

static void near_add(em_near_work *w, const em_place *place, uint32_t i, uint32_t j, float metres)
{
        if (w->count == w->near_room) {
                size_t room = w->near_room ? w->near_room * 2 : 4096;
                em_near *near = realloc(w->near, room * sizeof *near);
                w->failed |= !near;
                if (!near)
                        return;
                w->near = near;
                w->near_room = room;
        }
        bool turn = place[i].ship > place[j].ship;
        uint32_t a = turn ? j : i, b = turn ? i : j;
        w->near[w->count++] = (em_near){ .a = place[a].ship, .b = place[b].ship, .place_a = a, .place_b = b, .metres = metres };
}

typedef struct one { const sorted *at; const em_place *place; size_t crowd; } one;

static void compare(em_near_work *w, one *o, const sorted *other)
{
        float metres;
        if (o->crowd >= CROWD || !within(w, o->at, other, &metres) || o->place[o->at->place].ship == o->place[other->place].ship)
                return;
        o->crowd++;
        near_add(w, o->place, o->at->place, other->place, metres);
}

/* Those of [from, to) whose angle is over `least`, from the end backwards: beyond the dateline to the west. */
static void compare_tail(em_near_work *w, one *o, const sorted *from, const sorted *to, uint32_t least)
{
        for (const sorted *s = to; s-- > from && s->angle >= least && o->crowd < CROWD;)
                compare(w, o, s);
}

/* Those up to `most`, from the start. */
static void compare_head(em_near_work *w, one *o, const sorted *from, const sorted *to, uint32_t most)
{
        for (const sorted *s = from; s < to && s->angle <= most && o->crowd < CROWD; s++)
                compare(w, o, s);
}

/* Where a row and the one after it lie, and how far the window in that has moved. */
typedef struct rows { const sorted *row, *row_end, *next, *next_end, *window; uint32_t reach, next_reach; } rows;

static void sweep_place(em_near_work *w, rows *r, one *o)
{
        const sorted *p = o->at;
        const uint32_t angle = p->angle, reach = r->reach > r->next_reach ? r->reach : r->next_reach;
        if (reach >= ROUND) {
                compare_head(w, o, p + 1, r->row_end, UINT32_MAX);
                compare_head(w, o, r->next, r->next_end, UINT32_MAX);
                return;
        }
        compare_head(w, o, p + 1, r->row_end, angle < UINT32_MAX - reach ? angle + reach : UINT32_MAX);
        while (r->window < r->next_end && angle > reach && r->window->angle < angle - reach)
                r->window++;
        compare_head(w, o, r->window, r->next_end, angle < UINT32_MAX - reach ? angle + reach : UINT32_MAX);
        if (angle < reach) {            /* low angles meet high ones; of one row from here only */
                const sorted *after = p + 1;
                while (after < r->row_end && after->angle <= angle + reach)
                        after++;
                compare_tail(w, o, after, r->row_end, angle - reach);
                compare_tail(w, o, r->window, r->next_end, angle - reach);
        }
        if (angle > UINT32_MAX - reach)
                compare_head(w, o, r->next, r->window, angle + reach);
}

static void sweep_row(em_near_work *w, rows *r, const em_place *place)
{
        r->window = r->next;
        for (const sorted *p = r->row; p < r->row_end && !w->failed; p++) {
                one o = { .at = p, .place = place };
                sweep_place(w, r, &o);
        }
}

static const sorted *row_end(const sorted *from, const sorted *end)
{
        const sorted *s = from;
        while (s < end && s->row == from->row)
                s++;
        return s;
}

em_status em_near_find(em_near_work *w, const em_place *place, size_t places, const em_near **ret_near, size_t *ret_count, em_error *err)
{
        w->count = 0;
        w->failed = !room_made(w, places);
        if (!w->failed && places) {
                sort(w, place, places);
                const sorted *end = w->at + places;
                rows r = { .row = w->at, .row_end = row_end(w->at, end) };
                for (; r.row < end && !w->failed; r.row = r.row_end, r.row_end = row_end(r.row_end, end)) {
                        const bool beside = r.row_end < end && r.row_end->row == r.row->row + 1;
                        r.next = r.row_end;
                        r.next_end = beside ? row_end(r.row_end, end) : r.row_end;
                        r.reach = row_reach(w, r.row->row);
                        r.next_reach = row_reach(w, r.row->row + 1);
                        sweep_row(w, &r, place);
                }
        }
        if (w->failed)
                return em_fail(err, EM_NOMEM, "out of memory for the meetings");
        *ret_near = w->near;
        *ret_count = w->count;
        return EM_OK;
}
