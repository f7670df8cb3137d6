/* The table of routes, and one request from its bytes to its reply.
 *
 * The order is: is it our host, is it another page's doing, is there such a route, with this method, may it be
 * asked without a token, and only then the route itself.  A failure of any of them is a reply in the
 * shape of the API that was asked.
 */
#include "serve/desk.h"
#include "serve/upload.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum { ARENA = 256 << 20, SCRATCH = 512 << 20, REPLY = 64 << 20, IDLE_WORKS = 64, KEPT = 64 << 20, ROUTES = 512, BUCKETS = 128 };

const em_service_opts em_service_defaults = {.batch = 100, .upload_most = (uint64_t)1 << 30};

typedef struct work { em_arena *arena, *scratch; em_json_doc *reader; struct work *next; } work;

struct em_service {
        em_service_opts opts;
        em_arena       *arena;          /* of the texts in opts */
        em_holder      *holder;         /* NULL: no lists */
        em_desk        *desk;           /* NULL: no case */
        em_kept        *kept;
        em_signing     *signing;
        em_ahead       *ahead;
        const em_route *route[ROUTES];          /* by the first segment of their paths, in the order of the tables */
        uint16_t        bucket[BUCKETS + 1];
        char            form_mark[33];          /* form_token.c */
        char            cage[EM_CAGE_WORDS];
        pthread_mutex_t lock;
        work           *idle; size_t idles;     /* memory of requests that are over, for those to come */
};

/* ---- the routes ------------------------------------------------------------------------ */

#define SCOPE                                                                                         \
        {"include_dataset", "string", "only this list, or this one beside the one of the path; may be repeated"},                             \
        {"exclude_dataset", "string", "not this list; may be repeated"},                              \
        {"exclude_schema", "string", "no result of this schema; may be repeated"},                    \
        {"exclude_entity_ids", "string", "not this entity; may be repeated"},                         \
        {"topics", "string", "every entry has the topic sanction"},                                   \
        {"changed_since", "string", "only entries listed or changed on this day or later"}

static const em_route_param match_params[] = {
        {"algorithm", "string", "any of /algorithms; embargo"}, {"threshold", "number", "match is true from this score; 0.7"},
        {"cutoff", "number", "results below are left out; 0.5"}, {"limit", "integer", "results of each query; 5, at most 500"},
        {"fuzzy", "boolean", "accepted; matching is always fuzzy"}, SCOPE, {0}};
static const em_route_param search_params[] = {
        {"q", "string", "a name or a number; empty: in the order of the lists"}, {"schema", "string", "FollowTheMoney's: Person, Company, Vessel ..."},
        {"countries", "string", "two letters; may be repeated"}, {"limit", "integer", "10, at most 500"}, {"offset", "integer", "0, at most 9499"},
        {"cutoff", "number", "results below are left out; 0.5"}, SCOPE, {0}};
static const em_route_param entity_params[] = {{"nested", "boolean", "with the listing as an entity inside; true"}, {0}};
static const em_route_param adjacent_params[] = {{"limit", "integer", "10, at most 500"}, {"offset", "integer", "0, at most 9499"}, {0}};
static const em_route_param reconcile_params[] = {
        {"queries", "string", "a JSON object of queries"}, {"extend", "string", "a JSON object of ids and properties"},
        {"callback", "string", "JSONP, for old clients"}, {0}};
static const em_route_param suggest_params[] = {
        {"prefix", "string", "what was typed"}, {"limit", "integer", "10"}, {"callback", "string", "JSONP, for old clients"}, {0}};
static const em_route_param extend_params[] = {
        {"type", "string", "a schema"}, {"limit", "integer", "100"}, {"callback", "string", "JSONP, for old clients"}, {0}};
static const em_route_param watchman_params[] = {
        {"name", "string", "who is asked for"}, {"altNames", "string", "may be repeated"},
        {"type", "string", "person, business, organization, aircraft or vessel"}, {"source", "string", "a list of /v2/listinfo"},
        {"sourceID", "string", "the list's own number"}, {"birthDate", "string", "2006-01-02"}, {"gender", "string", "male or female"},
        {"created", "string", "of a business"}, {"built", "string", "of a vessel or aircraft"}, {"flag", "string", "two letters"},
        {"imoNumber", "string", ""}, {"mmsi", "string", ""}, {"callSign", "string", ""}, {"serialNumber", "string", ""}, {"icaoCode", "string", ""},
        {"cryptoAddress", "string", "CUR:address"}, {"email", "string", ""}, {"phone", "string", ""}, {"website", "string", ""},
        {"gov_passport", "string", "CC:number; gov_ and any other kind too"}, {"limit", "integer", "10, at most 100"},
        {"minMatch", "number", "results below are left out"},
        {"deathDate", "string", "accepted, not weighed"}, {"titles", "string", "accepted, not weighed"},
        {"dissolved", "string", "accepted, not weighed"}, {"aircraftType", "string", "accepted, not weighed"},
        {"model", "string", "accepted, not weighed"}, {"vesselType", "string", "accepted, not weighed"},
        {"owner", "string", "accepted, not weighed"}, {"tonnage", "string", "accepted, not weighed"},
        {"grossRegisteredTonnage", "string", "accepted, not weighed"}, {"fax", "string", "accepted, not weighed"},
        {"address", "string", "accepted, not weighed"}, {"debug", "boolean", "accepted"}, {"requestID", "string", "accepted"},
        {"format", "string", "only JSON is served"}, {0}};

