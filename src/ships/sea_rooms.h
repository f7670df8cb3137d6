/* What an open sea is made of: the coast and the ports, each with its own grid of cells. */
#ifndef EMBARGO_SHIPS_SEA_ROOMS_H
#define EMBARGO_SHIPS_SEA_ROOMS_H

#include "embargo/sea.h"

typedef struct em_direction { double x, y, z; } em_direction;          /* unit vector from the middle of the earth */
em_direction em_direction_of(int32_t lon, int32_t lat);
/* Square of the chord from p to the nearest point of the great circle's piece a b. */
double em_direction_to_piece(em_direction p, em_direction a, em_direction b);
double em_chord_m(double chord_squared);        /* along the surface */
double em_chord_of(double metres);              /* its square */

/* A grid of the globe whose cells hold numbers (of edges, of ports), several numbers a cell and several cells a number. */
typedef struct em_cells {
        int32_t   side;                 /* units of lon and lat; divides a degree */
        int32_t   rows, columns;
        uint32_t *start;                /* rows * columns + 1 */
        uint32_t *item;
} em_cells;
typedef struct em_box { int32_t west, south, east, north; } em_box;     /* inclusive; west <= east */
EM_MUST em_status em_cells_make(em_cells *cells, int32_t side, size_t items, em_box (*box_of)(const void *ctx, size_t i),
                                const void *ctx, em_arena *arena, em_error *err);
int32_t em_cells_turn(int32_t lon);             /* -180 <= lon < 180 degrees */
int32_t em_cells_row(const em_cells *cells, int32_t lat);
int32_t em_cells_column(const em_cells *cells, int32_t lon);
/* Visits the cells that may hold something nearer than *best_m, the near ones first; visit may lower *best_m. */
typedef void em_cell_fn(void *ctx, uint32_t cell);
void em_cells_around(const em_cells *cells, int32_t lon, int32_t lat, const double *best_m, em_cell_fn *visit, void *ctx);

typedef struct em_coast em_coast;
EM_MUST em_status em_coast_read(em_str text, em_arena *arena, em_coast **ret_coast, em_error *err);
bool   em_coast_on_land(const em_coast *coast, int32_t lon, int32_t lat);
double em_coast_m(const em_coast *coast, int32_t lon, int32_t lat, double most_m);
bool   em_coast_ring(const em_coast *coast, size_t i, em_ring *ret_ring);

typedef struct em_harbours em_harbours;
EM_MUST em_status em_harbours_read(const em_sea_texts *texts, em_arena *arena, em_harbours **ret_harbours, em_error *err);
size_t    em_harbours_all(const em_harbours *harbours, const em_port **ret_ports);
double    em_harbours_m(const em_harbours *harbours, size_t i, int32_t lon, int32_t lat);
ptrdiff_t em_harbours_near(const em_harbours *harbours, int32_t lon, int32_t lat, double most_m, double *ret_m);

#endif
