/* make_transfer DIR   writes the constructed sentences of examples/transfer: DIR/sentences.nmea.
 *
 * Nothing in it happened.  Nine days of 23 ships that do not exist: a tanker that is silent on the way to a
 * meeting at night, lies beside another, is silent off the West Sea Barrage and comes back lighter; a dry cargo
 * ship that is silent there too and comes back deeper; a ship that goes on under another number; two innocent
 * things that look alike, and ships that only pass.  examples/transfer/README.md works out by hand what must be found.
 *
 * The rules of the format are those of ITU-R M.1371-5 and IEC 61162-1, written here a second time, the other way round: the
 * program that reads the file shares nothing with this one.  The same program gives the same bytes.
 */
#include "embargo/base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BEGINNING 1709510400            /* 2024-03-04T00:00:00Z, hour 0 of the script */
#define END_HOUR  216
#define LINES_MAX 6000
#define RADIANS   (3.14159265358979323846 / 180.0)

/* From here on, until the next: where, how often a report is heard (minutes; 0: never), and where it points when it lies still. */
typedef struct waypoint { double hour, lat, lon; int every; int heading; } waypoint;
/* From this hour on it says this of itself. */
typedef struct said { double hour; int draught; const char *destination; } said;

typedef struct ship {
        uint32_t mmsi, imo;
        const char *name, *call_sign;
        int ship_type, bow, stern, port, starboard;
        const waypoint *way; size_t ways;
        const said *say; size_t says;
} ship;

typedef struct line { int64_t time; size_t order; em_str text; } line;
typedef struct world {
        em_arena *arena;
        line      at[LINES_MAX];
        size_t    count;
        unsigned  sequence;
        uint64_t  state;
} world;

static uint64_t draw(world *w, uint64_t below)  /* splitmix64 */
{
        uint64_t z = w->state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return (z ^ z >> 31) % below;
}

/* -most to most in steps of one */
static int shake(world *w, int most)
{
        return (int)draw(w, (uint64_t)(2 * most + 1)) - most;
}

/* ---- bits into sentences -------------------------------------------------------------- */

typedef struct bits { uint8_t six[80]; size_t n; } bits;        /* n in bits */

static void put(bits *b, size_t width, int64_t value)
{
        for (size_t i = width; i-- > 0; b->n++)
                b->six[b->n / 6] = (uint8_t)(b->six[b->n / 6] | ((uint64_t)value >> i & 1) << (5 - b->n % 6));
}

/* Six-bit letters: '@' to '_' are 0 to 31, ' ' to '?' are 32 to 63; the rest is filled with '@'. */
static void put_text(bits *b, size_t letters, const char *s)
{
        for (size_t i = 0; i < letters; i++) {
                char c = *s ? *s++ : '@';
                put(b, 6, c >= 64 ? c - 64 : c);
        }
}

static unsigned check(const char *s, size_t n)
{
        unsigned sum = 0;
        for (size_t i = 0; i < n; i++)
                sum ^= (unsigned char)s[i];
        return sum;
}

/* Each line says whose word it is: the station's name is "constructed". */
static void add_line(world *w, int64_t time, const char *sentence)
{
        char tag[64], text[256];
        int  n = snprintf(tag, sizeof tag, "s:constructed,c:%lld", (long long)time);
        int  m = snprintf(text, sizeof text, "\\%s*%02X\\!%s*%02X\n", tag, check(tag, (size_t)n), sentence,
                          check(sentence, strlen(sentence)));
        em_assert(n > 0 && m > 0 && (size_t)m < sizeof text && w->count < LINES_MAX);
        line *l = &w->at[w->count];
        *l = (line){ .time = time, .order = w->count };
        em_assert(em_str_copy((em_str){ text, (size_t)m }, w->arena, &l->text, NULL) == EM_OK);
        w->count++;
}

