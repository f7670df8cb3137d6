/* A whole case: a constructed regime, its evidence, its questions and claims. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "embargo/regime.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct world {
        char      dir[64];
        em_arena *arena;
        em_case  *c;
        em_error  err;
} world;

/* Constructed: no such thefts were ever reported. */
static const char theft_map[] =
        "kind    theft\nneeds   id day usd told victim\nkey     id\nwhen    day\nknown   told\n"
        "what    victim\namount  usd USD\nabsent  not-found\n"
        "grade   = 2\n";
static const char cap_map[] =
        "kind    cap\nneeds   cap value unit rule period_from repeat thresholds\nkey     cap unit\n"
        "when    period_from to period_to\nknown   known\namount  value [unit]\nabsent  not-found\n"
        "grade   = 1\nfield   cap cap\nfield   rule rule\nfield   period_from period_from day\n"
        "field   period_to period_to day\nfield   repeat repeat\nfield   thresholds thresholds\n";
static const char caps[] =
        "cap,value,unit,rule,period_from,period_to,repeat,thresholds,known\n"
        "loss,100,USD,single,2021-01-01,,year,75 90 95 100,2020-12-01\n";
static const char first[] = "id,day,usd,told,victim\nT-1,2021-02-03,40,2021-03-01,Alpha\nT-2,2021-05-06,35,2021-06-01,Beta\n";
/* told in 2022: a third theft of 2021 */
static const char second[] = "id,day,usd,told,victim\nT-3,2021-08-09,50,2022-02-01,Gamma\n";

static const char ask_cap[] =
        "-- asks      Did thefts of 2021 pass the cap?\n-- measure   M-1\n-- unit      USD\n-- basis     direct\n"
        "-- period    year 2021\n-- combine   sum\n-- test      over-cap cap=loss\n-- coverage  theft\n"
        "select record, key || ' ' || what as label, day, low_milli, high_milli, unit from theft\n"
        "where day between :year_from and :year_to order by day, key\n";
static const char ask_none[] =
        "-- asks      Was there no theft in 2020?\n-- period    year 2020\n-- test      none\n-- coverage  theft\n"
        "select record, day from theft where day between :year_from and :year_to\n";
static const char ask_wrong[] = "-- asks A?\n-- test none\nselect record from nowhere\n";
static const char claims[] =
        "claim,text,asserted_by,questions,note\nK1,More than the cap was stolen in 2021,a paper,losses,\n"
        "K2,Nothing was stolen in 2020,a paper,quiet,\nK3,Both,a paper,losses quiet,\n";

static em_str put_file(world *w, const char *name, const char *text)
{
        em_str path = { 0 };

        assert_int_equal(em_path_join(em_str_c(w->dir), em_str_c(name), w->arena, &path, NULL), EM_OK);
        assert_int_equal(em_dir_make(em_path_dir(path), NULL), EM_OK);
        assert_int_equal(em_file_write(path, em_str_c(text), NULL), EM_OK);
        return path;
}

static void add(world *w, const char *name, const char *text)
{
        em_custody custody = { .publisher = em_str_c(name), .reliability = 'B', .published = EM_S("2021-01-01"),
                               .covers_from = EM_S("2020-01-01"), .covers_to = EM_S("2021-12-31") };
        em_taken taken;
        em_str path = put_file(w, name, text);

        if (em_case_add(w->c, path, &custody, NULL, &taken, &w->err) != EM_OK)
                fail_msg("%s", w->err.text);
        assert_int_equal(taken.quarantined, 0);
}

