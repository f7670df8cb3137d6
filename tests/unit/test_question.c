/* The header of a question file, and what it refuses. */
#include "ask.h"

#define HEAD "-- asks      Was it so?\n-- test      at-least n=1\n"
#define SQL  "select record from launch\n"

static void a_whole_header_is_read(void **state)
{
        em_arena *arena = ask_arena();
        const em_question *q = ask_question(
                "-- asks      Is January the month\n"
                "--           with the most?\n"
                "-- measure   R1718-2 R1874-2\n"
                "-- unit      launch day\n"
                "-- main      launch days\n"
                "-- basis     proxy one thing stands in for another\n"
                "-- period    now 2021-09-01 2022-01-31\n"
                "-- period    base 2020\n"
                "-- combine   distinct day\n"
                "--\n"
                "-- test      acceleration now=now base=base\n"
                "-- param     calendar korean  which calendar\n"
                "-- factor    t bbl china-2020\n"
                "-- coverage  launch nuclear_test\n"
                "-- reading   in UTC: calendar=utc; period.base=2019-05-01 2020-03-31; test.alpha=0.01\n"
                "-- beside    by missiles: combine=count; unit=missile; factor=none; leave.out=2021-09\n"
                "-- likelihood 0.6 0.8 two sources agree\n"
                "-- alternative Something else.\n"
                "-- missing   a table\n"
                "\n"
                "select record, day from launch -- by day\n"
                ";\n", arena);
        em_setup s;

        (void)state;
        assert_true(em_str_eq(em_question_asks(q), EM_S("Is January the month with the most?")));
        assert_int_equal(q->measures, 2);
        assert_int_equal(q->coverages, 2);
        assert_true(em_str_eq(q->basis, EM_S("proxy")));
        assert_true(em_str_eq(q->sql, EM_S("select record, day from launch -- by day")));
        assert_int_equal(q->main.periods, 2);
        assert_int_equal(em_span_days(q->main.period[1].span), 366);
        assert_true(em_str_eq(q->main.column, EM_S("day")));
        assert_int_equal(q->variants, 2);
        assert_int_equal(em_setup_make(q, &q->variant[0], arena, &s, NULL), EM_OK);
        assert_true(s.decides);
        assert_true(em_str_eq(s.param[0].value, EM_S("utc")));
        assert_int_equal(em_span_days(s.period[1].span), 336);
        assert_int_equal(em_span_days(q->main.period[1].span), 366);   /* the header is as it was */
        assert_int_equal(em_setup_make(q, &q->variant[1], arena, &s, NULL), EM_OK);
        assert_false(s.decides);
        assert_int_equal(s.combine, EM_COMBINE_COUNT);
        assert_int_equal(s.factor.key.n, 0);
        assert_true(em_str_eq(s.leave_out, EM_S("2021-09")));
        em_arena_free(arena);
}

static void defaults_stand_where_nothing_is_said(void **state)
{
        em_arena *arena = ask_arena();
        const em_question *q = ask_question(HEAD SQL, arena);

        (void)state;
        assert_true(em_str_eq(q->main.name, EM_S("as asked")));
        assert_true(em_str_eq(q->basis, EM_S("direct")));
        assert_int_equal(q->main.combine, EM_COMBINE_COUNT);
        assert_int_equal(em_question_hash(q).n, 64);
        em_arena_free(arena);
}

