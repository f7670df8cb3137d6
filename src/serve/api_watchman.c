/* GET /v2/search and /v2/listinfo as moov-io/watchman answers them since v0.50.
 *
 * An entity is flat, with `match` beside its fields; the parts that its kind does not have are null.  A parameter
 * that is not known is refused, as watchman does: a misspelt one would otherwise widen a search unseen.
 */
#include "serve/service.h"

#include <stdio.h>

static const struct { const char *type, *schema; em_schema is; } types[] = {
        {"person", "Person", EM_SCHEMA_PERSON}, {"business", "Company", EM_SCHEMA_COMPANY},
        {"organization", "Organization", EM_SCHEMA_ORGANIZATION}, {"vessel", "Vessel", EM_SCHEMA_VESSEL},
        {"aircraft", "Airplane", EM_SCHEMA_AIRPLANE},
};

/* watchman's names of lists; of others our own with "_" for what is no letter. */
static const struct { const char *dataset, *source; } sources[] = {
        {"us-sdn", "us_ofac"}, {"us-cons", "us_non_sdn"}, {"us-csl", "us_csl"}, {"eu-oj", "eu_csl"}, {"eu-fsf", "eu_csl"},
        {"uk", "uk_csl"}, {"un", "un_csl"},
};

static em_str source_of(em_str dataset, em_arena *arena)
{
        for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
                if (em_str_eq(dataset, em_str_c(sources[i].dataset)))
                        return em_str_c(sources[i].source);
        char *p = em_arena_alloc(arena, dataset.n + 1);
        for (size_t i = 0; p && i < dataset.n; i++)
                p[i] = dataset.p[i] == '-' || dataset.p[i] == ':' ? '_' : dataset.p[i];
        return p ? (em_str){p, dataset.n} : dataset;
}

static const char *type_of(em_schema s)
{
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
                if (types[i].is == s)
                        return types[i].type;
        return "organization";
}

/* ---- an entity ----------------------------------------------------------------------------- */

static void key_list(em_json *j, const char *key, const em_str *text, size_t count)
{
        em_json_key(j, em_str_c(key));
        if (!count) {
                em_json_null(j);
                return;
        }
        em_json_open(j, '[');
        for (size_t i = 0; i < count; i++)
                em_json_str(j, text[i]);
        em_json_close(j, ']');
}

/* RFC 3339, the first day that the interval leaves open. */
static void key_date(em_json *j, const char *key, const em_party_date *date, size_t count)
{
        char text[11], out[32];
        em_json_key(j, em_str_c(key));
        if (!count || date[0].span.from == EM_DAY_NONE) {
                em_json_null(j);
                return;
        }
        snprintf(out, sizeof out, "%sT00:00:00Z", em_day_text(date[0].span.from, text));
        em_json_str(j, em_str_c(out));
}

static em_str number_of(const em_party *p, const char *type)
{
        for (size_t i = 0; i < p->numbers; i++)
                if (em_str_eq(p->number[i].type, em_str_c(type)))
                        return p->number[i].value;
        return EM_S("");
}

static void write_alt_names(em_json *j, const em_party *p)
{
        em_json_key(j, EM_S("altNames"));
        em_json_open(j, '[');
        for (size_t i = 1; i < p->names; i++)
                em_json_str(j, p->name[i].text);
        em_json_close(j, ']');
}

