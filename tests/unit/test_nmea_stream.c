/* Streams of AIS lines: parts, repeats, clocks, line ends, any cut; and every shared file against the slow twin and against gpsdecode. */
#include "nmea_naive.h"

static unsigned sum_of(const char *text) { return naive_sum(text, text + strlen(text)); }

/* Puts a line together: tag block when tag is not NULL, '!', body, both with their checksums. */
static void say(em_buf *b, const char *tag, const char *body)
{
        if (tag)
                em_buf_fmt(b, "\\%s*%02X\\", tag, sum_of(tag));
        em_buf_fmt(b, "!%s*%02X\n", body, sum_of(body));
}

#define ONE   "AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0"
#define TWO   "AIVDM,1,1,,B,133sVfPP00PD>hRMDH@jNOvN20S8,0"
#define BASE  "AIVDM,1,1,,B,402=481uaUcf;OQ55JS9ITi025Jp,0"
#define FIRST "AIVDM,2,1,7,B,53aDpaT000010;CKKB0h4Q8TpLDr222222222216<P:656rd07Tai0CKk5hD,0"
#define LAST  "AIVDM,2,2,7,B,Q1C`8888880,2"

typedef struct heard { em_nmea_counts counts; char text[4000]; } heard;

static heard hear_with(em_buf *stream, const em_nmea_opts *opts)
{
        heard  h = { 0 };
        em_buf out = em_buf_make(1 << 20);
        assert_int_equal(em_buf_status(stream, NULL), EM_OK);
        h.counts = read_stream(em_buf_view(stream), 0, opts, &out);
        (void)snprintf(h.text, sizeof h.text, "%.*s", EM_ARG(em_buf_view(&out)));
        em_buf_free(&out);
        em_buf_free(stream);
        return h;
}

static heard hear(em_buf *stream) { return hear_with(stream, NULL); }

/* The letters of one message of one part: type 1 of MMSI 227006760 (gpsd decodes this sentence of AIS Hub so). */
static void a_message_has_its_type_ship_bits_and_place(void **state)
{
        (void)state;
        em_nmea       *nmea = NULL;
        em_ais_message m;
        static const char line[] = "# hello\n!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n";
        assert_int_equal(em_nmea_open(NULL, &nmea, NULL), EM_OK);
        em_nmea_feed(nmea, line, sizeof line - 1);
        assert_true(em_nmea_next(nmea, &m));
        assert_true(m.type == 1 && m.mmsi == 227006760 && m.bit_count == 168 && m.channel == 'A' && m.parts == 1);
        assert_true(m.line[0] == 2 && m.offset[0] == 8 && m.length[0] == 47 && m.time_ms == INT64_MIN && !m.repeat);
        assert_false(em_nmea_next(nmea, &m));
        em_nmea_end(nmea);
        em_nmea_close(nmea);
}

/* ---- parts --------------------------------------------------------------------- */

static void parts_meet_in_any_order_with_foreign_lines_between(void **state)
{
        (void)state;
        em_buf a = em_buf_make(1 << 20), b = em_buf_make(1 << 20);
        say(&a, NULL, FIRST), em_buf_c(&a, "$GPZDA,foreign\n# comment\n\n"), say(&a, NULL, ONE), say(&a, NULL, LAST);
        say(&b, NULL, LAST), say(&b, NULL, ONE), say(&b, NULL, FIRST);
        heard x = hear(&a), y = hear(&b);
        assert_true(x.counts.messages == 2 && y.counts.messages == 2 && x.counts.rejects[EM_NMEA_ORPHAN] == 0);
        assert_non_null(strstr(x.text, "1+6 @0/"));
        assert_non_null(strstr(y.text, "3+1 @"));
        assert_non_null(strstr(x.text, " 424:"));               /* 71 letters of six bits, two of them fill: type 5 */
        char *bits = strstr(x.text, " 424:");
        assert_memory_equal(bits, strstr(y.text, " 424:"), 5 + 106);
}

