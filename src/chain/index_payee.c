/* Payees: equal keys grouped, numbered in the order in which they are first paid, and
 * for each the outputs that pay it.
 *
 *   group    output rows parted by a hash of the key; a table of a part's keys gives every output
 *            the first output with its key.  Two sets of rows leave: (output, its first) and
 *            (first, key), both by ranges of outputs
 *   number   a bit for each output that is a first; a payee's number is the rank of its
 *            first among these bits (Jacobson, Space-efficient static trees, 1989): out_payee, payee.
 *            Programs of 32 bytes stand aside by output; those of firsts are kept: program
 *   outs     out_payee sorted by payee, stable: payee_first, payee_out.  Ranges of payees are cut
 *            by what they were paid; a payee too large for memory is copied through
 */
#include "chain/index_inside.h"

#include <stdlib.h>

#define PAY_ROW   26    /* payee 21, output 5 */
#define PAIR_ROW  10    /* output 5, first 5 */
#define FIRST_ROW 26    /* first 5, payee 21 */
#define CSR_ROW   9     /* payee 4, output 5 */
#define PROGRAM_ROW 37  /* output 5, program 32 */
#define ROWS_READ ((size_t)1024)

/* One output more than a column's piece needs in bytes: payee numbers 4, keys 21, bits. */
static em_ix_ranges out_ranges(const em_ix *ix)
{
        return em_ix_ranges_make(ix, ix->kept.outs, ix->head.outs, 26);
}

/* ---- group ---- */

typedef struct group {
        em_ix       *ix;
        em_ix_spill *from, *pairs, *firsts;
        em_ix_ranges outs;
} group;

typedef struct keys {
        uint8_t  *row;          /* PAY_ROW: key and its first output */
        uint32_t *slot;
        size_t    rows, room, mask;
} keys;

static em_status keys_make(keys *k, size_t room, em_error *err)
{
        size_t slots = 16;
        while (slots < 2 * room)
                slots *= 2;
        *k = (keys){ .room = room, .mask = slots - 1 };
        k->row = malloc((room + 1) * PAY_ROW);
        k->slot = calloc(slots, sizeof *k->slot);
        if (k->row && k->slot)
                return EM_OK;
        free(k->row);
        free(k->slot);
        return em_fail(err, EM_NOMEM, "no memory to group %zu payees", room);
}

static void keys_free(keys *k)
{
        free(k->row);
        free(k->slot);
}

/* The row of key's first output; a new one when there is none. */
static uint8_t *keys_enter(keys *k, const uint8_t *row, bool *ret_new)
{
        size_t at = (size_t)em_ix_payee_key(row) & k->mask;
        for (; k->slot[at]; at = (at + 1) & k->mask) {
                uint8_t *held = k->row + PAY_ROW * (k->slot[at] - 1);
                if (memcmp(held, row, 21) == 0) {
                        *ret_new = false;
                        return held;
                }
        }
        uint8_t *held = memcpy(k->row + PAY_ROW * k->rows, row, PAY_ROW);
        k->slot[at] = (uint32_t)++k->rows;
        *ret_new = true;
        return held;
}

static em_status keys_widen(keys *k, em_error *err)
{
        keys wider;
        bool is_new;
        EM_TRY(keys_make(&wider, 2 * k->room, err));
        for (size_t i = 0; i < k->rows; i++)
                keys_enter(&wider, k->row + PAY_ROW * i, &is_new);
        keys_free(k);
        *k = wider;
        return EM_OK;
}

static void group_row(const group *g, keys *k, const uint8_t *row, em_ix_writer *pairs, em_ix_writer *firsts)
{
        bool is_new;
        uint8_t *held = keys_enter(k, row, &is_new);
        uint32_t part = em_ix_range_of(&g->outs, em_le5(row + 21));
        em_id old = is_new ? em_ix_old_first(g->ix, row) : EM_ID_NONE;
        if (old != EM_ID_NONE) {
                em_ix_put(held + 21, old, 5);
                is_new = false;
        }
        uint8_t *pair = em_ix_writer_row(pairs, part);
        memcpy(pair, row + 21, 5);
        memcpy(pair + 5, held + 21, 5);
        if (is_new) {
                uint8_t *first = em_ix_writer_row(firsts, part);
                memcpy(first, row + 21, 5);
                memcpy(first + 5, row, 21);
        }
}

