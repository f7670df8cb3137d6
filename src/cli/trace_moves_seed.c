/* Where a trace between accounts begins, and how moves, accounts and assets are written.
 *
 * A transfer is named by its transaction and its place in it, as explorers do: the native value, a log by
 * its index, an internal call by its number.  A token is named by its contract only, for anybody may take a symbol.
 */
#include "cli/trace_moves.h"

#include <stdio.h>

/* ---- writing ---- */

em_str em_flight_name(const em_flight *f, uint64_t move)
{
        const em_move    *v = &f->m->move[move];
        const em_move_tx *tx = &f->m->tx[v->tx];
        static const uint8_t none[32];
        char              hash[2 * 32 + 1];
        const char       *kind = em_move_kind_name((em_move_kind)v->kind);
        for (size_t i = 0; i < 32; i++)
                snprintf(hash + 2 * i, 3, "%02x", tx->hash[i]);
        if (memcmp(tx->hash, none, 32) == 0)
                return em_cli_text(f->cli, "block %llu:%s%u", (unsigned long long)f->m->block[tx->block].number, kind, v->seq);
        if (v->kind == EM_MOVE_TOKEN)
                return em_cli_text(f->cli, "0x%s:%u", hash, v->seq);
        if (v->kind == EM_MOVE_INTERNAL)
                return em_cli_text(f->cli, "0x%s:i%u", hash, v->seq);
        return em_cli_text(f->cli, "0x%s:%s", hash, kind);
}

em_str em_flight_account(const em_flight *f, uint32_t account)
{
        char text[EM_ACCOUNT_TEXT];
        if (account == 0)
                return EM_S("the protocol");
        return em_cli_text(f->cli, "%s", em_account_text(f->m, f->m->account[account], text));
}

static em_str symbol_of(const em_flight *f, uint32_t asset)
{
        const em_move_asset *a = &f->m->asset[asset];
        size_t               n = 0;
        while (n < sizeof a->symbol && a->symbol[n])
                n++;
        return em_cli_safe(f->cli, (em_str){a->symbol, n});
}

em_str em_flight_asset(const em_flight *f, uint32_t asset)
{
        char   text[EM_ACCOUNT_TEXT];
        em_str symbol;
        if (asset == 0)
                return em_str_c(f->m->coin);
        symbol = symbol_of(f, asset);
        em_account_text(f->m, f->m->asset[asset].contract, text);
        return symbol.n ? em_cli_text(f->cli, "%.*s %s", EM_ARG(symbol), text) : em_cli_text(f->cli, "%s", text);
}

em_str em_flight_unit(const em_flight *f, uint32_t asset)
{
        em_str symbol = asset ? symbol_of(f, asset) : em_str_c(f->m->coin);
        if (asset && f->m->asset[asset].decimals > 77)
                return em_cli_text(f->cli, "%.*s%ssmallest units", EM_ARG(symbol), symbol.n ? " " : "");
        return symbol.n ? symbol : EM_S("tokens");
}

em_str em_flight_amount(const em_flight *f, uint32_t asset, em_u256 amount, char sep)
{
        char     text[2 * EM_U256_TEXT];
        unsigned decimals = asset ? f->m->asset[asset].decimals : f->m->coin_decimals;
        return em_cli_text(f->cli, "%s", em_u256_units(amount, decimals > 77 ? 0 : decimals, sep, text));
}

em_str em_flight_day(const em_flight *f, uint32_t block)
{
        uint32_t time_s = block < f->m->blocks ? f->m->block[block].time_s : 0;
        char     day[11];
        if (!time_s)
                return EM_S("");
        em_day_text((em_day)(time_s / 86400), day);
        return em_cli_text(f->cli, "%s %02u:%02u:%02u", day, time_s / 3600 % 24, time_s / 60 % 60, time_s % 60);
}

em_str em_flight_label(const em_flight *f, uint32_t account)
{
        char            address[EM_ACCOUNT_TEXT];
        size_t          n = 0;
        em_str          text = EM_S("");
        if (!f->t->labels || account == 0)
                return text;
        const em_label *l = em_labels_of(f->t->labels, em_str_c(em_account_text(f->m, f->m->account[account], address)), &n);
        for (size_t i = 0; i < n; i++) {
                em_str kind = l[i].category.n ? em_cli_text(f->cli, " (%.*s)", EM_ARG(l[i].category)) : EM_S("");
                text = em_cli_text(f->cli, "%.*s%s%.*s%.*s", EM_ARG(text), i ? "; or " : "", EM_ARG(l[i].label), EM_ARG(kind));
        }
        return text;
}

