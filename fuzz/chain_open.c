/* Any bytes are a stranger's chain index: it is opened and every question asked, or refused.
 *
 * The input changes a sound index: five bytes each say in which file, where (two bytes), what
 * (one byte, XORed) and whether the file is cut there instead.  The first byte of the input says what becomes of
 * it: 1, the head's checksum stays wrong; 2, those of the sections are made right too; 4, the index is then the old
 * one to which a build adds a block.
 */
#include "embargo/chain.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES_MOST 32

static char folder[64], dir[96], more[96];
static em_arena *keep;
static em_str *names, sound[FILES_MOST];
static size_t files;

static void must(em_status status, const em_error *err)
{
        if (status != EM_OK) {
                fprintf(stderr, "fuzz/chain_open: %s\n", err->text);
                abort();
        }
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st, (void)type, (void)at;
        return remove(path);
}

static void tidy(void)
{
        em_arena_free(keep);
        (void)nftw(folder, take_away, 16, FTW_DEPTH | FTW_PHYS);
}

static void le(em_buf *b, uint64_t v, size_t n)
{
        for (size_t i = 0; i < n; i++, v >>= 8)
                em_buf_ch(b, (char)(v & 0xff));
}

static void add_tx(em_buf *b, const em_hash256 *prev, uint32_t vout, unsigned outs)
{
        le(b, 1, 4);
        le(b, 1, 1);
        em_buf_add(b, prev->b, 32);
        le(b, vout, 4);
        le(b, 0, 1);
        le(b, 0xffffffff, 4);
        le(b, outs, 1);
        for (unsigned o = 0; o < outs; o++) {
                le(b, o == 1 ? UINT64_C(1) << 41 : 100 / outs, 8);      /* one too large for its column */
                em_buf_add(b, o == 2 ? "\x22\x51\x20" : "\x16\x00\x14", 3);
                for (int i = 0; i < (o == 2 ? 32 : 20); i++)
                        em_buf_ch(b, (char)o);
        }
        le(b, 0, 4);
}

/* Blocks of which each spends the coinbase of the one before. */
static void write_blocks(const char *path, uint32_t blocks)
{
        em_buf file = em_buf_make(1 << 20), block = em_buf_make(1 << 16);
        em_hash256 prev = { { 0 } }, none = { { 0 } }, last = none;
        em_error err;
        for (uint32_t k = 0; k < blocks; k++) {
                em_hash256 leaf[2];
                em_buf_clear(&block);
                le(&block, k ? 2 : 1, 1);
                size_t from = block.n;
                add_tx(&block, &none, 0xffffffff, k % 4 + 1);
                leaf[0] = em_btc_double_sha256((em_str){ block.p + from, block.n - from });
                from = block.n;
                if (k) {
                        add_tx(&block, &last, 0, 3);
                        leaf[1] = em_btc_double_sha256((em_str){ block.p + from, block.n - from });
                }
                last = leaf[0];
                em_hash256 root = k ? em_btc_double_sha256((em_str){ (const char *)leaf, 64 }) : leaf[0];
                em_buf header = em_buf_make(128);
                le(&header, 1, 4);
                em_buf_add(&header, prev.b, 32);
                em_buf_add(&header, root.b, 32);
                le(&header, k, 4);
                le(&header, 0x207fffff, 4);
                le(&header, 0, 4);
                prev = em_btc_double_sha256(em_buf_view(&header));
                em_buf_add(&file, "\xfa\xbf\xb5\xda", 4);
                le(&file, header.n + block.n, 4);
                em_buf_str(&file, em_buf_view(&header));
                em_buf_str(&file, em_buf_view(&block));
                em_buf_free(&header);
        }
        must(em_file_write(em_str_c(path), em_buf_view(&file), &err), &err);
        em_buf_free(&file);
        em_buf_free(&block);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        em_error err;
        em_chain_built built;
        char path[128];
        snprintf(folder, sizeof folder, "/dev/shm/embargo-fuzz-%ld", (long)getpid());
        snprintf(dir, sizeof dir, "%s/chain", folder);
        snprintf(path, sizeof path, "%s/blk00000.dat", folder);
        must(em_dir_make(em_str_c(folder), &err), &err);
        write_blocks(path, 4);
        char longer[128];
        snprintf(more, sizeof more, "%s/more", folder);
        snprintf(longer, sizeof longer, "%s/blk00000.dat", more);
        must(em_dir_make(em_str_c(more), &err), &err);
        write_blocks(longer, 5);
        must(em_chain_build(em_str_c(path), em_str_c(dir), NULL, NULL, &built, &err), &err);
        keep = em_arena_new((size_t)16 << 20);
        must(em_dir_list(em_str_c(dir), keep, &names, &files, &err), &err);
        em_assert(files <= FILES_MOST && built.txs == 7);
        for (size_t f = 0; f < files; f++) {
                em_str where;
                must(em_path_join(em_str_c(dir), names[f], keep, &where, &err), &err);
                must(em_file_read(where, 1 << 20, keep, &sound[f], &err), &err);
        }
        atexit(tidy);
        return 0;
}

static void put(size_t f, const uint8_t *bytes, size_t n)
{
        char path[192];
        snprintf(path, sizeof path, "%s/%.*s", dir, EM_ARG(names[f]));
        FILE *out = fopen(path, "wb");
        if (!out || fwrite(bytes, 1, n, out) != n || fclose(out) != 0)
                abort();
}

