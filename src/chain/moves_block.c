/* One block's facts put together: which transactions, in which order, and what each moved.
 *
 * Files overlap and each knows a part: a table of transactions has the value, receipts the gas,
 * traces the true course of value, logs the tokens.  The rules:
 *
 *   - the trace of the transaction itself takes the place of the transaction's value, so that it is
 *     not counted twice;
 *   - a failed transaction moves its gas and nothing else;
 *   - gas is price times gas used (EIP-1559: base fee burnt, the rest to the miner; without a base
 *     fee all to the miner, and to the protocol when no file names the miner);
 *   - rows that say the same (same log index or trace address) are one; of rows without a number the
 *     file with most of them counts, so that two equal transfers in one transaction stay two;
 *   - of rows with one number that say different things the first in the order of the files holds,
 *     the others are rejects.
 */
#include "chain/moves_inside.h"

#include <stdlib.h>

typedef struct group {          /* the rows of one transaction */
        em_mv_row **row;
        size_t rows;
        const em_mv_row *tx, *receipt, *top;
} group;

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory for the transactions of a block");
}

void em_mv_block_free(em_mv_block *b)
{
        free(b->tx);
        free(b->move);
        b->tx = NULL;
        b->move = NULL;
        b->tx_cap = b->move_cap = 0;
}

static em_status add_move(em_mv_block *b, em_move_kind kind, const uint8_t *from, const uint8_t *to,
                          const uint8_t *contract, em_u256 amount, uint32_t seq, const em_mv_row *row, em_error *err)
{
        if (b->moves == b->move_cap) {
                size_t      cap = b->move_cap ? 2 * b->move_cap : 256;
                em_mv_move *more = realloc(b->move, cap * sizeof *more);
                if (!more)
                        return no_memory(err);
                b->move = more;
                b->move_cap = cap;
        }
        em_mv_move *m = &b->move[b->moves++];
        *m = (em_mv_move){ .kind = (uint8_t)kind, .seq = seq, .amount = amount, .row = row };
        if (from)
                memcpy(m->from, from, 20);
        if (to)
                memcpy(m->to, to, 20);
        if (contract)
                memcpy(m->contract, contract, 20);
        return EM_OK;
}

static em_status add_tx(em_mv_block *b, em_mv_tx **ret, em_error *err)
{
        if (b->txs == b->tx_cap) {
                size_t    cap = b->tx_cap ? 2 * b->tx_cap : 64;
                em_mv_tx *more = realloc(b->tx, cap * sizeof *more);
                if (!more)
                        return no_memory(err);
                b->tx = more;
                b->tx_cap = cap;
        }
        *ret = &b->tx[b->txs++];
        **ret = (em_mv_tx){ .first = b->moves, .index = UINT64_MAX, .log = UINT64_MAX, .failed = 2 };
        return EM_OK;
}

/* ---- amounts in units ---- */

static em_u256 ten_to(unsigned n)
{
        em_u256 p = em_u256_of(1);
        for (unsigned i = 0; i < n; i++)
                em_assert(em_u256_mul(p, em_u256_of(10), &p));
        return p;
}

/* From 10^-18 of a unit to 10^-decimals of it. */
static bool set_right(em_mv_row *row, unsigned decimals)
{
        em_u256 rest = em_u256_of(0), value = row->value;
        if (decimals > 18 && !em_u256_mul(value, ten_to(decimals - 18), &value))
                return false;
        if (decimals < 18 && (!em_u256_muldiv(value, em_u256_of(1), ten_to(18 - decimals), &value, &rest) ||
                              !em_u256_zero(rest)))
                return false;
        row->value = value;
        row->has &= ~(uint32_t)EM_ETH_IS_UNITS;
        return true;
}

static bool in_whole_units(const em_mv_block *b, em_mv_row *row)
{
        if (!(row->has & EM_ETH_IS_UNITS))
                return true;
        if (em_mv_kind(row) != EM_ETH_TOKEN)
                return set_right(row, b->tron ? 6 : 18);
        const em_mv_asset *asset = em_mv_assets_find(b->assets, row->contract);
        return set_right(row, asset && asset->decimals <= 77 ? asset->decimals : 18);
}