static void numbers_may_be_absent_or_large(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, NULL, "AIVDM,2,1,,A,5000000000,0"), say(&b, NULL, "AIVDM,2,1,4711,A,5111111111,0");
        say(&b, NULL, "AIVDM,2,2,4711,A,1111,0"), say(&b, NULL, "AIVDM,2,2,,A,0000,0");
        heard h = hear(&b);
        assert_int_equal(h.counts.messages, 2);
        assert_true(strncmp(h.text, "2+3 ", 4) == 0 && strstr(h.text, "\n1+4 "));
}

static void stations_talkers_and_channels_keep_parts_apart(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, "s:one", "AIVDM,2,1,1,A,5000000000,0"), say(&b, "s:two", "AIVDM,2,1,1,A,5111111111,0");
        say(&b, NULL, "BSVDM,2,1,1,A,5222222222,0"), say(&b, NULL, "AIVDM,2,1,1,B,5333333333,0");
        say(&b, NULL, "AIVDM,2,2,1,B,3333,0"), say(&b, NULL, "BSVDM,2,2,1,A,2222,0");
        say(&b, "s:one", "AIVDM,2,2,1,A,0000,0"), say(&b, "s:two", "AIVDM,2,2,1,A,1111,0");
        heard h = hear(&b);
        assert_int_equal(h.counts.messages, 4);
        assert_non_null(strstr(h.text, "4+5 "));
        assert_non_null(strstr(h.text, "3+6 "));
        assert_non_null(strstr(h.text, "1+7 "));
        assert_non_null(strstr(h.text, "2+8 "));
}

static void a_group_of_the_tag_block_goes_before_the_number(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, "g:1-2-10,s:here,c:1600000000", "AIVDM,2,1,1,A,5000000000,0"), say(&b, "g:1-2-11,s:here,c:1600000001", "AIVDM,2,1,1,A,5111111111,0");
        say(&b, "g:2-2-10", "AIVDM,2,2,1,A,0000,0"), say(&b, "g:2-2-11", "AIVDM,2,2,1,A,1111,0");
        heard h = hear(&b);
        assert_int_equal(h.counts.messages, 2);
        assert_non_null(strstr(h.text, "1+3 "));
        assert_non_null(strstr(h.text, " tag 1600000000000 here"));
        assert_non_null(strstr(h.text, "2+4 "));
}

typedef struct told { uint64_t line[16]; em_nmea_reject why[16]; size_t count; } told;

static void note(void *ctx, uint64_t line, uint64_t offset, em_nmea_reject why)
{
        told *t = ctx;
        (void)offset;
        assert_true(t->count < 16);
        t->line[t->count] = line, t->why[t->count++] = why;
}

static void a_part_whose_others_do_not_come_is_an_orphan_with_its_line(void **state)
{
        (void)state;
        told t = { .count = 0 };
        em_nmea_opts opts = em_nmea_defaults;
        opts.reject = note, opts.ctx = &t;
        em_buf b = em_buf_make(1 << 20);
        say(&b, NULL, FIRST);
        for (int i = 0; i < 4096; i++)
                em_buf_c(&b, "#\n");
        say(&b, NULL, LAST);                                    /* line 4098: 4,097 after the first */
        say(&b, "c:1600000000", "AIVDM,2,1,1,A,5000000000,0"), say(&b, "c:1600000061", "AIVDM,2,2,1,A,0000,0");
        heard h = hear_with(&b, &opts);
        assert_true(h.counts.messages == 0 && h.counts.rejects[EM_NMEA_ORPHAN] == 4 && t.count == 4);
        assert_true(t.line[0] == 1 && t.line[1] == 4099 && t.line[2] == 4098 && t.line[3] == 4100);
}

