/* The Treasury's tables: SDN.CSV, ADD.CSV, ALT.CSV, SDN_COMMENTS.CSV, and CONS_PRIM.CSV with its own three.
 *
 * Source: OFAC, "SDN data dictionary": no header row, "-0-" where there is nothing, a byte 0x1A behind the last row, and
 * remarks that overflow go on in the comments table in the middle of a word.  The tables are joined by entry number.
 * A copy that somebody saved with a header row of his own is the same table.
 */
#include "embargo/csv.h"
#include "names/list_bytes.h"
#include "names/list_ofac.h"

enum { SDN_FIELDS = 12, ADD_FIELDS = 6, ALT_FIELDS = 5, COMMENT_FIELDS = 2 };

static em_str cell(const em_csv_row *row, size_t i)
{
        em_str s = i < row->count ? em_str_trim(row->field[i]) : (em_str){0};
        return em_str_eq(s, EM_S("-0-")) ? (em_str){0} : s;
}

static bool number(em_str s)
{
        int64_t n;
        return em_str_int(s, &n) && n >= 0;
}

/* ---- which table ---------------------------------------------------------------------------------------- */

static bool sdn_header(em_str a, em_str b)
{
        return (em_str_eq_nocase(a, EM_S("id")) || em_str_eq_nocase(a, EM_S("ent_num")))
               && (em_str_eq_nocase(b, EM_S("name")) || em_str_eq_nocase(b, EM_S("sdn_name")));
}

/* Fields of the first row, when it may be one of the tables; 0 none. */
static size_t table_of(em_str head)
{
        em_arena  *arena = em_arena_new(1 << 20);
        em_csv     csv = em_csv_make(head, NULL);
        em_csv_row row;
        size_t     n = 0;
        if (!arena)
                return 0;
        if (em_csv_next(&csv, arena, &row) && row.count) {
                bool first = number(cell(&row, 0)), second = row.count > 1 && number(cell(&row, 1));
                em_str kind = cell(&row, 2);
                bool alt = em_str_eq(kind, EM_S("aka")) || em_str_eq(kind, EM_S("fka")) || em_str_eq(kind, EM_S("nka"));
                if (row.count == SDN_FIELDS && ((first && !second) || sdn_header(cell(&row, 0), cell(&row, 1))))
                        n = SDN_FIELDS;
                else if (first && second && row.count == ALT_FIELDS && alt)
                        n = ALT_FIELDS;
                else if (first && second && row.count == ADD_FIELDS)
                        n = ADD_FIELDS;
                else if (first && ((row.bad && row.count == 1) || (row.count == COMMENT_FIELDS && !second)))
                        n = COMMENT_FIELDS;
        }
        em_arena_free(arena);
        return n;
}

static int is_sdn(em_str head) { return table_of(head) == SDN_FIELDS ? 2 : 0; }
static int is_add(em_str head) { return table_of(head) == ADD_FIELDS ? 2 : 0; }
static int is_alt(em_str head) { return table_of(head) == ALT_FIELDS ? 2 : 0; }
static int is_comments(em_str head) { return table_of(head) == COMMENT_FIELDS ? 1 : 0; }

/* ---- rows --------------------------------------------------------------------------------------------- */

typedef struct table { em_list_reading *r; em_mended bytes; size_t fields; em_status (*take)(struct table *, const em_csv_row *, em_error *); } table;

static em_status sdn_row(table *t, const em_csv_row *row, em_error *err)
{
        static const struct { size_t column; em_part part; const char *extra; } columns[] = {
                {0, EM_PART_ID, NULL}, {4, EM_PART_TITLE, NULL}, {5, EM_PART_NUMBER, "call-sign"}, {6, EM_PART_TITLE, NULL},
                {9, EM_PART_COUNTRY, NULL}, {10, EM_PART_LINKED, NULL}, {11, EM_PART_REMARKS, NULL}};
        em_party  p = {.schema = em_ofac_schema(cell(row, 2)), .listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = row->line,
                       .offset = em_mended_offset(&t->bytes, row->offset)};
        em_making m = {.r = t->r, .p = &p, .err = err};
        p.length = em_mended_offset(&t->bytes, row->offset + row->length) - p.offset;
        em_ofac_name(&m, EM_NAME_PRIMARY, cell(row, 1));
        em_ofac_programmes(&m, cell(row, 3));
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
                em_make_put(&m, columns[i].part, columns[i].extra, cell(row, columns[i].column));
        for (size_t i = 7; i <= 8; i++) {
                em_buf out = em_buf_make(256);
                em_buf_fmt(&out, "%s %.*s", i == 7 ? "tonnage" : "gross registered tonnage", EM_ARG(cell(row, i)));
                if (cell(row, i).n && em_buf_status(&out, NULL) == EM_OK)
                        em_make_put(&m, EM_PART_TITLE, NULL, em_buf_view(&out));
                em_buf_free(&out);
        }
        em_ofac_remarks(&m, p.remarks);
        EM_TRY(m.s);
        return em_list_add(t->r, &p, err);
}

static em_party *entry_of(table *t, em_str id)
{
        em_party *p = em_list_find(t->r, t->r->file->dataset, id);
        if (!p && !(t->r->opts && t->r->opts->dataset.n))
                p = em_list_find(t->r, EM_S("us-sdn"), id);
        return p || (t->r->opts && t->r->opts->dataset.n) ? p : em_list_find(t->r, EM_S("us-cons"), id);
}

static em_status no_entry(table *t, const em_csv_row *row, em_error *err)
{
        return em_list_reject_row(t->r, cell(row, 0), row->line, em_mended_offset(&t->bytes, row->offset), err,
                                  "no entry of this number is in the main table");
}

