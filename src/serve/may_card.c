/* One match as a card and as JSON.  The score is never alone: the words that make it stand under it and add up to it, and what
 * speaks against it and what would rule it out stand beside them.
 */
#include "serve/may_match.h"

#include <math.h>
#include <stdio.h>

const char *em_may_schema(em_schema schema)
{
        static const char *const words[EM_SCHEMA_SCHEMAS] = {
                [EM_SCHEMA_THING] = "entry of no stated kind", [EM_SCHEMA_LEGAL_ENTITY] = "person or organisation", [EM_SCHEMA_PERSON] = "person",
                [EM_SCHEMA_ORGANIZATION] = "organisation", [EM_SCHEMA_COMPANY] = "company", [EM_SCHEMA_VESSEL] = "ship",
                [EM_SCHEMA_AIRPLANE] = "aircraft", [EM_SCHEMA_WALLET] = "wallet", [EM_SCHEMA_ADDRESS] = "address"};
        return words[schema];
}

/* "0.912"; with a sign for what is added to a score. */
static void put_points(em_html h, double points, bool sign)
{
        char text[32];
        snprintf(text, sizeof text, sign ? "%+.3f" : "%.3f", points);
        em_html_c(h, text);
}

/* ---- words of one line ----------------------------------------------------------------------------------- */

/* What met the question. */
static const char *met(const em_match *m)
{
        static const char *const names[EM_NAME_KINDS] = {"its name", "its other name", "an alias that the list calls weak,", "its former name",
                                                         "its name in its own script,"};
        return m->name == UINT32_MAX ? "its number" : names[m->name_kind];
}

static void put_line(em_ask *ask, const em_match *m, const em_party *p)
{
        const em_list_file *f = em_names_list_of(ask->index->names, p);
        em_html h = ask->h;
        char    day[11];
        em_html_lit(h, "May match ");
        em_html_c(h, met(m));
        em_html_lit(h, " <b>");
        em_html_text(h, m->name == UINT32_MAX ? m->number : m->name_text);
        em_html_lit(h, "</b>");
        if (m->number.n && m->name != UINT32_MAX) {
                em_html_lit(h, " and its number <b>");
                em_html_text(h, m->number);
                em_html_lit(h, "</b>");
        }
        em_html_lit(h, ". A ");
        em_html_c(h, em_may_schema(p->schema));
        em_html_lit(h, " of the list <b>");
        em_html_text(h, p->dataset);
        em_html_lit(h, "</b>");
        if (f && f->date != EM_DAY_NONE) {
                em_html_lit(h, " of ");
                em_html_c(h, em_day_text(f->date, day));
        }
        em_html_lit(h, ", entry ");
        em_html_text(h, p->id);
        for (size_t i = 0; i < p->programmes && i < 4; i++) {
                em_html_c(h, i ? ", " : ", programme ");
                em_html_text(h, p->programme[i]);
        }
        if (p->listed != EM_DAY_NONE) {
                em_html_lit(h, ", listed ");
                em_html_c(h, em_day_text(p->listed, day));
        }
        em_html_lit(h, ".");
}

/* Names in scripts other than the caption's, as the list writes them. */
static bool in_script(const em_party_name *n)
{
        for (size_t i = 0; i < n->text.n; i++)
                if ((unsigned char)n->text.p[i] >= 0xd0)        /* Cyrillic and everything behind it in UTF-8 */
                        return true;
        return false;
}

static void put_scripts(em_html h, const em_party *p)
{
        size_t shown = 0;
        for (size_t i = 1; i < p->names && shown < 3; i++) {
                if (!in_script(&p->name[i]))
                        continue;
                em_html_lit(h, " <bdi class=\"may-script\"");
                if (p->name[i].lang.n)
                        em_html_attr(h, "lang", p->name[i].lang);
                em_html_lit(h, ">");
                em_html_text(h, p->name[i].text);
                em_html_lit(h, "</bdi>");
                shown++;
        }
}

