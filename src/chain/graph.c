/* Which transaction, which block: the first-id columns read backwards; and a graph packed from plain arrays.
 *
 * A column of first ids never falls, so the owner of an id is the last entry that is not larger:
 * binary search over the whole column, or, when one earlier owner is known, galloping from it
 * (Bentley and Yao, "An almost optimal algorithm for unbounded searching", 1976), which costs the
 * logarithm of the distance and stays in memory that was just read.
 */
#include "chain/taint_tx.h"

static em_id first(const uint8_t *column, em_id i)
{
        return em_le(column + 5 * i, 5);
}

/* The last i in [low, high) with first(i) <= id; first(low) <= id must hold. */
static em_id owner(const uint8_t *column, em_id low, em_id high, em_id id)
{
        while (high - low > 1) {
                em_id mid = low + (high - low) / 2;
                if (first(column, mid) <= id)
                        low = mid;
                else
                        high = mid;
        }
        return low;
}

static em_id owner_near(const uint8_t *column, em_id count, em_id id, em_id near)
{
        em_id step = 1;
        while (step < count - near && first(column, near + step) <= id) {
                near += step;
                step *= 2;
        }
        return owner(column, near, step < count - near ? near + step : count, id);
}

em_id em_graph_tx_of_in(const em_graph *g, em_id in)
{
        em_assert(in < g->ins);
        return owner(g->tx_first_in, 0, g->txs, in);
}

em_id em_graph_tx_of_out(const em_graph *g, em_id out)
{
        em_assert(out < g->outs);
        return owner(g->tx_first_out, 0, g->txs, out);
}

em_id em_graph_block_of_tx(const em_graph *g, em_id tx)
{
        em_assert(tx < g->txs);
        return owner(g->block_first_tx, 0, g->blocks, tx);
}

em_id em_graph_tx_of_in_near(const em_graph *g, em_id in, em_id near)
{
        em_assert(in < g->ins && near < g->txs && first(g->tx_first_in, near) <= in);
        return owner_near(g->tx_first_in, g->txs, in, near);
}

em_id em_graph_block_of_tx_near(const em_graph *g, em_id tx, em_id near)
{
        em_assert(tx < g->txs && near < g->blocks && first(g->block_first_tx, near) <= tx);
        return owner_near(g->block_first_tx, g->blocks, tx, near);
}

/* ---- from plain arrays ---- */

static void put(uint8_t *at, uint64_t v, size_t bytes)
{
        for (size_t i = 0; i < bytes; i++, v >>= 8)
                at[i] = (uint8_t)v;
}

static uint8_t *pack(uint8_t **memory, const uint64_t *from, uint64_t count, size_t bytes)
{
        uint8_t *column = *memory;
        for (uint64_t i = 0; i < count; i++)
                put(column + bytes * i, from[i], bytes);
        *memory += bytes * count;
        return column;
}

size_t em_graph_room(const em_graph_plain *p)
{
        return (size_t)(10 * (p->txs + 1) + 5 * p->ins + 17 * p->outs + 5 * (p->blocks + 1) + 4 * p->blocks);
}

em_graph em_graph_make(const em_graph_plain *p, void *memory)
{
        uint8_t *at = memory;
        em_graph g = { .blocks = p->blocks, .txs = p->txs, .ins = p->ins, .outs = p->outs, .payees = p->payees };
        g.tx_first_in = pack(&at, p->first_in, p->txs + 1, 5);
        g.tx_first_out = pack(&at, p->first_out, p->txs + 1, 5);
        g.in_out = pack(&at, p->in_out, p->ins, 5);
        g.out_in = pack(&at, p->out_in, p->outs, 5);
        g.block_first_tx = pack(&at, p->block_first_tx, p->blocks + 1, 5);
        g.out_value = at;
        for (uint64_t o = 0; o < p->outs; o++, at += 8)
                put(at, (uint64_t)p->out_value[o], 8);
        g.out_payee = at;
        for (uint64_t o = 0; o < p->outs; o++, at += 4)
                put(at, p->out_payee ? p->out_payee[o] : o, 4);
        g.block_time = at;
        for (uint64_t b = 0; b < p->blocks; b++, at += 4)
                put(at, p->block_time ? p->block_time[b] : 0, 4);
        return g;
}
