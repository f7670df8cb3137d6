/* The path of one amount: each hop with the transaction, the block and the bytes that say so.
 *
 * The evidence is the command's own file: whoever holds the raw blocks re-checks it with `embargo trace check`, which trusts
 * neither this page nor the index.
 */
#include "serve/trace_ask.h"

#include <stdio.h>

static em_status path_words(const em_ta *ta, em_ta_words *w, em_str *ret_to, em_error *err)
{
        EM_TRY(em_ta_value(ta, "to", ret_to, err));
        if (!ret_to->n)
                return em_fail(err, EM_USAGE, "to= is missing: the output TXID:NUMBER, or the transfer, where the coins ended");
        if (ta->policies != 1)
                return em_fail(err, EM_USAGE, "policy= must name the one rule to follow, such as fifo");
        EM_TRY(em_ta_trace(ta, EM_S(""), w, err));
        em_ta_word(w, EM_S("--path"));
        em_ta_word(w, *ret_to);
        return EM_OK;
}

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }

/* An amount of a hop: satoshi, or of accounts units of an asset that says its decimals. */
static em_str amount(const em_ta *ta, const em_jnode *hop, const char *sat, const char *units)
{
        int64_t decimals = 0;
        if (!ta->chosen->accounts)
                return em_ta_node_coins(ta->ask, hop, sat);
        (void)em_jint(em_jget(hop, "decimals"), &decimals);
        return em_ta_coins(ta->ask->arena, text_of(hop, units), decimals < 0 || decimals > 77 ? 0 : (unsigned)decimals);
}

static void put_address(const em_ta *ta, em_str address, em_str label)
{
        em_html h = ta->ask->h;
        if (label.n) {
                em_html_lit(h, "<b>");
                em_html_text(h, label);
                em_html_lit(h, "</b><br>");
        }
        em_html_lit(h, "<a class=\"flow-id\"");
        em_ta_place(ta, "/address/", address);
        em_html_lit(h, ">");
        em_html_text(h, address);
        em_html_lit(h, "</a>");
}

static void put_tx(const em_ta *ta, em_str txid)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<a class=\"flow-id\"");
        em_ta_place(ta, "/tx/", txid);
        em_html_lit(h, ">");
        em_html_text(h, txid);
        em_html_lit(h, "</a>");
}

/* Where the bytes lie. */
static void put_bytes(em_ask *ask, const em_jnode *hop)
{
        em_html h = ask->h;
        em_html_text(h, text_of(hop, "file"));
        if (text_of(hop, "line").n) {
                em_html_lit(h, ", line ");
                em_html_text(h, text_of(hop, "line"));
        }
        em_html_lit(h, ", ");
        em_html_text(h, text_of(hop, "length"));
        em_html_lit(h, " bytes at ");
        em_html_text(h, text_of(hop, "offset"));
}

static void put_cells(const em_ta *ta, const em_jnode *hop, em_str number)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        bool    accounts = ta->chosen->accounts;
        em_html_lit(h, "<tr><td class=\"num\" data-h=\"Hop\">");
        em_html_text(h, number);
        em_html_lit(h, "<td data-h=\"Transaction\">");
        if (accounts)
                em_html_text(h, text_of(hop, "transfer").n ? text_of(hop, "transfer") : text_of(hop, "held_by"));
        else
                put_tx(ta, text_of(hop, "txid"));
        em_html_lit(h, "<br><small>block ");
        em_html_text(h, text_of(hop, accounts ? "block" : "height"));
        if (accounts) {
                em_html_lit(h, ", ");
                em_html_text(h, text_of(hop, "time_utc"));
        }
        em_html_lit(h, "; ");
        put_bytes(ask, hop);
        em_html_lit(h, "</small><td data-h=\"Paid to\">");
        put_address(ta, text_of(hop, accounts ? "to" : "out_address"), text_of(hop, accounts ? "to_label" : "out_label"));
        em_html_lit(h, " <small>");
        if (!accounts) {
                em_html_lit(h, "as output ");
                em_html_text(h, text_of(hop, "output"));
                em_html_lit(h, "; inputs in all: ");
                em_html_text(h, text_of(hop, "inputs_in_all"));
        }
        em_html_lit(h, "</small><td class=\"num\" data-h=\"Holds\">");
        em_html_thin(h, amount(ta, hop, "out_value_sat", "amount"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Of it stolen\">");
        em_html_thin(h, amount(ta, hop, "out_stolen_sat", "out_stolen"));
        em_html_lit(h, "<td class=\"num\" data-h=\"On this path\">");
        em_html_thin(h, amount(ta, hop, "via_sat", "via"));
        em_html_lit(h, "\n");
}

static void put_start(const em_ta *ta, const em_jnode *root)
{
        em_html         h = ta->ask->h;
        bool            accounts = ta->chosen->accounts;
        const em_jnode *from = em_jget(root, accounts ? "start" : "from");
        em_html_lit(h, "<p>It begins at ");
        if (accounts) {
                em_html_lit(h, "<span class=\"flow-id\">");
                em_html_text(h, text_of(from, "transfer").n ? text_of(from, "transfer") : text_of(from, "held_by"));
                em_html_lit(h, "</span>");
        } else {
                em_html_lit(h, "output ");
                em_html_text(h, text_of(from, "vout"));
                em_html_lit(h, " of ");
                put_tx(ta, text_of(from, "txid"));
                em_html_lit(h, " at ");
                put_address(ta, text_of(from, "address"), EM_S(""));
        }
        em_html_lit(h, ", of which ");
        em_html_thin(h, accounts ? amount(ta, from, "", "stolen") : em_ta_node_coins(ta->ask, from, "stolen_sat"));
        em_html_lit(h, " were named as stolen (");
        put_bytes(ta->ask, from);
        em_html_lit(h, ").</p>\n");
}

