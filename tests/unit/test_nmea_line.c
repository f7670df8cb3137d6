/* One line of an AIS receiver: its fields, its tag block, what stations append, its six-bit letters.
 *
 * Sentences are published ones (gpsd's sample.aivdm, libais' test.aivdm, AISdb) or were made for the test; every checksum was computed as
 * IEC 61162-1 says, the exclusive or of what stands between '!' and '*'.
 */
#include "nmea_shared.h"

#include "decode/nmea_inside.h"

static em_nmea_reject cut(const char *line, em_sentence *s) { return em_sentence_parse(line, strlen(line), s); }

#define assert_str(got, want) do { em_str got_ = (got); assert_int_equal(got_.n, strlen(want)); assert_memory_equal(got_.p, want, got_.n); } while (0)

static void a_plain_sentence_is_cut_into_its_fields(void **state)
{
        (void)state;
        em_sentence s;
        assert_int_equal(cut("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", &s), EM_NMEA_OK);
        assert_str(s.talker, "AI");
        assert_str(s.payload, "13HOI:0P0000VOHLCnHQKwvL05Ip");
        assert_true(!s.own && s.parts == 1 && s.part == 1 && s.sequence == -1 && s.channel == 'A' && s.fill == 0);
        assert_true(s.time_from == EM_TIME_UNSAID && s.station.n == 0 && s.group_parts == 0 && s.checksum == 0x23);
        assert_int_equal(cut("!BSVDM,2,2,1,B,`88888888888880,2*67", &s), EM_NMEA_OK);
        assert_true(s.parts == 2 && s.part == 2 && s.sequence == 1 && s.channel == 'B' && s.fill == 2);
}

static void what_the_coast_guard_appends_gives_station_and_time(void **state)
{
        (void)state;
        em_sentence s;
        assert_int_equal(cut("!AIVDM,1,1,,A,403Ovl@000Htt<tSF0l4Q@100`Pq,0*28,d-109,S2105,t050056.00,T56.13718694,r003669946,1325394060,1325394001", &s), EM_NMEA_OK);
        assert_str(s.station, "r003669946");
        assert_true(s.time_from == EM_TIME_SUFFIX && s.time_ms == 1325394060000);       /* the receiver's, not the logger's behind it */
        assert_int_equal(cut("!AIVDM,1,1,,A,15B4FT5000JRP>PE6E68Nbkl0PS5,0*70,b003669794,1272412827", &s), EM_NMEA_OK);
        assert_str(s.station, "b003669794");
}

static void a_tag_block_gives_time_station_and_group(void **state)
{
        (void)state;
        em_sentence s;
        assert_int_equal(cut("\\s:42809,c:1635731889,t:1635731965*6A\\!AIVDM,1,1,,,403t>B1vFhQr5`NonbBw?>G00<0n,0*7B", &s), EM_NMEA_OK);
        assert_str(s.station, "42809");
        assert_true(s.time_from == EM_TIME_TAG && s.time_ms == 1635731889000 && s.channel == 0);
        assert_int_equal(cut("\\g:1-2-27300,n:636994,s:b003669710,c:1428621738*5F\\!SAVDM,2,1,2,B,55Mw@A7J1adAL@?;7WPl58F0U<h4pB222222220t1PN5553fN4g?`4iSp5Rc,0*26", &s), EM_NMEA_OK);
        assert_true(s.group_part == 1 && s.group_parts == 2 && s.group_id == 27300);
}

static void a_damaged_tag_block_spoils_its_sentence(void **state)
{
        (void)state;
        em_sentence s;
        assert_int_equal(cut("\\s:42809,c:1635731888,t:1635731965*6A\\!AIVDM,1,1,,,403t>B1vFhQr5`NonbBw?>G00<0n,0*7B", &s), EM_NMEA_TAG);
        assert_int_equal(cut("\\s:42809\\!AIVDM,1,1,,,403t>B1vFhQr5`NonbBw?>G00<0n,0*7B", &s), EM_NMEA_TAG);
        assert_int_equal(cut("\\s:42809,c:16357!AIVDM,1,1,,,403t>B1vFhQr5`NonbBw?>G00<0n,0*7B", &s), EM_NMEA_TAG);
}

/* Kystverket's service computes the checksum, then puts the group in front: 0x53 is that of "c:1565218798" alone. */
static void a_group_put_in_after_the_checksum_is_left_out(void **state)
{
        (void)state;
        em_sentence s;
        assert_int_equal(cut("\\g:2-2-9999,c:1565218798*53\\!BSVDM,2,2,3,A,00000000000,2*3E", &s), EM_NMEA_OK);
        assert_true(s.group_parts == 0 && s.time_ms == 1565218798000);
}