/* A part's rows stand in the order of outputs, so the first that is met is the first. */
static em_status group_class(const group *g, uint32_t part, uint64_t class, uint64_t classes, uint8_t *rows,
                             em_ix_writer *pairs, em_ix_writer *firsts, em_error *err)
{
        em_ix_walk     w = em_ix_walk_make(g->from, part, rows, ROWS_READ);
        const uint8_t *row = NULL;
        keys           k;
        uint64_t count = g->from->rows[part + 1] - g->from->rows[part];
        EM_TRY(keys_make(&k, (size_t)(count / classes / 4 + 64), err));
        em_status status = em_ix_walk_next(&w, &row, err);
        while (status == EM_OK && row) {
                if (classes == 1 || (em_ix_payee_key(row) & 0xffffffff) % classes == class) {
                        if (k.rows == k.room)
                                status = keys_widen(&k, err);
                        if (status == EM_OK)
                                group_row(g, &k, row, pairs, firsts);
                }
                if (status == EM_OK)
                        status = em_ix_walk_next(&w, &row, err);
        }
        keys_free(&k);
        return status;
}

static em_status group_part(void *ctx, size_t part, em_error *err)
{
        const group *g = ctx;
        uint64_t count = g->from->rows[part + 1] - g->from->rows[part], leaf = em_ix_leaf(g->ix);
        uint64_t classes = 1 + count * (PAY_ROW + 16) / leaf;
        em_ix_writer pairs = { 0 }, firsts = { 0 };
        uint8_t *rows = malloc(ROWS_READ * PAY_ROW);
        em_status status = rows ? em_ix_writer_make(g->pairs, leaf / 6, &pairs, err)
                                : em_fail(err, EM_NOMEM, "no memory to group payees");
        if (status == EM_OK)
                status = em_ix_writer_make(g->firsts, leaf / 6, &firsts, err);
        for (uint64_t class = 0; class < classes && status == EM_OK; class++)
                status = group_class(g, (uint32_t)part, class, classes, rows, &pairs, &firsts, err);
        em_status a = em_ix_writer_done(&pairs, status == EM_OK ? err : NULL);
        em_status b = em_ix_writer_done(&firsts, status == EM_OK && a == EM_OK ? err : NULL);
        free(rows);
        return status != EM_OK ? status : a != EM_OK ? a : b;
}

em_status em_ix_payee_group(em_ix *ix, em_error *err)
{
        group g = { .ix = ix, .outs = out_ranges(ix) };
        em_status status = em_ix_rows_open(ix, "pay.rows", &g.from, err);
        if (status == EM_OK)
                status = em_ix_rows_make(ix, "paid.rows", g.outs.parts, PAIR_ROW, &g.pairs, err);
        if (status == EM_OK)
                status = em_ix_rows_make(ix, "first.rows", g.outs.parts, FIRST_ROW, &g.firsts, err);
        if (status == EM_OK)
                status = em_ix_each(ix, "grouping payees", g.from->parts, group_part, &g, err);
        if (status == EM_OK)
                status = em_ix_spill_seal(g.pairs, err);
        if (status == EM_OK)
                status = em_ix_spill_seal(g.firsts, err);
        em_ix_spill_close(g.from);
        em_ix_spill_close(g.pairs);
        em_ix_spill_close(g.firsts);
        return status;
}

/* ---- number ---- */

typedef struct numbering {
        em_ix       *ix;
        em_ix_spill *pairs, *firsts;
        em_ix_ranges outs;
        uint64_t    *bit;       /* by output behind those kept: is a first */
        uint32_t    *rank;      /* firsts before each 512 of them */
        int          out_payee, payee;
} numbering;

