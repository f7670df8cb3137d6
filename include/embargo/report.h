/* embargo/report.h -- from answers to sentences, charts and an annex.
 *
 * regimes/NAME/report.md is Markdown in which every number is bound to an
 * answer.  Two kinds of marks (doc/format-template.md):
 *
 *   {question|name}             number `name` of a question's main reading
 *   {question@reading|name}     of another reading
 *   {question|!largest}         the quantifier's phrase; the sentence prints only if it holds
 *   {question|verdict}          the verdict in words
 *   {source:CNS-161|what}       a field of one record, by key or id
 *   {measure:R2397-5}           "2397 (2017), paragraph 5 [A]" with its verification letter
 *   {case|known}  {case|manifest}
 *
 *   a line of its own:
 *   {{summary}} {{claims}} {{measures TOPIC...}} {{finding KEY...}} {{chart NAME}} {{map NAME}} {{annex}}
 *   {{method}} {{abbreviations}} {{sources}} {{ledger}} {{replies}} {{caps}}
 *
 * A sentence ends at . ! or ? followed by a blank or the end of its block.  A
 * sentence whose quantifier does not hold is left out of the report; a draft
 * prints it struck through with the reason and the reading that would hold.
 * Lint: any digit in prose that is not bound and not in a permitted form (a
 * date written out in a heading, a resolution or document symbol, inside `code`) is EM_FORMAT with
 * file, line and the number.
 *
 * Charts are data too: regimes/NAME/charts/NAME.sql, a header and SELECTs (doc/format-chart.md).
 */
#ifndef EMBARGO_REPORT_H
#define EMBARGO_REPORT_H

#include "embargo/draw.h"
#include "embargo/regime.h"

typedef struct em_report_opts {
        em_day as_known;        /* EM_DAY_NONE: everything */
        bool   draft;           /* show withheld sentences with the reason */
        em_str out_dir;         /* empty: CASE/report */
} em_report_opts;

typedef struct em_report_done {
        em_str html, json;      /* paths written */
        size_t sentences, withheld, numbers, charts, records;
        char   manifest[65];
} em_report_done;

/* Answers every question, renders report.md to one self-contained HTML file
 * (no script needed, no outside request) and report.json, keeps the anchors
 * (n1.., s1..) in the case when it is open for writing.  Same case, same
 * as_known: same bytes, in any folder, on any day. */
EM_MUST em_status em_report_make(em_case *c, const em_report_opts *opts, em_arena *arena,
                                 const em_progress *progress, em_report_done *ret_done, em_error *err);

/* Checks a template without a case: marks well-formed, questions exist (keys given), no
 * unbound number.  EM_FORMAT at the first fault. */
EM_MUST em_status em_report_lint(em_str name, em_str text, const em_str *question_keys, size_t count,
                                 em_error *err);

#endif
