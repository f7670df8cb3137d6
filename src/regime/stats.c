/* stats.c -- exact tests for counts.
 *
 * Two Poisson counts are compared by conditioning on their sum (Przyborowski
 * and Wilenski, Biometrika 31, 1940): given n in all, the first is binomial.
 * Intervals are Clopper and Pearson's (Biometrika 26, 1934).  Binomial tails
 * are values of the regularised incomplete beta function, computed by its
 * continued fraction (DLMF 8.17.22) with Lentz's method (Applied Optics 15,
 * 1976); the quantile is found by bisection, because a slow sure answer is
 * worth more here than a fast one.
 */
#include "embargo/stats.h"

#include <math.h>

#define LENTZ_STEPS 20000
#define LENTZ_TINY  1e-300

/* lgamma() writes the global signgam; lgamma_r does not. */
static double log_gamma(double x)
{
        int sign = 0;

        return lgamma_r(x, &sign);
}

double em_stats_binomial_pmf(uint64_t k, uint64_t n, double p)
{
        double kd = (double)k, nd = (double)n;

        em_assert(p >= 0 && p <= 1);
        if (k > n)
                return 0;
        if (p <= 0)
                return k == 0 ? 1 : 0;
        if (p >= 1)
                return k == n ? 1 : 0;
        return exp(log_gamma(nd + 1) - log_gamma(kd + 1) - log_gamma(nd - kd + 1)
                   + kd * log(p) + (nd - kd) * log1p(-p));
}

static double away_from_zero(double x)
{
        return fabs(x) < LENTZ_TINY ? LENTZ_TINY : x;
}

/* The continued fraction of DLMF 8.17.22; converges fast for x below
 * (a+1)/(a+b+2). */
static double beta_fraction(double a, double b, double x)
{
        double c = 1;
        double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
        double f = d;

        for (int m = 1; m <= LENTZ_STEPS; m++) {
                double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
                double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

                d = 1 / away_from_zero(1 + even * d);
                c = away_from_zero(1 + even / c);
                f *= d * c;
                d = 1 / away_from_zero(1 + odd * d);
                c = away_from_zero(1 + odd / c);
                f *= d * c;
                if (fabs(d * c - 1) < 1e-16)
                        break;
        }
        return f;
}

double em_stats_beta_inc(double a, double b, double x)
{
        double front;

        em_assert(a > 0 && b > 0);
        if (x <= 0)
                return 0;
        if (x >= 1)
                return 1;
        front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b)
                    + a * log(x) + b * log1p(-x));
        if (x < (a + 1) / (a + b + 2))
                return front * beta_fraction(a, b, x) / a;
        return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double em_stats_beta_quantile(double a, double b, double p)
{
        double low = 0, high = 1;

        em_assert(p >= 0 && p <= 1);
        while (high - low > 1e-12) {
                double middle = low + (high - low) / 2;

                if (em_stats_beta_inc(a, b, middle) < p)
                        low = middle;
                else
                        high = middle;
        }
        return low + (high - low) / 2;
}

double em_stats_binomial_upper(uint64_t k, uint64_t n, double p)
{
        if (k == 0)
                return 1;
        if (k > n)
                return 0;
        return em_stats_beta_inc((double)k, (double)(n - k + 1), p);
}

void em_stats_clopper_pearson(uint64_t k, uint64_t n, double alpha, double *ret_low, double *ret_high)
{
        em_assert(k <= n && n > 0 && alpha > 0 && alpha < 1);
        *ret_low = k == 0 ? 0 : em_stats_beta_quantile((double)k, (double)(n - k + 1), alpha / 2);
        *ret_high = k == n ? 1 : em_stats_beta_quantile((double)(k + 1), (double)(n - k), 1 - alpha / 2);
}

/* The sum of all outcomes no more likely than the one seen.  Outcomes as
 * likely as it must be in whatever the last bit says, hence the margin (the
 * same as in R's binom.test). */
static double two_sided(uint64_t k, uint64_t n, double p)
{
        double bar = em_stats_binomial_pmf(k, n, p) * (1 + 1e-7);
        double sum = 0;

        for (uint64_t i = 0; i <= n; i++) {
                double at = em_stats_binomial_pmf(i, n, p);

                if (at <= bar)
                        sum += at;
        }
        return sum < 1 ? sum : 1;
}

em_rate_ratio em_stats_rate_ratio(uint64_t now, double exposure_now, uint64_t base, double exposure_base)
{
        em_rate_ratio r = { .ratio = NAN, .low = 0, .high = HUGE_VAL, .p_more = 1, .p_less = 1, .p_two = 1 };
        uint64_t n = now + base;
        double share, low, high;

        em_assert(exposure_now > 0 && exposure_base > 0);
        if (n == 0)
                return r;
        share = exposure_now / (exposure_now + exposure_base);
        em_stats_clopper_pearson(now, n, 0.05, &low, &high);
        r.low = low / (1 - low) * exposure_base / exposure_now;
        if (base > 0) {
                r.ratio = (double)now / exposure_now / ((double)base / exposure_base);
                r.high = high / (1 - high) * exposure_base / exposure_now;
        } else {
                r.ratio = HUGE_VAL;
        }
        r.p_more = em_stats_binomial_upper(now, n, share);
        r.p_less = 1 - em_stats_binomial_upper(now + 1, n, share);
        r.p_two = two_sided(now, n, share);
        return r;
}
