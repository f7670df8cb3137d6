/* embargo/ethereum.h -- account chains (Ethereum, TRON): addresses, and the files that others export, as facts.
 *
 * An investigator gets whatever somebody exported: ethereum-etl's tables (CSV and NDJSON), answers of JSON-RPC (one,
 * a batch, one a line), GraphSense's exports (camelCase, base64), an explorer's table.  em_eth_read tells them apart
 * by what is in them, never by name, and gives one kind of thing: facts about blocks, transactions, receipts, traces,
 * logs and tokens, each with its place in the file.  Putting facts from several files together is the index's work
 * (moves.h).
 *
 *     em_eth_sink sink = { .ctx = &mine, .fact = take, .reject = keep };
 *     EM_TRY(em_eth_read(text, &sink, &read, err));
 *
 * Any bytes give facts and rejects; a bad row is a reject with its line and a reason, and the rest goes on.
 */
#ifndef EMBARGO_ETHEREUM_H
#define EMBARGO_ETHEREUM_H

#include "embargo/u256.h"

/* ---- addresses ---- */

/* Keccak-256: SHA-3 with the padding 0x01 of before FIPS 202. */
void  em_keccak256(em_str bytes, uint8_t ret[32]);
/* "0x" and exactly n bytes in hex of any case. */
bool  em_eth_hex(em_str text, size_t n, uint8_t *ret);
/* "0x" and 40 hex digits; letters of both cases must be EIP-55's checksum. */
bool  em_eth_address(em_str text, uint8_t ret[20]);
char *em_eth_address_text(const uint8_t address[20], char out[43]);     /* EIP-55 */
/* TRON's base58check, "T...", of the byte 0x41 and the 20 bytes. */
bool  em_tron_address(em_str text, uint8_t ret[20]);
char *em_tron_address_text(const uint8_t address[20], char out[43]);
/* The contract that an account's transaction with this nonce creates: the last 20 bytes of Keccak-256 of the RLP list
 * [sender, nonce] (Yellow Paper, section 7). */
void  em_eth_created(const uint8_t sender[20], uint64_t nonce, uint8_t ret[20]);

/* ---- facts ---- */

typedef enum em_eth_kind {
        EM_ETH_BLOCK,           /* time_s; to: the miner; price: the base fee */
        EM_ETH_TX,              /* from, to, value, price (of gas), nonce */
        EM_ETH_RECEIPT,         /* gas_used, price (effective), status; to: the contract created */
        EM_ETH_TRACE,           /* a call, creation or selfdestruct: from, to, value, status, path */
        EM_ETH_TOKEN,           /* an ERC-20 Transfer log: contract, from, to, value, seq: log index */
        EM_ETH_REWARD,          /* to, value */
        EM_ETH_WITHDRAWAL,      /* to, value in wei; seq: the withdrawal's place in its block */
        EM_ETH_GENESIS,         /* to, value */
        EM_ETH_ASSET,           /* contract, symbol, decimals */
        EM_ETH_KINDS
} em_eth_kind;

enum {                          /* em_eth_fact.has */
        EM_ETH_HAS_HASH = 1, EM_ETH_HAS_INDEX = 2, EM_ETH_HAS_FROM = 4, EM_ETH_HAS_TO = 8, EM_ETH_HAS_SEQ = 16,
        EM_ETH_HAS_PRICE = 32, EM_ETH_HAS_GAS = 64, EM_ETH_HAS_NONCE = 128, EM_ETH_HAS_VALUE = 256,
        EM_ETH_HAS_PATH = 512,          /* the whole trace address is in path */
        EM_ETH_IS_TOP = 1024,           /* the trace of the transaction itself */
        EM_ETH_IS_UNITS = 2048,         /* value is in 10^-18 of what the table prints, whatever the token's decimals */
};

#define EM_ETH_PATH 24
#define EM_ETH_SYMBOL 22

typedef struct em_eth_fact {
        em_eth_kind kind;
        uint32_t has;
        uint64_t block;
        uint32_t index;                 /* of the transaction in its block */
        uint32_t seq;
        uint32_t time_s;                /* 0: not stated */
        uint8_t  status;                /* 0 failed, 1 went through, 2 not stated */
        uint8_t  decimals;              /* 255: not stated */
        uint8_t  path_n;
        uint8_t  path[EM_ETH_PATH];     /* trace address so that bytes sort as the trace runs: one byte a level, 255 and
                                         * four bytes for a place from 255 on */
        uint8_t  hash[32], from[20], to[20], contract[20];
        uint64_t gas_used, nonce;
        em_u256  value, price;
        char     symbol[EM_ETH_SYMBOL]; /* NUL-padded; UTF-8 */
        uint64_t line, offset, length;  /* of its row or JSON line in the text; of a whole document the document's */
} em_eth_fact;

typedef struct em_eth_reject {
        uint64_t line, offset, length;
        char     reason[160];           /* one plain sentence, safe to show */
} em_eth_reject;

typedef struct em_eth_sink {
        void *ctx;
        em_status (*fact)(void *ctx, const em_eth_fact *fact, em_error *err);           /* not EM_OK: reading stops */
        em_status (*reject)(void *ctx, const em_eth_reject *reject, em_error *err);
} em_eth_sink;

typedef struct em_eth_read_counts {
        uint64_t rows;                  /* of the table; JSON objects that are a row of their own */
        uint64_t facts, rejected;
        uint64_t other_logs;            /* logs that are no ERC-20 Transfer: other topics */
        uint64_t nfts;                  /* Transfer logs with four topics, ERC-721: an item, no amount */
        uint64_t other_rows;            /* TRON transactions that move no TRX: other contract types */
        bool     tron;                  /* block hashes begin with the block's number: TRON's do */
} em_eth_read_counts;

typedef enum em_eth_form { EM_ETH_FORM_NONE, EM_ETH_FORM_CSV, EM_ETH_FORM_JSON, EM_ETH_FORM_LINES } em_eth_form;
/* By the header row, or the keys of the first value.  Reads a few KiB, or one JSON value. */
em_eth_form em_eth_sniff(em_str text);
/* EM_FORMAT  em_eth_sniff says none
 * EM_NOMEM   a JSON value needs more than 2 GiB */
EM_MUST em_status em_eth_read(em_str text, const em_eth_sink *sink, em_eth_read_counts *ret_counts, em_error *err);

#endif
