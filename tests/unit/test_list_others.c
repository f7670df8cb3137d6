/* Canada, Switzerland, the US screening list, wallets, FollowTheMoney; and countries by their names. */
#include "list_real.h"
#include "names/list_inside.h"

static void canada_has_aliases_between_commas_and_no_numbers_of_its_own(void **state)
{
        (void)state;
        em_list *l = data_list("ca.xml");
        assert_party(l, "Belarus/1, Part 1/2",
                     "Person ca/Belarus/1, Part 1/2\nprimary: Ivan EXAMPLE [family EXAMPLE]\nalias: Vanya Sample\noriginal script: Иван Пример (ru)\n"
                     "born: 1972 = 1972-01-01/1972-12-31\nprogramme: Belarus\nlisted: 2020-09-28\n");
        assert_party(l, "Burma/1/1", "Organization ca/Burma/1/1\nprimary: Sample Holdings\nalias: Sample Group Co., Ltd.\nalias: Sample Limited\nprogramme: Burma\n");
        assert_party(l, "Iran/2/3", "Vessel ca/Iran/2/3\nprimary: SAMPLE STAR\nimo: 1234567||\nprogramme: Iran\n");
        em_list_free(l);
        /* grep -c: 4,759 <record>, 109 <ShipIMONumber>, 3,334 <LastName>. */
        l = real_list("ca/canada_sema_2025-03.xml");
        assert_int_equal(em_list_count(l), 4759);
        assert_int_equal(count_schema(l, EM_SCHEMA_VESSEL), 109);
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 3334);
        em_list_free(l);
}

static void switzerlands_targets_find_their_programme_and_places(void **state)
{
        (void)state;
        em_list *l = data_list("ch.xml");
        assert_int_equal(file_of(l)->date, day_of("2026-08-27"));
        assert_party(l, "9001",
                     "Person ch/9001\nprimary: Chol Example [family Example]\nalias: Chol Ekjampul [family Ekjampul]\nweak alias: Su\n"
                     "born: 4.3.1962 = 1962-03-04/1962-03-04\npassport: 000111|kp|passport\ncountry: kp\naddress: 1 Sample Street, Wonsan, North Korea\n"
                     "birthplace: Wonsan, North Korea\nprogramme: North Korea\ngender: male\nreason: Constructed for a test.\n"
                     "listed: 2016-05-18\nchanged: 2020-03-01\ndelisted\n");
        assert_party(l, "9002", "Vessel ch/9002\nprimary: Sample Star\nimo: 1234567||\nprogramme: North Korea\nremarks: IMO Number: 1234567\n"
                     "listed: 2016-05-18\nchanged: 2016-05-18\n");
        em_list_free(l);
        l = real_list("ch/seco_excerpt_2026-08-27.xml");        /* README: an individual (de-listed), an entity, a vessel */
        assert_int_equal(em_list_count(l), 3);
        assert_true(party_of(l, "5142")->delisted);
        assert_false(party_of(l, "46130")->delisted);
        em_list_free(l);
}

static void the_screening_list_repeats_its_header_and_packs_ids_into_a_cell(void **state)
{
        (void)state;
        em_list *l = data_list("csl.csv");
        assert_int_equal(em_list_count(l), 2);
        assert_party(l, "9001",
                     "Person us-csl/9001\nprimary: Chol Su EXAMPLE [family EXAMPLE]\nalias: Chul Soo EXAMPLE [family EXAMPLE]\nalias: Su SAMPLE [family SAMPLE]\n"
                     "born: 1962-03-04 = 1962-03-04/1962-03-04\npassport: 000111|kp|\nwallet: 1ExampLeAddressThatNobodyHas1111111||XBT\n"
                     "country: kp\naddress: 1 Sample Street, Pyongyang, KP\naddress: Nampo, KP\nbirthplace: Wonsan\n"
                     "programme: Specially Designated Nationals (SDN) - Treasury Department\nprogramme: DPRK2\nprogramme: NPWMD\n"
                     "title: Manager\ngender: male\nremarks: Constructed\n");
        assert_int_equal(party_of(l, "aa01")->schema, EM_SCHEMA_LEGAL_ENTITY);
        em_list_free(l);
        /* Python's csv: 4,227 rows beside the header and its repetition; the file ends inside a quoted field of the last. */
        l = real_list("us/csl_trade_gov.csv");
        assert_int_equal(em_list_count(l) + rejects_of(l), 4227);
        assert_int_equal(rejects_of(l), 1);
        em_list_free(l);
}

