/* How unlike two words are: edit distance whose edits cost what they are worth.
 *
 * Optimal string alignment (Damerau 1964; Wagner and Fischer 1974), with letters that are
 * confused in writing down foreign names costing less: one vowel for another, c for k, a doubled
 * letter, a silent h.  Costs are ours, tuned on the labelled half of public name pairs.
 */
#include "names/edit.h"
#include "names/korean.h"

#include <limits.h>

static bool vowel(char c) { return c >= 'a' && c <= 'z' && 0x1104111u >> (c - 'a') & 1; }  /* a e i o u y */

/* What one letter costs in place of another, in tenths of a letter from '0' on (a colon: ten): less where they are confused in
 * writing down foreign names, six for one vowel in place of another.  Behind the letters the digits. */
static const char instead[36][37] = {
        /*abcdefghijklmnopqrstuvwxyz0123456789*/
        "0:::6:::6:::::6:::::6:::6:::::::::::", /* a */
        ":0:::::::::::::8:::::7::::::::::::::", /* b */
        "::0:::::::4:::::4:6:::::::::::::::::", /* c */
        ":::0:::::::::::::::8::::::::::::::::", /* d */
        "6:::0:::6:::::6:::::6:::6:::::::::::", /* e */
        ":::::0:::::::::::::::6::::::::::::::", /* f */
        "::::::0::6::::::::::::::::::::::::::", /* g */
        ":::::::0::::::::::::::::::::::::::::", /* h */
        "6:::6:::06::::6:::::6:::3:::::::::::", /* i */
        "::::::6:60::::::::::::::5:::::::::::", /* j */
        "::4:::::::0:::::3:::::::::::::::::::", /* k */
        ":::::::::::0:::::9::::::::::::::::::", /* l */
        "::::::::::::08::::::::::::::::::::::", /* m */
        "::::::::::::80::::::::::::::::::::::", /* n */
        "6:::6:::6:::::0:::::6:::6:::::::::::", /* o */
        ":8:::::::::::::0::::::::::::::::::::", /* p */
        "::4:::::::3:::::0:::::::::::::::::::", /* q */
        ":::::::::::9:::::0::::::::::::::::::", /* r */
        "::6:::::::::::::::0::::7:5::::::::::", /* s */
        ":::8:::::::::::::::0:::::8::::::::::", /* t */
        "6:::6:::6:::::6:::::0:5:6:::::::::::", /* u */
        ":7:::6:::::::::::::::04:::::::::::::", /* v */
        "::::::::::::::::::::540:::::::::::::", /* w */
        "::::::::::::::::::7::::0::::::::::::", /* x */
        "6:::6:::35::::6:::::6:::0:::::::::::", /* y */
        "::::::::::::::::::58:::::0::::::::::", /* z */
        "::::::::::::::::::::::::::0:::::::::",
        ":::::::::::::::::::::::::::0::::::::",
        "::::::::::::::::::::::::::::0:::::::",
        ":::::::::::::::::::::::::::::0::::::",
        "::::::::::::::::::::::::::::::0:::::",
        ":::::::::::::::::::::::::::::::0::::",
        "::::::::::::::::::::::::::::::::0:::",
        ":::::::::::::::::::::::::::::::::0::",
        "::::::::::::::::::::::::::::::::::0:",
        ":::::::::::::::::::::::::::::::::::0",
};

/* One letter more, c, behind the letter before it and in front of the next. */
static unsigned insert(char before, char c, char next)
{
        if (c == before || c == next)
                return 4;
        if (c == 'h')
                return 5;
        if (vowel(c))
                return vowel(before) || vowel(next) ? 6 : 8;
        return 10;
}

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

static unsigned char place(char c) { return (unsigned char)(c >= 'a' && c <= 'z' ? c - 'a' : 26 + (c - '0') % 10); }

/* Counted in tenths of a letter; a swap of two neighbours costs eight. */
double em_edit(em_str a, em_str b, double limit)
{
        unsigned      row[3][EM_EDIT_LETTERS + 1], *now = row[0], *last = row[1], *older = row[2];
        unsigned char at[EM_EDIT_LETTERS + 1], more[EM_EDIT_LETTERS + 1];
        unsigned      most = limit > 0 ? (unsigned)(limit * 10) + 8 : 8; /* a swap may still go back one row */
        a.n = a.n < EM_EDIT_LETTERS ? a.n : EM_EDIT_LETTERS;
        b.n = b.n < EM_EDIT_LETTERS ? b.n : EM_EDIT_LETTERS;
        now[0] = 0;
        at[0] = UCHAR_MAX;
        for (size_t j = 1; j <= b.n; j++) {
                more[j] = (unsigned char)insert(j > 1 ? b.p[j - 2] : 0, b.p[j - 1], j < b.n ? b.p[j] : 0);
                at[j] = place(b.p[j - 1]);
                now[j] = now[j - 1] + more[j];
        }
        unsigned char x = UCHAR_MAX;
        for (size_t i = 1; i <= a.n; i++) {
                unsigned     *free = older, before = x;
                older = last;
                last = now;
                now = free;
                x = place(a.p[i - 1]);
                const char *cost = instead[x];
                unsigned    drop = insert(i > 1 ? a.p[i - 2] : 0, a.p[i - 1], i < a.n ? a.p[i] : 0);
                unsigned    left = now[0] = last[0] + drop, lowest = left;
                for (size_t j = 1; j <= b.n; j++) {
                        left = least(least(last[j - 1] + (unsigned)(cost[at[j]] - '0'), last[j] + drop), left + more[j]);
                        if (at[j] == before && at[j - 1] == x && x != before)
                                left = least(left, older[j - 2] + 8);
                        now[j] = left;
                        lowest = least(lowest, left);
                }
                if (lowest > most)
                        return lowest / 10.0;
        }
        return now[b.n] / 10.0;
}

