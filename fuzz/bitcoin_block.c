/* Any bytes are a block or are refused at a place inside them.  A block read is made of
 * its transactions without gap, each reads alone to the same, and places hold what they say.
 */
#include "embargo/bitcoin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(em_str part, em_str all)
{
        return part.n == 0 || (part.p >= all.p && part.p + part.n <= all.p + all.n);
}

static void look_at(const em_btc_tx *tx, em_str all)
{
        for (size_t i = 0; i < tx->ins; i++) {
                em_assert(inside(tx->in[i].script, all) && inside(tx->in[i].witness, all));
                em_assert(tx->segwit || tx->in[i].witness.n == 0);
        }
        for (size_t i = 0; i < tx->outs; i++) {
                em_assert(inside(tx->out[i].script, all) && tx->out[i].offset + 8 < all.n);
                uint64_t value = 0;
                for (size_t k = 8; k-- > 0;)
                        value = value << 8 | (uint8_t)all.p[tx->out[i].offset + k];
                em_assert(value == (uint64_t)tx->out[i].value_sat);
        }
}

static void read_alone(const em_btc_tx *tx, em_str all, const em_btc_opts *opts, em_arena *arena)
{
        em_str bytes = em_str_sub(all, (size_t)tx->offset, (size_t)tx->length);
        em_btc_opts strict = *opts;
        em_btc_tx again;
        strict.exact = true;
        em_assert(em_btc_tx_parse(bytes, &strict, arena, &again, NULL) == EM_OK);
        em_assert(memcmp(again.txid.b, tx->txid.b, sizeof tx->txid.b) == 0);
        em_assert(memcmp(again.wtxid.b, tx->wtxid.b, sizeof tx->wtxid.b) == 0);
        em_assert(again.ins == tx->ins && again.outs == tx->outs && again.segwit == tx->segwit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size == 0)
                return 0;
        em_btc_opts opts = { .check_merkle = data[0] & 1, .wtxids = data[0] & 2,
                             .exact = data[0] & 4 };
        em_arena *arena = em_arena_new((size_t)1 << 24);
        char *copy = malloc(size);
        if (!arena || !copy)
                abort();
        memcpy(copy, data + 1, size - 1);
        em_str all = { copy, size - 1 };
        em_btc_block block = { .length = 0 };
        em_error err = { 0 };
        em_status status = em_btc_block_parse(all, &opts, arena, &block, &err);
        em_assert(em_arena_used(arena) <= 9 * all.n + 1024);
        if (status != EM_OK) {
                em_assert(status == EM_FORMAT || status == EM_LIMIT);
                em_assert(err.column >= 1 && err.column <= all.n + 1 && block.length == 0);
        } else {
                uint64_t at = block.tx[0].offset;
                for (size_t t = 0; t < block.txs; t++) {
                        em_assert(block.tx[t].offset == at);
                        at += block.tx[t].length;
                        look_at(&block.tx[t], all);
                        read_alone(&block.tx[t], all, &opts, arena);
                }
                em_assert(at == block.length && (!opts.exact || at == all.n));
                em_assert(block.height >= -1 && block.height <= INT32_MAX);
        }
        free(copy);
        em_arena_free(arena);
        return 0;
}