static const char match_body[] = "{\"queries\": {\"q1\": {\"schema\": \"Person\", \"properties\": {\"name\": [\"...\"], \"birthDate\": [\"1951\"]}}}}";
static const char reconcile_body[] = "queries={\"q0\": {\"query\": \"...\", \"type\": \"Person\", \"limit\": 3}}\n"
                                     "extend={\"ids\": [\"...\"], \"properties\": [{\"id\": \"birthDate\"}]}";

/* Routes of one path stand together. */
static const em_route routes[] = {
        {"GET", "/lists", EM_FAMILY_PAGE, em_answer_lists, "which lists are searched", NULL, NULL, EM_ROUTE_LISTS},
        {"GET", "/docs", EM_FAMILY_PAGE, em_answer_docs, "this page", NULL, NULL, 0},
        {"GET", "/openapi.json", EM_FAMILY_YENTE, em_answer_openapi, "the same for programs (OpenAPI 3.0)", NULL, NULL, 0},
        {"POST", "/match/{dataset}", EM_FAMILY_YENTE, em_answer_match, "which entries each of up to 100 examples may be (yente)", match_body,
         match_params, EM_ROUTE_LISTS},
        {"GET", "/search/{dataset}", EM_FAMILY_YENTE, em_answer_search, "entries by a text (yente)", NULL, search_params, EM_ROUTE_LISTS},
        {"GET", "/entities/{id}", EM_FAMILY_YENTE, em_answer_entity, "one entry (yente)", NULL, entity_params, EM_ROUTE_LISTS},
        {"GET", "/entities/{id}/adjacent", EM_FAMILY_YENTE, em_answer_adjacent, "an entry with what stands beside it (yente)", NULL,
         adjacent_params, EM_ROUTE_LISTS},
        {"GET", "/entities/{id}/adjacent/sanctions", EM_FAMILY_YENTE, em_answer_adjacent_listing, "its listing alone (yente)", NULL,
         adjacent_params, EM_ROUTE_LISTS},
        {"GET", "/catalog", EM_FAMILY_YENTE, em_answer_catalog, "the lists and their versions (yente)", NULL, NULL, EM_ROUTE_LISTS},
        {"GET", "/manifest", EM_FAMILY_YENTE, em_answer_catalog, "as /catalog (yente)", NULL, NULL, EM_ROUTE_LISTS},
        {"GET", "/algorithms", EM_FAMILY_YENTE, em_answer_algorithms, "how names are compared (yente)", NULL, NULL, EM_ROUTE_LISTS},
        {"GET", "/healthz", EM_FAMILY_YENTE, em_answer_health, "whether the service lives (yente)", NULL, NULL, EM_ROUTE_FREE},
        {"GET", "/readyz", EM_FAMILY_YENTE, em_answer_health, "whether it can answer (yente)", NULL, NULL, EM_ROUTE_FREE},
        {"POST", "/updatez", EM_FAMILY_YENTE, em_answer_update, "opens the index anew (yente)", "", NULL, EM_ROUTE_LISTS},
        {"GET", "/reconcile/{dataset}", EM_FAMILY_RECONCILE, em_answer_reconcile, "the service's manifest, or queries (OpenRefine)", NULL,
         reconcile_params, EM_ROUTE_LISTS},
        {"POST", "/reconcile/{dataset}", EM_FAMILY_RECONCILE, em_answer_reconcile, "queries, or rows to extend (OpenRefine)", reconcile_body, NULL, EM_ROUTE_LISTS},
        {"GET", "/reconcile/{dataset}/suggest/entity", EM_FAMILY_RECONCILE, em_answer_suggest_entity, "entries for a box that completes", NULL,
         suggest_params, EM_ROUTE_LISTS},
        {"GET", "/reconcile/{dataset}/suggest/property", EM_FAMILY_RECONCILE, em_answer_suggest_property, "properties for it", NULL, suggest_params, EM_ROUTE_LISTS},
        {"GET", "/reconcile/{dataset}/suggest/type", EM_FAMILY_RECONCILE, em_answer_suggest_type, "schemata for it", NULL, suggest_params, EM_ROUTE_LISTS},
        {"GET", "/reconcile/{dataset}/extend/property", EM_FAMILY_RECONCILE, em_answer_extend_properties, "what rows can be extended by", NULL,
         extend_params, EM_ROUTE_LISTS},
        {"GET", "/v2/search", EM_FAMILY_WATCHMAN, em_answer_watchman, "entries by a name or number (watchman)", NULL, watchman_params, EM_ROUTE_LISTS},
        {"GET", "/v2/listinfo", EM_FAMILY_WATCHMAN, em_answer_listinfo, "the lists and their hashes (watchman)", NULL, NULL, EM_ROUTE_LISTS},
        {0},
};

