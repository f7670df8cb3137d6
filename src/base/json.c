/* Writing JSON (RFC 8259) in the order of the calls.  Numbers are printed as the
 * shortest decimal that reads back to the same double (the property Steele and
 * White ask for), laid out here digit by digit so that no locale can put a
 * comma where the point belongs.
 */
#include "embargo/base.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

em_json em_json_make(em_buf *out, bool pretty)
{
        return (em_json){ .out = out, .pretty = pretty };
}

static void new_line(em_json *j)
{
        if (!j->pretty)
                return;
        em_buf_ch(j->out, '\n');
        for (int i = 0; i < j->depth; i++)
                em_buf_c(j->out, "  ");
}

/* What stands between the value before and this one. */
static void before(em_json *j)
{
        if (j->after_key) {
                j->after_key = false;
                return;
        }
        if (j->depth == 0)
                return;
        if (j->comma)
                em_buf_ch(j->out, ',');
        new_line(j);
}

void em_json_open(em_json *j, char bracket)
{
        em_assert(bracket == '{' || bracket == '[');
        before(j);
        em_buf_ch(j->out, bracket);
        j->depth++;
        j->comma = false;
}

void em_json_close(em_json *j, char bracket)
{
        em_assert((bracket == '}' || bracket == ']') && j->depth > 0 && !j->after_key);
        j->depth--;
        if (j->comma)
                new_line(j);
        em_buf_ch(j->out, bracket);
        j->comma = true;
}

static void escape(em_buf *out, uint32_t c)
{
        switch (c) {
        case '"':  em_buf_c(out, "\\\""); break;
        case '\\': em_buf_c(out, "\\\\"); break;
        case '\n': em_buf_c(out, "\\n"); break;
        case '\r': em_buf_c(out, "\\r"); break;
        case '\t': em_buf_c(out, "\\t"); break;
        default:   em_buf_fmt(out, "\\u%04x", (unsigned)c); break;
        }
}

/* Well-formed text with the escapes that RFC 8259 section 7 demands, and those
 * it permits for what a terminal would obey: JSON is also read on screens. */
static void add_escaped(em_buf *out, em_str s)
{
        size_t from = 0;
        for (size_t i = 0; i < s.n;) {
                size_t at = i;
                uint32_t c = (unsigned char)s.p[i] < 0x7F ? (unsigned char)s.p[i++] : em_utf8_next(s, &i);
                if (c != '"' && c != '\\' && !em_utf8_obeyed(c))
                        continue;
                em_buf_str(out, em_str_sub(s, from, at - from));
                escape(out, c);
                from = i;
        }
        em_buf_str(out, em_str_sub(s, from, s.n));
}

static void add_string(em_buf *out, em_str s)
{
        size_t bad;
        em_buf_ch(out, '"');
        while (!em_utf8_ok(s, &bad)) {
                add_escaped(out, em_str_sub(s, 0, bad));
                em_buf_c(out, "\xEF\xBF\xBD");
                s = em_str_sub(s, bad + 1, s.n);
        }
        add_escaped(out, s);
        em_buf_ch(out, '"');
}

void em_json_key(em_json *j, em_str key)
{
        em_assert(!j->after_key);
        before(j);
        add_string(j->out, key);
        em_buf_c(j->out, j->pretty ? ": " : ":");
        j->after_key = true;
        j->comma = true;
}

void em_json_raw(em_json *j, em_str json)
{
        before(j);
        em_buf_str(j->out, json);
        j->comma = true;
}

void em_json_str(em_json *j, em_str value)
{
        before(j);
        add_string(j->out, value);
        j->comma = true;
}

void em_json_int(em_json *j, int64_t value)
{
        char text[24];
        int n = snprintf(text, sizeof text, "%lld", (long long)value);
        em_json_raw(j, (em_str){ text, (size_t)n });
}

void em_json_bool(em_json *j, bool value)
{
        em_json_raw(j, value ? EM_S("true") : EM_S("false"));
}

void em_json_null(em_json *j)
{
        em_json_raw(j, EM_S("null"));
}

/* The digits of value as 0.DDDD * 10^*ret_point, without trailing zeros.  17
 * significant digits always read back (IEEE 754); 15 often do, and are then the
 * shortest once their zeros are gone, save for subnormal numbers, which have fewer
 * bits and are tried from one digit on.  Both calls below share whatever decimal
 * point the locale has, and only the digits leave this function. */
static size_t shortest(double value, char digits[18], int *ret_point)
{
        char text[48];
        for (int precision = value < DBL_MIN ? 0 : 14; precision <= 16; precision++) {
                snprintf(text, sizeof text, "%.*e", precision, value);
                if (strtod(text, NULL) == value)
                        break;
        }
        const char *e = strchr(text, 'e');
        em_assert(e);
        size_t n = 0;
        for (const char *p = text; p < e; p++)
                if (*p >= '0' && *p <= '9')
                        digits[n++] = *p;
        while (n > 1 && digits[n - 1] == '0')
                n--;
        int64_t exponent = 0;
        em_str tail = em_str_c(e + 1);
        em_assert(em_str_int(em_str_sub(tail, tail.p[0] == '+' ? 1 : 0, tail.n), &exponent));
        *ret_point = (int)exponent + 1;
        return n;
}

static void zeros(em_buf *out, int count)
{
        for (int i = 0; i < count; i++)
                em_buf_ch(out, '0');
}

/* Plain digits where a person would write them, powers of ten beyond. */
static void add_number(em_buf *out, double value)
{
        char digits[18];
        int point, n = (int)shortest(fabs(value), digits, &point);
        if (signbit(value))
                em_buf_ch(out, '-');
        if (value == 0.0) {
                em_buf_ch(out, '0');
        } else if (point > 17 || point < -5) {
                em_buf_add(out, digits, 1);
                if (n > 1)
                        em_buf_ch(out, '.');
                em_buf_add(out, digits + 1, (size_t)(n - 1));
                em_buf_fmt(out, "e%d", point - 1);
        } else if (point <= 0) {
                em_buf_c(out, "0.");
                zeros(out, -point);
                em_buf_add(out, digits, (size_t)n);
        } else if (point >= n) {
                em_buf_add(out, digits, (size_t)n);
                zeros(out, point - n);
        } else {
                em_buf_add(out, digits, (size_t)point);
                em_buf_ch(out, '.');
                em_buf_add(out, digits + point, (size_t)(n - point));
        }
}

void em_json_num(em_json *j, double value)
{
        if (!isfinite(value)) {
                em_json_null(j);
                return;
        }
        before(j);
        add_number(j->out, value);
        j->comma = true;
}

void em_json_kstr(em_json *j, const char *key, em_str value)
{
        em_json_key(j, em_str_c(key));
        em_json_str(j, value);
}

void em_json_kstrs(em_json *j, const char *key, const em_str *value, size_t count)
{
        em_json_key(j, em_str_c(key));
        em_json_open(j, '[');
        for (size_t i = 0; i < count; i++)
                em_json_str(j, value[i]);
        em_json_close(j, ']');
}

void em_json_kint(em_json *j, const char *key, int64_t value)
{
        em_json_key(j, em_str_c(key));
        em_json_int(j, value);
}

void em_json_knum(em_json *j, const char *key, double value)
{
        em_json_key(j, em_str_c(key));
        em_json_num(j, value);
}

void em_json_kbool(em_json *j, const char *key, bool value)
{
        em_json_key(j, em_str_c(key));
        em_json_bool(j, value);
}
