/* Is an index what it says it is?  Its checksums, all its invariants, and a sample of its
 * transactions made again from the raw blocks: hash of the header, txid, values, payees,
 * and what each input spends, each compared with the columns.
 */
#include "chain/index_inside.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK_MOST ((size_t)10 << 28)

typedef struct verify {
        const em_chain *chain;
        em_ix_source    source;
        size_t         *file_of;        /* the index's file numbers into source; SIZE_MAX: not there */
        em_arena       *arena;          /* reset for every transaction */
        void          (*tell)(void *ctx, const char *sentence);
        void           *ctx;
        uint64_t        differences;
} verify;

static void differs(verify *v, const char *fmt, ...) EM_PRINTF(2, 3);
static void differs(verify *v, const char *fmt, ...)
{
        char sentence[512];
        va_list args;
        v->differences++;
        va_start(args, fmt);
        vsnprintf(sentence, sizeof sentence, fmt, args);
        va_end(args);
        if (v->tell)
                v->tell(v->ctx, sentence);
}

static em_status check_sums(verify *v, em_error *err)
{
        em_hasher *hasher = em_hasher_new();
        if (!hasher)
                return em_fail(err, EM_NOMEM, "no memory for a hash");
        for (em_ix_section s = 0; s < IX_SECTIONS; s++) {
                const em_mapping *map = &v->chain->map[s];
                em_sha256 sum = em_ix_sum(hasher, (em_str){ map->p, map->n });
                if (memcmp(sum.b, v->chain->head.section[s].sum, 8) != 0)
                        differs(v, "section %s does not match its checksum", em_ix_name(s));
        }
        em_hasher_free(hasher);
        return EM_OK;
}

/* Every payee of a 32-byte program has one, and its script's hash is the payee's key. */
static void check_programs(verify *v)
{
        const em_chain *c = v->chain;
        const uint8_t *row = em_ix_column(c, IX_PROGRAM);
        uint64_t owners = 0;
        for (uint64_t k = 0; k < c->head.payees; k++)
                owners += em_ix_has_program(em_ix_column(c, IX_PAYEE) + 21 * k);
        if (owners != c->head.programs)
                differs(v, "%llu payees have a program of 32 bytes and %llu are kept", (unsigned long long)owners,
                        (unsigned long long)c->head.programs);
        for (uint64_t i = 0; i < c->head.programs; i++, row += 36) {
                char script[34];
                em_payee payee = em_chain_payee(c, (uint32_t)em_le(row, 4));
                em_ix_program_script(payee, row + 4, script);
                em_payee of = em_script_payee((em_str){ script, sizeof script });
                if (memcmp(&of, &payee, sizeof of) != 0)
                        differs(v, "the program of payee %llu is not its own", (unsigned long long)em_le(row, 4));
        }
}

static bool spends_this(const em_chain *c, em_id out, const em_btc_in *in)
{
        em_id tx = em_graph_tx_of_out(&c->graph, out);
        return memcmp(em_ix_column(c, IX_TX_ID) + 32 * tx, in->prev.b, 32) == 0 &&
               out - em_graph_first_out(&c->graph, tx) == in->vout;
}

/* An input without an output: rightly, when the chain has none before it that is free. */
static bool rightly_unknown(const em_chain *c, em_id tx, const em_btc_in *in)
{
        em_id prev;
        if (em_chain_find_tx(c, in->prev, &prev, NULL) != EM_OK || prev >= tx)
                return true;
        uint64_t first = em_graph_first_out(&c->graph, prev), outs = em_graph_first_out(&c->graph, prev + 1) - first;
        return in->vout >= outs || em_graph_spender(&c->graph, first + in->vout) != EM_ID_NONE;
}

static void compare(verify *v, em_id tx, const em_btc_tx *raw)
{
        const em_chain *c = v->chain;
        const em_graph *g = &c->graph;
        em_id in = em_graph_first_in(g, tx), out = em_graph_first_out(g, tx);
        unsigned long long n = (unsigned long long)tx;
        if (memcmp(raw->txid.b, em_ix_column(c, IX_TX_ID) + 32 * tx, 32) != 0)
                differs(v, "transaction %llu has another txid in its block", n);
        if (raw->ins != em_graph_first_in(g, tx + 1) - in || raw->outs != em_graph_first_out(g, tx + 1) - out) {
                differs(v, "transaction %llu has other counts of inputs and outputs in its block", n);
                return;
        }
        for (size_t i = 0; i < raw->ins; i++) {
                em_id spent = em_graph_spent(g, in + i);
                if (spent == EM_ID_NONE ? !rightly_unknown(c, tx, &raw->in[i]) : !spends_this(c, spent, &raw->in[i]))
                        differs(v, "input %zu of transaction %llu spends another output in its block", i, n);
        }
        for (size_t o = 0; o < raw->outs; o++) {
                em_payee payee = em_script_payee(raw->out[o].script);
                em_payee held = em_chain_payee(c, em_graph_payee(g, out + o));
                if (raw->out[o].value_sat != em_graph_value(g, out + o))
                        differs(v, "output %zu of transaction %llu has another value in its block", o, n);
                if (memcmp(&payee, &held, sizeof payee) != 0)
                        differs(v, "output %zu of transaction %llu has another payee in its block", o, n);
        }
}

