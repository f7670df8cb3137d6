/* A trace between accounts as a document: what was asked, each rule's books of each asset, and where coins ended.
 *
 * trace_run.c's document with other evidence.  An end is one transfer, or what an account still holds, whose evidence is the
 * last transfer that touched the balance; either is named by the export's file and line.  Amounts pass 64 bits, so
 * they stand twice: exactly, in the asset's smallest unit, and in whole coins between two thousandths, as records keep them.
 * Gas, what was dropped and what was swapped out have a total and no ends: no place holds them.
 */
#include "cli/trace_moves_run.h"
#include "cli/trace_run.h"
#include "cli/trace_sheet.h"

#include <stdlib.h>

/* ---- the columns ---- */

static const unsigned char columns[] = {
        RUN_NAME, RUN_ROW, RUN_RULE, RUN_BOOK, RUN_CATEGORY, RUN_COIN, RUN_ASSET, RUN_UNITS, RUN_LOW, RUN_HIGH,
        RUN_PLACES, RUN_SERVICES, RUN_TRANSFER, RUN_MOVE_KIND, RUN_PAYER, RUN_ADDRESS, RUN_VALUE_UNITS, RUN_HEIGHT,
        RUN_DAY, RUN_HOPS, RUN_STOP, RUN_LABEL, RUN_ACTOR, RUN_LABEL_SOURCE, RUN_CONFIDENCE, RUN_LABEL_FILE,
        RUN_LABEL_LINE, RUN_EXPORT, RUN_LINE, RUN_OFFSET, RUN_LENGTH, RUN_PATH, RUN_TEXT, RUN_SHA256, RUN_WORTH,
        RUN_CURRENCY, RUN_PRICE_FILE, RUN_PRICE_LINE, RUN_GRADE, RUN_KNOWN, RUN_NETWORK, RUN_THEFT,
};

enum { P_EXCHANGE, P_SERVICE, P_BRIDGE, P_MIXER, P_MET_CLEAN, P_HELD, P_CONTRACT, P_HOPS, P_AMOUNT, P_OVERFLOW, P_BURNT, PARTS };

static const em_run_part parts[PARTS] = {
        [P_EXCHANGE] = {"deposited", "exchange", true, true}, [P_SERVICE] = {"deposited", "service", true, true},
        [P_BRIDGE] = {"bridged", "bridge", true, true},       [P_MIXER] = {"mixed", "mixer", true, true},
        [P_MET_CLEAN] = {"mixed", "met clean coins", true, false}, [P_HELD] = {"sitting", "held", false, false},
        [P_CONTRACT] = {"stopped", "contract", false, false},  [P_HOPS] = {"stopped", "hops", false, false},
        [P_AMOUNT] = {"stopped", "amount", false, false},      [P_OVERFLOW] = {"stopped", "overflow", false, false},
        [P_BURNT] = {"burnt", "protocol", false, false},
};

typedef struct place { uint64_t at; em_u256 most; uint32_t asset; bool held; size_t rank; } place;

typedef struct run {
        em_flight     *f;
        em_trace_sheet doc;
        const uint32_t *asset; size_t assets;
        em_u256      (*units)[PARTS], (*folded_units)[PARTS];   /* [asset's place * policies + policy] */
        em_run_tally (*part)[PARTS], (*fold)[PARTS];
        uint64_t      *services;
        place         *place; size_t places;
} run;

static em_str units_text(run *r, em_u256 n)
{
        char text[EM_U256_TEXT];
        return em_cli_text(r->f->cli, "%s", em_u256_text(n, text));
}

/* ---- assets and amounts ---- */

static unsigned decimals_of(const run *r, uint32_t asset)
{
        unsigned decimals = asset ? r->f->m->asset[asset].decimals : r->f->m->coin_decimals;
        return decimals > 77 ? 0 : decimals;
}

static em_str contract_of(run *r, uint32_t asset)
{
        char text[EM_ACCOUNT_TEXT];
        return asset ? em_cli_text(r->f->cli, "%s", em_account_text(r->f->m, r->f->m->asset[asset].contract, text)) : EM_S("");
}

/* In a row's name: what nobody else may bear. */
static em_str asset_name(run *r, uint32_t asset)
{
        return asset ? contract_of(r, asset) : em_str_c(r->f->m->coin);
}

