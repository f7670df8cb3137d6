/* Where coins that left one chain may have come up on another: hypotheses, each with how many would fit by chance.
 *
 * Two chains share nothing but amount and time.  So the page says for every end how many payments fit after it and how many
 * fit before it, when none can be its own; only where the first is clearly more may a hop be read as a lead.
 */
#include "serve/trace_ask.h"

enum { ENDS_SHOWN = 50, FITS_SHOWN = 20 };

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }
static const em_jnode *first_of(const em_jnode *node, const char *key)
{
        const em_jnode *list = em_jget(node, key);
        return list ? list->first : NULL;
}

static em_str amount(const em_ta *ta, const em_jnode *side, em_str digits)
{
        int64_t decimals = 0;
        (void)em_jint(em_jget(side, "decimals"), &decimals);
        return em_ta_coins(ta->ask->arena, digits, decimals > 0 && decimals <= 77 ? (unsigned)decimals : 0);
}

/* ---- the form ------------------------------------------------------------------------------------------ */

static const em_ta_index *other_index(const em_ta *ta)
{
        em_str name = em_form_get(ta->ask->query, "cross");
        for (size_t i = 0; i < ta->indexes; i++)
                if (em_str_eq(ta->index[i].name, name))
                        return &ta->index[i];
        return NULL;
}

static void put_indexes(const em_ta *ta)
{
        em_html            h = ta->ask->h;
        const em_ta_index *now = other_index(ta);
        em_html_lit(h, "<label class=\"line\">Payments in the index <select name=\"cross\">");
        for (size_t pass = 0; pass < 2; pass++)         /* another chain first; within one of accounts another asset */
                for (size_t i = 0; i < ta->indexes; i++) {
                        if ((&ta->index[i] == ta->chosen) != (pass == 1) || (pass == 1 && !ta->chosen->accounts))
                                continue;
                        em_html_lit(h, "<option");
                        em_html_attr(h, "value", ta->index[i].name);
                        if (&ta->index[i] == now)
                                em_html_lit(h, " selected");
                        em_html_lit(h, ">");
                        em_html_text(h, ta->index[i].name);
                        em_html_c(h, pass ? " (this one, another asset)" : ta->index[i].accounts ? " (accounts)" : " (outputs)");
                        em_html_lit(h, "</option>");
                }
        em_html_lit(h, "</select></label>\n");
}

static const char *const own_fields[] = {"cross", "rate", "given", "got", "window", "tolerance", "any-end", "prices", "currency", NULL};

static void put_form(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<form class=\"flow-form\" method=\"get\" action=\"/trace/cross\">");
        em_ta_form_rest(ta, own_fields);
        em_html_lit(h, "<div class=\"flow-fields\"><fieldset><legend>Where they may have come up</legend>");
        put_indexes(ta);
        em_ta_form_text(ta, "given", "the asset that left, by contract", "the chain's own coin", 24);
        em_ta_form_text(ta, "got", "the asset that came up there", "that chain's own coin", 24);
        em_html_lit(h, "</fieldset>\n<fieldset><legend>What fits</legend>");
        em_ta_form_text(ta, "rate", "coins there for one coin here", "20", 8);
        em_ta_form_text(ta, "window", "at most so many hours after", "24", 6);
        em_ta_form_text(ta, "tolerance", "at most so many percent less or more", "2 less, 0.5 more", 14);
        em_ta_form_check(ta, "any-end", "1", "every end of the trace, not only labelled services", em_form_flag(ta->ask->query, "any-end"));
        em_html_lit(h, "</fieldset>\n");
        if (ta->prices)
                em_ta_form_prices(ta);
        em_html_lit(h, "</div><p class=\"key\">The rate is given, or made of two prices of the day");
        em_html_c(h, ta->prices ? " (then leave the rate empty)." : "; the case holds no table of prices.");
        em_html_lit(h, "</p><p><button class=\"main\">Look there</button></p></form>\n");
}

/* ---- the result --------------------------------------------------------------------------------------------- */

