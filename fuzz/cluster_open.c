/* Any bytes are a stranger's cluster index: it is opened against a sound chain and every question asked, or refused.
 *
 * The input changes a sound file: five bytes each say in which section (0: the head), where (two bytes), what
 * (one byte, XORed) and, when the last is 255, that the file is cut there instead.  The head's checksum is made right
 * again unless the first byte of the input is odd, so that what lies behind it is reached.
 */
#include "embargo/cluster.h"

#include "../tests/unit/chain_blocks.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD    624
#define PAYEES  12

static char folder[64], file[96];
static em_arena *keep;
static em_chain *chain;
static em_str sound;

static void must(em_status status, const em_error *err)
{
        if (status != EM_OK) {
                fprintf(stderr, "fuzz/cluster_open: %s\n", err->text);
                abort();
        }
}

static void tidy(void)
{
        em_chain_close(chain);
        em_arena_free(keep);
        (void)nftw(folder, mk_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Ten payees; then 0-1-2-3, 4-5 and 6-7 spent together: clusters of four, two and two. */
static void write_blocks(const char *path)
{
        const int64_t value = 1000000;
        mk_tx base[11], spend[3];
        const mk_tx *last[4] = { &base[10], &spend[0], &spend[1], &spend[2] };
        em_buf bytes = em_buf_make(1 << 20);
        em_hash256 prev = { { 0 } };
        em_error err;
        for (uint32_t k = 0; k < 11; k++) {
                const mk_tx *one[1] = { &base[k] };
                base[k] = mk_coinbase(k, (uint8_t)k, value);
                if (k == 10) {
                        mk_in in[8];
                        for (size_t i = 0; i < 8; i++)
                                in[i] = (mk_in){ base[i].txid, 0 };
                        spend[0] = mk_spend(in, 4, (mk_out[]){ { value, 20 } }, 1, 0);
                        spend[1] = mk_spend(in + 4, 2, (mk_out[]){ { value, 20 } }, 1, 0);
                        spend[2] = mk_spend(in + 6, 2, (mk_out[]){ { value, 20 } }, 1, 0);
                }
                mk_block b = mk_mine(prev, 1000 + k, k == 10 ? last : one, k == 10 ? 4 : 1);
                mk_frame(&bytes, em_buf_view(&b.bytes));
                prev = b.hash;
                em_buf_free(&b.bytes);
        }
        must(em_file_write(em_str_c(path), em_buf_view(&bytes), &err), &err);
        em_buf_free(&bytes);
        for (size_t k = 0; k < 11; k++)
                em_buf_free(&base[k].bytes);
        for (size_t k = 0; k < 3; k++)
                em_buf_free(&spend[k].bytes);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        em_error err;
        em_chain_built built;
        em_cluster_made made;
        char path[128], dir[128];
        snprintf(folder, sizeof folder, "/dev/shm/embargo-fuzz-cluster-%ld", (long)getpid());
        snprintf(dir, sizeof dir, "%s/chain", folder);
        snprintf(path, sizeof path, "%s/blk00000.dat", folder);
        snprintf(file, sizeof file, "%s/clusters", folder);
        must(em_dir_make(em_str_c(folder), &err), &err);
        write_blocks(path);
        must(em_chain_build(em_str_c(path), em_str_c(dir), NULL, NULL, &built, &err), &err);
        must(em_chain_open(em_str_c(dir), &chain, &err), &err);
        must(em_clusters_build(chain, em_str_c(file), NULL, NULL, &made, &err), &err);
        em_assert(made.payees == PAYEES && made.unions == 5);
        keep = em_arena_new((size_t)16 << 20);
        must(em_file_read(em_str_c(file), 1 << 20, keep, &sound, &err), &err);
        atexit(tidy);
        return 0;
}

static void write_changed(const uint8_t *data, size_t size)
{
        static const size_t part[5][2] = { { 0, HEAD }, { 4096, 4 * PAYEES }, { 8192, 4 * (PAYEES - 5 + 1) },
                                           { 12288, 4 * PAYEES }, { 16384, 5 * 16 } };
        static uint8_t bytes[1 << 16];
        size_t n = sound.n;
        em_assert(n <= sizeof bytes);
        memcpy(bytes, sound.p, n);
        for (size_t i = 1; i + 5 <= size; i += 5) {
                const size_t *p = part[data[i] % 5];
                size_t at = p[0] + ((size_t)data[i + 1] << 8 | data[i + 2]) % p[1];
                if (data[i + 4] == 0xff)
                        n = at < n ? at : n;
                else
                        bytes[at] ^= data[i + 3];
        }
        if (n >= HEAD && size && !(data[0] & 1)) {
                em_sha256 sum = em_sha256_of((em_str){ (const char *)bytes, HEAD - 8 });
                memcpy(bytes + HEAD - 8, sum.b, 8);
        }
        FILE *out = fopen(file, "wb");
        if (!out || fwrite(bytes, 1, n, out) != n || fclose(out) != 0)
                abort();
}

static void use(const em_clusters *c)
{
        em_arena *arena = em_arena_new((size_t)16 << 20);
        em_cluster_made made = em_clusters_made(c);
        uint32_t *top;
        size_t n;
        em_error err;
        must(em_clusters_top(c, 5, arena, &top, &n, &err), &err);
        em_assert(em_utf8_ok(em_clusters_change(c), NULL));
        for (uint64_t i = 0; i < made.named; i++)
                em_assert(em_clusters_left_out(c, i) < made.txs);
        for (uint32_t p = 0; p < em_clusters_payees(c); p++) {
                uint32_t k = em_clusters_of(c, p);
                for (uint32_t i = 0; i < em_clusters_size(c, k); i++) {
                        em_union *path;
                        em_status s = em_clusters_why(c, p, em_clusters_member(c, k, i), arena, &path, &n, &err);
                        em_assert(s == EM_OK || s == EM_FORMAT);
                        em_assert(s != EM_OK || n < em_clusters_size(c, k));
                }
        }
        (void)!em_clusters_verify(c, NULL, NULL, &err);
        em_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_clusters *c;
        em_error err = { 0 };
        write_changed(data, size);
        if (em_clusters_open(em_str_c(file), chain, &c, &err) == EM_OK) {
                use(c);
                em_clusters_close(c);
        } else {
                em_assert(err.code != EM_OK && err.text[0] != '\0');
        }
        return 0;
}
