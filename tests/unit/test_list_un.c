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

/* README of the shared data: 730 persons, 273 entities, DPRK 155 = 80 persons and 75 entities.  Of its 3,043 alias elements 291
 * are empty; cut at ';' and each text counted once in an entry (ElementTree) they hold 2,812 names, and the 378 original
 * scripts 377, because one repeats a name. */
static void the_newest_list_has_its_published_counts(void **state)
{
        (void)state;
        em_list *l = real_list("un/un_2026-02-27.xml");
        assert_int_equal(file_of(l)->date, day_of("2026-02-27"));
        assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), 730);
        assert_int_equal(count_schema(l, EM_SCHEMA_ORGANIZATION), 273);
        assert_int_equal(count_programme(l, "DPRK", EM_SCHEMA_PERSON), 80);
        assert_int_equal(count_programme(l, "DPRK", EM_SCHEMA_ORGANIZATION), 75);
        assert_int_equal(count_names(l, EM_NAME_ALIAS) + count_names(l, EM_NAME_WEAK) + count_names(l, EM_NAME_FORMER), 2812);
        assert_int_equal(count_names(l, EM_NAME_SCRIPT), 377);
        assert_int_equal(rejects_of(l), 0);
        const em_party *p = party_of(l, "KPe.001");
        assert_text(p->name[0].text, "KOREA MINING DEVELOPMENT TRADING CORPORATION");
        assert_int_equal(p->listed, day_of("2009-04-24"));
        em_list_free(l);
}

/* Entries, persons, aliases and original scripts by ElementTree, counted as above. */
static void every_shared_version_has_the_counts_that_elementtree_finds(void **state)
{
        (void)state;
        static const struct { const char *file; size_t all, persons, aliases, scripts; } rows[] = {
                {"un/un_2016-02-11.xml", 239, 130, 402, 120},   {"un/un_2017-07-03.xml", 1021, 650, 2550, 400},
                {"un/un_2018-06-07.xml", 1098, 693, 2672, 406}, {"un/un_2018-06-21.xml", 1100, 695, 2677, 406},
                {"un/un_2018-08-24.xml", 1098, 701, 2707, 407}, {"un/un_2018-10-29.xml", 1093, 703, 2707, 411},
                {"un/un_2020-11-30.xml", 1018, 713, 2724, 407}, {"un/un_2025-04-19.xml", 877, 684, 2719, 379},
                {"un/un_2025-11-18.xml", 1000, 727, 2813, 378}, {"un/un_2025-11-20.xml", 1000, 727, 2813, 378},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                em_list *l = real_list(rows[i].file);
                print_message("%s\n", rows[i].file);
                assert_int_equal(em_list_count(l), rows[i].all);
                assert_int_equal(count_schema(l, EM_SCHEMA_PERSON), rows[i].persons);
                assert_int_equal(count_names(l, EM_NAME_ALIAS) + count_names(l, EM_NAME_WEAK) + count_names(l, EM_NAME_FORMER), rows[i].aliases);
                assert_int_equal(count_names(l, EM_NAME_SCRIPT), rows[i].scripts);
                assert_int_equal(rejects_of(l), 0);
                em_list_free(l);
        }
}

/* The re-saved list has 879 start tags of entries (grep -c), 392 of them with bytes that are no UTF-8 or no XML.  In some the damage
 * made markup out of letters ('<' and '&' out of the low bytes of UTF-16), and such an entry is lost; each is a reject. */
static void of_the_broken_list_every_entry_is_a_party_or_a_reject(void **state)
{
        (void)state;
        em_list *l = real_list("un/un_2025-08-16_invalid_utf8.xml");
        const em_list_reject *r;
        size_t n = em_list_rejects(l, &r), lost = 0, marked = 0;
        for (size_t i = 0; i < n; i++) {
                marked += em_str_find(r[i].reason, EM_S("read as U+FFFD")) >= 0;
                lost += em_str_find(r[i].reason, EM_S("is not read")) >= 0;
        }
        assert_int_equal(em_list_count(l) + lost, 879);
        assert_int_equal(marked + lost, n);
        assert_true(marked >= 370 && marked <= 392);
        assert_true(em_list_count(l) > 850);
        (void)party_of(l, "KPi.001");
        em_list_free(l);
}

static void a_published_list_cut_anywhere_keeps_what_was_whole(void **state)
{
        (void)state;
        em_str all = real_bytes("un/un_2016-02-11.xml");
        assert_int_equal(assert_cuts(all, "un-xml", 200), 200);
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
                cmocka_unit_test(every_shared_version_has_the_counts_that_elementtree_finds),
                cmocka_unit_test(of_the_broken_list_every_entry_is_a_party_or_a_reject),
                cmocka_unit_test(a_published_list_cut_anywhere_keeps_what_was_whole),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
