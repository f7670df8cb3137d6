/* embargo/coinjoin.h -- is this transaction a CoinJoin, of which make, and how sure?
 *
 * A CoinJoin spends coins of several owners together, so the common-input rule
 * is wrong in it and coins that enter it come out as anybody's.  Each make has habits that
 * show in values and payees alone; each rule here looks at them and at nothing else.
 *
 *     em_coinjoin found;
 *     em_coinjoin_tx tx = { in_sat, in_payee, ins, out_sat, out_payee, outs, op_returns };
 *     EM_TRY(em_coinjoin_find(&tx, arena, &found, err));
 *     if (found.kind && found.confidence >= 50)
 *             leave_out_of_clusters();
 *
 * A confidence is 0 to 100 and an order of certainty, not a probability: how many habits that
 * ordinary payments do not share had to meet.  It is evidence, never a finding.
 *
 * Rules: GraphSense (graphsense-lib, heuristics of 2026) for Whirlpool, Wasabi and JoinMarket; BlockSci (Goldfeder,
 * Kalodner, Reisman, Narayanan, "When the cookie meets the blockchain", 2017) for the general one; Stutz and others,
 * "Adoption and actual privacy of decentralized CoinJoin implementations in Bitcoin" (2022); Samourai's Stonewall.
 */
#ifndef EMBARGO_COINJOIN_H
#define EMBARGO_COINJOIN_H

#include "embargo/base.h"

/* kind, name, confidence when its rule holds */
#define EM_COINJOIN_TABLE(X)                                                  \
        X(EM_COINJOIN_NONE,       "none",          0)                         \
        X(EM_COINJOIN_WHIRLPOOL,  "whirlpool",     95) /* pool, size, entrants' fees */ \
        X(EM_COINJOIN_TX0,        "whirlpool-tx0", 85) /* premixes, pool fee, data output */ \
        X(EM_COINJOIN_WASABI_1_1, "wasabi-1.1",    80) /* ten or more, levels of 0.1 BTC */ \
        X(EM_COINJOIN_WASABI_1_0, "wasabi-1.0",    78) /* ten or more about 0.1 BTC */ \
        X(EM_COINJOIN_WASABI_2_0, "wasabi-2.0",    75) /* twenty or more, many values shared */ \
        X(EM_COINJOIN_JOINMARKET, "joinmarket",    60) /* equal outputs, changes, distinct scripts */ \
        X(EM_COINJOIN_EQUAL,      "equal-outputs", 40) /* BlockSci's rule: any make */

typedef enum em_coinjoin_kind {
#define X(kind, name, confidence) kind,
        EM_COINJOIN_TABLE(X)
#undef X
        EM_COINJOIN_KINDS
} em_coinjoin_kind;

const char *em_coinjoin_name(em_coinjoin_kind kind);    /* "wasabi-1.1" */

/* OP_RETURN outputs are left out of out_* and counted.  A payee is any number
 * that is equal exactly when the script is. */
typedef struct em_coinjoin_tx {
        const int64_t  *in_sat;
        const uint32_t *in_payee;
        size_t          ins;
        const int64_t  *out_sat;
        const uint32_t *out_payee;
        size_t          outs;
        size_t          op_returns;
} em_coinjoin_tx;

typedef struct em_coinjoin {
        em_coinjoin_kind kind;          /* the surest; EM_COINJOIN_NONE when no rule holds */
        int      confidence;            /* its */
        uint32_t kinds;                 /* bit k: the rule of kind k holds */
        int64_t  denomination_sat;      /* the value that most outputs share; the largest such */
        size_t   equal;                 /* how many share it */
        bool     stonewall;             /* vetoed: looks like one wallet that feigns a join of two */
} em_coinjoin;

/* Judges one transaction.  Cost: two sorts of its inputs and outputs; those with fewer than two
 * outputs cost nothing.
 *
 * Stonewall veto: three or four outputs of which exactly one value stands twice are what Samourai's wallet makes alone to
 * look like a join.  JoinMarket and BlockSci's rule are then not claimed; `stonewall` says so.
 *
 * EM_NOMEM  the arena is full (4 bytes an input and 28 an output) */
EM_MUST em_status em_coinjoin_find(const em_coinjoin_tx *tx, em_arena *arena,
                                   em_coinjoin *ret_found, em_error *err);

#endif
