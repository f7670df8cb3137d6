/* The measures: what is banned, capped or demanded, of whom, from when to when, how sure the citation is, and what the
 * evidence says of it.
 */
#include "serve/measures.h"

typedef struct sieve { em_str kind, topic, state, q; bool tested; } sieve;

static const char *const state_names[] = {"in", "not-yet", "ended"};

static bool passes(const sieve *s, const em_provisions *p, const em_provision *m)
{
        const em_answer *a;
        bool bears = !s->tested;
        for (size_t i = 0; !bears && (a = em_view_cited(p->now->view, i)) != NULL; i++)
                bears = em_bears_on(a, m->key);
        return bears && (!s->kind.n || em_str_eq(m->kind, s->kind)) && (!s->topic.n || em_words_hold(m->topic, s->topic))
               && (!s->state.n || em_str_eq(s->state, em_str_c(state_names[m->force])))
               && (!s->q.n || em_words_hold(m->rule, s->q) || em_words_hold(m->key, s->q) || em_words_hold(m->topic, s->q)
                   || em_words_hold(m->resolution, s->q) || em_words_hold(m->exemption, s->q));
}

/* Each kind once, in the order of the table. */
static void put_kinds(em_ask *ask, const em_provisions *p, em_str chosen)
{
        em_html h = ask->h;
        em_html_lit(h, "<label>Kind <select name=\"kind\"><option value=\"\">every kind");
        for (size_t i = 0; i < p->count; i++) {
                bool met = !p->at[i].kind.n;
                for (size_t k = 0; k < i && !met; k++)
                        met = em_str_eq(p->at[k].kind, p->at[i].kind);
                if (met)
                        continue;
                em_html_lit(h, "<option");
                em_html_attr(h, "value", p->at[i].kind);
                if (em_str_eq(p->at[i].kind, chosen))
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_text(h, p->at[i].kind);
        }
        em_html_lit(h, "</select></label>\n");
}

static void put_filter(em_ask *ask, const em_provisions *p, const sieve *s)
{
        static const char *const states[] = {"", "in force or not", "in", "in force", "not-yet", "not yet", "ended", "ended", NULL};
        static const char *const tested[] = {"", "tested or not", "1", "tested by a finding", NULL};
        char on[11];
        em_html_lit(ask->h, "<form class=\"sieve\" method=\"get\" action=\"/measures\">\n");
        em_put_field(ask, "q", "Words in the rule", "search", s->q);
        put_kinds(ask, p, s->kind);
        em_put_choice(ask, "state", "State", states, s->state);
        em_put_field(ask, "on", "On the day", "day", em_str_c(em_day_text(p->on, on)));
        em_put_choice(ask, "tested", "Findings", tested, s->tested ? EM_S("1") : EM_S(""));
        em_page_known(ask);
        em_html_lit(ask->h, "<button>Show</button>");
        if (ask->query.count > (ask->h.known.n ? 1u : 0u)) {
                em_html_lit(ask->h, " <a");
                em_page_href(ask, "/measures", (em_str){0});
                em_html_lit(ask->h, ">all measures</a>");
        }
        em_html_lit(ask->h, "</form>\n");
}

static void put_findings(em_ask *ask, const em_provisions *p, const em_provision *m)
{
        const em_answer *a;
        em_html h = ask->h;
        for (size_t i = 0; (a = em_view_cited(p->now->view, i)) != NULL; i++) {
                if (!em_bears_on(a, m->key))
                        continue;
                em_html_lit(h, "<a class=\"bear\"");
                em_page_href(ask, "/findings/", em_question_key(a->question));
                em_html_attr(h, "title", em_question_asks(a->question));
                em_html_lit(h, ">");
                em_html_text(h, em_question_key(a->question));
                em_html_lit(h, "</a> ");
                em_put_verdict(ask, a->verdict);
                em_html_lit(h, "<br>");
        }
}

/* "2710;2712" with room to break, so that the words of the rule keep their width. */
static void put_goods(em_html h, em_str goods)
{
        if (!goods.n)
                return;
        em_html_lit(h, "<code>");
        for (em_cut cut = em_str_cut(goods, ';'); cut.head.n; cut = em_str_cut(cut.tail, ';')) {
                em_html_text(h, cut.head);
                if (cut.found)
                        em_html_lit(h, ", ");
        }
        em_html_lit(h, "</code>");
}

static void put_row(em_ask *ask, const em_provisions *p, const em_provision *m)
{
        em_html h = ask->h;
        em_html_lit(h, "<tr><th scope=\"row\">");
        em_page_link(ask, "/measures/", m->key, em_provision_cite(ask, m));
        em_html_lit(h, " <abbr class=\"ver\" title=\"how the citation was verified\">[");
        em_html_text(h, m->verification);
        em_html_lit(h, "]</abbr><td data-h=\"State\">");
        em_put_force(ask, m);
        em_html_lit(h, "<td data-h=\"What\">");
        em_html_text(h, m->rule);
        if (m->exemption.n) {
                em_html_lit(h, " <small>Exempt: ");
                em_html_text(h, m->exemption);
                em_html_lit(h, "</small>");
        }
        em_html_lit(h, "<td data-h=\"Kind\">");
        em_html_text(h, m->kind);
        em_html_lit(h, "<br><small>");
        em_html_text(h, m->topic);
        em_html_lit(h, "</small><td data-h=\"Goods\">");
        put_goods(h, m->goods);
        em_html_lit(h, "<td data-h=\"Findings\">");
        put_findings(ask, p, m);
        em_html_lit(h, "\n");
}