/* ---- the same transfer twice ---- */

static int by_place(const em_mv_row *x, const em_mv_row *y)
{
        return memcmp(x->key + 41, y->key + 41, EM_MV_KEY - 41);
}

static int by_said(const em_mv_row *x, const em_mv_row *y)
{
        int c = memcmp(x->contract, y->contract, 20);
        c = c ? c : memcmp(x->from, y->from, 20);
        c = c ? c : memcmp(x->to, y->to, 20);
        return c ? c : em_u256_cmp(x->value, y->value);
}

static bool numbered(const em_mv_row *row)
{
        return row->has & (em_mv_kind(row) == EM_ETH_TRACE ? EM_ETH_HAS_PATH : EM_ETH_HAS_SEQ);
}

static int by_number(const em_mv_row *x, const em_mv_row *y)
{
        if (em_mv_kind(x) != EM_ETH_TRACE)
                return x->seq < y->seq ? -1 : x->seq > y->seq;
        int c = memcmp(x->path, y->path, EM_ETH_PATH);
        return c ? c : (int)x->path_n - (int)y->path_n;
}

/* Equal contents together; numbered ones first, by number; the others by place. */
static int by_content(const void *a, const void *b)
{
        const em_mv_row *x = *(em_mv_row *const *)a, *y = *(em_mv_row *const *)b;
        int c = by_said(x, y);
        c = c ? c : (int)numbered(y) - (int)numbered(x);
        if (c == 0 && numbered(x))
                c = by_number(x, y);
        return c ? c : by_place(x, y);
}

/* The order in which they happened; what has no number follows, as the files have it. */
static int by_order(const void *a, const void *b)
{
        const em_mv_row *x = *(em_mv_row *const *)a, *y = *(em_mv_row *const *)b;
        int c = (int)numbered(y) - (int)numbered(x);
        if (c == 0)
                c = numbered(x) ? by_number(x, y) : x->seq < y->seq ? -1 : x->seq > y->seq;
        return c ? c : by_place(x, y);
}

/* Of one content: distinct numbers stay; of those without, as many as one file has beyond that. */
static size_t distinct(em_mv_row **row, size_t rows)
{
        size_t kept = 0, at = 0;
        for (; at < rows && numbered(row[at]); at++)
                if (kept == 0 || by_number(row[kept - 1], row[at]) != 0)
                        row[kept++] = row[at];
        while (at < rows) {
                uint32_t file = row[at]->file;
                size_t   nth = 0;
                for (; at < rows && row[at]->file == file; at++)
                        if (nth++ >= kept)
                                row[kept++] = row[at];
        }
        return kept;
}

/* Leaves what is distinct, in order. */
static em_status once_each(em_mv_block *b, em_mv_row **row, size_t *rows, em_error *err)
{
        size_t kept = 0, sure = 0;
        if (*rows > 1)
                qsort(row, *rows, sizeof *row, by_content);
        for (size_t at = 0; at < *rows;) {
                size_t end = at + 1;
                while (end < *rows && by_said(row[at], row[end]) == 0)
                        end++;
                size_t n = distinct(row + at, end - at);
                b->duplicates += end - at - n;
                memmove(row + kept, row + at, n * sizeof *row);
                kept += n;
                at = end;
        }
        if (kept > 1)
                qsort(row, kept, sizeof *row, by_order);
        for (size_t i = 0; i < kept; i++) {
                if (sure > 0 && numbered(row[i]) && numbered(row[sure - 1]) && by_number(row[sure - 1], row[i]) == 0)
                        EM_TRY(b->reject(b->ctx, row[i], "an earlier row with its number says otherwise", err));
                else
                        row[sure++] = row[i];
        }
        *rows = sure;
        return EM_OK;
}

/* ---- one transaction ---- */

static void choose(em_mv_block *b, const em_mv_row **which, const em_mv_row *row)
{
        if (*which)
                b->duplicates++;
        else
                *which = row;
}

