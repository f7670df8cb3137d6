/* The EU's consolidated financial sanctions list: FSF 1.1 (XML and CSV) and the global.xml it replaced.
 *
 * Sources: the element model of xmlFullSanctionsList_1_1 (export, sanctionEntity, nameAlias ...) as public readers use it, and the
 * published global.xml of 2016 (WHOLE, ENTITY, NAME ...).  The CSV has one row a name, date or number of an entity, and
 * begins with the date of the file in its first column.
 */
#include "names/list_table.h"
#include "names/list_xml.h"

static em_schema schema_of(em_str type)
{
        return em_str_starts(type, EM_S("P")) || em_str_starts(type, EM_S("p")) ? EM_SCHEMA_PERSON : EM_SCHEMA_ORGANIZATION;
}

static const char *number_type(em_str code)
{
        return em_str_eq_nocase(code, EM_S("id")) ? "national-id" : em_str_eq_nocase(code, EM_S("regnumber")) ? "registration"
               : em_str_eq_nocase(code, EM_S("fiscalcode")) ? "tax" : em_number_type(code);
}

/* ---- FSF 1.1 -------------------------------------------------------------------------------------------- */

static int is_fsf(em_str head)
{
        return em_str_eq(em_xml_root_name(head), EM_S("export")) && em_str_find(head, EM_S("generationDate")) >= 0 ? 2 : 0;
}

static void put_alias(em_making *m, const em_xml_node *n, bool first)
{
        bool          weak = em_str_eq(em_xml_attr_of(n, "strong"), EM_S("false"));
        em_party_name name = {.kind = weak ? EM_NAME_WEAK : first ? EM_NAME_PRIMARY : EM_NAME_ALIAS, .text = em_xml_attr_of(n, "wholeName"),
                              .given = em_xml_attr_of(n, "firstName"), .second = em_xml_attr_of(n, "middleName"),
                              .family = em_xml_attr_of(n, "lastName")};
        char lang[2];
        em_str code = em_xml_attr_of(n, "nameLanguage");
        for (size_t i = 0; i < 2 && code.n == 2; i++)
                lang[i] = (char)(code.p[i] | 0x20);
        if (code.n == 2)
                name.lang = (em_str){lang, 2};
        em_make_parts(m, name);
        em_make_put(m, EM_PART_TITLE, NULL, em_xml_attr_of(n, "title"));
        em_make_put(m, EM_PART_TITLE, NULL, em_xml_attr_of(n, "function"));
        em_make_put(m, EM_PART_GENDER, NULL, em_xml_attr_of(n, "gender"));
}

static void put_birth(em_making *m, const em_xml_node *b)
{
        bool   circa = em_str_eq(em_xml_attr_of(b, "circa"), EM_S("true"));
        em_str date = em_xml_attr_of(b, "birthdate").n ? em_xml_attr_of(b, "birthdate") : em_xml_attr_of(b, "year");
        em_str from = em_xml_attr_of(b, "yearRangeFrom"), to = em_xml_attr_of(b, "yearRangeTo");
        em_buf out = em_buf_make(256);
        if (date.n && !em_str_eq(date, EM_S("0")))
                em_buf_fmt(&out, "%s%.*s", circa ? "circa " : "", EM_ARG(date));
        else if (from.n && to.n)
                em_buf_fmt(&out, "%.*s to %.*s", EM_ARG(from), EM_ARG(to));
        if (em_buf_status(&out, NULL) == EM_OK)
                em_make_put(m, EM_PART_BORN, NULL, em_buf_view(&out));
        em_buf_free(&out);
        const em_str place[] = {em_xml_attr_of(b, "place"), em_xml_attr_of(b, "city"), em_xml_attr_of(b, "region"),
                                em_xml_attr_of(b, "countryDescription")};
        if (place[0].n || place[1].n)
                em_make_line(m, EM_PART_BIRTHPLACE, place, 4);
}

