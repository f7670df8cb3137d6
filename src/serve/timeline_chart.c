/* How much the evidence speaks of each month or year, by kind: where it is thick, and where it is silent.  A record that
 * speaks of more than one column (a year's total among months) is counted below the picture and drawn in none of its columns,
 * for any one of them would be wrong.
 */
#include "serve/timeline.h"

#include <stdlib.h>

enum { MONTHS_MOST = 84, SLOTS_MOST = 130, KINDS_SHOWN = 5 };

typedef struct counts {
        em_axis axis;
        em_day  first;                  /* of the first slot, */
        int     year, month;            /* of this month */
        size_t  slots, kinds;
        size_t *at;                     /* [kind][slot] */
        size_t *of_kind, *order;        /* kinds, the largest first */
        size_t  shown, wide, undated, most, most_slot;
} counts;

static size_t slot_of(const counts *c, em_day day)
{
        int y, m, d;
        em_day_split(day, &y, &m, &d);
        return c->axis == EM_AXIS_YEARS ? (size_t)(y - c->year) : (size_t)((y - c->year) * 12 + m - c->month);
}

/* The days of the picture: those asked for, cut at what there is. */
static bool choose_axis(const em_timeline *t, counts *c)
{
        em_span all = t->now->spine->span;
        if (all.from == EM_DAY_NONE)
                return false;
        if (!t->ask.by_known && t->ask.when.from != EM_DAY_NONE && t->ask.when.from > all.from)
                all.from = t->ask.when.from;
        if (!t->ask.by_known && t->ask.when.to != EM_DAY_NONE && t->ask.when.to < all.to)
                all.to = t->ask.when.to;
        if (all.from > all.to)
                return false;
        int y, m, d;
        em_day_split(all.from, &y, &m, &d);
        c->axis = EM_AXIS_MONTHS;
        c->first = em_day_make(y, m, 1);
        c->year = y;
        c->month = m;
        if (slot_of(c, all.to) + 1 > MONTHS_MOST) {
                c->axis = EM_AXIS_YEARS;
                c->first = em_day_make(y, 1, 1);
        }
        c->slots = slot_of(c, all.to) + 1;
        return c->slots > 1 && c->slots <= SLOTS_MOST;
}

static bool passes(const em_timeline *t, const em_moment *m)
{
        em_day day = t->ask.by_known ? m->known : m->from;
        if (!em_spine_shows(&t->now->spine->moments, m, t->ask.kind))
                return false;
        return (t->ask.when.from == EM_DAY_NONE || (day != EM_DAY_NONE && day >= t->ask.when.from))
               && (t->ask.when.to == EM_DAY_NONE || (day != EM_DAY_NONE && day <= t->ask.when.to));
}

static void count(const em_timeline *t, counts *c)
{
        const em_moments *all = &t->now->spine->moments;
        for (size_t i = 0; i < all->count; i++) {
                const em_moment *m = &all->at[i];
                if (!passes(t, m))
                        continue;
                if (m->from == EM_DAY_NONE) {
                        c->undated++;
                        continue;
                }
                size_t from = slot_of(c, m->from);
                if (m->from < c->first || from >= c->slots || (m->to != m->from && (m->to == EM_DAY_MAX || slot_of(c, m->to) != from))) {
                        c->wide++;
                        continue;
                }
                c->at[(size_t)m->kind * c->slots + from]++;
                c->of_kind[m->kind]++;
                c->shown++;
        }
}

static void order_kinds(counts *c)
{
        for (size_t i = 0; i < c->kinds; i++) {
                size_t at = i;
                for (; at > 0 && c->of_kind[c->order[at - 1]] < c->of_kind[i]; at--)
                        c->order[at] = c->order[at - 1];
                c->order[at] = i;
        }
        for (size_t s = 0; s < c->slots; s++) {
                size_t sum = 0;
                for (size_t k = 0; k < c->kinds; k++)
                        sum += c->at[k * c->slots + s];
                if (sum > c->most) {
                        c->most = sum;
                        c->most_slot = s;
                }
        }
}

static em_day day_of(const counts *c, size_t slot)
{
        return em_day_add_months(c->first, (int)slot * (c->axis == EM_AXIS_YEARS ? 12 : 1));
}

/* The same timeline for that month or year alone. */
static em_str href_of(em_ask *ask, const counts *c, size_t slot)
{
        char    from[11], to[11];
        em_day  next = em_day_add_months(day_of(c, slot), c->axis == EM_AXIS_YEARS ? 12 : 1) - 1;
        return em_grid_text(ask->arena, "/?since=%s&until=%s%s%.*s", em_day_text(day_of(c, slot), from), em_day_text(next, to),
                            ask->picture->known_text[0] ? "&known=" : "", EM_ARG(em_str_c(ask->picture->known_text)));
}

