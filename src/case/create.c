/* A new case: its folder, its tables, the regime's maps and the regime's own
 * tables, in one transaction.  A kill in the middle leaves a file without tables,
 * which the next init takes over; a failure takes away what it made.
 */
#include "case/store.h"

#include "embargo/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TABLE_MAX ((uint64_t)64 << 20)

typedef struct making {
        em_case  *c;
        em_arena *arena;
        em_map  **maps;
        size_t    map_count;
        em_str   *paths;                /* custody.csv: whose custody is told */
        em_custody *custody;
        size_t    custody_count;
        bool      had_dir, had_sources, had_lock, made_db;
} making;

/* ---- the empty file -------------------------------------------------------------- */

static em_status set_regime(em_case *c, em_str regime_dir, em_error *err)
{
        char real[PATH_MAX], given[PATH_MAX];
        if (regime_dir.n >= sizeof given || memchr(regime_dir.p ? regime_dir.p : "", 0, regime_dir.n))
                return em_fail(err, EM_FORMAT, "the path of the regime is too long or holds a NUL byte");
        memcpy(given, regime_dir.p ? regime_dir.p : "", regime_dir.n);
        given[regime_dir.n] = '\0';
        if (!realpath(given, real) || !em_path_is_dir(em_str_c(real)))
                return em_fail_at(err, EM_MISSING, regime_dir, 0, 0, "there is no regime here");
        return em_str_copy(em_str_c(real), c->arena, &c->regime_dir, err);
}

static em_status make_file(making *m, em_error *err)
{
        int fd = open(m->c->db_path.p, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd >= 0) {
                m->made_db = true;
                close(fd);
                return EM_OK;
        }
        if (errno == EEXIST)
                return EM_OK;
        return em_fail_at(err, errno == EACCES || errno == EROFS ? EM_DENIED : EM_IO, m->c->dir, 0, 0,
                          "case.db cannot be made here");
}

/* Only a file of ours that never got its tables is taken over. */
static em_status check_empty(making *m, em_error *err)
{
        int64_t objects = 1, id = 1;
        struct stat st;
        em_str none = { NULL, 0 };
        em_error why = { .code = EM_OK };
        em_case *c = m->c;
        em_status status = lstat(c->db_path.p, &st) == 0 && S_ISREG(st.st_mode) ? EM_OK : EM_DENIED;
        if (status == EM_OK)
                status = em_store_connect(c->db_path, true, &c->db, &why);
        if (status == EM_OK)
                status = em_sql_int(c->db, "SELECT count(*) FROM sqlite_schema", none, 0, &objects, &why);
        if (status == EM_OK)
                status = em_sql_int(c->db, "PRAGMA application_id", none, 0, &id, &why);
        if (status == EM_OK && objects == 0 && id == 0)
                return EM_OK;
        if (status != EM_OK && m->made_db)
                return em_fail(err, status, "%s", why.text);
        return em_fail_at(err, status == EM_NOMEM ? EM_NOMEM : EM_DENIED, c->dir, 0, 0,
                          "this folder holds a case already");
}