/* late: second.csv goes in before first.csv */
static void make_world(world *w, bool late)
{
        em_str dir, regime;

        *w = (world){ .dir = "/tmp/embargo-findings-XXXXXX" };
        assert_non_null(mkdtemp(w->dir));
        w->arena = em_arena_new((size_t)256 << 20);
        assert_non_null(w->arena);
        put_file(w, "regime/maps/thefts.map", theft_map);
        put_file(w, "regime/maps/caps.map", cap_map);
        put_file(w, "regime/caps.csv", caps);
        put_file(w, "regime/questions/losses.sql", ask_cap);
        put_file(w, "regime/questions/quiet.sql", ask_none);
        assert_int_equal(em_path_join(em_str_c(w->dir), EM_S("regime"), w->arena, &regime, NULL), EM_OK);
        assert_int_equal(em_path_join(em_str_c(w->dir), EM_S("case"), w->arena, &dir, NULL), EM_OK);
        if (em_case_create(dir, regime, EM_S("tester"), &w->c, &w->err) != EM_OK)
                fail_msg("%s", w->err.text);
        add(w, late ? "second.csv" : "first.csv", late ? second : first);
        add(w, late ? "first.csv" : "second.csv", late ? first : second);
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st, (void)type, (void)at;
        return remove(path);
}

static void end_world(world *w)
{
        w->c = em_case_close(w->c);
        em_arena_free(w->arena);
        nftw(w->dir, take_away, 16, FTW_DEPTH | FTW_PHYS);
}

static em_findings find(world *w, const char *as_known)
{
        em_findings f;
        em_day day = EM_DAY_NONE;

        if (as_known)
                assert_true(em_day_parse(em_str_c(as_known), &day));
        if (em_findings_make(w->c, day, w->arena, NULL, &f, &w->err) != EM_OK)
                fail_msg("%s: %s", w->err.file, w->err.text);
        return f;
}

static void a_finding_is_as_known_on_its_day(void **state)
{
        world w;

        (void)state;
        make_world(&w, false);
        em_findings then = find(&w, "2021-12-31"), now = find(&w, NULL);
        const em_answer *a = em_findings_get(&then, EM_S("losses")), *b = em_findings_get(&now, EM_S("losses"));

        assert_int_equal(then.count, 2);
        assert_null(em_findings_get(&then, EM_S("nothing")));
        /* 40 + 35 of 100 then, and 50 more since */
        assert_int_equal(a->verdict, EM_VERDICT_FAILS);
        assert_true(em_str_eq(em_answer_number(a, EM_S(""), EM_S("share"))->text, EM_S("75 %")));
        assert_int_equal(b->verdict, EM_VERDICT_HOLDS);
        assert_true(em_str_eq(em_answer_number(b, EM_S(""), EM_S("share"))->text, EM_S("125 %")));
        assert_int_equal(a->rows, 3);           /* two thefts and the cap */
        assert_true(em_str_eq(a->row[2].role, EM_S("cap")));
        assert_true(em_str_eq(a->row[0].key, EM_S("T-1")));
        assert_int_equal(a->row[0].reliability, 'B');
        assert_true(em_str_eq(a->row[0].publisher, EM_S("first.csv")));
        assert_int_equal(a->proof, EM_PROOF_REPORTED);          /* one publisher */
        assert_int_equal(b->proof, EM_PROOF_ESTABLISHED);       /* two, both graded B */
        assert_int_equal(em_findings_get(&now, EM_S("quiet"))->verdict, EM_VERDICT_HOLDS);
        end_world(&w);
}

static void the_order_of_intake_changes_nothing(void **state)
{
        world w, v;

        (void)state;
        make_world(&w, false);
        make_world(&v, true);
        em_findings a = find(&w, NULL), b = find(&v, NULL);

        for (size_t i = 0; i < a.count; i++)
                assert_true(em_str_eq(a.answer[i]->body, b.answer[i]->body));
        end_world(&v);
        end_world(&w);
}

static void findings_are_kept_once(void **state)
{
        size_t changed = 99, kept = 0;
        em_finding_row *row = NULL;
        world w;

        (void)state;
        make_world(&w, false);
        em_findings f = find(&w, NULL), then = find(&w, "2021-12-31");

        assert_int_equal(em_findings_keep(w.c, &f, &changed, NULL), EM_OK);
        assert_int_equal(changed, 2);
        assert_int_equal(em_findings_keep(w.c, &f, &changed, NULL), EM_OK);
        assert_int_equal(changed, 0);
        assert_int_equal(em_findings_keep(w.c, &then, &changed, NULL), EM_OK);
        assert_int_equal(changed, 2);
        assert_int_equal(em_case_findings(w.c, EM_S(""), w.arena, &row, &kept, NULL), EM_OK);
        assert_int_equal(kept, 2);
        assert_true(em_str_eq(row[0].body, f.answer[0]->body));
        end_world(&w);
}

