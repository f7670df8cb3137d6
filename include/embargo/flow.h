/* embargo/flow.h -- where money may have gone, as a picture that runs left to right.
 *
 * Boxes are places or payments, lines are amounts between them.  Sources stand at
 * the left, ends (services, mixers, coins that still sit) in the last column, what
 * lies between in columns of its own.  Data in, text out, like embargo/draw.h,
 * whose colours, type and page rules it shares: same description, same bytes.
 *
 *     static const em_flow_node node[] = {
 *             { .kind = EM_FLOW_SEED, .name = EM_S_INIT("the thief's address") },
 *             { .kind = EM_FLOW_HOP, .name = EM_S_INIT("tx 7a055c7f"), .second = EM_S_INIT("block 131") },
 *             { .kind = EM_FLOW_SERVICE, .name = EM_S_INIT("Exchange A"), .second = EM_S_INIT("a tag list, 2024") },
 *     };
 *     static const em_flow_edge edge[] = { { 0, 1, 100000000000, 1709683200, { 0 } },
 *                                          { 1, 2, 4000000000, 1709686800, { 0 } } };
 *     em_flow flow = { .caption = { .title = EM_S("40 may have come to Exchange A") }, .unit = EM_S("BTC"),
 *                      .decimals = 8, .nodes = node, .node_count = 3, .edges = edge, .edge_count = 2 };
 *     EM_TRY(em_flow_svg(&flow, NULL, &out, err));
 *
 * What is small is folded until the picture fits its ceilings, and every fold says how
 * many it stands for and how large its largest is:
 *
 *   ladder   hops of which each feeds the next, and only that one feeds it (a peel
 *            chain), stand below each other in one box, a row a payment, with what goes on between
 *            the rows; of a long one the rows that pay most away stay
 *   fold     the smallest boxes (by what enters or leaves them, the larger) become one box
 *            for each kind of end and one for each stretch of columns
 *   join     payments between the same two boxes are one line with a sum and a count
 *
 * No amount is lost by this: what a box receives and pays on stays the same sum.  Lines
 * that would close a circle are left out, and the foot says how many and how much.
 *
 * Layers: Sugiyama, Tagawa, Toda, Methods for visual understanding of hierarchical system structures
 * (1981); order within them by medians (Eades and Wormald 1994); places by pooling adjacent violators
 * (Ayer and others 1955).
 */
#ifndef EMBARGO_FLOW_H
#define EMBARGO_FLOW_H

#include "embargo/draw.h"

typedef enum em_flow_kind {
        EM_FLOW_SEED,           /* where the money comes from */
        EM_FLOW_HOP,            /* a payment or an address on the way */
        EM_FLOW_SERVICE,        /* ends, from here on; one that pays on stands between like a hop */
        EM_FLOW_MIXER,
        EM_FLOW_STOPPED,        /* not followed further, for another reason */
        EM_FLOW_SITTING,        /* not moved since */
        EM_FLOW_KINDS
} em_flow_kind;

typedef struct em_flow_node {
        em_flow_kind kind;
        em_str   name, second;  /* first and second line */
        em_str   text;          /* said on hovering, after name and second */
        em_str   href;          /* as in em_chart_datum */
        em_str   id;            /* what em_flow_json and em_flow_opts.link call it; letters, digits and . - */
        bool     own;           /* keeps a box of its own: is not folded, and stands in no ladder */
        bool     folds;         /* said by em_flow_json: somebody may fold it, or has */
} em_flow_node;

typedef struct em_flow_edge {
        size_t  from, to;       /* places in nodes */
        int64_t amount;         /* in units of 10^-decimals; not negative */
        int64_t time_s;         /* since 1970, UTC; 0: not stated */
        em_str  text;           /* said on hovering */
} em_flow_edge;

typedef struct em_flow {
        em_caption caption;     /* what is folded and how wide lines are is added to the foot */
        em_str     unit;        /* "BTC" */
        int        decimals;    /* of amounts, 0 to 18 */
        em_str     hop, hops;   /* what a hop is, one and many; empty: "step", "steps" */
        const em_flow_node *nodes;
        size_t     node_count;
        const em_flow_edge *edges;
        size_t     edge_count;
} em_flow;

#define EM_FLOW_NODES_MAX 1000000
#define EM_FLOW_EDGES_MAX 4000000

typedef struct em_flow_opts {
        size_t boxes;           /* ceilings; 0: 60, */
        size_t columns;         /* 9, at least 3, */
        size_t steps;           /* rows of a ladder: 14, at least 3, */
        size_t lines;           /* and 90 */
        bool   standalone;      /* an SVG file: carries the XML line and its own rules */
        bool   picture;         /* em_flow_json: the SVG too, as member "svg" */
        /* Where a box of several leads, as href: its nodes, the largest of a fold or the first of a ladder, at most
         * EM_FLOW_LISTED.  NULL: nowhere. */
        em_str (*link)(void *ctx, const size_t *node, size_t nodes, em_arena *arena);
        void  *link_ctx;
} em_flow_opts;

#define EM_FLOW_LISTED 12

/* The picture as one <svg> element, appended to out.  Its width is what it needs, at least 760 px.
 *
 * Cost: sorting nodes and edges a few times, then by what is left; 200 bytes a node, 120 an edge.
 *
 * EM_LIMIT   more nodes or edges than the above; amounts that sum to over 63 bits
 * EM_FORMAT  an edge to no node, a negative amount, decimals out of range
 * EM_NOMEM   out is full, or memory */
EM_MUST em_status em_flow_svg(const em_flow *flow, const em_flow_opts *opts, em_buf *out, em_error *err);

/* The lines of that picture, with the same folds, as an HTML <table class="em-data">: from, to, amount,
 * payments, first and last day.  As above. */
EM_MUST em_status em_flow_table(const em_flow *flow, const em_flow_opts *opts, em_buf *out, em_error *err);

/* The same picture for a program that draws it itself: one object with "width", "height" (these and all places in tenths of a pixel), "unit", "decimals", what is folded, and
 *
 *   boxes   id (of a fold that of its largest node, with "+" before it), kind, end, name, second, text, href, folds, box [x, y, width,
 *           height], column, members, nodes (ids, as link gets them), in (what enters), out (what goes on in lines), rows of a ladder [name, what goes on, y]
 *   lines   from and to (places in boxes), row, amount (a whole number as text), shown, count, first and last (seconds or
 *           null), when, width, path (of SVG), at [x, y] of its words
 *
 * As above. */
EM_MUST em_status em_flow_json(const em_flow *flow, const em_flow_opts *opts, em_buf *out, em_error *err);

#endif
