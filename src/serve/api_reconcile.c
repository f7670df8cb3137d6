/* Reconciliation, version 0.2 of the community group's API, which OpenRefine speaks.
 *
 * One address gives its manifest to a bare GET, answers queries given as a form or in the query string, and
 * extends rows by properties.  Clients from before CORS ask by JSONP: the callback's name must be a plain
 * identifier, so that the reply cannot become somebody else's script.
 */
#include "serve/service.h"

/* ---- JSONP ------------------------------------------------------------------------- */

static bool identifier(em_str s)
{
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
                if (!letter && !(i && ((c >= '0' && c <= '9') || c == '.')))
                        return false;
        }
        return s.n > 0 && s.n <= 64;
}

static em_status begin(em_ask *ask, em_str *ret_callback, em_error *err)
{
        em_str callback = em_form_get(ask->query, "callback");
        if (callback.p && !identifier(callback))
                return em_fail(err, EM_USAGE, "callback is not an identifier");
        if (callback.p) {
                ask->reply->type = "application/javascript";
                em_buf_c(ask->j.out, "/**/");
                em_buf_str(ask->j.out, callback);
                em_buf_ch(ask->j.out, '(');
        }
        *ret_callback = callback;
        return EM_OK;
}

static em_status end(em_ask *ask, em_str callback)
{
        if (callback.p)
                em_buf_c(ask->j.out, ");");
        return EM_OK;
}

/* ---- the manifest ---------------------------------------------------------------------- */

static void service_of(em_ask *ask, const char *key, const char *path_key, const char *path)
{
        em_json *j = &ask->j;
        em_buf   url = em_buf_make(1024);
        em_buf_fmt(&url, "http://%.*s/reconcile/%.*s", EM_ARG(ask->request->host), EM_ARG(ask->part));
        em_json_key(j, em_str_c(key));
        em_json_open(j, '{');
        em_json_kstr(j, "service_url", em_buf_view(&url));
        em_json_kstr(j, path_key, em_str_c(path));
        em_json_close(j, '}');
        em_buf_free(&url);
}

static void write_type(em_json *j, const char *name)
{
        em_json_open(j, '{');
        em_json_kstr(j, "id", em_str_c(name));
        em_json_kstr(j, "name", em_str_c(name));
        em_json_close(j, '}');
}

static void write_manifest(em_ask *ask)
{
        em_json *j = &ask->j;
        em_buf   text = em_buf_make(1024);
        em_json_open(j, '{');
        em_json_key(j, EM_S("versions"));
        em_json_raw(j, EM_S("[\"0.1\",\"0.2\"]"));
        em_buf_fmt(&text, "Embargo: %.*s", EM_ARG(ask->part));
        em_json_kstr(j, "name", em_buf_view(&text));
        em_json_kstr(j, "identifierSpace", EM_S("https://www.opensanctions.org/reconcile/id"));
        em_json_kstr(j, "schemaSpace", EM_S("https://followthemoney.tech/schema"));
        em_json_key(j, EM_S("view"));
        em_json_open(j, '{');
        em_buf_clear(&text);
        em_buf_fmt(&text, "http://%.*s/entities/{{id}}", EM_ARG(ask->request->host));
        em_json_kstr(j, "url", em_buf_view(&text));
        em_json_close(j, '}');
        em_json_key(j, EM_S("defaultTypes"));
        em_json_open(j, '[');
        static const char *const types[] = {"Thing", "Person", "Organization", "Company", "Vessel"};
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
                write_type(j, types[i]);
        em_json_close(j, ']');
        em_json_key(j, EM_S("suggest"));
        em_json_open(j, '{');
        service_of(ask, "entity", "service_path", "/suggest/entity");
        service_of(ask, "property", "service_path", "/suggest/property");
        service_of(ask, "type", "service_path", "/suggest/type");
        em_json_close(j, '}');
        em_json_key(j, EM_S("extend"));
        em_json_open(j, '{');
        service_of(ask, "propose_properties", "service_path", "/extend/property");
        em_json_key(j, EM_S("property_settings"));
        em_json_raw(j, EM_S("[]"));
        em_json_close(j, '}');
        em_json_close(j, '}');
        em_buf_free(&text);
}

/* ---- queries ----------------------------------------------------------------------------- */

