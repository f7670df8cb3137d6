/* Folding: from any number of nodes to a picture that fits its ceilings.
 *
 * Units are ranked by the amount through them, those between apart from sources and ends, and
 * the first of both ranks keep their own box; how many shrinks until all ceilings hold.  Too many
 * columns cost boxes between only, since sources and ends make none.  The others become one box for each kind of end, one
 * for the sources, and for those between one for each stretch of layers that ends with
 * a layer in which a unit was kept: (k1, k2].  No path leaves such a fold and comes back, since it
 * would have to pass a kept unit strictly inside the stretch, so folding closes no circle.
 */
#include "draw/flow_plan.h"

#include <stdlib.h>

enum { GROUP_SEEDS, GROUP_ENDS, GROUP_BANDS = GROUP_ENDS + EM_FLOW_KINDS };

typedef struct limits { size_t boxes, columns, steps, lines; } limits;

typedef struct rank { size_t unit; int64_t through; bool rim, own; } rank;       /* rim: a source or an end */
typedef struct quota { size_t between, rim; } quota;
typedef struct peel { size_t step; int64_t amount; } peel;

typedef struct fold {
        em_flow_plan *plan;
        limits  most;
        em_arena *arena;        /* lives through all tries */
        rank   *rank;           /* units, most first; those between, then those of the rim */
        size_t  between;
        bool   *kept;           /* by unit */
        bool   *band_end;       /* by layer: a unit between was kept there */
        size_t *band;           /* by layer */
        size_t *group;          /* by unit */
        size_t *members, *box_of_group;         /* by group: units */
        size_t *box_of;         /* by unit */
        size_t *row_of;         /* by node: row of its ladder */
        peel   *peel;           /* scratch: the steps of one ladder by what they pay away, */
        bool   *own;            /* and which of them have their own row */
        em_flow_line *line;     /* before joining */
        size_t  layers, lines;
} fold;

/* ---- ranking -------------------------------------------------------------------- */

static int by_amount(const void *a, const void *b)
{
        const rank *x = a, *y = b;
        if (x->rim != y->rim)
                return x->rim ? 1 : -1;
        if (x->own != y->own)
                return x->own ? -1 : 1;
        if (x->through != y->through)
                return x->through > y->through ? -1 : 1;
        return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static em_flow_kind kind_of(const em_flow_net *net, const em_flow_unit *u)
{
        return net->flow->nodes[u->head].kind;
}

static bool is_source(const em_flow_net *net, const em_flow_unit *u)
{
        return !u->enters && kind_of(net, u) == EM_FLOW_SEED;
}

static bool is_end(const em_flow_net *net, const em_flow_unit *u)
{
        return !u->leaves && kind_of(net, u) > EM_FLOW_HOP;
}

static em_status prepare(fold *f, em_error *err)
{
        em_flow_net *net = &f->plan->net;
        size_t       n = net->units, nodes = net->flow->node_count;
        for (size_t i = 0; i < n; i++)
                f->layers = net->unit[i].layer >= f->layers ? net->unit[i].layer + 1 : f->layers;
        f->rank = EM_NEW_N(f->arena, rank, n);
        f->kept = EM_NEW_N(f->arena, bool, n);
        f->band_end = EM_NEW_N(f->arena, bool, f->layers);
        f->band = EM_NEW_N(f->arena, size_t, f->layers);
        f->group = EM_NEW_N(f->arena, size_t, n);
        f->members = EM_NEW_N(f->arena, size_t, GROUP_BANDS + f->layers + 1);
        f->box_of_group = EM_NEW_N(f->arena, size_t, GROUP_BANDS + f->layers + 1);
        f->box_of = EM_NEW_N(f->arena, size_t, n);
        f->row_of = EM_NEW_N(f->arena, size_t, nodes);
        f->peel = EM_NEW_N(f->arena, peel, nodes);
        f->own = EM_NEW_N(f->arena, bool, nodes);
        f->line = EM_NEW_N(f->arena, em_flow_line, net->flow->edge_count);
        f->plan->box = EM_NEW_N(f->arena, em_flow_box, f->most.boxes + 1);
        if (!f->rank || !f->kept || !f->band_end || !f->band || !f->group || !f->members || !f->box_of_group ||
            !f->box_of || !f->row_of || !f->peel || !f->own || !f->line || !f->plan->box)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t i = 0; i < n; i++) {
                const em_flow_unit *u = &net->unit[i];
                f->rank[i] = (rank){i, u->in > u->out ? u->in : u->out, is_source(net, u) || is_end(net, u),
                                    net->flow->nodes[u->head].own};
                f->between += !f->rank[i].rim;
        }
        qsort(f->rank, n, sizeof *f->rank, by_amount);
        return EM_OK;
}

