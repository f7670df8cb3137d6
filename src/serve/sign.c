/* Signing in and out, for people with a browser.
 *
 * The printed address signs one browser in, one time, so that what is left of it in a history or a log opens nothing; then
 * a form asks for the token, or where there are accounts for a name and a password.  Each of them is exchanged
 * for a session's cookie, which is none of them (craft of OWASP's session management cheat sheet).  A form that signs in
 * bears no proof of its own: another page cannot send it, for its Origin says whose it is.
 */
#include "serve/desk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct em_signing {
        em_service_opts opts;           /* its texts are the service's */
        em_sessions    *sessions;
        em_tallies     *tallies;
        em_accounts    *accounts;       /* NULL: the token is asked for */
        pthread_mutex_t once, hashing;
        bool            used;           /* the printed address */
};

static int64_t now_s(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return t.tv_sec;
}

em_status em_signing_new(const em_service_opts *opts, em_signing **ret_signing, em_error *err)
{
        em_signing *s = calloc(1, sizeof *s);
        if (!s)
                return em_fail(err, EM_NOMEM, "no memory for sessions");
        s->opts = *opts;
        pthread_mutex_init(&s->once, NULL);
        pthread_mutex_init(&s->hashing, NULL);
        s->sessions = em_sessions_new();
        s->tallies = em_tallies_new();
        em_status status = s->sessions && s->tallies ? EM_OK : em_fail(err, EM_NOMEM, "no memory for sessions");
        if (status == EM_OK && opts->accounts.n)
                status = em_accounts_load(opts->accounts, &s->accounts, err);
        if (status == EM_OK)
                *ret_signing = s;
        else
                em_signing_free(s);
        return status;
}

em_signing *em_signing_free(em_signing *s)
{
        if (s) {
                em_sessions_free(s->sessions);
                em_tallies_free(s->tallies);
                em_accounts_free(s->accounts);
                pthread_mutex_destroy(&s->once);
                pthread_mutex_destroy(&s->hashing);
        }
        free(s);
        return NULL;
}

em_signed em_signing_of(em_signing *s, const em_request *request)
{
        char name[40];
        em_guard_cookie_name(request->host, s->opts.tls, name);
        return em_session_of(s->sessions, em_guard_cookie(request->cookie, name), now_s());
}

/* ---- the cookie ------------------------------------------------------------------------------------------ */

