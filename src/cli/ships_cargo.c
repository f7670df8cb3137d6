/* What a ship may have taken or given where cargo can change hands.
 *
 * Two reports decide: the last draught that the ship said before, and the last that it said up to half a day after,
 * since draught is typed when somebody has time for it.  A change within the rule's step is none.  Ship type is shown
 * and never asked: cargo ships have carried oil in their ballast tanks.
 */
#include "cli/ships.h"

#include <math.h>
#include <stdlib.h>

enum { TYPED_LATE_S = 12 * 3600 };

bool em_event_moves_cargo(em_event_kind kind)
{
        return kind == EM_EVENT_ENCOUNTER || kind == EM_EVENT_DARK_MEETING || kind == EM_EVENT_PORT_CALL ||
               kind == EM_EVENT_HIDDEN_CALL;
}

static const em_ship_report *said_by(const em_seen *s, int64_t time_s)
{
        const em_ship_report *said = NULL;
        for (size_t i = 0; s && i < s->reports; i++)
                if (s->report[i].draught && s->report[i].first_s <= time_s)
                        said = &s->report[i];
        return said;
}

static em_hull_size size_of(const em_ship_report *r)
{
        return (em_hull_size){.length_m = (double)r->to_bow + r->to_stern, .beam_m = (double)r->to_port + r->to_starboard,
                              .ship_type = r->ship_type};
}

em_leg em_fleet_leg(const em_fleet *f, const em_event *e, uint32_t mmsi, uint32_t part)
{
        const em_seen *s = em_fleet_seen(f, mmsi, part);
        em_leg leg = {.before = said_by(s, e->start_s), .after = said_by(s, e->end_s + TYPED_LATE_S)};
        if (!leg.before || !leg.after || leg.after == leg.before)
                return leg;
        int step = (int)leg.after->draught - (int)leg.before->draught;
        leg.changed = abs(step) > (int)lround(f->rules.draught_step * 10);
        leg.loaded = step > 0;
        leg.size = size_of(leg.after);
        if (leg.changed)
                leg.tonnes = em_cargo_by_draught(&leg.size, leg.before->draught / 10.0, leg.after->draught / 10.0);
        return leg;
}
