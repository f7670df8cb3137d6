/* Bits of any kind: nothing crashes, nothing is read beyond the eight bytes, what is said is said by the bits.
 *
 * The twin reads a field one bit at a time, at the places that ITU-R M.1371-5, annex 8, tables 48 to 81 give.  Messages come from the
 * shared files (a sample; all of them where a sanitizer is built in), cut at each bit and with each bit turned, and from chance.
 */
#include "ais_sentence.h"
#include "nmea_shared.h"

#include "embargo/json.h"

static em_arena    *arena;
static em_json_doc *reader;
static em_buf       out;

/* Which messages are cut and turned (every 61st), and at which of their bits JSON is written too. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif
#ifdef SANITIZED
enum { EACH = 1, EACH_JSON = 11 };
#else
enum { EACH = 61, EACH_JSON = 1 };
#endif

static int64_t naive(const uint8_t *bits, size_t at, unsigned count, bool with_sign)
{
        uint64_t v = 0;
        for (size_t i = at; i < at + count; i++)
                v = v << 1 | (bits[i / 8] >> (7 - i % 8) & 1U);
        if (with_sign && count < 64 && v >> (count - 1) & 1)
                return (int64_t)v - (INT64_C(1) << count);
        return (int64_t)v;
}

static void naive_text(const uint8_t *bits, size_t count, size_t at, size_t letters, char *to)
{
        size_t n = 0;
        for (; n < letters && at + 6 * n + 6 <= count; n++) {
                int64_t six = naive(bits, at + 6 * n, 6, false);
                if (six == 0)
                        break;
                to[n] = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"[six];
        }
        while (n > 0 && to[n - 1] == ' ')
                n--;
        to[n] = '\0';
}

/* Where the types say what; 0: not said. */
static const struct where { unsigned type, status, turn, sog, accuracy, lon, lat, cog, heading, second, raim; } wheres[] = {
        {1, 38, 42, 50, 60, 61, 89, 116, 128, 137, 148},
        {2, 38, 42, 50, 60, 61, 89, 116, 128, 137, 148},
        {3, 38, 42, 50, 60, 61, 89, 116, 128, 137, 148},
        {4, 0, 0, 0, 78, 79, 107, 0, 0, 72, 148},
        {9, 0, 0, 50, 60, 61, 89, 116, 0, 128, 147},
        {11, 0, 0, 0, 78, 79, 107, 0, 0, 72, 148},
        {18, 0, 0, 46, 56, 57, 85, 112, 124, 133, 147},
        {19, 0, 0, 46, 56, 57, 85, 112, 124, 133, 305},
        {21, 0, 0, 0, 163, 164, 192, 0, 0, 253, 268},
};

static void same_position(const em_ais *ais, const uint8_t *bits)
{
        const em_ais_position *p = &ais->position;
        for (size_t i = 0; i < sizeof wheres / sizeof *wheres; i++) {
                const struct where *w = &wheres[i];
                if (w->type != ais->type)
                        continue;
                assert_true(ais->has_position);
                assert_int_equal(p->lon, naive(bits, w->lon, 28, true));
                assert_int_equal(p->lat, naive(bits, w->lat, 27, true));
                assert_int_equal(p->accuracy, naive(bits, w->accuracy, 1, false));
                assert_int_equal(p->raim, naive(bits, w->raim, 1, false));
                assert_int_equal(p->second, naive(bits, w->second, 6, false));
                assert_int_equal(p->status, w->status ? naive(bits, w->status, 4, false) : EM_AIS_STATUS_NONE);
                assert_int_equal(p->turn, w->turn ? naive(bits, w->turn, 8, true) : -128);
                assert_int_equal(p->sog, w->sog ? naive(bits, w->sog, 10, false) : EM_AIS_SOG_NONE);
                assert_int_equal(p->cog, w->cog ? naive(bits, w->cog, 12, false) : EM_AIS_COG_NONE);
                assert_int_equal(p->heading, w->heading ? naive(bits, w->heading, 9, false) : EM_AIS_HEADING_NONE);
                return;
        }
        assert_int_equal(ais->has_position, ais->type == 27);
        if (ais->type == 27) {
                assert_int_equal(p->lon, 1000 * naive(bits, 44, 18, true));
                assert_int_equal(p->lat, 1000 * naive(bits, 62, 17, true));
                int64_t knots = naive(bits, 79, 6, false), degrees = naive(bits, 85, 9, false);
                assert_int_equal(p->sog, knots == 63 ? 1023 : 10 * knots);
                assert_int_equal(p->cog, degrees == 511 ? 3600 : 10 * degrees);
                assert_int_equal(p->status, naive(bits, 40, 4, false));
        }
}

static void same_size(const em_ais_static *s, const uint8_t *bits, size_t at)
{
        assert_int_equal(s->to_bow, naive(bits, at, 9, false));
        assert_int_equal(s->to_stern, naive(bits, at + 9, 9, false));
        assert_int_equal(s->to_port, naive(bits, at + 18, 6, false));
        assert_int_equal(s->to_starboard, naive(bits, at + 24, 6, false));
}