static void take_facts(em_mv_block *b, group *g, em_mv_tx *t)
{
        t->file = t->nth = UINT64_MAX;
        memcpy(t->hash, em_mv_hash(g->row[0]), 32);
        for (size_t i = 0; i < g->rows; i++) {
                const em_mv_row *row = g->row[i];
                uint64_t nth = em_get_be(row->key + 45, 8);
                if (t->index == UINT64_MAX && row->has & EM_ETH_HAS_INDEX)
                        t->index = row->index;
                if (em_mv_kind(row) == EM_ETH_TOKEN && row->has & EM_ETH_HAS_SEQ && row->seq < t->log)
                        t->log = row->seq;
                if (row->file < t->file || (row->file == t->file && nth < t->nth)) {
                        t->file = row->file;
                        t->nth = nth;
                }
                if (em_mv_kind(row) == EM_ETH_TX)
                        choose(b, &g->tx, row);
                else if (em_mv_kind(row) == EM_ETH_RECEIPT)
                        choose(b, &g->receipt, row);
                else if (em_mv_kind(row) == EM_ETH_TRACE && row->has & EM_ETH_IS_TOP)
                        choose(b, &g->top, row);
        }
}

static bool take_end(const em_mv_row *row, uint32_t bit, uint8_t end[20])
{
        if (!row || !(row->has & bit))
                return false;
        memcpy(end, bit == EM_ETH_HAS_FROM ? row->from : row->to, 20);
        return true;
}

static void take_ends(const group *g, em_mv_tx *t)
{
        t->has_sender = take_end(g->tx, EM_ETH_HAS_FROM, t->sender) || take_end(g->receipt, EM_ETH_HAS_FROM, t->sender) ||
                        take_end(g->top, EM_ETH_HAS_FROM, t->sender);
        t->has_to = take_end(g->tx, EM_ETH_HAS_TO, t->to) || take_end(g->receipt, EM_ETH_HAS_TO, t->to) ||
                    take_end(g->top, EM_ETH_HAS_TO, t->to);
        if (!t->has_to && t->has_sender && g->tx && g->tx->has & EM_ETH_HAS_NONCE) {
                em_eth_created(t->sender, g->tx->nonce, t->to);
                t->has_to = true;
        }
        uint8_t said = g->receipt ? g->receipt->status : 2, course = g->top ? g->top->status : 2;
        t->failed = said == 0 || course == 0 ? 1 : said == 1 || course == 1 ? 0 : 2;
}

static em_status gas_moves(em_mv_block *b, const group *g, em_mv_tx *t, const em_mv_row *block, em_error *err)
{
        static const uint8_t protocol[20];
        const em_mv_row *priced = g->receipt && g->receipt->has & EM_ETH_HAS_PRICE ? g->receipt : g->tx;
        em_u256 fee = em_u256_of(0), burnt = fee, tip = fee;
        t->fee_unknown = b->tron || !g->receipt || !priced || !(priced->has & EM_ETH_HAS_PRICE) || !t->has_sender;
        if (t->fee_unknown)
                return EM_OK;
        em_u256 gas = em_u256_of(g->receipt->gas_used);
        if (!em_u256_mul(gas, priced->price, &fee)) {
                t->fee_unknown = true;
                return b->reject(b->ctx, g->receipt, "gas times its price is over 256 bits", err);
        }
        if (block && block->has & EM_ETH_HAS_PRICE && (!em_u256_mul(gas, block->price, &burnt) ||
                                                       em_u256_cmp(burnt, fee) > 0))
                burnt = fee;
        em_assert(em_u256_sub(fee, burnt, &tip));
        if (!em_u256_zero(burnt))
                EM_TRY(add_move(b, EM_MOVE_GAS, t->sender, protocol, NULL, burnt, 0, g->receipt, err));
        const uint8_t *miner = block && block->has & EM_ETH_HAS_TO ? block->to : protocol;
        if (!em_u256_zero(tip))
                EM_TRY(add_move(b, EM_MOVE_GAS, t->sender, miner, NULL, tip, 1, g->receipt, err));
        return EM_OK;
}

