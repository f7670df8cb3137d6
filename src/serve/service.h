/* serve/service.h -- what the rooms of the service share: one request being answered, and the routes.
 */
#ifndef SERVE_SERVICE_H
#define SERVE_SERVICE_H

#include "embargo/case.h"
#include "embargo/html.h"
#include "embargo/json.h"
#include "embargo/serve.h"

/* ---- the index that a request reads (snapshot.c) -------------------------- */

typedef struct em_snapshot em_snapshot; /* one open index; counted */
struct em_snapshot {
        em_names *names;
        const em_list_file *file; size_t files;
        em_str   *dataset; size_t datasets;     /* each once, in the order of the files */
        uint64_t *parties;                      /* of each dataset */
        int64_t   opened_s;
        uint64_t  inode; int64_t changed_ns;     /* of the file that was opened */
        em_arena *arena;
        size_t    readers;                      /* under the holder's lock */
};

typedef struct em_holder em_holder;     /* gives out the newest */
EM_MUST em_status em_holder_new(em_str path, em_holder **ret_holder, em_error *err);
em_holder *em_holder_free(em_holder *holder);
EM_MUST em_status em_holder_reload(em_holder *holder, em_error *err);
bool em_holder_stale(em_holder *holder);
em_snapshot *em_holder_take(em_holder *holder);
void em_holder_give(em_holder *holder, em_snapshot *snapshot);

/* ---- forms and query strings (form.c) --------------------------------------- */

typedef struct em_form_item { em_str name, value; } em_form_item;
typedef struct em_form { em_form_item *at; size_t count; } em_form;
enum { EM_FORM_MOST = 500 };

/* "a=1&b=%20x+y": escapes resolved, order kept.  EM_FORMAT: not UTF-8, or holds a NUL; EM_LIMIT: over EM_FORM_MOST. */
EM_MUST em_status em_form_read_text(em_str text, em_arena *arena, em_form *ret_form, em_error *err);
EM_MUST em_status em_form_unescape(em_str text, bool plus, em_arena *arena, em_str *ret_text, em_error *err);
/* The first of that name; p is NULL when there is none. */
em_str em_form_get(em_form form, const char *name);
bool   em_form_flag(em_form form, const char *name);    /* true, 1, yes, on */

/* ---- one request (route.c) ----------------------------------------------------- */

typedef struct em_desk em_desk;         /* the case that is served (desk.h) */
typedef enum em_shape { EM_SHAPE_PAGE, EM_SHAPE_JSON, EM_SHAPE_CSV } em_shape;

typedef struct em_ask {
        em_service        *service;
        const em_request  *request;
        const em_snapshot *index;
        em_arena          *arena;       /* lives as long as the request */
        em_arena          *scratch;     /* of one search; reset between them */
        em_json_doc       *reader;
        em_form            query;
        em_str             part;        /* what {dataset} or {id} of the route stands for */
        em_json            j;           /* writes the reply's body */
        em_reply          *reply;
        bool               known;       /* the token was shown, or somebody has signed in */
        /* of pages */
        em_desk           *desk;        /* NULL: no case */
        const struct em_route *route;
        em_str             path;        /* "/findings/nap-06", without .json */
        em_shape           shape;
        em_form            posted;      /* of a POST */
        struct em_upload  *upload;      /* made for this request, when the listener made none */
        const char       (*file_id)[17]; size_t files;         /* of files that the form brought, in the inbox */
        em_html            h;           /* writes the reply's body */
        struct em_picture *picture;     /* taken; given back at the end */
        em_case           *own_case;    /* the same */
        bool               old;         /* the picture is of a state before the last change */
        bool               ahead;       /* nobody asks: the page is made before somebody does */
        em_str             user;        /* whose name the ledger gets; empty: the case's author */
        em_str             form_token;  /* what a form of this session must send back */
        const struct em_page *page;
} em_ask;

typedef enum em_family { EM_FAMILY_YENTE, EM_FAMILY_RECONCILE, EM_FAMILY_WATCHMAN, EM_FAMILY_PAGE } em_family;

