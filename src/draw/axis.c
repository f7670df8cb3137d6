/* The two axes.  Amounts: hairlines across with their numbers at the left and
 * the unit once, above.  Time: bands that name themselves (days or months, and
 * the year beneath), so that no label repeats what its neighbour says.
 */
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>

#define BAND 15.0

/* ---- amounts ---------------------------------------------------------- */

double em_axis_left_margin(const em_chart *chart, em_ticks ticks)
{
        double widest = 0;
        for (em_milli v = 0; v <= ticks.top; v += ticks.step) {
                em_words w = em_amount(v, chart->per, 3);
                widest = fmax(widest, em_text_width(em_words_str(&w), 11.0, false));
        }
        return ceil(widest) + 8.0;
}

void em_axis_amount(em_plot *plot)
{
        const em_chart *chart = plot->chart;
        em_type type = em_type_tick;
        type.anchor = "end";
        for (em_milli v = 0; v <= plot->ticks.top; v += plot->ticks.step) {
                double y = em_plot_y(plot, v);
                em_words w = em_amount(v, chart->per, 3);
                em_pen_line(plot->out, plot->area.x0, y, plot->area.x1, y,
                            v == 0 ? EM_INK_MUTED : EM_INK_RULE, 1.0, NULL);
                em_pen_words(plot->out, em_words_str(&w), plot->area.x0 - 6.0, y + 4.0, type);
        }
        if (chart->unit.n) {
                em_lines unit = em_text_wrap(chart->unit, 11.0, false, plot->sheet_width, 1);
                type.anchor = "start";
                em_pen_lines(plot->out, &unit, chart->unit, 0,
                             plot->area.y0 - 10.0, BAND, type);
                em_room_take(plot->room, (em_box){ 0, plot->area.y0 - 22.0, unit.width + 6.0,
                                                   plot->area.y0 - 6.0 });
        }
}

/* ---- time ------------------------------------------------------------- */

