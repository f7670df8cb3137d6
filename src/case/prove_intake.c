/* One intake against the ledger: custody column by column, records and quarantine by
 * digest, links by their own hashes.  Packing a row again and hashing it costs
 * a microsecond; only when a digest differs is the evidence read anew, and then
 * every cell can be named with what it says and what it should say.
 */
#include "case/proof.h"

#include <inttypes.h>
#include <stdio.h>

#define PIECE ((size_t)1 << 16)

static void name_of(const em_proof_intake *in, char out[160])
{
        char shown[120];
        snprintf(out, 160, "source %s (%.*s)", em_str_show(in->name, shown, sizeof shown),
                 (int)(in->sha256.n < 8 ? in->sha256.n : 8), in->sha256.n ? in->sha256.p : "");
}

/* ---- the list ---------------------------------------------------------------------- */

static em_status load_one(sqlite3_stmt *stmt, em_arena *arena, em_proof_intake *in, em_error *err)
{
        int64_t *const numbers[] = { &in->id, &in->entry, &in->known, &in->first_record,
                &in->last_record, &in->first_quarantine, &in->last_quarantine, &in->first_link,
                &in->last_link };
        em_str *const texts[] = { &in->name, &in->sha256, &in->kind, &in->map_name, &in->map_text };
        for (int i = 0; i < 9; i++) {
                bool none = sqlite3_column_type(stmt, i) == SQLITE_NULL;
                bool last = i == 4 || i == 6 || i == 8;
                *numbers[i] = none ? (last ? 0 : 1) : em_sql_i64(stmt, i);
        }
        for (int i = 0; i < 5; i++)
                EM_TRY(em_sql_copy(stmt, 9 + i, arena, texts[i], err));
        in->said.text = em_buf_make((size_t)1 << 20);
        return EM_OK;
}

