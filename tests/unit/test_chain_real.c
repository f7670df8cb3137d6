/* The chain index on real block files of others, against what is known of them.
 *
 * The files are in the shared data folder ($EMBARGO_SHARED, else ../shared beside the
 * project); where it is absent every test here is skipped, and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_blocks.h"

static em_str shared(const mk_place *p, const char *name)
{
        const char *root = getenv("EMBARGO_SHARED");
        em_str path;
        assert_int_equal(em_str_format(p->arena, &path, NULL, "%s/data/chain/btc/%s", root ? root : "../shared", name), EM_OK);
        if (!em_path_exists(path)) {
                print_message("SKIPPED: %.*s is not there (set EMBARGO_SHARED)\n", EM_ARG(path));
                skip();
        }
        return path;
}

static em_chain_built build_and_verify(const mk_place *p, em_str blocks, em_chain **ret_chain)
{
        em_chain_built b = { 0 };
        em_error err = { 0 };
        if (em_chain_build(blocks, em_str_c(p->index), NULL, NULL, &b, &err) != EM_OK ||
            em_chain_open(em_str_c(p->index), ret_chain, &err) != EM_OK ||
            em_chain_verify(*ret_chain, blocks, UINT64_MAX, NULL, NULL, &err) != EM_OK)
                fail_msg("%s", err.text);
        return b;
}

static uint64_t unspent(const em_graph *g)
{
        uint64_t n = 0;
        for (em_id o = 0; o < g->outs; o++)
                n += em_graph_spender(g, o) == EM_ID_NONE;
        return n;
}

static em_id find(const em_chain *chain, const char *shown)
{
        em_hash256 txid;
        em_id id;
        assert_true(em_hash256_parse(em_str_c(shown), &txid));
        assert_int_equal(em_chain_find_tx(chain, txid, &id, NULL), EM_OK);
        return id;
}

static void copy_in(const mk_place *p, const char *name, em_str from)
{
        em_str bytes;
        assert_int_equal(em_file_read(from, 1 << 24, p->arena, &bytes, NULL), EM_OK);
        mk_write(p, name, bytes);
}

/* Counts as the data's README gives them, measured with another parser: 4313 blocks, 4371 transactions, 247
 * inputs beside the coinbases, 4397 outputs, every prevout inside the file. */
static void test_the_first_4313_blocks_resolve_completely(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_chain_built b = build_and_verify(p, shared(p, "chains/jeffchan-blk00000-first-4313-blocks.dat"), &chain);
        const em_graph *g = em_chain_graph(chain);
        assert_int_equal(b.blocks, 4313);
        assert_int_equal(b.height, 4312);
        assert_int_equal(b.txs, 4371);
        assert_int_equal(b.ins - b.coinbases, 247);
        assert_int_equal(b.coinbases, 4313);
        assert_int_equal(b.outs, 4397);
        assert_int_equal(b.unknown_prevouts, 0);
        assert_int_equal(b.double_spends, 0);
        assert_int_equal(unspent(g), 4150);             /* 4397 - 247 */
        assert_string_equal(em_chain_net(chain)->name, "main");
        int64_t coinbases = 0;                          /* 215652.01 coins by the README: 4313 * 50 and a fee of 2.01 */
        for (em_id k = 0; k < g->blocks; k++) {
                em_id tx = em_graph_block_first_tx(g, k);
                for (em_id o = em_graph_first_out(g, tx); o < em_graph_first_out(g, tx + 1); o++)
                        coinbases += em_graph_value(g, o);
        }
        assert_int_equal(coinbases, INT64_C(21565201000000));
        em_chain_close(chain);
}

/* Block 170, 2009-01-12: the first payment, of 50 coins from block 9, 10 to Hal Finney and 40 back. */
static void test_the_first_payment_is_where_everybody_says(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_chain_place place;
        em_str path = shared(p, "chains/jeffchan-blk00000-first-4313-blocks.dat"), bytes;
        build_and_verify(p, path, &chain);
        const em_graph *g = em_chain_graph(chain);
        em_id tx = find(chain, "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16");
        em_id from = find(chain, "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9");
        em_id out = em_graph_first_out(g, tx);
        assert_int_equal(em_graph_spent(g, em_graph_first_in(g, tx)), em_graph_first_out(g, from));
        assert_int_equal(em_graph_first_out(g, tx + 1) - out, 2);
        assert_int_equal(em_graph_value(g, out), INT64_C(1000000000));
        assert_int_equal(em_graph_value(g, out + 1), INT64_C(4000000000));
        assert_int_equal(em_chain_place_of(chain, from, p->arena, &place, NULL), EM_OK);
        assert_int_equal(place.height, 9);
        assert_int_equal(em_chain_place_of(chain, tx, p->arena, &place, NULL), EM_OK);
        assert_int_equal(place.height, 170);
        assert_int_equal(place.length, 275);            /* bytes, as every explorer shows */
        assert_int_equal(em_file_read(path, 1 << 24, p->arena, &bytes, NULL), EM_OK);
        char text[65];
        em_hash256 again = mk_hash(em_str_sub(bytes, (size_t)place.offset, (size_t)place.length));
        assert_string_equal(em_hash256_text(again, text), "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16");
        em_chain_close(chain);
}

static void test_blockscis_regtest_chain_has_its_counts(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_chain_built b = build_and_verify(p, shared(p, "chains/blocksci-regtest-btc-blk00000.dat"), &chain);
        assert_int_equal(b.blocks, 202);
        assert_int_equal(b.txs, 356);
        assert_int_equal(b.ins - b.coinbases, 178);
        assert_int_equal(b.outs, 693);
        assert_int_equal(b.unknown_prevouts, 0);
        assert_string_equal(em_chain_net(chain)->name, "regtest");
        em_chain_close(chain);
}

