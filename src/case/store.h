/* case/store.h -- the database behind a case; for src/case only.
 *
 * The upper half is what intake uses: keep a file, open an intake, put records,
 * close it.  The lower half is what the files of the store share.  The tables
 * are in schema.c, byte for byte in doc/format-case.md; the views that
 * questions see are in view.c and doc/views.md.
 */
#ifndef CASE_STORE_H
#define CASE_STORE_H

#include "embargo/case.h"

#include <sqlite3.h>

enum { EM_QUICK_CHECK_MAX = 64 << 20 };  /* bytes of case.db that are quick_checked at every open */

struct em_case {
        sqlite3  *db;
        int       lock_fd;              /* case.lock, flock()ed while open for writing; -1 otherwise */
        em_case_mode mode;
        em_arena *arena;                /* lives as long as the case */
        em_str    dir, db_path, regime_dir, author, resumed;
        int       depth;                /* open transactions (nested begin counts up) */
        bool      alone;                /* the transaction is one of em_store_begin_large */
        struct em_asking *asking;       /* read-only connection of em_case_query, by as-known day */
        char      head_of[65];          /* the source whose first row was asked for last (em_case_excerpt); "": none */
        em_buf    head;                 /* that row */
};

/* Transactions.  Nested begin/commit pairs join the outer one; rollback ends all. */
EM_MUST em_status em_store_begin(em_case *c, em_error *err);
EM_MUST em_status em_store_commit(em_case *c, em_error *err);
void em_store_rollback(em_case *c);
/* As em_store_begin, for a transaction that adds many pages: when nobody else has the case
 * open, they are written once, straight into case.db, instead of through the WAL.
 * Readers that come meanwhile get EM_BUSY.  Commit and rollback go back to the WAL. */
EM_MUST em_status em_store_begin_large(em_case *c, em_error *err);

/* SQLite's last message as an em_error; evidence text in it is made safe. */
em_status em_store_fail(em_case *c, em_error *err, const char *doing);

/* Copies an open file (fd, size known) into sources/, hashing on the way:
 * sources/tmp-…, fsync, rename, fsync of the folder.  *ret_existed: the same bytes were there. */
EM_MUST em_status em_store_keep(em_case *c, int fd, em_str shown_name, const em_progress *progress,
                                em_sha256 *ret_hash, uint64_t *ret_bytes, bool *ret_existed, em_error *err);
/* Path of a kept source. */
EM_MUST em_status em_store_path(em_case *c, const char sha256_hex[65], em_arena *arena,
                                em_str *ret_path, em_error *err);

/* One file's intake, inside one transaction: open, put*, close (or rollback).
 * custody NULL: nothing stated.  EM_DENIED when the source has records already, or when
 * its hash begins with the eight digits of another source (public ids would
 * clash); EM_FORMAT when a custody day is no day, or the map's kind or
 * field names cannot stand in a view. */
typedef struct em_intake em_intake;
EM_MUST em_status em_intake_open(em_case *c, em_sha256 hash, uint64_t bytes, em_str media,
                                 const em_custody *custody, const em_map *map_or_null,
                                 em_str sandbox, em_intake **ret_intake, em_error *err);
/* Records and rejects in row order, as em_intake_read gives them when it is told
 * em_intake_known: checked, settled and with the day each was known.  EM_FORMAT: another
 * kind than the map's, rows not ascending. */
em_day em_intake_known(const em_intake *in);
EM_MUST em_status em_intake_record(em_intake *in, const em_record *record, em_error *err);
EM_MUST em_status em_intake_reject(em_intake *in, const em_reject *reject, em_error *err);
/* Writes counts and digests (digest: SHA-256 over em_record_pack of all records in order,
 * of nothing when there are none; and one over em_reject_pack of all rejects), makes the kind's view, the links of `same`,
 * resolves rows of kind "link" (fields from_key, to_key, relation, certainty, reason),
 * and appends the ledger entry "add".  Frees in, also on failure. */
EM_MUST em_status em_intake_close(em_intake *in, em_sha256 digest, em_error *err);
em_intake *em_intake_abandon(em_intake *in);    /* frees; the caller rolls back */

/* Packs a reject for the digest and the wire (wire.c). */
void em_reject_pack(const em_reject *reject, em_buf *out);
EM_MUST em_status em_reject_unpack(em_str bytes, em_reject *ret_reject, em_error *err);

/* ---- the worker (intake.c, sandbox.c) ---- */

/* Reads a kept CSV source in a worker process: calls on_record / on_reject in row order in
 * this thread, after checking again what the worker sent.  Also used by verify
 * to name what changed.  known: of a record that does not say; EM_DAY_NONE leaves it so.
 * sandbox: what held the worker.  digest: SHA-256 over em_record_pack of the records. */
typedef struct em_reading {
        uint64_t rows, taken, rejected;
        em_sha256 digest;
        char     sandbox[160];
        char     first_reject[512];
} em_reading;
EM_MUST em_status em_intake_read(em_str path, em_str shown_name, const em_map *map, em_day known,
                                 em_status (*on_record)(void *ctx, const em_record *, em_error *),
                                 em_status (*on_reject)(void *ctx, const em_reject *, em_error *),
                                 void *ctx, const em_progress *progress,
                                 em_reading *ret_reading, em_error *err);

