/* embargo/voyage.h -- what ships did: silences, meetings, loitering, calls at ports, false identities, false positions.
 *
 * Each detector reads hulls (ships.h) and gives events.  An event says what may have happened, from the fixes it names; the innocent
 * reading stands beside it in doc/ships-events.md and in what the commands print.  Thresholds are data: em_ship_rules, by name, with two
 * profiles: "embargo" (default) and "gfw", Global Fishing Watch's published ones exactly.
 *
 *     em_events *events;
 *     EM_TRY(em_events_find(ships, sea, &rules, kinds, &progress, &events, err));
 *     for (size_t i = 0; i < em_events_count(events); i++) use(em_events_at(events, i));
 *
 * Same ships, same events in the same order (start, hull, kind), for any number of threads.
 */
#ifndef EMBARGO_VOYAGE_H
#define EMBARGO_VOYAGE_H

#include "embargo/sea.h"

typedef enum em_event_kind {
        EM_EVENT_GAP,           /* silent between two fixes */
        EM_EVENT_ENCOUNTER,     /* two hulls side by side; three and more share a group */
        EM_EVENT_DARK_MEETING,  /* one hull waits as in an encounter and no partner is heard */
        EM_EVENT_LOITERING,
        EM_EVENT_PORT_CALL,     /* confidence 1..4 as Global Fishing Watch counts it */
        EM_EVENT_HIDDEN_CALL,   /* a gap that begins or ends on the approach to a port and was long enough for a call */
        EM_EVENT_IDENTITY,      /* what: "imo-check-digit" "flag" "mmsi-changed" "name-at-sea" "size-changed" "two-at-once" "handover" "old-hull-new-imo" */
        EM_EVENT_SPOOFING,      /* what: "speed" "on-land" "circle" "no-noise" "jump" */
        EM_EVENT_INTERFERENCE,  /* many ships jump together: not this ship's doing */
        EM_EVENT_DRAUGHT,       /* draught differs after a stop or a silence */
        EM_EVENT_DRIFT,         /* moves with the water: course and heading apart, slow (for the labelled anomalies: detour, drift, back) */
        EM_EVENT_DETOUR,
        EM_EVENT_KINDS
} em_event_kind;
const char *em_event_kind_name(em_event_kind kind);     /* "encounter" */

typedef struct em_event_fix { uint32_t mmsi, part; em_fix fix; } em_event_fix;

typedef struct em_event {
        em_event_kind kind;
        const char *what;               /* static; finer kind, or "" */
        uint32_t mmsi, part;            /* the hull */
        uint32_t other_mmsi, other_part;/* 0: none known */
        uint32_t group;                 /* encounters that share ships have one number, from 1; 0 none */
        int64_t  start_s, end_s;
        int32_t  lon, lat;              /* middle of it */
        double   score;                 /* 0..1 how strongly the rules speak; its parts in `reason` */
        double   distance_m, speed_kn, hours;   /* median distance and speed, length; 0 where it means nothing */
        double   heard_others;          /* gaps: positions of other ships heard in the same cells and time */
        double   heard_ships;           /* ... and how many ships that were */
        double   chance;                /* gaps: probability that a ship as often heard as these is silent so long */
        double   shore_m;
        int32_t  port;                  /* em_sea_ports place; -1 none */
        uint8_t  confidence;            /* port calls */
        uint16_t draught_before, draught_after; /* 0.1 m; 0 not said */
        em_str   reason;                /* plain words with the numbers it rests on */
        const em_event_fix *proof; size_t proofs;       /* the fixes it rests on: at least first and last */
        const em_ship_report *report; size_t reports;   /* the reports it rests on (identity, draught) */
} em_event;

/* Thresholds.  Each has its name in the table of em_ship_rule_at ("meet-hours" for meet_hours), its unit and its source. */
typedef struct em_ship_rules {
        double gap_hours;               /* 6 (gfw: 12) */
        double gap_chance;              /* 0.01: a silence more likely than that by chance is not shown (gfw: 1, not used) */
        double gap_shore_m;             /* embargo: 0; gfw: 92,600 (50 nm) */
        double gap_before;              /* positions in the 12 h before.  embargo: 6, asked only where reception is unknown; gfw: 14, always */
        double gap_reception;           /* positions a day of each ship heard there.  embargo: 0; gfw: 10 */
        double meet_m, meet_hours, meet_knots, meet_break_hours, meet_port_m;  /* 500, 2, 2, 4, 10,000 */
        double meet_run_hours;          /* each unbroken piece, before pieces are joined.  embargo: 0; gfw: 2 */
        double slab_minutes, bridge_hours;      /* 10, 1: grid and the longest gap it is drawn through */
        bool   day_border;              /* gfw: meetings are cut at midnight UTC as theirs are; embargo: false */
        bool   by_mmsi;                 /* gfw: pairs are of numbers, not hulls; embargo: false */
        double dark_hours, dark_knots;  /* 48, 5: a dark meeting lasts no longer, and this is steaming before and after it */
        double loiter_hours, loiter_knots, loiter_shore_m;      /* 4, 2, 37,040 */
        double drift_hours, drift_knots, drift_break_hours;     /* 1, 3, 12 */
        double detour_hours, detour_degrees, detour_ratio;      /* 12, 25, 1.15: off the old course by so much, back on it within so long, and longer by so much */
        double port_enter_m, port_leave_m, stop_knots, go_knots, port_gap_hours, port_confidence;       /* 3,000 4,000 0.2 0.5 4 2 */
        double draught_step;            /* 0.3 m */
        double jump_knots;              /* 60 */
} em_ship_rules;
extern const em_ship_rules em_ship_rules_embargo, em_ship_rules_gfw;
typedef struct em_ship_rule { const char *name, *unit, *about, *source; double embargo, gfw; } em_ship_rule;
bool em_ship_rule_at(size_t i, em_ship_rule *ret_rule);
/* Sets one: "meet-hours=3"; yes and no, or 1 and 0, where the unit is "yes or no".
 *
 * EM_USAGE  no such rule, or a value it cannot have */
