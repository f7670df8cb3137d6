/* The alphabets of addresses, against the vectors of their specifications: Core's
 * base58_encode_decode.json, BIP 173, BIP 350, and cashaddr.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/bitcoin_text.h"
#include "unhex.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void base58_writes_and_reads_cores_examples(void **state)
{
        (void)state;
        static const struct { const char *hex, *text; } rows[] = {
                { "", "" },
                { "61", "2g" },
                { "626262", "a3gV" },
                { "636363", "aPEr" },
                { "73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2" },
                { "00eb15231dfceb60925886b67d065299925915aeb172c06647",
                  "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L" },
                { "516b6fcd0f", "ABnLTmg" },
                { "bf4f89001e670274dd", "3SEo3LWLoPntC" },
                { "572e4794", "3EFU7m" },
                { "ecac89cad93923c02321", "EJDM8drfXA6uyA" },
                { "10c8511e", "Rt5zm" },
                { "00000000000000000000", "1111111111" },
        };
        for (size_t i = 0; i < COUNT(rows); i++) {
                em_str bytes = unhex(rows[i].hex);
                uint8_t back[64];
                char text[90];
                size_t n;
                assert_string_equal(em_base58_write((const uint8_t *)bytes.p, bytes.n, text),
                                    rows[i].text);
                assert_null(em_base58_read(em_str_c(rows[i].text), back, &n));
                assert_int_equal(n, bytes.n);
                assert_memory_equal(back, bytes.p, n);
                unhex_free(bytes);
        }
}

static void base58_of_the_longest_value_fits_and_one_more_byte_is_refused(void **state)
{
        (void)state;
        uint8_t bytes[64], back[64];
        char text[90];
        size_t n;
        memset(bytes, 0xff, sizeof bytes);
        em_base58_write(bytes, 64, text);
        /* 64 bytes are 512 bits and a digit holds 5.858: 512 / 5.858 = 87.4 */
        assert_int_equal(strlen(text), 88);
        assert_null(em_base58_read(em_str_c(text), back, &n));
        assert_int_equal(n, 64);
        assert_memory_equal(back, bytes, 64);
        text[88] = '2';
        assert_string_equal(em_base58_read((em_str){ text, 89 }, back, &n), "it is too long");
        memset(text, '1', 65);
        assert_string_equal(em_base58_read((em_str){ text, 65 }, back, &n), "it is too long");
}

static void base58_refuses_the_four_letters_it_leaves_out(void **state)
{
        (void)state;
        uint8_t back[64];
        size_t n;
        for (const char *p = "0OIl +\x80"; *p; p++)
                assert_non_null(em_base58_read((em_str){ p, 1 }, back, &n));
        assert_non_null(em_base58_read((em_str){ "a\0b", 3 }, back, &n));
}

static void base58check_sees_a_changed_character_anywhere(void **state)
{
        (void)state;
        char text[] = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
        uint8_t payload[64];
        size_t n;
        assert_null(em_base58check_read(em_str_c(text), payload, &n));
        assert_int_equal(n, 21);
        for (size_t i = 0; i < sizeof text - 1; i++) {
                char was = text[i];
                text[i] = was == 'z' ? 'y' : 'z';
                assert_non_null(em_base58check_read(em_str_c(text), payload, &n));
                text[i] = was;
        }
        assert_string_equal(em_base58check_read(em_str_c("1111"), payload, &n), "it is too short");
}

static const char *const bech32_good[] = {      /* BIP 173 */
        "A12UEL5L", "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl",
};
static const char *const bech32m_good[] = {     /* BIP 350 */
        "A1LQFN3A", "a1lqfn3a",
        "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
        "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
        "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
        "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "?1v759aa",
};

static void bech32_and_bech32m_accept_the_valid_strings_of_their_bips(void **state)
{
        (void)state;
        char hrp[84];
        uint8_t data[84];
        size_t n;
        uint32_t constant;
        for (size_t i = 0; i < COUNT(bech32_good); i++) {
                assert_null(em_bech32_read(em_str_c(bech32_good[i]), hrp, data, &n, &constant));
                assert_int_equal(constant, EM_BECH32_CONSTANT);
        }
        for (size_t i = 0; i < COUNT(bech32m_good); i++) {
                assert_null(em_bech32_read(em_str_c(bech32m_good[i]), hrp, data, &n, &constant));
                assert_int_equal(constant, EM_BECH32M_CONSTANT);
        }
        assert_null(em_bech32_read(em_str_c(bech32_good[3]), hrp, data, &n, &constant));
        assert_string_equal(hrp, "abcdef");
        assert_int_equal(n, 32);        /* the alphabet in order */
        for (uint8_t i = 0; i < 32; i++)
                assert_int_equal(data[i], i);
}

