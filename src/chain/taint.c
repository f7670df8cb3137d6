/* Taint: stolen coins followed through a transaction graph under several policies in one pass.
 *
 * A spend always has a larger input number than what it spends, so a queue keyed by the spending
 * input visits the transactions that stolen coins reach, each once, in chain order, and nothing
 * else of the chain.  At each the policies (poison, haircut: Moser, Boehme, Breuker 2014; IN-OUT:
 * Anderson, Shumailov, Ahmed 2018, Tironsakkul and others 2022; dirty-first: the same) share out
 * what its inputs bring, each from its own column.  Which satoshi of an output are stolen is kept
 * only while it waits in the queue: afterwards taint_path.c can find it again backwards, since a
 * cut is a bijection.  So memory goes by the outputs reached, not by how often lots are cut up.
 *
 * The books of every policy are closed at the end from the rows and must balance.
 */
#include "chain/taint_queue.h"
#include "chain/taint_rows.h"

#include <stdlib.h>

__extension__ typedef __int128 wide;

#define MOST_OUTS UINT64_C(100000000)
#define TELL      (UINT64_C(1) << 16)

/* What leaves the outputs, and what comes in; totals of outputs are counted from the rows. */
typedef struct books { wide stolen, grown, fees, dropped; } books;

typedef struct run {
        em_taint            *t;
        const em_graph      *g;
        const em_taint_opts *opts;
        uint64_t             most_outs;
        em_queue    queue;
        em_taint_tx tx;
        em_line     line;
        em_shears   shears;
        em_shares   shares[EM_POLICIES_MAX];
        books       books[EM_POLICIES_MAX];
        em_event   *carrier;            /* the events of this transaction, in input order */
        em_load    *load;               /* as many, for one policy at a time */
        size_t      carriers, carrier_cap, load_cap;
        uint32_t    brings, mixed;      /* bit p: something comes out; it comes out mixed */
        size_t      next_seed;
        em_id       near_tx, near_block;
        size_t      cuts, cut_of[EM_POLICIES_MAX];      /* n-th IN-OUT policy */
        /* the output in hand, under each policy */
        int64_t     sat[EM_POLICIES_MAX];
        em_span    *span[EM_POLICIES_MAX];
        size_t      spans[EM_POLICIES_MAX];
        em_span    *merged[EM_POLICIES_MAX];
        size_t      merged_cap[EM_POLICIES_MAX];
        uint64_t    visited;
} run;

/* ---- lots: the runs of stolen satoshi of a waiting output ---- */

/* A count for each IN-OUT policy, then the runs in the same order. */
static size_t lots_head(const run *r)
{
        return (r->cuts * sizeof(uint32_t) + 15) / 16 * 16;
}

static em_status lots_make(const run *r, int64_t value, void **ret_lots, em_error *err)
{
        size_t spans = 0;
        for (size_t p = 0; p < r->t->policies; p++)
                if (r->t->policy[p].kind == EM_TAINT_CUT && r->sat[p] < value)
                        spans += r->spans[p];
        if (spans == 0) {
                *ret_lots = NULL;
                return EM_OK;
        }
        char *lots = malloc(lots_head(r) + spans * sizeof(em_span));
        if (!lots)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
        uint32_t *count = (uint32_t *)(void *)lots;
        em_span *span = (em_span *)(void *)(lots + lots_head(r));
        for (size_t p = 0; p < r->t->policies; p++) {
                if (r->t->policy[p].kind != EM_TAINT_CUT)
                        continue;
                *count = r->sat[p] < value ? (uint32_t)r->spans[p] : 0;
                if (*count > 0)
                        memcpy(span, r->span[p], *count * sizeof *span);
                span += *count++;
        }
        *ret_lots = lots;
        return EM_OK;
}

/* The runs under policy p; NULL when none or all of the output is stolen. */
static const em_span *lots_of(const run *r, const void *lots, size_t p, size_t *ret_count)
{
        *ret_count = 0;
        if (!lots || r->t->policy[p].kind != EM_TAINT_CUT)
                return NULL;
        const uint32_t *count = lots;
        const em_span *span = (const em_span *)(const void *)((const char *)lots + lots_head(r));
        size_t c = r->cut_of[p];
        for (size_t i = 0; i < c; i++)
                span += count[i];
        *ret_count = count[c];
        return count[c] ? span : NULL;
}

