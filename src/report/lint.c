/* The lint: no number in prose that is not bound to an answer.  Quarto and its
 * kin let text and number live together, but nothing there stops a typed
 * number; this does.  Numbers that are names or dates are let through by form:
 *
 *     S/2022/132, SC/13542        symbols of documents
 *     2397 (2017)                 a resolution with its year
 *     the 1718 Committee          its name
 *     4 February 2022, May 2019   dates with the month in words
 *     in 2021, of 2017            years after a word of time
 *     KN-25, COVID-19, SHA-256    a capital, letters, a hyphen, digits
 *     ICD 203, ISO 3166           the standards listed below
 *     `2710`                      code
 *     95% interval, 1 to {mark}   a level of confidence; a ratio whose other side is bound
 *     {say:24 hours}              said on one's own word, and counted as such
 *
 * Numbers written out ("nine missiles") are numbers too, from three upwards,
 * except as lengths of time ("the twelve months before"), which a question's periods
 * state.
 */
#include "report/parts.h"

typedef struct view {           /* one sentence and how far it is read */
        em_str s;
        size_t at;
} view;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
static bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_' || (unsigned char)c >= 0x80; }

static char byte_at(em_str s, size_t i)
{
        return i < s.n ? s.p[i] : '\0';
}

static size_t digits_at(em_str s, size_t i)
{
        size_t n = 0;
        while (is_digit(byte_at(s, i + n)))
                n++;
        return n;
}

/* The word before position i, blanks and line ends skipped. */
static em_str word_before(em_str s, size_t i)
{
        while (i > 0 && (s.p[i - 1] == ' ' || s.p[i - 1] == '\n'))
                i--;
        size_t end = i;
        while (i > 0 && is_word(s.p[i - 1]))
                i--;
        return em_str_sub(s, i, end - i);
}

static em_str word_after(em_str s, size_t i)
{
        while (byte_at(s, i) == ' ' || byte_at(s, i) == '\n')
                i++;
        size_t from = i;
        while (is_word(byte_at(s, i)))
                i++;
        return em_str_sub(s, from, i - from);
}

static bool is_one_of(em_str word, const char *const *list)
{
        for (; *list; list++)
                if (em_str_eq_nocase(word, em_str_c(*list)))
                        return true;
        return false;
}

static bool is_month(em_str word)
{
        static const char *const months[] = { "January", "February", "March", "April", "May", "June",
                "July", "August", "September", "October", "November", "December", NULL };
        return word.n && is_upper(word.p[0]) && is_one_of(word, months);
}

/* Bytes of a document symbol that ends the token at i: S/2022/132, A/RES/60/1. */
static size_t symbol(em_str s, size_t i)
{
        size_t n = 0, slashes = 0;
        while (is_letter(byte_at(s, i + n)) || is_digit(byte_at(s, i + n)) ||
               (byte_at(s, i + n) == '/' && is_word(byte_at(s, i + n + 1))))
                slashes += s.p[i + n++] == '/';
        return slashes && is_upper(s.p[i]) ? n : 0;
}

/* KN-25, Hwasong-12, COVID-19: a name, not an amount. */
static size_t designation(em_str s, size_t i)
{
        size_t n = 0;
        if (!is_upper(byte_at(s, i)))
                return 0;
        while (is_letter(byte_at(s, i + n)))
                n++;
        if (byte_at(s, i + n) != '-' || !is_digit(byte_at(s, i + n + 1)))
                return 0;
        n++;
        while (is_word(byte_at(s, i + n)))
                n++;
        return n;
}

static bool is_standard(em_str word)
{
        static const char *const known[] = { "ICD", "ISO", "RFC", "IMO", "HS", "WCAG", NULL };
        return is_one_of(word, known);
}

static bool is_year(em_str s, size_t i)
{
        return digits_at(s, i) == 4 && ((s.p[i] == '1' && s.p[i + 1] == '9') ||
                                        (s.p[i] == '2' && s.p[i + 1] == '0'));
}

