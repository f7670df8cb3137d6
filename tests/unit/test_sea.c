/* The sea: places of known truth, a twin that looks at every line, the dateline, the poles, ports, and files that are none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/sea.h"

#include <stdio.h>
#include <stdlib.h>

#define D(x) ((int32_t)lrint((x) * EM_DEGREE))

typedef struct world { em_sea *sea; em_error err; } world;

static int open_world(void **state)
{
        static world w;
        const char *root = getenv("EMBARGO_ROOT");
        char regime[600];
        snprintf(regime, sizeof regime, "%s/regimes/dprk", root ? root : ".");
        if (em_sea_open(em_str_c(root ? root : "."), em_str_c(regime), &w.sea, &w.err) != EM_OK) {
                print_error("%s: %s\n", w.err.file, w.err.text);
                return 1;
        }
        *state = &w;
        return 0;
}

static int close_world(void **state)
{
        world *w = *state;
        w->sea = em_sea_close(w->sea);
        return 0;
}

/* ---- the coast ------------------------------------------------------------------------------ */

static const struct { const char *what; double lat, lon; bool land; } known[] = {
        { "Pyongyang", 39.03, 125.75, true },            { "Madrid", 40.42, -3.70, true },
        { "Alice Springs", -23.70, 133.87, true },       { "Ulaanbaatar", 47.92, 106.92, true },
        { "Kansas City", 39.10, -94.58, true },          { "the south pole", -90, 0, true },
        { "the south pole again", -90, 180, true },      { "Vostok", -78.46, 106.84, true },
        { "Greenland's ice", 72.58, -38.46, true },      { "Quito", -0.18, -78.47, true },
        { "Chukotka west of 180", 67.5, 179.5, true },   { "Chukotka east of 180", 67.5, -179.5, true },
        { "Chukotka on 180", 67.5, 180, true },          { "Taveuni, Fiji", -16.85, -179.97, true },
        { "Kinshasa", -4.35, 15.35, true },              { "Hokkaido", 43.4, 142.8, true },
        { "Yellow Sea", 37.5, 123.5, false },            { "Sea of Japan", 40.0, 134.0, false },
        { "null island", 0, 0, false },                  { "the north pole", 90, 0, false },
        { "the north pole again", 90, -180, false },     { "Caspian Sea", 41.5, 51.0, false },
        { "Pacific on 180", 0, 180, false },             { "Pacific on -180", 0, -180, false },
        { "Bering Strait's south", 63, -180, false },    { "Baltic", 57.5, 19.9, false },
        { "Drake Passage", -59, -65, false },            { "Gulf of Mexico", 25, -90, false },
        { "Taiwan Strait", 24.5, 119.3, false },         { "Hudson Bay", 60, -86, false },
};

static void places_of_known_truth(void **state)
{
        world *w = *state;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (em_sea_on_land(w->sea, D(known[i].lon), D(known[i].lat)) != known[i].land)
                        fail_msg("%s is %son land", known[i].what, known[i].land ? "not " : "");
}

static bool naive_on_land(const em_sea *sea, double lon, double lat)
{
        bool    in = false;
        em_ring r;
        for (size_t i = 0; em_sea_ring(sea, i, &r); i++)
                for (size_t a = 0, b = r.points - 1; a < r.points; b = a++) {
                        double ax = r.at[a][0], ay = r.at[a][1], bx = r.at[b][0], by = r.at[b][1];
                        if ((ay > lat) != (by > lat) && lon < (bx - ax) * (lat - ay) / (by - ay) + ax)
                                in = !in;
                }
        return in;
}

