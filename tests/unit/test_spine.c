/* The days of all records, in order, against what the view `record` says of them one by one. */
#include "case_world.h"

#include "serve/spine.h"

static em_str day_of(em_day day, char out[11]) { return em_str_c(em_day_text(day, out)); }

static void every_record_is_there_with_the_days_that_its_view_shows(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_moments m;
        em_rows r;
        expect(w, em_case_moments(c, EM_DAY_NONE, w->arena, NULL, &m, &w->err));
        expect(w, em_case_query(c, EM_S("select record, day_from, day_to, known, kind from record order by record"), NULL, 0, NULL,
                                w->arena, &r, &w->err));
        assert_int_equal(m.count, r.rows);
        for (size_t i = 0; i < m.count; i++) {
                char text[11];
                assert_int_equal(m.at[i].record, em_rows_at(&r, i, 0)->i);
                assert_true(em_str_eq(day_of(m.at[i].from, text), em_rows_at(&r, i, 1)->s));
                assert_true(em_str_eq(day_of(m.at[i].to, text), em_rows_at(&r, i, 2)->s));
                assert_true(em_str_eq(day_of(m.at[i].known, text), em_rows_at(&r, i, 3)->s));
                assert_true(em_str_eq(m.kind[m.at[i].kind].name, em_rows_at(&r, i, 4)->s));
        }
        em_case_close(c);
}

static void as_known_on_a_day_later_records_are_not_there(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_moments m;
        em_day day;
        assert_true(em_day_parse(EM_S("2020-02-19"), &day));
        expect(w, em_case_moments(c, day, w->arena, NULL, &m, &w->err));
        assert_int_equal(m.count, 2);           /* S-1 told on 6 January, S-4 on 11 February */
        em_case_close(c);
}

static em_spine *spine_of(world *w, em_case *c)
{
        em_spine *s = NULL;
        expect(w, em_spine_make(c, EM_DAY_NONE, w->arena, NULL, &s, &w->err));
        return s;
}

static void both_orders_begin_with_the_newest(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_spine *s = spine_of(w, c);
        em_spine_found f;
        for (int known = 0; known < 2; known++) {
                em_spine_ask ask = { .by_known = known, .when = { EM_DAY_NONE, EM_DAY_NONE }, .rows = 100 };
                expect(w, em_spine_find(s, &ask, w->arena, &f, &w->err));
                assert_int_equal(f.total, 4);   /* four shots; the links between records are no happenings */
                assert_int_equal(f.rows, 4);
                for (size_t i = 1; i < f.rows; i++)
                        assert_true(known ? f.at[i - 1]->known >= f.at[i]->known : f.at[i - 1]->from >= f.at[i]->from);
        }
        em_case_close(c);
}

static void days_and_kinds_cut_and_pages_follow_each_other(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_spine *s = spine_of(w, c);
        em_spine_found f, all;
        em_spine_ask ask = { .when = { EM_DAY_NONE, EM_DAY_NONE }, .rows = 100 };
        expect(w, em_spine_find(s, &ask, w->arena, &all, &w->err));
        ask.rows = 1;
        for (ask.from = 0; ask.from < 4; ask.from++) {
                expect(w, em_spine_find(s, &ask, w->arena, &f, &w->err));
                assert_int_equal(f.rows, 1);
                assert_int_equal(f.total, 4);
                assert_ptr_equal(f.at[0], all.at[ask.from]);
        }
        ask.from = 0;
        ask.rows = 100;
        assert_true(em_day_parse(EM_S("2020-02-01"), &ask.when.from));
        expect(w, em_spine_find(s, &ask, w->arena, &f, &w->err));
        assert_int_equal(f.total, 2);           /* the month S-3 begins on 1 February, S-4 is of the 10th */
        ask.when.to = ask.when.from;
        expect(w, em_spine_find(s, &ask, w->arena, &f, &w->err));
        assert_int_equal(f.total, 1);
        ask.when = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        ask.kind = EM_S("link");
        expect(w, em_spine_find(s, &ask, w->arena, &f, &w->err));
        assert_int_equal(f.total, 3);           /* asked for by name they are shown */
        em_case_close(c);
}

static void an_empty_case_has_a_spine_of_nothing(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        em_spine *s = spine_of(w, c);
        assert_int_equal(s->moments.count, 0);
        assert_int_equal(s->evidence, 0);
        assert_int_equal(s->last_known, EM_DAY_NONE);
        em_case_close(c);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(every_record_is_there_with_the_days_that_its_view_shows),
                T(as_known_on_a_day_later_records_are_not_there),
                T(both_orders_begin_with_the_newest),
                T(days_and_kinds_cut_and_pages_follow_each_other),
                T(an_empty_case_has_a_spine_of_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
