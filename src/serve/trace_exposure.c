/* Backward exposure on a page: what an address received, by who may have paid it, with what could not be followed beside it.
 *
 * Each rule that has a backward form is shown on its own, never averaged.
 */
#include "serve/trace_ask.h"

static em_status exposure_words(const em_ta *ta, em_str addresses, em_ta_words *w, em_error *err)
{
        static const char *const options[] = {"hops", "min", "since", "most", "as-of"};
        em_str policy = EM_S("");
        char   shown[80];
        em_ta_word(w, EM_S("exposure"));
        for (em_str rest = addresses; rest.n;) {
                em_cut cut = em_str_cut(em_str_trim(rest), ' ');
                if (!em_ta_plain(cut.head))
                        return em_fail(err, EM_USAGE, "address: \"%s\" is neither an address nor TXID:OUTPUT", em_str_show(cut.head, shown, sizeof shown));
                if (w->n > EM_TA_STARTS)
                        return em_fail(err, EM_LIMIT, "address: at most %d of one owner; the command line takes a file of them", EM_TA_STARTS);
                em_ta_word(w, cut.head);
                rest = cut.tail;
        }
        EM_TRY(em_ta_chain(ta, w, err));
        for (size_t i = 0; i < ta->policies; i++)
                policy = em_grid_text(ta->ask->arena, "%.*s%s%.*s", EM_ARG(policy), i ? "," : "", EM_ARG(ta->policy[i]));
        em_ta_word(w, EM_S("--policy"));
        em_ta_word(w, policy.n ? policy : EM_S("haircut"));
        for (size_t i = 0; i < EM_COUNT(options); i++)
                EM_TRY(em_ta_option(ta, w, options[i], err));
        em_ta_switch(ta, w, "through-mixers");
        return EM_OK;
}

static void put_form(const em_ta *ta)
{
        static const char *const rules[] = {"haircut", "fifo", "lifo", "tiho", "seniority"};
        em_html h = ta->ask->h;
        em_html_lit(h, "<form class=\"flow-form\" method=\"get\" action=\"/exposure\">");
        em_page_known(ta->ask);
        em_ta_form_text(ta, "address", "Address, or TXID:OUTPUT; several of one owner with blanks between them", NULL, 48);
        em_html_lit(h, "<div class=\"flow-fields\"><fieldset><legend>Rules, each on its own</legend>");
        for (size_t i = 0; i < EM_COUNT(rules); i++) {
                bool on = !ta->policies && i == 0;
                for (size_t k = 0; k < ta->policies; k++)
                        on = on || em_str_eq(ta->policy[k], em_str_c(rules[i]));
                em_ta_form_check(ta, "policy", rules[i], rules[i], on);
        }
        em_html_lit(h, "</fieldset><fieldset><legend>How far back</legend>");
        em_ta_form_text(ta, "since", "not before", "2024-03-01", 11);
        em_ta_form_text(ta, "hops", "at most so many transactions", "any", 6);
        em_ta_form_text(ta, "min", "nothing smaller than", "0", 8);
        em_ta_form_check(ta, "through-mixers", "1", "follow coins through mixers and CoinJoins", em_form_flag(ta->ask->query, "through-mixers"));
        em_html_lit(h, "</fieldset>");
        em_ta_form_chain(ta);
        em_html_lit(h, "</div><p><button class=\"main\">Look back</button></p></form>\n");
}

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }

