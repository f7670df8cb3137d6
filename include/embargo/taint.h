/* embargo/taint.h -- which coins are stolen coins, by each published rule of accounting.
 *
 * All policies are run side by side in one pass over the transactions that the
 * stolen coins reach, in chain order; there is never one score.  Amounts are
 * integers (satoshi); what comes in goes out (outputs, fee, stopped, still sitting) and
 * every run checks that it does.
 *
 *     em_policy fifo;
 *     em_taint *taint;
 *     em_assert(em_policy_parse(EM_S("fifo"), &fifo));
 *     em_taint_opts opts = { .policy = &fifo, .policies = 1 };
 *     EM_TRY(em_taint_run(em_chain_graph(chain), &seed, 1, &opts, NULL, &taint, err));
 *     for (uint64_t i = 0; i < em_taint_count(taint); i++)
 *             em_taint_at(taint, i, &reached), use(&reached);
 *     taint = em_taint_free(taint);
 *
 *   poison       any stolen input makes every output wholly stolen (an upper bound; not conserved)
 *   haircut      each output gets its share by value; floors first, the rest to the largest
 *                remainders, ties to the lower index; the fee takes its share like an output, last
 *   IN-OUT       inputs laid end to end as satoshi in the order IN, cut by outputs in the order OUT,
 *                the last satoshi are the fee.  IN: first last taint clean highest smallest.
 *                OUT: first last highest smallest.  first-first is FIFO (Clayton's case), last-first LIFO, taint-highest TIHO,
 *                taint-first seniority.  Equal values keep index order.  An input is `taint` when any
 *                of its satoshi is stolen under this policy.  Lossless: which satoshi of an output are
 *                stolen is kept until it is spent.
 *   dirty-first  as haircut, but following stops where stolen coins are mixed with clean ones
 *                (the mixed transaction's outputs are reported as stopped: mixed)
 *   pure-dirty-first  mixed transactions are dropped whole
 *
 * Fee rule: last (default; the fee is the last satoshi in the line); pro-rata (shaved off the end of
 * every input by largest remainder before cutting; haircut and its kin share the fee so anyway); or
 * dropped (taken as under last, but counted as `dropped` and not as `fees`).  Coinbase outputs do not
 * inherit fees: `fees` is a sink, so nothing is followed through a miner.
 *
 * A seed's stolen satoshi are the first ones of its output.  Where other stolen coins arrive in an
 * output that is a seed too, no satoshi counts twice: under IN-OUT the two sets are united, under
 * the others the larger amount stands.  A transaction with an input that is not in the
 * files has no known total, so nothing is followed through it (EM_STOP_UNKNOWN).
 *
 * Sources: Anderson, Shumailov, Ahmed, Bitcoin Redux (2018); Moser, Bohme,
 * Breuker (2014); Tironsakkul and others, Tracking mixed bitcoins (2020) and The unique dressing of transactions (2022).
 */
#ifndef EMBARGO_TAINT_H
#define EMBARGO_TAINT_H

#include "embargo/chain.h"

typedef enum em_taint_kind { EM_TAINT_POISON, EM_TAINT_HAIRCUT, EM_TAINT_CUT, EM_TAINT_DIRTY, EM_TAINT_PURE } em_taint_kind;
typedef enum em_in_order { EM_IN_FIRST, EM_IN_LAST, EM_IN_TAINT, EM_IN_CLEAN, EM_IN_HIGHEST, EM_IN_SMALLEST } em_in_order;
typedef enum em_out_order { EM_OUT_FIRST, EM_OUT_LAST, EM_OUT_HIGHEST, EM_OUT_SMALLEST } em_out_order;
typedef enum em_fee_rule { EM_FEE_LAST, EM_FEE_SHARE, EM_FEE_DROP } em_fee_rule;

typedef struct em_policy { em_taint_kind kind; em_in_order in; em_out_order out; em_fee_rule fee; } em_policy;
/* "poison" "haircut" "fifo" "lifo" "tiho" "seniority" "dirty-first" "pure-dirty-first" "cut:highest-smallest"; false when unknown.
 * The fee rule becomes EM_FEE_LAST. */
bool  em_policy_parse(em_str name, em_policy *ret_policy);
/* What em_policy_parse takes, for column heads.  Returns out. */
char *em_policy_name(em_policy policy, char out[40]);
/* Its whole rule in one line for beside the result: order, tie, fee, rounding.  Returns out. */
char *em_policy_text(em_policy policy, char out[160]);

#define EM_POLICIES_MAX 32
#define EM_TAINT_MIXER  UINT32_C(0x80000000)    /* of a label's number: the service mixes */

typedef struct em_seed { em_id out; int64_t stolen_sat; } em_seed;      /* 0 < stolen_sat <= the output's value */

typedef enum em_stop {
        EM_STOP_NONE,           /* spent on; followed */
        EM_STOP_UNSPENT,        /* still sitting */
        EM_STOP_LABEL,          /* paid to a labelled service: not followed further */
        EM_STOP_COINJOIN, EM_STOP_HOPS, EM_STOP_AMOUNT, EM_STOP_TIME, EM_STOP_MIXED, EM_STOP_BURNT, EM_STOP_UNKNOWN
} em_stop;
const char *em_stop_words(em_stop stop);