/* Each page's table stands in its file. */
static const em_route *const tables[] = {
        em_routes_timeline, em_routes_findings, em_routes_measures, em_routes_evidence, em_routes_ledger, em_routes_report,
        em_routes_screen, em_routes_charts, em_routes_sql, em_routes_trace, em_routes_ships, em_routes_doing, em_routes_work,
        em_routes_doctor, em_routes_files, em_routes_sign, routes,
};

const em_route *em_route_at(size_t i)
{
        for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
                for (const em_route *r = tables[t]; r->method; r++)
                        if (i-- == 0)
                                return r;
        return NULL;
}

/* "/findings/x.json" and "/findings.csv" fall where "/findings" does; "/index.json" where "/" does. */
static unsigned bucket_of(em_str path)
{
        unsigned h = 2166136261u;       /* FNV-1a */
        size_t   n = 1;
        while (n < path.n && path.p[n] != '/' && path.p[n] != '.')
                n++;
        if (em_str_eq(em_str_sub(path, 0, n), EM_S("/index")))
                n = 1;
        for (size_t i = 1; i < n; i++)
                h = (h ^ (uint8_t)path.p[i]) * 16777619u;
        return (h ^ h >> 15) % BUCKETS;
}

static em_status sort_routes(em_service *s, em_error *err)
{
        size_t n = 0;
        for (unsigned b = 0; b < BUCKETS; b++) {
                const em_route *r;
                s->bucket[b] = (uint16_t)n;
                for (size_t i = 0; (r = em_route_at(i)) != NULL; i++) {
                        if (bucket_of(em_str_c(r->path)) != b)
                                continue;
                        if (n == ROUTES)
                                return em_fail(err, EM_BUG, "more than %d routes", ROUTES);
                        s->route[n++] = r;
                }
        }
        s->bucket[BUCKETS] = (uint16_t)n;
        return EM_OK;
}

/* ---- the service -------------------------------------------------------------------------- */

const em_service_opts *em_service_options(const em_service *service) { return &service->opts; }

static em_status copy_options(em_service *s, const em_service_opts *opts, em_error *err)
{
        s->opts = *opts;
        EM_TRY(em_str_copy(opts->index, s->arena, &s->opts.index, err));
        EM_TRY(em_str_copy(opts->case_dir, s->arena, &s->opts.case_dir, err));
        EM_TRY(em_str_copy(opts->token, s->arena, &s->opts.token, err));
        EM_TRY(em_str_copy(opts->author, s->arena, &s->opts.author, err));
        EM_TRY(em_str_copy(opts->once, s->arena, &s->opts.once, err));
        EM_TRY(em_str_copy(opts->accounts, s->arena, &s->opts.accounts, err));
        EM_TRY(em_str_copy(opts->hosts, s->arena, &s->opts.hosts, err));
        return em_str_copy(opts->origins, s->arena, &s->opts.origins, err);
}

/* Random, so that nothing in a page can be taken for it. */
static em_status make_form_mark(em_service *s, em_error *err)
{
        uint8_t bytes[16];
        if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
                return em_fail(err, EM_IO, "no random bytes for the forms");
        for (size_t i = 0; i < sizeof bytes; i++)
                snprintf(s->form_mark + 2 * i, 3, "%02x", bytes[i]);
        return EM_OK;
}

const char *em_service_form_mark(const em_service *service) { return service->form_mark; }

em_signing *em_service_signing(const em_service *service) { return service->signing; }

const char *em_cage_words(const em_service *service) { return service->cage; }

void em_service_caged(em_service *service, const char *words)
{
        snprintf(service->cage, sizeof service->cage, "%s", words);
}

void em_service_warm(em_service *service, em_made_fn *made, void *ctx)
{
        if (!service->desk)
                return;
        em_desk_warm(service->desk);
        if (!service->ahead)
                service->ahead = em_ahead_begin(service, service->desk, made, ctx);
}

void em_service_cool(em_service *service) { service->ahead = em_ahead_end(service->ahead); }

