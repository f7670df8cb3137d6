/* What traced coins of accounts may be worth in money, asset by asset, on the days that the user's tables have prices for.
 *
 * The readings and the rules are trace_value.c's: all at the day of the theft, each deposit at its own day, and a day
 * without a price is said and never filled.  An asset that no table names on any of these days is listed as not valued;
 * what a token may be worth is never told from its symbol alone, for anybody may take one.
 */
#include "cli/trace_moves.h"

#include <stdlib.h>

enum { SHOWN_DAYS = 8 };

typedef struct worth {          /* of one policy, in hundredths */
        int64_t stolen, then, there;
        em_u256 bare_amount;
        size_t  bare;           /* deposits on days without a price */
} worth;

typedef struct daily { em_u256 amount; int64_t money; } daily;  /* what one policy brings to services on one day */

typedef struct valued {
        uint32_t asset;
        em_quote theft, *day; size_t days;
        bool     any;
        worth    of[EM_POLICIES_MAX];
        daily   *daily;                 /* [days * policies] */
} valued;

struct em_worths { valued *at; size_t count; };

/* ---- prices ---- */

static em_str symbol_of(const em_move_asset *a)
{
        size_t n = 0;
        while (n < sizeof a->symbol && a->symbol[n])
                n++;
        return (em_str){a->symbol, n};
}

static unsigned decimals_of(const em_flight *f, uint32_t asset)
{
        return asset ? f->m->asset[asset].decimals : f->m->coin_decimals;
}

const em_price *em_flight_price(const em_flight *f, uint32_t asset, const em_prices *prices, em_str currency, em_day day,
                                size_t *ret_count)
{
        const em_move_asset *a = &f->m->asset[asset];
        char                 text[EM_ACCOUNT_TEXT];
        *ret_count = 0;
        if (!asset)
                return em_prices_on(prices, em_str_c(f->m->coin), currency, day, ret_count);
        if (a->decimals > 77)
                return NULL;
        const em_price *p = em_prices_on(prices, em_str_c(em_account_text(f->m, a->contract, text)), currency, day, ret_count);
        if ((!p || !p->asset.n) && a->known && a->symbol[0])
                p = em_prices_on(prices, symbol_of(a), currency, day, ret_count);
        if (p && p->asset.n)
                return p;
        *ret_count = 0;
        return NULL;
}

static em_quote ask(const em_flight *f, uint32_t asset, em_day day)
{
        em_quote q = {.day = day};
        q.price = em_flight_price(f, asset, f->t->prices, f->t->currency, day, &q.words);
        if (!asset)
                q.words = em_prices_said(f->t->prices, em_str_c(f->m->coin), f->t->currency, day);
        return q;
}

/* ---- days ---- */

static em_status day_of(const em_flight *f, uint32_t block, em_day *ret_day, em_error *err)
{
        uint32_t time_s = block < f->m->blocks ? f->m->block[block].time_s : 0;
        if (!time_s)
                return em_fail(err, EM_MISSING, "the files do not say when their blocks were, so no day's price can be used");
        *ret_day = em_day_utc(time_s);
        return EM_OK;
}

static em_status theft_day(const em_flight *f, em_day *ret_day, em_error *err)
{
        *ret_day = EM_DAY_MAX;
        for (size_t i = 0; i < f->seeds; i++) {
                const em_lots_seed *s = &f->seed[i];
                em_day              day;
                EM_TRY(day_of(f, s->kind == EM_LOTS_HELD ? s->block : f->m->tx[f->m->move[s->move].tx].block, &day, err));
                *ret_day = day < *ret_day ? day : *ret_day;
        }
        return EM_OK;
}

static bool is_deposit(const em_lots_row *r)
{
        return r->stop == EM_LOTS_EXCHANGE || r->stop == EM_LOTS_SERVICE || r->stop == EM_LOTS_BRIDGE;
}

static int by_day(const void *a, const void *b)
{
        const em_quote *x = a, *y = b;
        return (x->day > y->day) - (x->day < y->day);
}

