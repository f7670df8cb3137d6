/* What one row says: blocks, transactions, receipts, logs, tokens, explorer tables.
 *
 * A row that lacks what its kind cannot be without is a reject with the reason; a row that says
 * several things (a transaction with its receipt, a block with its withdrawals) gives several facts.
 */
#include "decode/ethereum_row.h"

#include <stdio.h>

/* Keccak-256 of Transfer(address,address,uint256), the event of EIP-20. */
static const uint8_t transfer[32] = {
        0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0, 0x68, 0xfc, 0x37, 0x8d, 0xaa,
        0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4, 0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
};

em_status em_eth_give(em_eth_reading *r, const em_eth_fact *fact, em_error *err)
{
        r->counts.facts++;
        return r->sink->fact(r->sink->ctx, fact, err);
}

em_status em_eth_refuse(em_eth_reading *r, const em_eth_row *row, const char *reason, em_error *err)
{
        em_eth_reject reject = { .line = row->line, .offset = row->offset, .length = row->length };
        r->counts.rejected++;
        snprintf(reject.reason, sizeof reject.reason, "%s", reason);
        return r->sink->reject(r->sink->ctx, &reject, err);
}

static bool small(const em_eth_row *row, em_eth_field field, uint64_t most, uint64_t *ret)
{
        uint64_t n;
        if (!em_eth_whole(row->text[field], &n) || n > most)
                return false;
        *ret = n;
        return true;
}

const char *em_eth_take_address(const em_eth_row *row, em_eth_field field, uint32_t bit, uint8_t ret[20],
                                uint32_t *has)
{
        em_str text = row->text[field];
        if (text.n == 0)
                return NULL;
        if (!em_eth_bytes(text, 20, ret) && !em_tron_address(text, ret))
                return field == F_FROM ? "its sender is no address" : field == F_TO ? "its receiver is no address"
                                       : "a field that should be an address is none";
        *has |= bit;
        return NULL;
}

/* TRON's block hashes begin with the block's number (java-tron, BlockCapsule.BlockId). */
static bool is_tron(const em_eth_row *row, uint64_t block)
{
        uint8_t  hash[32];
        uint64_t n = 0;
        em_eth_field field = row->text[F_BLOCK_HASH].n ? F_BLOCK_HASH : F_HASH;
        if (!em_eth_bytes(row->text[field], 32, hash))
                return false;
        for (size_t i = 0; i < 8; i++)
                n = n << 8 | hash[i];
        return block > 0 && n == block;
}

const char *em_eth_begin(const em_eth_row *row, em_eth_kind kind, em_eth_fact *ret)
{
        em_eth_fact fact = { .kind = kind, .status = 2, .decimals = 255, .line = row->line, .offset = row->offset,
                             .length = row->length };
        em_str      hash = row->text[F_TX_HASH].n ? row->text[F_TX_HASH] : row->text[F_HASH];
        em_eth_field number = row->text[F_BLOCK].n ? F_BLOCK : F_NUMBER;
        uint64_t    n = 0;
        if (row->text[number].n == 0)
                return "it does not say its block";
        if (!small(row, number, UINT64_MAX >> 1, &fact.block))
                return "its block is no number";
        if (row->text[F_INDEX].n && !small(row, F_INDEX, UINT32_MAX - 1, &n))
                return "its place in the block is no number";
        if (row->text[F_INDEX].n)
                fact.has |= EM_ETH_HAS_INDEX;
        fact.index = (uint32_t)n;
        if (kind != EM_ETH_BLOCK && hash.n) {
                if (!em_eth_bytes(hash, 32, fact.hash))
                        return "its transaction hash is none";
                fact.has |= EM_ETH_HAS_HASH;
        }
        n = 0;
        if (row->text[F_TIME].n && !small(row, F_TIME, UINT32_MAX, &n))
                return "its time is no number of seconds";
        fact.time_s = (uint32_t)n;
        *ret = fact;
        return NULL;
}