static em_status set_up(em_service *s, const em_service_opts *opts, em_error *err)
{
        EM_TRY(copy_options(s, opts, err));
        EM_TRY(make_form_mark(s, err));
        EM_TRY(sort_routes(s, err));
        snprintf(s->cage, sizeof s->cage, "no cage: nothing but the user's own rights holds the server");
        if (!s->opts.case_dir.n && !s->opts.index.n)
                return em_fail(err, EM_USAGE, "there is neither a case nor an index to serve");
        if (s->opts.index.n)
                EM_TRY(em_holder_new(s->opts.index, &s->holder, err));
        if (s->opts.case_dir.n)
                EM_TRY(em_desk_new(&s->opts, &s->desk, err));
        EM_TRY(em_signing_new(&s->opts, &s->signing, err));
        s->kept = em_kept_new(KEPT);
        return s->kept ? EM_OK : em_fail(err, EM_NOMEM, "no memory for the service");
}

em_status em_service_new(const em_service_opts *opts, em_service **ret_service, em_error *err)
{
        em_service *s = calloc(1, sizeof *s);
        if (s)
                s->arena = em_arena_new(1 << 20);
        if (!s || !s->arena) {
                free(s);
                return em_fail(err, EM_NOMEM, "no memory for the service");
        }
        pthread_mutex_init(&s->lock, NULL);
        em_status status = set_up(s, opts, err);
        if (status != EM_OK) {
                em_service_free(s);
                return status;
        }
        *ret_service = s;
        return EM_OK;
}

static work *work_free(work *w)
{
        if (w) {
                em_arena_free(w->arena);
                em_arena_free(w->scratch);
                em_json_reader_free(w->reader);
                free(w);
        }
        return NULL;
}

em_service *em_service_free(em_service *s)
{
        if (s) {
                em_service_cool(s);
                for (work *w = s->idle, *next; w; w = next) {
                        next = w->next;
                        work_free(w);
                }
                em_holder_free(s->holder);
                em_desk_free(s->desk);
                em_kept_free(s->kept);
                em_signing_free(s->signing);
                pthread_mutex_destroy(&s->lock);
                em_arena_free(s->arena);
                free(s);
        }
        return NULL;
}

em_status em_service_reload(em_service *service, em_error *err)
{
        return service->holder ? em_holder_reload(service->holder, err) : EM_OK;
}

bool em_service_stale(const em_service *service) { return service->holder && em_holder_stale(service->holder); }

em_names_built em_service_counts(em_service *service)
{
        if (!service->holder)
                return (em_names_built){0};
        em_snapshot   *x = em_holder_take(service->holder);
        em_names_built counts = em_names_counts(x->names);
        em_holder_give(service->holder, x);
        return counts;
}

static work *take_work(em_service *s)
{
        pthread_mutex_lock(&s->lock);
        work *w = s->idle;
        if (w) {
                s->idle = w->next;
                s->idles--;
        }
        pthread_mutex_unlock(&s->lock);
        if (w || !(w = calloc(1, sizeof *w)))
                return w;
        w->arena = em_arena_new(ARENA);
        w->scratch = em_arena_new(SCRATCH);
        w->reader = em_json_reader();
        return w->arena && w->scratch && w->reader ? w : work_free(w);
}

static void give_work(em_service *s, work *w)
{
        em_arena_reset(w->arena);
        em_arena_reset(w->scratch);
        pthread_mutex_lock(&s->lock);
        bool keep = s->idles < IDLE_WORKS;
        if (keep) {
                w->next = s->idle;
                s->idle = w;
                s->idles++;
        }
        pthread_mutex_unlock(&s->lock);
        if (!keep)
                work_free(w);
}

/* ---- refusals ---------------------------------------------------------------------------------- */

static unsigned http_status(em_status s)
{
        switch (s) {
        case EM_USAGE: case EM_FORMAT: return 400;
        case EM_MISSING: return 404;
        case EM_DENIED: return 403;
        case EM_LIMIT: return 413;
        case EM_NOMEM: case EM_BUSY: case EM_IO: return 503;
        default: return 500;
        }
}

/* In the shape of the API that was asked: yente's {"detail"}, watchman's {"error"}. */
static unsigned refuse(em_reply *reply, em_family family, unsigned status, const char *why)
{
        em_buf_clear(&reply->body);
        reply->status = status;
        em_json j = em_json_make(&reply->body, false);
        em_json_open(&j, '{');
        if (family == EM_FAMILY_RECONCILE)
                em_json_kstr(&j, "status", EM_S("error"));
        em_json_kstr(&j, family == EM_FAMILY_WATCHMAN ? "error" : "detail", em_str_c(why));
        em_json_close(&j, '}');
        reply->status = status;
        reply->type = "application/json";
        return status;
}