typedef struct em_route_param { const char *name, *type, *text; } em_route_param;      /* ends with a NULL name */

typedef struct em_route {
        const char *method, *path;      /* "/match/{dataset}" */
        em_family   family;
        em_status (*answer)(em_ask *ask, em_error *err);
        const char *brief, *body;       /* body: what a POST takes; NULL for a GET */
        const em_route_param *param;
        unsigned    flags;
} em_route;

enum {                                  /* em_route.flags */
        EM_ROUTE_FREE = 1,              /* needs no token */
        EM_ROUTE_DATA = 2,              /* also as .json and .csv behind the same address */
        EM_ROUTE_KEPT = 4,              /* the same until the case changes: the reply is kept, and has a tag */
        EM_ROUTE_CASE = 8,              /* only with a case */
        EM_ROUTE_LISTS = 16,            /* only with an index of names */
        EM_ROUTE_WRITES = 32,           /* only with --write; its form holds the token of forms (em_page_token) */
        EM_ROUTE_JSON = 64,             /* .json, but no .csv */
        EM_ROUTE_FORM = 256,            /* a POST that changes no case, but holds the token of forms all the same */
        EM_ROUTE_UPLOAD = 128,          /* its form may hold files (multipart/form-data), which go to the inbox as they arrive */
        EM_ROUTE_AHEAD = 512            /* made as soon as the case has been read, before anybody asks (ahead.c); of EM_ROUTE_KEPT, or of a page
                                         * that keeps what is dear in it */
};

/* All routes, of the tables of every file, in order: i from 0; NULL past the last. */
const em_route *em_route_at(size_t i);
/* Tables end with a NULL method; a page's stands in its file. */
extern const em_route em_routes_timeline[], em_routes_findings[], em_routes_measures[], em_routes_evidence[], em_routes_ledger[],
        em_routes_report[], em_routes_screen[], em_routes_charts[], em_routes_sql[], em_routes_trace[], em_routes_ships[],
        em_routes_doing[], em_routes_work[], em_routes_doctor[], em_routes_files[];
/* What a form must send back is the session's, 32 hex digits that no other page can know (em_signed.form).  A page is written
 * with a mark in its place, which never leaves the process, so that one kept reply serves all who may see it (form_token.c). */
const char *em_service_form_mark(const em_service *service);
/* Notes where the first mark stands in a reply that is a page. */
void em_form_marked(em_reply *reply, const char *mark);
/* Puts the session's token in the place of every mark; the reply's tag becomes one of this session. */
void em_form_fill(em_reply *reply, const char *mark, em_str token);
const em_service_opts *em_service_options(const em_service *service);
/* For a request that is not refused and whose route takes files: the upload to feed its body to; *ret_upload is NULL for other routes
 * and other types of body.  0, or the status that ret_reply was given. */
unsigned em_service_upload(em_service *service, const em_request *request, struct em_upload **ret_upload, em_reply *ret_reply);

/* What holds the process, in a sentence; "no cage: ..." when nothing does. */
const char *em_cage_words(const em_service *service);
/* Told of each page that was made before somebody asked, by the thread that made it; and when all are made for this state of the case, with an
 * empty target and how long it took. */
typedef void em_made_fn(void *ctx, em_str target, unsigned status, double ms);
/* What a page needs that no request has made is made now; the cage is entered, threads may be.  made may be NULL. */
void em_service_warm(em_service *service, em_made_fn *made, void *ctx);
/* Nothing more is made that nobody has asked for; returns when what was being made has been dropped. */
void em_service_cool(em_service *service);
/* GET target is answered as if somebody whom nothing is refused had asked, so that what it keeps is there.  The reply's status; 0 when it
 * was kept already, or cannot be asked for here. */
unsigned em_service_ahead(em_service *service, em_str target);

