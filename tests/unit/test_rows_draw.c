/* Rows of SQL as a picture: which are drawn as what, and which are refused with what to do instead. */
#include "serve/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct world { em_arena *arena; em_buf svg; em_error err; } world;

static int make(void **state)
{
        world *w = calloc(1, sizeof *w);
        w->arena = em_arena_new((size_t)64 << 20);
        w->svg = em_buf_make(8 << 20);
        *state = w;
        return w->arena ? 0 : -1;
}

static int drop(void **state)
{
        world *w = *state;
        em_arena_free(w->arena);
        em_buf_free(&w->svg);
        free(w);
        return 0;
}

/* "month,n\n2021-01,3\n2021-02,": what looks like a number is one, nothing is NULL. */
static em_rows table(world *w, const char *csv)
{
        em_rows rows = {.name = EM_NEW_N(w->arena, em_str, 16), .cell = EM_NEW_N(w->arena, em_value, 40000)};
        em_cut  line = em_str_cut(em_str_c(csv), '\n');
        for (em_cut cell = {.tail = line.head, .found = true}; cell.found; rows.columns++) {
                cell = em_str_cut(cell.tail, ',');
                rows.name[rows.columns] = cell.head;
        }
        while (line.tail.n) {
                line = em_str_cut(line.tail, '\n');
                em_cut cell = {.tail = line.head, .found = true};
                for (size_t c = 0; c < rows.columns; c++) {
                        cell = em_str_cut(cell.tail, ',');
                        em_value *v = &rows.cell[rows.rows * rows.columns + c];
                        *v = (em_value){.type = EM_VALUE_TEXT, .s = cell.head};
                        if (!cell.head.n)
                                v->type = EM_VALUE_NULL;
                        else if (em_str_int(cell.head, &v->i))
                                v->type = EM_VALUE_INT;
                        else if (em_str_find(cell.head, EM_S(".")) == 1) {
                                v->type = EM_VALUE_REAL;
                                v->r = strtod(cell.head.p, NULL);
                        }
                }
                rows.rows++;
        }
        return rows;
}

static em_status draw(world *w, const em_rows *rows, em_chart_kind kind)
{
        em_buf_clear(&w->svg);
        return em_rows_draw(rows, &(em_rows_look){.kind = kind, .width = 760, .id = "t"}, w->arena, &w->svg, &w->err);
}

static size_t times(const world *w, const char *what)
{
        size_t n = 0;
        em_str rest = em_buf_view(&w->svg);
        for (ptrdiff_t at; (at = em_str_find(rest, em_str_c(what))) >= 0; n++)
                rest = em_str_sub(rest, (size_t)at + 1, rest.n);
        return n;
}

static void assert_drawn(world *w, const char *csv, em_chart_kind kind)
{
        em_rows rows = table(w, csv);
        if (draw(w, &rows, kind) != EM_OK)
                fail_msg("%s: %s", csv, w->err.text);
        assert_int_equal(times(w, "<svg"), 1);
}

static void assert_not(world *w, const char *csv, em_chart_kind kind, em_status status, const char *why)
{
        em_rows rows = table(w, csv);
        assert_int_equal(draw(w, &rows, kind), status);
        if (!strstr(w->err.text, why))
                fail_msg("%s: %s", csv, w->err.text);
}

static void months_and_days_stand_on_an_axis_of_time(void **state)
{
        world *w = *state;
        assert_drawn(w, "month,n\n2021-01,3\n2021-02,4\n2021-04,5", EM_CHART_BARS);
        assert_true(times(w, ">2021<") > 0);    /* the year stands under its months */
        assert_drawn(w, "month,n\n2021-12,3\n2022-01,4", EM_CHART_LINES);
        assert_drawn(w, "n,day\n3,2021-03-01\n4,2021-03-05", EM_CHART_LINES);   /* wherever the column stands */
}

/* The years are text as substr gives it; numbers are no time. */
static void a_number_is_not_taken_for_a_year(void **state)
{
        world *w = *state;
        em_rows rows = table(w, "year,n\n2019,3\n2020,4");
        for (size_t r = 0; r < rows.rows; r++)
                rows.cell[r * 2].type = EM_VALUE_INT;
        assert_int_equal(draw(w, &rows, EM_CHART_LINES), EM_FORMAT);
        for (size_t r = 0; r < rows.rows; r++)
                rows.cell[r * 2].type = EM_VALUE_TEXT;
        assert_int_equal(draw(w, &rows, EM_CHART_LINES), EM_OK);
}

static void labels_are_bars_and_many_or_long_ones_dots(void **state)
{
        world *w = *state;
        assert_drawn(w, "class,n\nSRBM,3\nICBM,4", EM_CHART_BARS);
        size_t bars = times(w, "<circle");
        assert_drawn(w, "class,n\na label that is much longer than a bar is wide,3\nICBM,4", EM_CHART_BARS);
        assert_true(times(w, "<circle") > bars);
}