/* The route's pattern against a path whose escapes are not resolved: %2F does not part it. */
static bool fits(const char *pattern, em_str path, em_str *ret_part)
{
        em_str rest = em_str_c(pattern);
        while (rest.n || path.n) {
                em_cut a = em_str_cut(rest, '/'), b = em_str_cut(path, '/');
                if (a.found != b.found)
                        return false;
                if (a.head.n && a.head.p[0] == '{') {
                        if (!b.head.n)
                                return false;
                        *ret_part = b.head;
                } else if (!em_str_eq(a.head, b.head)) {
                        return false;
                }
                rest = a.tail;
                path = b.tail;
        }
        return true;
}

/* The shape that the end of the address asks for; *path is then without it. */
static em_shape shape_of(const em_route *r, em_str *path)
{
        static const struct { em_str end; em_shape shape; unsigned flags; } ends[] = {
                {EM_S_INIT(".json"), EM_SHAPE_JSON, EM_ROUTE_DATA | EM_ROUTE_JSON}, {EM_S_INIT(".csv"), EM_SHAPE_CSV, EM_ROUTE_DATA}};
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
                if ((r->flags & ends[i].flags) && em_str_ends(*path, ends[i].end) && path->n > ends[i].end.n + 1) {
                        *path = em_str_sub(*path, 0, path->n - ends[i].end.n);
                        return ends[i].shape;
                }
        return EM_SHAPE_PAGE;
}

/* "/" as data is /index.json, since an address cannot be ".json" alone. */
static bool fits_route(const em_route *r, em_str path, em_str *ret_part, em_str *ret_path, em_shape *ret_shape)
{
        em_str bare = path;
        em_shape shape = shape_of(r, &bare);
        if (shape != EM_SHAPE_PAGE && em_str_eq(bare, EM_S("/index")) && strcmp(r->path, "/") == 0)
                bare = EM_S("/");
        em_str part = {0};
        if (!fits(r->path, bare, &part))
                return false;
        *ret_part = part;
        *ret_path = bare;
        *ret_shape = shape;
        return true;
}

typedef struct admitted {
        const em_route *route;
        em_str   part, query, path;
        em_shape shape;
        bool     known, write;
        em_signed who;
} admitted;

static const em_route *find(const em_service *s, em_str method, em_str path, admitted *a, em_family *ret_family, const char **ret_allow)
{
        bool get = false, post = false;
        em_str asked = em_str_eq(method, EM_S("HEAD")) ? EM_S("GET") : method;
        const em_route *r;
        *ret_family = em_str_starts(path, EM_S("/v2/")) ? EM_FAMILY_WATCHMAN : EM_FAMILY_YENTE;
        unsigned b = bucket_of(path);
        for (size_t i = s->bucket[b]; i < s->bucket[b + 1]; i++) {
                r = s->route[i];
                if (!fits_route(r, path, &a->part, &a->path, &a->shape))
                        continue;
                *ret_family = r->family;
                if (em_str_eq(asked, em_str_c(r->method)))
                        return r;
                get |= r->method[0] == 'G';
                post |= r->method[0] == 'P';
        }
        *ret_allow = get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : post ? "POST" : NULL;
        return NULL;
}

/* ---- who may ask -------------------------------------------------------------------------------- */

static unsigned check_origin(const em_service *s, const em_request *r, const em_route *route, em_family family, em_reply *reply)
{
        bool listed = em_guard_listed(r->origin, s->opts.origins);
        if (r->origin.n && family == EM_FAMILY_RECONCILE && listed && r->origin.n < sizeof reply->origin) {
                memcpy(reply->origin, r->origin.p, r->origin.n);
                return 0;
        }
        if (r->origin.n && !em_guard_origin_own(r->origin, r->host, s->opts.tls))
                return refuse(reply, family, 403, "pages of this origin may not ask");
        if (r->origin.n || !em_guard_foreign(r->fetch_site) || (route && (route->flags & EM_ROUTE_FREE)))
                return 0;
        if (family == EM_FAMILY_RECONCILE && s->opts.origins.n)         /* JSONP bears no Origin */
                return 0;
        return refuse(reply, family, 403, "another site's page asks for this address");
}

/* GET /?token=ONCE is how a browser comes by its cookie, wherever the address was clicked. */
static bool signs_in(const em_service *s, const em_request *r, const em_route *route, em_str query, em_reply *reply)
{
        return route && strcmp(route->path, "/") == 0 && em_str_eq(r->method, EM_S("GET")) && em_signing_once(s->signing, r, query, reply);
}

