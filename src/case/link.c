/* Links between records: those that a map's `same` implies, and those that a table
 * of kind "link" or a note states.  Neither changes a record: two reports of one month
 * stand side by side, and a link says that they cannot both be added.
 *
 * A link between tables can be stated before the table at its other end is
 * held.  Such a row waits, is counted in the ledger, and is tried again at
 * every later intake.
 */
#include "case/store.h"

#include <inttypes.h>
#include <stdio.h>

#define RELATIONS "('same-as', 'part-of', 'contradicts', 'restates', 'replies-to')"

/* ---- hashes --------------------------------------------------------------------- */

em_status em_link_hash(sqlite3_stmt *stmt, int first, em_buf *scratch, char ret_hex[65], em_error *err)
{
        em_json j = em_json_make(scratch, false);
        em_buf_clear(scratch);
        em_json_open(&j, '[');
        for (int i = first; i < first + 8; i++) {
                int type = sqlite3_column_type(stmt, i);
                if (type == SQLITE_NULL)
                        em_json_null(&j);
                else if (type == SQLITE_INTEGER)
                        em_json_int(&j, sqlite3_column_int64(stmt, i));
                else
                        em_json_str(&j, em_sql_str(stmt, i));
        }
        em_json_close(&j, ']');
        EM_TRY(em_buf_status(scratch, err));
        em_sha256_hex(em_sha256_of(em_buf_view(scratch)), ret_hex);
        return EM_OK;
}

em_status em_link_digest(sqlite3 *db, int64_t first, int64_t last, char ret_hex[65], em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        em_hasher *h = em_hasher_new();
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory to hash links");
        em_status status = em_sql_prepare(db, "SELECT hash FROM em_link "
                                          "WHERE id BETWEEN ? AND ? ORDER BY id", &stmt, err);
        if (status != EM_OK) {
                em_hasher_free(h);
                return status;
        }
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, first);
        em_bind_int(&b, last);
        status = em_bind_done(&b, err);
        if (status == EM_OK)
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

/* ---- writing ----------------------------------------------------------------------- */

static em_status put_one(sqlite3_stmt *from, sqlite3_stmt *put, em_buf *scratch, em_error *err)
{
        char hex[65];
        EM_TRY(em_link_hash(from, 0, scratch, hex, err));
        em_bind b = em_bind_make(put);
        for (int i = 0; i < 8; i++) {
                if (sqlite3_column_type(from, i) == SQLITE_INTEGER)
                        em_bind_int(&b, sqlite3_column_int64(from, i));
                else
                        em_bind_str(&b, em_sql_str(from, i));
        }
        em_bind_text(&b, em_str_c(hex));
        EM_TRY(em_bind_done(&b, err));
        return em_sql_do(put, err);
}

/* Writes each row of `from` (the columns of EM_LINK_COLUMNS, ordered) as a link. */
static em_status put_all(em_case *c, sqlite3_stmt *from, em_error *err)
{
        sqlite3_stmt *put;
        bool row = false;
        em_buf scratch = em_buf_make((size_t)4 << 20);
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_link(" EM_LINK_COLUMNS ", hash) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", &put, err));
        em_status status = em_sql_step(from, &row, err);
        while (status == EM_OK && row) {
                status = put_one(from, put, &scratch, err);
                if (status == EM_OK)
                        status = em_sql_step(from, &row, err);
        }
        sqlite3_finalize(put);
        em_buf_free(&scratch);
        return status;
}

/* ---- same -------------------------------------------------------------------------- */

static const char *same_column(em_str name)
{
        static const struct { em_str name; const char *sql; } names[] = {
                { EM_S_INIT("who"), "r.who" },     { EM_S_INIT("when"), "r.day_from, r.day_to" },
                { EM_S_INIT("what"), "r.what" },   { EM_S_INIT("class"), "r.class" },
                { EM_S_INIT("unit"), "r.unit" },   { EM_S_INIT("place"), "r.place" },
        };
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
                if (em_str_eq(name, names[i].name))
                        return names[i].sql;
        return NULL;
}

/* Neighbours in each group of rows alike, by the day they were known.  A unit is
 * always part of the group: amounts in two units do not contradict each other
 * until somebody converts them, and that is the question's business. */
