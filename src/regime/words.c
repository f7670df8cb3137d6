/* words.c -- verdicts, numbers and days as a reader would write them.
 *
 * Likelihood words are those of ICD 203 (Office of the Director of National
 * Intelligence, Intelligence Community Directive 203, 2015, D.6.e.2): they say
 * how probable something is and never how good the evidence is.
 *
 * Numbers in prose are not longer than what they know: amounts of a thousand
 * and more stand without decimals, dollars in millions where that loses
 * nothing, satoshi as coins to the last of them.  The thousandths stay in the
 * groups of the answer.
 */
#include "inside.h"

#include <math.h>
#include <stdio.h>

const char *em_verdict_name(em_verdict v)
{
        static const char *const name[] = { "holds", "reading", "fails", "untestable" };

        em_assert((unsigned)v < 4);
        return name[v];
}

const char *em_verdict_words(em_verdict v)
{
        static const char *const words[] = {
                "holds", "holds only under a stated reading", "does not hold", "cannot be tested"
        };

        em_assert((unsigned)v < 4);
        return words[v];
}

const char *em_proof_words(em_proof p)
{
        static const char *const words[] = {
                "established", "assessed", "reported", "under investigation"
        };

        em_assert((unsigned)p < 4);
        return words[p];
}

const char *em_likelihood_words(double p)
{
        static const struct { double below; const char *words; } scale[] = {
                { 0.05, "almost no chance" }, { 0.20, "very unlikely" }, { 0.45, "unlikely" },
                { 0.55, "roughly even chance" }, { 0.80, "likely" }, { 0.95, "very likely" },
        };

        em_assert(p >= 0 && p <= 1);
        for (size_t i = 0; i < sizeof scale / sizeof *scale; i++)
                if (p < scale[i].below)
                        return scale[i].words;
        return "almost certain";
}

/* ---- amounts ---- */

static bool is_money(em_str unit)
{
        return em_str_eq(unit, EM_S("USD"));
}

/* Dollars as "395 million" when two decimals of a million (billion) say all
 * of it: 413,555,897 stays as it is. */
static bool money_words(em_milli a, char out[48])
{
        static const struct { int64_t milli; const char *word; } step[] = {
                { 1000000000000, "billion" }, { 1000000000, "million" },
        };

        for (size_t i = 0; i < 2; i++) {
                char digits[40];

                if ((a < 0 ? -a : a) < step[i].milli || a % (step[i].milli / 100) != 0)
                        continue;
                snprintf(out, 48, "%s %s", em_milli_text(a / (step[i].milli / 1000), ',', digits), step[i].word);
                return true;
        }
        return false;
}

/* A chain counts whole satoshi and people speak of coins: 20499700000 is 204.997,
 * all eight decimals where it needs them. */
static bool is_satoshi(em_str unit)
{
        return em_str_eq(unit, EM_S("sat"));
}

static void coin_words(em_milli a, char out[48])
{
        int64_t sat = a / 1000, whole = sat / 100000000, rest = sat % 100000000;
        char digits[40];
        size_t n;

        n = (size_t)snprintf(out, 48, "%s%s.%08lld", sat < 0 && whole == 0 ? "-" : "",
                             em_milli_text(whole * 1000, ',', digits), (long long)(rest < 0 ? -rest : rest));
        while (out[n - 1] == '0')
                out[--n] = '\0';
        if (out[n - 1] == '.')
                out[n - 1] = '\0';
}

static void number_words(em_milli a, em_str unit, char out[48])
{
        if (is_satoshi(unit) && a % 1000 == 0) {
                coin_words(a, out);
                return;
        }
        if (is_money(unit) && money_words(a, out))
                return;
        if (a >= 1000000 && a % 1000 != 0)
                a = (a % 1000 >= 500 ? a + 1000 : a) / 1000 * 1000;
        em_milli_text(a, ',', out);
}

