/* CoinJoin by its habits: rules over counts of equal values and distinct payees.
 *
 * Output values are sorted once and counted in runs; every rule then reads those counts.  The
 * rules of Whirlpool, Wasabi and JoinMarket are GraphSense's of 2026, the general one is
 * BlockSci's; each stands alone in a function that says its whole rule, and all are asked, because
 * a caller may care that more than one holds.
 *
 * Wasabi 1.1: every participant takes one output of the lowest level, so it is those that are
 * compared with the inputs, and all levels with the outputs; without a second level it is 1.0.
 */
#include "embargo/coinjoin.h"

#include <stdlib.h>

#define BTC INT64_C(100000000)

typedef struct run { int64_t sat; size_t count; } run;

/* What the rules read. */
typedef struct facts {
        const em_coinjoin_tx *tx;
        run    *runs;                   /* values of outputs, ascending */
        size_t  kinds;                  /* of values */
        run     top;                    /* the most common, the largest such */
        size_t  in_scripts, top_in;     /* distinct; most inputs of one payee */
        bool    outs_distinct;
} facts;

static const struct { int64_t pool, fee; } pools[] = {
        { BTC / 1000, 5000 }, { BTC / 100, 50000 }, { BTC / 20, 175000 }, { BTC / 2, 1750000 },
};
#define POOLS (sizeof pools / sizeof *pools)
#define ENTRY_LEAST 100         /* satoshi over the pool's value that pay a mix's miner */
#define ENTRY_MOST  110000

/* ---- counting ---- */

static int by_sat(const void *a, const void *b)
{
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
        return x < y ? -1 : x > y;
}

