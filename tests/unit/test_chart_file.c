/* charts/NAME.sql: the header of a chart. */
#include "report/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static em_arena *arena;
static em_error err;

static int set_up(void **state)
{
        (void)state;
        arena = em_arena_new(1u << 20);
        return arena ? 0 : 1;
}

static int tear_down(void **state)
{
        (void)state;
        arena = em_arena_free(arena);
        return 0;
}

static em_status parse(const char *text, em_figure_file *ret_file)
{
        return em_figure_parse(EM_S("oil"), em_str_c(text), arena, ret_file, &err);
}

static void the_header_says_what_is_drawn(void **state)
{
        em_figure_file f;
        (void)state;
        assert_int_equal(parse("-- chart bars\n-- axis months\n-- span 2021-01 known\n-- unit barrels\n-- per 1000\n"
                               "-- whole\n-- title It rose {q|ratio} times\n-- title-else By month\n"
                               "-- question q other\n-- mark 2021-09 \"the month\" \"reported\"\n"
                               "-- gap 2021-01 2021-02 \"not reported\"\n-- thresholds 75 90 95\n\nselect 1\n", &f), EM_OK);
        assert_int_equal(f.kind, EM_CHART_BARS);
        assert_int_equal(f.axis, EM_AXIS_MONTHS);
        assert_int_equal(f.per, 1000);
        assert_true(f.whole);
        assert_int_equal(f.questions, 2);
        assert_true(em_str_eq(f.title, EM_S("It rose {q|ratio} times")));
        assert_true(em_str_eq(f.mark[0].text, EM_S("the month")));
        assert_true(em_str_eq(f.mark[0].series, EM_S("reported")));
        assert_true(em_str_eq(f.gap[0].to, EM_S("2021-02")));
        assert_int_equal(f.percent[2], 95);
        assert_int_equal(f.percent[3], 0);
        assert_true(em_str_eq(f.sql, EM_S("select 1")));
}

static void assert_refused(const char *text, uint64_t line)
{
        em_figure_file f;
        assert_int_equal(parse(text, &f), EM_FORMAT);
        assert_string_equal(err.file, "charts/oil.sql");
        assert_int_equal(err.line, line);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
        (void)state;
        assert_refused("-- chart bars\n-- titel x\nselect 1", 2);
        assert_refused("-- chart pie\n-- title x\nselect 1", 1);
        assert_refused("-- chart bars\n-- title x\n-- axis weeks\nselect 1", 3);
        assert_refused("-- chart bars\n-- title x\n-- span 2021 later\nselect 1", 3);
        assert_refused("-- chart bars\n-- title x\n-- per 0\nselect 1", 3);
        assert_refused("-- chart bars\n-- title x\n-- mark 2021\nselect 1", 3);
}

static void a_chart_needs_its_kind_its_title_and_a_select(void **state)
{
        em_figure_file f;
        (void)state;
        assert_int_equal(parse("-- title x\nselect 1", &f), EM_FORMAT);
        assert_int_equal(parse("-- chart bars\nselect 1", &f), EM_FORMAT);
        assert_int_equal(parse("-- chart bars\n-- title x\n", &f), EM_FORMAT);
        assert_int_equal(parse("", &f), EM_FORMAT);
}

static void the_subtitle_stands_in_for_a_missing_neutral_title(void **state)
{
        em_figure_file f;
        (void)state;
        assert_int_equal(parse("-- chart map\n-- title x\n-- subtitle Where\nselect 1", &f), EM_OK);
        assert_true(f.is_map);
        assert_true(em_str_eq(f.title_else, EM_S("Where")));
}

static void more_marks_than_fit_are_refused(void **state)
{
        em_figure_file f;
        em_buf text = em_buf_make(1 << 16);
        (void)state;
        em_buf_c(&text, "-- chart bars\n-- title x\n");
        for (int i = 0; i <= EM_FIGURE_MARKS; i++)
                em_buf_c(&text, "-- mark 2021 \"w\"\n");
        em_buf_c(&text, "select 1\n");
        assert_int_equal(em_figure_parse(EM_S("oil"), em_buf_view(&text), arena, &f, &err), EM_FORMAT);
        assert_int_equal(err.line, 3 + EM_FIGURE_MARKS);
        em_buf_free(&text);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_header_says_what_is_drawn),
                cmocka_unit_test(what_is_wrong_is_said_with_its_line),
                cmocka_unit_test(a_chart_needs_its_kind_its_title_and_a_select),
                cmocka_unit_test(the_subtitle_stands_in_for_a_missing_neutral_title),
                cmocka_unit_test(more_marks_than_fit_are_refused),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