/* The unit of the records.  A symbol is anybody's for the taking, so only assets on the list of true ones are called by theirs. */
static em_str coin_of(run *r, uint32_t asset)
{
        const em_move_asset *a = &r->f->m->asset[asset];
        if (asset && (!a->known || !a->symbol[0] || a->decimals > 77))
                return contract_of(r, asset);
        return em_flight_unit(r->f, asset);
}

static em_u256 ten_to(unsigned n)
{
        em_u256 x = em_u256_of(1);
        while (n-- > 0)
                (void)em_u256_mul(x, em_u256_of(10), &x);      /* 10^77 fits */
        return x;
}

/* In whole coins, outward to thousandths; what records cannot hold is open above. */
static void set_amount(run *r, uint32_t asset, em_u256 units)
{
        static const uint64_t most = 1000000000000000000;
        unsigned decimals = decimals_of(r, asset);
        em_u256  low = units, high, rest = em_u256_of(0);
        char     text[2 * EM_U256_TEXT];
        r->doc.cell[RUN_COIN] = coin_of(r, asset);
        r->doc.cell[RUN_ASSET] = contract_of(r, asset);
        r->doc.cell[RUN_UNITS] = units_text(r, units);
        bool fits = decimals < 3 ? em_u256_mul(units, ten_to(3 - decimals), &low)
                                 : em_u256_muldiv(units, em_u256_of(1), ten_to(decimals - 3), &low, &rest);
        if (!fits || em_u256_cmp(low, em_u256_of(most)) >= 0) {
                r->doc.cell[RUN_LOW] = em_cli_text(r->f->cli, "%s", em_u256_units(em_u256_of(most), 3, 0, text));
                return;
        }
        (void)em_u256_add(low, em_u256_of(!em_u256_zero(rest)), &high);
        r->doc.cell[RUN_LOW] = em_cli_text(r->f->cli, "%s", em_u256_units(low, 3, 0, text));
        r->doc.cell[RUN_HIGH] = em_cli_text(r->f->cli, "%s", em_u256_units(high, 3, 0, text));
}

/* ---- labels, days ---- */

static const em_label *label_at(const run *r, uint32_t label)
{
        return label ? em_labels_at(r->f->t->labels, label - 1) : NULL;
}

static bool block_day(const run *r, uint32_t block, em_day *ret_day)
{
        uint32_t time_s = block < r->f->m->blocks ? r->f->m->block[block].time_s : 0;
        if (time_s)
                *ret_day = em_day_utc(time_s);
        return time_s != 0;
}

static void set_block(run *r, uint32_t block)
{
        em_day day;
        char   text[11];
        if (block >= r->f->m->blocks)
                return;
        r->doc.cell[RUN_HEIGHT] = em_trace_sheet_digits(&r->doc, r->f->m->block[block].number);
        if (block_day(r, block, &day))
                r->doc.cell[RUN_DAY] = em_cli_text(r->f->cli, "%s", em_day_text(day, text));
}

/* ---- which book ---- */

static size_t part_of(const em_lots_row *row, size_t p)
{
        switch (em_flight_stop(row, p)) {
        case EM_LOTS_MIXED:    return P_MET_CLEAN;
        case EM_LOTS_EXCHANGE: return P_EXCHANGE;
        case EM_LOTS_SERVICE:  return P_SERVICE;
        case EM_LOTS_MIXER:    return P_MIXER;
        case EM_LOTS_BRIDGE:   return P_BRIDGE;
        case EM_LOTS_CONTRACT: return P_CONTRACT;
        case EM_LOTS_HOPS:     return P_HOPS;
        case EM_LOTS_AMOUNT:   return P_AMOUNT;
        case EM_LOTS_OVERFLOW: return P_OVERFLOW;
        case EM_LOTS_BURNT:    return P_BURNT;
        case EM_LOTS_FEE:
        case EM_LOTS_SWAPPED:
        case EM_LOTS_FOLLOWED:
        case EM_LOTS_STOPS:    break;
        }
        return PARTS;
}

/* What ended in a place, alike for transfers and for holdings. */
typedef struct ending {
        em_lots_row    row;             /* of a transfer */
        uint64_t       move;            /* the evidence; EM_LOTS_NO_MOVE: none */
        uint32_t       account, asset, block, hops, label;
        bool           held;
        const em_u256 *stolen;
} ending;

