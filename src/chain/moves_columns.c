/* From blocks to columns: transactions and moves are written as they come, with accounts and assets
 * noted by bytes; then the notes are numbered and the columns filled.
 *
 * Numbering without a table of all accounts in memory: notes (who, n-th reference) sorted by who put
 * the references of one account together, the first of them says when it was first seen; sorted by
 * that, accounts come in the order of their numbers; sorted by reference, each column gets its
 * numbers in the order in which it was written.
 */
#include "chain/moves_making.h"

#include <stdlib.h>

enum { WHO = 20, NOTE = WHO + 8, SEEN = 8 + 8 + WHO, FILL = 8 + 4, OF = 4 + 8, NAMED = WHO + 4, HASHED = 32 + 4 };

static em_status note(em_sorter *s, uint64_t *refs, const uint8_t who[WHO], em_error *err)
{
        uint8_t row[NOTE];
        memcpy(row, who, WHO);
        em_put_be(row + WHO, (*refs)++, 8);
        return em_sorter_add(s, row, err);
}

/* ---- blocks ---- */

typedef struct writing {
        em_mv_making *k;
        em_ix_out     tx, move, block, wide, place;
        em_mv_block   b;
        em_mv_row    *row, **order;
        size_t        rows, cap;
        uint64_t      wides;
} writing;

static em_status keep_reject(void *ctx, const em_mv_row *row, const char *reason, em_error *err)
{
        return em_mv_reject(ctx, row->file, row->line, reason, err);
}

static em_status write_move(writing *w, const em_mv_move *m, em_error *err)
{
        em_mv_making *k = w->k;
        em_move       out = { .tx = (uint32_t)(k->head.built.txs), .seq = m->seq, .kind = m->kind,
                              .low = m->amount.w[0], .high = m->amount.w[1] };
        em_mv_place   place = { m->row->line, m->row->offset, m->row->file, m->row->length };
        if (m->amount.w[2] | m->amount.w[3]) {
                out.wide = 1;
                out.low = w->wides++;
                out.high = 0;
                memcpy(em_ix_out_room(&w->wide, sizeof m->amount), &m->amount, sizeof m->amount);
        }
        memcpy(em_ix_out_room(&w->move, sizeof out), &out, sizeof out);
        memcpy(em_ix_out_room(&w->place, sizeof place), &place, sizeof place);
        k->head.built.moves++;
        EM_TRY(note(k->account, &k->account_refs, m->from, err));
        EM_TRY(note(k->account, &k->account_refs, m->to, err));
        return note(k->asset, &k->asset_refs, m->contract, err);
}

static em_status write_tx(writing *w, const em_mv_tx *t, em_error *err)
{
        em_mv_making *k = w->k;
        em_move_tx    out = { .first_move = k->head.built.moves, .block = (uint32_t)k->head.built.blocks,
                              .sender = t->has_sender ? 0 : UINT32_MAX, .to = t->has_to ? 0 : UINT32_MAX,
                              .failed = t->failed };
        memcpy(out.hash, t->hash, 32);
        memcpy(em_ix_out_room(&w->tx, sizeof out), &out, sizeof out);
        if (t->has_sender)
                EM_TRY(note(k->account, &k->account_refs, t->sender, err));
        if (t->has_to)
                EM_TRY(note(k->account, &k->account_refs, t->to, err));
        for (size_t i = 0; i < t->moves; i++)
                EM_TRY(write_move(w, &w->b.move[t->first + i], err));
        k->head.built.failed += t->failed == 1;
        k->head.built.fees_unknown += t->fee_unknown;
        k->head.built.txs++;
        return EM_OK;
}

