/* A transaction between accounts with every transfer of it and the row that says so; an account with what came and went.
 *
 * Such a transaction has no bytes that hash to its name: the row of an export is all there is, and it stands here as it is in
 * the file, with the file's place in custody where the case holds it.
 */
#include "serve/evidence.h"
#include "serve/trace_ask.h"

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }
static const em_jnode *first_of(const em_jnode *node, const char *key)
{
        const em_jnode *list = em_jget(node, key);
        return list ? list->first : NULL;
}

static em_str amount(const em_ta *ta, const em_jnode *node, const char *key)
{
        int64_t decimals = 0;
        (void)em_jint(em_jget(node, "decimals"), &decimals);
        return em_ta_coins(ta->ask->arena, text_of(node, key), decimals > 0 && decimals <= 77 ? (unsigned)decimals : 0);
}

static void put_asset(const em_ta *ta, const em_jnode *node)
{
        em_html h = ta->ask->h;
        em_html_text(h, text_of(node, "asset"));
        if (!text_of(node, "contract").n)
                return;
        em_html_lit(h, "<br>");
        em_ta_put_party(ta, text_of(node, "contract"), EM_S(""));
}

static void put_party(const em_ta *ta, const em_jnode *node, const char *key, const char *labels)
{
        em_html h = ta->ask->h;
        em_ta_put_party(ta, text_of(node, key), EM_S(""));
        if (!first_of(node, labels))
                return;
        em_html_lit(h, "<br><small>");
        em_ta_put_labels(ta->ask, em_jget(node, labels));
        em_html_lit(h, "</small>");
}

/* "spoofed": what it means stands in the words of the index (embargo/moves.h). */
static const char *decoy_words(em_str decoy)
{
        static const struct { const char *name, *words; } all[] = {
                {"zero", "of amount zero: it may be address poisoning"},
                {"spoofed", "by a log that its holder may not have made"},
                {"lookalike", "with an address made to look like another"},
                {"dust", "dust from an address made to look like another"}};
        for (size_t i = 0; i < EM_COUNT(all); i++)
                if (em_str_eq(decoy, em_str_c(all[i].name)))
                        return all[i].words;
        return "a transfer that no holder may have made";
}

static void put_place(const em_ta *ta, const em_jnode *m)
{
        em_html h = ta->ask->h;
        em_str  source = text_of(m, "raw_source");
        if (source.n) {
                em_html_lit(h, "<a");
                em_page_href(ta->ask, "/evidence/", source);
                em_html_lit(h, ">");
        }
        em_html_text(h, text_of(m, "file"));
        em_html_lit(h, ", line ");
        em_html_text(h, text_of(m, "line"));
        if (source.n)
                em_html_lit(h, "</a>");
}

/* ---- transfers -------------------------------------------------------------------------------------- */

static void put_moves_head(em_html h, bool of_account)
{
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Transfer");
        if (of_account)
                em_html_lit(h, "<th scope=\"col\">When");
        em_html_lit(h, "<th scope=\"col\">From<th scope=\"col\">To<th scope=\"col\">Asset<th scope=\"col\" class=\"num\">Amount<th scope=\"col\">Stands in");
        if (!of_account)
                em_html_lit(h, "<th scope=\"col\">Trace");
        em_html_lit(h, "</thead><tbody>\n");
}

static void put_move(const em_ta *ta, const em_jnode *m, bool of_account)
{
        em_html h = ta->ask->h;
        em_str  name = text_of(m, "transfer");
        em_html_lit(h, "<tr><td data-h=\"Transfer\">");
        em_html_text(h, text_of(m, "kind"));
        em_html_lit(h, "<br>");
        em_ta_put_output(ta, name);
        if (text_of(m, "decoy").n) {
                em_html_lit(h, "<br><small>set aside: ");
                em_html_c(h, decoy_words(text_of(m, "decoy")));
                em_html_lit(h, "</small>");
        }
        if (of_account) {
                em_html_lit(h, "<td class=\"day\" data-h=\"When\">");
                em_html_text(h, text_of(m, "time_utc").n ? text_of(m, "time_utc") : EM_S("not stated"));
                em_html_lit(h, "<br><small>block ");
                em_html_text(h, text_of(m, "block"));
                em_html_lit(h, "</small>");
        }
        em_html_lit(h, "<td data-h=\"From\">");
        put_party(ta, m, "from", "from_labels");
        em_html_lit(h, "<td data-h=\"To\">");
        put_party(ta, m, "to", "to_labels");
        em_html_lit(h, "<td data-h=\"Asset\">");
        put_asset(ta, m);
        em_html_lit(h, "<td class=\"num\" data-h=\"Amount\">");
        em_html_thin(h, amount(ta, m, "amount"));
        em_html_lit(h, "<td data-h=\"Stands in\">");
        put_place(ta, m);
        bool begins = !text_of(m, "decoy").n && !em_str_eq(text_of(m, "kind"), EM_S("gas")) && em_ta_plain(name);
        if (!of_account) {
                em_html_lit(h, "<td data-h=\"Trace\">");
                if (begins) {
                        em_html_lit(h, "<a");
                        em_ta_place(ta, "/trace?start=", name);
                        em_html_lit(h, ">trace it</a>");
                }
        }
        em_html_lit(h, "\n");
}

