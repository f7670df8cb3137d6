/* Transactions and blocks whose every byte is published: the genesis block and block 1,
 * BIP 143's first example, the merkle tree of block 100,000; and what breaks them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/bitcoin_hash.h"
#include "unhex.h"

#include <stdio.h>

#define ZEROS32 "0000000000000000000000000000000000000000000000000000000000000000"
#define GENESIS_TX                                                                         \
        "01000000" "01" ZEROS32 "ffffffff" "4d"                                            \
        "04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72" \
        "206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73"       \
        "ffffffff" "01" "00f2052a01000000" "43"                                            \
        "4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef" \
        "38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac" "00000000"
#define GENESIS                                                                            \
        "01000000" ZEROS32                                                                 \
        "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"                 \
        "29ab5f49" "ffff001d" "1dac2b7c" "01" GENESIS_TX
#define BLOCK1                                                                             \
        "01000000" "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"      \
        "982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e"                 \
        "61bc6649" "ffff001d" "01e36299" "01"                                              \
        "01000000" "01" ZEROS32 "ffffffff" "07" "04ffff001d0104" "ffffffff"                \
        "01" "00f2052a01000000" "43"                                                       \
        "410496b538e853519c726a2c91e61ec11600ae1390813a627c66fb8be7947be63c52da7589379515" \
        "d4e0a604f8141781e62294721166bf621e73a82cbf2342c858eeac" "00000000"

/* BIP 143, "Native P2WPKH", the signed transaction, in the parts of BIP 144 */
#define SEGWIT_BODY                                                                        \
        "02fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000"       \
        "494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be02" \
        "2040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffff"     \
        "ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff" \
        "02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac"           \
        "9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac"
#define SEGWIT_WITNESS                                                                     \
        "000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a02" \
        "20573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e8" \
        "3188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357"
#define SEGWIT "01000000" "0001" SEGWIT_BODY SEGWIT_WITNESS "11000000"
#define STRIPPED "01000000" SEGWIT_BODY "11000000"

static void assert_hash(em_hash256 hash, const char *want)
{
        char text[65];
        assert_string_equal(em_hash256_text(hash, text), want);
}

/* Parses what hex says; the caller frees bytes and arena with done(). */
typedef struct given { em_str bytes; em_arena *arena; em_error err; } given;

static given give(const char *hex)
{
        given g = { .bytes = unhex(hex), .arena = em_arena_new((size_t)1 << 24) };
        return g;
}

static void done(given *g)
{
        em_arena_free(g->arena);
        unhex_free(g->bytes);
}

