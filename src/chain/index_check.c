/* The invariants that readers of an index rest on, so that array arithmetic on
 * a file that somebody else wrote cannot leave the file:
 *
 *   - first ids ascend from 0 to their count
 *   - an id is less than its count, or EM_ID_NONE where that may be
 *   - an input spends an output of an earlier transaction, and that output names the input
 *   - values are from 0 to 2^53, and those in big_value are just those that do not fit out_value
 *   - each program is of a payee of its kind, in the order of payees
 *   - places lie within their block, blocks within 2^48
 */
#include "chain/index_inside.h"

typedef struct check {
        const em_chain *chain;
        uint64_t        stride;
} check;

static em_status wrong(em_error *err, em_ix_section section, uint64_t at)
{
        return em_fail(err, EM_FORMAT, "the chain index is damaged: %s, element %llu", em_ix_name(section),
                       (unsigned long long)at);
}

/* count + 1 first ids of five bytes, from 0 to last; strict: every one has at least one. */
static em_status ascending(const check *k, em_ix_section section, uint64_t count, uint64_t last, bool strict, em_error *err)
{
        const uint8_t *p = em_ix_column(k->chain, section);
        if (em_le(p, 5) != 0)
                return wrong(err, section, 0);
        if (em_le(p + 5 * count, 5) != last)
                return wrong(err, section, count);
        for (uint64_t i = 0; i < count; i += k->stride) {
                uint64_t here = em_le(p + 5 * i, 5), next = em_le(p + 5 * (i + 1), 5);
                if (here > next || next > last || (strict && here == next))
                        return wrong(err, section, i);
        }
        return EM_OK;
}

static em_status check_blocks(const check *k, em_error *err)
{
        const em_ix_head *h = &k->chain->head;
        const uint8_t *place = em_ix_column(k->chain, IX_BLOCK_PLACE);
        const uint8_t *first = em_ix_column(k->chain, IX_BLOCK_FIRST_TX), *tx = em_ix_column(k->chain, IX_TX_PLACE);
        EM_TRY(ascending(k, IX_BLOCK_FIRST_TX, h->blocks, h->txs, true, err));
        for (uint64_t b = 0; b < h->blocks; b += k->stride) {
                uint64_t length = em_le(place + 16 * b + 4, 4);
                if (em_le(place + 16 * b, 4) >= h->files || em_le(place + 16 * b + 8, 8) >> 48)
                        return wrong(err, IX_BLOCK_PLACE, b);
                for (uint64_t t = em_le(first + 5 * b, 5); t < em_le(first + 5 * (b + 1), 5); t++)
                        if (em_le(tx + 4 * t, 4) >= length)
                                return wrong(err, IX_TX_PLACE, t);
        }
        return EM_OK;
}

static em_status check_firsts(const check *k, em_error *err)
{
        const em_graph *g = &k->chain->graph;
        if (em_graph_first_in(g, 0) != 0 || em_graph_first_out(g, 0) != 0)
                return wrong(err, IX_TX_FIRST, 0);
        if (em_graph_first_in(g, g->txs) != g->ins || em_graph_first_out(g, g->txs) != g->outs)
                return wrong(err, IX_TX_FIRST, g->txs);
        for (em_id t = 0; t < g->txs; t += k->stride) {
                em_id in = em_graph_first_in(g, t + 1), out = em_graph_first_out(g, t + 1);
                if (em_graph_first_in(g, t) >= in || in > g->ins || em_graph_first_out(g, t) > out || out > g->outs)
                        return wrong(err, IX_TX_FIRST, t);
        }
        return EM_OK;
}

static em_status check_inputs(const check *k, em_error *err)
{
        const em_graph *g = &k->chain->graph;
        for (uint64_t t = 0; t < g->txs; t += k->stride) {
                em_id before = em_graph_first_out(g, t);
                for (em_id i = em_graph_first_in(g, t); i < em_graph_first_in(g, t + 1); i++) {
                        em_id out = em_graph_spent(g, i);
                        if (out == EM_ID_NONE)
                                continue;
                        if (out >= before || out >= g->outs || em_graph_spender(g, out) != i)
                                return wrong(err, IX_IN_OUT, i);
                }
        }
        return EM_OK;
}

