/* The Treasury's advanced XML (SDN_ADVANCED.XML, CONS_ADVANCED.XML), the UN's sanctions schema 1.0.
 *
 * Source: sdn_advanced.xsd.  A normalised database in one file: reference values first, then locations, documents, parties, and
 * last what they are listed under.  Each part is remembered as rows sorted by number; parties are added when
 * they come, and their programmes and links when those come.
 */
#include "names/list_ofac.h"
#include "names/list_xml.h"

#include <stdlib.h>

enum { MAX_GROUPS = 4096 };      /* of an identity's name parts that are looked at */

typedef struct value { em_str set, id, text, extra; } value;            /* extra: ISO2 of a country, PartyTypeID of a sub-type */
typedef struct document { em_str identity, type, number, country, note; } document;

typedef struct reading {
        em_list_reading *r;
        em_arena        *arena;
        value    *value;    size_t values, values_cap;          /* reference values */
        value    *place;    size_t places, places_cap;          /* locations */
        document *document; size_t documents, documents_cap;
        bool      values_sorted, places_sorted, documents_sorted;
        em_error *err;
} reading;

static int is_advanced(em_str head) { return em_str_eq(em_xml_root_name(head), EM_S("Sanctions")) ? 2 : 0; }

/* ---- rows by number -------------------------------------------------------------------------------------- */

static em_status grow(reading *x, void **rows, size_t *cap, size_t n, size_t size)
{
        if (n < *cap)
                return EM_OK;
        size_t more = *cap ? 2 * *cap : 256;
        void  *bigger = em_arena_array(x->arena, more, size);
        if (!bigger)
                return em_fail(x->err, EM_NOMEM, "no memory left for a list");
        if (n)
                memcpy(bigger, *rows, n * size);
        *rows = bigger;
        *cap = more;
        return EM_OK;
}

static em_status remember(reading *x, bool place, em_str set, em_str id, em_str text, em_str extra)
{
        value   v;
        value **rows = place ? &x->place : &x->value;
        size_t *n = place ? &x->places : &x->values;
        EM_TRY(grow(x, (void **)(void *)rows, place ? &x->places_cap : &x->values_cap, *n, sizeof v));
        EM_TRY(em_str_copy(set, x->arena, &v.set, x->err));
        EM_TRY(em_str_copy(id, x->arena, &v.id, x->err));
        EM_TRY(em_str_copy(text, x->arena, &v.text, x->err));
        EM_TRY(em_str_copy(extra, x->arena, &v.extra, x->err));
        (*rows)[(*n)++] = v;
        *(place ? &x->places_sorted : &x->values_sorted) = false;
        return EM_OK;
}

static int by_value(const void *a, const void *b)
{
        const value *x = a, *y = b;
        int c = em_str_cmp(x->set, y->set);
        return c ? c : em_str_cmp(x->id, y->id);
}

static const value *found(value *rows, size_t n, bool *sorted, value key)
{
        static const value none;
        if (!*sorted && n)
                qsort(rows, n, sizeof *rows, by_value);
        *sorted = true;
        const value *v = n ? bsearch(&key, rows, n, sizeof *rows, by_value) : NULL;
        return v ? v : &none;
}

static const value *look_up(reading *x, const char *set, em_str id)
{
        return found(x->value, x->values, &x->values_sorted, (value){.set = em_str_c(set), .id = id});
}

static const value *place_of(reading *x, em_str id) { return found(x->place, x->places, &x->places_sorted, (value){.id = id}); }

static int by_identity(const void *a, const void *b)
{
        const document *x = a, *y = b;
        int c = em_str_cmp(x->identity, y->identity);
        if (!c)
                c = em_str_cmp(x->type, y->type);
        return c ? c : em_str_cmp(x->number, y->number);
}

/* ---- what comes before the parties ---------------------------------------------------------------------- */

