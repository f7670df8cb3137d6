/* Identities held against themselves: hulls made by hand, each with one thing wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ship_hulls.h"

#include <stdlib.h>
#include "ships/call_sign.h"

/* 9074729 carries a right check digit: 9x7 + 0x6 + 7x5 + 4x4 + 7x3 + 2x2 = 139, ends in 9 (the example of the IMO's own
 * page on ship identification numbers).  8514045: 8x7 + 5x6 + 1x5 + 4x4 + 0x3 + 4x2 = 115, ends in 5. */
#define IMO_A 9074729
#define IMO_B 8514045


static em_events *events_of(const em_hull *hull, size_t hulls)
{
        em_events *events = NULL;
        const em_ship_rules rules = em_ship_rules_embargo;
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_IDENTITY | 1u << EM_EVENT_SPOOFING | 1u << EM_EVENT_INTERFERENCE };
        em_error err = { 0 };
        assert_int_equal(em_events_of(hull, hulls, NULL, &rules, &opts, &events, &err), EM_OK);
        return events;
}

static const em_event *one_hull(em_events **ret_events, uint32_t mmsi, em_fix *fix, size_t fixes, em_ship_report *report,
                                size_t reports, const char *what)
{
        const em_hull hull = { .mmsi = mmsi, .fix = fix, .fixes = fixes, .report = report, .reports = reports };
        *ret_events = events_of(&hull, 1);
        return only(*ret_events, what);
}

static void an_imo_number_whose_check_digit_is_wrong_is_shown(void **state)
{
        (void)state;
        em_fix fix[20];
        em_events *events;
        sail(fix, 20, NOON, 600, 125, 30, 10);
        em_ship_report report = report_of(NOON, NOON + 11400, IMO_A + 1, "ALPHA", "", 100, 20);
        const em_event *e = one_hull(&events, 431000001, fix, 20, &report, 1, "imo-check-digit");
        assert_non_null(e);
        assert_int_equal(e->reports, 1);
        assert_int_equal(e->proof[0].fix.time_s, NOON);
        em_events_free(events);
        report.imo = IMO_A;
        assert_null(one_hull(&events, 431000001, fix, 20, &report, 1, "imo-check-digit"));
        em_events_free(events);
        report.imo = 11222333;  /* of a national register, as M.1371-5 allows */
        assert_null(one_hull(&events, 431000001, fix, 20, &report, 1, "imo-check-digit"));
        em_events_free(events);
}

static void a_call_sign_of_another_flag_is_shown_and_a_territorys_is_not(void **state)
{
        (void)state;
        em_fix fix[20];
        em_events *events;
        sail(fix, 20, NOON, 600, 125, 30, 10);
        em_ship_report report = report_of(NOON, NOON + 11400, IMO_A, "ALPHA", "3EAB5", 100, 20);       /* 3E: Panama */
        assert_non_null(one_hull(&events, 431000001, fix, 20, &report, 1, "flag"));                     /* 431: Japan */
        em_events_free(events);
        assert_null(one_hull(&events, 351000001, fix, 20, &report, 1, "flag"));                         /* 351: Panama */
        em_events_free(events);
        snprintf(report.call_sign, sizeof report.call_sign, "VRAB5");                                   /* VR: Hong Kong */
        assert_null(one_hull(&events, 412000001, fix, 20, &report, 1, "flag"));                         /* 412: China */
        em_events_free(events);
}

/* ITU, Radio Regulations, appendix 42: AAA-ALZ, BAA-BZZ, P5A-P9Z, EAA-EHZ, 4XA-4XZ, HMA-HMZ, H3A-H3Z, S8A-S8Z. */
static void the_series_of_call_signs_are_the_itus(void **state)
{
        (void)state;
        static const struct { const char *sign, *country; } want[] = {
                { "AAAA", "us" }, { "ALZZ", "us" }, { "AMAA", "es" }, { "BQAB", "cn" }, { "P5AB", "kp" }, { "P9ZZ", "kp" },
                { "P4AB", "aw" }, { "HMAB", "kp" }, { "HLAB", "kr" }, { "D7AB", "kr" }, { "D6AB", "km" }, { "4XAB", "il" },
                { "H3AB", "pa" }, { "S8AB", "za" }, { "9VAB", "sg" }, { "9ZZZ", "tt" }, { "2AAA", "gb" }, { "V3AB", "bz" },
                { "T5AB", "so" }, { "1AAA", "" }, { "XX", "" }, { "BANNING", "" }, { "3EAB5", "pa" }, { "3DAB", "" }, { "ABCDEFGH", "" }, { "", "" },
        };
        for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
                em_str got = em_call_sign_country(em_str_c(want[i].sign));
                assert_true(em_str_eq(got, em_str_c(want[i].country)));
        }
}

