/* An analyst's own table: one row a party, columns by name.
 *
 *     name (must be there)   alias, weak_alias (several: ;)   schema or type   id   born   country   gender
 *     passport, national_id, imo, mmsi, call_sign, wallet, tax, registration   address   programme   title   remarks
 *
 * Column names in any case and order; columns that are not named here are left alone.
 */
#include "names/list_inside.h"
#include "embargo/csv.h"

typedef enum column { NAME, ALIAS, WEAK, SCHEMA, ID, BORN, COUNTRY, GENDER, ADDRESS, PROGRAMME, TITLE, REMARKS, NUMBER, COLUMNS } column;

static const struct { const char *name; column column; const char *number; } columns[] = {
        {"name", NAME, NULL}, {"full_name", NAME, NULL}, {"caption", NAME, NULL}, {"alias", ALIAS, NULL}, {"aliases", ALIAS, NULL},
        {"weak_alias", WEAK, NULL}, {"schema", SCHEMA, NULL}, {"type", SCHEMA, NULL}, {"id", ID, NULL}, {"born", BORN, NULL},
        {"birth_date", BORN, NULL}, {"dob", BORN, NULL}, {"date_of_birth", BORN, NULL}, {"country", COUNTRY, NULL},
        {"countries", COUNTRY, NULL}, {"nationality", COUNTRY, NULL}, {"flag", COUNTRY, NULL}, {"gender", GENDER, NULL},
        {"address", ADDRESS, NULL}, {"addresses", ADDRESS, NULL}, {"programme", PROGRAMME, NULL}, {"program", PROGRAMME, NULL}, {"title", TITLE, NULL},
        {"remarks", REMARKS, NULL}, {"notes", REMARKS, NULL}, {"passport", NUMBER, "passport"}, {"national_id", NUMBER, "national-id"},
        {"imo", NUMBER, "imo"}, {"mmsi", NUMBER, "mmsi"}, {"call_sign", NUMBER, "call-sign"}, {"wallet", NUMBER, "wallet"},
        {"tax", NUMBER, "tax"}, {"registration", NUMBER, "registration"}, {"identifiers", NUMBER, "other"}, {"phones", NUMBER, "phone"}, {"emails", NUMBER, "email"},
};

static int column_of(em_str name)
{
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
                if (em_str_eq_nocase(em_str_trim(name), em_str_c(columns[i].name)))
                        return (int)i;
        return -1;
}

static int is_own(em_str head)
{
        em_str line = em_str_cut(head, '\n').head;
        for (em_cut cut = {.tail = line, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ',');
                em_str word = em_str_trim(cut.head);
                if (word.n >= 2 && word.p[0] == '"' && word.p[word.n - 1] == '"')
                        word = em_str_sub(word, 1, word.n - 2);
                int i = column_of(word);
                if (i >= 0 && columns[i].column == NAME)
                        return 1;
        }
        return 0;
}

static em_status add_names(em_list_reading *r, em_party *p, em_str cell, em_name_kind kind, em_error *err)
{
        for (em_cut cut = {.tail = cell, .found = true}; cut.found;) {
                em_party_name n = {.kind = kind};
                cut = em_str_cut(cut.tail, kind == EM_NAME_PRIMARY ? '\x01' : ';');
                EM_TRY(em_party_turn(cut.head, r->arena, &n.text, err));
                EM_TRY(em_party_add_name(p, n, r->arena, err));
        }
        return EM_OK;
}

static em_status add_texts(em_list_reading *r, em_str **list, size_t *count, em_str cell, em_error *err)
{
        for (em_cut cut = {.tail = cell, .found = true}; cut.found;) {
                em_str text;
                cut = em_str_cut(cut.tail, ';');
                EM_TRY(em_str_copy(em_str_trim(cut.head), r->arena, &text, err));
                EM_TRY(em_party_add_text(list, count, text, r->arena, err));
        }
        return EM_OK;
}

