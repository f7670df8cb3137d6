/* Sizes and coordinates.
 *
 * A box is as high as its words and the lines at its sides need; each line leaves at a height of its own
 * with room for its words above it, so words never meet.  Lines run level through the columns and
 * bend only in the space between them, where nothing is written.  Within a column each item wants to stand
 * level with its neighbours; the nearest places (least squares) that keep the order and the distances come
 * from pooling adjacent violators (Ayer, Brunk, Ewing, Reid, Silverman 1955).
 */
#include "draw/flow_plan.h"

#include <math.h>
#include <stdlib.h>

#define STROKE_MOST 16.0
#define STROKE_LEAST 1.2
enum { ROUNDS = 24 };

typedef struct port { double at; size_t line; } port;   /* at: what it is sorted by */
typedef struct pool { double sum, weight; size_t count; } pool;

typedef struct placing {
        em_flow_plan *plan;
        em_arena *arena;
        double   *place;        /* by item: its place in its column */
        double   *leaves, *enters;      /* by line: below the upper edge of its boxes */
        double   *want, *weight;        /* by item */
        port     *port;
        pool     *pool;
} placing;

/* ---- sizes -------------------------------------------------------------------------- */

static void set_strokes(em_flow_plan *p)
{
        for (size_t i = 0; i < p->lines; i++) {
                em_flow_line *l = &p->line[i];
                double        share = p->most ? (double)l->amount / (double)p->most : 0.0;
                l->width = fmax(STROKE_LEAST, STROKE_MOST * sqrt(share));
        }
}

static int by_at(const void *a, const void *b)
{
        const port *x = a, *y = b;
        if (x->at < y->at || x->at > y->at)
                return x->at < y->at ? -1 : 1;
        return x->line < y->line ? -1 : x->line > y->line;
}

/* Lines that leave (a row of) a box, from top to bottom by where they go; returns how many. */
static size_t list_leaving(const placing *g, size_t box, size_t row)
{
        const em_flow_plan *p = g->plan;
        size_t              n = 0;
        for (size_t i = 0; i < p->lines; i++) {
                const em_flow_line *l = &p->line[i];
                bool                near = p->box[l->to].column == p->box[box].column + 1;
                if (l->from == box && l->row == row)
                        g->port[n++] = (port){g->place[near ? l->to : l->item], i};
        }
        qsort(g->port, n, sizeof *g->port, by_at);
        return n;
}

static size_t list_entering(const placing *g, size_t box)
{
        const em_flow_plan *p = g->plan;
        size_t              n = 0;
        for (size_t i = 0; i < p->lines; i++) {
                const em_flow_line *l = &p->line[i];
                const em_flow_box  *from = &p->box[l->from];
                size_t              between = p->box[l->to].column - from->column - 1;
                double              row = from->rows && !between ? (double)l->row / (double)from->rows : 0.0;
                if (l->to == box)
                        g->port[n++] = (port){g->place[between ? l->item + between - 1 : l->from] + row, i};
        }
        qsort(g->port, n, sizeof *g->port, by_at);
        return n;
}

static double leaving_height(const placing *g, size_t n)
{
        double sum = 0;
        for (size_t i = 0; i < n; i++)
                sum += EM_FLOW_WORDS + g->plan->line[g->port[i].line].width;
        return n ? sum + 3.0 : 0.0;
}

static void set_leaving(const placing *g, size_t n, double y)
{
        for (size_t i = 0; i < n; i++) {
                double width = g->plan->line[g->port[i].line].width;
                g->leaves[g->port[i].line] = y + EM_FLOW_WORDS + width / 2;
                y += EM_FLOW_WORDS + width;
        }
}

static double set_entering(const placing *g, size_t n, double y)
{
        for (size_t i = 0; i < n; i++) {
                double width = g->plan->line[g->port[i].line].width;
                g->enters[g->port[i].line] = y + width / 2;
                y += width + 3.0;
        }
        return y;
}

static double entering_height(const placing *g, size_t n)
{
        double sum = 0;
        for (size_t i = 0; i < n; i++)
                sum += g->plan->line[g->port[i].line].width + 3.0;
        return sum;
}

static void size_ladder(const placing *g, size_t box)
{
        em_flow_box *b = &g->plan->box[box];
        double       y = EM_FLOW_HEAD, width = em_text_width(em_flow_name(g->plan, b, g->arena), EM_FLOW_NAME, true);
        for (size_t r = 0; r < b->rows; r++) {
                em_flow_row *row = &b->row[r];
                size_t       n = list_leaving(g, box, r);
                double       words = EM_FLOW_LEADING * (r + 1 < b->rows ? 2.0 : 1.0) + 5.0;
                row->y = y;
                row->height = fmax(words, leaving_height(g, n) + 2.0);
                set_leaving(g, n, y);
                y += row->height;
                width = fmax(width, em_text_width(em_flow_row_name(g->plan, row, g->arena), EM_FLOW_SMALL, false));
                width = fmax(width, em_text_width(em_flow_row_on(g->plan, row, g->arena), EM_FLOW_NAME, false) + 14.0);
        }
        b->at.x1 = fmin(width, 320.0) + 2 * EM_FLOW_PAD;
        b->at.y1 = fmax(y + 2.0, set_entering(g, list_entering(g, box), 6.0));
}

