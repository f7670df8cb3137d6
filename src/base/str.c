/* Text as pointer and length.  A slice is two words passed by value, so cutting
 * and comparing never allocate and never look for a NUL (the slices of u-config
 * are the model).  Letters fold in ASCII only: no locale is ever read.
 */
#include "embargo/base.h"

em_str em_str_c(const char *nul_terminated)
{
        if (!nul_terminated)
                return (em_str){ NULL, 0 };
        return (em_str){ nul_terminated, strlen(nul_terminated) };
}

em_str em_str_sub(em_str s, size_t from, size_t n)
{
        if (from > s.n)
                from = s.n;
        if (n > s.n - from)
                n = s.n - from;
        return (em_str){ s.p ? s.p + from : NULL, n };
}

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

em_str em_str_trim(em_str s)
{
        size_t from = 0, to = s.n;
        while (from < to && is_blank(s.p[from]))
                from++;
        while (to > from && is_blank(s.p[to - 1]))
                to--;
        return em_str_sub(s, from, to - from);
}

bool em_str_eq(em_str a, em_str b)
{
        return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char lower(char c)
{
        return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool em_str_eq_nocase(em_str a, em_str b)
{
        if (a.n != b.n)
                return false;
        for (size_t i = 0; i < a.n; i++)
                if (lower(a.p[i]) != lower(b.p[i]))
                        return false;
        return true;
}

bool em_str_starts(em_str s, em_str prefix)
{
        return prefix.n <= s.n && em_str_eq(em_str_sub(s, 0, prefix.n), prefix);
}

bool em_str_ends(em_str s, em_str suffix)
{
        return suffix.n <= s.n && em_str_eq(em_str_sub(s, s.n - suffix.n, suffix.n), suffix);
}

int em_str_cmp(em_str a, em_str b)
{
        size_t common = a.n < b.n ? a.n : b.n;
        int order = common ? memcmp(a.p, b.p, common) : 0;
        if (order)
                return order < 0 ? -1 : 1;
        return (a.n > b.n) - (a.n < b.n);
}

ptrdiff_t em_str_find(em_str s, em_str needle)
{
        if (needle.n == 0)
                return 0;
        if (needle.n > s.n)
                return -1;
        const char *at = memmem(s.p, s.n, needle.p, needle.n);
        return at ? at - s.p : -1;
}

em_cut em_str_cut(em_str s, char sep)
{
        const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;
        if (!at)
                return (em_cut){ .head = s, .found = false };
        size_t head = (size_t)(at - s.p);
        return (em_cut){ em_str_sub(s, 0, head), em_str_sub(s, head + 1, s.n), true };
}

bool em_str_word(em_str *rest, em_str *ret_word)
{
        em_str s = *rest;
        size_t i = 0;
        while (i < s.n && is_blank(s.p[i]))
                i++;
        if (i == s.n) {
                *rest = em_str_sub(s, i, 0);
                return false;
        }
        if (s.p[i] == '"') {
                /* A quote that is never closed holds all that is left. */
                em_cut cut = em_str_cut(em_str_sub(s, i + 1, s.n), '"');
                *ret_word = cut.head;
                *rest = cut.tail;
                return true;
        }
        size_t end = i;
        while (end < s.n && !is_blank(s.p[end]))
                end++;
        *ret_word = em_str_sub(s, i, end - i);
        *rest = em_str_sub(s, end, s.n);
        return true;
}

bool em_str_int(em_str s, int64_t *ret_value)
{
        bool negative = s.n > 0 && s.p[0] == '-';
        size_t i = negative ? 1 : 0;
        if (i == s.n)
                return false;
        /* Counted downwards, because INT64_MIN has no positive twin. */
        int64_t value = 0;
        for (; i < s.n; i++) {
                char c = s.p[i];
                if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10, &value) ||
                    __builtin_sub_overflow(value, c - '0', &value))
                        return false;
        }
        if (!negative && __builtin_mul_overflow(value, -1, &value))
                return false;
        *ret_value = value;
        return true;
}
