/* Scores em_hulls_cut against ships that are known: for tests/figures/hulls.t.
 *
 *     hulls_score [max-knots] < fixes      "track ship epoch lat lon sog/0.1kn cog/0.1deg", blanks between, by track and time
 *
 * Each track stands for one MMSI.  Pairs of its fixes that are of one ship and in one hull are right; precision, recall and F1 of
 * pairs, hulls and the part of each track's fixes that is in its largest hull are printed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "embargo/ships.h"

enum { MOST = 3000000 };

typedef struct pair { uint32_t a, b; } pair;

static int by_pair(const void *x, const void *y)
{
        const pair *p = x, *q = y;
        if (p->a != q->a)
                return p->a < q->a ? -1 : 1;
        return p->b < q->b ? -1 : p->b > q->b;
}

/* Unordered pairs of equal rows (both fields, or a alone). */
static double same(const pair *p, size_t n, bool both)
{
        double sum = 0;
        for (size_t i = 0, k; i < n; i = k) {
                for (k = i; k < n && p[k].a == p[i].a && (!both || p[k].b == p[i].b); k++)
                        ;
                sum += (double)(k - i) * (double)(k - i - 1) / 2;
        }
        return sum;
}

typedef struct score { double hit, cut, ship; size_t fixes, hulls, tracks, noise, whole; } score;

static void judge(const em_fix *fix, const uint32_t *ship, size_t n, const em_cut_opts *opts, score *s)
{
        em_arena *arena = em_arena_new((size_t)8 << 30);
        uint32_t *part = em_arena_array(arena, n, sizeof *part), parts = 0;
        pair     *p = em_arena_array(arena, n, sizeof *p), *q = em_arena_array(arena, n, sizeof *q);
        em_error  err = {0};
        if (!part || !p || !q || em_hulls_cut(fix, n, opts, arena, part, &parts, &err) != EM_OK)
                abort();
        for (size_t i = 0; i < n; i++) {
                if (part[i] == EM_CUT_NOISE) {
                        s->noise++;
                        part[i] = parts + (uint32_t)i;  /* alone */
                }
                p[i] = (pair){part[i], ship[i]};
                q[i] = (pair){ship[i], 0};
        }
        qsort(p, n, sizeof *p, by_pair);
        qsort(q, n, sizeof *q, by_pair);
        s->hit += same(p, n, true);
        s->cut += same(p, n, false);
        s->ship += same(q, n, false);
        s->fixes += n;
        s->hulls += parts;
        s->tracks++;
        s->whole += parts == 1;
        em_arena_free(arena);
}

int main(int argc, char **argv)
{
        em_fix     *fix = calloc(MOST, sizeof *fix);
        uint32_t   *ship = calloc(MOST, sizeof *ship);
        em_cut_opts opts = em_cut_defaults;
        score       s = {0};
        long        track, before = -1;
        unsigned    who;
        long long   t;
        double      lat, lon, sog, cog;
        size_t      n = 0;
        if (argc > 1)
                opts.max_knots = strtod(argv[1], NULL);
        while (fix && ship && scanf("%ld %u %lld %lf %lf %lf %lf", &track, &who, &t, &lat, &lon, &sog, &cog) == 7) {
                if (track != before && n) {
                        judge(fix, ship, n, &opts, &s);
                        n = 0;
                }
                before = track;
                if (n == MOST)
                        return 1;
                ship[n] = who;
                fix[n++] = (em_fix){.time_s = t, .lat = (int32_t)lrint(lat * EM_DEGREE), .lon = (int32_t)lrint(lon * EM_DEGREE),
                                    .sog = (uint16_t)sog, .cog = (uint16_t)cog, .heading = EM_AIS_HEADING_NONE,
                                    .status = EM_AIS_STATUS_NONE};
        }
        if (n)
                judge(fix, ship, n, &opts, &s);
        printf("fixes %zu tracks %zu hulls %zu noise %zu whole %zu\n", s.fixes, s.tracks, s.hulls, s.noise, s.whole);
        printf("precision %.4f recall %.4f f1 %.4f\n", s.hit / s.cut, s.hit / s.ship, 2 * s.hit / (s.cut + s.ship));
        free(fix);
        free(ship);
        return 0;
}
