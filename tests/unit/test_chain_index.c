/* The chain index on chains that this test mines itself: what the files may do to a
 * builder, and what a builder must not let happen to the numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_blocks.h"

#include <signal.h>
#include <sys/wait.h>

#define LENGTH 6

/* Blocks 0 to 5; block k has the coinbase k, which pays 50 to payee k; block 3 also spends
 * coinbase 1 into 20 for payee 0x31 and 29 for payee 0x32 (a fee of 1); block 5 spends that 20 whole to payee 0x31. */
typedef struct story { mk_tx coinbase[LENGTH], split, again; mk_block block[LENGTH]; } story;

static void free_story(story *s)
{
        for (int k = 0; k < LENGTH; k++) {
                em_buf_free(&s->coinbase[k].bytes);
                em_buf_free(&s->block[k].bytes);
        }
        em_buf_free(&s->split.bytes);
        em_buf_free(&s->again.bytes);
}

static story make_story(void)
{
        story s;
        em_hash256 prev = { { 0 } };
        for (uint32_t k = 0; k < LENGTH; k++)
                s.coinbase[k] = mk_coinbase(k, (uint8_t)k, 50);
        mk_out two[2] = { { 20, 0x31 }, { 29, 0x32 } }, one = { 20, 0x31 };
        s.split = mk_spend(&(mk_in){ s.coinbase[1].txid, 0 }, 1, two, 2, 7);
        s.again = mk_spend(&(mk_in){ s.split.txid, 0 }, 1, &one, 1, 8);
        for (uint32_t k = 0; k < LENGTH; k++) {
                const mk_tx *txs[2] = { &s.coinbase[k], k == 3 ? &s.split : &s.again };
                s.block[k] = mk_mine(prev, 1000 + k, txs, k == 3 || k == 5 ? 2 : 1);
                prev = s.block[k].hash;
        }
        return s;
}

static em_buf framed(const story *s, const int *order, size_t n)
{
        em_buf file = em_buf_make((size_t)64 << 20);
        for (size_t i = 0; i < n; i++)
                mk_frame(&file, em_buf_view(&s->block[order[i]].bytes));
        return file;
}

static const int in_order[LENGTH] = { 0, 1, 2, 3, 4, 5 };

static void write_story(const mk_place *p, const story *s)
{
        em_buf file = framed(s, in_order, LENGTH);
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_buf_free(&file);
}

static em_chain_built build(const mk_place *p)
{
        em_chain_built b = { 0 };
        em_error err = { 0 };
        if (em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &b, &err) != EM_OK)
                fail_msg("%s", err.text);
        return b;
}

static em_chain *open_index(const mk_place *p)
{
        em_chain *chain = NULL;
        em_error err = { 0 };
        if (em_chain_open(em_str_c(p->index), &chain, &err) != EM_OK)
                fail_msg("%s", err.text);
        return chain;
}

static void tell_test(void *ctx, const char *sentence)
{
        (void)ctx;
        print_message("%s\n", sentence);
}

static void assert_verifies(const mk_place *p)
{
        em_chain *chain = open_index(p);
        em_error err = { 0 };
        assert_int_equal(em_chain_verify(chain, em_str_c(p->blocks), 1000000, tell_test, NULL, &err), EM_OK);
        em_chain_close(chain);
}

static em_id id_of(const em_chain *chain, em_hash256 txid)
{
        em_id id;
        assert_int_equal(em_chain_find_tx(chain, txid, &id, NULL), EM_OK);
        return id;
}

/* The story's numbers, whatever the files looked like. */
static void assert_story(const mk_place *p, const story *s)
{
        em_chain *chain = open_index(p);
        const em_graph *g = em_chain_graph(chain);
        assert_int_equal(g->blocks, 6);
        assert_int_equal(g->txs, 8);
        assert_int_equal(g->ins, 8);
        assert_int_equal(g->outs, 9);
        assert_int_equal(g->payees, 8);                 /* 0 to 5, 0x31, 0x32 */
        em_id split = id_of(chain, s->split.txid), again = id_of(chain, s->again.txid);
        assert_int_equal(split, 4);                     /* 0 1 2 (3 4) 5 (6 7) */
        assert_int_equal(again, 7);
        assert_int_equal(em_graph_spent(g, em_graph_first_in(g, split)), 1);
        assert_int_equal(em_graph_spender(g, 1), em_graph_first_in(g, split));
        em_id out = em_graph_first_out(g, split);
        assert_int_equal(out, 4);
        assert_int_equal(em_graph_value(g, out), 20);
        assert_int_equal(em_graph_value(g, out + 1), 29);
        assert_int_equal(em_graph_spender(g, out), em_graph_first_in(g, again));
        assert_true(em_graph_spender(g, out + 1) == EM_ID_NONE);
        assert_true(em_graph_spent(g, 0) == EM_ID_NONE);
        assert_int_equal(em_graph_block_time(g, 3), 1003);
        em_chain_close(chain);
        assert_verifies(p);
}

