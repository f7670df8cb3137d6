/* Sockets, threads and signals, over libmicrohttpd (its own epoll threads, one pool, no thread a connection).
 *
 * What the library does not limit is limited here: a connection has an instant by which its head, then its
 * body, then its next request must have come, however steadily it drips; the loop that waits for signals cuts
 * off whoever is late ("slowloris"), and when there are more connections than there may be, those that have waited longest
 * without a request.  What can be refused is refused before the body is read; a head that two readers could
 * read differently is not read at all (RFC 9112, section 11.2: request smuggling).
 */
#include "serve/service.h"
#include "serve/upload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FORM_BYTES = 1 << 20, STEP_BYTES = 64 << 10, HEAD_BYTES = 65536, LOOK_NS = 200000000, LAST_S = 30, LEAST_THREADS = 16, LOG_BYTES = 1 << 16, SPARE = 256 };

typedef struct line {                   /* one connection */
        struct line   *next, *before;
        int            socket;
        _Atomic int64_t late_ns;        /* monotonic; cut off after it; 0: being answered */
} line;

typedef struct listener {
        em_service     *service;
        em_listen_opts  opts;
        pthread_mutex_t lock;           /* of the lines */
        line           *lines;          /* newest first */
        atomic_size_t   count;
        atomic_size_t   running;        /* requests that came and are not yet answered in full */
        pthread_mutex_t log_lock;
        em_buf          log;            /* lines not yet said: a write a request would cost more than the request */
        sigset_t        signals;
        sigset_t        old;
} listener;

typedef struct call {                   /* one request */
        listener  *l;
        line      *line;
        em_buf     body;
        em_upload *upload;              /* NULL: the body goes to memory */
        uint64_t   taken;               /* bytes of it, of an upload */
        int64_t    began_ns;
        em_request request;             /* points into the library's memory, which stays until the reply is sent */
        const char *wrong;              /* about its head */
        bool       begun, large, has_body, full;
        em_str     length;
        char       peer[INET6_ADDRSTRLEN];
        size_t     target_n;
        char       target[];
} call;

static int64_t now_ns(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- connections ------------------------------------------------------------------------- */

static void set_late(line *c, unsigned seconds)
{
        if (c)
                c->late_ns = seconds ? now_ns() + (int64_t)seconds * 1000000000 : 0;
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
                set_late(c, l->opts.head_s);
                pthread_mutex_lock(&l->lock);
                l->count++;
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
        l->count--;
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

static void cut(line *c)
{
        shutdown(c->socket, SHUT_RDWR);
        c->late_ns = 0;
}

/* The socket is still the connection's: it is taken off the list, under the lock, before it is closed.  Beyond as many as there
 * may be, the oldest that wait go. */
static void cut_late(listener *l)
{
        int64_t t = now_ns();
        size_t  i = 0;
        pthread_mutex_lock(&l->lock);
        for (line *c = l->lines; c; c = c->next, i++) {
                int64_t late = c->late_ns;
                if (late > 0 && (late < t || i >= l->opts.connections) && !unread(c))
                        cut(c);
        }
        pthread_mutex_unlock(&l->lock);
}

/* Requests that run, or that have come and wait for a thread. */
static bool is_busy(listener *l)
{
        bool busy = l->running > 0;
        pthread_mutex_lock(&l->lock);
        for (const line *c = l->lines; c && !busy; c = c->next)
                busy = c->late_ns > 0 && unread(c);
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
        c->began_ns = now_ns();
        c->body = em_buf_make(l->opts.body);
        l->running++;
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
        set_late(c->line, l->opts.idle_s);
        l->running--;
        em_buf_free(&c->body);
        em_upload_close(c->upload);
        free(c);
        *context = NULL;
}

/* A path or query has printable ASCII only (RFC 3986); the library lets blanks and control characters pass. */
static bool is_target(em_str target)
{
        bool fit = target.n > 0;
        for (size_t i = 0; i < target.n; i++)
                fit = fit && (unsigned char)target.p[i] > ' ' && target.p[i] != 0x7f;
        return fit;
}

/* Digits and nothing else (RFC 9112, section 6.3); the library would read "+0", "0x5" and "0, 5" as well. */
static bool is_length(em_str s)
{
        bool fit = s.n > 0 && s.n < 19;
        for (size_t i = 0; i < s.n; i++)
                fit = fit && s.p[i] >= '0' && s.p[i] <= '9';
        return fit;
}

typedef struct wanted { const char *name; size_t at; bool once; } wanted;

/* One header of the head, as they come: kept where it is one of ours; a second Host or length is nobody's to choose between. */
static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value, size_t n)
{
        static const wanted known[] = {
                {"Host", offsetof(call, request.host), true}, {"Content-Length", offsetof(call, length), true},
                {"Cookie", offsetof(call, request.cookie), false}, {"Accept", offsetof(call, request.accept), false},
                {"Sec-Fetch-Site", offsetof(call, request.fetch_site), true}, {"If-None-Match", offsetof(call, request.none_match), false},
                {"Origin", offsetof(call, request.origin), true}, {"Authorization", offsetof(call, request.authorization), true},
                {"Content-Type", offsetof(call, request.content_type), true},
        };
        call  *c = cls;
        em_str given = {name, name_n};
        (void)kind;
        if (em_str_eq_nocase(given, EM_S("Transfer-Encoding"))) {
                if (c->has_body || !value || !em_str_eq_nocase((em_str){value, n}, EM_S("chunked")))
                        c->wrong = "the length of the request is not clear";
                c->has_body = true;
        }
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
                em_str *to = (em_str *)(void *)((char *)c + known[i].at);
                if (!em_str_eq_nocase(given, em_str_c(known[i].name)))
                        continue;
                if (known[i].once && to->p)
                        c->wrong = "a header stands there twice";
                if (!to->p)
                        *to = (em_str){value ? value : "", value ? n : 0};
        }
        return MHD_YES;
}