static void another_imo_number_on_the_same_number_is_shown_and_two_in_turns_are_not(void **state)
{
        (void)state;
        em_fix fix[40];
        em_events *events;
        sail(fix, 40, NOON, 600, 125, 30, 10);
        em_ship_report report[2] = { report_of(NOON, NOON + 6000, IMO_A, "ALPHA", "", 100, 20),
                                     report_of(NOON + 6600, NOON + 12000, IMO_B, "ALPHA", "", 100, 20) };
        const em_event *e = one_hull(&events, 431000001, fix, 40, report, 2, "imo-changed");
        assert_non_null(e);
        assert_int_equal(e->start_s, NOON + 6000);
        assert_int_equal(e->end_s, NOON + 6600);
        assert_int_equal(e->reports, 2);
        em_events_free(events);
        report[0].last_s = NOON + 12000;        /* said in turns: two devices, not a change */
        assert_null(one_hull(&events, 431000001, fix, 40, report, 2, "imo-changed"));
        em_events_free(events);
}

/* 125 E, 30 N lies in the East China Sea, 200 km and more from any coast; 121.9 E, 31.0 N at Shanghai's Yangshan and coast. */
static void a_name_that_changes_out_at_sea_is_shown_and_in_port_it_is_not(void **state)
{
        (void)state;
        const char *root = getenv("EMBARGO_ROOT");
        em_error err = { 0 };
        em_sea *sea = NULL;
        em_fix fix[40];
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_IDENTITY };
        em_ship_report report[2] = { report_of(NOON, NOON + 6000, IMO_A, "ALPHA STAR", "", 100, 20),
                                     report_of(NOON + 6600, NOON + 12000, IMO_A, "GRAND OCEAN", "", 100, 20) };
        em_hull hull = { .mmsi = 431000001, .fix = fix, .fixes = 40, .report = report, .reports = 2 };
        em_events *events = NULL;
        assert_int_equal(em_sea_open(em_str_c(root ? root : "."), EM_S(""), &sea, &err), EM_OK);
        sail(fix, 40, NOON, 600, 125, 30, 10);
        assert_int_equal(em_events_of(&hull, 1, sea, &em_ship_rules_embargo, &opts, &events, &err), EM_OK);
        const em_event *e = only(events, "name-at-sea");
        assert_non_null(e);
        double plain = e->score;
        em_events_free(events);
        snprintf(report[1].name, sizeof report[1].name, "ALFA STAR");   /* two letters: a correction, perhaps */
        assert_int_equal(em_events_of(&hull, 1, sea, &em_ship_rules_embargo, &opts, &events, &err), EM_OK);
        e = only(events, "name-at-sea");
        assert_non_null(e);
        assert_true(e->score < plain);
        em_events_free(events);
        sail(fix, 40, NOON, 600, 121.9, 31, 0);
        assert_int_equal(em_events_of(&hull, 1, sea, &em_ship_rules_embargo, &opts, &events, &err), EM_OK);
        assert_null(only(events, "name-at-sea"));
        em_events_free(events);
        em_sea_close(sea);
}

static void a_size_that_changes_is_shown_and_bow_for_stern_is_not(void **state)
{
        (void)state;
        em_fix fix[40];
        em_events *events;
        sail(fix, 40, NOON, 600, 125, 30, 10);
        em_ship_report report[2] = { report_of(NOON, NOON + 6000, IMO_A, "ALPHA", "", 100, 20),
                                     report_of(NOON + 6600, NOON + 12000, IMO_A, "ALPHA", "", 180, 30) };
        assert_non_null(one_hull(&events, 431000001, fix, 40, report, 2, "size-changed"));
        em_events_free(events);
        report[1] = report[0];
        report[1].first_s = NOON + 6600;
        report[1].to_bow = report[0].to_stern;
        report[1].to_stern = report[0].to_bow;
        assert_null(one_hull(&events, 431000001, fix, 40, report, 2, "size-changed"));
        em_events_free(events);
}

