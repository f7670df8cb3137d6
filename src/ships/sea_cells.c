/* A grid over the globe, and the way through it from near to far.
 *
 * Cells lie in rows of latitude.  From a place the rows are visited outwards, in each the columns outwards, until nothing in them can be nearer than
 * what was found: a row is at least its difference of latitude away; a column at least as far as its meridian, which on the sphere is
 * asin(cos(lat) sin(dlon)) (Napier's rule for the right triangle).  A cap that holds a pole reaches every meridian.
 */
#include <math.h>

#include "ships/sea_rooms.h"

static const double RADIUS_M = 6371008.8;
static const double RADIAN = 0.017453292519943295 / EM_DEGREE;

enum { ROUND = 360 * EM_DEGREE, MOST_ITEMS = 50000000 };

em_direction em_direction_of(int32_t lon, int32_t lat)
{
        double u = lon * RADIAN, v = lat * RADIAN, c = cos(v);
        return (em_direction){ c * cos(u), c * sin(u), sin(v) };
}

/* The chord of a and b runs below the surface; the nearest point on it is lifted up to it. */
double em_direction_to_piece(em_direction p, em_direction a, em_direction b)
{
        double bx = b.x - a.x, by = b.y - a.y, bz = b.z - a.z, px = p.x - a.x, py = p.y - a.y, pz = p.z - a.z;
        double length = bx * bx + by * by + bz * bz, along = px * bx + py * by + pz * bz;
        double t = along <= 0 || length <= 0 ? 0 : along >= length ? 1 : along / length;
        double qx = a.x + t * bx, qy = a.y + t * by, qz = a.z + t * bz;
        double lift = 1 + t * (1 - t) * length / 2;     /* 1/|q|, as |q|^2 is 1 - t(1-t)length */
        double dx = p.x - qx * lift, dy = p.y - qy * lift, dz = p.z - qz * lift;
        return dx * dx + dy * dy + dz * dz;
}

double em_chord_m(double chord_squared)
{
        double half = sqrt(chord_squared) / 2;
        return 2 * RADIUS_M * asin(half < 1 ? half : 1);
}

double em_chord_of(double metres)
{
        double angle = metres / RADIUS_M, chord = angle < 3.14159265358979 ? 2 * sin(angle / 2) : 2;
        return chord * chord;
}

int32_t em_cells_turn(int32_t lon)
{
        int32_t half = ROUND / 2;
        return lon >= -half && lon < half ? lon : (int32_t)((((int64_t)lon + half) % ROUND + ROUND) % ROUND - half);
}

static int32_t held(int32_t v, int32_t most)
{
        return v < 0 ? 0 : v < most ? v : most - 1;
}

int32_t em_cells_row(const em_cells *cells, int32_t lat)
{
        return held((lat + 90 * EM_DEGREE) / cells->side, cells->rows);
}

int32_t em_cells_column(const em_cells *cells, int32_t lon)
{
        return held((lon + 180 * EM_DEGREE) / cells->side, cells->columns);
}

static uint64_t size_of(const em_cells *cells, em_box box)
{
        return (uint64_t)(em_cells_row(cells, box.north) - em_cells_row(cells, box.south) + 1) *
               (uint64_t)(em_cells_column(cells, box.east) - em_cells_column(cells, box.west) + 1);
}

/* Either counts the items of each cell (into start[cell + 1]) or lays them down at start[cell]. */
static void lay(em_cells *cells, em_box box, uint32_t item, bool count)
{
        int32_t top = em_cells_row(cells, box.north), last = em_cells_column(cells, box.east);
        for (int32_t row = em_cells_row(cells, box.south); row <= top; row++)
                for (int32_t column = em_cells_column(cells, box.west); column <= last; column++) {
                        size_t cell = (size_t)(row * cells->columns + column);
                        if (count)
                                cells->start[cell + 1]++;
                        else
                                cells->item[cells->start[cell]++] = item;
                }
}

