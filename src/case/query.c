/* Asking a case.  A question is SQL from a regime, a report or a person at the web
 * page, so it runs where it can do nothing but look: its own read-only
 * connection, query_only, an authorizer that knows only SELECT over the public
 * views and a list of pure functions, a count of steps, lowered limits
 * (sqlite.org/security.html, section 1).
 *
 * The views it sees are TEMP views made here, cut at the day asked for; the views
 * that stand in the file are never run.  A question cannot step past the cut,
 * because it may not name an inner table: the authorizer refuses one that is read
 * from outside a view, and since SQLite reports a WITH name there too, a text
 * that spells em_ at all is refused before it is prepared.
 */
#include "case/store.h"

#include <inttypes.h>
#include <stdio.h>

const em_query_opts em_query_defaults = {
        .as_known = EM_DAY_NONE, .max_rows = 10000000, .max_steps = 2000000000
};

#define STEPS_AT_ONCE 1000
#define SQL_MAX       ((size_t)256 << 10)
#define CELLS_MAX     ((size_t)8 << 30)

struct em_asking {
        sqlite3  *db;
        em_arena *arena;
        em_day    as_known;
        int64_t   version;              /* PRAGMA data_version when the views were made */
        em_kind  *kinds;
        size_t    kind_count;
        int64_t   steps_left, steps, memory_most;       /* memory_most: 0: any */
        const em_progress *watch;
        bool      denied, stopped, greedy, graded;
        char      why[160];
};

/* ---- what a question may do -------------------------------------------------------- */

static const char *const functions[] = {        /* sorted */
        "->", "->>", "abs", "acos", "asin", "atan", "atan2", "avg", "ceil", "ceiling", "char",
        "coalesce", "concat", "cos", "count", "cume_dist", "date", "datetime", "degrees",
        "dense_rank", "exp", "first_value", "floor", "format", "glob", "group_concat", "hex",
        "ifnull", "iif", "instr", "json_array_length", "json_extract", "json_type", "julianday",
        "lag", "last_value", "lead", "length", "like", "ln", "log", "log10", "log2", "lower",
        "ltrim", "max", "min", "mod", "nth_value", "ntile", "nullif", "percent_rank", "pi", "pow",
        "power", "printf", "quote", "radians", "rank", "replace", "round", "row_number", "rtrim",
        "sign", "sin", "sqrt", "strftime", "string_agg", "substr", "substring", "sum", "tan", "time",
        "total", "trim", "trunc", "typeof", "unicode", "unixepoch", "upper",
};

static bool known_function(const char *name)
{
        for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
                if (sqlite3_stricmp(name, functions[i]) == 0)
                        return true;
        return false;
}

static bool public_view(const struct em_asking *k, em_str name)
{
        for (size_t i = 0; em_public_views[i]; i++)
                if (em_str_eq_nocase(name, em_str_c(em_public_views[i])))
                        return true;
        for (size_t i = 0; i < k->kind_count; i++)
                if (em_str_eq_nocase(name, k->kinds[i].name))
                        return true;
        return em_str_eq_nocase(name, EM_S("cluster"));
}

static bool inner(em_str name)
{
        return em_str_eq_nocase(em_str_sub(name, 0, 3), EM_S("em_"));
}

static bool system_name(em_str name)
{
        return em_str_eq_nocase(em_str_sub(name, 0, 7), EM_S("sqlite_")) ||
               em_str_eq_nocase(em_str_sub(name, 0, 7), EM_S("pragma_")) ||
               em_str_eq_nocase(em_str_sub(name, 0, 5), EM_S("json_"));
}

/* Reading `column` of `table`; `view` is what the access comes from.  A table of
 * which no column but the row id is read comes with an empty column, after views
 * have been merged into the question, so without its view, and without a
 * database unless the text named one. */
static bool may_read(const struct em_asking *k, em_str table, em_str column, const char *database,
                     const char *view)
{
        if (system_name(table))
                return false;
        if (inner(table))
                return view != NULL || column.n == 0;
        if (!database)
                return column.n == 0;
        return strcmp(database, "temp") == 0 && public_view(k, table);
}