static em_status add_dates(em_list_reading *r, em_party *p, em_str cell, em_error *err)
{
        for (em_cut cut = {.tail = cell, .found = true}; cut.found;) {
                em_party_date d;
                cut = em_str_cut(cut.tail, ';');
                if (!em_party_date_parse(cut.head, &d))
                        continue;
                EM_TRY(em_str_copy(d.text, r->arena, &d.text, err));
                EM_TRY(em_party_add_date(&p->born, &p->borns, d, r->arena, err));
        }
        return EM_OK;
}

static em_status add_numbers(em_list_reading *r, em_party *p, const char *type, em_str cell, em_error *err)
{
        for (em_cut cut = {.tail = cell, .found = true}; cut.found;) {
                em_party_id n = {.type = em_str_c(type)};
                cut = em_str_cut(cut.tail, ';');
                EM_TRY(em_str_copy(cut.head, r->arena, &n.value, err));
                EM_TRY(em_party_add_number(p, n, r->arena, err));
        }
        return EM_OK;
}

static em_status add_cell(em_list_reading *r, em_party *p, int at, em_str cell, em_error *err)
{
        switch (columns[at].column) {
        case NAME:      return add_names(r, p, cell, EM_NAME_PRIMARY, err);
        case ALIAS:     return add_names(r, p, cell, EM_NAME_ALIAS, err);
        case WEAK:      return add_names(r, p, cell, EM_NAME_WEAK, err);
        case ID:        return em_str_copy(em_str_trim(cell), r->arena, &p->id, err);
        case BORN:      return add_dates(r, p, cell, err);
        case COUNTRY:   return add_texts(r, &p->country, &p->countries, cell, err);
        case GENDER:    return em_str_copy(em_str_trim(cell), r->arena, &p->gender, err);
        case ADDRESS:   return add_texts(r, &p->address, &p->addresses, cell, err);
        case PROGRAMME: return add_texts(r, &p->programme, &p->programmes, cell, err);
        case TITLE:     return add_texts(r, &p->title, &p->titles, cell, err);
        case REMARKS:   return em_str_copy(em_str_trim(cell), r->arena, &p->remarks, err);
        case NUMBER:    return add_numbers(r, p, columns[at].number, cell, err);
        case SCHEMA:    break;
        case COLUMNS:   break;
        }
        (void)em_schema_parse(em_str_trim(cell), &p->schema);
        return EM_OK;
}

static em_status read_own(em_list_reading *r, em_error *err)
{
        em_csv     csv = em_csv_make(r->bytes, NULL);
        em_csv_row row;
        em_arena  *scratch = em_arena_new(1 << 24);
        int        at[EM_CSV_MAX_FIELDS];
        size_t     width = 0;
        em_status  s = scratch ? EM_OK : em_fail(err, EM_NOMEM, "no memory left for a list");
        while (s == EM_OK && em_csv_next(&csv, scratch, &row)) {
                em_party p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = row.line, .offset = row.offset, .length = row.length};
                for (size_t i = 0; row.row == 1 && i < row.count; i++)
                        at[width++] = column_of(row.field[i]);
                if (row.row > 1 && row.bad)
                        s = em_list_reject_row(r, EM_S(""), row.line, row.offset, err, "%s", row.bad);
                else if (row.row > 1) {
                        for (size_t i = 0; s == EM_OK && i < row.count && i < width; i++)
                                if (at[i] >= 0)
                                        s = add_cell(r, &p, at[i], row.field[i], err);
                        if (s == EM_OK && !p.id.n)
                                s = em_str_format(r->arena, &p.id, err, "row %llu", (unsigned long long)row.row);
                        if (s == EM_OK)
                                s = em_list_add(r, &p, err);
                }
                em_arena_reset(scratch);
        }
        em_arena_free(scratch);
        return s;
}

const em_list_reader em_list_own = {"own-csv", "own", "a table with a column \"name\"", is_own, read_own, 0};
