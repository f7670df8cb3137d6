/* The input as a graph without circles: its order, its chains, its layers.
 *
 * Depth-first search from the sources, in the order of the input, gives an order in
 * which each node stands behind what pays it; an edge that leads back onto the search's
 * own path would close a circle and is cut (Sugiyama's first step, by the simplest rule that is always the
 * same).  A chain is hops of which each has one payer, the one before it, and receives
 * at least half of what that one pays: the shape of a peel chain.  Nothing enters a chain
 * but at its head, so taking it as one unit closes no circle.
 */
#include "draw/flow_plan.h"

enum { CHAIN_LEAST = 3 };       /* shorter ones read better as boxes */

static em_status check(const em_flow *flow, em_error *err)
{
        int64_t sum = 0;
        if (flow->node_count > EM_FLOW_NODES_MAX || flow->edge_count > EM_FLOW_EDGES_MAX)
                return em_fail(err, EM_LIMIT, "%zu boxes and %zu flows are too many for one picture",
                               flow->node_count, flow->edge_count);
        if (flow->decimals < 0 || flow->decimals > 18)
                return em_fail(err, EM_FORMAT, "amounts of a flow have 0 to 18 decimals");
        for (size_t i = 0; i < flow->node_count; i++)
                if ((unsigned)flow->nodes[i].kind >= EM_FLOW_KINDS)
                        return em_fail(err, EM_FORMAT, "box %zu of a flow is of no kind", i);
        for (size_t i = 0; i < flow->edge_count; i++) {
                const em_flow_edge *e = &flow->edges[i];
                if (e->from >= flow->node_count || e->to >= flow->node_count)
                        return em_fail(err, EM_FORMAT, "flow %zu leads from or to no box", i);
                if (e->amount < 0)
                        return em_fail(err, EM_FORMAT, "flow %zu has a negative amount", i);
                if (e->amount > INT64_MAX - sum)
                        return em_fail(err, EM_LIMIT, "the amounts of a flow sum to over 63 bits");
                sum += e->amount;
        }
        return EM_OK;
}

static void list_by_from(em_flow_net *net)
{
        const em_flow *flow = net->flow;
        for (size_t i = 0; i < flow->edge_count; i++)
                net->first[flow->edges[i].from + 1]++;
        for (size_t i = 0; i < flow->node_count; i++)
                net->first[i + 1] += net->first[i];
        for (size_t i = flow->edge_count; i-- > 0;) /* backwards: first[from + 1] sinks to the start of from */
                net->out[--net->first[flow->edges[i].from + 1]] = i;
        for (size_t i = 0; i < flow->node_count; i++)
                net->first[i] = net->first[i + 1];
        net->first[flow->node_count] = flow->edge_count;
}

/* ---- order ------------------------------------------------------------------- */

typedef struct search { uint8_t *seen; size_t *at, *stack, depth, done; } search;
enum { UNSEEN, ON_PATH, DONE };

static void cut_edge(em_flow_net *net, size_t edge)
{
        net->cut[edge] = true;
        net->cuts++;
        net->cut_amount += net->flow->edges[edge].amount;
}

static void push(em_flow_net *net, search *s, size_t node)
{
        s->seen[node] = ON_PATH;
        s->at[node] = net->first[node];
        s->stack[s->depth++] = node;
}

/* order is filled from its end: a node is done after all that it pays. */
static void search_from(em_flow_net *net, search *s, size_t root)
{
        if (s->seen[root] != UNSEEN)
                return;
        for (push(net, s, root); s->depth;) {
                size_t node = s->stack[s->depth - 1];
                if (s->at[node] == net->first[node + 1]) {
                        s->seen[node] = DONE;
                        s->depth--;
                        net->order[net->flow->node_count - ++s->done] = node;
                        continue;
                }
                size_t edge = net->out[s->at[node]++], to = net->flow->edges[edge].to;
                if (s->seen[to] == ON_PATH)
                        cut_edge(net, edge);
                else if (s->seen[to] == UNSEEN)
                        push(net, s, to);
        }
}

static em_status find_order(em_flow_net *net, em_arena *arena, em_error *err)
{
        size_t n = net->flow->node_count;
        search s = {EM_NEW_N(arena, uint8_t, n), EM_NEW_N(arena, size_t, n), EM_NEW_N(arena, size_t, n), 0, 0};
        if (!s.seen || !s.at || !s.stack)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t i = 0; i < n; i++)
                if (net->flow->nodes[i].kind == EM_FLOW_SEED)
                        search_from(net, &s, i);
        for (size_t i = 0; i < n; i++)
                search_from(net, &s, i);
        return EM_OK;
}

/* ---- chains -------------------------------------------------------------------- */

