/* make_ais SHIPS HOURS [SEED [START [EVERY]]] >FILE   constructed AIS sentences of many ships, in order of time.
 *
 *     cc -O2 -std=gnu17 -D_GNU_SOURCE bench/make_ais.c -lm -o make_ais
 *     make_ais 1000 34 >ten-million.nmea              about 295 lines a ship and hour, 79 bytes a line
 *     make_ais 100000 24 7 1700000000 600 >day.nmea   a fleet as satellites hear it: a fix every ten minutes
 *
 * Nothing here is real: no ship, no voyage.  The shapes are: eight of ten ships are of class A (types 1, and 3 while they turn; type 5 in two
 * parts every six minutes), the others of class B (type 18, type 24 in two halves).  A third is moored and reports every three minutes, the
 * others report as M.1371 table 1 has it (10 s below 14 knots, 6 s below 23, 2 s above or while turning by a third of that) or, with EVERY, on
 * average every EVERY seconds.  One base station for fifty ships sends type 4 every ten seconds (every EVERY).  Each line has a tag block with
 * its station and time (\s:...,c:...*hh\); one line in ten is heard by a second station too, within three seconds.
 * Ships go at their speed along legs of an hour or two and stay between 60 S and 70 N; they do not know the coasts.
 * IMO numbers have their check digit.  START: seconds since 1970.  The same arguments give the same bytes.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING 4096               /* seconds ahead that an event may lie */
#define NONE UINT32_MAX

typedef struct ship {
        uint32_t mmsi, imo, next;               /* next: in the list of a second */
        double   lat, lon, knots, course;       /* degrees, true */
        int64_t  moved_s, static_s, leg_ends_s;
        uint32_t size[4], draught, kind, station;
        bool     class_b, moored, base, turning;
        char     name[32], call[16], port[32];
} ship;

typedef struct late { int64_t at; char line[192]; } late;       /* a line that a second station hears */

typedef struct maker {
        uint64_t dice;
        ship    *ships;
        uint32_t count, stations, *ring, sequence;
        int64_t  now, every;
        late     waits[256];
        size_t   waiting;
} maker;

static uint64_t roll(maker *m, uint64_t below)          /* splitmix64 (Steele, Lea and Flood 2014) */
{
        uint64_t z = m->dice += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return (z ^ z >> 31) % below;
}

/* ---- bits and sentences ----------------------------------------------- */

typedef struct bits { uint8_t six[80]; unsigned count; } bits;

static void put(bits *b, uint64_t value, unsigned width)
{
        for (unsigned i = width; i-- > 0; b->count++)
                if (value >> i & 1)
                        b->six[b->count / 6] |= (uint8_t)(32u >> b->count % 6);
}

static void put_text(bits *b, const char *text, unsigned letters)
{
        for (unsigned i = 0; i < letters; i++) {
                put(b, *text ? (uint64_t)(*text & 63) : 0, 6);
                text += *text != 0;
        }
}

static unsigned xor_of(const char *p, size_t n)
{
        unsigned sum = 0;
        for (size_t i = 0; i < n; i++)
                sum ^= (unsigned char)p[i];
        return sum;
}

static void write_line(maker *m, const char *sentence, uint32_t station, int64_t again_s)
{
        char tag[64];
        int  n = snprintf(tag, sizeof tag, "s:r%09u,c:%" PRId64, 3660000 + station, m->now);
        printf("\\%s*%02X\\%s\r\n", tag, xor_of(tag, (size_t)n), sentence);
        if (again_s > 0 && m->waiting < 256) {
                late *w = &m->waits[m->waiting++];
                w->at = m->now + again_s;
                int k = snprintf(tag, sizeof tag, "s:r%09u,c:%" PRId64, 3670000 + station, w->at);
                (void)snprintf(w->line, sizeof w->line, "\\%s*%02X\\%s\r\n", tag, xor_of(tag, (size_t)k), sentence);
        }
}