static em_status same_sql(const em_str *names, size_t count, em_buf *sql, em_error *err)
{
        bool dated = false;
        em_buf_c(sql, "SELECT id, prev, ?1, 'certain', ?2, ?3, max(known, prev_known), NULL FROM ("
                "SELECT r.id AS id, r.known AS known, r.low_milli AS low, r.high_milli AS high, "
                "lag(r.id) OVER w AS prev, lag(r.known) OVER w AS prev_known, "
                "lag(r.low_milli) OVER w AS prev_low, lag(r.high_milli) OVER w AS prev_high "
                "FROM em_intake AS i CROSS JOIN em_record AS r "
                "WHERE r.id BETWEEN i.first_record AND i.last_record AND i.kind = ?4 "
                "AND r.low_milli IS NOT NULL");
        for (size_t i = 0; i < count; i++)
                dated = dated || em_str_eq(names[i], EM_S("when"));
        em_buf_c(sql, dated ? " AND r.day_from IS NOT NULL" : "");
        em_buf_c(sql, " WINDOW w AS (PARTITION BY r.unit");
        for (size_t i = 0; i < count; i++) {
                const char *column = same_column(names[i]);
                if (!column)
                        return em_fail(err, EM_FORMAT, "`same` can compare who, when, what, class, "
                                       "place and unit only");
                em_buf_fmt(sql, ", %s", column);
        }
        em_buf_c(sql, " ORDER BY r.known, r.id)) WHERE prev IS NOT NULL "
                "AND (low <> prev_low OR high <> prev_high) AND (id >= ?5 OR prev >= ?5) ORDER BY id");
        em_buf_ch(sql, '\0');
        return em_buf_status(sql, err);
}

