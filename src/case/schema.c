/* The tables of a case, the triggers that keep evidence append-only, and the
 * check that a file holds these and nothing else.
 *
 * SQLite compiles the SQL that stands in a file's own schema, so a stranger's file
 * is a program until its schema has been read as text and found to be exactly ours
 * (sqlite.org/security.html; sqlite.org/fileformat2.html section 2.6).  Until
 * then views and triggers are off.  Versions go forward by steps, each one an
 * ALTER that leaves the table's text as a new case would have it, so that the
 * same comparison holds for a migrated file.
 */
#include "case/store.h"

#include <stdio.h>

typedef struct object { const char *name, *type, *sql; } object;

#define APPEND_ONLY(table, verb)                                                \
        { table "_no_" verb, "trigger",                                         \
          "CREATE TRIGGER " table "_no_" verb " BEFORE " verb " ON " table       \
          " BEGIN SELECT raise(ABORT, '" table " is append-only'); END" }

static const object objects[] = {
        { "em_meta", "table",
          "CREATE TABLE em_meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT" },
        { "em_map", "table",
          "CREATE TABLE em_map(id INTEGER PRIMARY KEY, name TEXT NOT NULL, "
          "hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, text TEXT NOT NULL) STRICT" },
        { "em_field", "table",
          "CREATE TABLE em_field(kind TEXT NOT NULL, ordinal INTEGER NOT NULL, "
          "name TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY(kind, name)) STRICT" },
        { "em_source", "table",
          "CREATE TABLE em_source(id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, "
          "bytes INTEGER NOT NULL, media TEXT, name TEXT NOT NULL, publisher TEXT, origin TEXT, "
          "method TEXT, terms TEXT, obtained_by TEXT, obtained_on TEXT, published TEXT, "
          "covers_from TEXT, covers_to TEXT, reliability TEXT NOT NULL, access TEXT NOT NULL, "
          "role TEXT NOT NULL) STRICT" },
        { "em_intake", "table",
          "CREATE TABLE em_intake(id INTEGER PRIMARY KEY, "
          "source INTEGER NOT NULL REFERENCES em_source(id), map INTEGER REFERENCES em_map(id), "
          "kind TEXT, known INTEGER NOT NULL, taken INTEGER NOT NULL, "
          "quarantined INTEGER NOT NULL, first_record INTEGER, last_record INTEGER, "
          "first_quarantine INTEGER, last_quarantine INTEGER, first_link INTEGER, "
          "last_link INTEGER, links_waiting INTEGER NOT NULL, record_digest TEXT, "
          "quarantine_digest TEXT, link_digest TEXT, entry INTEGER, sandbox TEXT) STRICT" },
        { "em_record", "table",
          "CREATE TABLE em_record(id INTEGER PRIMARY KEY, "
          "intake INTEGER NOT NULL REFERENCES em_intake(id), row INTEGER NOT NULL, "
          "line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, key TEXT, "
          "what TEXT, class TEXT, who TEXT, place TEXT, lat_e7 INTEGER, lon_e7 INTEGER, "
          "day_from INTEGER, day_to INTEGER, utc_from INTEGER, utc_to INTEGER, time_s INTEGER, "
          "precision INTEGER NOT NULL, known INTEGER NOT NULL, state INTEGER NOT NULL, "
          "low_milli INTEGER, high_milli INTEGER, stated_milli INTEGER, rounding_milli INTEGER, "
          "unit TEXT, quantifier INTEGER NOT NULL, credibility INTEGER NOT NULL, "
          "fields TEXT) STRICT" },
        { "em_quarantine", "table",
          "CREATE TABLE em_quarantine(id INTEGER PRIMARY KEY, "
          "intake INTEGER NOT NULL REFERENCES em_intake(id), row INTEGER NOT NULL, "
          "line INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, "
          "field TEXT, reason TEXT NOT NULL) STRICT" },
        { "em_link", "table",
          "CREATE TABLE em_link(id INTEGER PRIMARY KEY, "
          "a INTEGER NOT NULL REFERENCES em_record(id), "
          "b INTEGER NOT NULL REFERENCES em_record(id), relation TEXT NOT NULL, "
          "certainty TEXT NOT NULL, reason TEXT, author TEXT NOT NULL, known INTEGER NOT NULL, "
          "record INTEGER REFERENCES em_record(id), hash TEXT NOT NULL) STRICT" },
        { "em_link_a", "index", "CREATE INDEX em_link_a ON em_link(a)" },
        { "em_link_b", "index", "CREATE INDEX em_link_b ON em_link(b)" },
        { "em_link_record", "index", "CREATE INDEX em_link_record ON em_link(record)" },
        { "em_ledger", "table",
          "CREATE TABLE em_ledger(seq INTEGER PRIMARY KEY, at TEXT NOT NULL, "
          "author TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL, "
          "previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT" },
        { "em_finding", "table",
          "CREATE TABLE em_finding(id INTEGER PRIMARY KEY, question TEXT NOT NULL, "
          "as_known TEXT NOT NULL, version INTEGER NOT NULL, question_hash TEXT NOT NULL, "
          "verdict TEXT NOT NULL, standard TEXT NOT NULL, body TEXT NOT NULL, "
          "UNIQUE(question, as_known, version)) STRICT" },
        { "em_finding_record", "table",
          "CREATE TABLE em_finding_record(finding INTEGER NOT NULL REFERENCES em_finding(id), "
          "ordinal INTEGER NOT NULL, record INTEGER NOT NULL REFERENCES em_record(id), "
          "PRIMARY KEY(finding, ordinal)) STRICT, WITHOUT ROWID" },
        { "em_anchor", "table",
          "CREATE TABLE em_anchor(name TEXT PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, "
          "text TEXT NOT NULL) STRICT" },
        APPEND_ONLY("em_ledger", "UPDATE"),
        APPEND_ONLY("em_ledger", "DELETE"),
        APPEND_ONLY("em_source", "UPDATE"),
        APPEND_ONLY("em_source", "DELETE"),
        APPEND_ONLY("em_record", "UPDATE"),
        APPEND_ONLY("em_record", "DELETE"),
        APPEND_ONLY("em_quarantine", "UPDATE"),
        APPEND_ONLY("em_quarantine", "DELETE"),
        APPEND_ONLY("em_map", "UPDATE"),
        APPEND_ONLY("em_map", "DELETE"),
        APPEND_ONLY("em_link", "UPDATE"),
        APPEND_ONLY("em_link", "DELETE"),
        APPEND_ONLY("em_intake", "DELETE"),
        APPEND_ONLY("em_finding", "UPDATE"),
        APPEND_ONLY("em_finding", "DELETE"),
        APPEND_ONLY("em_finding_record", "UPDATE"),
        APPEND_ONLY("em_finding_record", "DELETE"),
};
enum { OBJECTS = sizeof objects / sizeof objects[0] };

