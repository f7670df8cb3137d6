/* Words: escaping, measuring, wrapping, numbers.
 *
 * A viewer's font is not known here, so text is measured with the widths of
 * DejaVu Sans (Bitstream Vera), the widest of the usual system fonts: what fits
 * by this table fits everywhere.  Wide East Asian signs take a full em.
 */
#include "draw/pen.h"

#include <math.h>

const em_type em_type_tick = { 11.0, EM_INK_MUTED, "middle", false, false };
const em_type em_type_label = { 12.0, EM_INK_TEXT, "start", false, false };

/* A bold sign is up to a fifth wider; words come to about a sixth. */
#define BOLD 1.165

/* Thousandths of an em for U+0020 to U+007E. */
static const uint16_t ascii_widths[95] = {
        317, 400, 459, 837, 636, 950, 779, 274, 390, 390, 500, 837, 317, 360, 317, 336, 636, 636,
        636, 636, 636, 636, 636, 636, 636, 636, 336, 336, 837, 837, 837, 530, 1000, 684, 686, 698,
        770, 631, 575, 774, 751, 294, 294, 655, 557, 862, 748, 787, 603, 787, 694, 634, 610, 731,
        684, 988, 685, 610, 685, 390, 336, 390, 837, 500, 500, 612, 634, 549, 634, 615, 352, 634,
        633, 277, 277, 579, 277, 974, 633, 611, 634, 634, 411, 520, 392, 633, 591, 817, 591, 591,
        524, 636, 336, 636, 837,
};

/* ---- escaping --------------------------------------------------------- */

/* Not for print: control characters (XML 1.0, 2.2 forbids most of them),
 * overrides of the reading direction, which can turn a number around on the
 * page (UAX 9; CVE-2021-42574), and the two non-characters. */
static bool unfit(uint32_t c)
{
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
               (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0xfeff ||
               c == 0xfffe || c == 0xffff;
}

static const char *entity(char c)
{
        switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\'': return "&#39;";
        default: return NULL;
        }
}

static void write_fit(em_buf *out, em_str s, bool escape)
{
        size_t bad = s.n;
        bool whole = em_utf8_ok(s, &bad);
        em_str good = { s.p, whole ? s.n : bad };
        for (size_t at = 0; at < good.n;) {
                size_t from = at;
                uint32_t c = em_utf8_next(good, &at);
                const char *named = escape && c < 0x80 ? entity((char)c) : NULL;
                if (named)
                        em_buf_c(out, named);
                else if (c == '\n' || c == '\t' || c == '\r')
                        em_buf_ch(out, ' ');
                else if (unfit(c))
                        em_buf_c(out, "\xef\xbf\xbd");
                else
                        em_buf_add(out, s.p + from, at - from);
        }
        /* bytes after the first bad one cannot be trusted to line up */
        if (!whole)
                em_buf_c(out, "\xef\xbf\xbd");
}

void em_pen_escape(em_buf *out, em_str s)
{
        write_fit(out, s, true);
}

void em_pen_plain(em_buf *out, em_str s)
{
        write_fit(out, s, false);
}

/* ---- measuring -------------------------------------------------------- */

static unsigned sign_width(uint32_t c)
{
        if (c >= 0x20 && c < 0x7f)
                return ascii_widths[c - 0x20];
        if (c >= 0x300 && c < 0x370)
                return 0;
        if (c == 0x2009 || c == 0x202f)
                return 200;
        if (c >= 0x1100)
                return c >= 0x2000 && c < 0x2e80 ? 840 : 1000;
        return 690;
}

double em_text_width(em_str s, double size, bool bold)
{
        uint64_t sum = 0;
        size_t bad = s.n;
        em_str good = { s.p, em_utf8_ok(s, &bad) ? s.n : bad };
        for (size_t at = 0; at < good.n;)
                sum += sign_width(em_utf8_next(good, &at));
        return (double)sum * size / 1000.0 * (bold ? BOLD : 1.0);
}

/* The longest head of s that fits, at least one sign. */
static size_t fit_bytes(em_str s, double size, bool bold, double width)
{
        size_t bad = s.n;
        em_str good = { s.p, em_utf8_ok(s, &bad) ? s.n : bad };
        double used = 0;
        size_t at = 0, from = 0;
        while (at < good.n) {
                from = at;
                used += (double)sign_width(em_utf8_next(good, &at)) * size / 1000.0 *
                        (bold ? BOLD : 1.0);
                if (used > width && from > 0)
                        return from;
        }
        return s.n;
}

/* A line may end before a blank and after a hyphen or slash inside a word, but
 * not inside a name such as KN-25 or S/2022/132. */
static bool may_break(em_str s, size_t at)
{
        bool joint = s.p[at - 1] == '-' || s.p[at - 1] == '/';
        return s.p[at] == ' ' || (joint && s.p[at] >= 'a' && s.p[at] <= 'z');
}

/* One line off *rest: whole words while they fit, a lone long word cut. */
static em_str take_line(em_str *rest, double size, bool bold, double width, bool *broken)
{
        em_str s = em_str_trim(*rest);
        size_t n = fit_bytes(s, size, bold, width), end = n;
        if (n < s.n) {
                while (end > 0 && !may_break(s, end))
                        end--;
                if (end == 0) {
                        end = n;
                        *broken = true;
                }
        }
        *rest = em_str_trim(em_str_sub(s, end, s.n));
        return em_str_trim(em_str_sub(s, 0, end));
}

