/* The map: tracks and events, with a time slider where scripts run.
 *
 * Without scripts, or where the browser draws no WebGL, the page is the same still map as everywhere, with the span as a form.
 * The script (ui/src/map.js) finds the addresses of its data in the page, and everything that it shows stands in the list beside.
 */
#include "serve/fleet.h"

enum { TAKES = EM_FLEET_SPAN | EM_FLEET_RULES | EM_FLEET_KINDS | EM_FLEET_AREA | EM_FLEET_SHIP };

/* Beside the map: a line for each sign. */
static void put_entry(em_ask *ask, const em_jnode *e)
{
        em_html h = ask->h;
        int64_t mmsi = 0, other = 0;
        em_str  number = em_jtext(em_jget(e, "number"));
        (void)em_jint(em_jget(e, "mmsi"), &mmsi);
        (void)em_jint(em_jget(e, "other_mmsi"), &other);
        em_html_lit(h, "<li");
        em_html_attr(h, "data-n", number);
        em_html_lit(h, "><span class=\"fleet-no\">");
        em_html_text(h, number);
        em_html_lit(h, "</span> ");
        em_html_text(h, em_fleet_time(ask, em_jtext(em_jget(e, "start"))));
        em_html_lit(h, " <b>");
        em_html_c(h, em_fleet_kind_words(em_jtext(em_jget(e, "kind"))));
        em_html_lit(h, "</b> ");
        em_fleet_ship_link(ask, mmsi, em_jtext(em_jget(e, "name")));
        if (other) {
                em_html_lit(h, " with ");
                em_fleet_ship_link(ask, other, em_jtext(em_jget(e, "other_name")));
        }
        em_html_lit(h, ". <a href=\"/ships");
        em_fleet_query(ask, h);
        em_html_lit(h, "#");
        em_html_id(h, "e", number);
        em_html_lit(h, "\">Why, and what else</a></li>\n");
}

static void put_list(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        const em_jnode *events = em_jget(root, "events");
        em_html_lit(h, "<div class=\"map-side\"><h2>The signs</h2>\n<ol class=\"map-list\">\n");
        size_t shown = 0;
        for (const em_jnode *e = events ? events->first : NULL; e && shown < 300; e = e->next)
                if (em_jis(em_jget(e, "number"), EM_J_NUMBER)) {
                        put_entry(ask, e);
                        shown++;
                }
        em_html_lit(h, "</ol>\n");
        if (!root)
                em_fleet_say_large(ask);
        else if (!shown)
                em_html_lit(h, "<p class=\"empty\">No events by these rules, there and then.</p>\n");
        em_html_lit(h, "</div>\n");
}

/* Where the script finds its data; the same data as of this page. */
static void put_island(em_ask *ask, bool events)
{
        em_html h = ask->h;
        em_str  points = em_form_get(ask->query, "points");
        em_html_lit(h, "<div id=\"map\" hidden data-tracks=\"/ships/tracks.json?points=");
        em_html_url(h, points.n ? points : EM_S("20000"));
        static const char *const names[] = {"from", "to", "area"};
        for (size_t i = 0; i < EM_COUNT(names); i++) {
                em_str value = em_form_get(ask->query, names[i]);
                if (!value.n)
                        continue;
                em_html_lit(h, "&amp;");
                em_html_c(h, names[i]);
                em_html_lit(h, "=");
                em_html_url(h, value);
        }
        if (events) {
                em_html_lit(h, "\" data-events=\"/ships/map.json");
                em_fleet_query(ask, h);
        }
        em_html_lit(h, "\" data-coast=\"/sea/outlines.json\"");
        if (em_form_get(ask->query, "ship").n)
                em_html_lit(h, " data-only=\"yes\"");
        em_html_lit(h, "></div>\n");
}

