/* The public face of a case: SQL views, made here once for two uses.  In main they
 * are for a person with sqlite3; as TEMP views, cut at a day, they are what
 * em_case_query shows.  Both come from the same tables of columns, so they cannot
 * drift, and the text in main can be compared with what stands here: a view that
 * somebody changed is found at open (sqlite.org/security.html).
 *
 * Days are kept as counts and shown as ISO text: a count is two bytes, costs
 * nothing to write, and date() is only paid for columns that a question reads.
 * The records of one intake stand side by side, so "kind = x" is a range of row
 * ids and needs no index.
 */
#include "case/store.h"

#include <inttypes.h>

const char *const em_public_views[] = {
        "source", "record", "link", "quarantine", "ledger", "coverage", NULL
};

typedef struct column { const char *name, *sql; } column;

#define ISO(day) "date(" day " * 86400, 'unixepoch')"
#define DAY_IF_DAY(day) "CASE WHEN r.precision IN (1, 2) THEN " ISO(day) " END"
#define LOW  "nullif(r.low_milli, -9223372036854775807)"
#define HIGH "nullif(r.high_milli, 9223372036854775807)"

_Static_assert(EM_PRECISION_TIME == 1 && EM_PRECISION_DAY == 2, "DAY_IF_DAY");
_Static_assert(EM_MILLI_MIN == -INT64_C(9223372036854775807), "LOW");
_Static_assert(EM_MILLI_MAX == INT64_C(9223372036854775807), "HIGH");

/* What every record has; `fields` and `kind` only in the view of all records. */
static const column record_columns[] = {
        { "record",       "r.id" },
        { "id",           "substr(s.sha256, 1, 8) || ':' || r.row" },
        { "key",          "r.key" },
        { "what",         "r.what" },
        { "class",        "r.class" },
        { "who",          "r.who" },
        { "place",        "r.place" },
        { "lat",          "r.lat_e7 / 1e7" },
        { "lon",          "r.lon_e7 / 1e7" },
        { "day",          DAY_IF_DAY("r.day_from") },
        { "day_from",     ISO("r.day_from") },
        { "day_to",       ISO("r.day_to") },
        { "utc_day",      DAY_IF_DAY("r.utc_from") },
        { "utc_from",     ISO("r.utc_from") },
        { "utc_to",       ISO("r.utc_to") },
        { "time_utc",     "strftime('%Y-%m-%dT%H:%M:%SZ', r.time_s, 'unixepoch')" },
        { "precision",    NULL },
        { "known",        ISO("r.known") },
        { "state",        NULL },
        { "low",          LOW " / 1000.0" },
        { "high",         HIGH " / 1000.0" },
        { "stated",       "r.stated_milli / 1000.0" },
        { "low_milli",    LOW },
        { "high_milli",   HIGH },
        { "stated_milli", "r.stated_milli" },
        { "rounding",     "CASE WHEN r.low_milli IS NOT NULL "
                          "THEN coalesce(r.rounding_milli, 0) / 1000.0 END" },
        { "unit",         "r.unit" },
        { "quantifier",   NULL },
        { "credibility",  "r.credibility" },
        { "reliability",  "s.reliability" },
        { "source",       "substr(s.sha256, 1, 8)" },
        { "row",          "r.row" },
};
enum { RECORD_COLUMNS = sizeof record_columns / sizeof record_columns[0] };

static void case_of(em_buf *out, const char *name_of_column, int count, const char *(*name)(int))
{
        em_buf_fmt(out, "CASE r.%s", name_of_column);
        for (int i = 0; i < count; i++)
                em_buf_fmt(out, " WHEN %d THEN '%s'", i, name(i));
        em_buf_c(out, " END");
}

static const char *precision_name(int i) { return em_precision_name((em_precision)i); }
static const char *state_name(int i) { return em_state_name((em_state)i); }
static const char *quantifier_name(int i) { return em_quantifier_name((em_quantifier)i); }

/* Only an amount has one. */
static void add_quantifier(em_buf *out)
{
        em_buf_c(out, "CASE WHEN r.low_milli IS NOT NULL THEN ");
        case_of(out, "quantifier", EM_QUANT_COUNT, quantifier_name);
        em_buf_c(out, " END");
}

/* graded.c; only where somebody gave a grade, so that other cases pay nothing. */
#define GRADE_GIVEN "coalesce((SELECT g.grade FROM temp.em_graded AS g WHERE g.source = s.id), s.reliability)"

static const char *reliability_sql(em_scope scope)
{
        return scope.graded ? GRADE_GIVEN : "s.reliability";
}

