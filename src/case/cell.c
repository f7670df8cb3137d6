/* case/cell.c -- one cell of a table as a value.
 *
 * Intake lives in these loops (a two-million-row table has twenty million
 * cells), so they are written by hand, look at each byte once and call nothing
 * that knows a locale.  Dates are ISO 8601-1:2019; the double year "2018/19" is
 * the marketing or school year of the crop reports; JSON is RFC 8259.
 */
#include "case/cell.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool all_digits(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (!is_digit(s.p[i]))
                        return false;
        return s.n > 0;
}

static int digits_value(em_str s)
{
        int v = 0;
        for (size_t i = 0; i < s.n; i++)
                v = v * 10 + (s.p[i] - '0');
        return v;
}

/* First day of year a to last day of year b. */
static bool years(int a, int b, em_span *ret_span)
{
        em_span span = { em_day_make(a, 1, 1), em_day_make(b, 12, 31) };
        if (span.from == EM_DAY_NONE || span.to == EM_DAY_NONE || span.from > span.to)
                return false;
        *ret_span = span;
        return true;
}

static bool compact_month(em_str cell, em_span *ret_span)
{
        int y = digits_value(em_str_sub(cell, 0, 4)), m = digits_value(em_str_sub(cell, 4, 2));
        em_day first = em_day_make(y, m, 1);
        if (first == EM_DAY_NONE)
                return false;
        *ret_span = (em_span){ first, (em_day)(em_day_add_months(first, 1) - 1) };
        return true;
}

bool em_cell_period(em_str cell, em_span *ret_span, em_precision *ret_precision)
{
        if (em_span_parse(cell, ret_span, ret_precision))
                return true;
        if (cell.n == 6 && all_digits(cell) && compact_month(cell, ret_span)) {
                *ret_precision = EM_PRECISION_MONTH;
                return true;
        }
        em_cut cut = em_str_cut(cell, cell.n == 9 ? '-' : '/');
        if (!cut.found && cell.n == 9)
                cut = em_str_cut(cell, '/');
        em_span a, b;
        em_precision p;
        if (cut.head.n == 4 && cut.tail.n == 4 && all_digits(cut.head) && all_digits(cut.tail)) {
                if (!years(digits_value(cut.head), digits_value(cut.tail), ret_span))
                        return false;
        } else if (cut.head.n == 4 && cut.tail.n == 2 && all_digits(cut.head) && all_digits(cut.tail)) {
                int y = digits_value(cut.head);
                if ((y + 1) % 100 != digits_value(cut.tail) || !years(y, y + 1, ret_span))
                        return false;
        } else {
                cut = em_str_cut(cell, '/');
                if (!cut.found || !em_span_parse(cut.head, &a, &p) ||
                    !em_span_parse(cut.tail, &b, &p) || a.from > b.to)
                        return false;
                *ret_span = (em_span){ a.from, b.to };
        }
        *ret_precision = EM_PRECISION_SPAN;
        return true;
}

bool em_cell_degrees(em_str cell, int32_t limit, int32_t *ret_e7)
{
        size_t  i = 0, whole = 0, fraction = 0;
        int64_t v = 0;
        bool    minus = false, up = false;
        if (i < cell.n && (cell.p[i] == '-' || cell.p[i] == '+'))
                minus = cell.p[i++] == '-';
        for (; i < cell.n && is_digit(cell.p[i]) && whole < 4; i++, whole++)
                v = v * 10 + (cell.p[i] - '0');
        if (whole == 0 || (i < cell.n && cell.p[i] != '.'))
                return false;
        if (i < cell.n)
                i++;
        for (; i < cell.n && is_digit(cell.p[i]); i++, fraction++) {
                if (fraction < 7)
                        v = v * 10 + (cell.p[i] - '0');
                else if (fraction == 7)
                        up = cell.p[i] >= '5';
        }
        if (i < cell.n || (cell.p[cell.n - 1] == '.'))
                return false;
        for (; fraction < 7; fraction++)
                v *= 10;
        v += up ? 1 : 0;
        if (v > (int64_t)limit * 10000000)
                return false;
        *ret_e7 = (int32_t)(minus ? -v : v);
        return true;
}

bool em_cell_number(em_str cell, em_str *ret_number)
{
        size_t i = 0, from;
        bool minus = cell.n > 0 && cell.p[0] == '-';
        i = minus ? 1 : 0;
        from = i;
        while (i < cell.n && is_digit(cell.p[i]))
                i++;
        if (i == from)
                return false;
        size_t zeros = 0;
        while (zeros + 1 < i - from && cell.p[from + zeros] == '0')
                zeros++;
        if (zeros > 0 && minus)
                return false;           /* "-007" is a label, not a number */
        if (i < cell.n) {
                size_t point = i++;
                if (cell.p[point] != '.')
                        return false;
                while (i < cell.n && is_digit(cell.p[i]))
                        i++;
                if (i < cell.n || i == point + 1)
                        return false;
        }
        *ret_number = em_str_sub(cell, zeros, cell.n - zeros);
        return true;
}

bool em_cell_flag(em_str cell, bool *ret_flag)
{
        static const struct { em_str word; bool flag; } words[] = {
                { EM_S_INIT("yes"), true }, { EM_S_INIT("true"), true }, { EM_S_INIT("y"), true },
                { EM_S_INIT("1"), true }, { EM_S_INIT("no"), false }, { EM_S_INIT("false"), false },
                { EM_S_INIT("n"), false }, { EM_S_INIT("0"), false },
        };
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
                if (em_str_eq_nocase(cell, words[i].word)) {
                        *ret_flag = words[i].flag;
                        return true;
                }
        return false;
}

bool em_cell_is_line(em_str cell)
{
        for (size_t i = 0; i < cell.n; i++)
                if ((unsigned char)cell.p[i] < 0x20 || cell.p[i] == 0x7f)
                        return false;
        return true;
}

size_t em_cell_json_size(em_str cell)
{
        size_t n = cell.n + 2;
        for (size_t i = 0; i < cell.n; i++) {
                unsigned char c = (unsigned char)cell.p[i];
                if (c == '"' || c == '\\')
                        n += 1;
                else if (c < 0x20)
                        n += 5;
        }
        return n;
}

char *em_cell_json_write(char *out, em_str cell)
{
        static const char hex[] = "0123456789abcdef";
        *out++ = '"';
        for (size_t i = 0; i < cell.n; i++) {
                unsigned char c = (unsigned char)cell.p[i];
                if (c == '"' || c == '\\') {
                        *out++ = '\\';
                        *out++ = (char)c;
                } else if (c < 0x20) {
                        memcpy(out, "\\u00", 4);
                        out[4] = hex[c >> 4];
                        out[5] = hex[c & 15];
                        out += 6;
                } else {
                        *out++ = (char)c;
                }
        }
        *out++ = '"';
        return out;
}
