/* regime/inside.h -- how a question is answered; for src/regime only.
 *
 *     question file --question.c--> em_question --setup.c--> em_setup, one for each reading
 *     em_rows --ask_rows.c--> em_ask_row --group.c, combine.c--> em_bundle
 *     em_bundle --quantifier*.c, cap.c--> em_try: verdict, sentence, numbers
 *     answer.c puts the readings together; body.c writes them down
 *
 * All between the query and the answer is pure: rows in, verdict out, so that
 * tests need no case.
 */
#ifndef REGIME_INSIDE_H
#define REGIME_INSIDE_H

#include "embargo/regime.h"

#define EM_QUESTION_MAX_BYTES (256u << 10)
#define EM_READINGS_MAX       32
#define EM_TEST_ARGS          6
#define EM_RUNS_MAX           1000000

/* ---- the question as written (question.c) ---- */

typedef enum em_combine_kind {
        EM_COMBINE_COUNT, EM_COMBINE_DISTINCT, EM_COMBINE_SUM, EM_COMBINE_MAX,
        EM_COMBINE_MIN, EM_COMBINE_BOUNDS, EM_COMBINE_DISJOINT, EM_COMBINE_RIVALS
} em_combine_kind;

typedef struct em_period { em_str name; em_span span; } em_period;
typedef struct em_ask_param { em_str name, value; } em_ask_param;
typedef struct em_factor_ref { em_str from, to, key; } em_factor_ref;   /* key empty: none */
typedef struct em_setting { em_str key, value; } em_setting;

typedef struct em_variant {             /* -- reading, -- beside */
        em_str      name, written;
        bool        decides;
        em_setting *set;
        size_t      sets;
        uint64_t    line;
} em_variant;

struct em_operator;
typedef struct em_test {
        const struct em_operator *op;
        em_str arg[EM_TEST_ARGS];       /* in the order of op->takes; defaults filled in */
} em_test;

/* What a reading runs with: the header with the reading's changes made. */
typedef struct em_setup {
        const em_question *question;
        em_str          name, written;
        bool            decides;
        em_str          unit, column;           /* column: of `distinct` */
        em_combine_kind combine;
        em_test         test;
        em_factor_ref   factor;
        em_period      *period;  size_t periods;
        em_ask_param   *param;   size_t params;
        em_str          leave_out;
} em_setup;

struct em_question {
        em_str      key, file, hash, sql, asks, basis, basis_text, missing;
        em_setup    main;
        em_str     *measure;     size_t measures;
        em_str     *coverage;    size_t coverages;
        em_str     *when;        size_t whens;
        em_str     *alternative; size_t alternatives;
        em_variant *variant;     size_t variants;
        double      likely_low, likely_high;    /* NAN: not given */
        em_str      likely_why;
};

/* ---- readings (setup.c) ---- */

/* "count", "distinct place" into s. */
EM_MUST em_status em_setup_combine(em_setup *s, em_str text, em_str file, uint64_t line, em_error *err);
EM_MUST em_status em_setup_factor(em_setup *s, em_str text, em_str file, uint64_t line, em_error *err);
/* "2021-09-01 2022-01-31", "2021", "2021-09". */
EM_MUST em_status em_setup_span(em_str text, em_span *ret_span, em_str file, uint64_t line, em_error *err);
/* q's main setup, changed by v (NULL: as it is).  EM_FORMAT with file and line. */
EM_MUST em_status em_setup_make(const em_question *q, const em_variant *v, em_arena *arena,
                                em_setup *ret_setup, em_error *err);
size_t em_setup_count(const em_question *q);            /* readings, the main one included */

/* ---- rows (ask_rows.c) ---- */

typedef struct em_ask_row {
        int64_t  record;
        char     id[32];                /* public id */
        em_str   key, label, group, unit, role, publisher;
        em_str   distinct, certain, possible, fraction, rival;
        em_span  when;
        em_milli low, high, stated;     /* as in the evidence; EM_MILLI_NONE: no amount */
        em_milli use_low, use_high;     /* after the factor, */
        em_str   use_unit;              /* in this unit */
        bool     more_than, dated;      /* dated: it has a column of days, filled */
        em_day   replied;
        char     reliability;
        int      credibility;
        em_str   aside;                 /* empty: counted */
        em_str   groups;                /* names of the groups it is in */
} em_ask_row;

typedef struct em_ask_rows {
        em_ask_row *at;
        size_t      count;
        bool        has_days, has_group;        /* columns of the SELECT */
} em_ask_rows;

/* Cells into rows; text is made safe to show (no control bytes).  column:
 * the one that `distinct` counts, or empty.  EM_FORMAT names the file. */
EM_MUST em_status em_ask_read(const em_rows *rows, const em_setup *s, em_arena *arena,
                              em_ask_rows *ret_rows, em_error *err);
/* Fills id, key, publisher and grades from rows of views record and source
 * (columns record, id, key, publisher, reliability, credibility), then puts
 * the rows in evidence order: day, public id, unit, label. */
