/* How unlike two words are: edit distance whose edits cost what they are worth.
 *
 * Optimal string alignment (Damerau 1964; Wagner and Fischer 1974), with letters that are
 * confused in writing down foreign names costing less: one vowel for another, c for k, a doubled
 * letter, a silent h.  Costs are ours, tuned on the labelled half of public name pairs.
 */
#include "names/edit.h"

static bool vowel(char c) { return c >= 'a' && c <= 'z' && 0x1104111u >> (c - 'a') & 1; }  /* a e i o u y */

/* What b costs in place of a, in tenths of a letter, where it is less than one: letters that are confused in
 * writing down foreign names. */
static const uint8_t alike[26][26] = {
        ['b' - 'a'] = {['p' - 'a'] = 8, ['v' - 'a'] = 7},
        ['c' - 'a'] = {['k' - 'a'] = 4, ['q' - 'a'] = 4, ['s' - 'a'] = 6},
        ['d' - 'a'] = {['t' - 'a'] = 8},
        ['f' - 'a'] = {['v' - 'a'] = 6},
        ['g' - 'a'] = {['j' - 'a'] = 6},
        ['i' - 'a'] = {['j' - 'a'] = 6, ['y' - 'a'] = 3},
        ['j' - 'a'] = {['g' - 'a'] = 6, ['i' - 'a'] = 6, ['y' - 'a'] = 5},
        ['k' - 'a'] = {['c' - 'a'] = 4, ['q' - 'a'] = 3},
        ['l' - 'a'] = {['r' - 'a'] = 9},
        ['m' - 'a'] = {['n' - 'a'] = 8},
        ['n' - 'a'] = {['m' - 'a'] = 8},
        ['p' - 'a'] = {['b' - 'a'] = 8},
        ['q' - 'a'] = {['c' - 'a'] = 4, ['k' - 'a'] = 3},
        ['r' - 'a'] = {['l' - 'a'] = 9},
        ['s' - 'a'] = {['c' - 'a'] = 6, ['x' - 'a'] = 7, ['z' - 'a'] = 5},
        ['t' - 'a'] = {['d' - 'a'] = 8, ['z' - 'a'] = 8},
        ['u' - 'a'] = {['w' - 'a'] = 5},
        ['v' - 'a'] = {['b' - 'a'] = 7, ['f' - 'a'] = 6, ['w' - 'a'] = 4},
        ['w' - 'a'] = {['u' - 'a'] = 5, ['v' - 'a'] = 4},
        ['x' - 'a'] = {['s' - 'a'] = 7},
        ['y' - 'a'] = {['i' - 'a'] = 3, ['j' - 'a'] = 5},
        ['z' - 'a'] = {['s' - 'a'] = 5, ['t' - 'a'] = 8},
};

static unsigned substitute(char a, char b)
{
        if (a == b)
                return 0;
        if (a < 'a' || b < 'a')
                return 10;
        unsigned tenths = alike[a - 'a'][b - 'a'];
        return tenths ? tenths : vowel(a) && vowel(b) ? 6 : 10;
}

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

/* Counted in tenths of a letter; a swap of two neighbours costs eight. */
double em_edit(em_str a, em_str b, double limit)
{
        unsigned row[3][EM_EDIT_LETTERS + 1], more[EM_EDIT_LETTERS + 1];
        size_t   n = a.n < EM_EDIT_LETTERS ? a.n : EM_EDIT_LETTERS, m = b.n < EM_EDIT_LETTERS ? b.n : EM_EDIT_LETTERS;
        unsigned most = (unsigned)(limit * 10) + 8;     /* a swap may still go back one row */
        row[0][0] = 0;
        for (size_t j = 1; j <= m; j++) {
                more[j] = insert(j > 1 ? b.p[j - 2] : 0, b.p[j - 1], j < m ? b.p[j] : 0);
                row[0][j] = row[0][j - 1] + more[j];
        }
        for (size_t i = 1; i <= n; i++) {
                unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *older = row[(i + 1) % 3];
                unsigned  drop = insert(i > 1 ? a.p[i - 2] : 0, a.p[i - 1], i < n ? a.p[i] : 0);
                unsigned  lowest = now[0] = last[0] + drop;
                char      x = a.p[i - 1];
                for (size_t j = 1; j <= m; j++) {
                        char y = b.p[j - 1];
                        now[j] = least(least(last[j - 1] + substitute(x, y), last[j] + drop), now[j - 1] + more[j]);
                        if (i > 1 && j > 1 && x == b.p[j - 2] && y == a.p[i - 2] && x != y)
                                now[j] = least(now[j], older[j - 2] + 8);
                        lowest = least(lowest, now[j]);
                }
                if (lowest > most)
                        return lowest / 10.0;
        }
        return row[n % 3][m] / 10.0;
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
