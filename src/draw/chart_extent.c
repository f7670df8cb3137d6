/* What a chart covers, and what cannot be drawn.  A wrong description is
 * refused in one sentence: a chart that silently drops a datum would be a
 * wrong finding in a handsome shape.
 */
#include "draw/plot.h"

#define AMOUNT_MAX (INT64_MAX / 16)
#define SLOTS_MAX  20000

static bool finite_amount(em_milli v)
{
        return v != EM_MILLI_NONE && v != EM_MILLI_MIN && v != EM_MILLI_MAX;
}

static em_status check_amount(em_milli v, em_error *err)
{
        if (!finite_amount(v))
                return EM_OK;
        if (v < 0)
                return em_fail(err, EM_FORMAT, "a negative amount cannot be drawn from zero");
        if (v > AMOUNT_MAX)
                return em_fail(err, EM_LIMIT, "an amount is too large to be drawn");
        return EM_OK;
}

static em_status check_place(const em_chart *chart, em_day day, size_t row, em_error *err)
{
        if (chart->axis == EM_AXIS_CATEGORIES) {
                if (row >= chart->category_count)
                        return em_fail(err, EM_FORMAT, "row %zu of %zu categories", row,
                                       chart->category_count);
        } else if (day < EM_DAY_MIN || day > EM_DAY_MAX) {
                return em_fail(err, EM_FORMAT, "a datum or mark on a time axis has no day");
        } else if (chart->span.from < chart->span.to &&
                   (day < chart->span.from || day > chart->span.to)) {
                char text[11];
                return em_fail(err, EM_FORMAT, "%s lies outside the time shown",
                               em_day_text(day, text));
        }
        return EM_OK;
}

static em_status check_datum(const em_chart *chart, const em_chart_datum *d, em_error *err)
{
        EM_TRY(check_place(chart, d->day, d->row, err));
        EM_TRY(check_amount(d->low, err));
        EM_TRY(check_amount(d->high, err));
        if (d->has_stated)
                EM_TRY(check_amount(d->stated, err));
        if (d->has_was)
                EM_TRY(check_amount(d->was, err));
        if (d->low != EM_MILLI_NONE && (d->high < d->low || d->low == EM_MILLI_MAX ||
                                        d->high == EM_MILLI_MIN))
                return em_fail(err, EM_FORMAT, "an interval has its low end above its high end");
        return EM_OK;
}

static em_status check_limits(const em_chart *chart, em_error *err)
{
        if (chart->series_count > EM_CHART_SERIES_MAX)
                return em_fail(err, EM_LIMIT, "%zu series; at most %d are told apart in a chart",
                               chart->series_count, EM_CHART_SERIES_MAX);
        if (chart->category_count > EM_CHART_CATEGORIES_MAX)
                return em_fail(err, EM_LIMIT, "%zu categories; at most %d are drawn",
                               chart->category_count, EM_CHART_CATEGORIES_MAX);
        if (chart->mark_count > EM_CHART_MARKS_MAX || chart->cap_count > EM_CHART_CAPS_MAX ||
            chart->gap_count > EM_CHART_CATEGORIES_MAX)
                return em_fail(err, EM_LIMIT, "too many marks, caps or gaps for one chart");
        size_t data = 0;
        for (size_t s = 0; s < chart->series_count; s++)
                data += chart->series[s].count;
        if (data > EM_CHART_DATA_MAX)
                return em_fail(err, EM_LIMIT, "%zu data; at most %d are drawn in a chart", data,
                               EM_CHART_DATA_MAX);
        if (data + chart->gap_count == 0)
                return em_fail(err, EM_FORMAT, "a chart without data cannot be drawn");
        return EM_OK;
}

static em_status check_gap(const em_chart *chart, const em_chart_gap *gap, em_error *err)
{
        if (chart->axis == EM_AXIS_CATEGORIES)
                return check_place(chart, 0, gap->row, err);
        if (gap->when.from < EM_DAY_MIN || gap->when.to > EM_DAY_MAX ||
            gap->when.from > gap->when.to)
                return em_fail(err, EM_FORMAT, "a gap on a time axis has no span");
        return EM_OK;
}

static em_status check_around(const em_chart *chart, em_error *err)
{
        for (size_t i = 0; i < chart->mark_count; i++) {
                EM_TRY(check_place(chart, chart->marks[i].when.from, chart->marks[i].row, err));
                EM_TRY(check_amount(chart->marks[i].value, err));
                if (chart->axis != EM_AXIS_CATEGORIES)
                        EM_TRY(check_place(chart, chart->marks[i].when.to, 0, err));
        }
        for (size_t i = 0; i < chart->cap_count; i++)
                EM_TRY(check_amount(chart->caps[i].value, err));
        for (size_t i = 0; i < chart->gap_count; i++)
                EM_TRY(check_gap(chart, &chart->gaps[i], err));
        return EM_OK;
}