static void a_last_part_does_not_take_the_first_of_another_message(void **state)
{
        (void)state;
        em_buf a = em_buf_make(1 << 20), b = em_buf_make(1 << 20);
        say(&a, NULL, LAST);
        for (int i = 0; i < 64; i++)
                em_buf_c(&a, "#\n");
        say(&a, NULL, FIRST);                                   /* 65 lines behind */
        heard h = hear(&a);
        assert_true(h.counts.messages == 0 && h.counts.rejects[EM_NMEA_ORPHAN] == 2);
        say(&b, "c:1600000000", LAST), say(&b, "c:1600000006", FIRST);
        h = hear(&b);
        assert_true(h.counts.messages == 0 && h.counts.rejects[EM_NMEA_ORPHAN] == 2);
}

static void the_same_part_with_other_bits_begins_a_new_message(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, NULL, "AIVDM,2,1,1,A,5000000000,0"), say(&b, NULL, "AIVDM,2,1,1,A,5111111111,0");
        say(&b, NULL, "AIVDM,2,1,1,A,5111111111,0"), say(&b, NULL, "AIVDM,2,2,1,A,1111,0"), say(&b, NULL, "AIVDM,2,2,1,A,1111,0");
        heard h = hear(&b);
        assert_true(h.counts.messages == 1 && h.counts.rejects[EM_NMEA_TWICE] == 1 && h.counts.rejects[EM_NMEA_ORPHAN] == 0);
        assert_true(strncmp(h.text, "2+4 ", 4) == 0);
}

/* Eight bits of the first part (two letters less four of fill), then twelve: 000001 00(1111) 000010 000011 = 01 00 02 03 packed by hand:
 * 00000100 00001000 0011. */
static void fill_inside_a_message_is_left_out(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, NULL, "AIVDM,2,1,1,A,1?,4"), say(&b, NULL, "AIVDM,2,2,1,A,23,0");
        heard h = hear(&b);
        assert_non_null(strstr(h.text, " 20:040830"));
}

/* One letter of six bits with five of fill leaves one bit; nothing of the fill shows. */
static void fill_at_the_end_is_zero_in_the_bits(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, NULL, "AIVDM,1,1,,A,ww,5");                      /* 1111111(11111): seven bits */
        heard h = hear(&b);
        assert_non_null(strstr(h.text, " 7:fe\n"));
}

/* ---- repeats ----------------------------------------------------------------------- */

static void a_message_heard_twice_within_thirty_seconds_counts_once(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, "s:a,c:1600000000", ONE), say(&b, "s:b,c:1600000030", ONE), say(&b, "s:a,c:1600000031", ONE), say(&b, "s:b,c:1600000002", TWO);
        em_nmea_opts opts = em_nmea_defaults;
        opts.repeats = true;
        em_buf again = em_buf_make(1 << 20);
        em_buf_str(&again, em_buf_view(&b));
        heard h = hear(&b), kept = hear_with(&again, &opts);
        assert_true(h.counts.messages == 4 && h.counts.repeats == 1 && kept.counts.repeats == 1);
        assert_null(strstr(h.text, "repeat"));
        assert_non_null(strstr(kept.text, " b repeat of 1\n"));
        assert_true(strstr(h.text, "1600000031000") && strstr(h.text, "1600000002000"));
}

static void without_a_clock_the_window_is_256_lines(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        say(&b, NULL, ONE);
        for (int i = 0; i < 255; i++)
                em_buf_c(&b, "\n");
        say(&b, NULL, ONE);                             /* line 257 */
        say(&b, NULL, ONE);                             /* 258: 257 after the first hearing */
        heard h = hear(&b);
        assert_true(h.counts.messages == 3 && h.counts.repeats == 1);
        assert_non_null(strstr(h.text, "\n258 "));
}

/* 3,000 messages in one second, then the same from another station: the table grows and finds them. */
static void a_crowd_is_remembered(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 24);
        for (int heard_by = 0; heard_by < 2; heard_by++)
                for (int i = 0; i < 60000; i++) {
                        char body[64];
                        (void)snprintf(body, sizeof body, "AIVDM,1,1,,A,1%c%c%c000000000000000000000000,0", '0' + i % 40, '0' + i / 40 % 40, '0' + i / 1600);
                        say(&b, heard_by ? "s:b,c:1600000003" : "s:a,c:1600000000", body);
                }
        heard h = hear(&b);
        assert_int_equal(h.counts.messages, 120000);
        assert_true(h.counts.repeats <= 60000 && h.counts.repeats >= 60000 - 60000 / 200);
}