static em_status write_block(writing *w, em_error *err)
{
        em_mv_making *k = w->k;
        if (w->rows == 0)
                return EM_OK;
        for (size_t i = 0; i < w->rows; i++)
                w->order[i] = &w->row[i];
        EM_TRY(em_mv_block_make(&w->b, w->order, w->rows, err));
        em_move_block out = { .number = w->b.number, .time_s = w->b.time_s, .first_tx = (uint32_t)k->head.built.txs };
        memcpy(em_ix_out_room(&w->block, sizeof out), &out, sizeof out);
        for (size_t i = 0; i < w->b.txs; i++)
                EM_TRY(write_tx(w, &w->b.tx[i], err));
        k->head.built.blocks++;
        w->rows = 0;
        if (k->head.built.txs >= UINT32_MAX || k->head.built.blocks >= UINT32_MAX)
                return em_fail(err, EM_LIMIT, "more than 2^32 - 2 transactions or blocks");
        if ((k->head.built.blocks & 0xFF) == 0 && !em_progress_tell(k->progress, "joining", k->head.built.blocks, 0))
                return em_fail(err, EM_INTERRUPTED, "stopped while joining; nothing was changed");
        return EM_OK;
}

/* All of one block is held at once: nobody's block is large, and a file that says so is refused. */
static em_status hold(writing *w, const uint8_t *bytes, em_error *err)
{
        uint64_t bound = w->k->memory < ((uint64_t)64 << 20) ? (uint64_t)64 << 20 : w->k->memory;
        if (w->rows == w->cap) {
                size_t      cap = w->cap ? 2 * w->cap : 256;
                em_mv_row **order = realloc(w->order, cap * sizeof(em_mv_row *));
                if (order)
                        w->order = order;
                em_mv_row *more = order ? realloc(w->row, cap * sizeof *more) : NULL;
                if (!more)
                        return em_fail(err, EM_NOMEM, "no memory for the rows of a block");
                w->row = more;
                w->cap = cap;
        }
        memcpy(&w->row[w->rows++], bytes, sizeof(em_mv_row));
        if (w->rows * (sizeof(em_mv_row) + sizeof(em_mv_row *)) > bound)
                return em_fail(err, EM_LIMIT, "block %llu has more rows than fit the memory",
                               (unsigned long long)w->row[0].block);
        return EM_OK;
}

static em_status walk_rows(writing *w, em_error *err)
{
        static const uint8_t zeros[WHO];
        const uint8_t *bytes = NULL;
        /* number 0 is the protocol, and the chain's own coin */
        EM_TRY(note(w->k->account, &w->k->account_refs, zeros, err));
        EM_TRY(note(w->k->asset, &w->k->asset_refs, zeros, err));
        for (;;) {
                EM_TRY(em_sorter_next(w->k->rows, &bytes, err));
                if (!bytes || (w->rows && memcmp(bytes, w->row[0].key, 8) != 0))
                        EM_TRY(write_block(w, err));
                if (!bytes)
                        return EM_OK;
                EM_TRY(hold(w, bytes, err));
        }
}

/* The last of each column closes what the one before it began. */
static em_status close_columns(writing *w, em_error *err)
{
        em_moves_built *built = &w->k->head.built;
        em_move_tx      tx = { .first_move = built->moves, .block = (uint32_t)built->blocks };
        em_move_block   block = { .first_tx = (uint32_t)built->txs };
        memcpy(em_ix_out_room(&w->tx, sizeof tx), &tx, sizeof tx);
        memcpy(em_ix_out_room(&w->block, sizeof block), &block, sizeof block);
        w->k->head.wides = w->wides;
        built->duplicates = w->b.duplicates;
        em_ix_out *const out[] = { &w->tx, &w->move, &w->block, &w->wide, &w->place };
        em_status status = EM_OK;
        for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
                em_status s = em_ix_out_done(out[i], status == EM_OK ? err : NULL);
                status = status == EM_OK ? s : status;
        }
        return status;
}

