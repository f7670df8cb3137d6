/* A key on which the Latin writings of one Korean name meet.
 *
 * Four systems and as many habits write one name: Ri, Lee, Yi, Rhee; Pak, Park, Bak; Jong, Jung, Jeong,
 * Chung.  They differ in voicing (k/g, t/d, p/b, ch/j), in aspiration, in which of a few vowels
 * are told apart, and in the r or n that the South drops before i and y.  The key keeps what all of them
 * keep.  A name has a key only if every part of it can be read as Korean syllables and it has a family
 * name first or last; so the key is never asked about Smith.
 *
 * Two different people may share a key (Jong and Jung may be two given names): equal keys say "may be
 * written the same in Hangul", and weigh as that.
 */
#include "names/korean.h"

/* One syllable's parts, as classes: by first letter, the longest of each first. */
typedef struct sound { const char *text; char to; } sound;

static const uint32_t leads_begin = 0x20fbece;     /* b c d g h j k l m n p q r s t z */
static const sound leads[] = {
        {"bb", 'p'}, {"b", 'p'}, {"ch", 'c'}, {"c", 'k'}, {"dd", 't'}, {"d", 't'}, {"gg", 'k'}, {"g", 'k'},
        {"h", 'h'}, {"jj", 'c'}, {"j", 'c'}, {"kh", 'k'}, {"kk", 'k'}, {"k", 'k'}, {"l", 'n'}, {"m", 'm'},
        {"n", 'n'}, {"ph", 'p'}, {"pp", 'p'}, {"p", 'p'}, {"q", 'k'}, {"rh", 'n'}, {"r", 'n'}, {"sh", 's'},
        {"ss", 's'}, {"s", 's'}, {"tch", 'c'}, {"ts", 'c'}, {"th", 't'}, {"tt", 't'}, {"t", 't'}, {"z", 'c'},
};
static const uint32_t vowels_begin = 0x1504111;     /* a e i o u w y */
static const sound vowels[] = {
        {"aeh", 'e'}, {"ae", 'e'}, {"ai", 'e'}, {"ay", 'e'}, {"ah", 'a'}, {"aa", 'a'}, {"ar", 'a'}, {"a", 'a'},
        {"euh", 'o'}, {"eui", 'i'}, {"eoh", 'o'}, {"eu", 'o'}, {"eo", 'o'}, {"ee", 'i'}, {"ei", 'e'}, {"ey", 'e'},
        {"eh", 'e'}, {"e", 'e'}, {"ih", 'i'}, {"ie", 'i'}, {"i", 'i'}, {"oeh", 'e'}, {"oe", 'e'}, {"oi", 'e'},
        {"oo", 'o'}, {"ou", 'o'}, {"oh", 'o'}, {"o", 'o'}, {"uh", 'o'}, {"ui", 'i'}, {"u", 'o'}, {"wae", 'e'},
        {"wah", 'W'}, {"weo", 'w'}, {"woo", 'o'}, {"wee", 'i'}, {"wa", 'W'}, {"wo", 'w'}, {"wu", 'o'}, {"we", 'e'},
        {"wi", 'i'}, {"yeoh", 'y'}, {"yeo", 'y'}, {"yoo", 'y'}, {"you", 'y'}, {"yae", 'Y'}, {"yuh", 'y'},
        {"yoe", 'E'}, {"yee", 'i'}, {"yah", 'Y'}, {"yo", 'y'}, {"yu", 'y'}, {"ye", 'E'}, {"yi", 'i'}, {"ya", 'Y'},
        {"y", 'i'},
};
static const uint32_t tails_begin = 0xebc4e;     /* b c d g k l m n p r s t */
static const sound tails[] = {
        {"b", 'P'}, {"ck", 'K'}, {"d", 'T'}, {"g", 'K'}, {"k", 'K'}, {"l", 'L'}, {"m", 'M'}, {"ng", 'G'},
        {"n", 'N'}, {"p", 'P'}, {"r", 'L'}, {"s", 'T'}, {"t", 'T'},
};

static const sound *find(const sound *table, size_t count, em_str s, size_t at)
{
        char first = at < s.n ? s.p[at] : 0;
        for (size_t i = 0; i < count && table[i].text[0] <= first; i++) {
                const char *text = table[i].text;
                if (text[0] != first)
                        continue;
                size_t n = 1;
                while (text[n] && at + n < s.n && text[n] == s.p[at + n])
                        n++;
                if (!text[n])
                        return &table[i];
        }
        return NULL;
}

