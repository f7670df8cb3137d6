/* quantifier_record.c -- the largest of all, with ties by name.
 *
 * A record is strict: every other group must be smaller for certain.  Groups
 * are compared as they are, so they must be equal things (months with months);
 * the SELECT sees to that.
 */
#include "inside.h"

#include <math.h>

/* By the low end, then the high end. */
static int order(const em_group *a, const em_group *b)
{
        if (a->low != b->low)
                return a->low < b->low ? -1 : 1;
        return a->high < b->high ? -1 : a->high > b->high;
}

typedef struct field {
        const em_group *own, *next;
        size_t larger, known;   /* groups surely or possibly above; groups with an amount */
        bool   beaten, unsure;
        em_str next_names, tied;
} field;

/* Names of the groups equal to g. */
static em_str equals(em_try *t, const em_group *g, const em_group *but)
{
        em_str *name = EM_NEW_N(t->arena, em_str, t->groups);
        size_t n = 0;

        for (size_t i = 0; name && g && i < t->groups; i++)
                if (&t->group[i].group != but && t->group[i].group.low != EM_MILLI_NONE
                    && order(&t->group[i].group, g) == 0)
                        name[n++] = t->group[i].group.shown;
        return name ? em_words_list(t, name, n) : (em_str){ 0 };
}

static field survey(em_try *t, const em_group *own)
{
        field f = { .own = own };

        for (size_t i = 0; i < t->groups; i++) {
                const em_group *g = &t->group[i].group;

                f.known += g->low != EM_MILLI_NONE;
                if (g == own || g->low == EM_MILLI_NONE)
                        continue;
                if (!f.next || order(g, f.next) > 0)
                        f.next = g;
                f.larger += order(g, own) > 0;
                f.beaten = f.beaten || g->low >= own->high;
                f.unsure = f.unsure || g->high >= own->low;
        }
        f.next_names = equals(t, f.next, own);
        f.tied = equals(t, own, own);
        return f;
}

static void numbers(em_try *t, const field *f)
{
        em_try_range(t, "value", f->own);
        em_try_range(t, "next", f->next);
        em_try_number(t, "next-group", f->next_names, NAN, (em_str){ 0 });
        em_try_number(t, "tied", f->tied.n ? f->tied : EM_S("no other"), NAN, (em_str){ 0 });
        em_try_count(t, "rank", f->larger + 1);
        em_try_count(t, "groups", f->known);
}

void em_quantifier_largest(em_try *t)
{
        const em_bundle *own = em_try_group(t, "group");
        char words[EM_WORDS], next[EM_WORDS];
        em_str tie = EM_S("");
        field f;

        if (own->rows == 0 || own->group.low == EM_MILLI_NONE) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "nothing is on record for %.*s", EM_ARG(own->group.shown));
                return;
        }
        f = survey(t, &own->group);
        if (!f.next) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "there is nothing to compare %.*s with",
                            EM_ARG(own->group.shown));
                return;
        }
        numbers(t, &f);
        em_words_group(f.own, t->setup->unit, words);
        em_words_range(f.next->low, f.next->high, f.next->low_open, t->setup->unit, next);
        if (f.tied.n && f.larger)
                tie = em_try_text(t, " and as many as in %.*s", EM_ARG(f.tied));
        if (!f.unsure)
                em_try_says(t, EM_VERDICT_HOLDS, "%s in %.*s is the most of %zu; next is %s (%.*s)", words,
                            EM_ARG(f.own->shown), f.known, next, EM_ARG(f.next_names));
        else if (f.beaten && f.larger == 0)
                em_try_says(t, EM_VERDICT_FAILS, "%s in %.*s is no record: as many in %.*s", words,
                            EM_ARG(f.own->shown), EM_ARG(f.next_names));
        else if (f.beaten)
                em_try_says(t, EM_VERDICT_FAILS, "%s in %.*s against %s in %.*s%.*s: rank %zu of %zu", words,
                            EM_ARG(f.own->shown), next, EM_ARG(f.next_names), EM_ARG(tie), f.larger + 1, f.known);
        else
                em_try_says(t, EM_VERDICT_UNTESTABLE, "%s in %.*s against %s in %.*s: the ranges overlap", words,
                            EM_ARG(f.own->shown), next, EM_ARG(f.next_names));
}