/* At most sixty characters of payload in one sentence. */
static void send_bits(world *w, int64_t time, const bits *b)
{
        char   payload[81], text[128];
        size_t letters = (b->n + 5) / 6, parts = (letters + 59) / 60;
        char   channel = draw(w, 2) ? 'A' : 'B';
        for (size_t i = 0; i < letters; i++)
                payload[i] = (char)(b->six[i] < 40 ? b->six[i] + 48 : b->six[i] + 56);
        for (size_t p = 0; p < parts; p++) {
                size_t n = p + 1 < parts ? 60 : letters - 60 * p;
                size_t fill = p + 1 < parts ? 0 : letters * 6 - b->n;
                if (parts == 1)
                        snprintf(text, sizeof text, "AIVDM,1,1,,%c,%.*s,%zu", channel, (int)n, payload, fill);
                else
                        snprintf(text, sizeof text, "AIVDM,%zu,%zu,%u,%c,%.*s,%zu", parts, p + 1, w->sequence, channel,
                                 (int)n, payload + 60 * p, fill);
                add_line(w, time, text);
        }
        w->sequence = parts > 1 ? (w->sequence + 1) % 10 : w->sequence;
}

/* ---- messages --------------------------------------------------------------------------- */

typedef struct motion { double lat, lon, knots, course; int heading; bool still; } motion;

static void send_position(world *w, const ship *s, int64_t time, const motion *m)
{
        bits b = { .n = 0 };
        int  wobble = m->still ? 1 : 8;         /* ten-thousandths of a minute, 0.19 m */
        int  sog = m->still ? (int)draw(w, 2) : (int)lround(m->knots * 10) + shake(w, m->knots > 2 ? 3 : 1);
        int  cog = ((int)lround(m->course * 10) + (m->still ? (int)draw(w, 3600) : shake(w, 14)) + 3600) % 3600;
        int  heading = m->heading >= 0 ? m->heading + shake(w, 1) : (cog / 10 + shake(w, 2) + 360) % 360;
        put(&b, 6, 1);
        put(&b, 2, 0);
        put(&b, 30, s->mmsi);
        put(&b, 4, m->still ? 5 : 0);
        put(&b, 8, m->still ? 0 : shake(w, 3));
        put(&b, 10, sog < 0 ? 0 : sog);
        put(&b, 1, 0);
        put(&b, 28, lround(m->lon * 600000) + shake(w, 4 * wobble));
        put(&b, 27, lround(m->lat * 600000) + shake(w, 4 * wobble));
        put(&b, 12, cog);
        put(&b, 9, heading);
        put(&b, 6, time % 60);
        put(&b, 2, 0);
        put(&b, 3, 0);
        put(&b, 1, 0);
        put(&b, 19, (int64_t)draw(w, 1 << 14));
        send_bits(w, time, &b);
}

static void send_static(world *w, const ship *s, int64_t time, const said *say)
{
        bits b = { .n = 0 };
        put(&b, 6, 5);
        put(&b, 2, 0);
        put(&b, 30, s->mmsi);
        put(&b, 2, 2);
        put(&b, 30, s->imo);
        put_text(&b, 7, s->call_sign);
        put_text(&b, 20, s->name);
        put(&b, 8, s->ship_type);
        put(&b, 9, s->bow);
        put(&b, 9, s->stern);
        put(&b, 6, s->port);
        put(&b, 6, s->starboard);
        put(&b, 4, 1);
        put(&b, 9, 0);          /* no time of arrival is said: month 0, day 0, hour 24, minute 60 */
        put(&b, 5, 24);
        put(&b, 6, 60);
        put(&b, 8, say->draught);
        put_text(&b, 20, say->destination);
        put(&b, 2, 0);
        send_bits(w, time, &b);
}

/* ---- a ship's nine days -------------------------------------------------------------------- */

/* Straight in degrees between two waypoints, which is near enough to a course over some hundred miles. */
static motion moving(const waypoint *a, const waypoint *b, double hour)
{
        double t = b->hour > a->hour ? (hour - a->hour) / (b->hour - a->hour) : 0;
        double north = (b->lat - a->lat) * 60, east = (b->lon - a->lon) * 60 * cos((a->lat + b->lat) / 2 * RADIANS);
        double knots = b->hour > a->hour ? hypot(north, east) / (b->hour - a->hour) : 0;
        double course = atan2(east, north) / RADIANS;
        return (motion){ .lat = a->lat + t * (b->lat - a->lat), .lon = a->lon + t * (b->lon - a->lon), .knots = knots,
                         .course = course < 0 ? course + 360 : course, .heading = a->heading, .still = knots < 0.05 };
}

