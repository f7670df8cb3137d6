/* Lines and steps.  A line runs through what is stated (or the middle of the
 * interval), its band through the ends; it breaks where nothing is known, so
 * that no value is invented between.  Steps are running totals: level until
 * the next report, with the certain line full and the possible one thin.
 */
#include "draw/plot.h"

#include <math.h>

#define OPEN_END 26.0

static em_milli low_of(const em_chart_datum *d)
{
        return d->low == EM_MILLI_MIN ? 0 : d->low;
}

/* An open top is shown by its fade, not by a band to nowhere. */
static em_milli high_of(const em_chart_datum *d)
{
        return d->high == EM_MILLI_MAX ? low_of(d) : d->high;
}

static em_milli middle_of(const em_chart_datum *d)
{
        if (d->has_stated)
                return d->stated;
        return low_of(d) + (high_of(d) - low_of(d)) / 2;
}

static int64_t slot_of(const em_plot *plot, const em_chart_datum *d)
{
        return em_slot_of(plot->slots.axis, d->day, d->row);
}

static double x_of(const em_plot *plot, const em_chart_datum *d)
{
        return em_slots_centre(&plot->slots, slot_of(plot, d));
}

static bool gap_between(const em_plot *plot, const em_chart_datum *a, const em_chart_datum *b)
{
        for (size_t i = 0; i < plot->chart->gap_count; i++) {
                const em_chart_gap *gap = &plot->chart->gaps[i];
                int64_t at = em_slot_of(plot->slots.axis, gap->when.from, gap->row);
                if (at >= slot_of(plot, a) && at <= slot_of(plot, b))
                        return true;
        }
        return false;
}

static bool joined(const em_plot *plot, const em_chart_datum *a, const em_chart_datum *b)
{
        if (a->low == EM_MILLI_NONE || b->low == EM_MILLI_NONE || gap_between(plot, a, b))
                return false;
        return plot->slots.axis == EM_AXIS_DAYS || slot_of(plot, b) - slot_of(plot, a) <= 1;
}

static void point(em_buf *out, char verb, double x, double y)
{
        em_buf_ch(out, verb);
        em_pen_num(out, x);
        em_buf_ch(out, ' ');
        em_pen_num(out, y);
}

/* ---- lines ------------------------------------------------------------ */

static void band_run(const em_plot *plot, const em_chart_series *s, size_t from, size_t to,
                     em_ink ink)
{
        bool wide = false;
        for (size_t i = from; i <= to; i++)
                wide = wide || low_of(&s->at[i]) != high_of(&s->at[i]);
        if (!wide || from == to)
                return;
        em_buf_c(plot->out, "<path d=\"");
        for (size_t i = from; i <= to; i++)
                point(plot->out, i == from ? 'M' : 'L', x_of(plot, &s->at[i]),
                      em_plot_y(plot, high_of(&s->at[i])));
        for (size_t i = to + 1; i-- > from;)
                point(plot->out, 'L', x_of(plot, &s->at[i]), em_plot_y(plot, low_of(&s->at[i])));
        em_buf_c(plot->out, "Z\"");
        em_pen_paint(plot->out, ink, EM_INK_NONE);
        em_buf_c(plot->out, " fill-opacity=\"0.2\"/>\n");
}

static void line_run(const em_plot *plot, const em_chart_series *s, size_t from, size_t to,
                     em_ink ink)
{
        if (from == to)
                return;
        em_buf_c(plot->out, "<path d=\"");
        for (size_t i = from; i <= to; i++) {
                double x = x_of(plot, &s->at[i]), y = em_plot_y(plot, middle_of(&s->at[i]));
                point(plot->out, i == from ? 'M' : 'L', x, y);
                if (i > from)
                        em_room_take_line(plot->room, x_of(plot, &s->at[i - 1]),
                                          em_plot_y(plot, middle_of(&s->at[i - 1])), x, y);
        }
        em_buf_ch(plot->out, '"');
        em_pen_paint(plot->out, EM_INK_NONE, ink);
        em_buf_c(plot->out, " stroke-width=\"2.2\" stroke-linejoin=\"round\" "
                 "stroke-linecap=\"round\"/>\n");
}

static void dot(const em_plot *plot, const em_chart_series *s, const em_chart_datum *d, em_ink ink,
                bool seen)
{
        double x = x_of(plot, d), y = em_plot_y(plot, middle_of(d));
        bool linked = em_plot_open_datum(plot, s, d);
        if (d->high == EM_MILLI_MAX)
                em_plot_fade(plot, ink, x - 5.0, 10.0, y, y - OPEN_END);
        em_buf_c(plot->out, "<circle");
        em_pen_attr(plot->out, "cx", x);
        em_pen_attr(plot->out, "cy", y);
        em_pen_attr(plot->out, "r", seen ? (d->accent ? 4.5 : 3.0) : 6.0);
        em_pen_paint(plot->out, ink, seen ? EM_INK_PAPER : EM_INK_NONE);
        /* many points: only a place to hover over */
        em_buf_c(plot->out, seen ? "/>" : " fill-opacity=\"0\"/>");
        em_pen_close_link(plot->out, linked);
        em_room_take(plot->room, (em_box){ x - 4.0, y - 4.0, x + 4.0, y + 4.0 });
}

