/* What stands around every page: the bar, the day as known on which all is shown, the heading, and the foot with
 * the ways to have the same as data.  The order of the source is the order of reading and of the tab key.
 */
#include "serve/desk.h"

#include <stdio.h>

static const struct { const char *nav, *path, *words; unsigned flags; } bar[] = {
        {"timeline", "/", "Timeline", EM_ROUTE_CASE},       {"measures", "/measures", "Measures", EM_ROUTE_CASE},
        {"findings", "/findings", "Findings", EM_ROUTE_CASE}, {"claims", "/claims", "Claims", EM_ROUTE_CASE},
        {"evidence", "/evidence", "Evidence", EM_ROUTE_CASE}, {"screen", "/screen", "Screen", 0},
        {"trace", "/trace", "Trace", EM_ROUTE_CASE},         {"ships", "/ships", "Ships", EM_ROUTE_CASE},
        {"charts", "/charts", "Charts", EM_ROUTE_CASE},      {"sql", "/sql", "SQL", EM_ROUTE_CASE},
        {"report", "/report", "Report", EM_ROUTE_CASE},      {"ledger", "/ledger", "Ledger", EM_ROUTE_CASE},
        {"notes", "/notes", "Notes", EM_ROUTE_CASE},         {"add", "/add", "Add", EM_ROUTE_CASE | EM_ROUTE_WRITES},
        {"work", "/work", "Work", EM_ROUTE_CASE},
        {"doctor", "/doctor", "Doctor", EM_ROUTE_CASE},
};

const char *em_page_what(em_status status)
{
        switch (status) {
        case EM_MISSING: return "There is nothing at this address";
        case EM_USAGE: case EM_FORMAT: return "The request cannot be read";
        case EM_DENIED: return "This may not be done";
        case EM_LIMIT: return "That is over a limit";
        case EM_BUSY: return "One moment";
        case EM_INTERRUPTED: return "This takes too long for a page";
        default: return "This could not be answered";
        }
}

void em_page_href(em_ask *ask, const char *path, em_str id)
{
        em_html h = ask->h;
        em_html_lit(h, " href=\"");
        em_html_c(h, path);
        em_html_url(h, id);
        if (h.known.n) {
                em_html_c(h, strchr(path, '?') ? "&known=" : "?known=");
                em_html_url(h, h.known);
        }
        em_html_lit(h, "\"");
}

void em_page_link(em_ask *ask, const char *path, em_str id, em_str words)
{
        em_html_lit(ask->h, "<a");
        em_page_href(ask, path, id);
        em_html_lit(ask->h, ">");
        em_html_text(ask->h, words);
        em_html_lit(ask->h, "</a>");
}

void em_page_and_known(em_ask *ask)
{
        if (!ask->h.known.n)
                return;
        em_html_lit(ask->h, "&amp;known=");
        em_html_url(ask->h, ask->h.known);
}

void em_page_query(em_ask *ask, const char *without, char first)
{
        em_html h = ask->h;
        for (size_t i = 0; i < ask->query.count; i++) {
                if (em_str_eq(ask->query.at[i].name, em_str_c(without)))
                        continue;
                em_html_c(h, first == '?' ? "?" : "&");
                first = '&';
                em_html_url(h, ask->query.at[i].name);
                em_html_lit(h, "=");
                em_html_url(h, ask->query.at[i].value);
        }
}

void em_page_token(em_ask *ask)
{
        em_html_lit(ask->h, "<input type=\"hidden\" name=\"form\"");
        em_html_attr(ask->h, "value", em_str_c(em_service_form_mark(ask->service)));
        em_html_lit(ask->h, ">");
}

void em_page_known(em_ask *ask)
{
        if (!ask->h.known.n)
                return;
        em_html_lit(ask->h, "<input type=\"hidden\" name=\"known\"");
        em_html_attr(ask->h, "value", ask->h.known);
        em_html_lit(ask->h, ">");
}

/* ---- the head ----------------------------------------------------------------------------------- */

