/* Switzerland's list (SECO), XML: swiss-sanctions-list.
 *
 * Source: seco.admin.ch, "Gesamtliste"; its schema swiss-sanctions-list.xsd.  A target refers to its programme by the number of a
 * sanctions set, and to places by theirs, which stand behind the targets: the file is looked at twice.  The newest
 * modification stands first; a target whose newest one is "de-listed" is no longer listed.  Targets that only stand
 * inside a modification are history and are not read.
 */
#include "names/list_make.h"
#include "names/list_xml.h"

#include <stdlib.h>

typedef struct known { em_str id, text; } known;
typedef struct reading { em_list_reading *r; em_arena *arena; known *at; size_t n, cap; em_error *err; } reading;

static int is_ch(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("swiss-sanctions-list")) ? 2 : 0; }

static em_status remember(reading *x, char kind, em_str id, em_str text)
{
        known k;
        if (x->n == x->cap) {
                size_t more = x->cap ? 2 * x->cap : 256;
                known *bigger = EM_NEW_N(x->arena, known, more);
                if (!bigger)
                        return em_fail(x->err, EM_NOMEM, "no memory left for a list");
                if (x->n)
                        memcpy(bigger, x->at, x->n * sizeof *bigger);
                x->at = bigger;
                x->cap = more;
        }
        EM_TRY(em_str_format(x->arena, &k.id, x->err, "%c%.*s", kind, EM_ARG(id)));
        EM_TRY(em_str_copy(text, x->arena, &k.text, x->err));
        x->at[x->n++] = k;
        return EM_OK;
}

static int by_id(const void *a, const void *b) { return em_str_cmp(((const known *)a)->id, ((const known *)b)->id); }

static em_str look_up(const reading *x, char kind, em_str id)
{
        char   text[64];
        known  key;
        if (!id.n || id.n + 1 > sizeof text || !x->n)
                return (em_str){0};
        text[0] = kind;
        memcpy(text + 1, id.p, id.n);
        key.id = (em_str){text, id.n + 1};
        const known *k = bsearch(&key, x->at, x->n, sizeof *x->at, by_id);
        return k ? k->text : (em_str){0};
}

/* ---- first look: programmes and places ---------------------------------------------------------------- */

static em_status note(void *ctx, const em_xml_node *e, em_error *err)
{
        reading *x = ctx;
        em_str   key = {0};
        (void)err;
        if (em_xml_is(e, "place")) {
                em_str place, location = em_xml_text(e, "location"), country = em_xml_text(e, "country"), area = em_xml_text(e, "area");
                EM_TRY(em_str_format(x->arena, &place, x->err, "%.*s%s%.*s%s%.*s", EM_ARG(location), location.n && area.n ? ", " : "", EM_ARG(area),
                                     (location.n || area.n) && country.n ? ", " : "", EM_ARG(country)));
                return remember(x, 'P', em_xml_attr_of(e, "ssid"), place);
        }
        EM_XML_EACH(k, e, "program-key")
                if (!key.n || em_str_eq(em_xml_attr_of(k, "lang"), EM_S("eng")))
                        key = em_xml_text(k, NULL);
        EM_XML_EACH(s, e, "sanctions-set")
                EM_TRY(remember(x, 'S', em_xml_attr_of(s, "ssid"), key));
        return EM_OK;
}

/* ---- targets -------------------------------------------------------------------------------------------- */

