/* Dense series, measured as a reader would: where a line begins, breaks and ends between the plot's edges. */
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

static char *drawn(const em_series *s, int width)
{
        em_buf out = em_buf_make(1 << 22);
        em_error err = { 0 };
        if (em_series_svg(s, &(em_draw_opts){ .width = width, .height = 100 }, &out, &err) != EM_OK)
                fail_msg("%s", err.text);
        char *text = malloc(out.n + 1);
        assert_non_null(text);
        memcpy(text, out.p, out.n);
        text[out.n] = '\0';
        em_buf_free(&out);
        return text;
}

/* The d of the nth path (from 0). */
static const char *path_of(const char *svg, int n)
{
        for (const char *at = strstr(svg, "<path d=\""); at; at = strstr(at + 1, "<path d=\""))
                if (n-- == 0)
                        return at + strlen("<path d=\"");
        return NULL;
}

static double number_after(const char *at, const char *name)
{
        const char *met = strstr(at, name);
        assert_non_null(met);
        return strtod(met + strlen(name), NULL);
}

/* The hour's line of time: the widest line below everything, which ends at the plot's right edge. */
static void edges(const char *svg, double *ret_x0, double *ret_x1)
{
        const char *last = NULL;
        double wide = 0;
        for (const char *at = strstr(svg, "<line"); at; at = strstr(at + 5, "<line")) {
                double x0 = number_after(at, "x1=\""), x1 = number_after(at, "x2=\"");
                if (x1 - x0 >= wide) {
                        wide = x1 - x0;
                        last = at;
                }
        }
        assert_non_null(last);
        *ret_x0 = number_after(last, "x1=\"");
        *ret_x1 = number_after(last, "x2=\"");
}

#define T0 1709596800           /* 2024-03-05 00:00 UTC */

static em_series one_line(const em_series_panel *panel, int64_t from, int64_t to)
{
        return (em_series){ .caption = { .id = EM_S("t") }, .from_s = from, .to_s = to, .panel = panel, .panels = 1 };
}

static void a_point_stands_at_its_share_of_the_span_and_of_the_scale(void **state)
{
        (void)state;
        static const int64_t t[] = { T0, T0 + 21600, T0 + 86400 };
        static const em_milli v[] = { 0, 5000, 10000 };
        em_series_line line = { .name = EM_S("a"), .time_s = t, .value = v, .count = 3 };
        em_series_panel panel = { EM_S("Speed"), EM_S("knots"), &line, 1 };
        em_series s = one_line(&panel, T0, T0 + 86400);
        char *svg = drawn(&s, 800), *end;
        double x0, x1;
        edges(svg, &x0, &x1);
        const char *d = path_of(svg, 0);
        assert_non_null(d);
        double x = strtod(d + 1, &end), low = strtod(end, &end);
        assert_true(fabs(x - x0) < 0.2);                        /* midnight: the left edge */
        x = strtod(end + 1, &end);
        double middle = strtod(end, &end);
        assert_true(fabs(x - (x0 + (x1 - x0) / 4)) < 0.2);      /* six of 24 hours: a quarter */
        x = strtod(end + 1, &end);
        double high = strtod(end, &end);
        assert_true(fabs(x - x1) < 0.2);
        assert_true(fabs(low - high - 100.0) < 0.2);            /* ten of ten knots: the plot's whole height */
        assert_true(fabs((low + high) / 2 - middle) < 0.2);
        free(svg);
}

static void a_line_is_broken_where_nothing_is_known(void **state)
{
        (void)state;
        static const int64_t t[] = { T0, T0 + 60, T0 + 120, T0 + 180, T0 + 240 };
        static const em_milli v[] = { 1000, 2000, EM_MILLI_NONE, 3000, EM_MILLI_NONE };
        em_series_line line = { .name = EM_S("a"), .time_s = t, .value = v, .count = 5 };
        em_series_panel panel = { EM_S("Speed"), EM_S("knots"), &line, 1 };
        em_series s = one_line(&panel, T0, T0 + 240);
        char *svg = drawn(&s, 800), path[256];
        const char *d = path_of(svg, 0);
        size_t moves = 0, lines = 0;
        assert_non_null(d);
        (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(d, "\""), d);
        for (const char *c = path; *c; c++) {
                moves += *c == 'M';
                lines += *c == 'L';
        }
        assert_int_equal(moves, 2);             /* two of five, none, one, none */
        assert_int_equal(lines, 1);
        assert_non_null(strstr(path, "h1"));    /* the single one is seen */
        free(svg);
}

