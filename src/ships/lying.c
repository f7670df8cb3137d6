/* Stops, by two speeds so that a ship swinging at anchor does not stop and go at every fix (anchorages_pipeline does the same), and silences. */
#include "ships/lying.h"

#include <math.h>
#include <stdlib.h>

static const double KNOT_M_S = 1852.0 / 3600;
enum { TYPED_LATE_S = 12 * 3600 };

double em_fix_knots(const em_hull *hull, size_t i)
{
        const em_fix *f = &hull->fix[i];
        if (f->sog < EM_AIS_SOG_NONE)
                return f->sog / 10.0;
        size_t k = i;
        while (k > 0 && hull->fix[k - 1].time_s == f->time_s)
                k--;
        if (k == 0)
                return 0;
        const em_fix *b = &hull->fix[k - 1];
        return em_sphere_m(b->lon, b->lat, f->lon, f->lat) / (double)(f->time_s - b->time_s) / KNOT_M_S;
}

static bool silent_after(const em_hull *hull, const em_ship_rules *rules, size_t i)
{
        return i + 1 < hull->fixes &&
               (double)(hull->fix[i + 1].time_s - hull->fix[i].time_s) >= rules->port_gap_hours * 3600;
}

bool em_lying_next(const em_hull *hull, const em_ship_rules *rules, size_t *at, em_lying *ret_lying)
{
        for (size_t i = *at; i < hull->fixes; i++) {
                if (em_fix_knots(hull, i) < rules->stop_knots) {
                        size_t last = i;
                        while (last + 1 < hull->fixes && !silent_after(hull, rules, last) &&
                               em_fix_knots(hull, last + 1) <= rules->go_knots)
                                last++;
                        if (last > i) {
                                *at = last;             /* whose silence comes next */
                                *ret_lying = (em_lying){ i, last, false };
                                return true;
                        }
                }
                if (silent_after(hull, rules, i)) {
                        *at = i + 1;
                        *ret_lying = (em_lying){ i, i + 1, true };
                        return true;
                }
        }
        *at = hull->fixes;
        return false;
}

void em_draughts_around(const em_hull *hull, int64_t start_s, int64_t end_s, const em_ship_report **ret_before,
                        const em_ship_report **ret_after)
{
        const em_ship_report *before = NULL, *after = NULL;
        for (size_t i = 0; i < hull->reports; i++) {
                const em_ship_report *r = &hull->report[i];
                if (!r->draught)
                        continue;
                if (r->first_s <= start_s && (!before || r->first_s >= before->first_s))
                        before = r;
                if (r->first_s > start_s && r->first_s <= end_s + TYPED_LATE_S && (!after || r->first_s > after->first_s))
                        after = r;
        }
        *ret_before = before;
        *ret_after = after;
}

bool em_draught_stepped(const em_ship_rules *rules, uint32_t before, uint32_t after)
{
        double step = fabs((double)after - (double)before) / 10;
        return step > rules->draught_step - 1e-9;
}
