/* Amounts as closed intervals of integers: interval arithmetic (Moore, 1966) with
 * the rounding always outward, so that the truth cannot fall out of a sum.
 * An open end is a value of its own that absorbs; it never overflows into a
 * number, and a number never overflows into an open end on the wrong side.
 */
#include "embargo/quantity.h"

#include <math.h>
#include <stdio.h>

__extension__ typedef __int128 wide;

#define FINITE_MOST  (EM_MILLI_MAX - 1)
#define FINITE_LEAST (EM_MILLI_MIN + 1)

static const char *const quantifier_names[EM_QUANT_COUNT] = {
        [EM_QUANT_EXACT] = "exact",         [EM_QUANT_ABOUT] = "about",
        [EM_QUANT_ROUNDED] = "rounded",     [EM_QUANT_AT_LEAST] = "at-least",
        [EM_QUANT_MORE_THAN] = "more-than", [EM_QUANT_NEARLY] = "nearly",
        [EM_QUANT_UP_TO] = "up-to",         [EM_QUANT_RANGE] = "range",
        [EM_QUANT_DERIVED] = "derived",
};

const char *em_quantifier_name(em_quantifier q)
{
        em_assert((unsigned)q < EM_QUANT_COUNT);
        return quantifier_names[q];
}

bool em_quantifier_parse(em_str name, em_quantifier *ret_q)
{
        for (int q = 0; q < EM_QUANT_COUNT; q++)
                if (em_str_eq(name, em_str_c(quantifier_names[q]))) {
                        *ret_q = (em_quantifier)q;
                        return true;
                }
        return false;
}

/* ---- numbers ---------------------------------------------------------- */

/* A decimal taken apart; digit groups are whole and fraction. */
typedef struct decimal { bool negative; em_str whole, fraction; } decimal;

static bool all_digits(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (s.p[i] < '0' || s.p[i] > '9')
                        return false;
        return s.n > 0;
}

static bool take_apart(em_str s, decimal *ret_d)
{
        decimal d = { .negative = em_str_starts(s, EM_S("-")) };
        em_cut cut = em_str_cut(em_str_sub(s, d.negative ? 1 : 0, s.n), '.');
        d.whole = cut.head;
        d.fraction = cut.tail;
        if (!all_digits(d.whole) || (cut.found && !all_digits(d.fraction)))
                return false;
        *ret_d = d;
        return true;
}

bool em_milli_parse(em_str s, em_milli *ret_low, em_milli *ret_high)
{
        decimal d;
        if (!take_apart(s, &d))
                return false;
        int64_t near = 0;       /* towards zero */
        bool more = false;      /* the value is beyond near */
        for (size_t i = 0; i < d.whole.n + 3; i++) {
                size_t f = i - d.whole.n;
                char c = i < d.whole.n ? d.whole.p[i] : f < d.fraction.n ? d.fraction.p[f] : '0';
                if (__builtin_mul_overflow(near, 10, &near) ||
                    __builtin_add_overflow(near, c - '0', &near))
                        return false;
        }
        for (size_t i = 3; i < d.fraction.n; i++)
                more = more || d.fraction.p[i] != '0';
        if (near >= FINITE_MOST)
                return false;
        int64_t far = near + (more ? 1 : 0);
        *ret_low = d.negative ? -far : near;
        *ret_high = d.negative ? -near : far;
        return true;
}

/* Trailing zeros of a whole number are not stated digits ("418000 barrels" is
 * given to the thousand); after a point every digit is. */
bool em_milli_rounding(em_str s, em_milli *ret_rounding)
{
        decimal d;
        em_milli low, high;
        if (!take_apart(s, &d) || !em_milli_parse(s, &low, &high))
                return false;
        int64_t half = 500;
        if (d.fraction.n == 0) {
                for (size_t i = d.whole.n; low != 0 && i > 0 && d.whole.p[i - 1] == '0'; i--)
                        half *= 10;
        } else {
                /* Below half a thousandth: one thousandth, outward. */
                for (size_t i = 0; i < d.fraction.n && half > 1; i++)
                        half = (half + 9) / 10;
        }
        *ret_rounding = half;
        return true;
}

