/* Dense series: thousands of points over seconds, in panels below each other with one time axis.
 *
 * A chart (chart.c) has a slot for each day and a place to hover over for each datum; a ship is heard every few seconds, and
 * what it says is read as a shape.  So a line here is one path, broken where nothing is known, and what happened lies behind
 * it as bands.  Which points are given, is the caller's business: the least and the greatest of each pixel's span draw the
 * same picture as all of them (U. Jugel et al., M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014).
 */
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>

enum { HEAD = 26, PLOT = 120, FOOT = 34, BETWEEN = 8, NUMBERS = 15 };   /* heights in px */

typedef struct plan {
        const em_series *s;
        double x0, x1, head;            /* of the plots; px above each of them */
        double bottom;                  /* of the last plot */
        double height;                  /* of one plot */
        em_buf *out;
} plan;

static double x_of(const plan *p, int64_t time_s)
{
        double part = (double)(time_s - p->s->from_s) / (double)(p->s->to_s - p->s->from_s);
        return p->x0 + fmin(fmax(part, 0.0), 1.0) * (p->x1 - p->x0);
}

/* ---- what is drawn ---------------------------------------------------- */

static em_ticks ticks_of(const em_series_panel *panel)
{
        em_milli most = 0;
        for (size_t i = 0; i < panel->lines; i++)
                for (size_t k = 0; k < panel->line[i].count; k++)
                        most = panel->line[i].value[k] > most ? panel->line[i].value[k] : most;
        return em_ticks_make(most, 4, 1, false);
}

static double left_margin(const em_series *s)
{
        double widest = 0;
        for (size_t i = 0; i < s->panels; i++) {
                em_ticks ticks = ticks_of(&s->panel[i]);
                for (em_milli v = 0; v <= ticks.top; v += ticks.step) {
                        em_words w = em_amount(v, 1, 3);
                        widest = fmax(widest, em_text_width(em_words_str(&w), em_type_tick.size, false));
                }
        }
        return ceil(widest) + 8.0;
}

static em_ink ink_of(const em_series_line *line, size_t i)
{
        int c = line->colour > 0 ? line->colour - 1 : (int)i;
        return (em_ink)(EM_INK_C1 + c % 6);
}

static void draw_line(const plan *p, const em_series_line *line, em_ticks ticks, double top, em_ink ink)
{
        bool begun = false, alone = false;
        em_buf_c(p->out, "<path d=\"");
        for (size_t i = 0; i < line->count; i++) {
                if (line->value[i] == EM_MILLI_NONE) {
                        if (alone)
                                em_buf_c(p->out, "h1");         /* a point without neighbours is seen too */
                        begun = alone = false;
                        continue;
                }
                em_buf_ch(p->out, begun ? 'L' : 'M');
                em_pen_num(p->out, x_of(p, line->time_s[i]));
                em_buf_ch(p->out, ' ');
                em_pen_num(p->out, top + p->height * (1.0 - (double)line->value[i] / (double)ticks.top));
                alone = !begun;
                begun = true;
        }
        em_buf_c(p->out, alone ? "h1\"" : "\"");
        em_pen_paint(p->out, EM_INK_NONE, ink);
        em_buf_c(p->out, " stroke-width=\"1.3\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n");
}

static void draw_bands(const plan *p, double top)
{
        for (size_t i = 0; i < p->s->bands; i++) {
                const em_series_band *b = &p->s->band[i];
                double x0 = x_of(p, b->from_s), x1 = fmax(x_of(p, b->to_s), x0 + 1.5);
                bool linked = em_pen_open_link(p->out, b->href, b->text);
                if (b->silent)
                        em_plot_hatch(p->out, &p->s->caption, (em_box){ x0, top, x1, top + p->height });
                else
                        em_pen_rect(p->out, x0, top, x1 - x0, p->height, EM_INK_PALE, 0.45);
                em_pen_close_link(p->out, linked);
        }
}

