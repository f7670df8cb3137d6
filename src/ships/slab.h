/* A hull's track on an even grid of time: where it was at each multiple of so many minutes.
 *
 * Linear between the fixes before and after (on the great circle near the poles); through a silence of more than the
 * bridge no track is drawn.  em_slab_next walks a hull once, in a few compares for each fix.
 */
#ifndef EMBARGO_SHIPS_SLAB_H
#define EMBARGO_SHIPS_SLAB_H

#include "embargo/voyage.h"

typedef struct em_slab_point {
        int64_t slab;                   /* time is slab * step_s */
        int32_t lon, lat;
        size_t  before, after;          /* fixes of the hull; the same at the last one */
} em_slab_point;

typedef struct em_slabs {
        const em_hull *hull;
        int64_t step_s, bridge_s;
        size_t  at;
        int64_t next_s;
} em_slabs;

em_slabs em_slabs_of(const em_hull *hull, const em_ship_rules *rules);
bool     em_slab_next(em_slabs *slabs, em_slab_point *ret_point);

/* time / step downwards, also before 1970 */
static inline int64_t em_slab_floor(int64_t time_s, int64_t step_s)
{
        int64_t q = time_s / step_s;
        return q - (time_s % step_s < 0);
}

#define EM_KNOT_M_S 0.514444            /* 1852 m in 3600 s */

#endif
