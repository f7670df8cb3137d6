/* Pictures, tested by their structure: what a reader of the SVG would measure.
 * A small XML walker stands in for a viewer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embargo/draw.h"
#include "draw/pen.h"
#include "draw/scale.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void assert_near(double value, double expected, double within)
{
        if (!(fabs(value - expected) <= within))
                fail_msg("%.3f is not within %.3f of %.3f", value, within, expected);
}

/* ---- a small XML walker ----------------------------------------------- */

/* Every tag closed in order, attributes quoted, no bare & or <. */
static void assert_well_formed(em_str s)
{
        const char *names[64];
        size_t lengths[64], depth = 0;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '&') {
                        static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;",
                                                             "&#39;" };
                        bool ok = false;
                        for (size_t k = 0; k < COUNT(known); k++)
                                ok = ok || em_str_starts(em_str_sub(s, i, 8), em_str_c(known[k]));
                        assert_true(ok);
                }
                if (s.p[i] != '<')
                        continue;
                if (s.p[i + 1] == '?') {
                        i += (size_t)em_str_find(em_str_sub(s, i, s.n), EM_S("?>"));
                        continue;
                }
                bool close = s.p[i + 1] == '/', quoted = false;
                size_t name = i + 1 + close, end = name, j;
                while (end < s.n && s.p[end] != ' ' && s.p[end] != '>' && s.p[end] != '/')
                        end++;
                for (j = end; j < s.n && (quoted || s.p[j] != '>'); j++) {
                        assert_true(s.p[j] != '<');
                        if (s.p[j] == '"')
                                quoted = !quoted;
                }
                assert_true(j < s.n && !quoted);
                if (close) {
                        assert_true(depth > 0);
                        depth--;
                        assert_int_equal(lengths[depth], end - name);
                        assert_memory_equal(names[depth], s.p + name, end - name);
                } else if (s.p[j - 1] != '/') {
                        assert_true(depth < 64);
                        names[depth] = s.p + name;
                        lengths[depth++] = end - name;
                }
                i = j;
        }
        assert_int_equal(depth, 0);
}

static size_t occurrences(em_str s, const char *needle)
{
        em_str n = em_str_c(needle);
        size_t count = 0;
        for (ptrdiff_t at; (at = em_str_find(s, n)) >= 0; count++)
                s = em_str_sub(s, (size_t)at + n.n, s.n);
        return count;
}

static bool has(em_str s, const char *needle)
{
        return occurrences(s, needle) > 0;
}

/* What follows needle, to the end of s. */
static em_str after(em_str s, const char *needle)
{
        ptrdiff_t at = em_str_find(s, em_str_c(needle));
        if (at < 0)
                print_error("not found: %s\n", needle);
        assert_true(at >= 0);
        return em_str_sub(s, (size_t)at + strlen(needle), s.n);
}

/* The number of the first ` name="` in s. */
static double attr(em_str s, const char *name)
{
        char key[32];
        snprintf(key, sizeof key, " %s=\"", name);
        em_str rest = after(s, key);
        char digits[32] = { 0 };
        memcpy(digits, rest.p, rest.n < 31 ? rest.n : 31);
        return strtod(digits, NULL);
}

/* Every url(#x) and aria-labelledby id is there, and every id once. */
static void assert_ids_resolve(em_str s)
{
        for (em_str rest = s; em_str_find(rest, EM_S("url(#")) >= 0;) {
                rest = after(rest, "url(#");
                char key[96];
                snprintf(key, sizeof key, " id=\"%.*s\"", (int)em_str_find(rest, EM_S(")")), rest.p);
                assert_int_equal(occurrences(s, key), 1);
        }
        for (em_str rest = s; em_str_find(rest, EM_S(" id=\"")) >= 0;) {
                rest = after(rest, " id=\"");
                char key[96];
                snprintf(key, sizeof key, " id=\"%.*s\"", (int)em_str_find(rest, EM_S("\"")), rest.p);
                assert_int_equal(occurrences(s, key), 1);
        }
}

/* ---- examples --------------------------------------------------------- */

#define DAY(y, m) em_day_make((y), (m), 1)

static em_chart_datum plain(em_day day, int64_t number)
{
        return (em_chart_datum){ .day = day, .low = number * 1000, .high = number * 1000 };
}

typedef struct example { em_chart chart; em_chart_series series[2]; em_chart_datum data[8]; } example;

static const em_str three[3] = { EM_S_INIT("one"), EM_S_INIT("two"), EM_S_INIT("three") };

