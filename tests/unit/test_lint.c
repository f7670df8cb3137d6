/* No number in prose that is not bound. */
#include "embargo/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static em_error err;

static em_status lint(const char *text)
{
        static const em_str keys[] = { EM_S_INIT("q"), EM_S_INIT("launch-days") };
        return em_report_lint(EM_S("report.md"), em_str_c(text), keys, 2, &err);
}

static void an_unbound_number_is_refused_with_file_and_line(void **state)
{
        (void)state;
        assert_int_equal(lint("# Title\n\nAll is well.\nThere were 9 missiles.\n"), EM_FORMAT);
        assert_string_equal(err.file, "report.md");
        assert_int_equal(err.line, 4);
        assert_non_null(strstr(err.text, "\"9\""));
}

static void numbers_of_every_dress_are_refused(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "It cost 395 million.", "About 91,909 barrels.", "A ratio of 2.87.", "US$400 were paid.", "18% of it.",
                "nine missiles", "a dozen attacks", "two billion dollars", "it tripled by 3x", "2000 barrels",
                "in 2021 barrels", "- item\n- 5 more", "| a | 7 |\n|---|---|\n", "> quoted 6", "**12**",
                "[9](https://un.org)", "exports of 1718 tonnes", "the 5th test",
        };
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                if (lint(bad[i]) != EM_FORMAT)
                        fail_msg("let through: %s", bad[i]);
}

static void names_and_dates_with_digits_may_stand(void **state)
{
        (void)state;
        static const char *const good[] = {
                "The report S/2022/132 says so.", "See SC/13542.", "Resolution 2397 (2017) caps it.",
                "resolutions 1718 (2006) and 1874 (2009)", "the 1718 Committee", "On 4 February 2022 it came.",
                "In January 2022 it rose.", "From May 2019 to March 2020.", "In 2021 it fell.", "between 2019 and 2021",
                "KN-25 and Hwasong-12 and COVID-19", "SHA-256 digests", "words of ICD 203", "HS 2710", "code `2710 12`",
                "see https link [here](https://un.org/2017/9)", "{q|value} million dollars", "{say:24 hours} later",
                "in the twelve months before", "one of two readings", "a 95% interval", "stand as 1 to {q|ratio}",
                "## Missiles, January 2022", "mid-2021 came",
        };
        for (size_t i = 0; i < sizeof good / sizeof *good; i++)
                if (lint(good[i]) != EM_OK)
                        fail_msg("refused: %s (%s)", good[i], err.text);
}

static void a_question_that_is_not_there_is_refused(void **state)
{
        (void)state;
        assert_int_equal(lint("fine\n\n{launch-dayz|value}"), EM_FORMAT);
        assert_int_equal(err.line, 3);
        assert_non_null(strstr(err.text, "launch-dayz"));
        assert_int_equal(lint("{launch-days|value}"), EM_OK);
}

static void a_link_that_could_run_code_is_refused(void **state)
{
        (void)state;
        assert_int_equal(lint("[x](javascript:alert)"), EM_FORMAT);
        assert_int_equal(lint("[x](#a-q)"), EM_OK);
}

static void code_in_a_fence_is_left_alone(void **state)
{
        (void)state;
        assert_int_equal(lint("```\nselect 42\n```\n"), EM_OK);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_unbound_number_is_refused_with_file_and_line),
                cmocka_unit_test(numbers_of_every_dress_are_refused),
                cmocka_unit_test(names_and_dates_with_digits_may_stand),
                cmocka_unit_test(a_question_that_is_not_there_is_refused),
                cmocka_unit_test(a_link_that_could_run_code_is_refused),
                cmocka_unit_test(code_in_a_fence_is_left_alone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
