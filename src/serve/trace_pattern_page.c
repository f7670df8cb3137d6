/* The patterns along a trace on a page: each with its reasons and, as plainly, with its innocent reading.
 *
 * The page shows what `embargo trace --patterns` finds and adds nothing: no pattern is a verdict, and the words that speak
 * against it stand beside those that speak for it.
 */
#include "serve/trace_ask.h"

enum { LISTED = 12, HOPS_SHOWN = 200 };

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }
static const em_jnode *first_of(const em_jnode *node, const char *key)
{
        const em_jnode *list = em_jget(node, key);
        return list ? list->first : NULL;
}

static size_t length_of(const em_jnode *first)
{
        size_t n = 0;
        for (; first; first = first->next)
                n++;
        return n;
}

/* A coin's own decimals; of a token those that the files state, and its smallest units without. */
static em_str amount(const em_ta *ta, const em_jnode *p, const char *sat, const char *units)
{
        int64_t decimals = 0;
        if (!ta->chosen->accounts)
                return em_ta_node_coins(ta->ask, p, sat);
        (void)em_jint(em_jget(p, "decimals"), &decimals);
        return em_ta_coins(ta->ask->arena, text_of(p, units), decimals > 0 ? (unsigned)decimals : 0);
}

static void put_amount(const em_ta *ta, const em_jnode *root, const em_jnode *p, const char *title, const char *sat, const char *units)
{
        em_html h = ta->ask->h;
        em_str  digits = text_of(p, ta->chosen->accounts ? units : sat);
        if (!digits.n || em_str_eq(digits, EM_S("0")))
                return;
        em_html_lit(h, "<dt>");
        em_html_c(h, title);
        em_html_lit(h, "<dd>");
        em_html_thin(h, amount(ta, p, sat, units));
        em_html_lit(h, " ");
        em_html_text(h, ta->chosen->accounts ? text_of(p, "asset") : text_of(root, "coin"));
}

/* The first of a list as links; the others behind a fold. */
static void put_list(const em_ta *ta, const em_jnode *first, const char *title, bool addresses)
{
        em_html h = ta->ask->h;
        size_t  n = length_of(first), i = 0;
        if (!n)
                return;
        em_html_lit(h, "<dt>");
        em_html_c(h, title);
        em_html_lit(h, "<dd>");
        for (const em_jnode *t = first; t; t = t->next, i++) {
                if (i == LISTED) {
                        em_html_lit(h, "<details><summary>and ");
                        em_html_int(h, (int64_t)(n - LISTED));
                        em_html_lit(h, " more</summary>");
                } else if (i) {
                        em_html_lit(h, ", ");
                }
                if (addresses)
                        em_ta_put_party(ta, em_jtext(t), EM_S(""));
                else
                        em_ta_put_output(ta, em_jtext(t));
        }
        if (n > LISTED)
                em_html_lit(h, "</details>");
        em_html_lit(h, "\n");
}