static char *range_words(em_milli low, em_milli high, bool open, em_str unit, const char *sign,
                         char out[EM_WORDS])
{
        char a[48], b[48];

        if (low == EM_MILLI_NONE || high == EM_MILLI_NONE || (low == EM_MILLI_MIN && high == EM_MILLI_MAX)) {
                snprintf(out, EM_WORDS, "an unknown amount");
                return out;
        }
        number_words(low == EM_MILLI_MIN ? 0 : low, unit, a);
        number_words(high == EM_MILLI_MAX ? 0 : high, unit, b);
        if (high == EM_MILLI_MAX)
                snprintf(out, EM_WORDS, "%s %s%s", open ? "more than" : "at least", sign, a);
        else if (low == EM_MILLI_MIN || (low == 0 && high > 0))
                snprintf(out, EM_WORDS, "up to %s%s", sign, b);
        else if (strcmp(a, b) == 0)
                snprintf(out, EM_WORDS, "%s%s", sign, a);
        else
                snprintf(out, EM_WORDS, "%s%s to %s%s", sign, a, sign, b);
        return out;
}

char *em_words_range(em_milli low, em_milli high, bool open, em_str unit, char out[EM_WORDS])
{
        return range_words(low, high, open, unit, "", out);
}

/* "ETH", "USDT": the ticker of a coin. */
static bool is_ticker(em_str unit)
{
        for (size_t i = 0; i < unit.n; i++)
                if ((unit.p[i] < 'A' || unit.p[i] > 'Z') && (unit.p[i] < '0' || unit.p[i] > '9'))
                        return false;
        return unit.n > 1;
}

/* "launch days", "deliveries"; symbols, tickers and "percent" have no plural. */
static int plural(em_str unit, char out[64])
{
        static const char *const fixed[] = { "bbl", "t", "USD", "percent", "%", "kt", "kl", "km" };
        em_str stem = em_str_sub(unit, 0, 48);
        bool consonant = stem.n > 1 && !strchr("aeiou", stem.p[stem.n - 2]);

        for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
                if (em_str_eq(unit, em_str_c(fixed[i])))
                        return snprintf(out, 64, "%.*s", EM_ARG(stem));
        if (is_ticker(unit))
                return snprintf(out, 64, "%.*s", EM_ARG(stem));
        if (em_str_ends(stem, EM_S("y")) && consonant)
                return snprintf(out, 64, "%.*sies", (int)stem.n - 1, stem.p);
        if (em_str_ends(stem, EM_S("s")))
                return snprintf(out, 64, "%.*s", EM_ARG(stem));
        return snprintf(out, 64, "%.*ss", EM_ARG(stem));
}

char *em_words_amount(em_milli low, em_milli high, bool open, em_str unit, char out[EM_WORDS])
{
        char range[EM_WORDS], many[64];

        if (is_money(unit) || unit.n == 0)
                return range_words(low, high, open, unit, unit.n ? "US$" : "", out);
        range_words(low, high, open, unit, "", range);
        if (is_satoshi(unit))
                snprintf(many, sizeof many, low == high && low == 100000000000 ? "coin" : "coins");
        else if (low == 1000 && high == 1000)
                snprintf(many, sizeof many, "%.*s", EM_ARG(em_str_sub(unit, 0, 48)));
        else
                plural(unit, many);
        snprintf(out, EM_WORDS, "%.100s %s", range, many);
        return out;
}

char *em_words_group(const em_group *g, em_str unit, char out[EM_WORDS])
{
        return em_words_amount(g->low, g->high, g->low_open, unit, out);
}

/* ---- days ---- */

static const char *month_name(int month)
{
        static const char *const name[] = {
                "January", "February", "March", "April", "May", "June", "July",
                "August", "September", "October", "November", "December"
        };

        em_assert(month >= 1 && month <= 12);
        return name[month - 1];
}

