/* quantifier_time.c -- words about when, how often and not at all.
 *
 * none, continued, acceleration, change-point, weekday, no-reply.  What is
 * not there counts only where somebody was looking (cover.c).
 */
#include "inside.h"

#include <math.h>
#include <stdlib.h>

#define DAYS_A_MONTH 30.4375    /* 365.25 / 12 */

/* " (CNS-161 Hwasong-8, ...)": the first few rows by name. */
static em_str first_rows(em_try *t, const em_bundle *b)
{
        em_str list = EM_S("");

        for (size_t i = 0; i < b->rows && i < 3; i++) {
                em_str name = b->row[i]->label.n ? b->row[i]->label : em_str_c(b->row[i]->id);

                list = em_try_text(t, "%.*s%s%.*s", EM_ARG(list), i ? ", " : "", EM_ARG(name));
        }
        if (b->rows > 3)
                list = em_try_text(t, "%.*s and %zu more", EM_ARG(list), b->rows - 3);
        return list;
}

void em_quantifier_none(em_try *t)
{
        const em_bundle *b = em_try_group(t, "group");
        em_str why, shown = em_str_eq(b->group.name, EM_S("all")) ? EM_S("the time covered") : b->group.shown;

        em_try_count(t, "value", b->rows);
        if (b->rows)
                em_try_says(t, EM_VERDICT_FAILS, "%zu %s on record for %.*s: %.*s", b->rows,
                            b->rows == 1 ? "is" : "are", EM_ARG(shown), EM_ARG(first_rows(t, b)));
        else if (em_try_covered(t, b->group.span, &why))
                em_try_says(t, EM_VERDICT_HOLDS, "none is on record for %.*s, which the sources cover (%.*s)",
                            EM_ARG(shown), EM_ARG(t->cover[0].text));
        else
                em_try_says(t, EM_VERDICT_UNTESTABLE, "none is on record for %.*s, but %.*s", EM_ARG(shown),
                            EM_ARG(why));
}

/* A declared zero is no qualifying record. */
static bool goes_on(const em_bundle *b)
{
        return b->rows > 0 && b->group.high != 0;
}

void em_quantifier_continued(em_try *t)
{
        const em_bundle *side[] = { em_try_group(t, "now"), em_try_group(t, "before") };
        char words[2][EM_WORDS];
        em_str why;

        em_try_range(t, "now", &side[0]->group);
        em_try_range(t, "before", &side[1]->group);
        for (size_t i = 0; i < 2; i++) {
                em_words_group(&side[i]->group, t->setup->unit, words[i]);
                if (goes_on(side[i]))
                        continue;
                if (side[i]->rows || em_try_covered(t, side[i]->group.span, &why))
                        em_try_says(t, EM_VERDICT_FAILS, "none is on record for %.*s", EM_ARG(side[i]->group.shown));
                else
                        em_try_says(t, EM_VERDICT_UNTESTABLE, "none is on record for %.*s, but %.*s",
                                    EM_ARG(side[i]->group.shown), EM_ARG(why));
                return;
        }
        em_try_says(t, EM_VERDICT_HOLDS, "%s for %.*s, after %s for %.*s", words[0], EM_ARG(side[0]->group.shown),
                    words[1], EM_ARG(side[1]->group.shown));
}

/* ---- rates ---- */

static bool whole_count(em_try *t, const em_bundle *b, uint64_t *ret_n, em_span *ret_span)
{
        const em_group *g = &b->group;

        if (!em_try_ready(t, b))
                return false;
        if (g->span.from == EM_DAY_NONE) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "a rate needs a period, and %.*s is none", EM_ARG(g->shown));
                return false;
        }
        if (g->low != g->high || g->low % 1000 != 0 || g->low < 0) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "a rate is tested on whole counts, and %.*s has a range",
                            EM_ARG(g->shown));
                return false;
        }
        *ret_n = (uint64_t)g->low / 1000;
        *ret_span = em_try_cut(t, g->span);
        return true;
}

static em_str rate_text(em_try *t, double r)
{
        char words[EM_WORDS];

        return em_try_text(t, "%s", em_words_rate(r, words));
}

static em_str p_text(em_try *t, double p)
{
        char words[EM_WORDS];

        return em_try_text(t, "%s", em_words_p(p, words));
}

