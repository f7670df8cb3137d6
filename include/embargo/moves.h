/* embargo/moves.h -- an account chain (Ethereum, TRON) as one long list of transfers on flat files.
 *
 * `embargo index chain` reads the exports that analysts have (ethereum-etl CSV and NDJSON, JSON-RPC
 * answers, GraphSense's, explorer tables) and leaves a folder of columns; after that a trace is
 * array arithmetic, as it is for Bitcoin (chain.h).
 *
 *   move      one transfer of one asset from one account to another: native value, internal
 *             call, token log, gas, reward, withdrawal
 *   order     block, transaction in the block, then: gas, native value, internal calls in trace
 *             order, token logs by log index.  Rewards and withdrawals close their block
 *   asset     a contract's address, never its symbol; number 0 is the chain's own coin
 *   account   20 bytes.  Number 0 is the pseudo-account "the protocol" (address zero): rewards, genesis and
 *             withdrawals come out of it, burnt fees go into it
 *   failed    a failed transaction moves its gas and nothing else
 *   unknown   what an account held before the files begin is not in them: an engine that needs it names
 *             it a lot of its own and never clamps
 *
 * A fee nobody stated (no receipts in the files) has no move: `fees_unknown` counts such transactions.
 */
#ifndef EMBARGO_MOVES_H
#define EMBARGO_MOVES_H

#include "embargo/u256.h"

typedef struct em_account { uint8_t b[20]; } em_account;

typedef enum em_move_kind { EM_MOVE_GAS, EM_MOVE_NATIVE, EM_MOVE_INTERNAL, EM_MOVE_TOKEN, EM_MOVE_REWARD,
                            EM_MOVE_WITHDRAWAL, EM_MOVE_GENESIS, EM_MOVE_KINDS } em_move_kind;
const char *em_move_kind_name(em_move_kind kind);       /* "internal" */

/* Why a move is shown apart and never followed by default: nobody who held the coins made it. */
typedef enum em_decoy {
        EM_DECOY_NONE,
        EM_DECOY_ZERO,          /* a token log of amount 0 */
        EM_DECOY_SPOOFED,       /* a token log out of an account that did not send the transaction, by a contract
                                 * whose every such log is so (or that no list of true assets knows) */
        EM_DECOY_LOOKALIKE,     /* between an account and an address made to look like one of its true counterparties */
        EM_DECOY_DUST,          /* native dust from a look-alike */
        EM_DECOYS
} em_decoy;
const char *em_decoy_name(em_decoy decoy);      /* "spoofed" */

typedef struct em_move {        /* 40 bytes; a column file is an array of these */
        uint32_t from, to;      /* accounts */
        uint32_t asset;
        uint32_t tx;            /* transaction; a reward's or withdrawal's: the pseudo-transaction that closes its block */
        uint64_t low, high;     /* amount; when wide is set low is its place in em_moves.wide */
        uint32_t seq;           /* log index, or place in trace order */
        uint8_t  kind;          /* em_move_kind */
        uint8_t  decoy;         /* em_decoy, as judged at build */
        uint8_t  wide;
        uint8_t  spare;
} em_move;

typedef struct em_move_tx {     /* 64 bytes */
        uint8_t  hash[32];      /* zeros: pseudo-transaction */
        uint64_t first_move;    /* of those in [tx .. tx + 1) */
        uint32_t block;         /* place in em_moves.block */
        uint32_t sender, to;    /* accounts; UINT32_MAX not stated in the files */
        uint8_t  failed;        /* 0 went through, 1 failed, 2 not stated */
        uint8_t  spare[11];
} em_move_tx;

typedef struct em_move_block { uint64_t number; uint32_t time_s, first_tx; } em_move_block;    /* time 0: not stated */

typedef struct em_move_asset {  /* 64 bytes */
        em_account contract;    /* zeros: the chain's own coin */
        uint8_t  decimals;      /* 255: not stated */
        uint8_t  known;         /* 1: on the list of true assets (data) */
        char     symbol[22];    /* as claimed by the files or the list; shown, never compared; NUL-padded */
        uint8_t  spare[4];
        uint64_t moves;
        uint8_t  spare2[8];
} em_move_asset;

/* Plain arrays: a test builds one in memory, em_moves_open maps one. */
typedef struct em_moves {
        uint64_t moves, accounts, assets, txs, blocks, wides;
        const em_move       *move;
        const em_move_tx    *tx;        /* txs + 1: the last holds first_move = moves */
        const em_move_block *block;     /* blocks + 1: the last holds first_tx = txs */
        const em_move_asset *asset;
        const em_account    *account;   /* by number, first seen first */
        const em_u256       *wide;
        const uint64_t      *of_first;  /* accounts + 1 */
        const uint64_t      *of;        /* moves that touch an account, ascending, each once */
        const char          *network;   /* "ethereum", "tron" */
        const char          *coin;      /* "ETH" */
        unsigned             coin_decimals;     /* 18; TRON 6 */
} em_moves;

