/* Lists of the EU and the United Kingdom: constructed files read by eye, and the published ones against other counts. */
#include "list_real.h"

static void a_row_of_an_annex_keeps_hangul_apart(void **state)
{
        (void)state;
        em_list *l = data_list("eu_oj.csv");
        const em_list_reject *r;
        assert_text(file_of(l)->format, "eu-oj-csv");
        assert_party(l, "32017R1509/XV.A/1",
                     "Person eu-oj/32017R1509/XV.A/1\n"
                     "primary: EXAMPLE Chol Su\nweak alias: Su\noriginal script: 철수 (ko)\n"
                     "alias: Example Chul Soo\nalias: Pak\noriginal script: 박철수 (ko)\n"
                     "born: 13.10.1944 = 1944-10-13/1944-10-13\nborn: 1945 = 1945-01-01/1945-12-31\n"
                     "passport: 000111||\ncountry: kp\naddress: 1 Sample Street, Pyongyang\naddress: Nampo\nbirthplace: Wonsan\nprogramme: EU-PRK\n"
                     "title: Manager\ngender: male\nreason: Constructed for a test.\nlisted: 2022-12-12\n");
        assert_party(l, "32017R1509/XIV/1",
                     "Vessel eu-oj/32017R1509/XIV/1\nprimary: SAMPLE STAR\nformer name: OLD SAMPLE\nimo: 1234567||\nmmsi: 445000000||\ncountry: kp\n"
                     "programme: EU-PRK\nlisted: 2017-10-05\n");
        assert_int_equal(em_list_rejects(l, &r), 2);    /* a row without a name, and a quote that is never closed */
        assert_text(r[0].reason, "it has neither a name nor a number");
        assert_text(r[1].reason, "quote not closed");
        assert_int_equal(r[1].line, 5);
        em_list_free(l);
}

/* README of the shared data: 157 persons (66 with Hangul, 71 with passports), 94 entities, 75 vessels, all with IMO. */
static void the_dprk_regulation_has_its_published_counts(void **state)
{
        (void)state;
        em_list *l = real_list("eu/oj/32017R1509.csv");
        size_t   hangul = 0, passports = 0, imo = 0;
        for (size_t i = 0; i < em_list_count(l); i++) {
                const em_party *p = em_list_at(l, i);
                bool has = false, passport = false, ship = false;
                for (size_t k = 0; k < p->names; k++)
                        has = has || (p->name[k].kind == EM_NAME_SCRIPT && em_str_eq(p->name[k].lang, EM_S("ko")));
                for (size_t k = 0; k < p->numbers; k++) {
                        passport = passport || em_str_eq(p->number[k].type, EM_S("passport"));
                        ship = ship || em_str_eq(p->number[k].type, EM_S("imo"));
                }
                hangul += has && p->schema == EM_SCHEMA_PERSON;
                passports += passport && p->schema == EM_SCHEMA_PERSON;
                imo += ship && p->schema == EM_SCHEMA_VESSEL;
        }
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 157);
        assert_int_equal(count_schema(l, EM_SCHEMA_LEGAL_ENTITY), 94);
        assert_int_equal(count_schema(l, EM_SCHEMA_VESSEL), 75);
        assert_int_equal(imo, 75);
        assert_int_equal(hangul, 66);
        assert_int_equal(passports, 71);
        assert_int_equal(rejects_of(l), 0);
        em_list_free(l);
}

static void fsf_xml_and_csv_say_the_same(void **state)
{
        (void)state;
        em_list *x = data_list("eu_fsf.xml"), *c = data_list("eu_fsf.csv");
        assert_int_equal(file_of(x)->date, day_of("2025-08-11"));
        assert_int_equal(file_of(c)->date, day_of("2025-08-11"));
        /* circa 1962: 1962-01-01 - 731 days, 1962-12-31 + 731 days (1960 and 1964 are leap years) */
        assert_party(x, "EU.9001.1",
                     "Person eu-fsf/EU.9001.1\nprimary: Chol EXAMPLE [family EXAMPLE] (en)\nweak alias: SU\n"
                     "born: circa 1962 = 1960-01-01/1964-12-31 circa\nun-reference: KPi.901||\npassport: 000111|kp|National passport\n"
                     "country: kp\naddress: 1 Sample Street, Pyongyang, NORTH KOREA\nbirthplace: Wonsan, NORTH KOREA\nprogramme: PRK\ntitle: Manager\n"
                     "gender: male\nremarks: (Constructed)\n");
        assert_party(c, "EU.9001.1",
                     "Person eu-fsf/EU.9001.1\nprimary: Chol EXAMPLE [family EXAMPLE]\nalias: SU\n"
                     "born: 1962-03-04 = 1962-03-04/1962-03-04\nun-reference: KPi.901||\npassport: 000111|kp|\n"
                     "country: kp\nprogramme: PRK\ntitle: Manager\ngender: male\nremarks: (Constructed)\n");
        assert_int_equal(em_list_count(x), 2);
        assert_int_equal(em_list_count(c), 2);
        assert_int_equal(party_of(c, "EU.9002.2")->schema, EM_SCHEMA_ORGANIZATION);
        em_list_free(x);
        em_list_free(c);
}

