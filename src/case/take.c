/* One file's rows into the case.
 *
 * All of it happens in the caller's one transaction: the source, its records, its
 * quarantine, the links they bring, the view of their kind and the ledger
 * entry that says so.  The path of a record is kept short, because two million
 * of them pass here: one prepared INSERT, no index but the row id, nothing bound
 * anew that stays, and checks and digest left to the thread that hears the worker.
 */
#include "case/store.h"

#include <inttypes.h>
#include <stdio.h>

#define PACK_MAX ((size_t)64 << 20)

typedef struct stream {         /* rows on their way into a table */
        sqlite3_stmt *put;
        int64_t    first, next;         /* ids */
        uint64_t   count;
} stream;

struct em_intake {
        em_case   *c;
        em_arena  *arena;
        const em_map *map;
        em_str     kind, sandbox;
        int64_t    id, first_link;
        em_day     known;               /* of a record that does not say */
        stream     records, rejects;
        uint64_t   row;                 /* of the last record */
        em_bind_memory bound;           /* of the statement that puts records */
        em_buf     pack;                /* rejects on their way into their digest */
        em_hasher *hasher;
};

static const em_str no_text = { NULL, 0 };

/* ---- open --------------------------------------------------------------------- */

static em_status day_or_fail(em_str text, const char *what, em_day *ret_day, em_error *err)
{
        em_span span;
        em_precision precision;
        char shown[64];
        if (text.n == 0)
                return EM_OK;
        if (!em_span_parse(text, &span, &precision))
                return em_fail(err, EM_FORMAT, "%s is not a day: %s", what,
                               em_str_show(text, shown, sizeof shown));
        *ret_day = span.to;
        return EM_OK;
}

/* When a record does not say, it was known when its source was published, else when it
 * was obtained, at the latest when it was taken. */
static em_status check_custody(const em_custody *k, em_day *ret_known, em_error *err)
{
        em_day published = EM_DAY_NONE, obtained = EM_DAY_NONE, other;
        EM_TRY(day_or_fail(k->published, "the day of publication", &published, err));
        EM_TRY(day_or_fail(k->obtained_on, "the day it was obtained", &obtained, err));
        EM_TRY(day_or_fail(k->covers_from, "the first day covered", &other, err));
        EM_TRY(day_or_fail(k->covers_to, "the last day covered", &other, err));
        if (k->reliability && (k->reliability < 'A' || k->reliability > 'F'))
                return em_fail(err, EM_FORMAT, "a source's reliability is a letter from A to F");
        *ret_known = published != EM_DAY_NONE ? published
                   : obtained != EM_DAY_NONE ? obtained : em_day_utc(em_clock_now());
        return EM_OK;
}

static em_status insert_source(em_case *c, em_str hex, uint64_t bytes, em_str media,
                               const em_custody *k, int64_t *ret_id, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        char grade = k->reliability ? k->reliability : 'F';
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_source VALUES "
                              "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, hex);
        em_bind_int(&b, (int64_t)bytes);
        em_bind_str(&b, media);
        em_bind_text(&b, k->name);
        const em_str texts[] = { k->publisher, k->origin, k->method, k->terms, k->obtained_by,
                                 k->obtained_on, k->published, k->covers_from, k->covers_to };
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
                em_bind_str(&b, texts[i]);
        em_bind_text(&b, (em_str){ &grade, 1 });
        em_bind_text(&b, k->access.n ? k->access : EM_S("public"));
        em_bind_text(&b, k->role.n ? k->role : EM_S("evidence"));
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                *ret_id = sqlite3_last_insert_rowid(c->db);
        return status;
}

/* The source's row: the one there is, if nothing was read from it yet. */
static em_status source_row(em_case *c, em_str hex, uint64_t bytes, em_str media,
                            const em_custody *k, int64_t *ret_id, em_error *err)
{
        int64_t id, clash, read;
        EM_TRY(em_sql_int(c->db, "SELECT id FROM em_source WHERE sha256 = ?", hex, 0, &id, err));
        EM_TRY(em_sql_int(c->db, "SELECT count(*) FROM em_intake AS i JOIN em_source AS s "
                          "ON s.id = i.source WHERE s.sha256 = ? AND i.map IS NOT NULL",
                          hex, 0, &read, err));
        EM_TRY(em_sql_int(c->db, "SELECT count(*) FROM em_source "
                          "WHERE substr(sha256, 1, 8) = substr(?1, 1, 8) AND sha256 <> ?1",
                          hex, 0, &clash, err));
        if (read)
                return em_fail(err, EM_DENIED, "the records of this source have been taken already");
        if (clash)
                return em_fail(err, EM_DENIED, "its hash begins with the same eight digits as that "
                               "of another source, which hardly happens by chance; it is not taken");
        if (id) {
                *ret_id = id;
                return EM_OK;
        }
        return insert_source(c, hex, bytes, media, k, ret_id, err);
}

