/* Claims of others against answers. */
#include "ask.h"

#include <unistd.h>

/* a: holds; b: fails; c: cannot be tested; d: two readings, one holds */
static void make_findings(em_arena *arena, em_findings *f)
{
        static const struct { const char *key, *text; } question[] = {
                { "a", "-- asks A?\n-- test exactly n=1\nselect\n" },
                { "b", "-- asks B?\n-- test exactly n=2\nselect\n" },
                { "c", "-- asks C?\n-- basis none nobody looked\n-- test untestable\n" },
                { "d", "-- asks D?\n-- main as rows\n-- test exactly n=1\n-- reading as many days: test.n=3\nselect\n" },
        };
        ask_tables t = { .rows = "record|day\n1|2022-01-05\n" };

        f->count = 4;
        f->question = EM_NEW_N(arena, em_question *, 4);
        f->answer = EM_NEW_N(arena, em_answer *, 4);
        assert_true(f->question && f->answer);
        for (size_t i = 0; i < 4; i++) {
                assert_int_equal(em_question_parse(em_str_c(question[i].key), em_str_c(question[i].text), arena,
                                                   &f->question[i], NULL), EM_OK);
                f->answer[i] = ask_answer(f->question[i], &t, arena);
        }
}

static em_status load(const char *text, em_arena *arena, em_claim **ret_claims, size_t *ret_count, em_error *err)
{
        em_findings f = { 0 };
        char path[] = "/tmp/embargo-claims-XXXXXX";
        int fd = mkstemp(path);
        em_status status;

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
        close(fd);
        make_findings(arena, &f);
        status = em_claims_load(em_str_c(path), &f, arena, ret_claims, ret_count, err);
        unlink(path);
        return status;
}

#define HEAD "claim,text,asserted_by,questions,note\n"

static void a_claim_is_as_good_as_its_weakest_question(void **state)
{
        static const struct { const char *questions; em_verdict verdict; } cases[] = {
                { "a", EM_VERDICT_HOLDS },          { "b", EM_VERDICT_FAILS },
                { "c", EM_VERDICT_UNTESTABLE },     { "d", EM_VERDICT_READING },
                { "a d", EM_VERDICT_READING },      { "a c", EM_VERDICT_UNTESTABLE },
                { "d c", EM_VERDICT_UNTESTABLE },   { "c b", EM_VERDICT_FAILS },
                { "", EM_VERDICT_UNTESTABLE },      { "d@as-rows", EM_VERDICT_HOLDS },
                { "d@as-many-days a", EM_VERDICT_FAILS },
                { "\"\"\"d@as many days\"\"\"", EM_VERDICT_FAILS },
        };
        em_arena *arena = ask_arena();

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char text[200];
                em_claim *claim = NULL;
                em_error err = { 0 };
                size_t n = 0;

                snprintf(text, sizeof text, HEAD "C01,It was so,the paper,%s,\n", cases[i].questions);
                if (load(text, arena, &claim, &n, &err) != EM_OK)
                        fail_msg("%s", err.text);
                assert_int_equal(n, 1);
                if (claim[0].verdict != cases[i].verdict)
                        fail_msg("%s: %.*s", cases[i].questions, EM_ARG(claim[0].why));
                assert_true(claim[0].why.n > 0);
        }
        em_arena_free(arena);
}

static void the_reason_is_that_of_the_weakest(void **state)
{
        em_arena *arena = ask_arena();
        em_claim *claim = NULL;
        size_t n = 0;

        (void)state;
        assert_int_equal(load(HEAD "C01,\"Text, with a comma\",the paper,a b,a note\n", arena, &claim, &n, NULL), EM_OK);
        assert_true(em_str_eq(claim[0].text, EM_S("Text, with a comma")));
        assert_true(em_str_eq(claim[0].note, EM_S("a note")));
        assert_int_equal(claim[0].questions, 2);
        assert_true(em_str_starts(claim[0].why, EM_S("Does not hold: ")));
        em_arena_free(arena);
}

static void what_is_wrong_in_claims_has_its_line(void **state)
{
        static const struct { const char *text; unsigned line; const char *says; } wrong[] = {
                { "", 1, "no header" },
                { "claim,text\nC01,a\n", 1, "asserted_by" },
                { HEAD "C01,It was,p,z,\n", 2, "\"z\"" },
                { HEAD "C01,It was,p,a@nowhere,\n", 2, "\"nowhere\"" },
                { HEAD "C01,It was,p,a,\nC01,It was,p,a,\n", 3, "already" },
                { HEAD ",It was,p,a,\n", 2, "name" },
                { HEAD "C01,\"It was,p,a,\n", 2, "quote" },
        };
        em_arena *arena = ask_arena();

        (void)state;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                em_claim *claim = NULL;
                em_error err = { 0 };
                size_t n = 0;

                assert_int_equal(load(wrong[i].text, arena, &claim, &n, &err), EM_FORMAT);
                if (err.line != wrong[i].line || !strstr(err.text, wrong[i].says))
                        fail_msg("%zu: %llu %s", i, (unsigned long long)err.line, err.text);
        }
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_claim_is_as_good_as_its_weakest_question),
                cmocka_unit_test(the_reason_is_that_of_the_weakest),
                cmocka_unit_test(what_is_wrong_in_claims_has_its_line),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
