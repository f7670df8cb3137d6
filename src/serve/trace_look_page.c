/* One transaction, decoded, with its bytes; one address, with what it was paid, who says what of it, and the case's records.
 *
 * The raw bytes are shown where the case holds the block file in custody, or its index/ has a folder, or a link to one, called
 * blocks; elsewhere the page says where they lie.
 */
#include "serve/trace_ask.h"

enum { ASIDE_S = 3 };           /* for what a page says beside its answer */

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }

/* {id} of the path, or ?of= of the form. */
static em_status asked(em_ask *ask, const em_ta *ta, em_str *ret, em_error *err)
{
        char   shown[80];
        em_str of = ask->part.n ? ask->part : em_str_trim(em_form_get(ask->query, "of"));
        if (!em_ta_plain(of))
                return em_fail(err, EM_USAGE, "\"%s\" is neither a transaction nor an address", em_str_show(of, shown, sizeof shown));
        EM_TRY(em_ta_need_index(ta, err));
        *ret = of;
        return EM_OK;
}

static em_status look_words(const em_ta *ta, em_str of, em_ta_words *w, em_error *err)
{
        em_ask *ask = ta->ask;
        em_str  blocks = em_grid_text(ask->arena, "%.*s/index/blocks", EM_ARG(em_desk_dir(ask->desk)));
        em_ta_word(w, EM_S("trace"));
        em_ta_word(w, EM_S("look"));
        em_ta_word(w, of);
        EM_TRY(em_ta_chain(ta, w, err));
        if (!ta->chosen->accounts && em_path_is_dir(blocks)) {
                em_ta_word(w, EM_S("--blocks"));
                em_ta_word(w, blocks);
        }
        return EM_OK;
}

static em_status as_json(em_ask *ask, em_ta_words *w, em_error *err)
{
        em_str text;
        em_ta_word(w, EM_S("--json"));
        EM_TRY(em_desk_run(ask, w->at, w->n, 0, &text, err));
        ask->reply->type = "application/json";
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}

static void put_link(const em_ta *ta, const char *path, em_str id)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<a class=\"flow-id\"");
        em_ta_place(ta, path, id);
        em_html_lit(h, ">");
        em_html_text(h, id);
        em_html_lit(h, "</a>");
}

static void put_start_link(const em_ta *ta, em_str start, const char *words)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<a");
        em_ta_place(ta, "/trace?start=", start);
        em_html_lit(h, ">");
        em_html_c(h, words);
        em_html_lit(h, "</a>");
}

/* ---- a transaction ----------------------------------------------------------------------------------- */

static void put_inputs(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>What it spends</h2>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Output spent<th scope=\"col\">Of"
                       "<th scope=\"col\" class=\"num\">Amount</thead><tbody>\n");
        const em_jnode *list = em_jget(root, "inputs");
        for (const em_jnode *i = list ? list->first : NULL; i; i = i->next) {
                if (!text_of(i, "txid").n) {
                        em_html_lit(h, "<tr><td data-h=\"Output spent\">newly mined coins, or an output that this index does not have<td><td>\n");
                        continue;
                }
                em_html_lit(h, "<tr><td data-h=\"Output spent\">");
                put_link(ta, "/tx/", text_of(i, "txid"));
                em_html_lit(h, " : ");
                em_html_text(h, text_of(i, "vout"));
                em_html_lit(h, "<td data-h=\"Of\">");
                put_link(ta, "/address/", text_of(i, "address"));
                em_html_lit(h, " <small>");
                em_ta_put_labels(ta->ask, em_jget(i, "labels"));
                em_html_lit(h, "</small><td class=\"num\" data-h=\"Amount\">");
                em_html_thin(h, em_ta_node_coins(ta->ask, i, "value_sat"));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n");
}

static void put_spender(const em_ta *ta, const em_jnode *spent)
{
        em_html h = ta->ask->h;
        if (!spent || !text_of(spent, "txid").n) {
                em_html_lit(h, "not spent in this chain");
                return;
        }
        put_link(ta, "/tx/", text_of(spent, "txid"));
        em_html_lit(h, " <small>input ");
        em_html_text(h, text_of(spent, "input"));
        em_html_lit(h, ", ");
        em_html_text(h, text_of(spent, "time_utc"));
        em_html_lit(h, "</small>");
}

