/* cli/trace_look.h -- one transaction or one address of a chain, as the index has it (trace_look.c; accounts: trace_moves_look.c). */
#ifndef CLI_TRACE_LOOK_H
#define CLI_TRACE_LOOK_H

#include "cli/trace_moves.h"

/* trace look TXID|ADDRESS: what a transaction spends and pays, with its bytes where --blocks names the folder of raw blocks or the
 * case holds the block file; what an address was paid, newest last.  t is open, with its labels.  EM_USAGE, EM_MISSING; EM_DIFF:
 * the bytes are not this transaction's. */
EM_MUST em_status em_trace_look(em_trace *t, em_str what, em_error *err);
/* The same in an index of transfers: TXHASH and all it moved, TXHASH:native and the like for one of them, each with the row that says
 * so, where the case or --blocks has the export; ADDRESS: what came in and went out of it, asset by asset. */
EM_MUST em_status em_flight_look(em_flight *f, em_str what, em_error *err);

#endif
