/* What is said of a match: what speaks against it, what would rule it out; and what in a text is a number. */
#include "embargo/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static int make(void **state)
{
        *state = em_arena_new((size_t)16 << 20);
        return *state ? 0 : -1;
}

static int drop(void **state)
{
        em_arena_free(*state);
        return 0;
}

static void assert_clauses(em_arena *arena, const em_str *clause, size_t count, const char *all)
{
        em_str text = {0};
        assert_int_equal(em_match_joined(clause, count, arena, &text, NULL), EM_OK);
        assert_string_equal(text.p, all);
}

static void assert_against(em_arena *arena, const em_query *asked, const em_match *m, const em_party *p, const char *all)
{
        em_str *clause = NULL;
        size_t  count = 0;
        assert_int_equal(em_match_against(asked, m, p, arena, &clause, &count, NULL), EM_OK);
        assert_clauses(arena, clause, count, all);
}

static void words_that_differ_or_are_left_over_speak_against(void **state)
{
        em_aligned row[] = {{.query = EM_S("Kim"), .listed = EM_S("KIM"), .rule = "equal", .cost = 0},
                            {.query = EM_S("Yong"), .listed = EM_S("Pyong"), .rule = "spelling", .cost = 0.3},
                            {.query = EM_S("Jr"), .rule = "unmatched", .cost = 1}, {.listed = EM_S("Chol"), .rule = "unmatched", .cost = 1}};
        em_str   name = EM_S("Kim Yong Jr");
        em_query asked = {.name = &name, .names = 1};
        em_match m = {.names = {.row = row, .rows = 4, .capped = "numbers differ"}};
        em_party p = {.schema = EM_SCHEMA_COMPANY};
        assert_against(*state, &asked, &m, &p, "\"Yong\" is not \"Pyong\"; \"Jr\" is not in the list's name; \"Chol\" was not asked for; numbers differ");
}

static void facts_that_differ_speak_against_and_those_that_agree_do_not(void **state)
{
        em_qualifier  q[] = {{.what = "country", .query = EM_S("de"), .listed = EM_S("kp"), .points = -0.08, .why = "differs"},
                             {.what = "birth date", .query = EM_S("1960"), .listed = EM_S("1960"), .points = 0.02, .why = "agrees"}};
        em_span       born = {1, 2};
        em_party_date date = {.text = EM_S("1960")};
        em_query      asked = {.born = &born, .borns = 1};
        em_match      m = {.qualifier = q, .qualifiers = 2};
        em_party      p = {.schema = EM_SCHEMA_PERSON, .born = &date, .borns = 1};
        assert_against(*state, &asked, &m, &p, "country differs (asked de, listed kp)");
        p.delisted = true;
        asked.borns = 0;
        assert_against(*state, &asked, &m, &p, "country differs (asked de, listed kp); no birth date was asked for; the list has 1960; "
                                               "the entry says that it is no longer listed");
}

static void a_number_alone_is_said_to_be_alone(void **state)
{
        em_str   name = EM_S("Somebody Else");
        em_query asked = {.name = &name, .names = 1};
        em_match m = {.name = UINT32_MAX};
        em_party p = {.schema = EM_SCHEMA_VESSEL};
        assert_against(*state, &asked, &m, &p, "none of the names asked for is like one of its names");
        assert_true(em_str_eq(em_match_kind(&m), EM_S("number")));
}

/* Only what the list says can rule somebody out, and only what has not been asked is still to be compared. */
static void what_the_list_says_and_nobody_asked_would_rule_it_out(void **state)
{
        em_party_date born[] = {{.text = EM_S("circa 1946")}, {.text = EM_S("1947")}};
        em_party_id   number[] = {{.type = EM_S("passport"), .value = EM_S("654310150")}, {.type = EM_S("wallet"), .value = EM_S("0x1")}};
        em_str        place = EM_S("Pyongan-Pukto"), country = EM_S("kp"), *clause = NULL;
        em_party      p = {.schema = EM_SCHEMA_PERSON, .born = born, .borns = 2, .number = number, .numbers = 2, .place_of_birth = &place,
                           .places_of_birth = 1, .country = &country, .countries = 1, .gender = EM_S("male")};
        em_query      asked = {0};
        em_span       span = {1, 2};
        size_t        count = 0;
        assert_int_equal(em_match_rules_out(&asked, &p, *state, &clause, &count, NULL), EM_OK);
        assert_clauses(*state, clause, count, "another date of birth than circa 1946 or 1947; another passport than 654310150; another place of birth than "
                                              "Pyongan-Pukto; no tie to kp; another gender than male");
        asked.born = &span;
        asked.borns = 1;
        asked.number = number;
        asked.numbers = 1;
        asked.country = &country;
        asked.countries = 1;
        asked.gender = EM_S("male");
        assert_int_equal(em_match_rules_out(&asked, &p, *state, &clause, &count, NULL), EM_OK);
        assert_clauses(*state, clause, count, "another place of birth than Pyongan-Pukto");
        p = (em_party){.schema = EM_SCHEMA_PERSON};
        asked = (em_query){0};
        assert_int_equal(em_match_rules_out(&asked, &p, *state, &clause, &count, NULL), EM_OK);
        assert_int_equal(count, 0);
}

/* 9126819: 9*7+1*6+2*5+6*4+8*3+1*2 = 129, whose last digit is the seventh. */
static void a_text_is_a_number_only_when_it_can_be_nothing_else(void **state)
{
        static const struct { const char *text, *type; } numbers[] = {
                {"9126819", "imo"}, {"IMO 9126819", "imo"}, {"imo9126819", "imo"}, {"9126818", "other"}, {"445123456", "other"}, {"654310150", "other"},
                {"0x52908400098527886e0f7030069857d2e4169ee7", "wallet"}, {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wallet"}, {"PS-654310150", "other"}};
        static const char *const names[] = {"Kim Yong Chol", "7th of Tir", "11420 CORP.", "\xea\xb9\x80\xec\x98\x81\xec\xb2\xa0", "1234", "", "-", "Sea Lantern 9126819"};
        em_party_id id;
        (void)state;
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
                assert_true(em_id_in_text(em_str_c(numbers[i].text), &id));
                if (!em_str_eq(id.type, em_str_c(numbers[i].type)))
                        fail_msg("%s is %.*s", numbers[i].text, EM_ARG(id.type));
        }
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (em_id_in_text(em_str_c(names[i]), &id))
                        fail_msg("\"%s\" is taken for a number", names[i]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
        const struct CMUnitTest tests[] = {
                T(words_that_differ_or_are_left_over_speak_against),
                T(facts_that_differ_speak_against_and_those_that_agree_do_not),
                T(a_number_alone_is_said_to_be_alone),
                T(what_the_list_says_and_nobody_asked_would_rule_it_out),
                T(a_text_is_a_number_only_when_it_can_be_nothing_else),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