/* ---- one output ---- */

/* Stops that can be seen on the output itself. */
static em_stop stop_of(const run *r, const em_row *row, const int64_t *sat, bool seed)
{
        const em_taint_opts *o = r->opts;
        int64_t most = 0;
        bool followed = false;
        for (size_t p = 0; p < r->t->policies; p++) {
                most = sat[p] > most ? sat[p] : most;
                followed = followed || em_row_followed(row, sat, p);
        }
        if (!followed)
                return EM_STOP_MIXED;
        if (o->burns && o->burns(o->burns_ctx, row->out))
                return EM_STOP_BURNT;
        if (row->label && !o->through_labels && !seed)
                return EM_STOP_LABEL;
        if (em_graph_spender(r->g, row->out) == EM_ID_NONE)
                return EM_STOP_UNSPENT;
        if (o->max_hops && row->hops >= o->max_hops)
                return EM_STOP_HOPS;
        if (most < o->min_sat && !seed)
                return EM_STOP_AMOUNT;
        return EM_STOP_NONE;
}

/* Keeps the output in hand and queues what spends it. */
static em_status reach(run *r, em_id out, uint32_t hops, bool seed, em_error *err)
{
        const em_taint_opts *o = r->opts;
        if (r->t->count >= r->most_outs)
                return em_fail(err, EM_LIMIT, "Stolen coins reach more than %llu outputs; narrow "
                               "the trace or raise the limit.", (unsigned long long)r->most_outs);
        em_row row = { .out = out, .tx = r->tx.tx, .hops = hops };
        row.label = o->label ? o->label(o->label_ctx, em_graph_payee(r->g, out)) : 0;
        for (size_t p = 0; p < r->t->policies && !seed; p++)
                if (r->sat[p] > 0)
                        row.ended |= r->mixed & UINT32_C(1) << p;
        em_stop stop = stop_of(r, &row, r->sat, seed);
        row.stop = (uint8_t)stop;
        uint32_t at = (uint32_t)r->t->count;
        EM_TRY(em_rows_add(r->t, row, r->sat, err));
        if (stop != EM_STOP_NONE)
                return EM_OK;
        em_event event = { .in = em_graph_spender(r->g, out), .row = at };
        if (event.in >= r->g->ins || event.in < em_graph_first_in(r->g, r->tx.tx + 1))
                return em_fail(err, EM_FORMAT, "The chain index contradicts itself: output %llu "
                               "is spent before it is made; build it anew.",
                               (unsigned long long)out);
        EM_TRY(lots_make(r, em_graph_value(r->g, out), &event.lots, err));
        em_status status = em_queue_push(&r->queue, event, err);
        if (status != EM_OK)
                free(event.lots);
        return status;
}

/* ---- seeds ---- */

/* Unites the runs in hand under p with the first stolen satoshi of a seed. */
static em_status unite(run *r, size_t p, int64_t value, int64_t stolen, em_error *err)
{
        em_span whole = { 0, value };
        const em_span *span = r->span[p];
        size_t spans = r->spans[p];
        if (r->sat[p] == value) {
                span = &whole;
                spans = 1;
        } else if (r->sat[p] == 0) {
                spans = 0;
        }
        void *at = r->merged[p];
        EM_TRY(em_taint_grow(&at, &r->merged_cap[p], spans + 1, sizeof *r->merged[p], err));
        em_span *to = r->merged[p] = at;
        size_t n = 1;
        to[0] = (em_span){ 0, stolen };
        for (size_t i = 0; i < spans; i++) {
                int64_t end = span[i].start + span[i].len;
                if (span[i].start > to[0].len)
                        to[n++] = span[i];
                else if (end > to[0].len)
                        to[0].len = end;
        }
        r->sat[p] = 0;
        for (size_t i = 0; i < n; i++)
                r->sat[p] += to[i].len;
        r->span[p] = to;
        r->spans[p] = n;
        return EM_OK;
}

/* Adds a seed's own coins to what has arrived in its output. */
static em_status add_seed(run *r, const em_seed *seed, em_error *err)
{
        for (size_t p = 0; p < r->t->policies; p++) {
                int64_t arrived = r->sat[p];
                if (r->t->policy[p].kind == EM_TAINT_CUT)
                        EM_TRY(unite(r, p, em_graph_value(r->g, seed->out), seed->stolen_sat, err));
                else if (arrived < seed->stolen_sat)
                        r->sat[p] = seed->stolen_sat;
                r->books[p].stolen += r->sat[p] - arrived;
        }
        return EM_OK;
}