static void send_bits(maker *m, const bits *b, uint32_t station)
{
        unsigned letters = (b->count + 5) / 6, parts = letters > 60 ? 2 : 1;
        char    channel = roll(m, 2) ? 'A' : 'B', number[4] = "";
        int64_t again_s = roll(m, 10) ? 0 : 1 + (int64_t)roll(m, 3);
        if (parts > 1)
                (void)snprintf(number, sizeof number, "%u", m->sequence++ % 10);
        for (unsigned part = 0; part < parts; part++) {
                char line[96];
                unsigned from = part * 56, to = part + 1 < parts ? 56 : letters;
                int n = snprintf(line, sizeof line, "!AIVDM,%u,%u,%s,%c,", parts, part + 1, number, channel);
                for (unsigned i = from; i < to; i++)
                        line[n++] = (char)(b->six[i] < 40 ? b->six[i] + 48 : b->six[i] + 56);
                n += snprintf(line + n, sizeof line - (size_t)n, ",%u", part + 1 < parts ? 0 : letters * 6 - b->count);
                (void)snprintf(line + n, sizeof line - (size_t)n, "*%02X", xor_of(line + 1, (size_t)n - 1));
                write_line(m, line, station, again_s);
        }
}

/* ---- messages ---------------------------------------------------------- */

static void head(bits *b, unsigned type, uint32_t mmsi)
{
        memset(b, 0, sizeof *b);
        put(b, type, 6);
        put(b, 0, 2);
        put(b, mmsi, 30);
}

static uint64_t place(double degrees, unsigned width)
{
        return (uint64_t)llround(degrees * 600000) & (((uint64_t)1 << width) - 1);
}

static void send_position(maker *m, const ship *s)
{
        bits b;
        uint64_t sog = (uint64_t)llround(s->knots * 10), cog = (uint64_t)llround(s->course * 10) % 3600;
        head(&b, s->class_b ? 18 : s->turning ? 3 : 1, s->mmsi);
        if (s->class_b)
                put(&b, 0, 8);
        else {
                put(&b, s->moored ? 5 : 0, 4);
                put(&b, s->turning ? 20 : 0, 8);
        }
        put(&b, sog, 10);
        put(&b, 1, 1);
        put(&b, place(s->lon, 28), 28);
        put(&b, place(s->lat, 27), 27);
        put(&b, cog, 12);
        put(&b, cog / 10, 9);
        put(&b, (uint64_t)(m->now % 60), 6);
        put(&b, 0, s->class_b ? 9 : 6);
        put(&b, roll(m, 1u << 19), s->class_b ? 20 : 19);
        send_bits(m, &b, s->station);
}

static void send_static_a(maker *m, const ship *s)
{
        bits b;
        head(&b, 5, s->mmsi);
        put(&b, 0, 2);
        put(&b, s->imo, 30);
        put_text(&b, s->call, 7);
        put_text(&b, s->name, 20);
        put(&b, s->kind, 8);
        put(&b, s->size[0], 9), put(&b, s->size[1], 9), put(&b, s->size[2], 6), put(&b, s->size[3], 6);
        put(&b, 1, 4);
        put(&b, 6, 4), put(&b, 15, 5), put(&b, 12, 5), put(&b, 0, 6);
        put(&b, s->draught, 8);
        put_text(&b, s->port, 20);
        put(&b, 0, 2);
        send_bits(m, &b, s->station);
}

static void send_static_b(maker *m, const ship *s)
{
        bits b;
        head(&b, 24, s->mmsi);
        put(&b, 0, 2);
        put_text(&b, s->name, 20);
        send_bits(m, &b, s->station);
        head(&b, 24, s->mmsi);
        put(&b, 1, 2);
        put(&b, s->kind, 8);
        put_text(&b, "SRT", 7);
        put_text(&b, s->call, 7);
        put(&b, s->size[0] / 8, 9), put(&b, s->size[1] / 8, 9), put(&b, s->size[2] / 4, 6), put(&b, s->size[3] / 4, 6);
        put(&b, 0, 6);
        send_bits(m, &b, s->station);
}