/* Rows that several transfers stand in are shown once. */
static bool shown_before(const em_jnode *first, const em_jnode *m)
{
        for (; first != m; first = first->next)
                if (em_str_eq(text_of(first, "file"), text_of(m, "file")) && em_str_eq(text_of(first, "offset"), text_of(m, "offset")))
                        return true;
        return false;
}

static void put_rows(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        bool    missing = false;
        size_t  n = 0;
        em_html_lit(h, "<h2 id=\"bytes\">The rows that say so</h2>\n");
        for (const em_jnode *m = first_of(root, "moves"); m && n < 50; m = m->next, n++) {
                em_str  raw = text_of(m, "raw");
                int64_t offset = 0;
                (void)em_jint(em_jget(m, "offset"), &offset);
                missing = missing || !raw.n;
                if (shown_before(first_of(root, "moves"), m))
                        continue;
                em_html_lit(h, "<p>");
                put_place(ta, m);
                em_html_lit(h, ": ");
                em_html_text(h, text_of(m, "length"));
                em_html_lit(h, " bytes from byte ");
                em_html_int(h, offset);
                em_html_lit(h, "</p>\n");
                if (raw.n)
                        em_evidence_bytes(h, em_evidence_unhex(ta->ask->arena, raw), (uint64_t)offset);
        }
        if (!missing)
                return;
        em_html_lit(h, "<p>The case does not hold every export that the index was made from: <code>embargo --case ");
        em_html_text(h, em_path_base(em_desk_dir(ta->ask->desk)));
        em_html_lit(h, " add FILE</code> takes one into custody, and its rows stand here.</p>\n");
}

/* ---- a transaction ------------------------------------------------------------------------------------- */

static void put_tx_facts(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<p class=\"flow-id\">");
        em_html_text(h, text_of(root, "hash"));
        em_html_lit(h, "</p>\n<dl class=\"facts flow-facts\"><dt>block<dd>");
        em_html_text(h, text_of(root, "block"));
        em_html_lit(h, " of ");
        em_html_text(h, text_of(root, "network"));
        em_html_lit(h, "; number ");
        em_html_text(h, text_of(root, "order_in_block"));
        em_html_lit(h, " of those of it that are indexed, from 0<dt>time of the block<dd>");
        em_html_text(h, text_of(root, "time_utc").n ? text_of(root, "time_utc") : EM_S("not stated in the files"));
        em_html_lit(h, "<dt>status<dd>");
        em_html_text(h, text_of(root, "status"));
        if (em_str_eq(text_of(root, "status"), EM_S("failed")))
                em_html_lit(h, ": it moved its gas and nothing else");
        em_html_lit(h, "<dt>sent by<dd>");
        put_party(ta, root, "sender", "sender_labels");
        em_html_lit(h, "<dt>called<dd>");
        put_party(ta, root, "to", "to_labels");
        em_html_lit(h, "</dl>\n");
}

static em_status put_tx(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  one = text_of(root, "asked");
        em_page_open(ask, &(em_page){.title = one.n ? EM_S("A transfer") : EM_S("A transaction"), .nav = "trace", .wide = true, .command = line});
        put_tx_facts(ta, root);
        em_html_lit(h, "<h2>What it moved</h2>\n");
        if (one.n) {
                em_html_lit(h, "<p>One of its ");
                em_html_text(h, text_of(root, "moves_in_all"));
                em_html_lit(h, " transfers; <a");
                em_ta_place(ta, "/tx/", text_of(root, "hash"));
                em_html_lit(h, ">all of them</a>.</p>\n");
        }
        put_moves_head(h, false);
        for (const em_jnode *m = first_of(root, "moves"); m; m = m->next)
                put_move(ta, m, false);
        em_html_lit(h, "</table></div>\n");
        put_rows(ta, root);
        EM_TRY(em_ta_put_records(ask, text_of(root, "hash"), err));
        return em_page_close(ask, err);
}

