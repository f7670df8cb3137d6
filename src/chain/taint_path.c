/* The path that carries the most stolen coins, found backwards.
 *
 * Best first from the output asked for (the widest-path form of Dijkstra, 1959; Pollack, "The
 * maximum capacity through a network", 1960): a branch is worth what it can carry at most, that
 * never grows on the way back, so the first seed that comes up ends the widest path, and nothing
 * that carries less is looked at.
 *
 * Under haircut, dirty-first and poison a branch is an output, closed when first taken.  Under
 * IN-OUT it is a set of satoshi of an output: the transaction's line is laid as it was when the
 * coins went forward and walked the other way, so what arrives at a seed are the very satoshi that
 * went down the whole path.  Sets of one output never overlap, so they need no closing.
 */
#include "chain/taint_rows.h"

#include <stdlib.h>

#define MOST_BRANCHES ((size_t)1 << 22)
#define MOST_SPANS    ((size_t)1 << 30)

typedef struct branch {
        uint64_t row;
        em_id    in;            /* through which its coins go on; EM_ID_NONE at the end asked for */
        size_t   parent;        /* the branch they go on to */
        int64_t  worth, via;
        em_span *span;          /* IN-OUT: which satoshi, in no order; NULL otherwise */
        size_t   spans;
        bool     home;          /* a seed: the path is complete */
} branch;

typedef struct search {
        const em_taint *t;
        size_t       p;
        bool         cut;
        branch      *branch;
        size_t       branches, branch_cap;
        size_t      *heap;      /* of branches, best first */
        size_t       heaped, heap_cap;
        uint8_t     *closed;    /* a bit for each row */
        em_arena    *spans;
        em_taint_tx  tx;
        em_line      line;
        em_shears    shears;
        em_load     *load;
        uint64_t    *load_row;
        int64_t     *brought, *via;
        size_t       loads, load_cap, row_cap, brought_cap, via_cap;
        size_t      *pieces;    /* [ins] */
        size_t       pieces_cap;
} search;

/* ---- the heap ---- */

/* Widest first; then complete paths; then lower outputs; then what came first. */
static bool better(const search *s, size_t a, size_t b)
{
        const branch *x = &s->branch[a], *y = &s->branch[b];
        if (x->worth != y->worth)
                return x->worth > y->worth;
        if (x->home != y->home)
                return x->home;
        if (x->row != y->row)
                return x->row < y->row;
        return a < b;
}

static em_status add(search *s, branch b, em_error *err)
{
        if (s->branches == MOST_BRANCHES)
                return em_fail(err, EM_LIMIT, "The path has more than %zu branches.",
                               MOST_BRANCHES);
        void *branches = s->branch, *heap = s->heap;
        EM_TRY(em_taint_grow(&branches, &s->branch_cap, s->branches + 1, sizeof b, err));
        s->branch = branches;
        EM_TRY(em_taint_grow(&heap, &s->heap_cap, s->heaped + 1, sizeof *s->heap, err));
        s->heap = heap;
        s->branch[s->branches] = b;
        size_t at = s->heaped++;
        for (; at > 0 && better(s, s->branches, s->heap[(at - 1) / 2]); at = (at - 1) / 2)
                s->heap[at] = s->heap[(at - 1) / 2];
        s->heap[at] = s->branches++;
        return EM_OK;
}

static size_t pop(search *s)
{
        size_t best = s->heap[0], last = s->heap[--s->heaped], at = 0;
        for (;;) {
                size_t child = 2 * at + 1;
                if (child >= s->heaped)
                        break;
                if (child + 1 < s->heaped && better(s, s->heap[child + 1], s->heap[child]))
                        child++;
                if (!better(s, s->heap[child], last))
                        break;
                s->heap[at] = s->heap[child];
                at = child;
        }
        s->heap[at] = last;
        return best;
}

/* ---- seeds ---- */

static int64_t smaller(int64_t a, int64_t b)
{
        return a < b ? a : b;
}

/* When branch b stands at a seed, adds the complete path; under IN-OUT the satoshi that were
 * stolen there leave the branch. */
static em_status come_home(search *s, size_t b, em_error *err)
{
        branch home = s->branch[b];
        const em_seed *seed = em_taint_seed_at(s->t, em_rows_at(s->t, home.row)->out);
        if (!seed)
                return EM_OK;
        home.home = true;
        home.worth = smaller(home.worth, seed->stolen_sat);
        if (s->cut) {
                branch *rest = &s->branch[b];
                home.worth = 0;
                home.span = NULL;
                home.spans = 0;
                size_t kept = 0;
                for (size_t i = 0; i < rest->spans; i++) {
                        em_span span = rest->span[i];
                        int64_t stolen = smaller(seed->stolen_sat - span.start, span.len);
                        if (stolen < 0)
                                stolen = 0;
                        home.worth += stolen;
                        if (stolen < span.len)
                                rest->span[kept++] = (em_span){ span.start + stolen,
                                                                span.len - stolen };
                }
                rest->spans = kept;
        }
        return home.worth > 0 ? add(s, home, err) : EM_OK;
}

