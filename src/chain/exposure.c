/* Exposure: what was received, followed back to whom it may have come from.
 *
 * A best-first walk over transactions by the amount that waits at each (best-first search: Pearl, Heuristics, 1984),
 * so that whatever bound ends it has left only the smaller part.  A transaction is entered with
 * what is looked for of its outputs and hands that to the outputs its inputs spend: by value with
 * largest remainders, or along the satoshi line of cutter.c, which is a bijection and so can be walked either way.
 *
 * A spend always has a larger transaction id than what it spends, so the walk ends; a transaction may be
 * entered more than once, when more coins reach it after it was left, and each time only with what is new.
 *
 * A worked example, by hand.  Block 1 mints 100 to a service S (output 0) and 60 to B (1).  Transaction 2 spends
 * both, [100, 60], into [120 to A, 38 to C], fee 2.  What of A's 120 is from S?
 *   haircut: 120 x 100/160 = 75 from S, 120 x 60/160 = 45 newly mined.  Forwards: 100 x 120/160 = 75.
 *   fifo: the line is S 0-99, B 100-159; A takes 0-119, so 100 from S and 20 newly mined.
 *   lifo: B 0-59, S 60-159; A takes 0-119, so 60 newly mined and 60 from S.
 */
#include "chain/exposure_books.h"

#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;

#define TELL UINT64_C(4096)

typedef struct run {
        em_exposure *x;
        const em_graph *g;
        const em_exposure_opts *opts;
        em_policy   policy;
        uint64_t    most_outs;
        em_agenda   agenda;
        em_taint_tx tx;
        em_line     line;
        em_shears   shears;
        int64_t    *share;   size_t share_cap;
        em_piece   *up;      size_t ups, up_cap;        /* pieces of inputs; out is the input within the transaction */
} run;

const char *em_origin_words(em_origin_kind kind)
{
        static const char *const words[EM_ORIGIN_KINDS] = {
                [EM_ORIGIN_LABEL] = "labelled",
                [EM_ORIGIN_MINED] = "newly mined",
                [EM_ORIGIN_MIXED] = "came out of a CoinJoin",
                [EM_ORIGIN_OWN] = "from itself: change, moves within",
                [EM_ORIGIN_UNKNOWN] = "behind it an output that is not in the files",
                [EM_ORIGIN_HOPS] = "not followed: hop limit",
                [EM_ORIGIN_TIME] = "not followed: time limit",
                [EM_ORIGIN_AMOUNT] = "not followed: below the cut-off",
                [EM_ORIGIN_LIMIT] = "not followed: limit of outputs visited",
        };
        em_assert(kind < EM_ORIGIN_KINDS);
        return words[kind];
}

/* ---- arriving ---- */

static bool is_own(const em_exposure_opts *o, uint32_t payee)
{
        size_t low = 0, high = o->owns;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (o->own[mid] < payee)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low < o->owns && o->own[low] == payee;
}

/* Ends that can be seen on the output itself; EM_ORIGIN_KINDS: it is followed. */
static em_origin_kind end_at(const run *r, uint32_t payee, uint32_t hops, uint32_t *ret_label)
{
        const em_exposure_opts *o = r->opts;
        *ret_label = o->label ? o->label(o->label_ctx, payee) : 0;
        if (is_own(o, payee))
                return EM_ORIGIN_OWN;
        if (*ret_label)
                return EM_ORIGIN_LABEL;
        return o->max_hops && hops >= o->max_hops ? EM_ORIGIN_HOPS : EM_ORIGIN_KINDS;
}

/* Coins looked for, sat of them, are in the output that input i of the transaction in hand spends;
 * path_sat of them by the path that ends in step; piece says which under IN-OUT. */
static em_status arrive(run *r, const em_waiting *at, em_id in, int64_t sat, uint32_t step, int64_t path_sat,
                        const em_piece *piece, size_t pieces, em_error *err)
{
        em_id out = em_graph_spent(r->g, in);
        uint32_t hops = at->hops + 1, label, payee = em_graph_payee(r->g, out);
        em_origin_kind end = end_at(r, payee, hops, &label);
        r->x->visited++;
        if (hops == 1) {
                em_payer paid = { .payee = payee, .label = label, .sat = sat, .own = end == EM_ORIGIN_OWN };
                EM_TRY(em_exposure_paid(r->x, &r->agenda, paid, err));
        }
        if (end != EM_ORIGIN_KINDS) {
                em_origin o = { .kind = end, .label = end == EM_ORIGIN_LABEL ? label : 0, .hops = hops };
                return em_exposure_book(r->x, &r->agenda, o, hops == 1, sat, step, path_sat, err);
        }
        em_id tx = em_graph_tx_of_out(r->g, out);
        EM_TRY(em_agenda_add(&r->agenda, tx, sat, hops, step, path_sat, err));
        for (size_t i = 0; i < pieces; i++)
                EM_TRY(em_agenda_piece(&r->agenda, tx, hops, piece[i], err));
        return EM_OK;
}

