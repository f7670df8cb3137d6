/* Clusters on pages: the largest, the one of an address, and what joins two addresses.
 *
 * A cluster is a hypothesis, so every page carries the command's caveats beneath its answer.
 */
#include "serve/trace_ask.h"

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }

static em_status checked(em_str address, const char *field, em_error *err)
{
        char shown[80];
        if (em_ta_plain(address))
                return EM_OK;
        return em_fail(err, EM_USAGE, "%s: \"%s\" is no address", field, em_str_show(address, shown, sizeof shown));
}

/* Other pages lead here, so that a page says what to do; data are not there. */
static em_status no_clusters(const em_ta *ta, em_error *err)
{
        em_ask *ask = ta->ask;
        em_str  dir = em_path_base(em_desk_dir(ask->desk)), name = ta->chosen->name;
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fail(err, EM_MISSING, "this chain has no clusters yet; embargo index clusters makes them");
        em_page_say(ask, 200, EM_S("No clusters yet"), EM_S("Which addresses of this chain may have one owner has not been worked out."),
                    em_grid_text(ask->arena, "embargo --case %.*s index clusters --chain %.*s/index/%.*s makes them.", EM_ARG(dir), EM_ARG(dir),
                                 EM_ARG(name)));
        return EM_OK;
}

/* The command in the shape that is asked for; *ret_root only for a page that has something to show. */
static em_status ask_cluster(const em_ta *ta, em_ta_words *w, const em_jnode **ret_root, em_error *err)
{
        em_ask *ask = ta->ask;
        em_str  text;
        EM_TRY(em_ta_need_index(ta, err));
        if (ta->chosen->accounts)
                return em_fail(err, EM_USAGE, "clusters are of Bitcoin's chains; the index \"%.*s\" is of accounts", EM_ARG(ta->chosen->name));
        em_str at = em_grid_text(ask->arena, "%.*s/index/%.*s.clusters", EM_ARG(em_desk_dir(ask->desk)), EM_ARG(ta->chosen->name));
        if (!em_path_exists(at))
                return no_clusters(ta, err);
        EM_TRY(em_ta_chain(ta, w, err));
        if (ask->shape == EM_SHAPE_PAGE)
                return em_desk_run_json(ask, w->at, w->n, 0, ret_root, err);
        em_ta_words data = *w;
        em_ta_word(&data, ask->shape == EM_SHAPE_JSON ? EM_S("--json") : EM_S("--csv"));
        EM_TRY(em_desk_run(ask, data.at, data.n, 0, &text, err));
        ask->reply->type = ask->shape == EM_SHAPE_JSON ? "application/json" : "text/csv; charset=utf-8";
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}

static void put_caveats(em_ask *ask, const em_jnode *root)
{
        const em_jnode *list = em_jget(root, "caveats");
        em_html_lit(ask->h, "<h2>What speaks against it</h2>\n<ul>");
        for (const em_jnode *c = list ? list->first : NULL; c; c = c->next) {
                em_html_lit(ask->h, "<li>");
                em_html_text(ask->h, em_jtext(c));
                em_html_lit(ask->h, "\n");
        }
        em_html_lit(ask->h, "</ul>\n");
}

static void put_link(const em_ta *ta, const char *path, em_str address)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<a class=\"flow-id\"");
        em_ta_place(ta, path, address);
        em_html_lit(h, ">");
        em_html_text(h, address);
        em_html_lit(h, "</a>");
}

static void put_why_form(const em_ta *ta, em_str a)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<form class=\"flow-form\" method=\"get\" action=\"/cluster\"><fieldset><legend>What joins two addresses?</legend>");
        em_page_known(ta->ask);
        em_html_lit(h, "<label class=\"line\">One <input type=\"text\" name=\"a\" size=\"44\" required");
        em_html_attr(h, "value", a);
        em_html_lit(h, "></label><label class=\"line\">and the other <input type=\"text\" name=\"b\" size=\"44\" required");
        em_html_attr(h, "value", em_form_get(ta->ask->query, "b"));
        em_html_lit(h, "></label><button>Show what joins them</button></fieldset></form>\n");
}

/* ---- the largest ------------------------------------------------------------------------------------- */

