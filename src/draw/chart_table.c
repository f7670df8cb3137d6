/* The data behind a picture: as an HTML table for the page, and as bars of
 * block characters for the terminal.  Both walk the same rows as the picture.
 */
#include "draw/plot.h"

/* ---- HTML ------------------------------------------------------------- */

static void cell(em_buf *out, const char *tag, em_str s)
{
        em_buf_fmt(out, "<%s>", tag);
        em_pen_escape(out, s);
        em_buf_fmt(out, "</%c%c>", tag[0], tag[1]);
}

static void number_cell(em_buf *out, const em_chart *chart, em_milli v)
{
        em_words words = em_amount(v, chart->per, 3);
        em_buf_c(out, "<td class=\"n\">");
        if (v == EM_MILLI_MIN || v == EM_MILLI_MAX)
                em_buf_c(out, "not known");
        else
                em_pen_escape(out, em_words_str(&words));
        em_buf_c(out, "</td>");
}

/* Any interval: then low and high need columns of their own. */
static bool any_interval(const em_chart *chart)
{
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        const em_chart_datum *d = &chart->series[s].at[i];
                        if (d->low != EM_MILLI_NONE && d->low != d->high)
                                return true;
                }
        return false;
}

static void head_row(em_buf *out, const em_chart *chart, bool interval)
{
        static const char *const first[] = { "Category", "Day", "Month", "Year" };
        em_buf_fmt(out, "<thead><tr><th scope=\"col\">%s</th>", first[chart->axis]);
        if (chart->series_count > 1)
                em_buf_c(out, "<th scope=\"col\">Series</th>");
        em_buf_fmt(out, "<th scope=\"col\" class=\"n\">%s", interval ? "At least" : "Number");
        if (chart->unit.n) {
                em_buf_c(out, " (");
                em_pen_escape(out, chart->unit);
                em_buf_ch(out, ')');
        }
        em_buf_c(out, "</th>");
        if (interval)
                em_buf_c(out, "<th scope=\"col\" class=\"n\">At most</th>");
        em_buf_c(out, "<th scope=\"col\">Note</th></tr></thead>\n<tbody>\n");
}

static void slot_cell(em_buf *out, const em_chart *chart, const em_chart_datum *d)
{
        em_buf name = em_buf_make(1 << 16);
        bool linked = em_href_ok(d->href);
        em_slot_words(chart, em_slot_of(chart->axis, d->day, d->row), &name);
        em_buf_c(out, "<th scope=\"row\">");
        if (linked) {
                em_buf_c(out, "<a href=\"");
                em_pen_escape(out, d->href);
                em_buf_c(out, "\">");
        }
        em_pen_escape(out, em_buf_view(&name));
        em_buf_c(out, linked ? "</a></th>" : "</th>");
        em_buf_free(&name);
}

/* Publisher, what it restates, what it says: as far as there is any. */
static void note_cell(em_buf *out, const em_chart *chart, const em_chart_datum *d)
{
        const char *between = "";
        em_buf_c(out, "<td>");
        if (d->label.n) {
                em_pen_escape(out, d->label);
                between = "; ";
        }
        if (d->has_stated && (d->stated != d->low || d->stated != d->high)) {
                em_words w = em_amount(d->stated, chart->per, 3);
                em_buf_fmt(out, "%sstated as %s", between, w.p);
                between = "; ";
        }
        if (d->has_was) {
                em_words w = em_amount(d->was, chart->per, 3);
                em_buf_fmt(out, "%searlier %s", between, w.p);
                between = "; ";
        }
        if (d->note.n) {
                em_buf_c(out, between);
                em_pen_escape(out, d->note);
        }
        em_buf_c(out, "</td></tr>\n");
}

static void datum_row(em_buf *out, const em_chart *chart, size_t s, const em_chart_datum *d,
                      bool interval)
{
        em_buf_c(out, "<tr>");
        slot_cell(out, chart, d);
        if (chart->series_count > 1)
                cell(out, "td", chart->series[s].name);
        if (d->low == EM_MILLI_NONE) {
                em_buf_fmt(out, "<td class=\"n\" colspan=\"%d\">not reported</td>", interval ? 2 : 1);
        } else {
                number_cell(out, chart, d->low);
                if (interval)
                        number_cell(out, chart, d->high);
        }
        note_cell(out, chart, d);
}

