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
        leg.changed = abs(step) >= (int)lround(f->rules.draught_step * 10);
        leg.loaded = step > 0;
        leg.size = size_of(leg.after);
        if (leg.changed)
                leg.tonnes = em_cargo_by_draught(&leg.size, leg.before->draught / 10.0, leg.after->draught / 10.0);
        return leg;
}

/* ---- the chain ---------------------------------------------------------------------------------- */

enum { CHAIN_DAYS = 30 };

/* Who gave and who took, as far as both said so; at a port the other side is ashore. */
static bool leg_of(const em_fleet *f, const em_event *e, em_cargo_leg *ret)
{
        em_leg own = em_fleet_leg(f, e, e->mmsi, e->part);
        em_leg other = e->other_mmsi ? em_fleet_leg(f, e, e->other_mmsi, e->other_part) : (em_leg){.changed = false};
        if (!own.changed && !other.changed)
                return false;
        bool takes = own.changed ? own.loaded : !other.loaded;
        em_cargo_leg leg = {.start_s = e->start_s, .end_s = e->end_s, .tonnes = own.changed ? own.tonnes : other.tonnes,
                            .from_mmsi = e->other_mmsi, .from_part = e->other_part, .to_mmsi = e->mmsi, .to_part = e->part};
        if (!takes) {
                leg.from_mmsi = e->mmsi;
                leg.from_part = e->part;
                leg.to_mmsi = e->other_mmsi;
                leg.to_part = e->other_part;
        }
        *ret = leg;
        return true;
}

em_status em_fleet_chain(em_fleet *f, em_error *err)
{
        em_arena *arena = f->cli->arena;
        size_t    count = em_events_count(f->events), legs = 0;
        em_cargo_sum   sum;
        em_cargo_leg   *leg = EM_NEW_N(arena, em_cargo_leg, count + 1);
        em_cargo_share *share = EM_NEW_N(arena, em_cargo_share, count + 1);
        size_t         *of = EM_NEW_N(arena, size_t, count + 1);
        f->leg = EM_NEW_N(arena, const char *, count + 1);
        if (!leg || !share || !of || !f->leg)
                return em_fail(err, EM_NOMEM, "too many events for memory");
        for (size_t i = 0; i < count; i++) {
                const em_event *e = em_events_at(f->events, i);
                f->leg[i] = "";
                if (em_event_moves_cargo(e->kind) && leg_of(f, e, &leg[legs]))
                        of[legs++] = i;
        }
        EM_TRY(em_cargo_chain(leg, legs, CHAIN_DAYS, arena, share, &sum, err));
        for (size_t i = 0; i < legs; i++)
                f->leg[of[i]] = share[i].counted ? (share[i].ashore ? "last, ashore" : "last, afloat") : "passed on";
        return EM_OK;
}
