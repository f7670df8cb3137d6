/* Published claims beside the evidence.  A claim is judged by the weakest of its questions; the page says which, and leads
 * there.  The table is the report's.
 */
#include "serve/findings.h"

typedef struct sieve { em_verdict verdict; bool by_verdict; em_str q; } sieve;

static bool passes(const sieve *s, const em_claim *c)
{
        return (!s->by_verdict || c->verdict == s->verdict)
               && (!s->q.n || em_words_hold(c->text, s->q) || em_words_hold(c->why, s->q) || em_words_hold(c->id, s->q));
}

static em_str joined(em_ask *ask, const em_claim *c)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < c->questions; i++)
                all = em_grid_text(ask->arena, "%.*s%s%.*s", EM_ARG(all), i ? " " : "", EM_ARG(c->question[i]));
        return all;
}

/* The columns of `embargo claims --csv`. */
static em_status write_data(em_ask *ask, const em_claim *claim, size_t count, const sieve *s, em_error *err)
{
        static const em_grid_column columns[] = {
                {"claim", "", EM_AS_TEXT, NULL, NULL}, {"text", "", EM_AS_TEXT, NULL, NULL}, {"asserted_by", "", EM_AS_TEXT, NULL, NULL},
                {"verdict", "", EM_AS_TEXT, NULL, NULL}, {"why", "", EM_AS_TEXT, NULL, NULL}, {"questions", "", EM_AS_TEXT, NULL, NULL},
                {"note", "", EM_AS_TEXT, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < count; i++) {
                em_str cell[] = {claim[i].id, claim[i].text, claim[i].asserted_by, em_str_c(em_verdict_name(claim[i].verdict)), claim[i].why,
                                 joined(ask, &claim[i]), claim[i].note};
                if (passes(s, &claim[i]))
                        EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.claims/1", &grid, err);
}

static void put_filter(em_ask *ask, const sieve *s)
{
        em_html_lit(ask->h, "<form class=\"sieve\" method=\"get\" action=\"/claims\">\n");
        em_put_field(ask, "q", "Words in the claim or its reason", "search", s->q);
        em_put_verdict_choice(ask, s->by_verdict, s->verdict);
        em_page_known(ask);
        em_html_lit(ask->h, "<button>Show</button>");
        if (s->by_verdict || s->q.n) {
                em_html_lit(ask->h, " <a");
                em_page_href(ask, "/claims", (em_str){0});
                em_html_lit(ask->h, ">all claims</a>");
        }
        em_html_lit(ask->h, "</form>\n");
}

static em_status put_claims(em_ask *ask, const em_claim *claim, size_t count, const sieve *s, em_error *err)
{
        em_buf ids = em_buf_make(1 << 20);
        em_str text;
        bool   any = false;
        for (size_t i = 0; i < count; i++)
                if (passes(s, &claim[i])) {
                        em_buf_c(&ids, any ? " " : "");
                        em_buf_str(&ids, claim[i].id);
                        any = true;
                }
        em_status status = em_buf_status(&ids, err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&ids), ask->arena, &text, err);
        em_buf_free(&ids);
        if (status != EM_OK)
                return status;
        put_filter(ask, s);
        if (any)
                return em_put_part(ask, "claims", text, err);
        em_html_lit(ask->h, "<p class=\"empty\">No claim is like that.</p>\n");
        return EM_OK;
}

em_status em_answer_claims(em_ask *ask, em_error *err)
{
        em_picture *now;
        sieve  s = {.q = em_str_trim(em_form_get(ask->query, "q"))};
        size_t count;
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_verdict_asked(ask, &s.verdict, &s.by_verdict, err));
        const em_claim *claim = em_view_claims(now->view, &count);
        if (ask->shape != EM_SHAPE_PAGE)
                return write_data(ask, claim, count, &s, err);
        em_page_open(ask, &(em_page){.title = EM_S("Claims"), .nav = "claims", .wide = true, .command = EM_S("claims"),
                                     .lede = EM_S("What was published, beside what the evidence gives. A claim is judged by the weakest of its questions.")});
        if (!count)
                em_html_lit(ask->h, "<p class=\"empty\">The regime has no claims.csv, a table of published claims and the questions that judge them.</p>\n"
                                    "<p>One\xe2\x80\x99s own table is tested with <code>embargo claims FILE</code>: columns claim, text, asserted_by, questions, note.</p>\n");
        else
                EM_TRY(put_claims(ask, claim, count, &s, err));
        return em_page_close(ask, err);
}

static em_status put_one(em_ask *ask, const em_claim *c, em_error *err)
{
        em_html h = ask->h;
        em_page_open(ask, &(em_page){.title = em_grid_text(ask->arena, "Claim %.*s", EM_ARG(c->id)), .nav = "claims", .wide = true, .command = EM_S("claims")});
        em_html_lit(h, "<div class=\"one\">\n<blockquote class=\"claim\">");
        em_html_text(h, c->text);
        em_html_lit(h, "</blockquote>\n<p>");
        em_put_verdict(ask, c->verdict);
        if (c->asserted_by.n) {
                em_html_lit(h, " Asserted by: ");
                em_html_text(h, c->asserted_by);
                em_html_lit(h, ".");
        }
        em_html_lit(h, "</p>\n<p>");
        em_html_text(h, c->why);
        em_html_lit(h, "</p>\n");
        if (c->note.n) {
                em_html_lit(h, "<p class=\"key\">Note: ");
                em_html_text(h, c->note);
                em_html_lit(h, "</p>\n");
        }
        em_put_h2(ask, "judged", c->questions > 1 ? "The findings that judge it; the weakest decides" : "The finding that judges it");
        for (size_t i = 0; i < c->questions; i++) {
                em_cut cut = em_str_cut(c->question[i], '@');
                if (cut.found) {
                        em_html_lit(h, "<p class=\"key\">By the reading \xe2\x80\x9c");
                        em_html_text(h, cut.tail);
                        em_html_lit(h, "\xe2\x80\x9d alone:</p>\n");
                }
                bool met = !c->answer[i];       /* two readings of one question are one card */
                for (size_t k = 0; k < i && !met; k++)
                        met = c->answer[k] == c->answer[i];
                if (!met)
                        EM_TRY(em_put_part(ask, "finding", em_question_key(c->answer[i]->question), err));
        }
        if (!c->questions)
                em_html_lit(h, "<p class=\"empty\">No question of the regime tests it.</p>\n");
        em_html_lit(h, "</div>\n");
        return em_page_close(ask, err);
}

em_status em_answer_claim(em_ask *ask, em_error *err)
{
        em_picture *now;
        size_t count;
        char   shown[60];
        sieve  all = {0};
        EM_TRY(em_desk_take(ask, &now, err));
        const em_claim *claim = em_view_claims(now->view, &count);
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(claim[i].id, ask->part))
                        return ask->shape != EM_SHAPE_PAGE ? write_data(ask, &claim[i], 1, &all, err) : put_one(ask, &claim[i], err);
        return em_fail(err, EM_MISSING, "there is no claim \"%s\"; /claims lists them", em_str_show(ask->part, shown, sizeof shown));
}
