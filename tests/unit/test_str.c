/* Text: cutting, comparing, words and whole numbers; errors made of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

static void assert_text(em_str got, const char *want)
{
        assert_int_equal(got.n, strlen(want));
        if (got.n)
                assert_memory_equal(got.p, want, got.n);
}

static void an_empty_text_may_have_no_pointer(void **state)
{
        (void)state;
        em_str none = em_str_c(NULL);
        assert_int_equal(none.n, 0);
        assert_true(em_str_eq(none, EM_S("")));
        assert_true(em_str_starts(EM_S("abc"), none));
        assert_int_equal(em_str_trim(none).n, 0);
        assert_int_equal(em_str_cmp(none, EM_S("a")), -1);
        assert_int_equal(em_str_find(none, EM_S("a")), -1);
        assert_false(em_str_cut(none, ',').found);
}

static void a_part_is_clamped_to_the_text(void **state)
{
        (void)state;
        assert_text(em_str_sub(EM_S("Wonsan"), 3, 2), "sa");
        assert_text(em_str_sub(EM_S("Wonsan"), 3, SIZE_MAX), "san");
        assert_text(em_str_sub(EM_S("Wonsan"), 9, 1), "");
}

static void trimming_takes_blanks_from_both_ends_only(void **state)
{
        (void)state;
        assert_text(em_str_trim(EM_S(" \t a b\r\n")), "a b");
        assert_text(em_str_trim(EM_S(" \n ")), "");
}

static void comparison_is_by_bytes_and_a_prefix_comes_first(void **state)
{
        (void)state;
        assert_int_equal(em_str_cmp(EM_S("ab"), EM_S("abc")), -1);
        assert_int_equal(em_str_cmp(EM_S("abc"), EM_S("ab")), 1);
        assert_int_equal(em_str_cmp(EM_S("B"), EM_S("a")), -1);
        /* UTF-8 bytes sort above ASCII. */
        assert_int_equal(em_str_cmp(EM_S("\xC3\xA9"), EM_S("z")), 1);
        assert_int_equal(em_str_cmp(EM_S("x"), EM_S("x")), 0);
}

static void case_is_folded_in_ascii_and_nowhere_else(void **state)
{
        (void)state;
        assert_true(em_str_eq_nocase(EM_S("R1718-8d"), EM_S("r1718-8D")));
        assert_false(em_str_eq_nocase(EM_S("@"), EM_S("`")));
        assert_false(em_str_eq_nocase(EM_S("\xC3\x89"), EM_S("\xC3\xA9")));
        assert_false(em_str_eq(EM_S("a"), EM_S("A")));
}

static void beginnings_ends_and_middles_are_found(void **state)
{
        (void)state;
        assert_true(em_str_starts(EM_S("S/2022/132"), EM_S("S/")));
        assert_false(em_str_starts(EM_S("S"), EM_S("S/")));
        assert_true(em_str_ends(EM_S("launches.csv"), EM_S(".csv")));
        assert_false(em_str_ends(EM_S("csv"), EM_S(".csv")));
        assert_int_equal(em_str_find(EM_S("aaab"), EM_S("ab")), 2);
        assert_int_equal(em_str_find(EM_S("aaab"), EM_S("ba")), -1);
        assert_int_equal(em_str_find(EM_S("a"), EM_S("")), 0);
}

static void a_cut_says_whether_the_separator_was_there(void **state)
{
        (void)state;
        em_cut cut = em_str_cut(EM_S("unit=missile=x"), '=');
        assert_true(cut.found);
        assert_text(cut.head, "unit");
        assert_text(cut.tail, "missile=x");
        cut = em_str_cut(EM_S("unit"), '=');
        assert_false(cut.found);
        assert_text(cut.head, "unit");
        assert_text(cut.tail, "");
        cut = em_str_cut(EM_S("unit="), '=');
        assert_true(cut.found);
        assert_text(cut.tail, "");
}