/* ---- one try ----------------------------------------------------------------------- */

static size_t group_of(const fold *f, const em_flow_unit *u)
{
        const em_flow_net *net = &f->plan->net;
        if (is_source(net, u))
                return GROUP_SEEDS;
        return is_end(net, u) ? GROUP_ENDS + (size_t)kind_of(net, u) : GROUP_BANDS + f->band[u->layer];
}

/* Boxes that are left when the first of both ranks keep their own. */
static size_t count_boxes(fold *f, quota k)
{
        const em_flow_net *net = &f->plan->net;
        size_t             band = 0, boxes = k.between + k.rim;
        memset(f->band_end, 0, f->layers * sizeof *f->band_end);
        for (size_t i = 0; i < net->units; i++) {
                const em_flow_unit *u = &net->unit[f->rank[i].unit];
                bool                own = f->rank[i].rim ? i - f->between < k.rim : i < k.between;
                f->kept[f->rank[i].unit] = own;
                f->band_end[u->layer] |= own && !f->rank[i].rim;
        }
        for (size_t i = 0; i < f->layers; i++) {
                f->band[i] = band;
                band += f->band_end[i];
        }
        memset(f->members, 0, (GROUP_BANDS + f->layers + 1) * sizeof *f->members);
        for (size_t i = 0; i < net->units; i++) {
                f->group[i] = group_of(f, &net->unit[i]);
                if (!f->kept[i])
                        boxes += f->members[f->group[i]]++ == 0;
        }
        return boxes;
}

static void new_box(fold *f, size_t unit, em_flow_kind kind, bool end)
{
        const em_flow_unit *u = &f->plan->net.unit[unit];
        f->plan->box[f->plan->boxes++] = (em_flow_box){.kind = kind, .node = u->head, .members = u->length, .end = end};
}

/* In the order of the input.  A fold of one is that one. */
static void make_boxes(fold *f)
{
        const em_flow_net *net = &f->plan->net;
        f->plan->boxes = f->plan->folded = 0;
        memset(f->box_of_group, 0xff, (GROUP_BANDS + f->layers + 1) * sizeof *f->box_of_group);
        for (size_t i = 0; i < net->units; i++) {
                const em_flow_unit *u = &net->unit[i];
                size_t              g = f->group[i], *box = &f->box_of_group[g];
                bool                own = f->kept[i] || f->members[g] == 1;
                if (own || *box == EM_FLOW_NONE) {
                        f->box_of[i] = f->plan->boxes;
                        if (!own)
                                *box = f->plan->boxes;
                        new_box(f, i, g >= GROUP_BANDS && !own ? EM_FLOW_HOP : kind_of(net, u), is_end(net, u));
                } else {
                        f->box_of[i] = *box;
                        f->plan->box[*box].members += u->length;
                }
                if (own)
                        continue;
                em_flow_box *b = &f->plan->box[f->box_of[i]];
                int64_t      through = u->in > u->out ? u->in : u->out;
                b->largest = through > b->largest ? through : b->largest;
                f->plan->folded += u->length;
        }
}

/* ---- ladders ----------------------------------------------------------------------- */

/* What a step pays to others than the next. */
static int64_t peeled(const em_flow_net *net, size_t node)
{
        int64_t sum = 0;
        for (size_t k = net->first[node]; k < net->first[node + 1]; k++) {
                const em_flow_edge *e = &net->flow->edges[net->out[k]];
                if (!net->cut[net->out[k]] && e->to != net->next[node])
                        sum += e->amount;
        }
        return sum;
}

static int by_peel(const void *a, const void *b)
{
        const peel *x = a, *y = b;
        if (x->amount != y->amount)
                return x->amount > y->amount ? -1 : 1;
        return x->step < y->step ? -1 : x->step > y->step;
}

/* Rows when the first `keep` steps of `by` keep theirs; own[step] says so. */
static size_t count_rows(const peel *by, size_t steps, size_t keep, bool *own)
{
        size_t rows = 0;
        for (size_t i = 0; i < steps; i++)
                own[by[i].step] = i < keep;
        for (size_t i = 0; i < steps; i++)
                rows += own[i] || i == 0 || own[i - 1];
        return rows;
}

