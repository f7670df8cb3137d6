/* draw/plot.h -- one plot area while it is being drawn; inside src/draw only. */
#ifndef EMBARGO_DRAW_PLOT_H
#define EMBARGO_DRAW_PLOT_H

#include "draw/pen.h"
#include "draw/scale.h"

/* A name in the right margin, at the height of what it names. */
typedef struct em_tag { double y; em_ink ink; em_str name; em_words words; } em_tag;
#define EM_TAGS_MAX 32

typedef struct em_plot {
        const em_chart   *chart;
        const em_caption *caption;      /* of the sheet; its id prefixes all ids */
        em_box   area;
        em_slots slots;
        em_ticks ticks;
        double   sheet_width;
        double   head;                  /* free px above area for labels */
        em_room *room;
        em_tag   tags[EM_TAGS_MAX];
        size_t   tag_count;
        em_buf  *out;
} em_plot;

double em_plot_y(const em_plot *plot, em_milli v);
void   em_plot_tag(em_plot *plot, double y, em_ink ink, em_str name, const em_words *words);

/* Names a slot in words: "January 2022", "2021", a category. */
void   em_slot_words(const em_chart *chart, int64_t slot, em_buf *out);
/* Opens the datum's link with what it says on hovering. */
bool   em_plot_open_datum(const em_plot *plot, const em_chart_series *series,
                          const em_chart_datum *d);
/* The number of d as it is printed beside it. */
em_words em_datum_words(const em_chart *chart, const em_chart_datum *d, bool full);
/* Digits after the point in labels: rounded where amounts are shown divided. */
int    em_chart_decimals(const em_chart *chart);

/* fill="url(#id-what)" */
void   em_plot_fill_ref(em_buf *out, const em_caption *caption, const char *what);
/* Fades from y0 (full) to y1 (nothing) over x..x+w, with an arrow on y1. */
void   em_plot_fade(const em_plot *plot, em_ink ink, double x, double w, double y0, double y1);
void   em_plot_hatch(em_buf *out, const em_caption *caption, em_box box);

/* Patterns, and where an end is open gradients, that the parts refer to. */
void   em_plot_defs(em_buf *out, const em_caption *caption, const em_chart *charts, size_t count);

/* The parts of an upright plot, in drawing order. */
double em_axis_left_margin(const em_chart *chart, em_ticks ticks);
double em_axis_right_margin(const em_chart *chart);
double em_axis_foot_height(const em_chart *chart, const em_slots *slots);
void   em_axis_amount(em_plot *plot);
void   em_axis_slots(em_plot *plot);
void   em_gaps_hatch(em_plot *plot);
void   em_bars_draw(em_plot *plot);
void   em_stack_draw(em_plot *plot);
void   em_range_draw(em_plot *plot);
void   em_lines_draw(em_plot *plot);
void   em_steps_draw(em_plot *plot);
void   em_caps_draw(em_plot *plot);
void   em_gaps_words(em_plot *plot);
void   em_marks_draw(em_plot *plot);
void   em_tags_draw(em_plot *plot);

/* Swatches with the series' names; 0 when there is nothing to tell apart. */
double em_legend_height(const em_chart *chart, double width);
void   em_legend_draw(const em_chart *chart, em_buf *out, double x, double y, double width);

/* The dot plot is laid out by its rows. */
em_status em_dots_svg(const em_chart *chart, const em_draw_opts *opts, em_buf *out,
                      em_error *err);

/* Refuses what cannot be drawn; the greatest amount on the axis; the slots. */
EM_MUST em_status em_chart_check(const em_chart *chart, em_error *err);
em_milli em_chart_most(const em_chart *chart);
em_slots em_chart_slots(const em_chart *chart);
/* The gap's own words or "not reported". */
em_str em_gap_words(const em_chart_gap *gap);

#endif