static em_status open_columns(writing *w, em_error *err)
{
        struct { em_ix_out *out; const char *name; } column[] = {
                {&w->tx, "tx.bare"}, {&w->move, "move.bare"}, {&w->block, em_mv_name(MV_BLOCK)},
                {&w->wide, em_mv_name(MV_WIDE)}, {&w->place, em_mv_name(MV_PLACE)},
        };
        for (size_t i = 0; i < sizeof column / sizeof *column; i++)
                EM_TRY(em_mv_out(w->k, column[i].name, column[i].out, err));
        EM_TRY(em_mv_sorter(w->k, "accounts", NOTE, NOTE, &w->k->account, err));
        return em_mv_sorter(w->k, "assets", NOTE, NOTE, &w->k->asset, err);
}

em_status em_mv_make_blocks(em_mv_making *k, em_error *err)
{
        writing w = { .k = k, .b = { .tron = k->tron, .assets = &k->assets, .reject = keep_reject, .ctx = k } };
        em_status status = open_columns(&w, err);
        if (status == EM_OK)
                status = walk_rows(&w, err);
        if (status == EM_OK)
                status = close_columns(&w, err);
        em_ix_out *const out[] = { &w.tx, &w.move, &w.block, &w.wide, &w.place };
        for (size_t i = 0; i < sizeof out / sizeof *out; i++)
                em_ix_out_drop(out[i]);
        em_mv_block_free(&w.b);
        free(w.row);
        free(w.order);
        k->rows = em_sorter_free(k->rows);
        if (status == EM_OK)
                status = em_sorter_seal(k->account, err);
        return status == EM_OK ? em_sorter_seal(k->asset, err) : status;
}

/* ---- numbers ---- */

static em_status by_first_seen(em_sorter *notes, em_sorter *seen, em_error *err)
{
        const uint8_t *n = NULL;
        uint8_t row[SEEN] = { 0 };
        bool    some = false;
        for (;;) {
                EM_TRY(em_sorter_next(notes, &n, err));
                if (!n)
                        return em_sorter_seal(seen, err);
                if (!some || memcmp(row + 16, n, WHO) != 0)
                        memcpy(row, n + WHO, 8);
                memcpy(row + 8, n + WHO, 8);
                memcpy(row + 16, n, WHO);
                some = true;
                EM_TRY(em_sorter_add(seen, row, err));
        }
}

/* named: each of whom, in order, with its number; fill: references with numbers. */
static em_status by_reference(em_sorter *seen, em_sorter *named, em_sorter *fill, uint64_t *ret_count, em_error *err)
{
        const uint8_t *s = NULL;
        uint64_t count = 0, first = UINT64_MAX;
        uint8_t  row[FILL], name[NAMED];
        for (;;) {
                EM_TRY(em_sorter_next(seen, &s, err));
                if (!s)
                        break;
                if (count == 0 || em_get_be(s, 8) != first) {
                        first = em_get_be(s, 8);
                        if (count >= UINT32_MAX - 1)
                                return em_fail(err, EM_LIMIT, "more than 2^32 - 2 accounts or assets");
                        memcpy(name, s + 16, WHO);
                        em_put_be(name + WHO, count++, 4);
                        EM_TRY(em_sorter_add(named, name, err));
                }
                memcpy(row, s + 8, 8);
                em_put_be(row + 8, count - 1, 4);
                EM_TRY(em_sorter_add(fill, row, err));
        }
        *ret_count = count;
        EM_TRY(em_sorter_seal(named, err));
        return em_sorter_seal(fill, err);
}

/* Consumes the notes. */
static em_status number(em_mv_making *k, const char *const file[3], em_sorter **notes, em_sorter **ret_named,
                        em_sorter **ret_fill, uint64_t *ret_count, em_error *err)
{
        em_sorter *seen = NULL;
        em_status status = em_mv_sorter(k, file[0], SEEN, 16, &seen, err);
        if (status == EM_OK)
                status = by_first_seen(*notes, seen, err);
        *notes = em_sorter_free(*notes);
        if (status == EM_OK)
                status = em_mv_sorter(k, file[1], NAMED, NAMED, ret_named, err);
        if (status == EM_OK)
                status = em_mv_sorter(k, file[2], FILL, 8, ret_fill, err);
        if (status == EM_OK)
                status = by_reference(seen, *ret_named, *ret_fill, ret_count, err);
        em_sorter_free(seen);
        return status;
}