void em_quantifier_acceleration(em_try *t)
{
        const em_bundle *now = em_try_group(t, "now"), *base = em_try_group(t, "base");
        double alpha = em_try_real(t, "alpha");
        uint64_t n_now, n_base, d_now, d_base;
        char words[2][EM_WORDS];
        em_span s_now, s_base;
        em_rate_ratio r;
        em_str none = { 0 };

        if (!whole_count(t, now, &n_now, &s_now) || !whole_count(t, base, &n_base, &s_base))
                return;
        d_now = (uint64_t)em_span_days(s_now);
        d_base = (uint64_t)em_span_days(s_base);
        r = em_stats_rate_ratio(n_now, (double)d_now, n_base, (double)d_base);
        em_try_range(t, "now", &now->group);
        em_try_range(t, "base", &base->group);
        em_try_number(t, "ratio", rate_text(t, r.ratio), r.ratio, none);
        em_try_number(t, "low", rate_text(t, r.low), r.low, none);
        em_try_number(t, "high", rate_text(t, r.high), r.high, none);
        em_try_number(t, "p", p_text(t, r.p_more), r.p_more, none);
        em_try_number(t, "p-two", p_text(t, r.p_two), r.p_two, none);
        em_try_count(t, "days-now", d_now);
        em_try_count(t, "days-base", d_base);
        em_words_group(&now->group, t->setup->unit, words[0]);
        em_words_group(&base->group, t->setup->unit, words[1]);
        em_try_says(t, r.p_more < alpha ? EM_VERDICT_HOLDS : EM_VERDICT_FAILS,
                    "%s in %llu days (%.*s) against %s in %llu days (%.*s): the rate is %.*s times as high "
                    "(95 %% interval %.*s to %.*s), one-sided p %.*s (two-sided %.*s), tested against p below %.*s",
                    words[0], (unsigned long long)d_now, EM_ARG(now->group.shown), words[1],
                    (unsigned long long)d_base, EM_ARG(base->group.shown), EM_ARG(rate_text(t, r.ratio)),
                    EM_ARG(rate_text(t, r.low)), EM_ARG(rate_text(t, r.high)), EM_ARG(p_text(t, r.p_more)),
                    EM_ARG(p_text(t, r.p_two)), EM_ARG(em_try_arg(t, "alpha")));
}

/* ---- change of pace ---- */

static int by_size(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* Different days with an event, as offsets into span. */
static size_t event_days(const em_bundle *b, em_span span, double *out)
{
        size_t n = 0, kept = 0;

        for (size_t i = 0; i < b->rows; i++)
                if (b->row[i]->dated && b->row[i]->when.from == b->row[i]->when.to
                    && em_span_within(b->row[i]->when, span))
                        out[n++] = b->row[i]->when.from - span.from;
        if (n)
                qsort(out, n, sizeof *out, by_size);
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || out[i] > out[kept - 1])
                        out[kept++] = out[i];
        return kept;
}

static em_str day_text(em_try *t, em_day day)
{
        char words[20];

        return em_try_text(t, "%s", em_day_long(day, words));
}

static void change_words(em_try *t, const em_change_point *cp, em_span span, size_t events)
{
        double before = cp->rate_before * DAYS_A_MONTH, after = cp->rate_after * DAYS_A_MONTH;
        em_day split = span.from + (em_day)cp->split, second = span.from + (em_day)cp->second;
        bool holds = cp->p < em_try_real(t, "alpha") && after > before;
        char runs[40], many[EM_WORDS];
        em_milli several = (em_milli)events * 1000 + 1000;
        em_str none = { 0 }, p = p_text(t, cp->p), unit;

        em_milli_text((em_milli)cp->runs * 1000, ',', runs);
        if (cp->exceeded == 0)
                p = em_try_text(t, "below 1/%s", runs);
        em_words_amount(several, several, false, t->setup->unit, many);
        unit = em_str_cut(em_str_c(many), ' ').tail;
        em_try_number(t, "split", day_text(t, split), NAN, none);
        em_try_number(t, "second", day_text(t, second), NAN, none);
        em_try_number(t, "rate-before", rate_text(t, before), before, none);
        em_try_number(t, "rate-after", rate_text(t, after), after, none);
        em_try_number(t, "p", p, cp->p, none);
        em_try_count(t, "runs", cp->runs);
        em_try_count(t, "events", events);
        em_try_says(t, holds ? EM_VERDICT_HOLDS : EM_VERDICT_FAILS,
                    "the pace %s most likely on %.*s, from %.*s to %.*s %.*s a month (second best: %.*s), "
                    "p %.*s by %s simulated runs, tested against p below %.*s",
                    holds ? "changed" : "would have changed", EM_ARG(day_text(t, split)),
                    EM_ARG(rate_text(t, before)), EM_ARG(rate_text(t, after)), EM_ARG(unit),
                    EM_ARG(day_text(t, second)), EM_ARG(p), runs, EM_ARG(em_try_arg(t, "alpha")));
}

