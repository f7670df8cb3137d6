/* A question of somebody's own: one SELECT over the case's views, as known on the day.
 *
 * What it may do is decided in the case (case/query.c): nothing but look.  Here stand its limits, what is said when it is wrong,
 * and what there is to ask of.  The question is the address, so that an answer can be shown to others; nothing of it is
 * kept here, neither the text nor the reply.
 */
#include "serve/rows.h"

#include <stdio.h>
#include <time.h>

enum { PAGE_ROWS = 1000, DATA_ROWS = 100000, CELL_SHOWN = 2000, PAGE_BYTES = 8 << 20, DATA_BYTES = 32 << 20, MEMORY = 256 << 20,
       PAGE_S = 5, DATA_S = 20, DENSE = 500 };
static const int64_t STEPS = 100000000;

/* ---- the question ------------------------------------------------------------------------------------- */

typedef struct deadline { struct timespec until; } deadline;

static bool in_time(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        const deadline *d = ctx;
        struct timespec now;
        (void)what, (void)done, (void)of;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec < d->until.tv_sec || (now.tv_sec == d->until.tv_sec && now.tv_nsec < d->until.tv_nsec);
}

static em_status read_day(em_ask *ask, em_day *ret_day, em_error *err)
{
        char shown[40];
        *ret_day = EM_DAY_NONE;
        if (ask->h.known.n && !em_day_parse(ask->h.known, ret_day))
                return em_fail(err, EM_USAGE, "known=%s is not a day such as 2022-03-01", em_str_show(ask->h.known, shown, sizeof shown));
        return EM_OK;
}

/* On a case of its own, so that a slow question keeps nobody waiting. */
static em_status ask_case(em_ask *ask, em_str q, em_rows *ret_rows, em_error *err)
{
        em_case      *c = NULL;
        bool          page = ask->shape == EM_SHAPE_PAGE;
        deadline      d;
        em_progress   watch = {in_time, &d};
        em_query_opts opts = {.max_rows = page ? PAGE_ROWS : DATA_ROWS, .max_steps = STEPS * (page ? 1 : 4), .max_memory = MEMORY,
                              .max_bytes = page ? PAGE_BYTES : DATA_BYTES, .watch = &watch};
        em_param      until = {EM_S("until"), {.type = EM_VALUE_TEXT, .s = ask->h.known.n ? ask->h.known : EM_S("9999-12-31")}};
        EM_TRY(read_day(ask, &opts.as_known, err));
        EM_TRY(em_desk_case(ask, &c, err));
        clock_gettime(CLOCK_MONOTONIC, &d.until);
        d.until.tv_sec += page ? PAGE_S : DATA_S;
        return em_case_query(c, q, &until, 1, &opts, ask->arena, ret_rows, err);
}

/* ---- what may be asked ----------------------------------------------------------------------------------- */

static const struct { const char *view, *words; } views[] = {
        {"source", "each file in custody: who published it, when, its hash and grade"},
        {"record", "every record of every kind; fields holds the rest as JSON"},
        {"link", "which records are the same, part of, restate, contradict or reply to each other"},
        {"quarantine", "rows that could not be taken, and why"},
        {"ledger", "everything that was done to the case, by whom"},
        {"coverage", "what the case could have known of a kind: without it, absence means nothing"},
        {"cluster", "records that speak of one thing: count(distinct possible) to count(distinct certain) things"},
};

