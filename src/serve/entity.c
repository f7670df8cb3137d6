/* A party as an entity of FollowTheMoney (followthemoney.tech), which is how yente's clients read it.
 *
 * The properties are a table: what is written, what a reconciliation may be extended by, and what is suggested
 * are the same rows.  An entity's id is its list and the list's own number, because two
 * lists may use one number; entities that came from FtM files keep their own.
 */
#include "serve/service.h"

static const em_property properties[] = {
        {"name", "Name", NULL}, {"alias", "Other name", NULL}, {"weakAlias", "Weak alias", NULL},
        {"previousName", "Previous name", NULL}, {"birthDate", "Birth date", NULL},
        {"incorporationDate", "Incorporation date", NULL}, {"buildDate", "Build date", NULL},
        {"deathDate", "Death date", NULL}, {"birthPlace", "Place of birth", NULL}, {"gender", "Gender", NULL},
        {"nationality", "Nationality", NULL}, {"flag", "Flag", NULL}, {"country", "Country", NULL},
        {"passportNumber", "Passport", "passport"}, {"idNumber", "ID number", "national-id"}, {"imoNumber", "IMO number", "imo"},
        {"mmsi", "MMSI", "mmsi"}, {"callSign", "Call sign", "call-sign"}, {"taxNumber", "Tax number", "tax"},
        {"registrationNumber", "Registration number", "registration"}, {"swiftBic", "SWIFT/BIC", "swift"}, {"leiCode", "LEI", "lei"},
        {"serialNumber", "Serial number", "aircraft"}, {"publicKey", "Address of a wallet", "wallet"},
        {"phone", "Phone", "phone"}, {"email", "E-mail", "email"}, {"website", "Website", "website"},
        {"address", "Address", NULL}, {"position", "Position", NULL}, {"program", "Programme", NULL},
        {"notes", "Notes", NULL}, {"topics", "Topics", NULL},
};

const em_property *em_properties(size_t *ret_count)
{
        *ret_count = sizeof properties / sizeof *properties;
        return properties;
}

/* ---- values ---------------------------------------------------------------------------- */

typedef struct values { em_str *at; size_t count, cap; em_arena *arena; bool failed; } values;

static void add(values *v, em_str text)
{
        if (!text.n || v->failed)
                return;
        for (size_t i = 0; i < v->count && v->count < 64; i++)
                if (em_str_eq(v->at[i], text))
                        return;
        if (v->count == v->cap) {
                size_t  cap = v->cap ? v->cap * 2 : 8;
                em_str *more = EM_NEW_N(v->arena, em_str, cap);
                if (!more) {
                        v->failed = true;
                        return;
                }
                if (v->count)
                        memcpy(more, v->at, v->count * sizeof *more);
                v->at = more;
                v->cap = cap;
        }
        v->at[v->count++] = text;
}

static void add_all(values *v, const em_str *text, size_t count)
{
        for (size_t i = 0; i < count; i++)
                add(v, text[i]);
}

static void add_names(values *v, const em_party *p, em_str property)
{
        for (size_t i = 0; i < p->names; i++) {
                em_name_kind k = i == 0 ? EM_NAME_PRIMARY : p->name[i].kind;
                const char  *is = k == EM_NAME_WEAK ? "weakAlias" : k == EM_NAME_FORMER ? "previousName"
                                  : i == 0 || k == EM_NAME_PRIMARY ? "name" : "alias";
                if (em_str_eq(property, em_str_c(is)))
                        add(v, p->name[i].text);
        }
}

/* FtM dates are prefixes of ISO 8601: the finest that holds the whole interval. */
static void add_dates(values *v, const em_party_date *date, size_t count)
{
        for (size_t i = 0; i < count; i++) {
                char   first[11], last[11];
                em_str text = {0};
                if (date[i].span.from == EM_DAY_NONE || date[i].span.to == EM_DAY_NONE)
                        continue;
                em_day_text(date[i].span.from, first);
                em_day_text(date[i].span.to, last);
                size_t same = strcmp(first, last) == 0 ? 10 : memcmp(first, last, 7) == 0 ? 7 : 4;
                if (em_str_copy((em_str){first, same}, v->arena, &text, NULL) != EM_OK)
                        v->failed = true;
                add(v, text);
                if (same == 4 && memcmp(first, last, 4) != 0) {
                        if (em_str_copy((em_str){last, 4}, v->arena, &text, NULL) != EM_OK)
                                v->failed = true;
                        add(v, text);
                }
        }
}

