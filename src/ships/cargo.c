/* How many tonnes: from what a hull sank or rose by, or from parts of its deadweight; and once for each cargo.
 *
 * A hull that sinks by dT displaces rho times the area of its waterplane times dT more water (Archimedes), and the waterplane fills a part C of
 * the box of length and beam.  C and its intervals are those of doc/ships-cargo.md, with their sources; length and beam come from the antenna's
 * distances in whole metres, draughts in tenths of a metre, so each end of the interval is taken at the ends of all of them.
 */
#include <math.h>
#include <stdlib.h>

#include "embargo/voyage.h"

static const double SEA_WATER = 1.025;  /* t/m3 */
enum { COASTER_M = 100 };

typedef struct form { double low, mid, high; } form;

static form form_of(const em_hull_size *size)
{
        unsigned kind = size->ship_type / 10;
        if (kind != 7 && kind != 8)
                return (form){ 0.70, 0.82, 0.92 };
        if (size->length_m < COASTER_M)
                return (form){ 0.72, 0.80, 0.88 };
        return kind == 8 ? (form){ 0.80, 0.88, 0.92 } : (form){ 0.78, 0.86, 0.91 };
}

static double at_most(double tonnes, double dwt)
{
        return dwt > 0 && tonnes > dwt ? dwt : tonnes;
}

em_tonnes em_cargo_by_draught(const em_hull_size *size, double before_m, double after_m)
{
        double l = size->length_m, b = size->beam_m;
        if (!(l > 1) || !(b > 1) || !(before_m > 0) || !(after_m > 0))
                return (em_tonnes){ .basis = "" };
        form   f = form_of(size);
        double step = fabs(after_m - before_m), least = step > 0.1 ? step - 0.1 : 0;    /* each draught to 0.05 m */
        return (em_tonnes){
                .low = at_most(SEA_WATER * (l - 0.5) * (b - 0.5) * f.low * least, size->dwt_t),
                .mid = at_most(SEA_WATER * l * b * f.mid * step, size->dwt_t),
                .high = at_most(SEA_WATER * (l + 0.5) * (b + 0.5) * f.high * (step + 0.1), size->dwt_t),
                .basis = "draught",
        };
}

/* ---- parts of the deadweight ------------------------------------------------------------------ */

static const struct { const char *name; uint8_t over, under; } loads[EM_CARGO_LOADS] = {
        { "one third", 1, 3 }, { "half", 1, 2 }, { "60 percent", 3, 5 }, { "90 percent", 9, 10 },
};

void em_cargo_by_fraction(double dwt_t, double barrels_per_tonne, em_cargo_load ret_load[EM_CARGO_LOADS])
{
        for (size_t i = 0; i < EM_CARGO_LOADS; i++) {
                double tonnes = dwt_t * loads[i].over / loads[i].under;
                ret_load[i] = (em_cargo_load){ .name = loads[i].name, .fraction = (double)loads[i].over / loads[i].under,
                                               .tonnes = tonnes, .barrels = tonnes * barrels_per_tonne };
        }
}

/* The whole that a figure, rounded or cut, is this part of. */
static void whole_of(uint64_t figure, size_t i, double *ret_low, double *ret_high)
{
        double times = (double)loads[i].under / loads[i].over;
        *ret_low = ((double)figure - 0.5) * times;
        *ret_high = ((double)figure + 1) * times;
}

size_t em_cargo_pairs(uint64_t first, uint64_t second, em_cargo_pair ret_pair[EM_CARGO_LOADS * EM_CARGO_LOADS])
{
        size_t n = 0;
        for (uint8_t a = 0; a < EM_CARGO_LOADS; a++)
                for (uint8_t b = 0; b < EM_CARGO_LOADS; b++) {
                        double low, high, low_b, high_b;
                        whole_of(first, a, &low, &high);
                        whole_of(second, b, &low_b, &high_b);
                        low = fmax(low, low_b);
                        high = fmin(high, high_b);
                        if (low < high)
                                ret_pair[n++] = (em_cargo_pair){ a, b, low, high };
                }
        return n;
}

/* ---- once, at the last leg ---------------------------------------------------------------------- */

typedef struct outgoing { const em_cargo_leg *leg; size_t place; } outgoing;

static int by_ship_and_time(const void *left, const void *right)
{
        const outgoing *a = left, *b = right;
        const em_cargo_leg *p = a->leg, *q = b->leg;
        int c = (p->from_mmsi > q->from_mmsi) - (p->from_mmsi < q->from_mmsi);
        c = c ? c : (p->from_part > q->from_part) - (p->from_part < q->from_part);
        c = c ? c : (p->start_s > q->start_s) - (p->start_s < q->start_s);
        return c ? c : (a->place > b->place) - (a->place < b->place);
}

/* The first leg out of the ship that leg i went into, that begins after leg i began and not too long after it ended. */
static size_t onward_of(const outgoing *out, size_t legs, const em_cargo_leg *into, double most_s)
{
        em_cargo_leg want = { .from_mmsi = into->to_mmsi, .from_part = into->to_part, .start_s = into->start_s };
        outgoing key = { &want, SIZE_MAX };
        size_t   low = 0, high = legs;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (by_ship_and_time(&out[middle], &key) > 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        if (low == legs || out[low].leg->from_mmsi != into->to_mmsi || out[low].leg->from_part != into->to_part)
                return SIZE_MAX;
        return (double)out[low].leg->start_s - (double)into->end_s <= most_s ? out[low].place : SIZE_MAX;
}

static void add(em_tonnes *to, const em_tonnes *t)
{
        *to = (em_tonnes){ to->low + t->low, to->mid + t->mid, to->high + t->high,
                           !to->basis || (t->basis && !strcmp(to->basis, t->basis)) ? t->basis : "mixed" };
}

em_status em_cargo_chain(const em_cargo_leg *leg, size_t legs, double most_days, em_arena *arena, em_cargo_share *ret_share,
                         em_cargo_sum *ret_sum, em_error *err)
{
        outgoing *out = EM_NEW_N(arena, outgoing, legs);
        if (!out)
                return em_fail(err, EM_NOMEM, "out of memory for the legs of cargoes");
        for (size_t i = 0; i < legs; i++)
                out[i] = (outgoing){ &leg[i], i };
        if (legs)
                qsort(out, legs, sizeof *out, by_ship_and_time);
        em_cargo_sum sum = {0};
        for (size_t i = 0; i < legs; i++) {
                bool   ashore = !leg[i].to_mmsi;
                size_t onward = ashore ? SIZE_MAX : onward_of(out, legs, &leg[i], most_days * 86400);
                ret_share[i] = (em_cargo_share){ .counted = onward == SIZE_MAX, .ashore = ashore, .onward = onward };
                if (onward != SIZE_MAX) {
                        sum.legs_passed_on++;
                        continue;
                }
                add(ashore ? &sum.ashore : &sum.afloat, &leg[i].tonnes);
                *(ashore ? &sum.legs_ashore : &sum.legs_afloat) += 1;
        }
        if (!sum.ashore.basis)
                sum.ashore.basis = "";
        if (!sum.afloat.basis)
                sum.afloat.basis = "";
        *ret_sum = sum;
        return EM_OK;
}
