/* The page around the report: one file, no request to anywhere.  The content
 * policy forbids everything but our own style and one small script, named by
 * its hash (CSP 3, section 2.3.1); without it the page works as well, the
 * script only opens folded parts in browsers that do not do so by themselves,
 * and before printing.
 */
#include "report/parts.h"

static const char script[] =
        "(function(){function o(){var "
        "e=document.getElementById(decodeURIComponent(location.hash.slice(1)));"
        "for(var d=e;d;d=d.parentElement)if(d.tagName==='DETAILS')d.open=true;if(e)e.scrollIntoView();}"
        "addEventListener('hashchange',o);if(location.hash)o();"
        "addEventListener('beforeprint',function(){document.querySelectorAll('details').forEach(function(d){d.open=true;});});"
        "})();";

static void put_base64(em_buf *out, const uint8_t *b, size_t n)
{
        static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (size_t i = 0; i < n; i += 3) {
                uint32_t v = (uint32_t)b[i] << 16 | (i + 1 < n ? (uint32_t)b[i + 1] << 8 : 0) |
                             (i + 2 < n ? (uint32_t)b[i + 2] : 0);
                em_buf_ch(out, digit[v >> 18]);
                em_buf_ch(out, digit[v >> 12 & 63]);
                em_buf_ch(out, i + 1 < n ? digit[v >> 6 & 63] : '=');
                em_buf_ch(out, i + 2 < n ? digit[v & 63] : '=');
        }
}

static void put_head(em_print *p, em_html h)
{
        em_sha256 hash = em_sha256_of(em_str_c(script));
        em_html_lit(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'; "
                       "img-src data:; script-src 'sha256-");
        put_base64(h.out, hash.b, sizeof hash.b);
        em_html_lit(h, "'; base-uri 'none'; form-action 'none'\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"referrer\" content=\"no-referrer\">\n<meta "
                       "name=\"color-scheme\" content=\"light dark\">\n"
                       "<meta name=\"generator\" content=\"embargo\">\n<title>");
        em_html_text(h, p->title);
        em_html_lit(h, "</title>\n<style>\n");
        em_style_write(h, p);
        em_html_lit(h, "</style>\n</head>\n");
}

static void put_toc(const em_print *p, em_html h)
{
        em_html_lit(h, "<nav class=\"toc\" aria-label=\"Contents\"><details "
                       "open><summary>Contents</summary><ol>\n");
        for (size_t i = 0; i < p->tocs; i++) {
                if (p->toc[i].level != 2 && !em_str_eq(p->toc[i].id, EM_S("annex")) &&
                    !em_str_eq(p->toc[i].id, EM_S("records")))
                        continue;
                em_html_lit(h, "<li><a");
                em_html_to(h, "", p->toc[i].id);
                em_html_lit(h, ">");
                em_html_text(h, p->toc[i].text);
                em_html_lit(h, "</a>\n");
        }
        em_html_lit(h, "</ol></details></nav>\n");
}

static void put_masthead(const em_print *p, em_html h)
{
        em_html_lit(h, "<header class=\"mast\">\n<h1>");
        em_html_text(h, p->title);
        em_html_lit(h, "</h1>\n<p class=\"by\">");
        em_html_text(h, em_print_known(p));
        em_html_lit(h, " \xc2\xb7 ");
        em_html_int(h, (int64_t)p->sources);
        em_html_lit(h, " sources, ");
        em_html_int(h, (int64_t)p->helds);
        em_html_lit(h, " records cited \xc2\xb7 manifest <code>");
        em_html_text(h, em_str_sub(em_str_c(p->manifest), 0, 12));
        em_html_lit(h, "</code></p>\n");
        if (p->opts.draft) {
                em_html_lit(h, "<p class=\"draft\">Draft: ");
                em_html_int(h, (int64_t)p->withheld);
                em_html_lit(h, " of the sentences struck through, each with the reason why the "
                               "evidence does not carry it.</p>\n");
        }
        em_html_lit(h, "</header>\n");
}

em_status em_page_write(em_print *p, em_str body, em_buf *out, em_error *err)
{
        em_html h = em_html_make(out);
        put_head(p, h);
        em_html_lit(h, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the text</a>\n<div "
                       "class=\"page\">\n");
        put_toc(p, h);
        em_html_lit(h, "<main id=\"main\" tabindex=\"-1\">\n");
        put_masthead(p, h);
        em_buf_str(out, body);
        em_html_lit(h, "</main>\n</div>\n<script>");
        em_buf_c(out, script);
        em_html_lit(h, "</script>\n</body>\n</html>\n");
        return em_buf_status(out, err);
}
