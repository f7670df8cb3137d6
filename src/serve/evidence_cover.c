/* The strip of coverage: for every kind of record one line of time, hatched where nobody claims to have looked, plain
 * where a source claims to be complete, with a bar for each year that has records.  What is drawn stands in words beside it.
 */
#include "serve/evidence.h"

enum { WIDE = 600, HIGH = 26, YEARS_MOST = 150 };

typedef struct strip { int first, last; } strip;        /* years */

static int year_of(em_day day)
{
        int year, month, of_month;
        em_day_split(day, &year, &month, &of_month);
        return year;
}

static void widen(strip *s, int year)
{
        if (year < s->first)
                s->first = year;
        if (year > s->last)
                s->last = year;
}

/* One time axis for all kinds; an open end ("until further notice") does not stretch it. */
static strip axis_of(const em_picture *now)
{
        strip s = {9999, 0};
        for (size_t i = 0; i < now->covereds; i++) {
                const em_covered *c = &now->covered[i];
                for (size_t k = 0; k < c->spans; k++) {
                        widen(&s, year_of(c->span[k].from));
                        if (c->span[k].to != EM_DAY_MAX)
                                widen(&s, year_of(c->span[k].to));
                }
                for (size_t k = 0; k < c->years; k++)
                        widen(&s, c->year[k].year);
        }
        if (s.last - s.first >= YEARS_MOST)
                s.first = s.last - YEARS_MOST + 1;
        return s;
}

/* Thousandths of the strip's width, as "123.4" without a double. */
static void put_at(em_html h, const char *name, int64_t tenths)
{
        em_html_lit(h, " ");
        em_html_c(h, name);
        em_html_lit(h, "=\"");
        em_html_int(h, tenths / 10);
        em_html_lit(h, ".");
        em_html_int(h, tenths % 10);
        em_html_lit(h, "\"");
}

static int64_t x_of(strip s, em_day day)
{
        em_day from = em_day_make(s.first, 1, 1), to = em_day_make(s.last + 1, 1, 1);
        em_day at = day < from ? from : day > to ? to : day;
        return (int64_t)(at - from) * WIDE * 10 / (to - from);
}

static void put_spans(em_html h, strip s, const em_covered *c)
{
        for (size_t i = 0; i < c->spans; i++) {
                int64_t x0 = x_of(s, c->span[i].from), x1 = x_of(s, c->span[i].to < EM_DAY_MAX ? c->span[i].to + 1 : EM_DAY_MAX);
                em_html_lit(h, "<rect class=\"on\" y=\"0\" height=\"26\"");
                put_at(h, "x", x0);
                put_at(h, "width", x1 > x0 ? x1 - x0 : 1);
                em_html_lit(h, "/>");
        }
}

/* Heights go with the count within the kind; a year with one record is still seen. */
static void put_years(em_html h, strip s, const em_covered *c)
{
        int64_t most = 1;
        for (size_t i = 0; i < c->years; i++)
                most = c->year[i].records > most ? c->year[i].records : most;
        for (size_t i = 0; i < c->years; i++) {
                if (c->year[i].year < s.first)
                        continue;
                int64_t x0 = x_of(s, em_day_make(c->year[i].year, 1, 1)), x1 = x_of(s, em_day_make(c->year[i].year + 1, 1, 1));
                int64_t high = 40 + c->year[i].records * (HIGH * 10 - 60) / most;
                em_html_lit(h, "<rect class=\"bar\"");
                put_at(h, "x", x0 + 8);
                put_at(h, "width", x1 - x0 > 26 ? x1 - x0 - 16 : 10);
                put_at(h, "y", HIGH * 10 - high);
                put_at(h, "height", high);
                em_html_lit(h, "><title>");
                em_html_int(h, c->year[i].year);
                em_html_lit(h, ": ");
                em_html_int(h, c->year[i].records);
                em_html_c(h, c->year[i].records == 1 ? " record" : " records");
                em_html_lit(h, "</title></rect>");
        }
}

static void put_strip(em_html h, strip s, const em_covered *c, size_t at)
{
        em_html_lit(h, "<svg class=\"evi-strip\" viewBox=\"0 0 600 26\" preserveAspectRatio=\"none\" role=\"img\"><title>");
        em_html_text(h, c->kind);
        em_html_lit(h, ": ");
        em_html_text(h, c->text);
        em_html_lit(h, "</title><defs><pattern id=\"evi-hatch-");
        em_html_int(h, (int64_t)at);
        em_html_lit(h, "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                       "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern></defs>"
                       "<rect class=\"off\" x=\"0\" y=\"0\" width=\"600\" height=\"26\"/><rect x=\"0\" y=\"0\" width=\"600\" height=\"26\" fill=\"url(#evi-hatch-");
        em_html_int(h, (int64_t)at);
        em_html_lit(h, ")\"/>");
        put_spans(h, s, c);
        put_years(h, s, c);
        em_html_lit(h, "</svg>");
}

static void put_holes(em_html h, const em_covered *c)
{
        char from[11], to[11];
        for (size_t i = 0; i + 1 < c->spans; i++) {
                if (i)
                        em_html_lit(h, "; ");
                em_html_c(h, em_day_text(c->span[i].to + 1, from));
                em_html_lit(h, " to ");
                em_html_c(h, em_day_text(c->span[i + 1].from - 1, to));
        }
}

static void put_kind(em_html h, strip s, const em_covered *c, size_t at)
{
        em_html_lit(h, "<tr><th scope=\"row\">");
        em_html_text(h, c->kind);
        if (em_str_eq(c->role, EM_S("regime")))
                em_html_lit(h, "<br><small>the regime's own</small>");
        em_html_lit(h, "<td class=\"evi-line\">");
        put_strip(h, s, c, at);
        em_html_lit(h, "<td>");
        em_html_text(h, c->text);
        if (c->spans > 1) {
                em_html_lit(h, "<br><b>Holes:</b> ");
                put_holes(h, c);
        }
        em_html_lit(h, "\n");
}

void em_evidence_cover(em_ask *ask, const em_picture *now)
{
        em_html h = ask->h;
        strip   s = axis_of(now);
        em_html_lit(h, "<h2 id=\"coverage\">What is covered, and what is not</h2>\n");
        if (!now->covereds || s.last < s.first) {
                em_html_lit(h, "<p class=\"empty\">No source is read into records yet: a map is chosen by the header of a table.</p>\n");
                return;
        }
        em_html_lit(h, "<p class=\"key\">Plain: a source claims to be complete for these days. Hatched: nobody claims to have looked, so that silence "
                       "there means nothing. Bars: records by the year in which they begin, each kind by its own highest.</p>\n"
                       "<div class=\"table evi-cover\"><table>\n<thead><tr><th scope=\"col\">Kind<th scope=\"col\" class=\"evi-axis\"><span>");
        em_html_int(h, s.first);
        em_html_lit(h, "</span> <span>");
        em_html_int(h, s.last);
        em_html_lit(h, "</span><th scope=\"col\">In words</thead><tbody>\n");
        for (int regime = 0; regime < 2; regime++)
                for (size_t i = 0; i < now->covereds; i++)
                        if (em_str_eq(now->covered[i].role, EM_S("regime")) == (regime == 1))
                                put_kind(h, s, &now->covered[i], i);
        em_html_lit(h, "</tbody></table></div>\n");
}