static void draw_series(em_plot *plot, size_t n)
{
        const em_chart_series *s = &plot->chart->series[n];
        em_ink ink = em_ink_series(plot->chart, n);
        const em_chart_datum *last = NULL;
        for (size_t from = 0; from < s->count;) {
                size_t to = from;
                while (to + 1 < s->count && joined(plot, &s->at[to], &s->at[to + 1]))
                        to++;
                if (s->at[from].low != EM_MILLI_NONE) {
                        band_run(plot, s, from, to, ink);
                        line_run(plot, s, from, to, ink);
                        last = &s->at[to];
                }
                from = to + 1;
        }
        for (size_t i = 0; i < s->count; i++)
                if (s->at[i].low != EM_MILLI_NONE)
                        dot(plot, s, &s->at[i], ink, s->count <= 40 || s->at[i].accent);
        if (last)
                em_plot_tag(plot, em_plot_y(plot, middle_of(last)), ink, s->name, NULL);
}

void em_lines_draw(em_plot *plot)
{
        for (size_t n = 0; n < plot->chart->series_count; n++)
                draw_series(plot, n);
}

/* ---- steps ------------------------------------------------------------ */

typedef em_milli em_end_fn(const em_chart_datum *d);

/* Left edge of the datum's slot, and of the next one's or its own right edge. */
static double step_from(const em_plot *plot, const em_chart_datum *d)
{
        return em_slots_left(&plot->slots, slot_of(plot, d));
}

static double step_to(const em_plot *plot, const em_chart_series *s, size_t i)
{
        for (size_t k = i + 1; k < s->count; k++)
                if (s->at[k].low != EM_MILLI_NONE)
                        return step_from(plot, &s->at[k]);
        return em_slots_left(&plot->slots, slot_of(plot, &s->at[i]) + 1);
}

static void step_path(const em_plot *plot, const em_chart_series *s, em_end_fn *end, em_ink ink,
                      double width, const char *dash)
{
        double y = plot->area.y1;
        bool begun = false;
        em_buf_c(plot->out, "<path d=\"");
        for (size_t i = 0; i < s->count; i++) {
                if (s->at[i].low == EM_MILLI_NONE)
                        continue;
                double x0 = step_from(plot, &s->at[i]), x1 = step_to(plot, s, i);
                double next = em_plot_y(plot, end(&s->at[i]));
                point(plot->out, begun ? 'L' : 'M', x0, y);
                point(plot->out, 'L', x0, next);
                point(plot->out, 'L', x1, next);
                em_room_take_line(plot->room, x0, y, x0, next);
                em_room_take_line(plot->room, x0, next, x1, next);
                y = next;
                begun = true;
        }
        em_buf_ch(plot->out, '"');
        em_pen_paint(plot->out, EM_INK_NONE, ink);
        em_pen_attr(plot->out, "stroke-width", width);
        if (dash)
                em_buf_fmt(plot->out, " stroke-dasharray=\"%s\"", dash);
        em_buf_c(plot->out, "/>\n");
}

/* One rectangle a step: the band between what is certain and what is possible,
 * and the place to hover over. */
static bool step_bands(const em_plot *plot, const em_chart_series *s, em_ink ink)
{
        bool wide = false;
        for (size_t i = 0; i < s->count; i++) {
                const em_chart_datum *d = &s->at[i];
                if (d->low == EM_MILLI_NONE)
                        continue;
                double x0 = step_from(plot, d), x1 = step_to(plot, s, i);
                double low = em_plot_y(plot, low_of(d)), high = em_plot_y(plot, high_of(d));
                bool linked = em_plot_open_datum(plot, s, d);
                em_pen_rect(plot->out, x0, high, x1 - x0, fmax(low - high, 0.5), ink, 0.2);
                em_pen_rect(plot->out, x0, low - 5.0, x1 - x0, 10.0, ink, 0.0);
                if (d->high == EM_MILLI_MAX && x1 - x0 > 12.0)
                        em_plot_fade(plot, ink, (x0 + x1) / 2 - 6.0, 12.0, low, low - OPEN_END);
                em_pen_close_link(plot->out, linked);
                wide = wide || low != high;
        }
        return wide;
}

void em_steps_draw(em_plot *plot)
{
        for (size_t n = 0; n < plot->chart->series_count; n++) {
                const em_chart_series *s = &plot->chart->series[n];
                em_ink ink = em_ink_series(plot->chart, n);
                if (s->count == 0)
                        continue;
                if (step_bands(plot, s, ink))
                        step_path(plot, s, high_of, ink, 1.2, "2 2");
                step_path(plot, s, low_of, ink, 2.4, NULL);
                if (plot->chart->series_count > 1)
                        em_plot_tag(plot, em_plot_y(plot, low_of(&s->at[s->count - 1])), ink,
                                    s->name, NULL);
        }
}
