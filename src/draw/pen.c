/* Ink and shapes.  Each colour is written twice: as a plain attribute, which
 * every viewer and every PDF maker understands, and as a class, through which
 * a page's custom properties reach it.  Presentation attributes lose against
 * any CSS rule (SVG 1.1, 6.4), so the page wins where there is one.
 *
 * Series colours: M. Okabe and K. Ito, Color Universal Design, 2002.
 */
#include "draw/pen.h"

#include <math.h>

typedef struct em_ink_row { const char *name, *light, *dark; } em_ink_row;

static const em_ink_row inks[EM_INK_COUNT] = {
        [EM_INK_TEXT] = { "ink", "#1f2328", "#e6e8eb" },
        [EM_INK_MUTED] = { "muted", "#5c646d", "#a3abb3" },
        [EM_INK_RULE] = { "rule", "#dfe2e6", "#353b42" },
        [EM_INK_PAPER] = { "paper", "#ffffff", "#15181c" },
        [EM_INK_PALE] = { "pale", "#a9c6dd", "#3c5b76" },
        [EM_INK_WARN] = { "warn", "#b84a00", "#f0935a" },
        [EM_INK_LAND] = { "land", "#e9e7e2", "#2a2f35" },
        [EM_INK_SEA] = { "sea", "#ffffff", "#15181c" },
        [EM_INK_C1] = { "c1", "#0072b2", "#56b4e9" },
        [EM_INK_C2] = { "c2", "#d55e00", "#f0854a" },
        [EM_INK_C3] = { "c3", "#009e73", "#3cc59a" },
        [EM_INK_C4] = { "c4", "#b5598f", "#e0a0c6" },
        [EM_INK_C5] = { "c5", "#c78500", "#f0b93a" },
        [EM_INK_C6] = { "c6", "#3a94cc", "#9fd3f2" },
};

void em_pen_paint(em_buf *out, em_ink fill, em_ink stroke)
{
        if (fill != EM_INK_NONE && stroke != EM_INK_NONE)
                em_buf_fmt(out, " class=\"f%d s%d\"", (int)fill, (int)stroke);
        else if (fill != EM_INK_NONE)
                em_buf_fmt(out, " class=\"f%d\"", (int)fill);
        else if (stroke != EM_INK_NONE)
                em_buf_fmt(out, " class=\"s%d\"", (int)stroke);
        em_buf_fmt(out, " fill=\"%s\"", fill == EM_INK_NONE ? "none" : inks[fill].light);
        if (stroke != EM_INK_NONE)
                em_buf_fmt(out, " stroke=\"%s\"", inks[stroke].light);
}

void em_pen_stop(em_buf *out, em_ink ink)
{
        em_buf_fmt(out, " class=\"k%d\" stop-color=\"%s\"", (int)ink, inks[ink].light);
}

em_ink em_ink_series(const em_chart *chart, size_t series)
{
        int own = chart->series[series].colour;
        int at = own >= 1 && own <= 6 ? own - 1 : (int)(series % 6);
        return (em_ink)((int)EM_INK_C1 + at);
}

/* The page's own --c1 wins; without it light or dark by the reader's wish.
 * Print is always light. */
static void css_variables(em_buf *out, bool dark)
{
        em_buf_c(out, ".em-draw{");
        for (int i = 0; i < EM_INK_COUNT; i++)
                em_buf_fmt(out, "--d%d:var(--%s,%s);", i, inks[i].name,
                           dark ? inks[i].dark : inks[i].light);
        em_buf_c(out, "}");
}

void em_draw_css(em_buf *out)
{
        css_variables(out, false);
        em_buf_c(out, "\n@media screen and (prefers-color-scheme:dark){");
        css_variables(out, true);
        em_buf_c(out, "}\n");
        for (int i = 0; i < EM_INK_COUNT; i++)
                em_buf_fmt(out, ".em-draw .f%d{fill:var(--d%d)}.em-draw .s%d{stroke:var(--d%d)}"
                           ".em-draw .k%d{stop-color:var(--d%d)}\n", i, i, i, i, i, i);
        em_buf_c(out,
                ".em-draw{max-width:100%;height:auto;font-variant-numeric:tabular-nums}\n"
                ".em-draw a{cursor:pointer}\n"
                ".em-draw a:hover,.em-draw a:focus{opacity:.72}\n"
                ".em-draw a:hover text{text-decoration:underline}\n"
                "table.em-data{border-collapse:collapse;font-family:system-ui,sans-serif;"
                "font-size:.85em;font-variant-numeric:tabular-nums}\n"
                "table.em-data caption{text-align:left;font-weight:600;padding:.3em 0}\n"
                "table.em-data th,table.em-data td{padding:.2em .8em .2em 0;text-align:left;"
                "vertical-align:top;border-bottom:1px solid var(--rule,#8884)}\n"
                "table.em-data .n{text-align:right;white-space:nowrap}\n");
}

