/* A block of fixes in few bytes: what dead reckoning did not foretell, in as many bits as most of it needs.
 *
 * Columns of 64 values each: seconds since the fix before; speed, course and heading as differences (round the compass); status and
 * flags; and by how much longitude and latitude miss the place that the mean of both ends' velocities leads to.  Values are packed
 * to the width that makes the column smallest, and what is wider stands behind with its place (M. Zukowski, S. Heman, N. Nes, P. Boncz,
 * "Super-scalar RAM-CPU cache compression", ICDE 2006: PFOR).  Unpacking is loads, shifts and sums.
 *
 * The reckoning is the same on every machine: sums, products and truncations of IEEE numbers in a fixed order, and sines from a series
 * and not from a library.
 */
#include <math.h>

#include "ships/ships_inside.h"

enum { SUB = 64, COMPASS = 3600, TURN = 360, SOG_REAL = 1021, MOST_S = 3600 };
enum { C_TIME, C_SOG, C_COG, C_HEADING, C_STATE, C_LON, C_LAT, C_FILE, C_OFFSET, C_LENGTH, COLUMNS };

static const float UNITS_PER_S = 10000.0f / 36000.0f;   /* a tenth of a knot: a tenth of a minute of latitude in an hour */
static const float MOST_SECANT = 60.0f;                 /* above 89 degrees longitude is nearly no place */

/* ---- sines ---- */

static double sine(double x)            /* 0 to a quarter turn; the series to x^17 */
{
        double term = x, sum = x;
        for (int k = 1; k < 9; k++) {
                term *= -x * x / ((2.0 * k) * (2.0 * k + 1));
                sum += term;
        }
        return sum;
}

void em_fix_coder_make(em_fix_coder *coder)
{
        for (int c = 0; c < COMPASS; c++) {
                int    quarter = c % 1800, n = quarter <= 900 ? quarter : 1800 - quarter;
                double s = sine(n * (3.14159265358979323846 / 1800));
                coder->east[c] = (float)(c < 1800 ? s : -s);
                coder->north[(c + 2700) % COMPASS] = coder->east[c];
        }
}

static float secant(int32_t lat)
{
        double v = lat * (3.14159265358979323846 / 180 / EM_DEGREE), c = sine(1.57079632679489661923 - (v < 0 ? -v : v));
        return c * MOST_SECANT > 1 ? (float)(1 / c) : MOST_SECANT;
}

typedef struct reckoning { float vx, vy, secant; } reckoning;

static void velocity(const em_fix_coder *coder, unsigned sog, unsigned cog, float *ret_vx, float *ret_vy)
{
        bool  known = sog <= SOG_REAL && cog < COMPASS;
        float v = known ? (float)sog * UNITS_PER_S : 0;
        *ret_vx = known ? v * coder->east[cog] : 0;
        *ret_vy = known ? v * coder->north[cog] : 0;
}

static int32_t rounded(float x)
{
        return (int32_t)(x + (x < 0 ? -0.5f : 0.5f));
}

/* ---- whole numbers ---- */

