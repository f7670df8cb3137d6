/* serve/findings.h -- the parts of the pages for findings, measures and claims; for their files only.
 */
#ifndef SERVE_FINDINGS_H
#define SERVE_FINDINGS_H

#include "serve/case_words.h"

/* finding_one.c, finding_history.c: what stands on the page of one finding. */
em_status em_answer_finding(em_ask *ask, em_error *err);
/* Versions that are kept, newest first, each with what changed in it, who kept it and when; and whether the answer that is
 * shown is newer than all of them. */
EM_MUST em_status em_finding_history(em_ask *ask, const em_answer *a, em_error *err);
/* The same as an array of the reply's JSON, after its key was written. */
EM_MUST em_status em_finding_history_json(em_ask *ask, const em_answer *a, em_error *err);
/* What people said of it: replies, alternatives, sign-offs, as kept in the case; and the form's link for a case that may be
 * written to. */
EM_MUST em_status em_finding_notes(em_ask *ask, const em_answer *a, em_error *err);
/* Records that others contradict, restate or reply to, among those that it rests on. */
EM_MUST em_status em_finding_links(em_ask *ask, const em_answer *a, em_error *err);

/* claims_pages.c */
em_status em_answer_claims(em_ask *ask, em_error *err);
em_status em_answer_claim(em_ask *ask, em_error *err);

/* The questions that the case calls for in the order of the annex, then (all) the others of the regime; NULL past the last. */
const em_answer *em_finding_at(const em_picture *now, bool all, size_t i);
bool em_words_hold(em_str text, em_str word);           /* ASCII letters of either case */
/* Four tiles of verdicts with numbers, each a link that filters this page; chosen: the one that stands. */
void em_put_tally(em_ask *ask, const size_t count[4], bool any, em_verdict chosen);

#endif
