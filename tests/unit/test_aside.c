/* Rows kept aside, bytes of kept files, and where a source's records stand. */
#include "case_world.h"

static em_source source_named(world *w, em_case *c, const char *name)
{
        em_source *list = NULL;
        size_t     count = 0;
        expect(w, em_case_sources(c, w->arena, &list, &count, &w->err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(list[i].name, em_str_c(name)))
                        return list[i];
        fail_msg("no source is called %s", name);
        return (em_source){ .id = 0 };
}

static void a_source_says_where_its_records_stand(void **state)
{
        world    *w = *state;
        em_case  *c = full_case(w);
        em_source shots = source_named(w, c, "shots.csv"), links = source_named(w, c, "links.csv");
        em_held   held;
        /* Rows 2 to 5 are taken, row 6 is not. */
        assert_int_equal(shots.last_record - shots.first_record, 3);
        assert_int_equal(shots.first_aside, shots.last_aside);
        for (int64_t i = 0; i < 4; i++) {
                expect(w, em_case_record(c, shots.first_record + i, w->arena, &held, &w->err));
                assert_int_equal(held.record.row, 2 + i);
        }
        assert_true(links.first_record > shots.last_record);
        assert_int_equal(links.first_aside, 0);
        assert_int_equal(shots.map_hash.n, 64);
        em_case_close(c);
}

static void a_source_names_the_entry_that_took_it(void **state)
{
        world    *w = *state;
        em_case  *c = full_case(w);
        em_source shots = source_named(w, c, "shots.csv");
        em_entry *entry = NULL;
        size_t    entries = 0;
        expect(w, em_case_log(c, shots.entry, w->arena, &entry, &entries, &w->err));
        assert_true(em_str_find(entry[0].body, em_str_c(shots.sha256)) >= 0);
        em_case_close(c);
}

static void a_row_kept_aside_has_its_place_reason_and_bytes(void **state)
{
        static const char row[] = "S-5,2020-13-01,beta,B,2,2020-02-12,no such month,";
        world    *w = *state;
        em_case  *c = full_case(w);
        em_source shots = source_named(w, c, "shots.csv");
        em_aside *list = NULL;
        size_t    count = 0;
        em_str    bytes;
        expect(w, em_case_asides(c, &shots, 0, 10, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 1);
        assert_int_equal(list[0].reject.row, 6);
        assert_true(em_str_eq(list[0].reject.column, EM_S("day")));
        assert_true(em_str_find(list[0].reject.reason, EM_S("2020-13-01")) >= 0);
        assert_int_equal(list[0].reject.offset, (uint64_t)(strstr(shots_csv, row) - shots_csv));
        expect(w, em_case_slice(c, &list[0].source, list[0].reject.offset, list[0].reject.length, w->arena, &bytes, &w->err));
        assert_true(em_str_eq(bytes, em_str_c(row)));
        em_case_close(c);
}

static void a_source_without_rows_aside_has_none_of_anothers(void **state)
{
        world    *w = *state;
        em_case  *c = full_case(w);
        em_source links = source_named(w, c, "links.csv");
        em_aside *list = NULL;
        size_t    count = 9;
        expect(w, em_case_asides(c, &links, 0, 10, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 0);
        expect(w, em_case_asides(c, NULL, 0, 10, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 1);
        expect(w, em_case_asides(c, NULL, list[0].id + 1, 10, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 0);
        em_case_close(c);
}

/* Forty bad rows in pages of sixteen: each once, in order, none left out. */
static void pages_of_rows_aside_join_without_a_gap(void **state)
{
        char      text[4096];
        size_t    n = (size_t)snprintf(text, sizeof text, "id,day,what,who,n,told,note,height\n"), seen = 0;
        world    *w = *state;
        em_case  *c = full_case(w);
        em_aside *list = NULL;
        size_t    count = 0;
        em_case_close(c);
        c = reopen(w, EM_CASE_WRITE);
        for (int i = 0; i < 40; i++)
                n += (size_t)snprintf(text + n, sizeof text - n, "B-%d,never,beta,B,2,2020-02-12,,\n", i);
        add(w, c, put_file(w, "bad.csv", text, n));
        em_source bad = source_named(w, c, "bad.csv");
        assert_int_equal(bad.quarantined, 40);
        for (int64_t from = bad.first_aside; from; from = count == 16 ? list[15].id + 1 : 0) {
                expect(w, em_case_asides(c, &bad, from, 16, w->arena, &list, &count, &w->err));
                for (size_t i = 0; i < count; i++)
                        assert_int_equal(list[i].reject.row, 2 + seen++);
        }
        assert_int_equal(seen, 40);
        em_case_close(c);
}

static void a_slice_never_reaches_beyond_its_file(void **state)
{
        world    *w = *state;
        em_case  *c = full_case(w);
        em_source shots = source_named(w, c, "shots.csv");
        uint64_t  size = sizeof shots_csv - 1;
        em_str    bytes = { NULL, 0 };
        expect(w, em_case_slice(c, &shots, 0, size, w->arena, &bytes, &w->err));
        assert_memory_equal(bytes.p, shots_csv, size);
        expect(w, em_case_slice(c, &shots, size, 0, w->arena, &bytes, &w->err));
        assert_int_equal(bytes.n, 0);
        assert_int_equal(em_case_slice(c, &shots, 0, size + 1, w->arena, &bytes, NULL), EM_FORMAT);
        assert_int_equal(em_case_slice(c, &shots, size + 1, 0, w->arena, &bytes, NULL), EM_FORMAT);
        assert_int_equal(em_case_slice(c, &shots, UINT64_MAX, 2, w->arena, &bytes, NULL), EM_FORMAT);
        assert_int_equal(em_case_slice(c, &shots, 0, UINT64_MAX, w->arena, &bytes, NULL), EM_LIMIT);
        em_case_close(c);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(a_source_says_where_its_records_stand, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(a_source_names_the_entry_that_took_it, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(a_row_kept_aside_has_its_place_reason_and_bytes, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(a_source_without_rows_aside_has_none_of_anothers, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(pages_of_rows_aside_join_without_a_gap, world_make, world_unmake),
                cmocka_unit_test_setup_teardown(a_slice_never_reaches_beyond_its_file, world_make, world_unmake),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