/* Every corner of the coast by em_sphere_m, then points along the pieces whose ends come near. */
static double naive_coast_m(const em_sea *sea, int32_t lon, int32_t lat)
{
        double  best = 1e9;
        em_ring r;
        for (int round = 0; round < 2; round++) {
                double near = best + 20000;     /* no piece is longer than a quarter of a degree: 28 km, so an end is within 14 km */
                for (size_t i = 0; em_sea_ring(sea, i, &r); i++)
                        for (size_t a = 0, b = r.points - 1; a < r.points; b = a++) {
                                const int32_t *p = r.at[a], *q = r.at[b];
                                if ((abs(p[0]) == D(180) && p[0] == q[0]) || (p[1] == D(-90) && q[1] == D(-90)))
                                        continue;
                                double m = fmin(em_sphere_m(lon, lat, p[0], p[1]), em_sphere_m(lon, lat, q[0], q[1]));
                                for (int k = 1; round && m < near && k < 200; k++)
                                        m = fmin(m, em_sphere_m(lon, lat, (int32_t)(p[0] + (int64_t)(q[0] - p[0]) * k / 200),
                                                                (int32_t)(p[1] + (int64_t)(q[1] - p[1]) * k / 200)));
                                best = fmin(best, m);
                        }
        }
        return best;
}

static uint64_t dice = 20260923;
static double rolled(double from, double to)
{
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        return from + (to - from) * (double)(dice >> 11) / 9007199254740992.0;
}

static void on_land_agrees_with_a_look_at_every_line(void **state)
{
        world *w = *state;
        for (int i = 0; i < 3000; i++) {
                bool    korea = i % 2;
                int32_t lon = D(korea ? rolled(124, 131) : rolled(-180, 180)), lat = D(korea ? rolled(33, 43) : rolled(-90, 90));
                if (em_sea_on_land(w->sea, lon, lat) != naive_on_land(w->sea, lon, lat))
                        fail_msg("%d %d", lon, lat);
        }
}

/* On the rims of cells (half degrees) and at the coast's own corners, where a sloppy rule counts a line twice or not at all; one unit beside
 * a corner, both are asked the same place. */
static void on_land_agrees_on_rims_and_beside_corners(void **state)
{
        world  *w = *state;
        em_ring r;
        for (int i = 0; i < 1500; i++) {
                int32_t lon = D(rolled(-180, 180)) / 300000 * 300000, lat = D(rolled(-90, 90)) / 300000 * 300000;
                if (em_sea_on_land(w->sea, lon, lat) != naive_on_land(w->sea, lon + 0.5, lat + 0.5))
                        fail_msg("rim %d %d", lon, lat);
        }
        for (size_t i = 0; em_sea_ring(w->sea, i * 7, &r); i++) {
                const int32_t *p = r.at[i % r.points];
                if (p[0] > -D(179.9) && p[0] < D(179.9) && p[1] > -D(89))
                        for (int k = 0; k < 4; k++) {
                                int32_t lon = p[0] + (k & 1 ? 1 : -2), lat = p[1] + (k & 2 ? 1 : -2);
                                if (em_sea_on_land(w->sea, lon, lat) != naive_on_land(w->sea, lon + 0.5, lat + 0.5))
                                        fail_msg("corner %d %d", lon, lat);
                        }
        }
}

static void the_coast_is_as_far_as_the_nearest_of_all_its_pieces(void **state)
{
        world *w = *state;
        static const double at[][2] = { { 180, -16.5 }, { -180, -16.5 }, { 179.99, 71 }, { -179.99, 65.2 }, { 0, 89.9 }, { 120, 88 }, { 30, -69.9 },
                                        { 125.0, 38.7 }, { 7.5, 58 }, { -40, 30 }, { 124.2, 37.9 } };
        size_t fixed = sizeof at / sizeof *at;
        for (size_t i = 0; i < fixed + 50; i++) {
                int32_t lon = D(i < fixed ? at[i][0] : i % 2 ? rolled(120, 135) : rolled(-180, 180));
                int32_t lat = D(i < fixed ? at[i][1] : i % 2 ? rolled(30, 45) : rolled(-90, 90));
                double  m = em_sea_coast_m(w->sea, lon, lat, 2e7), naive = naive_coast_m(w->sea, lon, lat);
                /* the twin's points along a piece stand up to 140 m apart: 70 m aside of a place 0 m away, nearly nothing far off.  And it goes
                 * straight on the map: a quarter of a degree at 45 degrees bulges by (0.25 deg)^2 / 8 * sin 45 cos 45 * R = 7.6 m */
                if (fabs(fabs(m) - naive) > 7.6 + (naive < 5000 ? 70 : 2450 / naive * 2))
                        fail_msg("%d %d: %.2f, not %.2f", lon, lat, m, naive);
                assert_true((m < 0) == em_sea_on_land(w->sea, lon, lat));
                double most = fabs(m) / 2;
                if (most > 0)
                        assert_true(fabs(em_sea_coast_m(w->sea, lon, lat, most)) <= most * (1 + 1e-9));
        }
}

