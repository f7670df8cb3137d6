/* Files: whole or not at all, and nothing that is not a plain file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct place { em_arena *arena; char dir[64]; } place;

static int make_place(void **state)
{
        place *p = calloc(1, sizeof *p);
        p->arena = em_arena_new(1 << 24);
        memcpy(p->dir, "/tmp/embargo-test-XXXXXX", 25);
        *state = p;
        return mkdtemp(p->dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
        (void)st, (void)kind, (void)ftw;
        return remove(path);
}

static int remove_place(void **state)
{
        place *p = *state;
        nftw(p->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        em_arena_free(p->arena);
        free(p);
        return 0;
}

static em_str at(place *p, const char *name)
{
        em_str path;
        assert_int_equal(em_path_join(em_str_c(p->dir), em_str_c(name), p->arena, &path, NULL), EM_OK);
        return path;
}

static void what_is_written_is_read_back(void **state)
{
        place *p = *state;
        em_str got;
        em_error err;
        em_str bytes = { "one\0two\n", 8 };
        assert_int_equal(em_file_write(at(p, "a"), bytes, &err), EM_OK);
        assert_int_equal(em_file_read(at(p, "a"), 8, p->arena, &got, &err), EM_OK);
        assert_true(em_str_eq(got, bytes));
        assert_int_equal(em_file_write(at(p, "a"), EM_S(""), &err), EM_OK);
        assert_int_equal(em_file_read(at(p, "a"), 0, p->arena, &got, &err), EM_OK);
        assert_int_equal(got.n, 0);
        assert_false(em_path_exists(at(p, "a.tmp")));
}

static void a_file_over_the_limit_is_refused(void **state)
{
        place *p = *state;
        em_str got = EM_S("before");
        em_error err;
        assert_int_equal(em_file_write(at(p, "a"), EM_S("12345"), &err), EM_OK);
        assert_int_equal(em_file_read(at(p, "a"), 4, p->arena, &got, &err), EM_LIMIT);
        assert_true(em_str_eq(got, EM_S("before")));
        assert_string_equal(err.file, at(p, "a").p);
}

static void only_a_plain_file_is_read(void **state)
{
        place *p = *state;
        em_str got;
        em_mapping map;
        em_error err;
        assert_int_equal(em_file_write(at(p, "a"), EM_S("x"), &err), EM_OK);
        assert_int_equal(symlink(at(p, "a").p, at(p, "link").p), 0);
        assert_int_equal(mkfifo(at(p, "pipe").p, 0600), 0);
        assert_int_equal(em_file_read(at(p, "link"), 10, p->arena, &got, &err), EM_DENIED);
        assert_int_equal(em_mapping_open(at(p, "link"), &map, &err), EM_DENIED);
        assert_int_equal(em_file_read(at(p, "pipe"), 10, p->arena, &got, &err), EM_DENIED);
        assert_int_equal(em_file_read(em_str_c(p->dir), 10, p->arena, &got, &err), EM_DENIED);
        assert_int_equal(em_file_read(EM_S("/dev/zero"), 10, p->arena, &got, &err), EM_DENIED);
        assert_int_equal(em_file_read(at(p, "none"), 10, p->arena, &got, &err), EM_MISSING);
        assert_int_equal(em_file_read(at(p, "a/b"), 10, p->arena, &got, &err), EM_MISSING);
        assert_int_equal(em_file_read(EM_S(""), 10, p->arena, &got, &err), EM_MISSING);
        assert_int_equal(em_file_read((em_str){ "a\0b", 3 }, 10, p->arena, &got, &err), EM_FORMAT);
}

static void writing_never_goes_through_a_planted_symlink(void **state)
{
        place *p = *state;
        em_str got;
        em_error err;
        assert_int_equal(em_file_write(at(p, "victim"), EM_S("safe"), &err), EM_OK);
        assert_int_equal(symlink(at(p, "victim").p, at(p, "a.tmp").p), 0);
        assert_int_equal(em_file_write(at(p, "a"), EM_S("x"), &err), EM_DENIED);
        /* A symlink in the file's own place is replaced, not followed. */
        assert_int_equal(symlink(at(p, "victim").p, at(p, "b").p), 0);
        assert_int_equal(em_file_write(at(p, "b"), EM_S("new"), &err), EM_OK);
        assert_int_equal(em_file_read(at(p, "b"), 10, p->arena, &got, &err), EM_OK);
        assert_true(em_str_eq(got, EM_S("new")));
        assert_int_equal(em_file_read(at(p, "victim"), 10, p->arena, &got, &err), EM_OK);
        assert_true(em_str_eq(got, EM_S("safe")));
}

static void a_failed_write_leaves_the_old_bytes(void **state)
{
        place *p = *state;
        em_error err;
        assert_int_equal(em_dir_make(at(p, "d"), &err), EM_OK);
        assert_int_equal(em_file_write(at(p, "d"), EM_S("x"), &err), EM_IO);
        assert_true(em_path_is_dir(at(p, "d")));
        assert_false(em_path_exists(at(p, "d.tmp")));
        assert_int_equal(em_file_write(at(p, "no/such"), EM_S("x"), &err), EM_MISSING);
}

