/* Work in numbered tasks: any number of threads, one result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

#include <stdatomic.h>

enum { TASKS = 1000 };

typedef struct world {
        uint64_t slot[TASKS];
        size_t   fail_from, fail_each;
        atomic_size_t runs;
} world;

static em_status square(void *ctx, size_t i, em_error *err)
{
        world *w = ctx;
        atomic_fetch_add(&w->runs, 1);
        if (w->fail_each && i >= w->fail_from && i % w->fail_each == 0)
                return em_fail(err, EM_FORMAT, "task %zu", i);
        w->slot[i] = i * i + 1;
        return EM_OK;
}

static void each_task_runs_once_on_any_number_of_threads(void **state)
{
        (void)state;
        static const size_t threads[] = { 0, 1, 2, 7, 5000 };
        for (size_t t = 0; t < 5; t++) {
                world w = { .fail_each = 0 };
                assert_int_equal(em_parallel(TASKS, threads[t], square, &w, NULL), EM_OK);
                assert_int_equal(w.runs, TASKS);
                for (size_t i = 0; i < TASKS; i++)
                        assert_int_equal(w.slot[i], i * i + 1);
        }
}

static void no_tasks_are_no_work(void **state)
{
        (void)state;
        world w = { .fail_each = 1 };
        assert_int_equal(em_parallel(0, 4, square, &w, NULL), EM_OK);
        assert_int_equal(w.runs, 0);
}

/* The multiples of 7 from 300 on fail; the lowest is 301 = 43 * 7. */
static void the_error_is_that_of_the_lowest_failing_task(void **state)
{
        (void)state;
        for (size_t threads = 1; threads <= 8; threads++)
                for (int round = 0; round < 20; round++) {
                        world w = { .fail_from = 300, .fail_each = 7 };
                        em_error err = { .code = EM_OK };
                        assert_int_equal(em_parallel(TASKS, threads, square, &w, &err), EM_FORMAT);
                        assert_string_equal(err.text, "task 301");
                        for (size_t i = 0; i < 301; i++)
                                assert_int_equal(w.slot[i], i * i + 1);
                }
}

static bool stop_at_ten(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)ctx, (void)what, (void)of;
        return done < 10;
}

static void work_without_a_listener_goes_on(void **state)
{
        (void)state;
        em_progress progress = { .tell = stop_at_ten };
        assert_true(em_progress_tell(NULL, "reading", 99, 100));
        assert_true(em_progress_tell(&progress, "reading", 9, 100));
        assert_false(em_progress_tell(&progress, "reading", 10, 100));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_task_runs_once_on_any_number_of_threads),
                cmocka_unit_test(no_tasks_are_no_work),
                cmocka_unit_test(the_error_is_that_of_the_lowest_failing_task),
                cmocka_unit_test(work_without_a_listener_goes_on),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
