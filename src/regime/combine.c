/* combine.c -- many rows into one interval.
 *
 * Every way answers the same question: between which two numbers must the
 * combined value lie, given these reports?  Ends are reckoned apart and
 * outward (Moore 1966); an open end stays open.
 *
 * Three ways are for reports that may tell of the same thing twice:
 *
 *   bounds    certain clusters (surely one incident) and possible ones (may be
 *             one).  The low end takes as few incidents as there can be, the
 *             high end as many: Alphapo 60 and CoinsPaid 37, possibly one
 *             theft, are [60, 97].
 *   disjoint  totals over spans of time.  What overlaps is never added; the
 *             best sum of spans that do not is weighted interval scheduling
 *             (Kleinberg and Tardos, Algorithm Design, 6.1).
 *   rivals    accounts of one thing of which at most one is right, each told
 *             in one row or more: 205 by one rule and 155 by another are
 *             [155, 205], whichever it is.
 */
#include "inside.h"

#include <stdlib.h>

bool em_combine_counts(em_combine_kind kind)
{
        return kind == EM_COMBINE_COUNT || kind == EM_COMBINE_DISTINCT;
}

static void set_count(em_group *g, size_t n)
{
        g->low = g->high = g->stated = (em_milli)n * 1000;
}

static int by_text(const void *a, const void *b)
{
        const em_str *x = a, *y = b;

        return em_str_cmp(*x, *y);
}

static em_status distinct(const em_ask_row *const *row, size_t count, em_arena *arena, em_group *g, em_error *err)
{
        em_str *value = EM_NEW_N(arena, em_str, count);
        size_t n = 0;

        if (!value)
                return em_fail(err, EM_NOMEM, "no room to count %zu rows", count);
        for (size_t i = 0; i < count; i++)
                value[i] = row[i]->distinct;
        if (count)
                qsort(value, count, sizeof *value, by_text);
        for (size_t i = 0; i < count; i++)
                n += i == 0 || !em_str_eq(value[i], value[i - 1]);
        set_count(g, n);
        return EM_OK;
}

/* Open when a row that makes the low end says "more than". */
static void sum(const em_ask_row *const *row, size_t count, em_group *g)
{
        g->low = g->high = g->stated = 0;
        for (size_t i = 0; i < count; i++) {
                g->low = em_milli_add(g->low, row[i]->use_low);
                g->high = em_milli_add(g->high, row[i]->use_high);
                g->low_open = g->low_open || row[i]->more_than;
                if (row[i]->stated == EM_MILLI_NONE || row[i]->use_low != row[i]->low)
                        g->stated = EM_MILLI_NONE;
                else if (g->stated != EM_MILLI_NONE)
                        g->stated = em_milli_add(g->stated, row[i]->stated);
        }
}

static void extreme(const em_ask_row *const *row, size_t count, int sign, em_group *g)
{
        g->low = row[0]->use_low;
        g->high = row[0]->use_high;
        g->stated = row[0]->stated;
        for (size_t i = 0; i < count; i++) {
                const em_ask_row *r = row[i];

                if (sign > 0 ? r->use_low > g->low : r->use_low < g->low) {
                        g->low = r->use_low;
                        g->stated = r->stated;
                }
                if (sign > 0 ? r->use_high > g->high : r->use_high < g->high)
                        g->high = r->use_high;
        }
        for (size_t i = 0; i < count; i++)
                g->low_open = g->low_open || (row[i]->more_than && row[i]->use_low == g->low);
}

/* ---- bounds ---- */

typedef struct member {
        em_str   cluster;
        int      kind;          /* 0: named possible, 1: named certain, 2: a row of its own */
        em_milli amount;
        bool     open;
} member;

static int by_cluster(const void *a, const void *b)
{
        const member *x = a, *y = b;

        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        return em_str_cmp(x->cluster, y->cluster);
}

/* Sum of the largest amount of each cluster. */
static em_milli cluster_sum(member *m, size_t count, bool *open)
{
        em_milli total = 0;

        qsort(m, count, sizeof *m, by_cluster);
        for (size_t i = 0; i < count;) {
                em_milli most = m[i].amount;
                bool most_open = m[i].open;
                size_t j = i + 1;

                for (; j < count && by_cluster(&m[i], &m[j]) == 0; j++) {
                        if (m[j].amount > most || (m[j].amount == most && m[j].open)) {
                                most = m[j].amount;
                                most_open = m[j].open;
                        }
                }
                total = em_milli_add(total, most);
                *open = *open || most_open;
                i = j;
        }
        return total;
}

/* A row without a possible cluster stands in its certain one; without either
 * it is alone. */
static em_status bounds(const em_ask_row *const *row, size_t count, em_arena *arena, em_group *g, em_error *err)
{
        member *few = EM_NEW_N(arena, member, count), *many = EM_NEW_N(arena, member, count);
        bool unused = false;

        if (!few || !many)
                return em_fail(err, EM_NOMEM, "no room to cluster %zu rows", count);
        for (size_t i = 0; i < count; i++) {
                const em_ask_row *r = row[i];
                em_str own = em_str_c(r->id);
                member m = { .cluster = r->certain.n ? r->certain : own, .kind = r->certain.n ? 1 : 2,
                             .amount = r->use_high };

                many[i] = m;
                if (r->possible.n) {
                        m.cluster = r->possible;
                        m.kind = 0;
                }
                m.amount = r->use_low;
                m.open = r->more_than;
                few[i] = m;
        }
        g->low = cluster_sum(few, count, &g->low_open);
        g->high = cluster_sum(many, count, &unused);
        g->stated = EM_MILLI_NONE;
        return EM_OK;
}

