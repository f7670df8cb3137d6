/* Columns, and who stands above whom in them.
 *
 * A line that passes a column takes a place in it, so that lines only run between
 * neighbours (Sugiyama).  Sweeps to the right and back then sort each column by the medians
 * of the neighbours (Eades and Wormald), measured at the row of a ladder where a line leaves one; of all orders met
 * the one with the fewest crossings stays.  In the last column kinds stay together:
 * services, mixers, other ends, coins that sit.
 */
#include "draw/flow_plan.h"

#include <stdlib.h>

enum { SWEEPS = 24 };

typedef struct join { size_t left, right; double left_at; } join;       /* of items in neighbouring columns; left_at in 0..1 */

typedef struct end { double left; size_t right; } end;         /* of a line, where it leaves and enters */

typedef struct order {
        em_flow_plan *plan;
        join   *join;           /* sorted by the column of left */
        size_t *leaving, *leaves;       /* joins by their left item: leaving[leaves[i]] .. leaving[leaves[i + 1]] */
        size_t *entering, *enters;      /* and by their right item */
        end    *end;            /* scratch: the lines of one gap, */
        size_t *met;            /* and of those counted how many enter where (Fenwick 1994) */
        size_t *first;          /* by column */
        double *place;          /* by item: its place in its column */
        double *seen;           /* scratch: places of the neighbours of one item */
        size_t *best;           /* all columns, one behind the other */
        struct key { double median; size_t item, group; } *key;
} order;

static size_t column_of(const em_flow_plan *p, size_t item)
{
        const em_flow_item *i = &p->item[item];
        if (i->box != EM_FLOW_NONE)
                return p->box[i->box].column;
        const em_flow_line *l = &p->line[i->line];
        return p->box[l->from].column + 1 + (item - l->item);
}

static size_t joins_of(const em_flow_plan *p)
{
        size_t n = 0;
        for (size_t i = 0; i < p->lines; i++)
                n += p->box[p->line[i].to].column - p->box[p->line[i].from].column;
        return n;
}

/* ---- items ------------------------------------------------------------------------ */

static em_status make_items(em_flow_plan *p, em_arena *arena, em_error *err)
{
        p->item = EM_NEW_N(arena, em_flow_item, p->boxes + joins_of(p));
        p->column = EM_NEW_N(arena, em_flow_column, p->columns);
        if (!p->item || !p->column)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t i = 0; i < p->boxes; i++)
                p->item[p->items++] = (em_flow_item){.box = i, .line = EM_FLOW_NONE};
        for (size_t i = 0; i < p->lines; i++) {
                em_flow_line *l = &p->line[i];
                l->item = p->items;
                for (size_t c = p->box[l->from].column + 1; c < p->box[l->to].column; c++)
                        p->item[p->items++] = (em_flow_item){.box = EM_FLOW_NONE, .line = i};
        }
        for (size_t i = 0; i < p->items; i++)
                p->column[column_of(p, i)].items++;
        for (size_t c = 0; c < p->columns; c++) {
                p->column[c].item = EM_NEW_N(arena, size_t, p->column[c].items);
                if (!p->column[c].item)
                        return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
                p->column[c].items = 0;
        }
        for (size_t i = 0; i < p->items; i++) {
                em_flow_column *c = &p->column[column_of(p, i)];
                c->item[c->items++] = i;
        }
        return EM_OK;
}

/* Joins by item: first counted, then filled from the front, so that each item's stay in their order. */
static em_status list_joins(order *o, size_t n, em_arena *arena, em_error *err)
{
        size_t items = o->plan->items;
        o->leaving = EM_NEW_N(arena, size_t, n);
        o->entering = EM_NEW_N(arena, size_t, n);
        o->leaves = EM_NEW_N(arena, size_t, items + 2);
        o->enters = EM_NEW_N(arena, size_t, items + 2);
        o->end = EM_NEW_N(arena, end, n);
        o->met = EM_NEW_N(arena, size_t, items + 1);
        if (!o->leaving || !o->entering || !o->leaves || !o->enters || !o->end || !o->met)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t k = 0; k < n; k++) {
                o->leaves[o->join[k].left + 2]++;
                o->enters[o->join[k].right + 2]++;
        }
        for (size_t i = 2; i < items + 2; i++) {
                o->leaves[i] += o->leaves[i - 1];
                o->enters[i] += o->enters[i - 1];
        }
        for (size_t k = 0; k < n; k++) {
                o->leaving[o->leaves[o->join[k].left + 1]++] = k;
                o->entering[o->enters[o->join[k].right + 1]++] = k;
        }
        return EM_OK;
}

static em_status make_joins(order *o, em_arena *arena, em_error *err)
{
        em_flow_plan *p = o->plan;
        size_t        n = joins_of(p);
        o->join = EM_NEW_N(arena, join, n);
        o->first = EM_NEW_N(arena, size_t, p->columns + 1);
        o->place = EM_NEW_N(arena, double, p->items);
        o->seen = EM_NEW_N(arena, double, n);
        o->best = EM_NEW_N(arena, size_t, p->items);
        o->key = EM_NEW_N(arena, struct key, p->items);
        if (!o->join || !o->first || !o->place || !o->seen || !o->best || !o->key)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        n = 0;
        for (size_t c = 0; c < p->columns; c++) {
                o->first[c] = n;
                for (size_t i = 0; i < p->lines; i++) {
                        const em_flow_line *l = &p->line[i];
                        const em_flow_box  *from = &p->box[l->from];
                        size_t              to = p->box[l->to].column;
                        if (c < from->column || c >= to)
                                continue;
                        size_t passed = c - from->column;
                        size_t left = passed ? l->item + passed - 1 : l->from;
                        size_t right = c + 1 == to ? l->to : l->item + passed;
                        double at = passed || !from->rows ? 0.5 : ((double)l->row + 0.5) / (double)from->rows;
                        o->join[n++] = (join){left, right, at};
                }
        }
        o->first[p->columns] = n;
        return list_joins(o, n, arena, err);
}