em_status em_chart_check(const em_chart *chart, em_error *err)
{
        em_assert(chart->kind < EM_CHART_KIND_COUNT);
        EM_TRY(check_limits(chart, err));
        if (chart->kind == EM_CHART_DOTS && chart->axis != EM_AXIS_CATEGORIES)
                return em_fail(err, EM_FORMAT, "a dot plot needs categories");
        if (chart->axis == EM_AXIS_CATEGORIES && chart->category_count == 0)
                return em_fail(err, EM_FORMAT, "an axis of categories needs categories");
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++)
                        EM_TRY(check_datum(chart, &chart->series[s].at[i], err));
        EM_TRY(check_around(chart, err));
        if (chart->span.from < chart->span.to &&
            (chart->span.from < EM_DAY_MIN || chart->span.to > EM_DAY_MAX))
                return em_fail(err, EM_FORMAT, "the time shown is not in the calendar");
        EM_TRY(check_amount(chart->top, err));
        if (chart->per < 0 || chart->per > 1000000000000)
                return em_fail(err, EM_FORMAT, "numbers cannot be shown divided by %lld",
                               (long long)chart->per);
        if (em_chart_slots(chart).count > SLOTS_MAX)
                return em_fail(err, EM_LIMIT, "the time shown is too long for its slots");
        return EM_OK;
}

/* ---- extents ---------------------------------------------------------- */

static void widen(em_milli *most, em_milli v)
{
        if (finite_amount(v) && v > *most)
                *most = v;
}

static em_milli most_of_data(const em_chart *chart)
{
        em_milli most = 0;
        for (size_t s = 0; s < chart->series_count; s++) {
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        widen(&most, d->low);
                        widen(&most, d->high);
                        if (d->has_stated)
                                widen(&most, d->stated);
                        if (d->has_was)
                                widen(&most, d->was);
                        /* room for the arrow that says "or more" */
                        if (d->high == EM_MILLI_MAX && finite_amount(d->low))
                                widen(&most, d->low + d->low / 8);
                }
        }
        return most;
}

/* The highest stack.  Slots with data are few: the square of their number is
 * at most four million additions, once. */
static em_milli most_of_stacks(const em_chart *chart)
{
        em_milli most = 0;
        for (size_t s = 0; s < chart->series_count; s++) {
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        int64_t slot = em_slot_of(chart->axis, d->day, d->row);
                        em_milli sum = 0;
                        for (size_t t = 0; t < chart->series_count; t++)
                                for (size_t k = 0; k < chart->series[t].count; k++) {
                                        const em_chart_datum *e = &chart->series[t].at[k];
                                        if (finite_amount(e->low) &&
                                            em_slot_of(chart->axis, e->day, e->row) == slot)
                                                sum = sum > AMOUNT_MAX ? sum : sum + e->low;
                                }
                        widen(&most, sum);
                }
        }
        return most;
}

em_milli em_chart_most(const em_chart *chart)
{
        em_milli most = chart->kind == EM_CHART_STACKED ? most_of_stacks(chart)
                                                        : most_of_data(chart);
        widen(&most, chart->top);
        for (size_t i = 0; i < chart->mark_count; i++)
                widen(&most, chart->marks[i].value);
        for (size_t i = 0; i < chart->cap_count; i++)
                widen(&most, chart->caps[i].value);
        return most > AMOUNT_MAX ? AMOUNT_MAX : most;
}

static void cover(em_slots *slots, int64_t from, int64_t to)
{
        if (slots->count == 0) {
                slots->first = from;
                slots->count = to - from + 1;
                return;
        }
        int64_t last = slots->first + slots->count - 1;
        slots->first = from < slots->first ? from : slots->first;
        last = to > last ? to : last;
        slots->count = last - slots->first + 1;
}

em_slots em_chart_slots(const em_chart *chart)
{
        em_slots slots = { .axis = chart->axis };
        if (chart->axis == EM_AXIS_CATEGORIES) {
                slots.count = (int64_t)chart->category_count;
                return slots;
        }
        if (chart->span.from < chart->span.to) {
                cover(&slots, em_slot_of(chart->axis, chart->span.from, 0),
                      em_slot_of(chart->axis, chart->span.to, 0));
                return slots;
        }
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        int64_t at = em_slot_of(chart->axis, chart->series[s].at[i].day, 0);
                        cover(&slots, at, at);
                }
        for (size_t i = 0; i < chart->gap_count; i++)
                cover(&slots, em_slot_of(chart->axis, chart->gaps[i].when.from, 0),
                      em_slot_of(chart->axis, chart->gaps[i].when.to, 0));
        for (size_t i = 0; i < chart->mark_count; i++)
                cover(&slots, em_slot_of(chart->axis, chart->marks[i].when.from, 0),
                      em_slot_of(chart->axis, chart->marks[i].when.to, 0));
        return slots;
}