/* Whose sign-ins count together: an IPv4 address, or the half of an IPv6 address that a provider hands out. */
static em_str peer_of(struct MHD_Connection *connection, call *c)
{
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        const struct sockaddr *from = info ? info->client_addr : NULL;
        if (from && from->sa_family == AF_INET) {
                (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)from)->sin_addr, c->peer, sizeof c->peer);
        } else if (from && from->sa_family == AF_INET6) {
                struct in6_addr half = ((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
                memset(half.s6_addr + 8, 0, 8);
                (void)inet_ntop(AF_INET6, &half, c->peer, sizeof c->peer);
        }
        return em_str_c(c->peer);
}

static void read_head(struct MHD_Connection *connection, call *c, const char *method)
{
        c->request.method = em_str_c(method);
        c->request.target = (em_str){c->target, c->target_n};
        (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, c);
        if (c->length.p) {
                if (c->has_body || !is_length(c->length))
                        c->wrong = "the length of the request is not clear";
                c->has_body = true;
        }
        if (!is_target(c->request.target))
                c->wrong = "the address is not one";
        if (method[0] == 'P')
                c->request.peer = peer_of(connection, c);
}

/* What the reply cost us (W3C Server Timing); whether it was kept.  Only where the answer was one: a refusal's time is nobody's to know. */
static void set_timing(struct MHD_Response *response, const em_reply *reply, const call *c)
{
        char value[64] = "kept";
        if (reply->status != 200 && reply->status != 304)
                return;
        if (!reply->kept)
                snprintf(value, sizeof value, "made;dur=%.1f", (double)(now_ns() - c->began_ns) * 1e-6);
        (void)MHD_add_response_header(response, "Server-Timing", value);
}

/* Scripts and styles come from our own files only, and nothing goes anywhere else. */
static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
                             "worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/* Referrer-Policy: nobody else learns an address of ours.  Not no-referrer, with which a browser sends "Origin: null" along with
 * our own forms (Fetch standard, "append a request Origin header"), and they could not be told from another page's. */
static void set_headers(struct MHD_Response *response, const em_reply *reply, const call *c)
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
        set_timing(response, reply, c);
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
        if (reply->retry_s) {
                char value[16];
                snprintf(value, sizeof value, "%u", reply->retry_s);
                (void)MHD_add_response_header(response, "Retry-After", value);
        }
        if (c->l->opts.key.n)
                (void)MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
        /* What is wrong with a head may be wrong with what follows it, too. */
        if (c->wrong || c->full)
                (void)MHD_add_response_header(response, "Connection", "close");
        if (reply->status == 401)
                (void)MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
        if (!reply->origin[0])
                return;
        (void)MHD_add_response_header(response, "Access-Control-Allow-Origin", reply->origin);
        (void)MHD_add_response_header(response, "Vary", "Origin");
        (void)MHD_add_response_header(response, "Access-Control-Allow-Methods", "GET, POST");
        (void)MHD_add_response_header(response, "Access-Control-Allow-Headers", "Authorization, Content-Type");
}

