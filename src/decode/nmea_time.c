/* The clocks of an AIS stream: numbers and dates that receivers and loggers write beside a sentence, Gatehouse's $PGHP line
 * (GateHouse A/S, "Proprietary sentences"), and the UTC that base stations send (ITU-R M.1371-5, message 4).
 *
 * A number of seconds, milli-, micro- and nanoseconds since 1970 differ by a factor of 1,000, so its size says which it is
 * for any time from 1973 on: below 10^11 seconds (the year 5138), below 10^14 milliseconds, and so on.  What falls after the year
 * 2200 is no clock but a damaged one, and is not taken.
 */
#include "nmea_inside.h"

#include "embargo/day.h"

#define LAST_MS INT64_C(7258118400000)          /* 2200-01-01 */

static inline bool digit(char c) { return c >= '0' && c <= '9'; }

/* Exactly n digits, n at most 18. */
static bool number(const char *p, size_t n, int64_t *ret_value)
{
        int64_t v = 0;
        for (size_t i = 0; i < n; i++) {
                if (!digit(p[i]))
                        return false;
                v = v * 10 + (p[i] - '0');
        }
        *ret_value = v;
        return n > 0;
}

/* ".5", ".250", ".1234567": thousandths, cut. */
static bool decimals(const char *p, size_t n, int64_t *ret_ms)
{
        int64_t ms = 0;
        if (n < 2 || p[0] != '.')
                return false;
        for (size_t i = 1, unit = 100; i < n; i++, unit /= 10) {
                if (!digit(p[i]))
                        return false;
                ms += (p[i] - '0') * (int64_t)unit;
        }
        *ret_ms = ms;
        return true;
}

bool em_nmea_epoch(const char *p, size_t n, int64_t *ret_ms)
{
        int64_t v = 0, ms = 0;
        size_t  whole = 0;
        for (; whole < n && whole < 19 && digit(p[whole]); whole++) {
                if (v > (INT64_MAX - 9) / 10)
                        return false;
                v = v * 10 + (p[whole] - '0');
        }
        if (whole == 0 || (whole < n && !decimals(p + whole, n - whole, &ms)))
                return false;
        if (v < INT64_C(100000000000))
                v = v * 1000 + ms;
        else if (v >= INT64_C(100000000000000000))
                v /= 1000000;
        else if (v >= INT64_C(100000000000000))
                v /= 1000;
        if (v >= LAST_MS)
                return false;
        *ret_ms = v;
        return true;
}

bool em_nmea_utc(const int t[6], int64_t *ret_ms)
{
        if (t[0] < 1970 || t[0] > 2199 || t[3] < 0 || t[3] > 23 || t[4] < 0 || t[4] > 59 || t[5] < 0 || t[5] > 59)
                return false;
        em_day day = em_day_make(t[0], t[1], t[2]);
        if (day == EM_DAY_NONE)
                return false;
        *ret_ms = (int64_t)day * 86400000 + (t[3] * 3600 + t[4] * 60 + t[5]) * INT64_C(1000);
        return true;
}

/* "2021-07-01 12:00:01", then decimals, then Z or UTC or nothing. */
static bool date_and_time(const char *p, size_t n, int64_t *ret_ms)
{
        static const uint8_t at[6] = { 0, 5, 8, 11, 14, 17 }, wide[6] = { 4, 2, 2, 2, 2, 2 };
        int     t[6];
        int64_t ms = 0;
        if (n < 19 || (p[4] != '-' && p[4] != '/' && p[4] != '.') || p[7] != p[4] || p[13] != ':' || p[16] != ':'
            || (p[10] != ' ' && p[10] != 'T' && p[10] != ',' && p[10] != '_'))
                return false;
        for (size_t i = 0; i < 6; i++) {
                int64_t v;
                if (!number(p + at[i], wide[i], &v))
                        return false;
                t[i] = (int)v;
        }
        p += 19, n -= 19;
        if (n && p[n - 1] == 'Z')
                n--;
        else if (n >= 3 && memcmp(p + n - 3, "UTC", 3) == 0)
                n -= 3;
        while (n && p[n - 1] == ' ')
                n--;
        if ((n && !decimals(p, n, &ms)) || !em_nmea_utc(t, ret_ms))
                return false;
        *ret_ms += ms;
        return true;
}

static bool around(char c) { return c == ' ' || c == '\t' || c == ',' || c == ';' || c == ':' || c == '|' || c == '[' || c == ']' || c == '"'; }

bool em_nmea_prefix_time(const char *p, size_t n, int64_t *ret_ms)
{
        while (n && around(*p))
                p++, n--;
        while (n && around(p[n - 1]))
                n--;
        return (n >= 9 && em_nmea_epoch(p, n, ret_ms)) || date_and_time(p, n, ret_ms);
}

/* Bits from..from+width of a message, width at most 14. */
static int field(const uint8_t *bits, size_t from, size_t width)
{
        const uint8_t *p = bits + from / 8;
        unsigned v = (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];
        return (int)(v >> (24 - from % 8 - width) & ((1u << width) - 1));
}

bool em_nmea_base_time(const uint8_t *bits, size_t bit_count, int64_t *ret_ms)
{
        if (bit_count < 78)
                return false;
        const int t[6] = { field(bits, 38, 14), field(bits, 52, 4), field(bits, 56, 5), field(bits, 61, 5), field(bits, 66, 6), field(bits, 72, 6) };
        return em_nmea_utc(t, ret_ms);
}

/* The decimal number of a field, at most six digits. */
static bool small(em_str s, int *ret_value)
{
        int64_t v;
        if (s.n > 6 || !number(s.p, s.n, &v))
                return false;
        *ret_value = (int)v;
        return true;
}

bool em_gatehouse_read(const char *line, size_t n, em_gatehouse *ret_gatehouse)
{
        if (n < 12 || memcmp(line, "$PGHP,1,", 8) != 0 || line[n - 3] != '*')
                return false;
        int high = em_nmea_hex(line[n - 2]), low = em_nmea_hex(line[n - 1]), t[7];
        if (high < 0 || low < 0 || em_nmea_xor(line + 1, n - 4) != high * 16 + low)
                return false;
        em_str rest = { line + 8, n - 11 }, station = { 0 };
        em_gatehouse g = { .checksum = -1 };
        for (int i = 0; rest.n || i == 11; i++) {
                em_cut cut = em_str_cut(rest, ',');
                if (i < 7 && !small(cut.head, &t[i]))
                        return false;
                if (i == 9)
                        station = cut.head;
                if (i == 11 && cut.head.n == 2 && (high = em_nmea_hex(cut.head.p[0])) >= 0 && (low = em_nmea_hex(cut.head.p[1])) >= 0)
                        g.checksum = high * 16 + low;
                if (i == 11)
                        break;
                if (i < 6 && !cut.found)
                        return false;
                rest = cut.tail;
        }
        if (n < 26 || t[6] > 999 || !em_nmea_utc(t, &g.time_ms))
                return false;
        g.time_ms += t[6];
        g.station = station;
        *ret_gatehouse = g;
        return true;
}
