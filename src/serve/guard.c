/* Who may ask.
 *
 * A browser on this machine is the danger: a page from anywhere may send requests to loopback.  It cannot
 * choose the Host header beyond a name it owns, which is how DNS rebinding is caught; it cannot leave
 * out Origin where a request can do harm or be read; and it knows neither the token nor the cookie of who has
 * signed in, which is SameSite=Strict (RFC 6265bis, section 5.6.7).  A page on another port of this machine is
 * of the same site: so what a browser says of who asks (Sec-Fetch-Site) counts as well.
 */
#include "serve/service.h"

#include <stdio.h>

bool em_guard_listed(em_str word, em_str commas)
{
        while (word.n && commas.n) {
                em_cut cut = em_str_cut(commas, ',');
                if (em_str_eq_nocase(em_str_trim(cut.head), word))
                        return true;
                commas = cut.tail;
        }
        return false;
}

static bool digits(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (s.p[i] < '0' || s.p[i] > '9')
                        return false;
        return s.n > 0 && s.n <= 5;
}

/* The name before ":port"; brackets hold an IPv6 address. */
static bool host_name(em_str host, em_str *ret_name)
{
        size_t at = host.n;
        if (host.n && host.p[0] == '[') {
                ptrdiff_t end = em_str_find(host, EM_S("]"));
                if (end < 0)
                        return false;
                at = (size_t)end + 1;
        } else {
                ptrdiff_t colon = em_str_find(host, EM_S(":"));
                at = colon < 0 ? host.n : (size_t)colon;
        }
        *ret_name = em_str_sub(host, 0, at);
        return at == host.n || (host.p[at] == ':' && digits(em_str_sub(host, at + 1, host.n)));
}

bool em_guard_host(em_str host, em_str more)
{
        em_str name = {0};
        if (!host_name(host, &name))
                return false;
        return em_str_eq_nocase(name, EM_S("localhost")) || em_str_eq(name, EM_S("127.0.0.1"))
               || em_str_eq(name, EM_S("[::1]")) || em_guard_listed(name, more);
}

bool em_guard_origin_own(em_str origin, em_str host, bool tls)
{
        em_str scheme = tls ? EM_S("https://") : EM_S("http://");
        return host.n && em_str_starts(origin, scheme) && em_str_eq_nocase(em_str_sub(origin, scheme.n, origin.n), host);
}

bool em_guard_foreign(em_str fetch_site)
{
        return fetch_site.n && !em_str_eq_nocase(fetch_site, EM_S("same-origin")) && !em_str_eq_nocase(fetch_site, EM_S("none"));
}

bool em_guard_next(em_str path)
{
        if (!path.n || path.n > 400 || path.p[0] != '/' || (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')))
                return false;
        for (size_t i = 0; i < path.n; i++)
                if (path.p[i] <= ' ' || path.p[i] > '~' || path.p[i] == '\\')
                        return false;
        return !em_str_starts(path, EM_S("/sign-"));
}

bool em_guard_same(em_str given, em_str token)
{
        /* Compared by hash, so that the time says nothing about how much of it was right. */
        em_sha256 a = em_sha256_of(given), b = em_sha256_of(token);
        unsigned  differ = 0;
        for (size_t i = 0; i < sizeof a.b; i++)
                differ |= (unsigned)(a.b[i] ^ b.b[i]);
        return differ == 0;
}

void em_guard_cookie_name(em_str host, bool tls, char ret_name[40])
{
        em_str name = {0}, port = {0};
        if (host_name(host, &name))
                port = em_str_sub(host, name.n + 1, host.n);
        /* The prefix makes browsers refuse it from anything but this very host over TLS (RFC 6265bis, section 4.1.3). */
        snprintf(ret_name, 40, "%sembargo%s%.*s", tls ? "__Host-" : "", port.n ? "_" : "", EM_ARG(port));
}

em_str em_guard_cookie(em_str header, const char *name)
{
        while (header.n) {
                em_cut cut = em_str_cut(header, ';'), pair = em_str_cut(em_str_trim(cut.head), '=');
                if (em_str_eq(pair.head, em_str_c(name)))
                        return pair.tail;
                header = cut.tail;
        }
        return (em_str){0};
}

bool em_guard_token(const em_request *request, em_str token)
{
        em_cut cut = em_str_cut(em_str_trim(request->authorization), ' ');
        if (em_str_eq_nocase(cut.head, EM_S("Bearer")) || em_str_eq_nocase(cut.head, EM_S("ApiKey")))
                return em_guard_same(em_str_trim(cut.tail), token);
        return false;
}
