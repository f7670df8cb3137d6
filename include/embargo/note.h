/* embargo/note.h -- what analysts say of a case: notes, kept as evidence.
 *
 * A note is a statement by a named person on a day: the reply of somebody who is named, another explanation,
 * a link between two records, a grade, a sign-off.  It is a source like any other: a small CSV document of one row
 * (doc/format-note.md), hashed, in custody, with its author in the ledger, read by the ordinary intake, and never
 * edited; who has changed his mind writes another.  It becomes one record of the kind `note`, in every regime, because
 * the map is built in; a table of evidence with the same header is not read as notes, so nobody's words can be brought in
 * by a file that says they are his.
 *
 * What a note does: a link is made as by a table of kind "link" (em_link, author: the person), so that questions,
 * clusters and the report count with it.  The newest grade of a source is the one that the views, and so questions, give it
 * from its day on (em_regrades).  A grade of a record, a reply, an alternative and a sign-off change no answer: they are
 * shown beside what they are about.
 *
 *     em_note note = {.sort = EM_NOTE_REPLY, .subject = EM_S("january-2022-record"), .party = EM_S("..."),
 *                     .text = EM_S("..."), .author = EM_S("J. Doe")};
 *     EM_TRY(em_note_write(c, &note, arena, &taken, err));
 */
#ifndef EMBARGO_NOTE_H
#define EMBARGO_NOTE_H

#include "embargo/case.h"

#define EM_NOTE_TEXT_MAX (64u << 10)

typedef enum em_note_sort {
        EM_NOTE_REPLY,          /* of somebody who is named, to a finding or record */
        EM_NOTE_ALTERNATIVE,    /* another explanation of what a finding rests on */
        EM_NOTE_LINK,           /* two records and how they stand to each other */
        EM_NOTE_GRADE,          /* of a source, A-F, or of a record, 1-6 (Admiralty system, NATO AJP-2.1) */
        EM_NOTE_SIGN_OFF,       /* of one version of a finding */
        EM_NOTE_SORTS
} em_note_sort;
const char *em_note_sort_name(em_note_sort sort);       /* "sign-off"; NULL past the last */
bool em_note_sort_of(em_str name, em_note_sort *ret_sort);

typedef struct em_note {
        em_note_sort sort;
        em_str  subject;        /* a finding's key, a record's public id or its source's own name for it, the first
                                 * 6 digits or more of a source's hash; as read: the key, the public id, the first 8 */
        em_str  text;           /* what is said; a link's reason.  Only a sign-off may have none */
        em_str  author;
        em_str  other;          /* link: the other record */
        em_str  relation;       /* link: same-as part-of contradicts restates replies-to, from subject to other */
        em_str  certainty;      /* link: certain (default) or possible */
        em_str  grade;          /* grade: "B" or "2" */
        em_str  party;          /* reply: who replies */
        em_str  said_on;        /* reply: the day it was made; empty: not stated */
        em_str  as_known;       /* of a finding: as known on this day; empty: on everything */
        bool    withheld;       /* kept out of what is published */
        /* as read, or filled in by em_note_write */
        em_str  about;          /* "finding" "record" "source" */
        int64_t version;        /* of the finding when it was written; 0: of no finding.  To write: 0, or the version that was
                                 * read, and when another stands by then nothing is written */
        em_str  body_hash;      /* SHA-256 of that version's body, in hex */
        em_str  written_on, written_at;         /* day; moment, UTC */
        em_str  id;             /* of the record: "3f9ac1d2:2" */
        int64_t record;         /* the same as a number, in this case */
} em_note;

/* Takes a note into custody in one transaction; the ledger entry is its author's.
 *
 * EM_USAGE    a part is missing, or one that its sort has no place for
 * EM_FORMAT   the text is not UTF-8, holds a control byte or is too long; not a grade, relation or day;
 *             another version of the finding stands than note->version
 * EM_MISSING  nothing is called subject or other */
EM_MUST em_status em_note_write(em_case *c, const em_note *note, em_arena *arena, em_taken *ret_taken, em_error *err);

/* The notes about one subject (as a note has it: key, public id, first 8 digits), or all with an empty one; oldest first.
 * as_known: only those written by that day; EM_DAY_NONE: all. */
EM_MUST em_status em_notes(em_case *c, em_str subject, em_day as_known, em_arena *arena,
                           em_note **ret_list, size_t *ret_count, em_error *err);

/* ---- the grades of sources ---- */

typedef struct em_regrade {     /* of one source: the newest grade that was given to it */
        char   source[9];       /* first 8 digits of its hash */
        char   grade, before;   /* A to F; before: the one that it came with */
        em_str author, on, why; /* why is empty when the note is withheld */
        em_str id;              /* the note's record */
} em_regrade;
/* One for each source that a grade was given to by that day, in no particular order.  What em_case_sources and em_case_record give is
 * the grade that a source came with; the views of em_case_query give the newest. */
EM_MUST em_status em_regrades(em_case *c, em_day as_known, em_arena *arena, em_regrade **ret_list, size_t *ret_count, em_error *err);
/* NULL: none was given. */
const em_regrade *em_regrade_of(const em_regrade *list, size_t count, const em_source *source);
/* source->reliability becomes the newest. */
void em_regrades_lay(const em_regrade *list, size_t count, em_source *source);
/* "raised from F by J. Doe on 2022-03-01: its authors withdrew two rows". */
EM_MUST em_status em_regrade_words(const em_regrade *r, em_arena *arena, em_str *ret_words, em_error *err);

/* The words of a grade: "usually reliable" of B, "probably true" of 2; "" of anything else. */
const char *em_grade_words(char grade);

#endif
