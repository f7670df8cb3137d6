/* Where coins of accounts went, for programs: every transfer reached and every balance they are still in.
 *
 * Amounts are whole numbers of the asset's smallest unit, as text in JSON since they pass 64 bits.  The first line of JSON
 * says what was asked, the rules and the books of each asset; each line after it is one transfer, then one holding.
 */
#include "cli/trace_moves.h"
#include "cli/label_option.h"

static em_str digits(const em_flight *f, em_u256 amount)
{
        char text[EM_U256_TEXT];
        return em_cli_text(f->cli, "%s", em_u256_text(amount, text));
}

static em_status put_line(em_flight *f, em_buf *buf, em_error *err)
{
        EM_TRY(em_buf_status(buf, err));
        em_str text = em_buf_view(buf);
        fwrite(text.p, 1, text.n, f->cli->out);
        fputc('\n', f->cli->out);
        em_buf_clear(buf);
        return EM_OK;
}

static void kamount(const em_flight *f, em_json *j, const char *key, em_u256 amount)
{
        em_json_kstr(j, key, digits(f, amount));
}

/* "asset":{...} */
static void json_asset(const em_flight *f, em_json *j, uint32_t asset)
{
        const em_move_asset *a = &f->m->asset[asset];
        char                 text[EM_ACCOUNT_TEXT];
        unsigned             decimals = asset ? a->decimals : f->m->coin_decimals;
        size_t               n = 0;
        while (n < sizeof a->symbol && a->symbol[n])
                n++;
        em_json_key(j, EM_S("asset"));
        em_json_open(j, '{');
        em_json_kstr(j, "symbol", asset ? (em_str){a->symbol, n} : em_str_c(f->m->coin));
        em_json_kstr(j, "contract", asset ? em_str_c(em_account_text(f->m, a->contract, text)) : EM_S(""));
        em_json_key(j, EM_S("decimals"));
        if (decimals > 77)
                em_json_null(j);
        else
                em_json_int(j, decimals);
        em_json_close(j, '}');
}

static void json_total(const em_flight *f, em_json *j, const em_lots_total *s)
{
        const struct { const char *name; em_u256 amount; } part[] = {
                {"stolen", s->stolen}, {"grown", s->grown}, {"swapped_in", s->swapped_in}, {"sitting", s->sitting},
                {"deposited", s->deposited}, {"mixed", s->mixed}, {"bridged", s->bridged}, {"stopped", s->stopped},
                {"gas", s->fees}, {"burnt", s->burnt}, {"dropped", s->dropped}, {"swapped_out", s->swapped_out},
        };
        for (size_t i = 0; i < sizeof part / sizeof *part; i++)
                kamount(f, j, part[i].name, part[i].amount);
        em_json_kbool(j, "conserved", em_lots_conserved(s));
}

static void json_books(const em_flight *f, em_json *j)
{
        size_t          assets;
        const uint32_t *asset = em_lots_assets(f->lots, &assets);
        em_json_key(j, EM_S("books"));
        em_json_open(j, '[');
        for (size_t i = 0; i < assets; i++)
                for (size_t p = 0; p < f->t->policies; p++) {
                        em_lots_total s = em_lots_totals(f->lots, p, asset[i]);
                        char          name[40];
                        em_json_open(j, '{');
                        json_asset(f, j, asset[i]);
                        em_json_kstr(j, "policy", em_str_c(em_policy_name(f->t->policy[p], name)));
                        json_total(f, j, &s);
                        em_json_close(j, '}');
                }
        em_json_close(j, ']');
}

