/* When a hull lay still, and when it was silent: where cargo can change hands. */
#ifndef EMBARGO_SHIPS_LYING_H
#define EMBARGO_SHIPS_LYING_H

#include "embargo/voyage.h"

/* Knots at fix i: as said, else made good since the fix before (0 for the first). */
double em_fix_knots(const em_hull *hull, size_t i);

typedef struct em_lying { size_t first, last; bool silent; } em_lying;         /* fixes; silent: nothing was heard between them */
/* The next stop (begun under stop_knots, ended above go_knots) or silence of port_gap_hours or more, from fix *at on; false at the end.
 * A silence ends a stop and stands for itself. */
bool em_lying_next(const em_hull *hull, const em_ship_rules *rules, size_t *at, em_lying *ret_lying);

/* The last draught that was said by start_s, and the last that was first said after it, up to half a day after end_s (draught is typed when
 * somebody has time for it); either may be NULL. */
void em_draughts_around(const em_hull *hull, int64_t start_s, int64_t end_s, const em_ship_report **ret_before,
                        const em_ship_report **ret_after);
bool em_draught_stepped(const em_ship_rules *rules, uint32_t before, uint32_t after);

#endif