em_str em_flight_decoys(const em_flight *f, const uint64_t count[EM_DECOYS], uint64_t *ret_all)
{
        em_str text = EM_S("");
        *ret_all = 0;
        for (int d = EM_DECOY_ZERO; d < EM_DECOYS; d++) {
                *ret_all += count[d];
                if (count[d])
                        text = em_cli_text(f->cli, "%.*s%s%.*s %s", EM_ARG(text), text.n ? ", " : "",
                                           EM_ARG(em_cli_count(f->cli, count[d])), em_decoy_name((em_decoy)d));
        }
        return text;
}

em_lots_stop em_flight_stop(const em_lots_row *r, size_t policy)
{
        return r->ended >> policy & 1 ? EM_LOTS_MIXED : r->stop;
}

/* ---- reading ---- */

static bool parse_hash(em_str text, uint8_t hash[32])
{
        if (em_str_starts(text, EM_S("0x")) || em_str_starts(text, EM_S("0X")))
                text = em_str_sub(text, 2, text.n);
        if (text.n != 64)
                return false;
        for (size_t i = 0; i < 64; i++) {
                char    c = text.p[i];
                int     digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
                if (digit < 0)
                        return false;
                hash[i / 2] = (uint8_t)(i % 2 ? hash[i / 2] << 4 | digit : digit);
        }
        return true;
}

/* "native", "12", "i3" */
static em_status find_place(const em_flight *f, uint32_t tx, em_str text, em_str place, uint64_t *ret_move, em_error *err)
{
        em_move_kind kind = EM_MOVE_TOKEN;
        int64_t      seq = -1;
        char         shown[160];
        em_str_show(text, shown, sizeof shown);
        if (em_str_eq(place, EM_S("native")))
                kind = EM_MOVE_NATIVE;
        else if (em_str_eq(place, EM_S("gas")))
                kind = EM_MOVE_GAS;
        else if (em_str_starts(place, EM_S("i")))
                kind = EM_MOVE_INTERNAL;
        bool counted = kind == EM_MOVE_TOKEN || kind == EM_MOVE_INTERNAL;
        if (counted && (!em_str_int(em_str_sub(place, kind == EM_MOVE_INTERNAL, place.n), &seq) || seq < 0))
                return em_fail(err, EM_USAGE, "\"%s\" is no transfer: TXHASH:native, TXHASH:LOGINDEX or TXHASH:iN", shown);
        for (uint64_t i = f->m->tx[tx].first_move; i < f->m->tx[tx + 1].first_move; i++)
                if (f->m->move[i].kind == kind && (!counted || f->m->move[i].seq == (uint64_t)seq)) {
                        *ret_move = i;
                        return EM_OK;
                }
        return em_fail(err, EM_MISSING, "%s: %s", shown, f->m->tx[tx].failed == 1
                       ? "the transaction failed, so it moved its gas and nothing else" : "the transaction has no such transfer");
}

em_status em_flight_tx(const em_flight *f, em_str text, uint32_t *ret_tx, em_error *err)
{
        uint8_t hash[32];
        char    shown[160];
        if (!parse_hash(text, hash))
                return em_fail(err, EM_USAGE, "\"%s\" is no transaction: 64 hex digits", em_str_show(text, shown, sizeof shown));
        return em_moves_find_tx(f->index, hash, ret_tx, err);
}

em_status em_flight_move(const em_flight *f, em_str text, uint64_t *ret_move, em_error *err)
{
        em_cut   cut = em_str_cut(text, ':');
        uint8_t  hash[32];
        uint32_t tx = 0;
        char     shown[160];
        if (!cut.found || !parse_hash(cut.head, hash))
                return em_fail(err, EM_USAGE, "\"%s\" is no transfer: TXHASH:native, TXHASH:LOGINDEX or TXHASH:iN",
                               em_str_show(text, shown, sizeof shown));
        EM_TRY(em_moves_find_tx(f->index, hash, &tx, err));
        return find_place(f, tx, text, cut.tail, ret_move, err);
}

static em_status parse_amount(const em_flight *f, uint32_t asset, em_str text, em_u256 *ret_amount, em_error *err)
{
        unsigned decimals = asset ? f->m->asset[asset].decimals : f->m->coin_decimals;
        char     shown[100];
        if (!em_u256_parse_units(text, decimals > 77 ? 0 : decimals, ret_amount) || em_u256_zero(*ret_amount))
                return em_fail(err, EM_USAGE, "\"%s\" is not an amount of %.*s such as 12.5",
                               em_str_show(text, shown, sizeof shown), EM_ARG(em_flight_unit(f, asset)));
        return EM_OK;
}