/* ---- sweeps ------------------------------------------------------------------------- */

static void number(order *o, size_t c)
{
        const em_flow_column *col = &o->plan->column[c];
        for (size_t i = 0; i < col->items; i++)
                o->place[col->item[i]] = (double)i;
}

static double left_place(const order *o, const join *j)
{
        return o->place[j->left] + j->left_at;
}

static int by_ends(const void *a, const void *b)
{
        const end *x = a, *y = b;
        if (x->left != y->left)
                return x->left < y->left ? -1 : 1;
        return x->right < y->right ? -1 : x->right > y->right;
}

/* Of the lines counted, those that enter at or above a place. */
static size_t met_until(const order *o, size_t place)
{
        size_t n = 0;
        for (size_t i = place + 1; i; i -= i & -i)
                n += o->met[i];
        return n;
}

/* Pairs of lines between columns c and c + 1 that cross: with lines in the order in which they leave, each crosses those
 * before it that enter below it.  Lines that leave or enter at one point do not cross. */
static size_t crossings(const order *o, size_t c)
{
        size_t n = 0, lines = o->first[c + 1] - o->first[c], places = o->plan->column[c + 1].items;
        for (size_t i = 0; i < lines; i++) {
                const join *j = &o->join[o->first[c] + i];
                o->end[i] = (end){left_place(o, j), (size_t)o->place[j->right]};
        }
        if (lines)
                qsort(o->end, lines, sizeof *o->end, by_ends);
        memset(o->met, 0, (places + 1) * sizeof *o->met);
        for (size_t i = 0; i < lines; i++) {
                n += i - met_until(o, o->end[i].right);
                for (size_t k = o->end[i].right + 1; k <= places; k += k & -k)
                        o->met[k]++;
        }
        return n;
}

static int by_place(const void *a, const void *b)
{
        const double *x = a, *y = b;
        return (*x > *y) - (*x < *y);
}

static int by_median(const void *a, const void *b)
{
        const struct key *x = a, *y = b;
        if (x->group != y->group)
                return x->group < y->group ? -1 : 1;
        if (x->median != y->median)
                return x->median < y->median ? -1 : 1;
        return x->item < y->item ? -1 : x->item > y->item;
}

/* The middle of what an item sees on one side; its own place when that is nothing. */
static double median(order *o, size_t item, bool to_left)
{
        const size_t *from = to_left ? o->enters : o->leaves, *list = to_left ? o->entering : o->leaving;
        size_t        n = 0;
        for (size_t k = from[item]; k < from[item + 1]; k++) {
                const join *j = &o->join[list[k]];
                o->seen[n++] = to_left ? left_place(o, j) : o->place[j->right];
        }
        if (!n)
                return o->place[item];
        qsort(o->seen, n, sizeof *o->seen, by_place);
        return n % 2 ? o->seen[n / 2] : (o->seen[n / 2 - 1] + o->seen[n / 2]) / 2;
}

static size_t group_of(const em_flow_plan *p, size_t item)
{
        const em_flow_item *i = &p->item[item];
        return i->box != EM_FLOW_NONE && p->box[i->box].end ? (size_t)p->box[i->box].kind : 0;
}

static void sort_column(order *o, size_t c, bool to_left)
{
        em_flow_column *col = &o->plan->column[c];
        for (size_t i = 0; i < col->items; i++)
                o->key[i] = (struct key){median(o, col->item[i], to_left), col->item[i],
                                         group_of(o->plan, col->item[i])};
        qsort(o->key, col->items, sizeof *o->key, by_median);
        for (size_t i = 0; i < col->items; i++)
                col->item[i] = o->key[i].item;
        number(o, c);
}

static void keep_best(order *o, size_t *least)
{
        size_t n = 0, at = 0;
        for (size_t c = 0; c + 1 < o->plan->columns; c++)
                n += crossings(o, c);
        if (n >= *least)
                return;
        *least = n;
        for (size_t c = 0; c < o->plan->columns; c++) {
                memcpy(o->best + at, o->plan->column[c].item, o->plan->column[c].items * sizeof *o->best);
                at += o->plan->column[c].items;
        }
}

em_status em_flow_order(em_flow_plan *plan, em_arena *arena, em_error *err)
{
        order  o = {.plan = plan};
        size_t least = SIZE_MAX, at = 0;
        EM_TRY(make_items(plan, arena, err));
        EM_TRY(make_joins(&o, arena, err));
        for (size_t c = 0; c < plan->columns; c++)
                number(&o, c);
        for (size_t sweep = 0; sweep < SWEEPS && least; sweep++) {
                bool to_left = sweep % 2 == 0;
                for (size_t c = 1; c < plan->columns; c++)
                        sort_column(&o, to_left ? c : plan->columns - 1 - c, to_left);
                keep_best(&o, &least);
        }
        for (size_t c = 0; c < plan->columns; c++) {
                memcpy(plan->column[c].item, o.best + at, plan->column[c].items * sizeof *o.best);
                at += plan->column[c].items;
        }
        return EM_OK;
}