typedef struct change { char from[5], to[3]; } change;

static bool begins(em_str a, size_t at, const char *text)
{
        for (; *text; text++, at++)
                if (at >= a.n || a.p[at] != *text)
                        return false;
        return true;
}

em_str em_edit_sound(em_str a, char out[EM_EDIT_LETTERS])
{
        static const change changes[] = {{"tsch", "ch"}, {"sch", "sh"}, {"tch", "ch"}, {"dzh", "j"}, {"kh", "h"}, {"ph", "f"},
                {"ck", "k"}, {"zh", "j"}, {"dj", "j"}, {"ou", "u"}, {"oo", "u"}, {"ee", "i"}, {"iy", "i"}, {"yi", "i"}, {"ij", "i"},
                {"ya", "ia"}, {"yu", "iu"}, {"ye", "e"}, {"ie", "e"}, {"ks", "x"}, {"hs", "x"}, {"ts", "z"}, {"tz", "z"}, {"gh", "g"}, {"th", "t"}, {"dh", "d"}, {"q", "k"}, {"w", "v"}, {"y", "i"}};
        static const uint32_t begin = 0x34dc5dc;        /* c d e g h i k o p q s t w y z begin a change */
        size_t n = 0;
        for (size_t i = 0; i < a.n && n + 2 < EM_EDIT_LETTERS;) {
                const change *by = NULL;
                bool          may = a.p[i] >= 'a' && begin >> (a.p[i] - 'a') & 1;
                for (size_t k = 0; may && k < sizeof changes / sizeof *changes && !by; k++)
                        if (changes[k].from[0] == a.p[i] && begins(a, i, changes[k].from))
                                by = &changes[k];
                const char *to = by ? by->to : NULL;
                for (size_t k = 0; by ? to[k] != 0 : k < 1; k++) {
                        char c = by ? to[k] : a.p[i];
                        if (!n || out[n - 1] != c)
                                out[n++] = c;
                }
                i += by ? strlen(by->from) : 1;
        }
        return (em_str){out, n};
}

em_str em_edit_skeleton(em_str a, char out[EM_EDIT_LETTERS])
{
        static const change pairs[] = {{"sh", "S"}, {"ch", "S"}, {"zh", "j"}, {"kh", "k"}, {"gh", "k"}, {"th", "t"}, {"dh", "d"},
                {"ph", "f"}, {"ts", "s"}, {"dz", "z"}, {"ng", "n"}, {"ks", "ks"}, {"x", "S"}};
        static const char from[] = "bcdfghjklmnpqrstvz", to[] = "bkdfkhjklmnbkrstfz";
        size_t n = 0;
        for (size_t i = 0; i < a.n && n + 2 < EM_EDIT_LETTERS;) {
                const change *by = NULL;
                for (size_t k = 0; k < sizeof pairs / sizeof *pairs && !by; k++)
                        if (pairs[k].from[0] == a.p[i] && begins(a, i, pairs[k].from))
                                by = &pairs[k];
                const char *at = strchr(from, a.p[i]);
                if (by) {
                        for (const char *c = by->to; *c; c++)
                                if (!n || out[n - 1] != *c)
                                        out[n++] = *c;
                } else if (at && (!n || out[n - 1] != to[at - from]) && (a.p[i] != 'h' || i + 1 < a.n)) {
                        out[n++] = to[at - from];
                }
                i += by ? strlen(by->from) : 1;
        }
        return (em_str){out, n};
}

void em_spelling_of(em_str text, char room[EM_SPELLING_ROOM], em_spelling *ret)
{
        char  *key = room + 2 * EM_EDIT_LETTERS;
        size_t syllables = em_korean_key(text, key, 64);
        *ret = (em_spelling){.text = text, .sound = em_edit_sound(text, room), .bones = em_edit_skeleton(text, room + EM_EDIT_LETTERS),
                             .korean = syllables ? em_str_c(key) : (em_str){key, 0}, .letters = em_edit_letters(text),
                             .syllables = syllables};
        ret->sound_letters = em_edit_letters(ret->sound);
}
