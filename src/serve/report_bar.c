/* The report among the pages.  It is served byte for byte as it would be printed, but for two places: its own content policy
 * gives way to a stricter one in the head of the reply, where style and script are named by their hashes (CSP 3, section
 * 8.4), and a bar with the way back stands above it.  The bar is no part of the report and does not print.
 */
#include "serve/case_words.h"
#include "serve/report_page.h"

#include <stdio.h>

static const char bar_style[] =
        ".desk{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;align-items:center;padding:.4rem 1.1rem;font:.88rem/1.4 var(--sans);"
        "background:var(--soft);border-bottom:1px solid var(--rule)}.desk a{display:inline-block;padding:.3rem 0;min-height:24px}"
        ".desk form{margin:0 0 0 auto;color:var(--muted)}.desk input,.desk button{font:inherit;color:var(--ink);background:var(--paper);"
        "border:1px solid var(--muted);border-radius:3px;padding:.2rem .45rem;min-height:28px}.desk p{margin:0;color:var(--warn)}"
        "figcaption summary,.toc summary{min-height:24px;padding:.2rem 0}td a.a{display:inline-block;min-width:24px;min-height:24px}main:focus{outline:0}@media print{.desk{display:none}}\n";

static const char icon[] = "<link rel=\"icon\" href=\"/ui/icon.svg\">\n";       /* or a browser looks for one where there is none */

static void base64(const uint8_t b[32], char out[45])
{
        static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        size_t n = 0;
        for (size_t i = 0; i < 32; i += 3) {
                uint32_t v = (uint32_t)b[i] << 16 | (i + 1 < 32 ? (uint32_t)b[i + 1] << 8 : 0) | (i + 2 < 32 ? (uint32_t)b[i + 2] : 0);
                out[n++] = digit[v >> 18];
                out[n++] = digit[v >> 12 & 63];
                out[n++] = i + 1 < 32 ? digit[v >> 6 & 63] : '=';
                out[n++] = i + 2 < 32 ? digit[v & 63] : '=';
        }
        out[n] = '\0';
}

/* What stands between the first `open` and the next `close` behind it. */
static bool between(em_str html, em_str open, em_str close, em_str *ret_inner)
{
        ptrdiff_t from = em_str_find(html, open);
        if (from < 0)
                return false;
        em_str    rest = em_str_sub(html, (size_t)from + open.n, html.n);
        ptrdiff_t to = em_str_find(rest, close);
        if (to < 0)
                return false;
        *ret_inner = em_str_sub(rest, 0, (size_t)to);
        return true;
}

/* The script stands last; evidence before it is escaped and holds no such tag. */
static bool last_script(em_str html, em_str *ret_inner)
{
        bool found = false;
        for (em_str rest = html, inner; between(rest, EM_S("<script>"), EM_S("</script>"), &inner); found = true) {
                *ret_inner = inner;
                rest = em_str_sub(rest, (size_t)(inner.p + inner.n - rest.p), rest.n);
        }
        return found;
}

static void put_bar(em_ask *ask)
{
        em_html h = ask->h;
        em_html_lit(h, "<header class=\"desk\"><a");
        em_page_href(ask, "/", (em_str){0});
        em_html_lit(h, ">Back to the desk</a> <a");
        em_page_href(ask, "/reports", (em_str){0});
        em_html_lit(h, ">Reports</a> <a");
        em_page_href(ask, "/report/diff", (em_str){0});
        em_html_lit(h, ">What changed</a>\n");
        if (ask->old)
                em_html_lit(h, "<p role=\"status\">The case has just changed; this is the report as it was before.</p>\n");
        em_html_lit(h, "<form method=\"get\" action=\"/report\">");
        if (em_form_get(ask->query, "template").n) {
                em_html_lit(h, "<input type=\"hidden\" name=\"template\"");
                em_html_attr(h, "value", em_form_get(ask->query, "template"));
                em_html_lit(h, ">");
        }
        em_html_lit(h, "<label>As known on <input name=\"known\"");
        em_put_day_marks(ask);
        em_html_attr(h, "value", h.known);
        em_html_lit(h, "></label> <button>Show</button></form></header>\n");
}

static void put_policy(em_reply *reply, em_str style, em_str script)
{
        em_buf all = em_buf_make((size_t)1 << 20);
        char   hash[2][45];
        em_buf_str(&all, style);
        em_buf_c(&all, bar_style);
        base64(em_sha256_of(em_buf_view(&all)).b, hash[0]);
        base64(em_sha256_of(script).b, hash[1]);
        em_buf_free(&all);
        int n = snprintf(reply->policy, sizeof reply->policy,
                         "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; img-src 'self' data:; form-action 'self'; "
                         "frame-ancestors 'none'; base-uri 'none'", hash[1], hash[0]);
        em_assert(n > 0 && (size_t)n < sizeof reply->policy);
}

em_status em_report_put(em_ask *ask, em_str html, em_error *err)
{
        static const em_str meta = EM_S_INIT("<meta http-equiv=\"Content-Security-Policy\" content=\""), skip = EM_S_INIT("Skip to the text</a>\n");
        em_str    own_policy, style, script;
        ptrdiff_t bar = em_str_find(html, skip);
        if (!between(html, meta, EM_S("\">\n"), &own_policy) || !between(html, EM_S("<style>"), EM_S("</style>"), &style)
            || !last_script(html, &script) || bar < 0)
                return em_fail(err, EM_BUG, "the report is not as it is written");
        const char *meta_from = own_policy.p - meta.n, *meta_to = own_policy.p + own_policy.n + 3, *bar_at = html.p + bar + skip.n,
                   *style_to = style.p + style.n, *end = html.p + html.n;
        em_assert(meta_to < style.p && style_to < bar_at);
        put_policy(ask->reply, style, script);
        em_buf *out = &ask->reply->body;
        em_buf_add(out, html.p, (size_t)(meta_from - html.p));
        em_buf_c(out, icon);
        em_buf_add(out, meta_to, (size_t)(style_to - meta_to));
        em_buf_c(out, bar_style);
        em_buf_add(out, style_to, (size_t)(bar_at - style_to));
        put_bar(ask);
        em_buf_add(out, bar_at, (size_t)(end - bar_at));
        ask->reply->type = "text/html; charset=utf-8";
        return em_buf_status(out, err);
}
