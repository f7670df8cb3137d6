/* Korean syllables to Latin letters, by arithmetic.
 *
 * A syllable is U+AC00 + (lead x 21 + vowel) x 28 + tail (Unicode 15, section 3.12), so no table of
 * 11,172 is needed.  Three systems: the DPRK's (2012 edition, as its own press and the lists print
 * it), McCune-Reischauer (1939) and the South's Revised Romanisation (2000).  Marks that the
 * lists leave out (breves, apostrophes) are left out here.  ICU's transliterator is not used: it joins
 * syllables and follows Southern sound rules at the beginning of Northern names.
 */
#include "names/hangul.h"

enum { LEADS = 19, VOWELS = 21, TAILS = 28, SILENT = 11, LEAD_R = 5 };

static const char *const lead[EM_ROMANS][LEADS] = {
        {"k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "kh", "th", "ph", "h"},
        {"k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "ch", "tch", "ch", "k", "t", "p", "h"},
        {"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"},
};
static const char *const vowel[EM_ROMANS][VOWELS] = {
        {"a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i"},
        {"a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i"},
        {"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"},
};
/* By the sound that is heard at a syllable's end: all three write it alike. */
static const char *const tail[TAILS] = {"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l",
                                        "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"};
/* Single tails that move to the next syllable when that begins with a vowel. */
static const char *const moved[TAILS] = {[1] = "g", [4] = "n", [7] = "d", [8] = "r", [16] = "m", [17] = "b", [19] = "s",
                                         [22] = "j", [23] = "ch", [24] = "k", [25] = "t", [26] = "p", [27] = "h"};

const char *em_roman_rule(em_roman system)
{
        static const char *const name[] = {"DPRK romanisation", "McCune-Reischauer", "Revised Romanisation"};
        return name[system];
}

static bool voiced_before(uint32_t before)
{
        unsigned t = (before - 0xac00) % TAILS;
        return t == 0 || t == 4 || t == 8 || t == 16 || t == 21;        /* a vowel, n, l, m, ng */
}

/* k t p ch become g d b j between voiced sounds. */
static const char *mr_lead(unsigned l, uint32_t before)
{
        if (!before || !voiced_before(before))
                return lead[EM_ROMAN_MR][l];
        return l == 0 ? "g" : l == 3 ? "d" : l == 7 ? "b" : l == 12 ? "j" : lead[EM_ROMAN_MR][l];
}

static size_t put(char *out, size_t at, const char *text)
{
        for (; *text; text++)
                out[at++] = *text;
        out[at] = 0;
        return at;
}

size_t em_hangul_roman(uint32_t c, uint32_t before, uint32_t after, em_roman system, char out[16])
{
        unsigned at = c - 0xac00, l = at / (VOWELS * TAILS), v = at / TAILS % VOWELS, t = at % TAILS;
        bool     moves_out = system != EM_ROMAN_DPRK && after && (after - 0xac00) / (VOWELS * TAILS) == SILENT && moved[t];
        size_t   n = put(out, 0, system == EM_ROMAN_MR ? mr_lead(l, before) : lead[system][l]);
        n = put(out, n, vowel[system][v]);
        return put(out, n, moves_out ? moved[t] : tail[t]);
}

bool em_hangul_family(uint32_t c)
{
        /* The family names of 99 % of Koreans, in Northern and Southern spelling (census of 2015). */
        static const uint16_t family[] = {
                0xac15, 0xacf5, 0xacfd, 0xad6c, 0xad6d, 0xad8c, 0xae08, 0xae30, 0xae38, 0xae40, 0xb098, 0xb0a8, 0xb178, 0xb3c4,
                0xb77c, 0xb7c9, 0xb824, 0xb828, 0xb85c, 0xb8cc, 0xb958, 0xb9ac, 0xb9bc, 0xb9c8, 0xb9e4, 0xba85, 0xbaa8, 0xbaa9,
                0xbb38, 0xbbfc, 0xbc15, 0xbc18, 0xbc29, 0xbc30, 0xbc31, 0xbcc0, 0xbd09, 0xbd80, 0xc0ac, 0xc11c, 0xc11d, 0xc120,
                0xc124, 0xc131, 0xc18c, 0xc190, 0xc1a1, 0xc2e0, 0xc2ec, 0xc548, 0xc591, 0xc5b4, 0xc5c4, 0xc5ec, 0xc5f0, 0xc5fc,
                0xc608, 0xc624, 0xc625, 0xc639, 0xc655, 0xc6a9, 0xc6b0, 0xc6d0, 0xc704, 0xc720, 0xc721, 0xc724, 0xc740, 0xc774,
                0xc778, 0xc784, 0xc7a5, 0xc804, 0xc815, 0xc81c, 0xc870, 0xc8fc, 0xc9c0, 0xc9c4, 0xcc28, 0xcc44, 0xcc9c, 0xcd5c,
                0xcd94, 0xd0c1, 0xd0dc, 0xd45c, 0xd53c, 0xd558, 0xd55c, 0xd568, 0xd5c8, 0xd604, 0xd615, 0xd638, 0xd64d, 0xd669,
        };
        for (size_t i = 0; i < sizeof family / sizeof *family; i++)
                if (family[i] == c)
                        return true;
        return false;
}

uint32_t em_hangul_compose(uint32_t lead_c, uint32_t vowel_c, uint32_t tail_c)
{
        uint32_t l = lead_c - 0x1100, v = vowel_c - 0x1161, t = tail_c ? tail_c - 0x11a7 : 0;
        return l < LEADS && v < VOWELS && t < TAILS ? 0xac00 + (l * VOWELS + v) * TAILS + t : 0;
}
