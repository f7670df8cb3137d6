/* The cluster index as a file: what it says of a chain made by hand, that it is the same bytes for any
 * threads, that it belongs to one chain index only, and that no damage of it goes unseen or does harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_blocks.h"
#include "chain/change_inside.h"
#include "embargo/cluster.h"

enum { BLOCKS = 12 };

typedef struct made { em_chain *chain; em_hash256 joins[4]; char path[128]; } made;

/* The same with BIP 144's marker and flag, and witnesses of 12 bytes and of none (1 byte) for its two inputs: 15 bytes
 * more, of which each weighs a quarter. */
static void add_witness(mk_tx *tx)
{
        em_buf bytes = em_buf_make(1 << 16);
        em_buf_add(&bytes, tx->bytes.p, 4);
        em_buf_add(&bytes, "\0\1", 2);
        em_buf_add(&bytes, tx->bytes.p + 4, tx->bytes.n - 8);
        em_buf_add(&bytes, "\1\12\7\7\7\7\7\7\7\7\7\7" "\0", 13);
        em_buf_add(&bytes, tx->bytes.p + tx->bytes.n - 4, 4);
        em_buf_free(&tx->bytes);
        tx->bytes = bytes;
}

/* Blocks 0 to 11; block k's coinbase pays payee k with 50 coins.  In block 9 four transactions, each with a fee of 1,000:
 *   A spends 0, 1            pays payee 20
 *   B spends 2, 3, 4         pays payee 21
 *   C spends 5 and A's       pays payee 20 (5 joins 20)
 *   D spends 6 and C's       pays payee 2  (6 joins 20)
 * Clusters: {0 1}, {2 3 4}, {5 6 20}; 7 to 11 and 21 alone. */
static void write_chain(const mk_place *p, made *m)
{
        const int64_t coin = INT64_C(5000000000);
        mk_tx base[BLOCKS], spend[4];
        em_buf file = em_buf_make(1 << 20);
        em_hash256 prev = { { 0 } };
        for (uint32_t k = 0; k < BLOCKS; k++) {
                base[k] = mk_coinbase(k, (uint8_t)k, coin);
                const mk_tx *txs[5] = { &base[k] };
                size_t n = 1;
                if (k == 9) {
                        spend[0] = mk_spend((mk_in[]){ { base[0].txid, 0 }, { base[1].txid, 0 } }, 2,
                                            (mk_out[]){ { 2 * coin - 1000, 20 } }, 1, 0);
                        spend[1] = mk_spend((mk_in[]){ { base[2].txid, 0 }, { base[3].txid, 0 }, { base[4].txid, 0 } }, 3,
                                            (mk_out[]){ { 3 * coin - 1000, 21 } }, 1, 7);
                        spend[2] = mk_spend((mk_in[]){ { base[5].txid, 0 }, { spend[0].txid, 0 } }, 2,
                                            (mk_out[]){ { 3 * coin - 2000, 20 } }, 1, 0);
                        spend[3] = mk_spend((mk_in[]){ { base[6].txid, 0 }, { spend[2].txid, 0 } }, 2,
                                            (mk_out[]){ { 4 * coin - 3000, 2 } }, 1, 0);
                        add_witness(&spend[3]);
                        for (size_t s = 0; s < 4; s++) {
                                m->joins[s] = spend[s].txid;
                                txs[n++] = &spend[s];
                        }
                }
                mk_block b = mk_mine(prev, 1000 + k, txs, n);
                mk_frame(&file, em_buf_view(&b.bytes));
                prev = b.hash;
                em_buf_free(&b.bytes);
        }
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        em_buf_free(&file);
        for (uint32_t k = 0; k < BLOCKS; k++)
                em_buf_free(&base[k].bytes);
        for (size_t s = 0; s < 4; s++)
                em_buf_free(&spend[s].bytes);
}

static made make(const mk_place *p)
{
        made m = { .chain = NULL };
        em_chain_built b;
        em_error err = { 0 };
        write_chain(p, &m);
        snprintf(m.path, sizeof m.path, "%s/clusters", p->dir);
        if (em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &b, &err) != EM_OK ||
            em_chain_open(em_str_c(p->index), &m.chain, &err) != EM_OK)
                fail_msg("%s", err.text);
        return m;
}

static em_clusters *build(const made *m, const em_cluster_opts *o)
{
        em_clusters *c = NULL;
        em_cluster_made counts;
        em_error err = { 0 };
        if (em_clusters_build(m->chain, em_str_c(m->path), o, NULL, &counts, &err) != EM_OK ||
            em_clusters_open(em_str_c(m->path), m->chain, &c, &err) != EM_OK ||
            em_clusters_verify(c, NULL, NULL, &err) != EM_OK)
                fail_msg("%s", err.text);
        em_cluster_made held = em_clusters_made(c);
        assert_memory_equal(&held, &counts, sizeof held);
        return c;
}

