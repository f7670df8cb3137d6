/* cli/why.h -- the chain from a sentence down to the bytes.
 *
 * It is gathered first (why_gather.c) and printed after, as a tree for people
 * (why_print.c) or as data (why_json.c), so that both say the same.
 */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "cli/note_list.h"

typedef struct em_why_record {
        em_held   held;
        em_str    header, row;          /* as they stand in the kept file */
        em_csv_row head, cells;         /* the same, cut into fields */
        em_str    sentence[2]; size_t sentences;        /* of a run over ships: the first raw ones that the row rests on */
        em_str    group, role;          /* under an answer */
        uint32_t  readings;
} em_why_record;

typedef struct em_why_number {          /* a number of an answer, as the report printed it */
        em_str field, printed;          /* printed: empty when no report is asked about */
} em_why_number;

typedef struct em_why_answer {          /* one question, and what of it was asked about */
        em_answer     *answer;
        em_str         reading;         /* as asked; empty: the main one, all shown */
        em_why_number  number[16]; size_t numbers;
        const em_reading *asked;        /* the reading that is shown */
        em_why_record *record; size_t records;  /* shown, in the order of their groups */
        size_t         rows;            /* that it rests on in all */
        size_t         asides;          /* rows shown to the question and set aside by it */
} em_why_answer;

typedef struct em_why_source {
        em_source source;
        em_str    path;                 /* of the kept bytes */
        bool      entered;              /* entry is there */
        em_entry  entry;                /* the ledger entry that took it */
        const em_regrade *given;        /* a grade that was given to it later, or NULL */
} em_why_source;

typedef struct em_why_finding { em_str question, as_known, verdict; int64_t version; } em_why_finding;

typedef struct em_why_link { em_link link; em_str other; bool from_here; } em_why_link;

typedef struct em_why_further { const char *name; em_str text; } em_why_further;

typedef struct em_why_note { em_note note; int64_t version_now; } em_why_note;
enum { EM_WHY_FURTHER_MOST = 80 };

typedef struct em_why {
        em_cli  *cli;
        em_case *c;
        em_day   as_known;
        bool     all;                   /* no limit to the records shown */
        em_str   id;
        const char *kind;               /* "sentence" "number" "answer" "record" "source" */
        em_str   text;                  /* of a sentence or number */
        em_question   **question; size_t questions;     /* the regime's, read once */
        em_why_answer  *answer; size_t answers;
        em_why_record  *record; size_t records;         /* bound without an answer */
        em_why_source  *source; size_t sources, source_cap;
        em_why_finding *finding; size_t findings;
        em_why_link    *link; size_t links;
        em_why_note *note; size_t notes;                /* what people said of it */
        em_why_further *further; size_t furthers;       /* below a computed record */
        em_entry *entry; size_t entries;                /* the ledger, read once */
} em_why;

/* EM_MISSING when nothing has this id; the sentence says what ids there are. */
EM_MUST em_status em_why_gather(em_why *w, em_error *err);
/* The day as the table's calendar has it, and in UTC where that differs; the amount with its state. */
em_str em_why_when(em_why *w, const em_record *rec);
em_str em_why_amount(em_why *w, const em_record *rec);
const char *em_why_relation(const em_why_link *l);      /* "is part of" */
/* What stands below a record of a trace; nothing for other kinds. */
EM_MUST em_status em_why_trace(em_why *w, const em_why_record *r, em_error *err);
/* The transaction that pays an output of the trace, and its bytes (why_tx.c); into w->further. */
EM_MUST em_status em_why_tx(em_why *w, em_str output, em_str file, em_str network, em_str offset, em_str length, em_error *err);
/* What stands below a record of a run of the detectors (why_ships.c); nothing for other kinds. */
EM_MUST em_status em_why_ships(em_why *w, const em_why_record *r, em_error *err);
/* The sentences of such a record, into r; for what is shown under an answer. */
EM_MUST em_status em_why_sentences(em_why *w, em_why_record *r, em_error *err);
/* What stands below a record of a screening (why_screen.c). */
EM_MUST em_status em_why_screen(em_why *w, const em_why_record *r, em_error *err);
void em_why_print(em_why *w);
EM_MUST em_status em_why_json(em_why *w, em_error *err);
/* Is the row one that the question saw and did not count? */
bool em_why_set_aside(const em_answer_row *row);
/* The group of the asked reading that the row is in, or NULL. */
const em_group *em_why_group(const em_why_answer *a, em_str name);

#endif
