/* What one ship's own fixes and reports say about a meeting: where it lay, how it headed, its size, its draught before and after,
 * and whether it fell silent.
 */
#include "ships/meeting.h"

#define AFTER_S (24 * 3600)             /* a new draught is typed in within a day */

static bool moored(const em_fix *fix)
{
        return fix->status == 1 || fix->status == 5 || fix->status == 6;
}

static em_status points_look(em_side *side, const em_hull *hull, const em_ship_rules *rules, int64_t first, int64_t last)
{
        em_slabs grid = em_slabs_of(hull, rules);
        em_slab_point p;
        while (em_slab_next(&grid, &p) && p.slab <= last) {
                if (p.slab < first || (uint64_t)(p.slab - first) % side->stride)
                        continue;
                struct em_side_point *to = &side->at[(size_t)(p.slab - first) / side->stride];
                if (to->seen)
                        continue;
                const uint16_t heading = hull->fix[p.before].heading;
                *to = (struct em_side_point){ .lon = p.lon, .lat = p.lat, .heading = heading < 360 ? heading : EM_AIS_HEADING_NONE,
                                              .seen = true };
        }
        return EM_OK;
}

/* The first fix after time_s, or the number of fixes. */
static size_t fix_after(const em_hull *hull, int64_t time_s)
{
        size_t low = 0, high = hull->fixes;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (hull->fix[mid].time_s <= time_s)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

/* The fix before its start and the one after its end bound it; silences are those between them. */
static void fixes_look(em_side *side, const em_hull *hull, int64_t start_s, int64_t end_s)
{
        size_t from = fix_after(hull, start_s), to = fix_after(hull, end_s - 1);
        from = from ? from - 1 : 0;
        to = to < hull->fixes ? to : hull->fixes - 1;
        side->first = hull->fix[from];
        side->last = hull->fix[to];
        for (size_t i = from; i <= to; i++) {
                side->fixes++;
                side->anchored += moored(&hull->fix[i]);
        }
        from -= from > 0;
        to += to + 1 < hull->fixes;
        for (size_t i = from; i < to; i++) {
                double hours = (double)(hull->fix[i + 1].time_s - hull->fix[i].time_s) / 3600;
                side->silent_h = hours > side->silent_h ? hours : side->silent_h;
        }
}

static void reports_look(em_side *side, const em_hull *hull, int64_t start_s, int64_t end_s)
{
        for (size_t i = 0; i < hull->reports; i++) {
                const em_ship_report *r = &hull->report[i];
                if (r->first_s <= end_s && (r->to_bow || r->to_stern || r->ship_type || !side->report.times))
                        side->report = *r;
                if (r->draught && r->first_s <= start_s)
                        side->before = *r;
                if (r->draught && r->first_s <= end_s + AFTER_S && r->last_s >= end_s)
                        side->after = *r;
        }
}

em_status em_side_look(em_side *side, const em_hull *hull, const em_ship_rules *rules, int64_t first, int64_t last, em_arena *arena,
                       em_error *err)
{
        const int64_t step_s = (int64_t)(rules->slab_minutes * 60), start_s = first * step_s, end_s = last * step_s;
        if (hull->fix[0].time_s > end_s || hull->fix[hull->fixes - 1].time_s < start_s)
                return EM_OK;
        if (!side->at) {
                const size_t slabs = (size_t)(last - first) + 1;
                side->stride = (slabs + EM_SIDE_POINTS - 1) / EM_SIDE_POINTS;
                side->points = (slabs + side->stride - 1) / side->stride;
                side->at = EM_NEW_N(arena, struct em_side_point, side->points);
                if (!side->at)
                        return em_fail(err, EM_NOMEM, "out of memory for the meetings");
        }
        if (!side->seen) {              /* by_mmsi, the first hull that was there speaks for all */
                side->seen = true;
                side->mmsi = hull->mmsi;
                side->part = hull->part;
                fixes_look(side, hull, start_s, end_s);
                reports_look(side, hull, start_s, end_s);
        }
        return points_look(side, hull, rules, first, last);
}
