/* A record as a row of em_record, and back.
 *
 * One table says which column is which member; binding, reading, comparing and
 * naming all walk it, so they cannot disagree.  A row has one form for each
 * record: what a record lacks is NULL, and reading refuses any other form.
 * That is what lets verify find every changed cell by packing the rows again:
 * no two different rows pack alike.
 */
#include "case/store.h"

#include "embargo/csv.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static const char *const state_names[] = {
        "value", "zero", "not-reported", "not-found", "no-amount"
};

const char *em_state_name(em_state s)
{
        em_assert((size_t)s < sizeof state_names / sizeof state_names[0]);
        return state_names[s];
}

bool em_state_parse(em_str name, em_state *ret_state)
{
        for (size_t i = 0; i < sizeof state_names / sizeof state_names[0]; i++)
                if (em_str_eq(name, em_str_c(state_names[i]))) {
                        *ret_state = (em_state)i;
                        return true;
                }
        return false;
}

/* ---- columns ------------------------------------------------------------------ */

typedef enum column_type { U64, I64, I32, TEXT } column_type;

/* Within a group all are given or none is; `first` marks the one that tells. */
typedef enum column_group { ALONE, WHEN, UTC, COORD, AMOUNT } column_group;

typedef struct column {
        const char  *name;
        column_type  type;
        column_group group;
        size_t       at;
        int64_t      none;              /* shown as NULL when has_none */
        bool         has_none;
        int64_t      low, high;         /* of a number that is given */
} column;

#define AT(member) offsetof(em_record, member)
#define DAY_COLUMN(name, member, group)                                         \
        { name, I32, group, AT(member), EM_DAY_NONE, true, EM_DAY_MIN, EM_DAY_MAX }
#define TEXT_COLUMN(name, member, group) { name, TEXT, group, AT(member), 0, false, 0, 0 }
#define ENUM_COLUMN(name, member, group, low, high)                             \
        { name, I32, group, AT(member), 0, false, low, high }

static const column columns[EM_RECORD_COLUMN_COUNT] = {
        { "row",    U64, ALONE, AT(row),    0, false, 0, INT64_MAX },
        { "line",   U64, ALONE, AT(line),   0, false, 0, INT64_MAX },
        { "offset", U64, ALONE, AT(offset), 0, false, 0, INT64_MAX },
        { "length", U64, ALONE, AT(length), 0, false, 0, UINT32_MAX },
        TEXT_COLUMN("key", key, ALONE),
        TEXT_COLUMN("what", what, ALONE),
        TEXT_COLUMN("class", klass, ALONE),
        TEXT_COLUMN("who", who, ALONE),
        TEXT_COLUMN("place", place, ALONE),
        { "lat_e7", I32, COORD, AT(lat_e7), EM_COORD_NONE, true, -900000000, 900000000 },
        { "lon_e7", I32, COORD, AT(lon_e7), EM_COORD_NONE, true, -1800000000, 1800000000 },
        DAY_COLUMN("day_from", when.from, WHEN),
        DAY_COLUMN("day_to", when.to, WHEN),
        DAY_COLUMN("utc_from", utc.from, UTC),
        DAY_COLUMN("utc_to", utc.to, UTC),
        { "time_s", I64, ALONE, AT(time_s), EM_MOMENT_NONE, true, -62135596800, 253402300799 },
        ENUM_COLUMN("precision", precision, ALONE, 0, EM_PRECISION_SPAN),
        { "known", I32, ALONE, AT(known), 0, false, EM_DAY_MIN, EM_DAY_MAX },
        ENUM_COLUMN("state", state, ALONE, 0, EM_STATE_NO_AMOUNT),
        { "low_milli", I64, AMOUNT, AT(amount.low), EM_MILLI_NONE, true, EM_MILLI_MIN, EM_MILLI_MAX },
        { "high_milli", I64, AMOUNT, AT(amount.high), EM_MILLI_NONE, true, EM_MILLI_MIN, EM_MILLI_MAX },
        { "stated_milli", I64, ALONE, AT(amount.stated), EM_MILLI_NONE, true, EM_MILLI_MIN, EM_MILLI_MAX },
        { "rounding_milli", I64, ALONE, AT(amount.rounding), 0, true, EM_MILLI_MIN, EM_MILLI_MAX },
        TEXT_COLUMN("unit", amount.unit, ALONE),
        ENUM_COLUMN("quantifier", amount.quantifier, ALONE, 0, EM_QUANT_COUNT - 1),
        ENUM_COLUMN("credibility", credibility, ALONE, 1, 6),
        TEXT_COLUMN("fields", fields, ALONE),
};
enum { COLUMN_STATED = 21, COLUMN_QUANTIFIER = 24 };