static void put_rest(em_making *m, const em_xml_node *c)
{
        if (em_xml_is(c, "birthdate")) {
                put_birth(m, c);
        } else if (em_xml_is(c, "citizenship")) {
                em_make_put(m, EM_PART_COUNTRY, NULL, em_xml_attr_of(c, "countryIso2Code"));
        } else if (em_xml_is(c, "identification")) {
                em_make_number(m, number_type(em_xml_attr_of(c, "identificationTypeCode")), em_xml_attr_of(c, "number"),
                               em_xml_attr_of(c, "countryIso2Code"), em_xml_attr_of(c, "identificationTypeDescription"));
        } else if (em_xml_is(c, "address")) {
                const em_str piece[] = {em_xml_attr_of(c, "street"), em_xml_attr_of(c, "poBox"), em_xml_attr_of(c, "city"), em_xml_attr_of(c, "zipCode"),
                                        em_xml_attr_of(c, "region"), em_xml_attr_of(c, "countryDescription")};
                em_make_line(m, EM_PART_ADDRESS, piece, 6);
        } else if (em_xml_is(c, "regulation")) {
                em_make_put(m, EM_PART_PROGRAMME, NULL, em_xml_attr_of(c, "programme"));
        } else if (em_xml_is(c, "remark")) {
                em_make_put(m, EM_PART_REMARKS, NULL, em_xml_text(c, NULL));
        }
}

static em_status fsf_take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        bool      first = true;
        p.schema = schema_of(em_xml_attr_of(em_xml_child(e, "subjectType"), "code"));
        em_make_put(&m, EM_PART_ID, NULL, em_xml_attr_of(e, "euReferenceNumber").n ? em_xml_attr_of(e, "euReferenceNumber")
                    : em_xml_attr_of(e, "logicalId"));
        em_make_put(&m, EM_PART_LISTED, NULL, em_xml_attr_of(e, "designationDate"));
        em_make_put(&m, EM_PART_NUMBER, "un-reference", em_xml_attr_of(e, "unitedNationId"));
        EM_XML_EACH(c, e, NULL) {
                if (em_xml_is(c, "nameAlias")) {
                        put_alias(&m, c, first);
                        first = false;
                }
                put_rest(&m, c);
        }
        em_make_imo(&m, p.remarks);
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

static em_status fsf_root(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_day day;
        (void)err;
        if (em_day_parse(em_str_sub(em_xml_attr_of(e, "generationDate"), 0, 10), &day))
                r->file->date = day;
        return EM_OK;
}

static em_status read_fsf(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"sanctionEntity", NULL};
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = r, .root = fsf_root, .take = fsf_take}, err);
}

const em_list_reader em_list_eu_fsf = {"eu-fsf-xml", "eu-fsf", "EU consolidated list, FSF 1.1 XML", is_fsf, read_fsf, 0};

/* ---- global.xml ----------------------------------------------------------------------------------------- */

static int is_global(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("WHOLE")) ? 2 : 0; }

static void global_part(em_making *m, const em_xml_node *c, bool first)
{
        if (em_xml_is(c, "NAME")) {
                em_party_name name = {.kind = first ? EM_NAME_PRIMARY : EM_NAME_ALIAS, .text = em_xml_text(c, "WHOLENAME"),
                                      .given = em_xml_text(c, "FIRSTNAME"), .second = em_xml_text(c, "MIDDLENAME"), .family = em_xml_text(c, "LASTNAME")};
                em_make_parts(m, name);
                em_make_put(m, EM_PART_GENDER, NULL, em_xml_text(c, "GENDER"));
                em_make_put(m, EM_PART_TITLE, NULL, em_xml_text(c, "TITLE"));
                em_make_put(m, EM_PART_TITLE, NULL, em_xml_text(c, "FUNCTION"));
        } else if (em_xml_is(c, "BIRTH")) {
                const em_str place[] = {em_xml_text(c, "PLACE"), em_xml_text(c, "COUNTRY")};
                em_make_put(m, EM_PART_BORN, NULL, em_xml_text(c, "DATE"));
                em_make_line(m, EM_PART_BIRTHPLACE, place, 2);
        } else if (em_xml_is(c, "CITIZEN")) {
                em_make_put(m, EM_PART_COUNTRY, NULL, em_xml_text(c, "COUNTRY"));
        } else if (em_xml_is(c, "PASSPORT")) {         /* "AD001095 (passport-National passport) ((passport))" */
                em_str    text = em_xml_text(c, "NUMBER");
                ptrdiff_t open = em_str_find(text, EM_S(" ("));
                em_str    value = open > 0 ? em_str_sub(text, 0, (size_t)open) : text, note = em_str_sub(text, value.n, text.n);
                em_make_number(m, note.n ? em_number_type(note) : "passport", value, em_xml_text(c, "COUNTRY"), note);
        } else if (em_xml_is(c, "ADDRESS")) {
                const em_str piece[] = {em_xml_text(c, "NUMBER"), em_xml_text(c, "STREET"), em_xml_text(c, "ZIPCODE"), em_xml_text(c, "CITY"),
                                        em_xml_text(c, "COUNTRY"), em_xml_text(c, "OTHER")};
                em_make_line(m, EM_PART_ADDRESS, piece, 6);
        }
}