/* "399 of 400: 0.25 % less" of parts in a million. */
static em_str off_words(em_arena *arena, int64_t ppm)
{
        uint64_t n = ppm < 0 ? (uint64_t)-ppm : (uint64_t)ppm;
        em_str   percent = em_ta_coins(arena, em_grid_text(arena, "%llu", (unsigned long long)n), 4);
        return n ? em_grid_text(arena, "%.*s %% %s", EM_ARG(percent), ppm < 0 ? "less" : "more") : EM_S("the same");
}

static em_str delay_words(em_arena *arena, int64_t s)
{
        return em_grid_text(arena, "%lld:%02lld:%02lld", (long long)(s / 3600), (long long)(s / 60 % 60), (long long)(s % 60));
}

/* Links of the other chain lead into the other index. */
static em_ta other_side(const em_ta *ta)
{
        em_ta other = *ta;
        other.chosen = other_index(ta);
        return other;
}

static void put_fits(const em_ta *ta, const em_jnode *root, const em_jnode *end)
{
        em_html         h = ta->ask->h;
        em_ta           other = other_side(ta);
        const em_jnode *to = em_jget(root, "to");
        size_t          n = 0;
        if (!first_of(end, "may_be"))
                return;
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\" class=\"num\">Fit<th scope=\"col\">Payment<th scope=\"col\">From"
                       "<th scope=\"col\">To<th scope=\"col\" class=\"num\">Amount<th scope=\"col\" class=\"num\">After<th scope=\"col\">Off"
                       "<th scope=\"col\" class=\"num\">Other ends it fits</thead><tbody>\n");
        for (const em_jnode *f = first_of(end, "may_be"); f && n < FITS_SHOWN; f = f->next) {
                int64_t delay = 0, off = 0;
                (void)em_jint(em_jget(f, "delay_s"), &delay);
                (void)em_jint(em_jget(f, "off_ppm"), &off);
                em_html_lit(h, "<tr><td class=\"num\" data-h=\"Fit\">");
                em_html_int(h, (int64_t)++n);
                em_html_lit(h, "<td data-h=\"Payment\">");
                em_ta_put_output(&other, text_of(f, "payment"));
                em_html_lit(h, "<br><small>");
                em_html_text(h, text_of(f, "time_utc"));
                em_html_lit(h, "</small><td data-h=\"From\">");
                em_ta_put_party(&other, text_of(f, "from"), text_of(f, "from_label"));
                em_html_lit(h, "<td data-h=\"To\">");
                em_ta_put_party(&other, text_of(f, "to"), text_of(f, "to_label"));
                em_html_lit(h, "<td class=\"num\" data-h=\"Amount\">");
                em_html_thin(h, amount(ta, to, text_of(f, "amount")));
                em_html_lit(h, "<td class=\"num\" data-h=\"After\">");
                em_html_text(h, delay_words(ta->ask->arena, delay));
                em_html_lit(h, "<td data-h=\"Off\">");
                em_html_text(h, off_words(ta->ask->arena, off));
                em_html_lit(h, "<td class=\"num\" data-h=\"Other ends it fits\">");
                em_html_text(h, text_of(f, "other_ends_it_fits"));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n");
        if (n == FITS_SHOWN)
                em_html_lit(h, "<p class=\"flow-fold\">The nearest 20 are shown; the data below have all.</p>\n");
}

static void put_stolen(const em_ta *ta, const em_jnode *from, const em_jnode *end)
{
        em_html         h = ta->ask->h;
        const em_jnode *rules = em_jget(end, "stolen");
        bool            first = true;
        for (const em_jnode *p = rules ? rules->first : NULL; p; p = p->next, first = false) {
                em_html_c(h, first ? "" : ", ");
                em_html_text(h, p->key);
                em_html_lit(h, " ");
                em_html_thin(h, amount(ta, from, em_jtext(p)));
        }
}

