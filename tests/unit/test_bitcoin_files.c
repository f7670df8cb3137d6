/* Real blocks and block files of the shared data: counts measured by an independent parser
 * (its README), roots recomputed, and undo data by which every block's coinbase takes
 * exactly subsidy and fees.  Skipped, loudly, where the shared data are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/bitcoin.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
static const uint8_t main_magic[4] = { 0xf9, 0xbe, 0xb4, 0xd9 };
static const uint8_t regtest_magic[4] = { 0xfa, 0xbf, 0xb5, 0xda };
static const uint8_t no_key[8];

static em_str folder(em_arena *arena)
{
        const char *shared = getenv("EMBARGO_SHARED"), *project = getenv("PROJECT");
        em_str path;
        if (shared)
                assert_int_equal(em_str_copy(em_str_c(shared), arena, &path, NULL), EM_OK);
        else
                assert_int_equal(em_str_format(arena, &path, NULL, "%s/../shared",
                                               project ? project : "."), EM_OK);
        assert_int_equal(em_path_join(path, EM_S("data/chain/btc"), arena, &path, NULL), EM_OK);
        return path;
}

typedef struct fixture { em_arena *arena, *work; em_str root; } fixture;

/* Skips the test when the shared data are not there. */
static fixture begin(void)
{
        fixture f = { .arena = em_arena_new((size_t)64 << 20),
                      .work = em_arena_new((size_t)64 << 20) };
        f.root = folder(f.arena);
        if (!em_path_is_dir(f.root)) {
                print_message("# SKIPPED: no shared data at %.*s; set EMBARGO_SHARED\n",
                              EM_ARG(f.root));
                em_arena_free(f.arena);
                em_arena_free(f.work);
                skip();
        }
        return f;
}

static void end(fixture *f)
{
        em_arena_free(f->arena);
        em_arena_free(f->work);
}

static em_str bytes_of(fixture *f, const char *name)
{
        em_str path, bytes;
        em_error err = { 0 };
        assert_int_equal(em_path_join(f->root, em_str_c(name), f->arena, &path, &err), EM_OK);
        if (em_file_read(path, (uint64_t)64 << 20, f->arena, &bytes, &err) != EM_OK)
                fail_msg("%s: %s", name, err.text);
        return bytes;
}

static em_btc_block block_in(fixture *f, const char *name)
{
        em_btc_block block = { .txs = 0 };
        em_btc_opts opts = em_btc_defaults;
        em_error err = { 0 };
        opts.wtxids = true;
        if (em_btc_block_parse(bytes_of(f, name), &opts, f->arena, &block, &err) != EM_OK)
                fail_msg("%s: %s", name, err.text);
        return block;
}

typedef struct tally { size_t blocks, txs, segwit, ins, outs; int64_t coinbase_sat; } tally;

/* Inputs without the coinbase's. */
static void count(tally *t, const em_btc_block *b)
{
        t->blocks++;
        t->txs += b->txs;
        for (size_t i = 0; i < b->txs; i++) {
                t->segwit += b->tx[i].segwit;
                t->ins += i ? b->tx[i].ins : 0;
                t->outs += b->tx[i].outs;
        }
        for (size_t i = 0; i < b->tx[0].outs; i++)
                t->coinbase_sat += b->tx[0].out[i].value_sat;
}

