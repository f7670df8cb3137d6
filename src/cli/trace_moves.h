/* cli/trace_moves.h -- a trace between accounts: what was asked, its result.
 *
 * trace_moves.c reads the options and runs; trace_moves_seed.c finds where it begins and gives moves their names;
 * trace_moves_print.c, trace_moves_data.c show where the coins ended, trace_moves_flow.c draws it; trace_moves_value.c knows the prices;
 * trace_moves_path.c writes the evidence of one path.  Policies, labels and the run's arena are the em_trace's.
 */
#ifndef CLI_TRACE_MOVES_H
#define CLI_TRACE_MOVES_H

#include "cli/trace.h"
#include "embargo/lots.h"

typedef struct em_worths em_worths;

typedef struct em_flight {      /* of coins between accounts */
        em_trace       *t;
        em_cli         *cli;
        em_moves_index *index;
        const em_moves *m;
        em_lots_seed   *seed;
        size_t          seeds, seed_cap;
        uint32_t       *named;          /* accounts of which FROM takes all that went out */
        size_t          names, name_cap;
        uint64_t        passed_over[EM_DECOYS]; /* of these, judged decoys and not begun at */
        em_lots        *lots;
        uint8_t        *kind;           /* [accounts] with --contracts */
        em_u256        *least;          /* [assets] with --min */
        em_worths      *worths;         /* what the totals may be worth, when there are prices */
} em_flight;

/* --chain, or the case's own, is an index of moves. */
bool em_trace_moves_here(const em_trace *t);
EM_MUST em_status em_trace_moves(em_trace *t, em_error *err);
/* trace look in such an index (trace_look.h). */
EM_MUST em_status em_trace_moves_look(em_trace *t, em_str what, em_error *err);
/* EM_USAGE when an option is given that only accounts have. */
EM_MUST em_status em_trace_moves_refuse(const em_trace *t, em_error *err);

/* ---- trace_moves_seed.c ---- */

EM_MUST em_status em_flight_seeds(em_flight *f, em_error *err);
/* "0xHASH" to a transaction. */
EM_MUST em_status em_flight_tx(const em_flight *f, em_str text, uint32_t *ret_tx, em_error *err);
/* "0xHASH:native" to a move. */
EM_MUST em_status em_flight_move(const em_flight *f, em_str text, uint64_t *ret_move, em_error *err);
/* "0xHASH:native", "0xHASH:12" (log index), "0xHASH:i3", "0xHASH:gas", "block 123:reward0" */
em_str em_flight_name(const em_flight *f, uint64_t move);
em_str em_flight_account(const em_flight *f, uint32_t account);
/* "ETH"; "USDT 0xdAC1..." with all of its contract; the contract alone. */
em_str em_flight_asset(const em_flight *f, uint32_t asset);
/* The short word for the head of a table: "ETH", "USDT", "tokens". */
em_str em_flight_unit(const em_flight *f, uint32_t asset);
/* In whole coins, exactly; sep 0 for machines. Units of the token where it does not say its decimals. */
em_str em_flight_amount(const em_flight *f, uint32_t asset, em_u256 amount, char sep);
em_str em_flight_day(const em_flight *f, uint32_t block);       /* "2025-02-21 14:29:47", or "" */
/* "Exchange A (exchange); or Desk C (otc)", or "" */
em_str em_flight_label(const em_flight *f, uint32_t account);
/* "2 zero, 4 spoofed" */
em_str em_flight_decoys(const em_flight *f, const uint64_t count[EM_DECOYS], uint64_t *ret_all);
em_lots_stop em_flight_stop(const em_lots_row *r, size_t policy);

/* ---- trace_moves_value.c ---- */

/* What the tables say of an asset on a day.  A token is named in them by its contract, or by its symbol where the list of true
 * assets has it; rows that leave the asset open are for the chain's own coin. */
const em_price *em_flight_price(const em_flight *f, uint32_t asset, const em_prices *prices, em_str currency, em_day day,
                                size_t *ret_count);
/* When there are prices: values the books into f->worths.  EM_MISSING where the files do not state times; EM_LIMIT past 63
 * bits.  Then tables; a member "values". */
EM_MUST em_status em_flight_value(em_flight *f, em_error *err);
EM_MUST em_status em_flight_print_values(em_flight *f, em_error *err);
void em_flight_json_values(const em_flight *f, em_json *j);
/* --values: these alone, and day by day. */
EM_MUST em_status em_flight_values(em_flight *f, em_error *err);

/* ---- showing ---- */

EM_MUST em_status em_flight_print(em_flight *f, bool all, em_error *err);
EM_MUST em_status em_flight_json(em_flight *f, em_error *err);
EM_MUST em_status em_flight_csv(em_flight *f, em_error *err);
EM_MUST em_status em_flight_path(em_flight *f, em_str to, em_error *err);
/* One asset under one policy as a picture, an SVG file (trace_moves_flow.c). */
EM_MUST em_status em_flight_flow(em_flight *f, em_str file, em_error *err);

#endif
