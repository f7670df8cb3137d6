/* From the ends of a trace to payouts on another chain: hypotheses, each with what speaks against it.
 *
 * Coins that reach a bridge or a swap service may come up elsewhere, and amount and moment are all that the two chains
 * share (em_cross_hops; Yousaf, Kappos, Meiklejohn, USENIX Security 2019).  So every payout that fits is counted, the
 * nearest few are shown, and beside them stands how many fit in as long a time before the end, when none can be its own:
 * that is what chance alone gives.  A rate is the user's, or two prices of the day out of the user's tables; never a guess.
 */
#include "cli/trace_cross.h"

#include <stdlib.h>

enum { SHOWN_ENDS = 20, SHOWN_FITS = 5, PPM_PERCENT = 10000 };

typedef struct answer {
        em_u256 expected;
        bool    rated;
        size_t  first, fits, chance;    /* places in cross.hop; how many fit, and how many before */
        size_t  after, before;          /* payments in the window, and in the one before */
        bool    whole_after, whole_before;      /* the other index has all of these times */
} answer;

typedef struct cross {
        em_trace     *t;
        em_cli       *c;
        em_cross_side from, to;
        em_trace      other;            /* the chain of --cross, of Bitcoin's kind */
        em_flight     other_flight;     /* of accounts */
        uint32_t      window_s, shift_s;
        em_cross_opts opts;
        bool          fixed;            /* --rate */
        em_u256       num, den;
        em_cross_end *end;
        size_t        ends, others;
        em_crossing  *deposit;          /* of the ends, in their order */
        em_crossing  *payout;
        size_t        payouts;
        uint32_t      first_s, last_s;  /* of the other index */
        em_cross_hop *hop;
        size_t        hops;
        answer       *of;               /* [ends] */
} cross;

/* ---- what was asked ---- */

em_status em_trace_cross_check(const em_trace *t, em_error *err)
{
        static const char *const with[] = {"rate", "given", "got", "window", "tolerance", "any-end"};
        static const char *const never[] = {"path", "flow", "patterns", "run", "keep"};
        if (!em_cli_given(t->cli, "cross")) {
                for (size_t i = 0; i < sizeof with / sizeof *with; i++)
                        if (em_cli_given(t->cli, with[i]))
                                return em_fail(err, EM_USAGE, "--%s goes with --cross, another chain's index", with[i]);
                return EM_OK;
        }
        for (size_t i = 0; i < sizeof never / sizeof *never; i++)
                if (em_cli_given(t->cli, never[i]))
                        return em_fail(err, EM_USAGE, "--cross and --%s are shown one at a time", never[i]);
        if (em_cli_given(t->cli, "rate") == em_cli_given(t->cli, "prices"))
                return em_fail(err, EM_USAGE, "--cross needs --rate R, or --prices FILE and --currency CODE: a rate is never guessed");
        return EM_OK;
}

static em_status parse_rate(cross *x, em_error *err)
{
        em_str   text = em_cli_value(x->c, "rate");
        em_cut   cut = em_str_cut(text, '.');
        em_u256  units;
        char     shown[64];
        unsigned scale = cut.tail.n < 78 ? (unsigned)cut.tail.n : 78;
        x->fixed = em_cli_given(x->c, "rate");
        if (!x->fixed)
                return EM_OK;
        if (scale > 18 || !em_u256_parse_units(text, scale, &units) || em_u256_zero(units) || units.w[1] || units.w[2] || units.w[3])
                return em_fail(err, EM_USAGE, "--rate: \"%s\" is not a rate such as 16.5 (18 digits at most)",
                               em_str_show(text, shown, sizeof shown));
        if (!em_cross_rate(units.w[0], scale, em_cross_decimals(&x->from), 1, 0, em_cross_decimals(&x->to), &x->num, &x->den))
                return em_fail(err, EM_LIMIT, "--rate: over 256 bits for these two assets");
        return EM_OK;
}

