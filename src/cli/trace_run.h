/* cli/trace_run.h -- a finished trace as one document, and that document in a case.
 *
 * A run is a derived source: a CSV that says what was asked (program, chain index and labels
 * by their hashes, seeds, rules, limits) and what came out (each rule's books, and each place
 * where coins ended with the bytes of its transaction in the raw blocks).  The same inputs
 * give the same bytes, so that a case holds a run once, and anybody who has the chain can
 * make it again and compare.  doc/format-trace.md has every column.
 */
#ifndef CLI_TRACE_RUN_H
#define CLI_TRACE_RUN_H

#include "cli/trace.h"

/* Places that a run lists one by one, the largest first; the others are folded into one row for each rule,
 * book and category, with their count.  Of the largest few the path is worked out and its hash given. */
#define EM_RUN_PLACES 5000
#define EM_RUN_PATHS  40

/* The document of a trace that has been run, onto out.  EM_IO: the index's head or the labels cannot be read. */
EM_MUST em_status em_trace_run_text(em_trace *t, em_buf *out, em_error *err);
/* The same to --out or stdout. */
EM_MUST em_status em_trace_run_print(em_trace *t, em_error *err);
/* Puts it into the case with the labels that it used, and links it to the runs of the same theft that
 * stand there: it restates them.  Kept already: nothing changes.  EM_MISSING: the regime has no map `trace`. */
EM_MUST em_status em_trace_keep(em_trace *t, em_error *err);
/* Fails when there is no case to keep a run in: before the trace rather than after it. */
EM_MUST em_status em_trace_keep_ready(em_trace *t, em_error *err);

/* What a run says of itself when it is kept. */
typedef struct em_trace_kept {
        em_str      map;                /* "trace" */
        em_str      name, origin;       /* in its custody */
        char        grade;              /* of the run before its inputs: F where nobody vouched for what it was made from */
        bool        constructed;
        const char *older_sql;          /* id and known of the runs of the same theft that nothing restates, by :source */
} em_trace_kept;
/* em_trace_keep's work for any document of a run. */
EM_MUST em_status em_trace_keep_text(em_trace *t, em_str text, const em_trace_kept *what, em_error *err);

#endif
