/* The Treasury's formats: constructed files read by eye, and the published ones against counts by Python's csv and by grep. */
#include "list_real.h"

static em_list *together(const char *const *name, size_t n)
{
        em_str   path[8];
        em_list *l = NULL;
        em_error err = {0};
        for (size_t i = 0; i < n; i++)
                assert_int_equal(em_str_format(real_arena, &path[i], NULL, "tests/data/lists/%s", name[i]), EM_OK);
        if (em_list_read(path, n, NULL, &l, &err) != EM_OK)
                fail_msg("%s", err.text);
        return l;
}

static void a_row_and_its_remarks_become_a_party(void **state)
{
        (void)state;
        em_list *l = data_list("sdn.csv");
        assert_text(file_of(l)->format, "ofac-csv");
        assert_party(l, "9001",
                     "Person us-sdn/9001\n"
                     "primary: Chol Su EXAMPLE [family EXAMPLE]\n"
                     "weak alias: Su SAMPLE [family SAMPLE]\n"
                     "born: 01 Jan 1961 to 31 Dec 1963 = 1961-01-01/1963-12-31\n"
                     "born: circa 1964 = 1961-12-31/1967-01-01 circa\n"        /* 1964-01-01 - (365 + 365 + 1), 1964-12-31 + (365 + 365 + 1) */
                     "passport: 000111222|kp|issued 28 Oct 2008 expires 29 Oct 2013\n"
                     "passport: PX-7|kp|\n"
                     "tax: 77-1|ru|\n"
                     "national-id: 42||\n"
                     "wallet: 1ExampLeAddressThatNobodyHas1111111||XBT\n"
                     "wallet: 0x00000000000000000000000000000000000000aa||ETH\n"
                     "email: nobody@example.org||\n"
                     "website: www.example.org||\n"
                     "phone: 850200000||\n"
                     "country: kp\n"
                     "birthplace: Wonsan, Korea, North\n"
                     "programme: NPWMD\nprogramme: DPRK2\n"
                     "title: Manager\n"
                     "linked: SAMPLE TRADING CO., LTD\n"
                     "gender: male\n"
                     "remarks: DOB 01 Jan 1961 to 31 Dec 1963; alt. DOB circa 1964; POB Wonsan, Korea, North; nationality Korea, North; Gender Male; "
                     "Passport 000111222 (Korea, North) issued 28 Oct 2008 expires 29 Oct 2013; alt. Passport PX-7 (Korea, North); Tax ID No. 77-1 "
                     "(Russia); National ID No. 42; Digital Currency Address - XBT 1ExampLeAddressThatNobodyHas1111111; alt. Digital Currency Address - "
                     "ETH 0x00000000000000000000000000000000000000aa; Email Address nobody@example.org; Website www.example.org; Phone Number "
                     "850200000; a.k.a. 'SAMPLE, Su'; Linked To: SAMPLE TRADING CO., LTD.\n");
        assert_party(l, "9003",
                     "Vessel us-sdn/9003\nprimary: SAMPLE STAR\n"
                     "born: 1990 = 1990-01-01/1990-12-31\n"
                     "call-sign: HMXX9||\nimo: 1234567||\nmmsi: 445000000||\n"
                     "country: kp\nprogramme: DPRK4\n"
                     "title: Crude Oil Tanker\ntitle: tonnage 1,234\ntitle: gross registered tonnage 567\n"
                     "linked: SAMPLE SHIPPING\n"
                     "remarks: Vessel Year of Build 1990; Vessel Registration Identification IMO 1234567; MMSI 445000000; Linked To: SAMPLE SHIPPING.\n");
        em_list_free(l);
}

/* An IMO number of a company is none of a ship (IMO Circular Letter 2554); a comma in a company's name does not turn it. */
static void an_organisation_keeps_its_comma_and_its_imo_number_is_no_ships(void **state)
{
        (void)state;
        em_list *l = data_list("sdn.csv");
        const em_party *p = party_of(l, "9002");
        assert_text(p->name[0].text, "SAMPLE TRADING CO., LTD.");
        assert_int_equal(p->name[1].kind, EM_NAME_FORMER);
        assert_int_equal(count_numbers(l, "imo"), 1);
        assert_text(p->number[1].note, "IMO company number");
        assert_int_equal(party_of(l, "9004")->schema, EM_SCHEMA_AIRPLANE);
        assert_int_equal(party_of(l, "9004")->numbers, 2);
        em_list_free(l);
}

static void bad_rows_are_set_aside_with_their_line_and_latin_1_is_read(void **state)
{
        (void)state;
        em_list *l = data_list("sdn.csv");
        const em_list_reject *r;
        assert_int_equal(em_list_count(l), 5);
        assert_int_equal(em_list_rejects(l, &r), 2);
        assert_int_equal(r[0].line, 6);
        assert_text(r[0].reason, "3 fields instead of 12");
        assert_text(r[1].reason, "it does not begin with an entry number");
        assert_text(party_of(l, "9005")->name[0].text, "CAF\xc3\x89 SAMPLE");
        em_list_free(l);
}

