/* The home: what happened, when it became known, what is new.
 *
 * The spine is every record that is a happening, newest first, by the day it happened or by the day it became known: the
 * distance of the two columns is what a report could not have said.  On a first visit the case explains itself above
 * it; under a filter the spine stands alone.
 */
#include "serve/timeline.h"

enum { ROWS = 60, DATA_ROWS = 10000 };

static em_status read_ask(em_ask *ask, em_timeline *t, em_error *err)
{
        em_str   order = em_form_get(ask->query, "order");
        uint64_t from, rows, most = ask->shape == EM_SHAPE_PAGE ? 500 : DATA_ROWS;
        char     shown[40];
        EM_TRY(em_day_asked(ask, "since", &t->ask.when.from, err));
        EM_TRY(em_day_asked(ask, "until", &t->ask.when.to, err));
        EM_TRY(em_grid_window(ask, ask->shape == EM_SHAPE_PAGE ? ROWS : DATA_ROWS, most, &from, &rows, err));
        if (order.n && !em_str_eq(order, EM_S("known")) && !em_str_eq(order, EM_S("happened")))
                return em_fail(err, EM_USAGE, "order=%s: the order is happened or known", em_str_show(order, shown, sizeof shown));
        t->ask.by_known = em_str_eq(order, EM_S("known"));
        t->ask.kind = em_form_get(ask->query, "kind");
        t->ask.from = (size_t)from;
        t->ask.rows = (size_t)rows;
        t->bare = !order.n && !t->ask.kind.n && t->ask.when.from == EM_DAY_NONE && t->ask.when.to == EM_DAY_NONE && from == 0;
        return EM_OK;
}

/* Every kind with how many of it lie in the chosen days; a name that is none of them is a wrong address. */
static em_status check_kind(const em_timeline *t, em_error *err)
{
        const em_moments *m = &t->now->spine->moments;
        char shown[60];
        for (size_t i = 0; i < m->kinds; i++)
                if (em_str_eq(m->kind[i].name, t->ask.kind))
                        return EM_OK;
        return t->ask.kind.n ? em_fail(err, EM_MISSING, "this case has no records of the kind %s",
                                       em_str_show(t->ask.kind, shown, sizeof shown)) : EM_OK;
}

static void put_kinds(em_ask *ask, const em_timeline *t)
{
        const em_moments *m = &t->now->spine->moments;
        em_html h = ask->h;
        em_html_lit(h, "<label>Kind <select name=\"kind\"><option value=\"\">all that happened");
        for (size_t i = 0; i < m->kinds; i++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", m->kind[i].name);
                if (em_str_eq(m->kind[i].name, t->ask.kind))
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_text(h, m->kind[i].name);
                em_html_lit(h, " (");
                em_html_text(h, em_count_words(ask, t->found.kind[i]));
                em_html_lit(h, ")");
                if (!em_spine_happens(&m->kind[i]))
                        em_html_lit(h, ", no happenings");
        }
        em_html_lit(h, "</select></label>\n");
}

static void put_filter(em_ask *ask, const em_timeline *t)
{
        static const char *const orders[] = {"happened", "by the day it happened", "known", "by the day it became known", NULL};
        em_html h = ask->h;
        em_html_lit(h, "<form class=\"sieve\" method=\"get\" action=\"/\">\n");
        put_kinds(ask, t);
        em_put_field(ask, "since", "From", "day", em_form_get(ask->query, "since"));
        em_put_field(ask, "until", "To", "day", em_form_get(ask->query, "until"));
        em_put_choice(ask, "order", "Order", orders, t->ask.by_known ? EM_S("known") : EM_S("happened"));
        em_page_known(ask);
        em_html_lit(h, "<button>Show</button>");
        if (!t->bare) {
                em_html_lit(h, " <a");
                em_page_href(ask, "/", (em_str){0});
                em_html_lit(h, ">everything</a>");
        }
        em_html_lit(h, "</form>\n");
}

