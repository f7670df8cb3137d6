/* cli/trace.h -- one trace of stolen coins: what was asked, its labels, its result.
 *
 * cmd_trace.c reads the command line and runs; trace_seed.c finds the outputs it
 * begins at; trace_label.c knows the labels, trace_value.c the prices; trace_print.c and trace_data.c show
 * where the coins ended; trace_path.c writes the evidence of one path and
 * trace_check.c tests such a file against raw blocks, without anything of the rest.
 */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "cli/cli.h"
#include "embargo/label.h"
#include "embargo/price.h"
#include "embargo/taint.h"

typedef struct em_named { uint32_t payee, label; } em_named;    /* a payee of the chain and one label of it */

typedef struct em_values em_values;

typedef struct em_trace {
        em_cli         *cli;
        em_chain       *chain, *whole;  /* whole: the index, where chain is a view of an earlier block */
        const em_graph *graph;
        const em_btc_net *net;
        em_str          chain_dir;      /* of the index */
        em_policy       policy[EM_POLICIES_MAX];
        size_t          policies;
        em_seed        *seed;
        size_t          seeds;
        em_labels      *labels;         /* NULL: none were given */
        em_named       *named;          /* by payee, then by label */
        size_t          names;
        size_t          elsewhere, absent;      /* labels of other networks; of addresses never paid here */
        em_prices      *prices;         /* NULL: none were given */
        em_str          currency;
        em_values      *values;         /* what the totals may be worth, when there are prices */
        em_taint       *taint;
        em_arena       *judge;          /* for one transaction at a time */
        bool            through_mixers, judge_full;
        int64_t         conserved;      /* policies whose books balance */
        const char     *means;          /* what a path's file says of itself; NULL: a trace's own words */
} em_trace;

/* Opens what --chain names, as of --as-of; the caller closes chain, then whole. */
EM_MUST em_status em_trace_open(em_trace *t, em_error *err);
/* TXID:VOUT[=AMOUNT], TXID or an address; adds to seed, of which there is room for what each FROM
 * can name.  EM_MISSING when the chain has no such thing. */
EM_MUST em_status em_trace_seeds(em_trace *t, const em_str *from, size_t count, em_error *err);
/* "TXID:VOUT" to an output. */
EM_MUST em_status em_trace_output(const em_trace *t, em_str text, em_id *ret_out, em_error *err);

/* Reads what --labels names and finds the payees of this chain that it names. */
EM_MUST em_status em_trace_labels(em_trace *t, em_error *err);
/* The labels of a payee, as places in t->labels; how many. */
size_t em_trace_named(const em_trace *t, uint32_t payee, const em_named **ret_list);
/* For em_taint_opts: 1 and the place of the surest label that ends a trace, with EM_TAINT_MIXER for a mixer's; or 0. */
uint32_t em_trace_stops_at(void *ctx, uint32_t payee);
/* em_stop_words, with the kind of the labelled service: "paid to a labelled exchange". */
em_str em_trace_stop_words(const em_trace *t, em_stop stop, uint32_t payee);
/* Payees that stolen coins reached and whose labels contradict each other, ascending; in the run's arena. */
EM_MUST em_status em_trace_disputes(const em_trace *t, uint32_t **ret_payee, size_t *ret_count, em_error *err);
/* "Exchange A (exchange); Desk B (otc)" */
em_str em_trace_label_text(const em_trace *t, uint32_t payee);

/* For em_taint_opts: the kind of CoinJoin that a transaction is, 0 for none or below EM_MIX_LEAST. */
#define EM_MIX_LEAST 50
uint32_t em_trace_mixes(void *ctx, em_id tx);
bool     em_trace_burns(void *ctx, em_id out);

/* Coins as text, exact: "1,000", "0.00000001"; sep 0 for machines. */
em_str em_trace_coins(const em_trace *t, int64_t sat, char sep);
/* False when it is not a number of coins above 0 with at most eight decimals. */
bool   em_trace_parse_coins(em_str text, int64_t *ret_sat);
em_str em_trace_address(const em_trace *t, uint32_t payee);
/* "TXID:VOUT" */
EM_MUST em_status em_trace_output_name(const em_trace *t, em_id out, em_str *ret_name, em_error *err);
/* Why an output's coins under policy p go no further; EM_STOP_NONE when they do. */
em_stop em_trace_stop(const em_reached *r, size_t policy);
/* In + grown == out, by the totals. */
bool em_trace_conserved(em_taint_total total);

/* What the tables say of one day: the price to use, or NULL, and how many rows say it. */
typedef struct em_quote { em_day day; const em_price *price; size_t words; } em_quote;
/* "2024-03-07 at 66012.34 (prices.csv:12; 1 more row of that day, not used)" */
em_str em_quote_text(em_cli *cli, const em_quote *quote);
void em_quote_json(em_json *j, const em_quote *quote);

/* Reads what --prices names.  EM_USAGE without --currency. */
EM_MUST em_status em_trace_prices(em_trace *t, em_error *err);
/* When there are prices: values the totals, into t->values; EM_LIMIT past 63 bits.  Then a table; a member "values". */
EM_MUST em_status em_trace_value(em_trace *t, em_error *err);
EM_MUST em_status em_trace_print_values(const em_trace *t, em_error *err);
void em_trace_json_values(const em_trace *t, em_json *j);
/* --values: these alone, and day by day. */
EM_MUST em_status em_trace_values(em_trace *t, em_error *err);

EM_MUST em_status em_trace_print(em_trace *t, bool all, em_error *err);
EM_MUST em_status em_trace_json(em_trace *t, em_error *err);
EM_MUST em_status em_trace_csv(em_trace *t, em_error *err);
/* The evidence of one path as JSON, to --out or stdout. */
EM_MUST em_status em_trace_path(em_trace *t, em_str to, em_error *err);
/* The trace under one policy (haircut where several ran it too) as a picture, an SVG file. */
EM_MUST em_status em_trace_flow(em_trace *t, em_str file, em_error *err);

#endif