static em_status reference_values(reading *x, const em_xml_node *e)
{
        EM_XML_EACH(set, e, NULL)
                EM_XML_EACH(v, set, NULL) {
                        em_str iso = em_xml_attr_of(v, "ISO2");
                        EM_TRY(remember(x, false, v->name, em_xml_attr_of(v, "ID"), em_xml_text(v, NULL), iso.n ? iso : em_xml_attr_of(v, "PartyTypeID")));
                }
        return EM_OK;
}

static em_status location(reading *x, const em_xml_node *e)
{
        char   text[2048];
        size_t n = 0;
        em_str country = look_up(x, "Country", em_xml_attr_of(em_xml_child(e, "LocationCountry"), "CountryID"))->text;
        EM_XML_EACH(part, e, "LocationPart") {
                em_str v = em_xml_text(em_xml_child(part, "LocationPartValue"), "Value");
                if (!v.n || n + v.n + 2 > sizeof text)
                        continue;
                if (n) {
                        memcpy(text + n, ", ", 2);
                        n += 2;
                }
                memcpy(text + n, v.p, v.n);
                n += v.n;
        }
        if (country.n && n + country.n + 2 <= sizeof text) {
                memcpy(text + n, ", ", n ? 2 : 0);
                n += n ? 2 : 0;
                memcpy(text + n, country.p, country.n);
                n += country.n;
        }
        return remember(x, true, EM_S(""), em_xml_attr_of(e, "ID"), (em_str){text, n}, country);
}

static em_status id_document(reading *x, const em_xml_node *e)
{
        document d = {.type = look_up(x, "IDRegDocType", em_xml_attr_of(e, "IDRegDocTypeID"))->text,
                      .country = look_up(x, "Country", em_xml_attr_of(e, "IssuedBy-CountryID"))->text};
        EM_TRY(grow(x, (void **)(void *)&x->document, &x->documents_cap, x->documents, sizeof *x->document));
        EM_TRY(em_str_copy(em_xml_attr_of(e, "IdentityID"), x->arena, &d.identity, x->err));
        EM_TRY(em_str_copy(em_xml_text(e, "IDRegistrationNo"), x->arena, &d.number, x->err));
        x->document[x->documents++] = d;
        x->documents_sorted = false;
        return EM_OK;
}

/* ---- parties ------------------------------------------------------------------------------------------------- */

static em_str part_type(reading *x, const em_xml_node *identity, em_str group)
{
        size_t looked = 0;
        EM_XML_EACH(master, em_xml_child(identity, "NamePartGroups"), "MasterNamePartGroup")
                EM_XML_EACH(g, master, "NamePartGroup")
                        if (looked++ < MAX_GROUPS && em_str_eq(em_xml_attr_of(g, "ID"), group))
                                return look_up(x, "NamePartType", em_xml_attr_of(g, "NamePartTypeID"))->text;
        return (em_str){0};
}

static void append(em_str piece, char *out, size_t room, size_t *n)
{
        if (!piece.n || *n + piece.n + 1 > room)
                return;
        if (*n)
                out[(*n)++] = ' ';
        memcpy(out + *n, piece.p, piece.n);
        *n += piece.n;
}

static void documented_name(reading *x, em_making *m, const em_xml_node *identity, const em_xml_node *alias, const em_xml_node *name)
{
        char   family[512], rest[1024];
        size_t fn = 0, rn = 0;
        bool   latin = true;
        em_str type = look_up(x, "AliasType", em_xml_attr_of(alias, "AliasTypeID"))->text;
        em_party_name n = {.kind = em_str_eq(em_xml_attr_of(alias, "Primary"), EM_S("true")) ? EM_NAME_PRIMARY
                           : em_str_eq(em_xml_attr_of(alias, "LowQuality"), EM_S("true")) ? EM_NAME_WEAK
                           : em_str_starts(type, EM_S("F.K.A")) ? EM_NAME_FORMER : EM_NAME_ALIAS};
        EM_XML_EACH(p, name, "DocumentedNamePart") {
                const em_xml_node *v = em_xml_child(p, "NamePartValue");
                em_str kind = part_type(x, identity, em_xml_attr_of(v, "NamePartGroupID"));
                em_str script = look_up(x, "Script", em_xml_attr_of(v, "ScriptID"))->text;
                latin = latin && (!script.n || em_str_eq(script, EM_S("Latin")));
                if (em_str_eq(kind, EM_S("Last Name")))
                        append(em_xml_text(v, NULL), family, sizeof family, &fn);
                else
                        append(em_xml_text(v, NULL), rest, sizeof rest, &rn);
        }
        if (m->p->schema == EM_SCHEMA_PERSON && fn) {
                n.family = (em_str){family, fn};
                n.given = (em_str){rest, rn};
        } else {
                append((em_str){family, fn}, rest, sizeof rest, &rn);
                n.text = (em_str){rest, rn};
        }
        n.kind = latin ? n.kind : EM_NAME_SCRIPT;
        em_make_parts(m, n);
}

