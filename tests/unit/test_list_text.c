/* SDNLIST.TXT, the BIS's denied persons and Senzing's JSON: what constructed entries give, and the counts of the published. */
#include "list_real.h"
#include "names/list_inside.h"

#include <stdio.h>

static em_list *parse(const char *text)
{
        em_list *l = NULL;
        em_error err = {0};
        if (em_list_parse(em_str_c(text), EM_S("test"), NULL, &l, &err) != EM_OK)
                fail_msg("%s", err.text);
        return l;
}

/* ---- SDNLIST.TXT ------------------------------------------------------------------------- */

#define PREFACE "ALPHABETICAL LISTING OF SPECIALLY DESIGNATED NATIONALS AND BLOCKED\nPERSONS:\n\nA preface of [any] words.\n\n"

static void a_paragraph_is_a_person_with_aliases_and_facts(void **state)
{
        (void)state;
        em_list *l = parse(PREFACE
                "EXAMPLE, Chol Su (a.k.a. EXAMPLE, Chul-\nSoo; a.k.a. \"SU\"; f.k.a. SAMPLE, Su), 1 Sample Street, Wonsan,\n"
                "Korea, North; DOB 04 Mar 1962; POB Nampo, Korea, North; Passport\n000111 (Korea, North) (individual) [DPRK2] [NPWMD]\n"
                "(Linked To: SAMPLE CO., LTD.).\n");
        const em_party *p = em_list_at(l, 0);
        assert_int_equal(em_list_count(l), 1);
        assert_int_equal(rejects_of(l), 0);
        assert_int_equal(p->schema, EM_SCHEMA_PERSON);
        assert_int_equal(p->names, 4);
        assert_text(p->name[0].text, "Chol Su EXAMPLE");
        assert_text(p->name[1].text, "Chul-Soo EXAMPLE");        /* a line that ends in a hyphen goes on without a blank */
        assert_text(p->name[2].text, "SU");
        assert_int_equal(p->name[2].kind, EM_NAME_WEAK);         /* the Treasury quotes weak aliases */
        assert_int_equal(p->name[3].kind, EM_NAME_FORMER);
        assert_text(p->born[0].text, "04 Mar 1962");
        assert_int_equal(p->addresses, 1);
        assert_text(p->address[0], "1 Sample Street, Wonsan, Korea, North");
        assert_text(p->place_of_birth[0], "Nampo, Korea, North");
        assert_text(p->number[0].type, "passport");
        assert_text(p->number[0].value, "000111");
        assert_int_equal(p->programmes, 2);
        assert_text(p->linked[0], "SAMPLE CO., LTD.");
        assert_int_equal(p->line, 6);           /* two lines of heading, a blank, the preface, a blank */
        em_list_free(l);
}

static void a_party_stands_once_under_whichever_name_comes_first(void **state)
{
        (void)state;
        em_list *l = parse(PREFACE "ALPHA CO. (a.k.a. BETA CO.; a.k.a. GAMMA CO.), Nampo, Korea, North [DPRK2].\n\n"
                           "BETA CO. (a.k.a. ALPHA CO.; a.k.a. GAMMA CO.), Nampo, Korea, North [DPRK2].\n\n"
                           "BETA CO. (a.k.a. ALPHA CO.; a.k.a. GAMMA CO.), Wonsan, Korea, North [DPRK2].\n");
        assert_int_equal(em_list_count(l), 2);
        assert_text(em_list_at(l, 0)->name[0].text, "ALPHA CO.");
        assert_text(em_list_at(l, 1)->address[0], "Wonsan, Korea, North");
        em_list_free(l);
}

static void commas_and_brackets_belong_to_a_companys_name(void **state)
{
        (void)state;
        em_list *l = parse(PREFACE "SAMPLE (HOLDINGS) TRADING CO., LTD., Nampo, Korea, North [DPRK2].\n\nSAMPLE STAR (a.k.a. STAR 1); Vessel\n"
                           "Registration Identification IMO 9114555 (vessel) [DPRK2].\n\nNO PROGRAMME.\n\n_____\n\n~(vessels):~\n");
        assert_int_equal(em_list_count(l), 2);
        assert_int_equal(rejects_of(l), 1);        /* NO PROGRAMME; rules between sections are no entries */
        assert_int_equal(em_list_at(l, 1)->schema, EM_SCHEMA_VESSEL);
        assert_text(em_list_at(l, 1)->number[0].type, "imo");
        em_list_free(l);
}

/* Counted by a Python reading of the same file: 1,275 different sets of names and words behind them, 773 of "(individual)". */
static void the_published_text_has_its_parties(void **state)
{
        (void)state;
        em_list *l = real_list("us/sdn_2016-02_sdnlist.txt");
        assert_int_equal(em_list_count(l), 1275);
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 773);
        assert_int_equal(rejects_of(l), 0);
        em_list_free(l);
}

/* ---- dpl.txt -------------------------------------------------------------------------------- */

#define DPL "\"Name\"\t\"Street_Address\"\t\"City\"\t\"State\"\t\"Country\"\t\"Postal_Code\"\t\"Effective_Date\"\t\"Expiration_Date\"\t\"Standard_Order\"\t\"Last_Update\"\t\"Action\"\t\"FR_Citation\"\n"

