/* The charts and maps of the regime: all of them small, and one by itself with all that stands behind it. */
#include "serve/case_words.h"
#include "serve/rows.h"
#include "serve/case_words.h"

#include <stdio.h>

typedef struct shown { em_chart_seen seen; em_str why; } shown;         /* why: it could not be asked */

static em_status see_all(em_ask *ask, em_picture *now, shown **ret_list, size_t *ret_count, em_error *err)
{
        em_str *name = NULL;
        size_t  count = 0;
        EM_TRY(em_view_charts(now->view, ask->arena, &name, &count, err));
        shown *list = EM_NEW_N(ask->arena, shown, count + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the charts");
        for (size_t i = 0; i < count; i++) {
                em_error  why = {0};
                char      text[1100];
                em_status s = em_view_chart(now->view, name[i], false, ask->arena, &list[i].seen, &why);
                if (s == EM_NOMEM || s == EM_BUG)
                        return em_fail(err, s, "%s", why.text);
                list[i].seen.name = name[i];
                if (s != EM_OK)         /* one wrong chart must not hide the others */
                        EM_TRY(em_str_copy(em_str_c(em_error_text(&why, text, sizeof text)), ask->arena, &list[i].why, err));
        }
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

static em_str joined(em_ask *ask, const em_str *text, size_t count)
{
        em_str all = count ? text[0] : EM_S("");
        for (size_t i = 1; i < count; i++)
                all = em_grid_text(ask->arena, "%.*s %.*s", EM_ARG(all), EM_ARG(text[i]));
        return all;
}

static em_status list_data(em_ask *ask, const shown *list, size_t count, em_error *err)
{
        static const em_grid_column columns[] = {
                {"chart", "Chart", EM_AS_CODE, "/charts/", NULL}, {"kind", "Kind", EM_AS_TEXT, NULL, NULL},
                {"title", "Title", EM_AS_TEXT, NULL, NULL}, {"unit", "Unit", EM_AS_TEXT, NULL, NULL},
                {"questions", "Questions", EM_AS_TEXT, NULL, NULL}, {"state", "State", EM_AS_TEXT, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < count; i++) {
                const em_chart_seen *c = &list[i].seen;
                em_str cell[] = {c->name, c->map ? EM_S("map") : EM_S("chart"), c->title, c->unit, joined(ask, c->question, c->questions),
                                 list[i].why.n ? list[i].why : c->empty ? EM_S("nothing to draw") : EM_S("drawn")};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.charts/1", &grid, err);
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static em_status put_small(em_ask *ask, const em_chart_seen *c, em_error *err)
{
        em_html h = ask->h;
        em_html_lit(h, "<figure class=\"fig charts-one\">\n");
        EM_TRY(em_chart_seen_svg(c, "s", &(em_draw_opts){.width = 380}, &ask->reply->body, err));
        em_html_lit(h, "<figcaption><a");
        em_page_href(ask, "/charts/", c->name);
        em_html_lit(h, ">Large, with its table and its question<span class=\"unseen\">: ");
        em_html_text(h, c->title);
        em_html_lit(h, "</span></a></figcaption></figure>\n");
        return EM_OK;
}

static void put_absent(em_ask *ask, const shown *list, size_t count)
{
        em_html h = ask->h;
        bool    any = false;
        for (size_t i = 0; i < count; i++) {
                if (!list[i].seen.empty && !list[i].why.n)
                        continue;
                if (!any)
                        em_html_lit(h, "<h2>Not drawn</h2>\n<p>The regime has these too, but on this evidence there is nothing to draw.</p>\n<ul>\n");
                any = true;
                em_html_lit(h, "<li>");
                em_page_link(ask, "/charts/", list[i].seen.name, list[i].seen.title.n ? list[i].seen.title : list[i].seen.name);
                if (list[i].why.n) {
                        em_html_lit(h, ": ");
                        em_html_text(h, list[i].why);
                }
                em_html_lit(h, "</li>\n");
        }
        if (any)
                em_html_lit(h, "</ul>\n");
}

static em_status answer_charts(em_ask *ask, em_error *err)
{
        em_picture *now;
        shown      *list = NULL;
        size_t      count = 0, drawn = 0;
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(see_all(ask, now, &list, &count, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return list_data(ask, list, count, err);
        for (size_t i = 0; i < count; i++)
                drawn += !list[i].seen.empty && !list[i].why.n;
        em_page_open(ask, &(em_page){.title = EM_S("Charts"), .nav = "charts", .wide = true, .command = EM_S("report"),
                .lede = EM_S("What the regime draws of the evidence, as the report prints it. A title states what the numbers say, and "
                             "changes when they no longer say it.")});
        em_html_lit(ask->h, "<div class=\"charts-all\">\n");
        for (size_t i = 0; i < count; i++)
                if (!list[i].seen.empty && !list[i].why.n)
                        EM_TRY(put_small(ask, &list[i].seen, err));
        em_html_lit(ask->h, "</div>\n");
        if (!drawn)
                em_html_lit(ask->h, "<p class=\"empty\">Nothing can be drawn yet: the case holds no evidence for any chart. "
                                    "<code>embargo add FILE</code> takes some.</p>\n");
        put_absent(ask, list, count);
        return em_page_close(ask, err);
}

/* ---- one ------------------------------------------------------------------------------------------------ */

static void put_questions(em_ask *ask, const em_picture *now, const em_chart_seen *c)
{
        em_html h = ask->h;
        if (!c->questions)
                return;
        em_html_lit(h, "<h2>What it rests on</h2>\n<ul class=\"charts-asks\">\n");
        for (size_t i = 0; i < c->questions; i++) {
                const em_answer *a = em_findings_get(em_view_findings(now->view), c->question[i]);
                em_html_lit(h, "<li>");
                em_page_link(ask, "/findings/", c->question[i], a ? em_question_asks(a->question) : c->question[i]);
                if (a) {
                        em_html_lit(h, " ");
                        em_put_verdict(ask, a->verdict);
                }
                em_html_lit(h, "</li>\n");
        }
        em_html_lit(h, "</ul>\n");
}

static void put_file(em_ask *ask, const em_chart_seen *c)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2>How it is made</h2>\n<p>The regime's <code>charts/");
        em_html_text(h, c->name);
        em_html_lit(h, ".sql</code>, a header and one SELECT over the case's views. <a href=\"/sql?q=");
        em_html_url(h, c->sql);
        em_page_and_known(ask);
        em_html_lit(h, "\">Ask it on the SQL page</a>.</p>\n<pre class=\"charts-sql\" tabindex=\"0\"><code>");
        em_html_text(h, c->text);
        em_html_lit(h, "</code></pre>\n");
}

static void put_ways_out(em_ask *ask, const em_chart_seen *c)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"charts-out\">");
        if (!c->empty) {
                em_html_lit(h, "<a download href=\"/charts/");
                em_html_url(h, c->name);
                em_html_lit(h, ".svg");
                if (h.known.n) {
                        em_html_lit(h, "?known=");
                        em_html_url(h, h.known);
                }
                em_html_lit(h, "\">Download the picture (SVG)</a> ");
        }
        em_html_lit(h, "<a");
        em_page_href(ask, "/charts", (em_str){0});
        em_html_lit(h, ">All charts</a></p>\n");
}

/* To who cannot see it a picture is one thing, in which no link can stand (ARIA's role img): its table has the links. */
static em_status put_picture(em_ask *ask, const em_chart_seen *plain, const em_chart_seen *c, em_error *err)
{
        em_html h = ask->h;
        em_buf *out = &ask->reply->body;
        if (c->empty) {
                em_html_lit(h, "<p class=\"empty\">There is nothing to draw on this evidence, as known on that day. "
                               "The SELECT below says which records it would need.</p>\n");
                return EM_OK;
        }
        em_html_lit(h, "<figure class=\"fig charts-large\">\n<div class=\"on-wide\">");
        EM_TRY(em_chart_seen_svg(plain, "w", &(em_draw_opts){.width = 760}, out, err));
        em_html_lit(h, "</div>\n<div class=\"on-narrow\">");
        EM_TRY(em_chart_seen_svg(plain, "x", &(em_draw_opts){.width = 380}, out, err));
        em_html_lit(h, "</div></figure>\n<h2>The numbers</h2>\n<div class=\"table as-table charts-table\" tabindex=\"0\" role=\"region\" "
                       "aria-label=\"The numbers\">");
        EM_TRY(em_chart_seen_table(c, out, err));
        em_html_lit(h, "</div>\n");
        return EM_OK;
}

static em_status answer_picture(em_ask *ask, em_picture *now, em_str name, em_error *err)
{
        em_chart_seen c;
        EM_TRY(em_view_chart(now->view, name, false, ask->arena, &c, err));
        if (c.empty)
                return em_fail(err, EM_MISSING, "there is nothing to draw for this chart on this evidence");
        ask->reply->type = "image/svg+xml";
        snprintf(ask->reply->policy, sizeof ask->reply->policy, "default-src 'none'; style-src 'unsafe-inline'; sandbox");
        return em_chart_seen_svg(&c, "f", &(em_draw_opts){.width = 760, .standalone = true}, &ask->reply->body, err);
}

static em_status answer_chart(em_ask *ask, em_error *err)
{
        em_picture   *now;
        em_chart_seen c, plain;
        em_str        end = EM_S(".svg");
        EM_TRY(em_desk_take(ask, &now, err));
        if (ask->shape == EM_SHAPE_PAGE && em_str_ends(ask->part, end))
                return answer_picture(ask, now, em_str_sub(ask->part, 0, ask->part.n - end.n), err);
        EM_TRY(em_view_chart(now->view, ask->part, true, ask->arena, &c, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_rows_data(ask, "embargo.chart/1", &c.rows, err);
        EM_TRY(em_view_chart(now->view, ask->part, false, ask->arena, &plain, err));
        em_page_open(ask, &(em_page){.title = em_grid_text(ask->arena, "%s: %.*s", c.map ? "Map" : "Chart", EM_ARG(c.name)),
                                     .nav = "charts", .wide = true, .lede = c.empty ? c.title : (em_str){0}});
        EM_TRY(put_picture(ask, &plain, &c, err));
        put_ways_out(ask, &c);
        put_questions(ask, now, &c);
        put_file(ask, &c);
        return em_page_close(ask, err);
}

static const em_route_param known_params[] = {{"known", "string", "as known on this day: 2022-03-01"}, {0}};

const em_route em_routes_charts[] = {
        {"GET", "/charts", EM_FAMILY_PAGE, answer_charts, "the charts and maps of the regime", NULL, known_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT | EM_ROUTE_AHEAD},
        {"GET", "/charts/{id}", EM_FAMILY_PAGE, answer_chart, "one of them with its numbers, its question and its SQL; .svg: the picture alone", NULL,
         known_params, EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {0},
};
