/* Opening a case and holding its one writing transaction.
 *
 * The file may come from anybody, so SQLite runs as its own advice says
 * (sqlite.org/security.html): defensive, schema not trusted, no extensions, no
 * memory map, cell sizes checked, views and triggers off until the schema has
 * been compared with ours.  Writing is WAL with synchronous=FULL: a commit that
 * returned is on the disk, a kill leaves the state before it (sqlite.org/wal.html).
 * A large table is written with a rollback journal instead, which keeps the same
 * promise and writes it once.
 */
#include "case/store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CASE_MEMORY   ((size_t)64 << 20)
#define BUSY_MS       5000

/* ---- transactions ---------------------------------------------------------- */

em_status em_store_begin(em_case *c, em_error *err)
{
        if (c->mode != EM_CASE_WRITE)
                return em_fail(err, EM_DENIED, "the case is open for reading only");
        if (c->depth == 0)
                EM_TRY(em_sql_run(c->db, "BEGIN IMMEDIATE", err));
        c->depth++;
        return EM_OK;
}

/* From the WAL to a rollback journal and back.  SQLite switches only when no other
 * connection has the file open (sqlite.org/wal.html, section 3); that it does not is no failure. */
static bool switch_journal(em_case *c, const char *sql)
{
        em_error why;
        return em_sql_run(c->db, sql, &why) == EM_OK;
}

/* A journal in which appended pages have no place: they go to the file at once, and a
 * kill leaves a journal from which the next to open the case takes the change back
 * (sqlite.org/atomiccommit.html).  EXCLUSIVE from the start, so that no reader can come
 * between and hold up the middle of it. */
em_status em_store_begin_large(em_case *c, em_error *err)
{
        if (c->depth > 0 || c->mode != EM_CASE_WRITE)
                return em_store_begin(c, err);
        em_asking_close(c->asking);
        c->asking = NULL;
        if (!switch_journal(c, "PRAGMA journal_mode = DELETE"))
                return em_store_begin(c, err);
        em_status status = em_sql_run(c->db, "BEGIN EXCLUSIVE", err);
        if (status == EM_OK) {
                c->alone = true;
                c->depth = 1;
                return EM_OK;
        }
        (void)switch_journal(c, "PRAGMA journal_mode = WAL");
        return status == EM_BUSY ? em_store_begin(c, err) : status;
}

/* Where the way back is barred, the next to open the case for writing goes it. */
static void end_large(em_case *c)
{
        if (c->alone)
                (void)switch_journal(c, "PRAGMA journal_mode = WAL");
        c->alone = false;
}

em_status em_store_commit(em_case *c, em_error *err)
{
        em_assert(c->depth > 0);
        if (c->depth > 1) {
                c->depth--;
                return EM_OK;
        }
        em_status status = em_sql_run(c->db, "COMMIT", err);
        if (status != EM_OK)
                em_store_rollback(c);
        c->depth = 0;
        end_large(c);
        return status;
}

/* Nothing to report: SQLite itself has rolled back when this cannot. */
void em_store_rollback(em_case *c)
{
        if (!sqlite3_get_autocommit(c->db))
                sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
        c->depth = 0;
        end_large(c);
}

/* ---- connections ------------------------------------------------------------ */