static em_status add(em_flight *f, em_lots_seed seed, em_error *err)
{
        if (f->seeds == f->seed_cap) {
                size_t        cap = f->seed_cap ? 2 * f->seed_cap : 64;
                em_lots_seed *at = EM_NEW_N(f->cli->arena, em_lots_seed, cap);
                if (!at)
                        return em_fail(err, EM_NOMEM, "the trace begins at too many transfers for memory");
                if (f->seeds)
                        memcpy(at, f->seed, f->seeds * sizeof *at);
                f->seed = at;
                f->seed_cap = cap;
        }
        f->seed[f->seeds++] = seed;
        return EM_OK;
}

/* What the engine would refuse, said of a transfer as it was named. */
static em_status add_named(em_flight *f, em_str text, em_lots_seed seed, em_error *err)
{
        const em_move *v = &f->m->move[seed.move];
        em_u256        moved = em_move_amount(f->m, v);
        char           shown[160];
        em_str_show(text, shown, sizeof shown);
        if (v->kind == EM_MOVE_GAS)
                return em_fail(err, EM_USAGE, "%s is gas; what was stolen went with another transfer", shown);
        if (v->decoy && !em_cli_given(f->cli, "through-decoys"))
                return em_fail(err, EM_USAGE, "%s was judged a decoy (%s): nobody who held coins may have made it; --through-decoys "
                                              "takes it all the same", shown, em_decoy_name((em_decoy)v->decoy));
        if (em_u256_zero(moved) || v->from == v->to)
                return em_fail(err, EM_USAGE, "%s moved nothing", shown);
        if (em_lots_absurd(moved))
                return em_fail(err, EM_USAGE, "%s claims more than any balance can hold", shown);
        if (em_u256_cmp(seed.amount, moved) > 0)
                return em_fail(err, EM_USAGE, "%s moved %.*s, less than the amount named", shown,
                               EM_ARG(em_flight_amount(f, v->asset, moved, ',')));
        return add(f, seed, err);
}

/* A move that a FROM of many takes along: one that moved something to somebody else. */
static bool counts(const em_flight *f, const em_move *v)
{
        bool failed = f->m->tx[v->tx].failed == 1, decoy = v->decoy && !em_cli_given(f->cli, "through-decoys");
        em_u256 amount = em_move_amount(f->m, v);
        return v->kind != EM_MOVE_GAS && v->from != v->to && !failed && !decoy && !em_u256_zero(amount)
               && !em_lots_absurd(amount);
}

static em_status add_moves(em_flight *f, uint64_t first, uint64_t end, em_error *err)
{
        for (uint64_t i = first; i < end; i++)
                if (counts(f, &f->m->move[i]))
                        EM_TRY(add(f, (em_lots_seed){.kind = EM_LOTS_MOVE, .move = i}, err));
        return EM_OK;
}

static em_status find_asset(const em_flight *f, em_str text, uint32_t *ret_asset, em_error *err)
{
        em_account contract;
        char       shown[100];
        *ret_asset = 0;
        if (em_str_eq_nocase(text, em_str_c(f->m->coin)))
                return EM_OK;
        em_str_show(text, shown, sizeof shown);
        if (!em_account_parse(text, &contract))
                return em_fail(err, EM_USAGE, "\"%s\" names no asset: %s, or the contract of a token (a symbol anybody may take)",
                               shown, f->m->coin);
        for (uint32_t i = 1; i < f->m->assets; i++)
                if (memcmp(&f->m->asset[i].contract, &contract, sizeof contract) == 0) {
                        *ret_asset = i;
                        return EM_OK;
                }
        return em_fail(err, EM_MISSING, "%s: no transfer of such a token is in the files", shown);
}

/* The last block that is not after a block's number or a day's end. */
static em_status find_block(const em_flight *f, em_str text, uint32_t *ret_block, em_error *err)
{
        int64_t  number = 0;
        em_day   day;
        char     shown[64];
        bool     by_day = em_day_parse(text, &day);
        uint64_t n = 0;
        em_str_show(text, shown, sizeof shown);
        if (!by_day && (!em_str_int(text, &number) || number < 0))
                return em_fail(err, EM_USAGE, "\"%s\" is neither a block's number nor a day YYYY-MM-DD", shown);
        for (; n < f->m->blocks; n++)
                if (by_day ? f->m->block[n].time_s >= ((int64_t)day + 1) * 86400 : f->m->block[n].number > (uint64_t)number)
                        break;
        if (by_day && f->m->blocks && f->m->block[0].time_s == 0)
                return em_fail(err, EM_MISSING, "the files do not say when their blocks were; name a block's number");
        if (n == 0)
                return em_fail(err, EM_MISSING, "the files begin after %s", shown);
        *ret_block = (uint32_t)n - 1;
        return EM_OK;
}