/* "1 of 2 payments in the window after it; by chance 0 of 5 in the window before it" */
static void put_chance(const em_ta *ta, const em_jnode *end)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<b>");
        em_html_text(h, text_of(end, "fit"));
        em_html_lit(h, "</b> of ");
        em_html_text(h, text_of(end, "payments_after"));
        em_html_lit(h, " payments after it; by chance <b>");
        em_html_text(h, text_of(end, "fit_by_chance"));
        em_html_lit(h, "</b> of ");
        em_html_text(h, text_of(end, "payments_before"));
        em_html_lit(h, " before it, which cannot be its own");
        if (!em_ta_true(end, "index_reaches_over_time_after"))
                em_html_lit(h, "; the other index does not reach over all of the time after");
        if (!em_ta_true(end, "index_reaches_over_time_before"))
                em_html_lit(h, "; the other index does not reach over all of the time before");
}

static void put_end(const em_ta *ta, const em_jnode *root, const em_jnode *end, size_t number)
{
        em_html         h = ta->ask->h;
        const em_jnode *from = em_jget(root, "from"), *to = em_jget(root, "to");
        em_html_lit(h, "<section class=\"flow-pattern\"><h2>");
        em_html_int(h, (int64_t)number);
        em_html_lit(h, ". ");
        em_html_thin(h, amount(ta, from, text_of(end, "amount")));
        em_html_lit(h, " ");
        em_html_text(h, text_of(from, "asset"));
        em_html_lit(h, ", ");
        em_html_text(h, text_of(end, "time_utc"));
        em_html_lit(h, "</h2>\n<p class=\"flow-both\">");
        em_html_text(h, text_of(end, "reading"));
        em_html_lit(h, "</p>\n<dl class=\"facts flow-facts\"><dt>fits<dd>");
        put_chance(ta, end);
        em_html_lit(h, "<dt>left in<dd>");
        em_ta_put_output(ta, text_of(end, "end"));
        em_html_lit(h, "<dt>paid to<dd>");
        em_ta_put_party(ta, text_of(end, "to"), text_of(end, "to_label"));
        em_html_lit(h, "<dt>counted as stolen<dd>");
        put_stolen(ta, from, end);
        em_html_lit(h, "<dt>expected there<dd>");
        if (text_of(end, "expected").n) {
                em_html_thin(h, amount(ta, to, text_of(end, "expected")));
                em_html_lit(h, " ");
                em_html_text(h, text_of(to, "asset"));
                em_html_lit(h, " <small>(");
        } else {
                em_html_lit(h, "no rate <small>(");
        }
        em_html_text(h, text_of(end, "rate"));
        em_html_lit(h, ")</small></dl>\n");
        put_fits(ta, root, end);
        em_html_lit(h, "</section>\n");
}

static void put_result(const em_ta *ta, const em_jnode *root)
{
        em_html         h = ta->ask->h;
        const em_jnode *from = em_jget(root, "from"), *to = em_jget(root, "to");
        size_t          n = 0;
        int64_t         others = 0;
        em_html_lit(h, "<p>From ");
        em_html_text(h, text_of(from, "asset"));
        em_html_lit(h, " that left ");
        em_html_text(h, text_of(from, "network"));
        em_html_lit(h, " to ");
        em_html_text(h, text_of(to, "asset"));
        em_html_lit(h, " on ");
        em_html_text(h, text_of(to, "network"));
        em_html_lit(h, ", by whole amounts, since that is what a service saw.");
        if (em_jint(em_jget(root, "ends_in_other_assets"), &others) && others > 0) {
                em_html_lit(h, " Not looked at: ");
                em_html_int(h, others);
                em_html_lit(h, " ends in other assets.");
        }
        em_html_lit(h, "</p>\n");
        for (const em_jnode *end = first_of(root, "ends"); end && n < ENDS_SHOWN; end = end->next)
                put_end(ta, root, end, ++n);
        if (!n)
                em_html_lit(h, "<p class=\"empty\">No end is there to look at: labels say whose addresses are services, and \"every end\" takes all.</p>\n");
        if (n == ENDS_SHOWN)
                em_html_lit(h, "<p class=\"flow-fold\">The largest 50 are shown; the data below have all.</p>\n");
        em_html_lit(h, "<p class=\"key\">Amount and time are all that two chains share. A payment that fits may be anybody's; what the service's own records say "
                       "decides, and a hop is only a place to ask next.</p>\n");
}