static const struct { const char *words, *sql, *chart; } examples[] = {
        {"How many records of each kind, and from when to when", "select kind, count(*) as records, min(day_from) as first, max(day_to) as last\n"
                                                                 "from record group by kind order by records desc", NULL},
        {"Launch days and missiles of each month", "select substr(day, 1, 7) as month, count(distinct day) as days\n"
                                                   "from launch where day is not null group by month order by month", "bars"},
        {"Missiles of each class, year by year", "select substr(day_from, 1, 4) as year, class, count(*) as missiles\nfrom launch "
                                                 "where day_from >= '2012-01-01' and class in ('SRBM', 'MRBM', 'IRBM', 'ICBM', 'SLBM')\ngroup by year, class order by year", "line"},
        {"Petroleum reported for 2021, the latest report of each month", "select substr(day_from, 1, 7) as month, high as barrels, id\n"
                "from petroleum_report as p\nwhere who = 'CHN' and class = 'month' and unit = 'bbl' and day_from >= '2021-01-01' and day_to <= '2021-12-31'\n"
                "  and not exists (select 1 from link where relation = 'contradicts' and to_record = p.record)\norder by month", "bars"},
        {"At least and at most how many thefts", "select count(distinct possible) as at_least, count(distinct certain) as at_most\n"
                                                 "from theft join cluster using (record)", NULL},
        {"What became known late: days between the event and its being known", "select id, kind, what, day_to, known, julianday(known) - julianday(day_to) as days\n"
                "from record where day_to is not null and known is not null\norder by days desc limit 50", NULL},
        {"Who says otherwise: records that contradict or restate another", "select l.relation, f.who as who, f.what as says, l.from_id, t.what as against, l.to_id, l.reason\n"
                "from link as l join record as f on f.record = l.from_record join record as t on t.record = l.to_record\n"
                "where l.relation in ('contradicts', 'restates') order by l.known", NULL},
        {"What was kept aside, by reason", "select name, reason, count(*) as rows, min(line) as first_line\nfrom quarantine group by name, reason order by rows desc", NULL},
        {"Sources without a reliability grade, or of the lowest", "select source, name, publisher, reliability, obtained_on, taken\nfrom source where reliability >= 'E' order by taken desc", NULL},
        {"Gaps of a year or more without any launch on record", "select day as until, previous as since, julianday(day) - julianday(previous) as days\nfrom (select day, "
                "lag(day) over (order by day) as previous from (select distinct day from launch where day is not null))\n"
                "where julianday(day) - julianday(previous) >= 365 order by day", NULL},
};

static void put_link(em_ask *ask, em_str sql, const char *chart)
{
        em_html h = ask->h;
        em_html_lit(h, " href=\"/sql?q=");
        em_html_url(h, sql);
        if (chart) {
                em_html_lit(h, "&amp;chart=");
                em_html_c(h, chart);
        }
        em_page_and_known(ask);
        em_html_lit(h, "\"");
}

static void put_examples(em_ask *ask, bool open)
{
        em_html h = ask->h;
        if (open)
                em_html_lit(h, "<details class=\"sql-more\" open>");
        else
                em_html_lit(h, "<details class=\"sql-more\">");
        em_html_lit(h, "<summary>Ten questions to begin with</summary>\n<ol class=\"sql-examples\">\n");
        for (size_t i = 0; i < EM_COUNT(examples); i++) {
                em_html_lit(h, "<li><a");
                put_link(ask, em_str_c(examples[i].sql), examples[i].chart);
                em_html_lit(h, ">");
                em_html_c(h, examples[i].words);
                em_html_lit(h, "</a></li>\n");
        }
        em_html_lit(h, "</ol></details>\n");
}

static bool has_column(const em_view_columns *v, em_str column)
{
        for (size_t i = 0; i < v->columns; i++)
                if (em_str_eq(v->column[i], column))
                        return true;
        return false;
}

/* common: the view of all records, whose columns a kind has too; NULL: all columns are named. */
static void put_view(em_ask *ask, const em_view_columns *v, const em_view_columns *common)
{
        em_html h = ask->h;
        em_html_lit(h, "<div><dt><a");
        put_link(ask, em_grid_text(ask->arena, "select * from %.*s limit 100", EM_ARG(v->name)), NULL);
        em_html_lit(h, "><code>");
        em_html_text(h, v->name);
        em_html_lit(h, "</code></a>");
        for (size_t i = 0; i < EM_COUNT(views); i++)
                if (em_str_eq(v->name, em_str_c(views[i].view))) {
                        em_html_lit(h, " <span>");
                        em_html_c(h, views[i].words);
                        em_html_lit(h, "</span>");
                }
        em_html_lit(h, "</dt><dd>");
        for (size_t i = 0; i < v->columns; i++) {
                if (common && has_column(common, v->column[i]))
                        continue;
                em_html_lit(h, "<code>");
                em_html_text(h, v->column[i]);
                em_html_lit(h, "</code> ");
        }
        em_html_lit(h, "</dd></div>\n");
}

