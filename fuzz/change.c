/* Any bytes are a combination of change heuristics: refused, or read, written out and read again as the same. */
#include "embargo/change.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)1 << 20);
        em_change *c = NULL, *again = NULL;
        em_error err = { 0 };
        if (!arena)
                abort();
        if (em_change_parse((em_str){ (const char *)data, size }, arena, &c, &err) == EM_OK) {
                em_str text = em_change_text(c);
                em_assert(text.n > 0 && text.n <= EM_CHANGE_TEXT && em_utf8_ok(text, NULL));
                em_assert(em_change_parse(text, arena, &again, &err) == EM_OK);
                em_assert(em_str_eq(em_change_text(again), text) && em_change_needs(again) == em_change_needs(c));
        } else {
                em_assert(err.text[0] != '\0' && em_utf8_ok(em_str_c(err.text), NULL));
        }
        em_arena_free(arena);
        return 0;
}
