/* The encounters that Global Fishing Watch published of bunker tankers (Vessel list and encounters, 8 April 2021), found again.
 *
 * Only the events are public, no tracks.  So for each two tracks are constructed that must give it back: side by side at its place, at its
 * distance and speed, from its start to its end.  The file is in the shared data folder ($EMBARGO_SHARED, else ../shared beside the project); where
 * it is absent the tests are skipped, and say so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embargo/voyage.h"

#define EVENTS 20000
#define DAY 86400

typedef struct published { int64_t start_s, end_s; double lat, lon, km, knots, hours; bool found; } published;
static published event[EVENTS];
static size_t events;

static char *unpacked(const char *name, size_t *ret_n)
{
        const char *root = getenv("EMBARGO_SHARED");
        char path[512];
        size_t n = 0, cap = (size_t)8 << 20;
        (void)snprintf(path, sizeof path, "%s/data/ais/%s", root ? root : "../shared", name);
        if (access(path, R_OK) != 0) {
                print_message("SKIPPED: %s is not there (set EMBARGO_SHARED)\n", path);
                skip();
        }
        char *p = malloc(cap);
        int ends[2], code;
        assert_non_null(p);
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
                (void)dup2(ends[1], 1);
                (void)close(ends[0]);
                execlp("zstd", "zstd", "-dqc", path, (char *)NULL);
                _exit(127);
        }
        (void)close(ends[1]);
        for (ssize_t k; (k = read(ends[0], p + n, cap - n - 1)) > 0;)
                n += (size_t)k;
        (void)close(ends[0]);
        assert_true(waitpid(child, &code, 0) == child && code == 0);
        p[n] = 0;
        *ret_n = n;
        return p;
}

/* "2016-05-03T08:00:00Z" */
static int64_t time_of(const char *text)
{
        int y, m, d, hour, minute, second;
        assert_int_equal(sscanf(text, "%d-%d-%dT%d:%d:%dZ", &y, &m, &d, &hour, &minute, &second), 6);
        int64_t era_y = m <= 2 ? y - 1 : y, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
        int64_t days = era_y * 365 + era_y / 4 - era_y / 100 + era_y / 400 + doy - 719468;
        return days * DAY + hour * 3600 + minute * 60 + second;
}

static void read_events(void)
{
        size_t n;
        char *text = unpacked("gfw/gfw_bunker_encounters_v20210408.csv.zst", &n), *line = text;
        events = 0;
        while ((line = strchr(line, '\n')) && line[1]) {
                char start[32], end[32];
                published *p = &event[events++];
                assert_true(events < EVENTS);
                assert_int_equal(sscanf(++line, "%*[^,],%*[^,],%*[^,],%31[^,],%31[^,],%lf,%lf,%lf,%lf,%lf", start, end, &p->lat, &p->lon, &p->km, &p->knots,
                                        &p->hours), 7);
                p->start_s = time_of(start);
                p->end_s = time_of(end);
                p->found = false;
        }
        free(text);
}

/* On the grid of ten minutes, two hours at least, half a kilometre at most: 14,589 of them; and six are not slower than two knots. */
static void what_they_published_obeys_the_rules_that_we_read(void **state)
{
        (void)state;
        size_t fast = 0;
        read_events();
        assert_int_equal(events, 14589);
        for (size_t i = 0; i < events; i++) {
                const published *p = &event[i];
                assert_true(p->start_s % 600 == 0 && p->end_s % 600 == 0);
                assert_true((double)(p->end_s - p->start_s) >= em_ship_rules_gfw.meet_hours * 3600);
                assert_true(fabs((double)(p->end_s - p->start_s) / 3600 - p->hours) < 0.01);
                assert_true(p->km * 1000 <= em_ship_rules_gfw.meet_m);
                fast += p->knots >= em_ship_rules_gfw.meet_knots;
        }
        assert_int_equal(fast, 6);
}