/* Day and month of a day since 1970: Howard Hinnant, "chrono-compatible low-level date algorithms". */
static void civil(int64_t day, unsigned *year, unsigned *month, unsigned *of_month)
{
        int64_t z = day + 719468, era = z / 146097, doe = z % 146097;
        int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        int64_t mp = (5 * doy + 2) / 153;
        *of_month = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
        *month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
        *year = (unsigned)(yoe + era * 400 + (*month <= 2));
}

static void send_base(maker *m, const ship *s)
{
        bits b;
        unsigned year, month, day;
        int64_t  of_day = m->now % 86400;
        civil(m->now / 86400, &year, &month, &day);
        head(&b, 4, s->mmsi);
        put(&b, year, 14), put(&b, month, 4), put(&b, day, 5);
        put(&b, (uint64_t)(of_day / 3600), 5), put(&b, (uint64_t)(of_day / 60 % 60), 6), put(&b, (uint64_t)(of_day % 60), 6);
        put(&b, 1, 1);
        put(&b, place(s->lon, 28), 28), put(&b, place(s->lat, 27), 27);
        put(&b, 7, 4);
        put(&b, 0, 11);
        put(&b, roll(m, 1u << 19), 19);
        send_bits(m, &b, s->station);
}

/* ---- ships -------------------------------------------------------------- */

static uint32_t imo_number(uint32_t six)        /* six digits and the check digit: sum of digit times 7..2, last digit */
{
        uint32_t sum = 0, rest = six;
        for (uint32_t weight = 2; weight <= 7; weight++, rest /= 10)
                sum += rest % 10 * weight;
        return six * 10 + sum % 10;
}

static void new_leg(maker *m, ship *s)
{
        double turn = (double)roll(m, 1200) / 10 - 60;
        s->course = fmod(s->course + turn + 360, 360);
        if ((s->lat > 70 && (s->course < 90 || s->course > 270)) || (s->lat < -60 && s->course > 90 && s->course < 270))
                s->course = fmod(540 - s->course, 360);
        s->leg_ends_s = m->now + 3600 + (int64_t)roll(m, 3600);
        s->turning = true;
}

static void make_ship(maker *m, uint32_t i, bool base)
{
        static const uint32_t countries[] = { 205, 229, 236, 248, 255, 273, 305, 311, 353, 370, 412, 431, 440, 477, 538, 563, 636 };
        ship *s = &m->ships[i];
        *s = (ship){ .base = base, .class_b = !base && roll(m, 10) >= 8, .moored = base || roll(m, 3) == 0 };
        uint32_t country = countries[roll(m, sizeof countries / sizeof *countries)];
        s->mmsi = base ? country * 10000 + i % 10000 : country * 1000000 + i;
        s->imo = s->class_b ? 0 : imo_number(100000 + i % 900000);
        s->lat = (double)roll(m, 1200000) / 10000 - 55;
        s->lon = (double)roll(m, 3600000) / 10000 - 180;
        s->knots = s->moored ? 0 : s->class_b ? 3 + (double)roll(m, 60) / 10 : 7 + (double)roll(m, 110) / 10;
        s->course = (double)roll(m, 3600) / 10;
        s->size[0] = 20 + (uint32_t)roll(m, 250), s->size[1] = 5 + (uint32_t)roll(m, 40);
        s->size[2] = 4 + (uint32_t)roll(m, 25), s->size[3] = 4 + (uint32_t)roll(m, 25);
        s->draught = 30 + (uint32_t)roll(m, 120);
        s->kind = s->class_b ? 37 : roll(m, 2) ? 70 : 80;
        s->station = i % (m->stations ? m->stations : 1);
        s->moved_s = m->now, s->leg_ends_s = m->now + (int64_t)roll(m, 7200);
        s->static_s = m->now + (int64_t)roll(m, m->every ? (uint64_t)m->every * 6 : 360);
        (void)snprintf(s->name, sizeof s->name, "CONSTRUCTED %u", i);
        (void)snprintf(s->call, sizeof s->call, "C%u", i);
        (void)snprintf(s->port, sizeof s->port, "PORT %u", (unsigned)roll(m, 500));
}

