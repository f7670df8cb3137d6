/* Who may ask.
 *
 * A browser on this machine is the danger: a page from anywhere may send requests to loopback.  It cannot
 * choose the Host header beyond a name it owns, which is how DNS rebinding is caught; it cannot leave
 * out Origin where a request can do harm or be read; and it does not know the token, whose
 * cookie is SameSite=Strict (RFC 6265bis, section 5.6.7).
 */
#include "serve/service.h"

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

bool em_guard_origin_own(em_str origin, em_str host)
{
        return em_str_starts(origin, EM_S("http://")) && em_str_eq_nocase(em_str_sub(origin, 7, origin.n), host);
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

static bool cookie(em_str header, em_str *ret_value)
{
        while (header.n) {
                em_cut cut = em_str_cut(header, ';'), pair = em_str_cut(em_str_trim(cut.head), '=');
                if (em_str_eq(pair.head, EM_S("embargo_token"))) {
                        *ret_value = pair.tail;
                        return true;
                }
                header = cut.tail;
        }
        return false;
}

bool em_guard_token(const em_request *request, em_str token)
{
        em_str given = {0};
        em_cut cut = em_str_cut(em_str_trim(request->authorization), ' ');
        if (em_str_eq_nocase(cut.head, EM_S("Bearer")) || em_str_eq_nocase(cut.head, EM_S("ApiKey")))
                return em_guard_same(em_str_trim(cut.tail), token);
        return cookie(request->cookie, &given) && em_guard_same(given, token);
}
