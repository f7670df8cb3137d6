/* The command line read against a small table of commands. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static const em_flag take_flags[] = {
        {"grade", 'g', EM_ARG_GRADE, "A..F", "grade"},
        {"published", 0, EM_ARG_DAY, "DAY", "day"},
        {"covers", 0, EM_ARG_SPAN, "FROM/TO", "span"},
        {"lists", 'l', EM_ARG_FILES, "FILE", "again and again"},
        {"withheld", 'w', EM_ARG_NONE, NULL, "switch"},
        {0},
};
static const em_example none[] = {{0}};
static const em_command take = {.name = "take", .group = "g", .brief = "b", .usage = "FILE...", .about = "a",
                                .example = none, .flag = take_flags, .least = 1, .most = SIZE_MAX, .json = true, .csv = true};
static const em_command look = {.name = "look", .group = "g", .brief = "b", .usage = "[ID]", .about = "a",
                                .example = none, .most = 1};
static const em_command verify = {.name = "verify", .group = "g", .brief = "b", .usage = "", .about = "a", .example = none};
static const em_command *const table[] = {&take, &look, &verify};

typedef struct line { em_arena *arena; em_parsed parsed; em_error err; em_status status; } line;

static void read_line(line *l, const char *text)
{
        em_str rest = em_str_c(text), word[32];
        size_t n = 0;
        while (n < 32 && em_str_word(&rest, &word[n]))
                n++;
        l->parsed = (em_parsed){0};
        l->err = (em_error){0};
        l->status = em_option_parse(table, 3, n, word, l->arena, &l->parsed, &l->err);
}

static int begin(void **state)
{
        line *l = calloc(1, sizeof *l);
        l->arena = em_arena_new(1u << 20);
        *state = l;
        return l->arena ? 0 : -1;
}

static int end(void **state)
{
        line *l = *state;
        em_arena_free(l->arena);
        free(l);
        return 0;
}

static void same(em_str s, const char *text)
{
        assert_int_equal(s.n, strlen(text));
        assert_memory_equal(s.p, text, s.n);
}

static void refused(line *l, const char *text, const char *sentence)
{
        read_line(l, text);
        assert_int_equal(l->status, EM_USAGE);
        assert_string_equal(l->err.text, sentence);
        assert_null(l->parsed.command);
}

static void options_may_stand_before_and_after_the_command(void **state)
{
        line *l = *state;
        read_line(l, "--case here take a.csv -g B b.csv --withheld");
        assert_int_equal(l->status, EM_OK);
        assert_ptr_equal(l->parsed.command, &take);
        same(em_option_value(&l->parsed, "case"), "here");
        same(em_option_value(&l->parsed, "grade"), "B");
        assert_true(em_option_given(&l->parsed, "withheld"));
        assert_false(em_option_given(&l->parsed, "json"));
        assert_int_equal(l->parsed.operands, 2);
        same(l->parsed.operand[1], "b.csv");
}

static void a_value_may_be_joined_to_its_option(void **state)
{
        line *l = *state;
        read_line(l, "take --covers=2021-01-01/2021-12-31 -Chere -wgC x");
        assert_int_equal(l->status, EM_OK);
        same(em_option_value(&l->parsed, "covers"), "2021-01-01/2021-12-31");
        same(em_option_value(&l->parsed, "case"), "here");
        same(em_option_value(&l->parsed, "grade"), "C");
        assert_true(em_option_given(&l->parsed, "withheld"));
}

static void after_two_dashes_every_word_is_an_operand(void **state)
{
        line *l = *state;
        read_line(l, "take -- --grade -");
        assert_int_equal(l->status, EM_OK);
        assert_int_equal(l->parsed.operands, 2);
        same(l->parsed.operand[0], "--grade");
        same(l->parsed.operand[1], "-");
}

static void a_wrong_command_is_refused_with_the_nearest(void **state)
{
        refused(*state, "taek a", "\"taek\" is no command; did you mean take?");
        refused(*state, "veri", "\"veri\" is no command; did you mean verify?");
        refused(*state, "quux", "\"quux\" is no command");
}

static void a_wrong_option_is_refused_with_the_nearest(void **state)
{
        refused(*state, "take --publshed 2022-01-01 a", "--publshed is no option of take; did you mean --published?");
        refused(*state, "take -z a", "-z is no option of take");
        refused(*state, "--grade B take a", "--grade is no option of embargo");
}

static void values_are_checked_when_they_are_read(void **state)
{
        refused(*state, "take --published 2022-02-30 a", "--published: \"2022-02-30\" is not a day (YYYY-MM-DD)");
        refused(*state, "take --grade G a", "--grade: \"G\" is not a grade (A, B, C, D, E or F)");
        refused(*state, "take --covers 2022-02-01/2022-01-01 a",
                "--covers: \"2022-02-01/2022-01-01\" is not a span of days (YYYY-MM-DD/YYYY-MM-DD)");
        refused(*state, "take --covers 2022-02-01 a",
                "--covers: \"2022-02-01\" is not a span of days (YYYY-MM-DD/YYYY-MM-DD)");
        refused(*state, "take --threads -1 a", "--threads: \"-1\" is not a whole number");
        refused(*state, "take --case= a", "--case is given nothing; it needs DIR");
}

static void a_line_that_contradicts_itself_is_refused(void **state)
{
        refused(*state, "take --json --csv a", "--json and --csv cannot both be had at once");
        refused(*state, "take -g A -g B a", "--grade is given twice");
        refused(*state, "take --withheld=yes a", "--withheld takes no value");
        refused(*state, "look --json", "look prints no data for --json");
        refused(*state, "look --csv", "look prints no table for --csv");
}

static void an_option_of_files_may_be_given_again_and_keeps_the_order(void **state)
{
        line  *l = *state;
        em_str value = EM_S("untouched");
        read_line(l, "take -l one a.csv --lists=two -g B --lists one");
        assert_int_equal(l->status, EM_OK);
        const char *want[] = {"one", "two", "one"};
        for (size_t i = 0; i < 3; i++) {
                assert_true(em_option_nth(&l->parsed, "lists", i, &value));
                same(value, want[i]);
        }
        assert_false(em_option_nth(&l->parsed, "lists", 3, &value));
        assert_false(em_option_nth(&l->parsed, "withheld", 0, &value));
        same(em_option_value(&l->parsed, "lists"), "one");
        refused(l, "take a --lists=", "--lists is given nothing; it needs FILE");
}

static void operands_are_counted(void **state)
{
        refused(*state, "take", "take needs FILE...");
        refused(*state, "take a --case", "--case needs DIR");
        refused(*state, "look a b", "look: \"b\" is one word too many");
        refused(*state, "verify x", "verify: \"x\" is one word too many");
        line *l = *state;
        read_line(l, "take --help");    /* help needs no operand */
        assert_int_equal(l->status, EM_OK);
}

