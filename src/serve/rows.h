/* serve/rows.h -- the rows that SQL gave, as a table, as data and as a picture.
 *
 * Unlike a grid (desk.h) their columns are not known before, and a value keeps its type: a number is one in JSON, and
 * what is NULL stands as null, never as an empty text.
 */
#ifndef SERVE_ROWS_H
#define SERVE_ROWS_H

#include "serve/desk.h"

/* A table; a value is shown up to most bytes.  Columns id, from_id and to_id lead to records. */
void em_rows_html(em_ask *ask, const em_rows *rows, size_t most);
/* The reply of .json: {"schema", "as_known_on", "columns", "cut", "rows": [{...}]}, a column that comes again being called
 * NAME_2; or of .csv, as RFC 4180 has it: NULL is nothing, an empty text "". */
EM_MUST em_status em_rows_data(em_ask *ask, const char *schema, const em_rows *rows, em_error *err);

typedef struct em_rows_look {           /* how rows are drawn */
        em_chart_kind kind;             /* BARS, LINES or DOTS; labels too many or too long for bars are dots */
        em_str  title;                  /* empty: "missiles by day" */
        int     width;
        const char *id;                 /* prefix of the ids inside */
} em_rows_look;
/* Draws rows of which one column holds days, months or years, or else the first one of text holds labels, and others hold
 * numbers: a series for each column of numbers, or, where a second column holds text, for each of its values.
 *
 * EM_FORMAT  the rows are not so, a slot has two numbers of one series, or a number is below zero; the sentence says what to select
 * EM_LIMIT   too many points, series or labels (embargo/draw.h) */
EM_MUST em_status em_rows_draw(const em_rows *rows, const em_rows_look *look, em_arena *arena, em_buf *out, em_error *err);

/* Which columns em_rows_draw takes: of time or labels, of numbers, and the one whose values are series (empty: none). */
typedef struct em_rows_plan { em_axis axis; em_str place, split; em_str number[EM_CHART_SERIES_MAX]; size_t numbers; } em_rows_plan;
EM_MUST em_status em_rows_plan_of(const em_rows *rows, em_rows_plan *ret, em_error *err);

#endif
