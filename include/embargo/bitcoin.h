/* embargo/bitcoin.h -- Bitcoin's bytes into values: blocks, transactions, scripts, addresses.
 *
 * Pure and total: any bytes give values or an error with the offset of the
 * first byte that is wrong.  Nothing is looked up, nothing is guessed, and
 * consensus is not judged: only what the bytes say (txid, merkle root) is
 * checked.  Slices point into the block.
 *
 *     em_btc_block block;
 *     EM_TRY(em_btc_block_parse(bytes, NULL, arena, &block, err));
 *     for (size_t t = 0; t < block.txs; t++) use(&block.tx[t]);
 *
 * Sources: Bitcoin Core's serialize.h and primitives/; BIP 13, 16, 34, 141, 173,
 * 350; Litecoin and Bitcoin Cash where they differ by prefixes and order.
 */
#ifndef EMBARGO_BITCOIN_H
#define EMBARGO_BITCOIN_H

#include "embargo/base.h"

typedef struct em_hash256 { uint8_t b[32]; } em_hash256;        /* in wire order; shown reversed */
/* 64 hex digits in display (reversed) order and a NUL.  Returns out. */
char *em_hash256_text(em_hash256 hash, char out[65]);
bool  em_hash256_parse(em_str text, em_hash256 *ret_hash);      /* display order */
em_hash256 em_btc_double_sha256(em_str bytes);
/* Of the parts one behind another, without joining them: a transaction without its witness. */
em_hash256 em_btc_double_sha256_parts(const em_str *parts, size_t count);

/* A network's constants: one row of a table in src/decode/bitcoin_net.c. */
typedef struct em_btc_net {
        const char *name;               /* "main" "test3" "test4" "signet" "regtest" "litecoin" "bitcoincash" ... */
        const char *coin;               /* "BTC" "LTC" "BCH" */
        uint8_t     magic[4];           /* that block files carry; Bitcoin Cash's are Bitcoin's */
        uint8_t     p2pkh, p2sh;        /* base58 version bytes */
        uint8_t     p2sh_old;           /* read too, never written; p2sh when there is none */
        const char *hrp;                /* bech32 human-readable part; "" none */
        const char *cashaddr;           /* "bitcoincash" or "" */
} em_btc_net;
const em_btc_net *em_btc_net_find(em_str name);                 /* NULL when unknown */
/* NULL when unknown.  Coins that share a magic: the first row, which is Bitcoin's. */
const em_btc_net *em_btc_net_by_magic(const uint8_t magic[4]);
size_t em_btc_nets(const em_btc_net **ret_list);

typedef struct em_btc_in {
        em_hash256 prev;                /* all zero with vout 0xffffffff: coinbase */
        uint32_t   vout, sequence;
        em_str     script;
        em_str     witness;             /* the raw stack with its count, empty when none */
} em_btc_in;

static inline bool em_btc_in_is_coinbase(const em_btc_in *in)
{
        static const em_hash256 none;
        return in->vout == UINT32_MAX && memcmp(in->prev.b, none.b, sizeof none.b) == 0;
}

typedef struct em_btc_out {
        int64_t  value_sat;             /* as the bytes say; not judged */
        em_str   script;
        uint64_t offset;                /* of the value in the block's bytes */
} em_btc_out;

typedef struct em_btc_tx {
        em_hash256  txid, wtxid;        /* wtxid only when asked for, zeros otherwise */
        int32_t     version;
        uint32_t    locktime;
        bool        segwit;
        em_btc_in  *in;   size_t ins;
        em_btc_out *out;  size_t outs;
        uint64_t    offset, length;     /* bytes in the block */
} em_btc_tx;

typedef struct em_btc_block {
        em_hash256  hash, prev, merkle;
        int32_t     version;
        uint32_t    time_s, bits, nonce;
        em_btc_tx  *tx;   size_t txs;
        int64_t     height;             /* BIP 34's, from the coinbase; -1 when it gives none: version 1,
                                         * or a script that does not begin with a number.  Blocks of
                                         * version 2 before height 227,931 were free to lie. */
        uint64_t    length;             /* bytes used */
} em_btc_block;

typedef struct em_btc_opts {
        bool check_merkle;              /* true; refuses repeated branches too (CVE-2012-2459) */
        bool wtxids;                    /* false; with check_merkle BIP 141's commitment is checked */
        bool exact;                     /* true: bytes after the block are an error */
} em_btc_opts;
extern const em_btc_opts em_btc_defaults;

/* The arena takes at most nine times the bytes.  NULL opts are the defaults.
 *
 * EM_FORMAT  err->column is the first wrong byte, counted from 1: cut off, a number not in its
 *            shortest form, no inputs, an unknown flag, a merkle root that is not the one computed
 * EM_LIMIT   a count exceeds what the bytes behind it can hold
 * EM_NOMEM   the arena is full
 */