static bool main_table(const table *t)
{
        return em_list_has(t->r, EM_S("ofac-csv"), EM_S("us-sdn")) || em_list_has(t->r, EM_S("ofac-csv"), EM_S("us-cons"))
               || em_list_has(t->r, EM_S("ofac-csv"), t->r->file->dataset);
}

static em_status alt_row(table *t, const em_csv_row *row, em_error *err)
{
        uint64_t     at = em_mended_offset(&t->bytes, row->offset);
        em_party     own = {.schema = EM_SCHEMA_THING, .listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = row->line, .offset = at,
                            .length = em_mended_offset(&t->bytes, row->offset + row->length) - at};
        em_party    *p = entry_of(t, cell(row, 0));
        em_making    m = {.r = t->r, .p = p ? p : &own, .err = err};
        em_str       remarks = cell(row, 4);
        em_name_kind kind = em_str_eq(cell(row, 2), EM_S("fka")) ? EM_NAME_FORMER
                            : em_str_find(remarks, EM_S("weak")) >= 0 ? EM_NAME_WEAK : EM_NAME_ALIAS;
        if (!p && main_table(t))
                return no_entry(t, row, err);
        size_t before = m.p->names;
        em_ofac_name(&m, kind, cell(row, 3));
        if (p && m.s == EM_OK && p->names > before)
                p->name[p->names - 1].line = row->line;
        if (!p)
                em_make_put(&m, EM_PART_ID, NULL, cell(row, 0));
        EM_TRY(m.s);
        return p ? EM_OK : em_list_add(t->r, &own, err);
}

static em_status add_row(table *t, const em_csv_row *row, em_error *err)
{
        em_party    *p = entry_of(t, cell(row, 0));
        em_making    m = {.r = t->r, .p = p, .err = err};
        const em_str piece[] = {cell(row, 2), cell(row, 3), cell(row, 4)};
        if (!p)
                return no_entry(t, row, err);
        em_make_line(&m, EM_PART_ADDRESS, piece, 3);
        return m.s;
}

/* The comment goes on where the remark was cut, in the middle of a word; the piece it was cut in is read anew. */
static em_status comment_row(table *t, const em_csv_row *row, em_error *err)
{
        em_party *p = entry_of(t, cell(row, 0));
        em_making m = {.r = t->r, .p = p, .err = err};
        em_str    more = row->count > 1 ? row->field[1] : (em_str){0};
        if (!p)
                return no_entry(t, row, err);
        em_str old = p->remarks;
        size_t from = old.n;
        while (from && old.p[from - 1] != ';')
                from--;
        em_make_append(&m, EM_S(""), more);
        em_ofac_remarks(&m, em_str_sub(p->remarks, from, p->remarks.n));
        return m.s;
}

/* ---- tables ------------------------------------------------------------------------------------------- */

static em_status take_row(table *t, const em_csv_row *row, em_error *err)
{
        uint64_t offset = em_mended_offset(&t->bytes, row->offset);
        em_str   id = cell(row, 0);
        if (!row->bad && (em_str_eq(id, EM_S("\x1a")) || (row->count == 1 && !id.n)))
                return EM_OK;
        if (row->row == 1 && !row->bad && t->fields == SDN_FIELDS && sdn_header(id, cell(row, 1)))
                return EM_OK;
        if (row->bad)
                return em_list_reject_row(t->r, id, row->line, offset, err, "%s", row->bad);
        if (!number(id))
                return em_list_reject_row(t->r, id, row->line, offset, err, "it does not begin with an entry number");
        if (row->count != t->fields)
                return em_list_reject_row(t->r, id, row->line, offset, err, "%zu fields instead of %zu", row->count, t->fields);
        return t->take(t, row, err);
}

static em_status read_table(em_list_reading *r, size_t fields, em_status (*take)(table *, const em_csv_row *, em_error *), em_error *err)
{
        table      t = {.r = r, .fields = fields, .take = take};
        em_arena  *scratch = em_arena_new(1 << 24);
        em_csv_row row;
        em_status  s = scratch ? em_mend(r->bytes, EM_MEND_LATIN, false, r->arena, &t.bytes, err)
                               : em_fail(err, EM_NOMEM, "no memory left for a list");
        em_csv     csv = em_csv_make(t.bytes.text, NULL);
        em_ofac_dataset(r);
        while (s == EM_OK && em_csv_next(&csv, scratch, &row)) {
                s = take_row(&t, &row, err);
                em_arena_reset(scratch);
        }
        em_arena_free(scratch);
        return s;
}

static em_status read_sdn(em_list_reading *r, em_error *err) { return read_table(r, SDN_FIELDS, sdn_row, err); }
static em_status read_alt(em_list_reading *r, em_error *err) { return read_table(r, ALT_FIELDS, alt_row, err); }
static em_status read_add(em_list_reading *r, em_error *err) { return read_table(r, ADD_FIELDS, add_row, err); }
static em_status read_comments(em_list_reading *r, em_error *err) { return read_table(r, COMMENT_FIELDS, comment_row, err); }

const em_list_reader em_list_ofac_csv = {"ofac-csv", "us-sdn", "US Treasury SDN.CSV or CONS_PRIM.CSV", is_sdn, read_sdn, 0};
const em_list_reader em_list_ofac_alt = {"ofac-alt-csv", "us-sdn", "its ALT.CSV, joined by entry number", is_alt, read_alt, 1};
const em_list_reader em_list_ofac_add = {"ofac-add-csv", "us-sdn", "its ADD.CSV, joined by entry number", is_add, read_add, 2};
const em_list_reader em_list_ofac_comments = {"ofac-comments-csv", "us-sdn", "its comments table, joined by entry number",
                                              is_comments, read_comments, 2};