static void a_denied_person_is_known_by_name_and_day(void **state)
{
        (void)state;
        em_list *l = parse(DPL "\"CHOL EXAMPLE\"\t\"1 SAMPLE STREET\"\t\"WONSAN\"\t\"\"\t\"KP\"\t\"100\"\t\"06/19/2003\"\t\"06/29/2056\"\t\"Y\"\t\"2007-01-31\"\t\"X\"\t\"68 F.R. 1\"\n");
        const em_party *p = em_list_at(l, 0);
        char            day[11];
        assert_text(p->id, "CHOL EXAMPLE/2003-06-19");
        assert_int_equal(p->schema, EM_SCHEMA_LEGAL_ENTITY);
        assert_string_equal(em_day_text(p->listed, day), "2003-06-19");
        assert_string_equal(em_day_text(p->changed, day), "2007-01-31");
        assert_text(p->country[0], "kp");
        assert_text(p->address[0], "1 SAMPLE STREET, WONSAN, 100, KP");
        assert_text(p->reason, "68 F.R. 1");
        assert_text(p->remarks, "denied until 06/29/2056");
        em_list_free(l);
        l = real_list("us/bis_dpl_2021-07.txt");         /* wc -l: 582 lines, one of them the header */
        assert_int_equal(em_list_count(l), 581);
        assert_int_equal(rejects_of(l), 0);
        em_list_free(l);
}

/* ---- Senzing -------------------------------------------------------------------------------- */

static void features_are_known_wherever_they_stand(void **state)
{
        (void)state;
        em_list *l = parse("{\"DATA_SOURCE\":\"TEST\",\"RECORD_ID\":\"7\",\"RECORD_TYPE\":\"PERSON\",\"NAMES\":[{\"NAME_TYPE\":\"PRIMARY\",\"NAME_LAST\":\"Example\","
                           "\"NAME_FIRST\":\"Chol\"},{\"NAME_TYPE\":\"ALIAS\",\"NAME_FULL\":\"Su Sample\"}],\"GENDER\":\"M\",\"DATE_OF_BIRTH\":\"1962-03-04\","
                           "\"PASSPORT_NUMBER\":\"000111\",\"PASSPORT_COUNTRY\":\"KP\",\"ADDRESSES\":[{\"ADDR_LINE1\":\"1 Sample Street\",\"ADDR_CITY\":\"Wonsan\"}]}\n"
                           "{\"DATA_SOURCE\":\"TEST\"}\n{\n");
        const em_party *p = em_list_at(l, 0);
        assert_int_equal(em_list_count(l), 1);
        assert_int_equal(rejects_of(l), 2);        /* a record without a RECORD_ID, and a line that is no JSON */
        assert_int_equal(p->schema, EM_SCHEMA_PERSON);
        assert_text(p->id, "7");
        assert_text(p->name[0].text, "Chol Example");
        assert_int_equal(p->name[1].kind, EM_NAME_ALIAS);
        assert_text(p->born[0].text, "1962-03-04");
        assert_text(p->gender, "male");
        assert_text(p->number[0].value, "000111");
        assert_text(p->number[0].country, "kp");
        assert_text(p->address[0], "1 Sample Street, Wonsan");
        em_list_free(l);
        l = real_list("ftm/senzing.json");      /* grep -c: 121 RECORD_ID, 1,430 NAME_FULL, 100 of "PERSON" */
        size_t names = 0;
        for (size_t i = 0; i < em_list_count(l); i++)
                names += em_list_at(l, i)->names;
        assert_int_equal(em_list_count(l), 121);
        assert_int_equal(names, 1430);
        em_list_free(l);
}

/* A NUL where a country's name ends is part of what was asked, not the name's end. */
static void a_country_is_not_told_by_bytes_behind_its_name(void **state)
{
        (void)state;
        assert_int_equal(em_country_code((em_str){"zw\0\0\0\0\0\0", 8}).n, 0);
        assert_text(em_country_code(EM_S("zw")), "zw");
}

/* ---- any cut ---------------------------------------------------------------------------------- */

static void files_cut_anywhere_end_in_parties_and_rejects(void **state)
{
        (void)state;
        static const struct { const char *format, *text; } files[] = {
                {"ofac-sdnlist-txt", PREFACE "EXAMPLE, Su (a.k.a. \"SU\"), Nampo, Korea, North; DOB 1962 (individual) [DPRK2] (Linked To: A).\n"},
                {"us-dpl-txt", DPL "\"A B\"\t\"1\"\t\"C\"\t\"\"\t\"KP\"\t\"\"\t\"06/19/2003\"\t\"\"\t\"Y\"\t\"2007-01-31\"\t\"X\"\t\"Y\"\n"},
                {"senzing-json", "{\"DATA_SOURCE\":\"T\",\"RECORD_ID\":\"7\",\"NAMES\":[{\"NAME_FULL\":\"Su\"}]}\n"},
        };
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
                for (size_t n = 0; n <= strlen(files[i].text); n++) {
                        em_list_opts opts = {.format = em_str_c(files[i].format), .date = EM_DAY_NONE};
                        em_list *l = NULL;
                        em_status s = em_list_parse((em_str){files[i].text, n}, EM_S("cut"), &opts, &l, NULL);
                        for (size_t k = 0; s == EM_OK && k < em_list_count(l); k++)
                                assert_true(em_list_at(l, k)->offset + em_list_at(l, k)->length <= n);
                        if (n == strlen(files[i].text))
                                assert_int_equal(em_list_count(l), 1);
                        em_list_free(l);
                }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_paragraph_is_a_person_with_aliases_and_facts),
                cmocka_unit_test(a_party_stands_once_under_whichever_name_comes_first),
                cmocka_unit_test(commas_and_brackets_belong_to_a_companys_name),
                cmocka_unit_test(the_published_text_has_its_parties),
                cmocka_unit_test(a_denied_person_is_known_by_name_and_day),
                cmocka_unit_test(features_are_known_wherever_they_stand),
                cmocka_unit_test(a_country_is_not_told_by_bytes_behind_its_name),
                cmocka_unit_test(files_cut_anywhere_end_in_parties_and_rejects),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