/* Numbers of bands over the first panel, as long as they do not touch. */
static void draw_numbers(const plan *p, double top)
{
        double free_from = 0;
        em_type type = em_type_tick;
        type.bold = true;
        for (size_t i = 0; i < p->s->bands; i++) {
                const em_series_band *b = &p->s->band[i];
                double x = (x_of(p, b->from_s) + x_of(p, b->to_s)) / 2, w = em_text_width(b->label, type.size, true);
                if (!b->label.n || x - w / 2 < free_from)
                        continue;
                em_pen_words(p->out, b->label, x, top - 4.0, type);
                free_from = x + w / 2 + 4.0;
        }
}

static void draw_names(const plan *p, const em_series_panel *panel, double y)
{
        em_type type = em_type_tick;
        double  x = em_text_width(panel->name, em_type_label.size, true) + 8.0;
        em_type name = em_type_label;
        name.bold = true;
        type.anchor = "start";
        em_pen_words(p->out, panel->name, 0, y, name);
        em_pen_words(p->out, panel->unit, x, y, type);
        x += em_text_width(panel->unit, type.size, false) + 14.0;
        for (size_t i = 0; panel->lines > 1 && i < panel->lines; i++) {
                double w = em_text_width(panel->line[i].name, type.size, false) + 18.0;
                if (x + w > p->x1)
                        return;
                em_pen_line(p->out, x, y - 4.0, x + 12.0, y - 4.0, ink_of(&panel->line[i], i), 2.0, NULL);
                em_pen_words(p->out, panel->line[i].name, x + 16.0, y, type);
                x += w + 10.0;
        }
}

static void draw_panel(const plan *p, const em_series_panel *panel, double y, bool first)
{
        em_ticks ticks = ticks_of(panel);
        em_type  type = em_type_tick;
        double   top = y + p->head + (first ? NUMBERS : 0);
        type.anchor = "end";
        draw_names(p, panel, y + 13.0);
        draw_bands(p, top);
        if (first)
                draw_numbers(p, top);
        for (em_milli v = 0; v <= ticks.top; v += ticks.step) {
                double   at = top + p->height * (1.0 - (double)v / (double)ticks.top);
                em_words w = em_amount(v, 1, 3);
                em_pen_line(p->out, p->x0, at, p->x1, at, v ? EM_INK_RULE : EM_INK_MUTED, 1.0, NULL);
                em_pen_words(p->out, em_words_str(&w), p->x0 - 6.0, at + 4.0, type);
        }
        for (size_t i = 0; i < panel->lines; i++)
                draw_line(p, &panel->line[i], ticks, top, ink_of(&panel->line[i], i));
}

/* ---- time ------------------------------------------------------------- */

