/* Rows as a picture: which column is the time or the label, which are numbers, and what cannot be drawn.
 *
 * Nothing is guessed that would change what is said: where a slot has two numbers, or columns are not what a picture needs,
 * the rows are refused with what to select instead.  Adding up is the question's business.
 */
#include "serve/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABELS_UPRIGHT = 14, LABEL_LONG = 12, SLOTS_OF_BARS = 400 };

typedef struct plan {
        const em_rows *rows;
        em_axis  axis;
        size_t   place;                 /* the column of time or labels */
        size_t   split; bool splits;    /* the column whose values are series */
        size_t   number[EM_CHART_SERIES_MAX]; size_t numbers;
        em_chart_series series[EM_CHART_SERIES_MAX]; size_t count;
        em_str  *label; size_t labels;
        bool     whole;
        em_arena *arena;
} plan;

static const em_value *value_at(const plan *p, size_t row, size_t column) { return em_rows_at(p->rows, row, column); }

/* ---- what the columns are --------------------------------------------------------------------------- */

static bool is_numbers(const em_rows *rows, size_t c)
{
        bool any = false;
        for (size_t r = 0; r < rows->rows; r++) {
                em_value_type t = em_rows_at(rows, r, c)->type;
                if (t == EM_VALUE_TEXT)
                        return false;
                any |= t != EM_VALUE_NULL;
        }
        return any && !em_str_eq(rows->name[c], EM_S("record"));
}

static bool is_text(const em_rows *rows, size_t c)
{
        for (size_t r = 0; r < rows->rows; r++)
                if (em_rows_at(rows, r, c)->type == EM_VALUE_TEXT)
                        return true;
        return false;
}

/* All days, all months or all years: one of each would put a year beside a day. */
static bool is_time(const em_rows *rows, size_t c, em_axis *ret_axis)
{
        em_precision all = EM_PRECISION_NONE, one;
        em_span      span;
        for (size_t r = 0; r < rows->rows; r++) {
                const em_value *v = em_rows_at(rows, r, c);
                if (v->type == EM_VALUE_NULL)
                        continue;
                if (v->type != EM_VALUE_TEXT || !em_span_parse(v->s, &span, &one) || (all != EM_PRECISION_NONE && one != all))
                        return false;
                all = one;
        }
        *ret_axis = all == EM_PRECISION_YEAR ? EM_AXIS_YEARS : all == EM_PRECISION_MONTH ? EM_AXIS_MONTHS : EM_AXIS_DAYS;
        return all != EM_PRECISION_NONE;
}

static em_status read_columns(plan *p, em_error *err)
{
        const em_rows *rows = p->rows;
        bool timed = false, placed = false;
        for (size_t c = 0; c < rows->columns && !timed; c++)
                if ((timed = is_time(rows, c, &p->axis)))
                        p->place = c;
        placed = timed;
        for (size_t c = 0; c < rows->columns && !placed; c++)
                if ((placed = is_text(rows, c)))
                        p->place = c;
        if (!timed)
                p->axis = EM_AXIS_CATEGORIES;
        for (size_t c = 0; c < rows->columns; c++) {
                if (c == p->place && placed)
                        continue;
                if (is_numbers(rows, c) && p->numbers < EM_CHART_SERIES_MAX)
                        p->number[p->numbers++] = c;
                else if (is_text(rows, c) && !p->splits && !em_str_eq(rows->name[c], EM_S("id"))) {
                        p->splits = true;
                        p->split = c;
                }
        }
        if (!placed || !p->numbers)
                return em_fail(err, EM_FORMAT, "a picture needs a column of days (or months, years, labels) and one of numbers; "
                               "select both, as in: select substr(day, 1, 7) as month, count(*) as launches from launch group by month");
        if (p->splits)
                p->numbers = 1;
        return EM_OK;
}

em_status em_rows_plan_of(const em_rows *rows, em_rows_plan *ret, em_error *err)
{
        plan p = {.rows = rows};
        EM_TRY(read_columns(&p, err));
        *ret = (em_rows_plan){.axis = p.axis, .place = rows->name[p.place], .split = p.splits ? rows->name[p.split] : EM_S(""), .numbers = p.numbers};
        for (size_t i = 0; i < p.numbers; i++)
                ret->number[i] = rows->name[p.number[i]];
        return EM_OK;
}

