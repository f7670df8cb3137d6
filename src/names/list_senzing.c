/* Senzing's entity JSON, one record a line.
 *
 * Source: senzing.com, "Generic Entity Specification": DATA_SOURCE and RECORD_ID name a record; features stand in the record
 * itself or in objects of lists (NAMES, ADDRESSES, IDENTIFIERS ...) whose own names say nothing.  So a record is walked
 * whole, and a feature is known by its attribute alone.  A row of an identifier without a type of its own has it in its name.
 */
#include "embargo/json.h"
#include "names/list_make.h"

enum { DEPTH = 4 };

/* Attributes that say one thing by themselves. */
static const struct { const char *name; em_part part; const char *extra; } facts[] = {
        {"DATE_OF_BIRTH", EM_PART_BORN, NULL},          {"REGISTRATION_DATE", EM_PART_BORN, NULL},
        {"DATE_OF_DEATH", EM_PART_DIED, NULL},          {"PLACE_OF_BIRTH", EM_PART_BIRTHPLACE, NULL},
        {"NATIONALITY", EM_PART_COUNTRY, NULL},         {"CITIZENSHIP", EM_PART_COUNTRY, NULL},
        {"COUNTRY_OF_ASSOCIATION", EM_PART_COUNTRY, NULL}, {"REGISTRATION_COUNTRY", EM_PART_COUNTRY, NULL},
        {"ADDR_FULL", EM_PART_ADDRESS, NULL},           {"WEBSITE_ADDRESS", EM_PART_NUMBER, "website"},
        {"EMAIL_ADDRESS", EM_PART_NUMBER, "email"},     {"PHONE_NUMBER", EM_PART_NUMBER, "phone"},
        {"LEI_NUMBER", EM_PART_NUMBER, "lei"},          {"DUNS_NUMBER", EM_PART_NUMBER, "other"},
        {"SSN_NUMBER", EM_PART_NUMBER, "tax"},          {"SEC_CIK", EM_PART_NUMBER, "registration"},
};

/* A number with its country beside it in one object. */
static const struct { const char *number, *country, *type; } numbers[] = {
        {"PASSPORT_NUMBER", "PASSPORT_COUNTRY", "passport"}, {"NATIONAL_ID_NUMBER", "NATIONAL_ID_COUNTRY", "national-id"},
        {"TAX_ID_NUMBER", "TAX_ID_COUNTRY", "tax"},     {"DRIVERS_LICENSE_NUMBER", "DRIVERS_LICENSE_STATE", "other"},
};

static em_str text_of(const em_jnode *object, const char *key) { return em_str_trim(em_jtext(em_jget(object, key))); }

static void put_name(em_making *m, const em_jnode *o)
{
        em_str        full = text_of(o, "NAME_FULL"), type = text_of(o, "NAME_TYPE");
        em_party_name n = {.kind = em_str_eq_nocase(type, EM_S("ALIAS")) || em_str_eq_nocase(type, EM_S("AKA")) ? EM_NAME_ALIAS : EM_NAME_PRIMARY};
        if (!full.n)
                full = text_of(o, "NAME_ORG");
        if (full.n) {
                em_make_name(m, n.kind, full, EM_S(""));
                return;
        }
        n.given = text_of(o, "NAME_FIRST");
        n.second = text_of(o, "NAME_MIDDLE");
        n.family = text_of(o, "NAME_LAST");
        if (n.given.n || n.family.n)
                em_make_parts(m, n);
}

static void put_address(em_making *m, const em_jnode *o)
{
        em_str line[] = {text_of(o, "ADDR_LINE1"), text_of(o, "ADDR_LINE2"), text_of(o, "ADDR_CITY"), text_of(o, "ADDR_STATE"),
                         text_of(o, "ADDR_POSTAL_CODE"), text_of(o, "ADDR_COUNTRY")};
        if (!text_of(o, "ADDR_FULL").n)
                em_make_line(m, EM_PART_ADDRESS, line, sizeof line / sizeof *line);
}

static void put_numbers(em_making *m, const em_jnode *o)
{
        em_str type = text_of(o, "OTHER_ID_TYPE"), other = text_of(o, "OTHER_ID_NUMBER");
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
                em_make_number(m, numbers[i].type, text_of(o, numbers[i].number), em_country_code(text_of(o, numbers[i].country)), EM_S(""));
        em_make_number(m, em_str_eq_nocase(type, EM_S("imoNumber")) ? "imo" : em_str_eq_nocase(type, EM_S("mmsi")) ? "mmsi" : "other",
                       other, em_country_code(text_of(o, "OTHER_ID_COUNTRY")), type);
}

