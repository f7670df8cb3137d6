/* The thresholds, as a table: name, unit, what it is, where it is from, and its value in both profiles.
 *
 * "gfw" is what Global Fishing Watch publishes (Miller et al., "Identifying global patterns of transshipment behavior", Frontiers in
 * Marine Science 5, 2018; Welch et al., "Hot spots of unseen fishing vessels", Science Advances 8, 2022; their technical documentation and
 * the code of pipe-encounters, pipe-gaps, pipe-loitering and anchorages_pipeline), with its two defects as they are: meetings are cut at
 * midnight UTC, and a shared MMSI is one ship.  "embargo" is the same without the defects, and with a silence measured against reception.
 */
#include "embargo/voyage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char encounters[] = "GFW, pipe-encounters and encounters.md";
static const char gaps[] = "GFW, gaps.md; Welch et al. 2022";
static const char loitering[] = "GFW, pipe-loitering; Miller et al. 2018";
static const char ports[] = "GFW, anchorages_pipeline anchorage_cfg.yaml";
static const char own[] = "embargo";

typedef struct row {
        em_ship_rule rule;
        size_t       at;
        bool         yes_no;
} row;

#define AT(field) .at = offsetof(em_ship_rules, field)

static const row table[] = {
        { { "gap-hours", "h", "a silence is at least so long", gaps, 6, 12 }, AT(gap_hours) },
        { { "gap-chance", "probability", "a silence more likely than this by chance is not shown", own, 0.01, 1 }, AT(gap_chance) },
        { { "gap-shore-m", "m", "it begins at least so far from the shore", gaps, 0, 92600 }, AT(gap_shore_m) },
        { { "gap-before", "positions", "heard in the 12 h before it (embargo: only where reception is unknown)", gaps, 6, 14 },
          AT(gap_before) },
        { { "gap-reception", "positions", "a day, from each ship heard in the cell", gaps, 0, 10 }, AT(gap_reception) },
        { { "meet-m", "m", "two ships are together within", encounters, 500, 500 }, AT(meet_m) },
        { { "meet-hours", "h", "and together at least so long", encounters, 2, 2 }, AT(meet_hours) },
        { { "meet-knots", "kn", "and slower than this (median)", encounters, 2, 2 }, AT(meet_knots) },
        { { "meet-break-hours", "h", "pieces with a shorter break are one meeting", encounters, 4, 4 }, AT(meet_break_hours) },
        { { "meet-port-m", "m", "at least so far from a port", encounters, 10000, 10000 }, AT(meet_port_m) },
        { { "meet-run-hours", "h", "each unbroken piece lasts at least", encounters, 0, 2 }, AT(meet_run_hours) },
        { { "slab-minutes", "min", "places are compared every", encounters, 10, 10 }, AT(slab_minutes) },
        { { "bridge-hours", "h", "a track is drawn through silences of at most", encounters, 1, 1 }, AT(bridge_hours) },
        { { "day-border", "yes or no", "meetings are cut at midnight UTC", encounters, 0, 1 }, AT(day_border), .yes_no = true },
        { { "by-mmsi", "yes or no", "one MMSI is one ship, though several share it", encounters, 0, 1 }, AT(by_mmsi), .yes_no = true },
        { { "dark-hours", "h", "a meeting with a ship that is not heard lasts at most", own, 48, 48 }, AT(dark_hours) },
        { { "dark-knots", "kn", "and the ship steams at least so fast before and after", own, 5, 5 }, AT(dark_knots) },
        { { "loiter-hours", "h", "slow for at least", loitering, 4, 4 }, AT(loiter_hours) },
        { { "loiter-knots", "kn", "slow is an hour's mean under", loitering, 2, 2 }, AT(loiter_knots) },
        { { "loiter-shore-m", "m", "at least so far from the shore", loitering, 37040, 37040 }, AT(loiter_shore_m) },
        { { "drift-hours", "h", "a ship under way drifts for at least", own, 1, 1 }, AT(drift_hours) },
        { { "drift-knots", "kn", "and is slower than", own, 3, 3 }, AT(drift_knots) },
        { { "drift-break-hours", "h", "stretches with a shorter break are one drifting", own, 12, 12 }, AT(drift_break_hours) },
        { { "detour-hours", "h", "a ship that left its course is back on it within", own, 12, 12 }, AT(detour_hours) },
        { { "detour-degrees", "degrees", "and was off it by at least", own, 25, 25 }, AT(detour_degrees) },
        { { "detour-ratio", "times", "and sailed so much more than it made good", own, 1.15, 1.15 }, AT(detour_ratio) },
        { { "port-enter-m", "m", "a call begins so near to a port", ports, 3000, 3000 }, AT(port_enter_m) },
        { { "port-leave-m", "m", "and ends so far from it", ports, 4000, 4000 }, AT(port_leave_m) },
        { { "stop-knots", "kn", "a stop begins under", ports, 0.2, 0.2 }, AT(stop_knots) },
        { { "go-knots", "kn", "and ends above", ports, 0.5, 0.5 }, AT(go_knots) },
        { { "port-gap-hours", "h", "a silence in port of at least so long counts as a stop", ports, 4, 4 }, AT(port_gap_hours) },
        { { "draught-step", "m", "a draught has changed when it differs by more than", own, 0.3, 0.3 }, AT(draught_step) },
        { { "jump-knots", "kn", "two positions farther apart than this speed are a jump", own, 60, 60 }, AT(jump_knots) },
};
#define ROWS (sizeof table / sizeof *table)