static void put_name(em_making *m, const em_xml_node *n)
{
        char          given[512];
        size_t        k = 0;
        em_str        type = em_xml_attr_of(n, "name-type"), quality = em_xml_attr_of(n, "quality");
        em_party_name name = {.kind = em_str_eq(type, EM_S("primary-name")) ? EM_NAME_PRIMARY : em_str_eq(quality, EM_S("low")) ? EM_NAME_WEAK
                              : em_str_starts(type, EM_S("former")) ? EM_NAME_FORMER : EM_NAME_ALIAS};
        EM_XML_EACH(p, n, "name-part") {
                em_str what = em_xml_attr_of(p, "name-part-type"), v = em_xml_text(p, "value");
                if (em_str_eq(what, EM_S("whole-name")))
                        name.text = v;
                else if (em_str_eq(what, EM_S("family-name")))
                        name.family = v;
                else if (em_str_eq(what, EM_S("father-name")))
                        name.second = v;
                else if (v.n && k + v.n + 1 <= sizeof given) {
                        if (k)
                                given[k++] = ' ';
                        memcpy(given + k, v.p, v.n);
                        k += v.n;
                }
        }
        name.given = (em_str){given, k};
        em_make_parts(m, name);
        EM_XML_EACH(p, n, "name-part")          /* a variant of the whole is a name; of a part it is that part's */
                EM_XML_EACH(v, p, "spelling-variant") {
                        bool          whole = em_str_eq(em_xml_attr_of(p, "name-part-type"), EM_S("whole-name"));
                        em_party_name other = {.kind = EM_NAME_ALIAS, .given = name.given, .second = name.second, .family = name.family};
                        em_str        script = em_xml_attr_of(v, "script");
                        if (whole)
                                other = (em_party_name){.kind = EM_NAME_ALIAS, .text = em_xml_text(v, NULL)};
                        else if (em_str_eq(em_xml_attr_of(p, "name-part-type"), EM_S("family-name")))
                                other.family = em_xml_text(v, NULL);
                        else
                                continue;
                        if (script.n && !em_str_eq(script, EM_S("LATN")))
                                other.kind = EM_NAME_SCRIPT;
                        em_make_parts(m, other);
                }
}

static void put_born(em_making *m, const em_xml_node *d)
{
        em_buf out = em_buf_make(256);
        em_str year = em_xml_attr_of(d, "year"), month = em_xml_attr_of(d, "month"), day = em_xml_attr_of(d, "day");
        em_str calendar = em_xml_attr_of(d, "calendar");
        if (calendar.n && !em_str_eq_nocase(calendar, EM_S("Gregorian")))
                return;
        if (day.n && month.n)
                em_buf_fmt(&out, "%.*s.%.*s.", EM_ARG(day), EM_ARG(month));
        else if (month.n)
                em_buf_fmt(&out, "%.*s.", EM_ARG(month));
        em_buf_str(&out, year);
        if (em_buf_status(&out, NULL) == EM_OK)
                em_make_put(m, EM_PART_BORN, NULL, em_buf_view(&out));
        em_buf_free(&out);
}

static void put_identity(const reading *x, em_making *m, const em_xml_node *i)
{
        EM_XML_EACH(c, i, NULL) {
                if (em_xml_is(c, "name"))
                        put_name(m, c);
                else if (em_xml_is(c, "day-month-year"))
                        put_born(m, c);
                else if (em_xml_is(c, "nationality"))
                        em_make_put(m, EM_PART_COUNTRY, NULL, em_xml_attr_of(em_xml_child(c, "country"), "iso-code").n
                                    ? em_xml_attr_of(em_xml_child(c, "country"), "iso-code") : em_xml_text(c, "country"));
                else if (em_xml_is(c, "place-of-birth"))
                        em_make_put(m, EM_PART_BIRTHPLACE, NULL, look_up(x, 'P', em_xml_attr_of(c, "place-id")));
                else if (em_xml_is(c, "identification-document"))
                        em_make_number(m, em_number_type(em_xml_attr_of(c, "document-type")), em_xml_text(c, "number"),
                                       em_xml_attr_of(em_xml_child(c, "issuer"), "code"), em_xml_attr_of(c, "document-type"));
                if (em_xml_is(c, "address")) {
                        const em_str piece[] = {em_xml_text(c, "c-o"), em_xml_text(c, "address-details"), em_xml_text(c, "p-o-box"),
                                                em_xml_text(c, "zip-code"), look_up(x, 'P', em_xml_attr_of(c, "place-id"))};
                        em_make_line(m, EM_PART_ADDRESS, piece, 5);
                }
        }
}