/* ---- reasons ------------------------------------------------------------------------------------------------ */

static void put_word(em_html h, const char *head, em_str word)
{
        em_html_lit(h, "<td");
        em_html_attr(h, "data-h", em_str_c(head));
        em_html_lit(h, ">");
        if (word.n)
                em_html_text(h, word);
        else
                em_html_lit(h, "<i>nothing</i>");
        em_html_lit(h, "</td>");
}

static void put_number(em_html h, const char *head, double value, bool sign)
{
        em_html_lit(h, "<td class=\"num\"");
        em_html_attr(h, "data-h", em_str_c(head));
        em_html_lit(h, ">");
        put_points(h, value, sign);
        em_html_lit(h, "</td>");
}

static void put_reasons(em_html h, const em_match *m)
{
        em_html_lit(h, "<div class=\"table as-table\" tabindex=\"0\" role=\"group\" aria-label=\"Word by word\"><table class=\"may-why\">\n<thead><tr>"
                       "<th scope=\"col\">Asked</th><th scope=\"col\">Listed</th><th scope=\"col\">How they meet</th><th scope=\"col\" class=\"num\">Weight</th>"
                       "<th scope=\"col\" class=\"num\">Cost</th><th scope=\"col\" class=\"num\">Adds</th></tr></thead>\n<tbody>\n");
        for (size_t i = 0; i < m->names.rows; i++) {
                const em_aligned *r = &m->names.row[i];
                em_html_lit(h, "<tr>");
                put_word(h, "Asked", r->query);
                put_word(h, "Listed", r->listed);
                put_word(h, "How", em_str_c(r->rule));
                put_number(h, "Weight", r->weight, false);
                put_number(h, "Cost", r->cost, false);
                put_number(h, "Adds", r->points, true);
                em_html_lit(h, "</tr>\n");
        }
        for (size_t i = 0; i < m->qualifiers; i++) {
                const em_qualifier *q = &m->qualifier[i];
                em_html_lit(h, "<tr>");
                put_word(h, "Asked", q->query);
                put_word(h, "Listed", q->listed);
                em_html_lit(h, "<td data-h=\"How\">");
                em_html_c(h, q->what);
                em_html_lit(h, ": ");
                em_html_c(h, q->why);
                em_html_lit(h, "</td><td></td><td></td>");
                put_number(h, "Adds", q->points, true);
                em_html_lit(h, "</tr>\n");
        }
        em_html_lit(h, "</tbody><tfoot><tr><th scope=\"row\" colspan=\"5\">The sum is the score</th>");
        put_number(h, "Score", m->score, false);
        em_html_lit(h, "</tr></tfoot></table></div>\n");
}

static void put_side(em_html h, const char *head, const em_str *clause, size_t count, const char *none)
{
        em_html_lit(h, "<div><h3>");
        em_html_c(h, head);
        em_html_lit(h, "</h3><ul>");
        for (size_t i = 0; i < count; i++) {
                em_html_lit(h, "<li>");
                em_html_text(h, clause[i]);
                em_html_lit(h, "</li>");
        }
        if (!count) {
                em_html_lit(h, "<li>");
                em_html_c(h, none);
                em_html_lit(h, "</li>");
        }
        em_html_lit(h, "</ul></div>\n");
}

static void put_foot(em_html h, const em_match *m)
{
        em_html_lit(h, "<p class=\"foot\">");
        if (m->probability > 0) {
                em_html_lit(h, "Of the labelled pairs of names with such a score, half of all being true, ");
                em_html_int(h, (int64_t)llround(round(m->probability * 1e4) / 100));
                em_html_lit(h, " in 100 were one party; of people met by chance far fewer are.");
        }
        if (m->runner_up.n) {
                em_html_lit(h, " Its next best name: ");
                em_html_text(h, m->runner_up);
                em_html_lit(h, " (");
                put_points(h, m->runner_up_score, false);
                em_html_lit(h, ").");
        }
        em_html_lit(h, "</p>\n");
}