static size_t choose_rows(fold *f, const em_flow_unit *u)
{
        size_t step = 0, keep = u->length;
        for (size_t v = u->head; v != EM_FLOW_NONE; v = f->plan->net.next[v], step++)
                f->peel[step] = (peel){step, step && step + 1 < u->length ? peeled(&f->plan->net, v) : INT64_MAX};
        if (keep > f->most.steps) {
                qsort(f->peel, u->length, sizeof *f->peel, by_peel);
                for (keep = f->most.steps; keep > 2 && count_rows(f->peel, u->length, keep, f->own) > f->most.steps;)
                        keep--;
        }
        return count_rows(f->peel, u->length, keep, f->own);
}

static em_status make_ladder(fold *f, size_t unit, em_error *err)
{
        const em_flow_net  *net = &f->plan->net;
        const em_flow_unit *u = &net->unit[unit];
        em_flow_box        *b = &f->plan->box[f->box_of[unit]];
        size_t              at = 0, step = 0;
        b->rows = choose_rows(f, u);
        b->row = EM_NEW_N(f->arena, em_flow_row, b->rows);
        if (!b->row)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t v = u->head; v != EM_FLOW_NONE; v = net->next[v], step++) {
                at += step && (f->own[step] || f->own[step - 1]);
                b->row[at].node = b->row[at].steps++ ? b->row[at].node : v;
                f->row_of[v] = at;
        }
        em_assert(at + 1 == b->rows);
        return EM_OK;
}

static em_status make_ladders(fold *f, em_error *err)
{
        const em_flow_net *net = &f->plan->net;
        for (size_t i = 0; i < net->units; i++)
                if (net->unit[i].length > 1 && (f->kept[i] || f->members[f->group[i]] == 1))
                        EM_TRY(make_ladder(f, i, err));
        return EM_OK;
}

/* ---- lines ---------------------------------------------------------------------------- */

static int by_ends(const void *a, const void *b)
{
        const em_flow_line *x = a, *y = b;
        if (x->from != y->from)
                return x->from < y->from ? -1 : 1;
        if (x->row != y->row)
                return x->row < y->row ? -1 : 1;
        if (x->to != y->to)
                return x->to < y->to ? -1 : 1;
        return x->edge < y->edge ? -1 : x->edge > y->edge;
}

static void goes_on(fold *f, const em_flow_edge *e)
{
        em_flow_box *b = &f->plan->box[f->box_of[f->plan->net.unit_of[e->from]]];
        if (!b->rows || f->row_of[e->from] == f->row_of[e->to])
                return;
        em_flow_row *row = &b->row[f->row_of[e->from]];
        row->on += e->amount;
        row->on_s = e->time_s;
}

static void gather_lines(fold *f)
{
        const em_flow_net *net = &f->plan->net;
        f->lines = 0;
        for (size_t i = 0; i < net->flow->edge_count; i++) {
                const em_flow_edge *e = &net->flow->edges[i];
                size_t from = f->box_of[net->unit_of[e->from]], to = f->box_of[net->unit_of[e->to]];
                if (net->cut[i])
                        continue;
                if (from == to) {
                        goes_on(f, e);
                        continue;
                }
                size_t row = f->plan->box[from].rows ? f->row_of[e->from] : 0;
                f->line[f->lines++] = (em_flow_line){.from = from, .row = row, .to = to, .amount = e->amount,
                                                     .first_s = e->time_s, .last_s = e->time_s, .count = 1, .edge = i};
        }
        qsort(f->line, f->lines, sizeof *f->line, by_ends);
}

static void join(em_flow_line *to, const em_flow_line *from)
{
        to->amount += from->amount;
        to->count += from->count;
        if (from->first_s && (!to->first_s || from->first_s < to->first_s))
                to->first_s = from->first_s;
        to->last_s = from->last_s > to->last_s ? from->last_s : to->last_s;
}

static void join_lines(fold *f)
{
        em_flow_plan *plan = f->plan;
        size_t        n = 0;
        for (size_t i = 0; i < f->lines; i++) {
                em_flow_line *l = &f->line[i], *last = n ? &f->line[n - 1] : NULL;
                if (last && last->from == l->from && last->row == l->row && last->to == l->to)
                        join(last, l);
                else
                        f->line[n++] = *l;
        }
        plan->joined = f->lines - n;
        plan->line = f->line;
        plan->lines = n;
        plan->most = 0;
        for (size_t i = 0; i < n; i++) {
                em_flow_box *to = &plan->box[plan->line[i].to];
                to->in += plan->line[i].amount;
                to->lines_in++;
                plan->most = plan->line[i].amount > plan->most ? plan->line[i].amount : plan->most;
        }
}

