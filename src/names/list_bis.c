/* The Denied Persons List of the US Bureau of Industry and Security, as its site gives it: dpl.txt, a table between tabs.
 *
 * Source: bis.doc.gov, "Denied Persons List", columns of the file since 2012.  The list numbers nobody: an entry's number is
 * its name and the day on which the order took effect.  It does not say what an entry is, and an entry without a country is
 * in the United States, which is not guessed.
 */
#include "names/list_table.h"

static const em_list_column columns[] = {
        {"Name", EM_PART_NAME, NULL, 0}, {"Street_Address", EM_PART_NONE, NULL, 0}, {"City", EM_PART_NONE, NULL, 0},
        {"State", EM_PART_NONE, NULL, 0}, {"Country", EM_PART_COUNTRY, NULL, 0}, {"Postal_Code", EM_PART_NONE, NULL, 0},
        {"Effective_Date", EM_PART_NONE, NULL, 0}, {"Expiration_Date", EM_PART_NONE, NULL, 0}, {"Standard_Order", EM_PART_NONE, NULL, 0},
        {"Last_Update", EM_PART_CHANGED, NULL, 0}, {"Action", EM_PART_NONE, NULL, 0}, {"FR_Citation", EM_PART_REASON, NULL, 0},
};

static int is_dpl(em_str head)
{
        static const char *const need[] = {"Name", "Effective_Date", "Standard_Order", "FR_Citation"};
        return em_list_header_has(head, '\t', 1, need, 4) == 4 ? 2 : 0;
}

static em_status row(em_list_table *t, em_making *m)
{
        em_str name = em_list_cell(t, "Name"), from = em_list_cell(t, "Effective_Date"), to = em_list_cell(t, "Expiration_Date");
        em_str line[] = {em_list_cell(t, "Street_Address"), em_list_cell(t, "City"), em_list_cell(t, "State"),
                         em_list_cell(t, "Postal_Code"), em_list_cell(t, "Country")};
        em_day day = em_day_us(from);
        char   text[11];
        m->p->schema = EM_SCHEMA_LEGAL_ENTITY;
        em_list_put_cells(t, m);
        em_make_line(m, EM_PART_ADDRESS, line, sizeof line / sizeof *line);
        em_make_put(m, EM_PART_PROGRAMME, NULL, EM_S("Denied Persons List"));
        if (to.n) {
                em_make_remark(m, EM_S("denied until"));
                em_make_append(m, EM_S(" "), to);
        }
        m->p->listed = day;
        EM_TRY(m->s);
        EM_TRY(em_str_format(t->r->arena, &m->p->id, m->err, "%.*s/%s", EM_ARG(name), day == EM_DAY_NONE ? "" : em_day_text(day, text)));
        return em_list_add(t->r, m->p, m->err);
}

static em_status read_dpl(em_list_reading *r, em_error *err)
{
        em_list_table t = {.r = r, .column = columns, .columns = sizeof columns / sizeof *columns, .separator = '\t', .row = row,
                           .how = EM_MEND_LATIN};
        return em_list_table_read(&t, NULL, err);
}

const em_list_reader em_list_bis = {"us-dpl-txt", "us-dpl", "US Denied Persons List of the BIS, dpl.txt", is_dpl, read_dpl, 0};
