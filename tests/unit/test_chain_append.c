/* An index that grows and follows its chain: whatever stood there before, the bytes are those of a build from the
 * first block; and a view as of a block is the graph of an index of those blocks alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_dice.h"

#include <signal.h>
#include <sys/wait.h>

static em_chain_built build_in(const mk_place *p, const char *dir, uint64_t memory, size_t threads)
{
        em_chain_opts opts = em_chain_defaults;
        em_chain_built b = { 0 };
        em_error err = { 0 };
        opts.memory = memory;
        opts.threads = threads;
        if (em_chain_build(em_str_c(p->blocks), em_str_c(dir), &opts, NULL, &b, &err) != EM_OK)
                fail_msg("%s", err.text);
        return b;
}

static em_chain *open_in(const char *dir)
{
        em_chain *chain = NULL;
        em_error err = { 0 };
        if (em_chain_open(em_str_c(dir), &chain, &err) != EM_OK)
                fail_msg("%s", err.text);
        return chain;
}

/* Is what stands at p->index what a build of the same files from the first block writes? */
static void assert_as_built_anew(const mk_place *p)
{
        char anew[128];
        em_error err = { 0 };
        snprintf(anew, sizeof anew, "%s/anew", p->dir);
        build_in(p, anew, (uint64_t)2 << 30, 2);
        em_sha256 want = mk_index_hash(p, anew), have = mk_index_hash(p, p->index);
        assert_memory_equal(&have, &want, sizeof want);
        em_chain *chain = open_in(p->index);
        if (em_chain_verify(chain, em_str_c(p->blocks), UINT64_MAX, NULL, NULL, &err) != EM_OK)
                fail_msg("%s", err.text);
        em_chain_close(chain);
        char command[160];
        snprintf(command, sizeof command, "%s/anew", p->dir);
        nftw(command, mk_remove_one, 8, FTW_DEPTH | FTW_PHYS);
        em_arena_reset(p->arena);
}

static const struct { uint64_t memory; size_t threads; } bounds[] = {
        { (uint64_t)256 << 10, 1 }, { (uint64_t)256 << 10, 2 }, { (uint64_t)2 << 30, 2 }, { (uint64_t)1 << 20, 5 },
};
enum { BOUNDS = sizeof bounds / sizeof *bounds };

static void assert_built(em_chain_built b, uint64_t kept, uint64_t undone, uint64_t added)
{
        if (b.anew)
                fail_msg("%s", b.anew);
        assert_int_equal(b.kept, kept);
        assert_int_equal(b.undone, undone);
        assert_int_equal(b.added, added);
}

static void test_new_blocks_are_added_to_what_is_there(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(1, false, 150);
        static const size_t cut[] = { 1, 2, 63, 64, 65, 149, 150 };
        enum { CUTS = sizeof cut / sizeof *cut };
        for (size_t i = 0; i < CUTS; i++) {
                char name[32];
                snprintf(name, sizeof name, "blk%05zu.dat", i);
                dice_write(p, name, b, i ? cut[i - 1] : 0, cut[i]);
                em_chain_built built = build_in(p, p->index, bounds[i % BOUNDS].memory, bounds[i % BOUNDS].threads);
                assert_built(built, i ? cut[i - 1] : 0, 0, cut[i] - (i ? cut[i - 1] : 0));
                assert_as_built_anew(p);
        }
        dice_end(b);
}

/* Equal coinbases, coins spent twice and prevouts of no transaction, before and behind the end of the old index. */
static void test_new_blocks_are_added_to_a_messy_chain(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(2, true, 120);
        for (size_t i = 0; i < 6; i++) {
                char name[32];
                snprintf(name, sizeof name, "blk%05zu.dat", i);
                dice_write(p, name, b, 20 * i, 20 * i + 20);
                em_chain_built built = build_in(p, p->index, bounds[i % BOUNDS].memory, bounds[i % BOUNDS].threads);
                assert_built(built, 20 * i, 0, 20);
                if (i == 5)
                        assert_true(built.unknown_prevouts > 5 && built.double_spends > 5);
                assert_as_built_anew(p);
        }
        dice_end(b);
}

