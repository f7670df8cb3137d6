/* Coins that leave one chain and may come up on another.
 *
 * A bridge keeps no public thread between its two ends, but an amount and a moment are a fingerprint when few others
 * share them (the method by which transfers over ShapeShift were matched: Yousaf, Kappos, Meiklejohn, "Tracing
 * transactions across cryptocurrency ledgers", USENIX Security 2019).  Every pair that fits is given, with how many others fit
 * as well: choosing among them is for a person with more to go by.
 */
#include "embargo/pattern_account.h"

#include <stdlib.h>

#define MOST_PAIRS ((size_t)1000000)
#define PPM        1000000

typedef struct matching {
        const em_crossing *payout;
        size_t            *order;       /* of payouts, by time */
        size_t             payouts;
        const em_cross_opts *o;
        em_cross_hop      *list;
        size_t             count, cap, most;
} matching;

static int by_time(const void *a, const void *b, void *of)
{
        const em_crossing *payout = of;
        size_t i = *(const size_t *)a, j = *(const size_t *)b;
        if (payout[i].time_s != payout[j].time_s)
                return payout[i].time_s < payout[j].time_s ? -1 : 1;
        return i < j ? -1 : i > j;
}

static int by_deposit(const void *a, const void *b)
{
        const em_cross_hop *x = a, *y = b;
        int32_t dx = x->off_ppm < 0 ? -x->off_ppm : x->off_ppm, dy = y->off_ppm < 0 ? -y->off_ppm : y->off_ppm;
        if (x->deposit != y->deposit)
                return x->deposit < y->deposit ? -1 : 1;
        if (dx != dy)
                return dx < dy ? -1 : 1;
        if (x->delay_s != y->delay_s)
                return x->delay_s < y->delay_s ? -1 : 1;
        return x->payout < y->payout ? -1 : x->payout > y->payout;
}