/* ---- one transaction ---- */

/* Takes the events of the transaction that the lowest one belongs to. */
static em_status gather(run *r, em_error *err)
{
        em_id tx = em_graph_tx_of_in_near(r->g, em_queue_lowest(&r->queue), r->near_tx);
        em_id end = em_graph_first_in(r->g, tx + 1);
        r->near_tx = tx;
        r->tx.tx = tx;
        r->carriers = 0;
        while (em_queue_lowest(&r->queue) < end) {
                void *at = r->carrier;
                EM_TRY(em_taint_grow(&at, &r->carrier_cap, r->carriers + 1, sizeof *r->carrier,
                                     err));
                r->carrier = at;
                em_event *event = &r->carrier[r->carriers];
                EM_TRY(em_queue_pop(&r->queue, event, err));
                if (event->row != EM_ROW_SEED)
                        r->carriers++;
        }
        return EM_OK;
}

static void drop_lots(run *r)
{
        for (size_t k = 0; k < r->carriers; k++)
                free(r->carrier[k].lots);
        r->carriers = 0;
}

/* Stops that are seen on the spending transaction; reads it when there is none. */
static em_status stop_at_spend(run *r, em_stop *ret_stop, em_error *err)
{
        const em_taint_opts *o = r->opts;
        uint32_t mix = o->mixes ? o->mixes(o->mixes_ctx, r->tx.tx) : 0;
        for (size_t k = 0; k < r->carriers; k++)
                em_rows_at(r->t, r->carrier[k].row)->mix = mix;
        *ret_stop = EM_STOP_TIME;
        if (o->until_time_s) {
                r->near_block = em_graph_block_of_tx_near(r->g, r->tx.tx, r->near_block);
                if (em_le(r->g->block_time + 4 * r->near_block, 4) > o->until_time_s)
                        return EM_OK;
        }
        *ret_stop = EM_STOP_COINJOIN;
        if (mix && !o->through_coinjoin)
                return EM_OK;
        EM_TRY(em_taint_tx_read(&r->tx, r->g, r->tx.tx, err));
        *ret_stop = r->tx.unknown ? EM_STOP_UNKNOWN : EM_STOP_NONE;
        return EM_OK;
}

static em_status ready_loads(run *r, em_error *err)
{
        void *at = r->load;
        EM_TRY(em_taint_grow(&at, &r->load_cap, r->carriers, sizeof *r->load, err));
        r->load = at;
        for (size_t k = 0; k < r->carriers; k++) {
                em_id in = r->carrier[k].in;
                r->load[k].in = (uint32_t)(in - r->tx.first_in);
                r->tx.load_of[r->load[k].in] = (uint32_t)k + 1;
                if (em_graph_spent(r->g, in) != em_rows_at(r->t, r->carrier[k].row)->out)
                        return em_fail(err, EM_FORMAT, "The chain index contradicts itself: input "
                                       "%llu does not spend the output that names it; build it "
                                       "anew.", (unsigned long long)in);
        }
        return EM_OK;
}

/* What the inputs bring under policy p. */
static int64_t load_policy(run *r, size_t p)
{
        int64_t total = 0;
        for (size_t k = 0; k < r->carriers; k++) {
                uint32_t row = r->carrier[k].row;
                const int64_t *sat = em_rows_sat(r->t, row);
                em_load *load = &r->load[k];
                load->sat = em_row_followed(em_rows_at(r->t, row), sat, p) ? sat[p] : 0;
                load->span = lots_of(r, r->carrier[k].lots, p, &load->spans);
                total += load->sat;
        }
        return total;
}

/* Mixed under pure-dirty-first: the coins go no further than the outputs they lie in. */
static void end_pure(run *r, size_t p)
{
        for (size_t k = 0; k < r->carriers; k++)
                if (r->load[k].sat > 0)
                        em_rows_at(r->t, r->carrier[k].row)->ended |= UINT32_C(1) << p;
}

static void whole(const em_taint_tx *tx, em_shares *shares)
{
        memcpy(shares->sat, tx->out_sat, (tx->outs + 1) * sizeof *shares->sat);
        memset(shares->spans, 0, tx->outs * sizeof *shares->spans);
}

