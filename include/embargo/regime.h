/* embargo/regime.h -- questions, quantifiers, answers, claims.
 *
 * A regime is a folder of data: tables, maps/, questions/NAME.sql, charts/NAME.sql,
 * claims.csv, report.md.  A second regime needs no C.
 *
 * A question file is a header of "-- keyword ..." lines and one SELECT over the
 * case's views.  The header says how the rows combine and which quantifier is tried on the
 * result (doc/format-question.md; a line of "--" and two or more blanks goes on with the
 * line before, a bare "--" is nothing):
 *
 *   -- asks      One sentence that ends in a question mark.            required
 *   -- measure   R1718-2 R1874-2             measures it bears on
 *   -- unit      launch day                  unit of the combined value; "USD", "bbl", "t", "sat" are known to format
 *   -- basis     direct | proxy TEXT | sourced TEXT | none TEXT
 *                what the evidence is to the question; the text is printed with the verdict
 *   -- period    now 2021-09-01 2022-01-31   named spans, any number ("year 2021" also); a row with `day`
 *                                            (or day_from and day_to) belongs to every period that holds it whole
 *   -- combine   count | distinct COLUMN | sum | max | min | bounds | disjoint | rivals
 *   -- test      NAME key=value ...          the quantifier, below; "key=two words" in quotes
 *   -- param     name default text           :name in the SQL; default "" for empty; a whole number is bound as a
 *                                            number, everything else as text
 *   -- factor    t bbl KEY                   rows in t become bbl by the factor record KEY (joined to the evidence)
 *   -- when      trace                       asked only of a case that holds records of these kinds: without them it is
 *                                            no gap in the case (a report may still bind it, and finds it untestable)
 *   -- coverage  launch                      kinds whose coverage is printed (and required by `none`)
 *   -- reading   NAME: key=value; key=value  an alternative reading that decides: sets params, or
 *                                            combine=, unit=, period.now=FROM TO, factor=t bbl KEY (factor=none),
 *                                            test.KEY=..., test=NAME key=value ..., leave.out=LABEL (drops the
 *                                            rows of that label, or of that month: 2021-09)
 *   -- beside    NAME: ...                   the same, printed beside but not deciding
 *   -- main      NAME                        name of the main reading ("launch days"); "as asked" by default
 *   -- likelihood LOW HIGH TEXT              the analyst's own judgement in [0,1] and its reason: printed in the
 *                                            words of ICD 203, apart from the verdict, and never deciding
 *   -- alternative TEXT                      another explanation to be weighed (printed)
 *   -- missing   TEXT                        what evidence would settle it (printed when untestable)
 *
 * Columns of the SELECT that mean something: record (required; integer),
 * grp (group name; then periods make no groups), day, day_from, day_to, low_milli,
 * high_milli, stated_milli, unit, quantifier ('more-than' makes a lower bound strict), role ('counted', or the
 * reason why a row is shown but set aside), certain and possible (clusters, for `bounds`), rival (for `rivals`), label (shown name of
 * the row), fraction (load-fractions), replied (no-reply), publisher (who stands behind the row, where its
 * source's publisher only carried it; for the standard of proof).
 * A SELECT without any column of days has chosen its rows itself: they are the one period's.
 * Parameters always given: :until, and :NAME_from, :NAME_to of each period.
 *
 * Combining, per group:
 *   count     rows                distinct C  different non-null values of column C
 *   sum       interval sum        max, min    interval of the largest, smallest
 *   bounds    lower bound over reports that may be of one incident: the low end takes the
 *             largest report of each `possible` cluster, the high end adds every `certain` cluster's largest
 *   disjoint  totals that overlap in time are never added: best sum over spans that do not
 *             overlap (weighted interval scheduling) for the low end; the high end is the plain
 *             largest when all overlap, else the same
 *   rivals    accounts of one thing of which at most one is right, named by the column rival: the rows of each are
 *             added, and the value lies between the least and the greatest of these sums
 *
 * Quantifiers (regimes never need others to be written in C for these words).  group= names the group or period;
 * without it: the only one, else `now`, else all groups together:
 *   at-least n= [group=]                 more-than n= [group=]      exactly n= [group=]     up-to n= [group=]
 *   nearly n= [within=0.05] [group=]     largest group=
 *   increased-sharply now= base= [factor=2] [leave-out=month|row|label] [per=total|day]
 *   relatively-low now= base= [share=0.5] [per=]      largely-ceased now= base= [share=0.2] [per=]
 *   none [group=]                        continued now= before=
 *   acceleration now= base= [alpha=0.05]       change-point [runs=20000] [seed=1] [alpha=0.05] [group=]
 *   larger now= base= [factor=1] [per=]        weekday day=Friday [group=]
 *   within-cap cap= [reports=0] [group=]       over-cap cap= [group=]
 *   load-fractions [rounding=0.5]    no-reply
 *   untestable
 *
 * Numbers that a sentence can bind, {question@reading|name} (text never has the unit in it):
 *   always           rows (counted), NAME and NAME-span of each period or named group
 *   one value        value low high stated n within least most (smallest low, largest high of any group)
 *   largest          value next next-group tied rank groups
 *   ratios           now base ratio share fall; increased-sharply: ratio-without, without
 *   acceleration     now base ratio low high p p-two days-now days-base
 *   change-point     split second rate-before rate-after p runs events
 *   caps             share share-UNIT value-UNIT cap-UNIT binding crossed-75 -90 -95 -100
 *   load-fractions   ratio expected implied fraction fraction-first
 *   weekday          weekday date         no-reply   requests replied last-request
 *   continued        now before           none       value
 *
 * All say what they compared; none can hold on nothing: an empty group is
 * "cannot be tested" unless the quantifier is about absence, which needs coverage.  (A period with no row counts
 * as 0 only where the coverage of the question's kinds contains it; a sum of nothing is never 0.)
 */