void em_ask_place(em_ask_rows *rows, const em_rows *facts, em_arena *arena);
/* A cell as shown text, without control bytes. */
em_str em_cell_text(const em_value *cell, em_arena *arena);
/* "2021-09" or "2021-09-01" or a day number into a span; false when it is neither. */
bool em_cell_span(const em_value *cell, em_span *ret_span);
em_milli em_cell_milli(const em_value *cell);

/* ---- groups (group.c, combine.c) ---- */

typedef struct em_bundle {
        em_group           group;
        const em_ask_row **row;
        size_t             rows;
} em_bundle;

typedef struct em_bundles { em_bundle *at; size_t count; } em_bundles;

/* Marks rows counted or set aside, converts units, forms and combines groups. */
EM_MUST em_status em_group_make(const em_setup *s, const em_factor *factor_or_null,
                                em_ask_rows *rows, em_arena *arena, em_bundles *ret_groups, em_error *err);
/* Combines rows into group's rows, low, high, stated and low_open.
 * no rows: 0 for counts, no amount otherwise.  chosen (may be NULL, else
 * [count]): which rows `disjoint` added up. */
EM_MUST em_status em_combine(const em_setup *s, const em_ask_row *const *row, size_t count,
                             em_arena *arena, em_group *group, bool *chosen, em_error *err);
bool em_combine_counts(em_combine_kind kind);           /* count, distinct: amounts do not matter */
const char *em_combine_name(em_combine_kind kind);

/* ---- coverage (cover.c) ---- */

typedef struct em_cover {
        em_str   kind, text;
        em_span  whole;                 /* first to last day */
        em_span *span;  size_t spans;   /* merged, ordered */
        em_str   publisher[8];          /* of the sources that cover, for the standard of proof */
        char     reliability[8];
        size_t   sources;
        int64_t  records;
} em_cover;

EM_MUST em_status em_cover_make(const em_rows *rows, const em_str *kind, size_t kinds, em_day as_known,
                                em_arena *arena, em_cover **ret_covers, em_error *err);
bool em_cover_holds(const em_cover *cover, em_span span);

/* ---- caps (cap.c) and factors (factor.c) ---- */

typedef struct em_cap {
        int64_t  record;
        em_str   name, measure, unit, rule, repeat;
        em_milli value;
        em_span  span;
        int      threshold[8];
        size_t   thresholds;
} em_cap;

/* The rows of view cap that have this name. */
EM_MUST em_status em_cap_read(const em_rows *rows, em_str name, em_arena *arena,
                              em_cap **ret_caps, size_t *ret_count, em_error *err);
/* A row of view factor: from and to of ref; reads TO_per_FROM, or turns FROM_per_TO round. */
EM_MUST em_status em_factor_read(const em_rows *rows, const em_factor_ref *ref, em_arena *arena,
                                 em_factor *ret_factor, int64_t *ret_record, em_error *err);

/* ---- quantifiers (quantifier.c and its family) ---- */

typedef struct em_try {                 /* one quantifier on one reading's groups */
        const em_setup   *setup;
        const em_bundle  *group;   size_t groups;
        const em_ask_row *row;     size_t rows;
        const em_cover   *cover;   size_t covers;
        const em_cap     *cap;     size_t caps;
        em_day            as_known;
        em_arena         *arena;
        /* out */
        em_verdict        verdict;
        em_str            says, said;   /* as a sentence; as a clause without capital and stop */
        em_number        *number;  size_t numbers, number_room;
        em_cap_account   *account; size_t accounts;
        em_status         status;       /* first failure, kept; later calls do nothing */
        em_error         *err;
} em_try;

typedef enum em_arg_type { EM_ARG_AMOUNT, EM_ARG_REAL, EM_ARG_COUNT, EM_ARG_GROUP, EM_ARG_WORD } em_arg_type;
typedef struct em_takes {
        const char *key;
        const char *standard;           /* default; NULL: must be given */
        em_arg_type type;
        const char *words;              /* EM_ARG_WORD: "total|day", or NULL for any */
} em_takes;

typedef struct em_operator {
        const char *name, *phrase;
        em_takes    takes[EM_TEST_ARGS];
        void      (*run)(em_try *t);
} em_operator;

/* "NAME key=value ..." into *ret_test; EM_FORMAT at file and line. */
EM_MUST em_status em_test_parse(em_str text, em_arena *arena, em_test *ret_test,
                                em_str file, uint64_t line, em_error *err);
EM_MUST em_status em_test_set(em_test *test, em_str key, em_str value,
                              em_str file, uint64_t line, em_error *err);
/* The test with every parameter in the open, defaults too. */
EM_MUST em_status em_test_text(const em_test *test, em_arena *arena, em_str *ret_text, em_error *err);
/* Runs it; outputs in t. */
EM_MUST em_status em_try_run(em_try *t, em_error *err);