static void json_from(const em_flight *f, em_json *j)
{
        em_json_key(j, EM_S("from"));
        em_json_open(j, '[');
        for (size_t i = 0; i < f->seeds; i++) {
                const em_lots_seed *s = &f->seed[i];
                bool                held = s->kind == EM_LOTS_HELD;
                const em_move      *v = held ? NULL : &f->m->move[s->move];
                em_json_open(j, '{');
                em_json_kstr(j, "transfer", held ? EM_S("") : em_flight_name(f, s->move));
                if (held) {
                        em_json_kstr(j, "account", em_flight_account(f, s->account));
                        em_json_kint(j, "block", (int64_t)f->m->block[s->block].number);
                }
                json_asset(f, j, held ? s->asset : v->asset);
                if (!em_u256_zero(s->amount))
                        kamount(f, j, "stolen", s->amount);
                else if (held)
                        em_json_kstr(j, "stolen", EM_S("all"));
                else
                        kamount(f, j, "stolen", em_move_amount(f->m, v));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void json_decoys(em_json *j, const char *key, const uint64_t count[EM_DECOYS])
{
        em_json_key(j, em_str_c(key));
        em_json_open(j, '{');
        for (int d = EM_DECOY_ZERO; d < EM_DECOYS; d++)
                em_json_kint(j, em_decoy_name((em_decoy)d), (int64_t)count[d]);
        em_json_close(j, '}');
}

static void json_counts(const em_flight *f, em_json *j)
{
        em_lots_counts c = em_lots_counted(f->lots);
        em_json_kint(j, "transfers", (int64_t)em_lots_count(f->lots));
        em_json_kint(j, "holdings", (int64_t)em_lots_holdings(f->lots));
        em_json_kint(j, "accounts_followed", (int64_t)c.accounts);
        em_json_kint(j, "swaps", (int64_t)c.swaps);
        em_json_kint(j, "swaps_unclear", (int64_t)c.unclear);
        em_json_kint(j, "balances_with_unknown", (int64_t)c.unknown);
        em_json_kint(j, "overflows", (int64_t)c.overflows);
        json_decoys(j, "decoys_left_out", c.decoys);
        json_decoys(j, "decoys_not_begun_at", f->passed_over);
}

static em_status json_head(em_flight *f, em_buf *buf, em_error *err)
{
        em_json j = em_json_make(buf, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.trace.accounts.1"));
        em_json_kstr(&j, "network", em_str_c(f->m->network));
        em_json_kstr(&j, "coin", em_str_c(f->m->coin));
        json_from(f, &j);
        em_json_key(&j, EM_S("policies"));
        em_json_open(&j, '[');
        for (size_t p = 0; p < f->t->policies; p++) {
                char name[40], text[200];
                em_json_open(&j, '{');
                em_json_kstr(&j, "policy", em_str_c(em_policy_name(f->t->policy[p], name)));
                em_json_kstr(&j, "rule", em_str_c(em_lots_policy_text(f->t->policy[p], text)));
                em_json_close(&j, '}');
        }
        em_json_close(&j, ']');
        json_books(f, &j);
        em_flight_json_values(f, &j);
        json_counts(f, &j);
        em_json_close(&j, '}');
        return put_line(f, buf, err);
}

static void json_labels(const em_flight *f, em_json *j, uint32_t account)
{
        char            text[EM_ACCOUNT_TEXT];
        size_t          n = 0;
        const em_label *l = NULL;
        if (f->t->labels)
                l = em_labels_of(f->t->labels, em_str_c(em_account_text(f->m, f->m->account[account], text)), &n);
        em_json_key(j, EM_S("labels"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++)
                em_cli_label_json(j, &l[i]);
        em_json_close(j, ']');
}

static em_str words_of(const em_lots_row *r, size_t p)
{
        return em_str_c(em_lots_stop_words(em_flight_stop(r, p)));
}

static em_status json_move(em_flight *f, em_buf *buf, const em_lots_row *r, em_error *err)
{
        em_json j = em_json_make(buf, false);
        bool    held = r->move == EM_LOTS_NO_MOVE;
        em_json_open(&j, '{');
        em_json_kstr(&j, "transfer", held ? EM_S("") : em_flight_name(f, r->move));
        em_json_kint(&j, "block", r->block < f->m->blocks ? (int64_t)f->m->block[r->block].number : 0);
        em_json_kstr(&j, "time_utc", em_flight_day(f, r->block));
        em_json_kstr(&j, "from", held ? EM_S("") : em_flight_account(f, r->from));
        em_json_kstr(&j, "to", em_flight_account(f, r->to));
        json_asset(f, &j, r->asset);
        if (!held)
                kamount(f, &j, "amount", em_move_amount(f->m, &f->m->move[r->move]));
        em_json_kint(&j, "hops", r->hops);
        em_json_kbool(&j, "seed", r->seed);
        em_json_kbool(&j, "came_by_swap", r->swapped_in);
        json_labels(f, &j, r->to);
        em_json_key(&j, EM_S("policies"));
        em_json_open(&j, '{');
        for (size_t p = 0; p < f->t->policies; p++) {
                char name[40];
                if (em_u256_zero(r->stolen[p]))
                        continue;
                em_json_key(&j, em_str_c(em_policy_name(f->t->policy[p], name)));
                em_json_open(&j, '{');
                kamount(f, &j, "stolen", r->stolen[p]);
                em_json_kstr(&j, "ends", words_of(r, p));
                em_json_close(&j, '}');
        }
        em_json_close(&j, '}');
        em_json_close(&j, '}');
        return put_line(f, buf, err);
}

static em_status json_holding(em_flight *f, em_buf *buf, const em_holding *h, em_error *err)
{
        em_json j = em_json_make(buf, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "still_sitting", em_flight_account(f, h->account));
        json_asset(f, &j, h->asset);
        kamount(f, &j, "balance", h->balance);
        kamount(f, &j, "unknown", h->unknown);
        em_json_kint(&j, "hops", h->hops);
        json_labels(f, &j, h->account);
        em_json_key(&j, EM_S("policies"));
        em_json_open(&j, '{');
        for (size_t p = 0; p < f->t->policies; p++) {
                char name[40];
                if (!em_u256_zero(h->stolen[p]))
                        kamount(f, &j, em_policy_name(f->t->policy[p], name), h->stolen[p]);
        }
        em_json_close(&j, '}');
        em_json_close(&j, '}');
        return put_line(f, buf, err);
}

/* ---- CSV ---- */

static void put_cell(em_flight *f, em_str cell, bool last)
{
        em_table_csv_cell(cell, false, f->cli->out);
        fputc(last ? '\n' : ',', f->cli->out);
}

static void put_asset(em_flight *f, uint32_t asset)
{
        char text[EM_ACCOUNT_TEXT];
        put_cell(f, em_flight_unit(f, asset), false);
        put_cell(f, asset ? em_str_c(em_account_text(f->m, f->m->asset[asset].contract, text)) : EM_S(""), false);
}

static em_status csv_move(em_flight *f, em_buf *buf, const em_lots_row *r, em_error *err)
{
        (void)buf, (void)err;
        bool held = r->move == EM_LOTS_NO_MOVE;
        put_cell(f, held ? EM_S("held") : EM_S("transfer"), false);
        put_cell(f, held ? EM_S("") : em_flight_name(f, r->move), false);
        put_cell(f, r->block < f->m->blocks ? em_cli_digits(f->cli, (int64_t)f->m->block[r->block].number) : EM_S(""), false);
        put_cell(f, em_flight_day(f, r->block), false);
        put_cell(f, held ? EM_S("") : em_flight_account(f, r->from), false);
        put_cell(f, em_flight_account(f, r->to), false);
        put_cell(f, em_flight_label(f, r->to), false);
        put_asset(f, r->asset);
        put_cell(f, held ? EM_S("") : digits(f, em_move_amount(f->m, &f->m->move[r->move])), false);
        put_cell(f, em_cli_digits(f->cli, r->hops), false);
        put_cell(f, r->swapped_in ? EM_S("in") : r->stop == EM_LOTS_SWAPPED ? EM_S("out") : EM_S(""), false);
        for (size_t p = 0; p < f->t->policies; p++) {
                put_cell(f, digits(f, r->stolen[p]), false);
                put_cell(f, em_u256_zero(r->stolen[p]) ? EM_S("") : words_of(r, p), p + 1 == f->t->policies);
        }
        return EM_OK;
}

static em_status csv_holding(em_flight *f, em_buf *buf, const em_holding *h, em_error *err)
{
        (void)buf, (void)err;
        put_cell(f, EM_S("sitting"), false);
        for (int i = 0; i < 4; i++)
                put_cell(f, EM_S(""), false);
        put_cell(f, em_flight_account(f, h->account), false);
        put_cell(f, em_flight_label(f, h->account), false);
        put_asset(f, h->asset);
        put_cell(f, digits(f, h->balance), false);
        put_cell(f, em_cli_digits(f->cli, h->hops), false);
        put_cell(f, EM_S(""), false);
        for (size_t p = 0; p < f->t->policies; p++) {
                put_cell(f, digits(f, h->stolen[p]), false);
                put_cell(f, em_u256_zero(h->stolen[p]) ? EM_S("") : EM_S("still sitting"), p + 1 == f->t->policies);
        }
        return EM_OK;
}

/* ---- all of them ---- */

typedef em_status put_move(em_flight *f, em_buf *buf, const em_lots_row *r, em_error *err);
typedef em_status put_holding(em_flight *f, em_buf *buf, const em_holding *h, em_error *err);

/* Each line's texts live in an arena of their own, so that any number of lines fits. */
static em_status each(em_flight *f, em_buf *buf, put_move *move, put_holding *holding, em_error *err)
{
        em_arena *run = f->cli->arena;
        em_status s = EM_OK;
        f->cli->arena = em_arena_new((size_t)64 << 20);
        if (!f->cli->arena)
                s = em_fail(err, EM_NOMEM, "out of memory");
        for (uint64_t i = 0; s == EM_OK && i < em_lots_count(f->lots); i++) {
                em_lots_row r;
                em_lots_at(f->lots, i, &r);
                s = move(f, buf, &r, err);
                em_arena_reset(f->cli->arena);
        }
        for (uint64_t i = 0; s == EM_OK && i < em_lots_holdings(f->lots); i++) {
                em_holding h;
                em_lots_holding_at(f->lots, i, &h);
                s = holding(f, buf, &h, err);
                em_arena_reset(f->cli->arena);
        }
        em_arena_free(f->cli->arena);
        f->cli->arena = run;
        return s;
}

static void say_end(em_flight *f)
{
        em_cli_done(f->cli, NULL, "traced %.*s to %.*s and %.*s", EM_ARG(em_cli_many(f->cli, f->seeds, "transfer", "transfers")),
                    EM_ARG(em_cli_many(f->cli, em_lots_count(f->lots), "transfer", "transfers")),
                    EM_ARG(em_cli_many(f->cli, em_lots_holdings(f->lots), "balance", "balances")));
}

em_status em_flight_json(em_flight *f, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)1 << 30);
        em_status s = json_head(f, &buf, err);
        if (s == EM_OK)
                s = each(f, &buf, json_move, json_holding, err);
        em_buf_free(&buf);
        if (s == EM_OK)
                say_end(f);
        return s;
}

em_status em_flight_csv(em_flight *f, em_error *err)
{
        char name[40];
        fputs("what,transfer,block,time_utc,from,to,label,asset,contract,amount,hops,swap", f->cli->out);
        for (size_t p = 0; p < f->t->policies; p++) {
                em_policy_name(f->t->policy[p], name);
                fprintf(f->cli->out, ",%s,%s_ends", name, name);
        }
        fputc('\n', f->cli->out);
        EM_TRY(each(f, NULL, csv_move, csv_holding, err));
        say_end(f);
        return EM_OK;
}