static void the_coast_looks_no_farther_than_it_is_told(void **state)
{
        world *w = *state;
        assert_true(fabs(em_sea_coast_m(w->sea, D(-140), D(0), 50000) - 50000) < 1e-6);          /* the Pacific */
        assert_true(fabs(em_sea_coast_m(w->sea, D(103), D(48), 50000) + 50000) < 1e-6);          /* Mongolia */
}

static void a_longitude_beyond_180_is_the_same_place(void **state)
{
        world *w = *state;
        assert_true(em_sea_on_land(w->sea, D(125.75 + 360), D(39.03)));
        assert_true(em_sea_on_land(w->sea, D(-94.58 - 360), D(39.1)));
        assert_false(em_sea_on_land(w->sea, 181 * 600000, 91 * 600000));        /* "not available" of M.1371 */
        assert_true(em_sea_port_near(w->sea, 181 * 600000, 91 * 600000, 1e7, NULL) < 0);
}

/* ---- ports ---------------------------------------------------------------------------------- */

static const em_port *port_at(const em_sea *sea, double lat, double lon, double most_m, double *ret_m)
{
        const em_port *all;
        size_t    n = em_sea_ports(sea, &all);
        ptrdiff_t i = em_sea_port_near(sea, D(lon), D(lat), most_m, ret_m);
        assert_true(i < (ptrdiff_t)n);
        return i < 0 ? NULL : &all[i];
}

static void assert_port(const em_sea *sea, double lat, double lon, double most_m, const char *want)
{
        double m;
        const em_port *p = port_at(sea, lat, lon, most_m, &m);
        char got[80];
        snprintf(got, sizeof got, "%.*s", EM_ARG(p ? p->key : EM_S("none")));
        assert_string_equal(got, want);
}

static void a_place_in_an_area_is_at_its_port(void **state)
{
        world *w = *state;
        assert_port(w->sea, 38.7281, 125.4169, 1000, "nampo-coal");     /* AllSource 2018 */
        assert_port(w->sea, 38.7167, 125.4000, 1000, "nampo-town");     /* World Port Index */
        assert_port(w->sea, 38.7333, 125.6167, 1000, "songnim");
        assert_port(w->sea, 42.3333, 130.4000, 1000, "sonbong");
        assert_port(w->sea, 40.2, 128.65, 1000, "chaho");               /* only a point of the regime */
        double m = -1;
        assert_non_null(port_at(w->sea, 38.7281, 125.4169, 1000, &m));
        assert_true(m >= 0 && m <= 0);
}

static void a_port_of_the_regime_is_not_there_twice(void **state)
{
        world *w = *state;
        const em_port *all;
        size_t n = em_sea_ports(w->sea, &all), dprk = 0, wpi = 0, approaches = 0;
        for (size_t i = 0; i < n; i++) {
                dprk += em_str_eq(all[i].country, EM_S("kp"));
                wpi += em_str_starts(all[i].key, EM_S("wpi-"));
                approaches += all[i].approach;
        }
        /* areas.csv has 13, one of them an approach; ports.csv adds Chaho; the World Port Index has 3,766 numbers, ten of them there */
        assert_int_equal(dprk, 14);
        assert_int_equal(wpi, 3766 - 10);
        assert_int_equal(approaches, 1);
        assert_int_equal(n, 14 + 3756);
}

