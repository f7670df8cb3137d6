/* report/figure.h -- a chart as data: header, SELECT, rows; for chart_file.c and figure.c. */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include "report/parts.h"

enum { EM_FIGURE_MARKS = 16, EM_FIGURE_GAPS = 16, EM_FIGURE_PANELS = 8, EM_FIGURE_QUESTIONS = 8 };

typedef struct em_figure_mark { em_str when, text, series; } em_figure_mark;
typedef struct em_figure_gap  { em_str from, to, text, series; } em_figure_gap;
typedef struct em_figure_panel { em_str series, unit; } em_figure_panel;

/* A parsed charts/NAME.sql (doc/format-chart.md). */
typedef struct em_figure_file {
        em_str name, file, sql;
        bool   is_map, is_panels, whole;
        em_chart_kind kind;
        em_axis axis;
        em_str span_from, span_to;      /* "known" as span_to: the day as of which */
        em_str unit, title, title_else, subtitle, foot, desc;
        int64_t per;
        int     height, percent[4];
        em_str  question[EM_FIGURE_QUESTIONS];          size_t questions;
        em_figure_mark  mark[EM_FIGURE_MARKS];          size_t marks;
        em_figure_gap   gap[EM_FIGURE_GAPS];            size_t gaps;
        em_figure_panel panel[EM_FIGURE_PANELS];        size_t panels;
} em_figure_file;

/* EM_FORMAT with file and line. */
EM_MUST em_status em_figure_parse(em_str name, em_str text, em_arena *arena,
                                  em_figure_file *ret_file, em_error *err);

#endif