/* name, block hash (Bitcoin's own name for the bytes), height by BIP 34, tx, in, out */
static const struct {
        const char *name, *hash;
        int64_t height;
        size_t txs, ins, outs;
} blocks[] = {
        { "bcoin-block1.raw", "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
          -1, 1, 0, 1 },
        { "bcoin-block1087400.raw", "0000000003db83e6ab01a6eb", 1087400, 97, 205, 231 },
        { "bcoin-block300025.raw", "0000000000000000821c4e0a", 300025, 461, 1427, 1226 },
        { "bcoin-block426884.raw", "00000000000000000431d0ea", 426884, 409, 6031, 798 },
        { "bcoin-block482683.raw", "000000000000000000c23824", 482683, 12, 51, 25 },
        { "bcoin-block898352.raw", "00000000c269ad542ed9ac68", 898352, 10, 15, 24 },
        { "bcoin-block928816.raw", "00000000000001c4b87edf97", 928816, 889, 8692, 9241 },
        { "bcoin-block928828.raw", "00000000000cee3a01a2821f", 928828, 201, 1972, 1445 },
        { "bcoin-block928848.raw", "00000000000001dc1c2cbd9c", 928848, 676, 11215, 7379 },
        { "block169482.dat", "0000000000000756935f1ee9", -1, 14, 59, 231 },
        { "block227835.dat", "00000000000001aa077d7aa8", -1, 122, 262, 229 },
        { "block363703.dat", "0000000000000000011b2a4c", 363703, 587, 3042, 1418 },
        { "block370661.dat", "00000000000000001416a613", 370661, 708, 2005, 1823 },
        { "block383616.dat", "00000000000000000aab6a2b", 383616, 1731, 3619, 4307 },
        { "block413567.raw", "0000000000000000025aff8b", 413567, 1557, 4886, 3581 },
        { "block481815.dat", "000000000000000000893c01", 481815, 2097, 4698, 4659 },
        { "block_testnet21066.dat", "0000000004053156021d8e42", 21066, 2, 1, 2 },
        { "block_testnet32768.dat", "000000007590ba495b58338a", 32768, 5, 4, 9 },
        { "block_testnet700000.dat", "000000000000406178b12a4d", 700000, 4, 7, 12 },
        { "btcd-00000000000000000021868c.blk", "00000000000000000021868c", 540107, 230, 7032, 472 },
        { "electrs-000000000000000002d249a3.raw", "000000000000000002d249a3", 437303, 1652, 4897,
          5640 },
        { "mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw",
          "000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae", 702861, 2500, 6517,
          6015 },
};

static void every_block_file_has_its_hash_root_height_and_counts(void **state)
{
        (void)state;
        fixture f = begin();
        for (size_t i = 0; i < COUNT(blocks); i++) {
                char name[128], hash[65];
                tally t = { 0 };
                snprintf(name, sizeof name, "blocks/%s", blocks[i].name);
                em_btc_block b = block_in(&f, name);
                count(&t, &b);
                em_hash256_text(b.hash, hash);
                assert_true(em_str_starts(em_str_c(hash), em_str_c(blocks[i].hash)));
                assert_int_equal(b.height, blocks[i].height);
                assert_int_equal(t.txs, blocks[i].txs);
                assert_int_equal(t.ins, blocks[i].ins);
                assert_int_equal(t.outs, blocks[i].outs);
                em_arena_reset(f.arena);
                f.root = folder(f.arena);
        }
        end(&f);
}

static void segwit_transactions_are_as_many_as_counted(void **state)
{
        (void)state;
        static const struct { const char *name; size_t segwit; } rows[] = {
                { "blocks/bcoin-block1087400.raw", 3 }, { "blocks/bcoin-block482683.raw", 2 },
                { "blocks/bcoin-block928816.raw", 830 }, { "blocks/bcoin-block928848.raw", 669 },
                { "blocks/block413567.raw", 0 },
                { "blocks/mainnet_000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae.raw",
                  2065 },
        };
        fixture f = begin();
        for (size_t i = 0; i < COUNT(rows); i++) {
                tally t = { 0 };
                em_btc_block b = block_in(&f, rows[i].name);
                count(&t, &b);
                assert_int_equal(t.segwit, rows[i].segwit);
        }
        end(&f);
}

/* ---- files of many blocks ------------------------------------------------- */

static tally read_chain(fixture *f, const char *name, const uint8_t magic[4], uint64_t skipped)
{
        tally t = { 0 };
        em_blk blk = em_blk_make(bytes_of(f, name), magic, no_key);
        em_str bytes;
        uint64_t offset;
        bool cut;
        em_error err = { 0 };
        while (em_blk_next(&blk, f->work, &bytes, &offset, &cut)) {
                em_btc_block b;
                if (em_btc_block_parse(bytes, NULL, f->work, &b, &err) != EM_OK)
                        fail_msg("%s at %llu: %s", name, (unsigned long long)offset, err.text);
                count(&t, &b);
                em_arena_reset(f->work);
        }
        assert_false(cut);
        assert_true(blk.skipped == skipped);
        return t;
}

