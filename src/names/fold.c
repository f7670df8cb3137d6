/* Any text to Latin letters.
 *
 * One look-up for each character in a table made from Unicode's own data and ours (tools/make-letters):
 * case, marks, full width and transliteration in one step, with no locale and no state.  Hangul is
 * arithmetic; Han is read as Korean or as Mandarin, as asked.
 */
#include "names/fold.h"
#include "names/letters.h"

typedef struct folding { em_folded *f; size_t cap; } folding;

static void put(em_folded *f, size_t cap, char c, size_t from, size_t to)
{
        if (f->n == cap || (c == ' ' && (!f->n || f->latin[f->n - 1] == ' ')))
                return;
        f->latin[f->n] = c;
        f->from[f->n] = (uint16_t)from;
        f->to[f->n++] = (uint16_t)to;
}

static void put_text(em_folded *f, size_t cap, const char *text, size_t from, size_t to)
{
        for (; *text; text++)
                put(f, cap, *text, from, to);
}

static const em_han *han_of(uint32_t c)
{
        for (size_t lo = 0, hi = em_han_count; lo < hi;) {
                size_t mid = lo + (hi - lo) / 2;
                if (em_han_table[mid].c == c)
                        return &em_han_table[mid];
                *(c < em_han_table[mid].c ? &hi : &lo) = c < em_han_table[mid].c ? mid : mid + 1;
        }
        return NULL;
}

static bool is_han(uint32_t c)
{
        return (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x2ffff);
}

uint32_t em_han_hangul(uint32_t c, bool leads)
{
        const em_han *h = han_of(c);
        if (!h)
                return 0;
        if (leads && c == 0x91d1)       /* gold: Kum, but Kim is one Korean in five and Kum one in ten thousand */
                return 0xae40;
        return leads && h->hangul[1] && em_hangul_family(h->hangul[1]) && !em_hangul_family(h->hangul[0]) ? h->hangul[1]
                                                                                                         : h->hangul[0];
}

/* NULL: no letter, so a word ends here. */
static const char *letters_of(uint32_t c)
{
        if (c > 0x1ffff)
                return NULL;
        uint16_t at = em_letters_at[em_letters_page[c >> 8]][c & 255];
        if (!em_letters_page[c >> 8] || !at)
                return NULL;
        return at == 1 ? "" : em_letters_pool + at;
}

static em_writing writing_of(uint32_t c)
{
        return c < 0x370 || (c >= 0x1e00 && c <= 0x1eff) ? EM_WRITING_LATIN
             : c < 0x400 ? EM_WRITING_GREEK
             : c < 0x530 ? EM_WRITING_CYRILLIC
             : c >= 0x590 && c < 0x600 ? EM_WRITING_HEBREW
             : (c >= 0x600 && c < 0x780) || (c >= 0xfb50 && c < 0xff00) ? EM_WRITING_ARABIC
             : c >= 0x3040 && c < 0x3100 ? EM_WRITING_KANA
             : em_hangul_is(c) ? EM_WRITING_HANGUL
             : is_han(c) ? EM_WRITING_HAN : EM_WRITING_OTHER;
}

typedef struct reader { em_str text; size_t at; } reader;

/* The next character, decomposed Hangul composed; bytes that are no UTF-8 are passed over one by one. */
static uint32_t next(reader *r)
{
        size_t   at = r->at, bad = 0;
        em_str   rest = em_str_sub(r->text, at, 12);
        while (rest.n && !em_utf8_ok(rest, &bad) && bad == 0) {
                r->at++;
                rest = em_str_sub(r->text, r->at, 12);
        }
        if (!rest.n)
                return 0;
        if (!em_utf8_ok(rest, &bad))
                rest.n = bad;
        size_t   i = 0;
        uint32_t c = em_utf8_next(rest, &i);
        if (c >= 0x1100 && c <= 0x1112 && i < rest.n) {
                size_t   k = i;
                uint32_t v = em_utf8_next(rest, &k), s = em_hangul_compose(c, v, 0);
                if (s) {
                        size_t   e = k;
                        uint32_t t = k < rest.n ? em_utf8_next(rest, &e) : 0;
                        bool     tail = t > 0x11a7 && t <= 0x11c2;
                        r->at += tail ? e : k;
                        return tail ? em_hangul_compose(c, v, t) : s;
                }
        }
        r->at += i;
        return c;
}

