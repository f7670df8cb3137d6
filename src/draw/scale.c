/* Scales.  Ticks follow the 1-2-5 rule (W. S. Cleveland, The Elements of
 * Graphing Data, 1994, ch. 2; P. Heckbert, Nice numbers for graph labels, 1990)
 * in integers, so that no tick is a rounded neighbour of what it says.
 */
#include "draw/scale.h"

em_ticks em_ticks_make(em_milli most, int want, int64_t per, bool whole)
{
        static const int64_t leads[3] = { 1, 2, 5 };
        em_assert(most >= 0 && most <= INT64_MAX / 8 && want >= 1);
        /* a thousandth of a shown unit, or one of it where only those count */
        int64_t power = (per > 1 ? per : 1) * (whole ? 1000 : 1);
        if (most == 0)
                most = 1000 * (per > 1 ? per : 1);
        for (;;) {
                for (int i = 0; i < 3; i++) {
                        int64_t step = power * leads[i], steps = (most + step - 1) / step;
                        if (steps <= want)
                                return (em_ticks){ step, steps * step };
                }
                power *= 10;
        }
}

int64_t em_slot_of(em_axis axis, em_day day, size_t row)
{
        int year, month, dom;
        if (axis == EM_AXIS_CATEGORIES)
                return (int64_t)row;
        if (axis == EM_AXIS_DAYS)
                return day;
        em_day_split(day, &year, &month, &dom);
        return axis == EM_AXIS_YEARS ? year : (int64_t)year * 12 + month - 1;
}

em_span em_slot_span(em_axis axis, int64_t slot)
{
        em_span span = { (em_day)slot, (em_day)slot };
        if (axis == EM_AXIS_YEARS) {
                span.from = em_day_make((int)slot, 1, 1);
                span.to = em_day_make((int)slot, 12, 31);
        } else if (axis == EM_AXIS_MONTHS) {
                span.from = em_day_make((int)(slot / 12), (int)(slot % 12) + 1, 1);
                /* no month's end is past its 31st: the clamp finds it */
                span.to = em_day_add_months(em_day_make((int)(slot / 12), 1, 31), (int)(slot % 12));
        }
        return span;
}

double em_slots_width(const em_slots *slots)
{
        return (slots->x1 - slots->x0) / (double)slots->count;
}

double em_slots_left(const em_slots *slots, int64_t slot)
{
        return slots->x0 + em_slots_width(slots) * (double)(slot - slots->first);
}

double em_slots_centre(const em_slots *slots, int64_t slot)
{
        return em_slots_left(slots, slot) + em_slots_width(slots) / 2;
}

double em_slots_day_x(const em_slots *slots, em_day day)
{
        int64_t slot = em_slot_of(slots->axis, day, 0);
        em_span span = em_slot_span(slots->axis, slot);
        double part = (double)(day - span.from) / (double)em_span_days(span);
        return em_slots_left(slots, slot) + part * em_slots_width(slots);
}