static em_status next_number(em_sorter *fill, uint32_t *ret, em_error *err)
{
        const uint8_t *row = NULL;
        EM_TRY(em_sorter_next(fill, &row, err));
        em_assert(row);
        *ret = (uint32_t)em_get_be(row + 8, 4);
        return EM_OK;
}

/* ---- filling ---- */

typedef struct filling {
        em_mv_making *k;
        em_mapping    tx, move;
        em_ix_out     tx_out, move_out;
        em_sorter    *account, *asset, *of, *hash;
        uint64_t     *asset_moves;
} filling;

static em_status note_of(filling *f, uint32_t account, uint64_t move, em_error *err)
{
        uint8_t row[OF];
        em_put_be(row, account, 4);
        em_put_be(row + 4, move, 8);
        return em_sorter_add(f->of, row, err);
}

static em_status fill_move(filling *f, uint64_t at, em_error *err)
{
        em_move m;
        memcpy(&m, f->move.p + at * sizeof m, sizeof m);
        EM_TRY(next_number(f->account, &m.from, err));
        EM_TRY(next_number(f->account, &m.to, err));
        EM_TRY(next_number(f->asset, &m.asset, err));
        f->asset_moves[m.asset]++;
        memcpy(em_ix_out_room(&f->move_out, sizeof m), &m, sizeof m);
        EM_TRY(note_of(f, m.from, at, err));
        return m.to == m.from ? EM_OK : note_of(f, m.to, at, err);
}

static em_status fill_tx(filling *f, uint64_t at, em_error *err)
{
        em_move_tx t, next;
        uint8_t    row[HASHED];
        static const uint8_t zeros[32];
        memcpy(&t, f->tx.p + at * sizeof t, sizeof t);
        memcpy(&next, f->tx.p + (at + 1) * sizeof t, sizeof t);
        if (t.sender != UINT32_MAX)
                EM_TRY(next_number(f->account, &t.sender, err));
        if (t.to != UINT32_MAX)
                EM_TRY(next_number(f->account, &t.to, err));
        memcpy(em_ix_out_room(&f->tx_out, sizeof t), &t, sizeof t);
        if (memcmp(t.hash, zeros, 32) != 0) {
                memcpy(row, t.hash, 32);
                em_put_be(row + 32, at, 4);
                EM_TRY(em_sorter_add(f->hash, row, err));
        }
        for (uint64_t m = t.first_move; m < next.first_move; m++)
                EM_TRY(fill_move(f, m, err));
        return EM_OK;
}

static em_status fill_all(filling *f, em_error *err)
{
        em_mv_making *k = f->k;
        uint32_t      zero = 0;
        em_str        path;
        EM_TRY(next_number(f->account, &zero, err));
        EM_TRY(next_number(f->asset, &zero, err));
        EM_TRY(em_mv_path(k, "tx.bare", &path, err));
        EM_TRY(em_mapping_open(path, &f->tx, err));
        EM_TRY(em_mv_path(k, "move.bare", &path, err));
        EM_TRY(em_mapping_open(path, &f->move, err));
        EM_TRY(em_mv_out(k, em_mv_name(MV_TX), &f->tx_out, err));
        EM_TRY(em_mv_out(k, em_mv_name(MV_MOVE), &f->move_out, err));
        EM_TRY(em_mv_sorter(k, "of.rows", OF, OF, &f->of, err));
        EM_TRY(em_mv_sorter(k, "hash.rows", HASHED, HASHED, &f->hash, err));
        for (uint64_t t = 0; t < k->head.built.txs; t++) {
                EM_TRY(fill_tx(f, t, err));
                if ((t & 0xFFF) == 0 && !em_progress_tell(k->progress, "filling", t, k->head.built.txs))
                        return em_fail(err, EM_INTERRUPTED, "stopped while filling; nothing was changed");
        }
        const char *end = f->tx.p + k->head.built.txs * sizeof(em_move_tx);
        memcpy(em_ix_out_room(&f->tx_out, sizeof(em_move_tx)), end, sizeof(em_move_tx));
        EM_TRY(em_ix_out_done(&f->tx_out, err));
        EM_TRY(em_ix_out_done(&f->move_out, err));
        EM_TRY(em_sorter_seal(f->of, err));
        return em_sorter_seal(f->hash, err);
}