em_lines em_text_wrap(em_str s, double size, bool bold, double width, size_t max_lines)
{
        em_lines lines = { .count = 0 };
        em_str rest = em_str_trim(s);
        double dots = 0.9 * size;
        em_assert(max_lines >= 1 && max_lines <= EM_LINES_MAX);
        while (rest.n > 0 && lines.count < max_lines) {
                em_str before = rest;
                em_str line = take_line(&rest, size, bold, width, &lines.broken);
                if (lines.count + 1 == max_lines && rest.n > 0) {
                        line = em_str_trim(em_str_sub(before, 0,
                                fit_bytes(before, size, bold, width - dots)));
                        lines.cut = true;
                }
                double w = em_text_width(line, size, bold) + (lines.cut ? dots : 0.0);
                if (w > lines.width)
                        lines.width = w;
                lines.at[lines.count++] = line;
        }
        return lines;
}

static void open_text(em_buf *out, double x, double y, em_type type)
{
        em_buf_c(out, "<text");
        em_pen_attr(out, "x", x);
        em_pen_attr(out, "y", y);
        em_pen_attr(out, "font-size", type.size);
        if (strcmp(type.anchor, "start") != 0)
                em_buf_fmt(out, " text-anchor=\"%s\"", type.anchor);
        if (type.bold)
                em_buf_c(out, " font-weight=\"600\"");
        if (type.italic)
                em_buf_c(out, " font-style=\"italic\"");
        em_pen_paint(out, type.ink, EM_INK_NONE);
        em_buf_ch(out, '>');
}

void em_pen_words(em_buf *out, em_str s, double x, double y, em_type type)
{
        open_text(out, x, y, type);
        em_pen_escape(out, s);
        em_buf_c(out, "</text>\n");
}

void em_pen_lines(em_buf *out, const em_lines *lines, em_str whole, double x, double y,
                  double leading, em_type type)
{
        if (lines->count == 0)
                return;
        open_text(out, x, y, type);
        if (lines->cut) {
                em_buf_c(out, "<title>");
                em_pen_escape(out, whole);
                em_buf_c(out, "</title>");
        }
        for (size_t i = 0; i < lines->count; i++) {
                if (i > 0) {
                        em_buf_c(out, " <tspan");
                        em_pen_attr(out, "x", x);
                        em_pen_attr(out, "y", y + leading * (double)i);
                        em_buf_ch(out, '>');
                }
                em_pen_escape(out, lines->at[i]);
                if (lines->cut && i + 1 == lines->count)
                        em_buf_c(out, "\xe2\x80\xa6");
                if (i > 0)
                        em_buf_c(out, "</tspan>");
        }
        em_buf_c(out, "</text>\n");
}

/* ---- numbers ---------------------------------------------------------- */

em_str em_words_str(const em_words *w)
{
        return em_str_c(w->p);
}

static void add_words(em_words *w, size_t *at, const char *s)
{
        for (; *s && *at + 1 < sizeof w->p; s++)
                w->p[(*at)++] = *s;
        w->p[*at] = '\0';
}

/* Nearest milli of v / per whose digits past `decimals` are zero.  Amounts and
 * per are far below where this could overflow (em_chart_check). */
static em_milli shown(em_milli v, int64_t per, int decimals)
{
        static const int64_t grain[4] = { 1000, 100, 10, 1 };
        int64_t divisor = per > 1 ? per : 1, step = grain[decimals];
        int64_t unit = divisor * step, half = unit / 2;
        return (v + (v < 0 ? -half : half)) / unit * step;
}

em_words em_amount(em_milli v, int64_t per, int decimals)
{
        em_words w = { { 0 } };
        size_t at = 0;
        char digits[40];
        em_assert(decimals >= 0 && decimals <= 3);
        if (v == EM_MILLI_NONE || v == EM_MILLI_MIN || v == EM_MILLI_MAX) {
                add_words(&w, &at, "no number");
                return w;
        }
        em_milli_text(shown(v, per, decimals), ',', digits);
        for (const char *c = digits; *c; c++) {
                char one[2] = { *c, '\0' };
                add_words(&w, &at, *c == ',' ? "\xe2\x80\xaf" : one);
        }
        return w;
}

em_words em_amount_range(em_milli low, em_milli high, int64_t per, int decimals)
{
        em_words w = { { 0 } }, a = em_amount(low, per, decimals), b = em_amount(high, per, decimals);
        size_t at = 0;
        bool below = low == EM_MILLI_MIN, above = high == EM_MILLI_MAX;
        if (low == EM_MILLI_NONE) {
                add_words(&w, &at, "not reported");
        } else if (below && above) {
                add_words(&w, &at, "no bound known");
        } else if (above) {
                add_words(&w, &at, "at least ");
                add_words(&w, &at, a.p);
        } else if (below || (low == 0 && high > 0)) {
                add_words(&w, &at, "up to ");
                add_words(&w, &at, b.p);
        } else {
                add_words(&w, &at, a.p);
                if (low != high) {
                        add_words(&w, &at, " to ");
                        add_words(&w, &at, b.p);
                }
        }
        return w;
}
