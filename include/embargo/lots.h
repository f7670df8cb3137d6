/* embargo/lots.h -- which coins of an account are stolen coins, by each published rule of accounting.
 *
 * The twin of taint.h for chains of accounts.  An account's coins of one asset are no row of outputs but one balance,
 * so a rule says which part of a balance leaves with each move.  All policies are run side by side in
 * one pass over the moves that stolen coins reach, in chain order; there is never one score.  Integers only; what
 * comes in goes out, and every run checks that it does, for each asset and policy.
 *
 *     em_lots_opts opts = { .policy = &fifo, .policies = 1 };
 *     em_lots_seed seed = { .kind = EM_LOTS_MOVE, .move = theft, .amount = em_move_amount(m, &m->move[theft]) };
 *     EM_TRY(em_lots_run(m, &seed, 1, &opts, NULL, &lots, err));
 *     for (uint64_t i = 0; i < em_lots_count(lots); i++)
 *             em_lots_at(lots, i, &row), use(&row);
 *     lots = em_lots_free(lots);
 *
 * The policies are taint.h's, by the same names; `balance` is what an account holds of one asset.
 *
 *   poison       while anything stolen is in a balance, all of it is and all that leaves it is (an upper bound)
 *   haircut      a move of x out of a balance B with T stolen takes floor(x * T / B); the rest stays, so
 *                the last coin out takes what is left.  Move by move
 *   IN-OUT       a lot is what one arrival brought: wholly stolen or wholly not; an arrival with both is as many lots
 *                as it has runs, in the order in which they left.  Lots lie end to end in the order IN:
 *                first (oldest), last (newest), taint (stolen ones first, oldest first), clean (the others
 *                first), highest and smallest (by what is left of a lot; equals oldest first).  fifo and lifo are first and last.
 *                The moves out of one balance within one transaction, up to the next arrival in it, are one
 *                spend: its lots are cut by these moves in the order OUT: first, last, highest, smallest (equals in
 *                chain order).  A move alone makes OUT meaningless.
 *   dirty-first  as haircut, but a move out of a balance that is neither wholly stolen nor wholly clean ends
 *                there: its share is booked as mixed and not followed.  (Nearly every balance of the chain's own coin
 *                is mixed by its own gas money.)
 *   pure-dirty-first  such a move carries nothing; its share is booked as dropped
 *
 *   gas          is the first move of its transaction: it leaves the sender's balance before the value does, as any
 *                move would, and its stolen share is booked as fees (as dropped under EM_FEE_DROP).  A failed
 *                transaction moves nothing else.  EM_FEE_SHARE is EM_FEE_LAST here: nothing is paid out of
 *                several inputs
 *   self         a move to oneself changes nothing
 *   unknown lot  where more leaves a balance than the files brought to it, the missing amount was there before: it becomes
 *                the oldest lot, not stolen as far as the files say (under poison it is what the balance is), found at the
 *                first move of a spend, counted and reported; nothing is clamped
 *   swap         an account that, over one transaction and gas aside, gives exactly one asset A and gets other assets: its
 *                stolen coins do not go with A to the pool but turn into what it got.  Of S stolen in x given,
 *                with y of A coming back in the same transaction, floor(S * y / x) come back as A and the
 *                rest is `swapped out` of A; of an asset B of which z was got (more than was given)
 *                floor(z * s / n) are `swapped in`, s being what was swapped out and n = x - y.  They are, at the
 *                end of the transaction, the first of B's newest z coins that are not stolen yet.  A wrapped coin is a
 *                swap.  Several assets given: not converted (nobody can say without prices what bought
 *                what), followed as they go, and counted as unclear
 *   decoy        a move judged one (em_decoy) is no move, unless opts->decoys; those met are counted
 *   absurd       a move of 2^224 or more is no move; one that would bring a balance there ends where it is
 *
 * An address that the files know as contract or exchange is what the caller's functions say it is.
 *
 * Sources: as taint.h; the rule of account lots is Clayton's case (1816) itself, which is about one account.
 */
#ifndef EMBARGO_LOTS_H
#define EMBARGO_LOTS_H

#include "embargo/moves.h"
#include "embargo/taint.h"