/* grep -c: 595 <ENTITY , 319 of Type="P". */
static void the_old_global_list_is_read(void **state)
{
        (void)state;
        em_list *l = data_list("eu_global.xml");
        assert_int_equal(file_of(l)->date, day_of("2016-02-11"));
        assert_party(l, "9001",
                     "Person eu-fsf/9001\nprimary: Chol Example [family Example]\nalias: Su\nborn: 1962-03-04 = 1962-03-04/1962-03-04\n"
                     "passport: 000111|kp|(passport-National passport) ((passport))\ncountry: kp\naddress: 1, Sample Street, Pyongyang, PRK\n"
                     "birthplace: Wonsan, PRK\nprogramme: PRK\ntitle: Manager\ngender: male\nremarks: (constructed)\nlisted: 2016-02-01\n");
        em_list_free(l);
        l = real_list("eu/eu_global_2016-02-11.xml");
        assert_int_equal(em_list_count(l), 595);
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 319);
        em_list_free(l);
}

static void the_uks_table_has_eight_columns(void **state)
{
        (void)state;
        em_list *l = data_list("uk.csv");
        assert_party(l, "DPR9001", "Person uk/DPR9001\nprimary: CHOL SU EXAMPLE\nother: 99001||\nprogramme: Democratic People's Republic of Korea\nlisted: 2016-11-30\n");
        assert_int_equal(party_of(l, "DPR9002")->schema, EM_SCHEMA_VESSEL);
        assert_int_equal(rejects_of(l), 1);     /* the empty row */
        em_list_free(l);
}

/* README of the shared data: 5,302 designations: 3,754 persons, 1,087 entities, 461 ships. */
static void the_uks_list_has_its_published_counts(void **state)
{
        (void)state;
        em_list *l = real_list("uk/fcdo_uk_sanctions_list_2025-08-11.csv");
        assert_int_equal(em_list_count(l), 5302);
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 3754);
        assert_int_equal(count_schema(l, EM_SCHEMA_ORGANIZATION), 1087);
        assert_int_equal(count_schema(l, EM_SCHEMA_VESSEL), 461);
        em_list_free(l);
}

static void rows_of_one_group_are_one_party_with_the_prime_name_first(void **state)
{
        (void)state;
        em_list *l = data_list("uk_ofsi.csv");
        assert_int_equal(file_of(l)->date, day_of("2016-02-12"));       /* 12/02/2016, day first */
        assert_int_equal(em_list_count(l), 2);
        assert_party(l, "99001",
                     "Person uk/99001\nprimary: Chol Su EXAMPLE [family EXAMPLE]\nalias: Chul Soo SAMPLE [family SAMPLE]\n"
                     "born: 05/02/1969 = 1969-02-05/1969-02-05\npassport: 000111||\ncountry: kp\naddress: 1 Sample Street, North Korea\n"
                     "birthplace: Wonsan, North Korea\nprogramme: Democratic People's Republic of Korea\ntitle: Manager\n"
                     "remarks: UN Ref KPi.901. Constructed.\nlisted: 2009-04-24\nchanged: 2015-01-20\n");
        assert_int_equal(rejects_of(l), 1);
        em_list_free(l);
        /* Python: 800 rows of 463 groups, 323 of individuals; 246 rows are prime aliases, of which some groups have several equal. */
        l = real_list("uk/hmt_conlist_2016-02-12.csv");
        assert_int_equal(em_list_count(l), 463);
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 323);
        em_list_free(l);
}

static void the_uks_xml_is_read_by_its_element_model(void **state)
{
        (void)state;
        em_list *l = data_list("uk.xml");
        assert_int_equal(file_of(l)->date, day_of("2025-08-11"));
        assert_party(l, "DPR9001",
                     "Person uk/DPR9001\nprimary: Chol Su EXAMPLE [family EXAMPLE]\nweak alias: SU [family SU]\noriginal script: 철수\n"
                     "born: 1962 = 1962-01-01/1962-12-31\n"    /* printed "dd/mm/1962": day and month are not known */
                     "born: 05/02/1969 = 1969-02-05/1969-02-05\n"
                     "other: 99001||\nun-reference: KPi.901||\npassport: 000111||\ncountry: kp\naddress: 1 Sample Street, Pyongyang, North Korea\n"
                     "birthplace: Wonsan, North Korea\nprogramme: Democratic People's Republic of Korea\ngender: male\nremarks: Constructed.\n"
                     "reason: Constructed for a test.\nlisted: 2016-11-30\nchanged: 2021-02-01\n");
        assert_party(l, "DPR9002",
                     "Vessel uk/DPR9002\nprimary: SAMPLE STAR [family SAMPLE STAR]\nimo: 1234567||\ncountry: kp\nprogramme: Democratic People's Republic of Korea\n");
        em_list_free(l);
}

static void files_cut_anywhere_end_in_parties_and_rejects(void **state)
{
        (void)state;
        static const struct { const char *file, *format; } rows[] = {
                {"eu_oj.csv", "eu-oj-csv"}, {"eu_fsf.xml", "eu-fsf-xml"}, {"eu_fsf.csv", "eu-fsf-csv"}, {"eu_global.xml", "eu-global-xml"},
                {"uk.csv", "uk-csv"}, {"uk_ofsi.csv", "uk-ofsi-csv"}, {"uk.xml", "uk-xml"}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                (void)assert_cuts(data_bytes(rows[i].file), rows[i].format, 300);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_row_of_an_annex_keeps_hangul_apart),
                cmocka_unit_test(the_dprk_regulation_has_its_published_counts),
                cmocka_unit_test(fsf_xml_and_csv_say_the_same),
                cmocka_unit_test(the_old_global_list_is_read),
                cmocka_unit_test(the_uks_table_has_eight_columns),
                cmocka_unit_test(the_uks_list_has_its_published_counts),
                cmocka_unit_test(rows_of_one_group_are_one_party_with_the_prime_name_first),
                cmocka_unit_test(the_uks_xml_is_read_by_its_element_model),
                cmocka_unit_test(files_cut_anywhere_end_in_parties_and_rejects),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
