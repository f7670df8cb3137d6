/* Escaping by place, after the rules of the OWASP cross-site scripting sheet
 * cut down to the places that we use: text, quoted attribute, id, href, CSS
 * string.  The other places (script, unquoted attribute, style attribute, comment)
 * have no function here, so nothing can be put there.
 */
#include "embargo/html.h"

#include <inttypes.h>

em_html em_html_make(em_buf *out)
{
        return (em_html){ .out = out };
}

em_html em_html_make_pages(em_buf *out)
{
        return (em_html){ .out = out, .pages = true };
}

void em_html_fixed(em_html h, const char *literal, size_t n)
{
        em_buf_add(h.out, literal, n);
}

/* Code points that act on the reader's screen instead of being read: C0 and C1
 * controls, directional overrides and isolates, private use (our own tokens
 * live there), and non-characters. */
static bool is_hidden(uint32_t c)
{
        if (c == '\n' || c == '\t')
                return false;
        return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f ||
               (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
               (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000 || (c & 0xfffe) == 0xfffe;
}

static const char *entity(unsigned char c)
{
        switch (c) {
        case '&':  return "&amp;";
        case '<':  return "&lt;";
        case '>':  return "&gt;";
        case '"':  return "&quot;";
        case '\'': return "&#39;";
        default:   return NULL;
        }
}

static void add_hidden(em_html h, uint32_t c)
{
        em_buf_fmt(h.out, "\xe2\x9f\xa8U+%04" PRIX32 "\xe2\x9f\xa9", c);
}

static void add_good(em_html h, em_str s)
{
        size_t from = 0, at = 0;
        while (at < s.n) {
                size_t start = at;
                const char *as = entity((unsigned char)s.p[at]);
                uint32_t c = em_utf8_next(s, &at);
                if (!as && !is_hidden(c))
                        continue;
                em_buf_str(h.out, em_str_sub(s, from, start - from));
                if (as)
                        em_buf_c(h.out, as);
                else
                        add_hidden(h, c);
                from = at;
        }
        em_buf_str(h.out, em_str_sub(s, from, s.n - from));
}

void em_html_text(em_html h, em_str s)
{
        size_t bad;
        while (!em_utf8_ok(s, &bad)) {
                add_good(h, em_str_sub(s, 0, bad));
                em_buf_c(h.out, "\xef\xbf\xbd");
                s = em_str_sub(s, bad + 1, s.n);
        }
        add_good(h, s);
}

void em_html_c(em_html h, const char *nul_terminated)
{
        em_html_text(h, em_str_c(nul_terminated));
}

void em_html_int(em_html h, int64_t value)
{
        em_buf_fmt(h.out, "%" PRId64, value);
}

void em_html_thin(em_html h, em_str s)
{
        size_t from = 0;
        for (size_t i = 0; i + 3 < s.n; i++) {
                bool digit_before = i > 0 && s.p[i - 1] >= '0' && s.p[i - 1] <= '9';
                if (s.p[i] != ',' || !digit_before || s.p[i + 1] < '0' || s.p[i + 1] > '9')
                        continue;
                em_html_text(h, em_str_sub(s, from, i - from));
                em_html_lit(h, "\xe2\x80\x89");
                from = i + 1;
        }
        em_html_text(h, em_str_sub(s, from, s.n - from));
}

void em_html_attr(em_html h, const char *name, em_str value)
{
        em_buf_ch(h.out, ' ');
        em_buf_c(h.out, name);
        em_html_lit(h, "=\"");
        em_html_text(h, value);
        em_html_lit(h, "\"");
}

bool em_html_href_ok(em_str url)
{
        static const em_str good[] = { EM_S_INIT("https://"), EM_S_INIT("http://"),
                                       EM_S_INIT("mailto:"), EM_S_INIT("#") };
        for (size_t i = 0; i < sizeof good / sizeof *good; i++)
                if (em_str_eq_nocase(em_str_sub(url, 0, good[i].n), good[i]))
                        return true;
        return false;
}

void em_html_href(em_html h, em_str url)
{
        if (em_html_href_ok(url))
                em_html_attr(h, "href", url);
}

void em_html_id(em_html h, const char *prefix, em_str s)
{
        em_buf_c(h.out, prefix);
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_';
                em_buf_ch(h.out, fit ? c : '-');
        }
}

void em_html_url(em_html h, em_str s)
{
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~:", c));
                if (fit)
                        em_buf_ch(h.out, (char)c);
                else
                        em_buf_fmt(h.out, "%%%02X", c);
        }
}

/* Where a place of the report stands among the pages. */
static const struct { const char *prefix, *page, *anchor; } pages[] = {
        {"a-", "/findings/", NULL}, {"r-", "/records/", NULL}, {"m-", "/measures/", NULL}, {"c-", "/claims/", NULL},
        {"n", "/report", "#n"},
};

void em_html_place(em_html h, const char *prefix, em_str s)
{
        for (size_t i = 0; h.pages && i < sizeof pages / sizeof *pages; i++)
                if (strcmp(pages[i].prefix, prefix) == 0) {
                        em_buf_c(h.out, pages[i].page);
                        if (!pages[i].anchor)
                                em_html_url(h, s);
                        if (h.known.n)
                                em_html_lit(h, "?known=");
                        em_html_url(h, h.known);
                        if (pages[i].anchor) {
                                em_buf_c(h.out, pages[i].anchor);
                                em_html_url(h, s);
                        }
                        return;
                }
        em_html_lit(h, "#");
        em_html_id(h, prefix, s);
}

void em_html_to(em_html h, const char *prefix, em_str s)
{
        em_html_lit(h, " href=\"");
        em_html_place(h, prefix, s);
        em_html_lit(h, "\"");
}

/* CSS Syntax 3, section 4.3.7: a backslash and up to six hex digits, ended by
 * a blank, is a code point; everything that is not a plain letter or digit is
 * written so. */
void em_html_css(em_html h, em_str s)
{
        size_t at = 0, bad = 0;
        if (!em_utf8_ok(s, &bad))
                s = em_str_sub(s, 0, bad);
        while (at < s.n) {
                uint32_t c = em_utf8_next(s, &at);
                bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == ' ' || c == ',' || c == '.' || c == ':';
                if (plain)
                        em_buf_ch(h.out, (char)c);
                else
                        em_buf_fmt(h.out, "\\%" PRIx32 " ", c);
        }
}
