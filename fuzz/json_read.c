/* Any bytes are a tree or an error with its place; the parts of a tree lie within bounds, and
 * a member is found under its own key.
 */
#include "cli/json_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const em_jnode *node, unsigned deep)
{
        size_t count = 0;
        em_assert(deep < 1000 && (node->text.n == 0 || em_utf8_ok(node->text, NULL)));
        for (const em_jnode *child = node->first; child; child = child->next, count++)
                walk(child, deep + 1);
        em_assert(count == node->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)16 << 20);
        em_jnode *root = NULL;
        em_error err = { 0 };
        em_assert(arena);
        em_status status = em_json_tree((em_str){ (const char *)data, size }, arena, &root, &err);
        if (status == EM_OK)
                walk(root, 0);
        else
                em_assert(err.text[0]);
        if (status == EM_OK && root->kind == EM_J_OBJECT && root->first && root->first->key.n < 60 &&
            !memchr(root->first->key.p, '\0', root->first->key.n)) {
                char key[64] = { 0 };
                memcpy(key, root->first->key.p, root->first->key.n);
                em_assert(em_json_member(root, key) == root->first);
        }
        em_arena_free(arena);
        return 0;
}
