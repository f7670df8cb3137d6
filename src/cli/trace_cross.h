/* cli/trace_cross.h -- from the ends of a trace to payouts on another chain, as hypotheses.
 *
 * trace_cross.c reads what was asked, brings ends and payouts together and prints; trace_cross_side.c knows the two kinds
 * of chain.  An end is a payment of the trace to a labelled service (any end under --any-end); a payout is any payment
 * that the other index has.  They are compared by the whole amount of the payment, since that is what a service saw.
 */
#ifndef CLI_TRACE_CROSS_H
#define CLI_TRACE_CROSS_H

#include "cli/trace_moves.h"
#include "embargo/pattern_account.h"

typedef struct em_cross_side {
        em_trace  *t;           /* a chain of Bitcoin's kind; its labels only where it is the traced one's */
        em_flight *f;           /* accounts; NULL: outputs */
        em_labels *labels;
        uint32_t   asset;       /* of accounts */
} em_cross_side;

typedef struct em_cross_end { em_crossing at; const em_u256 *stolen; } em_cross_end;

/* The asset that text names on this side; its own coin when text is empty. */
EM_MUST em_status em_cross_asset(em_cross_side *s, em_str text, em_error *err);
unsigned em_cross_decimals(const em_cross_side *s);
em_str em_cross_network(const em_cross_side *s);
em_str em_cross_unit(const em_cross_side *s);           /* "BTC", "USDT" */
em_str em_cross_asset_text(const em_cross_side *s);     /* with all of a token's contract */
em_str em_cross_contract(const em_cross_side *s);       /* "" for a chain's own coin */
em_str em_cross_amount(const em_cross_side *s, em_u256 amount, char sep);
EM_MUST em_status em_cross_name(const em_cross_side *s, uint64_t id, em_str *ret_name, em_error *err);
/* Whom a payment went to, or out of whom it came ("" where that is not in the files), and what is said of that address. */
em_str em_cross_party(const em_cross_side *s, uint64_t id, bool payer, em_str *ret_label);

/* What the tables say of the side's asset on a day.  Rows that leave the asset open are for a chain's own coin. */
const em_price *em_cross_price(const em_cross_side *s, const em_prices *prices, em_str currency, em_day day);

/* The ends of a finished trace in the side's asset, in chain order; *ret_others: those in other assets. */
EM_MUST em_status em_cross_ends(const em_cross_side *s, bool any, em_cross_end **ret_end, size_t *ret_count,
                                size_t *ret_others, em_error *err);
/* Payments of the side's asset at most `window_s` + 1 seconds before or `window_s` after one of these times (ascending);
 * the caller frees *ret_list.  *ret_first, *ret_last: the times the index begins and ends at. */
EM_MUST em_status em_cross_payouts(const em_cross_side *s, const uint32_t *time_s, size_t times, uint32_t window_s,
                                   em_crossing **ret_list, size_t *ret_count, uint32_t *ret_first, uint32_t *ret_last,
                                   em_error *err);

/* After the trace has run; flight NULL: of Bitcoin's kind. */
EM_MUST em_status em_trace_cross(em_trace *t, em_flight *flight, em_error *err);
/* EM_USAGE when what goes with --cross does not fit, or is given without it. */
EM_MUST em_status em_trace_cross_check(const em_trace *t, em_error *err);

#endif