static void reorganise(const mk_place *p, size_t before, size_t undone, size_t added, size_t bound)
{
        dice_branch *base = dice_begin(3 + undone, false, before);
        dice_branch *old = dice_fork(base, 77, undone), *new = dice_fork(base, 88, added);
        dice_write(p, "blk00000.dat", old, 0, old->blocks);
        dice_write(p, "blk00001.dat", old, 0, 0);
        build_in(p, p->index, bounds[bound].memory, bounds[bound].threads);
        dice_write(p, "blk00001.dat", new, before, new->blocks);
        assert_built(build_in(p, p->index, bounds[bound].memory, bounds[bound].threads), before, undone, added);
        assert_as_built_anew(p);
        dice_end(new);
        dice_end(old);
        dice_end(base);
}

static void test_a_reorganisation_of_one_block_is_undone(void **state)
{
        for (size_t bound = 0; bound < BOUNDS; bound++)
                reorganise(*state, 40, 1, 2, bound);
}

static void test_a_reorganisation_of_a_hundred_blocks_is_undone(void **state)
{
        for (size_t bound = 0; bound < BOUNDS; bound++)
                reorganise(*state, 130, 100, 101, bound);
}

static void test_a_reorganisation_down_to_the_first_block_is_undone(void **state)
{
        reorganise(*state, 1, 30, 31, 1);
}

/* The files lose blocks: the chain is a shorter one. */
static void test_blocks_that_are_gone_are_undone(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(5, false, 90);
        dice_write(p, "blk00000.dat", b, 0, 50);
        dice_write(p, "blk00001.dat", b, 50, 90);
        build_in(p, p->index, (uint64_t)2 << 30, 2);
        dice_write(p, "blk00001.dat", b, 50, 61);
        assert_built(build_in(p, p->index, (uint64_t)2 << 30, 2), 61, 29, 0);
        assert_as_built_anew(p);
        dice_end(b);
}

/* An orphan changes what was found, and not the chain. */
static void test_an_orphan_adds_no_block(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(6, false, 30), *side = dice_fork(b, 9, 0);
        side->tip = b->block[27].hash;
        side->blocks = side->shared = 28;
        dice_block(side);
        dice_write(p, "blk00000.dat", b, 0, 30);
        build_in(p, p->index, (uint64_t)2 << 30, 2);
        dice_write(p, "blk00001.dat", side, 28, 29);
        em_chain_built built = build_in(p, p->index, (uint64_t)2 << 30, 2);
        assert_built(built, 30, 0, 0);
        assert_int_equal(built.orphans, 1);
        assert_as_built_anew(p);
        dice_end(side);
        dice_end(b);
}

static void test_a_damaged_new_block_is_left_out_as_it_is_anew(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(7, false, 40);
        dice_write(p, "blk00000.dat", b, 0, 30);
        build_in(p, p->index, (uint64_t)2 << 30, 2);
        b->block[35].bytes.p[b->block[35].bytes.n - 30] ^= 1;
        dice_write(p, "blk00001.dat", b, 30, 40);
        em_chain_built built = build_in(p, p->index, (uint64_t)2 << 30, 2);
        assert_built(built, 30, 0, 5);
        assert_int_equal(built.damaged, 1);
        assert_as_built_anew(p);
        dice_end(b);
}

/* ---- what cannot be kept ---- */

static void test_an_old_index_with_a_flipped_byte_is_not_kept(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(8, false, 40);
        static const char *const section[] = { "tx_id", "payee", "out_payee", "block_time", "index" };
        for (size_t i = 0; i < sizeof section / sizeof *section; i++) {
                char path[192];
                dice_write(p, "blk00000.dat", b, 0, 30);
                dice_write(p, "blk00001.dat", b, 0, 0);
                build_in(p, p->index, (uint64_t)2 << 30, 2);
                snprintf(path, sizeof path, "%s/%s", p->index, section[i]);
                FILE *f = fopen(path, "r+b");
                assert_non_null(f);
                assert_int_equal(fseek(f, 9, SEEK_SET), 0);
                int c = getc(f);
                assert_int_equal(fseek(f, 9, SEEK_SET), 0);
                putc(c ^ 1, f);
                assert_int_equal(fclose(f), 0);
                dice_write(p, "blk00001.dat", b, 30, 40);
                em_chain_built built = build_in(p, p->index, (uint64_t)2 << 30, 2);
                assert_non_null(built.anew);
                assert_int_equal(built.kept + built.undone, 0);
                assert_int_equal(built.added, 40);
                assert_as_built_anew(p);
        }
        dice_end(b);
}