static void folders_are_made_with_their_parents(void **state)
{
        place *p = *state;
        em_error err;
        assert_int_equal(em_dir_make(at(p, "x/y//"), &err), EM_OK);
        assert_true(em_path_is_dir(at(p, "x/y")));
        assert_int_equal(em_dir_make(at(p, "x/y"), &err), EM_OK);
        assert_int_equal(em_file_write(at(p, "x/f"), EM_S(""), &err), EM_OK);
        assert_int_equal(em_dir_make(at(p, "x/f"), &err), EM_DENIED);
        assert_int_equal(em_dir_make(at(p, "x/f/g"), &err), EM_MISSING);
        assert_true(em_path_exists(at(p, "x/f")));
        assert_false(em_path_is_dir(at(p, "x/f")));
}

static void a_folder_is_listed_in_byte_order(void **state)
{
        place *p = *state;
        em_str *names;
        size_t count;
        em_error err;
        static const char *const made[] = { "b", "a", "B", "a.csv", "\xED\x95\x9C", ".hidden" };
        static const char *const want[] = { ".hidden", "B", "a", "a.csv", "b", "\xED\x95\x9C" };
        for (size_t i = 0; i < 6; i++)
                assert_int_equal(em_file_write(at(p, made[i]), EM_S(""), &err), EM_OK);
        assert_int_equal(em_dir_list(em_str_c(p->dir), p->arena, &names, &count, &err), EM_OK);
        assert_int_equal(count, 6);
        for (size_t i = 0; i < 6; i++)
                assert_string_equal(names[i].p, want[i]);
        assert_int_equal(em_dir_list(at(p, "none"), p->arena, &names, &count, &err), EM_MISSING);
}

static void a_mapping_shows_the_bytes_and_an_empty_file_has_none(void **state)
{
        place *p = *state;
        em_mapping map;
        em_error err;
        assert_int_equal(em_file_write(at(p, "a"), EM_S("abc"), &err), EM_OK);
        assert_int_equal(em_mapping_open(at(p, "a"), &map, &err), EM_OK);
        assert_true(em_str_eq((em_str){ map.p, map.n }, EM_S("abc")));
        em_mapping_close(&map);
        assert_null(map.p);
        em_mapping_close(&map);
        assert_int_equal(em_file_write(at(p, "a"), EM_S(""), &err), EM_OK);
        assert_int_equal(em_mapping_open(at(p, "a"), &map, &err), EM_OK);
        assert_null(map.p);
        assert_int_equal(map.n, 0);
        em_mapping_close(&map);
        em_mapping_close(NULL);
}

/* The table of basename(3) and dirname(3) in POSIX. */
static void paths_are_taken_apart_as_posix_does(void **state)
{
        (void)state;
        static const struct { const char *path, *dir, *base; } cases[] = {
                { "/usr/lib", "/usr", "lib" }, { "/usr/", "/", "usr" }, { "usr", ".", "usr" },
                { "/", "/", "/" },             { "a/b//", "a", "b" },   { "a//b", "a", "b" },
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                assert_true(em_str_eq(em_path_dir(em_str_c(cases[i].path)), em_str_c(cases[i].dir)));
                assert_true(em_str_eq(em_path_base(em_str_c(cases[i].path)), em_str_c(cases[i].base)));
        }
        assert_true(em_str_eq(em_path_dir(EM_S("")), EM_S(".")));
}

static void a_joined_path_has_one_slash_and_an_absolute_name_stands_alone(void **state)
{
        place *p = *state;
        em_str path;
        assert_int_equal(em_path_join(EM_S("a/"), EM_S("b"), p->arena, &path, NULL), EM_OK);
        assert_string_equal(path.p, "a/b");
        assert_int_equal(em_path_join(EM_S("a"), EM_S("/b"), p->arena, &path, NULL), EM_OK);
        assert_string_equal(path.p, "/b");
        assert_int_equal(em_path_join(EM_S(""), EM_S("b"), p->arena, &path, NULL), EM_OK);
        assert_string_equal(path.p, "b");
}

/* https://reproducible-builds.org/specs/source-date-epoch/ */
static void the_clock_obeys_source_date_epoch(void **state)
{
        (void)state;
        setenv("SOURCE_DATE_EPOCH", "1643932800", 1);
        assert_int_equal(em_clock_now(), 1643932800);
        setenv("SOURCE_DATE_EPOCH", "soon", 1);
        assert_true(em_clock_now() > 1643932800);
        unsetenv("SOURCE_DATE_EPOCH");
        assert_true(em_clock_now() > 1643932800);
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
        const struct CMUnitTest tests[] = {
                WITH_PLACE(what_is_written_is_read_back),
                WITH_PLACE(a_file_over_the_limit_is_refused),
                WITH_PLACE(only_a_plain_file_is_read),
                WITH_PLACE(writing_never_goes_through_a_planted_symlink),
                WITH_PLACE(a_failed_write_leaves_the_old_bytes),
                WITH_PLACE(folders_are_made_with_their_parents),
                WITH_PLACE(a_folder_is_listed_in_byte_order),
                WITH_PLACE(a_mapping_shows_the_bytes_and_an_empty_file_has_none),
                cmocka_unit_test(paths_are_taken_apart_as_posix_does),
                WITH_PLACE(a_joined_path_has_one_slash_and_an_absolute_name_stands_alone),
                cmocka_unit_test(the_clock_obeys_source_date_epoch),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