/* ---- one transaction ---- */

static int64_t fraction(int64_t of, int64_t part, int64_t whole)
{
        return (int64_t)((wide)(uint64_t)of * (uint64_t)part / (uint64_t)whole);
}

static em_status by_share(run *r, const em_waiting *at, em_error *err)
{
        void *share = r->share;
        EM_TRY(em_taint_grow(&share, &r->share_cap, r->tx.ins, sizeof *r->share, err));
        r->share = share;
        EM_TRY(em_haircut_share(&r->shears, at->sat, r->tx.in_sat, r->tx.ins, r->tx.total, r->share, err));
        for (size_t i = 0; i < r->tx.ins; i++) {
                if (r->share[i] == 0)
                        continue;
                em_id in = r->tx.first_in + i;
                int64_t path = at->best_sat == at->sat
                        ? r->share[i] : fraction(at->best_sat, r->tx.in_sat[i], r->tx.total);
                uint32_t step;
                em_back back = { em_graph_spent(r->g, in), in, at->best, path };
                EM_TRY(em_exposure_step(r->x, back, &step, err));
                EM_TRY(arrive(r, at, in, r->share[i], step, path, NULL, 0, err));
        }
        return EM_OK;
}

/* The place in IN's order of the input that satoshi `at` of the line came from. */
static size_t place_of(const run *r, int64_t at)
{
        size_t low = 0, high = r->tx.ins;
        while (high - low > 1) {
                size_t mid = low + (high - low) / 2;
                if (r->line.in_at[r->line.in_order[mid]] <= at)
                        low = mid;
                else
                        high = mid;
        }
        return low;
}

static em_status cut_piece(run *r, const em_piece *p, em_error *err)
{
        int64_t at = r->line.out_at[p->out - r->tx.first_out] + p->start, end = at + p->len;
        for (size_t k = place_of(r, at); at < end && k < r->tx.ins; k++) {
                uint32_t in = r->line.in_order[k];
                int64_t start = r->line.in_at[in], stop = start + r->line.in_len[in];
                stop = stop < end ? stop : end;
                if (stop <= at)
                        continue;
                void *up = r->up;
                EM_TRY(em_taint_grow(&up, &r->up_cap, r->ups + 1, sizeof *r->up, err));
                r->up = up;
                r->up[r->ups++] = (em_piece){ in, at - start, stop - at, p->step, EM_STEP_NONE };
                at = stop;
        }
        return EM_OK;
}

static int by_input(const void *a, const void *b)
{
        const em_piece *x = a, *y = b;
        if (x->out != y->out)
                return x->out < y->out ? -1 : 1;
        if (x->step != y->step)
                return x->step < y->step ? -1 : 1;
        return x->start < y->start ? -1 : x->start > y->start;
}

/* Pieces from..to of one input: gives each path its step, and hands the input's coins on. */
static em_status hand_up(run *r, const em_waiting *at, size_t from, size_t to, em_error *err)
{
        em_id in = r->tx.first_in + r->up[from].out, out = em_graph_spent(r->g, in);
        int64_t sat = 0, best_sat = 0;
        uint32_t best = EM_STEP_NONE;
        for (size_t i = from, j; i < to; i = j) {
                uint32_t parent = r->up[i].step, step;
                int64_t path = 0;
                for (j = i; j < to && r->up[j].step == parent; j++)
                        path += r->up[j].len;
                EM_TRY(em_exposure_step(r->x, (em_back){ out, in, parent, path }, &step, err));
                for (size_t k = i; k < j; k++) {
                        r->up[k].step = step;
                        r->up[k].out = out;
                }
                sat += path;
                if (path > best_sat) {
                        best_sat = path;
                        best = step;
                }
        }
        return arrive(r, at, in, sat, best, best_sat, r->up + from, to - from, err);
}

static em_status by_line(run *r, const em_waiting *at, em_error *err)
{
        EM_TRY(em_cutter_lay(&r->line, &r->tx, r->policy, NULL, err));
        r->ups = 0;
        for (uint32_t p = at->pieces; p != EM_STEP_NONE; p = r->agenda.piece[p].next)
                EM_TRY(cut_piece(r, &r->agenda.piece[p], err));
        em_agenda_give(&r->agenda, at->pieces);
        if (r->ups)
                qsort(r->up, r->ups, sizeof *r->up, by_input);
        for (size_t i = 0, j; i < r->ups; i = j) {
                em_id in = r->up[i].out;
                for (j = i; j < r->ups && r->up[j].out == in; j++)
                        ;
                EM_TRY(hand_up(r, at, i, j, err));
        }
        return EM_OK;
}

