/* Sockets, threads and signals, over libmicrohttpd (its own epoll threads, one pool, no thread a connection).
 *
 * What the library does not limit is limited here: a connection has an instant by which its head, then its
 * body, then its next request must have come, however steadily it drips; the loop that waits for signals cuts
 * off whoever is late ("slowloris").  What can be refused is refused before the body is read.
 */
#include "serve/service.h"
#include "serve/upload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FORM_BYTES = 1 << 20, STEP_BYTES = 64 << 10, HEAD_BYTES = 65536, LOOK_NS = 200000000, LAST_S = 30 };

typedef struct line {                   /* one connection */
        struct line *next, *before;
        int          socket;
        double       late;              /* monotonic; cut off after it; 0: being answered */
} line;

typedef struct listener {
        em_service     *service;
        em_listen_opts  opts;
        pthread_mutex_t lock;
        line           *lines;
        size_t          running;        /* requests that came and are not yet answered in full */
        sigset_t        signals;
        sigset_t        old;
} listener;

typedef struct call {                   /* one request */
        listener *l;
        line     *line;
        em_buf    body;
        em_upload *upload;              /* NULL: the body goes to memory */
        uint64_t  taken;                /* bytes of it, of an upload */
        double    began;
        unsigned  status;
        bool      begun, large;
        size_t    target_n;
        char      target[];
} call;

static double now(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- connections ------------------------------------------------------------------------- */

static void set_late(listener *l, line *c, unsigned seconds)
{
        if (!c)
                return;
        pthread_mutex_lock(&l->lock);
        c->late = seconds ? now() + seconds : 0;
        pthread_mutex_unlock(&l->lock);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
        listener *l = cls;
        line     *c = *context;
        if (code == MHD_CONNECTION_NOTIFY_STARTED) {
                const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
                *context = c = info ? calloc(1, sizeof *c) : NULL;
                if (!c)
                        return;
                c->socket = info->connect_fd;
                c->late = now() + l->opts.head_s;
                pthread_mutex_lock(&l->lock);
                c->next = l->lines;
                if (c->next)
                        c->next->before = c;
                l->lines = c;
                pthread_mutex_unlock(&l->lock);
                return;
        }
        if (!c)
                return;
        pthread_mutex_lock(&l->lock);
        *(c->before ? &c->before->next : &l->lines) = c->next;
        if (c->next)
                c->next->before = c->before;
        pthread_mutex_unlock(&l->lock);
        *context = NULL;
        free(c);
}

/* Bytes lie there that our threads had no time to read: then we are slow, not the client. */
static bool unread(const line *c)
{
        int n = 0;
        return ioctl(c->socket, FIONREAD, &n) == 0 && n > 0;
}

/* The socket is still the connection's: it is taken off the list, under the lock, before it is closed. */
static void cut_late(listener *l)
{
        double t = now();
        pthread_mutex_lock(&l->lock);
        for (line *c = l->lines; c; c = c->next)
                if (c->late > 0 && c->late < t && !unread(c)) {
                        shutdown(c->socket, SHUT_RDWR);
                        c->late = 0;
                }
        pthread_mutex_unlock(&l->lock);
}

/* Requests that run, or that have come and wait for a thread. */
static bool is_busy(listener *l)
{
        pthread_mutex_lock(&l->lock);
        bool busy = l->running > 0;
        for (const line *c = l->lines; c && !busy; c = c->next)
                busy = c->late > 0 && unread(c);
        pthread_mutex_unlock(&l->lock);
        return busy;
}

/* ---- requests -------------------------------------------------------------------------------- */

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
        listener *l = cls;
        size_t    n = strlen(target);
        call     *c = calloc(1, sizeof *c + n + 1);
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        if (!c)
                return NULL;
        memcpy(c->target, target, n);
        c->target_n = n;
        c->l = l;
        c->line = info ? info->socket_context : NULL;
        c->began = now();
        c->body = em_buf_make(l->opts.body);
        pthread_mutex_lock(&l->lock);
        l->running++;
        pthread_mutex_unlock(&l->lock);
        return c;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
        listener *l = cls;
        call     *c = *context;
        (void)connection;
        (void)code;
        if (!c)
                return;
        set_late(l, c->line, l->opts.idle_s);
        pthread_mutex_lock(&l->lock);
        l->running--;
        pthread_mutex_unlock(&l->lock);
        em_buf_free(&c->body);
        em_upload_close(c->upload);
        free(c);
        *context = NULL;
}

