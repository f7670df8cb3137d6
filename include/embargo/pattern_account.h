/* embargo/pattern_account.h -- what accounts of an account chain seem to be, from how they behave.
 *
 * Everything here is a hypothesis with its reasons beside it: that an address takes deposits for a service, that two
 * addresses were first given gas by the same hand, that coins left one chain and came up on another.  Callers say "may",
 * show the moves, and show what else would fit.
 */
#ifndef EMBARGO_PATTERN_ACCOUNT_H
#define EMBARGO_PATTERN_ACCOUNT_H

#include "embargo/moves.h"

/* ---- what kind of account (account_kind.c) ---- */

typedef enum em_account_kind {
        EM_ACCOUNT_UNKNOWN,     /* the files show neither */
        EM_ACCOUNT_OWNED,       /* it has sent a transaction: somebody has its key */
        EM_ACCOUNT_CONTRACT     /* it has no key: it paid out of an internal call, was called in a transaction that
                                 * logged token transfers, or is itself a token; and never sent a transaction */
} em_account_kind;
/* ret_kind[accounts].  One pass over the moves.  EM_NOMEM. */
EM_MUST em_status em_accounts_kinds(const em_moves *m, uint8_t *ret_kind, em_error *err);

/* ---- deposit addresses (deposit_account.c) ---- */

/* An address that a service gave to one customer: whatever comes in of an asset goes on, soon and almost whole, to one
 * account, which gathers from several such.  The other reading is always there: somebody's own wallet that was swept
 * into another of his. */
typedef struct em_deposit {
        uint32_t account, asset;
        uint32_t hot;           /* where it all goes */
        uint32_t siblings;      /* other addresses that look like deposit addresses of the same hot account in this asset */
        uint32_t payers;        /* different accounts that paid in, the hot one aside */
        uint32_t arrivals, sweeps;
        uint32_t slowest_s;     /* longest wait of an arrival for the next sweep; 0 also where times are not stated */
        em_u256  in, out, gas;  /* gas: that the sweeps cost, for the chain's own coin */
        uint64_t last_sweep;    /* move */
} em_deposit;

typedef struct em_deposit_opts {
        uint32_t within_s;      /* each arrival is swept within; 86400 */
        uint32_t permille;      /* of what came in (gas aside) has gone on; 950 */
        uint32_t siblings;      /* of one hot account at least; 1 */
} em_deposit_opts;
extern const em_deposit_opts em_deposit_defaults;

/* All of them, by account and asset; the caller frees *ret_list.  Contracts and what em_decoys_judge marked are left out.
 * Cost: one walk over the moves of each account.  EM_NOMEM. */
EM_MUST em_status em_deposits_find(const em_moves *m, const em_deposit_opts *opts, em_deposit **ret_list,
                                   size_t *ret_count, em_error *err);

/* ---- who paid the first gas (gas_funder.c) ---- */

/* An address cannot send before somebody gave it the chain's own coin.  Where one hand gave it to several, they may be
 * one owner's; void where the giver gives to everybody. */
typedef struct em_funding { uint32_t account, funder; uint64_t move; } em_funding;
typedef enum em_funder_void { EM_FUNDER_STANDS, EM_FUNDER_SERVICE, EM_FUNDER_CONTRACT, EM_FUNDER_PROTOCOL } em_funder_void;
const char *em_funder_void_words(em_funder_void v);

typedef struct em_funder_opts {
        uint32_t least;         /* accounts of one funder; 2 */
        /* true: labelled as an exchange, a mixer, a bridge or another service; NULL: nobody is */
        bool (*service)(void *ctx, uint32_t account); void *ctx;
} em_funder_opts;

typedef struct em_funder_group {
        uint32_t       funder;
        em_funder_void stands;          /* STANDS, or why the group says nothing */
        const em_funding *funding;      /* by move */
        size_t         count;
} em_funder_group;

