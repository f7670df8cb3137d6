/* What a single datum and a gap look like and say, whatever the kind of chart:
 * the words on hovering, the fade of an open end, the hatching of no report.
 */
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>

int em_chart_decimals(const em_chart *chart)
{
        if (chart->per <= 1)
                return 3;
        return em_chart_most(chart) / chart->per < 10000 ? 2 : 1;
}

em_words em_datum_words(const em_chart *chart, const em_chart_datum *d, bool full)
{
        return em_amount_range(d->low, d->high, chart->per, full ? 3 : em_chart_decimals(chart));
}

/* "January 2022, launch days: 6 launch days" unless the datum says it itself. */
bool em_plot_open_datum(const em_plot *plot, const em_chart_series *series,
                        const em_chart_datum *d)
{
        const em_chart *chart = plot->chart;
        if (d->text.n)
                return em_pen_open_link(plot->out, d->href, d->text);
        em_buf said = em_buf_make(4096);
        em_words number = em_datum_words(chart, d, true);
        em_slot_words(chart, em_slot_of(chart->axis, d->day, d->row), &said);
        if (chart->series_count > 1 && series->name.n) {
                em_buf_c(&said, ", ");
                em_buf_str(&said, series->name);
        }
        em_buf_c(&said, ": ");
        em_buf_str(&said, em_words_str(&number));
        if (d->low != EM_MILLI_NONE && chart->unit.n) {
                em_buf_ch(&said, ' ');
                em_buf_str(&said, chart->unit);
        }
        bool linked = em_pen_open_link(plot->out, d->href, em_buf_view(&said));
        em_buf_free(&said);
        return linked;
}

void em_plot_fill_ref(em_buf *out, const em_caption *caption, const char *what)
{
        em_buf_c(out, " fill=\"url(#");
        em_sheet_id(out, caption, what);
        em_buf_c(out, ")\"");
}

/* ---- open ends -------------------------------------------------------- */

void em_plot_fade(const em_plot *plot, em_ink ink, double x, double w, double y0, double y1)
{
        char what[24];
        snprintf(what, sizeof what, "fade%d%s", (int)ink, y1 < y0 ? "" : "d");
        em_buf_c(plot->out, "<rect");
        em_pen_attr(plot->out, "x", x);
        em_pen_attr(plot->out, "y", fmin(y0, y1));
        em_pen_attr(plot->out, "width", w);
        em_pen_attr(plot->out, "height", fabs(y1 - y0));
        em_plot_fill_ref(plot->out, plot->caption, what);
        em_buf_c(plot->out, "/>\n");
        em_pen_line(plot->out, x + w / 2, y0, x + w / 2, y1 + (y1 < y0 ? 5.0 : -5.0), ink, 1.2,
                    NULL);
        em_pen_arrow(plot->out, x + w / 2, y1, 0, y1 < y0 ? -1 : 1, ink);
        em_room_take(plot->room, (em_box){ x, fmin(y0, y1), x + w, fmax(y0, y1) });
}

static void fade_def(em_buf *out, const em_caption *caption, em_ink ink, bool down)
{
        char what[24];
        snprintf(what, sizeof what, "fade%d%s", (int)ink, down ? "d" : "");
        em_buf_c(out, "<linearGradient id=\"");
        em_sheet_id(out, caption, what);
        em_buf_fmt(out, "\" x1=\"0\" x2=\"0\" y1=\"%d\" y2=\"%d\"><stop offset=\"0\"",
                   down ? 0 : 1, down ? 1 : 0);
        em_pen_stop(out, ink);
        em_buf_c(out, " stop-opacity=\"0.35\"/><stop offset=\"1\"");
        em_pen_stop(out, ink);
        em_buf_c(out, " stop-opacity=\"0\"/></linearGradient>\n");
}

static bool any_open_end(const em_chart *chart)
{
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++)
                        if (chart->series[s].at[i].low == EM_MILLI_MIN ||
                            chart->series[s].at[i].high == EM_MILLI_MAX)
                                return true;
        return false;
}

