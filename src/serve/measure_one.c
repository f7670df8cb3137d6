/* One measure: what it says, of what goods, how near its cap the evidence comes, which findings bear on it, and the row of the
 * regime's table that it stands in.
 */
#include "serve/measures.h"

static void put_fact(em_ask *ask, const char *name, em_str text)
{
        if (!text.n)
                return;
        em_html_lit(ask->h, "<dt>");
        em_html_c(ask->h, name);
        em_html_lit(ask->h, "<dd>");
        em_html_text(ask->h, text);
}

static const char *verified(em_str letter)
{
        static const char *const words[] = {"A: the rule and its number were seen quoted in a source",
                                            "B: its content was seen in a summary; the number is from knowledge of the text",
                                            "C: from knowledge of the text alone; check it against the document"};
        return letter.n == 1 && letter.p[0] >= 'A' && letter.p[0] <= 'C' ? words[letter.p[0] - 'A'] : "not stated";
}

static void put_facts(em_ask *ask, const em_provisions *p, const em_provision *m)
{
        em_html h = ask->h;
        char    on[20];
        em_html_lit(h, "<p class=\"rule\">");
        em_html_text(h, m->rule);
        em_html_lit(h, "</p>\n<dl class=\"facts pairs\"><dt>State on ");
        em_html_c(h, em_day_long(p->on, on));
        em_html_lit(h, "<dd>");
        em_put_force(ask, m);
        put_fact(ask, "Who is bound", m->bound);
        put_fact(ask, "Direction", m->direction);
        put_fact(ask, "Kind", m->kind);
        put_fact(ask, "Topic", m->topic);
        put_fact(ask, "Adopted", m->adopted);
        put_fact(ask, "Exempt", m->exemption);
        put_fact(ask, "Amended", m->amends);
        put_fact(ask, "How the citation was verified", em_str_c(verified(m->verification)));
        em_html_lit(h, "</dl>\n");
}

/* Rows of a view about this measure; no such view is no rows. */
static em_status ask_about(em_ask *ask, const em_provisions *p, const em_provision *m, const char *sql, em_rows *ret_rows, em_error *err)
{
        em_param param = {EM_S("measure"), {.type = EM_VALUE_TEXT, .s = m->key}};
        em_query_opts opts = em_query_defaults;
        em_error none;
        opts.as_known = p->now->known;
        *ret_rows = (em_rows){0};
        em_status s = em_case_query(p->now->c, em_str_c(sql), &param, 1, &opts, ask->arena, ret_rows, &none);
        if (s != EM_OK && s != EM_FORMAT && s != EM_MISSING && err)
                *err = none;
        return s == EM_FORMAT || s == EM_MISSING ? EM_OK : s;
}

