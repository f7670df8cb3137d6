/* One transaction's values read out of the columns. */
#include "chain/taint_tx.h"

#include <stdlib.h>

em_status em_taint_grow(void **array, size_t *cap, size_t need, size_t size, em_error *err)
{
        if (need <= *cap)
                return EM_OK;
        size_t room = *cap < 16 ? 16 : *cap;
        while (room < need && room <= SIZE_MAX / 2)
                room *= 2;
        if (room < need || room > SIZE_MAX / size)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
        void *more = realloc(*array, room * size);
        if (!more)
                return em_fail(err, EM_NOMEM, "Out of memory while following coins.");
        *array = more;
        *cap = room;
        return EM_OK;
}

static em_status contradicts(em_id tx, const char *how, em_error *err)
{
        return em_fail(err, EM_FORMAT,
                       "The chain index contradicts itself: transaction %llu %s; build it anew.",
                       (unsigned long long)tx, how);
}

static em_status read_ins(em_taint_tx *tx, const em_graph *g, em_error *err)
{
        tx->total = 0;
        tx->unknown = false;
        for (size_t i = 0; i < tx->ins; i++) {
                em_id out = em_graph_spent(g, tx->first_in + i);
                int64_t sat = 0;
                if (out == EM_ID_NONE)
                        tx->unknown = true;
                else if (out >= tx->first_out)
                        return contradicts(tx->tx, "spends an output that comes later", err);
                else
                        sat = em_graph_value(g, out);
                if (sat < 0 || __builtin_add_overflow(tx->total, sat, &tx->total))
                        return contradicts(tx->tx, "has inputs of an impossible value", err);
                tx->in_sat[i] = sat;
                tx->load_of[i] = 0;
        }
        return EM_OK;
}

static em_status read_outs(em_taint_tx *tx, const em_graph *g, em_error *err)
{
        int64_t paid = 0;
        for (size_t j = 0; j < tx->outs; j++) {
                int64_t sat = em_graph_value(g, tx->first_out + j);
                if (sat < 0 || __builtin_add_overflow(paid, sat, &paid))
                        return contradicts(tx->tx, "has outputs of an impossible value", err);
                tx->out_sat[j] = sat;
        }
        if (!tx->unknown && paid > tx->total)
                return contradicts(tx->tx, "pays out more than it takes in", err);
        tx->out_sat[tx->outs] = tx->unknown ? 0 : tx->total - paid;
        return EM_OK;
}

static em_status room(em_taint_tx *tx, em_error *err)
{
        void *in = tx->in_sat, *out = tx->out_sat, *load = tx->load_of;
        em_status status = em_taint_grow(&in, &tx->in_cap, tx->ins, sizeof *tx->in_sat, err);
        tx->in_sat = in;
        if (status == EM_OK)
                status = em_taint_grow(&out, &tx->out_cap, tx->outs + 1, sizeof *tx->out_sat, err);
        tx->out_sat = out;
        if (status == EM_OK)
                status = em_taint_grow(&load, &tx->load_cap, tx->ins, sizeof *tx->load_of, err);
        tx->load_of = load;
        return status;
}

em_status em_taint_tx_read(em_taint_tx *tx, const em_graph *g, em_id id, em_error *err)
{
        tx->tx = id;
        tx->first_in = em_graph_first_in(g, id);
        tx->first_out = em_graph_first_out(g, id);
        em_id next_in = em_graph_first_in(g, id + 1), next_out = em_graph_first_out(g, id + 1);
        if (next_in <= tx->first_in || next_in > g->ins || next_out < tx->first_out
            || next_out > g->outs || next_in - tx->first_in >= UINT32_MAX
            || next_out - tx->first_out >= UINT32_MAX)
                return contradicts(id, "has an impossible number of inputs or outputs", err);
        tx->ins = (size_t)(next_in - tx->first_in);
        tx->outs = (size_t)(next_out - tx->first_out);
        EM_TRY(room(tx, err));
        tx->in_ranked[0] = tx->in_ranked[1] = tx->out_ranked[0] = tx->out_ranked[1] = false;
        EM_TRY(read_ins(tx, g, err));
        return read_outs(tx, g, err);
}

void em_taint_tx_free(em_taint_tx *tx)
{
        free(tx->in_sat);
        free(tx->out_sat);
        free(tx->load_of);
        for (int i = 0; i < 2; i++) {
                free(tx->in_rank[i]);
                free(tx->out_rank[i]);
        }
        *tx = (em_taint_tx){ 0 };
}