static em_status put_views(em_ask *ask, bool open, em_error *err)
{
        em_html          h = ask->h;
        em_case         *c = NULL;
        em_view_columns *list = NULL;
        size_t           count = 0;
        em_day           day;
        EM_TRY(read_day(ask, &day, err));
        if (ask->own_case) {
                c = ask->own_case;
        } else {                        /* nothing was asked: the picture has the views made */
                em_picture *now;
                EM_TRY(em_desk_take(ask, &now, err));
                c = now->c;
        }
        EM_TRY(em_case_views(c, day, ask->arena, &list, &count, err));
        if (open)
                em_html_lit(h, "<details class=\"sql-more\" open>");
        else
                em_html_lit(h, "<details class=\"sql-more\">");
        em_html_lit(h, "<summary>The views, and their columns</summary>\n<p>Days are text (<code>2022-01-30</code>), amounts stand in "
                       "<code>low</code> and <code>high</code> in their <code>unit</code> and exactly in <code>low_milli</code> and "
                       "<code>high_milli</code>; what is not given is null, never 0. <code>:until</code> is the day of \"as known on\". "
                       "What each column means stands in <code>doc/views.md</code>.</p>\n<dl class=\"sql-views\">\n");
        const em_view_columns *common = NULL;
        for (size_t i = 0; i < count; i++) {
                if (em_str_eq(list[i].name, EM_S("record")))
                        common = &list[i];
                if (i && list[i].kind && !list[i - 1].kind)
                        em_html_lit(h, "</dl>\n<h3>One view for each kind of record</h3>\n<p>Each has the columns of <code>record</code> (without "
                                       "<code>kind</code> and <code>fields</code>), and these of its own:</p>\n<dl class=\"sql-views\">\n");
                put_view(ask, &list[i], list[i].kind ? common : NULL);
        }
        em_html_lit(h, "</dl></details>\n");
        return EM_OK;
}

/* ---- the page ----------------------------------------------------------------------------------------------- */

static const struct { const char *word, *words; em_chart_kind kind; } looks[] = {
        {"bars", "bars", EM_CHART_BARS}, {"line", "a line", EM_CHART_LINES}, {"dots", "dots", EM_CHART_DOTS}};

static em_status read_look(em_ask *ask, size_t *ret_look, em_error *err)
{
        em_str word = em_form_get(ask->query, "chart");
        *ret_look = EM_COUNT(looks);
        for (size_t i = 0; i < EM_COUNT(looks); i++)
                if (em_str_eq(word, em_str_c(looks[i].word)))
                        *ret_look = i;
        if (word.n && *ret_look == EM_COUNT(looks))
                return em_fail(err, EM_USAGE, "chart= is bars, line or dots");
        return EM_OK;
}

static size_t lines_of(em_str q)
{
        size_t n = 1;
        for (size_t i = 0; i < q.n; i++)
                n += q.p[i] == '\n';
        return n < 6 ? 6 : n > 24 ? 24 : n;
}

static void put_form(em_ask *ask, em_str q, size_t look)
{
        em_html h = ask->h;
        em_html_lit(h, "<form class=\"sql-ask\" method=\"get\" action=\"/sql\">\n<label for=\"sql-q\">One SELECT over the views of the case</label>\n"
                       "<textarea id=\"sql-q\" name=\"q\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\" required rows=\"");
        em_html_int(h, (int64_t)lines_of(q));
        em_html_lit(h, "\">\n");
        em_html_text(h, q);
        em_html_lit(h, "</textarea>\n<p class=\"sql-row\"><button class=\"main\">Run</button>\n<label>Draw as <select name=\"chart\">"
                       "<option value=\"\">no picture</option>");
        for (size_t i = 0; i < EM_COUNT(looks); i++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", em_str_c(looks[i].word));
                if (i == look)
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_c(h, looks[i].words);
                em_html_lit(h, "</option>");
        }
        em_html_lit(h, "</select></label>\n<label>Title <input name=\"title\" maxlength=\"200\"");
        em_html_attr(h, "value", em_form_get(ask->query, "title"));
        em_html_lit(h, "></label>");
        em_page_known(ask);
        em_html_lit(h, "</p></form>\n");
}

static const struct { em_status status; const char *words; } advice[] = {
        {EM_FORMAT, "Correct the line and run it again. The views and their columns stand below; text stands in 'single quotes'."},
        {EM_DENIED, "A question can only look: one SELECT (or WITH ... SELECT) over the views below, with the functions that doc/views.md allows."},
        {EM_LIMIT, "Ask for less: add where and limit, group by, fewer or shorter columns. embargo export and sqlite3 case.db have no such limits."},
        {EM_INTERRUPTED, "Ask for less at a time: a narrower where, or a limit inside a recursion or a join. sqlite3 case.db has no such limit."},
};

