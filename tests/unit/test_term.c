/* What reaches a terminal: widths, wrapping, tables, CSV. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void the_width_is_the_terminals_then_columns_then_a_default(void **state)
{
        (void)state;
        assert_int_equal(em_term_width(true, 132, "60"), 132);
        assert_int_equal(em_term_width(true, 0, "60"), 60);
        assert_int_equal(em_term_width(true, 0, NULL), 80);
        assert_int_equal(em_term_width(false, 0, NULL), 100);
        assert_int_equal(em_term_width(false, 0, "wide"), 100);
        assert_int_equal(em_term_width(false, 0, "-5"), 100);
        assert_int_equal(em_term_width(false, 0, "3"), 40);
        assert_int_equal(em_term_width(false, 0, "100000"), 400);
}

static void lines_break_at_blanks_and_only_then_inside_a_word(void **state)
{
        (void)state;
        /* "one two three": 3 + 1 + 3 = 7 columns, the blank at 8 goes with them */
        assert_int_equal(em_term_break(EM_S("one two three"), 8), 8);
        assert_int_equal(em_term_break(EM_S("one two three"), 13), 13);
        assert_int_equal(em_term_break(EM_S("abcdefgh"), 5), 5);
        assert_int_equal(em_term_break(EM_S("x"), 0), 1);       /* never nothing */
        assert_int_equal(em_term_break(EM_S(""), 5), 0);
}

/* A Hangul syllable takes two columns (UAX #11, wide) and three bytes. */
static void wide_characters_take_two_columns(void **state)
{
        (void)state;
        em_str name = EM_S("\xEA\xB9\x80\xEC\x98\x81\xEC\xB2\xA0");
        assert_int_equal(em_term_break(name, 6), 9);
        assert_int_equal(em_term_break(name, 5), 6);
        assert_int_equal(em_term_break(name, 1), 3);
}

static const em_column columns[] = {
        {"id", "id", EM_CELL_TEXT, 0, 0},
        {"n", "n", EM_CELL_NUMBER, 0, 0},
        {"verdict", "verdict", EM_CELL_VERDICT, 0, 0},
        {"why", "why", EM_CELL_TEXT, 1, 10},
        {"hidden", NULL, EM_CELL_TEXT, 0, 0},
};

typedef struct page { em_arena *arena; em_table table; char *text; size_t n; } page;

static int begin(void **state)
{
        page *p = calloc(1, sizeof *p);
        p->arena = em_arena_new(1u << 20);
        p->table = em_table_make(columns, 5, p->arena);
        *state = p;
        return p->arena ? 0 : -1;
}

static int end(void **state)
{
        page *p = *state;
        free(p->text);
        em_arena_free(p->arena);
        free(p);
        return 0;
}

static void add(page *p, em_str id, em_str n, em_str verdict, em_str why, em_str hidden)
{
        assert_int_equal(em_table_add(&p->table, (em_str[]){id, n, verdict, why, hidden}, NULL), EM_OK);
}

static const char *printed(page *p, em_term term)
{
        free(p->text);
        FILE *f = open_memstream(&p->text, &p->n);
        em_table_print(&p->table, &term, f);
        fclose(f);
        return p->text;
}

/* 40 columns: id 2, n 2, verdict 7, three gaps of 2 leave 23 for why. */
static void a_table_is_fitted_by_wrapping_the_column_that_may_shrink(void **state)
{
        page *p = *state;
        add(p, EM_S("C1"), EM_S("7"), EM_S("holds"), EM_S("six days against five in another month"), EM_S("x"));
        add(p, EM_S("C2"), EM_S("12"), EM_S("fails"), EM_S("short"), EM_S("y"));
        assert_string_equal(printed(p, (em_term){.width = 40}),
                            "id   n  verdict  why\n"
                            "C1   7  holds    six days against five\n"
                            "                 in another month\n"
                            "C2  12  fails    short\n");
}

