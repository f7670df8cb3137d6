/* Words in the plot: caps and thresholds, marks, names at the line's end, and
 * the legend.  The places are chosen in room.c's way: candidates in a fixed
 * order, the least covered wins, nearer before farther.
 */
#include "draw/plot.h"

#include <math.h>
#include <stdio.h>

static const em_type cap_type = { 11.0, EM_INK_TEXT, "start", true, false };
static const em_type mark_type = { 11.5, EM_INK_TEXT, "middle", false, false };

/* ---- names in the right margin ---------------------------------------- */

#define TAG_WIDTH 150.0

static em_words threshold_words(const em_chart *chart, em_milli v, int percent)
{
        em_words amount = em_amount(v, chart->per, em_chart_decimals(chart)), w;
        snprintf(w.p, sizeof w.p, "%d %%: %.100s", percent, amount.p);
        return w;
}

static em_milli threshold(em_milli cap, int percent)
{
        /* in parts, so that a cap near the largest amount does not overflow */
        return cap / 100 * percent + cap % 100 * percent / 100;
}

static bool named_at_end(const em_chart *chart)
{
        return chart->kind == EM_CHART_LINES ||
               (chart->kind == EM_CHART_CUMULATIVE && chart->series_count > 1);
}

double em_axis_right_margin(const em_chart *chart)
{
        double widest = 0;
        for (size_t s = 0; named_at_end(chart) && s < chart->series_count; s++) {
                em_lines name = em_text_wrap(chart->series[s].name, 12.0, true, TAG_WIDTH, 2);
                widest = fmax(widest, name.width);
        }
        for (size_t i = 0; i < chart->cap_count; i++)
                for (int k = 0; k < 4 && chart->caps[i].percent[k] > 0; k++) {
                        em_words w = threshold_words(chart, chart->caps[i].value, 100);
                        widest = fmax(widest, em_text_width(em_words_str(&w), 12.0, true));
                }
        return widest > 0 ? ceil(widest) + 20.0 : 8.0;
}

static em_str tag_text(const em_tag *tag)
{
        return tag->name.n ? tag->name : em_words_str(&tag->words);
}

void em_tags_draw(em_plot *plot)
{
        em_spread spread[EM_TAGS_MAX];
        double x = plot->area.x1;
        for (size_t i = 0; i < plot->tag_count; i++) {
                em_lines name = em_text_wrap(tag_text(&plot->tags[i]), 12.0, true, TAG_WIDTH, 2);
                spread[i] = (em_spread){ plot->tags[i].y, 15.0 * (double)name.count, i };
        }
        em_room_spread(spread, plot->tag_count, plot->area.y0 - 14.0, plot->area.y1 + 8.0);
        for (size_t i = 0; i < plot->tag_count; i++) {
                const em_tag *tag = &plot->tags[spread[i].item];
                em_lines name = em_text_wrap(tag_text(tag), 12.0, true, TAG_WIDTH, 2);
                em_type type = { 12.0, tag->ink, "start", tag->name.n > 0, false };
                if (fabs(spread[i].y - tag->y) > 2.0)
                        em_pen_line(plot->out, x + 2.0, tag->y, x + 11.0, spread[i].y,
                                    EM_INK_MUTED, 0.8, NULL);
                em_room_take(plot->room, (em_box){ x + 2.0, spread[i].y - spread[i].height / 2,
                                                   x + 15.0 + name.width,
                                                   spread[i].y + spread[i].height / 2 });
                em_pen_lines(plot->out, &name, tag_text(tag), x + 13.0,
                             spread[i].y - spread[i].height / 2 + 11.5, 15.0, type);
        }
}

/* ---- caps ------------------------------------------------------------- */

/* The name slides along its line, above it or below, to the freest place. */
static void name_cap(em_plot *plot, const em_chart_cap *cap, double y)
{
        em_lines name = em_text_wrap(cap->name, cap_type.size, true,
                                     plot->area.x1 - plot->area.x0 - 8.0, 1);
        double best = INFINITY, bx = plot->area.x0 + 4.0, by = y - 5.0;
        for (int below = 0; below < 2; below++) {
                for (double x = plot->area.x1 - name.width - 4.0; x >= plot->area.x0; x -= 16.0) {
                        double base = below ? y + 13.0 : y - 5.0;
                        em_box box = { x - 2.0, base - 11.0, x + name.width + 2.0, base + 3.0 };
                        double cost = em_room_overlap(plot->room, box) + 20.0 * below;
                        if (cost < best - 0.5) {
                                best = cost;
                                bx = x;
                                by = base;
                        }
                }
        }
        em_box box = { bx - 2.0, by - 11.0, bx + name.width + 2.0, by + 3.0 };
        if (best > 21.0)
                em_pen_rect(plot->out, box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0,
                            EM_INK_PAPER, 0.85);
        em_pen_lines(plot->out, &name, cap->name, bx, by, 13.0, cap_type);
        em_room_take(plot->room, box);
}

