/* cli/json_read.h -- JSON (RFC 8259) that embargo wrote itself, read back as a tree.
 *
 * Strict and small: whole numbers only, at most JSON_DEEP levels.  Any bytes give a tree
 * or an error with the place of the first byte that is wrong.
 */
#ifndef CLI_JSON_READ_H
#define CLI_JSON_READ_H

#include "embargo/base.h"

typedef enum em_jkind { EM_J_NULL, EM_J_BOOL, EM_J_INT, EM_J_STR, EM_J_LIST, EM_J_OBJECT } em_jkind;

typedef struct em_jnode {
        em_jkind kind;
        em_str   key;           /* in an object */
        em_str   text;          /* of a string */
        int64_t  n;             /* of a number, or 0 and 1 */
        size_t   count;         /* children */
        struct em_jnode *first, *next;
} em_jnode;

EM_MUST em_status em_json_tree(em_str text, em_arena *arena, em_jnode **ret_root, em_error *err);
/* The member of an object; NULL when node is NULL, no object or has none. */
const em_jnode *em_json_member(const em_jnode *node, const char *key);

#endif
