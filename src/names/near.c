/* Keys under which words that are nearly the same meet.
 *
 * A word and its misspelling share what is left when a letter is taken out of either (Garbe's symmetric
 * deletes, 2012, after Mor and Fraenkel 1982); words that sound alike share the sound; words out of scripts
 * without vowels share their consonants.  Trigrams find what is left, for a price.
 */
#include "names/edit.h"
#include "names/korean.h"
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

static em_str without(em_str word, size_t at, char out[64])
{
        memcpy(out, word.p, at);
        memcpy(out + at, word.p + at + 1, word.n - at - 1);
        return (em_str){out, word.n - 1};
}

static void add(uint32_t *out, size_t *n, uint32_t k)
{
        for (size_t i = 0; i < *n; i++)
                if (out[i] == k)
                        return;
        if (*n < EM_NEAR_MOST)
                out[(*n)++] = k;
}

size_t em_near_keys(em_str word, bool joined, bool consonants, uint32_t out[EM_NEAR_MOST])
{
        char   once[64], twice[64], room[EM_EDIT_LETTERS];
        size_t n = 0;
        word = em_str_sub(word, 0, 24);
        add(out, &n, key(word, EM_NEAR_DELETION));
        for (size_t i = 0; i < word.n && word.n > 2; i++) {
                em_str less = without(word, i, once);
                add(out, &n, key(less, EM_NEAR_DELETION));
                for (size_t k = i; k < less.n && word.n >= 8 && word.n <= 14 && !joined; k++)
                        add(out, &n, key(without(less, k, twice), EM_NEAR_DELETION));
        }
        em_str sound = em_edit_sound(word, room);
        if (sound.n >= 2)
                add(out, &n, key(sound, EM_NEAR_SOUND));
        em_str skeleton = em_edit_skeleton(word, room);
        if (consonants && skeleton.n >= 2)
                add(out, &n, key(skeleton, EM_NEAR_SKELETON));
        return n;
}

bool em_near_korean(em_str word, uint32_t *ret_key)
{
        char   room[64];
        size_t syllables = word.n <= 21 ? em_korean_key(word, room, sizeof room) : 0;
        if (!syllables || syllables > 3)
                return false;
        *ret_key = key(em_str_c(room), EM_NEAR_KOREAN);
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
