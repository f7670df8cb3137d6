/* What each input spends, in bounded memory: the partitioned hash join of Kitsuregawa,
 * Tanaka and Moto-oka (Application of hash to data base machine, 1983), GRACE.
 *
 *   join      rows of transactions and rows of inputs, both parted by the txid's first
 *             bits: a part's transactions go into a table, its inputs are looked up by the
 *             whole txid.  Answers are set aside by output
 *   spenders  by ranges of outputs: out_in.  When two inputs claim one output (never in
 *             a valid chain) the first has it.  Answers are set aside by input
 *   inputs    by ranges of inputs: in_out
 *
 * Behind blocks that are kept of an older index the rows are of new blocks only: what finds no
 * new transaction is looked up in the old index, and old spenders stay unless their block was undone.
 *
 * An input finds a transaction only when that stands before its own, and of several with
 * one txid (the two coinbases of 2010 that BIP 30 ended) the last before it, because
 * that one overwrote the others.
 */
#include "chain/index_inside.h"

#include <stdlib.h>

#define TX_ROW   46
#define IN_ROW   41
#define PAIR_ROW 10
#define ROWS_READ ((size_t)1024)

typedef struct join {
        em_ix        *ix;
        em_ix_spill  *txs, *ins, *to;
        em_ix_ranges  outs;
} join;

typedef struct table {
        uint8_t  *row;
        uint32_t *slot;         /* row + 1 */
        size_t    rows, room, mask;
} table;

static em_status table_make(table *t, size_t room, em_error *err)
{
        size_t slots = 16;
        while (slots < 2 * room)
                slots *= 2;
        *t = (table){ .room = room, .mask = slots - 1 };
        t->row = malloc((room + 1) * TX_ROW);
        t->slot = calloc(slots, sizeof *t->slot);
        if (t->row && t->slot)
                return EM_OK;
        free(t->row);
        free(t->slot);
        return em_fail(err, EM_NOMEM, "no memory to join %zu transactions", room);
}

static void table_add(table *t, const uint8_t *row)
{
        size_t at = (size_t)em_ix_mix(em_ix_tx_key(row)) & t->mask;
        memcpy(t->row + TX_ROW * t->rows, row, TX_ROW);
        while (t->slot[at])
                at = (at + 1) & t->mask;
        t->slot[at] = (uint32_t)++t->rows;
}

static em_id table_find(const table *t, const uint8_t *in)
{
        em_id best = EM_ID_NONE;
        uint64_t vout = em_le(in + 32, 4), id = em_le(in + 36, 5);
        for (size_t at = (size_t)em_ix_mix(em_ix_tx_key(in)) & t->mask; t->slot[at]; at = (at + 1) & t->mask) {
                const uint8_t *row = t->row + TX_ROW * (t->slot[at] - 1);
                if (memcmp(row, in, 32) != 0 || em_le(row + 37, 5) > id)
                        continue;
                em_id first = em_le(row + 32, 5);
                if (vout < em_le(row + 42, 4) && (best == EM_ID_NONE || first + vout > best))
                        best = first + vout;
        }
        return best;
}

/* The share of a part that one pass takes: a part that does not fit is taken in several, each
 * of other txids, so that equal ones always meet. */
static bool in_class(const uint8_t *row, uint64_t class, uint64_t classes)
{
        return classes == 1 || (em_ix_mix(em_ix_tx_key(row)) >> 32) % classes == class;
}

static em_status table_widen(table *t, em_error *err)
{
        table wider;
        EM_TRY(table_make(&wider, 2 * t->room, err));
        for (size_t k = 0; k < t->rows; k++)
                table_add(&wider, t->row + TX_ROW * k);
        free(t->row);
        free(t->slot);
        *t = wider;
        return EM_OK;
}

static em_status fill_table(const join *j, uint32_t part, uint64_t class, uint64_t classes, uint8_t *rows,
                            table *t, em_error *err)
{
        em_ix_walk     w = em_ix_walk_make(j->txs, part, rows, ROWS_READ);
        const uint8_t *row;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        return EM_OK;
                if (!in_class(row, class, classes))
                        continue;
                if (t->rows == t->room)
                        EM_TRY(table_widen(t, err));
                table_add(t, row);
        }
}

