/* changepoint.c -- when did the pace change, and could chance have done it?
 *
 * A Poisson process with one rate before a split and another after it; the
 * split of greatest likelihood, and a p by scattering the same number of
 * events evenly over the same time again and again (a scan statistic's null
 * distribution, for which no handy closed form exists; see Loader, "Change
 * point estimation using nonparametric regression", and Worsley, Biometrika
 * 73, 1986, for the exponential family).  Each run has its own stream of
 * numbers (splitmix64: Steele, Lea, Flood, OOPSLA 2014), so the result is the
 * same for any number of threads.
 */
#include "embargo/stats.h"

#include <math.h>
#include <stdlib.h>

#define CHUNKS 64

typedef struct scan {
        size_t best, second;    /* index of the event the split stands before; 0 none */
        double gain, gain_second;
} scan;

/* k events in `days` days at their own best rate: k log(k / days). */
static double part(size_t k, double days)
{
        return k == 0 ? 0 : (double)k * log((double)k / days);
}

/* event must be ordered. */
static scan scan_splits(const double *event, size_t count, double length)
{
        scan s = { .gain = 0, .gain_second = 0 };
        double flat = part(count, length);

        for (size_t i = 0; i < count; i++) {
                double gain;

                if (event[i] <= 0 || (i > 0 && event[i] <= event[i - 1]))
                        continue;
                gain = part(i, event[i]) + part(count - i, length - event[i]) - flat;
                if (gain > s.gain) {
                        s.gain_second = s.gain;
                        s.second = s.best;
                        s.gain = gain;
                        s.best = i;
                } else if (gain > s.gain_second) {
                        s.gain_second = gain;
                        s.second = i;
                }
        }
        return s;
}

static uint64_t splitmix64(uint64_t *state)
{
        uint64_t z = *state += 0x9e3779b97f4a7c15u;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
}

static int by_size(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

typedef struct scattering {
        size_t    count;
        double    length, gain;
        uint64_t  runs, seed;
        double   *room;         /* CHUNKS * count */
        uint64_t *exceeded;     /* CHUNKS */
} scattering;

static em_status scatter(void *ctx, size_t chunk, em_error *err)
{
        scattering *s = ctx;
        double *event = s->room + chunk * s->count;
        uint64_t exceeded = 0;

        (void)err;
        for (uint64_t run = chunk; run < s->runs; run += CHUNKS) {
                uint64_t state = s->seed + run;

                state = splitmix64(&state);     /* neighbouring runs must not share a stream */
                for (size_t i = 0; i < s->count; i++)
                        event[i] = (double)(splitmix64(&state) >> 11) * 0x1p-53 * s->length;
                qsort(event, s->count, sizeof *event, by_size);
                if (scan_splits(event, s->count, s->length).gain >= s->gain - 1e-9)
                        exceeded++;
        }
        s->exceeded[chunk] = exceeded;
        return EM_OK;
}

em_status em_stats_change_point(const double *event_day, size_t count, double length,
                                uint64_t runs, uint64_t seed, size_t threads,
                                em_change_point *ret_cp, em_error *err)
{
        em_change_point cp = { .runs = runs };
        uint64_t exceeded[CHUNKS] = { 0 };
        scan seen;
        em_status status;
        scattering s = { .count = count, .length = length, .runs = runs, .seed = seed,
                         .exceeded = exceeded };

        if (count < 2)
                return em_fail(err, EM_FORMAT, "a change of pace needs at least two events, not %zu", count);
        for (size_t i = 0; i < count; i++)
                em_assert(event_day[i] >= (i ? event_day[i - 1] : 0) && event_day[i] < length);
        seen = scan_splits(event_day, count, length);
        s.gain = seen.gain;
        s.room = calloc(CHUNKS, count * sizeof *s.room);
        if (!s.room)
                return em_fail(err, EM_NOMEM, "out of memory for %zu events", count);
        status = em_parallel(CHUNKS, threads, scatter, &s, err);
        free(s.room);
        EM_TRY(status);
        for (size_t i = 0; i < CHUNKS; i++)
                cp.exceeded += exceeded[i];
        cp.p = (double)(cp.exceeded + 1) / (double)(runs + 1);
        cp.split = event_day[seen.best];
        cp.second = event_day[seen.second];
        cp.gain = seen.gain;
        cp.gain_second = seen.gain_second;
        cp.rate_before = cp.split > 0 ? (double)seen.best / cp.split : 0;
        cp.rate_after = (double)(count - seen.best) / (length - cp.split);
        *ret_cp = cp;
        return EM_OK;
}