/* Answers of the routes. */
em_status em_answer_match(em_ask *ask, em_error *err);
em_status em_answer_search(em_ask *ask, em_error *err);
em_status em_answer_entity(em_ask *ask, em_error *err);
em_status em_answer_adjacent(em_ask *ask, em_error *err);
em_status em_answer_adjacent_listing(em_ask *ask, em_error *err);
em_status em_answer_catalog(em_ask *ask, em_error *err);
em_status em_answer_algorithms(em_ask *ask, em_error *err);
em_status em_answer_health(em_ask *ask, em_error *err);
em_status em_answer_update(em_ask *ask, em_error *err);
em_status em_answer_reconcile(em_ask *ask, em_error *err);
em_status em_answer_suggest_entity(em_ask *ask, em_error *err);
em_status em_answer_suggest_property(em_ask *ask, em_error *err);
em_status em_answer_suggest_type(em_ask *ask, em_error *err);
em_status em_answer_extend_properties(em_ask *ask, em_error *err);
em_status em_answer_watchman(em_ask *ask, em_error *err);
em_status em_answer_listinfo(em_ask *ask, em_error *err);
em_status em_answer_lists(em_ask *ask, em_error *err);
em_status em_answer_docs(em_ask *ask, em_error *err);
em_status em_answer_openapi(em_ask *ask, em_error *err);

/* ---- who may ask (guard.c) ------------------------------------------------------- */

bool em_guard_host(em_str host, em_str more);           /* loopback's names, or one of more; any port */
/* origin is ours (the same host, over http or https as we are), or one of more. */
bool em_guard_origin_own(em_str origin, em_str host, bool tls);
bool em_guard_listed(em_str word, em_str commas);
/* The bearer or ApiKey is the token; time does not depend on where it differs. */
bool em_guard_token(const em_request *request, em_str token);
bool em_guard_same(em_str given, em_str token);
/* "embargo_8484": browsers keep cookies by host, not by port, and two servers must not sign each other's people out. */
void em_guard_cookie_name(em_str host, bool tls, char ret_name[40]);
/* The value of the cookie of that name; empty: there is none. */
em_str em_guard_cookie(em_str header, const char *name);
/* Another page made the browser ask, by a link or otherwise: Sec-Fetch-Site is there and neither same-origin nor none. */
bool em_guard_foreign(em_str fetch_site);
/* A path of ours to go on to after signing in: begins with one '/', holds nothing that a browser would take for a host. */
bool em_guard_next(em_str path);

/* ---- who has signed in (session.c) ------------------------------------------------------ */

enum { EM_SESSION_COOKIE = 65, EM_SESSIONS = 256, EM_SESSION_IDLE_S = 8 * 3600, EM_SESSION_AGE_S = 7 * 24 * 3600 };
typedef struct em_sessions em_sessions;
typedef struct em_signed { bool in, write; char user[65], form[33]; } em_signed;        /* form: what its forms must send back */
em_sessions *em_sessions_new(void);
em_sessions *em_sessions_free(em_sessions *sessions);
/* Signs in; the one longest unused goes when there are too many.  now_s: monotonic. */
EM_MUST em_status em_session_begin(em_sessions *sessions, em_str user, bool write, int64_t now_s,
                                   char ret_cookie[EM_SESSION_COOKIE], em_error *err);
/* Of no session: not in, with the token of forms of those who have not signed in. */
em_signed em_session_of(em_sessions *sessions, em_str cookie, int64_t now_s);
void em_session_end(em_sessions *sessions, em_str cookie);

/* Failures to sign in, by name and by address: the first few are free, then each makes the next one wait longer. */
typedef struct em_tallies em_tallies;
em_tallies *em_tallies_new(void);
em_tallies *em_tallies_free(em_tallies *tallies);
/* Seconds to wait; 0: may try now. */
unsigned em_tally_wait(em_tallies *tallies, em_str name, em_str peer, int64_t now_s);
void em_tally_failed(em_tallies *tallies, em_str name, em_str peer, int64_t now_s);
void em_tally_passed(em_tallies *tallies, em_str name);

/* ---- signing in and out (sign.c) -------------------------------------------------------------- */

