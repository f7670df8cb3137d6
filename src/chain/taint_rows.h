/* taint_rows.h -- every output that stolen coins reached, in output order; and the run's result.
 *
 * Private to src/chain.  Rows lie in segments that never move, so growing copies nothing.
 */
#ifndef EMBARGO_CHAIN_TAINT_ROWS_H
#define EMBARGO_CHAIN_TAINT_ROWS_H

#include "chain/taint_tx.h"

#define EM_SEGMENT_BITS 8

typedef struct em_row {
        em_id    out, tx;
        uint32_t hops, label, mix, ended;
        uint8_t  stop;
} em_row;

typedef struct em_segment { em_row *row; int64_t *sat; } em_segment;

struct em_taint {
        const em_graph *graph;
        em_policy       policy[EM_POLICIES_MAX];
        em_taint_total  total[EM_POLICIES_MAX];
        size_t          policies;
        em_seed        *seed;           /* by output */
        size_t          seeds;
        em_segment     *segment;
        size_t          segments, segment_cap;
        uint64_t        count;
};

static inline em_row *em_rows_at(const em_taint *t, uint64_t i)
{
        return &t->segment[i >> EM_SEGMENT_BITS].row[i & ((1u << EM_SEGMENT_BITS) - 1)];
}
static inline int64_t *em_rows_sat(const em_taint *t, uint64_t i)
{
        return t->segment[i >> EM_SEGMENT_BITS].sat
               + (i & ((1u << EM_SEGMENT_BITS) - 1)) * t->policies;
}
/* Whether policy p follows the coins of a row into the transaction that spends it. */
static inline bool em_row_followed(const em_row *row, const int64_t *sat, size_t p)
{
        return row->stop == EM_STOP_NONE && sat[p] > 0 && !(row->ended >> p & 1);
}
/* Outputs must come in ascending order. */
EM_MUST em_status em_rows_add(em_taint *t, em_row row, const int64_t *sat, em_error *err);
/* The seed at an output, or NULL. */
const em_seed *em_taint_seed_at(const em_taint *t, em_id out);

#endif