static ending ending_of(const run *r, const place *at)
{
        const em_flight *f = r->f;
        em_holding       h;
        em_lots_row      row;
        if (!at->held) {
                em_lots_at(f->lots, at->at, &row);
                return (ending){.row = row, .move = row.move, .account = row.to, .asset = row.asset, .block = row.block,
                                .hops = row.hops, .label = row.label, .stolen = row.stolen};
        }
        em_lots_holding_at(f->lots, at->at, &h);
        uint32_t block = h.last_move == EM_LOTS_NO_MOVE ? UINT32_MAX : f->m->tx[f->m->move[h.last_move].tx].block;
        return (ending){.move = h.last_move, .account = h.account, .asset = h.asset, .block = block, .hops = h.hops,
                        .label = h.label, .held = true, .stolen = h.stolen};
}

static size_t part_here(const ending *e, size_t p)
{
        if (em_u256_zero(e->stolen[p]))
                return PARTS;
        return e->held ? P_HELD : part_of(&e->row, p);
}

/* ---- the places ---- */

static em_u256 most_here(const run *r, const ending *e)
{
        em_u256 most = em_u256_of(0);
        for (size_t p = 0; p < r->f->t->policies; p++)
                if (part_here(e, p) != PARTS && em_u256_cmp(e->stolen[p], most) > 0)
                        most = e->stolen[p];
        return most;
}

/* Transfers in chain order, then holdings by account. */
static int by_order(const void *a, const void *b)
{
        const place *x = a, *y = b;
        if (x->asset != y->asset)
                return x->asset < y->asset ? -1 : 1;
        if (x->held != y->held)
                return x->held ? 1 : -1;
        return x->at < y->at ? -1 : x->at > y->at;
}

static int by_most(const void *a, const void *b)
{
        const place *x = a, *y = b;
        int by = em_u256_cmp(y->most, x->most);
        return x->asset == y->asset && by ? by : by_order(a, b);
}

static void try_place(run *r, uint64_t at, bool held)
{
        place  p = {.at = at, .held = held};
        ending e = ending_of(r, &p);
        p.most = most_here(r, &e);
        p.asset = e.asset;
        if (!em_u256_zero(p.most))
                r->place[r->places++] = p;
}

/* Each asset's places with their rank among them, since amounts of two assets cannot be compared. */
static em_status choose_places(run *r, em_error *err)
{
        uint64_t rows = em_lots_count(r->f->lots), holdings = em_lots_holdings(r->f->lots);
        r->place = EM_NEW_N(r->doc.keep, place, rows + holdings + 1);
        if (!r->place)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        for (uint64_t i = 0; i < rows; i++)
                try_place(r, i, false);
        for (uint64_t i = 0; i < holdings; i++)
                try_place(r, i, true);
        if (!r->places)
                return EM_OK;
        qsort(r->place, r->places, sizeof *r->place, by_most);
        for (size_t i = 0; i < r->places; i++)
                r->place[i].rank = i && r->place[i - 1].asset == r->place[i].asset ? r->place[i - 1].rank + 1 : 0;
        qsort(r->place, r->places, sizeof *r->place, by_order);
        return EM_OK;
}

static size_t book_of(const run *r, uint32_t asset, size_t p)
{
        size_t i = 0;
        while (i + 1 < r->assets && r->asset[i] != asset)
                i++;
        return i * r->f->t->policies + p;
}

/* Services are told apart by the actors, else the names, in their labels. */
static em_status add_place(run *r, const place *at, em_run_service *list, size_t *services, em_error *err)
{
        ending e = ending_of(r, at);
        const em_label *l = label_at(r, e.label);
        for (size_t p = 0; p < r->f->t->policies; p++) {
                size_t part = part_here(&e, p), book = book_of(r, e.asset, p);
                if (part == PARTS)
                        continue;
                em_u256 *sum = &r->units[book][part], *folded = &r->folded_units[book][part];
                bool fits = em_u256_add(*sum, e.stolen[p], sum);
                r->part[book][part].places++;
                if (at->rank >= EM_RUN_PLACES) {
                        fits = em_u256_add(*folded, e.stolen[p], folded) && fits;
                        r->fold[book][part].places++;
                }
                if (!fits)
                        return em_fail(err, EM_LIMIT, "a sum of the run is over 256 bits");
                if (parts[part].labelled && l)
                        list[(*services)++] = (em_run_service){book, part, l->actor.n ? l->actor : l->label};
        }
        return EM_OK;
}