/* March 10, April 5, May not reported, June [2, 4], July at least 3. */
static void example_make(example *ex, em_chart_kind kind)
{
        memset(ex, 0, sizeof *ex);
        ex->data[0] = plain(DAY(2021, 3), 10);
        ex->data[1] = plain(DAY(2021, 4), 5);
        ex->data[2] = (em_chart_datum){ .day = DAY(2021, 5), .low = EM_MILLI_NONE };
        ex->data[3] = (em_chart_datum){ .day = DAY(2021, 6), .low = 2000, .high = 4000 };
        ex->data[4] = (em_chart_datum){ .day = DAY(2021, 7), .low = 3000, .high = EM_MILLI_MAX };
        for (size_t i = 0; i < 5; i++)
                ex->data[i].row = i % 3;
        ex->data[0].text = EM_S("ten");
        ex->data[1].text = EM_S("five");
        ex->series[0] = (em_chart_series){ .name = EM_S("China"), .at = ex->data, .count = 5 };
        ex->series[1] = (em_chart_series){ .name = EM_S("Russia"), .at = ex->data, .count = 2 };
        ex->chart = (em_chart){
                .caption = { EM_S("x"), EM_S("A finding"), EM_S("Barrels by month"),
                             EM_S("Source: a table."), EM_S("Five months") },
                .kind = kind, .axis = EM_AXIS_MONTHS, .unit = EM_S("barrels"),
                .series = ex->series, .series_count = 1,
        };
        if (kind == EM_CHART_DOTS) {
                ex->chart.axis = EM_AXIS_CATEGORIES;
                ex->chart.categories = three;
                ex->chart.category_count = 3;
        }
}

static em_str draw(const em_chart *chart, const em_draw_opts *opts, em_buf *out)
{
        em_error err = { 0 };
        *out = em_buf_make(1 << 22);
        if (em_chart_svg(chart, opts, out, &err) != EM_OK)
                fail_msg("%s", err.text);
        return em_buf_view(out);
}

/* ---- scales ----------------------------------------------------------- */

static void assert_ticks(em_milli most, int want, int64_t per, bool whole, em_milli step,
                         em_milli top)
{
        em_ticks t = em_ticks_make(most, want, per, whole);
        assert_int_equal(t.step, step);
        assert_int_equal(t.top, top);
}

static void ticks_follow_the_1_2_5_rule(void **state)
{
        (void)state;
        /* 41,973 in five steps is 8,395 a step: the next of 1, 2, 5 is 10,000;
         * the fifth tick, 50,000, is the first not below it */
        assert_ticks(41973000, 5, 0, false, 10000000, 50000000);
        assert_ticks(10000, 5, 0, true, 2000, 10000);           /* 10/5 = 2 */
        assert_ticks(6000, 3, 0, true, 2000, 6000);             /* 6/3 = 2 */
        assert_ticks(500000000, 4, 0, false, 200000000, 600000000); /* 125,000 -> 200,000 */
        assert_ticks(51000, 5, 0, false, 20000, 60000);         /* 10.2 -> 20 */
        assert_ticks(700, 5, 0, false, 200, 800);               /* 0.14 -> 0.2 */
        /* 3.89 million in six steps, counted in millions: 0.648 -> 1 million */
        assert_ticks(3890000000, 6, 1000000, false, 1000000000, 4000000000);
}

static void counts_have_no_ticks_between_whole_numbers(void **state)
{
        (void)state;
        assert_ticks(1000, 6, 0, true, 1000, 1000);     /* 1/6 would be 0.2 */
        assert_ticks(3000, 6, 0, true, 1000, 3000);
        assert_ticks(0, 6, 0, true, 1000, 1000);        /* an axis even with nothing on it */
}

static void months_take_equal_steps_whatever_their_length(void **state)
{
        (void)state;
        em_slots slots = { .axis = EM_AXIS_MONTHS, .first = 2021 * 12, .count = 12, .x0 = 0,
                           .x1 = 120 };
        int64_t february = em_slot_of(EM_AXIS_MONTHS, em_day_make(2021, 2, 28), 0);
        assert_near(em_slots_left(&slots, february), 10.0, 1e-9);
        assert_near(em_slots_centre(&slots, february), 15.0, 1e-9);
        /* 15 February: 14 of 28 days gone */
        assert_near(em_slots_day_x(&slots, em_day_make(2021, 2, 15)), 15.0, 1e-9);
        em_span leap = em_slot_span(EM_AXIS_MONTHS, 2024 * 12 + 1);
        assert_int_equal(leap.to, em_day_make(2024, 2, 29));
        assert_int_equal(em_slot_span(EM_AXIS_MONTHS, 9999 * 12 + 11).to, EM_DAY_MAX);
}

/* ---- words ------------------------------------------------------------ */

static void text_is_escaped_and_cannot_steer(void **state)
{
        (void)state;
        em_buf out = em_buf_make(4096);
        em_pen_escape(&out, EM_S("<b>\"R&D\"'\x01\xe2\x80\xae""9\n1"));
        /* U+0001 and the override U+202E become U+FFFD; the line end a blank */
        assert_true(em_str_eq(em_buf_view(&out),
                EM_S("&lt;b&gt;&quot;R&amp;D&quot;&#39;\xef\xbf\xbd\xef\xbf\xbd""9 1")));
        em_buf_clear(&out);
        em_pen_escape(&out, EM_S("good\xff<rest"));
        assert_true(em_str_eq(em_buf_view(&out), EM_S("good\xef\xbf\xbd")));
        em_buf_free(&out);
}

