/* The Treasury's basic XML (sdnList), under both of its namespaces; also consolidated.xml.
 *
 * Source: OFAC, sdn.xsd.  Ids, dates and places that the tables print in their remarks have elements here; what an id is, its
 * type says in the remarks' words.
 */
#include "names/list_ofac.h"
#include "names/list_xml.h"

static int is_sdn_list(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("sdnList")) ? 2 : 0; }

static void put_name(em_making *m, const em_xml_node *n, em_name_kind kind)
{
        em_str        first = em_xml_text(n, "firstName"), last = em_xml_text(n, "lastName");
        em_party_name name = {.kind = kind};
        if (m->p->schema == EM_SCHEMA_PERSON && first.n) {
                name.given = first;
                name.family = last;
        } else {
                name.text = last.n ? last : first;
        }
        em_make_parts(m, name);
}

static void put_aka(em_making *m, const em_xml_node *a)
{
        em_name_kind kind = em_str_eq(em_xml_text(a, "category"), EM_S("weak")) ? EM_NAME_WEAK
                            : em_str_eq(em_xml_text(a, "type"), EM_S("f.k.a.")) ? EM_NAME_FORMER : EM_NAME_ALIAS;
        put_name(m, a, kind);
}

static void put_id(em_making *m, const em_xml_node *i)
{
        em_buf note = em_buf_make(256);
        em_str expires = em_xml_text(i, "expirationDate");
        if (expires.n && expires.n < 100)
                em_buf_fmt(&note, "expires %.*s", EM_ARG(expires));
        (void)em_ofac_fact(m, em_xml_text(i, "idType"), em_xml_text(i, "idNumber"), em_xml_text(i, "idCountry"), em_buf_view(&note));
        em_buf_free(&note);
}

static void put_address(em_making *m, const em_xml_node *a)
{
        const em_str piece[] = {em_xml_text(a, "address1"), em_xml_text(a, "address2"), em_xml_text(a, "address3"), em_xml_text(a, "city"),
                                em_xml_text(a, "stateOrProvince"), em_xml_text(a, "postalCode"), em_xml_text(a, "country")};
        em_make_line(m, EM_PART_ADDRESS, piece, 7);
}

static void put_vessel(em_making *m, const em_xml_node *v)
{
        em_make_put(m, EM_PART_NUMBER, "call-sign", em_xml_text(v, "callSign"));
        em_make_put(m, EM_PART_TITLE, NULL, em_xml_text(v, "vesselType"));
        em_make_put(m, EM_PART_COUNTRY, NULL, em_xml_text(v, "vesselFlag"));
        em_make_put(m, EM_PART_LINKED, NULL, em_xml_text(v, "vesselOwner"));
}

/* "(Linked To: A; Linked To: B)" */
static void put_links(em_making *m, em_str remarks)
{
        for (em_cut cut = {.tail = remarks, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ';');
                ptrdiff_t at = em_str_find(cut.head, EM_S("Linked To:"));
                em_str    to = em_str_trim(em_str_sub(cut.head, at < 0 ? cut.head.n : (size_t)at + 10, cut.head.n));
                bool      bracket = to.n && to.p[to.n - 1] == ')' && em_str_find(to, EM_S("(")) < 0;
                em_make_put(m, EM_PART_LINKED, NULL, em_str_sub(to, 0, to.n - (bracket ? 1 : 0)));
        }
}

/* Lists of items: the item's text is in the one child that is named here. */
static const struct { const char *list, *item, *text; em_part part; } items[] = {
        {"programList", "program", NULL, EM_PART_PROGRAMME}, {"dateOfBirthList", "dateOfBirthItem", "dateOfBirth", EM_PART_BORN},
        {"placeOfBirthList", "placeOfBirthItem", "placeOfBirth", EM_PART_BIRTHPLACE},
        {"nationalityList", "nationality", "country", EM_PART_COUNTRY}, {"citizenshipList", "citizenship", "country", EM_PART_COUNTRY},
};

static em_status take(void *ctx, const em_xml_node *e, em_error *err)
{
        em_list_reading *r = ctx;
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = r, .p = &p, .err = err};
        if (em_xml_is(e, "publshInformation")) {
                em_day day = em_day_us(em_xml_text(e, "Publish_Date"));
                r->file->date = day == EM_DAY_NONE ? r->file->date : day;
                return EM_OK;
        }
        p.schema = em_ofac_schema(em_xml_text(e, "sdnType"));
        put_name(&m, e, EM_NAME_PRIMARY);
        em_make_put(&m, EM_PART_ID, NULL, em_xml_text(e, "uid"));
        em_make_put(&m, EM_PART_TITLE, NULL, em_xml_text(e, "title"));
        em_make_put(&m, EM_PART_REMARKS, NULL, em_xml_text(e, "remarks"));
        put_links(&m, em_xml_text(e, "remarks"));
        for (size_t i = 0; i < sizeof items / sizeof *items; i++)
                EM_XML_EACH(c, em_xml_child(e, items[i].list), items[i].item)
                        em_make_put(&m, items[i].part, NULL, em_xml_text(c, items[i].text));
        EM_XML_EACH(a, em_xml_child(e, "akaList"), "aka")
                put_aka(&m, a);
        EM_XML_EACH(i, em_xml_child(e, "idList"), "id")
                put_id(&m, i);
        EM_XML_EACH(a, em_xml_child(e, "addressList"), "address")
                put_address(&m, a);
        if (em_xml_child(e, "vesselInfo"))
                put_vessel(&m, em_xml_child(e, "vesselInfo"));
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

static em_status read_sdn_list(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"sdnEntry", "publshInformation", NULL};
        em_ofac_dataset(r);
        return em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = r, .take = take}, err);
}

const em_list_reader em_list_ofac_xml = {"ofac-xml", "us-sdn", "US Treasury SDN.XML or CONSOLIDATED.XML", is_sdn_list, read_sdn_list, 0};
