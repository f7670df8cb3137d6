/* embargo trace look between accounts: a transaction with all it moved and the rows that say so; an account with its sums.
 *
 * There is no block to hash: a transfer is as good as the export it was read from.  So each stands here with file, line and
 * bytes, and the row itself is shown only when it names the transaction.  What an account held before the files begin is not
 * in them, so its sums are those of the files and never a balance.
 */
#include "cli/label_option.h"
#include "cli/look_bytes.h"
#include "cli/trace_look.h"

#include <stdlib.h>

enum { ROWS_MOST = 1000 };

/* ---- shared ------------------------------------------------------------------------------------------ */

static void kamount(em_json *j, const char *key, em_u256 amount)
{
        char text[EM_U256_TEXT];
        em_json_kstr(j, key, em_str_c(em_u256_text(amount, text)));
}

static void put_asset(const em_flight *f, em_json *j, uint32_t asset)
{
        char     text[EM_ACCOUNT_TEXT];
        unsigned decimals = asset ? f->m->asset[asset].decimals : f->m->coin_decimals;
        em_json_kstr(j, "asset", em_flight_unit(f, asset));
        em_json_kstr(j, "contract", asset ? em_str_c(em_account_text(f->m, f->m->asset[asset].contract, text)) : EM_S(""));
        if (decimals <= 77)
                em_json_kint(j, "decimals", decimals);
}

static void put_labels(const em_flight *f, em_json *j, const char *key, uint32_t account)
{
        char            text[EM_ACCOUNT_TEXT];
        size_t          n = 0;
        const em_label *l = NULL;
        if (f->t->labels && account)
                l = em_labels_of(f->t->labels, em_str_c(em_account_text(f->m, f->m->account[account], text)), &n);
        em_json_key(j, em_str_c(key));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++)
                em_cli_label_json(j, &l[i]);
        em_json_close(j, ']');
}

static em_str status_words(const em_move_tx *tx)
{
        return tx->failed == 0 ? EM_S("went through") : tx->failed == 1 ? EM_S("failed") : EM_S("not stated");
}

static em_status put_move(const em_flight *f, em_json *j, uint64_t move, em_move_place *ret_place, em_error *err)
{
        const em_move *v = &f->m->move[move];
        EM_TRY(em_moves_place_of(f->index, move, f->cli->arena, ret_place, err));
        em_json_kstr(j, "transfer", em_flight_name(f, move));
        em_json_kstr(j, "kind", em_str_c(em_move_kind_name((em_move_kind)v->kind)));
        em_json_kint(j, "block", (int64_t)f->m->block[f->m->tx[v->tx].block].number);
        em_json_kstr(j, "time_utc", em_flight_day(f, f->m->tx[v->tx].block));
        em_json_kstr(j, "from", em_flight_account(f, v->from));
        em_json_kstr(j, "to", em_flight_account(f, v->to));
        put_asset(f, j, v->asset);
        kamount(j, "amount", em_move_amount(f->m, v));
        em_json_kstr(j, "decoy", v->decoy ? em_str_c(em_decoy_name((em_decoy)v->decoy)) : EM_S(""));
        em_json_kstr(j, "file", em_path_base(ret_place->file));
        em_json_kint(j, "line", (int64_t)ret_place->line);
        em_json_kint(j, "offset", (int64_t)ret_place->offset);
        em_json_kint(j, "length", (int64_t)ret_place->length);
        return EM_OK;
}

/* ---- a transaction ------------------------------------------------------------------------------------- */

/* Exports write a hash in either case, with 0x or without. */
static bool names_tx(void *ctx, em_str bytes)
{
        const char *hash = ctx;
        for (size_t i = 0; i + 64 <= bytes.n; i++)
                if (em_str_eq_nocase(em_str_sub(bytes, i, 64), em_str_c(hash)))
                        return true;
        return false;
}

