/* Ships: what the index covers, what may have happened, both profiles, every ship that was heard.
 *
 * Looking for events reads the whole index.  A small one is looked through when the page is opened; a large one when somebody
 * asks, so that opening the page never takes long.
 */
#include "serve/fleet.h"

enum { EVENTS_SHOWN = 100 };

/* ---- what there is ------------------------------------------------------------------------------ */

static void put_number(em_ask *ask, const em_jnode *root, const char *key)
{
        em_str digits = em_jtext(em_jget(root, key));
        char   text[40];
        size_t n = 0;
        for (size_t i = 0; i < digits.n && n + 2 < sizeof text; i++) {
                if (i && (digits.n - i) % 3 == 0)
                        text[n++] = ',';
                text[n++] = digits.p[i];
        }
        em_html_lit(ask->h, "<b>");
        em_html_thin(ask->h, (em_str){text, n});
        em_html_lit(ask->h, "</b>");
}

static void put_cover(em_ask *ask, const em_jnode *days)
{
        em_html h = ask->h;
        const em_jnode *day = em_jget(days, "days"), *files = em_jget(days, "files");
        em_html_lit(h, "<p class=\"fleet-cover\">");
        put_number(ask, days, "positions");
        em_html_lit(h, " positions of ");
        put_number(ask, days, "ships");
        em_html_lit(h, " numbers (MMSI) on <a");
        em_page_href(ask, "/ships/days", (em_str){0});
        em_html_lit(h, "><b>");
        em_html_int(h, day ? (int64_t)day->count : 0);
        em_html_lit(h, "</b> days</a>, ");
        em_html_text(h, em_fleet_time(ask, em_jtext(em_jget(days, "from"))));
        em_html_lit(h, " to ");
        em_html_text(h, em_fleet_time(ask, em_jtext(em_jget(days, "to"))));
        em_html_lit(h, " UTC; ");
        put_number(ask, days, "reports");
        em_html_lit(h, " reports of identity; ");
        put_number(ask, days, "rejects");
        em_html_lit(h, " lines rejected; from ");
        em_html_int(h, files ? (int64_t)files->count : 0);
        em_html_c(h, files && files->count == 1 ? " file: " : " files: ");
        size_t i = 0;
        for (const em_jnode *f = files ? files->first : NULL; f && i < 5; f = f->next, i++) {
                em_html_c(h, i ? ", " : "");
                em_html_text(h, em_path_base(em_jtext(em_jget(f, "path"))));
        }
        em_html_c(h, files && files->count > 5 ? " and others" : "");
        em_html_lit(h, ".</p>\n");
}

static void put_links(em_ask *ask)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"fleet-links\"><a href=\"/ships/map");
        em_fleet_query(ask, h);
        em_html_lit(h, "\">Map with a time slider</a> <a");
        em_page_href(ask, "/ships/tracks", (em_str){0});
        em_html_lit(h, ">Every ship heard</a> <a");
        em_page_href(ask, "/ships/days", (em_str){0});
        em_html_lit(h, ">Day by day</a> <a");
        em_page_href(ask, "/ships/top", (em_str){0});
        em_html_lit(h, ">Events by both profiles</a></p>\n");
}

/* ---- what happened --------------------------------------------------------------------------------- */

static void put_tally(em_ask *ask, const em_jnode *events)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"tally\">");
        for (size_t k = 0; k < EM_EVENT_KINDS; k++) {
                em_str  kind = em_str_c(em_event_kind_name((em_event_kind)k));
                int64_t n = 0;
                for (const em_jnode *e = events ? events->first : NULL; e; e = e->next)
                        n += em_str_eq(em_jtext(em_jget(e, "kind")), kind);
                if (!n)
                        continue;
                em_html_lit(h, "<span><b>");
                em_html_int(h, n);
                em_html_lit(h, "</b> ");
                em_html_c(h, em_fleet_kind_words(kind));
                em_html_lit(h, "</span> ");
        }
        em_html_lit(h, "</p>\n");
}

static void put_listed(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        bool    any = false;
        const em_jnode *ships = em_jget(root, "ships");
        for (const em_jnode *s = ships ? ships->first : NULL; s; s = s->next) {
                const em_jnode *listed = em_jget(s, "listed");
                if (!listed || !listed->count)
                        continue;
                if (!any)
                        em_html_lit(h, "<h2>Ships that may be listed</h2>\n<ul class=\"fleet-listed\">\n");
                any = true;
                em_fleet_listed_table(ask, listed);
        }
        if (any)
                em_html_lit(h, "</ul>\n<p class=\"lede\">Numbers and names are taken by others: a match says which list to read, not that it is the "
                               "ship.</p>\n");
}

