/* What traced coins may have been worth, by a table of prices that the case holds: in all, and day by day.
 *
 * Two readings stand side by side, all at the day of the theft and each deposit at its own day, because courts and the press use
 * both.  Every price leads to the line that says it, and a day without one is said and never filled.
 */
#include "serve/trace_ask.h"

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }
static const em_jnode *first_of(const em_jnode *node, const char *key)
{
        const em_jnode *list = em_jget(node, key);
        return list ? list->first : NULL;
}

/* Hundredths as money: "6,710,055.00". */
static em_str money(const em_ask *ask, em_str hundredths)
{
        em_arena *arena = ask->arena;
        if (!hundredths.n)
                return EM_S("");
        em_str whole = hundredths.n > 2 ? em_str_sub(hundredths, 0, hundredths.n - 2) : EM_S("0");
        em_str cents = hundredths.n > 2 ? em_str_sub(hundredths, hundredths.n - 2, 2)
                     : em_grid_text(arena, "%s%.*s", hundredths.n == 1 ? "0" : "", EM_ARG(hundredths));
        return em_grid_text(arena, "%.*s.%.*s", EM_ARG(em_ta_coins(arena, whole, 0)), EM_ARG(cents));
}

static void put_money(const em_ta *ta, const char *title, const em_jnode *node, const char *key, const char *none)
{
        em_html h = ta->ask->h;
        em_str  digits = text_of(node, key);
        em_html_lit(h, "<td class=\"num\"");
        em_html_attr(h, "data-h", em_str_c(title));
        em_html_lit(h, ">");
        if (digits.n)
                em_html_thin(h, money(ta->ask, digits));
        else
                em_html_c(h, none);
}

static em_str coins(const em_ta *ta, const em_jnode *node, const char *sat, const char *units, unsigned decimals)
{
        return ta->chosen->accounts ? em_ta_coins(ta->ask->arena, text_of(node, units), decimals) : em_ta_node_coins(ta->ask, node, sat);
}

/* ---- in all ------------------------------------------------------------------------------------------- */

static void put_quote(const em_ta *ta, const em_jnode *quote, em_str currency)
{
        em_html h = ta->ask->h;
        em_html_text(h, text_of(quote, "day"));
        em_html_lit(h, " at ");
        em_html_text(h, text_of(quote, "price"));
        em_html_lit(h, " ");
        em_html_text(h, currency);
        em_html_lit(h, " (");
        em_ta_put_cited(ta, text_of(quote, "file"), text_of(quote, "line"));
        int64_t more = 0;
        if (em_jint(em_jget(quote, "more_rows_of_that_day"), &more) && more > 0) {
                em_html_lit(h, "; ");
                em_html_int(h, more);
                em_html_c(h, more == 1 ? " more row of that day is not used" : " more rows of that day are not used");
        }
        em_html_lit(h, ")");
}

/* values: the object of one coin or asset with "theft" and "policies". */
static void put_all(const em_ta *ta, const em_jnode *values, em_str unit, em_str currency, unsigned decimals)
{
        em_html         h = ta->ask->h;
        const em_jnode *theft = em_jget(values, "theft");
        bool            priced = text_of(theft, "price").n > 0;
        em_html_lit(h, "<h2>What they may be worth: ");
        em_html_text(h, unit);
        em_html_lit(h, ", in ");
        em_html_text(h, currency);
        em_html_lit(h, "</h2>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Rule<th scope=\"col\" class=\"num\">Stolen, that day"
                       "<th scope=\"col\" class=\"num\">At services, that day<th scope=\"col\" class=\"num\">At services, each at its own day"
                       "<th scope=\"col\" class=\"num\">Deposits not valued</thead><tbody>\n");
        for (const em_jnode *p = first_of(values, "policies"); p; p = p->next) {
                em_str bare = coins(ta, p, "not_valued_sat", "not_valued", decimals);
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, text_of(p, "policy"));
                put_money(ta, "Stolen, that day", p, "stolen_that_day_hundredths", "no price");
                put_money(ta, "At services, that day", p, "deposited_that_day_hundredths", "no price");
                put_money(ta, "At services, each at its own day", p, "deposited_each_day_hundredths", "no price");
                em_html_lit(h, "<td class=\"num\" data-h=\"Deposits not valued\">");
                em_html_thin(h, bare);
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n<p>That day is the first on which a coin named as stolen was moved: ");
        if (priced) {
                put_quote(ta, theft, currency);
                em_html_lit(h, ".</p>\n");
        } else {
                em_html_text(h, text_of(theft, "day"));
                em_html_lit(h, ". No table has a price of it, so nothing is valued at it.</p>\n");
        }
}

/* ---- day by day -------------------------------------------------------------------------------------------- */

static void put_day(const em_ta *ta, const em_jnode *day, em_str coin)
{
        em_html         h = ta->ask->h;
        const em_jnode *quote = em_jget(day, "at");
        bool            priced = text_of(quote, "price").n > 0, first = true;
        int64_t         decimals = 0;
        (void)em_jint(em_jget(day, "decimals"), &decimals);
        for (const em_jnode *p = first_of(day, "policies"); p; p = p->next, first = false) {
                if (first)
                        em_html_lit(h, "<tr class=\"flow-day\">");
                else
                        em_html_lit(h, "<tr>");
                em_html_lit(h, "<td class=\"day\" data-h=\"Day\">");
                em_html_text(h, text_of(quote, "day"));
                em_html_lit(h, "<td data-h=\"Rule\">");
                em_html_text(h, text_of(p, "policy"));
                em_html_lit(h, "<td class=\"num\" data-h=\"At services\">");
                em_html_thin(h, coins(ta, p, "deposited_sat", "deposited", (unsigned)decimals));
                em_html_lit(h, " ");
                em_html_text(h, ta->chosen->accounts ? text_of(day, "asset") : coin);
                em_html_lit(h, "<td class=\"num\" data-h=\"Price\">");
                em_html_text(h, text_of(quote, "price"));
                put_money(ta, "May be worth", p, "worth_hundredths", "not valued");
                em_html_lit(h, "<td data-h=\"By\">");
                if (priced)
                        em_ta_put_cited(ta, text_of(quote, "file"), text_of(quote, "line"));
                else
                        em_html_lit(h, "no table has this day");
                em_html_lit(h, "\n");
        }
}