/* ---- clocks ------------------------------------------------------------------------ */

static void each_clock_dates_its_sentence_and_the_best_goes_first(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        unsigned sum = sum_of(ONE);
        say(&b, "c:1600000000", ONE);
        em_buf_fmt(&b, "1600000100 !" TWO "*%02X,r1,1600000200\n", sum_of(TWO));
        em_buf_fmt(&b, "1600000300 !" ONE "*%02X\n", sum);
        /* 2020-09-13 12:33:20 UTC is 1,600,000,400: 18,518 days (50 of 365, 12 leap days, 256 to 13 September), 45,200 s */
        char gatehouse[100];
        (void)snprintf(gatehouse, sizeof gatehouse, "PGHP,1,2020,9,13,12,33,20,250,219,,2190077,1,%02X", sum);
        em_buf_fmt(&b, "$%s*%02X\n#\n!" ONE "*%02X\n", gatehouse, sum_of(gatehouse), sum);
        heard h = hear(&b);
        assert_non_null(strstr(h.text, " tag 1600000000000\n"));
        assert_non_null(strstr(h.text, " suffix 1600000200000 r1\n"));
        assert_non_null(strstr(h.text, " prefix 1600000300000\n"));
        assert_non_null(strstr(h.text, " gatehouse 1600000400250\n"));
}

static void gatehouse_dates_no_sentence_but_its_own(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        static const char gatehouse[] = "PGHP,1,2020,9,13,12,33,20,250,219,,2190077,1,00";
        em_buf_fmt(&b, "$%s*%02X\n", gatehouse, sum_of(gatehouse));
        say(&b, NULL, ONE), say(&b, NULL, TWO);
        heard h = hear(&b);
        assert_true(h.counts.messages == 2 && !strstr(h.text, "gatehouse"));
}

/* A base station of the Danish stream of 2010: gpsdecode gives 2010-06-11T11:46:11Z, the second that the $PGHP line before it says;
 * 2010-06-11 is day 14,771 (40 years of 365, 10 leap days, 151 to June, 10), 11:46:11 is second 42,371. */
static void base_stations_date_what_follows_when_asked(void **state)
{
        (void)state;
        em_nmea_opts opts = em_nmea_defaults;
        em_buf a = em_buf_make(1 << 20), b = em_buf_make(1 << 20);
        say(&a, NULL, ONE), say(&a, NULL, BASE), say(&a, NULL, TWO);
        em_buf_str(&b, em_buf_view(&a));
        heard without = hear_with(&a, &opts);
        assert_null(strstr(without.text, "base"));
        opts.base_clock = true;
        opts.day_ms = 1600000000000;
        heard h = hear_with(&b, &opts);
        char want[64];
        (void)snprintf(want, sizeof want, " base %lld\n", (14771LL * 86400 + 42371) * 1000);
        assert_non_null(strstr(h.text, want));
        assert_true(strstr(strstr(h.text, want) + 1, want) != NULL);            /* itself and the next */
        assert_non_null(strstr(h.text, " day 1600000000000\n"));                /* the one before it */
}

/* ---- bytes ------------------------------------------------------------------------- */

static void a_line_ends_in_lf_crlf_or_cr_and_a_run_of_cr_is_one(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 20);
        static const char *const ends[] = { "\n", "\r\n", "\r", "\r\r\n", "\n\n", "" };
        for (size_t i = 0; i < 6; i++) {
                char body[64];
                (void)snprintf(body, sizeof body, "AIVDM,1,1,,A,1%zu00000000,0", i);
                em_buf_fmt(&b, "!%s*%02X%s", body, sum_of(body), ends[i]);
        }
        heard h = hear(&b);
        assert_true(h.counts.messages == 6 && h.counts.lines == 7);
        assert_true(strstr(h.text, "\n5 @") && strstr(h.text, "\n7 @") && !strstr(h.text, "\n6 @"));
}

