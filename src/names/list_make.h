/* names/list_make.h -- a party in the making: each reader's table says which part a column or element is.
 *
 * The calls do nothing once one has failed: a reader looks at `s` at the end of a row.  Text is copied into the list's
 * arena; empty text adds nothing.
 */
#ifndef NAMES_LIST_MAKE_H
#define NAMES_LIST_MAKE_H

#include "names/list_inside.h"

typedef enum em_part {
        EM_PART_NONE, EM_PART_ID, EM_PART_SCHEMA,
        EM_PART_NAME, EM_PART_ALIAS, EM_PART_WEAK, EM_PART_FORMER, EM_PART_SCRIPT,
        EM_PART_NUMBER,         /* extra: its type */
        EM_PART_BORN, EM_PART_DIED, EM_PART_COUNTRY, EM_PART_ADDRESS, EM_PART_BIRTHPLACE, EM_PART_PROGRAMME, EM_PART_TITLE,
        EM_PART_LINKED, EM_PART_GENDER, EM_PART_REMARKS, EM_PART_REASON, EM_PART_LISTED, EM_PART_CHANGED
} em_part;

typedef struct em_making {
        em_list_reading *r;
        em_party        *p;
        em_error        *err;
        em_status        s;
} em_making;

void em_make_put(em_making *m, em_part part, const char *extra, em_str text);
/* The same for each piece between separators. */
void em_make_each(em_making *m, em_part part, const char *extra, em_str text, char separator);
void em_make_name(em_making *m, em_name_kind kind, em_str text, em_str lang);
/* parts: given, family, second; text empty: made of them in this order. */
void em_make_parts(em_making *m, em_party_name name);
void em_make_number(em_making *m, const char *type, em_str value, em_str country, em_str note);
/* Pieces that are not empty, with ", " between them, as one address or birthplace. */
void em_make_line(em_making *m, em_part part, const em_str *piece, size_t pieces);
/* Remarks are one text: a further piece follows behind "; ". */
void em_make_remark(em_making *m, em_str text);
/* The same with another text between; remarks are set by these two alone. */
void em_make_append(em_making *m, em_str between, em_str text);
/* Hangul in a name that has Latin letters too is its original script: "PAK Kwang Hun" and its writing behind it. */
void em_make_split_hangul(em_making *m, em_name_kind kind, em_str text);
em_str em_make_copy(em_making *m, em_str text);
/* The name last added, or NULL. */
em_party_name *em_make_last(em_making *m);

/* A date of birth given by its first and last day, printed as short as it can be: "1962", "1962-03", "1962-03-04". */
void em_make_span(em_making *m, em_span span, bool circa);

/* A number's type by the words that lists use for it ("Passport", "Tax ID No.", "Vessel Registration Identification"). */
const char *em_number_type(em_str words);
/* Seven digits behind "IMO" in free text, added as numbers: "IMO: 8405270", "(IMO) Number: 1790183". */
void em_make_imo(em_making *m, em_str text);
/* "04/06/2018", month first, as the United States write; EM_DAY_NONE. */
em_day em_day_us(em_str text);
/* The day a text gives when it gives exactly one. */
em_day em_day_one(em_str text);

#endif