static void put_history(em_making *m, const em_xml_node *e)
{
        bool first = true;
        EM_XML_EACH(c, e, "modification") {
                em_str what = em_xml_attr_of(c, "modification-type"), date = em_xml_attr_of(c, "effective-date");
                if (first)
                        em_make_put(m, EM_PART_CHANGED, NULL, date);
                m->p->delisted = m->p->delisted || (first && em_str_eq(what, EM_S("de-listed")));
                if (em_str_eq(what, EM_S("listed")))
                        em_make_put(m, EM_PART_LISTED, NULL, date);
                first = false;
        }
}

static em_status target(void *ctx, const em_xml_node *e, em_error *err)
{
        const reading *x = ctx;
        static const struct { const char *name; em_schema schema; } kinds[] = {
                {"individual", EM_SCHEMA_PERSON}, {"entity", EM_SCHEMA_ORGANIZATION}, {"object", EM_SCHEMA_THING}};
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = x->r, .p = &p, .err = err};
        em_make_put(&m, EM_PART_ID, NULL, em_xml_attr_of(e, "ssid"));
        EM_XML_EACH(c, e, "sanctions-set-id")
                em_make_put(&m, EM_PART_PROGRAMME, NULL, look_up(x, 'S', em_xml_text(c, NULL)));
        EM_XML_EACH(c, e, "sanctions-set")
                em_make_put(&m, EM_PART_PROGRAMME, NULL, look_up(x, 'S', em_xml_attr_of(c, "ssid")));
        for (size_t k = 0; k < 3; k++)
                EM_XML_EACH(c, e, kinds[k].name) {
                        em_str object = em_xml_attr_of(c, "object-type");
                        p.schema = em_str_eq(object, EM_S("vessel")) ? EM_SCHEMA_VESSEL : em_str_eq(object, EM_S("aircraft")) ? EM_SCHEMA_AIRPLANE
                                   : kinds[k].schema;
                        em_make_put(&m, EM_PART_GENDER, NULL, em_xml_attr_of(c, "sex"));
                        EM_XML_EACH(i, c, "identity")
                                put_identity(x, &m, i);
                        EM_XML_EACH(i, c, "justification")
                                em_make_put(&m, EM_PART_REASON, NULL, em_xml_text(i, NULL));
                        EM_XML_EACH(i, c, "relation")
                                em_make_put(&m, EM_PART_LINKED, NULL, em_xml_text(i, NULL));
                        EM_XML_EACH(i, c, "other-information") {
                                em_make_put(&m, EM_PART_REMARKS, NULL, em_xml_text(i, NULL));
                                em_make_imo(&m, em_xml_text(i, NULL));
                        }
                }
        put_history(&m, e);
        EM_TRY(m.s);
        return em_list_add(x->r, &p, err);
}

static em_status root(void *ctx, const em_xml_node *e, em_error *err)
{
        em_day day;
        (void)err;
        if (em_day_parse(em_xml_attr_of(e, "date"), &day))
                ((reading *)ctx)->r->file->date = day;
        return EM_OK;
}

static em_status read_ch(em_list_reading *r, em_error *err)
{
        static const char *const first[] = {"sanctions-program", "place", NULL}, *const then[] = {"target", NULL};
        reading x = {.r = r, .arena = em_arena_new((size_t)1 << 30), .err = err};
        if (!x.arena)
                return em_fail(err, EM_NOMEM, "no memory left for a list");
        em_status s = em_xml_read(r, &(em_xml_frame){.entry = first, .quiet = true, .ctx = &x, .take = note}, err);
        if (x.n)
                qsort(x.at, x.n, sizeof *x.at, by_id);
        if (s == EM_OK)
                s = em_xml_read(r, &(em_xml_frame){.entry = then, .ctx = &x, .root = root, .take = target}, err);
        em_arena_free(x.arena);
        return s;
}

const em_list_reader em_list_ch = {"ch-xml", "ch", "Switzerland's list (SECO), XML", is_ch, read_ch, 0};
