/* The second reading: every transaction, in chain order, into columns and into
 * rows set aside for the joins.
 *
 * Runs of blocks are parsed by all threads into memory of their own; then
 * their ids are known (counts of what stands before) and four tasks write what
 * the runs hold, each to its own files, while the next runs are parsed.  So
 * the bytes do not depend on the number of threads.
 *
 * Bitcoin Cash sorts a block's transactions by txid (CTOR, 2018), so a spend may
 * stand before what it spends.  Such blocks are numbered in the order of spending,
 * as near to the file's order as that allows: a spend has the larger id always.
 */
#include "chain/index_inside.h"

#include <stdlib.h>

#define TX_ROW  46      /* txid 32, first output 5, end of inputs 5, outputs 4 */
#define IN_ROW  41      /* txid 32, output's index 4, input 5 */
#define PAY_ROW 26      /* payee 21, output 5 */
#define PROGRAM_ROW 37  /* output 5, program 32 */
#define ARENA_MOST ((size_t)10 << 28)
#define CACHE   ((uint64_t)4 << 20)

typedef struct heap { uint8_t *p; size_t n, cap; } heap;

typedef struct run {                    /* consecutive blocks, parsed */
        size_t   from, to;              /* in chain order */
        size_t   bad;                   /* the first that is no block; to when all are */
        uint64_t tx, in, out;           /* ids of the first */
        size_t   txs, ins, outs, coinbases;
        heap     block;                 /* transactions 4 */
        heap     txid;                  /* 32 */
        heap     meta;                  /* inputs 4, outputs 4, offset 4 */
        heap     input;                 /* prev 32, vout 4 */
        heap     output;                /* value 8, payee 21 */
        heap     program;               /* output within the run 4, program 32 */
        int64_t  height;                /* of the last block by BIP 34; -1 */
        em_arena *arena;                /* while it is parsed; reset for each block */
} run;

typedef struct batch { run *at; size_t runs; } batch;

enum { WRITE_TXS, WRITE_INS, WRITE_VALUES, WRITE_PAYEES, WRITES };

typedef struct parse {
        em_ix    *ix;
        em_str    hashes, places;       /* the block columns, mapped */
        size_t    blocks, most_runs;
        uint64_t  run_bytes;
        batch     now, before;
        em_ix_out first_tx, tx_id, tx_place, first, value, big;
        uint64_t  base_in, base_out;    /* of the group of transactions that is written */
        em_ix_spill *tx_rows, *in_rows, *pay_rows, *program_rows;
        em_ix_writer tx_writer, in_writer, pay_writer, program_writer;
        uint32_t  join_shift, pay_shift;
} parse;

static uint8_t *take(heap *h, size_t n)
{
        if (h->cap - h->n < n) {
                size_t cap = h->cap ? h->cap : 1 << 14;
                while (cap - h->n < n)
                        cap *= 2;
                uint8_t *more = realloc(h->p, cap);
                if (!more)
                        return NULL;
                h->p = more;
                h->cap = cap;
        }
        uint8_t *p = h->p + h->n;
        h->n += n;
        return p;
}

/* ---- the order within a block ---- */

static int by_shown(const em_hash256 *a, const em_hash256 *b)
{
        for (size_t i = 32; i-- > 0;)
                if (a->b[i] != b->b[i])
                        return a->b[i] < b->b[i] ? -1 : 1;
        return 0;
}

static bool is_sorted(const em_btc_block *block)
{
        for (size_t t = 2; t < block->txs; t++)
                if (by_shown(&block->tx[t - 1].txid, &block->tx[t].txid) >= 0)
                        return false;
        return block->txs > 2;
}

