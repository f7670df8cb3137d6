/* quantifier_ratio.c -- one amount against another.
 *
 * increased-sharply, relatively-low, largely-ceased, larger.  The ratio of two
 * intervals is an interval: [now.low / base.high, now.high / base.low].  A
 * sharp increase is also tried without each month (row, label) in turn: China's
 * reported petroleum of 2021 rises 2.87 times from half to half, and 1.10 times
 * without September; a reader must know that one month carries the word.
 */
#include "inside.h"

#include <math.h>

#define LEAVE_OUT_ROWS 5000

typedef struct ratio {
        const em_bundle *now, *base;
        double low, high;
        double now_low, now_high, base_low, base_high;  /* per day where so asked */
        char   words[EM_WORDS];
} ratio;

/* 0 of 0 is no ratio; something of 0 has no limit. */
static double divide(double a, double b)
{
        if (isinf(a) && isinf(b))
                return NAN;
        if (b == 0)
                return a > 0 ? HUGE_VAL : NAN;
        return a / b;
}

static void set_ends(const em_group *now, const em_group *base, bool per_day, ratio *r)
{
        double d_now = per_day ? em_span_days(now->span) : 1, d_base = per_day ? em_span_days(base->span) : 1;

        r->now_low = fmax(em_milli_real(now->low), 0) / d_now;
        r->now_high = em_milli_real(now->high) / d_now;
        r->base_low = fmax(em_milli_real(base->low), 0) / d_base;
        r->base_high = em_milli_real(base->high) / d_base;
        r->low = divide(r->now_low, r->base_high);
        r->high = divide(r->now_high, r->base_low);
        if (isnan(r->low) && !isnan(r->high))
                r->low = 0;
        if (isnan(r->high) && !isnan(r->low))
                r->high = HUGE_VAL;
}

static bool per_day(em_try *t)
{
        return em_str_eq(em_try_arg(t, "per"), EM_S("day"));
}

static void ratio_numbers(em_try *t, const ratio *r)
{
        char words[EM_WORDS];
        em_str none = { 0 };

        em_try_range(t, "now", &r->now->group);
        em_try_range(t, "base", &r->base->group);
        em_try_number(t, "ratio", em_try_text(t, "%s", r->words), r->low, none);
        em_try_number(t, "share", em_try_text(t, "%s", em_words_pair(r->low, r->high, em_words_share, words)),
                      r->low, none);
        em_words_pair(fmax(1 - r->high, 0), fmax(1 - r->low, 0), em_words_share, words);
        em_try_number(t, "fall", r->low < 1 ? em_try_text(t, "%s", words) : EM_S("no fall"), 1 - r->high, none);
}

/* now's emptiness may stand for zero where it is covered; a base of nothing
 * measures nothing. */
static bool begin(em_try *t, ratio *r)
{
        r->now = em_try_group(t, "now");
        r->base = em_try_group(t, "base");
        if (!em_try_ready(t, r->now) || !em_try_ready(t, r->base))
                return false;
        if (per_day(t) && (r->now->group.span.from == EM_DAY_NONE || r->base->group.span.from == EM_DAY_NONE)) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "a rate by the day needs periods, and %.*s is none",
                            EM_ARG(r->now->group.span.from == EM_DAY_NONE ? r->now->group.shown
                                                                          : r->base->group.shown));
                return false;
        }
        set_ends(&r->now->group, &r->base->group, per_day(t), r);
        em_words_pair(r->low, r->high, em_words_ratio, r->words);
        ratio_numbers(t, r);
        return true;
}

/* "A (X) against B (Y) is R, tested against ..." */
static void conclude(em_try *t, const ratio *r, bool holds, bool fails, const char *is, em_str asked, em_str tail)
{
        char now[EM_WORDS], base[EM_WORDS];
        em_str unit = t->setup->unit;

        em_words_group(&r->now->group, unit, now);
        em_words_group(&r->base->group, unit, base);
        em_try_says(t, holds ? EM_VERDICT_HOLDS : fails ? EM_VERDICT_FAILS : EM_VERDICT_UNTESTABLE,
                    "%s (%.*s) against %s (%.*s) is %s%s, tested against %.*s%s%.*s", now,
                    EM_ARG(r->now->group.shown), base, EM_ARG(r->base->group.shown), is,
                    per_day(t) ? " by the day" : "", EM_ARG(asked),
                    holds || fails ? "" : ": the range straddles it", EM_ARG(tail));
}

static const char *times(em_try *t, const ratio *r)
{
        return em_try_text(t, "%s times", r->words).p;
}

void em_quantifier_larger(em_try *t)
{
        double factor = em_try_real(t, "factor");
        char words[EM_WORDS];
        em_str asked;
        ratio r;

        if (!begin(t, &r))
                return;
        asked = em_try_text(t, "more than %s time%s", em_words_fine(factor, words), factor == 1 ? "" : "s");
        conclude(t, &r, r.now_low > r.base_high * factor, r.now_high <= r.base_low * factor, times(t, &r),
                 asked, EM_S(""));
}

static bool both_zero(em_try *t, const ratio *r)
{
        if (!isnan(r->low))
                return false;
        em_try_says(t, EM_VERDICT_UNTESTABLE, "both amounts are zero, so neither measures the other");
        return true;
}

