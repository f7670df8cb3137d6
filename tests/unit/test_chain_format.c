/* What the index's columns hold beside the common case: programs of 32 bytes, values too large for
 * five bytes, groups of transactions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_blocks.h"
#include "unhex.h"

/* One coinbase that pays each script what stands beside it. */
typedef struct paid { const char *script, *address; int64_t value; } paid;

static em_chain *index_of(const mk_place *p, const paid *to, size_t n, const em_btc_net *net)
{
        em_buf out = em_buf_make(1 << 16);
        mk_in none = { .prev = { { 0 } }, .vout = 0xffffffff };
        mk_tx tx = mk_spend(&none, 1, NULL, 0, 0);
        tx.bytes.n -= 1 + 4;                            /* the count of outputs and the lock time come anew */
        mk_count(&tx.bytes, n);
        for (size_t i = 0; i < n; i++) {
                em_str script = unhex(to[i].script);
                mk_le(&tx.bytes, (uint64_t)to[i].value, 8);
                mk_count(&tx.bytes, script.n);
                em_buf_str(&tx.bytes, script);
                unhex_free(script);
        }
        mk_le(&tx.bytes, 0, 4);
        tx.txid = mk_hash(em_buf_view(&tx.bytes));
        const mk_tx *txs[1] = { &tx };
        mk_block block = mk_mine((em_hash256){ { 0 } }, 1, txs, 1);
        mk_frame(&out, em_buf_view(&block.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&out));
        em_chain_opts opts = em_chain_defaults;
        em_chain_built built;
        em_chain *chain = NULL;
        em_error err = { 0 };
        opts.net = net;
        if (em_chain_build(em_str_c(p->blocks), em_str_c(p->index), &opts, NULL, &built, &err) != EM_OK ||
            em_chain_open(em_str_c(p->index), &chain, &err) != EM_OK ||
            em_chain_verify(chain, em_str_c(p->blocks), 10, NULL, NULL, &err) != EM_OK)
                fail_msg("%s", err.text);
        em_buf_free(&out);
        em_buf_free(&tx.bytes);
        em_buf_free(&block.bytes);
        return chain;
}

/* BIP 173 and 350, "Test vectors"; BIP 341, wallet-test-vectors.json, scriptPubKey; and one that is no program of
 * 32 bytes. */
static void test_payees_of_32_byte_programs_have_their_addresses(void **state)
{
        static const paid to[] = {
                { "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
                  "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3", 1 },
                { "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
                  "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", 2 },
                { "0014751e76e8199196d454941c45d1b3a323f1433bd6", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 3 },
                { "512053a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343",
                  "bc1p2wsldez5mud2yam29q22wgfh9439spgduvct83k3pm50fcxa5dps59h4z5", 4 },
                { "5120147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3",
                  "bc1pz37fc4cn9ah8anwm4xqqhvxygjf9rjf2resrw8h8w4tmvcs0863sa2e586", 5 },
        };
        const mk_place *p = *state;
        em_chain *chain = index_of(p, to, 5, em_btc_net_find(EM_S("main")));
        for (uint32_t k = 0; k < 5; k++) {
                char text[128];
                uint32_t id;
                em_str script;
                assert_string_equal(em_chain_address(chain, em_graph_payee(em_chain_graph(chain), k), text), to[k].address);
                assert_int_equal(em_address_parse(em_str_c(to[k].address), em_chain_net(chain), p->arena, &script, NULL),
                                 EM_OK);
                assert_int_equal(em_chain_find_payee(chain, em_script_payee(script), &id, NULL), EM_OK);
                assert_int_equal(id, k);
                assert_int_equal(em_chain_program(chain, k) != NULL, k != 2);
        }
        em_chain_close(chain);
}