/* ---- two hulls --------------------------------------------------------------------------------- */

/* Background: the data begin a day before and end a day after. */
static void edges(em_fix *fix)
{
        fix[0] = fix_of(NOON - 86400, 10, 50, 0, 0);
        fix[1] = fix_of(NOON + 5 * 86400, 10, 50, 0, 0);
}

static void a_hull_that_goes_on_under_another_number_and_imo_is_shown(void **state)
{
        (void)state;
        em_fix ends[2], a[20], b[20];
        edges(ends);
        sail(a, 20, NOON, 600, 125, 30, 0);
        sail(b, 20, NOON + 20 * 3600, 600, 125.01, 30, 0);      /* 0.01 degree at 30 N: 963 m */
        em_ship_report ra = report_of(NOON, NOON + 11400, IMO_A, "ALPHA", "", 100, 20);
        em_ship_report rb = report_of(NOON + 20 * 3600, NOON + 21 * 3600, IMO_B, "BETA", "", 100, 20);
        em_hull hull[3] = { { .mmsi = 210000001, .fix = ends, .fixes = 2 },
                            { .mmsi = 431000001, .fix = a, .fixes = 20, .report = &ra, .reports = 1 },
                            { .mmsi = 667000001, .fix = b, .fixes = 20, .report = &rb, .reports = 1 } };
        em_events *events = events_of(hull, 3);
        const em_event *e = only(events, "old-hull-new-imo");
        assert_non_null(e);
        assert_int_equal(e->mmsi, 667000001);
        assert_int_equal(e->other_mmsi, 431000001);
        assert_true(e->distance_m > 955 && e->distance_m < 970);        /* 0.01 x 111,195 m x cos 30 = 963 */
        assert_int_equal(e->start_s, NOON + 11400);
        assert_int_equal(e->end_s, NOON + 20 * 3600);
        em_events_free(events);
        rb.to_stern = (uint16_t)(rb.to_stern + 5);      /* five metres longer: another hull */
        events = events_of(hull, 3);
        assert_null(only(events, "old-hull-new-imo"));
        em_events_free(events);
}

static void a_hull_that_is_heard_until_the_data_end_has_not_fallen_silent(void **state)
{
        (void)state;
        em_fix a[20], b[20];
        sail(a, 20, NOON, 600, 125, 30, 0);
        sail(b, 20, NOON + 5 * 3600, 600, 125.01, 30, 0);
        em_ship_report ra = report_of(NOON, NOON + 11400, 0, "ALPHA", "", 100, 20);
        em_ship_report rb = report_of(NOON + 5 * 3600, NOON + 8 * 3600, 0, "BETA", "", 100, 20);
        em_hull hull[2] = { { .mmsi = 431000001, .fix = a, .fixes = 20, .report = &ra, .reports = 1 },
                            { .mmsi = 667000001, .fix = b, .fixes = 20, .report = &rb, .reports = 1 } };
        em_events *events = events_of(hull, 2);
        assert_null(only(events, "handover"));
        em_events_free(events);
}

static void one_imo_number_under_two_numbers_is_a_change_or_one_too_many(void **state)
{
        (void)state;
        em_fix a[20], b[20];
        sail(a, 20, NOON, 600, 125, 30, 10);
        sail(b, 20, NOON + 86400, 600, 130, 35, 10);
        em_ship_report ra = report_of(NOON, NOON + 11400, IMO_A, "ALPHA", "", 100, 20);
        em_ship_report rb = report_of(NOON + 86400, NOON + 86400 + 11400, IMO_A, "ALPHA II", "", 100, 20);
        em_hull hull[2] = { { .mmsi = 431000001, .fix = a, .fixes = 20, .report = &ra, .reports = 1 },
                            { .mmsi = 667000001, .fix = b, .fixes = 20, .report = &rb, .reports = 1 } };
        em_events *events = events_of(hull, 2);
        assert_non_null(only(events, "mmsi-changed"));
        assert_null(only(events, "imo-twice"));
        em_events_free(events);
        sail(b, 20, NOON + 3600, 600, 130, 35, 10);
        events = events_of(hull, 2);
        assert_null(only(events, "mmsi-changed"));
        assert_non_null(only(events, "imo-twice"));
        em_events_free(events);
}

