/* The fix of a hull at a time: a binary search over fixes in order of time. */
#ifndef EMBARGO_SHIPS_HULL_TIME_H
#define EMBARGO_SHIPS_HULL_TIME_H

#include "embargo/ships.h"

/* How many fixes lie before time_s. */
static inline size_t em_fixes_before(const em_fix *fix, size_t fixes, int64_t time_s)
{
        size_t from = 0, to = fixes;
        while (from < to) {
                size_t middle = from + (to - from) / 2;
                if (fix[middle].time_s < time_s)
                        from = middle + 1;
                else
                        to = middle;
        }
        return from;
}

/* The fix nearest in time; the earlier of two as near. */
static inline const em_fix *em_fix_nearest(const em_fix *fix, size_t fixes, int64_t time_s)
{
        size_t after = em_fixes_before(fix, fixes, time_s);
        if (after == fixes)
                return &fix[fixes - 1];
        if (after && time_s - fix[after - 1].time_s <= fix[after].time_s - time_s)
                after--;
        return &fix[after];
}

#endif