/* The payee whose first output this is; what was kept has its number already. */
static uint32_t rank_of(const numbering *m, uint64_t out)
{
        if (out < m->outs.base)
                return em_graph_payee(&m->ix->old->graph, out);
        out -= m->outs.base;
        uint64_t word = out / 64, at = out / 512 * 8;
        uint32_t rank = m->rank[out / 512];
        for (; at < word; at++)
                rank += (uint32_t)__builtin_popcountll(m->bit[at]);
        rank += (uint32_t)__builtin_popcountll(m->bit[word] & ((UINT64_C(1) << out % 64) - 1));
        return (uint32_t)m->ix->kept.payees + rank;
}

static em_status mark_part(void *ctx, size_t part, em_error *err)
{
        const numbering *m = ctx;
        uint8_t        rows[FIRST_ROW * 256];
        em_ix_walk     w = em_ix_walk_make(m->firsts, (uint32_t)part, rows, 256);
        const uint8_t *row;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        return EM_OK;
                uint64_t out = em_le5(row) - m->outs.base;
                m->bit[out / 64] |= UINT64_C(1) << out % 64;
        }
}

static em_status write_keys(const numbering *m, uint32_t part, uint32_t base, uint8_t *column, em_error *err)
{
        uint8_t        rows[FIRST_ROW * 256];
        em_ix_walk     w = em_ix_walk_make(m->firsts, part, rows, 256);
        const uint8_t *row;
        uint64_t       count = m->firsts->rows[part + 1] - m->firsts->rows[part];
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        break;
                memcpy(column + 21 * (size_t)(rank_of(m, em_le(row, 5)) - base), row + 5, 21);
        }
        return em_ix_file_put(m->payee, column, (size_t)(21 * count), UINT64_C(21) * base, err);
}

static em_status write_numbers(const numbering *m, uint32_t part, uint64_t from, uint64_t to, uint8_t *column,
                               em_error *err)
{
        uint8_t        rows[PAIR_ROW * 512];
        em_ix_walk     w = em_ix_walk_make(m->pairs, part, rows, 512);
        const uint8_t *row;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        break;
                em_ix_put(column + 4 * (em_le(row, 5) - from), rank_of(m, em_le(row + 5, 5)), 4);
        }
        return em_ix_file_put(m->out_payee, column, (size_t)(4 * (to - from)), 4 * from, err);
}

static em_status number_part(void *ctx, size_t part, em_error *err)
{
        const numbering *m = ctx;
        uint64_t from = em_ix_range_begin(&m->outs, part), to = em_ix_range_end(&m->outs, part);
        uint64_t firsts = m->firsts->rows[part + 1] - m->firsts->rows[part];
        size_t bytes = (size_t)(21 * firsts > 4 * (to - from) ? 21 * firsts : 4 * (to - from));
        uint8_t *column = calloc(bytes + 1, 1);
        if (!column)
                return em_fail(err, EM_NOMEM, "no memory for a piece of a column");
        em_status status = EM_OK;
        if (from < to)
                status = write_keys(m, (uint32_t)part, rank_of(m, from), column, err);
        if (status == EM_OK)
                status = write_numbers(m, (uint32_t)part, from, to, column, err);
        free(column);
        return status;
}

static bool is_first(const numbering *m, uint64_t out)
{
        out -= m->outs.base;
        return m->bit[out / 64] >> out % 64 & 1;
}

/* Rows stand in the order of outputs, so payees come in theirs. */
static em_status write_programs(const numbering *m, em_error *err)
{
        em_ix *ix = m->ix;
        em_ix_spill *spill;
        em_ix_out out;
        em_str path;
        uint8_t        rows[PROGRAM_ROW * 256];
        const uint8_t *row = NULL;
        EM_TRY(em_ix_path(ix, em_ix_name(IX_PROGRAM), &path, err));
        EM_TRY(em_ix_rows_open(ix, "program.rows", &spill, err));
        em_status status = em_ix_out_open(path, em_ix_kept_bytes(ix, IX_PROGRAM), 1 << 16, &out, err);
        em_ix_walk w = em_ix_walk_make(spill, 0, rows, 256);
        ix->head.programs = ix->kept.programs;
        if (status == EM_OK)
                status = em_ix_walk_next(&w, &row, err);
        for (; status == EM_OK && row; status = em_ix_walk_next(&w, &row, err)) {
                if (!is_first(m, em_le5(row)))
                        continue;
                uint8_t *to = em_ix_out_room(&out, 36);
                em_ix_put(to, rank_of(m, em_le5(row)), 4);
                memcpy(to + 4, row + 5, 32);
                ix->head.programs++;
        }
        em_ix_spill_close(spill);
        if (status == EM_OK)
                return em_ix_out_done(&out, err);
        em_ix_out_drop(&out);
        return status;
}