static void size_box(const placing *g, size_t box)
{
        em_flow_box  *b = &g->plan->box[box];
        em_flow_words w = em_flow_words_of(g->plan, b, g->arena);
        size_t        n = list_leaving(g, box, 0);
        double        out = leaving_height(g, n);
        b->at.x1 = w.width + 2 * EM_FLOW_PAD;
        b->at.y1 = fmax(w.height, out);
        double height = b->at.y1;
        set_leaving(g, n, (height - out) / 2);
        n = list_entering(g, box);
        double in = entering_height(g, n);
        if (in > height) {
                for (size_t i = 0; i < g->plan->lines; i++)
                        if (g->plan->line[i].from == box)
                                g->leaves[i] += (in - height) / 2;
                b->at.y1 = height = in;
        }
        (void)set_entering(g, n, (height - in) / 2 + 1.5);
}

static void size_items(const placing *g)
{
        em_flow_plan *p = g->plan;
        for (size_t i = 0; i < p->items; i++) {
                em_flow_item *it = &p->item[i];
                if (it->box == EM_FLOW_NONE) {
                        it->height = p->line[it->line].width;
                        continue;
                }
                if (p->box[it->box].rows)
                        size_ladder(g, it->box);
                else
                        size_box(g, it->box);
                it->height = p->box[it->box].at.y1;
        }
}

/* ---- across --------------------------------------------------------------------------- */

static double words_width(const placing *g, const em_flow_line *l)
{
        em_str amount = em_flow_amount(g->plan, l->amount, g->arena), when = em_flow_line_when(l, g->arena);
        return em_text_width(amount, EM_FLOW_NAME, true) + (when.n ? 6.0 : 0.0) +
               em_text_width(when, EM_FLOW_SMALL, false) + 14.0;
}

static void set_across(const placing *g)
{
        em_flow_plan *p = g->plan;
        double        x = 1.0;
        for (size_t c = 0; c < p->columns; c++) {
                em_flow_column *col = &p->column[c];
                size_t          bends = 0;
                for (size_t i = 0; i < p->boxes; i++)
                        if (p->box[i].column == c)
                                col->width = fmax(col->width, p->box[i].at.x1);
                for (size_t i = 0; i < p->lines; i++) {
                        const em_flow_line *l = &p->line[i];
                        bends += p->box[l->from].column <= c && p->box[l->to].column > c;
                        if (p->box[l->from].column == c)
                                col->words = fmax(col->words, words_width(g, l));
                }
                col->x = x;
                x += col->width + col->words + (c + 1 < p->columns ? 30.0 + fmin(66.0, 4.0 * (double)bends) : 0.0);
        }
        for (size_t i = 0; i < p->boxes; i++) {
                em_flow_box *b = &p->box[i];
                b->at.x0 = p->column[b->column].x;
                b->at.x1 = b->at.x0 + p->column[b->column].width;
        }
        p->x1 = x + 1.0;
}

/* ---- down ------------------------------------------------------------------------------- */

static double apart(const em_flow_plan *p, size_t above, size_t below)
{
        bool a = p->item[above].box != EM_FLOW_NONE, b = p->item[below].box != EM_FLOW_NONE;
        return a && b ? 14.0 : a || b ? 9.0 : 5.0;
}

/* Least squares with the order and distances kept. */
static void settle(const placing *g, const em_flow_column *col)
{
        em_flow_plan *p = g->plan;
        double        below = 0;
        size_t        pools = 0, at = 0;
        for (size_t i = 0; i < col->items; i++) {
                size_t item = col->item[i];
                if (i)
                        below += p->item[col->item[i - 1]].height + apart(p, col->item[i - 1], item);
                g->pool[pools++] = (pool){g->weight[item] * (g->want[item] - below), g->weight[item], 1};
                for (; pools > 1; pools--) {
                        pool *a = &g->pool[pools - 2], *b = a + 1;
                        if (a->sum / a->weight <= b->sum / b->weight)
                                break;
                        *a = (pool){a->sum + b->sum, a->weight + b->weight, a->count + b->count};
                }
        }
        below = 0;
        for (size_t k = 0; k < pools; k++)
                for (size_t i = 0; i < g->pool[k].count; i++, at++) {
                        if (at)
                                below += p->item[col->item[at - 1]].height + apart(p, col->item[at - 1], col->item[at]);
                        p->item[col->item[at]].y = g->pool[k].sum / g->pool[k].weight + below;
                }
}