static void only_addresses_inside_the_page_or_site_are_linked(void **state)
{
        (void)state;
        assert_true(em_href_ok(EM_S("#a-january-days")));
        assert_true(em_href_ok(EM_S("/answers/january-days")));
        assert_false(em_href_ok(EM_S("javascript:alert(1)")));
        assert_false(em_href_ok(EM_S("//evil.example/")));
        assert_false(em_href_ok(EM_S("/\\evil.example/")));
        assert_false(em_href_ok(EM_S("/\t/evil.example/")));
        assert_false(em_href_ok(EM_S("https://evil.example/")));
        assert_false(em_href_ok(EM_S("")));
}

static void lines_break_between_words_but_not_inside_a_designation(void **state)
{
        (void)state;
        /* "only the " is 8 signs of about 6 px at 10 px: 60 px hold no more */
        em_lines lines = em_text_wrap(EM_S("only the KN-25 S/2022/132"), 10.0, false, 60.0, 4);
        assert_int_equal(lines.count, 3);
        assert_true(em_str_eq(lines.at[0], EM_S("only the")));
        assert_true(em_str_eq(lines.at[1], EM_S("KN-25")));
        assert_true(em_str_eq(lines.at[2], EM_S("S/2022/132")));
        assert_false(lines.cut);
        assert_false(lines.broken);
        lines = em_text_wrap(EM_S("a name that is much too long"), 10.0, false, 60.0, 1);
        assert_true(lines.cut);
        assert_true(lines.width <= 60.0);
}

static void numbers_say_their_range_in_words(void **state)
{
        (void)state;
        em_words w = em_amount_range(60000, 97000, 0, 3);
        assert_string_equal(w.p, "60 to 97");
        w = em_amount_range(91909000, 91909000, 0, 3);
        assert_string_equal(w.p, "91\xe2\x80\xaf""909");
        w = em_amount_range(50000000000, EM_MILLI_MAX, 1000000, 1);
        assert_string_equal(w.p, "at least 50");
        w = em_amount_range(EM_MILLI_MIN, 9000, 0, 3);
        assert_string_equal(w.p, "up to 9");
        w = em_amount_range(EM_MILLI_NONE, 0, 0, 3);
        assert_string_equal(w.p, "not reported");
        /* 659.13 million to one digit: 659.1 */
        w = em_amount(659130000000, 1000000, 1);
        assert_string_equal(w.p, "659.1");
}

/* ---- charts ----------------------------------------------------------- */

static void every_kind_is_well_formed_and_complete(void **state)
{
        (void)state;
        for (int kind = 0; kind < EM_CHART_KIND_COUNT; kind++) {
                example ex;
                em_buf out;
                em_draw_opts opts = { .standalone = kind % 2 == 0 };
                example_make(&ex, (em_chart_kind)kind);
                ex.chart.series_count = 2;
                em_str s = draw(&ex.chart, &opts, &out);
                assert_well_formed(s);
                assert_ids_resolve(s);
                assert_true(has(s, "role=\"graphics-document\" aria-labelledby=\"x-title x-desc\""));
                assert_true(has(s, "<title id=\"x-title\">A finding</title>"));
                assert_true(has(s, "<desc id=\"x-desc\">Five months</desc>"));
                assert_true(has(s, ">Source: a table.<"));
                em_buf_free(&out);
        }
}

static void the_same_description_gives_the_same_bytes(void **state)
{
        (void)state;
        for (int kind = 0; kind < EM_CHART_KIND_COUNT; kind++) {
                example a, b;
                em_buf first, second;
                example_make(&a, (em_chart_kind)kind);
                example_make(&b, (em_chart_kind)kind);
                assert_true(em_str_eq(draw(&a.chart, NULL, &first), draw(&b.chart, NULL, &second)));
                em_buf_free(&first);
                em_buf_free(&second);
        }
}

static void bars_stand_on_zero_and_their_height_is_the_number(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        example_make(&ex, EM_CHART_BARS);
        em_str s = draw(&ex.chart, NULL, &out);
        em_str ten = after(s, "<title>ten</title>"), five = after(s, "<title>five</title>");
        /* ten is twice five, and both end on the same baseline; print is to 0.1 px */
        assert_near(attr(ten, "height"), 2 * attr(five, "height"), 0.21);
        assert_near(attr(ten, "y") + attr(ten, "height"),
                           attr(five, "y") + attr(five, "height"), 0.21);
        /* the whole height of 230 px is the top tick, which for 10 is 10 */
        assert_near(attr(ten, "height"), 230.0, 0.11);
        em_buf_free(&out);
}

static void what_was_not_reported_is_hatched_and_never_a_zero(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        em_chart_gap gap = { .when = { DAY(2021, 1), DAY(2021, 2) } };
        example_make(&ex, EM_CHART_BARS);
        ex.chart.gaps = &gap;
        ex.chart.gap_count = 1;
        em_str s = draw(&ex.chart, NULL, &out);
        /* the gap of January and February, and that of May */
        assert_int_equal(occurrences(s, "fill=\"url(#x-hatch)\""), 2);
        assert_int_equal(occurrences(s, ">not reported<"), 2);
        assert_false(has(s, "May 2021:"));
        /* ten, five, June and July are data; each says its number on hovering */
        assert_true(has(s, "<title>June 2021: 2 to 4 barrels</title>"));
        assert_true(has(s, "<title>July 2021: at least 3 barrels</title>"));
        em_buf_free(&out);
}

