/* Versions of real lists against the counts in the README of the shared data (made there with Python over the raw rows and
 * elements, blanks normalised), and the fields of a constructed change. */
#include "list_real.h"

typedef struct counts { size_t added, removed, changed; } counts;

static counts diff(const em_list *old, const em_list *now)
{
        em_list_change *c;
        const em_party *last = NULL;
        size_t n;
        counts k = {0};
        assert_int_equal(em_list_diff(old, now, real_arena, &c, &n, NULL), EM_OK);
        for (size_t i = 0; i < n; i++) {
                const em_party *p = c[i].now ? c[i].now : c[i].old;
                k.added += c[i].what == '+';
                k.removed += c[i].what == '-';
                k.changed += c[i].what == '~' && p != last;
                last = p;
        }
        return k;
}

static counts diff_files(const char *a, const char *b)
{
        em_list *old = real_list(a), *now = real_list(b);
        counts   k = diff(old, now);
        em_list_free(old);
        em_list_free(now);
        return k;
}

static void the_uns_versions_differ_as_published(void **state)
{
        (void)state;
        static const struct { const char *old, *now; counts want; } rows[] = {
                {"un/un_2018-06-07.xml", "un/un_2018-06-21.xml", {2, 0, 0}},    {"un/un_2018-06-21.xml", "un/un_2018-08-24.xml", {6, 8, 14}},
                {"un/un_2018-08-24.xml", "un/un_2018-10-29.xml", {3, 8, 9}},    {"un/un_2025-11-18.xml", "un/un_2025-11-20.xml", {0, 0, 0}},
                {"un/un_2025-11-20.xml", "un/un_2026-02-27.xml", {4, 1, 2}}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                counts k = diff_files(rows[i].old, rows[i].now);
                assert_int_equal(k.added, rows[i].want.added);
                assert_int_equal(k.removed, rows[i].want.removed);
                assert_int_equal(k.changed, rows[i].want.changed);
        }
}

/* The README counts entry numbers: +457 in the last pair.  SDN.CSV of January 2022 has entry 2677 in two rows, and the second
 * has no partner in July 2021: 458 rows. */
static void the_sdn_lists_versions_differ_as_published(void **state)
{
        (void)state;
        static const struct { const char *old, *now; counts want; } rows[] = {
                {"us/sdn_2019-01/sdn.csv", "us/sdn_2021-01/sdn.csv", {1574, 199, 813}},
                {"us/sdn_2021-01/sdn.csv", "us/sdn_2021-07/sdn.csv", {291, 69, 48}},
                {"us/sdn_2021-07/sdn.csv", "us/sdn_2022-01/sdn.csv", {457 + 1, 390, 74}}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                counts k = diff_files(rows[i].old, rows[i].now);
                assert_int_equal(k.added, rows[i].want.added);
                assert_int_equal(k.removed, rows[i].want.removed);
                assert_int_equal(k.changed, rows[i].want.changed);
        }
}

/* comm of the sorted files: 365, 535 and 654 lines. */
static void wallets_that_were_added_are_told(void **state)
{
        (void)state;
        counts k = diff_files("crypto/ofac_crypto_2022-09-03.csv", "crypto/ofac_crypto_2024-09-27.csv");
        assert_int_equal(k.added - k.removed, 654 - 365);
        assert_int_equal(k.changed, 0);
}

static void a_change_is_told_field_by_field(void **state)
{
        (void)state;
        em_list *old = real_parse(EM_S("id,name,alias,passport,country\n1,Example,A;B,P1,kp\n2,Gone,,,\n3,Same,B;A,,\n"), "a.csv", NULL);
        em_list *now = real_parse(EM_S("id,name,alias,passport,country\n1,Example,B;C,P1,kp;ru\n3,  Same,A;B,,\n4,New,,,\n"), "b.csv", NULL);
        em_list_change *c;
        size_t n;
        assert_int_equal(em_list_diff(old, now, real_arena, &c, &n, NULL), EM_OK);
        assert_int_equal(n, 4);
        assert_true(c[0].what == '~' && c[1].what == '~' && c[2].what == '-' && c[3].what == '+');
        assert_text(c[0].field, "alias");
        assert_text(c[0].before, "A");
        assert_text(c[0].after, "C");
        assert_text(c[1].field, "country");
        assert_text(c[1].before, "");
        assert_text(c[1].after, "ru");
        assert_text(c[2].old->id, "2");
        assert_text(c[3].now->id, "4");
        em_list_free(old);
        em_list_free(now);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_uns_versions_differ_as_published),
                cmocka_unit_test(the_sdn_lists_versions_differ_as_published),
                cmocka_unit_test(wallets_that_were_added_are_told),
                cmocka_unit_test(a_change_is_told_field_by_field),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