static void put_evidence(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>The evidence</h2>\n<p><a download=\"path.json\"");
        em_ta_href(ta, em_ta_address(ta, "/trace/path.json", NULL, EM_S("")));
        em_html_lit(h, ">path.json</a> holds every hop with its place in the ");
        if (ta->chosen->accounts)
                em_html_lit(h, "exported tables. Another expert can look each line up there, or at any node.</p>\n");
        else
                em_html_lit(h, "raw blocks and the values of all inputs. Another expert can re-check it with <code>embargo trace check</code>: "
                               "<code>embargo trace check path.json --blocks FOLDER</code> trusts the raw blocks alone.</p>\n");
}

static em_status put_page(const em_ta *ta, const em_jnode *root, const em_ta_words *w, em_str to, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  line;
        size_t  n = 0;
        EM_TRY(em_ta_line(ta, w, &line, err));
        em_page_open(ask, &(em_page){.title = EM_S("The path of one amount"), .nav = "trace", .wide = true, .command = line,
                                     .lede = em_grid_text(ask->arena, "To %.*s, under %.*s", EM_ARG(to), EM_ARG(text_of(root, "policy")))});
        em_html_lit(h, "<p>Rule, ");
        em_html_text(h, text_of(root, "rule"));
        em_html_lit(h, ". This is ");
        em_html_text(h, text_of(root, "means"));
        em_html_lit(h, ".</p>\n");
        put_start(ta, root);
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\" class=\"num\">Hop<th scope=\"col\">Transaction<th scope=\"col\">Paid to"
                       "<th scope=\"col\" class=\"num\">Holds<th scope=\"col\" class=\"num\">Of it stolen<th scope=\"col\" class=\"num\">On this path"
                       "</thead><tbody>\n");
        const em_jnode *hops = em_jget(root, "hops");
        for (const em_jnode *hop = hops ? hops->first : NULL; hop; hop = hop->next)
                put_cells(ta, hop, em_grid_text(ask->arena, "%zu", ++n));
        em_html_lit(h, "</table></div>\n<p class=\"key\">Amounts in ");
        em_html_text(h, ta->chosen->accounts ? EM_S("whole coins of each asset") : text_of(root, "coin"));
        em_html_lit(h, ". \"On this path\" is the part that came this way alone; the same output may hold stolen coins that came by others.</p>\n");
        put_evidence(ta);
        em_html_lit(h, "<p><a");
        em_ta_href(ta, em_ta_address(ta, "/trace", (const char *const[]){"to", "policy", NULL}, EM_S("")));
        em_html_lit(h, ">The whole trace under all rules</a></p>\n");
        return em_page_close(ask, err);
}

static em_status put_csv(const em_ta *ta, const em_jnode *root, em_error *err)
{
        static const em_grid_column columns[] = {
                {"hop", NULL, EM_AS_NUMBER, NULL, NULL}, {"tx", NULL, EM_AS_CODE, NULL, NULL}, {"height", NULL, EM_AS_NUMBER, NULL, NULL},
                {"output", NULL, EM_AS_NUMBER, NULL, NULL}, {"address", NULL, EM_AS_TEXT, NULL, NULL}, {"label", NULL, EM_AS_TEXT, NULL, NULL},
                {"stolen", NULL, EM_AS_TEXT, NULL, NULL}, {"via", NULL, EM_AS_TEXT, NULL, NULL}, {"file", NULL, EM_AS_TEXT, NULL, NULL},
                {"offset", NULL, EM_AS_NUMBER, NULL, NULL}, {"length", NULL, EM_AS_NUMBER, NULL, NULL}};
        bool            a = ta->chosen->accounts;
        em_grid         grid = em_grid_make(columns, EM_COUNT(columns), ta->ask->arena);
        const em_jnode *hops = em_jget(root, "hops");
        size_t          n = 0;
        for (const em_jnode *hop = hops ? hops->first : NULL; hop; hop = hop->next) {
                const em_str cell[] = {em_grid_text(ta->ask->arena, "%zu", ++n), text_of(hop, a ? "transfer" : "txid"), text_of(hop, a ? "block" : "height"),
                                       text_of(hop, "output"), text_of(hop, a ? "to" : "out_address"), text_of(hop, a ? "to_label" : "out_label"),
                                       text_of(hop, a ? "out_stolen" : "out_stolen_sat"), text_of(hop, a ? "via" : "via_sat"), text_of(hop, "file"),
                                       text_of(hop, "offset"), text_of(hop, "length")};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ta->ask, "embargo.trace.path/1", &grid, err);
}

em_status em_answer_trace_path(em_ask *ask, em_error *err)
{
        em_ta       ta;
        em_ta_words w = {.n = 0};
        em_str      to, text;
        em_jnode   *root;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(em_ta_need_index(&ta, err));
        EM_TRY(path_words(&ta, &w, &to, err));
        EM_TRY(em_desk_run(ask, w.at, w.n, 0, &text, err));
        if (ask->shape == EM_SHAPE_JSON) {              /* the evidence, byte for byte as trace check reads it */
                ask->reply->type = "application/json";
                snprintf(ask->reply->file, sizeof ask->reply->file, "path.json");
                em_buf_str(&ask->reply->body, text);
                return em_buf_status(&ask->reply->body, err);
        }
        EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        return ask->shape == EM_SHAPE_CSV ? put_csv(&ta, root, err) : put_page(&ta, root, &w, to, err);
}