static void a_line_breaks_where_nothing_was_reported(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        example_make(&ex, EM_CHART_LINES);
        em_str s = draw(&ex.chart, NULL, &out);
        /* March-April and June-July, with May missing between */
        assert_int_equal(occurrences(s, "stroke-width=\"2.2\""), 2);
        assert_true(has(s, ">China</text>"));           /* named at its end */
        em_buf_free(&out);
}

static void hostile_text_stays_text_everywhere(void **state)
{
        (void)state;
        em_str evil = EM_S("\"><script>alert(1)</script>");
        em_str names[3] = { evil, evil, evil };
        for (int kind = 0; kind < EM_CHART_KIND_COUNT; kind++) {
                example ex;
                em_buf out;
                em_error err;
                example_make(&ex, (em_chart_kind)kind);
                ex.chart.axis = EM_AXIS_CATEGORIES;
                ex.chart.categories = names;
                ex.chart.category_count = 3;
                ex.chart.caption = (em_caption){ evil, evil, evil, evil, evil };
                ex.chart.unit = evil;
                em_chart_mark mark = { .text = evil, .href = evil, .value = 1000 };
                em_chart_cap cap = { .value = 8000, .name = evil, .percent = { 75 } };
                em_chart_gap gap = { .row = 2, .text = evil };
                ex.series[0].name = ex.series[1].name = evil;
                ex.data[0].text = ex.data[0].href = ex.data[1].label = ex.data[1].note = evil;
                ex.data[3].href = EM_S("javascript:alert(1)");
                ex.chart.series_count = 2;
                ex.chart.marks = &mark;
                ex.chart.caps = &cap;
                ex.chart.gaps = &gap;
                ex.chart.mark_count = ex.chart.cap_count = ex.chart.gap_count = 1;
                em_str s = draw(&ex.chart, NULL, &out);
                assert_well_formed(s);
                assert_false(has(s, "<script"));
                assert_false(has(s, "href="));
                assert_true(has(s, "&lt;script&gt;"));
                /* the only address is the name of the SVG namespace */
                assert_int_equal(occurrences(s, "http"), 1);
                em_buf_clear(&out);
                assert_int_equal(em_chart_table(&ex.chart, &out, &err), EM_OK);
                assert_well_formed(em_buf_view(&out));
                assert_false(has(em_buf_view(&out), "<script"));
                assert_false(has(em_buf_view(&out), "href="));
                em_buf_free(&out);
        }
}

static void thresholds_stand_at_their_share_of_the_cap(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        em_chart_cap cap = { .value = 500000000, .name = EM_S("cap"), .percent = { 75, 90, 95 } };
        example_make(&ex, EM_CHART_CUMULATIVE);
        ex.chart.caps = &cap;
        ex.chart.cap_count = 1;
        em_str s = draw(&ex.chart, NULL, &out);
        assert_true(has(s, ">75 %: 375\xe2\x80\xaf""000<"));
        assert_true(has(s, ">90 %: 450\xe2\x80\xaf""000<"));
        assert_true(has(s, ">95 %: 475\xe2\x80\xaf""000<"));
        assert_true(has(s, ">100 %: 500\xe2\x80\xaf""000<"));
        /* the dashed cap line lies at 500,000 of a top of 500,000 on 280 px;
         * the 75 % line a quarter of that, 70 px, lower */
        double cap_y = NAN, low_y = NAN;
        for (em_str rest = s; em_str_find(rest, EM_S("<line")) >= 0;) {
                rest = after(rest, "<line");
                em_str one = em_str_sub(rest, 0, (size_t)em_str_find(rest, EM_S("/>")));
                if (has(one, "dasharray=\"6 4\""))
                        cap_y = attr(one, "y1");
                if (has(one, "dasharray=\"2 4\"") && !(low_y > attr(one, "y1")))
                        low_y = attr(one, "y1");
        }
        assert_near(low_y - cap_y, 70.0, 0.21);
        em_buf_free(&out);
}

static void a_restatement_shows_the_old_number_and_an_arrow_to_the_new(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        example_make(&ex, EM_CHART_DOTS);
        ex.data[0] = (em_chart_datum){ .row = 0, .low = 429000, .high = 429000, .has_was = true,
                                       .was = 100000, .text = EM_S("restated") };
        ex.series[0].count = 1;
        em_str s = after(draw(&ex.chart, NULL, &out), "<title>restated</title>");
        em_str old = after(s, "<circle"), line = after(s, "<line");
        em_str new = after(old, "<circle");
        /* hollow old dot at 100, full new one at 429: the line runs between them */
        assert_true(attr(line, "x1") > attr(old, "cx"));
        assert_true(attr(line, "x2") < attr(new, "cx"));
        assert_true(has(s, ">429, earlier 100<"));
        em_buf_free(&out);
}

