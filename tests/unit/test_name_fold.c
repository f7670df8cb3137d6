/* Letters of every script in Latin, Hangul by arithmetic, Korean names by their key.
 *
 * Expected values: the Unicode Standard 15.0 section 3.12 for Hangul; the Romanization of Korean of 2000 (Ministry of
 * Culture and Tourism), whose rule 3 (4) keeps names of persons as they are written: Han Boknam, Hong Bitna; McCune
 * and Reischauer 1939; KCNA's own English spellings; BGN/PCGN 1947 for Russian; Hanyu pinyin as Xinhua prints it.
 */
#include "names/fold.h"
#include "names/korean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static int make(void **state)
{
        *state = em_arena_new((size_t)64 << 20);
        return *state ? 0 : -1;
}

static int drop(void **state)
{
        em_arena_free(*state);
        return 0;
}

static void assert_folds(em_arena *a, const char *text, const char *want)
{
        em_str got = {0};
        assert_int_equal(em_name_fold(em_str_c(text), a, &got, NULL), EM_OK);
        if (!em_str_eq(got, em_str_c(want)))
                fail_msg("%s folds to \"%.*s\", not \"%s\"", text, EM_ARG(got), want);
}

static void each_script_has_its_usual_latin_letters(void **state)
{
        em_arena *a = *state;
        assert_folds(a, "Щербаков", "shcherbakov");             /* BGN/PCGN */
        assert_folds(a, "Хрущёв", "khrushchev");
        assert_folds(a, "Łódź", "lodz");
        assert_folds(a, "Weiß-Müller", "weiss muller");
        assert_folds(a, "ＡＢＣ ＣＯ", "abc co");                /* full width: NFKC */
        assert_folds(a, "Αθήνα", "athina");
        assert_folds(a, "محمد", "mhmd");                        /* vowels are not written */
        assert_folds(a, "שלום", "shlvm");
        assert_folds(a, "თბილისი", "tbilisi");
        assert_folds(a, "Երևան", "erevan");
        assert_folds(a, "やまだ", "yamada");
        assert_folds(a, "ヤマダ", "yamada");
        assert_folds(a, "O'Brien", "obrien");                   /* an apostrophe joins, a hyphen parts */
        assert_folds(a, "Al-Qa’ida", "al qaida");
}

static void marks_composed_or_not_fold_the_same(void **state)
{
        em_arena *a = *state;
        assert_folds(a, "Jos\xc3\xa9", "jose");
        assert_folds(a, "Jose\xcc\x81", "jose");
        /* The same syllable as one character and as its letters: Unicode 3.12, U+1111 U+1171 U+11B6 = U+D4DB. */
        em_str whole = {0}, parts = {0};
        assert_int_equal(em_name_fold(em_str_c("\xed\x93\x9b"), a, &whole, NULL), EM_OK);
        assert_int_equal(em_name_fold(em_str_c("\xe1\x84\x91\xe1\x85\xb1\xe1\x86\xb6"), a, &parts, NULL), EM_OK);
        assert_true(whole.n > 0 && em_str_eq(whole, parts));
}

static void bytes_that_are_no_text_are_passed_over(void **state)
{
        em_arena *a = *state;
        assert_folds(a, "Ki\xffm\xc3", "kim");
        assert_folds(a, "\xed\xa0\x80", "");
        assert_folds(a, "", "");
}

static void hangul_is_composed_as_the_standard_says(void **state)
{
        (void)state;
        assert_int_equal(em_hangul_compose(0x1111, 0x1171, 0x11b6), 0xd4db);    /* 3.12's example */
        assert_int_equal(em_hangul_compose(0x1111, 0x1171, 0), 0xd4cc);
        assert_int_equal(em_hangul_compose(0x1100, 0x1161, 0), 0xac00);
        assert_int_equal(em_hangul_compose(0x1112, 0x1175, 0x11c2), 0xd7a3);    /* the last syllable */
        assert_int_equal(em_hangul_compose(0x1113, 0x1161, 0), 0);
        assert_int_equal(em_hangul_compose(0x1100, 0x1176, 0), 0);
}