/* The days on which one asset came to services, each once. */
static em_status find_days(const em_flight *f, valued *v, em_error *err)
{
        size_t n = 0;
        for (uint64_t i = 0; i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                n += r.asset == v->asset && is_deposit(&r);
        }
        v->day = EM_NEW_N(f->cli->arena, em_quote, n + 1);
        if (!v->day)
                return em_fail(err, EM_NOMEM, "too many deposits for memory");
        n = 0;
        for (uint64_t i = 0; i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                if (r.asset == v->asset && is_deposit(&r))
                        EM_TRY(day_of(f, r.block, &v->day[n++].day, err));
        }
        qsort(v->day, n, sizeof *v->day, by_day);
        for (size_t i = 0; i < n; i++)
                if (!v->days || v->day[v->days - 1].day != v->day[i].day) {
                        em_quote q = ask(f, v->asset, v->day[i].day);
                        v->any = v->any || q.price;
                        v->day[v->days++] = q;
                }
        v->daily = EM_NEW_N(f->cli->arena, daily, v->days * f->t->policies + 1);
        return v->daily ? EM_OK : em_fail(err, EM_NOMEM, "too many deposits for memory");
}

/* ---- values ---- */

static em_status add_value(const em_flight *f, uint32_t asset, const em_price *price, em_u256 amount, int64_t *to, em_error *err)
{
        int64_t value = 0;
        if (!em_price_value(price, amount, decimals_of(f, asset), &value) || __builtin_add_overflow(*to, value, to))
                return em_fail(err, EM_LIMIT, "a value in money is over 63 bits; is the price one of a whole coin?");
        return EM_OK;
}

static em_status add_deposit(const em_flight *f, valued *v, const em_lots_row *r, em_error *err)
{
        em_quote key;
        EM_TRY(day_of(f, r->block, &key.day, err));
        const em_quote *q = bsearch(&key, v->day, v->days, sizeof *v->day, by_day);
        for (size_t p = 0; q && p < f->t->policies; p++) {
                worth *w = &v->of[p];
                if (em_u256_zero(r->stolen[p]) || em_flight_stop(r, p) != r->stop)
                        continue;
                daily *d = &v->daily[(size_t)(q - v->day) * f->t->policies + p];
                if (!em_u256_add(d->amount, r->stolen[p], &d->amount))
                        return em_fail(err, EM_LIMIT, "what was deposited is over 256 bits");
                if (q->price) {
                        EM_TRY(add_value(f, v->asset, q->price, r->stolen[p], &w->there, err));
                        EM_TRY(add_value(f, v->asset, q->price, r->stolen[p], &d->money, err));
                } else {
                        w->bare++;
                        if (!em_u256_add(w->bare_amount, r->stolen[p], &w->bare_amount))
                                return em_fail(err, EM_LIMIT, "what was deposited is over 256 bits");
                }
        }
        return EM_OK;
}

static em_status value_one(const em_flight *f, valued *v, em_day theft, em_error *err)
{
        v->theft = ask(f, v->asset, theft);
        v->any = v->theft.price != NULL;
        EM_TRY(find_days(f, v, err));
        for (size_t p = 0; v->theft.price && p < f->t->policies; p++) {
                em_lots_total s = em_lots_totals(f->lots, p, v->asset);
                EM_TRY(add_value(f, v->asset, v->theft.price, s.stolen, &v->of[p].stolen, err));
                EM_TRY(add_value(f, v->asset, v->theft.price, s.deposited, &v->of[p].then, err));
                EM_TRY(add_value(f, v->asset, v->theft.price, s.bridged, &v->of[p].then, err));
        }
        for (uint64_t i = 0; v->any && i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                if (r.asset == v->asset && is_deposit(&r))
                        EM_TRY(add_deposit(f, v, &r, err));
        }
        return EM_OK;
}

em_status em_flight_value(em_flight *f, em_error *err)
{
        size_t          n;
        const uint32_t *asset = em_lots_assets(f->lots, &n);
        em_day          theft;
        if (!f->t->prices)
                return EM_OK;
        em_worths *all = f->worths = EM_NEW(f->cli->arena, em_worths);
        if (all)
                all->at = EM_NEW_N(f->cli->arena, valued, n + 1);
        if (!all || !all->at)
                return em_fail(err, EM_NOMEM, "out of memory");
        EM_TRY(theft_day(f, &theft, err));
        for (; all->count < n; all->count++) {
                all->at[all->count] = (valued){.asset = asset[all->count]};
                EM_TRY(value_one(f, &all->at[all->count], theft, err));
        }
        return EM_OK;
}

/* ---- for people ---- */