static const char *take_value(const em_eth_row *row, em_eth_field field, em_eth_fact *fact)
{
        if (row->text[field].n == 0)
                return "it says no amount";
        if (!em_eth_value(row->text[field], 0, &fact->value))
                return "its amount is no whole number of 256 bits";
        fact->has |= EM_ETH_HAS_VALUE;
        return NULL;
}

static const char *take_price(const em_eth_row *row, em_eth_field field, em_eth_fact *fact)
{
        if (row->text[field].n == 0)
                return NULL;
        if (!em_eth_value(row->text[field], 0, &fact->price))
                return "its price of gas is no whole number";
        fact->has |= EM_ETH_HAS_PRICE;
        return NULL;
}

/* 0 failed, 1 went through; what exporters leave empty was not stated (before block 4,370,000). */
static const char *take_status(em_str text, em_eth_fact *fact)
{
        uint64_t n = 2;
        if (text.n && (!em_eth_whole(text, &n) || n > 1))
                return "its status is neither 0 nor 1";
        fact->status = (uint8_t)n;
        return NULL;
}

/* ---- receipts and transactions ---- */

static em_status receipt_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_fact f;
        const bool  own = row->text[F_GAS_USED].n > 0;  /* else the columns of a transaction's row */
        const char *bad = em_eth_begin(row, EM_ETH_RECEIPT, &f);
        if (!bad && !(f.has & EM_ETH_HAS_HASH))
                bad = "it does not say its transaction";
        if (!bad && !small(row, own ? F_GAS_USED : F_RECEIPT_GAS_USED, UINT64_MAX, &f.gas_used))
                bad = "its gas used is no number";
        if (!bad)
                bad = take_price(row, row->text[F_EFFECTIVE].n ? F_EFFECTIVE : F_GAS_PRICE, &f);
        if (!bad)
                bad = take_status(row->text[own ? F_STATUS : F_RECEIPT_STATUS], &f);
        if (!bad)
                bad = em_eth_take_address(row, F_FROM, EM_ETH_HAS_FROM, f.from, &f.has);
        if (!bad)
                bad = em_eth_take_address(row, own ? F_CREATED : F_RECEIPT_CREATED, EM_ETH_HAS_TO, f.to, &f.has);
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        f.has |= EM_ETH_HAS_GAS;
        EM_TRY(em_eth_give(r, &f, err));
        return row->node[F_LOGS] ? em_eth_node_facts(r, row->node[F_LOGS], row, err) : EM_OK;
}

/* TransferContract is 1 among TRON's contract types; TRX also moves with a call (TriggerSmartContract, 31). */
static bool moves_trx(const em_eth_row *row, const em_eth_fact *f)
{
        em_str type = row->text[F_CONTRACT_TYPE];
        if (type.n == 0)
                return f->has & EM_ETH_HAS_TO;
        return em_str_eq(type, EM_S("1")) || em_str_eq(type, EM_S("31")) || em_str_eq(type, EM_S("TransferContract")) ||
               em_str_eq(type, EM_S("TriggerSmartContract"));
}

static em_status tx_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_fact f;
        uint64_t    nonce = 0;
        const char *bad = em_eth_begin(row, EM_ETH_TX, &f);
        if (!bad && !(f.has & EM_ETH_HAS_HASH))
                bad = "it does not say its hash";
        if (!bad)
                bad = em_eth_take_address(row, F_FROM, EM_ETH_HAS_FROM, f.from, &f.has);
        if (!bad && !(f.has & EM_ETH_HAS_FROM))
                bad = "it does not say its sender";
        if (!bad)
                bad = em_eth_take_address(row, F_TO, EM_ETH_HAS_TO, f.to, &f.has);
        if (!bad)
                bad = take_value(row, F_VALUE, &f);
        if (!bad)
                bad = take_price(row, F_GAS_PRICE, &f);
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        if (em_eth_whole(row->text[F_NONCE], &nonce)) {
                f.nonce = nonce;
                f.has |= EM_ETH_HAS_NONCE;
        }
        if (is_tron(row, f.block)) {
                r->counts.tron = true;
                f.has &= ~(uint32_t)EM_ETH_HAS_NONCE;
                if (!moves_trx(row, &f)) {
                        r->counts.other_rows++;
                        f.value = em_u256_of(0);
                }
        }
        EM_TRY(em_eth_give(r, &f, err));
        return row->text[F_RECEIPT_GAS_USED].n ? receipt_facts(r, row, err) : EM_OK;
}