/* Takes away every right of the calling process except the descriptors it holds
 * (rlimits, no_new_privs, Landlock, seccomp).  Writes what was and was not
 * possible into note ("landlock 7 + seccomp"; "no landlock: kernel too old; seccomp"). */
void em_sandbox_enter(char note[160]);

/* The regime's maps: all of regime_dir/maps/NAME.map, sorted by name. */
EM_MUST em_status em_maps_load(em_str regime_dir, em_arena *arena, em_map ***ret_maps,
                               size_t *ret_count, em_error *err);

/* ==== inside the store ================================================== */

/* ---- connections and statements (store.c, sql.c) ---- */

/* Opens db_path with SQLite's settings against hostile files.  Views and
 * triggers stay off until the schema has been checked. */
EM_MUST em_status em_store_connect(em_str db_path, bool write, sqlite3 **ret_db, em_error *err);
/* An empty em_case, nothing opened; NULL (and EM_NOMEM in err) without memory. */
em_case *em_store_new(em_case_mode mode, em_error *err);
/* Sets dir and db_path; EM_MISSING when dir is not there. */
EM_MUST em_status em_store_paths(em_case *c, em_str dir, em_error *err);
/* Lets our own triggers run, for writing. */
EM_MUST em_status em_store_allow(em_case *c, em_error *err);
/* As em_store_fail, for any connection. */
em_status em_sql_fail(sqlite3 *db, em_error *err, const char *doing);
EM_MUST em_status em_sql_run(sqlite3 *db, const char *sql, em_error *err);
/* sql may be one statement of fixed text. */
EM_MUST em_status em_sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret_stmt, em_error *err);
/* Runs to the next row; *ret_row is false at the end. */
EM_MUST em_status em_sql_step(sqlite3_stmt *stmt, bool *ret_row, em_error *err);
/* Runs a statement that gives no rows, and makes it ready again. */
EM_MUST em_status em_sql_do(sqlite3_stmt *stmt, em_error *err);
/* Binds parameters left to right; text must live until the statement has run.
 * A failed bind is found by em_bind_done. */
typedef struct em_bind { sqlite3_stmt *stmt; int at, rc; } em_bind;
em_bind em_bind_make(sqlite3_stmt *stmt);
void em_bind_int(em_bind *b, int64_t value);
void em_bind_str(em_bind *b, em_str value);             /* empty becomes NULL */
void em_bind_text(em_bind *b, em_str value);            /* empty stays empty text */
void em_bind_null(em_bind *b);
EM_MUST em_status em_bind_done(const em_bind *b, em_error *err);
/* Of a line of quick_check or integrity_check: EM_NOMEM, EM_IO or EM_BUSY when it tells of
 * those and not of damage; takes the heading off *text. */
EM_MUST em_status em_sql_check_said(em_str *text, em_error *err);
/* A column as text; dies with the next step. */
em_str em_sql_str(sqlite3_stmt *stmt, int column);
int64_t em_sql_i64(sqlite3_stmt *stmt, int column);
EM_MUST em_status em_sql_copy(sqlite3_stmt *stmt, int column, em_arena *arena,
                              em_str *ret_copy, em_error *err);
/* One integer from a statement of fixed text with up to one text parameter
 * (bound when its p is not NULL); none when there is no row or it is NULL. */
EM_MUST em_status em_sql_int(sqlite3 *db, const char *sql, em_str param, int64_t none,
                             int64_t *ret_value, em_error *err);

/* ---- schema (schema.c), views (view.c) ---- */

EM_MUST em_status em_schema_create(em_case *c, em_error *err);
/* Application id, version, nothing foreign; migrates when open for writing. */
EM_MUST em_status em_schema_check(em_case *c, em_error *err);

typedef struct em_kind_field { em_str name, type; } em_kind_field;
typedef struct em_kind {
        em_str         name;
        em_kind_field *field;
        size_t         count;
} em_kind;
/* Every kind that a held map makes and that has a view, sorted; names are checked. */
EM_MUST em_status em_kinds_load(sqlite3 *db, em_arena *arena, em_kind **ret_kinds,
                                size_t *ret_count, em_error *err);
bool em_name_ok(em_str name);           /* [a-z][a-z0-9_]*, at most 63 bytes */
bool em_kind_has_view(em_str kind);     /* false for "link", true for a usable kind */
bool em_kind_reserved(em_str kind);     /* a name that the store needs itself */
bool em_field_ok(em_str name);          /* [A-Za-z_][A-Za-z0-9_]*, at most 63 bytes */

/* The SQL that makes a view.  as_known EM_DAY_NONE: everything.  temp: for
 * em_case_query, over main.  graded: temp.em_graded holds grades that were given. */
