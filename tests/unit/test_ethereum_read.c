/* The readers of exported files: what rows say, what is refused, and whether different exporters'
 * files of the same blocks give the same facts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "eth_facts.h"

#define A "0x1111111111111111111111111111111111111111"
#define B "0x2222222222222222222222222222222222222222"
#define H "0x3333333333333333333333333333333333333333333333333333333333333333"
#define TRANSFER "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#define TOPIC_A "0x0000000000000000000000001111111111111111111111111111111111111111"
#define TOPIC_B "0x0000000000000000000000002222222222222222222222222222222222222222"

static ef_list rows(const char *text)
{
        return ef_read(em_str_c(text));
}

static void assert_value(em_u256 value, const char *digits)
{
        char text[EM_U256_TEXT];
        assert_string_equal(em_u256_text(value, text), digits);
}

static void assert_same_facts(const ef_list *a, const ef_list *b, em_eth_kind kind)
{
        const em_eth_fact *x, *y;
        assert_int_equal(ef_count(a, kind), ef_count(b, kind));
        for (size_t i = 0; (x = ef_of(a, kind, i)) && (y = ef_of(b, kind, i)); i++) {
                assert_int_equal(x->has & ~(uint32_t)EM_ETH_HAS_SEQ, y->has & ~(uint32_t)EM_ETH_HAS_SEQ);
                assert_true(x->block == y->block && x->index == y->index && x->status == y->status);
                assert_memory_equal(x->hash, y->hash, 32);
                assert_memory_equal(x->from, y->from, 20);
                assert_memory_equal(x->to, y->to, 20);
                assert_memory_equal(x->contract, y->contract, 20);
                assert_int_equal(em_u256_cmp(x->value, y->value), 0);
                assert_int_equal(em_u256_cmp(x->price, y->price), 0);
                assert_true(x->nonce == y->nonce && x->seq == y->seq && x->path_n == y->path_n);
                assert_memory_equal(x->path, y->path, EM_ETH_PATH);
        }
}

/* ---- forms ---- */

static void a_file_is_known_by_what_is_in_it(void **state)
{
        static const struct { const char *text; em_eth_form form; } row[] = {
                {"hash,from_address,to_address,value,block_number\n", EM_ETH_FORM_CSV},
                {"\xEF\xBB\xBFtxHash,blockId,fromAddress,toAddress,value\n", EM_ETH_FORM_CSV},
                {"{\"hash\":\"\",\"from\":\"\",\"value\":1}", EM_ETH_FORM_JSON},
                {"{\"hash\":\"\",\"from\":\"\",\"value\":1}\n{\"x\":1}", EM_ETH_FORM_LINES},
                {"[{\"jsonrpc\":\"2.0\",\"result\":[{\"topics\":[],\"data\":\"0x\",\"address\":\"\"}]}]", EM_ETH_FORM_JSON},
                {"{\n\"jsonrpc\":\"2.0\",\n\"result\":{\"number\":\"0x1\",\"parentHash\":\"\"}\n}", EM_ETH_FORM_JSON},
                {"", EM_ETH_FORM_NONE}, {"name,country\n", EM_ETH_FORM_NONE}, {"{\"name\":1}", EM_ETH_FORM_NONE},
                {"[]", EM_ETH_FORM_NONE}, {"[[[[[[{\"action\":1}]]]]]]", EM_ETH_FORM_NONE}, {"{", EM_ETH_FORM_NONE},
                {"\xf9\xbe\xb4\xd9", EM_ETH_FORM_NONE},         /* a Bitcoin block file */
        };
        (void)state;
        for (size_t i = 0; i < sizeof row / sizeof *row; i++)
                assert_int_equal(em_eth_sniff(em_str_c(row[i].text)), row[i].form);
}

static void a_bad_row_is_refused_with_its_line_and_the_rest_goes_on(void **state)
{
        ef_list l = rows("transaction_hash,block_number,token_address,from_address,to_address,value,log_index\n"
                         H ",7," A "," A "," B ",1,0\n"
                         H ",x," A "," A "," B ",2,1\n"
                         H ",7," A "," A "," B ",3\n"
                         H ",7," A "," A "," B ",-4,3\n"
                         H ",7," A "," A "," B ",5,4\n");
        (void)state;
        assert_int_equal(l.facts, 2);
        assert_int_equal(l.counts.rejected, 3);
        assert_int_equal(l.counts.rows, 5);
        assert_int_equal(l.first.line, 3);
        assert_string_equal(l.first.reason, "its block is no number");
        assert_int_equal(l.fact[1].line, 6);
        ef_drop(&l);
}