static em_str money(const em_flight *f, int64_t hundredths)
{
        char text[40];
        return em_cli_text(f->cli, "%s", em_price_text(hundredths, ',', text));
}

static void wrap(const em_flight *f, em_str text)
{
        em_term_wrap(em_cli_safe(f->cli, text), 0, f->cli->term.width, f->cli->out);
}

/* The days with a price, or those without, as a list that stops after some. */
static em_str list_days(const em_flight *f, const valued *v, bool with)
{
        em_str text = EM_S("");
        size_t n = 0;
        char   day[11];
        for (size_t i = 0; i < v->days; i++) {
                if ((v->day[i].price != NULL) != with || ++n > SHOWN_DAYS)
                        continue;
                em_str one = with ? em_quote_text(f->cli, &v->day[i]) : em_cli_text(f->cli, "%s", em_day_text(v->day[i].day, day));
                text = em_cli_text(f->cli, "%.*s%s%.*s", EM_ARG(text), n > 1 ? ", " : "", EM_ARG(one));
        }
        if (n > SHOWN_DAYS)
                text = em_cli_text(f->cli, "%.*s and %zu more days (--json has all)", EM_ARG(text), n - SHOWN_DAYS);
        return text;
}

static void print_sources(const em_flight *f, const valued *v)
{
        char   day[11];
        em_str with = list_days(f, v, true), without = list_days(f, v, false);
        if (v->theft.price)
                wrap(f, em_cli_text(f->cli, "That day is the first of a transfer named as stolen: %.*s.",
                                    EM_ARG(em_quote_text(f->cli, &v->theft))));
        else
                wrap(f, em_cli_text(f->cli, "No table has a price of %s, the first day of a transfer named as stolen, so nothing is "
                                    "valued at it.", em_day_text(v->theft.day, day)));
        if (with.n)
                wrap(f, em_cli_text(f->cli, "Each deposit is valued at the day of its block (UTC): %.*s.", EM_ARG(with)));
        if (without.n)
                wrap(f, em_cli_text(f->cli, "No table has a price of %.*s: what was deposited then is not valued, and no other day's "
                                    "price is put in its place.", EM_ARG(without)));
}

static em_status print_one(const em_flight *f, const valued *v, em_error *err)
{
        static const em_column columns[] = {
                {"policy", "policy", EM_CELL_TEXT, 0, 0}, {"stolen", "stolen, that day", EM_CELL_NUMBER, 0, 0},
                {"then", "at services, that day", EM_CELL_NUMBER, 0, 0},
                {"there", "at services, each day", EM_CELL_NUMBER, 0, 0},
                {"bare", "deposits not valued", EM_CELL_NUMBER, 0, 0},
        };
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, f->cli->arena);
        em_str   none = EM_S("no price");
        for (size_t p = 0; p < f->t->policies; p++) {
                char         name[40];
                const worth *w = &v->of[p];
                EM_TRY(em_table_add(&table, (em_str[]){
                        em_cli_text(f->cli, "%s", em_policy_name(f->t->policy[p], name)),
                        v->theft.price ? money(f, w->stolen) : none, v->theft.price ? money(f, w->then) : none,
                        money(f, w->there), w->bare ? em_flight_amount(f, v->asset, w->bare_amount, ',') : EM_S("")}, err));
        }
        fprintf(f->cli->out, "\nWhat they may be worth, in %.*s: %.*s\n", EM_ARG(em_cli_safe(f->cli, f->t->currency)),
                EM_ARG(em_flight_asset(f, v->asset)));
        em_table_print(&table, &f->cli->term, f->cli->out);
        print_sources(f, v);
        return EM_OK;
}

em_status em_flight_print_values(em_flight *f, em_error *err)
{
        em_str bare = EM_S("");
        for (size_t i = 0; f->worths && i < f->worths->count; i++) {
                const valued *v = &f->worths->at[i];
                if (v->any)
                        EM_TRY(print_one(f, v, err));
                else
                        bare = em_cli_text(f->cli, "%.*s%s%.*s", EM_ARG(bare), bare.n ? ", " : "",
                                           EM_ARG(em_flight_asset(f, v->asset)));
        }
        if (!f->worths)
                return EM_OK;
        fputc('\n', f->cli->out);
        if (bare.n)
                wrap(f, em_cli_text(f->cli, "Not valued, since no table has a price of them on these days: %.*s.", EM_ARG(bare)));
        wrap(f, EM_S("Coins times price exactly, each amount then rounded half up to the hundredth; bridges count among the "
                     "services. A token is valued by its contract, or by its symbol only where the list of true assets has it."));
        return EM_OK;
}

