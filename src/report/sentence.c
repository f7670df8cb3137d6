/* Where a sentence ends.  Markdown is cut into sentences before it is rendered,
 * so that a sentence whose quantifier fails can be taken out whole.  The rule
 * is a short one on purpose (Grefenstette and Tapanainen 1994 get 93 % with a stop and
 * a blank alone): . ! or ? with closing marks after it, then a blank or the
 * end; not inside a mark or `code`, not after the few abbreviations listed.
 */
#include "report/parts.h"

static const em_str abbreviations[] = {
        EM_S_INIT("e.g."), EM_S_INIT("i.e."), EM_S_INIT("cf."), EM_S_INIT("vs."),
        EM_S_INIT("No."), EM_S_INIT("Nos."), EM_S_INIT("para."), EM_S_INIT("paras."),
        EM_S_INIT("Mr."), EM_S_INIT("Ms."), EM_S_INIT("Dr."), EM_S_INIT("approx."),
        EM_S_INIT("U.S."), EM_S_INIT("U.N."), EM_S_INIT("art."),
};

static bool is_blank(char c)
{
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool ends_in_abbreviation(em_str s)
{
        for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
                em_str a = abbreviations[i];
                if (em_str_ends(s, a) &&
                    (s.n == a.n || is_blank(s.p[s.n - a.n - 1]) || s.p[s.n - a.n - 1] == '('))
                        return true;
        }
        return false;
}

size_t em_code_span(em_str s)
{
        size_t run = 0;
        while (run < s.n && s.p[run] == '`')
                run++;
        for (size_t i = run; i < s.n;) {
                size_t here = 0;
                while (i + here < s.n && s.p[i + here] == '`')
                        here++;
                if (here == run)
                        return i + here;
                i += here ? here : 1;
        }
        return 0;
}

/* Bytes at s that belong together and cannot end a sentence: a mark or code. */
static size_t held_together(em_str s)
{
        if (s.p[0] == '\\' && s.n > 1)
                return 2;
        if (s.p[0] == '`')
                return em_code_span(s);
        if (s.p[0] != '{')
                return 0;
        for (size_t i = 1; i < s.n && s.p[i] != '\n'; i++)
                if (s.p[i] == '}')
                        return i + 1;
        return 0;
}

static size_t closing_marks(em_str s)
{
        size_t i = 0;
        while (i < s.n && (s.p[i] == '"' || s.p[i] == '\'' || s.p[i] == ')' || s.p[i] == ']' ||
                           s.p[i] == '*'))
                i++;
        return i;
}

size_t em_sentence_end(em_str s, size_t *ret_without_blanks)
{
        size_t i = 0;
        while (i < s.n) {
                size_t skip = held_together(em_str_sub(s, i, s.n));
                if (skip) {
                        i += skip;
                        continue;
                }
                char c = s.p[i++];
                if (c != '.' && c != '!' && c != '?')
                        continue;
                size_t end = i + closing_marks(em_str_sub(s, i, s.n));
                if (end < s.n && !is_blank(s.p[end]))
                        continue;
                if (c == '.' && end < s.n && ends_in_abbreviation(em_str_sub(s, 0, i)))
                        continue;
                *ret_without_blanks = end;
                while (end < s.n && is_blank(s.p[end]))
                        end++;
                return end;
        }
        *ret_without_blanks = em_str_trim(s).n ? s.n : 0;
        while (*ret_without_blanks > 0 && is_blank(s.p[*ret_without_blanks - 1]))
                --*ret_without_blanks;
        return s.n;
}