static void a_line_that_is_no_json_is_refused_and_the_next_is_read(void **state)
{
        ef_list l = rows("{\"hash\":\"" H "\",\"block_number\":7,\"from_address\":\"" A "\",\"value\":1}\n"
                         "{\"hash\":\n"
                         "\n"
                         "{\"hash\":\"" H "\",\"block_number\":8,\"from_address\":\"" A "\",\"value\":2}\n");
        (void)state;
        assert_int_equal(l.facts, 2);
        assert_int_equal(l.counts.rejected, 1);
        assert_int_equal(l.first.line, 2);
        assert_int_equal(l.fact[1].line, 4);
        assert_int_equal(l.fact[1].block, 8);
        ef_drop(&l);
}

static void an_answer_that_is_an_error_or_empty_is_refused(void **state)
{
        ef_list l = rows("[{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"x\"}},"
                         "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":null},"
                         "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"hash\":\"" H "\",\"blockNumber\":\"0x7\","
                         "\"from\":\"" A "\",\"to\":null,\"value\":\"0x0\",\"nonce\":\"0x2\"}}]");
        (void)state;
        assert_int_equal(l.facts, 1);
        assert_int_equal(l.counts.rejected, 2);
        assert_int_equal(l.fact[0].has & (EM_ETH_HAS_FROM | EM_ETH_HAS_TO | EM_ETH_HAS_NONCE),
                         EM_ETH_HAS_FROM | EM_ETH_HAS_NONCE);
        ef_drop(&l);
}

/* ---- amounts and bytes as exporters write them ---- */

static void amounts_come_in_hex_in_digits_and_with_exponents(void **state)
{
        static const char *const written[][2] = {
                {"0x56bc75e2d63100000", "100000000000000000000"}, {"199e17", "19900000000000000000"},
                {"5999895e14", "599989500000000000000"}, {"1.99E+19", "19900000000000000000"}, {"7.0", "7"},
                {"115792089237316195423570985008687907853269984665640564039457584007913129639935",
                 "115792089237316195423570985008687907853269984665640564039457584007913129639935"},
        };
        static const char *const bad[] = { "1.5", "1e-1", "e5", "0x1g", "1e78", "12a", "1e5e5", "" };
        char text[600];
        (void)state;
        for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
                snprintf(text, sizeof text, "hash,block_number,from_address,value\n" H ",7," A ",%s\n", written[i][0]);
                ef_list l = rows(text);
                assert_int_equal(l.facts, 1);
                assert_value(l.fact[0].value, written[i][1]);
                ef_drop(&l);
        }
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
                snprintf(text, sizeof text, "hash,block_number,from_address,value\n" H ",7," A ",%s\n", bad[i]);
                ef_list l = rows(text);
                assert_int_equal(l.counts.rejected, 1);
                ef_drop(&l);
        }
}

/* base64 of 20 and 32 bytes by python's base64.b64encode(bytes([0x11]*20)) and ([0x33]*32) */
static void bytes_come_in_base64_too(void **state)
{
        ef_list l = rows("{\"txHash\":\"MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM=\",\"blockId\":7,"
                         "\"fromAddress\":\"ERERERERERERERERERERERERERE=\",\"value\":1}");
        uint8_t want[32];
        (void)state;
        assert_int_equal(l.facts, 1);
        memset(want, 0x33, 32);
        assert_memory_equal(l.fact[0].hash, want, 32);
        memset(want, 0x11, 20);
        assert_memory_equal(l.fact[0].from, want, 20);
        ef_drop(&l);
        /* bits that no byte needs, padding missing, a digit that is none */
        l = rows("{\"txHash\":\"MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzN=\",\"blockId\":7,\"fromAddress\":\"" A "\",\"value\":1}\n"
                 "{\"txHash\":\"MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM\",\"blockId\":7,\"fromAddress\":\"" A "\",\"value\":1}\n"
                 "{\"txHash\":\"MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM-M=\",\"blockId\":7,\"fromAddress\":\"" A "\",\"value\":1}\n");
        assert_int_equal(l.counts.rejected, 3);
        ef_drop(&l);
}

/* ---- logs ---- */

static ef_list one_log(const char *topics, const char *data)
{
        char text[1200];
        snprintf(text, sizeof text, "{\"address\":\"" B "\",\"topics\":[%s],\"data\":\"%s\",\"blockNumber\":\"0x7\","
                 "\"transactionHash\":\"" H "\",\"transactionIndex\":\"0x1\",\"logIndex\":\"0x2\"}", topics, data);
        return rows(text);
}