em_status em_cells_make(em_cells *cells, int32_t side, size_t items, em_box (*box_of)(const void *ctx, size_t i),
                        const void *ctx, em_arena *arena, em_error *err)
{
        *cells = (em_cells){ .side = side, .rows = 180 * EM_DEGREE / side, .columns = ROUND / side };
        size_t count = (size_t)cells->rows * (size_t)cells->columns;
        cells->start = em_arena_array(arena, count + 1, sizeof *cells->start);
        if (!cells->start)
                return em_fail(err, EM_NOMEM, "out of memory for the grid of the sea");
        uint64_t all = 0;
        for (size_t i = 0; i < items; i++) {
                all += size_of(cells, box_of(ctx, i));
                if (all > MOST_ITEMS)
                        return em_fail(err, EM_LIMIT, "the lines of the sea's data are too long for its grid");
                lay(cells, box_of(ctx, i), 0, true);
        }
        for (size_t c = 0; c < count; c++)
                cells->start[c + 1] += cells->start[c];
        cells->item = em_arena_array(arena, all ? all : 1, sizeof *cells->item);
        if (!cells->item)
                return em_fail(err, EM_NOMEM, "out of memory for the grid of the sea");
        for (size_t i = 0; i < items; i++)
                lay(cells, box_of(ctx, i), (uint32_t)i, false);
        for (size_t c = count; c > 0; c--)
                cells->start[c] = cells->start[c - 1];
        cells->start[0] = 0;
        return EM_OK;
}

/* Degrees of longitude (in units) that a cap of this radius reaches to either side. */
static int32_t width_of(double cos_lat, double metres)
{
        double angle = metres / RADIUS_M;
        double sine = angle < 1.5707963267948966 ? sin(angle) : 1;
        if (sine >= cos_lat)
                return ROUND / 2;
        return (int32_t)(asin(sine / cos_lat) / RADIAN) + 2;
}

typedef struct walk { const em_cells *cells; int32_t lon; double cos_lat; const double *best_m; em_cell_fn *visit; void *ctx; } walk;

static void walk_row(const walk *w, int32_t row)
{
        const em_cells *c = w->cells;
        int32_t  column = em_cells_column(c, w->lon);
        int32_t  west = w->lon + 180 * EM_DEGREE - column * c->side, east = c->side - west;    /* to the own cell's rims */
        uint32_t first = (uint32_t)(row * c->columns);
        w->visit(w->ctx, first + (uint32_t)column);
        int32_t width = width_of(w->cos_lat, *w->best_m);
        for (int32_t k = 1; k <= c->columns / 2; k++) {
                int32_t beyond = (k - 1) * c->side;
                bool    right = east + beyond <= width, left = west + beyond <= width;
                if (right || (left && 2 * k == c->columns))     /* the last is the same to either side */
                        w->visit(w->ctx, first + (uint32_t)((column + k) % c->columns));
                if (left && 2 * k != c->columns)
                        w->visit(w->ctx, first + (uint32_t)((column - k + c->columns) % c->columns));
                if (!right && !left)
                        break;
        }
}

void em_cells_around(const em_cells *cells, int32_t lon, int32_t lat, const double *best_m, em_cell_fn *visit, void *ctx)
{
        lon = em_cells_turn(lon);
        walk w = { cells, lon, cos(lat * RADIAN), best_m, visit, ctx };
        int32_t row = em_cells_row(cells, lat);
        int32_t south = lat + 90 * EM_DEGREE - row * cells->side, north = cells->side - south;
        walk_row(&w, row);
        for (int32_t k = 1; k < cells->rows; k++) {
                double up = (north + (k - 1.0) * cells->side) * RADIAN * RADIUS_M;
                double down = (south + (k - 1.0) * cells->side) * RADIAN * RADIUS_M;
                if (up > *best_m && down > *best_m)
                        break;
                if (row + k < cells->rows && up <= *best_m)
                        walk_row(&w, row + k);
                if (row - k >= 0 && down <= *best_m)
                        walk_row(&w, row - k);
        }
}
