/* The reader of JSON that others wrote.  What is JSON and what is not: RFC 8259. */
#include "embargo/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct world { em_json_doc *doc; em_arena *arena; em_error err; } world;

static int make(void **state)
{
        world *w = calloc(1, sizeof *w);
        assert_non_null(w);
        w->doc = em_json_reader();
        w->arena = em_arena_new((size_t)64 << 20);
        assert_true(w->doc && w->arena);
        *state = w;
        return 0;
}

static int drop(void **state)
{
        world *w = *state;
        em_json_reader_free(w->doc);
        em_arena_free(w->arena);
        free(w);
        return 0;
}

/* The text is copied to its exact length, so that a read behind it is seen by the sanitizer. */
static em_jnode *read_n(world *w, const char *text, size_t n)
{
        em_jnode *root = NULL;
        char     *exact = malloc(n ? n : 1);
        assert_non_null(exact);
        memcpy(exact, text, n);
        w->err = (em_error){ 0 };
        em_status status = em_json_parse(w->doc, (em_str){ exact, n }, w->arena, &root, &w->err);
        free(exact);
        assert_true(status == EM_OK || (status == EM_FORMAT && w->err.text[0] && !root));
        return root;
}

static em_jnode *read_it(world *w, const char *text)
{
        return read_n(w, text, strlen(text));
}

static void objects_lists_and_scalars_become_a_tree(void **state)
{
        em_jnode *root = read_it(*state, " {\"a\": [1, -2, true, null], \"b\": {\"c\": \"d\"}, \"e\": []} ");
        int64_t   n = 0;
        assert_non_null(root);
        const em_jnode *a = em_jget(root, "a");
        assert_true(em_jis(a, EM_J_LIST) && a->count == 4 && root->count == 3);
        assert_true(em_jint(a->first->next, &n) && n == -2);
        assert_true(em_jis(a->first->next->next, EM_J_BOOL));
        assert_true(em_jis(a->first->next->next->next, EM_J_NULL));
        assert_true(em_str_eq(em_jtext(em_jget(em_jget(root, "b"), "c")), EM_S("d")));
        assert_true(em_jget(root, "e")->count == 0 && !em_jget(root, "e")->first);
        assert_null(em_jget(root, "z"));
        assert_null(em_jget(a, "a"));
        assert_null(em_jget(NULL, "a"));
        assert_false(em_jis(NULL, EM_J_NULL));
}

static void a_number_keeps_every_digit_that_was_written(void **state)
{
        /* 2^256 - 1, and forms that a double would round or rewrite. */
        static const char *const number[] = {
                "115792089237316195423570985008687907853269984665640564039457584007913129639935",
                "0", "-0", "1.10", "1E5", "1e+05", "-0.0e-0", "9007199254740993",
        };
        for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
                em_jnode *root = read_it(*state, number[i]);
                assert_true(em_jis(root, EM_J_NUMBER));
                assert_true(em_str_eq(em_jtext(root), em_str_c(number[i])));
        }
}

static void only_whole_numbers_of_64_bits_are_integers(void **state)
{
        int64_t n = 7;
        assert_true(em_jint(read_it(*state, "-9223372036854775808"), &n) && n == INT64_MIN);
        assert_false(em_jint(read_it(*state, "9223372036854775808"), &n));
        assert_false(em_jint(read_it(*state, "1.0"), &n));
        assert_false(em_jint(read_it(*state, "\"1\""), &n));
        assert_false(em_jint(NULL, &n));
}

static void escapes_become_their_characters(void **state)
{
        em_jnode *root = read_it(*state, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"");
        assert_true(em_str_eq(em_jtext(root), EM_S("\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")));
        root = read_it(*state, "{\"\\u0061\":1}");
        assert_non_null(em_jget(root, "a"));
}

static void of_a_key_that_stands_twice_the_last_is_given(void **state)
{
        int64_t   n = 0;
        em_jnode *root = read_it(*state, "{\"a\":1,\"b\":5,\"a\":2}");
        assert_true(root && root->count == 3);
        assert_true(em_jint(em_jget(root, "a"), &n) && n == 2);
}

static void a_byte_order_mark_and_blanks_around_are_passed_over(void **state)
{
        assert_non_null(read_it(*state, "\xef\xbb\xbf\r\n\t [1]\n"));
        assert_null(read_it(*state, " \xef\xbb\xbf[1]"));
}