static void only_erc20_transfer_logs_are_token_moves(void **state)
{
        static const char data[] = "0x00000000000000000000000000000000000000000000000000000000000186a0";
        ef_list l = one_log("\"" TRANSFER "\",\"" TOPIC_A "\",\"" TOPIC_B "\"", data);
        uint8_t b[20];
        (void)state;
        assert_int_equal(l.facts, 1);
        memset(b, 0x22, 20);
        assert_memory_equal(l.fact[0].to, b, 20);
        assert_memory_equal(l.fact[0].contract, b, 20);
        assert_value(l.fact[0].value, "100000");
        assert_true(l.fact[0].index == 1 && l.fact[0].seq == 2 && l.fact[0].block == 7);
        ef_drop(&l);
        l = one_log("\"" TRANSFER "\",\"" TOPIC_A "\",\"" TOPIC_B "\",\"" TOPIC_B "\"", "0x");      /* ERC-721 */
        assert_true(l.facts == 0 && l.counts.nfts == 1 && l.counts.rejected == 0);
        ef_drop(&l);
        l = one_log("\"" TRANSFER "\"", data);          /* before EIP-20 indexed the ends */
        assert_true(l.facts == 0 && l.counts.other_logs == 1);
        ef_drop(&l);
        l = one_log("\"" TOPIC_A "\"", data);
        assert_true(l.facts == 0 && l.counts.other_logs == 1);
        ef_drop(&l);
        l = one_log("\"" TRANSFER "\",\"" TRANSFER "\",\"" TOPIC_B "\"", data);    /* an end that is no account */
        assert_true(l.facts == 0 && l.counts.other_logs == 1);
        ef_drop(&l);
        l = one_log("\"0x12\"", data);
        assert_true(l.facts == 0 && l.counts.rejected == 1);
        ef_drop(&l);
}

/* ---- traces ---- */

static void what_fails_takes_the_calls_below_it_along(void **state)
{
        /* top call > [0] fails > [0,0] says nothing of failing; [1] goes through */
        ef_list l = rows("{\"jsonrpc\":\"2.0\",\"result\":["
                "{\"action\":{\"callType\":\"call\",\"from\":\"" A "\",\"to\":\"" B "\",\"value\":\"0x5\"},\"blockNumber\":7,"
                "\"traceAddress\":[],\"transactionHash\":\"" H "\",\"transactionPosition\":0,\"type\":\"call\"},"
                "{\"action\":{\"callType\":\"call\",\"from\":\"" B "\",\"to\":\"" A "\",\"value\":\"0x4\"},\"blockNumber\":7,"
                "\"error\":\"Reverted\",\"traceAddress\":[0],\"transactionHash\":\"" H "\",\"transactionPosition\":0,\"type\":\"call\"},"
                "{\"action\":{\"callType\":\"call\",\"from\":\"" A "\",\"to\":\"" B "\",\"value\":\"0x3\"},\"blockNumber\":7,"
                "\"traceAddress\":[0,0],\"transactionHash\":\"" H "\",\"transactionPosition\":0,\"type\":\"call\"},"
                "{\"action\":{\"address\":\"" B "\",\"refundAddress\":\"" A "\",\"balance\":\"0x2\"},\"blockNumber\":7,"
                "\"traceAddress\":[1],\"transactionHash\":\"" H "\",\"transactionPosition\":0,\"type\":\"suicide\"},"
                "{\"action\":{\"callType\":\"delegatecall\",\"from\":\"" B "\",\"to\":\"" A "\",\"value\":\"0x5\"},\"blockNumber\":7,"
                "\"traceAddress\":[2],\"transactionHash\":\"" H "\",\"transactionPosition\":0,\"type\":\"call\"}"
                "]}");
        (void)state;
        assert_int_equal(l.facts, 2);
        assert_value(l.fact[0].value, "5");
        assert_true(l.fact[0].has & EM_ETH_IS_TOP);
        assert_value(l.fact[1].value, "2");
        assert_false(l.fact[1].has & EM_ETH_IS_TOP);
        assert_true(l.fact[1].path_n == 1 && l.fact[1].path[0] == 1);
        ef_drop(&l);
}