static em_status put_row(em_flight *f, em_json *j, em_look *look, uint64_t move, char hash[65], em_error *err)
{
        em_move_place p = {0};
        em_look_bytes raw;
        em_json_open(j, '{');
        EM_TRY(put_move(f, j, move, &p, err));
        put_labels(f, j, "from_labels", f->m->move[move].from);
        put_labels(f, j, "to_labels", f->m->move[move].to);
        EM_TRY(em_look_find(look, &(em_look_place){p.file, p.offset, p.length}, names_tx, hash, &raw, err));
        em_json_kstr(j, "raw_source", raw.source);
        em_json_kstr(j, "raw", em_look_hex(f->cli, raw.bytes));
        em_json_close(j, '}');
        return EM_OK;
}

static em_status put_rows(em_flight *f, em_json *j, uint64_t first, uint64_t end, char hash[65], em_error *err)
{
        em_look   look;
        em_status s = EM_OK;
        em_look_open(f->cli, &look);
        em_json_key(j, EM_S("moves"));
        em_json_open(j, '[');
        for (uint64_t i = first; i < end && i - first < ROWS_MOST && s == EM_OK; i++)
                s = put_row(f, j, &look, i, hash, err);
        em_json_close(j, ']');
        em_look_close(&look);
        return s;
}

static void put_party(const em_flight *f, em_json *j, const char *key, const char *labels_key, uint32_t account)
{
        bool stated = account != UINT32_MAX;
        em_json_kstr(j, key, stated ? em_flight_account(f, account) : EM_S(""));
        put_labels(f, j, labels_key, stated ? account : 0);
}

/* what: TXHASH, or TXHASH:PLACE for one of its moves. */
static em_status put_tx(em_flight *f, em_json *j, em_str what, em_error *err)
{
        em_cut   cut = em_str_cut(what, ':');
        uint32_t n = 0;
        uint64_t one = 0;
        char     hash[65];
        EM_TRY(em_flight_tx(f, cut.head, &n, err));
        if (cut.found)
                EM_TRY(em_flight_move(f, what, &one, err));
        const em_move_tx    *tx = &f->m->tx[n];
        const em_move_block *b = &f->m->block[tx->block];
        uint64_t             first = tx->first_move, end = f->m->tx[n + 1].first_move;
        em_sha256            shown;
        memcpy(shown.b, tx->hash, 32);
        em_sha256_hex(shown, hash);
        em_json_kstr(j, "hash", em_cli_text(f->cli, "0x%s", hash));
        em_json_kstr(j, "asked", cut.found ? em_flight_name(f, one) : EM_S(""));
        em_json_kint(j, "block", (int64_t)b->number);
        em_json_kint(j, "order_in_block", (int64_t)(n - b->first_tx));
        em_json_kstr(j, "time_utc", em_flight_day(f, tx->block));
        em_json_kstr(j, "status", status_words(tx));
        put_party(f, j, "sender", "sender_labels", tx->sender);
        put_party(f, j, "to", "to_labels", tx->to);
        em_json_kint(j, "moves_in_all", (int64_t)(end - first));
        return put_rows(f, j, cut.found ? one : first, cut.found ? one + 1 : end, hash, err);
}

/* ---- an account ------------------------------------------------------------------------------------------ */

typedef struct sum { uint32_t asset; em_u256 in, out; uint64_t ins, outs, decoys; } sum;

static int by_asset(const void *a, const void *b)
{
        const sum *x = a, *y = b;
        return (x->asset > y->asset) - (x->asset < y->asset);
}

/* The assets that its moves are of, each once and in order. */
static em_status find_assets(const em_flight *f, uint32_t account, sum **ret, size_t *ret_count, em_error *err)
{
        uint64_t first = f->m->of_first[account], end = f->m->of_first[account + 1];
        sum     *list = EM_NEW_N(f->cli->arena, sum, end - first + 1);
        size_t   n = 0, kept = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "the account has too many transfers for memory");
        for (uint64_t k = first; k < end; k++)
                list[n++] = (sum){.asset = f->m->move[f->m->of[k]].asset};
        if (n)
                qsort(list, n, sizeof *list, by_asset);
        for (size_t i = 0; i < n; i++)
                if (!kept || list[kept - 1].asset != list[i].asset)
                        list[kept++] = list[i];
        *ret = list;
        *ret_count = kept;
        return EM_OK;
}

