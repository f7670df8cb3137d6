/* Traces: what happened inside a transaction, as Parity (trace_block), ethereum-etl, GraphSense and
 * geth (callTracer) tell it.
 *
 * Value moves by a call, a creation and a selfdestruct that went through.  A delegate call, a call
 * into code and a static call move none whatever their value field says (ethereum-etl's and
 * BigQuery's rule for balances).  What fails takes all below it along; answers of nodes say so only
 * at the one that failed, and run depth first, so one depth remembers it.
 */
#include "decode/ethereum_row.h"

/* The path of a trace so that bytes compare as traces run. */
static void path_add(em_eth_fact *f, uint64_t place, bool *whole)
{
        size_t need = place < 255 ? 1 : 5;
        if (!*whole || f->path_n + need > EM_ETH_PATH || place > UINT32_MAX) {
                *whole = false;
                return;
        }
        f->path[f->path_n++] = (uint8_t)(place < 255 ? place : 255);
        for (size_t i = 0; place >= 255 && i < 4; i++)
                f->path[f->path_n++] = (uint8_t)(place >> (24 - 8 * i));
}

static void path_end(em_eth_fact *f, bool whole)
{
        if (whole)
                f->has |= EM_ETH_HAS_PATH | (f->path_n == 0 ? EM_ETH_IS_TOP : 0u);
}

/* [0, 1], "0,1", or "[0, 1]". */
static const char *take_path(const em_eth_row *row, em_eth_fact *f)
{
        bool     whole = true;
        uint64_t place = 0;
        em_str   rest = em_str_trim(row->text[F_TRACE_ADDRESS]);
        const em_jnode *list = row->node[F_TRACE_ADDRESS];
        for (const em_jnode *n = em_jis(list, EM_J_LIST) ? list->first : NULL; n; n = n->next) {
                if (!em_eth_whole(em_jtext(n), &place))
                        return "its trace address is no list of numbers";
                path_add(f, place, &whole);
        }
        if (rest.n >= 2 && rest.p[0] == '[' && rest.p[rest.n - 1] == ']')
                rest = em_str_sub(rest, 1, rest.n - 2);
        while (rest.n) {
                em_cut cut = em_str_cut(rest, ',');
                if (!em_eth_whole(em_str_trim(cut.head), &place))
                        return "its trace address is no list of numbers";
                path_add(f, place, &whole);
                rest = cut.tail;
        }
        path_end(f, whole);
        return NULL;
}

/* "call_0x5c50..._0_1": type, transaction, trace address. */
static const char *take_path_of_id(em_str id, em_eth_fact *f)
{
        em_cut   cut = em_str_cut(em_str_cut(id, '_').tail, '_');
        bool     whole = cut.found;
        uint64_t place = 0;
        for (em_str rest = cut.tail; rest.n;) {
                em_cut next = em_str_cut(rest, '_');
                if (!em_eth_whole(next.head, &place))
                        return "its trace id does not end with a trace address";
                path_add(f, place, &whole);
                rest = next.tail;
        }
        path_end(f, whole);
        return NULL;
}

static bool moves_no_value(em_str call_type)
{
        return em_str_eq_nocase(call_type, EM_S("delegatecall")) || em_str_eq_nocase(call_type, EM_S("callcode")) ||
               em_str_eq_nocase(call_type, EM_S("staticcall"));
}

/* The trace of the transaction itself always counts, because it says whether the transaction failed. */
static em_status give_call(em_eth_reading *r, const em_eth_row *row, em_eth_fact *f, em_error *err)
{
        uint32_t ends = EM_ETH_HAS_FROM | EM_ETH_HAS_TO;
        bool     top = f->has & EM_ETH_IS_TOP;
        if (!top && (f->status == 0 || em_u256_zero(f->value)))
                return EM_OK;
        if (f->status != 0 && !em_u256_zero(f->value) && (f->has & ends) != ends)
                return em_eth_refuse(r, row, "it moves an amount and does not say between whom", err);
        if (!(f->has & (EM_ETH_HAS_HASH | EM_ETH_HAS_INDEX)))
                return em_eth_refuse(r, row, "it does not say its transaction", err);
        return em_eth_give(r, f, err);
}

