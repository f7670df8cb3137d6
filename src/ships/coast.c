/* On land or not, and how far from the coast.
 *
 * The land is the inside of closed lines on the map, by parity (a line of land in a lake in an island counts by itself): from outside, each
 * line that is crossed changes land to water and back.  A grid of half degrees keeps for each cell whether its south-western corner is on land,
 * and which pieces of coast touch it, so that a question crosses only what lies between that corner and the place: north along the cell's rim, then east.
 * All of it is exact: lines stand at even numbers and places at odd ones (twice the unit, plus one), so no place has the latitude or longitude of a
 * corner, and a place on a line has the same side of it in every test.  (Crossing parity: M. Shimrat, "Algorithm 112", CACM 5, 1962.)
 *
 * Distances go over unit vectors, to the pieces in the cells that can still hold a nearer one.  The rim of the map (180 degrees, the south pole) closes lines and is no coast.
 */
#include <math.h>

#include "ships/sea_rooms.h"

enum { MOST_POINTS = 20000000, CELL = EM_DEGREE / 2, RIM = 180 * EM_DEGREE, POLE = 90 * EM_DEGREE };

typedef struct edge { int32_t ax, ay, bx, by; } edge;

struct em_coast {
        em_ring      *ring;
        size_t        rings, edges;
        edge         *edge;             /* in the order of the rings' points, even numbers: twice the unit */
        em_direction *from;             /* edge i runs from[i] to from[to[i]] */
        uint32_t     *to;
        bool         *rim;
        em_cells      cells;
        uint8_t      *corner;           /* of each cell: is the south-western one on land? */
};

/* ---- parity ---------------------------------------------------------------------------------- */

static int64_t side_of(const edge *e, int32_t x, int32_t y)
{
        return ((int64_t)e->bx - e->ax) * ((int64_t)y - e->ay) - ((int64_t)e->by - e->ay) * ((int64_t)x - e->ax);
}

static bool crosses(const edge *e, int32_t xa, int32_t ya, int32_t xb, int32_t yb)
{
        return (side_of(e, xa, ya) > 0) != (side_of(e, xb, yb) > 0);
}

/* Crossings of the level line from xa to xb, by the pieces in one cell. */
static bool odd_level(const em_coast *c, uint32_t cell, int32_t xa, int32_t xb, int32_t y)
{
        bool odd = false;
        for (uint32_t k = c->cells.start[cell]; k < c->cells.start[cell + 1]; k++) {
                const edge *e = &c->edge[c->cells.item[k]];
                if ((e->ay < y) != (e->by < y))
                        odd ^= crosses(e, xa, y, xb, y);
        }
        return odd;
}

static bool odd_upright(const em_coast *c, uint32_t cell, int32_t x, int32_t ya, int32_t yb)
{
        bool odd = false;
        for (uint32_t k = c->cells.start[cell]; k < c->cells.start[cell + 1]; k++) {
                const edge *e = &c->edge[c->cells.item[k]];
                if ((e->ax < x) != (e->bx < x))
                        odd ^= crosses(e, x, ya, x, yb);
        }
        return odd;
}

static int32_t corner_x(int32_t column) { return 2 * (column * CELL - RIM) + 1; }
static int32_t corner_y(int32_t row) { return 2 * (row * CELL - POLE) + 1; }

bool em_coast_on_land(const em_coast *c, int32_t lon, int32_t lat)
{
        if (!c->edges || lat < -POLE || lat > POLE)
                return false;
        lon = em_cells_turn(lon);
        int32_t  row = em_cells_row(&c->cells, lat), column = em_cells_column(&c->cells, lon);
        uint32_t cell = (uint32_t)(row * c->cells.columns + column);
        bool     land = c->corner[cell];
        if (c->cells.start[cell] == c->cells.start[cell + 1])
                return land;
        int32_t x = corner_x(column), y = 2 * lat + 1;
        return land ^ odd_upright(c, cell, x, corner_y(row), y) ^ odd_level(c, cell, x, 2 * lon + 1, y);
}

/* Along each row's southern rim, from outside the map to the east. */
static void mark_corners(em_coast *c)
{
        for (int32_t row = 0; row < c->cells.rows; row++) {
                uint32_t first = (uint32_t)(row * c->cells.columns);
                int32_t  y = corner_y(row);
                bool land = odd_level(c, first, -2 * RIM - 1, corner_x(0), y);
                for (int32_t column = 0; column < c->cells.columns; column++) {
                        c->corner[first + (uint32_t)column] = land;
                        if (column + 1 < c->cells.columns)
                                land ^= odd_level(c, first + (uint32_t)column, corner_x(column), corner_x(column + 1), y);
                }
        }
}