void em_plot_defs(em_buf *out, const em_caption *caption, const em_chart *charts, size_t count)
{
        bool open = false;
        for (size_t i = 0; i < count; i++)
                open = open || any_open_end(&charts[i]);
        em_buf_c(out, "<defs><pattern id=\"");
        em_sheet_id(out, caption, "hatch");
        em_buf_c(out, "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
                 "patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"");
        em_pen_paint(out, EM_INK_NONE, EM_INK_MUTED);
        em_buf_c(out, " stroke-width=\"1.2\" stroke-opacity=\"0.45\"/></pattern>\n");
        for (int i = EM_INK_C1; open && i <= EM_INK_C6; i++) {
                fade_def(out, caption, (em_ink)i, false);
                fade_def(out, caption, (em_ink)i, true);
        }
        em_buf_c(out, "</defs>\n");
}

/* ---- gaps ------------------------------------------------------------- */

em_str em_gap_words(const em_chart_gap *gap)
{
        return gap->text.n ? gap->text : EM_S("not reported");
}

void em_plot_hatch(em_buf *out, const em_caption *caption, em_box box)
{
        em_buf_c(out, "<rect");
        em_pen_attr(out, "x", box.x0);
        em_pen_attr(out, "y", box.y0);
        em_pen_attr(out, "width", box.x1 - box.x0);
        em_pen_attr(out, "height", box.y1 - box.y0);
        em_plot_fill_ref(out, caption, "hatch");
        em_buf_c(out, "/>\n");
}

/* False when nothing of the gap is in the time shown. */
static bool gap_box(const em_plot *plot, const em_chart_gap *gap, em_box *ret_box)
{
        const em_slots *slots = &plot->slots;
        int64_t from = em_slot_of(slots->axis, gap->when.from, gap->row);
        int64_t to = em_slot_of(slots->axis, gap->when.to, gap->row);
        int64_t last = slots->first + slots->count - 1;
        if (to < slots->first || from > last)
                return false;
        from = from < slots->first ? slots->first : from;
        to = to > last ? last : to;
        double edge = em_slots_width(slots) > 12.0 ? 3.0 : 0.0;
        *ret_box = (em_box){ em_slots_left(slots, from) + edge, plot->area.y0,
                             em_slots_left(slots, to + 1) - edge, plot->area.y1 };
        return true;
}

/* A datum without a number is a gap of one slot; its neighbours join it. */
typedef void em_gap_fn(const em_plot *plot, em_box box, em_str words);

static void each_gap(const em_plot *plot, em_gap_fn *fn)
{
        const em_chart *chart = plot->chart;
        em_box box;
        for (size_t i = 0; i < chart->gap_count; i++)
                if (gap_box(plot, &chart->gaps[i], &box))
                        fn(plot, box, em_gap_words(&chart->gaps[i]));
        if (chart->series_count != 1)
                return;
        const em_chart_series *s = &chart->series[0];
        for (size_t i = 0; i < s->count; i++) {
                if (s->at[i].low != EM_MILLI_NONE)
                        continue;
                em_chart_gap gap = { .when = { s->at[i].day, s->at[i].day }, .row = s->at[i].row };
                int64_t slot = em_slot_of(chart->axis, s->at[i].day, s->at[i].row);
                while (chart->axis != EM_AXIS_CATEGORIES && i + 1 < s->count &&
                       s->at[i + 1].low == EM_MILLI_NONE &&
                       em_slot_of(chart->axis, s->at[i + 1].day, 0) == slot + 1) {
                        gap.when.to = s->at[++i].day;
                        slot++;
                }
                if (gap_box(plot, &gap, &box))
                        fn(plot, box, em_gap_words(&gap));
        }
}

static void hatch_one(const em_plot *plot, em_box box, em_str words)
{
        (void)words;
        em_plot_hatch(plot->out, plot->caption, box);
}

void em_gaps_hatch(em_plot *plot)
{
        each_gap(plot, hatch_one);
}

/* The height in the hatching, from the middle outward, where words of this
 * size cover the least. */
static double free_height(const em_plot *plot, em_box box, double w, double h)
{
        double x = (box.x0 + box.x1) / 2, middle = (box.y0 + box.y1) / 2, best = middle;
        double least = INFINITY;
        for (int i = 0; i < 24; i++) {
                double y = middle + (i % 2 ? 8.0 : -8.0) * ((i + 1) / 2);
                em_box here = { x - w / 2, y - h / 2, x + w / 2, y + h / 2 };
                double cost = em_room_overlap(plot->room, here);
                if (here.y0 >= box.y0 && here.y1 <= box.y1 && cost < least - 0.5) {
                        least = cost;
                        best = y;
                }
        }
        return best;
}

/* In the middle of the hatching; upright where it is too narrow for a line. */
static void words_one(const em_plot *plot, em_box box, em_str words)
{
        double w = box.x1 - box.x0, x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
        em_lines lines = em_text_wrap(words, 11.0, false, fmax(w - 6.0, 20.0), 4);
        if (!lines.cut && !lines.broken && lines.width <= w) {
                double h = 13.0 * (double)lines.count;
                y = free_height(plot, box, lines.width + 6.0, h + 5.0);
                em_pen_rect(plot->out, x - lines.width / 2 - 3.0, y - h / 2 - 2.0,
                            lines.width + 6.0, h + 5.0, EM_INK_PAPER, 0.9);
                em_pen_lines(plot->out, &lines, words, x, y - h / 2 + 10.0, 13.0, em_type_tick);
                em_room_take(plot->room, (em_box){ x - lines.width / 2, y - h / 2,
                                                   x + lines.width / 2, y + h / 2 });
                return;
        }
        double length = em_text_width(words, 11.0, false) + 8.0;
        if (length > box.y1 - box.y0)
                return;
        y = free_height(plot, box, 16.0, length);
        em_pen_rect(plot->out, x - 8.0, y - length / 2, 16.0, length, EM_INK_PAPER, 0.9);
        em_buf_c(plot->out, "<g transform=\"rotate(-90 ");
        em_pen_num(plot->out, x);
        em_buf_ch(plot->out, ' ');
        em_pen_num(plot->out, y);
        em_buf_c(plot->out, ")\">");
        em_pen_words(plot->out, words, x, y + 4.0, em_type_tick);
        em_buf_c(plot->out, "</g>\n");
        em_room_take(plot->room, (em_box){ x - 8.0, y - length / 2, x + 8.0, y + length / 2 });
}

void em_gaps_words(em_plot *plot)
{
        each_gap(plot, words_one);
}