static em_str value_text(const em_jnode *v)
{
        return em_jis(v, EM_J_OBJECT) ? em_jtext(em_jget(v, em_jget(v, "id") ? "id" : "name")) : em_jtext(v);
}

static em_status gather(const em_jnode *query, em_arena *arena, em_asked_value **ret, size_t *ret_count, em_error *err)
{
        const em_jnode *properties = em_jget(query, "properties");
        size_t          most = 2, n = 0;
        for (const em_jnode *p = em_jis(properties, EM_J_LIST) ? properties->first : NULL; p; p = p->next) {
                const em_jnode *v = em_jget(p, "v");
                most += em_jis(v, EM_J_LIST) ? v->count : 1;
        }
        em_asked_value *value = EM_NEW_N(arena, em_asked_value, most);
        if (!value)
                return em_fail(err, EM_NOMEM, "no memory for a query");
        value[n++] = (em_asked_value){EM_S("name"), em_jtext(em_jget(query, "query"))};
        for (const em_jnode *p = em_jis(properties, EM_J_LIST) ? properties->first : NULL; p; p = p->next) {
                const em_jnode *v = em_jget(p, "v");
                em_str          pid = em_jtext(em_jget(p, "pid"));
                if (!em_jis(v, EM_J_LIST))
                        value[n++] = (em_asked_value){pid, value_text(v)};
                for (const em_jnode *c = em_jis(v, EM_J_LIST) ? v->first : NULL; c; c = c->next)
                        value[n++] = (em_asked_value){pid, value_text(c)};
        }
        *ret = value;
        *ret_count = n;
        return EM_OK;
}

static em_str type_of(const em_jnode *query)
{
        const em_jnode *type = em_jget(query, "type");
        if (em_jis(type, EM_J_LIST))
                type = type->first;
        em_str name = value_text(type);
        return name.n ? name : EM_S("Thing");
}

static em_status write_candidate(em_ask *ask, const em_match *m, em_error *err)
{
        em_json *j = &ask->j;
        em_party p;
        em_str   id = {0}, list = {0};
        EM_TRY(em_names_party(ask->index->names, m->party, ask->scratch, &p, err));
        EM_TRY(em_entity_id(&p, ask->scratch, &id, err));
        EM_TRY(em_str_format(ask->scratch, &list, err, "%.*s, may match as %.*s", EM_ARG(p.dataset), EM_ARG(m->name_text)));
        em_json_open(j, '{');
        em_json_kstr(j, "id", id);
        em_json_kstr(j, "name", p.names ? p.name[0].text : p.id);
        em_json_kstr(j, "description", list);
        em_json_kint(j, "score", (int64_t)(m->score * 100 + 0.5));
        em_json_kbool(j, "match", m->score >= 0.95);
        em_json_key(j, EM_S("type"));
        em_json_open(j, '[');
        write_type(j, em_schema_name(p.schema));
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

static em_status answer_query(em_ask *ask, em_sieve sieve, const em_jnode *query, em_error *err)
{
        em_asked        asked;
        em_asked_value *value = NULL;
        size_t          values = 0;
        em_found        found;
        int64_t         limit;
        em_arena_reset(ask->scratch);
        if (em_jint(em_jget(query, "limit"), &limit) && limit > 0)
                sieve.limit = limit < 100 ? (size_t)limit : 100;
        EM_TRY(gather(query, ask->scratch, &value, &values, err));
        EM_TRY(em_asked_make(type_of(query), value, values, ask->scratch, &asked, err));
        EM_TRY(em_sieve_search(ask, &sieve, &asked, &found, err));
        em_json_key(&ask->j, query->key);
        em_json_open(&ask->j, '{');
        em_json_key(&ask->j, EM_S("result"));
        em_json_open(&ask->j, '[');
        for (size_t i = 0; i < found.matches; i++)
                EM_TRY(write_candidate(ask, &found.match[i], err));
        em_json_close(&ask->j, ']');
        em_json_close(&ask->j, '}');
        return EM_OK;
}

static em_status answer_queries(em_ask *ask, em_str text, em_error *err)
{
        em_jnode *root = NULL;
        em_sieve  sieve;
        size_t    most = em_service_options(ask->service)->batch;
        EM_TRY(em_sieve_make(ask, 5, 100, &sieve, err));
        sieve.offset = 0;
        EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        if (!em_jis(root, EM_J_OBJECT))
                return em_fail(err, EM_USAGE, "queries is not an object");
        if (root->count > most)
                return em_fail(err, EM_USAGE, "%zu queries in one batch; the most is %zu", root->count, most);
        em_json_open(&ask->j, '{');
        for (const em_jnode *q = root->first; q; q = q->next)
                EM_TRY(answer_query(ask, sieve, q, err));
        em_json_close(&ask->j, '}');
        return EM_OK;
}

/* ---- extending ------------------------------------------------------------------------------ */

static const em_property *property_of(em_str name)
{
        size_t             n;
        const em_property *list = em_properties(&n);
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(name, em_str_c(list[i].name)))
                        return &list[i];
        return NULL;
}

