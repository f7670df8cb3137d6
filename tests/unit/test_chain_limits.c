/* Where 32 bits end, and where memory must.
 *
 * No test can afford a chain of 2^32 transactions, so they are constructed: columns that are mapped and mostly never
 * touched, a block file with a hole of four gigabytes, counts in a head.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain/index_inside.h"
#include "chain_dice.h"
#include "embargo/taint.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define FOUR (UINT64_C(1) << 32)

/* ---- a graph whose ids pass 2^32 ---- */

/* Six transactions, from number 2^32 - 2 on, behind as many empty ones; each spends the first output of the one before
 * and has two. Inputs begin at 2^32 - 3 and outputs at 2^32 - 5, so that all three pass 2^32 within them. */
enum { TXS = 6 };
#define TX  (FOUR - 2)
#define IN  (FOUR - 3)
#define OUT (FOUR - 5)

typedef struct huge { em_graph g; uint8_t *column[8]; size_t bytes[8]; } huge;

static uint8_t *untouched(huge *h, size_t k, uint64_t bytes)
{
        void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) {
                print_message("SKIPPED: the system maps no %llu bytes that are never touched\n", (unsigned long long)bytes);
                skip();
        }
        h->bytes[k] = (size_t)bytes;
        return h->column[k] = p;
}

static void put_first(uint8_t *column, em_id tx, em_id in, em_id out)
{
        em_ix_put(column + em_ix_first_bytes(tx) + (tx % 64 ? 0 : 10), in, 3);
        em_ix_put(column + em_ix_first_bytes(tx) + (tx % 64 ? 3 : 13), out, 3);
}

static void make_huge(huge *h)
{
        uint64_t txs = TX + TXS, ins = IN + TXS, outs = OUT + 2 * TXS;
        uint8_t *first = untouched(h, 0, em_ix_first_bytes(txs + 1) + 1), *in_out = untouched(h, 1, 5 * ins + 3);
        uint8_t *value = untouched(h, 2, 5 * outs + 3), *out_in = untouched(h, 3, 5 * outs + 3);
        uint8_t *payee = untouched(h, 4, 4 * outs), *block = untouched(h, 5, 15), *time = untouched(h, 6, 8);
        em_id group = TX / 64 * 64;                             /* its first 62 are empty; so are all before it */
        em_ix_put(first + em_ix_first_bytes(group), IN, 5);
        em_ix_put(first + em_ix_first_bytes(group) + 5, OUT, 5);
        em_ix_put(first + em_ix_first_bytes(group + 64), IN + 2, 5);
        em_ix_put(first + em_ix_first_bytes(group + 64) + 5, OUT + 4, 5);
        for (uint64_t k = 0; k <= TXS; k++) {
                bool second = TX + k >= group + 64;
                put_first(first, TX + k, k - (second ? 2 : 0), 2 * k - (second ? 4 : 0));
        }
        for (uint64_t k = 0; k < TXS; k++) {
                em_ix_put(in_out + 5 * (IN + k), k ? OUT + 2 * (k - 1) : EM_ID_NONE, 5);
                em_ix_put(value + 5 * (OUT + 2 * k), 100 * (TXS - k), 5);
                em_ix_put(value + 5 * (OUT + 2 * k + 1), 100, 5);
                em_ix_put(out_in + 5 * (OUT + 2 * k), k + 1 < TXS ? IN + k + 1 : EM_ID_NONE, 5);
                em_ix_put(out_in + 5 * (OUT + 2 * k + 1), EM_ID_NONE, 5);
                em_ix_put(payee + 4 * (OUT + 2 * k), UINT32_MAX - k, 4);
        }
        em_ix_put(block + 5, FOUR, 5);                          /* block 0: the first two; block 1: the others */
        em_ix_put(block + 10, txs, 5);
        em_ix_put(time + 4, 1000, 4);
        h->g = (em_graph){ .blocks = 2, .txs = txs, .ins = ins, .outs = outs, .payees = UINT32_MAX, .tx_first = first,
                           .in_out = in_out, .out_value = value, .out_in = out_in, .out_payee = payee,
                           .block_first_tx = block, .block_time = time };
}

static void free_huge(huge *h)
{
        for (size_t k = 0; k < 8; k++)
                if (h->column[k])
                        munmap(h->column[k], h->bytes[k]);
}

