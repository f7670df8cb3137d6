/* Any bytes are a packed party or are refused; what is read is written and read again the same. */
#include "names/names_inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new(1 << 26);
        em_party  p, again;
        em_schema schema;
        char      room[256];
        int       valid;
        em_str    bytes = {(const char *)data, size};
        if (arena && em_party_unpack(bytes, arena, &p, NULL) == EM_OK) {
                em_buf one = em_buf_make(1 << 26), two = em_buf_make(1 << 26);
                em_party_pack(&p, &one);
                em_assert(em_party_unpack(em_buf_view(&one), arena, &again, NULL) == EM_OK);
                em_party_pack(&again, &two);
                em_assert(em_str_eq(em_buf_view(&one), em_buf_view(&two)));
                for (size_t i = 0; i < p.numbers; i++)
                        em_assert(em_id_canonical(p.number[i].type, p.number[i].value, room, sizeof room, &valid).n <= sizeof room);
                em_buf_free(&one);
                em_buf_free(&two);
        }
        em_list_file file;
        em_str       rest = bytes;
        while (rest.n && em_list_file_unpack(&rest, &file, NULL) == EM_OK)
                ;
        if (em_schema_parse(bytes, &schema))
                em_assert(em_schema_parse(em_str_c(em_schema_name(schema)), &schema));
        em_arena_free(arena);
        return 0;
}