/* One series for each of the largest kinds, and one for all others. */
static size_t make_series(em_ask *ask, const em_timeline *t, const counts *c, em_chart_series *series)
{
        size_t n = 0;
        for (size_t rank = 0; rank < c->kinds && c->of_kind[c->order[rank]]; rank++) {
                bool others = rank >= KINDS_SHOWN;
                if (!others || n == KINDS_SHOWN) {
                        em_chart_datum *d = EM_NEW_N(ask->arena, em_chart_datum, c->slots);
                        if (!d)
                                return 0;
                        for (size_t s = 0; s < c->slots; s++)
                                d[s] = (em_chart_datum){.day = day_of(c, s), .href = href_of(ask, c, s)};
                        series[n] = (em_chart_series){.name = others ? EM_S("others") : t->now->spine->moments.kind[c->order[rank]].name,
                                                      .at = d, .count = c->slots, .colour = (int)n + 1};
                        n++;
                }
                em_chart_datum *d = (em_chart_datum *)(uintptr_t)series[n - 1].at;
                for (size_t s = 0; s < c->slots; s++) {
                        d[s].low += (em_milli)c->at[c->order[rank] * c->slots + s] * 1000;
                        d[s].high = d[s].low;
                }
        }
        return n;
}

static em_str slot_words(em_ask *ask, const counts *c, size_t slot)
{
        static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August",
                                             "September", "October", "November", "December"};
        int y, m, d;
        em_day_split(day_of(c, slot), &y, &m, &d);
        return c->axis == EM_AXIS_YEARS ? em_grid_text(ask->arena, "%d", y) : em_grid_text(ask->arena, "%s %d", months[m - 1], y);
}

static em_status draw(em_ask *ask, const em_timeline *t, const counts *c, em_error *err)
{
        em_chart_series series[KINDS_SHOWN + 1] = {0};
        bool     years = c->axis == EM_AXIS_YEARS;
        em_chart chart = {.kind = EM_CHART_STACKED, .axis = c->axis, .unit = EM_S("records"), .whole = true, .series = series};
        chart.series_count = make_series(ask, t, c, series);
        chart.caption = (em_caption){
                .id = EM_S("spine-chart"),
                .title = em_grid_text(ask->arena, "The evidence says most of %.*s: %zu records", EM_ARG(slot_words(ask, c, c->most_slot)), c->most),
                .subtitle = years ? EM_S("Records by the year they speak of, by kind") : EM_S("Records by the month they speak of, by kind"),
                .foot = em_grid_text(ask->arena, "%zu records drawn; %zu speak of more than one %s, %zu have no day. A year without records "
                                     "is one that this evidence does not speak of.", c->shown, c->wide, years ? "year" : "month", c->undated)};
        chart.span = (em_span){c->first, em_day_add_months(c->first, (int)c->slots * (years ? 12 : 1)) - 1};
        em_html h = ask->h;
        em_html_lit(h, "<figure class=\"fig\"><div class=\"on-wide\">");
        EM_TRY(em_chart_svg(&chart, &(em_draw_opts){.width = 1080, .height = 150}, h.out, err));
        em_html_lit(h, "</div><div class=\"on-narrow\">");
        chart.caption.id = EM_S("spine-chart-n");
        EM_TRY(em_chart_svg(&chart, &(em_draw_opts){.width = 380, .height = 150}, h.out, err));
        em_html_lit(h, "</div>\n<figcaption><details><summary>The numbers</summary>");
        EM_TRY(em_chart_table(&chart, h.out, err));
        em_html_lit(h, "</details></figcaption></figure>\n");
        return em_buf_status(h.out, err);
}

em_status em_timeline_chart(em_ask *ask, const em_timeline *t, em_error *err)
{
        counts c = {.kinds = t->now->spine->moments.kinds};
        if (!choose_axis(t, &c))
                return EM_OK;
        c.at = EM_NEW_N(ask->arena, size_t, c.kinds * c.slots);
        c.of_kind = EM_NEW_N(ask->arena, size_t, c.kinds);
        c.order = EM_NEW_N(ask->arena, size_t, c.kinds);
        if (!c.at || !c.of_kind || !c.order)
                return em_fail(err, EM_NOMEM, "no memory to count the records");
        count(t, &c);
        order_kinds(&c);
        return c.shown ? draw(ask, t, &c, err) : EM_OK;
}
