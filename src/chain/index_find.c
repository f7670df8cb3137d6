/* From a txid or a payee's key to its id: buckets by the first bits of the key's hash,
 * about sixteen entries each, an entry being the id and 24 further bits.  A look-up
 * reads one bucket (128 bytes) and, but for one in a million entries, one key.
 *
 * Built by parting (hash, id) rows by the first bits, then counting and sorting
 * within each part: no row is compared with more than its bucket.
 */
#include "chain/index_inside.h"

#include <stdlib.h>

#define FIND_ROW  13            /* hash 8, id 5 */
#define ROWS_READ ((size_t)1024)

typedef struct finding {
        em_ix       *ix;
        em_ix_spill *rows;
        uint64_t     count;
        uint32_t     bits, part_bits;
        int          find, bucket;
        uint64_t   (*key)(const uint8_t *);
} finding;

static uint64_t bucket_of(uint64_t key, uint32_t bits)
{
        return bits ? key >> (64 - bits) : 0;
}

static uint64_t entry_of(uint64_t key, uint32_t bits, uint64_t id)
{
        return (key << bits >> 40) << 40 | id;
}

static int by_entry(const void *a, const void *b)
{
        uint64_t x, y;
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        return x < y ? -1 : x > y;
}

static em_status set_aside(const finding *f, em_str column, size_t width, em_error *err)
{
        em_ix_writer w;
        EM_TRY(em_ix_writer_make(f->rows, f->ix->memory / 4, &w, err));
        for (uint64_t id = 0; id < f->count; id++) {
                uint64_t key = f->key((const uint8_t *)column.p + width * id);
                uint8_t *row = em_ix_writer_row(&w, (uint32_t)bucket_of(key, f->part_bits));
                em_ix_put(row, key, 8);
                em_ix_put(row + 8, id, 5);
        }
        EM_TRY(em_ix_writer_done(&w, err));
        return em_ix_spill_seal(f->rows, err);
}

typedef struct sorting {
        uint64_t *entry, *end;          /* end: of each bucket of the part */
        uint64_t  first, buckets;       /* the part's first bucket, and how many */
} sorting;

static em_status read_part(const finding *f, uint32_t part, bool place, sorting *s, em_error *err)
{
        uint8_t        rows[FIND_ROW * 512];
        em_ix_walk     w = em_ix_walk_make(f->rows, part, rows, 512);
        const uint8_t *row;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        return EM_OK;
                uint64_t key = em_le(row, 8), b = bucket_of(key, f->bits) - s->first;
                if (place)
                        s->entry[s->end[b]++] = entry_of(key, f->bits, em_le(row + 8, 5));
                else
                        s->end[b + 1]++;
        }
}

static em_status sort_part(const finding *f, uint32_t part, sorting *s, em_error *err)
{
        uint64_t base = f->rows->rows[part], count = f->rows->rows[part + 1] - base;
        EM_TRY(read_part(f, part, false, s, err));
        for (uint64_t b = 0; b < s->buckets; b++)
                s->end[b + 1] += s->end[b];
        EM_TRY(read_part(f, part, true, s, err));
        for (uint64_t b = 0; b < s->buckets; b++) {
                uint64_t from = b ? s->end[b - 1] : 0;
                qsort(s->entry + from, (size_t)(s->end[b] - from), sizeof *s->entry, by_entry);
        }
        EM_TRY(em_ix_file_put(f->find, s->entry, (size_t)(8 * count), 8 * base, err));
        uint8_t *starts = malloc((size_t)(5 * s->buckets));
        if (!starts)
                return em_fail(err, EM_NOMEM, "no memory for a find table");
        for (uint64_t b = 0; b < s->buckets; b++)
                em_ix_put(starts + 5 * b, base + (b ? s->end[b - 1] : 0), 5);
        em_status status = em_ix_file_put(f->bucket, starts, (size_t)(5 * s->buckets), 5 * s->first, err);
        free(starts);
        return status;
}

static em_status find_part(void *ctx, size_t part, em_error *err)
{
        const finding *f = ctx;
        uint64_t count = f->rows->rows[part + 1] - f->rows->rows[part];
        sorting s = { .buckets = UINT64_C(1) << (f->bits - f->part_bits) };
        s.first = part * s.buckets;
        s.entry = malloc((size_t)(8 * count + 8));
        s.end = calloc((size_t)s.buckets + 1, sizeof *s.end);
        em_status status = s.entry && s.end ? sort_part(f, (uint32_t)part, &s, err)
                                            : em_fail(err, EM_NOMEM, "no memory for a find table");
        free(s.entry);
        free(s.end);
        return status;
}