static void test_ids_beyond_32_bits_are_found_by_every_way(void **state)
{
        (void)state;
        huge h = { .bytes = { 0 } };
        make_huge(&h);
        const em_graph *g = &h.g;
        for (uint64_t k = 0; k < TXS; k++) {
                assert_int_equal(em_graph_first_in(g, TX + k), IN + k);
                assert_int_equal(em_graph_first_out(g, TX + k), OUT + 2 * k);
                assert_int_equal(em_graph_tx_of_in(g, IN + k), TX + k);
                assert_int_equal(em_graph_tx_of_out(g, OUT + 2 * k), TX + k);
                assert_int_equal(em_graph_tx_of_out(g, OUT + 2 * k + 1), TX + k);
                assert_int_equal(em_graph_block_of_tx(g, TX + k), k < 2 ? 0 : 1);
                assert_int_equal(em_graph_payee(g, OUT + 2 * k), UINT32_MAX - k);
                assert_int_equal(em_graph_value(g, OUT + 2 * k), 100 * (TXS - k));
        }
        assert_true(IN + 5 > UINT32_MAX && OUT + 6 > UINT32_MAX && TX + 2 > UINT32_MAX);
        free_huge(&h);
}

/* 600 stolen satoshi in the first output: each transaction leaves 100 of them behind. */
static void test_coins_are_followed_across_32_bits(void **state)
{
        (void)state;
        huge h = { .bytes = { 0 } };
        make_huge(&h);
        em_policy policy[2];
        assert_true(em_policy_parse(EM_S("fifo"), &policy[0]) && em_policy_parse(EM_S("haircut"), &policy[1]));
        em_taint_opts opts = { .policy = policy, .policies = 2 };
        em_seed seed = { OUT, 600 };
        em_taint *t;
        em_error err;
        if (em_taint_run(&h.g, &seed, 1, &opts, NULL, &t, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_int_equal(em_taint_count(t), 2 * TXS - 1);       /* all but the second output of the first transaction */
        em_reached r;
        int64_t sitting = 0;
        for (uint64_t i = 0; i < em_taint_count(t); i++) {
                em_taint_at(t, i, &r);
                assert_in_range(r.out, OUT, OUT + 2 * TXS - 1);
                assert_int_equal(r.sat[0], em_graph_value(&h.g, r.out));
                assert_int_equal(r.sat[1], r.sat[0]);
                sitting += em_graph_spender(&h.g, r.out) == EM_ID_NONE ? r.sat[0] : 0;
        }
        assert_int_equal(sitting, 600);
        em_taint_free(t);
        free_huge(&h);
}

static void test_a_view_ends_beyond_32_bits(void **state)
{
        (void)state;
        huge h = { .bytes = { 0 } };
        uint8_t hash[64] = { 0 };
        make_huge(&h);
        em_chain chain = { .graph = h.g, .head = { .blocks = 2, .txs = h.g.txs, .ins = h.g.ins, .outs = h.g.outs } };
        chain.map[IX_BLOCK_HASH] = (em_mapping){ (const char *)hash, sizeof hash, -1 };
        em_chain *view;
        assert_int_equal(em_chain_as_of(&chain, 0, &view, NULL), EM_OK);
        const em_graph *g = em_chain_graph(view);
        assert_int_equal(g->txs, FOUR);
        assert_int_equal(g->ins, IN + 2);
        assert_int_equal(g->outs, OUT + 4);
        assert_int_equal(em_graph_spender(g, OUT), IN + 1);
        assert_true(em_graph_spender(g, OUT + 2) == EM_ID_NONE);        /* IN + 2 comes later */
        assert_int_equal(em_graph_spender(&chain.graph, OUT + 2), IN + 2);
        em_chain_close(view);
        free_huge(&h);
}

/* ---- counts ---- */

static em_ix_head counted(void)
{
        em_ix_head h = { .blocks = 3, .txs = FOUR + 7, .ins = 3 * FOUR, .outs = EM_ID_NONE - 1, .payees = UINT32_MAX,
                         .bigs = FOUR, .programs = 5, .files = 1, .first_height = -1, .net = "main" };
        return h;
}

static em_status through_bytes(const em_ix_head *h, em_ix_head *ret)
{
        uint8_t bytes[EM_IX_HEAD_BYTES];
        em_ix_head_pack(h, bytes);
        return em_ix_head_unpack((em_str){ (const char *)bytes, sizeof bytes }, ret, NULL);
}

static void test_counts_up_to_the_ids_limit_are_kept_and_larger_ones_refused(void **state)
{
        (void)state;
        em_ix_head h = counted(), back;
        uint64_t length;
        assert_int_equal(through_bytes(&h, &back), EM_OK);
        assert_memory_equal(&back, &h, sizeof h);
        assert_true(em_ix_length(&h, IX_OUT_VALUE, &length));
        assert_int_equal(length, 5 * (EM_ID_NONE - 1) + 3);                     /* three of padding */
        assert_true(em_ix_length(&h, IX_TX_FIRST, &length));
        assert_int_equal(length, (FOUR / 64) * 394 + 10 + 8 * 6 + 1);   /* 2^32 + 8 entries: whole groups, eight, padding */
        h.outs = EM_ID_NONE;
        assert_int_equal(through_bytes(&h, &back), EM_FORMAT);
        h = counted();
        h.txs = EM_ID_NONE;
        assert_int_equal(through_bytes(&h, &back), EM_FORMAT);
        h = counted();
        h.payees = FOUR;
        assert_int_equal(through_bytes(&h, &back), EM_FORMAT);
        h = counted();
        h.blocks = UINT32_MAX;
        assert_int_equal(through_bytes(&h, &back), EM_FORMAT);
}

static void test_ranges_of_ids_beyond_32_bits_meet_and_end(void **state)
{
        (void)state;
        const uint64_t ends[] = { FOUR - 1, FOUR, FOUR + 1, 5 * FOUR + 77, EM_ID_NONE - 1 };
        em_ix ix = { .memory = (uint64_t)256 << 10, .threads = 2 };
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
                for (uint64_t base = 0; base < ends[k]; base = base * 2 + FOUR - 3) {
                        em_ix_ranges r = em_ix_ranges_make(&ix, base, ends[k], 26);
                        assert_true(r.parts <= 4096);
                        assert_int_equal(em_ix_range_begin(&r, 0), base);
                        assert_int_equal(em_ix_range_end(&r, r.parts - 1), ends[k]);
                        assert_int_equal(em_ix_range_of(&r, ends[k] - 1), r.parts - 1);
                        for (uint32_t p = 0; p + 1 < r.parts; p += 97) {
                                assert_int_equal(em_ix_range_end(&r, p), em_ix_range_begin(&r, p + 1));
                                assert_int_equal(em_ix_range_of(&r, em_ix_range_end(&r, p)), p + 1);
                        }
                }
}

/* ---- a block file beyond four gigabytes ---- */

static void test_blocks_beyond_four_gigabytes_of_a_file_are_read(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(1, false, 12);
        em_buf near = em_buf_make(1 << 20), far = em_buf_make(1 << 20);
        for (size_t k = 0; k < b->blocks; k++)
                mk_frame(k < 4 ? &near : &far, em_buf_view(&b->block[k].bytes));
        char path[160];
        snprintf(path, sizeof path, "%s/blk00000.dat", p->blocks);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        assert_true(fd >= 0);
        assert_int_equal(pwrite(fd, near.p, near.n, 0), near.n);
        assert_int_equal(pwrite(fd, far.p, far.n, (off_t)FOUR + 99), far.n);
        assert_int_equal(close(fd), 0);
        em_chain_built built;
        em_chain *chain = NULL;
        em_chain_place place;
        em_error err = { 0 };
        if (em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, NULL, &built, &err) != EM_OK ||
            em_chain_open(em_str_c(p->index), &chain, &err) != EM_OK ||
            em_chain_verify(chain, em_str_c(p->blocks), UINT64_MAX, NULL, NULL, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_int_equal(built.blocks, 12);
        assert_int_equal(built.unknown_prevouts, 0);
        assert_int_equal(em_chain_place_of(chain, em_graph_block_first_tx(em_chain_graph(chain), 4), p->arena, &place, NULL),
                         EM_OK);
        assert_int_equal(place.block_offset, FOUR + 99 + 8);
        em_chain_close(chain);
        em_buf_free(&near);
        em_buf_free(&far);
        dice_end(b);
}

/* ---- memory ---- */

enum { MEMORY = 4 << 20, BLOCK_TXS = 400, MEMORY_BLOCKS = 640 };

static uint64_t anonymous_bytes(void)
{
        FILE *in = fopen("/proc/self/status", "r");
        char line[256];
        uint64_t kib = 0;
        while (in && fgets(line, sizeof line, in))
                if (strncmp(line, "RssAnon:", 8) == 0)
                        kib = strtoull(line + 8, NULL, 10);
        if (in)
                fclose(in);
        return kib << 10;
}

static volatile bool building = true;
static uint64_t peak;

static void *watch(void *unused)
{
        (void)unused;
        while (building) {
                uint64_t now = anonymous_bytes();
                peak = now > peak ? now : peak;
                nanosleep(&(struct timespec){ .tv_nsec = 500000 }, NULL);
        }
        return NULL;
}

/* The test's other life: a process of its own that builds, and says by how much its anonymous memory grew at most. */
static int build_and_measure(char **arg)
{
        em_chain_opts opts = em_chain_defaults;
        em_chain_built b;
        em_error err;
        pthread_t thread;
        opts.memory = MEMORY;
        opts.threads = 2;
        uint64_t before = anonymous_bytes();
        if (pthread_create(&thread, NULL, watch, NULL) != 0)
                return 1;
        if (em_chain_build(em_str_c(arg[0]), em_str_c(arg[1]), &opts, NULL, &b, &err) != EM_OK) {
                fprintf(stderr, "%s\n", err.text);
                return 1;
        }
        building = false;
        pthread_join(thread, NULL);
        printf("%llu\n", (unsigned long long)(peak - before));
        return 0;
}

static uint64_t measured(const mk_place *p)
{
        int ends[2], how;
        char text[64] = "";
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
                dup2(ends[1], STDOUT_FILENO);
                execl("/proc/self/exe", "test_chain_limits", p->blocks, p->index, (char *)NULL);
                _exit(127);
        }
        close(ends[1]);
        assert_true(read(ends[0], text, sizeof text - 1) > 0);
        close(ends[0]);
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_int_equal(how, 0);
        return strtoull(text, NULL, 10);
}

/* 640 blocks of about 70 kB: ten times the bound. */
static uint64_t write_ten_times(const mk_place *p, uint64_t *ret_largest)
{
        *ret_largest = 0;
        dice_branch *b = dice_begin(3, false, 1);
        em_buf file = em_buf_make((size_t)256 << 20);
        mk_frame(&file, em_buf_view(&b->block[0].bytes));
        for (uint32_t k = 1; k < MEMORY_BLOCKS; k++) {
                static mk_tx tx[BLOCK_TXS];
                const mk_tx *txs[BLOCK_TXS];
                mk_out reward = { INT64_C(5000000000), (uint8_t)k };
                tx[0] = mk_coinbase(k, reward.payee, reward.value);
                size_t n = 1;
                for (; n < BLOCK_TXS && b->coins > 4; n++)
                        tx[n] = dice_spend(b);
                dice_keep(b, &tx[0], &reward, 1);
                for (size_t t = 0; t < n; t++)
                        txs[t] = &tx[t];
                mk_block block = mk_mine(b->tip, k, txs, n);
                b->tip = block.hash;
                *ret_largest = block.bytes.n > *ret_largest ? block.bytes.n : *ret_largest;
                mk_frame(&file, em_buf_view(&block.bytes));
                for (size_t t = 0; t < n; t++)
                        em_buf_free(&tx[t].bytes);
                em_buf_free(&block.bytes);
        }
        mk_write(p, "blk00000.dat", em_buf_view(&file));
        uint64_t bytes = file.n;
        em_buf_free(&file);
        dice_end(b);
        return bytes;
}

/* The bound, and what em_chain_build's contract says does not shrink with it. */
static void test_memory_stays_below_the_bound_for_a_chain_ten_times_as_large(void **state)
{
        const mk_place *p = *state;
        uint64_t largest, bytes = write_ten_times(p, &largest), used = measured(p);
        em_chain *chain = NULL;
        em_error err = { 0 };
        if (em_chain_open(em_str_c(p->index), &chain, &err) != EM_OK)
                fail_msg("%s", err.text);
        uint64_t outs = em_chain_graph(chain)->outs;
        em_chain_close(chain);
        assert_true(bytes >= 10 * MEMORY);
        uint64_t most = MEMORY + 250 * MEMORY_BLOCKS + outs * 12 / 80 + 2 * 10 * largest;
#ifdef __SANITIZE_ADDRESS__
        print_message("SKIPPED: the address sanitizer's own memory is no measure of ours\n");
        skip();
#endif
        if (used > most)
                fail_msg("%llu bytes of memory for %llu of blocks, of %llu allowed", (unsigned long long)used,
                         (unsigned long long)bytes, (unsigned long long)most);
}

#define IN_A_PLACE(f) cmocka_unit_test_setup_teardown(f, mk_place_make, mk_place_remove)

int main(int argc, char **argv)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_ids_beyond_32_bits_are_found_by_every_way),
                cmocka_unit_test(test_coins_are_followed_across_32_bits),
                cmocka_unit_test(test_a_view_ends_beyond_32_bits),
                cmocka_unit_test(test_counts_up_to_the_ids_limit_are_kept_and_larger_ones_refused),
                cmocka_unit_test(test_ranges_of_ids_beyond_32_bits_meet_and_end),
                IN_A_PLACE(test_blocks_beyond_four_gigabytes_of_a_file_are_read),
                IN_A_PLACE(test_memory_stays_below_the_bound_for_a_chain_ten_times_as_large),
        };
        return argc == 3 ? build_and_measure(argv + 1) : cmocka_run_group_tests(tests, NULL, NULL);
}