/* ---- columns ------------------------------------------------------------------------------ */

/* Longest paths, by as many rounds as there are columns; boxes close no circle. */
static void set_columns(em_flow_plan *plan)
{
        size_t last = 0, ends = 0;
        for (bool moved = true; moved;) {
                moved = false;
                for (size_t i = 0; i < plan->lines; i++) {
                        const em_flow_box *from = &plan->box[plan->line[i].from];
                        em_flow_box       *to = &plan->box[plan->line[i].to];
                        if (to->column > from->column)
                                continue;
                        to->column = from->column + 1;
                        em_assert(to->column <= plan->boxes);
                        moved = true;
                }
        }
        for (size_t i = 0; i < plan->boxes; i++) {
                last = !plan->box[i].end && plan->box[i].column >= last ? plan->box[i].column + 1 : last;
                ends += plan->box[i].end;
        }
        for (size_t i = 0; i < plan->boxes; i++)
                plan->box[i].column = plan->box[i].end ? last : plan->box[i].column;
        plan->columns = last + (ends != 0);
}

typedef enum fit { FITS, TOO_MANY_BOXES, TOO_MANY_COLUMNS, TOO_MANY_LINES } fit;

static em_status try_keeping(fold *f, quota k, fit *ret_fit, em_error *err)
{
        *ret_fit = TOO_MANY_BOXES;
        if (k.between + k.rim > f->most.boxes || count_boxes(f, k) > f->most.boxes)
                return EM_OK;
        make_boxes(f);
        EM_TRY(make_ladders(f, err));
        gather_lines(f);
        join_lines(f);
        set_columns(f->plan);
        *ret_fit = f->plan->columns > f->most.columns ? TOO_MANY_COLUMNS
                   : f->plan->lines > f->most.lines   ? TOO_MANY_LINES : FITS;
        return EM_OK;
}

/* A try that only counts is cheap; one that joined lines is not, so it takes larger steps. */
static quota keep_less(quota k, fit why)
{
        size_t *larger = k.between >= k.rim ? &k.between : &k.rim;
        if (why == TOO_MANY_BOXES)
                --*larger;
        else if (why == TOO_MANY_LINES || !k.between)
                *larger -= (*larger + 7) / 8;
        else
                k.between -= (k.between + 7) / 8;
        return k;
}

static limits read_limits(const em_flow_opts *o)
{
        limits l = {60, 9, 14, 90};
        l.boxes = o && o->boxes ? o->boxes : l.boxes;
        l.columns = o && o->columns ? o->columns : l.columns;
        l.steps = o && o->steps ? o->steps : l.steps;
        l.lines = o && o->lines ? o->lines : l.lines;
        l.boxes = l.boxes < EM_FLOW_KINDS + 2 ? EM_FLOW_KINDS + 2 : l.boxes;
        l.columns = l.columns < 3 ? 3 : l.columns;
        l.steps = l.steps < 3 ? 3 : l.steps;
        return l;
}

/* ---- what the boxes of several hold ------------------------------------------------------- */

static void list(em_flow_box *b, size_t node)
{
        if (b->lists < EM_FLOW_LISTED)
                b->listed[b->lists++] = node;
}

static void list_members(fold *f)
{
        const em_flow_net *net = &f->plan->net;
        for (size_t i = 0; i < net->units; i++) {
                const em_flow_unit *u = &net->unit[f->rank[i].unit];
                em_flow_box        *b = &f->plan->box[f->box_of[f->rank[i].unit]];
                if (b->members == 1)
                        continue;
                for (size_t v = u->head; v != EM_FLOW_NONE && (b->rows || v == u->head); v = net->next[v])
                        list(b, v);
        }
}

em_status em_flow_fold(em_flow_plan *plan, const em_flow_opts *opts, em_arena *arena, em_error *err)
{
        fold f = {.plan = plan, .most = read_limits(opts), .arena = arena};
        quota k = {0, 0};
        fit  how = FITS;
        EM_TRY(prepare(&f, err));
        size_t rim = plan->net.units - f.between;
        k.between = f.between < f.most.boxes ? f.between : f.most.boxes;
        k.rim = rim < f.most.boxes ? rim : f.most.boxes;
        EM_TRY(try_keeping(&f, k, &how, err));
        while (how != FITS && k.between + k.rim) {
                k = keep_less(k, how);
                EM_TRY(try_keeping(&f, k, &how, err));
        }
        list_members(&f);
        return EM_OK;
}
