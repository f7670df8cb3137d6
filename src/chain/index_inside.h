/* What the files of the index builder and reader share: the format's numbers,
 * the files of block bytes, and rows on disk.  doc/format-chain.md is the map.
 */
#ifndef EMBARGO_CHAIN_INDEX_INSIDE_H
#define EMBARGO_CHAIN_INDEX_INSIDE_H

#include "embargo/chain.h"

#include <pthread.h>

#define EM_IX_VERSION   2
#define EM_IX_VALUE_MAX ((int64_t)1 << 53)      /* above every coin's supply, and sums of 1,024 fit */
#define EM_IX_SIDE_MAX  ((size_t)1 << 18)       /* inputs or outputs of one transaction, so that 64 of them fit three
                                                 * bytes; 9 bytes an output make 2.3 MB, more than any rule allows */

/* ---- the format ---- */

typedef enum em_ix_section {
        IX_FILES, IX_BLOCK_HASH, IX_BLOCK_TIME, IX_BLOCK_PLACE, IX_BLOCK_FIRST_TX,
        IX_TX_ID, IX_TX_PLACE, IX_TX_FIRST,
        IX_IN_OUT, IX_OUT_VALUE, IX_BIG_VALUE, IX_OUT_IN, IX_OUT_PAYEE,
        IX_PAYEE, IX_PROGRAM, IX_PAYEE_FIRST, IX_PAYEE_OUT,
        IX_TX_FIND, IX_TX_BUCKET, IX_PAYEE_FIND, IX_PAYEE_BUCKET,
        IX_SECTIONS
} em_ix_section;

const char *em_ix_name(em_ix_section section);          /* of its file, at most 15 bytes */

/* The head of an index in memory; also what a build knows so far. */
typedef struct em_ix_head {
        uint64_t blocks, txs, ins, outs, payees, bigs, programs;
        uint64_t coinbases, unknown, twice;
        uint64_t files, bytes, orphans, cut, skipped, duplicates, bad;
        int64_t  first_height;          /* -1 unknown */
        uint32_t tx_bits, payee_bits;   /* 2^bits buckets in the find tables */
        uint32_t merkle;                /* 1: merkle roots were checked */
        char     net[24];
        em_hash256 tip;
        em_sha256  scan;                /* of every header found and its place: equal means nothing new */
        struct { uint64_t length; uint8_t sum[8]; } section[IX_SECTIONS];
} em_ix_head;

#define EM_IX_HEAD_BYTES (264 + IX_SECTIONS * 32 + 8)
void em_ix_head_pack(const em_ix_head *head, uint8_t out[EM_IX_HEAD_BYTES]);
EM_MUST em_status em_ix_head_unpack(em_str bytes, em_ix_head *ret_head, em_error *err);
/* Are the sections as long as the counts say?  Of an index that is finished. */
EM_MUST em_status em_ix_head_fits(const em_ix_head *head, em_error *err);
em_chain_built em_ix_counts(const em_ix_head *head);
/* Bytes that a section must have by the counts; false: any (the file names). */
bool em_ix_length(const em_ix_head *head, em_ix_section section, uint64_t *ret_length);
uint64_t em_ix_count(const em_ix_head *head, em_ix_section section);    /* elements */
_Static_assert(IX_SECTIONS == EM_CHAIN_SECTIONS, "the public header counts them too");

/* Bytes of tx_first before the entry of transaction tx. */
static inline uint64_t em_ix_first_bytes(uint64_t tx)
{
        return EM_TX_GROUP_BYTES * (tx / EM_TX_GROUP) + (tx % EM_TX_GROUP ? 10 + 6 * (tx % EM_TX_GROUP) : 0);
}

