/* The token of forms in a page: a mark while the page is written and kept, the session's own when it leaves.
 *
 * A page that is the same for everybody is made once and kept, but its forms must hold what only one session's may send
 * back (session.c).  So a page is written with a mark of the same length that is random and never shown, and what goes out is
 * a copy with the token in its place.  The tag of such a reply is of the session too: a browser that signs in anew
 * must not be told that the page it has, with the forms of the session before, is still the one.
 */
#include "serve/service.h"

#include <stdio.h>

void em_form_marked(em_reply *reply, const char *mark)
{
        bool      page = reply->type && em_str_starts(em_str_c(reply->type), EM_S("text/html"));
        ptrdiff_t at = page ? em_str_find(em_buf_view(&reply->body), em_str_c(mark)) : -1;
        reply->form_at = at > 0 ? (size_t)at : 0;
}

void em_form_fill(em_reply *reply, const char *mark, em_str token)
{
        em_str rest = em_str_sub(em_buf_view(&reply->body), reply->form_at, reply->body.n);
        char   both[sizeof reply->tag + sizeof ((em_signed *)0)->form], hex[65];
        em_assert(token.n == strlen(mark));
        if (!reply->form_at)
                return;
        for (ptrdiff_t at; (at = em_str_find(rest, em_str_c(mark))) >= 0; rest = em_str_sub(rest, (size_t)at + token.n, rest.n))
                memcpy(reply->body.p + (rest.p - reply->body.p) + at, token.p, token.n);
        if (!reply->tag[0])
                return;
        snprintf(both, sizeof both, "%s%.*s", reply->tag, EM_ARG(token));
        em_sha256_hex(em_sha256_of(em_str_c(both)), hex);
        snprintf(reply->tag, sizeof reply->tag, "\"%.32s\"", hex);
}