static void wallets_are_one_a_line(void **state)
{
        (void)state;
        em_list *l = data_list("wallets.csv"), *plain = data_list("wallets.txt");
        assert_int_equal(em_list_count(l), 3);
        assert_party(l, "XBT:1ExampLeAddressThatNobodyHas1111111",
                     "CryptoWallet wallets/XBT:1ExampLeAddressThatNobodyHas1111111\nwallet: 1ExampLeAddressThatNobodyHas1111111||XBT\n");
        assert_int_equal(rejects_of(l), 1);
        assert_int_equal(em_list_count(plain), 2);
        em_list_free(l);
        em_list_free(plain);
}

/* README of the shared data: 365, 535 and 654 addresses.  Israel's: 895 rows with a wallet (Python, without the header). */
static void published_wallets_have_their_counts(void **state)
{
        (void)state;
        static const struct { const char *file; size_t want; } rows[] = {
                {"crypto/ofac_crypto_2022-09-03.csv", 365}, {"crypto/ofac_crypto_2023-05-19.csv", 535}, {"crypto/ofac_crypto_2024-09-27.csv", 654}};
        for (size_t i = 0; i < 3; i++) {
                em_list *l = real_list(rows[i].file);
                assert_int_equal(em_list_count(l), rows[i].want);
                assert_int_equal(count_numbers(l, "wallet"), rows[i].want);
                assert_int_equal(rejects_of(l), 0);
                em_list_free(l);
        }
        em_list *l = real_list("crypto/il_nbctf_wallets.csv");
        assert_int_equal(em_list_count(l), 895);
        em_list_free(l);
}

static void entities_are_read_nested_or_apart(void **state)
{
        (void)state;
        em_list *l = data_list("entities.ftm.json");
        const em_list_reject *r;
        assert_party(l, "x-9001",
                     "Person ftm:sample_list/x-9001\nprimary: Chol Su Example\nalias: EXAMPLE Chol Su\nalias: 철수\nweak alias: Su\n"
                     "born: 1962-03 = 1962-03-01/1962-03-31\npassport: 000111||\ncountry: kp\naddress: 1 Sample Street\nbirthplace: Wonsan\n"
                     "programme: Constructed\ngender: male\nreason: For a test.\nchanged: 2024-03-14\n");
        assert_party(l, "x-9002", "CryptoWallet ftm:sample_list/x-9002\nwallet: 1ExampLeAddressThatNobodyHas1111111||XBT\n");
        assert_party(l, "x-9003", "Vessel ftm:sample_list/x-9003\nprimary: SAMPLE STAR\nimo: 1234567||\ncountry: kp\nprogramme: Stands before its party\n");
        assert_int_equal(em_list_count(l), 3);
        assert_int_equal(em_list_rejects(l, &r), 2);
        assert_int_equal(r[0].line, 6);
        assert_int_equal(r[1].line, 7);
        assert_text(r[1].reason, "an entity without an id");
        em_list_free(l);
}

static void deltas_are_applied_in_order(void **state)
{
        (void)state;
        const em_str path[] = {EM_S("tests/data/lists/entities.ftm.json"), EM_S("tests/data/lists/entities.delta.json")};
        em_list *l = NULL;
        assert_int_equal(em_list_read(path, 2, NULL, &l, NULL), EM_OK);
        assert_int_equal(em_list_count(l), 3);  /* 9001 anew, 9002, 9005; 9003 is gone */
        assert_int_equal(party_of(l, "x-9001")->names, 1);
        assert_int_equal(party_of(l, "x-9005")->names, 1);
        assert_int_equal(rejects_of(l), 3);
        em_list_free(l);
}

/* Python over the same files: entities of each schema; and the deltas' operations: two added, one added and one changed, that one
 * deleted, one added. */
static void published_entities_have_their_counts(void **state)
{
        (void)state;
        static const struct { const char *file; size_t persons, companies, organisations; } rows[] = {
                {"ftm/zala_entities.ftm.json", 6, 11, 0}, {"ftm/sa_wiki_peps_entities.ftm.json", 607, 0, 0},
                {"ftm/targets.nested.json", 20, 0, 0}, {"ftm/parteispenden_entities.ftm.json", 22, 56, 18}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                em_list *l = real_list(rows[i].file);
                assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), rows[i].persons);
                assert_int_equal(count_schema(l, EM_SCHEMA_COMPANY), rows[i].companies);
                assert_int_equal(count_schema(l, EM_SCHEMA_ORGANIZATION), rows[i].organisations);
                assert_int_equal(rejects_of(l), 0);
                em_list_free(l);
        }
}