static const said *saying(const ship *s, double hour)
{
        size_t at = 0;
        while (at + 1 < s->says && s->say[at + 1].hour <= hour)
                at++;
        return &s->say[at];
}

static int64_t seconds(double hour)
{
        return BEGINNING + (int64_t)llround(hour * 3600);
}

/* Positions as often as the leg says; what it says of itself at the first one, when it changes, and once a day. */
static void sail(world *w, const ship *s)
{
        const said *last = NULL;
        int64_t     next_static = 0;
        for (size_t i = 0; i + 1 < s->ways; i++) {
                const waypoint *a = &s->way[i], *b = a + 1;
                for (double hour = a->hour; a->every && hour < b->hour; hour += a->every / 60.0) {
                        int64_t     time = seconds(hour) + (int64_t)draw(w, (uint64_t)(a->every > 20 ? 300 : 20));
                        motion      m = moving(a, b, hour + (double)(time - seconds(hour)) / 3600);
                        const said *now = saying(s, hour);
                        send_position(w, s, time, &m);
                        if (now != last || time >= next_static) {
                                send_static(w, s, time + 7, now);
                                last = now;
                                next_static = time + 24 * 3600;
                        }
                }
        }
}

/* ---- who there is --------------------------------------------------------------------------- */

static const waypoint dawn_way[] = {
        { 0, 34.70, 129.35, 20, -1 }, { 2.5, 35.090, 129.050, 20, 205 }, { 18, 35.090, 129.050, 20, -1 },
        { 20, 34.70, 129.20, 60, -1 }, { 32, 32.90, 127.20, 60, -1 }, { 40, 32.30, 126.00, 0, -1 },
        { 58, 31.30, 124.68, 10, -1 }, { 62, 31.2000, 124.6000, 10, 10 }, { 68, 31.2500, 124.6100, 10, -1 },
        { 70, 31.60, 124.50, 60, -1 }, { 88, 35.00, 123.90, 60, -1 }, { 104, 38.00, 124.00, 20, -1 },
        { 109, 38.62, 124.93, 0, -1 }, { 171, 38.60, 124.92, 20, -1 }, { 176, 38.00, 124.00, 60, -1 },
        { 192, 35.00, 123.90, 60, -1 }, { 204, 32.90, 124.20, 0, -1 },
};
static const said dawn_said[] = { { 0, 32, "KR PUS" }, { 17, 50, "FOR ORDERS" }, { 67, 59, "FOR ORDERS" }, { 171, 32, "FOR ORDERS" } };

/* Its antenna lies 22 m to the right of the other's and 12 m ahead: hulls four metres apart. */
static const waypoint tide_way[] = {
        { 6, 29.30, 125.60, 60, -1 }, { 22, 31.1500, 124.5600, 20, 350 }, { 60, 31.2100, 124.5950, 10, -1 },
        { 62, 31.2000695, 124.6002490, 10, 10 }, { 68, 31.2500695, 124.6102490, 10, -1 }, { 69, 31.15, 124.75, 60, -1 },
        { 84, 29.40, 126.20, 0, -1 },
};
static const said tide_said[] = { { 0, 72, "OPEN SEA" }, { 67.5, 67, "OPEN SEA" } };

static const waypoint cobble_way[] = {
        { 30, 33.60, 123.90, 60, -1 }, { 58, 37.80, 123.80, 20, -1 }, { 64, 38.61, 124.91, 0, -1 },
        { 128, 38.62, 124.92, 20, -1 }, { 134, 37.80, 123.80, 60, -1 }, { 166, 33.20, 123.60, 0, -1 },
};
static const said cobble_said[] = { { 0, 34, "FOR ORDERS" }, { 128, 66, "FOR ORDERS" } };

