/* bench/chain_exposure -- the exposure of random addresses of an indexed chain, warm.
 *
 *     cc -O2 -std=gnu17 -D_GNU_SOURCE -Iinclude bench/chain_exposure.c build/libembargo.a \
 *        -lcrypto -lpthread -lm -o build/chain_exposure
 *     build/chain_exposure INDEX [addresses, 3000] [policy, haircut] [most outputs, 10000] [min satoshi, 0]
 *
 * INDEX is an index of a chain that bench/make_chain wrote (constructed; main chain shapes).  Every 200th
 * payee is labelled a service, by a hash of its number; CoinJoins are judged as the program does.  Addresses are drawn
 * with equal chance; the first pass over them warms the memory and does not count.
 * Wall time is what a user waits; processor time tells a busy machine from a slow program.
 */
#include "embargo/coinjoin.h"
#include "embargo/exposure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t mix(uint64_t z)         /* splitmix64 (Steele, Lea and Flood 2014) */
{
        z += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}

static uint32_t service(void *ctx, uint32_t payee)
{
        (void)ctx;
        return mix(payee) % 200 == 0 ? payee + 1 : 0;
}

typedef struct judge { const em_graph *g; em_arena *arena; } judge;

static uint32_t mixes(void *ctx, em_id tx)
{
        judge *j = ctx;
        em_arena_reset(j->arena);
        em_id in = em_graph_first_in(j->g, tx), in_end = em_graph_first_in(j->g, tx + 1);
        em_id out = em_graph_first_out(j->g, tx), out_end = em_graph_first_out(j->g, tx + 1);
        size_t ins = (size_t)(in_end - in), outs = (size_t)(out_end - out), n = 0;
        int64_t *in_sat = EM_NEW_N(j->arena, int64_t, ins), *out_sat = EM_NEW_N(j->arena, int64_t, outs);
        uint32_t *from = EM_NEW_N(j->arena, uint32_t, ins), *to = EM_NEW_N(j->arena, uint32_t, outs);
        em_coinjoin found = { 0 };
        if (!in_sat || !out_sat || !from || !to)
                exit(71);
        for (size_t i = 0; i < ins; i++) {
                em_id spent = em_graph_spent(j->g, in + i);
                if (spent == EM_ID_NONE)
                        continue;
                in_sat[n] = em_graph_value(j->g, spent);
                from[n++] = em_graph_payee(j->g, spent);
        }
        for (size_t o = 0; o < outs; o++) {
                out_sat[o] = em_graph_value(j->g, out + o);
                to[o] = em_graph_payee(j->g, out + o);
        }
        em_coinjoin_tx asked = { in_sat, from, n, out_sat, to, outs, 0 };
        if (em_coinjoin_find(&asked, j->arena, &found, NULL) != EM_OK)
                exit(71);
        return found.confidence >= 50 && found.kind != EM_COINJOIN_TX0 ? (uint32_t)found.kind : 0;
}

