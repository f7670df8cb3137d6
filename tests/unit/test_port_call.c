/* Calls at ports, calls that were not heard, and draughts: one constructed ship after the other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/voyage.h"

#include <stdio.h>
#include <stdlib.h>

/* A quay, an area of three by three minutes, the water before it ten miles west, and a port of no regime two degrees south. */
static const em_sea_texts texts = {
        .areas = EM_S_INIT("key,name,country,wpi_number,lat,lon,leads_to,area,confidence,origin,note\n"
                "quay,The Quay,kp,,38.025,125.025,,\"125 38, 125.05 38, 125.05 38.05, 125 38.05\",low,invented,\n"
                "upriver,Upriver,kp,,38.025,125.3,,\"125.28 38, 125.32 38, 125.32 38.05, 125.28 38.05\",low,invented,\n"
                "gate,The Gate,kp,,38.025,124.75,quay upriver,\"124.7 38, 124.8 38, 124.8 38.05, 124.7 38.05\",low,invented,\n"),
        .ports = EM_S_INIT("wpi_number,name,other_name,locode,country,lat,lon\n1,Elsewhere,,,cn,36,125\n"),
};

typedef struct ship {
        em_fix        fix[4096];
        em_ship_report report[16];
        size_t        fixes, reports;
        int64_t       now;
        double        lat, lon;
} ship;

static em_sea *sea;

static int open_sea(void **state)
{
        (void)state;
        return em_sea_parse(&texts, &sea, NULL) != EM_OK;
}

static int close_sea(void **state)
{
        (void)state;
        sea = em_sea_close(sea);
        return 0;
}

static ship *born(double lat, double lon)
{
        static ship s;
        memset(&s, 0, sizeof s);
        s.now = 1640995200;
        s.lat = lat;
        s.lon = lon;
        return &s;
}

static void heard(ship *s, double knots)
{
        em_assert(s->fixes < 4096);
        s->fix[s->fixes++] = (em_fix){ .time_s = s->now, .lon = (int32_t)lrint(s->lon * EM_DEGREE), .lat = (int32_t)lrint(s->lat * EM_DEGREE),
                                       .sog = knots < 0 ? EM_AIS_SOG_NONE : (uint16_t)lrint(knots * 10), .cog = EM_AIS_COG_NONE,
                                       .heading = EM_AIS_HEADING_NONE, .status = 15 };
}

/* To there at so many knots, heard every ten minutes; ends with a fix there. */
static void sail(ship *s, double lat, double lon, double knots)
{
        double lat_a = s->lat, lon_a = s->lon;
        double m = em_sphere_m((int32_t)(lon_a * EM_DEGREE), (int32_t)(lat_a * EM_DEGREE), (int32_t)(lon * EM_DEGREE), (int32_t)(lat * EM_DEGREE));
        int steps = (int)ceil(m / (knots * 0.514444 * 600));
        for (int i = 1; i <= steps; i++) {
                s->now += 600;
                s->lat = lat_a + (lat - lat_a) * i / steps;
                s->lon = lon_a + (lon - lon_a) * i / steps;
                heard(s, knots);
        }
}

static void lie(ship *s, double hours, double knots)
{
        for (int i = 0; i < (int)(hours * 6); i++) {
                s->now += 600;
                heard(s, knots);
        }
}

/* Unheard, and then somewhere else. */
static void vanish(ship *s, double hours, double lat, double lon, double knots)
{
        s->now += (int64_t)(hours * 3600);
        s->lat = lat;
        s->lon = lon;
        heard(s, knots);
}

static void say_draught(ship *s, double metres)
{
        uint8_t tenths = (uint8_t)lrint(metres * 10);
        if (s->reports && s->report[s->reports - 1].draught == tenths) {
                s->report[s->reports - 1].last_s = s->now;
                return;
        }
        em_assert(s->reports < 16);
        s->report[s->reports++] = (em_ship_report){ .first_s = s->now, .last_s = s->now, .times = 1, .draught = tenths, .offset = s->reports };
}

static em_events *found(const ship *s, uint32_t kinds)
{
        em_hull hull = { .mmsi = 445123000, .fix = s->fix, .fixes = s->fixes, .report = s->report, .reports = s->reports };
        em_events_opts opts = { .kinds = kinds };
        em_events *events = NULL;
        em_error   err = {0};
        if (em_events_of(&hull, 1, sea, &em_ship_rules_embargo, &opts, &events, &err) != EM_OK)
                fail_msg("%s", err.text);
        return events;
}