static void add_record_columns(em_scope scope, em_buf *out)
{
        for (size_t i = 0; i < RECORD_COLUMNS; i++) {
                const column *c = &record_columns[i];
                em_buf_c(out, i ? ", " : "");
                if (strcmp(c->name, "reliability") == 0)
                        em_buf_c(out, reliability_sql(scope));
                else if (c->sql)
                        em_buf_c(out, c->sql);
                else if (c->name[0] == 'p')
                        case_of(out, c->name, EM_PRECISION_SPAN + 1, precision_name);
                else if (c->name[0] == 's')
                        case_of(out, c->name, EM_STATE_NO_AMOUNT + 1, state_name);
                else
                        add_quantifier(out);
                em_buf_fmt(out, " AS %s", c->name);
        }
}

static const char *in_main(em_scope scope)
{
        return scope.temp ? "main." : "";
}

static void create(em_buf *out, em_scope scope, em_str name)
{
        em_buf_fmt(out, "CREATE %sVIEW \"%.*s\" AS SELECT ", scope.temp ? "TEMP " : "", EM_ARG(name));
}

/* " AND alias.known <= 18000" */
static void until(em_buf *out, em_scope scope, const char *alias)
{
        if (scope.as_known != EM_DAY_NONE)
                em_buf_fmt(out, " AND %s.known <= %" PRId32, alias, scope.as_known);
}

static void from_records(em_buf *out, em_scope scope)
{
        const char *m = in_main(scope);
        em_buf_fmt(out, " FROM %sem_intake AS i CROSS JOIN %sem_record AS r"
                        " CROSS JOIN %sem_source AS s"
                        " WHERE r.id BETWEEN i.first_record AND i.last_record"
                        " AND s.id = i.source", m, m, m);
        until(out, scope, "r");
}

static bool is_record_column(em_str name)
{
        for (size_t i = 0; i < RECORD_COLUMNS; i++)
                if (em_str_eq_nocase(name, em_str_c(record_columns[i].name)))
                        return true;
        return false;
}

void em_view_kind_sql(const em_kind *kind, em_scope scope, em_buf *out)
{
        create(out, scope, kind->name);
        add_record_columns(scope, out);
        for (size_t i = 0; i < kind->count; i++) {
                em_str name = kind->field[i].name;
                bool number = em_str_eq(kind->field[i].type, EM_S("number"));
                em_buf_fmt(out, number ? ", CAST(r.fields ->> '%.*s' AS REAL) AS \"%s%.*s\""
                                       : ", r.fields ->> '%.*s' AS \"%s%.*s\"",
                           EM_ARG(name), is_record_column(name) ? "f_" : "", EM_ARG(name));
        }
        from_records(out, scope);
        em_buf_fmt(out, " AND i.kind = '%.*s'", EM_ARG(kind->name));
}

static void view_record(em_scope scope, em_buf *out)
{
        add_record_columns(scope, out);
        em_buf_c(out, ", i.kind AS kind, r.fields AS fields");
        from_records(out, scope);
}

static void view_source(em_scope scope, em_buf *out)
{
        const char *m = in_main(scope);
        em_buf_fmt(out, "substr(s.sha256, 1, 8) AS source, s.sha256 AS sha256, s.name AS name, "
                "s.publisher AS publisher, s.origin AS origin, s.method AS method, "
                "s.terms AS terms, s.obtained_by AS obtained_by, s.obtained_on AS obtained_on, "
                "s.published AS published, s.covers_from AS covers_from, "
                "s.covers_to AS covers_to, %s AS reliability, s.access AS access, "
                "s.role AS role, s.media AS media, s.bytes AS bytes, m.name AS map, "
                "i.kind AS kind, i.taken + i.quarantined AS rows, i.taken AS taken, "
                "i.quarantined AS quarantined, i.sandbox AS sandbox "
                "FROM %sem_intake AS i CROSS JOIN %sem_source AS s "
                "LEFT JOIN %sem_map AS m ON m.id = i.map WHERE s.id = i.source", reliability_sql(scope), m, m, m);
}

static void view_link(em_scope scope, em_buf *out)
{
        const char *m = in_main(scope);
        em_buf_fmt(out, "l.id AS link, l.a AS from_record, l.b AS to_record, "
                "substr(sa.sha256, 1, 8) || ':' || ra.row AS from_id, "
                "substr(sb.sha256, 1, 8) || ':' || rb.row AS to_id, "
                "l.relation AS relation, l.certainty AS certainty, l.reason AS reason, "
                "l.author AS author, " ISO("l.known") " AS known, l.record AS record "
                "FROM %sem_link AS l CROSS JOIN %sem_record AS ra CROSS JOIN %sem_record AS rb "
                "CROSS JOIN %sem_intake AS ia CROSS JOIN %sem_intake AS ib "
                "CROSS JOIN %sem_source AS sa CROSS JOIN %sem_source AS sb "
                "WHERE ra.id = l.a AND rb.id = l.b AND ia.id = ra.intake AND ib.id = rb.intake "
                "AND sa.id = ia.source AND sb.id = ib.source", m, m, m, m, m, m, m);
        until(out, scope, "l");
        until(out, scope, "ra");
        until(out, scope, "rb");
}

