/* Dots and ranges, a row for each category: for readings of one claim and for
 * totals that different publishers print of the same year.  Every datum has a
 * lane of its own within its row, so nothing covers anything; a restatement is
 * an arrow from the hollow old number to the full new one.
 */
#include "draw/plot.h"

#include <math.h>

#define LANE     19.0
#define ROW_PAD  11.0
#define AXIS_ROW 22.0

typedef struct em_dots {
        const em_chart *chart;
        em_sheet sheet;
        em_ticks ticks;
        double   x0, x1, y0, y1;
        em_buf  *out;
} em_dots;

static em_lines row_name(const em_dots *dots, size_t row)
{
        return em_text_wrap(dots->chart->categories[row], 12.0, false, dots->sheet.width * 0.28, 3);
}

static bool gap_in(const em_chart *chart, size_t row, size_t *ret_gap)
{
        for (size_t i = 0; i < chart->gap_count; i++)
                if (chart->gaps[i].row == row) {
                        *ret_gap = i;
                        return true;
                }
        return false;
}

static size_t lanes(const em_chart *chart, size_t row)
{
        size_t n = 0, gap;
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++)
                        n += chart->series[s].at[i].row == row;
        return n + gap_in(chart, row, &gap);
}

static double row_height(const em_dots *dots, size_t row)
{
        em_lines name = row_name(dots, row);
        double text = 14.0 * (double)name.count, data = LANE * (double)lanes(dots->chart, row);
        return fmax(fmax(text, data), LANE) + ROW_PAD;
}

static double x_of(const em_dots *dots, em_milli v)
{
        return dots->x0 + (double)v / (double)dots->ticks.top * (dots->x1 - dots->x0);
}

/* ---- one datum -------------------------------------------------------- */

/* "60 to 97, South Korea": what is printed behind the dot. */
static void label_of(const em_chart *chart, const em_chart_datum *d, em_buf *out)
{
        em_words words = em_datum_words(chart, d, false);
        em_buf_str(out, em_words_str(&words));
        if (d->has_was) {
                em_words was = em_amount(d->was, chart->per, em_chart_decimals(chart));
                em_buf_fmt(out, ", earlier %s", was.p);
        }
        if (d->label.n) {
                em_buf_c(out, " (");
                em_buf_str(out, d->label);
                em_buf_ch(out, ')');
        }
}

static void circle(em_buf *out, double x, double y, double r, em_ink fill, em_ink stroke)
{
        em_buf_c(out, "<circle");
        em_pen_attr(out, "cx", x);
        em_pen_attr(out, "cy", y);
        em_pen_attr(out, "r", r);
        em_pen_paint(out, fill, stroke);
        em_buf_c(out, " stroke-width=\"1.5\"/>\n");
}

static void restated(const em_dots *dots, const em_chart_datum *d, double to, double y)
{
        double from = x_of(dots, d->was);
        int way = to >= from ? 1 : -1;
        circle(dots->out, from, y, 4.0, EM_INK_PAPER, EM_INK_MUTED);
        if (fabs(to - from) > 14.0) {
                em_pen_line(dots->out, from + 5.0 * way, y, to - 10.0 * way, y, EM_INK_MUTED, 1.2,
                            NULL);
                em_pen_arrow(dots->out, to - 6.0 * way, y, way, 0, EM_INK_MUTED);
        }
}

/* Left and right end as drawn; open ends reach a little further, with arrows. */
static double draw_ends(const em_dots *dots, const em_chart_datum *d, double y, em_ink ink)
{
        bool below = d->low == EM_MILLI_MIN, above = d->high == EM_MILLI_MAX;
        double low = below ? dots->x0 : x_of(dots, d->low);
        double high = above ? low + 26.0 : x_of(dots, d->high);
        if (d->has_was)
                restated(dots, d, low, y);
        if (high > low)
                em_pen_rect(dots->out, low, y - 4.5, high - low, 9.0, ink, above ? 0.12 : 0.2);
        if (above) {
                em_pen_line(dots->out, low, y, high - 5.0, y, ink, 1.4, NULL);
                em_pen_arrow(dots->out, high, y, 1, 0, ink);
        }
        if (below)
                em_pen_arrow(dots->out, dots->x0, y, -1, 0, ink);
        else
                circle(dots->out, low, y, d->accent ? 5.5 : 4.5, ink, EM_INK_PAPER);
        if (!above && high > low)
                circle(dots->out, high, y, d->accent ? 5.5 : 4.5, ink, EM_INK_PAPER);
        if (d->has_stated && d->stated != d->low && d->stated != d->high)
                em_pen_line(dots->out, x_of(dots, d->stated), y - 7.0, x_of(dots, d->stated),
                            y + 7.0, ink, 2.0, NULL);
        if (d->has_was)
                high = fmax(high, x_of(dots, d->was));
        return high;
}