/* steps[v] takes a file of version v to v + 1.  Version 0 was ours before the
 * first release: its intakes did not say what had held the worker. */
static const char *const steps[] = {
        "ALTER TABLE em_intake ADD COLUMN sandbox TEXT",
};
_Static_assert(sizeof steps / sizeof steps[0] == EM_CASE_SCHEMA, "a step for each version");

static const em_scope everything = { .as_known = EM_DAY_NONE };

static em_status run_views(em_case *c, em_error *err)
{
        em_buf sql = em_buf_make((size_t)1 << 16);
        em_status status = EM_OK;
        for (size_t i = 0; status == EM_OK && em_public_views[i]; i++) {
                em_buf_clear(&sql);
                em_view_sql(em_public_views[i], everything, &sql);
                em_buf_ch(&sql, '\0');
                status = em_buf_status(&sql, err);
                if (status == EM_OK)
                        status = em_sql_run(c->db, sql.p, err);
        }
        em_buf_free(&sql);
        return status;
}

static em_status set_version(em_case *c, em_error *err)
{
        char sql[64];
        snprintf(sql, sizeof sql, "PRAGMA user_version = %d", EM_CASE_SCHEMA);
        return em_sql_run(c->db, sql, err);
}

em_status em_schema_create(em_case *c, em_error *err)
{
        char sql[64];
        snprintf(sql, sizeof sql, "PRAGMA application_id = %d", EM_CASE_APPLICATION_ID);
        EM_TRY(em_sql_run(c->db, sql, err));
        EM_TRY(set_version(c, err));
        for (size_t i = 0; i < OBJECTS; i++)
                EM_TRY(em_sql_run(c->db, objects[i].sql, err));
        return run_views(c, err);
}

