/* One MMSI into hulls: constructed ships that do what real ones do, alone and together; labelled real ones are in tests/figures/hulls.t. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "embargo/ships.h"

enum { MOST = 4000 };
typedef struct sea { em_fix fix[MOST]; uint32_t part[MOST], parts; size_t n; } sea;

/* From t on every `step` seconds, n times, from a place on a course at a speed. */
static void sail(sea *s, uint32_t ship, int64_t t, int step, int n, double lon, double lat, double course, double knots)
{
        for (int i = 0; i < n; i++) {
                em_fix *f = &s->fix[s->n];
                *f = (em_fix){.time_s = t + (int64_t)i * step, .sog = (uint16_t)lrint(knots * 10), .cog = (uint16_t)lrint(course * 10),
                              .heading = EM_AIS_HEADING_NONE, .status = EM_AIS_STATUS_NONE, .file = ship};
                em_sphere_go((int32_t)lrint(lon * EM_DEGREE), (int32_t)lrint(lat * EM_DEGREE), course, knots * 1852 / 3600 * step * i, &f->lon, &f->lat);
                s->n++;
        }
}

static int by_time(const void *x, const void *y)
{
        const em_fix *a = x, *b = y;
        if (a->time_s != b->time_s)
                return a->time_s < b->time_s ? -1 : 1;
        return a->file < b->file ? -1 : a->file > b->file;
}

static void cut(sea *s)
{
        em_arena *arena = em_arena_new((size_t)64 << 20);
        em_error  err = {0};
        qsort(s->fix, s->n, sizeof *s->fix, by_time);
        assert_int_equal(em_hulls_cut(s->fix, s->n, NULL, arena, s->part, &s->parts, &err), EM_OK);
        em_arena_free(arena);
}

/* Each ship is one hull and each hull one ship. */
static void check_ships(sea *s, uint32_t ships)
{
        uint32_t hull[8];
        cut(s);
        assert_int_equal(s->parts, ships);
        for (size_t i = 0; i < 8; i++)
                hull[i] = UINT32_MAX;
        for (size_t i = 0; i < s->n; i++) {
                uint32_t *h = &hull[s->fix[i].file];
                if (*h == UINT32_MAX)
                        *h = s->part[i];
                assert_int_equal(s->part[i], *h);
        }
}

static void test_one_ship_is_one_hull_under_way_at_anchor_and_after_days_of_silence(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 10, 300, 5, 54, 90, 14);
        sail(&s, 0, 1010000, 180, 300, 5.4, 54, 10, 0);         /* 15 miles in two hours */
        sail(&s, 0, 1400000, 600, 100, 10, 50, 200, 12);        /* four days later, 300 miles away */
        check_ships(&s, 1);
}

static void test_two_ships_at_once_are_two_hulls(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 60, 300, 5, 54, 90, 14);
        sail(&s, 1, 1000007, 60, 300, 105, -5, 270, 11);
        sail(&s, 2, 1000021, 300, 60, -70, 41, 0, 0);
        check_ships(&s, 3);
}

static void test_ships_that_meet_and_pass_keep_their_hulls(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 10, 720, 5, 54, 90, 12);           /* 24 miles to the east in two hours */
        sail(&s, 1, 1000003, 10, 720, 5.68, 54.001, 270, 12);   /* and as many to the west, 110 m to the north */
        check_ships(&s, 2);
}

static void test_numbers_follow_the_first_fix(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 1, 1000000, 60, 50, 105, -5, 270, 11);
        sail(&s, 0, 1000300, 60, 50, 5, 54, 90, 14);
        cut(&s);
        assert_int_equal(s.part[0], 0);
        for (size_t i = 0; i < s.n; i++)
                assert_int_equal(s.part[i], s.fix[i].file == 1 ? 0 : 1);
}

static void test_the_dateline_cuts_nobody(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 60, 600, 179.5, 10, 90, 15);
        sail(&s, 1, 1000030, 60, 600, -179.5, -60, 270, 15);
        check_ships(&s, 2);
}

/* Every other fix was stamped a minute late, as by a slow receiver: forty ship's lengths apart and one ship. */
static void test_a_clock_that_is_late_makes_no_second_ship(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 20, 400, 5, 54, 90, 14);
        for (size_t i = 1; i < s.n; i += 2)
                s.fix[i].time_s += 60;
        check_ships(&s, 1);
}

/* A single fix on the other side of the world belongs to no ship before and after it. */
static void test_one_jump_does_not_break_the_track(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 20, 200, 5, 54, 90, 14);
        sail(&s, 1, 1002010, 20, 1, -120, 0, 0, 0);
        check_ships(&s, 2);
}

static void test_one_fix_is_one_hull(void **state)
{
        (void)state;
        static sea s;
        s = (sea){0};
        sail(&s, 0, 1000000, 20, 1, 5, 54, 90, 14);
        check_ships(&s, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_one_ship_is_one_hull_under_way_at_anchor_and_after_days_of_silence),
                cmocka_unit_test(test_two_ships_at_once_are_two_hulls),
                cmocka_unit_test(test_ships_that_meet_and_pass_keep_their_hulls),
                cmocka_unit_test(test_numbers_follow_the_first_fix),
                cmocka_unit_test(test_the_dateline_cuts_nobody),
                cmocka_unit_test(test_a_clock_that_is_late_makes_no_second_ship),
                cmocka_unit_test(test_one_jump_does_not_break_the_track),
                cmocka_unit_test(test_one_fix_is_one_hull),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
