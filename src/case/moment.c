/* The days of all records in one pass over the table.  The views show days as text and join three tables; a timeline wants
 * neither, it wants to sort and count, and asks for the words of the hundred records that are shown afterwards.
 */
#include "case/store.h"

#include <stdio.h>
#include <stdlib.h>

enum { TELL_EACH = 1 << 16 };

typedef struct intake { int64_t first, last; uint16_t kind; bool computed; } intake;

/* The class of a row of a run says what sort of row it is; these say what was found. */
#define FOUND "'event', 'end', 'match'"

static int by_name(const void *a, const void *b)
{
        const em_moment_kind *x = a, *y = b;
        int sign = em_str_cmp(x->name, y->name);
        return sign ? sign : (int)x->regime - (int)y->regime;
}

static em_status read_kinds(em_case *c, em_arena *arena, em_moments *m, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(c->db, "SELECT DISTINCT i.kind, s.role = 'regime', "
                "(SELECT count(*) FROM (SELECT DISTINCT kind, source FROM em_intake)) "
                "FROM em_intake AS i JOIN em_source AS s ON s.id = i.source "
                "WHERE i.kind IS NOT NULL AND i.first_record IS NOT NULL", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                if (!m->kind)
                        m->kind = EM_NEW_N(arena, em_moment_kind, (size_t)sqlite3_column_int64(stmt, 2));
                if (!m->kind || m->kinds == UINT16_MAX) {
                        status = em_fail(err, EM_LIMIT, "too many kinds of records for a timeline");
                        break;
                }
                em_moment_kind *k = &m->kind[m->kinds++];
                k->regime = sqlite3_column_int64(stmt, 1) != 0;
                status = em_sql_copy(stmt, 0, arena, &k->name, err);
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        if (m->kinds > 1)
                qsort(m->kind, m->kinds, sizeof *m->kind, by_name);
        return status;
}

static uint16_t kind_of(const em_moments *m, em_str name, bool regime)
{
        em_moment_kind want = { .name = name, .regime = regime };
        const em_moment_kind *met = bsearch(&want, m->kind, m->kinds, sizeof want, by_name);
        em_assert(met);
        return (uint16_t)(met - m->kind);
}

/* The records of one intake stand side by side. */
static em_status read_intakes(em_case *c, const em_moments *m, em_arena *arena, intake **ret_list, size_t *ret_count,
                              size_t *ret_records, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        size_t count = 0, records = 0;
        intake *list = NULL;
        EM_TRY(em_sql_prepare(c->db, "SELECT i.first_record, i.last_record, i.kind, s.role = 'regime', "
                "(SELECT count(*) FROM em_intake), coalesce(s.method LIKE 'computed by embargo%', 0) FROM em_intake AS i JOIN em_source AS s ON s.id = i.source "
                "WHERE i.kind IS NOT NULL AND i.first_record IS NOT NULL ORDER BY i.first_record", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                if (!list)
                        list = EM_NEW_N(arena, intake, (size_t)sqlite3_column_int64(stmt, 4));
                if (!list) {
                        status = em_fail(err, EM_NOMEM, "no memory for a timeline");
                        break;
                }
                list[count] = (intake){ sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                        kind_of(m, em_sql_str(stmt, 2), sqlite3_column_int64(stmt, 3) != 0),
                                        sqlite3_column_int64(stmt, 5) != 0 };
                records += (size_t)(list[count].last - list[count].first + 1);
                count++;
                status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        *ret_list = list;
        *ret_count = count;
        *ret_records = records;
        return status;
}

static em_day day_at(sqlite3_stmt *stmt, int column)
{
        return sqlite3_column_type(stmt, column) == SQLITE_NULL ? EM_DAY_NONE : (em_day)sqlite3_column_int64(stmt, column);
}

static em_status read_one(sqlite3_stmt *stmt, const intake *in, em_moments *m, em_error *err)
{
        bool row = false;
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, in->first);
        em_bind_int(&b, in->last);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(stmt, &row, err));
        while (row) {
                m->at[m->count++] = (em_moment){ sqlite3_column_int64(stmt, 0), day_at(stmt, 1), day_at(stmt, 2),
                                                 day_at(stmt, 3), in->kind,
                                                 in->computed && sqlite3_column_int64(stmt, 4) == 0 };
                m->kind[in->kind].records++;
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        sqlite3_reset(stmt);
        return EM_OK;
}

static em_status read_moments(em_case *c, em_day as_known, const intake *in, size_t count, size_t records,
                              const em_progress *progress, em_moments *m, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        char sql[240];
        char cut[48] = "";
        if (as_known != EM_DAY_NONE)
                snprintf(cut, sizeof cut, " AND known <= %d", (int)as_known);
        snprintf(sql, sizeof sql, "SELECT id, day_from, day_to, known, class IN (" FOUND ") FROM em_record WHERE id BETWEEN ? AND ?%s "
                 "ORDER BY id", cut);
        EM_TRY(em_sql_prepare(c->db, sql, &stmt, err));
        em_status status = EM_OK;
        for (size_t i = 0, told = 0; status == EM_OK && i < count; i++) {
                status = read_one(stmt, &in[i], m, err);
                if (m->count - told < TELL_EACH)
                        continue;
                told = m->count;
                if (status == EM_OK && !em_progress_tell(progress, "days", m->count, records))
                        status = em_fail(err, EM_INTERRUPTED, "interrupted");
        }
        sqlite3_finalize(stmt);
        return status;
}

em_status em_case_moments(em_case *c, em_day as_known, em_arena *arena, const em_progress *progress,
                          em_moments *ret_moments, em_error *err)
{
        em_moments m = { 0 };
        intake *in = NULL;
        size_t intakes = 0, records = 0;
        bool own = c->depth == 0;
        if (own)
                EM_TRY(em_sql_run(c->db, "BEGIN", err));        /* intakes and records of one state */
        em_status status = read_kinds(c, arena, &m, err);
        if (status == EM_OK)
                status = read_intakes(c, &m, arena, &in, &intakes, &records, err);
        if (status == EM_OK && records >= UINT32_MAX)
                status = em_fail(err, EM_LIMIT, "more records than a timeline can order");
        if (status == EM_OK && !(m.at = EM_NEW_N(arena, em_moment, records + 1)))
                status = em_fail(err, EM_NOMEM, "no memory for a timeline");
        if (status == EM_OK)
                status = read_moments(c, as_known, in, intakes, records, progress, &m, err);
        em_error ignored;
        if (own && em_sql_run(c->db, "ROLLBACK", &ignored) != EM_OK && status == EM_OK)
                status = em_fail(err, EM_IO, "the case could not be read to its end");
        if (status == EM_OK)
                *ret_moments = m;
        return status;
}
