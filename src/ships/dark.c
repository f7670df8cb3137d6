/* Who waits as for a transfer, and nobody is heard.
 *
 * A ship that steams in, lies still at sea for as long as a transfer takes, and steams away may have met one whose transponder was off.
 * It may as well have waited for orders, a berth, a pilot, weather, or mended its engine: so lying still alone is not shown, only with a draught
 * that is another afterwards, or a way back the way it came; and the score stays below that of a meeting of two.
 */
#include "ships/lying.h"
#include "ships/meeting.h"

#include <stdio.h>
#include <stdlib.h>

#define BASE     0.15
#define DRAUGHT  0.35
#define TURNED   0.15
#define SILENT   0.10
#define ANCHORED -0.10
#define LEAST    0.29

void em_dark_tell(const em_detecting *with, const em_wait *wait, const em_side *side, em_event_sink *sink)
{
        const int64_t step_s = (int64_t)(with->rules->slab_minutes * 60);
        if (!side->seen)
                return;
        const bool drawn = side->before.draught && side->after.draught
                && em_draught_stepped(with->rules, side->before.draught, side->after.draught);
        const bool anchored = side->anchored * 2 > side->fixes, silent = side->silent_h > with->rules->bridge_hours;
        double score = BASE + (drawn ? DRAUGHT : 0) + (wait->turned ? TURNED : 0) + (silent ? SILENT : 0) + (anchored ? ANCHORED : 0);
        const em_hull hull = { .mmsi = side->mmsi, .part = side->part };
        em_event *e = score < LEAST ? NULL : em_event_add(sink, EM_EVENT_DARK_MEETING, "", &hull, &side->first, &side->last);
        if (!e)
                return;
        e->start_s = wait->first * step_s;
        e->end_s = wait->last * step_s;
        e->hours = (double)(e->end_s - e->start_s) / 3600;
        e->lon = wait->lon;
        e->lat = wait->lat;
        e->score = score;
        e->draught_before = side->before.draught;
        e->draught_after = side->after.draught;
        e->shore_m = with->sea ? em_sea_coast_m(with->sea, wait->lon, wait->lat, 400000) : 0;
        char draught[64] = "";
        if (drawn) {
                em_event_cite(sink, e, &side->before);
                em_event_cite(sink, e, &side->after);
                snprintf(draught, sizeof draught, "; draught %.1f -> %.1f m", side->before.draught / 10.0, side->after.draught / 10.0);
        }
        em_event_reason(sink, e, "lay still for %.1f h at sea between two passages, and nobody was heard within %.0f m%s%s%s%s%s", e->hours,
                        with->rules->meet_m, draught, wait->turned ? "; left the way it came" : "", silent ? "; was itself silent for a part" : "",
                        anchored ? "; says it lay at anchor or moored" : "", with->sea ? "" : "; no ports are known here, so it may lie in one");
}