static em_status native_move(em_mv_block *b, const group *g, const em_mv_tx *t, em_error *err)
{
        const em_mv_row *says = g->top ? g->top : g->tx;
        if (!says || t->failed == 1 || em_u256_zero(says->value))
                return EM_OK;
        const em_mv_row *stands = g->tx ? g->tx : says;
        if (says == g->top)
                return add_move(b, EM_MOVE_NATIVE, says->from, says->to, NULL, says->value, 0, stands, err);
        if (!t->has_to)
                return b->reject(b->ctx, says, "it creates a contract and no file says which", err);
        return add_move(b, EM_MOVE_NATIVE, t->sender, t->to, NULL, says->value, 0, stands, err);
}

/* Rows of one kind of the group, in front of the rest; how many. */
static size_t gather(const group *g, em_eth_kind kind, em_mv_row **out)
{
        size_t n = 0;
        for (size_t i = 0; i < g->rows; i++)
                if (em_mv_kind(g->row[i]) == kind && !(kind == EM_ETH_TRACE && g->row[i]->has & EM_ETH_IS_TOP))
                        out[n++] = g->row[i];
        return n;
}

static em_status numbered_moves(em_mv_block *b, const group *g, const em_mv_tx *t, em_eth_kind kind, em_mv_row **list,
                                em_error *err)
{
        size_t n = gather(g, kind, list);
        EM_TRY(once_each(b, list, &n, err));
        for (size_t i = 0; i < n; i++) {
                const em_mv_row *row = list[i];
                bool token = kind == EM_ETH_TOKEN;
                if (t->failed == 1 && token)
                        EM_TRY(b->reject(b->ctx, row, "a log of a transaction that failed", err));
                if (t->failed == 1)
                        continue;
                EM_TRY(add_move(b, token ? EM_MOVE_TOKEN : EM_MOVE_INTERNAL, row->from, row->to,
                                token ? row->contract : NULL, row->value,
                                token && numbered(row) ? row->seq : (uint32_t)i, row, err));
        }
        return EM_OK;
}

static em_status one_tx(em_mv_block *b, em_mv_row **row, size_t rows, em_mv_row **list, const em_mv_row *block,
                        em_error *err)
{
        group     g = { .row = row };
        em_mv_tx *t = NULL;
        for (size_t i = 0; i < rows; i++) {
                if (in_whole_units(b, row[i]))
                        row[g.rows++] = row[i];
                else
                        EM_TRY(b->reject(b->ctx, row[i], "its amount has more decimals than its asset", err));
        }
        if (g.rows == 0)
                return EM_OK;
        EM_TRY(add_tx(b, &t, err));
        take_facts(b, &g, t);
        take_ends(&g, t);
        EM_TRY(gas_moves(b, &g, t, block, err));
        EM_TRY(native_move(b, &g, t, err));
        EM_TRY(numbered_moves(b, &g, t, EM_ETH_TRACE, list, err));
        EM_TRY(numbered_moves(b, &g, t, EM_ETH_TOKEN, list, err));
        t->moves = b->moves - t->first;
        return EM_OK;
}

/* ---- what closes a block ---- */

static em_status closing(em_mv_block *b, em_mv_row **row, size_t rows, em_mv_row **list, em_error *err)
{
        static const struct { em_eth_kind fact; em_move_kind move; } kinds[] = {
                {EM_ETH_REWARD, EM_MOVE_REWARD}, {EM_ETH_WITHDRAWAL, EM_MOVE_WITHDRAWAL}, {EM_ETH_GENESIS, EM_MOVE_GENESIS},
        };
        group     g = { .row = row, .rows = rows };
        em_mv_tx *t = NULL;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
                size_t n = gather(&g, kinds[k].fact, list);
                EM_TRY(once_each(b, list, &n, err));
                for (size_t i = 0; i < n; i++) {
                        if (em_u256_zero(list[i]->value))
                                continue;
                        if (!t)
                                EM_TRY(add_tx(b, &t, err));
                        EM_TRY(add_move(b, kinds[k].move, list[i]->has & EM_ETH_HAS_FROM ? list[i]->from : NULL,
                                        list[i]->to, NULL, list[i]->value, (uint32_t)i, list[i], err));
                }
        }
        if (t) {
                t->failed = 0;
                t->moves = b->moves - t->first;
        }
        return EM_OK;
}

/* ---- the block ---- */

