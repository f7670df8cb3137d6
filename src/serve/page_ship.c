/* One ship's life: under which identities it was heard, where, what happened, with whom, how deep it lay, what it may be on lists.
 *
 * A ship is asked for by MMSI, IMO number or a name that it said; everything is what `embargo ships SHIP` prints.
 */
#include "serve/fleet.h"

static const em_grid_column identity_columns[] = {
        {"mmsi", "MMSI", EM_AS_TEXT, NULL, NULL}, {"from", "First (UTC)", EM_AS_DAY, NULL, NULL}, {"to", "Last (UTC)", EM_AS_DAY, NULL, NULL},
        {"name", "Name", EM_AS_TEXT, NULL, NULL}, {"imo", "IMO number", EM_AS_TEXT, NULL, NULL}, {"call_sign", "Call sign", EM_AS_TEXT, NULL, NULL},
        {"size", "Size, m", EM_AS_TEXT, NULL, NULL}, {"type", "Type, as said", EM_AS_NUMBER, NULL, NULL}, {"draught", "Draught, m", EM_AS_TEXT, NULL, NULL}};
static const em_grid_column hull_columns[] = {
        {"hull", "Hull", EM_AS_TEXT, NULL, NULL}, {"from", "First (UTC)", EM_AS_DAY, NULL, NULL}, {"to", "Last (UTC)", EM_AS_DAY, NULL, NULL},
        {"fixes", "Positions", EM_AS_NUMBER, NULL, NULL}, {"way_nm", "Way, nm", EM_AS_NUMBER, NULL, NULL},
        {"first_at", "Heard first at", EM_AS_TEXT, NULL, NULL}, {"last_at", "Heard last at", EM_AS_TEXT, NULL, NULL}};
static const em_grid_column partner_columns[] = {
        {"partner", "Lay beside", EM_AS_TEXT, NULL, NULL}, {"times", "Times", EM_AS_NUMBER, NULL, NULL}, {"hours", "Hours", EM_AS_NUMBER, NULL, NULL},
        {"first", "First (UTC)", EM_AS_DAY, NULL, NULL}, {"last", "Last (UTC)", EM_AS_DAY, NULL, NULL}};
static const em_grid_column said_columns[] = {
        {"from", "First said (UTC)", EM_AS_DAY, NULL, NULL}, {"to", "Last said (UTC)", EM_AS_DAY, NULL, NULL}, {"mmsi", "MMSI", EM_AS_TEXT, NULL, NULL},
        {"draught", "Draught, m", EM_AS_NUMBER, NULL, NULL}, {"destination", "Destination", EM_AS_TEXT, NULL, NULL},
        {"name", "Name", EM_AS_TEXT, NULL, NULL}, {"where", "The sentence", EM_AS_TEXT, NULL, NULL}};

static em_str name_of(em_ask *ask, const em_jnode *root)
{
        em_str name = EM_S("");
        const em_jnode *list = em_jget(root, "identities");
        for (const em_jnode *i = list ? list->first : NULL; i; i = i->next)
                if (em_jtext(em_jget(i, "name")).n)
                        name = em_jtext(em_jget(i, "name"));
        list = em_jget(root, "hulls");
        return name.n ? name : em_grid_text(ask->arena, "%.*s", EM_ARG(em_jtext(em_jget(list ? list->first : NULL, "hull"))));
}

static em_status put_said(em_ask *ask, const em_jnode *root, em_error *err)
{
        em_grid grid = em_grid_make(said_columns, EM_COUNT(said_columns), ask->arena);
        const em_jnode *list = em_jget(root, "said"), *files = em_jget(root, "files");
        grid.empty = "It said no name, no size and no draught.";
        for (const em_jnode *r = list ? list->first : NULL; r; r = r->next) {
                int64_t file = 0;
                const em_jnode *at = files ? files->first : NULL;
                (void)em_jint(em_jget(r, "file"), &file);
                for (int64_t i = 0; at && i < file; i++)
                        at = at->next;
                em_str draught = em_jis(em_jget(r, "draught_m"), EM_J_NUMBER) ? em_jtext(em_jget(r, "draught_m")) : EM_S("");
                em_str where = em_grid_text(ask->arena, "byte %.*s of %.*s", EM_ARG(em_jtext(em_jget(r, "offset"))),
                                            EM_ARG(em_path_base(em_jtext(em_jget(at, "path")))));
                EM_TRY(em_grid_add(&grid, (em_str[]){em_fleet_time(ask, em_jtext(em_jget(r, "from"))), em_fleet_time(ask, em_jtext(em_jget(r, "to"))),
                                                     em_jtext(em_jget(r, "mmsi")), draught, em_jtext(em_jget(r, "destination")),
                                                     em_jtext(em_jget(r, "name")), where}, err));
        }
        em_grid_html(ask, &grid);
        return EM_OK;
}

