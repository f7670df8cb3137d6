/* UTF-8 as RFC 3629 and table 3-7 of the Unicode standard define it: no
 * surrogates, no overlong forms, nothing past U+10FFFF.  Evidence is mostly
 * ASCII, so the check looks at eight bytes at once until one has its high bit.
 */
#include "embargo/base.h"

/* The length of the well-formed sequence at p (n bytes left), or 0.  Only the
 * second byte has a range that depends on the first (table 3-7). */
static size_t sequence(const unsigned char *p, size_t n)
{
        unsigned char c = p[0], low = 0x80, high = 0xBF;
        if (c < 0x80)
                return 1;
        if (c < 0xC2 || c > 0xF4)
                return 0;
        size_t length = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (c == 0xE0)
                low = 0xA0;
        else if (c == 0xED)
                high = 0x9F;
        else if (c == 0xF0)
                low = 0x90;
        else if (c == 0xF4)
                high = 0x8F;
        if (n < length || p[1] < low || p[1] > high)
                return 0;
        for (size_t i = 2; i < length; i++)
                if ((p[i] & 0xC0) != 0x80)
                        return 0;
        return length;
}

bool em_utf8_ok(em_str s, size_t *ret_bad)
{
        const unsigned char *p = (const unsigned char *)s.p;
        size_t i = 0;
        while (i < s.n) {
                uint64_t eight;
                if (s.n - i >= sizeof eight) {
                        memcpy(&eight, p + i, sizeof eight);
                        if (!(eight & 0x8080808080808080u)) {
                                i += sizeof eight;
                                continue;
                        }
                }
                size_t step = sequence(p + i, s.n - i);
                if (!step) {
                        if (ret_bad)
                                *ret_bad = i;
                        return false;
                }
                i += step;
        }
        return true;
}

uint32_t em_utf8_next(em_str s, size_t *at)
{
        em_assert(*at < s.n);
        const unsigned char *p = (const unsigned char *)s.p + *at;
        size_t length = sequence(p, s.n - *at);
        em_assert(length > 0);
        *at += length;
        if (length == 1)
                return p[0];
        uint32_t point = p[0] & (0xFFu >> (length + 1));
        for (size_t i = 1; i < length; i++)
                point = point << 6 | (p[i] & 0x3Fu);
        return point;
}

bool em_utf8_obeyed(uint32_t c)
{
        return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C ||
               c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
               (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

bool em_utf8_odd(em_str s)
{
        if (!em_utf8_ok(s, NULL))
                return true;
        for (size_t at = 0; at < s.n;) {
                uint32_t c = em_utf8_next(s, &at);
                if (em_utf8_obeyed(c) && c != '\n' && c != '\t' && c != '\r')
                        return true;
        }
        return false;
}
