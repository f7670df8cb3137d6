/* Where stolen coins may have gone: the form, the result as an address, the runs that the case keeps; and the routes of all
 * pages about a chain.
 *
 * The page runs `embargo trace --run` and shows its document; a kept run is that document as the case holds it, so it can be
 * read without the index and asked again with one link.
 */
#include "serve/trace_books.h"

static const char *const rules[] = {"poison", "haircut", "fifo", "lifo", "tiho", "seniority", "dirty-first", "pure-dirty-first"};
enum { USUAL = 0x5f };          /* of rules: those of the command without --policy */

/* ---- the form --------------------------------------------------------------------------------------- */

static bool chosen(const em_ta *ta, const char *rule, bool usual)
{
        for (size_t i = 0; i < ta->policies; i++)
                if (em_str_eq(ta->policy[i], em_str_c(rule)))
                        return true;
        return !ta->policies && usual;
}

static void form_rules(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<fieldset><legend>Rules, side by side</legend>");
        for (size_t i = 0; i < EM_COUNT(rules); i++)
                em_ta_form_check(ta, "policy", rules[i], rules[i], chosen(ta, rules[i], USUAL >> i & 1));
        for (size_t i = 0; i < ta->policies; i++)
                if (em_str_starts(ta->policy[i], EM_S("cut:")))
                        em_ta_form_check(ta, "policy", em_grid_text(ta->ask->arena, "%.*s", EM_ARG(ta->policy[i])).p,
                                         em_grid_text(ta->ask->arena, "%.*s", EM_ARG(ta->policy[i])).p, true);
        em_html_lit(h, "<label class=\"line\">The fee is <select name=\"fee\">");
        static const struct { const char *value, *words; } fees[] = {
                {"", "the last satoshi"}, {"pro-rata", "stolen in proportion"}, {"drop", "dropped"}};
        for (size_t i = 0; i < EM_COUNT(fees); i++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", em_str_c(fees[i].value));
                if (fees[i].value[0] && em_str_eq(em_form_get(ta->ask->query, "fee"), em_str_c(fees[i].value)))
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_c(h, fees[i].words);
                em_html_lit(h, "</option>");
        }
        em_html_lit(h, "</select></label></fieldset>\n");
}

static void form_limits(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_form q = ta->ask->query;
        em_html_lit(h, "<fieldset><legend>Where it stops</legend>");
        em_ta_form_text(ta, "until", "at spends after", "2024-03-08", 11);
        em_ta_form_text(ta, "hops", "after so many transactions", "any", 6);
        em_ta_form_text(ta, "min", "at amounts below", "0", 8);
        if (!ta->chosen || !ta->chosen->accounts)
                em_ta_form_text(ta, "as-of", "the chain as it was at height", "tip", 8);
        em_ta_form_stops(ta);
        em_ta_form_check(ta, "through-labels", "1", "follow coins through labelled services", em_form_flag(q, "through-labels"));
        em_ta_form_check(ta, "through-mixers", "1", "follow coins through mixers and CoinJoins", em_form_flag(q, "through-mixers"));
        if (ta->chosen && ta->chosen->accounts) {
                em_ta_form_check(ta, "contracts", "1", "stop at contracts without a label", em_form_flag(q, "contracts"));
                em_ta_form_check(ta, "no-swaps", "1", "do not turn one asset into another", em_form_flag(q, "no-swaps"));
                em_ta_form_check(ta, "through-decoys", "1", "follow transfers that no holder made", em_form_flag(q, "through-decoys"));
        }
        em_html_lit(h, "</fieldset>\n");
}

