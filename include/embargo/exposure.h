/* embargo/exposure.h -- where what an address received may have come from.
 *
 * Taint asks where coins went; this asks the other way.  From outputs that an address, or a cluster
 * of them, was paid, the value is attributed to the inputs of the transaction that paid it, and on
 * to the transaction that made each of those, until somebody labelled is met.
 *
 *     em_exposure_opts opts = { .policy = fifo, .label = stops_at, .label_ctx = labels };
 *     em_exposure *x;
 *     EM_TRY(em_exposure_run(em_chain_graph(chain), out, outs, &opts, NULL, &x, err));
 *     size_t n;
 *     const em_origin *o = em_exposure_origins(x, &n);
 *     for (size_t i = 0; i < n; i++)
 *             use(&o[i]);
 *     x = em_exposure_free(x);
 *
 * The rule that says which input an output's coins are from:
 *
 *   haircut   every input its share by value; floors first, what is left to the largest remainders,
 *             ties to the lower index.  The fee takes its share of each input and is nobody's.
 *   IN-OUT    the satoshi line of embargo/taint.h walked backwards: exact, nothing is rounded.  IN "taint"
 *             and "clean" mean nothing backwards, where any input may be the source: they are read as
 *             "first", so tiho is cut:first-highest and seniority is fifo.
 *   poison, dirty-first and pure-dirty-first have no backward form.
 *
 * Forwards and backwards agree: along one path haircut multiplies the same fractions either way (to the
 * rounding), and a cut is a bijection, so the satoshi that FIFO traces from a source to an output are those
 * that FIFO finds in that output to be from the source.  They differ where a stop of one is not a stop of the
 * other, and for orders that ask which input is tainted.
 *
 * What ends the walk: a labelled payee (a service: behind it nothing is followed, since what it pays out is
 * anybody's; that is how vendors of exposure do it too), newly mined coins, a CoinJoin, coins that come
 * back from the address itself, a prevout that is not in the files, and the limits.  Every satoshi
 * received is booked in exactly one of them, and every run checks that.
 *
 * Order: the transaction that holds most is taken first; what reaches a transaction while it waits is
 * merged (under max_hops only what came equally far).  So when the most that waits is below min_sat all that waits is, and is booked as
 * such; and a walk cut short by max_outs has followed what matters most.
 *
 * Sources: the terms direct and indirect exposure as Chainalysis uses them (Reactor, 2020); backward
 * taint: Tironsakkul and others, Tracking mixed bitcoins (2020); rules as in embargo/taint.h.
 */
#ifndef EMBARGO_EXPOSURE_H
#define EMBARGO_EXPOSURE_H

#include "embargo/taint.h"

typedef enum em_origin_kind {
        EM_ORIGIN_LABEL,        /* a payee that the caller's label stops at */
        EM_ORIGIN_MINED,        /* newly mined, with the fees of the block */
        EM_ORIGIN_MIXED,        /* came out of a CoinJoin */
        EM_ORIGIN_OWN,          /* from the address or cluster itself: change, and moves within it */
        EM_ORIGIN_UNKNOWN,      /* an input of the transaction is not in the files */
        EM_ORIGIN_HOPS,         /* further back than max_hops */
        EM_ORIGIN_TIME,         /* older than since_time_s */
        EM_ORIGIN_AMOUNT,       /* less than min_sat in one place */
        EM_ORIGIN_LIMIT,        /* not followed: max_outs were visited */
        EM_ORIGIN_KINDS
} em_origin_kind;
const char *em_origin_words(em_origin_kind kind);       /* "newly mined" */

/* One origin: a kind and a number of the caller's.  Direct: the payer itself is labelled, or the very transaction that
 * paid is the end (it mints, mixes ...); indirect: anything further back. */
typedef struct em_origin {
        em_origin_kind kind;
        uint32_t label;                 /* what label said; for EM_ORIGIN_MIXED what mixes said */
        uint32_t hops;                  /* fewest transactions by which coins that were looked for came from there */
        int64_t  direct_sat, indirect_sat;
        uint64_t arrivals;              /* how often it was met */
        em_id    best_out;              /* the output of its that alone brings most by one path */
        int64_t  best_sat;              /* by that path alone */
} em_origin;

typedef struct em_payer { uint32_t payee, label; int64_t sat; uint64_t outs; bool own; } em_payer;

#define EM_EXPOSURE_OUTS UINT64_C(10000)

typedef struct em_exposure_opts {
        em_policy policy;               /* haircut or IN-OUT */
        uint32_t max_hops;              /* look at outputs this many transactions back at most; 0: no limit */
        int64_t  min_sat;               /* 0: none */
        uint32_t since_time_s;          /* do not look into blocks with an earlier header time; 0: none */
        uint64_t max_outs;              /* enter no transaction once this many are visited; 0: EM_EXPOSURE_OUTS */
        bool     through_mixers;
        const uint32_t *own; size_t owns;       /* payees of the cluster, ascending; may be none */
        uint32_t (*label)(void *ctx, uint32_t payee); void *label_ctx;          /* 0: go on */
        uint32_t (*mixes)(void *ctx, em_id tx); void *mixes_ctx;                /* 0: no CoinJoin */
} em_exposure_opts;

typedef struct em_exposure em_exposure;
/* Walks back from outs, given in any order.  Cost: the outputs visited, times the logarithm of the
 * transactions for each (finding the one that made it), and all inputs of each transaction entered.  Memory: about 100
 * bytes a visited output; under IN-OUT 40 more for each separate run of satoshi.
 * The graph must outlive the result; opts need not.
 *
 * EM_MISSING      an output is not in the graph
 * EM_FORMAT       an output is named twice; the policy has no backward form; the graph contradicts itself
 * EM_LIMIT        the sum received is over 63 bits
 * EM_NOMEM, EM_INTERRUPTED
 * EM_BUG          what was received is not what was booked */
EM_MUST em_status em_exposure_run(const em_graph *graph, const em_id *out, size_t outs, const em_exposure_opts *opts,
                                  const em_progress *progress, em_exposure **ret_exposure, em_error *err);
em_exposure *em_exposure_free(em_exposure *x);
int64_t  em_exposure_received(const em_exposure *x);
int64_t  em_exposure_kind(const em_exposure *x, em_origin_kind kind);   /* all of a kind; the kinds sum to received */
uint64_t em_exposure_visited(const em_exposure *x);
/* By kind, then most first, then label. */
const em_origin *em_exposure_origins(const em_exposure *x, size_t *ret_count);
/* Who paid directly, labelled or not, and itself among them: most first, then payee. */
const em_payer *em_exposure_payers(const em_exposure *x, size_t *ret_count);
/* The path of origin i's best_sat, origin first.  A step's in_sat and out_sat are what of the coins received this
 * path alone attributes to `from` and to `to`; via_sat is best_sat.  No steps when what was received is itself the end. */
EM_MUST em_status em_exposure_path(const em_exposure *x, size_t i, em_arena *arena, em_step **ret_steps,
                                   size_t *ret_count, em_error *err);

#endif