static void tables_given_together_are_joined_in_any_order(void **state)
{
        (void)state;
        static const char *const orders[2][4] = {{"sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"},
                                                 {"sdn_comments.csv", "add.csv", "alt.csv", "sdn.csv"}};
        for (size_t i = 0; i < 2; i++) {
                em_list *l = together(orders[i], 4);
                const em_party *p = party_of(l, "9001");
                const em_list_reject *r;
                assert_int_equal(em_list_count(l), 5);
                assert_text(p->name[2].text, "Chul Soo EXAMPLE");
                assert_int_equal(p->addresses, 2);
                assert_text(p->address[0], "1 Sample Street, Pyongyang, Korea, North");
                assert_text(p->address[1], "Nampo");
                assert_int_equal(em_list_rejects(l, &r), 3);    /* two of SDN.CSV, and the alias of nobody */
                assert_text(r[2].id, "9777");
                assert_text(r[2].reason, "no entry of this number is in the main table");
                em_list_free(l);
        }
}

/* The remark of 9005 ends in the middle of a telephone number: "86" alone is not read as one. */
static void a_remark_that_was_cut_goes_on_in_the_comments(void **state)
{
        (void)state;
        static const char *const names[] = {"sdn.csv", "sdn_comments.csv"};
        em_list *alone = data_list("sdn.csv"), *both = together(names, 2);
        assert_int_equal(party_of(alone, "9005")->numbers, 2);
        const em_party *p = party_of(both, "9005");
        assert_int_equal(p->numbers, 3);
        assert_text(p->number[2].value, "861315550000");
        assert_text(p->linked[0], "EXAMPLE, Chol Su");
        assert_text(p->remarks, "Tax ID No. 1234 (Russia); Phone Number 86131; alt. Phone Number 861315550000; Linked To: EXAMPLE, Chol Su.");
        em_list_free(alone);
        em_list_free(both);
}

static void names_without_a_main_table_are_still_names(void **state)
{
        (void)state;
        em_list *l = data_list("alt.csv");
        assert_int_equal(em_list_count(l), 3);
        assert_int_equal(party_of(l, "9777")->schema, EM_SCHEMA_THING);
        assert_int_equal(rejects_of(l), 0);
        em_list_free(l);
}

static void a_header_row_of_somebody_else_is_passed_over(void **state)
{
        (void)state;
        em_list *l = data_list("sdn_with_header.csv");
        assert_int_equal(em_list_count(l), 1);
        assert_int_equal(rejects_of(l), 0);
        assert_int_equal(party_of(l, "9001")->borns, 1);
        em_list_free(l);
}

static void basic_xml_says_the_same_with_elements(void **state)
{
        (void)state;
        em_list *l = data_list("cons.xml");
        assert_text(file_of(l)->format, "ofac-xml");
        assert_int_equal(file_of(l)->date, day_of("2018-04-06"));       /* month first */
        assert_party(l, "9001",
                     "Person us-cons/9001\n"
                     "primary: Chol Su EXAMPLE [family EXAMPLE]\n"
                     "weak alias: SU\n"
                     "former name: Chul Soo SAMPLE [family SAMPLE]\n"
                     "born: circa 1962 = 1960-01-01/1964-12-31 circa\n"        /* 1962-01-01 - (365 + 366), 1962-12-31 + (365 + 366) */
                     "passport: 000111|kp|expires 29 Oct 2013\n"
                     "wallet: 1ExampLeAddressThatNobodyHas1111111||XBT\n"
                     "country: kp\naddress: 1 Sample Street, Pyongyang, Korea, North\nbirthplace: Wonsan\n"
                     "programme: NS-PLC\ntitle: Manager\nlinked: SAMPLE TRADING\ngender: female\nremarks: (Linked To: SAMPLE TRADING)\n");
        assert_party(l, "9003",
                     "Vessel us-cons/9003\nprimary: SAMPLE STAR\nimo: 1234567||\ncall-sign: HMXX9||\ncountry: kp\ntitle: Tanker\nlinked: SAMPLE SHIPPING\n");
        em_list_free(l);
}

static void enhanced_xml_gives_scripts_and_dates(void **state)
{
        (void)state;
        em_list *l = data_list("enhanced.xml");
        assert_int_equal(file_of(l)->date, day_of("2024-08-28"));
        assert_party(l, "9001",
                     "Person us-sdn/9001\n"
                     "primary: Chol Su EXAMPLE [family EXAMPLE]\noriginal script: 철수\nweak alias: SU\n"
                     "born: 1962 = 1962-01-01/1962-12-31\n"
                     "wallet: 1ExampLeAddressThatNobodyHas1111111||XBT\npassport: 000111|kp|expires 2013-10-29\n"
                     "country: kp\naddress: Pyongyang, Korea, North\nprogramme: DPRK\ntitle: Manager\nlinked: SAMPLE TRADING\ngender: male\n"
                     "listed: 2019-04-15\n");
        em_list_free(l);
}