static void a_time_before_the_sentence_is_read_in_any_unit(void **state)
{
        (void)state;
        /* 2021-07-01 12:00:01 UTC is 1,625,140,801 s after 1970: 18,809 days of 86,400 s, and 43,201 s. */
        static const struct { const char *prefix; int64_t ms; } of[] = {
                { "1625140801 ", 1625140801000 }, { "1625140801.5,", 1625140801500 }, { "1625140801250 ", 1625140801250 },
                { "1625140801250999 ", 1625140801250 }, { "1625140801250999999 ", 1625140801250 },
                { "2021-07-01 12:00:01 ", 1625140801000 }, { "2021-07-01T12:00:01.250Z ", 1625140801250 }, { "[2021/07/01 12:00:01 UTC] ", 1625140801000 },
        };
        for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
                em_sentence s;
                char line[200];
                (void)snprintf(line, sizeof line, "%s!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", of[i].prefix);
                assert_int_equal(cut(line, &s), EM_NMEA_OK);
                assert_true(s.time_from == EM_TIME_PREFIX && s.time_ms == of[i].ms);
        }
        em_sentence s;
        assert_int_equal(cut("2021-02-30 12:00:01 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", &s), EM_NMEA_OK);
        assert_int_equal(s.time_from, EM_TIME_UNSAID);
}

static void what_is_wrong_with_a_line_is_named(void **state)
{
        (void)state;
        static const struct { const char *line; em_nmea_reject why; } of[] = {
                { "", EM_NMEA_OTHER }, { "$GPZDA,1*00", EM_NMEA_OTHER }, { "# !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", EM_NMEA_OTHER },
                { "\\si:AISD*3F\\", EM_NMEA_OTHER },
                { "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24", EM_NMEA_CHECKSUM },
                { "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", EM_NMEA_NO_CHECKSUM },
                { "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*2", EM_NMEA_NO_CHECKSUM },
                { "!AIVDM,1,1,,B,,0*25", EM_NMEA_EMPTY },
                /* the checksums of these were computed for them; each differs from 0x23 by the exclusive or of what was changed */
                { "!AIVDM,0,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*22", EM_NMEA_PART },            /* 1 to 0: 0x01 */
                { "!AIVDM,1,0,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*22", EM_NMEA_PART },
                { "!AIVDM,1,2,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*20", EM_NMEA_PART },            /* 1 to 2: 0x03 */
                { "!AIVDM,1,1,,Q,13HOI:0P0000VOHLCnHQKwvL05Ip,0*33", EM_NMEA_CHANNEL },         /* A to Q: 0x10 */
                { "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,6*25", EM_NMEA_FILL },            /* 0 to 6: 0x06 */
                { "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,*13", EM_NMEA_FILL },             /* 0 gone: 0x30 */
        };
        for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
                em_sentence s = { .parts = 77 };
                assert_int_equal(cut(of[i].line, &s), of[i].why);
                assert_int_equal(s.parts, 77);
        }
        char longer[1100];
        memset(longer, 'x', sizeof longer);
        em_sentence s;
        assert_int_equal(em_sentence_parse(longer, 1025, &s), EM_NMEA_LONG);
        for (int i = 0; i < EM_NMEA_REJECTS; i++)
                assert_true(*em_nmea_reject_name((em_nmea_reject)i) && *em_nmea_reject_why((em_nmea_reject)i));
}

static void gatehouse_says_when_where_and_of_which_sentence(void **state)
{
        (void)state;
        em_gatehouse g;
        static const char line[] = "$PGHP,1,2014,10,2,16,30,3,887,219,1,992190917,1,7B*5C";
        assert_true(em_gatehouse_read(line, sizeof line - 1, &g));
        /* 2014-10-02 is day 16,345: 44 years of 365, 11 leap days, 273 days to 1 October, and 1; 16:30:03.887 is 59,403,887 ms */
        assert_true(g.time_ms == INT64_C(16345) * 86400000 + 59403887);
        assert_int_equal(g.checksum, 0x7b);
        assert_str(g.station, "992190917");
        static const char bad[] = "$PGHP,1,2014,10,2,16,30,3,887,219,1,992190917,1,7B*5D";
        assert_false(em_gatehouse_read(bad, sizeof bad - 1, &g));
}

/* ---- letters ----------------------------------------------------------------- */

/* The table of IEC 61162-1: '0' is 0, 'W' is 39, '`' is 40, 'w' is 63. */
static void letters_are_the_sixty_four_of_the_standard(void **state)
{
        (void)state;
        uint8_t bits[64];
        assert_true(em_sixbit_unpack("0W`w", 4, bits));
        /* 000000 100111 101000 111111 */
        assert_memory_equal(bits, ((uint8_t[]){ 0x02, 0x7a, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0 }), 11);
        unsigned good = 0;
        for (int c = 0; c < 256; c++)
                good += em_sixbit_unpack((char[]){ (char)c }, 1, bits);
        assert_int_equal(good, 64);
}