static void write_ids(em_json *j, const em_party *p)
{
        static const struct { const char *type, *id; } kinds[] = {
                {"passport", "passport"}, {"national-id", "national-id"}, {"tax", "tax-id"}, {"registration", "business-registration"},
                {"swift", "swift-bic"}, {"lei", "lei"}, {"other", "other"}, {"un-reference", "un-reference"},
        };
        em_json_key(j, EM_S("governmentIDs"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->numbers; i++)
                for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                        if (em_str_eq(p->number[i].type, em_str_c(kinds[k].type))) {
                                em_json_open(j, '{');
                                em_json_kstr(j, "name", p->number[i].note);
                                em_json_kstr(j, "type", em_str_c(kinds[k].id));
                                em_json_kstr(j, "country", p->number[i].country);
                                em_json_kstr(j, "identifier", p->number[i].value);
                                em_json_close(j, '}');
                        }
        em_json_close(j, ']');
}

static void write_person(em_json *j, const em_party *p)
{
        em_json_kstr(j, "gender", p->gender.n ? p->gender : EM_S("unknown"));
        key_date(j, "birthDate", p->born, p->borns);
        em_json_kstr(j, "placeOfBirth", p->places_of_birth ? p->place_of_birth[0] : EM_S(""));
        key_date(j, "deathDate", p->died, p->dieds);
        key_list(j, "titles", p->title, p->titles);
        write_ids(j, p);
}

static void write_craft(em_json *j, const em_party *p, bool vessel)
{
        em_json_kstr(j, "type", EM_S(""));
        em_json_kstr(j, "flag", p->countries ? p->country[0] : EM_S(""));
        key_date(j, "built", p->born, p->borns);
        if (vessel) {
                em_json_kstr(j, "imoNumber", number_of(p, "imo"));
                em_json_kstr(j, "mmsi", number_of(p, "mmsi"));
                em_json_kstr(j, "callSign", number_of(p, "call-sign"));
                em_json_kint(j, "tonnage", 0);
                em_json_kint(j, "grossRegisteredTonnage", 0);
                em_json_kstr(j, "model", EM_S(""));
                em_json_kstr(j, "owner", p->linkeds ? p->linked[0] : EM_S(""));
        } else {
                em_json_kstr(j, "icaoCode", EM_S(""));
                em_json_kstr(j, "model", EM_S(""));
                em_json_kstr(j, "serialNumber", number_of(p, "aircraft"));
        }
}

static void write_kind(em_json *j, const em_party *p)
{
        const char *is = type_of(p->schema);
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
                em_json_key(j, em_str_c(types[i].type));
                if (strcmp(types[i].type, is) != 0) {
                        em_json_null(j);
                        continue;
                }
                em_json_open(j, '{');
                em_json_kstr(j, "name", p->names ? p->name[0].text : p->id);
                write_alt_names(j, p);
                if (p->schema == EM_SCHEMA_PERSON) {
                        write_person(j, p);
                } else if (p->schema == EM_SCHEMA_VESSEL || p->schema == EM_SCHEMA_AIRPLANE) {
                        write_craft(j, p, p->schema == EM_SCHEMA_VESSEL);
                } else {
                        key_date(j, "created", p->born, p->borns);
                        key_date(j, "dissolved", p->died, p->dieds);
                        write_ids(j, p);
                }
                em_json_close(j, '}');
        }
}

static void key_numbers(em_json *j, const char *key, const em_party *p, const char *type)
{
        bool any = number_of(p, type).n > 0;
        em_json_key(j, em_str_c(key));
        if (!any) {
                em_json_null(j);
                return;
        }
        em_json_open(j, '[');
        for (size_t i = 0; i < p->numbers; i++)
                if (em_str_eq(p->number[i].type, em_str_c(type)))
                        em_json_str(j, p->number[i].value);
        em_json_close(j, ']');
}

