/* serve/trace_books.h -- a finished trace as one document (doc/format-trace.md), read and shown.
 *
 * The same document comes out of `embargo trace --run` now and lies in the case as the source of a kept run, so a run of
 * last year and one of this minute are shown by the same lines.
 */
#ifndef SERVE_TRACE_BOOKS_H
#define SERVE_TRACE_BOOKS_H

#include "serve/trace_ask.h"

typedef struct em_books {
        em_str  *head; size_t columns;
        em_str  *cell; size_t rows;             /* rows x columns */
        em_str  *rule; size_t rules;            /* by name, in the document's order */
        em_str  *coin; size_t coins;            /* BTC; of accounts one for each asset */
        bool     accounts;
} em_books;

/* EM_FORMAT: it is no such document. */
EM_MUST em_status em_books_read(em_str text, em_arena *arena, em_books *ret_books, em_error *err);
em_str em_books_cell(const em_books *books, size_t row, const char *column);

/* Books, rules, kinds, places and inputs, as sections of a page.  ta: for the links; NULL start: a kept run. */
EM_MUST em_status em_books_html(const em_ta *ta, const em_books *books, em_error *err);
/* {"schema":"embargo.trace.run/1","rows":[{...}]}: each row without its empty cells. */
EM_MUST em_status em_books_json(em_ask *ask, const em_books *books, em_error *err);

#endif