/* What the route needs of the service and of who asks. */
static unsigned check_needs(const em_service *s, const admitted *a, em_reply *reply)
{
        unsigned  flags = a->route->flags;
        em_family family = a->route->family;
        if ((flags & EM_ROUTE_CASE) && !s->desk)
                return refuse(reply, family, 404, "no case is served here; embargo serve --case DIR serves one");
        if ((flags & EM_ROUTE_LISTS) && !s->holder)
                return refuse(reply, family, 404, "no lists are served here; embargo index names makes their index");
        if ((flags & EM_ROUTE_WRITES) && !s->opts.write)
                return refuse(reply, family, 403, "this case is served for reading; embargo serve --write lets pages change it");
        if ((flags & EM_ROUTE_WRITES) && !a->write)
                return refuse(reply, family, 403, "this account may read the case, not change it");
        return 0;
}

/* Who asks: a program by the token, a person by the cookie, or anybody where neither is asked for. */
static void identify(const em_service *s, const em_request *r, admitted *a)
{
        a->known = s->opts.token.n && r->authorization.n && em_guard_token(r, s->opts.token);
        a->write = a->known || (!s->opts.token.n && !s->opts.accounts.n);
        a->who = em_signing_of(s->signing, a->known ? &(em_request){0} : r);    /* the token is a program's: a cookie beside it counts for nothing */
        a->known |= a->who.in;
        a->write |= a->who.write;
}

static unsigned admit(const em_service *s, const em_request *r, em_reply *reply, admitted *ret)
{
        em_cut      cut = em_str_cut(r->target, '?');
        em_family   family = EM_FAMILY_YENTE;
        const char *allow = NULL;
        ret->query = cut.tail;
        ret->route = find(s, r->method, cut.head, ret, &family, &allow);
        if (!em_guard_host(r->host, s->opts.hosts))
                return refuse(reply, family, 421, "this host is not served here");
        identify(s, r, ret);
        if (!ret->known && signs_in(s, r, ret->route, cut.tail, reply))
                return reply->status;
        unsigned wrong = check_origin(s, r, ret->route, family, reply);
        if (wrong)
                return wrong;
        if (!ret->route && reply->origin[0] && em_str_eq(r->method, EM_S("OPTIONS"))) {
                reply->status = 204;            /* CORS asks before it sends (Fetch standard, section 3.2.2) */
                return 204;
        }
        if (!ret->route && allow) {
                reply->allow = allow;
                return refuse(reply, family, 405, "this address does not take the method");
        }
        if (!ret->route)
                return refuse(reply, family, 404, "there is no such address; /docs lists them");
        if ((s->opts.token.n || s->opts.accounts.n) && !ret->known && !(ret->route->flags & EM_ROUTE_FREE))
                return refuse(reply, family, 401, s->opts.token.n ? "the token is missing or wrong: Authorization: Bearer TOKEN"
                                                                  : "nobody has signed in");
        return check_needs(s, ret, reply);
}

static void start(em_reply *reply)
{
        *reply = (em_reply){.type = "application/json", .body = em_buf_make(REPLY)};
}

/* Another page sent the browser here: nothing is shown, but a link that the reader follows is his own doing. */
static void say_foreign(em_ask *ask)
{
        em_html h = ask->h;
        em_str  target = ask->request->target;
        em_page_open(ask, &(em_page){.title = EM_S("Another page has opened this address"), .no_data = true});
        em_html_lit(h, "<p>A link or a script of another site led here. Nothing is shown to a page that is not ours.</p>\n");
        if (em_guard_next(target)) {
                em_html_lit(h, "<p>If it was you who followed the link: <a");
                em_html_attr(h, "href", target);
                em_html_lit(h, ">go on</a>.</p>\n");
        }
        ask->reply->status = em_page_close(ask, NULL) == EM_OK ? 403 : 500;
}

/* To a person the refusal is a page; nothing of the case is on it, for nobody has shown a token. */
static void refuse_as_page(em_service *service, const em_request *request, const admitted *a, em_reply *reply)
{
        bool page = (!a->route || a->route->family == EM_FAMILY_PAGE) && a->shape == EM_SHAPE_PAGE;
        if (!page || reply->status < 400 || em_str_find(request->accept, EM_S("text/html")) < 0)
                return;
        static const struct { unsigned status; const char *what; } words[] = {
                {403, "This may not be done"}, {404, "There is nothing at this address"},
                {405, "This address does not take that"}, {421, "This host is not served here"}};
        em_str what = EM_S("This could not be answered");
        for (size_t i = 0; i < EM_COUNT(words); i++)
                if (words[i].status == reply->status)
                        what = em_str_c(words[i].what);
        em_str said = em_buf_view(&reply->body);        /* {"detail":"..."} of ours */
        ptrdiff_t from = em_str_find(said, EM_S(":\""));
        char text[256] = "";
        if (from >= 0)
                snprintf(text, sizeof text, "%.*s", (int)(said.n - (size_t)from - 4), said.p + from + 2);
        em_buf_clear(&reply->body);
        em_ask ask = {.service = service, .request = request, .reply = reply, .h = em_html_make_pages(&reply->body)};
        if (reply->status == 401)
                em_signing_page(&ask, 401, (em_str){0}, a->route && a->route->method[0] == 'G' ? request->target : (em_str){0});
        else if (reply->status == 403 && !request->origin.n && em_guard_foreign(request->fetch_site))
                say_foreign(&ask);
        else
                em_page_say(&ask, reply->status, what, em_str_c(text), (em_str){0});
}

