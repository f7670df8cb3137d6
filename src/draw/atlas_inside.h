/* draw/atlas_inside.h -- the map's projection and frame, for what is drawn on it (atlas.c, atlas_track.c). */
#ifndef EMBARGO_DRAW_ATLAS_INSIDE_H
#define EMBARGO_DRAW_ATLAS_INSIDE_H

#include "draw/pen.h"

typedef struct em_xy { double x, y; } em_xy;

/* Kilometres from the origin at the middle of the box; then pixels. */
typedef struct em_cone {
        double n, f, rho0, lon0;
        double px_per_km, left, top;    /* pixel = left + x * px_per_km, top - y * .. */
} em_cone;

typedef struct em_atlas_view {
        const em_atlas *atlas;
        em_sheet sheet;
        em_cone  cone;
        double   west, south, east, north;
        em_box   frame;
        em_room *room;
        em_buf  *out;
} em_atlas_view;

em_xy em_atlas_project(const em_cone *c, double lat, double lon);
bool  em_atlas_inside(const em_atlas_view *view, int32_t lat_e7, int32_t lon_e7);
em_xy em_atlas_place(const em_atlas_view *view, int32_t lat_e7, int32_t lon_e7);
/* The freest of the eight places around a circle; false when all are taken. */
bool  em_atlas_label_place(const em_atlas_view *view, em_xy at, double r, double w, double h, em_box *ret_box);
void  em_atlas_open_clip(const em_atlas_view *view, em_box box, const char *what);

/* ---- tracks and events (atlas_track.c) ---- */

EM_MUST em_status em_atlas_check_tracks(const em_atlas *atlas, em_error *err);
void   em_atlas_draw_tracks(const em_atlas_view *view);
/* Points that are events or ports, the others are atlas.c's. */
void   em_atlas_draw_events(const em_atlas_view *view);
/* What symbols, lines and numbers mean, below the frame; 0: nothing to explain. */
double em_atlas_key_height(const em_atlas_view *view);
void   em_atlas_draw_key(const em_atlas_view *view);

#endif