/* The form of a name that a rule gave, its words parted by blanks. */
static void assert_form(em_arena *a, const char *text, const char *rule, const char *want)
{
        em_name n;
        char    got[256] = "";
        assert_int_equal(em_name_prepare(em_str_c(text), EM_SCHEMA_PERSON, a, &n, NULL), EM_OK);
        for (size_t f = 0; f < n.forms; f++)
                if (strcmp(n.form[f].rule, rule) == 0)
                        for (size_t i = 0; i < n.form[f].tokens; i++)
                                snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", i ? " " : "",
                                         EM_ARG(n.form[f].token[i].text));
        assert_string_equal(got, want);
}

static void hangul_is_written_by_three_systems(void **state)
{
        em_arena *a = *state;
        static const char dprk[] = "DPRK romanisation", mr[] = "McCune-Reischauer", rr[] = "Revised Romanisation";
        assert_form(a, "김정은", dprk, "kim jong un");           /* KCNA */
        assert_form(a, "최룡해", dprk, "choe ryong hae");
        assert_form(a, "리명수", dprk, "ri myong su");
        assert_form(a, "김일성", mr, "kim ilsong");              /* Kim Ilsŏng */
        assert_form(a, "김정일", mr, "kim chongil");             /* Kim Chŏngil */
        assert_form(a, "한복남", rr, "han boknam");              /* Han Boknam */
        assert_form(a, "홍빛나", rr, "hong bitna");              /* Hong Bitna */
}

static void han_is_read_as_chinese_and_where_it_may_be_as_korean(void **state)
{
        em_arena *a = *state;
        assert_form(a, "毛泽东", "pinyin", "mao zedong");
        assert_form(a, "金正恩", "DPRK romanisation", "kim jong un");
        assert_form(a, "金正恩", "pinyin", "jin zhengen");
        assert_form(a, "李明洙", "DPRK romanisation", "ri myong su");   /* the family name's reading, not its other */
        assert_true(em_han_korean_name(EM_S("金 正恩")));
        assert_true(em_han_korean_name(EM_S("正恩 金")));
        assert_false(em_han_korean_name(EM_S("山崎 健一")));     /* a family name of two characters that is none in Korea */
        assert_false(em_han_korean_name(EM_S("金")));
        assert_false(em_han_korean_name(EM_S("中國銀行股份")));
}

static void assert_keys(bool same, const char *x, const char *y)
{
        char   a[64], b[64];
        em_str k = em_name_korean_key(em_str_c(x), a, sizeof a), l = em_name_korean_key(em_str_c(y), b, sizeof b);
        if (!k.n || !l.n || em_str_eq(k, l) != same)
                fail_msg("keys of %s and %s: \"%.*s\", \"%.*s\"", x, y, EM_ARG(k), EM_ARG(l));
}

static void writings_of_one_korean_name_meet_under_its_key(void **state)
{
        (void)state;
        static const char *const families[][4] = {
                {"ri", "lee", "yi", "rhee"}, {"pak", "park", "bak", "pak"}, {"jong", "jung", "jeong", "chung"},
                {"choe", "choi", "choi", "choe"}, {"rim", "lim", "im", "yim"}, {"ryu", "yoo", "yu", "ryu"},
        };
        for (size_t i = 0; i < sizeof families / sizeof *families; i++)
                for (size_t k = 1; k < 4; k++)
                        assert_keys(true, families[i][0], families[i][k]);
        assert_keys(true, "kimyongchol", "gimyeongcheol");
        assert_keys(true, "rimyongsu", "leemyungsoo");
        assert_keys(false, "kim", "kang");
        assert_keys(false, "jong", "jang");
        assert_keys(false, "rimyongsu", "rimyonghun");
}

static void what_is_no_korean_has_no_key(void **state)
{
        (void)state;
        char room[64];
        assert_int_equal(em_name_korean_key(EM_S("smith"), room, sizeof room).n, 0);
        assert_int_equal(em_name_korean_key(EM_S("schwarz"), room, sizeof room).n, 0);
        assert_int_equal(em_name_korean_key(EM_S(""), room, sizeof room).n, 0);
        assert_true(em_korean_family(EM_S("rhee")) && em_korean_family(EM_S("park")) && !em_korean_family(EM_S("blacksmith")));
}