static const char *take_ends(const em_eth_row *row, em_eth_field from, em_eth_field to, em_eth_fact *f)
{
        const char *bad = em_eth_take_address(row, from, EM_ETH_HAS_FROM, f->from, &f->has);
        return bad ? bad : em_eth_take_address(row, to, EM_ETH_HAS_TO, f->to, &f->has);
}

static const char *take_amount(em_str text, em_eth_fact *f)
{
        if (text.n && !em_eth_value(text, 0, &f->value))
                return "its amount is no whole number of 256 bits";
        f->has |= EM_ETH_HAS_VALUE;
        return NULL;
}

/* Rewards, genesis allocations and the DAO fork's transfers belong to no transaction. */
static em_status give_credit(em_eth_reading *r, const em_eth_row *row, em_eth_fact *f, em_error *err)
{
        f->path_n = 0;
        f->has &= ~(uint32_t)(EM_ETH_HAS_INDEX | EM_ETH_HAS_HASH | EM_ETH_HAS_PATH | EM_ETH_IS_TOP);
        if (!(f->has & EM_ETH_HAS_TO))
                return em_eth_refuse(r, row, "it does not say who receives it", err);
        f->status = 1;
        return em_eth_give(r, f, err);
}

static em_eth_kind kind_of(em_str type)
{
        if (em_str_eq(type, EM_S("reward")) || em_str_eq(type, EM_S("daofork")))
                return EM_ETH_REWARD;
        return em_str_eq(type, EM_S("genesis")) ? EM_ETH_GENESIS : EM_ETH_TRACE;
}

em_status em_eth_trace_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_fact f;
        em_str      type = row->text[F_TRACE_TYPE];
        uint64_t    status = row->text[F_ERROR].n ? 0 : 1, order = 0;
        if (type.n == 0)
                type = em_str_cut(row->text[F_TRACE_ID], '_').head;
        const char *bad = em_eth_begin(row, kind_of(type), &f);
        if (!bad)
                bad = row->there[F_TRACE_ADDRESS] ? take_path(row, &f) : take_path_of_id(row->text[F_TRACE_ID], &f);
        if (!bad)
                bad = take_ends(row, F_FROM, F_TO, &f);
        if (!bad)
                bad = take_amount(row->text[F_VALUE], &f);
        if (!bad && row->text[F_STATUS].n && (!em_eth_whole(row->text[F_STATUS], &status) || status > 1))
                bad = "its status is neither 0 nor 1";
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        f.status = (uint8_t)status;
        f.seq = r->traces++;
        if (em_eth_whole(row->text[F_TRACE_INDEX], &order) && order < UINT32_MAX)
                f.seq = (uint32_t)order;
        if (f.kind != EM_ETH_TRACE)
                return give_credit(r, row, &f, err);
        if (moves_no_value(row->text[F_CALL_TYPE]))
                f.value = em_u256_of(0);
        return give_call(r, row, &f, err);
}

/* Did this trace fail, by itself or by one above it? */
static bool failed(em_eth_reading *r, const em_eth_fact *f, size_t depth, bool error)
{
        bool same = memcmp(r->trace_hash, f->hash, 32) == 0;
        if (same && r->trace_failed && depth > r->trace_depth)
                return true;
        memcpy(r->trace_hash, f->hash, 32);
        r->trace_depth = depth;
        r->trace_failed = error;
        return error;
}

