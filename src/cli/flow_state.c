/* Folding a flow by hand.
 *
 * What is folded behind a box is what it dominates (Lengauer and Tarjan 1979): every box that no source reaches any more when
 * that one is taken away.  A walk from the sources around it finds them, circles or not.  No sum changes by this: what the
 * box received and what leaves the folded part are the same payments as before.
 */
#include "cli/flow_state.h"

#include <stdlib.h>

enum { STATES = 200, BOXES = 60, BOXES_MOST = 6000 };
static const size_t NONE = SIZE_MAX;

typedef struct named { em_str id; size_t node; } named;
typedef struct words { em_str at[STATES]; size_t count; } words;

typedef struct state {
        em_cli        *cli;
        const em_flow *flow;
        em_arena      *arena;
        words          fold, open;
        em_str         links;           /* empty: nothing is linked */
        named         *named;           /* nodes by id */
        size_t        *first, *out;     /* edges by their from */
        bool          *seen;
        size_t        *stack, *group;   /* group: the box that a node is folded into, or NONE */
        size_t        *members;         /* by node: folded into it, itself not counted */
        bool          *folds;           /* by node: something behind it is reached by its coins alone */
        em_flow_node  *node;            /* of the picture */
        size_t        *place, nodes;    /* place of an old node among the new */
        em_flow_edge  *edge;
        size_t         edges;
} state;

em_str em_flow_state_id(char kind, em_str what, em_arena *arena)
{
        char   hex[65];
        em_str out = {0};
        em_sha256_hex(em_sha256_of(what), hex);
        if (em_str_format(arena, &out, NULL, "%c%.11s", kind, hex) != EM_OK)
                return EM_S("");
        return out;
}

bool em_flow_state_given(const em_cli *cli)
{
        static const char *const name[] = {"fold", "open", "boxes", "links"};
        for (size_t i = 0; i < sizeof name / sizeof *name; i++)
                if (em_cli_given(cli, name[i]))
                        return true;
        return false;
}

/* ---- what is asked --------------------------------------------------------------------------- */

static em_status read_words(em_cli *cli, const char *name, words *ret, em_error *err)
{
        char   shown[40];
        em_cut cut = {.tail = em_cli_value(cli, name), .found = true};
        while (cut.tail.n && cut.found) {
                cut = em_str_cut(cut.tail, ',');
                for (size_t i = 0; i < cut.head.n; i++)
                        if (!((cut.head.p[i] >= 'a' && cut.head.p[i] <= 'z') || (cut.head.p[i] >= '0' && cut.head.p[i] <= '9')))
                                return em_fail(err, EM_USAGE, "--%s: \"%s\" is no box", name, em_str_show(cut.head, shown, sizeof shown));
                if (!cut.head.n)
                        continue;
                if (ret->count == STATES)
                        return em_fail(err, EM_LIMIT, "--%s: at most %d boxes", name, STATES);
                ret->at[ret->count++] = cut.head;
        }
        return EM_OK;
}

static bool holds(const words *w, em_str id)
{
        for (size_t i = 0; i < w->count; i++)
                if (em_str_eq(w->at[i], id))
                        return true;
        return false;
}

static int by_id(const void *a, const void *b)
{
        const named *x = a, *y = b;
        int how = em_str_cmp(x->id, y->id);
        return how ? how : x->node < y->node ? -1 : x->node > y->node;
}

