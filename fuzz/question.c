/* Any bytes are a question: its header is taken whole or refused with the line. */
#include "embargo/regime.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)64 << 20);
        char *bytes = malloc(size + 1);
        em_question *q;
        em_error err = { 0 };
        if (!arena || !bytes)
                abort();
        if (size)
                memcpy(bytes, data, size);
        em_str text = { bytes, size };
        if (em_question_parse(EM_S("fuzz"), text, arena, &q, &err) == EM_OK) {
                em_assert(em_str_ends(em_question_asks(q), EM_S("?")));
                em_assert(em_question_hash(q).n == 64);
        } else {
                em_assert(err.code != EM_OK && err.text[0] != '\0');
        }
        free(bytes);
        em_arena_free(arena);
        return 0;
}