static void put_form(const em_ta *ta)
{
        em_html h = ta->ask->h;
        bool    accounts = ta->chosen && ta->chosen->accounts;
        em_html_lit(h, "<form class=\"flow-form\" method=\"get\" action=\"/trace\">\n");
        em_page_known(ta->ask);
        em_html_lit(h, "<label class=\"line\" for=\"start\">Named as stolen, one a line: ");
        em_html_c(h, accounts ? "TXHASH:native, TXHASH:LOGINDEX, either with =AMOUNT, a TXHASH, an ADDRESS or ADDRESS:TOKEN"
                              : "TXID:OUTPUT, TXID:OUTPUT=AMOUNT where only part was stolen, a TXID or an ADDRESS");
        em_html_lit(h, "</label>\n<textarea id=\"start\" name=\"start\" rows=\"4\" spellcheck=\"false\" required>");
        for (size_t i = 0; i < ta->starts; i++) {
                em_html_c(h, i ? "\n" : "");
                em_html_text(h, ta->start[i]);
        }
        em_html_lit(h, "</textarea>\n<div class=\"flow-fields\">");
        form_rules(ta);
        form_limits(ta);
        em_ta_form_chain(ta);
        em_ta_form_prices(ta);
        em_html_lit(h, "</div><p><button class=\"main\">Trace</button></p></form>\n");
}

/* ---- the runs that the case keeps --------------------------------------------------------------------- */

typedef struct kept { em_str source, name, address, seeds, rules; bool accounts; int64_t records; } kept;

static void add_text(em_arena *arena, em_str *to, const char *between, em_str more)
{
        *to = em_grid_text(arena, "%.*s%s%.*s", EM_ARG(*to), to->n ? between : "", EM_ARG(more));
}

static void put_field(em_ask *ask, em_str *address, const char *name, em_str value)
{
        *address = em_grid_text(ask->arena, "%.*s%s%s=%.*s", EM_ARG(*address), address->n ? "&" : "?", name, EM_ARG(em_ta_escaped(ask, value)));
}

/* One row of the head of a run: what was asked, as the fields of the form. */
static void take_row(em_ask *ask, const em_rows *rows, size_t r, kept *k)
{
        em_str class = em_rows_at(rows, r, 0)->s, who = em_rows_at(rows, r, 1)->s, key = em_rows_at(rows, r, 2)->s;
        em_str text = em_rows_at(rows, r, 3)->s, output = em_rows_at(rows, r, 4)->s, hash = em_rows_at(rows, r, 5)->s;
        em_str name = em_str_cut(key, ' ').tail;
        if (em_str_eq(class, EM_S("seed"))) {
                em_str sat = em_grid_text(ask->arena, "%lld", (long long)em_rows_at(rows, r, 6)->i);
                em_str from = k->accounts ? text
                            : em_grid_text(ask->arena, "%.*s=%.*s", EM_ARG(output), EM_ARG(em_ta_coins(ask->arena, sat, 8)));
                em_buf plain = em_buf_make(1 << 12);    /* without the commas of thousands */
                for (size_t i = 0; i < from.n; i++)
                        if (from.p[i] != ',')
                                em_buf_ch(&plain, from.p[i]);
                em_str copy = from;
                if (em_buf_status(&plain, NULL) != EM_OK || em_str_copy(em_buf_view(&plain), ask->arena, &copy, NULL) != EM_OK)
                        copy = from;
                em_buf_free(&plain);
                put_field(ask, &k->address, "start", copy);
                add_text(ask->arena, &k->seeds, ", ", em_ta_short(ask->arena, k->accounts ? text : output));
        } else if (em_str_eq(class, EM_S("rule"))) {
                put_field(ask, &k->address, "policy", who);
                add_text(ask->arena, &k->rules, ", ", who);
        } else if (em_str_eq(class, EM_S("input")) && (em_str_eq(name, EM_S("labels")) || em_str_eq(name, EM_S("prices")) || em_str_eq(name, EM_S("stops")))) {
                put_field(ask, &k->address, em_grid_text(ask->arena, "%.*s", EM_ARG(name)).p, em_str_sub(hash, 0, 8));
        } else if (em_str_eq(class, EM_S("param")) && !em_str_eq(name, EM_S("program"))) {
                bool is_switch = em_str_starts(name, EM_S("through-")) || !em_ta_plain(text);
                put_field(ask, &k->address, em_grid_text(ask->arena, "%.*s", EM_ARG(name)).p, is_switch ? EM_S("1") : text);
        }
}