static void files_of_many_blocks_have_their_counts(void **state)
{
        (void)state;
        static const struct { const char *name; const uint8_t *magic; size_t blocks, txs, ins, outs; }
        rows[] = {
                { "chains/bitcoinj-first-100k-blocks.dat", main_magic, 439, 446, 7, 451 },
                { "chains/blocksci-regtest-btc-blk00000.dat", regtest_magic, 202, 356, 178, 693 },
                { "chains/nbitcoin-blk00000.dat", main_magic, 300, 307, 7, 312 },
                { "chains/nbitcoin-blk00001.dat", main_magic, 300, 309, 18, 315 },
                /* one zero that belongs nowhere, a 301st block, then zeros to the end */
                { "chains/nbitcoin-incompleteblk.dat", main_magic, 301, 310, 18, 316 },
        };
        fixture f = begin();
        for (size_t i = 0; i < COUNT(rows); i++) {
                tally t = read_chain(&f, rows[i].name, rows[i].magic, 0);
                assert_int_equal(t.blocks, rows[i].blocks);
                assert_int_equal(t.txs, rows[i].txs);
                assert_int_equal(t.ins, rows[i].ins);
                assert_int_equal(t.outs, rows[i].outs);
        }
        end(&f);
}

/* 4313 x 50 BTC and one fee of 2.01 BTC */
static void the_first_4313_blocks_issue_215652_01_bitcoin(void **state)
{
        (void)state;
        fixture f = begin();
        tally t = read_chain(&f, "chains/jeffchan-blk00000-first-4313-blocks.dat", main_magic, 0);
        assert_int_equal(t.blocks, 4313);
        assert_int_equal(t.txs, 4371);
        assert_int_equal(t.ins, 247);
        assert_int_equal(t.outs, 4397);
        assert_true(t.coinbase_sat == INT64_C(21565201000000));
        end(&f);
}

/* Block 170: Satoshi Nakamoto pays Hal Finney 10 of the 50 bitcoin of block 9 and keeps 40. */
static void the_first_payment_is_found_in_block_170(void **state)
{
        (void)state;
        fixture f = begin();
        em_blk blk = em_blk_make(bytes_of(&f, "chains/jeffchan-blk00000-first-4313-blocks.dat"),
                                 main_magic, no_key);
        em_str bytes;
        uint64_t offset;
        bool cut;
        em_btc_block b;
        char hash[65];
        for (int height = 0; height <= 170; height++)
                assert_true(em_blk_next(&blk, f.work, &bytes, &offset, &cut));
        assert_int_equal(em_btc_block_parse(bytes, NULL, f.work, &b, NULL), EM_OK);
        assert_int_equal(b.txs, 2);
        assert_string_equal(em_hash256_text(b.tx[1].txid, hash),
                            "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16");
        assert_string_equal(em_hash256_text(b.tx[1].in[0].prev, hash),
                            "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9");
        assert_int_equal(b.tx[1].in[0].vout, 0);
        assert_true(b.tx[1].out[0].value_sat == INT64_C(1000000000));
        assert_true(b.tx[1].out[1].value_sat == INT64_C(4000000000));
        /* the place: offset in the file, then in the block, are the value's eight bytes */
        const char *value = blk.text.p + offset + b.tx[1].out[0].offset;
        assert_memory_equal(value, "\x00\xca\x9a\x3b\x00\x00\x00\x00", 8);      /* 10^9 */
        end(&f);
}

