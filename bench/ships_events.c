/* bench/ships_events.c -- what finding silences and meetings costs.
 *
 *     ships_events gaps [FIXES]          silences with reception over hulls of 10,000 fixes each, a minute apart on average
 *     ships_events slab [SHIPS]          one slab: pairs found and followed; ships as they lie, most of them in harbours and on lanes
 *     ships_events fleet [SHIPS] [SLABS] all of it: onto the grid, to the pile, slab by slab, the second look; threads by THREADS
 *
 * Prints names and numbers, for bench/ships.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "embargo/voyage.h"
#include "ships/meeting.h"

static double now(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
        *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
        return (uint32_t)((*seed >> 33) % sides);
}

static void check(em_status status, const em_error *err)
{
        if (status != EM_OK) {
                fprintf(stderr, "%s\n", err->text);
                exit(1);
        }
}

/* Half lie in 2,000 harbours of 5 km, a third goes along 200 lanes, the rest is anywhere. */
static void place_of(uint64_t *seed, uint32_t ship, int32_t *lon, int32_t *lat)
{
        uint64_t spot;
        double metres = 5000;
        if (ship % 6 < 3) {
                spot = ship % 2000 + 1;
        } else if (ship % 6 < 5) {
                spot = ship % 200 + 10001;
                metres = 1500000;
        } else {
                spot = ship + 20001;
        }
        uint64_t own = spot * 0x9E3779B97F4A7C15ull;
        int32_t x = (int32_t)dice(&own, 360 * EM_DEGREE) - 180 * EM_DEGREE, y = (int32_t)dice(&own, 120 * EM_DEGREE) - 55 * EM_DEGREE;
        em_sphere_go(x, y, ship % 6 < 3 ? dice(seed, 360) : (double)(spot % 360), dice(seed, (uint32_t)metres), lon, lat);
}

static int gaps(size_t fixes)
{
        const size_t each = 10000, hulls = (fixes + each - 1) / each;
        em_hull *hull = calloc(hulls, sizeof *hull);
        uint64_t seed = 1;
        for (size_t i = 0; hull && i < hulls; i++) {
                em_fix *fix = calloc(each, sizeof *fix);
                int64_t t = 1600000000 + dice(&seed, 86400);
                int32_t x, y;
                if (!fix)
                        return 1;
                place_of(&seed, (uint32_t)i, &x, &y);
                for (size_t k = 0; k < each; k++) {
                        fix[k] = (em_fix){ .time_s = t, .lon = x + (int32_t)k * 20, .lat = y };
                        fix[k].lon -= fix[k].lon >= 180 * EM_DEGREE ? 360 * EM_DEGREE : 0;
                        t += 10 + dice(&seed, 100) + (dice(&seed, 3000) ? 0 : 6 * 3600 + dice(&seed, 86400));
                }
                hull[i] = (em_hull){ .mmsi = 200000000 + (uint32_t)i, .fix = fix, .fixes = each };
        }
        em_events *events;
        em_error err;
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_GAP };
        for (int turn = 0; turn < 3; turn++) {
                double start = now();
                check(em_events_of(hull, hulls, NULL, NULL, &opts, &events, &err), &err);
                double seconds = now() - start;
                printf("fixes %zu seconds %.3f fixes_a_second %.0f events %zu\n", hulls * each, seconds, (double)(hulls * each) / seconds,
                       em_events_count(events));
                em_events_free(events);
        }
        return 0;
}

static int slab(size_t ships)
{
        em_place *place = calloc(ships, sizeof *place);
        em_near_work *work;
        em_pairs *pairs;
        em_error err;
        const em_near *near;
        size_t count = 0;
        uint64_t seed = 1;
        if (!place)
                return 1;
        check(em_near_new(500, &work, &err), &err);
        check(em_pairs_new(&em_ship_rules_embargo, (uint64_t)1 << 30, &pairs, &err), &err);
        for (size_t i = 0; i < ships; i++) {
                place[i].ship = (uint32_t)i;
                place_of(&seed, (uint32_t)i, &place[i].lon, &place[i].lat);
        }
        double near_s = 1e9, follow_s = 1e9;
        for (int64_t turn = 0; turn < 20; turn++) {
                double start = now();
                check(em_near_find(work, place, ships, &near, &count, &err), &err);
                double mid = now();
                check(em_pairs_add(pairs, turn, place, near, count, &err), &err);
                double end = now();
                near_s = mid - start < near_s ? mid - start : near_s;
                follow_s = turn > 1 && end - mid < follow_s ? end - mid : follow_s;
        }
        printf("ships %zu pairs %zu near_ms %.2f follow_ms %.2f year_s %.0f\n", ships, count, near_s * 1e3, follow_s * 1e3,
               (near_s + follow_s) * 52560);
        em_pairs_free(pairs);
        em_near_free(work);
        free(place);
        return 0;
}

static int fleet(size_t ships, size_t slabs)
{
        em_hull *hull = calloc(ships, sizeof *hull);
        uint64_t seed = 1;
        for (size_t i = 0; hull && i < ships; i++) {
                em_fix *fix = calloc(slabs + 1, sizeof *fix);
                int32_t x, y;
                if (!fix)
                        return 1;
                place_of(&seed, (uint32_t)i, &x, &y);
                for (size_t k = 0; k <= slabs; k++) {
                        fix[k] = (em_fix){ .time_s = 1600000000 + (int64_t)(k * 600) + dice(&seed, 500), .lon = x, .lat = y };
                        em_sphere_go(x, y, (double)(i % 360), i % 6 < 3 ? 0 : 3000, &x, &y);
                }
                hull[i] = (em_hull){ .mmsi = 200000000 + (uint32_t)i, .fix = fix, .fixes = slabs + 1 };
        }
        em_events *events;
        em_error err;
        const char *threads = getenv("THREADS");
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_ENCOUNTER, .threads = threads ? (size_t)strtoul(threads, NULL, 10) : 0 };
        double start = now();
        check(em_events_of(hull, ships, NULL, NULL, &opts, &events, &err), &err);
        double seconds = now() - start;
        printf("ships %zu slabs %zu seconds %.3f ms_a_slab %.2f year_s %.0f events %zu\n", ships, slabs, seconds, seconds * 1e3 / (double)slabs,
               seconds / (double)slabs * 52560, em_events_count(events));
        em_events_free(events);
        return 0;
}

int main(int argc, char **argv)
{
        const char *what = argc > 1 ? argv[1] : "";
        size_t n = argc > 2 ? (size_t)strtoull(argv[2], NULL, 10) : 0, m = argc > 3 ? (size_t)strtoull(argv[3], NULL, 10) : 0;
        if (strcmp(what, "gaps") == 0)
                return gaps(n ? n : 10000000);
        if (strcmp(what, "slab") == 0)
                return slab(n ? n : 100000);
        if (strcmp(what, "fleet") == 0)
                return fleet(n ? n : 100000, m ? m : 36);
        return 2;
}
