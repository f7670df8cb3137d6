/* chain_cluster local|random INPUTS THREADS   clustering of a made graph: wall and core seconds, inputs a second.
 *
 *   local    shaped like Bitcoin's main chain: 2.4 inputs and 2.6 outputs a transaction with long tails; half of the spends
 *            of the last 131,072 outputs and the rest of any age; four of ten outputs to a payee that was paid before, half
 *            of them lately; payees numbered as they are first paid
 *   random   the worst case for memory: every transaction of three inputs, each of any output, each output to any of ten times
 *            as many payees as there are inputs, so that no read is near another
 *
 * Nothing in it happened.  Prints `name value` lines.  What is timed is em_cluster_join whole: setting the parents,
 * payees and CoinJoins of the inputs, unions handed to a function that counts them, flattening.
 */
#include "embargo/cluster.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define LATELY ((uint64_t)1 << 17)

typedef struct maker {
        em_graph_plain plain;
        em_id    *first_in, *first_out, *in_out, *out_in;
        int64_t  *value;
        uint32_t *payee;
        uint64_t  dice, most;
} maker;

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t roll(maker *m, uint64_t below)
{
        uint64_t z = m->dice += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return (z ^ z >> 31) % below;
}

static void *room(uint64_t count, size_t size)
{
        void *at = calloc((size_t)count, size);
        if (!at) {
                fprintf(stderr, "chain_cluster: no memory\n");
                exit(71);
        }
        return at;
}

/* One or two mostly, then a tail in which each step halves the chance and doubles the number. */
static uint64_t like(maker *m, uint64_t one, uint64_t two)
{
        uint64_t at = roll(m, 100), n = 3;
        if (at < one + two)
                return at < one ? 1 : 2;
        while (n < 250 && roll(m, 100) < 58)
                n += 1 + roll(m, n);
        return n;
}

static em_id spend(maker *m, bool local)
{
        em_graph_plain *p = &m->plain;
        for (int tries = 0; p->outs > 0 && tries < 20; tries++) {
                uint64_t lately = p->outs < LATELY ? p->outs : LATELY;
                em_id out = local && roll(m, 2) ? p->outs - 1 - roll(m, lately) : roll(m, p->outs);
                if (m->out_in[out] != EM_ID_NONE)
                        continue;
                m->out_in[out] = p->ins;
                return out;
        }
        return EM_ID_NONE;
}

static uint32_t pay(maker *m, bool local)
{
        em_graph_plain *p = &m->plain;
        if (!local)
                return (uint32_t)roll(m, 10 * m->most);
        if (p->payees == 0 || roll(m, 10) >= 4)
                return (uint32_t)p->payees++;
        uint64_t lately = p->payees < LATELY ? p->payees : LATELY;
        return (uint32_t)(roll(m, 2) ? p->payees - 1 - roll(m, lately) : roll(m, p->payees));
}

static em_graph make(maker *m, bool local)
{
        static em_id block[2];
        em_graph_plain *p = &m->plain;
        uint64_t outs_most = 2 * m->most + 1000;
        m->first_in = room(m->most + 2, sizeof(em_id));
        m->first_out = room(m->most + 2, sizeof(em_id));
        m->in_out = room(m->most + 1000, sizeof(em_id));
        m->out_in = room(outs_most, sizeof(em_id));
        m->value = room(outs_most, sizeof(int64_t));
        m->payee = room(outs_most, sizeof(uint32_t));
        while (p->ins < m->most && p->txs < m->most && p->outs + 300 < outs_most) {
                bool first = p->txs % 2500 == 0;
                uint64_t ins = first ? 1 : local ? like(m, 62, 20) : 3, outs = local ? like(m, 20, 62) : 3;
                for (uint64_t i = 0; i < ins; i++, p->ins++)
                        m->in_out[p->ins] = first ? EM_ID_NONE : spend(m, local);
                for (uint64_t o = 0; o < outs; o++) {
                        em_id out = p->outs;
                        m->value[out] = (int64_t)(1 + roll(m, 100000000));
                        m->payee[out] = pay(m, local);
                        m->out_in[out] = EM_ID_NONE;
                        p->outs++;
                }
                p->txs++;
                m->first_in[p->txs] = p->ins;
                m->first_out[p->txs] = p->outs;
        }
        if (!local)
                p->payees = 10 * m->most;
        block[1] = p->txs;
        p->blocks = 1;
        p->first_in = m->first_in;
        p->first_out = m->first_out;
        p->in_out = m->in_out;
        p->out_in = m->out_in;
        p->out_value = m->value;
        p->out_payee = m->payee;
        p->block_first_tx = block;
        em_graph g = em_graph_make(p, room(em_graph_room(p), 1));
        free(m->first_in);
        free(m->first_out);
        free(m->in_out);
        free(m->out_in);
        free(m->value);
        free(m->payee);
        return g;
}

static em_script_kind kind(void *ctx, uint32_t payee)
{
        (void)ctx, (void)payee;
        return EM_SCRIPT_P2PKH;
}

static em_status count(void *ctx, const em_union *u, em_error *err)
{
        uint64_t *sum = ctx;
        (void)err;
        *sum += u->tx;
        return EM_OK;
}

static double now_s(clockid_t clock)
{
        struct timespec t;
        clock_gettime(clock, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
        int64_t inputs = 30000000, threads = 0;
        bool local = argc < 2 || argv[1][0] == 'l';
        if (argc > 2)
                (void)em_str_int(em_str_c(argv[2]), &inputs);
        if (argc > 3)
                (void)em_str_int(em_str_c(argv[3]), &threads);
        maker m = { .dice = 1, .most = (uint64_t)inputs };
        em_graph g = make(&m, local);
        size_t page = (size_t)2 << 20, bytes = ((size_t)g.payees * 4 / page + 1) * page;
        uint32_t *parent = aligned_alloc(page, bytes);
        em_cluster_opts o = { .least = 50, .threads = (size_t)threads };
        em_cluster_made made;
        em_error err;
        uint64_t sum = 0, joins = 0;
        if (!parent)
                return 71;
        (void)madvise(parent, bytes, MADV_HUGEPAGE);
        double began = now_s(CLOCK_MONOTONIC), worked = now_s(CLOCK_PROCESS_CPUTIME_ID);
        if (em_cluster_join(&g, kind, NULL, &o, NULL, parent, count, &sum, &made, &err) != EM_OK) {
                fprintf(stderr, "chain_cluster: %s\n", err.text);
                return 1;
        }
        double took = now_s(CLOCK_MONOTONIC) - began;
        worked = now_s(CLOCK_PROCESS_CPUTIME_ID) - worked;
        for (int k = 0; k < EM_COINJOIN_KINDS; k++)
                joins += made.joins[k];
        printf("transactions %" PRIu64 "\ninputs %" PRIu64 "\noutputs %" PRIu64 "\npayees %" PRIu64 "\n", made.txs, made.ins,
               g.outs, made.payees);
        printf("clusters %" PRIu64 "\nunions %" PRIu64 "\ncoinjoins %" PRIu64 "\n", made.clusters, made.unions, joins);
        printf("seconds %.2f\ncore_seconds %.2f\ninputs_a_second %.0f\n", took, worked, (double)made.ins / took);
        printf("seconds_for_1e9_inputs %.0f\n", 1e9 / ((double)made.ins / took));
        return 0;
}
