/* The escaping writer: what evidence can and cannot do to a page. */
#include "embargo/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static char out[4096];

static const char *kept(em_buf *buf)
{
        em_str s = em_buf_view(buf);
        assert_true(s.n < sizeof out);
        memcpy(out, s.p ? s.p : "", s.n);
        out[s.n] = '\0';
        em_buf_free(buf);
        return out;
}

static const char *as_text(em_str s)
{
        em_buf buf = em_buf_make(sizeof out);
        em_html_text(em_html_make(&buf), s);
        return kept(&buf);
}

static void tags_and_quotes_become_text(void **state)
{
        (void)state;
        assert_string_equal(as_text(EM_S("<script>alert('x' & \"y\")</script>")),
                            "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;");
        assert_string_equal(as_text(EM_S("]]>")), "]]&gt;");
        assert_string_equal(as_text(EM_S("&lt;")), "&amp;lt;");
}

static void an_attribute_cannot_be_left(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(sizeof out);
        em_html_attr(em_html_make(&buf), "title", EM_S("\" onload=\"alert(1)"));
        assert_string_equal(kept(&buf), " title=\"&quot; onload=&quot;alert(1)\"");
}

static void only_harmless_addresses_become_links(void **state)
{
        (void)state;
        assert_true(em_html_href_ok(EM_S("https://un.org/a?b=1")));
        assert_true(em_html_href_ok(EM_S("#a-january")));
        assert_false(em_html_href_ok(EM_S("javascript:alert(1)")));
        assert_false(em_html_href_ok(EM_S(" https://un.org")));
        assert_false(em_html_href_ok(EM_S("data:text/html,x")));
        assert_false(em_html_href_ok(EM_S("//un.org")));
        em_buf buf = em_buf_make(sizeof out);
        em_html_href(em_html_make(&buf), EM_S("JavaScript:alert(1)"));
        assert_string_equal(kept(&buf), "");
}

static void terminal_escapes_and_controls_are_shown_not_sent(void **state)
{
        (void)state;
        assert_string_equal(as_text(EM_S("a\x1b[31mb")), "a\xe2\x9f\xa8U+001B\xe2\x9f\xa9[31mb");
        /* U+202E turns the direction of writing: "exe.gpj" would read "jpg.exe" */
        assert_string_equal(as_text(EM_S("x\xe2\x80\xaey")), "x\xe2\x9f\xa8U+202E\xe2\x9f\xa9y");
        /* U+E000, our own tokens */
        assert_string_equal(as_text(EM_S("\xee\x80\x80")), "\xe2\x9f\xa8U+E000\xe2\x9f\xa9");
}

static void bad_utf8_becomes_the_replacement_character(void **state)
{
        (void)state;
        assert_string_equal(as_text((em_str){ "a\xff" "b", 3 }), "a\xef\xbf\xbd" "b");
        /* the lone end of a cut two-byte sequence */
        assert_string_equal(as_text((em_str){ "\xc3", 1 }), "\xef\xbf\xbd");
}

static void every_single_byte_is_harmless_in_text_and_attribute(void **state)
{
        (void)state;
        for (int b = 0; b < 256; b++) {
                char c = (char)b;
                const char *s = as_text((em_str){ &c, 1 });
                assert_null(strpbrk(s, "<>\"'"));
                assert_true(s[0] != '&' || strchr(s, ';') != NULL);
        }
}

static void an_id_has_letters_digits_and_hyphens_only(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(sizeof out);
        em_html_id(em_html_make(&buf), "r-", EM_S("3f9ac1d2:162\" x"));
        assert_string_equal(kept(&buf), "r-3f9ac1d2-162--x");
}

static void thousands_are_parted_by_thin_spaces_in_tables(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(sizeof out);
        em_html_thin(em_html_make(&buf), EM_S("1,367,628.5"));
        assert_string_equal(kept(&buf), "1\xe2\x80\x89" "367\xe2\x80\x89" "628.5");
}

static void a_css_string_cannot_be_closed_from_inside(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(sizeof out);
        em_html_css(em_html_make(&buf), EM_S("a\"}</style>\\"));
        const char *s = kept(&buf);
        assert_null(strpbrk(s, "\"<>}"));
        assert_string_equal(s, "a\\22 \\7d \\3c \\2f style\\3e \\5c ");
}

static void a_place_is_an_anchor_of_the_document_or_a_page_of_the_service(void **state)
{
        (void)state;
        static const struct { const char *prefix; em_str s; const char *anchor, *page; } place[] = {
                {"a-", EM_S_INIT("nap-06"), "#a-nap-06", "/findings/nap-06?known=2022-03-01"},
                {"r-", EM_S_INIT("3f9ac1d2:162"), "#r-3f9ac1d2-162", "/records/3f9ac1d2:162?known=2022-03-01"},
                {"m-", EM_S_INIT("R2397-5"), "#m-R2397-5", "/measures/R2397-5?known=2022-03-01"},
                {"n", EM_S_INIT("17"), "#n17", "/report?known=2022-03-01#n17"},
                {"f-", EM_S_INIT("x"), "#f-x", "#f-x"},
        };
        for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
                em_buf buf = em_buf_make(sizeof out);
                em_html h = em_html_make_pages(&buf);
                h.known = EM_S("2022-03-01");
                em_html_place(em_html_make(&buf), place[i].prefix, place[i].s);
                assert_string_equal(kept(&buf), place[i].anchor);
                em_html_place(h, place[i].prefix, place[i].s);
                assert_string_equal(kept(&buf), place[i].page);
        }
}

static void an_address_cannot_be_left_by_what_it_is_made_of(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(sizeof out);
        em_html_to(em_html_make_pages(&buf), "r-", EM_S("../\"><a?b#c %\xea\xb0\x95"));
        assert_string_equal(kept(&buf), " href=\"/records/..%2F%22%3E%3Ca%3Fb%23c%20%25%EA%B0%95\"");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(tags_and_quotes_become_text),
                cmocka_unit_test(an_attribute_cannot_be_left),
                cmocka_unit_test(only_harmless_addresses_become_links),
                cmocka_unit_test(terminal_escapes_and_controls_are_shown_not_sent),
                cmocka_unit_test(bad_utf8_becomes_the_replacement_character),
                cmocka_unit_test(every_single_byte_is_harmless_in_text_and_attribute),
                cmocka_unit_test(an_id_has_letters_digits_and_hyphens_only),
                cmocka_unit_test(thousands_are_parted_by_thin_spaces_in_tables),
                cmocka_unit_test(a_css_string_cannot_be_closed_from_inside),
                cmocka_unit_test(a_place_is_an_anchor_of_the_document_or_a_page_of_the_service),
                cmocka_unit_test(an_address_cannot_be_left_by_what_it_is_made_of),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