/* The Korean syllable that c is or reads as. */
static uint32_t syllable_of(uint32_t c, em_reading reading, bool leads)
{
        if (em_hangul_is(c))
                return c;
        return reading != EM_READ_PINYIN && is_han(c) ? em_han_hangul(c, leads) : 0;
}

typedef struct state { uint32_t before; bool leads; uint32_t counts[EM_WRITING_OTHER + 1]; } state;

static void fold_one(em_folded *f, size_t cap, reader *r, em_reading reading, bool syllables, state *s)
{
        size_t   from = r->at;
        uint32_t c = next(r);
        bool     alone = (!from || r->text.p[from - 1] == ' ') && (r->at >= r->text.n || r->text.p[r->at] == ' ');
        uint32_t korean = c ? syllable_of(c, reading, s->leads || alone) : 0;
        if (!c)
                return;
        f->hangul |= em_hangul_is(c);
        f->han |= is_han(c);
        if (korean) {
                reader   ahead = *r;
                uint32_t after = ahead.at < ahead.text.n ? next(&ahead) : 0;
                char     out[16];
                after = after ? syllable_of(after, reading, false) : 0;
                bool apart = syllables || s->leads;     /* the family name stands apart */
                em_hangul_roman(korean, apart ? 0 : s->before, apart ? 0 : after,
                                reading == EM_READ_PINYIN ? EM_ROMAN_DPRK : (em_roman)reading, out);
                put_text(f, cap, out, from, r->at);
                if (apart)
                        put(f, cap, ' ', from, r->at);
                s->before = apart ? 0 : korean;
                s->leads = false;
                s->counts[writing_of(c)]++;
                return;
        }
        s->before = 0;
        if (is_han(c)) {
                const em_han *h = han_of(c);
                put_text(f, cap, h ? em_han_sound[h->sound] : "", from, r->at);
                if (s->leads)
                        put(f, cap, ' ', from, r->at);
                s->leads = false;
                s->counts[EM_WRITING_HAN]++;
                return;
        }
        const char *latin = letters_of(c);
        if (latin)
                s->counts[writing_of(c)]++;
        put_text(f, cap, latin ? latin : c == '.' ? "." : " ", from, r->at);
        s->leads = s->leads && !latin;
}

/* A run of two to four Korean or Han characters alone is a person's name with the family name first. */
static bool leads_apart(em_str text)
{
        reader r = {text, 0};
        size_t n = 0;
        while (r.at < text.n) {
                uint32_t c = next(&r);
                if (em_hangul_is(c) || is_han(c))
                        n++;
                else if (c != 0)
                        return false;
        }
        return n >= 2 && n <= 4;
}

bool em_han_korean_name(em_str text)
{
        reader   r = {em_str_trim(text), 0};
        uint32_t syllable[4], c = 0;
        size_t   n = 0, word = 0, words = 1, first = 0;
        while (r.at < r.text.n) {
                c = next(&r);
                uint32_t s = syllable_of(c, EM_READ_DPRK, n == 0);
                if (c == ' ' || c == 0x3000 || c == 0xb7) {
                        words += word > 0;
                        word = 0;
                        continue;
                }
                if (!s || n == 4)
                        return false;
                syllable[n++] = s;
                word++;
                first += words == 1;
        }
        if (n < 2)
                return false;
        if (em_hangul_family(syllable[0]) && (words == 1 || first == 1))
                return true;
        return words > 1 && word == 1 && em_hangul_family(em_han_hangul(c, true));
}

em_status em_fold(em_str text, em_reading reading, bool syllables, em_arena *arena, em_folded *ret, em_error *err)
{
        text = em_str_sub(text, 0, EM_FOLD_TEXT);
        size_t    cap = text.n * 4 + 16;
        em_folded f = {.latin = EM_NEW_N(arena, char, cap), .from = EM_NEW_N(arena, uint16_t, cap),
                       .to = EM_NEW_N(arena, uint16_t, cap)};
        reader    r = {text, 0};
        state     s = {.leads = leads_apart(text)};
        if (!f.latin || !f.from || !f.to)
                return em_fail(err, EM_NOMEM, "no memory left for a name");
        while (r.at < text.n)
                fold_one(&f, cap, &r, reading, syllables, &s);
        for (size_t w = 0; w <= EM_WRITING_OTHER; w++)
                if (s.counts[w] > s.counts[f.writing])
                        f.writing = (em_writing)w;
        *ret = f;
        return EM_OK;
}
