/* Findings are versioned, never overwritten: a finding that changes gets the next
 * version, and one that does not keeps its own, so running the questions twice
 * leaves the case byte for byte as it was.  The hash of each new version goes
 * into the ledger.  Anchors are only where the last report put its numbers.
 */
#include "case/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void hash_line(em_hasher *h, em_str s)
{
        char n[32];
        int len = snprintf(n, sizeof n, "%zu:", s.n);
        em_hasher_add(h, n, (size_t)len);
        if (s.n)
                em_hasher_add(h, s.p, s.n);
        em_hasher_add(h, "\n", 1);
}

static void hash_number(em_hasher *h, int64_t v)
{
        char n[32];
        int len = snprintf(n, sizeof n, "%" PRId64 "\n", v);
        em_hasher_add(h, n, (size_t)len);
}

/* Everything a finding is but its number: the texts, each after its length in bytes, the
 * version, the records in order. */
static em_status hash_rows(sqlite3_stmt *text, sqlite3_stmt *records, em_hasher *h, em_error *err)
{
        bool row = false;
        EM_TRY(em_sql_step(text, &row, err));
        if (!row)
                return em_fail(err, EM_FORMAT, "a finding is missing");
        for (int i = 0; i < 6; i++)
                hash_line(h, em_sql_str(text, i));
        hash_number(h, sqlite3_column_int64(text, 6));
        EM_TRY(em_sql_step(records, &row, err));
        while (row) {
                hash_number(h, sqlite3_column_int64(records, 0));
                EM_TRY(em_sql_step(records, &row, err));
        }
        return EM_OK;
}

em_status em_finding_hash(sqlite3 *db, int64_t finding, char ret_hex[65], em_error *err)
{
        sqlite3_stmt *text = NULL, *records = NULL;
        em_hasher *h = em_hasher_new();
        em_status status = h ? EM_OK : em_fail(err, EM_NOMEM, "no memory to hash a finding");
        if (status == EM_OK)
                status = em_sql_prepare(db, "SELECT question, as_known, question_hash, verdict, "
                        "standard, body, version FROM em_finding WHERE id = ?", &text, err);
        if (status == EM_OK)
                status = em_sql_prepare(db, "SELECT record FROM em_finding_record "
                        "WHERE finding = ? ORDER BY ordinal", &records, err);
        sqlite3_stmt *const both[] = { text, records };
        for (int i = 0; status == EM_OK && i < 2; i++) {
                em_bind b = em_bind_make(both[i]);
                em_bind_int(&b, finding);
                status = em_bind_done(&b, err);
        }
        if (status == EM_OK)
                status = hash_rows(text, records, h, err);
        if (status == EM_OK)
                em_sha256_hex(em_hasher_done(h), ret_hex);
        sqlite3_finalize(text);
        sqlite3_finalize(records);
        em_hasher_free(h);
        return status;
}

/* ---- writing ---------------------------------------------------------------------- */

typedef struct writing {
        em_case *c;
        sqlite3_stmt *latest, *latest_records, *put, *put_record;
        em_json json;
        size_t fresh;
} writing;

static em_status same_records(sqlite3_stmt *stmt, int64_t finding, const em_finding_row *f,
                              bool *ret_same, em_error *err)
{
        bool row = false, same = true;
        size_t i = 0;
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, finding);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(stmt, &row, err));
        for (; row; i++) {
                same = same && i < f->record_count && sqlite3_column_int64(stmt, 0) == f->records[i];
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        sqlite3_reset(stmt);
        *ret_same = same && i == f->record_count;
        return EM_OK;
}

/* *ret_version is the version that stands (0 none), *ret_same whether it says the same. */
static em_status look(writing *w, const em_finding_row *f, int64_t *ret_version, bool *ret_same,
                      em_error *err)
{
        bool row = false, same = false;
        int64_t id = 0;
        em_bind b = em_bind_make(w->latest);
        em_bind_text(&b, f->question);
        em_bind_text(&b, f->as_known);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(w->latest, &row, err));
        *ret_version = row ? sqlite3_column_int64(w->latest, 1) : 0;
        if (row) {
                id = sqlite3_column_int64(w->latest, 0);
                same = em_str_eq(em_sql_str(w->latest, 2), f->question_hash) &&
                       em_str_eq(em_sql_str(w->latest, 3), f->verdict) &&
                       em_str_eq(em_sql_str(w->latest, 4), f->standard) &&
                       em_str_eq(em_sql_str(w->latest, 5), f->body);
        }
        sqlite3_reset(w->latest);
        if (same)
                EM_TRY(same_records(w->latest_records, id, f, &same, err));
        *ret_same = same;
        return EM_OK;
}

static em_status put_records(writing *w, int64_t finding, const em_finding_row *f, em_error *err)
{
        for (size_t i = 0; i < f->record_count; i++) {
                em_bind b = em_bind_make(w->put_record);
                em_bind_int(&b, finding);
                em_bind_int(&b, (int64_t)i);
                em_bind_int(&b, f->records[i]);
                EM_TRY(em_bind_done(&b, err));
                EM_TRY(em_sql_do(w->put_record, err));
        }
        return EM_OK;
}

