/* embargo/serve.h -- a case as pages, and the index of names for programs, over HTTP, on loopback.
 *
 * Two halves that do not know each other.  The service answers a request that is already bytes in memory
 * and knows no socket: tests and the fuzzer are its other callers.  The listener owns sockets, threads and
 * signals, and knows nothing of lists.
 *
 *     em_service_opts opts = em_service_defaults;
 *     opts.index = EM_S("names.idx");
 *     opts.token = token;
 *     EM_TRY(em_service_new(&opts, &service, err));
 *     em_status s = em_service_run(service, &(em_listen_opts){.port = 8484}, err);
 *     service = em_service_free(service);
 *
 * What is spoken: yente's API (github.com/opensanctions/yente), moov-io/watchman's v2, and the Reconciliation
 * Service API 0.2 (W3C community group, reconciliation-api.github.io/specs/0.2); doc/serve.md has requests and replies.
 *
 * What guards it: a request must name a host that is ours (no page can rebind a name of its own to loopback),
 * must not come from another origin or another site's page, must bear the token or the cookie of somebody who signed in, and
 * must be small.  The reply holds no text that was not escaped for where it stands.  Nothing of a query is logged: the names
 * people ask for are sensitive.  The process itself is locked in (em_cage_enter).
 */
#ifndef EMBARGO_SERVE_H
#define EMBARGO_SERVE_H

#include "embargo/names.h"

typedef struct em_request {             /* as it came; headers that are not there are empty */
        em_str method;                  /* "GET" */
        em_str target;                  /* "/match/default?limit=5", escapes not yet resolved */
        em_str host, origin, authorization, cookie, fetch_site;
        em_str none_match, content_type, accept;
        em_str peer;                    /* whose sign-ins are counted together: "192.0.2.7", "2001:db8:0:1::" */
        em_str body;
        struct em_upload *upload;       /* the body of a form with files, streamed (serve/upload.h); NULL: it is in body */
} em_request;

typedef struct em_reply {
        unsigned    status;
        const char *type;               /* media type; static */
        em_buf      body;               /* the caller's to free */
        const char *allow;              /* of 405: "GET, POST"; static, or NULL */
        char        location[512];      /* "": none */
        char        tag[40];            /* ETag, "": none; 304 when the request has it */
        char        policy[400];        /* Content-Security-Policy; "": what every page has */
        char        file[100];          /* the name to save it under; "": shown */
        char        cookie[160];        /* "": none */
        size_t      form_at;            /* inside the service: where the first form of body holds its proof; 0: none does */
        unsigned    retry_s;            /* of 429 and 503: when to ask again; 0: not said */
        bool        kept;               /* made before, for this state of the case */
        char        origin[256];        /* that may read it; "": none */
} em_reply;

/* Runs a command of the program inside the server and appends its stdout to out; watch may end it. */
typedef em_status em_service_run_fn(void *ctx, const em_str *word, size_t words, const em_progress *watch,
                                    em_buf *out, em_error *err);

typedef struct em_service_opts {
        em_str index;                   /* names.idx; empty: no lists */
        em_str case_dir;                /* empty: no case, only the lists for programs */
        bool   write;                   /* the pages may change the case */
        em_str author;                  /* whom the ledger names for what pages do; empty: the case's author */
        uint64_t upload_most;           /* 1 GiB: bytes of the files of one form */
        em_service_run_fn *run; void *run_ctx;  /* with a case */
        em_sound *sound;                /* of run: indexes that were looked through; NULL: none is remembered */
        em_str token;                   /* of programs, and of people who type it; empty: everyone on this machine may ask */
        em_str once;                    /* GET /?token=ONCE signs a browser in, one time; empty: nothing does */
        em_str accounts;                /* the file of those who may sign in with a password; empty: none, the token is asked for */
        bool   tls;                     /* the pages' own origin is https */
        em_str hosts;                   /* names beside localhost, 127.0.0.1 and [::1] that mean us; by commas */
        em_str origins;                 /* pages of others that may reconcile; by commas: "http://127.0.0.1:3333" */
        size_t batch;                   /* 100: queries in one request */
} em_service_opts;
extern const em_service_opts em_service_defaults;

typedef struct em_service em_service;

/* Opens the index.  Errors as em_names_open. */
EM_MUST em_status em_service_new(const em_service_opts *opts, em_service **ret_service, em_error *err);
em_service *em_service_free(em_service *service);