static void put_origin(const em_ta *ta, const em_jnode *o)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_html_lit(h, "<tr><td data-h=\"From\">");
        if (text_of(o, "label").n) {
                em_html_lit(h, "<b>");
                em_html_text(h, text_of(o, "label"));
                em_html_lit(h, "</b> (");
                em_html_text(h, text_of(o, "category"));
                em_html_lit(h, ") <small>");
                em_html_text(h, text_of(o, "source"));
                if (text_of(o, "confidence").n) {
                        em_html_lit(h, "; confidence ");
                        em_html_text(h, text_of(o, "confidence"));
                }
                em_html_lit(h, "</small>");
        } else {
                em_html_text(h, text_of(o, "kind"));
        }
        em_html_lit(h, "<td class=\"num\" data-h=\"Directly\">");
        em_html_thin(h, em_ta_node_coins(ask, o, "direct_sat"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Through others\">");
        em_html_thin(h, em_ta_node_coins(ask, o, "indirect_sat"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Share, %\">");
        em_html_text(h, text_of(o, "percent"));
        em_html_lit(h, "<td class=\"num\" data-h=\"Hops\">");
        em_html_text(h, text_of(o, "hops"));
        em_html_lit(h, "<td data-h=\"Largest way\">");
        em_str best = text_of(o, "best_output");
        em_html_lit(h, "<a");
        em_ta_place(ta, "/tx/", em_str_cut(best, ':').head);
        em_html_attr(h, "title", best);
        em_html_lit(h, ">");
        em_html_text(h, em_ta_short(ask->arena, best));
        em_html_lit(h, "</a>\n");
}

static void put_payers(const em_ta *ta, const em_jnode *policy)
{
        em_html         h = ta->ask->h;
        const em_jnode *list = em_jget(policy, "paid_directly_by");
        size_t          n = 0;
        if (!list || !list->first)
                return;
        em_html_lit(h, "<details class=\"rest\"><summary>Who paid it directly</summary><div class=\"table wide\"><table><thead><tr><th scope=\"col\">Address"
                       "<th scope=\"col\" class=\"num\">Paid<th scope=\"col\" class=\"num\">Outputs</thead><tbody>\n");
        for (const em_jnode *p = list->first; p && n < 200; p = p->next, n++) {
                em_html_lit(h, "<tr><td data-h=\"Address\"><a class=\"flow-id\"");
                em_ta_place(ta, "/address/", text_of(p, "address"));
                em_html_lit(h, ">");
                em_html_text(h, text_of(p, "address"));
                em_html_lit(h, "</a><td class=\"num\" data-h=\"Paid\">");
                em_html_thin(h, em_ta_node_coins(ta->ask, p, "sat"));
                em_html_lit(h, "<td class=\"num\" data-h=\"Outputs\">");
                em_html_text(h, text_of(p, "outputs"));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div></details>\n");
}

static void put_policy(const em_ta *ta, const em_jnode *p, em_str coin)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        const em_jnode *conserved = em_jget(p, "conserved");
        bool    balances = conserved && em_str_eq(conserved->text, EM_S("true"));
        em_html_lit(h, "<h2>");
        em_html_text(h, text_of(p, "policy"));
        em_html_lit(h, "</h2>\n<p>Rule, ");
        em_html_text(h, text_of(p, "rule"));
        em_html_lit(h, ". Received ");
        em_html_thin(h, em_ta_node_coins(ask, p, "received_sat"));
        em_html_lit(h, " ");
        em_html_text(h, coin);
        em_html_lit(h, "; of that ");
        em_html_thin(h, em_ta_node_coins(ask, p, "open_sat"));
        em_html_lit(h, " could not be followed to anybody labelled or to newly mined coins. ");
        em_html_text(h, text_of(p, "visited"));
        em_html_lit(h, " outputs were visited.");
        if (!balances)
                em_html_lit(h, " <b>The books do not balance.</b>");
        em_html_lit(h, "</p>\n");
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">From<th scope=\"col\" class=\"num\">Directly<th scope=\"col\" class=\"num\">"
                       "Through others<th scope=\"col\" class=\"num\">Share, %<th scope=\"col\" class=\"num\">Hops<th scope=\"col\">Largest way</thead><tbody>\n");
        const em_jnode *origins = em_jget(p, "origins");
        for (const em_jnode *o = origins ? origins->first : NULL; o; o = o->next)
                put_origin(ta, o);
        em_html_lit(h, "</table></div>\n");
        put_payers(ta, p);
}

static em_status put_page(const em_ta *ta, const em_jnode *root, const em_ta_words *w, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  line = EM_S("help exposure");
        if (root)
                EM_TRY(em_ta_line(ta, w, &line, err));
        em_page_open(ask, &(em_page){.title = EM_S("Exposure"), .nav = "trace", .wide = true, .command = line, .no_data = !root,
                                     .lede = EM_S("Where what an address received may have come from, walked back until a label, newly mined coins or a limit.")});
        if (root)
                em_html_lit(h, "<details class=\"flow-ask\"><summary>Change what is asked</summary>\n");
        put_form(ta);
        if (root)
                em_html_lit(h, "</details>\n");
        const em_jnode *policies = em_jget(root, "policies");
        for (const em_jnode *p = policies ? policies->first : NULL; p; p = p->next)
                put_policy(ta, p, text_of(root, "coin"));
        if (root)
                em_html_lit(h, "<p class=\"key\">Directly is what the payer itself was labelled for; the rest came through others. An amount says what may have come "
                               "from somewhere by a rule of accounting; never that the owner knew.</p>\n");
        return em_page_close(ask, err);
}

em_status em_answer_exposure(em_ask *ask, em_error *err)
{
        em_ta           ta;
        em_ta_words     w = {.n = 0};
        em_str          addresses = em_str_trim(em_form_get(ask->query, "address")), text;
        const em_jnode *root = NULL;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(em_ta_need_index(&ta, err));
        if (ta.chosen->accounts)
                return em_fail(err, EM_USAGE, "exposure is for Bitcoin's chains; the index \"%.*s\" is of accounts", EM_ARG(ta.chosen->name));
        if (!addresses.n && ask->shape == EM_SHAPE_PAGE)
                return put_page(&ta, NULL, &w, err);
        if (!addresses.n)
                return em_fail(err, EM_USAGE, "address= is missing");
        EM_TRY(exposure_words(&ta, addresses, &w, err));
        if (ask->shape == EM_SHAPE_PAGE) {
                EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
                return put_page(&ta, root, &w, err);
        }
        em_ta_word(&w, ask->shape == EM_SHAPE_JSON ? EM_S("--json") : EM_S("--csv"));
        EM_TRY(em_desk_run(ask, w.at, w.n, 0, &text, err));
        ask->reply->type = ask->shape == EM_SHAPE_JSON ? "application/json" : "text/csv; charset=utf-8";
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}