static const char *const months[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void put_tick(const plan *p, int64_t t, bool clock, bool months_alone)
{
        char   text[32];
        int    year, month, dom, n;
        double x = x_of(p, t);
        em_day day = (em_day)(t >= 0 ? t / 86400 : (t - 86399) / 86400);
        int64_t s = t - (int64_t)day * 86400;
        em_day_split(day, &year, &month, &dom);
        if (clock && s)
                n = snprintf(text, sizeof text, "%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60));
        else if (months_alone)
                n = snprintf(text, sizeof text, "%s %d", months[month - 1], year);
        else
                n = snprintf(text, sizeof text, "%d %s", dom, months[month - 1]);
        em_str words = { text, (size_t)n };
        double half = em_text_width(words, em_type_tick.size, false) / 2;
        em_pen_line(p->out, x, p->bottom, x, p->bottom + 4.0, EM_INK_MUTED, 1.0, NULL);
        if (x - half >= p->x0 - 30.0 && x + half <= p->x1 + 4.0)
                em_pen_words(p->out, words, x, p->bottom + 16.0, em_type_tick);
}

/* Months, so many apart, where days would touch. */
static void month_ticks(const plan *p, int64_t want)
{
        int64_t span = p->s->to_s - p->s->from_s, step = 1;
        int     year, month, dom;
        while (span / (step * 30 * 86400) > want)
                step = step == 1 ? 3 : step * 2;
        em_day_split((em_day)(p->s->from_s / 86400), &year, &month, &dom);
        for (em_day day = em_day_make(year, 1, 1); (int64_t)day * 86400 <= p->s->to_s; day = em_day_add_months(day, (int)step))
                if ((int64_t)day * 86400 >= p->s->from_s)
                        put_tick(p, (int64_t)day * 86400, false, true);
}

static void draw_time(const plan *p)
{
        static const int64_t steps[] = { 60, 300, 600, 1800, 3600, 2 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 4 * 86400, 7 * 86400, 14 * 86400 };
        int64_t span = p->s->to_s - p->s->from_s, want = (int64_t)((p->x1 - p->x0) / 72.0), step = 0;
        for (size_t i = 0; !step && i < sizeof steps / sizeof *steps; i++)
                if (span / steps[i] <= want)
                        step = steps[i];
        em_pen_line(p->out, p->x0, p->bottom, p->x1, p->bottom, EM_INK_MUTED, 1.0, NULL);
        if (!step)
                month_ticks(p, want);
        for (int64_t t = step ? (p->s->from_s + step - 1) / step * step : INT64_MAX; t <= p->s->to_s; t += step)
                put_tick(p, t, step < 86400, false);
        em_type type = em_type_tick;
        type.anchor = "end";
        em_pen_words(p->out, EM_S("UTC"), p->x1, p->bottom + 30.0, type);
}

/* ---- the picture ------------------------------------------------------ */

static em_status check(const em_series *s, em_error *err)
{
        size_t points = 0;
        if (!s->panels || s->to_s <= s->from_s)
                return em_fail(err, EM_FORMAT, "a series without panels or without a span cannot be drawn");
        if (s->from_s < 0 || s->to_s > (int64_t)EM_DAY_MAX * 86400)
                return em_fail(err, EM_FORMAT, "a series begins in 1970 at the earliest");
        if (s->panels > EM_CHART_PANELS_MAX)
                return em_fail(err, EM_LIMIT, "%zu panels; at most %d are drawn in one picture", s->panels, EM_CHART_PANELS_MAX);
        for (size_t i = 0; i < s->panels; i++)
                for (size_t k = 0; k < s->panel[i].lines; k++) {
                        const em_series_line *line = &s->panel[i].line[k];
                        points += line->count;
                        for (size_t n = 0; n < line->count; n++) {
                                if (line->value[n] != EM_MILLI_NONE && (line->value[n] < 0 || line->value[n] > INT64_MAX / 8))
                                        return em_fail(err, EM_FORMAT, "a series is drawn from zero upwards");
                                if (n && line->time_s[n] < line->time_s[n - 1])
                                        return em_fail(err, EM_FORMAT, "a series runs on in time");
                        }
                }
        return points <= EM_SERIES_POINTS_MAX ? EM_OK
               : em_fail(err, EM_LIMIT, "%zu points; at most %d are drawn in one picture", points, EM_SERIES_POINTS_MAX);
}

em_status em_series_svg(const em_series *series, const em_draw_opts *opts, em_buf *out, em_error *err)
{
        em_assert(series && out);
        EM_TRY(check(series, err));
        em_sheet sheet = em_sheet_make(&series->caption, opts);
        em_str   none = { 0 };
        if (!series->caption.title.n && !series->caption.subtitle.n)
                sheet.top = 2;
        plan p = { .s = series, .x0 = left_margin(series), .x1 = sheet.width - 4.0, .head = HEAD, .out = out,
                   .height = opts && opts->height > 0 ? fmax(40.0, (double)opts->height) : PLOT };
        double one = p.head + p.height + BETWEEN;
        p.bottom = sheet.top + NUMBERS + one * (double)series->panels - BETWEEN;
        double height = p.bottom + FOOT + em_sheet_foot_height(&sheet, none);
        em_sheet_open(out, &sheet, height);
        em_plot_defs(out, &series->caption, NULL, 0);
        for (size_t i = 0; i < series->panels; i++)
                draw_panel(&p, &series->panel[i], sheet.top + one * (double)i + (i ? NUMBERS : 0), i == 0);
        draw_time(&p);
        em_sheet_close(out, &sheet, height, none);
        return em_buf_status(out, err);
}