static em_status global_take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        p.schema = schema_of(em_xml_attr_of(e, "Type"));
        em_make_put(&m, EM_PART_ID, NULL, em_xml_attr_of(e, "Id"));
        em_make_put(&m, EM_PART_LISTED, NULL, em_xml_attr_of(e, "reg_date"));
        em_make_put(&m, EM_PART_PROGRAMME, NULL, em_xml_attr_of(e, "programme"));
        em_make_put(&m, EM_PART_REMARKS, NULL, em_xml_attr_of(e, "remark"));
        EM_XML_EACH(c, e, NULL)
                global_part(&m, c, p.names == 0);
        em_make_imo(&m, p.remarks);
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

static em_status global_root(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_day day = em_day_one(em_xml_attr_of(e, "Date"));
        (void)err;
        r->file->date = day == EM_DAY_NONE ? r->file->date : day;
        return EM_OK;
}

static em_status read_global(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"ENTITY", NULL};
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = r, .root = global_root, .take = global_take}, err);
}

const em_list_reader em_list_eu_global = {"eu-global-xml", "eu-fsf", "EU consolidated list, global.xml until 2017", is_global, read_global, 0};

/* ---- FSF CSV --------------------------------------------------------------------------------------------- */

static const em_list_column columns[] = {
        {"fileGenerationDate", EM_PART_NONE, NULL, 0}, {"Entity_LogicalId", EM_PART_NONE, NULL, 0},
        {"Entity_EU_ReferenceNumber", EM_PART_NONE, NULL, 0}, {"Entity_UnitedNationId", EM_PART_NUMBER, "un-reference", 0},
        {"Entity_DesignationDate", EM_PART_LISTED, NULL, 0}, {"Entity_Remark", EM_PART_NONE, NULL, 0},
        {"Entity_SubjectType", EM_PART_NONE, NULL, 0}, {"Entity_SubjectType_ClassificationCode", EM_PART_NONE, NULL, 0},
        {"Entity_Regulation_Programme", EM_PART_PROGRAMME, NULL, 0}, {"NameAlias_LastName", EM_PART_NONE, NULL, 0},
        {"NameAlias_FirstName", EM_PART_NONE, NULL, 0}, {"NameAlias_MiddleName", EM_PART_NONE, NULL, 0},
        {"NameAlias_WholeName", EM_PART_NONE, NULL, 0}, {"NameAlias_NameLanguage", EM_PART_NONE, NULL, 0},
        {"NameAlias_Gender", EM_PART_GENDER, NULL, 0}, {"NameAlias_Title", EM_PART_TITLE, NULL, 0},
        {"NameAlias_Function", EM_PART_TITLE, NULL, 0}, {"NameAlias_Strong", EM_PART_NONE, NULL, 0},
        {"Address_Street", EM_PART_NONE, NULL, 0}, {"Address_PoBox", EM_PART_NONE, NULL, 0}, {"Address_City", EM_PART_NONE, NULL, 0},
        {"Address_ZipCode", EM_PART_NONE, NULL, 0}, {"Address_Region", EM_PART_NONE, NULL, 0},
        {"Address_CountryDescription", EM_PART_NONE, NULL, 0}, {"BirthDate_BirthDate", EM_PART_NONE, NULL, 0},
        {"BirthDate_Year", EM_PART_NONE, NULL, 0}, {"BirthDate_Place", EM_PART_NONE, NULL, 0}, {"BirthDate_City", EM_PART_NONE, NULL, 0},
        {"BirthDate_CountryDescription", EM_PART_NONE, NULL, 0}, {"Identification_Number", EM_PART_NONE, NULL, 0},
        {"Identification_TypeCode", EM_PART_NONE, NULL, 0}, {"Identification_TypeDescription", EM_PART_NONE, NULL, 0},
        {"Identification_CountryIso2Code", EM_PART_NONE, NULL, 0}, {"Citizenship_CountryIso2Code", EM_PART_COUNTRY, NULL, 0},
};

