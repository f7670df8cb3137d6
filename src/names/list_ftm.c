/* FollowTheMoney entities, one JSON object a line: entities.ftm.json, targets.nested.json and OpenSanctions' deltas.
 *
 * Source: followthemoney.tech (the model), opensanctions.org/docs/bulk/json and /delta.  Entities that are no
 * parties (ownerships, occupancies, payments) are passed over; sanctions, passports and addresses that stand on lines of
 * their own add to the parties they name, once all lines are read.  A delta line says ADD, MOD or DEL: MOD replaces, DEL takes away.
 */
#include "embargo/json.h"
#include "names/list_make.h"

typedef struct reading {
        em_list_reading *r;
        em_json_doc     *doc;
        em_arena        *scratch;
        em_str          *later; size_t laters, laters_cap;      /* lines that add to others */
        em_error        *err;
} reading;

static int is_ftm(em_str head)
{
        em_str line = em_str_cut(head, '\n').head;
        if (!em_str_starts(em_str_trim(line), EM_S("{")))
                return 0;
        bool entity = em_str_find(line, EM_S("\"schema\"")) >= 0 && em_str_find(line, EM_S("\"id\"")) >= 0;
        bool delta = em_str_find(line, EM_S("\"op\"")) >= 0 && em_str_find(line, EM_S("\"entity\"")) >= 0;
        return entity || delta ? 2 : 0;
}

static const struct { const char *name; em_part part; const char *extra; } properties[] = {
        {"name", EM_PART_ALIAS, NULL}, {"alias", EM_PART_ALIAS, NULL}, {"weakAlias", EM_PART_WEAK, NULL}, {"previousName", EM_PART_FORMER, NULL},
        {"abbreviation", EM_PART_WEAK, NULL},
        {"birthDate", EM_PART_BORN, NULL}, {"incorporationDate", EM_PART_BORN, NULL}, {"buildDate", EM_PART_BORN, NULL},
        {"deathDate", EM_PART_DIED, NULL}, {"dissolutionDate", EM_PART_DIED, NULL}, {"nationality", EM_PART_COUNTRY, NULL},
        {"citizenship", EM_PART_COUNTRY, NULL}, {"country", EM_PART_COUNTRY, NULL}, {"jurisdiction", EM_PART_COUNTRY, NULL}, {"flag", EM_PART_COUNTRY, NULL},
        {"mainCountry", EM_PART_COUNTRY, NULL}, {"birthPlace", EM_PART_BIRTHPLACE, NULL}, {"address", EM_PART_ADDRESS, NULL}, {"full", EM_PART_ADDRESS, NULL},
        {"position", EM_PART_TITLE, NULL}, {"title", EM_PART_TITLE, NULL}, {"type", EM_PART_TITLE, NULL}, {"gender", EM_PART_GENDER, NULL},
        {"notes", EM_PART_REMARKS, NULL}, {"program", EM_PART_PROGRAMME, NULL}, {"programId", EM_PART_PROGRAMME, NULL},
        {"passportNumber", EM_PART_NUMBER, "passport"}, {"idNumber", EM_PART_NUMBER, "national-id"}, {"socialSecurityNumber", EM_PART_NUMBER, "tax"},
        {"taxNumber", EM_PART_NUMBER, "tax"}, {"vatCode", EM_PART_NUMBER, "tax"}, {"innCode", EM_PART_NUMBER, "tax"},
        {"registrationNumber", EM_PART_NUMBER, "registration"}, {"ogrnCode", EM_PART_NUMBER, "registration"}, {"uscCode", EM_PART_NUMBER, "registration"},
        {"kppCode", EM_PART_NUMBER, "other"}, {"okpoCode", EM_PART_NUMBER, "other"}, {"dunsCode", EM_PART_NUMBER, "other"},
        {"leiCode", EM_PART_NUMBER, "lei"}, {"swiftBic", EM_PART_NUMBER, "swift"}, {"imoNumber", EM_PART_NUMBER, "imo"}, {"mmsi", EM_PART_NUMBER, "mmsi"},
        {"callSign", EM_PART_NUMBER, "call-sign"}, {"serialNumber", EM_PART_NUMBER, "aircraft"}, {"icaoCode", EM_PART_NUMBER, "aircraft"},
        {"publicKey", EM_PART_NUMBER, "wallet"}, {"phone", EM_PART_NUMBER, "phone"}, {"email", EM_PART_NUMBER, "email"},
        {"website", EM_PART_NUMBER, "website"}, {"wikidataId", EM_PART_NUMBER, "other"},
};