static const char btc_sql[] = "select class, coalesce(who, ''), coalesce(key, ''), coalesce(text, ''), coalesce(output, ''), coalesce(sha256, ''), "
                              "coalesce(stated_milli, 0) / 1000 from trace where source = :source and class in ('param', 'input', 'rule', 'seed') order by row";
static const char account_sql[] = "select class, coalesce(who, ''), coalesce(key, ''), coalesce(text, ''), '', coalesce(sha256, ''), 0 from trace_account "
                                  "where source = :source and class in ('param', 'input', 'rule', 'seed') order by row";

static em_status read_kept(em_ask *ask, em_case *c, const em_query_opts *opts, kept *k, em_error *err)
{
        em_rows  rows;
        em_param param = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = k->source}};
        EM_TRY(em_case_query(c, em_str_c(k->accounts ? account_sql : btc_sql), &param, 1, opts, ask->arena, &rows, err));
        k->address = EM_S("");
        for (size_t r = 0; r < rows.rows; r++)
                take_row(ask, &rows, r, k);
        return EM_OK;
}

static em_status list_kept(em_ask *ask, kept **ret, size_t *ret_count, em_error *err)
{
        em_query_opts opts = em_query_defaults;
        em_rows  rows;
        em_case *c;
        if (ask->h.known.n && !em_day_parse(ask->h.known, &opts.as_known))
                return em_fail(err, EM_USAGE, "known= is not a day such as 2022-03-01");
        EM_TRY(em_desk_case(ask, &c, err));
        EM_TRY(em_case_query(c, EM_S("select source, name, kind, taken from source where kind in ('trace', 'trace_account') order by name, source"), NULL, 0,
                             &opts, ask->arena, &rows, err));
        kept *list = EM_NEW_N(ask->arena, kept, rows.rows + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the runs");
        for (size_t r = 0; r < rows.rows; r++) {
                list[r] = (kept){.source = em_rows_at(&rows, r, 0)->s, .name = em_rows_at(&rows, r, 1)->s,
                                 .accounts = em_str_eq(em_rows_at(&rows, r, 2)->s, EM_S("trace_account")), .records = em_rows_at(&rows, r, 3)->i};
                EM_TRY(read_kept(ask, c, &opts, &list[r], err));
        }
        *ret = list;
        *ret_count = rows.rows;
        return EM_OK;
}

static const em_grid_column kept_columns[] = {
        {"source", "Run", EM_AS_CODE, "/trace?run=", NULL}, {"name", "What", EM_AS_TEXT, NULL, NULL}, {"seeds", "Named as stolen", EM_AS_TEXT, NULL, NULL},
        {"rules", "Rules", EM_AS_TEXT, NULL, NULL}, {"records", "Records", EM_AS_NUMBER, NULL, NULL}, {"again", NULL, EM_AS_TEXT, NULL, NULL}};

static void put_kept_row(em_ask *ask, const kept *k)
{
        em_html h = ask->h;
        em_html_lit(h, "<tr><td data-h=\"Run\"><a");
        em_html_attr(h, "href", em_grid_text(ask->arena, "/trace?run=%.*s", EM_ARG(k->source)));
        em_html_lit(h, ">");
        em_html_text(h, k->name);
        em_html_lit(h, "</a><br><small>source <a");
        em_page_href(ask, "/evidence/", k->source);
        em_html_lit(h, ">");
        em_html_text(h, k->source);
        em_html_lit(h, "</a>, ");
        em_html_int(h, k->records);
        em_html_lit(h, " records</small><td data-h=\"Named as stolen\">");
        em_html_text(h, k->seeds);
        em_html_lit(h, "<td data-h=\"Rules\">");
        em_html_text(h, k->rules);
        em_html_lit(h, "<td data-h=\"Again\"><a");
        em_html_attr(h, "href", em_grid_text(ask->arena, "/trace%.*s", EM_ARG(k->address)));
        em_html_lit(h, ">ask it again</a>\n");
}

static em_status put_kept(em_ask *ask, em_error *err)
{
        em_html h = ask->h;
        kept   *list = NULL;
        size_t  n = 0;
        EM_TRY(list_kept(ask, &list, &n, err));
        em_html_lit(h, "<h2 id=\"kept\">Traces that the case keeps</h2>\n");
        if (!n) {
                em_html_lit(h, "<p class=\"empty\">None yet. <code>embargo trace START --keep</code> takes a run into the case, and its questions and "
                               "report then use it.</p>\n");
                return EM_OK;
        }
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Run<th scope=\"col\">Named as stolen<th scope=\"col\">Rules"
                       "<th scope=\"col\">Again</thead><tbody>\n");
        for (size_t i = 0; i < n; i++)
                put_kept_row(ask, &list[i]);
        em_html_lit(h, "</table></div>\n");
        return EM_OK;
}