/* Shares out what the inputs bring under policy p. */
static em_status share(run *r, size_t p, em_error *err)
{
        em_policy policy = r->t->policy[p];
        em_shares *shares = &r->shares[p];
        int64_t total = load_policy(r, p);
        if (total == 0)
                return EM_OK;
        bool mixed = total < r->tx.total;
        if (mixed && policy.kind == EM_TAINT_PURE) {
                end_pure(r, p);
                return EM_OK;
        }
        r->brings |= UINT32_C(1) << p;
        EM_TRY(em_shares_room(shares, r->tx.outs, err));
        if (!mixed || policy.kind == EM_TAINT_POISON) {
                whole(&r->tx, shares);
                r->books[p].grown += r->tx.total - total;
        } else if (policy.kind == EM_TAINT_CUT) {
                EM_TRY(em_cutter_cut(&r->line, &r->tx, policy, r->load, shares, err));
        } else {
                EM_TRY(em_haircut_share(&r->shears, total, r->tx.out_sat, r->tx.outs + 1,
                                        r->tx.total, shares->sat, err));
                if (policy.kind == EM_TAINT_DIRTY)
                        r->mixed |= UINT32_C(1) << p;
        }
        if (policy.fee == EM_FEE_DROP)
                r->books[p].dropped += shares->sat[r->tx.outs];
        else
                r->books[p].fees += shares->sat[r->tx.outs];
        return EM_OK;
}

/* Outputs that no policy follows any more once pure-dirty-first has judged their spend. */
static void mark_ended(run *r)
{
        for (size_t k = 0; k < r->carriers; k++) {
                em_row *row = em_rows_at(r->t, r->carrier[k].row);
                const int64_t *sat = em_rows_sat(r->t, r->carrier[k].row);
                bool followed = false;
                for (size_t p = 0; p < r->t->policies; p++)
                        followed = followed || em_row_followed(row, sat, p);
                if (!followed)
                        row->stop = EM_STOP_MIXED;
        }
}

/* Brings the shares of output j to hand; false when it gets nothing under any policy. */
static bool take(run *r, size_t j)
{
        bool any = false;
        for (size_t p = 0; p < r->t->policies; p++) {
                r->sat[p] = 0;
                r->spans[p] = 0;
                if (!(r->brings >> p & 1))
                        continue;
                const em_shares *shares = &r->shares[p];
                r->sat[p] = shares->sat[j];
                any = any || r->sat[p] > 0;
                if (r->t->policy[p].kind == EM_TAINT_CUT && shares->spans[j] > 0) {
                        r->span[p] = shares->span + shares->first[j];
                        r->spans[p] = shares->spans[j];
                }
        }
        return any;
}

static uint32_t fewest_hops(const run *r)
{
        uint32_t fewest = UINT32_MAX;
        for (size_t k = 0; k < r->carriers; k++) {
                const em_row *row = em_rows_at(r->t, r->carrier[k].row);
                if (row->stop == EM_STOP_NONE && row->hops < fewest)
                        fewest = row->hops;
        }
        return fewest == UINT32_MAX ? fewest : fewest + 1;
}

/* Reaches the outputs of the transaction in hand, the seeds among them. */
static em_status reach_outs(run *r, em_error *err)
{
        em_id first = em_graph_first_out(r->g, r->tx.tx), end = em_graph_first_out(r->g, r->tx.tx + 1);
        uint32_t hops = fewest_hops(r);
        em_id j = first;
        while (j < end) {
                const em_seed *seed = r->next_seed < r->t->seeds ? &r->t->seed[r->next_seed] : NULL;
                if (!r->brings) {       /* nothing but seeds: no walk over the others */
                        if (!seed || seed->out >= end)
                                break;
                        j = seed->out;
                }
                bool is_seed = seed && seed->out == j;
                bool any = take(r, (size_t)(j - first));
                if (is_seed) {
                        EM_TRY(add_seed(r, seed, err));
                        r->next_seed++;
                }
                if (any || is_seed)
                        EM_TRY(reach(r, j, is_seed ? 0 : hops, is_seed, err));
                j++;
        }
        return EM_OK;
}

