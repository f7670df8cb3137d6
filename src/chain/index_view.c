/* An index as it was at an earlier tip.
 *
 * Everything is numbered in chain order, so what the first blocks hold is the beginning of every column:
 * transactions, inputs and outputs by their blocks, payees by their first output, programs by their payee.  Only two
 * things look ahead: the spender of an output, which a later block may name, and the list of a payee's
 * outputs.  Both ascend, so each is cut by one compare.
 */
#include "chain/index_inside.h"

#include <stdlib.h>

/* How many of count ascending numbers are below limit. */
static uint64_t below(const uint8_t *column, uint64_t count, size_t stride, size_t bytes, uint64_t limit)
{
        uint64_t low = 0, high = count;
        while (low < high) {
                uint64_t mid = low + (high - low) / 2;
                if (em_le(column + stride * mid, bytes) < limit)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

em_id em_ix_first_of_payee(const em_chain *c, uint64_t payee)
{
        uint64_t at = em_le5(em_ix_column(c, IX_PAYEE_FIRST) + 5 * payee);
        return at < c->head.outs ? em_le5(em_ix_column(c, IX_PAYEE_OUT) + 5 * at) : EM_ID_NONE;
}

static uint64_t payees_of(const em_chain *c, uint64_t outs)
{
        uint64_t low = 0, high = c->head.payees;
        while (low < high) {
                uint64_t mid = low + (high - low) / 2;
                if (em_ix_first_of_payee(c, mid) < outs)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static uint64_t least(uint64_t a, uint64_t b)
{
        return a < b ? a : b;
}

/* Never more than the index holds, whatever its columns say. */
em_ix_sizes em_ix_sizes_at(const em_chain *c, uint64_t blocks)
{
        const em_graph *g = &c->graph;
        em_ix_sizes s = { .blocks = blocks };
        em_assert(blocks <= c->head.blocks);
        s.txs = least(em_graph_block_first_tx(g, blocks), g->txs);
        s.ins = least(em_graph_first_in(g, s.txs), g->ins);
        s.outs = least(em_graph_first_out(g, s.txs), g->outs);
        s.payees = payees_of(c, s.outs);
        s.bigs = below(g->big_value, g->bigs, 13, 5, s.outs);
        s.programs = below(em_ix_column(c, IX_PROGRAM), c->head.programs, 36, 4, s.payees);
        return s;
}

em_status em_chain_as_of(const em_chain *chain, em_id block, em_chain **ret_view, em_error *err)
{
        if (block >= chain->head.blocks)
                return em_fail(err, EM_MISSING, "the chain has no block of number %llu", (unsigned long long)block);
        em_chain *v = malloc(sizeof *v);
        if (!v)
                return em_fail(err, EM_NOMEM, "no memory for a view of the chain");
        *v = *chain;
        em_ix_sizes s = em_ix_sizes_at(chain, block + 1);
        v->of = chain->of ? chain->of : chain;
        v->head.blocks = v->graph.blocks = s.blocks;
        v->head.txs = v->graph.txs = s.txs;
        v->head.ins = v->graph.ins = s.ins;
        v->head.outs = v->graph.outs = s.outs;
        v->head.payees = v->graph.payees = s.payees;
        v->head.bigs = v->graph.bigs = s.bigs;
        v->head.programs = s.programs;
        memcpy(v->head.tip.b, em_ix_column(chain, IX_BLOCK_HASH) + 32 * block, 32);
        *ret_view = v;
        return EM_OK;
}

em_status em_chain_block_at(const em_chain *chain, int64_t height, em_id *ret_block, em_error *err)
{
        int64_t first = chain->head.first_height;
        if (first < 0)
                return em_fail(err, EM_MISSING, "the heights of this chain are not known");
        if (height < first || (uint64_t)(height - first) >= chain->head.blocks)
                return em_fail(err, EM_MISSING, "the chain has no block of height %lld: it goes from %lld to %lld",
                               (long long)height, (long long)first, (long long)first + (long long)chain->head.blocks - 1);
        *ret_block = (em_id)(height - first);
        return EM_OK;
}
