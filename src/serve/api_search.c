/* yente's GET routes: search by a text, one entity, the catalogue, and whether we live. */
#include "serve/service.h"

enum { LOOKED_AT = 50000, FACETS = 64 };

typedef struct picked { em_party *at; size_t count, found; bool more; } picked;

/* A text may be a name or any number. */
static em_asked_value values_of(em_str q, size_t i)
{
        static const char *const properties[] = {"name", "idNumber", "publicKey", "imoNumber"};
        return (em_asked_value){em_str_c(properties[i]), q};
}

static size_t values_count(em_str q)
{
        size_t digits = 0;
        for (size_t i = 0; i < q.n; i++)
                digits += q.p[i] >= '0' && q.p[i] <= '9';
        return digits == 7 ? 4 : digits ? 3 : 1;
}

static em_status by_text(em_ask *ask, const em_sieve *s, em_str q, em_str schema, picked *ret, em_error *err)
{
        em_asked_value value[4];
        em_asked       asked;
        em_found       found;
        size_t         values = values_count(q);
        for (size_t i = 0; i < values; i++)
                value[i] = values_of(q, i);
        EM_TRY(em_asked_make(schema, value, values, ask->scratch, &asked, err));
        EM_TRY(em_sieve_search(ask, s, &asked, &found, err));
        ret->found = found.matches;
        ret->more = found.matches == s->limit + s->offset;
        for (size_t i = s->offset; i < found.matches; i++)
                EM_TRY(em_names_party(ask->index->names, found.match[i].party, ask->scratch, &ret->at[ret->count++], err));
        return EM_OK;
}

/* Without a text: in the order of the lists. */
static em_status by_order(em_ask *ask, const em_sieve *s, em_str schema, picked *ret, em_error *err)
{
        em_asked asked;
        uint64_t parties = em_names_counts(ask->index->names).parties;
        EM_TRY(em_asked_schema(schema, &asked, err));
        if (s->nothing)
                return EM_OK;
        uint32_t i = 0;
        for (; i < parties && i < LOOKED_AT && ret->found < s->limit + s->offset; i++) {
                em_party p;
                em_str   id = {0};
                EM_TRY(em_names_party(ask->index->names, i, ask->scratch, &p, err));
                EM_TRY(em_entity_id(&p, ask->scratch, &id, err));
                if (em_sieve_passes(s, &p, id, asked.schemas) && ++ret->found > s->offset)
                        ret->at[ret->count++] = p;
        }
        ret->more = i < parties;
        return EM_OK;
}

/* ---- facets ------------------------------------------------------------------------------ */

typedef struct facet { em_str name[FACETS]; size_t count[FACETS], names; } facet;

static void count(facet *f, em_str name)
{
        size_t i = 0;
        while (i < f->names && !em_str_eq(f->name[i], name))
                i++;
        if (i == f->names && f->names < FACETS && name.n)
                f->name[f->names++] = name;
        if (i < f->names)
                f->count[i]++;
}

static void write_facet(em_json *j, const char *key, const char *label, const facet *f)
{
        em_json_key(j, em_str_c(key));
        em_json_open(j, '{');
        em_json_kstr(j, "label", em_str_c(label));
        em_json_key(j, EM_S("values"));
        em_json_open(j, '[');
        for (size_t i = 0; i < f->names; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "name", f->name[i]);
                em_json_kstr(j, "label", f->name[i]);
                em_json_kint(j, "count", (int64_t)f->count[i]);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
}

static em_status write_facets(em_ask *ask, const picked *list, em_error *err)
{
        facet *f = EM_NEW_N(ask->scratch, facet, 3);
        if (!f)
                return em_fail(err, EM_NOMEM, "no memory for facets");
        for (size_t i = 0; i < list->count; i++) {
                const em_party *p = &list->at[i];
                for (size_t k = 0; k < p->countries; k++)
                        count(&f[0], p->country[k]);
                count(&f[1], p->delisted ? EM_S("") : EM_S("sanction"));
                count(&f[2], p->dataset);
        }
        em_json_key(&ask->j, EM_S("facets"));
        em_json_open(&ask->j, '{');
        write_facet(&ask->j, "countries", "Countries", &f[0]);
        write_facet(&ask->j, "topics", "Topics", &f[1]);
        write_facet(&ask->j, "datasets", "Data sources", &f[2]);
        em_json_close(&ask->j, '}');
        return EM_OK;
}