static em_status parse_limits(cross *x, em_error *err)
{
        int64_t hours = 24;
        em_str  text = em_cli_value(x->c, "tolerance");
        em_u256 ppm = em_u256_of(0);
        char    shown[64];
        if (em_cli_given(x->c, "window"))
                (void)em_str_int(em_cli_value(x->c, "window"), &hours);
        if (hours < 1 || hours > 8760)
                return em_fail(err, EM_USAGE, "--window is from 1 to 8760 hours");
        x->opts.below_ppm = 2 * PPM_PERCENT;
        x->opts.above_ppm = PPM_PERCENT / 2;
        if (em_cli_given(x->c, "tolerance")) {
                if (!em_u256_parse_units(text, 4, &ppm) || em_u256_cmp(ppm, em_u256_of(50 * PPM_PERCENT)) > 0)
                        return em_fail(err, EM_USAGE, "--tolerance: \"%s\" is not from 0 to 50 percent, such as 0.5",
                                       em_str_show(text, shown, sizeof shown));
                x->opts.below_ppm = x->opts.above_ppm = (uint32_t)ppm.w[0];
        }
        x->window_s = x->opts.window_s = (uint32_t)hours * 3600;
        return EM_OK;
}

/* The index of --cross, of either kind. */
static em_status open_other(cross *x, em_error *err)
{
        em_str dir = em_cli_value(x->c, "cross");
        x->other = (em_trace){.cli = x->c};
        x->to = (em_cross_side){.t = &x->other, .labels = x->t->labels};
        if (!em_path_is_dir(dir))
                return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; embargo index chain makes one");
        if (em_moves_is(dir)) {
                x->other_flight = (em_flight){.t = &x->other, .cli = x->c};
                EM_TRY(em_moves_open_sound(dir, x->c->sound, &x->other_flight.index, err));
                x->other_flight.m = em_moves_view(x->other_flight.index);
                x->to.f = &x->other_flight;
        } else {
                EM_TRY(em_chain_open_sound(dir, x->c->sound, &x->other.chain, err));
                x->other.graph = em_chain_graph(x->other.chain);
                x->other.net = em_chain_net(x->other.chain);
        }
        EM_TRY(em_cross_asset(&x->from, em_cli_value(x->c, "given"), err));
        return em_cross_asset(&x->to, em_cli_value(x->c, "got"), err);
}

/* ---- rates ---- */

static bool prices_of(const cross *x, uint32_t time_s, em_quote *from, em_quote *to)
{
        em_day day = em_day_utc(time_s);
        *from = (em_quote){day, em_cross_price(&x->from, x->t->prices, x->t->currency, day), 1};
        *to = (em_quote){day, em_cross_price(&x->to, x->t->prices, x->t->currency, day), 1};
        return from->price && to->price;
}

/* For em_cross_opts: the control asks for a time before the end, at the end's own rate. */
static bool rate_of(void *ctx, uint32_t time_s, em_u256 *num, em_u256 *den)
{
        const cross *x = ctx;
        em_quote     from, to;
        *num = x->num;
        *den = x->den;
        if (x->fixed)
                return true;
        return prices_of(x, time_s + x->shift_s, &from, &to)
               && em_cross_rate(from.price->units, from.price->scale, em_cross_decimals(&x->from), to.price->units,
                                to.price->scale, em_cross_decimals(&x->to), num, den);
}

/* ---- ends and payouts ---- */