static void put_bar(em_ask *ask, const em_page *page)
{
        em_html h = ask->h;
        em_html_lit(h, "<nav class=\"bar\" aria-label=\"Pages\"><ul>\n");
        for (size_t i = 0; i < EM_COUNT(bar); i++) {
                if ((bar[i].flags & EM_ROUTE_CASE) && !ask->desk)
                        continue;
                if ((bar[i].flags & EM_ROUTE_WRITES) && !em_desk_writes(ask->desk))
                        continue;
                em_html_lit(h, "<li><a");
                em_page_href(ask, bar[i].path, (em_str){0});
                if (page->nav && strcmp(page->nav, bar[i].nav) == 0)
                        em_html_lit(h, " aria-current=\"page\"");
                em_html_lit(h, ">");
                em_html_c(h, bar[i].words);
                em_html_lit(h, "</a>\n");
        }
        em_html_lit(h, "</ul></nav>\n");
}

/* The whole case is shown as known on one day; this is where the day is chosen. */
static void put_known(em_ask *ask)
{
        em_html h = ask->h;
        em_html_lit(h, "<form class=\"known\" method=\"get\"");
        em_html_attr(h, "action", ask->path);
        em_html_lit(h, ">");
        for (size_t i = 0; i < ask->query.count; i++) {
                if (em_str_eq(ask->query.at[i].name, EM_S("known")) || em_str_eq(ask->query.at[i].name, EM_S("token")))
                        continue;
                em_html_lit(h, "<input type=\"hidden\"");
                em_html_attr(h, "name", ask->query.at[i].name);
                em_html_attr(h, "value", ask->query.at[i].value);
                em_html_lit(h, ">");
        }
        em_html_lit(h, "<label>As known on <input name=\"known\" size=\"10\" maxlength=\"10\" "
                       "placeholder=\"2022-03-01\" pattern=\"[0-9]{4}-[0-9]{2}-[0-9]{2}\" title=\"a day such as 2022-03-01\"");
        em_html_attr(h, "value", h.known);
        em_html_lit(h, "></label> <button>Show</button>");
        if (h.known.n) {
                em_html_lit(h, " <a");
                em_html_attr(h, "href", ask->path);
                em_html_lit(h, ">everything</a>");
        }
        em_html_lit(h, "</form>\n");
}

static void put_top(em_ask *ask, const em_page *page)
{
        em_html h = ask->h;
        em_html_lit(h, "<a class=\"skip\" href=\"#main\">Skip to the text</a>\n<header class=\"top\"><p class=\"case\"><a");
        em_page_href(ask, "/", (em_str){0});
        em_html_lit(h, "><b>Embargo</b>");
        if (ask->desk) {
                em_html_lit(h, " <span>");
                em_html_text(h, em_path_base(em_desk_dir(ask->desk)));
                em_html_lit(h, "</span>");
        }
        em_html_lit(h, "</a></p>\n");
        put_bar(ask, page);
        if (ask->desk)
                put_known(ask);
        em_html_lit(h, "</header>\n");
}

static bool made(const char *name, const char *ending)
{
        char file[64];
        snprintf(file, sizeof file, "%s.%s", name, ending);
        return em_asset_find(em_str_c(file)) != NULL;
}

/* The script of that name and its own style sheet, when this build has them. */
static void put_island(em_html h, const char *name)
{
        if (!name || !made(name, "js"))
                return;
        if (made(name, "css")) {
                em_html_lit(h, "<link rel=\"stylesheet\" href=\"/ui/");
                em_html_c(h, name);
                em_html_lit(h, ".css\">");
        }
        em_html_lit(h, "<script type=\"module\" src=\"/ui/");
        em_html_c(h, name);
        em_html_lit(h, ".js\"></script>");
}