static em_status put_goods(em_ask *ask, const em_provisions *p, const em_provision *m, em_error *err)
{
        static const em_grid_column columns[] = {
                {"hs", "Heading (HS)", EM_AS_CODE, "/records/", "id"}, {"goods", "Goods", EM_AS_TEXT, NULL, NULL}, {"direction", "Direction", EM_AS_TEXT, NULL, NULL},
                {"basis", "Basis", EM_AS_TEXT, NULL, NULL}, {"verified", "Verified", EM_AS_TEXT, NULL, NULL}, {"id", NULL, EM_AS_CODE, NULL, NULL}};
        static const char *const from[] = {"hs_prefix", "what", "class", "basis", "verification", "id"};
        em_rows r;
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        EM_TRY(ask_about(ask, p, m, "select hs_prefix, what, class, basis, verification, id from good where measure = :measure order by hs_prefix, row", &r, err));
        if (!r.rows)
                return EM_OK;
        for (size_t i = 0; i < r.rows; i++) {
                em_str cell[EM_COUNT(columns)];
                for (size_t c = 0; c < EM_COUNT(columns); c++)
                        cell[c] = em_cell(ask, &r, i, from[c]);
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        em_put_h2(ask, "goods", "The goods it names");
        em_html_lit(ask->h, "<p class=\"key\">Basis \xe2\x80\x9c" "mapping\xe2\x80\x9d: the resolution names the goods in words, and the heading is our reading of them.</p>\n");
        em_grid_html(ask, &grid);
        return EM_OK;
}

static em_status put_caps(em_ask *ask, const em_provisions *p, const em_provision *m, em_error *err)
{
        em_rows r;
        size_t  count;
        em_html h = ask->h;
        EM_TRY(ask_about(ask, p, m, "select what, low_milli, high_milli, state, quantifier, unit, rule, period_from, period_to, repeat, thresholds, citation, verification, id "
                                    "from cap where measure = :measure order by row", &r, err));
        if (!r.rows)
                return EM_OK;
        em_put_h2(ask, "cap", "Its cap");
        em_html_lit(h, "<ul class=\"cap-rows\">");
        for (size_t i = 0; i < r.rows; i++) {
                em_html_lit(h, "<li><a");
                em_page_href(ask, "/records/", em_cell(ask, &r, i, "id"));
                em_html_lit(h, "><b>");
                em_html_text(h, em_amount_words(ask, &r, i));
                em_html_lit(h, "</b></a> from ");
                em_html_text(h, em_cell(ask, &r, i, "period_from"));
                if (em_cell(ask, &r, i, "period_to").n)
                        em_html_lit(h, " to ");
                em_html_text(h, em_cell(ask, &r, i, "period_to"));
                em_str again = em_cell(ask, &r, i, "repeat");
                if (em_str_eq(again, EM_S("year")))
                        em_html_lit(h, ", and each year after");
                else if (em_str_eq(again, EM_S("12-months")))
                        em_html_lit(h, ", in each 12 months");
                em_html_lit(h, "; notices at ");
                em_html_text(h, em_cell(ask, &r, i, "thresholds"));
                em_html_lit(h, " percent; ");
                em_html_text(h, em_cell(ask, &r, i, "citation"));
                em_html_lit(h, " [");
                em_html_text(h, em_cell(ask, &r, i, "verification"));
                em_html_lit(h, "]");
        }
        em_html_lit(h, "</ul>\n");
        EM_TRY(em_put_gauges(ask, p->now, m->key, true, &count, err));
        if (!count)
                em_html_lit(h, "<p class=\"empty\">No finding of this case tests it: there may be evidence, but no question has added it up.</p>\n");
        return EM_OK;
}

static em_status put_findings(em_ask *ask, const em_provisions *p, const em_provision *m, em_error *err)
{
        const em_answer *a;
        size_t  count = 0;
        em_put_h2(ask, "findings", "The findings that bear on it");
        em_html_lit(ask->h, "<ul class=\"bearing\">");
        for (size_t i = 0; (a = em_view_cited(p->now->view, i)) != NULL; i++) {
                if (!em_bears_on(a, m->key))
                        continue;
                count++;
                em_html_lit(ask->h, "<li>");
                em_put_finding_link(ask, a);
                em_html_lit(ask->h, " ");
                em_put_verdict(ask, a->verdict);
                em_html_lit(ask->h, "<br><small>");
                em_html_text(ask->h, a->why);
                em_html_lit(ask->h, "</small>");
        }
        em_html_lit(ask->h, "</ul>\n");
        if (!count)
                em_html_lit(ask->h, "<p class=\"empty\">None: no question of the regime tests it yet. A question is a file of SQL in the regime\xe2\x80\x99s questions/.</p>\n");
        return em_buf_status(ask->h.out, err);
}

static em_status put_page(em_ask *ask, const em_provisions *p, const em_provision *m, em_error *err)
{
        em_str line;
        EM_TRY(em_desk_line(ask, (em_str[]){EM_S("why"), m->key}, 2, &line, err));
        em_page_open(ask, &(em_page){.title = em_grid_text(ask->arena, "Resolution %.*s", EM_ARG(em_provision_cite(ask, m))), .nav = "measures", .wide = true,
                                     .command = line});
        em_html_lit(ask->h, "<div class=\"one\">\n");
        put_facts(ask, p, m);
        EM_TRY(put_caps(ask, p, m, err));
        EM_TRY(put_findings(ask, p, m, err));
        EM_TRY(put_goods(ask, p, m, err));
        em_put_h2(ask, "record", "Its row in the regime\xe2\x80\x99" "s table");
        em_html_lit(ask->h, "<h3>As it stands there</h3>\n");
        EM_TRY(em_put_part(ask, "record", m->id, err));
        em_html_lit(ask->h, "</div>\n");
        return em_page_close(ask, err);
}

em_status em_answer_measure(em_ask *ask, em_error *err)
{
        em_provisions p;
        char shown[60];
        EM_TRY(em_provisions_load(ask, &p, err));
        const em_provision *m = em_provision_of(&p, ask->part);
        if (!m)
                return em_fail(err, EM_MISSING, "the regime has no measure \"%s\"; /measures lists them all", em_str_show(ask->part, shown, sizeof shown));
        if (ask->shape == EM_SHAPE_PAGE)
                return put_page(ask, &p, m, err);
        bool *one = EM_NEW_N(ask->arena, bool, p.count + 1);
        if (!one)
                return em_fail(err, EM_NOMEM, "no memory for the measures");
        one[m - p.at] = true;
        return em_measures_data(ask, &p, one, err);
}
