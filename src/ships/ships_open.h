/* An open index of ships, and the walk over its days by MMSI. */
#ifndef SHIPS_SHIPS_OPEN_H
#define SHIPS_SHIPS_OPEN_H

#include "ships/ships_inside.h"

struct em_ships {
        em_arena     *arena;
        em_str        path;
        em_ships_list list;
        em_day_in    *day;
        uint32_t    **source;           /* by day: the list's number of the day's sources */
        size_t        days;             /* opened */
        em_fix_coder  coder;
        em_ships_built counts;
};

/* Days side by side, from the least MMSI up: a heap of (MMSI, day). */
typedef struct em_day_place { uint32_t mmsi, day; uint64_t block, group; } em_day_place;
typedef struct em_day_walk {
        const em_ships *ships;
        em_day_place   *heap;           /* on the heap; days that are not done */
        size_t          n;
        em_day_place   *now;            /* those that have the MMSI given last, in order of day; block and group are where its begin */
        size_t          now_n;
} em_day_walk;
EM_MUST em_status em_day_walk_begin(const em_ships *ships, size_t from, size_t to, em_day_walk *ret_walk, em_error *err);
bool em_day_walk_next(em_day_walk *walk, uint32_t *ret_mmsi);
void em_day_walk_end(em_day_walk *walk);

#endif
