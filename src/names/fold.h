/* names/fold.h -- any text to Latin letters, each letter knowing where it came from. */
#ifndef NAMES_FOLD_H
#define NAMES_FOLD_H

#include "embargo/name.h"
#include "names/hangul.h"

/* How Hangul and Han are read. */
typedef enum em_reading { EM_READ_DPRK, EM_READ_MR, EM_READ_RR, EM_READ_PINYIN } em_reading;

typedef struct em_folded {
        char     *latin;        /* a-z, 0-9; blanks between words; '.' behind a letter that one follows in the text */
        uint16_t *from, *to;    /* of each: its bytes in the text */
        size_t    n;
        bool      hangul, han;  /* the text has some */
        em_writing writing;     /* of most letters */
} em_folded;

enum { EM_FOLD_TEXT = 1024 };   /* bytes of a name that are looked at */

/* EM_NOMEM.  syllables: a blank behind each Hangul or Han character of a name, as the DPRK writes. */
EM_MUST em_status em_fold(em_str text, em_reading reading, bool syllables, em_arena *arena, em_folded *ret, em_error *err);
/* A Han character's Korean reading; the family name's where it has one and leads. 0 none. */
uint32_t em_han_hangul(uint32_t c, bool leads);
/* Han that may be a Korean's name: two to four characters that all have Korean readings, a family name first or, where
 * blanks part it, alone at either end.  Most Chinese names are shut out by their second part or their script. */
bool em_han_korean_name(em_str text);

#endif
