/* One cutter for every IN-OUT policy.
 *
 * The inputs of a transaction, laid end to end in the order IN, are a line of satoshi; the
 * outputs, in the order OUT, cut it from the front, and what no output takes is the fee.  Stolen
 * satoshi are runs of that line.  FIFO, the rule of Clayton's case (Devaynes v Noble, 1816), which
 * Anderson, Shumailov and Ahmed brought to coins (Bitcoin Redux, 2018), is one of the 24 pairs of
 * orders; the pairs are those of Tironsakkul and others (2022).
 *
 * The line is a bijection between satoshi in and satoshi out, so nothing is rounded, nothing is
 * lost, and taint_path.c can walk it backwards from the same em_line.
 */
#include "chain/taint_tx.h"

#include <stdlib.h>

#define SMALL 24        /* insertion sort up to here */

typedef struct by_value { const int64_t *sat; bool highest; } by_value;

static bool before(const by_value *by, uint32_t a, uint32_t b)
{
        if (by->sat[a] != by->sat[b])
                return (by->sat[a] > by->sat[b]) == by->highest;
        return a < b;
}

static int compare(const void *a, const void *b, void *ctx)
{
        const uint32_t *x = a, *y = b;
        return before(ctx, *x, *y) ? -1 : 1;
}

static void rank(const int64_t *sat, size_t count, bool highest, uint32_t *order)
{
        by_value by = { sat, highest };
        for (size_t i = 0; i < count; i++)
                order[i] = (uint32_t)i;
        if (count > SMALL) {
                qsort_r(order, count, sizeof *order, compare, &by);
                return;
        }
        for (size_t i = 1; i < count; i++) {
                uint32_t moving = order[i];
                size_t j = i;
                for (; j > 0 && before(&by, moving, order[j - 1]); j--)
                        order[j] = order[j - 1];
                order[j] = moving;
        }
}

static em_status room_32(uint32_t **array, size_t *cap, size_t need, em_error *err)
{
        void *at = *array;
        em_status status = em_taint_grow(&at, cap, need, sizeof **array, err);
        *array = at;
        return status;
}

static em_status room_64(int64_t **array, size_t *cap, size_t need, em_error *err)
{
        void *at = *array;
        em_status status = em_taint_grow(&at, cap, need, sizeof **array, err);
        *array = at;
        return status;
}

static em_status room_spans(em_span **array, size_t *cap, size_t need, em_error *err)
{
        void *at = *array;
        em_status status = em_taint_grow(&at, cap, need, sizeof **array, err);
        *array = at;
        return status;
}

/* ---- orders ---- */

/* Identity or its reverse. */
static void count_up(uint32_t *order, size_t count, bool reversed)
{
        for (size_t i = 0; i < count; i++)
                order[i] = (uint32_t)(reversed ? count - 1 - i : i);
}

/* Stable: those with stolen coins before or after the clean ones. */
static void part_by_taint(const em_taint_tx *tx, const em_load *load, bool taint_first,
                          uint32_t *order)
{
        size_t n = 0;
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; i < tx->ins; i++) {
                        bool taint = tx->load_of[i] && load[tx->load_of[i] - 1].sat > 0;
                        if (taint == (taint_first == (pass == 0)))
                                order[n++] = (uint32_t)i;
                }
}

/* Ranks once for each transaction, however many policies ask. */
static em_status ranked(const int64_t *sat, size_t count, bool highest, uint32_t **rank_of,
                        size_t *cap, bool *done, uint32_t *order, em_error *err)
{
        if (!*done) {
                EM_TRY(room_32(rank_of, cap, count, err));
                rank(sat, count, highest, *rank_of);
                *done = true;
        }
        memcpy(order, *rank_of, count * sizeof *order);
        return EM_OK;
}

static em_status order_ins(em_taint_tx *tx, em_in_order in, const em_load *load, uint32_t *order,
                           em_error *err)
{
        size_t s = in == EM_IN_SMALLEST;
        switch (in) {
        case EM_IN_FIRST:
        case EM_IN_LAST:
                count_up(order, tx->ins, in == EM_IN_LAST);
                return EM_OK;
        case EM_IN_TAINT:
        case EM_IN_CLEAN:
                part_by_taint(tx, load, in == EM_IN_TAINT, order);
                return EM_OK;
        case EM_IN_HIGHEST:
        case EM_IN_SMALLEST:
                break;
        }
        return ranked(tx->in_sat, tx->ins, !s, &tx->in_rank[s], &tx->in_rank_cap[s],
                      &tx->in_ranked[s], order, err);
}

static em_status order_outs(em_taint_tx *tx, em_out_order out, uint32_t *order, em_error *err)
{
        size_t s = out == EM_OUT_SMALLEST;
        if (out == EM_OUT_FIRST || out == EM_OUT_LAST) {
                count_up(order, tx->outs, out == EM_OUT_LAST);
                return EM_OK;
        }
        return ranked(tx->out_sat, tx->outs, !s, &tx->out_rank[s], &tx->out_rank_cap[s],
                      &tx->out_ranked[s], order, err);
}

/* ---- the line ---- */

static em_status line_room(em_line *line, size_t ins, size_t outs, em_error *err)
{
        EM_TRY(room_32(&line->in_order, &line->in_order_cap, ins, err));
        EM_TRY(room_32(&line->out_order, &line->out_order_cap, outs, err));
        EM_TRY(room_64(&line->in_at, &line->in_at_cap, ins, err));
        EM_TRY(room_64(&line->in_len, &line->in_len_cap, ins, err));
        return room_64(&line->out_at, &line->out_at_cap, outs, err);
}

