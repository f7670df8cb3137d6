/* How unlike two words are: edit distance whose edits cost what they are worth.
 *
 * Optimal string alignment (Damerau 1964; Wagner and Fischer 1974), with letters that are
 * confused in writing down foreign names costing less: one vowel for another, c for k, a doubled
 * letter, a silent h.  Costs are ours, tuned on the labelled half of public name pairs.
 */
#include "names/edit.h"

static bool vowel(char c) { return memchr("aeiouy", c, 6) != NULL; }

static double substitute(char a, char b)
{
        static const char pairs[][3] = {"ck", "kq", "cq", "sz", "vw", "iy", "jy", "gj", "uw", "cs", "tz", "xs", "fv", "bv", "ij", "dt", "bp", "mn", "lr"};
        static const double cost[] = {.4, .3, .4, .5, .4, .3, .5, .6, .5, .6, .8, .7, .6, .7, .6, .8, .8, .8, .9};
        if (a == b)
                return 0;
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
                if (((pairs[i][0] == a && pairs[i][1] == b) || (pairs[i][0] == b && pairs[i][1] == a)))
                        return cost[i];
        return vowel(a) && vowel(b) ? .6 : 1;
}

/* One letter more, c, behind the letter before it and in front of the next. */
static double insert(char before, char c, char next)
{
        if (c == before || c == next)
                return .4;
        if (c == 'h')
                return .5;
        if (vowel(c))
                return vowel(before) || vowel(next) ? .6 : .8;
        return 1;
}

static double least(double a, double b) { return a < b ? a : b; }

double em_edit(em_str a, em_str b)
{
        double row[3][EM_EDIT_LETTERS + 1];
        size_t n = a.n < EM_EDIT_LETTERS ? a.n : EM_EDIT_LETTERS, m = b.n < EM_EDIT_LETTERS ? b.n : EM_EDIT_LETTERS;
        row[0][0] = 0;
        for (size_t j = 1; j <= m; j++)
                row[0][j] = row[0][j - 1] + insert(j > 1 ? b.p[j - 2] : 0, b.p[j - 1], j < m ? b.p[j] : 0);
        for (size_t i = 1; i <= n; i++) {
                double *now = row[i % 3], *last = row[(i + 2) % 3], *older = row[(i + 1) % 3];
                double  drop = insert(i > 1 ? a.p[i - 2] : 0, a.p[i - 1], i < n ? a.p[i] : 0);
                now[0] = last[0] + drop;
                for (size_t j = 1; j <= m; j++) {
                        char x = a.p[i - 1], y = b.p[j - 1];
                        now[j] = least(last[j - 1] + substitute(x, y), last[j] + drop);
                        now[j] = least(now[j], now[j - 1] + insert(j > 1 ? b.p[j - 2] : 0, y, j < m ? b.p[j] : 0));
                        if (i > 1 && j > 1 && x == b.p[j - 2] && y == a.p[i - 2] && x != y)
                                now[j] = least(now[j], older[j - 2] + .8);
                }
        }
        return row[n % 3][m];
}

typedef struct change { const char *from, *to; } change;

em_str em_edit_sound(em_str a, char out[EM_EDIT_LETTERS])
{
        static const change changes[] = {{"tsch", "ch"}, {"sch", "sh"}, {"tch", "ch"}, {"dzh", "j"}, {"kh", "h"}, {"ph", "f"},
                {"ck", "k"}, {"zh", "j"}, {"dj", "j"}, {"ou", "u"}, {"oo", "u"}, {"ee", "i"}, {"iy", "i"}, {"yi", "i"}, {"ij", "i"},
                {"ya", "ia"}, {"yu", "iu"}, {"ye", "e"}, {"ie", "e"}, {"ks", "x"}, {"hs", "x"}, {"ts", "z"}, {"tz", "z"}, {"gh", "g"}, {"th", "t"}, {"dh", "d"}, {"q", "k"}, {"w", "v"}, {"y", "i"}};
        size_t n = 0;
        for (size_t i = 0; i < a.n && n + 2 < EM_EDIT_LETTERS;) {
                const change *by = NULL;
                for (size_t k = 0; k < sizeof changes / sizeof *changes && !by; k++)
                        if (em_str_starts(em_str_sub(a, i, 4), em_str_c(changes[k].from)))
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
        static const char from[] = "bcdfgjklmnpqrstvz", to[] = "bkdfkjklmnbklstfz";
        size_t n = 0;
        for (size_t i = 0; i < a.n && n + 2 < EM_EDIT_LETTERS;) {
                const change *by = NULL;
                for (size_t k = 0; k < sizeof pairs / sizeof *pairs && !by; k++)
                        if (em_str_starts(em_str_sub(a, i, 2), em_str_c(pairs[k].from)))
                                by = &pairs[k];
                const char *at = strchr(from, a.p[i]);
                if (by) {
                        for (const char *c = by->to; *c; c++)
                                if (!n || out[n - 1] != *c)
                                        out[n++] = *c;
                } else if (at && (!n || out[n - 1] != to[at - from])) {
                        out[n++] = to[at - from];
                }
                i += by ? strlen(by->from) : 1;
        }
        return (em_str){out, n};
}