static void a_number_heard_in_turns_at_two_places_is_two_at_once(void **state)
{
        (void)state;
        em_fix a[20], b[20];
        sail(a, 20, NOON, 600, 125, 30, 10);
        sail(b, 20, NOON + 300, 600, 130, 35, 10);
        em_hull hull[2] = { { .mmsi = 431000001, .part = 0, .fix = a, .fixes = 20 },
                            { .mmsi = 431000001, .part = 1, .fix = b, .fixes = 20 } };
        em_events *events = events_of(hull, 2);
        const em_event *e = only(events, "two-at-once");
        assert_non_null(e);
        assert_null(only(events, "jump"));
        /* 5 degrees each way at 30 to 35 N: haversine gives 730 km (sin2(2.5) + cos30 cos35 sin2(2.5) = .003252; 2R asin sqrt) */
        assert_true(e->distance_m > 700000 && e->distance_m < 760000);
        em_events_free(events);
}

/* n ships at one place; each is away between the fifth and sixth fix, when three of its positions are 500 km north. */
static em_events *jumpers(uint32_t n, em_fix (*a)[10], em_fix (*b)[3], em_hull *hull)
{
        for (uint32_t i = 0; i < n; i++) {
                sail(a[i], 10, NOON, 3600, 125 + 0.01 * i, 30, 0);
                sail(b[i], 3, NOON + 4 * 3600 + 600, 600, 125, 34.5, 0);
                hull[2 * i] = (em_hull){ .mmsi = 431000001 + i, .part = 0, .fix = a[i], .fixes = 10 };
                hull[2 * i + 1] = (em_hull){ .mmsi = 431000001 + i, .part = 1, .fix = b[i], .fixes = 3 };
        }
        return events_of(hull, 2 * n);
}

static void a_ship_that_jumps_alone_may_be_false_and_many_that_jump_together_are_interfered_with(void **state)
{
        (void)state;
        em_fix a[5][10], b[5][3];
        em_hull hull[10];
        em_events *events = jumpers(2, a, b, hull);
        assert_int_equal(em_events_count(events), 2);
        assert_int_equal(em_events_at(events, 0)->kind, EM_EVENT_SPOOFING);
        assert_int_equal(em_events_at(events, 0)->proofs, 4);
        em_events_free(events);
        events = jumpers(5, a, b, hull);
        assert_int_equal(em_events_count(events), 5);
        for (size_t i = 0; i < 5; i++) {
                assert_int_equal(em_events_at(events, i)->kind, EM_EVENT_INTERFERENCE);
                assert_true(em_events_at(events, i)->heard_ships == 4);
        }
        em_events_free(events);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_imo_number_whose_check_digit_is_wrong_is_shown),
                cmocka_unit_test(a_call_sign_of_another_flag_is_shown_and_a_territorys_is_not),
                cmocka_unit_test(the_series_of_call_signs_are_the_itus),
                cmocka_unit_test(another_imo_number_on_the_same_number_is_shown_and_two_in_turns_are_not),
                cmocka_unit_test(a_name_that_changes_out_at_sea_is_shown_and_in_port_it_is_not),
                cmocka_unit_test(a_size_that_changes_is_shown_and_bow_for_stern_is_not),
                cmocka_unit_test(a_hull_that_goes_on_under_another_number_and_imo_is_shown),
                cmocka_unit_test(a_hull_that_is_heard_until_the_data_end_has_not_fallen_silent),
                cmocka_unit_test(one_imo_number_under_two_numbers_is_a_change_or_one_too_many),
                cmocka_unit_test(a_number_heard_in_turns_at_two_places_is_two_at_once),
                cmocka_unit_test(a_ship_that_jumps_alone_may_be_false_and_many_that_jump_together_are_interfered_with),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