static void put_empty(em_ask *ask)
{
        em_html h = ask->h;
        em_str  dir = em_path_base(em_desk_dir(ask->desk));
        em_html_lit(h, "<section class=\"start\"><p>This case holds no evidence yet. On the command line:</p>\n<ol>"
                       "<li><code>embargo --case ");
        em_html_text(h, dir);
        em_html_lit(h, " add FILE...</code> takes files into custody and reads their records<li><code>embargo --case ");
        em_html_text(h, dir);
        em_html_lit(h, " find</code> asks the regime\xe2\x80\x99s questions<li><code>embargo --case ");
        em_html_text(h, dir);
        em_html_lit(h, " report</code> prints what can be said</ol>\n<p>What is banned and capped can be read before: <a");
        em_page_href(ask, "/measures", (em_str){0});
        em_html_lit(h, ">the measures</a>. <code>embargo demo DIR</code> makes a case with evidence in it.</p></section>\n");
}

static em_status put_spine(em_ask *ask, em_timeline *t, const em_grid *grid, em_error *err)
{
        em_html h = ask->h;
        em_html_lit(h, "<section class=\"spine\" aria-labelledby=\"spine\">\n");
        em_put_h2(ask, "spine", t->ask.by_known ? "By the day it became known" : "What happened, and when it became known");
        put_filter(ask, t);
        EM_TRY(em_timeline_chart(ask, t, err));
        em_grid_html(ask, grid);
        em_html_lit(h, "</section>\n");
        return em_buf_status(h.out, err);
}

/* The report's, when it is a report of this case: most of its questions can be tested here. */
static em_str title_of(const em_timeline *t)
{
        const em_answer *a;
        size_t all = 0, tested = 0;
        for (; (a = em_view_cited(t->now->view, all)) != NULL; all++)
                tested += a->verdict != EM_VERDICT_UNTESTABLE;
        em_str title = em_view_title(t->now->view);
        return 2 * tested > all && title.n ? title : EM_S("What this case holds");
}

static em_status put_page(em_ask *ask, em_timeline *t, const em_grid *grid, em_error *err)
{
        em_page page = {.title = EM_S("Timeline"), .nav = "timeline", .wide = true, .command = EM_S("status")};
        bool empty = t->now->spine->evidence == 0;
        if (t->bare)
                page.title = empty ? EM_S("An empty case") : title_of(t);
        em_page_open(ask, &page);
        if (empty)
                put_empty(ask);
        if (t->bare && !empty)
                EM_TRY(em_timeline_intro(ask, t, err));
        if (t->bare)
                EM_TRY(em_timeline_news(ask, t, err));
        if (!empty || !t->bare)
                EM_TRY(put_spine(ask, t, grid, err));
        return em_page_close(ask, err);
}

static em_status answer_timeline(em_ask *ask, em_error *err)
{
        em_timeline t = {0};
        em_grid     grid;
        if (!ask->desk)
                return em_answer_lists(ask, err);
        EM_TRY(em_desk_take(ask, &t.now, err));
        EM_TRY(read_ask(ask, &t, err));
        EM_TRY(check_kind(&t, err));
        EM_TRY(em_spine_find(t.now->spine, &t.ask, ask->arena, &t.found, err));
        EM_TRY(em_timeline_grid(ask, &t, &grid, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.timeline/1", &grid, err);
        return put_page(ask, &t, &grid, err);
}

static const em_route_param params[] = {
        {"order", "string", "happened (default) or known"}, {"kind", "string", "a kind of record; all that are happenings"},
        {"since", "string", "the first day"}, {"until", "string", "the last day"},
        {"from", "integer", "how many records are passed over"}, {"rows", "integer", "how many are shown"},
        {"known", "string", "as known on this day"}, {0}};

const em_route em_routes_timeline[] = {
        {"GET", "/", EM_FAMILY_PAGE, answer_timeline, "what happened, when it became known, what is new; without a case, the lists", NULL, params,
         EM_ROUTE_DATA | EM_ROUTE_KEPT | EM_ROUTE_AHEAD},
        {0},
};