static void put_outputs(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>What it pays</h2>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\" class=\"num\">Output<th scope=\"col\">To"
                       "<th scope=\"col\" class=\"num\">Amount<th scope=\"col\">Spent by<th scope=\"col\">Trace</thead><tbody>\n");
        const em_jnode *list = em_jget(root, "outputs");
        for (const em_jnode *o = list ? list->first : NULL; o; o = o->next) {
                em_html_lit(h, "<tr><td class=\"num\" data-h=\"Output\">");
                em_html_text(h, text_of(o, "vout"));
                em_html_lit(h, "<td data-h=\"To\">");
                put_link(ta, "/address/", text_of(o, "address"));
                em_html_lit(h, " <small>");
                em_ta_put_labels(ta->ask, em_jget(o, "labels"));
                em_html_lit(h, "</small><td class=\"num\" data-h=\"Amount\">");
                em_html_thin(h, em_ta_node_coins(ta->ask, o, "value_sat"));
                em_html_lit(h, "<td data-h=\"Spent by\">");
                put_spender(ta, em_jget(o, "spent_by"));
                em_html_lit(h, "<td data-h=\"Trace\">");
                put_start_link(ta, em_grid_text(ta->ask->arena, "%.*s:%.*s", EM_ARG(text_of(root, "txid")), EM_ARG(text_of(o, "vout"))), "trace it");
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n");
}

/* Each part of the bytes beside what it is. */
static void put_fields(const em_ta *ta, const em_jnode *root, em_str raw)
{
        em_html         h = ta->ask->h;
        const em_jnode *list = em_jget(root, "fields");
        if (!list || !list->first)
                return;
        em_html_lit(h, "<div class=\"table wide flow-fieldlist\"><table><thead><tr><th scope=\"col\" class=\"num\">Byte<th scope=\"col\">Hex<th scope=\"col\">Is"
                       "<th scope=\"col\">Says</thead><tbody>\n");
        for (const em_jnode *f = list->first; f; f = f->next) {
                int64_t at = 0, length = 0;
                (void)em_jint(em_jget(f, "at"), &at);
                (void)em_jint(em_jget(f, "length"), &length);
                em_html_lit(h, "<tr><td class=\"num\" data-h=\"Byte\">");
                em_html_int(h, at);
                em_html_lit(h, "<td data-h=\"Hex\"><code>");
                em_html_text(h, em_str_sub(raw, 2 * (size_t)at, 2 * (size_t)length));
                em_html_lit(h, "</code><td data-h=\"Is\">");
                em_html_text(h, text_of(f, "is"));
                em_html_lit(h, "<td data-h=\"Says\"><span class=\"flow-id\">");
                em_html_text(h, text_of(f, "text"));
                em_html_lit(h, "</span>\n");
        }
        em_html_lit(h, "</table></div>\n");
}

static void put_where(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_str  source = text_of(root, "raw_source");
        em_html_lit(h, "<h2 id=\"bytes\">Its bytes</h2>\n<p>");
        em_html_text(h, text_of(root, "length"));
        em_html_lit(h, " bytes at ");
        em_html_text(h, text_of(root, "offset"));
        em_html_lit(h, " of ");
        em_html_text(h, text_of(root, "file"));
        if (source.n) {
                em_html_lit(h, ", which the case holds as source <a");
                em_page_href(ta->ask, "/evidence/", source);
                em_html_lit(h, ">");
                em_html_text(h, source);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, ", in block <code>");
        em_html_text(h, text_of(root, "block"));
        em_html_lit(h, "</code>. ");
}