static em_str header(struct MHD_Connection *connection, const char *name)
{
        const char *value = NULL;
        size_t      n = 0;
        if (MHD_lookup_connection_value_n(connection, MHD_HEADER_KIND, name, strlen(name), &value, &n) != MHD_YES || !value)
                return (em_str){0};
        return (em_str){value, n};
}

static em_request request_of(struct MHD_Connection *connection, const char *method, const call *c)
{
        return (em_request){
                .upload = c->upload, .method = em_str_c(method), .target = {c->target, c->target_n}, .body = em_buf_view(&c->body),
                .host = header(connection, "Host"), .origin = header(connection, "Origin"),
                .authorization = header(connection, "Authorization"), .cookie = header(connection, "Cookie"),
                .fetch_site = header(connection, "Sec-Fetch-Site"), .none_match = header(connection, "If-None-Match"),
                .content_type = header(connection, "Content-Type"), .accept = header(connection, "Accept"),
        };
}

/* Scripts and styles come from our own files only, and nothing goes anywhere else. */
static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
                             "worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/* Referrer-Policy: nobody else learns an address of ours.  Not no-referrer, with which a browser sends "Origin: null" along with
 * our own forms (Fetch standard, "append a request Origin header"), and they could not be told from another page's. */
static void set_headers(struct MHD_Response *response, const em_reply *reply)
{
        static const char *const always[][2] = {
                {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "same-origin"}, {"Cross-Origin-Resource-Policy", "same-origin"},
                {"Cross-Origin-Opener-Policy", "same-origin"},
        };
        for (size_t i = 0; i < sizeof always / sizeof *always; i++)
                (void)MHD_add_response_header(response, always[i][0], always[i][1]);
        (void)MHD_add_response_header(response, "Content-Security-Policy", reply->policy[0] ? reply->policy : policy);
        /* Nothing stays on disk; what has a tag may be kept in memory and is asked for again with it. */
        (void)MHD_add_response_header(response, "Cache-Control", reply->tag[0] ? "private, no-cache" : "no-store");
        (void)MHD_add_response_header(response, "Content-Type", reply->type);
        if (reply->tag[0])
                (void)MHD_add_response_header(response, "ETag", reply->tag);
        if (reply->file[0]) {
                char value[sizeof reply->file + 32];
                snprintf(value, sizeof value, "attachment; filename=\"%s\"", reply->file);
                (void)MHD_add_response_header(response, "Content-Disposition", value);
        }
        if (reply->allow)
                (void)MHD_add_response_header(response, "Allow", reply->allow);
        if (reply->location[0])
                (void)MHD_add_response_header(response, "Location", reply->location);
        if (reply->cookie[0])
                (void)MHD_add_response_header(response, "Set-Cookie", reply->cookie);
        if (reply->status == 401)
                (void)MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
        if (!reply->origin[0])
                return;
        (void)MHD_add_response_header(response, "Access-Control-Allow-Origin", reply->origin);
        (void)MHD_add_response_header(response, "Vary", "Origin");
        (void)MHD_add_response_header(response, "Access-Control-Allow-Methods", "GET, POST");
        (void)MHD_add_response_header(response, "Access-Control-Allow-Headers", "Authorization, Content-Type");
}

/* Method, path, status, time: never the query, which holds people's names. */
static void say_request(call *c, const char *method, unsigned status)
{
        char   text[256], shown[160];
        em_str path = em_str_cut((em_str){c->target, c->target_n}, '?').head;
        if (!c->l->opts.said)
                return;
        snprintf(text, sizeof text, "%.8s %s %u %.1f ms", method, em_str_show(path, shown, sizeof shown), status, (now() - c->began) * 1e3);
        c->l->opts.said(c->l->opts.ctx, text);
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, call *c, const char *method, em_reply *reply)
{
        bool  empty = reply->body.n == 0;
        char  none[1] = "";
        struct MHD_Response *response = MHD_create_response_from_buffer(reply->body.n, empty ? none : reply->body.p,
                                                                        empty ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_MUST_FREE);
        if (empty || !response)
                em_buf_free(&reply->body);
        if (!response)
                return MHD_NO;
        set_headers(response, reply);
        enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
        MHD_destroy_response(response);
        set_late(c->l, c->line, c->l->opts.idle_s);
        say_request(c, method, reply->status);
        return result;
}

