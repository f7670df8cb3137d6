/* The United Nations Security Council Consolidated List, XML (scsanctions.un.org/resources/xml).
 *
 * INDIVIDUAL and ENTITY under CONSOLIDATED_LIST, in every version since 2016: with and without blanks, with several
 * aliases in one element, with single-quoted attributes.  REFERENCE_NUMBER ("KPi.001") is the number that stays;
 * DATAID is kept as another.  Ships have no element of their own: their IMO numbers stand in the remarks.
 */
#include "names/list_make.h"
#include "names/list_xml.h"

typedef struct reading { em_list_reading *r; } reading;

static int is_un(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("CONSOLIDATED_LIST")) ? 2 : 0; }

/* Elements with one text each. */
static const struct { const char *name; em_part part; const char *extra; } plain[] = {
        {"REFERENCE_NUMBER", EM_PART_ID, NULL},         {"UN_LIST_TYPE", EM_PART_PROGRAMME, NULL},
        {"LISTED_ON", EM_PART_LISTED, NULL},            {"GENDER", EM_PART_GENDER, NULL},
        {"COMMENTS1", EM_PART_REMARKS, NULL},           {"NAME_ORIGINAL_SCRIPT", EM_PART_SCRIPT, NULL},
        {"REFERENCE_NUMBER", EM_PART_NUMBER, "un-reference"},   {"DATAID", EM_PART_NUMBER, "other"},
        {"NATIONALITY2", EM_PART_COUNTRY, NULL},
};
/* Elements with VALUEs. */
static const struct { const char *name; em_part part; } valued[] = {
        {"TITLE", EM_PART_TITLE}, {"DESIGNATION", EM_PART_TITLE}, {"NATIONALITY", EM_PART_COUNTRY}, {"LAST_DAY_UPDATED", EM_PART_CHANGED},
};

static void caption(em_making *m, const em_xml_node *e)
{
        em_party_name name = {.kind = EM_NAME_PRIMARY};
        const em_str  part[] = {em_xml_text(e, "FIRST_NAME"), em_xml_text(e, "SECOND_NAME"), em_xml_text(e, "THIRD_NAME"),
                                em_xml_text(e, "FOURTH_NAME")};
        char   text[2048];
        size_t n = 0;
        for (size_t i = 0; i < 4; i++) {        /* which of them is the family name the list does not say */
                if (!part[i].n || n + part[i].n + 1 > sizeof text)
                        continue;
                if (n)
                        text[n++] = ' ';
                memcpy(text + n, part[i].p, part[i].n);
                n += part[i].n;
        }
        name.text = (em_str){text, n};
        em_make_parts(m, name);
}

static void add_alias(em_making *m, const em_xml_node *a)
{
        em_str  quality = em_xml_text(a, "QUALITY"), name = em_xml_text(a, "ALIAS_NAME");
        em_part part = em_str_eq_nocase(quality, EM_S("Low")) ? EM_PART_WEAK
                       : em_str_eq_nocase(quality, EM_S("f.k.a.")) ? EM_PART_FORMER : EM_PART_ALIAS;
        em_make_each(m, part, NULL, name, ';');
        em_make_put(m, EM_PART_BORN, NULL, em_xml_text(a, "DATE_OF_BIRTH"));
        const em_str place[] = {em_xml_text(a, "CITY_OF_BIRTH"), em_xml_text(a, "COUNTRY_OF_BIRTH")};
        em_make_line(m, EM_PART_BIRTHPLACE, place, 2);
}

static void add_birth(em_making *m, const em_xml_node *b)
{
        em_str      type = em_xml_text(b, "TYPE_OF_DATE"), from = em_xml_text(b, "FROM_YEAR"), to = em_xml_text(b, "TO_YEAR");
        em_str      date = em_xml_text(b, "DATE");
        const char *circa = em_str_eq_nocase(type, EM_S("APPROXIMATELY")) ? "circa " : "";
        em_buf      out = em_buf_make(256);      /* a longer text is no date */
        if (!date.n)
                date = em_xml_text(b, "YEAR");
        if (!date.n && !from.n)
                date = em_xml_text(b, "NOTE");
        if (date.n)
                em_buf_fmt(&out, "%s%.*s", circa, EM_ARG(date));
        else if (from.n)
                em_buf_fmt(&out, "%s%.*s to %.*s", circa, EM_ARG(from), EM_ARG(to));
        if (em_buf_status(&out, NULL) == EM_OK)
                em_make_put(m, EM_PART_BORN, NULL, em_buf_view(&out));
        em_buf_free(&out);
}

