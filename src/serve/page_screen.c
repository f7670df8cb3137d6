/* Screen: one box for a name, a number or a wallet, and who of the lists it may be. */
#include "serve/may_match.h"

#include <stdio.h>

/* ---- the form ----------------------------------------------------------------------------------------- */

static const struct { const char *word, *words; } kinds[] = {
        {"", "anything"}, {"person", "person"}, {"organization", "organisation"}, {"company", "company"}, {"vessel", "ship"},
        {"airplane", "aircraft"}, {"cryptowallet", "wallet"}};

static void put_option(em_html h, em_str value, em_str words, bool chosen)
{
        em_html_lit(h, "<option");
        em_html_attr(h, "value", value);
        if (chosen)
                em_html_lit(h, " selected");
        em_html_lit(h, ">");
        em_html_text(h, words);
        em_html_lit(h, "</option>");
}

static void put_field(em_html h, const char *label, const char *name, em_str value, const char *hint)
{
        em_html_lit(h, "<label>");
        em_html_c(h, label);
        em_html_lit(h, " <input autocomplete=\"off\"");
        em_html_attr(h, "name", em_str_c(name));
        em_html_attr(h, "value", value);
        em_html_attr(h, "placeholder", em_str_c(hint));
        em_html_lit(h, "></label>\n");
}

static void put_more(em_ask *ask, const em_may *m)
{
        em_html h = ask->h;
        bool    open = m->schema.n || m->born.n || m->country.n || m->list.n || m->least.n;
        if (open)
                em_html_lit(h, "<details class=\"may-more\" open>");
        else
                em_html_lit(h, "<details class=\"may-more\">");
        em_html_lit(h, "<summary>What else is known</summary>\n<div class=\"may-fields\"><label>Kind <select name=\"schema\">");
        for (size_t i = 0; i < EM_COUNT(kinds); i++)
                put_option(h, em_str_c(kinds[i].word), em_str_c(kinds[i].words), em_str_eq_nocase(m->schema, em_str_c(kinds[i].word)));
        em_html_lit(h, "</select></label>\n");
        put_field(h, "Born or built", "born", m->born, "1960, 1960-03-01");
        put_field(h, "Country", "country", m->country, "kp, North Korea");
        em_html_lit(h, "<label>List <select name=\"list\">");
        put_option(h, EM_S(""), EM_S("all"), m->list.n == 0);
        for (size_t i = 0; ask->index && i < ask->index->datasets; i++)
                put_option(h, ask->index->dataset[i], ask->index->dataset[i], em_str_eq(m->list, ask->index->dataset[i]));
        em_html_lit(h, "</select></label>\n");
        put_field(h, "Least score", "least", m->least, "0.70");
        em_html_lit(h, "</div></details>\n");
}

static void put_form(em_ask *ask, const em_may *m)
{
        em_html h = ask->h;
        em_html_lit(h, "<form class=\"may-ask\" id=\"may-ask\" method=\"get\" action=\"/screen\" role=\"search\">\n"
                       "<label for=\"may-q\">A name in any spelling or script, a number (IMO, MMSI, passport) or a wallet</label>\n"
                       "<p class=\"may-box\"><input id=\"may-q\" name=\"q\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" maxlength=\"1000\"");
        em_html_attr(h, "value", m->q);
        em_html_lit(h, "> <button class=\"main\">Screen</button></p>\n");
        put_more(ask, m);
        em_page_known(ask);
        em_html_lit(h, "</form>\n");
}

/* "28,193", as numbers stand in text. */
static void put_many(em_html h, uint64_t n)
{
        char   digits[32], out[48];
        size_t of = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), at = 0;
        for (size_t i = 0; i < of; i++) {
                if (i && (of - i) % 3 == 0)
                        out[at++] = ',';
                out[at++] = digits[i];
        }
        em_html_text(h, (em_str){out, at});
}

/* ---- what was found ---------------------------------------------------------------------------------------- */

static void put_count(em_ask *ask, const em_may *m)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"key\" id=\"may-count\" role=\"status\">");
        if (m->q.n && m->found.matches == 0)
                em_html_lit(h, "No entry of these lists reaches the least score. That is no clearance: a name may be spelt otherwise, and only these lists were asked.");
        if (m->found.matches) {
                put_many(h, m->found.matches);
                em_html_c(h, m->found.matches == 1 ? " entry may match" : " entries may match");
                if (m->found.matches == m->opts.limit)
                        em_html_lit(h, ", and there may be more below them");
                em_html_lit(h, "; ");
                put_many(h, m->found.compared);
                em_html_c(h, m->found.compared == 1 ? " name was" : " names were");
                em_html_lit(h, " compared word by word. A likeness of names is no identity.");
        }
        em_html_lit(h, "</p>\n");
}