static em_day day_of(const em_xml_node *n)
{
        int64_t y, mo, d;
        if (!em_str_int(em_xml_text(n, "Year"), &y) || !em_str_int(em_xml_text(n, "Month"), &mo) || !em_str_int(em_xml_text(n, "Day"), &d)
            || y < 1 || y > 9999 || mo < 1 || mo > 12 || d < 1 || d > 31)
                return EM_DAY_NONE;
        return em_day_make((int)y, (int)mo, (int)d);
}

static void feature(reading *x, em_making *m, const em_xml_node *f)
{
        em_str type = look_up(x, "FeatureType", em_xml_attr_of(f, "FeatureTypeID"))->text;
        EM_XML_EACH(v, f, "FeatureVersion") {
                const em_xml_node *detail = em_xml_child(v, "VersionDetail"), *period = em_xml_child(v, "DatePeriod");
                const em_xml_node *start = em_xml_child(period, "Start"), *end = em_xml_child(period, "End");
                const value       *where = place_of(x, em_xml_attr_of(em_xml_child(v, "VersionLocation"), "LocationID"));
                em_span span = {day_of(em_xml_child(start, "From")), day_of(em_xml_child(end, "To"))};
                em_str  text = em_xml_text(detail, NULL);
                if (!text.n)
                        text = look_up(x, "DetailReference", em_xml_attr_of(detail, "DetailReferenceID"))->text;
                if (em_str_eq(type, EM_S("Birthdate")))
                        em_make_span(m, span, em_str_eq(em_xml_attr_of(start, "Approximate"), EM_S("true")));
                else if (em_str_find(type, EM_S("Country")) >= 0 || em_str_starts(type, EM_S("Nationality")))
                        (void)em_ofac_fact(m, type, where->extra.n ? where->extra : where->text, EM_S(""), EM_S(""));
                else
                        (void)em_ofac_fact(m, type, text.n ? text : where->text, EM_S(""), EM_S(""));
        }
}

static void documents(reading *x, em_making *m, em_str identity)
{
        if (!x->documents_sorted && x->documents)
                qsort(x->document, x->documents, sizeof *x->document, by_identity);
        x->documents_sorted = true;
        size_t from = 0, to = x->documents;
        while (from < to) {
                size_t mid = from + (to - from) / 2;
                if (em_str_cmp(x->document[mid].identity, identity) < 0)
                        from = mid + 1;
                else
                        to = mid;
        }
        for (; from < x->documents && em_str_eq(x->document[from].identity, identity); from++) {
                const document *d = &x->document[from];
                (void)em_ofac_fact(m, d->type, d->number, d->country, d->note);
        }
}

static em_schema schema_of(reading *x, const em_xml_node *profile)
{
        const value *sub = look_up(x, "PartySubType", em_xml_attr_of(profile, "PartySubTypeID"));
        em_str       type = look_up(x, "PartyType", sub->extra)->text;
        return em_str_eq(sub->text, EM_S("Vessel")) || em_str_eq(sub->text, EM_S("Aircraft")) ? em_ofac_schema(sub->text) : em_ofac_schema(type);
}

