/* The pages for people, and OpenAPI 3.0 for programs: both made from the one table of routes. */
#include "serve/desk.h"

#include <stdio.h>

em_status em_answer_lists(em_ask *ask, em_error *err)
{
        const em_snapshot *x = ask->index;
        em_html            h = ask->h;
        em_page_open(ask, &(em_page){.title = EM_S("Which listed party could this be, and why"), .nav = "screen", .no_data = true});
        em_html_lit(h, "<p>This is the screening service of "
                       "<code>embargo serve</code>. It answers programs: what they may ask stands on <a href=\"/docs\">the page of "
                       "requests</a> and in <a href=\"/openapi.json\">openapi.json</a>. A result says that somebody <em>may</em> be "
                       "a listed party, with its reasons; it is not a finding.</p><h2>What is searched</h2>"
                       "<table><tr><th>list</th><th>file</th><th>of</th><th>entries</th><th>SHA-256</th></tr>");
        for (size_t i = 0; i < x->files; i++) {
                char hash[13], day[11];
                memcpy(hash, x->file[i].sha256, 12);
                hash[12] = '\0';
                em_html_lit(h, "<tr><td>");
                em_html_text(h, x->file[i].dataset);
                em_html_lit(h, "</td><td>");
                em_html_text(h, em_path_base(x->file[i].path));
                em_html_lit(h, "</td><td>");
                em_html_c(h, em_day_text(x->file[i].date, day));
                em_html_lit(h, "</td><td>");
                em_html_int(h, (int64_t)x->file[i].parties);
                em_html_lit(h, "</td><td>");
                em_html_c(h, hash);
                em_html_lit(h, "</td></tr>");
        }
        em_html_lit(h, "</table>\n");
        return em_page_close(ask, err);
}

/* The addresses of the same as data. */
static void put_shapes(em_html h, const em_route *r)
{
        static const struct { const char *end; unsigned flags; } shapes[] = {{".json", EM_ROUTE_DATA | EM_ROUTE_JSON}, {".csv", EM_ROUTE_DATA}};
        for (size_t i = 0; r->method[0] == 'G' && i < EM_COUNT(shapes); i++) {
                if (!(r->flags & shapes[i].flags))
                        continue;
                em_html_c(h, i ? " and <code>" : "; as data <code>");
                em_html_c(h, strcmp(r->path, "/") == 0 ? "/index" : r->path);
                em_html_c(h, shapes[i].end);
                em_html_lit(h, "</code>");
        }
}

em_status em_answer_docs(em_ask *ask, em_error *err)
{
        const em_route *r;
        em_html         h = ask->h;
        em_page_open(ask, &(em_page){.title = EM_S("What may be asked")});
        em_html_lit(h, "<p>Everything but the states of health needs the token that was printed at the "
                       "start: <code>Authorization: Bearer TOKEN</code>. {dataset} is <code>default</code> (all lists) or one list "
                       "of <a href=\"/catalog\">the catalogue</a>.</p>");
        for (size_t i = 0; (r = em_route_at(i)) != NULL; i++) {
                em_html_lit(h, "<section><h2><code>");
                em_html_c(h, r->method);
                em_html_lit(h, " ");
                em_html_c(h, r->path);
                em_html_lit(h, "</code></h2><p>");
                em_html_c(h, r->brief);
                put_shapes(h, r);
                em_html_lit(h, "</p>");
                if (r->body) {
                        em_html_lit(h, "<pre tabindex=\"0\">");
                        em_html_c(h, r->body);
                        em_html_lit(h, "</pre>");
                }
                if (r->param && r->param->name)
                        em_html_lit(h, "<table>");
                for (const em_route_param *p = r->param; p && p->name; p++) {
                        em_html_lit(h, "<tr><td>");
                        em_html_c(h, p->name);
                        em_html_lit(h, "</td><td class=\"pale\">");
                        em_html_c(h, p->type);
                        em_html_lit(h, "</td><td>");
                        em_html_c(h, p->text);
                        em_html_lit(h, "</td></tr>");
                }
                if (r->param && r->param->name)
                        em_html_lit(h, "</table>");
                em_html_lit(h, "</section>");
        }
        return em_page_close(ask, err);
}