static void bech32_and_bech32m_refuse_the_invalid_strings_for_the_stated_reason(void **state)
{
        (void)state;
        static const struct { const char *text, *why; } rows[] = {
                /* BIP 173 */
                { "\x20" "1nwldj5", "character outside" }, { "\x7f" "1axkwrx", "character outside" },
                { "\x80" "1eym55h", "character outside" },
                { "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
                  "too long" },
                { "pzry9x0s0muk", "no prefix" }, { "1pzry9x0s0muk", "no prefix" },
                { "x1b4n0q5v", "does not know" }, { "li1dgmt3", "too short" },
                { "de1lg7wt\xff", "character outside" }, { "A1G7SGD8", "checksum is wrong" },
                { "10a06t8", "no prefix" }, { "1qzzfhee", "no prefix" },
                /* BIP 350 */
                { "\x20" "1xj0phk", "character outside" }, { "\x7f" "1g6xzxy", "character outside" },
                { "\x80" "1vctc34", "character outside" },
                { "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
                  "too long" },
                { "qyrz8wqd2c9m", "no prefix" }, { "1qyrz8wqd2c9m", "no prefix" },
                { "y1b0jsk6g", "does not know" }, { "lt1igcx5c0", "does not know" },
                { "in1muywd", "too short" }, { "mm1crxm3i", "does not know" },
                { "au1s5cgom", "does not know" }, { "M1VUXWEZ", "checksum is wrong" },
                { "16plkw9", "no prefix" }, { "1p2gdwpf", "no prefix" },
        };
        char hrp[84];
        uint8_t data[84];
        size_t n;
        uint32_t constant;
        for (size_t i = 0; i < COUNT(rows); i++) {
                const char *bad = em_bech32_read(em_str_c(rows[i].text), hrp, data, &n, &constant);
                assert_non_null(bad);
                assert_non_null(strstr(bad, rows[i].why));
        }
}

static void bech32_sees_any_one_or_two_wrong_characters(void **state)
{
        (void)state;
        char text[] = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", hrp[84];
        uint8_t data[84];
        size_t n, last = sizeof text - 1;
        uint32_t constant;
        for (size_t i = 3; i < last; i++)
                for (size_t k = i; k < last; k++) {
                        char was_i = text[i], was_k = text[k];
                        text[i] = was_i == 'q' ? 'p' : 'q';
                        if (k != i)
                                text[k] = was_k == 'l' ? '7' : 'l';
                        assert_non_null(em_bech32_read(em_str_c(text), hrp, data, &n, &constant));
                        text[i] = was_i;
                        text[k] = was_k;
                }
}

/* The first rows of the specification's larger table: 20 bytes of each type. */
static void cashaddr_writes_and_reads_the_examples_of_its_specification(void **state)
{
        (void)state;
        static const struct { const char *prefix; unsigned type; const char *hash, *text; } rows[] = {
                { "bitcoincash", 0, "f5bf48b397dae70be82b3cca4793f8eb2b6cdac9",
                  "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2" },
                { "bchtest", 1, "f5bf48b397dae70be82b3cca4793f8eb2b6cdac9",
                  "bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t" },
                { "pref", 1, "f5bf48b397dae70be82b3cca4793f8eb2b6cdac9",
                  "pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5" },
                { "prefix", 15, "f5bf48b397dae70be82b3cca4793f8eb2b6cdac9",
                  "prefix:0r6m7j9njldwwzlg9v7v53unlr4jkmx6ey3qnjwsrf" },
        };
        for (size_t i = 0; i < COUNT(rows); i++) {
                em_str hash = unhex(rows[i].hash);
                uint8_t back[64];
                char text[128];
                size_t n;
                unsigned type;
                assert_string_equal(em_cashaddr_write(rows[i].prefix, rows[i].type,
                                                      (const uint8_t *)hash.p, hash.n, text),
                                    rows[i].text);
                assert_null(em_cashaddr_read(em_str_c(rows[i].text), rows[i].prefix, back, &n,
                                             &type));
                assert_int_equal(n, 20);
                assert_int_equal(type, rows[i].type);
                assert_memory_equal(back, hash.p, n);
                unhex_free(hash);
        }
}

static void cashaddr_refuses_a_wrong_digit_and_mixed_case(void **state)
{
        (void)state;
        char text[] = "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2";
        uint8_t back[64];
        size_t n;
        unsigned type;
        for (size_t i = 12; i < sizeof text - 1; i++) {
                char was = text[i];
                text[i] = was == 'q' ? 'p' : 'q';
                assert_non_null(em_cashaddr_read(em_str_c(text), "bitcoincash", back, &n, &type));
                text[i] = was;
        }
        text[14] = 'M';
        assert_string_equal(em_cashaddr_read(em_str_c(text), "bitcoincash", back, &n, &type),
                            "it mixes upper and lower case");
        assert_string_equal(em_cashaddr_read(em_str_c("bitcoincash:q"), "bitcoincash", back, &n,
                                             &type), "it is too short");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(base58_writes_and_reads_cores_examples),
                cmocka_unit_test(base58_of_the_longest_value_fits_and_one_more_byte_is_refused),
                cmocka_unit_test(base58_refuses_the_four_letters_it_leaves_out),
                cmocka_unit_test(base58check_sees_a_changed_character_anywhere),
                cmocka_unit_test(bech32_and_bech32m_accept_the_valid_strings_of_their_bips),
                cmocka_unit_test(bech32_and_bech32m_refuse_the_invalid_strings_for_the_stated_reason),
                cmocka_unit_test(bech32_sees_any_one_or_two_wrong_characters),
                cmocka_unit_test(cashaddr_writes_and_reads_the_examples_of_its_specification),
                cmocka_unit_test(cashaddr_refuses_a_wrong_digit_and_mixed_case),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