static void put_days(const em_ta *ta, const em_jnode *root, em_str currency)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>Day by day, at services</h2>\n");
        if (!first_of(root, "by_day")) {
                em_html_lit(h, "<p class=\"empty\">Under none of these rules did coins come to a labelled service, so there is no day to value. The labels of the "
                               "case say what a service is.</p>\n");
                return;
        }
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Day<th scope=\"col\">Rule<th scope=\"col\" class=\"num\">At services"
                       "<th scope=\"col\" class=\"num\">Price, ");
        em_html_text(h, currency);
        em_html_lit(h, "<th scope=\"col\" class=\"num\">May be worth, ");
        em_html_text(h, currency);
        em_html_lit(h, "<th scope=\"col\">By</thead><tbody>\n");
        for (const em_jnode *d = first_of(root, "by_day"); d; d = d->next)
                put_day(ta, d, text_of(root, "coin"));
        em_html_lit(h, "</table></div>\n");
}

/* ---- the page ------------------------------------------------------------------------------------------------ */

static void put_form(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<form class=\"flow-form\" method=\"get\" action=\"/trace/values\">");
        em_ta_form_rest(ta, (const char *const[]){"prices", "currency", NULL});
        em_html_lit(h, "<div class=\"flow-fields\">");
        em_ta_form_prices(ta);
        em_html_lit(h, "</div>");
        if (ta->prices)
                em_html_lit(h, "<p><button class=\"main\">Value it</button></p>");
        em_html_lit(h, "</form>\n");
}

static void put_assets(const em_ta *ta, const em_jnode *root)
{
        em_html         h = ta->ask->h;
        const em_jnode *values = em_jget(root, "values");
        bool            bare = false;
        for (const em_jnode *a = first_of(values, "assets"); a; a = a->next) {
                int64_t decimals = 0;
                const em_jnode *day = first_of(root, "by_day");
                for (; day && !em_str_eq(text_of(day, "contract"), text_of(a, "contract")); day = day->next) {}
                (void)em_jint(em_jget(day, "decimals"), &decimals);
                if (em_ta_true(a, "valued"))
                        put_all(ta, a, text_of(a, "asset"), text_of(values, "currency"), (unsigned)decimals);
                else
                        bare = true;
        }
        if (!bare)
                return;
        em_html_lit(h, "<p>Not valued, since no table has a price of them on these days:");
        for (const em_jnode *a = first_of(values, "assets"); a; a = a->next)
                if (!em_ta_true(a, "valued")) {
                        em_html_lit(h, " ");
                        em_html_text(h, text_of(a, "asset"));
                        em_html_lit(h, " <small class=\"flow-id\">");
                        em_html_text(h, text_of(a, "contract"));
                        em_html_lit(h, "</small>");
                }
        em_html_lit(h, ". A token is valued by its contract, or by its symbol only where the list of true assets has it.</p>\n");
}

static em_status put_page(const em_ta *ta, const em_ta_words *w, const em_jnode *root, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_str  line, currency;
        EM_TRY(em_ta_line(ta, w, &line, err));
        if (!root)
                line = em_grid_text(ask->arena, "%.*s --prices PRICES.csv --currency USD --values", EM_ARG(line));
        em_page_open(ask, &(em_page){.title = EM_S("In money"), .nav = "trace", .wide = true, .command = line, .no_data = !root,
                                     .lede = EM_S("What the coins may have been worth, by whose table, on which day.")});
        em_ta_put_views(ta, "/trace/values");
        if (!root) {
                put_form(ta);
                return em_page_close(ask, err);
        }
        currency = text_of(ta->chosen->accounts ? em_jget(root, "values") : root, "currency");
        em_html_lit(h, "<details class=\"flow-ask\"><summary>Other prices</summary>");
        put_form(ta);
        em_html_lit(h, "</details>\n");
        if (ta->chosen->accounts)
                put_assets(ta, root);
        else
                put_all(ta, root, text_of(root, "coin"), currency, 8);
        put_days(ta, root, currency);
        em_html_lit(h, "<p class=\"key\">Coins times price exactly, each amount then rounded half up to the hundredth. A day (UTC, by the blocks' own times) that no "
                       "table has is not valued, and no other day's price is put in its place. What a price says is its source's word; what coins were "
                       "sold for is not in a chain.</p>\n");
        return em_page_close(ask, err);
}

em_status em_answer_trace_values(em_ask *ask, em_error *err)
{
        em_ta           ta;
        em_ta_words     w = {.n = 0};
        const em_jnode *root = NULL;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(em_ta_trace(&ta, EM_S(""), &w, err));
        if (!em_ta_priced(&ta))
                return ask->shape == EM_SHAPE_PAGE ? put_page(&ta, &w, NULL, err)
                     : em_fail(err, EM_USAGE, "prices= is missing: a source of the case that is a table of prices");
        em_ta_word(&w, EM_S("--values"));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_ta_pass(ask, &w, err);
        EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
        return put_page(&ta, &w, root, err);
}
