/* A writer of tiny regtest chains for tests: transactions, mined blocks, framed files.
 * Everything is what the protocol's documents say (Bitcoin developer reference, "Block
 * chain" and "Transactions"), written by itself: it shares nothing with the readers but SHA-256.
 */
#ifndef EMBARGO_TEST_CHAIN_BLOCKS_H
#define EMBARGO_TEST_CHAIN_BLOCKS_H

#include "embargo/chain.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAGIC "\xfa\xbf\xb5\xda"        /* regtest */

typedef struct mk_in  { em_hash256 prev; uint32_t vout; } mk_in;
typedef struct mk_out { int64_t value; uint8_t payee; } mk_out; /* P2PKH of twenty such bytes; from 0xf0 P2TR of 32 */
typedef struct mk_tx  { em_hash256 txid; em_buf bytes; } mk_tx;
typedef struct mk_block { em_hash256 hash; em_buf bytes; } mk_block;

static inline void mk_le(em_buf *b, uint64_t v, size_t n)
{
        for (size_t i = 0; i < n; i++, v >>= 8)
                em_buf_ch(b, (char)(v & 0xff));
}

static inline void mk_count(em_buf *b, uint64_t n)
{
        if (n < 0xfd) {
                mk_le(b, n, 1);
        } else {
                em_buf_ch(b, (char)(n < 0x10000 ? 0xfd : 0xfe));
                mk_le(b, n, n < 0x10000 ? 2 : 4);
        }
}

static inline em_hash256 mk_hash(em_str s)
{
        em_sha256 once = em_sha256_of(s), twice = em_sha256_of((em_str){ (const char *)once.b, 32 });
        em_hash256 h;
        memcpy(h.b, twice.b, 32);
        return h;
}

static inline mk_tx mk_spend(const mk_in *in, size_t ins, const mk_out *out, size_t outs, uint32_t locktime)
{
        mk_tx tx = { .bytes = em_buf_make((size_t)16 << 20) };
        mk_le(&tx.bytes, 1, 4);
        mk_count(&tx.bytes, ins);
        for (size_t i = 0; i < ins; i++) {
                em_buf_add(&tx.bytes, in[i].prev.b, 32);
                mk_le(&tx.bytes, in[i].vout, 4);
                mk_count(&tx.bytes, 0);
                mk_le(&tx.bytes, 0xffffffff, 4);
        }
        mk_count(&tx.bytes, outs);
        for (size_t o = 0; o < outs; o++) {
                mk_le(&tx.bytes, (uint64_t)out[o].value, 8);
                bool key = out[o].payee < 0xf0;
                em_buf_add(&tx.bytes, key ? "\x19\x76\xa9\x14" : "\x22\x51\x20", key ? 4 : 3);
                for (int i = 0; i < (key ? 20 : 32); i++)
                        em_buf_ch(&tx.bytes, (char)out[o].payee);
                em_buf_add(&tx.bytes, "\x88\xac", key ? 2 : 0);
        }
        mk_le(&tx.bytes, locktime, 4);
        tx.txid = mk_hash(em_buf_view(&tx.bytes));
        return tx;
}

/* A coinbase with the given tag in its lock time; equal arguments give an equal txid. */
static inline mk_tx mk_coinbase(uint32_t tag, uint8_t payee, int64_t value)
{
        mk_in none = { .prev = { { 0 } }, .vout = 0xffffffff };
        mk_out out = { value, payee };
        return mk_spend(&none, 1, &out, 1, tag);
}

static inline em_hash256 mk_root(const mk_tx *const *tx, size_t n)
{
        em_hash256 *leaf = calloc(n + 1, sizeof *leaf);
        for (size_t i = 0; i < n; i++)
                leaf[i] = tx[i]->txid;
        for (; n > 1; n = (n + 1) / 2)
                for (size_t i = 0; i < n; i += 2) {
                        em_hash256 pair[2] = { leaf[i], leaf[i + 1 < n ? i + 1 : i] };
                        leaf[i / 2] = mk_hash((em_str){ (const char *)pair, 64 });
                }
        em_hash256 root = leaf[0];
        free(leaf);
        return root;
}

/* Mined at regtest's target: two tries on average.  Version 1: no height in the coinbase. */
static inline mk_block mk_mine(em_hash256 prev, uint32_t time_s, const mk_tx *const *tx, size_t txs)
{
        mk_block b = { .bytes = em_buf_make((size_t)32 << 20) };
        em_hash256 root = mk_root(tx, txs);
        for (uint32_t nonce = 0;; nonce++) {
                em_buf_clear(&b.bytes);
                mk_le(&b.bytes, 1, 4);
                em_buf_add(&b.bytes, prev.b, 32);
                em_buf_add(&b.bytes, root.b, 32);
                mk_le(&b.bytes, time_s, 4);
                mk_le(&b.bytes, 0x207fffff, 4);
                mk_le(&b.bytes, nonce, 4);
                b.hash = mk_hash(em_buf_view(&b.bytes));
                if (b.hash.b[31] < 0x7f)
                        break;
        }
        mk_count(&b.bytes, txs);
        for (size_t i = 0; i < txs; i++)
                em_buf_str(&b.bytes, em_buf_view(&tx[i]->bytes));
        return b;
}

static inline void mk_frame(em_buf *file, em_str block)
{
        em_buf_add(file, MAGIC, 4);
        mk_le(file, block.n, 4);
        em_buf_str(file, block);
}

/* ---- a folder for a test ---- */

typedef struct mk_place { em_arena *arena; char dir[64], blocks[96], index[96]; } mk_place;

static inline int mk_place_make(void **state)
{
        mk_place *p = calloc(1, sizeof *p);
        p->arena = em_arena_new((size_t)256 << 20);
        memcpy(p->dir, "/tmp/embargo-test-XXXXXX", 25);
        *state = p;
        if (!mkdtemp(p->dir))
                return -1;
        snprintf(p->blocks, sizeof p->blocks, "%s/blocks", p->dir);
        snprintf(p->index, sizeof p->index, "%s/chain", p->dir);
        return em_dir_make(em_str_c(p->blocks), NULL) == EM_OK ? 0 : -1;
}

static inline int mk_remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
        (void)st, (void)kind, (void)ftw;
        return remove(path);
}

static inline int mk_place_remove(void **state)
{
        mk_place *p = *state;
        nftw(p->dir, mk_remove_one, 8, FTW_DEPTH | FTW_PHYS);
        em_arena_free(p->arena);
        free(p);
        return 0;
}

static inline void mk_write(const mk_place *p, const char *name, em_str bytes)
{
        char path[160];
        em_error err;
        snprintf(path, sizeof path, "%s/%s", p->blocks, name);
        em_assert(em_file_write(em_str_c(path), bytes, &err) == EM_OK);
}

/* One hash over every file of the index, names too. */
static inline em_sha256 mk_index_hash(const mk_place *p, const char *dir)
{
        em_str *names, path, bytes;
        size_t count;
        em_hasher *h = em_hasher_new();
        em_assert(em_dir_list(em_str_c(dir), p->arena, &names, &count, NULL) == EM_OK);
        for (size_t i = 0; i < count; i++) {
                em_assert(em_path_join(em_str_c(dir), names[i], p->arena, &path, NULL) == EM_OK);
                em_assert(em_file_read(path, (uint64_t)1 << 30, p->arena, &bytes, NULL) == EM_OK);
                em_hasher_add(h, names[i].p, names[i].n + 1);
                em_hasher_add(h, bytes.p, bytes.n);
        }
        em_sha256 sum = em_hasher_done(h);
        em_hasher_free(h);
        return sum;
}

#endif
