/* A trace between accounts (Ethereum, TRON): the same questions and the same look as for Bitcoin.
 *
 * Which of the two it is the index says, not the user.  Labels stop a trace by their category, as there; contracts
 * without a label only when asked, since code may hold coins for one hand or for thousands.
 */
#include "cli/trace_cross.h"
#include "cli/trace_look.h"
#include "cli/trace_moves.h"
#include "cli/trace_moves_pattern.h"
#include "cli/trace_moves_run.h"
#include "cli/trace_run.h"
#include "cli/label_option.h"
#include "embargo/pattern_account.h"

#include <stdlib.h>

static em_str chain_dir(const em_trace *t)
{
        em_str dir = em_cli_value(t->cli, "chain");
        if (!dir.n && em_path_join(t->cli->case_dir, EM_S("index/chain"), t->cli->arena, &dir, NULL) != EM_OK)
                return EM_S("");
        return dir;
}

bool em_trace_moves_here(const em_trace *t)
{
        em_str dir = chain_dir(t);
        return dir.n && em_path_is_dir(dir) && em_moves_is(dir);
}

em_status em_trace_moves_refuse(const em_trace *t, em_error *err)
{
        static const char *const only[] = {"contracts", "no-swaps", "decoys", "through-decoys"};
        for (size_t i = 0; i < sizeof only / sizeof *only; i++)
                if (em_cli_given(t->cli, only[i]))
                        return em_fail(err, EM_USAGE, "--%s is for accounts (Ethereum, TRON); this chain has none", only[i]);
        return EM_OK;
}

/* ---- what the engine asks ---- */

static em_lots_stop label(void *ctx, uint32_t account, uint32_t *ret_label)
{
        static const em_lots_stop stop_of[EM_LABEL_STOPS] = {
                [EM_LABEL_SERVICE] = EM_LOTS_SERVICE, [EM_LABEL_EXCHANGE] = EM_LOTS_EXCHANGE,
                [EM_LABEL_MIXER] = EM_LOTS_MIXER, [EM_LABEL_BRIDGE] = EM_LOTS_BRIDGE,
        };
        const em_flight *f = ctx;
        char             text[EM_ACCOUNT_TEXT];
        size_t           n = 0;
        em_str           address = em_str_c(em_account_text(f->m, f->m->account[account], text));
        *ret_label = 0;
        if (!f->t->labels)
                return EM_LOTS_FOLLOWED;
        const em_label *all = em_labels_of(f->t->labels, address, &n);
        const em_label *ends = em_labels_stop(f->t->labels, address);
        const em_label *first = em_labels_count(f->t->labels) ? em_labels_at(f->t->labels, 0) : NULL;
        if (n)
                *ret_label = (uint32_t)((ends ? ends : all) - first) + 1;
        return ends ? stop_of[ends->stop] : EM_LOTS_FOLLOWED;
}

static bool contract(void *ctx, uint32_t account)
{
        const em_flight *f = ctx;
        return f->kind[account] == EM_ACCOUNT_CONTRACT;
}

/* ---- what was asked ---- */

static em_status parse_least(em_flight *f, em_lots_opts *o, em_error *err)
{
        em_str  text = em_cli_value(f->cli, "min");
        em_u256 coins;
        char    shown[64];
        if (!em_cli_given(f->cli, "min"))
                return EM_OK;
        if (!em_u256_parse_units(text, f->m->coin_decimals, &coins) || em_u256_zero(coins))
                return em_fail(err, EM_USAGE, "--min: \"%s\" is not an amount of coins such as 0.5",
                               em_str_show(text, shown, sizeof shown));
        f->least = calloc(f->m->assets + 1, sizeof *f->least);
        if (!f->least)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (uint64_t i = 0; i < f->m->assets; i++) {
                unsigned decimals = i ? f->m->asset[i].decimals : f->m->coin_decimals;
                if (decimals > 77 || !em_u256_parse_units(text, decimals, &f->least[i]))
                        f->least[i] = em_u256_of(0);    /* finer than the token is, or it does not say */
        }
        o->least = f->least;
        return EM_OK;
}