static void a_datum_leads_to_its_evidence(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        em_error err;
        example_make(&ex, EM_CHART_BARS);
        ex.data[0].href = EM_S("#a-january-days");
        em_str s = draw(&ex.chart, NULL, &out);
        assert_true(has(s, "<a href=\"#a-january-days\" tabindex=\"-1\"><title>ten</title>"));
        em_buf_clear(&out);
        assert_int_equal(em_chart_table(&ex.chart, &out, &err), EM_OK);
        s = em_buf_view(&out);
        assert_true(has(s, "<th scope=\"row\"><a href=\"#a-january-days\">March 2021</a></th>"
                           "<td class=\"n\">10</td><td class=\"n\">10</td>"));
        assert_true(has(s, "May 2021</th><td class=\"n\" colspan=\"2\">not reported</td>"));
        assert_true(has(s, "<td class=\"n\">3</td><td class=\"n\">not known</td>"));
        em_buf_free(&out);
}

/* ---- no words over words ---------------------------------------------- */

typedef struct label { double x0, y0, x1, y1; em_str words; } label;

/* Boxes of all lines of text, a little smaller than measured: the measure is
 * generous, and touching edges are no overlap. */
static size_t labels_of(em_str s, label *at, size_t cap)
{
        size_t n = 0;
        while (em_str_find(s, EM_S("<text")) >= 0) {
                s = after(s, "<text");
                em_str whole = em_str_sub(s, 0, (size_t)em_str_find(s, EM_S("</text>")));
                em_cut head = em_str_cut(whole, '>');
                double size = attr(head.head, "font-size"), x = attr(head.head, "x");
                double y = attr(head.head, "y");
                em_str rest = head.tail;
                for (bool more = true; more && n < cap; n++) {
                        em_cut line = em_str_cut(rest, '<');
                        double w = em_text_width(line.head, size, has(head.head, "font-weight"));
                        double x0 = has(head.head, "\"middle\"") ? x - w / 2
                                    : has(head.head, "\"end\"") ? x - w : x;
                        at[n] = (label){ x0 + 2, y - size * 0.6, x0 + w - 2, y, line.head };
                        more = em_str_find(rest, EM_S("<tspan")) >= 0;
                        if (more) {
                                rest = after(rest, "<tspan");
                                y = attr(rest, "y");
                                rest = em_str_cut(rest, '>').tail;
                        }
                }
        }
        return n;
}

static void words_do_not_lie_over_words(void **state)
{
        (void)state;
        example ex;
        em_buf out;
        label at[200];
        em_chart_mark marks[3] = {
                { .when = { DAY(2021, 3), DAY(2021, 3) }, .value = 10000,
                  .text = EM_S("ten in March, the largest of the year") },
                { .when = { DAY(2021, 4), DAY(2021, 4) }, .value = 5000,
                  .text = EM_S("half of it a month later, as reported") },
                { .when = { DAY(2021, 6), DAY(2021, 7) }, .value = 4000,
                  .text = EM_S("crossed between June and July") },
        };
        em_chart_cap cap = { .value = 4500, .name = EM_S("cap of four and a half"),
                             .percent = { 75, 90, 95 } };
        em_chart_kind kinds[] = { EM_CHART_BARS, EM_CHART_RANGE, EM_CHART_CUMULATIVE };
        for (size_t k = 0; k < COUNT(kinds); k++) {
                example_make(&ex, kinds[k]);
                ex.chart.marks = marks;
                ex.chart.mark_count = 3;
                ex.chart.caps = &cap;
                ex.chart.cap_count = 1;
                size_t n = labels_of(draw(&ex.chart, NULL, &out), at, COUNT(at));
                assert_true(n > 20);
                for (size_t i = 0; i < n; i++) {
                        assert_true(at[i].x0 > -4.0 && at[i].x1 < 764.0);
                        for (size_t j = 0; j < i; j++) {
                                bool apart = at[i].x1 <= at[j].x0 || at[j].x1 <= at[i].x0 ||
                                             at[i].y1 <= at[j].y0 || at[j].y1 <= at[i].y0;
                                if (!apart)
                                        print_error("\"%.*s\" lies over \"%.*s\"\n",
                                                    EM_ARG(at[i].words), EM_ARG(at[j].words));
                                assert_true(apart);
                        }
                }
                em_buf_free(&out);
        }
}

/* ---- panels ----------------------------------------------------------- */

static void panels_share_their_time_axis(void **state)
{
        (void)state;
        example a, b;
        em_buf out = em_buf_make(1 << 20);
        em_error err = { 0 };
        example_make(&a, EM_CHART_BARS);
        example_make(&b, EM_CHART_BARS);
        /* the second panel has only April, and much larger numbers */
        b.series[0].at = &b.data[1];
        b.series[0].count = 1;
        b.data[1].low = b.data[1].high = 41973000;
        b.data[1].text = EM_S("alone");
        em_chart both[2] = { a.chart, b.chart };
        assert_int_equal(em_chart_panels(&a.chart.caption, both, 2, NULL, &out, &err), EM_OK);
        em_str s = em_buf_view(&out);
        assert_well_formed(s);
        assert_ids_resolve(s);
        assert_near(attr(after(s, "<title>five</title>"), "x"),
                           attr(after(s, "<title>alone</title>"), "x"), 0.01);
        em_buf_free(&out);
}