static void test_undone_blocks_with_inputs_without_outputs_are_not_guessed(void **state)
{
        const mk_place *p = *state;
        dice_branch *base = dice_begin(9, true, 60), *old = dice_fork(base, 1, 3), *new = dice_fork(base, 2, 4);
        dice_write(p, "blk00000.dat", old, 0, old->blocks);
        build_in(p, p->index, (uint64_t)2 << 30, 2);
        dice_write(p, "blk00001.dat", new, 60, new->blocks);
        assert_non_null(build_in(p, p->index, (uint64_t)2 << 30, 2).anew);
        assert_as_built_anew(p);
        dice_end(new);
        dice_end(old);
        dice_end(base);
}

static void test_blocks_that_moved_are_read_again(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(10, false, 40);
        dice_write(p, "blk00000.dat", b, 0, 20);
        dice_write(p, "blk00001.dat", b, 20, 30);
        build_in(p, p->index, (uint64_t)2 << 30, 2);
        dice_write(p, "blk00001.dat", b, 15, 40);       /* 20 to 29 lie further behind now */
        assert_built(build_in(p, p->index, (uint64_t)2 << 30, 2), 20, 10, 20);
        assert_as_built_anew(p);
        char path[160];
        snprintf(path, sizeof path, "%s/blk00000.dat", p->blocks);
        assert_int_equal(unlink(path), 0);
        dice_write(p, "blk00002.dat", b, 0, 20);        /* another file's name */
        assert_non_null(build_in(p, p->index, (uint64_t)2 << 30, 2).anew);
        assert_as_built_anew(p);
        dice_end(b);
}

/* A file whose name sorts before the others gives them other numbers, and their blocks are kept all the same. */
static void test_a_file_that_comes_before_the_others_changes_nothing_kept(void **state)
{
        const mk_place *p = *state;
        dice_branch *b = dice_begin(11, false, 40);
        dice_write(p, "blk00005.dat", b, 0, 30);
        build_in(p, p->index, (uint64_t)2 << 30, 2);
        dice_write(p, "blk00004.dat", b, 30, 40);
        assert_built(build_in(p, p->index, (uint64_t)2 << 30, 2), 30, 0, 10);
        assert_as_built_anew(p);
        dice_end(b);
}

/* ---- stopped ---- */

typedef struct killer { int at, calls; } killer;

static bool kill_at(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        killer *k = ctx;
        (void)what, (void)done, (void)of;
        if (k->calls++ == k->at)
                raise(SIGKILL);
        return true;
}

static bool child_builds_until(const mk_place *p, int at)
{
        pid_t pid = fork();
        if (pid == 0) {
                killer k = { .at = at };
                em_progress progress = { kill_at, &k };
                em_chain_built b;
                _exit(em_chain_build(em_str_c(p->blocks), em_str_c(p->index), NULL, &progress, &b, NULL) == EM_OK ? 0 : 1);
        }
        int how;
        assert_int_equal(waitpid(pid, &how, 0), pid);
        assert_true(WIFSIGNALED(how) || (WIFEXITED(how) && WEXITSTATUS(how) == 0));
        return WIFEXITED(how);
}

/* Readers have the old index until then. */
static void test_an_addition_that_was_killed_anywhere_goes_on_to_the_same_bytes(void **state)
{
        mk_place *p = *state;
        dice_branch *base = dice_begin(12, false, 40), *old = dice_fork(base, 1, 5), *new = dice_fork(base, 2, 7);
        char whole[128];
        dice_write(p, "blk00000.dat", old, 0, old->blocks);
        dice_write(p, "blk00001.dat", old, 0, 0);
        snprintf(whole, sizeof whole, "%s/whole", p->dir);
        build_in(p, whole, (uint64_t)2 << 30, 0);
        em_sha256 before = mk_index_hash(p, whole);
        dice_write(p, "blk00001.dat", new, 40, new->blocks);
        build_in(p, whole, (uint64_t)2 << 30, 0);
        em_sha256 after = mk_index_hash(p, whole);
        int at = 0;
        for (bool done = false; !done; at++) {
                snprintf(p->index, sizeof p->index, "%s/killed-%d", p->dir, at);
                dice_write(p, "blk00001.dat", new, 0, 0);
                build_in(p, p->index, (uint64_t)2 << 30, 0);
                dice_write(p, "blk00001.dat", new, 40, new->blocks);
                done = child_builds_until(p, at);
                em_sha256 now = mk_index_hash(p, p->index);
                assert_memory_equal(&now, done ? &after : &before, sizeof now);
                em_chain_built built = build_in(p, p->index, (uint64_t)2 << 30, 0);
                assert_null(built.anew);
                assert_int_equal(built.kept, done ? 47 : 40);
                now = mk_index_hash(p, p->index);
                assert_memory_equal(&now, &after, sizeof now);
                em_arena_reset(p->arena);
        }
        assert_true(at > 13);                           /* in each of ten phases, the checks and the copies */
        dice_end(new);
        dice_end(old);
        dice_end(base);
}