static em_status put_top(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_page_open(ask, &(em_page){.title = EM_S("Clusters"), .nav = "trace", .wide = true, .command = line,
                                     .lede = em_grid_text(ask->arena, "%.*s addresses in %.*s clusters that may be one owner's each. Large ones are seldom one person.",
                                                          EM_ARG(text_of(root, "addresses")), EM_ARG(text_of(root, "clusters")))});
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\" class=\"num\">Addresses<th scope=\"col\">The oldest of them"
                       "<th scope=\"col\" class=\"num\">By change<th scope=\"col\">Labels</thead><tbody>\n");
        const em_jnode *list = em_jget(root, "largest");
        for (const em_jnode *c = list ? list->first : NULL; c; c = c->next) {
                em_html_lit(h, "<tr><td class=\"num\" data-h=\"Addresses\">");
                em_html_text(h, text_of(c, "size"));
                em_html_lit(h, "<td data-h=\"The oldest of them\">");
                put_link(ta, "/cluster/", text_of(c, "oldest_address"));
                em_html_lit(h, "<td class=\"num\" data-h=\"By change\">");
                em_html_text(h, text_of(c, "by_change"));
                em_html_lit(h, "<td data-h=\"Labels\">");
                em_html_text(h, text_of(c, "labels"));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n");
        put_why_form(ta, EM_S(""));
        put_caveats(ask, root);
        return em_page_close(ask, err);
}

/* ---- what joins two ---------------------------------------------------------------------------------------- */

static void put_union(const em_ta *ta, const em_jnode *u)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<tr><td data-h=\"Transaction\">");
        put_link(ta, "/tx/", text_of(u, "txid"));
        em_html_lit(h, "<br><small>block ");
        em_html_text(h, text_of(u, "height"));
        em_html_lit(h, "; ");
        em_html_text(h, text_of(u, "file"));
        em_html_lit(h, ", ");
        em_html_text(h, text_of(u, "length"));
        em_html_lit(h, " bytes at ");
        em_html_text(h, text_of(u, "offset"));
        em_html_lit(h, "</small><td data-h=\"One\">");
        put_link(ta, "/address/", text_of(u, "from"));
        em_html_lit(h, " <small>");
        em_html_text(h, text_of(u, "from_role"));
        em_html_lit(h, "</small><td data-h=\"The other\">");
        put_link(ta, "/address/", text_of(u, "to"));
        em_html_lit(h, " <small>");
        em_html_text(h, text_of(u, "to_role"));
        em_html_lit(h, "</small><td data-h=\"By the rule\">");
        em_html_text(h, text_of(u, "rule"));
        em_html_lit(h, "\n");
}

static em_status put_why(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        const em_jnode *list = em_jget(root, "transactions");
        em_page_open(ask, &(em_page){.title = EM_S("What joins two addresses"), .nav = "trace", .wide = true, .command = line});
        em_html_lit(h, "<p>");
        put_link(ta, "/address/", text_of(root, "a"));
        em_html_lit(h, " and ");
        put_link(ta, "/address/", text_of(root, "b"));
        em_html_c(h, list && list->first ? ": these transactions join them, so they may have one owner." : ": nothing joins the two.");
        em_html_lit(h, "</p>\n");
        if (list && list->first) {
                em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Transaction<th scope=\"col\">One<th scope=\"col\">The other"
                               "<th scope=\"col\">By the rule</thead><tbody>\n");
                for (const em_jnode *u = list->first; u; u = u->next)
                        put_union(ta, u);
                em_html_lit(h, "</table></div>\n");
        }
        put_why_form(ta, text_of(root, "a"));
        put_caveats(ask, root);
        return em_page_close(ask, err);
}