_Static_assert(sizeof(em_state) == 4 && sizeof(em_precision) == 4 &&
               sizeof(em_quantifier) == 4 && sizeof(int) == 4, "enums are read as 32 bits");

static int64_t get_number(const em_record *r, const column *c)
{
        const char *p = (const char *)r + c->at;
        if (c->type == I32) {
                int32_t v;
                memcpy(&v, p, sizeof v);
                return v;
        }
        int64_t v;
        memcpy(&v, p, sizeof v);
        return v;
}

static void set_number(em_record *r, const column *c, int64_t v)
{
        char *p = (char *)r + c->at;
        int32_t narrow = (int32_t)v;
        if (c->type == I32)
                memcpy(p, &narrow, sizeof narrow);
        else
                memcpy(p, &v, sizeof v);
}

static em_str get_text(const em_record *r, const column *c)
{
        em_str s;
        memcpy(&s, (const char *)r + c->at, sizeof s);
        return s;
}

/* The one form: without an amount nothing is said of it, without a day no end. */
static em_record settled(const em_record *record)
{
        em_record r = *record;
        if (r.when.from == EM_DAY_NONE)
                r.when.to = EM_DAY_NONE;
        if (r.utc.from == EM_DAY_NONE)
                r.utc.to = EM_DAY_NONE;
        if (r.lat_e7 == EM_COORD_NONE)
                r.lon_e7 = EM_COORD_NONE;
        if (r.amount.low == EM_MILLI_NONE)
                r.amount = (em_quantity){ EM_MILLI_NONE, EM_MILLI_NONE, EM_MILLI_NONE, 0,
                                          EM_QUANT_EXACT, { NULL, 0 } };
        return r;
}

enum { UNBOUND, IS_NULL, IS_NUMBER };   /* a text's bytes move: it is never left alone */

static void bind_number(em_bind *b, int64_t v, bool null, char *state, int64_t *number)
{
        if (*state == (null ? IS_NULL : IS_NUMBER) && (null || *number == v)) {
                b->at++;
                return;
        }
        if (null)
                em_bind_null(b);
        else
                em_bind_int(b, v);
        *state = null ? IS_NULL : IS_NUMBER;
        *number = v;
}

void em_record_bind(em_bind *b, const em_record *r, em_bind_memory *memory)
{
        for (int i = 0; i < EM_RECORD_COLUMN_COUNT; i++) {
                const column *c = &columns[i];
                em_str s = c->type == TEXT ? get_text(r, c) : (em_str){ NULL, 0 };
                if (s.n > 0) {
                        em_bind_text(b, s);
                        memory->state[i] = UNBOUND;
                        continue;
                }
                int64_t v = c->type == TEXT ? 0 : get_number(r, c);
                bool null = c->type == TEXT || (c->has_none && v == c->none);
                bind_number(b, v, null, &memory->state[i], &memory->number[i]);
        }
}

/* A cell into its member; false when no embargo wrote it.  The value is asked for
 * once: only this thread has the connection, so it may be looked at directly. */
static bool read_cell(sqlite3_stmt *stmt, int at, const column *c, em_record *r)
{
        sqlite3_value *cell = sqlite3_column_value(stmt, at);
        int type = sqlite3_value_type(cell);
        if (c->type == TEXT) {
                em_str s = { NULL, 0 };
                if (type != SQLITE_NULL) {
                        const char *p = sqlite3_value_blob(cell);
                        int n = sqlite3_value_bytes(cell);
                        if (p && n > 0)
                                s = (em_str){ p, (size_t)n };
                }
                memcpy((char *)r + c->at, &s, sizeof s);
                return type == SQLITE_NULL || (type == SQLITE_TEXT && s.n > 0);
        }
        if (type == SQLITE_NULL) {
                set_number(r, c, c->none);
                return c->has_none;
        }
        int64_t v = sqlite3_value_int64(cell);
        set_number(r, c, v);
        return type == SQLITE_INTEGER && v >= c->low && v <= c->high &&
               !(c->has_none && v == c->none);
}

static int broken_group(const em_record *r)
{
        for (int i = 1; i < EM_RECORD_COLUMN_COUNT; i++) {
                const column *a = &columns[i - 1], *b = &columns[i];
                if (b->group != ALONE && a->group == b->group &&
                    (get_number(r, a) == a->none) != (get_number(r, b) == b->none))
                        return i;
        }
        if (r->amount.low != EM_MILLI_NONE)
                return -1;
        for (int i = COLUMN_STATED; i <= COLUMN_QUANTIFIER; i++) {
                const column *c = &columns[i];
                if (c->type == TEXT ? get_text(r, c).n > 0 : get_number(r, c) != c->none)
                        return i;
        }
        return -1;
}

