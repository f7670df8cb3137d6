/* taint_tx.h -- one transaction as the policies of taint see it, and the parts they are made of.
 *
 * Private to src/chain.  Every array grows and is reused from one transaction to the next; the
 * structs start zeroed and end with their _free.
 */
#ifndef EMBARGO_CHAIN_TAINT_TX_H
#define EMBARGO_CHAIN_TAINT_TX_H

#include "embargo/taint.h"

/* Makes room for need items at *array, which has room for *cap.  Old items stay. */
EM_MUST em_status em_taint_grow(void **array, size_t *cap, size_t need, size_t size, em_error *err);

/* The transaction that input `in` belongs to, found from one that is not later; cheap when it is near. */
em_id em_graph_tx_of_in_near(const em_graph *g, em_id in, em_id near);
em_id em_graph_block_of_tx_near(const em_graph *g, em_id tx, em_id near);

typedef struct em_span { int64_t start, len; } em_span; /* satoshi start..start+len-1 of an output */

/* What one input brings under one policy.  span NULL with sat > 0: all of it. */
typedef struct em_load {
        uint32_t in;                    /* counted within the transaction */
        int64_t  sat;
        const em_span *span;            /* ascending, apart from each other */
        size_t   spans;
} em_load;

typedef struct em_taint_tx {
        em_id    tx, first_in, first_out;
        size_t   ins, outs;
        int64_t *in_sat;                /* [ins] */
        int64_t *out_sat;               /* [outs + 1]: the fee stands last */
        int64_t  total;                 /* of in_sat, and of out_sat */
        bool     unknown;               /* an input is not in the files: total and fee mean nothing */
        uint32_t *load_of;              /* [ins] 1 + index of its em_load, 0 when it brings nothing */
        uint32_t *in_rank[2], *out_rank[2];     /* by value, highest first and smallest first */
        bool     in_ranked[2], out_ranked[2];
        size_t   in_cap, out_cap, load_cap, in_rank_cap[2], out_rank_cap[2];
} em_taint_tx;

/* EM_FORMAT when the graph contradicts itself. */
EM_MUST em_status em_taint_tx_read(em_taint_tx *tx, const em_graph *g, em_id id, em_error *err);
void em_taint_tx_free(em_taint_tx *tx);

/* Remainders of a division among parts, kept between calls. */
typedef struct em_remainder { uint64_t rest; size_t at; } em_remainder;
typedef struct em_shears { em_remainder *at; size_t cap; } em_shears;

/* Shares amount (0..whole) among parts, whose sum is whole: floors first, what is left one by one to
 * the largest remainders, ties to the lower index.  No share is larger than its part. */
EM_MUST em_status em_haircut_share(em_shears *shears, int64_t amount, const int64_t *part,
                                   size_t parts, int64_t whole, int64_t *ret_share, em_error *err);

/* The line of satoshi of one transaction under one IN-OUT policy. */
typedef struct em_line {
        uint32_t *in_order, *out_order;
        int64_t  *in_at, *in_len;       /* [ins] place in the line; length after shaving */
        int64_t  *out_at;               /* [outs] place in the line */
        int64_t   paid;                 /* where the outputs end and a fee that is last begins */
        em_span  *stolen;               /* the stolen runs of the line, filled by em_cutter_cut */
        size_t    runs;
        size_t    in_order_cap, out_order_cap, in_at_cap, in_len_cap, out_at_cap, stolen_cap;
        em_shears shears;
} em_line;
void em_line_free(em_line *line);

/* What each output holds under one policy. */
typedef struct em_shares {
        int64_t  *sat;                  /* [outs + 1]: the fee's share last */
        uint32_t *first, *spans;        /* [outs] into span; spans 0 with sat > 0: all of it */
        em_span  *span;
        size_t    used, sat_cap, first_cap, spans_cap, span_cap;
} em_shares;
EM_MUST em_status em_shares_room(em_shares *shares, size_t outs, em_error *err);
void em_shares_free(em_shares *shares);

EM_MUST em_status em_cutter_lay(em_line *line, em_taint_tx *tx, em_policy policy,
                                const em_load *load, em_error *err);
/* Lays the line and cuts it: fills shares, for which there is room. */
EM_MUST em_status em_cutter_cut(em_line *line, em_taint_tx *tx, em_policy policy,
                                const em_load *load, em_shares *shares, em_error *err);

#endif