static void a_silence_is_hatched_and_another_event_is_not(void **state)
{
        (void)state;
        static const int64_t t[] = { T0, T0 + 3600 };
        static const em_milli v[] = { 1000, 1000 };
        em_series_line line = { .name = EM_S("a"), .time_s = t, .value = v, .count = 2 };
        em_series_panel panel = { EM_S("Speed"), EM_S("knots"), &line, 1 };
        em_series s = one_line(&panel, T0, T0 + 3600);
        em_series_band silent = { .from_s = T0 + 900, .to_s = T0 + 1800, .silent = true, .label = EM_S("1"), .text = EM_S("<gap>") };
        s.band = &silent;
        s.bands = 1;
        char *svg = drawn(&s, 800);
        assert_non_null(strstr(svg, "fill=\"url(#t-hatch)\""));
        assert_non_null(strstr(svg, "&lt;gap&gt;"));
        double x0, x1;
        edges(svg, &x0, &x1);
        const char *hatched = strstr(svg, "url(#t-hatch)");
        while (hatched > svg && strncmp(hatched, "<rect", 5) != 0)
                hatched--;
        assert_true(fabs(number_after(hatched, " x=\"") - (x0 + (x1 - x0) / 4)) < 0.2);
        assert_true(fabs(number_after(hatched, "width=\"") - (x1 - x0) / 4) < 0.2);
        free(svg);
        silent.silent = false;
        svg = drawn(&s, 800);
        assert_null(strstr(svg, "fill=\"url(#t-hatch)\""));
        free(svg);
}

static void days_months_and_hours_name_the_axis_by_the_length_of_the_span(void **state)
{
        (void)state;
        static const struct { int64_t span; const char *word, *other; } is[] = {
                { 6 * 3600, ">01:00<", NULL }, { 86400 * 3, ">6 Mar<", ">12:00<" }, { 86400 * 30, ">10 Mar<", NULL },      /* each fourth day since 1970: 5 March is the 19,787th */
                { (int64_t)86400 * 400, ">Apr 2024<", ">Jul 2024<" }, { (int64_t)86400 * 4000, ">Jan 2028<", NULL } };
        for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
                int64_t t[] = { T0, T0 + is[i].span };
                static const em_milli v[] = { 1000, 1000 };
                em_series_line line = { .name = EM_S("a"), .time_s = t, .value = v, .count = 2 };
                em_series_panel panel = { EM_S("Speed"), EM_S("knots"), &line, 1 };
                em_series s = one_line(&panel, T0, T0 + is[i].span);
                char *svg = drawn(&s, 800);
                if (!strstr(svg, is[i].word))
                        fail_msg("no %s in a span of %lld s", is[i].word, (long long)is[i].span);
                if (is[i].other && !strstr(svg, is[i].other))
                        fail_msg("no %s in a span of %lld s", is[i].other, (long long)is[i].span);
                free(svg);
        }
}

static void what_cannot_be_drawn_is_refused(void **state)
{
        (void)state;
        int64_t t[] = { T0, T0 + 60 };
        em_milli v[] = { 1000, -1 };
        em_series_line line = { .name = EM_S("a"), .time_s = t, .value = v, .count = 2 };
        em_series_panel panel = { EM_S("Speed"), EM_S("knots"), &line, 1 };
        em_series s = one_line(&panel, T0, T0 + 60);
        em_buf out = em_buf_make(1 << 20);
        assert_int_equal(em_series_svg(&s, NULL, &out, NULL), EM_FORMAT);       /* below zero */
        v[1] = 1;
        t[1] = T0 - 1;
        assert_int_equal(em_series_svg(&s, NULL, &out, NULL), EM_FORMAT);       /* back in time */
        t[1] = T0 + 60;
        s.to_s = T0;
        assert_int_equal(em_series_svg(&s, NULL, &out, NULL), EM_FORMAT);       /* no span */
        s.to_s = T0 + 60;
        s.panels = 0;
        assert_int_equal(em_series_svg(&s, NULL, &out, NULL), EM_FORMAT);
        s.panels = 1;
        line.count = EM_SERIES_POINTS_MAX + 1;
        int64_t  *many = calloc(line.count, sizeof *many);
        em_milli *zero = calloc(line.count, sizeof *zero);
        assert_true(many && zero);
        line.time_s = many;
        line.value = zero;
        assert_int_equal(em_series_svg(&s, NULL, &out, NULL), EM_LIMIT);
        free(many);
        free(zero);
        assert_int_equal(out.n, 0);
        em_buf_free(&out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_point_stands_at_its_share_of_the_span_and_of_the_scale),
                cmocka_unit_test(a_line_is_broken_where_nothing_is_known),
                cmocka_unit_test(a_silence_is_hatched_and_another_event_is_not),
                cmocka_unit_test(days_months_and_hours_name_the_axis_by_the_length_of_the_span),
                cmocka_unit_test(what_cannot_be_drawn_is_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