EM_MUST em_status em_btc_block_parse(em_str bytes, const em_btc_opts *opts, em_arena *arena,
                                     em_btc_block *ret_block, em_error *err);
EM_MUST em_status em_btc_tx_parse(em_str bytes, const em_btc_opts *opts, em_arena *arena,
                                  em_btc_tx *ret_tx, em_error *err);

/* ---- block files ---- */

/* Core's blk*.dat: magic, length, block, again and again, in any order, XORed
 * with an 8-byte key since 28.0, padded with zeros, cut at the end by a crash. */
typedef struct em_blk {
        em_str   text;
        size_t   at;
        uint8_t  magic[4];
        uint8_t  key[8];                /* zeros: not obfuscated */
        uint64_t skipped;               /* bytes that were neither block nor padding */
        size_t   tail;                  /* bytes behind each frame that belong to it: 0, in rev*.dat 32 */
        bool     nomem;                 /* em_blk_next returned false because the arena is full */
        size_t   refused_end;           /* of the outermost frame refused, and how many inside it */
        unsigned refused;
} em_blk;
/* text is the whole file, because the key's phase is the file offset. */
em_blk em_blk_make(em_str text, const uint8_t magic[4], const uint8_t key[8]);
/* The next framed block: its bytes (de-obfuscated into the arena when there is a key, and with
 * the tail) and the file offset of its first byte.  Looks for the next magic after rubbish.
 * False at the end; *ret_cut says that the last one is cut off.  A wrong length in the middle
 * of a file looks like a cut; what stands behind it is found all the same. */
bool em_blk_next(em_blk *blk, em_arena *arena, em_str *ret_block, uint64_t *ret_offset, bool *ret_cut);
/* Says that the frame at offset (the last *ret_offset) was no block, so that the next search
 * begins inside it, as Core's does.  After 16 refusals inside one frame the rest of it is
 * skipped, which keeps hostile files linear. */
void em_blk_refuse(em_blk *blk, uint64_t offset);

/* Core's rev*.dat record of one block: for each non-coinbase transaction, for each input, the spent
 * output's value and script (compressed forms expanded), in order.  When 32 bytes follow the record
 * they are its checksum and are compared; Core keeps no other tie between record and block.  Other bytes behind it, or
 * counts that are not the block's: EM_FORMAT as above.  A height of 0 means that the record gives none. */
typedef struct em_btc_undo { int64_t value_sat; em_str script; int64_t height; bool coinbase; } em_btc_undo;
EM_MUST em_status em_btc_undo_parse(em_str bytes, const em_btc_block *block, em_arena *arena,
                                    em_btc_undo **ret_list, size_t *ret_count, em_error *err);

/* ---- scripts and addresses ---- */

/* The numbers are part of index files: never renumber. */
typedef enum em_script_kind {
        EM_SCRIPT_OTHER, EM_SCRIPT_P2PK, EM_SCRIPT_P2PKH, EM_SCRIPT_P2SH, EM_SCRIPT_P2WPKH,
        EM_SCRIPT_P2WSH, EM_SCRIPT_P2TR, EM_SCRIPT_WITNESS, EM_SCRIPT_MULTISIG, EM_SCRIPT_NULLDATA
} em_script_kind;
const char *em_script_kind_name(em_script_kind kind);           /* "p2pkh" */
/* NULLDATA is whatever begins with OP_RETURN: none of it can be spent.  WITNESS: a program of a version yet without
 * rules.  kind, and the bytes that identify the payee (20- or 32-byte hash, program, key); empty for OTHER, MULTISIG, NULLDATA. */
em_script_kind em_script_read(em_str script, em_str *ret_payee);
/* The payee as one key for indexes: P2PK and P2PKH of one key give the same key; others by HASH160 or the first 20
 * bytes of SHA-256 of the whole script, with the kind in the 21st byte. */
typedef struct em_payee { uint8_t b[21]; } em_payee;
em_payee em_script_payee(em_str script);
/* base58check, bech32, bech32m or cashaddr text; "script:<sha256 of it>" when the script has no address.  A bare key has
 * that of its hash, as every explorer shows it.  Returns out. */
char *em_script_address(em_str script, const em_btc_net *net, char out[128]);
/* Without the script, payees kept as its hash read "script:<the hash's first 40 digits>".  Returns out. */
char *em_payee_address(em_payee payee, em_str script_or_empty, const em_btc_net *net, char out[128]);
/* The script that an address pays to, in the arena.  EM_FORMAT: checksum, length or network wrong.  Cashaddr may come
 * without its prefix. */
EM_MUST em_status em_address_parse(em_str text, const em_btc_net *net, em_arena *arena,
                                   em_str *ret_script, em_error *err);

#endif