em_status em_prove_intakes_load(sqlite3 *db, em_arena *arena, em_proof_intake **ret_list,
                                size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        int64_t room;
        size_t count = 0;
        bool row = false;
        EM_TRY(em_sql_int(db, "SELECT count(*) FROM em_intake", (em_str){ NULL, 0 }, 0, &room, err));
        em_proof_intake *list = EM_NEW_N(arena, em_proof_intake, (size_t)room);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the intakes");
        EM_TRY(em_sql_prepare(db, "SELECT i.id, i.entry, i.known, i.first_record, i.last_record, "
                "i.first_quarantine, i.last_quarantine, i.first_link, i.last_link, s.name, s.sha256, "
                "i.kind, m.name, m.text FROM em_intake AS i LEFT JOIN em_source AS s ON s.id = i.source "
                "LEFT JOIN em_map AS m ON m.id = i.map ORDER BY i.id", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row && count < (size_t)room) {
                status = load_one(stmt, arena, &list[count++], err);
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

/* ---- custody --------------------------------------------------------------------------- */

/* What the ledger says of this intake; the texts die with stmt. */
typedef struct told {
        sqlite3_stmt *stmt;
        em_str body, record_digest, quarantine_digest, link_digest;     /* ledger's */
        em_str row_digest[3];                                           /* em_intake's */
} told;

static em_status tell_of(sqlite3 *db, const em_proof_intake *in, told *t, bool *ret_found, em_error *err)
{
        EM_TRY(em_sql_prepare(db, "SELECT l.body, "
                "CASE WHEN em_json_ok(l.body) THEN l.body ->> 'record_digest' END, "
                "CASE WHEN em_json_ok(l.body) THEN l.body ->> 'quarantine_digest' END, "
                "CASE WHEN em_json_ok(l.body) THEN l.body ->> 'link_digest' END, "
                "i.record_digest, i.quarantine_digest, i.link_digest, em_json_ok(l.body) "
                "FROM em_intake AS i JOIN em_ledger AS l ON l.seq = i.entry AND l.action = 'add' "
                "WHERE i.id = ?", &t->stmt, err));
        em_bind b = em_bind_make(t->stmt);
        em_bind_int(&b, in->id);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(t->stmt, ret_found, err));
        if (!*ret_found)
                return EM_OK;
        t->body = em_sql_str(t->stmt, 0);
        t->record_digest = em_sql_str(t->stmt, 1);
        t->quarantine_digest = em_sql_str(t->stmt, 2);
        t->link_digest = em_sql_str(t->stmt, 3);
        for (int i = 0; i < 3; i++)
                t->row_digest[i] = em_sql_str(t->stmt, 4 + i);
        return EM_OK;
}

static em_status say_keys(sqlite3 *db, em_proof_intake *in, em_str now, em_str ledger, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        char where[160], a[160], b_text[160], key[64];
        name_of(in, where);
        EM_TRY(em_sql_prepare(db, "SELECT key, max(a), max(b) FROM ("
                "SELECT key, CAST(atom AS TEXT) AS a, NULL AS b FROM json_each(?1) UNION ALL "
                "SELECT key, NULL, CAST(atom AS TEXT) FROM json_each(?2)) "
                "GROUP BY key HAVING max(a) IS NOT max(b) ORDER BY key", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, now);
        em_bind_text(&b, ledger);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                em_say(&in->said, "%s: its %s is '%s', ledger entry %" PRId64 " says '%s'", where,
                       em_str_show(em_sql_str(stmt, 0), key, sizeof key),
                       em_str_show(em_sql_str(stmt, 1), a, sizeof a), in->entry,
                       em_str_show(em_sql_str(stmt, 2), b_text, sizeof b_text));
                status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

static em_status prove_custody(sqlite3 *db, em_proof_intake *in, const told *t, em_error *err)
{
        char where[160];
        uint64_t before = in->said.count;
        em_buf now = em_buf_make((size_t)1 << 20);
        em_status status = em_intake_body(db, in->id, &now, err);
        if (status == EM_FORMAT) {
                em_say(&in->said, "intake %" PRId64 ": its source is missing", in->id);
                status = EM_OK;
        } else if (status == EM_OK && !em_str_eq(em_buf_view(&now), t->body)) {
                if (sqlite3_column_int(t->stmt, 7))
                        status = say_keys(db, in, em_buf_view(&now), t->body, err);
                name_of(in, where);
                if (status == EM_OK && in->said.count == before)
                        em_say(&in->said, "%s: what is held and ledger entry %" PRId64 " differ", where,
                               in->entry);
        }
        em_buf_free(&now);
        return status;
}

/* ---- records ------------------------------------------------------------------------------ */

static void piece(em_hasher *h, em_buf *pack, bool last)
{
        if (pack->n && (last || pack->n >= PIECE)) {
                em_hasher_add(h, pack->p, pack->n);
                em_buf_clear(pack);
        }
}

static em_status scan_records(sqlite3_stmt *stmt, em_proof_intake *in, em_hasher *h, em_buf *pack,
                              em_error *err)
{
        bool row = false;
        int64_t next = in->first_record;
        em_record r;
        EM_TRY(em_sql_step(stmt, &row, err));
        for (; row; next++) {
                int bad = em_record_column(stmt, 2, &r);
                int64_t id = em_sql_i64(stmt, 0);
                r.kind = in->kind;
                if (bad >= 0)
                        em_say(&in->said, "record %.8s:%" PRIu64 " (%" PRId64 "): its column %s holds what "
                               "no embargo writes", in->sha256.p, r.row, id, em_record_column_name(bad));
                if (em_sql_i64(stmt, 1) != in->id)
                        em_say(&in->said, "record %.8s:%" PRIu64 " (%" PRId64 "): its column intake was "
                               "altered", in->sha256.p, r.row, id);
                if (id != next) {
                        in->records_differ = true;
                        next = id;
                }
                em_record_pack(&r, pack);
                EM_TRY(em_buf_status(pack, err));
                piece(h, pack, false);
                in->records++;
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        piece(h, pack, true);
        return EM_OK;
}

static em_status scan_rejects(sqlite3_stmt *stmt, em_proof_intake *in, em_hasher *h, em_buf *pack,
                              em_error *err)
{
        bool row = false;
        int64_t next = in->first_quarantine;
        EM_TRY(em_sql_step(stmt, &row, err));
        for (; row; next++) {
                em_reject r = { (uint64_t)em_sql_i64(stmt, 2),
                                (uint64_t)em_sql_i64(stmt, 3),
                                (uint64_t)em_sql_i64(stmt, 4),
                                (uint64_t)em_sql_i64(stmt, 5),
                                em_sql_str(stmt, 6), em_sql_str(stmt, 7) };
                if (em_sql_i64(stmt, 0) != next || em_sql_i64(stmt, 1) != in->id ||
                    r.length > UINT32_MAX ||
                    (r.column.n == 0 && sqlite3_column_type(stmt, 6) != SQLITE_NULL))
                        in->rejects_differ = true;
                em_reject_pack(&r, pack);
                EM_TRY(em_buf_status(pack, err));
                piece(h, pack, false);
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        piece(h, pack, true);
        return EM_OK;
}

typedef em_status scanner(sqlite3_stmt *, em_proof_intake *, em_hasher *, em_buf *, em_error *);

static em_status digest(sqlite3 *db, const char *sql, int64_t first, int64_t last, scanner *scan,
                        em_proof_intake *in, char ret_hex[65], em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        em_buf pack = em_buf_make((size_t)64 << 20);
        em_hasher *h = em_hasher_new();
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory to hash records");
        em_status status = em_sql_prepare(db, sql, &stmt, err);
        if (status == EM_OK) {
                em_bind b = em_bind_make(stmt);
                em_bind_int(&b, first);
                em_bind_int(&b, last);
                status = em_bind_done(&b, err);
                if (status == EM_OK)
                        status = scan(stmt, in, h, &pack, err);
                sqlite3_finalize(stmt);
        }
        if (status == EM_OK)
                em_sha256_hex(em_hasher_done(h), ret_hex);
        em_hasher_free(h);
        em_buf_free(&pack);
        return status;
}

/* Where the digest in one of the two places was altered, custody says so; rows
 * are altered when they fit neither. */
static bool fits(const char *hex, em_str ledger, em_str row)
{
        return em_str_eq(em_str_c(hex), ledger) || em_str_eq(em_str_c(hex), row);
}

static em_status prove_rows(sqlite3 *db, em_proof_intake *in, const told *t, em_error *err)
{
        char hex[65];
        EM_TRY(digest(db, "SELECT r.id, r.intake, " EM_RECORD_COLUMNS " FROM em_record AS r "
                      "WHERE r.id BETWEEN ? AND ? ORDER BY r.id", in->first_record, in->last_record,
                      scan_records, in, hex, err));
        in->records_differ = in->records_differ || !fits(hex, t->record_digest, t->row_digest[0]);
        EM_TRY(digest(db, "SELECT id, intake, row, line, offset, length, field, reason "
                      "FROM em_quarantine WHERE id BETWEEN ? AND ? ORDER BY id",
                      in->first_quarantine, in->last_quarantine, scan_rejects, in, hex, err));
        in->rejects_differ = in->rejects_differ || !fits(hex, t->quarantine_digest, t->row_digest[1]);
        return EM_OK;
}

/* ---- links --------------------------------------------------------------------------------- */

static em_status scan_links(sqlite3_stmt *stmt, em_proof_intake *in, em_error *err)
{
        bool row = false;
        char real[65];
        int64_t next = in->first_link;
        em_buf scratch = em_buf_make((size_t)4 << 20);
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                int64_t id = em_sql_i64(stmt, 0);
                for (; next < id && next <= in->last_link; next++)
                        em_say(&in->said, "link %" PRId64 ": it is missing", next);
                next = id + 1;
                status = em_link_hash(stmt, 2, &scratch, real, err);
                if (status == EM_OK && !em_str_eq(em_str_c(real), em_sql_str(stmt, 1)))
                        em_say(&in->said, "link %" PRId64 " (record %" PRId64 " to %" PRId64 "): it was "
                               "altered; it no longer gives its hash", id,
                               em_sql_i64(stmt, 2), em_sql_i64(stmt, 3));
                in->links++;
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        em_buf_free(&scratch);
        for (; status == EM_OK && next <= in->last_link && in->said.count < EM_SAID_MAX; next++)
                em_say(&in->said, "link %" PRId64 ": it is missing", next);
        return status;
}

static em_status prove_links(sqlite3 *db, em_proof_intake *in, const told *t, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        char hex[65], where[160];
        uint64_t before = in->said.count;
        EM_TRY(em_sql_prepare(db, "SELECT id, hash, " EM_LINK_COLUMNS " FROM em_link "
                              "WHERE id BETWEEN ? AND ? ORDER BY id", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, in->first_link);
        em_bind_int(&b, in->last_link);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = scan_links(stmt, in, err);
        sqlite3_finalize(stmt);
        EM_TRY(status);
        EM_TRY(em_link_digest(db, in->first_link, in->last_link, hex, err));
        name_of(in, where);
        if (in->said.count == before && !fits(hex, t->link_digest, t->row_digest[2]))
                em_say(&in->said, "%s: the links it brought are not those of ledger entry %" PRId64, where,
                       in->entry);
        return EM_OK;
}

em_status em_prove_intake(sqlite3 *db, em_proof_intake *in, em_error *err)
{
        char where[160];
        bool found = false;
        told t = { .stmt = NULL };
        em_status status = tell_of(db, in, &t, &found, err);
        if (status == EM_OK && !found) {
                name_of(in, where);
                em_say(&in->said, "%s: it stands in no ledger entry", where);
        }
        if (status == EM_OK && found)
                status = prove_custody(db, in, &t, err);
        if (status == EM_OK && found)
                status = prove_rows(db, in, &t, err);
        if (status == EM_OK && found)
                status = prove_links(db, in, &t, err);
        sqlite3_finalize(t.stmt);
        name_of(in, where);
        return em_say_damage(&in->said, where, status, err);
}

/* ---- reading again --------------------------------------------------------------------------- */

typedef struct reread {
        em_proof_intake *in;
        sqlite3_stmt *record, *reject;
        int64_t next_record, next_reject;
        uint64_t said_before;
} reread;

static em_status seek(sqlite3_stmt *stmt, int64_t id, bool *ret_row, em_error *err)
{
        sqlite3_reset(stmt);
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, id);
        EM_TRY(em_bind_done(&b, err));
        return em_sql_step(stmt, ret_row, err);
}

static em_status compare_record(void *ctx, const em_record *fresh, em_error *err)
{
        reread *k = ctx;
        em_proof_intake *in = k->in;
        em_record want = *fresh, held;
        bool row = false;
        char a[120], b[120];
        int64_t id = k->next_record++;
        if (in->said.count >= EM_SAID_MAX)
                return EM_OK;
        EM_TRY(seek(k->record, id, &row, err));
        if (!row || id > in->last_record) {
                em_say(&in->said, "record %.8s:%" PRIu64 " (%" PRId64 "): it is missing", in->sha256.p,
                       want.row, id);
                return EM_OK;
        }
        em_record_column(k->record, 0, &held);
        for (int i = em_record_differs(&held, &want, 0); i >= 0; i = em_record_differs(&held, &want, i + 1))
                em_say(&in->said, "record %.8s:%" PRIu64 " (%" PRId64 "): its %s is '%s', the source gives '%s'",
                       in->sha256.p, want.row, id, em_record_column_name(i),
                       em_record_show(&held, i, a, sizeof a), em_record_show(&want, i, b, sizeof b));
        return EM_OK;
}

static em_status compare_reject(void *ctx, const em_reject *want, em_error *err)
{
        reread *k = ctx;
        em_proof_intake *in = k->in;
        bool row = false;
        int64_t id = k->next_reject++;
        if (in->said.count >= EM_SAID_MAX)
                return EM_OK;
        EM_TRY(seek(k->reject, id, &row, err));
        bool same = row && id <= in->last_quarantine &&
                    em_sql_i64(k->reject, 0) == in->id &&
                    (uint64_t)em_sql_i64(k->reject, 1) == want->row &&
                    (uint64_t)em_sql_i64(k->reject, 2) == want->line &&
                    (uint64_t)em_sql_i64(k->reject, 3) == want->offset &&
                    (uint64_t)em_sql_i64(k->reject, 4) == want->length &&
                    em_str_eq(em_sql_str(k->reject, 5), want->column) &&
                    em_str_eq(em_sql_str(k->reject, 6), want->reason);
        if (!same)
                em_say(&in->said, "quarantine %" PRId64 " (row %" PRIu64 " of %.8s): it %s", id, want->row,
                       in->sha256.p, row ? "was altered" : "is missing");
        return EM_OK;
}

static void sum_up(reread *k)
{
        em_proof_intake *in = k->in;
        char where[160];
        name_of(in, where);
        if (k->next_record <= in->last_record)
                em_say(&in->said, "%s: it has records %" PRId64 " to %" PRId64 " that its rows do not give",
                       where, k->next_record, in->last_record);
        if (in->said.count == k->said_before)
                em_say(&in->said, "%s: its records differ from ledger entry %" PRId64 ", but agree with the "
                       "source as this version of embargo reads it", where, in->entry);
}

static em_status read_again(em_case *c, reread *k, em_arena *arena, em_error *err)
{
        em_proof_intake *in = k->in;
        em_map *map;
        em_str path;
        em_reading reading;
        char hex[65] = { 0 }, where[160];
        em_error why = { .code = EM_OK };
        memcpy(hex, in->sha256.p, in->sha256.n < 64 ? in->sha256.n : 64);
        EM_TRY(em_store_path(c, hex, arena, &path, err));
        em_status status = em_map_parse(in->map_name, in->map_text, arena, &map, &why);
        if (status == EM_OK)
                status = em_intake_read(path, in->name, map, (em_day)in->known, compare_record, compare_reject, k, NULL,
                                        &reading, &why);
        if (status == EM_NOMEM || status == EM_INTERRUPTED) {
                if (err)
                        *err = why;
                return status;
        }
        name_of(in, where);
        if (status != EM_OK)
                em_say(&in->said, "%s: its records were altered; which, cannot be told, because it cannot "
                       "be read again (%s)", where, why.text);
        else
                sum_up(k);
        return EM_OK;
}

em_status em_prove_reread(em_case *c, em_proof_intake *in, em_arena *arena, em_error *err)
{
        reread k = { .in = in, .next_record = in->first_record, .next_reject = in->first_quarantine,
                     .said_before = in->said.count };
        em_status status = em_sql_prepare(c->db, "SELECT " EM_RECORD_COLUMNS " FROM em_record AS r "
                                          "WHERE r.id = ?", &k.record, err);
        if (status == EM_OK)
                status = em_sql_prepare(c->db, "SELECT intake, row, line, offset, length, field, reason "
                                        "FROM em_quarantine WHERE id = ?", &k.reject, err);
        if (status == EM_OK)
                status = read_again(c, &k, arena, err);
        sqlite3_finalize(k.record);
        sqlite3_finalize(k.reject);
        return status;
}