static void files_cut_anywhere_end_in_parties_and_rejects(void **state)
{
        (void)state;
        static const struct { const char *file, *format; } rows[] = {
                {"ca.xml", "ca-xml"}, {"ch.xml", "ch-xml"}, {"csl.csv", "us-csl-csv"}, {"wallets.csv", "wallets"}, {"entities.ftm.json", "ftm-json"},
                {"entities.delta.json", "ftm-json"}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                (void)assert_cuts(data_bytes(rows[i].file), rows[i].format, 300);
}

/* ISO 3166-1 codes of the names that lists use; what may be two countries is none. */
static void countries_are_known_by_their_names(void **state)
{
        (void)state;
        static const struct { const char *name, *code; } rows[] = {
                {"Korea, North", "kp"}, {"DEMOCRATIC PEOPLE'S REPUBLIC OF KOREA", "kp"}, {"DPRK", "kp"}, {"PRK", "kp"}, {"Republic of Korea", "kr"},
                {"Iran (Islamic Republic of)", "ir"}, {"Russian Federation", "ru"}, {"Russian", "ru"}, {" Viet Nam ", "vn"},
                {"C\xc3\xb4te d'Ivoire", "ci"}, {"T\xc3\xbcrkiye", "tr"}, {"zw", "zw"}, {"ABW", "aw"}, {"Korea", ""}, {"Congolese", ""}, {"", ""}, {"z", ""}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                assert_text(em_country_code(em_str_c(rows[i].name)), rows[i].code);
}

static void two_dates_with_to_between_are_one_span(void **state)
{
        (void)state;
        em_party_date d;
        assert_true(em_party_date_parse(EM_S("26 Sep 1946 to 07 Dec 1946"), &d));
        assert_true(d.span.from == day_of("1946-09-26") && d.span.to == day_of("1946-12-07"));
        assert_true(em_party_date_parse(EM_S("Mar 1962 to Feb 1963"), &d));
        assert_true(d.span.from == day_of("1962-03-01") && d.span.to == day_of("1963-02-28"));
        assert_true(em_party_date_parse(EM_S("1957 to 1960"), &d));
        assert_true(d.span.from == day_of("1957-01-01") && d.span.to == day_of("1960-12-31"));
        assert_false(em_party_date_parse(EM_S("1960 to 1957"), &d));
        assert_false(em_party_date_parse(EM_S("24/06/1402 (Hijri Calendar)"), &d));
        assert_false(em_party_date_parse(EM_S("30-35 years old"), &d));
}

/* As the EU's annexes print them. */
static void several_dates_in_one_text_are_several(void **state)
{
        (void)state;
        static const struct { const char *text; size_t want; } rows[] = {
                {"(a) 30.12.1960, (b) 13.12.1960", 2}, {"9.11.1952 or 25.7.1952 or 25.7.1962", 3}, {"1979, 1980 or 1981", 3}, {"March 1968/1969", 2},
                {"22.8.1978 (or 4.12.1975)", 2}, {"12/03/1965", 1}, {"10 Dec, 1948", 1}, {"Leningrad, USSR", 0}, {"N/D", 0}};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                em_str   table;
                em_error err = {0};
                assert_int_equal(em_str_format(real_arena, &table, &err, "celex,recordId,programKey,annex,schema,name,birthDate\nc,1,P,A,Person,N,\"%s\"\n",
                                               rows[i].text), EM_OK);
                em_list *l = real_parse(table, "oj.csv", NULL);
                assert_int_equal(em_list_at(l, 0)->borns, rows[i].want);
                em_list_free(l);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(canada_has_aliases_between_commas_and_no_numbers_of_its_own),
                cmocka_unit_test(switzerlands_targets_find_their_programme_and_places),
                cmocka_unit_test(the_screening_list_repeats_its_header_and_packs_ids_into_a_cell),
                cmocka_unit_test(wallets_are_one_a_line),
                cmocka_unit_test(published_wallets_have_their_counts),
                cmocka_unit_test(entities_are_read_nested_or_apart),
                cmocka_unit_test(deltas_are_applied_in_order),
                cmocka_unit_test(published_entities_have_their_counts),
                cmocka_unit_test(files_cut_anywhere_end_in_parties_and_rejects),
                cmocka_unit_test(countries_are_known_by_their_names),
                cmocka_unit_test(two_dates_with_to_between_are_one_span),
                cmocka_unit_test(several_dates_in_one_text_are_several),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