static bool set_defences(sqlite3 *db)
{
        static const struct { int op, on; } settings[] = {
                { SQLITE_DBCONFIG_DEFENSIVE, 1 },       { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
                { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },  { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
                { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
                { SQLITE_DBCONFIG_DQS_DDL, 0 },         { SQLITE_DBCONFIG_DQS_DML, 0 },
                { SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0 }, { SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
        };
        for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
                if (sqlite3_db_config(db, settings[i].op, settings[i].on, NULL) != SQLITE_OK)
                        return false;
        sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 256 << 20);
        return sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK;
}

static void sql_json_ok(sqlite3_context *ctx, int count, sqlite3_value **values)
{
        const char *p = sqlite3_value_blob(values[0]);
        int n = sqlite3_value_bytes(values[0]);
        em_assert(count == 1);
        sqlite3_result_int(ctx, p && n > 0 && em_json_ok((em_str){ p, (size_t)n }));
}

static bool has_beside(em_str path, const char *suffix)
{
        char beside[PATH_MAX];
        int n = snprintf(beside, sizeof beside, "%.*s%s", EM_ARG(path), suffix);
        return n < 0 || (size_t)n >= sizeof beside || em_path_exists(em_str_c(beside));
}

/* A case on a medium that cannot be written (a sealed copy, a read-only mount)
 * has no room for the WAL's shared memory; without a WAL it needs none.  With a
 * WAL or a journal the file alone is not the case. */
static bool immutable(em_str path)
{
        char dir[PATH_MAX];
        em_str folder = em_path_dir(path);
        int n = snprintf(dir, sizeof dir, "%.*s", EM_ARG(folder));
        if (n < 0 || (size_t)n >= sizeof dir)
                return false;
        return access(dir, W_OK) != 0 && !has_beside(path, "-wal") && !has_beside(path, "-journal");
}

/* "file:/a%3fb/case.db?..." : the bytes that a URI gives a meaning are escaped. */
static em_status make_uri(em_str path, const char *query, char out[3 * PATH_MAX + 64], em_error *err)
{
        size_t at = (size_t)snprintf(out, 8, "file:");
        if (path.n >= PATH_MAX)
                return em_fail(err, EM_FORMAT, "the path of the case is too long");
        for (size_t i = 0; i < path.n; i++) {
                unsigned char ch = (unsigned char)path.p[i];
                if (ch == '%' || ch == '?' || ch == '#')
                        at += (size_t)snprintf(out + at, 4, "%%%02x", ch);
                else
                        out[at++] = (char)ch;
        }
        snprintf(out + at, 64, "%s", query);
        return EM_OK;
}

static em_status open_file(em_str db_path, const char *query, int mode, sqlite3 **ret_db, em_error *err)
{
        char uri[3 * PATH_MAX + 64];
        sqlite3 *db = NULL;
        EM_TRY(make_uri(db_path, query, uri, err));
        int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
                    SQLITE_OPEN_NOMUTEX | mode;
        em_status status = EM_OK;
        if (sqlite3_open_v2(uri, &db, flags, NULL) != SQLITE_OK)
                status = em_sql_fail(db, err, "opening case.db");
        else if (!set_defences(db))
                status = em_fail(err, EM_BUG, "SQLite lacks its settings against hostile files");
        else if (sqlite3_create_function(db, "em_json_ok", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC |
                                         SQLITE_DIRECTONLY, NULL, sql_json_ok, NULL, NULL) != SQLITE_OK)
                status = em_sql_fail(db, err, "opening case.db");
        if (status == EM_OK)
                /* A kind is a range of rows (view.c); an automatic index is made of all rows. */
                status = em_sql_run(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA automatic_index = OFF; "
                                        "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; "
                                        "PRAGMA cache_size = -65536", err);
        if (status != EM_OK) {
                sqlite3_close(db);
                return status;
        }
        *ret_db = db;
        return EM_OK;
}

em_status em_store_connect(em_str db_path, bool write, sqlite3 **ret_db, em_error *err)
{
        if (write)
                return open_file(db_path, "?mode=rw", SQLITE_OPEN_READWRITE, ret_db, err);
        return open_file(db_path, immutable(db_path) ? "?mode=ro&immutable=1" : "?mode=ro",
                         SQLITE_OPEN_READONLY, ret_db, err);
}

/* ---- open ------------------------------------------------------------------- */

/* case.db and what SQLite would read beside it must be plain files. */
static em_status check_files(em_str db_path, uint64_t *ret_size, bool *ret_wal, em_error *err)
{
        static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
        char path[PATH_MAX];
        struct stat st;
        for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
                int n = snprintf(path, sizeof path, "%.*s%s", EM_ARG(db_path), suffixes[i]);
                if (n < 0 || (size_t)n >= sizeof path)
                        return em_fail_at(err, EM_FORMAT, db_path, 0, 0, "the path is too long");
                if (lstat(path, &st) != 0) {
                        if (i == 0)
                                return em_fail_at(err, EM_MISSING, em_path_dir(db_path), 0, 0,
                                                  "there is no case here; make one with init");
                        continue;
                }
                if (!S_ISREG(st.st_mode))
                        return em_fail_at(err, EM_FORMAT, em_str_c(path), 0, 0,
                                          "it is not a plain file, so this is no case to open");
                if (i == 0)
                        *ret_size = (uint64_t)st.st_size;
                if (i == 1)
                        *ret_wal = st.st_size > 0;
        }
        return EM_OK;
}

em_status em_store_paths(em_case *c, em_str dir, em_error *err)
{
        char real[PATH_MAX];
        EM_TRY(em_str_copy(dir, c->arena, &c->dir, err));
        if (!realpath(c->dir.p, real))
                return em_fail_at(err, errno == EACCES ? EM_DENIED : EM_MISSING, dir, 0, 0,
                                  "there is no case here; make one with init");
        return em_path_join(em_str_c(real), EM_S("case.db"), c->arena, &c->db_path, err);
}

/* The main connection of a reader may write only what SQLite itself must to
 * recover and tidy the WAL; query_only keeps everything else out.  Where the
 * file cannot be written at all, it is opened read-only. */
static em_status connect(em_case *c, em_error *err)
{
        bool writable = access(c->db_path.p, W_OK) == 0 && !immutable(c->db_path);
        if (c->mode == EM_CASE_WRITE && !writable)
                return em_fail_at(err, EM_DENIED, c->dir, 0, 0, "the case cannot be written by you");
        EM_TRY(em_store_connect(c->db_path, writable, &c->db, err));
        if (c->mode != EM_CASE_WRITE)
                return em_sql_run(c->db, "PRAGMA query_only = ON", err);
        return em_sql_run(c->db, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000", err);
}

static em_status quick_check(em_case *c, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(c->db, "PRAGMA quick_check(1)", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        em_str said = status == EM_OK && row ? em_sql_str(stmt, 0) : EM_S("");
        if (status == EM_OK)
                status = em_sql_check_said(&said, err);
        if (status == EM_OK && !em_str_eq(said, EM_S("ok"))) {
                char shown[200];
                status = em_fail(err, EM_FORMAT, "case.db is damaged: %s; verify says what is affected",
                                 em_str_show(said, shown, sizeof shown));
        }
        sqlite3_finalize(stmt);
        return status;
}

/* Pages of two cases mixed (a WAL that was laid beside another file) are each
 * sound; the ledger and its head then come from different hands. */
static em_status check_head(em_case *c, em_error *err)
{
        int64_t fits;
        EM_TRY(em_sql_int(c->db, "SELECT m.value = l.seq || ' ' || l.hash FROM em_meta AS m, em_ledger AS l "
                          "WHERE m.key = 'ledger_head' AND l.seq = (SELECT max(seq) FROM em_ledger)",
                          (em_str){ NULL, 0 }, 0, &fits, err));
        if (!fits)
                return em_fail(err, EM_FORMAT, "case.db is damaged: its ledger does not end where it should; "
                               "verify says what is affected");
        return EM_OK;
}

static em_status first_hash(sqlite3 *db, em_arena *arena, em_str *ret_hash, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(db, "SELECT hash FROM em_ledger WHERE seq = 1", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        *ret_hash = (em_str){ NULL, 0 };
        if (status == EM_OK && row)
                status = em_sql_copy(stmt, 0, arena, ret_hash, err);
        sqlite3_finalize(stmt);
        return status;
}

/* SQLite does not know whose a WAL is.  The file read without it must tell of the same
 * first ledger entry; where it cannot be read so (a kill in the middle of a
 * merge, a case killed at birth) there is nothing to compare. */
static em_status check_wal(em_case *c, em_error *err)
{
        sqlite3 *alone = NULL;
        em_str with = { NULL, 0 }, without = { NULL, 0 };
        EM_TRY(first_hash(c->db, c->arena, &with, err));
        em_status status = open_file(c->db_path, "?mode=ro&immutable=1", SQLITE_OPEN_READONLY, &alone, err);
        if (status == EM_OK)
                status = first_hash(alone, c->arena, &without, err);
        sqlite3_close(alone);
        if (status == EM_NOMEM || status == EM_IO)
                return status;
        if (status == EM_OK && without.n && !em_str_eq(with, without))
                return em_fail(err, EM_FORMAT, "case.db-wal belongs to another case; take it away");
        return EM_OK;
}

/* Not before the file has been found sound: closing merges the WAL into it.  A
 * reader leaves a WAL that it has found to the next writer. */
static em_status allow_merge(em_case *c, bool found_wal, em_error *err)
{
        if (found_wal && c->mode != EM_CASE_WRITE)
                return EM_OK;
        if (sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL) != SQLITE_OK)
                return em_store_fail(c, err, "settings");
        return EM_OK;
}

static em_status load_meta(em_case *c, const char *key, em_str *ret_value, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(c->db, "SELECT value FROM em_meta WHERE key = ?", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, em_str_c(key));
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        if (status == EM_OK && row)
                status = em_sql_copy(stmt, 0, c->arena, ret_value, err);
        else if (status == EM_OK)
                status = em_fail(err, EM_FORMAT, "case.db does not say its %s; it is damaged", key);
        sqlite3_finalize(stmt);
        return status;
}

em_status em_store_allow(em_case *c, em_error *err)
{
        if (sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_TRIGGER,
                              c->mode == EM_CASE_WRITE, NULL) != SQLITE_OK)
                return em_store_fail(c, err, "settings");
        return EM_OK;
}

static em_status open_parts(em_case *c, em_str dir, em_error *err)
{
        uint64_t size = 0;
        int64_t wal = 0;
        bool found_wal = false;
        EM_TRY(em_store_paths(c, dir, err));
        EM_TRY(check_files(c->db_path, &size, &found_wal, err));
        if (c->mode == EM_CASE_WRITE)
                EM_TRY(em_lock_take(c->dir, &c->lock_fd, err));
        EM_TRY(connect(c, err));
        EM_TRY(em_schema_check(c, err));
        if (c->mode != EM_CASE_PROVE && size < EM_QUICK_CHECK_MAX)
                EM_TRY(quick_check(c, err));
        if (c->mode != EM_CASE_PROVE)
                EM_TRY(check_head(c, err));
        if (found_wal)
                EM_TRY(check_wal(c, err));
        EM_TRY(allow_merge(c, found_wal, err));
        EM_TRY(load_meta(c, "regime_dir", &c->regime_dir, err));
        EM_TRY(load_meta(c, "author", &c->author, err));
        EM_TRY(em_store_allow(c, err));
        if (c->mode != EM_CASE_WRITE)
                return EM_OK;
        EM_TRY(em_sql_int(c->db, "SELECT 1 FROM pragma_journal_mode WHERE journal_mode = 'wal'",
                          (em_str){ NULL, 0 }, 0, &wal, err));
        if (!wal)
                EM_TRY(em_sql_run(c->db, "PRAGMA journal_mode = WAL", err));
        return em_keep_tidy(c, err);
}

em_case *em_store_new(em_case_mode mode, em_error *err)
{
        em_arena *arena = em_arena_new(CASE_MEMORY);
        em_case *c = arena ? EM_NEW(arena, em_case) : NULL;
        if (!c) {
                em_arena_free(arena);
                em_fail(err, EM_NOMEM, "no memory for a case");
                return NULL;
        }
        c->arena = arena;
        c->mode = mode;
        c->lock_fd = -1;
        return c;
}

em_status em_case_open(em_str dir, em_case_mode mode, em_case **ret_case, em_error *err)
{
        em_case *c = em_store_new(mode, err);
        if (!c)
                return EM_NOMEM;
        em_status status = open_parts(c, dir, err);
        if (status != EM_OK) {
                em_case_close(c);
                return status;
        }
        *ret_case = c;
        return EM_OK;
}

em_case *em_case_close(em_case *c)
{
        if (!c)
                return NULL;
        em_asking_close(c->asking);
        if (c->db) {
                em_store_rollback(c);
                int rc = sqlite3_close(c->db);
                em_assert(rc == SQLITE_OK);
        }
        if (c->lock_fd >= 0)
                close(c->lock_fd);
        em_buf_free(&c->head);
        em_arena_free(c->arena);
        return NULL;
}

em_str em_case_dir(const em_case *c)
{
        return c->dir;
}

em_str em_case_regime_dir(const em_case *c)
{
        return c->regime_dir;
}

em_str em_case_resumed(const em_case *c)
{
        return c->resumed;
}

em_status em_case_set_author(em_case *c, em_str author, em_error *err)
{
        for (size_t i = 0; i < author.n; i++)
                if ((unsigned char)author.p[i] < 0x20 || author.p[i] == 0x7f)
                        return em_fail(err, EM_FORMAT, "an author's name is one line of text");
        if (author.n == 0 || author.n > 200 || !em_utf8_ok(author, NULL))
                return em_fail(err, EM_FORMAT, "an author's name is 1 to 200 bytes of UTF-8");
        return em_str_copy(author, c->arena, &c->author, err);
}