static em_status data_kept(em_ask *ask, em_error *err)
{
        em_grid grid = em_grid_make(kept_columns, EM_COUNT(kept_columns), ask->arena);
        kept   *list = NULL;
        size_t  n = 0;
        EM_TRY(list_kept(ask, &list, &n, err));
        for (size_t i = 0; i < n; i++) {
                const em_str cell[] = {list[i].source, list[i].name, list[i].seeds, list[i].rules,
                                       em_grid_text(ask->arena, "%lld", (long long)list[i].records),
                                       em_grid_text(ask->arena, "/trace%.*s", EM_ARG(list[i].address))};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.trace.kept/1", &grid, err);
}

/* ---- the start ----------------------------------------------------------------------------------------- */

static void put_no_index(const em_ta *ta)
{
        em_html h = ta->ask->h;
        if (ta->chosen)
                return;
        em_html_lit(h, "<p class=\"draft\" role=\"status\">This case has no index of a chain yet. <code>embargo --case ");
        em_html_text(h, em_path_base(em_desk_dir(ta->ask->desk)));
        em_html_lit(h, " index chain BLOCKS</code> makes one: of a folder of raw blocks, or of the exported tables of an account chain.</p>\n");
}

static void put_others(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2>Other questions to the chain</h2>\n<div class=\"flow-fields\">");
        static const struct { const char *action, *field, *legend, *words, *button; } forms[] = {
                {"/exposure", "address", "Backwards", "address, or TXID:OUTPUT", "Where may it come from?"},
                {"/cluster", "of", "Owners", "address", "Who may be the same owner?"},
                {"/address", "of", "An address", "address", "Show what it was paid"},
                {"/tx", "of", "A transaction", "TXID, or TXHASH:native ...", "Show it decoded"}};
        for (size_t i = ta->chosen->accounts ? 2 : 0; i < EM_COUNT(forms); i++) {       /* the first two are for outputs */
                em_html_lit(h, "<form method=\"get\" action=\"");
                em_html_c(h, forms[i].action);
                em_html_lit(h, "\"><fieldset><legend>");
                em_html_c(h, forms[i].legend);
                em_html_lit(h, "</legend>");
                em_page_known(ta->ask);
                em_html_lit(h, "<label class=\"line\">");
                em_html_c(h, forms[i].words);
                em_html_lit(h, " <input type=\"text\" size=\"30\" required name=\"");
                em_html_c(h, forms[i].field);
                em_html_lit(h, "\"></label><button>");
                em_html_c(h, forms[i].button);
                em_html_lit(h, "</button></fieldset></form>\n");
        }
        em_html_lit(h, "</div>\n");
        if (!ta->chosen->accounts)
                em_html_lit(h, "<p><a href=\"/cluster\">The largest clusters of addresses</a></p>\n");
}