static em_status insert_intake(em_intake *in, int64_t source, int64_t map, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(in->c->db, "INSERT INTO em_intake(source, map, kind, known, taken, "
                              "quarantined, links_waiting, sandbox) VALUES (?, ?, ?, ?, 0, 0, 0, ?)",
                              &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, source);
        if (map)
                em_bind_int(&b, map);
        else
                em_bind_null(&b);
        em_bind_str(&b, in->kind);
        em_bind_int(&b, in->known);
        em_bind_str(&b, in->sandbox);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                in->id = sqlite3_last_insert_rowid(in->c->db);
        return status;
}

static em_status open_stream(em_case *c, stream *s, const char *max_sql, const char *put_sql,
                             em_error *err)
{
        EM_TRY(em_sql_int(c->db, max_sql, no_text, 0, &s->first, err));
        s->next = ++s->first;
        return em_sql_prepare(c->db, put_sql, &s->put, err);
}

static em_status open_parts(em_intake *in, em_str hex, uint64_t bytes, em_str media,
                            const em_custody *k, em_error *err)
{
        em_case *c = in->c;
        int64_t source = 0, map = 0;
        EM_TRY(check_custody(k, &in->known, err));
        EM_TRY(source_row(c, hex, bytes, media, k, &source, err));
        if (in->map)
                EM_TRY(em_map_keep(c, in->map, &map, err));
        EM_TRY(insert_intake(in, source, map, err));
        EM_TRY(em_sql_int(c->db, "SELECT max(id) FROM em_link", no_text, 0, &in->first_link, err));
        in->first_link++;
        EM_TRY(open_stream(c, &in->records, "SELECT max(id) FROM em_record",
                "INSERT INTO em_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err));
        return open_stream(c, &in->rejects, "SELECT max(id) FROM em_quarantine",
                "INSERT INTO em_quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?)", err);
}

em_status em_intake_open(em_case *c, em_sha256 hash, uint64_t bytes, em_str media,
                         const em_custody *custody, const em_map *map, em_str sandbox,
                         em_intake **ret_intake, em_error *err)
{
        static const em_custody nothing_stated;
        char hex[65];
        em_assert(c->depth > 0);
        em_arena *arena = em_arena_new((size_t)1 << 20);
        em_intake *in = arena ? EM_NEW(arena, em_intake) : NULL;
        if (!in) {
                em_arena_free(arena);
                return em_fail(err, EM_NOMEM, "no memory to take a file");
        }
        in->arena = arena;
        in->pack = em_buf_make(PACK_MAX);
        in->c = c;
        in->map = map;
        in->kind = map ? em_map_kind(map) : no_text;
        em_status status = em_str_copy(sandbox, arena, &in->sandbox, err);
        if (status == EM_OK && !(in->hasher = em_hasher_new()))
                status = em_fail(err, EM_NOMEM, "no memory to take a file");
        if (status == EM_OK)
                status = open_parts(in, em_str_c(em_sha256_hex(hash, hex)), bytes, media,
                                    custody ? custody : &nothing_stated, err);
        if (status != EM_OK) {
                em_intake_abandon(in);
                return status;
        }
        *ret_intake = in;
        return EM_OK;
}

em_intake *em_intake_abandon(em_intake *in)
{
        if (!in)
                return NULL;
        sqlite3_finalize(in->records.put);
        sqlite3_finalize(in->rejects.put);
        em_buf_free(&in->pack);
        em_hasher_free(in->hasher);
        em_arena_free(in->arena);
        return NULL;
}

/* ---- rows ---------------------------------------------------------------------- */

em_status em_intake_record(em_intake *in, const em_record *r, em_error *err)
{
        stream *s = &in->records;
        if (!em_str_eq(r->kind, in->kind))
                return em_fail(err, EM_FORMAT, "a record is of another kind than its map makes");
        if (r->row <= in->row)
                return em_fail(err, EM_FORMAT, "records do not come in the order of their rows");
        in->row = r->row;
        em_bind b = em_bind_make(s->put);
        em_bind_int(&b, s->next);
        if (s->count == 0)
                em_bind_int(&b, in->id);
        else
                b.at++;                 /* the intake stays bound */
        em_record_bind(&b, r, &in->bound);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_do(s->put, err));
        s->next++;
        s->count++;
        return EM_OK;
}

em_day em_intake_known(const em_intake *in)
{
        return in->known;
}

em_status em_intake_reject(em_intake *in, const em_reject *reject, em_error *err)
{
        stream *s = &in->rejects;
        em_bind b = em_bind_make(s->put);
        em_bind_int(&b, s->next);
        em_bind_int(&b, in->id);
        em_bind_int(&b, (int64_t)reject->row);
        em_bind_int(&b, (int64_t)reject->line);
        em_bind_int(&b, (int64_t)reject->offset);
        em_bind_int(&b, (int64_t)reject->length);
        em_bind_str(&b, reject->column);
        em_bind_text(&b, reject->reason);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_do(s->put, err));
        em_reject_pack(reject, &in->pack);
        EM_TRY(em_buf_status(&in->pack, err));
        em_hasher_add(in->hasher, in->pack.p, in->pack.n);
        em_buf_clear(&in->pack);
        s->next++;
        s->count++;
        return EM_OK;
}

/* ---- close ---------------------------------------------------------------------- */