em_status em_answer_clusters(em_ask *ask, em_error *err)
{
        em_ta       ta;
        em_ta_words w = {.n = 0};
        em_str      a = em_str_trim(em_form_get(ask->query, "a")), b = em_str_trim(em_form_get(ask->query, "b")), line;
        const em_jnode *root = NULL;
        if (em_form_get(ask->query, "of").n)
                return em_answer_cluster(ask, err);
        EM_TRY(em_ta_read(ask, &ta, err));
        em_ta_word(&w, EM_S("cluster"));
        if (a.n || b.n) {
                EM_TRY(checked(a, "a", err));
                EM_TRY(checked(b, "b", err));
                em_ta_word(&w, EM_S("why"));
                em_ta_word(&w, a);
                em_ta_word(&w, b);
        } else {
                em_ta_word(&w, EM_S("top"));
        }
        EM_TRY(em_ta_option(&ta, &w, "limit", err));
        EM_TRY(ask_cluster(&ta, &w, &root, err));
        if (ask->shape != EM_SHAPE_PAGE || !root)
                return EM_OK;
        EM_TRY(em_ta_line(&ta, &w, &line, err));
        return a.n ? put_why(&ta, root, line, err) : put_top(&ta, root, line, err);
}

/* ---- one ------------------------------------------------------------------------------------------------------ */

static void put_member(const em_ta *ta, const em_jnode *m)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<tr><td data-h=\"Address\">");
        put_link(ta, "/address/", text_of(m, "address"));
        if (text_of(m, "label").n) {
                em_html_lit(h, " <b>");
                em_html_text(h, text_of(m, "label"));
                em_html_lit(h, "</b>");
        }
        em_html_lit(h, "<td class=\"num\" data-h=\"First block\">");
        em_html_text(h, text_of(m, "first_height"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Last block\">");
        em_html_text(h, text_of(m, "last_height"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Outputs\">");
        em_html_text(h, text_of(m, "outputs"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Paid\">");
        em_html_thin(h, em_ta_node_coins(ta->ask, m, "paid_sat"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Still there\">");
        em_html_thin(h, em_ta_node_coins(ta->ask, m, "unspent_sat"));
        em_html_lit(h, "\n");
}

static em_status put_cluster(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_page_open(ask, &(em_page){.title = EM_S("A cluster of addresses"), .nav = "trace", .wide = true, .command = line,
                                     .lede = em_grid_text(ask->arena, "%.*s addresses that may have one owner, or one custodian, with %.*s",
                                                          EM_ARG(text_of(root, "size")), EM_ARG(text_of(root, "address")))});
        em_html_lit(h, "<dl class=\"facts\"><dt>paid<dd>");
        em_html_thin(h, em_ta_node_coins(ask, root, "paid_sat"));
        em_html_lit(h, " in ");
        em_html_text(h, text_of(root, "outputs"));
        em_html_lit(h, " outputs, blocks ");
        em_html_text(h, text_of(root, "first_height"));
        em_html_lit(h, " to ");
        em_html_text(h, text_of(root, "last_height"));
        em_html_lit(h, "<dt>still there<dd>");
        em_html_thin(h, em_ta_node_coins(ask, root, "unspent_sat"));
        em_html_lit(h, "<dt>number in this index<dd>");
        em_html_text(h, text_of(root, "cluster"));
        em_html_lit(h, "</dl>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Address<th scope=\"col\" class=\"num\">First block<th scope=\"col\" "
                       "class=\"num\">Last block<th scope=\"col\" class=\"num\">Outputs<th scope=\"col\" class=\"num\">Paid<th scope=\"col\" class=\"num\">Still there"
                       "</thead><tbody>\n");
        const em_jnode *list = em_jget(root, "members");
        for (const em_jnode *m = list ? list->first : NULL; m; m = m->next)
                put_member(ta, m);
        em_html_lit(h, "</table></div>\n");
        put_why_form(ta, text_of(root, "address"));
        put_caveats(ask, root);
        return em_page_close(ask, err);
}

em_status em_answer_cluster(em_ask *ask, em_error *err)
{
        em_ta       ta;
        em_ta_words w = {.n = 0};
        em_str      of = ask->part.n ? ask->part : em_str_trim(em_form_get(ask->query, "of")), line;
        const em_jnode *root = NULL;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(checked(of, "of", err));
        em_ta_word(&w, EM_S("cluster"));
        em_ta_word(&w, of);
        EM_TRY(em_ta_option(&ta, &w, "from", err));
        EM_TRY(em_ta_option(&ta, &w, "limit", err));
        EM_TRY(ask_cluster(&ta, &w, &root, err));
        if (ask->shape != EM_SHAPE_PAGE || !root)
                return EM_OK;
        EM_TRY(em_ta_line(&ta, &w, &line, err));
        return put_cluster(&ta, root, line, err);
}
