/* Loitering, drifting, detours and ways back: tracks drawn by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fleet_made.h"

#define LOITER (1u << EM_EVENT_LOITERING)
#define DRIFT (1u << EM_EVENT_DRIFT)
#define DETOUR (1u << EM_EVENT_DETOUR)
#define T0 (444444 * (int64_t)3600)     /* on the hour */

static fleet_made fleet;
static int64_t now_s;
static int32_t lon, lat;

static made_hull *ship(double x, double y)
{
        made_free(&fleet);
        now_s = T0;
        lon = DEG(x);
        lat = DEG(y);
        made_hull *h = made_add(&fleet, 273000001, 0);
        made_fix(h, now_s, lon, lat);
        return h;
}

/* Sails on for so many minutes, a fix each ten; a great circle step by step. */
static void sail(made_hull *h, int minutes, double knots, double course)
{
        for (int i = 0; i < minutes; i += 10) {
                em_sphere_go(lon, lat, course, knots * 1852 / 6, &lon, &lat);
                now_s += 600;
                em_fix *fix = made_fix(h, now_s, lon, lat);
                fix->status = 0;
        }
}

static em_events *seen(uint32_t kinds)
{
        return made_events(&fleet, NULL, kinds, 0, 1, EM_S(""));
}

/* Steams two hours, is slow (1.5 kn) for `minutes`, steams two hours. */
static size_t slow_for(int minutes, double knots, uint8_t status, uint32_t kind, int64_t *ret_start, int64_t *ret_end)
{
        made_hull *h = ship(-140, 5);
        sail(h, 120, 12, 90);
        size_t from = h->fixes;
        sail(h, minutes, knots, 200);
        for (size_t i = from; i < h->fixes; i++)
                h->fix[i].status = status;
        sail(h, 120, 12, 90);
        em_events *events = seen(kind);
        size_t n = em_events_count(events);
        if (n && ret_start) {
                *ret_start = em_events_at(events, 0)->start_s;
                *ret_end = em_events_at(events, 0)->end_s;
        }
        em_events_free(events);
        made_free(&fleet);
        return n;
}

static void loitering_is_four_slow_hours_of_the_clock(void **state)
{
        (void)state;
        int64_t start, end;
        assert_int_equal(slow_for(300, 1.5, 0, LOITER, &start, &end), 1);
        assert_int_equal(start, T0 + 7200);
        assert_int_equal(end, T0 + 7200 + 300 * 60);
        assert_int_equal(slow_for(180, 1.5, 0, LOITER, NULL, NULL), 0);
        assert_int_equal(slow_for(300, 2.5, 0, LOITER, NULL, NULL), 0);
}

static void a_ship_under_way_that_is_slow_drifts(void **state)
{
        (void)state;
        int64_t start, end;
        assert_int_equal(slow_for(120, 1.5, 0, DRIFT, &start, &end), 1);
        assert_int_equal(start, T0 + 7200);
        assert_int_equal(end, T0 + 7200 + 7200);
        assert_int_equal(slow_for(50, 1.5, 0, DRIFT, NULL, NULL), 0);
        assert_int_equal(slow_for(120, 1.5, 1, DRIFT, NULL, NULL), 0);  /* at anchor */
        assert_int_equal(slow_for(120, 1.5, 5, DRIFT, NULL, NULL), 0);  /* moored */
        assert_int_equal(slow_for(120, 4, 0, DRIFT, NULL, NULL), 0);
}

/* Drifts, steams back up for an hour, drifts again: one; after a passage of a day: two. */
static void engine_bursts_do_not_end_a_drifting(void **state)
{
        (void)state;
        for (int burst = 60; burst <= 1440; burst += 1380) {
                made_hull *h = ship(20, -40);
                sail(h, 180, 1, 90);
                sail(h, burst, 8, 270);
                sail(h, 180, 1, 90);
                em_events *events = seen(DRIFT);
                assert_int_equal(em_events_count(events), burst == 60 ? 1 : 2);
                em_events_free(events);
        }
        made_free(&fleet);
}

/* East, a dogleg of 60 degrees out and 60 back, east again: each leg an hour and a half at 12 knots, so 2 * 33.3 km are sailed and
 * 33.3 km made good, a ratio of 2. */
