/* bench/chain_taint -- taint over a made chain: seconds, outputs a second, memory.
 *
 *     cc -O2 -std=c17 -D_GNU_SOURCE -Iinclude bench/chain_taint.c build/libembargo.a \
 *        -lcrypto -lpthread -lm -o build/chain_taint
 *     build/chain_taint [outputs made of stolen coins, 11000000] [transactions beside, 1]
 *
 * The chain is constructed: two pools of coins live in the same blocks.  All coins of the one come
 * from a theft of 100,000 BTC; three in ten of its transactions take in a clean coin too.  The
 * other pool is clean; the second argument says how many of its transactions stand between two of
 * the first.  With 1 and with 4 the same number of outputs is reached in chains of different
 * size: time must hardly change.  Some outputs get no value, so a tenth is not reached.  Half of the coins spent are recent, half of any age.
 * Six policies in one pass: poison, haircut, fifo, lifo, tiho, dirty-first; one thread.
 */
#include "embargo/taint.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define BTC INT64_C(100000000)

typedef struct pool { em_id *out; size_t count; } pool;

typedef struct maker {
        em_graph g;
        em_id   *first_in, *first_out, *in_out, *out_in;
        int64_t *value;
        pool     stolen, clean;
        uint64_t dice;
        size_t   most;          /* outputs, inputs and transactions there is room for */
} maker;

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t roll(maker *m, uint64_t below)
{
        uint64_t z = m->dice += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return (z ^ z >> 31) % below;
}

static void *room(size_t count, size_t size)
{
        void *at = calloc(count, size);
        if (!at) {
                fprintf(stderr, "no memory for the chain\n");
                exit(71);
        }
        return at;
}

static void make_room(maker *m, size_t most)
{
        m->most = most;
        m->first_in = room(most + 1, sizeof(em_id));
        m->first_out = room(most + 1, sizeof(em_id));
        m->in_out = room(most, sizeof(em_id));
        m->value = room(most, sizeof(int64_t));
        m->out_in = room(most, sizeof(em_id));
        m->stolen.out = room(most, sizeof(em_id));
        m->clean.out = room(most, sizeof(em_id));
}

/* Takes a coin from a pool: every second time one of the latest thousand. */
static em_id take(maker *m, pool *p)
{
        size_t late = p->count < 1000 ? p->count : 1000;
        size_t at = roll(m, 2) ? p->count - 1 - (size_t)roll(m, late) : (size_t)roll(m, p->count);
        em_id out = p->out[at];
        p->out[at] = p->out[--p->count];
        return out;
}

static int64_t spend(maker *m, em_id out)
{
        m->out_in[out] = m->g.ins;
        m->in_out[m->g.ins++] = out;
        return m->value[out];
}

static void pay(maker *m, pool *p, int64_t sat)
{
        em_id out = m->g.outs++;
        m->value[out] = sat;
        m->out_in[out] = EM_ID_NONE;
        p->out[p->count++] = out;
}

static void end_tx(maker *m)
{
        m->g.txs++;
        m->first_in[m->g.txs] = m->g.ins;
        m->first_out[m->g.txs] = m->g.outs;
}

static void coinbase(maker *m, pool *p, int64_t sat)
{
        m->in_out[m->g.ins++] = EM_ID_NONE;
        pay(m, p, sat);
        end_tx(m);
}

/* One to three coins of a pool, seldom thirty; pays one to three outputs, seldom ten. */
static void payment(maker *m, pool *p, bool mix)
{
        uint64_t r = roll(m, 100);
        size_t ins = r < 60 ? 1 : r < 85 ? 2 : r < 99 ? 3 : 30;
        int64_t sum = 0;
        for (size_t i = 0; i < ins && p->count > 0; i++)
                sum += spend(m, take(m, p));
        if (mix && m->clean.count > 0)
                sum += spend(m, take(m, &m->clean));
        r = roll(m, 100);
        size_t outs = r < 10 ? 1 : r < 80 ? 2 : r < 96 ? 3 : 10;
        sum -= sum < 2000 ? 0 : 1000;
        for (size_t j = 1; j < outs; j++) {
                int64_t part = (int64_t)roll(m, (uint64_t)sum + 1);
                pay(m, p, part);
                sum -= part;
        }
        pay(m, p, sum);
        end_tx(m);
}

