/* cli/trace_again.h -- a run that a case holds: what was asked of it, and how to ask it again. */
#ifndef CLI_TRACE_AGAIN_H
#define CLI_TRACE_AGAIN_H

#include "cli/cli.h"

typedef struct em_again_text { em_str name, text; } em_again_text;

typedef struct em_again {
        char   source[9];               /* of the run's document */
        bool   accounts;                /* between accounts, not along outputs */
        em_str program, index_hash, stops_hash;         /* stops_hash: empty when the built-in table was used */
        em_str *label_hash; size_t labels;              /* of each file of labels, in their order */
        em_str *price_hash; size_t prices;
        em_again_text *param; size_t params;            /* "hops", "12"; the program is not among them */
        em_again_text *rule;  size_t rules;             /* by name, with its text */
        em_again_text *seed;  size_t seeds;             /* TXID:VOUT, and its stolen coins as text; of accounts a whole FROM */
} em_again;

/* Reads the head of a run from its records, of kind `trace` or, of accounts, `trace_account`.  EM_FORMAT when it has none. */
EM_MUST em_status em_again_load(em_cli *cli, em_case *c, em_str source, bool accounts, em_again *ret_run, em_error *err);
/* The words of a command line that makes it again: "trace" SEEDS --policy ... ; rule empty: all of them.
 * Labels are the case's own copies; in the folder `below` they bear the names that they came with, which a
 * list of wallets is read by, and otherwise (below empty) they are named by their hashes.
 * Without --chain and without --case. */
EM_MUST em_status em_again_words(em_cli *cli, em_case *c, const em_again *run, em_str rule, em_str below,
                                 em_str **ret_words, size_t *ret_count, em_error *err);
/* Makes again every run that the case holds, in the index at chain_dir, and compares the bytes.  tell hears of each
 * that differs; say of each that could not be made again, because it was made from another index. */
EM_MUST em_status em_again_verify(em_cli *cli, em_case *c, em_str chain_dir, void (*tell)(void *ctx, const char *sentence),
                                  void *ctx, size_t *ret_runs, em_error *err);

/* Do two documents of a run have the same bytes, but for the row of the program's version? */
EM_MUST em_status em_again_same(em_str kept, em_str made, bool *ret_same, em_error *err);

#endif
