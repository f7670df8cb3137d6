/* Tracks that no ship sails, drawn by hand; and the same with a ship's noise, which must pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ship_hulls.h"

#include <stdlib.h>

static em_events *events_of(em_fix *fix, size_t fixes)
{
        em_events *events = NULL;
        const em_ship_rules rules = em_ship_rules_embargo;
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_SPOOFING };
        const em_hull hull = { .mmsi = 431000001, .fix = fix, .fixes = fixes };
        em_error err = { 0 };
        assert_int_equal(em_events_of(&hull, 1, NULL, &rules, &opts, &events, &err), EM_OK);
        return events;
}

/* Round a circle of radius_m at 12 kn, a fix each minute; `course` -1: as it goes. */
static void round_and_round(em_fix *fix, size_t n, double lon, double lat, double radius_m, double course)
{
        double step = 12 * 1852.0 / 60 / radius_m;
        int32_t x, y;
        for (size_t i = 0; i < n; i++) {
                double bearing = fmod(step * (double)i * 180 / M_PI, 360);
                em_sphere_go(deg(lon), deg(lat), bearing, radius_m, &x, &y);
                fix[i] = fix_of(NOON + 60 * (int64_t)i, 0, 0, 12, course < 0 ? fmod(bearing + 90, 360) : course);
                fix[i].lon = x;
                fix[i].lat = y;
        }
}

/* 1 km of radius is 6,283 m around; 12 kn are 370.4 m a minute; 60 minutes are 3.5 rounds. */
static void a_circle_is_seen_and_weighs_more_when_the_course_is_another(void **state)
{
        (void)state;
        em_fix fix[60];
        round_and_round(fix, 60, 125, 30, 1000, -1);
        em_events *events = events_of(fix, 60);
        const em_event *e = only(events, "circle");
        assert_non_null(e);
        assert_true(fabs(e->distance_m - 1000) < 10);
        double plain = e->score;
        em_events_free(events);
        round_and_round(fix, 60, 125, 30, 1000, 45);
        events = events_of(fix, 60);
        e = only(events, "circle");
        assert_non_null(e);
        assert_true(e->score > plain);
        em_events_free(events);
}

static void a_circle_over_the_dateline_is_the_same_circle(void **state)
{
        (void)state;
        em_fix fix[60];
        round_and_round(fix, 60, 179.999, -17, 1000, -1);
        em_events *events = events_of(fix, 60);
        const em_event *e = only(events, "circle");
        assert_non_null(e);
        assert_true(fabs(e->distance_m - 1000) < 10);
        em_events_free(events);
}

static void a_ship_that_swings_at_anchor_makes_no_circle(void **state)
{
        (void)state;
        em_fix fix[60];
        round_and_round(fix, 60, 125, 30, 150, -1);
        em_events *events = events_of(fix, 60);
        assert_null(only(events, "circle"));
        em_events_free(events);
        round_and_round(fix, 30, 125, 30, 1000, -1);    /* 1.7 rounds */
        events = events_of(fix, 30);
        assert_null(only(events, "circle"));
        em_events_free(events);
}

static void a_line_without_noise_is_seen_and_with_a_tenth_of_a_knot_it_is_not(void **state)
{
        (void)state;
        em_fix fix[61];
        sail(fix, 61, NOON, 180, 125, 30, 12);
        em_events *events = events_of(fix, 61);
        assert_non_null(only(events, "no-noise"));
        em_events_free(events);
        for (size_t i = 0; i < 61; i++)
                fix[i].sog = (uint16_t)(120 + i % 3);
        events = events_of(fix, 61);
        assert_int_equal(em_events_count(events), 0);
        em_events_free(events);
}

/* 100 km in 30 minutes are 108 kn, in 40 (a clock ten minutes late) 81; the rules say above 60. */
static void a_speed_beyond_reach_is_seen(void **state)
{
        (void)state;
        em_fix fix[2] = { fix_of(NOON, 125, 30, 10, 0), fix_of(NOON + 1800, 125, 30 + 100000.0 / 111195, 10, 0) };
        em_events *events = events_of(fix, 2);
        const em_event *e = only(events, "speed");
        assert_non_null(e);
        assert_true(fabs(e->speed_kn - 81) < 0.5);
        em_events_free(events);
        fix[1].time_s += 3600;          /* 32 kn */
        events = events_of(fix, 2);
        assert_int_equal(em_events_count(events), 0);
        em_events_free(events);
}

static em_events *with_coast(const em_fix *fix, size_t fixes)
{
        const char *root = getenv("EMBARGO_ROOT");
        em_error err = { 0 };
        em_sea *sea = NULL;
        em_events *events = NULL;
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_SPOOFING };
        const em_hull hull = { .mmsi = 431000001, .fix = fix, .fixes = fixes };
        assert_int_equal(em_sea_open(em_str_c(root ? root : "."), EM_S(""), &sea, &err), EM_OK);
        assert_int_equal(em_events_of(&hull, 1, sea, &em_ship_rules_embargo, &opts, &events, &err), EM_OK);
        em_sea_close(sea);
        return events;
}

/* 123 E, 31.5 N lies a degree (95 km) off Shanghai; 119 E, 31 N, between Nanjing and the lake Tai, 200 km inland. */
static void a_hull_far_inland_is_seen_unless_it_came_there_step_by_step(void **state)
{
        (void)state;
        em_fix fix[6];
        fix[0] = fix_of(NOON, 123, 31.5, 10, 270);
        for (size_t i = 1; i < 6; i++)
                fix[i] = fix_of(NOON + 300 * (int64_t)i, 119 + 0.01 * (double)i, 31, 10, 90);
        em_events *events = with_coast(fix, 6);
        const em_event *e = only(events, "on-land");
        assert_non_null(e);
        assert_int_equal(e->proofs, 3);         /* the first and last inland, and the one at sea before */
        assert_int_equal(e->proof[2].fix.time_s, NOON);
        em_events_free(events);
        fix[0] = fix_of(NOON, 119, 31, 0, 0);   /* at rest in a river port, then under way */
        events = with_coast(fix, 6);
        assert_null(only(events, "on-land"));
        em_events_free(events);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_circle_is_seen_and_weighs_more_when_the_course_is_another),
                cmocka_unit_test(a_circle_over_the_dateline_is_the_same_circle),
                cmocka_unit_test(a_ship_that_swings_at_anchor_makes_no_circle),
                cmocka_unit_test(a_line_without_noise_is_seen_and_with_a_tenth_of_a_knot_it_is_not),
                cmocka_unit_test(a_speed_beyond_reach_is_seen),
                cmocka_unit_test(a_hull_far_inland_is_seen_unless_it_came_there_step_by_step),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