typedef struct em_scope { bool temp; em_day as_known; bool graded; } em_scope;
extern const char *const em_public_views[];             /* NULL at the end; without the kinds */
void em_view_sql(const char *view, em_scope scope, em_buf *out);
void em_view_kind_sql(const em_kind *kind, em_scope scope, em_buf *out);
/* Makes the views of all kinds in main anew where their SQL changed. */
EM_MUST em_status em_views_refresh(em_case *c, em_error *err);

/* ---- sources folder (keep.c) ---- */

EM_MUST em_status em_lock_take(em_str dir, int *ret_fd, em_error *err);
/* Removes what a kill left in sources/ and says so in c->resumed. */
EM_MUST em_status em_keep_tidy(em_case *c, em_error *err);

/* ---- sources (source.c) ---- */

EM_MUST em_status em_source_read(sqlite3 *db, int64_t id, em_arena *arena, em_source *ret_source,
                                 em_error *err);

/* ---- rows (record.c) ---- */

#define EM_RECORD_COLUMNS                                                       \
        "r.row, r.line, r.offset, r.length, r.key, r.what, r.class, r.who, "    \
        "r.place, r.lat_e7, r.lon_e7, r.day_from, r.day_to, r.utc_from, "       \
        "r.utc_to, r.time_s, r.precision, r.known, r.state, r.low_milli, "      \
        "r.high_milli, r.stated_milli, r.rounding_milli, r.unit, "              \
        "r.quantifier, r.credibility, r.fields"
enum { EM_RECORD_COLUMN_COUNT = 27 };
/* Binds a record, one whose absent groups are absent as em_record_unpack has them.  A parameter that stays what it was is left alone:
 * memory, zeros at first, belongs to one statement that nobody else binds. */
typedef struct em_bind_memory {
        char    state[EM_RECORD_COLUMN_COUNT];
        int64_t number[EM_RECORD_COLUMN_COUNT];
} em_bind_memory;
void em_record_bind(em_bind *b, const em_record *record, em_bind_memory *memory);
/* Reads the columns from `first` on; text dies with the next step, kind is left
 * empty.  The index of the first column that our code cannot have written, or -1. */
int em_record_column(sqlite3_stmt *stmt, int first, em_record *ret_record);
const char *em_record_column_name(int column);
/* The index of the first column at or after `from` in which a and b differ, or -1. */
int em_record_differs(const em_record *a, const em_record *b, int from);
/* A column's value for a message, made safe.  Returns out. */
char *em_record_show(const em_record *record, int column, char *out, size_t cap);

/* ---- ledger (ledger.c), links (link.c), intakes (take.c), findings (finding.c) ---- */

#define EM_LEDGER_ZERO "0000000000000000000000000000000000000000000000000000000000000000"
/* Appends in the open transaction. */
EM_MUST em_status em_ledger_append(em_case *c, em_str action, em_str body, int64_t *ret_seq,
                                   em_error *err);
/* The row of stmt as a JSON object, column names as keys, NULL left out. */
void em_ledger_row(sqlite3_stmt *stmt, em_json *j);
/* "2026-01-31T10:00:00Z".  Returns out. */
char *em_time_text(int64_t time_s, char out[32]);

/* Links that `same` of this map makes, and those of waiting rows of kind "link" and of notes that link. */
EM_MUST em_status em_link_same(em_case *c, const em_map *map, int64_t first_record, em_error *err);
EM_MUST em_status em_link_rows(em_case *c, int64_t *ret_waiting, em_error *err);
/* SHA-256 over the hashes of links first..last, one a line. */
EM_MUST em_status em_link_digest(sqlite3 *db, int64_t first, int64_t last, char ret_hex[65],
                                 em_error *err);
/* The hash of the link in the row of a statement whose columns from `first` on are these. */
#define EM_LINK_COLUMNS "a, b, relation, certainty, reason, author, known, record"
EM_MUST em_status em_link_hash(sqlite3_stmt *stmt, int first, em_buf *scratch,
                               char ret_hex[65], em_error *err);

/* One JSON value, at most 64 brackets deep (json_ok.c); in SQL as em_json_ok(text). */
bool em_json_ok(em_str text);
/* What the ledger says of an intake, from the rows as they are now. */
EM_MUST em_status em_intake_body(sqlite3 *db, int64_t intake, em_buf *out, em_error *err);
/* Registers a map and its fields; makes its kind's view.  *ret_id is its row. */
EM_MUST em_status em_map_keep(em_case *c, const em_map *map, int64_t *ret_id, em_error *err);

EM_MUST em_status em_finding_hash(sqlite3 *db, int64_t finding, char ret_hex[65], em_error *err);

/* union-find over links, as known: fills temp.em_cluster(record, certain, possible). */
EM_MUST em_status em_cluster_build(sqlite3 *db, em_day as_known, em_error *err);
/* grades of sources given in notes, as known: fills temp.em_graded(source, grade); *ret_any: there are some. */
EM_MUST em_status em_graded_build(sqlite3 *db, em_day as_known, bool *ret_any, em_error *err);

struct em_asking *em_asking_close(struct em_asking *asking);

#endif