/* Everything that one object says by its own attributes, then the objects of its lists. */
static void put_object(em_making *m, const em_jnode *o, int depth)
{
        em_str gender = text_of(o, "GENDER");
        put_name(m, o);
        put_address(m, o);
        put_numbers(m, o);
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
                em_make_put(m, facts[i].part, facts[i].extra, text_of(o, facts[i].name));
        if (gender.n)
                em_make_put(m, EM_PART_GENDER, NULL, em_str_eq_nocase(gender, EM_S("M")) ? EM_S("male")
                            : em_str_eq_nocase(gender, EM_S("F")) ? EM_S("female") : gender);
        for (const em_jnode *list = o->first; list && depth < DEPTH; list = list->next)
                for (const em_jnode *x = em_jis(list, EM_J_LIST) ? list->first : NULL; x; x = x->next)
                        if (em_jis(x, EM_J_OBJECT))
                                put_object(m, x, depth + 1);
}

static em_schema schema_of(em_str type)
{
        return em_str_eq_nocase(type, EM_S("PERSON")) ? EM_SCHEMA_PERSON
               : em_str_eq_nocase(type, EM_S("ORGANIZATION")) ? EM_SCHEMA_ORGANIZATION
               : em_str_eq_nocase(type, EM_S("VESSEL")) ? EM_SCHEMA_VESSEL
               : em_str_eq_nocase(type, EM_S("AIRCRAFT")) ? EM_SCHEMA_AIRPLANE : EM_SCHEMA_THING;
}

static em_status one_line(em_list_reading *r, em_json_doc *doc, em_arena *scratch, em_str line, uint64_t number, em_error *err)
{
        em_jnode *root = NULL;
        em_error  why = {0};
        uint64_t  at = (uint64_t)(line.p - r->bytes.p);
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = number, .offset = at, .length = line.n};
        em_making m = {.r = r, .p = &p, .err = err};
        if (em_json_parse(doc, line, scratch, &root, &why) != EM_OK)
                return em_list_reject_row(r, EM_S(""), number, at, err, "%s", why.text);
        em_str id = text_of(root, "RECORD_ID");
        if (!em_jis(root, EM_J_OBJECT) || !id.n)
                return em_list_reject_row(r, EM_S(""), number, at, err, "a record without a RECORD_ID");
        p.schema = schema_of(text_of(root, "RECORD_TYPE"));
        em_make_put(&m, EM_PART_ID, NULL, id);
        put_object(&m, root, 0);
        em_make_put(&m, EM_PART_CHANGED, NULL, em_str_sub(text_of(root, "LAST_CHANGE"), 0, 10));
        em_make_put(&m, EM_PART_PROGRAMME, NULL, text_of(root, "DATA_SOURCE"));
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

static em_status read_lines(em_list_reading *r, em_json_doc *doc, em_arena *scratch, em_error *err)
{
        uint64_t line = 0;
        for (size_t at = em_str_starts(r->bytes, EM_S("\xef\xbb\xbf")) ? 3 : 0; at < r->bytes.n;) {
                em_cut cut = em_str_cut(em_str_sub(r->bytes, at, r->bytes.n), '\n');
                em_str one = em_str_trim(cut.head);
                line++;
                if (one.n)
                        EM_TRY(one_line(r, doc, scratch, one, line, err));
                em_arena_reset(scratch);
                at += cut.head.n + 1;
        }
        return EM_OK;
}

static em_status read_senzing(em_list_reading *r, em_error *err)
{
        em_json_doc *doc = em_json_reader();
        em_arena    *scratch = em_arena_new((size_t)1 << 30);
        em_status    s = doc && scratch ? read_lines(r, doc, scratch, err) : em_fail(err, EM_NOMEM, "no memory left for a list");
        em_json_reader_free(doc);
        em_arena_free(scratch);
        return s;
}

static int is_senzing(em_str head)
{
        em_str line = em_str_trim(em_str_cut(em_str_trim(head), '\n').head);
        return em_str_starts(line, EM_S("{")) && em_str_find(line, EM_S("\"DATA_SOURCE\"")) >= 0 &&
               em_str_find(line, EM_S("\"RECORD_ID\"")) >= 0 ? 2 : 0;
}

const em_list_reader em_list_senzing = {"senzing-json", "senzing", "Senzing entities, JSON lines", is_senzing, read_senzing, 0};
