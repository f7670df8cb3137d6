/* What traced coins may be worth in money, on the days that a table of the user's has prices for.
 *
 * Two readings stand beside each other, because courts and the press use both: all at the day of the theft, and each
 * deposit at the day it was made.  A day without a price is said, and its coins are not valued: nothing is carried
 * forward.  Days are UTC, by the blocks' own times.
 */
#include "cli/trace.h"

#include <stdlib.h>

enum { DECIMALS = 8, SHOWN_DAYS = 8 };

typedef struct worth {          /* of one policy, in hundredths */
        int64_t stolen, then, there;    /* deposits at the day of the theft, and each at its own */
        int64_t bare_sat;               /* deposits on days without a price */
        size_t  bare;
} worth;

typedef struct daily { int64_t sat, money; } daily;     /* what one policy brings to services on one day */

struct em_values {
        em_quote *at; size_t count;
        em_quote  theft;
        worth     of[EM_POLICIES_MAX];
        daily    *daily;                /* [count * policies] */
};

/* ---- reading ----------------------------------------------------------------------------- */

em_status em_trace_prices(em_trace *t, em_error *err)
{
        em_str  *path = EM_NEW_N(t->cli->arena, em_str, t->cli->parsed->values + 1), one = {0};
        size_t   n = 0;
        if (!path)
                return em_fail(err, EM_NOMEM, "out of memory");
        while (em_option_nth(t->cli->parsed, "prices", n, &one))
                path[n++] = one;
        t->currency = em_cli_value(t->cli, "currency");
        if (!n != !t->currency.n)
                return em_fail(err, EM_USAGE, "--prices FILE and --currency CODE (such as USD) need each other");
        if (!n)
                return EM_OK;
        EM_TRY(em_prices_read(path, n, &t->prices, err));
        const em_price_reject *reject = NULL;
        size_t rejects = em_prices_rejects(t->prices, &reject);
        if (rejects)
                em_cli_say(t->cli, "%.*s:%llu: no price: %.*s%s", EM_ARG(em_cli_safe(t->cli, reject[0].file)),
                           (unsigned long long)reject[0].line, EM_ARG(reject[0].reason),
                           rejects > 1 ? "; and more rows like it" : "");
        return EM_OK;
}

/* ---- days -------------------------------------------------------------------------------- */

static em_day day_of(const em_trace *t, em_id out)
{
        em_id block = em_graph_block_of_tx(t->graph, em_graph_tx_of_out(t->graph, out));
        return em_day_utc((int64_t)em_le(t->graph->block_time + 4 * block, 4));
}

static em_quote ask(const em_trace *t, em_day day)
{
        em_quote q = {.day = day};
        q.price = em_prices_on(t->prices, em_str_c(t->net->coin), t->currency, day, &q.words);
        q.words = em_prices_said(t->prices, em_str_c(t->net->coin), t->currency, day);
        return q;
}

static bool is_deposit(const em_reached *r)
{
        return r->stop == EM_STOP_LABEL && !(r->label & EM_TAINT_MIXER);
}

static int by_day(const void *a, const void *b)
{
        const em_quote *x = a, *y = b;
        return (x->day > y->day) - (x->day < y->day);
}

/* The days of all deposits, each once, with what the tables say of them. */
static em_status find_days(const em_trace *t, em_values *v, em_error *err)
{
        size_t n = 0;
        for (uint64_t i = 0; i < em_taint_count(t->taint); i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                n += is_deposit(&r);
        }
        v->at = EM_NEW_N(t->cli->arena, em_quote, n + 1);
        if (!v->at)
                return em_fail(err, EM_NOMEM, "too many deposits for memory");
        n = 0;
        for (uint64_t i = 0; i < em_taint_count(t->taint); i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                if (is_deposit(&r))
                        v->at[n++].day = day_of(t, r.out);
        }
        qsort(v->at, n, sizeof *v->at, by_day);
        for (size_t i = 0; i < n; i++)
                if (!v->count || v->at[v->count - 1].day != v->at[i].day)
                        v->at[v->count++] = ask(t, v->at[i].day);
        v->daily = EM_NEW_N(t->cli->arena, daily, v->count * t->policies + 1);
        return v->daily ? EM_OK : em_fail(err, EM_NOMEM, "too many deposits for memory");
}

/* The first day on which an output named as stolen was made. */
static em_day theft_day(const em_trace *t)
{
        em_day first = EM_DAY_MAX;
        for (size_t i = 0; i < t->seeds; i++) {
                em_day day = day_of(t, t->seed[i].out);
                first = day < first ? day : first;
        }
        return first;
}

/* ---- values ------------------------------------------------------------------------------- */