/* ---- OpenAPI --------------------------------------------------------------------------------- */

static void write_param(em_json *j, em_str name, const char *in, bool must, const char *type, const char *text)
{
        em_json_open(j, '{');
        em_json_kstr(j, "name", name);
        em_json_kstr(j, "in", em_str_c(in));
        em_json_kbool(j, "required", must);
        em_json_kstr(j, "description", em_str_c(text));
        em_json_key(j, EM_S("schema"));
        em_json_open(j, '{');
        em_json_kstr(j, "type", em_str_c(type));
        em_json_close(j, '}');
        em_json_close(j, '}');
}

static void write_params(em_json *j, const em_route *r)
{
        em_str path = em_str_c(r->path);
        ptrdiff_t from = em_str_find(path, EM_S("{")), to = em_str_find(path, EM_S("}"));
        em_json_key(j, EM_S("parameters"));
        em_json_open(j, '[');
        if (from >= 0 && to > from)
                write_param(j, em_str_sub(path, (size_t)from + 1, (size_t)(to - from) - 1), "path", true, "string",
                            r->family == EM_FAMILY_PAGE ? "as the list of them has it" : "as /catalog names it, or an id");
        for (const em_route_param *p = r->param; p && p->name; p++)
                write_param(j, em_str_c(p->name), "query", false, p->type, p->text);
        em_json_close(j, ']');
}

/* Of a page the types are those of its shapes; the programs' APIs speak JSON. */
static const char *type_of(const em_route *r, em_shape shape)
{
        if (shape == EM_SHAPE_CSV)
                return "text/csv";
        return shape == EM_SHAPE_JSON || r->family != EM_FAMILY_PAGE ? "application/json" : "text/html";
}

/* What a form takes, as the page's table of routes spells it: a line of names, or a JSON object. */
static const char *body_type(const em_route *r)
{
        em_str body = em_str_c(r->body);
        if (em_str_starts(body, EM_S("multipart/form-data")))
                return "multipart/form-data";
        return r->family == EM_FAMILY_PAGE || r->family == EM_FAMILY_RECONCILE ? "application/x-www-form-urlencoded" : "application/json";
}

static void write_body(em_json *j, const em_route *r)
{
        em_json_key(j, EM_S("requestBody"));
        em_json_open(j, '{');
        em_json_kstr(j, "description", em_str_c(r->body));
        em_json_key(j, EM_S("content"));
        em_json_open(j, '{');
        em_json_key(j, em_str_c(body_type(r)));
        em_json_raw(j, EM_S("{\"schema\":{\"type\":\"object\"}}"));
        em_json_close(j, '}');
        em_json_close(j, '}');
}

/* Routes with files of several types, and those that send elsewhere, say no type. */
static bool says_type(const em_route *r, em_shape shape)
{
        return shape != EM_SHAPE_PAGE || r->family != EM_FAMILY_PAGE || (r->method[0] == 'G' && !(r->flags & EM_ROUTE_FREE) && (r->flags & EM_ROUTE_DATA));
}

static void write_responses(em_json *j, const em_route *r, em_shape shape)
{
        bool page = r->family == EM_FAMILY_PAGE && r->method[0] == 'P';
        em_json_key(j, EM_S("responses"));
        em_json_open(j, '{');
        em_json_key(j, EM_S("200"));
        em_json_open(j, '{');
        em_json_kstr(j, "description", EM_S("done"));
        if (says_type(r, shape)) {
                em_json_key(j, EM_S("content"));
                em_json_open(j, '{');
                em_json_key(j, em_str_c(type_of(r, shape)));
                em_json_raw(j, EM_S("{}"));
                em_json_close(j, '}');
        }
        em_json_close(j, '}');
        if (page) {
                em_json_key(j, EM_S("303"));
                em_json_raw(j, EM_S("{\"description\":\"done; the result stands at Location\"}"));
        }
        em_json_key(j, EM_S("default"));
        em_json_raw(j, EM_S("{\"description\":\"refused, with one sentence why\"}"));
        em_json_close(j, '}');
}