static void escapes_in_a_word_do_not_reach_the_terminal(void **state)
{
        line *l = *state;
        read_line(l, "\033[2Jx");
        assert_int_equal(l->status, EM_USAGE);
        assert_null(strchr(l->err.text, '\033'));
}

/* Distances by hand: stauts-status swaps a and t, u and t... "stauts" -> "status":
 * s t a u t s / s t a t u s is one swap of neighbours (u t), so 1 of 6 letters. */
static void a_swap_of_neighbours_counts_as_one_change(void **state)
{
        (void)state;
        static const char *const names[] = {"start", "status", "state"};
        assert_string_equal(em_option_nearest(EM_S("stauts"), names, 3), "status");
        static const char *const ab[] = {"ab"};
        assert_null(em_option_nearest(EM_S("ba"), ab, 1));      /* 1 change, but 2 / 3 = 0 are near */
        static const char *const abc[] = {"abc"};
        assert_string_equal(em_option_nearest(EM_S("bac"), abc, 1), "abc");
        assert_null(em_option_nearest(EM_S("bca"), abc, 1));    /* two changes of three letters */
        assert_null(em_option_nearest(EM_S(""), abc, 1));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(options_may_stand_before_and_after_the_command, begin, end),
                cmocka_unit_test_setup_teardown(a_value_may_be_joined_to_its_option, begin, end),
                cmocka_unit_test_setup_teardown(after_two_dashes_every_word_is_an_operand, begin, end),
                cmocka_unit_test_setup_teardown(a_wrong_command_is_refused_with_the_nearest, begin, end),
                cmocka_unit_test_setup_teardown(a_wrong_option_is_refused_with_the_nearest, begin, end),
                cmocka_unit_test_setup_teardown(values_are_checked_when_they_are_read, begin, end),
                cmocka_unit_test_setup_teardown(a_line_that_contradicts_itself_is_refused, begin, end),
                cmocka_unit_test_setup_teardown(an_option_of_files_may_be_given_again_and_keeps_the_order, begin, end),
                cmocka_unit_test_setup_teardown(operands_are_counted, begin, end),
                cmocka_unit_test_setup_teardown(escapes_in_a_word_do_not_reach_the_terminal, begin, end),
                cmocka_unit_test(a_swap_of_neighbours_counts_as_one_change),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
