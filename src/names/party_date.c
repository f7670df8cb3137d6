/* Dates of birth as lists print them, read as the interval of days they leave open. */
#include "names/list_inside.h"

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static int month_of(em_str word)
{
        if (word.n < 3)
                return 0;
        for (int m = 0; m < 12; m++)
                if (em_str_eq_nocase(em_str_sub(word, 0, 3), (em_str){months + 3 * m, 3}))
                        return m + 1;
        return 0;
}

typedef struct parts { int64_t number[4]; size_t digits[4]; size_t numbers; int month, month_at; bool other; } parts;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool circa_word(em_str w)
{
        static const char *const words[] = {"circa", "approximately", "approximate", "approx", "about", "ca", "c", "around", "estimated"};
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (em_str_eq_nocase(w, em_str_c(words[i])))
                        return true;
        return false;
}

static bool idle_word(em_str w)
{
        return em_str_eq_nocase(w, EM_S("dob")) || em_str_eq_nocase(w, EM_S("and")) || em_str_eq_nocase(w, EM_S("born"))
               || em_str_eq_nocase(w, EM_S("exact")) || em_str_eq_nocase(w, EM_S("between")) || em_str_eq_nocase(w, EM_S("or"))
               || em_str_eq_nocase(w, EM_S("to"));
}

static void take(em_str s, parts *p, bool *circa)
{
        for (size_t i = 0; i < s.n;) {
                size_t from = i;
                if (is_digit(s.p[i])) {
                        for (; i < s.n && is_digit(s.p[i]); i++)
                                ;
                        if (p->numbers < 4 && i - from <= 4) {
                                p->digits[p->numbers] = i - from;
                                (void)em_str_int(em_str_sub(s, from, i - from), &p->number[p->numbers++]);
                        } else {
                                p->other = true;
                        }
                        if (i < s.n && s.p[i] == 'T')           /* "1965-03-01T00:00:00": the time says nothing */
                                return;
                } else if (is_letter(s.p[i])) {
                        for (; i < s.n && is_letter(s.p[i]); i++)
                                ;
                        em_str word = em_str_sub(s, from, i - from);
                        if (circa_word(word)) {
                                *circa = true;
                        } else if (!p->month && month_of(word)) {
                                p->month = month_of(word);
                                p->month_at = (int)p->numbers;
                        } else if (!idle_word(word)) {
                                p->other = true;
                        }
                } else {
                        i++;
                }
        }
}

static bool day_of(int64_t y, int64_t m, int64_t d, em_day *ret)
{
        if (y < 1000 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31)
                return false;
        char text[11] = {(char)('0' + y / 1000), (char)('0' + y / 100 % 10), (char)('0' + y / 10 % 10), (char)('0' + y % 10), '-',
                         (char)('0' + m / 10), (char)('0' + m % 10), '-', (char)('0' + d / 10), (char)('0' + d % 10), 0};
        return em_day_parse((em_str){text, 10}, ret);
}

static bool span_of(int64_t y, int64_t m, em_span *ret)
{
        em_day last;
        for (int64_t d = 31; d >= 28; d--)
                if (day_of(y, m, d, &last) && day_of(y, m, 1, &ret->from)) {
                        ret->to = last;
                        return true;
                }
        return false;
}

static bool years(int64_t a, int64_t b, em_span *ret)
{
        return a <= b && day_of(a, 1, 1, &ret->from) && day_of(b, 12, 31, &ret->to);
}

/* 12 Mar 1965, Mar 12 1965, Mar 1965, 1965-03-12, 12/03/1965, 1957 to 1960, 1965. */
static bool read(const parts *p, em_span *ret)
{
        const int64_t *n = p->number;
        const size_t  *d = p->digits;
        if (p->other)
                return false;
        if (p->month) {
                if (p->numbers == 1 && d[0] == 4)
                        return span_of(n[0], p->month, ret);
                if (p->numbers != 2)
                        return false;
                size_t y = d[1] == 4 ? 1 : 0;
                if (d[y] != 4 || !day_of(n[y], p->month, n[1 - y], &ret->from))
                        return false;
                ret->to = ret->from;
                return true;
        }
        if (p->numbers == 1 && d[0] == 4)
                return years(n[0], n[0], ret);
        if (p->numbers == 2 && d[0] == 4 && d[1] == 4)
                return years(n[0], n[1], ret);
        if (p->numbers == 2 && d[0] == 4)
                return span_of(n[0], n[1], ret);
        if (p->numbers == 2 && d[1] == 4)
                return span_of(n[1], n[0], ret);
        if (p->numbers != 3)
                return false;
        size_t y = d[0] == 4 ? 0 : 2;
        if (d[y] != 4)
                return false;
        int64_t m = n[1], day = y == 0 ? n[2] : n[0];
        if (day == 0 && m == 0)
                return years(n[y], n[y], ret);
        if (day == 0)
                return span_of(n[y], m, ret);
        if (m > 12) {           /* month first, as the United States write */
                int64_t swap = m;
                m = day;
                day = swap;
        }
        if (!day_of(n[y], m, day, &ret->from))
                return false;
        ret->to = ret->from;
        return true;
}

static bool parse_one(em_str text, em_party_date *ret)
{
        parts         p = {0};
        em_party_date d = {.text = em_str_trim(text)};
        take(d.text, &p, &d.circa);
        if (!read(&p, &d.span))
                return false;
        if (d.circa) {          /* "circa" is taken as two years either way */
                d.span.from -= 731;
                d.span.to += 731;
        }
        *ret = d;
        return true;
}

bool em_party_date_parse(em_str text, em_party_date *ret)
{
        /* "01 Jan 1961 to 31 Dec 1963": each end is a date of its own. */
        ptrdiff_t     to = em_str_find(text, EM_S(" to "));
        em_party_date a, b;
        if (to > 0 && parse_one(em_str_sub(text, 0, (size_t)to), &a) && parse_one(em_str_sub(text, (size_t)to + 4, text.n), &b)
            && a.span.from <= b.span.to) {
                *ret = (em_party_date){{a.span.from, b.span.to}, em_str_trim(text), a.circa || b.circa};
                return true;
        }
        return parse_one(text, ret);
}