em_status em_answer_ships_map(em_ask *ask, em_error *err)
{
        em_fleet_ask    find;
        const em_jnode *root = NULL, *cover;
        bool            ready;
        em_html         h = ask->h;
        em_str          line;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "find", (em_str){0}, TAKES, &find, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &find, err);
        EM_TRY(em_desk_line(ask, find.word, find.words, &line, err));
        EM_TRY(em_fleet_add(ask, &find, "map", EM_S("-"), err));
        EM_TRY(em_fleet_cover(ask, &cover, err));
        if (em_fleet_looks(ask, cover))
                EM_TRY(em_fleet_run_json(ask, &find, &root, err));
        em_page_open(ask, &(em_page){.title = EM_S("Ships on the map"), .nav = "ships", .wide = true, .island = "map", .command = line,
                                     .lede = EM_S("Where receivers heard ships, and what may have happened. Lines are dotted where nothing was heard for six "
                                                  "hours and more: where the ship was then, nobody knows.")});
        em_html_lit(h, "<div class=\"map-page\">\n<div class=\"map-main\">\n");
        put_island(ask, root != NULL);
        em_html_lit(h, "<div id=\"map-still\">\n");
        if (root)
                em_fleet_map(ask, root);
        em_html_lit(h, "</div>\n<p class=\"map-foot\">Boundaries: Natural Earth; no position is taken. Ports: World Port Index (US NGA) and the "
                       "regime\xe2\x80\x99s own.</p>\n</div>\n");
        put_list(ask, root);
        em_html_lit(h, "</div>\n<h2>Another span, ship or area</h2>\n");
        em_fleet_form(ask, EM_S("/ships/map"), TAKES);
        return em_page_close(ask, err);
}

/* ---- what lies under it ---------------------------------------------------------------------------- */

/* As a page: the ports that the regime adds to the World Port Index. */
static em_status put_ports(em_ask *ask, const em_jnode *root, em_error *err)
{
        static const em_grid_column columns[] = {{"name", "Port or water on the way to one", EM_AS_TEXT, NULL, NULL}, {"class", "Is", EM_AS_TEXT, NULL, NULL},
                                                 {"country", "Country", EM_AS_TEXT, NULL, NULL}, {"at", "At", EM_AS_TEXT, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        const em_jnode *list = em_jget(root, "features");
        grid.empty = "The regime names no ports of its own here.";
        for (const em_jnode *f = list ? list->first : NULL; f; f = f->next) {
                const em_jnode *p = em_jget(f, "properties"), *at = em_jget(em_jget(f, "geometry"), "coordinates");
                if (!em_str_eq(em_jtext(em_jget(p, "regime")), EM_S("1")) || !at || at->count != 2)
                        continue;
                em_str place = em_grid_text(ask->arena, "%.*s E, %.*s N", EM_ARG(em_jtext(at->first)), EM_ARG(em_jtext(at->first->next)));
                EM_TRY(em_grid_add(&grid, (em_str[]){em_jtext(em_jget(p, "name")), em_jtext(em_jget(p, "class")), em_jtext(em_jget(p, "country")), place}, err));
        }
        em_grid_html(ask, &grid);
        return EM_OK;
}

em_status em_answer_outlines(em_ask *ask, em_error *err)
{
        em_fleet_ask    coast;
        const em_jnode *root;
        em_str          box = em_str_trim(em_form_get(ask->query, "box"));
        bool            ready;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "coast", (em_str){0}, 0, &coast, err));
        if (box.n)
                EM_TRY(em_fleet_add(ask, &coast, "area", box, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &coast, err);
        EM_TRY(em_fleet_run_json(ask, &coast, &root, err));
        em_page_open(ask, &(em_page){.title = EM_S("Land and ports under the map"), .nav = "ships", .wide = true, .command = EM_S("ships coast"),
                                     .lede = EM_S("As JSON: outlines of the land (Natural Earth, 1:50,000,000; no position is taken) and ports, cut to ?box=west,"
                                                  "south,east,north. Below are the ports that the regime adds to the World Port Index.")});
        EM_TRY(put_ports(ask, root, err));
        return em_page_close(ask, err);
}