/* ---- the check ------------------------------------------------------------- */

/* Equal but for the white space that ALTER TABLE and hands leave. */
static bool same_sql(em_str a, em_str b)
{
        size_t i = 0, j = 0;
        for (;;) {
                while (i < a.n && (a.p[i] == ' ' || a.p[i] == '\n' || a.p[i] == '\t'))
                        i++;
                while (j < b.n && (b.p[j] == ' ' || b.p[j] == '\n' || b.p[j] == '\t'))
                        j++;
                if (i == a.n || j == b.n)
                        return i == a.n && j == b.n;
                if (a.p[i++] != b.p[j++])
                        return false;
        }
}

static em_status foreign(em_error *err, em_str type, em_str name, const char *how)
{
        char shown_type[32], shown[96];
        return em_fail(err, EM_FORMAT, "case.db holds the %s '%s', which %s; it is not opened",
                       em_str_show(type, shown_type, sizeof shown_type),
                       em_str_show(name, shown, sizeof shown), how);
}

typedef struct check {
        em_arena *arena;
        em_buf sql;
        const em_kind *kind;
        size_t kinds, seen;
        bool names_only;                /* an older version, before its steps */
} check;

/* What the object of this name must be, or type NULL: not ours. */
static object expected(check *k, em_str name)
{
        for (size_t i = 0; i < OBJECTS; i++)
                if (em_str_eq(name, em_str_c(objects[i].name)))
                        return objects[i];
        em_buf_clear(&k->sql);
        for (size_t i = 0; em_public_views[i]; i++)
                if (em_str_eq(name, em_str_c(em_public_views[i])))
                        em_view_sql(em_public_views[i], everything, &k->sql);
        for (size_t i = 0; i < k->kinds; i++)
                if (em_str_eq(name, k->kind[i].name))
                        em_view_kind_sql(&k->kind[i], everything, &k->sql);
        if (k->sql.n == 0)
                return (object){ NULL, NULL, NULL };
        em_buf_ch(&k->sql, '\0');
        return (object){ "", "view", k->sql.p };
}

static em_status check_object(check *k, em_str type, em_str name, em_str sql, em_error *err)
{
        if (sql.n == 0 && em_str_eq(type, EM_S("index")) &&
            em_str_starts(name, EM_S("sqlite_autoindex_em_")))
                return EM_OK;
        object e = expected(k, name);
        EM_TRY(em_buf_status(&k->sql, err));
        if (!e.type)
                return foreign(err, type, name, "embargo did not put there");
        if (!em_str_eq(type, em_str_c(e.type)))
                return foreign(err, type, name, "should be something else");
        if (!k->names_only && !same_sql(sql, em_str_c(e.sql)))
                return foreign(err, type, name, "is not as embargo makes it");
        k->seen++;
        return EM_OK;
}

