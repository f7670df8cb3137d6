/* names/name_words.h -- words of names that are not the name: legal forms, titles, links, numbers; and short forms of given names.
 *
 * Own tables, folded (a-z and digits).  A legal form has a class, so that "GmbH", "OOO" and "limited liability
 * company" meet; a phrase of several words is one form.
 */
#ifndef NAMES_NAME_WORDS_H
#define NAMES_NAME_WORDS_H

#include "embargo/name.h"

typedef struct em_word { const char *text; uint16_t kind, symbol; } em_word;

/* The kind of one folded token; EM_TOKEN_NAME when it is in no table.  ret_symbol: class or value. */
em_token_kind em_word_kind(em_str token, bool person, uint32_t *ret_symbol);
/* How many tokens from the first make one legal form; 0 none.  ret_symbol: its class. */
size_t em_word_form(const em_str *token, size_t tokens, uint32_t *ret_symbol);
/* The groups of given names that it belongs to, as bits: names that share one are usual short forms or writings of one name
 * ("ben", "benjamin"). */
uint64_t em_word_groups(em_str name);
/* The other short forms and writings of a given name; returns how many. */
size_t em_word_nicks(em_str name, const char **out, size_t most);

#endif