typedef struct em_funders em_funders;
/* Groups of accounts that have sent a transaction and whose first incoming coins, before it, came from one funder.  By
 * funder.  EM_NOMEM. */
EM_MUST em_status em_funders_find(const em_moves *m, const em_funder_opts *opts, em_funders **ret_funders, em_error *err);
em_funders *em_funders_free(em_funders *f);
size_t em_funders_count(const em_funders *f);
const em_funder_group *em_funders_at(const em_funders *f, size_t i);

/* ---- peeling from account to account (peel_account.c) ---- */

/* One step: an account that one payment of an asset came to and that made two of it, to two accounts, the larger of which
 * goes on.  Nothing else of that asset ever came to it or left it, gas aside. */
typedef struct em_peel_step { uint32_t account; uint64_t in, off, on; } em_peel_step;   /* moves */
typedef struct em_peel { uint32_t asset; const em_peel_step *step; size_t steps; } em_peel;

typedef struct em_peel_opts {
        uint32_t steps;         /* at least so many in a row; 3 */
        uint32_t permille;      /* of what came in (gas aside) both payments are; 950 */
} em_peel_opts;
extern const em_peel_opts em_peel_defaults;

typedef struct em_peels em_peels;
/* Chains of such steps, each as long as it is, by first move.  The other reading is always there: people who were given coins,
 * paid one bill and put the rest away.  Cost: one pass over the moves, and a few moves of each account that was paid.
 * EM_NOMEM. */
EM_MUST em_status em_peels_find(const em_moves *m, const em_peel_opts *opts, em_peels **ret_peels, em_error *err);
em_peels *em_peels_free(em_peels *peels);
size_t em_peels_count(const em_peels *peels);
const em_peel *em_peels_at(const em_peels *peels, size_t i);

/* ---- from chain to chain (cross_hop.c) ---- */

/* A deposit at a bridge on one chain, or a payout on another; id is the caller's.  Bitcoin's are given the same way. */
typedef struct em_crossing { uint64_t id; uint32_t time_s; em_u256 amount; } em_crossing;

/* A payout that a deposit may have become.  A hypothesis: `rivals` counts the other payouts that fit this deposit, `claims`
 * the other deposits that fit this payout, and with either above 0 amount and time alone decide nothing. */
typedef struct em_cross_hop {
        size_t   deposit, payout;       /* places in the arrays given */
        uint32_t delay_s;
        int32_t  off_ppm;               /* payout beside what the rate expects: -3330 is a third of a percent less */
        uint32_t rivals, claims;
} em_cross_hop;

typedef struct em_cross_opts {
        uint32_t window_s;              /* a payout comes at most so long after; 86400 */
        uint32_t below_ppm, above_ppm;  /* and is at most so much less or more than expected; 20000, 5000 */
        /* What one smallest unit of the deposit's asset is in smallest units of the payout's: num / den at a time; false:
         * no rate is known for that day, and nothing is proposed. */
        bool (*rate)(void *ctx, uint32_t time_s, em_u256 *num, em_u256 *den); void *rate_ctx;
        size_t most;                    /* EM_LIMIT past so many; 0: a million */
} em_cross_opts;

/* All pairs that fit, by deposit, then nearest amount, then earliest; the caller frees *ret_list.
 *
 * Cost: deposits and payouts times their logarithm, and every payout in every window.  EM_LIMIT, EM_NOMEM. */
EM_MUST em_status em_cross_hops(const em_crossing *deposit, size_t deposits, const em_crossing *payout, size_t payouts,
                                const em_cross_opts *opts, em_cross_hop **ret_list, size_t *ret_count, em_error *err);
/* The rate of two prices in one currency, each of a whole coin: from_units / 10^from_scale and to_units / 10^to_scale.  False
 * over 256 bits. */
bool em_cross_rate(uint64_t from_units, unsigned from_scale, unsigned from_decimals, uint64_t to_units, unsigned to_scale,
                   unsigned to_decimals, em_u256 *ret_num, em_u256 *ret_den);

#endif