static int by_index(const void *a, const void *b)
{
        const em_mv_row *x = *(em_mv_row *const *)a, *y = *(em_mv_row *const *)b;
        return x->index < y->index ? -1 : x->index > y->index ? 1 : memcmp(x->key, y->key, EM_MV_KEY);
}

static int by_key(const void *a, const void *b)
{
        return memcmp((*(em_mv_row *const *)a)->key, (*(em_mv_row *const *)b)->key, EM_MV_KEY);
}

static const em_mv_row *with_index(em_mv_row **known, size_t n, uint32_t index)
{
        size_t low = 0, high = n;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (known[mid]->index < index)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low < n && known[low]->index == index ? known[low] : NULL;
}

/* geth's traces say the place and not the hash: another file's row with that place gives it. */
static em_status give_hashes(em_mv_block *b, em_mv_row **row, size_t *rows, em_mv_row **list, em_error *err)
{
        size_t known = 0, kept = 0, given = 0;
        for (size_t i = 0; i < *rows; i++)
                if ((row[i]->has & EM_ETH_HAS_HASH) && (row[i]->has & EM_ETH_HAS_INDEX))
                        list[known++] = row[i];
        if (known > 1)
                qsort(list, known, sizeof *list, by_index);
        for (size_t i = 0; i < *rows; i++) {
                bool lacks = em_mv_kind(row[i]) == EM_ETH_TRACE && !(row[i]->has & EM_ETH_HAS_HASH);
                const em_mv_row *same = lacks ? with_index(list, known, row[i]->index) : NULL;
                if (lacks && !same) {
                        EM_TRY(b->reject(b->ctx, row[i], "no file says which transaction has its place in the block", err));
                        continue;
                }
                if (same) {
                        memcpy(row[i]->key + 8, em_mv_hash(same), 32);
                        given++;
                }
                row[kept++] = row[i];
        }
        *rows = kept;
        if (given)
                qsort(row, kept, sizeof *row, by_key);
        return EM_OK;
}

/* By the place in the block; where no file says it, by the first log; then as the files have them. */
static int by_place_in_block(const void *a, const void *b)
{
        const em_mv_tx *x = a, *y = b;
        const uint64_t  left[] = { x->index, x->log, x->file, x->nth }, right[] = { y->index, y->log, y->file, y->nth };
        for (size_t i = 0; i < 4; i++)
                if (left[i] != right[i])
                        return left[i] < right[i] ? -1 : 1;
        return memcmp(x->hash, y->hash, 32);
}

static bool nameless(const em_mv_row *row)
{
        static const uint8_t zeros[32];
        return memcmp(em_mv_hash(row), zeros, 32) == 0;
}

static em_status make_txs(em_mv_block *b, em_mv_row **row, size_t rows, em_mv_row **list, em_error *err)
{
        const em_mv_row *block = NULL;
        size_t at = 0;
        EM_TRY(give_hashes(b, row, &rows, list, err));
        for (size_t i = 0; i < rows; i++) {
                if (em_mv_kind(row[i]) == EM_ETH_BLOCK && (!block || (!block->time_s && row[i]->time_s)))
                        block = row[i];
                if (!b->time_s)
                        b->time_s = row[i]->time_s;
        }
        if (block && block->time_s)
                b->time_s = block->time_s;
        while (at < rows && nameless(row[at]))
                at++;
        for (size_t from = at, end; from < rows; from = end) {
                for (end = from + 1; end < rows && memcmp(em_mv_hash(row[from]), em_mv_hash(row[end]), 32) == 0;)
                        end++;
                EM_TRY(one_tx(b, row + from, end - from, list, block, err));
        }
        if (b->txs > 1)
                qsort(b->tx, b->txs, sizeof *b->tx, by_place_in_block);
        return closing(b, row, at, list, err);
}

em_status em_mv_block_make(em_mv_block *b, em_mv_row **row, size_t rows, em_error *err)
{
        em_mv_row **list = calloc(rows ? rows : 1, sizeof(em_mv_row *));
        b->txs = b->moves = 0;
        b->time_s = 0;
        b->number = rows ? row[0]->block : 0;
        if (!list)
                return no_memory(err);
        em_status status = make_txs(b, row, rows, list, err);
        free(list);
        return status;
}