/* Every event as "kind:port:confidence:hours ", hours cut to whole ones. */
static void assert_found(const ship *s, uint32_t kinds, const char *want)
{
        char got[512] = "";
        const em_port *port;
        em_sea_ports(sea, &port);
        em_events *events = found(s, kinds);
        for (size_t i = 0; i < em_events_count(events); i++) {
                const em_event *e = em_events_at(events, i);
                size_t n = strlen(got);
                snprintf(got + n, sizeof got - n, "%s:%.*s:%u:%d ", em_event_kind_name(e->kind), EM_ARG(e->port < 0 ? EM_S("-") : port[e->port].key),
                         e->confidence, (int)e->hours);
                assert_true(e->proofs >= 1 && e->reason.n > 0 && e->score >= 0 && e->score <= 1);
        }
        em_events_free(events);
        assert_string_equal(got, want);
}

enum { CALLS = 1u << EM_EVENT_PORT_CALL, HIDDEN = 1u << EM_EVENT_HIDDEN_CALL, DRAUGHTS = 1u << EM_EVENT_DRAUGHT };

/* ---- calls --------------------------------------------------------------------------------------- */

static void a_ship_that_comes_lies_and_goes_has_called_with_confidence_4(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 125.02, 10);
        lie(s, 20, 0);
        sail(s, 38.02, 124.5, 10);
        /* 3 km before the area and 4 km after it at 10 kn (18.5 km/h) and 1.5 km within, twice, make well under an hour beside the 20 h */
        assert_found(s, CALLS, "port-call:quay:4:20 ");
}

static void what_was_not_seen_lowers_confidence(void **state)
{
        (void)state;
        ship *s = born(38.02, 125.02);
        heard(s, 0);
        lie(s, 20, 0);
        sail(s, 38.02, 124.5, 10);
        assert_found(s, CALLS, "port-call:quay:3:20 ");
        s = born(38.02, 125.02);
        heard(s, 0);
        lie(s, 20, 0);
        assert_found(s, CALLS, "port-call:quay:2:20 ");
        s = born(37.9, 124.98);
        heard(s, 10);
        sail(s, 38.2, 124.98, 10);
        assert_found(s, CALLS, "port-call:quay:1:0 ");          /* 1.75 km west of it, on its way north */
}

/* 125.0 - 0.0571 is 5 km west of the area: past the 4 km where a call ends, let alone begins. */
static void five_kilometres_off_is_no_call(void **state)
{
        (void)state;
        ship *s = born(37.9, 124.943);
        heard(s, 10);
        sail(s, 38.2, 124.943, 10);
        assert_found(s, CALLS, "");
}

/* In to 2.6 km, then lying at 3.5 km (124.96): the call goes on, since it ends at 4 km; it does not begin there. */
static void a_call_begins_at_three_kilometres_and_ends_at_four(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 124.97, 10);
        sail(s, 38.02, 124.96, 3);
        lie(s, 10, 0);
        sail(s, 38.02, 124.5, 10);
        assert_found(s, CALLS, "port-call:quay:4:10 ");
        s = born(38.02, 124.5);
        sail(s, 38.02, 124.96, 10);
        lie(s, 10, 0);
        sail(s, 38.02, 124.5, 10);
        assert_found(s, CALLS, "");
}

static void swinging_at_anchor_is_lying_still(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 125.02, 10);
        for (int i = 0; i < 10; i++) {
                lie(s, 1, 0.1);
                lie(s, 1, 0.4);         /* above the speed at which a stop begins, below the one at which it ends */
        }
        sail(s, 38.02, 124.5, 10);
        em_events *events = found(s, CALLS);
        assert_int_equal(em_events_count(events), 1);
        em_str reason = em_events_at(events, 0)->reason;
        /* from the first fix under 0.2 kn, ten minutes after it came, to the last under 0.5 kn: 20 h less 10 min */
        if (em_str_find(reason, EM_S("The Quay: came in, lay still for 19.8 h, went out")) != 0)
                fail_msg("%.*s", EM_ARG(reason));
        em_events_free(events);
}

static void silence_in_port_counts_as_a_stop(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 125.02, 10);
        vanish(s, 30, 38.02, 124.5, 10);
        assert_found(s, CALLS, "port-call:quay:4:0 ");
        s = born(38.02, 124.5);
        sail(s, 38.02, 125.02, 10);
        vanish(s, 3.9, 38.02, 124.5, 10);       /* under four hours: it passed by */
        assert_found(s, CALLS, "port-call:quay:1:0 ");
}