static em_status set_cookie(em_signing *s, const em_request *request, em_str user, bool write, em_reply *reply, em_error *err)
{
        char name[40], value[EM_SESSION_COOKIE];
        EM_TRY(em_session_begin(s->sessions, user, write, now_s(), value, err));
        em_guard_cookie_name(request->host, s->opts.tls, name);
        snprintf(reply->cookie, sizeof reply->cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s", name, value, s->opts.tls ? "; Secure" : "");
        return EM_OK;
}

static void go_on(em_reply *reply, em_str next)
{
        reply->status = 303;
        snprintf(reply->location, sizeof reply->location, "%.*s", EM_ARG(em_guard_next(next) ? next : EM_S("/")));
}

bool em_signing_once(em_signing *s, const em_request *request, em_str query, em_reply *reply)
{
        em_cut cut = em_str_cut(query, '=');
        if (!s->opts.once.n || !em_str_eq(cut.head, EM_S("token")))
                return false;
        bool right = em_guard_same(cut.tail, s->opts.once);
        pthread_mutex_lock(&s->once);
        right = right && !s->used;
        s->used |= right;
        pthread_mutex_unlock(&s->once);
        if (!right || set_cookie(s, request, (em_str){0}, true, reply, NULL) != EM_OK)
                return false;
        go_on(reply, EM_S("/"));
        return true;
}

/* ---- the form -------------------------------------------------------------------------------------------------- */

static void put_field(em_html h, const char *label, const char *name, const char *type, const char *complete)
{
        em_html_lit(h, "<p><label>");
        em_html_c(h, label);
        em_html_lit(h, " <input required");
        em_html_attr(h, "name", em_str_c(name));
        em_html_attr(h, "type", em_str_c(type));
        em_html_attr(h, "autocomplete", em_str_c(complete));
        em_html_lit(h, "></label></p>\n");
}

void em_signing_page(em_ask *ask, unsigned status, em_str why, em_str next)
{
        em_signing *s = em_service_signing(ask->service);
        em_html     h = ask->h;
        bool        people = s->accounts != NULL;
        ask->desk = NULL;               /* nothing of the case is on it */
        em_page_open(ask, &(em_page){.title = EM_S("Sign in"), .no_data = true,
                                     .lede = people ? EM_S("This case is shown to those who have an account.")
                                                    : EM_S("This case is shown to whoever has its token.")});
        if (why.n) {
                em_html_lit(h, "<p class=\"draft\" role=\"alert\">");
                em_html_text(h, why);
                em_html_lit(h, "</p>\n");
        }
        em_html_lit(h, "<form class=\"sign\" method=\"post\" action=\"/sign-in\">\n");
        if (em_guard_next(next)) {
                em_html_lit(h, "<input type=\"hidden\" name=\"next\"");
                em_html_attr(h, "value", next);
                em_html_lit(h, ">\n");
        }
        if (people)
                put_field(h, "Name", "name", "text", "username");
        put_field(h, people ? "Password" : "Token", people ? "password" : "token", "password", people ? "current-password" : "off");
        em_html_lit(h, "<p><button>Sign in</button></p>\n</form>\n");
        if (!people)
                em_html_lit(h, "<p>The address that <code>embargo serve</code> prints at its start signs in one browser, once. The token for "
                               "this form, and for programs, stands in the terminal below it, or is the one that the service was given "
                               "(<code>--token-file</code>, <code>EMBARGO_TOKEN</code>).</p>\n");
        if (em_guard_next(next)) {
                em_html_lit(h, "<p>If you have signed in already and came by a link from elsewhere: <a");
                em_html_attr(h, "href", next);
                em_html_lit(h, ">go on</a>.</p>\n");
        }
        ask->reply->status = em_page_close(ask, NULL) == EM_OK ? status : 500;
}

static em_status answer_form(em_ask *ask, em_error *err)
{
        (void)err;
        em_signing_page(ask, 200, (em_str){0}, em_form_get(ask->query, "next"));
        return EM_OK;
}

/* ---- what it sends --------------------------------------------------------------------------------------------------- */

/* One password is hashed at a time: it takes 64 MiB, and strangers may ask for it. */
static em_status check_password(em_signing *s, em_str name, em_str password, bool *ret_right, bool *ret_write, em_error *err)
{
        if (pthread_mutex_trylock(&s->hashing) != 0)
                return em_fail(err, EM_BUSY, "somebody else is signing in just now; try again");
        *ret_right = em_accounts_check(s->accounts, name, password, ret_write);
        pthread_mutex_unlock(&s->hashing);
        return EM_OK;
}

static em_status answer_sign_in(em_ask *ask, em_error *err)
{
        em_signing *s = em_service_signing(ask->service);
        em_str      next = em_form_get(ask->posted, "next"), name = em_form_get(ask->posted, "name"), peer = ask->request->peer;
        bool        right = false, write = true;
        unsigned    wait = em_tally_wait(s->tallies, name, peer, now_s());
        if (wait) {
                em_str why = em_grid_text(ask->arena, "That was wrong too often. Try again in %u %s.", wait, wait == 1 ? "second" : "seconds");
                em_signing_page(ask, 429, why, next);
                ask->reply->retry_s = wait;
                return EM_OK;
        }
        if (s->accounts)
                EM_TRY(check_password(s, name, em_form_get(ask->posted, "password"), &right, &write, err));
        else
                right = s->opts.token.n && em_guard_same(em_form_get(ask->posted, "token"), s->opts.token);
        if (!right) {
                em_tally_failed(s->tallies, name, peer, now_s());
                em_signing_page(ask, 401, s->accounts ? EM_S("The name or the password is wrong.") : EM_S("This is not the token."), next);
                return EM_OK;
        }
        em_tally_passed(s->tallies, name);
        EM_TRY(set_cookie(s, ask->request, s->accounts ? name : (em_str){0}, write, ask->reply, err));
        go_on(ask->reply, next);
        return EM_OK;
}

static em_status answer_sign_out(em_ask *ask, em_error *err)
{
        em_signing *s = em_service_signing(ask->service);
        char        name[40];
        (void)err;
        em_guard_cookie_name(ask->request->host, s->opts.tls, name);
        em_session_end(s->sessions, em_guard_cookie(ask->request->cookie, name));
        snprintf(ask->reply->cookie, sizeof ask->reply->cookie, "%s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0%s", name, s->opts.tls ? "; Secure" : "");
        ask->reply->status = 303;
        snprintf(ask->reply->location, sizeof ask->reply->location, "/sign-in");
        return EM_OK;
}

static const em_route_param sign_params[] = {{"next", "string", "the address to go on to"}, {0}};

const em_route em_routes_sign[] = {
        {"GET", "/sign-in", EM_FAMILY_PAGE, answer_form, "the form to sign in with", NULL, sign_params, EM_ROUTE_FREE},
        {"POST", "/sign-in", EM_FAMILY_PAGE, answer_sign_in, "signs a browser in", "token=TOKEN&next=/findings, or with accounts: "
         "name=NAME&password=PASSWORD&next=/findings", NULL, EM_ROUTE_FREE},
        {"POST", "/sign-out", EM_FAMILY_PAGE, answer_sign_out, "ends the session", "form=TOKEN OF FORMS", NULL, EM_ROUTE_FORM},
        {0},
};
