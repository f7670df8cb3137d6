/* names/hangul.h -- Korean syllables and their Latin writings. */
#ifndef NAMES_HANGUL_H
#define NAMES_HANGUL_H

#include "embargo/name.h"

typedef enum em_roman { EM_ROMAN_DPRK, EM_ROMAN_MR, EM_ROMAN_RR, EM_ROMANS } em_roman;
const char *em_roman_rule(em_roman system);     /* "DPRK romanisation" */

static inline bool em_hangul_is(uint32_t c) { return c >= 0xac00 && c <= 0xd7a3; }
/* One syllable in a system; after and before tell its neighbours in the same word (0 none), which
 * McCune-Reischauer and Revised Romanisation ask for.  out: at most 12 letters.  Returns their number. */
size_t em_hangul_roman(uint32_t c, uint32_t before, uint32_t after, em_roman system, char out[16]);
/* A usual Korean family name of one syllable. */
bool em_hangul_family(uint32_t c);
/* Three decomposed letters (U+1100...) to a syllable; 0 when they are none. */
uint32_t em_hangul_compose(uint32_t lead, uint32_t vowel, uint32_t tail);

#endif
