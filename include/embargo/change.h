/* embargo/change.h -- which output of a transaction may be the change that went back to its sender?
 *
 * A heuristic is a habit of wallets.  It names the outputs of one transaction that it cannot rule
 * out as change; heuristics are sets and are combined as sets:
 *
 *     optimal_change & (address_type | power_of_ten(6)) - address_reuse
 *
 * `&` both, `-` the first without the second, `|` either; `&` and `-` bind before `|` and go from the left, which
 * gives what Python gives.  Blanks mean nothing.  A transaction has change only when exactly
 * one output is left and it has at least two that can be spent: where nothing is paid, nothing
 * comes back.  Coinbases, CoinJoins and transactions with an input of unknown value have none.
 *
 *     em_change *change;
 *     EM_TRY(em_change_parse(EM_S("one_time_change | address_reuse"), arena, &change, err));
 *
 * Every one of these is wrong at times (Androulaki and others 2013, Moeser and Narayanan 2022), and a wrong one joins a
 * payer with whom it paid.  None is used unless it is named, and what it joined says so.
 *
 * Sources: the definitions of BlockSci (Kalodner and others, "BlockSci", USENIX Security 2020) and of GraphSense's
 * heuristics service (2026), restated.  An output that begins with OP_RETURN is never asked about.
 */
#ifndef EMBARGO_CHANGE_H
#define EMBARGO_CHANGE_H

#include "embargo/chain.h"

/* What a heuristic must know that the graph's columns do not say. */
enum {
        EM_CHANGE_NEEDS_KIND  = 1,      /* the payee's script kind (P2PK counts as P2PKH: one payee) */
        EM_CHANGE_NEEDS_FRESH = 2,      /* which payees an earlier transaction paid */
        EM_CHANGE_NEEDS_ONCE  = 4,      /* which payees are paid by one output only */
        EM_CHANGE_NEEDS_RAW   = 8       /* lock time and size: only the raw blocks have them */
};

/* The numbers are bits of index files: never renumber.  name, needs, which outputs it leaves.  Those marked
 * "later" look at the transaction that spends the output, so the answer changes as the chain grows. */
#define EM_CHANGE_TABLE(X)                                                                                              \
        X(EM_CHANGE_ADDRESS_REUSE, "address_reuse",   0, "the address is among the inputs too")                         \
        X(EM_CHANGE_ADDRESS_TYPE,  "address_type",    EM_CHANGE_NEEDS_KIND,                                             \
          "all inputs are of one script kind: outputs of that kind; otherwise none")                                    \
        X(EM_CHANGE_OPTIMAL,       "optimal_change",  0, "the value is below that of the smallest input")               \
        X(EM_CHANGE_POWER_OF_TEN,  "power_of_ten",    0, "the value is no multiple of 10^d satoshi; d is 6 or given")   \
        X(EM_CHANGE_CLIENT,        "client_change",   EM_CHANGE_NEEDS_FRESH, "no earlier transaction paid the address") \
        X(EM_CHANGE_LOCKTIME,      "locktime",        EM_CHANGE_NEEDS_RAW,                                              \
          "unspent, or the spender has a lock time exactly when this transaction has one (later)")                      \
        X(EM_CHANGE_PEELING,       "peeling_chain",   0,                                                                \
          "this transaction is part of a peeling chain: unspent, or the spender is part of one (later)")                \
        X(EM_CHANGE_FIXED_FEE,     "fixed_fee",       EM_CHANGE_NEEDS_RAW,                                              \
          "unspent, or the spender pays the same satoshi per 1,000 virtual bytes (later)")                              \
        X(EM_CHANGE_SPENT,         "spent",           0, "the output is spent (later)")                                 \
        X(EM_CHANGE_NONE,          "none",            0, "no output")                                                   \
        X(EM_CHANGE_LEGACY,        "legacy",          EM_CHANGE_NEEDS_FRESH,                                            \
          "the only output that is below the smallest input and to an address not paid before")                         \
        X(EM_CHANGE_ONE_TIME,      "one_time_change",                                                                   \
          EM_CHANGE_NEEDS_KIND | EM_CHANGE_NEEDS_FRESH | EM_CHANGE_NEEDS_ONCE,                                          \
          "of 2 to 10 outputs the only one of the inputs' one script kind, no multiple of 1,000 satoshi, below the "    \
          "smallest input, to an address paid this once (later)")