/* ---- rows into series ---------------------------------------------------------------------------------- */

static em_status series_of(plan *p, em_str name, em_chart_series **ret, em_error *err)
{
        for (size_t i = 0; i < p->count; i++)
                if (em_str_eq(p->series[i].name, name)) {
                        *ret = &p->series[i];
                        return EM_OK;
                }
        if (p->count == EM_CHART_SERIES_MAX)
                return em_fail(err, EM_LIMIT, "more than %d series cannot be told apart; select fewer", EM_CHART_SERIES_MAX);
        em_chart_datum *at = EM_NEW_N(p->arena, em_chart_datum, p->rows->rows);
        if (!at)
                return em_fail(err, EM_NOMEM, "no memory for a picture");
        p->series[p->count] = (em_chart_series){.name = name, .at = at};
        *ret = &p->series[p->count++];
        return EM_OK;
}

static size_t label_of(plan *p, em_str text)
{
        size_t i = 0;
        while (i < p->labels && !em_str_eq(p->label[i], text))
                i++;
        if (i == p->labels)
                p->label[p->labels++] = text;
        return i;
}

static em_status amount_of(plan *p, const em_value *v, em_chart_datum *d, em_error *err)
{
        double real = v->type == EM_VALUE_INT ? (double)v->i : v->r;
        d->low = d->high = EM_MILLI_NONE;
        if (v->type == EM_VALUE_NULL)
                return EM_OK;
        if (!(fabs(real) < 5e14))
                return em_fail(err, EM_LIMIT, "a number is too large to be drawn; divide it, and say so in its name");
        p->whole = p->whole && v->type == EM_VALUE_INT;
        d->low = d->high = v->type == EM_VALUE_INT ? v->i * 1000 : (em_milli)llround(real * 1000);
        return EM_OK;
}

static em_status add_number(plan *p, size_t row, size_t column, const em_chart_datum *place, em_error *err)
{
        em_chart_series *s = NULL;
        em_chart_datum   d = *place;
        char             shown[64];
        const em_value  *split = p->splits ? value_at(p, row, p->split) : NULL;
        EM_TRY(series_of(p, !split ? p->rows->name[column] : split->type == EM_VALUE_TEXT ? split->s : EM_S("not given"), &s, err));
        EM_TRY(amount_of(p, value_at(p, row, column), &d, err));
        em_chart_datum *at = (em_chart_datum *)(uintptr_t)s->at;
        for (size_t i = 0; i < s->count; i++)
                if (at[i].day == d.day && at[i].row == d.row)
                        return em_fail(err, EM_FORMAT, "two rows stand at \"%s\" in one series; add them up in the question, with group by",
                                       em_str_show(value_at(p, row, p->place)->s, shown, sizeof shown));
        at[s->count++] = d;
        return EM_OK;
}

static em_status add_row(plan *p, size_t row, em_error *err)
{
        const em_value *v = value_at(p, row, p->place);
        em_chart_datum  place = {0};
        em_precision    precision;
        em_span         span;
        if (v->type == EM_VALUE_NULL && p->axis != EM_AXIS_CATEGORIES)
                return EM_OK;           /* undated: it has no place on a time axis; the note under the picture counts it */
        if (p->axis == EM_AXIS_CATEGORIES)
                place.row = label_of(p, v->type == EM_VALUE_TEXT ? v->s : EM_S("not given"));
        else if (em_span_parse(v->s, &span, &precision))
                place.day = span.from;
        for (size_t i = 0; i < p->numbers; i++)
                EM_TRY(add_number(p, row, p->number[i], &place, err));
        return EM_OK;
}

static int by_day(const void *a, const void *b)
{
        const em_chart_datum *x = a, *y = b;
        return x->day < y->day ? -1 : x->day > y->day;
}

/* ---- the picture ------------------------------------------------------------------------------------------ */

