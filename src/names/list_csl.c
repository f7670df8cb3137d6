/* The United States' Consolidated Screening List, CSV of trade.gov, with the columns of 2016 and of today.
 *
 * Several lists of Commerce, State and the Treasury in one table; `source` says which, and is kept as a programme beside the
 * list's own.  Values of one cell stand between "; "; ids are "type, number, country, issued ..., expires ...".
 */
#include "names/list_ofac.h"
#include "names/list_table.h"

static const em_list_column columns[] = {
        {"source", EM_PART_PROGRAMME, NULL, 0}, {"_id", EM_PART_NONE, NULL, 0}, {"entity_number", EM_PART_NONE, NULL, 0},
        {"type", EM_PART_NONE, NULL, 0}, {"programs", EM_PART_PROGRAMME, NULL, ';'}, {"name", EM_PART_NONE, NULL, 0},
        {"title", EM_PART_TITLE, NULL, 0}, {"addresses", EM_PART_ADDRESS, NULL, ';'}, {"federal_register_notice", EM_PART_NONE, NULL, 0},
        {"start_date", EM_PART_LISTED, NULL, 0}, {"call_sign", EM_PART_NUMBER, "call-sign", 0}, {"vessel_type", EM_PART_TITLE, NULL, 0},
        {"vessel_flag", EM_PART_COUNTRY, NULL, 0}, {"vessel_owner", EM_PART_LINKED, NULL, 0}, {"remarks", EM_PART_REMARKS, NULL, 0},
        {"alt_names", EM_PART_NONE, NULL, ';'}, {"citizenships", EM_PART_COUNTRY, NULL, ';'}, {"dates_of_birth", EM_PART_BORN, NULL, ';'},
        {"nationalities", EM_PART_COUNTRY, NULL, ';'}, {"places_of_birth", EM_PART_BIRTHPLACE, NULL, ';'}, {"ids", EM_PART_NONE, NULL, ';'},
};

static int is_csl(em_str head)
{
        static const char *const need[] = {"source", "entity_number", "federal_register_notice", "alt_names"};
        return em_list_header_has(head, ',', 1, need, 4) == 4 ? 2 : 0;
}

static void put_id(em_making *m, em_str text)
{
        em_cut type = em_str_cut(em_str_trim(text), ','), value = em_str_cut(type.tail, ','), country = em_str_cut(value.tail, ',');
        em_str code = em_country_code(country.head);
        if (!em_ofac_fact(m, type.head, em_str_trim(value.head), code, code.n ? country.tail : value.tail) && em_str_trim(value.head).n)
                em_make_number(m, em_number_type(type.head), value.head, code, type.head);
}

static em_status row(em_list_table *t, em_making *m)
{
        em_str type = em_list_cell(t, "type"), id = em_list_cell(t, "entity_number"), names = em_list_cell(t, "alt_names");
        /* Lists of Commerce and State do not say what an entry is. */
        m->p->schema = type.n ? em_ofac_schema(type) : EM_SCHEMA_LEGAL_ENTITY;
        em_ofac_name(m, EM_NAME_PRIMARY, em_list_cell(t, "name"));
        for (em_cut cut = {.tail = names, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ';');
                em_ofac_name(m, EM_NAME_ALIAS, cut.head);
        }
        em_list_put_cells(t, m);
        for (em_cut cut = {.tail = em_list_cell(t, "ids"), .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ';');
                put_id(m, cut.head);
        }
        em_make_put(m, EM_PART_ID, NULL, em_list_cell(t, "_id").n ? em_list_cell(t, "_id") : id);
        EM_TRY(m->s);
        if (!m->p->id.n)
                EM_TRY(em_str_format(t->r->arena, &m->p->id, m->err, "row %llu", (unsigned long long)t->now->row));
        return em_list_add(t->r, m->p, m->err);
}

static em_status read_csl(em_list_reading *r, em_error *err)
{
        em_list_table t = {.r = r, .column = columns, .columns = sizeof columns / sizeof *columns, .row = row, .how = EM_MEND_LATIN};
        return em_list_table_read(&t, NULL, err);
}

const em_list_reader em_list_csl = {"us-csl-csv", "us-csl", "US Consolidated Screening List, CSV", is_csl, read_csl, 0};
