/* names/edit.h -- how unlike two folded words are. */
#ifndef NAMES_EDIT_H
#define NAMES_EDIT_H

#include "embargo/name.h"

enum { EM_EDIT_LETTERS = 40 };  /* of a word; the rest is not looked at */

/* Edits from a to b, each by what it costs (edit.c); 0 equal.  Over limit: any number over it. */
double em_edit(em_str a, em_str b, double limit);
/* A word as it is heard: "ph" f, "kh" h, doubled letters single.  out: EM_EDIT_LETTERS. */
em_str em_edit_sound(em_str a, char out[EM_EDIT_LETTERS]);
/* Its consonants, by the classes that scripts without vowels keep.  out: EM_EDIT_LETTERS. */
em_str em_edit_skeleton(em_str a, char out[EM_EDIT_LETTERS]);

/* Which letters a word has: a..z by bit, any digit the 27th. */
static inline uint32_t em_edit_letters(em_str a)
{
        uint32_t set = 0;
        for (size_t i = 0; i < a.n; i++)
                set |= a.p[i] >= 'a' ? 1u << (a.p[i] - 'a') : 1u << 26;
        return set;
}
/* FNV-1a, which em_token.hash is (name_prepare.c). */
uint32_t em_token_hash(em_str s);

/* A word in all the ways in which it is compared.  Made once: of the query's words by em_spelling_of, of the list's from the
 * index. */
typedef struct em_spelling {
        em_str   text, sound, bones;    /* bones: the consonants */
        em_str   korean;                /* its Korean key (korean.h); empty: cannot be Korean */
        uint32_t letters, sound_letters;
        size_t   syllables;             /* of the Korean key */
} em_spelling;
enum { EM_SPELLING_ROOM = 2 * EM_EDIT_LETTERS + 64 };
/* room must outlive the spelling. */
void em_spelling_of(em_str text, char room[EM_SPELLING_ROOM], em_spelling *ret);

/* How unlike two words are, 0 to 1, by the cheapest rule, with what is known of the script that either was read from
 * (name_compare.c). */
double em_near_cost(const em_spelling *a, const em_spelling *b, em_writing writing, const em_name_weights *w,
                    const char **ret_rule);

#endif
