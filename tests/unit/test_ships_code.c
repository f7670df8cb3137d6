/* The coding of fixes: any block comes back, any bytes are refused or fixes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ships/ships_inside.h"

enum { DAY = 18809 };           /* 2021-07-01 */
#define DAY_S ((int64_t)DAY * 86400)

static em_fix_coder coder;

static uint64_t chance(uint64_t *x)
{
        *x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
        return *x;
}

static void check_back(const em_fix *fix, size_t n, size_t *ret_columns, size_t *ret_locators)
{
        static uint8_t out[EM_FIX_PACKED + EM_FIX_SPARE];
        static em_fix  back[EM_FIX_BLOCK];
        size_t columns = 0, locators = 0;
        em_fix_pack(&coder, fix, n, out, &columns, &locators);
        assert_true(em_fix_unpack(&coder, out, columns, locators, DAY_S, n, back));
        assert_memory_equal(back, fix, n * sizeof *fix);
        if (ret_columns) {
                *ret_columns = columns;
                *ret_locators = locators;
        }
}

static void test_any_fixes_of_a_day_come_back_as_they_were(void **state)
{
        (void)state;
        uint64_t      x = 1718;
        static em_fix fix[EM_FIX_BLOCK];
        for (int round = 0; round < 300; round++) {
                size_t  n = 1 + chance(&x) % EM_FIX_BLOCK;
                int64_t t = DAY_S + (int64_t)(chance(&x) % 1000);
                for (size_t i = 0; i < n; i++) {
                        t += (int64_t)(chance(&x) % (85000 / n + 1));
                        fix[i] = (em_fix){
                                .time_s = t, .lon = (int32_t)(chance(&x) % (360 * EM_DEGREE + 1)) - 180 * EM_DEGREE,
                                .lat = (int32_t)(chance(&x) % (180 * EM_DEGREE + 1)) - 90 * EM_DEGREE, .sog = (uint16_t)chance(&x),
                                .cog = (uint16_t)chance(&x), .heading = (uint16_t)chance(&x), .status = (uint8_t)chance(&x),
                                .flags = (uint8_t)chance(&x), .file = (uint32_t)chance(&x), .length = (uint32_t)chance(&x),
                                .offset = chance(&x),
                        };
                }
                check_back(fix, n, NULL, NULL);
        }
}

/* Values at the ends of what they can be, each beside each: the packing's widths from 0 to 64. */
static void test_values_at_their_limits_come_back(void **state)
{
        (void)state;
        static const uint64_t offset[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63, 127, 128};
        static const uint16_t odd[] = {0, 3599, 3600, 1023, 1022, 511, 359, 360, UINT16_MAX, 4095};
        static em_fix fix[EM_FIX_BLOCK];
        for (size_t i = 0; i < EM_FIX_BLOCK; i++)
                fix[i] = (em_fix){.time_s = DAY_S + (i == EM_FIX_BLOCK - 1 ? 86399 : (int64_t)i), .lon = i & 1 ? 180 * EM_DEGREE : -180 * EM_DEGREE,
                                  .lat = i & 2 ? 90 * EM_DEGREE : -90 * EM_DEGREE, .sog = odd[i % 10], .cog = odd[i * 7 % 10],
                                  .heading = odd[i * 3 % 10], .offset = offset[i % 6], .file = i & 4 ? UINT32_MAX : 0,
                                  .length = i & 8 ? UINT32_MAX : 0, .status = 15, .flags = 31};
        check_back(fix, EM_FIX_BLOCK, NULL, NULL);
        check_back(fix, 1, NULL, NULL);
        check_back(fix + EM_FIX_BLOCK - 1, 1, NULL, NULL);
}

/* A ship at 12 knots on 045 for an hour at 60 N, every 10 s: what reckoning foretells costs a few bits, so nothing but times and rounding is left. */
static void test_a_steady_course_over_the_dateline_takes_little(void **state)
{
        (void)state;
        static em_fix fix[360];
        int32_t lon = 1799 * (EM_DEGREE / 10), lat = 60 * EM_DEGREE;
        size_t  columns = 0, locators = 0;
        for (size_t i = 0; i < 360; i++) {
                fix[i] = (em_fix){.time_s = DAY_S + 10 * (int64_t)i, .sog = 120, .cog = 450, .heading = 45, .length = 47, .offset = 48 * i};
                em_sphere_go(lon, lat, 45, 12 * 1852 / 3600.0 * 10 * (double)i, &fix[i].lon, &fix[i].lat);
        }
        assert_true(fix[359].lon < -179 * EM_DEGREE);
        check_back(fix, 360, &columns, &locators);
        assert_true(columns < 3 * 360);
        assert_true(locators < 360);
}