static em_status look_up(const join *j, uint32_t part, uint64_t class, uint64_t classes, uint8_t *rows,
                         const table *t, em_ix_writer *to, em_error *err)
{
        em_ix_walk     w = em_ix_walk_make(j->ins, part, rows, ROWS_READ);
        const uint8_t *in;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &in, err));
                if (!in)
                        return EM_OK;
                if (!in_class(in, class, classes))
                        continue;
                em_id out = table_find(t, in);
                if (out == EM_ID_NONE)
                        out = em_ix_old_output(j->ix, in, em_le(in + 32, 4));
                if (out == EM_ID_NONE)
                        continue;
                uint8_t *pair = em_ix_writer_row(to, em_ix_range_of(&j->outs, out));
                em_ix_put(pair, out, 5);
                memcpy(pair + 5, in + 36, 5);
        }
}

static em_status join_part(void *ctx, size_t part, em_error *err)
{
        const join *j = ctx;
        uint64_t count = j->txs->rows[part + 1] - j->txs->rows[part], leaf = em_ix_leaf(j->ix);
        uint64_t classes = 1 + count * (TX_ROW + 16) / leaf;
        em_ix_writer w = { 0 };
        uint8_t *rows = malloc(ROWS_READ * TX_ROW);
        em_status status = rows ? em_ix_writer_make(j->to, leaf / 4, &w, err)
                                : em_fail(err, EM_NOMEM, "no memory to join transactions");
        for (uint64_t class = 0; class < classes && status == EM_OK; class++) {
                table t;
                status = table_make(&t, (size_t)(count / classes + 64), err);
                if (status != EM_OK)
                        break;
                status = fill_table(j, (uint32_t)part, class, classes, rows, &t, err);
                if (status == EM_OK)
                        status = look_up(j, (uint32_t)part, class, classes, rows, &t, &w, err);
                free(t.row);
                free(t.slot);
        }
        em_status flushed = em_ix_writer_done(&w, status == EM_OK ? err : NULL);
        free(rows);
        return status != EM_OK ? status : flushed;
}

em_status em_ix_join(em_ix *ix, em_error *err)
{
        join j = { .ix = ix, .outs = em_ix_ranges_make(ix, 0, ix->head.outs, 5) };
        em_status status = em_ix_rows_open(ix, "tx.rows", &j.txs, err);
        if (status == EM_OK)
                status = em_ix_rows_open(ix, "in.rows", &j.ins, err);
        if (status == EM_OK)
                status = em_ix_rows_make(ix, "spent.rows", j.outs.parts, PAIR_ROW, &j.to, err);
        if (status == EM_OK)
                status = em_ix_each(ix, "joining inputs with outputs", j.txs->parts, join_part, &j, err);
        if (status == EM_OK)
                status = em_ix_spill_seal(j.to, err);
        em_ix_spill_close(j.txs);
        em_ix_spill_close(j.ins);
        em_ix_spill_close(j.to);
        return status;
}

/* ---- a column from pairs, by ranges ---- */

typedef struct scatter {
        em_ix        *ix;
        em_ix_spill  *from, *to;        /* to: pairs the other way round; NULL none */
        em_ix_ranges  here, there;
        const uint8_t *old;             /* the column as it was; NULL: there is none to begin with */
        uint64_t      old_count, old_limit;     /* its ids from old_limit are of undone blocks */
        int           fd;
        uint64_t     *kept;             /* pairs that stood, by part */
} scatter;

/* Pairs (id here, id there) into an array of ids there; the least one wins. */
static em_status place_pairs(const scatter *s, uint32_t part, uint64_t from, uint8_t *column, uint64_t *ret_kept,
                             em_error *err)
{
        uint8_t        rows[PAIR_ROW * 512];
        em_ix_walk     w = em_ix_walk_make(s->from, part, rows, 512);
        const uint8_t *row;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        return EM_OK;
                uint8_t *cell = column + 5 * (em_le(row, 5) - from);
                uint64_t old = em_le(cell, 5);
                *ret_kept += old == EM_ID_NONE;
                if (em_le(row + 5, 5) < old)
                        memcpy(cell, row + 5, 5);
        }
}

static em_status turn_pairs(const scatter *s, const uint8_t *column, uint64_t from, uint64_t to, em_error *err)
{
        em_ix_writer w;
        EM_TRY(em_ix_writer_make(s->to, em_ix_leaf(s->ix) / 4, &w, err));
        for (uint64_t id = from; id < to; id++) {
                em_id other = em_le5(column + 5 * (id - from));
                if (other == EM_ID_NONE || other < s->there.base)
                        continue;
                uint8_t *row = em_ix_writer_row(&w, em_ix_range_of(&s->there, other));
                em_ix_put(row, other, 5);
                em_ix_put(row + 5, id, 5);
        }
        return em_ix_writer_done(&w, err);
}

