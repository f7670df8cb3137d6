/* report.md cut into sentences and marks. */
#include "report/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static em_arena *arena;
static em_error err;

static int set_up(void **state)
{
        (void)state;
        arena = em_arena_new(16u << 20);
        return arena ? 0 : 1;
}

static int tear_down(void **state)
{
        (void)state;
        arena = em_arena_free(arena);
        return 0;
}

static em_template parse(const char *text)
{
        em_template t = { 0 };
        em_status status = em_template_parse(EM_S("report.md"), em_str_c(text), arena, &t, &err);
        if (status != EM_OK)
                fail_msg("%s", err.text);
        return t;
}

static void assert_sentence(const em_template *t, size_t i, const char *text)
{
        assert_true(i < t->sentences);
        assert_true(em_str_eq(t->sentence[i].text, em_str_c(text)));
}

static void a_sentence_ends_at_a_stop_and_a_blank(void **state)
{
        (void)state;
        em_template t = parse("One here. Two there! Is it three? Yes");
        assert_int_equal(t.sentences, 4);
        assert_sentence(&t, 0, "One here.");
        assert_sentence(&t, 1, "Two there!");
        assert_sentence(&t, 3, "Yes");
}

static void a_stop_in_a_mark_in_code_or_in_a_number_ends_nothing(void **state)
{
        (void)state;
        em_template t = parse("See {q@a. b|value} and `x. y` at 1.5 now.");
        assert_int_equal(t.sentences, 1);
        assert_int_equal(t.marks, 1);
        assert_true(em_str_eq(t.mark[0].reading, EM_S("a. b")));
}

static void an_abbreviation_ends_no_sentence(void **state)
{
        (void)state;
        em_template t = parse("Goods, e.g. coal, see para. four. Next.");
        assert_int_equal(t.sentences, 2);
}

static void closing_quotes_and_brackets_belong_to_the_sentence(void **state)
{
        (void)state;
        em_template t = parse("(It said \"so.\") Then **this.** End.");
        assert_int_equal(t.sentences, 3);
        assert_sentence(&t, 0, "(It said \"so.\")");
        assert_sentence(&t, 1, "Then **this.**");
}

static void a_sentence_may_run_over_lines_but_not_over_paragraphs(void **state)
{
        (void)state;
        em_template t = parse("It runs\non. Here\n\nand not here.");
        assert_int_equal(t.sentences, 3);
        assert_sentence(&t, 0, "It runs\non.");
        assert_sentence(&t, 1, "Here");
}

static void items_cells_and_headings_are_units_of_their_own(void **state)
{
        (void)state;
        em_template t = parse("## Head {q|n}\n- first. still\n- second\n\n| a | {q@x|value} |\n|---|---|\n| c | d |\n");
        assert_int_equal(t.units, 7);
        assert_int_equal(t.unit[0].kind, EM_UNIT_HEADING);
        assert_int_equal(t.unit[1].kind, EM_UNIT_ITEM);
        assert_int_equal(t.unit[3].kind, EM_UNIT_CELL);
        assert_int_equal(t.marks, 2);           /* the bar in the mark parts no cells */
        assert_int_equal(t.unit[1].sentences, 2);
}

static void each_kind_of_mark_is_told_from_the_others(void **state)
{
        (void)state;
        em_template t = parse("{q|value} {q@r|!largest} {q|!not largest} {q|?fails} {source:3f9ac1d2:162|what} "
                              "{measure:R2397-5} {case|known} {say:24 hours}");
        static const em_mark_kind kinds[] = { EM_MARK_NUMBER, EM_MARK_QUANTIFIER, EM_MARK_NOT, EM_MARK_IF,
                                              EM_MARK_SOURCE, EM_MARK_MEASURE, EM_MARK_CASE, EM_MARK_SAY };
        assert_int_equal(t.marks, 8);
        for (size_t i = 0; i < 8; i++)
                assert_int_equal(t.mark[i].kind, kinds[i]);
        assert_true(em_str_eq(t.mark[1].reading, EM_S("r")));
        assert_true(em_str_eq(t.mark[2].name, EM_S("largest")));
        assert_true(em_str_eq(t.mark[4].key, EM_S("3f9ac1d2:162")));
        assert_true(em_str_eq(t.mark[7].name, EM_S("24 hours")));
}

static void assert_refused(const char *text, uint64_t line)
{
        em_template t;
        assert_int_equal(em_template_parse(EM_S("report.md"), em_str_c(text), arena, &t, &err), EM_FORMAT);
        assert_string_equal(err.file, "report.md");
        assert_int_equal(err.line, line);
}

static void a_broken_mark_is_refused_with_its_line(void **state)
{
        (void)state;
        assert_refused("fine\n\nthen {q|", 3);
        assert_refused("{q}", 1);
        assert_refused("{Q|value}", 1);
        assert_refused("{q@|value}", 1);
        assert_refused("{say:}", 1);
        assert_refused("{source:x}", 1);
        assert_refused("a\nb {q|a\nb}", 2);
}

static void an_unknown_part_and_our_own_tokens_are_refused(void **state)
{
        (void)state;
        assert_refused("x\n\n{{cliams}}\n", 3);
        assert_refused("{{claims", 1);
        assert_refused("a\n\xee\x80\x80", 2);           /* U+E000 */
        assert_refused("a\n\xff", 2);                   /* not UTF-8 */
}

static void parts_cut_the_text_into_blocks_in_order(void **state)
{
        (void)state;
        em_template t = parse("before\n\n{{finding a b}}\n\nafter\n{{claims}}\n");
        assert_int_equal(t.blocks, 5);
        assert_false(t.block[0].directive);
        assert_true(t.block[1].directive);
        assert_true(em_str_eq(t.block[1].name, EM_S("finding")));
        assert_true(em_str_eq(t.block[1].args, EM_S("a b")));
        assert_true(em_str_eq(em_str_trim(t.block[2].text), EM_S("after")));
        assert_true(em_str_eq(t.block[3].name, EM_S("claims")));
}

static void a_fenced_block_holds_no_marks(void **state)
{
        (void)state;
        em_template t = parse("```\n{not a mark\n{{nor this}}\n```\n\nText.");
        assert_int_equal(t.marks, 0);
        assert_int_equal(t.sentences, 1);
}

static void an_empty_template_is_one_empty_block(void **state)
{
        (void)state;
        em_template t = parse("");
        assert_int_equal(t.blocks, 1);
        assert_int_equal(t.units, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_sentence_ends_at_a_stop_and_a_blank),
                cmocka_unit_test(a_stop_in_a_mark_in_code_or_in_a_number_ends_nothing),
                cmocka_unit_test(an_abbreviation_ends_no_sentence),
                cmocka_unit_test(closing_quotes_and_brackets_belong_to_the_sentence),
                cmocka_unit_test(a_sentence_may_run_over_lines_but_not_over_paragraphs),
                cmocka_unit_test(items_cells_and_headings_are_units_of_their_own),
                cmocka_unit_test(each_kind_of_mark_is_told_from_the_others),
                cmocka_unit_test(a_broken_mark_is_refused_with_its_line),
                cmocka_unit_test(an_unknown_part_and_our_own_tokens_are_refused),
                cmocka_unit_test(parts_cut_the_text_into_blocks_in_order),
                cmocka_unit_test(a_fenced_block_holds_no_marks),
                cmocka_unit_test(an_empty_template_is_one_empty_block),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
