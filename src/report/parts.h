/* report/parts.h -- what the parts of a report pass to each other; for
 * src/report only.
 *
 *     report.md --template.c--> blocks, sentences, marks
 *               --bind.c------> what each mark says, which sentences stand
 *               --prose.c-----> HTML, with notes in the margin
 *     parts of their own --figure.c, finding_card.c, tables.c, method.c, annex.c-->
 *               --page.c------> one file
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "embargo/html.h"
#include "embargo/note.h"
#include "embargo/report.h"

enum {
        EM_TEMPLATE_MAX_BYTES = 1 << 20,
        EM_REPORT_MAX_BYTES   = 64 << 20,
        EM_MARKS_MAX          = 10000,
};

/* ---- marks (mark.c) ---- */

typedef enum em_mark_kind {
        EM_MARK_NUMBER,         /* {question@reading|name}, also verdict and proof */
        EM_MARK_QUANTIFIER,     /* {question@reading|!largest} */
        EM_MARK_NOT,            /* {question@reading|!not largest} */
        EM_MARK_IF,             /* {question@reading|?fails} */
        EM_MARK_SOURCE,         /* {source:ID|field} */
        EM_MARK_MEASURE,        /* {measure:KEY} {measure:KEY|field} */
        EM_MARK_CASE,           /* {case|known} */
        EM_MARK_SAY,            /* {say:24 hours} */
} em_mark_kind;

typedef struct em_mark {
        em_mark_kind kind;
        em_str text;            /* with its braces, in the template */
        em_str key, reading, name;
} em_mark;

/* Reads the mark whose '{' is s.p[0]; *ret_why says what is wrong with it. */
bool em_mark_parse(em_str s, em_mark *ret_mark, const char **ret_why);

/* ---- the template (template.c, sentence.c) ---- */

typedef struct em_sentence {
        em_str text;
        size_t mark_from, marks;
        size_t unit;
} em_sentence;

typedef enum em_unit_kind { EM_UNIT_PARAGRAPH, EM_UNIT_ITEM, EM_UNIT_CELL, EM_UNIT_HEADING } em_unit_kind;
typedef struct em_unit {        /* a paragraph, list item, table cell or heading */
        em_unit_kind kind;
        em_str text, lead;      /* lead: the list marker or "## " before text */
        em_str row;             /* of a cell: its whole table row */
        size_t sentence_from, sentences;
} em_unit;

typedef struct em_block {       /* a run of Markdown, or one directive */
        bool   directive;
        em_str name, args, text;
        size_t unit_from, units;
} em_block;

typedef struct em_template {
        em_str name, text;
        em_block    *block;    size_t blocks,    block_cap;
        em_unit     *unit;     size_t units,     unit_cap;
        em_sentence *sentence; size_t sentences, sentence_cap;
        em_mark     *mark;     size_t marks,     mark_cap;
} em_template;

EM_MUST em_status em_template_parse(em_str name, em_str text, em_arena *arena,
                                    em_template *ret_template, em_error *err);
/* Line and column of a place in the template's text. */
uint64_t em_template_line(const em_template *t, const char *at, uint64_t *ret_column);
/* Bytes of s up to and with the end of its first sentence and the blanks after it. */
size_t em_sentence_end(em_str s, size_t *ret_without_blanks);
/* Bytes of a code span that begins at s.p[0] == '`', its closing run included;
 * 0 when it is never closed. */
size_t em_code_span(em_str s);
/* Grows an array in arena to hold count+1 items. */
EM_MUST em_status em_room(em_arena *arena, void **items, size_t *cap, size_t count,
                          size_t size, em_error *err);

/* A line "{{name args}}" by itself. */
bool em_directive_known(em_str name);

/* lint.c: one stretch of prose without its marks; fails at the first number. */
EM_MUST em_status em_lint_template(const em_template *t, const em_str *question_keys,
                                   size_t count, em_error *err);

/* ---- what the marks say (bind.c) ---- */

typedef struct em_bound {       /* one for each mark */
        const em_answer  *answer;
        const em_reading *reading;
        const em_held    *held; /* of a source or measure mark */
        em_str text;
        bool   ok;
        em_str why;             /* when not ok */
        size_t number;          /* 17 for n17; 0: not shown */
} em_bound;

typedef struct em_said {        /* one for each sentence */
        bool   withheld;
        bool   uncalled;        /* withheld by its own condition: it was written for another case */
        em_str why;
        size_t number;          /* 4 for s4; 0: withheld, or nothing bound in it */
} em_said;