static em_status check_objects(sqlite3 *db, check *k, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row;
        EM_TRY(em_sql_prepare(db, "SELECT type, name, sql FROM sqlite_schema", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                status = check_object(k, em_sql_str(stmt, 0), em_sql_str(stmt, 1),
                                      em_sql_str(stmt, 2), err);
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

static size_t expected_count(size_t kinds)
{
        size_t views = 0;
        while (em_public_views[views])
                views++;
        return OBJECTS + views + kinds;
}

/* First by name alone, without reading any table: then em_map and em_field are
 * tables of ours and may be asked which kinds have views. */
static em_status check_schema(em_case *c, bool names_only, em_error *err)
{
        check k = { .names_only = names_only };
        em_kind *kinds = NULL;
        k.sql = em_buf_make((size_t)1 << 20);
        k.arena = em_arena_new((size_t)64 << 20);
        em_status status = k.arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory to check the schema");
        int64_t tables = 0;
        if (status == EM_OK)
                status = em_sql_int(c->db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                                    "AND name IN ('em_map', 'em_field') AND sql NOT LIKE '%VIRTUAL%'",
                                    (em_str){ NULL, 0 }, 0, &tables, err);
        if (status == EM_OK && tables != 2)
                status = em_fail(err, EM_FORMAT, "case.db is not a finished case: its tables are missing");
        if (status == EM_OK)
                status = em_kinds_load(c->db, k.arena, &kinds, &k.kinds, err);
        k.kind = kinds;
        if (status == EM_OK)
                status = check_objects(c->db, &k, err);
        if (status == EM_OK && !names_only && k.seen != expected_count(k.kinds))
                status = em_fail(err, EM_FORMAT, "case.db lacks a table, trigger or view of its own; "
                                 "it is damaged or was altered");
        em_buf_free(&k.sql);
        em_arena_free(k.arena);
        return status;
}

static em_status migrate(em_case *c, int64_t version, em_error *err)
{
        if (c->mode != EM_CASE_WRITE)
                return em_fail(err, EM_FORMAT, "this case has schema %d, older than %d; the next "
                               "command that writes to it brings it up to date",
                               (int)version, EM_CASE_SCHEMA);
        EM_TRY(check_schema(c, true, err));
        EM_TRY(em_store_begin(c, err));
        em_status status = EM_OK;
        for (int64_t v = version; status == EM_OK && v < EM_CASE_SCHEMA; v++)
                status = em_sql_run(c->db, steps[v], err);
        for (size_t i = 0; status == EM_OK && em_public_views[i]; i++) {
                char drop[64];
                snprintf(drop, sizeof drop, "DROP VIEW IF EXISTS %s", em_public_views[i]);
                status = em_sql_run(c->db, drop, err);
        }
        if (status == EM_OK)
                status = run_views(c, err);
        if (status == EM_OK)
                status = em_views_refresh(c, err);
        if (status == EM_OK)
                status = set_version(c, err);
        if (status == EM_OK)
                status = check_schema(c, false, err);
        if (status == EM_OK)
                return em_store_commit(c, err);
        em_store_rollback(c);
        return status;
}

em_status em_schema_check(em_case *c, em_error *err)
{
        int64_t id, version;
        em_str none = { NULL, 0 };
        EM_TRY(em_sql_int(c->db, "PRAGMA application_id", none, 0, &id, err));
        EM_TRY(em_sql_int(c->db, "PRAGMA user_version", none, 0, &version, err));
        if (id != EM_CASE_APPLICATION_ID)
                return em_fail(err, EM_FORMAT, id == 0
                        ? "case.db is not a finished case; make it anew with init"
                        : "case.db belongs to another program");
        if (version > EM_CASE_SCHEMA)
                return em_fail(err, EM_FORMAT, "case.db has schema %d and comes from a newer embargo; "
                               "this one knows up to %d", (int)version, EM_CASE_SCHEMA);
        if (version < 0)
                return em_fail(err, EM_FORMAT, "case.db states an impossible schema version");
        return version < EM_CASE_SCHEMA ? migrate(c, version, err) : check_schema(c, false, err);
}
