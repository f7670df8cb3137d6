/* The United Kingdom's lists: the FCDO's UK Sanctions List as a table of eight columns and as XML, and the Treasury's (OFSI) consolidated
 * list, which has one row a name.
 *
 * Sources: gov.uk, "UK Sanctions List" and its XML guide (Designations/Designation); "Format guide for the consolidated list":
 * rows of one Group ID are one party, Name 6 is the family name, the first row states the date.
 */
#include "names/list_table.h"
#include "names/list_xml.h"

static em_schema schema_of(em_str type)
{
        return em_str_eq_nocase(type, EM_S("Individual")) ? EM_SCHEMA_PERSON : em_str_eq_nocase(type, EM_S("Ship")) ? EM_SCHEMA_VESSEL
               : em_str_eq_nocase(type, EM_S("Entity")) ? EM_SCHEMA_ORGANIZATION : EM_SCHEMA_THING;
}

/* ---- FCDO, eight columns --------------------------------------------------------------------------- */

static const em_list_column fcdo[] = {
        {"Unique ID", EM_PART_ID, NULL, 0}, {"OFSI Group ID", EM_PART_NUMBER, "other", 0}, {"Name", EM_PART_NONE, NULL, 0},
        {"Regime Name", EM_PART_PROGRAMME, NULL, 0}, {"Type", EM_PART_NONE, NULL, 0}, {"Designation source", EM_PART_NONE, NULL, 0},
        {"Date Designated", EM_PART_LISTED, NULL, 0}, {"Sanctions Imposed", EM_PART_NONE, NULL, 0},
};

static int is_fcdo(em_str head)
{
        static const char *const need[] = {"Unique ID", "OFSI Group ID", "Regime Name", "Name"};
        return em_list_header_has(head, ',', 3, need, 4) == 4 ? 2 : 0;
}

static em_status fcdo_row(em_list_table *t, em_making *m)
{
        m->p->schema = schema_of(em_list_cell(t, "Type"));
        em_make_name(m, EM_NAME_PRIMARY, em_list_cell(t, "Name"), EM_S(""));
        em_list_put_cells(t, m);
        EM_TRY(m->s);
        return em_list_add(t->r, m->p, m->err);
}

static em_status read_fcdo(em_list_reading *r, em_error *err)
{
        em_list_table t = {.r = r, .column = fcdo, .columns = sizeof fcdo / sizeof *fcdo, .row = fcdo_row};
        return em_list_table_read(&t, NULL, err);
}

const em_list_reader em_list_uk_csv = {"uk-csv", "uk", "UK Sanctions List of the FCDO, table", is_fcdo, read_fcdo, 0};

/* ---- OFSI, one row a name --------------------------------------------------------------------------- */

static const em_list_column ofsi[] = {
        {"Group ID", EM_PART_ID, NULL, 0}, {"Name 6", EM_PART_NONE, NULL, 0}, {"Name 1", EM_PART_NONE, NULL, 0}, {"Name 2", EM_PART_NONE, NULL, 0},
        {"Name 3", EM_PART_NONE, NULL, 0}, {"Name 4", EM_PART_NONE, NULL, 0}, {"Name 5", EM_PART_NONE, NULL, 0},
        {"Name Non-Latin Script", EM_PART_SCRIPT, NULL, 0}, {"Title", EM_PART_TITLE, NULL, 0}, {"DOB", EM_PART_BORN, NULL, 0},
        {"Town of Birth", EM_PART_NONE, NULL, 0}, {"Country of Birth", EM_PART_NONE, NULL, 0}, {"Nationality", EM_PART_COUNTRY, NULL, 0},
        {"Passport Details", EM_PART_NUMBER, "passport", 0}, {"Passport Number", EM_PART_NUMBER, "passport", 0},
        {"NI Number", EM_PART_NUMBER, "national-id", 0}, {"National Identification Number", EM_PART_NUMBER, "national-id", 0},
        {"Position", EM_PART_TITLE, NULL, 0}, {"Address 1", EM_PART_NONE, NULL, 0}, {"Address 2", EM_PART_NONE, NULL, 0},
        {"Address 3", EM_PART_NONE, NULL, 0}, {"Address 4", EM_PART_NONE, NULL, 0}, {"Address 5", EM_PART_NONE, NULL, 0},
        {"Address 6", EM_PART_NONE, NULL, 0}, {"Post/Zip Code", EM_PART_NONE, NULL, 0}, {"Country", EM_PART_NONE, NULL, 0},
        {"Other Information", EM_PART_NONE, NULL, 0}, {"Group Type", EM_PART_NONE, NULL, 0}, {"Alias Type", EM_PART_NONE, NULL, 0},
        {"Alias Quality", EM_PART_NONE, NULL, 0}, {"Regime", EM_PART_PROGRAMME, NULL, 0}, {"Listed On", EM_PART_LISTED, NULL, 0},
        {"UK Sanctions List Date Designated", EM_PART_NONE, NULL, 0}, {"Last Updated", EM_PART_CHANGED, NULL, 0},
};

