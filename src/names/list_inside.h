/* names/list_inside.h -- what a reader of one list format is given, and gives.
 *
 * A format is one file list_NAME.c with one em_list_reader, and one row in the table of list.c.
 */
#ifndef NAMES_LIST_INSIDE_H
#define NAMES_LIST_INSIDE_H

#include "embargo/party.h"

typedef struct em_list_reading {        /* one file */
        em_str        bytes, path;      /* path: as given */
        const em_list_opts *opts;
        em_list      *list;
        em_arena     *arena;            /* lives as long as the list: everything a party points to */
        em_list_file *file;             /* to set: dataset, date */
} em_list_reading;

typedef struct em_list_reader {
        const char *format;             /* "un-xml" */
        const char *dataset;            /* "un" */
        const char *about;              /* one line for help */
        /* Looks at the first 4 KiB (all of a smaller file): 0 not this format, 1 possibly (a generic table), 2 surely. */
        int       (*is)(em_str head);
        /* Adds parties and rejects; an error only when nothing can be read. */
        em_status (*read)(em_list_reading *r, em_error *err);
        /* 0; 1 or 2: a table that adds to the entries of others is read behind all those of a lower number, in whatever order
         * they were given. */
        int joins;
} em_list_reader;

/* Sets file, dataset (when empty) and takes it over; a party without a name and without a number is a reject. EM_LIMIT, EM_NOMEM. */
EM_MUST em_status em_list_add(em_list_reading *r, em_party *party, em_error *err);
/* The party of that number that was last added, from this file or one read before it; NULL when there is none.  A dataset
 * that ends in ':' stands for all that begin with it.  The party may be added to until the next em_list_add. */
em_party *em_list_find(em_list_reading *r, em_str dataset, em_str id);
/* Takes a party found by em_list_find out of the list again. */
void em_list_drop(em_list_reading *r, em_party *party);
/* A file of that format and dataset has been read. */
bool em_list_has(const em_list_reading *r, em_str format, em_str dataset);
EM_MUST em_status em_list_reject_row(em_list_reading *r, em_str id, uint64_t line, uint64_t offset, em_error *err,
                                     const char *fmt, ...) EM_PRINTF(6, 7);
/* Growing the arrays of a party in the making. EM_NOMEM. */
EM_MUST em_status em_party_add_name(em_party *p, em_party_name name, em_arena *arena, em_error *err);
EM_MUST em_status em_party_add_number(em_party *p, em_party_id number, em_arena *arena, em_error *err);
EM_MUST em_status em_party_add_date(em_party_date **list, size_t *n, em_party_date date, em_arena *arena, em_error *err);
EM_MUST em_status em_party_add_text(em_str **list, size_t *n, em_str text, em_arena *arena, em_error *err);  /* trimmed; empty or already there: nothing */

/* "1965", "circa 1965", "10 Dec 1948", "1948-12-10", "1957 to 1960", "01 Jan 1970 (approximate)": false when it is none. */
bool em_party_date_parse(em_str text, em_party_date *ret);
/* "SURNAME, Given" turned to "Given SURNAME"; others as they are.  A copy in the arena. */
EM_MUST em_status em_party_turn(em_str name, em_arena *arena, em_str *ret, em_error *err);
/* Alpha-2 in lower case for a country's usual English names and codes; empty when unknown.  Static storage. */
em_str em_country_code(em_str name);

#endif