static int by_amount(const void *a, const void *b)
{
        const em_cross_end *x = a, *y = b;
        int by = em_u256_cmp(y->at.amount, x->at.amount);
        if (by)
                return by;
        return x->at.id < y->at.id ? -1 : x->at.id > y->at.id;
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

static em_status gather(cross *x, em_error *err)
{
        EM_TRY(em_cross_ends(&x->from, em_cli_given(x->c, "any-end"), &x->end, &x->ends, &x->others, err));
        x->deposit = EM_NEW_N(x->c->arena, em_crossing, x->ends + 1);
        x->of = EM_NEW_N(x->c->arena, answer, x->ends + 1);
        uint32_t *times = EM_NEW_N(x->c->arena, uint32_t, x->ends + 1);
        if (!x->deposit || !x->of || !times)
                return em_fail(err, EM_NOMEM, "the trace has too many ends for memory");
        qsort(x->end, x->ends, sizeof *x->end, by_amount);
        for (size_t i = 0; i < x->ends; i++) {
                x->deposit[i] = x->end[i].at;
                times[i] = x->end[i].at.time_s;
                if (times[i] <= x->window_s)
                        return em_fail(err, EM_MISSING, "the traced files do not say when all ends were, so no time can be compared");
        }
        qsort(times, x->ends, sizeof *times, by_number);
        return em_cross_payouts(&x->to, times, x->ends, x->window_s, &x->payout, &x->payouts, &x->first_s, &x->last_s, err);
}

static int by_time(const void *a, const void *b)
{
        const em_crossing *x = a, *y = b;
        return x->time_s != y->time_s ? (x->time_s < y->time_s ? -1 : 1) : x->id < y->id ? -1 : x->id > y->id;
}

/* Payouts before a time; they are sorted by it. */
static size_t before(const cross *x, uint64_t time_s)
{
        size_t low = 0, high = x->payouts;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (x->payout[mid].time_s < time_s)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static void judge(cross *x, size_t i)
{
        answer  *a = &x->of[i];
        uint64_t t = x->end[i].at.time_s, w = x->window_s;
        em_u256  num, den, rest;
        a->rated = rate_of(x, (uint32_t)t, &num, &den) && em_u256_muldiv(x->end[i].at.amount, num, den, &a->expected, &rest);
        a->after = before(x, t + w + 1) - before(x, t);
        a->before = before(x, t) - before(x, t - w - 1);
        a->whole_after = x->first_s <= t && x->last_s >= t + w;
        a->whole_before = x->first_s <= t - w - 1 && x->last_s >= t;
}

static em_status match(cross *x, em_error *err)
{
        em_cross_hop *chance = NULL;
        size_t        chances = 0;
        if (x->payouts)
                qsort(x->payout, x->payouts, sizeof *x->payout, by_time);
        x->opts.rate = rate_of;
        x->opts.rate_ctx = x;
        for (size_t i = 0; i < x->ends; i++)
                judge(x, i);
        EM_TRY(em_cross_hops(x->deposit, x->ends, x->payout, x->payouts, &x->opts, &x->hop, &x->hops, err));
        for (size_t i = x->hops; i-- > 0;) {
                x->of[x->hop[i].deposit].first = i;
                x->of[x->hop[i].deposit].fits++;
        }
        x->shift_s = x->window_s + 1;
        for (size_t i = 0; i < x->ends; i++)
                x->deposit[i].time_s -= x->shift_s;
        EM_TRY(em_cross_hops(x->deposit, x->ends, x->payout, x->payouts, &x->opts, &chance, &chances, err));
        for (size_t i = 0; i < chances; i++)
                x->of[chance[i].deposit].chance++;
        x->shift_s = 0;
        free(chance);
        return EM_OK;
}

/* ---- words ---- */

static em_str moment(const cross *x, uint32_t time_s)
{
        char day[11];
        return em_cli_text(x->c, "%s %02u:%02u:%02u", em_day_text((em_day)(time_s / 86400), day), time_s / 3600 % 24,
                           time_s / 60 % 60, time_s % 60);
}

static em_str percent(const cross *x, uint32_t ppm)
{
        char text[2 * EM_U256_TEXT];
        return em_cli_text(x->c, "%s %%", em_u256_units(em_u256_of(ppm), 4, 0, text));
}

/* "0.25 % less", to the millionth below */
static em_str beside(const cross *x, int32_t ppm)
{
        if (!ppm)
                return EM_S("as expected");
        return em_cli_text(x->c, "%.*s %s", EM_ARG(percent(x, (uint32_t)(ppm < 0 ? -ppm : ppm))), ppm < 0 ? "less" : "more");
}

static em_str hours(const cross *x)
{
        return em_cli_many(x->c, x->window_s / 3600, "hour", "hours");
}

static em_str rate_words(const cross *x, uint32_t time_s)
{
        em_quote from, to;
        em_str   a = em_cross_unit(&x->from), b = em_cross_unit(&x->to);
        if (x->fixed)
                return em_cli_text(x->c, "1 %.*s = %.*s %.*s, as given", EM_ARG(a), EM_ARG(em_cli_value(x->c, "rate")), EM_ARG(b));
        char day[11];
        bool known = prices_of(x, time_s, &from, &to);
        em_day_text(em_day_utc(time_s), day);
        if (!known)
                return em_cli_text(x->c, "no table has a price of %.*s on %s", EM_ARG(from.price ? b : a), day);
        return em_cli_text(x->c, "in %.*s %.*s %.*s; %.*s %.*s", EM_ARG(x->t->currency), EM_ARG(a),
                           EM_ARG(em_quote_text(x->c, &from)), EM_ARG(b), EM_ARG(em_quote_text(x->c, &to)));
}

/* More than chance: the difference of two counts is twice what it varies by itself (their sum is its variance, as of any two
 * counts of rare things). */
static bool stands_out(const answer *a)
{
        uint64_t more = a->fits > a->chance ? a->fits - a->chance : 0;
        return more && (!a->chance || more * more > 4 * (uint64_t)(a->fits + a->chance));
}

/* What may be concluded, in words that leave the other readings open. */
static const char *reading(const answer *a)
{
        if (!a->rated)
                return "not compared: without a rate no amount is expected, and none is guessed.";
        if (!a->fits)
                return "none fits: the coins may have come up in parts, later, elsewhere or not at all.";
        if (a->chance >= a->fits)
                return "as many or more fit before it, when none can be its own: amount and time say nothing here.";
        if (!stands_out(a))
                return "hardly more fit than before it, when none can be its own: any one may be it, or none, and amount and time "
                       "say little.";
        if (a->fits > 1)
                return "any one of them may be it, or none.";
        return a->whole_before && a->whole_after
                       ? "one fits and none by chance: it may be the same coins, and is a lead, no proof."
                       : "one fits, but the other index does not reach over all of that time: it may be it, or one that is not there.";
}

/* The texts of one end live in an arena of their own, so that any number of ends fits. */
typedef em_status put_end(cross *x, em_json *j, size_t i, em_error *err);

static em_status each(cross *x, size_t ends, put_end *put, em_json *j, em_error *err)
{
        em_arena *whole = x->c->arena;
        em_status s = EM_OK;
        x->c->arena = em_arena_new((size_t)2 << 30);
        if (!x->c->arena)
                s = em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; s == EM_OK && i < ends; i++) {
                s = put(x, j, i, err);
                em_arena_reset(x->c->arena);
        }
        em_arena_free(x->c->arena);
        x->c->arena = whole;
        return s;
}

/* ---- for people ---- */

static void wrap(const cross *x, size_t indent, em_str text)
{
        em_term_wrap(em_cli_safe(x->c, text), indent, x->c->term.width, x->c->out);
}

static em_str party(const cross *x, const em_cross_side *s, uint64_t id, bool payer)
{
        em_str label, address = em_cross_party(s, id, payer, &label);
        return em_cli_text(x->c, "%.*s%s%.*s", EM_ARG(address), label.n ? "  " : "", EM_ARG(label));
}

static em_status print_fit(cross *x, size_t n, const em_cross_hop *h, em_error *err)
{
        const em_crossing *p = &x->payout[h->payout];
        em_str             name = {0}, from = party(x, &x->to, p->id, true);
        EM_TRY(em_cross_name(&x->to, p->id, &name, err));
        wrap(x, 2, em_cli_text(x->c, "%zu) %.*s %.*s (%.*s), %u:%02u:%02u after it, in %.*s", n, EM_ARG(em_cross_amount(&x->to, p->amount, ',')),
                               EM_ARG(em_cross_unit(&x->to)), EM_ARG(beside(x, h->off_ppm)), h->delay_s / 3600, h->delay_s / 60 % 60,
                               h->delay_s % 60, EM_ARG(name)));
        if (from.n)
                wrap(x, 5, em_cli_text(x->c, "from %.*s", EM_ARG(from)));
        wrap(x, 5, em_cli_text(x->c, "to %.*s", EM_ARG(party(x, &x->to, p->id, false))));
        if (h->claims)
                wrap(x, 5, em_cli_text(x->c, "it fits %.*s of the trace too",
                                       EM_ARG(em_cli_many(x->c, h->claims, "other end", "other ends"))));
        return EM_OK;
}

static void print_stolen(const cross *x, const em_cross_end *e)
{
        em_str text = EM_S("");
        char   name[40];
        for (size_t p = 0; p < x->t->policies; p++)
                text = em_cli_text(x->c, "%.*s%s%s %.*s", EM_ARG(text), p ? ", " : "", em_policy_name(x->t->policy[p], name),
                                   EM_ARG(em_cross_amount(&x->from, e->stolen[p], ',')));
        wrap(x, 2, em_cli_text(x->c, "counted as stolen of it: %.*s", EM_ARG(text)));
}

static em_status print_end(cross *x, em_json *j, size_t i, em_error *err)
{
        (void)j;
        bool                all = em_cli_given(x->c, "all");
        const em_cross_end *e = &x->end[i];
        const answer       *a = &x->of[i];
        em_str              name = {0};
        EM_TRY(em_cross_name(&x->from, e->at.id, &name, err));
        fprintf(x->c->out, "\n%zu. %.*s %.*s, %.*s UTC\n", i + 1, EM_ARG(em_cross_amount(&x->from, e->at.amount, ',')),
                EM_ARG(em_cross_unit(&x->from)), EM_ARG(moment(x, e->at.time_s)));
        wrap(x, 2, em_cli_text(x->c, "in %.*s", EM_ARG(name)));
        wrap(x, 2, em_cli_text(x->c, "to %.*s", EM_ARG(party(x, &x->from, e->at.id, false))));
        print_stolen(x, e);
        if (!a->rated) {
                wrap(x, 2, em_cli_text(x->c, "no rate: %.*s", EM_ARG(rate_words(x, e->at.time_s))));
                wrap(x, 2, em_str_c(reading(a)));
                return EM_OK;
        }
        wrap(x, 2, em_cli_text(x->c, "expects %.*s %.*s (%.*s)", EM_ARG(em_cross_amount(&x->to, a->expected, ',')),
                               EM_ARG(em_cross_unit(&x->to)), EM_ARG(rate_words(x, e->at.time_s))));
        wrap(x, 2, em_cli_text(x->c, "%.*s of %.*s in the %.*s after it; by chance: %.*s of %.*s in the %.*s before it%s%s",
                               EM_ARG(em_cli_many(x->c, a->fits, "fits", "fit")),
                               EM_ARG(em_cli_many(x->c, a->after, "payment", "payments")), EM_ARG(hours(x)),
                               EM_ARG(em_cli_many(x->c, a->chance, "fits", "fit")), EM_ARG(em_cli_count(x->c, a->before)), EM_ARG(hours(x)),
                               a->whole_after ? "" : "; the other index does not reach over all of the time after",
                               a->whole_before ? "" : "; the other index does not reach over all of the time before"));
        for (size_t k = 0; k < a->fits && (all || k < SHOWN_FITS); k++)
                EM_TRY(print_fit(x, k + 1, &x->hop[a->first + k], err));
        if (!all && a->fits > SHOWN_FITS)
                wrap(x, 2, em_cli_text(x->c, "and %.*s more that fit; --all shows them",
                                       EM_ARG(em_cli_count(x->c, a->fits - SHOWN_FITS))));
        wrap(x, 2, em_str_c(reading(a)));
        return EM_OK;
}

static void print_head(const cross *x)
{
        fprintf(x->c->out, "Where %.*s that left %.*s may have come up as %.*s on %.*s\n", EM_ARG(em_cross_asset_text(&x->from)),
                EM_ARG(em_cross_network(&x->from)), EM_ARG(em_cross_asset_text(&x->to)), EM_ARG(em_cross_network(&x->to)));
        wrap(x, 0, em_cli_text(x->c, "Looked at: %.*s %s. A payment fits when it comes at most %.*s after the end and is at most %.*s less or "
                               "%.*s more than the rate expects of the end's whole amount. %s",
                               EM_ARG(em_cli_many(x->c, x->ends, "end", "ends")),
                               em_cli_given(x->c, "any-end") ? "of the trace, of any kind" : "of the trace at labelled services and bridges",
                               EM_ARG(hours(x)), EM_ARG(percent(x, x->opts.below_ppm)), EM_ARG(percent(x, x->opts.above_ppm)),
                               x->to.f ? "Decoys, gas and failed transactions are no payments."
                                       : "Every output counts as a payment, change among them."));
        if (x->others)
                wrap(x, 0, em_cli_text(x->c, "Not looked at: %.*s in other assets; --given names one.",
                                       EM_ARG(em_cli_many(x->c, x->others, "end", "ends"))));
        if (!x->ends)
                wrap(x, 0, EM_S("No end is there to look at; --labels says whose addresses are services, --any-end takes every end."));
}

static em_status print_all(cross *x, em_error *err)
{
        bool   all = em_cli_given(x->c, "all");
        size_t shown = all || x->ends <= SHOWN_ENDS ? x->ends : SHOWN_ENDS;
        print_head(x);
        EM_TRY(each(x, shown, print_end, NULL, err));
        fputc('\n', x->c->out);
        if (shown < x->ends)
                wrap(x, 0, em_cli_text(x->c, "And %.*s more, smaller; --all shows them.",
                                       EM_ARG(em_cli_many(x->c, x->ends - shown, "end", "ends"))));
        wrap(x, 0, EM_S("Amount and time are all that two chains share. A payment that fits may be anybody's; what the service's own "
                        "records say decides, and a hop is only a place to ask next."));
        return EM_OK;
}

/* ---- for programs ---- */

static em_str digits(const cross *x, em_u256 amount)
{
        char text[EM_U256_TEXT];
        return em_cli_text(x->c, "%s", em_u256_text(amount, text));
}

static void json_side(const cross *x, em_json *j, const char *key, const em_cross_side *s)
{
        em_json_key(j, em_str_c(key));
        em_json_open(j, '{');
        em_json_kstr(j, "network", em_cross_network(s));
        em_json_kstr(j, "asset", em_cross_unit(s));
        em_json_kstr(j, "contract", em_cross_contract(s));
        em_json_kint(j, "decimals", em_cross_decimals(s));
        em_json_close(j, '}');
        (void)x;
}

static void json_party(em_json *j, const char *key, const char *label_key, const em_cross_side *s, uint64_t id, bool payer)
{
        em_str label, address = em_cross_party(s, id, payer, &label);
        em_json_kstr(j, key, address);
        em_json_kstr(j, label_key, label);
}

static em_status json_fit(cross *x, em_json *j, const em_cross_hop *h, em_error *err)
{
        const em_crossing *p = &x->payout[h->payout];
        em_str             name = {0};
        EM_TRY(em_cross_name(&x->to, p->id, &name, err));
        em_json_open(j, '{');
        em_json_kstr(j, "payment", name);
        em_json_kstr(j, "time_utc", moment(x, p->time_s));
        json_party(j, "from", "from_label", &x->to, p->id, true);
        json_party(j, "to", "to_label", &x->to, p->id, false);
        em_json_kstr(j, "amount", digits(x, p->amount));
        em_json_kint(j, "delay_s", h->delay_s);
        em_json_kint(j, "off_ppm", h->off_ppm);
        em_json_kint(j, "other_ends_it_fits", h->claims);
        em_json_close(j, '}');
        return EM_OK;
}

static em_status json_end(cross *x, em_json *j, size_t i, em_error *err)
{
        const em_cross_end *e = &x->end[i];
        const answer       *a = &x->of[i];
        em_str              name = {0};
        EM_TRY(em_cross_name(&x->from, e->at.id, &name, err));
        em_json_open(j, '{');
        em_json_kstr(j, "end", name);
        em_json_kstr(j, "time_utc", moment(x, e->at.time_s));
        json_party(j, "to", "to_label", &x->from, e->at.id, false);
        em_json_kstr(j, "amount", digits(x, e->at.amount));
        em_json_key(j, EM_S("stolen"));
        em_json_open(j, '{');
        for (size_t p = 0; p < x->t->policies; p++) {
                char text[40];
                em_json_kstr(j, em_policy_name(x->t->policy[p], text), digits(x, e->stolen[p]));
        }
        em_json_close(j, '}');
        em_json_kstr(j, "rate", rate_words(x, e->at.time_s));
        em_json_kstr(j, "expected", a->rated ? digits(x, a->expected) : EM_S(""));
        em_json_kint(j, "payments_after", (int64_t)a->after);
        em_json_kint(j, "fit", (int64_t)a->fits);
        em_json_kint(j, "payments_before", (int64_t)a->before);
        em_json_kint(j, "fit_by_chance", (int64_t)a->chance);
        em_json_kbool(j, "index_reaches_over_time_after", a->whole_after);
        em_json_kbool(j, "index_reaches_over_time_before", a->whole_before);
        em_json_kstr(j, "reading", em_str_c(reading(a)));
        em_json_key(j, EM_S("may_be"));
        em_json_open(j, '[');
        for (size_t k = 0; k < a->fits; k++)
                EM_TRY(json_fit(x, j, &x->hop[a->first + k], err));
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

static em_status json_all(cross *x, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)1 << 30);
        em_json   j = em_cli_json(&buf, "embargo.cross.1");
        em_status s;
        json_side(x, &j, "from", &x->from);
        json_side(x, &j, "to", &x->to);
        em_json_kint(&j, "window_s", x->window_s);
        em_json_kint(&j, "below_ppm", x->opts.below_ppm);
        em_json_kint(&j, "above_ppm", x->opts.above_ppm);
        em_json_kint(&j, "ends_in_other_assets", (int64_t)x->others);
        em_json_key(&j, EM_S("ends"));
        em_json_open(&j, '[');
        s = each(x, x->ends, json_end, &j, err);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        if (s == EM_OK)
                return em_cli_put(x->c, &buf, err);
        em_buf_free(&buf);
        return s;
}