/* The moves of every account, and where each account's begin. */
static em_status write_of(filling *f, em_error *err)
{
        em_ix_out      of = { 0 }, first = { 0 };
        const uint8_t *row = NULL;
        uint64_t       n = 0;
        EM_TRY(em_mv_out(f->k, em_mv_name(MV_OF), &of, err));
        em_status status = em_mv_out(f->k, em_mv_name(MV_OF_FIRST), &first, err);
        if (status == EM_OK)
                status = em_sorter_next(f->of, &row, err);
        for (uint64_t account = 0; status == EM_OK && account <= f->k->head.built.accounts; account++) {
                memcpy(em_ix_out_room(&first, 8), &n, 8);
                for (; status == EM_OK && row && em_get_be(row, 4) == account; n++) {
                        uint64_t move = em_get_be(row + 4, 8);
                        memcpy(em_ix_out_room(&of, 8), &move, 8);
                        status = em_sorter_next(f->of, &row, err);
                }
        }
        if (status == EM_OK)
                status = em_ix_out_done(&of, err);
        if (status == EM_OK)
                status = em_ix_out_done(&first, err);
        em_ix_out_drop(&of);
        em_ix_out_drop(&first);
        return status;
}

/* The numbers that end sorted rows, in the rows' order. */
static em_status write_numbers(em_mv_making *k, em_sorter *sorted, size_t at, em_mv_section section, em_error *err)
{
        em_ix_out      out = { 0 };
        const uint8_t *row = NULL;
        EM_TRY(em_mv_out(k, em_mv_name(section), &out, err));
        em_status status = em_sorter_next(sorted, &row, err);
        while (status == EM_OK && row) {
                uint32_t n = (uint32_t)em_get_be(row + at, 4);
                memcpy(em_ix_out_room(&out, 4), &n, 4);
                status = em_sorter_next(sorted, &row, err);
        }
        if (status == EM_OK)
                status = em_ix_out_done(&out, err);
        em_ix_out_drop(&out);
        return status;
}

/* named comes by bytes: their order is the look-up table, and sorted by number they are the column. */
static em_status write_accounts(em_mv_making *k, em_sorter *named, em_error *err)
{
        em_sorter     *numbered = NULL;
        em_ix_out      find = { 0 }, column = { 0 };
        const uint8_t *row = NULL;
        em_status status = em_mv_sorter(k, "numbered", NAMED, 4, &numbered, err);
        if (status == EM_OK)
                status = em_mv_out(k, em_mv_name(MV_ACCOUNT_FIND), &find, err);
        if (status == EM_OK)
                status = em_mv_out(k, em_mv_name(MV_ACCOUNT), &column, err);
        while (status == EM_OK && (status = em_sorter_next(named, &row, err)) == EM_OK && row) {
                uint8_t  turned[NAMED];
                uint32_t n = (uint32_t)em_get_be(row + WHO, 4);
                memcpy(em_ix_out_room(&find, 4), &n, 4);
                memcpy(turned, row + WHO, 4);
                memcpy(turned + 4, row, WHO);
                status = em_sorter_add(numbered, turned, err);
        }
        if (status == EM_OK)
                status = em_sorter_seal(numbered, err);
        while (status == EM_OK && (status = em_sorter_next(numbered, &row, err)) == EM_OK && row)
                memcpy(em_ix_out_room(&column, WHO), row + 4, WHO);
        if (status == EM_OK)
                status = em_ix_out_done(&find, err);
        if (status == EM_OK)
                status = em_ix_out_done(&column, err);
        em_ix_out_drop(&find);
        em_ix_out_drop(&column);
        em_sorter_free(numbered);
        return status;
}