static void a_tree_of_geth_gives_its_calls_in_order(void **state)
{
        ef_list l = rows("{\"block_number\":5,\"transaction_traces\":[{\"type\":\"CALL\",\"from\":\"" A "\",\"to\":\"" B "\","
                "\"value\":\"0x5\",\"calls\":[{\"type\":\"CALL\",\"from\":\"" B "\",\"to\":\"" A "\",\"value\":\"0x2\"},"
                "{\"type\":\"STATICCALL\",\"from\":\"" B "\",\"to\":\"" A "\"},"
                "{\"type\":\"CALL\",\"from\":\"" B "\",\"to\":\"" A "\",\"value\":\"0x9\",\"error\":\"x\",\"calls\":["
                "{\"type\":\"CALL\",\"from\":\"" A "\",\"to\":\"" B "\",\"value\":\"0x1\"}]}]},"
                "{\"txHash\":\"" H "\",\"result\":{\"type\":\"CALL\",\"from\":\"" A "\",\"to\":\"" B "\",\"value\":\"0x7\","
                "\"error\":\"out of gas\"}}]}");
        (void)state;
        assert_int_equal(l.facts, 3);
        assert_value(l.fact[0].value, "5");
        assert_value(l.fact[1].value, "2");
        assert_true(l.fact[1].index == 0 && l.fact[1].path_n == 1 && l.fact[1].path[0] == 0);
        assert_true(l.fact[2].index == 1 && l.fact[2].status == 0 && (l.fact[2].has & EM_ETH_HAS_HASH));
        ef_drop(&l);
}

static void paths_sort_as_traces_run(void **state)
{
        ef_list l = rows("block_number,transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,trace_address,status\n"
                "7," H ",0," A "," B ",1,call,call,,1\n"
                "7," H ",0," A "," B ",1,call,call,0,1\n"
                "7," H ",0," A "," B ",1,call,call,\"0,3\",1\n"
                "7," H ",0," A "," B ",1,call,call,1,1\n"
                "7," H ",0," A "," B ",1,call,call,254,1\n"
                "7," H ",0," A "," B ",1,call,call,255,1\n"
                "7," H ",0," A "," B ",1,call,call,\"255,0\",1\n"
                "7," H ",0," A "," B ",1,call,call,256,1\n"
                "7," H ",0," A "," B ",1,call,call,70000,1\n");
        (void)state;
        assert_int_equal(l.facts, 9);
        for (size_t i = 1; i < l.facts; i++) {
                assert_true(l.fact[i].has & EM_ETH_HAS_PATH);
                assert_true(memcmp(l.fact[i - 1].path, l.fact[i].path, EM_ETH_PATH) < 0 ||
                            (memcmp(l.fact[i - 1].path, l.fact[i].path, EM_ETH_PATH) == 0 &&
                             l.fact[i - 1].path_n < l.fact[i].path_n));
        }
        ef_drop(&l);
}

/* ---- others' files of the same blocks ---- */

static int make(void **state)
{
        *state = em_arena_new((size_t)256 << 20);
        return *state ? 0 : -1;
}

static int drop(void **state)
{
        em_arena_free(*state);
        return 0;
}

static void ethereum_etls_transactions_are_those_of_the_nodes_answers(void **state)
{
        ef_list etl = ef_file(*state, "eth/ethereum-etl/expected_transactions_47218_47219.csv"), node = { 0 };
        em_eth_sink sink = { .ctx = &node, .fact = ef_fact, .reject = ef_reject };
        static const char *const answer[] = { "0xb872", "0xb873" };
        for (size_t i = 0; i < 2; i++) {
                char name[80];
                snprintf(name, sizeof name, "eth/ethereum-etl/rpc.eth_getBlockByNumber_%s.json", answer[i]);
                assert_int_equal(em_eth_read(ef_bytes(*state, name), &sink, &node.counts, NULL), EM_OK);
        }
        assert_int_equal(ef_count(&etl, EM_ETH_TX), 4);
        assert_same_facts(&etl, &node, EM_ETH_TX);
        assert_int_equal(ef_of(&etl, EM_ETH_TX, 0)->time_s, ef_of(&node, EM_ETH_TX, 0)->time_s);
        assert_int_equal(ef_of(&node, EM_ETH_BLOCK, 0)->time_s, 1438936285);    /* block_timestamp of the table */
        ef_drop(&etl);
        ef_drop(&node);
}

