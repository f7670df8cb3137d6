/* embargo/chain.h -- a chain's transaction graph on flat files.
 *
 * `embargo index chain` reads raw block files once and leaves a folder chain/ of
 * columns; everything after that is array arithmetic on mapped memory, read
 * without locks by any number of threads.
 *
 *   ids        transactions, inputs, outputs and payees are numbered densely in chain order: a
 *              spend always has a larger transaction id than what it spends
 *   columns    described byte by byte in doc/format-chain.md
 *   absent     a prevout that is not in the files (a partial chain) is EM_ID_NONE, never guessed
 *
 * The engine knows nothing of cases: em_chain_* returns ids, integers and places
 * in the block files; src/case turns results into records.
 */
#ifndef EMBARGO_CHAIN_H
#define EMBARGO_CHAIN_H

#include "embargo/bitcoin.h"

typedef uint64_t em_id;
#define EM_ID_NONE UINT64_C(0xffffffffff)       /* 40 bits, all set */

/* The columns, little-endian, packed.  A test builds one in memory; em_chain_open maps one. */
typedef struct em_graph {
        uint64_t blocks, txs, ins, outs, payees;
        const uint8_t *tx_first_in;     /* (txs + 1) x 5 bytes */
        const uint8_t *tx_first_out;    /* (txs + 1) x 5 bytes */
        const uint8_t *in_out;          /* ins x 5: the output spent; EM_ID_NONE coinbase or unknown */
        const uint8_t *out_value;       /* outs x 8: satoshi */
        const uint8_t *out_in;          /* outs x 5: the input that spends it; EM_ID_NONE unspent */
        const uint8_t *out_payee;       /* outs x 4 */
        const uint8_t *block_first_tx;  /* (blocks + 1) x 5 bytes */
        const uint8_t *block_time;      /* blocks x 4: header time, seconds */
} em_graph;

static inline uint64_t em_le(const uint8_t *p, size_t bytes)
{
        uint64_t v = 0;
        for (size_t i = bytes; i-- > 0;)
                v = v << 8 | p[i];
        return v;
}
static inline em_id em_graph_first_in(const em_graph *g, em_id tx)   { return em_le(g->tx_first_in + 5 * tx, 5); }
static inline em_id em_graph_first_out(const em_graph *g, em_id tx)  { return em_le(g->tx_first_out + 5 * tx, 5); }
static inline em_id em_graph_spent(const em_graph *g, em_id in)      { return em_le(g->in_out + 5 * in, 5); }
static inline int64_t em_graph_value(const em_graph *g, em_id out)   { return (int64_t)em_le(g->out_value + 8 * out, 8); }
static inline em_id em_graph_spender(const em_graph *g, em_id out)   { return em_le(g->out_in + 5 * out, 5); }
static inline uint32_t em_graph_payee(const em_graph *g, em_id out)  { return (uint32_t)em_le(g->out_payee + 4 * out, 4); }
/* By binary search in the first-id columns. */
em_id em_graph_tx_of_in(const em_graph *g, em_id in);
em_id em_graph_tx_of_out(const em_graph *g, em_id out);
em_id em_graph_block_of_tx(const em_graph *g, em_id tx);

/* ---- build ---- */

typedef struct em_chain_opts {
        const em_btc_net *net;  /* NULL: by the first magic found */
        uint64_t memory;        /* bytes for buffers and tables; 2 GiB, at least 256 KiB */
        size_t   threads;       /* 0: cores */
        bool     check_merkle;  /* true */
} em_chain_opts;
extern const em_chain_opts em_chain_defaults;

typedef struct em_chain_built {
        uint64_t files, bytes;          /* read */
        uint64_t blocks;                /* of the chain */
        uint64_t orphans, duplicates;   /* blocks beside the chain; blocks that stand in the files again */
        uint64_t damaged;               /* blocks left out because their bytes, merkle root or values cannot be */
        uint64_t cut, skipped_bytes;    /* files that end within a block; bytes that are no block */
        uint64_t txs, ins, outs, payees, coinbases;     /* coinbases: inputs that spend nothing */
        uint64_t unknown_prevouts;      /* inputs whose output is not in the files before them */
        uint64_t double_spends;         /* inputs whose output an earlier input spends: also EM_ID_NONE */
        int64_t  height;                /* of the tip; -1 when neither genesis nor BIP 34 tells */
} em_chain_built;

