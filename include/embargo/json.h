/* embargo/json.h -- JSON (RFC 8259) that others wrote, read into a tree; lines of it, one at a time.
 *
 * Reading is simdjson's; the tree is ours, because a number must keep its digits: amounts pass 64
 * bits, and a double is not an amount.  Any bytes give a tree or an error with its offset.
 *
 *     em_json_doc *doc = em_json_reader();
 *     EM_TRY(em_json_parse(doc, text, arena, &root, err));
 *     em_str hash = em_jtext(em_jget(root, "hash"));
 */
#ifndef EMBARGO_JSON_H
#define EMBARGO_JSON_H

#include "embargo/base.h"

typedef enum em_jkind { EM_J_NULL, EM_J_BOOL, EM_J_NUMBER, EM_J_STRING, EM_J_LIST, EM_J_OBJECT } em_jkind;

typedef struct em_jnode {
        em_jkind kind;
        em_str   key;           /* in an object */
        em_str   text;          /* a string's characters (UTF-8, escapes resolved); a number's digits as written; true, false */
        size_t   count;         /* children */
        struct em_jnode *first, *next;
} em_jnode;

#define EM_JSON_DEEP 128        /* levels; more is EM_FORMAT */

typedef struct em_json_doc em_json_doc;         /* a parser and its buffers, for use again and again */
em_json_doc *em_json_reader(void);              /* NULL: out of memory */
em_json_doc *em_json_reader_free(em_json_doc *doc);
/* One value and nothing behind it but blanks; a byte order mark in front is passed over.  Strings and nodes live in
 * the arena.  Where a key stands twice both members are kept and em_jget gives the last.  Half a surrogate pair is
 * refused: it is no character.  Cost: O(bytes), one copy of the text.
 *
 * EM_FORMAT  no JSON; the sentence names the byte, from 0
 * EM_LIMIT   more than 4 GiB
 * EM_NOMEM   the arena is full */
EM_MUST em_status em_json_parse(em_json_doc *doc, em_str text, em_arena *arena, em_jnode **ret_root, em_error *err);

/* NULL when node is NULL, no object, or has no such member. */
const em_jnode *em_jget(const em_jnode *node, const char *key);
em_str em_jtext(const em_jnode *node);                          /* of a string or number; empty otherwise */
bool   em_jint(const em_jnode *node, int64_t *ret);             /* a whole number within 64 bits */
bool   em_jis(const em_jnode *node, em_jkind kind);             /* false for NULL */

#endif
