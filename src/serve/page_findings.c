/* All findings of the case: verdict, question, what decides.  The same answers as `embargo find` prints, out of the picture;
 * .json holds each with the very bytes that find keeps and hashes.
 */
#include "serve/findings.h"

const em_answer *em_finding_at(const em_picture *now, bool all, size_t i)
{
        const em_answer *a = em_view_cited(now->view, i);
        if (a || !all)
                return a;
        size_t cited = 0;
        while (em_view_cited(now->view, cited))
                cited++;
        const em_findings *f = em_view_findings(now->view);
        for (size_t k = 0, past = i - cited; k < f->count; k++) {
                bool met = false;
                for (size_t c = 0; c < cited && !met; c++)
                        met = em_view_cited(now->view, c) == f->answer[k];
                if (!met && past-- == 0)
                        return f->answer[k];
        }
        return NULL;
}

bool em_words_hold(em_str text, em_str word)
{
        for (size_t i = 0; i + word.n <= text.n; i++)
                if (em_str_eq_nocase(em_str_sub(text, i, word.n), word))
                        return true;
        return false;
}

void em_put_tally(em_ask *ask, const size_t count[4], bool any, em_verdict chosen)
{
        em_html h = ask->h;
        em_html_lit(h, "<ul class=\"verdicts\">");
        for (int v = 0; v <= EM_VERDICT_UNTESTABLE; v++) {
                em_html_lit(h, "<li><a href=\"");
                em_html_text(h, ask->path);
                em_html_lit(h, "?verdict=");
                em_html_c(h, em_verdict_name((em_verdict)v));
                em_page_and_known(ask);
                em_html_lit(h, "\"");
                if (any && chosen == (em_verdict)v)
                        em_html_lit(h, " aria-current=\"true\"");
                em_html_lit(h, "><b>");
                em_html_int(h, (int64_t)count[v]);
                em_html_lit(h, "</b> ");
                em_put_verdict(ask, (em_verdict)v);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</ul>\n");
}

/* ---- which ---------------------------------------------------------------------------------- */

typedef struct sieve {
        em_picture *now;
        em_str      measure, q;
        em_verdict  verdict;
        bool        by_verdict, all;
} sieve;

static bool under(const em_answer *a, em_str measure)
{
        for (size_t i = 0; i < a->measures; i++)
                if (em_str_eq(a->measure[i], measure))
                        return true;
        return false;
}

static bool passes(const sieve *s, const em_answer *a)
{
        if ((s->by_verdict && a->verdict != s->verdict) || (s->measure.n && !under(a, s->measure)))
                return false;
        return !s->q.n || em_words_hold(em_question_asks(a->question), s->q) || em_words_hold(em_question_key(a->question), s->q)
               || em_words_hold(a->why, s->q);
}

static em_status read_sieve(em_ask *ask, sieve *s, em_error *err)
{
        EM_TRY(em_desk_take(ask, &s->now, err));
        s->measure = em_str_trim(em_form_get(ask->query, "measure"));
        s->q = em_str_trim(em_form_get(ask->query, "q"));
        s->all = em_form_flag(ask->query, "all");
        return em_verdict_asked(ask, &s->verdict, &s->by_verdict, err);
}

/* ---- as data ------------------------------------------------------------------------------------ */

static em_status write_json(em_ask *ask, const sieve *s, em_error *err)
{
        em_json *j = &ask->j;
        const em_answer *a;
        ask->reply->type = "application/json";
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.findings/1"));
        em_json_key(j, EM_S("as_known_on"));
        if (ask->h.known.n)
                em_json_str(j, ask->h.known);
        else
                em_json_null(j);
        em_json_kstr(j, "manifest", em_str_c(em_view_manifest(s->now->view)));
        em_json_key(j, EM_S("findings"));
        em_json_open(j, '[');
        for (size_t i = 0; (a = em_finding_at(s->now, s->all, i)) != NULL; i++)
                if (passes(s, a))
                        em_json_raw(j, a->body);
        em_json_close(j, ']');
        em_json_close(j, '}');
        return em_buf_status(&ask->reply->body, err);
}

static em_status write_csv(em_ask *ask, const sieve *s, em_error *err)
{
        static const em_grid_column columns[] = {       /* as `embargo find --csv` */
                {"question", "", EM_AS_TEXT, NULL, NULL}, {"verdict", "", EM_AS_TEXT, NULL, NULL}, {"standard", "", EM_AS_TEXT, NULL, NULL},
                {"why", "", EM_AS_TEXT, NULL, NULL},      {"asks", "", EM_AS_TEXT, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        const em_answer *a;
        for (size_t i = 0; (a = em_finding_at(s->now, s->all, i)) != NULL; i++) {
                em_str cell[] = {em_question_key(a->question), em_str_c(em_verdict_name(a->verdict)), em_str_c(em_proof_words(a->proof)),
                                 a->why, em_question_asks(a->question)};
                if (passes(s, a))
                        EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.findings/1", &grid, err);
}

/* ---- on a page -------------------------------------------------------------------------------------- */

/* A line for each reading that decides, when there are several; else the one sentence. */
static void put_why(em_ask *ask, const em_answer *a)
{
        em_html h = ask->h;
        size_t  deciding = 0;
        for (size_t i = 0; i < a->readings; i++)
                deciding += a->reading[i].decides;
        if (deciding <= 1) {
                em_html_text(h, a->why);
                return;
        }
        em_html_lit(h, "<ul class=\"bys\">");
        for (size_t i = 0; i < a->readings; i++) {
                const em_reading *r = &a->reading[i];
                if (!r->decides)
                        continue;
                em_html_lit(h, "<li><b>");
                em_html_c(h, em_verdict_words(r->verdict));
                em_html_lit(h, "</b> <i>");
                em_html_text(h, r->name);
                em_html_lit(h, "</i>: ");
                em_html_text(h, r->says);
        }
        em_html_lit(h, "</ul>");
}

static void put_row(em_ask *ask, const em_answer *a)
{
        em_html h = ask->h;
        em_html_lit(h, "<tr><td data-h=\"Verdict\">");
        em_put_verdict(ask, a->verdict);
        em_html_lit(h, "<br><small>");
        em_html_c(h, em_proof_words(a->proof));
        em_html_lit(h, "</small><th scope=\"row\">");
        em_put_finding_link(ask, a);
        em_html_lit(h, "<td data-h=\"Why\">");
        put_why(ask, a);
        em_html_lit(h, "<td data-h=\"Under\">");
        for (size_t i = 0; i < a->measures; i++) {
                em_html_lit(h, "<a class=\"a\"");
                em_page_href(ask, "/measures/", a->measure[i]);
                em_html_lit(h, ">");
                em_html_text(h, a->measure[i]);
                em_html_lit(h, "</a> ");
        }
        em_html_lit(h, "<td class=\"num\" data-h=\"Records\">");
        em_html_thin(h, em_count_words(ask, a->rows));
        em_html_lit(h, "\n");
}

static void put_filter(em_ask *ask, const sieve *s)
{
        em_html_lit(ask->h, "<form class=\"sieve\" method=\"get\" action=\"/findings\">\n");
        em_put_field(ask, "q", "Words in the question or the answer", "search", s->q);
        em_put_verdict_choice(ask, s->by_verdict, s->verdict);
        em_put_field(ask, "measure", "Measure", "text", s->measure);
        if (s->all)
                em_html_lit(ask->h, "<input type=\"hidden\" name=\"all\" value=\"1\">");
        em_page_known(ask);
        em_html_lit(ask->h, "<button>Show</button>");
        if (s->by_verdict || s->measure.n || s->q.n) {
                em_html_lit(ask->h, " <a");
                em_page_href(ask, "/findings", (em_str){0});
                em_html_lit(ask->h, ">all findings</a>");
        }
        em_html_lit(ask->h, "</form>\n");
}

static void put_others(em_ask *ask, const sieve *s, size_t called)
{
        size_t others = em_view_findings(s->now->view)->count - called;
        if (s->all || !others)
                return;
        em_html_lit(ask->h, "<p class=\"key\">");
        em_html_int(ask->h, (int64_t)others);
        em_html_lit(ask->h, " more questions of the regime are asked only of a case with other kinds of records, such as a trace or "
                            "ships: <a");
        em_page_href(ask, "/findings?all=1", (em_str){0});
        em_html_lit(ask->h, ">show them too</a>.</p>\n");
}

static em_status put_page(em_ask *ask, const sieve *s, em_error *err)
{
        em_html h = ask->h;
        const em_answer *a;
        size_t count[4] = {0}, all = 0, shown = 0;
        for (; (a = em_finding_at(s->now, s->all, all)) != NULL; all++)
                count[a->verdict]++;
        em_page_open(ask, &(em_page){.title = EM_S("Findings"), .nav = "findings", .wide = true, .command = EM_S("find"),
                                     .lede = EM_S("Each is a question with a test. Open one to doubt it: its readings, its records, what speaks against it.")});
        em_put_tally(ask, count, s->by_verdict, s->verdict);
        put_filter(ask, s);
        em_html_lit(h, "<div class=\"table wide\" tabindex=\"0\" role=\"region\" aria-label=\"Findings\"><table class=\"findings\"><thead><tr><th scope=\"col\">Verdict"
                       "<th scope=\"col\">Question<th scope=\"col\">What decides<th scope=\"col\">Under<th scope=\"col\" class=\"num\">Records<tbody>\n");
        for (size_t i = 0; i < all; i++)
                if (passes(s, a = em_finding_at(s->now, s->all, i))) {
                        put_row(ask, a);
                        shown++;
                }
        em_html_lit(h, "</table></div>\n");
        if (!shown)
                em_html_lit(h, "<p class=\"empty\">No finding is like that. Fewer words, or every verdict, may show some.</p>\n");
        put_others(ask, s, s->all ? 0 : all);
        return em_page_close(ask, err);
}

static em_status answer_findings(em_ask *ask, em_error *err)
{
        sieve s = {0};
        EM_TRY(read_sieve(ask, &s, err));
        if (ask->shape == EM_SHAPE_JSON)
                return write_json(ask, &s, err);
        return ask->shape == EM_SHAPE_CSV ? write_csv(ask, &s, err) : put_page(ask, &s, err);
}

static const em_route_param list_params[] = {
        {"verdict", "string", "holds, reading, fails or untestable"}, {"measure", "string", "that bear on this measure"},
        {"q", "string", "words in the question or the answer"}, {"all", "boolean", "also questions that this case does not call for"},
        {"known", "string", "as known on this day"}, {0}};
static const em_route_param one_params[] = {
        {"from", "integer", "how many record cards are passed over"}, {"known", "string", "as known on this day"}, {0}};
static const em_route_param claims_params[] = {
        {"verdict", "string", "holds, reading, fails or untestable"}, {"q", "string", "words in the claim"}, {"known", "string", "as known on this day"}, {0}};

const em_route em_routes_findings[] = {
        {"GET", "/findings", EM_FAMILY_PAGE, answer_findings, "all findings with their verdicts", NULL, list_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/findings/{id}", EM_FAMILY_PAGE, em_answer_finding, "one finding: readings, records, what speaks against it, versions", NULL, one_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/claims", EM_FAMILY_PAGE, em_answer_claims, "published claims, tested", NULL, claims_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/claims/{id}", EM_FAMILY_PAGE, em_answer_claim, "one claim and the findings that judge it", NULL, NULL,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {0},
};
