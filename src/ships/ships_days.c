/* What an index holds of each day: so that somebody sees how well a day was heard before he reads a silence out of it.
 *
 * Fixes stand in a day's file by MMSI, in blocks of one MMSI each, so the block entries alone tell the numbers apart.
 */
#include "ships/ships_open.h"

size_t em_ships_days(const em_ships *s) { return s->days; }

em_ships_of_day em_ships_day_at(const em_ships *s, size_t i)
{
        em_assert(i < s->days);
        const em_day_in *day = &s->day[i];
        em_ships_of_day  of = {.day = (em_day)day->head.day, .fixes = day->head.fixes};
        uint32_t         last = 0;
        for (uint64_t b = 0; b < day->head.blocks; b++) {
                em_day_block block = em_day_block_at(day, b);
                of.mmsis += !b || block.mmsi != last;
                last = block.mmsi;
        }
        return of;
}