static void put_row(const cross *x, const em_str *cell, size_t cells)
{
        for (size_t k = 0; k < cells; k++) {
                em_table_csv_cell(cell[k], false, x->c->out);
                fputc(k + 1 < cells ? ',' : '\n', x->c->out);
        }
}

/* A row for each hypothesis; an end that none fits has one with nothing in these cells. */
static em_status csv_end(cross *x, em_json *j, size_t i, em_error *err)
{
        (void)j;
        const em_cross_end *e = &x->end[i];
        const answer       *a = &x->of[i];
        em_str              name = {0}, label, to_label = EM_S(""), from_label = EM_S("");
        EM_TRY(em_cross_name(&x->from, e->at.id, &name, err));
        em_str address = em_cross_party(&x->from, e->at.id, false, &label);
        for (size_t k = 0; k < a->fits || k == 0; k++) {
                const em_cross_hop *h = k < a->fits ? &x->hop[a->first + k] : NULL;
                const em_crossing  *p = h ? &x->payout[h->payout] : NULL;
                em_str              none = EM_S(""), payment = EM_S("");
                if (p)
                        EM_TRY(em_cross_name(&x->to, p->id, &payment, err));
                em_str cell[] = {
                        name, moment(x, e->at.time_s), address, label, digits(x, e->at.amount),
                        a->rated ? digits(x, a->expected) : none, em_cli_digits(x->c, (int64_t)a->fits),
                        em_cli_digits(x->c, (int64_t)a->chance), h ? em_cli_digits(x->c, (int64_t)k + 1) : none, payment,
                        p ? moment(x, p->time_s) : none, p ? em_cross_party(&x->to, p->id, true, &from_label) : none, from_label,
                        p ? em_cross_party(&x->to, p->id, false, &to_label) : none, to_label, p ? digits(x, p->amount) : none,
                        h ? em_cli_digits(x->c, h->delay_s) : none, h ? em_cli_digits(x->c, h->off_ppm) : none,
                        h ? em_cli_digits(x->c, h->claims) : none,
                };
                put_row(x, cell, sizeof cell / sizeof *cell);
        }
        return EM_OK;
}

