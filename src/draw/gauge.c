/* One amount against its cap.  A bullet graph without its decoration (S. Few, Bullet Graph Design Specification, 2013): one
 * bar on one scale from zero, one line to compare it with.  What is certain is solid, what is possible is pale, so that "may
 * have been exceeded" looks different from "was exceeded".
 */
#include "draw/pen.h"

#include <math.h>
#include <stdio.h>

enum { NAMES = 15, BAR = 26, AXIS = 24 };       /* heights in px: the cap's name, the bar, the threshold's words */

typedef struct plan {
        const em_gauge *gauge;
        double top;             /* amount at the right edge */
        double x1, y;           /* right edge; the bar's upper edge */
        struct { double x0, x1; } taken[EM_GAUGE_THRESHOLDS + 2];       /* below the bar */
        size_t takens;
} plan;

static double x_of(const plan *p, em_milli v) { return (double)v / p->top * p->x1; }

/* The scale ends a little past the larger of cap and amount, so that neither stands on the edge. */
static double top_of(const em_gauge *g)
{
        double most = (double)g->cap, amount = 0;
        if (g->low != EM_MILLI_NONE)
                amount = (double)(g->high == EM_MILLI_MAX ? (g->low == EM_MILLI_MIN ? 0 : g->low) : g->high);
        return fmax(most, amount) * 1.12;
}

static void draw_bar(const plan *p, em_buf *out)
{
        const em_gauge *g = p->gauge;
        em_ink ink = g->low != EM_MILLI_NONE && g->low != EM_MILLI_MIN && g->low > g->cap ? EM_INK_WARN : EM_INK_C1;
        double low = g->low == EM_MILLI_MIN ? 0 : x_of(p, g->low);
        if (low > 0)
                em_pen_rect(out, 0, p->y + 4, fmax(low, 1.0), BAR - 8, ink, 1.0);
        double high = g->high == EM_MILLI_MAX ? fmin(low + 40.0, p->x1) : x_of(p, g->high);
        if (g->high == g->low)
                return;
        em_pen_rect(out, low, p->y + 4, high - low, BAR - 8, ink, 0.25);
        if (g->high == EM_MILLI_MAX)
                em_pen_arrow(out, high, p->y + BAR / 2.0, 1, 0, ink);
        else
                em_pen_line(out, high, p->y + 2, high, p->y + BAR - 2, ink, 1.5, NULL);
}

/* Nothing known is no zero. */
static void draw_unknown(const plan *p, em_buf *out)
{
        for (double x = 6; x < p->x1; x += 12)
                em_pen_line(out, x - 5, p->y + BAR - 4, x + 5, p->y + 4, EM_INK_RULE, 1.0, NULL);
        em_type type = em_type_label;
        type.ink = EM_INK_MUTED;
        em_pen_words(out, EM_S("no amount is known"), 8, p->y + BAR / 2.0 + 4, type);
}

/* Words below the bar at x, unless something stands there already. */
static void put_below(plan *p, em_buf *out, em_str words, double x, bool bold)
{
        em_type type = em_type_tick;
        type.bold = bold;
        double w = em_text_width(words, type.size, bold);
        double left = fmin(fmax(x - w / 2, 0.0), p->x1 - w), y = p->y + BAR;
        for (size_t i = 0; i < p->takens; i++)
                if (left < p->taken[i].x1 + 6 && p->taken[i].x0 < left + w + 6)
                        return;
        p->taken[p->takens].x0 = left;
        p->taken[p->takens++].x1 = left + w;
        type.anchor = "start";
        if (bold)
                type.ink = EM_INK_TEXT;
        em_pen_words(out, words, left, y + 15, type);
}

/* The cap's own words first: they must stand; then the thresholds from the highest down, then zero. */
static void draw_lines(plan *p, em_buf *out)
{
        const em_gauge *g = p->gauge;
        double cap = x_of(p, g->cap);
        size_t n = 0;
        em_pen_line(out, cap, p->y - 3, cap, p->y + BAR + 4, EM_INK_TEXT, 2.0, "5 3");
        put_below(p, out, EM_S("100 %"), cap, true);
        while (n < EM_GAUGE_THRESHOLDS && g->percent[n] > 0)
                n++;
        while (n-- > 0) {
                double x = cap * g->percent[n] / 100.0;
                em_words words;
                int len = snprintf(words.p, sizeof words.p, "%d %%", g->percent[n]);
                em_pen_line(out, x, p->y, x, p->y + BAR + 2, EM_INK_MUTED, 1.0, "2 3");
                put_below(p, out, (em_str){ words.p, (size_t)len }, x, false);
        }
        put_below(p, out, EM_S("0"), 0, false);
}

static void name_cap(const plan *p, em_buf *out)
{
        const em_gauge *g = p->gauge;
        em_words amount = em_amount(g->cap, 1, 3), name;
        int n = snprintf(name.p, sizeof name.p, "cap %s %.*s", amount.p, (int)(g->unit.n < 40 ? g->unit.n : 40),
                         g->unit.n ? g->unit.p : "");
        em_str words = { name.p, (size_t)n < sizeof name.p ? (size_t)n : sizeof name.p - 1 };
        em_type type = em_type_tick;
        double w = em_text_width(words, type.size, true);
        type.bold = true;
        type.ink = EM_INK_TEXT;
        type.anchor = "start";
        em_pen_words(out, words, fmax(0.0, fmin(x_of(p, g->cap) - w / 2, p->x1 - w)), p->y - 6, type);
}

static em_status check(const em_gauge *g, em_error *err)
{
        if (g->cap <= 0 || g->cap == EM_MILLI_MAX)
                return em_fail(err, EM_FORMAT, "a gauge needs a cap over zero");
        if (g->low != EM_MILLI_NONE && (g->high == EM_MILLI_NONE || g->high < g->low || (g->low < 0 && g->low != EM_MILLI_MIN)))
                return em_fail(err, EM_FORMAT, "a gauge's amount is a range upwards from zero");
        for (size_t i = 0; i < EM_GAUGE_THRESHOLDS && g->percent[i]; i++)
                if (g->percent[i] < 0 || g->percent[i] >= 100 || (i && g->percent[i] <= g->percent[i - 1]))
                        return em_fail(err, EM_FORMAT, "thresholds of a gauge rise and stay below 100 percent");
        return EM_OK;
}

em_status em_gauge_svg(const em_gauge *gauge, const em_draw_opts *opts, em_buf *out, em_error *err)
{
        EM_TRY(check(gauge, err));
        em_sheet sheet = em_sheet_make(&gauge->caption, opts);
        em_str none = { 0 };
        plan p = { .gauge = gauge, .top = top_of(gauge), .x1 = sheet.width };
        if (!gauge->caption.title.n && !gauge->caption.subtitle.n)
                sheet.top = 2;
        p.y = sheet.top + NAMES;
        double height = p.y + BAR + AXIS + em_sheet_foot_height(&sheet, none);
        em_sheet_open(out, &sheet, height);
        em_pen_rect(out, 0, p.y, p.x1, BAR, EM_INK_RULE, 0.45);
        if (gauge->low == EM_MILLI_NONE)
                draw_unknown(&p, out);
        else
                draw_bar(&p, out);
        draw_lines(&p, out);
        name_cap(&p, out);
        em_sheet_close(out, &sheet, height, none);
        return em_buf_status(out, err);
}