/* ---- shapes ----------------------------------------------------------- */

void em_pen_num(em_buf *out, double v)
{
        /* whole tenths through integers: no "-0", no exponent, no locale */
        int64_t tenths = (int64_t)floor(v * 10.0 + 0.5);
        uint64_t size = (uint64_t)(tenths < 0 ? -tenths : tenths);
        if (tenths < 0)
                em_buf_ch(out, '-');
        em_buf_fmt(out, "%llu", (unsigned long long)(size / 10));
        if (size % 10 != 0)
                em_buf_fmt(out, ".%llu", (unsigned long long)(size % 10));
}

void em_pen_attr(em_buf *out, const char *name, double v)
{
        em_buf_fmt(out, " %s=\"", name);
        em_pen_num(out, v);
        em_buf_ch(out, '"');
}

void em_pen_line(em_buf *out, double x0, double y0, double x1, double y1, em_ink ink,
                 double width, const char *dash)
{
        em_buf_c(out, "<line");
        em_pen_attr(out, "x1", x0);
        em_pen_attr(out, "y1", y0);
        em_pen_attr(out, "x2", x1);
        em_pen_attr(out, "y2", y1);
        em_pen_paint(out, EM_INK_NONE, ink);
        em_pen_attr(out, "stroke-width", width);
        if (dash)
                em_buf_fmt(out, " stroke-dasharray=\"%s\"", dash);
        em_buf_c(out, "/>\n");
}

void em_pen_rect(em_buf *out, double x, double y, double w, double h, em_ink fill,
                 double opacity)
{
        em_buf_c(out, "<rect");
        em_pen_attr(out, "x", x);
        em_pen_attr(out, "y", y);
        em_pen_attr(out, "width", w);
        em_pen_attr(out, "height", h);
        em_pen_paint(out, fill, EM_INK_NONE);
        if (opacity < 1.0)
                em_pen_attr(out, "fill-opacity", opacity);
        em_buf_c(out, "/>\n");
}

void em_pen_arrow(em_buf *out, double x, double y, int dx, int dy, em_ink ink)
{
        double bx = x - 5.0 * dx, by = y - 5.0 * dy;
        em_buf_c(out, "<path d=\"M");
        em_pen_num(out, x);
        em_buf_ch(out, ' ');
        em_pen_num(out, y);
        em_buf_ch(out, 'L');
        em_pen_num(out, bx + 3.5 * dy);
        em_buf_ch(out, ' ');
        em_pen_num(out, by + 3.5 * dx);
        em_buf_ch(out, 'L');
        em_pen_num(out, bx - 3.5 * dy);
        em_buf_ch(out, ' ');
        em_pen_num(out, by - 3.5 * dx);
        em_buf_c(out, "Z\"");
        em_pen_paint(out, ink, EM_INK_NONE);
        em_buf_c(out, "/>\n");
}

/* An address inside the page or the site.  No scheme, no host, no blanks and
 * no backslash, which browsers read as a slash: evidence cannot lead away. */
bool em_href_ok(em_str href)
{
        if (href.n < 2 || (href.p[0] != '#' && href.p[0] != '/') || href.p[1] == '/')
                return false;
        for (size_t i = 0; i < href.n; i++)
                if (href.p[i] <= ' ' || href.p[i] > '~' || href.p[i] == '\\')
                        return false;
        return true;
}

bool em_pen_open_link(em_buf *out, em_str href, em_str text)
{
        bool linked = em_href_ok(href);
        if (linked) {
                em_buf_c(out, "<a href=\"");
                em_pen_escape(out, href);
                em_buf_c(out, "\" tabindex=\"-1\">");
        } else {
                em_buf_c(out, "<g>");
        }
        if (text.n) {
                em_buf_c(out, "<title>");
                em_pen_escape(out, text);
                em_buf_c(out, "</title>");
        }
        return linked;
}

void em_pen_close_link(em_buf *out, bool linked)
{
        em_buf_c(out, linked ? "</a>\n" : "</g>\n");
}