static void put_scale(em_html h)
{
        em_html_lit(h, "<details class=\"may-scale\"><summary>What a score is</summary>\n<p>It says how alike two names are and what stands beside them; it "
                       "never says that two people are one. Each word of both sides has a weight, each pair of words a cost, and the points add up to the score. "
                       "From 0.95 it <b>may be the same</b>, from 0.85 it is <b>likely</b>, from 0.70 it is for <b>review</b>; these words order work and "
                       "decide nothing. Of 25,026 invented persons, of whom none is listed, 251 reached 0.70. How it is made and measured stands in "
                       "<code>doc/names-scores.md</code>.</p></details>\n");
}

enum { EXAMPLE_NAME, EXAMPLE_SHIP, EXAMPLE_WALLET, EXAMPLES, EXAMPLES_OF = 500 };

/* Something of each kind that these lists do hold.  No person stands there as an example while a ship or a firm can. */
static em_status find_examples(em_ask *ask, em_str example[EXAMPLES], em_error *err)
{
        const em_names *names = ask->index->names;
        uint64_t count = em_names_counts(names).parties;
        em_str   person = {0};
        memset(example, 0, EXAMPLES * sizeof *example);
        for (uint32_t i = 0; i < count && i < EXAMPLES_OF; i++) {
                em_party p;
                EM_TRY(em_names_party(names, i, ask->arena, &p, err));
                em_str name = p.names ? p.name[0].text : (em_str){0};
                if (p.schema == EM_SCHEMA_PERSON && !person.n)
                        person = name;
                else if (p.schema != EM_SCHEMA_PERSON && p.schema != EM_SCHEMA_WALLET && !example[EXAMPLE_NAME].n)
                        example[EXAMPLE_NAME] = name;
                for (size_t k = 0; k < p.numbers; k++)
                        if (em_str_eq(p.number[k].type, EM_S("imo")) && !example[EXAMPLE_SHIP].n)
                                example[EXAMPLE_SHIP] = em_grid_text(ask->arena, "IMO %.*s", EM_ARG(p.number[k].value));
                        else if (em_str_eq(p.number[k].type, EM_S("wallet")) && !example[EXAMPLE_WALLET].n)
                                example[EXAMPLE_WALLET] = p.number[k].value;
        }
        if (!example[EXAMPLE_NAME].n)
                example[EXAMPLE_NAME] = person;
        return EM_OK;
}

/* Hidden below an answer, and there for the script when the box is emptied. */
static em_status put_start(em_ask *ask, bool hidden, em_error *err)
{
        static const char *const words[EXAMPLES] = {"a name; other spellings, other romanisations and its Hangul are tried by itself",
                                                    "a ship by its number, or by name and number together", "a wallet by its address"};
        em_str  example[EXAMPLES];
        em_html h = ask->h;
        EM_TRY(find_examples(ask, example, err));
        em_html_lit(h, "<section id=\"may-start\"");
        if (hidden)
                em_html_lit(h, " hidden");
        em_html_lit(h, ">\n<h2>What may be asked</h2>\n<ul class=\"may-examples\">\n");
        for (size_t i = 0; i < EXAMPLES; i++) {
                if (!example[i].n)
                        continue;
                em_html_lit(h, "<li><a href=\"/screen?q=");
                em_html_url(h, example[i]);
                em_page_and_known(ask);
                em_html_lit(h, "\">");
                em_html_text(h, example[i]);
                em_html_lit(h, "</a>: ");
                em_html_c(h, words[i]);
                em_html_lit(h, "</li>\n");
        }
        em_html_lit(h, "</ul>\n<p>");
        put_many(h, em_names_counts(ask->index->names).names);
        em_html_lit(h, " names of ");
        put_many(h, em_names_counts(ask->index->names).parties);
        em_html_lit(h, " entries are searched. <a");
        em_page_href(ask, "/lists", (em_str){0});
        em_html_lit(h, ">Which lists</a>. What is asked is kept nowhere.</p></section>\n");
        return EM_OK;
}