static void a_dogleg_back_to_the_old_course_is_a_detour(void **state)
{
        (void)state;
        made_hull *h = ship(-30, 0);
        sail(h, 240, 12, 90);
        sail(h, 90, 12, 30);
        sail(h, 90, 12, 150);
        sail(h, 240, 12, 90);
        em_events *events = seen(DETOUR);
        assert_int_equal(em_events_count(events), 1);
        const em_event *e = em_events_at(events, 0);
        assert_string_equal(e->what, "detour");
        assert_int_equal(e->start_s, T0 + 240 * 60);
        assert_int_equal(e->end_s, T0 + 420 * 60);
        assert_true(fabs(e->distance_m - 66672) < 100);
        em_events_free(events);
        /* 25 degrees out and back: 1 / cos 25 = 1.10, hardly longer */
        h = ship(-30, 0);
        sail(h, 240, 12, 90);
        sail(h, 90, 12, 64);
        sail(h, 90, 12, 116);
        sail(h, 240, 12, 90);
        events = seen(DETOUR);
        assert_int_equal(em_events_count(events), 0);
        em_events_free(events);
        /* a turn */
        h = ship(-30, 0);
        sail(h, 240, 12, 90);
        sail(h, 1440, 12, 30);
        events = seen(DETOUR);
        assert_int_equal(em_events_count(events), 0);
        em_events_free(events);
        made_free(&fleet);
}

/* An hour and a half back on its own way, across the dateline, and off south. */
static void turning_back_on_its_own_way_is_said(void **state)
{
        (void)state;
        made_hull *h = ship(179, 40);
        sail(h, 600, 12, 90);
        sail(h, 90, 12, 270);
        sail(h, 300, 12, 180);
        em_events *events = seen(DETOUR);
        assert_int_equal(em_events_count(events), 1);
        assert_string_equal(em_events_at(events, 0)->what, "back");
        assert_true(em_events_at(events, 0)->start_s < T0 + 600 * 60 && em_events_at(events, 0)->end_s == T0 + 690 * 60);
        em_events_free(events);
        made_free(&fleet);
}

/* One fix in the middle of a straight passage leaps 300 km: a false position, not a detour. */
static void a_leap_is_no_detour(void **state)
{
        (void)state;
        made_hull *h = ship(-30, 10);
        sail(h, 1200, 12, 90);
        em_sphere_go(h->fix[60].lon, h->fix[60].lat, 0, 300000, &h->fix[60].lon, &h->fix[60].lat);
        em_events *events = seen(DETOUR);
        assert_int_equal(em_events_count(events), 0);
        em_events_free(events);
        made_free(&fleet);
}

/* ---- a ship that others labelled ---------------------------------------------------------------------------- */

static void removed(const char *folder)
{
        pid_t child = fork();
        if (child == 0) {
                execlp("rm", "rm", "-rf", folder, (char *)NULL);
                _exit(127);
        }
        int code;
        assert_true(waitpid(child, &code, 0) == child && code == 0);
}

/* The Danish Maritime Authority's test of its own drift analysis (AisAbnormal, 212123000_drift_1.ais), from the sentences on. */
static void the_drift_ship_of_the_danish_authority_drifts(void **state)
{
        (void)state;
        const char *root = getenv("EMBARGO_SHARED");
        char path[512], folder[] = "/tmp/embargo-drift-XXXXXX", index[64];
        (void)snprintf(path, sizeof path, "%s/data/ais/nmea/dma_abnormal_212123000_drift_1.ais.zst", root ? root : "../shared");
        if (access(path, R_OK) != 0) {
                print_message("SKIPPED: %s is not there (set EMBARGO_SHARED)\n", path);
                skip();
        }
        assert_non_null(mkdtemp(folder));
        (void)snprintf(index, sizeof index, "%s/ships", folder);
        const em_str file = em_str_c(path);
        em_ships_built built;
        em_ships *ships;
        em_events *events;
        assert_int_equal(em_ships_build(em_str_c(index), &file, 1, &em_ships_defaults, NULL, &built, NULL), EM_OK);
        assert_int_equal(em_ships_open(em_str_c(index), &ships, NULL), EM_OK);
        const em_events_opts opts = { .kinds = DRIFT, .hulls = { .from_s = INT64_MIN, .to_s = INT64_MAX } };
        assert_int_equal(em_events_find(ships, NULL, NULL, &opts, NULL, &events, NULL), EM_OK);
        assert_int_equal(em_events_count(events), 1);
        const em_event *e = em_events_at(events, 0);
        assert_int_equal(e->mmsi, 212123000);
        assert_true(e->hours > 6 && e->speed_kn < 1);
        assert_true(em_str_find(e->reason, EM_S("its heading is off its course")) >= 0);
        assert_true(e->proof[0].fix.length > 0);        /* the sentence */
        em_events_free(events);
        ships = em_ships_close(ships);
        removed(folder);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(loitering_is_four_slow_hours_of_the_clock),
                cmocka_unit_test(a_ship_under_way_that_is_slow_drifts),
                cmocka_unit_test(engine_bursts_do_not_end_a_drifting),
                cmocka_unit_test(a_dogleg_back_to_the_old_course_is_a_detour),
                cmocka_unit_test(turning_back_on_its_own_way_is_said),
                cmocka_unit_test(a_leap_is_no_detour),
                cmocka_unit_test(the_drift_ship_of_the_danish_authority_drifts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