/* The row of a file in the head: its length, and its checksum. */
static void mend_row(uint8_t *head, size_t n, em_str name, em_str bytes)
{
        for (size_t at = 264; at + 32 + 8 <= n; at += 32) {
                if (strncmp((const char *)head + at, name.p, 16) != 0)
                        continue;
                em_sha256 sum = em_sha256_of(bytes);
                for (size_t i = 0; i < 8; i++)
                        head[at + 16 + i] = (uint8_t)(bytes.n >> (8 * i));
                memcpy(head + at + 24, sum.b, 8);
        }
}

/* The head comes last, because the others' checksums stand in it. */
static void write_changed(const uint8_t *data, size_t size)
{
        static uint8_t rows[1 << 14];
        size_t head = 0;
        while (!em_str_eq(names[head], EM_S("index")))
                head++;
        memcpy(rows, sound[head].p, sound[head].n);
        for (size_t k = 0; k < files; k++) {
                size_t f = k + 1 == files ? head : k < head ? k : k + 1;
                uint8_t bytes[1 << 14];
                size_t n = sound[f].n;
                em_assert(n <= sizeof bytes);
                memcpy(bytes, f == head ? (const char *)rows : sound[f].p, n);
                for (size_t i = 1; i + 5 <= size; i += 5) {
                        if (data[i] % files != f || n == 0)
                                continue;
                        size_t at = ((size_t)data[i + 1] << 8 | data[i + 2]) % n;
                        if (data[i + 4] == 0xff)
                                n = at;
                        else
                                bytes[at] ^= data[i + 3];
                }
                if (f != head && size && data[0] & 2)
                        mend_row(rows, sound[head].n, names[f], (em_str){ (const char *)bytes, n });
                if (f == head && n > 8 && size && !(data[0] & 1)) {
                        em_sha256 sum = em_sha256_of((em_str){ (const char *)bytes, n - 8 });
                        memcpy(bytes + n - 8, sum.b, 8);
                }
                put(f, bytes, n);
        }
}

static void count_line(void *ctx, const char *name, const char *value)
{
        *(size_t *)ctx += strlen(name) + strlen(value);
}

static void look_back(const em_chain *chain)
{
        const char *section[EM_CHAIN_SECTIONS];
        size_t sections = em_chain_sections(section), said = 0;
        for (em_id b = 0; b < em_chain_graph(chain)->blocks; b++) {
                em_chain *view;
                em_error err;
                must(em_chain_as_of(chain, b, &view, &err), &err);
                for (em_id t = 0; t < em_chain_graph(view)->txs; t++)
                        must(em_chain_dump(view, EM_S("tx"), t, 1, count_line, &said, &err), &err);
                em_chain_close(view);
        }
        for (size_t s = 0; s < sections; s++)
                (void)!em_chain_dump(chain, em_str_c(section[s]), 0, 1000, count_line, &said, NULL);
        em_assert(said > 0);
}

static void use(const em_chain *chain)
{
        em_arena *arena = em_arena_new((size_t)16 << 20);
        const em_graph *g = em_chain_graph(chain);
        em_error err;
        uint64_t sum = 0;
        for (em_id t = 0; t < g->txs; t++) {
                em_hash256 id;
                em_id found;
                em_chain_place place;
                must(em_chain_txid(chain, t, &id, &err), &err);
                (void)!em_chain_find_tx(chain, id, &found, NULL);
                must(em_chain_place_of(chain, t, arena, &place, &err), &err);
                for (em_id i = em_graph_first_in(g, t); i < em_graph_first_in(g, t + 1); i++)
                        if (em_graph_spent(g, i) != EM_ID_NONE)
                                sum += (uint64_t)em_graph_value(g, em_graph_spent(g, i));
                for (em_id o = em_graph_first_out(g, t); o < em_graph_first_out(g, t + 1); o++)
                        if (em_graph_spender(g, o) != EM_ID_NONE)
                                em_assert(em_graph_tx_of_in(g, em_graph_spender(g, o)) > t);
        }
        for (uint32_t p = 0; p < g->payees; p++) {
                em_id *outs;
                size_t n;
                uint32_t id;
                char address[128];
                em_assert(strlen(em_chain_address(chain, p, address)) > 10);
                (void)!em_chain_find_payee(chain, em_chain_payee(chain, p), &id, NULL);
                must(em_chain_payee_outs(chain, p, arena, &outs, &n, &err), &err);
                for (size_t i = 0; i < n; i++)
                        em_assert(em_graph_payee(g, outs[i]) == p);
        }
        em_assert(sum < UINT64_C(1) << 62);
        char path[128];
        snprintf(path, sizeof path, "%s/blk00000.dat", folder);
        (void)!em_chain_verify(chain, em_str_c(path), 10, NULL, NULL, &err);
        em_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_chain *chain;
        em_error err = { 0 };
        write_changed(data, size);
        if (em_chain_open(em_str_c(dir), &chain, &err) == EM_OK) {
                use(chain);
                look_back(chain);
                em_chain_close(chain);
        } else {
                em_assert(err.code != EM_OK && err.text[0] != '\0');
        }
        em_chain_built built;
        if (size && data[0] & 4 && em_chain_build(em_str_c(more), em_str_c(dir), NULL, NULL, &built, &err) == EM_OK)
                em_assert(built.blocks == 5);
        return 0;
}