typedef struct payers { size_t *only; int64_t *in, *out; size_t *heir; bool *fed; } payers;
#define SEVERAL (SIZE_MAX - 1)

static bool is_hop(const em_flow_net *net, size_t node)
{
        return node < net->flow->node_count && net->flow->nodes[node].kind == EM_FLOW_HOP;
}

static void gather_payers(const em_flow_net *net, payers *p)
{
        for (size_t i = 0; i < net->flow->node_count; i++)
                p->only[i] = p->heir[i] = EM_FLOW_NONE;
        for (size_t i = 0; i < net->flow->edge_count; i++) {
                const em_flow_edge *e = &net->flow->edges[i];
                if (net->cut[i])
                        continue;
                p->in[e->to] += e->amount;
                p->out[e->from] += e->amount;
                p->only[e->to] = p->only[e->to] == EM_FLOW_NONE || p->only[e->to] == e->from ? e->from : SEVERAL;
        }
}

static void find_heirs(const em_flow_net *net, payers *p)
{
        for (size_t v = 0; v < net->flow->node_count; v++) {
                size_t u = p->only[v];
                if (!is_hop(net, v) || !is_hop(net, u) || net->flow->nodes[u].own || net->flow->nodes[v].own ||
                    p->in[v] < p->out[u] - p->in[v])
                        continue;
                if (p->heir[u] == EM_FLOW_NONE || p->in[v] > p->in[p->heir[u]])
                        p->heir[u] = v;
        }
        for (size_t u = 0; u < net->flow->node_count; u++)
                if (p->heir[u] != EM_FLOW_NONE)
                        p->fed[p->heir[u]] = true;
}

static void make_units(em_flow_net *net, const payers *p)
{
        for (size_t i = 0; i < net->flow->node_count; i++) {
                size_t length = 0;
                if (p->fed[i])
                        continue;
                for (size_t v = i; v != EM_FLOW_NONE; v = p->heir[v])
                        length++;
                for (size_t v = i; v != EM_FLOW_NONE; v = p->heir[v]) {
                        bool chained = length >= CHAIN_LEAST;
                        if (v == i || !chained)
                                net->unit[net->units++] = (em_flow_unit){.head = v, .length = chained ? length : 1};
                        net->unit_of[v] = net->units - 1;
                        net->next[v] = chained ? p->heir[v] : EM_FLOW_NONE;
                }
        }
}

static em_status find_chains(em_flow_net *net, em_arena *arena, em_error *err)
{
        size_t n = net->flow->node_count;
        payers p = {EM_NEW_N(arena, size_t, n), EM_NEW_N(arena, int64_t, n), EM_NEW_N(arena, int64_t, n),
                    EM_NEW_N(arena, size_t, n), EM_NEW_N(arena, bool, n)};
        if (!p.only || !p.in || !p.out || !p.heir || !p.fed)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        gather_payers(net, &p);
        find_heirs(net, &p);
        make_units(net, &p);
        return EM_OK;
}

/* ---- layers ---------------------------------------------------------------------- */

static void lay(em_flow_net *net)
{
        const em_flow *flow = net->flow;
        for (size_t i = 0; i < flow->node_count; i++) {
                size_t        node = net->order[i];
                em_flow_unit *from = &net->unit[net->unit_of[node]];
                for (size_t k = net->first[node]; k < net->first[node + 1]; k++) {
                        const em_flow_edge *e = &flow->edges[net->out[k]];
                        em_flow_unit       *to = &net->unit[net->unit_of[e->to]];
                        if (net->cut[net->out[k]] || from == to)
                                continue;
                        to->layer = from->layer >= to->layer ? from->layer + 1 : to->layer;
                        from->leaves = to->enters = true;
                        from->out += e->amount;
                        to->in += e->amount;
                }
        }
}

em_status em_flow_net_make(const em_flow *flow, em_arena *arena, em_flow_net *ret_net, em_error *err)
{
        size_t      n = flow->node_count;
        em_flow_net net = {.flow = flow};
        EM_TRY(check(flow, err));
        net.first = EM_NEW_N(arena, size_t, n + 1);
        net.out = EM_NEW_N(arena, size_t, flow->edge_count);
        net.cut = EM_NEW_N(arena, bool, flow->edge_count);
        net.order = EM_NEW_N(arena, size_t, n);
        net.next = EM_NEW_N(arena, size_t, n);
        net.unit_of = EM_NEW_N(arena, size_t, n);
        net.unit = EM_NEW_N(arena, em_flow_unit, n);
        if (!net.first || !net.out || !net.cut || !net.order || !net.next || !net.unit_of || !net.unit)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        list_by_from(&net);
        EM_TRY(find_order(&net, arena, err));
        EM_TRY(find_chains(&net, arena, err));
        lay(&net);
        *ret_net = net;
        return EM_OK;
}