static uint32_t payee(const made *m, uint8_t byte)
{
        em_payee key = { { 0 } };
        uint32_t id;
        memset(key.b, byte, 20);
        key.b[20] = EM_SCRIPT_P2PKH;
        assert_int_equal(em_chain_find_payee(m->chain, key, &id, NULL), EM_OK);
        return id;
}

static em_id tx(const made *m, size_t join)
{
        em_id id;
        assert_int_equal(em_chain_find_tx(m->chain, m->joins[join], &id, NULL), EM_OK);
        return id;
}

static void test_the_file_holds_the_clusters_their_members_and_their_unions(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_clusters *c = build(&m, NULL);
        em_cluster_made counts = em_clusters_made(c);
        assert_int_equal(counts.payees, 14);    /* 0 to 11, 20, 21 */
        assert_int_equal(counts.clusters, 9);
        assert_int_equal(counts.unions, 5);     /* 14 - 9 */
        assert_int_equal(counts.largest, 3);
        assert_int_equal(counts.blocks, BLOCKS);
        assert_int_equal(counts.unknown, 0);
        static const uint8_t group[3][4] = { { 2, 0, 1 }, { 3, 2, 3, 4 }, { 3, 5, 6, 20 } };
        for (size_t g = 0; g < 3; g++) {
                uint32_t k = em_clusters_of(c, payee(&m, group[g][1]));
                assert_int_equal(em_clusters_size(c, k), group[g][0]);
                for (uint32_t i = 0; i < group[g][0]; i++)
                        assert_int_equal(em_clusters_member(c, k, i), payee(&m, group[g][i + 1]));
        }
        uint32_t *top;
        size_t n;
        assert_int_equal(em_clusters_top(c, 4, p->arena, &top, &n, NULL), EM_OK);
        assert_int_equal(n, 4);
        assert_int_equal(top[0], em_clusters_of(c, payee(&m, 2)));      /* two of three: the older first */
        assert_int_equal(top[1], em_clusters_of(c, payee(&m, 5)));
        assert_int_equal(top[2], em_clusters_of(c, payee(&m, 0)));
        em_clusters_close(c);
        em_chain_close(m.chain);
}

/* 5 to 6: C joins 5 with 20, D joins 6 with 20; whichever way it is asked. */
static void test_why_gives_the_transactions_between_two_addresses_in_order(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_clusters *c = build(&m, NULL);
        uint32_t five = payee(&m, 5), six = payee(&m, 6), twenty = payee(&m, 20);
        em_union *u;
        size_t n;
        em_error err;
        assert_int_equal(em_clusters_why(c, five, six, p->arena, &u, &n, NULL), EM_OK);
        assert_int_equal(n, 2);
        assert_true(u[0].a == five && u[0].b == twenty && u[0].tx == tx(&m, 2) && u[0].by == 0);
        assert_true(u[1].a == twenty && u[1].b == six && u[1].tx == tx(&m, 3));
        assert_int_equal(em_clusters_why(c, six, five, p->arena, &u, &n, NULL), EM_OK);
        assert_int_equal(n, 2);
        assert_true(u[0].a == six && u[0].b == twenty && u[0].tx == tx(&m, 3));
        assert_true(u[1].a == twenty && u[1].b == five && u[1].tx == tx(&m, 2));
        assert_int_equal(em_clusters_why(c, five, five, p->arena, &u, &n, NULL), EM_OK);
        assert_int_equal(n, 0);
        assert_int_equal(em_clusters_why(c, five, payee(&m, 0), p->arena, &u, &n, &err), EM_MISSING);
        em_clusters_close(c);
        em_chain_close(m.chain);
}

/* As of the first nine blocks nobody has spent anything; block 9's transactions left out by name, the same. */
static void test_blocks_and_transactions_that_are_left_out_are_remembered(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_cluster_opts o = { .least = 50, .blocks = 9 };
        em_clusters *c = build(&m, &o);
        assert_int_equal(em_clusters_made(c).clusters, 9);
        assert_int_equal(em_clusters_payees(c), 9);
        em_clusters_close(c);
        em_id named[2] = { tx(&m, 1), tx(&m, 2) };
        o = (em_cluster_opts){ .least = 60, .leave_out = named, .leave_outs = 2 };
        c = build(&m, &o);
        assert_int_equal(em_clusters_made(c).named, 2);
        assert_int_equal(em_clusters_left_out(c, 0), named[0]);
        assert_int_equal(em_clusters_left_out(c, 1), named[1]);
        assert_int_equal(em_clusters_least(c), 60);
        assert_int_equal(em_clusters_made(c).clusters, 14 - 2);         /* A joins 0 1, D joins 6 20 */
        em_clusters_close(c);
        em_chain_close(m.chain);
}