typedef struct em_signing em_signing;   /* sessions, accounts and the token of the printed address */
EM_MUST em_status em_signing_new(const em_service_opts *opts, em_signing **ret_signing, em_error *err);
em_signing *em_signing_free(em_signing *signing);
em_signing *em_service_signing(const em_service *service);
/* Whom the request's cookie belongs to. */
em_signed em_signing_of(em_signing *signing, const em_request *request);
/* GET /?token=ONCE: true, and the reply bears the cookie. */
bool em_signing_once(em_signing *signing, const em_request *request, em_str query, em_reply *reply);
/* The form, as the page that a refusal with 401 is; next: where to go on to. */
void em_signing_page(em_ask *ask, unsigned status, em_str why, em_str next);
extern const em_route em_routes_sign[];

/* ---- parties as FollowTheMoney (entity.c) ------------------------------------------- */

typedef struct em_property { const char *name, *label; const char *number; } em_property;      /* number: em_party_id.type, or NULL */
const em_property *em_properties(size_t *ret_count);
/* What the property of that name holds of p; none is count 0. */
EM_MUST em_status em_entity_values(const em_party *p, const em_property *property, em_arena *arena,
                                   em_str **ret_values, size_t *ret_count, em_error *err);
/* "un-KPi.001"; of FtM files the id as it is. */
EM_MUST em_status em_entity_id(const em_party *p, em_arena *arena, em_str *ret_id, em_error *err);
/* The members of an entity without the braces around them; nested: its listing as an entity inside. */
EM_MUST em_status em_entity_members(em_ask *ask, const em_party *p, bool nested, em_error *err);
/* What the list says of the listing itself, as an object: FtM's Sanction. */
EM_MUST em_status em_entity_listing(em_ask *ask, const em_party *p, em_error *err);
/* The party of an id as above, or of a list's own.  EM_MISSING. */
EM_MUST em_status em_entity_find(em_ask *ask, em_str id, uint32_t *ret_party, em_error *err);

/* ---- a FollowTheMoney example as a query (asked.c) ------------------------------------- */

typedef struct em_asked {
        em_query    query;
        em_str      schema;             /* as FtM spells it */
        uint32_t    schemas;            /* bit per em_schema that may answer */
} em_asked;
enum { EM_ASKED_NAMES = 20, EM_ASKED_VALUES = 50, EM_ASKED_LONG = 1000 };

typedef struct em_asked_value { em_str property, value; } em_asked_value;
/* EM_USAGE: no such schema. */
EM_MUST em_status em_asked_schema(em_str schema, em_asked *asked, em_error *err);
/* EM_USAGE: too many or too long. */
EM_MUST em_status em_asked_make(em_str schema, const em_asked_value *value, size_t values, em_arena *arena,
                                em_asked *ret_asked, em_error *err);
/* Every FtM schema that a query may have. */
const char *em_asked_schema_name(size_t i);             /* NULL: no more */

/* ---- which results (sieve.c) --------------------------------------------------------------- */

typedef struct em_sieve {
        em_str  *dataset; size_t datasets; bool some;   /* some: not all of the index's */
        em_form  form;
        double   least;
        size_t   limit, offset;
        em_day   since;
        bool     nothing;                               /* no entry can pass */
} em_sieve;

/* Reads {dataset}, limit, offset, include_dataset, exclude_dataset, exclude_schema, topics, changed_since,
 * exclude_entity_ids.  EM_MISSING: no such dataset; EM_USAGE. */
EM_MUST em_status em_sieve_make(em_ask *ask, size_t limit, size_t most, em_sieve *ret_sieve, em_error *err);
EM_MUST em_status em_sieve_number(em_form form, const char *name, double otherwise, double *ret_value, em_error *err);
/* Searches; only what passes is left, offset and limit not yet applied beyond limit + offset. */
EM_MUST em_status em_sieve_search(em_ask *ask, const em_sieve *sieve, const em_asked *asked, em_found *ret_found, em_error *err);
bool em_sieve_passes(const em_sieve *sieve, const em_party *p, em_str id, uint32_t schemas);

/* The reasons of a match as features whose score times weight add up to its score. */
EM_MUST em_status em_reasons_write(em_ask *ask, const em_asked *asked, const em_match *m, em_error *err);

#endif
