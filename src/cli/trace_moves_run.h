/* cli/trace_moves_run.h -- a finished trace between accounts as one document, and that document in a case.
 *
 * The twin of trace_run.h.  Assets are never added up: every book is of one rule and one asset.  The evidence of an end is
 * the row of the export that states its transfer, for there is no block here that a reader could hash.
 * doc/format-trace.md has every column.
 */
#ifndef CLI_TRACE_MOVES_RUN_H
#define CLI_TRACE_MOVES_RUN_H

#include "cli/trace_moves.h"

/* The document of a trace that has been run, onto out.  EM_IO: labels cannot be read again. */
EM_MUST em_status em_flight_run_text(em_flight *f, em_buf *out, em_error *err);
/* The same to --out or stdout. */
EM_MUST em_status em_flight_run_print(em_flight *f, em_error *err);
/* Into the case, with the labels that it used; it restates the runs of the same theft that stand there. */
EM_MUST em_status em_flight_keep(em_flight *f, em_error *err);

#endif
