/* What holds for every list format on any bytes. */
#ifndef FUZZ_LIST_ANY_H
#define FUZZ_LIST_ANY_H

#include "embargo/party.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void list_text(em_str s) { em_assert(em_utf8_ok(s, NULL)); }

static inline void list_party(const em_party *p, size_t size)
{
        em_assert(p->names || p->numbers);
        em_assert(p->offset <= size && p->length <= size - p->offset);
        em_assert((int)p->schema >= 0 && p->schema < EM_SCHEMA_SCHEMAS);
        for (size_t i = 0; i < p->names; i++) {
                em_assert(p->name[i].text.n > 0);
                list_text(p->name[i].text);
        }
        for (size_t i = 0; i < p->borns; i++)
                em_assert(p->born[i].span.from <= p->born[i].span.to);
        for (size_t i = 0; i < p->numbers; i++)
                list_text(p->number[i].value);
        list_text(p->remarks);
        list_text(p->id);
}

static inline void list_any(const char *format, const uint8_t *data, size_t size)
{
        em_list_opts opts = {.format = em_str_c(format), .date = EM_DAY_NONE, .max = 1000};
        em_list     *a = NULL, *b = NULL;
        char        *bytes = malloc(size ? size : 1);
        if (!bytes)
                abort();
        if (size)
                memcpy(bytes, data, size);
        em_status s = em_list_parse((em_str){bytes, size}, EM_S("fuzz"), &opts, &a, NULL);
        em_assert(em_list_parse((em_str){bytes, size}, EM_S("fuzz"), &opts, &b, NULL) == s);
        free(bytes);
        if (s == EM_OK) {
                const em_list_reject *r;
                em_arena       *arena = em_arena_new((size_t)1 << 30);
                em_list_change *change;
                size_t          changes = 0, rejects = em_list_rejects(a, &r);
                for (size_t i = 0; i < rejects; i++)
                        em_assert(r[i].offset <= size && r[i].reason.n);
                for (size_t i = 0; i < em_list_count(a); i++)
                        list_party(em_list_at(a, i), size);
                if (!arena || em_list_diff(a, b, arena, &change, &changes, NULL) != EM_OK)
                        abort();
                em_assert(changes == 0);
                em_arena_free(arena);
        }
        em_list_free(a);
        em_list_free(b);
}

#endif