/* Two ships that drift east side by side, the second north of the first. */
static void make_pair(const published *p, uint32_t number, em_hull hull[2])
{
        const int64_t step = 1200;
        const size_t fixes = (size_t)((p->end_s - p->start_s + step - 1) / step) + 1;
        const double knots = p->knots < 1.9 ? p->knots : 1.9, metres = p->km * 999;
        /* a year at two knots would go far: to and fro, a day each way */
        for (uint32_t k = 0; k < 2; k++) {
                em_fix *fix = calloc(fixes, sizeof *fix);
                assert_non_null(fix);
                for (size_t i = 0; i < fixes; i++) {
                        int64_t t = (int64_t)i * step < p->end_s - p->start_s ? (int64_t)i * step : p->end_s - p->start_s, way = t % (2 * DAY);
                        double gone = (double)(way < DAY ? way : 2 * DAY - way) * knots * 0.514444;
                        int32_t lon = (int32_t)lrint(p->lon * EM_DEGREE), lat = (int32_t)lrint(p->lat * EM_DEGREE);
                        em_sphere_go(lon, lat, 90, gone, &lon, &lat);
                        if (k)
                                em_sphere_go(lon, lat, 0, metres, &lon, &lat);
                        fix[i] = (em_fix){ .time_s = p->start_s + t, .lon = lon, .lat = lat, .sog = EM_AIS_SOG_NONE, .cog = EM_AIS_COG_NONE,
                                           .heading = EM_AIS_HEADING_NONE, .status = EM_AIS_STATUS_NONE };
                }
                hull[k] = (em_hull){ .mmsi = number + k, .fix = fix, .fixes = fixes };
        }
}

/* How many are found with the same start and end; *ret_others: meetings of ships of two events. */
static size_t found_again(const em_ship_rules *rules, size_t *ret_others)
{
        em_hull *hull = calloc(events * 2, sizeof *hull);
        em_events *found;
        size_t same = 0;
        assert_non_null(hull);
        for (size_t i = 0; i < events; i++)
                make_pair(&event[i], 200000000 + (uint32_t)i * 2, &hull[i * 2]);
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_ENCOUNTER };
        assert_int_equal(em_events_of(hull, events * 2, NULL, rules, &opts, &found, NULL), EM_OK);
        *ret_others = 0;
        for (size_t i = 0; i < em_events_count(found); i++) {
                const em_event *e = em_events_at(found, i);
                published *p = &event[(e->mmsi - 200000000) / 2];
                if (e->other_mmsi != e->mmsi + 1 || e->mmsi % 2) {
                        ++*ret_others;
                        continue;
                }
                bool is = e->start_s == p->start_s && e->end_s == p->end_s;
                assert_true(fabs(e->distance_m - p->km * 999) < 1);
                p->found = is;
                same += is;
        }
        em_events_free(found);
        for (size_t i = 0; i < events * 2; i++)
                free((void *)(uintptr_t)hull[i].fix);
        free(hull);
        return same;
}

static void all_14589_are_found_again_with_the_same_hours(void **state)
{
        (void)state;
        size_t others;
        read_events();
        assert_int_equal(found_again(&em_ship_rules_embargo, &others), 14589);
        print_message("14,589 published encounters found again; %zu more meetings of ships of different events at one place\n", others);
}

/* Cut at midnight, an event is lost of which no day holds two hours (a day's last place is at 23:50): those and no others.  That 788 of them were
 * published says that their pipeline of 2021 did not cut as its later code does. */
static void with_the_midnight_of_their_code_788_of_their_own_are_lost(void **state)
{
        (void)state;
        size_t lost = 0, others;
        read_events();
        for (size_t i = 0; i < events; i++) {
                const published *p = &event[i];
                const int64_t midnight = (p->start_s / DAY + 1) * DAY;
                lost += p->end_s >= midnight && p->end_s < midnight + DAY && midnight - 600 - p->start_s < 7200 && p->end_s - midnight < 7200;
        }
        assert_int_equal(lost, 788);
        (void)found_again(&em_ship_rules_gfw, &others);
        for (size_t i = 0; i < events; i++) {
                const published *p = &event[i];
                const int64_t midnight = (p->start_s / DAY + 1) * DAY, last = p->end_s / DAY * DAY;
                const bool crosses = p->end_s >= midnight;
                /* an end piece that is too short is cut off as well */
                const bool whole = !crosses || (midnight - 600 - p->start_s >= 7200 && p->end_s - last >= 7200);
                assert_int_equal(p->found, whole);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_they_published_obeys_the_rules_that_we_read),
                cmocka_unit_test(all_14589_are_found_again_with_the_same_hours),
                cmocka_unit_test(with_the_midnight_of_their_code_788_of_their_own_are_lost),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