static em_status visit(run *r, em_error *err)
{
        r->brings = r->mixed = 0;
        if (r->carriers > 0) {
                em_stop stop;
                EM_TRY(stop_at_spend(r, &stop, err));
                if (stop != EM_STOP_NONE) {
                        for (size_t k = 0; k < r->carriers; k++)
                                em_rows_at(r->t, r->carrier[k].row)->stop = (uint8_t)stop;
                        drop_lots(r);
                }
        }
        if (r->carriers > 0) {
                EM_TRY(ready_loads(r, err));
                for (size_t p = 0; p < r->t->policies; p++)
                        EM_TRY(share(r, p, err));
                mark_ended(r);
        }
        EM_TRY(reach_outs(r, err));
        drop_lots(r);
        return EM_OK;
}

/* ---- the run ---- */

static int by_out(const void *a, const void *b)
{
        const em_seed *x = a, *y = b;
        return x->out < y->out ? -1 : x->out > y->out;
}

static em_status check_seed(const em_graph *g, const em_seed *seed, const em_seed *before,
                            em_error *err)
{
        unsigned long long out = seed->out;
        if (seed->out >= g->outs)
                return em_fail(err, EM_MISSING, "The chain has no output %llu.", out);
        if (before && before->out == seed->out)
                return em_fail(err, EM_FORMAT, "Output %llu is named twice as stolen.", out);
        if (seed->stolen_sat <= 0 || seed->stolen_sat > em_graph_value(g, seed->out))
                return em_fail(err, EM_FORMAT, "Output %llu holds %lld satoshi, so %lld cannot have "
                               "been stolen in it.", out,
                               (long long)em_graph_value(g, seed->out),
                               (long long)seed->stolen_sat);
        return EM_OK;
}

/* Sorts the seeds and queues a visit to each transaction that makes one. */
static em_status take_seeds(run *r, const em_seed *seed, size_t seeds, em_error *err)
{
        em_taint *t = r->t;
        t->seed = malloc(seeds * sizeof *seed + 1);
        if (!t->seed)
                return em_fail(err, EM_NOMEM, "Out of memory for %zu seeds.", seeds);
        if (seeds > 0)
                memcpy(t->seed, seed, seeds * sizeof *seed);
        t->seeds = seeds;
        qsort(t->seed, seeds, sizeof *seed, by_out);
        em_id made = EM_ID_NONE;
        for (size_t i = 0; i < seeds; i++) {
                EM_TRY(check_seed(r->g, &t->seed[i], i ? &t->seed[i - 1] : NULL, err));
                em_id tx = em_graph_tx_of_out(r->g, t->seed[i].out);
                em_id in = em_graph_first_in(r->g, tx);
                if (in == em_graph_first_in(r->g, tx + 1))
                        return em_fail(err, EM_FORMAT, "The chain index contradicts itself: "
                                       "transaction %llu has no input; build it anew.",
                                       (unsigned long long)tx);
                if (tx == made)
                        continue;
                made = tx;
                EM_TRY(em_queue_push(&r->queue, (em_event){ .in = in, .row = EM_ROW_SEED }, err));
        }
        return EM_OK;
}

static em_status follow(run *r, const em_progress *progress, em_error *err)
{
        while (em_queue_lowest(&r->queue) != EM_ID_NONE) {
                EM_TRY(gather(r, err));
                EM_TRY(visit(r, err));
                if (++r->visited % TELL == 0
                    && !em_progress_tell(progress, "following coins", r->near_tx, r->g->txs))
                        return em_fail(err, EM_INTERRUPTED, "Interrupted while following coins.");
        }
        return EM_OK;
}

/* ---- the books ---- */

/* Where the coins of a row under policy p came to lie; NULL when they went on. */
static wide *account(const em_taint *t, const em_row *row, size_t p, wide totals[6])
{
        enum { SITTING, DEPOSITED, MIXED, STOPPED, BURNT, DROPPED };
        if (row->ended >> p & 1)
                return &totals[t->policy[p].kind == EM_TAINT_PURE ? DROPPED : MIXED];
        switch ((em_stop)row->stop) {
        case EM_STOP_UNSPENT:
                return &totals[SITTING];
        case EM_STOP_LABEL:
                return &totals[row->label & EM_TAINT_MIXER ? MIXED : DEPOSITED];
        case EM_STOP_COINJOIN:
                return &totals[MIXED];
        case EM_STOP_BURNT:
                return &totals[BURNT];
        case EM_STOP_HOPS:
        case EM_STOP_AMOUNT:
        case EM_STOP_TIME:
        case EM_STOP_UNKNOWN:
                return &totals[STOPPED];
        case EM_STOP_NONE:
        case EM_STOP_MIXED:
                break;
        }
        return NULL;
}

