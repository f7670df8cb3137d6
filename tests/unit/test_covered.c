/* The coverage of a whole case: spans, holes and the years of records, kind by kind. */
#include "case_world.h"

#include "embargo/regime.h"

static const em_covered *of_kind(const em_covered *list, size_t count, const char *kind)
{
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(list[i].kind, em_str_c(kind)))
                        return &list[i];
        fail_msg("nothing covers the kind %s", kind);
        return NULL;
}

/* The shots of 2020, and a table of 2022 beside them: nobody claims 2021. */
static em_case *two_years(world *w)
{
        static const char later[] = "id,day,what,who,n,told,note,height\n"
                                    "S-7,2022-05-05,gamma,A,1,2022-05-06,,\n"
                                    "S-8,2023-01-01,gamma,A,1,2023-01-02,,\n";
        em_custody custody = { .publisher = EM_S("The Inventor"), .reliability = 'C',
                               .covers_from = EM_S("2022-01-01"), .covers_to = EM_S("2022-12-31") };
        em_taken   taken;
        em_case_close(full_case(w));
        em_case *c = reopen(w, EM_CASE_WRITE);
        em_str   path = put_file(w, "later.csv", later, sizeof later - 1);
        expect(w, em_case_add(c, path, &custody, NULL, &taken, &w->err));
        return c;
}

static void spans_and_the_hole_between_them(void **state)
{
        world      *w = *state;
        em_case    *c = two_years(w);
        em_covered *list = NULL;
        size_t      count = 0;
        expect(w, em_covered_make(c, EM_DAY_NONE, w->arena, &list, &count, &w->err));
        const em_covered *shots = of_kind(list, count, "shot");
        assert_int_equal(shots->spans, 2);
        assert_int_equal(shots->span[0].from, em_day_make(2020, 1, 1));
        assert_int_equal(shots->span[0].to, em_day_make(2020, 12, 31));
        assert_int_equal(shots->span[1].from, em_day_make(2022, 1, 1));
        assert_true(em_str_starts(shots->text, EM_S("2020-01-01 to 2020-12-31 and 2022-01-01 to 2022-12-31, 6 records of 2 sources (BC)")));
        assert_true(em_str_eq(shots->role, EM_S("evidence")));
        em_case_close(c);
}

static void records_by_the_year_in_which_they_begin(void **state)
{
        world      *w = *state;
        em_case    *c = two_years(w);
        em_covered *list = NULL;
        size_t      count = 0;
        expect(w, em_covered_make(c, EM_DAY_NONE, w->arena, &list, &count, &w->err));
        const em_covered *shots = of_kind(list, count, "shot");
        /* S-1 to S-4; none in 2021, which is left out; S-7; S-8, which nobody claims to be complete for. */
        static const em_year_count expected[] = { { 2020, 4 }, { 2022, 1 }, { 2023, 1 } };
        assert_int_equal(shots->years, 3);
        for (size_t i = 0; i < 3; i++) {
                assert_int_equal(shots->year[i].year, expected[i].year);
                assert_int_equal(shots->year[i].records, expected[i].records);
        }
        assert_int_equal(of_kind(list, count, "link")->years, 0);
        em_case_close(c);
}

static void nothing_known_later_is_counted(void **state)
{
        world      *w = *state;
        em_case    *c = two_years(w);
        em_covered *list = NULL;
        size_t      count = 0;
        expect(w, em_covered_make(c, em_day_make(2020, 2, 15), w->arena, &list, &count, &w->err));
        const em_covered *shots = of_kind(list, count, "shot");
        /* By 15 February 2020 S-1 (told 6 January) and S-4 (11 February) were known, S-3 was told on the 20th. */
        assert_int_equal(shots->records, 2);
        assert_int_equal(shots->spans, 1);
        assert_int_equal(shots->span[0].to, em_day_make(2020, 2, 15));
        em_case_close(c);
}

static void an_empty_case_covers_nothing(void **state)
{
        world      *w = *state;
        em_case    *c = create(w);
        em_covered *list = NULL;
        size_t      count = 9;
        expect(w, em_covered_make(c, EM_DAY_NONE, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 0);
        em_case_close(c);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(spans_and_the_hole_between_them, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(records_by_the_year_in_which_they_begin, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(nothing_known_later_is_counted, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(an_empty_case_covers_nothing, world_make, world_unmake),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