static em_status put_caps(em_ask *ask, const em_provisions *p, em_error *err)
{
        em_html h = ask->h;
        size_t  count;
        em_put_h2(ask, "caps", "Caps, and how near the evidence comes");
        em_html_lit(h, "<div class=\"caps-shown\">\n");
        EM_TRY(em_put_gauges(ask, p->now, (em_str){0}, false, &count, err));
        em_html_lit(h, "</div>\n");
        if (!count)
                em_html_lit(h, "<p class=\"empty\">No finding of this case tests a cap.</p>\n");
        em_html_lit(h, "<details class=\"rest\"><summary>The numbers of every cap</summary>\n");
        EM_TRY(em_put_part(ask, "caps", (em_str){0}, err));
        em_html_lit(h, "</details>\n");
        return EM_OK;
}

static em_status put_page(em_ask *ask, const em_provisions *p, const sieve *s, const bool *shown, em_error *err)
{
        em_html h = ask->h;
        char    on[20];
        size_t  rows = 0;
        em_page_open(ask, &(em_page){.title = EM_S("Measures"), .nav = "measures", .wide = true,
                                     .lede = EM_S("What is banned, capped or demanded, and what the evidence says of it. The wording is ours; the resolutions are the law.")});
        if (!p->count) {
                em_html_lit(h, "<p class=\"empty\">This regime has no table of measures (measures.csv with its map).</p>\n");
                return em_page_close(ask, err);
        }
        if (!s->kind.n && !s->q.n && !s->state.n && !s->topic.n)
                EM_TRY(put_caps(ask, p, err));
        em_put_h2(ask, "list", "All measures");
        put_filter(ask, p, s);
        for (size_t i = 0; i < p->count; i++)
                rows += shown[i];
        em_html_lit(h, "<p class=\"key\">");
        em_html_int(h, (int64_t)rows);
        em_html_lit(h, " of ");
        em_html_int(h, (int64_t)p->count);
        em_html_lit(h, " measures; their state is that of ");
        em_html_c(h, em_day_long(p->on, on));
        em_html_lit(h, ". Verified: <b>A</b> seen quoted in a source with its number; <b>B</b> its content was seen, the number is from knowledge of the "
                       "text; <b>C</b> from knowledge alone, to be checked against the document.</p>\n"
                       "<div class=\"table wide\" tabindex=\"0\" role=\"region\" aria-label=\"Measures\"><table class=\"provisions\"><thead><tr><th scope=\"col\">Resolution, paragraph"
                       "<th scope=\"col\">State<th scope=\"col\">What<th scope=\"col\">Kind<th scope=\"col\">Goods (HS)<th scope=\"col\">Findings<tbody>\n");
        for (size_t i = 0; i < p->count; i++)
                if (shown[i])
                        put_row(ask, p, &p->at[i]);
        em_html_lit(h, "</table></div>\n");
        if (!rows)
                em_html_lit(h, "<p class=\"empty\">No measure is like that.</p>\n");
        return em_page_close(ask, err);
}

static em_status check_state(em_str state, em_error *err)
{
        char shown[40];
        for (size_t i = 0; i < EM_COUNT(state_names); i++)
                if (!state.n || em_str_eq(state, em_str_c(state_names[i])))
                        return EM_OK;
        return em_fail(err, EM_USAGE, "state=%s: a state is in, not-yet or ended", em_str_show(state, shown, sizeof shown));
}

static em_status answer_measures(em_ask *ask, em_error *err)
{
        em_provisions p;
        sieve s = {.kind = em_form_get(ask->query, "kind"), .topic = em_str_trim(em_form_get(ask->query, "topic")),
                   .state = em_form_get(ask->query, "state"), .q = em_str_trim(em_form_get(ask->query, "q")),
                   .tested = em_form_flag(ask->query, "tested")};
        EM_TRY(check_state(s.state, err));
        EM_TRY(em_provisions_load(ask, &p, err));
        bool *shown = EM_NEW_N(ask->arena, bool, p.count + 1);
        if (!shown)
                return em_fail(err, EM_NOMEM, "no memory for the measures");
        for (size_t i = 0; i < p.count; i++)
                shown[i] = passes(&s, &p, &p.at[i]);
        return ask->shape == EM_SHAPE_PAGE ? put_page(ask, &p, &s, shown, err) : em_measures_data(ask, &p, shown, err);
}

static const em_route_param list_params[] = {
        {"on", "string", "the day whose state is shown; as known on, else the latest of the evidence"}, {"kind", "string", "ban, cap, freeze ..."},
        {"topic", "string", "words of the topic"}, {"state", "string", "in, not-yet or ended"}, {"tested", "boolean", "only those that a finding bears on"},
        {"q", "string", "words of the rule"}, {"known", "string", "as known on this day"}, {0}};
static const em_route_param one_params[] = {{"on", "string", "the day whose state is shown"}, {"known", "string", "as known on this day"}, {0}};

const em_route em_routes_measures[] = {
        {"GET", "/measures", EM_FAMILY_PAGE, answer_measures, "the regime's measures, their state, and caps as gauges", NULL, list_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT | EM_ROUTE_AHEAD},
        {"GET", "/measures/{id}", EM_FAMILY_PAGE, em_answer_measure, "one measure: its words, goods, caps, findings and record", NULL, one_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {0},
};