#ifndef EMBARGO_REGIME_H
#define EMBARGO_REGIME_H

#include "embargo/case.h"
#include "embargo/stats.h"

typedef enum em_verdict {
        EM_VERDICT_HOLDS,       /* under every deciding reading */
        EM_VERDICT_READING,     /* only under a stated reading */
        EM_VERDICT_FAILS,       /* does not hold */
        EM_VERDICT_UNTESTABLE   /* cannot be tested on this evidence */
} em_verdict;
const char *em_verdict_name(em_verdict v);      /* "holds" "reading" "fails" "untestable" */
const char *em_verdict_words(em_verdict v);     /* "holds", "holds only under a stated reading", "does not hold", "cannot be tested" */

typedef enum em_proof { EM_PROOF_ESTABLISHED, EM_PROOF_ASSESSED, EM_PROOF_REPORTED, EM_PROOF_INVESTIGATION } em_proof;
const char *em_proof_words(em_proof p);         /* "established" ... "under investigation" */
/* ICD 203's words for a likelihood in [0,1]: "likely" for 0.55-0.80 and so on. */
const char *em_likelihood_words(double p);

typedef struct em_question em_question;

/* EM_FORMAT with file and line.  key is the file name without .sql. */
EM_MUST em_status em_question_parse(em_str key, em_str text, em_arena *arena,
                                    em_question **ret_question, em_error *err);
em_str em_question_key(const em_question *q);
em_str em_question_asks(const em_question *q);
em_str em_question_hash(const em_question *q);          /* 64 hex */
/* Every regime_dir/questions/NAME.sql, sorted by key. */
EM_MUST em_status em_questions_load(em_str regime_dir, em_arena *arena, em_question ***ret_list,
                                    size_t *ret_count, em_error *err);

typedef struct em_number {      /* what a sentence can bind to: {question|name} */
        em_str  name;           /* "value" "now" "base" "ratio" "p" "low" "high" "next" ... */
        em_str  text;           /* for prose: "91,909", "18.4 %", "1.3e-4", "August 2019" */
        double  real;           /* NAN when it is words */
        em_str  unit;           /* of text and real: "coin" where amounts are counted in sat */
} em_number;

typedef struct em_group {
        em_str   name;          /* period name or grp value */
        em_span  span;          /* of the period; EM_DAY_NONE when it is none */
        size_t   rows;
        em_milli low, high;     /* combined value */
        em_milli stated;        /* sum of stated numbers, or EM_MILLI_NONE */
        bool     low_open;      /* the evidence says "more than" of the low end */
        em_str   shown;         /* name for prose: "August 2019" */
} em_group;                     /* low, high EM_MILLI_NONE: no amount at all */

/* What a test of a cap added up in one unit of the cap, and when it crossed the thresholds.  A day of crossing is a
 * range: a report's span is all that the evidence gives. */
typedef struct em_cap_crossing {
        int    percent;         /* of the cap */
        bool   possible, certain;       /* by the high sum; by the low sum too */
        em_day from, to;        /* no earlier than from (possible), no later than to (certain); EM_DAY_NONE: not known */
} em_cap_crossing;

typedef struct em_cap_account {
        em_str      unit, rule; /* rule: "lower-binds" when the cap has several units */
        em_milli    cap, low, high;
        bool        low_open;   /* the evidence says "more than" of the low end */
        bool        binds;      /* nearest to its cap */
        size_t      reports;    /* rows added up; 0: no amount in this unit */
        em_cap_crossing cross[8];   /* in rising order */
        size_t      crossings;
} em_cap_account;

typedef struct em_reading {
        em_str     name;
        bool       decides;
        em_verdict verdict;     /* holds, fails or untestable */
        em_str     test;        /* the quantifier with its parameters: "largest group=2022-01" */
        em_str     quantifier;  /* its name alone */
        const char *phrase;     /* its phrase, whether it holds or not */
        em_str     says;        /* one sentence: what was compared with what, with the numbers */
        em_str     unit;
        em_group  *group;   size_t groups;      /* sorted by name */
        em_number *number;  size_t numbers;
        em_str     setting;     /* what the reading changed, as written */
        em_cap_account *account; size_t accounts;       /* of a test of a cap: one for each unit; not in the body */
} em_reading;