static void ethereum_etls_traces_are_those_of_the_nodes_answers(void **state)
{
        static const char *const pair[][2] = {
                {"eth/ethereum-etl/expected_traces_0xf4240.csv", "eth/ethereum-etl/rpc.trace_block_0xf4240.json"},
                {"eth/ethereum-etl/expected_traces_508110.json", "eth/ethereum-etl/rpc.trace_block_508110.json"},
        };
        for (size_t i = 0; i < 2; i++) {
                ef_list etl = ef_file(*state, pair[i][0]), node = ef_file(*state, pair[i][1]);
                assert_int_equal(etl.counts.rejected + node.counts.rejected, 0);
                assert_int_equal(ef_count(&etl, EM_ETH_TRACE), 2);      /* two transactions; the callcode moves nothing */
                assert_int_equal(ef_count(&etl, EM_ETH_REWARD), i + 1);         /* 508110 has an uncle */
                assert_same_facts(&etl, &node, EM_ETH_TRACE);
                assert_same_facts(&etl, &node, EM_ETH_REWARD);
                ef_drop(&etl);
                ef_drop(&node);
        }
}

static void ethereum_etls_logs_are_those_of_the_nodes_answer(void **state)
{
        ef_list etl = ef_file(*state, "eth/ethereum-etl/expected_receipt_logs.csv");
        ef_list node = ef_file(*state, "eth/ethereum-etl/rpc.eth_getFilterLogs_transfers.json");
        assert_int_equal(ef_count(&etl, EM_ETH_TOKEN), 2);
        assert_same_facts(&etl, &node, EM_ETH_TOKEN);
        ef_drop(&etl);
        ef_drop(&node);
}

/* GraphSense made its 143 token transfers out of these logs: 715 of the 2228 are ERC-20 transfers (three topics
 * and 32 bytes), 389 ERC-721's, 1124 other events, counted with python. */
static void graphsenses_usdt_transfers_are_the_usdt_logs(void **state)
{
        ef_list all = ef_file(*state, "eth/graphsense/tokens.logs.json"), usdt = { 0 };
        ef_list want = ef_file(*state, "eth/graphsense/tokens.USDT_token_transfers.json");
        assert_int_equal(all.counts.rows, 2228);
        assert_int_equal(ef_count(&all, EM_ETH_TOKEN), 715);
        assert_int_equal(all.counts.nfts, 389);
        assert_int_equal(all.counts.other_logs, 1124);
        assert_int_equal(ef_count(&want, EM_ETH_TOKEN), 143);
        size_t found = 0;
        for (size_t i = 0; i < want.facts; i++)
                for (size_t k = 0; k < all.facts; k++) {
                        const em_eth_fact *w = &want.fact[i], *f = &all.fact[k];
                        found += f->seq == w->seq && f->index == w->index && memcmp(f->hash, w->hash, 32) == 0 &&
                                 memcmp(f->contract, w->contract, 20) == 0 && memcmp(f->from, w->from, 20) == 0 &&
                                 memcmp(f->to, w->to, 20) == 0 && em_u256_cmp(f->value, w->value) == 0;
                }
        assert_int_equal(found, 143);
        for (size_t k = 0; k < all.facts; k++)
                if (memcmp(all.fact[k].contract, want.fact[0].contract, 20) == 0)
                        assert_int_equal(ef_fact(&usdt, &all.fact[k], NULL), EM_OK);
        assert_int_equal(usdt.facts, 143);
        ef_drop(&all);
        ef_drop(&usdt);
        ef_drop(&want);
}

/* jq: 2172 rows, 1958 with a toAddress; those pass 67312229451038156 sun on (python sum). */
static void trons_transfers_are_those_with_a_receiver(void **state)
{
        ef_list  l = ef_file(*state, "trx/graphsense-trx-0to10000.transactions.json");
        em_u256  sum = em_u256_of(0);
        size_t   with = 0;
        assert_true(l.counts.tron);
        assert_int_equal(l.counts.rejected, 0);
        assert_int_equal(ef_count(&l, EM_ETH_TX), 2172);
        assert_int_equal(l.counts.other_rows, 2172 - 1958);
        for (size_t i = 0; i < l.facts; i++) {
                if (l.fact[i].kind != EM_ETH_TX)
                        continue;
                with += (l.fact[i].has & EM_ETH_HAS_TO) != 0;
                assert_true(em_u256_add(sum, l.fact[i].value, &sum));
        }
        assert_int_equal(with, 1958);
        assert_value(sum, "67312229451038156");
        ef_drop(&l);
}