static void long_lines_and_nul_bytes_are_rejects_and_the_rest_goes_on(void **state)
{
        (void)state;
        em_buf b = em_buf_make(1 << 22);
        say(&b, NULL, ONE);
        for (int i = 0; i < 1 << 20; i++)
                em_buf_ch(&b, i % 3 ? '!' : 'A');
        em_buf_ch(&b, '\n');
        em_buf_add(&b, "!AIVDM,1,1\0,,A,1,0*00\n\0\0\n", 26);
        say(&b, NULL, TWO);
        for (size_t chunk = 0; chunk < 3; chunk++) {
                em_buf out = em_buf_make(1 << 20);
                em_nmea_counts c = read_stream(em_buf_view(&b), chunk * 777, NULL, &out);
                assert_true(c.messages == 2 && c.rejects[EM_NMEA_LONG] == 1 && c.lines == 5 && c.bytes == b.n);
                em_buf_free(&out);
        }
        em_buf_free(&b);
}

static void same_counts(const em_nmea_counts *a, const em_nmea_counts *b) { assert_memory_equal(a, b, sizeof *a); }

static void any_cut_of_a_shared_file_gives_the_same(void **state)
{
        (void)state;
        static const size_t chunks[] = { 1, 2, 7, 64, 1000, 65536 };
        shared_files f = shared_open();
        em_nmea_opts opts = em_nmea_defaults;
        opts.repeats = opts.base_clock = true;
        for (size_t i = 0; i < f.count; i++) {
                em_str bytes = shared_bytes(&f, i);
                em_buf whole = em_buf_make((size_t)1 << 28);
                em_nmea_counts want = read_stream(bytes, 0, &opts, &whole);
                uint64_t rejects = 0;
                for (int k = EM_NMEA_OTHER; k < EM_NMEA_ORPHAN; k++)
                        rejects += want.rejects[k];
                assert_true(want.bytes == bytes.n && want.lines == want.sentences + rejects);
                for (size_t k = 0; k < sizeof chunks / sizeof *chunks; k++) {
                        em_buf out = em_buf_make((size_t)1 << 28);
                        em_nmea_counts got = read_stream(bytes, chunks[k], &opts, &out);
                        same_counts(&got, &want);
                        assert_true(em_str_eq(em_buf_view(&out), em_buf_view(&whole)));
                        em_buf_free(&out);
                }
                em_buf_free(&whole);
        }
        em_arena_free(f.arena);
}

/* ---- others ------------------------------------------------------------------------ */

/* What the twin writes of a message, out of what describe() does: to the end of the bits. */
static em_buf without_clocks(em_str text)
{
        em_buf out = em_buf_make((size_t)1 << 28);
        while (text.n) {
                em_cut line = em_str_cut(text, '\n');
                ptrdiff_t bits = em_str_find(line.head, EM_S(":"));
                size_t n = (size_t)bits + 1;
                while (n < line.head.n && line.head.p[n] != ' ')
                        n++;
                em_buf_str(&out, em_str_sub(line.head, 0, n));
                em_buf_ch(&out, '\n');
                text = line.tail;
        }
        return out;
}

static void the_slow_twin_reads_the_same_out_of_every_shared_file(void **state)
{
        (void)state;
        shared_files f = shared_open();
        em_nmea_opts opts = em_nmea_defaults;
        opts.repeats = true;
        uint64_t messages = 0;
        for (size_t i = 0; i < f.count; i++) {
                em_str bytes = shared_bytes(&f, i);
                em_buf out = em_buf_make((size_t)1 << 28);
                em_nmea_counts got = read_stream(bytes, 0, &opts, &out);
                em_buf lines = without_clocks(em_buf_view(&out));
                naive want = naive_read(bytes);
                if (!em_str_eq(em_buf_view(&lines), em_buf_view(&want.out)))
                        fail_msg("%.*s: the twin reads %" PRIu64 " messages, not %" PRIu64, EM_ARG(f.name[i]), want.messages, got.messages);
                assert_int_equal(got.rejects[EM_NMEA_ORPHAN], want.orphans);
                assert_int_equal(got.rejects[EM_NMEA_TWICE], want.twice);
                messages += got.messages;
                em_buf_free(&out), em_buf_free(&lines), em_buf_free(&want.out);
        }
        assert_true(messages > 40000);
        em_arena_free(f.arena);
}

