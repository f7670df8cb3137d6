/* What an old index gives to a new one: the columns of the blocks that both chains begin with.
 *
 * A block is kept when the old index has it at the same place of the same file, and its checksums say that it is
 * what was written: then what a build from the first block would write for it is copied, and the files are read
 * only behind the fork.  What cannot be proven is not kept: another network, other checks, damage, or undone
 * blocks with inputs of which the index does not say why they have no output.
 *
 * Columns that look ahead are made anew: spenders in undone blocks are cleared where the new ones are
 * written (index_join.c), outputs by payee and the find tables are sorted again.
 */
#include "chain/index_inside.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct summing { const em_chain *old; bool same[IX_SECTIONS]; } summing;

static em_status sum_old(void *ctx, size_t section, em_error *err)
{
        summing *s = ctx;
        const em_mapping *map = &s->old->map[section];
        em_hasher *hasher = em_hasher_new();
        if (!hasher)
                return em_fail(err, EM_NOMEM, "no memory for a hash");
        em_sha256 sum = em_ix_sum(hasher, (em_str){ map->p, map->n });
        s->same[section] = memcmp(sum.b, s->old->head.section[section].sum, 8) == 0;
        em_hasher_free(hasher);
        return EM_OK;
}

static em_status sums_are_right(const em_ix *ix, bool *ret_right, em_error *err)
{
        summing s = { .old = ix->old };
        EM_TRY(em_ix_each(ix, "checking the old index", IX_SECTIONS, sum_old, &s, err));
        *ret_right = true;
        for (size_t k = 0; k < IX_SECTIONS; k++)
                *ret_right = *ret_right && s.same[k];
        return EM_OK;
}

/* Old file numbers as new ones, both being sorted by name; UINT32_MAX: not there any more. */
static em_status match_files(const em_ix *ix, uint32_t **ret_map, em_error *err)
{
        uint64_t files = ix->old->head.files;
        uint32_t *map = malloc((size_t)(files + 1) * sizeof *map);
        if (!map)
                return em_fail(err, EM_NOMEM, "no memory for the block files' names");
        size_t at = 0;
        for (uint64_t f = 0; f < files; f++) {
                while (at < ix->source.files && em_str_cmp(ix->source.file[at].name, ix->old->file[f]) < 0)
                        at++;
                bool there = at < ix->source.files && em_str_eq(ix->source.file[at].name, ix->old->file[f]);
                map[f] = there ? (uint32_t)at : UINT32_MAX;
        }
        *ret_map = map;
        return EM_OK;
}

static uint64_t common(const em_chain *old, const em_ix_found *found, const uint32_t *chain, size_t n,
                       const uint32_t *file_of)
{
        const uint8_t *hash = em_ix_column(old, IX_BLOCK_HASH), *place = em_ix_column(old, IX_BLOCK_PLACE);
        uint64_t b = 0, most = old->head.blocks < n ? old->head.blocks : n;
        for (; b < most; b++, hash += 32, place += 16) {
                const em_ix_block *block = &found->block[chain[b]];
                uint64_t file = em_le(place, 4);
                if (memcmp(hash, block->hash.b, 32) != 0 || file >= old->head.files || file_of[file] != block->file ||
                    em_le(place + 4, 4) != block->length || em_le(place + 8, 8) != block->offset)
                        break;
        }
        return b;
}

/* Why nothing of the old index can be kept; NULL: it can. */
static const char *refuse(const em_ix *ix, uint64_t shared, uint64_t keep, bool sums)
{
        const em_ix_head *old = &ix->old->head;
        if (strcmp(old->net, ix->head.net) != 0)
                return "the old index is of another network";
        if (old->merkle != ix->head.merkle)
                return "the old index was built with other checks of merkle roots";
        if (shared == 0)
                return "no block of the old index is where it was";
        if (keep == 0)
                return NULL;
        if (keep < old->blocks && (old->unknown || old->twice))
                return "the old index has inputs without outputs, and which of them are undone cannot be told";
        return sums ? NULL : "the old index does not match its checksums";
}

void em_ix_keep_load(em_ix *ix, uint64_t blocks)
{
        ix->kept = (em_ix_sizes){ 0 };
        ix->kept_coinbases = ix->kept_unknown = ix->kept_twice = 0;
        if (blocks == 0)
                return;
        const em_chain *old = ix->old;
        ix->kept = em_ix_sizes_at(old, blocks);
        ix->kept_unknown = old->head.unknown;
        ix->kept_twice = old->head.twice;
        ix->kept_coinbases = old->head.coinbases;
        for (em_id in = ix->kept.ins; in < old->head.ins; in++)
                ix->kept_coinbases -= em_graph_spent(&old->graph, in) == EM_ID_NONE;
}