static void put_raw(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_str  raw = text_of(root, "raw");
        put_where(ta, root);
        if (!raw.n) {
                em_html_lit(h, "The case does not hold that file: <code>embargo --case ");
                em_html_text(h, em_path_base(em_desk_dir(ta->ask->desk)));
                em_html_lit(h, " add ");
                em_html_text(h, text_of(root, "file"));
                em_html_lit(h, "</code> takes it into custody, and the bytes stand here; a link <code>blocks</code> in the case's <code>index</code> to the "
                               "folder of raw blocks does too.</p>\n");
                return;
        }
        em_html_lit(h, "They hash to the transaction's id.</p>\n");
        put_fields(ta, root, raw);
        em_html_lit(h, "<details class=\"flow-hops\"><summary>As one run of hex</summary><pre class=\"flow-raw\">");
        for (size_t i = 0; i < raw.n; i += 64) {
                em_html_text(h, em_str_sub(raw, i, 64));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</pre></details>\n");
}

static em_status put_tx(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        const em_jnode *mix = em_jget(root, "may_be_coinjoin");
        em_page_open(ask, &(em_page){.title = EM_S("A transaction"), .nav = "trace", .wide = true, .command = line});
        em_html_lit(h, "<p class=\"flow-id\">");
        em_html_text(h, text_of(root, "txid"));
        em_html_lit(h, "</p>\n<dl class=\"facts flow-facts\"><dt>block<dd>");
        em_html_text(h, text_of(root, "height"));
        em_html_lit(h, " of ");
        em_html_text(h, text_of(root, "network"));
        em_html_lit(h, "<dt>time of the block<dd>");
        em_html_text(h, text_of(root, "time_utc"));
        em_html_lit(h, "<dt>fee<dd>");
        em_html_thin(h, text_of(root, "fee_sat").n ? em_ta_node_coins(ask, root, "fee_sat") : EM_S("not known"));
        em_html_lit(h, " ");
        em_html_text(h, text_of(root, "coin"));
        if (mix && em_str_eq(mix->text, EM_S("true")))
                em_html_lit(h, "<dt>shape<dd>it may be a CoinJoin: several owners' coins in equal amounts, by its form alone");
        em_html_lit(h, "</dl>\n");
        put_inputs(ta, root);
        put_outputs(ta, root);
        put_raw(ta, root);
        EM_TRY(em_ta_put_records(ask, text_of(root, "txid"), err));
        return em_page_close(ask, err);
}

static em_status sides_csv(em_ask *ask, const em_jnode *root, em_error *err)
{
        static const em_grid_column columns[] = {
                {"side", NULL, EM_AS_TEXT, NULL, NULL}, {"output", NULL, EM_AS_CODE, NULL, NULL}, {"address", NULL, EM_AS_TEXT, NULL, NULL},
                {"value_sat", NULL, EM_AS_NUMBER, NULL, NULL}, {"spent_by", NULL, EM_AS_CODE, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (int side = 0; side < 2; side++) {
                const em_jnode *list = em_jget(root, side ? "outputs" : "inputs");
                for (const em_jnode *n = list ? list->first : NULL; n; n = n->next) {
                        em_str txid = text_of(side ? root : n, "txid"), vout = text_of(n, "vout");
                        em_str output = vout.n ? em_grid_text(ask->arena, "%.*s:%.*s", EM_ARG(txid), EM_ARG(vout)) : EM_S("");
                        const em_str cell[] = {side ? EM_S("pays") : EM_S("spends"), output, text_of(n, "address"), text_of(n, "value_sat"),
                                               side ? text_of(em_jget(n, "spent_by"), "txid") : EM_S("")};
                        EM_TRY(em_grid_add(&grid, cell, err));
                }
        }
        return em_grid_data(ask, "embargo.tx/1", &grid, err);
}

em_status em_answer_tx(em_ask *ask, em_error *err)
{
        em_ta           ta;
        em_ta_words     w = {.n = 0};
        em_str          of, line;
        const em_jnode *root = NULL;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(asked(ask, &ta, &of, err));
        if (!ta.chosen->accounts && of.n != 64)
                return em_fail(err, EM_USAGE, "\"%.*s\" is no transaction: 64 hex digits", EM_ARG(of));
        EM_TRY(look_words(&ta, of, &w, err));
        if (ta.chosen->accounts)
                return em_answer_account_tx(&ta, &w, err);
        if (ask->shape == EM_SHAPE_JSON)
                return as_json(ask, &w, err);
        EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
        if (ask->shape == EM_SHAPE_CSV)
                return sides_csv(ask, root, err);
        em_ta_word(&w, EM_S("--json"));
        EM_TRY(em_ta_line(&ta, &w, &line, err));
        return put_tx(&ta, root, line, err);
}

/* ---- an address ------------------------------------------------------------------------------------------ */

static const char records_sql[] =
        "select id, kind, class, what, coalesce(day, day_from) as day from record where place = :a or who = :a or key = :a or what = :a "
        "or fields like '%' || :a || '%' order by kind, id limit 100";

em_status em_ta_put_records(em_ask *ask, em_str address, em_error *err)
{
        static const em_grid_column columns[] = {
                {"id", "Record", EM_AS_CODE, "/records/", "id"}, {"kind", "Kind", EM_AS_TEXT, NULL, NULL}, {"class", "Class", EM_AS_TEXT, NULL, NULL},
                {"what", "What", EM_AS_TEXT, NULL, NULL}, {"day", "Day", EM_AS_DAY, NULL, NULL}};
        em_query_opts opts = em_query_defaults;
        em_param      param = {EM_S("a"), {.type = EM_VALUE_TEXT, .s = address}};
        em_grid       grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        em_rows       rows;
        em_case      *c;
        (void)em_day_parse(ask->h.known, &opts.as_known);
        EM_TRY(em_desk_case(ask, &c, err));
        EM_TRY(em_case_query(c, em_str_c(records_sql), &param, 1, &opts, ask->arena, &rows, err));
        for (size_t r = 0; r < rows.rows; r++) {
                em_str cell[5];
                for (size_t k = 0; k < 5; k++)
                        cell[k] = em_rows_at(&rows, r, k)->s;
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        grid.empty = "No record of the case names it.";
        em_html_lit(ask->h, "<h2>Records of the case that name it</h2>\n");
        em_grid_html(ask, &grid);
        return EM_OK;
}

static void put_paid(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>What it was paid</h2>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Output<th scope=\"col\">Time of the block"
                       "<th scope=\"col\" class=\"num\">Amount<th scope=\"col\">Spent by</thead><tbody>\n");
        const em_jnode *list = em_jget(root, "outputs");
        for (const em_jnode *o = list ? list->first : NULL; o; o = o->next) {
                em_cut cut = em_str_cut(text_of(o, "output"), ':');
                em_html_lit(h, "<tr><td data-h=\"Output\">");
                put_link(ta, "/tx/", cut.head);
                em_html_lit(h, " : ");
                em_html_text(h, cut.tail);
                em_html_lit(h, "<td class=\"day\" data-h=\"Time of the block\">");
                em_html_text(h, text_of(o, "time_utc"));
                em_html_lit(h, "<td class=\"num\" data-h=\"Amount\">");
                em_html_thin(h, em_ta_node_coins(ta->ask, o, "value_sat"));
                em_html_lit(h, "<td data-h=\"Spent by\">");
                put_spender(ta, em_jget(o, "spent_by"));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n");
}

static void put_ways(const em_ta *ta, em_str address)
{
        em_html h = ta->ask->h;
        static const struct { const char *path, *words; } ways[] = {
                {"/exposure?address=", "where it may come from"}, {"/cluster/", "who may be the same owner"}, {"/trace?start=", "trace all that it was paid"}};
        em_html_lit(h, "<p class=\"flow-go\">Ask:");
        for (size_t i = 0; i < EM_COUNT(ways); i++) {
                em_html_lit(h, " <a");
                em_ta_place(ta, ways[i].path, address);
                em_html_lit(h, ">");
                em_html_c(h, ways[i].words);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</p>\n");
}

/* What two other commands say of it in one line each; what they cannot say in time is left to their own pages. */
static const em_jnode *aside(const em_ta *ta, em_ta_words *w)
{
        const em_jnode *root = NULL;
        em_error        why = {0};
        em_status       s = em_ta_chain(ta, w, &why);
        if (s == EM_OK)
                s = em_desk_run_json(ta->ask, w->at, w->n, ASIDE_S, &root, &why);
        return s == EM_OK ? root : NULL;
}

static void put_owner(const em_ta *ta, em_str address)
{
        em_html     h = ta->ask->h;
        em_ta_words w = {.at = {EM_S("cluster"), address, EM_S("--limit"), EM_S("1")}, .n = 4};
        const em_jnode *root = aside(ta, &w);
        if (!root)
                return;
        em_html_lit(h, "<dt>cluster<dd>");
        if (em_str_eq(text_of(root, "size"), EM_S("1"))) {
                em_html_lit(h, "nothing joins it with another address");
                return;
        }
        em_html_lit(h, "<a");
        em_ta_place(ta, "/cluster/", address);
        em_html_lit(h, ">one of ");
        em_html_text(h, text_of(root, "size"));
        em_html_lit(h, " addresses</a> that may have one owner, or one custodian");
}

static void put_origins(const em_ta *ta, em_str address)
{
        em_ask     *ask = ta->ask;
        em_html     h = ask->h;
        em_ta_words w = {.at = {EM_S("exposure"), address, EM_S("--policy"), EM_S("haircut"), EM_S("--most"), EM_S("1000")}, .n = 6};
        const em_jnode *root = aside(ta, &w), *policies = em_jget(root, "policies");
        const em_jnode *list = policies && policies->first ? em_jget(policies->first, "origins") : NULL;
        size_t n = 0;
        if (!list || !list->first)
                return;
        em_html_lit(h, "<dt>may have come from<dd>");
        for (const em_jnode *o = list->first; o && n < 4; o = o->next, n++) {
                em_html_c(h, n ? "; " : "");
                em_html_text(h, text_of(o, "label").n ? text_of(o, "label") : text_of(o, "kind"));
                if (text_of(o, "percent").n) {
                        em_html_lit(h, " ");
                        em_html_text(h, text_of(o, "percent"));
                        em_html_lit(h, " %");
                }
        }
        em_html_lit(h, " <small>by haircut alone; <a");
        em_ta_place(ta, "/exposure?address=", address);
        em_html_lit(h, ">other rules, and what could not be followed</a></small>");
}

static em_status put_address(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  address = text_of(root, "address");
        const em_jnode *labels = em_jget(root, "labels");
        em_page_open(ask, &(em_page){.title = EM_S("An address"), .nav = "trace", .wide = true, .command = line});
        em_html_lit(h, "<p class=\"flow-id\">");
        em_html_text(h, address);
        em_html_lit(h, "</p>\n<dl class=\"facts flow-facts\"><dt>labels<dd>");
        if (labels && labels->first)
                em_ta_put_labels(ask, labels);
        else
                em_html_lit(h, "none in the labels of the case");
        em_html_lit(h, "<dt>paid<dd>");
        em_html_thin(h, em_ta_node_coins(ask, root, "paid_sat"));
        em_html_lit(h, " ");
        em_html_text(h, text_of(root, "coin"));
        em_html_lit(h, " in ");
        em_html_text(h, text_of(root, "outputs_in_all"));
        em_html_lit(h, " outputs<dt>spent<dd>");
        em_html_thin(h, em_ta_node_coins(ask, root, "spent_sat"));
        em_html_lit(h, "<dt>still there<dd>");
        em_html_thin(h, em_ta_node_coins(ask, root, "unspent_sat"));
        put_owner(ta, address);
        put_origins(ta, address);
        em_html_lit(h, "</dl>\n");
        put_ways(ta, address);
        put_paid(ta, root);
        EM_TRY(em_ta_put_records(ask, address, err));
        em_html_lit(h, "<p class=\"key\">A label is what its source says of an address. Neither it nor an amount says who holds the coins.</p>\n");
        return em_page_close(ask, err);
}

static em_status paid_csv(em_ask *ask, const em_jnode *root, em_error *err)
{
        static const em_grid_column columns[] = {
                {"output", NULL, EM_AS_CODE, NULL, NULL}, {"height", NULL, EM_AS_NUMBER, NULL, NULL}, {"time_utc", NULL, EM_AS_TEXT, NULL, NULL},
                {"value_sat", NULL, EM_AS_NUMBER, NULL, NULL}, {"spent_by", NULL, EM_AS_CODE, NULL, NULL}};
        em_grid         grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        const em_jnode *list = em_jget(root, "outputs");
        for (const em_jnode *o = list ? list->first : NULL; o; o = o->next) {
                const em_str cell[] = {text_of(o, "output"), text_of(o, "height"), text_of(o, "time_utc"), text_of(o, "value_sat"),
                                       text_of(em_jget(o, "spent_by"), "txid")};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.address/1", &grid, err);
}

em_status em_answer_address(em_ask *ask, em_error *err)
{
        em_ta           ta;
        em_ta_words     w = {.n = 0};
        em_str          of, line;
        const em_jnode *root = NULL;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(asked(ask, &ta, &of, err));
        EM_TRY(look_words(&ta, of, &w, err));
        if (ta.chosen->accounts)
                return em_answer_account(&ta, &w, err);
        if (ask->shape == EM_SHAPE_JSON)
                return as_json(ask, &w, err);
        EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
        if (ask->shape == EM_SHAPE_CSV)
                return paid_csv(ask, root, err);
        em_ta_word(&w, EM_S("--json"));
        EM_TRY(em_ta_line(&ta, &w, &line, err));
        return put_address(&ta, root, line, err);
}
