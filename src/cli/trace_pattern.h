/* cli/trace_pattern.h -- the patterns along a trace (embargo/pattern.h), printed. */
#ifndef CLI_TRACE_PATTERN_H
#define CLI_TRACE_PATTERN_H

#include "cli/trace.h"

/* After the trace has run; --blocks gives raw transactions to the fingerprints. */
EM_MUST em_status em_trace_patterns(em_trace *t, em_error *err);

#endif