/* Where several stops apply, the first in this order is the reason: mixed, burnt, label, unspent, hops, amount, and by
 * the transaction that spends it: time, coinjoin, unknown.  Seeds are followed whatever their label and amount. */
typedef struct em_taint_opts {
        const em_policy *policy; size_t policies;
        uint32_t max_hops;              /* 0: no limit */
        int64_t  min_sat;               /* stop below this under every policy; 0: none */
        uint32_t until_time_s;          /* stop at spends in blocks with a later header time; 0: none */
        uint64_t max_outs;              /* EM_LIMIT past this many outputs reached; 0: 100 million */
        bool     through_labels, through_coinjoin;      /* follow anyway */
        /* label of a payee: 0 none, else any number of the caller's below EM_TAINT_MIXER (kept in the result);
         * with that bit set, what is paid there counts as mixed and not as deposited */
        uint32_t (*label)(void *ctx, uint32_t payee); void *label_ctx;
        /* true: this transaction mixes; kind is kept in the result */
        uint32_t (*mixes)(void *ctx, em_id tx); void *mixes_ctx;
        /* true: nobody can ever spend this output (OP_RETURN); the graph holds no scripts */
        bool (*burns)(void *ctx, em_id out); void *burns_ctx;
} em_taint_opts;

typedef struct em_reached {             /* one output that stolen coins reached */
        em_id    out, tx;
        uint32_t hops;                  /* fewest transactions from a seed's output to it */
        uint32_t label;                 /* of its payee */
        uint32_t mix;                   /* kind of the transaction that spends it, when that mixes */
        uint32_t ended;                 /* bit p: under policy p, a dirty-first one, mixing ends it here */
        em_stop  stop;                  /* NONE while any policy follows it */
        const int64_t *sat;             /* [policies] stolen in it under each; lives as long as the em_taint */
} em_reached;

/* Per policy; stolen + grown == sitting + deposited + mixed + stopped + fees + burnt + dropped.
 * stolen is what the seeds add (see above); grown is 0 except under poison; deposited is what reached a labelled service, and
 * mixed what entered a CoinJoin or a labelled mixer and, under dirty-first, what lies in outputs of mixed transactions; dropped is the
 * fee under EM_FEE_DROP and, under pure-dirty-first, what entered mixed transactions. */
typedef struct em_taint_total {
        int64_t stolen, grown, sitting, deposited, mixed, stopped, fees, burnt, dropped;
} em_taint_total;

typedef struct em_taint em_taint;
/* Runs every policy from the seeds, given in any order, each output once.
 *
 * Cost: time by outputs reached and by inputs of the transactions reached, never by the size of the
 * chain.  Memory: 40 + 8 x policies bytes for each output reached, and for those not yet
 * spent at the point of the chain where the pass is, 24 bytes and 16 for each separate run of stolen
 * satoshi under each IN-OUT policy in which they are neither none nor all.
 * The graph must outlive the result; opts need not.
 *
 * EM_MISSING      a seed's output is not in the graph
 * EM_FORMAT       a seed is named twice or holds less than was stolen; the graph contradicts itself
 * EM_LIMIT        over max_outs, or a total over 63 bits
 * EM_NOMEM, EM_INTERRUPTED
 * EM_BUG          what went in did not come out */
EM_MUST em_status em_taint_run(const em_graph *graph, const em_seed *seed, size_t seeds,
                               const em_taint_opts *opts, const em_progress *progress,
                               em_taint **ret_taint, em_error *err);
em_taint *em_taint_free(em_taint *t);
uint64_t em_taint_count(const em_taint *t);                             /* outputs reached, seeds among them */
void em_taint_at(const em_taint *t, uint64_t i, em_reached *ret_reached); /* in output order */
bool em_taint_find(const em_taint *t, em_id out, uint64_t *ret_i);      /* false: not reached */
em_taint_total em_taint_totals(const em_taint *t, size_t policy);

/* One step of a path: coins of output `from` went through input `in` of `tx` into output `to`.
 * in_sat and out_sat are what the policy holds stolen in `from` and in `to`; via_sat is how much of
 * the first became the second: under IN-OUT the very satoshi that walk the whole path (the same
 * number in every step), under haircut and dirty-first `to`'s amount shared among the stolen inputs by
 * theirs (largest remainders), under poison all of `to`. */
typedef struct em_step { em_id from, in, tx, to; int64_t in_sat, out_sat, via_sat; } em_step;
/* The path that carries the most stolen coins under a policy from a seed to `out` (by widest bottleneck of via_sat; ties
 * to lower ids), seed first; no steps when `out` is that seed.  Cost by the outputs upstream that carry at least as much.
 *
 * EM_MISSING  nothing stolen is in `out` under this policy
 * EM_LIMIT    the search passed 4 million branches or a gigabyte; or the arena is full */
EM_MUST em_status em_taint_path(const em_taint *t, size_t policy, em_id out, em_arena *arena,
                                em_step **ret_steps, size_t *ret_count, em_error *err);

#endif