static void sail(maker *m, ship *s)
{
        double hours = (double)(m->now - s->moved_s) / 3600, miles = s->knots * hours, rad = s->course * M_PI / 180;
        s->moved_s = m->now;
        if (s->moored)
                return;
        s->lat += miles / 60 * cos(rad);
        s->lon += miles / 60 * sin(rad) / cos(s->lat * M_PI / 180);
        s->lon -= s->lon >= 180 ? 360 : s->lon < -180 ? -360 : 0;
        s->turning = false;
        if (m->now >= s->leg_ends_s)
                new_leg(m, s);
}

static int64_t interval(maker *m, const ship *s)
{
        if (m->every)
                return 1 + (int64_t)roll(m, (uint64_t)m->every * 2 - 1);
        if (s->base)
                return 10;
        if (s->moored)
                return 180;
        if (s->class_b)
                return 30;
        int64_t usual = s->knots <= 14 ? 10 : s->knots <= 23 ? 6 : 2;
        return s->turning ? (usual + 2) / 3 : usual;
}

static void later(maker *m, uint32_t i, int64_t seconds)
{
        uint32_t *slot = &m->ring[(uint64_t)(m->now + (seconds < RING ? seconds : RING - 1)) % RING];
        m->ships[i].next = *slot;
        *slot = i;
}

static void report(maker *m, uint32_t i)
{
        ship *s = &m->ships[i];
        if (s->base) {
                send_base(m, s);
        } else {
                sail(m, s);
                send_position(m, s);
                if (m->now >= s->static_s) {
                        s->static_s = m->now + (m->every ? m->every * 6 : 360);
                        s->class_b ? send_static_b(m, s) : send_static_a(m, s);
                }
        }
        later(m, i, interval(m, s));
}

static void give_late(maker *m)
{
        size_t kept = 0;
        for (size_t i = 0; i < m->waiting; i++) {
                if (m->waits[i].at <= m->now)
                        fputs(m->waits[i].line, stdout);
                else
                        m->waits[kept++] = m->waits[i];
        }
        m->waiting = kept;
}

int main(int argc, char **argv)
{
        if (argc < 3) {
                fprintf(stderr, "use: make_ais SHIPS HOURS [SEED [START [EVERY]]]\n");
                return 2;
        }
        maker m = { .count = (uint32_t)strtoul(argv[1], NULL, 10), .dice = argc > 3 ? strtoull(argv[3], NULL, 10) : 1,
                    .now = argc > 4 ? strtoll(argv[4], NULL, 10) : 1700000000, .every = argc > 5 ? strtoll(argv[5], NULL, 10) : 0 };
        int64_t end = m.now + (int64_t)(strtod(argv[2], NULL) * 3600);
        m.stations = (m.count + 49) / 50;
        uint32_t all = m.count + m.stations;
        m.ships = calloc(all ? all : 1, sizeof *m.ships);
        m.ring = malloc(RING * sizeof *m.ring);
        if (!m.ships || !m.ring || m.every < 0 || m.every > RING / 2) {
                fprintf(stderr, "make_ais: no memory, or EVERY is over %d\n", RING / 2);
                return 71;
        }
        memset(m.ring, 0xff, RING * sizeof *m.ring);
        for (uint32_t i = 0; i < all; i++) {
                make_ship(&m, i, i >= m.count);
                later(&m, i, (int64_t)roll(&m, m.every ? (uint64_t)m.every : 180));
        }
        for (; m.now < end; m.now++) {
                uint32_t *slot = &m.ring[(uint64_t)m.now % RING], at = *slot;
                *slot = NONE;
                for (uint32_t next; at != NONE; at = next) {
                        next = m.ships[at].next;
                        report(&m, at);
                }
                give_late(&m);
        }
        free(m.ring);
        free(m.ships);
        return fflush(stdout) ? 74 : 0;
}