static void same_text(const char *is, const uint8_t *bits, size_t count, size_t at, size_t letters)
{
        char want[64];
        naive_text(bits, count, at, letters, want);
        assert_string_equal(is, want);
}

static void same_static(const em_ais *ais, const uint8_t *bits, size_t n)
{
        const em_ais_static *s = &ais->ship;
        assert_int_equal(ais->has_static, ais->type == 5 || ais->type == 19 || ais->type == 21 || ais->type == 24);
        if (ais->type == 5) {
                assert_int_equal(s->imo, naive(bits, 40, 30, false));
                same_text(s->call_sign, bits, n, 70, 7);
                same_text(s->name, bits, n, 112, 20);
                assert_int_equal(s->ship_type, naive(bits, 232, 8, false));
                same_size(s, bits, 240);
                assert_int_equal(s->draught, naive(bits, 294, 8, false));
                same_text(s->destination, bits, n, 302, 20);
        } else if (ais->type == 19) {
                same_text(s->name, bits, n, 143, 20);
                assert_int_equal(s->ship_type, naive(bits, 263, 8, false));
                same_size(s, bits, 271);
        } else if (ais->type == 21) {
                same_size(s, bits, 219);
        } else if (ais->type == 24 && s->part == 0) {
                same_text(s->name, bits, n, 40, 20);
        } else if (ais->type == 24) {
                same_text(s->call_sign, bits, n, 90, 7);
                same_text(s->vendor, bits, n, 48, 7);
                if (ais->mmsi / 10000000 == 98)
                        assert_int_equal(s->mothership, naive(bits, 132, 30, false));
                else
                        same_size(s, bits, 132);
        }
}

/* The first bit count that each type can have (M.1371-5; doc/ais.md, "What is refused"). */
static em_ais_reject want_reject(const uint8_t *bits, size_t n)
{
        static const size_t least[] = {0, 149, 149, 149, 149, 420, 88, 72, 56, 148, 70, 149, 72, 72, 40, 88, 92, 80, 148, 308, 70, 271, 145, 154, 160,
                                       40, 60, 95};
        if (n < 6)
                return EM_AIS_SHORT;
        int64_t type = naive(bits, 0, 6, false);
        if (type < 1 || type > 27)
                return EM_AIS_TYPE;
        if (n < least[type])
                return EM_AIS_SHORT;
        if (type == 24 && naive(bits, 38, 2, false) > 1)
                return EM_AIS_PART;
        if (type == 24 && naive(bits, 38, 2, false) == 1)
                return n < 162 ? EM_AIS_SHORT : EM_AIS_OK;
        if (type >= 25 && type <= 26)
                return n < least[type] + (size_t)(30 * naive(bits, 38, 1, false) + 16 * naive(bits, 39, 1, false)) ? EM_AIS_SHORT : EM_AIS_OK;
        return EM_AIS_OK;
}

/* All that must hold of any bits. */
static void judge(const uint8_t *bits, size_t n, bool json)
{
        em_ais        ais, ship;
        em_ais_reject reject = em_ais_decode(bits, n, &ais);
        assert_int_equal(reject, want_reject(bits, n));
        assert_int_equal(em_ais_decode_ship(bits, n, &ship), reject);
        if (reject != EM_AIS_OK)
                return;
        assert_int_equal(ais.mmsi, naive(bits, 8, 30, false));
        assert_int_equal(ship.mmsi, ais.mmsi);
        assert_true(ship.has_position == ais.has_position && ship.has_static == ais.has_static);
        same_position(&ais, bits);
        same_static(&ais, bits, n);
        if (!json)
                return;
        em_buf_clear(&out);
        em_arena_reset(arena);
        em_ais_json(&ais, &out);
        em_jnode *root;
        assert_int_equal(em_buf_status(&out, NULL), EM_OK);
        if (em_json_parse(reader, em_buf_view(&out), arena, &root, NULL) != EM_OK)
                fail_msg("no JSON: %.*s", EM_ARG(em_buf_view(&out)));
        for (size_t i = 0; i < out.n; i++)
                assert_true(out.p[i] >= ' ' && out.p[i] != 0x7f);
        int64_t mmsi;
        assert_true(em_jint(em_jget(root, "mmsi"), &mmsi) && mmsi == ais.mmsi);
}

/* n bits on the heap, what is behind them zero, eight bytes and no more. */
static uint8_t *fitted(const uint8_t *bits, size_t n)
{
        uint8_t *copy = calloc(n / 8 + 1 + 8, 1);
        assert_non_null(copy);
        memcpy(copy, bits, (n + 7) / 8);
        if (n % 8)
                copy[n / 8] &= (uint8_t)(0xff00 >> n % 8);
        uint8_t *exact = realloc(copy, (n + 7) / 8 + 8);
        assert_non_null(exact);
        return exact;
}

