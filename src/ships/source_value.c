/* Values as tables write them: decimal numbers, times, names.  All total; numbers stay whole numbers on the way. */
#include "embargo/day.h"
#include "ships/ships_inside.h"

bool em_sh_decimal(em_str s, int64_t up, int64_t down, int64_t *ret_value)
{
        const int64_t most = INT64_MAX / 4 / up - 9, finest = (int64_t)1 << 40;        /* times up: within 64 bits */
        int64_t n = 0;
        size_t  i = 0, digits = 0;
        bool    minus = false, point = false;
        s = em_str_trim(s);
        minus = s.n && s.p[0] == '-';
        i = s.n && (s.p[0] == '-' || s.p[0] == '+');
        for (; i < s.n; i++) {
                if (s.p[i] == '.' && !point) {
                        point = true;
                        continue;
                }
                if (s.p[i] < '0' || s.p[i] > '9')
                        return false;
                digits++;
                if (n > most / 10 || (point && down > finest / 10)) {
                        if (!point)
                                return false;
                        continue;       /* decimals that no unit shows */
                }
                n = n * 10 + (s.p[i] - '0');
                down *= point ? 10 : 1;
        }
        if (digits == 0)
                return false;
        int64_t v = (n * up + down / 2) / down;
        *ret_value = minus ? -v : v;
        return true;
}

/* ---- times ---- */

/* Takes n digits. */
static bool digits_of(em_str *s, size_t n, int *ret)
{
        int v = 0;
        if (s->n < n)
                return false;
        for (size_t i = 0; i < n; i++) {
                if (s->p[i] < '0' || s->p[i] > '9')
                        return false;
                v = v * 10 + (s->p[i] - '0');
        }
        *s = em_str_sub(*s, n, s->n - n);
        *ret = v;
        return true;
}

static bool char_of(em_str *s, const char *among)
{
        if (s->n == 0 || !s->p[0] || !strchr(among, s->p[0]))
                return false;
        *s = em_str_sub(*s, 1, s->n - 1);
        return true;
}

/* "12:03", "12:03:59.5" or, compact, "120359"; what follows may be a zone of UTC. */
static bool clock_of(em_str s, int64_t *ret_s)
{
        int h = 0, m = 0, sec = 0, offset_h = 0, offset_m = 0;
        if (!digits_of(&s, 2, &h))
                return false;
        bool colon = char_of(&s, ":");
        if (!digits_of(&s, 2, &m))
                return false;
        if (colon ? char_of(&s, ":") : s.n >= 2)
                if (!digits_of(&s, 2, &sec))
                        return false;
        if (h > 23 || m > 59 || sec > 60)
                return false;
        if (char_of(&s, ".,"))
                while (s.n && s.p[0] >= '0' && s.p[0] <= '9')
                        s = em_str_sub(s, 1, s.n - 1);
        s = em_str_trim(s);
        *ret_s = h * 3600 + m * 60 + (sec > 59 ? 59 : sec);
        if (s.n && (s.p[0] == '+' || s.p[0] == '-')) {
                int sign = s.p[0] == '-' ? 1 : -1;
                s = em_str_sub(s, 1, s.n - 1);
                if (!digits_of(&s, 2, &offset_h))
                        return false;
                (void)char_of(&s, ":");
                if (s.n && !digits_of(&s, 2, &offset_m))
                        return false;
                *ret_s += sign * (offset_h * 3600 + offset_m * 60);
                return s.n == 0;
        }
        return s.n == 0 || em_str_eq(s, EM_S("Z")) || em_str_eq(s, EM_S("UTC")) || em_str_eq(s, EM_S("GMT"));
}

static bool dated(em_str s, int64_t *ret_s)
{
        int     year = 0, month = 0, day = 0;
        em_str  t = s;
        int64_t clock = 0;
        if (digits_of(&t, 2, &day) && char_of(&t, "/.-") && digits_of(&t, 2, &month) && char_of(&t, "/.-") && digits_of(&t, 4, &year)) {
                s = t;                  /* the day first: Denmark, and all who write slashes but the United States */
        } else {
                if (!digits_of(&s, 4, &year))
                        return false;
                bool split = char_of(&s, "-/");
                if (!digits_of(&s, 2, &month) || (split && !char_of(&s, "-/")) || !digits_of(&s, 2, &day))
                        return false;
        }
        em_day d = em_day_make(year, month, day);
        if (d == EM_DAY_NONE || (s.n && (!char_of(&s, "T _") || !clock_of(s, &clock))))
                return false;
        *ret_s = (int64_t)d * EM_SHIPS_DAY_S + clock;
        return true;
}

bool em_sh_time(em_str s, int64_t day_ms, int64_t *ret_time_s)
{
        int64_t t = 0, clock = 0;
        s = em_str_trim(s);
        bool whole = s.n > 8 && em_sh_decimal(s, 1, 1, &t) && s.p[0] != '-';
        if (whole && !memchr(s.p, '.', s.n) && s.n >= 12)
                t /= s.n >= 18 ? 1000000000 : s.n >= 15 ? 1000000 : 1000;
        else if (whole && memchr(s.p, '.', s.n))        /* seconds begin with the second, they are not rounded to it */
                whole = em_sh_decimal(em_str_cut(s, '.').head, 1, 1, &t);
        if (!whole && s.n <= 15 && s.n >= 5 && day_ms != INT64_MIN && s.p[2] == ':' && clock_of(s, &clock)) {
                t = day_ms / 1000 + clock;
                whole = true;
        }
        if (!whole && !dated(s, &t))
                return false;
        if (t < 0 || t / EM_SHIPS_DAY_S > EM_SHIPS_DAY_MAX)
                return false;
        *ret_time_s = t;
        return true;
}

void em_sh_text(em_str s, char *out, size_t size)
{
        s = em_str_trim(s);
        bool   utf8 = em_utf8_ok(s, NULL);
        size_t n = s.n < size - 1 ? s.n : size - 1;
        while (utf8 && n < s.n && n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
                n--;                    /* not within a letter */
        memset(out, 0, size);
        for (size_t i = 0; i < n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                out[i] = (char)(c < ' ' || c == 127 || (c > 127 && !utf8) ? '?' : c);
        }
        while (n && out[n - 1] == ' ')
                out[--n] = 0;
}