/* The first transaction of a block spends nothing; any other input without an output is not in the files. */
static bool is_coinbase(const em_graph *g, em_id tx)
{
        if (em_graph_spent(g, em_graph_first_in(g, tx)) != EM_ID_NONE)
                return false;
        return em_le(g->block_first_tx + 5 * em_graph_block_of_tx(g, tx), 5) == tx;
}

/* Ends that are seen on the transaction; reads it when there is none. */
static em_status end_in(run *r, em_id tx, em_origin *ret_end, em_error *err)
{
        const em_exposure_opts *o = r->opts;
        *ret_end = (em_origin){ .kind = EM_ORIGIN_MINED };
        if (em_graph_first_in(r->g, tx) < em_graph_first_in(r->g, tx + 1) && is_coinbase(r->g, tx))
                return EM_OK;
        ret_end->kind = EM_ORIGIN_TIME;
        if (o->since_time_s &&
            em_le(r->g->block_time + 4 * em_graph_block_of_tx(r->g, tx), 4) < o->since_time_s)
                return EM_OK;
        ret_end->kind = EM_ORIGIN_MIXED;
        if (o->mixes && !o->through_mixers && (ret_end->label = o->mixes(o->mixes_ctx, tx)) != 0)
                return EM_OK;
        EM_TRY(em_taint_tx_read(&r->tx, r->g, tx, err));
        ret_end->kind = r->tx.unknown ? EM_ORIGIN_UNKNOWN : EM_ORIGIN_KINDS;
        return EM_OK;
}

static em_status book(run *r, const em_waiting *at, em_origin o, em_error *err)
{
        o.hops = at->hops;
        return em_exposure_book(r->x, &r->agenda, o, at->hops == 0, at->sat, at->best, at->best_sat, err);
}

static em_status enter(run *r, const em_waiting *at, em_error *err)
{
        em_origin end;
        EM_TRY(end_in(r, at->tx, &end, err));
        if (end.kind != EM_ORIGIN_KINDS) {
                em_agenda_give(&r->agenda, at->pieces);
                return book(r, at, end, err);
        }
        if (at->sat > r->tx.total)
                return em_fail(err, EM_FORMAT, "The chain index contradicts itself: more is spent of transaction %llu "
                               "than it paid; build it anew.", (unsigned long long)at->tx);
        return r->policy.kind == EM_TAINT_HAIRCUT ? by_share(r, at, err) : by_line(r, at, err);
}

/* ---- the walk ---- */

static int by_id(const void *a, const void *b)
{
        em_id x = *(const em_id *)a, y = *(const em_id *)b;
        return x < y ? -1 : x > y;
}

static em_status begin_at(run *r, em_id out, em_error *err)
{
        if (out >= r->g->outs)
                return em_fail(err, EM_MISSING, "Output %llu is not in the chain.", (unsigned long long)out);
        int64_t sat = em_graph_value(r->g, out);
        if (sat < 0 || __builtin_add_overflow(r->x->received, sat, &r->x->received))
                return em_fail(err, EM_LIMIT, "The outputs hold more than 63 bits can count.");
        if (sat == 0)
                return EM_OK;
        uint32_t step;
        em_id tx = em_graph_tx_of_out(r->g, out);
        EM_TRY(em_exposure_step(r->x, (em_back){ out, EM_ID_NONE, EM_STEP_NONE, sat }, &step, err));
        EM_TRY(em_agenda_add(&r->agenda, tx, sat, 0, step, sat, err));
        if (r->policy.kind == EM_TAINT_HAIRCUT)
                return EM_OK;
        return em_agenda_piece(&r->agenda, tx, 0, (em_piece){ out, 0, sat, step, 0 }, err);
}

static em_status begin(run *r, const em_id *out, size_t outs, em_error *err)
{
        em_id *sorted = malloc((outs + 1) * sizeof *sorted);
        if (!sorted)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins back.");
        if (outs)
                memcpy(sorted, out, outs * sizeof *out);
        qsort(sorted, outs, sizeof *sorted, by_id);
        em_status status = EM_OK;
        for (size_t i = 0; i < outs && status == EM_OK; i++)
                status = i && sorted[i] == sorted[i - 1]
                        ? em_fail(err, EM_FORMAT, "Output %llu is named twice.", (unsigned long long)sorted[i])
                        : begin_at(r, sorted[i], err);
        free(sorted);
        return status;
}

