/* cli/trace_look.h -- one transaction or one address of a chain, as the index has it. */
#ifndef CLI_TRACE_LOOK_H
#define CLI_TRACE_LOOK_H

#include "cli/trace.h"

/* trace look TXID|ADDRESS: what a transaction spends and pays, with its bytes where --blocks names the folder of raw blocks; what an
 * address was paid, newest last.  t is open, with its labels.  EM_USAGE, EM_MISSING; EM_DIFF: the bytes are not this transaction's. */
EM_MUST em_status em_trace_look(em_trace *t, em_str what, em_error *err);

#endif