static void make_chain(maker *m, size_t reached, size_t beside)
{
        make_room(m, reached * (2 + 3 * beside));
        coinbase(m, &m->stolen, 100000 * BTC);
        for (size_t i = 0; i < 1000; i++)
                coinbase(m, &m->clean, 50 * BTC);
        size_t made = 1;
        while (made < reached) {
                em_id before = m->g.outs;
                payment(m, &m->stolen, roll(m, 10) < 3);
                made += m->g.outs - before;
                for (size_t k = 0; k < beside && m->g.outs + 40 < m->most; k++)
                        payment(m, &m->clean, false);
                if (m->g.txs % 2000 == 0 || m->clean.count < 1000)
                        coinbase(m, &m->clean, 50 * BTC);
        }
        const em_id block[2] = { 0, m->g.txs };
        em_graph_plain plain = { .blocks = 1, .txs = m->g.txs, .ins = m->g.ins, .outs = m->g.outs,
                                 .payees = m->g.outs, .first_in = m->first_in, .first_out = m->first_out,
                                 .in_out = m->in_out, .out_value = m->value, .out_in = m->out_in,
                                 .block_first_tx = block };
        m->g = em_graph_make(&plain, room(em_graph_room(&plain), 1));
        free(m->first_in);
        free(m->first_out);
        free(m->in_out);
        free(m->value);
        free(m->out_in);
        free(m->stolen.out);
        free(m->clean.out);
}

static double seconds(clockid_t clock)
{
        struct timespec t;
        clock_gettime(clock, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double resident_mib(void)
{
        long pages = 0, resident = 0;
        FILE *f = fopen("/proc/self/statm", "r");
        if (f && fscanf(f, "%ld %ld", &pages, &resident) != 2)
                resident = 0;
        if (f)
                fclose(f);
        return (double)resident * 4096 / (1 << 20);
}

static double peak_mib(void)
{
        struct rusage u;
        getrusage(RUSAGE_SELF, &u);
        return (double)u.ru_maxrss / 1024;
}

int main(int argc, char **argv)
{
        static const char *const names[] = { "poison", "haircut", "fifo", "lifo", "tiho",
                                             "dirty-first" };
        enum { POLICIES = sizeof names / sizeof *names };
        size_t reached = argc > 1 ? strtoul(argv[1], NULL, 10) : 11000000;
        size_t beside = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
        maker m = { .dice = 2022 };
        make_chain(&m, reached, beside);
        double before_mib = resident_mib();
        em_policy policy[POLICIES];
        for (size_t p = 0; p < POLICIES; p++)
                em_assert(em_policy_parse(em_str_c(names[p]), &policy[p]));
        em_taint_opts opts = { .policy = policy, .policies = POLICIES };
        em_seed seed = { 0, 100000 * BTC };
        em_taint *t;
        em_error err;
        double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (em_taint_run(&m.g, &seed, 1, &opts, NULL, &t, &err) != EM_OK) {
                fprintf(stderr, "%s\n", err.text);
                return em_status_exit(err.code);
        }
        wall = seconds(CLOCK_MONOTONIC) - wall;
        cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        double count = (double)em_taint_count(t), mib = peak_mib() - before_mib;
        printf("chain      %llu transactions, %llu inputs, %llu outputs (constructed)\n",
               (unsigned long long)m.g.txs, (unsigned long long)m.g.ins,
               (unsigned long long)m.g.outs);
        printf("reached    %.0f outputs, %d policies in one pass\n", count, (int)POLICIES);
        printf("time       %.2f s wall, %.2f s processor, %.0f outputs/s\n", wall, cpu, count / wall);
        printf("memory     %.0f MiB, %.0f bytes an output\n", mib, mib * (1 << 20) / count);
        for (size_t p = 0; p < POLICIES; p++) {
                uint64_t holders = 0;
                em_reached r;
                for (uint64_t i = 0; i < em_taint_count(t); i++) {
                        em_taint_at(t, i, &r);
                        holders += r.sat[p] > 0;
                }
                printf("%-12s %llu outputs\n", names[p], (unsigned long long)holders);
        }
        em_taint_free(t);
        return 0;
}
