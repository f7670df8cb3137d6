/* serve/case_words.h -- what the pages that read a case say in the same words: verdicts, days, amounts, parts of the report.
 */
#ifndef SERVE_CASE_WORDS_H
#define SERVE_CASE_WORDS_H

#include "serve/desk.h"
#include "serve/spine.h"

/* <span class="v v-holds">holds</span> */
void em_put_verdict(em_ask *ask, em_verdict v);
/* The same of its name in data: "reading"; another name stands as it is. */
void em_put_verdict_text(em_html h, em_str verdict);
/* The field of a form that asks for one verdict; any: the one that is chosen. */
void em_put_verdict_choice(em_ask *ask, bool any, em_verdict chosen);
/* A part of the report at this place of the page; words of args by blanks. */
EM_MUST em_status em_put_part(em_ask *ask, const char *part, em_str args, em_error *err);
/* What put writes is the same as long as the picture stands: it is written once and kept with the picture under name, which
 * says all that it depends on.  At most 64 MiB of a picture. */
typedef em_status em_put_fn(em_ask *ask, const void *of, em_error *err);
EM_MUST em_status em_put_once(em_ask *ask, em_str name, em_put_fn *put, const void *of, em_error *err);
/* <a href="/findings/KEY">asks</a> */
void em_put_finding_link(em_ask *ask, const em_answer *a);
/* <a class="r" href="/records/ID">ID</a> */
void em_put_record_link(em_ask *ask, em_str id);
/* <h2 id="id">words</h2> */
void em_put_h2(em_ask *ask, const char *id, const char *words);

/* A cell of text or number as text; empty for null. */
em_str em_cell(em_ask *ask, const em_rows *rows, size_t row, const char *column);
/* "US$400 million" is not its job: "91,909 bbl", "60 to 97 t", "at least 3 coins", "not reported". */
em_str em_amount_words(em_ask *ask, const em_rows *rows, size_t row);
/* "2022-01-30", "2022-01", "2021", "2021-01-01 to 2021-08-31", "since 2017-12-22". */
em_str em_when_words(em_ask *ask, em_span when, em_str precision);
/* "1,234" */
em_str em_count_words(em_ask *ask, uint64_t n);

/* An optional day of the query: EM_DAY_NONE when it is not given.  EM_USAGE. */
EM_MUST em_status em_day_asked(em_ask *ask, const char *name, em_day *ret_day, em_error *err);
/* "verdict=holds" and so on; *ret_any is false when it is not given.  EM_USAGE: no such verdict. */
EM_MUST em_status em_verdict_asked(em_ask *ask, em_verdict *ret_verdict, bool *ret_any, em_error *err);

/* One field of a form of method get. choice: "key" and words by turns, ended by NULL; chosen is the one that stands. */
void em_put_choice(em_ask *ask, const char *name, const char *label, const char *const *choice, em_str chosen);
/* What makes an input one of a day: a field of type date speaks the browser's language, and days here are ISO 8601. */
void em_put_day_marks(em_ask *ask);
/* type: of the input, or "day". */
void em_put_field(em_ask *ask, const char *name, const char *label, const char *type, em_str value);

#endif