static void claims_follow_the_findings(void **state)
{
        em_claim *claim = NULL;
        size_t n = 0;
        world w;

        (void)state;
        make_world(&w, false);
        em_findings then = find(&w, "2021-12-31");

        assert_int_equal(em_claims_load(put_file(&w, "claims.csv", claims), &then, w.arena, &claim, &n, NULL), EM_OK);
        assert_int_equal(n, 3);
        assert_int_equal(claim[0].verdict, EM_VERDICT_FAILS);
        assert_int_equal(claim[1].verdict, EM_VERDICT_HOLDS);
        assert_int_equal(claim[2].verdict, EM_VERDICT_FAILS);
        end_world(&w);
}

static void a_question_of_a_kind_that_is_not_held_is_not_asked(void **state)
{
        /* no map makes seizures, so there is no view: asked, it would be an error */
        static const char ask_seized[] = "-- asks Was anything seized?\n-- unit USD\n-- when seizure\n-- combine sum\n"
                                         "-- test more-than n=0\nselect record, low_milli, high_milli from seizure\n";
        static const char ask_held[] = "-- asks Was anything stolen?\n-- unit USD\n-- when theft\n-- combine sum\n"
                                       "-- test more-than n=0\nselect record, low_milli, high_milli from theft\n";
        em_findings all, called;
        world w;

        (void)state;
        make_world(&w, false);
        put_file(&w, "regime/questions/seized.sql", ask_seized);
        put_file(&w, "regime/questions/stolen.sql", ask_held);
        all = find(&w, NULL);
        assert_int_equal(all.count, 4);
        assert_int_equal(em_findings_get(&all, EM_S("seized"))->verdict, EM_VERDICT_UNTESTABLE);
        assert_int_equal(em_findings_get(&all, EM_S("stolen"))->verdict, EM_VERDICT_HOLDS);
        assert_int_equal(em_findings_called(w.c, &all, w.arena, &called, &w.err), EM_OK);
        assert_int_equal(called.count, 3);
        assert_null(em_findings_get(&called, EM_S("seized")));
        assert_non_null(em_findings_get(&called, EM_S("stolen")));
        end_world(&w);
}

static void an_error_in_the_sql_names_the_question(void **state)
{
        em_findings f;
        world w;

        (void)state;
        make_world(&w, false);
        put_file(&w, "regime/questions/wrong.sql", ask_wrong);
        assert_int_equal(em_findings_make(w.c, EM_DAY_NONE, w.arena, NULL, &f, &w.err), EM_FORMAT);
        assert_string_equal(w.err.file, "wrong.sql");
        end_world(&w);
}

static bool stop(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)ctx, (void)what, (void)of;
        return done == 0;
}

static void finding_stops_when_asked_to(void **state)
{
        em_progress progress = { stop, NULL };
        em_findings f;
        world w;

        (void)state;
        make_world(&w, false);
        assert_int_equal(em_findings_make(w.c, EM_DAY_NONE, w.arena, &progress, &f, NULL), EM_INTERRUPTED);
        end_world(&w);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_finding_is_as_known_on_its_day),
                cmocka_unit_test(the_order_of_intake_changes_nothing),
                cmocka_unit_test(findings_are_kept_once),
                cmocka_unit_test(claims_follow_the_findings),
                cmocka_unit_test(a_question_of_a_kind_that_is_not_held_is_not_asked),
                cmocka_unit_test(an_error_in_the_sql_names_the_question),
                cmocka_unit_test(finding_stops_when_asked_to),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
