/* embargo/pattern.h -- shapes in the flow of coins that investigators look for.
 *
 * A pattern is a shape and what it may mean, never a finding of its own: each has an innocent reading,
 * which stands beside it.  Confidence is not a number but the reasons, in words, that were met.
 *
 *     em_pattern_world w = { .graph = g, .script = kind_of, .paid = paid_to, .ctx = chain };
 *     em_pattern_set set = { tx, txs, out, outs };
 *     EM_TRY(em_patterns_find(&w, &set, NULL, arena, &pattern, &count, err));
 *
 *   peel chain        one input, two outputs, again and again: a part is peeled off and the rest goes on.  Followed by
 *                     fingerprint: of the two outputs the one goes on whose spend looks most like the transaction
 *                     before (Kappos and others, How to Peel a Million, 2022), and of equals the larger.
 *   consolidation     n inputs to one output
 *   fan-out           one or two inputs to many payees
 *   CoinJoin entry    one of the outputs is spent in a transaction made like a CoinJoin (embargo/coinjoin.h)
 *   CoinJoin exit     one of the outputs was made by one
 *   deposit address   a payee that is paid by several and passes nearly all on to one other soon after, as the
 *                     addresses do that exchanges give to customers (Victor, Address clustering heuristics for
 *                     Ethereum, 2020; Ermilov, Panov, Yanovich, Automatic Bitcoin address clustering, 2017)
 */
#ifndef EMBARGO_PATTERN_H
#define EMBARGO_PATTERN_H

#include "embargo/chain.h"
#include "embargo/coinjoin.h"

typedef enum em_pattern_kind {
        EM_PATTERN_PEEL, EM_PATTERN_CONSOLIDATION, EM_PATTERN_FAN_OUT, EM_PATTERN_COINJOIN_ENTRY, EM_PATTERN_COINJOIN_EXIT,
        EM_PATTERN_DEPOSIT, EM_PATTERN_KINDS
} em_pattern_kind;
const char *em_pattern_name(em_pattern_kind kind);              /* "peel chain" */
const char *em_pattern_alternative(em_pattern_kind kind);       /* "may also be ..." */

/* Where a shape begins to be worth a line.  No standard sets these numbers; where a source has one it is named, and
 * the others are ours, chosen low, because every pattern shows how far beyond them it is. */
typedef struct em_pattern_limits {
        uint32_t peel_hops;             /* 3: two payments in a row are ordinary */
        uint32_t peel_differ;           /* 1: parts of the fingerprint that may differ from hop to hop */
        uint32_t peel_most;             /* 10,000 hops of one chain */
        uint32_t gather_ins;            /* 2 inputs to one output: the common-input rule's least (Meiklejohn 2013) */
        uint32_t scatter_outs;          /* 5 payees */
        uint32_t scatter_ins;           /* from at most 2 inputs */
        int      join_least;            /* 40: the least of embargo/coinjoin.h's confidences */
        uint32_t deposit_receipts;      /* 2 forwarded */
        uint32_t deposit_payers;        /* from 2 different payees */
        uint32_t deposit_percent;       /* 90 of what is spent goes to one payee (Ermilov and others: nearly all) */
        uint32_t deposit_within_s;      /* 7 days from receipt to sweep */
        uint32_t deposit_most;          /* 5,000 receipts; an address with more is no customer's and is passed over */
} em_pattern_limits;
extern const em_pattern_limits em_pattern_defaults;

/* What makes the transactions of one wallet look alike. */
typedef struct em_print {
        bool     raw;                   /* version .. segwit are known */
        int32_t  version;
        bool     locktime;              /* is set */
        bool     rbf;                   /* BIP 125: an input signals */
        bool     segwit;
        uint16_t in_kinds, out_kinds;   /* bit k: a script of em_script_kind k */
} em_print;
enum { EM_PRINT_VERSION = 1, EM_PRINT_LOCKTIME = 2, EM_PRINT_RBF = 4, EM_PRINT_SEGWIT = 8, EM_PRINT_IN_KINDS = 16,
       EM_PRINT_OUT_KINDS = 32 };
/* "version, locktime, RBF"; returns out. */
char *em_print_parts(uint32_t parts, char out[80]);

typedef struct em_pattern_hop {
        em_id    tx, on, off;           /* the output that goes on, and the one peeled off */
        uint32_t compared, agreed;      /* parts of the fingerprint, with the hop before; 0 at the first */
} em_pattern_hop;

typedef struct em_pattern {
        em_pattern_kind kind;
        const em_id *tx;  size_t txs;   /* ascending */
        const em_id *out; size_t outs;  /* it rests on: peeled, gathered, scattered, entering, leaving, received */
        const em_pattern_hop *hop; size_t hops;         /* of a peel chain */
        int64_t  in_sat, out_sat;       /* went in; came out: of a peel chain what was peeled off, of a deposit
                                         * address what was passed on */
        uint32_t start_s, end_s;        /* header times of its first and last transaction */
        uint32_t payee, to;             /* deposit address: itself, and where it passes on to */
        em_coinjoin join;
        em_str   reasons;               /* one or two sentences */
} em_pattern;

typedef struct em_pattern_world {
        const em_graph *graph;
        em_script_kind (*script)(void *ctx, uint32_t payee);
        /* outputs paid to a payee, ascending; NULL: deposit addresses are not looked for */
        em_status (*paid)(void *ctx, uint32_t payee, em_arena *arena, em_id **ret_outs, size_t *ret_count, em_error *err);
        /* version .. segwit of a transaction out of its bytes; false or NULL: not known */
        bool (*print)(void *ctx, em_id tx, em_print *ret_print);
        void *ctx;
} em_pattern_world;

/* What to look at.  A peel chain is followed within tx only, unless beyond. */
typedef struct em_pattern_set {
        const em_id *tx;  size_t txs;   /* ascending, each once */
        const em_id *out; size_t outs;  /* ascending, each once: the coins in question */
        bool beyond;                    /* follow peel chains through transactions that are not in tx, both ways */
} em_pattern_set;

/* Every pattern, by kind, then by its first transaction.  NULL limits are the defaults.  Cost: the transactions of
 * the set, and for deposit addresses all receipts of the payees of its outputs.
 *
 * EM_FORMAT  the graph contradicts itself
 * EM_NOMEM   the arena is full; and what paid says */
EM_MUST em_status em_patterns_find(const em_pattern_world *world, const em_pattern_set *set, const em_pattern_limits *limits,
                                   em_arena *arena, em_pattern **ret_patterns, size_t *ret_count, em_error *err);

#endif
