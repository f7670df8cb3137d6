/* serve/may_match.h -- one question to the lists, and what may match it, for the pages.
 *
 * The search and its reasons are the library's (embargo/names.h): a page says what `embargo screen` says.  What
 * is asked in the one box is a name, a number or both.
 */
#ifndef SERVE_MAY_MATCH_H
#define SERVE_MAY_MATCH_H

#include "serve/desk.h"

typedef struct em_may {
        em_str         q;               /* as typed */
        em_str         schema, born, country, list, least, limit;       /* as given; empty: not */
        em_query       query;
        em_search_opts opts;
        em_found       found;
        em_party      *party;           /* of each match */
} em_may;

/* Reads ?q= and what narrows it.  EM_USAGE: one of them cannot be read; the text that was given stands in *ret all the same. */
EM_MUST em_status em_may_read(em_ask *ask, em_may *ret, em_error *err);
/* Searches; nothing is asked when q is empty. */
EM_MUST em_status em_may_search(em_ask *ask, em_may *may, em_error *err);

/* A match as a card: entry, reasons word by word with their sum, and the other side.  ui/src/screen.js draws the same. */
EM_MUST em_status em_may_card(em_ask *ask, const em_may *may, size_t i, em_error *err);
/* The members of its JSON object. */
EM_MUST em_status em_may_members(em_ask *ask, const em_may *may, size_t i, em_error *err);

/* "Person" as a person says it: "person"; "aircraft", "wallet". */
const char *em_may_schema(em_schema schema);
/* GET /parties/{id} (party_page.c). */
em_status em_answer_party(em_ask *ask, em_error *err);

#endif
