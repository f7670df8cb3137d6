/* A transaction: Bitcoin Core's primitives/transaction.h, and BIP 144 for the form
 * with witnesses.
 *
 * A count of no inputs marks that form, so a transaction without inputs cannot be
 * written down and is refused.  The txid covers the bytes without marker and
 * witnesses: they are hashed as up to three stretches where they stand.
 */
#include "decode/bitcoin_tx.h"

#define IN_LEAST  ((size_t)41)  /* hash 32, output 4, script length 1, sequence 4 */
#define OUT_LEAST ((size_t)9)   /* value 8, script length 1 */

const em_btc_opts em_btc_defaults = { .check_merkle = true, .wtxids = false, .exact = true };

static void take_inputs(em_bytes *b, em_arena *arena, em_btc_tx *tx)
{
        size_t start = b->at;
        tx->ins = em_bytes_count(b, IN_LEAST);
        if (b->bad)
                return;
        if (tx->ins == 0) {
                em_bytes_fail(b, EM_FORMAT, start, "a transaction has no inputs");
                return;
        }
        tx->in = EM_NEW_N(arena, em_btc_in, tx->ins);
        if (!tx->in) {
                em_bytes_fail(b, EM_NOMEM, start, "no memory for the inputs");
                return;
        }
        for (size_t i = 0; i < tx->ins && !b->bad; i++) {
                em_btc_in *in = &tx->in[i];
                in->prev = em_bytes_hash(b);
                in->vout = em_bytes_u32(b);
                in->script = em_bytes_take(b, em_bytes_compact(b));
                in->sequence = em_bytes_u32(b);
        }
}

static void take_outputs(em_bytes *b, em_arena *arena, em_btc_tx *tx)
{
        size_t start = b->at;
        tx->outs = em_bytes_count(b, OUT_LEAST);
        if (b->bad)
                return;
        tx->out = EM_NEW_N(arena, em_btc_out, tx->outs);
        if (!tx->out) {
                em_bytes_fail(b, EM_NOMEM, start, "no memory for the outputs");
                return;
        }
        for (size_t i = 0; i < tx->outs && !b->bad; i++) {
                em_btc_out *out = &tx->out[i];
                out->offset = b->at;
                out->value_sat = (int64_t)em_bytes_u64(b);
                out->script = em_bytes_take(b, em_bytes_compact(b));
        }
}

static void take_witnesses(em_bytes *b, em_btc_tx *tx)
{
        size_t start = b->at, pushed = 0;
        for (size_t i = 0; i < tx->ins && !b->bad; i++) {
                size_t from = b->at, items = em_bytes_count(b, 1);
                for (size_t k = 0; k < items && !b->bad; k++)
                        em_bytes_take(b, em_bytes_compact(b));
                if (items)
                        tx->in[i].witness = (em_str){ (const char *)b->p + from, b->at - from };
                pushed += items;
        }
        if (pushed == 0)
                em_bytes_fail(b, EM_FORMAT, start, "a witness is announced but all are empty");
}

bool em_btc_tx_take(em_bytes *b, const em_btc_opts *opts, em_arena *arena, em_btc_tx *ret_tx)
{
        size_t start = b->at;
        em_btc_tx tx = { .offset = start, .version = (int32_t)em_bytes_u32(b) };
        if (b->n - b->at >= 2 && b->p[b->at] == 0 && b->p[b->at + 1] != 0) {
                tx.segwit = true;
                if (b->p[b->at + 1] != 1)
                        return em_bytes_fail(b, EM_FORMAT, b->at + 1,
                                             "a transaction has an unknown flag");
                b->at += 2;
        }
        size_t body = b->at;
        take_inputs(b, arena, &tx);
        if (!b->bad)
                take_outputs(b, arena, &tx);
        size_t body_end = b->at;
        if (tx.segwit && !b->bad)
                take_witnesses(b, &tx);
        tx.locktime = em_bytes_u32(b);
        if (b->bad)
                return false;
        tx.length = b->at - start;
        const char *p = (const char *)b->p;
        em_str whole = { p + start, b->at - start };
        if (tx.segwit) {
                em_str parts[] = { { p + start, 4 }, { p + body, body_end - body },
                                   { p + b->at - 4, 4 } };
                tx.txid = em_btc_double_sha256_parts(parts, 3);
        } else {
                tx.txid = em_btc_double_sha256(whole);
        }
        if (opts->wtxids)
                tx.wtxid = tx.segwit ? em_btc_double_sha256(whole) : tx.txid;
        *ret_tx = tx;
        return true;
}

em_status em_btc_tx_parse(em_str bytes, const em_btc_opts *opts, em_arena *arena,
                          em_btc_tx *ret_tx, em_error *err)
{
        em_bytes b = em_bytes_of(bytes);
        em_btc_tx tx;
        opts = opts ? opts : &em_btc_defaults;
        if (em_btc_tx_take(&b, opts, arena, &tx) && opts->exact && b.at != b.n)
                em_bytes_fail(&b, EM_FORMAT, b.at, "bytes follow the transaction");
        if (b.bad)
                return em_bytes_error(&b, "transaction", err);
        *ret_tx = tx;
        return EM_OK;
}
