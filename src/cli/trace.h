/* cli/trace.h -- one trace of stolen coins: what was asked, its labels, its result.
 *
 * cmd_trace.c reads the command line and runs; trace_seed.c finds the outputs it
 * begins at; trace_label.c reads the labels; trace_print.c and trace_data.c show
 * where the coins ended; trace_path.c writes the evidence of one path and
 * trace_check.c tests such a file against raw blocks, without anything of the rest.
 */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "cli/cli.h"
#include "embargo/taint.h"

typedef struct em_label {
        uint32_t payee;
        bool     service;       /* its category ends a trace */
        em_str   address, label, category, source, confidence, date;
        uint64_t line;          /* of the file */
} em_label;

typedef struct em_labels {
        em_label *at;           /* by payee, then as in the file */
        size_t    count;        /* of payees that the chain pays */
        size_t    absent;       /* addresses that the chain never pays */
        size_t    services, disputed;   /* labels that end a trace; payees with more than one */
} em_labels;

typedef struct em_trace {
        em_cli         *cli;
        em_chain       *chain;
        const em_graph *graph;
        const em_btc_net *net;
        em_policy       policy[EM_POLICIES_MAX];
        size_t          policies;
        em_seed        *seed;
        size_t          seeds;
        em_labels       labels;
        em_taint       *taint;
        em_arena       *judge;          /* for one transaction at a time */
        bool            through_mixers, judge_full;
        int64_t         conserved;      /* policies whose books balance */
} em_trace;

/* TXID:VOUT[=AMOUNT], TXID or an address; adds to seed, of which there is room for what each FROM
 * can name.  EM_MISSING when the chain has no such thing. */
EM_MUST em_status em_trace_seeds(em_trace *t, const em_str *from, size_t count, em_error *err);
/* "TXID:VOUT" to an output. */
EM_MUST em_status em_trace_output(const em_trace *t, em_str text, em_id *ret_out, em_error *err);

/* Reads a CSV of labels (columns address, label, category, source, confidence, date; the first two
 * must be there).  EM_FORMAT names the line and what is wrong. */
EM_MUST em_status em_trace_labels(em_trace *t, em_str path, em_error *err);
/* The labels of a payee; count 0 when there are none. */
const em_label *em_labels_of(const em_labels *labels, uint32_t payee, size_t *ret_count);
/* For em_taint_opts: 1 and the place of the first label that ends a trace, or 0. */
uint32_t em_trace_stops_at(void *ctx, uint32_t payee);
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

EM_MUST em_status em_trace_print(em_trace *t, bool all, em_error *err);
EM_MUST em_status em_trace_json(em_trace *t, em_error *err);
EM_MUST em_status em_trace_csv(em_trace *t, em_error *err);
/* The evidence of one path as JSON, to --out or stdout. */
EM_MUST em_status em_trace_path(em_trace *t, em_str to, em_error *err);
/* The trace under one policy (haircut where several ran it too) as a picture, an SVG file. */
EM_MUST em_status em_trace_flow(em_trace *t, em_str file, em_error *err);

#endif