static void speed_is_made_good_where_it_is_not_said(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 125.02, 10);
        lie(s, 20, -1);
        sail(s, 38.02, 124.5, 10);
        for (size_t i = 0; i < s->fixes; i++)
                s->fix[i].sog = EM_AIS_SOG_NONE;
        assert_found(s, CALLS, "port-call:quay:4:20 ");
}

static void a_gate_is_no_port_and_a_point_is(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 124.75, 10);
        lie(s, 20, 0);
        sail(s, 38.02, 124.5, 10);
        assert_found(s, CALLS, "");
        s = born(36, 124.5);
        sail(s, 36, 124.98, 10);        /* 1.8 km from Elsewhere's point */
        lie(s, 20, 0);
        sail(s, 36, 124.5, 10);
        assert_found(s, CALLS | HIDDEN, "port-call:wpi-1:4:20 ");
}

/* ---- calls that were not heard ------------------------------------------------------------------- */

/* From 124.75 to the quay's area 21.9 km and back is 43.8 km, 2.4 h at 10 kn, and two hours alongside: 30 h are enough, and for Upriver too. */
static void a_silence_at_the_gate_may_hide_a_call(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.3);
        sail(s, 38.02, 124.75, 10);
        say_draught(s, 5.2);
        vanish(s, 30, 38.02, 124.75, 10);
        say_draught(s, 7.0);
        sail(s, 38.02, 124.3, 10);
        assert_found(s, HIDDEN, "hidden-call:quay:0:30 ");
        em_events *events = found(s, HIDDEN);
        const em_event *e = em_events_at(events, 0);
        assert_int_equal(e->draught_before, 52);
        assert_int_equal(e->draught_after, 70);
        assert_int_equal(e->reports, 2);
        assert_int_equal(e->proofs, 2);
        assert_int_equal(e->proof[0].fix.time_s + 30 * 3600, e->proof[1].fix.time_s);
        static const char want[] = "silent for 30.0 h, from 0.0 km from The Gate and ended near too; to The Quay (1 more in reach) and to where it was "
                                   "heard again are 44 km, 2.4 h at its usual 10.0 kn, which leaves 27.6 h; draught said 5.2 m before, 7.0 m after";
        if (!em_str_eq(e->reason, em_str_c(want)))
                fail_msg("%.*s", EM_ARG(e->reason));
        em_events_free(events);
}

static void a_silence_that_only_begins_or_only_ends_there_may_too(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.3);
        sail(s, 38.02, 124.75, 10);
        vanish(s, 40, 35, 123, 10);     /* 381 km from the quay: 20.6 h */
        sail(s, 34.5, 123, 10);
        assert_found(s, HIDDEN, "hidden-call:quay:0:40 ");
        s = born(34.5, 123);
        heard(s, 10);
        sail(s, 35, 123, 10);
        vanish(s, 40, 38.02, 124.75, 10);
        sail(s, 38.02, 124.3, 10);
        assert_found(s, HIDDEN, "hidden-call:quay:0:40 ");
}

/* From the gate by the quay (22 km) to 35 N 123 E (381 km) are 403 km: 21.8 h at 10 kn, and two alongside. */
static void a_silence_too_short_for_the_way_hides_none(void **state)
{
        (void)state;
        for (int hours = 22; hours <= 25; hours++) {
                ship *s = born(38.02, 124.3);
                sail(s, 38.02, 124.75, 10);
                vanish(s, hours, 35, 123, 10);
                sail(s, 34.5, 123, 10);
                assert_found(s, HIDDEN, hours < 24 ? "" : hours == 24 ? "hidden-call:quay:0:24 " : "hidden-call:quay:0:25 ");
        }
        ship *s = born(38.02, 124.3);
        sail(s, 38.02, 124.75, 10);
        vanish(s, 5.9, 38.02, 124.75, 10);      /* no silence by the rules, though long enough */
        assert_found(s, HIDDEN, "");
}

static void far_from_the_regime_and_at_other_ports_no_call_is_hidden(void **state)
{
        (void)state;
        ship *s = born(36, 124.5);
        sail(s, 36, 124.8, 10);
        vanish(s, 30, 36, 124.8, 10);   /* near Elsewhere */
        assert_found(s, HIDDEN, "");
        s = born(38.02, 124.0);
        heard(s, 10);
        sail(s, 38.02, 124.2, 10);
        vanish(s, 30, 38.02, 124.2, 10);        /* 44 km from the gate, more than 20 miles */
        assert_found(s, HIDDEN, "");
}

