/* Links that maps and tables make, and the clusters they give. */
#include "case_world.h"

#include "case/store.h"

static void rows_alike_with_other_amounts_contradict_each_other(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        em_held first, second;
        em_link *list;
        size_t count;
        add(w, c, w->shots);
        expect(w, em_case_record_find(c, EM_S("S-1"), w->arena, &first, &w->err));
        expect(w, em_case_record_find(c, EM_S("S-2"), w->arena, &second, &w->err));
        expect(w, em_case_links(c, first.id, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 1);
        assert_int_equal(list[0].from, second.id);      /* the later known points at the earlier */
        assert_int_equal(list[0].to, first.id);
        assert_true(em_str_eq(list[0].relation, EM_S("contradicts")));
        assert_true(em_str_eq(list[0].certainty, EM_S("certain")));
        assert_true(em_str_eq(list[0].author, EM_S("map:shot")));
        assert_int_equal(list[0].known, em_day_make(2020, 3, 1));
        em_case_close(c);
}

static void rows_alike_in_two_files_are_linked_when_the_second_comes(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        const char *later = "id,day,what,who,n,told,note,height\n"
                            "T-1,2020-01-05,alpha,A,4,2020-05-01,the same as S-2,\n"
                            "T-2,2020-02,beta,B,9,2020-05-01,not as S-3,\n";
        add(w, c, w->shots);
        add(w, c, put_file(w, "later.csv", later, strlen(later)));
        /* T-1 says what S-2 says; T-2 contradicts S-3; S-2 contradicts S-1 as before. */
        em_rows rows = ask(w, c, "select f.key, t.key from link join shot as f on f.record = from_record "
                           "join shot as t on t.record = to_record order by link");
        assert_int_equal(rows.rows, 2);
        assert_cell(&rows, 0, 0, "S-2");
        assert_cell(&rows, 0, 1, "S-1");
        assert_cell(&rows, 1, 0, "T-2");
        assert_cell(&rows, 1, 1, "S-3");
        em_case_close(c);
}

static void a_table_of_links_may_come_before_what_it_links(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        add(w, c, w->links);
        assert_int_equal(ask_int(w, c, "select count(*) from link"), 0);
        assert_int_equal(ask_int(w, c, "select body ->> 'links_waiting' from ledger where seq = 2"), 3);
        add(w, c, w->shots);
        assert_int_equal(ask_int(w, c, "select count(*) from link where author = 'table:links'"), 2);
        assert_int_equal(ask_int(w, c, "select body ->> 'links_waiting' from ledger where seq = 3"), 1);
        em_case_close(c);
}

static void a_link_may_name_a_public_id_or_a_kind_with_a_key(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        char table[512];
        em_taken taken = add(w, c, w->shots);
        snprintf(table, sizeof table, "key,from_key,to_key,relation,certainty,reason,known\n"
                 "L-1,%s:4,shot:S-4,part-of,certain,by id and by kind,2020-04-01\n"
                 "L-2,S-1,S-1,same-as,certain,itself,2020-04-01\n"
                 "L-3,S-1,S-2,resembles,certain,no such relation,2020-04-01\n", taken.source);
        add(w, c, put_file(w, "links2.csv", table, strlen(table)));
        em_rows rows = ask(w, c, "select from_id, relation from link where author <> 'map:shot'");
        assert_int_equal(rows.rows, 1);
        assert_cell(&rows, 0, 1, "part-of");
        em_case_close(c);
}

static void clusters_are_smaller_when_only_certain_links_count(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        /* S-1 and S-2 are certainly one; S-3 and S-4 possibly: 4 rows, 3 or 2 things. */
        em_rows rows = ask(w, c, "select count(distinct certain), count(distinct possible) from cluster "
                           "join shot using (record)");
        assert_cell(&rows, 0, 0, "3");
        assert_cell(&rows, 0, 1, "2");
        /* Before L-1 was known S-1 and S-2 were two. */
        rows = ask_as_known(w, c, "select count(distinct certain), count(distinct possible) from cluster "
                            "join shot using (record)", "2020-03-01");
        assert_cell(&rows, 0, 0, "4");
        assert_cell(&rows, 0, 1, "3");
        em_case_close(c);
}

/* All forests on six records: for every subset of a small set of links the
 * clusters must be the connected components, found here by repeated relabelling. */
static void clusters_are_connected_components_in_every_small_world(void **state)
{
        (void)state;
        enum { N = 6, LINKS = 7 };
        static const int ends[LINKS][2] = { {1,2}, {2,3}, {4,5}, {3,1}, {5,6}, {6,2}, {4,1} };
        for (unsigned mask = 0; mask < 1u << LINKS; mask++) {
                sqlite3 *db = NULL;
                em_error err;
                assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
                assert_int_equal(em_sql_run(db,
                        "CREATE TABLE em_intake(id INTEGER PRIMARY KEY, kind TEXT); INSERT INTO em_intake VALUES (1, 'x');"
                        "CREATE TABLE em_record(id INTEGER PRIMARY KEY, intake, known); "
                        "INSERT INTO em_record VALUES (1,1,0),(2,1,0),(3,1,0),(4,1,0),(5,1,0),(6,1,0);"
                        "CREATE TABLE em_link(id INTEGER PRIMARY KEY, a, b, relation, certainty, known)", &err), EM_OK);
                int label[N + 1];
                for (int i = 1; i <= N; i++)
                        label[i] = i;
                for (int k = 0; k < LINKS; k++) {
                        char sql[160];
                        if (!(mask >> k & 1))
                                continue;
                        snprintf(sql, sizeof sql, "INSERT INTO em_link VALUES (NULL, %d, %d, '%s', 'certain', 0)",
                                 ends[k][0], ends[k][1], k % 2 ? "part-of" : "same-as");
                        assert_int_equal(em_sql_run(db, sql, &err), EM_OK);
                }
                for (bool changed = true; changed; ) {
                        changed = false;
                        for (int k = 0; k < LINKS; k++) {
                                int *a = &label[ends[k][0]], *b = &label[ends[k][1]];
                                if ((mask >> k & 1) && *a != *b) {
                                        *a = *b = *a < *b ? *a : *b;
                                        changed = true;
                                }
                        }
                }
                assert_int_equal(em_cluster_build(db, EM_DAY_NONE, &err), EM_OK);
                for (int i = 1; i <= N; i++) {
                        char sql[120];
                        int64_t got;
                        snprintf(sql, sizeof sql, "SELECT certain FROM em_cluster WHERE record = %d", i);
                        assert_int_equal(em_sql_int(db, sql, (em_str){ NULL, 0 }, i, &got, &err), EM_OK);
                        assert_int_equal(got, label[i]);
                }
                assert_int_equal(sqlite3_close(db), SQLITE_OK);
        }
}

/* Two thefts that a total adds up are parts of the total, not one theft. */
static void part_of_joins_only_records_of_one_kind(void **state)
{
        (void)state;
        sqlite3 *db = NULL;
        em_error err;
        int64_t classes;
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        assert_int_equal(em_sql_run(db,
                "CREATE TABLE em_intake(id INTEGER PRIMARY KEY, kind TEXT); "
                "INSERT INTO em_intake VALUES (1, 'theft'), (2, 'total');"
                "CREATE TABLE em_record(id INTEGER PRIMARY KEY, intake, known); "
                "INSERT INTO em_record VALUES (1,1,0),(2,1,0),(3,2,0);"
                "CREATE TABLE em_link(id INTEGER PRIMARY KEY, a, b, relation, certainty, known); "
                "INSERT INTO em_link VALUES (1, 1, 3, 'part-of', 'certain', 0), (2, 2, 3, 'part-of', 'certain', 0)",
                &err), EM_OK);
        assert_int_equal(em_cluster_build(db, EM_DAY_NONE, &err), EM_OK);
        assert_int_equal(em_sql_int(db, "SELECT count(*) FROM em_cluster", (em_str){ NULL, 0 }, 0, &classes, &err),
                         EM_OK);
        assert_int_equal(classes, 0);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(rows_alike_with_other_amounts_contradict_each_other),
                T(rows_alike_in_two_files_are_linked_when_the_second_comes),
                T(a_table_of_links_may_come_before_what_it_links),
                T(a_link_may_name_a_public_id_or_a_kind_with_a_key),
                T(clusters_are_smaller_when_only_certain_links_count),
                cmocka_unit_test(clusters_are_connected_components_in_every_small_world),
                cmocka_unit_test(part_of_joins_only_records_of_one_kind),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