static void an_approach_is_no_port_but_says_what_lies_behind(void **state)
{
        world *w = *state;
        const em_port *all;
        size_t n = em_sea_ports(w->sea, &all), i = 0;
        assert_port(w->sea, 38.69, 125.01, 5000, "none");
        while (i < n && !all[i].approach)
                i++;
        assert_true(i < n);
        assert_true(em_sea_port_m(w->sea, i, D(125.0), D(38.69)) <= 0);
        assert_true(em_str_find(all[i].leads_to, EM_S("songnim")) >= 0);
        /* 0.03 degrees north of its corner at 125.03 38.73: 3336 m */
        assert_true(fabs(em_sea_port_m(w->sea, i, D(125.03), D(38.76)) - 3336) < 400);
}

static void ports_are_as_far_as_the_nearest_of_all(void **state)
{
        world *w = *state;
        const em_port *all;
        size_t n = em_sea_ports(w->sea, &all);
        for (int i = 0; i < 400; i++) {
                int32_t lon = D(i % 2 ? rolled(120, 135) : rolled(-180, 180)), lat = D(i % 2 ? rolled(30, 45) : rolled(-90, 90));
                double  most = i % 3 ? 3e5 : 2e7, best = most, m = -1;
                bool    any = false;
                for (size_t k = 0; k < n; k++) {
                        double d = all[k].area ? em_sea_port_m(w->sea, k, lon, lat) : em_sphere_m(lon, lat, all[k].lon, all[k].lat);
                        if (!all[k].approach && d <= best) {
                                best = d;
                                any = true;
                        }
                }
                ptrdiff_t got = em_sea_port_near(w->sea, lon, lat, most, &m);
                assert_true((got >= 0) == any);
                if (any && fabs(m - best) > 0.5 + best * 1e-6)
                        fail_msg("%d %d: %.3f not %.3f", lon, lat, m, best);
        }
}

static void a_port_across_the_dateline_is_near(void **state)
{
        world *w = *state;
        em_sea *sea = NULL;
        em_sea_texts t = { .ports = EM_S("wpi_number,name,other_name,locode,country,lat,lon\n1,West,,,fj,-17,179.99\n2,Pole,,,no,89.9,10\n") };
        assert_int_equal(em_sea_parse(&t, &sea, &w->err), EM_OK);
        double m = 0;
        /* 0.02 degrees on the parallel of 17: 0.02 * 111195 * cos 17 = 2127 m */
        assert_int_equal(em_sea_port_near(sea, D(-179.99), D(-17), 3000, &m), 0);
        assert_true(fabs(m - 2127) < 1);
        assert_int_equal(em_sea_port_near(sea, D(-170), D(89.95), 20000, &m), 1);       /* over the pole: 0.15 degrees */
        assert_true(fabs(m - 0.15 * 111195.08) < 1);
        em_sea_close(sea);
}

/* ---- files that are none --------------------------------------------------------------------- */

