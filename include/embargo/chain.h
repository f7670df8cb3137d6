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

/* The columns, little-endian, packed.  em_graph_make packs one in memory; em_chain_open maps one.  Readers use the
 * functions below: how the columns are packed may change again. */
#define EM_TX_GROUP       64            /* transactions that share a base in tx_first */
#define EM_TX_GROUP_BYTES 394           /* first input 5, first output 5, then for each: inputs 3, outputs 3 further on */
typedef struct em_graph {
        uint64_t blocks, txs, ins, outs, payees, bigs;
        const uint8_t *tx_first;        /* txs + 1 transactions, in groups */
        const uint8_t *in_out;          /* ins x 5: the output spent; EM_ID_NONE coinbase or unknown */
        const uint8_t *out_value;       /* outs x 5: satoshi; all ones: it stands in big_value */
        const uint8_t *big_value;       /* bigs x (output 5, satoshi 8), ascending */
        const uint8_t *out_in;          /* outs x 5: the input that spends it; not below ins: unspent */
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
/* Five bytes in two loads, on little-endian machines, which graph.c asserts. */
static inline uint64_t em_le5(const uint8_t *p)
{
        uint32_t low;
        memcpy(&low, p, sizeof low);
        return low | (uint64_t)p[4] << 32;
}
/* Five and three bytes in one load each, which reads beyond them: only of the columns that are padded for it, tx_first
 * by a byte, in_out, out_value and out_in by three.  A pass over all of them then goes as fast as memory. */
static inline uint64_t em_padded5(const uint8_t *p)
{
        uint64_t v;
        memcpy(&v, p, sizeof v);
        return v & EM_ID_NONE;
}
static inline uint64_t em_padded3(const uint8_t *p)
{
        uint32_t v;
        memcpy(&v, p, sizeof v);
        return v & 0xffffff;
}
int64_t em_graph_big_value(const em_graph *g, em_id out);       /* 0 when big_value has no such output */

static inline em_id em_graph_first_in(const em_graph *g, em_id tx)
{
        const uint8_t *group = g->tx_first + EM_TX_GROUP_BYTES * (tx / EM_TX_GROUP);
        return em_padded5(group) + em_padded3(group + 10 + 6 * (tx % EM_TX_GROUP));
}
static inline em_id em_graph_first_out(const em_graph *g, em_id tx)
{
        const uint8_t *group = g->tx_first + EM_TX_GROUP_BYTES * (tx / EM_TX_GROUP);
        return em_padded5(group + 5) + em_padded3(group + 13 + 6 * (tx % EM_TX_GROUP));
}
static inline em_id em_graph_spent(const em_graph *g, em_id in)      { return em_padded5(g->in_out + 5 * in); }
static inline int64_t em_graph_value(const em_graph *g, em_id out)
{
        uint64_t v = em_padded5(g->out_value + 5 * out);
        return v != EM_ID_NONE ? (int64_t)v : em_graph_big_value(g, out);
}
/* A view of the graph as of a block has fewer inputs than the column knows: what they spend is unspent. */
static inline em_id em_graph_spender(const em_graph *g, em_id out)
{
        em_id in = em_padded5(g->out_in + 5 * out);
        return in < g->ins ? in : EM_ID_NONE;
}
static inline uint32_t em_graph_payee(const em_graph *g, em_id out)
{
        uint32_t payee;
        memcpy(&payee, g->out_payee + 4 * out, sizeof payee);
        return payee;
}
static inline em_id em_graph_block_first_tx(const em_graph *g, em_id block) { return em_le5(g->block_first_tx + 5 * block); }
static inline uint32_t em_graph_block_time(const em_graph *g, em_id block)
{
        return (uint32_t)em_le(g->block_time + 4 * block, 4);
}
/* By binary search among the first ids. */
em_id em_graph_tx_of_in(const em_graph *g, em_id in);
em_id em_graph_tx_of_out(const em_graph *g, em_id out);
em_id em_graph_block_of_tx(const em_graph *g, em_id tx);

/* A graph from plain arrays, in memory that the caller gives and keeps for as long: for tests and benches, which
 * then need not know how the columns are packed.  Nothing is checked: a graph that contradicts itself is made too. */
typedef struct em_graph_plain {
        uint64_t blocks, txs, ins, outs, payees;
        const em_id    *first_in, *first_out;   /* txs + 1 */
        const em_id    *in_out;                 /* ins */
        const int64_t  *out_value;              /* outs */
        const em_id    *out_in;                 /* outs */
        const uint32_t *out_payee;              /* outs; NULL: each output's own number */
        const em_id    *block_first_tx;         /* blocks + 1 */
        const uint32_t *block_time;             /* blocks; NULL: 0 */
} em_graph_plain;
size_t   em_graph_room(const em_graph_plain *plain);                    /* bytes that em_graph_make fills */
em_graph em_graph_make(const em_graph_plain *plain, void *memory);

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
        /* Of a build; of an open index 0 and NULL. */
        uint64_t kept;                  /* blocks taken over from the index that was there */
        uint64_t undone, added;         /* its blocks that the chain has left; blocks that it did not have */
        const char *anew;               /* why all blocks were read though an index was there; NULL: it was not so */
} em_chain_built;

