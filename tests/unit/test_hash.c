/* SHA-256 against the examples that NIST publishes with FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define OF_448BIT  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
#define OF_MILLION "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void single_values_hash_as_in_fips_180_4(void **state)
{
        (void)state;
        char hex[65];
        assert_string_equal(em_sha256_hex(em_sha256_of(EM_S("")), hex), OF_NOTHING);
        assert_string_equal(em_sha256_hex(em_sha256_of(EM_S("abc")), hex), OF_ABC);
        assert_string_equal(em_sha256_hex(em_sha256_of(
                EM_S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")), hex), OF_448BIT);
}

static void a_hasher_gives_the_same_for_any_cut_of_the_bytes(void **state)
{
        (void)state;
        char hex[65], block[1000];
        em_hasher *h = em_hasher_new();
        assert_non_null(h);
        memset(block, 'a', sizeof block);
        for (int i = 0; i < 1000; i++)
                em_hasher_add(h, block, sizeof block);
        assert_string_equal(em_sha256_hex(em_hasher_done(h), hex), OF_MILLION);
        for (size_t left = 1000000, n = 1; left; n = n * 3 % 997 + 1) {
                n = n < left ? n : left;
                em_hasher_add(h, block, n);
                left -= n;
        }
        assert_string_equal(em_sha256_hex(em_hasher_done(h), hex), OF_MILLION);
        em_hasher_free(h);
}

static void a_hasher_starts_afresh_after_each_result(void **state)
{
        (void)state;
        char hex[65];
        em_hasher *h = em_hasher_new();
        em_hasher_add(h, "abc", 3);
        assert_string_equal(em_sha256_hex(em_hasher_done(h), hex), OF_ABC);
        assert_string_equal(em_sha256_hex(em_hasher_done(h), hex), OF_NOTHING);
        em_hasher_add(h, "ab", 2);
        em_hasher_add(h, "", 0);
        em_hasher_add(h, "c", 1);
        assert_string_equal(em_sha256_hex(em_hasher_done(h), hex), OF_ABC);
        assert_null(em_hasher_free(h));
        assert_null(em_hasher_free(NULL));
}

static void only_64_lower_case_hex_digits_are_a_hash(void **state)
{
        (void)state;
        em_sha256 hash, want = em_sha256_of(EM_S("abc"));
        char upper[65] = OF_ABC;
        assert_true(em_sha256_parse(EM_S(OF_ABC), &hash));
        assert_memory_equal(hash.b, want.b, 32);
        assert_false(em_sha256_parse(em_str_sub(EM_S(OF_ABC), 0, 63), &hash));
        assert_false(em_sha256_parse(EM_S(OF_ABC "0"), &hash));
        upper[0] = 'B';
        assert_false(em_sha256_parse(em_str_c(upper), &hash));
        upper[0] = 'g';
        assert_false(em_sha256_parse(em_str_c(upper), &hash));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(single_values_hash_as_in_fips_180_4),
                cmocka_unit_test(a_hasher_gives_the_same_for_any_cut_of_the_bytes),
                cmocka_unit_test(a_hasher_starts_afresh_after_each_result),
                cmocka_unit_test(only_64_lower_case_hex_digits_are_a_hash),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