static void add_numbers(values *v, const em_party *p, const em_property *property)
{
        bool id = em_str_eq(em_str_c(property->name), EM_S("idNumber"));
        for (size_t i = 0; i < p->numbers; i++)
                if (em_str_eq(p->number[i].type, em_str_c(property->number)) ||
                    (id && (em_str_eq(p->number[i].type, EM_S("other")) || em_str_eq(p->number[i].type, EM_S("un-reference")))))
                        add(v, p->number[i].value);
}

static bool called(const em_property *property, const char *name) { return strcmp(property->name, name) == 0; }

static const char *date_property(em_schema s)
{
        return s == EM_SCHEMA_VESSEL || s == EM_SCHEMA_AIRPLANE ? "buildDate"
               : s == EM_SCHEMA_ORGANIZATION || s == EM_SCHEMA_COMPANY || s == EM_SCHEMA_LEGAL_ENTITY ? "incorporationDate" : "birthDate";
}

static const char *country_property(em_schema s)
{
        return s == EM_SCHEMA_PERSON ? "nationality" : s == EM_SCHEMA_VESSEL ? "flag" : "country";
}

em_status em_entity_values(const em_party *p, const em_property *property, em_arena *arena, em_str **ret_values,
                           size_t *ret_count, em_error *err)
{
        values v = {.arena = arena};
        if (property->number)
                add_numbers(&v, p, property);
        else if (called(property, date_property(p->schema)))
                add_dates(&v, p->born, p->borns);
        else if (called(property, country_property(p->schema)))
                add_all(&v, p->country, p->countries);
        else if (called(property, "deathDate"))
                add_dates(&v, p->died, p->dieds);
        else if (called(property, "birthPlace"))
                add_all(&v, p->place_of_birth, p->places_of_birth);
        else if (called(property, "gender"))
                add(&v, p->gender);
        else if (called(property, "address"))
                add_all(&v, p->address, p->addresses);
        else if (called(property, "position"))
                add_all(&v, p->title, p->titles);
        else if (called(property, "program"))
                add_all(&v, p->programme, p->programmes);
        else if (called(property, "notes"))
                add_all(&v, (em_str[]){p->remarks, p->reason}, 2);
        else if (called(property, "topics"))
                add(&v, p->delisted ? EM_S("") : EM_S("sanction"));
        else
                add_names(&v, p, em_str_c(property->name));
        if (v.failed)
                return em_fail(err, EM_NOMEM, "no memory for an entity");
        *ret_values = v.at;
        *ret_count = v.count;
        return EM_OK;
}

/* ---- identity ----------------------------------------------------------------------------- */

em_status em_entity_id(const em_party *p, em_arena *arena, em_str *ret_id, em_error *err)
{
        if (em_str_starts(p->dataset, EM_S("ftm:")))
                return em_str_copy(p->id, arena, ret_id, err);
        return em_str_format(arena, ret_id, err, "%.*s-%.*s", EM_ARG(p->dataset), EM_ARG(p->id));
}