static void a_call_that_was_seen_is_not_hidden_as_well(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        sail(s, 38.02, 125.02, 10);
        vanish(s, 30, 38.02, 124.5, 10);
        assert_found(s, HIDDEN | CALLS, "port-call:quay:4:0 ");
}

/* ---- draughts ------------------------------------------------------------------------------------ */

static ship *laden(double before, double after, double hours, double knots)
{
        ship *s = born(38.02, 124.5);
        heard(s, 10);
        say_draught(s, before);
        sail(s, 38.02, 125.02, 10);
        say_draught(s, before);
        lie(s, hours, knots);
        sail(s, 38.02, 124.9, 10);
        say_draught(s, after);
        sail(s, 38.02, 124.5, 10);
        return s;
}

static void a_draught_that_changed_over_a_stop_is_told_with_both_reports(void **state)
{
        (void)state;
        ship *s = laden(5.2, 5.5, 20, 0);
        assert_found(s, DRAUGHTS, "draught:quay:0:19 ");        /* from the first fix that lies, ten minutes in, to the last */
        em_events *events = found(s, DRAUGHTS);
        const em_event *e = em_events_at(events, 0);
        assert_string_equal(e->what, "deeper");
        assert_int_equal(e->reports, 2);
        assert_int_equal(e->report[0].draught, 52);
        assert_int_equal(e->report[1].draught, 55);
        em_events_free(events);
}

/* Three days, of which the old draught was repeated until the last hour: the stop is told whole. */
static void a_long_stop_is_told_from_its_beginning(void **state)
{
        (void)state;
        ship *s = born(38.02, 124.5);
        heard(s, 10);
        say_draught(s, 5);
        sail(s, 38.02, 125.02, 10);
        lie(s, 71, 0);
        say_draught(s, 5);
        lie(s, 1, 0);
        say_draught(s, 8);
        sail(s, 38.02, 124.5, 10);
        assert_found(s, DRAUGHTS, "draught:quay:0:71 ");        /* 72 h less the ten minutes to the first fix that lies */
}

static void a_smaller_step_or_no_stop_is_none(void **state)
{
        (void)state;
        assert_found(laden(5.2, 5.4, 20, 0), DRAUGHTS, "");
        assert_found(laden(5.4, 5.2, 20, 0), DRAUGHTS, "");
        assert_found(laden(5.2, 7.5, 20, 4), DRAUGHTS, "");     /* it steamed about */
        assert_found(laden(5.2, 7.5, 0.5, 0), DRAUGHTS, "");    /* half an hour */
        assert_found(laden(5.5, 5.2, 20, 0), DRAUGHTS, "draught:quay:0:19 ");
}

static void a_draught_that_changed_over_a_silence_is_told(void **state)
{
        (void)state;
        ship *s = born(36.5, 123);
        heard(s, 10);
        say_draught(s, 8);
        sail(s, 36.5, 123.3, 10);
        vanish(s, 10, 36.5, 123.4, 10);
        say_draught(s, 5);
        assert_found(s, DRAUGHTS, "draught:-:0:10 ");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_ship_that_comes_lies_and_goes_has_called_with_confidence_4),
                cmocka_unit_test(what_was_not_seen_lowers_confidence),
                cmocka_unit_test(five_kilometres_off_is_no_call),
                cmocka_unit_test(a_call_begins_at_three_kilometres_and_ends_at_four),
                cmocka_unit_test(swinging_at_anchor_is_lying_still),
                cmocka_unit_test(silence_in_port_counts_as_a_stop),
                cmocka_unit_test(speed_is_made_good_where_it_is_not_said),
                cmocka_unit_test(a_gate_is_no_port_and_a_point_is),
                cmocka_unit_test(a_silence_at_the_gate_may_hide_a_call),
                cmocka_unit_test(a_silence_that_only_begins_or_only_ends_there_may_too),
                cmocka_unit_test(a_silence_too_short_for_the_way_hides_none),
                cmocka_unit_test(far_from_the_regime_and_at_other_ports_no_call_is_hidden),
                cmocka_unit_test(a_call_that_was_seen_is_not_hidden_as_well),
                cmocka_unit_test(a_draught_that_changed_over_a_stop_is_told_with_both_reports),
                cmocka_unit_test(a_long_stop_is_told_from_its_beginning),
                cmocka_unit_test(a_smaller_step_or_no_stop_is_none),
                cmocka_unit_test(a_draught_that_changed_over_a_silence_is_told),
        };
        return cmocka_run_group_tests(tests, open_sea, close_sea);
}
