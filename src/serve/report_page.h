/* serve/report_page.h -- what the pages of the report share.
 */
#ifndef SERVE_REPORT_PAGE_H
#define SERVE_REPORT_PAGE_H

#include "serve/desk.h"

/* The report as the library writes it, for the browser: a thin bar with the way back above it, and a policy that allows
 * its own style and script by their hashes and nothing else.  Into the reply.  EM_BUG: the report is not as it is written. */
EM_MUST em_status em_report_put(em_ask *ask, em_str html, em_error *err);

/* The report of a picture; written once, for its charts may read a million records. */
EM_MUST em_status em_report_of(em_ask *ask, em_picture *now, em_str *ret_html, em_str *ret_json, em_error *err);

/* report.json as last printed into CASE/report, parsed; NULL when none was. */
EM_MUST em_status em_report_kept(em_ask *ask, const em_jnode **ret_root, em_error *err);

/* The names of the regime's templates: "theft" for report-theft.md, empty for report.md. */
EM_MUST em_status em_report_templates(em_str dir, em_arena *arena, em_str **ret_name, size_t *ret_count, em_error *err);

/* A sentence of a report.json as it was printed. */
em_str em_report_said(em_ask *ask, const em_jnode *sentence);

/* report_diff.c */
EM_MUST em_status em_report_answer_diff(em_ask *ask, em_error *err);
/* The form that chooses two days; values empty: as asked before. */
void em_report_diff_form(em_ask *ask, bool kept);

#endif
