/* A FollowTheMoney example ("a Person called so, born then") as a query of the index.
 *
 * Properties that the index cannot weigh are let pass, as yente does; a schema that does not exist is not.
 */
#include "serve/service.h"

#define ONE(s) (1u << (s))
#define ORGS (ONE(EM_SCHEMA_ORGANIZATION) | ONE(EM_SCHEMA_COMPANY))
#define LEGAL (ORGS | ONE(EM_SCHEMA_PERSON) | ONE(EM_SCHEMA_LEGAL_ENTITY))
#define CRAFT (ONE(EM_SCHEMA_VESSEL) | ONE(EM_SCHEMA_AIRPLANE))

/* FtM's schemata, as what they are searched, and what may answer; a Thing may always. */
static const struct { const char *name; em_schema schema; uint32_t answer; } schemas[] = {
        {"Thing", EM_SCHEMA_THING, ~0u}, {"LegalEntity", EM_SCHEMA_LEGAL_ENTITY, LEGAL},
        {"Person", EM_SCHEMA_PERSON, ONE(EM_SCHEMA_PERSON) | ONE(EM_SCHEMA_LEGAL_ENTITY)},
        {"Organization", EM_SCHEMA_ORGANIZATION, ORGS | ONE(EM_SCHEMA_LEGAL_ENTITY)},
        {"Company", EM_SCHEMA_COMPANY, ORGS | ONE(EM_SCHEMA_LEGAL_ENTITY)},
        {"PublicBody", EM_SCHEMA_ORGANIZATION, ORGS | ONE(EM_SCHEMA_LEGAL_ENTITY)},
        {"Vessel", EM_SCHEMA_VESSEL, ONE(EM_SCHEMA_VESSEL)}, {"Airplane", EM_SCHEMA_AIRPLANE, ONE(EM_SCHEMA_AIRPLANE)},
        {"Vehicle", EM_SCHEMA_THING, CRAFT}, {"Asset", EM_SCHEMA_THING, CRAFT | ONE(EM_SCHEMA_COMPANY) | ONE(EM_SCHEMA_WALLET)},
        {"CryptoWallet", EM_SCHEMA_WALLET, ~0u},        /* lists give wallets under their owners */
        {"Address", EM_SCHEMA_ADDRESS, ONE(EM_SCHEMA_ADDRESS)}, {"Security", EM_SCHEMA_THING, 0}, {"RealEstate", EM_SCHEMA_THING, 0},
        {"Position", EM_SCHEMA_THING, 0}, {"Project", EM_SCHEMA_THING, 0}, {"Event", EM_SCHEMA_THING, 0},
};

typedef enum as { NAME, FIRST, MIDDLE, LAST, BORN, COUNTRY, GENDER, NUMBER } as;

static const struct { const char *property; as is; const char *number; } known[] = {
        {"name", NAME, NULL}, {"alias", NAME, NULL}, {"weakAlias", NAME, NULL}, {"previousName", NAME, NULL},
        {"abbreviation", NAME, NULL}, {"firstName", FIRST, NULL}, {"secondName", MIDDLE, NULL}, {"middleName", MIDDLE, NULL},
        {"fatherName", MIDDLE, NULL}, {"lastName", LAST, NULL}, {"birthDate", BORN, NULL}, {"incorporationDate", BORN, NULL},
        {"buildDate", BORN, NULL}, {"nationality", COUNTRY, NULL}, {"citizenship", COUNTRY, NULL}, {"country", COUNTRY, NULL},
        {"jurisdiction", COUNTRY, NULL}, {"flag", COUNTRY, NULL}, {"mainCountry", COUNTRY, NULL}, {"gender", GENDER, NULL},
        {"passportNumber", NUMBER, "passport"}, {"idNumber", NUMBER, "national-id"}, {"socialSecurityNumber", NUMBER, "national-id"},
        {"imoNumber", NUMBER, "imo"}, {"mmsi", NUMBER, "mmsi"}, {"callSign", NUMBER, "call-sign"},
        {"registrationNumber", NUMBER, "registration"}, {"ogrnCode", NUMBER, "registration"}, {"taxNumber", NUMBER, "tax"},
        {"innCode", NUMBER, "tax"}, {"vatCode", NUMBER, "tax"}, {"swiftBic", NUMBER, "swift"}, {"leiCode", NUMBER, "lei"},
        {"publicKey", NUMBER, "wallet"}, {"serialNumber", NUMBER, "aircraft"}, {"icaoCode", NUMBER, "aircraft"},
        {"uniqueEntityId", NUMBER, "other"}, {"dunsCode", NUMBER, "other"}, {"email", NUMBER, "email"}, {"phone", NUMBER, "phone"},
        {"website", NUMBER, "website"},
};

