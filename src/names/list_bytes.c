/* Bytes that are not UTF-8, read all the same: marked as unknown, or as the Latin letter the format means.
 *
 * One pass finds the bad bytes; only a file that has some is copied.  A table of the places turns offsets back.
 * Windows-1252 is what browsers and spreadsheets mean by Latin-1 (WHATWG, Encoding, "windows-1252").
 */
#include "names/list_bytes.h"

enum { REPLACEMENT = 0xfffd };

static const uint16_t latin_80[32] = {
        0x20ac, REPLACEMENT, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, REPLACEMENT,
        0x017d, REPLACEMENT, REPLACEMENT, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, REPLACEMENT, 0x017e, 0x0178,
};

/* Bytes of the well-formed character at i, 0 when there is none. */
static size_t good(em_str s, size_t i, bool xml)
{
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80)
                return !xml || c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
        size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (!em_utf8_ok(em_str_sub(s, i, n), NULL) || s.n - i < n)
                return 0;
        bool banned = n == 3 && c == 0xef && (unsigned char)s.p[i + 1] == 0xbf && (unsigned char)s.p[i + 2] >= 0xbe;
        return xml && banned ? 0 : n;
}

/* Runs of plain bytes are most of every list: eight are looked at together. */
static size_t next_bad(em_str s, size_t i, bool xml)
{
        while (i < s.n) {
                uint64_t eight;
                if (i + 8 <= s.n) {
                        memcpy(&eight, s.p + i, 8);
                        uint64_t low = (eight - 0x2020202020202020u) & ~eight;
                        if (!((eight | (xml ? low : 0)) & 0x8080808080808080u)) {
                                i += 8;
                                continue;
                        }
                }
                size_t n = good(s, i, xml);
                if (!n)
                        return i;
                i += n;
        }
        return s.n;
}

static size_t put(char *out, uint32_t c)
{
        if (c < 0x800) {
                out[0] = (char)(0xc0 | c >> 6);
                out[1] = (char)(0x80 | (c & 0x3f));
                return 2;
        }
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
}

static uint32_t read_as(unsigned char c, em_mend_how how)
{
        if (how == EM_MEND_MARK || c < 0x80)
                return REPLACEMENT;
        return c < 0xa0 ? latin_80[c - 0x80] : c;
}

em_status em_mend(em_str s, em_mend_how how, bool xml, em_arena *arena, em_mended *ret, em_error *err)
{
        size_t bad = 0;
        for (size_t i = next_bad(s, 0, xml); i < s.n; i = next_bad(s, i + 1, xml))
                bad++;
        *ret = (em_mended){.text = s};
        if (!bad)
                return EM_OK;
        char          *out = em_arena_alloc(arena, s.n + 2 * bad + 1);
        em_mend_place *place = EM_NEW_N(arena, em_mend_place, bad);
        if (!out || !place)
                return em_fail(err, EM_NOMEM, "no memory left for a list");
        size_t   n = 0, k = 0, from = 0;
        uint64_t line = 1;
        for (size_t i = next_bad(s, 0, xml); i < s.n; i = next_bad(s, i + 1, xml)) {
                for (const char *p = s.p + from; (p = memchr(p, '\n', (size_t)(s.p + i - p))); p++)
                        line++;
                memcpy(out + n, s.p + from, i - from);
                n += i - from;
                place[k++] = (em_mend_place){i, n, line};
                n += put(out + n, read_as((unsigned char)s.p[i], how));
                from = i + 1;
        }
        memcpy(out + n, s.p + from, s.n - from);
        n += s.n - from;
        *ret = (em_mended){(em_str){out, n}, place, k};
        return EM_OK;
}

/* How many places lie below a bound. */
static size_t below(const em_mended *m, uint64_t bound, bool mended)
{
        size_t from = 0, to = m->places;
        while (from < to) {
                size_t mid = from + (to - from) / 2;
                if ((mended ? m->place[mid].mended : m->place[mid].offset) < bound)
                        from = mid + 1;
                else
                        to = mid;
        }
        return from;
}

uint64_t em_mended_offset(const em_mended *m, uint64_t at)
{
        size_t k = below(m, at, true);
        if (!k)
                return at;
        const em_mend_place *p = &m->place[k - 1];
        uint64_t next = p->mended + ((unsigned char)m->text.p[p->mended] < 0xe0 ? 2 : 3);
        return at < next ? p->offset : p->offset + 1 + (at - next);
}

size_t em_mended_within(const em_mended *m, uint64_t from, uint64_t length, const em_mend_place **ret_first)
{
        size_t a = below(m, from, false), b = below(m, from + length, false);
        if (a < b)
                *ret_first = &m->place[a];
        return b - a;
}