/* The same file with a key, as Core 28 writes it, has the same blocks. */
static void a_masked_file_has_the_same_blocks(void **state)
{
        (void)state;
        static const uint8_t key[8] = { 0x5f, 0x01, 0x9c, 0xe2, 0x00, 0x77, 0xab, 0x34 };
        fixture f = begin();
        em_str plain = bytes_of(&f, "chains/nbitcoin-blk00000.dat");
        char *copy = em_arena_alloc(f.arena, plain.n);
        assert_non_null(copy);
        for (size_t i = 0; i < plain.n; i++)
                copy[i] = (char)((uint8_t)plain.p[i] ^ key[i % 8]);
        em_blk a = em_blk_make(plain, main_magic, no_key),
               b = em_blk_make((em_str){ copy, plain.n }, main_magic, key);
        em_str x, y;
        uint64_t at_x, at_y;
        bool cut;
        while (em_blk_next(&a, f.work, &x, &at_x, &cut)) {
                assert_true(em_blk_next(&b, f.work, &y, &at_y, &cut));
                assert_true(at_x == at_y && em_str_eq(x, y));
                em_arena_reset(f.work);
        }
        assert_false(em_blk_next(&b, f.work, &y, &at_y, &cut));
        end(&f);
}

static void a_file_cut_anywhere_gives_the_blocks_before_the_cut(void **state)
{
        (void)state;
        fixture f = begin();
        em_str all = bytes_of(&f, "chains/nbitcoin-blk00001.dat");
        for (size_t n = 0; n < all.n; n += 997) {
                em_blk blk = em_blk_make(em_str_sub(all, 0, n), main_magic, no_key);
                em_str bytes;
                uint64_t offset, end_of_last = 0;
                bool cut = false;
                em_btc_block b;
                while (em_blk_next(&blk, NULL, &bytes, &offset, &cut)) {
                        assert_int_equal(em_btc_block_parse(bytes, NULL, f.work, &b, NULL), EM_OK);
                        assert_true(offset == end_of_last + 8);
                        end_of_last = offset + bytes.n;
                        em_arena_reset(f.work);
                }
                assert_true(cut == (n - end_of_last >= 8));
        }
        end(&f);
}

/* Witnesses included: with wtxids asked for, BIP 141's commitment covers them. */
static void any_flipped_bit_behind_the_header_of_a_segwit_block_is_refused(void **state)
{
        (void)state;
        fixture f = begin();
        em_str good = bytes_of(&f, "blocks/bcoin-block482683.raw");
        em_btc_opts opts = em_btc_defaults;
        opts.wtxids = true;
        char *copy = em_arena_alloc(f.arena, good.n);
        assert_non_null(copy);
        memcpy(copy, good.p, good.n);
        for (size_t bit = 8 * 80; bit < 8 * good.n; bit += 3) {
                em_btc_block b;
                copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
                em_status status = em_btc_block_parse((em_str){ copy, good.n }, &opts, f.work, &b,
                                                      NULL);
                if (status != EM_FORMAT && status != EM_LIMIT)
                        fail_msg("bit %zu of byte %zu", bit % 8, bit / 8);
                copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
                em_arena_reset(f.work);
        }
        end(&f);
}

/* ---- undo ------------------------------------------------------------------- */

typedef struct coin { int64_t value_sat; em_str script; } coin;

/* bcoin's own form: 8 bytes of value, CompactSize, script; one coin for each input in order. */
static size_t read_coins(em_str bytes, coin *list, size_t most)
{
        const uint8_t *p = (const uint8_t *)bytes.p;
        size_t at = 0, n = 0;
        while (at < bytes.n) {
                int64_t value = 0;
                assert_true(n < most && at + 9 <= bytes.n);
                for (size_t i = 8; i-- > 0;)
                        value = value << 8 | p[at + i];
                size_t length = p[at + 8];
                at += 9;
                if (length == 0xfd) {
                        length = (size_t)p[at] | (size_t)p[at + 1] << 8;
                        at += 2;
                }
                assert_true(length <= bytes.n - at);
                list[n++] = (coin){ value, { bytes.p + at, length } };
                at += length;
        }
        return n;
}

static void put_varint(em_buf *buf, uint64_t n)
{
        uint8_t group[10];
        size_t used = 0;
        group[used++] = n & 0x7f;
        while (n > 0x7f) {
                n = (n >> 7) - 1;
                group[used++] = (uint8_t)(n & 0x7f) | 0x80;
        }
        while (used > 0)
                em_buf_ch(buf, (char)group[--used]);
}