static double now_ms(clockid_t clock)
{
        struct timespec t;
        clock_gettime(clock, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return x < y ? -1 : x > y;
}

typedef struct tally { uint64_t visited, most; int64_t received, kind[EM_ORIGIN_KINDS]; size_t limited; } tally;

static void count(tally *t, const em_exposure *x)
{
        uint64_t visited = em_exposure_visited(x);
        t->visited += visited;
        t->most = visited > t->most ? visited : t->most;
        t->limited += em_exposure_kind(x, EM_ORIGIN_LIMIT) > 0;
        int64_t whole = em_exposure_received(x);
        t->received += whole / 1000;
        for (int k = 0; k < EM_ORIGIN_KINDS; k++)
                t->kind[k] += em_exposure_kind(x, (em_origin_kind)k) / 1000;
}

static double one(const em_chain *chain, uint32_t payee, em_exposure_opts *o, em_arena *arena, tally *t,
                  double *ret_cpu_ms)
{
        em_id *out;
        size_t outs;
        em_exposure *x;
        em_error err;
        em_arena_reset(arena);
        double began = now_ms(CLOCK_MONOTONIC), cpu = now_ms(CLOCK_THREAD_CPUTIME_ID);
        o->own = &payee;
        o->owns = 1;
        if (em_chain_payee_outs(chain, payee, arena, &out, &outs, &err) != EM_OK ||
            em_exposure_run(em_chain_graph(chain), out, outs, o, NULL, &x, &err) != EM_OK) {
                fprintf(stderr, "%s\n", err.text);
                exit(em_status_exit(err.code));
        }
        double ms = now_ms(CLOCK_MONOTONIC) - began;
        *ret_cpu_ms = now_ms(CLOCK_THREAD_CPUTIME_ID) - cpu;
        count(t, x);
        em_exposure_free(x);
        return ms;
}

int main(int argc, char **argv)
{
        em_chain *chain;
        em_error err;
        if (argc < 2) {
                fprintf(stderr, "usage: chain_exposure INDEX [ADDRESSES [POLICY [MOST [MIN]]]]\n");
                return 2;
        }
        if (em_chain_open(em_str_c(argv[1]), &chain, &err) != EM_OK) {
                fprintf(stderr, "%s\n", err.text);
                return em_status_exit(err.code);
        }
        const em_graph *g = em_chain_graph(chain);
        size_t addresses = argc > 2 ? strtoul(argv[2], NULL, 10) : 3000;
        em_arena *arena = em_arena_new((size_t)1 << 30);
        judge j = { g, em_arena_new((size_t)1 << 30) };
        em_exposure_opts o = { .label = service, .mixes = mixes, .mixes_ctx = &j,
                               .max_outs = argc > 4 ? strtoul(argv[4], NULL, 10) : EM_EXPOSURE_OUTS,
                               .min_sat = argc > 5 ? strtol(argv[5], NULL, 10) : 0 };
        double *ms = calloc(addresses + 1, sizeof *ms), *cpu = calloc(addresses + 1, sizeof *cpu);
        if (!ms || !cpu || !arena || !j.arena || !em_policy_parse(em_str_c(argc > 3 ? argv[3] : "haircut"), &o.policy))
                return 71;
        tally t = { 0 };
        for (int pass = 0; pass < 2; pass++) {
                t = (tally){ 0 };
                for (size_t i = 0; i < addresses; i++)
                        ms[i] = one(chain, (uint32_t)(mix(i + 77) % g->payees), &o, arena, &t, &cpu[i]);
        }
        qsort(ms, addresses, sizeof *ms, by_size);
        qsort(cpu, addresses, sizeof *cpu, by_size);
        printf("chain      %" PRIu64 " transactions, %" PRIu64 " inputs, %" PRIu64 " outputs, %" PRIu64
               " payees (constructed)\n", g->txs, g->ins, g->outs, g->payees);
        printf("limits     at most %" PRIu64 " outputs visited, none below %" PRId64 " satoshi followed\n", o.max_outs,
               o.min_sat);
        printf("addresses  %zu, one in 200 payees a service, policy %s\n", addresses, argc > 3 ? argv[3] : "haircut");
        printf("time       median %.3f ms, p90 %.3f, p99 %.3f, most %.3f\n", ms[addresses / 2], ms[addresses * 9 / 10],
               ms[addresses * 99 / 100], ms[addresses - 1]);
        printf("processor  median %.3f ms, p90 %.3f, p99 %.3f, most %.3f\n", cpu[addresses / 2], cpu[addresses * 9 / 10],
               cpu[addresses * 99 / 100], cpu[addresses - 1]);
        printf("visited    %.0f outputs on average, %" PRIu64 " at most; %zu walks ended by the limit\n",
               (double)t.visited / (double)addresses, t.most, t.limited);
        for (int k = 0; k < EM_ORIGIN_KINDS && t.received; k++)
                printf("    %5.1f %% %s\n", 100.0 * (double)t.kind[k] / (double)t.received,
                       em_origin_words((em_origin_kind)k));
        em_chain_close(chain);
        return 0;
}
