/* Files found sound: known again while nothing was changed in them, and never otherwise. */
#include "embargo/base.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct folder { char dir[64], a[96], b[96]; em_sound *sound; } folder;

static void write_text(const char *path, const char *text)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
        assert_int_equal(close(fd), 0);
}

static int set_up(void **state)
{
        folder *f = calloc(1, sizeof *f);
        snprintf(f->dir, sizeof f->dir, "/tmp/embargo-sound-XXXXXX");
        assert_non_null(mkdtemp(f->dir));
        snprintf(f->a, sizeof f->a, "%s/a", f->dir);
        snprintf(f->b, sizeof f->b, "%s/b", f->dir);
        write_text(f->a, "first");
        write_text(f->b, "");
        f->sound = em_sound_new();
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        folder *f = *state;
        (void)unlink(f->a);
        (void)unlink(f->b);
        (void)rmdir(f->dir);
        em_sound_free(f->sound);
        free(f);
        return 0;
}

/* Opens both as an index opens its columns, asks, and says that they are sound. */
static bool known_then_noted(const folder *f)
{
        em_mapping map[2];
        em_sha256  state;
        assert_int_equal(em_mapping_open(em_str_c(f->a), &map[0], NULL), EM_OK);
        assert_int_equal(em_mapping_open(em_str_c(f->b), &map[1], NULL), EM_OK);
        bool known = em_sound_known(f->sound, map, 2, &state);
        em_sound_note(f->sound, &state);
        em_mapping_close(&map[0]);
        em_mapping_close(&map[1]);
        return known;
}

static void files_are_known_from_the_second_time_on(void **state)
{
        assert_false(known_then_noted(*state));
        assert_true(known_then_noted(*state));
        assert_true(known_then_noted(*state));
}

/* The clock of a file's inode goes by ticks of some milliseconds; what is written within one of them after the look is written
 * under the reader in any case. */
static void next_tick(void)
{
        struct timespec t = {0, 20000000};
        (void)nanosleep(&t, NULL);
}

static void a_file_whose_bytes_changed_is_not_known_though_its_length_and_time_are_put_back(void **state)
{
        folder *f = *state;
        struct timespec then[2] = {{1700000000, 0}, {1700000000, 0}};
        assert_int_equal(utimensat(AT_FDCWD, f->a, then, 0), 0);
        assert_false(known_then_noted(f));
        next_tick();
        write_text(f->a, "other");
        assert_int_equal(utimensat(AT_FDCWD, f->a, then, 0), 0);
        assert_false(known_then_noted(f));
        assert_true(known_then_noted(f));
}

static void another_file_of_the_name_is_not_known(void **state)
{
        folder *f = *state;
        char    aside[128];
        assert_false(known_then_noted(f));
        snprintf(aside, sizeof aside, "%s.aside", f->b);
        write_text(aside, "");
        assert_int_equal(rename(aside, f->b), 0);
        assert_false(known_then_noted(f));
}

static void nothing_is_known_without_a_memory_nor_noted_that_could_not_be_asked_for(void **state)
{
        folder    *f = *state;
        em_mapping none = {.fd = -1}, map;
        em_sha256  said;
        assert_false(em_sound_known(f->sound, &none, 1, &said));
        em_sound_note(f->sound, &said);
        assert_false(em_sound_known(f->sound, &none, 1, &said));
        assert_int_equal(em_mapping_open(em_str_c(f->a), &map, NULL), EM_OK);
        assert_false(em_sound_known(NULL, &map, 1, &said));
        em_sound_note(NULL, &said);
        assert_false(em_sound_known(NULL, &map, 1, &said));
        em_mapping_close(&map);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(files_are_known_from_the_second_time_on, set_up, tear_down),
                cmocka_unit_test_setup_teardown(a_file_whose_bytes_changed_is_not_known_though_its_length_and_time_are_put_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(another_file_of_the_name_is_not_known, set_up, tear_down),
                cmocka_unit_test_setup_teardown(nothing_is_known_without_a_memory_nor_noted_that_could_not_be_asked_for, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