static void view_quarantine(em_scope scope, em_buf *out)
{
        const char *m = in_main(scope);
        em_buf_fmt(out, "q.id AS quarantine, substr(s.sha256, 1, 8) AS source, s.name AS name, "
                "q.row AS row, q.line AS line, q.field AS field, q.reason AS reason "
                "FROM %sem_quarantine AS q CROSS JOIN %sem_intake AS i CROSS JOIN %sem_source AS s "
                "WHERE i.id = q.intake AND s.id = i.source", m, m, m);
}

static void view_ledger(em_scope scope, em_buf *out)
{
        em_buf_fmt(out, "seq, at, author, action, body, previous, hash FROM %sem_ledger",
                   in_main(scope));
}

static void view_coverage(em_scope scope, em_buf *out)
{
        const char *m = in_main(scope);
        em_buf_fmt(out, "i.kind AS kind, substr(s.sha256, 1, 8) AS source, "
                "s.publisher AS publisher, s.covers_from AS covers_from, "
                "s.covers_to AS covers_to, " ISO("min(r.day_from)") " AS first_day, "
                ISO("max(r.day_to)") " AS last_day, count(r.id) AS records, "
                "coalesce(sum(r.id IS NOT NULL AND r.day_from IS NULL), 0) AS undated, "
                "coalesce(sum(r.id IS NOT NULL AND r.time_s IS NULL), 0) AS untimed "
                "FROM %sem_intake AS i CROSS JOIN %sem_source AS s "
                "LEFT JOIN %sem_record AS r "
                "ON r.id BETWEEN i.first_record AND i.last_record", m, m, m);
        until(out, scope, "r");
        em_buf_c(out, " WHERE s.id = i.source AND i.kind IS NOT NULL "
                      "GROUP BY i.id, i.kind, s.sha256, s.publisher, s.covers_from, s.covers_to");
}

/* Every record; alone in its cluster unless em_cluster says otherwise. */
static void view_cluster(em_scope scope, em_buf *out)
{
        em_buf_fmt(out, "r.id AS record, coalesce(c.certain, r.id) AS certain, "
                "coalesce(c.possible, r.id) AS possible FROM %sem_record AS r "
                "LEFT JOIN temp.em_cluster AS c ON c.record = r.id WHERE 1", in_main(scope));
        until(out, scope, "r");
}

void em_view_sql(const char *view, em_scope scope, em_buf *out)
{
        static const struct { const char *name; void (*write)(em_scope, em_buf *); } views[] = {
                { "source", view_source },         { "record", view_record },
                { "link", view_link },             { "quarantine", view_quarantine },
                { "ledger", view_ledger },         { "coverage", view_coverage },
                { "cluster", view_cluster },
        };
        create(out, scope, em_str_c(view));
        for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
                if (strcmp(view, views[i].name) == 0) {
                        views[i].write(scope, out);
                        return;
                }
        em_assert(view == NULL);        /* a public view that nobody writes */
}

/* ---- kinds --------------------------------------------------------------- */

static bool word_ok(em_str name, bool upper)
{
        if (name.n == 0 || name.n > 63)
                return false;
        for (size_t i = 0; i < name.n; i++) {
                char ch = name.p[i];
                bool letter = (ch >= 'a' && ch <= 'z') || (upper && (ch == '_' || (ch >= 'A' && ch <= 'Z')));
                bool later = i > 0 && (ch == '_' || (ch >= '0' && ch <= '9'));
                if (!letter && !later)
                        return false;
        }
        return true;
}

bool em_name_ok(em_str name)
{
        return word_ok(name, false);
}

bool em_field_ok(em_str name)
{
        return word_ok(name, true);
}

bool em_kind_reserved(em_str kind)
{
        for (size_t i = 0; em_public_views[i]; i++)
                if (em_str_eq(kind, em_str_c(em_public_views[i])) && !em_str_eq(kind, EM_S("link")))
                        return true;
        return em_str_eq(kind, EM_S("cluster")) || em_str_starts(kind, EM_S("em_")) ||
               em_str_starts(kind, EM_S("sqlite")) || em_str_starts(kind, EM_S("json"));
}

bool em_kind_has_view(em_str kind)
{
        return em_name_ok(kind) && !em_kind_reserved(kind) && !em_str_eq(kind, EM_S("link"));
}