int em_record_column(sqlite3_stmt *stmt, int first, em_record *ret_record)
{
        em_record r = { .kind = { NULL, 0 } };
        int bad = -1;
        for (int i = 0; i < EM_RECORD_COLUMN_COUNT; i++)
                if (!read_cell(stmt, first + i, &columns[i], &r) && bad < 0)
                        bad = i;
        if (bad < 0)
                bad = broken_group(&r);
        *ret_record = r;
        return bad;
}

const char *em_record_column_name(int i)
{
        em_assert(i >= 0 && i < EM_RECORD_COLUMN_COUNT);
        return columns[i].name;
}

int em_record_differs(const em_record *a, const em_record *b, int from)
{
        em_record x = settled(a), y = settled(b);
        for (int i = from; i < EM_RECORD_COLUMN_COUNT; i++) {
                const column *c = &columns[i];
                bool same = c->type == TEXT ? em_str_eq(get_text(&x, c), get_text(&y, c))
                                            : get_number(&x, c) == get_number(&y, c);
                if (!same)
                        return i;
        }
        return -1;
}

char *em_record_show(const em_record *record, int i, char *out, size_t cap)
{
        const column *c = &columns[i];
        if (c->type == TEXT)
                return em_str_show(get_text(record, c), out, cap);
        int64_t v = get_number(record, c);
        if (c->has_none && v == c->none)
                snprintf(out, cap, "nothing");
        else
                snprintf(out, cap, "%" PRId64, v);
        return out;
}

/* ---- reading back ----------------------------------------------------------------- */

static em_status copy_text(em_record *r, em_arena *arena, em_error *err)
{
        em_str *const texts[] = { &r->kind, &r->key, &r->what, &r->klass, &r->who, &r->place,
                                  &r->amount.unit, &r->fields };
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
                EM_TRY(em_str_copy(*texts[i], arena, texts[i], err));
        return EM_OK;
}

em_status em_case_record(em_case *c, int64_t id, em_arena *arena, em_held *ret_held, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        int64_t source = 0;
        em_held held = { .id = id };
        EM_TRY(em_sql_prepare(c->db, "SELECT i.kind, i.source, " EM_RECORD_COLUMNS
                              " FROM em_record AS r CROSS JOIN em_intake AS i "
                              "WHERE i.id = r.intake AND r.id = ?", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, id);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        if (status == EM_OK && !row)
                status = em_fail(err, EM_MISSING, "no record has the number %" PRId64, id);
        if (status == EM_OK) {
                int bad = em_record_column(stmt, 2, &held.record);
                source = sqlite3_column_int64(stmt, 1);
                held.record.kind = em_sql_str(stmt, 0);
                status = bad < 0 ? copy_text(&held.record, arena, err)
                        : em_fail(err, EM_FORMAT, "record %" PRId64 " was altered in its column %s; "
                                  "verify says how", id, columns[bad].name);
        }
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                status = em_source_read(c->db, source, arena, &held.source, err);
        if (status != EM_OK)
                return status;
        snprintf(held.name, sizeof held.name, "%.8s:%" PRIu64, held.source.sha256, held.record.row);
        *ret_held = held;
        return EM_OK;
}

/* ---- finding one -------------------------------------------------------------------- */

/* "3f9ac1d2:162" into its parts. */
static bool split_public_id(em_str s, em_str *ret_source, int64_t *ret_row)
{
        em_cut cut = em_str_cut(s, ':');
        if (!cut.found || cut.head.n != 8 || !em_str_int(cut.tail, ret_row))
                return false;
        for (size_t i = 0; i < 8; i++)
                if (!strchr("0123456789abcdef", cut.head.p[i]) || !cut.head.p[i])
                        return false;
        *ret_source = cut.head;
        return true;
}

static em_status row_of(sqlite3_stmt *stmt, int64_t id, int64_t *ret_row, em_error *err)
{
        bool row = false;
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, id);
        EM_TRY(em_bind_done(&b, err));
        EM_TRY(em_sql_step(stmt, &row, err));
        *ret_row = row ? sqlite3_column_int64(stmt, 0) : INT64_MAX;
        sqlite3_reset(stmt);
        return EM_OK;
}

/* Rows rise with ids within an intake, so a row is found by halving. */
static em_status find_row(em_case *c, int64_t first, int64_t last, int64_t row,
                          int64_t *ret_id, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        int64_t here = 0;
        em_status status = EM_OK;
        EM_TRY(em_sql_prepare(c->db, "SELECT row FROM em_record WHERE id = ?", &stmt, err));
        while (status == EM_OK && first < last) {
                int64_t middle = first + (last - first) / 2;
                status = row_of(stmt, middle, &here, err);
                if (here < row)
                        first = middle + 1;
                else
                        last = middle;
        }
        if (status == EM_OK)
                status = row_of(stmt, first, &here, err);
        sqlite3_finalize(stmt);
        if (status == EM_OK)
                *ret_id = here == row ? first : 0;
        return status;
}