static size_t count_of(em_str text, em_str what)
{
        size_t n = 0;
        for (ptrdiff_t at; (at = em_str_find(text, what)) >= 0; n++)
                text = em_str_sub(text, (size_t)at + what.n, text.n);
        return n;
}

/* gpsdecode decodes too, and drops what it cannot; it takes sentences behind damaged tag blocks.  So it never shows more than we have. */
static void gpsdecode_finds_no_message_that_is_missing_here(void **state)
{
        (void)state;
        if (access("/usr/bin/gpsdecode", X_OK) != 0) {
                print_message("SKIPPED: gpsdecode is not there (Debian package gpsd-clients)\n");
                skip();
        }
        shared_files f = shared_open();
        em_nmea_opts opts = em_nmea_defaults;
        opts.repeats = true;
        uint64_t theirs = 0, ours = 0;
        for (size_t i = 0; i < f.count; i++) {
                char   gpsdecode[] = "gpsdecode", *argv[] = { gpsdecode, NULL };
                em_str bytes = shared_bytes(&f, i), json = output_of(f.arena, argv, bytes);
                em_buf out = em_buf_make((size_t)1 << 28);
                em_nmea_counts got = read_stream(bytes, 0, &opts, &out);
                size_t n = count_of(json, EM_S("\"class\":\"AIS\""));
                if (n > got.messages + got.rejects[EM_NMEA_TAG])
                        fail_msg("%.*s: gpsdecode finds %zu, embargo %" PRIu64, EM_ARG(f.name[i]), n, got.messages);
                theirs += n, ours += got.messages;
                em_buf_free(&out);
        }
        print_message("gpsdecode shows %" PRIu64 " messages of %" PRIu64 "\n", theirs, ours);
        assert_true(theirs > 30000);
        em_arena_free(f.arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_message_has_its_type_ship_bits_and_place),
                cmocka_unit_test(parts_meet_in_any_order_with_foreign_lines_between),
                cmocka_unit_test(numbers_may_be_absent_or_large),
                cmocka_unit_test(stations_talkers_and_channels_keep_parts_apart),
                cmocka_unit_test(a_group_of_the_tag_block_goes_before_the_number),
                cmocka_unit_test(a_part_whose_others_do_not_come_is_an_orphan_with_its_line),
                cmocka_unit_test(a_last_part_does_not_take_the_first_of_another_message),
                cmocka_unit_test(the_same_part_with_other_bits_begins_a_new_message),
                cmocka_unit_test(fill_inside_a_message_is_left_out),
                cmocka_unit_test(fill_at_the_end_is_zero_in_the_bits),
                cmocka_unit_test(a_message_heard_twice_within_thirty_seconds_counts_once),
                cmocka_unit_test(without_a_clock_the_window_is_256_lines),
                cmocka_unit_test(a_crowd_is_remembered),
                cmocka_unit_test(each_clock_dates_its_sentence_and_the_best_goes_first),
                cmocka_unit_test(gatehouse_dates_no_sentence_but_its_own),
                cmocka_unit_test(base_stations_date_what_follows_when_asked),
                cmocka_unit_test(a_line_ends_in_lf_crlf_or_cr_and_a_run_of_cr_is_one),
                cmocka_unit_test(long_lines_and_nul_bytes_are_rejects_and_the_rest_goes_on),
                cmocka_unit_test(any_cut_of_a_shared_file_gives_the_same),
                cmocka_unit_test(the_slow_twin_reads_the_same_out_of_every_shared_file),
                cmocka_unit_test(gpsdecode_finds_no_message_that_is_missing_here),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