static em_status build(finding *f, em_ix_section keys, size_t width, const char *what, em_error *err)
{
        em_str path;
        em_mapping map = { .fd = -1 };
        uint8_t last[5];
        uint32_t parts = em_ix_parts(f->count * (8 + FIND_ROW), em_ix_leaf(f->ix));
        f->bits = em_ix_bits(f->count);
        while (f->part_bits < f->bits && UINT32_C(1) << f->part_bits < parts)
                f->part_bits++;
        EM_TRY(em_ix_rows_make(f->ix, "find.rows", UINT32_C(1) << f->part_bits, FIND_ROW, &f->rows, err));
        EM_TRY(em_ix_path(f->ix, em_ix_name(keys), &path, err));
        EM_TRY(em_mapping_open(path, &map, err));
        em_status status = set_aside(f, (em_str){ map.p, map.n }, width, err);
        em_mapping_close(&map);
        if (status == EM_OK)
                status = em_ix_each(f->ix, what, UINT32_C(1) << f->part_bits, find_part, f, err);
        em_ix_put(last, f->count, 5);
        return status != EM_OK ? status : em_ix_file_put(f->bucket, last, 5, UINT64_C(5) << f->bits, err);
}

static em_status run(finding *f, em_ix_section keys, size_t width, em_ix_section find, em_ix_section bucket,
                     const char *what, em_error *err)
{
        f->find = f->bucket = -1;
        em_status status = em_ix_column_make(f->ix, find, &f->find, err);
        if (status == EM_OK)
                status = em_ix_column_make(f->ix, bucket, &f->bucket, err);
        if (status == EM_OK)
                status = build(f, keys, width, what, err);
        status = em_ix_column_done(f->find, status, err);
        status = em_ix_column_done(f->bucket, status, err);
        em_ix_spill_close(f->rows);
        return status;
}

em_status em_ix_find_txs(em_ix *ix, em_error *err)
{
        finding f = { .ix = ix, .count = ix->head.txs, .key = em_ix_tx_key };
        EM_TRY(run(&f, IX_TX_ID, 32, IX_TX_FIND, IX_TX_BUCKET, "sorting transactions by txid", err));
        ix->head.tx_bits = f.bits;
        return EM_OK;
}

em_status em_ix_find_payees(em_ix *ix, em_error *err)
{
        finding f = { .ix = ix, .count = ix->head.payees, .key = em_ix_payee_key };
        EM_TRY(run(&f, IX_PAYEE, 21, IX_PAYEE_FIND, IX_PAYEE_BUCKET, "sorting payees", err));
        ix->head.payee_bits = f.bits;
        return EM_OK;
}

/* ---- looking up ---- */

typedef struct asked { em_ix_section keys, find, bucket; size_t width; uint32_t bits; } asked;

/* Entries of one key stand by id, so the first from behind that is below limit is the last. */
static em_id look_up(const em_chain *chain, const asked *a, const uint8_t *key, uint64_t hash, em_id limit)
{
        const uint8_t *bucket = em_ix_column(chain, a->bucket) + 5 * bucket_of(hash, a->bits);
        const uint8_t *entries = em_ix_column(chain, a->find), *keys = em_ix_column(chain, a->keys);
        uint64_t from = em_le5(bucket), to = em_le5(bucket + 5), tag = entry_of(hash, a->bits, 0);
        while (to > from) {
                uint64_t entry = em_ix_u64(entries + 8 * --to), id = entry & EM_ID_NONE;
                if ((entry & ~EM_ID_NONE) == tag && id < limit && memcmp(keys + a->width * id, key, a->width) == 0)
                        return id;
        }
        return EM_ID_NONE;
}

em_id em_ix_look_tx(const em_chain *chain, const uint8_t *txid, em_id limit)
{
        const asked a = { IX_TX_ID, IX_TX_FIND, IX_TX_BUCKET, 32, chain->head.tx_bits };
        return look_up(chain, &a, txid, em_ix_tx_key(txid), limit);
}

em_id em_ix_look_payee(const em_chain *chain, const uint8_t *payee, em_id limit)
{
        const asked a = { IX_PAYEE, IX_PAYEE_FIND, IX_PAYEE_BUCKET, 21, chain->head.payee_bits };
        return look_up(chain, &a, payee, em_ix_payee_key(payee), limit);
}

em_status em_chain_find_tx(const em_chain *chain, em_hash256 txid, em_id *ret_tx, em_error *err)
{
        char text[65];
        em_id id = em_ix_look_tx(chain, txid.b, chain->head.txs);
        if (id == EM_ID_NONE)
                return em_fail(err, EM_MISSING, "the chain has no transaction %s", em_hash256_text(txid, text));
        *ret_tx = id;
        return EM_OK;
}

em_status em_chain_find_payee(const em_chain *chain, em_payee payee, uint32_t *ret_id, em_error *err)
{
        em_id id = em_ix_look_payee(chain, payee.b, chain->head.payees);
        if (id == EM_ID_NONE)
                return em_fail(err, EM_MISSING, "the chain pays no such address");
        *ret_id = (uint32_t)id;
        return EM_OK;
}