static void each_column_of_numbers_or_each_value_of_a_second_column_is_a_series(void **state)
{
        world *w = *state;
        assert_drawn(w, "month,alpha,beta\n2021-01,3,1\n2021-02,4,2", EM_CHART_LINES);
        assert_true(times(w, "alpha") > 0 && times(w, "beta") > 0);
        assert_drawn(w, "month,class,n\n2021-01,gamma,1\n2021-01,delta,2\n2021-02,gamma,3", EM_CHART_LINES);
        assert_true(times(w, "gamma") > 0 && times(w, "delta") > 0);
}

static void a_slot_with_two_numbers_is_refused_and_not_added_up(void **state)
{
        world *w = *state;
        assert_not(w, "month,n\n2021-01,3\n2021-01,4", EM_CHART_BARS, EM_FORMAT, "two rows stand at \"2021-01\"");
        assert_not(w, "class,n\nSRBM,3\nSRBM,4", EM_CHART_BARS, EM_FORMAT, "group by");
}

static void what_cannot_be_seen_or_placed_is_refused_with_what_to_do(void **state)
{
        world *w = *state;
        assert_not(w, "month\n2021-01", EM_CHART_BARS, EM_FORMAT, "one of numbers");
        assert_not(w, "n\n1", EM_CHART_BARS, EM_FORMAT, "a column of days");
        assert_not(w, "class,n\nSRBM,3", EM_CHART_LINES, EM_FORMAT, "runs through time");
        assert_not(w, "month,n\n2021-01,3", EM_CHART_DOTS, EM_FORMAT, "beside labels");
        assert_not(w, "day,n\n2000-01-01,1\n2001-02-05,1", EM_CHART_BARS, EM_FORMAT, "bars of 402 days");       /* 366 + 31 + 5 */
        assert_drawn(w, "day,n\n2000-01-01,1\n2001-02-04,1", EM_CHART_BARS);
        assert_not(w, "month,n\n2021-01,-3", EM_CHART_BARS, EM_FORMAT, "negative");
        assert_not(w, "day,n\n2021-01,3\n2021-01-02,4", EM_CHART_LINES, EM_FORMAT, "runs through time");     /* a month and a day are labels */
}

static void days_without_a_day_are_counted_and_what_is_not_given_is_a_gap(void **state)
{
        world *w = *state;
        assert_drawn(w, "month,n\n2021-01,3\n,7\n2021-02,\n2021-03,5", EM_CHART_LINES);
        assert_true(times(w, "1 row has no month") > 0);
        assert_true(times(w, "is no finding") > 0);
}

static void more_than_a_picture_holds_is_a_limit(void **state)
{
        world *w = *state;
        em_buf csv = em_buf_make(1 << 20);
        em_buf_c(&csv, "label,n");
        for (size_t i = 0; i < EM_CHART_DATA_MAX + 1; i++)
                em_buf_fmt(&csv, "\n%zu.x,%zu", 100 + i, i);
        em_buf_ch(&csv, '\0');
        assert_not(w, csv.p, EM_CHART_BARS, EM_LIMIT, "at most 2000");
        em_buf_free(&csv);
        csv = em_buf_make(1 << 20);
        em_buf_c(&csv, "month,class,n");
        for (size_t i = 0; i < EM_CHART_SERIES_MAX + 1; i++)
                em_buf_fmt(&csv, "\n2021-01,c%zu,1", i);
        em_buf_ch(&csv, '\0');
        assert_not(w, csv.p, EM_CHART_LINES, EM_LIMIT, "series");
        em_buf_free(&csv);
}

static void the_same_rows_give_the_same_picture(void **state)
{
        world  *w = *state;
        em_rows rows = table(w, "month,n\n2021-01,3\n2021-02,4.5");
        em_str  first = {0};
        assert_int_equal(draw(w, &rows, EM_CHART_BARS), EM_OK);
        assert_int_equal(em_str_copy(em_buf_view(&w->svg), w->arena, &first, NULL), EM_OK);
        assert_int_equal(draw(w, &rows, EM_CHART_BARS), EM_OK);
        assert_true(em_str_eq(first, em_buf_view(&w->svg)));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
        const struct CMUnitTest tests[] = {
                T(months_and_days_stand_on_an_axis_of_time), T(a_number_is_not_taken_for_a_year), T(labels_are_bars_and_many_or_long_ones_dots),
                T(each_column_of_numbers_or_each_value_of_a_second_column_is_a_series), T(a_slot_with_two_numbers_is_refused_and_not_added_up),
                T(what_cannot_be_seen_or_placed_is_refused_with_what_to_do), T(days_without_a_day_are_counted_and_what_is_not_given_is_a_gap),
                T(more_than_a_picture_holds_is_a_limit), T(the_same_rows_give_the_same_picture),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