/* ---- blocks ---- */

/* EIP-4895: amounts are in Gwei, 10^9 wei. */
static const char *withdrawal(const em_jnode *node, em_eth_fact *f)
{
        em_eth_row w = { 0 };
        em_eth_row_of(node, &w);
        if (!em_eth_bytes(w.text[F_ADDRESS], 20, f->to))
                return "a withdrawal's address is none";
        if (!em_eth_value(w.text[F_AMOUNT], 0, &f->value) ||
            !em_u256_mul(f->value, em_u256_of(1000000000), &f->value))
                return "a withdrawal's amount is no whole number";
        return NULL;
}

static em_status withdrawal_facts(em_eth_reading *r, const em_eth_row *row, const em_eth_fact *block, em_error *err)
{
        const em_jnode *list = row->node[F_WITHDRAWALS];
        em_str          text = row->text[F_WITHDRAWALS];
        em_jnode       *root = NULL;
        uint32_t        at = 0;
        if (text.n) {           /* a list written into one field; ethereum-etl forgets its brackets */
                if (text.p[0] == '{')
                        EM_TRY(em_str_format(r->arena, &text, err, "[%.*s]", EM_ARG(text)));
                if (em_json_parse(r->json, text, r->arena, &root, NULL) != EM_OK)
                        return em_eth_refuse(r, row, "its withdrawals are no JSON", err);
                list = root;
        }
        for (const em_jnode *w = em_jis(list, EM_J_LIST) ? list->first : NULL; w; w = w->next) {
                em_eth_fact f = *block;
                f.kind = EM_ETH_WITHDRAWAL;
                f.has = EM_ETH_HAS_TO | EM_ETH_HAS_VALUE | EM_ETH_HAS_SEQ;
                f.seq = at++;
                const char *bad = withdrawal(w, &f);
                if (bad)
                        EM_TRY(em_eth_refuse(r, row, bad, err));
                else
                        EM_TRY(em_eth_give(r, &f, err));
        }
        return EM_OK;
}

static em_status block_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_fact f;
        const char *bad = em_eth_begin(row, EM_ETH_BLOCK, &f);
        if (!bad)
                bad = em_eth_take_address(row, F_MINER, EM_ETH_HAS_TO, f.to, &f.has);
        if (!bad)
                bad = take_price(row, F_BASE_FEE, &f);
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        if (is_tron(row, f.block))
                r->counts.tron = true;
        EM_TRY(em_eth_give(r, &f, err));
        EM_TRY(withdrawal_facts(r, row, &f, err));
        const em_jnode *list = row->node[F_TRANSACTIONS];
        if (!em_jis(list, EM_J_LIST))
                return EM_OK;
        for (const em_jnode *tx = list->first; tx; tx = tx->next) {
                em_eth_row t = { .line = row->line, .offset = row->offset, .length = row->length };
                if (!em_jis(tx, EM_J_OBJECT))
                        continue;       /* asked for without its transactions: hashes only */
                em_eth_row_of(tx, &t);
                if (!t.there[F_TIME] && f.time_s)
                        t.text[F_TIME] = row->text[F_TIME];
                EM_TRY(tx_facts(r, &t, err));
        }
        return EM_OK;
}

/* ---- logs and token transfers ---- */

static const char *token_ends(em_eth_fact *f)
{
        f->has |= EM_ETH_HAS_FROM | EM_ETH_HAS_TO | EM_ETH_HAS_VALUE;
        return f->has & EM_ETH_HAS_HASH ? NULL : "it does not say its transaction";
}

static const char *take_log_index(const em_eth_row *row, em_eth_fact *f)
{
        uint64_t n = 0;
        if (row->text[F_LOG_INDEX].n == 0)
                return NULL;
        if (!small(row, F_LOG_INDEX, UINT32_MAX - 1, &n))
                return "its log index is no number";
        f->seq = (uint32_t)n;
        f->has |= EM_ETH_HAS_SEQ;
        return NULL;
}

