/* embargo/stats.h -- the few statistics that findings rest on.
 *
 * Exact where an exact method exists; simulation with a fixed seed where not.
 * All take counts of launch days or incidents, never of single missiles of a
 * salvo, which are not independent: that is the caller's duty.
 */
#ifndef EMBARGO_STATS_H
#define EMBARGO_STATS_H

#include "embargo/base.h"

/* Ratio of two Poisson rates, now/base, by conditioning on the sum (Przyborowski
 * and Wilenski 1940): given n = now+base, now is binomial(n, e_now/(e_now+e_base)).
 * The interval is Clopper-Pearson's (1934) for that probability, turned into a
 * ratio; p_more is the one-sided P(X >= now), p_two doubles nothing: it sums
 * all outcomes no more likely than the one seen. */
typedef struct em_rate_ratio {
        double ratio;           /* HUGE_VAL when base is 0 */
        double low, high;       /* 95 % interval; high HUGE_VAL when base is 0 */
        double p_more, p_less, p_two;
} em_rate_ratio;
em_rate_ratio em_stats_rate_ratio(uint64_t now, double exposure_now,
                                  uint64_t base, double exposure_base);

/* Two-sided Clopper-Pearson interval of a proportion k/n at 1-alpha. */
void em_stats_clopper_pearson(uint64_t k, uint64_t n, double alpha, double *ret_low, double *ret_high);
double em_stats_binomial_pmf(uint64_t k, uint64_t n, double p);
double em_stats_binomial_upper(uint64_t k, uint64_t n, double p);       /* P(X >= k) */
double em_stats_beta_inc(double a, double b, double x);                 /* regularised I_x(a,b) */
double em_stats_beta_quantile(double a, double b, double p);

/* Maximum-likelihood single change-point of a Poisson process observed on
 * [0, length) days with events at the given ordered days (0-based offsets, each
 * counts once).  Candidate splits are just before each event.  p is the share of
 * `runs` simulated uniform scatterings of the same number of events whose best
 * log-likelihood gain is at least the one seen, (k+1)/(runs+1); splitmix64 from
 * seed, one stream for each run, so the same for any number of threads. */
typedef struct em_change_point {
        double   split;         /* day offset of the best split */
        double   second;        /* of the second best split */
        double   rate_before, rate_after;       /* events a day */
        double   gain, gain_second;             /* log-likelihood over a constant rate */
        double   p;
        uint64_t runs, exceeded;
} em_change_point;
EM_MUST em_status em_stats_change_point(const double *event_day, size_t count, double length,
                                        uint64_t runs, uint64_t seed, size_t threads,
                                        em_change_point *ret_cp, em_error *err);

#endif