/* Where prev stands among the block's sorted transactions; 0 (the coinbase) when it does not. */
static size_t position(const em_btc_block *block, const em_hash256 *prev)
{
        size_t low = 1, high = block->txs;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                int c = by_shown(&block->tx[mid].txid, prev);
                if (c == 0)
                        return mid;
                if (c < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        return 0;
}

/* Depth first with a stack of its own: each transaction after those it spends.  A loop would need
 * a hash that contains itself. */
static uint32_t *spending_order(const em_btc_block *block, em_arena *arena)
{
        size_t n = block->txs, done = 0;
        uint32_t *order = EM_NEW_N(arena, uint32_t, n), *stack = EM_NEW_N(arena, uint32_t, n);
        uint32_t *next = EM_NEW_N(arena, uint32_t, n);  /* input to look at; UINT32_MAX: placed */
        if (!order || !stack || !next)
                return NULL;
        for (size_t t = 0; t < n; t++) {
                size_t depth = 0;
                if (next[t] != UINT32_MAX)
                        stack[depth++] = (uint32_t)t;
                while (depth > 0) {
                        uint32_t top = stack[depth - 1];
                        const em_btc_tx *tx = &block->tx[top];
                        size_t parent = 0;
                        while (next[top] < tx->ins && parent == 0) {
                                parent = position(block, &tx->in[next[top]++].prev);
                                if (parent && next[parent] == UINT32_MAX)
                                        parent = 0;
                        }
                        if (parent && depth < n) {
                                stack[depth++] = (uint32_t)parent;
                                continue;
                        }
                        next[top] = UINT32_MAX;
                        order[done++] = top;
                        depth--;
                }
        }
        return order;
}

/* ---- parsing runs ---- */

static bool is_coinbase(const em_btc_in *in)
{
        static const em_hash256 zero;
        return in->vout == UINT32_MAX && memcmp(&in->prev, &zero, sizeof zero) == 0;
}

static bool take_program(run *r, size_t out, em_str script)
{
        uint8_t *row = take(&r->program, 36);
        if (!row)
                return false;
        em_ix_put(row, out, 4);
        memcpy(row + 4, script.p + 2, 32);
        return true;
}

static bool take_tx(run *r, const em_btc_tx *tx)
{
        uint8_t *id = take(&r->txid, 32), *meta = take(&r->meta, 12);
        uint8_t *in = take(&r->input, 36 * tx->ins), *out = take(&r->output, 29 * tx->outs);
        if (!id || !meta || !in || !out)
                return false;
        memcpy(id, tx->txid.b, 32);
        em_ix_put(meta, tx->ins, 4);
        em_ix_put(meta + 4, tx->outs, 4);
        em_ix_put(meta + 8, tx->offset, 4);
        for (size_t i = 0; i < tx->ins; i++, in += 36) {
                memcpy(in, tx->in[i].prev.b, 32);
                em_ix_put(in + 32, tx->in[i].vout, 4);
                r->coinbases += is_coinbase(&tx->in[i]);
        }
        for (size_t o = 0; o < tx->outs; o++, out += 29) {
                em_payee payee = em_script_payee(tx->out[o].script);
                em_ix_put(out, (uint64_t)tx->out[o].value_sat, 8);
                memcpy(out + 8, payee.b, 21);
                if (em_ix_has_program(payee.b) && !take_program(r, r->outs + o, tx->out[o].script))
                        return false;
        }
        r->txs++;
        r->ins += tx->ins;
        r->outs += tx->outs;
        return true;
}

static bool can_be(const em_btc_block *block)
{
        for (size_t t = 0; t < block->txs; t++) {
                const em_btc_tx *tx = &block->tx[t];
                if (tx->ins >= EM_IX_SIDE_MAX || tx->outs >= EM_IX_SIDE_MAX)
                        return false;
                for (size_t o = 0; o < tx->outs; o++)
                        if (tx->out[o].value_sat < 0 || tx->out[o].value_sat > EM_IX_VALUE_MAX)
                                return false;
        }
        return true;
}

static em_status take_block(const parse *p, run *r, size_t at, em_error *err)
{
        const uint8_t *place = (const uint8_t *)p->places.p + 16 * at;
        em_btc_opts opts = em_btc_defaults;
        em_btc_block block;
        em_str bytes;
        opts.check_merkle = p->ix->opts->check_merkle;
        em_arena_reset(r->arena);
        EM_TRY(em_ix_source_bytes(&p->ix->source, (size_t)em_le(place, 4), em_le(place + 8, 8), em_le(place + 4, 4),
                                  r->arena, &bytes, err));
        em_status status = em_btc_block_parse(bytes, &opts, r->arena, &block, err);
        if (status == EM_NOMEM)
                return status;
        if (status != EM_OK || memcmp(block.hash.b, p->hashes.p + 32 * at, 32) != 0 || !can_be(&block)) {
                r->bad = at;
                return EM_OK;
        }
        uint32_t *order = NULL;
        if (is_sorted(&block) && !(order = spending_order(&block, r->arena)))
                return em_fail(err, EM_NOMEM, "no memory to order a block");
        uint8_t *count = take(&r->block, 4);
        bool room = count != NULL;
        for (size_t t = 0; room && t < block.txs; t++)
                room = take_tx(r, &block.tx[order ? order[t] : t]);
        if (!room)
                return em_fail(err, EM_NOMEM, "no memory for a block");
        em_ix_put(count, block.txs, 4);
        r->height = block.height;
        return EM_OK;
}

static em_status parse_run(const parse *p, run *r, em_error *err)
{
        r->txs = r->ins = r->outs = r->coinbases = 0;
        r->block.n = r->txid.n = r->meta.n = r->input.n = r->output.n = r->program.n = 0;
        r->bad = r->to;
        r->arena = em_arena_new(ARENA_MOST);
        em_status status = r->arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory to read blocks");
        for (size_t at = r->from; status == EM_OK && at < r->to && r->bad == r->to; at++)
                status = take_block(p, r, at, err);
        r->arena = em_arena_free(r->arena);
        return status;
}

/* ---- writing runs ---- */

/* The entry of tx in tx_first; every 64th begins a group. */
static void write_first(parse *p, uint64_t tx, uint64_t in, uint64_t out)
{
        if (tx % EM_TX_GROUP == 0) {
                uint8_t *base = em_ix_out_room(&p->first, 10);
                em_ix_put(base, p->base_in = in, 5);
                em_ix_put(base + 5, p->base_out = out, 5);
        }
        uint8_t *entry = em_ix_out_room(&p->first, 6);
        em_ix_put(entry, in - p->base_in, 3);
        em_ix_put(entry + 3, out - p->base_out, 3);
}

static void write_txs(parse *p, const run *r)
{
        uint64_t tx = r->tx, in = r->in, out = r->out;
        const uint8_t *meta = r->meta.p, *id = r->txid.p;
        for (size_t b = 0; b < r->to - r->from; b++) {
                em_ix_put(em_ix_out_room(&p->first_tx, 5), tx, 5);
                for (uint64_t n = em_le(r->block.p + 4 * b, 4); n > 0; n--, tx++, meta += 12, id += 32) {
                        uint64_t ins = em_le(meta, 4), outs = em_le(meta + 4, 4);
                        memcpy(em_ix_out_room(&p->tx_id, 32), id, 32);
                        memcpy(em_ix_out_room(&p->tx_place, 4), meta + 8, 4);
                        write_first(p, tx, in, out);
                        uint8_t *row = em_ix_writer_row(&p->tx_writer, (uint32_t)(em_ix_tx_key(id) >> 32 >> p->join_shift));
                        memcpy(row, id, 32);
                        em_ix_put(row + 32, out, 5);
                        em_ix_put(row + 37, in + ins, 5);
                        em_ix_put(row + 42, outs, 4);
                        in += ins;
                        out += outs;
                }
        }
}

static void write_ins(parse *p, const run *r)
{
        static const uint8_t none[36] = { [32] = 0xff, 0xff, 0xff, 0xff };
        const uint8_t *in = r->input.p;
        for (size_t i = 0; i < r->ins; i++, in += 36) {
                if (memcmp(in, none, 36) == 0)
                        continue;
                uint8_t *row = em_ix_writer_row(&p->in_writer, (uint32_t)(em_ix_tx_key(in) >> 32 >> p->join_shift));
                memcpy(row, in, 36);
                em_ix_put(row + 36, r->in + i, 5);
        }
}

static void write_values(parse *p, const run *r)
{
        const uint8_t *out = r->output.p;
        for (size_t o = 0; o < r->outs; o++, out += 29) {
                bool big = em_ix_u64(out) >= EM_ID_NONE;
                em_ix_put(em_ix_out_room(&p->value, 5), big ? EM_ID_NONE : em_ix_u64(out), 5);
                if (!big)
                        continue;
                uint8_t *row = em_ix_out_room(&p->big, 13);
                em_ix_put(row, r->out + o, 5);
                memcpy(row + 5, out, 8);
                p->ix->head.bigs++;
        }
}

static void write_payees(parse *p, const run *r)
{
        const uint8_t *out = r->output.p;
        for (size_t o = 0; o < r->outs; o++, out += 29) {
                uint32_t part = (uint32_t)(em_ix_payee_key(out + 8) >> 32 >> p->pay_shift);
                uint8_t *row = em_ix_writer_row(&p->pay_writer, part);
                memcpy(row, out + 8, 21);
                em_ix_put(row + 21, r->out + o, 5);
        }
        const uint8_t *program = r->program.p;
        for (size_t k = 0; k < r->program.n / 36; k++, program += 36) {
                uint8_t *row = em_ix_writer_row(&p->program_writer, 0);
                em_ix_put(row, r->out + em_le(program, 4), 5);
                memcpy(row + 5, program + 4, 32);
        }
}

static em_status step(void *ctx, size_t i, em_error *err)
{
        parse *p = ctx;
        static void (*const writes[WRITES])(parse *, const run *) = { write_txs, write_ins, write_values, write_payees };
        size_t tasks = p->before.runs ? WRITES : 0;
        if (i >= tasks)
                return parse_run(p, &p->now.at[i - tasks], err);
        for (size_t k = 0; k < p->before.runs; k++)
                writes[i](p, &p->before.at[k]);
        return EM_OK;
}

/* ---- all of it ---- */

/* The next runs of blocks, with their files mapped. */
static em_status plan(parse *p, size_t *at, em_error *err)
{
        em_ix_source *source = &p->ix->source;
        size_t files = 0;
        source->round++;
        p->now.runs = 0;
        while (p->now.runs < p->most_runs && *at < p->blocks && files < 64) {
                run *r = &p->now.at[p->now.runs++];
                uint64_t bytes = 0;
                r->from = *at;
                do {
                        const uint8_t *place = (const uint8_t *)p->places.p + 16 * *at;
                        size_t file = (size_t)em_le(place, 4);
                        files += source->file[file].used != source->round;
                        EM_TRY(em_ix_source_map(source, file, err));
                        bytes += em_le(place + 4, 4);
                        ++*at;
                } while (*at < p->blocks && bytes < p->run_bytes && files < 64);
                r->to = *at;
        }
        return EM_OK;
}

static em_status refuse(em_ix *ix, const uint8_t *place, em_error *err)
{
        em_ix_spot *more = realloc(ix->refused, (ix->refusals + 1) * sizeof *more);
        if (!more)
                return em_fail(err, EM_NOMEM, "no memory for damaged blocks");
        ix->refused = more;
        ix->refused[ix->refusals++] = (em_ix_spot){ em_le(place, 4), em_le(place + 8, 8) };
        return EM_OK;
}

static em_status number(parse *p, em_error *err)
{
        em_ix_head *h = &p->ix->head;
        for (size_t k = 0; k < p->now.runs; k++) {
                run *r = &p->now.at[k];
                if (r->bad != r->to) {          /* the first only, so that what is left out does not go by the batch */
                        EM_TRY(refuse(p->ix, (const uint8_t *)p->places.p + 16 * r->bad, err));
                        return em_fail(err, EM_DIFF, "a block of the chain is damaged");
                }
                r->tx = h->txs;
                r->in = h->ins;
                r->out = h->outs;
                h->txs += r->txs;
                h->ins += r->ins;
                h->outs += r->outs;
                h->coinbases += r->coinbases;
                if (r->to == p->blocks && h->first_height < 0 && r->height >= (int64_t)(p->blocks - 1))
                        h->first_height = r->height - (int64_t)(p->blocks - 1);
        }
        if (h->txs >= EM_ID_NONE || h->ins >= EM_ID_NONE || h->outs >= EM_ID_NONE)
                return em_fail(err, EM_LIMIT, "more ids than 40 bits hold");
        return EM_OK;
}

static em_status run_batches(parse *p, em_error *err)
{
        size_t at = (size_t)p->ix->kept.blocks;
        for (;;) {
                if (!em_progress_tell(p->ix->progress, "reading blocks", at, p->blocks))
                        return em_fail(err, EM_INTERRUPTED, "the index is not finished");
                EM_TRY(plan(p, &at, err));
                size_t tasks = p->now.runs + (p->before.runs ? WRITES : 0);
                if (tasks == 0)
                        return EM_OK;
                EM_TRY(em_parallel(tasks, p->ix->threads, step, p, err));
                EM_TRY(number(p, err));
                batch swap = p->before;
                p->before = p->now;
                p->now = swap;
        }
}

static em_status finish(parse *p, em_error *err)
{
        em_ix_head *h = &p->ix->head;
        em_ix_put(em_ix_out_room(&p->first_tx, 5), h->txs, 5);
        write_first(p, h->txs, h->ins, h->outs);
        memset(em_ix_out_room(&p->first, 1), 0, 1);
        memset(em_ix_out_room(&p->value, 3), 0, 3);
        EM_TRY(em_ix_writer_done(&p->tx_writer, err));
        EM_TRY(em_ix_writer_done(&p->in_writer, err));
        EM_TRY(em_ix_writer_done(&p->pay_writer, err));
        EM_TRY(em_ix_writer_done(&p->program_writer, err));
        EM_TRY(em_ix_spill_seal(p->program_rows, err));
        EM_TRY(em_ix_spill_seal(p->tx_rows, err));
        EM_TRY(em_ix_spill_seal(p->in_rows, err));
        EM_TRY(em_ix_spill_seal(p->pay_rows, err));
        EM_TRY(em_ix_out_done(&p->first_tx, err));
        EM_TRY(em_ix_out_done(&p->tx_id, err));
        EM_TRY(em_ix_out_done(&p->tx_place, err));
        EM_TRY(em_ix_out_done(&p->first, err));
        EM_TRY(em_ix_out_done(&p->big, err));
        return em_ix_out_done(&p->value, err);
}

static em_status open_spill(parse *p, const char *name, uint32_t bits, uint32_t width, uint64_t memory,
                            em_ix_spill **ret_spill, em_ix_writer *ret_writer, em_error *err)
{
        EM_TRY(em_ix_rows_make(p->ix, name, UINT32_C(1) << bits, width, ret_spill, err));
        return em_ix_writer_make(*ret_spill, memory, ret_writer, err);
}

/* How many parts is a guess from the size of the files; a wrong one costs time, later, and nothing else.
 * A part's table is best no larger than the processor's cache, however much memory there is. */
static uint32_t guess_bits(const em_ix *ix, uint64_t bytes)
{
        uint64_t leaf = em_ix_leaf(ix) < CACHE ? em_ix_leaf(ix) : CACHE;
        uint32_t parts = em_ix_parts(bytes, leaf), bits = 0;
        while (UINT32_C(1) << bits < parts)
                bits++;
        return bits;
}

static uint64_t bytes_to_read(const parse *p)
{
        uint64_t bytes = 0;
        for (size_t b = (size_t)p->ix->kept.blocks; b < p->blocks; b++)
                bytes += em_le((const uint8_t *)p->places.p + 16 * b + 4, 4);
        return bytes;
}

/* Counts and the base of the last group as they stand behind what is kept. */
static void begin_at_kept(parse *p)
{
        em_ix_head *h = &p->ix->head;
        const em_ix_sizes *k = &p->ix->kept;
        h->txs = k->txs;
        h->ins = k->ins;
        h->outs = k->outs;
        h->bigs = k->bigs;
        h->coinbases = p->ix->kept_coinbases;
        if (k->txs % EM_TX_GROUP) {
                p->base_in = em_graph_first_in(&p->ix->old->graph, k->txs - k->txs % EM_TX_GROUP);
                p->base_out = em_graph_first_out(&p->ix->old->graph, k->txs - k->txs % EM_TX_GROUP);
        }
}

static em_status open_outputs(parse *p, em_error *err)
{
        em_ix *ix = p->ix;
        struct { em_ix_section section; em_ix_out *out; } outs[] = {
                { IX_BLOCK_FIRST_TX, &p->first_tx }, { IX_TX_ID, &p->tx_id }, { IX_TX_PLACE, &p->tx_place },
                { IX_TX_FIRST, &p->first }, { IX_OUT_VALUE, &p->value }, { IX_BIG_VALUE, &p->big },
        };
        size_t cap = ix->memory / 64 < (size_t)1 << 20 ? (size_t)(ix->memory / 64) : (size_t)1 << 20;
        for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
                em_str path;
                EM_TRY(em_ix_path(ix, em_ix_name(outs[i].section), &path, err));
                EM_TRY(em_ix_out_open(path, em_ix_kept_bytes(ix, outs[i].section), cap, outs[i].out, err));
        }
        uint64_t bytes = bytes_to_read(p);
        uint32_t join = guess_bits(ix, bytes / 4), pay = guess_bits(ix, bytes / 6);
        p->join_shift = 32 - join;
        p->pay_shift = 32 - pay;
        EM_TRY(open_spill(p, "tx.rows", join, TX_ROW, ix->memory / 12, &p->tx_rows, &p->tx_writer, err));
        EM_TRY(open_spill(p, "in.rows", join, IN_ROW, ix->memory / 12, &p->in_rows, &p->in_writer, err));
        EM_TRY(open_spill(p, "program.rows", 0, PROGRAM_ROW, ix->memory / 64, &p->program_rows, &p->program_writer, err));
        return open_spill(p, "pay.rows", pay, PAY_ROW, ix->memory / 12, &p->pay_rows, &p->pay_writer, err);
}

