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
/* Words of these lengths and letters that not even their sound can bring near: what is heard drops or turns few letters. */
static inline bool em_edit_unheard(size_t a, uint32_t letters_a, size_t b, uint32_t letters_b)
{
        size_t longer = a > b ? a : b, shorter = a + b - longer;
        return longer > 2 * shorter + 2 || (size_t)__builtin_popcount(letters_a & letters_b) * 3 < shorter
               || (size_t)__builtin_popcount(letters_a ^ letters_b) > 5 + longer / 3;
}

/* How unlike two words are, 0 to 1, by the cheapest rule (name_compare.c); skeletons: one is of a script without vowels. */
double em_word_cost(em_str a, em_str b, bool skeletons, const em_name_weights *w, const char **ret_rule);

/* The same with what is known of the script that a was read from (name_compare.c). */
double em_near_cost(em_str a, em_str b, em_writing writing, const em_name_weights *w, const char **ret_rule);

#endif