static void every_usual_family_name_is_known(void **state)
{
        static const char *const usual[] = {
                "an", "cha", "chae", "cho", "choe", "chon", "chu", "ha", "ham", "han", "ho", "hong", "huh",
                "hwang", "hyon", "im", "in", "jang", "je", "ji", "jin", "jo", "jon", "jong", "ju", "ka", "kang",
                "ki", "kil", "kim", "ko", "kong", "ku", "kuk", "kum", "kwak", "kwon", "kye", "ma", "maeng",
                "min", "mo", "mun", "myong", "na", "nam", "no", "o", "oh", "ok", "om", "pae", "paek", "pak",
                "pan", "pang", "phi", "phyo", "pong", "pu", "pyo", "pyon", "ra", "ri", "rim", "ro", "ryang",
                "rye", "ryo", "ryom", "ryu", "sa", "sim", "sin", "so", "sok", "sol", "son", "song", "tae",
                "tak", "thae", "to", "u", "un", "wang", "wi", "won", "yang", "yo", "yom", "yong", "yoon", "yuk",
                "yun",
        };
        (void)state;
        for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
                if (!em_korean_family(em_str_c(usual[i])))
                        fail_msg("%s is not known", usual[i]);
}

static em_token_kind kind_of(em_arena *a, const char *text, em_schema schema, size_t at)
{
        em_name n;
        assert_int_equal(em_name_prepare(em_str_c(text), schema, a, &n, NULL), EM_OK);
        assert_true(n.forms > 0 && at < n.form[0].tokens);
        return n.form[0].token[at].kind;
}

static void words_have_kinds(void **state)
{
        em_arena *a = *state;
        assert_int_equal(kind_of(a, "Siemens GmbH", EM_SCHEMA_COMPANY, 1), EM_TOKEN_CLASS);
        assert_int_equal(kind_of(a, "Общество с ограниченной ответственностью Луч", EM_SCHEMA_COMPANY, 0), EM_TOKEN_CLASS);
        assert_int_equal(kind_of(a, "Luch S.A.R.L.", EM_SCHEMA_COMPANY, 1), EM_TOKEN_CLASS);
        assert_int_equal(kind_of(a, "Luch Trading", EM_SCHEMA_COMPANY, 1), EM_TOKEN_COMMON);
        assert_int_equal(kind_of(a, "Snow Storm 2", EM_SCHEMA_VESSEL, 2), EM_TOKEN_NUMBER);
        assert_int_equal(kind_of(a, "Fund VII", EM_SCHEMA_COMPANY, 1), EM_TOKEN_NUMBER);
        assert_int_equal(kind_of(a, "J Smith", EM_SCHEMA_PERSON, 0), EM_TOKEN_INITIAL);
        assert_int_equal(kind_of(a, "Dr Smith", EM_SCHEMA_PERSON, 0), EM_TOKEN_TITLE);
        assert_int_equal(kind_of(a, "Osama bin Laden", EM_SCHEMA_PERSON, 1), EM_TOKEN_LINK);
}

static void a_name_of_any_length_has_a_bounded_form(void **state)
{
        em_arena *a = *state;
        em_name   n;
        char      text[4000];
        for (size_t i = 0; i < sizeof text; i++)
                text[i] = i % 3 == 2 ? ' ' : (char)('a' + i % 23);
        assert_int_equal(em_name_prepare((em_str){text, sizeof text}, EM_SCHEMA_PERSON, a, &n, NULL), EM_OK);
        assert_true(n.cut && n.form[0].tokens == EM_NAME_TOKENS);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(each_script_has_its_usual_latin_letters, make, drop),
                cmocka_unit_test_setup_teardown(marks_composed_or_not_fold_the_same, make, drop),
                cmocka_unit_test_setup_teardown(bytes_that_are_no_text_are_passed_over, make, drop),
                cmocka_unit_test(hangul_is_composed_as_the_standard_says),
                cmocka_unit_test_setup_teardown(hangul_is_written_by_three_systems, make, drop),
                cmocka_unit_test_setup_teardown(han_is_read_as_chinese_and_where_it_may_be_as_korean, make, drop),
                cmocka_unit_test(writings_of_one_korean_name_meet_under_its_key),
                cmocka_unit_test(what_is_no_korean_has_no_key),
                cmocka_unit_test(every_usual_family_name_is_known),
                cmocka_unit_test_setup_teardown(words_have_kinds, make, drop),
                cmocka_unit_test_setup_teardown(a_name_of_any_length_has_a_bounded_form, make, drop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