/* trace_block, trace_transaction: the parts of a trace stand in its action and its result. */
em_status em_eth_action_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_row  act = { .line = row->line, .offset = row->offset, .length = row->length }, res = act;
        em_eth_fact f;
        em_str      type = row->text[F_TYPE];
        bool        creates = em_str_eq(type, EM_S("create")), ends = em_str_eq(type, EM_S("suicide"));
        em_eth_row_of(row->node[F_ACTION], &act);
        em_eth_row_of(row->node[F_RESULT], &res);
        const char *bad = em_eth_begin(row, kind_of(type), &f);
        if (!bad)
                bad = take_path(row, &f);
        if (creates) {
                act.text[F_TO] = res.text[F_ADDRESS];
                act.text[F_CALL_TYPE] = EM_S("");
        }
        if (!bad && f.kind == EM_ETH_REWARD)
                bad = take_ends(&act, F_FROM, F_MINER, &f);
        else if (!bad)
                bad = take_ends(&act, ends ? F_ADDRESS : F_FROM, ends ? F_REFUND : F_TO, &f);
        if (!bad)
                bad = take_amount(act.text[ends ? F_BALANCE : F_VALUE], &f);
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        f.seq = r->traces++;
        if (f.kind != EM_ETH_TRACE)
                return give_credit(r, row, &f, err);
        const em_jnode *path = row->node[F_TRACE_ADDRESS];
        f.status = !failed(r, &f, path ? path->count : 0, row->text[F_ERROR].n > 0);
        if (moves_no_value(act.text[F_CALL_TYPE]))
                f.value = em_u256_of(0);
        return give_call(r, row, &f, err);
}

/* ---- geth's callTracer: a tree for each transaction ---- */

typedef struct branch {         /* where the walk stands */
        em_eth_reading   *r;
        const em_eth_row *row;  /* of the block */
        em_eth_fact       base;
} branch;

static em_status geth_call(const branch *b, const em_jnode *node, em_eth_fact f, bool whole, bool above_failed,
                           em_error *err)
{
        em_eth_row call = { .line = b->row->line, .offset = b->row->offset, .length = b->row->length };
        uint64_t   place = 0;
        em_eth_row_of(node, &call);
        bool        bad_here = above_failed || call.text[F_ERROR].n > 0;
        em_eth_fact own = f;
        path_end(&own, whole);
        const char *bad = take_ends(&call, F_FROM, F_TO, &own);
        if (!bad)
                bad = take_amount(call.text[F_VALUE], &own);
        if (bad)
                return em_eth_refuse(b->r, b->row, bad, err);
        own.seq = b->r->traces++;
        own.status = !bad_here;
        if (moves_no_value(call.text[F_TYPE]))
                own.value = em_u256_of(0);
        EM_TRY(give_call(b->r, b->row, &own, err));
        const em_jnode *calls = call.node[F_CALLS];
        for (const em_jnode *n = em_jis(calls, EM_J_LIST) ? calls->first : NULL; n; n = n->next, place++) {
                em_eth_fact below = f;
                bool        still = whole;
                path_add(&below, place, &still);
                EM_TRY(geth_call(b, n, below, still, bad_here, err));
        }
        return EM_OK;
}

/* {"block_number": n, "transaction_traces": [{...}, {"txHash": ..., "result": {...}}]}: those of ethereum-etl
 * do not say which transaction; its place in the block is its place in the list. */
em_status em_eth_geth_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        branch      b = { .r = r, .row = row };
        uint32_t    index = 0;
        const char *bad = em_eth_begin(row, EM_ETH_TRACE, &b.base);
        const em_jnode *list = row->node[F_GETH_TRACES];
        if (!bad && !em_jis(list, EM_J_LIST))
                bad = "its transaction_traces are no list";
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        for (const em_jnode *n = list->first; n; n = n->next, index++) {
                em_eth_fact f = b.base;
                const em_jnode *inner = em_jget(n, "result");
                f.index = index;
                f.has |= EM_ETH_HAS_INDEX;
                if (em_eth_bytes(em_jtext(em_jget(n, "txHash")), 32, f.hash))
                        f.has |= EM_ETH_HAS_HASH;
                EM_TRY(geth_call(&b, inner ? inner : n, f, true, false, err));
        }
        return EM_OK;
}