/* The topics of a log, out of a list or of "a,b,c" in one field; how many, or 5 when one is none. */
static size_t topics_of(const em_eth_row *row, uint8_t topic[4][32])
{
        size_t n = 0;
        em_str rest = row->text[F_TOPICS];
        const em_jnode *list = row->node[F_TOPICS];
        if (em_jis(list, EM_J_LIST)) {
                for (const em_jnode *t = list->first; t; t = t->next)
                        if (n == 4 || !em_eth_bytes(em_jtext(t), 32, topic[n++]))
                                return 5;
                return n;
        }
        rest = em_str_trim(rest);
        if (rest.n >= 2 && rest.p[0] == '[' && rest.p[rest.n - 1] == ']')
                rest = em_str_trim(em_str_sub(rest, 1, rest.n - 2));
        while (rest.n) {
                em_cut cut = em_str_cut(rest, ',');
                em_str t = em_str_trim(cut.head);
                if (t.n >= 2 && (t.p[0] == '"' || t.p[0] == '\'') && t.p[t.n - 1] == t.p[0])
                        t = em_str_sub(t, 1, t.n - 2);
                if (n == 4 || !em_eth_bytes(t, 32, topic[n++]))
                        return 5;
                rest = cut.tail;
        }
        return n;
}

static bool is_account(const uint8_t topic[32])
{
        static const uint8_t zeros[12];
        return memcmp(topic, zeros, 12) == 0;
}

/* EIP-20's Transfer: three topics and 32 bytes.  EIP-721's has four: an item, not an amount. */
static em_status log_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        uint8_t     topic[4][32], data[32];
        em_eth_fact f;
        size_t      n = topics_of(row, topic);
        const char *bad = n > 4 ? "its topics are not 32 bytes each" : NULL;
        if (!bad && (n == 0 || memcmp(topic[0], transfer, 32) != 0)) {
                r->counts.other_logs++;
                return EM_OK;
        }
        if (!bad && n == 4) {
                r->counts.nfts++;
                return EM_OK;
        }
        if (!bad && (n != 3 || !em_eth_bytes(row->text[F_DATA], 32, data) || !is_account(topic[1]) ||
                     !is_account(topic[2]))) {
                r->counts.other_logs++;
                return EM_OK;
        }
        if (!bad)
                bad = em_eth_begin(row, EM_ETH_TOKEN, &f);
        if (!bad)
                bad = take_log_index(row, &f);
        if (!bad && !em_eth_bytes(row->text[F_ADDRESS], 20, f.contract))
                bad = "its contract is no address";
        if (!bad)
                bad = token_ends(&f);
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        memcpy(f.from, topic[1] + 12, 20);
        memcpy(f.to, topic[2] + 12, 20);
        for (size_t i = 0; i < 32; i++)
                f.value.w[3 - i / 8] = f.value.w[3 - i / 8] << 8 | data[i];
        return em_eth_give(r, &f, err);
}

static em_status token_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_fact f;
        const char *bad = em_eth_begin(row, EM_ETH_TOKEN, &f);
        if (!bad)
                bad = take_log_index(row, &f);
        if (!bad && !em_eth_bytes(row->text[F_TOKEN], 20, f.contract) && !em_tron_address(row->text[F_TOKEN], f.contract))
                bad = "its contract is no address";
        if (!bad)
                bad = em_eth_take_address(row, F_FROM, EM_ETH_HAS_FROM, f.from, &f.has);
        if (!bad)
                bad = em_eth_take_address(row, F_TO, EM_ETH_HAS_TO, f.to, &f.has);
        if (!bad)
                bad = take_value(row, F_VALUE, &f);
        if (!bad)
                bad = token_ends(&f);
        return bad ? em_eth_refuse(r, row, bad, err) : em_eth_give(r, &f, err);
}

/* ---- what a token calls itself ---- */

