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

/* How unlike two words are, 0 to 1, by the cheapest rule (name_compare.c); skeletons: one is of a script without vowels. */
double em_word_cost(em_str a, em_str b, bool skeletons, const em_name_weights *w, const char **ret_rule);

#endif
