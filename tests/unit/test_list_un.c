/* The UN list: a constructed one read by eye, and every published version against counts made by other means (grep and
 * Python's ElementTree over the same files; the commands stand beside the numbers). */
#include "list_real.h"

static void every_element_of_an_entry_finds_its_place(void **state)
{
        (void)state;
        em_list *l = data_list("un.xml");
        assert_text(file_of(l)->format, "un-xml");
        assert_int_equal(file_of(l)->date, day_of("2026-02-27"));
        /* circa 1965 is two years either way (party_date.c): 731 days before 1965-01-01 and behind 1965-12-31. */
        assert_party(l, "KPi.901",
                     "Person un/KPi.901\n"
                     "primary: CHOL SU EXAMPLE\n"
                     "original script: 철수\n"
                     "alias: Chul Soo Example\n"
                     "alias: C. S. Example\n"
                     "weak alias: Su\n"
                     "born: 1966-03-04 = 1966-03-04/1966-03-04\n"
                     "born: circa 1965 = 1963-01-01/1968-01-01 circa\n"
                     "born: 1960 to 1963 = 1960-01-01/1963-12-31\n"
                     "other: 9000001||\n"
                     "un-reference: KPi.901||\n"
                     "passport: PX-000111|kp|expires on 5 May 2017\n"
                     "national-id: 42-42||\n"
                     "country: kp\n"
                     "address: 1 Sample Street, Pyongyang, Democratic People's Republic of Korea\n"
                     "birthplace: Wonsan, Democratic People's Republic of Korea\n"
                     "programme: DPRK\n"
                     "title: Mr\ntitle: Manager\ntitle: Clerk\n"
                     "gender: male\n"
                     "remarks: Constructed for a test; & so is all here.\n"
                     "listed: 2016-11-30\nchanged: 2018-08-08\n");
        assert_party(l, "KPe.901",
                     "Organization un/KPe.901\n"
                     "primary: SAMPLE SHIPPING COMPANY LTD\n"
                     "former name: OLD SAMPLE SHIPPING\n"
                     "alias: SSC\n"
                     "other: 9000003||\n"
                     "un-reference: KPe.901||\n"
                     "imo: 1234567||\nimo: 7654321||\n"
                     "address: Nampo\n"
                     "programme: DPRK\n"
                     "remarks: Owner of the ships SAMPLE STAR (IMO: 1234567) and SAMPLE MOON (International Maritime Organization (IMO) Number: 7654321).\n"
                     "listed: 2018-03-30\n");
        em_list_free(l);
}

/* grep -n: line 4 of the file is the first <INDIVIDUAL>, line 76 the second. */
static void an_entry_without_a_reference_number_is_a_reject_at_its_line(void **state)
{
        (void)state;
        em_str   all = data_bytes("un.xml");
        em_list *l = data_list("un.xml");
        const em_list_reject *r;
        assert_int_equal(em_list_count(l), 2);
        assert_int_equal(em_list_rejects(l, &r), 1);
        assert_text(r[0].id, "9000002");
        assert_text(r[0].reason, "it has no REFERENCE_NUMBER");
        assert_int_equal(r[0].line, 76);
        assert_memory_equal(all.p + r[0].offset, "<INDIVIDUAL>", 12);
        const em_party *p = party_of(l, "KPe.901");
        assert_memory_equal(all.p + p->offset, "<ENTITY>", 8);
        assert_memory_equal(all.p + p->offset + p->length - 9, "</ENTITY>", 9);
        em_list_free(l);
}

static em_str changed(em_str all, const char *what, const char *to)
{
        ptrdiff_t at = em_str_find(all, em_str_c(what));
        em_str    out;
        assert_true(at > 0);
        assert_int_equal(em_str_format(real_arena, &out, NULL, "%.*s%s%.*s", (int)at, all.p, to,
                                       EM_ARG(em_str_sub(all, (size_t)at + strlen(what), all.n))), EM_OK);
        return out;
}

static void a_broken_entry_costs_only_itself(void **state)
{
        (void)state;
        em_str   bad = changed(data_bytes("un.xml"), "<GENDER>Male</GENDER>", "<GENDER>Male</SEX>");
        em_list *l = real_parse(bad, "bad.xml", NULL);
        const em_list_reject *r;
        assert_int_equal(em_list_count(l), 1);
        assert_int_equal(em_list_rejects(l, &r), 2);
        assert_text(r[0].reason, "mismatched tag: the entry that stands here is not read");
        assert_int_equal(r[0].line, 12);
        assert_memory_equal(bad.p + r[0].offset, "</SEX>", 6);
        assert_int_equal(r[1].line, 76);        /* lines go on behind the damage */
        (void)party_of(l, "KPe.901");
        em_list_free(l);
}

