/* The names that exporters give to the same thing, and the ways in which they write it.
 *
 * ethereum-etl (blockchain-etl/ethereum-etl, docs/schema.md) writes snake_case; JSON-RPC (ethereum.org's
 * execution-apis) camelCase and hex; GraphSense camelCase, with bytes in base64.  No name means two
 * things in one kind of row, so one table of names serves all of them.
 */
#include "decode/ethereum_row.h"

#include "embargo/day.h"

#include <stdlib.h>

typedef struct name { const char *text; em_eth_field field; } name;

static const name names[] = {   /* sorted by bytes */
        {"action", F_ACTION}, {"address", F_ADDRESS}, {"amount", F_AMOUNT}, {"asset", F_ASSET},
        {"author", F_MINER}, {"balance", F_BALANCE}, {"baseFeePerGas", F_BASE_FEE},
        {"base_fee_per_gas", F_BASE_FEE}, {"block", F_BLOCK}, {"blockHash", F_BLOCK_HASH}, {"blockId", F_BLOCK},
        {"blockNumber", F_BLOCK}, {"blockTimestamp", F_TIME}, {"block_hash", F_BLOCK_HASH}, {"block_id", F_BLOCK},
        {"block_number", F_BLOCK}, {"block_timestamp", F_TIME}, {"callType", F_CALL_TYPE},
        {"call_type", F_CALL_TYPE}, {"calls", F_CALLS}, {"contract", F_CONTRACT}, {"contractAddress", F_CREATED},
        {"contractType", F_CONTRACT_TYPE}, {"contract_address", F_CREATED}, {"contract_type", F_CONTRACT_TYPE},
        {"data", F_DATA}, {"decimals", F_DECIMALS}, {"effectiveGasPrice", F_EFFECTIVE},
        {"effective_gas_price", F_EFFECTIVE}, {"error", F_ERROR}, {"from", F_FROM}, {"fromAddress", F_FROM},
        {"from_address", F_FROM}, {"gasPrice", F_GAS_PRICE}, {"gasUsed", F_GAS_USED}, {"gas_price", F_GAS_PRICE},
        {"gas_used", F_GAS_USED}, {"hash", F_HASH}, {"index", F_WITHDRAWAL_INDEX}, {"jsonrpc", F_JSONRPC},
        {"kind", F_KIND}, {"logIndex", F_LOG_INDEX}, {"log_index", F_LOG_INDEX}, {"logs", F_LOGS},
        {"miner", F_MINER}, {"nonce", F_NONCE}, {"number", F_NUMBER}, {"parentHash", F_PARENT},
        {"parent_hash", F_PARENT}, {"receiptContractAddress", F_RECEIPT_CREATED},
        {"receiptEffectiveGasPrice", F_EFFECTIVE}, {"receiptGasUsed", F_RECEIPT_GAS_USED},
        {"receiptStatus", F_RECEIPT_STATUS}, {"receipt_contract_address", F_RECEIPT_CREATED},
        {"receipt_effective_gas_price", F_EFFECTIVE}, {"receipt_gas_used", F_RECEIPT_GAS_USED},
        {"receipt_status", F_RECEIPT_STATUS}, {"refundAddress", F_REFUND}, {"result", F_RESULT},
        {"status", F_STATUS}, {"symbol", F_SYMBOL}, {"timestamp", F_TIME}, {"timestamp_utc", F_TIME_UTC},
        {"to", F_TO}, {"toAddress", F_TO}, {"to_address", F_TO}, {"tokenAddress", F_TOKEN},
        {"token_address", F_TOKEN}, {"topics", F_TOPICS}, {"traceAddress", F_TRACE_ADDRESS},
        {"traceId", F_TRACE_ID}, {"traceIndex", F_TRACE_INDEX}, {"traceType", F_TRACE_TYPE},
        {"trace_address", F_TRACE_ADDRESS}, {"trace_id", F_TRACE_ID}, {"trace_index", F_TRACE_INDEX},
        {"trace_type", F_TRACE_TYPE}, {"transactionHash", F_TX_HASH}, {"transactionIndex", F_INDEX},
        {"transactionPosition", F_INDEX}, {"transactionType", F_CONTRACT_TYPE}, {"transaction_hash", F_TX_HASH},
        {"transaction_index", F_INDEX}, {"transaction_traces", F_GETH_TRACES},
        {"transaction_type", F_CONTRACT_TYPE}, {"transactions", F_TRANSACTIONS}, {"txHash", F_TX_HASH},
        {"tx_hash", F_TX_HASH}, {"type", F_TYPE}, {"value", F_VALUE}, {"withdrawals", F_WITHDRAWALS},
};

static int by_name(const void *key, const void *entry)
{
        return em_str_cmp(*(const em_str *)key, em_str_c(((const name *)entry)->text));
}

em_eth_field em_eth_field_find(em_str text)
{
        const name *hit = bsearch(&text, names, sizeof names / sizeof *names, sizeof *names, by_name);
        return hit ? hit->field : F_FIELDS;
}