static void test_blocks_in_order_give_ids_in_order(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        em_chain_built b = build(p);
        assert_int_equal(b.blocks, 6);
        assert_int_equal(b.height, 5);
        assert_int_equal(b.coinbases, 6);
        assert_int_equal(b.unknown_prevouts + b.double_spends + b.orphans + b.cut + b.skipped_bytes, 0);
        assert_story(p, &s);
        free_story(&s);
}

static void test_a_payee_has_its_outputs_in_order_and_can_be_found(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        build(p);
        em_chain *chain = open_index(p);
        char script[25] = "\x76\xa9\x14";
        memset(script + 3, 0x31, 20);
        memcpy(script + 23, "\x88\xac", 2);
        em_payee payee = em_script_payee((em_str){ script, 25 });
        uint32_t id;
        em_id *outs;
        size_t n;
        assert_int_equal(em_chain_find_payee(chain, payee, &id, NULL), EM_OK);
        assert_int_equal(id, 4);                        /* first paid after payees 0 1 2 3 */
        em_payee back = em_chain_payee(chain, id);
        assert_memory_equal(&back, &payee, sizeof payee);
        assert_int_equal(em_chain_payee_outs(chain, id, p->arena, &outs, &n, NULL), EM_OK);
        assert_int_equal(n, 2);
        assert_int_equal(outs[0], 4);
        assert_int_equal(outs[1], 8);
        payee.b[0] ^= 1;
        assert_int_equal(em_chain_find_payee(chain, payee, &id, NULL), EM_MISSING);
        em_chain_close(chain);
        free_story(&s);
}

static void test_a_transactions_place_holds_its_bytes(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        build(p);
        em_chain *chain = open_index(p);
        em_chain_place place;
        em_str path, bytes;
        assert_int_equal(em_chain_place_of(chain, id_of(chain, s.split.txid), p->arena, &place, NULL), EM_OK);
        assert_int_equal(place.height, 3);
        assert_memory_equal(place.block.b, s.block[3].hash.b, 32);
        assert_int_equal(em_path_join(em_str_c(p->blocks), place.file, p->arena, &path, NULL), EM_OK);
        assert_int_equal(em_file_read(path, 1 << 20, p->arena, &bytes, NULL), EM_OK);
        em_str tx = em_str_sub(bytes, (size_t)place.offset, (size_t)place.length);
        assert_true(em_str_eq(tx, em_buf_view(&s.split.bytes)));
        em_chain_close(chain);
        free_story(&s);
}

static void test_blocks_out_of_order_in_several_files_give_the_same_chain(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_buf one = framed(&s, (const int[]){ 4, 1, 3 }, 3), two = framed(&s, (const int[]){ 5, 0, 2 }, 3);
        mk_write(p, "blk00000.dat", em_buf_view(&one));
        mk_write(p, "blk00001.dat", em_buf_view(&two));
        assert_int_equal(build(p).files, 2);
        assert_story(p, &s);
        em_buf_free(&one);
        em_buf_free(&two);
        free_story(&s);
}

static void test_single_raw_blocks_give_the_same_chain(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        for (int k = 0; k < LENGTH; k++) {
                char name[32];
                snprintf(name, sizeof name, "block-%d.raw", 9 - k);
                mk_write(p, name, em_buf_view(&s.block[k].bytes));
        }
        build(p);
        assert_story(p, &s);
        free_story(&s);
}

static void test_an_obfuscated_folder_gives_the_same_chain(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        const char key[8] = { 0x21, 0x43, 0x65, 0x07, 0x11, 0x13, 0x17, 0x19 };
        em_buf file = framed(&s, in_order, LENGTH);
        for (size_t i = 0; i < file.n; i++)
                file.p[i] ^= key[i % 8];
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        mk_write(p, "xor.dat", (em_str){ key, 8 });
        assert_int_equal(build(p).skipped_bytes, 0);
        assert_story(p, &s);
        em_buf_free(&file);
        free_story(&s);
}