static void write_places(em_json *j, const em_party *p)
{
        em_json_key(j, EM_S("contact"));
        em_json_open(j, '{');
        key_numbers(j, "emailAddresses", p, "email");
        key_numbers(j, "phoneNumbers", p, "phone");
        key_list(j, "faxNumbers", NULL, 0);
        key_numbers(j, "websites", p, "website");
        em_json_close(j, '}');
        em_json_key(j, EM_S("addresses"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->addresses; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "line1", p->address[i]);
                static const char *const rest[] = {"line2", "city", "postalCode", "state", "country"};
                for (size_t k = 0; k < sizeof rest / sizeof *rest; k++)
                        em_json_kstr(j, rest[k], EM_S(""));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("cryptoAddresses"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->numbers; i++)
                if (em_str_eq(p->number[i].type, EM_S("wallet"))) {
                        em_json_open(j, '{');
                        em_json_kstr(j, "currency", p->number[i].note);
                        em_json_kstr(j, "address", p->number[i].value);
                        em_json_close(j, '}');
                }
        em_json_close(j, ']');
}

static void write_entity(em_ask *ask, const em_party *p)
{
        em_json *j = &ask->j;
        em_json_kstr(j, "name", p->names ? p->name[0].text : p->id);
        em_json_kstr(j, "entityType", em_str_c(type_of(p->schema)));
        em_json_kstr(j, "sourceList", source_of(p->dataset, ask->scratch));
        em_json_kstr(j, "sourceID", p->id);
        write_kind(j, p);
        write_places(j, p);
        em_json_key(j, EM_S("affiliations"));
        em_json_null(j);
        em_json_key(j, EM_S("sanctionsInfo"));
        em_json_open(j, '{');
        key_list(j, "programs", p->programme, p->programmes);
        em_json_kbool(j, "secondary", false);
        em_json_kstr(j, "description", p->remarks);
        em_json_close(j, '}');
        em_json_key(j, EM_S("historicalInfo"));
        em_json_null(j);
        em_json_key(j, EM_S("sourceData"));
        em_json_null(j);
}

/* ---- the search --------------------------------------------------------------------------------- */

static em_status known_type(em_str type, em_str *ret_schema, em_error *err)
{
        char shown[64];
        *ret_schema = EM_S("Thing");
        for (size_t i = 0; type.n && i < sizeof types / sizeof *types; i++)
                if (em_str_eq_nocase(type, em_str_c(types[i].type))) {
                        *ret_schema = em_str_c(types[i].schema);
                        return EM_OK;
                }
        return type.n ? em_fail(err, EM_USAGE, "there is no type \"%s\"", em_str_show(type, shown, sizeof shown)) : EM_OK;
}

/* watchman's parameters as FtM's properties; a value before ':' is a country or a currency. */
static em_status gather(em_ask *ask, em_asked_value *value, size_t *ret_count, em_error *err)
{
        static const struct { const char *param, *property; bool cut; } map[] = {
                {"name", "name", false}, {"altNames", "alias", false}, {"birthDate", "birthDate", false}, {"created", "incorporationDate", false},
                {"built", "buildDate", false}, {"gender", "gender", false}, {"flag", "flag", false}, {"imoNumber", "imoNumber", false},
                {"mmsi", "mmsi", false}, {"callSign", "callSign", false}, {"serialNumber", "serialNumber", false},
                {"icaoCode", "icaoCode", false}, {"cryptoAddress", "publicKey", true}, {"email", "email", false}, {"phone", "phone", false},
                {"website", "website", false},
        };
        size_t n = 0;
        for (size_t i = 0; i < ask->query.count; i++) {
                em_form_item p = ask->query.at[i];
                for (size_t k = 0; k < sizeof map / sizeof *map; k++)
                        if (em_str_eq(p.name, em_str_c(map[k].param))) {
                                em_cut cut = em_str_cut(p.value, ':');
                                value[n++] = (em_asked_value){em_str_c(map[k].property), map[k].cut && cut.found ? cut.tail : p.value};
                        }
                if (em_str_starts(p.name, EM_S("gov_"))) {
                        em_cut cut = em_str_cut(p.value, ':');
                        value[n++] = (em_asked_value){em_str_eq(p.name, EM_S("gov_passport")) ? EM_S("passportNumber") : EM_S("idNumber"),
                                                      cut.found ? cut.tail : p.value};
                }
        }
        if (!n)
                return em_fail(err, EM_USAGE, "nothing to search for: name or a number is needed");
        *ret_count = n;
        return EM_OK;
}

static void echo(em_ask *ask, em_str type, em_str schema, const em_asked *asked)
{
        em_schema     is = EM_SCHEMA_THING;
        em_party_name name[EM_ASKED_NAMES];
        (void)em_schema_parse(schema, &is);
        for (size_t i = 0; i < asked->query.names; i++)
                name[i] = (em_party_name){.text = asked->query.name[i]};
        em_party p = {.schema = is, .dataset = EM_S("api-request"), .name = name, .names = asked->query.names, .gender = asked->query.gender};
        em_json_key(&ask->j, EM_S("query"));
        em_json_open(&ask->j, '{');
        em_json_kstr(&ask->j, "name", p.names ? name[0].text : EM_S(""));
        em_json_kstr(&ask->j, "entityType", type);
        em_json_kstr(&ask->j, "sourceList", p.dataset);
        em_json_kstr(&ask->j, "sourceID", EM_S(""));
        if (type.n)
                write_kind(&ask->j, &p);
        em_json_close(&ask->j, '}');
}

static bool wanted(em_ask *ask, const em_party *p, em_str source, em_str id, em_str type)
{
        return (!source.n || em_str_eq_nocase(source, source_of(p->dataset, ask->scratch)) || em_str_eq_nocase(source, p->dataset))
               && (!id.n || em_str_eq(id, p->id)) && (!type.n || em_str_eq_nocase(type, em_str_c(type_of(p->schema))));
}

static em_status read_sieve(em_ask *ask, em_sieve *s, em_error *err)
{
        double limit;
        ask->part = EM_S("default");
        EM_TRY(em_sieve_number(ask->query, "limit", 10, &limit, err));
        *s = (em_sieve){.since = EM_DAY_NONE, .form = {0}, .limit = limit < 1 ? 10 : limit > 100 ? 100 : (size_t)limit};
        EM_TRY(em_sieve_number(ask->query, "minMatch", 0, &s->least, err));
        if (s->least > 1)
                return em_fail(err, EM_USAGE, "minMatch is over 1");
        /* Below this no pair of names has anything to do with each other, and every one would be compared. */
        s->least = s->least < 0.3 ? 0.3 : s->least;
        return EM_OK;
}

em_status em_answer_watchman(em_ask *ask, em_error *err)
{
        em_sieve sieve;
        em_asked asked;
        em_found found;
        em_json *j = &ask->j;
        em_str   schema, type = em_form_get(ask->query, "type"), format = em_form_get(ask->query, "format");
        em_str   source = em_form_get(ask->query, "source"), id = em_form_get(ask->query, "sourceID");
        size_t   values = 0;
        em_asked_value *value = EM_NEW_N(ask->scratch, em_asked_value, ask->query.count + 1);
        if (!value)
                return em_fail(err, EM_NOMEM, "no memory for a query");
        if (format.n)
                return em_fail(err, EM_USAGE, "no other format than JSON is served");
        EM_TRY(known_type(type, &schema, err));
        EM_TRY(read_sieve(ask, &sieve, err));
        EM_TRY(gather(ask, value, &values, err));
        EM_TRY(em_asked_make(schema, value, values, ask->scratch, &asked, err));
        size_t limit = sieve.limit;
        sieve.limit = source.n || id.n || type.n ? 500 : limit;
        EM_TRY(em_sieve_search(ask, &sieve, &asked, &found, err));
        em_json_open(j, '{');
        echo(ask, type, schema, &asked);
        em_json_key(j, EM_S("entities"));
        em_json_open(j, '[');
        for (size_t i = 0; i < found.matches && limit; i++) {
                em_party p;
                EM_TRY(em_names_party(ask->index->names, found.match[i].party, ask->scratch, &p, err));
                if (!wanted(ask, &p, source, id, type))
                        continue;
                em_json_open(j, '{');
                write_entity(ask, &p);
                em_json_knum(j, "match", found.match[i].score);
                em_json_close(j, '}');
                limit--;
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

/* ---- the lists ------------------------------------------------------------------------------------ */

static void key_instant(em_json *j, const char *key, int64_t time_s)
{
        char    day[11], out[40];
        int64_t in_day = (time_s % 86400 + 86400) % 86400;
        snprintf(out, sizeof out, "%sT%02d:%02d:%02dZ", em_day_text(em_day_utc(time_s), day), (int)(in_day / 3600),
                 (int)(in_day / 60 % 60), (int)(in_day % 60));
        em_json_kstr(j, key, em_str_c(out));
}

/* The first file's of each source, once. */
static void write_hash(em_json *j, const em_snapshot *x, const em_str *source, size_t i)
{
        for (size_t k = 0; k < i; k++)
                if (em_str_eq(source[k], source[i]))
                        return;
        for (size_t f = 0; f < x->files; f++)
                if (em_str_eq(x->file[f].dataset, x->dataset[i])) {
                        em_json_key(j, source[i]);
                        em_json_str(j, em_str_c(x->file[f].sha256));
                        return;
                }
}

em_status em_answer_listinfo(em_ask *ask, em_error *err)
{
        const em_snapshot *x = ask->index;
        em_json           *j = &ask->j;
        em_str            *source = EM_NEW_N(ask->scratch, em_str, x->files + x->datasets + 1);
        if (!source)
                return em_fail(err, EM_NOMEM, "no memory for the lists");
        for (size_t i = 0; i < x->datasets; i++)
                source[i] = source_of(x->dataset[i], ask->scratch);
        em_json_open(j, '{');
        em_json_key(j, EM_S("lists"));
        em_json_open(j, '{');
        for (size_t i = 0; i < x->datasets; i++) {
                uint64_t parties = x->parties[i];
                bool     first = true;
                for (size_t k = 0; k < i; k++)
                        first &= !em_str_eq(source[k], source[i]);
                for (size_t k = i + 1; k < x->datasets; k++)
                        parties += em_str_eq(source[k], source[i]) ? x->parties[k] : 0;
                if (first) {
                        em_json_key(j, source[i]);
                        em_json_int(j, (int64_t)parties);
                }
        }
        em_json_close(j, '}');
        em_json_key(j, EM_S("listHashes"));
        em_json_open(j, '{');
        for (size_t i = 0; i < x->datasets; i++)
                write_hash(j, x, source, i);
        em_json_close(j, '}');
        key_instant(j, "startedAt", x->opened_s);
        key_instant(j, "endedAt", x->opened_s);
        em_json_kstr(j, "version", em_str_c("embargo-" EMBARGO_VERSION));
        em_json_close(j, '}');
        return EM_OK;
}