static int is_ofsi(em_str head)
{
        static const char *const need[] = {"Name 6", "Name 1", "Group Type", "Alias Type", "Group ID"};
        return em_list_header_has(head, ',', 3, need, 5) == 5 ? 2 : 0;
}

static em_name_kind ofsi_kind(em_str type, em_str quality)
{
        if (em_str_starts(type, EM_S("Prim")))
                return EM_NAME_PRIMARY;
        if (em_str_eq_nocase(quality, EM_S("Low")))
                return EM_NAME_WEAK;
        return em_str_eq_nocase(type, EM_S("FKA")) ? EM_NAME_FORMER : EM_NAME_ALIAS;
}

static void ofsi_name(em_list_table *t, em_making *m)
{
        static const char *const given[] = {"Name 1", "Name 2", "Name 3", "Name 4", "Name 5"};
        em_party_name n = {.kind = ofsi_kind(em_list_cell(t, "Alias Type"), em_list_cell(t, "Alias Quality")), .family = em_list_cell(t, "Name 6")};
        char          text[1024];
        size_t        k = 0;
        for (size_t i = 0; i < 5; i++) {
                em_str g = em_list_cell(t, given[i]);
                if (!g.n || k + g.n + 1 > sizeof text)
                        continue;
                if (k)
                        text[k++] = ' ';
                memcpy(text + k, g.p, g.n);
                k += g.n;
        }
        n.given = (em_str){text, k};
        size_t before = m->p->names;
        em_make_parts(m, n);
        if (m->s == EM_OK && m->p->names > before)
                m->p->name[before].line = t->now->line;
        if (m->s == EM_OK && n.kind == EM_NAME_PRIMARY && m->p->names > before && before) {     /* the caption goes first */
                em_party_name swap = m->p->name[0];
                m->p->name[0] = m->p->name[before];
                m->p->name[before] = swap;
        }
}

static em_status ofsi_row(em_list_table *t, em_making *m)
{
        em_str    id = em_list_cell(t, "Group ID"), other = em_list_cell(t, "Other Information");
        em_party *known = id.n ? em_list_find(t->r, t->r->file->dataset, id) : NULL;
        em_making more = *m;
        if (!id.n)
                return em_list_reject_row(t->r, id, t->now->line, em_mended_offset(&t->bytes, t->now->offset), m->err, "it has no Group ID");
        if (known) {
                more.p = known;
                known->length = 0;      /* several rows are no one run of bytes */
        } else {
                m->p->schema = schema_of(em_list_cell(t, "Group Type"));
        }
        ofsi_name(t, &more);
        em_list_put_cells(t, &more);
        const em_str born[] = {em_list_cell(t, "Town of Birth"), em_list_cell(t, "Country of Birth")};
        em_make_line(&more, EM_PART_BIRTHPLACE, born, 2);
        const em_str address[] = {em_list_cell(t, "Address 1"), em_list_cell(t, "Address 2"), em_list_cell(t, "Address 3"),
                                  em_list_cell(t, "Address 4"), em_list_cell(t, "Address 5"), em_list_cell(t, "Address 6"),
                                  em_list_cell(t, "Post/Zip Code"), em_list_cell(t, "Country")};
        em_make_line(&more, EM_PART_ADDRESS, address, 8);
        if (em_str_find(more.p->remarks, other) < 0 || !more.p->remarks.n)
                em_make_remark(&more, other);
        em_make_imo(&more, other);
        EM_TRY(more.s);
        return known ? EM_OK : em_list_add(t->r, m->p, m->err);
}

static void ofsi_heading(em_list_table *t, const em_csv_row *row)
{
        if (row->count >= 2 && em_str_eq_nocase(em_str_trim(row->field[0]), EM_S("Last Updated")) && em_day_one(row->field[1]) != EM_DAY_NONE)
                t->r->file->date = em_day_one(row->field[1]);
}

static em_status read_ofsi(em_list_reading *r, em_error *err)
{
        em_list_table t = {.r = r, .column = ofsi, .columns = sizeof ofsi / sizeof *ofsi, .row = ofsi_row, .how = EM_MEND_LATIN};
        return em_list_table_read(&t, ofsi_heading, err);
}

const em_list_reader em_list_uk_ofsi = {"uk-ofsi-csv", "uk", "OFSI (HM Treasury) consolidated list, CSV", is_ofsi, read_ofsi, 0};

/* ---- FCDO, XML ------------------------------------------------------------------------------------- */

static int is_uk_xml(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("Designations")) ? 2 : 0; }