static bool year_stands(em_str s, size_t i)
{
        static const char *const before[] = { "in", "of", "since", "until", "from", "to", "by", "before",
                "after", "during", "between", "and", "for", "year", "half", "quarter", "than", "early",
                "late", "mid", "through", "into", "end", "summer", "winter", "spring", "autumn", NULL };
        static const char *const units[] = { "barrels", "tonnes", "dollars", "missiles", "bbl", "t",
                "USD", "million", "billion", "launches", "days", "attacks", NULL };
        if (!is_year(s, i) || is_one_of(word_after(s, i + 4), units))
                return false;
        char last = i ? s.p[i - 1] : ' ';
        em_str word = word_before(s, last == '-' || last == '/' ? i - 1 : i);
        if (last == '-' || last == '/')
                return word.n == 4 ? is_year(word, 0) : is_one_of(word, before);
        return is_month(word) || is_one_of(word, before);
}

/* "1 to {petroleum|ratio}": the bound side says what the ratio is. */
static bool is_ratio(em_str s, size_t i)
{
        return s.p[i] == '1' && em_str_starts(em_str_sub(s, i + 1, s.n), EM_S(" to {"));
}

static bool is_confidence(em_str s, size_t i)
{
        em_str rest = em_str_sub(s, i, s.n);
        return em_str_starts(rest, EM_S("95% interval")) || em_str_starts(rest, EM_S("95 % interval"));
}

/* Bytes of the permitted form that begins with the digits at i; 0: none. */
static size_t permitted_digits(em_str s, size_t i)
{
        size_t n = digits_at(s, i);
        if (is_word(byte_at(s, i + n)) || (byte_at(s, i + n) == '.' && is_digit(byte_at(s, i + n + 1))) ||
            (byte_at(s, i + n) == ',' && is_digit(byte_at(s, i + n + 1))))
                return 0;
        if (n == 4 && em_str_starts(em_str_sub(s, i + n, s.n), EM_S(" (")) && is_year(s, i + n + 2) &&
            byte_at(s, i + n + 6) == ')')
                return n + 7;
        if (n == 4 && em_str_eq(word_after(s, i + n), EM_S("Committee")))
                return n;
        if (n <= 2 && is_month(word_after(s, i + n)))
                return n;
        if (n <= 2 && is_month(word_before(s, i)) && byte_at(s, i + n) == ',')
                return n;
        if (is_standard(word_before(s, i)) || year_stands(s, i) || is_ratio(s, i) || is_confidence(s, i))
                return n;
        return 0;
}

static bool is_time(em_str word)
{
        static const char *const units[] = { "day", "days", "week", "weeks", "month", "months", "year", "years",
                "hour", "hours", "before", "after", "earlier", NULL };
        return is_one_of(word, units);
}

static bool is_number_word(em_str word)
{
        static const char *const words[] = { "three", "four", "five", "six", "seven", "eight", "nine",
                "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
                "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
                "eighty", "ninety", "dozen", "dozens", "hundred", "hundreds", "thousand", "thousands",
                "million", "millions", "billion", "billions", "doubled", "tripled",
                NULL };
        return is_one_of(word, words);
}

/* "{x|value} million" is bound: the scale belongs to the mark. */
static bool scales_a_mark(em_str s, size_t i, em_str word)
{
        static const char *const scales[] = { "hundred", "thousand", "million", "billion", NULL };
        while (i > 0 && (s.p[i - 1] == ' ' || s.p[i - 1] == '\n'))
                i--;
        return i > 0 && s.p[i - 1] == '}' && is_one_of(word, scales);
}