/* 10995.11627775 coins are 2^40 - 1 satoshi, the first value that does not fit; 2^53 is the last that can be. */
static void test_large_values_are_kept_to_the_satoshi(void **state)
{
        static const int64_t value[] = { 0, INT64_C(1099511627774), INT64_C(1099511627775), INT64_C(1099511627776),
                                         1, INT64_C(9007199254740992), INT64_C(2099999997690000), 7 };
        enum { N = sizeof value / sizeof *value };
        paid to[N];
        for (size_t i = 0; i < N; i++)
                to[i] = (paid){ "0014751e76e8199196d454941c45d1b3a323f1433bd6", "", value[i] };
        em_chain *chain = index_of(*state, to, N, NULL);
        const em_graph *g = em_chain_graph(chain);
        assert_int_equal(g->bigs, 4);
        for (em_id o = 0; o < N; o++)
                assert_int_equal(em_graph_value(g, o), value[o]);
        em_chain_close(chain);
}

static void test_a_value_above_the_limit_makes_no_block_of_the_chain(void **state)
{
        const mk_place *p = *state;
        mk_tx tx = mk_coinbase(0, 1, 1), bad = mk_coinbase(1, 1, INT64_C(9007199254740993));
        const mk_tx *one[1] = { &tx }, *two[1] = { &bad };
        mk_block first = mk_mine((em_hash256){ { 0 } }, 1, one, 1), second = mk_mine(first.hash, 2, two, 1);
        em_buf file = em_buf_make(1 << 16);
        em_chain_built built;
        mk_frame(&file, em_buf_view(&first.bytes));
        mk_frame(&file, em_buf_view(&second.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        assert_int_equal(em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &built, NULL), EM_OK);
        assert_int_equal(built.blocks, 1);
        assert_int_equal(built.damaged, 1);
        em_buf_free(&file);
        em_buf_free(&tx.bytes);
        em_buf_free(&bad.bytes);
        em_buf_free(&first.bytes);
        em_buf_free(&second.bytes);
}

/* 64 transactions share a base: a graph packed from plain numbers gives back every one of them. */
static void test_first_ids_are_kept_across_groups(void **state)
{
        enum { TXS = 200 };
        (void)state;
        static em_id in[TXS + 1], out[TXS + 1], spent[TXS * 3], spender[TXS * 70000];
        static int64_t value[TXS * 70000];
        for (size_t t = 0; t < TXS; t++) {
                in[t + 1] = in[t] + 1 + t % 3;
                out[t + 1] = out[t] + (t % 7 == 0 ? 70000 : t % 2);     /* past 2^16, and none */
        }
        for (size_t i = 0; i < in[TXS]; i++)
                spent[i] = EM_ID_NONE;
        for (size_t o = 0; o < out[TXS]; o++)
                spender[o] = EM_ID_NONE;
        const em_id block[2] = { 0, TXS };
        em_graph_plain plain = { .blocks = 1, .txs = TXS, .ins = in[TXS], .outs = out[TXS], .payees = out[TXS],
                                 .first_in = in, .first_out = out, .in_out = spent, .out_value = value,
                                 .out_in = spender, .block_first_tx = block };
        void *memory = malloc(em_graph_room(&plain));
        em_graph g = em_graph_make(&plain, memory);
        for (size_t t = 0; t <= TXS; t++) {
                assert_int_equal(em_graph_first_in(&g, t), in[t]);
                assert_int_equal(em_graph_first_out(&g, t), out[t]);
                for (em_id o = out[t]; t < TXS && o < out[t + 1]; o += 9999)
                        assert_int_equal(em_graph_tx_of_out(&g, o), t);
        }
        free(memory);
}

#define IN_A_PLACE(f) cmocka_unit_test_setup_teardown(f, mk_place_make, mk_place_remove)

int main(void)
{
        const struct CMUnitTest tests[] = {
                IN_A_PLACE(test_payees_of_32_byte_programs_have_their_addresses),
                IN_A_PLACE(test_large_values_are_kept_to_the_satoshi),
                IN_A_PLACE(test_a_value_above_the_limit_makes_no_block_of_the_chain),
                cmocka_unit_test(test_first_ids_are_kept_across_groups),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