void em_page_open(em_ask *ask, const em_page *page)
{
        em_html h = ask->h;
        ask->page = page;
        ask->reply->type = "text/html; charset=utf-8";
        em_html_lit(h, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
        em_html_text(h, page->title);
        em_html_lit(h, " \xc2\xb7 Embargo</title><link rel=\"stylesheet\" href=\"/ui/style.css\">"
                       "<link rel=\"icon\" href=\"/ui/icon.svg\">");
        if (page->refresh_s) {          /* a script of the page's own knows better when to look again */
                bool scripted = page->island && made(page->island, "js");
                if (scripted)
                        em_html_lit(h, "<noscript>");
                em_html_lit(h, "<meta http-equiv=\"refresh\" content=\"");
                em_html_int(h, page->refresh_s);
                em_html_lit(h, "\">");
                if (scripted)
                        em_html_lit(h, "</noscript>");
        }
        put_island(h, "shell");
        put_island(h, page->island);
        em_html_lit(h, "</head>\n<body>\n");
        put_top(ask, page);
        em_html_lit(h, "<main id=\"main\" tabindex=\"-1\"");
        em_html_attr(h, "class", page->wide ? EM_S("wide") : EM_S("text"));
        em_html_lit(h, ">\n<h1>");
        em_html_text(h, page->title);
        em_html_lit(h, "</h1>\n");
        if (page->lede.n) {
                em_html_lit(h, "<p class=\"lede\">");
                em_html_text(h, page->lede);
                em_html_lit(h, "</p>\n");
        }
        if (ask->old)
                em_html_lit(h, "<p class=\"draft\" role=\"status\">The case has just changed. This page shows it as it was before; "
                               "load it again in a moment.</p>\n");
}

/* ---- the foot -------------------------------------------------------------------------------------- */

static void put_other_shape(em_ask *ask, const char *words, const char *end)
{
        em_html h = ask->h;
        em_html_lit(h, " <a href=\"");
        em_html_text(h, em_str_eq(ask->path, EM_S("/")) ? EM_S("/index") : ask->path);
        em_html_c(h, end);
        em_page_query(ask, "token", '?');
        em_html_lit(h, "\">");
        em_html_c(h, words);
        em_html_lit(h, "</a>");
}

/* The same for everybody, since replies are kept; to those whom nobody asked for anything it is not shown. */
static void put_sign_out(em_ask *ask)
{
        const em_service_opts *o = em_service_options(ask->service);
        if (!ask->route || (ask->route->flags & EM_ROUTE_FREE) || !(o->token.n || o->accounts.n))
                return;
        em_html_lit(ask->h, "<form class=\"out\" method=\"post\" action=\"/sign-out\">");
        em_page_token(ask);
        em_html_lit(ask->h, "<button>Sign out</button></form>");
}

em_status em_page_close(em_ask *ask, em_error *err)
{
        const em_page *page = ask->page;
        unsigned flags = page->no_data || !ask->route ? 0 : ask->route->flags;
        em_html  h = ask->h;
        em_html_lit(h, "</main>\n<footer class=\"end\">");
        if (flags & (EM_ROUTE_DATA | EM_ROUTE_JSON)) {
                em_html_lit(h, "<p>The same as data:");
                put_other_shape(ask, "JSON", ".json");
                if (flags & EM_ROUTE_DATA)
                        put_other_shape(ask, "CSV", ".csv");
                em_html_lit(h, "</p>");
        }
        if (page->command.n) {
                em_html_lit(h, "<p>On the command line: <code>embargo --case ");
                em_html_text(h, ask->desk ? em_path_base(em_desk_dir(ask->desk)) : EM_S("DIR"));
                em_html_lit(h, " ");
                em_html_text(h, page->command);
                em_html_lit(h, "</code></p>");
        }
        if (ask->picture) {
                em_html_lit(h, "<p>Manifest <code>");
                em_html_text(h, em_str_sub(em_str_c(em_view_manifest(ask->picture->view)), 0, 12));
                em_html_lit(h, "</code>, ledger entry ");
                em_html_int(h, ask->picture->last_seq);
                em_html_c(h, ask->h.known.n ? ", as known on " : ", with everything on file");
                em_html_text(h, ask->h.known);
                em_html_lit(h, ". Times are UTC.</p>");
        }
        put_sign_out(ask);
        em_html_lit(h, "</footer>\n</body></html>\n");
        return em_buf_status(&ask->reply->body, err);
}

void em_page_say(em_ask *ask, unsigned status, em_str what, em_str why, em_str next)
{
        em_page page = {.title = what, .refresh_s = status == 503 ? 2 : 0, .no_data = true};
        em_html h = ask->h;
        ask->old = false;
        em_page_open(ask, &page);
        em_html_lit(h, "<p role=\"status\">");
        em_html_text(h, why);
        em_html_lit(h, "</p>\n");
        if (next.n) {
                em_html_lit(h, "<p>");
                em_html_text(h, next);
                em_html_lit(h, "</p>\n");
        }
        ask->reply->status = em_page_close(ask, NULL) == EM_OK ? status : 500;
}