static int by_payee(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

static em_status no_room(em_error *err)
{
        return em_fail(err, EM_NOMEM, "No memory to judge a transaction.");
}

static em_status count_values(facts *f, em_arena *arena, em_error *err)
{
        size_t outs = f->tx->outs;
        int64_t *sat = EM_NEW_N(arena, int64_t, outs);
        f->runs = EM_NEW_N(arena, run, outs);
        if (!sat || !f->runs)
                return no_room(err);
        memcpy(sat, f->tx->out_sat, outs * sizeof *sat);
        qsort(sat, outs, sizeof *sat, by_sat);
        for (size_t i = 0; i < outs; i++) {
                if (i == 0 || sat[i] != sat[i - 1])
                        f->runs[f->kinds++] = (run){ sat[i], 0 };
                run *last = &f->runs[f->kinds - 1];
                if (++last->count >= f->top.count)
                        f->top = *last;
        }
        return EM_OK;
}

static em_status count_payees(const uint32_t *payee, size_t count, em_arena *arena,
                              size_t *ret_distinct, size_t *ret_top, em_error *err)
{
        uint32_t *sorted = EM_NEW_N(arena, uint32_t, count);
        if (!sorted)
                return no_room(err);
        if (count > 0)
                memcpy(sorted, payee, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_payee);
        size_t distinct = 0, top = 0, same = 0;
        for (size_t i = 0; i < count; i++) {
                bool again = i > 0 && sorted[i] == sorted[i - 1];
                distinct += !again;
                same = again ? same + 1 : 1;
                top = same > top ? same : top;
        }
        *ret_distinct = distinct;
        *ret_top = top;
        return EM_OK;
}

/* ---- Samourai's Whirlpool ---- */

static bool within(int64_t sat, int64_t low, int64_t high)
{
        return sat >= low && sat <= high;
}

/* No payee twice among the inputs and outputs; for the few of a Whirlpool mix. */
static bool all_distinct(const em_coinjoin_tx *tx)
{
        for (size_t i = 0; i < tx->ins + tx->outs; i++)
                for (size_t j = 0; j < i; j++) {
                        uint32_t a = i < tx->ins ? tx->in_payee[i] : tx->out_payee[i - tx->ins];
                        uint32_t b = j < tx->ins ? tx->in_payee[j] : tx->out_payee[j - tx->ins];
                        if (a == b)
                                return false;
                }
        return true;
}

/* Five to eight in and as many out, all payees distinct, every output the pool's value; inputs
 * the same or, for one to four newcomers, 100 to 110,000 satoshi more. */
static bool whirlpool(const facts *f)
{
        const em_coinjoin_tx *tx = f->tx;
        if (tx->ins < 5 || tx->ins > 8 || tx->outs != tx->ins || f->kinds != 1 || tx->op_returns)
                return false;
        bool pool = false;
        for (size_t i = 0; i < POOLS; i++)
                pool = pool || f->top.sat == pools[i].pool;
        size_t newcomers = 0;
        for (size_t i = 0; i < tx->ins; i++) {
                int64_t over = tx->in_sat[i] - f->top.sat;
                if (!within(over, 0, ENTRY_MOST))
                        return false;
                newcomers += over >= ENTRY_LEAST;
        }
        return pool && newcomers >= 1 && newcomers <= 4 && all_distinct(tx);
}

/* One data output; 1 to 70 equal premixes, each the pool's value and 100 to 110,000 satoshi; one
 * output of half to three times the pool's fee; at most two others. */
static bool tx0_of(const facts *f, int64_t pool, int64_t fee)
{
        for (size_t i = 0; i < f->kinds; i++) {
                run r = f->runs[i];
                if (!within(r.sat, pool + ENTRY_LEAST, pool + ENTRY_MOST) || r.count > 70
                    || f->tx->outs - r.count > 3)
                        continue;
                for (size_t k = 0; k < f->kinds; k++)
                        if (k != i && within(f->runs[k].sat, fee / 2, 3 * fee))
                                return true;
        }
        return false;
}

static bool tx0(const facts *f)
{
        if (f->tx->op_returns != 1)
                return false;
        for (size_t i = 0; i < POOLS; i++)
                if (tx0_of(f, pools[i].pool, pools[i].fee))
                        return true;
        return false;
}

/* ---- Wasabi ---- */

/* The level of 0.1 BTC, doubled again and again, that a value is within 5 % of; -1 none. */
static int level_of(int64_t sat)
{
        int64_t level = BTC / 10;
        for (int i = 0; i < 18; i++, level *= 2)
                if (within(sat, level - level / 20, level + level / 20))
                        return i;
        return -1;
}

typedef struct levels { size_t lowest, all, kinds; } levels;

static levels count_levels(const facts *f)
{
        levels n = { 0, 0, 0 };
        uint32_t seen = 0;
        for (size_t i = 0; i < f->kinds; i++) {
                int level = level_of(f->runs[i].sat);
                if (level < 0)
                        continue;
                n.all += f->runs[i].count;
                n.lowest += level == 0 ? f->runs[i].count : 0;
                n.kinds += !(seen >> level & 1);
                seen |= UINT32_C(1) << level;
        }
        return n;
}

/* Ten or more inputs, no payee of more than a tenth of them, all outputs to distinct scripts. */
static bool wasabi_1_shape(const facts *f)
{
        return f->tx->ins >= 10 && f->outs_distinct && f->top_in * 10 <= f->tx->ins;
}

/* n outputs about 0.1 BTC: at least half of the others than the coordinator's, and no more than
 * the input scripts, of which each may have brought seven. */
static bool wasabi_1_0(const facts *f)
{
        size_t n = count_levels(f).lowest;
        return wasabi_1_shape(f) && n >= 1 && 2 * n >= f->tx->outs - 1 && n <= f->in_scripts
               && f->in_scripts <= 7 * n;
}

static bool wasabi_1_1(const facts *f)
{
        levels n = count_levels(f);
        return wasabi_1_shape(f) && n.lowest >= 1 && n.kinds >= 2
               && 2 * n.all >= f->tx->outs - 1 && n.lowest <= f->in_scripts
               && f->in_scripts <= 7 * n.lowest;
}

/* Twenty or more inputs; no output under 5,000 satoshi; distinct scripts; three or more values
 * that stand twice or more, together half of the outputs, and at least one output beside them. */
static bool wasabi_2_0(const facts *f)
{
        if (f->tx->ins < 20 || !f->outs_distinct || f->runs[0].sat < 5000)
                return false;
        size_t denominations = 0, shared = 0;
        for (size_t i = 0; i < f->kinds; i++)
                if (f->runs[i].count >= 2) {
                        denominations++;
                        shared += f->runs[i].count;
                }
        return denominations >= 3 && 2 * shared >= f->tx->outs && shared < f->tx->outs;
}

/* ---- JoinMarket, and joins at large ---- */

/* n >= 3 equal outputs over 2,730 satoshi, half of all or more, no more than the input scripts,
 * distinct scripts, some change; with 50 inputs or more: at most 20 of them and at least
 * 1.7 outputs for each of the n. */
static bool joinmarket(const facts *f)
{
        size_t n = f->top.count, ins = f->tx->ins, outs = f->tx->outs;
        if (n < 3 || 2 * n < outs || n > f->in_scripts || f->top.sat <= 2730 || !f->outs_distinct
            || outs == n)
                return false;
        return ins < 50 || (ins <= 20 * n && 10 * outs >= 17 * n);
}

/* BlockSci: two or more in, three or more out, p = (out + 1) / 2 participants, no more than
 * inputs and than their payees; the most common value stands exactly p times and is not one of
 * the dust values that coloured coins use. */
static bool equal_outputs(const facts *f)
{
        size_t p = (f->tx->outs + 1) / 2;
        return f->tx->ins >= 2 && f->tx->outs >= 3 && p <= f->tx->ins && p <= f->in_scripts
               && f->top.count == p && f->top.sat != 546 && f->top.sat != 2730;
}

/* Three or four outputs of which exactly one value stands twice and none more often. */
static bool stonewall(const facts *f)
{
        return (f->tx->outs == 3 || f->tx->outs == 4) && f->top.count == 2
               && f->kinds == f->tx->outs - 1;
}

/* ---- all of them ---- */

static const struct {
        const char *name;
        int confidence;
} known[] = {
#define X(kind, name, confidence) { name, confidence },
        EM_COINJOIN_TABLE(X)
#undef X
};

static bool (*const rules[EM_COINJOIN_KINDS])(const facts *f) = {
        [EM_COINJOIN_WHIRLPOOL] = whirlpool,   [EM_COINJOIN_TX0] = tx0,
        [EM_COINJOIN_WASABI_1_1] = wasabi_1_1, [EM_COINJOIN_WASABI_1_0] = wasabi_1_0,
        [EM_COINJOIN_WASABI_2_0] = wasabi_2_0, [EM_COINJOIN_JOINMARKET] = joinmarket,
        [EM_COINJOIN_EQUAL] = equal_outputs,
};

const char *em_coinjoin_name(em_coinjoin_kind kind)
{
        em_assert((size_t)kind < EM_COINJOIN_KINDS);
        return known[kind].name;
}

static em_coinjoin judge(const facts *f)
{
        em_coinjoin found = { .denomination_sat = f->top.sat, .equal = f->top.count };
        for (int kind = 1; kind < EM_COINJOIN_KINDS; kind++)
                if (rules[kind](f))
                        found.kinds |= UINT32_C(1) << kind;
        uint32_t vetoed = UINT32_C(1) << EM_COINJOIN_JOINMARKET | UINT32_C(1) << EM_COINJOIN_EQUAL;
        if (stonewall(f) && (found.kinds & vetoed)) {
                found.stonewall = true;
                found.kinds &= ~vetoed;
        }
        for (int kind = 1; kind < EM_COINJOIN_KINDS; kind++)
                if ((found.kinds >> kind & 1) && known[kind].confidence > found.confidence) {
                        found.kind = (em_coinjoin_kind)kind;
                        found.confidence = known[kind].confidence;
                }
        return found;
}

em_status em_coinjoin_find(const em_coinjoin_tx *tx, em_arena *arena, em_coinjoin *ret_found,
                           em_error *err)
{
        facts f = { .tx = tx };
        if (tx->outs < 2) {
                *ret_found = (em_coinjoin){ 0 };
                return EM_OK;
        }
        size_t out_scripts, top_out;
        EM_TRY(count_values(&f, arena, err));
        EM_TRY(count_payees(tx->in_payee, tx->ins, arena, &f.in_scripts, &f.top_in, err));
        EM_TRY(count_payees(tx->out_payee, tx->outs, arena, &out_scripts, &top_out, err));
        f.outs_distinct = out_scripts == tx->outs;
        *ret_found = judge(&f);
        return EM_OK;
}
