/* Annexes of EU regulations as tables: one row an entry of the Official Journal, 44 columns.
 *
 * Source: the reviewed consolidations that OpenSanctions publishes beside its crawler (datasets/eu/journal_sanctions),
 * one file a regulation, named by its CELEX number; 32017R1509 is the DPRK's.  An entry's number is annex and row
 * ("XV.A/34"), because rows are numbered anew in each annex.  Hangul behind a Latin name is the original script.
 */
#include "names/list_table.h"

static const em_list_column columns[] = {
        {"celex", EM_PART_NONE, NULL, 0}, {"recordId", EM_PART_NONE, NULL, 0}, {"annex", EM_PART_NONE, NULL, 0},
        {"programKey", EM_PART_PROGRAMME, NULL, 0}, {"measure", EM_PART_NONE, NULL, 0}, {"startDate", EM_PART_LISTED, NULL, 0},
        {"reason", EM_PART_REASON, NULL, 0}, {"schema", EM_PART_SCHEMA, NULL, 0}, {"name", EM_PART_NONE, NULL, 0},
        {"alias", EM_PART_NONE, NULL, 0}, {"weakAlias", EM_PART_WEAK, NULL, ';'}, {"previousName", EM_PART_FORMER, NULL, ';'},
        {"country", EM_PART_COUNTRY, NULL, ';'}, {"nationality", EM_PART_COUNTRY, NULL, ';'}, {"jurisdiction", EM_PART_COUNTRY, NULL, ';'},
        {"flag", EM_PART_COUNTRY, NULL, ';'}, {"birthDate", EM_PART_BORN, NULL, ';'}, {"incorporationDate", EM_PART_BORN, NULL, ';'},
        {"birthPlace", EM_PART_BIRTHPLACE, NULL, ';'}, {"position", EM_PART_TITLE, NULL, ';'}, {"gender", EM_PART_GENDER, NULL, 0},
        {"passportNumber", EM_PART_NUMBER, "passport", ';'}, {"registrationNumber", EM_PART_NUMBER, "registration", ';'},
        {"taxNumber", EM_PART_NUMBER, "tax", ';'}, {"idNumber", EM_PART_NUMBER, "national-id", ';'},
        {"innCode", EM_PART_NUMBER, "tax", ';'}, {"ogrnCode", EM_PART_NUMBER, "registration", ';'},
        {"kppCode", EM_PART_NUMBER, "other", ';'}, {"okpoCode", EM_PART_NUMBER, "other", ';'}, {"leiCode", EM_PART_NUMBER, "lei", ';'},
        {"swiftBic", EM_PART_NUMBER, "swift", ';'}, {"imoNumber", EM_PART_NUMBER, "imo", ';'}, {"mmsi", EM_PART_NUMBER, "mmsi", ';'},
        {"address", EM_PART_ADDRESS, NULL, ';'}, {"phone", EM_PART_NUMBER, "phone", ';'}, {"email", EM_PART_NUMBER, "email", ';'},
        {"website", EM_PART_NUMBER, "website", ';'}, {"notes", EM_PART_REMARKS, NULL, 0},
};

static int is_oj(em_str head)
{
        static const char *const need[] = {"celex", "recordId", "programKey", "annex"};
        return em_list_header_has(head, ',', 1, need, 4) == 4 ? 2 : 0;
}

static void split_names(em_making *m, em_name_kind first, em_str cell)
{
        for (em_cut cut = {.tail = cell, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ';');
                em_make_split_hangul(m, first, em_str_trim(cut.head));
                first = EM_NAME_ALIAS;
        }
}

static em_status row(em_list_table *t, em_making *m)
{
        em_str id, annex = em_list_cell(t, "annex"), record = em_list_cell(t, "recordId");
        em_list_put_cells(t, m);
        split_names(m, EM_NAME_PRIMARY, em_list_cell(t, "name"));
        split_names(m, EM_NAME_ALIAS, em_list_cell(t, "alias"));
        EM_TRY(m->s);
        EM_TRY(em_str_format(t->r->arena, &id, m->err, "%.*s/%.*s/%.*s", EM_ARG(em_list_cell(t, "celex")), EM_ARG(annex), EM_ARG(record)));
        m->p->id = id;
        /* Names come last in the table's order: the caption is the primary one all the same. */
        for (size_t i = 1; i < m->p->names; i++)
                if (m->p->name[i].kind == EM_NAME_PRIMARY && m->p->name[0].kind != EM_NAME_PRIMARY) {
                        em_party_name swap = m->p->name[0];
                        m->p->name[0] = m->p->name[i];
                        m->p->name[i] = swap;
                }
        return em_list_add(t->r, m->p, m->err);
}

static em_status read_oj(em_list_reading *r, em_error *err)
{
        em_list_table t = {.r = r, .column = columns, .columns = sizeof columns / sizeof *columns, .row = row};
        return em_list_table_read(&t, NULL, err);
}

const em_list_reader em_list_eu_oj = {"eu-oj-csv", "eu-oj", "annexes of EU regulations from the Official Journal, CSV", is_oj, read_oj, 0};
