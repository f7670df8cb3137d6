/* Shapes of a single transaction: many into one, one into many, and CoinJoins that coins enter or leave.
 *
 * A transaction made like a CoinJoin is told as that and not as a fan-out.  The rules of CoinJoins are
 * coinjoin.c's.
 */
#include "chain/pattern_inside.h"

#include <stdlib.h>

typedef struct sides {
        int64_t  *in_sat, *out_sat;
        uint32_t *in_payee, *out_payee;
        em_id    *out;
        size_t    ins, outs, data;      /* without those that are not known, and without OP_RETURN */
        int64_t   in, paid;
        bool      unknown;
        em_coinjoin join;
} sides;

static em_status read_sides(em_find *f, em_id tx, sides *s, em_error *err)
{
        size_t ins = em_find_ins(f, tx), outs = em_find_outs(f, tx);
        *s = (sides){ EM_NEW_N(f->scratch, int64_t, ins), EM_NEW_N(f->scratch, int64_t, outs),
                      EM_NEW_N(f->scratch, uint32_t, ins), EM_NEW_N(f->scratch, uint32_t, outs),
                      EM_NEW_N(f->scratch, em_id, outs), 0, 0, 0, 0, 0, false, { 0 } };
        if (!s->in_sat || !s->out_sat || !s->in_payee || !s->out_payee || !s->out)
                return em_find_full(err);
        s->unknown = !em_find_inputs(f, tx, &s->in);
        for (em_id in = em_graph_first_in(f->g, tx); in < em_graph_first_in(f->g, tx + 1); in++) {
                em_id out = em_graph_spent(f->g, in);
                if (out == EM_ID_NONE)
                        continue;
                s->in_sat[s->ins] = em_graph_value(f->g, out);
                s->in_payee[s->ins++] = em_graph_payee(f->g, out);
        }
        for (em_id out = em_graph_first_out(f->g, tx); out < em_graph_first_out(f->g, tx + 1); out++) {
                if (em_find_data(f, out)) {
                        s->data++;
                        continue;
                }
                s->out[s->outs] = out;
                s->out_sat[s->outs] = em_graph_value(f->g, out);
                s->out_payee[s->outs++] = em_graph_payee(f->g, out);
                if (__builtin_add_overflow(s->paid, s->out_sat[s->outs - 1], &s->paid))
                        return em_fail(err, EM_FORMAT, "The chain index contradicts itself: a sum is over 63 bits.");
        }
        em_coinjoin_tx asked = { s->in_sat, s->in_payee, s->ins, s->out_sat, s->out_payee, s->outs, s->data };
        return em_coinjoin_find(&asked, f->scratch, &s->join, err);
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

/* Sorts. */
static size_t distinct(uint32_t *payee, size_t count)
{
        size_t n = 0;
        if (count)
                qsort(payee, count, sizeof *payee, by_number);
        for (size_t i = 0; i < count; i++)
                n += i == 0 || payee[i] != payee[i - 1];
        return n;
}

static em_status begin(em_find *f, em_pattern *p, em_id tx, const em_id *out, size_t outs, em_error *err)
{
        em_id *txs = EM_NEW(f->arena, em_id), *copy = EM_NEW_N(f->arena, em_id, outs);
        if (!txs || !copy)
                return em_find_full(err);
        txs[0] = tx;
        memcpy(copy, out, outs * sizeof *out);
        p->tx = txs;
        p->txs = 1;
        p->out = copy;
        p->outs = outs;
        return EM_OK;
}

static em_status gathers(em_find *f, em_id tx, sides *s, em_error *err)
{
        if (s->unknown || s->ins < f->limits->gather_ins || s->outs != 1)
                return EM_OK;
        em_pattern p = { .kind = EM_PATTERN_CONSOLIDATION, .in_sat = s->in, .out_sat = s->paid, .to = s->out_payee[0] };
        em_id *from = EM_NEW_N(f->scratch, em_id, s->ins);
        if (!from)
                return em_find_full(err);
        for (size_t i = 0; i < s->ins; i++)
                from[i] = em_graph_spent(f->g, em_graph_first_in(f->g, tx) + i);
        EM_TRY(begin(f, &p, tx, from, s->ins, err));
        size_t payees = distinct(s->in_payee, s->ins);
        EM_TRY(em_str_format(f->arena, &p.reasons, err, "%zu outputs of %zu %s gathered into one.", s->ins, payees,
                             payees == 1 ? "address" : "addresses"));
        return em_find_add(f, p, err);
}

static em_status scatters(em_find *f, em_id tx, sides *s, em_error *err)
{
        if (s->unknown || s->ins == 0 || s->ins > f->limits->scatter_ins || s->outs < f->limits->scatter_outs)
                return EM_OK;
        size_t payees = distinct(s->out_payee, s->outs);
        if (payees < f->limits->scatter_outs)
                return EM_OK;
        em_pattern p = { .kind = EM_PATTERN_FAN_OUT, .in_sat = s->in, .out_sat = s->paid };
        EM_TRY(begin(f, &p, tx, s->out, s->outs, err));
        EM_TRY(em_str_format(f->arena, &p.reasons, err, "%zu %s paid out to %zu addresses at once; %zu outputs have the same "
                             "value.", s->ins, s->ins == 1 ? "output" : "outputs", payees,
                             s->join.equal > 1 ? s->join.equal : 0));
        return em_find_add(f, p, err);
}

/* The outputs in question on one side of a CoinJoin. */
static em_status join_side(em_find *f, em_id tx, const sides *s, bool entry, em_error *err)
{
        size_t most = entry ? em_find_ins(f, tx) : s->outs, n = 0;
        em_id *out = EM_NEW_N(f->scratch, em_id, most);
        em_pattern p = { .kind = entry ? EM_PATTERN_COINJOIN_ENTRY : EM_PATTERN_COINJOIN_EXIT, .join = s->join };
        int64_t sum = 0;
        if (!out)
                return em_find_full(err);
        for (size_t i = 0; i < most; i++) {
                em_id one = entry ? em_graph_spent(f->g, em_graph_first_in(f->g, tx) + i) : s->out[i];
                if (one == EM_ID_NONE || !em_find_has_out(f, one))
                        continue;
                out[n++] = one;
                sum += em_graph_value(f->g, one);
        }
        if (n == 0)
                return EM_OK;
        *(entry ? &p.in_sat : &p.out_sat) = sum;
        EM_TRY(begin(f, &p, tx, out, n, err));
        EM_TRY(em_str_format(f->arena, &p.reasons, err, "Made like %s, confidence %d of 100: %zu of %zu outputs have the same "
                             "value, from %zu inputs.", em_coinjoin_name(s->join.kind), s->join.confidence, s->join.equal,
                             s->outs, s->ins));
        return em_find_add(f, p, err);
}

em_status em_find_shapes(em_find *f, em_error *err)
{
        for (size_t i = 0; i < f->set->txs; i++) {
                sides s;
                em_id tx = f->set->tx[i];
                em_arena_reset(f->scratch);
                EM_TRY(read_sides(f, tx, &s, err));
                if (s.join.kind && s.join.confidence >= f->limits->join_least) {
                        EM_TRY(join_side(f, tx, &s, true, err));
                        EM_TRY(join_side(f, tx, &s, false, err));
                        continue;
                }
                EM_TRY(gathers(f, tx, &s, err));
                EM_TRY(scatters(f, tx, &s, err));
        }
        return EM_OK;
}
