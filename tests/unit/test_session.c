/* Sessions end, are bounded and are nobody else's; failures to sign in make the next one wait; accounts are a file of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "serve/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void a_session_is_its_cookies_and_nobody_elses(void **state)
{
        em_sessions *s = em_sessions_new();
        char one[EM_SESSION_COOKIE], two[EM_SESSION_COOKIE], near[EM_SESSION_COOKIE];
        (void)state;
        assert_int_equal(em_session_begin(s, EM_S("Minji"), true, 100, one, NULL), EM_OK);
        assert_int_equal(em_session_begin(s, EM_S("reader"), false, 100, two, NULL), EM_OK);
        assert_string_not_equal(one, two);
        assert_int_equal(strlen(one), 64);              /* 256 bits in hex */
        em_signed a = em_session_of(s, em_str_c(one), 101), b = em_session_of(s, em_str_c(two), 101);
        assert_true(a.in && a.write && b.in && !b.write);
        assert_string_equal(a.user, "Minji");
        assert_string_equal(b.user, "reader");
        memcpy(near, one, sizeof near);
        near[63] = near[63] == '0' ? '1' : '0';
        assert_false(em_session_of(s, em_str_c(near), 101).in);
        assert_false(em_session_of(s, EM_S(""), 101).in);
        assert_false(em_session_of(s, (em_str){one, 63}, 101).in);
        em_session_end(s, em_str_c(one));
        assert_false(em_session_of(s, em_str_c(one), 101).in);
        assert_true(em_session_of(s, em_str_c(two), 101).in);
        em_sessions_free(s);
}

/* Another session of the same account has another one: what is revoked by signing out is this one's alone. */
static void the_token_of_forms_belongs_to_the_session(void **state)
{
        em_sessions *s = em_sessions_new(), *other_run = em_sessions_new();
        char one[EM_SESSION_COOKIE], two[EM_SESSION_COOKIE];
        (void)state;
        assert_int_equal(em_session_begin(s, EM_S("Minji"), true, 100, one, NULL), EM_OK);
        assert_int_equal(em_session_begin(s, EM_S("Minji"), true, 100, two, NULL), EM_OK);
        em_signed a = em_session_of(s, em_str_c(one), 101), b = em_session_of(s, em_str_c(two), 101), nobody = em_session_of(s, EM_S(""), 101);
        assert_int_equal(strlen(a.form), 32);           /* 128 bits in hex */
        assert_int_equal(strlen(nobody.form), 32);
        assert_string_not_equal(a.form, b.form);
        assert_string_not_equal(a.form, nobody.form);
        assert_null(strstr(one, a.form));               /* and tells nothing of the cookie */
        assert_string_equal(em_session_of(s, em_str_c(one), 5000).form, a.form);        /* a form may lie open for hours */
        assert_string_not_equal(em_session_of(other_run, EM_S(""), 101).form, nobody.form);
        em_session_end(s, em_str_c(one));
        assert_string_equal(em_session_of(s, em_str_c(one), 5001).form, nobody.form);
        em_sessions_free(s);
        em_sessions_free(other_run);
}

/* The same reply for two sessions: each has its own token at every place, nothing else differs, and neither's tag fits the other. */
static void a_kept_page_leaves_with_the_token_of_whom_it_goes_to(void **state)
{
        static const char mark[] = "00112233445566778899aabbccddeeff", one[] = "11111111111111111111111111111111",
                          two[] = "22222222222222222222222222222222";
        em_reply page[2], plain = {.type = "text/html; charset=utf-8", .tag = "\"t\"", .body = em_buf_make(1000)};
        (void)state;
        for (int i = 0; i < 2; i++) {
                page[i] = (em_reply){.type = "text/html; charset=utf-8", .tag = "\"t\"", .body = em_buf_make(1000)};
                em_buf_fmt(&page[i].body, "<p>%s</p>%s", mark, mark);
                em_form_marked(&page[i], mark);
                assert_int_equal(page[i].form_at, 3);
                em_form_fill(&page[i], mark, em_str_c(i ? two : one));
        }
        assert_true(em_str_eq(em_buf_view(&page[0].body), EM_S("<p>11111111111111111111111111111111</p>11111111111111111111111111111111")));
        assert_true(em_str_eq(em_buf_view(&page[1].body), EM_S("<p>22222222222222222222222222222222</p>22222222222222222222222222222222")));
        assert_string_not_equal(page[0].tag, "\"t\"");
        assert_string_not_equal(page[0].tag, page[1].tag);
        em_buf_c(&plain.body, "<p>no form</p>");
        em_form_marked(&plain, mark);
        em_form_fill(&plain, mark, em_str_c(one));
        assert_true(em_str_eq(em_buf_view(&plain.body), EM_S("<p>no form</p>")));
        assert_string_equal(plain.tag, "\"t\"");
        em_buf_free(&page[0].body);
        em_buf_free(&page[1].body);
        em_buf_free(&plain.body);
}

