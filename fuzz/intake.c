/* Any bytes are a table for any map of the regime (the first byte chooses): each row
 * is taken or refused, and what is taken passes the parent's check and comes out
 * of it as the same bytes.  Run in the root of the tree, or set EMBARGO_ROOT.
 */
#include "case/store.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static em_map **maps;
static size_t   map_count;
static em_arena *kept;          /* holds the maps until the process ends */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        const char *root = getenv("EMBARGO_ROOT");
        em_arena *arena = kept = em_arena_new((size_t)1 << 24);
        em_str dir;
        em_error err = { 0 };
        (void)argc;
        (void)argv;
        if (arena == NULL || em_path_join(em_str_c(root != NULL ? root : "."), EM_S("regimes/dprk"), arena, &dir, &err) != EM_OK ||
            em_maps_load(dir, arena, &maps, &map_count, &err) != EM_OK || map_count == 0)
                abort();
        return 0;
}

static void check_record(const em_record *record, const em_csv_row *row)
{
        em_buf buf = em_buf_make((size_t)1 << 26), again = em_buf_make((size_t)1 << 26);
        em_record back;
        em_error err = { 0 };
        em_assert(record->row == row->row && record->offset == row->offset && record->length == row->length);
        em_record_pack(record, &buf);
        if (em_buf_status(&buf, NULL) == EM_OK) {
                em_assert(em_record_unpack(em_buf_view(&buf), &back, &err) == EM_OK);
                em_record_pack(&back, &again);
                em_assert(em_str_eq(em_buf_view(&buf), em_buf_view(&again)));
        }
        em_buf_free(&buf);
        em_buf_free(&again);
}

static void check_reject(const em_reject *reject)
{
        em_buf buf = em_buf_make((size_t)1 << 26);
        em_reject back;
        em_reject_pack(reject, &buf);
        em_assert(em_reject_unpack(em_buf_view(&buf), &back, NULL) == EM_OK);
        em_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size == 0)
                return 0;
        em_arena *table = em_arena_new((size_t)1 << 24), *arena = em_arena_new((size_t)1 << 26);
        char *bytes = malloc(size);
        em_csv_row row;
        em_map_bound *bound;
        em_record record;
        em_reject reject;
        if (table == NULL || arena == NULL || bytes == NULL)
                abort();
        memcpy(bytes, data + 1, size - 1);
        em_csv csv = em_csv_make((em_str){ bytes, size - 1 }, NULL);
        if (em_csv_next(&csv, table, &row) &&
            em_map_bind(maps[data[0] % map_count], &row, table, &bound, NULL) == EM_OK)
                for (; em_csv_next(&csv, arena, &row); em_arena_reset(arena)) {
                        if (em_map_apply(bound, &row, arena, &record, &reject))
                                check_record(&record, &row);
                        else
                                check_reject(&reject);
                }
        free(bytes);
        em_arena_free(table);
        em_arena_free(arena);
        return 0;
}