/* Reads the blocks of a node's folder (blk*.dat, xor.dat), of a folder of single raw blocks (*.raw, *.dat,
 * *.blk, *.bin), or of one file of either kind; finds the chain with most work from the genesis block (without one: the
 * component with most work); writes the index aside and puts it at dir in one step.
 *
 * Killed or stopped at any moment, the next build of the same files, memory and threads goes on behind the last
 * finished phase (of ten; doc/format-chain.md).  An index in dir of exactly the same blocks is left as it is.
 * Of any other, because of new blocks or a reorganisation, the blocks that both chains begin with are kept: their
 * columns are copied, and only the block files behind the fork are read.  The bytes are those of a build from the
 * first block.  What is copied must match its checksums, and the blocks must be at the same place in the same files
 * (they are not read again: em_chain_verify does).  Otherwise all is built anew, and built->anew says why.  Readers
 * keep the old index until the new one takes its place.
 *
 * Cost of adding to an index: reading and writing it once, in order, and sorting its outputs by payee and its find
 * tables again; one look-up for each new input and new payee.
 *
 * Memory: opts->memory, and what does not shrink with it: 250 bytes a block found, 1.2 bits an output, and for each
 * thread ten times the largest block.  The mapped block files are the page cache's.  Scratch on disk: about
 * 46 bytes a transaction, 41 an input and 26 an output, and 37 more of P2WSH or P2TR.  The bytes of the index do not depend on memory or threads.
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
/* The same; what is looked through once is not looked through again while it stays as it is. */
EM_MUST em_status em_chain_open_sound(em_str dir, em_sound *sound, em_chain **ret_chain, em_error *err);
em_chain *em_chain_close(em_chain *chain);
const em_graph   *em_chain_graph(const em_chain *chain);
const em_btc_net *em_chain_net(const em_chain *chain);
em_chain_built    em_chain_counts(const em_chain *chain);       /* what em_chain_build said of it */
int64_t           em_chain_height(const em_chain *chain, em_id block);  /* -1 unknown */
/* EM_MISSING: no such block, or heights are unknown. */
EM_MUST em_status em_chain_block_at(const em_chain *chain, int64_t height, em_id *ret_block, em_error *err);
/* The chain as it was when block was its tip: every function below and above answers as if the later blocks had never
 * come, the graph has smaller counts, and what later blocks spend is unspent.  The ids are the same.  A view costs
 * a few look-ups, borrows from chain and is closed before it, with em_chain_close; em_chain_verify takes none.  Of its
 * em_chain_counts blocks, txs, ins, outs, payees and height are its own, the others the whole index's.
 * EM_MISSING: no such block. */
EM_MUST em_status em_chain_as_of(const em_chain *chain, em_id block, em_chain **ret_view, em_error *err);
EM_MUST em_status em_chain_txid(const em_chain *chain, em_id tx, em_hash256 *ret_txid, em_error *err);
/* EM_MISSING when the chain has no such transaction. Duplicate coinbases: the later one. */
EM_MUST em_status em_chain_find_tx(const em_chain *chain, em_hash256 txid, em_id *ret_tx, em_error *err);
EM_MUST em_status em_chain_find_payee(const em_chain *chain, em_payee payee, uint32_t *ret_id, em_error *err);
em_payee em_chain_payee(const em_chain *chain, uint32_t id);
/* Its address as people write it: bech32 and bech32m of 32-byte programs too, which em_chain_payee has as a hash
 * only.  "script:<digits>" when the script has none.  Returns out. */
char *em_chain_address(const em_chain *chain, uint32_t id, char out[128]);
/* The 32 bytes that a P2WSH or P2TR output names; NULL when id is no such payee. */
const uint8_t *em_chain_program(const em_chain *chain, uint32_t id);
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
/* The index in words, for people who look into it: one line after the other to tell, its name and its value.
 *
 *   "head"          counts, network, tip, and every section's length, elements and checksum
 *   a section       its elements from..from + count - 1, as readers see them
 *   "block", "tx"   the block, the transaction of number `from`, with what its inputs spend and who spends its outputs
 *
 * EM_MISSING: no such element.  EM_USAGE: no such section. */
EM_MUST em_status em_chain_dump(const em_chain *chain, em_str what, uint64_t from, uint64_t count,
                                void (*tell)(void *ctx, const char *name, const char *value), void *ctx, em_error *err);
#define EM_CHAIN_SECTIONS 21
size_t em_chain_sections(const char *ret_names[EM_CHAIN_SECTIONS]);     /* their names, in the order of the format */

#endif