static const char *const months[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static em_span shown_span(const em_slots *slots)
{
        em_span first = em_slot_span(slots->axis, slots->first);
        em_span last = em_slot_span(slots->axis, slots->first + slots->count - 1);
        return (em_span){ first.from, last.to };
}

static double x_after(const em_slots *slots, em_day day)
{
        em_span span = shown_span(slots);
        return day >= span.to ? slots->x1 : em_slots_day_x(slots, day + 1);
}

static double x_from(const em_slots *slots, em_day day)
{
        em_span span = shown_span(slots);
        return day <= span.from ? slots->x0 : em_slots_day_x(slots, day);
}

/* Pixels that an average month takes. */
static double month_px(const em_slots *slots)
{
        return (slots->x1 - slots->x0) * 30.44 / (double)em_span_days(shown_span(slots));
}

static bool has_days(const em_slots *slots)
{
        return slots->axis == EM_AXIS_DAYS && em_slots_width(slots) * 7.0 >= 44.0;
}

static bool has_months(const em_slots *slots)
{
        return slots->axis != EM_AXIS_YEARS && !has_days(slots) && month_px(slots) >= 27.0;
}

/* Days: every one where they fit, else the 1st, 8th, 15th and 22nd. */
static void day_band(const em_plot *plot, double y)
{
        em_span span = shown_span(&plot->slots);
        bool every = em_slots_width(&plot->slots) >= 26.0;
        for (em_day day = span.from; day <= span.to; day++) {
                int year, month, dom;
                em_day_split(day, &year, &month, &dom);
                if (!every && (dom % 7 != 1 || dom > 22))
                        continue;
                char text[16];
                double x = em_slots_centre(&plot->slots, day);
                int n = snprintf(text, sizeof text, "%d", dom);
                em_pen_line(plot->out, x, plot->area.y1, x, plot->area.y1 + 4.0, EM_INK_MUTED,
                            1.0, NULL);
                em_pen_words(plot->out, (em_str){ text, (size_t)n }, x, y, em_type_tick);
        }
}

/* Names of months; with_year after the days, "January 2022". */
static void month_band(const em_plot *plot, double y, bool with_year)
{
        em_span span = shown_span(&plot->slots);
        int year, month, dom;
        em_day_split(span.from, &year, &month, &dom);
        for (em_day day = em_day_make(year, month, 1); day != EM_DAY_NONE && day <= span.to;) {
                em_day next = em_day_add_months(day, 1);
                double x0 = x_from(&plot->slots, day), x1 = x_after(&plot->slots, next - 1);
                char text[32];
                em_day_split(day, &year, &month, &dom);
                int n = with_year ? snprintf(text, sizeof text, "%s %d", months[month - 1], year)
                                  : snprintf(text, sizeof text, "%s", months[month - 1]);
                em_str name = { text, (size_t)n };
                if (day > span.from)
                        em_pen_line(plot->out, x0, plot->area.y1, x0,
                                    plot->area.y1 + (with_year ? 2.0 * BAND : 4.0), EM_INK_RULE,
                                    1.0, NULL);
                if (em_text_width(name, 11.0, false) <= x1 - x0 + 2.0)
                        em_pen_words(plot->out, name, (x0 + x1) / 2, y, em_type_tick);
                day = next;
        }
}

static int year_step(double px)
{
        static const int steps[] = { 1, 2, 5, 10, 20, 50, 100 };
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
                if (px * steps[i] >= 36.0)
                        return steps[i];
        return 100;
}

static void year_band(const em_plot *plot, double y)
{
        em_span span = shown_span(&plot->slots);
        int first, last, month, dom;
        em_day_split(span.from, &first, &month, &dom);
        em_day_split(span.to, &last, &month, &dom);
        int step = year_step(month_px(&plot->slots) * 12.0);
        for (int year = first; year <= last; year++) {
                double x0 = x_from(&plot->slots, em_day_make(year, 1, 1));
                double x1 = x_after(&plot->slots, em_day_make(year, 12, 31));
                char text[16];
                int n = snprintf(text, sizeof text, "%d", year);
                em_str name = { text, (size_t)n };
                if (year > first)
                        em_pen_line(plot->out, x0, plot->area.y1, x0,
                                    step > 1 ? plot->area.y1 + 4.0 : y + 2.0, EM_INK_RULE, 1.0,
                                    NULL);
                bool fits = step > 1 ? year % step == 0
                                     : em_text_width(name, 11.0, false) <= x1 - x0 + 2.0;
                em_type type = em_type_tick;
                if (!fits && step == 1 && year == last && year > first) {
                        /* a year just begun, with the year before it wide enough */
                        type.anchor = "end";
                        em_pen_words(plot->out, name, x1, y, type);
                } else if (fits) {
                        em_pen_words(plot->out, name, (x0 + x1) / 2, y, type);
                }
        }
}

/* ---- categories ------------------------------------------------------- */

static em_lines category_lines(const em_chart *chart, const em_slots *slots, size_t i)
{
        return em_text_wrap(chart->categories[i], 11.0, false, em_slots_width(slots) - 4.0, 3);
}

static void category_band(const em_plot *plot, double y)
{
        for (size_t i = 0; i < plot->chart->category_count; i++) {
                em_lines name = category_lines(plot->chart, &plot->slots, i);
                em_pen_lines(plot->out, &name, plot->chart->categories[i],
                             em_slots_centre(&plot->slots, (int64_t)i), y, 13.0, em_type_tick);
        }
}

double em_axis_foot_height(const em_chart *chart, const em_slots *slots)
{
        if (slots->axis == EM_AXIS_CATEGORIES) {
                size_t most = 1;
                for (size_t i = 0; i < chart->category_count; i++) {
                        em_lines name = category_lines(chart, slots, i);
                        most = name.count > most ? name.count : most;
                }
                return 13.0 * (double)most + 14.0;
        }
        return has_days(slots) || has_months(slots) ? 2.0 * BAND + 10.0 : BAND + 10.0;
}

void em_axis_slots(em_plot *plot)
{
        double y = plot->area.y1 + 15.0;
        if (plot->slots.axis == EM_AXIS_CATEGORIES) {
                category_band(plot, y);
        } else if (has_days(&plot->slots)) {
                day_band(plot, y);
                month_band(plot, y + BAND, true);
        } else {
                if (has_months(&plot->slots)) {
                        month_band(plot, y, false);
                        y += BAND;
                }
                year_band(plot, y);
        }
}

void em_slot_words(const em_chart *chart, int64_t slot, em_buf *out)
{
        static const char *const names[12] = {
                "January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December",
        };
        char text[20];
        switch (chart->axis) {
        case EM_AXIS_CATEGORIES:
                em_buf_str(out, chart->categories[slot]);
                break;
        case EM_AXIS_DAYS:
                em_buf_c(out, em_day_long((em_day)slot, text));
                break;
        case EM_AXIS_MONTHS:
                em_buf_fmt(out, "%s %d", names[slot % 12], (int)(slot / 12));
                break;
        case EM_AXIS_YEARS:
                em_buf_fmt(out, "%d", (int)slot);
                break;
        }
}