static em_status make_books(run *r, em_error *err)
{
        size_t books = r->assets * r->f->t->policies + 1;
        r->units = em_arena_array(r->doc.keep, books, sizeof *r->units);
        r->folded_units = em_arena_array(r->doc.keep, books, sizeof *r->folded_units);
        r->part = em_arena_array(r->doc.keep, books, sizeof *r->part);
        r->fold = em_arena_array(r->doc.keep, books, sizeof *r->fold);
        r->services = EM_NEW_N(r->doc.keep, uint64_t, books);
        if (!r->units || !r->folded_units || !r->part || !r->fold || !r->services)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        memset(r->units, 0, books * sizeof *r->units);
        memset(r->folded_units, 0, books * sizeof *r->folded_units);
        memset(r->part, 0, books * sizeof *r->part);
        memset(r->fold, 0, books * sizeof *r->fold);
        memset(r->services, 0, books * sizeof *r->services);
        return EM_OK;
}

static em_status add_up(run *r, em_error *err)
{
        size_t n = 0;
        em_run_service *list = EM_NEW_N(r->doc.keep, em_run_service, r->places * r->f->t->policies + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        EM_TRY(make_books(r, err));
        for (size_t i = 0; i < r->places; i++)
                EM_TRY(add_place(r, &r->place[i], list, &n, err));
        em_run_count_services(list, n, parts, PARTS, r->part[0], r->services);
        return EM_OK;
}

/* ---- what the run rests on ---- */

static em_status hash_inputs(run *r, em_error *err)
{
        em_sha256 seal;
        EM_TRY(em_moves_seal(r->f->index, &seal, err));
        em_sha256_hex(seal, r->doc.index_hash);
        return em_trace_sheet_inputs(&r->doc, err);
}

/* ---- the seeds ---- */

static int by_seed(const void *a, const void *b)
{
        const em_lots_seed *x = a, *y = b;
        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        if (x->kind == EM_LOTS_MOVE)
                return x->move < y->move ? -1 : x->move > y->move;
        if (x->account != y->account)
                return x->account < y->account ? -1 : 1;
        if (x->asset != y->asset)
                return x->asset < y->asset ? -1 : 1;
        return x->block < y->block ? -1 : x->block > y->block;
}

static uint32_t seed_asset(const run *r, const em_lots_seed *s)
{
        return s->kind == EM_LOTS_HELD ? s->asset : r->f->m->move[s->move].asset;
}

/* As a FROM that names it again: a part of a transfer has its amount, a whole one none. */
static em_str seed_text(run *r, const em_lots_seed *s)
{
        em_cli *cli = r->f->cli;
        em_str  amount = EM_S("");
        if (!em_u256_zero(s->amount))
                amount = em_cli_text(cli, "=%.*s", EM_ARG(em_flight_amount(r->f, seed_asset(r, s), s->amount, 0)));
        if (s->kind == EM_LOTS_MOVE)
                return em_cli_text(cli, "%.*s%.*s", EM_ARG(em_flight_name(r->f, s->move)), EM_ARG(amount));
        return em_cli_text(cli, "%.*s:%.*s%.*s@%llu", EM_ARG(em_flight_account(r->f, s->account)), EM_ARG(asset_name(r, s->asset)),
                           EM_ARG(amount), (unsigned long long)r->f->m->block[s->block].number);
}

/* The same theft: the same coins on the same network, whatever is asked of them. */
static em_status name_theft(run *r, em_error *err)
{
        em_buf text = em_buf_make((size_t)1 << 30);
        em_buf_fmt(&text, "%s\n", r->f->m->network);
        for (size_t i = 0; i < r->f->seeds; i++) {
                em_buf_fmt(&text, "%.*s\n", EM_ARG(seed_text(r, &r->f->seed[i])));
                em_arena_reset(r->f->cli->arena);
        }
        em_status s = em_buf_status(&text, err);
        if (s == EM_OK)
                em_trace_sheet_theft(&r->doc, em_buf_view(&text));
        em_buf_free(&text);
        return s;
}

/* When the files had come so far and the labels that were met had been made; empty where no file states a time. */
static void find_known(run *r)
{
        const em_flight *f = r->f;
        em_day known = 0, day;
        bool   any = f->m->blocks && block_day(r, (uint32_t)(f->m->blocks - 1), &known);
        for (size_t i = 0; i < r->places && f->t->labels && any; i++) {
                char   text[EM_ACCOUNT_TEXT];
                size_t n = 0;
                ending e = ending_of(r, &r->place[i]);
                if (r->place[i].rank >= EM_RUN_PLACES)
                        continue;
                const em_label *l = em_labels_of(f->t->labels, em_str_c(em_account_text(f->m, f->m->account[e.account], text)), &n);
                for (size_t k = 0; k < n; k++)
                        if (em_day_parse(l[k].date, &day) && day > known)
                                known = day;
        }
        if (any)
                em_day_text(known, r->doc.known);
}

/* ---- the head ---- */

static em_status put_run(run *r, em_error *err)
{
        if (r->f->m->blocks)
                set_block(r, (uint32_t)(r->f->m->blocks - 1));
        return em_trace_sheet_run(&r->doc, em_cli_many(r->f->cli, r->f->seeds, "transfer", "transfers"), r->places, err);
}

static em_status put_params(run *r, em_error *err)
{
        static const char *const valued[] = {"fee", "hops", "min", "until", "currency", NULL};
        static const char *const switches[] = {"through-labels", "through-mixers", "contracts", "no-swaps", "through-decoys", NULL};
        EM_TRY(em_sheet_program(&r->doc.sheet, RUN_TEXT, err));
        return em_sheet_options(&r->doc.sheet, RUN_TEXT, valued, switches, err);
}

/* ---- the cells of a place ---- */

/* The row of the export; the file by its own name, for its folder says nothing. */
static em_status set_move(run *r, uint64_t move, em_error *err)
{
        em_flight    *f = r->f;
        em_move_place at = {0};
        if (move == EM_LOTS_NO_MOVE)
                return EM_OK;
        const em_move *v = &f->m->move[move];
        EM_TRY(em_moves_place_of(f->index, move, f->cli->arena, &at, err));
        r->doc.cell[RUN_TRANSFER] = em_flight_name(f, move);
        r->doc.cell[RUN_MOVE_KIND] = em_str_c(em_move_kind_name((em_move_kind)v->kind));
        r->doc.cell[RUN_PAYER] = em_flight_account(f, v->from);
        r->doc.cell[RUN_VALUE_UNITS] = units_text(r, em_move_amount(f->m, v));
        r->doc.cell[RUN_EXPORT] = em_path_base(at.file);
        r->doc.cell[RUN_LINE] = em_trace_sheet_digits(&r->doc, at.line);
        r->doc.cell[RUN_OFFSET] = em_trace_sheet_digits(&r->doc, at.offset);
        r->doc.cell[RUN_LENGTH] = em_trace_sheet_digits(&r->doc, at.length);
        set_block(r, f->m->tx[v->tx].block);
        return EM_OK;
}

/* At the price of that block's day; a day without a price leaves it empty. */
static em_status set_worth(run *r, uint32_t asset, uint32_t block, em_u256 units, em_error *err)
{
        em_flight *f = r->f;
        size_t     words = 0;
        em_day     day;
        if (!f->t->prices || !block_day(r, block, &day))
                return EM_OK;
        const em_price *price = em_flight_price(f, asset, f->t->prices, f->t->currency, day, &words);
        return em_trace_sheet_worth(&r->doc, price, units, decimals_of(r, asset), err);
}

static em_status put_seed(run *r, const em_lots_seed *s, em_error *err)
{
        em_str   text = seed_text(r, s);
        bool     held = s->kind == EM_LOTS_HELD;
        uint32_t asset = seed_asset(r, s), block = s->block;
        em_u256  units = s->amount;
        if (!held) {
                const em_move *v = &r->f->m->move[s->move];
                EM_TRY(set_move(r, s->move, err));
                r->doc.cell[RUN_ADDRESS] = em_flight_account(r->f, v->to);
                block = r->f->m->tx[v->tx].block;
                units = em_u256_zero(units) ? em_move_amount(r->f->m, v) : units;
        } else {
                r->doc.cell[RUN_ADDRESS] = em_flight_account(r->f, s->account);
                set_block(r, block);
        }
        r->doc.cell[RUN_COIN] = coin_of(r, asset);
        r->doc.cell[RUN_ASSET] = contract_of(r, asset);
        if (!em_u256_zero(units)) {     /* else all that was held, which the totals say */
                set_amount(r, asset, units);
                EM_TRY(set_worth(r, asset, block, units, err));
        }
        r->doc.cell[RUN_TEXT] = text;
        return em_trace_sheet_put(&r->doc, "seed", em_cli_text(r->f->cli, "seed %.*s", EM_ARG(text)), err);
}

static em_status put_seeds(run *r, em_error *err)
{
        for (size_t i = 0; i < r->f->seeds; i++) {
                EM_TRY(put_seed(r, &r->f->seed[i], err));
                em_arena_reset(r->f->cli->arena);
        }
        return EM_OK;
}

/* ---- the books ---- */

static em_status put_totals(run *r, uint32_t asset, const em_run_book *b, em_error *err)
{
        em_lots_total s = em_lots_totals(r->f->lots, b->policy, asset);
        const struct { const char *book; em_u256 units; } total[] = {
                {"stolen", s.stolen}, {"grown", s.grown}, {"swapped in", s.swapped_in}, {"sitting", s.sitting},
                {"deposited", s.deposited}, {"mixed", s.mixed}, {"bridged", s.bridged}, {"stopped", s.stopped},
                {"fees", s.fees}, {"burnt", s.burnt}, {"dropped", s.dropped}, {"swapped out", s.swapped_out},
        };
        for (size_t k = 0; k < sizeof total / sizeof *total; k++) {
                set_amount(r, asset, total[k].units);
                EM_TRY(em_trace_sheet_total(&r->doc, b, total[k].book, err));
        }
        return EM_OK;
}

static em_status put_book(run *r, uint32_t asset, size_t p, em_error *err)
{
        size_t      at = book_of(r, asset, p);
        em_run_book b = {.policy = p, .asset = asset_name(r, asset), .part = parts, .parts = PARTS, .tally = r->part[at],
                         .services = r->services[at]};
        EM_TRY(put_totals(r, asset, &b, err));
        for (size_t k = 0; k < PARTS; k++)
                if (parts[k].always || r->part[at][k].places) {
                        set_amount(r, asset, r->units[at][k]);
                        EM_TRY(em_trace_sheet_part(&r->doc, &b, k, err));
                }
        b.tally = r->fold[at];
        for (size_t k = 0; k < PARTS; k++)
                if (r->fold[at][k].places) {
                        set_amount(r, asset, r->folded_units[at][k]);
                        EM_TRY(em_trace_sheet_fold(&r->doc, &b, k, err));
                }
        return EM_OK;
}

static em_status put_books(run *r, em_error *err)
{
        for (size_t i = 0; i < r->assets; i++)
                for (size_t k = 0; k < r->f->t->policies; k++) {
                        EM_TRY(put_book(r, r->asset[i], r->doc.order[k], err));
                        em_arena_reset(r->f->cli->arena);
                }
        return EM_OK;
}

/* ---- the ends ---- */

/* SHA-256 of the path's steps, one a line: "TRANSFER STOLEN VIA". */
static em_status set_path(run *r, size_t p, uint64_t row, em_error *err)
{
        em_flight    *f = r->f;
        em_lots_step *step = NULL;
        size_t        steps = 0;
        char          hex[65], out[EM_U256_TEXT], via[EM_U256_TEXT];
        em_buf        text = em_buf_make((size_t)64 << 20);
        em_status     s = em_lots_path(f->lots, p, row, f->cli->arena, &step, &steps, err);
        if (s == EM_LIMIT) {            /* too wide to search: the place stands without it */
                *err = (em_error){0};
                em_buf_free(&text);
                return EM_OK;
        }
        for (size_t i = 0; i < steps && s == EM_OK; i++) {
                em_lots_row to;
                em_lots_at(f->lots, step[i].to, &to);
                em_str name = to.move == EM_LOTS_NO_MOVE ? EM_S("held") : em_flight_name(f, to.move);
                em_buf_fmt(&text, "%.*s %s %s\n", EM_ARG(name), em_u256_text(step[i].out, out), em_u256_text(step[i].via, via));
                s = em_buf_status(&text, err);
        }
        if (s == EM_OK)
                r->doc.cell[RUN_PATH] = em_cli_text(f->cli, "%s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
        em_buf_free(&text);
        return s;
}

static em_str stop_words(const ending *e, size_t p)
{
        return e->held ? EM_S("still sitting") : em_str_c(em_lots_stop_words(em_flight_stop(&e->row, p)));
}

static em_status put_end(run *r, const place *at, const ending *e, size_t p, em_error *err)
{
        em_cli *cli = r->f->cli;
        size_t  part = part_here(e, p);
        em_str  rule = em_trace_sheet_rule(&r->doc, p);
        const em_label *l = label_at(r, e->label);
        EM_TRY(set_move(r, e->move, err));
        set_amount(r, e->asset, e->stolen[p]);
        r->doc.cell[RUN_RULE] = rule;
        r->doc.cell[RUN_BOOK] = em_str_c(parts[part].book);
        r->doc.cell[RUN_CATEGORY] = em_str_c(parts[part].category);
        r->doc.cell[RUN_ADDRESS] = em_flight_account(r->f, e->account);
        r->doc.cell[RUN_HOPS] = em_trace_sheet_digits(&r->doc, e->hops);
        r->doc.cell[RUN_STOP] = stop_words(e, p);
        EM_TRY(set_worth(r, e->asset, e->block, e->stolen[p], err));
        if (l)
                em_trace_sheet_label(&r->doc, l);
        if (l && parts[part].labelled)
                em_trace_sheet_grade(&r->doc, l);
        if (e->held)
                return em_trace_sheet_put(&r->doc, "end", em_cli_text(cli, "end %.*s %.*s held by %.*s", EM_ARG(rule),
                                                     EM_ARG(asset_name(r, e->asset)), EM_ARG(r->doc.cell[RUN_ADDRESS])), err);
        if (at->rank < EM_RUN_PATHS)
                EM_TRY(set_path(r, p, at->at, err));
        return em_trace_sheet_put(&r->doc, "end", em_cli_text(cli, "end %.*s %.*s", EM_ARG(rule), EM_ARG(r->doc.cell[RUN_TRANSFER])), err);
}

static em_status put_ends(run *r, em_error *err)
{
        for (size_t i = 0; i < r->places; i++) {
                ending e = ending_of(r, &r->place[i]);
                if (r->place[i].rank >= EM_RUN_PLACES)
                        continue;
                for (size_t k = 0; k < r->f->t->policies; k++)
                        if (part_here(&e, r->doc.order[k]) != PARTS)
                                EM_TRY(put_end(r, &r->place[i], &e, r->doc.order[k], err));
                em_arena_reset(r->f->cli->arena);
                if (!em_progress_tell(&r->f->cli->progress, "writing the run", i, r->places))
                        return em_fail(err, EM_INTERRUPTED, "interrupted");
        }
        return EM_OK;
}

/* ---- the whole ---- */

static em_status put_all(run *r, em_error *err)
{
        em_trace_sheet *doc = &r->doc;
        doc->usual[RUN_NETWORK] = em_str_c(r->f->m->network);
        EM_TRY(em_trace_sheet_begin(doc, columns, sizeof columns, err));
        EM_TRY(put_run(r, err));
        EM_TRY(put_params(r, err));
        EM_TRY(em_trace_sheet_put_inputs(doc, EM_S("the checksums of the columns of the index of transfers"), err));
        EM_TRY(em_trace_sheet_put_rules(doc, em_lots_policy_text, err));
        EM_TRY(put_seeds(r, err));
        EM_TRY(put_books(r, err));
        return put_ends(r, err);
}

static em_status make(run *r, em_error *err)
{
        r->asset = em_lots_assets(r->f->lots, &r->assets);
        if (r->f->seeds)
                qsort(r->f->seed, r->f->seeds, sizeof *r->f->seed, by_seed);
        EM_TRY(hash_inputs(r, err));
        EM_TRY(name_theft(r, err));
        EM_TRY(choose_places(r, err));
        EM_TRY(add_up(r, err));
        find_known(r);
        return put_all(r, err);
}

em_status em_flight_run_text(em_flight *f, em_buf *out, em_error *err)
{
        run       r = {.f = f};
        em_status s = em_trace_sheet_open(&r.doc, f->t, out, err);
        if (s == EM_OK)
                s = make(&r, err);
        em_trace_sheet_close(&r.doc);
        return s;
}