static size_t find(const state *s, em_str id)
{
        size_t low = 0, high = s->flow->node_count;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (em_str_cmp(s->named[middle].id, id) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < s->flow->node_count && em_str_eq(s->named[low].id, id) ? s->named[low].node : NONE;
}

/* ---- folding --------------------------------------------------------------------------------------- */

/* A box dominates another only if it alone pays some box next to it. */
static void find_folds(state *s)
{
        size_t *payer = s->stack;       /* not yet in use */
        for (size_t i = 0; i < s->flow->node_count; i++)
                payer[i] = NONE;
        for (size_t i = 0; i < s->flow->edge_count; i++) {
                const em_flow_edge *e = &s->flow->edges[i];
                payer[e->to] = payer[e->to] == NONE || payer[e->to] == e->from ? e->from : NONE - 1;
        }
        for (size_t i = 0; i < s->flow->node_count; i++)
                if (payer[i] < NONE - 1 && s->flow->nodes[i].kind != EM_FLOW_SEED)
                        s->folds[payer[i]] = true;
}

static em_status prepare(state *s, em_error *err)
{
        size_t n = s->flow->node_count, e = s->flow->edge_count;
        s->named = EM_NEW_N(s->arena, named, n + 1);
        s->first = EM_NEW_N(s->arena, size_t, n + 2);
        s->out = EM_NEW_N(s->arena, size_t, e + 1);
        s->seen = EM_NEW_N(s->arena, bool, n + 1);
        s->stack = EM_NEW_N(s->arena, size_t, n + 1);
        s->group = EM_NEW_N(s->arena, size_t, n + 1);
        s->members = EM_NEW_N(s->arena, size_t, n + 1);
        s->folds = EM_NEW_N(s->arena, bool, n + 1);
        s->node = EM_NEW_N(s->arena, em_flow_node, n + 1);
        s->place = EM_NEW_N(s->arena, size_t, n + 1);
        s->edge = EM_NEW_N(s->arena, em_flow_edge, e + 1);
        if (!s->named || !s->first || !s->out || !s->seen || !s->stack || !s->group || !s->members || !s->folds || !s->node || !s->place || !s->edge)
                return em_fail(err, EM_NOMEM, "the trace is too large for a picture");
        for (size_t i = 0; i < n; i++) {
                s->named[i] = (named){s->flow->nodes[i].id, i};
                s->group[i] = NONE;
        }
        if (n)
                qsort(s->named, n, sizeof *s->named, by_id);
        for (size_t i = 0; i < e; i++)
                s->first[s->flow->edges[i].from + 2]++;
        for (size_t i = 2; i < n + 2; i++)
                s->first[i] += s->first[i - 1];
        for (size_t i = 0; i < e; i++)
                s->out[s->first[s->flow->edges[i].from + 1]++] = i;
        find_folds(s);
        return EM_OK;
}

static void visit(state *s, size_t *depth, size_t node)
{
        if (s->seen[node])
                return;
        s->seen[node] = true;
        s->stack[(*depth)++] = node;
}

static void fold_behind(state *s, size_t box)
{
        size_t n = s->flow->node_count, depth = 0;
        if (s->group[box] != NONE)
                return;                 /* it is inside another already */
        memset(s->seen, 0, n * sizeof *s->seen);
        s->seen[box] = true;
        for (size_t i = 0; i < n; i++)
                if (s->flow->nodes[i].kind == EM_FLOW_SEED)
                        visit(s, &depth, i);
        while (depth) {
                size_t node = s->stack[--depth];
                for (size_t k = s->first[node]; k < s->first[node + 1]; k++)
                        visit(s, &depth, s->flow->edges[s->out[k]].to);
        }
        for (size_t i = 0; i < n; i++)
                if (!s->seen[i])
                        s->group[i] = box;
}

static em_status fold_all(state *s, em_error *err)
{
        char shown[40];
        for (size_t i = 0; i < s->fold.count; i++) {
                size_t box = find(s, s->fold.at[i]);
                if (box == NONE)
                        return em_fail(err, EM_USAGE, "--fold: no box of this picture is called %s", em_str_show(s->fold.at[i], shown, sizeof shown));
                fold_behind(s, box);
        }
        /* A box that was folded first may since be inside another: its own go with it. */
        for (size_t i = 0; i < s->flow->node_count; i++) {
                size_t to = s->group[i];
                while (to != NONE && s->group[to] != NONE)
                        to = s->group[to];
                s->group[i] = to;
                if (to != NONE)
                        s->members[to]++;
        }
        for (size_t i = 0; i < s->open.count; i++)
                if (find(s, s->open.at[i]) == NONE)
                        return em_fail(err, EM_USAGE, "--open: no box of this picture is called %s", em_str_show(s->open.at[i], shown, sizeof shown));
        return EM_OK;
}

/* ---- addresses of other states -------------------------------------------------------------------------- */

static void put_words(em_buf *out, const char *name, const words *w, em_str without, const em_str *more, size_t mores)
{
        const char *between = name;
        for (size_t i = 0; i < w->count; i++) {
                if (em_str_eq(w->at[i], without))
                        continue;
                em_buf_fmt(out, "%s%.*s", between, EM_ARG(w->at[i]));
                between = ",";
        }
        for (size_t i = 0; i < mores; i++) {
                if (holds(w, more[i]))
                        continue;
                em_buf_fmt(out, "%s%.*s", between, EM_ARG(more[i]));
                between = ",";
        }
}

static em_str keep_text(em_buf *out, em_arena *arena)
{
        em_str text = {0};
        em_status s = em_buf_status(out, NULL);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(out), arena, &text, NULL);
        em_buf_free(out);
        return s == EM_OK ? text : EM_S("");
}

static em_str toggle(const state *s, em_str id)
{
        em_buf out = em_buf_make(1 << 16);
        bool   folded = holds(&s->fold, id);
        em_buf_str(&out, s->links);
        put_words(&out, "&fold=", &s->fold, folded ? id : EM_S(""), &id, !folded);
        put_words(&out, "&open=", &s->open, EM_S(""), NULL, 0);
        em_buf_c(&out, "#flow");
        return keep_text(&out, s->arena);
}