/* "January 2021 to February 2021" */
static void gap_name(em_buf *out, const em_chart *chart, const em_chart_gap *gap)
{
        int64_t from = em_slot_of(chart->axis, gap->when.from, gap->row);
        int64_t to = em_slot_of(chart->axis, gap->when.to, gap->row);
        em_slot_words(chart, from, out);
        if (to > from && chart->axis != EM_AXIS_CATEGORIES) {
                em_buf_c(out, " to ");
                em_slot_words(chart, to, out);
        }
}

static void gap_row(em_buf *out, const em_chart *chart, const em_chart_gap *gap, bool interval)
{
        em_buf name = em_buf_make(1 << 16);
        gap_name(&name, chart, gap);
        em_buf_c(out, "<tr><th scope=\"row\">");
        em_pen_escape(out, em_buf_view(&name));
        em_buf_c(out, "</th>");
        if (chart->series_count > 1)
                em_buf_c(out, "<td></td>");
        em_buf_fmt(out, "<td class=\"n\" colspan=\"%d\">", interval ? 2 : 1);
        em_pen_escape(out, em_gap_words(gap));
        em_buf_c(out, "</td><td></td></tr>\n");
        em_buf_free(&name);
}

em_status em_chart_table(const em_chart *chart, em_buf *out, em_error *err)
{
        em_assert(chart && out);
        EM_TRY(em_chart_check(chart, err));
        bool interval = any_interval(chart);
        em_buf_c(out, "<table class=\"em-data\"><caption>");
        em_pen_escape(out, chart->caption.title);
        em_buf_c(out, "</caption>");
        head_row(out, chart, interval);
        for (size_t i = 0; i < chart->gap_count; i++)
                gap_row(out, chart, &chart->gaps[i], interval);
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++)
                        datum_row(out, chart, s, &chart->series[s].at[i], interval);
        em_buf_c(out, "</tbody></table>\n");
        return em_buf_status(out, err);
}

/* ---- terminal --------------------------------------------------------- */

typedef struct em_small {
        const em_chart *chart;
        em_milli most;
        size_t   name, number, bar;     /* columns */
        em_buf  *out;
} em_small;

/* s without anything that steers a terminal, cut or padded to columns. */
static void fitted(em_buf *out, em_str s, size_t columns)
{
        em_buf safe = em_buf_make(1 << 16);
        em_pen_plain(&safe, s);
        em_str text = em_buf_view(&safe);
        size_t used = em_utf8_width(text), n = text.n;
        bool cut = used > columns;
        if (cut) {
                n = used = 0;
                for (size_t at = 0; at < text.n;) {
                        size_t from = at;
                        em_utf8_next(text, &at);
                        size_t w = em_utf8_width((em_str){ text.p + from, at - from });
                        if (used + w + 1 > columns)
                                break;
                        used += w;
                        n = at;
                }
        }
        em_buf_str(out, em_str_sub(text, 0, n));
        if (cut) {
                em_buf_c(out, "\xe2\x80\xa6");
                used++;
        }
        for (; used < columns; used++)
                em_buf_ch(out, ' ');
        em_buf_free(&safe);
}

/* Whole cells as full blocks, the rest in eighths: U+2588 down to U+258F. */
static size_t blocks(em_buf *out, uint64_t eighths)
{
        size_t cells = 0;
        for (; eighths >= 8; eighths -= 8, cells++)
                em_buf_c(out, "\xe2\x96\x88");
        if (eighths > 0) {
                em_buf_fmt(out, "\xe2\x96%c", (char)(0x90 - (int)eighths));
                cells++;
        }
        return cells;
}

static uint64_t eighths_of(const em_small *small, em_milli v)
{
        if (v <= 0 || small->most == 0)
                return 0;
        double part = (double)v / (double)small->most;
        uint64_t n = (uint64_t)(part * 8.0 * (double)small->bar + 0.5);
        return n ? n : 1;
}

static void bar_cells(const em_small *small, const em_chart_datum *d)
{
        em_milli low = d->low == EM_MILLI_MIN ? 0 : d->low;
        size_t cells = blocks(small->out, eighths_of(small, low));
        if (d->high == EM_MILLI_MAX) {
                em_buf_c(small->out, "\xe2\x96\x91\xe2\x96\xb8");
                return;
        }
        for (uint64_t end = eighths_of(small, d->high) / 8; cells < end; cells++)
                em_buf_c(small->out, "\xe2\x96\x91");
}