static void test_bitcoinjs_first_blocks_have_their_counts(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_chain_built b = build_and_verify(p, shared(p, "chains/bitcoinj-first-100k-blocks.dat"), &chain);
        assert_int_equal(b.blocks, 439);
        assert_int_equal(b.height, 438);
        assert_int_equal(b.txs, 446);
        assert_int_equal(b.ins - b.coinbases, 7);
        assert_int_equal(b.outs, 451);
        em_chain_close(chain);
}

/* 300 blocks with 307 transactions, and 300 with 309; the same blocks are in the 4313. */
static void test_a_chain_over_two_files_is_the_chain_of_one(void **state)
{
        const mk_place *p = *state;
        em_chain *chain, *whole;
        mk_place other = *p;
        copy_in(p, "blk00000.dat", shared(p, "chains/nbitcoin-blk00000.dat"));
        copy_in(p, "blk00001.dat", shared(p, "chains/nbitcoin-blk00001.dat"));
        em_chain_built b = build_and_verify(p, em_str_c(p->blocks), &chain);
        assert_int_equal(b.blocks, 600);
        assert_int_equal(b.txs, 307 + 309);
        assert_int_equal(b.unknown_prevouts, 0);
        snprintf(other.index, sizeof other.index, "%s/whole", p->dir);
        build_and_verify(&other, shared(p, "chains/jeffchan-blk00000-first-4313-blocks.dat"), &whole);
        const em_graph *a = em_chain_graph(chain), *g = em_chain_graph(whole);
        assert_memory_equal(a->in_out, g->in_out, 5 * b.ins);
        assert_memory_equal(a->out_value, g->out_value, 5 * b.outs);
        assert_memory_equal(a->out_payee, g->out_payee, 4 * b.outs);
        em_chain_close(chain);
        em_chain_close(whole);
}

static void test_a_file_with_a_broken_tail_gives_its_whole_blocks(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_chain_built b;
        copy_in(p, "blk00000.dat", shared(p, "chains/nbitcoin-blk00000.dat"));
        copy_in(p, "blk00001.dat", shared(p, "chains/nbitcoin-incompleteblk.dat"));
        b = build_and_verify(p, em_str_c(p->blocks), &chain);
        assert_int_equal(b.blocks, 600);
        assert_int_equal(b.txs, 307 + 309);
        em_chain_close(chain);
}

/* Mainnet block 481815: 2097 transactions, 4698 inputs beside the coinbase's, 4659 outputs; what it spends is older, except
 * within the block. */
static void test_one_raw_block_is_a_chain_of_one(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_chain_built b = build_and_verify(p, shared(p, "blocks/block481815.dat"), &chain);
        assert_int_equal(b.blocks, 1);
        assert_int_equal(b.height, 481815);             /* by BIP 34 */
        assert_int_equal(b.txs, 2097);
        assert_int_equal(b.outs, 4659);
        assert_int_equal(b.ins - b.coinbases, 4698);
        assert_int_equal(b.ins - b.coinbases - b.unknown_prevouts, b.outs - unspent(em_chain_graph(chain)));
        em_chain_close(chain);
}

/* Mainnet block 702861, 6015 outputs, 2021-09-30: P2WSH payees among them. Each address is that of the raw
 * block's script. */
static void test_every_address_of_a_segwit_block_is_that_of_its_script(void **state)
{
        const mk_place *p = *state;
        em_chain *chain;
        em_str path = shared(p, "blocks/mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw"), bytes;
        em_btc_block block;
        em_id out = 0;
        size_t programs = 0;
        build_and_verify(p, path, &chain);
        assert_int_equal(em_file_read(path, 1 << 24, p->arena, &bytes, NULL), EM_OK);
        assert_int_equal(em_btc_block_parse(bytes, NULL, p->arena, &block, NULL), EM_OK);
        for (size_t t = 0; t < block.txs; t++)
                for (size_t o = 0; o < block.tx[t].outs; o++, out++) {
                        char have[128], want[128];
                        uint32_t payee = em_graph_payee(em_chain_graph(chain), out);
                        em_chain_address(chain, payee, have);
                        em_script_address(block.tx[t].out[o].script, em_chain_net(chain), want);
                        programs += strlen(want) == 62;
                        if (strncmp(want, "script:", 7) == 0)
                                want[7 + 40] = '\0';            /* of those only 20 bytes are kept */
                        if (block.tx[t].out[o].script.n > 1 && em_chain_payee(chain, payee).b[20] != EM_SCRIPT_WITNESS)
                                assert_string_equal(have, want);
                }
        assert_int_equal(out, 6015);
        assert_true(programs > 100);
        em_chain_close(chain);
}

#define IN_A_PLACE(f) cmocka_unit_test_setup_teardown(f, mk_place_make, mk_place_remove)

int main(void)
{
        const struct CMUnitTest tests[] = {
                IN_A_PLACE(test_the_first_4313_blocks_resolve_completely),
                IN_A_PLACE(test_the_first_payment_is_where_everybody_says),
                IN_A_PLACE(test_blockscis_regtest_chain_has_its_counts),
                IN_A_PLACE(test_bitcoinjs_first_blocks_have_their_counts),
                IN_A_PLACE(test_a_chain_over_two_files_is_the_chain_of_one),
                IN_A_PLACE(test_a_file_with_a_broken_tail_gives_its_whole_blocks),
                IN_A_PLACE(test_one_raw_block_is_a_chain_of_one),
                IN_A_PLACE(test_every_address_of_a_segwit_block_is_that_of_its_script),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