static em_status make_runs(parse *p, em_error *err)
{
        p->most_runs = 4 * p->ix->threads;
        p->run_bytes = p->ix->memory / 16 / p->most_runs;
        if (p->run_bytes > (uint64_t)4 << 20)
                p->run_bytes = (uint64_t)4 << 20;
        batch *both[] = { &p->now, &p->before };
        for (size_t b = 0; b < 2; b++)
                if (!(both[b]->at = calloc(p->most_runs, sizeof(run))))
                        return em_fail(err, EM_NOMEM, "no memory to read blocks");
        return EM_OK;
}

static void free_runs(parse *p, batch *b)
{
        for (size_t k = 0; b->at && k < p->most_runs; k++) {
                run *r = &b->at[k];
                free(r->block.p);
                free(r->txid.p);
                free(r->meta.p);
                free(r->input.p);
                free(r->output.p);
                free(r->program.p);
        }
        free(b->at);
}

static void drop(parse *p)
{
        em_ix_out *outs[] = { &p->first_tx, &p->tx_id, &p->tx_place, &p->first, &p->value, &p->big };
        for (size_t i = 0; i < sizeof outs / sizeof *outs; i++)
                em_ix_out_drop(outs[i]);
        (void)!em_ix_writer_done(&p->tx_writer, NULL);
        (void)!em_ix_writer_done(&p->in_writer, NULL);
        (void)!em_ix_writer_done(&p->pay_writer, NULL);
        (void)!em_ix_writer_done(&p->program_writer, NULL);
        em_ix_spill_close(p->tx_rows);
        em_ix_spill_close(p->in_rows);
        em_ix_spill_close(p->pay_rows);
        em_ix_spill_close(p->program_rows);
        free_runs(p, &p->now);
        free_runs(p, &p->before);
        em_ix_source_close(&p->ix->source);
}

em_status em_ix_parse(em_ix *ix, em_error *err)
{
        parse p = { .ix = ix, .blocks = (size_t)ix->head.blocks };
        em_mapping hashes = { .fd = -1 }, places = { .fd = -1 };
        em_str path;
        begin_at_kept(&p);
        em_status status = em_ix_keep_copy(ix, err);
        if (status == EM_OK)
                status = em_ix_path(ix, em_ix_name(IX_BLOCK_HASH), &path, err);
        if (status == EM_OK)
                status = em_mapping_open(path, &hashes, err);
        if (status == EM_OK)
                status = em_ix_path(ix, em_ix_name(IX_BLOCK_PLACE), &path, err);
        if (status == EM_OK)
                status = em_mapping_open(path, &places, err);
        p.hashes = (em_str){ hashes.p, hashes.n };
        p.places = (em_str){ places.p, places.n };
        if (status == EM_OK)
                status = make_runs(&p, err);
        if (status == EM_OK)
                status = open_outputs(&p, err);
        if (status == EM_OK)
                status = run_batches(&p, err);
        if (status == EM_OK)
                status = finish(&p, err);
        drop(&p);
        em_mapping_close(&hashes);
        em_mapping_close(&places);
        return status;
}
