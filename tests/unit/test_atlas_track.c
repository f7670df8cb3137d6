/* Ships on a map, tested by what a reader of the SVG would measure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embargo/draw.h"

#define E7(degrees) ((int32_t)((degrees) * 10000000))

static em_str drawn(const em_atlas *atlas, em_buf *out)
{
        em_error err = { 0 };
        *out = em_buf_make(1 << 22);
        if (em_atlas_svg(atlas, NULL, out, &err) != EM_OK)
                fail_msg("%s", err.text);
        return em_buf_view(out);
}

static em_str after(em_str s, const char *what)
{
        ptrdiff_t at = em_str_find(s, em_str_c(what));
        if (at < 0)
                fail_msg("no %s in the picture", what);
        return em_str_sub(s, (size_t)at + strlen(what), s.n);
}

static size_t times(em_str s, const char *what)
{
        size_t n = 0;
        for (ptrdiff_t at; (at = em_str_find(s, em_str_c(what))) >= 0; n++)
                s = em_str_sub(s, (size_t)at + 1, s.n);
        return n;
}

/* The element that the text stands in: up to its next "/>" or ">". */
static em_str path_with(em_str s, const char *style)
{
        ptrdiff_t at = em_str_find(s, em_str_c(style));
        assert_true(at >= 0);
        for (size_t i = (size_t)at; i-- > 0;)
                if (s.p[i] == '<')
                        return em_str_sub(s, i, (size_t)at - i);
        fail_msg("no element has the style %s", style);
        return s;
}

static const em_atlas_fix four[] = {
        { E7(36), E7(124), false }, { E7(37), E7(124), false }, { E7(38), E7(126), true }, { E7(39), E7(126), false },
};

static void what_was_not_heard_is_dotted_and_what_was_is_not(void **state)
{
        (void)state;
        const em_atlas_track track = { .name = EM_S_INIT("A"), .at = four, .count = 4 };
        em_atlas atlas = { .tracks = &track, .track_count = 1 };
        em_buf out;
        atlas.box = em_atlas_fit(&atlas);
        em_str s = drawn(&atlas, &out);
        em_str dotted = path_with(s, "stroke-dasharray=\"1.5 4\" stroke-linecap");
        em_str solid = path_with(s, " stroke-width=\"1.4\" stroke-linejoin");
        /* one silence: from the second place to the third; two pieces heard: one before it, one behind */
        assert_int_equal(times(dotted, "M"), 1);
        assert_int_equal(times(dotted, "L"), 1);
        assert_int_equal(times(solid, "M"), 2);
        assert_int_equal(times(solid, "L"), 2);
        /* the dotted piece begins where the first solid one ends */
        em_str from = after(dotted, "d=\"M"), to = after(solid, "L");
        double x = strtod(from.p, NULL), other = strtod(to.p, NULL);
        assert_true(fabs(x - other) < 0.11);
        em_buf_free(&out);
}

static void signs_at_one_place_stand_apart_with_a_line_to_it(void **state)
{
        (void)state;
        const em_atlas_point points[] = {
                { .lat_e7 = E7(38), .lon_e7 = E7(125), .count = 1, .mark = EM_MARK_MEETING, .text = EM_S_INIT("first") },
                { .lat_e7 = E7(38), .lon_e7 = E7(125), .count = 2, .mark = EM_MARK_MEETING, .text = EM_S_INIT("second") },
        };
        em_atlas atlas = { .points = points, .point_count = 2 };
        em_buf out;
        em_str s = drawn(&atlas, &out);
        em_str a = after(s, "<title>first</title>"), b = after(s, "<title>second</title>");
        double ax = strtod(after(a, "cx=\"").p, NULL), ay = strtod(after(a, "cy=\"").p, NULL);
        double bx = strtod(after(b, "cx=\"").p, NULL), by = strtod(after(b, "cy=\"").p, NULL);
        assert_true(hypot(ax - bx, ay - by) >= 16);     /* two radii of 8 */
        /* the line begins at the place, where the first sign is */
        em_str line = after(after(s, "<line"), "<line");        /* behind the arrow to the north; drawn before the signs */
        assert_true(fabs(strtod(after(line, "x1=\"").p, NULL) - ax) < 0.11);
        assert_true(fabs(strtod(after(line, "x2=\"").p, NULL) - bx) < 0.11);
        em_buf_free(&out);
}

