/* Events on a page: each with its reason, with what else it may be, with the sentences it rests on, and with the record that it
 * is when the case has kept the run.
 *
 * The order is the command's, by time; the numbers are those of the signs on the map, so that a sign can be read here.
 */
#include "serve/fleet.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- small things ---------------------------------------------------------------------------- */

const char *em_fleet_kind_words(em_str kind)
{
        static const struct { const char *kind, *words; } known[] = {
                {"gap", "silence"}, {"encounter", "side by side"}, {"dark-meeting", "wait as for an unheard partner"},
                {"loitering", "slow at sea"}, {"port-call", "call at a port"}, {"hidden-call", "silence that may hide a call"},
                {"identity", "another identity"}, {"spoofing", "positions no ship can have"}, {"interference", "many jump together"},
                {"draught", "another draught"}, {"drift", "drifting"}, {"detour", "off its way"}};
        for (size_t i = 0; i < EM_COUNT(known); i++)
                if (em_str_eq(kind, em_str_c(known[i].kind)))
                        return known[i].words;
        return "event";
}

void em_fleet_ship_link(em_ask *ask, int64_t mmsi, em_str name)
{
        em_html h = ask->h;
        em_html_lit(h, "<a");
        em_page_href(ask, "/ships/", em_grid_text(ask->arena, "%09lld", (long long)mmsi));
        em_html_lit(h, ">");
        em_html_text(h, name);
        if (name.n)
                em_html_lit(h, " ");
        em_html_text(h, em_grid_text(ask->arena, "%09lld", (long long)mmsi));
        em_html_lit(h, "</a>");
}

em_str em_fleet_time(em_ask *ask, em_str instant)
{
        if (instant.n < 16)
                return instant;
        return em_grid_text(ask->arena, "%.10s %.5s", instant.p, instant.p + 11);
}

bool em_fleet_seconds(em_str t, int64_t *ret_s)
{
        em_day  day;
        int64_t part[3];
        if (t.n != 20 || !em_day_parse(em_str_sub(t, 0, 10), &day))
                return false;
        for (size_t i = 0; i < 3; i++)
                if (!em_str_int(em_str_sub(t, 11 + 3 * i, 2), &part[i]))
                        return false;
        *ret_s = (int64_t)day * 86400 + part[0] * 3600 + part[1] * 60 + part[2];
        return true;
}

/* "-38.612345" as "38.6123 S": the digits that the command printed, cut to four places. */
static em_str half_place(em_ask *ask, em_str digits, char plus, char minus)
{
        bool   below = digits.n && digits.p[0] == '-';
        em_str s = em_str_sub(digits, below, digits.n);
        ptrdiff_t point = em_str_find(s, EM_S("."));
        size_t n = point >= 0 && s.n > (size_t)point + 5 ? (size_t)point + 5 : s.n;
        return em_grid_text(ask->arena, "%.*s %c", (int)n, s.p, below ? minus : plus);
}

em_str em_fleet_place(em_ask *ask, const em_jnode *node)
{
        em_str lat = em_jtext(em_jget(node, "lat")), lon = em_jtext(em_jget(node, "lon"));
        if (!lat.n || !lon.n)
                return EM_S("");
        return em_grid_text(ask->arena, "%.*s %.*s", EM_ARG(half_place(ask, lat, 'N', 'S')), EM_ARG(half_place(ask, lon, 'E', 'W')));
}

void em_fleet_map(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        em_str  svg = em_jtext(em_jget(root, "map"));
        if (!svg.n) {
                em_html_lit(h, "<p class=\"empty\">There is nothing to draw on a map.</p>\n");
                return;
        }
        em_html_lit(h, "<figure class=\"fleet-map\" role=\"region\" tabindex=\"0\" aria-label=\"The map\">\n");
        em_buf_str(h.out, svg);         /* from the drawing module: escaped there */
        em_html_lit(h, "</figure>\n");
}

