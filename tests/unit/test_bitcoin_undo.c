/* Undo records.  Amounts: Bitcoin Core's src/test/compress_tests.cpp.  Coins: the two
 * examples in the comment of src/coins.h up to 0.14, whose values, hashes and heights are
 * spelled out there.  Keys: the genesis block's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/bitcoin.h"
#include "unhex.h"

#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define X "678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
#define Y "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"

typedef struct given {
        em_str       bytes;
        em_arena    *arena;
        em_error     err;
        em_btc_undo *list;
        size_t       count;
        em_status    status;
} given;

/* The record of a block with one spending transaction of `ins` inputs. */
static given read_undo(const char *hex, size_t ins)
{
        given g = { .bytes = unhex(hex), .arena = em_arena_new(1 << 20), .count = 77 };
        em_btc_tx tx[2] = { { .ins = 1 }, { .ins = ins } };
        em_btc_block block = { .tx = tx, .txs = 2 };
        g.status = em_btc_undo_parse(g.bytes, &block, g.arena, &g.list, &g.count, &g.err);
        return g;
}

static void done(given *g)
{
        em_arena_free(g->arena);
        unhex_free(g->bytes);
}

static void assert_coin(const char *hex, int64_t value, int64_t height, bool coinbase,
                        const char *script)
{
        char record[512], got[512];
        snprintf(record, sizeof record, "0101%s", hex);
        given g = read_undo(record, 1);
        if (g.status != EM_OK)
                fail_msg("%s: %s", hex, g.err.text);
        assert_int_equal(g.count, 1);
        assert_true(g.list[0].value_sat == value);
        assert_true(g.list[0].height == height);
        assert_int_equal(g.list[0].coinbase, coinbase);
        assert_string_equal(hex_of(g.list[0].script, got), script);
        done(&g);
}

static void assert_refused(const char *hex, size_t ins, uint64_t column, const char *why)
{
        given g = read_undo(hex, ins);
        assert_int_equal(g.status, EM_FORMAT);
        if (g.err.column != column || !strstr(g.err.text, why))
                fail_msg("byte %llu: %s", (unsigned long long)g.err.column, g.err.text);
        assert_int_equal(g.count, 77);
        done(&g);
}

static void amounts_expand_as_cores_tests_pair_them(void **state)
{
        (void)state;
        /* code: height 0; the amount; an empty script, 6 */
        assert_coin("00" "00" "06", 0, 0, false, "");
        assert_coin("00" "01" "06", 1, 0, false, "");
        assert_coin("00" "07" "06", 1000000, 0, false, "");             /* CENT: 7 */
        assert_coin("00" "09" "06", 100000000, 0, false, "");           /* COIN: 9 */
        assert_coin("00" "32" "06", INT64_C(5000000000), 0, false, ""); /* 50 COIN: 0x32 */
        /* 21,000,000 COIN: 0x1406f40 = 21,000,000, in groups of 7 bits 0a 01 5e 40, and each
         * but the last was written one less: 9 | 80, 0 | 80, 5d | 80, 40 */
        assert_coin("00" "8980dd40" "06", INT64_C(2100000000000000), 0, false, "");
}

static void coins_expand_as_cores_comment_spells_them_out(void **state)
{
        (void)state;
        /* "8358: compact amount representation for 60000000000 (600 BTC), 00: special txout type
         * pay-to-pubkey-hash, 816115944e...: address uint160, 8bb85e: height = 203998".
         * In an undo record the code is 2 * 203998 + 0 = 407996: 18 73 3c in groups of 7 bits,
         * each but the last one less: 97 f2 3c */
        assert_coin("97f23c" "00" "8358" "00" "816115944e077fe7c803cfa57f29b36bf87c1d35",
                    INT64_C(60000000000), 203998, false,
                    "76a914" "816115944e077fe7c803cfa57f29b36bf87c1d35" "88ac");
        /* "86ef97d579: ... 234925952 (2.35 BTC)", "bbd123: ... 110397 (0.001 BTC)",
         * "86af3b: height=120891", coinbase.  2 * 120891 + 1 = 241783: 0e 60 77,
         * so 8d df 77 */
        assert_coin("8ddf77" "00" "86ef97d579" "00" "61b01caab50f1b8e9c50a5057eb43c2d9563a4ee",
                    234925952, 120891, true,
                    "76a914" "61b01caab50f1b8e9c50a5057eb43c2d9563a4ee" "88ac");
        assert_coin("8ddf77" "00" "bbd123" "00" "8c988f1a4a4de2161e0f50aac7f17e7f9555caa4",
                    110397, 120891, true,
                    "76a914" "8c988f1a4a4de2161e0f50aac7f17e7f9555caa4" "88ac");
}

