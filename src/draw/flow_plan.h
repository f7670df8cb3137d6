/* draw/flow_plan.h -- a flow picture between its stages; inside src/draw only.
 *
 * flow_net.c   the input as a graph without circles, its layers and its chains
 * flow_fold.c  what is folded; leaves the boxes and lines of the picture
 * flow_order.c the columns, and who stands above whom in them
 * flow_place.c sizes and coordinates
 * flow.c       the SVG and the table
 * flow_data.c  the same for programs
 */
#ifndef EMBARGO_DRAW_FLOW_PLAN_H
#define EMBARGO_DRAW_FLOW_PLAN_H

#include "draw/pen.h"
#include "embargo/flow.h"

#define EM_FLOW_NONE SIZE_MAX

/* ---- the input (flow_net.c) ------------------------------------------------ */

/* A unit is a node, or a chain of hops that will be a ladder. */
typedef struct em_flow_unit {
        size_t  head, length;   /* first node; nodes, along em_flow_net.next */
        size_t  layer;          /* longest path from a unit that nothing enters */
        int64_t in, out;
        bool    enters, leaves; /* has lines in, lines out */
} em_flow_unit;

typedef struct em_flow_net {
        const em_flow *flow;
        size_t  *first, *out;   /* edges by their from: out[first[n]] .. out[first[n + 1]] */
        bool    *cut;           /* edges left out because they would close a circle */
        size_t   cuts;
        int64_t  cut_amount;
        size_t  *order;         /* nodes, each behind all that pay it */
        size_t  *next;          /* the next node of the chain, or EM_FLOW_NONE */
        size_t  *unit_of;
        em_flow_unit *unit;
        size_t   units;
} em_flow_net;

EM_MUST em_status em_flow_net_make(const em_flow *flow, em_arena *arena, em_flow_net *ret_net, em_error *err);

/* ---- the picture (flow_fold.c) ---------------------------------------------- */

typedef struct em_flow_row {            /* a step of a ladder */
        size_t  node, steps;            /* its first node, and how many it stands for */
        int64_t on, on_s;               /* what goes on to the next row, and when */
        double  y, height;              /* within the box */
} em_flow_row;

typedef struct em_flow_box {
        em_flow_kind kind;
        size_t  node;                   /* the first node in it */
        size_t  members;                /* nodes it stands for; over 1 with no rows: a fold */
        int64_t largest;                /* amount through the largest member of a fold */
        size_t  listed[EM_FLOW_LISTED], lists;  /* nodes of a fold, the largest first; of a ladder, the first */
        em_flow_row *row; size_t rows;  /* of a ladder; else 0 */
        size_t  column;
        bool    end;                    /* stands in the last column */
        int64_t in;
        size_t  lines_in;
        em_box  at;
} em_flow_box;

typedef struct em_flow_line {
        size_t  from, row, to;          /* boxes, and the ladder's row it leaves */
        int64_t amount, first_s, last_s;
        size_t  count, edge;            /* payments; the first of them */
        size_t  item;                   /* of its first place between, see below; one in each column */
        double  width, y0, y1;          /* of the stroke; where it leaves and enters */
} em_flow_line;

/* What stands in a column: a box, or a line that passes. */
typedef struct em_flow_item { size_t box, line; double y, height; } em_flow_item;       /* y: upper edge */

typedef struct em_flow_column {
        size_t *item, items;            /* from top to bottom */
        double  x, width, words;        /* words: room for the words of lines, right of the boxes */
} em_flow_column;

typedef struct em_flow_plan {
        const em_flow *flow;
        em_flow_net    net;
        em_flow_box   *box;
        size_t         boxes;
        em_flow_line  *line;
        size_t         lines;
        em_flow_item  *item;            /* boxes first, by number; then those of lines */
        size_t         items;
        em_flow_column *column;
        size_t         columns;
        size_t         folded, joined;  /* nodes in folds; payments joined with others */
        int64_t        most;            /* the largest line */
        const em_flow_opts *opts;       /* or NULL */
        double         x1, y0, y1;      /* of the drawing */
} em_flow_plan;

EM_MUST em_status em_flow_fold(em_flow_plan *plan, const em_flow_opts *opts, em_arena *arena, em_error *err);
EM_MUST em_status em_flow_order(em_flow_plan *plan, em_arena *arena, em_error *err);
/* top: y of the first box.  Fills every place. */
EM_MUST em_status em_flow_place(em_flow_plan *plan, double top, em_arena *arena, em_error *err);
/* A line as the value of an SVG path's d. */
void em_flow_line_path(em_buf *out, const em_flow_plan *plan, const em_flow_line *line);
/* The plan as SVG; places it anew. */
EM_MUST em_status em_flow_draw(em_flow_plan *plan, em_arena *arena, em_buf *out, em_error *err);
/* Where a box leads: its node's href, or what opts->link says of several. */
em_str em_flow_href(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena);
/* "a service", "stopped" ...: one word for programs. */
const char *em_flow_kind_name(em_flow_kind kind);
/* All stages. */
EM_MUST em_status em_flow_plan_make(const em_flow *flow, const em_flow_opts *opts, double top, em_arena *arena,
                                    em_flow_plan *ret_plan, em_error *err);

/* ---- words and measures shared by placing and drawing (flow_words.c) -------------- */

#define EM_FLOW_PAD      8.0            /* between a box's edge and its words */
#define EM_FLOW_LEADING 14.0
#define EM_FLOW_NAME    11.5            /* px of type */
#define EM_FLOW_SMALL   10.0
#define EM_FLOW_WORDS   15.0            /* height of a line's words above it */
#define EM_FLOW_HEAD    22.0            /* of a ladder, above its rows */

/* The words in a box, broken to its width. */
typedef struct em_flow_words { em_lines name, second; em_str sum; double width, height; } em_flow_words;
em_str em_flow_amount(const em_flow_plan *plan, int64_t amount, em_arena *arena);
/* "2024-03-06 10:00", "2024-03-06", "2024-03-06 to 2024-03-09", or "". */
em_str em_flow_when(int64_t first_s, int64_t last_s, em_arena *arena);
em_str em_flow_name(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena);
em_str em_flow_second(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena);
em_str em_flow_row_name(const em_flow_plan *plan, const em_flow_row *row, em_arena *arena);
em_str em_flow_row_on(const em_flow_plan *plan, const em_flow_row *row, em_arena *arena);
/* What stands beside a line, and in a lighter ink behind it. */
em_str em_flow_line_when(const em_flow_line *line, em_arena *arena);
em_flow_words em_flow_words_of(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena);
em_str em_flow_counted(const em_flow_plan *plan, em_flow_kind kind, size_t n, em_arena *arena);

#endif