static void draw_thresholds(em_plot *plot, const em_chart_cap *cap)
{
        bool any = false;
        for (int k = 0; k < 4 && cap->percent[k] > 0; k++) {
                em_milli v = threshold(cap->value, cap->percent[k]);
                em_words w = threshold_words(plot->chart, v, cap->percent[k]);
                double y = em_plot_y(plot, v);
                em_pen_line(plot->out, plot->area.x0, y, plot->area.x1, y, EM_INK_MUTED, 0.8,
                            "2 4");
                em_plot_tag(plot, y, EM_INK_MUTED, EM_S(""), &w);
                any = true;
        }
        if (any) {
                em_words w = threshold_words(plot->chart, cap->value, 100);
                em_plot_tag(plot, em_plot_y(plot, cap->value), EM_INK_TEXT, EM_S(""), &w);
        }
}

void em_caps_draw(em_plot *plot)
{
        for (size_t i = 0; i < plot->chart->cap_count; i++) {
                const em_chart_cap *cap = &plot->chart->caps[i];
                double y = em_plot_y(plot, cap->value);
                draw_thresholds(plot, cap);
                em_pen_line(plot->out, plot->area.x0, y, plot->area.x1, y, EM_INK_TEXT, 1.4, "6 4");
        }
        for (size_t i = 0; i < plot->chart->cap_count; i++)
                name_cap(plot, &plot->chart->caps[i],
                         em_plot_y(plot, plot->chart->caps[i].value));
}

/* ---- marks ------------------------------------------------------------ */

typedef struct em_anchor { double x, y; } em_anchor;

static void bracket(const em_plot *plot, double x0, double x1, double y)
{
        em_pen_rect(plot->out, x0, y, x1 - x0, plot->area.y1 - y, EM_INK_WARN, 0.07);
        em_pen_line(plot->out, x0, y, x1, y, EM_INK_WARN, 2.0, NULL);
        em_pen_line(plot->out, x0, y - 4.0, x0, y + 4.0, EM_INK_WARN, 2.0, NULL);
        em_pen_line(plot->out, x1, y - 4.0, x1, y + 4.0, EM_INK_WARN, 2.0, NULL);
        em_room_take(plot->room, (em_box){ x0, y - 4.0, x1, y + 4.0 });
}

static em_anchor anchor_of(const em_plot *plot, const em_chart_mark *mark)
{
        int64_t from = em_slot_of(plot->slots.axis, mark->when.from, mark->row);
        int64_t to = em_slot_of(plot->slots.axis, mark->when.to, mark->row);
        em_anchor a = { em_slots_centre(&plot->slots, from), em_plot_y(plot, mark->value) };
        if (plot->slots.axis != EM_AXIS_CATEGORIES && to > from) {
                double x0 = em_slots_left(&plot->slots, from);
                double x1 = em_slots_left(&plot->slots, to + 1);
                bracket(plot, x0, x1, a.y);
                a.x = (x0 + x1) / 2;
        }
        return a;
}

/* A number already printed over the place: the leader ends above it. */
static em_anchor above_number(const em_plot *plot, em_anchor a)
{
        for (size_t i = 0; i < plot->room->count; i++) {
                const em_box *b = &plot->room->at[i];
                if (b->x0 <= a.x && b->x1 >= a.x && b->y1 <= a.y - 1.0 && b->y1 >= a.y - 8.0 &&
                    b->y0 <= a.y - 9.0)
                        a.y = b->y0;
        }
        return a;
}

/* How bad a label at box with a leader from a would be. */
static double cost_of(const em_plot *plot, em_anchor a, em_box box)
{
        double top = plot->area.y0 - plot->head + 2.0;
        if (box.y0 < top || box.y1 > plot->area.y1 - 2.0 || box.x0 < 0 ||
            box.x1 > plot->sheet_width)
                return INFINITY;
        double cx = (box.x0 + box.x1) / 2, cy = (box.y0 + box.y1) / 2;
        double cost = em_room_overlap(plot->room, box) * 4.0 + hypot(cx - a.x, cy - a.y) * 0.6;
        if (box.x1 > plot->area.x1 + 4.0 || box.x0 < plot->area.x0)
                cost += 40.0;
        for (int i = 2; i < 8; i++) {
                double x = a.x + (cx - a.x) * i / 8.0, y = a.y + (cy - a.y) * i / 8.0;
                em_box here = { x - 1.0, y - 1.0, x + 1.0, y + 1.0 };
                cost += em_room_overlap(plot->room, here) * 8.0;
        }
        return cost;
}