/* ---- for programs ---- */

static void json_maybe(em_json *j, const char *key, bool known, int64_t value)
{
        em_json_key(j, em_str_c(key));
        if (known)
                em_json_int(j, value);
        else
                em_json_null(j);
}

static void json_policies(const em_flight *f, em_json *j, const valued *v)
{
        em_json_key(j, EM_S("policies"));
        em_json_open(j, '[');
        for (size_t p = 0; p < f->t->policies; p++) {
                char         name[40], text[EM_U256_TEXT];
                const worth *w = &v->of[p];
                em_json_open(j, '{');
                em_json_kstr(j, "policy", em_str_c(em_policy_name(f->t->policy[p], name)));
                json_maybe(j, "stolen_that_day_hundredths", v->theft.price != NULL, w->stolen);
                json_maybe(j, "deposited_that_day_hundredths", v->theft.price != NULL, w->then);
                em_json_kint(j, "deposited_each_day_hundredths", w->there);
                em_json_kint(j, "transfers_not_valued", (int64_t)w->bare);
                em_json_kstr(j, "not_valued", em_str_c(em_u256_text(w->bare_amount, text)));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void json_one(const em_flight *f, em_json *j, const valued *v)
{
        char text[EM_ACCOUNT_TEXT];
        em_json_open(j, '{');
        em_json_kstr(j, "asset", em_flight_unit(f, v->asset));
        em_json_kstr(j, "contract", v->asset ? em_str_c(em_account_text(f->m, f->m->asset[v->asset].contract, text)) : EM_S(""));
        em_json_kbool(j, "valued", v->any);
        if (v->any) {
                em_json_key(j, EM_S("theft"));
                em_quote_json(j, &v->theft);
                em_json_key(j, EM_S("deposit_days"));
                em_json_open(j, '[');
                for (size_t i = 0; i < v->days; i++)
                        em_quote_json(j, &v->day[i]);
                em_json_close(j, ']');
                json_policies(f, j, v);
        }
        em_json_close(j, '}');
}

void em_flight_json_values(const em_flight *f, em_json *j)
{
        if (!f->worths)
                return;
        em_json_key(j, EM_S("values"));
        em_json_open(j, '{');
        em_json_kstr(j, "currency", f->t->currency);
        em_json_key(j, EM_S("assets"));
        em_json_open(j, '[');
        for (size_t i = 0; i < f->worths->count; i++)
                json_one(f, j, &f->worths->at[i]);
        em_json_close(j, ']');
        em_json_close(j, '}');
}

/* ---- day by day ---- */

static em_status print_days(const em_flight *f, const valued *v, em_error *err)
{
        static const em_column columns[] = {
                {"day", "day", EM_CELL_TEXT, 0, 0}, {"policy", "policy", EM_CELL_TEXT, 0, 0}, {"amount", "at services", EM_CELL_NUMBER, 0, 0},
                {"price", "price", EM_CELL_TEXT, 0, 0}, {"worth", "may be worth", EM_CELL_NUMBER, 0, 0}, {"where", "by", EM_CELL_TEXT, 1, 16},
        };
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, f->cli->arena);
        for (size_t i = 0; i < v->days; i++)
                for (size_t p = 0; p < f->t->policies; p++) {
                        char            name[40], day[11];
                        const em_quote *q = &v->day[i];
                        const daily    *d = &v->daily[i * f->t->policies + p];
                        em_str place = q->price ? em_cli_text(f->cli, "%.*s:%llu", EM_ARG(em_path_base(q->price->file)), (unsigned long long)q->price->line)
                                                : EM_S("no price of that day");
                        EM_TRY(em_table_add(&table, (em_str[]){
                                p ? EM_S("") : em_cli_text(f->cli, "%s", em_day_text(q->day, day)),
                                em_cli_text(f->cli, "%s", em_policy_name(f->t->policy[p], name)), em_flight_amount(f, v->asset, d->amount, ','),
                                q->price && !p ? q->price->text : EM_S(""), q->price ? money(f, d->money) : EM_S("not valued"),
                                p ? EM_S("") : em_cli_safe(f->cli, place)}, err));
                }
        fprintf(f->cli->out, "\nDay by day, at services, in %.*s and %.*s\n", EM_ARG(em_flight_asset(f, v->asset)),
                EM_ARG(em_cli_safe(f->cli, f->t->currency)));
        em_table_print(&table, &f->cli->term, f->cli->out);
        return EM_OK;
}

static em_str contract_of(const em_flight *f, uint32_t asset)
{
        char text[EM_ACCOUNT_TEXT];
        return asset ? em_cli_text(f->cli, "%s", em_account_text(f->m, f->m->asset[asset].contract, text)) : EM_S("");
}

static void csv_days(const em_flight *f, const valued *v)
{
        em_cli *c = f->cli;
        char    day[11], name[40], amount[EM_U256_TEXT];
        for (size_t i = 0; i < v->days; i++)
                for (size_t p = 0; p < f->t->policies; p++) {
                        const em_price *q = v->day[i].price;
                        const daily    *d = &v->daily[i * f->t->policies + p];
                        const em_str    cell[] = {
                                em_str_c(em_day_text(v->day[i].day, day)), em_flight_unit(f, v->asset), contract_of(f, v->asset),
                                em_str_c(em_policy_name(f->t->policy[p], name)), em_str_c(em_u256_text(d->amount, amount)), q ? q->text : EM_S(""),
                                f->t->currency, q ? em_cli_digits(c, d->money) : EM_S(""), q ? q->file : EM_S(""),
                                q ? em_cli_digits(c, (int64_t)q->line) : EM_S("")};
                        for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
                                em_table_csv_cell(cell[k], false, c->out);
                                fputc(k + 1 < sizeof cell / sizeof *cell ? ',' : '\n', c->out);
                        }
                }
}

