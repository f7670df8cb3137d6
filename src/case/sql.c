/* Small verbs over SQLite statements, so that the store's own files read as what
 * they do and every SQLite code becomes one of ours in one place
 * (sqlite.org/rescode.html).
 */
#include "case/store.h"

static em_status status_of(int rc)
{
        switch (rc & 0xff) {
        case SQLITE_NOMEM:
                return EM_NOMEM;
        case SQLITE_BUSY: case SQLITE_LOCKED:
                return EM_BUSY;
        case SQLITE_IOERR:
                return rc == SQLITE_IOERR_NOMEM ? EM_NOMEM : EM_IO;
        case SQLITE_FULL: case SQLITE_CANTOPEN:
                return EM_IO;
        case SQLITE_CORRUPT: case SQLITE_NOTADB:
                return EM_FORMAT;
        case SQLITE_READONLY: case SQLITE_PERM: case SQLITE_AUTH: case SQLITE_CONSTRAINT:
                return EM_DENIED;
        case SQLITE_TOOBIG: case SQLITE_INTERRUPT:
                return EM_LIMIT;
        default:
                return EM_BUG;
        }
}

em_status em_sql_fail(sqlite3 *db, em_error *err, const char *doing)
{
        int rc = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
        em_status status = status_of(rc);
        char shown[400];
        const char *why = db ? sqlite3_errmsg(db) : "out of memory";
        em_str_show(em_str_c(why), shown, sizeof shown);
        if (status == EM_FORMAT)
                return em_fail(err, status, "case.db is damaged or no case: %s", shown);
        if (status == EM_BUSY)
                return em_fail(err, status, "another embargo is writing to this case; wait for it to end");
        if (rc == SQLITE_READONLY_ROLLBACK)
                return em_fail(err, status, "a kill left a change of this case unfinished, and it cannot be "
                               "taken back where nothing may be written; open the case once where it may");
        return em_fail(err, status, "the case's database says: %s (%s)", shown, doing);
}

em_status em_store_fail(em_case *c, em_error *err, const char *doing)
{
        return em_sql_fail(c->db, err, doing);
}

em_status em_sql_run(sqlite3 *db, const char *sql, em_error *err)
{
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
                return em_sql_fail(db, err, "a statement");
        return EM_OK;
}

em_status em_sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret_stmt, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
                return em_sql_fail(db, err, "preparing");
        *ret_stmt = stmt;
        return EM_OK;
}

em_status em_sql_step(sqlite3_stmt *stmt, bool *ret_row, em_error *err)
{
        int rc = sqlite3_step(stmt);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                return em_sql_fail(sqlite3_db_handle(stmt), err, "running");
        *ret_row = rc == SQLITE_ROW;
        return EM_OK;
}

em_status em_sql_do(sqlite3_stmt *stmt, em_error *err)
{
        int rc = sqlite3_step(stmt);
        if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
                em_status status = em_sql_fail(sqlite3_db_handle(stmt), err, "writing");
                sqlite3_reset(stmt);
                return status;
        }
        if (sqlite3_reset(stmt) != SQLITE_OK)
                return em_sql_fail(sqlite3_db_handle(stmt), err, "writing");
        return EM_OK;
}

em_bind em_bind_make(sqlite3_stmt *stmt)
{
        return (em_bind){ .stmt = stmt, .at = 0, .rc = SQLITE_OK };
}

static void bound(em_bind *b, int rc)
{
        if (rc != SQLITE_OK && b->rc == SQLITE_OK)
                b->rc = rc;
}

void em_bind_int(em_bind *b, int64_t value)
{
        bound(b, sqlite3_bind_int64(b->stmt, ++b->at, value));
}

void em_bind_null(em_bind *b)
{
        bound(b, sqlite3_bind_null(b->stmt, ++b->at));
}

void em_bind_text(em_bind *b, em_str value)
{
        bound(b, sqlite3_bind_text64(b->stmt, ++b->at, value.n ? value.p : "", value.n,
                                     SQLITE_STATIC, SQLITE_UTF8));
}

void em_bind_str(em_bind *b, em_str value)
{
        if (value.n)
                em_bind_text(b, value);
        else
                em_bind_null(b);
}

em_status em_bind_done(const em_bind *b, em_error *err)
{
        if (b->rc != SQLITE_OK)
                return em_sql_fail(sqlite3_db_handle(b->stmt), err, "binding");
        return EM_OK;
}

/* A page that could not be read for want of memory or by a fault of the disk is
 * reported by the check as if it were damage, with SQLite's code at the end. */
em_status em_sql_check_said(em_str *text, em_error *err)
{
        em_str head = EM_S("*** in database main ***\n"), mark = EM_S("error code=");
        if (em_str_starts(*text, head))
                *text = em_str_sub(*text, head.n, text->n);
        ptrdiff_t at = em_str_find(*text, mark);
        int64_t code;
        if (at < 0 || !em_str_int(em_str_trim(em_str_sub(*text, (size_t)at + mark.n, text->n)), &code))
                return EM_OK;
        em_status status = status_of((int)code);
        if (status != EM_NOMEM && status != EM_IO && status != EM_BUSY)
                return EM_OK;
        return em_fail(err, status, "case.db cannot be checked: %s", em_status_text(status));
}

/* The blob form of a text column is the text without the NUL that SQLite might
 * have to allocate for. */
em_str em_sql_str(sqlite3_stmt *stmt, int column)
{
        if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
                return (em_str){ NULL, 0 };
        const char *p = sqlite3_column_blob(stmt, column);
        int n = sqlite3_column_bytes(stmt, column);
        return p && n > 0 ? (em_str){ p, (size_t)n } : (em_str){ NULL, 0 };
}

int64_t em_sql_i64(sqlite3_stmt *stmt, int column)
{
        return sqlite3_column_int64(stmt, column);
}

em_status em_sql_copy(sqlite3_stmt *stmt, int column, em_arena *arena,
                      em_str *ret_copy, em_error *err)
{
        return em_str_copy(em_sql_str(stmt, column), arena, ret_copy, err);
}

em_status em_sql_int(sqlite3 *db, const char *sql, em_str param, int64_t none,
                     int64_t *ret_value, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(db, sql, &stmt, err));
        em_bind b = em_bind_make(stmt);
        if (param.p)
                em_bind_text(&b, param);
        bool row = false;
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        if (status == EM_OK)
                *ret_value = row && sqlite3_column_type(stmt, 0) != SQLITE_NULL
                        ? sqlite3_column_int64(stmt, 0) : none;
        sqlite3_finalize(stmt);
        return status;
}
