/* Rows kept aside, and bytes of kept files: what a person wants to see who is told that a row could not be taken.
 *
 * The rows of one intake stand side by side under their numbers, so a page of them is a range of row ids and costs
 * what it shows, however many there are.
 */
#include "case/store.h"

#define SLICE_MAX ((uint64_t)64 << 20)

em_status em_case_slice(em_case *c, const em_source *source, uint64_t offset, uint64_t length,
                        em_arena *arena, em_str *ret_bytes, em_error *err)
{
        em_str     path, bytes = { NULL, 0 };
        em_mapping map;
        if (length > SLICE_MAX)
                return em_fail(err, EM_LIMIT, "at most 64 MiB of a source are read at once");
        EM_TRY(em_store_path(c, source->sha256, arena, &path, err));
        EM_TRY(em_mapping_open(path, &map, err));
        em_status status = offset <= map.n && length <= map.n - offset ? EM_OK
                : em_fail_at(err, EM_FORMAT, source->name, 0, 0, "the kept source is shorter than its record says; run verify");
        if (status == EM_OK)
                status = em_str_copy((em_str){ map.p + offset, (size_t)length }, arena, &bytes, err);
        em_mapping_close(&map);
        if (status == EM_OK)
                *ret_bytes = bytes;
        return status;
}

static em_status read_aside(em_case *c, sqlite3_stmt *stmt, em_arena *arena, em_aside *a, em_error *err)
{
        *a = (em_aside){ .id = sqlite3_column_int64(stmt, 0) };
        uint64_t *const number[] = { &a->reject.row, &a->reject.line, &a->reject.offset, &a->reject.length };
        for (int i = 0; i < 4; i++)
                *number[i] = (uint64_t)sqlite3_column_int64(stmt, 2 + i);
        EM_TRY(em_sql_copy(stmt, 6, arena, &a->reject.column, err));
        EM_TRY(em_sql_copy(stmt, 7, arena, &a->reject.reason, err));
        return em_source_read(c->db, sqlite3_column_int64(stmt, 1), arena, &a->source, err);
}

em_status em_case_asides(em_case *c, const em_source *source, int64_t from, size_t most, em_arena *arena,
                         em_aside **ret_list, size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool          row = false;
        size_t        count = 0;
        int64_t       first = from, last = INT64_MAX;
        if (source) {
                first = from > source->first_aside ? from : source->first_aside;
                last = source->first_aside ? source->last_aside : 0;
        }
        em_aside *list = EM_NEW_N(arena, em_aside, most);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for rows kept aside");
        EM_TRY(em_sql_prepare(c->db, "SELECT q.id, i.source, q.row, q.line, q.offset, q.length, q.field, q.reason "
                              "FROM em_quarantine AS q CROSS JOIN em_intake AS i "
                              "WHERE q.id BETWEEN ? AND ? AND i.id = q.intake ORDER BY q.id", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, first);
        em_bind_int(&b, last);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row && count < most) {
                status = read_aside(c, stmt, arena, &list[count++], err);
                if (status == EM_OK && count < most)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        if (status == EM_OK) {
                *ret_list = list;
                *ret_count = count;
        }
        return status;
}
