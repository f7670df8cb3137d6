/* Resampling as pipe-encounters does it (resample.py: linear, ten minutes, no silence over an hour bridged), without its day.
 * Linear in degrees leaves the great circle by d^2 tan(lat) / 8R: an hour at 16 knots, 30 km, by 18 m at 45 degrees and 50 m at 70; a ship
 * slow enough to meet another by less than a metre.
 */
#include "ships/slab.h"

#define POLAR (80 * EM_DEGREE)

em_slabs em_slabs_of(const em_hull *hull, const em_ship_rules *rules)
{
        return (em_slabs){ .hull = hull, .step_s = (int64_t)(rules->slab_minutes * 60),
                           .bridge_s = (int64_t)(rules->bridge_hours * 3600), .next_s = INT64_MIN };
}

static void between(const em_fix *a, const em_fix *b, int64_t time_s, em_slab_point *p)
{
        double t = (double)(time_s - a->time_s) / (double)(b->time_s - a->time_s);
        int32_t lat = a->lat < 0 ? -a->lat : a->lat;
        if (lat > POLAR) {
                em_sphere_between(a->lon, a->lat, b->lon, b->lat, t, &p->lon, &p->lat);
                return;
        }
        int64_t turn = (int64_t)b->lon - a->lon, whole = (int64_t)360 * EM_DEGREE;
        turn += turn > whole / 2 ? -whole : turn < -whole / 2 ? whole : 0;
        int64_t lon = a->lon + (int64_t)(t * (double)turn);
        lon += lon >= whole / 2 ? -whole : lon < -whole / 2 ? whole : 0;
        p->lon = (int32_t)lon;
        p->lat = a->lat + (int32_t)(t * (double)((int64_t)b->lat - a->lat));
}

bool em_slab_next(em_slabs *s, em_slab_point *ret_point)
{
        const em_fix *fix = s->hull->fix;
        for (; s->at < s->hull->fixes; s->at++) {
                const em_fix *a = &fix[s->at];
                bool last = s->at + 1 == s->hull->fixes;
                if (s->next_s < a->time_s)
                        s->next_s = (em_slab_floor(a->time_s - 1, s->step_s) + 1) * s->step_s;
                bool drawn = !last && a[1].time_s - a->time_s <= s->bridge_s && s->next_s < a[1].time_s;
                /* of fixes at one second the last stands for it */
                bool on_fix = s->next_s == a->time_s && (last || a[1].time_s > a->time_s);
                if (!drawn && !on_fix)
                        continue;
                *ret_point = (em_slab_point){ .slab = em_slab_floor(s->next_s, s->step_s), .lon = a->lon, .lat = a->lat,
                                              .before = s->at, .after = last ? s->at : s->at + 1 };
                if (!on_fix)
                        between(a, a + 1, s->next_s, ret_point);
                s->next_s += s->step_s;
                return true;
        }
        return false;
}