/* ---- the page -------------------------------------------------------------------------------------------------- */

static em_status cross_words(const em_ta *ta, const em_ta_index *other, em_ta_words *w, em_error *err)
{
        static const char *const options[] = {"rate", "given", "got", "window", "tolerance"};
        em_ask *ask = ta->ask;
        EM_TRY(em_ta_trace(ta, EM_S(""), w, err));
        em_ta_word(w, EM_S("--cross"));
        em_ta_word(w, em_grid_text(ask->arena, "%.*s/index/%.*s", EM_ARG(em_desk_dir(ask->desk)), EM_ARG(other->name)));
        for (size_t i = 0; i < EM_COUNT(options); i++)
                EM_TRY(em_ta_option(ta, w, options[i], err));
        em_ta_switch(ta, w, "any-end");
        return EM_OK;
}

static em_status put_page(const em_ta *ta, em_str line, const em_jnode *root, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        bool somewhere = ta->indexes > 1 || ta->chosen->accounts;
        em_page_open(ask, &(em_page){.title = EM_S("On another chain"), .nav = "trace", .wide = true, .command = line, .no_data = !root,
                                     .lede = EM_S("Payments elsewhere that coins which left may have become: hypotheses, with how many would fit by chance.")});
        em_ta_put_views(ta, "/trace/cross");
        if (root)
                em_html_lit(h, "<details class=\"flow-ask\"><summary>Change what is asked</summary>");
        if (somewhere)
                put_form(ta);
        if (root)
                em_html_lit(h, "</details>\n");
        if (ta->indexes < 2) {
                em_html_lit(h, "<p class=\"empty\">The case has one index. <code>embargo --case ");
                em_html_text(h, em_path_base(em_desk_dir(ask->desk)));
                em_html_lit(h, " index chain FILES --out ");
                em_html_text(h, em_path_base(em_desk_dir(ask->desk)));
                em_html_lit(h, "/index/NAME</code> makes another, of another chain");
                em_html_c(h, ta->chosen->accounts ? "; within this one another asset can be asked for." : ".");
                em_html_lit(h, "</p>\n");
        }
        if (root)
                put_result(ta, root);
        return em_page_close(ask, err);
}

em_status em_answer_trace_cross(em_ask *ask, em_error *err)
{
        em_ta              ta;
        em_ta_words        w = {.n = 0};
        em_str             line, name = em_form_get(ask->query, "cross");
        const em_jnode    *root = NULL;
        const em_ta_index *other;
        char               shown[60];
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(em_ta_need_index(&ta, err));
        other = other_index(&ta);
        if (name.n && !other)
                return em_fail(err, EM_MISSING, "the case's folder index has no chain called \"%s\"", em_str_show(name, shown, sizeof shown));
        if (!other && ask->shape != EM_SHAPE_PAGE)
                return em_fail(err, EM_USAGE, "cross= is missing: the index of another chain, by its name in the case's folder index");
        if (!other) {
                EM_TRY(em_ta_trace(&ta, EM_S(""), &w, err));
                EM_TRY(em_ta_line(&ta, &w, &line, err));
                return put_page(&ta, em_grid_text(ask->arena, "%.*s --cross INDEX --rate R", EM_ARG(line)), NULL, err);
        }
        if (other == ta.chosen && !other->accounts)
                return em_fail(err, EM_USAGE, "cross=%.*s is the traced chain itself, and it has one asset; name another index", EM_ARG(other->name));
        EM_TRY(cross_words(&ta, other, &w, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_ta_pass(ask, &w, err);
        EM_TRY(em_ta_line(&ta, &w, &line, err));
        EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
        return put_page(&ta, line, root, err);
}