static void the_genesis_block_reads_as_it_is_printed_everywhere(void **state)
{
        (void)state;
        given g = give(GENESIS);
        em_btc_block b;
        em_str who;
        char address[128];
        assert_int_equal(em_btc_block_parse(g.bytes, NULL, g.arena, &b, &g.err), EM_OK);
        assert_hash(b.hash, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
        assert_hash(b.prev, ZEROS32);
        assert_hash(b.merkle, "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b");
        assert_int_equal(b.version, 1);
        assert_int_equal(b.time_s, 1231006505);         /* 2009-01-03 18:15:05 UTC */
        assert_int_equal(b.bits, 0x1d00ffff);
        assert_true(b.nonce == 2083236893u);
        assert_int_equal(b.length, 285);
        assert_int_equal(b.height, -1);                 /* version 1 says none */
        assert_int_equal(b.txs, 1);
        const em_btc_tx *tx = &b.tx[0];
        assert_hash(tx->txid, "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b");
        assert_int_equal(tx->offset, 81);
        assert_int_equal(tx->length, 204);
        assert_false(tx->segwit);
        assert_int_equal(tx->ins, 1);
        assert_true(em_btc_in_is_coinbase(&tx->in[0]));
        assert_int_equal(tx->in[0].witness.n, 0);
        assert_true(em_str_find(tx->in[0].script, EM_S("The Times 03/Jan/2009")) == 8);
        assert_int_equal(tx->outs, 1);
        assert_true(tx->out[0].value_sat == INT64_C(5000000000));
        /* 81 header and count, 4 version, 1 + 32 + 4 + 1 + 77 + 4 input, 1 count */
        assert_int_equal(tx->out[0].offset, 81 + 4 + 119 + 1);
        assert_int_equal(em_script_read(tx->out[0].script, &who), EM_SCRIPT_P2PK);
        assert_string_equal(em_script_address(tx->out[0].script, em_btc_net_find(EM_S("main")),
                                              address), "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
        done(&g);
}

static void block_1_follows_the_genesis_block(void **state)
{
        (void)state;
        given g = give(BLOCK1);
        em_btc_block b;
        char address[128];
        assert_int_equal(em_btc_block_parse(g.bytes, NULL, g.arena, &b, &g.err), EM_OK);
        assert_hash(b.hash, "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048");
        assert_hash(b.prev, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
        assert_hash(b.tx[0].txid,
                    "0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098");
        assert_string_equal(em_script_address(b.tx[0].out[0].script,
                                              em_btc_net_find(EM_S("main")), address),
                            "12c6DSiU4Rq3P4ZxziKxzrL5LmMBrzjrJX");
        done(&g);
}

static void a_witness_is_kept_and_left_out_of_the_txid(void **state)
{
        (void)state;
        given g = give(SEGWIT), plain = give(STRIPPED);
        em_btc_tx tx, stripped;
        em_btc_opts opts = em_btc_defaults;
        opts.wtxids = true;
        assert_int_equal(em_btc_tx_parse(g.bytes, &opts, g.arena, &tx, &g.err), EM_OK);
        assert_hash(tx.txid, "e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609");
        /* python3: sha256(sha256(all 343 bytes)) turned round */
        assert_hash(tx.wtxid, "c36c38370907df2324d9ce9d149d191192f338b37665a82e78e76a12c909b762");
        assert_true(tx.segwit);
        assert_int_equal(tx.version, 1);
        assert_int_equal(tx.locktime, 17);
        assert_int_equal(tx.length, 343);
        assert_int_equal(tx.in[0].witness.n, 0);
        /* count, 1 + 71 of signature, 1 + 33 of key */
        assert_int_equal(tx.in[1].witness.n, 1 + 72 + 34);
        assert_int_equal(tx.in[1].witness.p[0], 2);
        assert_int_equal(tx.in[1].vout, 1);
        assert_true(tx.in[0].sequence == 0xffffffee);
        assert_true(tx.out[0].value_sat == 112340000 && tx.out[1].value_sat == 223450000);
        assert_int_equal(em_btc_tx_parse(plain.bytes, &opts, g.arena, &stripped, &g.err), EM_OK);
        assert_memory_equal(stripped.txid.b, tx.txid.b, 32);
        assert_memory_equal(stripped.wtxid.b, tx.txid.b, 32);
        assert_int_equal(em_btc_tx_parse(g.bytes, NULL, g.arena, &tx, &g.err), EM_OK);
        assert_hash(tx.wtxid, ZEROS32);
        done(&g);
        done(&plain);
}

static void assert_tx_refused(const char *hex, em_status status, uint64_t column, const char *why)
{
        given g = give(hex);
        em_btc_tx tx = { .version = 77 };
        assert_int_equal(em_btc_tx_parse(g.bytes, NULL, g.arena, &tx, &g.err), status);
        if (g.err.column != column || !strstr(g.err.text, why))
                fail_msg("byte %llu: %s", (unsigned long long)g.err.column, g.err.text);
        assert_int_equal(tx.version, 77);
        done(&g);
}

/* The column is the place of the first wrong byte, counted from 1. */
static void what_is_no_transaction_is_refused_at_its_place(void **state)
{
        (void)state;
        const char *in = ZEROS32 "00000000" "00" "ffffffff";
        char hex[1024];
        assert_tx_refused("", EM_FORMAT, 1, "cut off");
        assert_tx_refused("010000", EM_FORMAT, 4, "cut off");
        assert_tx_refused("01000000" "00", EM_FORMAT, 5, "no inputs");
        assert_tx_refused("01000000" "0000" "00000000", EM_FORMAT, 5, "no inputs");
        assert_tx_refused("01000000" "0002" SEGWIT_BODY SEGWIT_WITNESS "11000000", EM_FORMAT, 6,
                          "unknown flag");
        snprintf(hex, sizeof hex, "01000000" "01%s" "00" "00000000" "00", in);
        assert_tx_refused(hex, EM_FORMAT, 52, "bytes follow");
        snprintf(hex, sizeof hex, "01000000" "02%s" "00" "00000000", in);
        assert_tx_refused(hex, EM_LIMIT, 5, "count");
        snprintf(hex, sizeof hex, "01000000" "01%s" "ffffffffffffffffff" "00000000", in);
        assert_tx_refused(hex, EM_LIMIT, 47, "count");
        snprintf(hex, sizeof hex, "01000000" "fd0100%s" "00" "00000000", in);
        assert_tx_refused(hex, EM_FORMAT, 5, "shortest");
        snprintf(hex, sizeof hex, "01000000" "01" ZEROS32 "00000000" "fe%s" "ffffffff" "00"
                 "00000000", "10000000");
        assert_tx_refused(hex, EM_FORMAT, 42, "shortest");
        snprintf(hex, sizeof hex, "01000000" "01" ZEROS32 "00000000" "ff%s" "ffffffff" "00"
                 "00000000", "ffffffffffffffff");
        assert_tx_refused(hex, EM_FORMAT, 5 + 1 + 36 + 9 + 9, "cut off");
        snprintf(hex, sizeof hex, "01000000" "0001" "01%s" "00" "00" "00000000", in);
        assert_tx_refused(hex, EM_FORMAT, 4 + 2 + 42 + 1 + 1, "all are empty");
}

static void a_transaction_cut_at_any_byte_is_refused(void **state)
{
        (void)state;
        given g = give(SEGWIT);
        em_btc_tx tx;
        for (size_t n = 0; n < g.bytes.n; n++) {
                /* a copy, so that a sanitizer sees any byte read past */
                char *copy = malloc(n ? n : 1);
                assert_non_null(copy);
                memcpy(copy, g.bytes.p, n);
                em_status status = em_btc_tx_parse((em_str){ copy, n }, NULL, g.arena, &tx, &g.err);
                assert_true(status == EM_FORMAT || status == EM_LIMIT);
                assert_true(g.err.column >= 1 && g.err.column <= n + 1);
                em_arena_reset(g.arena);
                free(copy);
        }
        done(&g);
}

static void every_flipped_bit_of_a_block_changes_its_hash_or_is_refused(void **state)
{
        (void)state;
        given g = give(BLOCK1);
        em_btc_block good, b;
        assert_int_equal(em_btc_block_parse(g.bytes, NULL, g.arena, &good, NULL), EM_OK);
        char *copy = malloc(g.bytes.n);
        assert_non_null(copy);
        memcpy(copy, g.bytes.p, g.bytes.n);
        for (size_t bit = 0; bit < 8 * g.bytes.n; bit++) {
                copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
                em_status status = em_btc_block_parse((em_str){ copy, g.bytes.n }, NULL, g.arena,
                                                      &b, &g.err);
                bool in_root = bit / 8 >= 36 && bit / 8 < 68, in_header = bit / 8 < 80;
                if (in_header && !in_root) {
                        assert_int_equal(status, EM_OK);
                        assert_memory_not_equal(b.hash.b, good.hash.b, 32);
                } else {
                        assert_true(status == EM_FORMAT || status == EM_LIMIT);
                }
                copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        }
        free(copy);
        done(&g);
}

static void a_block_in_a_larger_text_says_how_long_it_is(void **state)
{
        (void)state;
        given g = give(BLOCK1 "cafe");
        em_btc_block b = { .txs = 77 };
        em_btc_opts opts = em_btc_defaults;
        assert_int_equal(em_btc_block_parse(g.bytes, NULL, g.arena, &b, &g.err), EM_FORMAT);
        assert_int_equal(g.err.column, 216);
        assert_int_equal(b.txs, 77);
        opts.exact = false;
        assert_int_equal(em_btc_block_parse(g.bytes, &opts, g.arena, &b, &g.err), EM_OK);
        assert_int_equal(b.length, 215);
        done(&g);
}

static void a_full_arena_is_said_and_nothing_is_half_done(void **state)
{
        (void)state;
        em_str bytes = unhex(BLOCK1);
        em_error err = { 0 };
        size_t failed = 0;
        for (size_t most = 0; most < 1024; most += 16) {
                em_arena *arena = em_arena_new(most);
                em_btc_block b = { .txs = 77 };
                em_status status = em_btc_block_parse(bytes, NULL, arena, &b, &err);
                assert_true(status == EM_OK || (status == EM_NOMEM && b.txs == 77));
                failed += status == EM_NOMEM;
                em_arena_free(arena);
        }
        assert_in_range(failed, 4, 63);
        unhex_free(bytes);
}

/* Two blocks whose coinbases are equal byte for byte, as those of 91,722 and 91,880 were
 * before BIP 30: the hashes differ by the header's time, the txids do not. */
static void equal_coinbases_in_two_blocks_have_one_txid(void **state)
{
        (void)state;
        given g = give(GENESIS);
        em_btc_block first, second;
        assert_int_equal(em_btc_block_parse(g.bytes, NULL, g.arena, &first, NULL), EM_OK);
        char *copy = malloc(g.bytes.n);
        assert_non_null(copy);
        memcpy(copy, g.bytes.p, g.bytes.n);
        copy[68]++;
        assert_int_equal(em_btc_block_parse((em_str){ copy, g.bytes.n }, NULL, g.arena, &second,
                                            NULL), EM_OK);
        assert_memory_not_equal(first.hash.b, second.hash.b, 32);
        assert_memory_equal(first.tx[0].txid.b, second.tx[0].txid.b, 32);
        free(copy);
        done(&g);
}

/* ---- hashes ------------------------------------------------------------- */

static void double_sha256_is_the_published_one_for_hello(void **state)
{
        (void)state;
        char hex[65];
        /* en.bitcoin.it/wiki/Protocol_documentation, "Hashes" */
        em_hash256 hash = em_btc_double_sha256(EM_S("hello"));
        assert_string_equal(hex_of((em_str){ (const char *)hash.b, 32 }, hex),
                            "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
        uint8_t h160[20];
        em_btc_hash160(EM_S("hello"), h160);
        assert_string_equal(hex_of((em_str){ (const char *)h160, 20 }, hex),
                            "b6a9c8c230722b7c748331a8b450f05566dc7d0f");
}

static void hashing_in_parts_is_hashing_the_whole(void **state)
{
        (void)state;
        char bytes[200];
        for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (char)(i * 7);
        em_hash256 whole = em_btc_double_sha256((em_str){ bytes, sizeof bytes });
        for (size_t a = 0; a <= sizeof bytes; a += 3)
                for (size_t b = a; b <= sizeof bytes; b += 5) {
                        em_str parts[] = { { bytes, a }, { bytes + a, b - a },
                                           { bytes + b, sizeof bytes - b } };
                        em_hash256 hash = em_btc_double_sha256_parts(parts, 3);
                        assert_memory_equal(hash.b, whole.b, 32);
                }
}

static void a_hash_is_shown_and_read_the_other_way_round(void **state)
{
        (void)state;
        em_hash256 hash;
        char text[65];
        memset(&hash, 0, sizeof hash);
        hash.b[31] = 0xab;
        assert_string_equal(em_hash256_text(hash, text),
                            "ab00000000000000000000000000000000000000000000000000000000000000");
        em_hash256 back;
        assert_true(em_hash256_parse(em_str_c(text), &back));
        assert_memory_equal(back.b, hash.b, 32);
        text[0] = 'A';
        assert_false(em_hash256_parse(em_str_c(text), &back));
        assert_false(em_hash256_parse((em_str){ text + 1, 63 }, &back));
}

static em_hash256 hash_of_text(const char *text)
{
        em_hash256 hash;
        assert_true(em_hash256_parse(em_str_c(text), &hash));
        return hash;
}

static void the_merkle_tree_of_block_100000_has_its_published_root(void **state)
{
        (void)state;
        em_hash256 root, leaf[4] = {
                hash_of_text("8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87"),
                hash_of_text("fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4"),
                hash_of_text("6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4"),
                hash_of_text("e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d"),
        };
        assert_true(em_btc_merkle(leaf, 4, &root));
        assert_hash(root, "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766");
}

/* Three leaves a b c hash as a b c c; so the list a b c c has the same root and must be told
 * apart (CVE-2012-2459). */
static void a_list_that_repeats_its_end_is_refused(void **state)
{
        (void)state;
        em_hash256 three[3] = { { { 1 } }, { { 2 } }, { { 3 } } }, root;
        em_hash256 four[4] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 3 } } };
        em_hash256 six[6] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } }, { { 5 } }, { { 6 } } };
        em_hash256 eight[8] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } }, { { 5 } }, { { 6 } },
                                { { 5 } }, { { 6 } } };
        em_hash256 apart[4] = { { { 1 } }, { { 3 } }, { { 3 } }, { { 2 } } };
        assert_true(em_btc_merkle(three, 3, &root));
        assert_false(em_btc_merkle(four, 4, &root));
        assert_true(em_btc_merkle(six, 6, &root));
        assert_false(em_btc_merkle(eight, 8, &root));
        assert_true(em_btc_merkle(apart, 4, &root));
}