static void datum_name(const em_small *small, size_t s, const em_chart_datum *d, em_buf *out)
{
        const em_chart *chart = small->chart;
        em_slot_words(chart, em_slot_of(chart->axis, d->day, d->row), out);
        em_str more = chart->series_count > 1 ? chart->series[s].name : d->label;
        if (more.n) {
                em_buf_c(out, ", ");
                em_buf_str(out, more);
        }
}

/* Numbers for a terminal: commas, no thin spaces. */
static em_str plain_number(const em_words *words, char out[128])
{
        size_t n = 0;
        for (size_t i = 0; words->p[i]; i++) {
                if (memcmp(words->p + i, "\xe2\x80\xaf", 3) == 0) {
                        out[n++] = ',';
                        i += 2;
                } else {
                        out[n++] = words->p[i];
                }
        }
        return (em_str){ out, n };
}

static void small_row(const em_small *small, size_t s, const em_chart_datum *d)
{
        em_buf name = em_buf_make(1 << 16);
        char plain[128];
        em_words words = em_datum_words(small->chart, d, true);
        em_str number = plain_number(&words, plain);
        datum_name(small, s, d, &name);
        fitted(small->out, em_buf_view(&name), small->name);
        em_buf_c(small->out, "  ");
        for (size_t w = number.n; w < small->number; w++)
                em_buf_ch(small->out, ' ');
        em_buf_str(small->out, number);
        if (d->low != EM_MILLI_NONE) {
                em_buf_c(small->out, "  ");
                bar_cells(small, d);
        }
        em_buf_ch(small->out, '\n');
        em_buf_free(&name);
}

static em_small small_make(const em_chart *chart, size_t width, em_buf *out)
{
        em_small small = { .chart = chart, .most = em_chart_most(chart), .out = out };
        char plain[128];
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++) {
                        em_buf name = em_buf_make(1 << 16);
                        em_words words = em_datum_words(chart, &chart->series[s].at[i], true);
                        size_t w = plain_number(&words, plain).n;
                        datum_name(&small, s, &chart->series[s].at[i], &name);
                        size_t n = em_utf8_width(em_buf_view(&name));
                        small.number = w > small.number ? w : small.number;
                        small.name = n > small.name ? n : small.name;
                        em_buf_free(&name);
                }
        if (small.name > width * 2 / 5)
                small.name = width * 2 / 5;
        /* two blanks twice, and two cells for an open end */
        size_t taken = small.name + small.number + 6;
        small.bar = width > taken + 4 ? width - taken : 4;
        return small;
}

static void small_line(const em_small *small, const char *before, em_str s, size_t width)
{
        if (s.n == 0)
                return;
        em_buf line = em_buf_make(1 << 16);
        em_buf_c(&line, before);
        em_buf_str(&line, s);
        em_str text = em_buf_view(&line);
        size_t columns = em_utf8_width(text);
        fitted(small->out, text, columns < width ? columns : width);
        em_buf_ch(small->out, '\n');
        em_buf_free(&line);
}

em_status em_chart_terminal(const em_chart *chart, size_t width, em_buf *out, em_error *err)
{
        em_assert(chart && out);
        EM_TRY(em_chart_check(chart, err));
        width = width < 40 ? 40 : width;
        em_small small = small_make(chart, width, out);
        small_line(&small, "", chart->caption.title, width);
        small_line(&small, "", chart->caption.subtitle, width);
        small_line(&small, "in ", chart->unit, width);
        for (size_t i = 0; i < chart->gap_count; i++) {
                em_buf name = em_buf_make(1 << 16);
                gap_name(&name, chart, &chart->gaps[i]);
                em_buf_c(&name, ": ");
                em_buf_str(&name, em_gap_words(&chart->gaps[i]));
                small_line(&small, "", em_buf_view(&name), width);
                em_buf_free(&name);
        }
        for (size_t s = 0; s < chart->series_count; s++)
                for (size_t i = 0; i < chart->series[s].count; i++)
                        small_row(&small, s, &chart->series[s].at[i]);
        for (size_t i = 0; i < chart->cap_count; i++) {
                em_words words = em_amount(chart->caps[i].value, chart->per, 3);
                char plain[128];
                em_str number = plain_number(&words, plain);
                em_buf line = em_buf_make(1 << 16);
                em_buf_str(&line, chart->caps[i].name);
                em_buf_c(&line, ": ");
                em_buf_str(&line, number);
                small_line(&small, "- - ", em_buf_view(&line), width);
                em_buf_free(&line);
        }
        small_line(&small, "", chart->caption.foot, width);
        return em_buf_status(out, err);
}