/* Reads the blocks of a node's folder (blk*.dat, xor.dat), of a folder of single raw blocks (*.raw, *.dat,
 * *.blk, *.bin), or of one file of either kind; finds the chain with most work from the genesis block (without one: the
 * component with most work); writes the index aside and puts it at dir in one step.
 *
 * Killed or stopped at any moment, the next build of the same files, memory and threads goes on behind the last
 * finished phase (of ten; doc/format-chain.md).  An index in dir of exactly the same blocks is left as it is.
 * Any other, because of new blocks or a reorganisation, is built anew from the first block: nothing of the old
 * one is reused, and readers keep it until the new one takes its place.
 *
 * Memory: opts->memory, and what does not shrink with it: 250 bytes a block found, 1.2 bits an output, and for each
 * thread ten times the largest block.  The mapped block files are the page cache's.  Scratch on disk: about
 * 46 bytes a transaction, 41 an input and 26 an output.  The bytes of the index do not depend on memory or threads.
 *
 * EM_MISSING      no files, or no block in them
 * EM_LIMIT        more than 2^32 payees or 2^40 of anything else
 * EM_INTERRUPTED  progress said stop */
EM_MUST em_status em_chain_build(em_str blocks_dir, em_str dir, const em_chain_opts *opts,
                                 const em_progress *progress, em_chain_built *ret_built, em_error *err);

/* ---- open ---- */

typedef struct em_chain em_chain;
/* Maps the index and checks what its readers rest on: everything up to 1 GiB of columns; above that all lengths and
 * about 65,536 places of each column, and a large index that somebody else built wants em_chain_verify first. */
EM_MUST em_status em_chain_open(em_str dir, em_chain **ret_chain, em_error *err);
em_chain *em_chain_close(em_chain *chain);
const em_graph   *em_chain_graph(const em_chain *chain);
const em_btc_net *em_chain_net(const em_chain *chain);
em_chain_built    em_chain_counts(const em_chain *chain);       /* what em_chain_build said of it */
int64_t           em_chain_height(const em_chain *chain, em_id block);  /* -1 unknown */
EM_MUST em_status em_chain_txid(const em_chain *chain, em_id tx, em_hash256 *ret_txid, em_error *err);
/* EM_MISSING when the chain has no such transaction. Duplicate coinbases: the later one. */
EM_MUST em_status em_chain_find_tx(const em_chain *chain, em_hash256 txid, em_id *ret_tx, em_error *err);
EM_MUST em_status em_chain_find_payee(const em_chain *chain, em_payee payee, uint32_t *ret_id, em_error *err);
em_payee em_chain_payee(const em_chain *chain, uint32_t id);
/* Outputs paid to a payee, ascending. */
EM_MUST em_status em_chain_payee_outs(const em_chain *chain, uint32_t id, em_arena *arena,
                                      em_id **ret_outs, size_t *ret_count, em_error *err);
/* Where a transaction stands in the raw files (obfuscated files: by their offsets, as they lie); for the evidence.
 * offset = block_offset + in_block. */
typedef struct em_chain_place {
        em_str     file;                /* name in the folder of blocks */
        uint64_t   offset, length;
        uint64_t   in_block, block_offset, block_length;
        int64_t    height;              /* -1 unknown */
        em_hash256 block;
} em_chain_place;
EM_MUST em_status em_chain_place_of(const em_chain *chain, em_id tx, em_arena *arena,
                                    em_chain_place *ret_place, em_error *err);
/* Checksums of all sections and every invariant of the format; with blocks_dir also makes `sample` transactions again
 * from the raw blocks, spread evenly, and compares.  tell hears of each difference.  EM_DIFF: there were some. */
EM_MUST em_status em_chain_verify(const em_chain *chain, em_str blocks_dir, uint64_t sample,
                                  void (*tell)(void *ctx, const char *sentence), void *ctx, em_error *err);

#endif