static em_status find_public(em_case *c, em_str source, int64_t row, int64_t *ret_id, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool found = false;
        *ret_id = 0;
        EM_TRY(em_sql_prepare(c->db, "SELECT i.first_record, i.last_record FROM em_source AS s "
                              "JOIN em_intake AS i ON i.source = s.id "
                              "WHERE substr(s.sha256, 1, 8) = ? AND i.first_record IS NOT NULL",
                              &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, source);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &found, err);
        if (status == EM_OK && found)
                status = find_row(c, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                  row, ret_id, err);
        sqlite3_finalize(stmt);
        return status;
}

/* Collects up to a handful of names for the sentence about several. */
static em_status find_key(em_case *c, em_str key, int64_t *ret_id, em_buf *names,
                          size_t *ret_count, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        size_t count = 0;
        EM_TRY(em_sql_prepare(c->db, "SELECT r.id, substr(s.sha256, 1, 8) || ':' || r.row "
                              "FROM em_record AS r CROSS JOIN em_intake AS i CROSS JOIN em_source AS s "
                              "WHERE r.key = ? AND i.id = r.intake AND s.id = i.source LIMIT 6",
                              &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, key);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                if (count == 0)
                        *ret_id = sqlite3_column_int64(stmt, 0);
                em_buf_c(names, count == 0 ? "" : ", ");
                if (count < 5)
                        em_buf_str(names, em_sql_str(stmt, 1));
                else
                        em_buf_c(names, "...");
                count++;
                status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        *ret_count = count;
        return status;
}

em_status em_case_record_find(em_case *c, em_str id_or_key, em_arena *arena,
                              em_held *ret_held, em_error *err)
{
        char shown[96];
        em_str source;
        int64_t row, id = 0;
        em_str_show(id_or_key, shown, sizeof shown);
        if (split_public_id(id_or_key, &source, &row)) {
                EM_TRY(find_public(c, source, row, &id, err));
                if (id)
                        return em_case_record(c, id, arena, ret_held, err);
        }
        em_buf names = em_buf_make(256);
        size_t count = 0;
        em_status status = find_key(c, id_or_key, &id, &names, &count, err);
        if (status == EM_OK)
                status = em_buf_status(&names, err);
        if (status == EM_OK && count == 0)
                status = em_fail(err, EM_MISSING, "no record is called %s", shown);
        if (status == EM_OK && count > 1)
                status = em_fail(err, EM_FORMAT, "several records are called %s: %.*s", shown,
                                 EM_ARG(em_buf_view(&names)));
        em_buf_free(&names);
        return status == EM_OK ? em_case_record(c, id, arena, ret_held, err) : status;
}

/* Of rows asked for one after the other most are of one source: its first row is read once. */
static em_status first_row(em_case *c, const char sha256[65], em_str text, em_error *err)
{
        em_csv_row first;
        if (strcmp(c->head_of, sha256) == 0)
                return EM_OK;
        em_arena *scratch = em_arena_new((size_t)4 << 20);
        if (!scratch)
                return em_fail(err, EM_NOMEM, "no memory to read a row");
        c->head_of[0] = '\0';
        em_buf_free(&c->head);
        c->head = em_buf_make(text.n + 1);
        em_csv csv = em_csv_make(text, NULL);
        if (em_csv_next(&csv, scratch, &first))
                em_buf_str(&c->head, em_str_sub(text, first.offset, first.length));
        em_status status = em_buf_status(&c->head, err);
        em_arena_free(scratch);
        if (status == EM_OK)
                memcpy(c->head_of, sha256, sizeof c->head_of);
        return status;
}

em_status em_case_excerpt(em_case *c, const em_held *held, em_arena *arena,
                          em_str *ret_header, em_str *ret_row, em_error *err)
{
        em_str path, header = { NULL, 0 }, row = { NULL, 0 };
        em_mapping map;
        EM_TRY(em_store_path(c, held->source.sha256, arena, &path, err));
        EM_TRY(em_mapping_open(path, &map, err));
        em_str text = { map.p, map.n };
        const em_record *r = &held->record;
        em_status status = first_row(c, held->source.sha256, text, err);
        if (status == EM_OK && (r->offset > text.n || r->length > text.n - r->offset))
                status = em_fail_at(err, EM_FORMAT, held->source.name, r->line, 0,
                                    "the kept source is shorter than its record says; run verify");
        if (status == EM_OK)
                row = em_str_sub(text, r->offset, r->length);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&c->head), arena, &header, err);
        if (status == EM_OK)
                status = em_str_copy(row, arena, &row, err);
        em_mapping_close(&map);
        if (status == EM_OK) {
                *ret_header = header;
                *ret_row = row;
        }
        return status;
}