typedef struct start { em_str all, head, place, amount, when; bool has_place, has_amount, has_when; } start;

/* HEAD[:PLACE][=AMOUNT][@WHEN] */
static start take_apart(em_str text)
{
        em_cut at = em_str_cut(text, '@'), eq = em_str_cut(at.head, '='), colon = em_str_cut(eq.head, ':');
        return (start){text, colon.head, colon.tail, eq.tail, at.tail, colon.found, eq.found, at.found};
}

static em_status add_held(em_flight *f, const start *from, uint32_t account, uint32_t asset, em_error *err)
{
        em_lots_seed seed = {.kind = EM_LOTS_HELD, .account = account, .asset = asset};
        EM_TRY(find_block(f, from->when, &seed.block, err));
        if (from->has_amount)
                EM_TRY(parse_amount(f, asset, from->amount, &seed.amount, err));
        return add(f, seed, err);
}

static em_status keep_name(em_flight *f, uint32_t account, em_error *err)
{
        if (f->names == f->name_cap) {
                size_t    cap = f->name_cap ? 2 * f->name_cap : 16;
                uint32_t *at = EM_NEW_N(f->cli->arena, uint32_t, cap);
                if (!at)
                        return em_fail(err, EM_NOMEM, "the trace begins at too many addresses for memory");
                if (f->names)
                        memcpy(at, f->named, f->names * sizeof *at);
                f->named = at;
                f->name_cap = cap;
        }
        f->named[f->names++] = account;
        return EM_OK;
}

/* All that went out of an account, of one asset or of any. */
static em_status add_outgoing(em_flight *f, uint32_t account, bool of_one, uint32_t asset, em_error *err)
{
        EM_TRY(keep_name(f, account, err));
        for (uint64_t k = f->m->of_first[account]; k < f->m->of_first[account + 1]; k++) {
                uint64_t       i = f->m->of[k];
                const em_move *v = &f->m->move[i];
                if (v->from != account || (of_one && v->asset != asset))
                        continue;
                EM_TRY(add_moves(f, i, i + 1, err));
                f->passed_over[v->decoy] += v->decoy && !counts(f, v);
        }
        return EM_OK;
}

static em_status add_address(em_flight *f, const start *from, em_account address, em_error *err)
{
        uint32_t account = 0, asset = 0;
        if (from->has_place)
                EM_TRY(find_asset(f, from->place, &asset, err));
        EM_TRY(em_moves_find_account(f->index, address, &account, err));
        if (from->has_when)
                return add_held(f, from, account, asset, err);
        if (from->has_amount)
                return em_fail(err, EM_USAGE, "an amount that an account held needs @BLOCK or @DAY");
        return add_outgoing(f, account, from->has_place, asset, err);
}

static em_status add_from(em_flight *f, em_str text, em_error *err)
{
        start        from = take_apart(text);
        em_lots_seed seed = {.kind = EM_LOTS_MOVE};
        em_account   address;
        uint8_t      hash[32];
        uint32_t     tx = 0;
        char         shown[160];
        em_str_show(text, shown, sizeof shown);
        if (!parse_hash(from.head, hash)) {
                if (em_account_parse(from.head, &address))
                        return add_address(f, &from, address, err);
                return em_fail(err, EM_USAGE, "\"%s\" is neither a transaction's hash nor an address", shown);
        }
        if (from.has_when)
                return em_fail(err, EM_USAGE, "\"%s\": @ is for what an address held", shown);
        EM_TRY(em_moves_find_tx(f->index, hash, &tx, err));
        if (!from.has_place) {
                if (from.has_amount)
                        return em_fail(err, EM_USAGE, "an amount belongs to one transfer: TXHASH:native=AMOUNT");
                return add_moves(f, f->m->tx[tx].first_move, f->m->tx[tx + 1].first_move, err);
        }
        EM_TRY(find_place(f, tx, text, from.place, &seed.move, err));
        if (from.has_amount)
                EM_TRY(parse_amount(f, f->m->move[seed.move].asset, from.amount, &seed.amount, err));
        return add_named(f, text, seed, err);
}

em_status em_flight_seeds(em_flight *f, em_error *err)
{
        for (size_t i = 0; i < f->cli->parsed->operands; i++)
                EM_TRY(add_from(f, f->cli->parsed->operand[i], err));
        if (!f->seeds)
                return em_fail(err, EM_MISSING, "what the trace should begin at moved no coins");
        return EM_OK;
}