static void colour_and_rule_are_for_terminals_only(void **state)
{
        page *p = *state;
        add(p, EM_S("C1"), EM_S("7"), EM_S("holds"), EM_S("why"), EM_S(""));
        assert_null(strchr(printed(p, (em_term){.width = 80}), '\033'));
        const char *tty = printed(p, (em_term){.width = 80, .tty_out = true, .colour = true});
        assert_non_null(strstr(tty, "\033[32mholds\033[0m"));
        assert_non_null(strstr(tty, "\xE2\x94\x80"));
        tty = printed(p, (em_term){.width = 80, .tty_out = true, .colour = false});
        assert_null(strchr(tty, '\033'));
        assert_non_null(strstr(tty, "holds"));
}

static void evidence_cannot_steer_the_terminal(void **state)
{
        page *p = *state;
        add(p, EM_S("C1"), EM_S("7"), EM_S("holds"), EM_S("a\033[2Jb\nc\xC2\x9B" "d\xE2\x80\xAE" "e"), EM_S(""));
        const char *text = printed(p, (em_term){.width = 100});
        assert_null(strchr(text, '\033'));
        assert_non_null(strstr(text, "a\\x1B[2Jb\\x0Ac\\xC2\\x9Bd\\xE2\\x80\\xAEe"));
}

static const char *as_csv(page *p, bool safe)
{
        free(p->text);
        FILE *f = open_memstream(&p->text, &p->n);
        em_table_csv(&p->table, safe, f);
        fclose(f);
        return p->text;
}

/* RFC 4180, 2.6 and 2.7: quotes around a field with comma, quote or line end;
 * a quote inside is doubled. */
static void csv_quotes_what_needs_it_and_shows_every_column(void **state)
{
        page *p = *state;
        add(p, EM_S("a,b"), EM_S("7"), EM_S("say \"no\""), EM_S("two\nlines"), EM_S("plain"));
        assert_string_equal(as_csv(p, false),
                            "id,n,verdict,why,hidden\n"
                            "\"a,b\",7,\"say \"\"no\"\"\",\"two\nlines\",plain\n");
}

static void formulas_are_disarmed_only_when_asked(void **state)
{
        page *p = *state;
        add(p, EM_S("=1+1"), EM_S("-7"), EM_S("@x"), EM_S("a=b"), EM_S("+1,2"));
        assert_string_equal(as_csv(p, false), "id,n,verdict,why,hidden\n=1+1,-7,@x,a=b,\"+1,2\"\n");
        assert_string_equal(as_csv(p, true), "id,n,verdict,why,hidden\n'=1+1,-7,'@x,a=b,\"'+1,2\"\n");
}

static void json_gives_numbers_as_numbers_and_none_as_null(void **state)
{
        page  *p = *state;
        em_buf buf = em_buf_make(4096);
        em_json j = em_json_make(&buf, false);
        add(p, EM_S("C1"), EM_S("7"), EM_S("holds"), EM_S("a\"b"), EM_S(""));
        add(p, EM_S("C2"), EM_S(""), EM_S("fails"), EM_S(""), EM_S(""));
        em_table_json(&p->table, &j);
        em_buf_ch(&buf, '\0');
        assert_string_equal(buf.p,
                "[{\"id\":\"C1\",\"n\":7,\"verdict\":\"holds\",\"why\":\"a\\\"b\",\"hidden\":\"\"},"
                "{\"id\":\"C2\",\"n\":null,\"verdict\":\"fails\",\"why\":\"\",\"hidden\":\"\"}]");
        em_buf_free(&buf);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_width_is_the_terminals_then_columns_then_a_default),
                cmocka_unit_test(lines_break_at_blanks_and_only_then_inside_a_word),
                cmocka_unit_test(wide_characters_take_two_columns),
                cmocka_unit_test_setup_teardown(a_table_is_fitted_by_wrapping_the_column_that_may_shrink, begin, end),
                cmocka_unit_test_setup_teardown(colour_and_rule_are_for_terminals_only, begin, end),
                cmocka_unit_test_setup_teardown(evidence_cannot_steer_the_terminal, begin, end),
                cmocka_unit_test_setup_teardown(csv_quotes_what_needs_it_and_shows_every_column, begin, end),
                cmocka_unit_test_setup_teardown(formulas_are_disarmed_only_when_asked, begin, end),
                cmocka_unit_test_setup_teardown(json_gives_numbers_as_numbers_and_none_as_null, begin, end),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