static void put_hops(const em_ta *ta, const em_jnode *p)
{
        em_html h = ta->ask->h;
        size_t  n = 0;
        if (!first_of(p, "hops"))
                return;
        em_html_lit(h, "<details class=\"flow-hops\"><summary>Its hops, one by one</summary><div class=\"table wide\"><table><thead><tr>"
                       "<th scope=\"col\" class=\"num\">Hop<th scope=\"col\">Peeled off<th scope=\"col\" class=\"num\">Amount<th scope=\"col\">Goes on"
                       "<th scope=\"col\" class=\"num\">Amount<th scope=\"col\">Made alike</thead><tbody>\n");
        for (const em_jnode *hop = first_of(p, "hops"); hop && n < HOPS_SHOWN; hop = hop->next) {
                em_html_lit(h, "<tr><td class=\"num\" data-h=\"Hop\">");
                em_html_int(h, (int64_t)++n);
                em_html_lit(h, "<td data-h=\"Peeled off\">");
                em_ta_put_output(ta, text_of(hop, "peeled"));
                em_html_lit(h, "<td class=\"num\" data-h=\"Amount\">");
                em_html_thin(h, em_ta_node_coins(ta->ask, hop, "peeled_sat"));
                em_html_lit(h, "<td data-h=\"Goes on\">");
                em_ta_put_output(ta, text_of(hop, "goes_on"));
                em_html_lit(h, "<td class=\"num\" data-h=\"Amount\">");
                em_html_thin(h, em_ta_node_coins(ta->ask, hop, "goes_on_sat"));
                em_html_lit(h, "<td data-h=\"Made alike\">");
                if (text_of(hop, "compared").n) {
                        em_html_lit(h, "in ");
                        em_html_text(h, text_of(hop, "agreed").n ? text_of(hop, "agreed") : EM_S("nothing"));
                        em_html_lit(h, " <small>of ");
                        em_html_text(h, text_of(hop, "compared"));
                        em_html_lit(h, "</small>");
                } else {
                        em_html_lit(h, "the first");
                }
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div></details>\n");
}

static void put_when(const em_ta *ta, const em_jnode *p)
{
        em_html h = ta->ask->h;
        int64_t from = 0, to = 0;
        (void)em_jint(em_jget(p, "start_s"), &from);
        (void)em_jint(em_jget(p, "end_s"), &to);
        em_html_text(h, em_ta_moment(ta->ask->arena, from));
        if (to != from) {
                em_html_lit(h, " to ");
                em_html_text(h, em_ta_moment(ta->ask->arena, to));
        }
}

/* The command ends some of its texts with a stop and some without. */
static void put_sentence(em_html h, em_str text)
{
        em_html_text(h, text);
        if (!em_str_ends(text, EM_S(".")))
                em_html_lit(h, ".");
}

static void put_pattern(const em_ta *ta, const em_jnode *root, const em_jnode *p, size_t number)
{
        em_html h = ta->ask->h;
        bool    accounts = ta->chosen->accounts;
        em_str  like = text_of(p, "made_like");
        em_html_lit(h, "<section class=\"flow-pattern\"><h2 id=\"p");
        em_html_int(h, (int64_t)number);
        em_html_lit(h, "\">");
        em_html_int(h, (int64_t)number);
        em_html_lit(h, ". It may be: ");
        em_html_text(h, text_of(p, "pattern"));
        em_html_lit(h, "</h2>\n<div class=\"flow-both\"><p><b>Why.</b> ");
        put_sentence(h, text_of(p, "reasons"));
        em_html_lit(h, "</p><p><b>But.</b> ");
        put_sentence(h, text_of(p, "alternatives"));
        em_html_lit(h, "</p></div>\n<dl class=\"facts flow-facts\"><dt>when<dd>");
        put_when(ta, p);
        if (like.n) {
                em_html_lit(h, "<dt>made like<dd>");
                em_html_text(h, like);
                if (text_of(p, "confidence").n) {
                        em_html_lit(h, ", confidence ");
                        em_html_text(h, text_of(p, "confidence"));
                }
        }
        if (text_of(p, "void").n) {
                em_html_lit(h, "<dt>void<dd>");
                em_html_text(h, text_of(p, "void"));
        }
        put_amount(ta, root, p, "coins in", "in_sat", "in");
        put_amount(ta, root, p, "coins out", "out_sat", "out");
        const char *const parties[] = {"address", "to"}, *const titles[] = {"address", "passed on to"};
        for (size_t i = 0; i < EM_COUNT(parties); i++)
                if (text_of(p, parties[i]).n) {
                        em_html_lit(h, "<dt>");
                        em_html_c(h, titles[i]);
                        em_html_lit(h, "<dd>");
                        em_ta_put_party(ta, text_of(p, parties[i]), EM_S(""));
                }
        put_list(ta, first_of(p, accounts ? "transfers" : "transactions"), accounts ? "transfers" : "transactions", false);
        put_list(ta, accounts ? first_of(p, "accounts") : NULL, "accounts", true);
        put_list(ta, accounts ? NULL : first_of(p, "outputs"), "outputs", false);
        em_html_lit(h, "</dl>\n");
        put_hops(ta, p);
        em_html_lit(h, "</section>\n");
}

/* "2 peel chains, 1 CoinJoin entry": each kind with links to its patterns. */
static void put_kinds(const em_ta *ta, const em_jnode *first)
{
        em_html h = ta->ask->h;
        size_t  n = 1;
        if (!first)
                return;
        em_html_lit(h, "<nav class=\"flow-go\" aria-label=\"Patterns\">");
        for (const em_jnode *p = first; p; p = p->next, n++) {
                em_html_lit(h, " <a href=\"#p");
                em_html_int(h, (int64_t)n);
                em_html_lit(h, "\">");
                em_html_int(h, (int64_t)n);
                em_html_lit(h, ". ");
                em_html_text(h, text_of(p, "pattern"));
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</nav>\n");
}

static em_status put_page(const em_ta *ta, const em_ta_words *w, const em_jnode *root, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  line;
        size_t  n = length_of(first_of(root, "patterns")), i = 0;
        EM_TRY(em_ta_line(ta, w, &line, err));
        em_page_open(ask, &(em_page){.title = EM_S("Patterns along the trace"), .nav = "trace", .wide = true, .command = line,
                                     .lede = EM_S("A pattern is a shape. It may be what it is named after, or what stands behind \"But\".")});
        em_ta_put_views(ta, "/trace/patterns");
        em_html_lit(h, "<p>");
        em_html_int(h, (int64_t)n);
        em_html_c(h, n == 1 ? " pattern. Told from: " : " patterns. Told from: ");
        em_html_text(h, text_of(root, "told_from"));
        em_html_lit(h, ".");
        if (!ta->chosen->accounts && !em_ta_true(root, "blocks_read"))
                em_html_lit(h, " No raw transaction was read, so version, locktime and replaceability do not count in what is alike; where the case "
                               "holds the block files (<code>embargo add blk00000.dat</code>) they do.");
        em_html_lit(h, "</p>\n");
        put_kinds(ta, first_of(root, "patterns"));
        for (const em_jnode *p = first_of(root, "patterns"); p; p = p->next)
                put_pattern(ta, root, p, ++i);
        if (!n)
                em_html_lit(h, "<p class=\"empty\">None of these shapes is along this trace. That says little: a mixer, a service or an owner may leave none.</p>\n");
        return em_page_close(ask, err);
}

em_status em_answer_trace_patterns(em_ask *ask, em_error *err)
{
        em_ta           ta;
        em_ta_words     w = {.n = 0};
        const em_jnode *root = NULL;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(em_ta_trace(&ta, EM_S(""), &w, err));
        em_ta_word(&w, EM_S("--patterns"));
        em_str blocks = em_grid_text(ask->arena, "%.*s/index/blocks", EM_ARG(em_desk_dir(ask->desk)));
        if (!ta.chosen->accounts && em_path_is_dir(blocks)) {
                em_ta_word(&w, EM_S("--blocks"));
                em_ta_word(&w, blocks);
        }
        if (ask->shape != EM_SHAPE_PAGE)
                return em_ta_pass(ask, &w, err);
        EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
        return put_page(&ta, &w, root, err);
}