static bool is_rounded(em_quantifier q)
{
        return q == EM_QUANT_ABOUT || q == EM_QUANT_ROUNDED || q == EM_QUANT_NEARLY;
}

/* A range needs two numbers: here it gets the first at both ends, and the caller
 * widens it. */
bool em_quantity_stated(em_str number, em_quantifier q, em_str unit, em_quantity *ret_q)
{
        em_quantity made = { .quantifier = q, .unit = unit };
        em_milli rounding;
        if (!em_milli_parse(number, &made.low, &made.high) || !em_milli_rounding(number, &rounding))
                return false;
        made.stated = made.low < 0 ? made.high : made.low;
        made.rounding = is_rounded(q) ? rounding : 0;
        if (q == EM_QUANT_AT_LEAST || q == EM_QUANT_MORE_THAN)
                made.high = EM_MILLI_MAX;
        if (q == EM_QUANT_UP_TO) {
                if (made.high < 0)
                        return false;
                made.low = 0;
        }
        *ret_q = made;
        return true;
}

/* ---- arithmetic ------------------------------------------------------- */

static bool is_open(em_milli a)
{
        return a == EM_MILLI_MIN || a == EM_MILLI_MAX;
}

static em_milli saturate(wide a)
{
        return a > FINITE_MOST ? EM_MILLI_MAX : a < FINITE_LEAST ? EM_MILLI_MIN : (em_milli)a;
}

em_milli em_milli_add(em_milli a, em_milli b)
{
        if (a == EM_MILLI_NONE || b == EM_MILLI_NONE)
                return EM_MILLI_NONE;
        if (is_open(a) || is_open(b)) {
                em_assert(!is_open(a) || !is_open(b) || a == b);
                return is_open(a) ? a : b;
        }
        return saturate((wide)a + b);
}

/* a * factor / divisor, the remainder rounded up or down. */
static em_milli scale(em_milli a, int64_t factor, int64_t divisor, bool up)
{
        if (a == EM_MILLI_NONE || factor == EM_MILLI_NONE)
                return EM_MILLI_NONE;
        if (a == 0 || factor == 0)
                return 0;
        if (is_open(a) || is_open(factor))
                return (a < 0) == (factor < 0) ? EM_MILLI_MAX : EM_MILLI_MIN;
        wide product = (wide)a * factor, quotient = product / divisor, rest = product % divisor;
        if (up && rest > 0)
                quotient++;
        if (!up && rest < 0)
                quotient--;
        return saturate(quotient);
}

em_milli em_milli_mul_up(em_milli a, em_milli factor)
{
        return scale(a, factor, 1000, true);
}

em_milli em_milli_mul_down(em_milli a, em_milli factor)
{
        return scale(a, factor, 1000, false);
}

double em_milli_real(em_milli a)
{
        if (a == EM_MILLI_NONE)
                return (double)NAN;
        if (is_open(a))
                return a < 0 ? -HUGE_VAL : HUGE_VAL;
        return (double)a / 1000.0;
}

static bool has_amount(em_quantity q)
{
        return q.low != EM_MILLI_NONE && q.high != EM_MILLI_NONE;
}

/* A finite end that overflowed the other way: "no upper bound" is no lower
 * bound, so the lower end stops at the greatest number, and so mirrored. */
static em_milli low_end(em_milli a)
{
        return a == EM_MILLI_MAX ? FINITE_MOST : a;
}

static em_milli high_end(em_milli a)
{
        return a == EM_MILLI_MIN ? FINITE_LEAST : a;
}

