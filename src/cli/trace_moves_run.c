/* A trace between accounts as a document: what was asked, each rule's books of each asset, and where coins ended.
 *
 * trace_run.c's document with other evidence.  An end is one transfer, or what an account still holds, whose evidence is the
 * last transfer that touched the balance; either is named by the export's file and line.  Amounts pass 64 bits, so
 * they stand twice: exactly, in the asset's smallest unit, and in whole coins between two thousandths, as records keep them.
 * Gas, what was dropped and what was swapped out have a total and no ends: no place holds them.
 */
#include "cli/trace_moves_run.h"
#include "cli/trace_run.h"

#include <stdlib.h>

#ifndef EMBARGO_VERSION
#define EMBARGO_VERSION "0.1.0"
#endif

/* ---- the columns ---- */

enum { NAME, ROW, RULE, BOOK, CATEGORY, COIN, ASSET, UNITS, LOW, HIGH, PLACES, SERVICES, TRANSFER, MOVE_KIND, PAYER, ADDRESS,
       VALUE_UNITS, HEIGHT, DAY, HOPS, STOP, LABEL, ACTOR, LABEL_SOURCE, CONFIDENCE, LABEL_FILE, LABEL_LINE, EXPORT,
       LINE, OFFSET, LENGTH, PATH, TEXT, SHA256, WORTH, CURRENCY, PRICE_FILE, PRICE_LINE, GRADE, KNOWN, NETWORK, THEFT, COLUMNS };

static const char *const names[COLUMNS] = {
        "name", "row", "rule", "book", "category", "coin", "asset", "units", "low", "high", "places", "services", "transfer",
        "transfer_kind", "payer", "address", "value_units", "height", "day", "hops", "stop", "label", "actor", "label_source",
        "confidence", "label_file", "label_line", "export", "export_line", "offset", "length", "path", "text", "sha256", "worth",
        "currency", "price_file", "price_line", "grade", "known", "network", "theft",
};

enum { P_EXCHANGE, P_SERVICE, P_BRIDGE, P_MIXER, P_MET_CLEAN, P_HELD, P_CONTRACT, P_HOPS, P_AMOUNT, P_OVERFLOW, P_BURNT, PARTS };

static const struct { const char *book, *category; bool always; } parts[PARTS] = {
        [P_EXCHANGE] = {"deposited", "exchange", true}, [P_SERVICE] = {"deposited", "service", true},
        [P_BRIDGE] = {"bridged", "bridge", true},       [P_MIXER] = {"mixed", "mixer", true},
        [P_MET_CLEAN] = {"mixed", "met clean coins", true}, [P_HELD] = {"sitting", "held", false},
        [P_CONTRACT] = {"stopped", "contract", false},  [P_HOPS] = {"stopped", "hops", false},
        [P_AMOUNT] = {"stopped", "amount", false},      [P_OVERFLOW] = {"stopped", "overflow", false},
        [P_BURNT] = {"burnt", "protocol", false},
};

typedef struct sum { em_u256 units; uint64_t places, services; } sum;
typedef struct place { uint64_t at; em_u256 most; uint32_t asset; bool held; size_t rank; } place;
typedef struct named { size_t book, part; em_str name; } named;

typedef struct run {
        em_flight *f;
        em_buf    *out;
        em_arena  *keep;                        /* for the whole run; the command's own is emptied after each row */
        size_t     order[EM_POLICIES_MAX];      /* rules by name */
        const uint32_t *asset; size_t assets;
        sum      (*part)[PARTS], (*fold)[PARTS];        /* [asset's place * policies + policy] */
        uint64_t  *services;
        place     *place; size_t places;
        em_str     cell[COLUMNS];
        em_str    *label_hash; size_t label_files;
        em_str    *price_path, *price_hash; size_t price_files;
        char       known[11], theft[17], index_hash[65];
} run;

static em_status put_row(run *r, const char *row, em_str name, em_error *err)
{
        r->cell[NAME] = name;
        r->cell[ROW] = em_str_c(row);
        if (!r->cell[GRADE].p)
                r->cell[GRADE] = EM_S("computed");
        r->cell[KNOWN] = em_str_c(r->known);
        r->cell[NETWORK] = em_str_c(r->f->m->network);
        r->cell[THEFT] = em_str_c(r->theft);
        for (size_t i = 0; i < COLUMNS; i++) {
                if (i)
                        em_buf_ch(r->out, ',');
                em_table_csv_put(r->cell[i], r->out);
        }
        em_buf_ch(r->out, '\n');
        memset(r->cell, 0, sizeof r->cell);
        return em_buf_status(r->out, err);
}