static em_status check_tx(verify *v, em_id tx, em_error *err)
{
        const em_chain *c = v->chain;
        em_chain_place place;
        em_btc_tx raw;
        em_str header, bytes;
        em_id block = em_graph_block_of_tx(&c->graph, tx);
        em_arena_reset(v->arena);
        EM_TRY(em_chain_place_of(c, tx, v->arena, &place, err));
        size_t file = v->file_of[em_le(em_ix_column(c, IX_BLOCK_PLACE) + 16 * block, 4)];
        if (file == SIZE_MAX) {
                differs(v, "a block file of the index is not in the folder any more");
                return EM_OK;
        }
        v->source.round++;
        EM_TRY(em_ix_source_map(&v->source, file, err));
        if (em_ix_source_bytes(&v->source, file, place.block_offset, 80, v->arena, &header, NULL) != EM_OK ||
            em_ix_source_bytes(&v->source, file, place.offset, place.length, v->arena, &bytes, NULL) != EM_OK) {
                differs(v, "the block of transaction %llu is not in its file any more", (unsigned long long)tx);
                return EM_OK;
        }
        em_hash256 hash = em_btc_double_sha256(header);
        if (memcmp(&hash, &place.block, sizeof hash) != 0)
                differs(v, "the block of transaction %llu has another hash in its file", (unsigned long long)tx);
        if (em_le((const uint8_t *)header.p + 68, 4) != em_graph_block_time(&c->graph, block))
                differs(v, "the block of transaction %llu has another time in its file", (unsigned long long)tx);
        em_status status = em_btc_tx_parse(bytes, NULL, v->arena, &raw, err);
        if (status == EM_NOMEM)
                return status;
        if (status != EM_OK)
                differs(v, "transaction %llu is none in its block", (unsigned long long)tx);
        else
                compare(v, tx, &raw);
        return EM_OK;
}

static em_status match_files(verify *v, em_arena *arena, em_error *err)
{
        v->file_of = EM_NEW_N(arena, size_t, (size_t)v->chain->head.files);
        if (!v->file_of)
                return em_fail(err, EM_NOMEM, "no memory for the block files' names");
        size_t at = 0;
        for (uint64_t f = 0; f < v->chain->head.files; f++) {   /* both are sorted by name */
                while (at < v->source.files && em_str_cmp(v->source.file[at].name, v->chain->file[f]) < 0)
                        at++;
                bool there = at < v->source.files && em_str_eq(v->source.file[at].name, v->chain->file[f]);
                v->file_of[f] = there ? at : SIZE_MAX;
        }
        return EM_OK;
}

/* The same transactions every time, spread over the chain; all of them when the sample is larger than it. */
static em_status check_sample(verify *v, em_str blocks_dir, uint64_t sample, em_error *err)
{
        em_arena *arena = em_arena_new((size_t)256 << 20);
        uint64_t txs = v->chain->head.txs;
        v->arena = em_arena_new(BLOCK_MOST);
        em_status status = arena && v->arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory to verify");
        if (status == EM_OK)
                status = em_ix_source_find(blocks_dir, arena, &v->source, err);
        if (status == EM_OK)
                status = match_files(v, arena, err);
        if (sample > txs)
                sample = txs;
        for (uint64_t i = 0; i < sample && status == EM_OK; i++) {
                uint64_t width = txs / sample, from = i * width + (i < txs % sample ? i : txs % sample);
                status = check_tx(v, from + em_ix_mix(i + 1) % width, err);
        }
        em_ix_source_close(&v->source);
        em_arena_free(v->arena);
        em_arena_free(arena);
        return status;
}

em_status em_chain_verify(const em_chain *chain, em_str blocks_dir, uint64_t sample,
                          void (*tell)(void *ctx, const char *sentence), void *ctx, em_error *err)
{
        verify v = { .chain = chain, .tell = tell, .ctx = ctx };
        em_error damage = { .code = EM_OK };
        em_assert(!chain->of);
        EM_TRY(check_sums(&v, err));
        if (em_ix_check(chain, 1, &damage) != EM_OK)
                differs(&v, "%s", damage.text);
        else
                check_programs(&v);
        if (damage.code == EM_OK && blocks_dir.n && sample)
                EM_TRY(check_sample(&v, blocks_dir, sample, err));
        if (v.differences)
                return em_fail(err, EM_DIFF, "the chain index differs in %llu places",
                               (unsigned long long)v.differences);
        return EM_OK;
}
