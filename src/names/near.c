/* Keys under which words that are nearly the same meet.
 *
 * A word and its misspelling share what is left when a letter is taken out of either (Garbe's symmetric
 * deletes, 2012, after Mor and Fraenkel 1982); words that sound alike share the sound; words out of scripts
 * without vowels share their consonants.  Trigrams find what is left, for a price.
 */
#include "names/names_inside.h"

uint64_t em_nx_hash(em_str s, uint64_t salt)
{
        uint64_t h = UINT64_C(0x9e3779b97f4a7c15) * (salt + 1);
        for (size_t i = 0; i < s.n; i++)
                h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
        h ^= h >> 32;
        h *= UINT64_C(0xd6e8feb86659fd93);
        return h ^ h >> 32;
}

static uint32_t key(em_str s, em_near_kind kind)
{
        return (uint32_t)(em_nx_hash(s, (uint64_t)kind) >> 32);
}

/* The hashes of what is left of a word when letters are left out, each in one step: a polynomial (Karp and Rabin 1987) of
 * what stands before, between and behind. */
enum { LETTERS = 24 };
typedef struct rolling { uint64_t head[LETTERS + 1], tail[LETTERS + 2], power[LETTERS + 1]; size_t n; } rolling;

static void roll(em_str word, rolling *r)
{
        static const uint64_t by = UINT64_C(0x9e3779b97f4a7c15);
        r->n = word.n;
        r->head[0] = r->tail[word.n] = r->tail[word.n + 1] = 0;
        r->power[0] = 1;
        for (size_t i = 0; i < word.n; i++) {
                r->head[i + 1] = r->head[i] * by + (uint8_t)word.p[i];
                r->power[i + 1] = r->power[i] * by;
        }
        for (size_t i = word.n; i > 0; i--)
                r->tail[i - 1] = r->tail[i] + (uint8_t)word.p[i - 1] * r->power[word.n - i];
}

static uint32_t finish(uint64_t h)
{
        h ^= h >> 32;
        h *= UINT64_C(0xd6e8feb86659fd93);
        return (uint32_t)((h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93) >> 32);
}

static uint64_t without(const rolling *r, size_t at)
{
        return r->head[at] * r->power[r->n - 1 - at] + r->tail[at + 1];
}

static uint64_t without_two(const rolling *r, size_t i, size_t k)
{
        uint64_t before = (r->head[i] - r->head[i + 1]) * r->power[k - i - 1] + r->head[k];     /* all before k but the one at i */
        return before * r->power[r->n - 1 - k] + r->tail[k + 1];
}

enum { SEEN = 256 };
typedef struct keys { uint32_t *out; size_t n; uint8_t seen[SEEN]; } keys;    /* seen: place + 1 */

static void add(keys *k, uint32_t key)
{
        size_t at = key & (SEEN - 1);
        for (; k->seen[at]; at = (at + 1) & (SEEN - 1))
                if (k->out[k->seen[at] - 1] == key)
                        return;
        if (k->n < EM_NEAR_MOST) {
                k->out[k->n++] = key;
                k->seen[at] = (uint8_t)k->n;
        }
}

size_t em_near_keys(const em_spelling *spelt, bool joined, bool consonants, uint32_t out[EM_NEAR_MOST])
{
        em_str  word = em_str_sub(spelt->text, 0, LETTERS);
        keys    k = {.out = out};
        rolling r;
        roll(word, &r);
        add(&k, finish(r.head[word.n]));
        for (size_t i = 0; i < word.n && word.n > 2; i++) {
                if (i && word.p[i] == word.p[i - 1])
                        continue;       /* leaves the same */
                add(&k, finish(without(&r, i)));
                for (size_t m = i + 1; m < word.n && word.n >= 8 && word.n <= 14 && !joined; m++)
                        add(&k, finish(without_two(&r, i, m)));
        }
        if (spelt->sound.n >= 2)
                add(&k, key(spelt->sound, EM_NEAR_SOUND));
        if (consonants && spelt->bones.n >= 2)
                add(&k, key(spelt->bones, EM_NEAR_SKELETON));
        return k.n;
}

bool em_near_korean(const em_spelling *word, uint32_t *ret_key)
{
        if (word->text.n > 21 || !word->syllables || word->syllables > 3)
                return false;
        *ret_key = key(word->korean, EM_NEAR_KOREAN);
        return true;
}

static uint32_t letter(char c)
{
        return c >= 'a' ? (uint32_t)(c - 'a') + 1 : c >= '0' && c <= '9' ? (uint32_t)(c - '0') + 27 : 0;
}

size_t em_trigrams(em_str word, uint32_t out[66])
{
        size_t n = 0;
        word = em_str_sub(word, 0, 62);
        for (size_t i = 0; i < word.n; i++) {
                uint32_t a = i ? letter(word.p[i - 1]) : 0, b = letter(word.p[i]), c = i + 1 < word.n ? letter(word.p[i + 1]) : 0;
                uint32_t code = (a * 37 + b) * 37 + c;
                size_t   at = n;
                while (at > 0 && out[at - 1] > code)
                        at--;
                if (at > 0 && out[at - 1] == code)
                        continue;
                memmove(out + at + 1, out + at, (n - at) * sizeof *out);
                out[at] = code;
                n++;
        }
        return n;
}
