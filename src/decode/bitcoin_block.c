/* A block: 80 bytes of header and its transactions (Bitcoin Core's primitives/block.h).
 *
 * The header commits to the txids by the merkle root, and since BIP 141 the coinbase
 * commits to the witnesses; both are recomputed, so a flipped bit anywhere behind the
 * header is seen.  The header itself is held only by its hash, which the next block
 * names: that is for who has the chain.
 */
#include "decode/bitcoin_hash.h"
#include "decode/bitcoin_tx.h"

#define HEADER    ((size_t)80)
#define MERKLE_AT ((size_t)36)

/* BIP 34: the coinbase's script begins with a push of the height in its shortest form. */
static int64_t height_in(const em_btc_block *block)
{
        const em_str script = block->tx[0].in[0].script;
        const uint8_t *p = (const uint8_t *)script.p;
        if (block->version < 2 || script.n == 0)
                return -1;
        if (p[0] >= 0x51 && p[0] <= 0x60)
                return p[0] - 0x50;
        size_t n = p[0];
        if (n == 0 || n > 5 || n > script.n - 1)
                return -1;
        int64_t height = 0;
        for (size_t i = n; i > 0; i--)
                height = height << 8 | p[i];
        bool negative = p[n] & 0x80, longer = p[n] == 0 && (n == 1 || !(p[n - 1] & 0x80));
        return negative || longer || height <= 16 || height > INT32_MAX ? -1 : height;
}

static bool take_header(em_bytes *b, em_btc_block *block)
{
        if (!em_bytes_has(b, HEADER))
                return false;
        block->hash = em_btc_double_sha256((em_str){ (const char *)b->p, HEADER });
        block->version = (int32_t)em_bytes_u32(b);
        block->prev = em_bytes_hash(b);
        block->merkle = em_bytes_hash(b);
        block->time_s = em_bytes_u32(b);
        block->bits = em_bytes_u32(b);
        block->nonce = em_bytes_u32(b);
        return true;
}

static void take_transactions(em_bytes *b, const em_btc_opts *opts, em_arena *arena,
                              em_btc_block *block)
{
        size_t start = b->at;
        block->txs = em_bytes_count(b, EM_BTC_TX_LEAST);
        if (b->bad)
                return;
        if (block->txs == 0) {
                em_bytes_fail(b, EM_FORMAT, start, "it has no transactions");
                return;
        }
        block->tx = EM_NEW_N(arena, em_btc_tx, block->txs);
        if (!block->tx) {
                em_bytes_fail(b, EM_NOMEM, start, "no memory for the transactions");
                return;
        }
        for (size_t t = 0; t < block->txs; t++)
                if (!em_btc_tx_take(b, opts, arena, &block->tx[t]))
                        return;
}

static bool check_merkle(em_bytes *b, em_arena *arena, const em_btc_block *block)
{
        em_hash256 root, *leaf = EM_NEW_N(arena, em_hash256, block->txs);
        if (!leaf)
                return em_bytes_fail(b, EM_NOMEM, MERKLE_AT, "no memory for the merkle tree");
        for (size_t t = 0; t < block->txs; t++)
                leaf[t] = block->tx[t].txid;
        if (!em_btc_merkle(leaf, block->txs, &root))
                return em_bytes_fail(b, EM_FORMAT, MERKLE_AT,
                                     "its merkle tree repeats a branch");
        if (memcmp(root.b, block->merkle.b, sizeof root.b) != 0)
                return em_bytes_fail(b, EM_FORMAT, MERKLE_AT,
                                     "its merkle root is not that of its transactions");
        return true;
}

/* BIP 141: the last output of the coinbase that begins so holds
 * hash(root of the wtxids || the one item of the coinbase's witness). */
static const em_btc_out *commitment_in(const em_btc_tx *coinbase)
{
        for (size_t i = coinbase->outs; i-- > 0;) {
                em_str script = coinbase->out[i].script;
                if (script.n >= 38 && em_str_starts(script, EM_S("\x6a\x24\xaa\x21\xa9\xed")))
                        return &coinbase->out[i];
        }
        return NULL;
}

static bool has_witness(const em_btc_block *block)
{
        for (size_t t = 0; t < block->txs; t++)
                if (block->tx[t].segwit)
                        return true;
        return false;
}

static bool check_witnesses(em_bytes *b, em_arena *arena, const em_btc_block *block)
{
        const em_btc_out *out = commitment_in(&block->tx[0]);
        em_str reserved = block->tx[0].in[0].witness;
        if (!out || !has_witness(block))
                return true;
        if (reserved.n != 34 || !em_str_starts(reserved, EM_S("\x01\x20")))
                return em_bytes_fail(b, EM_FORMAT, (size_t)block->tx[0].offset,
                                     "its coinbase lacks the witness that the commitment needs");
        em_hash256 root, *leaf = EM_NEW_N(arena, em_hash256, block->txs);
        if (!leaf)
                return em_bytes_fail(b, EM_NOMEM, MERKLE_AT, "no memory for the merkle tree");
        for (size_t t = 1; t < block->txs; t++)
                leaf[t] = block->tx[t].wtxid;
        bool plain = em_btc_merkle(leaf, block->txs, &root);
        em_str parts[] = { { (const char *)root.b, sizeof root.b }, { reserved.p + 2, 32 } };
        if (plain)
                root = em_btc_double_sha256_parts(parts, 2);
        if (!plain || memcmp(root.b, out->script.p + 6, sizeof root.b) != 0)
                return em_bytes_fail(b, EM_FORMAT, (size_t)out->offset,
                                     "its witnesses are not those that the coinbase commits to");
        return true;
}

em_status em_btc_block_parse(em_str bytes, const em_btc_opts *opts, em_arena *arena,
                             em_btc_block *ret_block, em_error *err)
{
        em_bytes b = em_bytes_of(bytes);
        em_btc_block block = { .height = -1 };
        opts = opts ? opts : &em_btc_defaults;
        if (take_header(&b, &block))
                take_transactions(&b, opts, arena, &block);
        block.length = b.at;
        if (!b.bad && opts->exact && b.at != b.n)
                em_bytes_fail(&b, EM_FORMAT, b.at, "bytes follow its last transaction");
        if (!b.bad && opts->check_merkle)
                check_merkle(&b, arena, &block);
        if (!b.bad && opts->check_merkle && opts->wtxids)
                check_witnesses(&b, arena, &block);
        if (b.bad)
                return em_bytes_error(&b, "block", err);
        block.height = height_in(&block);
        *ret_block = block;
        return EM_OK;
}
