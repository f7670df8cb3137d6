/* Upright kinds: bars, stacks and ranges.  Bars stand on zero: their length is
 * the amount (Cleveland and McGill 1984: length from a common base is read
 * best).  Of an interval the certain part is solid and the possible part pale.
 */
#include "draw/plot.h"

#include <math.h>

#define OPEN_END 30.0   /* px of fade beyond the last known bound */

typedef struct em_bar { double x, w; em_ink ink; } em_bar;

static bool any_accent(const em_chart_series *s)
{
        for (size_t i = 0; i < s->count; i++)
                if (s->at[i].accent)
                        return true;
        return false;
}

static em_bar bar_of(const em_plot *plot, size_t series, const em_chart_datum *d, bool stacked)
{
        const em_chart *chart = plot->chart;
        double slot = em_slots_width(&plot->slots);
        double group = slot * (slot >= 14.0 ? 0.72 : 0.86);
        double share = stacked ? 1.0 : (double)chart->series_count;
        em_bar bar = { .ink = em_ink_series(chart, series) };
        int64_t at = em_slot_of(chart->axis, d->day, d->row);
        group = fmin(group, 64.0 * share);
        bar.w = group / share;
        bar.x = em_slots_centre(&plot->slots, at) - group / 2 +
                (stacked ? 0.0 : bar.w * (double)series);
        if (!stacked && share > 1 && bar.w > 6.0)
                bar.w -= 1.0;
        if (chart->series_count == 1 && any_accent(&chart->series[0]) && !d->accent)
                bar.ink = EM_INK_PALE;
        return bar;
}

/* Something that is there must be seen: at least a pixel for an amount over zero. */
static double seen_y(const em_plot *plot, em_milli v)
{
        double y = em_plot_y(plot, v);
        return v > 0 ? fmin(y, plot->area.y1 - 1.0) : y;
}

static void draw_bar(const em_plot *plot, em_bar bar, const em_chart_datum *d)
{
        double base = plot->area.y1, low = d->low == EM_MILLI_MIN ? base : seen_y(plot, d->low);
        em_ink band = bar.ink == EM_INK_PALE ? EM_INK_C1 : bar.ink;
        if (low < base)
                em_pen_rect(plot->out, bar.x, low, bar.w, base - low, bar.ink, 1.0);
        if (d->high == EM_MILLI_MAX) {
                em_plot_fade(plot, band, bar.x, bar.w, low, low - OPEN_END);
        } else if (d->high != d->low) {
                double high = seen_y(plot, d->high);
                em_pen_rect(plot->out, bar.x, high, bar.w, low - high, band, 0.2);
                em_pen_line(plot->out, bar.x, high, bar.x + bar.w, high, band, 1.5, NULL);
                low = high;
        }
        em_room_take(plot->room, (em_box){ bar.x, low, bar.x + bar.w, base });
}

static double top_of(const em_plot *plot, const em_chart_datum *d)
{
        if (d->high == EM_MILLI_MAX)
                return (d->low == EM_MILLI_MIN ? plot->area.y1 : em_plot_y(plot, d->low)) - OPEN_END;
        double y = em_plot_y(plot, d->high);
        return d->has_stated && d->stated > d->high ? em_plot_y(plot, d->stated) : y;
}

/* The number above its bar, where its slot is wide enough or nothing near. */
static void label_bar(const em_plot *plot, em_bar bar, const em_chart_datum *d)
{
        em_words words = em_datum_words(plot->chart, d, false);
        double room = plot->chart->series_count > 1 ? bar.w + 2.0
                                                    : em_slots_width(&plot->slots) - 2.0;
        em_str s = em_words_str(&words);
        em_lines lines = em_text_wrap(s, 11.0, d->accent, room, 2);
        bool fits = !lines.cut && !lines.broken && lines.width <= room;
        if (!fits)
                lines = em_text_wrap(s, 11.0, d->accent, plot->sheet_width, 1);
        double x = bar.x + bar.w / 2, h = 12.0 * (double)lines.count;
        double y = top_of(plot, d) - 4.0 - h;
        em_type type = em_type_tick;
        type.bold = d->accent;
        type.ink = EM_INK_TEXT;
        em_box box = { x - lines.width / 2, y, x + lines.width / 2, y + h };
        if (!fits && em_room_overlap(plot->room, box) > 0)
                return;
        em_pen_lines(plot->out, &lines, s, x, y + 10.0, 12.0, type);
        em_room_take(plot->room, box);
}

typedef void em_bar_fn(const em_plot *plot, em_bar bar, const em_chart_datum *d);

