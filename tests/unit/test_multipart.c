/* Forms with files: the examples of RFC 7578 and of browsers, every cut of them, and what is no form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "serve/multipart.h"

typedef struct heard { em_buf text; em_status status; em_error why; } heard;

static em_status on_begin(void *ctx, const em_part *p, em_error *err)
{
        heard *h = ctx;
        (void)err;
        em_buf_fmt(&h->text, "[%.*s", EM_ARG(p->name));
        if (p->is_file)
                em_buf_fmt(&h->text, "|%.*s", EM_ARG(p->file_name));
        em_buf_c(&h->text, "]");
        return EM_OK;
}

static em_status on_bytes(void *ctx, em_str bytes, em_error *err)
{
        (void)err;
        em_buf_str(&((heard *)ctx)->text, bytes);
        return EM_OK;
}

static em_status on_end(void *ctx, em_error *err)
{
        (void)err;
        em_buf_c(&((heard *)ctx)->text, ";");
        return EM_OK;
}

static heard read_form(const char *type, em_str body, size_t piece)
{
        heard h = { .text = em_buf_make(1 << 20) };
        em_multipart m;
        em_multipart_sink sink = { on_begin, on_bytes, on_end, &h };
        h.status = em_multipart_open(&m, em_str_c(type), &sink, &h.why);
        for (size_t at = 0; h.status == EM_OK && at < body.n; at += piece)
                h.status = em_multipart_feed(&m, em_str_sub(body, at, piece), &h.why);
        if (h.status == EM_OK)
                h.status = em_multipart_end(&m, &h.why);
        return h;
}

/* The same however it is cut. */
static void expect(const char *type, const char *body, const char *want)
{
        em_str text = em_str_c(body);
        for (size_t piece = 1; piece <= text.n; piece++) {
                heard h = read_form(type, text, piece);
                assert_int_equal(h.status, EM_OK);
                em_buf_ch(&h.text, '\0');
                assert_string_equal(h.text.p, want);
                em_buf_free(&h.text);
        }
}

static void refuse(const char *type, em_str body, em_status want)
{
        for (size_t piece = 1; piece <= 64; piece++) {
                heard h = read_form(type, body, piece);
                assert_int_equal(h.status, want);
                assert_true(h.why.text[0] != '\0');
                em_buf_free(&h.text);
        }
}

#define TYPE "multipart/form-data; boundary=AaB03x"

static void the_example_of_the_standard_is_read(void **state)
{
        (void)state;
        /* RFC 7578 appears without one; this is that of RFC 2388, section 5, which it replaces. */
        expect(TYPE, "--AaB03x\r\nContent-Disposition: form-data; name=\"submit-name\"\r\n\r\nLarry\r\n"
               "--AaB03x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"file1.txt\"\r\nContent-Type: text/plain\r\n\r\n"
               "... contents ...\r\n--AaB03x--\r\n", "[submit-name]Larry;[files|file1.txt]... contents ...;");
}

static void what_almost_is_a_boundary_is_content(void **state)
{
        (void)state;
        expect(TYPE, "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n\r\n--AaB03\r\r\n--AaB0\r\n-\r\n--AaB03x--",
               "[a]\r\n\r\n--AaB03\r\r\n--AaB0\r\n-;");
}

static void text_before_and_after_the_form_is_passed_over(void **state)
{
        (void)state;
        expect(TYPE, "to be ignored\r\n--AaB03x \t\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--AaB03x--\r\nand this --AaB03x", "[a]b;");
}

static void a_boundary_may_be_quoted_and_hold_a_semicolon_no_more(void **state)
{
        (void)state;
        expect("Multipart/Form-Data; charset=\"a;b\"; BOUNDARY=\"a b\"", "--a b\r\nContent-Disposition: form-data; name=\"x;y\"; filename=\"\"\r\n\r\n\r\n--a b--",
               "[x;y|];");
        refuse("multipart/form-data; boundary=\"a;b\"", EM_S("--a;b--"), EM_FORMAT);
        refuse("multipart/form-data; boundary=\"a ", EM_S("--a --"), EM_FORMAT);
        refuse("multipart/form-data; boundary=\"a \"", EM_S("--a --"), EM_FORMAT);
        refuse("multipart/form-data; xboundary=a", EM_S("--a--"), EM_FORMAT);
        refuse("multipart/mixed; boundary=a", EM_S("--a--"), EM_FORMAT);
        refuse("", EM_S("--a--"), EM_FORMAT);
}

static void names_are_as_browsers_write_them(void **state)
{
        (void)state;
        /* WHATWG HTML, multipart form data: LF, CR and the quote are escaped, nothing else. */
        expect(TYPE, "--AaB03x\r\nContent-Disposition: form-data; name=\"a%22b%0d%0A\"; filename=\"..\\c/%2e\"\r\n\r\n\r\n--AaB03x--", "[a\"b\r\n|..\\c/%2e];");
}

static void a_form_of_nothing_is_a_form(void **state)
{
        (void)state;
        expect(TYPE, "--AaB03x--", "");
}

static void what_is_no_form_is_refused(void **state)
{
        (void)state;
        refuse(TYPE, EM_S(""), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x-\r\n"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03xQ\r\n"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\n"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\r\n\r\nno head\r\n--AaB03x--"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\r\nContent-Type: a\r\n\r\nno name\r\n--AaB03x--"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--AaB03x--"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nx\r\n--AaB03x--"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nbreaks off"), EM_FORMAT);
        refuse(TYPE, EM_S("--AaB03x\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\nx\r\n--AaB03x--"), EM_FORMAT);
}

static void heads_and_parts_have_their_limits(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        em_buf_c(&b, "--AaB03x\r\nX: ");
        for (int i = 0; i < EM_PART_HEAD; i++)
                em_buf_ch(&b, 'x');
        refuse(TYPE, em_buf_view(&b), EM_LIMIT);
        em_buf_clear(&b);
        for (int i = 0; i <= EM_PARTS_MOST; i++)
                em_buf_c(&b, "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n");
        em_buf_c(&b, "--AaB03x--");
        refuse(TYPE, em_buf_view(&b), EM_LIMIT);
        em_buf_free(&b);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_example_of_the_standard_is_read),
                cmocka_unit_test(what_almost_is_a_boundary_is_content),
                cmocka_unit_test(text_before_and_after_the_form_is_passed_over),
                cmocka_unit_test(a_boundary_may_be_quoted_and_hold_a_semicolon_no_more),
                cmocka_unit_test(names_are_as_browsers_write_them),
                cmocka_unit_test(a_form_of_nothing_is_a_form),
                cmocka_unit_test(what_is_no_form_is_refused),
                cmocka_unit_test(heads_and_parts_have_their_limits),
        };
        return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
