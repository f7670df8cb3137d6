/* Opening an index: the head, every section's length, then every invariant of
 * doc/format-chain.md that readers rest on.  All of them are checked when the
 * columns are small; of a large index a sample, because reading 100 GB before each
 * command would cost more than the command (em_chain_verify checks all).
 */
#include "chain/index_inside.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK_ALL_BYTES ((uint64_t)1 << 30)
#define SAMPLES         ((uint64_t)1 << 16)

static em_status open_sections(em_chain *c, em_str dir, em_error *err)
{
        for (em_ix_section s = 0; s < IX_SECTIONS; s++) {
                em_str path;
                EM_TRY(em_path_join(dir, em_str_c(em_ix_name(s)), c->arena, &path, err));
                EM_TRY(em_mapping_open(path, &c->map[s], err));
                if (c->map[s].n != c->head.section[s].length)
                        return em_fail_at(err, EM_FORMAT, path, 0, 0, "not of the length that the index says");
        }
        return EM_OK;
}

/* Names are paths that will be opened: only plain names of files are taken. */
static em_status read_names(em_chain *c, em_error *err)
{
        const uint8_t *p = em_ix_column(c, IX_FILES);
        size_t n = c->map[IX_FILES].n, at = 0;
        if (c->head.files > n / 2)
                return em_fail(err, EM_FORMAT, "the index names fewer files than it counts");
        c->file = EM_NEW_N(c->arena, em_str, (size_t)c->head.files);
        if (!c->file)
                return em_fail(err, EM_NOMEM, "no memory for the block files' names");
        for (uint64_t i = 0; i < c->head.files; i++) {
                size_t length = n - at >= 2 ? (size_t)em_le(p + at, 2) : 0;
                em_str name = { (const char *)p + at + 2, length };
                if (length == 0 || length > n - at - 2 || memchr(name.p, '/', length) || memchr(name.p, 0, length) ||
                    em_str_eq(name, EM_S("..")) || em_str_eq(name, EM_S(".")))
                        return em_fail(err, EM_FORMAT, "the index names a block file that cannot be");
                c->file[i] = name;
                at += 2 + length;
        }
        return at == n ? EM_OK : em_fail(err, EM_FORMAT, "the index names more files than it counts");
}

static void set_graph(em_chain *c)
{
        const em_ix_head *h = &c->head;
        c->graph = (em_graph){
                .blocks = h->blocks, .txs = h->txs, .ins = h->ins, .outs = h->outs, .payees = h->payees,
                .bigs = h->bigs, .tx_first = em_ix_column(c, IX_TX_FIRST),
                .in_out = em_ix_column(c, IX_IN_OUT), .out_value = em_ix_column(c, IX_OUT_VALUE),
                .big_value = em_ix_column(c, IX_BIG_VALUE),
                .out_in = em_ix_column(c, IX_OUT_IN), .out_payee = em_ix_column(c, IX_OUT_PAYEE),
                .block_first_tx = em_ix_column(c, IX_BLOCK_FIRST_TX), .block_time = em_ix_column(c, IX_BLOCK_TIME),
        };
}

static em_status open_all(em_chain *c, em_str dir, em_sound *sound, em_error *err)
{
        em_str path, bytes;
        em_sha256 state;
        EM_TRY(em_path_join(dir, EM_S("index"), c->arena, &path, err));
        EM_TRY(em_file_read(path, 1 << 16, c->arena, &bytes, err));
        EM_TRY(em_ix_head_unpack(bytes, &c->head, err));
        EM_TRY(em_ix_head_fits(&c->head, err));
        c->net = em_btc_net_find(em_str_c(c->head.net));
        if (!c->net)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the index is of an unknown network");
        EM_TRY(open_sections(c, dir, err));
        EM_TRY(read_names(c, err));
        set_graph(c);
        uint64_t bytes_all = 0, most = c->head.outs + c->head.ins + c->head.txs;
        for (em_ix_section s = 0; s < IX_SECTIONS; s++)
                bytes_all += c->map[s].n;
        if (em_sound_known(sound, c->map, IX_SECTIONS, &state))
                return EM_OK;
        EM_TRY(em_ix_check(c, bytes_all <= CHECK_ALL_BYTES ? 1 : most / SAMPLES | 1, err));
        em_sound_note(sound, &state);
        return EM_OK;
}

em_status em_chain_open(em_str dir, em_chain **ret_chain, em_error *err) { return em_chain_open_sound(dir, NULL, ret_chain, err); }

em_status em_chain_open_sound(em_str dir, em_sound *sound, em_chain **ret_chain, em_error *err)
{
        em_chain *c = calloc(1, sizeof *c);
        if (!c)
                return em_fail(err, EM_NOMEM, "no memory for a chain index");
        for (size_t s = 0; s < IX_SECTIONS; s++)
                c->map[s].fd = -1;
        c->arena = em_arena_new((size_t)256 << 20);
        em_status status = c->arena ? open_all(c, dir, sound, err) : em_fail(err, EM_NOMEM, "no memory for a chain index");
        if (status != EM_OK)
                em_chain_close(c);
        else
                *ret_chain = c;
        return status;
}

em_chain *em_chain_close(em_chain *chain)
{
        if (!chain)
                return NULL;
        for (size_t s = 0; s < IX_SECTIONS && !chain->of; s++)
                em_mapping_close(&chain->map[s]);
        if (!chain->of)
                em_arena_free(chain->arena);
        free(chain);
        return NULL;
}