/* Letters that begin any part at all: most words that are not Korean end here. */
static bool may_begin(em_str s, size_t at, uint32_t letters)
{
        return at < s.n && s.p[at] >= 'a' && letters >> (s.p[at] - 'a') & 1;
}

#define FIND(table, s, at) (may_begin(s, at, table##_begin) ? find(table, sizeof(table) / sizeof *(table), s, at) : NULL)

static bool vowel_at(em_str s, size_t at)
{
        return at < s.n && FIND(vowels, s, at) != NULL;
}

/* A tail belongs to its syllable unless the next letter is a vowel, which takes it as a lead; ng stays. */
static const sound *tail_at(em_str s, size_t at)
{
        const sound *tail = FIND(tails, s, at);
        if (!tail)
                return NULL;
        size_t end = at + strlen(tail->text);
        if (!vowel_at(s, end) || strcmp(tail->text, "ng") == 0)
                return tail;
        return NULL;
}

/* One syllable from at; 0 when there is none. */
static size_t syllable(em_str s, size_t at, char *out, size_t *n)
{
        size_t       from = at;
        const sound *lead = FIND(leads, s, at);
        char         head = 0;
        if (lead) {
                head = lead->to;
                at += strlen(lead->text);
        }
        const sound *vowel = FIND(vowels, s, at);
        if (!vowel)
                return 0;
        at += strlen(vowel->text);
        bool front = strchr("iyYE", vowel->to) != NULL;
        if (head && !(head == 'n' && front))
                out[(*n)++] = head;
        /* sh before i is how s sounds there; y between is the same syllable: "Shin", "Syong" */
        out[(*n)++] = vowel->to;
        const sound *tail = tail_at(s, at);
        if (tail) {
                out[(*n)++] = tail->to;
                at += strlen(tail->text);
        }
        return at - from;
}

size_t em_korean_key(em_str latin, char *out, size_t room)
{
        size_t n = 0, syllables = 0;
        for (size_t at = 0; at < latin.n; syllables++) {
                if (n + 4 > room)
                        return 0;
                size_t step = syllable(latin, at, out, &n);
                if (!step)
                        return 0;
                at += step;
        }
        out[n < room ? n : room - 1] = 0;
        return n ? syllables : 0;
}

/* Keys of usual family names, sorted: Kim is kiM, Ri is i, Pak is paK (the writings stand in tests/unit/test_name_fold.c). */
static const char families[][4] = {
        "E", "WG", "YG", "aN", "ca", "caG", "ce", "ci", "ciN", "co", "coG", "coN", "hWG", "ha", "haM", "haN", "ho",
        "hoG", "hyN", "i", "iM", "iN", "kE", "kWK", "ka", "kaG", "ki", "kiL", "kiM", "ko", "koG", "koK", "koM", "kwN",
        "ma", "meG", "miN", "mo", "moN", "myG", "na", "naM", "no", "o", "oK", "oM", "oN", "paG", "paK", "paN", "pe",
        "peK", "pi", "po", "poG", "py", "pyN", "sa", "siM", "siN", "so", "soG", "soK", "soL", "soN", "taK", "te",
        "to", "wN", "y", "yG", "yK", "yM", "yN"
};

bool em_korean_family(em_str latin)
{
        char key[32];
        if (latin.n > 8 || em_korean_key(latin, key, sizeof key) != 1)
                return false;
        for (size_t lo = 0, hi = sizeof families / sizeof *families; lo < hi;) {
                size_t mid = lo + (hi - lo) / 2;
                int    c = strcmp(key, families[mid]);
                if (c == 0)
                        return true;
                *(c < 0 ? &hi : &lo) = c < 0 ? mid : mid + 1;
        }
        return false;
}

em_str em_name_korean_key(em_str latin, char *out, size_t room)
{
        char   joined[64];
        size_t n = 0;
        for (size_t i = 0; i < latin.n && n < sizeof joined; i++)
                if (latin.p[i] >= 'a' && latin.p[i] <= 'z')
                        joined[n++] = latin.p[i];
        return em_korean_key((em_str){joined, n}, out, room) ? em_str_c(out) : (em_str){out, 0};
}