static int is_fsf_csv(em_str head)
{
        static const char *const need[] = {"fileGenerationDate", "Entity_LogicalId", "NameAlias_WholeName"};
        return em_list_header_has(head, ';', 1, need, 3) == 3 ? 2 : 0;
}

static void csv_cells(em_list_table *t, em_making *m)
{
        bool          weak = em_str_eq(em_list_cell(t, "NameAlias_Strong"), EM_S("false"));
        em_str        remark = em_list_cell(t, "Entity_Remark"), born = em_list_cell(t, "BirthDate_BirthDate");
        em_party_name name = {.kind = weak ? EM_NAME_WEAK : m->p->names ? EM_NAME_ALIAS : EM_NAME_PRIMARY, .text = em_list_cell(t, "NameAlias_WholeName"),
                              .given = em_list_cell(t, "NameAlias_FirstName"), .second = em_list_cell(t, "NameAlias_MiddleName"),
                              .family = em_list_cell(t, "NameAlias_LastName")};
        const em_str address[] = {em_list_cell(t, "Address_Street"), em_list_cell(t, "Address_PoBox"), em_list_cell(t, "Address_City"),
                                  em_list_cell(t, "Address_ZipCode"), em_list_cell(t, "Address_Region"), em_list_cell(t, "Address_CountryDescription")};
        const em_str place[] = {em_list_cell(t, "BirthDate_Place"), em_list_cell(t, "BirthDate_City"), em_list_cell(t, "BirthDate_CountryDescription")};
        em_make_parts(m, name);
        em_list_put_cells(t, m);
        em_make_line(m, EM_PART_ADDRESS, address, 6);
        em_make_line(m, EM_PART_BIRTHPLACE, place, 3);
        em_make_put(m, EM_PART_BORN, NULL, born.n ? born : em_list_cell(t, "BirthDate_Year"));
        em_make_number(m, number_type(em_list_cell(t, "Identification_TypeCode")), em_list_cell(t, "Identification_Number"),
                       em_list_cell(t, "Identification_CountryIso2Code"), em_list_cell(t, "Identification_TypeDescription"));
        if (!m->p->remarks.n)
                em_make_remark(m, remark);
}

static em_status csv_row(em_list_table *t, em_making *m)
{
        em_str    id = em_list_cell(t, "Entity_EU_ReferenceNumber"), type = em_list_cell(t, "Entity_SubjectType");
        em_making more = *m;
        if (!id.n)
                id = em_list_cell(t, "Entity_LogicalId");
        em_party *known = id.n ? em_list_find(t->r, t->r->file->dataset, id) : NULL;
        em_day    day = em_day_one(em_list_cell(t, "fileGenerationDate"));
        if (day != EM_DAY_NONE)
                t->r->file->date = day;
        if (!id.n)
                return em_list_reject_row(t->r, id, t->now->line, em_mended_offset(&t->bytes, t->now->offset), m->err, "it has no entity number");
        if (known) {
                more.p = known;
                known->length = 0;
        } else {
                m->p->schema = schema_of(type.n ? type : em_list_cell(t, "Entity_SubjectType_ClassificationCode"));
                em_make_put(m, EM_PART_ID, NULL, id);
        }
        csv_cells(t, &more);
        EM_TRY(more.s);
        EM_TRY(m->s);
        return known ? EM_OK : em_list_add(t->r, m->p, m->err);
}

static em_status read_fsf_csv(em_list_reading *r, em_error *err)
{
        em_list_table t = {.r = r, .column = columns, .columns = sizeof columns / sizeof *columns, .separator = ';', .row = csv_row};
        return em_list_table_read(&t, NULL, err);
}

const em_list_reader em_list_eu_fsf_csv = {"eu-fsf-csv", "eu-fsf", "EU consolidated list, FSF CSV", is_fsf_csv, read_fsf_csv, 0};