/* Numbers over every bar only while they are few enough to be read singly. */
static bool wants_labels(const em_chart *chart)
{
        size_t data = 0;
        for (size_t s = 0; s < chart->series_count; s++)
                data += chart->series[s].count;
        return data <= 26;
}

static void each_bar(em_plot *plot, em_bar_fn *draw)
{
        const em_chart *chart = plot->chart;
        for (size_t s = 0; s < chart->series_count; s++) {
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        if (d->low == EM_MILLI_NONE)
                                continue;
                        bool linked = em_plot_open_datum(plot, &chart->series[s], d);
                        draw(plot, bar_of(plot, s, d, false), d);
                        em_pen_close_link(plot->out, linked);
                }
        }
        if (!wants_labels(chart))
                return;
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        if (d->low != EM_MILLI_NONE)
                                label_bar(plot, bar_of(plot, s, d, false), d);
                }
}

void em_bars_draw(em_plot *plot)
{
        each_bar(plot, draw_bar);
}

/* ---- ranges ----------------------------------------------------------- */

static void edge(const em_plot *plot, em_bar bar, double y)
{
        em_pen_line(plot->out, bar.x, y, bar.x + bar.w, y, bar.ink, 2.0, NULL);
}

static void draw_range(const em_plot *plot, em_bar bar, const em_chart_datum *d)
{
        double base = plot->area.y1;
        bool below = d->low == EM_MILLI_MIN, above = d->high == EM_MILLI_MAX;
        double low = below ? base : em_plot_y(plot, d->low);
        double high = above ? low : em_plot_y(plot, d->high);
        if (bar.ink == EM_INK_PALE)
                bar.ink = EM_INK_C1;
        bar.x += fmax(0.0, (bar.w - 34.0) / 2);
        bar.w = fmin(bar.w, 34.0);
        if (above)
                em_plot_fade(plot, bar.ink, bar.x, bar.w, low, low - OPEN_END);
        else if (below)
                em_plot_fade(plot, bar.ink, bar.x, bar.w, high, base);
        else
                em_pen_rect(plot->out, bar.x, high, bar.w, low - high, bar.ink, 0.2);
        if (!below)
                edge(plot, bar, low);
        if (!above)
                edge(plot, bar, high);
        if (d->has_stated) {
                em_buf_c(plot->out, "<circle");
                em_pen_attr(plot->out, "cx", bar.x + bar.w / 2);
                em_pen_attr(plot->out, "cy", em_plot_y(plot, d->stated));
                em_buf_c(plot->out, " r=\"3.5\"");
                em_pen_paint(plot->out, bar.ink, EM_INK_PAPER);
                em_buf_c(plot->out, "/>\n");
        }
        em_room_take(plot->room, (em_box){ bar.x, high - 2.0, bar.x + bar.w, low + 2.0 });
}

void em_range_draw(em_plot *plot)
{
        each_bar(plot, draw_range);
}

/* ---- stacks ----------------------------------------------------------- */

/* What lies below series s in the slot of d. */
static em_milli under(const em_chart *chart, size_t s, const em_chart_datum *d)
{
        int64_t slot = em_slot_of(chart->axis, d->day, d->row);
        em_milli sum = 0;
        for (size_t t = 0; t < s; t++)
                for (size_t k = 0; k < chart->series[t].count; k++) {
                        const em_chart_datum *e = &chart->series[t].at[k];
                        if (e->low > 0 && em_slot_of(chart->axis, e->day, e->row) == slot)
                                sum += e->low;
                }
        return sum;
}

void em_stack_draw(em_plot *plot)
{
        const em_chart *chart = plot->chart;
        for (size_t s = 0; s < chart->series_count; s++) {
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        if (d->low == EM_MILLI_NONE || d->low == EM_MILLI_MIN)
                                continue;
                        em_bar bar = bar_of(plot, s, d, true);
                        em_milli below = under(chart, s, d);
                        double y0 = em_plot_y(plot, below), y1 = em_plot_y(plot, below + d->low);
                        bool linked = em_plot_open_datum(plot, &chart->series[s], d);
                        /* a hair of paper between the parts, where there is room */
                        double hair = below > 0 && y0 - y1 > 3.0 ? 1.0 : 0.0;
                        em_pen_rect(plot->out, bar.x, y1, bar.w, y0 - y1 - hair, bar.ink, 1.0);
                        em_pen_close_link(plot->out, linked);
                        em_room_take(plot->room, (em_box){ bar.x, y1, bar.x + bar.w, y0 });
                }
        }
}
