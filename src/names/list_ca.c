/* Canada's consolidated autonomous sanctions list (SEMA and JVCFOA), XML of 2020 and of 2025.
 *
 * Source: international.gc.ca, "Consolidated Canadian Autonomous Sanctions List".  An entry has no number: country, schedule and
 * item name it in the regulation, and are its number here.  Aliases stand between commas in one text; a legal form
 * behind a comma belongs to the name before it.
 */
#include "names/list_make.h"
#include "names/list_xml.h"

static int is_ca(em_str head)
{
        return em_str_eq(em_xml_root_name(head), EM_S("data-set")) && em_str_find(head, EM_S("<record>")) >= 0 ? 2 : 0;
}

static bool legal_form(em_str s)
{
        static const char *const forms[] = {"Ltd", "Ltd.", "Inc", "Inc.", "LLC", "L.L.C.", "LLP", "LP", "S.A.", "SA", "JSC", "OJSC", "PJSC", "Limited", "Jr.",
                                            "PLC", "GmbH", "S.L.", "Corp."};
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
                if (em_str_eq_nocase(s, em_str_c(forms[i])))
                        return true;
        return false;
}

/* "Russian: X" */
static void put_alias(em_making *m, em_str text)
{
        static const struct { const char *word, *lang; } langs[] = {
                {"Russian: ", "ru"}, {"Belarusian: ", "be"}, {"Ukrainian: ", "uk"}, {"Arabic: ", "ar"}, {"Persian: ", "fa"}, {"Farsi: ", "fa"},
                {"Burmese: ", "my"}, {"Chinese: ", "zh"}, {"Hebrew: ", "he"}};
        text = em_str_trim(text);
        for (size_t i = 0; i < sizeof langs / sizeof *langs; i++)
                if (em_str_starts(text, em_str_c(langs[i].word))) {
                        em_str name = em_str_sub(text, strlen(langs[i].word), text.n);
                        bool   latin = em_str_trim(name).n && (unsigned char)em_str_trim(name).p[0] < 0x80;
                        em_make_name(m, latin ? EM_NAME_ALIAS : EM_NAME_SCRIPT, name, em_str_c(langs[i].lang));
                        return;
                }
        em_make_name(m, EM_NAME_ALIAS, text, EM_S(""));
}

static void put_aliases(em_making *m, em_str text)
{
        size_t from = 0;
        for (size_t i = 0; i <= text.n; i++) {
                if (i < text.n && text.p[i] != ',' && text.p[i] != ';')
                        continue;
                em_str next = em_str_trim(em_str_cut(em_str_sub(text, i + (i < text.n), text.n), ',').head);
                if (i < text.n && text.p[i] == ',' && legal_form(next))
                        continue;
                put_alias(m, em_str_sub(text, from, i - from));
                from = i + 1;
        }
}

static em_status take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        em_str    country = em_xml_text(e, "Country"), imo = em_xml_text(e, "ShipIMONumber"), whole = em_xml_text(e, "EntityOrShip");
        ptrdiff_t french = em_str_find(country, EM_S(" / "));
        em_party_name name = {.kind = EM_NAME_PRIMARY, .family = em_xml_text(e, "LastName"), .given = em_xml_text(e, "GivenName")};
        if (!whole.n)
                whole = em_xml_text(e, "Entity");
        p.schema = imo.n ? EM_SCHEMA_VESSEL : whole.n ? EM_SCHEMA_ORGANIZATION : EM_SCHEMA_PERSON;
        if (whole.n)
                name = (em_party_name){.kind = EM_NAME_PRIMARY, .text = whole};
        em_make_parts(&m, name);
        put_aliases(&m, em_xml_text(e, "Aliases"));
        if (french > 0)
                country = em_str_trim(em_str_sub(country, 0, (size_t)french));
        em_make_put(&m, EM_PART_PROGRAMME, NULL, country);
        em_make_put(&m, EM_PART_NUMBER, "imo", imo);
        em_make_put(&m, EM_PART_TITLE, NULL, em_xml_text(e, "TitleOrShip"));
        em_make_put(&m, EM_PART_TITLE, NULL, em_xml_text(e, "Title"));
        em_make_put(&m, EM_PART_BORN, NULL, em_xml_text(e, "DateOfBirthOrShipBuildDate"));
        em_make_put(&m, EM_PART_BORN, NULL, em_xml_text(e, "DateOfBirth"));
        em_make_put(&m, EM_PART_LISTED, NULL, em_xml_text(e, "DateOfListing"));
        EM_TRY(m.s);
        EM_TRY(em_str_format(r->arena, &p.id, err, "%.*s/%.*s/%.*s", EM_ARG(country), EM_ARG(em_xml_text(e, "Schedule")),
                             EM_ARG(em_xml_text(e, "Item"))));
        return em_list_add(r, &p, err);
}

static em_status read_ca(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"record", NULL};
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = r, .take = take}, err);
}

const em_list_reader em_list_ca = {"ca-xml", "ca", "Canada's consolidated autonomous sanctions list, XML", is_ca, read_ca, 0};