em_status em_answer_search(em_ask *ask, em_error *err)
{
        em_sieve s;
        picked   list = {0};
        em_json *j = &ask->j;
        em_str   q = em_str_trim(em_form_get(ask->query, "q")), schema = em_form_get(ask->query, "schema");
        /* Let pass, a filter would widen the answer unseen. */
        if (em_form_get(ask->query, "filter").n)
                return em_fail(err, EM_USAGE, "filter is not served; countries, schema, topics and changed_since are");
        EM_TRY(em_sieve_make(ask, 10, 500, &s, err));
        list.at = EM_NEW_N(ask->scratch, em_party, s.limit + 1);
        if (!list.at)
                return em_fail(err, EM_NOMEM, "no memory for results");
        schema = schema.n ? schema : EM_S("Thing");
        EM_TRY(q.n ? by_text(ask, &s, q, schema, &list, err) : by_order(ask, &s, schema, &list, err));
        em_json_open(j, '{');
        em_json_key(j, EM_S("results"));
        em_json_open(j, '[');
        for (size_t i = 0; i < list.count; i++) {
                em_json_open(j, '{');
                EM_TRY(em_entity_members(ask, &list.at[i], false, err));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        EM_TRY(write_facets(ask, &list, err));
        em_json_key(j, EM_S("total"));
        em_json_open(j, '{');
        em_json_kint(j, "value", (int64_t)list.found);
        em_json_kstr(j, "relation", list.more ? EM_S("gte") : EM_S("eq"));
        em_json_close(j, '}');
        em_json_kint(j, "limit", (int64_t)s.limit);
        em_json_kint(j, "offset", (int64_t)s.offset);
        em_json_close(j, '}');
        return EM_OK;
}

static em_status find_party(em_ask *ask, em_party *ret, em_error *err)
{
        uint32_t party;
        EM_TRY(em_entity_find(ask, ask->part, &party, err));
        return em_names_party(ask->index->names, party, ask->scratch, ret, err);
}

em_status em_answer_entity(em_ask *ask, em_error *err)
{
        em_party p;
        em_str   nested = em_form_get(ask->query, "nested");
        EM_TRY(find_party(ask, &p, err));
        em_json_open(&ask->j, '{');
        EM_TRY(em_entity_members(ask, &p, !nested.p || em_form_flag(ask->query, "nested"), err));
        em_json_close(&ask->j, '}');
        return EM_OK;
}

/* What stands beside an entry: its listing, which is all that a list ties to it by an id. */
static em_status write_listings(em_ask *ask, const em_party *p, em_error *err)
{
        em_json *j = &ask->j;
        int64_t  limit = 10, offset = 0;
        em_str   text = em_form_get(ask->query, "limit"), from = em_form_get(ask->query, "offset");
        if (text.n && (!em_str_int(text, &limit) || limit < 0 || limit > 500))
                return em_fail(err, EM_USAGE, "limit is a number from 0 to 500");
        if (from.n && (!em_str_int(from, &offset) || offset < 0 || offset > 9499))
                return em_fail(err, EM_USAGE, "offset is a number from 0 to 9499");
        em_json_key(j, EM_S("results"));
        em_json_open(j, '[');
        if (limit > 0 && offset == 0)
                EM_TRY(em_entity_listing(ask, p, err));
        em_json_close(j, ']');
        em_json_key(j, EM_S("total"));
        em_json_raw(j, EM_S("{\"value\":1,\"relation\":\"eq\"}"));
        em_json_kint(j, "limit", limit);
        em_json_kint(j, "offset", offset);
        return EM_OK;
}

em_status em_answer_adjacent(em_ask *ask, em_error *err)
{
        em_party p;
        EM_TRY(find_party(ask, &p, err));
        em_json_open(&ask->j, '{');
        em_json_key(&ask->j, EM_S("entity"));
        em_json_open(&ask->j, '{');
        EM_TRY(em_entity_members(ask, &p, false, err));
        em_json_close(&ask->j, '}');
        em_json_key(&ask->j, EM_S("adjacent"));
        em_json_open(&ask->j, '{');
        em_json_key(&ask->j, EM_S("sanctions"));
        em_json_open(&ask->j, '{');
        EM_TRY(write_listings(ask, &p, err));
        em_json_close(&ask->j, '}');
        em_json_close(&ask->j, '}');
        em_json_close(&ask->j, '}');
        return EM_OK;
}

em_status em_answer_adjacent_listing(em_ask *ask, em_error *err)
{
        em_party p;
        EM_TRY(find_party(ask, &p, err));
        em_json_open(&ask->j, '{');
        EM_TRY(write_listings(ask, &p, err));
        em_json_close(&ask->j, '}');
        return EM_OK;
}

/* ---- the catalogue -------------------------------------------------------------------------- */

/* "2026-02-27": the youngest of the dataset's files; of all for "". */
static em_day newest(const em_snapshot *x, em_str dataset)
{
        em_day day = EM_DAY_NONE;
        for (size_t i = 0; i < x->files; i++)
                if ((!dataset.n || em_str_eq(x->file[i].dataset, dataset)) && x->file[i].date > day)
                        day = x->file[i].date;
        return day;
}

static void key_day(em_json *j, const char *key, em_day day)
{
        char text[11];
        em_json_key(j, em_str_c(key));
        if (day == EM_DAY_NONE)
                em_json_null(j);
        else
                em_json_str(j, em_str_c(em_day_text(day, text)));
}

/* A version says which bytes: the first digits of the files' hashes, with the day before them. */
static em_str version_of(em_ask *ask, em_str dataset)
{
        const em_snapshot *x = ask->index;
        em_sha256 all = {0};
        char      hex[65], day[11];
        em_str    text = EM_S("");
        for (size_t i = 0; i < x->files; i++) {
                em_sha256 one = {0};
                if ((dataset.n && !em_str_eq(x->file[i].dataset, dataset)) || !em_sha256_parse(em_str_c(x->file[i].sha256), &one))
                        continue;
                uint8_t both[64];
                memcpy(both, all.b, 32);
                memcpy(both + 32, one.b, 32);
                all = em_sha256_of((em_str){(const char *)both, sizeof both});
        }
        em_day_text(newest(x, dataset), day);
        if (em_str_format(ask->arena, &text, NULL, "%s%s%.12s", day, day[0] ? "-" : "", em_sha256_hex(all, hex)) != EM_OK)
                return EM_S("");
        return text;
}

static void write_dataset(em_ask *ask, em_str name, em_str title, uint64_t parties, bool collection)
{
        em_json *j = &ask->j;
        em_str   only = collection ? EM_S("") : name, version = version_of(ask, only);
        em_json_open(j, '{');
        em_json_kstr(j, "name", name);
        em_json_kstr(j, "title", title);
        em_json_kstr(j, "summary", collection ? EM_S("Every list of the index") : EM_S("One list of the index, as published"));
        em_json_kstr(j, "version", version);
        em_json_kstr(j, "category", EM_S("sanctions"));
        em_json_key(j, EM_S("tags"));
        em_json_raw(j, EM_S("[\"list.sanction\"]"));
        em_json_kint(j, "entity_count", (int64_t)parties);
        em_json_kint(j, "thing_count", (int64_t)parties);
        key_day(j, "updated_at", newest(ask->index, only));
        key_day(j, "last_export", newest(ask->index, only));
        em_json_kbool(j, "load", collection);
        em_json_kbool(j, "index_current", true);
        em_json_kstr(j, "index_version", version);
        em_json_key(j, EM_S("children"));
        em_json_open(j, '[');
        for (size_t i = 0; collection && i < ask->index->datasets; i++)
                em_json_str(j, ask->index->dataset[i]);
        em_json_close(j, ']');
        em_json_kbool(j, "deprecated", false);
        em_json_close(j, '}');
}

em_status em_answer_catalog(em_ask *ask, em_error *err)
{
        const em_snapshot *x = ask->index;
        em_json           *j = &ask->j;
        (void)err;
        em_json_open(j, '{');
        em_json_key(j, EM_S("datasets"));
        em_json_open(j, '[');
        write_dataset(ask, EM_S("default"), EM_S("All lists"), em_names_counts(x->names).parties, true);
        for (size_t i = 0; i < x->datasets; i++)
                write_dataset(ask, x->dataset[i], x->dataset[i], x->parties[i], false);
        em_json_close(j, ']');
        em_json_key(j, EM_S("current"));
        em_json_raw(j, EM_S("[\"default\"]"));
        em_json_key(j, EM_S("outdated"));
        em_json_raw(j, EM_S("[]"));
        em_json_kbool(j, "index_stale", false);
        em_json_close(j, '}');
        return EM_OK;
}

em_status em_answer_health(em_ask *ask, em_error *err)
{
        (void)err;
        em_json_open(&ask->j, '{');
        em_json_kstr(&ask->j, "status", EM_S("ok"));
        em_json_close(&ask->j, '}');
        return EM_OK;
}

em_status em_answer_update(em_ask *ask, em_error *err)
{
        if (!ask->known)
                return em_fail(err, EM_DENIED, "an update needs the token");
        EM_TRY(em_service_reload(ask->service, err));
        return em_answer_health(ask, err);
}
