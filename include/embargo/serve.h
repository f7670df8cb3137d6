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
 * must not come from another origin, must bear the token, and must be small.  The reply holds no text that was not
 * escaped for where it stands.  Nothing of a query is logged: the names people ask for are sensitive.
 */
#ifndef EMBARGO_SERVE_H
#define EMBARGO_SERVE_H

#include "embargo/names.h"

typedef struct em_request {             /* as it came; headers that are not there are empty */
        em_str method;                  /* "GET" */
        em_str target;                  /* "/match/default?limit=5", escapes not yet resolved */
        em_str host, origin, authorization, cookie, fetch_site;
        em_str none_match, content_type, accept;
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
        em_str token;                   /* empty: everyone on this machine may ask */
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

typedef struct em_listen_opts {
        em_str   address;               /* empty: 127.0.0.1 */
        uint16_t port;                  /* 0: a free one */
        size_t   threads;               /* 0: as many as cores */
        size_t   connections;           /* 0: 1024 */
        size_t   body;                  /* 0: 1 MiB */
        unsigned head_s, body_s, idle_s;        /* 0: 10, 30, 60: time for the head, the rest, and between requests */
        void   (*said)(void *ctx, const char *line);    /* one line of the log, from any thread */
        void   (*ready)(void *ctx, uint16_t port);
        void    *ctx;
} em_listen_opts;

/* Listens until SIGTERM or SIGINT, then lets running requests end.  SIGHUP and a changed index reload.
 * EM_IO: the address cannot be had. */
EM_MUST em_status em_service_run(em_service *service, const em_listen_opts *opts, em_error *err);

#endif