/* compressor.cpp, CompressAmount */
static uint64_t squeezed(uint64_t n)
{
        uint64_t e = 0;
        if (n == 0)
                return 0;
        for (; n % 10 == 0 && e < 9; e++)
                n /= 10;
        return e < 9 ? 1 + (n / 10 * 9 + n % 10 - 1) * 10 + e : 1 + (n - 1) * 10 + 9;
}

/* compressor.cpp, ScriptCompression, with libcrypto's part of it turned round: an
 * uncompressed key is its abscissa and the parity of its last byte. */
static void put_script(em_buf *buf, em_str script)
{
        em_str who;
        const char *p = script.p;
        em_script_kind kind = em_script_read(script, &who);
        if (kind == EM_SCRIPT_P2PKH || kind == EM_SCRIPT_P2SH) {
                em_buf_ch(buf, kind == EM_SCRIPT_P2SH);
                em_buf_str(buf, who);
        } else if (kind == EM_SCRIPT_P2PK && (who.n == 33 || p[1] == 4)) {
                em_buf_ch(buf, who.n == 33 ? p[1] : (char)(4 | (p[65] & 1)));
                em_buf_str(buf, em_str_sub(who, 1, 32));
        } else {
                put_varint(buf, script.n + 6);
                em_buf_str(buf, script);
        }
}

static void put_compact(em_buf *buf, size_t n)
{
        assert_true(n <= 0xffff);
        if (n >= 0xfd)
                em_buf_ch(buf, (char)0xfd);
        em_buf_ch(buf, (char)(n & 0xff));
        if (n >= 0xfd)
                em_buf_ch(buf, (char)(n >> 8));
}

/* The record that Core would have written for these coins, all of height 1000 + i. */
static void put_record(em_buf *buf, const em_btc_block *block, const coin *list)
{
        uint64_t i = 0;
        put_compact(buf, block->txs - 1);
        for (size_t t = 1; t < block->txs; t++) {
                put_compact(buf, block->tx[t].ins);
                for (size_t k = 0; k < block->tx[t].ins; k++, i++) {
                        put_varint(buf, 2 * (1000 + i) + (i & 1));
                        em_buf_ch(buf, 0);
                        put_varint(buf, squeezed((uint64_t)list[i].value_sat));
                        put_script(buf, list[i].script);
                }
        }
}

static void assert_same_coins(fixture *f, const em_btc_block *block, const coin *list, size_t n)
{
        em_buf record = em_buf_make((size_t)4 << 20);
        em_btc_undo *undo;
        size_t got;
        em_error err = { 0 };
        put_record(&record, block, list);
        if (em_btc_undo_parse(em_buf_view(&record), block, f->arena, &undo, &got, &err) != EM_OK)
                fail_msg("%s at %llu", err.text, (unsigned long long)err.column);
        assert_int_equal(got, n);
        for (size_t i = 0; i < n; i++) {
                assert_true(undo[i].value_sat == list[i].value_sat);
                assert_true(undo[i].height == 1000 + (int64_t)i);
                assert_int_equal(undo[i].coinbase, i & 1);
                assert_true(em_str_eq(undo[i].script, list[i].script));
        }
        em_buf_free(&record);
}

static const em_btc_out *output_in(const em_btc_block *b, size_t before, const em_btc_in *in)
{
        for (size_t t = 0; t < before; t++)
                if (memcmp(b->tx[t].txid.b, in->prev.b, sizeof in->prev.b) == 0)
                        return in->vout < b->tx[t].outs ? &b->tx[t].out[in->vout] : NULL;
        return NULL;
}

/* Inputs that spend an output of the same block: the coin is that output. */
static size_t assert_prevouts(const em_btc_block *b, const coin *list)
{
        size_t i = 0, inside = 0;
        for (size_t t = 1; t < b->txs; t++)
                for (size_t k = 0; k < b->tx[t].ins; k++, i++) {
                        const em_btc_out *out = output_in(b, t, &b->tx[t].in[k]);
                        if (!out)
                                continue;
                        assert_true(out->value_sat == list[i].value_sat);
                        assert_true(em_str_eq(out->script, list[i].script));
                        inside++;
                }
        return inside;
}