static em_status number_all(numbering *m, em_error *err)
{
        em_ix *ix = m->ix;
        uint64_t blocks = (ix->head.outs - ix->kept.outs) / 512 + 1;
        m->bit = calloc(8 * blocks, sizeof *m->bit);
        m->rank = calloc(blocks, sizeof *m->rank);
        if (!m->bit || !m->rank)
                return em_fail(err, EM_NOMEM, "no memory to number payees");
        EM_TRY(em_ix_each(ix, "numbering payees", m->outs.parts, mark_part, m, err));
        for (uint64_t b = 1; b < blocks; b++) {
                m->rank[b] = m->rank[b - 1];
                for (uint64_t w = 8 * (b - 1); w < 8 * b; w++)
                        m->rank[b] += (uint32_t)__builtin_popcountll(m->bit[w]);
        }
        EM_TRY(em_ix_column_make(ix, IX_OUT_PAYEE, &m->out_payee, err));
        EM_TRY(em_ix_column_make(ix, IX_PAYEE, &m->payee, err));
        EM_TRY(em_ix_each(ix, "numbering payees", m->outs.parts, number_part, m, err));
        return write_programs(m, err);
}

em_status em_ix_payee_number(em_ix *ix, em_error *err)
{
        numbering m = { .ix = ix, .outs = out_ranges(ix), .out_payee = -1, .payee = -1 };
        em_status status = em_ix_rows_open(ix, "paid.rows", &m.pairs, err);
        if (status == EM_OK)
                status = em_ix_rows_open(ix, "first.rows", &m.firsts, err);
        if (status == EM_OK && (m.pairs->parts != m.outs.parts || m.firsts->parts != m.outs.parts))
                status = em_fail(err, EM_BUG, "ranges changed between two phases of the index");
        if (status == EM_OK) {
                ix->head.payees = ix->kept.payees + m.firsts->rows[m.firsts->parts];
                if (ix->head.payees > UINT32_MAX)
                        status = em_fail(err, EM_LIMIT, "more payees than 32 bits number");
        }
        if (status == EM_OK)
                status = number_all(&m, err);
        status = em_ix_column_done(m.out_payee, status, err);
        status = em_ix_column_done(m.payee, status, err);
        em_ix_spill_close(m.pairs);
        em_ix_spill_close(m.firsts);
        free(m.bit);
        free(m.rank);
        return status;
}

/* ---- outs ---- */

#define CHUNKS ((size_t)1 << 16)

typedef struct csr {
        em_ix       *ix;
        em_ix_spill *rows;
        em_mapping   out_payee;
        uint32_t     chunk_bits;        /* a chunk: 2^bits payees */
        uint64_t    *paid;              /* outputs before each chunk; CHUNKS + 1 */
        uint32_t    *part_of;           /* by chunk */
        uint64_t    *start;             /* first payee of each part, parts + 1 */
        uint32_t     parts;
        int          first, outs;
} csr;

/* Parts of consecutive chunks, of about as many outputs as memory holds. */
static void cut_parts(csr *c, uint64_t room)
{
        uint64_t in = 0, payees = c->ix->head.payees;
        c->parts = 0;
        for (size_t k = 0; k < CHUNKS && (uint64_t)k << c->chunk_bits < payees; k++) {
                uint64_t n = c->paid[k + 1] - c->paid[k];
                if (k == 0 || in + n > room) {
                        c->start[c->parts++] = (uint64_t)k << c->chunk_bits;
                        in = 0;
                }
                in += n;
                c->part_of[k] = c->parts - 1;
        }
        c->start[c->parts] = payees;
}