/* Judges every move (decoy.c): ret_decoy[moves] gets an em_decoy each.  An asset with `known` is never spoofed by its own
 * true contract.  em_moves_build keeps the answer in the column.  EM_NOMEM. */
EM_MUST em_status em_decoys_judge(const em_moves *m, uint8_t *ret_decoy, em_error *err);

em_u256  em_move_amount(const em_moves *m, const em_move *move);
uint32_t em_move_time(const em_moves *m, const em_move *move);  /* 0 not stated */

/* ---- build, open (moves_build.c, moves_open.c; format in doc/format-moves.md) ---- */

typedef struct em_moves_opts {
        const char *network;    /* NULL: ethereum unless the files say TRON */
        em_str      assets;     /* CSV of true assets: contract,symbol,decimals; empty: the shipped one is the caller's to give */
        uint64_t    memory;     /* bytes for rows while they are sorted; 0: 2 GiB.  What is built is the same for any */
} em_moves_opts;

typedef struct em_moves_built {
        uint64_t files, bytes, rows;            /* read */
        uint64_t rejected;                      /* rows that could not be read: kept in `rejects` with file, line, reason */
        uint64_t duplicates;                    /* the same transfer in two files */
        uint64_t moves, txs, blocks, accounts, assets;
        uint64_t failed, fees_unknown;
        uint64_t decoys[EM_DECOYS];
        uint64_t nfts;                          /* Transfer logs of items (ERC-721): no amount, left out */
        uint64_t other;                         /* logs of other events, TRON's transactions of other types */
} em_moves_built;

typedef struct em_moves_index em_moves_index;
/* Builds in dir/building and puts one file in its place at the end; a build that was stopped left nothing that counts.
 * Files overlap as they may: what several say is one transfer, and is counted.  dir holds nothing else.
 *
 * EM_FORMAT       a file that em_eth_read does not know; dir holds something else
 * EM_USAGE        no such network
 * EM_LIMIT        over 2^32 - 2 accounts, transactions, blocks; a block's rows are over the memory (64 MiB at least)
 * EM_INTERRUPTED  progress said so */
EM_MUST em_status em_moves_build(const em_str *file, size_t files, em_str dir, const em_moves_opts *opts,
                                 const em_progress *progress, em_moves_built *ret_built, em_error *err);
/* Maps and checks everything a reader rests on; EM_FORMAT names the column and the place. */
EM_MUST em_status em_moves_open(em_str dir, em_moves_index **ret_index, em_error *err);
/* The same; what is looked through once is not looked through again while it stays as it is. */
EM_MUST em_status em_moves_open_sound(em_str dir, em_sound *sound, em_moves_index **ret_index, em_error *err);
em_moves_index *em_moves_close(em_moves_index *index);
const em_moves *em_moves_view(const em_moves_index *index);
em_moves_built  em_moves_counts(const em_moves_index *index);
bool em_moves_is(em_str dir);           /* the folder holds such an index (and not chain.h's) */
/* Names what is in the index by the checksums of its columns: the same for the same transfers out of the same files in the same
 * order, wherever these lay.  The columns themselves are em_moves_verify's.  EM_NOMEM. */
EM_MUST em_status em_moves_seal(const em_moves_index *index, em_sha256 *ret_seal, em_error *err);
/* Do the bytes still have the checksums they were sealed with?  EM_FORMAT names the column. */
EM_MUST em_status em_moves_verify(const em_moves_index *index, em_error *err);
/* "FILE:LINE: why" a line, in the order of the files' being read, then of the blocks; at most a million. */
em_str em_moves_rejects(const em_moves_index *index);
/* EM_MISSING when the files never name it. */
EM_MUST em_status em_moves_find_account(const em_moves_index *index, em_account account, uint32_t *ret, em_error *err);
EM_MUST em_status em_moves_find_tx(const em_moves_index *index, const uint8_t hash[32], uint32_t *ret_tx, em_error *err);
/* Where a move stands in the files it was read from. */
typedef struct em_move_place { em_str file; uint64_t line, offset, length; } em_move_place;
EM_MUST em_status em_moves_place_of(const em_moves_index *index, uint64_t move, em_arena *arena,
                                    em_move_place *ret_place, em_error *err);

/* ---- addresses ---- */

#define EM_ACCOUNT_TEXT 44
/* "0x" and 40 hex digits of any case (a mixed case must be EIP-55's), or TRON's base58check "T...". */
bool  em_account_parse(em_str text, em_account *ret);
/* EIP-55 for Ethereum, base58check for TRON.  Returns out. */
char *em_account_text(const em_moves *m, em_account account, char out[EM_ACCOUNT_TEXT]);
/* Looks like, as wallets shorten addresses ("0x36ed...e4cb"): the same first 4 and last 4 hex digits, but not the
 * same.  The poisoners of the Bybit theft's addresses matched just these. */
bool  em_account_lookalike(em_account a, em_account b);

#endif