em_eth_shape em_eth_shape_of(const bool there[F_FIELDS])
{
        bool hash = there[F_HASH] || there[F_TX_HASH], block = there[F_BLOCK] || there[F_NUMBER];
        if (there[F_ACTION])
                return SHAPE_RPC_TRACE;
        if (there[F_JSONRPC] || (there[F_RESULT] && !hash && !block))
                return SHAPE_ANSWER;
        if (there[F_TOPICS])
                return there[F_ADDRESS] && there[F_DATA] ? SHAPE_LOG : SHAPE_NONE;
        if (there[F_GETH_TRACES])
                return SHAPE_GETH;
        if (there[F_TRACE_TYPE] || there[F_TRACE_ID] || there[F_TRACE_ADDRESS])
                return there[F_VALUE] ? SHAPE_TRACE : SHAPE_NONE;
        if (there[F_TOKEN])
                return there[F_VALUE] && there[F_FROM] && there[F_TO] ? SHAPE_TOKEN : SHAPE_NONE;
        if (there[F_AMOUNT])
                return hash && there[F_FROM] && there[F_TO] ? SHAPE_EXPLORER : SHAPE_NONE;
        if (there[F_PARENT])
                return block ? SHAPE_BLOCK : SHAPE_NONE;
        if (there[F_TX_HASH] && there[F_GAS_USED] && !there[F_VALUE])
                return SHAPE_RECEIPT;
        if (hash && there[F_FROM] && there[F_VALUE])
                return SHAPE_TX;
        return there[F_ADDRESS] && there[F_SYMBOL] && there[F_DECIMALS] ? SHAPE_ASSET : SHAPE_NONE;
}

void em_eth_row_of(const em_jnode *object, em_eth_row *row)
{
        memset(row->there, 0, sizeof row->there);
        memset(row->text, 0, sizeof row->text);
        memset(row->node, 0, sizeof row->node);
        for (const em_jnode *child = object ? object->first : NULL; child; child = child->next) {
                em_eth_field f = em_eth_field_find(child->key);
                if (f == F_FIELDS)
                        continue;
                row->there[f] = true;
                row->node[f] = child;
                row->text[f] = em_jtext(child);
        }
}

static int base64_digit(char c)
{
        return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26
             : c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 section 4, padded, of exactly n bytes; bits that no byte needs must be zero. */
static bool base64(em_str text, size_t n, uint8_t *ret)
{
        size_t   digits = (8 * n + 5) / 6, at = 0;
        uint32_t bits = 0;
        unsigned have = 0;
        if (text.n != (n + 2) / 3 * 4)
                return false;
        for (size_t i = 0; i < digits; i++) {
                int d = base64_digit(text.p[i]);
                if (d < 0)
                        return false;
                bits = (bits << 6 | (uint32_t)d) & 0xFFFFFF;
                have += 6;
                if (have >= 8) {
                        have -= 8;
                        ret[at++] = (uint8_t)(bits >> have);
                }
        }
        for (size_t i = digits; i < text.n; i++)
                if (text.p[i] != '=')
                        return false;
        return at == n && (bits & ((1u << have) - 1)) == 0;
}

bool em_eth_bytes(em_str text, size_t n, uint8_t *ret)
{
        return em_eth_hex(text, n, ret) || base64(text, n, ret);
}

bool em_eth_value(em_str text, unsigned decimals, em_u256 *ret)
{
        int64_t exponent = 0;
        if (text.n >= 2 && text.p[0] == '0' && text.p[1] == 'x')
                return decimals == 0 && em_u256_parse_hex(text, ret);
        for (size_t i = 0; i < text.n; i++) {
                if (text.p[i] != 'e' && text.p[i] != 'E')
                        continue;
                em_str digits = em_str_sub(text, i + 1, text.n);
                if (digits.n && digits.p[0] == '+')
                        digits = em_str_sub(digits, 1, digits.n);
                if (!em_str_int(digits, &exponent) || exponent < -100 || exponent > 100)
                        return false;
                text.n = i;
        }
        exponent += decimals;
        return exponent >= 0 && exponent <= 77 && em_u256_parse_units(text, (unsigned)exponent, ret);
}

bool em_eth_whole(em_str text, uint64_t *ret)
{
        em_u256 n;
        if (!em_eth_value(text, 0, &n) || n.w[1] || n.w[2] || n.w[3])
                return false;
        *ret = n.w[0];
        return true;
}

bool em_eth_utc(em_str text, uint32_t *ret)
{
        char    iso[20];
        int64_t time_s = 0;
        if (text.n == 20 && text.p[19] == 'Z')
                text.n = 19;
        if (text.n != 19 || (text.p[10] != ' ' && text.p[10] != 'T'))
                return false;
        memcpy(iso, text.p, 19);
        iso[10] = 'T';
        iso[19] = 'Z';
        if (!em_time_parse((em_str){ iso, sizeof iso }, &time_s) || time_s <= 0 || time_s > UINT32_MAX)
                return false;
        *ret = (uint32_t)time_s;
        return true;
}
