/* Gauges, measured as a reader would: where the bar ends and where the cap stands on one scale from zero. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "embargo/draw.h"

static char *drawn(const em_gauge *g, int width)
{
        em_buf out = em_buf_make(1 << 20);
        em_error err;
        assert_int_equal(em_gauge_svg(g, &(em_draw_opts){ .width = width }, &out, &err), EM_OK);
        char *text = malloc(out.n + 1);
        assert_non_null(text);
        memcpy(text, out.p, out.n);
        text[out.n] = '\0';
        em_buf_free(&out);
        return text;
}

static double number_after(const char *at, const char *name)
{
        const char *met = strstr(at, name);
        assert_non_null(met);
        return strtod(met + strlen(name), NULL);
}

/* x of the cap: the line that is dashed "5 3". */
static double cap_x(const char *svg)
{
        const char *dash = strstr(svg, "stroke-dasharray=\"5 3\""), *line = svg;
        assert_non_null(dash);
        for (const char *next = strstr(line, "<line"); next && next < dash; next = strstr(line + 5, "<line"))
                line = next;
        return number_after(line, "x1=\"");
}

/* The rectangle of that opacity that is not the track, which is the first. */
static const char *bar_of(const char *svg, bool pale)
{
        const char *at = strstr(strstr(svg, "<rect") + 5, "<rect");
        while (at) {
                const char *end = strstr(at, "/>"), *faint = strstr(at, "fill-opacity");
                if ((faint && faint < end) == pale)
                        return at;
                at = strstr(end, "<rect");
        }
        return NULL;
}

static em_gauge oil(em_milli low, em_milli high)
{
        return (em_gauge){ .unit = EM_S("bbl"), .cap = 500000000, .low = low, .high = high, .percent = { 75, 90, 95 } };
}

static void bar_and_cap_stand_on_one_scale_from_zero(void **state)
{
        (void)state;
        em_gauge g = oil(91909000, 91909000);
        char *svg = drawn(&g, 760);
        const char *bar = bar_of(svg, false);
        assert_non_null(bar);
        assert_true(number_after(bar, " x=\"") == 0.0);
        /* 91,909 of 500,000 is 0.183818; coordinates are printed to a tenth of a pixel */
        assert_true(fabs(number_after(bar, "width=\"") / cap_x(svg) - 0.183818) < 0.0003);
        assert_null(bar_of(svg, true));
        free(svg);
}

static void what_is_possible_is_pale_and_ends_at_the_high_end(void **state)
{
        (void)state;
        em_gauge g = oil(250000000, 600000000);
        char *svg = drawn(&g, 760);
        const char *pale = bar_of(svg, true);
        assert_non_null(pale);
        double end = number_after(pale, " x=\"") + number_after(pale, "width=\"");
        assert_true(fabs(end / cap_x(svg) - 1.2) < 0.0005);
        assert_true(fabs(number_after(bar_of(svg, false), "width=\"") / cap_x(svg) - 0.5) < 0.0005);
        free(svg);
}

static void thresholds_stand_at_their_share(void **state)
{
        (void)state;
        em_gauge g = oil(0, 0);
        char *svg = drawn(&g, 760);
        const char *at = svg;
        static const int percent[] = { 95, 90, 75 };
        for (int i = 0; i < 3; i++) {
                const char *dash = strstr(at, "stroke-dasharray=\"2 3\""), *line = at;
                assert_non_null(dash);
                for (const char *next = strstr(line, "<line"); next && next < dash; next = strstr(line + 5, "<line"))
                        line = next;
                assert_true(fabs(number_after(line, "x1=\"") / cap_x(svg) * 100.0 - percent[i]) < 0.05);
                at = dash + 1;
        }
        assert_null(strstr(at, "stroke-dasharray=\"2 3\""));
        free(svg);
}

static void an_amount_without_a_bound_has_an_arrow_and_stays_in_the_picture(void **state)
{
        (void)state;
        em_gauge g = oil(3890000000, EM_MILLI_MAX);
        char *svg = drawn(&g, 340);
        const char *pale = bar_of(svg, true);
        assert_non_null(pale);
        assert_true(number_after(pale, " x=\"") + number_after(pale, "width=\"") <= 340.0);
        assert_non_null(strstr(svg, "<path d=\"M"));
        free(svg);
}

static void nothing_known_is_hatched_and_says_so(void **state)
{
        (void)state;
        em_gauge g = oil(EM_MILLI_NONE, EM_MILLI_NONE);
        char *svg = drawn(&g, 760);
        assert_non_null(strstr(svg, "no amount is known"));
        assert_null(bar_of(svg, false));
        free(svg);
}

static void a_hostile_unit_stays_text(void **state)
{
        (void)state;
        em_gauge g = oil(1000, 1000);
        g.unit = EM_S("<script>&\"");
        g.caption.desc = EM_S("</desc><script>");
        char *svg = drawn(&g, 760);
        assert_null(strstr(svg, "<script>"));
        assert_non_null(strstr(svg, "&lt;script&gt;"));
        free(svg);
}

static void what_is_no_gauge_is_refused(void **state)
{
        (void)state;
        em_buf out = em_buf_make(1 << 16);
        em_error err;
        em_gauge no_cap = { .low = 1, .high = 1 }, upside = oil(2000, 1000), falling = oil(0, 0);
        falling.percent[1] = 60;
        assert_int_equal(em_gauge_svg(&no_cap, NULL, &out, &err), EM_FORMAT);
        assert_int_equal(em_gauge_svg(&upside, NULL, &out, &err), EM_FORMAT);
        assert_int_equal(em_gauge_svg(&falling, NULL, &out, &err), EM_FORMAT);
        assert_int_equal(out.n, 0);
        em_buf_free(&out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(bar_and_cap_stand_on_one_scale_from_zero),
                cmocka_unit_test(what_is_possible_is_pale_and_ends_at_the_high_end),
                cmocka_unit_test(thresholds_stand_at_their_share),
                cmocka_unit_test(an_amount_without_a_bound_has_an_arrow_and_stays_in_the_picture),
                cmocka_unit_test(nothing_known_is_hatched_and_says_so),
                cmocka_unit_test(a_hostile_unit_stays_text),
                cmocka_unit_test(what_is_no_gauge_is_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