/* ---- one transaction backwards ---- */

/* Reads the transaction that made a row's output and what its inputs brought. */
static em_status load(search *s, uint64_t row, em_error *err)
{
        EM_TRY(em_taint_tx_read(&s->tx, s->t->graph, em_rows_at(s->t, row)->tx, err));
        s->loads = 0;
        for (size_t i = 0; i < s->tx.ins; i++) {
                em_id out = em_graph_spent(s->t->graph, s->tx.first_in + i);
                uint64_t from;
                if (out == EM_ID_NONE || !em_taint_find(s->t, out, &from)
                    || !em_row_followed(em_rows_at(s->t, from), em_rows_sat(s->t, from), s->p))
                        continue;
                void *loads = s->load, *rows = s->load_row, *brought = s->brought;
                EM_TRY(em_taint_grow(&loads, &s->load_cap, s->loads + 1, sizeof *s->load, err));
                s->load = loads;
                EM_TRY(em_taint_grow(&rows, &s->row_cap, s->loads + 1, sizeof *s->load_row, err));
                s->load_row = rows;
                EM_TRY(em_taint_grow(&brought, &s->brought_cap, s->loads + 1, sizeof *s->brought,
                                     err));
                s->brought = brought;
                s->brought[s->loads] = em_rows_sat(s->t, from)[s->p];
                s->load[s->loads] = (em_load){ .in = (uint32_t)i, .sat = s->brought[s->loads] };
                s->load_row[s->loads] = from;
                s->tx.load_of[i] = (uint32_t)++s->loads;
        }
        return EM_OK;
}

/* Haircut and its kin: the output's coins shared among the inputs that brought some. */
static em_status back_by_share(search *s, size_t b, em_error *err)
{
        uint64_t row = s->branch[b].row;
        int64_t sat = em_rows_sat(s->t, row)[s->p], total = 0;
        void *via = s->via;
        EM_TRY(em_taint_grow(&via, &s->via_cap, s->loads, sizeof *s->via, err));
        s->via = via;
        for (size_t k = 0; k < s->loads; k++) {
                total += s->brought[k];
                s->via[k] = sat;
        }
        if (s->t->policy[s->p].kind != EM_TAINT_POISON && s->loads > 0)
                EM_TRY(em_haircut_share(&s->shears, smaller(sat, total), s->brought, s->loads,
                                        total, s->via, err));
        for (size_t k = 0; k < s->loads; k++) {
                uint64_t from = s->load_row[k];
                if (s->via[k] == 0 || s->closed[from / 8] >> from % 8 & 1)
                        continue;
                branch up = { .row = from, .in = s->tx.first_in + s->load[k].in, .parent = b,
                              .via = s->via[k] };
                up.worth = smaller(s->branch[b].worth, s->via[k]);
                EM_TRY(add(s, up, err));
        }
        return EM_OK;
}

/* The place in IN's order of the input that satoshi `at` of the line came from. */
static size_t place_of(const search *s, int64_t at)
{
        size_t low = 0, high = s->tx.ins;
        while (high - low > 1) {
                size_t mid = low + (high - low) / 2;
                if (s->line.in_at[s->line.in_order[mid]] <= at)
                        low = mid;
                else
                        high = mid;
        }
        return low;
}

/* Walks the branch's satoshi through the line.  Counts the pieces of each input, or, when `up`
 * has the branches of the inputs, hands them over. */
static void walk_line(search *s, size_t b, int64_t out_at, branch *up)
{
        for (size_t i = 0; i < s->branch[b].spans; i++) {
                em_span span = s->branch[b].span[i];
                int64_t at = out_at + span.start, end = at + span.len;
                for (size_t k = place_of(s, at); at < end; k++) {
                        uint32_t in = s->line.in_order[k];
                        int64_t start = s->line.in_at[in];
                        int64_t to = smaller(end, start + s->line.in_len[in]);
                        uint32_t of = s->tx.load_of[in];
                        if (of && to > at && up)
                                up[of - 1].span[up[of - 1].spans++] =
                                        (em_span){ at - start, to - at };
                        else if (of && to > at)
                                s->pieces[of - 1]++;
                        at = to > at ? to : at;
                }
        }
}

static em_status spans_full(em_error *err)
{
        return em_fail(err, EM_LIMIT, "The path splits into more pieces than fit in a gigabyte.");
}