em_status em_fleet_table(em_ask *ask, const em_jnode *list, const em_grid_column *column, size_t columns, const char *empty, em_error *err)
{
        em_grid grid = em_grid_make(column, columns, ask->arena);
        em_str *cell = EM_NEW_N(ask->arena, em_str, columns);
        if (!cell)
                return em_fail(err, EM_NOMEM, "no memory for a table");
        grid.empty = empty;
        for (const em_jnode *row = list ? list->first : NULL; row; row = row->next) {
                for (size_t c = 0; c < columns; c++)
                        cell[c] = em_jtext(em_jget(row, column[c].key));
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        em_grid_html(ask, &grid);
        return EM_OK;
}

/* ---- records ----------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
        const em_kept_event *x = a, *y = b;
        int c = em_str_cmp(x->key, y->key);
        return c ? c : em_str_cmp(x->id, y->id);
}

em_status em_fleet_kept(em_ask *ask, em_kept_events *ret, em_error *err)
{
        em_picture   *now;
        em_rows       rows;
        em_query_opts opts = em_query_defaults;
        *ret = (em_kept_events){0};
        EM_TRY(em_desk_take(ask, &now, err));
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, EM_S("select key, id from record where kind = 'voyage' and class = 'event'"), NULL, 0, &opts, ask->arena,
                             &rows, err));
        ret->at = EM_NEW_N(ask->arena, em_kept_event, rows.rows + 1);
        if (!ret->at)
                return em_fail(err, EM_NOMEM, "no memory for records");
        for (size_t i = 0; i < rows.rows; i++)
                ret->at[ret->count++] = (em_kept_event){em_rows_at(&rows, i, 0)->s, em_rows_at(&rows, i, 1)->s};
        if (ret->count)
                qsort(ret->at, ret->count, sizeof *ret->at, by_key);
        return EM_OK;
}

static em_str kept_id(const em_kept_events *kept, em_str key)
{
        size_t low = 0, high = kept->count;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                int    c = em_str_cmp(kept->at[mid].key, key);
                if (c == 0)
                        return kept->at[mid].id;
                if (c < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        return EM_S("");
}

/* ---- one event ----------------------------------------------------------------------------------- */

static void put_mark(em_ask *ask, const em_jnode *e)
{
        em_html h = ask->h;
        em_str  number = em_jtext(em_jget(e, "number"));
        em_html_lit(h, "<span class=\"fleet-no\">");
        if (number.n && em_jis(em_jget(e, "number"), EM_J_NUMBER)) {
                em_html_lit(h, "<span class=\"unseen\">on the map </span>");
                em_html_text(h, number);
        } else {
                em_html_lit(h, "\xc2\xb7");
        }
        em_html_lit(h, "</span> ");
}

static void put_head(em_ask *ask, const em_jnode *e)
{
        em_html h = ask->h;
        int64_t mmsi = 0, other = 0;
        em_str  what = em_jtext(em_jget(e, "what")), port = em_jtext(em_jget(e, "port"));
        (void)em_jint(em_jget(e, "mmsi"), &mmsi);
        (void)em_jint(em_jget(e, "other_mmsi"), &other);
        em_html_lit(h, "<p class=\"fleet-head\">");
        put_mark(ask, e);
        em_html_lit(h, "<time datetime=\"");
        em_html_text(h, em_jtext(em_jget(e, "start")));
        em_html_lit(h, "\">");
        em_html_text(h, em_fleet_time(ask, em_jtext(em_jget(e, "start"))));
        em_html_lit(h, "</time> <b>");
        em_html_c(h, em_fleet_kind_words(em_jtext(em_jget(e, "kind"))));
        em_html_lit(h, "</b>");
        if (what.n) {
                em_html_lit(h, " (");
                em_html_text(h, what);
                em_html_lit(h, ")");
        }
        em_html_lit(h, " ");
        em_fleet_ship_link(ask, mmsi, em_jtext(em_jget(e, "name")));
        if (other) {
                em_html_lit(h, " with ");
                em_fleet_ship_link(ask, other, em_jtext(em_jget(e, "other_name")));
        }
        if (port.n) {
                em_html_lit(h, ", ");
                em_html_text(h, port);
        }
        em_html_lit(h, "</p>\n");
}

static void put_under(em_ask *ask, const char *label, em_str text)
{
        em_html h = ask->h;
        if (!text.n)
                return;
        em_html_lit(h, "<dt>");
        em_html_c(h, label);
        em_html_lit(h, "</dt><dd>");
        em_html_text(h, text);
        em_html_lit(h, "</dd>\n");
}

/* "strong sign, 0.95 of 1; seen to come in ..." */
static em_str strength(em_ask *ask, const em_jnode *e)
{
        em_str seen = em_jtext(em_jget(e, "seen"));
        return em_grid_text(ask->arena, "%.*s, %.*s of 1%s%.*s", EM_ARG(em_jtext(em_jget(e, "strength"))), EM_ARG(em_jtext(em_jget(e, "score"))),
                            seen.n ? "; " : "", EM_ARG(seen));
}

static void put_sentences(em_ask *ask, const em_jnode *list, const em_jnode *files, const char *what)
{
        em_html h = ask->h;
        for (const em_jnode *p = list ? list->first : NULL; p; p = p->next) {
                int64_t file = -1, i = 0;
                const em_jnode *at = files ? files->first : NULL;
                (void)em_jint(em_jget(p, "file"), &file);
                for (; at && i < file; i++)
                        at = at->next;
                em_str place = em_fleet_place(ask, p);
                em_html_lit(h, "<li>");
                em_html_c(h, what);
                em_html_text(h, em_grid_text(ask->arena, " %.*s%s%.*s: ", EM_ARG(em_jtext(em_jget(p, "time"))), place.n ? ", " : "", EM_ARG(place)));
                em_html_text(h, em_grid_text(ask->arena, "%.*s bytes from byte %.*s of ", EM_ARG(em_jtext(em_jget(p, "length"))),
                                             EM_ARG(em_jtext(em_jget(p, "offset")))));
                em_html_text(h, em_path_base(em_jtext(em_jget(at, "path"))));
                em_html_lit(h, "\n");
        }
}

static void put_rests(em_ask *ask, const em_jnode *e, const em_jnode *files, em_str record)
{
        em_html h = ask->h;
        const em_jnode *fixes = em_jget(e, "fixes"), *reports = em_jget(e, "reports");
        em_html_lit(h, "<details><summary>Rests on ");
        em_html_int(h, (int64_t)((fixes ? fixes->count : 0) + (reports ? reports->count : 0)));
        em_html_lit(h, " sentences</summary><ul>\n");
        put_sentences(ask, fixes, files, "position");
        put_sentences(ask, reports, files, "report");
        em_html_lit(h, "</ul></details>");
        if (record.n) {
                em_html_lit(h, "<p class=\"fleet-rec\">In the case: <a");
                em_page_href(ask, "/records/", record);
                em_html_lit(h, ">record ");
                em_html_text(h, record);
                em_html_lit(h, "</a>, down to the sentences</p>");
        }
        em_html_lit(h, "\n");
}

static void put_event(em_ask *ask, const em_jnode *e, const em_jnode *files, const em_kept_events *kept)
{
        em_html h = ask->h;
        em_str  number = em_jtext(em_jget(e, "number"));
        em_html_lit(h, "<li class=\"fleet-event\"");
        if (em_jis(em_jget(e, "number"), EM_J_NUMBER)) {
                em_html_lit(h, " id=\"");
                em_html_id(h, "e", number);
                em_html_lit(h, "\"");
        }
        em_html_lit(h, ">\n");
        put_head(ask, e);
        em_html_lit(h, "<dl>");
        put_under(ask, "why", em_jtext(em_jget(e, "reason")));
        put_under(ask, "or", em_jtext(em_jget(e, "else")));
        put_under(ask, "cargo", em_jtext(em_jget(e, "cargo")));
        put_under(ask, "cargo", em_jtext(em_jget(e, "other_cargo")));
        put_under(ask, "sign", strength(ask, e));
        put_under(ask, "where", em_grid_text(ask->arena, "%.*s; until %.*s, %.*s h", EM_ARG(em_fleet_place(ask, e)),
                                             EM_ARG(em_fleet_time(ask, em_jtext(em_jget(e, "end")))), EM_ARG(em_jtext(em_jget(e, "hours")))));
        em_html_lit(h, "</dl>\n");
        put_rests(ask, e, files, kept_id(kept, em_jtext(em_jget(e, "event"))));
        em_html_lit(h, "</li>\n");
}

em_status em_fleet_events(em_ask *ask, const em_jnode *root, size_t from, size_t most, em_error *err)
{
        em_html         h = ask->h;
        em_kept_events  kept;
        const em_jnode *list = em_jget(root, "events"), *files = em_jget(root, "files");
        size_t          i = 0;
        EM_TRY(em_fleet_kept(ask, &kept, err));
        if (!list || !list->count) {
                em_html_lit(h, "<p class=\"empty\">Nothing by these rules. A wider span, fewer kinds left out or a smaller threshold may show more.</p>\n");
                return EM_OK;
        }
        em_html_lit(h, "<ol class=\"fleet-events\">\n");
        for (const em_jnode *e = list->first; e && i < from + most; e = e->next, i++)
                if (i >= from)
                        put_event(ask, e, files, &kept);
        em_html_lit(h, "</ol>\n");
        if (!kept.count)
                em_html_lit(h, "<p class=\"lede\">None of this is a record of the case yet: <code>embargo ships find --keep</code> takes it in, "
                               "with its sentences.</p>\n");
        return EM_OK;
}

/* ---- lists ------------------------------------------------------------------------------------------ */

void em_fleet_listed_table(em_ask *ask, const em_jnode *list)
{
        em_html h = ask->h;
        for (const em_jnode *l = list ? list->first : NULL; l; l = l->next) {
                int64_t mmsi = 0;
                (void)em_jint(em_jget(l, "mmsi"), &mmsi);
                em_html_lit(h, "<li>");
                em_fleet_ship_link(ask, mmsi, (em_str){0});
                em_html_lit(h, " may be <b>");
                em_html_text(h, em_jtext(em_jget(l, "name")));
                em_html_lit(h, "</b> (");
                em_html_text(h, em_jtext(em_jget(l, "dataset")));
                em_html_lit(h, " ");
                em_html_text(h, em_jtext(em_jget(l, "id")));
                em_html_lit(h, "), ");
                em_html_text(h, em_jtext(em_jget(l, "score")));
                em_html_lit(h, " of 1: ");
                em_html_text(h, em_jtext(em_jget(l, "reason")));
                em_html_lit(h, "</li>\n");
        }
}