static void a_session_ends_unused_and_ends_in_any_case(void **state)
{
        em_sessions *s = em_sessions_new();
        char c[EM_SESSION_COOKIE];
        int64_t t = 1000;
        (void)state;
        assert_int_equal(em_session_begin(s, EM_S(""), true, t, c, NULL), EM_OK);
        assert_true(em_session_of(s, em_str_c(c), t + EM_SESSION_IDLE_S).in);
        assert_false(em_session_of(s, em_str_c(c), t + 2 * EM_SESSION_IDLE_S + 1).in);
        assert_false(em_session_of(s, em_str_c(c), t).in);              /* gone for good */
        assert_int_equal(em_session_begin(s, EM_S(""), true, t, c, NULL), EM_OK);
        for (int64_t at = t; at <= t + EM_SESSION_AGE_S; at += EM_SESSION_IDLE_S)       /* used all the time */
                assert_true(em_session_of(s, em_str_c(c), at).in);
        assert_false(em_session_of(s, em_str_c(c), t + EM_SESSION_AGE_S + 1).in);
        em_sessions_free(s);
}

static void beyond_their_number_the_one_longest_unused_goes(void **state)
{
        em_sessions *s = em_sessions_new();
        static char  c[EM_SESSIONS + 1][EM_SESSION_COOKIE];
        (void)state;
        for (int64_t i = 0; i < EM_SESSIONS; i++)
                assert_int_equal(em_session_begin(s, EM_S(""), true, i, c[i], NULL), EM_OK);
        assert_true(em_session_of(s, em_str_c(c[0]), EM_SESSIONS).in);  /* so that the second is the longest unused */
        assert_int_equal(em_session_begin(s, EM_S(""), true, EM_SESSIONS + 1, c[EM_SESSIONS], NULL), EM_OK);
        assert_true(em_session_of(s, em_str_c(c[0]), EM_SESSIONS + 1).in);
        assert_false(em_session_of(s, em_str_c(c[1]), EM_SESSIONS + 1).in);
        assert_true(em_session_of(s, em_str_c(c[2]), EM_SESSIONS + 1).in);
        assert_true(em_session_of(s, em_str_c(c[EM_SESSIONS]), EM_SESSIONS + 1).in);
        em_sessions_free(s);
}

/* Five failures of a name are free; the sixth must wait 1 s, the next 2 s, 4 s ... and never more than 300 s. */
static void failures_make_the_next_one_wait_twice_as_long(void **state)
{
        em_tallies *t = em_tallies_new();
        em_str name = EM_S("Minji"), peer = EM_S("192.0.2.7");
        int64_t now = 50000;
        (void)state;
        for (int i = 0; i < 4; i++)
                em_tally_failed(t, name, peer, now);
        assert_int_equal(em_tally_wait(t, name, peer, now), 0);
        for (unsigned want = 1; want <= 256; want *= 2) {
                em_tally_failed(t, name, peer, now);
                assert_int_equal(em_tally_wait(t, name, EM_S("192.0.2.8"), now), want);
                assert_int_equal(em_tally_wait(t, name, EM_S("192.0.2.8"), now + want), 0);
        }
        for (int i = 0; i < 50; i++)
                em_tally_failed(t, name, peer, now);
        assert_int_equal(em_tally_wait(t, name, EM_S("192.0.2.8"), now), 300);
        assert_int_equal(em_tally_wait(t, name, EM_S("192.0.2.8"), now + 901), 0);     /* forgotten after a quarter of an hour */
        em_tallies_free(t);
}

static void one_address_cannot_try_many_names_and_a_success_frees_the_name(void **state)
{
        em_tallies *t = em_tallies_new();
        em_str peer = EM_S("192.0.2.7");
        char name[16];
        (void)state;
        for (int i = 0; i < 21; i++) {
                snprintf(name, sizeof name, "name-%d", i);
                em_tally_failed(t, em_str_c(name), peer, 10);
        }
        assert_true(em_tally_wait(t, EM_S("somebody new"), peer, 10) > 0);
        for (int i = 0; i < 8; i++)
                em_tally_failed(t, EM_S("Minji"), EM_S("198.51.100.1"), 10);
        assert_true(em_tally_wait(t, EM_S("Minji"), EM_S("203.0.113.1"), 10) > 0);
        em_tally_passed(t, EM_S("Minji"));
        assert_int_equal(em_tally_wait(t, EM_S("Minji"), EM_S("203.0.113.1"), 10), 0);
        em_tallies_free(t);
}

/* ---- accounts -------------------------------------------------------------------------------------------- */

static void write_text(const char *path, em_str text)
{
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
        assert_int_equal(fclose(f), 0);
}