/* IN-OUT: each satoshi back to the input it came from. */
static em_status back_by_line(search *s, size_t b, em_error *err)
{
        EM_TRY(em_cutter_lay(&s->line, &s->tx, s->t->policy[s->p], s->load, err));
        size_t j = (size_t)(em_rows_at(s->t, s->branch[b].row)->out - s->tx.first_out);
        void *pieces = s->pieces;
        EM_TRY(em_taint_grow(&pieces, &s->pieces_cap, s->loads, sizeof *s->pieces, err));
        s->pieces = pieces;
        memset(s->pieces, 0, s->loads * sizeof *s->pieces);
        walk_line(s, b, s->line.out_at[j], NULL);
        branch *up = EM_NEW_N(s->spans, branch, s->loads);
        if (!up)
                return spans_full(err);
        for (size_t k = 0; k < s->loads; k++) {
                up[k] = (branch){ .row = s->load_row[k], .in = s->tx.first_in + s->load[k].in,
                                  .parent = b };
                up[k].span = EM_NEW_N(s->spans, em_span, s->pieces[k]);
                if (!up[k].span)
                        return spans_full(err);
        }
        walk_line(s, b, s->line.out_at[j], up);
        for (size_t k = 0; k < s->loads; k++) {
                for (size_t i = 0; i < up[k].spans; i++)
                        up[k].worth += up[k].span[i].len;
                up[k].worth = smaller(smaller(up[k].worth, s->brought[k]), s->branch[b].worth);
                if (up[k].worth > 0)
                        EM_TRY(add(s, up[k], err));
        }
        return EM_OK;
}

/* ---- the search ---- */

static em_status start(search *s, uint64_t row, em_error *err)
{
        branch first = { .row = row, .in = EM_ID_NONE, .worth = em_rows_sat(s->t, row)[s->p] };
        if (s->cut) {
                first.span = EM_NEW(s->spans, em_span);
                if (!first.span)
                        return spans_full(err);
                first.span[0].len = em_graph_value(s->t->graph, em_rows_at(s->t, row)->out);
                first.spans = 1;
        }
        return add(s, first, err);
}

static em_status find(search *s, uint64_t row, size_t *ret_home, em_error *err)
{
        EM_TRY(start(s, row, err));
        while (s->heaped > 0) {
                size_t b = pop(s);
                uint64_t at = s->branch[b].row;
                if (s->branch[b].home) {
                        *ret_home = b;
                        return EM_OK;
                }
                if (!s->cut && (s->closed[at / 8] >> at % 8 & 1))
                        continue;
                s->closed[at / 8] |= (uint8_t)(1u << at % 8);
                EM_TRY(come_home(s, b, err));
                if (s->cut && s->branch[b].spans == 0)
                        continue;
                EM_TRY(load(s, at, err));
                if (s->loads > 0)
                        EM_TRY(s->cut ? back_by_line(s, b, err) : back_by_share(s, b, err));
        }
        return em_fail(err, EM_BUG, "Stolen coins are in an output that no seed leads to.");
}

static em_status steps_of(const search *s, size_t home, em_arena *arena, em_step **ret_steps,
                          size_t *ret_count, em_error *err)
{
        size_t count = 0;
        for (size_t b = home; s->branch[b].in != EM_ID_NONE; b = s->branch[b].parent)
                count++;
        em_step *step = EM_NEW_N(arena, em_step, count);
        if (!step)
                return em_fail(err, EM_LIMIT, "A path of %zu steps does not fit.", count);
        size_t b = home;
        for (size_t i = 0; i < count; i++) {
                const branch *x = &s->branch[b], *y = &s->branch[x->parent];
                const em_row *from = em_rows_at(s->t, x->row), *to = em_rows_at(s->t, y->row);
                step[i] = (em_step){ .from = from->out, .in = x->in, .tx = to->tx, .to = to->out,
                                     .in_sat = em_rows_sat(s->t, x->row)[s->p],
                                     .out_sat = em_rows_sat(s->t, y->row)[s->p],
                                     .via_sat = s->cut ? s->branch[home].worth : x->via };
                b = x->parent;
        }
        *ret_steps = step;
        *ret_count = count;
        return EM_OK;
}

static void search_free(search *s)
{
        free(s->branch);
        free(s->heap);
        free(s->closed);
        em_arena_free(s->spans);
        em_taint_tx_free(&s->tx);
        em_line_free(&s->line);
        free(s->shears.at);
        free(s->load);
        free(s->load_row);
        free(s->brought);
        free(s->via);
        free(s->pieces);
}

em_status em_taint_path(const em_taint *t, size_t policy, em_id out, em_arena *arena,
                        em_step **ret_steps, size_t *ret_count, em_error *err)
{
        em_assert(policy < t->policies);
        uint64_t row;
        if (!em_taint_find(t, out, &row) || em_rows_sat(t, row)[policy] == 0)
                return em_fail(err, EM_MISSING, "No stolen coins are in output %llu.",
                               (unsigned long long)out);
        search s = { .t = t, .p = policy, .cut = t->policy[policy].kind == EM_TAINT_CUT };
        s.closed = calloc(1, t->count / 8 + 1);
        s.spans = em_arena_new(MOST_SPANS);
        size_t home = 0;
        em_status status = s.closed && s.spans
                ? find(&s, row, &home, err)
                : em_fail(err, EM_NOMEM, "Out of memory while looking for a path.");
        if (status == EM_OK)
                status = steps_of(&s, home, arena, ret_steps, ret_count, err);
        search_free(&s);
        return status;
}