EM_MUST em_status em_ship_rules_set(em_ship_rules *rules, em_str setting, em_error *err);

typedef struct em_events em_events;
/* kinds: bit 1 << em_event_kind.  memory: bytes that slabs may take before they spill (0: 1 GiB); spills lie in `scratch` (a folder). */
typedef struct em_events_opts { uint32_t kinds; uint64_t memory; size_t threads; em_str scratch; em_hulls_opts hulls; } em_events_opts;
EM_MUST em_status em_events_find(const em_ships *ships, const em_sea *sea, const em_ship_rules *rules, const em_events_opts *opts,
                                 const em_progress *progress, em_events **ret_events, em_error *err);
/* The same over hulls at hand (in order of MMSI and part). */
EM_MUST em_status em_events_of(const em_hull *hull, size_t hulls, const em_sea *sea, const em_ship_rules *rules,
                               const em_events_opts *opts, em_events **ret_events, em_error *err);
em_events *em_events_free(em_events *events);
size_t em_events_count(const em_events *events);
const em_event *em_events_at(const em_events *events, size_t i);

/* ---- cargo ----
 *
 * Estimates, never weights: doc/ships-cargo.md says what they rest on and what is unconfirmed.  The type that a ship says it is gates nothing (cargo
 * ships have carried oil in ballast tanks): it only chooses a form factor. */

typedef struct em_hull_size { double length_m, beam_m, dwt_t; uint8_t ship_type; } em_hull_size;        /* 0: unknown */
typedef struct em_tonnes { double low, mid, high; const char *basis; } em_tonnes;       /* basis: "draught", "load fractions", or "": no estimate */
/* dW = rho L B C dT (1.025 t/m3): what the hull sank or rose by, as a weight whichever way; C and each draught as an interval, held at dwt.
 * It is a net weight: ballast and fuel are in it.  Basis "" where length, beam or a draught is unknown. */
em_tonnes em_cargo_by_draught(const em_hull_size *size, double draught_before_m, double draught_after_m);

/* Of the deadweight: 1/3, 1/2, 60 %, 90 % (as member states report to the 1718 Committee). */
enum { EM_CARGO_LOADS = 4 };
typedef struct em_cargo_load { const char *name; double fraction; double tonnes, barrels; } em_cargo_load;
void em_cargo_by_fraction(double dwt_t, double barrels_per_tonne, em_cargo_load ret_load[EM_CARGO_LOADS]);
/* Two printed figures of the same ships at two fractions: which pairs of the four they can be (places in the table above), each figure rounded or
 * cut to a whole number.  Gives how many; none when their ratio is no pair's. */
typedef struct em_cargo_pair { uint8_t first, second; double full_low, full_high; } em_cargo_pair;
size_t em_cargo_pairs(uint64_t first, uint64_t second, em_cargo_pair ret_pair[EM_CARGO_LOADS * EM_CARGO_LOADS]);

/* A cargo that goes from ship to ship to port counts once, at its last leg.  A leg into a ship is passed on when a later leg goes out
 * of that ship within most_days; what the ship kept of it is not known, so sums are of what went on. */
typedef struct em_cargo_leg {
        uint32_t from_mmsi, from_part;  /* 0: a terminal, or not known */
        uint32_t to_mmsi, to_part;      /* 0: ashore, a port call */
        int64_t  start_s, end_s;
        em_tonnes tonnes;
} em_cargo_leg;
typedef struct em_cargo_share { bool counted, ashore; size_t onward; } em_cargo_share;  /* onward: the leg that goes on with it; SIZE_MAX none */
typedef struct em_cargo_sum { em_tonnes ashore, afloat; size_t legs_ashore, legs_afloat, legs_passed_on; } em_cargo_sum;
/* Legs in any order; ret_share has one for each.  O(legs log legs).  EM_NOMEM. */
EM_MUST em_status em_cargo_chain(const em_cargo_leg *leg, size_t legs, double most_days, em_arena *arena,
                                 em_cargo_share *ret_share, em_cargo_sum *ret_sum, em_error *err);

#endif