void em_quantifier_change_point(em_try *t)
{
        const em_bundle *b = em_try_group(t, "group");
        em_span span = em_try_cut(t, b->group.span);
        double *event = EM_NEW_N(t->arena, double, b->rows);
        em_change_point cp;
        int64_t runs = 0, seed = 0;
        size_t events;

        if (!event) {
                t->status = em_fail(t->err, EM_NOMEM, "no room for the events");
                return;
        }
        events = span.from == EM_DAY_NONE ? 0 : event_days(b, span, event);
        if (events < 2) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "%s",
                            span.from == EM_DAY_NONE ? "a change of pace needs a period to look in"
                                                     : "a change of pace needs at least two days with an event");
                return;
        }
        em_assert(em_str_int(em_try_arg(t, "runs"), &runs) && em_str_int(em_try_arg(t, "seed"), &seed));
        t->status = em_stats_change_point(event, events, em_span_days(span), (uint64_t)runs, (uint64_t)seed, 0,
                                          &cp, t->err);
        if (t->status == EM_OK)
                change_words(t, &cp, span, events);
}

/* ---- days and replies ---- */

void em_quantifier_weekday(em_try *t)
{
        const em_bundle *b = em_try_group(t, "group");
        em_str asked = em_try_arg(t, "day");
        size_t other = 0, dated = 0;
        const em_ask_row *shown = NULL;

        for (size_t i = 0; i < b->rows; i++) {
                const em_ask_row *r = b->row[i];
                bool is_other;

                if (!r->dated || r->when.from != r->when.to)
                        continue;
                dated++;
                is_other = !em_str_eq(em_str_c(em_day_weekday_name(r->when.from)), asked);
                if (!shown || (is_other && other == 0))
                        shown = r;
                other += is_other;
        }
        if (!shown) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "no row gives a day");
                return;
        }
        em_try_number(t, "weekday", em_str_c(em_day_weekday_name(shown->when.from)), NAN, (em_str){ 0 });
        em_try_number(t, "date", day_text(t, shown->when.from), NAN, (em_str){ 0 });
        em_try_says(t, other ? EM_VERDICT_FAILS : EM_VERDICT_HOLDS, "%.*s was a %s, tested against %.*s",
                    EM_ARG(day_text(t, shown->when.from)), em_day_weekday_name(shown->when.from), EM_ARG(asked));
}

void em_quantifier_no_reply(em_try *t)
{
        size_t requests = 0, replied = 0;
        em_day last = EM_DAY_NONE;

        for (size_t i = 0; i < t->rows; i++) {
                const em_ask_row *r = &t->row[i];

                if (r->aside.n || r->groups.n == 0)
                        continue;
                requests++;
                replied += r->replied != EM_DAY_NONE && (t->as_known == EM_DAY_NONE || r->replied <= t->as_known);
                if (r->dated && (last == EM_DAY_NONE || r->when.from > last))
                        last = r->when.from;
        }
        em_try_count(t, "requests", requests);
        em_try_count(t, "replied", replied);
        if (last != EM_DAY_NONE)
                em_try_number(t, "last-request", day_text(t, last), NAN, (em_str){ 0 });
        if (requests == 0)
                em_try_says(t, EM_VERDICT_UNTESTABLE, "no request is on file");
        else if (replied)
                em_try_says(t, EM_VERDICT_FAILS, "%zu of %zu %s answered", replied, requests,
                            requests == 1 ? "request was" : "requests were");
        else
                em_try_says(t, EM_VERDICT_HOLDS, "%zu %s on file and no reply", requests,
                            requests == 1 ? "request is" : "requests are");
}