/* Which of many, and the ways on. */
static void put_turns(em_ask *ask, size_t from, size_t count)
{
        em_html h = ask->h;
        if (count <= EVENTS_SHOWN)
                return;
        em_html_lit(h, "<p class=\"turns\">");
        em_html_text(h, em_grid_text(ask->arena, "Events %zu to %zu of %zu, by time.", from + 1,
                                     from + EVENTS_SHOWN < count ? from + EVENTS_SHOWN : count, count));
        for (int way = -1; way <= 1; way += 2) {
                if (way < 0 ? from == 0 : from + EVENTS_SHOWN >= count)
                        continue;
                size_t to = way > 0 ? from + EVENTS_SHOWN : from > EVENTS_SHOWN ? from - EVENTS_SHOWN : 0;
                em_buf query = em_buf_make(1 << 14);
                em_fleet_query(ask, em_html_make(&query));
                em_html_lit(h, " <a href=\"/ships");
                em_buf_str(h.out, em_buf_view(&query));         /* escaped as it was written */
                em_html_c(h, query.n ? "&amp;" : "?");
                em_html_lit(h, "skip=");
                em_html_int(h, (int64_t)to);
                em_html_c(h, way > 0 ? "\">later</a>" : "\">earlier</a>");
                em_buf_free(&query);
        }
        em_html_lit(h, "</p>\n");
}

static em_status skip_of(em_ask *ask, size_t *ret, em_error *err)
{
        em_str  text = em_form_get(ask->query, "skip");
        int64_t n = 0;
        if (text.n && (!em_str_int(text, &n) || n < 0 || n > 100000000))
                return em_fail(err, EM_USAGE, "skip= takes a whole number");
        *ret = (size_t)n;
        return EM_OK;
}

static em_status put_found(em_ask *ask, em_fleet_ask *find, em_error *err)
{
        em_html h = ask->h;
        const em_jnode *root, *events;
        size_t  from;
        EM_TRY(skip_of(ask, &from, err));
        EM_TRY(em_fleet_add(ask, find, "map", EM_S("-"), err));
        EM_TRY(em_fleet_run_json(ask, find, &root, err));
        events = em_jget(root, "events");
        put_tally(ask, events);
        em_html_lit(h, "<div class=\"fleet-beside\">\n");
        em_fleet_map(ask, root);
        em_html_lit(h, "<div>\n");
        put_listed(ask, root);
        em_html_lit(h, "</div></div>\n");
        em_html_lit(h, "<h2>Events, and what else each may have been</h2>\n");
        put_turns(ask, from, events ? events->count : 0);
        EM_TRY(em_fleet_events(ask, root, from, EVENTS_SHOWN, err));
        put_turns(ask, from, events ? events->count : 0);
        return EM_OK;
}

static em_status answer_ships(em_ask *ask, em_error *err)
{
        enum { TAKES = EM_FLEET_SPAN | EM_FLEET_RULES | EM_FLEET_KINDS | EM_FLEET_AREA | EM_FLEET_SHIP };
        em_fleet_ask    find;
        const em_jnode *cover;
        bool            ready;
        em_str          line;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "find", (em_str){0}, TAKES, &find, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &find, err);
        EM_TRY(em_fleet_cover(ask, &cover, err));
        EM_TRY(em_desk_line(ask, find.word, find.words, &line, err));
        em_page_open(ask, &(em_page){.title = EM_S("Ships"), .nav = "ships", .wide = true, .command = line,
                                     .lede = EM_S("What may have happened at sea, from what receivers heard of ships\xe2\x80\x99 transponders. Every "
                                                  "event may have another reading, which stands beside it.")});
        put_cover(ask, cover);
        put_links(ask);
        em_fleet_form(ask, EM_S("/ships"), TAKES);
        if (em_fleet_looks(ask, cover))
                EM_TRY(put_found(ask, &find, err));
        else
                em_fleet_say_large(ask);
        return em_page_close(ask, err);
}

/* ---- both profiles, days, ships ---------------------------------------------------------------------- */

static em_status answer_top(em_ask *ask, em_error *err)
{
        static const em_grid_column sizes[] = {{"what", "Index", EM_AS_TEXT, NULL, NULL}, {"count", "Count", EM_AS_NUMBER, NULL, NULL},
                                               {"note", "Note", EM_AS_TEXT, NULL, NULL}};
        static const em_grid_column counts[] = {
                {"kind", "Events", EM_AS_TEXT, NULL, NULL}, {"embargo", "By our rules", EM_AS_NUMBER, NULL, NULL},
                {"gfw", "By Global Fishing Watch\xe2\x80\x99s", EM_AS_NUMBER, NULL, NULL}, {"else", "What else each may have been", EM_AS_TEXT, NULL, NULL}};
        em_fleet_ask    top;
        const em_jnode *root;
        bool            ready;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "top", (em_str){0}, EM_FLEET_SPAN | EM_FLEET_KINDS, &top, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &top, err);
        EM_TRY(em_fleet_run_json(ask, &top, &root, err));
        em_page_open(ask, &(em_page){.title = EM_S("Ships: events by both profiles"), .nav = "ships", .wide = true, .command = EM_S("ships top"),
                                     .lede = EM_S("Both counts stand side by side because they disagree: one profile is what Global Fishing Watch "
                                                  "publishes, with its cuts at midnight and its numbers for ships; the other is this program\xe2\x80\x99s.")});
        put_links(ask);
        EM_TRY(em_fleet_table(ask, em_jget(root, "index"), sizes, EM_COUNT(sizes), "The index is empty.", err));
        em_html_lit(ask->h, "<h2>Events</h2>\n");
        EM_TRY(em_fleet_table(ask, em_jget(root, "events"), counts, EM_COUNT(counts), "No kinds were asked for.", err));
        return em_page_close(ask, err);
}