/* For operators.  All do nothing once t->status is a failure. */
em_str   em_try_arg(const em_try *t, const char *key);
em_milli em_try_amount(const em_try *t, const char *key);
double   em_try_real(const em_try *t, const char *key);
em_str   em_try_text(em_try *t, const char *fmt, ...) EM_PRINTF(2, 3);
void     em_try_says(em_try *t, em_verdict v, const char *fmt, ...) EM_PRINTF(3, 4);
void     em_try_number(em_try *t, const char *name, em_str text, double real, em_str unit);
void     em_try_number_named(em_try *t, em_str name, em_str text, double real, em_str unit);
void     em_try_count(em_try *t, const char *name, uint64_t n);
/* low..high of a group as number `name`. */
void     em_try_range(em_try *t, const char *name, const em_group *g);
/* The group that an argument names; an empty name: the only one, `now`, or all
 * together.  A period or name without rows gives a bundle of no rows.
 * Never NULL. */
const em_bundle *em_try_group(em_try *t, const char *key);
/* True when the group can be reckoned with: it has an amount, or it is empty
 * and its emptiness is covered (then it is 0).  Otherwise says why not. */
bool     em_try_ready(em_try *t, const em_bundle *b);
/* Are all kinds of -- coverage covering the span?  When not, *ret_why says so. */
bool     em_try_covered(em_try *t, em_span span, em_str *ret_why);
em_span  em_try_cut(const em_try *t, em_span span);     /* cut at as_known */

void em_quantifier_at_least(em_try *t);
void em_quantifier_more_than(em_try *t);
void em_quantifier_exactly(em_try *t);
void em_quantifier_up_to(em_try *t);
void em_quantifier_nearly(em_try *t);
void em_quantifier_largest(em_try *t);
void em_quantifier_increased_sharply(em_try *t);
void em_quantifier_relatively_low(em_try *t);
void em_quantifier_largely_ceased(em_try *t);
void em_quantifier_larger(em_try *t);
void em_quantifier_none(em_try *t);
void em_quantifier_continued(em_try *t);
void em_quantifier_acceleration(em_try *t);
void em_quantifier_change_point(em_try *t);
void em_quantifier_weekday(em_try *t);
void em_quantifier_no_reply(em_try *t);
void em_quantifier_load_fractions(em_try *t);
void em_quantifier_within_cap(em_try *t);
void em_quantifier_over_cap(em_try *t);
void em_quantifier_untestable(em_try *t);

/* ---- words (words.c) ---- */

#define EM_WORDS 192
/* "91,909", "60 to 97", "395 million" (USD), "at least 50 million", "up to 2 billion": without the unit. */
char *em_words_range(em_milli low, em_milli high, bool open, em_str unit, char out[EM_WORDS]);
/* The same with its unit: "6 launch days", "US$395 million". */
char *em_words_amount(em_milli low, em_milli high, bool open, em_str unit, char out[EM_WORDS]);
char *em_words_group(const em_group *g, em_str unit, char out[EM_WORDS]);
/* "January 2022", "September 2021 to January 2022", "2021", "4 February 2022". */
char *em_words_span(em_span span, char out[EM_WORDS]);
char *em_words_ratio(double r, char out[EM_WORDS]);     /* "21.5", "2.87", "0.31", "941" */
char *em_words_rate(double r, char out[EM_WORDS]);      /* "21.5", "3.0", "0.19" */
char *em_words_fine(double r, char out[EM_WORDS]);      /* up to four decimals: "1.8" */
char *em_words_p(double p, char out[EM_WORDS]);         /* "0.089", "0.48", "1.3e-4" */
char *em_words_share(double r, char out[EM_WORDS]);     /* "18.4 %", "50 %" */
/* An interval of ratios, shares or chances: "2.87", "1.10 to 2.87", "at least 3.00". */
char *em_words_pair(double low, double high, char *(*word)(double, char[EM_WORDS]), char out[EM_WORDS]);
/* "July 2006 and July 2009", "a, b and c". */
em_str em_words_list(em_try *t, const em_str *word, size_t count);

/* ---- asking the case (enquiry.c) ---- */

typedef struct em_enquiry {             /* one reading's material */
        em_setup    setup;
        em_ask_rows rows;
        em_factor   factor;
        bool        has_factor;
        int64_t     factor_record;
        em_cap     *cap;
        size_t      caps;
} em_enquiry;

/* Rows, factor and caps of each reading (em_setup_count of them), placed; and
 * the coverage.  The facts of all records named, ordered by record. */
EM_MUST em_status em_enquire(em_case *c, const em_question *q, em_day as_known, em_arena *arena,
                             em_enquiry **ret_list, em_cover **ret_covers, em_rows *ret_facts, em_error *err);

/* ---- answers (answer.c, proof.c, body.c) ---- */

/* The pure part of em_answer_make: everything is in memory. */
EM_MUST em_status em_answer_from(const em_question *q, em_day as_known, em_enquiry *list, const em_cover *cover,
                                 const em_rows *facts, em_arena *arena, em_answer **ret_answer, em_error *err);
em_proof em_proof_of(const em_answer *a, const em_cover *cover, size_t covers);
em_str   em_confidence_of(const em_answer *a);
EM_MUST em_status em_body_write(em_answer *a, em_arena *arena, em_error *err);

#endif
