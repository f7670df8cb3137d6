/* One ship's numbers over time: the still picture as `embargo ships` drew it, and for the script (ui/src/series.js) the address of
 * more points and the events that lie behind them.
 */
#include "serve/case_words.h"
#include "serve/fleet.h"

enum { POINTS = 8000, BANDS_MOST = 300 };

static void put_bands(em_ask *ask, const em_jnode *events)
{
        em_buf  buf = em_buf_make(1 << 20);
        em_json j = em_json_make(&buf, false);
        size_t  n = 0;
        em_json_open(&j, '[');
        for (const em_jnode *e = events ? events->first : NULL; e && n < BANDS_MOST; e = e->next) {
                int64_t from, to;
                em_str  kind = em_jtext(em_jget(e, "kind"));
                if (!em_jis(em_jget(e, "number"), EM_J_NUMBER) || !em_fleet_seconds(em_jtext(em_jget(e, "start")), &from) ||
                    !em_fleet_seconds(em_jtext(em_jget(e, "end")), &to))
                        continue;
                em_json_open(&j, '{');
                em_json_kint(&j, "from", from);
                em_json_kint(&j, "to", to);
                em_json_key(&j, EM_S("silent"));
                em_json_bool(&j, em_str_eq(kind, EM_S("gap")) || em_str_eq(kind, EM_S("hidden-call")));
                em_json_kstr(&j, "label", em_jtext(em_jget(e, "number")));
                em_json_kstr(&j, "text", em_str_c(em_fleet_kind_words(kind)));
                em_json_close(&j, '}');
                n++;
        }
        em_json_close(&j, ']');
        if (!buf.failed)
                em_html_attr(ask->h, "data-bands", em_buf_view(&buf));
        em_buf_free(&buf);
}

static void put_span(em_ask *ask)
{
        static const char *const names[] = {"from", "to"};
        for (size_t i = 0; i < EM_COUNT(names); i++) {
                em_str value = em_form_get(ask->query, names[i]);
                if (!value.n)
                        continue;
                em_html_lit(ask->h, "&amp;");
                em_html_c(ask->h, names[i]);
                em_html_lit(ask->h, "=");
                em_html_url(ask->h, value);
        }
}

void em_fleet_series(em_ask *ask, em_str who, em_str name, const em_jnode *root)
{
        em_html h = ask->h;
        em_str  svg = em_jtext(em_jget(root, "chart"));
        if (!svg.n)
                return;
        em_html_lit(h, "<figure class=\"series\" id=\"series\" data-series=\"ship\" data-src=\"/ships/series.json?points=");
        em_html_int(h, POINTS);
        em_html_lit(h, "&amp;who=");
        em_html_url(h, who);
        put_span(ask);
        em_html_lit(h, "\"");
        em_html_attr(h, "data-name", name);
        put_bands(ask, em_jget(root, "events"));
        em_html_lit(h, ">\n<div class=\"series-still\" role=\"region\" tabindex=\"0\" aria-label=\"Its numbers over time\">");
        em_buf_str(h.out, svg);         /* from the drawing module: escaped there */
        em_html_lit(h, "</div>\n</figure>\n<p class=\"fleet-links\"><a href=\"/ships/series.csv?who=");
        em_html_url(h, who);
        put_span(ask);
        em_html_lit(h, "\">These numbers as CSV</a> <a href=\"/ships/series?who=");
        em_html_url(h, who);
        put_span(ask);
        em_html_lit(h, "\">By themselves, for a span of days</a></p>\n");
}

/* ---- the page of them alone --------------------------------------------------------------------- */

static em_status put_points(em_ask *ask, em_fleet_ask *series, em_error *err)
{
        em_str  text = em_form_get(ask->query, "points");
        int64_t n = 0;
        if (text.n && (!em_str_int(text, &n) || n < 20 || n > 200000))
                return em_fail(err, EM_USAGE, "points= takes a number from 20 to 200000");
        return text.n ? em_fleet_add(ask, series, "points", text, err) : EM_OK;
}

static const em_grid_column columns[] = {
        {"hull", "Hull", EM_AS_TEXT, NULL, NULL}, {"positions", "Positions", EM_AS_NUMBER, NULL, NULL}};

static em_status put_hulls(em_ask *ask, const em_jnode *list, em_error *err)
{
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        grid.empty = "Not heard in this span.";
        for (const em_jnode *hull = list ? list->first : NULL; hull; hull = hull->next)
                EM_TRY(em_grid_add(&grid, (em_str[]){em_jtext(em_jget(hull, "name")), em_jtext(em_jget(hull, "positions"))}, err));
        em_grid_html(ask, &grid);
        return EM_OK;
}

static em_status put_series(em_ask *ask, em_fleet_ask *series, em_str who, em_error *err)
{
        const em_jnode *root;
        EM_TRY(em_fleet_add(ask, series, "chart", EM_S("-"), err));
        EM_TRY(em_fleet_add(ask, series, "points", EM_S("20"), err));  /* the picture has its own */
        EM_TRY(em_fleet_run_json(ask, series, &root, err));
        em_fleet_series(ask, who, who, root);
        em_html_lit(ask->h, "<p class=\"fleet-links\"><a");
        em_page_href(ask, "/ships/", who);
        em_html_lit(ask->h, ">Its whole life, with events</a></p>\n<div class=\"fleet-numbers\">\n");
        EM_TRY(put_hulls(ask, em_jget(root, "hulls"), err));
        em_html_lit(ask->h, "</div>\n");
        return EM_OK;
}

em_status em_answer_ship_series(em_ask *ask, em_error *err)
{
        em_fleet_ask series;
        bool         ready;
        em_str       who = em_str_trim(em_form_get(ask->query, "who")), line;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "series", who, EM_FLEET_SPAN, &series, err));
        if (ask->shape != EM_SHAPE_PAGE) {
                if (!who.n)
                        return em_fail(err, EM_USAGE, "who= is a ship: its MMSI, IMO number or name");
                EM_TRY(put_points(ask, &series, err));
                return em_fleet_data(ask, &series, err);
        }
        em_fleet_ask shown = series;
        if (who.n)
                shown.word[shown.words++] = series.id;
        EM_TRY(em_desk_line(ask, shown.word, shown.words, &line, err));
        em_page_open(ask, &(em_page){.title = who.n ? em_grid_text(ask->arena, "%.*s from position to position", EM_ARG(who))
                                                   : EM_S("A ship from position to position"), .nav = "ships", .wide = true, .command = line,
                                     .island = "series", .no_data = !who.n,
                                     .lede = EM_S("How fast it said to go, how long nothing was heard of it, and how deep it said to lie.")});
        if (who.n)
                EM_TRY(put_series(ask, &series, who, err));
        else
                em_html_lit(ask->h, "<p class=\"empty\">Name a ship. Every ship that was heard stands under <a href=\"/ships/tracks\">Every ship heard</a>.</p>\n");
        em_html_lit(ask->h, "<h2>A ship and its days</h2>\n");
        em_fleet_form(ask, EM_S("/ships/series"), EM_FLEET_WHO | EM_FLEET_SPAN);
        return em_page_close(ask, err);
}