static int authorize(void *ctx, int action, const char *a, const char *b, const char *database,
                     const char *view)
{
        struct em_asking *k = ctx;
        bool ok = false;
        if (action == SQLITE_SELECT || action == SQLITE_RECURSIVE)
                ok = true;
        else if (action == SQLITE_READ)
                ok = may_read(k, em_str_c(a), em_str_c(b), database, view);
        else if (action == SQLITE_FUNCTION)
                ok = b && known_function(b);
        if (ok)
                return SQLITE_OK;
        char shown[80];
        const char *what = action == SQLITE_FUNCTION ? b : a;
        em_str_show(em_str_c(what), shown, sizeof shown);
        k->denied = true;
        if (action == SQLITE_READ)
                snprintf(k->why, sizeof k->why, "a question cannot read '%s'; the views are in "
                         "doc/views.md", shown);
        else if (action == SQLITE_FUNCTION)
                snprintf(k->why, sizeof k->why, "a question cannot use the function %s", shown);
        else
                snprintf(k->why, sizeof k->why, "a question is one SELECT and can do nothing else");
        return SQLITE_DENY;
}

static int count_steps(void *ctx)
{
        struct em_asking *k = ctx;
        k->steps_left -= STEPS_AT_ONCE;
        k->steps += STEPS_AT_ONCE;
        k->stopped = k->stopped || !em_progress_tell(k->watch, "question", (uint64_t)k->steps, 0);
        k->greedy = k->greedy || (k->memory_most && sqlite3_memory_used() > k->memory_most);
        return k->steps_left < 0 || k->stopped || k->greedy;
}

/* ---- the connection ------------------------------------------------------------------ */

static em_status make_view(struct em_asking *k, em_buf *sql, em_error *err)
{
        em_buf_ch(sql, '\0');
        EM_TRY(em_buf_status(sql, err));
        EM_TRY(em_sql_run(k->db, sql->p, err));
        em_buf_clear(sql);
        return EM_OK;
}

static em_status make_views(struct em_asking *k, em_buf *sql, em_error *err)
{
        em_scope scope = { true, k->as_known, k->graded };
        for (size_t i = 0; em_public_views[i]; i++) {
                em_view_sql(em_public_views[i], scope, sql);
                EM_TRY(make_view(k, sql, err));
        }
        for (size_t i = 0; i < k->kind_count; i++) {
                em_view_kind_sql(&k->kinds[i], scope, sql);
                EM_TRY(make_view(k, sql, err));
        }
        em_view_sql("cluster", scope, sql);
        return make_view(k, sql, err);
}

