/* The ledger: every change of a case is one entry, and each entry's hash covers
 * the hash before it, so that a past entry cannot change without changing all
 * that follow (Haber and Stornetta, "How to time-stamp a digital document",
 * 1991).  The chain is over plain lines of text and can be redone by hand with
 * sha256sum; doc/format-case.md shows how.  em_meta keeps the head, so that
 * entries missing at the end are noticed too.
 */
#include "case/store.h"

#include <inttypes.h>
#include <stdio.h>

#define BODY_MAX ((size_t)64 << 20)

char *em_time_text(int64_t time_s, char out[32])
{
        char day[11];
        int64_t in_day = ((time_s % 86400) + 86400) % 86400;
        em_day_text(em_day_utc(time_s), day);
        snprintf(out, 32, "%sT%02d:%02d:%02dZ", day, (int)(in_day / 3600),
                 (int)(in_day / 60 % 60), (int)(in_day % 60));
        return out;
}

em_status em_ledger_hash(const em_entry *entry, char ret_hex[65], em_error *err)
{
        em_hasher *h = em_hasher_new();
        char seq[32];
        int n = snprintf(seq, sizeof seq, "\n%" PRId64 "\n", entry->seq);
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory to hash a ledger entry");
        em_hasher_add(h, entry->previous, 64);
        em_hasher_add(h, seq, (size_t)n);
        const em_str lines[] = { entry->at, entry->author, entry->action, entry->body };
        for (size_t i = 0; i < 4; i++) {
                if (i)
                        em_hasher_add(h, "\n", 1);
                if (lines[i].n)
                        em_hasher_add(h, lines[i].p, lines[i].n);
        }
        em_sha256_hex(em_hasher_done(h), ret_hex);
        em_hasher_free(h);
        return EM_OK;
}

void em_ledger_row(sqlite3_stmt *stmt, em_json *j)
{
        em_json_open(j, '{');
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
                int type = sqlite3_column_type(stmt, i);
                const char *name = sqlite3_column_name(stmt, i);
                if (type == SQLITE_NULL || !name)
                        continue;
                if (type == SQLITE_INTEGER)
                        em_json_kint(j, name, sqlite3_column_int64(stmt, i));
                else
                        em_json_kstr(j, name, em_sql_str(stmt, i));
        }
        em_json_close(j, '}');
}

/* The entry before: its seq and hash, or 0 and zeros. */
static em_status head(em_case *c, em_entry *e, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        e->seq = 0;
        memcpy(e->previous, EM_LEDGER_ZERO, 65);
        EM_TRY(em_sql_prepare(c->db, "SELECT seq, hash FROM em_ledger ORDER BY seq DESC LIMIT 1",
                              &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        if (status == EM_OK && row) {
                em_str hash = em_sql_str(stmt, 1);
                e->seq = sqlite3_column_int64(stmt, 0);
                if (hash.n == 64)
                        memcpy(e->previous, hash.p, 64);
                else
                        status = em_fail(err, EM_FORMAT, "the last ledger entry has no hash; "
                                         "verify says what is wrong");
        }
        sqlite3_finalize(stmt);
        return status;
}

static em_status insert(em_case *c, const em_entry *e, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_ledger VALUES (?, ?, ?, ?, ?, ?, ?)", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, e->seq);
        em_bind_text(&b, e->at);
        em_bind_text(&b, e->author);
        em_bind_text(&b, e->action);
        em_bind_text(&b, e->body);
        em_bind_text(&b, em_str_c(e->previous));
        em_bind_text(&b, em_str_c(e->hash));
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

static em_status set_head(em_case *c, const em_entry *e, em_error *err)
{
        char text[96];
        sqlite3_stmt *stmt = NULL;
        int n = snprintf(text, sizeof text, "%" PRId64 " %s", e->seq, e->hash);
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_meta VALUES ('ledger_head', ?) "
                              "ON CONFLICT(key) DO UPDATE SET value = excluded.value", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, (em_str){ text, (size_t)n });
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

em_status em_ledger_append(em_case *c, em_str action, em_str body, int64_t *ret_seq, em_error *err)
{
        em_entry e;
        char at[32];
        if (!em_name_ok(action) || body.n > BODY_MAX)
                return em_fail(err, EM_FORMAT, "a ledger action is one small word and its body under 64 MiB");
        if (!em_json_ok(body))
                return em_fail(err, EM_FORMAT, "a ledger entry's body is one JSON value");
        EM_TRY(head(c, &e, err));
        e.seq++;
        e.at = em_str_c(em_time_text(em_clock_now(), at));
        e.author = c->author;
        e.action = action;
        e.body = body;
        EM_TRY(em_ledger_hash(&e, e.hash, err));
        EM_TRY(insert(c, &e, err));
        EM_TRY(set_head(c, &e, err));
        *ret_seq = e.seq;
        return EM_OK;
}

em_status em_case_note(em_case *c, em_str action, em_str body_json, em_error *err)
{
        int64_t seq;
        EM_TRY(em_store_begin(c, err));
        em_status status = em_ledger_append(c, action, body_json, &seq, err);
        if (status == EM_OK)
                return em_store_commit(c, err);
        em_store_rollback(c);
        return status;
}

static em_status read_entry(sqlite3_stmt *stmt, em_arena *arena, em_entry *e, em_error *err)
{
        e->seq = sqlite3_column_int64(stmt, 0);
        EM_TRY(em_sql_copy(stmt, 1, arena, &e->at, err));
        EM_TRY(em_sql_copy(stmt, 2, arena, &e->author, err));
        EM_TRY(em_sql_copy(stmt, 3, arena, &e->action, err));
        EM_TRY(em_sql_copy(stmt, 4, arena, &e->body, err));
        char *const hex[] = { e->previous, e->hash };
        for (int i = 0; i < 2; i++) {
                em_str text = em_sql_str(stmt, 5 + i);
                memset(hex[i], 0, 65);
                if (text.n && text.n <= 64)
                        memcpy(hex[i], text.p, text.n);
        }
        return EM_OK;
}

em_status em_case_log(em_case *c, int64_t from_seq, em_arena *arena,
                      em_entry **ret_list, size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        int64_t room;
        size_t count = 0;
        bool row = false;
        EM_TRY(em_sql_int(c->db, "SELECT count(*) FROM em_ledger", (em_str){ NULL, 0 }, 0, &room, err));
        em_entry *list = EM_NEW_N(arena, em_entry, (size_t)room);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the ledger");
        EM_TRY(em_sql_prepare(c->db, "SELECT seq, at, author, action, body, previous, hash "
                              "FROM em_ledger WHERE seq >= ? ORDER BY seq", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, from_seq);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row && count < (size_t)room) {
                status = read_entry(stmt, arena, &list[count++], err);
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
