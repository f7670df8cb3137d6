/* What is held: sources with their custody, and the manifest that a report prints.
 */
#include "case/store.h"

#include <stdlib.h>

#define SOURCE_SQL                                                              \
        "SELECT s.id, s.sha256, s.bytes, s.reliability, i.taken, i.quarantined, " \
        "s.name, s.publisher, s.origin, s.method, s.terms, s.obtained_by, "     \
        "s.published, s.obtained_on, s.covers_from, s.covers_to, s.access, "    \
        "s.role, m.name, i.sandbox, m.hash, i.first_record, i.last_record, "    \
        "i.first_quarantine, i.last_quarantine, i.entry FROM em_source AS s "   \
        "LEFT JOIN em_intake AS i ON i.id = (SELECT max(id) FROM em_intake "    \
        "WHERE source = s.id) LEFT JOIN em_map AS m ON m.id = i.map "

static em_status read_source(sqlite3_stmt *stmt, em_arena *arena, em_source *s, em_error *err)
{
        em_str sha256 = em_sql_str(stmt, 1), grade = em_sql_str(stmt, 3);
        *s = (em_source){ .id = sqlite3_column_int64(stmt, 0) };
        if (sha256.n != 64)
                return em_fail(err, EM_FORMAT, "source %lld has no hash; verify says what is wrong",
                               (long long)s->id);
        memcpy(s->sha256, sha256.p, 64);
        s->bytes = (uint64_t)sqlite3_column_int64(stmt, 2);
        s->reliability = grade.n ? grade.p[0] : 'F';
        s->taken = (uint64_t)sqlite3_column_int64(stmt, 4);
        s->quarantined = (uint64_t)sqlite3_column_int64(stmt, 5);
        s->rows = s->taken + s->quarantined;
        em_str *const text[] = {
                &s->name, &s->publisher, &s->origin, &s->method, &s->terms, &s->obtained_by,
                &s->published, &s->obtained_on, &s->covers_from, &s->covers_to, &s->access,
                &s->role, &s->map, &s->sandbox, &s->map_hash,
        };
        for (int i = 0; i < (int)(sizeof text / sizeof text[0]); i++)
                EM_TRY(em_sql_copy(stmt, 6 + i, arena, text[i], err));
        int64_t *const number[] = { &s->first_record, &s->last_record, &s->first_aside, &s->last_aside, &s->entry };
        for (int i = 0; i < 5; i++)
                *number[i] = sqlite3_column_int64(stmt, 21 + i);
        return EM_OK;
}

em_status em_source_read(sqlite3 *db, int64_t id, em_arena *arena, em_source *ret_source, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        em_source source;
        EM_TRY(em_sql_prepare(db, SOURCE_SQL "WHERE s.id = ?", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, id);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        if (status == EM_OK && !row)
                status = em_fail(err, EM_MISSING, "no source has the number %lld", (long long)id);
        if (status == EM_OK)
                status = read_source(stmt, arena, &source, err);
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                *ret_source = source;
        return status;
}

em_status em_case_sources(em_case *c, em_arena *arena, em_source **ret_list,
                          size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        int64_t room;
        size_t count = 0;
        bool row = false;
        EM_TRY(em_sql_int(c->db, "SELECT count(*) FROM em_source", (em_str){ NULL, 0 }, 0, &room, err));
        em_source *list = EM_NEW_N(arena, em_source, (size_t)room);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the sources");
        EM_TRY(em_sql_prepare(c->db, SOURCE_SQL "ORDER BY s.id", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row && count < (size_t)room) {
                status = read_source(stmt, arena, &list[count++], err);
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        if (status == EM_OK) {
                *ret_list = list;
                *ret_count = count;
        }
        return status;
}

em_status em_case_manifest(em_case *c, char ret_hex[65], em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        em_hasher *h = em_hasher_new();
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory for the manifest");
        em_status status = em_sql_prepare(c->db, "SELECT sha256 FROM em_source UNION "
                                          "SELECT hash FROM em_map ORDER BY 1", &stmt, err);
        if (status != EM_OK) {
                em_hasher_free(h);
                return status;
        }
        status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                em_str hash = em_sql_str(stmt, 0);
                em_hasher_add(h, hash.p ? hash.p : "", hash.n);
                em_hasher_add(h, "\n", 1);
                status = em_sql_step(stmt, &row, err);
        }
        if (status == EM_OK)
                em_sha256_hex(em_hasher_done(h), ret_hex);
        sqlite3_finalize(stmt);
        em_hasher_free(h);
        return status;
}