static em_status add_value(const em_price *price, int64_t sat, int64_t *to, em_error *err)
{
        int64_t value = 0;
        if (!em_price_value(price, em_u256_of((uint64_t)sat), DECIMALS, &value)
            || __builtin_add_overflow(*to, value, to))
                return em_fail(err, EM_LIMIT, "a value in money is over 63 bits; is the price one of a whole coin?");
        return EM_OK;
}

static em_status add_deposit(const em_trace *t, em_values *v, const em_reached *r, em_error *err)
{
        em_quote        key = {.day = day_of(t, r->out)};
        const em_quote *q = bsearch(&key, v->at, v->count, sizeof *v->at, by_day);
        for (size_t p = 0; p < t->policies; p++) {
                if (!r->sat[p] || em_trace_stop(r, p) != EM_STOP_LABEL)
                        continue;
                daily *d = &v->daily[(size_t)(q - v->at) * t->policies + p];
                d->sat += r->sat[p];
                if (q->price) {
                        EM_TRY(add_value(q->price, r->sat[p], &v->of[p].there, err));
                        EM_TRY(add_value(q->price, r->sat[p], &d->money, err));
                } else {
                        v->of[p].bare++;
                        v->of[p].bare_sat += r->sat[p];
                }
        }
        return EM_OK;
}

em_status em_trace_value(em_trace *t, em_error *err)
{
        if (!t->prices)
                return EM_OK;
        em_values *v = t->values = EM_NEW(t->cli->arena, em_values);
        if (!v)
                return em_fail(err, EM_NOMEM, "out of memory");
        EM_TRY(find_days(t, v, err));
        v->theft = ask(t, theft_day(t));
        for (size_t p = 0; v->theft.price && p < t->policies; p++) {
                em_taint_total s = em_taint_totals(t->taint, p);
                EM_TRY(add_value(v->theft.price, s.stolen, &v->of[p].stolen, err));
                EM_TRY(add_value(v->theft.price, s.deposited, &v->of[p].then, err));
        }
        for (uint64_t i = 0; i < em_taint_count(t->taint); i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                if (is_deposit(&r))
                        EM_TRY(add_deposit(t, v, &r, err));
        }
        return EM_OK;
}

/* ---- for people ------------------------------------------------------------------------------ */

static em_str money(const em_trace *t, int64_t hundredths, char sep)
{
        char text[40];
        return em_cli_text(t->cli, "%s", em_price_text(hundredths, sep, text));
}

static em_str day_text(const em_trace *t, em_day day)
{
        char text[11];
        return em_cli_text(t->cli, "%s", em_day_text(day, text));
}

/* "2024-03-07 at 66012.34 (prices.csv:12; 1 more row of that day)" */
em_str em_quote_text(em_cli *c, const em_quote *q)
{
        char   day[11];
        em_str more = q->words > 1 ? em_cli_text(c, "; %.*s of that day, not used",
                                                 EM_ARG(em_cli_many(c, q->words - 1, "more row", "more rows")))
                                   : EM_S("");
        return em_cli_text(c, "%s at %.*s (%.*s:%llu%.*s)", em_day_text(q->day, day), EM_ARG(q->price->text),
                           EM_ARG(q->price->file), (unsigned long long)q->price->line, EM_ARG(more));
}

static void wrap(const em_trace *t, em_str text)
{
        em_term_wrap(em_cli_safe(t->cli, text), 0, t->cli->term.width, t->cli->out);
}

static em_status print_table(const em_trace *t, const em_values *v, em_error *err)
{
        static const em_column columns[] = {
                {"policy", "policy", EM_CELL_TEXT, 0, 0}, {"stolen", "stolen, that day", EM_CELL_NUMBER, 0, 0},
                {"then", "at services, that day", EM_CELL_NUMBER, 0, 0},
                {"there", "at services, each day", EM_CELL_NUMBER, 0, 0},
                {"bare", "deposits not valued", EM_CELL_NUMBER, 0, 0},
        };
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, t->cli->arena);
        for (size_t p = 0; p < t->policies; p++) {
                char         name[40];
                const worth *w = &v->of[p];
                em_str       none = EM_S("no price");
                EM_TRY(em_table_add(&table, (em_str[]){
                        em_cli_text(t->cli, "%s", em_policy_name(t->policy[p], name)),
                        v->theft.price ? money(t, w->stolen, ',') : none, v->theft.price ? money(t, w->then, ',') : none,
                        money(t, w->there, ','), w->bare ? em_trace_coins(t, w->bare_sat, ',') : EM_S("")}, err));
        }
        fprintf(t->cli->out, "\nWhat they may be worth, in %.*s\n", EM_ARG(em_cli_safe(t->cli, t->currency)));
        em_table_print(&table, &t->cli->term, t->cli->out);
        return EM_OK;
}

