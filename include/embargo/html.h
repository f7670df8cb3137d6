/* embargo/html.h -- the only door through which text enters a page.
 *
 * Evidence is hostile.  A page is therefore written with a typed writer that
 * has no printf: what is fixed goes through em_html_lit, which takes string
 * literals only, and everything else through a function that escapes for the
 * place it stands in.
 *
 *     em_html h = em_html_make(&buf);
 *     em_html_lit(h, "<td");
 *     em_html_attr(h, "title", record.what);
 *     em_html_lit(h, ">");
 *     em_html_text(h, record.what);
 *
 * Well-formedness is the caller's, safety is not: no bytes of evidence can
 * leave the text or the quoted attribute they were put in.  Control bytes,
 * terminal escapes, bad UTF-8, private-use code points and the marks that turn
 * the direction of writing (Unicode TR 36, section 2) are shown as what they
 * are, never sent to the reader's screen.
 */
#ifndef EMBARGO_HTML_H
#define EMBARGO_HTML_H

#include "embargo/base.h"

typedef struct em_html {
        em_buf *out;
        bool    pages;          /* places are pages of the service, not anchors of one document */
        em_str  known;          /* with pages: the day they are asked for, "2022-03-01", or empty */
} em_html;

em_html em_html_make(em_buf *out);
em_html em_html_make_pages(em_buf *out);

/* A string literal, as it stands. */
#define em_html_lit(h, literal) em_html_fixed((h), "" literal "", sizeof(literal) - 1)
void em_html_fixed(em_html h, const char *literal, size_t n);

/* Text between tags; also safe between double quotes. */
void em_html_text(em_html h, em_str s);
void em_html_c(em_html h, const char *nul_terminated);
void em_html_int(em_html h, int64_t value);
/* Digits with thin spaces between thousands, as in tables. */
void em_html_thin(em_html h, em_str digits_with_commas);

/* ' name="value"'; name is a literal of ours. */
void em_html_attr(em_html h, const char *name, em_str value);
/* ' href="url"' when url begins with https:, http:, mailto: or #; nothing
 * otherwise, so that a javascript: address becomes plain text. */
void em_html_href(em_html h, em_str url);
bool em_html_href_ok(em_str url);
/* prefix and s with every byte outside [A-Za-z0-9_-] made '-': a part of an id. */
void em_html_id(em_html h, const char *prefix, em_str s);
/* The address of a place: "#a-KEY", s made an id as above.  With pages, "a-" is /findings/KEY, "r-" /records/ID,
 * "m-" /measures/KEY, "n" /report#nN, each with ?known=DAY when there is one, and every other prefix as without. */
void em_html_place(em_html h, const char *prefix, em_str s);
/* ' href="that"'. */
void em_html_to(em_html h, const char *prefix, em_str s);
/* A part of an address: every byte that is not a letter, a digit or one of - . _ ~ : as %XX (RFC 3986). */
void em_html_url(em_html h, em_str s);

/* The content of a CSS string, without its quotes. */
void em_html_css(em_html h, em_str s);

#endif
