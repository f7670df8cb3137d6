/* cli/trace_moves_pattern.h -- the patterns along a trace between accounts (embargo/pattern_account.h), printed. */
#ifndef CLI_TRACE_MOVES_PATTERN_H
#define CLI_TRACE_MOVES_PATTERN_H

#include "cli/trace_moves.h"

/* After the trace has run. */
EM_MUST em_status em_flight_patterns(em_flight *f, em_error *err);

#endif