/* The days with a price, or those without, as a list that stops after some. */
static em_str list_days(const em_trace *t, const em_values *v, bool with)
{
        em_str text = EM_S("");
        size_t n = 0;
        for (size_t i = 0; i < v->count; i++) {
                if ((v->at[i].price != NULL) != with || ++n > SHOWN_DAYS)
                        continue;
                em_str one = with ? em_quote_text(t->cli, &v->at[i]) : day_text(t, v->at[i].day);
                text = em_cli_text(t->cli, "%.*s%s%.*s", EM_ARG(text), n > 1 ? ", " : "", EM_ARG(one));
        }
        if (n > SHOWN_DAYS)
                text = em_cli_text(t->cli, "%.*s and %zu more days (--json has all)", EM_ARG(text), n - SHOWN_DAYS);
        return text;
}

static void print_sources(const em_trace *t, const em_values *v)
{
        em_str with = list_days(t, v, true), without = list_days(t, v, false);
        if (v->theft.price)
                wrap(t, em_cli_text(t->cli, "That day is the first on which an output named as stolen was made: %.*s.",
                                    EM_ARG(em_quote_text(t->cli, &v->theft))));
        else
                wrap(t, em_cli_text(t->cli, "No table has a price of %.*s, the first day on which an output named as stolen "
                                    "was made, so nothing is valued at it.", EM_ARG(day_text(t, v->theft.day))));
        if (with.n)
                wrap(t, em_cli_text(t->cli, "Each deposit is valued at the day of its block (UTC, by the block's own "
                                    "time): %.*s.", EM_ARG(with)));
        if (without.n)
                wrap(t, em_cli_text(t->cli, "No table has a price of %.*s: what was deposited then is not valued, and "
                                    "no other day's price is put in its place.", EM_ARG(without)));
        wrap(t, EM_S("Coins times price exactly, each amount then rounded half up to the hundredth."));
}

em_status em_trace_print_values(const em_trace *t, em_error *err)
{
        if (!t->values)
                return EM_OK;
        EM_TRY(print_table(t, t->values, err));
        print_sources(t, t->values);
        return EM_OK;
}

/* ---- day by day ------------------------------------------------------------------------------- */

static em_status print_days(const em_trace *t, const em_values *v, em_error *err)
{
        static const em_column columns[] = {
                {"day", "day", EM_CELL_TEXT, 0, 0}, {"policy", "policy", EM_CELL_TEXT, 0, 0}, {"sat", "at services", EM_CELL_NUMBER, 0, 0},
                {"price", "price", EM_CELL_TEXT, 0, 0}, {"worth", "may be worth", EM_CELL_NUMBER, 0, 0}, {"where", "by", EM_CELL_TEXT, 1, 16},
        };
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, t->cli->arena);
        for (size_t i = 0; i < v->count; i++)
                for (size_t p = 0; p < t->policies; p++) {
                        char            name[40];
                        const em_quote *q = &v->at[i];
                        const daily    *d = &v->daily[i * t->policies + p];
                        em_str place = q->price ? em_cli_text(t->cli, "%.*s:%llu", EM_ARG(em_path_base(q->price->file)), (unsigned long long)q->price->line)
                                                : EM_S("no price of that day");
                        EM_TRY(em_table_add(&table, (em_str[]){
                                p ? EM_S("") : day_text(t, q->day), em_cli_text(t->cli, "%s", em_policy_name(t->policy[p], name)),
                                em_trace_coins(t, d->sat, ','), q->price && !p ? q->price->text : EM_S(""),
                                q->price ? money(t, d->money, ',') : EM_S("not valued"), p ? EM_S("") : em_cli_safe(t->cli, place)}, err));
                }
        fprintf(t->cli->out, "\nDay by day, at services, in %s and %.*s\n", t->net->coin, EM_ARG(em_cli_safe(t->cli, t->currency)));
        em_table_print(&table, &t->cli->term, t->cli->out);
        return EM_OK;
}

static em_status csv_days(const em_trace *t, const em_values *v)
{
        char   day[11], name[40];
        em_cli *c = t->cli;
        fputs("day,policy,deposited_sat,price,currency,worth_hundredths,price_file,price_line\n", c->out);
        for (size_t i = 0; i < v->count; i++)
                for (size_t p = 0; p < t->policies; p++) {
                        const em_price *q = v->at[i].price;
                        const daily    *d = &v->daily[i * t->policies + p];
                        const em_str    cell[] = {
                                em_str_c(em_day_text(v->at[i].day, day)), em_str_c(em_policy_name(t->policy[p], name)), em_cli_digits(c, d->sat),
                                q ? q->text : EM_S(""), t->currency, q ? em_cli_digits(c, d->money) : EM_S(""), q ? q->file : EM_S(""),
                                q ? em_cli_digits(c, (int64_t)q->line) : EM_S("")};
                        for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
                                em_table_csv_cell(cell[k], false, c->out);
                                fputc(k + 1 < sizeof cell / sizeof *cell ? ',' : '\n', c->out);
                        }
                }
        return EM_OK;
}

