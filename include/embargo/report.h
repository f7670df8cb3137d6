/* embargo/report.h -- from answers to sentences, charts and an annex.
 *
 * regimes/NAME/report.md is Markdown in which every number is bound to an
 * answer by a mark (doc/format-template.md has all of them):
 *
 *   {question|name}             number `name` of a question's main reading
 *   {question@reading|name}     of another reading
 *   {question|verdict}          the verdict in words; {question|proof} the standard of proof
 *   {question|!largest}         the quantifier's phrase; the sentence prints only if it holds
 *   {question@r|!not largest}   "not"; the sentence prints only if that reading fails
 *   {question|?fails}           nothing; the sentence prints only under that verdict
 *   {source:CNS-161|what}       a field of one record, by key or id
 *   {measure:R2397-5}           "2397 (2017), paragraph 5 [A]" with its verification letter
 *   {case|known}  {case|manifest}  {claims|count}
 *   {say:24 hours}              words on the author's own account; counted, and printed as such
 *
 * and parts on a line of their own:
 *   {{summary}} {{claims}} {{measures TOPIC...}} {{finding KEY...}} {{chart NAME}} {{map NAME}} {{annex}}
 *   {{method}} {{abbreviations}} {{sources}} {{ledger}} {{replies}} {{caps}}
 *
 * A sentence ends at . ! or ? followed by a blank or the end of its block.  A
 * sentence whose quantifier does not hold, or whose number is not in the
 * answer, is left out of the report; a draft prints it struck through with the
 * reason and the reading that would hold.  The title is the first heading of the
 * first level that stands.
 *
 * Lint: a number in prose, in digits or in words from three upwards, that is not
 * bound and not in a permitted form (a date with its month in words, a year after
 * a word of time, a resolution with its year, a document's symbol, `code`) is
 * EM_FORMAT with file, line and the number.
 *
 * Charts are data too: regimes/NAME/charts/NAME.sql, a header and a SELECT
 * (doc/format-chart.md).  method.csv (para,requirement,check) and
 * abbreviations.csv (abbreviation,meaning) of the regime are optional.
 */
#ifndef EMBARGO_REPORT_H
#define EMBARGO_REPORT_H

#include "embargo/draw.h"
#include "embargo/regime.h"

typedef struct em_report_opts {
        em_day as_known;        /* EM_DAY_NONE: everything */
        bool   draft;           /* show withheld sentences with the reason */
        em_str out_dir;         /* empty: CASE/report */
        em_str template_name;   /* "theft": the regime's report-theft.md; empty: report.md */
} em_report_opts;

typedef struct em_report_done {
        em_str html, json;      /* paths written */
        size_t sentences, withheld, numbers, charts, records;
        char   manifest[65];
} em_report_done;

/* Answers every question, renders report.md to one self-contained HTML file
 * (no script needed, no outside request) and report.json, keeps the anchors
 * (n1.., s1..) in the case when it is open for writing and this is no draft.
 * Same case, same regime folder, same as_known: same bytes, in any folder, on any
 * day.  Evidence known only later, a withheld sentence's too, is not in it.
 *
 * EM_FORMAT   report.md, a chart, method.csv or claims.csv is wrong: file and line;
 *             nothing is written
 * EM_MISSING  the regime has no report.md, or no report of that name
 * EM_USAGE    template_name is no name
 * EM_INTERRUPTED  progress said stop; nothing is written */
EM_MUST em_status em_report_make(em_case *c, const em_report_opts *opts, em_arena *arena,
                                 const em_progress *progress, em_report_done *ret_done, em_error *err);

/* ---- a view: the same parts, one at a time, for pages ---- */

/* The case as known on a day with everything that the parts of a report need: findings, claims, records and the bound
 * template.  It reads from c while parts are rendered: one thread at a time, and c outlives it.  Nothing is kept in the case.
 * A regime without report.md has a view too, with an empty report.  Errors else as em_report_make. */
typedef struct em_view em_view;
EM_MUST em_status em_view_make(em_case *c, const em_report_opts *opts, em_arena *arena, const em_progress *progress,
                               em_view **ret_view, em_error *err);
const em_findings *em_view_findings(const em_view *v);
/* Those of them that the report cites or the case calls for, in the order of the annex; NULL past the last. */
const em_answer *em_view_cited(const em_view *v, size_t i);
const char *em_view_manifest(const em_view *v);         /* 64 hex digits */
em_str em_view_title(const em_view *v);                 /* of the report */
const em_claim *em_view_claims(const em_view *v, size_t *ret_count);
/* One part as HTML whose links lead to pages (html.h): "finding" with KEY..., "chart" or "map" with NAME, "claims",
 * "measures" with TOPIC..., "caps", "sources", "replies", "listed", "ledger", "annex" ...; "claims" with ID... gives those
 * alone.  And of one question, by KEY: "facts" (measures, basis, coverage), "readings", "rows" (the table of records),
 * "cards" with KEY FROM COUNT (records with their own rows), "used" (the sentences that rest on it), "hash".
 * "record" with a public id is that record's card.  Scratch comes from arena.
 * EM_MISSING: no such part; EM_FORMAT: no such question or chart. */
EM_MUST em_status em_view_part(const em_view *v, em_str name, em_str args, em_arena *arena, em_buf *out, em_error *err);
/* The charts and maps of the regime by themselves: what one is as known on the view's day, its words with their numbers. */
typedef struct em_chart_seen {
        em_str name;            /* of charts/NAME.sql */
        bool   map, empty;      /* empty: there is nothing to draw */
        em_str title;           /* title-else where the title does not hold */
        em_str subtitle, foot, unit;
        int64_t per;            /* amounts are shown divided by it */
        const em_str *question; size_t questions;       /* keys */
        em_str text;            /* the file, as it stands */
        em_str sql;             /* the SELECT in it */
        em_rows rows;           /* of the SELECT: doc/format-chart.md has the columns */
        const struct figure *figure;
} em_chart_seen;
/* Names in order. */
EM_MUST em_status em_view_charts(const em_view *v, em_arena *arena, em_str **ret_names, size_t *ret_count, em_error *err);
/* linked: its marks lead to pages.  Lives as long as arena and view.
 * EM_MISSING: no chart of that name; EM_FORMAT: file and line; any of em_case_query. */
EM_MUST em_status em_view_chart(const em_view *v, em_str name, bool linked, em_arena *arena, em_chart_seen *ret_seen, em_error *err);
/* Its picture, with ids that begin with prefix, and its table; nothing when it is empty. */
EM_MUST em_status em_chart_seen_svg(const em_chart_seen *seen, const char *prefix, const em_draw_opts *opts, em_buf *out, em_error *err);
EM_MUST em_status em_chart_seen_table(const em_chart_seen *seen, em_buf *out, em_error *err);
/* The report's style sheet without its page box, for pages that show its parts. */
void em_report_style(em_buf *out);
/* The whole report, as em_report_make would write it. */
EM_MUST em_status em_view_report(const em_view *v, em_arena *arena, const em_progress *progress,
                                 em_buf *html, em_buf *json, em_error *err);

/* Checks a template without a case: marks well-formed, questions exist (NULL keys:
 * not asked), links harmless, no unbound number.  EM_FORMAT at the first fault. */
EM_MUST em_status em_report_lint(em_str name, em_str text, const em_str *question_keys, size_t count,
                                 em_error *err);

#endif