static void xml_name(em_making *m, const em_xml_node *n)
{
        static const char *const given[] = {"Name1", "Name2", "Name3", "Name4", "Name5"};
        em_str        type = em_xml_text(n, "NameType"), strength = em_xml_text(n, "AliasStrength");
        em_party_name name = {.family = em_xml_text(n, "Name6")};
        char          text[1024];
        size_t        k = 0;
        for (size_t i = 0; i < 5; i++) {
                em_str g = em_xml_text(n, given[i]);
                if (!g.n || k + g.n + 1 > sizeof text)
                        continue;
                if (k)
                        text[k++] = ' ';
                memcpy(text + k, g.p, g.n);
                k += g.n;
        }
        name.given = (em_str){text, k};
        name.kind = em_str_starts(type, EM_S("Primary Name")) && !em_str_eq(type, EM_S("Primary Name Variation")) ? EM_NAME_PRIMARY
                    : em_str_find(strength, EM_S("Low")) >= 0 ? EM_NAME_WEAK : EM_NAME_ALIAS;
        em_make_parts(m, name);
}

static const struct { const char *name; em_part part; const char *extra; } xml_plain[] = {
        {"UniqueID", EM_PART_ID, NULL}, {"OFSIGroupID", EM_PART_NUMBER, "other"}, {"UNReferenceNumber", EM_PART_NUMBER, "un-reference"},
        {"RegimeName", EM_PART_PROGRAMME, NULL}, {"DateDesignated", EM_PART_LISTED, NULL}, {"LastUpdated", EM_PART_CHANGED, NULL},
        {"OtherInformation", EM_PART_REMARKS, NULL}, {"UKStatementofReasons", EM_PART_REASON, NULL},
        {"NameNonLatinScript", EM_PART_SCRIPT, NULL}, {"Nationality", EM_PART_COUNTRY, NULL}, {"DOB", EM_PART_BORN, NULL},
        {"Position", EM_PART_TITLE, NULL}, {"Gender", EM_PART_GENDER, NULL}, {"PhoneNumber", EM_PART_NUMBER, "phone"},
        {"EmailAddress", EM_PART_NUMBER, "email"}, {"Website", EM_PART_NUMBER, "website"}, {"PassportNumber", EM_PART_NUMBER, "passport"},
        {"NationalIdentifierNumber", EM_PART_NUMBER, "national-id"}, {"BusinessRegistrationNumber", EM_PART_NUMBER, "registration"},
        {"IMONumber", EM_PART_NUMBER, "imo"}, {"CurrentBelievedFlagOfShip", EM_PART_COUNTRY, NULL}, {"TypeOfShip", EM_PART_TITLE, NULL},
        {"CurrentOwnerOperator", EM_PART_LINKED, NULL}, {"ParentCompany", EM_PART_LINKED, NULL}, {"Subsidiary", EM_PART_LINKED, NULL},
        {"YearBuilt", EM_PART_BORN, NULL},
};

static void xml_walk(em_making *m, const em_xml_node *n)
{
        EM_XML_EACH(c, n, NULL) {
                if (em_xml_is(c, "Name") && c->first) {
                        xml_name(m, c);
                } else if (em_xml_is(c, "Address")) {
                        const em_str line[] = {em_xml_text(c, "AddressLine1"), em_xml_text(c, "AddressLine2"), em_xml_text(c, "AddressLine3"),
                                               em_xml_text(c, "AddressLine4"), em_xml_text(c, "AddressLine5"), em_xml_text(c, "AddressLine6"),
                                               em_xml_text(c, "AddressPostalCode"), em_xml_text(c, "AddressCountry")};
                        em_make_line(m, EM_PART_ADDRESS, line, 8);
                } else if (em_xml_is(c, "Location")) {
                        const em_str line[] = {em_xml_text(c, "TownOfBirth"), em_xml_text(c, "CountryOfBirth")};
                        em_make_line(m, EM_PART_BIRTHPLACE, line, 2);
                } else if (c->first) {
                        xml_walk(m, c);
                }
                for (size_t i = 0; !c->first && i < sizeof xml_plain / sizeof *xml_plain; i++)
                        if (em_xml_is(c, xml_plain[i].name))
                                em_make_put(m, xml_plain[i].part, xml_plain[i].extra, em_xml_text(c, NULL));
        }
}

static em_status xml_take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        if (em_xml_is(e, "DateGenerated")) {
                em_day day = em_day_one(em_xml_text(e, NULL));
                r->file->date = day == EM_DAY_NONE ? r->file->date : day;
                return EM_OK;
        }
        p.schema = schema_of(em_xml_text(e, "IndividualEntityShip"));
        xml_walk(&m, e);
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

static em_status read_uk_xml(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"Designation", "DateGenerated", NULL};
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = r, .take = xml_take}, err);
}

const em_list_reader em_list_uk_xml = {"uk-xml", "uk", "UK Sanctions List of the FCDO, XML", is_uk_xml, read_uk_xml, 0};