static uint64_t zigzag(int64_t v)
{
        return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

static int64_t unzigzag(uint64_t v)
{
        return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* The way round a compass of `ring`, or what is no point of it as it is. */
static uint64_t ring_code(unsigned now, unsigned *before, unsigned ring)
{
        if (now >= ring)
                return now;
        int d = (int)now - (int)*before;
        if (d >= (int)(ring / 2))
                d -= (int)ring;
        if (d < -(int)(ring / 2))
                d += (int)ring;
        *before = now;
        return zigzag(d);
}

static unsigned ring_value(uint64_t code, unsigned *before, unsigned ring)
{
        if (code >= ring)
                return (unsigned)code;
        int v = (int)*before + (int)unzigzag(code);
        if (v >= (int)ring)
                v -= (int)ring;
        if (v < 0)
                v += (int)ring;
        *before = (unsigned)v;
        return (unsigned)v;
}

/* ---- columns ---- */

static unsigned bits_of(uint64_t v)
{
        return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* The width with the fewest bits in all; what is wider costs its place and its upper bits in sevens. */
static unsigned best_width(const uint64_t *v, size_t n)
{
        unsigned count[65] = {0}, top = 0;
        for (size_t i = 0; i < n; i++) {
                unsigned b = bits_of(v[i]);
                count[b]++;
                top = b > top ? b : top;
        }
        unsigned best = top;
        uint64_t least = n * top;
        uint64_t wider = 0;
        for (unsigned w = top; w-- > 0;) {
                wider += count[w + 1];
                uint64_t cost = n * w + 8 + wider * (8 + 8 * ((top - w + 6) / 7));
                if (cost < least) {
                        least = cost;
                        best = w;
                }
        }
        return best;
}

static uint8_t *pack_column(const uint64_t *v, size_t n, uint8_t *p)
{
        unsigned width = best_width(v, n), held = 0, wider = 0;
        uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
        for (size_t i = 0; i < n; i++)
                wider += v[i] > mask;
        *p++ = (uint8_t)(width | (wider ? 128 : 0));
        if (wider)
                *p++ = (uint8_t)wider;
        uint64_t room = 0;
        unsigned lower = width < 32 ? width : 32, upper = width - lower;
        for (size_t i = 0; i < n; i++) {
                room |= (v[i] & mask & UINT32_MAX) << held;
                for (held += lower; held >= 8; held -= 8, room >>= 8)
                        *p++ = (uint8_t)room;
                room |= upper ? (v[i] & mask) >> 32 << held : 0;
                for (held += upper; held >= 8; held -= 8, room >>= 8)
                        *p++ = (uint8_t)room;
        }
        if (held)
                *p++ = (uint8_t)room;
        for (size_t i = 0; wider && i < n; i++) {
                if (v[i] <= mask)
                        continue;
                *p++ = (uint8_t)i;
                uint64_t rest = v[i] >> width;
                for (; rest >= 128; rest >>= 7)
                        *p++ = (uint8_t)(rest | 128);
                *p++ = (uint8_t)rest;
        }
        return p;
}

static uint64_t load64(const uint8_t *p)
{
        uint64_t v;
        memcpy(&v, p, 8);
        return v;
}

static const uint8_t *unpack_wider(const uint8_t *p, const uint8_t *end, unsigned count, unsigned width, size_t n, uint64_t *v)
{
        while (count--) {
                uint64_t rest = 0;
                unsigned shift = 0;
                if (p >= end || *p >= n)
                        return NULL;
                size_t i = *p++;
                do {
                        if (p >= end || shift > 63)
                                return NULL;
                        rest |= (uint64_t)(*p & 127) << shift;
                        shift += 7;
                } while (*p++ & 128);
                v[i] |= width < 64 ? rest << width : 0;
        }
        return p;
}

/* NULL when the bytes are no column.  Reads up to EM_FIX_SPARE bytes behind end. */
static const uint8_t *unpack_column(const uint8_t *p, const uint8_t *end, size_t n, uint64_t *v)
{
        if (p >= end)
                return NULL;
        unsigned width = *p & 127, wider = 0;
        if (*p++ & 128) {
                if (p >= end)
                        return NULL;
                wider = *p++;
        }
        size_t bytes = (n * width + 7) / 8;
        if (width > 64 || bytes > (size_t)(end - p))
                return NULL;
        uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
        if (width == 0)
                memset(v, 0, n * sizeof *v);
        else if (width <= 57)
                for (size_t i = 0, bit = 0; i < n; i++, bit += width)
                        v[i] = load64(p + bit / 8) >> (bit & 7) & mask;
        else
                for (size_t i = 0, bit = 0; i < n; i++, bit += width) {
                        unsigned shift = bit & 7;
                        uint64_t high = shift ? (uint64_t)p[bit / 8 + 8] << (64 - shift) : 0;
                        v[i] = (load64(p + bit / 8) >> shift | high) & mask;
                }
        p += bytes;
        return wider ? unpack_wider(p, end, wider, width, n, v) : p;
}

/* ---- blocks ---- */

typedef struct state {
        int64_t  time_s;
        uint64_t offset;
        uint32_t lon, lat, file, length;
        unsigned sog, cog, heading, flags;
        float    vx, vy;
} state;

static void code_columns(const em_fix_coder *coder, const em_fix *fix, size_t n, state *s, uint64_t v[COLUMNS][SUB])
{
        float secant_now = secant((int32_t)s->lat);
        for (size_t i = 0; i < n; i++) {
                const em_fix *f = &fix[i];
                int64_t dt = f->time_s - s->time_s;
                float   vx, vy, half = dt < MOST_S ? (float)dt * 0.5f : 0;
                velocity(coder, f->sog, f->cog, &vx, &vy);
                uint32_t dx = (uint32_t)rounded((s->vx + vx) * half * secant_now), dy = (uint32_t)rounded((s->vy + vy) * half);
                v[C_TIME][i] = (uint64_t)dt;
                v[C_SOG][i] = zigzag((int)f->sog - (int)s->sog);
                v[C_COG][i] = ring_code(f->cog, &s->cog, COMPASS);
                v[C_HEADING][i] = ring_code(f->heading, &s->heading, TURN);
                unsigned flags = f->status | (unsigned)f->flags << 8;
                v[C_STATE][i] = flags ^ s->flags;
                v[C_LON][i] = zigzag((int32_t)((uint32_t)f->lon - s->lon - dx));
                v[C_LAT][i] = zigzag((int32_t)((uint32_t)f->lat - s->lat - dy));
                v[C_FILE][i] = zigzag((int64_t)f->file - s->file);
                v[C_OFFSET][i] = zigzag((int64_t)(f->offset - s->offset - s->length - 1));
                v[C_LENGTH][i] = zigzag((int64_t)f->length - s->length);
                *s = (state){f->time_s, f->offset, (uint32_t)f->lon, (uint32_t)f->lat, f->file, f->length, f->sog, s->cog, s->heading,
                             flags, vx, vy};
        }
}

void em_fix_pack(const em_fix_coder *coder, const em_fix *fix, size_t n, uint8_t out[EM_FIX_PACKED], size_t *ret_columns,
                 size_t *ret_locators)
{
        uint8_t  locators[EM_FIX_BLOCK / SUB * 3 * (SUB * 8 + 2)], *p = out, *q = locators;
        uint64_t v[COLUMNS][SUB];
        state    s = {.time_s = fix->time_s - fix->time_s % EM_SHIPS_DAY_S};
        em_assert(n > 0 && n <= EM_FIX_BLOCK && fix->time_s >= 0);
        for (size_t i = 0; i < n; i += SUB) {
                size_t part = n - i < SUB ? n - i : SUB;
                code_columns(coder, fix + i, part, &s, v);
                for (int c = 0; c < C_FILE; c++)
                        p = pack_column(v[c], part, p);
                for (int c = C_FILE; c < COLUMNS; c++)
                        q = pack_column(v[c], part, q);
        }
        *ret_columns = (size_t)(p - out);
        *ret_locators = (size_t)(q - locators);
        em_assert(*ret_columns + *ret_locators <= EM_FIX_PACKED);
        memcpy(p, locators, *ret_locators);
}

static void take_locators(size_t n, uint64_t v[COLUMNS][SUB], state *s, em_fix *fix)
{
        for (size_t i = 0; i < n; i++) {
                s->file += (uint32_t)unzigzag(v[C_FILE][i]);
                s->offset += (uint64_t)unzigzag(v[C_OFFSET][i]) + s->length + 1;
                s->length += (uint32_t)unzigzag(v[C_LENGTH][i]);
                fix[i].file = s->file;
                fix[i].offset = s->offset;
                fix[i].length = s->length;
        }
}

static bool take_columns(const em_fix_coder *coder, size_t n, uint64_t v[COLUMNS][SUB], state *s, int64_t day_s, em_fix *fix)
{
        float    secant_now = secant((int32_t)s->lat);
        uint64_t wrong = 0;
        for (size_t i = 0; i < n; i++) {
                em_fix  *f = &fix[i];
                uint64_t dt = v[C_TIME][i];
                wrong |= dt >> 17 | (v[C_LON][i] | v[C_LAT][i]) >> 32 | (v[C_SOG][i] | v[C_COG][i] | v[C_HEADING][i]) >> 17;
                s->sog += (unsigned)unzigzag(v[C_SOG][i] & 0x1FFFF);
                unsigned cog = ring_value(v[C_COG][i] & 0x1FFFF, &s->cog, COMPASS), heading = ring_value(v[C_HEADING][i] & 0x1FFFF, &s->heading, TURN);
                s->flags ^= (unsigned)v[C_STATE][i];
                s->time_s += (int64_t)(dt & 0x1FFFF);
                float vx, vy, half = dt < MOST_S ? (float)dt * 0.5f : 0;
                velocity(coder, s->sog, cog, &vx, &vy);
                s->lon += (uint32_t)unzigzag(v[C_LON][i]) + (uint32_t)rounded((s->vx + vx) * half * secant_now);
                s->lat += (uint32_t)unzigzag(v[C_LAT][i]) + (uint32_t)rounded((s->vy + vy) * half);
                s->vx = vx;
                s->vy = vy;
                wrong |= (s->sog | cog | heading | s->flags) >> 16;
                wrong |= (s->lon + 180u * EM_DEGREE > 360u * EM_DEGREE) | (s->lat + 90u * EM_DEGREE > 180u * EM_DEGREE);
                f->time_s = s->time_s;
                f->lon = (int32_t)s->lon;
                f->lat = (int32_t)s->lat;
                f->sog = (uint16_t)s->sog;
                f->cog = (uint16_t)cog;
                f->heading = (uint16_t)heading;
                f->status = (uint8_t)s->flags;
                f->flags = (uint8_t)(s->flags >> 8);
        }
        return wrong == 0 && s->time_s < day_s + EM_SHIPS_DAY_S;
}

bool em_fix_unpack(const em_fix_coder *coder, const uint8_t *columns, size_t column_bytes, size_t locator_bytes, int64_t day_s,
                   size_t n, em_fix *ret_fix)
{
        const uint8_t *p = columns, *end = columns + column_bytes, *q = end, *q_end = end + locator_bytes;
        uint64_t v[COLUMNS][SUB];
        state    s = {.time_s = day_s};
        for (size_t i = 0; i < n; i += SUB) {
                size_t part = n - i < SUB ? n - i : SUB;
                for (int c = 0; c < C_FILE && p; c++)
                        p = unpack_column(p, end, part, v[c]);
                for (int c = C_FILE; c < COLUMNS && q; c++)
                        q = unpack_column(q, q_end, part, v[c]);
                if (!p || !q || !take_columns(coder, part, v, &s, day_s, ret_fix + i))
                        return false;
                take_locators(part, v, &s, ret_fix + i);
        }
        return p == end && q == q_end;
}