static void both_twins_unpack_the_same_at_every_length_and_fault(void **state)
{
        (void)state;
        char    letters[200 + 64] = { 0 };
        uint8_t a[200 * 3 / 4 + 48], b[200 * 3 / 4 + 48];
        for (size_t n = 0; n <= 200; n++) {
                for (size_t i = 0; i < n + 40; i++)
                        letters[i] = (char)(i * 37 % 64 < 40 ? i * 37 % 64 + 48 : i * 37 % 64 + 56);
                assert_true(em_nmea_unpack(letters, n, a) && em_nmea_unpack_plain(letters, n, b) && em_sixbit_unpack(letters, n, b));
                assert_memory_equal(a, b, (n * 3 + 3) / 4 + 8);
                for (size_t i = 0; i < n; i++) {
                        char kept = letters[i];
                        letters[i] = (char)(88 + i % 8);
                        assert_true(!em_nmea_unpack(letters, n, a) && !em_nmea_unpack_plain(letters, n, b));
                        letters[i] = kept;
                }
        }
}

static void sums_and_line_ends_are_those_of_a_loop_over_bytes(void **state)
{
        (void)state;
        char bytes[130];
        for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (char)(i * 151 + 20);
        for (size_t n = 0; n <= sizeof bytes; n++) {
                uint8_t sum = 0;
                for (size_t i = 0; i < n; i++)
                        sum ^= (uint8_t)bytes[i];
                assert_int_equal(em_nmea_xor(bytes, n), sum);
        }
        memset(bytes, 'x', sizeof bytes);
        for (size_t at = 0; at < sizeof bytes; at++) {
                bytes[at] = at % 2 ? '\n' : '\r';
                for (size_t n = 0; n <= sizeof bytes; n++)
                        assert_true(em_nmea_line_end(bytes, n) == (at < n ? at : n) && em_nmea_line_end_plain(bytes, n) == (at < n ? at : n));
                bytes[at] = 'x';
        }
}

/* ---- damage -------------------------------------------------------------------- */

/* A flipped bit between '!' and '*' or inside a tag block is never taken; behind the checksum, in the case of its digits, or before the tag block
 * it may be, and then the letters are what they were. */
static void damage_one(const char *line, size_t n, size_t *taken)
{
        em_sentence was, s;
        char copy[EM_NMEA_LINE + 1];
        if (n > EM_NMEA_LINE || em_sentence_parse(line, n, &was) != EM_NMEA_OK)
                return;
        const char *bang = was.talker.p - 1, *star = was.payload.p + was.payload.n + 2;
        for (size_t i = 0; i < n; i++)
                for (unsigned bit = 0; bit < 8; bit++) {
                        memcpy(copy, line, n);
                        copy[i] = (char)(copy[i] ^ 1 << bit);
                        if (em_sentence_parse(copy, n, &s) != EM_NMEA_OK)
                                continue;
                        ++*taken;
                        assert_true(line + i < bang || line + i > star);
                        assert_true(s.payload.n == was.payload.n && memcmp(s.payload.p, was.payload.p, s.payload.n) == 0);
                        assert_true(s.parts == was.parts && s.part == was.part && s.channel == was.channel && s.sequence == was.sequence);
                        assert_true(was.time_from != EM_TIME_TAG || (s.time_ms == was.time_ms && s.time_from == EM_TIME_TAG));
                }
        for (size_t k = 0; k < n; k++) {                /* exact room: a sanitizer sees any byte read too far */
                char *cut_at = malloc(k ? k : 1);
                assert_non_null(cut_at);
                memcpy(cut_at, line, k);
                if (em_sentence_parse(cut_at, k, &s) == EM_NMEA_OK)
                        assert_true(line + k >= star + 3);
                free(cut_at);
        }
}

static void every_shared_sentence_survives_each_flipped_bit_and_each_cut(void **state)
{
        (void)state;
        shared_files f = shared_open();
        size_t taken = 0, lines = 0;
        for (size_t i = 0; i < f.count; i++) {
                em_str bytes = shared_bytes(&f, i);
                size_t every = bytes.n > 300000 ? 37 : 1, k = 0;        /* of the long files every 37th line */
                for (em_str rest = bytes; rest.n;) {
                        em_cut line = em_str_cut(rest, '\n');
                        em_str s = em_str_trim(line.head);
                        if (k++ % every == 0)
                                damage_one(s.p, s.n, &taken), lines++;
                        rest = line.tail;
                }
        }
        assert_true(lines > 10000 && taken > 0);
        em_arena_free(f.arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_plain_sentence_is_cut_into_its_fields),
                cmocka_unit_test(what_the_coast_guard_appends_gives_station_and_time),
                cmocka_unit_test(a_tag_block_gives_time_station_and_group),
                cmocka_unit_test(a_damaged_tag_block_spoils_its_sentence),
                cmocka_unit_test(a_group_put_in_after_the_checksum_is_left_out),
                cmocka_unit_test(a_time_before_the_sentence_is_read_in_any_unit),
                cmocka_unit_test(what_is_wrong_with_a_line_is_named),
                cmocka_unit_test(gatehouse_says_when_where_and_of_which_sentence),
                cmocka_unit_test(letters_are_the_sixty_four_of_the_standard),
                cmocka_unit_test(both_twins_unpack_the_same_at_every_length_and_fault),
                cmocka_unit_test(sums_and_line_ends_are_those_of_a_loop_over_bytes),
                cmocka_unit_test(every_shared_sentence_survives_each_flipped_bit_and_each_cut),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