const em_graph *em_chain_graph(const em_chain *chain)
{
        return &chain->graph;
}

const em_btc_net *em_chain_net(const em_chain *chain)
{
        return chain->net;
}

em_chain_built em_chain_counts(const em_chain *chain)
{
        return em_ix_counts(&chain->head);
}

int64_t em_chain_height(const em_chain *chain, em_id block)
{
        em_assert(block < chain->head.blocks);
        return chain->head.first_height < 0 ? -1 : chain->head.first_height + (int64_t)block;
}

em_status em_chain_txid(const em_chain *chain, em_id tx, em_hash256 *ret_txid, em_error *err)
{
        if (tx >= chain->head.txs)
                return em_fail(err, EM_MISSING, "the chain has no transaction of number %llu", (unsigned long long)tx);
        memcpy(ret_txid->b, em_ix_column(chain, IX_TX_ID) + 32 * tx, 32);
        return EM_OK;
}

em_payee em_chain_payee(const em_chain *chain, uint32_t id)
{
        em_payee payee;
        em_assert(id < chain->head.payees);
        memcpy(payee.b, em_ix_column(chain, IX_PAYEE) + 21 * (size_t)id, 21);
        return payee;
}

const uint8_t *em_chain_program(const em_chain *chain, uint32_t id)
{
        const uint8_t *column = em_ix_column(chain, IX_PROGRAM);
        uint64_t low = 0, high = chain->head.programs;
        while (low < high) {
                uint64_t mid = low + (high - low) / 2, at = em_le(column + 36 * mid, 4);
                if (at == id)
                        return column + 36 * mid + 4;
                if (at < id)
                        low = mid + 1;
                else
                        high = mid;
        }
        return NULL;
}

char *em_chain_address(const em_chain *chain, uint32_t id, char out[128])
{
        char script[34];
        em_payee payee = em_chain_payee(chain, id);
        const uint8_t *program = em_ix_has_program(payee.b) ? em_chain_program(chain, id) : NULL;
        if (!program)
                return em_payee_address(payee, EM_S(""), chain->net, out);
        em_ix_program_script(payee, program, script);
        return em_payee_address(payee, (em_str){ script, sizeof script }, chain->net, out);
}

em_status em_chain_payee_outs(const em_chain *chain, uint32_t id, em_arena *arena,
                              em_id **ret_outs, size_t *ret_count, em_error *err)
{
        if (id >= chain->head.payees)
                return em_fail(err, EM_MISSING, "the chain has no payee of number %lu", (unsigned long)id);
        const uint8_t *first = em_ix_column(chain, IX_PAYEE_FIRST) + 5 * (size_t)id;
        uint64_t from = em_le5(first), count = em_le5(first + 5) - from;
        const uint8_t *column = em_ix_column(chain, IX_PAYEE_OUT);
        while (chain->of && count > 0 && em_le5(column + 5 * (from + count - 1)) >= chain->head.outs)
                count--;
        em_id *outs = EM_NEW_N(arena, em_id, (size_t)count);
        if (!outs)
                return em_fail(err, EM_NOMEM, "no memory for %llu outputs of a payee", (unsigned long long)count);
        for (uint64_t i = 0; i < count; i++)
                outs[i] = em_le5(column + 5 * (from + i));
        *ret_outs = outs;
        *ret_count = (size_t)count;
        return EM_OK;
}

/* A transaction ends where the next of its block begins in the file, which is the next by
 * offset: in a block in canonical order ids follow the spending. */
static uint64_t end_of_tx(const em_chain *c, em_id block, uint64_t offset, uint64_t block_length)
{
        const uint8_t *first = em_ix_column(c, IX_BLOCK_FIRST_TX) + 5 * block;
        uint64_t end = block_length;
        for (em_id tx = em_le(first, 5); tx < em_le(first + 5, 5); tx++) {
                uint64_t at = em_le(em_ix_column(c, IX_TX_PLACE) + 4 * tx, 4);
                if (at > offset && at < end)
                        end = at;
        }
        return end;
}

em_status em_chain_place_of(const em_chain *chain, em_id tx, em_arena *arena,
                            em_chain_place *ret_place, em_error *err)
{
        if (tx >= chain->head.txs)
                return em_fail(err, EM_MISSING, "the chain has no transaction of number %llu", (unsigned long long)tx);
        em_id block = em_graph_block_of_tx(&chain->graph, tx);
        const uint8_t *place = em_ix_column(chain, IX_BLOCK_PLACE) + 16 * block;
        uint64_t at = em_le(em_ix_column(chain, IX_TX_PLACE) + 4 * tx, 4);
        em_chain_place p = {
                .offset = em_le(place + 8, 8) + at,
                .length = end_of_tx(chain, block, at, em_le(place + 4, 4)) - at,
                .height = em_chain_height(chain, block),
                .in_block = at, .block_offset = em_le(place + 8, 8), .block_length = em_le(place + 4, 4),
        };
        memcpy(p.block.b, em_ix_column(chain, IX_BLOCK_HASH) + 32 * block, 32);
        EM_TRY(em_str_copy(chain->file[em_le(place, 4)], arena, &p.file, err));
        *ret_place = p;
        return EM_OK;
}