static void say_log(listener *l)
{
        char   text[LOG_BYTES + 1];
        size_t n = 0;
        pthread_mutex_lock(&l->log_lock);
        if (l->log.n) {
                n = l->log.n < LOG_BYTES ? l->log.n : LOG_BYTES;
                memcpy(text, l->log.p, n);
                text[n - 1] = '\0';             /* the last line's end */
        }
        em_buf_clear(&l->log);
        pthread_mutex_unlock(&l->log_lock);
        if (n)
                l->opts.said(l->opts.ctx, text);
}

/* Method, path, status, time: never the query, which holds people's names.  Lines that come faster than they are said are
 * counted away: the log may not hold up a request. */
static void say_line(listener *l, const char *method, em_str target, unsigned status, double ms)
{
        char   shown[160];
        em_str path = em_str_cut(target, '?').head;
        if (!l->opts.said)
                return;
        em_str_show(path, shown, sizeof shown);
        pthread_mutex_lock(&l->log_lock);
        em_buf_fmt(&l->log, "%.8s %s %u %.1f ms\n", method, shown, status, ms);
        bool much = l->log.n > LOG_BYTES / 2;
        pthread_mutex_unlock(&l->log_lock);
        if (much)
                say_log(l);
}

static void say_request(const call *c, unsigned status)
{
        say_line(c->l, c->request.method.p, c->request.target, status, (double)(now_ns() - c->began_ns) * 1e-6);
}

static void on_ahead(void *ctx, em_str target, unsigned status, double ms)
{
        say_line(ctx, "ahead", target.n ? target : EM_S("(all)"), status, ms);
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, call *c, em_reply *reply)
{
        bool  empty = reply->body.n == 0;
        char  none[1] = "";
        struct MHD_Response *response = MHD_create_response_from_buffer(reply->body.n, empty ? none : reply->body.p,
                                                                        empty ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_MUST_FREE);
        if (empty || !response)
                em_buf_free(&reply->body);
        if (!response)
                return MHD_NO;
        set_headers(response, reply, c);
        enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
        MHD_destroy_response(response);
        set_late(c->line, c->l->opts.idle_s);
        say_request(c, reply->status);
        return result;
}

static uint64_t most_bytes(const call *c)
{
        return c->upload ? em_service_options(c->l->service)->upload_most + FORM_BYTES : c->l->opts.body;
}

static enum MHD_Result send_refusal(struct MHD_Connection *connection, call *c, unsigned status, const char *why)
{
        em_reply reply = {.status = status, .type = "application/json", .body = em_buf_make(256), .retry_s = status == 503};
        em_buf_fmt(&reply.body, "{\"detail\":\"%s\"}", why);
        return send_reply(connection, c, &reply);
}

static enum MHD_Result send_large(struct MHD_Connection *connection, call *c)
{
        char why[80];
        snprintf(why, sizeof why, "a request takes up to %llu bytes", (unsigned long long)most_bytes(c));
        return send_refusal(connection, c, 413, why);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, call *c)
{
        em_reply reply = {0};
        set_late(c->line, 0);
        c->request.body = em_buf_view(&c->body);
        c->request.upload = c->upload;
        em_service_answer(c->l->service, &c->request, &reply);
        return send_reply(connection, c, &reply);
}

/* The head is here: refuse now what can be refused, or wait for the body.  What has none is answered at the next call, which
 * follows at once; an answer at this one would end the connection. */