static void below(em_try *t)
{
        double share = em_try_real(t, "share");
        char words[EM_WORDS], is[EM_WORDS];
        em_str asked;
        ratio r;

        if (!begin(t, &r) || both_zero(t, &r))
                return;
        asked = em_try_text(t, "at most %s", em_words_share(share, words));
        conclude(t, &r, r.high <= share, r.low > share, em_words_pair(r.low, r.high, em_words_share, is), asked,
                 EM_S(""));
}

void em_quantifier_relatively_low(em_try *t) { below(t); }
void em_quantifier_largely_ceased(em_try *t) { below(t); }

/* ---- leaving one out ---- */

typedef enum leave { LEAVE_MONTH, LEAVE_ROW, LEAVE_LABEL } leave;

static bool same_part(const em_ask_row *a, const em_ask_row *b, leave by)
{
        int ya, ma, da, yb, mb, db;

        if (by == LEAVE_LABEL)
                return em_str_eq(a->label, b->label);
        if (by == LEAVE_ROW || !a->dated || !b->dated)
                return a == b;
        em_day_split(a->when.from, &ya, &ma, &da);
        em_day_split(b->when.from, &yb, &mb, &db);
        return ya == yb && ma == mb;
}

static em_str part_name(em_try *t, const em_ask_row *r, leave by)
{
        char words[EM_WORDS];
        int year, month, day;
        em_day first;

        if (by != LEAVE_MONTH || !r->dated)
                return r->label.n ? r->label : em_str_c(r->id);
        em_day_split(r->when.from, &year, &month, &day);
        first = em_day_make(year, month, 1);
        return em_try_text(t, "%s", em_words_span((em_span){ first, em_day_add_months(first, 1) - 1 }, words));
}

/* The group of b without what is like `out`. */
static em_group without(em_try *t, const em_bundle *b, const em_ask_row *out, leave by,
                        const em_ask_row **room)
{
        em_group g = { .span = b->group.span };
        em_status status;
        size_t n = 0;

        for (size_t i = 0; i < b->rows; i++)
                if (!same_part(b->row[i], out, by))
                        room[n++] = b->row[i];
        status = em_combine(t->setup, room, n, t->arena, &g, NULL, t->err);
        if (t->status == EM_OK)
                t->status = status;
        return g;
}

typedef struct weakest { double low; const em_ask_row *out; } weakest;

static weakest leave_each_out(em_try *t, const ratio *full, leave by, const em_ask_row **room)
{
        weakest w = { .low = HUGE_VAL };
        const em_bundle *side[] = { full->now, full->base };

        for (size_t k = 0; k < 2; k++)
                for (size_t i = 0; i < side[k]->rows && t->status == EM_OK; i++) {
                        const em_ask_row *out = side[k]->row[i];
                        em_group now = without(t, full->now, out, by, room);
                        em_group base = without(t, full->base, out, by, room);
                        ratio r = { .low = 0 };

                        if (base.low == EM_MILLI_NONE)
                                continue;
                        if (now.low != EM_MILLI_NONE)
                                set_ends(&now, &base, per_day(t), &r);
                        if (r.low < w.low)
                                w = (weakest){ r.low, out };
                }
        return w;
}

static em_str sensitivity(em_try *t, const ratio *r, double factor)
{
        em_str how = em_try_arg(t, "leave-out"), name;
        leave by = em_str_eq(how, EM_S("month")) ? LEAVE_MONTH : em_str_eq(how, EM_S("row")) ? LEAVE_ROW : LEAVE_LABEL;
        size_t n = r->now->rows + r->base->rows;
        const em_ask_row **room;
        char words[EM_WORDS];
        weakest w;

        if (em_str_eq(how, EM_S("none")) || n == 0)
                return EM_S("");
        if (n > LEAVE_OUT_ROWS)
                return EM_S("; too many rows to leave out each in turn");
        room = EM_NEW_N(t->arena, const em_ask_row *, n);
        if (!room) {
                t->status = em_fail(t->err, EM_NOMEM, "no room to leave rows out");
                return EM_S("");
        }
        w = leave_each_out(t, r, by, room);
        if (!w.out)
                return EM_S("");
        name = part_name(t, w.out, by);
        em_words_ratio(w.low, words);
        em_try_number(t, "ratio-without", em_try_text(t, "%s", words), w.low, (em_str){ 0 });
        em_try_number(t, "without", name, NAN, (em_str){ 0 });
        return em_try_text(t, "; without %.*s it is %s times, which %s do", EM_ARG(name), words,
                           w.low >= factor ? "would still" : "would not");
}

void em_quantifier_increased_sharply(em_try *t)
{
        double factor = em_try_real(t, "factor");
        char words[EM_WORDS];
        em_str asked, tail;
        ratio r;

        if (!begin(t, &r) || both_zero(t, &r))
                return;
        tail = sensitivity(t, &r, factor);
        asked = em_try_text(t, "at least %s times", em_words_fine(factor, words));
        conclude(t, &r, r.low >= factor, r.high < factor, times(t, &r), asked, tail);
}