/* ---- real blocks ---- */

/* Bytes of a bz2 file of the shared data; skips, loudly, where the file or bunzip2 is not there. */
static em_str unpacked(const mk_place *p, const char *name)
{
        const char *root = getenv("EMBARGO_SHARED");
        char path[512], piece[4096];
        int ends[2], how;
        snprintf(path, sizeof path, "%s/data/chain/btc/chains/%s", root ? root : "../shared", name);
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
                dup2(ends[1], STDOUT_FILENO);
                execlp("bunzip2", "bunzip2", "-qc", path, (char *)NULL);
                _exit(127);
        }
        close(ends[1]);
        em_buf buf = em_buf_make(1 << 20);
        for (ssize_t n; (n = read(ends[0], piece, sizeof piece)) > 0;)
                em_buf_add(&buf, piece, (size_t)n);
        close(ends[0]);
        assert_int_equal(waitpid(pid, &how, 0), pid);
        em_str bytes;
        assert_int_equal(em_str_copy(em_buf_view(&buf), p->arena, &bytes, NULL), EM_OK);
        em_buf_free(&buf);
        if (how != 0) {
                print_message("SKIPPED: %s is not there, or bunzip2 is not (set EMBARGO_SHARED)\n", name);
                skip();
        }
        return bytes;
}

/* btcd's reorganisation test: blocks 0 to 4; then 3A and 4A, a branch behind block 2 as long as the first; then 5A,
 * which makes it the longer. */
static void test_btcds_reorganisation_is_followed(void **state)
{
        const mk_place *p = *state;
        static const char *const name[] = { "0_to_4", "3A", "4A", "5A" };
        static const struct { uint64_t kept, undone, added; int64_t height; } want[] = {
                { 0, 0, 5, 4 }, { 5, 0, 0, 4 }, { 5, 0, 0, 4 }, { 3, 2, 3, 5 },
        };
        for (size_t i = 0; i < 4; i++) {
                char from[64], to[64];
                snprintf(from, sizeof from, "btcd-blk_%s.dat.bz2", name[i]);
                snprintf(to, sizeof to, "blk%05zu.dat", i);
                mk_write(p, to, unpacked(p, from));
                em_chain_built b = build_in(p, p->index, (uint64_t)256 << 10, 2);
                assert_built(b, want[i].kept, want[i].undone, want[i].added);
                assert_int_equal(b.height, want[i].height);
                assert_as_built_anew(p);
        }
}

/* ---- as of ---- */

static void assert_same_graph(const em_graph *a, const em_graph *b)
{
        assert_int_equal(a->blocks, b->blocks);
        assert_int_equal(a->txs, b->txs);
        assert_int_equal(a->ins, b->ins);
        assert_int_equal(a->outs, b->outs);
        assert_int_equal(a->payees, b->payees);
        assert_int_equal(a->bigs, b->bigs);
        for (em_id t = 0; t <= a->txs; t++) {
                assert_int_equal(em_graph_first_in(a, t), em_graph_first_in(b, t));
                assert_int_equal(em_graph_first_out(a, t), em_graph_first_out(b, t));
        }
        for (em_id i = 0; i < a->ins; i++)
                assert_int_equal(em_graph_spent(a, i), em_graph_spent(b, i));
        for (em_id o = 0; o < a->outs; o++) {
                assert_int_equal(em_graph_value(a, o), em_graph_value(b, o));
                assert_int_equal(em_graph_spender(a, o), em_graph_spender(b, o));
                assert_int_equal(em_graph_payee(a, o), em_graph_payee(b, o));
        }
        for (em_id k = 0; k <= a->blocks; k++)
                assert_int_equal(em_graph_block_first_tx(a, k), em_graph_block_first_tx(b, k));
        for (em_id k = 0; k < a->blocks; k++)
                assert_int_equal(em_graph_block_time(a, k), em_graph_block_time(b, k));
}

