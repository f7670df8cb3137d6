/* Caps as gauges.  The amounts and crossings are the ones that the quantifier of the question reckoned with (src/regime/cap.c);
 * a cap in two units has a gauge for each, and the nearer one binds.
 */
#include "serve/measures.h"

static em_str range_words(em_ask *ask, const em_cap_account *c)
{
        char low[40], high[40];
        if (!c->reports)
                return EM_S("no amount is known");
        if (c->high == EM_MILLI_MAX)
                return em_grid_text(ask->arena, "at least %s %.*s", em_milli_text(c->low == EM_MILLI_MIN ? 0 : c->low, ',', low), EM_ARG(c->unit));
        if (c->low == c->high)
                return em_grid_text(ask->arena, "%s%s %.*s", c->low_open ? "more than " : "", em_milli_text(c->low, ',', low), EM_ARG(c->unit));
        return em_grid_text(ask->arena, "%s%s to %s %.*s", c->low_open ? "more than " : "", em_milli_text(c->low, ',', low),
                            em_milli_text(c->high, ',', high), EM_ARG(c->unit));
}

/* Tenths of a percent, down for the low end and up for the high one. */
static em_str share_words(em_ask *ask, const em_cap_account *c)
{
        char low[40], high[40];
        if (!c->reports || c->low == EM_MILLI_MIN || c->high == EM_MILLI_MAX || c->cap / 1000 <= 0)
                return EM_S("");
        double exact = em_milli_real(c->low) / em_milli_real(c->cap) * 100.0, most = em_milli_real(c->high) / em_milli_real(c->cap) * 100.0;
        em_milli from = (em_milli)(exact * 10.0 + (c->low == c->high ? 0.5 : 0.0)) * 100, to = (em_milli)(most * 10.0 + 0.999) * 100;
        if (c->low == c->high)
                return em_grid_text(ask->arena, "%s %% of the cap", em_milli_text(from, ',', low));
        return em_grid_text(ask->arena, "between %s and %s %% of the cap", em_milli_text(from, ',', low), em_milli_text(to, ',', high));
}

static em_str crossing_words(em_ask *ask, const em_cap_crossing *x)
{
        char from[20], to[20];
        if (!x->possible)
                return EM_S("not reached");
        if (x->from == EM_DAY_NONE || (x->certain && x->to == EM_DAY_NONE))
                return EM_S("crossed, on a day that is not known");
        if (!x->certain)
                return em_grid_text(ask->arena, "may have been crossed, from %s on", em_day_long(x->from, from));
        if (x->from == x->to)
                return em_grid_text(ask->arena, "crossed on %s", em_day_long(x->from, from));
        return em_grid_text(ask->arena, "crossed between %s and %s", em_day_long(x->from, from), em_day_long(x->to, to));
}

static void put_crossings(em_ask *ask, const em_cap_account *c)
{
        em_html h = ask->h;
        em_html_lit(h, "<dl class=\"crossings\">");
        for (size_t i = 0; i < c->crossings; i++) {
                em_html_lit(h, "<div><dt>");
                em_html_int(h, c->cross[i].percent);
                em_html_lit(h, "\xc2\xa0%</dt><dd>");
                em_html_text(h, crossing_words(ask, &c->cross[i]));
                em_html_lit(h, "</dd></div>");
        }
        em_html_lit(h, "</dl>\n");
}

static em_status draw(em_ask *ask, const em_cap_account *c, bool nearest, const em_gauge *gauge, em_error *err)
{
        em_html h = ask->h;
        em_gauge narrow = *gauge;
        narrow.caption.id = em_grid_text(ask->arena, "%.*s-n", EM_ARG(gauge->caption.id));
        em_html_lit(h, "<div class=\"gauge\"><p><b>");
        em_html_text(h, range_words(ask, c));
        em_html_lit(h, "</b> ");
        em_html_text(h, share_words(ask, c));
        if (nearest)
                em_html_lit(h, " <small>nearest to its cap</small>");
        em_html_lit(h, "</p>\n<div class=\"on-wide\">");
        EM_TRY(em_gauge_svg(gauge, &(em_draw_opts){.width = 640}, h.out, err));
        em_html_lit(h, "</div><div class=\"on-narrow\">");
        EM_TRY(em_gauge_svg(&narrow, &(em_draw_opts){.width = 340}, h.out, err));
        em_html_lit(h, "</div>\n");
        put_crossings(ask, c);
        em_html_lit(h, "</div>\n");
        return EM_OK;
}

static em_status put_account(em_ask *ask, const em_answer *a, size_t reading, size_t account, em_error *err)
{
        const em_cap_account *c = &a->reading[reading].account[account];
        em_str   words = range_words(ask, c), share = share_words(ask, c);
        em_gauge gauge = {.unit = c->unit, .cap = c->cap, .low = c->reports ? c->low : EM_MILLI_NONE, .high = c->reports ? c->high : EM_MILLI_NONE};
        gauge.caption = (em_caption){
                .id = em_grid_text(ask->arena, "g-%.*s-%zu-%zu", EM_ARG(em_question_key(a->question)), reading, account),
                .desc = em_grid_text(ask->arena, "%.*s%s%.*s", EM_ARG(words), share.n ? ", " : "", EM_ARG(share))};
        for (size_t i = 0, n = 0; i < c->crossings && n < EM_GAUGE_THRESHOLDS; i++)
                if (c->cross[i].percent < 100)
                        gauge.percent[n++] = c->cross[i].percent;
        return draw(ask, c, c->binds && a->reading[reading].accounts > 1, &gauge, err);
}

static em_status put_reading(em_ask *ask, const em_answer *a, size_t i, bool named, em_error *err)
{
        const em_reading *r = &a->reading[i];
        em_html h = ask->h;
        if (named) {
                em_html_lit(h, "<p class=\"key\">By the reading \xe2\x80\x9c");
                em_html_text(h, r->name);
                em_html_lit(h, "\xe2\x80\x9d");
                em_html_c(h, r->decides ? "" : ", printed beside");
                em_html_lit(h, "</p>\n");
        }
        for (size_t k = 0; k < r->accounts; k++)
                EM_TRY(put_account(ask, a, i, k, err));
        if (r->accounts > 1 && em_str_eq(r->account[0].rule, EM_S("lower-binds")))
                em_html_lit(h, "<p class=\"key\">The cap is whichever is lower: it is exceeded when one of them is.</p>\n");
        return EM_OK;
}

em_status em_put_gauges(em_ask *ask, const em_picture *now, em_str measure, bool all_readings, size_t *ret_count, em_error *err)
{
        const em_answer *a;
        em_html h = ask->h;
        *ret_count = 0;
        for (size_t i = 0; (a = em_view_cited(now->view, i)) != NULL; i++) {
                size_t drawn = 0, most = all_readings || !a->readings ? a->readings : 1;
                if (measure.n && !em_bears_on(a, measure))
                        continue;
                for (size_t r = 0; r < most; r++) {
                        if (!a->reading[r].accounts)
                                continue;
                        if (drawn++ == 0) {
                                em_html_lit(h, "<section class=\"cap\"><h3>");
                                em_put_finding_link(ask, a);
                                em_html_lit(h, " ");
                                em_put_verdict(ask, a->verdict);
                                em_html_lit(h, "</h3>\n");
                        }
                        EM_TRY(put_reading(ask, a, r, a->readings > 1 && all_readings, err));
                }
                if (drawn)
                        em_html_lit(h, "</section>\n");
                *ret_count += drawn > 0;
        }
        return em_buf_status(h.out, err);
}