static void what_is_no_coast_or_no_table_is_refused_with_its_place(void **state)
{
        (void)state;
#define HEAD "key,name,country,wpi_number,lat,lon,leads_to,area,confidence,origin,note\n"
        static const struct { em_sea_texts text; const char *file; uint64_t line; const char *why; } bad[] = {
                { { .coast = EM_S_INIT("coast") }, "data/sea/coast.txt", 1, "this is no coast of version 1: it must begin with \"embargo-coast 1\"" },
                { { .coast = EM_S_INIT("embargo-coast 1\nunit 7\n") }, "data/sea/coast.txt", 2, "unit must be a number of steps in a degree that divides 600000" },
                { { .coast = EM_S_INIT("embargo-coast 1\n# x\nunit 10\nring 3\n1 1 1 1 1\n") }, "data/sea/coast.txt", 6, "a step is no pair of numbers below a turn of the globe" },
                { { .coast = EM_S_INIT("embargo-coast 1\nunit 10\nring 3\n1790 1 20 1 1 1\n") }, "data/sea/coast.txt", 4, "a point lies outside the map" },
                { { .coast = EM_S_INIT("embargo-coast 1\nunit 10\nrong 3\n") }, "data/sea/coast.txt", 3, "here must stand \"ring\" and its number of points, 3 or more" },
                { { .ports = EM_S_INIT("name\n") }, "data/sea/ports.csv", 1, "the column other_name is missing" },
                { { .ports = EM_S_INIT("wpi_number,name,other_name,locode,country,lat,lon\n1,A,,,xx,1,200\n") }, "data/sea/ports.csv", 2, "lon is no number of degrees, -180 to 180, with at most six decimals" },
                { { .areas = EM_S_INIT(HEAD "a,A,kp,,1,1,,\"1 1, 2 2\",low,me,\n") }, "areas.csv", 2, "an area has 3 to 10,000 corners \"lon lat\", with commas between" },
                { { .areas = EM_S_INIT(HEAD "a,A,kp,,1,1,,\"1 1, 2 2, 3\",low,me,\n") }, "areas.csv", 2, "a corner is not \"lon lat\" in degrees with at most six decimals" },
                { { .areas = EM_S_INIT(HEAD "a,A,kp,,1,1,,\"1 1, 2 2, 30 1\",low,me,\n") }, "areas.csv", 2, "an area is at most ten degrees wide and high, and does not cross the dateline" },
        };
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
                em_sea  *sea = NULL;
                em_error err = {0};
                assert_int_equal(em_sea_parse(&bad[i].text, &sea, &err), EM_FORMAT);
                assert_string_equal(err.text, bad[i].why);
                assert_string_equal(err.file, bad[i].file);
                assert_int_equal(err.line, bad[i].line);
                assert_null(sea);
        }
}

static void a_square_with_a_lake_with_an_island(void **state)
{
        (void)state;
        em_sea  *sea = NULL;
        em_error err = {0};
        em_sea_texts t = { .coast = EM_S("embargo-coast 1\nunit 1\nring 4\n0 0 9 0 0 9 -9 0\nring 4\n2 2 5 0 0 5 -5 0\nring 4\n4 4 1 0 0 1 -1 0\n") };
        assert_int_equal(em_sea_parse(&t, &sea, &err), EM_OK);
        assert_true(em_sea_on_land(sea, D(1), D(1)));
        assert_false(em_sea_on_land(sea, D(3), D(3)));
        assert_true(em_sea_on_land(sea, D(4.5), D(4.5)));
        assert_false(em_sea_on_land(sea, D(-1), D(4.5)));
        assert_false(em_sea_on_land(sea, D(10), D(4.5)));
        em_sea_close(sea);
}