static em_status answer_start(const em_ta *ta, em_error *err)
{
        em_ask *ask = ta->ask;
        if (ask->shape != EM_SHAPE_PAGE)
                return data_kept(ask, err);
        em_page_open(ask, &(em_page){.title = EM_S("Trace"), .nav = "trace", .wide = true,
                                     .command = !ta->chosen ? EM_S("index chain BLOCKS") : ta->chosen->accounts ? EM_S("trace TXHASH:native") : EM_S("trace TXID:0"),
                                     .lede = EM_S("Where stolen coins may have gone, by each published rule of accounting. The rules stand side by side; "
                                                  "where they differ, that is the finding.")});
        put_no_index(ta);
        if (ta->chosen)
                put_form(ta);
        EM_TRY(put_kept(ask, err));
        if (ta->chosen)
                put_others(ta);
        return em_page_close(ask, err);
}

/* ---- a result ---------------------------------------------------------------------------------------------- */

static em_status put_result(const em_ta *ta, const em_books *b, em_str line, em_error *err)
{
        static const char *const but[] = {"policy", "places", "run", NULL};
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_page_open(ask, &(em_page){.title = EM_S("Trace"), .nav = "trace", .wide = true, .command = line,
                                     .lede = EM_S("Where the coins named as stolen may have gone, by each rule. Never one score.")});
        em_html_lit(h, "<details class=\"flow-ask\"><summary>Change what is asked</summary>\n");
        put_form(ta);
        em_html_lit(h, "</details>\n");
        em_ta_put_views(ta, "/trace");
        em_html_lit(h, "<p class=\"flow-go\">The flow as a picture, by one rule: ");
        for (size_t k = 0; k < b->rules; k++) {
                em_html_lit(h, " <a");
                em_ta_href(ta, em_ta_address(ta, "/trace/flow", but, em_grid_text(ask->arena, "policy=%.*s", EM_ARG(em_ta_escaped(ask, b->rule[k])))));
                em_html_lit(h, ">");
                em_html_text(h, b->rule[k]);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</p>\n");
        EM_TRY(em_books_html(ta, b, err));
        em_html_lit(h, "<p>To keep this run as evidence of the case: <code>embargo ");
        em_html_text(h, line);
        em_html_lit(h, " --keep</code></p>\n");
        return em_page_close(ask, err);
}

static em_status give_text(em_ask *ask, const char *type, em_str text, em_error *err)
{
        ask->reply->type = type;
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}

static em_status answer_run(const em_ta *ta, em_error *err)
{
        em_ask     *ask = ta->ask;
        em_ta_words w = {.n = 0};
        em_books    b;
        em_str      text, line;
        EM_TRY(em_ta_trace(ta, EM_S(""), &w, err));
        EM_TRY(em_ta_line(ta, &w, &line, err));
        em_ta_word(&w, EM_S("--run"));
        EM_TRY(em_desk_run(ask, w.at, w.n, 0, &text, err));
        if (ask->shape == EM_SHAPE_CSV)
                return give_text(ask, "text/csv; charset=utf-8", text, err);
        EM_TRY(em_books_read(text, ask->arena, &b, err));
        return ask->shape == EM_SHAPE_JSON ? em_books_json(ask, &b, err) : put_result(ta, &b, line, err);
}

/* ---- a kept run ------------------------------------------------------------------------------------------------- */

static em_status put_kept_run(const em_ta *ta, const kept *k, const em_books *b, em_error *err)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_page_open(ask, &(em_page){.title = k->name, .nav = "trace", .wide = true,
                                     .command = em_grid_text(ask->arena, "why %.*s:1", EM_ARG(k->source)),
                                     .lede = EM_S("A run that the case keeps, as it was computed and taken in.")});
        em_html_lit(h, "<p><a");
        em_html_attr(h, "href", em_grid_text(ask->arena, "/trace%.*s", EM_ARG(k->address)));
        em_html_lit(h, ">Ask the same again</a> in the index as it is now, with the same rules, limits and labels; <code>embargo verify</code> does it and "
                       "compares the bytes. Custody: <a");
        em_page_href(ask, "/evidence/", k->source);
        em_html_lit(h, ">source ");
        em_html_text(h, k->source);
        em_html_lit(h, "</a>.</p>\n");
        EM_TRY(em_books_html(ta, b, err));
        return em_page_close(ask, err);
}