static em_status party(reading *x, const em_xml_node *e)
{
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = e->line, .offset = e->offset, .length = e->length};
        em_making m = {.r = x->r, .p = &p, .err = x->err};
        const em_xml_node *profile = em_xml_child(e, "Profile");
        p.schema = schema_of(x, profile);
        em_make_put(&m, EM_PART_ID, NULL, em_xml_attr_of(e, "FixedRef"));
        EM_XML_EACH(identity, profile, "Identity") {
                EM_XML_EACH(alias, identity, "Alias")
                        EM_XML_EACH(name, alias, "DocumentedName")
                                documented_name(x, &m, identity, alias, name);
                documents(x, &m, em_xml_attr_of(identity, "ID"));
        }
        EM_XML_EACH(f, profile, "Feature")
                feature(x, &m, f);
        em_make_put(&m, EM_PART_REMARKS, NULL, em_xml_text(e, "Comment"));
        EM_TRY(m.s);
        return em_list_add(x->r, &p, x->err);
}

/* ---- what comes behind them ---------------------------------------------------------------------------------- */

static em_status sanctions_entry(reading *x, const em_xml_node *e)
{
        em_party *p = em_list_find(x->r, x->r->file->dataset, em_xml_attr_of(e, "ProfileID"));
        em_making m = {.r = x->r, .p = p, .err = x->err};
        if (!p)
                return em_list_reject_row(x->r, em_xml_attr_of(e, "ProfileID"), e->line, e->offset, x->err, "no party has this profile");
        EM_XML_EACH(measure, e, "SanctionsMeasure")
                em_make_put(&m, EM_PART_PROGRAMME, NULL, em_xml_text(measure, "Comment"));
        EM_XML_EACH(event, e, "EntryEvent") {
                em_day day = day_of(em_xml_child(event, "Date"));
                if (day != EM_DAY_NONE && (p->listed == EM_DAY_NONE || day < p->listed))
                        p->listed = day;
        }
        return m.s;
}

static em_status relationship(reading *x, const em_xml_node *e)
{
        em_party *to = em_list_find(x->r, x->r->file->dataset, em_xml_attr_of(e, "To-ProfileID"));
        em_party *from = em_list_find(x->r, x->r->file->dataset, em_xml_attr_of(e, "From-ProfileID"));
        em_making m = {.r = x->r, .p = from, .err = x->err};
        if (from && to && to->names)
                em_make_put(&m, EM_PART_LINKED, NULL, to->name[0].text);
        return m.s;
}

static em_status take(void *ctx, const em_xml_node *e, em_error *err)
{
        reading *x = ctx;
        (void)err;
        if (em_xml_is(e, "DistinctParty"))
                return party(x, e);
        if (em_xml_is(e, "ReferenceValueSets"))
                return reference_values(x, e);
        if (em_xml_is(e, "Location"))
                return location(x, e);
        if (em_xml_is(e, "IDRegDocument"))
                return id_document(x, e);
        if (em_xml_is(e, "SanctionsEntry"))
                return sanctions_entry(x, e);
        if (em_xml_is(e, "ProfileRelationship"))
                return relationship(x, e);
        if (day_of(e) != EM_DAY_NONE)
                x->r->file->date = day_of(e);
        return EM_OK;
}

static em_status read_advanced(em_list_reading *r, em_error *err)
{
        static const char *const entries[] = {"DateOfIssue", "ReferenceValueSets", "Location", "IDRegDocument", "DistinctParty",
                                              "SanctionsEntry", "ProfileRelationship", NULL};
        reading x = {.r = r, .arena = em_arena_new((size_t)1 << 32), .err = err};
        if (!x.arena)
                return em_fail(err, EM_NOMEM, "no memory left for a list");
        em_ofac_dataset(r);
        em_status s = em_xml_read(r, &(em_xml_frame){.entry = entries, .ctx = &x, .take = take}, err);
        em_arena_free(x.arena);
        return s;
}

const em_list_reader em_list_ofac_advanced = {"ofac-advanced-xml", "us-sdn", "US Treasury SDN_ADVANCED.XML or CONS_ADVANCED.XML", is_advanced,
                                              read_advanced, 0};