char *em_words_span(em_span span, char out[EM_WORDS])
{
        int y0, m0, d0, y1, m1, d1;
        char from[20], to[20];

        out[0] = '\0';
        if (span.from == EM_DAY_NONE || span.to == EM_DAY_NONE)
                return out;
        em_day_split(span.from, &y0, &m0, &d0);
        em_day_split(span.to, &y1, &m1, &d1);
        if (span.from == span.to) {
                snprintf(out, EM_WORDS, "%s", em_day_long(span.from, from));
        } else if (d0 != 1 || em_day_add_months(em_day_make(y1, m1, 1), 1) != span.to + 1) {
                snprintf(out, EM_WORDS, "%s to %s", em_day_long(span.from, from), em_day_long(span.to, to));
        } else if (m0 == 1 && m1 == 12) {
                snprintf(out, EM_WORDS, y0 == y1 ? "%d" : "%d to %d", y0, y1);
        } else if (y0 == y1 && m0 == m1) {
                snprintf(out, EM_WORDS, "%s %d", month_name(m0), y0);
        } else if (y0 == y1) {
                snprintf(out, EM_WORDS, "%s to %s %d", month_name(m0), month_name(m1), y0);
        } else {
                snprintf(out, EM_WORDS, "%s %d to %s %d", month_name(m0), y0, month_name(m1), y1);
        }
        return out;
}

/* ---- ratios and chances ---- */

char *em_words_ratio(double r, char out[EM_WORDS])
{
        if (isnan(r))
                snprintf(out, EM_WORDS, "not known");
        else if (isinf(r))
                snprintf(out, EM_WORDS, "without limit");
        else if (r >= 99.95)
                snprintf(out, EM_WORDS, "%.0f", r);
        else
                snprintf(out, EM_WORDS, "%.*f", r >= 9.995 ? 1 : 2, r);
        return out;
}

char *em_words_fine(double r, char out[EM_WORDS])
{
        size_t n;

        if (!isfinite(r))
                return em_words_ratio(r, out);
        n = (size_t)snprintf(out, EM_WORDS, "%.4f", r);
        while (out[n - 1] == '0')
                out[--n] = '\0';
        if (out[n - 1] == '.')
                out[n - 1] = '\0';
        return out;
}

/* Two significant digits below ten: an interval of 2.98 to 941 on ten events
 * knows no more than 3.0 to 941. */
char *em_words_rate(double r, char out[EM_WORDS])
{
        if (!isfinite(r) || r >= 9.95)
                return em_words_ratio(r, out);
        snprintf(out, EM_WORDS, "%.*f", r >= 0.995 ? 1 : 2, r);
        return out;
}

/* Decimals while they say something, then powers of ten: 1.3e-4, not the
 * 1.3e-04 of printf. */
char *em_words_p(double p, char out[EM_WORDS])
{
        char *e;

        if (!isfinite(p))
                return em_words_ratio(NAN, out);
        if (p >= 0.9995)
                snprintf(out, EM_WORDS, "1");
        else if (p >= 0.00095 || p <= 0)
                snprintf(out, EM_WORDS, "%.*f", p >= 0.1995 ? 2 : 3, p > 0 ? p : 0);
        else {
                snprintf(out, EM_WORDS, "%.1e", p);
                e = strstr(out, "e-0");
                if (e)
                        memmove(e + 2, e + 3, strlen(e + 3) + 1);
        }
        return out;
}

char *em_words_share(double r, char out[EM_WORDS])
{
        char digits[64];
        size_t n;

        if (!isfinite(r))
                return em_words_ratio(r, out);
        snprintf(digits, sizeof digits, "%.1f", r * 100);
        n = strlen(digits);
        if (n > 2 && strcmp(digits + n - 2, ".0") == 0)
                digits[n - 2] = '\0';
        snprintf(out, EM_WORDS, "%s %%", digits);
        return out;
}

char *em_words_pair(double low, double high, char *(*word)(double, char[EM_WORDS]), char out[EM_WORDS])
{
        char a[EM_WORDS], b[EM_WORDS];

        word(low, a);
        word(high, b);
        if (strcmp(a, b) == 0)
                snprintf(out, EM_WORDS, "%s", a);
        else if (isinf(high))
                snprintf(out, EM_WORDS, "at least %.100s", a);
        else
                snprintf(out, EM_WORDS, "%.80s to %.80s", a, b);
        return out;
}

em_str em_words_list(em_try *t, const em_str *word, size_t count)
{
        em_str list = { "", 0 };

        for (size_t i = 0; i < count; i++) {
                const char *join = i == 0 ? "" : i + 1 == count ? " and " : ", ";

                list = em_try_text(t, "%.*s%s%.*s", EM_ARG(list), join, EM_ARG(word[i]));
        }
        return list;
}