unsigned em_service_refuse(em_service *service, const em_request *request, em_reply *ret_reply)
{
        admitted a = {0};
        start(ret_reply);
        unsigned status = admit(service, request, ret_reply, &a);
        refuse_as_page(service, request, &a, ret_reply);
        return status;
}

/* ---- answering --------------------------------------------------------------------------------------- */

/* watchman refuses what it does not know; the others let it pass. */
static em_status check_params(const em_route *route, em_form form, em_error *err)
{
        char shown[64];
        if (route->family != EM_FAMILY_WATCHMAN)
                return EM_OK;
        for (size_t i = 0; i < form.count; i++) {
                bool known = route->param && em_str_starts(form.at[i].name, EM_S("gov_"));
                for (const em_route_param *p = route->param; p && p->name; p++)
                        known |= em_str_eq(form.at[i].name, em_str_c(p->name));
                if (!known)
                        return em_fail(err, EM_USAGE, "there is no parameter \"%s\"", em_str_show(form.at[i].name, shown, sizeof shown));
        }
        return EM_OK;
}

/* A page's form proves that it is ours; a program that shows its token in a header needs no proof, for no other
 * page can make a browser send that header. */
static em_status check_form(em_ask *ask, em_error *err)
{
        if (!(ask->route->flags & (EM_ROUTE_WRITES | EM_ROUTE_FORM)) || ask->request->authorization.n)
                return EM_OK;
        if (em_guard_same(em_form_get(ask->posted, "form"), ask->form_token))
                return EM_OK;
        return em_fail(err, EM_DENIED, "this form is not of this session; load its page again");
}

static bool brings_files(const em_route *route, const em_request *request)
{
        em_str type = em_str_trim(em_str_cut(request->content_type, ';').head);
        return (route->flags & EM_ROUTE_UPLOAD) && em_str_eq_nocase(type, EM_S("multipart/form-data"));
}

static em_status open_upload(const em_service *s, const em_request *r, em_str form_token, em_upload **ret, em_error *err)
{
        em_str token = r->authorization.n ? (em_str){0} : form_token;
        return em_upload_open(s->opts.case_dir, r->content_type, token, s->opts.upload_most, ret, err);
}

unsigned em_service_upload(em_service *service, const em_request *request, em_upload **ret_upload, em_reply *ret_reply)
{
        admitted a = {0};
        em_error err = {0};
        *ret_upload = NULL;
        start(ret_reply);
        if (admit(service, request, ret_reply, &a))
                return ret_reply->status;
        if (!brings_files(a.route, request) || open_upload(service, request, em_str_c(a.who.form), ret_upload, &err) == EM_OK)
                return 0;
        return refuse(ret_reply, a.route->family, http_status(err.code), err.text);
}

/* A listener has streamed the body; a test or another caller has it in memory. */
static em_status read_files(em_ask *ask, em_error *err)
{
        em_upload *u = ask->request->upload;
        if (!u) {
                EM_TRY(open_upload(ask->service, ask->request, ask->form_token, &ask->upload, err));
                u = ask->upload;
                em_upload_feed(u, ask->request->body);
        }
        return em_upload_end(u, &ask->posted, &ask->file_id, &ask->files, err);
}

static em_status read_form(em_ask *ask, em_error *err)
{
        em_str type = em_str_trim(em_str_cut(ask->request->content_type, ';').head);
        if (ask->route->family != EM_FAMILY_PAGE || ask->route->method[0] != 'P')
                return EM_OK;
        if (brings_files(ask->route, ask->request))
                return read_files(ask, err);
        if (em_str_eq_nocase(type, EM_S("application/x-www-form-urlencoded")))
                EM_TRY(em_form_read_text(ask->request->body, ask->arena, &ask->posted, err));
        return check_form(ask, err);
}

static em_status run(em_ask *ask, const admitted *a, em_error *err)
{
        EM_TRY(em_form_read_text(a->query, ask->arena, &ask->query, err));
        ask->h.known = em_form_get(ask->query, "known");
        EM_TRY(em_form_unescape(a->part, false, ask->arena, &ask->part, err));
        EM_TRY(check_params(a->route, ask->query, err));
        EM_TRY(read_form(ask, err));
        EM_TRY(a->route->answer(ask, err));
        return em_buf_status(&ask->reply->body, err);
}

