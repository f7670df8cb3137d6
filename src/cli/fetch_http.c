/* One question to a node and its answer, by libcurl.
 *
 * The rules of going out: only http and https, only to the host that was named (no redirect, no proxy from
 * the environment), certificates checked, an end to every wait, a ceiling for every answer.
 * A password comes from a file and goes nowhere but into the request: not into
 * an argument that others on the machine can list, and into no sentence.
 */
#include "cli/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>

enum { CONNECT_S = 20, STALLED_S = 60, WHOLE_S = 1800 };

/* ---- what was named ---------------------------------------------------------------------- */

static em_status part(CURLU *parts, CURLUPart which, em_arena *arena, em_str *ret_text, em_error *err)
{
        char *text = NULL;
        *ret_text = EM_S("");
        if (curl_url_get(parts, which, &text, 0) != CURLUE_OK || !text)
                return EM_OK;
        em_status s = em_str_copy(em_str_c(text), arena, ret_text, err);
        curl_free(text);
        return s;
}

static em_status read_parts(em_fetch *f, CURLU *parts, em_error *err)
{
        char   shown[200];
        em_str scheme, user, host, port, query, fragment;
        EM_TRY(part(parts, CURLUPART_SCHEME, f->cli->arena, &scheme, err));
        EM_TRY(part(parts, CURLUPART_USER, f->cli->arena, &user, err));
        EM_TRY(part(parts, CURLUPART_HOST, f->cli->arena, &host, err));
        EM_TRY(part(parts, CURLUPART_PORT, f->cli->arena, &port, err));
        EM_TRY(part(parts, CURLUPART_QUERY, f->cli->arena, &query, err));
        EM_TRY(part(parts, CURLUPART_FRAGMENT, f->cli->arena, &fragment, err));
        if (user.n)
                return em_fail(err, EM_USAGE, "a password in an address can be read by others on this machine; put "
                                              "user:password into a file and name it with --cookie");
        if (!em_str_eq(scheme, EM_S("http")) && !em_str_eq(scheme, EM_S("https")))
                return em_fail(err, EM_USAGE, "a node is asked by http or https, not by \"%s\"",
                               em_str_show(scheme, shown, sizeof shown));
        if (fragment.n || (query.n && f->password))
                return em_fail(err, EM_USAGE, "a node's address ends before ? and #");
        f->host = port.n ? em_cli_text(f->cli, "%.*s:%.*s", EM_ARG(host), EM_ARG(port)) : host;
        return EM_OK;
}

static em_status read_url(em_fetch *f, em_str url, em_error *err)
{
        char   shown[200];
        em_str copy = {0};
        while (url.n && url.p[url.n - 1] == '/')
                url.n--;
        EM_TRY(em_str_copy(url, f->cli->arena, &copy, err));
        CURLU *parts = curl_url();
        if (!parts)
                return em_fail(err, EM_NOMEM, "out of memory");
        if (strlen(copy.p) != copy.n || curl_url_set(parts, CURLUPART_URL, copy.p, 0) != CURLUE_OK) {
                curl_url_cleanup(parts);
                return em_fail(err, EM_USAGE, "\"%s\" is no address of a node such as http://localhost:8332",
                               em_str_show(url, shown, sizeof shown));
        }
        f->url = copy;
        em_status s = read_parts(f, parts, err);
        curl_url_cleanup(parts);
        return s;
}

/* "user:password", as Core's .cookie has it. */
static em_status read_cookie(em_fetch *f, em_str file, em_error *err)
{
        em_str text = {0};
        if (!file.n)
                return EM_OK;
        EM_TRY(em_file_read(file, 4096, f->cli->arena, &text, err));
        text = em_str_trim(text);
        if (em_str_find(text, EM_S(":")) < 1 || memchr(text.p, '\n', text.n) || memchr(text.p, 0, text.n))
                return em_fail_at(err, EM_FORMAT, file, 0, 0, "it is not one line of user:password, as a node's "
                                                              ".cookie is");
        f->password = strndup(text.p, text.n);
        return f->password ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
}

static bool is_here(em_str host)
{
        em_str name = host.n && host.p[0] == '[' ? host : em_str_cut(host, ':').head;
        return em_str_eq_nocase(name, EM_S("localhost")) || em_str_starts(name, EM_S("127.")) ||
               em_str_starts(name, EM_S("[::1]"));
}

/* ---- the handle ------------------------------------------------------------------------------ */

typedef struct taking { em_fetch *f; size_t most; bool over; } taking;

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
        taking *t = ctx;
        if (size * n > t->most - t->f->body.n) {
                t->over = true;
                return 0;
        }
        em_buf_add(&t->f->body, bytes, size * n);
        return t->f->body.failed ? 0 : size * n;
}