/* Item of line l in column c, and how far below its upper edge the line meets it. */
static size_t meets(const placing *g, const em_flow_line *l, size_t c, double *ret_at)
{
        const em_flow_plan *p = g->plan;
        size_t              from = p->box[l->from].column;
        *ret_at = l->width / 2;
        if (c == from)
                *ret_at = g->leaves[l - p->line];
        else if (c == p->box[l->to].column)
                *ret_at = g->enters[l - p->line];
        else
                return l->item + (c - from - 1);
        return c == from ? l->from : l->to;
}

static void ask(const placing *g, size_t c, size_t neighbour)
{
        const em_flow_plan *p = g->plan;
        size_t              left = c < neighbour ? c : neighbour;
        for (size_t i = 0; i < p->lines; i++) {
                const em_flow_line *l = &p->line[i];
                double              own, other;
                if (p->box[l->from].column > left || p->box[l->to].column <= left)
                        continue;
                size_t item = meets(g, l, c, &own), by = meets(g, l, neighbour, &other);
                bool   passes = p->item[item].box == EM_FLOW_NONE && p->item[by].box == EM_FLOW_NONE;
                double weight = passes ? 16.0 : 1.0 + l->width / 4;
                g->want[item] += weight * (p->item[by].y + other - own);
                g->weight[item] += weight;
        }
}

static void move_column(const placing *g, size_t c, bool to_left, bool to_right)
{
        em_flow_plan   *p = g->plan;
        em_flow_column *col = &p->column[c];
        for (size_t i = 0; i < col->items; i++)
                g->want[col->item[i]] = g->weight[col->item[i]] = 0;
        if (to_left && c > 0)
                ask(g, c, c - 1);
        if (to_right && c + 1 < p->columns)
                ask(g, c, c + 1);
        for (size_t i = 0; i < col->items; i++) {
                size_t item = col->item[i];
                bool   asked = g->weight[item] > 0;
                g->want[item] = asked ? g->want[item] / g->weight[item] : p->item[item].y;
                g->weight[item] = asked ? g->weight[item] : 0.01;
        }
        settle(g, col);
}

static void set_down(const placing *g, double top)
{
        em_flow_plan *p = g->plan;
        double        least = INFINITY;
        for (size_t i = 0; i < p->items; i++) {
                p->item[i].y = -p->item[i].height / 2;
                g->want[i] = p->item[i].y;
                g->weight[i] = 1;
        }
        for (size_t c = 0; c < p->columns; c++)
                settle(g, &p->column[c]);
        for (size_t round = 0; round < ROUNDS; round++) {
                bool last = round + 1 == ROUNDS;
                for (size_t c = 1; c < p->columns; c++)
                        move_column(g, c, true, last);
                for (size_t c = p->columns; c-- > 0 && !last;)
                        move_column(g, c, false, true);
        }
        for (size_t i = 0; i < p->items; i++)
                least = fmin(least, p->item[i].y);
        p->y0 = p->y1 = top;
        for (size_t i = 0; i < p->items; i++) {
                p->item[i].y += top - least;
                p->y1 = fmax(p->y1, p->item[i].y + p->item[i].height);
        }
}

/* ---- all ----------------------------------------------------------------------------------- */

static void fix(const placing *g)
{
        em_flow_plan *p = g->plan;
        for (size_t i = 0; i < p->boxes; i++) {
                p->box[i].at.y0 = p->item[i].y;
                p->box[i].at.y1 = p->item[i].y + p->item[i].height;
        }
        for (size_t i = 0; i < p->lines; i++) {
                em_flow_line *l = &p->line[i];
                l->y0 = p->item[l->from].y + g->leaves[i];
                l->y1 = p->item[l->to].y + g->enters[i];
        }
}

em_status em_flow_place(em_flow_plan *plan, double top, em_arena *arena, em_error *err)
{
        size_t  items = plan->items, lines = plan->lines;
        placing g = {plan, arena, EM_NEW_N(arena, double, items), EM_NEW_N(arena, double, lines),
                     EM_NEW_N(arena, double, lines), EM_NEW_N(arena, double, items), EM_NEW_N(arena, double, items),
                     EM_NEW_N(arena, port, lines), EM_NEW_N(arena, pool, items)};
        if (!g.place || !g.leaves || !g.enters || !g.want || !g.weight || !g.port || !g.pool)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t c = 0; c < plan->columns; c++)
                for (size_t i = 0; i < plan->column[c].items; i++)
                        g.place[plan->column[c].item[i]] = (double)i;
        set_strokes(plan);
        size_items(&g);
        set_across(&g);
        set_down(&g, top);
        fix(&g);
        return EM_OK;
}