static em_status parse_options(em_flight *f, em_lots_opts *o, em_error *err)
{
        em_cli *cli = f->cli;
        int64_t hops = 0;
        em_day  until;
        (void)em_str_int(em_cli_value(cli, "hops"), &hops);
        o->max_hops = (uint32_t)hops;
        if (em_day_parse(em_cli_value(cli, "until"), &until)) {
                int64_t end = ((int64_t)until + 1) * 86400 - 1;
                if (end <= 0 || end > UINT32_MAX)
                        return em_fail(err, EM_USAGE, "--until: block times run from 1970-01-01 to 2106-02-06");
                o->until_time_s = (uint32_t)end;
        }
        EM_TRY(parse_least(f, o, err));
        o->policy = f->t->policy;
        o->policies = f->t->policies;
        o->through_labels = em_cli_given(cli, "through-labels");
        o->through_mixers = em_cli_given(cli, "through-mixers");
        o->no_swaps = em_cli_given(cli, "no-swaps");
        o->decoys = em_cli_given(cli, "through-decoys");
        o->sources = em_cli_given(cli, "path") || em_cli_given(cli, "run") || em_cli_given(cli, "keep");
        o->label = label;
        o->label_ctx = o->contract_ctx = f;
        if (em_cli_given(cli, "contracts")) {
                f->kind = malloc(f->m->accounts + 1);
                if (!f->kind)
                        return em_fail(err, EM_NOMEM, "out of memory");
                EM_TRY(em_accounts_kinds(f->m, f->kind, err));
                o->contract = contract;
        }
        return EM_OK;
}

static em_status refuse(const em_flight *f, em_error *err)
{
        for (size_t p = 0; p < f->t->policies; p++)
                if (f->t->policy[p].fee == EM_FEE_SHARE)
                        return em_fail(err, EM_USAGE, "--fee pro-rata is for transactions with several inputs; an account pays "
                                                      "its gas first");
        static const char *const blocks_only[] = {"as-of", "blocks"};
        for (size_t i = 0; i < sizeof blocks_only / sizeof *blocks_only; i++)
                if (em_cli_given(f->cli, blocks_only[i]))
                        return em_fail(err, EM_USAGE, "--%s is for Bitcoin's chains; a trace between accounts has none yet",
                                       blocks_only[i]);
        return EM_OK;
}

/* ---- the run ---- */

static em_status show(em_flight *f, em_error *err)
{
        if (em_cli_given(f->cli, "cross"))
                return em_trace_cross(f->t, f, err);
        if (em_cli_given(f->cli, "flow"))
                return em_flight_flow(f, em_cli_value(f->cli, "flow"), err);
        if (em_cli_given(f->cli, "path"))
                return em_flight_path(f, em_cli_value(f->cli, "path"), err);
        if (em_cli_given(f->cli, "patterns"))
                return em_flight_patterns(f, err);
        if (em_cli_given(f->cli, "values"))
                return em_flight_values(f, err);
        if (em_cli_given(f->cli, "run"))
                return em_flight_run_print(f, err);
        if (f->cli->form == EM_FORM_JSON)
                return em_flight_json(f, err);
        if (f->cli->form == EM_FORM_CSV)
                return em_flight_csv(f, err);
        return em_flight_print(f, em_cli_given(f->cli, "all"), err);
}

static em_status follow(em_flight *f, em_error *err)
{
        em_lots_opts opts = {0};
        EM_TRY(refuse(f, err));
        if (em_cli_given(f->cli, "keep"))
                EM_TRY(em_trace_keep_ready(f->t, err));
        EM_TRY(em_moves_open_sound(chain_dir(f->t), f->t->cli->sound, &f->index, err));
        f->m = em_moves_view(f->index);
        EM_TRY(parse_options(f, &opts, err));
        EM_TRY(em_trace_prices(f->t, err));
        EM_TRY(em_cli_labels(f->cli, &f->t->labels, err));
        EM_TRY(em_flight_seeds(f, err));
        EM_TRY(em_lots_run(f->m, f->seed, f->seeds, &opts, &f->cli->progress, &f->lots, err));
        em_meter_end(&f->cli->meter);
        if (!em_cli_given(f->cli, "cross"))
                EM_TRY(em_flight_value(f, err));
        EM_TRY(show(f, err));
        return em_cli_given(f->cli, "keep") ? em_flight_keep(f, err) : EM_OK;
}

static em_status look(em_flight *f, em_str what, em_error *err)
{
        EM_TRY(em_moves_open_sound(chain_dir(f->t), f->t->cli->sound, &f->index, err));
        f->m = em_moves_view(f->index);
        EM_TRY(em_cli_labels(f->cli, &f->t->labels, err));
        return em_flight_look(f, what, err);
}

em_status em_trace_moves_look(em_trace *t, em_str what, em_error *err)
{
        em_flight f = {.t = t, .cli = t->cli};
        if (em_cli_given(t->cli, "as-of"))
                return em_fail(err, EM_USAGE, "--as-of is for Bitcoin's chains; transfers between accounts have none yet");
        em_status s = look(&f, what, err);
        em_moves_close(f.index);
        return s;
}

em_status em_trace_moves(em_trace *t, em_error *err)
{
        em_flight f = {.t = t, .cli = t->cli};
        em_status s = follow(&f, err);
        em_lots_free(f.lots);
        em_moves_close(f.index);
        free(f.kind);
        free(f.least);
        return s;
}