/* Not 0 ends the transfer: Ctrl-C. */
static int go_on(void *ctx, curl_off_t of, curl_off_t done, curl_off_t up_of, curl_off_t up)
{
        (void)ctx, (void)of, (void)done, (void)up_of, (void)up;
        return em_term_interrupted();
}

static bool set_up(em_fetch *f, CURL *c)
{
        return curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALLED_S) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_USERAGENT, "embargo/" EMBARGO_VERSION) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, go_on) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
               curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK &&
               (!f->password || curl_easy_setopt(c, CURLOPT_USERPWD, f->password) == CURLE_OK);
}

em_status em_fetch_open(em_fetch *f, em_str url, em_str cookie_file, em_error *err)
{
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
                return em_fail(err, EM_NOMEM, "libcurl cannot start");
        EM_TRY(read_cookie(f, cookie_file, err));
        EM_TRY(read_url(f, url, err));
        f->body = em_buf_make((size_t)1 << 30);
        f->curl = curl_easy_init();
        f->doc = em_json_reader();
        f->answer = em_arena_new((size_t)4 << 30);
        if (!f->curl || !f->doc || !f->answer || !set_up(f, f->curl))
                return em_fail(err, EM_NOMEM, "out of memory");
        if (f->password && em_str_starts(f->url, EM_S("http:")) && !is_here(f->host))
                em_cli_say(f->cli, "the password goes to %.*s without encryption", EM_ARG(em_cli_safe(f->cli, f->host)));
        return EM_OK;
}

void em_fetch_close(em_fetch *f)
{
        if (f->curl)
                curl_easy_cleanup(f->curl);
        f->curl = NULL;
        free(f->password);
        f->password = NULL;
        f->doc = em_json_reader_free(f->doc);
        f->answer = em_arena_free(f->answer);
        em_buf_free(&f->body);
}

/* ---- one question --------------------------------------------------------------------------------- */

static em_status explain(const em_fetch *f, CURLcode code, const taking *t, em_error *err)
{
        char host[200];
        em_str_show(f->host, host, sizeof host);
        if (em_term_interrupted())
                return em_fail(err, EM_INTERRUPTED, "interrupted; the same command goes on");
        if (t->over)
                return em_fail(err, EM_LIMIT, "%s: the answer is over %zu MiB", host, t->most >> 20);
        switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
                return em_fail(err, EM_IO, "%s: there is no host of this name", host);
        case CURLE_COULDNT_CONNECT:
                return em_fail(err, EM_IO, "%s: no node answers there", host);
        case CURLE_OPERATION_TIMEDOUT:
                return em_fail(err, EM_IO, "%s: the node did not answer in time", host);
        case CURLE_PEER_FAILED_VERIFICATION:
                return em_fail(err, EM_DENIED, "%s: its certificate is not valid", host);
        case CURLE_OUT_OF_MEMORY:
        case CURLE_WRITE_ERROR:
                return em_fail(err, EM_NOMEM, "out of memory");
        default:
                return em_fail(err, EM_IO, "%s: %s", host, curl_easy_strerror(code));
        }
}

static em_status judge_code(const em_fetch *f, long code, em_error *err)
{
        char host[200];
        em_str_show(f->host, host, sizeof host);
        if (code == 401 || code == 403)
                return em_fail(err, EM_DENIED, f->password ? "%s: the node refuses this user and password (HTTP %ld)"
                                                           : "%s: the node wants a password: --cookie FILE (HTTP %ld)",
                               host, code);
        if (code >= 300 && code < 400)
                return em_fail(err, EM_FORMAT, "%s: it leads elsewhere (HTTP %ld), and no redirect is followed", host, code);
        return EM_OK;
}

em_status em_fetch_http(em_fetch *f, const char *path, em_str post, size_t most, long *ret_code, em_error *err)
{
        CURL              *c = f->curl;
        taking             t = {f, most, false};
        long               code = 0;
        struct curl_slist *heads = curl_slist_append(NULL, "Content-Type: application/json");
        em_str             url = em_cli_text(f->cli, "%.*s%s", EM_ARG(f->url), path);
        em_buf_clear(&f->body);
        if (!heads || !url.n)
                return em_fail(err, EM_NOMEM, "out of memory");
        curl_easy_setopt(c, CURLOPT_URL, url.p);
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
        curl_easy_setopt(c, CURLOPT_WRITEDATA, &t);
        if (post.n) {
                curl_easy_setopt(c, CURLOPT_HTTPHEADER, heads);
                curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post.n);
                curl_easy_setopt(c, CURLOPT_POSTFIELDS, post.p);
        } else {
                curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
                curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
        }
        CURLcode got = curl_easy_perform(c);
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
        curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
        curl_slist_free_all(heads);
        f->requests++;
        if (got != CURLE_OK)
                return explain(f, got, &t, err);
        EM_TRY(judge_code(f, code, err));
        *ret_code = code;
        return EM_OK;
}
