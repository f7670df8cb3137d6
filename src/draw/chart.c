/* A chart from its description: check, measure, lay out, draw.
 *
 * Panels are the general case and a chart is one panel.  Everything that words
 * must not cover is drawn first and leaves its box in the room; words follow.
 */
#include "draw/plot.h"

#include <math.h>
#include <stdlib.h>

typedef struct em_kind_row { void (*draw)(em_plot *plot); double height; } em_kind_row;

static const em_kind_row kinds[EM_CHART_KIND_COUNT] = {
        [EM_CHART_BARS] = { em_bars_draw, 230.0 },
        [EM_CHART_STACKED] = { em_stack_draw, 230.0 },
        [EM_CHART_RANGE] = { em_range_draw, 250.0 },
        [EM_CHART_LINES] = { em_lines_draw, 250.0 },
        [EM_CHART_DOTS] = { NULL, 0.0 },
        [EM_CHART_CUMULATIVE] = { em_steps_draw, 280.0 },
};

double em_plot_y(const em_plot *plot, em_milli v)
{
        double part = (double)v / (double)plot->ticks.top;
        return plot->area.y1 - part * (plot->area.y1 - plot->area.y0);
}

void em_plot_tag(em_plot *plot, double y, em_ink ink, em_str name, const em_words *words)
{
        if (plot->tag_count == EM_TAGS_MAX)
                return;
        em_tag *tag = &plot->tags[plot->tag_count++];
        *tag = (em_tag){ .y = y, .ink = ink, .name = name };
        if (words)
                tag->words = *words;
}

/* Whatever the panels share: slots and margins. */
typedef struct em_layout {
        em_sheet sheet;
        em_slots slots;
        double   left, right;
} em_layout;

static em_slots common_slots(const em_chart *panels, size_t count)
{
        em_slots all = em_chart_slots(&panels[0]);
        for (size_t i = 1; i < count; i++) {
                em_slots one = em_chart_slots(&panels[i]);
                int64_t last = all.first + all.count, other = one.first + one.count;
                all.first = one.first < all.first ? one.first : all.first;
                all.count = (other > last ? other : last) - all.first;
        }
        return all;
}

static double plot_height(const em_chart *chart, size_t count, const em_draw_opts *opts)
{
        if (opts && opts->height > 0)
                return fmax(60.0, (double)opts->height);
        return count > 1 ? 120.0 : kinds[chart->kind].height;
}

static em_ticks plot_ticks(const em_chart *chart, double height)
{
        int want = (int)fmin(6.0, fmax(2.0, height / 36.0));
        return em_ticks_make(em_chart_most(chart), want, chart->per, chart->whole);
}

/* The unit needs a line above the plot; words at a mark up to two. */
static double head_room(const em_chart *chart)
{
        return chart->mark_count ? 36.0 : 22.0;
}

#define PANEL_TITLE 20.0

/* From one panel's top to its baseline. */
static double panel_height(const em_chart *chart, size_t count, const em_layout *layout,
                           const em_draw_opts *opts)
{
        return (count > 1 ? PANEL_TITLE : 0.0) + em_legend_height(chart, layout->sheet.width) +
               head_room(chart) + plot_height(chart, count, opts);
}

static em_layout lay_out(const em_caption *caption, const em_chart *panels, size_t count,
                         const em_draw_opts *opts)
{
        em_layout layout = { .sheet = em_sheet_make(caption, opts) };
        for (size_t i = 0; i < count; i++) {
                em_ticks ticks = plot_ticks(&panels[i], plot_height(&panels[i], count, opts));
                layout.left = fmax(layout.left, em_axis_left_margin(&panels[i], ticks));
                layout.right = fmax(layout.right, em_axis_right_margin(&panels[i]));
        }
        layout.slots = common_slots(panels, count);
        layout.slots.x0 = layout.left;
        layout.slots.x1 = layout.sheet.width - layout.right;
        return layout;
}

