/* A first visit: what this case is, what it found, three things to do, and how far each thing can be trusted.  One screen,
 * for somebody who was sent the address and nothing else.
 */
#include "serve/timeline.h"

static em_status one_row(em_ask *ask, const em_timeline *t, const char *sql, em_rows *ret_rows, em_error *err)
{
        em_query_opts opts = em_query_defaults;
        opts.as_known = t->now->known;
        return em_case_query(t->now->c, em_str_c(sql), NULL, 0, &opts, ask->arena, ret_rows, err);
}

static void put_known(em_ask *ask, const em_timeline *t)
{
        em_html h = ask->h;
        char    text[20];
        if (t->now->known != EM_DAY_NONE) {
                em_html_lit(h, " as it was known on ");
                em_html_c(h, em_day_long(t->now->known, text));
        } else if (t->now->spine->last_known != EM_DAY_NONE) {
                em_html_lit(h, ", the latest known on ");
                em_html_c(h, em_day_long(t->now->spine->last_known, text));
        }
}

/* "580 records of 14 sources, tested by 51 questions on 125 measures of the regime dprk." */
static em_status put_what(em_ask *ask, const em_timeline *t, size_t questions, em_error *err)
{
        em_rows r;
        em_html h = ask->h;
        EM_TRY(one_row(ask, t, "select count(distinct source) as sources, count(distinct case when terms like '%constructed%' then source end) as made "
                               "from source where role = 'evidence'", &r, err));
        em_html_lit(h, "<p>This case holds <a");
        em_page_href(ask, "/evidence", (em_str){0});
        em_html_lit(h, "><b>");
        em_html_text(h, em_count_words(ask, t->now->spine->evidence));
        em_html_lit(h, "</b> records</a> of <b>");
        em_html_text(h, em_cell(ask, &r, 0, "sources"));
        em_html_lit(h, "</b> sources");
        put_known(ask, t);
        em_html_lit(h, ". <a");
        em_page_href(ask, "/findings", (em_str){0});
        em_html_lit(h, "><b>");
        em_html_int(h, (int64_t)questions);
        em_html_lit(h, "</b> questions</a> test them against <a");
        em_page_href(ask, "/measures", (em_str){0});
        em_html_lit(h, ">the measures</a> of the regime ");
        em_html_text(h, em_path_base(em_case_regime_dir(t->now->c)));
        em_html_lit(h, ".</p>\n");
        em_str made = em_cell(ask, &r, 0, "made");
        if (!em_str_eq(made, EM_S("0"))) {
                em_html_lit(h, "<p class=\"draft\"><b>Constructed.</b> ");
                em_html_text(h, made);
                em_html_lit(h, " of its sources were made to show how this works; nothing in them happened.</p>\n");
        }
        return EM_OK;
}

static void put_tally(em_ask *ask, const size_t count[4])
{
        em_html h = ask->h;
        em_html_lit(h, "<ul class=\"verdicts\">");
        for (int v = 0; v <= EM_VERDICT_UNTESTABLE; v++) {
                em_html_lit(h, "<li><a");
                em_html_lit(h, " href=\"/findings?verdict=");
                em_html_c(h, em_verdict_name((em_verdict)v));
                em_page_and_known(ask);
                em_html_lit(h, "\"><b>");
                em_html_int(h, (int64_t)count[v]);
                em_html_lit(h, "</b> ");
                em_put_verdict(ask, (em_verdict)v);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</ul>\n");
}

static size_t counted(const em_answer *a, const em_answer_row **ret_last)
{
        size_t n = 0;
        for (size_t i = 0; i < a->rows; i++)
                if (!a->row[i].role.n || em_str_eq(a->row[i].role, EM_S("counted"))) {
                        *ret_last = &a->row[i];
                        n++;
                }
        return n;
}

/* One that holds by one reading and not by another teaches most; else one that could be tested at all. */
static const em_answer *to_doubt(const em_timeline *t)
{
        const em_answer *a, *best = NULL;
        const em_answer_row *row;
        for (size_t i = 0; (a = em_view_cited(t->now->view, i)) != NULL; i++) {
                if (a->verdict == EM_VERDICT_READING && a->rows)
                        return a;
                if (!best && a->verdict != EM_VERDICT_UNTESTABLE && counted(a, &row) > 1)
                        best = a;
        }
        return best;
}

static void put_things(em_ask *ask, const em_timeline *t)
{
        em_html h = ask->h;
        const em_answer *doubt = to_doubt(t);
        em_html_lit(h, "<ol class=\"things\"><li><a");
        em_page_href(ask, "/report", (em_str){0});
        em_html_lit(h, "><b>Read the report.</b></a> Every number in it is a link to what it rests on; a sentence that no longer holds does "
                       "not print.");
        if (doubt) {
                em_html_lit(h, "<li><a");
                em_page_href(ask, "/findings/", em_question_key(doubt->question));
                em_html_lit(h, "><b>Doubt a finding.</b></a> \xe2\x80\x9c");
                em_html_text(h, em_question_asks(doubt->question));
                em_html_lit(h, "\xe2\x80\x9d ");
                em_put_verdict(ask, doubt->verdict);
        }
        const em_answer_row *row = NULL;
        size_t rows = doubt ? counted(doubt, &row) : 0;
        if (row) {
                em_html_lit(h, "<li><a");
                em_page_href(ask, "/records/", em_str_c(row->id));
                em_html_lit(h, "><b>Walk a number to its bytes.</b></a> One of the ");
                em_html_text(h, em_count_words(ask, rows));
                em_html_lit(h, " records behind it: its row, its source, its hash.");
        }
        em_html_lit(h, "</ol>\n");
}

static void put_trust(em_ask *ask)
{
        em_html h = ask->h;
        em_html_lit(h, "<details class=\"trust\"><summary>What can be trusted, and how</summary>\n<dl>"
                       "<dt>A verdict<dd>is a test that anyone can read and run again. It says what this evidence gives, by each "
                       "stated reading; it never says who is guilty.\n"
                       "<dt>A grade such as B2<dd>is the investigator\xe2\x80\x99s: A to F for the source, 1 to 6 for the item (Admiralty "
                       "system). F and 6 mean that it cannot be judged.\n"
                       "<dt>A match or a trace<dd>is computed and names its reasons. It may be wrong, and says so.\n"
                       "<dt>The bytes<dd>are kept as obtained, named by their SHA-256. <code>embargo verify</code> hashes them all again and "
                       "runs every question anew.\n"
                       "<dt>Silence<dd>is only worth its coverage: no record may mean that nobody looked. Each finding says which days its sources "
                       "cover.</dl></details>\n");
}

em_status em_timeline_intro(em_ask *ask, const em_timeline *t, em_error *err)
{
        size_t count[4] = {0}, questions = 0;
        const em_answer *a;
        for (; (a = em_view_cited(t->now->view, questions)) != NULL; questions++)
                count[a->verdict]++;
        em_html_lit(ask->h, "<section class=\"intro\" aria-label=\"What this case is\">\n");
        EM_TRY(put_what(ask, t, questions, err));
        put_tally(ask, count);
        put_things(ask, t);
        put_trust(ask);
        em_html_lit(ask->h, "</section>\n");
        return em_buf_status(ask->h.out, err);
}