static void write_property(em_json *j, const em_property *p)
{
        em_json_open(j, '{');
        em_json_kstr(j, "id", em_str_c(p->name));
        em_json_kstr(j, "name", em_str_c(p->label));
        em_json_close(j, '}');
}

static em_status write_row(em_ask *ask, em_str id, const em_jnode *properties, em_error *err)
{
        em_json *j = &ask->j;
        uint32_t party;
        em_party p;
        em_arena_reset(ask->scratch);
        em_status s = em_entity_find(ask, id, &party, err);
        if (s != EM_OK && s != EM_MISSING)
                return s;
        if (s == EM_OK)
                EM_TRY(em_names_party(ask->index->names, party, ask->scratch, &p, err));
        em_json_key(j, id);
        em_json_open(j, '{');
        for (const em_jnode *c = properties->first; c; c = c->next) {
                const em_property *property = property_of(em_jtext(em_jget(c, "id")));
                em_str            *value = NULL;
                size_t             values = 0;
                if (!property)
                        continue;
                if (s == EM_OK)
                        EM_TRY(em_entity_values(&p, property, ask->scratch, &value, &values, err));
                em_json_key(j, em_str_c(property->name));
                em_json_open(j, '[');
                for (size_t i = 0; i < values; i++) {
                        em_json_open(j, '{');
                        em_json_kstr(j, "str", value[i]);
                        em_json_close(j, '}');
                }
                em_json_close(j, ']');
        }
        em_json_close(j, '}');
        return EM_OK;
}

static em_status answer_extend(em_ask *ask, em_str text, em_error *err)
{
        em_json  *j = &ask->j;
        em_jnode *root = NULL;
        EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        const em_jnode *ids = em_jget(root, "ids"), *properties = em_jget(root, "properties");
        if (!em_jis(ids, EM_J_LIST) || !em_jis(properties, EM_J_LIST))
                return em_fail(err, EM_USAGE, "extend needs the lists \"ids\" and \"properties\"");
        if (ids->count > 1000 || properties->count > 64)
                return em_fail(err, EM_USAGE, "extend takes up to 1000 ids and 64 properties");
        em_json_open(j, '{');
        em_json_key(j, EM_S("meta"));
        em_json_open(j, '[');
        for (const em_jnode *c = properties->first; c; c = c->next) {
                const em_property *property = property_of(em_jtext(em_jget(c, "id")));
                if (property)
                        write_property(j, property);
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("rows"));
        em_json_open(j, '{');
        for (const em_jnode *id = ids->first; id; id = id->next)
                EM_TRY(write_row(ask, em_jtext(id), properties, err));
        em_json_close(j, '}');
        em_json_close(j, '}');
        return EM_OK;
}

em_status em_answer_reconcile(em_ask *ask, em_error *err)
{
        em_form  form = ask->query;
        em_sieve known;
        em_str   callback;
        bool     post = em_str_eq(ask->request->method, EM_S("POST"));
        if (post)
                EM_TRY(em_form_read_text(ask->request->body, ask->arena, &form, err));
        EM_TRY(em_sieve_make(ask, 5, 100, &known, err));
        EM_TRY(begin(ask, &callback, err));
        em_str queries = em_form_get(form, "queries"), extend = em_form_get(form, "extend");
        if (queries.p)
                EM_TRY(answer_queries(ask, queries, err));
        else if (extend.p)
                EM_TRY(answer_extend(ask, extend, err));
        else if (post)
                return em_fail(err, EM_USAGE, "the form has neither queries nor extend");
        else
                write_manifest(ask);
        return end(ask, callback);
}

/* ---- suggestions -------------------------------------------------------------------------------- */

