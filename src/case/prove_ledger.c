/* The ledger's own chain, and what stands in it against what is held: maps,
 * findings, the head.
 */
#include "case/proof.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct walk {
        em_said *said;
        int64_t  seq;
        char     hash[65];
} walk;

static em_status check_entry(walk *w, const em_entry *e, em_error *err)
{
        char real[65];
        EM_TRY(em_ledger_hash(e, real, err));
        if (e->seq != w->seq + 1)
                em_say(w->said, "ledger: entries %" PRId64 " to %" PRId64 " are missing",
                       w->seq + 1, e->seq - 1);
        else if (strcmp(e->previous, w->hash) != 0)
                em_say(w->said, "ledger entry %" PRId64 ": it does not follow the hash of the entry "
                       "before it", e->seq);
        if (strcmp(real, e->hash) != 0)
                em_say(w->said, "ledger entry %" PRId64 ": its text was altered; it no longer gives "
                       "its hash", e->seq);
        w->seq = e->seq;
        memcpy(w->hash, e->hash, 65);
        return EM_OK;
}

/* An entry read in place: its texts die with the next step. */
static void entry_of(sqlite3_stmt *stmt, em_entry *e)
{
        em_str previous = em_sql_str(stmt, 5), hash = em_sql_str(stmt, 6);
        memset(e, 0, sizeof *e);
        e->seq = em_sql_i64(stmt, 0);
        e->at = em_sql_str(stmt, 1);
        e->author = em_sql_str(stmt, 2);
        e->action = em_sql_str(stmt, 3);
        e->body = em_sql_str(stmt, 4);
        if (previous.n == 64)
                memcpy(e->previous, previous.p, 64);
        if (hash.n == 64)
                memcpy(e->hash, hash.p, 64);
}

static em_status check_head(sqlite3 *db, const walk *w, em_error *err)
{
        char head[96];
        int64_t same;
        snprintf(head, sizeof head, "%" PRId64 " %s", w->seq, w->hash);
        EM_TRY(em_sql_int(db, "SELECT value = ? FROM em_meta WHERE key = 'ledger_head'",
                          em_str_c(head), 0, &same, err));
        if (!same)
                em_say(w->said, "ledger: its last entry, %" PRId64 ", is not the one that was written "
                       "last; entries are missing at the end, or the head was altered", w->seq);
        return EM_OK;
}

static em_status check_meta(sqlite3 *db, em_said *said, em_error *err)
{
        static const struct { const char *sql, *what; } checks[] = {
                { "SELECT m.value = l.author FROM em_meta AS m, em_ledger AS l "
                  "WHERE m.key = 'author' AND l.seq = 1", "author" },
                { "SELECT m.value LIKE '%' || CASE WHEN em_json_ok(l.body) "
                  "THEN l.body ->> 'regime' ELSE '' END FROM em_meta AS m, em_ledger AS l "
                  "WHERE m.key = 'regime_dir' AND l.seq = 1", "regime" },
        };
        for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
                int64_t same;
                EM_TRY(em_sql_int(db, checks[i].sql, (em_str){ NULL, 0 }, 0, &same, err));
                if (!same)
                        em_say(said, "case: its %s is not the one that ledger entry 1 names", checks[i].what);
        }
        return EM_OK;
}