static void a_dot_plot_is_no_panel(void **state)
{
        (void)state;
        example ex;
        em_buf out = em_buf_make(1 << 20);
        em_error err = { 0 };
        example_make(&ex, EM_CHART_DOTS);
        assert_int_equal(em_chart_panels(&ex.chart.caption, &ex.chart, 1, NULL, &out, &err),
                         EM_FORMAT);
        assert_int_equal(em_chart_panels(&ex.chart.caption, &ex.chart, 99, NULL, &out, &err),
                         EM_LIMIT);
        assert_int_equal(out.n, 0);
        em_buf_free(&out);
}

/* ---- refusals --------------------------------------------------------- */

static void assert_refused(const example *ex, em_status expected)
{
        em_error err = { 0 };
        em_buf out = em_buf_make(1 << 20);
        assert_int_equal(em_chart_svg(&ex->chart, NULL, &out, &err), expected);
        assert_int_equal(out.n, 0);
        assert_true(strlen(err.text) > 10);
        em_buf_free(&out);
}

static void what_cannot_be_drawn_is_refused_in_a_sentence(void **state)
{
        (void)state;
        example ex;
        example_make(&ex, EM_CHART_BARS);
        ex.data[0].low = -1000;
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_BARS);
        ex.data[3].high = 1000;                         /* low is 2000 */
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_BARS);
        ex.data[0].day = EM_DAY_NONE;
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_BARS);
        ex.chart.span = (em_span){ DAY(2021, 4), DAY(2021, 12) };       /* March is outside */
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_DOTS);
        ex.data[0].row = 3;
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_DOTS);
        ex.chart.axis = EM_AXIS_MONTHS;
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_BARS);
        ex.chart.series_count = 0;
        assert_refused(&ex, EM_FORMAT);
        example_make(&ex, EM_CHART_BARS);
        ex.series[0].count = EM_CHART_DATA_MAX + 1;
        assert_refused(&ex, EM_LIMIT);
        example_make(&ex, EM_CHART_BARS);
        ex.data[0].high = EM_MILLI_MAX - 1;
        assert_refused(&ex, EM_LIMIT);
}

static void a_full_buffer_is_an_error_and_not_half_a_picture(void **state)
{
        (void)state;
        example ex;
        em_error err = { 0 };
        em_buf out = em_buf_make(500);
        example_make(&ex, EM_CHART_BARS);
        assert_int_equal(em_chart_svg(&ex.chart, NULL, &out, &err), EM_NOMEM);
        em_buf_free(&out);
}

/* ---- terminal --------------------------------------------------------- */

static void the_terminal_form_draws_to_scale(void **state)
{
        (void)state;
        em_chart_datum data[3] = { { .row = 0, .low = 10000, .high = 10000 },
                                   { .row = 1, .low = 5000, .high = 5000 },
                                   { .row = 2, .low = EM_MILLI_NONE } };
        em_chart_series series = { .at = data, .count = 2 };
        em_chart chart = { .axis = EM_AXIS_CATEGORIES, .categories = three, .category_count = 3,
                           .series = &series, .series_count = 1 };
        em_buf out = em_buf_make(1 << 16), want = em_buf_make(1 << 16);
        em_error err = { 0 };
        assert_int_equal(em_chart_terminal(&chart, 40, &out, &err), EM_OK);
        /* 40 columns less 3 for "one", 2 for "10" and 6 for the spaces: 29 for
         * ten, 14 and a half for five (U+258C is the left half of a cell) */
        em_buf_c(&want, "one  10  ");
        for (int i = 0; i < 29; i++)
                em_buf_c(&want, "\xe2\x96\x88");
        em_buf_c(&want, "\ntwo   5  ");
        for (int i = 0; i < 14; i++)
                em_buf_c(&want, "\xe2\x96\x88");
        em_buf_c(&want, "\xe2\x96\x8c\n");
        assert_true(em_str_eq(em_buf_view(&out), em_buf_view(&want)));
        series.count = 3;
        em_buf_clear(&out);
        assert_int_equal(em_chart_terminal(&chart, 60, &out, &err), EM_OK);
        assert_true(has(em_buf_view(&out), "three  not reported\n"));
        em_buf_free(&out);
        em_buf_free(&want);
}

