/* Who is near whom in one slab: a hash of cells, and a great circle only near the limit.
 *
 * A cell is a row of latitude as high as the limit, and a column.  Each degree of latitude has its own power of two of columns, each at
 * least as wide as the limit at the degree's polar edge and less than twice that; the last degree has one.  A place is compared with those before it in
 * the columns that its reach in longitude touches, in its row and the two beside: all arithmetic on longitude is modulo 2^32, so that the
 * dateline is no edge, and at a pole the reach is the whole circle.
 */
#include "ships/meeting.h"

#include <math.h>
#include <stdlib.h>

#define DEGREES 90
#define CROWD 100                       /* pipe-encounters keeps the 100 nearest */
#define METRES_A_UNIT 0.18532492        /* 6371008.8 m * pi / 180 / 600000 */
#define CIRCLE ((uint64_t)360 * EM_DEGREE)

struct em_near_work {
        double    metres;
        uint32_t  row_height;
        uint8_t   bits[DEGREES];        /* columns are 1 << bits */
        uint32_t  reach[DEGREES];       /* in 2^32 of the circle */
        double    cosine[DEGREES * 8 + 2];
        uint32_t *head;                 /* place + 1 */
        size_t    heads, room;
        struct cell { uint64_t key; uint32_t next, angle; } *cell;
        em_near  *near;
        size_t    count, near_room;
};

em_near_work *em_near_free(em_near_work *w)
{
        if (w) {
                free(w->head);
                free(w->cell);
                free(w->near);
                free(w);
        }
        return NULL;
}

static void degree_set(em_near_work *w, int degree)
{
        const double radian = 3.14159265358979323846 / 180, far = w->metres / 6371008.8;
        /* farther than the rows beside reach, from the degree's polar edge */
        double edge = (degree + 1) * radian + 2 * far, round = 40030000 * cos(edge);
        w->bits[degree] = 0;
        w->reach[degree] = UINT32_MAX;
        if (degree == DEGREES - 1 || edge >= 89 * radian + 2 * far + 1e-9 || sin(far) >= cos(edge))
                return;
        while (w->bits[degree] < 20 && round / (double)(2u << w->bits[degree]) >= w->metres)
                w->bits[degree]++;
        w->reach[degree] = (uint32_t)(asin(sin(far) / cos(edge)) / (2 * 180 * radian) * 4294967296.0) + 64;
}

em_status em_near_new(double metres, em_near_work **ret_work, em_error *err)
{
        em_near_work *w = calloc(1, sizeof *w);
        if (!w)
                return em_fail(err, EM_NOMEM, "out of memory for the meetings");
        w->metres = metres;
        w->row_height = (uint32_t)(metres * 1.001 / METRES_A_UNIT) + 2;
        for (int i = 0; i < DEGREES; i++)
                degree_set(w, i);
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

static uint32_t row_of(const em_near_work *w, int32_t lat)
{
        return (uint32_t)(lat + 90 * EM_DEGREE) / w->row_height;
}

/* The degree of a row's polar edge. */
static unsigned degree_of(const em_near_work *w, uint32_t row)
{
        int64_t low = (int64_t)row * w->row_height - (int64_t)90 * EM_DEGREE, high = low + w->row_height;
        int64_t edge = high > -low ? high : -low;
        unsigned degree = (unsigned)(edge / EM_DEGREE);
        return degree < DEGREES ? degree : DEGREES - 1;
}

static uint32_t column_of(uint32_t angle, unsigned bits)
{
        return (uint32_t)((uint64_t)angle >> (32 - bits));
}

static size_t slot_of(const em_near_work *w, uint64_t key)
{
        return (size_t)((key * 0x9E3779B97F4A7C15ull) >> 20) & (w->heads - 1);
}

static bool room_made(em_near_work *w, size_t places)
{
        size_t heads = 1024;
        while (heads < places * 2)
                heads *= 2;
        if (places > w->room) {
                struct cell *cell = realloc(w->cell, places * sizeof *cell);
                if (!cell)
                        return false;
                w->cell = cell;
                w->room = places;
        }
        if (heads > w->heads) {
                uint32_t *head = realloc(w->head, heads * sizeof *head);
                if (!head)
                        return false;
                w->head = head;
                w->heads = heads;
        }
        memset(w->head, 0, w->heads * sizeof *w->head);
        return true;
}

/* On the plane where that is sure; by the haversine near the limit and near the poles. */
static bool within(const em_near_work *w, const em_place *a, const em_place *b, float *ret_metres)
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

static bool near_add(em_near_work *w, const em_place *place, uint32_t i, uint32_t j, float metres)
{
        if (w->count == w->near_room) {
                size_t room = w->near_room ? w->near_room * 2 : 4096;
                em_near *near = realloc(w->near, room * sizeof *near);
                if (!near)
                        return false;
                w->near = near;
                w->near_room = room;
        }
        bool turn = place[i].ship > place[j].ship;
        uint32_t a = turn ? j : i, b = turn ? i : j;
        w->near[w->count++] = (em_near){ .a = place[a].ship, .b = place[b].ship, .place_a = a, .place_b = b, .metres = metres };
        return true;
}

/* Compares place i with those before it in one cell. */
static bool cell_probe(em_near_work *w, const em_place *place, uint32_t i, uint64_t key, size_t *crowd)
{
        for (uint32_t j = w->head[slot_of(w, key)]; j && *crowd < CROWD; j = w->cell[j - 1].next) {
                float metres;
                if (w->cell[j - 1].key != key || place[j - 1].ship == place[i].ship || !within(w, &place[i], &place[j - 1], &metres))
                        continue;
                if (!near_add(w, place, i, j - 1, metres))
                        return false;
                ++*crowd;
        }
        return true;
}

static bool place_probe(em_near_work *w, const em_place *place, uint32_t i, uint32_t row)
{
        const uint32_t angle = w->cell[i].angle, reach = w->reach[degree_of(w, row)];
        size_t crowd = 0;
        for (uint32_t r = row ? row - 1 : 0; r <= row + 1; r++) {
                unsigned bits = w->bits[degree_of(w, r)];
                uint32_t most = (1u << bits) - 1, c = column_of(angle - reach, bits), to = column_of(angle + reach, bits);
                if (reach >= 1u << 30) {        /* round the whole circle */
                        c = 0;
                        to = most;
                }
                for (;; c = (c + 1) & most) {
                        if (!cell_probe(w, place, i, (uint64_t)r << 32 | c, &crowd))
                                return false;
                        if (c == to)
                                break;
                }
        }
        return true;
}

em_status em_near_find(em_near_work *w, const em_place *place, size_t places, const em_near **ret_near, size_t *ret_count, em_error *err)
{
        bool fine = room_made(w, places);
        w->count = 0;
        for (uint32_t i = 0; fine && i < places; i++) {
                const uint32_t row = row_of(w, place[i].lat), angle = angle_of(place[i].lon);
                const uint64_t key = (uint64_t)row << 32 | column_of(angle, w->bits[degree_of(w, row)]);
                w->cell[i].angle = angle;
                fine = place_probe(w, place, i, row);
                size_t slot = slot_of(w, key);
                w->cell[i].key = key;
                w->cell[i].next = w->head[slot];
                w->head[slot] = i + 1;
        }
        if (!fine)
                return em_fail(err, EM_NOMEM, "out of memory for the meetings");
        *ret_near = w->near;
        *ret_count = w->count;
        return EM_OK;
}