const em_ship_rules em_ship_rules_embargo = {
        .gap_hours = 6, .gap_chance = 0.01, .gap_shore_m = 0, .gap_before = 6, .gap_reception = 0,
        .meet_m = 500, .meet_hours = 2, .meet_knots = 2, .meet_break_hours = 4, .meet_port_m = 10000, .meet_run_hours = 0,
        .slab_minutes = 10, .bridge_hours = 1, .day_border = false, .by_mmsi = false, .dark_hours = 48, .dark_knots = 5,
        .loiter_hours = 4, .loiter_knots = 2, .loiter_shore_m = 37040, .drift_hours = 1, .drift_knots = 3, .drift_break_hours = 12,
        .detour_hours = 12, .detour_degrees = 25, .detour_ratio = 1.15,
        .port_enter_m = 3000, .port_leave_m = 4000, .stop_knots = 0.2, .go_knots = 0.5, .port_gap_hours = 4,
        .draught_step = 0.3, .jump_knots = 60,
};

const em_ship_rules em_ship_rules_gfw = {
        .gap_hours = 12, .gap_chance = 1, .gap_shore_m = 92600, .gap_before = 14, .gap_reception = 10,
        .meet_m = 500, .meet_hours = 2, .meet_knots = 2, .meet_break_hours = 4, .meet_port_m = 10000, .meet_run_hours = 2,
        .slab_minutes = 10, .bridge_hours = 1, .day_border = true, .by_mmsi = true, .dark_hours = 48, .dark_knots = 5,
        .loiter_hours = 4, .loiter_knots = 2, .loiter_shore_m = 37040, .drift_hours = 1, .drift_knots = 3, .drift_break_hours = 12,
        .detour_hours = 12, .detour_degrees = 25, .detour_ratio = 1.15,
        .port_enter_m = 3000, .port_leave_m = 4000, .stop_knots = 0.2, .go_knots = 0.5, .port_gap_hours = 4,
        .draught_step = 0.3, .jump_knots = 60,
};

bool em_ship_rule_at(size_t i, em_ship_rule *ret_rule)
{
        if (i >= ROWS)
                return false;
        *ret_rule = table[i].rule;
        return true;
}

/* A plain decimal number from 0 on. */
static bool number(em_str text, double *ret_value)
{
        char word[32], *end;
        if (text.n == 0 || text.n >= sizeof word)
                return false;
        for (size_t i = 0; i < text.n; i++)
                if ((text.p[i] < '0' || text.p[i] > '9') && text.p[i] != '.')
                        return false;
        memcpy(word, text.p, text.n);
        word[text.n] = 0;
        *ret_value = strtod(word, &end);
        return *end == 0 && isfinite(*ret_value);
}

static bool yes_or_no(em_str text, double *ret_value)
{
        bool yes = em_str_eq(text, EM_S("yes")) || em_str_eq(text, EM_S("1"));
        *ret_value = yes;
        return yes || em_str_eq(text, EM_S("no")) || em_str_eq(text, EM_S("0"));
}

/* Not those that would make the grid endless or empty. */
static bool possible(const row *r, double value)
{
        if (r->at == offsetof(em_ship_rules, slab_minutes))
                return value >= 1 && value <= 60 && floor(60 / value) * value == 60 && floor(value) == value;
        if (r->at == offsetof(em_ship_rules, meet_m))
                return value >= 1 && value <= 50000;
        if (r->at == offsetof(em_ship_rules, bridge_hours))
                return value <= 240;
        return value <= 4e7;
}

em_status em_ship_rules_set(em_ship_rules *rules, em_str setting, em_error *err)
{
        em_cut cut = em_str_cut(setting, '=');
        char shown[64];
        for (size_t i = 0; i < ROWS; i++) {
                const row *r = &table[i];
                double value = 0;
                if (!cut.found || !em_str_eq(cut.head, em_str_c(r->rule.name)))
                        continue;
                if (!(r->yes_no ? yes_or_no(cut.tail, &value) : number(cut.tail, &value)) || !possible(r, value))
                        return em_fail(err, EM_USAGE, "%s cannot be \"%s\" (%s)", r->rule.name,
                                       em_str_show(cut.tail, shown, sizeof shown), r->rule.unit);
                char *field = (char *)rules + r->at;
                if (r->yes_no)
                        *(bool *)field = value != 0;
                else
                        *(double *)(void *)field = value;
                return EM_OK;
        }
        return em_fail(err, EM_USAGE, "there is no rule \"%s\"; a rule is set as meet-hours=3",
                       em_str_show(cut.head, shown, sizeof shown));
}