/* An amount that is not known makes the sum not known. */
em_quantity em_quantity_add(em_quantity a, em_quantity b)
{
        em_assert(em_str_eq(a.unit, b.unit));
        em_quantity sum = { .low = EM_MILLI_NONE, .high = EM_MILLI_NONE, .stated = EM_MILLI_NONE,
                            .quantifier = EM_QUANT_DERIVED, .unit = a.unit };
        if (!has_amount(a) || !has_amount(b))
                return sum;
        sum.low = low_end(em_milli_add(a.low, b.low));
        sum.high = high_end(em_milli_add(a.high, b.high));
        sum.rounding = em_milli_add(a.rounding, b.rounding);
        return sum;
}

/* A factor comes from a table, so one that is not positive is refused here
 * and not taken for a bug. */
bool em_quantity_convert(em_quantity q, const em_factor *f, em_quantity *ret_q)
{
        if (!em_str_eq(q.unit, f->from) || f->low_micro <= 0 || f->high_micro < f->low_micro)
                return false;
        em_quantity made = { .low = EM_MILLI_NONE, .high = EM_MILLI_NONE, .stated = EM_MILLI_NONE,
                             .quantifier = EM_QUANT_DERIVED, .unit = f->to };
        if (has_amount(q)) {
                int64_t at_low = q.low < 0 ? f->high_micro : f->low_micro;
                int64_t at_high = q.high < 0 ? f->low_micro : f->high_micro;
                made.low = low_end(scale(q.low, at_low, 1000000, false));
                made.high = high_end(scale(q.high, at_high, 1000000, true));
                made.rounding = scale(q.rounding, f->high_micro, 1000000, true);
        }
        *ret_q = made;
        return true;
}

/* ---- showing ---------------------------------------------------------- */

char *em_milli_text(em_milli a, char sep, char out[40])
{
        if (a == EM_MILLI_NONE || is_open(a)) {
                snprintf(out, 40, "%s", a == EM_MILLI_NONE ? "none" : "no bound");
                return out;
        }
        char whole[24];
        uint64_t size = a < 0 ? (uint64_t)-a : (uint64_t)a, rest = size % 1000;
        int digits = snprintf(whole, sizeof whole, "%llu", (unsigned long long)(size / 1000));
        size_t n = 0;
        if (a < 0)
                out[n++] = '-';
        for (int i = 0; i < digits; i++) {
                if (sep && i > 0 && (digits - i) % 3 == 0)
                        out[n++] = sep;
                out[n++] = whole[i];
        }
        if (rest) {
                n += (size_t)snprintf(out + n, 40 - n, ".%03u", (unsigned)rest);
                while (out[n - 1] == '0')
                        n--;
        }
        out[n] = '\0';
        return out;
}

/* The words come from the interval where it is open, because a derived amount
 * may be open too, and from the evidence's own wording otherwise. */
char *em_quantity_text(em_quantity q, char out[96])
{
        char low[40], high[40];
        const char *word = "";
        if (!has_amount(q) || (q.low == EM_MILLI_MIN && q.high == EM_MILLI_MAX)) {
                snprintf(out, 96, "not known");
                return out;
        }
        em_milli_text(q.low, ',', low);
        em_milli_text(q.high, ',', high);
        if (q.high == EM_MILLI_MAX)
                word = q.quantifier == EM_QUANT_MORE_THAN ? "more than " : "at least ";
        else if (q.low == EM_MILLI_MIN || q.quantifier == EM_QUANT_UP_TO)
                word = "up to ";
        else if (q.quantifier == EM_QUANT_NEARLY)
                word = "nearly ";
        else if (q.quantifier == EM_QUANT_ABOUT || q.quantifier == EM_QUANT_ROUNDED)
                word = "about ";
        if (q.high == EM_MILLI_MAX)
                snprintf(out, 96, "%s%s", word, low);
        else if (q.low == EM_MILLI_MIN || q.quantifier == EM_QUANT_UP_TO || q.low == q.high)
                snprintf(out, 96, "%s%s", word, high);
        else
                snprintf(out, 96, "%s%s to %s", word, low, high);
        return out;
}
