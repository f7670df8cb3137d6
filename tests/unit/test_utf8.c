/* UTF-8 against RFC 3629 and table 3-7 of the Unicode standard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/base.h"

/* The encoder of RFC 3629 section 3, for the exhaustive test. */
static size_t encode(uint32_t c, char out[4])
{
        if (c < 0x80) {
                out[0] = (char)c;
                return 1;
        }
        size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        for (size_t i = n - 1; i > 0; i--, c >>= 6)
                out[i] = (char)(0x80 | (c & 0x3F));
        out[0] = (char)((0xF00u >> n & 0xFF) | c);
        return n;
}

static void the_examples_of_rfc_3629_are_well_formed(void **state)
{
        (void)state;
        /* section 7: A<not identical to><Alpha>.  hangugeo.  nihongo.  U+233B4 */
        assert_true(em_utf8_ok(EM_S("\x41\xE2\x89\xA2\xCE\x91\x2E"), NULL));
        assert_true(em_utf8_ok(EM_S("\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4"), NULL));
        assert_true(em_utf8_ok(EM_S("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"), NULL));
        em_str s = EM_S("\xEF\xBB\xBF\xF0\xA3\x8E\xB4");
        size_t at = 0;
        assert_int_equal(em_utf8_next(s, &at), 0xFEFF);
        assert_int_equal(em_utf8_next(s, &at), 0x233B4);
        assert_int_equal(at, 7);
}

static void every_code_point_but_the_surrogates_goes_there_and_back(void **state)
{
        (void)state;
        char bytes[4];
        for (uint32_t c = 0; c <= 0x10FFFF; c++) {
                em_str s = { bytes, encode(c, bytes) };
                bool surrogate = c >= 0xD800 && c <= 0xDFFF;
                if (em_utf8_ok(s, NULL) == surrogate)
                        fail_msg("U+%04X", c);
                size_t at = 0;
                if (!surrogate && (em_utf8_next(s, &at) != c || at != s.n))
                        fail_msg("U+%04X decodes wrongly", c);
        }
}

/* A pair of bytes is well formed when both are ASCII, or C2..DF 80..BF. */
static void every_pair_of_bytes_is_judged_by_table_3_7(void **state)
{
        (void)state;
        for (unsigned a = 0; a < 256; a++)
                for (unsigned b = 0; b < 256; b++) {
                        char pair[2] = { (char)a, (char)b };
                        bool want = (a < 0x80 && b < 0x80) ||
                                    (a >= 0xC2 && a <= 0xDF && b >= 0x80 && b <= 0xBF);
                        if (em_utf8_ok((em_str){ pair, 2 }, NULL) != want)
                                fail_msg("%02X %02X", a, b);
                }
}

static void the_offset_of_the_first_bad_byte_is_given(void **state)
{
        (void)state;
        static const struct { em_str s; size_t bad; } cases[] = {
                { EM_S_INIT("\xC0\x80"), 0 },                   /* overlong NUL */
                { EM_S_INIT("ab\xE0\x9F\xBF"), 2 },             /* overlong, three bytes */
                { EM_S_INIT("a\xED\xA0\x80"), 1 },              /* surrogate U+D800 */
                { EM_S_INIT("\xF4\x90\x80\x80"), 0 },           /* U+110000 */
                { EM_S_INIT("0123456789\xFFzzzzzzzz"), 10 },
                { EM_S_INIT("01234567\xE2\x89"), 8 },           /* cut short */
                { EM_S_INIT("\xF0\x8F\xBF\xBF"), 0 },           /* overlong, four bytes */
                { EM_S_INIT("\xEC\x96\xB4\x80"), 3 },           /* one continuation too many */
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                size_t bad = 999;
                assert_false(em_utf8_ok(cases[i].s, &bad));
                assert_int_equal(bad, cases[i].bad);
        }
        size_t untouched = 5;
        assert_true(em_utf8_ok(EM_S("good"), &untouched));
        assert_int_equal(untouched, 5);
}

static void a_bad_byte_is_found_at_any_place_in_a_long_text(void **state)
{
        (void)state;
        char text[40];
        for (size_t bad = 0; bad < sizeof text; bad++) {
                size_t got = 999;
                memset(text, 'a', sizeof text);
                text[bad] = (char)0x80;
                assert_false(em_utf8_ok((em_str){ text, sizeof text }, &got));
                assert_int_equal(got, bad);
        }
}

/* UAX #11: Hangul syllables, Han and full-width forms are wide; combining marks
 * take nothing. */
static void width_follows_east_asian_width(void **state)
{
        (void)state;
        assert_int_equal(em_utf8_width(EM_S("Pukguksong-1")), 12);
        assert_int_equal(em_utf8_width(EM_S("\xED\x99\x94\xEC\x84\xB1")), 4);   /* hwaseong */
        assert_int_equal(em_utf8_width(EM_S("\xEF\xBC\xA1")), 2);               /* full-width A */
        assert_int_equal(em_utf8_width(EM_S("\xEF\xBD\xB1")), 1);               /* half-width a */
        assert_int_equal(em_utf8_width(EM_S("e\xCC\x81")), 1);                  /* e, acute */
        assert_int_equal(em_utf8_width(EM_S("\xC3\xA9t\xC3\xA9")), 3);
        assert_int_equal(em_utf8_width(EM_S("\xF0\x9F\x9A\x80")), 2);           /* U+1F680 */
        assert_int_equal(em_utf8_width(EM_S("\xE2\x80\x93")), 1);               /* en dash */
        assert_int_equal(em_utf8_width(EM_S("a\xFFz")), 3);
        assert_int_equal(em_utf8_width(EM_S("")), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_examples_of_rfc_3629_are_well_formed),
                cmocka_unit_test(every_code_point_but_the_surrogates_goes_there_and_back),
                cmocka_unit_test(every_pair_of_bytes_is_judged_by_table_3_7),
                cmocka_unit_test(the_offset_of_the_first_bad_byte_is_given),
                cmocka_unit_test(a_bad_byte_is_found_at_any_place_in_a_long_text),
                cmocka_unit_test(width_follows_east_asian_width),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