static em_status answer_nothing(em_ask *ask, em_error *err)
{
        em_html h = ask->h;
        em_str  dir = ask->desk ? em_path_base(em_desk_dir(ask->desk)) : EM_S("DIR");
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fail(err, EM_MISSING, "no lists are served here; embargo index names makes their index");
        em_page_open(ask, &(em_page){.title = EM_S("Screen"), .nav = "screen", .no_data = true,
                .lede = EM_S("Which listed party could this be, and why. There is no index of lists here yet, so nobody can be asked for.")});
        em_html_lit(h, "<p>Two commands make one; the lists are files as their publishers give them out (UN, OFAC, EU, UK and others):</p>\n<pre><code>"
                       "embargo index names LIST... --out ");
        em_html_text(h, dir);
        em_html_lit(h, "/index/names.idx\nembargo --case ");
        em_html_text(h, dir);
        em_html_lit(h, " serve</code></pre>\n<p><code>embargo fetch</code> downloads the official lists; <code>embargo help index</code> says which formats are read.</p>\n");
        return em_page_close(ask, err);
}

/* ---- as data -------------------------------------------------------------------------------------------------- */

static em_str fixed(em_ask *ask, double value) { return em_grid_text(ask->arena, "%.6f", value); }

static em_status as_csv(em_ask *ask, const em_may *m, em_error *err)
{
        static const em_grid_column columns[] = {
                {.key = "rank"}, {.key = "score"}, {.key = "band"}, {.key = "listed_name"}, {.key = "name_kind"}, {.key = "caption"}, {.key = "schema"},
                {.key = "dataset"}, {.key = "entry"}, {.key = "id"}, {.key = "list_date"}, {.key = "programme"}, {.key = "listed"}, {.key = "number"},
                {.key = "speaks_against"}, {.key = "would_rule_out"}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < m->found.matches; i++) {
                const em_match *f = &m->found.match[i];
                const em_party *p = &m->party[i];
                const em_list_file *list = em_names_list_of(ask->index->names, p);
                em_str *clause = NULL, against, rules, id;
                size_t  clauses = 0;
                char    day[2][11];
                EM_TRY(em_entity_id(p, ask->arena, &id, err));
                EM_TRY(em_match_against(&m->query, f, p, ask->arena, &clause, &clauses, err));
                EM_TRY(em_match_joined(clause, clauses, ask->arena, &against, err));
                EM_TRY(em_match_rules_out(&m->query, p, ask->arena, &clause, &clauses, err));
                EM_TRY(em_match_joined(clause, clauses, ask->arena, &rules, err));
                em_str cell[] = {em_grid_text(ask->arena, "%zu", i + 1), fixed(ask, f->score), em_str_c(em_band_words(f->band)), f->name_text,
                                 em_match_kind(f), p->names ? p->name[0].text : EM_S(""), em_str_c(em_schema_name(p->schema)), p->dataset, p->id, id,
                                 em_grid_text(ask->arena, "%s", em_day_text(list ? list->date : EM_DAY_NONE, day[0])),
                                 p->programmes ? p->programme[0] : EM_S(""), em_grid_text(ask->arena, "%s", em_day_text(p->listed, day[1])),
                                 f->number, against, rules};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.screen/1", &grid, err);
}

static void write_asked(em_json *j, const em_may *m)
{
        em_json_key(j, EM_S("asked"));
        em_json_open(j, '{');
        em_json_kstr(j, "q", m->q);
        em_json_kstr(j, "name", m->query.names ? m->query.name[0] : EM_S(""));
        em_json_key(j, EM_S("numbers"));
        em_json_open(j, '[');
        for (size_t i = 0; i < m->query.numbers; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "type", m->query.number[i].type);
                em_json_kstr(j, "value", m->query.number[i].value);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_kstr(j, "schema", em_str_c(em_schema_name(m->query.schema)));
        em_json_kstr(j, "born", m->born);
        em_json_kstr(j, "country", m->query.countries ? m->query.country[0] : EM_S(""));
        em_json_kstr(j, "list", m->list);
        em_json_close(j, '}');
}

static em_status as_json(em_ask *ask, const em_may *m, em_error *err)
{
        em_json *j = &ask->j;
        ask->reply->type = "application/json";
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.screen/1"));
        write_asked(j, m);
        em_json_knum(j, "least", m->opts.least);
        em_json_kint(j, "limit", (int64_t)m->opts.limit);
        em_json_kint(j, "compared", (int64_t)m->found.compared);
        em_json_key(j, EM_S("results"));
        em_json_open(j, '[');
        for (size_t i = 0; i < m->found.matches; i++) {
                em_json_open(j, '{');
                EM_TRY(em_may_members(ask, m, i, err));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

/* The same as somebody would type it; a word that begins with '-' would be an option there. */
static em_status command_of(em_ask *ask, const em_may *m, em_str *ret, em_error *err)
{
        em_str word[16];
        size_t n = 0;
        *ret = (em_str){0};
        if (!m->q.n || m->q.p[0] == '-')
                return EM_OK;
        word[n++] = EM_S("screen");
        if (m->query.names)
                word[n++] = m->query.name[0];
        for (size_t i = 0; i < m->query.numbers && n < 6; i++)
                word[n++] = m->query.number[i].value;
        const struct { em_str flag, value; } flags[] = {{EM_S("--schema"), m->schema}, {EM_S("--born"), m->born}, {EM_S("--country"), m->country}};
        for (size_t i = 0; i < EM_COUNT(flags); i++)
                if (flags[i].value.n) {
                        word[n++] = flags[i].flag;
                        word[n++] = flags[i].value;
                }
        em_str index = em_service_options(ask->service)->index;
        if (!ask->desk || !em_str_starts(index, em_desk_dir(ask->desk))) {      /* else the command finds it by itself */
                word[n++] = EM_S("--names");
                word[n++] = em_path_base(index);
        }
        return em_desk_line(ask, word, n, ret, err);
}

static em_status put_page(em_ask *ask, const em_may *m, const char *wrong, em_error *err)
{
        em_html h = ask->h;
        em_str  command;
        EM_TRY(command_of(ask, m, &command, err));
        em_page_open(ask, &(em_page){.title = EM_S("Screen"), .nav = "screen", .wide = true, .island = "screen", .command = command,
                .no_data = !m->q.n || wrong, .lede = EM_S("Which listed party could this be, and why. What is found may match; each row says what speaks against it.")});
        put_form(ask, m);
        if (wrong) {
                em_html_lit(h, "<p class=\"wrong\" role=\"alert\">");
                em_html_c(h, wrong);
                em_html_lit(h, "</p>\n");
        }
        put_count(ask, m);
        em_html_lit(h, "<div id=\"may-found\" class=\"wide\">\n");
        for (size_t i = 0; i < m->found.matches; i++)
                EM_TRY(em_may_card(ask, m, i, err));
        em_html_lit(h, "</div>\n");
        put_scale(h);
        EM_TRY(put_start(ask, m->q.n && !wrong, err));
        if (wrong)
                ask->reply->status = 400;
        return em_page_close(ask, err);
}

static em_status answer_screen(em_ask *ask, em_error *err)
{
        em_may   m;
        em_error why = {0};
        if (!ask->index)
                return answer_nothing(ask, err);
        em_status s = em_may_read(ask, &m, &why);
        if (s == EM_USAGE && ask->shape == EM_SHAPE_PAGE)
                return put_page(ask, &m, why.text, err);
        if (s != EM_OK)
                return em_fail(err, s, "%s", why.text);
        EM_TRY(em_may_search(ask, &m, err));
        if (ask->shape == EM_SHAPE_JSON)
                return as_json(ask, &m, err);
        if (ask->shape == EM_SHAPE_CSV)
                return as_csv(ask, &m, err);
        return put_page(ask, &m, NULL, err);
}

static const em_route_param screen_params[] = {
        {"q", "string", "a name, a number or a wallet; name and number together too"}, {"schema", "string", "person, organization, company, vessel, airplane, cryptowallet"},
        {"born", "string", "1960, 1960-03-01; of a ship, built"}, {"country", "string", "nationality, flag or seat"}, {"list", "string", "only of this list"},
        {"least", "number", "results below are left out; 0.70"}, {"limit", "integer", "10, at most 50"}, {0}};

/* Not kept: the names people ask for are sensitive. */
const em_route em_routes_screen[] = {
        {"GET", "/screen", EM_FAMILY_PAGE, answer_screen, "who of the lists a name, a number or a wallet may be, with every reason", NULL, screen_params,
         EM_ROUTE_DATA},
        {"GET", "/parties/{id}", EM_FAMILY_PAGE, em_answer_party, "one listed party: all that its list says, and which records may mean it", NULL, NULL,
         EM_ROUTE_DATA | EM_ROUTE_LISTS},
        {0},
};