em_status em_prove_ledger(sqlite3 *db, em_said *said, uint64_t *ret_entries, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        em_entry e;
        bool row = false;
        uint64_t entries = 0;
        walk w = { .said = said };
        memcpy(w.hash, EM_LEDGER_ZERO, 65);
        EM_TRY(em_sql_prepare(db, "SELECT seq, at, author, action, body, previous, hash "
                              "FROM em_ledger ORDER BY seq", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                entry_of(stmt, &e);
                status = check_entry(&w, &e, err);
                entries++;
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        *ret_entries = entries;
        if (status == EM_OK)
                status = check_head(db, &w, err);
        return status == EM_OK ? check_meta(db, said, err) : status;
}

/* Each row of sql is a number and a text; one sentence for each. */
static em_status say_rows(sqlite3 *db, const char *sql, const char *sentence, em_said *said,
                          em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        char shown[160];
        EM_TRY(em_sql_prepare(db, sql, &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                em_str_show(em_sql_str(stmt, 1), shown, sizeof shown);
                em_say(said, "%" PRId64 " (%s): %s", em_sql_i64(stmt, 0), shown, sentence);
                status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

#define ENTRIES(action) "SELECT CASE WHEN em_json_ok(body) THEN body ELSE '{}' END AS body, seq " \
                        "FROM em_ledger WHERE action = '" action "'"

/* ---- maps --------------------------------------------------------------------------- */

/* The kept text must still make this kind; its fields must be those of the map. */
static em_status check_map(sqlite3_stmt *stmt, sqlite3 *db, em_said *said, em_arena *arena, em_error *err)
{
        em_str name = em_sql_str(stmt, 1), text = em_sql_str(stmt, 4);
        char shown[80], hex[65];
        em_map *map;
        const em_map_field *fields;
        em_str_show(name, shown, sizeof shown);
        em_sha256_hex(em_sha256_of(text), hex);
        if (!em_str_eq(em_sql_str(stmt, 2), em_str_c(hex))) {
                em_say(said, "map %s: its text or its hash was altered", shown);
                return EM_OK;
        }
        if (em_map_parse(name, text, arena, &map, NULL) != EM_OK)
                return EM_OK;           /* written by a version with another map language */
        if (!em_str_eq(em_map_kind(map), em_sql_str(stmt, 3)))
                em_say(said, "map %s: its kind was altered", shown);
        size_t count = em_map_fields(map, &fields);
        for (size_t i = 0; i < count; i++) {
                int64_t held;
                EM_TRY(em_sql_int(db, "SELECT count(*) FROM em_field WHERE name = ? COLLATE NOCASE",
                                  fields[i].name, 0, &held, err));
                if (!held)
                        em_say(said, "map %s: its field %.*s is missing or was altered", shown,
                               EM_ARG(fields[i].name));
        }
        return EM_OK;
}

em_status em_prove_maps(sqlite3 *db, em_said *said, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(say_rows(db, "SELECT m.id, m.name FROM em_map AS m WHERE (m.hash, m.name) NOT IN ("
                "SELECT e.body ->> 'map_sha256', e.body ->> 'map' FROM (" ENTRIES("add") ") AS e "
                "WHERE e.body ->> 'map_sha256' IS NOT NULL UNION "
                "SELECT j.value ->> 'sha256', j.value ->> 'name' FROM (" ENTRIES("create") ") AS e, "
                "json_each(e.body, '$.maps') AS j) ORDER BY m.id",
                "this map stands in no ledger entry", said, err));
        em_arena *arena = em_arena_new((size_t)64 << 20);
        if (!arena)
                return em_fail(err, EM_NOMEM, "no memory to check the maps");
        em_status status = em_sql_prepare(db, "SELECT id, name, hash, kind, text FROM em_map ORDER BY id",
                                          &stmt, err);
        if (status == EM_OK) {
                status = em_sql_step(stmt, &row, err);
                while (status == EM_OK && row) {
                        status = check_map(stmt, db, said, arena, err);
                        if (status == EM_OK)
                                status = em_sql_step(stmt, &row, err);
                }
                sqlite3_finalize(stmt);
        }
        em_arena_free(arena);
        return status;
}

/* ---- findings -------------------------------------------------------------------------- */

#define LISTED "SELECT j.value ->> 'finding' AS id, j.value ->> 'question' AS question, "  \
               "j.value ->> 'version' AS version, j.value ->> 'sha256' AS sha256, e.seq AS seq " \
               "FROM (" ENTRIES("find") ") AS e, json_each(e.body, '$.findings') AS j"

static em_status check_finding(sqlite3 *db, sqlite3_stmt *stmt, em_said *said, em_error *err)
{
        char real[65], shown[120];
        em_str_show(em_sql_str(stmt, 1), shown, sizeof shown);
        if (sqlite3_column_type(stmt, 5) == SQLITE_NULL) {
                em_say(said, "finding %s, version %" PRId64 ": it is missing; ledger entry %" PRId64
                       " names it", shown, em_sql_i64(stmt, 2), em_sql_i64(stmt, 4));
                return EM_OK;
        }
        EM_TRY(em_finding_hash(db, em_sql_i64(stmt, 0), real, err));
        if (!em_str_eq(em_str_c(real), em_sql_str(stmt, 3)))
                em_say(said, "finding %s, version %" PRId64 ": it was altered; it no longer gives the hash "
                       "in ledger entry %" PRId64, shown, em_sql_i64(stmt, 2),
                       em_sql_i64(stmt, 4));
        return EM_OK;
}

em_status em_prove_findings(sqlite3 *db, em_said *said, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(db, "SELECT x.id, x.question, x.version, x.sha256, x.seq, f.id "
                              "FROM (" LISTED ") AS x LEFT JOIN em_finding AS f ON f.id = x.id "
                              "ORDER BY x.seq, x.id", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                status = check_finding(db, stmt, said, err);
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                status = say_rows(db, "SELECT id, question FROM em_finding "
                        "WHERE id NOT IN (SELECT id FROM (" LISTED ") WHERE id IS NOT NULL) ORDER BY id",
                        "this finding stands in no ledger entry", said, err);
        return status;
}

/* ---- the database itself ------------------------------------------------------------------ */

static em_status check_integrity(sqlite3 *db, em_said *said, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        char shown[300];
        EM_TRY(em_sql_prepare(db, "PRAGMA integrity_check(20)", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                em_str text = em_sql_str(stmt, 0);
                status = em_sql_check_said(&text, err);
                if (status == EM_OK && !em_str_eq(text, EM_S("ok")))
                        em_say(said, "case.db: %s", em_str_show(text, shown, sizeof shown));
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

/* Ranges of intakes follow each other without gaps, so what lies outside the
 * first and the last belongs to none. */
static em_status check_ranges(sqlite3 *db, em_said *said, em_error *err)
{
        static const struct { const char *sql, *what; } checks[] = {
                { "SELECT (SELECT count(*) FROM em_source WHERE id NOT IN (SELECT source FROM em_intake))",
                  "sources" },
                { "SELECT coalesce((SELECT max(id) FROM em_record), 0) <> "
                  "coalesce((SELECT max(last_record) FROM em_intake), 0) OR "
                  "coalesce((SELECT min(id) FROM em_record), 1) < 1", "records" },
                { "SELECT coalesce((SELECT max(id) FROM em_quarantine), 0) <> "
                  "coalesce((SELECT max(last_quarantine) FROM em_intake), 0) OR "
                  "coalesce((SELECT min(id) FROM em_quarantine), 1) < 1", "quarantined rows" },
                { "SELECT coalesce((SELECT max(id) FROM em_link), 0) <> "
                  "coalesce((SELECT max(last_link) FROM em_intake), 0) OR "
                  "coalesce((SELECT min(id) FROM em_link), 1) < 1", "links" },
                { "SELECT (SELECT count(*) FROM em_ledger WHERE action = 'add' "
                  "AND seq NOT IN (SELECT entry FROM em_intake WHERE entry IS NOT NULL))",
                  "ledger entries of intakes" },
        };
        for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
                int64_t wrong;
                EM_TRY(em_sql_int(db, checks[i].sql, (em_str){ NULL, 0 }, 0, &wrong, err));
                if (wrong)
                        em_say(said, "case.db: the %s and the intakes do not fit together; one or the "
                               "other was taken out or put in", checks[i].what);
        }
        return EM_OK;
}

em_status em_prove_structure(sqlite3 *db, em_said *said, em_error *err)
{
        EM_TRY(check_ranges(db, said, err));
        return check_integrity(db, said, err);
}
