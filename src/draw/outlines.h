/* draw/outlines.h -- Natural Earth's coasts and borders as small tables.
 *
 * Points are { longitude, latitude } in hundredths of a degree; length k is
 * the number of points of line k.  Land lines are closed rings (the last point
 * joins the first), border lines are open.
 */
#ifndef EMBARGO_DRAW_OUTLINES_H
#define EMBARGO_DRAW_OUTLINES_H

#include <stddef.h>
#include <stdint.h>

typedef struct em_outlines {
        const int16_t (*points)[2];
        const uint16_t *lengths;
        size_t          count;
} em_outlines;

extern const em_outlines em_outlines_fine_land;         /* 114-144 E, 26-52 N */
extern const em_outlines em_outlines_fine_border;
extern const em_outlines em_outlines_coarse_land;       /* 40-180 E, 15 S-78 N */

#endif