static void take_symbol(em_str text, em_eth_fact *f)
{
        size_t bad, n = text.n < EM_ETH_SYMBOL - 1 ? text.n : EM_ETH_SYMBOL - 1;
        if (n)
                memcpy(f->symbol, text.p, n);
        if (!em_utf8_ok((em_str){ f->symbol, n }, &bad))
                memset(f->symbol + bad, 0, EM_ETH_SYMBOL - bad);
}

static em_status asset_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        uint64_t    decimals = 0;
        em_eth_fact f = { .kind = EM_ETH_ASSET, .status = 2, .decimals = 255, .line = row->line,
                          .offset = row->offset, .length = row->length };
        if (!em_eth_bytes(row->text[F_ADDRESS], 20, f.contract))
                return em_eth_refuse(r, row, "its contract is no address", err);
        if (small(row, F_DECIMALS, 77, &decimals))
                f.decimals = (uint8_t)decimals;
        take_symbol(row->text[F_SYMBOL], &f);
        return em_eth_give(r, &f, err);
}

/* An explorer's table prints units of a token and does not say its decimals: amounts are kept in
 * 10^-18 of what is printed, and the index sets them right when it knows better. */
static em_status explorer_facts(em_eth_reading *r, const em_eth_row *row, em_error *err)
{
        em_eth_fact f;
        const bool  token = row->text[F_CONTRACT].n > 0, internal = em_str_eq(row->text[F_KIND], EM_S("internal"));
        const char *bad = em_eth_begin(row, token ? EM_ETH_TOKEN : internal ? EM_ETH_TRACE : EM_ETH_TX, &f);
        if (!bad && !(f.has & EM_ETH_HAS_HASH))
                bad = "it does not say its transaction";
        if (!bad && !f.time_s && row->text[F_TIME_UTC].n && !em_eth_utc(row->text[F_TIME_UTC], &f.time_s))
                bad = "its time is none (2025-02-21 14:29:47)";
        if (!bad)
                bad = em_eth_take_address(row, F_FROM, EM_ETH_HAS_FROM, f.from, &f.has);
        if (!bad)
                bad = em_eth_take_address(row, F_TO, EM_ETH_HAS_TO, f.to, &f.has);
        if (!bad && !(f.has & EM_ETH_HAS_FROM))
                bad = "it does not say its sender";
        if (!bad && !em_eth_value(row->text[F_AMOUNT], 18, &f.value))
                bad = "its amount is no number of at most 18 decimals";
        if (!bad && token && !em_eth_bytes(row->text[F_CONTRACT], 20, f.contract))
                bad = "its contract is no address";
        if (bad)
                return em_eth_refuse(r, row, bad, err);
        f.has |= EM_ETH_HAS_VALUE | EM_ETH_IS_UNITS;
        f.seq = internal ? r->traces++ : 0;
        if (internal)
                f.status = 1;
        EM_TRY(em_eth_give(r, &f, err));
        if (!token || row->text[F_ASSET].n == 0)
                return EM_OK;
        f.kind = EM_ETH_ASSET;
        f.has = 0;
        take_symbol(row->text[F_ASSET], &f);
        return em_eth_give(r, &f, err);
}

em_status em_eth_row_facts(em_eth_reading *r, const em_eth_row *row, em_eth_shape shape, em_error *err)
{
        static em_status (*const facts[])(em_eth_reading *, const em_eth_row *, em_error *) = {
                [SHAPE_BLOCK] = block_facts, [SHAPE_TX] = tx_facts, [SHAPE_RECEIPT] = receipt_facts,
                [SHAPE_LOG] = log_facts, [SHAPE_TOKEN] = token_facts, [SHAPE_TRACE] = em_eth_trace_facts,
                [SHAPE_RPC_TRACE] = em_eth_action_facts, [SHAPE_GETH] = em_eth_geth_facts,
                [SHAPE_EXPLORER] = explorer_facts, [SHAPE_ASSET] = asset_facts,
        };
        em_assert(shape != SHAPE_NONE && shape != SHAPE_ANSWER);
        r->counts.rows++;
        return facts[shape](r, row, err);
}