static void assert_same_answers(const em_chain *a, const em_chain *b, em_arena *arena)
{
        const em_graph *g = em_chain_graph(a);
        for (em_id t = 0; t < g->txs; t++) {
                em_hash256 id;
                em_id x, y;
                assert_int_equal(em_chain_txid(b, t, &id, NULL), EM_OK);
                assert_int_equal(em_chain_find_tx(a, id, &x, NULL), EM_OK);
                assert_int_equal(em_chain_find_tx(b, id, &y, NULL), EM_OK);
                assert_int_equal(x, y);
        }
        for (uint32_t k = 0; k < g->payees; k++) {
                em_id *x, *y;
                size_t n, m;
                em_payee p = em_chain_payee(a, k), q = em_chain_payee(b, k);
                char left[128], right[128];
                assert_memory_equal(&p, &q, sizeof p);
                assert_string_equal(em_chain_address(a, k, left), em_chain_address(b, k, right));
                assert_int_equal(em_chain_payee_outs(a, k, arena, &x, &n, NULL), EM_OK);
                assert_int_equal(em_chain_payee_outs(b, k, arena, &y, &m, NULL), EM_OK);
                assert_int_equal(n, m);
                assert_memory_equal(x, y, n * sizeof *x);
        }
        assert_int_equal(em_chain_counts(a).height, em_chain_counts(b).height);
}

static void test_a_view_as_of_a_block_is_the_index_of_the_blocks_up_to_it(void **state)
{
        const mk_place *p = *state;
        for (int messy = 0; messy < 2; messy++) {
                dice_branch *b = dice_begin(13, messy, 80);
                dice_write(p, "blk00000.dat", b, 0, 80);
                build_in(p, p->index, (uint64_t)2 << 30, 2);
                em_chain *chain = open_in(p->index), *view, *then;
                em_id last_tx = em_chain_graph(chain)->txs - 1, id;
                em_hash256 later;
                assert_int_equal(em_chain_txid(chain, last_tx, &later, NULL), EM_OK);
                for (size_t blocks = 1; blocks <= 80; blocks += 13) {
                        char dir[128];
                        em_id block;
                        snprintf(dir, sizeof dir, "%s/then-%d-%zu", p->dir, messy, blocks);
                        dice_write(p, "blk00000.dat", b, 0, blocks);
                        build_in(p, dir, (uint64_t)2 << 30, 2);
                        then = open_in(dir);
                        assert_int_equal(em_chain_block_at(chain, (int64_t)blocks - 1, &block, NULL), EM_OK);
                        assert_int_equal(em_chain_as_of(chain, block, &view, NULL), EM_OK);
                        assert_same_graph(em_chain_graph(view), em_chain_graph(then));
                        assert_same_answers(view, then, p->arena);
                        if (!messy)
                                assert_int_equal(em_chain_find_tx(view, later, &id, NULL), EM_MISSING);
                        em_chain_close(view);
                        em_chain_close(then);
                        em_arena_reset(p->arena);
                }
                assert_int_equal(em_chain_as_of(chain, 80, &view, NULL), EM_MISSING);
                assert_int_equal(em_chain_block_at(chain, 80, &id, NULL), EM_MISSING);
                assert_int_equal(em_chain_block_at(chain, -1, &id, NULL), EM_MISSING);
                em_chain_close(chain);
                dice_end(b);
        }
}

#define IN_A_PLACE(f) cmocka_unit_test_setup_teardown(f, mk_place_make, mk_place_remove)

int main(void)
{
        const struct CMUnitTest tests[] = {
                IN_A_PLACE(test_new_blocks_are_added_to_what_is_there),
                IN_A_PLACE(test_new_blocks_are_added_to_a_messy_chain),
                IN_A_PLACE(test_a_reorganisation_of_one_block_is_undone),
                IN_A_PLACE(test_a_reorganisation_of_a_hundred_blocks_is_undone),
                IN_A_PLACE(test_a_reorganisation_down_to_the_first_block_is_undone),
                IN_A_PLACE(test_blocks_that_are_gone_are_undone),
                IN_A_PLACE(test_an_orphan_adds_no_block),
                IN_A_PLACE(test_a_damaged_new_block_is_left_out_as_it_is_anew),
                IN_A_PLACE(test_an_old_index_with_a_flipped_byte_is_not_kept),
                IN_A_PLACE(test_undone_blocks_with_inputs_without_outputs_are_not_guessed),
                IN_A_PLACE(test_blocks_that_moved_are_read_again),
                IN_A_PLACE(test_a_file_that_comes_before_the_others_changes_nothing_kept),
                IN_A_PLACE(test_an_addition_that_was_killed_anywhere_goes_on_to_the_same_bytes),
                IN_A_PLACE(test_btcds_reorganisation_is_followed),
                IN_A_PLACE(test_a_view_as_of_a_block_is_the_index_of_the_blocks_up_to_it),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