/* Where the most that waits is too little, or enough was visited, all that waits ends alike. */
static em_status walk(run *r, const em_progress *progress, em_error *err)
{
        uint64_t entered = 0;
        for (const em_waiting *top; (top = em_agenda_top(&r->agenda)) != NULL; entered++) {
                em_origin_kind all = r->x->visited >= r->most_outs ? EM_ORIGIN_LIMIT
                                     : top->sat < r->opts->min_sat ? EM_ORIGIN_AMOUNT : EM_ORIGIN_KINDS;
                if (entered % TELL == 0 &&
                    !em_progress_tell(progress, "following coins back", r->x->visited, r->most_outs))
                        return em_fail(err, EM_INTERRUPTED, "Interrupted while following coins back.");
                em_waiting at = em_agenda_pop(&r->agenda);
                EM_TRY(all == EM_ORIGIN_KINDS ? enter(r, &at, err)
                                              : book(r, &at, (em_origin){ .kind = all }, err));
        }
        return EM_OK;
}

static em_status balance(const em_exposure *x, em_error *err)
{
        int64_t booked = 0;
        for (int k = 0; k < EM_ORIGIN_KINDS; k++)
                booked += x->kind[k];
        if (booked == x->received)
                return EM_OK;
        return em_fail(err, EM_BUG, "%lld satoshi were received and %lld booked.", (long long)x->received,
                       (long long)booked);
}

static void run_free(run *r)
{
        em_agenda_free(&r->agenda);
        em_taint_tx_free(&r->tx);
        em_line_free(&r->line);
        free(r->shears.at);
        free(r->share);
        free(r->up);
}

em_status em_exposure_run(const em_graph *graph, const em_id *out, size_t outs, const em_exposure_opts *opts,
                          const em_progress *progress, em_exposure **ret_exposure, em_error *err)
{
        if (opts->policy.kind != EM_TAINT_HAIRCUT && opts->policy.kind != EM_TAINT_CUT)
                return em_fail(err, EM_FORMAT, "This policy has no backward form; haircut and the cuts have.");
        run r = { .g = graph, .opts = opts, .policy = opts->policy,
                  .most_outs = opts->max_outs ? opts->max_outs : EM_EXPOSURE_OUTS };
        if (r.policy.in == EM_IN_TAINT || r.policy.in == EM_IN_CLEAN)
                r.policy.in = EM_IN_FIRST;
        r.x = calloc(1, sizeof *r.x);
        if (!r.x)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins back.");
        r.x->graph = graph;
        r.agenda.apart = opts->max_hops > 0;
        em_status status = begin(&r, out, outs, err);
        if (status == EM_OK)
                status = walk(&r, progress, err);
        if (status == EM_OK)
                status = em_exposure_sort(r.x, err);
        if (status == EM_OK)
                status = balance(r.x, err);
        run_free(&r);
        if (status != EM_OK)
                em_exposure_free(r.x);
        else
                *ret_exposure = r.x;
        return status;
}

/* ---- the result ---- */

em_exposure *em_exposure_free(em_exposure *x)
{
        if (x) {
                free(x->step);
                free(x->origin);
                free(x->origin_step);
                free(x->payer);
                free(x);
        }
        return NULL;
}

int64_t em_exposure_received(const em_exposure *x) { return x->received; }

int64_t em_exposure_kind(const em_exposure *x, em_origin_kind kind)
{
        em_assert(kind < EM_ORIGIN_KINDS);
        return x->kind[kind];
}

uint64_t em_exposure_visited(const em_exposure *x) { return x->visited; }

const em_origin *em_exposure_origins(const em_exposure *x, size_t *ret_count)
{
        *ret_count = x->origins;
        return x->origin;
}

const em_payer *em_exposure_payers(const em_exposure *x, size_t *ret_count)
{
        *ret_count = x->payers;
        return x->payer;
}

em_status em_exposure_path(const em_exposure *x, size_t i, em_arena *arena, em_step **ret_steps, size_t *ret_count,
                           em_error *err)
{
        em_assert(i < x->origins);
        size_t count = 0;
        for (uint32_t s = x->origin_step[i]; x->step[s].parent != EM_STEP_NONE; s = x->step[s].parent)
                count++;
        em_step *step = EM_NEW_N(arena, em_step, count);
        if (!step)
                return em_fail(err, EM_LIMIT, "A path of %zu steps does not fit.", count);
        uint32_t s = x->origin_step[i];
        for (size_t k = 0; k < count; k++, s = x->step[s].parent) {
                const em_back *from = &x->step[s], *to = &x->step[from->parent];
                step[k] = (em_step){ .from = from->out, .in = from->in,
                                     .tx = em_graph_tx_of_out(x->graph, to->out), .to = to->out,
                                     .in_sat = from->sat, .out_sat = to->sat, .via_sat = x->origin[i].best_sat };
        }
        *ret_steps = step;
        *ret_count = count;
        return EM_OK;
}