/* ---- for programs ---------------------------------------------------------------------------- */

void em_quote_json(em_json *j, const em_quote *q)
{
        char day[11];
        em_json_open(j, '{');
        em_json_kstr(j, "day", em_str_c(em_day_text(q->day, day)));
        if (q->price) {
                em_json_kstr(j, "price", q->price->text);
                em_json_kstr(j, "file", q->price->file);
                em_json_kint(j, "line", (int64_t)q->price->line);
                em_json_kbool(j, "asset_stated", q->price->asset.n > 0);
                em_json_kbool(j, "currency_stated", q->price->currency.n > 0);
                em_json_kint(j, "more_rows_of_that_day", (int64_t)q->words - 1);
        } else {
                em_json_key(j, EM_S("price"));
                em_json_null(j);
        }
        em_json_close(j, '}');
}

static void json_maybe(em_json *j, const char *key, bool known, int64_t value)
{
        em_json_key(j, em_str_c(key));
        if (known)
                em_json_int(j, value);
        else
                em_json_null(j);
}

/* "by_day": each day with its price and what each policy brings to services on it. */
static void json_days(const em_trace *t, em_json *j, const em_values *v)
{
        em_json_key(j, EM_S("by_day"));
        em_json_open(j, '[');
        for (size_t i = 0; i < v->count; i++) {
                em_json_open(j, '{');
                em_json_key(j, EM_S("at"));
                em_quote_json(j, &v->at[i]);
                em_json_key(j, EM_S("policies"));
                em_json_open(j, '[');
                for (size_t p = 0; p < t->policies; p++) {
                        char         name[40];
                        const daily *d = &v->daily[i * t->policies + p];
                        em_json_open(j, '{');
                        em_json_kstr(j, "policy", em_str_c(em_policy_name(t->policy[p], name)));
                        em_json_kint(j, "deposited_sat", d->sat);
                        json_maybe(j, "worth_hundredths", v->at[i].price != NULL, d->money);
                        em_json_close(j, '}');
                }
                em_json_close(j, ']');
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void json_worths(const em_trace *t, em_json *j, const em_values *v)
{
        em_json_kstr(j, "currency", t->currency);
        em_json_key(j, EM_S("theft"));
        em_quote_json(j, &v->theft);
        em_json_key(j, EM_S("deposit_days"));
        em_json_open(j, '[');
        for (size_t i = 0; i < v->count; i++)
                em_quote_json(j, &v->at[i]);
        em_json_close(j, ']');
        em_json_key(j, EM_S("policies"));
        em_json_open(j, '[');
        for (size_t p = 0; p < t->policies; p++) {
                char         name[40];
                const worth *w = &v->of[p];
                em_json_open(j, '{');
                em_json_kstr(j, "policy", em_str_c(em_policy_name(t->policy[p], name)));
                json_maybe(j, "stolen_that_day_hundredths", v->theft.price != NULL, w->stolen);
                json_maybe(j, "deposited_that_day_hundredths", v->theft.price != NULL, w->then);
                em_json_kint(j, "deposited_each_day_hundredths", w->there);
                em_json_kint(j, "outputs_not_valued", (int64_t)w->bare);
                em_json_kint(j, "not_valued_sat", w->bare_sat);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

void em_trace_json_values(const em_trace *t, em_json *j)
{
        if (!t->values)
                return;
        em_json_key(j, EM_S("values"));
        em_json_open(j, '{');
        json_worths(t, j, t->values);
        em_json_close(j, '}');
}

/* The values alone, with every day's own: the trace's places are left to the trace. */
em_status em_trace_values(em_trace *t, em_error *err)
{
        const em_values *v = t->values;
        if (t->cli->form == EM_FORM_CSV)
                return csv_days(t, v);
        if (t->cli->form != EM_FORM_JSON) {
                EM_TRY(em_trace_print_values(t, err));
                return print_days(t, v, err);
        }
        em_buf  buf = em_buf_make((size_t)1 << 28);
        em_json j = em_cli_json(&buf, "embargo.trace.values.1");
        em_json_kstr(&j, "network", em_str_c(t->net->name));
        em_json_kstr(&j, "coin", em_str_c(t->net->coin));
        json_worths(t, &j, v);
        json_days(t, &j, v);
        em_json_close(&j, '}');
        return em_cli_put(t->cli, &buf, err);
}