/* ---- the card -------------------------------------------------------------------------------------------------- */

static void put_head(em_ask *ask, const em_match *m, const em_party *p, em_str id, size_t i)
{
        static const char *const classes[] = {"v may-no", "v may-review", "v may-likely", "v may-same"};
        em_html h = ask->h;
        em_html_lit(h, "<article class=\"may\" aria-labelledby=\"may-");
        em_html_int(h, (int64_t)i);
        em_html_lit(h, "\">\n<h2 id=\"may-");
        em_html_int(h, (int64_t)i);
        em_html_lit(h, "\">");
        em_page_link(ask, "/parties/", id, p->names ? p->name[0].text : p->id);
        put_scripts(h, p);
        em_html_lit(h, "</h2>\n<p class=\"may-line\"><span");
        em_html_attr(h, "class", em_str_c(classes[m->band]));
        em_html_lit(h, ">");
        em_html_c(h, em_band_words(m->band));
        em_html_lit(h, "</span> <b class=\"may-score\">");
        put_points(h, m->score, false);
        em_html_lit(h, "</b> ");
        put_line(ask, m, p);
        em_html_lit(h, "</p>\n");
}

em_status em_may_card(em_ask *ask, const em_may *may, size_t i, em_error *err)
{
        const em_match *m = &may->found.match[i];
        const em_party *p = &may->party[i];
        em_str  id, *against = NULL, *rules = NULL;
        size_t  againsts = 0, ruless = 0;
        EM_TRY(em_entity_id(p, ask->arena, &id, err));
        EM_TRY(em_match_against(&may->query, m, p, ask->arena, &against, &againsts, err));
        EM_TRY(em_match_rules_out(&may->query, p, ask->arena, &rules, &ruless, err));
        put_head(ask, m, p, id, i);
        put_reasons(ask->h, m);
        em_html_lit(ask->h, "<div class=\"may-sides\">");
        put_side(ask->h, "What speaks against", against, againsts, "nothing that was asked or that the list says");
        put_side(ask->h, "What would rule it out", rules, ruless, "the list says nothing more that could");
        em_html_lit(ask->h, "</div>\n");
        put_foot(ask->h, m);
        em_html_lit(ask->h, "</article>\n");
        return EM_OK;
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

em_status em_may_members(em_ask *ask, const em_may *may, size_t i, em_error *err)
{
        const em_match *m = &may->found.match[i];
        const em_party *p = &may->party[i];
        em_json *j = &ask->j;
        em_str   id, *clause = NULL;
        size_t   clauses = 0;
        char     day[11];
        EM_TRY(em_entity_id(p, ask->arena, &id, err));
        em_json_kstr(j, "id", id);
        EM_TRY(em_match_members(ask->index->names, &may->query, m, p, ask->arena, j, err));
        EM_TRY(em_match_against(&may->query, m, p, ask->arena, &clause, &clauses, err));
        em_json_kstrs(j, "speaks_against", clause, clauses);
        EM_TRY(em_match_rules_out(&may->query, p, ask->arena, &clause, &clauses, err));
        em_json_kstrs(j, "would_rule_out", clause, clauses);
        em_json_kstr(j, "met", em_str_c(met(m)));
        em_json_kstr(j, "kind", em_str_c(em_may_schema(p->schema)));
        em_json_kstr(j, "listed", em_str_c(em_day_text(p->listed, day)));
        em_json_key(j, EM_S("scripts"));
        em_json_open(j, '[');
        for (size_t k = 1, shown = 0; k < p->names && shown < 3; k++)
                if (in_script(&p->name[k])) {
                        em_json_open(j, '{');
                        em_json_kstr(j, "text", p->name[k].text);
                        em_json_kstr(j, "lang", p->name[k].lang);
                        em_json_close(j, '}');
                        shown++;
                }
        em_json_close(j, ']');
        return EM_OK;
}