/* At least the last block is always read: it may say the height. */
em_status em_ix_keep(em_ix *ix, const em_ix_found *found, const uint32_t *chain, size_t n, em_error *err)
{
        uint32_t *file_of;
        bool sums = true;
        em_ix_keep_load(ix, 0);
        ix->shared = 0;
        if (!ix->old)
                return EM_OK;
        EM_TRY(match_files(ix, &file_of, err));
        uint64_t shared = common(ix->old, found, chain, n, file_of), keep = shared < n ? shared : n - 1;
        free(file_of);
        if (!refuse(ix, shared, keep, true) && keep > 0)
                EM_TRY(sums_are_right(ix, &sums, err));
        ix->anew = refuse(ix, shared, keep, sums);
        if (ix->anew)
                return EM_OK;
        ix->shared = shared;
        em_ix_keep_load(ix, keep);
        return EM_OK;
}

/* ---- copying ---- */

static const em_ix_section copied[] = {
        IX_BLOCK_FIRST_TX, IX_TX_ID, IX_TX_PLACE, IX_TX_FIRST, IX_IN_OUT, IX_OUT_VALUE, IX_BIG_VALUE, IX_OUT_PAYEE,
        IX_PAYEE, IX_PROGRAM,
};

uint64_t em_ix_kept_bytes(const em_ix *ix, em_ix_section section)
{
        const em_ix_sizes *k = &ix->kept;
        switch (section) {
        case IX_BLOCK_FIRST_TX: return 5 * k->blocks;
        case IX_TX_ID:          return 32 * k->txs;
        case IX_TX_PLACE:       return 4 * k->txs;
        case IX_TX_FIRST:       return em_ix_first_bytes(k->txs);
        case IX_IN_OUT:         return 5 * k->ins;
        case IX_OUT_VALUE:      return 5 * k->outs;
        case IX_BIG_VALUE:      return 13 * k->bigs;
        case IX_OUT_PAYEE:      return 4 * k->outs;
        case IX_PAYEE:          return 21 * k->payees;
        case IX_PROGRAM:        return 36 * k->programs;
        default:                return 0;
        }
}

static em_status copy_column(void *ctx, size_t i, em_error *err)
{
        const em_ix *ix = ctx;
        const size_t piece = (size_t)1 << 22;
        const em_mapping *from = &ix->old->map[copied[i]];
        uint64_t bytes = em_ix_kept_bytes(ix, copied[i]);
        char path[4096];
        int fd, n = snprintf(path, sizeof path, "%.*s/%s", EM_ARG(ix->aside), em_ix_name(copied[i]));
        if (n < 0 || n >= (int)sizeof path)
                return em_fail(err, EM_FORMAT, "the path is too long");
        if (bytes > from->n)
                return em_fail(err, EM_FORMAT, "the old index contradicts itself: remove it, and build anew");
        EM_TRY(em_ix_file_make(em_str_c(path), 0, &fd, err));
        em_status status = EM_OK;
        for (uint64_t at = 0; at < bytes && status == EM_OK; at += piece)
                status = em_ix_file_put(fd, from->p + at, bytes - at < piece ? (size_t)(bytes - at) : piece, at, err);
        return em_ix_column_done(fd, status, err);
}

em_status em_ix_keep_copy(em_ix *ix, em_error *err)
{
        if (ix->kept.blocks == 0)
                return EM_OK;
        return em_ix_each(ix, "copying the blocks kept", sizeof copied / sizeof *copied, copy_column, ix, err);
}

/* ---- asking the old index ---- */

em_id em_ix_old_output(const em_ix *ix, const uint8_t *txid, uint64_t vout)
{
        if (ix->kept.blocks == 0)
                return EM_ID_NONE;
        const em_graph *g = &ix->old->graph;
        em_id tx = em_ix_look_tx(ix->old, txid, ix->kept.txs);
        if (tx == EM_ID_NONE)
                return EM_ID_NONE;
        em_id out = em_graph_first_out(g, tx) + vout;
        return out < em_graph_first_out(g, tx + 1) && out < ix->kept.outs ? out : EM_ID_NONE;
}

em_id em_ix_old_first(const em_ix *ix, const uint8_t *payee)
{
        if (ix->kept.blocks == 0)
                return EM_ID_NONE;
        em_id id = em_ix_look_payee(ix->old, payee, ix->kept.payees);
        em_id first = id == EM_ID_NONE ? EM_ID_NONE : em_ix_first_of_payee(ix->old, id);
        return first < ix->kept.outs ? first : EM_ID_NONE;
}