static void torture(const uint8_t *bits, size_t n)
{
        for (size_t cut = 0; cut <= n; cut++) {
                uint8_t *copy = fitted(bits, cut);
                judge(copy, cut, cut % 8 == n % 8 && cut % EACH_JSON == 0);
                free(copy);
        }
        uint8_t *copy = fitted(bits, n);
        for (size_t i = 0; i < n; i++) {
                copy[i / 8] ^= (uint8_t)(128 >> i % 8);
                judge(copy, n, i % EACH_JSON == n % EACH_JSON);
                copy[i / 8] ^= (uint8_t)(128 >> i % 8);
        }
        free(copy);
}

static void shared_messages_cut_and_turned_at_each_bit_say_what_their_bits_say(void **state)
{
        (void)state;
        shared_files f = shared_open();
        size_t       messages = 0, tried = 0, types[64] = {0};
        for (size_t i = 0; i < f.count; i++) {
                em_str         bytes = shared_bytes(&f, i);
                em_nmea       *nmea;
                em_ais_message m;
                assert_int_equal(em_nmea_open(NULL, &nmea, NULL), EM_OK);
                em_nmea_feed(nmea, bytes.p, bytes.n);
                for (int end = 0; end < 2; end++) {
                        while (em_nmea_next(nmea, &m)) {
                                uint8_t *copy = fitted(m.bits, m.bit_count);
                                judge(copy, m.bit_count, true);
                                free(copy);
                                /* of each type the first few, of all a sample */
                                if (types[m.type & 63]++ < 3 || messages++ % EACH == 0) {
                                        torture(m.bits, m.bit_count);
                                        tried++;
                                }
                        }
                        em_nmea_end(nmea);
                }
                em_nmea_close(nmea);
        }
        em_arena_free(f.arena);
        for (size_t t = 1; t <= 27; t++)
                assert_true(types[t] > 0);
        print_message("%zu messages turned and cut\n", tried);
        assert_true(tried > 500);
}

static void bits_of_chance_of_every_type_and_length_are_read_or_refused(void **state)
{
        (void)state;
        uint64_t x = 88172645463325252ULL;      /* Marsaglia's xorshift64 */
        for (unsigned round = 0; round < 30000; round++) {
                uint8_t bits[160];
                for (size_t i = 0; i < sizeof bits; i++) {
                        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
                        bits[i] = (uint8_t)(x >> 24);
                }
                bits[0] = (uint8_t)((bits[0] & 3) | (round % 64) << 2);
                size_t   n = (x >> 32) % (8 * sizeof bits);
                uint8_t *copy = fitted(bits, n);
                judge(copy, n, true);
                free(copy);
        }
}

/* Every application that is known, and those beside it, with payloads of any length. */
static void payloads_of_chance_are_taken_apart_or_shown_whole(void **state)
{
        (void)state;
        static const unsigned dacs[] = {1, 200, 235, 250, 366, 0};
        uint64_t x = 2463534242;
        for (unsigned round = 0; round < 60000; round++) {
                uint8_t bits[160];
                for (size_t i = 0; i < sizeof bits; i++) {
                        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
                        bits[i] = (uint8_t)(x >> 24);
                }
                static const unsigned types[] = {6, 8, 25, 26};
                unsigned type = types[round % 4], id = dacs[round / 4 % 6] << 6 | (unsigned)(x >> 40 & 63);
                size_t   at = type == 6 ? 72 : type == 8 ? 40 : bits[4] & 2 ? 70 : 40;
                bits[0] = (uint8_t)((bits[0] & 3) | type << 2);
                if (type > 8)
                        bits[4] |= 1;   /* structured */
                for (size_t i = 0; i < 16; i++) {
                        uint8_t one = (uint8_t)(128 >> (at + i) % 8);
                        bits[(at + i) / 8] = (uint8_t)(id >> (15 - i) & 1 ? bits[(at + i) / 8] | one : bits[(at + i) / 8] & ~one);
                }
                size_t   n = (x >> 20) % (8 * sizeof bits);
                uint8_t *copy = fitted(bits, n);
                judge(copy, n, true);
                free(copy);
        }
}

static int setup(void **state)
{
        (void)state;
        arena = em_arena_new((size_t)16 << 20);
        reader = em_json_reader();
        out = em_buf_make(1 << 16);
        return arena && reader ? 0 : -1;
}

static int teardown(void **state)
{
        (void)state;
        em_json_reader_free(reader);
        em_arena_free(arena);
        em_buf_free(&out);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(shared_messages_cut_and_turned_at_each_bit_say_what_their_bits_say),
                cmocka_unit_test(bits_of_chance_of_every_type_and_length_are_read_or_refused),
                cmocka_unit_test(payloads_of_chance_are_taken_apart_or_shown_whole),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