/* A route of pages says its errors as a page, unless it was asked for data. */
static void say_error(em_ask *ask, em_status s, const em_error *err)
{
        char   text[1100];
        em_str why = em_str_c(err->text[0] ? em_error_text(err, text, sizeof text) : em_status_text(s));
        unsigned status = http_status(s);
        if (ask->route->family != EM_FAMILY_PAGE || ask->shape != EM_SHAPE_PAGE) {
                refuse(ask->reply, ask->route->family, status, err->text[0] ? err->text : em_status_text(s));
                return;
        }
        em_buf_clear(&ask->reply->body);
        em_page_say(ask, s == EM_BUSY ? 503 : status, em_str_c(em_page_what(s)), why, (em_str){0});
}

static void answer(em_ask *ask, const admitted *a)
{
        em_error err = {0};
        em_status s = run(ask, a, &err);
        if (s != EM_OK)
                say_error(ask, s, &err);
        else if (!ask->reply->status)
                ask->reply->status = 200;
}

/* The tag of a reply is its hash: the same bytes, the same tag. */
static void put_tag(em_reply *reply)
{
        char hex[65];
        em_sha256_hex(em_sha256_of(em_buf_view(&reply->body)), hex);
        snprintf(reply->tag, sizeof reply->tag, "\"%.32s\"", hex);
}

static void not_modified(const em_request *request, em_reply *reply)
{
        if (!reply->tag[0] || !em_str_eq(request->none_match, em_str_c(reply->tag)))
                return;
        em_buf_free(&reply->body);
        reply->status = 304;
}

/* Replies are kept by the address as it was sent, for each state of the case. */
static void answer_kept(em_service *service, em_ask *ask, const admitted *a)
{
        em_str   key = ask->request->target;
        uint64_t stamp = em_desk_stamp(service->desk);
        if (em_kept_get(service->kept, key, stamp, ask->reply))
                return;
        bool making = em_kept_making(service->kept, key, stamp);
        if (!making && em_kept_get(service->kept, key, stamp, ask->reply))
                return;
        answer(ask, a);
        em_form_marked(ask->reply, service->form_mark);
        if (ask->reply->status == 200 && !ask->old) {
                put_tag(ask->reply);
                em_kept_put(service->kept, key, stamp, ask->reply);
        }
        if (making)
                em_kept_made(service->kept, key, stamp);
}

static bool is_kept(const em_service *s, const em_route *route) { return (route->flags & EM_ROUTE_KEPT) && s->desk; }

static void answer_admitted(em_service *service, const em_request *request, const admitted *a, bool ahead, em_reply *reply)
{
        work *w = take_work(service);
        if (!w) {
                refuse(reply, a->route->family, 503, "no memory for this request");
                return;
        }
        em_snapshot *x = service->holder ? em_holder_take(service->holder) : NULL;
        em_ask ask = {.service = service, .request = request, .index = x, .arena = w->arena, .scratch = w->scratch,
                      .reader = w->reader, .reply = reply, .known = a->known, .user = em_str_c(a->who.user), .form_token = em_str_c(a->who.form),
                      .j = em_json_make(&reply->body, false),
                      .desk = service->desk, .route = a->route, .path = a->path, .shape = a->shape, .ahead = ahead,
                      .h = em_html_make_pages(&reply->body)};
        if (is_kept(service, a->route)) {
                answer_kept(service, &ask, a);
        } else {
                answer(&ask, a);
                em_form_marked(reply, service->form_mark);
        }
        if (!ahead)             /* what is made ahead leaves the house with nobody */
                em_form_fill(reply, service->form_mark, ask.form_token);
        if (is_kept(service, a->route))
                not_modified(request, reply);
        em_desk_done(&ask);
        em_upload_close(ask.upload);
        if (x)
                em_holder_give(service->holder, x);
        give_work(service, w);
}

void em_service_answer(em_service *service, const em_request *request, em_reply *ret_reply)
{
        admitted a = {0};
        start(ret_reply);
        if (admit(service, request, ret_reply, &a))
                refuse_as_page(service, request, &a, ret_reply);
        else
                answer_admitted(service, request, &a, false, ret_reply);
}

unsigned em_service_ahead(em_service *service, em_str target)
{
        em_request  request = {.method = EM_S("GET"), .target = target, .host = EM_S("localhost")};
        em_cut      cut = em_str_cut(target, '?');
        admitted    a = {.query = cut.tail};
        em_family   family;
        const char *allow;
        em_reply    reply;
        unsigned    status = 0;
        start(&reply);
        a.route = find(service, request.method, cut.head, &a, &family, &allow);
        if (a.route && !check_needs(service, &a, &reply)) {
                answer_admitted(service, &request, &a, true, &reply);
                status = reply.kept ? 0 : reply.status;
        }
        em_buf_free(&reply.body);
        return status;
}
