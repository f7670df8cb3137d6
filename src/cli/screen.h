/* cli/screen.h -- who is asked for and what may match, for the files of `embargo screen`.
 *
 * screen_ask.c turns words, CSV rows and JSON objects into questions; screen_print.c shows what was found to a
 * person, screen_data.c to a program; screen_batch.c runs a file of questions through both.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "cli/cli.h"
#include "embargo/csv.h"
#include "embargo/json.h"
#include "embargo/names.h"

typedef struct em_asked {
        em_str   id;            /* the asker's own, or empty */
        em_query query;
        uint64_t line;          /* of a batch; 0 */
        em_str   bad;           /* why this is no question; empty: it is one */
} em_asked;

typedef struct em_lookback em_lookback;

typedef struct em_screen {
        em_cli        *cli;
        em_names      *names;
        em_search_opts opts;
        em_str         path;    /* of the index */
        const em_lookback *look;        /* NULL; else answers are what changed since an older version */
} em_screen;

/* ---- questions (screen_ask.c) ---- */

/* "imo:8909575" */
EM_MUST em_status em_ask_typed(em_str text, em_party_id *ret_number, em_error *err);
EM_MUST em_status em_ask_schema(em_str text, em_schema *ret_schema, em_error *err);
/* Words of a command line: numbers are numbers; single words are one name, words with blanks a name each. */
EM_MUST em_status em_ask_words(const em_str *word, size_t words, em_arena *arena, em_query *q, em_error *err);
/* Dates, countries and the like, several parted by ';'. */
EM_MUST em_status em_ask_field(em_str field, em_str value, em_arena *arena, em_asked *asked, em_error *err);
/* What a column of a batch is for; NULL: none of ours. */
const char *em_ask_column(em_str name);
/* {"id", "schema", "properties": {"name": [...]}}: an entity of FollowTheMoney, or its fields without properties. */
EM_MUST em_status em_ask_entity(const em_jnode *node, em_arena *arena, em_asked *asked, em_error *err);

/* ---- answers ---- */

/* The list that a party stands in, or NULL. */
const em_list_file *em_screen_list(const em_screen *s, const em_party *p);
/* What speaks against a match, in words; "" nothing that was asked. */
EM_MUST em_status em_screen_against(const em_asked *asked, const em_match *m, const em_party *p, em_arena *arena,
                                    em_str *ret, em_error *err);
EM_MUST em_status em_screen_print(em_screen *s, const em_asked *asked, const em_found *found, bool explain, em_error *err);

/* One JSON object of a question and its answer; compact for a line of a batch (screen_data.c). */
EM_MUST em_status em_screen_json(const em_screen *s, const em_asked *asked, const em_found *found, em_arena *arena,
                                 em_json *j, em_error *err);
/* A row for each match, one without a match for a question that has none. */
void em_screen_csv_head(FILE *out);
EM_MUST em_status em_screen_csv(const em_screen *s, const em_asked *asked, const em_found *found, em_arena *arena,
                                FILE *out, em_error *err);

/* ret_hits: questions with a match; of a look-back, matches that are new, gone or changed.  May be NULL. */
EM_MUST em_status em_screen_batch(em_screen *s, em_str path, uint64_t *ret_hits, em_error *err);

/* ---- what a new version of a list changes (screen_lookback.c) ---- */

void em_lookback_head(FILE *out);
/* Rows for the matches of one question that are new, gone or changed; none for most questions.  Thread-safe. */
EM_MUST em_status em_lookback_ask(const em_screen *s, const em_asked *asked, em_arena *arena, FILE *out, uint64_t *ret_rows,
                                  em_error *err);
/* The files of the older version. */
size_t em_lookback_files(const em_lookback *l, const em_list_file **ret_files);

#endif