static uint64_t most_bytes(const call *c)
{
        return c->upload ? em_service_options(c->l->service)->upload_most + FORM_BYTES : c->l->opts.body;
}

static enum MHD_Result send_large(struct MHD_Connection *connection, call *c, const char *method)
{
        em_reply reply = {.status = 413, .type = "application/json", .body = em_buf_make(256)};
        em_buf_fmt(&reply.body, "{\"detail\":\"a request takes up to %llu bytes\"}", (unsigned long long)most_bytes(c));
        return send_reply(connection, c, method, &reply);
}

/* The head is here: refuse now what can be refused, or wait for the body. */
static enum MHD_Result on_head(struct MHD_Connection *connection, call *c, const char *method)
{
        em_reply   reply = {0};
        int64_t    length = 0;
        em_request request = request_of(connection, method, c);
        em_str     stated = header(connection, "Content-Length");
        c->begun = true;
        set_late(c->l, c->line, c->l->opts.body_s);
        if (em_service_refuse(c->l->service, &request, &reply))
                return send_reply(connection, c, method, &reply);
        em_buf_free(&reply.body);
        if (em_service_upload(c->l->service, &request, &c->upload, &reply))
                return send_reply(connection, c, method, &reply);
        em_buf_free(&reply.body);
        if (stated.n && (!em_str_int(stated, &length) || length < 0 || (uint64_t)length > most_bytes(c)))
                return send_large(connection, c, method);
        return MHD_YES;
}

/* A file may take as long as it needs, while it comes: every so many bytes buy as much time as a small body has.  One that
 * is refused buys none. */
static void upload_piece(call *c, const char *data, size_t n)
{
        uint64_t step = c->taken / STEP_BYTES;
        c->taken += n;
        em_upload_feed(c->upload, (em_str){data, n});
        if (c->taken / STEP_BYTES != step && !em_upload_failed(c->upload))
                set_late(c->l, c->line, c->l->opts.body_s);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **context)
{
        call    *c = *context;
        em_reply reply = {0};
        (void)cls;
        (void)url;
        (void)version;
        if (!c)
                return MHD_NO;
        if (!c->begun)
                return on_head(connection, c, method);
        if (*size && c->upload) {
                upload_piece(c, data, *size);
                *size = 0;
                return MHD_YES;
        }
        if (*size) {
                c->large |= *size > c->l->opts.body - c->body.n;
                if (!c->large)
                        em_buf_add(&c->body, data, *size);
                *size = 0;
                return MHD_YES;
        }
        if (c->large || c->body.failed)
                return send_large(connection, c, method);
        set_late(c->l, c->line, 0);
        em_request request = request_of(connection, method, c);
        em_service_answer(c->l->service, &request, &reply);
        return send_reply(connection, c, method, &reply);
}

/* ---- the loop ----------------------------------------------------------------------------------- */

static void say(listener *l, const char *text)
{
        if (l->opts.said)
                l->opts.said(l->opts.ctx, text);
}

static void reload(listener *l)
{
        em_error err = {0};
        char     text[1100], line_text[1200];
        if (em_service_reload(l->service, &err) == EM_OK) {
                say(l, "the index was opened anew");
                return;
        }
        snprintf(line_text, sizeof line_text, "the index was not opened anew, the old one stays: %s", em_error_text(&err, text, sizeof text));
        say(l, line_text);
}

static void wait_for_end(listener *l)
{
        struct timespec turn = {0, LOOK_NS};
        bool            asked = false;
        for (unsigned tick = 1;; tick++) {
                int got = sigtimedwait(&l->signals, NULL, &turn);
                if (got == SIGTERM || got == SIGINT)
                        return;
                asked = got == SIGHUP;
                cut_late(l);
                if (asked || (tick % 5 == 0 && em_service_stale(l->service)))
                        reload(l);
        }
}

static void finish(listener *l, struct MHD_Daemon *daemon)
{
        struct timespec turn = {0, 20000000};
        MHD_socket      socket = MHD_quiesce_daemon(daemon);
        double          end = now() + LAST_S;
        if (socket != MHD_INVALID_SOCKET)
                close(socket);
        while (is_busy(l) && now() < end) {
                cut_late(l);
                nanosleep(&turn, NULL);
        }
        MHD_stop_daemon(daemon);
}