static void write_route(em_json *j, const em_route *r, em_shape shape)
{
        char method[8] = {0};
        for (size_t i = 0; r->method[i] && i < 7; i++)
                method[i] = (char)(r->method[i] | 0x20);
        em_json_key(j, em_str_c(method));
        em_json_open(j, '{');
        em_json_kstr(j, "summary", em_str_c(r->brief));
        if (r->flags & EM_ROUTE_WRITES)
                em_json_kbool(j, "x-writes", true);     /* only with --write, and by an account that may */
        if (r->flags & EM_ROUTE_CASE)
                em_json_kbool(j, "x-case", true);       /* only where a case is served */
        if (r->flags & EM_ROUTE_FREE) {
                em_json_key(j, EM_S("security"));
                em_json_raw(j, EM_S("[]"));
        }
        write_params(j, r);
        if (r->body)
                write_body(j, r);
        write_responses(j, r, shape);
        em_json_close(j, '}');
}

/* The routes of one path, which stand together, under the path's own address or under that of its data. */
static void write_path(em_json *j, size_t first, em_shape shape)
{
        const em_route *head = em_route_at(first), *r;
        char            address[200];
        const char     *end = shape == EM_SHAPE_JSON ? ".json" : shape == EM_SHAPE_CSV ? ".csv" : "";
        snprintf(address, sizeof address, "%s%s", shape != EM_SHAPE_PAGE && strcmp(head->path, "/") == 0 ? "/index" : head->path, end);
        em_json_key(j, em_str_c(address));
        em_json_open(j, '{');
        for (size_t i = first; (r = em_route_at(i)) != NULL && strcmp(r->path, head->path) == 0; i++)
                if (shape == EM_SHAPE_PAGE || r->method[0] == 'G')
                        write_route(j, r, shape);
        em_json_close(j, '}');
}

static void write_paths(em_json *j)
{
        const em_route *r, *before = NULL;
        em_json_key(j, EM_S("paths"));
        em_json_open(j, '{');
        for (size_t i = 0; (r = em_route_at(i)) != NULL; before = r, i++) {
                unsigned flags = 0;
                const em_route *twin;
                if (before && strcmp(before->path, r->path) == 0)
                        continue;
                for (size_t k = i; (twin = em_route_at(k)) != NULL && strcmp(twin->path, r->path) == 0; k++)
                        flags |= twin->method[0] == 'G' ? twin->flags : 0;
                write_path(j, i, EM_SHAPE_PAGE);
                if (flags & (EM_ROUTE_DATA | EM_ROUTE_JSON))
                        write_path(j, i, EM_SHAPE_JSON);
                if (flags & EM_ROUTE_DATA)
                        write_path(j, i, EM_SHAPE_CSV);
        }
        em_json_close(j, '}');
}

em_status em_answer_openapi(em_ask *ask, em_error *err)
{
        em_json *j = &ask->j;
        (void)err;
        em_json_open(j, '{');
        em_json_kstr(j, "openapi", EM_S("3.0.3"));
        em_json_key(j, EM_S("info"));
        em_json_open(j, '{');
        em_json_kstr(j, "title", EM_S("Embargo: a case as pages and data, and screening"));
        em_json_kstr(j, "version", em_str_c(EMBARGO_VERSION));
        em_json_close(j, '}');
        em_json_key(j, EM_S("components"));
        em_json_raw(j, EM_S("{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}}"));
        em_json_key(j, EM_S("security"));
        em_json_raw(j, EM_S("[{\"token\":[]}]"));
        write_paths(j);
        em_json_close(j, '}');
        return EM_OK;
}
