/* The custody table beside a folder of evidence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct table {
        em_arena   *arena;
        em_str     *paths;
        em_custody *list;
        size_t      count;
        em_error    err;
        em_status   status;
} table;

static table read_table(const char *text)
{
        table t = { .arena = em_arena_new(1 << 24) };
        char path[] = "/tmp/embargo-custody-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
        close(fd);
        t.status = em_custody_read(em_str_c(path), t.arena, &t.paths, &t.list, &t.count, &t.err);
        unlink(path);
        return t;
}

static void assert_str(em_str s, const char *want)
{
        assert_true(em_str_eq(s, em_str_c(want)));
}

static void assert_wrong(const char *text, uint64_t line, uint64_t column, const char *sentence)
{
        table t = read_table(text);
        assert_int_equal(t.status, EM_FORMAT);
        assert_string_equal(t.err.text, sentence);
        assert_int_equal(t.err.line, line);
        assert_int_equal(t.err.column, column);
        em_arena_free(t.arena);
}

static void a_row_says_where_a_file_is_from(void **state)
{
        (void)state;
        table t = read_table("file,publisher,origin,published,obtained_on,obtained_by,method,reliability,terms,"
                             "access,covers_from,covers_to,map,name\n"
                             "a.csv,CNS,\"export, mid-2023\",2023-07-01,2026-11-23,us,by hand,B,facts,withheld,"
                             "1984-04-09,2023-04-12,launches,Launches\n");
        assert_int_equal(t.status, EM_OK);
        assert_int_equal(t.count, 1);
        assert_str(t.paths[0], "/tmp/a.csv");   /* beside the table */
        assert_str(t.list[0].publisher, "CNS");
        assert_str(t.list[0].origin, "export, mid-2023");
        assert_str(t.list[0].published, "2023-07-01");
        assert_str(t.list[0].obtained_on, "2026-11-23");
        assert_str(t.list[0].obtained_by, "us");
        assert_str(t.list[0].method, "by hand");
        assert_int_equal(t.list[0].reliability, 'B');
        assert_str(t.list[0].terms, "facts");
        assert_str(t.list[0].access, "withheld");
        assert_str(t.list[0].covers_from, "1984-04-09");
        assert_str(t.list[0].covers_to, "2023-04-12");
        assert_str(t.list[0].map, "launches");
        assert_str(t.list[0].name, "Launches");
        em_arena_free(t.arena);
}

static void what_is_not_stated_stays_empty(void **state)
{
        (void)state;
        table t = read_table("file,reliability\na.csv,\nb.csv,C\n");
        assert_int_equal(t.status, EM_OK);
        assert_int_equal(t.count, 2);
        assert_int_equal(t.list[0].reliability, 0);
        assert_int_equal(t.list[0].publisher.n, 0);
        assert_int_equal(t.list[1].reliability, 'C');
        em_arena_free(t.arena);
        t = read_table("file\n");
        assert_int_equal(t.status, EM_OK);
        assert_int_equal(t.count, 0);
        em_arena_free(t.arena);
}

static void what_is_stated_wrongly_is_an_error_with_its_place(void **state)
{
        (void)state;
        assert_wrong("file,reliability\na.csv,G\n", 2, 2, "a reliability is one letter, A to F");
        assert_wrong("file,published\na.csv,2023-02-30\n", 2, 2, "not a day like 2022-01-31");
        assert_wrong("file,access\na.csv,secret\n", 2, 2, "access is public or withheld");
        assert_wrong("file,role\na.csv,judge\n", 2, 2, "role is evidence or regime");
        assert_wrong("file,relaibility\na.csv,A\n", 2, 2, "custody tables have no such column");
        assert_wrong("file,name\na.csv\n", 2, 1, "not as many fields as the header has");
        assert_wrong("file,name\n,x\n", 2, 1, "a row without a file");
        assert_wrong("name\nx\n", 1, 0, "a custody table has a column \"file\"");
        assert_wrong("", 0, 0, "a custody table needs a header");
}

static void a_table_does_not_reach_out_of_its_folder(void **state)
{
        (void)state;
        static const char *const files[] = { "/etc/passwd", "../x.csv", "a/../../x.csv", "..", "a/.." };
        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
                char text[64];
                snprintf(text, sizeof text, "file\n%s\n", files[i]);
                assert_wrong(text, 2, 1, "a file stands in the folder of its custody table");
        }
        table t = read_table("file\nsub/..a.csv\n");
        assert_int_equal(t.status, EM_OK);
        em_arena_free(t.arena);
}

/* Every table that the example and the regime bring has its row of custody. */
static void the_tables_in_the_tree_have_custody(void **state)
{
        (void)state;
        static const struct { const char *path; size_t rows; } tables[] = {
                { "examples/dprk-2022/custody.csv", 14 }, { "regimes/dprk/custody.csv", 5 },
        };
        const char *root = getenv("EMBARGO_ROOT");
        em_arena *arena = em_arena_new(1 << 24);
        for (size_t i = 0; i < 2; i++) {
                em_str path, *paths;
                em_custody *list;
                em_error err = { 0 };
                size_t count;
                assert_int_equal(em_path_join(em_str_c(root != NULL ? root : "."), em_str_c(tables[i].path),
                                              arena, &path, NULL), EM_OK);
                if (em_custody_read(path, arena, &paths, &list, &count, &err) != EM_OK)
                        fail_msg("%s", err.text);
                assert_int_equal(count, tables[i].rows);
                for (size_t k = 0; k < count; k++) {
                        assert_true(em_path_exists(paths[k]));
                        assert_true(list[k].reliability >= 'A' && list[k].reliability <= 'F');
                        assert_true(list[k].origin.n > 0 && list[k].terms.n > 0 && list[k].method.n > 0);
                }
        }
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_row_says_where_a_file_is_from),
                cmocka_unit_test(what_is_not_stated_stays_empty),
                cmocka_unit_test(what_is_stated_wrongly_is_an_error_with_its_place),
                cmocka_unit_test(a_table_does_not_reach_out_of_its_folder),
                cmocka_unit_test(the_tables_in_the_tree_have_custody),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