static const waypoint heron_way[] = { { 22, 33.60, 128.60, 30, -1 }, { 40, 31.40, 126.40, 0, -1 } };
static const waypoint crane_way[] = { { 50, 30.30, 125.20, 30, -1 }, { 66, 29.60, 122.90, 0, -1 } };
static const said heron_said[] = { { 0, 61, "FOR ORDERS" } };

/* A ship without an engine, and the tug that takes it in tow. */
static const waypoint rowan_way[] = {
        { 20, 33.20, 128.90, 120, -1 }, { 26, 34.2000, 128.4000, 10, 80 }, { 36, 34.2150, 128.4200, 10, 80 },
        { 40, 34.2200, 128.4300, 60, -1 }, { 54, 34.72, 127.90, 60, 300 }, { 70, 34.72, 127.90, 0, -1 },
};
static const waypoint tug_way[] = {
        { 30, 34.72, 127.90, 20, -1 }, { 35.5, 34.2140, 128.4190, 10, -1 }, { 36, 34.2151500, 128.4200000, 10, 80 },
        { 40, 34.2201500, 128.4300000, 10, -1 }, { 40.5, 34.2210, 128.4280, 60, -1 }, { 54, 34.721, 127.897, 60, 300 }, { 70, 34.721, 127.897, 0, -1 },
};
static const said rowan_said[] = { { 0, 58, "KR YOS" } }, tug_said[] = { { 0, 39, "KR YOS" } };

/* Far from every other ship, where few are heard at all. */
static const waypoint pine_way[] = {
        { 0, 29.80, 132.00, 180, -1 }, { 60, 30.90, 143.00, 0, -1 }, { 80, 31.20, 146.50, 180, -1 }, { 120, 31.90, 153.50, 0, -1 },
};
static const said pine_said[] = { { 0, 83, "US LAX" } };

#define TABLE(a) a, sizeof a / sizeof *a
static const ship named[] = {
        { 499000101, 2100012, "EXAMPLE DAWN", "XX0101", 80, 76, 20, 8, 8, TABLE(dawn_way), TABLE(dawn_said) },
        { 499000102, 2100024, "EXAMPLE TIDE", "XX0102", 80, 105, 25, 10, 10, TABLE(tide_way), TABLE(tide_said) },
        { 499000103, 2100036, "EXAMPLE COBBLE", "XX0103", 70, 92, 18, 9, 9, TABLE(cobble_way), TABLE(cobble_said) },
        { 499000104, 2100048, "EXAMPLE HERON", "XX0104", 80, 88, 22, 8, 9, TABLE(heron_way), TABLE(heron_said) },
        { 499000105, 2100048, "EXAMPLE CRANE", "XX0105", 80, 88, 22, 8, 9, TABLE(crane_way), TABLE(heron_said) },
        { 499000106, 2100050, "EXAMPLE ROWAN", "XX0106", 70, 70, 20, 7, 7, TABLE(rowan_way), TABLE(rowan_said) },
        { 499000107, 2100062, "EXAMPLE TUG", "XX0107", 52, 12, 20, 5, 5, TABLE(tug_way), TABLE(tug_said) },
        { 499000108, 2100074, "EXAMPLE PINE", "XX0108", 70, 180, 30, 16, 16, TABLE(pine_way), TABLE(pine_said) },
};