static em_status put_meta(em_case *c, const char *key, em_str value, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_meta VALUES (?, ?)", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, em_str_c(key));
        em_bind_text(&b, value);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

static em_status first_entry(making *m, em_error *err)
{
        int64_t seq;
        char hex[65];
        em_buf body = em_buf_make((size_t)1 << 20);
        em_json j = em_json_make(&body, false);
        em_json_open(&j, '{');
        em_json_kint(&j, "schema", EM_CASE_SCHEMA);
        em_json_kstr(&j, "regime", em_path_base(m->c->regime_dir));
        em_json_key(&j, EM_S("maps"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < m->map_count; i++) {
                em_json_open(&j, '{');
                em_json_kstr(&j, "name", em_map_name(m->maps[i]));
                em_json_kstr(&j, "kind", em_map_kind(m->maps[i]));
                em_json_kstr(&j, "sha256", em_str_c(em_sha256_hex(em_map_hash(m->maps[i]), hex)));
                em_json_close(&j, '}');
        }
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        em_status status = em_buf_status(&body, err);
        if (status == EM_OK)
                status = em_ledger_append(m->c, EM_S("create"), em_buf_view(&body), &seq, err);
        em_buf_free(&body);
        return status;
}

/* ---- the regime's own tables -------------------------------------------------------- */

static em_status load_custody(making *m, em_error *err)
{
        em_str path;
        EM_TRY(em_path_join(m->c->regime_dir, EM_S("custody.csv"), m->arena, &path, err));
        if (!em_path_exists(path))
                return EM_OK;
        return em_custody_read(path, m->arena, &m->paths, &m->custody, &m->custody_count, err);
}

/* The regime comes with the program and is trusted, so its headers are read here;
 * its rows go the way of all evidence. */
static em_status is_recognised(making *m, em_str path, bool *ret_fits, em_error *err)
{
        em_arena *scratch = em_arena_new((size_t)TABLE_MAX * 2);
        em_str text;
        em_csv_row header;
        if (!scratch)
                return em_fail(err, EM_NOMEM, "no memory to read a table of the regime");
        em_status status = em_file_read(path, TABLE_MAX, scratch, &text, err);
        *ret_fits = false;
        if (status == EM_OK) {
                em_csv csv = em_csv_make(text, NULL);
                bool row = em_csv_next(&csv, scratch, &header) && !header.bad;
                for (size_t i = 0; row && i < m->map_count; i++)
                        *ret_fits = *ret_fits || em_map_fits(m->maps[i], &header) > 0;
        }
        em_arena_free(scratch);
        return status;
}

static em_custody custody_of(const making *m, em_str name)
{
        em_custody k = { .publisher = EM_S("Embargo regime pack"), .method = EM_S("shipped with the regime") };
        for (size_t i = 0; i < m->custody_count; i++)
                if (em_str_eq(em_path_base(m->paths[i]), name))
                        k = m->custody[i];
        k.role = EM_S("regime");
        return k;
}

static em_status take_tables(making *m, em_error *err)
{
        em_str *names, path;
        size_t count;
        EM_TRY(em_dir_list(m->c->regime_dir, m->arena, &names, &count, err));
        for (size_t i = 0; i < count; i++) {
                bool fits = false;
                em_taken taken;
                if (!em_str_ends(names[i], EM_S(".csv")) || em_str_eq(names[i], EM_S("custody.csv")))
                        continue;
                EM_TRY(em_path_join(m->c->regime_dir, names[i], m->arena, &path, err));
                EM_TRY(is_recognised(m, path, &fits, err));
                if (!fits)
                        continue;
                em_custody k = custody_of(m, names[i]);
                EM_TRY(em_case_add(m->c, path, &k, NULL, &taken, err));
        }
        return EM_OK;
}

/* ---- all of it ------------------------------------------------------------------------ */

static em_status fill(making *m, em_error *err)
{
        em_case *c = m->c;
        int64_t id;
        EM_TRY(em_schema_create(c, err));
        EM_TRY(em_store_allow(c, err));
        EM_TRY(put_meta(c, "author", c->author, err));
        EM_TRY(put_meta(c, "regime_dir", c->regime_dir, err));
        EM_TRY(em_maps_load(c->regime_dir, m->arena, &m->maps, &m->map_count, err));
        for (size_t i = 0; i < m->map_count; i++)
                EM_TRY(em_map_keep(c, m->maps[i], &id, err));
        EM_TRY(first_entry(m, err));
        EM_TRY(load_custody(m, err));
        return take_tables(m, err);
}

static em_status make(making *m, em_str dir, em_str regime_dir, em_str author, em_error *err)
{
        em_case *c = m->c;
        em_str sources, lock;
        EM_TRY(em_case_set_author(c, author, err));
        EM_TRY(set_regime(c, regime_dir, err));
        m->had_dir = em_path_is_dir(dir);
        EM_TRY(em_path_join(dir, EM_S("sources"), m->arena, &sources, err));
        EM_TRY(em_path_join(dir, EM_S("case.lock"), m->arena, &lock, err));
        m->had_sources = em_path_exists(sources);
        m->had_lock = em_path_exists(lock);
        EM_TRY(em_dir_make(dir, err));
        EM_TRY(em_store_paths(c, dir, err));
        EM_TRY(em_lock_take(c->dir, &c->lock_fd, err));
        EM_TRY(make_file(m, err));
        EM_TRY(check_empty(m, err));
        m->made_db = true;
        EM_TRY(em_dir_make(sources, err));
        EM_TRY(em_sql_run(c->db, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                          "PRAGMA wal_autocheckpoint = 4000", err));
        EM_TRY(em_store_begin(c, err));
        EM_TRY(fill(m, err));
        EM_TRY(em_store_commit(c, err));
        if (sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL) != SQLITE_OK)
                return em_store_fail(c, err, "settings");
        return EM_OK;
}

static void remove_in(em_arena *arena, em_str dir, const char *name)
{
        em_str path;
        if (em_path_join(dir, em_str_c(name), arena, &path, NULL) == EM_OK)
                unlink(path.p);
}

/* sources/ab/abcd…: two levels, files only. */
static void remove_sources(em_arena *arena, em_str dir)
{
        em_str top, folder, *folders, *files;
        size_t folder_count, file_count;
        if (em_path_join(dir, EM_S("sources"), arena, &top, NULL) != EM_OK ||
            em_dir_list(top, arena, &folders, &folder_count, NULL) != EM_OK)
                return;
        for (size_t i = 0; i < folder_count; i++) {
                if (em_path_join(top, folders[i], arena, &folder, NULL) != EM_OK)
                        return;
                if (em_dir_list(folder, arena, &files, &file_count, NULL) == EM_OK)
                        for (size_t k = 0; k < file_count; k++)
                                remove_in(arena, folder, files[k].p);
                if (rmdir(folder.p) != 0)
                        unlink(folder.p);
        }
        rmdir(top.p);
}

static void take_back(const making *m, em_str dir)
{
        static const char *const files[] = { "case.db", "case.db-wal", "case.db-shm", "case.db-journal" };
        em_arena *arena = em_arena_new((size_t)64 << 20);
        em_str copy;
        if (!arena)
                return;
        if (m->made_db && em_str_copy(dir, arena, &copy, NULL) == EM_OK) {
                for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
                        remove_in(arena, copy, files[i]);
                if (!m->had_sources)
                        remove_sources(arena, copy);
                if (!m->had_lock)
                        remove_in(arena, copy, "case.lock");
                if (!m->had_dir)
                        rmdir(copy.p);
        }
        em_arena_free(arena);
}

em_status em_case_create(em_str dir, em_str regime_dir, em_str author, em_case **ret_case, em_error *err)
{
        making m = { .c = em_store_new(EM_CASE_WRITE, err) };
        if (!m.c)
                return EM_NOMEM;
        m.arena = em_arena_new((size_t)256 << 20);
        em_status status = m.arena ? make(&m, dir, regime_dir, author, err)
                                   : em_fail(err, EM_NOMEM, "no memory to make a case");
        if (status != EM_OK) {
                int lock = m.c->lock_fd;
                m.c->lock_fd = -1;
                em_case_close(m.c);
                take_back(&m, dir);
                if (lock >= 0)
                        close(lock);
        } else {
                *ret_case = m.c;
        }
        em_arena_free(m.arena);
        return status;
}