static void put_ways(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        const em_jnode *hulls = em_jget(root, "hulls");
        em_str number = em_str_sub(em_jtext(em_jget(hulls ? hulls->first : NULL, "hull")), 0, 9);
        em_html_lit(h, "<p class=\"fleet-links\"><a href=\"/ships/map?ship=");
        em_html_url(h, number);
        em_html_lit(h, "\">On the map, with a time slider</a> <a href=\"/ships/tracks.json?points=200000&amp;who=");
        em_html_url(h, ask->part);
        em_html_lit(h, "\">Its track as GeoJSON</a> <a href=\"/screen?q=");
        em_html_url(h, number);
        em_html_lit(h, "\">Screen the number</a> <a href=\"/ships\">All ships</a></p>\n");
}

static void put_listed(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        const em_jnode *listed = em_jget(root, "listed");
        em_html_lit(h, "<h2>What it may be on lists</h2>\n");
        if (!listed || !listed->count) {
                em_html_lit(h, "<p class=\"empty\">No listed vessel is like it, as far as the lists of the case go (<code>embargo index names</code> "
                               "makes their index).</p>\n");
                return;
        }
        em_html_lit(h, "<ul class=\"fleet-listed\">\n");
        em_fleet_listed_table(ask, listed);
        em_html_lit(h, "</ul>\n<p class=\"lede\">Numbers and names are taken by others: a match says which list to read, not that it is the ship.</p>\n");
}

static em_status put_life(em_ask *ask, const em_jnode *root, em_error *err)
{
        em_html h = ask->h;
        const em_jnode *partners = em_jget(root, "partners");
        put_ways(ask, root);
        em_fleet_strip(ask, root);
        em_fleet_map(ask, root);
        em_html_lit(h, "<h2>From position to position</h2>\n");
        em_fleet_series(ask, ask->part, name_of(ask, root), root);
        put_listed(ask, root);
        em_html_lit(h, "<h2>Identities</h2>\n");
        EM_TRY(em_fleet_table(ask, em_jget(root, "identities"), identity_columns, EM_COUNT(identity_columns),
                              "It said no name and no number but its MMSI.", err));
        em_html_lit(h, "<h2>Hulls</h2>\n");
        EM_TRY(em_fleet_table(ask, em_jget(root, "hulls"), hull_columns, EM_COUNT(hull_columns), "Not heard in this span.", err));
        em_html_lit(h, "<h2>Events, and what else each may have been</h2>\n");
        EM_TRY(em_fleet_events(ask, root, 0, SIZE_MAX / 2, err));
        if (partners && partners->count) {
                em_html_lit(h, "<h2>Partners</h2>\n");
                EM_TRY(em_fleet_table(ask, partners, partner_columns, EM_COUNT(partner_columns), "", err));
        }
        em_html_lit(h, "<h2>What it said of itself</h2>\n");
        return put_said(ask, root, err);
}

em_status em_answer_ship(em_ask *ask, em_error *err)
{
        enum { TAKES = EM_FLEET_SPAN | EM_FLEET_RULES | EM_FLEET_KINDS };
        em_fleet_ask    life;
        const em_jnode *root;
        bool            ready;
        em_str          line;
        EM_TRY(em_fleet_ready(ask, &ready, err));
        if (!ready) {
                ask->reply->status = 404;       /* of a ship that an index would have to show */
                return EM_OK;
        }
        EM_TRY(em_fleet_words(ask, NULL, ask->part, TAKES, &life, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fleet_data(ask, &life, err);
        em_fleet_ask shown = life;
        shown.word[shown.words++] = life.id;
        EM_TRY(em_desk_line(ask, shown.word, shown.words, &line, err));
        EM_TRY(em_fleet_add(ask, &life, "map", EM_S("-"), err));
        EM_TRY(em_fleet_add(ask, &life, "chart", EM_S("-"), err));
        EM_TRY(em_fleet_run_json(ask, &life, &root, err));
        em_page_open(ask, &(em_page){.title = name_of(ask, root), .nav = "ships", .wide = true, .command = line, .island = "series",
                                     .lede = EM_S("One ship\xe2\x80\x99s life as receivers heard it, under every number that said this name or IMO number. "
                                                  "What it is said to be, it said itself.")});
        EM_TRY(put_life(ask, root, err));
        em_html_lit(ask->h, "<h2>Another span or other rules</h2>\n");
        em_fleet_form(ask, ask->path, TAKES);
        return em_page_close(ask, err);
}