static em_str bytes_of(const mk_place *p, const char *path)
{
        em_str bytes;
        assert_int_equal(em_file_read(em_str_c(path), 1 << 24, p->arena, &bytes, NULL), EM_OK);
        return bytes;
}

static void test_the_bytes_do_not_depend_on_threads(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_cluster_opts o = { .least = 50, .threads = 1 };
        em_clusters_close(build(&m, &o));
        em_str one = bytes_of(p, m.path);
        o.threads = 4;
        em_clusters_close(build(&m, &o));
        assert_true(em_str_eq(one, bytes_of(p, m.path)));
        char scratch[160];
        snprintf(scratch, sizeof scratch, "%s.unions", m.path);
        assert_false(em_path_exists(em_str_c(scratch)));
        snprintf(scratch, sizeof scratch, "%s.building", m.path);
        assert_false(em_path_exists(em_str_c(scratch)));
        em_chain_close(m.chain);
}

static void test_clusters_of_another_chain_index_are_refused_with_what_to_do(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_clusters *c = build(&m, NULL);
        em_chain_built b;
        em_chain *later = NULL;
        em_error err;
        char blocks[160];
        c = em_clusters_close(c);
        snprintf(blocks, sizeof blocks, "%s/blk00000.dat", p->blocks);
        em_str file = bytes_of(p, blocks);
        mk_write(p, "blk00000.dat", em_str_sub(file, 0, file.n - 8 - 80 - 1 - 85));     /* without the last block */
        assert_int_equal(em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &b, NULL), EM_OK);
        assert_int_equal(b.blocks, BLOCKS - 1);
        assert_int_equal(em_chain_open(em_str_c(p->index), &later, NULL), EM_OK);
        assert_int_equal(em_clusters_open(em_str_c(m.path), later, &c, &err), EM_DIFF);
        assert_non_null(strstr(err.text, "another chain index"));
        assert_non_null(strstr(err.text, "embargo index clusters"));
        em_chain_close(later);
        em_chain_close(m.chain);
}

/* Every byte in turn of the head and of each section (14 payees in 9 clusters by 5 unions; sections begin at multiples
 * of 4,096): the head's checksum, the invariants or em_clusters_verify's checksums must see it. */
static void test_no_flipped_byte_goes_unseen(void **state)
{
        const mk_place *p = *state;
        static const size_t part[5][2] = { { 0, 624 }, { 4096, 14 * 4 }, { 8192, 10 * 4 }, { 12288, 14 * 4 }, { 16384, 5 * 16 } };
        made m = make(p);
        em_clusters_close(build(&m, NULL));
        em_str sound = bytes_of(p, m.path);
        char *flipped = em_arena_alloc(p->arena, sound.n), path[160];
        snprintf(path, sizeof path, "%s/flipped", p->dir);
        for (size_t s = 0; s < 5; s++)
                for (size_t i = part[s][0]; i < part[s][0] + part[s][1]; i++) {
                        em_clusters *c = NULL;
                        memcpy(flipped, sound.p, sound.n);
                        flipped[i] = (char)(flipped[i] ^ 0x41);
                        FILE *f = fopen(path, "wb");
                        assert_true(fwrite(flipped, 1, sound.n, f) == sound.n && fclose(f) == 0);
                        if (em_clusters_open(em_str_c(path), m.chain, &c, NULL) == EM_OK &&
                            em_clusters_verify(c, NULL, NULL, NULL) == EM_OK)
                                fail_msg("byte %zu", i);
                        em_clusters_close(c);
                }
        em_chain_close(m.chain);
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_clusters_close(build(&m, NULL));
        em_str sound = bytes_of(p, m.path);
        char path[160];
        snprintf(path, sizeof path, "%s/cut", p->dir);
        for (size_t n = 0; n < sound.n; n += n < 640 ? 1 : 509) {
                em_clusters *c = NULL;
                FILE *f = fopen(path, "wb");
                assert_true(fwrite(sound.p, 1, n, f) == n && fclose(f) == 0);
                assert_int_equal(em_clusters_open(em_str_c(path), m.chain, &c, NULL), EM_FORMAT);
        }
        em_chain_close(m.chain);
}

static void test_a_path_that_cannot_be_written_is_an_error_and_leaves_nothing(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_cluster_made counts;
        em_error err;
        char path[160];
        snprintf(path, sizeof path, "%s/none/clusters", p->dir);
        assert_true(em_clusters_build(m.chain, em_str_c(path), NULL, NULL, &counts, &err) != EM_OK);
        assert_int_equal(em_clusters_build(m.chain, em_str_c(p->blocks), NULL, NULL, &counts, &err), EM_DENIED);
        assert_non_null(strstr(err.text, "a folder is here"));
        em_chain_close(m.chain);
}

