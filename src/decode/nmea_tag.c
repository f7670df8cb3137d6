/* Tag blocks of IEC 61162-450 (NMEA 0183 version 4.10): \key:value,key:value*hh\ before a sentence.
 *
 * A block whose checksum is right only without its g: field is taken without it: the Norwegian Coastal Administration's service puts the group
 * into blocks that have their checksum already.  Not where the difference is a single bit, which is how a damaged block may look.
 *
 * Taken: c (time, seconds or milliseconds), s (source), g (part-of-id of a group of sentences).  The other keys, and any value that cannot be
 * read, are passed over: the checksum says that they stand as their writer meant them.
 */
#include "nmea_inside.h"

/* part-of-id */
static void group(const char *p, const char *end, em_sentence *s)
{
        uint64_t v[3] = { 0 };
        int      i = 0;
        bool     empty = true;
        for (; p < end; p++) {
                if (*p >= '0' && *p <= '9' && v[i] < 100000000)
                        v[i] = v[i] * 10 + (uint64_t)(*p - '0'), empty = false;
                else if (*p == '-' && i < 2 && !empty)
                        i++, empty = true;
                else
                        return;
        }
        if (i == 2 && !empty && v[0] > 0 && v[0] <= v[1])
                s->group_part = (uint32_t)v[0], s->group_parts = (uint32_t)v[1], s->group_id = (uint32_t)v[2];
}

static void entry(const char *p, const char *end, em_sentence *s)
{
        const char *value = p + 2;
        if (end - p < 3 || p[1] != ':')
                return;
        if (*p == 'c' && em_nmea_epoch(value, (size_t)(end - value), &s->time_ms))
                s->time_from = EM_TIME_TAG;
        else if (*p == 's')
                s->station = (em_str){ value, (size_t)(end - value) };
        else if (*p == 'g')
                group(value, end, s);
}

/* The exclusive or of a group and its comma, 0 when there is none. */
static unsigned group_sum(const char *p, const char *star)
{
        const char *comma = star - p > 2 && p[0] == 'g' && p[1] == ':' ? memchr(p, ',', (size_t)(star - p)) : NULL;
        return comma ? em_nmea_xor(p, (size_t)(comma + 1 - p)) : 0;
}

bool em_nmea_tag(const char **at, const char *end, em_sentence *s)
{
        const char *p = *at + 1, *close = memchr(p, '\\', (size_t)(end - p));
        if (!close || close - p < 3 || close[-3] != '*')
                return false;
        int high = em_nmea_hex(close[-2]), low = em_nmea_hex(close[-1]);
        const char *star = close - 3;
        if (high < 0 || low < 0)
                return false;
        unsigned off = em_nmea_xor(p, (size_t)(star - p)) ^ (unsigned)(high * 16 + low);
        if (off) {
                if (off != group_sum(p, star) || (off & (off - 1)) == 0)
                        return false;
                p = (const char *)memchr(p, ',', (size_t)(star - p)) + 1;
        }
        for (const char *stop = p; p < star; p = ++stop) {
                while (stop < star && *stop != ',')
                        stop++;
                entry(p, stop, s);
        }
        *at = close + 1;
        return true;
}
