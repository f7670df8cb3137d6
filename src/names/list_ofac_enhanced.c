/* The Treasury's enhanced XML (sanctionsData), whole or filtered by programme.
 *
 * Source: OFAC, ENHANCED_XML.xsd: everything is spelled out beside its reference number, so no reference table is
 * needed.  A name may stand in several scripts; what is not Latin is the original script.
 */
#include "names/list_ofac.h"
#include "names/list_xml.h"

static int is_enhanced(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("sanctionsData")) ? 2 : 0; }

static bool yes(const em_xml_node *n, const char *child) { return em_str_eq(em_xml_text(n, child), EM_S("true")); }

static void put_name(em_making *m, const em_xml_node *n)
{
        em_name_kind kind = yes(n, "isPrimary") ? EM_NAME_PRIMARY : yes(n, "isLowQuality") ? EM_NAME_WEAK
                            : em_str_starts(em_xml_text(n, "aliasType"), EM_S("F.K.A")) ? EM_NAME_FORMER : EM_NAME_ALIAS;
        EM_XML_EACH(t, em_xml_child(n, "translations"), "translation") {
                bool          latin = em_str_eq(em_xml_text(t, "script"), EM_S("Latin"));
                em_party_name name = {.kind = latin ? kind : EM_NAME_SCRIPT};
                em_str        first = em_xml_text(t, "formattedFirstName"), last = em_xml_text(t, "formattedLastName");
                if (first.n && last.n) {
                        name.given = first;
                        name.family = last;
                        if (!latin)     /* the writing's own order */
                                name.text = em_xml_text(t, "formattedFullName");
                } else {
                        name.text = em_xml_text(t, "formattedFullName").n ? em_xml_text(t, "formattedFullName") : last;
                }
                em_make_parts(m, name);
        }
}

static void put_feature(em_making *m, const em_xml_node *f)
{
        const em_xml_node *date = em_xml_child(f, "valueDate");
        em_span span;
        if (date && em_str_eq(em_xml_text(f, "type"), EM_S("Birthdate")) && em_day_parse(em_xml_text(date, "fromDateBegin"), &span.from)
            && em_day_parse(em_xml_text(date, "toDateEnd"), &span.to))
                em_make_span(m, span, yes(date, "isApproximate"));
        else
                (void)em_ofac_fact(m, em_xml_text(f, "type"), em_xml_text(f, "value"), EM_S(""), EM_S(""));
}

static void put_document(em_making *m, const em_xml_node *d)
{
        em_buf note = em_buf_make(256);
        em_str expires = em_xml_text(d, "expirationDate");
        if (expires.n && expires.n < 100)
                em_buf_fmt(&note, "expires %.*s", EM_ARG(expires));
        (void)em_ofac_fact(m, em_xml_text(d, "type"), em_xml_text(d, "documentNumber"), em_xml_text(d, "issuingCountry"), em_buf_view(&note));
        em_buf_free(&note);
}

static void put_address(em_making *m, const em_xml_node *a)
{
        em_str piece[17];
        size_t n = 0;
        EM_XML_EACH(t, em_xml_child(a, "translations"), "translation")
                if (yes(t, "isPrimary"))
                        EM_XML_EACH(p, em_xml_child(t, "addressParts"), "addressPart")
                                if (n < 16)
                                        piece[n++] = em_xml_text(p, "value");
        piece[n++] = em_xml_text(a, "country");
        em_make_line(m, EM_PART_ADDRESS, piece, n);
}

static em_status publication(em_list_reading *r, const em_xml_node *e)
{
        em_day day;
        if (em_day_parse(em_str_sub(em_xml_text(e, "dataAsOf"), 0, 10), &day))
                r->file->date = day;
        return EM_OK;
}

static em_status take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading   *r = ctx;
        const em_xml_node *general = em_xml_child(e, "generalInfo"), *lists = em_xml_child(e, "sanctionsLists");
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        bool      sdn = false;
        if (em_xml_is(e, "publicationInfo"))
                return publication(r, e);
        p.schema = em_ofac_schema(em_xml_text(general, "entityType"));
        em_make_put(&m, EM_PART_ID, NULL, em_xml_attr_of(e, "id"));
        em_make_put(&m, EM_PART_TITLE, NULL, em_xml_text(general, "title"));
        em_make_put(&m, EM_PART_REMARKS, NULL, em_xml_text(general, "remarks"));
        EM_XML_EACH(l, lists, "sanctionsList") {
                sdn = sdn || em_str_eq(em_xml_text(l, NULL), EM_S("SDN List"));
                em_make_put(&m, EM_PART_LISTED, NULL, em_xml_attr_of(l, "datePublished"));
        }
        EM_XML_EACH(c, em_xml_child(e, "sanctionsPrograms"), "sanctionsProgram")
                em_make_put(&m, EM_PART_PROGRAMME, NULL, em_xml_text(c, NULL));
        EM_XML_EACH(c, em_xml_child(e, "names"), "name")
                put_name(&m, c);
        EM_XML_EACH(c, em_xml_child(e, "addresses"), "address")
                put_address(&m, c);
        EM_XML_EACH(c, em_xml_child(e, "features"), "feature")
                put_feature(&m, c);
        EM_XML_EACH(c, em_xml_child(e, "identityDocuments"), "identityDocument")
                put_document(&m, c);
        EM_XML_EACH(c, em_xml_child(e, "relationships"), "relationship")
                em_make_put(&m, EM_PART_LINKED, NULL, em_xml_text(c, "relatedEntity"));
        if (!sdn && !(r->opts && r->opts->dataset.n))
                p.dataset = EM_S("us-cons");
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

static em_status read_enhanced(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"entity", "publicationInfo", NULL};
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = r, .take = take}, err);
}

const em_list_reader em_list_ofac_enhanced = {"ofac-enhanced-xml", "us-sdn", "US Treasury enhanced XML", is_enhanced, read_enhanced, 0};