static void draw_datum(const em_dots *dots, const em_plot *plot, size_t s, const em_chart_datum *d,
                       double y)
{
        em_ink ink = em_ink_series(dots->chart, s);
        em_type type = em_type_label;
        em_buf words = em_buf_make(4096);
        type.bold = d->accent;
        type.size = 11.5;
        bool linked = em_plot_open_datum(plot, &dots->chart->series[s], d);
        if (d->low == EM_MILLI_NONE) {
                em_plot_hatch(dots->out, &dots->chart->caption,
                              (em_box){ dots->x0, y - 6.0, dots->x0 + 90.0, y + 6.0 });
                em_pen_words(dots->out, EM_S("not reported"), dots->x0 + 98.0, y + 4.0, type);
        } else {
                double end = draw_ends(dots, d, y, ink);
                label_of(dots->chart, d, &words);
                em_str text = em_buf_view(&words);
                double room = dots->sheet.width - end - 12.0;
                em_lines lines = em_text_wrap(text, 11.5, d->accent, fmax(room, 60.0), 1);
                em_pen_rect(dots->out, end + 8.0, y - 7.0, lines.width + 4.0, 14.0, EM_INK_PAPER,
                            0.8);
                em_pen_lines(dots->out, &lines, text, end + 10.0, y + 4.0, 14.0, type);
        }
        em_pen_close_link(dots->out, linked);
        em_buf_free(&words);
}

static void draw_row(const em_dots *dots, const em_plot *plot, size_t row, double y)
{
        const em_chart *chart = dots->chart;
        double height = row_height(dots, row), n = (double)lanes(chart, row);
        double lane = y + height / 2 - (n - 1) * LANE / 2;
        em_lines name = row_name(dots, row);
        em_type type = em_type_label;
        type.anchor = "end";
        em_pen_lines(dots->out, &name, chart->categories[row], dots->x0 - 10.0,
                     y + height / 2 - 7.0 * (double)(name.count - (name.count > 0)) + 4.0, 14.0,
                     type);
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++)
                        if (chart->series[s].at[i].row == row) {
                                draw_datum(dots, plot, s, &chart->series[s].at[i], lane);
                                lane += LANE;
                        }
        size_t gap;
        if (gap_in(chart, row, &gap)) {
                em_str words = em_gap_words(&chart->gaps[gap]);
                em_plot_hatch(dots->out, &chart->caption,
                              (em_box){ dots->x0, lane - 6.0, dots->x0 + 90.0, lane + 6.0 });
                em_lines lines = em_text_wrap(words, 11.5, false, dots->x1 - dots->x0 - 98.0, 1);
                em_pen_lines(dots->out, &lines, words, dots->x0 + 98.0, lane + 4.0, 14.0,
                             em_type_label);
        }
}

/* ---- the whole -------------------------------------------------------- */

/* So many ticks apart that no two names of them touch: 1 where all have room. */
static em_milli named_step(const em_dots *dots)
{
        double widest = 0;
        for (em_milli v = 0; v <= dots->ticks.top; v += dots->ticks.step) {
                em_words w = em_amount(v, dots->chart->per, 3);
                widest = fmax(widest, em_text_width(em_words_str(&w), em_type_tick.size, false));
        }
        double apart = x_of(dots, dots->ticks.step) - dots->x0;
        return dots->ticks.step * (em_milli)fmax(1.0, ceil((widest + 8.0) / apart));
}

