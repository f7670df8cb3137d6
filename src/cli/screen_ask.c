/* Questions out of words, columns and entities.
 *
 * A question may come as the words of a command line, as a row of a customer file or as an entity of
 * FollowTheMoney; each ends as one em_query.  One table says what a field is called in each of them.
 */
#include "cli/screen.h"
#include "names/list_inside.h"

/* What a field fills: a name, the schema, a birth date, a country, a gender, the asker's id, or a number of that type. */
static const struct { const char *field, *what; } fields[] = {
        {"name", "name"}, {"full_name", "name"}, {"alias", "name"}, {"aliases", "name"}, {"weakAlias", "name"},
        {"weak_alias", "name"}, {"previousName", "name"}, {"schema", "schema"}, {"type", "schema"}, {"id", "id"},
        {"born", "born"}, {"birthDate", "born"}, {"birth_date", "born"}, {"dob", "born"}, {"date_of_birth", "born"},
        {"buildDate", "born"}, {"incorporationDate", "born"}, {"country", "country"}, {"countries", "country"},
        {"nationality", "country"}, {"citizenship", "country"}, {"jurisdiction", "country"}, {"flag", "country"},
        {"gender", "gender"}, {"imo", "imo"}, {"imoNumber", "imo"}, {"mmsi", "mmsi"}, {"callSign", "call-sign"},
        {"call_sign", "call-sign"}, {"passport", "passport"}, {"passportNumber", "passport"}, {"idNumber", "national-id"},
        {"national_id", "national-id"}, {"wallet", "wallet"}, {"publicKey", "wallet"}, {"cryptoAddress", "wallet"},
        {"tax", "tax"}, {"taxNumber", "tax"}, {"innCode", "tax"}, {"vatCode", "tax"}, {"registration", "registration"},
        {"registrationNumber", "registration"}, {"ogrnCode", "registration"}, {"swiftBic", "swift"}, {"bikCode", "other"},
        {"leiCode", "lei"}, {"phone", "phone"}, {"email", "email"}, {"website", "website"}, {"number", "other"},
        {"identifiers", "other"},
};
enum { FIELDS = sizeof fields / sizeof *fields, MANY = 64 };

const char *em_ask_column(em_str name)
{
        name = em_str_trim(name);
        for (size_t i = 0; i < FIELDS; i++)
                if (em_str_eq_nocase(name, em_str_c(fields[i].field)))
                        return fields[i].what;
        return NULL;
}

/* ---- numbers ---------------------------------------------------------------------------------- */

em_status em_ask_typed(em_str text, em_party_id *ret_number, em_error *err)
{
        static const char *const types[] = {"passport", "national-id", "imo", "mmsi", "call-sign", "tax", "registration", "swift",
                                            "lei", "aircraft", "wallet", "phone", "email", "website", "un-reference", "other"};
        enum { TYPES = sizeof types / sizeof *types };
        em_cut cut = em_str_cut(text, ':');
        char   shown[64];
        if (!cut.found || !cut.tail.n)
                return em_fail(err, EM_USAGE, "--number: \"%s\" is not TYPE:VALUE, such as imo:8909575",
                               em_str_show(text, shown, sizeof shown));
        for (size_t i = 0; i < TYPES; i++)
                if (em_str_eq_nocase(cut.head, em_str_c(types[i]))) {
                        *ret_number = (em_party_id){.type = em_str_c(types[i]), .value = cut.tail};
                        return EM_OK;
                }
        return em_option_unknown(EM_USAGE, "type of number", cut.head, types, TYPES, err);
}

