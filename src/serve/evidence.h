/* serve/evidence.h -- what the pages of evidence share: one source by its hash, bytes as they stand, rows kept aside.
 */
#ifndef SERVE_EVIDENCE_H
#define SERVE_EVIDENCE_H

#include "embargo/note.h"
#include "serve/desk.h"

/* The source that the id names: eight hex digits of its SHA-256 or more.  EM_MISSING: none; EM_USAGE: no such id, or several. */
EM_MUST em_status em_evidence_find(em_ask *ask, em_case *c, em_str id, em_source *ret_source, em_error *err);

/* Lays the grades that sources were given later over them, as known on the day of the page. */
EM_MUST em_status em_evidence_lay(em_ask *ask, em_case *c, em_source *list, size_t count, em_error *err);

/* The grade that it was given later, or NULL. */
EM_MUST em_status em_evidence_given(em_ask *ask, em_case *c, const em_source *source, const em_regrade **ret_given, em_error *err);

/* Does its custody say that it was made up? */
bool em_evidence_constructed(em_str terms, em_str origin);
void em_evidence_say_constructed(em_html h);

/* The bytes as text, and folded below it offsets, hex and ASCII; unfolded when they are odd (em_utf8_odd).  first: offset of the first byte. */
void em_evidence_bytes(em_html h, em_str bytes, uint64_t first);
/* Offsets, hex and ASCII alone. */
void em_evidence_dump(em_html h, em_str bytes, uint64_t first);
/* Text as it stands, wrapped. */
void em_evidence_text(em_html h, em_str text);
/* Hex digits alone into hex dump lines, for what came as JSON. */
em_str em_evidence_unhex(em_arena *arena, em_str hex);

/* A row of a list of facts: "<dt>title<dd>text"; nothing when text is empty. */
void em_evidence_fact(em_html h, const char *title, em_str text);
/* "A: completely reliable" (the Admiralty code). */
const char *em_evidence_grade(char letter);

/* evidence_cover.c */
void em_evidence_cover(em_ask *ask, const em_picture *now);

/* evidence_aside.c: of one source, or of all when it is NULL; at most rows from number from (0 is the first). */
EM_MUST em_status em_evidence_aside_grid(em_ask *ask, em_case *c, const em_source *source, uint64_t from, uint64_t rows,
                                         em_grid *ret_grid, em_error *err);
EM_MUST em_status em_evidence_aside_html(em_ask *ask, em_case *c, const em_source *source, uint64_t from, uint64_t rows, em_error *err);
EM_MUST em_status em_evidence_answer_aside(em_ask *ask, em_error *err);

/* evidence_source.c */
EM_MUST em_status em_evidence_answer_source(em_ask *ask, em_error *err);
EM_MUST em_status em_evidence_answer_bytes(em_ask *ask, em_error *err);

/* evidence_chain.c: from a record, a sentence or a number of the report down to the bytes */
EM_MUST em_status em_evidence_answer_record(em_ask *ask, em_error *err);
EM_MUST em_status em_evidence_answer_why(em_ask *ask, em_error *err);

#endif