static inline void em_ix_put(uint8_t *p, uint64_t v, size_t bytes)
{
        for (size_t i = 0; i < bytes; i++, v >>= 8)
                p[i] = (uint8_t)v;
}
static inline uint64_t em_ix_u64(const uint8_t *p)
{
        uint64_t v;
        memcpy(&v, p, 8);
        return v;       /* little-endian machines only, as checked where the head is read */
}
static inline uint64_t em_ix_mix(uint64_t h)    /* MurmurHash3's finaliser */
{
        h ^= h >> 33;
        h *= UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 33;
        h *= UINT64_C(0xc4ceb9fe1a85ec53);
        return h ^ h >> 33;
}
/* A txid is a hash already; a payee may hold bytes that somebody chose. */
static inline uint64_t em_ix_tx_key(const uint8_t *txid) { return em_ix_u64(txid); }
static inline uint64_t em_ix_payee_key(const uint8_t *payee)
{
        return em_ix_mix(em_ix_mix(em_ix_mix(em_ix_u64(payee)) ^ em_ix_u64(payee + 8)) ^ em_ix_u64(payee + 13));
}
static inline bool em_ix_has_program(const uint8_t *payee)
{
        return payee[20] == EM_SCRIPT_P2WSH || payee[20] == EM_SCRIPT_P2TR;
}
/* The script of BIP 141 and 341: the version, and a push of 32 bytes. */
static inline void em_ix_program_script(em_payee payee, const uint8_t program[32], char script[34])
{
        script[0] = payee.b[20] == EM_SCRIPT_P2TR ? 0x51 : 0;
        script[1] = 32;
        memcpy(script + 2, program, 32);
}
static inline uint32_t em_ix_bits(uint64_t count)       /* about 16 entries a bucket */
{
        uint32_t bits = 0;
        while (bits < 32 && count >> (bits + 5))
                bits++;
        return bits;
}

/* ---- block files ---- */

typedef struct em_ix_file {
        em_str     name, path;
        bool       keyed;               /* obfuscated with the folder's key */
        em_mapping map;
        uint64_t   used;                /* the round of work that needed it last */
        bool       open;
} em_ix_file;

typedef struct em_ix_source {
        em_ix_file *file;
        size_t      files, open;
        uint8_t     key[8];
        uint64_t    round;
} em_ix_source;

EM_MUST em_status em_ix_source_find(em_str path, em_arena *arena, em_ix_source *ret_source, em_error *err);
void em_ix_source_close(em_ix_source *source);
/* Maps a file for the present round; closes what earlier rounds left when many are open. */
EM_MUST em_status em_ix_source_map(em_ix_source *source, size_t file, em_error *err);
/* A piece of a mapped file; without its key, in the arena, when it has one. */
EM_MUST em_status em_ix_source_bytes(const em_ix_source *source, size_t file, uint64_t offset, uint64_t length,
                                     em_arena *arena, em_str *ret_bytes, em_error *err);

typedef struct em_ix_block {            /* one header found, and where */
        em_hash256 hash, prev;
        uint32_t   bits, time_s, file, length;
        uint64_t   offset;
} em_ix_block;

typedef struct em_ix_found {
        em_ix_block *block;             /* on the heap */
        size_t       blocks;
        const em_btc_net *net;
        uint64_t     bytes, cut, skipped;
        em_sha256    scan;
} em_ix_found;
EM_MUST em_status em_ix_scan(em_ix_source *source, const em_btc_net *net, size_t threads,
                             const em_progress *progress, em_ix_found *ret_found, em_error *err);
typedef struct em_ix_spot { uint64_t file, offset; } em_ix_spot;
/* The chain with most work, as indexes into found->block in order, on the heap.  refused: blocks to leave out. */
EM_MUST em_status em_ix_order(const em_ix_found *found, const em_ix_spot *refused, size_t refusals,
                              uint32_t **ret_chain, size_t *ret_length, uint64_t *ret_duplicates, em_error *err);

/* ---- files of the index ---- */

/* A column written from its start; errors stick until the end. */
typedef struct em_ix_out {
        int      fd, error;
        uint8_t *p;
        size_t   n, cap;
        uint64_t at;
} em_ix_out;
/* Behind the first `keep` bytes of a file that is there; 0: of a new one. */
EM_MUST em_status em_ix_out_open(em_str path, uint64_t keep, size_t cap, em_ix_out *ret_out, em_error *err);
void em_ix_out_flush(em_ix_out *out);
static inline uint8_t *em_ix_out_room(em_ix_out *out, size_t n)        /* n <= cap */
{
        if (out->cap - out->n < n)
                em_ix_out_flush(out);
        uint8_t *p = out->p + out->n;
        out->n += n;
        return p;
}
EM_MUST em_status em_ix_out_done(em_ix_out *out, em_error *err);       /* flush, fsync, close */
void em_ix_out_drop(em_ix_out *out);                                   /* after a failure elsewhere */

EM_MUST em_status em_ix_file_make(em_str path, uint64_t keep, int *ret_fd, em_error *err);
EM_MUST em_status em_ix_file_put(int fd, const void *bytes, size_t n, uint64_t at, em_error *err);
EM_MUST em_status em_ix_file_sync(int fd, em_error *err);              /* and close */

/* ---- rows on disk, by parts ---- */