typedef struct em_measure {
        int64_t record;
        char    id[32];         /* public id of its record */
        em_str key, resolution, paragraph, rule, topic, direction, bound, kind,
               from, to, verification, cap_value, cap_unit, cap_period, exemption, adopted;
} em_measure;

typedef struct em_toc { int level; em_str id, text; } em_toc;

typedef struct em_print {       /* one report while it is being made */
        em_case           *c;
        em_report_opts     opts;
        const em_findings *f;
        em_arena          *arena;
        em_template        t;
        em_str             title;
        size_t             title_unit;
        em_bound          *bound;
        em_said           *said;
        size_t             numbers, sentences, withheld, uncalled, charts, spoken;
        size_t            *order;       /* order[i]: index in f of the question printed as A(i+1); listed of them */
        size_t            *place;       /* the inverse; 0: not listed */
        size_t             listed;      /* what the report cites; the regime's own report also all that the case calls for */
        em_claim          *claim;  size_t claims;
        em_regrade        *regrade; size_t regrades;    /* grades that sources were given later, by the day */
        em_note           *note;   size_t notes;        /* written by the day, in the order of writing */
        struct em_note_key *note_key; size_t note_keys; /* by what they are about (noted.c) */
        em_source         *source; size_t sources;
        em_held           *held;   size_t helds;        /* sorted by id */
        em_measure        *measure; size_t measures;
        em_toc            *toc;    size_t tocs, toc_cap;
        char               manifest[65];
        em_day             known;       /* as known on; EM_DAY_NONE: everything */
        em_str             known_text;
        em_str             text_so_far; /* of the body, for the list of abbreviations */
        bool               viewed;      /* of a view: the regime may have no template */
        bool               pages;       /* links lead to pages of the service */
        char               known_iso[11];       /* with pages: the day in their addresses, or "" */
} em_print;

em_html em_print_html(const em_print *p, em_buf *out);

/* ---- what people said (noted.c) ---- */

EM_MUST em_status em_load_notes(em_print *p, em_error *err);
/* Those about the finding, then those about records it rests on. */
EM_MUST em_status em_notes_of(em_print *p, const em_answer *a, const em_note ***ret_list, size_t *ret_count, em_error *err);
typedef enum em_note_state {
        EM_NOTE_STANDS,         /* the version it speaks of is the one printed, or it speaks of none */
        EM_NOTE_CHANGED,        /* another has come since */
        EM_NOTE_OTHER_DAY       /* the one that stands as known on the note's day, which is not the one printed */
} em_note_state;
EM_MUST em_status em_note_stands(em_print *p, const em_answer *a, const em_note *n, em_note_state *ret_state, em_error *err);
/* Nothing without a note; in the annex only a line that leads to the finding's card, when the report prints one. */
EM_MUST em_status em_notes_render(em_print *p, const em_answer *a, bool in_annex, em_html h, em_error *err);
/* With a record's card: what was said of it, a line each. */
EM_MUST em_status em_record_noted(em_print *p, const em_held *held, em_html h, em_error *err);
EM_MUST em_status em_notes_json(em_print *p, const em_answer *a, em_json *j, em_error *err);
/* How many of the records in p are notes: quoted, and bound to no number. */
size_t em_notes_held(const em_print *p);
/* Replies that were written as notes, for the list of replies. */
bool em_replies_noted(const em_print *p);
void em_replies_noted_render(em_print *p, em_html h);

EM_MUST em_status em_marks_bind(em_print *p, em_error *err);
/* Resolves one mark, as used by chart titles. */
EM_MUST em_status em_mark_bind(em_print *p, const em_mark *mark, em_bound *ret_bound, em_error *err);
/* text with its marks resolved, as plain text; *ret_holds is false when one of
 * them does not hold. */
EM_MUST em_status em_text_bind(em_print *p, em_str text, em_str *ret_text, bool *ret_holds,
                               em_error *err);
const em_held *em_print_held(const em_print *p, int64_t record);
const em_measure *em_print_measure(const em_print *p, em_str key);
/* "as known on 1 March 2022" or "with everything on file" */
em_str em_print_known(const em_print *p);
/* 12 for A12; 0 when a is not of the findings. */
size_t em_print_place(const em_print *p, const em_answer *a);

/* ---- rendering ---- */