typedef struct em_answer_row {  /* one record the answer rests on, or set aside */
        int64_t  record;
        char     id[32];
        em_str   key, label, group, role;       /* role "counted", "factor", "cap", or why it was set aside */
        em_milli low, high;     /* as in the evidence, before any factor; EM_MILLI_NONE both: no amount */
        em_str   unit;
        em_span  when;
        em_str   publisher;     /* of its source, or the SELECT's own */
        char     reliability;   /* its source's grade */
        int      credibility;   /* its own grade, 1 to 6 */
        uint32_t readings;      /* bit i: used by reading i; at most 32 readings */
} em_answer_row;

typedef struct em_coverage {
        em_str   kind;
        em_str   text;          /* "1984-04-09 to 2022-03-01, 170 records of 1 source (B); 80 without a usable hour" */
        em_span  span;
} em_coverage;

typedef struct em_answer {
        const em_question *question;
        em_day         as_known;        /* EM_DAY_NONE: everything */
        em_verdict     verdict;
        em_proof       proof;
        em_str         basis, basis_text;
        em_str         confidence;      /* "high" "moderate" "low" from the grades of what was counted; "" when nothing was */
        em_str         likelihood;      /* "likely (0.55 to 0.80): why", the analyst's; or empty */
        em_str         why;             /* one sentence: the verdict with the reading(s) it holds under */
        em_reading    *reading;  size_t readings;   /* [0] is the main one */
        em_answer_row *row;      size_t rows;       /* in evidence order */
        em_coverage   *coverage; size_t coverages;
        em_str        *measure;  size_t measures;
        em_str        *alternative; size_t alternatives;
        em_str         missing;
        em_str         body;            /* canonical JSON of all this: what is kept and hashed */
} em_answer;

/* Runs all readings.  The answer lives in arena. EM_FORMAT when the SQL or a setting is wrong (file named). */
EM_MUST em_status em_answer_make(em_case *c, const em_question *q, em_day as_known,
                                 em_arena *arena, em_answer **ret_answer, em_error *err);
/* number of reading ("" = main) by name; NULL when there is none. */
const em_number *em_answer_number(const em_answer *a, em_str reading, em_str name);
/* The quantifier's phrase when the reading holds ("the largest"), NULL when it does not, or when the reading
 * tries another quantifier: a sentence that asks for it must then not print. */
const char *em_answer_phrase(const em_answer *a, em_str reading, em_str quantifier);

/* All questions of a regime answered on a case as known on a day. */
typedef struct em_findings {
        em_question **question;
        em_answer   **answer;           /* same order */
        size_t        count;
        em_day        as_known;
} em_findings;
EM_MUST em_status em_findings_make(em_case *c, em_day as_known, em_arena *arena,
                                   const em_progress *progress, em_findings *ret_f, em_error *err);
/* Does the case hold records of every kind that the question's `when` names? */
EM_MUST em_status em_question_called(em_case *c, const em_question *q, em_arena *arena, bool *ret_called, em_error *err);
/* Those of f that this case calls for. */
EM_MUST em_status em_findings_called(em_case *c, const em_findings *f, em_arena *arena, em_findings *ret_f, em_error *err);
const em_answer *em_findings_get(const em_findings *f, em_str question_key);    /* NULL when not there */
/* Keeps them in the case (versions, ledger). *ret_changed: how many got a new version. */
EM_MUST em_status em_findings_keep(em_case *c, const em_findings *f, size_t *ret_changed, em_error *err);

/* ---- coverage ---- */

typedef struct em_year_count { int year; int64_t records; } em_year_count;

/* Where silence means something, for one kind of record: the days that its sources claim to be complete for, joined where
 * they touch, and how many records begin in each year. */
typedef struct em_covered {
        em_str   kind, text;            /* text: as in em_coverage */
        em_span *span; size_t spans;    /* in order; between two of them nobody claims to have looked */
        em_year_count *year; size_t years;      /* in order; years without a record are left out */
        int64_t  records;
        em_str   role;                  /* "evidence", or "regime" when all its sources are the regime's own */
} em_covered;
/* Of every kind that a source of the case is read as, in the order of their names.  Cost: two passes over all records. */
EM_MUST em_status em_covered_make(em_case *c, em_day as_known, em_arena *arena,
                                  em_covered **ret_list, size_t *ret_count, em_error *err);

/* ---- claims ---- */

/* claims.csv: claim,text,asserted_by,questions,note.  `questions` are keys separated by blanks; KEY@READING judges
 * the claim by that reading alone ('-' stands for a blank in its name).  A claim's verdict is the weakest of its
 * questions': one that fails, fails it; else one that cannot be tested leaves it untested; else a stated reading;
 * and it is untestable when it has none. */
typedef struct em_claim {
        em_str     id, text, asserted_by, note;
        em_str    *question; size_t questions;
        const em_answer **answer;
        em_verdict verdict;
        em_str     why;         /* the deciding sentence(s) */
} em_claim;
EM_MUST em_status em_claims_load(em_str path, const em_findings *f, em_arena *arena,
                                 em_claim **ret_list, size_t *ret_count, em_error *err);

#endif