typedef enum em_change_kind {
#define X(kind, name, needs, text) kind,
        EM_CHANGE_TABLE(X)
#undef X
        EM_CHANGE_KINDS
} em_change_kind;

const char *em_change_name(em_change_kind kind);        /* "optimal_change" */
const char *em_change_says(em_change_kind kind);        /* which outputs it leaves, as a clause */

/* ---- combinations ---- */

#define EM_CHANGE_TEXT 256      /* longest text of a combination */
#define EM_CHANGE_DEEP 16       /* brackets within brackets */

typedef struct em_change em_change;

/* Total: any bytes give a combination or an error that names the place in it and, for an unknown name, all names.
 *
 * EM_FORMAT  unknown name, a digit count outside 1..18, a bracket without its other, nothing between operators
 * EM_LIMIT   longer than EM_CHANGE_TEXT or deeper than EM_CHANGE_DEEP
 * EM_NOMEM   the arena is full */
EM_MUST em_status em_change_parse(em_str text, em_arena *arena, em_change **ret_change, em_error *err);
unsigned em_change_needs(const em_change *change);      /* EM_CHANGE_NEEDS_*, together */
/* The canonical text: lower case, single blanks, brackets where they matter.  Reads back as the same. */
em_str   em_change_text(const em_change *change);

/* ---- one transaction ---- */

/* Lock time and fee rate of every transaction, 8 bytes each, by one pass over the raw blocks. */
typedef struct em_change_raw em_change_raw;
/* blocks: the folder or file that the index was made from.  Cost: every block read and parsed on one core.
 *
 * EM_MISSING  a block file of the index is not there
 * EM_FORMAT   at a block's place stands another block */
EM_MUST em_status em_change_raw_load(const em_chain *chain, em_str blocks, const em_progress *progress,
                                     em_change_raw **ret_raw, em_error *err);
em_change_raw *em_change_raw_free(em_change_raw *raw);

typedef struct em_change_world {
        const em_graph *graph;
        em_id           end_tx;         /* transactions from here on have not happened yet */
        const em_change_raw *raw;       /* with EM_CHANGE_NEEDS_RAW */
        em_script_kind (*kind)(void *ctx, uint32_t payee);      /* with EM_CHANGE_NEEDS_KIND; OP_RETURN by it always */
        bool           (*once)(void *ctx, uint32_t payee);      /* with EM_CHANGE_NEEDS_ONCE */
        void           *ctx;
} em_change_world;

/* Outputs without those of OP_RETURN; every input's value known; no coinbase and no CoinJoin. */
typedef struct em_change_tx {
        em_id           tx;
        const int64_t  *in_sat;
        const uint32_t *in_payee;
        size_t          ins;
        const em_id    *out;
        const int64_t  *out_sat;
        const uint32_t *out_payee;
        size_t          outs;
        uint32_t        fresh_from;     /* payees of this number or above were paid by no earlier transaction */
} em_change_tx;

typedef struct em_change_found {
        bool     found;                 /* exactly one output is left, of two or more */
        size_t   at;                    /* which, in out */
        size_t   left;                  /* outputs left */
        uint32_t by;                    /* bit k: heuristic k, named in the combination, leaves it too */
} em_change_found;

/* Cost: outputs times heuristics; times the logarithm of the chain's length where the spender is asked for.
 * EM_NOMEM  the arena is full */
EM_MUST em_status em_change_find(const em_change *change, const em_change_world *world, const em_change_tx *tx,
                                 em_arena *arena, em_change_found *ret_found, em_error *err);

#endif