static em_status load_fields(sqlite3_stmt *stmt, em_arena *arena, em_kind *kind, em_error *err)
{
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, kind->name);
        em_bind_text(&b, kind->name);
        EM_TRY(em_bind_done(&b, err));
        bool row;
        EM_TRY(em_sql_step(stmt, &row, err));
        for (; row; ) {
                if (!kind->field) {
                        size_t count = (size_t)sqlite3_column_int64(stmt, 2);
                        kind->field = EM_NEW_N(arena, em_kind_field, count);
                        if (!kind->field)
                                return em_fail(err, EM_NOMEM, "no memory for the fields of a kind");
                }
                em_kind_field *f = &kind->field[kind->count++];
                EM_TRY(em_sql_copy(stmt, 0, arena, &f->name, err));
                EM_TRY(em_sql_copy(stmt, 1, arena, &f->type, err));
                if (!em_field_ok(f->name))
                        return em_fail(err, EM_FORMAT, "case.db is damaged or from a stranger: "
                                       "a field has a name that no embargo writes");
                EM_TRY(em_sql_step(stmt, &row, err));
        }
        sqlite3_reset(stmt);
        return EM_OK;
}

static em_status load_kinds(sqlite3_stmt *names, sqlite3_stmt *fields, em_arena *arena,
                            em_kind **ret_kinds, size_t *ret_count, em_error *err)
{
        em_kind *kinds = NULL;
        size_t count = 0;
        bool row;
        EM_TRY(em_sql_step(names, &row, err));
        for (; row; ) {
                if (!kinds)
                        kinds = EM_NEW_N(arena, em_kind, (size_t)sqlite3_column_int64(names, 1));
                if (!kinds)
                        return em_fail(err, EM_NOMEM, "no memory for the kinds of records");
                em_kind *k = &kinds[count];
                EM_TRY(em_sql_copy(names, 0, arena, &k->name, err));
                if (em_kind_has_view(k->name)) {
                        EM_TRY(load_fields(fields, arena, k, err));
                        count++;
                } else if (!em_str_eq(k->name, EM_S("link"))) {
                        return em_fail(err, EM_FORMAT, "case.db is damaged or from a stranger: "
                                       "a map has a kind that no embargo writes");
                }
                EM_TRY(em_sql_step(names, &row, err));
        }
        *ret_kinds = kinds;
        *ret_count = count;
        return EM_OK;
}

em_status em_kinds_load(sqlite3 *db, em_arena *arena, em_kind **ret_kinds, size_t *ret_count,
                        em_error *err)
{
        sqlite3_stmt *names = NULL, *fields = NULL;
        em_status status = em_sql_prepare(db,
                "SELECT kind, (SELECT count(DISTINCT kind) FROM em_map) FROM em_map "
                "GROUP BY kind ORDER BY kind", &names, err);
        if (status == EM_OK)
                status = em_sql_prepare(db,
                        "SELECT name, type, (SELECT count(*) FROM em_field WHERE kind = ?) "
                        "FROM em_field WHERE kind = ? ORDER BY ordinal", &fields, err);
        if (status == EM_OK)
                status = load_kinds(names, fields, arena, ret_kinds, ret_count, err);
        sqlite3_finalize(names);
        sqlite3_finalize(fields);
        return status;
}

/* ---- main ------------------------------------------------------------------ */

static em_status refresh_kind(em_case *c, const em_kind *kind, em_buf *sql, em_error *err)
{
        em_scope everything = { .as_known = EM_DAY_NONE };
        int64_t same = 0;
        em_buf_clear(sql);
        em_view_kind_sql(kind, everything, sql);
        em_buf_ch(sql, '\0');
        EM_TRY(em_buf_status(sql, err));
        em_str text = { sql->p, sql->n - 1 };
        EM_TRY(em_sql_int(c->db, "SELECT 1 FROM sqlite_schema WHERE type = 'view' AND sql = ?",
                          text, 0, &same, err));
        if (same)
                return EM_OK;
        em_buf line = em_buf_make(128);
        em_buf_fmt(&line, "DROP VIEW IF EXISTS \"%.*s\"", EM_ARG(kind->name));
        em_buf_ch(&line, '\0');
        em_status status = em_buf_status(&line, err);
        if (status == EM_OK)
                status = em_sql_run(c->db, line.p, err);
        em_buf_free(&line);
        if (status == EM_OK)
                status = em_sql_run(c->db, sql->p, err);
        return status;
}

em_status em_views_refresh(em_case *c, em_error *err)
{
        em_arena *scratch = em_arena_new((size_t)16 << 20);
        if (!scratch)
                return em_fail(err, EM_NOMEM, "no memory for the views");
        em_buf sql = em_buf_make((size_t)1 << 20);
        em_kind *kinds;
        size_t count;
        em_status status = em_kinds_load(c->db, scratch, &kinds, &count, err);
        for (size_t i = 0; status == EM_OK && i < count; i++)
                status = refresh_kind(c, &kinds[i], &sql, err);
        em_buf_free(&sql);
        em_arena_free(scratch);
        return status;
}