typedef enum em_lots_kind {
        EM_LOTS_MOVE,           /* `amount` of a move's coins are stolen (all that it brings when more had arrived stolen) */
        EM_LOTS_HELD            /* `amount` of what an account holds of an asset when `block` ends: its newest coins;
                                 * amount 0: all of it.  What is missing becomes an unknown lot, and is stolen */
} em_lots_kind;

typedef struct em_lots_seed {
        em_lots_kind kind;
        uint64_t     move;              /* MOVE */
        uint32_t     account, asset;    /* HELD */
        uint32_t     block;             /* HELD: place in em_moves.block */
        em_u256      amount;
} em_lots_seed;

/* Why coins that a move carries go no further with it.  Where several apply the first of MIXED, FEE, BURNT, SWAPPED,
 * the labels, CONTRACT, HOPS, AMOUNT, OVERFLOW is the reason. */
typedef enum em_lots_stop {
        EM_LOTS_FOLLOWED,
        EM_LOTS_MIXED,          /* under a dirty-first policy only */
        EM_LOTS_FEE, EM_LOTS_BURNT,     /* burnt: paid to the protocol's address zero */
        EM_LOTS_SWAPPED,
        EM_LOTS_EXCHANGE, EM_LOTS_SERVICE, EM_LOTS_MIXER, EM_LOTS_BRIDGE,
        EM_LOTS_CONTRACT,       /* an unlabelled contract, when asked for */
        EM_LOTS_HOPS, EM_LOTS_AMOUNT,
        EM_LOTS_OVERFLOW,       /* the balance it goes to would reach 2^224: no coin is so */
        EM_LOTS_STOPS
} em_lots_stop;
const char *em_lots_stop_words(em_lots_stop stop);
/* A token may log any number; what claims 2^224 or more of its smallest unit is no coin, is left out and counted.  So four
 * billion moves of the rest fit into 256 bits. */
static inline bool em_lots_absurd(em_u256 amount) { return amount.w[3] >> 32 != 0; }
/* A policy's whole rule for accounts in one line.  Returns out. */
char *em_lots_policy_text(em_policy policy, char out[200]);

/* The receiver of a seed is followed whatever its label, kind and amount. */
typedef struct em_lots_opts {
        const em_policy *policy; size_t policies;
        uint32_t       max_hops;        /* moves from a seed; 0: no limit */
        const em_u256 *least;           /* [assets]: stop below this under every policy; NULL: none */
        uint32_t       until_time_s;    /* moves of blocks with a later time are not read; 0: none */
        uint64_t       max_moves;       /* EM_LIMIT past this many reached; 0: 100 million */
        bool through_labels, through_mixers, decoys, no_swaps;
        bool sources;                   /* keep which arrivals each spend drew from; em_lots_path needs it under IN-OUT */
        /* What an account is said to be: EXCHANGE, SERVICE, MIXER or BRIDGE ends there, FOLLOWED does not; *ret_label
         * any number of the caller's. */
        em_lots_stop (*label)(void *ctx, uint32_t account, uint32_t *ret_label); void *label_ctx;
        /* When set, an unlabelled account for which it says true ends the trace. */
        bool (*contract)(void *ctx, uint32_t account); void *contract_ctx;
} em_lots_opts;

#define EM_LOTS_NO_MOVE UINT64_MAX

typedef struct em_lots_row {            /* one move that carries stolen coins */
        uint64_t move;                  /* EM_LOTS_NO_MOVE: a seed of coins held */
        uint32_t from, to, asset;       /* held: from and to are the account */
        uint32_t block;                 /* place in em_moves.block */
        uint32_t hops;                  /* fewest moves from a seed's to it */
        uint32_t label;                 /* of its receiver */
        uint32_t ended;                 /* bit p: under policy p, a dirty-first one, mixing ends it */
        em_lots_stop stop;              /* FOLLOWED: its coins are or were in the receiver's balance */
        bool     seed, swapped_in;      /* some of its coins are a seed's; came by a swap in its transaction */
        const em_u256 *stolen;          /* [policies]; lives as long as the em_lots */
} em_lots_row;

typedef struct em_holding {             /* stolen coins that are still somewhere when the files end */
        uint32_t account, asset, hops, label;
        uint64_t last_move;             /* the last that touched the balance; EM_LOTS_NO_MOVE: none */
        em_u256  balance, unknown;      /* what the files say is there, and how much of all its coins they do not explain */
        const em_u256 *stolen;          /* [policies] */
} em_holding;

