/* draw/scale.h -- from amounts and days to pixels. */
#ifndef EMBARGO_DRAW_SCALE_H
#define EMBARGO_DRAW_SCALE_H

#include "embargo/draw.h"

/* Ticks at 0, step, 2 step .. top. */
typedef struct em_ticks { em_milli step, top; } em_ticks;

/* The least step of 1, 2 or 5 times a power of ten (of the amount as shown,
 * that is divided by per) that covers most with at most want steps; top is the
 * first tick at or above most.  whole: no step below one.  most >= 0. */
em_ticks em_ticks_make(em_milli most, int want, int64_t per, bool whole);

/* Equal places along the axis: days, months, years or categories. */
typedef struct em_slots {
        em_axis axis;
        int64_t first, count;
        double  x0, x1;
} em_slots;

int64_t em_slot_of(em_axis axis, em_day day, size_t row);
double  em_slots_width(const em_slots *slots);
double  em_slots_left(const em_slots *slots, int64_t slot);
double  em_slots_centre(const em_slots *slots, int64_t slot);
/* Where day begins on a time axis, between the edges of its slot. */
double  em_slots_day_x(const em_slots *slots, em_day day);
em_span em_slot_span(em_axis axis, int64_t slot);

#endif