/* Boxes around the anchor: above first, then to the sides, outward. */
static bool place(const em_plot *plot, em_anchor a, double w, double h, em_box *ret_box)
{
        static const double up[] = { 10, 16, 24, 36, 52, 72, 96, 124, 156, 190 };
        double best = INFINITY;
        for (size_t i = 0; i < sizeof up / sizeof *up; i++) {
                for (int k = -6; k <= 6; k++) {
                        double x = a.x + k * (w / 2 + 12.0) / 2.0;
                        x = fmin(fmax(x, w / 2 + 1.0), plot->sheet_width - w / 2 - 1.0);
                        em_box box = { x - w / 2 - 3.0, a.y - up[i] - h, x + w / 2 + 3.0,
                                       a.y - up[i] };
                        double cost = cost_of(plot, a, box);
                        em_box side = { box.x0, a.y - h / 2 + up[i] - 16.0, box.x1,
                                        a.y + h / 2 + up[i] - 16.0 };
                        bool beside = side.x0 > a.x + 6.0 || side.x1 < a.x - 6.0;
                        double other = beside ? cost_of(plot, a, side) + 6.0 : INFINITY;
                        if (cost < best) {
                                best = cost;
                                *ret_box = box;
                        }
                        if (other < best) {
                                best = other;
                                *ret_box = side;
                        }
                }
        }
        return best < INFINITY;
}

/* From the anchor to the nearest point of the label's edge. */
static void leader(const em_plot *plot, em_anchor a, em_box box)
{
        double x = fmin(fmax(a.x, box.x0 + 6.0), box.x1 - 6.0), y = box.y1;
        if (a.y < box.y1 && (a.x < box.x0 || a.x > box.x1)) {
                x = a.x < box.x0 ? box.x0 : box.x1;
                y = fmin(fmax(a.y, box.y0 + 6.0), box.y1 - 6.0);
        }
        if (hypot(x - a.x, y - a.y) > 13.0) {
                em_pen_line(plot->out, a.x, a.y - (y < a.y ? 3.0 : 0.0), x, y, EM_INK_MUTED, 1.0,
                            NULL);
                em_room_take_line(plot->room, a.x, a.y, x, y);
        }
}

static void draw_mark(em_plot *plot, const em_chart_mark *mark)
{
        em_anchor a = above_number(plot, anchor_of(plot, mark));
        em_lines words = em_text_wrap(mark->text, mark_type.size, false, 190.0, 3);
        double h = 14.0 * (double)words.count + 2.0;
        em_box box = { a.x - words.width / 2, plot->area.y0, a.x + words.width / 2,
                       plot->area.y0 + h };
        if (words.count == 0)
                return;
        place(plot, a, words.width, h, &box);
        leader(plot, a, box);
        bool linked = em_pen_open_link(plot->out, mark->href, EM_S(""));
        em_pen_rect(plot->out, box.x0, box.y0, box.x1 - box.x0, h, EM_INK_PAPER, 0.85);
        em_pen_lines(plot->out, &words, mark->text, (box.x0 + box.x1) / 2, box.y0 + 11.5, 14.0,
                     mark_type);
        em_pen_close_link(plot->out, linked);
        em_room_take(plot->room, box);
}

void em_marks_draw(em_plot *plot)
{
        for (size_t i = 0; i < plot->chart->mark_count; i++)
                draw_mark(plot, &plot->chart->marks[i]);
}

/* ---- legend ----------------------------------------------------------- */

/* Places the swatches in rows; draws them when out is given; ends with y. */
static double legend_flow(const em_chart *chart, em_buf *out, double x, double y, double width)
{
        double at = x;
        for (size_t s = 0; s < chart->series_count; s++) {
                em_lines name = em_text_wrap(chart->series[s].name, 12.0, false, width - 20.0, 1);
                double w = name.width + 34.0;
                if (at > x && at + w - 16.0 > x + width) {
                        at = x;
                        y += 18.0;
                }
                if (out) {
                        em_pen_rect(out, at, y + 2.0, 11.0, 11.0, em_ink_series(chart, s), 1.0);
                        em_pen_lines(out, &name, chart->series[s].name, at + 16.0, y + 12.0, 14.0,
                                     em_type_label);
                }
                at += w;
        }
        return y + 22.0;
}

double em_legend_height(const em_chart *chart, double width)
{
        if (chart->series_count < 2 || named_at_end(chart))
                return 0.0;
        return legend_flow(chart, NULL, 0, 0, width);
}

void em_legend_draw(const em_chart *chart, em_buf *out, double x, double y, double width)
{
        if (em_legend_height(chart, width) > 0)
                legend_flow(chart, out, x, y, width);
}