static size_t first_from(const matching *k, uint32_t time_s)
{
        size_t low = 0, high = k->payouts;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (k->payout[k->order[mid]].time_s < time_s)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

/* How far a payout is from what is expected, in millionths, towards zero; false when over the tolerance. */
static bool near(const matching *k, em_u256 expected, em_u256 paid, int32_t *ret_off)
{
        bool less = em_u256_cmp(paid, expected) < 0;
        uint32_t most = less ? k->o->below_ppm : k->o->above_ppm;
        em_u256 gap, ppm, rest;
        if (em_u256_zero(expected) || !em_u256_sub(less ? expected : paid, less ? paid : expected, &gap)
            || !em_u256_muldiv(gap, em_u256_of(PPM), expected, &ppm, &rest))
                return false;
        em_u256 limit = em_u256_of(most);
        int by = em_u256_cmp(ppm, limit);
        if (by > 0 || (by == 0 && !em_u256_zero(rest)) || most > INT32_MAX)
                return false;
        *ret_off = less ? -(int32_t)ppm.w[0] : (int32_t)ppm.w[0];
        return true;
}

static em_status keep(matching *k, em_cross_hop hop, em_error *err)
{
        if (k->count == k->most)
                return em_fail(err, EM_LIMIT, "More than %zu pairs fit; narrow the window or the tolerance.", k->most);
        if (k->count == k->cap) {
                size_t cap = k->cap ? 2 * k->cap : 256;
                em_cross_hop *list = realloc(k->list, cap * sizeof *list);
                if (!list)
                        return em_fail(err, EM_NOMEM, "Out of memory while looking for hops between chains.");
                k->list = list;
                k->cap = cap;
        }
        k->list[k->count++] = hop;
        return EM_OK;
}

static em_status match(matching *k, const em_crossing *deposit, size_t n, em_error *err)
{
        em_u256 num, den, expected, rest;
        if (!k->o->rate(k->o->rate_ctx, deposit->time_s, &num, &den)
            || !em_u256_muldiv(deposit->amount, num, den, &expected, &rest))
                return EM_OK;
        uint32_t window_s = k->o->window_s ? k->o->window_s : 86400;
        for (size_t i = first_from(k, deposit->time_s); i < k->payouts; i++) {
                const em_crossing *paid = &k->payout[k->order[i]];
                em_cross_hop hop = { .deposit = n, .payout = k->order[i], .delay_s = paid->time_s - deposit->time_s };
                if (hop.delay_s > window_s)
                        break;
                if (near(k, expected, paid->amount, &hop.off_ppm))
                        EM_TRY(keep(k, hop, err));
        }
        return EM_OK;
}

/* How many other pairs each shares its deposit and its payout with. */
static em_status count_rivals(matching *k, size_t deposits, em_error *err)
{
        uint32_t *of_deposit = calloc(deposits + 1, sizeof *of_deposit);
        uint32_t *of_payout = calloc(k->payouts + 1, sizeof *of_payout);
        em_status s = of_deposit && of_payout ? EM_OK : em_fail(err, EM_NOMEM, "Out of memory while counting alternatives.");
        for (size_t i = 0; s == EM_OK && i < k->count; i++) {
                of_deposit[k->list[i].deposit]++;
                of_payout[k->list[i].payout]++;
        }
        for (size_t i = 0; s == EM_OK && i < k->count; i++) {
                k->list[i].rivals = of_deposit[k->list[i].deposit] - 1;
                k->list[i].claims = of_payout[k->list[i].payout] - 1;
        }
        free(of_deposit);
        free(of_payout);
        return s;
}

em_status em_cross_hops(const em_crossing *deposit, size_t deposits, const em_crossing *payout, size_t payouts,
                        const em_cross_opts *opts, em_cross_hop **ret_list, size_t *ret_count, em_error *err)
{
        em_assert(opts && opts->rate);
        matching k = { .payout = payout, .payouts = payouts, .o = opts, .most = opts->most ? opts->most : MOST_PAIRS };
        k.order = malloc((payouts + 1) * sizeof *k.order);
        if (!k.order)
                return em_fail(err, EM_NOMEM, "Out of memory while looking for hops between chains.");
        em_crossing *times = NULL;
        for (size_t i = 0; i < payouts; i++)
                k.order[i] = i;
        em_status s = EM_OK;
        if (payouts) {
                times = malloc(payouts * sizeof *times);        /* qsort_r's context is not const */
                s = times ? EM_OK : em_fail(err, EM_NOMEM, "Out of memory while looking for hops between chains.");
                if (times) {
                        memcpy(times, payout, payouts * sizeof *times);
                        qsort_r(k.order, payouts, sizeof *k.order, by_time, times);
                }
        }
        for (size_t i = 0; s == EM_OK && i < deposits; i++)
                s = match(&k, &deposit[i], i, err);
        if (s == EM_OK)
                s = count_rivals(&k, deposits, err);
        if (s == EM_OK) {
                if (k.count)
                        qsort(k.list, k.count, sizeof *k.list, by_deposit);
                *ret_list = k.list;
                *ret_count = k.count;
                k.list = NULL;
        }
        free(k.list);
        free(k.order);
        free(times);
        return s;
}

static bool ten_to(unsigned power, em_u256 *ret)
{
        em_u256 n = em_u256_of(1);
        while (power-- > 0)
                if (!em_u256_mul(n, em_u256_of(10), &n))
                        return false;
        *ret = n;
        return true;
}

bool em_cross_rate(uint64_t from_units, unsigned from_scale, unsigned from_decimals, uint64_t to_units, unsigned to_scale,
                   unsigned to_decimals, em_u256 *ret_num, em_u256 *ret_den)
{
        unsigned up = to_scale + to_decimals, down = from_scale + from_decimals;
        unsigned both = up < down ? up : down;
        em_u256 num, den;
        if (!to_units || !ten_to(up - both, &num) || !ten_to(down - both, &den)
            || !em_u256_mul(num, em_u256_of(from_units), &num) || !em_u256_mul(den, em_u256_of(to_units), &den))
                return false;
        *ret_num = num;
        *ret_den = den;
        return true;
}