static em_status answer_days(em_ask *ask, em_error *err)
{
        static const em_grid_column columns[] = {
                {"day", "Day (UTC)", EM_AS_DAY, NULL, NULL}, {"positions", "Positions", EM_AS_NUMBER, NULL, NULL},
                {"ships", "Numbers heard", EM_AS_NUMBER, NULL, NULL}, {"each", "Positions of each, mean", EM_AS_NUMBER, NULL, NULL}};
        em_fleet_ask    days;
        const em_jnode *root;
        bool            ready;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "days", (em_str){0}, EM_FLEET_SPAN, &days, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &days, err);
        EM_TRY(em_fleet_run_json(ask, &days, &root, err));
        em_page_open(ask, &(em_page){.title = EM_S("Ships: how well each day was heard"), .nav = "ships", .wide = true, .command = EM_S("ships days"),
                                     .lede = EM_S("A day on which each ship was heard a few times cannot show who was silent.")});
        put_links(ask);
        put_cover(ask, root);
        em_html_lit(ask->h, "<div class=\"fleet-numbers\">\n");
        EM_TRY(em_fleet_table(ask, em_jget(root, "days"), columns, EM_COUNT(columns), "No day of the index lies in this span.", err));
        em_html_lit(ask->h, "</div>\n");
        return em_page_close(ask, err);
}

static em_status points_of(em_ask *ask, em_fleet_ask *tracks, em_error *err)
{
        em_str  text = em_form_get(ask->query, "points");
        int64_t n = 0;
        if (text.n && (!em_str_int(text, &n) || n < 2 || n > 200000))
                return em_fail(err, EM_USAGE, "points= takes a number from 2 to 200000");
        return text.n ? em_fleet_add(ask, tracks, "points", em_grid_text(ask->arena, "%lld", (long long)n), err) : EM_OK;
}

/* As a page, the ships; as data, where they were. */
static em_status put_ships(em_ask *ask, const em_jnode *list, em_error *err)
{
        static const em_grid_column columns[] = {
                {"hull", "Ship", EM_AS_TEXT, "/ships/", "mmsi"}, {"mmsi", NULL, EM_AS_TEXT, NULL, NULL}, {"name", "Name, last said", EM_AS_TEXT, NULL, NULL},
                {"imo", "IMO number", EM_AS_TEXT, NULL, NULL}, {"first", "Heard first (UTC)", EM_AS_DAY, NULL, NULL},
                {"last", "Heard last (UTC)", EM_AS_DAY, NULL, NULL}, {"positions", "Positions", EM_AS_NUMBER, NULL, NULL}};
        em_grid  grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        uint64_t from, rows, i = 0;
        EM_TRY(em_grid_window(ask, 500, 5000, &from, &rows, err));
        grid.empty = "No ship was heard there and then.";
        grid.from = from;
        grid.total = list ? list->count : 0;
        for (const em_jnode *f = list ? list->first : NULL; f; f = f->next, i++) {
                const em_jnode *p = em_jget(f, "properties");
                int64_t mmsi = 0, part = 0, imo = 0;
                if (i < from || i >= from + rows)
                        continue;
                (void)em_jint(em_jget(p, "mmsi"), &mmsi);
                (void)em_jint(em_jget(p, "part"), &part);
                (void)em_jint(em_jget(p, "imo"), &imo);
                em_str number = em_grid_text(ask->arena, "%09lld", (long long)mmsi);
                em_str hull = part ? em_grid_text(ask->arena, "%09lld, hull %lld", (long long)mmsi, (long long)part) : number;
                EM_TRY(em_grid_add(&grid, (em_str[]){hull, number, em_jtext(em_jget(p, "name")), imo ? em_jtext(em_jget(p, "imo")) : EM_S(""),
                                                     em_fleet_time(ask, em_jtext(em_jget(p, "first"))),
                                                     em_fleet_time(ask, em_jtext(em_jget(p, "last"))), em_jtext(em_jget(p, "positions"))}, err));
        }
        em_grid_html(ask, &grid);
        return EM_OK;
}