/* Ships that go to and fro: they say what is heard where. */
typedef struct shuttle { const char *name; double lat, lon, to_lat, to_lon, knots; int draught; } shuttle;
static const shuttle shuttles[] = {
        { "EXAMPLE ALDER", 38.75, 122.90, 37.75, 124.45, 11.2, 55 },  { "EXAMPLE BIRCH", 38.90, 123.60, 37.90, 124.40, 9.1, 48 },
        { "EXAMPLE CEDAR", 38.35, 123.00, 38.45, 124.60, 10.4, 61 },  { "EXAMPLE DOGWOOD", 38.70, 123.20, 38.30, 124.50, 8.3, 44 },
        { "EXAMPLE ELM", 38.20, 122.50, 38.62, 124.55, 12.1, 70 },    { "EXAMPLE FIR", 39.00, 123.00, 38.50, 124.60, 7.4, 39 },
        { "EXAMPLE GINKGO", 33.60, 128.30, 31.00, 124.20, 12.3, 82 }, { "EXAMPLE HAZEL", 32.40, 127.60, 31.60, 124.00, 10.2, 66 },
        { "EXAMPLE IVY", 32.90, 125.20, 30.60, 125.40, 11.4, 73 },    { "EXAMPLE JUNIPER", 33.60, 128.90, 32.20, 125.00, 13.2, 88 },
        { "EXAMPLE LARCH", 31.00, 123.60, 32.90, 126.40, 9.3, 57 },   { "EXAMPLE MAPLE", 35.00, 124.20, 31.20, 124.10, 12.4, 76 },
        { "EXAMPLE OAK", 36.90, 123.70, 33.20, 124.60, 11.3, 69 },    { "EXAMPLE POPLAR", 37.30, 124.40, 33.90, 123.40, 10.3, 64 },
        { "EXAMPLE QUINCE", 30.20, 126.30, 27.90, 124.80, 9.4, 52 },
};

static void sail_shuttle(world *w, size_t i)
{
        const shuttle *f = &shuttles[i];
        char call_sign[8];
        snprintf(call_sign, sizeof call_sign, "XX%04zu", 201 + i);
        double north = (f->to_lat - f->lat) * 60, east = (f->to_lon - f->lon) * 60 * cos((f->lat + f->to_lat) / 2 * RADIANS);
        double hours = hypot(north, east) / f->knots;
        double first = -hours * (double)draw(w, 100) / 100;
        waypoint way[64];
        size_t   ways = 0;
        for (double hour = first; ways < 64 && hour < END_HOUR + 2 * hours; hour += hours, ways++)
                way[ways] = ways % 2 ? (waypoint){ hour, f->to_lat, f->to_lon, 90, -1 } : (waypoint){ hour, f->lat, f->lon, 90, -1 };
        said say = { 0, f->draught, "TO AND FRO" };
        ship s = { (uint32_t)(499000201 + i), 0, f->name, call_sign, 70, 100 + (int)i, 20, 8, 9, way, ways, &say, 1 };
        sail(w, &s);
}

/* ---- the file -------------------------------------------------------------------------------- */

static int by_time(const void *x, const void *y)
{
        const line *a = x, *b = y;
        if (a->time != b->time)
                return a->time < b->time ? -1 : 1;
        return a->order < b->order ? -1 : a->order > b->order;
}

static bool write_file(world *w, const char *dir)
{
        char  path[4096];
        int   n = snprintf(path, sizeof path, "%s/sentences.nmea", dir);
        FILE *out = n > 0 && (size_t)n < sizeof path ? fopen(path, "wb") : NULL;
        if (!out)
                return false;
        fputs("# CONSTRUCTED: no ship in this file exists and nothing in it happened. See README.md beside it.\n", out);
        qsort(w->at, w->count, sizeof *w->at, by_time);
        for (size_t i = 0; i < w->count; i++)
                if (w->at[i].time >= BEGINNING && w->at[i].time < BEGINNING + END_HOUR * 3600)
                        fwrite(w->at[i].text.p, 1, w->at[i].text.n, out);
        return fclose(out) == 0;
}

int main(int argc, char **argv)
{
        if (argc != 2) {
                fprintf(stderr, "usage: make_transfer DIR\n");
                return 2;
        }
        world *w = calloc(1, sizeof *w);
        em_assert(w != NULL);
        w->arena = em_arena_new((size_t)16 << 20);
        em_assert(w->arena != NULL);
        w->state = 2375;
        for (size_t i = 0; i < sizeof named / sizeof *named; i++)
                sail(w, &named[i]);
        for (size_t i = 0; i < sizeof shuttles / sizeof *shuttles; i++)
                sail_shuttle(w, i);
        bool written = write_file(w, argv[1]);
        if (!written)
                fprintf(stderr, "make_transfer: cannot write %s/sentences.nmea\n", argv[1]);
        em_arena_free(w->arena);
        free(w);
        return written ? 0 : 1;
}