static void what_is_no_json_is_refused(void **state)
{
        static const char *const bad[] = {
                "", " ", "[", "]", "{", "}", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
                "{1:1}", "01", "-", "+1", "1.", ".5", "1e", "1e+", "--1", "0x1", "NaN", "Infinity", "nul", "nulll",
                "True", "tru", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
                "\"a\tb\"", "\"a\nb\"", "1 2", "[] []", "[]]", "],[", "1],[2", "{}{}", "[1]x", "{\"a\":1 \"b\":2}",
                "{\"a\" 1}", "[1:2]", "// x\n1", "[1]\f", "[\"a\" \"b\"]", "{\"a\":[}", "[{]}",
        };
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                if (read_it(*state, bad[i]))
                        fail_msg("taken: %s", bad[i]);
        assert_null(read_n(*state, "[1\0]", 4));
        assert_null(read_n(*state, "\"\0\"", 3));
}

/* RFC 3629: a lone continuation, an overlong form, a surrogate, beyond U+10FFFF, a cut character. */
static void bytes_that_are_not_utf8_are_refused_with_their_place(void **state)
{
        static const char *const bad[] = { "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82" };
        world *w = *state;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
                char text[16];
                snprintf(text, sizeof text, "[\"a%s\"]", bad[i]);
                assert_null(read_it(w, text));
                assert_non_null(strstr(w->err.text, "not UTF-8 at byte 3"));
        }
}

static void the_place_of_a_fault_is_told(void **state)
{
        world *w = *state;
        assert_null(read_it(w, "{\"a\": 1, \"b\": 02}"));
        assert_non_null(strstr(w->err.text, "at byte 14"));     /* {"a":_1,_"b":_ are 14 bytes */
}

static void depth_is_bounded_and_the_bound_itself_is_allowed(void **state)
{
        char text[4 * EM_JSON_DEEP];
        memset(text, '[', EM_JSON_DEEP);
        memset(text + EM_JSON_DEEP, ']', EM_JSON_DEEP);
        assert_non_null(read_n(*state, text, 2 * EM_JSON_DEEP));
        memset(text, '[', EM_JSON_DEEP + 1);
        memset(text + EM_JSON_DEEP + 1, ']', EM_JSON_DEEP + 1);
        assert_null(read_n(*state, text, 2 * EM_JSON_DEEP + 2));

        size_t many = 1000000;
        char  *deep = malloc(many);
        assert_non_null(deep);
        memset(deep, '[', many);
        assert_null(read_n(*state, deep, many));
        memset(deep, '{', many);
        assert_null(read_n(*state, deep, many));
        free(deep);
}

/* No prefix of an object is a text of its own, and a reader that refused one reads the next. */
static void a_text_cut_at_any_byte_is_refused_and_the_whole_still_read(void **state)
{
        static const char text[] = "{\"hash\":\"0x\\u0041\xc3\xa9\",\"n\":[12.5e3,{\"z\":null}],\"t\":true}";
        for (size_t n = 0; n < sizeof text - 1; n++)
                assert_null(read_n(*state, text, n));
        assert_non_null(read_n(*state, text, sizeof text - 1));
}

static void a_full_arena_is_out_of_memory(void **state)
{
        world    *w = *state;
        em_arena *small = em_arena_new(256);
        em_jnode *root = NULL;
        assert_int_equal(em_json_parse(w->doc, EM_S("[1,2,3,4,5,6,7,8,9]"), small, &root, &w->err), EM_NOMEM);
        assert_null(root);
        em_arena_free(small);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(objects_lists_and_scalars_become_a_tree, make, drop),
                cmocka_unit_test_setup_teardown(a_number_keeps_every_digit_that_was_written, make, drop),
                cmocka_unit_test_setup_teardown(only_whole_numbers_of_64_bits_are_integers, make, drop),
                cmocka_unit_test_setup_teardown(escapes_become_their_characters, make, drop),
                cmocka_unit_test_setup_teardown(of_a_key_that_stands_twice_the_last_is_given, make, drop),
                cmocka_unit_test_setup_teardown(a_byte_order_mark_and_blanks_around_are_passed_over, make, drop),
                cmocka_unit_test_setup_teardown(what_is_no_json_is_refused, make, drop),
                cmocka_unit_test_setup_teardown(bytes_that_are_not_utf8_are_refused_with_their_place, make, drop),
                cmocka_unit_test_setup_teardown(the_place_of_a_fault_is_told, make, drop),
                cmocka_unit_test_setup_teardown(depth_is_bounded_and_the_bound_itself_is_allowed, make, drop),
                cmocka_unit_test_setup_teardown(a_text_cut_at_any_byte_is_refused_and_the_whole_still_read, make, drop),
                cmocka_unit_test_setup_teardown(a_full_arena_is_out_of_memory, make, drop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