/* Draws one panel whose top is at y; its baseline is returned. */
static double draw_panel(const em_caption *caption, const em_chart *chart, size_t count,
                         const em_layout *layout, const em_draw_opts *opts, double y,
                         em_room *room, em_buf *out)
{
        static const em_type name_type = { 13.0, EM_INK_TEXT, "start", true, false };
        double height = plot_height(chart, count, opts);
        em_plot plot = { .chart = chart, .caption = caption, .slots = layout->slots,
                         .ticks = plot_ticks(chart, height), .head = head_room(chart),
                         .sheet_width = layout->sheet.width, .room = room, .out = out };
        double base = y + panel_height(chart, count, layout, opts);
        plot.area = (em_box){ layout->slots.x0, base - height, layout->slots.x1, base };
        if (count > 1) {
                em_lines name = em_text_wrap(chart->caption.title, 13.0, true,
                                             layout->sheet.width - 8.0, 1);
                em_pen_lines(out, &name, chart->caption.title, 0, y + 15.0, 16.0, name_type);
                y += PANEL_TITLE;
        }
        em_legend_draw(chart, out, 0, y, layout->sheet.width);
        room->count = 0;
        em_gaps_hatch(&plot);
        em_axis_amount(&plot);
        kinds[chart->kind].draw(&plot);
        em_caps_draw(&plot);
        em_gaps_words(&plot);
        em_tags_draw(&plot);
        em_marks_draw(&plot);
        return base;
}

static em_status check_panels(const em_chart *panels, size_t count, em_error *err)
{
        if (count == 0)
                return em_fail(err, EM_FORMAT, "a picture without panels cannot be drawn");
        if (count > EM_CHART_PANELS_MAX)
                return em_fail(err, EM_LIMIT, "%zu panels; at most %d are drawn in one picture",
                               count, EM_CHART_PANELS_MAX);
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_chart_check(&panels[i], err));
                if (panels[i].kind == EM_CHART_DOTS)
                        return em_fail(err, EM_FORMAT, "a dot plot cannot be a panel");
                if (panels[i].axis != panels[0].axis)
                        return em_fail(err, EM_FORMAT, "panels need one common axis");
        }
        return EM_OK;
}

static em_status draw_all(const em_caption *caption, const em_chart *panels, size_t count,
                          const em_draw_opts *opts, em_buf *out, em_error *err)
{
        em_room *room = malloc(sizeof *room);
        if (!room)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a chart");
        em_layout layout = lay_out(caption, panels, count, opts);
        double height = layout.sheet.top + em_sheet_foot_height(&layout.sheet, EM_S("")) +
                        em_axis_foot_height(&panels[count - 1], &layout.slots);
        for (size_t i = 0; i < count; i++)
                height += panel_height(&panels[i], count, &layout, opts) + (i ? 14.0 : 0.0);
        em_sheet_open(out, &layout.sheet, height);
        em_plot_defs(out, caption, panels, count);
        double y = layout.sheet.top;
        for (size_t i = 0; i < count; i++) {
                double base = draw_panel(caption, &panels[i], count, &layout, opts,
                                         y + (i ? 14.0 : 0.0), room, out);
                y = base;
        }
        em_plot last = { .chart = &panels[count - 1], .slots = layout.slots, .out = out,
                         .area = { layout.slots.x0, 0, layout.slots.x1, y } };
        em_axis_slots(&last);
        em_sheet_close(out, &layout.sheet, height, EM_S(""));
        free(room);
        return em_buf_status(out, err);
}

em_status em_chart_svg(const em_chart *chart, const em_draw_opts *opts, em_buf *out,
                       em_error *err)
{
        em_assert(chart && out);
        EM_TRY(em_chart_check(chart, err));
        if (chart->kind == EM_CHART_DOTS)
                return em_dots_svg(chart, opts, out, err);
        return draw_all(&chart->caption, chart, 1, opts, out, err);
}

em_status em_chart_panels(const em_caption *caption, const em_chart *panels, size_t count,
                          const em_draw_opts *opts, em_buf *out, em_error *err)
{
        em_assert(caption && out);
        EM_TRY(check_panels(panels, count, err));
        return draw_all(caption, panels, count, opts, out, err);
}
