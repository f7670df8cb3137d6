/* What the files of the account chain's index share: the format, rows that sort on disk, one block's
 * transactions.  doc/format-moves.md is the map.
 */
#ifndef EMBARGO_CHAIN_MOVES_INSIDE_H
#define EMBARGO_CHAIN_MOVES_INSIDE_H

#include "embargo/ethereum.h"
#include "embargo/moves.h"

/* ---- the format ---- */

typedef enum em_mv_section {
        MV_MOVE, MV_TX, MV_BLOCK, MV_ASSET, MV_ACCOUNT, MV_WIDE, MV_OF_FIRST, MV_OF, MV_ACCOUNT_FIND, MV_TX_FIND,
        MV_PLACE, MV_FILES, MV_REJECTS, MV_SECTIONS
} em_mv_section;

typedef struct em_mv_place { uint64_t line, offset; uint32_t file, length; } em_mv_place;      /* 24 bytes */

typedef struct em_mv_head {
        em_moves_built built;
        uint64_t wides;
        char     network[16], coin[8];
        uint32_t coin_decimals;
        struct { uint64_t offset, length; uint8_t sum[8]; } section[MV_SECTIONS];
} em_mv_head;

#define EM_MV_FILE       "moves"
#define EM_MV_HEAD_BYTES 4096
const char *em_mv_name(em_mv_section section);
size_t      em_mv_width(em_mv_section section);         /* bytes of an entry; 1 for texts */
uint64_t    em_mv_count(const em_mv_head *head, em_mv_section section);         /* entries by the head; texts: UINT64_MAX */
void em_mv_head_pack(const em_mv_head *head, uint8_t out[EM_MV_HEAD_BYTES]);
EM_MUST em_status em_mv_head_unpack(em_str file, em_mv_head *ret_head, em_error *err);
void em_mv_sum(em_hasher *hasher, em_str bytes, uint8_t ret[8]);

/* ---- rows that sort on disk (moves_sort.c) ---- */

/* Rows of one width, given back in the order of their first `key` bytes, which no two rows may share.  Past
 * `memory` bytes they are sorted by runs in a file and merged. */
typedef struct em_sorter em_sorter;
EM_MUST em_status em_sorter_make(em_str path, size_t width, size_t key, uint64_t memory, em_sorter **ret_sorter,
                                 em_error *err);
EM_MUST em_status em_sorter_add(em_sorter *s, const void *row, em_error *err);
EM_MUST em_status em_sorter_seal(em_sorter *s, em_error *err);
/* NULL at the end; the row is good until the next call. */
EM_MUST em_status em_sorter_next(em_sorter *s, const uint8_t **ret_row, em_error *err);
uint64_t em_sorter_rows(const em_sorter *s);
em_sorter *em_sorter_free(em_sorter *s);                /* the file too */

static inline void em_put_be(uint8_t *p, uint64_t v, size_t bytes)
{
        for (size_t i = bytes; i > 0; i--, v >>= 8)
                p[i - 1] = (uint8_t)v;
}
static inline uint64_t em_get_be(const uint8_t *p, size_t bytes)
{
        uint64_t v = 0;
        for (size_t i = 0; i < bytes; i++)
                v = v << 8 | p[i];
        return v;
}

/* ---- facts as rows ---- */

#define EM_MV_KEY (8 + 32 + 1 + 4 + 8)  /* block, hash, kind, file, which of the file's facts */
typedef struct em_mv_row {
        uint8_t  key[EM_MV_KEY];
        uint8_t  status, path_n, spare;
        uint8_t  path[EM_ETH_PATH];
        uint8_t  from[20], to[20], contract[20];
        uint32_t has, index, seq, time_s, file, length;
        uint64_t gas_used, nonce, line, offset, block;
        em_u256  value, price;
} em_mv_row;
static inline const uint8_t *em_mv_hash(const em_mv_row *row) { return row->key + 8; }
static inline em_eth_kind em_mv_kind(const em_mv_row *row) { return (em_eth_kind)row->key[40]; }

/* ---- what is known of contracts: the list of true assets, then the files (moves_asset.c) ---- */

typedef struct em_mv_asset { uint8_t contract[20], decimals, known, used, spare; char symbol[EM_ETH_SYMBOL]; } em_mv_asset;
typedef struct em_mv_assets { em_mv_asset *slot; size_t count, slots; } em_mv_assets;
EM_MUST em_status em_mv_assets_list(em_mv_assets *a, em_str csv, em_error *err);
EM_MUST em_status em_mv_assets_claim(em_mv_assets *a, const em_eth_fact *fact, em_error *err);
const em_mv_asset *em_mv_assets_find(const em_mv_assets *a, const uint8_t contract[20]);

/* ---- one block (moves_block.c) ---- */

typedef struct em_mv_move {
        uint8_t  from[20], to[20], contract[20];
        uint8_t  kind;
        uint32_t seq;
        em_u256  amount;
        const em_mv_row *row;           /* where it stands */
} em_mv_move;

typedef struct em_mv_tx {
        uint8_t  hash[32], sender[20], to[20];
        bool     has_sender, has_to, fee_unknown;
        uint8_t  failed;
        uint64_t index, log;            /* UINT64_MAX: not stated */
        uint64_t file, nth;             /* where it first stands */
        size_t   first, moves;          /* into em_mv_block.move */
} em_mv_tx;

typedef struct em_mv_block {
        bool        tron;
        const em_mv_assets *assets;
        em_status (*reject)(void *ctx, const em_mv_row *row, const char *reason, em_error *err);
        void       *ctx;
        /* out */
        uint64_t    number, duplicates;
        uint32_t    time_s;
        em_mv_tx   *tx;                 /* in order; the last has hash zeros when something closes the block */
        em_mv_move *move;
        size_t      txs, moves, tx_cap, move_cap;
} em_mv_block;
/* Rows in the order of their keys, of one block; they are put into another order. */
EM_MUST em_status em_mv_block_make(em_mv_block *b, em_mv_row **row, size_t rows, em_error *err);
void em_mv_block_free(em_mv_block *b);

#endif