static em_status answer_kept(const em_ta *ta, em_str run, em_error *err)
{
        em_ask    *ask = ta->ask;
        kept      *list = NULL;
        em_source *source = NULL;
        size_t     n = 0, sources = 0, at;
        em_case   *c;
        em_books   b;
        em_str     text;
        char       shown[40];
        EM_TRY(list_kept(ask, &list, &n, err));
        for (at = 0; at < n && !em_str_eq(list[at].source, run);)
                at++;
        if (at == n)
                return em_fail(err, EM_MISSING, "the case keeps no run \"%s\"", em_str_show(run, shown, sizeof shown));
        EM_TRY(em_desk_case(ask, &c, err));
        EM_TRY(em_case_sources(c, ask->arena, &source, &sources, err));
        for (size_t i = 0; i < sources; i++) {
                em_str hash = em_str_c(source[i].sha256);
                if (!em_str_starts(hash, run))
                        continue;
                em_str path = em_grid_text(ask->arena, "%.*s/sources/%.2s/%.*s", EM_ARG(em_desk_dir(ask->desk)), hash.p, EM_ARG(hash));
                EM_TRY(em_file_read(path, (uint64_t)1 << 28, ask->arena, &text, err));
                if (ask->shape == EM_SHAPE_CSV)
                        return give_text(ask, "text/csv; charset=utf-8", text, err);
                EM_TRY(em_books_read(text, ask->arena, &b, err));
                return ask->shape == EM_SHAPE_JSON ? em_books_json(ask, &b, err) : put_kept_run(ta, &list[at], &b, err);
        }
        return em_fail(err, EM_MISSING, "the case keeps no run \"%s\"", em_str_show(run, shown, sizeof shown));
}

em_status em_answer_trace(em_ask *ask, em_error *err)
{
        em_ta  ta;
        em_str run = em_form_get(ask->query, "run");
        EM_TRY(em_ta_read(ask, &ta, err));
        if (run.n)
                return answer_kept(&ta, run, err);
        return ta.starts ? answer_run(&ta, err) : answer_start(&ta, err);
}

/* ---- routes ---------------------------------------------------------------------------------------------------------- */

#define TRACE_PARAMS \
        {"start", "string", "TXID:OUTPUT, with =AMOUNT for part, a TXID or an address; several by blanks or again"}, \
        {"policy", "string", "poison haircut fifo lifo tiho seniority dirty-first pure-dirty-first cut:IN-OUT; several by commas or again"}, \
        {"fee", "string", "last, pro-rata or drop"}, {"hops", "integer", "follow at most so many transactions"}, \
        {"min", "number", "stop at smaller amounts"}, {"until", "string", "stop at spends after this day"}, \
        {"as-of", "integer", "the chain as it was when this block was its last"}, \
        {"through-labels", "boolean", "follow coins through labelled services"}, {"through-mixers", "boolean", "and through mixers"}, \
        {"index", "string", "a folder in the case's index/"}, {"labels", "string", "sources of labels, the first 8 digits; empty: none; not given: all"}, \
        {"stops", "string", "a source of the case that is a table of stops; not given: the built-in table"}, \
        {"prices", "string", "sources of the case that are tables of prices; again for more"}, {"currency", "string", "with prices: USD"}

static const em_route_param trace_params[] = {TRACE_PARAMS, {"run", "string", "a run that the case keeps, by its source"},
                                              {"places", "integer", "places that a page lists; 100"}, {0}};
static const em_route_param flow_params[] = {TRACE_PARAMS, {"fold", "string", "boxes that are folded with what is behind them, by commas"},
                                             {"open", "string", "boxes that keep their own place"}, {"boxes", "integer", "60, at most 6000"}, {0}};