/* In memory: there are a thousand times fewer contracts than accounts. */
static em_status write_assets(em_mv_making *k, em_sorter *named, const uint64_t *moves, em_error *err)
{
        size_t         count = (size_t)k->head.built.assets;
        em_move_asset *asset = calloc(count, sizeof *asset);
        const uint8_t *row = NULL;
        em_ix_out      out = { 0 };
        if (!asset)
                return em_fail(err, EM_NOMEM, "no memory for %zu assets", count);
        em_status status = em_mv_out(k, em_mv_name(MV_ASSET), &out, err);
        while (status == EM_OK && (status = em_sorter_next(named, &row, err)) == EM_OK && row) {
                size_t         n = (size_t)em_get_be(row + WHO, 4);
                em_move_asset *a = &asset[n];
                const em_mv_asset *known = em_mv_assets_find(&k->assets, row);
                memcpy(a->contract.b, row, WHO);
                a->decimals = known ? known->decimals : 255;
                a->known = known ? known->known : 0;
                if (known)
                        memcpy(a->symbol, known->symbol, sizeof a->symbol);
                a->moves = moves[n];
        }
        if (status == EM_OK) {
                asset[0].decimals = (uint8_t)k->head.coin_decimals;
                asset[0].known = 1;
                memset(asset[0].symbol, 0, sizeof asset[0].symbol);
                memcpy(asset[0].symbol, k->head.coin, strlen(k->head.coin));
                for (size_t i = 0; i < count; i++)
                        memcpy(em_ix_out_room(&out, sizeof *asset), &asset[i], sizeof *asset);
                status = em_ix_out_done(&out, err);
        }
        em_ix_out_drop(&out);
        free(asset);
        return status;
}

static em_status fill_and_write(filling *f, em_sorter *accounts, em_sorter *assets, em_error *err)
{
        em_mv_making *k = f->k;
        EM_TRY(fill_all(f, err));
        EM_TRY(write_of(f, err));
        EM_TRY(write_numbers(k, f->hash, 32, MV_TX_FIND, err));
        EM_TRY(write_accounts(k, accounts, err));
        return write_assets(k, assets, f->asset_moves, err);
}

em_status em_mv_make_numbers(em_mv_making *k, em_error *err)
{
        filling    f = { .k = k, .tx = { .fd = -1 }, .move = { .fd = -1 } };
        em_sorter *accounts = NULL, *assets = NULL;
        static const char *const account[] = { "account.seen", "account.named", "account.fill" };
        static const char *const asset[] = { "asset.seen", "asset.named", "asset.fill" };
        em_status  status = number(k, account, &k->account, &accounts, &f.account, &k->head.built.accounts, err);
        if (status == EM_OK)
                status = number(k, asset, &k->asset, &assets, &f.asset, &k->head.built.assets, err);
        if (status == EM_OK && !(f.asset_moves = calloc((size_t)k->head.built.assets, sizeof *f.asset_moves)))
                status = em_fail(err, EM_NOMEM, "no memory to count the moves of assets");
        if (status == EM_OK)
                status = fill_and_write(&f, accounts, assets, err);
        if (f.tx.fd >= 0)
                em_mapping_close(&f.tx);
        if (f.move.fd >= 0)
                em_mapping_close(&f.move);
        em_ix_out_drop(&f.tx_out);
        em_ix_out_drop(&f.move_out);
        em_sorter *const sorters[] = { accounts, assets, f.account, f.asset, f.of, f.hash };
        for (size_t i = 0; i < sizeof sorters / sizeof *sorters; i++)
                em_sorter_free(sorters[i]);
        free(f.asset_moves);
        return status;
}