static em_status check_outputs(const check *k, em_error *err)
{
        const em_graph *g = &k->chain->graph;
        for (uint64_t o = 0; o < g->outs; o += k->stride) {
                em_id in = em_le5(g->out_in + 5 * o);
                int64_t value = em_graph_value(g, o);
                if (in != EM_ID_NONE && (in >= g->ins || em_graph_spent(g, in) != o))
                        return wrong(err, IX_OUT_IN, o);
                bool big = em_le5(g->out_value + 5 * o) == EM_ID_NONE;
                if (value < 0 || value > EM_IX_VALUE_MAX || big != ((uint64_t)value >= EM_ID_NONE))
                        return wrong(err, IX_OUT_VALUE, o);
                if (em_graph_payee(g, o) >= g->payees)
                        return wrong(err, IX_OUT_PAYEE, o);
        }
        return EM_OK;
}

static em_status check_bigs(const check *k, em_error *err)
{
        const em_graph *g = &k->chain->graph;
        for (uint64_t i = 0; i < g->bigs; i++) {
                em_id out = em_le5(g->big_value + 13 * i);
                if (out >= g->outs || (i > 0 && out <= em_le5(g->big_value + 13 * (i - 1))) ||
                    em_le5(g->out_value + 5 * out) != EM_ID_NONE)
                        return wrong(err, IX_BIG_VALUE, i);
        }
        return EM_OK;
}

/* That the programs are those of their keys is a hash each: em_chain_verify does it. */
static em_status check_programs(const check *k, em_error *err)
{
        const em_ix_head *h = &k->chain->head;
        const uint8_t *row = em_ix_column(k->chain, IX_PROGRAM), *payee = em_ix_column(k->chain, IX_PAYEE);
        for (uint64_t i = 0; i < h->programs; i += k->stride) {
                uint64_t id = em_le(row + 36 * i, 4);
                if (id >= h->payees || (i > 0 && id <= em_le(row + 36 * (i - 1), 4)) ||
                    !em_ix_has_program(payee + 21 * id))
                        return wrong(err, IX_PROGRAM, i);
        }
        return EM_OK;
}

static em_status check_payees(const check *k, em_error *err)
{
        const em_graph *g = &k->chain->graph;
        const uint8_t *first = em_ix_column(k->chain, IX_PAYEE_FIRST), *outs = em_ix_column(k->chain, IX_PAYEE_OUT);
        EM_TRY(ascending(k, IX_PAYEE_FIRST, g->payees, g->outs, true, err));
        for (uint64_t p = 0; p < g->payees; p += k->stride) {
                uint64_t from = em_le(first + 5 * p, 5), to = em_le(first + 5 * (p + 1), 5);
                for (uint64_t i = from; i < to; i++) {
                        em_id out = em_le(outs + 5 * i, 5);
                        if (out >= g->outs || em_graph_payee(g, out) != p ||
                            (i > from && out <= em_le(outs + 5 * (i - 1), 5)))
                                return wrong(err, IX_PAYEE_OUT, i);
                }
        }
        return EM_OK;
}

static em_status check_find(const check *k, em_ix_section find, em_ix_section bucket, uint32_t bits, uint64_t count,
                            em_error *err)
{
        const uint8_t *entry = em_ix_column(k->chain, find);
        EM_TRY(ascending(k, bucket, UINT64_C(1) << bits, count, false, err));
        for (uint64_t i = 0; i < count; i += k->stride)
                if ((em_ix_u64(entry + 8 * i) & EM_ID_NONE) >= count)
                        return wrong(err, find, i);
        return EM_OK;
}

em_status em_ix_check(const em_chain *chain, uint64_t stride, em_error *err)
{
        const check k = { chain, stride };
        const em_ix_head *h = &chain->head;
        EM_TRY(check_blocks(&k, err));
        EM_TRY(check_firsts(&k, err));
        EM_TRY(check_inputs(&k, err));
        EM_TRY(check_bigs(&k, err));
        EM_TRY(check_outputs(&k, err));
        EM_TRY(check_payees(&k, err));
        EM_TRY(check_programs(&k, err));
        EM_TRY(check_find(&k, IX_TX_FIND, IX_TX_BUCKET, h->tx_bits, h->txs, err));
        return check_find(&k, IX_PAYEE_FIND, IX_PAYEE_BUCKET, h->payee_bits, h->payees, err);
}