/* ---- disjoint ---- */

typedef struct total { em_span span; em_milli amount; size_t index; } total;

static int by_end(const void *a, const void *b)
{
        const total *x = a, *y = b;

        if (x->span.to != y->span.to)
                return x->span.to < y->span.to ? -1 : 1;
        if (x->span.from != y->span.from)
                return x->span.from < y->span.from ? -1 : 1;
        return (x->index > y->index) - (x->index < y->index);
}

/* best[i]: the most that the first i totals, by their ends, can be added to.
 * before[i]: how many of them end before total i begins. */
static em_milli schedule(total *t, size_t count, em_milli *best, size_t *before, bool *chosen)
{
        qsort(t, count, sizeof *t, by_end);
        best[0] = 0;
        for (size_t i = 0; i < count; i++) {
                size_t k = i;
                em_milli with;

                while (k > 0 && t[k - 1].span.to >= t[i].span.from)
                        k--;
                before[i] = k;
                with = em_milli_add(best[k], t[i].amount);
                best[i + 1] = with > best[i] ? with : best[i];
        }
        for (size_t i = count; chosen && i > 0;) {
                bool taken = em_milli_add(best[before[i - 1]], t[i - 1].amount) > best[i - 1];

                if (taken)
                        chosen[t[i - 1].index] = true;
                i = taken ? before[i - 1] : i - 1;
        }
        return best[count];
}

static em_status disjoint(const em_ask_row *const *row, size_t count, em_arena *arena, em_group *g,
                          bool *chosen, em_error *err)
{
        total *t = EM_NEW_N(arena, total, count);
        em_milli *best = EM_NEW_N(arena, em_milli, count + 1);
        size_t *before = EM_NEW_N(arena, size_t, count);

        if (!t || !best || !before)
                return em_fail(err, EM_NOMEM, "no room to lay out %zu totals", count);
        for (size_t i = 0; i < count; i++)
                t[i] = (total){ row[i]->when, row[i]->use_high, i };
        g->high = schedule(t, count, best, before, NULL);
        for (size_t i = 0; i < count; i++) {
                t[i] = (total){ row[i]->when, row[i]->use_low, i };
                g->low_open = g->low_open || row[i]->more_than;
        }
        g->low = schedule(t, count, best, before, chosen);
        g->stated = EM_MILLI_NONE;
        return EM_OK;
}

/* ---- rivals ---- */

static int by_rival(const void *a, const void *b)
{
        const em_ask_row *const *x = a, *const *y = b;

        return em_str_cmp((*x)->rival, (*y)->rival);
}

/* The rows of each rival are added; the group reaches from the least of these
 * sums to the greatest. */
static em_status rivals(const em_ask_row *const *row, size_t count, em_arena *arena, em_group *g, em_error *err)
{
        const em_ask_row **list = EM_NEW_N(arena, const em_ask_row *, count);

        if (!list)
                return em_fail(err, EM_NOMEM, "no room to weigh %zu rows", count);
        memcpy(list, row, count * sizeof *list);
        qsort(list, count, sizeof *list, by_rival);
        for (size_t i = 0, end; i < count; i = end) {
                em_group own = { 0 };

                for (end = i + 1; end < count && by_rival(&list[i], &list[end]) == 0;)
                        end++;
                sum(&list[i], end - i, &own);
                if (i == 0 || own.low < g->low || (own.low == g->low && !own.low_open)) {
                        g->low = own.low;
                        g->low_open = own.low_open;
                }
                if (i == 0 || own.high > g->high)
                        g->high = own.high;
        }
        g->stated = EM_MILLI_NONE;
        return EM_OK;
}

em_status em_combine(const em_setup *s, const em_ask_row *const *row, size_t count,
                     em_arena *arena, em_group *group, bool *chosen, em_error *err)
{
        group->rows = count;
        group->low_open = false;
        if (s->combine == EM_COMBINE_DISTINCT)
                return distinct(row, count, arena, group, err);
        if (s->combine == EM_COMBINE_COUNT) {
                set_count(group, count);
                return EM_OK;
        }
        if (count == 0) {
                group->low = group->high = group->stated = EM_MILLI_NONE;
                return EM_OK;
        }
        switch (s->combine) {
        case EM_COMBINE_SUM:
                sum(row, count, group);
                break;
        case EM_COMBINE_MAX:
        case EM_COMBINE_MIN:
                extreme(row, count, s->combine == EM_COMBINE_MAX ? 1 : -1, group);
                break;
        case EM_COMBINE_BOUNDS:
                return bounds(row, count, arena, group, err);
        case EM_COMBINE_DISJOINT:
                return disjoint(row, count, arena, group, chosen, err);
        case EM_COMBINE_RIVALS:
                return rivals(row, count, arena, group, err);
        case EM_COMBINE_COUNT:
        case EM_COMBINE_DISTINCT:
                break;
        }
        return EM_OK;
}