/* ---- distance -------------------------------------------------------------------------------- */

typedef struct nearest { const em_coast *coast; em_direction at; double chord, best_m; } nearest;

static void look(void *ctx, uint32_t cell)
{
        nearest *n = ctx;
        const em_coast *c = n->coast;
        double best = n->chord;
        for (uint32_t k = c->cells.start[cell]; k < c->cells.start[cell + 1]; k++) {
                uint32_t i = c->cells.item[k];
                if (c->rim[i])
                        continue;
                double d = em_direction_to_piece(n->at, c->from[i], c->from[c->to[i]]);
                best = d < best ? d : best;
        }
        if (best < n->chord) {
                n->chord = best;
                n->best_m = em_chord_m(best);
        }
}

double em_coast_m(const em_coast *c, int32_t lon, int32_t lat, double most_m)
{
        if (!c->edges || lat < -POLE || lat > POLE || !(most_m > 0))
                return most_m > 0 ? most_m : 0;
        nearest n = { .coast = c, .at = em_direction_of(lon, lat), .chord = em_chord_of(most_m), .best_m = most_m };
        em_cells_around(&c->cells, lon, lat, &n.best_m, look, &n);
        return em_coast_on_land(c, lon, lat) ? -n.best_m : n.best_m;
}

bool em_coast_ring(const em_coast *c, size_t i, em_ring *ret_ring)
{
        if (i >= c->rings)
                return false;
        *ret_ring = c->ring[i];
        return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reader { em_str text; size_t at; uint64_t line; int64_t unit; em_arena *arena; em_error *err; } reader;

static em_status wrong(const reader *r, const char *why)
{
        return em_fail_at(r->err, EM_FORMAT, EM_S("data/sea/coast.txt"), r->line, 0, "%s", why);
}

/* The next word, over line ends and lines that begin with '#'. */
static em_str word(reader *r)
{
        const char *p = r->text.p;
        size_t n = r->text.n, at = r->at;
        while (at < n && (p[at] == ' ' || p[at] == '\n' || p[at] == '\r' || p[at] == '#')) {
                if (p[at] == '#')
                        while (at + 1 < n && p[at + 1] != '\n')
                                at++;
                r->line += p[at] == '\n';
                at++;
        }
        size_t from = at;
        while (at < n && p[at] != ' ' && p[at] != '\n' && p[at] != '\r')
                at++;
        r->at = at;
        return em_str_sub(r->text, from, at - from);
}

static bool number(reader *r, int64_t least, int64_t most, int64_t *ret_value)
{
        return em_str_int(word(r), ret_value) && *ret_value >= least && *ret_value <= most;
}

/* Points first to last of one ring; into at when there is room for them (the second reading), else only looked at. */
static em_status read_points(reader *r, int64_t points, int32_t (*at)[2])
{
        int64_t x = 0, y = 0, dx, dy;
        for (int64_t i = 0; i < points; i++) {
                if (!number(r, -360 * r->unit, 360 * r->unit, &dx) || !number(r, -360 * r->unit, 360 * r->unit, &dy))
                        return wrong(r, "a step is no pair of numbers below a turn of the globe");
                x += dx;
                y += dy;
                if (x < -180 * r->unit || x > 180 * r->unit || y < -90 * r->unit || y > 90 * r->unit)
                        return wrong(r, "a point lies outside the map");
                if (at) {
                        at[i][0] = (int32_t)(x * (EM_DEGREE / r->unit));
                        at[i][1] = (int32_t)(y * (EM_DEGREE / r->unit));
                }
        }
        return EM_OK;
}

/* Both readings: the first counts, the second fills c. */
static em_status read_rings(reader r, em_coast *c, int32_t (*at)[2])
{
        int64_t points;
        size_t  rings = 0, edges = 0;
        if (!em_str_eq(word(&r), EM_S("embargo-coast")) || !em_str_eq(word(&r), EM_S("1")))
                return wrong(&r, "this is no coast of version 1: it must begin with \"embargo-coast 1\"");
        if (!em_str_eq(word(&r), EM_S("unit")) || !number(&r, 1, EM_DEGREE, &r.unit) || EM_DEGREE % r.unit)
                return wrong(&r, "unit must be a number of steps in a degree that divides 600000");
        for (em_str w = word(&r); w.n; w = word(&r)) {
                if (!em_str_eq(w, EM_S("ring")) || !number(&r, 3, MOST_POINTS, &points))
                        return wrong(&r, "here must stand \"ring\" and its number of points, 3 or more");
                if (edges + (size_t)points > MOST_POINTS)
                        return wrong(&r, "there are more than 20,000,000 points");
                EM_TRY(read_points(&r, points, at ? at + edges : NULL));
                if (at)
                        c->ring[rings] = (em_ring){ (const int32_t (*)[2])(at + edges), (size_t)points };
                rings++;
                edges += (size_t)points;
        }
        c->rings = rings;
        c->edges = edges;
        return EM_OK;
}

static void make_edges(em_coast *c)
{
        size_t e = 0;
        for (size_t i = 0; i < c->rings; i++) {
                const em_ring *ring = &c->ring[i];
                size_t first = e;
                for (size_t k = 0; k < ring->points; k++, e++) {
                        size_t next = k + 1 < ring->points ? k + 1 : 0;
                        const int32_t *a = ring->at[k], *b = ring->at[next];
                        c->edge[e] = (edge){ 2 * a[0], 2 * a[1], 2 * b[0], 2 * b[1] };
                        c->from[e] = em_direction_of(a[0], a[1]);
                        c->to[e] = (uint32_t)(first + next);
                        c->rim[e] = (a[0] == b[0] && (a[0] == RIM || a[0] == -RIM)) || (a[1] == -POLE && b[1] == -POLE);
                }
        }
}

static em_box box_of_edge(const void *ctx, size_t i)
{
        const edge *e = &((const em_coast *)ctx)->edge[i];
        int32_t west = (e->ax < e->bx ? e->ax : e->bx) / 2, east = (e->ax > e->bx ? e->ax : e->bx) / 2;
        int32_t south = (e->ay < e->by ? e->ay : e->by) / 2, north = (e->ay > e->by ? e->ay : e->by) / 2;
        return (em_box){ west - 1, south - 1, east + 1, north + 1 };    /* corners stand one beyond the rims of cells */
}

static em_status make_room(em_coast *c, size_t rings, size_t edges, int32_t (**ret_at)[2], em_arena *arena, em_error *err)
{
        c->ring = em_arena_array(arena, rings + 1, sizeof *c->ring);
        c->edge = em_arena_array(arena, edges + 1, sizeof *c->edge);
        c->from = em_arena_array(arena, edges + 1, sizeof *c->from);
        c->to = em_arena_array(arena, edges + 1, sizeof *c->to);
        c->rim = em_arena_array(arena, edges + 1, sizeof *c->rim);
        *ret_at = em_arena_array(arena, edges + 1, sizeof **ret_at);
        return c->ring && c->edge && c->from && c->to && c->rim && *ret_at ? EM_OK
                : em_fail(err, EM_NOMEM, "out of memory for the coast");
}

static em_status make_coast(em_coast *c, const reader *r)
{
        int32_t (*at)[2] = NULL;
        EM_TRY(make_room(c, c->rings, c->edges, &at, r->arena, r->err));
        EM_TRY(read_rings(*r, c, at));
        make_edges(c);
        EM_TRY(em_cells_make(&c->cells, CELL, c->edges, box_of_edge, c, r->arena, r->err));
        c->corner = em_arena_array(r->arena, (size_t)c->cells.rows * (size_t)c->cells.columns, 1);
        if (!c->corner)
                return em_fail(r->err, EM_NOMEM, "out of memory for the coast");
        mark_corners(c);
        return EM_OK;
}

em_status em_coast_read(em_str text, em_arena *arena, em_coast **ret_coast, em_error *err)
{
        em_coast *c = EM_NEW(arena, em_coast);
        if (!c)
                return em_fail(err, EM_NOMEM, "out of memory for the coast");
        reader r = { .text = text, .line = 1, .arena = arena, .err = err };
        if (text.n)
                EM_TRY(read_rings(r, c, NULL));
        if (c->edges)
                EM_TRY(make_coast(c, &r));
        *ret_coast = c;
        return EM_OK;
}