static enum MHD_Result on_head(struct MHD_Connection *connection, call *c, const char *method)
{
        em_reply reply = {0};
        int64_t  length = 0;
        c->begun = true;
        set_late(c->line, c->l->opts.body_s);
        read_head(connection, c, method);
        if (c->wrong)
                return send_refusal(connection, c, 400, c->wrong);
        if ((c->full = c->l->count > c->l->opts.connections))
                return send_refusal(connection, c, 503, "too many connections at once; try again");
        if (!c->has_body)
                return MHD_YES;
        if (em_service_refuse(c->l->service, &c->request, &reply))
                return send_reply(connection, c, &reply);
        em_buf_free(&reply.body);
        if (em_service_upload(c->l->service, &c->request, &c->upload, &reply))
                return send_reply(connection, c, &reply);
        em_buf_free(&reply.body);
        if (c->length.n && (!em_str_int(c->length, &length) || length < 0 || (uint64_t)length > most_bytes(c)))
                return send_large(connection, c);
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
                set_late(c->line, c->l->opts.body_s);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **context)
{
        call *c = *context;
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
                return send_large(connection, c);
        return send_answer(connection, c);
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
                say_log(l);
                if (asked || (tick % 5 == 0 && em_service_stale(l->service)))
                        reload(l);
        }
}

static void finish(listener *l, struct MHD_Daemon *daemon)
{
        struct timespec turn = {0, 20000000};
        MHD_socket      socket = MHD_quiesce_daemon(daemon);
        int64_t         end = now_ns() + (int64_t)LAST_S * 1000000000;
        if (socket != MHD_INVALID_SOCKET)
                close(socket);
        while (is_busy(l) && now_ns() < end) {
                cut_late(l);
                nanosleep(&turn, NULL);
        }
        MHD_stop_daemon(daemon);
        say_log(l);
}

static em_status address_of(const em_listen_opts *o, struct sockaddr_storage *ret, socklen_t *ret_n, em_error *err)
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
                *ret_n = sizeof *four;
                return EM_OK;
        }
        if (o->address.n < sizeof text && inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
                six->sin6_family = AF_INET6;
                six->sin6_port = htons(o->port);
                *ret_n = sizeof *six;
                return EM_OK;
        }
        return em_fail(err, EM_USAGE, "\"%s\" is no address such as 127.0.0.1 or ::1", em_str_show(o->address, shown, sizeof shown));
}

/* Ours and not the library's, so that it is open before the cage is entered and the library's threads begin inside it. */
static em_status open_socket(const em_listen_opts *o, int *ret_fd, uint16_t *ret_port, em_error *err)
{
        struct sockaddr_storage at;
        socklen_t n = 0, got = sizeof at;
        int       on = 1;
        EM_TRY(address_of(o, &at, &n, err));
        int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        bool done = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(fd, (void *)&at, n) == 0
                    && listen(fd, 1024) == 0 && getsockname(fd, (void *)&at, &got) == 0;
        if (!done) {
                int error = errno;
                if (fd >= 0)
                        close(fd);
                return em_fail(err, EM_IO, "cannot listen on port %u: %s", (unsigned)o->port, error ? strerrordesc_np(error) : "refused");
        }
        *ret_port = ntohs(at.ss_family == AF_INET ? ((struct sockaddr_in *)(void *)&at)->sin_port : ((struct sockaddr_in6 *)(void *)&at)->sin6_port);
        *ret_fd = fd;
        return EM_OK;
}

static void fill_defaults(em_listen_opts *o)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        /* Many more than cores: a request that takes long holds up the connections that its thread has, and no others. */
        o->threads = o->threads ? o->threads : cores > LEAST_THREADS / 4 ? (size_t)cores * 4 : LEAST_THREADS;
        o->threads = o->threads < 64 ? o->threads : 64;
        o->connections = o->connections ? o->connections : 1024;
        o->body = o->body ? o->body : (size_t)1 << 20;
        o->head_s = o->head_s ? o->head_s : 10;
        o->body_s = o->body_s ? o->body_s : 30;
        o->idle_s = o->idle_s ? o->idle_s : 60;
        /* A connection is a descriptor; the soft limit is often as many as we mean to serve. */
        struct rlimit files;
        rlim_t        want = o->connections + SPARE + 256;
        if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < want) {
                files.rlim_cur = want < files.rlim_max ? want : files.rlim_max;
                (void)setrlimit(RLIMIT_NOFILE, &files);
        }
        /* Fewer descriptors than connections: those that can be had, or accepting would fail without an answer. */
        if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < want && files.rlim_cur > 2 * SPARE + 256)
                o->connections = (size_t)files.rlim_cur - SPARE - 256;
}