/* ---- heights ------------------------------------------------------------ */

/* A block of the version with one coinbase of the script, its root computed here. */
static int64_t height_of(const char *version, const char *script)
{
        char hex[1024], root[65];
        snprintf(hex, sizeof hex, "01000000" "01" ZEROS32 "ffffffff" "%02zx%s" "ffffffff" "00"
                 "00000000", strlen(script) / 2, script);
        em_str tx = unhex(hex);
        em_hash256 hash = em_btc_double_sha256(tx);
        char body[512];
        snprintf(body, sizeof body, "%s", hex);
        hex_of((em_str){ (const char *)hash.b, 32 }, root);
        snprintf(hex, sizeof hex, "%s" ZEROS32 "%s" "00000000" "00000000" "00000000" "01" "%s",
                 version, root, body);
        given g = give(hex);
        em_btc_block b = { .height = 99 };
        assert_int_equal(em_btc_block_parse(g.bytes, NULL, g.arena, &b, &g.err), EM_OK);
        done(&g);
        unhex_free(tx);
        return b.height;
}

static void the_height_is_the_first_push_of_the_coinbase_as_bip_34_says(void **state)
{
        (void)state;
        assert_int_equal(height_of("02000000", "03" "4e0d03" "ff"), 0x030d4e);
        assert_int_equal(height_of("00000020", "03" "ffff0f"), 0x0fffff);
        assert_int_equal(height_of("02000000", "03" "ffff8f00"), -1);   /* sign bit: negative */
        assert_int_equal(height_of("02000000", "04" "ffff8f00"), 0x8fffff);
        assert_int_equal(height_of("02000000", "01" "11"), 17);
        assert_int_equal(height_of("02000000", "02" "8000"), 128);
        assert_int_equal(height_of("02000000", "51" "00"), 1);          /* OP_1: regtest */
        assert_int_equal(height_of("02000000", "60" "00"), 16);         /* OP_16 */
        assert_int_equal(height_of("02000000", "01" "10"), -1);         /* OP_16 is shorter */
        assert_int_equal(height_of("02000000", "02" "1100"), -1);       /* one byte would do */
        assert_int_equal(height_of("01000000", "03" "4e0d03"), -1);     /* version 1 */
        assert_int_equal(height_of("02000000", "03" "4e0d"), -1);       /* cut off */
        assert_int_equal(height_of("02000000", "05" "ffffffffff"), -1);
        assert_int_equal(height_of("02000000", "05" "ffffff7f01"), -1); /* over 31 bits */
        assert_int_equal(height_of("02000000", "04" "ffffff7f"), INT32_MAX);
        assert_int_equal(height_of("02000000", ""), -1);
        assert_int_equal(height_of("02000000", "00"), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_genesis_block_reads_as_it_is_printed_everywhere),
                cmocka_unit_test(block_1_follows_the_genesis_block),
                cmocka_unit_test(a_witness_is_kept_and_left_out_of_the_txid),
                cmocka_unit_test(what_is_no_transaction_is_refused_at_its_place),
                cmocka_unit_test(a_transaction_cut_at_any_byte_is_refused),
                cmocka_unit_test(every_flipped_bit_of_a_block_changes_its_hash_or_is_refused),
                cmocka_unit_test(a_block_in_a_larger_text_says_how_long_it_is),
                cmocka_unit_test(a_full_arena_is_said_and_nothing_is_half_done),
                cmocka_unit_test(equal_coinbases_in_two_blocks_have_one_txid),
                cmocka_unit_test(double_sha256_is_the_published_one_for_hello),
                cmocka_unit_test(hashing_in_parts_is_hashing_the_whole),
                cmocka_unit_test(a_hash_is_shown_and_read_the_other_way_round),
                cmocka_unit_test(the_merkle_tree_of_block_100000_has_its_published_root),
                cmocka_unit_test(a_list_that_repeats_its_end_is_refused),
                cmocka_unit_test(the_height_is_the_first_push_of_the_coinbase_as_bip_34_says),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