static void advanced_xml_is_joined_by_its_numbers(void **state)
{
        (void)state;
        em_list *l = data_list("advanced.xml");
        const em_list_reject *r;
        assert_int_equal(file_of(l)->date, day_of("2020-03-17"));
        assert_party(l, "9001",
                     "Person us-sdn/9001\n"
                     "primary: Chol Su EXAMPLE [family EXAMPLE]\noriginal script: 철수 [family 철수]\nweak alias: SU [family SU]\n"
                     "born: 1962-03 = 1962-03-01/1962-03-31\n"
                     "passport: 000111|kp|\n"
                     "country: kp\naddress: Wonsan, Korea, North\nbirthplace: Nampo\nprogramme: DPRK\ngender: male\nlisted: 2016-07-06\n");
        assert_party(l, "9003", "Vessel us-sdn/9003\nprimary: SAMPLE STAR\nlinked: Chol Su EXAMPLE\n");
        assert_int_equal(em_list_rejects(l, &r), 1);
        assert_text(r[0].id, "9009");
        assert_text(r[0].reason, "no party has this profile");
        em_list_free(l);
}

static void files_cut_anywhere_end_in_parties_and_rejects(void **state)
{
        (void)state;
        static const struct { const char *file, *format; } rows[] = {
                {"sdn.csv", "ofac-csv"}, {"alt.csv", "ofac-alt-csv"}, {"sdn_comments.csv", "ofac-comments-csv"}, {"cons.xml", "ofac-xml"},
                {"enhanced.xml", "ofac-enhanced-xml"}, {"advanced.xml", "ofac-advanced-xml"}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                (void)assert_cuts(data_bytes(rows[i].file), rows[i].format, 300);
}

/* ---- as published --------------------------------------------------------------------------------------- */

/* Python's csv on SDN.CSV: 9,044 rows (2677 stands twice), 4,643 individuals, 420 vessels, 280 aircraft, 106 vessels with DPRK in their
 * programmes; re.findall of "Passport " at the start of a remark: 1,582; ALT.CSV has 12,409 rows, all of listed entries;
 * ADD.CSV has one row whose entry is not there. */
static void the_list_of_january_2022_has_its_counts(void **state)
{
        (void)state;
        em_str   bytes = real_bytes("us/sdn_2022-01/sdn.csv");
        em_list *l = real_parse(bytes, "sdn.csv", NULL);
        size_t   dprk = 0;
        for (size_t i = 0; i < em_list_count(l); i++) {
                const em_party *p = em_list_at(l, i);
                bool is = false;
                for (size_t k = 0; k < p->programmes; k++)
                        is = is || em_str_starts(p->programme[k], EM_S("DPRK"));
                dprk += is && p->schema == EM_SCHEMA_VESSEL;
        }
        assert_int_equal(em_list_count(l), 9044);
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 4643);
        assert_int_equal(count_schema(l, EM_SCHEMA_VESSEL), 420);
        assert_int_equal(count_schema(l, EM_SCHEMA_AIRPLANE), 280);
        assert_int_equal(dprk, 106);
        assert_int_equal(count_numbers(l, "passport"), 1582);
        assert_int_equal(rejects_of(l), 0);
        em_list_free(l);
}

/* grep -c of start tags: <sdnEntry>, <sdnType>Individual, <sdnType>Vessel; DistinctParty and Alias; entity. */
static void the_published_xml_has_its_counts(void **state)
{
        (void)state;
        static const struct { const char *file; const char *date; size_t all, persons, vessels; } rows[] = {
                {"us/ofac_cons_xml_2018-04-06.xml", "2018-04-06", 639, 94, 74}, {"us/ofac_cons_xml_2024-05-06.xml", "2024-05-06", 443, 79, 0},
                {"us/ofac_cons_advanced_2020-03-17.xml", "2020-03-17", 375, 82, 0},
                {"us/ofac_enhanced_IRGC_2024-08-28.xml", "2024-08-28", 293, 165, 0}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                em_list *l = real_list(rows[i].file);
                assert_int_equal(file_of(l)->date, day_of(rows[i].date));
                assert_int_equal(em_list_count(l), rows[i].all);
                assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), rows[i].persons);
                assert_int_equal(count_schema(l, EM_SCHEMA_VESSEL), rows[i].vessels);
                assert_int_equal(rejects_of(l), 0);
                em_list_free(l);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_row_and_its_remarks_become_a_party),
                cmocka_unit_test(an_organisation_keeps_its_comma_and_its_imo_number_is_no_ships),
                cmocka_unit_test(bad_rows_are_set_aside_with_their_line_and_latin_1_is_read),
                cmocka_unit_test(tables_given_together_are_joined_in_any_order),
                cmocka_unit_test(a_remark_that_was_cut_goes_on_in_the_comments),
                cmocka_unit_test(names_without_a_main_table_are_still_names),
                cmocka_unit_test(a_header_row_of_somebody_else_is_passed_over),
                cmocka_unit_test(basic_xml_says_the_same_with_elements),
                cmocka_unit_test(enhanced_xml_gives_scripts_and_dates),
                cmocka_unit_test(advanced_xml_is_joined_by_its_numbers),
                cmocka_unit_test(files_cut_anywhere_end_in_parties_and_rejects),
                cmocka_unit_test(the_list_of_january_2022_has_its_counts),
                cmocka_unit_test(the_published_xml_has_its_counts),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