/* Per asset and policy: stolen + grown + swapped_in == sitting + deposited + mixed + bridged + stopped
 * + fees + burnt + dropped + swapped_out.  deposited: at exchanges and services; mixed: in mixers and, under
 * dirty-first, by mixing; stopped: contracts, hops, amount, overflow. */
typedef struct em_lots_total {
        em_u256 stolen, grown, swapped_in;
        em_u256 sitting, deposited, mixed, bridged, stopped, fees, burnt, dropped, swapped_out;
} em_lots_total;

typedef struct em_lots_counts {
        uint64_t moves, accounts;       /* read; whose histories were walked */
        uint64_t decoys[EM_DECOYS];     /* left out at the accounts followed */
        uint64_t swaps, unclear;        /* converted; with several assets given */
        uint64_t unknown, overflows;    /* balances with an unknown lot, among those that stolen coins reached; absurd moves */
} em_lots_counts;

typedef struct em_lots em_lots;
/* Runs every policy from the seeds, given in any order.
 *
 * Cost: time by all moves of the accounts that are followed (a balance is known only from its history), times the
 * policies, never by the size of the chain.  Memory: 64 + 32 x policies bytes for each move reached; for
 * each balance of an account followed 200 + 32 x policies, and 48 for each lot that a policy must tell apart (fifo,
 * lifo: changes between stolen and clean; highest, smallest: arrivals).  m must outlive the result; opts need not.
 *
 * EM_MISSING      a seed names no move, account, asset or block, or coins that are not there
 * EM_FORMAT       a seed is named twice, names gas, a failed transaction's, a decoy or a move to oneself, or more than its move
 *                 has; the moves contradict themselves
 * EM_LIMIT        over max_moves; a total over 256 bits
 * EM_NOMEM, EM_INTERRUPTED
 * EM_BUG          what went in did not come out */
EM_MUST em_status em_lots_run(const em_moves *m, const em_lots_seed *seed, size_t seeds, const em_lots_opts *opts,
                              const em_progress *progress, em_lots **ret_lots, em_error *err);
em_lots *em_lots_free(em_lots *lots);
uint64_t em_lots_count(const em_lots *lots);                                    /* moves reached */
void em_lots_at(const em_lots *lots, uint64_t i, em_lots_row *ret_row);         /* in chain order */
bool em_lots_find(const em_lots *lots, uint64_t move, uint64_t *ret_i);         /* false: not reached */
uint64_t em_lots_holdings(const em_lots *lots);
void em_lots_holding_at(const em_lots *lots, uint64_t i, em_holding *ret_holding);      /* by account, asset */
/* Balances that stolen coins were in and that the files do not explain: `unknown` is not 0. */
uint64_t em_lots_unknowns(const em_lots *lots);
void em_lots_unknown_at(const em_lots *lots, uint64_t i, em_holding *ret_holding);
/* The assets that have books, ascending. */
const uint32_t *em_lots_assets(const em_lots *lots, size_t *ret_count);
em_lots_total em_lots_totals(const em_lots *lots, size_t policy, uint32_t asset);
bool em_lots_conserved(const em_lots_total *total);
em_lots_counts em_lots_counted(const em_lots *lots);

/* One step of a path: coins that row `from` brought went into row `to`; places as em_lots_at's.  in and out are what the
 * policy holds stolen in each, in their own assets; via how much of the first became the second, in the
 * asset of `from`: under IN-OUT what the spend drew from that arrival's lots, under the others `to`'s
 * amount shared among all arrivals before it by theirs (largest remainders, ties to the earlier). */
typedef struct em_lots_step { uint64_t from, to; em_u256 in, out, via; bool swap; } em_lots_step;
/* The path that carries the most from a seed to row `to` under a policy (by widest bottleneck, measured in the asset of `to`;
 * ties to earlier moves), seed first; no steps when `to` is a seed's.  Under IN-OUT the run must have had opts.sources.
 *
 * EM_MISSING  row `to` carries nothing under this policy
 * EM_LIMIT    the arena is full */
EM_MUST em_status em_lots_path(const em_lots *lots, size_t policy, uint64_t to, em_arena *arena,
                               em_lots_step **ret_steps, size_t *ret_count, em_error *err);

#endif