/* Properties that hold entities when nested, and what of them a party takes. */
static const struct { const char *holder, *property; em_part part; const char *extra; } nested[] = {
        {"sanctions", "program", EM_PART_PROGRAMME, NULL}, {"sanctions", "programId", EM_PART_PROGRAMME, NULL},
        {"sanctions", "reason", EM_PART_REASON, NULL}, {"sanctions", "listingDate", EM_PART_LISTED, NULL},
        {"passports", "number", EM_PART_NUMBER, "passport"}, {"identifications", "number", EM_PART_NUMBER, "national-id"},
        {"addressEntity", "full", EM_PART_ADDRESS, NULL}, {"cryptoWallets", "publicKey", EM_PART_NUMBER, "wallet"},
};

/* Entities on lines of their own that add to another, by the property that names it. */
static const struct { const char *schema, *owner, *property; em_part part; const char *extra; } apart[] = {
        {"Sanction", "entity", "program", EM_PART_PROGRAMME, NULL}, {"Sanction", "entity", "reason", EM_PART_REASON, NULL},
        {"Sanction", "entity", "listingDate", EM_PART_LISTED, NULL}, {"Passport", "holder", "number", EM_PART_NUMBER, "passport"},
        {"Identification", "holder", "number", EM_PART_NUMBER, "national-id"},
};

/* A list of texts, or one. */
static void put_values(em_making *m, em_part part, const char *extra, const em_jnode *list)
{
        if (em_jis(list, EM_J_STRING))
                em_make_put(m, part, extra, em_jtext(list));
        for (const em_jnode *v = em_jis(list, EM_J_LIST) ? list->first : NULL; v; v = v->next)
                em_make_put(m, part, extra, em_jtext(v));
}

static void put_properties(em_making *m, const em_jnode *props)
{
        for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
                put_values(m, properties[i].part, properties[i].extra, em_jget(props, properties[i].name));
        for (size_t i = 0; i < sizeof nested / sizeof *nested; i++) {
                const em_jnode *list = em_jget(props, nested[i].holder);
                for (const em_jnode *e = em_jis(list, EM_J_LIST) ? list->first : NULL; e; e = e->next)
                        put_values(m, nested[i].part, nested[i].extra, em_jget(em_jget(e, "properties"), nested[i].property));
        }
}

static em_str first_text(const em_jnode *list) { return em_jis(list, EM_J_LIST) ? em_jtext(list->first) : em_jtext(list); }

static bool adds_to_another(em_str schema)
{
        for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
                if (em_str_eq(schema, em_str_c(apart[i].schema)))
                        return true;
        return false;
}

static em_str under(const reading *x)
{
        return x->r->opts && x->r->opts->dataset.n ? x->r->opts->dataset : EM_S("ftm:");
}

static em_status dataset_of(reading *x, const em_jnode *entity, em_party *p)
{
        em_str name = first_text(em_jget(entity, "datasets"));
        if (x->r->opts && x->r->opts->dataset.n)
                return EM_OK;
        return em_str_format(x->r->arena, &p->dataset, x->err, "ftm:%.*s", EM_ARG(name));
}

static em_status entity_line(reading *x, const em_jnode *entity, em_party *p)
{
        em_making       m = {.r = x->r, .p = p, .err = x->err};
        const em_jnode *props = em_jget(entity, "properties");
        em_str          caption = em_jtext(em_jget(entity, "caption"));
        EM_TRY(dataset_of(x, entity, p));
        em_make_put(&m, EM_PART_ID, NULL, em_jtext(em_jget(entity, "id")));
        em_make_put(&m, EM_PART_NAME, NULL, p->schema == EM_SCHEMA_WALLET ? EM_S("") : caption.n ? caption : first_text(em_jget(props, "name")));
        put_properties(&m, props);
        if (p->schema == EM_SCHEMA_WALLET && p->numbers)
                p->number[0].note = em_make_copy(&m, first_text(em_jget(props, "currency")));
        em_make_put(&m, EM_PART_CHANGED, NULL, em_str_sub(em_jtext(em_jget(entity, "last_change")), 0, 10));
        EM_TRY(m.s);
        return em_list_add(x->r, p, x->err);
}

