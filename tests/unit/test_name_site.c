/* The score of OFAC's Sanctions List Search.  Words: the examples that Winkler (1990) and Cohen, Ravikumar and Fienberg (2003)
 * print; names: scores that the site has shown (nomenklatura, tests/matching/name_based/ofac_fixtures.csv, MIT). */
#include "embargo/name.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static double like(const char *asked, const char *listed)
{
        em_arena *arena = em_arena_new(1 << 20);
        assert_non_null(arena);
        double score = em_name_like_ofac_site(em_str_c(asked), em_str_c(listed), arena);
        em_arena_free(arena);
        return score;
}

static void single_words_have_the_published_likeness(void **state)
{
        (void)state;
        assert_true(fabs(like("MARTHA", "MARHTA") - 0.961) < 0.0005);
        assert_true(fabs(like("DWAYNE", "DUANE") - 0.840) < 0.0005);
        assert_true(fabs(like("DIXON", "DICKSONX") - 0.813) < 0.0005);
}

static void names_score_as_the_site_shows_them(void **state)
{
        static const struct { const char *asked, *listed; int score; } shown[] = {
                {"VLADIMIR PUTIN", "PUTIN, Vladimir", 100}, {"VLADIMIR PUTIN", "VLADIMIR LATYSHEV", 88}, {"PUTIN VLADIMIR", "TURIN, Vladimir", 92},
                {"GEORGE BUSH", "GEORGIEVA, Elena Aleksandrovna", 83}, {"GEORGE BUSH", "HASWANI, George", 50}, {"JOHN SMITH", "JOHN, Damion Patrick", 84},
                {"OBAMA", "OBAID, Maher", 88}, {"USAMA BIN LADIN", "BIN LADEN, Usama", 97},
        };
        (void)state;
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
                double score = 100 * like(shown[i].asked, shown[i].listed);
                if (fabs(score - shown[i].score) > 1.5)
                        fail_msg("%s / %s: %.1f, the site shows %d", shown[i].asked, shown[i].listed, score, shown[i].score);
        }
}

/* "KIM JONG UN" finds five people at 100, because UN has but two letters. */
static void words_of_two_letters_count_only_where_there_are_no_others(void **state)
{
        (void)state;
        assert_true(fabs(like("KIM JONG UN", "KIM, Yo Jong") - 1) < 1e-12);
        assert_true(like("UN", "KIM, Yo Jong") < 0.6);
}

static void nothing_is_like_nothing(void **state)
{
        (void)state;
        assert_true(like("", "PUTIN, Vladimir") == 0);
        assert_true(like("PUTIN", "") == 0);
        assert_true(like("", "") == 0);
}

/* 64 letters are looked at: more must not be read, nor make a score over 1. */
static void long_names_stay_within_bounds(void **state)
{
        char text[2000];
        (void)state;
        for (size_t i = 0; i < sizeof text - 1; i++)
                text[i] = i % 7 == 6 ? ' ' : (char)('a' + i % 26);
        text[sizeof text - 1] = 0;
        assert_true(fabs(like(text, text) - 1) < 1e-12);
        for (size_t i = 0; i < sizeof text - 1; i++)
                text[i] = 'a';
        assert_true(fabs(like(text, text) - 1) < 1e-12);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(single_words_have_the_published_likeness),
                cmocka_unit_test(names_score_as_the_site_shows_them),
                cmocka_unit_test(words_of_two_letters_count_only_where_there_are_no_others),
                cmocka_unit_test(nothing_is_like_nothing),
                cmocka_unit_test(long_names_stay_within_bounds),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