static void the_five_special_scripts_and_plain_ones_expand(void **state)
{
        (void)state;
        assert_coin("00" "01" "01" "816115944e077fe7c803cfa57f29b36bf87c1d35", 1, 0, false,
                    "a914" "816115944e077fe7c803cfa57f29b36bf87c1d35" "87");
        assert_coin("00" "01" "02" X, 1, 0, false, "21" "02" X "ac");
        assert_coin("00" "01" "03" X, 1, 0, false, "21" "03" X "ac");
        /* the genesis key: its ordinate is odd, so it is form 5 */
        assert_coin("00" "01" "05" X, 1, 0, false, "41" "04" X Y "ac");
        /* form 4 is the other root, p - y, with p = 2^256 - 2^32 - 977 */
        assert_coin("00" "01" "04" X, 1, 0, false, "41" "04" X
                    "b60943c0b310c73b0caafb1ae13eed21a3c7b20845f472a875b38fd3940eded0" "ac");
        assert_coin("00" "01" "08" "6a51", 1, 0, false, "6a51");
        /* 6 + 200 = 206 = 80 4e: the same base 128 with one taken off */
        char hex[600], script[512];
        memset(script, 'a', 400);
        script[400] = '\0';
        snprintf(hex, sizeof hex, "00" "01" "804e" "%s", script);
        assert_coin(hex, 1, 0, false, script);
}

static void what_is_no_record_of_the_block_is_refused_at_its_place(void **state)
{
        (void)state;
        assert_refused("0001", 1, 1, "transactions");
        assert_refused("0102" "000106" "000106", 1, 2, "inputs");
        assert_refused("0101" "0001", 1, 5, "cut off");
        assert_refused("0101" "0001" "0011223344", 1, 10, "cut off");
        assert_refused("0101" "0001" "06" "ff", 1, 6, "no checksum");
        assert_refused("0101" "00" "ffffffffffffffffffff7f" "06", 1, 4, "64 bits");
        assert_refused("0101" "00" "8080808080808080808080" "06", 1, 4, "64 bits");
        assert_refused("0101" "00" "80fefefefefefefeff00" "06", 1, 4, "64 bits");    /* 2^64 */
        /* 10^19 is 10^10 with nine zeros behind: 1 + (10^10 - 1) * 10 + 9 = 10^11; 2^63 is less */
        assert_refused("0101" "00" "81f3c2dacf00" "06", 1, 4, "63 bits");
        /* 2^64 - 1 stands for some 10^23 */
        assert_refused("0101" "00" "80fefefefefefefefe7f" "06", 1, 4, "63 bits");
        assert_refused("0101" "8efefeff00" "00" "01" "06", 1, 3, "31 bits");
        assert_refused("01", 5, 1, "too short");
        /* no point of the curve has the abscissa 5: 5^3 + 7 = 132 is no square */
        assert_refused("0101" "0001" "04"
                       "0000000000000000000000000000000000000000000000000000000000000005", 1, 6,
                       "not on the curve");
}

static void a_record_cut_at_any_byte_is_refused(void **state)
{
        (void)state;
        em_str all = unhex("0103" "00" "01" "05" X
                           "97f23c" "00" "8358" "00" "816115944e077fe7c803cfa57f29b36bf87c1d35"
                           "00" "09" "08" "6a51");
        em_btc_tx tx[2] = { { .ins = 1 }, { .ins = 3 } };
        em_btc_block block = { .tx = tx, .txs = 2 };
        em_arena *arena = em_arena_new(1 << 20);
        em_btc_undo *list;
        size_t count;
        assert_int_equal(em_btc_undo_parse(all, &block, arena, &list, &count, NULL), EM_OK);
        assert_int_equal(count, 3);
        for (size_t n = 0; n < all.n; n++) {
                char *copy = malloc(n ? n : 1);
                assert_non_null(copy);
                memcpy(copy, all.p, n);
                assert_int_equal(em_btc_undo_parse((em_str){ copy, n }, &block, arena, &list,
                                                   &count, NULL), EM_FORMAT);
                free(copy);
        }
        unhex_free(all);
        em_arena_free(arena);
}

/* The first record of mainnet's rev00000.dat: block 1 spends nothing, its record is one zero,
 * and the checksum covers the genesis block's hash and that zero. */
static void the_checksum_ties_a_record_to_its_block(void **state)
{
        (void)state;
        em_str bytes = unhex("00" "90c1d8d0ad21e0fc9266492be7fdb3d07348a74aa6f1655d478589178a3589ad");
        em_str prev = unhex("6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000");
        em_btc_tx coinbase = { .ins = 1 };
        em_btc_block block = { .tx = &coinbase, .txs = 1 };
        em_arena *arena = em_arena_new(1 << 16);
        em_error err = { 0 };
        em_btc_undo *list;
        size_t count = 77;
        memcpy(block.prev.b, prev.p, 32);
        assert_int_equal(em_btc_undo_parse(bytes, &block, arena, &list, &count, &err), EM_OK);
        assert_int_equal(count, 0);
        block.prev.b[5] ^= 1;
        assert_int_equal(em_btc_undo_parse(bytes, &block, arena, &list, &count, &err), EM_FORMAT);
        assert_int_equal(err.column, 2);
        unhex_free(bytes);
        unhex_free(prev);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(amounts_expand_as_cores_tests_pair_them),
                cmocka_unit_test(coins_expand_as_cores_comment_spells_them_out),
                cmocka_unit_test(the_five_special_scripts_and_plain_ones_expand),
                cmocka_unit_test(what_is_no_record_of_the_block_is_refused_at_its_place),
                cmocka_unit_test(a_record_cut_at_any_byte_is_refused),
                cmocka_unit_test(the_checksum_ties_a_record_to_its_block),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