static void begin_column(const scatter *s, uint8_t *column, uint64_t from, uint64_t to)
{
        uint64_t old = s->old_count < to ? s->old_count : to;
        memset(column, 0xff, (size_t)(5 * (to - from)));
        for (uint64_t id = from; id < old; id++)
                if (em_le5(s->old + 5 * id) < s->old_limit)
                        memcpy(column + 5 * (id - from), s->old + 5 * id, 5);
}

static em_status scatter_part(void *ctx, size_t part, em_error *err)
{
        const scatter *s = ctx;
        uint64_t from = em_ix_range_begin(&s->here, part), to = em_ix_range_end(&s->here, part);
        size_t bytes = (size_t)(5 * (to - from));
        uint8_t *column = malloc(bytes + 1);
        if (!column)
                return em_fail(err, EM_NOMEM, "no memory for a piece of a column");
        begin_column(s, column, from, to);
        em_status status = place_pairs(s, (uint32_t)part, from, column, &s->kept[part], err);
        if (status == EM_OK)
                status = em_ix_file_put(s->fd, column, bytes, 5 * from, err);
        if (status == EM_OK && s->to)
                status = turn_pairs(s, column, from, to, err);
        free(column);
        return status;
}

static em_status run_scatter(scatter *s, const char *what, const char *from, const char *to,
                             em_ix_section section, uint64_t *ret_kept, em_error *err)
{
        static const uint8_t padding[3];
        s->fd = -1;
        s->kept = calloc(s->here.parts, sizeof *s->kept);
        em_status status = s->kept ? EM_OK : em_fail(err, EM_NOMEM, "no memory for the index");
        if (status == EM_OK)
                status = em_ix_rows_open(s->ix, from, &s->from, err);
        if (status == EM_OK && s->from->parts != s->here.parts)
                status = em_fail(err, EM_BUG, "ranges changed between two phases of the index");
        if (status == EM_OK && to)
                status = em_ix_rows_make(s->ix, to, s->there.parts, PAIR_ROW, &s->to, err);
        if (status == EM_OK)
                status = em_ix_column_make(s->ix, section, &s->fd, err);
        if (status == EM_OK)
                status = em_ix_each(s->ix, what, s->here.parts, scatter_part, s, err);
        if (status == EM_OK)
                status = em_ix_file_put(s->fd, padding, sizeof padding, 5 * s->here.end, err);
        if (status == EM_OK && s->to)
                status = em_ix_spill_seal(s->to, err);
        status = em_ix_column_done(s->fd, status, err);
        for (size_t p = 0; s->kept && p < s->here.parts; p++)
                *ret_kept += s->kept[p];
        em_ix_spill_close(s->from);
        em_ix_spill_close(s->to);
        free(s->kept);
        return status;
}

em_status em_ix_spenders(em_ix *ix, em_error *err)
{
        scatter s = { .ix = ix, .here = em_ix_ranges_make(ix, 0, ix->head.outs, 5),
                      .there = em_ix_ranges_make(ix, ix->kept.ins, ix->head.ins, 5),
                      .old_count = ix->kept.outs, .old_limit = ix->kept.ins };
        if (ix->kept.blocks)
                s.old = em_ix_column(ix->old, IX_OUT_IN);
        uint64_t kept = 0, pairs = 0;
        EM_TRY(run_scatter(&s, "finding spenders", "spent.rows", "spending.rows", IX_OUT_IN, &kept, err));
        em_ix_spill *spent;
        EM_TRY(em_ix_rows_open(ix, "spent.rows", &spent, err));
        pairs = spent->rows[spent->parts];
        em_ix_spill_close(spent);
        uint64_t spends = ix->head.ins - ix->kept.ins - (ix->head.coinbases - ix->kept_coinbases);
        ix->head.twice = ix->kept_twice + pairs - kept;
        ix->head.unknown = ix->kept_unknown + spends - pairs;
        return EM_OK;
}

em_status em_ix_inputs(em_ix *ix, em_error *err)
{
        scatter s = { .ix = ix, .here = em_ix_ranges_make(ix, ix->kept.ins, ix->head.ins, 5) };
        uint64_t kept = 0;
        return run_scatter(&s, "writing inputs", "spending.rows", NULL, IX_IN_OUT, &kept, err);
}
