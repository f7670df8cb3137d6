/* em_case_glance: what can be told of a case without reading its evidence. */
#include "case_world.h"

static em_glance glance(world *w)
{
        em_glance g;
        em_case  *c = reopen(w, EM_CASE_READ);
        expect(w, em_case_glance(c, w->arena, &g, &w->err));
        em_case_close(c);
        return g;
}

static em_str path_of(world *w, const char *name)
{
        em_source *list;
        size_t     n;
        em_str     path = {0};
        em_case   *c = reopen(w, EM_CASE_READ);
        expect(w, em_case_sources(c, w->arena, &list, &n, &w->err));
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(list[i].name, em_str_c(name)))
                        expect(w, em_str_format(w->arena, &path, &w->err, "%.*s/sources/%.2s/%s", EM_ARG(w->kase), list[i].sha256, list[i].sha256));
        em_case_close(c);
        assert_true(path.n > 0);
        return path;
}

/* As somebody would who opens case.db with another program: the triggers are taken away and put back. */
static void change_ledger(world *w, const char *sql)
{
        static const char update[] = "CREATE TRIGGER em_ledger_no_UPDATE BEFORE UPDATE ON em_ledger"
                                     " BEGIN SELECT raise(ABORT, 'em_ledger is append-only'); END";
        static const char remove_[] = "CREATE TRIGGER em_ledger_no_DELETE BEFORE DELETE ON em_ledger"
                                      " BEGIN SELECT raise(ABORT, 'em_ledger is append-only'); END";
        const char *const all[] = {"DROP TRIGGER em_ledger_no_UPDATE", "DROP TRIGGER em_ledger_no_DELETE", sql, update, remove_};
        char     path[256];
        sqlite3 *db;
        snprintf(path, sizeof path, "%.*s/case.db", EM_ARG(w->kase));
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                if (sqlite3_exec(db, all[i], NULL, NULL, NULL) != SQLITE_OK)
                        fail_msg("%s: %s", all[i], sqlite3_errmsg(db));
        sqlite3_close(db);
}

static void a_whole_case_has_nothing_to_tell(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_glance g = glance(w);
        assert_int_equal(g.entries, 3);         /* create, add, add */
        assert_int_equal(g.sources, 2);         /* shots.csv, links.csv */
        assert_int_equal(g.breaks + g.missing + g.resized + g.stray, 0);
        assert_int_equal(g.first_break.n + g.first_gone.n, 0);
        assert_true(g.checked);
}

static void a_source_that_is_gone_or_of_another_size_is_counted_and_named(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_str path = path_of(w, "links.csv");
        expect(w, em_file_write(path, EM_S("shorter\n"), &w->err));
        em_glance g = glance(w);
        assert_int_equal(g.resized, 1);
        assert_int_equal(g.missing, 0);
        assert_true(em_str_eq(g.first_gone, EM_S("links.csv")));
        assert_int_equal(unlink(path.p), 0);
        g = glance(w);
        assert_int_equal(g.resized, 0);
        assert_int_equal(g.missing, 1);
        assert_int_equal(g.stray, 0);           /* one file for the one source that is left */
}

static void a_file_that_no_source_owns_is_counted(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_str path;
        expect(w, em_str_format(w->arena, &path, &w->err, "%.*s/sources/stranger", EM_ARG(w->kase)));
        expect(w, em_file_write(path, EM_S("?"), &w->err));
        assert_int_equal(glance(w).stray, 1);
}

static void a_ledger_that_was_changed_is_told_in_a_sentence(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        change_ledger(w, "UPDATE em_ledger SET author = 'Somebody Else' WHERE seq = 2");
        em_glance g = glance(w);
        assert_int_equal(g.breaks, 1);
        assert_true(em_str_starts(g.first_break, EM_S("ledger entry 2: its text was altered")));
}

static void a_ledger_with_an_entry_taken_out_is_told(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        change_ledger(w, "DELETE FROM em_ledger WHERE seq = 2");
        em_glance g = glance(w);
        assert_int_equal(g.entries, 2);
        assert_true(em_str_find(g.first_break, EM_S("entries 2 to 2 are missing")) >= 0);
}

static void asking_the_kernel_for_its_walls_puts_none_up(void **state)
{
        (void)state;
        em_walls one = em_walls_offered(), two = em_walls_offered();
        assert_int_equal(one.landlock, two.landlock);
        assert_int_equal(one.seccomp, two.seccomp);
        FILE *f = fopen("/proc/self/status", "r");      /* proc(5): Seccomp 0 is none, NoNewPrivs 0 is not set */
        char  line[256];
        int   seen = 0;
        assert_non_null(f);
        while (fgets(line, sizeof line, f)) {
                seen += strncmp(line, "NoNewPrivs:\t0", 13) == 0;
        }
        fclose(f);
        if (!seen)
                skip();         /* whoever started this test has set it */
        FILE *own = fopen("/proc/self/stat", "r");      /* Landlock would refuse this too */
        assert_non_null(own);
        fclose(own);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(a_whole_case_has_nothing_to_tell),
                T(a_source_that_is_gone_or_of_another_size_is_counted_and_named),
                T(a_file_that_no_source_owns_is_counted),
                T(a_ledger_that_was_changed_is_told_in_a_sentence),
                T(a_ledger_with_an_entry_taken_out_is_told),
                cmocka_unit_test(asking_the_kernel_for_its_walls_puts_none_up),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