static bool narrow(wide from, int64_t *to)
{
        *to = (int64_t)from;
        return *to == from;
}

static em_status close_policy(const run *r, size_t p, wide totals[6], em_error *err)
{
        const books *b = &r->books[p];
        em_taint_total *to = &r->t->total[p];
        wide dropped = totals[5] + b->dropped;
        wide out = totals[0] + totals[1] + totals[2] + totals[3] + totals[4] + dropped + b->fees;
        if (out != b->stolen + b->grown)
                return em_fail(err, EM_BUG, "Policy %zu: what went in did not come out.", p + 1);
        if (!narrow(b->stolen, &to->stolen) || !narrow(b->grown, &to->grown)
            || !narrow(totals[0], &to->sitting) || !narrow(totals[1], &to->deposited)
            || !narrow(totals[2], &to->mixed) || !narrow(totals[3], &to->stopped)
            || !narrow(totals[4], &to->burnt) || !narrow(dropped, &to->dropped)
            || !narrow(b->fees, &to->fees))
                return em_fail(err, EM_LIMIT, "A total of policy %zu is over 63 bits.", p + 1);
        return EM_OK;
}

static em_status close_books(const run *r, em_error *err)
{
        wide totals[EM_POLICIES_MAX][6] = { 0 };
        for (uint64_t i = 0; i < r->t->count; i++) {
                const em_row *row = em_rows_at(r->t, i);
                const int64_t *sat = em_rows_sat(r->t, i);
                for (size_t p = 0; p < r->t->policies; p++) {
                        wide *to = sat[p] > 0 ? account(r->t, row, p, totals[p]) : NULL;
                        if (to)
                                *to += sat[p];
                }
        }
        for (size_t p = 0; p < r->t->policies; p++)
                EM_TRY(close_policy(r, p, totals[p], err));
        return EM_OK;
}

static void run_free(run *r)
{
        drop_lots(r);
        em_queue_free(&r->queue);
        em_taint_tx_free(&r->tx);
        em_line_free(&r->line);
        free(r->shears.at);
        free(r->carrier);
        free(r->load);
        for (size_t p = 0; p < EM_POLICIES_MAX; p++) {
                em_shares_free(&r->shares[p]);
                free(r->merged[p]);
        }
        em_taint_free(r->t);
        free(r);
}

static run *run_new(const em_graph *graph, const em_taint_opts *opts)
{
        run *r = calloc(1, sizeof *r);
        em_taint *t = calloc(1, sizeof *t);
        if (!r || !t) {
                free(r);
                free(t);
                return NULL;
        }
        t->graph = graph;
        t->policies = opts->policies;
        for (size_t p = 0; p < opts->policies; p++) {
                t->policy[p] = opts->policy[p];
                r->cut_of[p] = r->cuts;
                r->cuts += opts->policy[p].kind == EM_TAINT_CUT;
        }
        r->t = t;
        r->g = graph;
        r->opts = opts;
        r->most_outs = opts->max_outs ? opts->max_outs : MOST_OUTS;
        if (r->most_outs > EM_ROW_SEED)         /* rows are numbered in 32 bits */
                r->most_outs = EM_ROW_SEED;
        return r;
}

em_status em_taint_run(const em_graph *graph, const em_seed *seed, size_t seeds,
                       const em_taint_opts *opts, const em_progress *progress,
                       em_taint **ret_taint, em_error *err)
{
        em_assert(graph && opts && opts->policies >= 1 && opts->policies <= EM_POLICIES_MAX);
        run *r = run_new(graph, opts);
        if (!r)
                return em_fail(err, EM_NOMEM, "Out of memory for a trace.");
        em_status status = take_seeds(r, seed, seeds, err);
        if (status == EM_OK)
                status = follow(r, progress, err);
        if (status == EM_OK)
                status = close_books(r, err);
        if (status == EM_OK) {
                *ret_taint = r->t;
                r->t = NULL;
        }
        run_free(r);
        return status;
}