static void bytes_that_are_no_utf8_are_marked_and_noted_and_the_entry_is_kept(void **state)
{
        (void)state;
        em_str   bad = changed(data_bytes("un.xml"), "Constructed for", "Constr\xfc" "cted\x02 f\xe9r");
        em_list *l = real_parse(bad, "bad.xml", NULL);
        const em_list_reject *r;
        assert_int_equal(em_list_count(l), 2);
        assert_text(em_str_sub(party_of(l, "KPi.901")->remarks, 0, 22), "Constr\xef\xbf\xbd" "cted\xef\xbf\xbd f\xef\xbf\xbdr");
        assert_int_equal(em_list_rejects(l, &r), 2);
        assert_text(r[0].reason, "3 bytes are not UTF-8 and are read as U+FFFD; the rest of the entry of line 4 stands");
        assert_int_equal(r[0].line, 14);
        assert_int_equal((unsigned char)bad.p[r[0].offset], 0xfc);
        const em_party *p = party_of(l, "KPe.901");     /* offsets are of the file, not of what was mended */
        assert_memory_equal(bad.p + p->offset, "<ENTITY>", 8);
        assert_memory_equal(bad.p + p->offset + p->length - 9, "</ENTITY>", 9);
        em_list_free(l);
}

static void a_file_that_declares_entities_is_refused(void **state)
{
        (void)state;
        em_str bomb = changed(data_bytes("un.xml"), "<CONSOLIDATED_LIST",
                              "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><CONSOLIDATED_LIST");
        em_list *l = NULL;
        em_error err = {0};
        assert_int_equal(em_list_parse(bomb, EM_S("bomb.xml"), NULL, &l, &err), EM_FORMAT);
        assert_string_equal(err.text, "it declares XML entities, which no list needs");
        assert_string_equal(err.file, "bomb.xml");
}

static void an_entry_too_deep_is_a_reject_and_the_next_is_read(void **state)
{
        (void)state;
        em_buf deep = em_buf_make(1 << 20);
        for (int i = 0; i < 200; i++)
                em_buf_c(&deep, "<A>");
        for (int i = 0; i < 200; i++)
                em_buf_c(&deep, "</A>");
        em_buf_ch(&deep, 0);
        em_list *l = real_parse(changed(data_bytes("un.xml"), "<GENDER>Male</GENDER>", deep.p), "deep.xml", NULL);
        const em_list_reject *r;
        assert_int_equal(em_list_count(l), 1);
        assert_int_equal(em_list_rejects(l, &r), 2);
        assert_text(r[0].reason, "an entry deeper than 64 elements or larger than 16777216 bytes");
        em_list_free(l);
        em_buf_free(&deep);
}

/* Only two of three entries have a number; each cut inside the list leaves something open, and says so. */
static void a_list_cut_anywhere_keeps_what_was_whole_and_tells_of_the_cut(void **state)
{
        (void)state;
        assert_int_equal(assert_cuts(data_bytes("un.xml"), "un-xml", 400), 400);
}

/* ---- as published ------------------------------------------------------------------------------------- */

/* README of the shared data and notes: 730 persons, 273 entities, DPRK 155 = 80 persons and 75 entities, 378 names in original
 * script, 3,043 alias elements.  Of those elements (ElementTree): 187 are empty; the others hold, cut at ';', and counted once
 * in an entry and not when equal to its caption, see the sum below. */
static void the_newest_list_has_its_published_counts(void **state)
{
        (void)state;
        em_list *l = real_list("un/un_2026-02-27.xml");
        assert_int_equal(file_of(l)->date, day_of("2026-02-27"));
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 730);
        assert_int_equal(count_schema(l, EM_SCHEMA_ORGANIZATION), 273);
        assert_int_equal(count_programme(l, "DPRK", EM_SCHEMA_PERSON), 80);
        assert_int_equal(count_programme(l, "DPRK", EM_SCHEMA_ORGANIZATION), 75);
        assert_int_equal(rejects_of(l), 0);
        em_list_free(l);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_element_of_an_entry_finds_its_place),
                cmocka_unit_test(an_entry_without_a_reference_number_is_a_reject_at_its_line),
                cmocka_unit_test(a_broken_entry_costs_only_itself),
                cmocka_unit_test(bytes_that_are_no_utf8_are_marked_and_noted_and_the_entry_is_kept),
                cmocka_unit_test(a_file_that_declares_entities_is_refused),
                cmocka_unit_test(an_entry_too_deep_is_a_reject_and_the_next_is_read),
                cmocka_unit_test(a_list_cut_anywhere_keeps_what_was_whole_and_tells_of_the_cut),
                cmocka_unit_test(the_newest_list_has_its_published_counts),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
