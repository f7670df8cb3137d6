/* Which transaction, which block: the first-id columns read backwards; and a graph packed from plain arrays.
 *
 * A column of first ids never falls, so the owner of an id is the last entry that is not larger:
 * binary search over the whole column, or, when one earlier owner is known, galloping from it
 * (Bentley and Yao, "An almost optimal algorithm for unbounded searching", 1976), which costs the
 * logarithm of the distance and stays in memory that was just read.
 */
#include "chain/taint_tx.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the columns are read as they lie");

typedef em_id first_fn(const em_graph *g, em_id i);

/* The last i in [low, high) with first(i) <= id; first(low) <= id must hold. */
static inline em_id owner(const em_graph *g, first_fn *first, em_id low, em_id high, em_id id)
{
        while (high - low > 1) {
                em_id mid = low + (high - low) / 2;
                if (first(g, mid) <= id)
                        low = mid;
                else
                        high = mid;
        }
        return low;
}

static inline em_id owner_near(const em_graph *g, first_fn *first, em_id count, em_id id, em_id near)
{
        em_id step = 1;
        while (step < count - near && first(g, near + step) <= id) {
                near += step;
                step *= 2;
        }
        return owner(g, first, near, step < count - near ? near + step : count, id);
}

em_id em_graph_tx_of_in(const em_graph *g, em_id in)
{
        em_assert(in < g->ins);
        return owner(g, em_graph_first_in, 0, g->txs, in);
}

em_id em_graph_tx_of_out(const em_graph *g, em_id out)
{
        em_assert(out < g->outs);
        return owner(g, em_graph_first_out, 0, g->txs, out);
}

em_id em_graph_block_of_tx(const em_graph *g, em_id tx)
{
        em_assert(tx < g->txs);
        return owner(g, em_graph_block_first_tx, 0, g->blocks, tx);
}

em_id em_graph_tx_of_in_near(const em_graph *g, em_id in, em_id near)
{
        em_assert(in < g->ins && near < g->txs && em_graph_first_in(g, near) <= in);
        return owner_near(g, em_graph_first_in, g->txs, in, near);
}

em_id em_graph_block_of_tx_near(const em_graph *g, em_id tx, em_id near)
{
        em_assert(tx < g->txs && near < g->blocks && em_graph_block_first_tx(g, near) <= tx);
        return owner_near(g, em_graph_block_first_tx, g->blocks, tx, near);
}

int64_t em_graph_big_value(const em_graph *g, em_id out)
{
        uint64_t low = 0, high = g->bigs;
        while (low < high) {
                uint64_t mid = low + (high - low) / 2;
                em_id at = em_le5(g->big_value + 13 * mid);
                if (at == out)
                        return (int64_t)em_le(g->big_value + 13 * mid + 5, 8);
                if (at < out)
                        low = mid + 1;
                else
                        high = mid;
        }
        return 0;
}

/* ---- from plain arrays ---- */

static void put(uint8_t *at, uint64_t v, size_t bytes)
{
        for (size_t i = 0; i < bytes; i++, v >>= 8)
                at[i] = (uint8_t)v;
}

static uint8_t *pack_ids(uint8_t **memory, const em_id *from, uint64_t count)
{
        uint8_t *column = *memory;
        for (uint64_t i = 0; i < count; i++)
                put(column + 5 * i, from[i], 5);
        *memory += 5 * count;
        return column;
}

static uint8_t *pack_firsts(uint8_t **memory, const em_graph_plain *p)
{
        uint8_t *column = *memory;
        for (em_id tx = 0; tx <= p->txs; tx++) {
                em_id base = tx - tx % EM_TX_GROUP;
                uint8_t *group = column + EM_TX_GROUP_BYTES * (tx / EM_TX_GROUP);
                put(group, p->first_in[base], 5);
                put(group + 5, p->first_out[base], 5);
                put(group + 10 + 6 * (tx % EM_TX_GROUP), p->first_in[tx] - p->first_in[base], 3);
                put(group + 13 + 6 * (tx % EM_TX_GROUP), p->first_out[tx] - p->first_out[base], 3);
        }
        *memory += EM_TX_GROUP_BYTES * (p->txs / EM_TX_GROUP + 1);
        return column;
}

static bool is_big(int64_t value)
{
        return (uint64_t)value >= EM_ID_NONE;
}

static void pack_values(uint8_t **memory, const em_graph_plain *p, em_graph *g)
{
        g->out_value = *memory;
        for (em_id o = 0; o < p->outs; o++, *memory += 5)
                put(*memory, is_big(p->out_value[o]) ? EM_ID_NONE : (uint64_t)p->out_value[o], 5);
        g->big_value = *memory;
        for (em_id o = 0; o < p->outs; o++) {
                if (!is_big(p->out_value[o]))
                        continue;
                put(*memory, o, 5);
                put(*memory + 5, (uint64_t)p->out_value[o], 8);
                *memory += 13;
                g->bigs++;
        }
}

size_t em_graph_room(const em_graph_plain *p)
{
        return (size_t)(EM_TX_GROUP_BYTES * (p->txs / EM_TX_GROUP + 1) + 5 * p->ins + (5 + 13 + 5 + 4) * p->outs +
                        5 * (p->blocks + 1) + 4 * p->blocks + 3);
}

em_graph em_graph_make(const em_graph_plain *p, void *memory)
{
        uint8_t *at = memory;
        em_graph g = { .blocks = p->blocks, .txs = p->txs, .ins = p->ins, .outs = p->outs, .payees = p->payees };
        g.tx_first = pack_firsts(&at, p);
        g.in_out = pack_ids(&at, p->in_out, p->ins);
        pack_values(&at, p, &g);
        g.out_in = pack_ids(&at, p->out_in, p->outs);
        g.block_first_tx = pack_ids(&at, p->block_first_tx, p->blocks + 1);
        g.out_payee = at;
        for (uint64_t o = 0; o < p->outs; o++, at += 4)
                put(at, p->out_payee ? p->out_payee[o] : o, 4);
        g.block_time = at;
        for (uint64_t b = 0; b < p->blocks; b++, at += 4)
                put(at, p->block_time ? p->block_time[b] : 0, 4);
        return g;
}