/* Rows of one width, each in one of `parts` parts, in one file: a part is a
 * chain of extents.  Any number of writers at once; then readers. */
typedef struct em_ix_extent { uint32_t part, bytes; uint64_t at; } em_ix_extent;
typedef struct em_ix_spill {
        em_str   path;
        int      fd;
        uint32_t parts, width;
        uint64_t end;
        em_ix_extent *extent;
        size_t   extents, cap;
        uint64_t *first;                /* after seal: parts + 1, into extent; rows before each part in `rows` */
        uint64_t *rows;                 /* parts + 1 */
        pthread_mutex_t lock;
} em_ix_spill;
EM_MUST em_status em_ix_spill_make(em_str path, uint32_t parts, uint32_t width, em_ix_spill **ret_spill, em_error *err);
EM_MUST em_status em_ix_spill_seal(em_ix_spill *spill, em_error *err); /* on the disk; readable from here on */
EM_MUST em_status em_ix_spill_open(em_str path, em_ix_spill **ret_spill, em_error *err);
em_ix_spill *em_ix_spill_close(em_ix_spill *spill);                    /* the file stays */

typedef struct em_ix_writer {
        em_ix_spill *spill;
        uint8_t  *p;
        uint32_t *n;
        uint32_t  cap;                  /* bytes a part, a multiple of the width */
        em_status status;
        em_error  error;
} em_ix_writer;
EM_MUST em_status em_ix_writer_make(em_ix_spill *spill, uint64_t memory, em_ix_writer *ret_writer, em_error *err);
void em_ix_writer_flush(em_ix_writer *w, uint32_t part);
static inline uint8_t *em_ix_writer_row(em_ix_writer *w, uint32_t part)        /* to be filled at once */
{
        if (w->n[part] == w->cap)
                em_ix_writer_flush(w, part);
        uint8_t *row = w->p + (size_t)part * w->cap + w->n[part];
        w->n[part] += w->spill->width;
        return row;
}
EM_MUST em_status em_ix_writer_done(em_ix_writer *w, em_error *err);   /* flushes all, frees; also after errors */

typedef struct em_ix_reader { const em_ix_spill *spill; uint64_t extent, last; uint32_t at; } em_ix_reader;
em_ix_reader em_ix_reader_make(const em_ix_spill *spill, uint32_t part);
/* Up to room rows into rows; 0 at the end. */
EM_MUST em_status em_ix_reader_next(em_ix_reader *r, uint8_t *rows, size_t room, size_t *ret_count, em_error *err);

/* The same rows one by one; rows: memory for room of them, the caller's. */
typedef struct em_ix_walk { em_ix_reader reader; uint8_t *rows; size_t room, count, at; } em_ix_walk;
static inline em_ix_walk em_ix_walk_make(const em_ix_spill *spill, uint32_t part, uint8_t *rows, size_t room)
{
        return (em_ix_walk){ .reader = em_ix_reader_make(spill, part), .rows = rows, .room = room };
}
/* NULL at the end. */
EM_MUST static inline em_status em_ix_walk_next(em_ix_walk *w, const uint8_t **ret_row, em_error *err)
{
        if (w->at == w->count) {
                w->at = 0;
                EM_TRY(em_ix_reader_next(&w->reader, w->rows, w->room, &w->count, err));
        }
        *ret_row = w->count ? w->rows + w->reader.spill->width * w->at++ : NULL;
        return EM_OK;
}

/* ---- a build ---- */

/* How much of everything the first blocks of an index hold. */
typedef struct em_ix_sizes { uint64_t blocks, txs, ins, outs, payees, bigs, programs; } em_ix_sizes;

typedef struct em_ix {
        em_str   dir, aside;
        const em_chain_opts *opts;
        const em_progress *progress;
        uint64_t memory;
        size_t   threads;
        em_arena *arena;
        em_ix_head head;
        em_ix_source source;
        em_ix_spot *refused;            /* blocks whose bytes turned out not to be blocks; on the heap */
        size_t   refusals;
        em_chain *old;                  /* the index that was there; NULL: none, or not to be read */
        em_ix_sizes kept;               /* of the old index; what stands behind comes from the block files */
        uint64_t kept_coinbases, kept_unknown, kept_twice;
        uint64_t shared;                /* blocks that both chains begin with: kept.blocks, or one more */
        const char *anew;               /* why nothing is kept though there was an index; NULL */
} em_ix;