static em_status csv_all(cross *x, em_error *err)
{
        fputs("end,end_time_utc,end_to,end_label,end_amount,expected,fit,fit_by_chance,rank,payment,time_utc,from,from_label,to,"
              "to_label,amount,delay_s,off_ppm,other_ends_it_fits\n", x->c->out);
        return each(x, x->ends, csv_end, NULL, err);
}

/* ---- the run ---- */

static em_status run(cross *x, em_error *err)
{
        EM_TRY(open_other(x, err));
        if (x->from.f && x->to.f && x->from.asset == x->to.asset && em_str_eq(em_cli_value(x->c, "cross"), em_cli_value(x->c, "chain")))
                return em_fail(err, EM_USAGE, "--cross names the traced index and the same asset; --got names another");
        EM_TRY(parse_rate(x, err));
        EM_TRY(parse_limits(x, err));
        EM_TRY(gather(x, err));
        EM_TRY(match(x, err));
        EM_TRY(x->c->form == EM_FORM_JSON ? json_all(x, err) : x->c->form == EM_FORM_CSV ? csv_all(x, err) : print_all(x, err));
        size_t some = 0;
        for (size_t i = 0; i < x->ends; i++)
                some += stands_out(&x->of[i]);
        em_cli_done(x->c, NULL, "compared %.*s with %.*s; for %.*s clearly more fit than by chance",
                    EM_ARG(em_cli_many(x->c, x->ends, "end", "ends")), EM_ARG(em_cli_many(x->c, x->payouts, "payment", "payments")),
                    EM_ARG(em_cli_count(x->c, some)));
        return EM_OK;
}

em_status em_trace_cross(em_trace *t, em_flight *flight, em_error *err)
{
        cross     x = {.t = t, .c = t->cli, .from = {.t = t, .f = flight, .labels = t->labels}};
        em_status s = run(&x, err);
        free(x.payout);
        free(x.hop);
        em_chain_close(x.other.chain);
        em_moves_close(x.other_flight.index);
        return s;
}