static em_status check_kind(const plan *p, em_chart_kind kind, em_error *err)
{
        em_day first = EM_DAY_MAX, last = EM_DAY_MIN;
        for (size_t i = 0; i < p->count; i++)
                for (size_t k = 0; k < p->series[i].count; k++) {
                        em_day d = p->series[i].at[k].day;
                        first = d < first ? d : first;
                        last = d > last ? d : last;
                }
        if (kind == EM_CHART_LINES && p->axis == EM_AXIS_CATEGORIES)
                return em_fail(err, EM_FORMAT, "a line runs through time: select a column of days, months or years, or draw bars");
        if (kind == EM_CHART_DOTS && p->axis != EM_AXIS_CATEGORIES)
                return em_fail(err, EM_FORMAT, "dots stand beside labels: for a column of days draw bars or a line");
        if (kind == EM_CHART_BARS && p->axis == EM_AXIS_DAYS && last >= first && last - first > SLOTS_OF_BARS)
                return em_fail(err, EM_FORMAT, "bars of %lld days would be too thin to see; draw a line, or put days together by month, "
                               "as in: select substr(day, 1, 7) as month, count(*) as n from record group by month",
                               (long long)(last - first) + 1);
        return EM_OK;
}

static em_chart_kind kind_of(const plan *p, em_chart_kind asked)
{
        bool crowded = p->labels > LABELS_UPRIGHT;
        for (size_t i = 0; i < p->labels; i++)
                crowded = crowded || em_utf8_width(p->label[i]) > LABEL_LONG;
        return asked == EM_CHART_BARS && p->axis == EM_AXIS_CATEGORIES && crowded && p->count == 1 ? EM_CHART_DOTS : asked;
}

static size_t undated(const plan *p)
{
        size_t n = 0;
        for (size_t r = 0; p->axis != EM_AXIS_CATEGORIES && r < p->rows->rows; r++)
                n += value_at(p, r, p->place)->type == EM_VALUE_NULL;
        return n;
}

static em_caption caption_of(const plan *p, const em_rows_look *look)
{
        em_str place = p->rows->name[p->place], number = p->rows->name[p->number[0]], of = p->splits ? p->rows->name[p->split] : EM_S("");
        size_t none = undated(p);
        em_str foot = EM_S("Drawn from the rows of one question that somebody asked; it is no finding.");
        if (none)
                foot = em_grid_text(p->arena, "%.*s %zu %s no %.*s and %s not drawn.", EM_ARG(foot), none, none == 1 ? "row has" : "rows have",
                                    EM_ARG(place), none == 1 ? "is" : "are");
        if (p->rows->cut)
                foot = em_grid_text(p->arena, "%.*s There are more rows than were drawn.", EM_ARG(foot));
        em_str by = em_grid_text(p->arena, "%.*s by %.*s%s%.*s", EM_ARG(number), EM_ARG(place), of.n ? " and " : "", EM_ARG(of));
        return (em_caption){.id = em_str_c(look->id), .title = look->title.n ? look->title : by, .subtitle = look->title.n ? by : (em_str){0},
                            .foot = foot, .desc = em_grid_text(p->arena, "%.*s; the rows stand in the table below.", EM_ARG(by))};
}

em_status em_rows_draw(const em_rows *rows, const em_rows_look *look, em_arena *arena, em_buf *out, em_error *err)
{
        plan p = {.rows = rows, .arena = arena, .whole = true, .label = EM_NEW_N(arena, em_str, rows->rows + 1)};
        if (!p.label)
                return em_fail(err, EM_NOMEM, "no memory for a picture");
        if (rows->rows > EM_CHART_DATA_MAX)
                return em_fail(err, EM_LIMIT, "%zu rows are too many for one picture; at most %d are drawn: group them, or add a limit",
                               rows->rows, EM_CHART_DATA_MAX);
        EM_TRY(read_columns(&p, err));
        for (size_t r = 0; r < rows->rows; r++)
                EM_TRY(add_row(&p, r, err));
        for (size_t i = 0; i < p.count && p.axis != EM_AXIS_CATEGORIES; i++)
                qsort((void *)(uintptr_t)p.series[i].at, p.series[i].count, sizeof *p.series[i].at, by_day);
        EM_TRY(check_kind(&p, look->kind, err));
        em_chart chart = {.caption = caption_of(&p, look), .kind = kind_of(&p, look->kind), .axis = p.axis, .span = {1, 0},
                          .categories = p.label, .category_count = p.labels, .unit = rows->name[p.number[0]], .whole = p.whole,
                          .series = p.series, .series_count = p.count};
        return em_chart_svg(&chart, &(em_draw_opts){.width = look->width}, out, err);
}