static bool add_move(const em_flight *f, uint32_t account, const em_move *v, sum *s)
{
        em_u256 amount = em_move_amount(f->m, v);
        if (v->decoy) {                 /* nobody who held the coins made it, so it is neither paid nor received */
                s->decoys++;
                return true;
        }
        s->ins += v->to == account;
        s->outs += v->from == account;
        return (v->to != account || em_u256_add(s->in, amount, &s->in)) && (v->from != account || em_u256_add(s->out, amount, &s->out));
}

static em_status put_sums(const em_flight *f, em_json *j, uint32_t account, em_error *err)
{
        sum   *list = NULL;
        size_t n = 0;
        EM_TRY(find_assets(f, account, &list, &n, err));
        for (uint64_t k = f->m->of_first[account]; k < f->m->of_first[account + 1]; k++) {
                const em_move *v = &f->m->move[f->m->of[k]];
                sum            key = {.asset = v->asset};
                if (!add_move(f, account, v, bsearch(&key, list, n, sizeof *list, by_asset)))
                        return em_fail(err, EM_LIMIT, "what the account moved is over 256 bits");
        }
        em_json_key(j, EM_S("assets"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++) {
                em_json_open(j, '{');
                put_asset(f, j, list[i].asset);
                kamount(j, "in", list[i].in);
                em_json_kint(j, "moves_in", (int64_t)list[i].ins);
                kamount(j, "out", list[i].out);
                em_json_kint(j, "moves_out", (int64_t)list[i].outs);
                em_json_kint(j, "decoys", (int64_t)list[i].decoys);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status put_account(em_flight *f, em_json *j, em_account address, em_error *err)
{
        uint32_t account = 0;
        EM_TRY(em_moves_find_account(f->index, address, &account, err));
        uint64_t first = f->m->of_first[account], end = f->m->of_first[account + 1];
        em_json_kstr(j, "address", em_flight_account(f, account));
        put_labels(f, j, "labels", account);
        em_json_kint(j, "moves_in_all", (int64_t)(end - first));
        EM_TRY(put_sums(f, j, account, err));
        em_json_key(j, EM_S("moves"));
        em_json_open(j, '[');
        for (uint64_t k = end - first > ROWS_MOST ? end - ROWS_MOST : first; k < end; k++) {
                em_move_place p = {0};
                em_json_open(j, '{');
                EM_TRY(put_move(f, j, f->m->of[k], &p, err));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

em_status em_flight_look(em_flight *f, em_str what, em_error *err)
{
        em_account address;
        bool       is_account = em_account_parse(what, &address);
        em_str     head = em_str_cut(what, ':').head;
        char       shown[100];
        if (f->cli->form != EM_FORM_JSON)
                return em_fail(err, EM_USAGE, "trace look prints JSON; add --json");
        if (!is_account && head.n != 64 && head.n != 66)
                return em_fail(err, EM_USAGE, "\"%s\" is neither a TXHASH, TXHASH:native, TXHASH:LOGINDEX nor an address of %s",
                               em_str_show(what, shown, sizeof shown), f->m->network);
        em_buf  buf = em_buf_make((size_t)1 << 28);
        em_json j = em_cli_json(&buf, is_account ? "embargo.account.1" : "embargo.tx.accounts.1");
        em_json_kstr(&j, "network", em_str_c(f->m->network));
        em_json_kstr(&j, "coin", em_str_c(f->m->coin));
        em_status s = is_account ? put_account(f, &j, address, err) : put_tx(f, &j, what, err);
        em_json_close(&j, '}');
        if (s == EM_OK)
                return em_cli_put(f->cli, &buf, err);
        em_buf_free(&buf);
        return s;
}