static em_status put(writing *w, const em_finding_row *f, int64_t version, em_error *err)
{
        char hex[65];
        em_bind b = em_bind_make(w->put);
        em_bind_text(&b, f->question);
        em_bind_text(&b, f->as_known);
        em_bind_int(&b, version);
        em_bind_text(&b, f->question_hash);
        em_bind_text(&b, f->verdict);
        em_bind_text(&b, f->standard);
        em_bind_text(&b, f->body);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_do(w->put, err));
        int64_t id = sqlite3_last_insert_rowid(w->c->db);
        EM_TRY(put_records(w, id, f, err));
        EM_TRY(em_finding_hash(w->c->db, id, hex, err));
        em_json_open(&w->json, '{');
        em_json_kint(&w->json, "finding", id);
        em_json_kstr(&w->json, "question", f->question);
        em_json_kstr(&w->json, "as_known", f->as_known);
        em_json_kint(&w->json, "version", version);
        em_json_kstr(&w->json, "verdict", f->verdict);
        em_json_kstr(&w->json, "sha256", em_str_c(hex));
        em_json_close(&w->json, '}');
        w->fresh++;
        return EM_OK;
}

static em_status prepare(writing *w, em_error *err)
{
        sqlite3 *db = w->c->db;
        EM_TRY(em_sql_prepare(db, "SELECT id, version, question_hash, verdict, standard, body "
                "FROM em_finding WHERE question = ? AND as_known = ? ORDER BY version DESC LIMIT 1",
                &w->latest, err));
        EM_TRY(em_sql_prepare(db, "SELECT record FROM em_finding_record WHERE finding = ? "
                "ORDER BY ordinal", &w->latest_records, err));
        EM_TRY(em_sql_prepare(db, "INSERT INTO em_finding VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                &w->put, err));
        return em_sql_prepare(db, "INSERT INTO em_finding_record VALUES (?, ?, ?)",
                &w->put_record, err);
}

static em_status put_all(writing *w, em_finding_row *rows, size_t count, em_error *err)
{
        em_json_open(&w->json, '{');
        em_json_key(&w->json, EM_S("findings"));
        em_json_open(&w->json, '[');
        for (size_t i = 0; i < count; i++) {
                bool same;
                EM_TRY(look(w, &rows[i], &rows[i].version, &same, err));
                if (!same)
                        EM_TRY(put(w, &rows[i], ++rows[i].version, err));
        }
        em_json_close(&w->json, ']');
        em_json_close(&w->json, '}');
        return EM_OK;
}

em_status em_case_findings_put(em_case *c, em_finding_row *rows, size_t count, em_error *err)
{
        int64_t seq;
        em_buf body = em_buf_make((size_t)32 << 20);
        writing w = { .c = c, .json = em_json_make(&body, false) };
        EM_TRY(em_store_begin(c, err));
        em_status status = prepare(&w, err);
        if (status == EM_OK)
                status = put_all(&w, rows, count, err);
        if (status == EM_OK)
                status = em_buf_status(&body, err);
        if (status == EM_OK && w.fresh)
                status = em_ledger_append(c, EM_S("find"), em_buf_view(&body), &seq, err);
        sqlite3_finalize(w.latest);
        sqlite3_finalize(w.latest_records);
        sqlite3_finalize(w.put);
        sqlite3_finalize(w.put_record);
        em_buf_free(&body);
        if (status == EM_OK)
                return em_store_commit(c, err);
        em_store_rollback(c);
        return status;
}

/* ---- reading ----------------------------------------------------------------------- */

static em_status read_records(sqlite3_stmt *stmt, int64_t finding, em_arena *arena,
                              em_finding_row *f, em_error *err)
{
        bool row = false;
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, finding);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(stmt, &row, err));
        int64_t *list = NULL;
        while (row) {
                size_t room = (size_t)sqlite3_column_int64(stmt, 1);
                if (!list)
                        list = EM_NEW_N(arena, int64_t, room);
                if (!list)
                        return em_fail(err, EM_NOMEM, "no memory for the records of a finding");
                list[f->record_count++] = sqlite3_column_int64(stmt, 0);
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        f->records = list;
        sqlite3_reset(stmt);
        return EM_OK;
}

static em_status read_all(sqlite3_stmt *stmt, sqlite3_stmt *records, em_arena *arena,
                          em_finding_row **ret_list, size_t *ret_count, em_error *err)
{
        bool row = false;
        size_t count = 0;
        em_finding_row *list = NULL;
        EM_TRY(em_sql_step(stmt, &row, err));
        while (row) {
                size_t room = (size_t)sqlite3_column_int64(stmt, 8);
                if (!list)
                        list = EM_NEW_N(arena, em_finding_row, room);
                if (!list)
                        return em_fail(err, EM_NOMEM, "no memory for the findings");
                em_finding_row *f = &list[count++];
                f->version = sqlite3_column_int64(stmt, 1);
                em_str *const texts[] = { &f->question, &f->as_known, &f->question_hash,
                                          &f->verdict, &f->standard, &f->body };
                for (int i = 0; i < 6; i++)
                        EM_TRY(em_sql_copy(stmt, 2 + i, arena, texts[i], err));
                EM_TRY(read_records(records, sqlite3_column_int64(stmt, 0), arena, f, err));
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

em_status em_case_findings(em_case *c, em_str as_known, em_arena *arena,
                           em_finding_row **ret_list, size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL, *records = NULL;
        em_status status = em_sql_prepare(c->db, "SELECT id, version, question, as_known, "
                "question_hash, verdict, standard, body, "
                "(SELECT count(DISTINCT question) FROM em_finding WHERE as_known = ?1) "
                "FROM em_finding AS f WHERE as_known = ?1 AND version = "
                "(SELECT max(version) FROM em_finding AS g WHERE g.question = f.question "
                "AND g.as_known = ?1) ORDER BY question", &stmt, err);
        if (status == EM_OK)
                status = em_sql_prepare(c->db, "SELECT record, (SELECT count(*) FROM em_finding_record "
                        "WHERE finding = ?1) FROM em_finding_record WHERE finding = ?1 "
                        "ORDER BY ordinal", &records, err);
        if (status == EM_OK) {
                em_bind b = em_bind_make(stmt);
                em_bind_text(&b, as_known);
                status = em_bind_done(&b, err);
        }
        if (status == EM_OK)
                status = read_all(stmt, records, arena, ret_list, ret_count, err);
        sqlite3_finalize(stmt);
        sqlite3_finalize(records);
        return status;
}

static em_status read_versions(sqlite3_stmt *stmt, em_arena *arena, em_finding_row **ret_list, size_t *ret_count,
                               em_error *err)
{
        bool row = false;
        size_t count = 0;
        em_finding_row *list = NULL;
        EM_TRY(em_sql_step(stmt, &row, err));
        while (row) {
                if (!list)
                        list = EM_NEW_N(arena, em_finding_row, (size_t)sqlite3_column_int64(stmt, 7));
                if (!list)
                        return em_fail(err, EM_NOMEM, "no memory for the versions of a finding");
                em_finding_row *f = &list[count++];
                em_str *const texts[] = { &f->question, &f->as_known, &f->question_hash, &f->verdict, &f->standard,
                                          &f->body };
                for (int i = 0; i < 6; i++)
                        EM_TRY(em_sql_copy(stmt, i, arena, texts[i], err));
                f->version = sqlite3_column_int64(stmt, 6);
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

em_status em_case_finding_versions(em_case *c, em_str question, em_str as_known, em_arena *arena,
                                   em_finding_row **ret_list, size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(c->db, "SELECT question, as_known, question_hash, verdict, standard, body, version, "
                "(SELECT count(*) FROM em_finding WHERE question = ?1 AND as_known = ?2) FROM em_finding "
                "WHERE question = ?1 AND as_known = ?2 ORDER BY version", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, question);
        em_bind_text(&b, as_known);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = read_versions(stmt, arena, ret_list, ret_count, err);
        sqlite3_finalize(stmt);
        return status;
}

/* ---- anchors ----------------------------------------------------------------------- */

static em_status put_anchors(em_case *c, const em_anchor *list, size_t count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_run(c->db, "DELETE FROM em_anchor", err));
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_anchor VALUES (?, ?, ?, ?)", &stmt, err));
        em_status status = EM_OK;
        for (size_t i = 0; status == EM_OK && i < count; i++) {
                em_bind b = em_bind_make(stmt);
                em_bind_text(&b, list[i].name);
                em_bind_text(&b, list[i].kind);
                em_bind_text(&b, list[i].ref);
                em_bind_text(&b, list[i].text);
                status = em_bind_done(&b, err);
                if (status == EM_OK)
                        status = em_sql_do(stmt, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

em_status em_case_anchors_put(em_case *c, const em_anchor *list, size_t count, em_error *err)
{
        EM_TRY(em_store_begin(c, err));
        em_status status = put_anchors(c, list, count, err);
        if (status == EM_OK)
                return em_store_commit(c, err);
        em_store_rollback(c);
        return status;
}

em_status em_case_anchor(em_case *c, em_str name, em_arena *arena, em_anchor *ret_anchor, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        char shown[64];
        em_anchor a;
        EM_TRY(em_sql_prepare(c->db, "SELECT name, kind, ref, text FROM em_anchor WHERE name = ?",
                              &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, name);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        if (status == EM_OK && !row)
                status = em_fail(err, EM_MISSING, "the last report has no anchor %s",
                                 em_str_show(name, shown, sizeof shown));
        em_str *const texts[] = { &a.name, &a.kind, &a.ref, &a.text };
        for (int i = 0; status == EM_OK && i < 4; i++)
                status = em_sql_copy(stmt, i, arena, texts[i], err);
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                *ret_anchor = a;
        return status;
}