static void the_terminal_form_passes_no_escape_and_no_long_line(void **state)
{
        (void)state;
        em_str evil[1] = { EM_S_INIT("\x1b[31mred\x1b]0;title\x07 and a very long name indeed") };
        em_chart_datum datum = { .low = 2000, .high = EM_MILLI_MAX };
        em_chart_series series = { .at = &datum, .count = 1 };
        em_chart chart = { .caption = { .title = evil[0] }, .axis = EM_AXIS_CATEGORIES,
                           .categories = evil, .category_count = 1, .series = &series,
                           .series_count = 1 };
        em_buf out = em_buf_make(1 << 16);
        em_error err = { 0 };
        assert_int_equal(em_chart_terminal(&chart, 40, &out, &err), EM_OK);
        em_str rest = em_buf_view(&out);
        assert_false(has(rest, "\x1b"));
        assert_false(has(rest, "\x07"));
        assert_true(has(rest, "at least 2"));
        while (rest.n > 0) {
                em_cut line = em_str_cut(rest, '\n');
                assert_true(em_utf8_width(line.head) <= 40);
                rest = line.tail;
        }
        em_buf_free(&out);
}

/* ---- maps ------------------------------------------------------------- */

static em_str draw_atlas(const em_atlas *atlas, em_buf *out)
{
        em_error err = { 0 };
        *out = em_buf_make(1 << 22);
        if (em_atlas_svg(atlas, NULL, out, &err) != EM_OK)
                fail_msg("%s", err.text);
        return em_buf_view(out);
}

static double distance_px(em_str s, const char *from, const char *to)
{
        em_str a = after(s, from), b = after(s, to);
        return hypot(attr(a, "cx") - attr(b, "cx"), attr(a, "cy") - attr(b, "cy"));
}

/* Length of the scale bar in px: "M14 740v5h93.6v-5". */
static double scale_px(em_str s)
{
        em_str d = after(after(s, "class=\"em-scale"), " d=\"M");
        return strtod(after(d, "v5h").p, NULL);
}

static void the_scale_bar_measures_known_distances(void **state)
{
        (void)state;
        const em_atlas_point points[] = {
                { .lat_e7 = 395000000, .lon_e7 = 1270000000, .text = EM_S_INIT("south") },
                { .lat_e7 = 405000000, .lon_e7 = 1270000000, .text = EM_S_INIT("north") },
                { .lat_e7 = 395000000, .lon_e7 = 1290000000, .text = EM_S_INIT("east") },
        };
        em_atlas atlas = { .caption = { .id = EM_S("m") }, .points = points, .point_count = 3 };
        em_buf out;
        em_str s = draw_atlas(&atlas, &out);
        assert_well_formed(s);
        assert_ids_resolve(s);
        assert_true(has(s, ">100 km<"));
        double km_per_px = 100.0 / scale_px(s);
        /* a degree of the meridian: 6371.0088 km * pi / 180 = 111.195 km */
        assert_near(distance_px(s, "<title>south", "<title>north") * km_per_px, 111.195,
                           0.6);
        /* two degrees along 39.5 N, great circle: haversine = cos^2(39.5) sin^2(1)
         * = 0.595408 * 0.000304586 -> 2 asin(0.0134668) * 6371.0088 = 171.60 km */
        assert_near(distance_px(s, "<title>south", "<title>east") * km_per_px, 171.60, 0.9);
        em_buf_free(&out);
}

static void north_is_up_and_a_place_lies_on_its_coast(void **state)
{
        (void)state;
        const em_atlas_point points[] = {
                { .lat_e7 = 380000000, .lon_e7 = 1275000000, .text = EM_S_INIT("south") },
                { .lat_e7 = 420000000, .lon_e7 = 1275000000, .text = EM_S_INIT("north") },
        };
        em_atlas atlas = { .points = points, .point_count = 2 };
        em_buf out;
        em_str s = draw_atlas(&atlas, &out);
        em_str south = after(s, "<title>south"), north = after(s, "<title>north");
        /* 127.5 E is the middle of the box: straight up, in the middle of 760 px */
        assert_near(attr(south, "cx"), 380.0, 0.11);
        assert_near(attr(north, "cx"), 380.0, 0.11);
        assert_true(attr(north, "cy") < attr(south, "cy"));
        em_buf_free(&out);
}

static void a_map_names_its_origin_and_what_it_leaves_out(void **state)
{
        (void)state;
        const em_atlas_point points[] = {
                { .lat_e7 = 400000000, .lon_e7 = 1270000000, .count = 9,
                  .name = EM_S_INIT("<script>"), .href = EM_S_INIT("#site") },
                { .lat_e7 = 10000000, .lon_e7 = 1038000000, .count = 1,
                  .name = EM_S_INIT("Singapore") },
        };
        em_atlas atlas = { .unit = EM_S("missiles"), .points = points, .point_count = 2 };
        em_buf out;
        em_error err;
        em_str s = draw_atlas(&atlas, &out);
        assert_well_formed(s);
        assert_true(has(s, "Natural Earth"));
        assert_true(has(s, "no position is taken"));
        assert_true(has(s, "1 place lies outside this map."));
        assert_false(has(s, "<script"));
        assert_true(has(s, "<a href=\"#site\" tabindex=\"-1\"><title>&lt;script&gt;: 9 missiles"));
        em_buf_clear(&out);
        assert_int_equal(em_atlas_table(&atlas, &out, &err), EM_OK);
        s = em_buf_view(&out);
        assert_well_formed(s);
        assert_true(has(s, "Singapore</th><td class=\"n\">1</td>"));    /* the table has all */
        em_buf_free(&out);
}