static void quotes_hold_a_word_with_blanks_together(void **state)
{
        (void)state;
        em_str rest = EM_S("  where \"North Hamgyong\"\tlat\n"), word;
        assert_true(em_str_word(&rest, &word));
        assert_text(word, "where");
        assert_true(em_str_word(&rest, &word));
        assert_text(word, "North Hamgyong");
        assert_true(em_str_word(&rest, &word));
        assert_text(word, "lat");
        assert_false(em_str_word(&rest, &word));
        assert_text(word, "lat");
        rest = EM_S("\"\" \"open end");
        assert_true(em_str_word(&rest, &word));
        assert_text(word, "");
        assert_true(em_str_word(&rest, &word));
        assert_text(word, "open end");
        assert_false(em_str_word(&rest, &word));
}

static void a_whole_number_is_all_of_the_text_or_nothing(void **state)
{
        (void)state;
        int64_t v = 7;
        assert_true(em_str_int(EM_S("-0042"), &v));
        assert_int_equal(v, -42);
        assert_true(em_str_int(EM_S("9223372036854775807"), &v));
        assert_true(v == INT64_MAX);
        assert_true(em_str_int(EM_S("-9223372036854775808"), &v));
        assert_true(v == INT64_MIN);
        static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10",
                "9223372036854775808", "-9223372036854775809", "99999999999999999999" };
        v = 7;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                assert_false(em_str_int(em_str_c(bad[i]), &v));
        assert_int_equal(v, 7);
}

/* sysexits.h gives 65 data error, 66 no input, 70 software, 71 system, 74 I/O,
 * 75 try again, 77 permission; 130 is 128 + SIGINT. */
static void every_status_has_a_name_a_sentence_and_its_exit_code(void **state)
{
        (void)state;
        assert_string_equal(em_status_name(EM_FORMAT), "EM_FORMAT");
        assert_int_equal(em_status_exit(EM_OK), 0);
        assert_int_equal(em_status_exit(EM_FORMAT), 65);
        assert_int_equal(em_status_exit(EM_MISSING), 66);
        assert_int_equal(em_status_exit(EM_BUG), 70);
        assert_int_equal(em_status_exit(EM_IO), 74);
        assert_int_equal(em_status_exit(EM_BUSY), 75);
        assert_int_equal(em_status_exit(EM_DENIED), 77);
        assert_int_equal(em_status_exit(EM_INTERRUPTED), 130);
        for (int s = 0; s < EM_STATUS_COUNT; s++)
                assert_true(strlen(em_status_text((em_status)s)) > 0);
}

static void an_error_names_the_file_the_place_and_one_sentence(void **state)
{
        (void)state;
        em_error err;
        char text[200];
        em_status s = em_fail_at(&err, EM_FORMAT, EM_S("launches.csv"), 118, 0, "no such day: %d", 31);
        assert_int_equal(s, EM_FORMAT);
        assert_string_equal(em_error_text(&err, text, sizeof text), "launches.csv:118: no such day: 31");
        em_fail_at(&err, EM_FORMAT, EM_S("a.csv"), 2, 5, "not a number");
        assert_string_equal(em_error_text(&err, text, sizeof text), "a.csv:2: field 5: not a number");
        em_fail(&err, EM_IO, "disk full");
        assert_string_equal(em_error_text(&err, text, sizeof text), "disk full");
        assert_string_equal(em_error_text(&err, text, 5), "disk");
        assert_int_equal(em_fail(NULL, EM_NOMEM, "nobody asked"), EM_NOMEM);
}

