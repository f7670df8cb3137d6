/* A transaction that is read and written out again is the same bytes: nothing is
 * skipped, and every number has one form.  The bytes as a hash in hexadecimal too.
 */
#include "embargo/bitcoin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(em_buf *buf, uint64_t value, size_t n)
{
        for (size_t i = 0; i < n; i++, value >>= 8)
                em_buf_ch(buf, (char)(value & 0xff));
}

static void put_compact(em_buf *buf, uint64_t n)
{
        if (n < 0xfd) {
                put(buf, n, 1);
                return;
        }
        em_buf_ch(buf, n <= 0xffff ? '\xfd' : n <= 0xffffffff ? '\xfe' : '\xff');
        put(buf, n, n <= 0xffff ? 2 : n <= 0xffffffff ? 4 : 8);
}

static void put_tx(em_buf *buf, const em_btc_tx *tx, bool witnesses)
{
        put(buf, (uint32_t)tx->version, 4);
        if (witnesses)
                em_buf_add(buf, "\0\1", 2);
        put_compact(buf, tx->ins);
        for (size_t i = 0; i < tx->ins; i++) {
                em_buf_add(buf, tx->in[i].prev.b, 32);
                put(buf, tx->in[i].vout, 4);
                put_compact(buf, tx->in[i].script.n);
                em_buf_str(buf, tx->in[i].script);
                put(buf, tx->in[i].sequence, 4);
        }
        put_compact(buf, tx->outs);
        for (size_t i = 0; i < tx->outs; i++) {
                put(buf, (uint64_t)tx->out[i].value_sat, 8);
                put_compact(buf, tx->out[i].script.n);
                em_buf_str(buf, tx->out[i].script);
        }
        for (size_t i = 0; witnesses && i < tx->ins; i++) {
                if (tx->in[i].witness.n == 0)
                        em_buf_ch(buf, '\0');
                em_buf_str(buf, tx->in[i].witness);
        }
        put(buf, tx->locktime, 4);
}

static void written_again(const em_btc_tx *tx, em_str all)
{
        em_buf buf = em_buf_make((size_t)1 << 24);
        put_tx(&buf, tx, tx->segwit);
        em_assert(em_buf_status(&buf, NULL) == EM_OK && em_str_eq(em_buf_view(&buf), all));
        em_buf_clear(&buf);
        put_tx(&buf, tx, false);
        em_hash256 txid = em_btc_double_sha256(em_buf_view(&buf));
        em_assert(memcmp(txid.b, tx->txid.b, sizeof txid.b) == 0);
        txid = em_btc_double_sha256(all);
        em_assert(memcmp(txid.b, tx->wtxid.b, sizeof txid.b) == 0);
        em_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)1 << 24);
        char *copy = malloc(size + 1), text[65];
        if (!arena || !copy)
                abort();
        if (size)
                memcpy(copy, data, size);
        em_str all = { copy, size };
        em_btc_opts opts = em_btc_defaults;
        em_btc_tx tx;
        em_hash256 hash;
        em_error err = { 0 };
        opts.wtxids = true;
        em_status status = em_btc_tx_parse(all, &opts, arena, &tx, &err);
        if (status == EM_OK) {
                em_assert(tx.offset == 0 && tx.length == size);
                written_again(&tx, all);
                em_assert(em_btc_tx_parse(em_str_sub(all, 0, size - 1), &opts, arena, &tx, NULL)
                          != EM_OK);
        } else {
                em_assert(err.column >= 1 && err.column <= size + 1);
        }
        if (em_hash256_parse(all, &hash))
                em_assert(em_str_eq(all, em_str_c(em_hash256_text(hash, text))));
        free(copy);
        em_arena_free(arena);
        return 0;
}