static void the_hash_is_that_of_the_bytes(void **state)
{
        em_arena *arena = ask_arena();
        char hex[65];

        (void)state;
        em_sha256_hex(em_sha256_of(EM_S(HEAD SQL)), hex);
        assert_true(em_str_eq(em_question_hash(ask_question(HEAD SQL, arena)), em_str_c(hex)));
        em_arena_free(arena);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
        static const struct { const char *text; unsigned line; const char *says; } wrong[] = {
                { "-- test at-least n=1\n" SQL, 1, "what it asks" },
                { "-- asks Was it so?\n" SQL, 1, "no test" },
                { HEAD, 1, "no SELECT" },
                { "-- asks It was so.\n", 1, "question mark" },
                { HEAD "-- colour red\n" SQL, 3, "\"colour\"" },
                { HEAD "-- unit\n" SQL, 3, "needs something" },
                { HEAD "-- basis hearsay\n" SQL, 3, "a basis is" },
                { HEAD "-- basis proxy\n" SQL, 3, "reason" },
                { HEAD "-- period now 2022-01-31 2021-01-01\n" SQL, 3, "in order" },
                { HEAD "-- period now 2022-02-30 2022-03-01\n" SQL, 3, "two days" },
                { HEAD "-- period now 2021\n-- period now 2022\n" SQL, 4, "already" },
                { HEAD "-- period Now 2021\n" SQL, 3, "small letters" },
                { HEAD "-- combine distinct\n" SQL, 3, "one column" },
                { HEAD "-- combine median\n" SQL, 3, "combine by" },
                { HEAD "-- param calendar\n" SQL, 3, "default" },
                { HEAD "-- factor t bbl\n" SQL, 3, "FROM TO KEY" },
                { HEAD "-- reading by days\n" SQL, 3, "NAME: key=value" },
                { HEAD "-- reading by days: \n" SQL, 3, "must change something" },
                { HEAD "-- reading by days: colour=red\n" SQL, 3, "\"colour\"" },
                { HEAD "-- reading by days: period.now=2021\n" SQL, 3, "does not name" },
                { HEAD "-- reading by days: test.factor=2\n" SQL, 3, "no parameter \"factor\"" },
                { HEAD "-- reading a: unit=x\n-- beside a: unit=y\n" SQL, 4, "already" },
                { HEAD "-- reading as asked: unit=x\n" SQL, 3, "main reading" },
                { HEAD "-- likelihood 0.8 0.6 why\n" SQL, 3, "shares" },
                { HEAD "-- likelihood 0.8 1.6 why\n" SQL, 3, "shares" },
                { "-- asks A?\n-- test biggest group=a\n" SQL, 2, "no test is called \"biggest\"" },
                { "-- asks A?\n-- test at-least\n" SQL, 2, "needs n=" },
                { "-- asks A?\n-- test at-least n=many\n" SQL, 2, "n of at-least must be" },
                { "-- asks A?\n-- test at-least n=1 m=2\n" SQL, 2, "no parameter \"m\"" },
                { "-- asks A?\n-- test weekday day=Fri\n" SQL, 2, "Monday|" },
                { "-- asks A?\n-- test change-point runs=0\n" SQL, 2, "whole number" },
                { "-- asks A?\n-- test nearly n=5 within=-1\n" SQL, 2, "not below 0" },
                { "-- asks A?\n-- test increased-sharply now=a base=b leave-out=week\n" SQL, 2, "month" },
                { HEAD "-- test none\n" SQL, 3, "second time" },
                { "--   goes on\n", 1, "no line above" },
        };
        em_arena *arena = ask_arena();

        (void)state;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                em_question *q = NULL;
                em_error err = { 0 };

                assert_int_equal(em_question_parse(EM_S("wrong"), em_str_c(wrong[i].text), arena, &q, &err), EM_FORMAT);
                assert_null(q);
                assert_string_equal(err.file, "wrong.sql");
                if (err.line != wrong[i].line || !strstr(err.text, wrong[i].says))
                        fail_msg("%s gives %llu: %s", wrong[i].text, (unsigned long long)err.line, err.text);
        }
        em_arena_free(arena);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
        em_arena *arena = ask_arena();
        em_question *q = NULL;

        (void)state;
        assert_int_equal(em_question_parse(EM_S("a"), EM_S("-- asks \xff?\n"), arena, &q, NULL), EM_FORMAT);
        assert_int_equal(em_question_parse(EM_S("a"), (em_str){ "-- asks A\0?\n", 12 }, arena, &q, NULL), EM_FORMAT);
        assert_int_equal(em_question_parse(EM_S(""), EM_S(HEAD SQL), arena, &q, NULL), EM_FORMAT);
        em_arena_free(arena);
}

static void a_question_that_no_table_can_settle_needs_no_select(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks Was it the blockade?\n-- basis none causes are judgements\n"
                                 "-- test untestable\n-- missing a comparison\n",
                                 (ask_tables){ .rows = "record" }, arena);

        (void)state;
        assert_int_equal(a->verdict, EM_VERDICT_UNTESTABLE);
        assert_int_equal(a->proof, EM_PROOF_INVESTIGATION);
        assert_true(em_str_eq(a->why, EM_S("Cannot be tested: causes are judgements; missing: a comparison.")));
        em_arena_free(arena);
}

static void likelihood_words_are_those_of_icd_203(void **state)
{
        (void)state;
        /* ICD 203: 01-05, 05-20, 20-45, 45-55, 55-80, 80-95, 95-99 percent */
        assert_string_equal(em_likelihood_words(0.02), "almost no chance");
        assert_string_equal(em_likelihood_words(0.10), "very unlikely");
        assert_string_equal(em_likelihood_words(0.30), "unlikely");
        assert_string_equal(em_likelihood_words(0.50), "roughly even chance");
        assert_string_equal(em_likelihood_words(0.70), "likely");
        assert_string_equal(em_likelihood_words(0.90), "very likely");
        assert_string_equal(em_likelihood_words(0.97), "almost certain");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_whole_header_is_read),
                cmocka_unit_test(defaults_stand_where_nothing_is_said),
                cmocka_unit_test(the_hash_is_that_of_the_bytes),
                cmocka_unit_test(what_is_wrong_is_named_with_its_line),
                cmocka_unit_test(bytes_that_are_no_text_are_refused),
                cmocka_unit_test(a_question_that_no_table_can_settle_needs_no_select),
                cmocka_unit_test(likelihood_words_are_those_of_icd_203),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