static void test_rubbish_padding_and_a_cut_last_block_are_counted(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_buf file = framed(&s, (const int[]){ 0, 1 }, 2), rest = framed(&s, (const int[]){ 2, 3, 4, 5 }, 4);
        em_buf_add(&file, "what is this", 12);
        em_buf_str(&file, em_buf_view(&rest));
        size_t whole = file.n;
        em_buf_clear(&rest);
        mk_frame(&rest, em_buf_view(&s.block[5].bytes));
        em_buf_add(&file, rest.p, rest.n - 10);
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_chain_built b = build(p);
        assert_int_equal(b.cut, 1);
        assert_int_equal(b.skipped_bytes, 12 + file.n - whole);
        assert_story(p, &s);

        char zeros[4096] = { 0 };
        file.n = whole;
        em_buf_add(&file, zeros, sizeof zeros);
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        b = build(p);
        assert_int_equal(b.cut, 0);
        assert_int_equal(b.skipped_bytes, 12);
        assert_story(p, &s);
        em_buf_free(&file);
        em_buf_free(&rest);
        free_story(&s);
}

static void test_a_wrong_frame_length_hides_only_its_own_block(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_buf file = framed(&s, (const int[]){ 0, 5, 1, 2, 3, 4, 5 }, 7);
        size_t at = 8 + s.block[0].bytes.n;             /* the first copy of block 5 claims 200 bytes more */
        file.p[at + 4] = (char)(file.p[at + 4] + 100);
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        build(p);
        assert_story(p, &s);
        em_buf_free(&file);
        free_story(&s);
}

static void test_a_block_that_stands_twice_counts_once(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_buf file = framed(&s, (const int[]){ 0, 1, 2, 2, 3, 4, 5, 0 }, 8);
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_chain_built b = build(p);
        assert_int_equal(b.duplicates, 2);
        assert_int_equal(b.orphans, 0);
        assert_story(p, &s);
        em_buf_free(&file);
        free_story(&s);
}