em_status em_cutter_lay(em_line *line, em_taint_tx *tx, em_policy policy, const em_load *load,
                        em_error *err)
{
        int64_t fee = tx->out_sat[tx->outs];
        EM_TRY(line_room(line, tx->ins, tx->outs, err));
        EM_TRY(order_ins(tx, policy.in, load, line->in_order, err));
        EM_TRY(order_outs(tx, policy.out, line->out_order, err));
        bool shave = policy.fee == EM_FEE_SHARE && fee > 0;
        if (shave)
                EM_TRY(em_haircut_share(&line->shears, fee, tx->in_sat, tx->ins, tx->total,
                                        line->in_len, err));
        int64_t at = 0;
        for (size_t k = 0; k < tx->ins; k++) {
                uint32_t i = line->in_order[k];
                line->in_at[i] = at;
                line->in_len[i] = tx->in_sat[i] - (shave ? line->in_len[i] : 0);
                at += line->in_len[i];
        }
        at = 0;
        for (size_t k = 0; k < tx->outs; k++) {
                line->out_at[line->out_order[k]] = at;
                at += tx->out_sat[line->out_order[k]];
        }
        line->paid = at;
        return EM_OK;
}

/* Adds a run to the line's end; neighbours merge. */
static em_status add_run(em_line *line, int64_t start, int64_t len, em_error *err)
{
        if (line->runs > 0) {
                em_span *last = &line->stolen[line->runs - 1];
                if (last->start + last->len == start) {
                        last->len += len;
                        return EM_OK;
                }
        }
        EM_TRY(room_spans(&line->stolen, &line->stolen_cap, line->runs + 1, err));
        line->stolen[line->runs++] = (em_span){ start, len };
        return EM_OK;
}

/* Puts what an input brings on the line; what was shaved off its end adds to *fee. */
static em_status put(em_line *line, const em_load *load, int64_t *fee, em_error *err)
{
        em_span whole = { 0, load->sat };
        const em_span *span = load->span ? load->span : &whole;
        size_t spans = load->span ? load->spans : 1;
        int64_t end = line->in_len[load->in];
        for (size_t i = 0; i < spans; i++) {
                int64_t keep = end - span[i].start;
                if (keep > span[i].len)
                        keep = span[i].len;
                if (keep < 0)
                        keep = 0;
                *fee += span[i].len - keep;
                if (keep > 0)
                        EM_TRY(add_run(line, line->in_at[load->in] + span[i].start, keep, err));
        }
        return EM_OK;
}

static em_status lay_stolen(em_line *line, const em_taint_tx *tx, const em_load *load,
                            int64_t *fee, em_error *err)
{
        line->runs = 0;
        for (size_t k = 0; k < tx->ins; k++) {
                uint32_t of = tx->load_of[line->in_order[k]];
                if (of && load[of - 1].sat > 0)
                        EM_TRY(put(line, &load[of - 1], fee, err));
        }
        return EM_OK;
}

/* Cuts the runs of output j, from run *at on, which is left at the first that reaches past it. */
static em_status cut_out(const em_line *line, size_t *at, int64_t start, int64_t len, size_t j,
                         em_shares *shares, em_error *err)
{
        shares->sat[j] = 0;
        shares->first[j] = (uint32_t)shares->used;
        int64_t end = start + len;
        for (; *at < line->runs && line->stolen[*at].start < end; ++*at) {
                em_span run = line->stolen[*at];
                int64_t from = run.start > start ? run.start : start;
                int64_t to = run.start + run.len < end ? run.start + run.len : end;
                if (to > from) {
                        EM_TRY(room_spans(&shares->span, &shares->span_cap, shares->used + 1, err));
                        shares->span[shares->used++] = (em_span){ from - start, to - from };
                        shares->sat[j] += to - from;
                }
                if (run.start + run.len > end)
                        break;
        }
        if (shares->sat[j] == len)
                shares->used = shares->first[j];
        if (shares->used > UINT32_MAX)
                return em_fail(err, EM_LIMIT, "One transaction has too many runs of stolen coins.");
        shares->spans[j] = (uint32_t)(shares->used - shares->first[j]);
        return EM_OK;
}

em_status em_cutter_cut(em_line *line, em_taint_tx *tx, em_policy policy, const em_load *load,
                        em_shares *shares, em_error *err)
{
        int64_t fee = 0;
        EM_TRY(em_cutter_lay(line, tx, policy, load, err));
        EM_TRY(lay_stolen(line, tx, load, &fee, err));
        shares->used = 0;
        size_t at = 0;
        for (size_t k = 0; k < tx->outs; k++) {
                uint32_t j = line->out_order[k];
                EM_TRY(cut_out(line, &at, line->out_at[j], tx->out_sat[j], j, shares, err));
        }
        for (; at < line->runs; at++) {
                em_span run = line->stolen[at];
                int64_t from = run.start > line->paid ? run.start : line->paid;
                if (run.start + run.len > from)
                        fee += run.start + run.len - from;
        }
        shares->sat[tx->outs] = fee;
        return EM_OK;
}

em_status em_shares_room(em_shares *shares, size_t outs, em_error *err)
{
        EM_TRY(room_64(&shares->sat, &shares->sat_cap, outs + 1, err));
        EM_TRY(room_32(&shares->first, &shares->first_cap, outs, err));
        return room_32(&shares->spans, &shares->spans_cap, outs, err);
}

void em_shares_free(em_shares *shares)
{
        free(shares->sat);
        free(shares->first);
        free(shares->spans);
        free(shares->span);
        *shares = (em_shares){ 0 };
}

void em_line_free(em_line *line)
{
        free(line->in_order);
        free(line->out_order);
        free(line->in_at);
        free(line->in_len);
        free(line->out_at);
        free(line->stolen);
        free(line->shears.at);
        *line = (em_line){ 0 };
}