static void no_files_are_an_empty_sea(void **state)
{
        (void)state;
        em_sea  *sea = NULL;
        em_error err = {0};
        assert_int_equal(em_sea_open(EM_S(""), EM_S(""), &sea, &err), EM_OK);
        assert_false(em_sea_on_land(sea, D(125.75), D(39.03)));
        assert_true(fabs(em_sea_coast_m(sea, 0, 0, 1234) - 1234) < 1e-9);
        assert_int_equal(em_sea_port_near(sea, 0, 0, 2e7, NULL), -1);
        em_sea_close(sea);
        assert_int_equal(em_sea_open(EM_S("/nowhere"), EM_S(""), &sea, &err), EM_MISSING);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void assert_mmsi(uint32_t mmsi, em_mmsi_kind kind, const char *country)
{
        char got[8];
        snprintf(got, sizeof got, "%.*s", EM_ARG(em_mmsi_country(mmsi)));
        if (em_mmsi_kind_of(mmsi) != kind || strcmp(got, country))
                fail_msg("%u: kind %d, country %s", mmsi, em_mmsi_kind_of(mmsi), got);
}

/* The forms of ITU-R M.585; flags by the ITU's table. */
static void numbers_say_their_country_through_every_form(void **state)
{
        (void)state;
        assert_mmsi(445123000, EM_MMSI_SHIP, "kp");
        assert_mmsi(412331038, EM_MMSI_SHIP, "cn");
        assert_mmsi(273312345, EM_MMSI_SHIP, "ru");
        assert_mmsi(511101234, EM_MMSI_SHIP, "pw");
        assert_mmsi(620999123, EM_MMSI_SHIP, "km");
        assert_mmsi(667001234, EM_MMSI_SHIP, "sl");
        assert_mmsi(44512300, EM_MMSI_GROUP, "kp");
        assert_mmsi(2194000, EM_MMSI_COAST, "dk");
        assert_mmsi(111232506, EM_MMSI_AIRCRAFT, "gb");
        assert_mmsi(992191234, EM_MMSI_AID, "dk");
        assert_mmsi(984401234, EM_MMSI_CRAFT, "kr");
        assert_mmsi(844012345, EM_MMSI_HANDHELD, "kr");
        assert_mmsi(970123456, EM_MMSI_SART, "");
        assert_mmsi(972123456, EM_MMSI_SART, "");
        assert_mmsi(200123456, EM_MMSI_SHIP, "");
        assert_mmsi(799123456, EM_MMSI_SHIP, "");
        assert_mmsi(0, EM_MMSI_OTHER, "");
        assert_mmsi(123456789, EM_MMSI_OTHER, "");
        assert_mmsi(1000000000, EM_MMSI_OTHER, "");
        assert_mmsi(UINT32_MAX, EM_MMSI_OTHER, "");
}

/* Numbers that the Security Council's lists print (2017-10-03 and 2017-12-28), and IMO's own example 9074729 (7*9+6*0+5*7+4*4+3*7+2*2 = 139). */
static void imo_numbers_are_known_by_their_last_digit(void **state)
{
        (void)state;
        static const uint32_t good[] = { 9074729, 9562233, 9191773, 9114555, 9020534, 7389704, 8528864, 8514045 };
        for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
                assert_true(em_imo_ok(good[i]));
                for (uint32_t d = 1; d < 10; d++)
                        assert_false(em_imo_ok(good[i] / 10 * 10 + (good[i] % 10 + d) % 10));
        }
        assert_false(em_imo_ok(0));
        assert_false(em_imo_ok(907472));
        assert_false(em_imo_ok(90747290));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(places_of_known_truth),
                cmocka_unit_test(on_land_agrees_with_a_look_at_every_line),
                cmocka_unit_test(on_land_agrees_on_rims_and_beside_corners),
                cmocka_unit_test(the_coast_is_as_far_as_the_nearest_of_all_its_pieces),
                cmocka_unit_test(the_coast_looks_no_farther_than_it_is_told),
                cmocka_unit_test(a_longitude_beyond_180_is_the_same_place),
                cmocka_unit_test(a_place_in_an_area_is_at_its_port),
                cmocka_unit_test(a_port_of_the_regime_is_not_there_twice),
                cmocka_unit_test(an_approach_is_no_port_but_says_what_lies_behind),
                cmocka_unit_test(ports_are_as_far_as_the_nearest_of_all),
                cmocka_unit_test(a_port_across_the_dateline_is_near),
                cmocka_unit_test(what_is_no_coast_or_no_table_is_refused_with_its_place),
                cmocka_unit_test(a_square_with_a_lake_with_an_island),
                cmocka_unit_test(no_files_are_an_empty_sea),
                cmocka_unit_test(numbers_say_their_country_through_every_form),
                cmocka_unit_test(imo_numbers_are_known_by_their_last_digit),
        };
        return cmocka_run_group_tests(tests, open_world, close_world);
}