static bool stop_at_once(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)ctx, (void)what, (void)done, (void)of;
        return false;
}

static void test_a_build_that_is_stopped_keeps_the_old_file(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_cluster_made counts;
        em_progress stop = { stop_at_once, NULL };
        em_clusters_close(build(&m, NULL));
        em_str before = bytes_of(p, m.path);
        assert_int_equal(em_clusters_build(m.chain, em_str_c(m.path), NULL, &stop, &counts, NULL), EM_INTERRUPTED);
        assert_true(em_str_eq(before, bytes_of(p, m.path)));
        em_chain_close(m.chain);
}

/* Transaction B has a lock time; rates are fee * 1000 / virtual bytes: 4 version, 1 count, 41 an input (no script),
 * 1 count, 34 an output, 4 lock time; and D's 15 bytes of witness, a quarter each, rounded up: 4 (BIP 141). */
static void test_lock_times_and_rates_come_out_of_the_raw_blocks(void **state)
{
        const mk_place *p = *state;
        made m = make(p);
        em_change_raw *raw = NULL;
        em_error err;
        assert_int_equal(em_change_raw_load(m.chain, em_str_c(p->blocks), NULL, &raw, NULL), EM_OK);
        static const uint64_t ins[4] = { 2, 3, 2, 2 };
        for (size_t s = 0; s < 4; s++) {
                uint64_t bytes = 4 + 1 + 41 * ins[s] + 1 + 34 + 4 + (s == 3 ? 4 : 0);
                assert_int_equal(raw->pace[tx(&m, s)] >> 1, 1000 * 1000 / bytes);
                assert_int_equal(raw->pace[tx(&m, s)] & 1, s == 1);
        }
        assert_int_equal(raw->pace[0] >> 1, EM_CHANGE_NO_PACE); /* a coinbase takes in nothing that is known */
        raw = em_change_raw_free(raw);
        char path[160];
        snprintf(path, sizeof path, "%s/blk00000.dat", p->blocks);
        em_str file = bytes_of(p, path);
        char *changed = em_arena_alloc(p->arena, file.n);
        memcpy(changed, file.p, file.n);
        changed[8 + 40] = (char)(changed[8 + 40] ^ 1);          /* in the first block's merkle root */
        mk_write(p, "blk00000.dat", (em_str){ changed, file.n });
        assert_int_equal(em_change_raw_load(m.chain, em_str_c(p->blocks), NULL, &raw, &err), EM_FORMAT);
        assert_non_null(strstr(err.text, "block 0 of the index is not at its place"));
        remove(path);
        mk_write(p, "blk00001.dat", file);
        assert_int_equal(em_change_raw_load(m.chain, em_str_c(p->blocks), NULL, &raw, &err), EM_MISSING);
        em_chain_close(m.chain);
}

/* One key, paid once as P2PK and once as P2PKH of its hash: one payee of the index, so one owner without any
 * transaction that says so (em_script_payee). */
static void test_a_key_and_its_hash_are_one_payee(void **state)
{
        (void)state;
        char bare[35] = { 33, 2 }, hashed[25] = { 0x76, (char)0xa9, 20 };
        for (int i = 2; i < 34; i++)
                bare[i] = (char)(7 * i);
        bare[34] = (char)0xac;
        em_payee key = em_script_payee((em_str){ bare, 35 });
        memcpy(hashed + 3, key.b, 20);
        hashed[23] = (char)0x88;
        hashed[24] = (char)0xac;
        em_payee hash = em_script_payee((em_str){ hashed, 25 });
        assert_int_equal(key.b[20], EM_SCRIPT_P2PKH);
        assert_memory_equal(&key, &hash, sizeof key);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_the_file_holds_the_clusters_their_members_and_their_unions, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_why_gives_the_transactions_between_two_addresses_in_order, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_blocks_and_transactions_that_are_left_out_are_remembered, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_the_bytes_do_not_depend_on_threads, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_clusters_of_another_chain_index_are_refused_with_what_to_do, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_no_flipped_byte_goes_unseen, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_a_file_cut_anywhere_is_refused, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_a_path_that_cannot_be_written_is_an_error_and_leaves_nothing, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_a_build_that_is_stopped_keeps_the_old_file, mk_place_make, mk_place_remove),
                cmocka_unit_test_setup_teardown(test_lock_times_and_rates_come_out_of_the_raw_blocks, mk_place_make, mk_place_remove),
                cmocka_unit_test(test_a_key_and_its_hash_are_one_payee),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