static void an_error_is_one_line_and_is_cut_between_characters(void **state)
{
        (void)state;
        em_error err;
        em_fail(&err, EM_FORMAT, "two\nlines\033[2J");
        assert_string_equal(err.text, "two lines [2J");
        /* 767 bytes fit; 300 Hangul syllables of 3 bytes are cut to 255. */
        char long_text[901];
        for (size_t i = 0; i < 300; i++)
                memcpy(long_text + 3 * i, "\xED\x95\x9C", 3);
        long_text[900] = '\0';
        em_fail(&err, EM_FORMAT, "%s", long_text);
        assert_int_equal(strlen(err.text), 765);
        assert_true(em_utf8_ok(em_str_c(err.text), NULL));
}

static void an_error_can_be_given_its_own_file_name_again(void **state)
{
        (void)state;
        em_error err;
        em_fail_at(&err, EM_FORMAT, EM_S("a.csv"), 1, 0, "x");
        em_fail_at(&err, EM_IO, em_str_c(err.file), 2, 0, "y");
        assert_string_equal(err.file, "a.csv");
}

static void shown_evidence_cannot_drive_a_terminal(void **state)
{
        (void)state;
        char out[64];
        assert_string_equal(em_str_show(EM_S("a\033[31mb\n"), out, sizeof out), "a\\x1B[31mb\\x0A");
        assert_string_equal(em_str_show(EM_S("\x7F\xC2\x9B"), out, sizeof out), "\\x7F\\xC2\\x9B");
        /* U+202E, right-to-left override */
        assert_string_equal(em_str_show(EM_S("\xE2\x80\xAEx"), out, sizeof out), "\\xE2\\x80\\xAEx");
        assert_string_equal(em_str_show(EM_S("\xFF\xED\x95\x9C"), out, sizeof out), "\\xFF\xED\x95\x9C");
        assert_string_equal(em_str_show((em_str){ "a\0b", 3 }, out, sizeof out), "a\\x00b");
}

static void shown_evidence_is_cut_with_three_dots_and_never_overruns(void **state)
{
        (void)state;
        char out[16];
        assert_string_equal(em_str_show(EM_S("abcdefghij"), out, 11), "abcdefghij");
        assert_string_equal(em_str_show(EM_S("abcdefghij"), out, 10), "abcdef...");
        assert_string_equal(em_str_show(EM_S("ab\n\n"), out, 8), "ab...");
        assert_string_equal(em_str_show(EM_S("abcdef"), out, 3), "..");
        assert_string_equal(em_str_show(EM_S("abc"), out, 1), "");
        em_str text = EM_S("\xED\x95\x9C\n\xFF" "abc\xE2\x80\xAE");
        for (size_t cap = 1; cap < sizeof out; cap++) {
                memset(out, '#', sizeof out);
                assert_true(strlen(em_str_show(text, out, cap)) < cap);
                assert_int_equal(out[cap], '#');
                assert_true(em_utf8_ok(em_str_c(out), NULL));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_empty_text_may_have_no_pointer),
                cmocka_unit_test(a_part_is_clamped_to_the_text),
                cmocka_unit_test(trimming_takes_blanks_from_both_ends_only),
                cmocka_unit_test(comparison_is_by_bytes_and_a_prefix_comes_first),
                cmocka_unit_test(case_is_folded_in_ascii_and_nowhere_else),
                cmocka_unit_test(beginnings_ends_and_middles_are_found),
                cmocka_unit_test(a_cut_says_whether_the_separator_was_there),
                cmocka_unit_test(quotes_hold_a_word_with_blanks_together),
                cmocka_unit_test(a_whole_number_is_all_of_the_text_or_nothing),
                cmocka_unit_test(every_status_has_a_name_a_sentence_and_its_exit_code),
                cmocka_unit_test(an_error_names_the_file_the_place_and_one_sentence),
                cmocka_unit_test(an_error_is_one_line_and_is_cut_between_characters),
                cmocka_unit_test(an_error_can_be_given_its_own_file_name_again),
                cmocka_unit_test(shown_evidence_cannot_drive_a_terminal),
                cmocka_unit_test(shown_evidence_is_cut_with_three_dots_and_never_overruns),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