/* Bytes at v.at that hold no prose: code, a mark, the address of a link. */
static size_t not_prose(em_str s, size_t i)
{
        em_str rest = em_str_sub(s, i, s.n);
        em_mark m;
        const char *why;
        if (rest.p[0] == '`')
                return em_code_span(rest);
        if (rest.p[0] == '\\')
                return rest.n > 1 ? 2 : 1;
        if (rest.p[0] == '{')
                return em_mark_parse(rest, &m, &why) ? m.text.n : 0;
        if (em_str_starts(rest, EM_S("](")) || em_str_starts(rest, EM_S("<http"))) {
                ptrdiff_t end = em_str_find(rest, rest.p[0] == '<' ? EM_S(">") : EM_S(")"));
                return end > 0 ? (size_t)end + 1 : 0;
        }
        return 0;
}

static size_t word_length(em_str s, size_t i)
{
        size_t n = 0;
        while (is_word(byte_at(s, i + n)))
                n++;
        return n;
}

/* The bytes at i that may stand; 0 and *ret_bad when they are an unbound number. */
static size_t step(em_str s, size_t i, em_str *ret_bad)
{
        size_t n = not_prose(s, i);
        if (n)
                return n;
        if (!is_word(s.p[i]))
                return 1;
        if ((n = symbol(s, i)) != 0 || (n = designation(s, i)) != 0)
                return n;
        n = word_length(s, i);
        em_str word = em_str_sub(s, i, n);
        if (is_digit(s.p[i])) {
                size_t form = permitted_digits(s, i);
                *ret_bad = word;
                return form;
        }
        for (size_t k = 0; k < n; k++)
                if (is_digit(word.p[k])) {
                        *ret_bad = word;
                        return 0;
                }
        if (is_number_word(word) && !scales_a_mark(s, i, word) && !is_time(word_after(s, i + n))) {
                *ret_bad = word;
                return 0;
        }
        return n;
}

static em_status lint_sentence(const em_template *t, em_str s, em_error *err)
{
        for (size_t i = 0; i < s.n;) {
                em_str bad = { 0 };
                size_t n = step(s, i, &bad);
                if (n) {
                        i += n;
                        continue;
                }
                char shown[64];
                uint64_t line = em_template_line(t, s.p + i, NULL);
                return em_fail_at(err, EM_FORMAT, t->name, line, 0,
                                  "the number \"%s\" is not bound to an answer: write "
                                  "{question|name}, or {say:...} "
                                  "for what no table holds", em_str_show(bad, shown, sizeof shown));
        }
        return EM_OK;
}

static em_status lint_links(const em_template *t, em_str s, em_error *err)
{
        for (size_t i = 0; i + 1 < s.n; i++) {
                em_str rest = em_str_sub(s, i, s.n);
                if (!em_str_starts(rest, EM_S("](")))
                        continue;
                if (em_html_href_ok(em_str_sub(rest, 2, rest.n)))
                        continue;
                uint64_t line = em_template_line(t, rest.p, NULL);
                return em_fail_at(err, EM_FORMAT, t->name, line, 0,
                                  "a link leads to https:, http:, mailto: or #id only");
        }
        return EM_OK;
}

static em_status lint_marks(const em_template *t, const em_str *keys, size_t count, em_error *err)
{
        for (size_t i = 0; i < t->marks; i++) {
                const em_mark *m = &t->mark[i];
                if (m->kind > EM_MARK_IF)
                        continue;
                bool found = false;
                for (size_t k = 0; k < count && !found; k++)
                        found = em_str_eq(keys[k], m->key);
                if (found || !keys)
                        continue;
                uint64_t line = em_template_line(t, m->text.p, NULL);
                return em_fail_at(err, EM_FORMAT, t->name, line, 0, "there is no question \"%.*s\"",
                                  EM_ARG(m->key));
        }
        return EM_OK;
}

em_status em_lint_template(const em_template *t, const em_str *question_keys, size_t count,
                           em_error *err)
{
        EM_TRY(lint_marks(t, question_keys, count, err));
        for (size_t i = 0; i < t->sentences; i++) {
                EM_TRY(lint_sentence(t, t->sentence[i].text, err));
                EM_TRY(lint_links(t, t->sentence[i].text, err));
        }
        return EM_OK;
}