/* EIP-4895 blocks: 16 withdrawals each, 231693495 and 198354889 Gwei (jq sum); CSV and NDJSON say the same. */
static void withdrawals_come_in_wei_from_both_forms(void **state)
{
        ef_list csv = ef_file(*state, "eth/ethereum-etl/withdrawals.blocks.csv");
        ef_list json = ef_file(*state, "eth/ethereum-etl/stream_17173049_17173050.blocks.json");
        em_u256 sum = em_u256_of(0);
        assert_int_equal(csv.counts.rejected + json.counts.rejected, 0);
        assert_int_equal(ef_count(&csv, EM_ETH_WITHDRAWAL), 32);
        assert_same_facts(&csv, &json, EM_ETH_WITHDRAWAL);
        assert_same_facts(&csv, &json, EM_ETH_BLOCK);
        for (size_t i = 0; i < 32; i++)
                assert_true(em_u256_add(sum, ef_of(&csv, EM_ETH_WITHDRAWAL, i)->value, &sum));
        assert_value(sum, "430048384000000000");        /* (231693495 + 198354889) * 10^9 */
        ef_drop(&csv);
        ef_drop(&json);
}

/* 50 rows: 41 native (40 of 10,000 ETH and one of 1), 9 of tokens. */
static void an_explorers_table_is_in_units_until_decimals_are_known(void **state)
{
        ef_list l = ef_file(*state, "eth/bybit_2025_hop1_outgoing.csv");
        size_t  tranches = 0;
        em_u256 tranche;
        assert_true(em_u256_parse_units(EM_S("10000"), 18, &tranche));
        assert_int_equal(l.counts.rejected, 0);
        assert_int_equal(ef_count(&l, EM_ETH_TX), 41);
        assert_int_equal(ef_count(&l, EM_ETH_TOKEN), 9);
        assert_int_equal(ef_count(&l, EM_ETH_ASSET), 9);
        for (size_t i = 0; i < l.facts; i++) {
                assert_true(l.fact[i].kind == EM_ETH_ASSET || (l.fact[i].has & EM_ETH_IS_UNITS));
                tranches += l.fact[i].kind == EM_ETH_TX && em_u256_cmp(l.fact[i].value, tranche) == 0;
        }
        assert_int_equal(tranches, 40);
        assert_int_equal(l.fact[0].time_s, 1740148187);         /* date -u -d '2025-02-21 14:29:47' +%s */
        ef_drop(&l);
}

/* Cut anywhere, a file gives some facts and no trouble. */
static void a_file_cut_at_any_byte_is_read_as_far_as_it_goes(void **state)
{
        static const char text[] = "hash,block_number,from_address,to_address,value\n" H ",7," A "," B ",1\n" H ",8," A "," B ",2\n";
        size_t before = 0;
        (void)state;
        for (size_t n = 48; n < sizeof text; n++) {
                ef_list l = ef_read((em_str){ text, n });
                assert_true(l.facts >= before && l.facts <= 2);
                before = l.facts;
                ef_drop(&l);
        }
        assert_int_equal(before, 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_file_is_known_by_what_is_in_it),
                cmocka_unit_test(a_bad_row_is_refused_with_its_line_and_the_rest_goes_on),
                cmocka_unit_test(a_line_that_is_no_json_is_refused_and_the_next_is_read),
                cmocka_unit_test(an_answer_that_is_an_error_or_empty_is_refused),
                cmocka_unit_test(amounts_come_in_hex_in_digits_and_with_exponents),
                cmocka_unit_test(bytes_come_in_base64_too),
                cmocka_unit_test(only_erc20_transfer_logs_are_token_moves),
                cmocka_unit_test(what_fails_takes_the_calls_below_it_along),
                cmocka_unit_test(a_tree_of_geth_gives_its_calls_in_order),
                cmocka_unit_test(paths_sort_as_traces_run),
                cmocka_unit_test(a_file_cut_at_any_byte_is_read_as_far_as_it_goes),
                cmocka_unit_test_setup_teardown(ethereum_etls_transactions_are_those_of_the_nodes_answers, make, drop),
                cmocka_unit_test_setup_teardown(ethereum_etls_traces_are_those_of_the_nodes_answers, make, drop),
                cmocka_unit_test_setup_teardown(ethereum_etls_logs_are_those_of_the_nodes_answer, make, drop),
                cmocka_unit_test_setup_teardown(graphsenses_usdt_transfers_are_the_usdt_logs, make, drop),
                cmocka_unit_test_setup_teardown(trons_transfers_are_those_with_a_receiver, make, drop),
                cmocka_unit_test_setup_teardown(withdrawals_come_in_wei_from_both_forms, make, drop),
                cmocka_unit_test_setup_teardown(an_explorers_table_is_in_units_until_decimals_are_known, make, drop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