/* Opens the index anew; requests that run finish on the old one, which is closed with the last of them.
 * On failure the old one stays. */
EM_MUST em_status em_service_reload(em_service *service, em_error *err);
/* True when the file at the index's path is no longer the one that is open. */
bool em_service_stale(const em_service *service);
/* What is open, for a line of talk. */
em_names_built em_service_counts(em_service *service);

/* Answers; total over any bytes, every failure is a reply.  Thread-safe.  Cost: that of its searches. */
void em_service_answer(em_service *service, const em_request *request, em_reply *ret_reply);
/* What can be refused before the body is read: 0, or the status that ret_reply was given. */
unsigned em_service_refuse(em_service *service, const em_request *request, em_reply *ret_reply);

/* ---- accounts (account.c) ------------------------------------------------------------------------------------
 *
 * A file of lines "name:hash:rights", rights being read or write, the hash Argon2id's (RFC 9106) as libsodium spells it.
 * Lines that are empty or begin with # are kept and mean nothing. */

enum { EM_PASSWORD_LEAST = 12, EM_PASSWORD_MOST = 1024 };
typedef struct em_accounts em_accounts;
/* EM_FORMAT names the line; EM_MISSING there is no such file, or nobody in it. */
EM_MUST em_status em_accounts_load(em_str path, em_accounts **ret_accounts, em_error *err);
em_accounts *em_accounts_free(em_accounts *accounts);
size_t em_accounts_count(const em_accounts *accounts);
/* The i-th of them, as the file has it. */
em_str em_accounts_name(const em_accounts *accounts, size_t i, bool *ret_write);
/* Is this their password?  Takes as long for a name that nobody has.  Costs 64 MiB and some 50 ms: the caller sees to it that
 * few run at once. */
bool em_accounts_check(const em_accounts *accounts, em_str name, em_str password, bool *ret_write);
/* The file's text with this account in it, anew or changed; and without it.  EM_FORMAT: no name (1 to 64 bytes of UTF-8 without
 * ':' and control characters) or a password that is too short; EM_MISSING: nobody of that name. */
EM_MUST em_status em_account_put(em_str text, em_str name, em_str password, bool write, em_arena *arena, em_str *ret_text, em_error *err);
EM_MUST em_status em_account_drop(em_str text, em_str name, em_arena *arena, em_str *ret_text, em_error *err);

/* ---- the cage (cage.c) ------------------------------------------------------------------------------------- */

enum { EM_CAGE_WORDS = 200 };
typedef struct em_cage_opts {           /* folders with everything below them, or files; what is not there is left out */
        const em_str *read;  size_t reads;
        const em_str *write; size_t writes;     /* may be read as well; none: nothing at all may be written */
} em_cage_opts;

/* Locks this process in for good, by Landlock and seccomp: no program is started, no socket made or connected, no other process
 * or user touched, no file opened but these.  Must be called while there is one thread; threads and children inherit it.
 * ret_words: what holds, for a line of talk.  EM_DENIED: the kernel refuses; then nothing is to be served. */
EM_MUST em_status em_cage_enter(const em_cage_opts *opts, char ret_words[EM_CAGE_WORDS], em_error *err);
/* What em_cage_words says from now on (src/serve/service.h); until then, that there is no cage. */
void em_service_caged(em_service *service, const char *words);

/* ---- listening (listen.c) ------------------------------------------------------------------------------------ */

typedef struct em_listen_opts {
        em_str   address;               /* empty: 127.0.0.1 */
        uint16_t port;                  /* 0: a free one */
        size_t   threads;               /* 0: four a core, 16 at least; a slow request holds up the connections of its thread */
        size_t   connections;           /* 0: 1024 */
        size_t   body;                  /* 0: 1 MiB */
        em_str   certificate, key;      /* PEM; empty: no TLS */
        unsigned head_s, body_s, idle_s;        /* 0: 10, 30, 60: time for the head, the rest, and between requests */
        void   (*said)(void *ctx, const char *lines);   /* lines of the log without the last line's end, from any thread */
        void   (*ready)(void *ctx, uint16_t port);
        em_status (*lock)(void *ctx, em_error *err);    /* the socket is open and there is no thread yet: here the cage is entered */
        void    *ctx;
} em_listen_opts;

/* Listens until SIGTERM or SIGINT, then lets running requests end.  SIGHUP and a changed index reload.
 * EM_IO: the address cannot be had. */
EM_MUST em_status em_service_run(em_service *service, const em_listen_opts *opts, em_error *err);

#endif