static em_str opened(void *ctx, const size_t *node, size_t nodes, em_arena *arena)
{
        const state *s = ctx;
        em_str       id[EM_FLOW_LISTED];
        em_buf       out = em_buf_make(1 << 16);
        for (size_t i = 0; i < nodes; i++)
                id[i] = s->node[node[i]].id;
        em_buf_str(&out, s->links);
        put_words(&out, "&fold=", &s->fold, EM_S(""), NULL, 0);
        put_words(&out, "&open=", &s->open, EM_S(""), id, nodes);
        em_buf_c(&out, "#flow");
        return keep_text(&out, arena);
}

/* ---- the flow in its state ---------------------------------------------------------------------------------- */

static void name_folded(const state *s, size_t i, em_flow_node *node)
{
        em_str second = {0};
        if (s->members[i] == 0)
                return;
        if (em_str_format(s->arena, &second, NULL, "with %zu %s behind it folded in; %.*s", s->members[i], s->members[i] == 1 ? "box" : "boxes",
                          EM_ARG(node->second)) == EM_OK)
                node->second = second;
        if (node->kind != EM_FLOW_SEED)
                node->kind = EM_FLOW_HOP;
}

static void make_nodes(state *s)
{
        for (size_t i = 0; i < s->flow->node_count; i++) {
                if (s->group[i] != NONE)
                        continue;
                em_flow_node *node = &s->node[s->nodes];
                bool          folded = holds(&s->fold, s->flow->nodes[i].id);
                *node = s->flow->nodes[i];
                node->own = node->own || folded || holds(&s->open, node->id);
                node->folds = folded || s->folds[i];
                if (s->links.n && node->folds)
                        node->href = toggle(s, node->id);
                if (folded)
                        name_folded(s, i, node);
                s->place[i] = s->nodes++;
        }
        for (size_t i = 0; i < s->flow->node_count; i++)
                if (s->group[i] != NONE)
                        s->place[i] = s->place[s->group[i]];
        for (size_t i = 0; i < s->flow->edge_count; i++) {
                em_flow_edge e = s->flow->edges[i];
                bool inside = s->group[e.to] != NONE && s->place[e.from] == s->place[e.to];
                e.from = s->place[e.from];
                e.to = s->place[e.to];
                if (!inside)
                        s->edge[s->edges++] = e;
        }
}

static em_status deliver(state *s, em_str file, em_error *err)
{
        em_flow      flow = *s->flow;
        int64_t      boxes = BOXES;
        em_flow_opts opts = {.standalone = !s->links.n, .picture = s->links.n != 0,
                             .link = s->links.n ? opened : NULL, .link_ctx = s};
        em_buf       out = em_buf_make((size_t)1 << 28);
        if (em_cli_given(s->cli, "boxes"))
                (void)em_str_int(em_cli_value(s->cli, "boxes"), &boxes);
        if (boxes < 1 || boxes > BOXES_MOST)
                return em_fail(err, EM_USAGE, "--boxes takes 1 to %d", BOXES_MOST);
        opts.boxes = (size_t)boxes + s->open.count + s->fold.count;
        if (opts.boxes > BOXES) {
                opts.columns = 9 + (opts.boxes - BOXES) / 2;
                opts.lines = 3 * opts.boxes;
        }
        flow.nodes = s->node;
        flow.node_count = s->nodes;
        flow.edges = s->edge;
        flow.edge_count = s->edges;
        em_status st = s->cli->form == EM_FORM_JSON ? em_flow_json(&flow, &opts, &out, err) : em_flow_svg(&flow, &opts, &out, err);
        if (st == EM_OK && em_str_eq(file, EM_S("-")))
                fwrite(out.p, 1, out.n, s->cli->out);
        else if (st == EM_OK)
                st = em_file_write(file, em_buf_view(&out), err);
        em_buf_free(&out);
        return st;
}

em_status em_flow_state_draw(em_cli *cli, const em_flow *flow, em_str file, em_arena *arena, em_error *err)
{
        state *s = EM_NEW(arena, state);
        if (!s)
                return em_fail(err, EM_NOMEM, "out of memory");
        *s = (state){.cli = cli, .flow = flow, .arena = arena, .links = em_cli_value(cli, "links")};
        if (s->links.n && s->links.p[0] != '/')
                return em_fail(err, EM_USAGE, "--links takes an address of a page, such as /trace?from=...");
        EM_TRY(read_words(cli, "fold", &s->fold, err));
        EM_TRY(read_words(cli, "open", &s->open, err));
        EM_TRY(prepare(s, err));
        EM_TRY(fold_all(s, err));
        make_nodes(s);
        return deliver(s, file, err);
}