static void json_daily(const em_flight *f, em_json *j, const valued *v, size_t day)
{
        em_json_open(j, '{');
        em_json_key(j, EM_S("at"));
        em_quote_json(j, &v->day[day]);
        em_json_kstr(j, "asset", em_flight_unit(f, v->asset));
        em_json_kstr(j, "contract", contract_of(f, v->asset));
        if (decimals_of(f, v->asset) <= 77)
                em_json_kint(j, "decimals", decimals_of(f, v->asset));
        em_json_key(j, EM_S("policies"));
        em_json_open(j, '[');
        for (size_t p = 0; p < f->t->policies; p++) {
                char         name[40], text[EM_U256_TEXT];
                const daily *d = &v->daily[day * f->t->policies + p];
                em_json_open(j, '{');
                em_json_kstr(j, "policy", em_str_c(em_policy_name(f->t->policy[p], name)));
                em_json_kstr(j, "deposited", em_str_c(em_u256_text(d->amount, text)));
                json_maybe(j, "worth_hundredths", v->day[day].price != NULL, d->money);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
}

static em_status json_values(em_flight *f, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 28);
        em_json j = em_cli_json(&buf, "embargo.trace.values.accounts.1");
        em_json_kstr(&j, "network", em_str_c(f->m->network));
        em_json_kstr(&j, "coin", em_str_c(f->m->coin));
        em_flight_json_values(f, &j);
        em_json_key(&j, EM_S("by_day"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < f->worths->count; i++)
                for (size_t d = 0; d < f->worths->at[i].days && f->worths->at[i].any; d++)
                        json_daily(f, &j, &f->worths->at[i], d);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(f->cli, &buf, err);
}

/* The values alone, with every day's own: the trace's places are left to the trace. */
em_status em_flight_values(em_flight *f, em_error *err)
{
        if (f->cli->form == EM_FORM_JSON)
                return json_values(f, err);
        bool csv = f->cli->form == EM_FORM_CSV;
        if (csv)
                fputs("day,asset,contract,policy,deposited,price,currency,worth_hundredths,price_file,price_line\n", f->cli->out);
        else
                EM_TRY(em_flight_print_values(f, err));
        for (size_t i = 0; i < f->worths->count; i++) {
                const valued *v = &f->worths->at[i];
                if (!v->any || !v->days)
                        continue;
                if (csv)
                        csv_days(f, v);
                else
                        EM_TRY(print_days(f, v, err));
        }
        return EM_OK;
}
