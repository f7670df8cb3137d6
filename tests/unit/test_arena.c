/* Arenas: zeroed, aligned, bounded, and cheap to empty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

static bool all_zero(const unsigned char *p, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (p[i])
                        return false;
        return true;
}

static void memory_is_zeroed_and_aligned_for_any_type(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 20);
        for (size_t size = 1; size < 200; size += 7) {
                unsigned char *p = em_arena_alloc(arena, size);
                assert_non_null(p);
                assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
                assert_true(all_zero(p, size));
                memset(p, 0xAB, size);
        }
        em_arena_free(arena);
}

static void memory_is_zeroed_again_after_a_reset(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        for (int round = 0; round < 4; round++) {
                for (size_t size = 100; size < 200000; size *= 3) {
                        unsigned char *p = em_arena_alloc(arena, size);
                        assert_non_null(p);
                        assert_true(all_zero(p, size));
                        memset(p, 0xAB, size);
                }
                em_arena_reset(arena);
                assert_int_equal(em_arena_used(arena), 0);
                /* a smaller use first, so that the next round crosses its edge */
                memset(em_arena_alloc(arena, 50), 0xCD, 50);
                em_arena_reset(arena);
        }
        em_arena_free(arena);
}

static void two_allocations_never_share_a_byte(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        enum { COUNT = 500 };
        unsigned char *at[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
                at[i] = em_arena_alloc(arena, i + 1);
                assert_non_null(at[i]);
                memset(at[i], (int)(i & 0xFF), i + 1);
        }
        for (size_t i = 0; i < COUNT; i++)
                for (size_t k = 0; k <= i; k++)
                        assert_int_equal(at[i][k], i & 0xFF);
        em_arena_free(arena);
}

static void nothing_is_given_past_the_ceiling(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1024);
        assert_null(em_arena_alloc(arena, 1025));
        assert_non_null(em_arena_alloc(arena, 1000));
        assert_null(em_arena_alloc(arena, 100));
        assert_true(em_arena_used(arena) <= 1024);
        em_arena_reset(arena);
        assert_non_null(em_arena_alloc(arena, 1024));
        assert_null(em_arena_alloc(arena, 1));
        em_arena_free(arena);
}

static void a_size_that_overflows_is_refused(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(SIZE_MAX);
        assert_null(em_arena_alloc(arena, SIZE_MAX));
        assert_null(em_arena_alloc(arena, SIZE_MAX - 20));
        assert_null(em_arena_array(arena, SIZE_MAX / 2, 3));
        assert_null(em_arena_array(arena, (size_t)1 << 33, (size_t)1 << 33));
        assert_non_null(em_arena_array(arena, 3, 5));
        em_arena_free(arena);
}

static void size_zero_gives_a_pointer_even_when_the_arena_is_full(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(0);
        assert_non_null(em_arena_alloc(arena, 0));
        assert_non_null(em_arena_array(arena, 0, 8));
        assert_null(em_arena_alloc(arena, 1));
        assert_null(em_arena_free(arena));
        assert_null(em_arena_free(NULL));
}

static void a_copy_is_the_text_with_a_nul_behind_it(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(4096);
        em_str copy, text;
        em_error err;
        assert_int_equal(em_str_copy((em_str){ "Sunan!", 5 }, arena, &copy, &err), EM_OK);
        assert_int_equal(copy.n, 5);
        assert_string_equal(copy.p, "Sunan");
        assert_int_equal(em_str_copy((em_str){ NULL, 0 }, arena, &copy, &err), EM_OK);
        assert_non_null(copy.p);
        assert_int_equal(em_str_format(arena, &text, &err, "%s-%03d", "CNS", 7), EM_OK);
        assert_string_equal(text.p, "CNS-007");
        assert_int_equal(text.n, 7);
        em_arena_free(arena);
}

static void a_failed_copy_leaves_its_output_alone(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(16);
        em_str before = EM_S("before"), text = before;
        em_error err;
        assert_int_equal(em_str_copy(EM_S("sixteen bytes....."), arena, &text, &err), EM_NOMEM);
        assert_int_equal(err.code, EM_NOMEM);
        assert_int_equal(em_str_format(arena, &text, NULL, "%s", "sixteen bytes....."), EM_NOMEM);
        assert_ptr_equal(text.p, before.p);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(memory_is_zeroed_and_aligned_for_any_type),
                cmocka_unit_test(memory_is_zeroed_again_after_a_reset),
                cmocka_unit_test(two_allocations_never_share_a_byte),
                cmocka_unit_test(nothing_is_given_past_the_ceiling),
                cmocka_unit_test(a_size_that_overflows_is_refused),
                cmocka_unit_test(size_zero_gives_a_pointer_even_when_the_arena_is_full),
                cmocka_unit_test(a_copy_is_the_text_with_a_nul_behind_it),
                cmocka_unit_test(a_failed_copy_leaves_its_output_alone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