static const em_route_param path_params[] = {TRACE_PARAMS, {"to", "string", "the output, or the transfer, where the coins ended"}, {0}};
static const em_route_param plain_params[] = {TRACE_PARAMS, {0}};
static const em_route_param cross_params[] = {
        TRACE_PARAMS, {"cross", "string", "the index of another chain, a folder in the case's index/"}, {"rate", "number", "coins there for one coin here"},
        {"given", "string", "the asset that left, by contract"}, {"got", "string", "the asset that came up there"}, {"window", "integer", "hours; 24"},
        {"tolerance", "number", "percent"}, {"any-end", "boolean", "every end, not only labelled services"}, {0}};
static const em_route_param exposure_params[] = {
        {"address", "string", "an address or TXID:OUTPUT; several by blanks: one owner's"}, {"policy", "string", "haircut fifo lifo tiho seniority cut:IN-OUT"},
        {"hops", "integer", "look at most so far back"}, {"min", "number", "follow nothing smaller"}, {"since", "string", "do not look before this day"},
        {"most", "integer", "visit at most so many outputs; 10000"}, {"as-of", "integer", "the chain as of this block"},
        {"through-mixers", "boolean", "follow coins through mixers"}, {"index", "string", "as above"}, {"labels", "string", "as above"}, {0}};
static const em_route_param cluster_params[] = {
        {"of", "string", "an address: shows its cluster"}, {"a", "string", "with b: what joins the two"}, {"b", "string", ""},
        {"from", "integer", "pass over so many"}, {"limit", "integer", "at most so many"}, {"index", "string", "as above"}, {"labels", "string", "as above"}, {0}};
static const em_route_param look_params[] = {{"of", "string", "the same as in the path"}, {"index", "string", "as above"}, {"labels", "string", "as above"}, {0}};

const em_route em_routes_trace[] = {
        {"GET", "/trace", EM_FAMILY_PAGE, em_answer_trace, "where stolen coins may have gone, and the kept runs", NULL, trace_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/trace/flow", EM_FAMILY_PAGE, em_answer_trace_flow, "the same as a picture that folds and opens", NULL, flow_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/trace/picture", EM_FAMILY_PAGE, em_answer_trace_picture, "that picture as an SVG file", NULL, flow_params, EM_ROUTE_CASE | EM_ROUTE_KEPT},
        {"GET", "/trace/path", EM_FAMILY_PAGE, em_answer_trace_path, "the path of one amount, with its evidence", NULL, path_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/trace/patterns", EM_FAMILY_PAGE, em_answer_trace_patterns, "patterns along a trace, with reasons and the innocent reading", NULL,
         plain_params, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/trace/values", EM_FAMILY_PAGE, em_answer_trace_values, "what traced coins may have been worth, day by day", NULL, plain_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/trace/cross", EM_FAMILY_PAGE, em_answer_trace_cross, "payments on another chain that may be the same coins", NULL, cross_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/trace/stops", EM_FAMILY_PAGE, em_answer_trace_stops, "which labels end a trace", NULL, plain_params, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/exposure", EM_FAMILY_PAGE, em_answer_exposure, "where what an address received may have come from", NULL, exposure_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/cluster", EM_FAMILY_PAGE, em_answer_clusters, "the largest clusters; of two addresses what joins them", NULL, cluster_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/cluster/{id}", EM_FAMILY_PAGE, em_answer_cluster, "which addresses may have one owner", NULL, cluster_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/address", EM_FAMILY_PAGE, em_answer_address, "one address of a chain", NULL, look_params, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/address/{id}", EM_FAMILY_PAGE, em_answer_address, "one address of a chain", NULL, look_params, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/tx", EM_FAMILY_PAGE, em_answer_tx, "one transaction of a chain", NULL, look_params, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"GET", "/tx/{id}", EM_FAMILY_PAGE, em_answer_tx, "one transaction of a chain", NULL, look_params, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {0}};