/* The library takes some more connections than there may be, so that those are told so. */
static em_status start(listener *l, int fd, struct MHD_Daemon **ret, em_error *err)
{
        em_listen_opts *o = &l->opts;
        char            key[16384], certificate[65536];
        bool            tls = o->key.n > 0;
        unsigned        flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | (tls ? MHD_USE_TLS : 0);
        if (o->key.n >= sizeof key || o->certificate.n >= sizeof certificate)
                return em_fail(err, EM_LIMIT, "the certificate or its key is too long");
        snprintf(key, sizeof key, "%.*s", EM_ARG(o->key));
        snprintf(certificate, sizeof certificate, "%.*s", EM_ARG(o->certificate));
        struct MHD_OptionItem more[] = {
                {o->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)o->threads, NULL}, {MHD_OPTION_END, 0, NULL}};
        struct MHD_OptionItem locked[] = {
                {tls ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, key}, {MHD_OPTION_HTTPS_MEM_CERT, 0, certificate},
                {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"}, {MHD_OPTION_END, 0, NULL}};
        struct MHD_Daemon *d = MHD_start_daemon(
                flags, o->port, NULL, NULL, on_request, l, MHD_OPTION_LISTEN_SOCKET, fd,
                MHD_OPTION_CONNECTION_LIMIT, (unsigned)(o->connections + SPARE),
                MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, o->idle_s,
                MHD_OPTION_URI_LOG_CALLBACK, on_target, l, MHD_OPTION_NOTIFY_COMPLETED, on_completed, l,
                MHD_OPTION_NOTIFY_CONNECTION, on_connection, l, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                MHD_OPTION_ARRAY, more, MHD_OPTION_ARRAY, locked, MHD_OPTION_END);
        explicit_bzero(key, sizeof key);
        if (!d && tls)
                return em_fail(err, EM_FORMAT, "the service cannot begin with this certificate and key");
        if (!d)
                return em_fail(err, EM_IO, "the service cannot begin on port %u", (unsigned)o->port);
        *ret = d;
        return EM_OK;
}

static em_status serve(listener *l, em_error *err)
{
        struct MHD_Daemon *daemon = NULL;
        uint16_t port = 0;
        int      fd = -1;
        EM_TRY(open_socket(&l->opts, &fd, &port, err));
        em_status s = l->opts.lock ? l->opts.lock(l->opts.ctx, err) : EM_OK;
        if (s == EM_OK)
                s = start(l, fd, &daemon, err);
        if (s != EM_OK) {
                close(fd);
                return s;
        }
        em_service_warm(l->service, on_ahead, l);
        if (l->opts.ready)
                l->opts.ready(l->opts.ctx, port);
        wait_for_end(l);
        em_service_cool(l->service);
        finish(l, daemon);
        return EM_OK;
}

em_status em_service_run(em_service *service, const em_listen_opts *opts, em_error *err)
{
        listener l = {.service = service, .opts = *opts, .log = em_buf_make(LOG_BYTES)};
        fill_defaults(&l.opts);
        pthread_mutex_init(&l.lock, NULL);
        pthread_mutex_init(&l.log_lock, NULL);
        /* Blocked here, so that the library's threads inherit it and only the loop hears them. */
        sigemptyset(&l.signals);
        sigaddset(&l.signals, SIGTERM);
        sigaddset(&l.signals, SIGINT);
        sigaddset(&l.signals, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &l.signals, &l.old);
        em_status s = serve(&l, err);
        pthread_sigmask(SIG_SETMASK, &l.old, NULL);
        pthread_mutex_destroy(&l.lock);
        pthread_mutex_destroy(&l.log_lock);
        em_buf_free(&l.log);
        return s;
}