static void the_key_names_tracks_signs_and_events(void **state)
{
        (void)state;
        const em_atlas_track tracks[] = {
                { .name = EM_S_INIT("FIRST SHIP"), .at = four, .count = 4 }, { .name = EM_S_INIT("SECOND SHIP"), .at = four, .count = 2 },
        };
        const em_atlas_point points[] = {
                { .lat_e7 = E7(38), .lon_e7 = E7(125), .count = 1, .mark = EM_MARK_SILENCE, .text = EM_S_INIT("silent for a day") },
                { .lat_e7 = E7(37), .lon_e7 = E7(124), .count = 2, .mark = EM_MARK_CALL, .text = EM_S_INIT("may have called") },
                { .lat_e7 = E7(38.7), .lon_e7 = E7(125.4), .mark = EM_MARK_PORT, .name = EM_S_INIT("Harbour") },
        };
        em_atlas atlas = { .tracks = tracks, .track_count = 2, .points = points, .point_count = 3 };
        em_buf out;
        em_error err;
        em_str s = drawn(&atlas, &out);
        static const char *const words[] = { ">FIRST SHIP<", ">SECOND SHIP<", ">not heard in between<", ">silence (middle of it)<",
                                             ">at a port, or may have been<", ">silent for a day<", ">may have called<", ">Harbour<" };
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                assert_true(em_str_find(s, em_str_c(words[i])) >= 0);
        assert_true(em_str_find(s, EM_S(">side by side at sea<")) < 0);         /* no such event */
        em_buf_clear(&out);
        assert_int_equal(em_atlas_table(&atlas, &out, &err), EM_OK);            /* and the table has the events */
        assert_true(em_str_find(em_buf_view(&out), EM_S("may have called")) >= 0);
        em_buf_free(&out);
}

static void a_box_holds_its_tracks_with_a_twelfth_around(void **state)
{
        (void)state;
        const em_atlas_fix wide[] = { { E7(30), E7(120), false }, { E7(42), E7(132), false } };
        const em_atlas_track track = { .at = wide, .count = 2 }, once = { .at = four, .count = 1 };
        em_atlas_box box = em_atlas_fit(&(em_atlas){ .tracks = &track, .track_count = 1 });
        assert_int_equal(box.west_e7, E7(119));         /* 12 degrees: one on each side */
        assert_int_equal(box.east_e7, E7(133));
        assert_int_equal(box.south_e7, E7(29));
        assert_int_equal(box.north_e7, E7(43));
        box = em_atlas_fit(&(em_atlas){ .tracks = &once, .track_count = 1 });
        assert_int_equal(box.east_e7 - box.west_e7, E7(3));
        assert_int_equal(box.north_e7 - box.south_e7, E7(3));
        assert_int_equal(em_atlas_fit(&(em_atlas){ .tracks = NULL }).east_e7, 0);       /* nothing: the usual box */
}

static void what_no_map_can_hold_is_refused(void **state)
{
        (void)state;
        em_buf   out = em_buf_make(1 << 22);
        em_error err;
        em_atlas_point points[EM_ATLAS_EVENTS_MAX + 1];
        for (size_t i = 0; i < EM_ATLAS_EVENTS_MAX + 1; i++)
                points[i] = (em_atlas_point){ .lat_e7 = E7(38), .lon_e7 = E7(125), .count = i + 1, .mark = EM_MARK_EVENT };
        em_atlas atlas = { .points = points, .point_count = EM_ATLAS_EVENTS_MAX + 1 };
        assert_int_equal(em_atlas_svg(&atlas, NULL, &out, &err), EM_LIMIT);
        atlas.point_count--;
        assert_int_equal(em_atlas_svg(&atlas, NULL, &out, &err), EM_OK);
        const em_atlas_fix off = { .lat_e7 = 900000001 };
        const em_atlas_track track = { .at = &off, .count = 1 };
        assert_int_equal(em_atlas_svg(&(em_atlas){ .tracks = &track, .track_count = 1 }, NULL, &out, &err), EM_FORMAT);
        em_buf_free(&out);
}

static void a_ships_name_stays_text(void **state)
{
        (void)state;
        const em_atlas_track track = { .name = EM_S_INIT("</title><script>alert(1)</script>"), .at = four, .count = 4 };
        em_atlas atlas = { .tracks = &track, .track_count = 1 };
        em_buf out;
        em_str s = drawn(&atlas, &out);
        assert_int_equal(times(s, "<script"), 0);
        assert_true(times(s, "&lt;script&gt;") >= 1);
        em_buf_free(&out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_was_not_heard_is_dotted_and_what_was_is_not),
                cmocka_unit_test(signs_at_one_place_stand_apart_with_a_line_to_it),
                cmocka_unit_test(the_key_names_tracks_signs_and_events),
                cmocka_unit_test(a_box_holds_its_tracks_with_a_twelfth_around),
                cmocka_unit_test(what_no_map_can_hold_is_refused),
                cmocka_unit_test(a_ships_name_stays_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