static void draw_axis(const em_dots *dots)
{
        const em_chart *chart = dots->chart;
        em_milli named = named_step(dots);
        for (em_milli v = 0; v <= dots->ticks.top; v += dots->ticks.step) {
                em_words w = em_amount(v, chart->per, 3);
                double x = x_of(dots, v);
                em_pen_line(dots->out, x, dots->y0, x, dots->y1,
                            v == 0 ? EM_INK_MUTED : EM_INK_RULE, 1.0, NULL);
                if (v % named == 0)
                        em_pen_words(dots->out, em_words_str(&w), x, dots->y0 - 6.0, em_type_tick);
        }
        em_type type = em_type_tick;
        type.anchor = "end";
        em_lines unit = em_text_wrap(chart->unit, 11.0, false, dots->x0 - 18.0, 1);
        em_pen_lines(dots->out, &unit, chart->unit, dots->x0 - 10.0, dots->y0 - 6.0, 13.0, type);
        for (size_t i = 0; i < chart->cap_count; i++) {
                double x = x_of(dots, chart->caps[i].value);
                em_lines name = em_text_wrap(chart->caps[i].name, 11.0, true, 300.0, 1);
                em_type cap = { 11.0, EM_INK_TEXT, "start", true, false };
                double at = fmin(fmax(x - name.width / 2, 0), dots->sheet.width - name.width);
                em_pen_line(dots->out, x, dots->y0, x, dots->y1 + 4.0, EM_INK_TEXT, 1.4, "6 4");
                em_pen_lines(dots->out, &name, chart->caps[i].name, at,
                             dots->y1 + 16.0 + 14.0 * (double)i, 13.0, cap);
        }
}

/* The label behind the farthest dot needs its room; so the scale ends earlier. */
static void fit_width(em_dots *dots)
{
        const em_chart *chart = dots->chart;
        double names = em_text_width(chart->unit, 11.0, false);
        names = fmin(names, dots->sheet.width * 0.28);
        for (size_t r = 0; r < chart->category_count; r++)
                names = fmax(names, row_name(dots, r).width);
        dots->x0 = ceil(names) + 18.0;
        dots->x1 = dots->sheet.width - 16.0;
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        em_milli end = d->high == EM_MILLI_MAX ? d->low : d->high;
                        if (end < 0)
                                continue;
                        em_buf words = em_buf_make(4096);
                        label_of(chart, d, &words);
                        double w = em_text_width(em_buf_view(&words), 11.5, d->accent) + 14.0 +
                                   (d->high == EM_MILLI_MAX ? 26.0 : 0.0);
                        double part = (double)(d->has_was && d->was > end ? d->was : end) /
                                      (double)dots->ticks.top;
                        /* x0 + part*(x1-x0) + w <= width, but never under 40 % for the scale */
                        if (part > 0)
                                dots->x1 = fmin(dots->x1, dots->x0 +
                                                (dots->sheet.width - w - dots->x0) / part);
                        em_buf_free(&words);
                }
        dots->x1 = fmax(dots->x1, dots->x0 + 0.4 * (dots->sheet.width - dots->x0));
}

em_status em_dots_svg(const em_chart *chart, const em_draw_opts *opts, em_buf *out, em_error *err)
{
        em_dots dots = { .chart = chart, .sheet = em_sheet_make(&chart->caption, opts), .out = out };
        em_plot plot = { .chart = chart, .caption = &chart->caption, .out = out };
        double legend = em_legend_height(chart, dots.sheet.width);
        dots.ticks = em_ticks_make(em_chart_most(chart), 5, chart->per, chart->whole);
        fit_width(&dots);
        dots.y0 = dots.sheet.top + legend + AXIS_ROW;
        dots.y1 = dots.y0 + 4.0;
        for (size_t r = 0; r < chart->category_count; r++)
                dots.y1 += row_height(&dots, r);
        double height = dots.y1 + 14.0 * (double)chart->cap_count + 12.0 +
                        em_sheet_foot_height(&dots.sheet, EM_S(""));
        em_sheet_open(out, &dots.sheet, height);
        em_plot_defs(out, &chart->caption, chart, 1);
        em_legend_draw(chart, out, 0, dots.sheet.top, dots.sheet.width);
        draw_axis(&dots);
        double y = dots.y0 + 2.0;
        for (size_t r = 0; r < chart->category_count; r++) {
                draw_row(&dots, &plot, r, y);
                y += row_height(&dots, r);
                if (r + 1 < chart->category_count)
                        em_pen_line(out, 0, y, dots.sheet.width, y, EM_INK_RULE, 1.0, NULL);
        }
        em_sheet_close(out, &dots.sheet, height, EM_S(""));
        return em_buf_status(out, err);
}
