/* Growable buffers: what is added comes out, and failure sticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

static void what_is_added_comes_out_in_order(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(1000);
        em_buf_add(&buf, "ab", 2);
        em_buf_str(&buf, EM_S("cd"));
        em_buf_c(&buf, "ef");
        em_buf_ch(&buf, '-');
        em_buf_fmt(&buf, "%04d|%s", 42, "x");
        em_buf_c(&buf, NULL);
        assert_true(em_str_eq(em_buf_view(&buf), EM_S("abcdef-0042|x")));
        assert_int_equal(em_buf_status(&buf, NULL), EM_OK);
        em_buf_free(&buf);
}

static void a_buffer_grows_over_many_small_pieces(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(1 << 20);
        for (int i = 0; i < 5000; i++)
                em_buf_fmt(&buf, "%d,", i % 10);
        assert_int_equal(em_buf_status(&buf, NULL), EM_OK);
        assert_int_equal(buf.n, 10000);
        for (size_t i = 0; i < buf.n; i += 2)
                assert_int_equal(buf.p[i], '0' + (int)(i / 2 % 10));
        em_buf_free(&buf);
}

static void the_ceiling_may_be_reached_but_not_passed(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(4);
        em_error err;
        em_buf_c(&buf, "1234");
        assert_int_equal(em_buf_status(&buf, &err), EM_OK);
        em_buf_ch(&buf, '5');
        assert_int_equal(em_buf_status(&buf, &err), EM_NOMEM);
        assert_true(em_str_eq(em_buf_view(&buf), EM_S("1234")));
        em_buf_free(&buf);
        em_buf exact = em_buf_make(4);
        em_buf_fmt(&exact, "%d", 1234);
        assert_int_equal(em_buf_status(&exact, NULL), EM_OK);
        em_buf_fmt(&exact, "%d", 5);
        assert_int_equal(em_buf_status(&exact, NULL), EM_NOMEM);
        em_buf_free(&exact);
}

static void a_failed_buffer_takes_nothing_more_until_it_is_cleared(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(4);
        em_buf_c(&buf, "12345");
        em_buf_c(&buf, "1");
        assert_int_equal(em_buf_view(&buf).n, 0);
        assert_int_equal(em_buf_status(&buf, NULL), EM_NOMEM);
        em_buf_clear(&buf);
        em_buf_c(&buf, "1");
        assert_int_equal(em_buf_status(&buf, NULL), EM_OK);
        assert_int_equal(em_buf_view(&buf).n, 1);
        em_buf_free(&buf);
        em_buf_free(&buf);
        em_buf_free(NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_added_comes_out_in_order),
                cmocka_unit_test(a_buffer_grows_over_many_small_pieces),
                cmocka_unit_test(the_ceiling_may_be_reached_but_not_passed),
                cmocka_unit_test(a_failed_buffer_takes_nothing_more_until_it_is_cleared),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