static void add_place(em_making *m, const em_xml_node *a, em_part part)
{
        const em_str piece[] = {em_xml_text(a, "STREET"), em_xml_text(a, "CITY"), em_xml_text(a, "STATE_PROVINCE"),
                                em_xml_text(a, "ZIP_CODE"), em_xml_text(a, "COUNTRY")};
        em_make_line(m, part, piece, 5);
        if (!piece[0].n && !piece[1].n && !piece[2].n && !piece[4].n)
                em_make_put(m, part, NULL, em_xml_text(a, "NOTE"));
}

static void add_document(em_making *m, const em_xml_node *d)
{
        em_str kind = em_xml_text(d, "TYPE_OF_DOCUMENT"), other = em_xml_text(d, "TYPE_OF_DOCUMENT2");
        em_str number = em_xml_text(d, "NUMBER"), country = em_xml_text(d, "ISSUING_COUNTRY"), note = em_xml_text(d, "NOTE");
        if (!country.n)
                country = em_xml_text(d, "COUNTRY_OF_ISSUE");
        if (!number.n)          /* the number stands in free text, which is kept as such */
                em_make_remark(m, note);
        em_make_number(m, em_number_type(kind.n ? kind : other), number, country, other.n ? other : note);
}

static em_status take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ((reading *)ctx)->r;
        bool      person = em_xml_is(e, "INDIVIDUAL");
        em_party  p = {.schema = person ? EM_SCHEMA_PERSON : EM_SCHEMA_ORGANIZATION, .listed = EM_DAY_NONE, .changed = EM_DAY_NONE,
                       .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        caption(&m, e);
        EM_XML_EACH(c, e, NULL) {
                for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
                        if (em_xml_is(c, plain[i].name))
                                em_make_put(&m, plain[i].part, plain[i].extra, em_xml_text(c, NULL));
                for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
                        if (em_xml_is(c, valued[i].name))
                                EM_XML_EACH(v, c, "VALUE")
                                        em_make_put(&m, valued[i].part, NULL, em_xml_text(v, NULL));
                if (em_xml_is(c, person ? "INDIVIDUAL_ALIAS" : "ENTITY_ALIAS"))
                        add_alias(&m, c);
                else if (em_xml_is(c, "INDIVIDUAL_DATE_OF_BIRTH"))
                        add_birth(&m, c);
                else if (em_xml_is(c, "INDIVIDUAL_DOCUMENT"))
                        add_document(&m, c);
                else if (em_xml_is(c, "INDIVIDUAL_PLACE_OF_BIRTH"))
                        add_place(&m, c, EM_PART_BIRTHPLACE);
                else if (em_xml_is(c, person ? "INDIVIDUAL_ADDRESS" : "ENTITY_ADDRESS"))
                        add_place(&m, c, EM_PART_ADDRESS);
        }
        em_make_imo(&m, p.remarks);
        EM_TRY(m.s);
        if (!em_xml_text(e, "REFERENCE_NUMBER").n)
                return em_list_reject_row(r, em_xml_text(e, "DATAID"), e->line, e->offset, err, "it has no REFERENCE_NUMBER");
        return em_list_add(r, &p, err);
}

static em_status root(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ((reading *)ctx)->r;
        em_day day;
        (void)err;
        if (em_day_parse(em_str_sub(em_xml_attr_of(e, "dateGenerated"), 0, 10), &day))
                r->file->date = day;
        return EM_OK;
}

static em_status read_un(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"INDIVIDUAL", "ENTITY", NULL};
        reading x = {r};
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = &x, .root = root, .take = take}, err);
}

const em_list_reader em_list_un = {"un-xml", "un", "UN Security Council Consolidated List, XML", is_un, read_un, 0};