static void bind_range(em_bind *b, int64_t first, int64_t next)
{
        if (next > first) {
                em_bind_int(b, first);
                em_bind_int(b, next - 1);
        } else {
                em_bind_null(b);
                em_bind_null(b);
        }
}

static em_status update_intake(em_intake *in, em_sha256 digest, int64_t next_link, int64_t waiting,
                               int64_t entry, em_error *err)
{
        char records[65], rejects[65], links[65];
        sqlite3_stmt *stmt = NULL;
        em_sha256_hex(digest, records);
        em_sha256_hex(em_hasher_done(in->hasher), rejects);
        EM_TRY(em_link_digest(in->c->db, in->first_link, next_link - 1, links, err));
        EM_TRY(em_sql_prepare(in->c->db, "UPDATE em_intake SET taken = ?, quarantined = ?, "
                "first_quarantine = ?, last_quarantine = ?, "
                "first_link = ?, last_link = ?, links_waiting = ?, record_digest = ?, "
                "quarantine_digest = ?, link_digest = ?, entry = ? WHERE id = ?", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, (int64_t)in->records.count);
        em_bind_int(&b, (int64_t)in->rejects.count);
        bind_range(&b, in->rejects.first, in->rejects.next);
        bind_range(&b, in->first_link, next_link);
        em_bind_int(&b, waiting);
        em_bind_text(&b, em_str_c(records));
        em_bind_text(&b, em_str_c(rejects));
        em_bind_text(&b, em_str_c(links));
        em_bind_int(&b, entry);
        em_bind_int(&b, in->id);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

/* The columns of an intake and its source in the ledger's words.  Names and
 * order are part of the format: verify compares with what was written. */
em_status em_intake_body(sqlite3 *db, int64_t intake, em_buf *out, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(db, "SELECT i.id AS intake, s.id AS source, s.sha256 AS sha256, "
                "s.bytes AS bytes, s.media AS media, s.name AS name, s.publisher AS publisher, "
                "s.origin AS origin, s.method AS method, s.terms AS terms, "
                "s.obtained_by AS obtained_by, s.obtained_on AS obtained_on, "
                "s.published AS published, s.covers_from AS covers_from, "
                "s.covers_to AS covers_to, s.reliability AS reliability, s.access AS access, "
                "s.role AS role, m.name AS map, m.hash AS map_sha256, i.kind AS kind, "
                "i.known AS known, i.taken AS taken, i.quarantined AS quarantined, "
                "i.first_record AS first_record, i.last_record AS last_record, "
                "i.first_quarantine AS first_quarantine, i.last_quarantine AS last_quarantine, "
                "i.first_link AS first_link, i.last_link AS last_link, "
                "i.links_waiting AS links_waiting, i.record_digest AS record_digest, "
                "i.quarantine_digest AS quarantine_digest, i.link_digest AS link_digest, "
                "i.sandbox AS sandbox FROM em_intake AS i JOIN em_source AS s ON s.id = i.source "
                "LEFT JOIN em_map AS m ON m.id = i.map WHERE i.id = ?", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, intake);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        if (status == EM_OK && !row)
                status = em_fail(err, EM_FORMAT, "intake %" PRId64 " has no source", intake);
        if (status == EM_OK) {
                em_json j = em_json_make(out, false);
                em_ledger_row(stmt, &j);
                status = em_buf_status(out, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

static em_status append(em_intake *in, int64_t entry, em_error *err)
{
        em_buf body = em_buf_make((size_t)1 << 20);
        int64_t seq = 0;
        em_status status = em_intake_body(in->c->db, in->id, &body, err);
        if (status == EM_OK)
                status = em_ledger_append(in->c, EM_S("add"), em_buf_view(&body), &seq, err);
        em_assert(status != EM_OK || seq == entry);
        em_buf_free(&body);
        return status;
}

/* The range of its records, which links look through. */
static em_status set_range(em_intake *in, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(in->c->db, "UPDATE em_intake SET first_record = ?, last_record = ? "
                              "WHERE id = ?", &stmt, err));
        em_bind b = em_bind_make(stmt);
        bind_range(&b, in->records.first, in->records.next);
        em_bind_int(&b, in->id);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

static em_status close_parts(em_intake *in, em_sha256 digest, em_error *err)
{
        em_case *c = in->c;
        int64_t waiting = 0, next_link, entry;
        EM_TRY(set_range(in, err));
        if (in->map && in->records.count)
                EM_TRY(em_link_same(c, in->map, in->records.first, err));
        EM_TRY(em_link_rows(c, &waiting, err));
        EM_TRY(em_sql_int(c->db, "SELECT max(id) + 1 FROM em_link", no_text, 1, &next_link, err));
        EM_TRY(em_sql_int(c->db, "SELECT max(seq) + 1 FROM em_ledger", no_text, 1, &entry, err));
        EM_TRY(update_intake(in, digest, next_link, waiting, entry, err));
        return append(in, entry, err);
}

em_status em_intake_close(em_intake *in, em_sha256 digest, em_error *err)
{
        em_status status = close_parts(in, digest, err);
        em_intake_abandon(in);
        return status;
}