static void lower_limits(sqlite3 *db)
{
        static const struct { int id, value; } limits[] = {
                { SQLITE_LIMIT_LENGTH, 64 << 20 },      { SQLITE_LIMIT_SQL_LENGTH, (int)SQL_MAX },
                { SQLITE_LIMIT_COLUMN, 1000 },          { SQLITE_LIMIT_EXPR_DEPTH, 400 },
                { SQLITE_LIMIT_COMPOUND_SELECT, 100 },  { SQLITE_LIMIT_VDBE_OP, 1000000 },
                { SQLITE_LIMIT_FUNCTION_ARG, 64 },      { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
                { SQLITE_LIMIT_VARIABLE_NUMBER, 200 },  { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
        };
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
                sqlite3_limit(db, limits[i].id, limits[i].value);
}

/* The transaction keeps kinds, clusters and version of one state together. */
static em_status fill(struct em_asking *k, em_error *err)
{
        em_buf sql = em_buf_make((size_t)1 << 20);
        em_status status = em_sql_run(k->db, "BEGIN", err);
        if (status == EM_OK)
                status = em_kinds_load(k->db, k->arena, &k->kinds, &k->kind_count, err);
        if (status == EM_OK)
                status = em_cluster_build(k->db, k->as_known, err);
        if (status == EM_OK)
                status = em_graded_build(k->db, k->as_known, &k->graded, err);
        if (status == EM_OK)
                status = make_views(k, &sql, err);
        if (status == EM_OK)
                status = em_sql_int(k->db, "PRAGMA data_version", (em_str){ NULL, 0 }, 0,
                                    &k->version, err);
        if (status == EM_OK)
                status = em_sql_run(k->db, "COMMIT; PRAGMA query_only = ON", err);
        em_buf_free(&sql);
        return status;
}

static em_status asking_open(em_case *c, em_day as_known, struct em_asking **ret_asking, em_error *err)
{
        em_arena *arena = em_arena_new((size_t)64 << 20);
        struct em_asking *k = arena ? EM_NEW(arena, struct em_asking) : NULL;
        if (!k) {
                em_arena_free(arena);
                return em_fail(err, EM_NOMEM, "no memory to ask a question");
        }
        k->arena = arena;
        k->as_known = as_known;
        em_status status = em_store_connect(c->db_path, false, &k->db, err);
        if (status == EM_OK)
                status = fill(k, err);
        if (status != EM_OK) {
                em_asking_close(k);
                return status;
        }
        lower_limits(k->db);
        sqlite3_set_authorizer(k->db, authorize, k);
        sqlite3_progress_handler(k->db, STEPS_AT_ONCE, count_steps, k);
        *ret_asking = k;
        return EM_OK;
}

struct em_asking *em_asking_close(struct em_asking *k)
{
        if (!k)
                return NULL;
        if (k->db) {
                int rc = sqlite3_close(k->db);
                em_assert(rc == SQLITE_OK);
        }
        em_arena_free(k->arena);
        return NULL;
}

static em_status still_good(struct em_asking *k, em_day as_known, bool *ret_good, em_error *err)
{
        int64_t version;
        *ret_good = false;
        if (k->as_known != as_known)
                return EM_OK;
        sqlite3_set_authorizer(k->db, NULL, NULL);
        k->steps_left = 1000000;
        k->stopped = k->greedy = false;
        k->memory_most = 0;
        em_status status = em_sql_int(k->db, "PRAGMA data_version", (em_str){ NULL, 0 }, 0, &version, err);
        sqlite3_set_authorizer(k->db, authorize, k);
        *ret_good = status == EM_OK && version == k->version;
        return status;
}

static em_status asking_for(em_case *c, em_day as_known, em_error *err)
{
        bool good = false;
        if (c->asking)
                EM_TRY(still_good(c->asking, as_known, &good, err));
        if (good)
                return EM_OK;
        c->asking = em_asking_close(c->asking);
        return asking_open(c, as_known, &c->asking, err);
}

/* ---- one question --------------------------------------------------------------------- */

static bool word_byte(char ch)
{
        return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
               ch == '_' || (unsigned char)ch >= 0x80;
}

static bool spells(em_str sql, em_str word)
{
        for (size_t i = 0; i + word.n <= sql.n; i++)
                if ((i == 0 || !word_byte(sql.p[i - 1])) &&
                    em_str_eq_nocase(em_str_sub(sql, i, word.n), word))
                        return true;
        return false;
}

static em_status check_text(em_str sql, em_error *err)
{
        if (sql.n > SQL_MAX)
                return em_fail(err, EM_LIMIT, "a question is at most %zu bytes of SQL", SQL_MAX);
        if (sql.n == 0 || memchr(sql.p, 0, sql.n) || !em_utf8_ok(sql, NULL))
                return em_fail(err, EM_FORMAT, "a question is one SELECT in UTF-8");
        if (spells(sql, EM_S("em_")))
                return em_fail(err, EM_DENIED, "a question cannot name the inner tables (em_...); the "
                               "views are in doc/views.md");
        if (spells(sql, EM_S("now'")))
                return em_fail(err, EM_DENIED, "a question cannot ask the clock: its answer must be "
                               "the same tomorrow");
        return EM_OK;
}

static em_status sql_fail(struct em_asking *k, int rc, em_error *err)
{
        char shown[400];
        if (k->denied)
                return em_fail(err, EM_DENIED, "%s", k->why);
        if (k->stopped)
                return em_fail(err, EM_INTERRUPTED, "the question was stopped before it had its answer");
        if (k->greedy)
                return em_fail(err, EM_LIMIT, "the question takes more memory than it may");
        if (k->steps_left < 0)
                return em_fail(err, EM_LIMIT, "the question takes more steps than it may");
        if ((rc & 0xff) == SQLITE_TOOBIG)
                return em_fail(err, EM_LIMIT, "the question, or a value that it makes, is longer than it may be");
        em_str_show(em_str_c(sqlite3_errmsg(k->db)), shown, sizeof shown);
        if ((rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_MISMATCH)
                return em_fail(err, EM_FORMAT, "the question's SQL is wrong: %s", shown);
        return em_sql_fail(k->db, err, "a question");
}

/* The line of the SQL that SQLite stumbled over, when it says so. */
static void place_in(struct em_asking *k, em_str sql, em_error *err)
{
        int at = sqlite3_error_offset(k->db);
        if (!err || at < 0 || (size_t)at > sql.n)
                return;
        err->line = 1;
        for (int i = 0; i < at; i++)
                err->line += sql.p[i] == '\n';
}

/* The rest of the text after the first statement must be blank or comment. */
static em_status prepare(struct em_asking *k, em_str sql, sqlite3_stmt **ret_stmt, em_error *err)
{
        sqlite3_stmt *stmt = NULL, *second = NULL;
        const char *tail = NULL;
        int rc = sqlite3_prepare_v2(k->db, sql.p, (int)sql.n, &stmt, &tail);
        em_status status = EM_OK;
        if (rc != SQLITE_OK) {
                status = sql_fail(k, rc, err);
                place_in(k, sql, err);
                return status;
        }
        if (!stmt)
                return em_fail(err, EM_FORMAT, "a question is one SELECT; this text has none");
        rc = sqlite3_prepare_v2(k->db, tail, (int)(sql.n - (size_t)(tail - sql.p)), &second, NULL);
        if (rc == SQLITE_NOMEM)
                status = sql_fail(k, rc, err);
        else if (rc != SQLITE_OK || second)
                status = em_fail(err, EM_DENIED, "a question is one SELECT and nothing after it");
        else if (!sqlite3_stmt_readonly(stmt) || sqlite3_stmt_isexplain(stmt) ||
                 sqlite3_column_count(stmt) == 0)
                status = em_fail(err, EM_DENIED, "a question is one SELECT and can do nothing else");
        sqlite3_finalize(second);
        if (status != EM_OK) {
                sqlite3_finalize(stmt);
                return status;
        }
        *ret_stmt = stmt;
        return EM_OK;
}

static int bind_value(sqlite3_stmt *stmt, int at, const em_value *v)
{
        switch (v->type) {
        case EM_VALUE_INT:
                return sqlite3_bind_int64(stmt, at, v->i);
        case EM_VALUE_REAL:
                return sqlite3_bind_double(stmt, at, v->r);
        case EM_VALUE_TEXT:
                return sqlite3_bind_text64(stmt, at, v->s.n ? v->s.p : "", v->s.n, SQLITE_STATIC,
                                           SQLITE_UTF8);
        case EM_VALUE_NULL:
                break;
        }
        return sqlite3_bind_null(stmt, at);
}

static em_status bind_params(struct em_asking *k, sqlite3_stmt *stmt, const em_param *params,
                             size_t count, em_error *err)
{
        char shown[80];
        for (int at = 1; at <= sqlite3_bind_parameter_count(stmt); at++) {
                const char *name = sqlite3_bind_parameter_name(stmt, at);
                size_t i = 0;
                if (!name || name[0] != ':')
                        return em_fail(err, EM_FORMAT, "a question's parameters have names, as in :until");
                while (i < count && !em_str_eq(params[i].name, em_str_c(name + 1)))
                        i++;
                if (i == count)
                        return em_fail(err, EM_FORMAT, "the question has a parameter that nobody gives: %s",
                                       em_str_show(em_str_c(name), shown, sizeof shown));
                int rc = bind_value(stmt, at, &params[i].value);
                if (rc != SQLITE_OK)
                        return sql_fail(k, rc, err);
        }
        return EM_OK;
}

static em_status read_cell(sqlite3_stmt *stmt, int column, em_arena *arena, em_value *v, em_error *err)
{
        switch (sqlite3_column_type(stmt, column)) {
        case SQLITE_INTEGER:
                *v = (em_value){ .type = EM_VALUE_INT, .i = sqlite3_column_int64(stmt, column) };
                return EM_OK;
        case SQLITE_FLOAT:
                *v = (em_value){ .type = EM_VALUE_REAL, .r = sqlite3_column_double(stmt, column) };
                return EM_OK;
        case SQLITE_NULL:
                *v = (em_value){ .type = EM_VALUE_NULL };
                return EM_OK;
        default:
                *v = (em_value){ .type = EM_VALUE_TEXT };
                if (!em_utf8_ok(em_sql_str(stmt, column), NULL))
                        return em_fail(err, EM_FORMAT, "a column of the answer is not text in UTF-8");
                return em_sql_copy(stmt, column, arena, &v->s, err);
        }
}

static em_status read_row(sqlite3_stmt *stmt, size_t columns, em_arena *arena, em_buf *cells,
                          em_error *err)
{
        for (size_t i = 0; i < columns; i++) {
                em_value v;
                EM_TRY(read_cell(stmt, (int)i, arena, &v, err));
                em_buf_add(cells, &v, sizeof v);
        }
        return em_buf_status(cells, err);
}

static em_status read_names(sqlite3_stmt *stmt, em_arena *arena, em_rows *rows, em_error *err)
{
        rows->columns = (size_t)sqlite3_column_count(stmt);
        rows->name = EM_NEW_N(arena, em_str, rows->columns);
        if (!rows->name)
                return em_fail(err, EM_NOMEM, "no memory for an answer");
        for (size_t i = 0; i < rows->columns; i++)
                EM_TRY(em_str_copy(em_str_c(sqlite3_column_name(stmt, (int)i)), arena,
                                   &rows->name[i], err));
        return EM_OK;
}

/* Before a row is copied: its text must still fit. */
static em_status check_room(sqlite3_stmt *stmt, size_t columns, size_t max_bytes, size_t *bytes, em_error *err)
{
        for (size_t i = 0; max_bytes && i < columns; i++)
                if (sqlite3_column_type(stmt, (int)i) == SQLITE_TEXT)
                        *bytes += (size_t)sqlite3_column_bytes(stmt, (int)i);
        if (max_bytes && *bytes > max_bytes)
                return em_fail(err, EM_LIMIT, "the answer is over %zu bytes of text", max_bytes);
        return EM_OK;
}

static em_status read_rows(struct em_asking *k, sqlite3_stmt *stmt, const em_query_opts *opts, em_arena *arena,
                           em_buf *cells, em_rows *rows, em_error *err)
{
        size_t bytes = 0;
        EM_TRY(read_names(stmt, arena, rows, err));
        int rc = sqlite3_step(stmt);
        for (; rc == SQLITE_ROW && rows->rows < opts->max_rows; rc = sqlite3_step(stmt)) {
                EM_TRY(check_room(stmt, rows->columns, opts->max_bytes, &bytes, err));
                EM_TRY(read_row(stmt, rows->columns, arena, cells, err));
                rows->rows++;
        }
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                return sql_fail(k, rc, err);
        rows->cut = rc == SQLITE_ROW;
        rows->cell = EM_NEW_N(arena, em_value, rows->rows * rows->columns);
        if (!rows->cell)
                return em_fail(err, EM_NOMEM, "no memory for an answer of %zu rows", rows->rows);
        if (cells->n)
                memcpy(rows->cell, cells->p, cells->n);
        return EM_OK;
}

/* What sorts or groups holds all of it in memory, and is looked at every thousand steps: so its values are kept short. */
static void set_limits(struct em_asking *k, const em_query_opts *opts)
{
        k->denied = k->stopped = k->greedy = false;
        k->steps_left = opts->max_steps;
        k->steps = 0;
        k->watch = opts->watch;
        k->memory_most = opts->max_memory ? sqlite3_memory_used() + (int64_t)opts->max_memory : 0;
        sqlite3_limit(k->db, SQLITE_LIMIT_LENGTH, opts->max_memory ? 1 << 20 : 64 << 20);
}

em_status em_case_query(em_case *c, em_str sql, const em_param *params, size_t param_count,
                        const em_query_opts *opts, em_arena *arena, em_rows *ret_rows, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        em_rows rows = { 0 };
        if (!opts)
                opts = &em_query_defaults;
        EM_TRY(check_text(sql, err));
        EM_TRY(asking_for(c, opts->as_known, err));
        struct em_asking *k = c->asking;
        set_limits(k, opts);
        em_buf cells = em_buf_make(CELLS_MAX);
        em_status status = prepare(k, sql, &stmt, err);
        if (status == EM_OK)
                status = bind_params(k, stmt, params, param_count, err);
        if (status == EM_OK)
                status = read_rows(k, stmt, opts, arena, &cells, &rows, err);
        k->watch = NULL;
        sqlite3_finalize(stmt);
        em_buf_free(&cells);
        if (status == EM_OK)
                *ret_rows = rows;
        return status;
}

/* ---- what may be asked ------------------------------------------------------------------- */

static em_status view_columns(em_case *c, em_day as_known, em_str name, bool kind, em_arena *arena, em_view_columns *view,
                              em_error *err)
{
        em_query_opts opts = em_query_defaults;
        em_rows       rows;
        em_str        sql;
        opts.as_known = as_known;
        EM_TRY(em_str_copy(name, arena, &view->name, err));
        EM_TRY(em_str_format(arena, &sql, err, "select * from \"%.*s\" limit 0", EM_ARG(name)));
        EM_TRY(em_case_query(c, sql, NULL, 0, &opts, arena, &rows, err));
        view->kind = kind;
        view->column = rows.name;
        view->columns = rows.columns;
        return EM_OK;
}

em_status em_case_views(em_case *c, em_day as_known, em_arena *arena, em_view_columns **ret_list, size_t *ret_count, em_error *err)
{
        size_t count = 0, fixed = 0;
        EM_TRY(asking_for(c, as_known, err));
        while (em_public_views[fixed])
                fixed++;
        size_t           kinds = c->asking->kind_count;
        em_view_columns *list = EM_NEW_N(arena, em_view_columns, fixed + 1 + kinds);
        em_str          *kind = EM_NEW_N(arena, em_str, kinds + 1);
        if (!list || !kind)
                return em_fail(err, EM_NOMEM, "no memory for the views");
        for (size_t i = 0; i < kinds; i++)      /* copied first: a question may open the case anew */
                EM_TRY(em_str_copy(c->asking->kinds[i].name, arena, &kind[i], err));
        for (size_t i = 0; i < fixed; i++, count++)
                EM_TRY(view_columns(c, as_known, em_str_c(em_public_views[i]), false, arena, &list[count], err));
        EM_TRY(view_columns(c, as_known, EM_S("cluster"), false, arena, &list[count++], err));
        for (size_t i = 0; i < kinds; i++)
                EM_TRY(view_columns(c, as_known, kind[i], true, arena, &list[count++], err));
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

ptrdiff_t em_rows_column(const em_rows *rows, em_str name)
{
        for (size_t i = 0; i < rows->columns; i++)
                if (em_str_eq(rows->name[i], name))
                        return (ptrdiff_t)i;
        return -1;
}

const em_value *em_rows_at(const em_rows *rows, size_t row, size_t column)
{
        em_assert(row < rows->rows && column < rows->columns);
        return &rows->cell[row * rows->columns + column];
}
