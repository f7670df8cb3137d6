/* Distances and bearings against the circle's arithmetic and a published line of the ellipsoid. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/ships.h"

#define D(x) ((int32_t)lrint((x) * EM_DEGREE))

static void check_near(double is, double should, double within)
{
        if (fabs(is - should) > within)
                fail_msg("%.9g is not within %.3g of %.9g", is, within, should);
}

/* 2 pi 6371008.8 / 360 */
static void test_a_degree_of_the_great_circle_is_111195_metres(void **state)
{
        (void)state;
        check_near(em_sphere_m(0, 0, D(1), 0), 111195.0797, 0.001);
        check_near(em_sphere_m(D(50), D(-30), D(50), D(-29)), 111195.0797, 0.001);
        check_near(em_sphere_m(0, 0, D(90), 0), 10007557.22, 0.01);
        check_near(em_sphere_m(D(-60), D(20), D(120), D(-20)), 20015114.44, 1);      /* the sine of a quarter is flat: doubles tell metres there */
}

/* T. Vincenty's example as Geoscience Australia prints it: Flinders Peak to Buninyong, 54972.271 m on GRS80, azimuth 306 52' 05.37". */
static void test_flinders_peak_to_buninyong_agrees_with_the_ellipsoid_to_half_a_percent(void **state)
{
        (void)state;
        int32_t a[2] = {D(144.42486788), D(-37.95103342)}, b[2] = {D(143.92649552), D(-37.65282114)};
        check_near(em_sphere_m(a[0], a[1], b[0], b[1]), 54972.271, 54972.271 * 0.005);
        check_near(em_sphere_bearing(a[0], a[1], b[0], b[1]), 306.868, 0.2);
}

static void test_the_near_way_and_the_far_way_agree_where_they_meet(void **state)
{
        (void)state;
        for (int lat = -89; lat <= 89; lat++) {
                int32_t v = D(lat), near = EM_DEGREE / 2 - 1;
                double  c = cos(lat * M_PI / 180), rad = near / (double)EM_DEGREE * M_PI / 180;
                /* the haversine itself, two places of one latitude */
                double  far = 2 * 6371008.8 * asin(c * sin(rad / 2));
                check_near(em_sphere_m(0, v, near, v) / far, 1, 1e-9);
                check_near(em_sphere_m(D(179.9), v, D(179.9) + near - D(360), v) / far, 1, 1e-9);
        }
}

static void test_the_dateline_is_a_meridian_like_any_other(void **state)
{
        (void)state;
        int32_t lon, lat;
        check_near(em_sphere_m(D(179.5), 0, D(-179.5), 0), 111195.0797, 0.001);
        check_near(em_sphere_bearing(D(179.9), 0, D(-179.9), 0), 90, 1e-9);
        check_near(em_sphere_bearing(D(-179.9), 0, D(179.9), 0), 270, 1e-9);
        em_sphere_go(D(179.5), 0, 90, 111195.0797, &lon, &lat);
        assert_int_equal(lon, D(-179.5));
        assert_int_equal(lat, 0);
        em_sphere_between(D(179), D(0), D(-179), D(0), 0.75, &lon, &lat);
        assert_int_equal(lon, D(-179.5));
        em_sphere_go(D(179), 0, 90, 111195.0797, &lon, &lat);
        assert_int_equal(lon, D(-180));         /* 180 has one name */
}

static void test_the_pole_is_crossed_to_the_other_side(void **state)
{
        (void)state;
        int32_t lon, lat;
        em_sphere_go(D(30), D(89), 0, 2 * 111195.0797, &lon, &lat);
        assert_int_equal(lon, D(-150));
        assert_int_equal(lat, D(89));
        check_near(em_sphere_m(D(30), D(89.9), D(-150), D(89.9)), 0.2 * 111195.0797, 0.001);
        check_near(em_sphere_bearing(D(30), D(-89), D(-150), D(-89)), 180, 1e-9);
        em_sphere_between(D(0), D(80), D(180), D(80), 0.5, &lon, &lat);
        assert_int_equal(lat, D(90));
}

static void test_going_the_bearing_and_the_distance_arrives(void **state)
{
        (void)state;
        uint64_t x = 88172645463325252u;
        for (int i = 0; i < 20000; i++) {
                int32_t at[4], lon, lat;
                for (int k = 0; k < 4; k++) {
                        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
                        int32_t half = D(k & 1 ? 90 : 180);
                        at[k] = (int32_t)(x % (2 * (uint64_t)half)) - half;
                }
                if (i & 1)
                        at[2] = at[0] + at[2] / 5000, at[3] = at[1] + at[3] / 5000;
                if (at[3] > D(90) || at[3] < D(-90))
                        continue;
                double far = em_sphere_m(at[0], at[1], at[2], at[3]);
                em_sphere_go(at[0], at[1], em_sphere_bearing(at[0], at[1], at[2], at[3]), far, &lon, &lat);
                /* a unit is 0.19 m; half the earth away the least error of the bearing grows */
                check_near(em_sphere_m(lon, lat, at[2], at[3]), 0, 0.5);
        }
}

static void test_any_integers_give_a_distance(void **state)
{
        (void)state;
        static const int32_t odd[] = {INT32_MIN, -1, 0, INT32_MAX, 181 * EM_DEGREE, 91 * EM_DEGREE, 180 * EM_DEGREE,
                                      -180 * EM_DEGREE};
        for (size_t i = 0; i < 8 * 8 * 8 * 8; i++) {
                double m = em_sphere_m(odd[i & 7], odd[i >> 3 & 7], odd[i >> 6 & 7], odd[i >> 9]);
                assert_true(m >= 0 && m < 2.1e7);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_degree_of_the_great_circle_is_111195_metres),
                cmocka_unit_test(test_flinders_peak_to_buninyong_agrees_with_the_ellipsoid_to_half_a_percent),
                cmocka_unit_test(test_the_near_way_and_the_far_way_agree_where_they_meet),
                cmocka_unit_test(test_the_dateline_is_a_meridian_like_any_other),
                cmocka_unit_test(test_the_pole_is_crossed_to_the_other_side),
                cmocka_unit_test(test_going_the_bearing_and_the_distance_arrives),
                cmocka_unit_test(test_any_integers_give_a_distance),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
