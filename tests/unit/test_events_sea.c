/* What the coast and the ports change in silences, meetings, loitering and drifting: the same tracks in a port, off a coast and on the high sea. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fleet_made.h"

#define H 3600
#define T0 (444444 * (int64_t)H)

static fleet_made fleet;
static em_sea *sea;

static int open_sea(void **state)
{
        (void)state;
        const char *root = getenv("EMBARGO_ROOT");
        em_error err;
        if (em_sea_open(em_str_c(root ? root : "."), EM_S(""), &sea, &err) == EM_OK)
                return 0;
        print_error("%s: %s\n", err.file, err.text);
        return 1;
}

static int close_sea(void **state)
{
        (void)state;
        sea = em_sea_close(sea);
        return 0;
}

/* The harbour of Kobe (World Port Index 61560: 34.65 N 135.18 E), and the Pacific, 900 km from land. */
static const double kobe[] = { 135.18, 34.66 }, pacific[] = { 150, 30 };

static size_t shown(const em_ship_rules *rules, em_event_kind kind, double *ret_score)
{
        em_events *events = made_events_at(&fleet, sea, rules, 1u << kind, 0, 1, EM_S(""));
        size_t n = em_events_count(events);
        if (n && ret_score)
                *ret_score = em_events_at(events, 0)->score;
        em_events_free(events);
        made_free(&fleet);
        return n;
}

static void beside(const double at[2])
{
        for (uint32_t i = 0; i < 2; i++) {
                made_hull *h = made_add(&fleet, 431000001 + i, 0);
                for (int64_t t = T0; t <= T0 + 5 * H; t += 600)
                        made_fix(h, t, DEG(at[0]) + (int32_t)i * 300, DEG(at[1]));
        }
}

static void neighbours_in_port_do_not_meet(void **state)
{
        (void)state;
        beside(kobe);
        assert_int_equal(shown(NULL, EM_EVENT_ENCOUNTER, NULL), 0);
        beside(pacific);
        assert_int_equal(shown(NULL, EM_EVENT_ENCOUNTER, NULL), 1);
}

static void loitering_is_far_from_the_shore_and_drifting_near_it_is_scored_low(void **state)
{
        (void)state;
        double near = 1, far = 0;
        beside(kobe);
        assert_int_equal(shown(NULL, EM_EVENT_LOITERING, NULL), 0);
        beside(pacific);
        assert_int_equal(shown(NULL, EM_EVENT_LOITERING, NULL), 2);
        beside(kobe);
        assert_int_equal(shown(NULL, EM_EVENT_DRIFT, &near), 2);
        beside(pacific);
        assert_int_equal(shown(NULL, EM_EVENT_DRIFT, &far), 2);
        assert_true(near < 0.3 && far > 0.4);
}

static void silent(const double at[2])
{
        made_hull *h = made_add(&fleet, 431000001, 0);
        for (int64_t t = T0 - 10 * H; t < T0 + 50 * H; t += 600)
                if (t <= T0 || t >= T0 + 20 * H)
                        made_fix(h, t, DEG(at[0]), DEG(at[1]));
}

static void a_silence_in_port_counts_less_and_theirs_begins_50_miles_offshore(void **state)
{
        (void)state;
        double port = 1, out = 0;
        silent(kobe);
        assert_int_equal(shown(&em_ship_rules_gfw, EM_EVENT_GAP, NULL), 0);
        silent(pacific);
        assert_int_equal(shown(&em_ship_rules_gfw, EM_EVENT_GAP, NULL), 1);
        silent(kobe);
        assert_int_equal(shown(NULL, EM_EVENT_GAP, &port), 1);
        silent(pacific);
        assert_int_equal(shown(NULL, EM_EVENT_GAP, &out), 1);
        assert_true(port < out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(neighbours_in_port_do_not_meet),
                cmocka_unit_test(loitering_is_far_from_the_shore_and_drifting_near_it_is_scored_low),
                cmocka_unit_test(a_silence_in_port_counts_less_and_theirs_begins_50_miles_offshore),
        };
        return cmocka_run_group_tests(tests, open_sea, close_sea);
}
