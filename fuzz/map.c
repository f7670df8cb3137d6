/* Any bytes up to the first NUL are a map or an error with a line; a map that is
 * read binds to the table behind the NUL or says why, and takes or refuses each row.
 */
#include "case/store.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const em_map *map)
{
        const em_map_field *fields;
        const em_str *names;
        em_str relation;
        size_t count = em_map_fields(map, &fields);
        for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < i; k++)
                        em_assert(!em_str_eq(fields[i].name, fields[k].name));
        (void)em_map_same(map, &names, &relation);
        em_assert(em_map_kind(map).n > 0);
}

static void apply_rows(const em_map *map, em_str table, em_arena *kept, em_arena *arena)
{
        em_csv csv = em_csv_make(table, NULL);
        em_csv_row row;
        em_map_bound *bound;
        em_record record;
        em_reject reject;
        if (!em_csv_next(&csv, kept, &row))
                return;
        (void)em_map_fits(map, &row);
        if (em_map_bind(map, &row, kept, &bound, NULL) != EM_OK)
                return;
        for (; em_csv_next(&csv, arena, &row); em_arena_reset(arena)) {
                bool taken = em_map_apply(bound, &row, arena, &record, &reject);
                em_assert(taken || reject.reason.n > 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *kept = em_arena_new((size_t)1 << 24), *arena = em_arena_new((size_t)1 << 24);
        char *bytes = malloc(size + 1);
        em_error err = { 0 };
        em_map *map;
        if (kept == NULL || arena == NULL || bytes == NULL)
                abort();
        memcpy(bytes, data, size);
        em_cut cut = em_str_cut((em_str){ bytes, size }, '\0');
        if (em_map_parse(EM_S("fuzz"), cut.head, kept, &map, &err) == EM_OK) {
                em_assert(em_str_eq(em_map_text(map), cut.head));
                check_fields(map);
                apply_rows(map, cut.tail, kept, arena);
        } else {
                em_assert(err.text[0] != '\0');
        }
        free(bytes);
        em_arena_free(kept);
        em_arena_free(arena);
        return 0;
}