static void test_a_block_without_its_parent_is_an_orphan(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_hash256 nowhere = { { 7 } };
        const mk_tx *txs[1] = { &s.coinbase[0] };
        mk_block lost = mk_mine(nowhere, 5, txs, 1);
        em_buf file = framed(&s, in_order, LENGTH);
        mk_frame(&file, em_buf_view(&lost.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        assert_int_equal(build(p).orphans, 1);
        assert_story(p, &s);
        em_buf_free(&lost.bytes);
        em_buf_free(&file);
        free_story(&s);
}

/* A reorganisation: the branch of blocks 3', 4' is shorter until 5' and 6' come. */
static void test_new_blocks_on_another_branch_replace_the_old_ones(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        mk_tx coinbase[4];
        mk_block block[4];
        em_hash256 prev = s.block[2].hash;
        em_buf file = framed(&s, in_order, LENGTH);
        for (uint32_t k = 0; k < 4; k++) {
                coinbase[k] = mk_coinbase(100 + k, 0x60, 25);
                const mk_tx *txs[1] = { &coinbase[k] };
                block[k] = mk_mine(prev, 2000 + k, txs, 1);
                prev = block[k].hash;
        }
        for (int k = 0; k < 2; k++)
                mk_frame(&file, em_buf_view(&block[k].bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        assert_int_equal(build(p).orphans, 2);
        assert_story(p, &s);
        for (int k = 2; k < 4; k++)
                mk_frame(&file, em_buf_view(&block[k].bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_chain_built b = build(p);
        assert_int_equal(b.height, 6);
        assert_int_equal(b.orphans, 3);                 /* the old 3, 4, 5 */
        em_chain *chain = open_index(p);
        em_id id;
        assert_int_equal(em_chain_find_tx(chain, s.split.txid, &id, NULL), EM_MISSING);
        assert_true(em_graph_spender(em_chain_graph(chain), 1) == EM_ID_NONE);
        assert_int_equal(id_of(chain, coinbase[3].txid), 6);
        em_chain_close(chain);
        assert_verifies(p);
        for (int k = 0; k < 4; k++) {
                em_buf_free(&coinbase[k].bytes);
                em_buf_free(&block[k].bytes);
        }
        em_buf_free(&file);
        free_story(&s);
}

static void test_equal_work_goes_to_the_tip_that_stands_first(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        const mk_tx *txs[1] = { &s.coinbase[5] };
        mk_block rival = mk_mine(s.block[4].hash, 3000, txs, 1);
        em_buf file = framed(&s, in_order, LENGTH);
        mk_frame(&file, em_buf_view(&rival.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        assert_int_equal(build(p).orphans, 1);
        assert_story(p, &s);
        em_buf_free(&rival.bytes);
        em_buf_free(&file);
        free_story(&s);
}

/* A header that says bits 0x1d00ffff claims 2^32 hashes; without such a hash it counts for nothing. */
static void test_work_that_was_not_done_does_not_count(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        const mk_tx *txs[1] = { &s.coinbase[5] };
        mk_block liar = mk_mine(s.block[1].hash, 3000, txs, 1);
        memcpy(liar.bytes.p + 72, "\xff\xff\x00\x1d", 4);
        em_buf file = em_buf_make(1 << 20);
        mk_frame(&file, em_buf_view(&liar.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_buf rest = framed(&s, in_order, LENGTH);
        mk_write(p, "blk00001.dat", em_buf_view(&rest));
        assert_int_equal(build(p).orphans, 1);
        assert_story(p, &s);
        em_buf_free(&liar.bytes);
        em_buf_free(&file);
        em_buf_free(&rest);
        free_story(&s);
}

static void test_a_damaged_block_ends_the_chain_unless_it_stands_elsewhere_whole(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_buf file = framed(&s, in_order, LENGTH);
        size_t at = 0;
        for (int k = 0; k < 4; k++)
                at += 8 + s.block[k].bytes.n;
        file.p[at + 8 + 100] ^= 1;                      /* in the coinbase of block 4 */
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_chain_built b = build(p);
        assert_int_equal(b.damaged, 1);
        assert_int_equal(b.height, 3);
        assert_int_equal(b.orphans, 1);                 /* block 5 */
        assert_verifies(p);
        mk_write(p, "blk00001.dat", em_buf_view(&s.block[4].bytes));
        b = build(p);
        assert_int_equal(b.damaged, 1);
        assert_int_equal(b.height, 5);
        assert_story(p, &s);
        em_buf_free(&file);
        free_story(&s);
}

static void test_a_chain_without_its_beginning_keeps_unknown_prevouts_apart(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        em_buf file = framed(&s, (const int[]){ 2, 3, 4, 5 }, 4);
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_chain_built b = build(p);
        assert_int_equal(b.blocks, 4);
        assert_int_equal(b.height, -1);                 /* version 1 blocks tell no height */
        assert_int_equal(b.unknown_prevouts, 1);        /* coinbase 1 */
        em_chain *chain = open_index(p);
        const em_graph *g = em_chain_graph(chain);
        assert_true(em_graph_spent(g, em_graph_first_in(g, id_of(chain, s.split.txid))) == EM_ID_NONE);
        assert_true(em_graph_spent(g, em_graph_first_in(g, id_of(chain, s.again.txid))) != EM_ID_NONE);
        em_chain_close(chain);
        assert_verifies(p);
        em_buf_free(&file);
        free_story(&s);
}

/* BIP 30's case: coinbase A in blocks 0 and 2.  A spend in block 1 takes the first, one in block 3 the second. */
static void test_equal_coinbases_are_spent_as_the_chain_stood(void **state)
{
        const mk_place *p = *state;
        mk_tx twin = mk_coinbase(1, 1, 50), other = mk_coinbase(2, 2, 50), third = mk_coinbase(3, 3, 50);
        mk_out out = { 50, 9 };
        mk_tx early = mk_spend(&(mk_in){ twin.txid, 0 }, 1, &out, 1, 1), late = mk_spend(&(mk_in){ twin.txid, 0 }, 1, &out, 1, 2);
        const mk_tx *txs[4][2] = { { &twin, NULL }, { &other, &early }, { &twin, NULL }, { &third, &late } };
        em_hash256 prev = { { 0 } };
        em_buf file = em_buf_make(1 << 20);
        for (uint32_t k = 0; k < 4; k++) {
                mk_block b = mk_mine(prev, k, txs[k], txs[k][1] ? 2 : 1);
                mk_frame(&file, em_buf_view(&b.bytes));
                prev = b.hash;
                em_buf_free(&b.bytes);
        }
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        assert_int_equal(build(p).unknown_prevouts, 0);
        em_chain *chain = open_index(p);
        const em_graph *g = em_chain_graph(chain);      /* txs: twin 0, other 1, early 2, twin 3, third 4, late 5 */
        assert_int_equal(id_of(chain, twin.txid), 3);
        assert_int_equal(em_graph_spent(g, em_graph_first_in(g, 2)), em_graph_first_out(g, 0));
        assert_int_equal(em_graph_spent(g, em_graph_first_in(g, 5)), em_graph_first_out(g, 3));
        em_chain_close(chain);
        assert_verifies(p);
        mk_tx *all[] = { &twin, &other, &third, &early, &late };
        for (size_t i = 0; i < 5; i++)
                em_buf_free(&all[i]->bytes);
        em_buf_free(&file);
}

static void test_of_two_spends_of_one_output_the_first_has_it(void **state)
{
        const mk_place *p = *state;
        mk_tx base = mk_coinbase(1, 1, 50), other = mk_coinbase(2, 2, 50);
        mk_out out = { 50, 9 };
        mk_in in = { base.txid, 0 };
        mk_tx a = mk_spend(&in, 1, &out, 1, 1), b = mk_spend(&in, 1, &out, 1, 2);
        const mk_tx *first[1] = { &base }, *second[3] = { &other, &a, &b };
        mk_block one = mk_mine((em_hash256){ { 0 } }, 1, first, 1), two = mk_mine(one.hash, 2, second, 3);
        em_buf file = em_buf_make(1 << 20);
        mk_frame(&file, em_buf_view(&one.bytes));
        mk_frame(&file, em_buf_view(&two.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_chain_built built = build(p);
        assert_int_equal(built.double_spends, 1);
        assert_int_equal(built.unknown_prevouts, 0);
        em_chain *chain = open_index(p);
        const em_graph *g = em_chain_graph(chain);
        em_id winner = em_graph_spender(g, 0), ia = em_graph_first_in(g, id_of(chain, a.txid));
        em_id ib = em_graph_first_in(g, id_of(chain, b.txid));
        assert_int_equal(winner, ia < ib ? ia : ib);
        assert_int_equal(em_graph_spent(g, winner), 0);
        assert_true(em_graph_spent(g, ia < ib ? ib : ia) == EM_ID_NONE);
        em_chain_close(chain);
        assert_verifies(p);
        mk_tx *all[] = { &base, &other, &a, &b };
        for (size_t i = 0; i < 4; i++)
                em_buf_free(&all[i]->bytes);
        em_buf_free(&one.bytes);
        em_buf_free(&two.bytes);
        em_buf_free(&file);
}

static int shown_less(const mk_tx *a, const mk_tx *b)
{
        for (size_t i = 32; i-- > 0;)
                if (a->txid.b[i] != b->txid.b[i])
                        return a->txid.b[i] < b->txid.b[i];
        return 0;
}

/* Bitcoin Cash's order by txid: the child stands before its parent in the block, never in the ids. */
static void test_a_spend_has_the_larger_id_even_in_canonical_order(void **state)
{
        const mk_place *p = *state;
        mk_tx base = mk_coinbase(1, 1, 50), other = mk_coinbase(2, 2, 50), child;
        mk_out out = { 50, 9 };
        mk_tx parent = mk_spend(&(mk_in){ base.txid, 0 }, 1, &out, 1, 0);
        for (uint32_t n = 0;; n++) {
                child = mk_spend(&(mk_in){ parent.txid, 0 }, 1, &out, 1, n);
                if (shown_less(&child, &parent))
                        break;
                em_buf_free(&child.bytes);
        }
        const mk_tx *first[1] = { &base }, *second[3] = { &other, &child, &parent };
        mk_block one = mk_mine((em_hash256){ { 0 } }, 1, first, 1), two = mk_mine(one.hash, 2, second, 3);
        em_buf file = em_buf_make(1 << 20);
        mk_frame(&file, em_buf_view(&one.bytes));
        mk_frame(&file, em_buf_view(&two.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        assert_int_equal(build(p).unknown_prevouts, 0);
        em_chain *chain = open_index(p);
        const em_graph *g = em_chain_graph(chain);
        em_id c = id_of(chain, child.txid), a = id_of(chain, parent.txid);
        assert_int_equal(a, 2);
        assert_int_equal(c, 3);
        assert_int_equal(em_graph_spent(g, em_graph_first_in(g, c)), em_graph_first_out(g, a));
        em_chain_place place;                           /* the file's order, not the ids' */
        assert_int_equal(em_chain_place_of(chain, c, p->arena, &place, NULL), EM_OK);
        assert_int_equal(place.length, child.bytes.n);
        assert_int_equal(place.in_block, 80 + 1 + other.bytes.n);
        em_chain_close(chain);
        assert_verifies(p);
        mk_tx *all[] = { &base, &other, &parent, &child };
        for (size_t i = 0; i < 4; i++)
                em_buf_free(&all[i]->bytes);
        em_buf_free(&one.bytes);
        em_buf_free(&two.bytes);
        em_buf_free(&file);
}

/* ---- same bytes ---- */

/* A fan: one coinbase into 30,000 outputs, all but every tenth to one payee, then 6,000 small spends: more
 * rows in one part, and more outputs of one payee, than the least memory holds. */
static void write_fan(const mk_place *p)
{
        enum { OUTS = 30000, SPENDS = 6000 };
        mk_out *outs = calloc(OUTS, sizeof *outs);
        for (int o = 0; o < OUTS; o++)
                outs[o] = (mk_out){ 1 + o, (uint8_t)(o % 10 ? 0x77 : o / 10 % 256) };
        mk_tx base = mk_coinbase(1, 1, 50), other = mk_coinbase(2, 2, 50);
        mk_tx fan = mk_spend(&(mk_in){ base.txid, 0 }, 1, outs, OUTS, 0);
        const mk_tx **txs = calloc(SPENDS + 2, sizeof *txs);
        mk_tx *spend = calloc(SPENDS, sizeof *spend);
        txs[0] = &other;
        txs[1] = &fan;
        for (uint32_t k = 0; k < SPENDS; k++) {
                spend[k] = mk_spend(&(mk_in){ fan.txid, k * 5 }, 1, outs, 1, k);
                txs[k + 2] = &spend[k];
        }
        const mk_tx *first[1] = { &base };
        mk_block one = mk_mine((em_hash256){ { 0 } }, 1, first, 1), two = mk_mine(one.hash, 2, txs, SPENDS + 2);
        em_buf file = em_buf_make((size_t)64 << 20);
        mk_frame(&file, em_buf_view(&one.bytes));
        mk_frame(&file, em_buf_view(&two.bytes));
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        for (uint32_t k = 0; k < SPENDS; k++)
                em_buf_free(&spend[k].bytes);
        em_buf_free(&base.bytes);
        em_buf_free(&other.bytes);
        em_buf_free(&fan.bytes);
        em_buf_free(&one.bytes);
        em_buf_free(&two.bytes);
        em_buf_free(&file);
        free(outs);
        free(txs);
        free(spend);
}

static em_sha256 build_with(const mk_place *p, const char *name, uint64_t memory, size_t threads)
{
        char dir[160];
        em_chain_opts opts = em_chain_defaults;
        em_chain_built b;
        em_error err = { 0 };
        opts.memory = memory;
        opts.threads = threads;
        snprintf(dir, sizeof dir, "%s/%s", p->dir, name);
        if (em_chain_build(em_str_c(p->blocks), em_str_c(dir), &opts, NULL, &b, &err) != EM_OK)
                fail_msg("%s", err.text);
        return mk_index_hash(p, dir);
}

static void test_memory_and_threads_do_not_change_the_bytes(void **state)
{
        const mk_place *p = *state;
        write_fan(p);
        build(p);
        assert_verifies(p);
        em_chain *chain = open_index(p);
        const em_graph *g = em_chain_graph(chain);
        em_id fan = em_graph_first_out(g, 2);           /* base, other, fan */
        for (em_id k = 0; k < 6000; k++)
                assert_int_equal(em_graph_spent(g, em_graph_first_in(g, 3 + k)), fan + 5 * k);
        em_chain_close(chain);
        em_sha256 much = mk_index_hash(p, p->index);
        em_sha256 little = build_with(p, "little", 1, 1), between = build_with(p, "between", 1 << 20, 3);
        em_sha256 threads = build_with(p, "threads", 1, 8);
        assert_memory_equal(&little, &much, sizeof much);
        assert_memory_equal(&between, &much, sizeof much);
        assert_memory_equal(&threads, &much, sizeof much);
}

typedef struct killer { int at, calls; bool murder; } killer;

static bool kill_at(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        killer *k = ctx;
        (void)what, (void)done, (void)of;
        if (k->calls++ != k->at)
                return true;
        if (k->murder)
                raise(SIGKILL);
        return false;
}

static em_status build_until(const mk_place *p, killer *k, em_error *err)
{
        em_chain_built b;
        em_progress progress = { kill_at, k };
        return em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, &progress, &b, err);
}

static bool child_builds_until(const mk_place *p, int at)
{
        pid_t pid = fork();
        if (pid == 0) {
                killer k = { .at = at, .murder = true };
                _exit(build_until(p, &k, NULL) == EM_OK ? 0 : 1);
        }
        int how;
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFSIGNALED(how) || (WIFEXITED(how) && WEXITSTATUS(how) == 0));
        return WIFEXITED(how);
}

static void test_a_build_that_was_killed_anywhere_goes_on_to_the_same_bytes(void **state)
{
        mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        em_sha256 whole = build_with(p, "whole", (uint64_t)2 << 30, 0);
        int at = 0;
        for (bool done = false; !done; at++) {
                snprintf(p->index, sizeof p->index, "%s/killed-%d", p->dir, at);
                done = child_builds_until(p, at);
                if (!done)
                        assert_false(em_path_exists(em_str_c(p->index)));
                killer again = { .at = -1 };
                assert_int_equal(build_until(p, &again, NULL), EM_OK);
                em_sha256 resumed = mk_index_hash(p, p->index);
                assert_memory_equal(&resumed, &whole, sizeof whole);
        }
        assert_true(at > 11);                           /* once in each of ten phases at least */
        free_story(&s);
}

static void test_a_build_that_was_stopped_again_and_again_gets_there(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        em_error err = { 0 };
        int tries = 0;
        /* Four steps: the headers and the three of reading six blocks. */
        for (killer k = { .at = 4 }; build_until(p, &k, &err) != EM_OK; k = (killer){ .at = 4 }) {
                assert_int_equal(err.code, EM_INTERRUPTED);
                assert_true(++tries < 20);
        }
        assert_true(tries > 2);
        assert_story(p, &s);
        free_story(&s);
}

typedef struct heard { bool parsed; } heard;

static bool hear(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)done, (void)of;
        ((heard *)ctx)->parsed |= strcmp(what, "reading blocks") == 0;
        return true;
}

static void test_an_index_of_the_same_blocks_is_left_as_it_is(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        em_chain_built first = build(p), second;
        heard h = { false };
        em_progress progress = { hear, &h };
        assert_int_equal(em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, &progress, &second, NULL), EM_OK);
        assert_false(h.parsed);
        assert_int_equal(second.kept, 6);
        assert_int_equal(second.added + second.undone, 0);
        second.kept = 0;                                /* the first found no index: */
        second.added = 6;
        assert_memory_equal(&first, &second, sizeof first);
        free_story(&s);
}

static void test_a_folder_without_blocks_says_so(void **state)
{
        const mk_place *p = *state;
        em_chain_built b;
        em_error err = { 0 };
        assert_int_equal(em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &b, &err), EM_MISSING);
        mk_write(p, "blk00000.dat", EM_S("no block in here"));
        assert_int_equal(em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &b, &err), EM_MISSING);
        assert_false(em_path_exists(em_str_c(p->index)));
}

/* ---- damage ---- */

static void flip(const char *path, size_t at)
{
        FILE *f = fopen(path, "r+b");
        assert_non_null(f);
        assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
        int c = getc(f);
        assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
        putc(c ^ 0x40, f);
        assert_int_equal(fclose(f), 0);
}

static void test_every_flipped_byte_of_an_index_is_seen(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        build(p);
        em_str *names, bytes, path;
        size_t count;
        assert_int_equal(em_dir_list(em_str_c(p->index), p->arena, &names, &count, NULL), EM_OK);
        assert_int_equal(count, 22);                    /* twenty-one sections and the head */
        for (size_t f = 0; f < count; f++) {
                em_str whole;
                assert_int_equal(em_path_join(em_str_c(p->index), names[f], p->arena, &path, NULL), EM_OK);
                assert_int_equal(em_file_read(path, 1 << 20, p->arena, &bytes, NULL), EM_OK);
                assert_int_equal(em_str_copy(bytes, p->arena, &whole, NULL), EM_OK);
                for (size_t at = 0; at < whole.n; at += 1 + whole.n / 40) {
                        em_chain *chain;
                        em_error err;
                        flip(path.p, at);
                        em_status status = em_chain_open(em_str_c(p->index), &chain, &err);
                        if (status == EM_OK) {
                                status = em_chain_verify(chain, EM_S(""), 0, NULL, NULL, &err);
                                em_chain_close(chain);
                        }
                        assert_true(status == EM_FORMAT || status == EM_DIFF);
                        flip(path.p, at);
                }
        }
        assert_verifies(p);
        free_story(&s);
}

static void test_a_cut_section_is_refused(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        build(p);
        char path[160];
        em_chain *chain;
        snprintf(path, sizeof path, "%s/out_value", p->index);
        assert_int_equal(truncate(path, 44), 0);        /* 9 outputs of 5 bytes, and padding, are 48 */
        assert_int_equal(em_chain_open(em_str_c(p->index), &chain, NULL), EM_FORMAT);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(em_chain_open(em_str_c(p->index), &chain, NULL), EM_MISSING);
        free_story(&s);
}

static void count_told(void *ctx, const char *sentence)
{
        (void)sentence;
        ++*(int *)ctx;
}

static void test_verify_sees_that_the_raw_blocks_changed(void **state)
{
        const mk_place *p = *state;
        story s = make_story();
        write_story(p, &s);
        build(p);
        char path[160];
        int told = 0;
        snprintf(path, sizeof path, "%s/blk00000.dat", p->blocks);
        flip(path, 8 + 80 + 1 + 4 + 1 + 36 + 1 + 4 + 1);        /* the value of coinbase 0's output */
        em_chain *chain = open_index(p);
        assert_int_equal(em_chain_verify(chain, em_str_c(p->blocks), 100, count_told, &told, NULL), EM_DIFF);
        assert_int_equal(told, 2);                              /* another txid, another value */
        em_chain_close(chain);
        free_story(&s);
}

#define IN_A_PLACE(f) cmocka_unit_test_setup_teardown(f, mk_place_make, mk_place_remove)

int main(void)
{
        const struct CMUnitTest tests[] = {
                IN_A_PLACE(test_blocks_in_order_give_ids_in_order),
                IN_A_PLACE(test_a_payee_has_its_outputs_in_order_and_can_be_found),
                IN_A_PLACE(test_a_transactions_place_holds_its_bytes),
                IN_A_PLACE(test_blocks_out_of_order_in_several_files_give_the_same_chain),
                IN_A_PLACE(test_single_raw_blocks_give_the_same_chain),
                IN_A_PLACE(test_an_obfuscated_folder_gives_the_same_chain),
                IN_A_PLACE(test_rubbish_padding_and_a_cut_last_block_are_counted),
                IN_A_PLACE(test_a_wrong_frame_length_hides_only_its_own_block),
                IN_A_PLACE(test_a_block_that_stands_twice_counts_once),
                IN_A_PLACE(test_a_block_without_its_parent_is_an_orphan),
                IN_A_PLACE(test_new_blocks_on_another_branch_replace_the_old_ones),
                IN_A_PLACE(test_equal_work_goes_to_the_tip_that_stands_first),
                IN_A_PLACE(test_work_that_was_not_done_does_not_count),
                IN_A_PLACE(test_a_damaged_block_ends_the_chain_unless_it_stands_elsewhere_whole),
                IN_A_PLACE(test_a_chain_without_its_beginning_keeps_unknown_prevouts_apart),
                IN_A_PLACE(test_equal_coinbases_are_spent_as_the_chain_stood),
                IN_A_PLACE(test_of_two_spends_of_one_output_the_first_has_it),
                IN_A_PLACE(test_a_spend_has_the_larger_id_even_in_canonical_order),
                IN_A_PLACE(test_memory_and_threads_do_not_change_the_bytes),
                IN_A_PLACE(test_a_build_that_was_killed_anywhere_goes_on_to_the_same_bytes),
                IN_A_PLACE(test_a_build_that_was_stopped_again_and_again_gets_there),
                IN_A_PLACE(test_an_index_of_the_same_blocks_is_left_as_it_is),
                IN_A_PLACE(test_a_folder_without_blocks_says_so),
                IN_A_PLACE(test_every_flipped_byte_of_an_index_is_seen),
                IN_A_PLACE(test_a_cut_section_is_refused),
                IN_A_PLACE(test_verify_sees_that_the_raw_blocks_changed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
