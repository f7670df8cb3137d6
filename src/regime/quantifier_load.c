/* quantifier_load.c -- do totals stand to each other as the load fractions say?
 *
 * Barrels assessed from tankers are deadweight times a load fraction, so two
 * totals over the same deliveries stand as their fractions.  The submission of
 * July 2018 printed 759,793 barrels for one third laden and 1,367,628 for
 * "90 percent": 1 to 1.8, where 0.9 / (1/3) is 2.7; 60 percent fits.
 */
#include "inside.h"

#include <math.h>

static bool is_digit(em_str s, size_t i)
{
        return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* A decimal at s[*at]; false when there is none. */
static bool take_decimal(em_str s, size_t *at, double *ret_value)
{
        size_t from = *at;
        double value = 0, scale = 1;

        for (; is_digit(s, *at); (*at)++)
                value = value * 10 + (s.p[*at] - '0');
        if (*at == from)
                return false;
        if (*at < s.n && s.p[*at] == '.')
                for ((*at)++; is_digit(s, *at); (*at)++) {
                        value = value * 10 + (s.p[*at] - '0');
                        scale *= 10;
                }
        *ret_value = value / scale;
        return true;
}

/* The first number in the text: "1/3", "0.60 (derived)", "90%", "90 percent". */
static bool fraction_of(em_str s, double *ret_fraction)
{
        size_t at = 0;
        double value, under;
        em_str rest;

        while (at < s.n && !is_digit(s, at))
                at++;
        if (!take_decimal(s, &at, &value))
                return false;
        rest = em_str_trim(em_str_sub(s, at, s.n));
        if (em_str_starts(rest, EM_S("/"))) {
                at = (size_t)(rest.p - s.p) + 1;
                if (!take_decimal(s, &at, &under) || under <= 0)
                        return false;
                value /= under;
        } else if (em_str_starts(rest, EM_S("%")) || em_str_starts(rest, EM_S("percent"))
                   || em_str_starts(rest, EM_S("per cent"))) {
                value /= 100;
        }
        *ret_fraction = value;
        return value > 0 && value <= 1;
}

typedef struct pair {
        double ratio, expected, implied, first, other;
        bool   fits;
        em_str label, other_label;
} pair;

/* Both totals are known to +- rounding, so their ratio is a range. */
static pair compare(const em_ask_row *a, double fa, const em_ask_row *b, double fb, double rounding)
{
        double va = em_milli_real(a->use_low), vb = em_milli_real(b->use_low);
        pair p = { .ratio = vb / va, .expected = fb / fa, .implied = fa * vb / va, .first = fa, .other = fb,
                   .label = a->label, .other_label = b->label };

        p.fits = p.expected >= (vb - rounding) / (va + rounding) && p.expected <= (vb + rounding) / (va - rounding);
        return p;
}

typedef struct deliveries { const em_ask_row *base; double fraction; pair shown; size_t pairs, misfits; } deliveries;

/* Each row of a set is held against its first. */
static void add_row(em_try *t, deliveries *d, const em_ask_row *r)
{
        double fraction;
        pair p;

        if (r->use_low < 1000 || !fraction_of(r->fraction, &fraction))
                return;
        if (!d->base) {
                d->base = r;
                d->fraction = fraction;
                return;
        }
        p = compare(d->base, d->fraction, r, fraction, em_try_real(t, "rounding"));
        if (d->pairs == 0 || (!p.fits && d->misfits == 0))
                d->shown = p;
        d->pairs++;
        d->misfits += !p.fits;
}

static void fine_number(em_try *t, const char *name, double value)
{
        char words[EM_WORDS];

        em_try_number(t, name, em_try_text(t, "%s", em_words_fine(value, words)), value, (em_str){ 0 });
}

static void conclude(em_try *t, const deliveries *d)
{
        const pair *p = &d->shown;
        char ratio[EM_WORDS], expected[EM_WORDS], implied[EM_WORDS], other[EM_WORDS];

        fine_number(t, "ratio", p->ratio);
        fine_number(t, "expected", p->expected);
        fine_number(t, "implied", p->implied);
        fine_number(t, "fraction", p->other);
        fine_number(t, "fraction-first", p->first);
        em_words_fine(p->ratio, ratio);
        em_words_fine(p->expected, expected);
        em_words_fine(p->implied, implied);
        em_words_fine(p->other, other);
        if (d->misfits)
                em_try_says(t, EM_VERDICT_FAILS,
                            "%.*s and %.*s stand as 1 to %s, where their load fractions would give %s; "
                            "a fraction of %s in place of %s would fit", EM_ARG(p->label), EM_ARG(p->other_label),
                            ratio, expected, implied, other);
        else
                em_try_says(t, EM_VERDICT_HOLDS, "%.*s and %.*s stand as 1 to %s, as their load fractions do",
                            EM_ARG(p->label), EM_ARG(p->other_label), ratio);
}

/* A group is one set of deliveries; where no group has two rows, all rows are
 * one set. */
void em_quantifier_load_fractions(em_try *t)
{
        deliveries all = { 0 };
        bool single = true;

        for (size_t i = 0; i < t->groups; i++)
                single = single && t->group[i].rows < 2;
        for (size_t i = 0; i < t->groups; i++) {
                if (!single)
                        all.base = NULL;
                for (size_t j = 0; j < t->group[i].rows; j++)
                        add_row(t, &all, t->group[i].row[j]);
        }
        if (all.pairs)
                conclude(t, &all);
        else
                em_try_says(t, EM_VERDICT_UNTESTABLE, "there are no two totals with load fractions to compare");
}
