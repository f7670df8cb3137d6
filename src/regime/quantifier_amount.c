/* quantifier_amount.c -- one amount against a stated number.
 *
 * at-least, more-than, exactly, up-to, nearly.  An upper bound in the evidence
 * ("up to two billion") is the interval [0, 2e9] and so never lifts a lower
 * one; a lower bound is open above and never satisfies "up to".
 */
#include "inside.h"

#include <math.h>

typedef struct measured {
        const em_group *g;
        em_milli n;
        char     has[EM_WORDS], asked[EM_WORDS];
        em_str   where;         /* " (January 2022)", or nothing */
} measured;

static em_group spread(const em_try *t)
{
        em_group s = { .low = EM_MILLI_NONE, .high = EM_MILLI_NONE };

        for (size_t i = 0; i < t->groups; i++) {
                const em_group *g = &t->group[i].group;

                if (g->low == EM_MILLI_NONE)
                        continue;
                if (s.low == EM_MILLI_NONE || g->low < s.low)
                        s.low = g->low;
                if (s.high == EM_MILLI_NONE || g->high > s.high)
                        s.high = g->high;
        }
        return s;
}

static void end_number(em_try *t, const char *name, em_milli value)
{
        em_group g = { .low = value, .high = value };

        if (value == EM_MILLI_MIN || value == EM_MILLI_MAX)
                em_try_number(t, name, EM_S("without limit"), value == EM_MILLI_MAX ? HUGE_VAL : -HUGE_VAL,
                              t->setup->unit);
        else if (value != EM_MILLI_NONE)
                em_try_range(t, name, &g);
}

/* False when it cannot be tested; the reason is then said. */
static bool begin(em_try *t, measured *m)
{
        const em_bundle *b = em_try_group(t, "group");
        em_str unit = t->setup->unit;
        em_group ends = spread(t);

        m->g = &b->group;
        m->n = em_try_amount(t, "n");
        em_words_group(m->g, unit, m->has);
        em_words_amount(m->n, m->n, false, unit, m->asked);
        m->where = em_str_eq(m->g->name, EM_S("all")) ? EM_S("")
                                                      : em_try_text(t, " (%.*s)", EM_ARG(m->g->shown));
        em_try_range(t, "value", m->g);
        end_number(t, "low", m->g->low);
        end_number(t, "high", m->g->high);
        end_number(t, "stated", m->g->stated);
        end_number(t, "n", m->n);
        end_number(t, "least", ends.low);
        end_number(t, "most", ends.high);
        return em_try_ready(t, b);
}

static void conclude(em_try *t, const measured *m, bool holds, bool fails)
{
        em_try_says(t, holds ? EM_VERDICT_HOLDS : fails ? EM_VERDICT_FAILS : EM_VERDICT_UNTESTABLE,
                    "the evidence gives %s%.*s, tested against %s %s%s", m->has, EM_ARG(m->where),
                    t->setup->test.op->phrase, m->asked, holds || fails ? "" : ": the range straddles it");
}

void em_quantifier_at_least(em_try *t)
{
        measured m;

        if (begin(t, &m))
                conclude(t, &m, m.g->low >= m.n, m.g->high < m.n);
}

void em_quantifier_more_than(em_try *t)
{
        measured m;

        if (begin(t, &m))
                conclude(t, &m, m.g->low > m.n || (m.g->low == m.n && m.g->low_open), m.g->high <= m.n);
}

void em_quantifier_exactly(em_try *t)
{
        measured m;

        if (begin(t, &m))
                conclude(t, &m, m.g->low == m.n && m.g->high == m.n && !m.g->low_open,
                         m.g->low > m.n || m.g->high < m.n);
}

void em_quantifier_up_to(em_try *t)
{
        measured m;

        if (begin(t, &m))
                conclude(t, &m, m.g->high <= m.n, m.g->low > m.n || (m.g->low == m.n && m.g->low_open));
}

/* "nearly" and "about" in one: the whole interval within n (1 +- within). */
void em_quantifier_nearly(em_try *t)
{
        measured m;
        double allowed, low, high, off;
        char percent[EM_WORDS], far[EM_WORDS];
        bool holds, fails;

        if (!begin(t, &m))
                return;
        allowed = em_try_real(t, "within") * fabs(em_milli_real(m.n));
        low = em_milli_real(m.g->low) - em_milli_real(m.n);
        high = em_milli_real(m.g->high) - em_milli_real(m.n);
        off = fmin(fabs(low), fabs(high));
        holds = low >= -allowed && high <= allowed;
        fails = high < -allowed || low > allowed;
        em_words_share(em_try_real(t, "within"), percent);
        em_words_share(m.n ? off / fabs(em_milli_real(m.n)) : NAN, far);
        em_try_says(t, holds ? EM_VERDICT_HOLDS : fails ? EM_VERDICT_FAILS : EM_VERDICT_UNTESTABLE,
                    "the evidence gives %s%.*s, tested against nearly %s (within %s)%s%s%s", m.has, EM_ARG(m.where),
                    m.asked, percent, fails ? ": it is " : "", fails ? far : "",
                    fails ? " away" : holds ? "" : ": only part of the range lies there");
}