static em_status address_of(const em_listen_opts *o, struct sockaddr_storage *ret, unsigned *ret_flags, em_error *err)
{
        char                 text[64] = "127.0.0.1";
        struct sockaddr_in  *four = (void *)ret;
        struct sockaddr_in6 *six = (void *)ret;
        char                 shown[80];
        if (o->address.n && o->address.n < sizeof text) {
                memcpy(text, o->address.p, o->address.n);
                text[o->address.n] = '\0';
        }
        memset(ret, 0, sizeof *ret);
        if (o->address.n < sizeof text && inet_pton(AF_INET, text, &four->sin_addr) == 1) {
                four->sin_family = AF_INET;
                four->sin_port = htons(o->port);
                return EM_OK;
        }
        if (o->address.n < sizeof text && inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
                six->sin6_family = AF_INET6;
                six->sin6_port = htons(o->port);
                *ret_flags |= MHD_USE_IPv6;
                return EM_OK;
        }
        return em_fail(err, EM_USAGE, "\"%s\" is no address such as 127.0.0.1 or ::1", em_str_show(o->address, shown, sizeof shown));
}

static void fill_defaults(em_listen_opts *o)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        /* More than cores: a page that asks for long work must not hold up the others. */
        o->threads = o->threads ? o->threads : cores > 4 ? (size_t)cores : 4;
        o->threads = o->threads < 64 ? o->threads : 64;
        o->connections = o->connections ? o->connections : 1024;
        o->body = o->body ? o->body : (size_t)1 << 20;
        o->head_s = o->head_s ? o->head_s : 10;
        o->body_s = o->body_s ? o->body_s : 30;
        o->idle_s = o->idle_s ? o->idle_s : 60;
        /* A connection is a descriptor; the soft limit is often as many as we mean to serve. */
        struct rlimit files;
        rlim_t        want = o->connections + 64;
        if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < want) {
                files.rlim_cur = want < files.rlim_max ? want : files.rlim_max;
                (void)setrlimit(RLIMIT_NOFILE, &files);
        }
}

static em_status start(listener *l, struct MHD_Daemon **ret, em_error *err)
{
        struct sockaddr_storage at;
        unsigned  flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC;
        em_listen_opts *o = &l->opts;
        EM_TRY(address_of(o, &at, &flags, err));
        struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)o->threads, NULL}, {MHD_OPTION_END, 0, NULL}};
        struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
        errno = 0;
        struct MHD_Daemon *d = MHD_start_daemon(
                flags, o->port, NULL, NULL, on_request, l,
                MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->connections,
                MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, o->idle_s,
                MHD_OPTION_URI_LOG_CALLBACK, on_target, l, MHD_OPTION_NOTIFY_COMPLETED, on_completed, l,
                MHD_OPTION_NOTIFY_CONNECTION, on_connection, l, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
                MHD_OPTION_ARRAY, o->threads > 1 ? pool : none, MHD_OPTION_END);
        if (!d)
                return em_fail(err, EM_IO, "cannot listen on port %u: %s", (unsigned)o->port, errno ? strerrordesc_np(errno) : "refused");
        *ret = d;
        return EM_OK;
}

em_status em_service_run(em_service *service, const em_listen_opts *opts, em_error *err)
{
        listener           l = {.service = service, .opts = *opts};
        struct MHD_Daemon *daemon = NULL;
        fill_defaults(&l.opts);
        pthread_mutex_init(&l.lock, NULL);
        /* Blocked here, so that the library's threads inherit it and only the loop hears them. */
        sigemptyset(&l.signals);
        sigaddset(&l.signals, SIGTERM);
        sigaddset(&l.signals, SIGINT);
        sigaddset(&l.signals, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &l.signals, &l.old);
        em_status s = start(&l, &daemon, err);
        if (s == EM_OK) {
                const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
                if (l.opts.ready)
                        l.opts.ready(l.opts.ctx, info ? info->port : l.opts.port);
                wait_for_end(&l);
                finish(&l, daemon);
        }
        pthread_sigmask(SIG_SETMASK, &l.old, NULL);
        pthread_mutex_destroy(&l.lock);
        return s;
}
