/* The reader of embargo's own JSON.  What is JSON and what is not: RFC 8259. */
#include "cli/json_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static em_jnode *read_it(const char *text, em_arena *arena)
{
        em_jnode *root = NULL;
        return em_json_tree(em_str_c(text), arena, &root, NULL) == EM_OK ? root : NULL;
}

static void objects_lists_and_scalars_become_a_tree(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_jnode *root = read_it(" {\"a\": [1, -2, true, null], \"b\": {\"c\": \"d\"}} ", arena);
        (void)state;
        assert_non_null(root);
        const em_jnode *a = em_json_member(root, "a"), *b = em_json_member(root, "b");
        assert_int_equal(a->kind, EM_J_LIST);
        assert_int_equal(a->count, 4);
        assert_int_equal(a->first->next->n, -2);
        assert_int_equal(a->first->next->next->kind, EM_J_BOOL);
        assert_true(em_str_eq(em_json_member(b, "c")->text, EM_S("d")));
        assert_null(em_json_member(root, "z"));
        assert_null(em_json_member(a, "a"));
        em_arena_free(arena);
}

static void escapes_become_their_characters(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_jnode *root = read_it("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\"", arena);
        (void)state;
        assert_non_null(root);
        assert_true(em_str_eq(root->text, EM_S("\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac")));
        em_arena_free(arena);
}

static void what_the_writer_writes_reads_back(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_buf    buf = em_buf_make(4096);
        em_json   j = em_json_make(&buf, true);
        em_jnode *root = NULL;
        (void)state;
        em_json_open(&j, '{');
        em_json_kstr(&j, "text", EM_S("a\x1b[0m\"\n\xe6\xbc\xa2"));
        em_json_kint(&j, "least", INT64_MIN);
        em_json_close(&j, '}');
        assert_int_equal(em_json_tree(em_buf_view(&buf), arena, &root, NULL), EM_OK);
        assert_true(em_str_eq(em_json_member(root, "text")->text, EM_S("a\x1b[0m\"\n\xe6\xbc\xa2")));
        assert_true(em_json_member(root, "least")->n == INT64_MIN);
        em_buf_free(&buf);
        em_arena_free(arena);
}

static void what_is_no_json_is_refused(void **state)
{
        static const char *const wrong[] = {
                "", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "[1 2]", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"",
                "\"a\nb\"", "tru", "1.5", "1e3", "99999999999999999999", "--1", "{} {}", "[1}", "\"\\", "\xff",
        };
        em_arena *arena = em_arena_new(1 << 20);
        (void)state;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
                if (read_it(wrong[i], arena))
                        fail_msg("taken: %s", wrong[i]);
        em_arena_free(arena);
}

static void brackets_may_be_thirty_two_deep_and_no_deeper(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        char      text[80] = {0};
        (void)state;
        for (int deep = 31; deep <= 33; deep++) {
                memset(text, '[', (size_t)deep);
                memset(text + deep, ']', (size_t)deep);
                assert_int_equal(read_it(text, arena) != NULL, deep <= 32);
        }
        em_arena_free(arena);
}

static void an_error_says_at_which_byte(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_jnode *root = NULL;
        em_error  err = {0};
        (void)state;
        assert_int_equal(em_json_tree(EM_S("[1, x]"), arena, &root, &err), EM_FORMAT);
        assert_non_null(strstr(err.text, "byte 5"));
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(objects_lists_and_scalars_become_a_tree),
                cmocka_unit_test(escapes_become_their_characters),
                cmocka_unit_test(what_the_writer_writes_reads_back),
                cmocka_unit_test(what_is_no_json_is_refused),
                cmocka_unit_test(brackets_may_be_thirty_two_deep_and_no_deeper),
                cmocka_unit_test(an_error_says_at_which_byte),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