em_status em_ix_path(const em_ix *ix, const char *name, em_str *ret_path, em_error *err) EM_MUST;
em_status em_ix_rows_make(const em_ix *ix, const char *name, uint32_t parts, uint32_t width,
                          em_ix_spill **ret_spill, em_error *err) EM_MUST;
em_status em_ix_rows_open(const em_ix *ix, const char *name, em_ix_spill **ret_spill, em_error *err) EM_MUST;
/* A column to be written behind what is kept of it. */
em_status em_ix_column_make(const em_ix *ix, em_ix_section section, int *ret_fd, em_error *err) EM_MUST;
/* Syncs and closes (fd -1: nothing); the first failure of status and this. */
em_status em_ix_column_done(int fd, em_status status, em_error *err) EM_MUST;
/* Bytes for the working set of one of ix->threads tasks. */
static inline uint64_t em_ix_leaf(const em_ix *ix) { return ix->memory / 2 / ix->threads; }
uint32_t em_ix_parts(uint64_t bytes, uint64_t leaf);            /* 1 to 4,096 */
/* Ids [base, end) cut into ranges of equal width, a multiple of 64, one a part. */
typedef struct em_ix_ranges { uint64_t base, end, width; uint32_t parts; } em_ix_ranges;
em_ix_ranges em_ix_ranges_make(const em_ix *ix, uint64_t base, uint64_t end, uint64_t bytes_each);
static inline uint32_t em_ix_range_of(const em_ix_ranges *r, uint64_t id)
{
        return (uint32_t)((id - r->base) / r->width);
}
static inline uint64_t em_ix_range_begin(const em_ix_ranges *r, uint64_t part)
{
        return r->base + part * r->width;
}
static inline uint64_t em_ix_range_end(const em_ix_ranges *r, uint64_t part)
{
        uint64_t end = em_ix_range_begin(r, part + 1);
        return end < r->end ? end : r->end;
}
/* task(ctx, part) for every part on all threads, telling the progress between. */
EM_MUST em_status em_ix_each(const em_ix *ix, const char *what, size_t parts,
                             em_status (*task)(void *ctx, size_t part, em_error *err), void *ctx, em_error *err);

/* What of the old index stands at the beginning of the new chain. */
em_status em_ix_keep(em_ix *ix, const em_ix_found *found, const uint32_t *chain, size_t n, em_error *err) EM_MUST;
void em_ix_keep_load(em_ix *ix, uint64_t blocks);
em_status em_ix_keep_copy(em_ix *ix, em_error *err) EM_MUST;    /* its columns into ix->aside */
uint64_t em_ix_kept_bytes(const em_ix *ix, em_ix_section section);
/* Among what is kept: an output by its transaction; the first output of a payee.  EM_ID_NONE: none. */
em_id em_ix_old_output(const em_ix *ix, const uint8_t *txid, uint64_t vout);
em_id em_ix_old_first(const em_ix *ix, const uint8_t *payee);

/* The phases, in order; each reads what earlier ones left in ix->aside. */
em_status em_ix_parse(em_ix *ix, em_error *err) EM_MUST;        /* EM_DIFF: blocks were refused; begin again */
em_status em_ix_join(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_spenders(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_inputs(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_payee_group(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_payee_number(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_payee_outs(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_find_txs(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_find_payees(em_ix *ix, em_error *err) EM_MUST;
em_status em_ix_seal(em_ix *ix, em_error *err) EM_MUST;

/* ---- an open index ---- */

struct em_chain {
        em_ix_head head;
        em_graph   graph;
        const em_btc_net *net;
        em_mapping map[IX_SECTIONS];
        em_str    *file;                /* names, in the arena */
        em_arena  *arena;
        const em_chain *of;             /* a view of it: owns nothing; NULL */
};
static inline const uint8_t *em_ix_column(const em_chain *chain, em_ix_section section)
{
        return (const uint8_t *)chain->map[section].p;
}
em_ix_sizes em_ix_sizes_at(const em_chain *chain, uint64_t blocks);
em_id em_ix_first_of_payee(const em_chain *chain, uint64_t payee);
/* The last id below limit with this key; EM_ID_NONE. */
em_id em_ix_look_tx(const em_chain *chain, const uint8_t *txid, em_id limit);
em_id em_ix_look_payee(const em_chain *chain, const uint8_t *payee, em_id limit);
/* Every invariant of doc/format-chain.md; of every stride-th element only where stride > 1. */
EM_MUST em_status em_ix_check(const em_chain *chain, uint64_t stride, em_error *err);
em_sha256 em_ix_sum(em_hasher *hasher, em_str bytes);

#endif