static void put_error(em_ask *ask, em_status s, const em_error *why)
{
        em_html h = ask->h;
        char    text[1100];
        em_html_lit(h, "<div class=\"wrong\" role=\"alert\"><h2>The question has no answer</h2>\n<p>");
        if (s == EM_INTERRUPTED)
                em_html_lit(h, "It takes longer than a page may.");
        else
                em_html_c(h, em_error_text(why, text, sizeof text));
        em_html_lit(h, "</p>\n");
        for (size_t i = 0; i < EM_COUNT(advice); i++)
                if (advice[i].status == s) {
                        em_html_lit(h, "<p>");
                        em_html_c(h, advice[i].words);
                        em_html_lit(h, "</p>\n");
                }
        em_html_lit(h, "</div>\n");
}

/* So many rows are a line that somebody may want to zoom: the script draws all of the answer, not the page's share. */
static bool is_dense(const em_rows *rows, size_t look) { return look < EM_COUNT(looks) && looks[look].kind == EM_CHART_LINES && rows->rows > DENSE; }

static void put_plan(em_ask *ask, const em_rows_plan *plan)
{
        static const char *const axis[] = {[EM_AXIS_CATEGORIES] = "labels", [EM_AXIS_DAYS] = "days", [EM_AXIS_MONTHS] = "months", [EM_AXIS_YEARS] = "years"};
        em_buf  buf = em_buf_make(1 << 16);
        em_json j = em_json_make(&buf, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "axis", em_str_c(axis[plan->axis]));
        em_json_kstr(&j, "time", plan->place);
        em_json_kstr(&j, "split", plan->split);
        em_json_key(&j, EM_S("values"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < plan->numbers; i++)
                em_json_str(&j, plan->number[i]);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        em_html_attr(ask->h, "data-columns", em_buf_view(&buf));
        em_buf_free(&buf);
}

static void open_figure(em_ask *ask, const em_rows *rows, size_t look)
{
        em_html      h = ask->h;
        em_rows_plan plan;
        em_str       title = em_form_get(ask->query, "title");
        if (!is_dense(rows, look) || em_rows_plan_of(rows, &plan, NULL) != EM_OK) {
                em_html_lit(h, "<figure class=\"fig sql-drawn\">");
                return;
        }
        em_html_lit(h, "<figure class=\"fig sql-drawn series\" id=\"series\" data-series=\"rows\" data-src=\"/sql.json?q=");
        em_html_url(h, em_form_get(ask->query, "q"));
        if (h.known.n) {
                em_html_lit(h, "&amp;known=");
                em_html_url(h, h.known);
        }
        em_html_lit(h, "\"");
        em_html_attr(h, "data-name", title.n ? title : EM_S("the rows"));
        put_plan(ask, &plan);
        em_html_lit(h, ">");
}

static em_status draw(em_ask *ask, const em_rows *rows, size_t look, em_error *err)
{
        static const struct { const char *id, *open; int width; } wide[] = {{"sql-w", "on-wide", 760}, {"sql-x", "on-narrow", 380}};
        em_html h = ask->h;
        em_buf  svg[2] = {em_buf_make(8 << 20), em_buf_make(8 << 20)};
        em_error why = {0};
        em_status s = EM_OK;
        for (size_t i = 0; s == EM_OK && i < 2; i++)
                s = em_rows_draw(rows, &(em_rows_look){.kind = looks[look].kind, .title = em_form_get(ask->query, "title"), .width = wide[i].width,
                                                       .id = wide[i].id}, ask->arena, &svg[i], &why);
        if (s == EM_OK) {
                open_figure(ask, rows, look);
                for (size_t i = 0; i < 2; i++) {
                        em_html_lit(h, "<div");
                        em_html_attr(h, "class", em_str_c(wide[i].open));
                        em_html_lit(h, ">");
                        em_buf_str(&ask->reply->body, em_buf_view(&svg[i]));
                        em_html_lit(h, "</div>");
                }
                em_html_lit(h, "</figure>\n");
        } else if (s != EM_NOMEM) {
                em_html_lit(h, "<p class=\"wrong\" role=\"alert\">These rows are not drawn: ");
                em_html_c(h, why.text);
                em_html_lit(h, ".</p>\n");
        }
        em_buf_free(&svg[0]);
        em_buf_free(&svg[1]);
        return s == EM_NOMEM ? em_fail(err, EM_NOMEM, "no memory for a picture") : EM_OK;
}

static em_status put_answer(em_ask *ask, const em_rows *rows, size_t look, em_error *err)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2 id=\"answer\">The answer</h2>\n<p class=\"key\" role=\"status\">");
        if (rows->cut)
                em_html_lit(h, "The first ");
        em_html_int(h, (int64_t)rows->rows);
        em_html_c(h, rows->rows == 1 ? " row, " : " rows, ");
        em_html_int(h, (int64_t)rows->columns);
        em_html_c(h, rows->columns == 1 ? " column." : " columns.");
        if (rows->cut)
                em_html_lit(h, " There are more; as CSV or JSON (below) the first 100,000.");
        em_html_lit(h, "</p>\n");
        if (look < EM_COUNT(looks) && rows->rows)
                EM_TRY(draw(ask, rows, look, err));
        if (rows->rows)
                em_rows_html(ask, rows, CELL_SHOWN);
        else
                em_html_lit(h, "<p class=\"empty\">No row fits. Whether that means anything is said by the view <code>coverage</code>: what the case "
                               "could have known.</p>\n");
        return EM_OK;
}