static em_status answer_tracks(em_ask *ask, em_error *err)
{
        em_fleet_ask    tracks;
        const em_jnode *root;
        bool            ready;
        /* On the page of the ships ?from= counts rows, as on every page of rows. */
        unsigned        takes = EM_FLEET_AREA | (ask->shape == EM_SHAPE_PAGE ? 0 : EM_FLEET_SPAN);
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready)
                return EM_OK;
        EM_TRY(em_fleet_words(ask, "tracks", em_form_get(ask->query, "who"), takes, &tracks, err));
        if (ask->shape == EM_SHAPE_PAGE)
                EM_TRY(em_fleet_add(ask, &tracks, "points", EM_S("2"), err));
        else
                EM_TRY(points_of(ask, &tracks, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &tracks, err);
        EM_TRY(em_fleet_run_json(ask, &tracks, &root, err));
        em_page_open(ask, &(em_page){.title = EM_S("Every ship heard"), .nav = "ships", .wide = true, .command = EM_S("ships tracks"),
                                     .lede = EM_S("One number may be several hulls, and one hull may use several numbers. As JSON this is where each was, "
                                                  "as lines for another map.")});
        put_links(ask);
        EM_TRY(put_ships(ask, em_jget(root, "features"), err));
        return em_page_close(ask, err);
}

/* ---- routes ---------------------------------------------------------------------------------------------- */

static const em_route_param find_params[] = {
        {"kind", "string", "gap, encounter, dark-meeting, loitering, port-call, hidden-call, identity, spoofing, interference, draught, drift, detour; "
                           "by commas, or again and again"},
        {"from", "date", "only positions of this day (UTC) and later"}, {"to", "date", "only positions of this day and earlier"},
        {"area", "string", "west,south,east,north in degrees"}, {"ship", "string", "MMSI, IMO number or a part of a name"},
        {"profile", "string", "embargo or gfw"}, {"rule", "string", "thresholds to change, by blanks: meet-hours=3 gap-hours=8"},
        {"look", "string", "yes: look through a large index too"}, {"skip", "integer", "of the page: events before the first that is shown"}, {0}};
static const em_route_param span_params[] = {{"from", "date", "this day (UTC) and later"}, {"to", "date", "this day and earlier"}, {0}};
static const em_route_param track_params[] = {
        {"from", "string", "of the data: this day (UTC) and later; of the page: rows before the first"}, {"to", "date", "this day and earlier"},
        {"area", "string", "west,south,east,north in degrees"}, {"who", "string", "one ship: MMSI, IMO number or name"},
        {"points", "integer", "so many positions at most, 20000 unless said, at most 200000"}, {0}};
static const em_route_param series_params[] = {
        {"who", "string", "one ship: MMSI, IMO number or name"}, {"from", "date", "only positions of this day (UTC) and later"},
        {"to", "date", "only positions of this day and earlier"},
        {"points", "integer", "of the data: so many positions at most, 20000 unless said, at most 200000"}, {0}};
static const em_route_param box_params[] = {{"box", "string", "west,south,east,north in degrees"}, {0}};

enum { SHIPS = EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT };
const em_route em_routes_ships[] = {
        {"GET", "/ships", EM_FAMILY_PAGE, answer_ships, "what may have happened at sea", NULL, find_params, SHIPS | EM_ROUTE_AHEAD},
        {"GET", "/ships/top", EM_FAMILY_PAGE, answer_top, "events of each kind by both profiles of rules", NULL, span_params, SHIPS | EM_ROUTE_AHEAD},
        {"GET", "/ships/days", EM_FAMILY_PAGE, answer_days, "how many positions of how many ships each day has", NULL, span_params, SHIPS},
        {"GET", "/ships/tracks", EM_FAMILY_PAGE, answer_tracks, "every ship; as JSON where each was heard (GeoJSON)", NULL, track_params, SHIPS | EM_ROUTE_AHEAD},
        {"GET", "/ships/series", EM_FAMILY_PAGE, em_answer_ship_series, "one ship's speed, waits and draughts over time", NULL, series_params, SHIPS},
        {"GET", "/ships/map", EM_FAMILY_PAGE, em_answer_ships_map, "tracks and events on a map", NULL, find_params, SHIPS | EM_ROUTE_AHEAD},
        {"GET", "/ships/{id}", EM_FAMILY_PAGE, em_answer_ship, "one ship's life, by MMSI, IMO number or name", NULL, find_params, SHIPS},
        {"GET", "/sea/outlines", EM_FAMILY_PAGE, em_answer_outlines, "land and ports of a part of the world, as GeoJSON", NULL, box_params,
         EM_ROUTE_CASE | EM_ROUTE_JSON | EM_ROUTE_KEPT},
        {0},
};