static bool has_prefix(const char *text, em_str prefix)
{
        em_str s = em_str_c(text);
        return s.n >= prefix.n && em_str_eq_nocase(em_str_sub(s, 0, prefix.n), prefix);
}

static em_status open_suggest(em_ask *ask, em_str *ret_callback, em_error *err)
{
        em_json *j = &ask->j;
        em_sieve known;
        EM_TRY(em_sieve_make(ask, 10, 100, &known, err));
        EM_TRY(begin(ask, ret_callback, err));
        em_json_open(j, '{');
        em_json_kstr(j, "code", EM_S("/api/status/ok"));
        em_json_kstr(j, "status", EM_S("200 OK"));
        em_json_kstr(j, "prefix", em_form_get(ask->query, "prefix"));
        em_json_key(j, EM_S("result"));
        em_json_open(j, '[');
        return EM_OK;
}

static em_status close_suggest(em_ask *ask, em_str callback)
{
        em_json_close(&ask->j, ']');
        em_json_close(&ask->j, '}');
        return end(ask, callback);
}

em_status em_answer_suggest_entity(em_ask *ask, em_error *err)
{
        em_sieve sieve;
        em_asked asked;
        em_found found;
        em_str   callback, prefix = em_form_get(ask->query, "prefix");
        em_asked_value value = {EM_S("name"), prefix};
        EM_TRY(em_sieve_make(ask, 10, 100, &sieve, err));
        EM_TRY(em_asked_make(EM_S("Thing"), &value, 1, ask->scratch, &asked, err));
        EM_TRY(em_sieve_search(ask, &sieve, &asked, &found, err));
        EM_TRY(open_suggest(ask, &callback, err));
        for (size_t i = sieve.offset; i < found.matches; i++) {
                em_party p;
                em_str   id = {0};
                EM_TRY(em_names_party(ask->index->names, found.match[i].party, ask->scratch, &p, err));
                EM_TRY(em_entity_id(&p, ask->scratch, &id, err));
                em_json_open(&ask->j, '{');
                em_json_kstr(&ask->j, "id", id);
                em_json_kstr(&ask->j, "name", p.names ? p.name[0].text : p.id);
                em_json_kstr(&ask->j, "description", p.dataset);
                em_json_key(&ask->j, EM_S("notable"));
                em_json_open(&ask->j, '[');
                write_type(&ask->j, em_schema_name(p.schema));
                em_json_close(&ask->j, ']');
                em_json_close(&ask->j, '}');
        }
        return close_suggest(ask, callback);
}

em_status em_answer_suggest_property(em_ask *ask, em_error *err)
{
        size_t             n;
        const em_property *list = em_properties(&n);
        em_str             callback, prefix = em_form_get(ask->query, "prefix");
        EM_TRY(open_suggest(ask, &callback, err));
        for (size_t i = 0; i < n; i++)
                if (has_prefix(list[i].name, prefix) || has_prefix(list[i].label, prefix))
                        write_property(&ask->j, &list[i]);
        return close_suggest(ask, callback);
}

em_status em_answer_suggest_type(em_ask *ask, em_error *err)
{
        em_str callback, prefix = em_form_get(ask->query, "prefix");
        EM_TRY(open_suggest(ask, &callback, err));
        for (size_t i = 0; em_asked_schema_name(i); i++)
                if (has_prefix(em_asked_schema_name(i), prefix))
                        write_type(&ask->j, em_asked_schema_name(i));
        return close_suggest(ask, callback);
}

em_status em_answer_extend_properties(em_ask *ask, em_error *err)
{
        size_t             n;
        const em_property *list = em_properties(&n);
        em_str             callback, type = em_form_get(ask->query, "type");
        em_sieve           sieve;
        EM_TRY(em_sieve_make(ask, 100, 100, &sieve, err));
        EM_TRY(begin(ask, &callback, err));
        em_json_open(&ask->j, '{');
        em_json_kint(&ask->j, "limit", (int64_t)sieve.limit);
        em_json_kstr(&ask->j, "type", type.n ? type : EM_S("Thing"));
        em_json_key(&ask->j, EM_S("properties"));
        em_json_open(&ask->j, '[');
        for (size_t i = 0; i < n && i < sieve.limit; i++)
                write_property(&ask->j, &list[i]);
        em_json_close(&ask->j, ']');
        em_json_close(&ask->j, '}');
        return end(ask, callback);
}