static em_str digits(run *r, uint64_t n) { return em_cli_digits(r->f->cli, (int64_t)n); }

static em_str units_text(run *r, em_u256 n)
{
        char text[EM_U256_TEXT];
        return em_cli_text(r->f->cli, "%s", em_u256_text(n, text));
}

static em_str rule_name(run *r, size_t p)
{
        char name[40];
        return em_cli_text(r->f->cli, "%s", em_policy_name(r->f->t->policy[p], name));
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
        r->cell[COIN] = coin_of(r, asset);
        r->cell[ASSET] = contract_of(r, asset);
        r->cell[UNITS] = units_text(r, units);
        bool fits = decimals < 3 ? em_u256_mul(units, ten_to(3 - decimals), &low)
                                 : em_u256_muldiv(units, em_u256_of(1), ten_to(decimals - 3), &low, &rest);
        if (!fits || em_u256_cmp(low, em_u256_of(most)) >= 0) {
                r->cell[LOW] = em_cli_text(r->f->cli, "%s", em_u256_units(em_u256_of(most), 3, 0, text));
                return;
        }
        (void)em_u256_add(low, em_u256_of(!em_u256_zero(rest)), &high);
        r->cell[LOW] = em_cli_text(r->f->cli, "%s", em_u256_units(low, 3, 0, text));
        r->cell[HIGH] = em_cli_text(r->f->cli, "%s", em_u256_units(high, 3, 0, text));
}

/* ---- labels, days ---- */

static const em_label *label_at(const run *r, uint32_t label)
{
        return label ? em_labels_at(r->f->t->labels, label - 1) : NULL;
}

