/* Lock times and fee rates out of the raw blocks: one pass, a block at a time, each checked by its
 * hash before a word of it is believed.  The graph gives what a transaction takes in, so a
 * fee needs only its size: virtual bytes are a quarter of BIP 141's weight, rounded up.
 */
#include "chain/change_inside.h"
#include "chain/index_inside.h"

#include <stdlib.h>

#define BLOCK_MOST ((size_t)10 << 28)

typedef struct load {
        const em_chain *chain;
        em_ix_source    source;
        size_t          at;             /* in source: files of both are sorted by name */
        uint32_t        file;           /* the index's number of the one at `at`; UINT32_MAX: none yet */
        em_arena       *arena;
        em_change_raw  *raw;
} load;

static uint64_t virtual_bytes(const em_btc_tx *tx)
{
        uint64_t witness = tx->segwit ? 2 : 0;
        for (size_t i = 0; i < tx->ins && tx->segwit; i++)
                witness += tx->in[i].witness.n ? tx->in[i].witness.n : 1;       /* the count 0 of an empty one */
        return (4 * tx->length - 3 * witness + 3) / 4;
}

static uint64_t pace_of(const em_graph *g, em_id tx, const em_btc_tx *raw)
{
        int64_t fee = 0;
        for (em_id i = em_graph_first_in(g, tx); i < em_graph_first_in(g, tx + 1); i++) {
                em_id out = em_graph_spent(g, i);
                if (out == EM_ID_NONE || __builtin_add_overflow(fee, em_graph_value(g, out), &fee))
                        return EM_CHANGE_NO_PACE;
        }
        for (em_id o = em_graph_first_out(g, tx); o < em_graph_first_out(g, tx + 1); o++)
                if (__builtin_sub_overflow(fee, em_graph_value(g, o), &fee))
                        return EM_CHANGE_NO_PACE;
        if (fee < 0 || fee > INT64_MAX / 2000)
                return EM_CHANGE_NO_PACE;
        return (uint64_t)fee * 1000 / virtual_bytes(raw);
}

/* Ids of a block in canonical order are not in the order of its bytes: found by place. */
static const em_btc_tx *raw_at(const em_btc_block *block, uint64_t offset)
{
        size_t low = 0, high = block->txs;
        while (high - low > 1) {
                size_t mid = low + (high - low) / 2;
                if (block->tx[mid].offset <= offset)
                        low = mid;
                else
                        high = mid;
        }
        return block->txs && block->tx[low].offset == offset ? &block->tx[low] : NULL;
}

static em_status find_file(load *l, uint32_t file, em_error *err)
{
        char shown[128];
        if (file == l->file)
                return EM_OK;
        if (file >= l->chain->head.files)
                return em_fail(err, EM_FORMAT, "the chain index names no file of number %lu", (unsigned long)file);
        for (size_t k = 0; k < l->source.files; k++)
                if (em_str_eq(l->source.file[k].name, l->chain->file[file])) {
                        l->source.round++;
                        l->at = k;
                        l->file = file;
                        return em_ix_source_map(&l->source, k, err);
                }
        return em_fail(err, EM_MISSING, "the block file %s of the index is not in the folder",
                       em_str_show(l->chain->file[file], shown, sizeof shown));
}

static em_status no_such_block(const load *l, em_id block, em_error *err)
{
        return em_fail_at(err, EM_FORMAT, l->source.file[l->at].path, 0, 0, "block %llu of the index is not at its place in "
                          "this file", (unsigned long long)block);
}

static em_status load_block(load *l, em_id b, em_error *err)
{
        static const em_btc_opts plain = { .check_merkle = true, .exact = true };
        const em_chain *c = l->chain;
        const uint8_t *place = em_ix_column(c, IX_BLOCK_PLACE) + 16 * b, *first = em_ix_column(c, IX_BLOCK_FIRST_TX) + 5 * b;
        em_btc_block block;
        em_str bytes;
        em_arena_reset(l->arena);
        EM_TRY(find_file(l, (uint32_t)em_le(place, 4), err));
        if (em_ix_source_bytes(&l->source, l->at, em_le(place + 8, 8), em_le(place + 4, 4), l->arena, &bytes, NULL) != EM_OK)
                return no_such_block(l, b, err);
        em_status status = em_btc_block_parse(bytes, &plain, l->arena, &block, err);
        if (status == EM_NOMEM)
                return status;
        if (status != EM_OK || memcmp(block.hash.b, em_ix_column(c, IX_BLOCK_HASH) + 32 * b, 32) != 0)
                return no_such_block(l, b, err);
        for (em_id tx = em_le(first, 5); tx < em_le(first + 5, 5); tx++) {
                const em_btc_tx *raw = raw_at(&block, em_le(em_ix_column(c, IX_TX_PLACE) + 4 * tx, 4));
                if (!raw)
                        return no_such_block(l, b, err);
                l->raw->pace[tx] = pace_of(&c->graph, tx, raw) << 1 | (raw->locktime > 0);
        }
        return EM_OK;
}

static em_status load_all(load *l, em_str blocks, const em_progress *progress, em_error *err)
{
        em_arena *names = em_arena_new((size_t)256 << 20);
        l->arena = em_arena_new(BLOCK_MOST);
        l->raw = calloc(1, sizeof *l->raw);
        if (l->raw)
                l->raw->pace = calloc((size_t)l->chain->head.txs + 1, sizeof *l->raw->pace);
        em_status status = names && l->arena && l->raw && l->raw->pace
                                   ? em_ix_source_find(blocks, names, &l->source, err)
                                   : em_fail(err, EM_NOMEM, "no memory for lock times and fee rates");
        for (em_id b = 0; b < l->chain->head.blocks && status == EM_OK; b++) {
                if (b % 256 == 0 && !em_progress_tell(progress, "reading lock times and sizes", b, l->chain->head.blocks))
                        status = em_fail(err, EM_INTERRUPTED, "stopped");
                if (status == EM_OK)
                        status = load_block(l, b, err);
        }
        em_ix_source_close(&l->source);
        em_arena_free(l->arena);
        em_arena_free(names);
        return status;
}

em_status em_change_raw_load(const em_chain *chain, em_str blocks, const em_progress *progress, em_change_raw **ret_raw,
                             em_error *err)
{
        load l = { .chain = chain, .file = UINT32_MAX };
        em_status status = load_all(&l, blocks, progress, err);
        if (status != EM_OK) {
                em_change_raw_free(l.raw);
                return status;
        }
        l.raw->txs = chain->head.txs;
        *ret_raw = l.raw;
        return EM_OK;
}

em_change_raw *em_change_raw_free(em_change_raw *raw)
{
        if (raw)
                free(raw->pace);
        free(raw);
        return NULL;
}