static em_status keep_for_later(reading *x, em_str line)
{
        if (x->laters == x->laters_cap) {
                size_t  more = x->laters_cap ? 2 * x->laters_cap : 256;
                em_str *bigger = EM_NEW_N(x->r->arena, em_str, more);
                if (!bigger)
                        return em_fail(x->err, EM_NOMEM, "no memory left for a list");
                if (x->laters)
                        memcpy(bigger, x->later, x->laters * sizeof *bigger);
                x->later = bigger;
                x->laters_cap = more;
        }
        x->later[x->laters++] = line;
        return EM_OK;
}

/* Schemata that are no parties: positions, ownerships, payments ... */
static bool is_party(em_str schema, em_schema *ret)
{
        return em_schema_parse(schema, ret) && *ret != EM_SCHEMA_ADDRESS && *ret != EM_SCHEMA_THING;
}

static em_status one_line(reading *x, em_str line, uint64_t number, uint64_t offset)
{
        em_jnode *root;
        em_error  why = {0};
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = number, .offset = offset, .length = line.n};
        if (em_json_parse(x->doc, line, x->scratch, &root, &why) != EM_OK)
                return em_list_reject_row(x->r, EM_S(""), number, offset, x->err, "%s", why.text);
        em_str          op = em_jtext(em_jget(root, "op"));
        const em_jnode *entity = op.n ? em_jget(root, "entity") : root;
        em_str          id = em_jtext(em_jget(entity, "id")), schema = em_jtext(em_jget(entity, "schema"));
        if (!id.n)
                return em_list_reject_row(x->r, id, number, offset, x->err, "an entity without an id");
        if (op.n && !em_str_eq(op, EM_S("ADD")) && !em_str_eq(op, EM_S("MOD")) && !em_str_eq(op, EM_S("DEL")))
                return em_list_reject_row(x->r, id, number, offset, x->err, "an operation that is neither ADD, MOD nor DEL");
        em_party *known = op.n ? em_list_find(x->r, under(x), id) : NULL;
        if (known)
                em_list_drop(x->r, known);
        if (em_str_eq(op, EM_S("DEL")))
                return EM_OK;
        if (!schema.n)
                return em_list_reject_row(x->r, id, number, offset, x->err, "an entity without a schema");
        if (adds_to_another(schema))
                return keep_for_later(x, line);
        return is_party(schema, &p.schema) ? entity_line(x, entity, &p) : EM_OK;
}

static em_status later_line(reading *x, em_str line)
{
        em_jnode *root;
        if (em_json_parse(x->doc, line, x->scratch, &root, NULL) != EM_OK)
                return EM_OK;
        const em_jnode *entity = em_jget(root, "op") ? em_jget(root, "entity") : root, *props = em_jget(entity, "properties");
        for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
                if (!em_str_eq(em_jtext(em_jget(entity, "schema")), em_str_c(apart[i].schema)))
                        continue;
                em_party *p = em_list_find(x->r, under(x), first_text(em_jget(props, apart[i].owner)));
                em_making m = {.r = x->r, .p = p, .err = x->err};
                if (p)
                        put_values(&m, apart[i].part, apart[i].extra, em_jget(props, apart[i].property));
                EM_TRY(m.s);
        }
        return EM_OK;
}

static em_status read_lines(reading *x)
{
        em_str   text = x->r->bytes;
        uint64_t line = 0;
        for (size_t at = em_str_starts(text, EM_S("\xef\xbb\xbf")) ? 3 : 0; at < text.n;) {
                const char *end = memchr(text.p + at, '\n', text.n - at);
                size_t      n = end ? (size_t)(end - text.p) - at : text.n - at;
                em_str      one = em_str_trim(em_str_sub(text, at, n));
                line++;
                if (one.n)
                        EM_TRY(one_line(x, one, line, (uint64_t)(one.p - text.p)));
                em_arena_reset(x->scratch);
                at += n + 1;
        }
        for (size_t i = 0; i < x->laters; i++) {
                EM_TRY(later_line(x, x->later[i]));
                em_arena_reset(x->scratch);
        }
        return EM_OK;
}

static em_status read_ftm(em_list_reading *r, em_error *err)
{
        reading   x = {.r = r, .doc = em_json_reader(), .scratch = em_arena_new((size_t)1 << 30), .err = err};
        em_status s = x.doc && x.scratch ? read_lines(&x) : em_fail(err, EM_NOMEM, "no memory left for a list");
        em_json_reader_free(x.doc);
        em_arena_free(x.scratch);
        return s;
}

const em_list_reader em_list_ftm = {"ftm-json", "ftm", "FollowTheMoney entities or OpenSanctions deltas, JSON lines", is_ftm, read_ftm, 0};