static em_status moves_csv(em_ask *ask, const em_jnode *root, const char *schema, em_error *err)
{
        static const char *const keys[] = {"transfer", "kind", "block", "time_utc", "from", "to", "asset", "contract", "decimals", "amount", "decoy", "file", "line",
                                           "offset", "length"};
        em_grid_column column[EM_COUNT(keys)];
        for (size_t i = 0; i < EM_COUNT(keys); i++)
                column[i] = (em_grid_column){keys[i], NULL, EM_AS_TEXT, NULL, NULL};
        em_grid grid = em_grid_make(column, EM_COUNT(keys), ask->arena);
        for (const em_jnode *m = first_of(root, "moves"); m; m = m->next) {
                em_str cell[EM_COUNT(keys)];
                for (size_t i = 0; i < EM_COUNT(keys); i++)
                        cell[i] = text_of(m, keys[i]);
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, schema, &grid, err);
}

static em_status answer(const em_ta *ta, em_ta_words *w, const char *schema,
                        em_status (*put)(const em_ta *ta, const em_jnode *root, em_str line, em_error *err), em_error *err)
{
        em_ask         *ask = ta->ask;
        const em_jnode *root = NULL;
        em_str          line;
        if (ask->shape == EM_SHAPE_JSON)
                return em_ta_pass(ask, w, err);
        EM_TRY(em_desk_run_json(ask, w->at, w->n, 0, &root, err));
        if (ask->shape == EM_SHAPE_CSV)
                return moves_csv(ask, root, schema, err);
        em_ta_word(w, EM_S("--json"));
        EM_TRY(em_ta_line(ta, w, &line, err));
        return put(ta, root, line, err);
}

em_status em_answer_account_tx(const em_ta *ta, em_ta_words *w, em_error *err) { return answer(ta, w, "embargo.tx.accounts/1", put_tx, err); }

/* ---- an account --------------------------------------------------------------------------------------------- */

static void put_sums(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>What came in and went out</h2>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Asset<th scope=\"col\" class=\"num\">Came in"
                       "<th scope=\"col\" class=\"num\">Times<th scope=\"col\" class=\"num\">Went out<th scope=\"col\" class=\"num\">Times"
                       "<th scope=\"col\" class=\"num\">Set aside</thead><tbody>\n");
        static const struct { const char *key, *title; bool coins; } columns[] = {
                {"in", "Came in", true}, {"moves_in", "Times", false}, {"out", "Went out", true}, {"moves_out", "Times", false}, {"decoys", "Set aside", false}};
        for (const em_jnode *a = first_of(root, "assets"); a; a = a->next) {
                em_html_lit(h, "<tr><td data-h=\"Asset\">");
                put_asset(ta, a);
                for (size_t i = 0; i < EM_COUNT(columns); i++) {
                        em_html_lit(h, "<td class=\"num\"");
                        em_html_attr(h, "data-h", em_str_c(columns[i].title));
                        em_html_lit(h, ">");
                        em_html_thin(h, columns[i].coins ? amount(ta, a, columns[i].key) : text_of(a, columns[i].key));
                }
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n<p class=\"key\">By the indexed files alone: what it held before they begin is not in them, so this is no balance. Gas counts as "
                       "gone out. Set aside are transfers that no holder of the coins may have made.</p>\n");
}

static em_status put_account(const em_ta *ta, const em_jnode *root, em_str line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  address = text_of(root, "address");
        int64_t all = 0, n = 0;
        em_page_open(ask, &(em_page){.title = EM_S("An account"), .nav = "trace", .wide = true, .command = line});
        em_html_lit(h, "<p class=\"flow-id\">");
        em_html_text(h, address);
        em_html_lit(h, "</p>\n<dl class=\"facts flow-facts\"><dt>labels<dd>");
        if (first_of(root, "labels"))
                em_ta_put_labels(ask, em_jget(root, "labels"));
        else
                em_html_lit(h, "none in the labels of the case");
        em_html_lit(h, "</dl>\n<p class=\"flow-go\"><a");
        em_ta_place(ta, "/trace?start=", address);
        em_html_lit(h, ">Trace all that went out of it</a></p>\n");
        put_sums(ta, root);
        (void)em_jint(em_jget(root, "moves_in_all"), &all);
        for (const em_jnode *m = first_of(root, "moves"); m; m = m->next)
                n++;
        em_html_lit(h, "<h2>Its transfers</h2>\n");
        if (n < all) {
                em_html_lit(h, "<p>The last ");
                em_html_int(h, n);
                em_html_lit(h, " of ");
                em_html_int(h, all);
                em_html_lit(h, ".</p>\n");
        }
        put_moves_head(h, true);
        for (const em_jnode *m = first_of(root, "moves"); m; m = m->next)
                put_move(ta, m, true);
        em_html_lit(h, "</table></div>\n");
        EM_TRY(em_ta_put_records(ask, address, err));
        em_html_lit(h, "<p class=\"key\">A label is what its source says of an address. Neither it nor an amount says who holds the coins.</p>\n");
        return em_page_close(ask, err);
}

em_status em_answer_account(const em_ta *ta, em_ta_words *w, em_error *err) { return answer(ta, w, "embargo.account/1", put_account, err); }