/* load.c: what the parts need, before and after the marks are bound. */
EM_MUST em_status em_load_case(em_print *p, em_error *err);
EM_MUST em_status em_load_records(em_print *p, em_error *err);
/* One record's facts, kept in the arena. */
EM_MUST em_status em_load_held(em_print *p, int64_t record, const em_held **ret_held, em_error *err);
EM_MUST em_status em_prose_render(em_print *p, const em_block *b, em_html h, em_error *err);
EM_MUST em_status em_figure_render(em_print *p, em_str name, bool map, em_html h, em_error *err);
/* A chart or map by itself; what is seen rests on p. */
EM_MUST em_status em_figure_see(em_print *p, em_str name, bool linked, em_chart_seen *ret_seen, em_error *err);
EM_MUST em_status em_finding_render(em_print *p, em_str key, em_html h, em_error *err);
EM_MUST em_status em_annex_render(em_print *p, em_html h, em_error *err);
EM_MUST em_status em_records_render(em_print *p, em_html h, em_error *err);
/* Pieces of the annex by themselves: verdict, measures, basis and coverage; the table of records, each with its own row
 * where they are few and own_rows says so; the sentences that use it; the question's file and hash. */
void em_annex_facts(em_print *p, const em_answer *a, em_html h);
EM_MUST em_status em_annex_rows(em_print *p, const em_answer *a, bool own_rows, em_html h, em_error *err);
void em_annex_used(em_print *p, const em_answer *a, em_html h);
void em_annex_hash(const em_answer *a, em_html h);
/* One record as a card. */
EM_MUST em_status em_record_card(em_print *p, const em_held *held, em_html h, em_error *err);
/* view_parts.c: the parts that only pages have. EM_MISSING: no such part. */
EM_MUST em_status em_page_part_render(em_print *p, em_str name, em_str args, em_html h, em_error *err);
/* ids: "C03 C07", or empty for all. */
EM_MUST em_status em_claims_render(em_print *p, em_str ids, em_html h, em_error *err);
EM_MUST em_status em_measures_render(em_print *p, em_str topics, bool caps_only, em_html h, em_error *err);
EM_MUST em_status em_sources_render(em_print *p, em_html h, em_error *err);
EM_MUST em_status em_replies_render(em_print *p, em_html h, em_error *err);
/* Who of the evidence may be listed, with reasons; nothing in a case without a screening. */
EM_MUST em_status em_listed_render(em_print *p, em_html h, em_error *err);
EM_MUST em_status em_ledger_render(em_print *p, em_html h, em_error *err);
EM_MUST em_status em_method_render(em_print *p, em_html h, em_error *err);
EM_MUST em_status em_abbreviations_render(em_print *p, em_html h, em_error *err);
EM_MUST em_status em_page_write(em_print *p, em_str body, em_buf *out, em_error *err);
EM_MUST em_status em_report_json(em_print *p, em_buf *out, em_error *err);
void em_style_write(em_html h, const em_print *p);

/* Shared pieces of markup (pieces.c). */
void em_piece_verdict(em_html h, em_verdict v);
void em_piece_proof(em_html h, em_proof proof);
void em_piece_place(em_html h, const em_print *p, const em_answer *a);  /* link "A12" */
void em_piece_record(em_html h, const em_held *held, em_str shown);     /* link to the record's card */
/* A sentence whose numbers all rest on a: each becomes a link to its evidence. */
void em_piece_says(em_html h, const em_answer *a, em_str sentence);
void em_piece_readings(em_html h, const em_answer *a);
void em_piece_under(em_html h, const em_answer *a, bool capital);
size_t em_piece_deciding(const em_answer *a);                           /* readings that decide */
/* The publishers that a rests on, with grades: "CNS/NTI (B2), 169 records". */
void em_piece_sources(em_html h, const em_print *p, const em_answer *a, bool counts);
void em_piece_grade(em_html h, const em_held *held);                    /* B2 */
void em_piece_span(em_html h, em_span when);
/* A section heading of the program's own. */
EM_MUST em_status em_piece_heading(em_print *p, em_html h, int level, const char *id,
                                   const char *text, em_error *err);
/* A regime table regimes/NAME/file as rows of fields; EM_MISSING is no error: no rows. */
EM_MUST em_status em_regime_table(em_print *p, em_str file, em_csv_row **ret_rows,
                                  size_t *ret_count, em_error *err);
em_str em_rows_text(const em_rows *rows, size_t row, const char *column, em_arena *arena);

#endif