static void circles_grow_by_area(void **state)
{
        (void)state;
        const em_atlas_point points[] = {
                { .lat_e7 = 400000000, .lon_e7 = 1260000000, .count = 16, .text = EM_S_INIT("p16") },
                { .lat_e7 = 410000000, .lon_e7 = 1280000000, .count = 4, .text = EM_S_INIT("p4") },
        };
        em_atlas atlas = { .points = points, .point_count = 2 };
        em_buf out;
        em_str s = draw_atlas(&atlas, &out);
        /* four times the count: twice the radius */
        assert_near(attr(after(s, "<title>p16"), "r"), 2 * attr(after(s, "<title>p4"), "r"),
                           0.11);
        em_buf_free(&out);
}

static void a_box_that_is_none_is_refused(void **state)
{
        (void)state;
        em_error err = { 0 };
        em_buf out = em_buf_make(1 << 20);
        em_atlas atlas = { .box = { 1300000000, 370000000, 1230000000, 435000000 } };
        assert_int_equal(em_atlas_svg(&atlas, NULL, &out, &err), EM_FORMAT);
        atlas.box = (em_atlas_box){ 1200000000, -100000000, 1300000000, 50000000 };
        assert_int_equal(em_atlas_svg(&atlas, NULL, &out, &err), EM_FORMAT);
        const em_atlas_point off = { .lat_e7 = 900000001 };
        atlas = (em_atlas){ .points = &off, .point_count = 1 };
        assert_int_equal(em_atlas_svg(&atlas, NULL, &out, &err), EM_FORMAT);
        assert_int_equal(out.n, 0);
        em_buf_free(&out);
}

/* ---- the page --------------------------------------------------------- */

static void the_rules_know_every_class_that_a_picture_uses(void **state)
{
        (void)state;
        em_buf css = em_buf_make(1 << 16), out;
        em_draw_css(&css);
        example ex;
        example_make(&ex, EM_CHART_RANGE);
        for (em_str s = draw(&ex.chart, NULL, &out); em_str_find(s, EM_S("class=\"")) >= 0;) {
                s = after(s, "class=\"");
                em_str list = em_str_cut(s, '"').head, name;
                while (em_str_word(&list, &name)) {
                        char rule[32];
                        if (em_str_starts(name, EM_S("em-")))
                                continue;
                        snprintf(rule, sizeof rule, ".em-draw .%.*s{", EM_ARG(name));
                        assert_true(has(em_buf_view(&css), rule));
                }
        }
        assert_true(has(em_buf_view(&css), "@media screen and (prefers-color-scheme:dark)"));
        assert_true(has(em_buf_view(&css), "var(--c1,#0072b2)"));      /* Okabe and Ito's blue */
        em_buf_free(&out);
        em_buf_free(&css);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ticks_follow_the_1_2_5_rule),
                cmocka_unit_test(counts_have_no_ticks_between_whole_numbers),
                cmocka_unit_test(months_take_equal_steps_whatever_their_length),
                cmocka_unit_test(text_is_escaped_and_cannot_steer),
                cmocka_unit_test(only_addresses_inside_the_page_or_site_are_linked),
                cmocka_unit_test(lines_break_between_words_but_not_inside_a_designation),
                cmocka_unit_test(numbers_say_their_range_in_words),
                cmocka_unit_test(every_kind_is_well_formed_and_complete),
                cmocka_unit_test(the_same_description_gives_the_same_bytes),
                cmocka_unit_test(bars_stand_on_zero_and_their_height_is_the_number),
                cmocka_unit_test(what_was_not_reported_is_hatched_and_never_a_zero),
                cmocka_unit_test(a_line_breaks_where_nothing_was_reported),
                cmocka_unit_test(hostile_text_stays_text_everywhere),
                cmocka_unit_test(thresholds_stand_at_their_share_of_the_cap),
                cmocka_unit_test(a_restatement_shows_the_old_number_and_an_arrow_to_the_new),
                cmocka_unit_test(a_datum_leads_to_its_evidence),
                cmocka_unit_test(words_do_not_lie_over_words),
                cmocka_unit_test(panels_share_their_time_axis),
                cmocka_unit_test(a_dot_plot_is_no_panel),
                cmocka_unit_test(what_cannot_be_drawn_is_refused_in_a_sentence),
                cmocka_unit_test(a_full_buffer_is_an_error_and_not_half_a_picture),
                cmocka_unit_test(the_terminal_form_draws_to_scale),
                cmocka_unit_test(the_terminal_form_passes_no_escape_and_no_long_line),
                cmocka_unit_test(the_scale_bar_measures_known_distances),
                cmocka_unit_test(north_is_up_and_a_place_lies_on_its_coast),
                cmocka_unit_test(a_map_names_its_origin_and_what_it_leaves_out),
                cmocka_unit_test(circles_grow_by_area),
                cmocka_unit_test(a_box_that_is_none_is_refused),
                cmocka_unit_test(the_rules_know_every_class_that_a_picture_uses),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
