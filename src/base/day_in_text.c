/* The date in a citation such as "AP 2021-02-09; CoinDesk".  A number is taken
 * for a date only where nothing beside it says that it is something else: part
 * of a longer number, an amount, a row id, a UN symbol.  Missing a date leaves
 * a record undated; inventing one would put it into the wrong "as known on".
 */
#include "embargo/day.h"

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The byte at `at`, or a blank outside s (at may be SIZE_MAX). */
static char peek(em_str s, size_t at)
{
        return at < s.n ? s.p[at] : ' ';
}

/* A bare year is believed between 1900 and 2099. */
static bool is_year(em_str s, size_t at)
{
        em_str century = em_str_sub(s, at, 2);
        return (em_str_eq(century, EM_S("19")) || em_str_eq(century, EM_S("20"))) &&
               is_digit(peek(s, at + 2)) && is_digit(peek(s, at + 3));
}

/* May a date of any kind begin at `at`?  "mid-2023" may; "CNS-1984" and
 * "1-2023" may not; "2018-2019" may at the second year. */
static bool begins(em_str s, size_t at)
{
        char before = peek(s, at - 1), second = peek(s, at - 2);
        if (is_digit(before) || is_letter(before) || before == '_' || before == '$')
                return false;
        if ((before == '.' || before == ',') && is_digit(second))
                return false;
        if (before != '-')
                return true;
        if (second >= 'a' && second <= 'z')
                return true;
        return at >= 5 && !is_digit(peek(s, at - 6)) && is_year(s, at - 5);
}

/* May a date of any kind end before `at`?  A time may follow a day. */
static bool ends(em_str s, size_t at, em_precision precision)
{
        char after = peek(s, at), second = peek(s, at + 1);
        if (precision == EM_PRECISION_DAY && after == 'T' && is_digit(second))
                return true;
        if (is_digit(after) || is_letter(after) || after == '_' || after == '%')
                return false;
        if ((after == '.' || after == ',') && is_digit(second))
                return false;
        if (after != '-')
                return true;
        /* Only a bare year may be joined to another, as in "2004-2006". */
        return precision == EM_PRECISION_YEAR && is_year(s, at + 1) &&
               !is_digit(peek(s, at + 5));
}

/* S/2022/132, 2018/19: a bare year with a stroke beside it is no date. */
static bool stroke_beside(em_str s, size_t from, size_t to)
{
        return peek(s, from - 1) == '/' || peek(s, to) == '/';
}

/* The longest date at `at`: its span and its length in bytes, or 0. */
static size_t date_at(em_str s, size_t at, em_span *ret_span)
{
        static const size_t lengths[] = { 10, 7, 4 };
        em_precision precision;
        em_span span;
        if (!begins(s, at))
                return 0;
        for (size_t i = 0; i < 3; i++) {
                size_t n = lengths[i];
                if (s.n - at < n || !em_span_parse(em_str_sub(s, at, n), &span, &precision) ||
                    !ends(s, at + n, precision))
                        continue;
                if (precision == EM_PRECISION_YEAR &&
                    (stroke_beside(s, at, at + n) || !is_year(s, at)))
                        continue;
                *ret_span = span;
                return n;
        }
        return 0;
}

bool em_day_in_text(em_str text, em_span *ret_span)
{
        bool found = false;
        em_span best = { 0, 0 }, span;
        for (size_t at = 0; at < text.n;) {
                size_t n = is_digit(text.p[at]) ? date_at(text, at, &span) : 0;
                if (n && (!found || span.to < best.to))
                        best = span;
                found = found || n;
                at += n ? n : 1;
        }
        if (found)
                *ret_span = best;
        return found;
}