static em_status count_chunks(csr *c, em_error *err)
{
        uint64_t payees = c->ix->head.payees, outs = c->ix->head.outs;
        c->paid = calloc(CHUNKS + 1, sizeof *c->paid);
        c->part_of = calloc(CHUNKS, sizeof *c->part_of);
        c->start = calloc(CHUNKS + 1, sizeof *c->start);
        if (!c->paid || !c->part_of || !c->start)
                return em_fail(err, EM_NOMEM, "no memory to sort outputs by payee");
        while (payees >> c->chunk_bits >= CHUNKS)
                c->chunk_bits++;
        for (uint64_t o = 0; o < outs; o++)
                c->paid[1 + (em_le((const uint8_t *)c->out_payee.p + 4 * o, 4) >> c->chunk_bits)]++;
        for (size_t k = 0; k < CHUNKS; k++)
                c->paid[k + 1] += c->paid[k];
        uint64_t room = em_ix_leaf(c->ix) / (5 + 8);
        do {
                cut_parts(c, room);
                room *= 2;
        } while (c->parts > 4096);
        return EM_OK;
}

static em_status part_outs(csr *c, em_error *err)
{
        em_ix_writer w;
        uint64_t outs = c->ix->head.outs;
        EM_TRY(em_ix_writer_make(c->rows, c->ix->memory / 4, &w, err));
        for (uint64_t o = 0; o < outs; o++) {
                const uint8_t *payee = (const uint8_t *)c->out_payee.p + 4 * o;
                uint8_t *row = em_ix_writer_row(&w, c->part_of[em_le(payee, 4) >> c->chunk_bits]);
                memcpy(row, payee, 4);
                em_ix_put(row + 4, o, 5);
        }
        EM_TRY(em_ix_writer_done(&w, err));
        return em_ix_spill_seal(c->rows, err);
}

typedef struct piece {                  /* of payee_out: payees from..to, outputs at..at+n */
        uint64_t from, to, at, n;
} piece;

/* Counts of a part's payees, then where each one's outputs begin. */
static em_status find_starts(const csr *c, uint32_t part, uint64_t *begin, uint8_t *rows, em_error *err)
{
        em_ix_walk     w = em_ix_walk_make(c->rows, part, rows, ROWS_READ);
        const uint8_t *row;
        uint64_t from = c->start[part], count = c->start[part + 1] - from, at = c->paid[from >> c->chunk_bits];
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        break;
                begin[em_le(row, 4) - from]++;
        }
        for (uint64_t k = 0; k <= count; k++) {
                uint64_t here = begin[k];
                begin[k] = at;
                at += here;
        }
        return EM_OK;
}

static em_status write_piece(const csr *c, uint32_t part, const piece *p, uint64_t *next, uint8_t *rows,
                             uint8_t *column, em_error *err)
{
        em_ix_walk     w = em_ix_walk_make(c->rows, part, rows, ROWS_READ);
        const uint8_t *row;
        for (;;) {
                EM_TRY(em_ix_walk_next(&w, &row, err));
                if (!row)
                        break;
                uint64_t payee = em_le(row, 4);
                if (payee >= p->from && payee < p->to)
                        memcpy(column + 5 * (next[payee - c->start[part]]++ - p->at), row + 4, 5);
        }
        return em_ix_file_put(c->outs, column, (size_t)(5 * p->n), 5 * p->at, err);
}