static void test_a_block_cut_anywhere_is_refused(void **state)
{
        (void)state;
        static uint8_t out[EM_FIX_PACKED + EM_FIX_SPARE];
        em_fix  fix[100], back[EM_FIX_BLOCK];
        size_t  columns = 0, locators = 0;
        for (size_t i = 0; i < 100; i++)
                fix[i] = (em_fix){.time_s = DAY_S + (int64_t)(i * i), .lon = (int32_t)(i * 977), .lat = (int32_t)(i * i * 31), .offset = i * 1000};
        em_fix_pack(&coder, fix, 100, out, &columns, &locators);
        for (size_t n = 0; n < columns; n++)
                assert_false(em_fix_unpack(&coder, out, n, locators, DAY_S, 100, back));
        for (size_t n = 0; n < locators; n++)
                assert_false(em_fix_unpack(&coder, out, columns, n, DAY_S, 100, back));
}

static void test_any_bytes_are_fixes_on_the_globe_within_the_day_or_refused(void **state)
{
        (void)state;
        static uint8_t out[EM_FIX_PACKED + EM_FIX_SPARE];
        static em_fix  fix[EM_FIX_BLOCK];
        uint64_t x = 4711;
        for (int round = 0; round < 20000; round++) {
                size_t n = 1 + chance(&x) % EM_FIX_BLOCK, columns = 0, locators = 0;
                for (size_t i = 0; i < n; i++)
                        fix[i] = (em_fix){.time_s = DAY_S + (int64_t)(i * 100), .lon = (int32_t)(i * 977), .sog = 100, .cog = 900};
                if (round % 4 == 0 || columns == 0)
                        em_fix_pack(&coder, fix, n, out, &columns, &locators);
                for (int flip = 0; flip < 3; flip++)
                        out[chance(&x) % (columns + locators)] ^= (uint8_t)(1u << chance(&x) % 8);
                if (!em_fix_unpack(&coder, out, columns, locators, DAY_S, n, fix))
                        continue;
                for (size_t i = 0; i < n; i++) {
                        assert_true(fix[i].time_s >= DAY_S && fix[i].time_s < DAY_S + 86400 && (i == 0 || fix[i].time_s >= fix[i - 1].time_s));
                        assert_true(abs(fix[i].lon) <= 180 * EM_DEGREE && abs(fix[i].lat) <= 90 * EM_DEGREE);
                }
        }
}

/* sin 30 = 1/2, sin 90 = 1, sin 45 = 1/sqrt 2 as floats; cos a = sin (a + 90). */
static void test_the_table_of_sines_is_right(void **state)
{
        (void)state;
        assert_true(coder.east[0] == 0.0f && coder.east[900] == 1.0f && coder.east[2700] == -1.0f && coder.north[0] == 1.0f);
        assert_true(coder.east[300] > 0.49999997f && coder.east[300] < 0.50000003f);
        assert_true(coder.east[450] > 0.70710671f && coder.east[450] < 0.70710683f);
        for (int c = 0; c < 3600; c++)
                assert_true(coder.north[c] == coder.east[(c + 900) % 3600]);
}

static int make(void **state)
{
        (void)state;
        em_fix_coder_make(&coder);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_any_fixes_of_a_day_come_back_as_they_were),
                cmocka_unit_test(test_values_at_their_limits_come_back),
                cmocka_unit_test(test_a_steady_course_over_the_dateline_takes_little),
                cmocka_unit_test(test_a_block_cut_anywhere_is_refused),
                cmocka_unit_test(test_any_bytes_are_fixes_on_the_globe_within_the_day_or_refused),
                cmocka_unit_test(test_the_table_of_sines_is_right),
        };
        return cmocka_run_group_tests(tests, make, NULL);
}
