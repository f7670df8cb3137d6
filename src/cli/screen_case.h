/* cli/screen_case.h -- screening a case: whom its records name, asked of the lists, kept as derived records.
 *
 * Where names stand in the records is the regime's to say: regimes/NAME/parties.csv, one row for each column of a kind of
 * record (screen_gather.c).  What comes out is one document, a CSV that says what was asked and what may match, made of
 * its inputs alone (screen_run.c; doc/format-screen.md).  Kept, it is an ordinary source with the map `screen`, and each
 * match is linked to the records that name the party (screen_keep.c).  The case can make it again out of its own sources
 * and compare (screen_again.c).
 */
#ifndef CLI_SCREEN_CASE_H
#define CLI_SCREEN_CASE_H

#include "cli/screen.h"

/* Nothing below this is ever written into a case: it is where the band "review" begins. */
#define EM_SCREEN_LEAST 0.70

typedef struct em_party_rule {          /* one row of parties.csv */
        em_str kind, party;             /* of which records; rows of one kind and party make one question */
        em_str column;                  /* of the record; "=word" is that word for all */
        em_str is;                      /* name, schema, imo, mmsi, wallet ...: em_ask_column */
        em_str split;                   /* characters between several names; empty: one */
} em_party_rule;

typedef struct em_case_asked {          /* one party that the evidence names, however often */
        em_str  fields;                 /* is RS value US is RS value ...; tells parties apart */
        em_str *record; size_t records; /* public ids, in order */
        em_str  known;                  /* the first day on which one of them was known */
} em_case_asked;

typedef struct em_gathered {
        em_party_rule *rule; size_t rules;
        em_case_asked *asked; size_t count;     /* by fields */
        em_str  *source; size_t sources;        /* SHA-256 of those whose records name somebody, sorted */
        uint64_t records;               /* that were looked at */
        em_str  *silent; size_t silents;        /* kinds in the case that no rule speaks of */
        em_arena *arena;
} em_gathered;

/* Reads regimes/NAME/parties.csv.  EM_MISSING: the regime has none; EM_FORMAT: which row, and why. */
EM_MUST em_status em_party_rules_read(em_case *c, em_arena *arena, em_party_rule **ret_list, size_t *ret_count, em_error *err);
/* Everybody that the records name by these rules; of these sources alone when `only` is given.  g->rule and g->arena are set. */
EM_MUST em_status em_screen_gather(em_case *c, const em_str *only, size_t onlys, em_gathered *g, em_error *err);

/* The question that the fields of a party make; what of them cannot be asked is left out. */
EM_MUST em_status em_screen_question(const em_case_asked *a, em_arena *arena, em_asked *ret, em_error *err);

typedef struct em_screen_counts { uint64_t asked, matched, matches; } em_screen_counts;
/* The document.  s->opts.least is at least EM_SCREEN_LEAST. */
EM_MUST em_status em_screen_run_text(em_screen *s, const em_gathered *g, em_buf *out, em_screen_counts *ret_counts, em_error *err);

/* Screens the case and, unless --show was given, keeps what came out. */
EM_MUST em_status em_screen_case(em_screen *s, em_error *err);
EM_MUST em_status em_screen_keep(em_screen *s, em_case *c, const em_gathered *g, em_str text, em_error *err);
/* What is in a document, as tables. */
EM_MUST em_status em_screen_run_show(em_screen *s, em_str text, const em_screen_counts *n, em_error *err);

/* What was asked of a run that the case holds: limits, rules and inputs, out of its records. */
typedef struct em_screen_asked {
        em_search_opts opts;
        em_party_rule *rule; size_t rules;
        em_str *list_date;      /* of each list, as its index had it; may be empty */
        em_str *list, *list_name; size_t lists;         /* SHA-256, and the name that its format may be told by */
        em_str *evidence; size_t evidences;
        em_str  program;
} em_screen_asked;
EM_MUST em_status em_screen_asked_load(em_cli *cli, em_case *c, em_str source, em_screen_asked *ret, em_error *err);
/* Makes again every screening that the case holds, of the lists that it holds, and compares the bytes. */
EM_MUST em_status em_screen_verify(em_cli *cli, em_case *c, void (*tell)(void *ctx, const char *sentence), void *ctx,
                                   size_t *ret_runs, em_error *err);

/* `embargo screen --lookback OLD NEW`: customers or the case.  EM_DIFF: a match is new, gone or changed. */
EM_MUST em_status em_screen_lookback(em_screen *s, em_error *err);

#endif