em_status em_ask_schema(em_str text, em_schema *ret_schema, em_error *err)
{
        static const char *const known[] = {"thing", "legalentity", "person", "organization", "company", "vessel", "airplane",
                                            "cryptowallet"};
        if (em_schema_parse(text, ret_schema))
                return EM_OK;
        return em_option_unknown(EM_USAGE, "schema", text, known, sizeof known / sizeof *known, err);
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* The query's arrays are made for MANY from the start; what is over is left out, which a batch says. */
static em_status room_for(em_query *q, em_arena *arena, em_error *err)
{
        if (q->name)
                return EM_OK;
        q->name = EM_NEW_N(arena, em_str, MANY);
        q->number = EM_NEW_N(arena, em_party_id, MANY);
        q->born = EM_NEW_N(arena, em_span, MANY);
        q->country = EM_NEW_N(arena, em_str, MANY);
        if (!q->name || !q->number || !q->born || !q->country)
                return em_fail(err, EM_NOMEM, "no memory left for a question");
        return EM_OK;
}

#define ADD(q, list, count, T, v)                                             \
        do {                                                                  \
                if ((q)->count < MANY)                                        \
                        ((T *)(uintptr_t)(q)->list)[(q)->count++] = (v);      \
        } while (0)

static em_status add_country(em_query *q, em_str value, em_arena *arena, em_error *err)
{
        em_str code = em_country_code(value);
        char  *lower = em_arena_alloc(arena, value.n + 1);
        if (!lower)
                return em_fail(err, EM_NOMEM, "no memory left for a question");
        for (size_t i = 0; i < value.n; i++)
                lower[i] = value.p[i] >= 'A' && value.p[i] <= 'Z' ? (char)(value.p[i] + 32) : value.p[i];
        em_str country = code.n ? code : (em_str){lower, value.n};
        ADD(q, country, countries, em_str, country);
        return EM_OK;
}

static em_status add_one(const char *what, em_str value, em_arena *arena, em_asked *a, em_error *err)
{
        em_query *q = &a->query;
        char      shown[64];
        if (strcmp(what, "name") == 0) {
                ADD(q, name, names, em_str, value);
        } else if (strcmp(what, "id") == 0) {
                a->id = value;
        } else if (strcmp(what, "gender") == 0) {
                q->gender = value;
        } else if (strcmp(what, "schema") == 0) {
                EM_TRY(em_ask_schema(value, &q->schema, err));
        } else if (strcmp(what, "country") == 0) {
                EM_TRY(add_country(q, value, arena, err));
        } else if (strcmp(what, "born") == 0) {
                em_party_date d;
                if (!em_party_date_parse(value, &d))
                        return em_fail(err, EM_USAGE, "\"%s\" is no date of birth such as 1960, 1960-03 or 1 March 1960",
                                       em_str_show(value, shown, sizeof shown));
                ADD(q, born, borns, em_span, d.span);
        } else {
                em_party_id id = {.type = em_str_c(what), .value = value};
                ADD(q, number, numbers, em_party_id, id);
        }
        return EM_OK;
}

em_status em_ask_field(em_str field, em_str value, em_arena *arena, em_asked *a, em_error *err)
{
        const char *what = em_ask_column(field);
        EM_TRY(room_for(&a->query, arena, err));
        for (em_cut cut = {.tail = value, .found = what != NULL}; cut.found;) {
                bool whole = strcmp(what, "id") == 0 || em_str_eq_nocase(em_str_trim(field), EM_S("name"));
                cut = em_str_cut(cut.tail, whole ? '\x01' : ';');
                em_str one = em_str_trim(cut.head);
                if (one.n)
                        EM_TRY(add_one(what, one, arena, a, err));
        }
        return EM_OK;
}

em_status em_ask_words(const em_str *word, size_t words, em_arena *arena, em_query *q, em_error *err)
{
        bool   each = false;
        em_buf all = em_buf_make(1 << 20);
        EM_TRY(room_for(q, arena, err));
        for (size_t i = 0; i < words; i++)
                each |= em_str_find(em_str_trim(word[i]), EM_S(" ")) >= 0;
        for (size_t i = 0; i < words; i++) {
                em_party_id id;
                if (em_id_in_text(word[i], &id)) {
                        ADD(q, number, numbers, em_party_id, id);
                } else if (each) {
                        ADD(q, name, names, em_str, word[i]);
                } else {
                        if (all.n)
                                em_buf_ch(&all, ' ');
                        em_buf_str(&all, word[i]);
                }
        }
        em_str    name = {0};
        em_status s = em_buf_status(&all, err);
        if (s == EM_OK && all.n)
                s = em_str_copy(em_buf_view(&all), arena, &name, err);
        if (name.n)
                ADD(q, name, names, em_str, name);
        em_buf_free(&all);
        return s;
}

/* ---- entities ----------------------------------------------------------------------------------- */

static em_status add_values(em_str key, const em_jnode *value, em_arena *arena, em_asked *a, em_error *err)
{
        const char *what = em_ask_column(key);
        if (!what)
                return EM_OK;
        for (const em_jnode *v = em_jis(value, EM_J_LIST) ? value->first : value; v;
             v = em_jis(value, EM_J_LIST) ? v->next : NULL)
                if (em_str_trim(em_jtext(v)).n)
                        EM_TRY(add_one(what, em_str_trim(em_jtext(v)), arena, a, err));
        return EM_OK;
}

em_status em_ask_entity(const em_jnode *node, em_arena *arena, em_asked *a, em_error *err)
{
        if (!em_jis(node, EM_J_OBJECT))
                return em_fail(err, EM_FORMAT, "a line of a batch is one JSON object");
        EM_TRY(room_for(&a->query, arena, err));
        for (const em_jnode *m = node->first; m; m = m->next) {
                if (!em_str_eq(m->key, EM_S("properties")))
                        EM_TRY(add_values(m->key, m, arena, a, err));
                else
                        for (const em_jnode *p = m->first; p; p = p->next)
                                EM_TRY(add_values(p->key, p, arena, a, err));
        }
        return EM_OK;
}