static em_status same_links(em_case *c, const em_map *map, const em_str *names, size_t count,
                            em_str relation, int64_t first_record, em_buf *text, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(same_sql(names, count, text, err));
        EM_TRY(em_sql_prepare(c->db, text->p, &stmt, err));
        em_buf_clear(text);
        em_buf_c(text, "alike in");
        for (size_t i = 0; i < count; i++)
                em_buf_fmt(text, "%s %.*s", i ? "," : "", EM_ARG(names[i]));
        em_buf_c(text, "; the amounts differ");
        size_t reason = text->n;
        em_buf_fmt(text, "map:%.*s", EM_ARG(em_map_name(map)));
        em_status status = em_buf_status(text, err);
        em_bind b = em_bind_make(stmt);
        if (status == EM_OK) {
                em_bind_text(&b, relation);
                em_bind_text(&b, em_str_sub(em_buf_view(text), 0, reason));
                em_bind_text(&b, em_str_sub(em_buf_view(text), reason, text->n));
                em_bind_text(&b, em_map_kind(map));
                em_bind_int(&b, first_record);
                status = em_bind_done(&b, err);
        }
        if (status == EM_OK)
                status = put_all(c, stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

em_status em_link_same(em_case *c, const em_map *map, int64_t first_record, em_error *err)
{
        const em_str *names;
        em_str relation;
        size_t count = em_map_same(map, &names, &relation);
        if (count == 0)
                return EM_OK;
        em_buf text = em_buf_make((size_t)64 << 10);
        em_status status = same_links(c, map, names, count, relation, first_record, &text, err);
        em_buf_free(&text);
        return status;
}

/* ---- rows of kind "link" ------------------------------------------------------------- */

#define WAITING                                                                 \
        "FROM em_intake AS i CROSS JOIN em_record AS r "                        \
        "WHERE (i.kind = 'link' OR (i.kind = 'note' AND r.class = 'link')) "    \
        "AND r.id BETWEEN i.first_record AND i.last_record "                    \
        "AND NOT EXISTS (SELECT 1 FROM em_link AS l WHERE l.record = r.id)"

/* A record answers to its key, to kind:key and to its public id; to a name that
 * several share, none of them does. */
static const char link_sql[] =
        "WITH want AS MATERIALIZED (SELECT r.id AS record, r.known AS known, "
        "r.fields ->> CASE i.kind WHEN 'note' THEN 'subject' ELSE 'from_key' END AS a, "
        "r.fields ->> CASE i.kind WHEN 'note' THEN 'other' ELSE 'to_key' END AS b, "
        "r.fields ->> 'relation' AS relation, r.fields ->> 'certainty' AS certainty, "
        "CASE i.kind WHEN 'note' THEN r.what ELSE r.fields ->> 'reason' END AS reason, "
        "CASE i.kind WHEN 'note' THEN r.who ELSE "
        "(SELECT 'table:' || m.name FROM em_map AS m WHERE m.id = i.map) END AS author " WAITING "), "
        "wanted(name) AS MATERIALIZED (SELECT a FROM want WHERE a IS NOT NULL "
        "UNION SELECT b FROM want WHERE b IS NOT NULL), "
        "held AS (SELECT r.id AS id, r.key AS key, i.kind AS kind, "
        "substr(s.sha256, 1, 8) || ':' || r.row AS name FROM em_intake AS i CROSS JOIN em_record AS r "
        "CROSS JOIN em_source AS s WHERE r.id BETWEEN i.first_record AND i.last_record "
        "AND s.id = i.source AND i.kind <> 'link'), "
        "named AS MATERIALIZED (SELECT name, min(id) AS id FROM ("
        "SELECT key AS name, id FROM held WHERE key IN wanted UNION "
        "SELECT kind || ':' || key, id FROM held WHERE kind || ':' || key IN wanted UNION "
        "SELECT name, id FROM held WHERE name IN wanted) GROUP BY name HAVING count(*) = 1) "
        "SELECT x.id, y.id, w.relation, w.certainty, w.reason, w.author, "
        "max(w.known, p.known, q.known), w.record FROM want AS w "
        "JOIN named AS x ON x.name = w.a JOIN named AS y ON y.name = w.b "
        "JOIN em_record AS p ON p.id = x.id JOIN em_record AS q ON q.id = y.id "
        "WHERE x.id <> y.id AND w.relation IN " RELATIONS " "
        "AND w.certainty IN ('certain', 'possible') ORDER BY w.record";

em_status em_link_rows(em_case *c, int64_t *ret_waiting, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        em_str none = { NULL, 0 };
        int64_t waiting;
        EM_TRY(em_sql_int(c->db, "SELECT count(*) " WAITING, none, 0, &waiting, err));
        if (waiting) {
                EM_TRY(em_sql_prepare(c->db, link_sql, &stmt, err));
                em_status status = put_all(c, stmt, err);
                sqlite3_finalize(stmt);
                EM_TRY(status);
                EM_TRY(em_sql_int(c->db, "SELECT count(*) " WAITING, none, 0, &waiting, err));
        }
        *ret_waiting = waiting;
        return EM_OK;
}

/* ---- reading ---------------------------------------------------------------------------- */

static em_status read_link(sqlite3_stmt *stmt, em_arena *arena, em_link *l, em_error *err)
{
        l->id = sqlite3_column_int64(stmt, 0);
        l->from = sqlite3_column_int64(stmt, 1);
        l->to = sqlite3_column_int64(stmt, 2);
        l->known = (em_day)sqlite3_column_int64(stmt, 7);
        EM_TRY(em_sql_copy(stmt, 3, arena, &l->relation, err));
        EM_TRY(em_sql_copy(stmt, 4, arena, &l->certainty, err));
        EM_TRY(em_sql_copy(stmt, 5, arena, &l->reason, err));
        return em_sql_copy(stmt, 6, arena, &l->author, err);
}

static em_status read_links(sqlite3_stmt *stmt, int64_t record, em_arena *arena,
                            em_link **ret_list, size_t *ret_count, em_error *err)
{
        bool row = false;
        size_t count = 0;
        em_link *list = NULL;
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, record);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(stmt, &row, err));
        while (row) {
                size_t room = (size_t)sqlite3_column_int64(stmt, 8);
                if (!list)
                        list = EM_NEW_N(arena, em_link, room);
                if (!list)
                        return em_fail(err, EM_NOMEM, "no memory for the links of a record");
                EM_TRY(read_link(stmt, arena, &list[count++], err));
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

em_status em_case_links(em_case *c, int64_t record, em_arena *arena,
                        em_link **ret_list, size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(c->db, "SELECT id, a, b, relation, certainty, reason, author, known, "
                              "(SELECT count(*) FROM em_link WHERE a = ?1 OR b = ?1) "
                              "FROM em_link WHERE a = ?1 OR b = ?1 ORDER BY id", &stmt, err));
        em_status status = read_links(stmt, record, arena, ret_list, ret_count, err);
        sqlite3_finalize(stmt);
        return status;
}
