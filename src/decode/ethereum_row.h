/* One row of an exported file of an account chain, whatever its columns are called. */
#ifndef EMBARGO_DECODE_ETHEREUM_ROW_H
#define EMBARGO_DECODE_ETHEREUM_ROW_H

#include "embargo/ethereum.h"
#include "embargo/json.h"

typedef enum em_eth_field {
        F_HASH, F_TX_HASH, F_BLOCK_HASH, F_BLOCK, F_NUMBER, F_INDEX, F_FROM, F_TO, F_VALUE, F_AMOUNT,
        F_GAS_PRICE, F_EFFECTIVE, F_GAS_USED, F_RECEIPT_GAS_USED, F_STATUS, F_RECEIPT_STATUS, F_CREATED,
        F_RECEIPT_CREATED, F_NONCE, F_TIME, F_TIME_UTC, F_MINER, F_BASE_FEE, F_PARENT, F_TOPICS, F_DATA, F_ADDRESS,
        F_LOG_INDEX, F_TOKEN, F_SYMBOL, F_DECIMALS, F_ASSET, F_KIND, F_CONTRACT, F_TYPE, F_TRACE_TYPE, F_CALL_TYPE,
        F_TRACE_ADDRESS, F_TRACE_ID, F_TRACE_INDEX, F_ERROR, F_ACTION, F_RESULT, F_TRANSACTIONS, F_WITHDRAWALS,
        F_LOGS, F_GETH_TRACES, F_CALLS, F_REFUND, F_BALANCE, F_WITHDRAWAL_INDEX, F_CONTRACT_TYPE, F_JSONRPC,
        F_FIELDS
} em_eth_field;

/* F_FIELDS when the name is none that we know. */
em_eth_field em_eth_field_find(em_str name);

typedef enum em_eth_shape {     /* what a row with these fields is */
        SHAPE_NONE, SHAPE_BLOCK, SHAPE_TX, SHAPE_RECEIPT, SHAPE_LOG, SHAPE_TOKEN, SHAPE_TRACE, SHAPE_RPC_TRACE,
        SHAPE_GETH, SHAPE_EXPLORER, SHAPE_ASSET, SHAPE_ANSWER
} em_eth_shape;

typedef struct em_eth_row {
        bool            there[F_FIELDS];        /* the row has the field; null and empty too */
        em_str          text[F_FIELDS];
        const em_jnode *node[F_FIELDS];         /* of JSON; NULL in a table */
        uint64_t        line, offset, length;
} em_eth_row;

em_eth_shape em_eth_shape_of(const bool there[F_FIELDS]);
/* The members of a JSON object. */
void em_eth_row_of(const em_jnode *object, em_eth_row *row);

/* Texts as the exporters write them: hex with 0x or base64; numbers in hex, digits, or digits with an exponent. */
bool em_eth_bytes(em_str text, size_t n, uint8_t *ret);
bool em_eth_whole(em_str text, uint64_t *ret);
/* In units of 10^-decimals, exactly. */
bool em_eth_value(em_str text, unsigned decimals, em_u256 *ret);
/* "2025-02-21 14:29:47", seconds since 1970; a T between and a Z behind are allowed. */
bool em_eth_utc(em_str text, uint32_t *ret);

typedef struct em_eth_reading {
        const em_eth_sink  *sink;
        em_eth_read_counts  counts;
        em_json_doc        *json;
        em_arena           *arena;      /* of the row */
        uint32_t            traces;     /* so far: the order of a file is the order of its traces */
        uint8_t             trace_hash[32];     /* the last trace of an answer: its transaction, depth, and whether */
        size_t              trace_depth;        /* it or one above it failed, for those below it */
        bool                trace_failed;
} em_eth_reading;

/* Gives the facts of one row to the sink, or its reject. */
EM_MUST em_status em_eth_row_facts(em_eth_reading *r, const em_eth_row *row, em_eth_shape shape, em_error *err);
/* The same for a JSON value: an answer, a list of them, an object. */
EM_MUST em_status em_eth_node_facts(em_eth_reading *r, const em_jnode *node, const em_eth_row *place, em_error *err);

/* ---- between the files that make facts ---- */

/* A fact with what all have in common; the reason when the row cannot give it. */
const char *em_eth_begin(const em_eth_row *row, em_eth_kind kind, em_eth_fact *ret);
EM_MUST em_status em_eth_give(em_eth_reading *r, const em_eth_fact *fact, em_error *err);
EM_MUST em_status em_eth_refuse(em_eth_reading *r, const em_eth_row *row, const char *reason, em_error *err);
/* One of the three below: with a bit, or a reason, or nothing when the field is empty. */
const char *em_eth_take_address(const em_eth_row *row, em_eth_field field, uint32_t bit, uint8_t ret[20],
                                uint32_t *has);
/* Facts of a trace row; of one with an action; of a whole tree of geth's callTracer. */
EM_MUST em_status em_eth_trace_facts(em_eth_reading *r, const em_eth_row *row, em_error *err);
EM_MUST em_status em_eth_action_facts(em_eth_reading *r, const em_eth_row *row, em_error *err);
EM_MUST em_status em_eth_geth_facts(em_eth_reading *r, const em_eth_row *row, em_error *err);

#endif