static void an_account_opens_with_its_password_and_with_no_other(void **state)
{
        char         path[] = "/tmp/embargo-people-XXXXXX";
        em_arena    *arena = em_arena_new(1 << 20);
        em_accounts *a = NULL;
        em_str       text = EM_S("# people of the desk\n");
        bool         write = false;
        (void)state;
        assert_int_equal(em_account_put(text, EM_S("Kim Minji"), EM_S("correct horse battery"), true, arena, &text, NULL), EM_OK);
        assert_int_equal(em_account_put(text, EM_S("reader"), EM_S("only reads things"), false, arena, &text, NULL), EM_OK);
        assert_true(em_str_starts(text, EM_S("# people of the desk\nKim Minji:$argon2id$v=19$")));      /* RFC 9106's version 1.3 is 19 */
        close(mkstemp(path));
        write_text(path, text);
        assert_int_equal(em_accounts_load(em_str_c(path), &a, NULL), EM_OK);
        assert_int_equal(em_accounts_count(a), 2);
        assert_true(em_accounts_check(a, EM_S("Kim Minji"), EM_S("correct horse battery"), &write) && write);
        assert_true(em_accounts_check(a, EM_S("reader"), EM_S("only reads things"), &write) && !write);
        assert_false(em_accounts_check(a, EM_S("Kim Minji"), EM_S("correct horse batterz"), &write));
        assert_false(em_accounts_check(a, EM_S("reader"), EM_S("correct horse battery"), &write));
        assert_false(em_accounts_check(a, EM_S("nobody"), EM_S("correct horse battery"), &write));
        assert_false(em_accounts_check(a, EM_S("nobody"), EM_S(""), &write));           /* the hash that stands in for nobody */
        assert_false(em_accounts_check(a, EM_S(""), EM_S(""), &write));
        em_accounts_free(a);
        unlink(path);
        em_arena_free(arena);
}

static void a_new_password_takes_the_old_ones_place_and_a_dropped_name_is_gone(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_str    text = EM_S("");
        (void)state;
        assert_int_equal(em_account_put(text, EM_S("a"), EM_S("first password"), true, arena, &text, NULL), EM_OK);
        em_str first = text;
        assert_int_equal(em_account_put(text, EM_S("a"), EM_S("other password"), true, arena, &text, NULL), EM_OK);
        assert_int_equal(text.n, first.n);              /* one line still */
        assert_false(em_str_eq(text, first));
        assert_int_equal(em_account_drop(text, EM_S("b"), arena, &text, NULL), EM_MISSING);
        assert_int_equal(em_account_drop(text, EM_S("a"), arena, &text, NULL), EM_OK);
        assert_int_equal(text.n, 0);
        em_arena_free(arena);
}

static void a_name_that_would_break_the_file_and_a_short_password_are_refused(void **state)
{
        static const char *const names[] = {"", "a:b", "a\nb", "#a", " a", "a ", "a\x1b[31m", "\xff"};
        em_arena *arena = em_arena_new(1 << 20);
        em_str    text = EM_S("");
        (void)state;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                assert_int_equal(em_account_put(text, em_str_c(names[i]), EM_S("a long password"), true, arena, &text, NULL), EM_FORMAT);
        assert_int_equal(em_account_put(text, EM_S("a"), EM_S("elevenbytes"), true, arena, &text, NULL), EM_FORMAT);
        em_arena_free(arena);
}

static void a_file_with_a_broken_line_is_refused_and_the_line_named(void **state)
{
        static const struct { const char *text; em_status status; uint64_t line; } files[] = {
                {"# nobody\n\n", EM_MISSING, 0}, {"a\n", EM_FORMAT, 1}, {"# x\na:secret:read\n", EM_FORMAT, 2},
                {"a:$argon2id$v=19$x:all\n", EM_FORMAT, 1}, {"a:$argon2id$x:read\na:$argon2id$x:read\n", EM_FORMAT, 2}};
        char path[] = "/tmp/embargo-people-XXXXXX";
        (void)state;
        close(mkstemp(path));
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
                em_accounts *a = NULL;
                em_error     err = {0};
                write_text(path, em_str_c(files[i].text));
                assert_int_equal(em_accounts_load(em_str_c(path), &a, &err), files[i].status);
                assert_int_equal(err.line, files[i].line);
        }
        unlink(path);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_session_is_its_cookies_and_nobody_elses),
                cmocka_unit_test(the_token_of_forms_belongs_to_the_session),
                cmocka_unit_test(a_kept_page_leaves_with_the_token_of_whom_it_goes_to),
                cmocka_unit_test(a_session_ends_unused_and_ends_in_any_case),
                cmocka_unit_test(beyond_their_number_the_one_longest_unused_goes),
                cmocka_unit_test(failures_make_the_next_one_wait_twice_as_long),
                cmocka_unit_test(one_address_cannot_try_many_names_and_a_success_frees_the_name),
                cmocka_unit_test(an_account_opens_with_its_password_and_with_no_other),
                cmocka_unit_test(a_new_password_takes_the_old_ones_place_and_a_dropped_name_is_gone),
                cmocka_unit_test(a_name_that_would_break_the_file_and_a_short_password_are_refused),
                cmocka_unit_test(a_file_with_a_broken_line_is_refused_and_the_line_named),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