const char *em_asked_schema_name(size_t i) { return i < sizeof schemas / sizeof *schemas ? schemas[i].name : NULL; }

em_status em_asked_schema(em_str schema, em_asked *asked, em_error *err)
{
        char shown[64];
        for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
                if (em_str_eq(schema, em_str_c(schemas[i].name))) {
                        asked->schema = em_str_c(schemas[i].name);
                        asked->schemas = schemas[i].answer | (schemas[i].answer ? ONE(EM_SCHEMA_THING) : 0);
                        /* A wallet is found by its key, under whatever schema it is listed. */
                        asked->query.schema = schemas[i].schema == EM_SCHEMA_WALLET ? EM_SCHEMA_THING : schemas[i].schema;
                        return EM_OK;
                }
        return em_fail(err, EM_USAGE, "there is no schema \"%s\"", em_str_show(schema, shown, sizeof shown));
}

typedef struct made { em_str *name, *country; em_span *born; em_party_id *number; em_str part[3]; } made;

static bool span_of(em_str text, em_span *ret)
{
        em_precision precision;
        return em_span_parse(em_str_trim(text), ret, &precision) || em_day_in_text(text, ret);
}

static em_status take(em_query *q, made *m, as is, const char *number, em_str value, em_error *err)
{
        if (value.n > EM_ASKED_LONG)
                return em_fail(err, EM_USAGE, "a value is longer than %d bytes", EM_ASKED_LONG);
        switch (is) {
        case NAME:
                if (q->names == EM_ASKED_NAMES)
                        return em_fail(err, EM_USAGE, "one query has more than %d names", EM_ASKED_NAMES);
                m->name[q->names++] = value;
                break;
        case FIRST: case MIDDLE: case LAST:
                if (!m->part[is - FIRST].n)
                        m->part[is - FIRST] = value;
                break;
        case BORN:
                q->borns += span_of(value, &m->born[q->borns]);
                break;
        case COUNTRY:
                m->country[q->countries++] = value;
                break;
        case GENDER:
                q->gender = em_str_eq_nocase(value, EM_S("m")) ? EM_S("male") : em_str_eq_nocase(value, EM_S("f")) ? EM_S("female") : value;
                break;
        case NUMBER:
                m->number[q->numbers++] = (em_party_id){.type = em_str_c(number), .value = value};
                break;
        }
        return EM_OK;
}

static em_status join_parts(em_query *q, made *m, em_arena *arena, em_error *err)
{
        if (q->names || (!m->part[0].n && !m->part[2].n))
                return EM_OK;
        q->names = 1;
        EM_TRY(em_str_format(arena, &m->name[0], err, "%.*s %.*s %.*s", EM_ARG(m->part[0]), EM_ARG(m->part[1]), EM_ARG(m->part[2])));
        return EM_OK;
}

em_status em_asked_make(em_str schema, const em_asked_value *value, size_t values, em_arena *arena, em_asked *ret_asked,
                        em_error *err)
{
        em_asked asked = {0};
        EM_TRY(em_asked_schema(schema, &asked, err));
        if (values > EM_ASKED_VALUES * 4)
                return em_fail(err, EM_USAGE, "one query has more than %d values", EM_ASKED_VALUES * 4);
        made m = {.name = EM_NEW_N(arena, em_str, EM_ASKED_NAMES), .country = EM_NEW_N(arena, em_str, values + 1),
                  .born = EM_NEW_N(arena, em_span, values + 1), .number = EM_NEW_N(arena, em_party_id, values + 1)};
        if (!m.name || !m.country || !m.born || !m.number)
                return em_fail(err, EM_NOMEM, "no memory for a query");
        for (size_t i = 0; i < values; i++) {
                em_str v = em_str_trim(value[i].value);
                for (size_t k = 0; v.n && k < sizeof known / sizeof *known; k++)
                        if (em_str_eq(value[i].property, em_str_c(known[k].property)))
                                EM_TRY(take(&asked.query, &m, known[k].is, known[k].number, v, err));
        }
        EM_TRY(join_parts(&asked.query, &m, arena, err));
        asked.query.name = m.name;
        asked.query.country = m.country;
        asked.query.born = m.born;
        asked.query.number = m.number;
        *ret_asked = asked;
        return EM_OK;
}
