/* The result of a run: rows in segments, found by binary search.
 *
 * Transactions are visited in chain order and outputs are numbered in it, so rows are made in
 * output order and need neither a hash table nor a sort.
 */
#include "chain/taint_rows.h"

#include <stdlib.h>

em_status em_rows_add(em_taint *t, em_row row, const int64_t *sat, em_error *err)
{
        em_assert(t->count == 0 || em_rows_at(t, t->count - 1)->out < row.out);
        if (t->count >> EM_SEGMENT_BITS == t->segments) {
                void *at = t->segment;
                EM_TRY(em_taint_grow(&at, &t->segment_cap, t->segments + 1, sizeof *t->segment,
                                     err));
                t->segment = at;
                em_segment *s = &t->segment[t->segments];
                *s = (em_segment){ malloc(sizeof(em_row) << EM_SEGMENT_BITS),
                                   malloc((t->policies * sizeof *sat) << EM_SEGMENT_BITS) };
                t->segments++;
                if (!s->row || !s->sat)
                        return em_fail(err, EM_NOMEM, "Out of memory after %llu outputs.",
                                       (unsigned long long)t->count);
        }
        uint64_t i = t->count++;
        *em_rows_at(t, i) = row;
        memcpy(em_rows_sat(t, i), sat, t->policies * sizeof *sat);
        return EM_OK;
}

const em_seed *em_taint_seed_at(const em_taint *t, em_id out)
{
        size_t low = 0, high = t->seeds;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (t->seed[mid].out < out)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low < t->seeds && t->seed[low].out == out ? &t->seed[low] : NULL;
}

em_taint *em_taint_free(em_taint *t)
{
        if (!t)
                return NULL;
        for (size_t i = 0; i < t->segments; i++) {
                free(t->segment[i].row);
                free(t->segment[i].sat);
        }
        free(t->segment);
        free(t->seed);
        free(t);
        return NULL;
}

uint64_t em_taint_count(const em_taint *t)
{
        return t->count;
}

void em_taint_at(const em_taint *t, uint64_t i, em_reached *ret_reached)
{
        em_assert(i < t->count);
        const em_row *row = em_rows_at(t, i);
        *ret_reached = (em_reached){ .out = row->out, .tx = row->tx, .hops = row->hops,
                                     .label = row->label, .mix = row->mix, .ended = row->ended,
                                     .stop = (em_stop)row->stop, .sat = em_rows_sat(t, i) };
}

bool em_taint_find(const em_taint *t, em_id out, uint64_t *ret_i)
{
        uint64_t low = 0, high = t->count;
        while (low < high) {
                uint64_t mid = low + (high - low) / 2;
                if (em_rows_at(t, mid)->out < out)
                        low = mid + 1;
                else
                        high = mid;
        }
        if (low == t->count || em_rows_at(t, low)->out != out)
                return false;
        *ret_i = low;
        return true;
}

em_taint_total em_taint_totals(const em_taint *t, size_t policy)
{
        em_assert(policy < t->policies);
        return t->total[policy];
}