/* Errors of the question belong under it, with its text still there; all others are a page of their own. */
static bool of_question(em_status s)
{
        return s == EM_FORMAT || s == EM_DENIED || s == EM_LIMIT || s == EM_INTERRUPTED;
}

static em_status answer_data(em_ask *ask, em_str q, em_error *err)
{
        em_rows rows;
        if (!q.n)
                return em_fail(err, EM_USAGE, "q= is the question: one SELECT; /sql says over what");
        em_status s = ask_case(ask, q, &rows, err);
        if (s == EM_DENIED)             /* the question's fault, and no matter of rights */
                return em_fail(err, EM_USAGE, "%s", err ? err->text : "");
        if (s == EM_INTERRUPTED)
                return em_fail(err, EM_LIMIT, "the question takes longer than it may");
        EM_TRY(s);
        return em_rows_data(ask, "embargo.sql/1", &rows, err);
}

/* A browser sends a line of a text area with CR and LF. */
static em_status read_question(em_ask *ask, em_str *ret, em_error *err)
{
        em_str q = em_str_trim(em_form_get(ask->query, "q"));
        char  *out = em_arena_alloc(ask->arena, q.n + 1);
        size_t n = 0;
        if (!out)
                return em_fail(err, EM_NOMEM, "no memory for a question");
        for (size_t i = 0; i < q.n; i++)
                if (q.p[i] != '\r')
                        out[n++] = q.p[i];
        *ret = (em_str){out, n};
        for (size_t i = 0; i < ask->query.count; i++)   /* the bar's form and the links carry it on */
                if (em_str_eq(ask->query.at[i].name, EM_S("q")))
                        ask->query.at[i].value = *ret;
        return EM_OK;
}

static em_status answer_sql(em_ask *ask, em_error *err)
{
        em_str    q;
        em_rows   rows = {0};
        em_error  why = {0};
        size_t    look;
        EM_TRY(read_question(ask, &q, err));
        EM_TRY(read_look(ask, &look, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return answer_data(ask, q, err);
        em_status s = q.n ? ask_case(ask, q, &rows, &why) : EM_OK;
        if (s != EM_OK && !of_question(s)) {
                if (err)
                        *err = why;
                return s;
        }
        em_page_open(ask, &(em_page){.title = EM_S("SQL"), .nav = "sql", .wide = true, .no_data = !q.n || s != EM_OK,
                .island = s == EM_OK && q.n && is_dense(&rows, look) ? "series" : NULL,
                .lede = EM_S("Ask the case anything that one SELECT can ask. It can only look, sees only what was known on the day above, and the "
                             "address of the answer can be given to others.")});
        put_form(ask, q, look);
        if (s != EM_OK)
                put_error(ask, s, &why);
        else if (q.n)
                EM_TRY(put_answer(ask, &rows, look, err));
        put_examples(ask, !q.n);
        EM_TRY(put_views(ask, s != EM_OK, err));
        if (s == EM_FORMAT || s == EM_DENIED || s == EM_LIMIT)
                ask->reply->status = 400;
        else if (s == EM_INTERRUPTED)
                ask->reply->status = 503;
        return em_page_close(ask, err);
}

static const em_route_param sql_params[] = {
        {"q", "string", "one SELECT over the case's views; :until is the day of known"}, {"chart", "string", "bars, line or dots: the page draws the rows"},
        {"title", "string", "of the picture"}, {"known", "string", "as known on this day: 2022-03-01"}, {0}};

/* Not kept: nobody's question stays in the server. */
const em_route em_routes_sql[] = {
        {"GET", "/sql", EM_FAMILY_PAGE, answer_sql, "a SELECT of one's own over the case's views; rows as a table, a picture or data", NULL, sql_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA},
        {0},
};