/* One payee with more outputs than memory: they stand in order, so they are copied. */
static em_status copy_payee(const csr *c, uint32_t part, const piece *p, uint8_t *rows, em_error *err)
{
        uint8_t ids[5 * ROWS_READ];
        em_ix_reader r = em_ix_reader_make(c->rows, part);
        uint64_t at = p->at;
        size_t n;
        do {
                size_t found = 0;
                EM_TRY(em_ix_reader_next(&r, rows, ROWS_READ, &n, err));
                for (size_t i = 0; i < n; i++)
                        if (em_le(rows + CSR_ROW * i, 4) == p->from)
                                memcpy(ids + 5 * found++, rows + CSR_ROW * i + 4, 5);
                EM_TRY(em_ix_file_put(c->outs, ids, 5 * found, 5 * at, err));
                at += found;
        } while (n > 0);
        return EM_OK;
}

static em_status write_part(const csr *c, uint32_t part, uint64_t *begin, uint8_t *rows, uint64_t room, em_error *err)
{
        uint64_t from = c->start[part], to = c->start[part + 1];
        uint8_t *ids = malloc((size_t)(5 * (to - from) + 1)), *column = malloc((size_t)(5 * room + 1));
        em_status status = ids && column ? find_starts(c, part, begin, rows, err)
                                         : em_fail(err, EM_NOMEM, "no memory to sort outputs by payee");
        for (uint64_t k = 0; status == EM_OK && k < to - from; k++)
                em_ix_put(ids + 5 * k, begin[k], 5);
        if (status == EM_OK)
                status = em_ix_file_put(c->first, ids, (size_t)(5 * (to - from)), 5 * from, err);
        for (uint64_t k = from; status == EM_OK && k < to;) {
                piece p = { .from = k, .to = k, .at = begin[k - from] };
                while (p.to < to && begin[p.to + 1 - from] - p.at <= room)
                        p.to++;
                if (p.to == k)
                        p.to++;
                p.n = begin[p.to - from] - p.at;
                status = p.n > room ? copy_payee(c, part, &p, rows, err)
                                    : write_piece(c, part, &p, begin, rows, column, err);
                k = p.to;
        }
        free(ids);
        free(column);
        return status;
}

static em_status outs_part(void *ctx, size_t part, em_error *err)
{
        const csr *c = ctx;
        uint64_t room = em_ix_leaf(c->ix) / 2 / 5, count = c->rows->rows[part + 1] - c->rows->rows[part];
        uint64_t *begin = calloc((size_t)(c->start[part + 1] - c->start[part] + 1), sizeof *begin);
        uint8_t *rows = malloc(ROWS_READ * CSR_ROW);
        em_status status = begin && rows
                ? write_part(c, (uint32_t)part, begin, rows, count < room ? count : room, err)
                : em_fail(err, EM_NOMEM, "no memory to sort outputs by payee");
        free(begin);
        free(rows);
        return status;
}

static em_status outs_all(csr *c, em_error *err)
{
        em_ix *ix = c->ix;
        uint8_t last[5];
        em_str path;
        EM_TRY(em_ix_path(ix, em_ix_name(IX_OUT_PAYEE), &path, err));
        EM_TRY(em_mapping_open(path, &c->out_payee, err));
        EM_TRY(count_chunks(c, err));
        EM_TRY(em_ix_rows_make(ix, "csr.rows", c->parts ? c->parts : 1, CSR_ROW, &c->rows, err));
        EM_TRY(part_outs(c, err));
        EM_TRY(em_ix_column_make(ix, IX_PAYEE_FIRST, &c->first, err));
        EM_TRY(em_ix_column_make(ix, IX_PAYEE_OUT, &c->outs, err));
        EM_TRY(em_ix_each(ix, "sorting outputs by payee", c->parts, outs_part, c, err));
        em_ix_put(last, ix->head.outs, 5);
        return em_ix_file_put(c->first, last, 5, 5 * ix->head.payees, err);
}

em_status em_ix_payee_outs(em_ix *ix, em_error *err)
{
        csr c = { .ix = ix, .out_payee = { .fd = -1 }, .first = -1, .outs = -1 };
        em_status status = outs_all(&c, err);
        status = em_ix_column_done(c.first, status, err);
        status = em_ix_column_done(c.outs, status, err);
        em_mapping_close(&c.out_payee);
        em_ix_spill_close(c.rows);
        free(c.paid);
        free(c.part_of);
        free(c.start);
        return status;
}