/* Subsidy: 50 BTC halved every 210,000 blocks; these miners took all of it and the fees. */
static void undo_data_and_outputs_leave_exactly_subsidy_and_fees(void **state)
{
        (void)state;
        static const int heights[] = { 300025, 1087400, 928816, 928828, 928848 };
        fixture f = begin();
        size_t inside = 0;
        for (size_t h = 0; h < COUNT(heights); h++) {
                char name[64];
                tally t = { 0 };
                int64_t spent = 0, paid = 0;
                snprintf(name, sizeof name, "blocks/bcoin-block%d.raw", heights[h]);
                em_btc_block b = block_in(&f, name);
                count(&t, &b);
                coin *list = EM_NEW_N(f.arena, coin, t.ins);
                assert_non_null(list);
                snprintf(name, sizeof name, "blocks/bcoin-block%d-undo.raw", heights[h]);
                assert_int_equal(read_coins(bytes_of(&f, name), list, t.ins), t.ins);
                for (size_t i = 0; i < t.ins; i++)
                        spent += list[i].value_sat;
                for (size_t i = 1; i < b.txs; i++)
                        for (size_t k = 0; k < b.tx[i].outs; k++)
                                paid += b.tx[i].out[k].value_sat;
                int64_t subsidy = INT64_C(5000000000) >> heights[h] / 210000;
                assert_true(t.coinbase_sat == subsidy + spent - paid);
                assert_same_coins(&f, &b, list, t.ins);
                inside += assert_prevouts(&b, list);
        }
        assert_true(inside > 0);
        end(&f);
}

/* rev00000.dat of the first 40 blocks behind the genesis block: none spends anything, and the
 * checksums tie each record to its block. */
static void a_real_undo_file_belongs_to_its_blocks(void **state)
{
        (void)state;
        fixture f = begin();
        em_blk blocks_file = em_blk_make(bytes_of(&f, "chains/nbitcoin-blk00000.dat"), main_magic,
                                         no_key);
        em_blk undo_file = em_blk_make(bytes_of(&f, "chains/nbitcoin-rev00000.dat"), main_magic,
                                       no_key);
        em_str bytes, record;
        uint64_t offset;
        bool cut;
        em_btc_block before, b;
        em_btc_undo *list;
        size_t count_of, records = 0;
        undo_file.tail = 32;
        assert_true(em_blk_next(&blocks_file, f.work, &bytes, &offset, &cut));
        assert_int_equal(em_btc_block_parse(bytes, NULL, f.work, &before, NULL), EM_OK);
        while (em_blk_next(&undo_file, f.work, &record, &offset, &cut)) {
                assert_true(em_blk_next(&blocks_file, f.work, &bytes, &offset, &cut));
                assert_int_equal(em_btc_block_parse(bytes, NULL, f.work, &b, NULL), EM_OK);
                assert_int_equal(em_btc_undo_parse(record, &b, f.work, &list, &count_of, NULL),
                                 EM_OK);
                assert_int_equal(count_of, 0);
                assert_int_equal(em_btc_undo_parse(record, &before, f.work, &list, &count_of,
                                                   NULL), EM_FORMAT);
                before = b;
                records++;
        }
        assert_int_equal(records, 40);
        assert_false(cut);
        end(&f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_block_file_has_its_hash_root_height_and_counts),
                cmocka_unit_test(segwit_transactions_are_as_many_as_counted),
                cmocka_unit_test(files_of_many_blocks_have_their_counts),
                cmocka_unit_test(the_first_4313_blocks_issue_215652_01_bitcoin),
                cmocka_unit_test(the_first_payment_is_found_in_block_170),
                cmocka_unit_test(a_masked_file_has_the_same_blocks),
                cmocka_unit_test(a_file_cut_anywhere_gives_the_blocks_before_the_cut),
                cmocka_unit_test(any_flipped_bit_behind_the_header_of_a_segwit_block_is_refused),
                cmocka_unit_test(undo_data_and_outputs_leave_exactly_subsidy_and_fees),
                cmocka_unit_test(a_real_undo_file_belongs_to_its_blocks),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