static const char *grade_of_label(const em_label *l)
{
        int sure = em_label_confidence(l->confidence);
        return sure >= 75 ? "high" : sure >= 40 ? "medium" : sure >= 0 ? "low" : "";
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
        r->cell[HEIGHT] = digits(r, r->f->m->block[block].number);
        if (block_day(r, block, &day))
                r->cell[DAY] = em_cli_text(r->f->cli, "%s", em_day_text(day, text));
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

static bool is_labelled(size_t part) { return part <= P_MIXER; }

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
        r->place = EM_NEW_N(r->keep, place, rows + holdings + 1);
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

static int by_part_name(const void *a, const void *b)
{
        const named *x = a, *y = b;
        if (x->book != y->book)
                return x->book < y->book ? -1 : 1;
        if (x->part != y->part)
                return x->part < y->part ? -1 : 1;
        return em_str_cmp(x->name, y->name);
}

static int by_book_name(const void *a, const void *b)
{
        const named *x = a, *y = b;
        if (x->book != y->book)
                return x->book < y->book ? -1 : 1;
        return em_str_cmp(x->name, y->name);
}

/* By the actors, else the names, in their labels; of the total only what was deposited. */
static void count_services(run *r, named *list, size_t count)
{
        size_t kept = 0;
        if (count)
                qsort(list, count, sizeof *list, by_part_name);
        for (size_t i = 0; i < count; i++)
                r->part[list[i].book][list[i].part].services += i == 0 || by_part_name(&list[i - 1], &list[i]) != 0;
        for (size_t i = 0; i < count; i++)
                if (list[i].part == P_EXCHANGE || list[i].part == P_SERVICE)
                        list[kept++] = list[i];
        if (kept)
                qsort(list, kept, sizeof *list, by_book_name);
        for (size_t i = 0; i < kept; i++)
                r->services[list[i].book] += i == 0 || by_book_name(&list[i - 1], &list[i]) != 0;
}

static em_status add_place(run *r, const place *at, named *list, size_t *names_in, em_error *err)
{
        ending e = ending_of(r, at);
        const em_label *l = label_at(r, e.label);
        for (size_t p = 0; p < r->f->t->policies; p++) {
                size_t part = part_here(&e, p), book = book_of(r, e.asset, p);
                if (part == PARTS)
                        continue;
                sum *s = &r->part[book][part], *f = &r->fold[book][part];
                bool fits = em_u256_add(s->units, e.stolen[p], &s->units);
                s->places++;
                if (at->rank >= EM_RUN_PLACES) {
                        fits = em_u256_add(f->units, e.stolen[p], &f->units) && fits;
                        f->places++;
                }
                if (!fits)
                        return em_fail(err, EM_LIMIT, "a sum of the run is over 256 bits");
                if (is_labelled(part) && l)
                        list[(*names_in)++] = (named){book, part, l->actor.n ? l->actor : l->label};
        }
        return EM_OK;
}

static em_status add_up(run *r, em_error *err)
{
        size_t n = 0, books = r->assets * r->f->t->policies + 1;
        named *list = EM_NEW_N(r->keep, named, r->places * r->f->t->policies + 1);
        r->part = em_arena_array(r->keep, books, sizeof *r->part);
        r->fold = em_arena_array(r->keep, books, sizeof *r->fold);
        r->services = EM_NEW_N(r->keep, uint64_t, books);
        if (!list || !r->part || !r->fold || !r->services)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        memset(r->part, 0, books * sizeof *r->part);
        memset(r->fold, 0, books * sizeof *r->fold);
        memset(r->services, 0, books * sizeof *r->services);
        for (size_t i = 0; i < r->places; i++)
                EM_TRY(add_place(r, &r->place[i], list, &n, err));
        count_services(r, list, n);
        return EM_OK;
}

/* ---- what the run rests on ---- */

static em_status hash_prices(run *r, em_error *err)
{
        const em_parsed *parsed = r->f->cli->parsed;
        em_str path = {0};
        char   hex[65];
        r->price_path = EM_NEW_N(r->keep, em_str, 2 * parsed->values + 1);
        if (!r->price_path)
                return em_fail(err, EM_NOMEM, "out of memory");
        r->price_hash = r->price_path + parsed->values;
        for (; em_option_nth(parsed, "prices", r->price_files, &path); r->price_files++) {
                EM_TRY(em_trace_hash_file(path, hex, err));
                r->price_path[r->price_files] = path;
                EM_TRY(em_str_copy(em_str_c(hex), r->keep, &r->price_hash[r->price_files], err));
        }
        return EM_OK;
}

static em_status hash_inputs(run *r, em_error *err)
{
        const em_label_file *file = NULL;
        em_sha256 seal;
        char      hex[65];
        EM_TRY(em_moves_seal(r->f->index, &seal, err));
        em_sha256_hex(seal, r->index_hash);
        EM_TRY(hash_prices(r, err));
        if (!r->f->t->labels)
                return EM_OK;
        r->label_files = em_labels_files(r->f->t->labels, &file);
        r->label_hash = EM_NEW_N(r->keep, em_str, r->label_files + 1);
        if (!r->label_hash)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < r->label_files; i++) {
                EM_TRY(em_trace_hash_file(file[i].file, hex, err));
                EM_TRY(em_str_copy(em_str_c(hex), r->keep, &r->label_hash[i], err));
        }
        return EM_OK;
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
        char   hex[65];
        em_buf text = em_buf_make((size_t)1 << 30);
        em_buf_fmt(&text, "%s\n", r->f->m->network);
        for (size_t i = 0; i < r->f->seeds; i++) {
                em_buf_fmt(&text, "%.*s\n", EM_ARG(seed_text(r, &r->f->seed[i])));
                em_arena_reset(r->f->cli->arena);
        }
        em_status s = em_buf_status(&text, err);
        if (s == EM_OK)
                snprintf(r->theft, sizeof r->theft, "%.16s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
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
                em_day_text(known, r->known);
}

static void order_rules(run *r)
{
        for (size_t i = 0; i < r->f->t->policies; i++) {
                char   mine[40], other[40];
                size_t k = i;
                em_policy_name(r->f->t->policy[i], mine);
                while (k > 0 && strcmp(em_policy_name(r->f->t->policy[r->order[k - 1]], other), mine) > 0) {
                        r->order[k] = r->order[k - 1];
                        k--;
                }
                r->order[k] = i;
        }
}

/* ---- the head ---- */

static em_status put_run(run *r, em_error *err)
{
        em_cli *cli = r->f->cli;
        if (r->f->m->blocks)
                set_block(r, (uint32_t)(r->f->m->blocks - 1));
        r->cell[PLACES] = digits(r, r->places);
        r->cell[TEXT] = em_cli_text(cli, "stolen coins of %.*s traced by %.*s",
                                    EM_ARG(em_cli_many(cli, r->f->seeds, "transfer", "transfers")),
                                    EM_ARG(em_cli_many(cli, r->f->t->policies, "rule", "rules")));
        return put_row(r, "run", EM_S("run"), err);
}

static em_status put_param(run *r, const char *name, em_str value, em_error *err)
{
        r->cell[TEXT] = value;
        return put_row(r, "param", em_cli_text(r->f->cli, "param %s", name), err);
}

static em_status put_params(run *r, em_error *err)
{
        static const char *const valued[] = {"fee", "hops", "min", "until", "currency"};
        static const char *const switches[] = {"through-labels", "through-mixers", "contracts", "no-swaps", "through-decoys"};
        em_cli *cli = r->f->cli;
        EM_TRY(put_param(r, "program", EM_S("embargo " EMBARGO_VERSION), err));
        for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
                if (em_cli_given(cli, valued[i]))
                        EM_TRY(put_param(r, valued[i], em_cli_value(cli, valued[i]), err));
        for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
                if (em_cli_given(cli, switches[i]))
                        EM_TRY(put_param(r, switches[i], EM_S("yes"), err));
        return EM_OK;
}

static em_status put_input(run *r, const char *name, em_str hash, em_str text, em_error *err)
{
        r->cell[SHA256] = hash;
        r->cell[TEXT] = text;
        return put_row(r, "input", em_cli_text(r->f->cli, "input %s", name), err);
}

static em_status put_inputs(run *r, em_error *err)
{
        const em_label_file *file = NULL;
        char hex[65];
        if (r->label_files)
                em_labels_files(r->f->t->labels, &file);
        EM_TRY(put_input(r, "index", em_str_c(r->index_hash), EM_S("the checksums of the columns of the index of transfers"), err));
        for (size_t i = 0; i < r->label_files; i++) {
                bool wallets = file[i].format == EM_LABEL_WALLETS;      /* such a list is read as its name says */
                r->cell[PLACES] = digits(r, file[i].labels);
                em_str text = em_cli_text(r->f->cli, "labels, %s%s%.*s", em_label_format_name(file[i].format), wallets ? ": " : "",
                                          EM_ARG(wallets ? em_path_base(file[i].file) : EM_S("")));
                EM_TRY(put_input(r, "labels", r->label_hash[i], text, err));
        }
        for (size_t i = 0; i < r->price_files; i++)
                EM_TRY(put_input(r, "prices", r->price_hash[i], EM_S("prices by day"), err));
        if (!em_cli_given(r->f->cli, "stops"))
                return EM_OK;
        EM_TRY(em_trace_hash_file(em_cli_value(r->f->cli, "stops"), hex, err));
        return put_input(r, "stops", em_str_c(hex), EM_S("which categories of labels end a trace"), err);
}

static em_status put_rules(run *r, em_error *err)
{
        for (size_t i = 0; i < r->f->t->policies; i++) {
                char   text[200];
                em_str rule = rule_name(r, r->order[i]);
                r->cell[RULE] = rule;
                r->cell[TEXT] = em_str_c(em_lots_policy_text(r->f->t->policy[r->order[i]], text));
                EM_TRY(put_row(r, "rule", em_cli_text(r->f->cli, "rule %.*s", EM_ARG(rule)), err));
        }
        return EM_OK;
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
        r->cell[TRANSFER] = em_flight_name(f, move);
        r->cell[MOVE_KIND] = em_str_c(em_move_kind_name((em_move_kind)v->kind));
        r->cell[PAYER] = em_flight_account(f, v->from);
        r->cell[VALUE_UNITS] = units_text(r, em_move_amount(f->m, v));
        r->cell[EXPORT] = em_path_base(at.file);
        r->cell[LINE] = digits(r, at.line);
        r->cell[OFFSET] = digits(r, at.offset);
        r->cell[LENGTH] = digits(r, at.length);
        set_block(r, f->m->tx[v->tx].block);
        return EM_OK;
}

static void set_label(run *r, const em_label *l)
{
        const em_label_file *file = NULL;
        size_t n = em_labels_files(r->f->t->labels, &file);
        r->cell[LABEL] = l->label;
        r->cell[ACTOR] = l->actor;
        r->cell[LABEL_SOURCE] = l->source;
        r->cell[CONFIDENCE] = l->confidence;
        for (size_t i = n; i-- > 0;)
                if (em_str_eq(file[i].file, l->file))
                        r->cell[LABEL_FILE] = em_str_sub(r->label_hash[i], 0, 8);
        r->cell[LABEL_LINE] = digits(r, l->line);
}

/* At the price of that block's day; a day without a price leaves it empty. */
static em_status set_worth(run *r, uint32_t asset, uint32_t block, em_u256 units, em_error *err)
{
        em_flight *f = r->f;
        size_t     words = 0;
        int64_t    hundredths = 0;
        char       text[40];
        em_day     day;
        if (!f->t->prices || !block_day(r, block, &day))
                return EM_OK;
        const em_price *price = em_flight_price(f, asset, f->t->prices, f->t->currency, day, &words);
        if (!price)
                return EM_OK;
        if (!em_price_value(price, units, decimals_of(r, asset), &hundredths))
                return em_fail(err, EM_LIMIT, "a value in money is over 63 bits; is the price one of a whole coin?");
        r->cell[WORTH] = em_cli_text(f->cli, "%s", em_price_text(hundredths, 0, text));
        r->cell[CURRENCY] = f->t->currency;
        for (size_t i = r->price_files; i-- > 0;)
                if (em_str_eq(r->price_path[i], price->file))
                        r->cell[PRICE_FILE] = em_str_sub(r->price_hash[i], 0, 8);
        r->cell[PRICE_LINE] = digits(r, price->line);
        return EM_OK;
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
                r->cell[ADDRESS] = em_flight_account(r->f, v->to);
                block = r->f->m->tx[v->tx].block;
                units = em_u256_zero(units) ? em_move_amount(r->f->m, v) : units;
        } else {
                r->cell[ADDRESS] = em_flight_account(r->f, s->account);
                set_block(r, block);
        }
        r->cell[COIN] = coin_of(r, asset);
        r->cell[ASSET] = contract_of(r, asset);
        if (!em_u256_zero(units)) {     /* else all that was held, which the totals say */
                set_amount(r, asset, units);
                EM_TRY(set_worth(r, asset, block, units, err));
        }
        r->cell[TEXT] = text;
        return put_row(r, "seed", em_cli_text(r->f->cli, "seed %.*s", EM_ARG(text)), err);
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

static em_status put_total(run *r, size_t i, size_t p, const char *book, em_u256 units, em_error *err)
{
        em_str   rule = rule_name(r, p);
        size_t   at = i * r->f->t->policies + p;
        uint64_t places = 0;
        bool     of_places = false;
        for (size_t k = 0; k < PARTS; k++)
                if (strcmp(parts[k].book, book) == 0) {
                        places += r->part[at][k].places;
                        of_places = true;
                }
        set_amount(r, r->asset[i], units);
        r->cell[RULE] = rule;
        r->cell[BOOK] = em_str_c(book);
        if (of_places)
                r->cell[PLACES] = digits(r, places);
        if (strcmp(book, "deposited") == 0)
                r->cell[SERVICES] = digits(r, r->services[at]);
        return put_row(r, "total", em_cli_text(r->f->cli, "total %.*s %.*s %s", EM_ARG(rule), EM_ARG(asset_name(r, r->asset[i])),
                                               book), err);
}

static em_status put_totals(run *r, size_t i, size_t p, em_error *err)
{
        em_lots_total s = em_lots_totals(r->f->lots, p, r->asset[i]);
        const struct { const char *book; em_u256 units; } total[] = {
                {"stolen", s.stolen}, {"grown", s.grown}, {"swapped in", s.swapped_in}, {"sitting", s.sitting},
                {"deposited", s.deposited}, {"mixed", s.mixed}, {"bridged", s.bridged}, {"stopped", s.stopped},
                {"fees", s.fees}, {"burnt", s.burnt}, {"dropped", s.dropped}, {"swapped out", s.swapped_out},
        };
        for (size_t k = 0; k < sizeof total / sizeof *total; k++)
                EM_TRY(put_total(r, i, p, total[k].book, total[k].units, err));
        return EM_OK;
}

static em_status put_sum(run *r, const char *row, size_t i, size_t p, size_t part, const sum *s, em_error *err)
{
        em_str rule = rule_name(r, p);
        set_amount(r, r->asset[i], s->units);
        r->cell[RULE] = rule;
        r->cell[BOOK] = em_str_c(parts[part].book);
        r->cell[CATEGORY] = em_str_c(parts[part].category);
        r->cell[PLACES] = digits(r, s->places);
        if (is_labelled(part) && strcmp(row, "part") == 0)
                r->cell[SERVICES] = digits(r, s->services);
        return put_row(r, row, em_cli_text(r->f->cli, "%s %.*s %.*s %s %s", row, EM_ARG(rule),
                                           EM_ARG(asset_name(r, r->asset[i])), parts[part].book, parts[part].category), err);
}

static em_status put_books(run *r, em_error *err)
{
        for (size_t i = 0; i < r->assets; i++)
                for (size_t j = 0; j < r->f->t->policies; j++) {
                        size_t p = r->order[j], at = i * r->f->t->policies + p;
                        EM_TRY(put_totals(r, i, p, err));
                        for (size_t k = 0; k < PARTS; k++)
                                if (parts[k].always || r->part[at][k].places)
                                        EM_TRY(put_sum(r, "part", i, p, k, &r->part[at][k], err));
                        for (size_t k = 0; k < PARTS; k++)
                                if (r->fold[at][k].places)
                                        EM_TRY(put_sum(r, "fold", i, p, k, &r->fold[at][k], err));
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
                r->cell[PATH] = em_cli_text(f->cli, "%s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
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
        em_str  rule = rule_name(r, p);
        const em_label *l = label_at(r, e->label);
        EM_TRY(set_move(r, e->move, err));
        set_amount(r, e->asset, e->stolen[p]);
        r->cell[RULE] = rule;
        r->cell[BOOK] = em_str_c(parts[part].book);
        r->cell[CATEGORY] = em_str_c(parts[part].category);
        r->cell[ADDRESS] = em_flight_account(r->f, e->account);
        r->cell[HOPS] = digits(r, e->hops);
        r->cell[STOP] = stop_words(e, p);
        EM_TRY(set_worth(r, e->asset, e->block, e->stolen[p], err));
        if (l)
                set_label(r, l);
        if (l && is_labelled(part))
                r->cell[GRADE] = em_str_c(grade_of_label(l));
        if (e->held)
                return put_row(r, "end", em_cli_text(cli, "end %.*s %.*s held by %.*s", EM_ARG(rule),
                                                     EM_ARG(asset_name(r, e->asset)), EM_ARG(r->cell[ADDRESS])), err);
        if (at->rank < EM_RUN_PATHS)
                EM_TRY(set_path(r, p, at->at, err));
        return put_row(r, "end", em_cli_text(cli, "end %.*s %.*s", EM_ARG(rule), EM_ARG(r->cell[TRANSFER])), err);
}

static em_status put_ends(run *r, em_error *err)
{
        for (size_t i = 0; i < r->places; i++) {
                ending e = ending_of(r, &r->place[i]);
                if (r->place[i].rank >= EM_RUN_PLACES)
                        continue;
                for (size_t k = 0; k < r->f->t->policies; k++)
                        if (part_here(&e, r->order[k]) != PARTS)
                                EM_TRY(put_end(r, &r->place[i], &e, r->order[k], err));
                em_arena_reset(r->f->cli->arena);
                if (!em_progress_tell(&r->f->cli->progress, "writing the run", i, r->places))
                        return em_fail(err, EM_INTERRUPTED, "interrupted");
        }
        return EM_OK;
}

/* ---- the whole ---- */

static em_status put_all(run *r, em_error *err)
{
        for (size_t i = 0; i < COLUMNS; i++)
                em_buf_fmt(r->out, "%s%s", i ? "," : "", names[i]);
        em_buf_ch(r->out, '\n');
        EM_TRY(put_run(r, err));
        EM_TRY(put_params(r, err));
        EM_TRY(put_inputs(r, err));
        EM_TRY(put_rules(r, err));
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
        order_rules(r);
        return put_all(r, err);
}

em_status em_flight_run_text(em_flight *f, em_buf *out, em_error *err)
{
        em_arena *whole = f->cli->arena;
        em_arena *keep = em_arena_new((size_t)16 << 30), *rows = em_arena_new((size_t)2 << 30);
        em_status s = EM_OK;
        run      *r = keep && rows ? EM_NEW(keep, run) : NULL;
        if (r) {
                *r = (run){.f = f, .out = out, .keep = keep};
                f->cli->arena = rows;
                s = make(r, err);
                f->cli->arena = whole;
        } else {
                s = em_fail(err, EM_NOMEM, "out of memory");
        }
        em_arena_free(rows);
        em_arena_free(keep);
        return s;
}