em_status em_entity_find(em_ask *ask, em_str id, uint32_t *ret_party, em_error *err)
{
        const em_snapshot *x = ask->index;
        for (size_t i = 0; i < x->datasets; i++) {
                em_str d = x->dataset[i];
                if (em_str_starts(id, d) && id.n > d.n + 1 && id.p[d.n] == '-') {
                        em_status s = em_names_find(x->names, d, em_str_sub(id, d.n + 1, id.n), ret_party, err);
                        if (s != EM_MISSING)
                                return s;
                }
        }
        /* The index files a party under its dataset and id, so "any dataset" is asked one by one. */
        for (size_t i = 0; i < x->datasets; i++) {
                em_status s = em_names_find(x->names, x->dataset[i], id, ret_party, err);
                if (s != EM_MISSING)
                        return s;
        }
        char shown[80];
        return em_fail(err, EM_MISSING, "no entity has the id \"%s\"", em_str_show(id, shown, sizeof shown));
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static void key_time(em_json *j, const char *key, em_day day)
{
        char text[11], out[24];
        em_json_key(j, em_str_c(key));
        if (day == EM_DAY_NONE || day < EM_DAY_MIN || day > EM_DAY_MAX) {
                em_json_null(j);
                return;
        }
        em_day_text(day, text);
        memcpy(out, text, 10);
        memcpy(out + 10, "T00:00:00", 10);
        em_json_str(j, em_str_c(out));
}

static em_day list_day(const em_snapshot *x, const em_party *p)
{
        for (size_t i = 0; i < x->files; i++)
                if (em_str_eq(x->file[i].path, p->file) && em_str_eq(x->file[i].dataset, p->dataset))
                        return x->file[i].date;
        return EM_DAY_NONE;
}

static void write_tail(em_ask *ask, const em_party *p, bool target)
{
        em_json *j = &ask->j;
        em_json_kstrs(j, "datasets", &p->dataset, 1);
        em_json_kstrs(j, "referents", NULL, 0);
        em_json_kbool(j, "target", target);
        key_time(j, "first_seen", p->listed);
        key_time(j, "last_seen", list_day(ask->index, p));
        key_time(j, "last_change", p->changed != EM_DAY_NONE ? p->changed : p->listed);
}

em_status em_entity_listing(em_ask *ask, const em_party *p, em_error *err)
{
        em_json *j = &ask->j;
        em_str   id = {0}, own = {0}, day = {0};
        char     text[11];
        EM_TRY(em_entity_id(p, ask->scratch, &id, err));
        EM_TRY(em_str_format(ask->scratch, &own, err, "%.*s-listing", EM_ARG(id)));
        EM_TRY(em_str_copy(em_str_c(em_day_text(p->listed, text)), ask->scratch, &day, err));
        em_json_open(j, '{');
        em_json_kstr(j, "id", own);
        em_json_kstr(j, "caption", p->programmes ? p->programme[0] : p->dataset);
        em_json_kstr(j, "schema", EM_S("Sanction"));
        em_json_key(j, EM_S("properties"));
        em_json_open(j, '{');
        em_json_kstrs(j, "entity", &id, 1);
        em_json_kstrs(j, "program", p->programme, p->programmes);
        em_json_kstrs(j, "listingDate", &day, day.n ? 1 : 0);
        em_json_kstrs(j, "reason", &p->reason, p->reason.n ? 1 : 0);
        em_json_kstrs(j, "authorityId", &p->id, 1);
        em_json_close(j, '}');
        write_tail(ask, p, false);
        em_json_close(j, '}');
        return EM_OK;
}

em_status em_entity_members(em_ask *ask, const em_party *p, bool nested, em_error *err)
{
        em_json *j = &ask->j;
        em_str   id = {0};
        EM_TRY(em_entity_id(p, ask->scratch, &id, err));
        em_json_kstr(j, "id", id);
        em_json_kstr(j, "caption", p->names ? p->name[0].text : p->id);
        em_json_kstr(j, "schema", em_str_c(em_schema_name(p->schema)));
        em_json_key(j, EM_S("properties"));
        em_json_open(j, '{');
        for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
                em_str *value = NULL;
                size_t  count = 0;
                EM_TRY(em_entity_values(p, &properties[i], ask->scratch, &value, &count, err));
                if (count)
                        em_json_kstrs(j, properties[i].name, value, count);
        }
        if (nested) {
                em_json_key(j, EM_S("sanctions"));
                em_json_open(j, '[');
                EM_TRY(em_entity_listing(ask, p, err));
                em_json_close(j, ']');
        }
        em_json_close(j, '}');
        write_tail(ask, p, true);
        return EM_OK;
}
