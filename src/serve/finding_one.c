/* One finding, to be doubted: the card, its readings side by side, what speaks against it, every record with its own row,
 * what people replied, the versions before this one, and the question itself.  The pieces are the report's own.
 */
#include "serve/findings.h"

enum { CARDS = 8, ROWS_OPEN = 30, ROWS_MOST = 2000 };

static em_status find(em_ask *ask, em_picture **ret_now, const em_answer **ret_answer, em_error *err)
{
        char shown[64];
        EM_TRY(em_desk_take(ask, ret_now, err));
        *ret_answer = em_findings_get(em_view_findings((*ret_now)->view), ask->part);
        if (*ret_answer)
                return EM_OK;
        return em_fail(err, EM_MISSING, "the regime has no question \"%s\"; /findings lists them all", em_str_show(ask->part, shown, sizeof shown));
}

/* ---- as data ---------------------------------------------------------------------------------- */

static em_status write_json(em_ask *ask, const em_answer *a, em_error *err)
{
        em_json *j = &ask->j;
        ask->reply->type = "application/json";
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.finding/1"));
        em_json_key(j, EM_S("finding"));
        em_json_raw(j, a->body);
        em_json_key(j, EM_S("versions"));
        EM_TRY(em_finding_history_json(ask, a, err));
        em_json_close(j, '}');
        return em_buf_status(&ask->reply->body, err);
}

static em_str day_text(em_ask *ask, em_day day)
{
        char text[11];
        return em_grid_text(ask->arena, "%s", em_day_text(day, text));
}

static em_str milli_text(em_ask *ask, em_milli a)
{
        char text[40];
        if (a == EM_MILLI_NONE || a == EM_MILLI_MIN || a == EM_MILLI_MAX)
                return EM_S("");
        return em_grid_text(ask->arena, "%s", em_milli_text(a, 0, text));
}

/* The records, one a row: what somebody would put into a table of his own. */
static em_status write_csv(em_ask *ask, const em_answer *a, em_error *err)
{
        static const em_grid_column columns[] = {
                {"id", "", EM_AS_TEXT, NULL, NULL},  {"key", "", EM_AS_TEXT, NULL, NULL},   {"label", "", EM_AS_TEXT, NULL, NULL},
                {"group", "", EM_AS_TEXT, NULL, NULL}, {"role", "", EM_AS_TEXT, NULL, NULL}, {"from", "", EM_AS_TEXT, NULL, NULL},
                {"to", "", EM_AS_TEXT, NULL, NULL},  {"low", "", EM_AS_TEXT, NULL, NULL},   {"high", "", EM_AS_TEXT, NULL, NULL},
                {"unit", "", EM_AS_TEXT, NULL, NULL}, {"publisher", "", EM_AS_TEXT, NULL, NULL}, {"grade", "", EM_AS_TEXT, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < a->rows; i++) {
                const em_answer_row *r = &a->row[i];
                em_str cell[] = {em_str_c(r->id), r->key, r->label, r->group, r->role, day_text(ask, r->when.from), day_text(ask, r->when.to),
                                 milli_text(ask, r->low), milli_text(ask, r->high), r->unit, r->publisher,
                                 em_grid_text(ask->arena, "%c%d", r->reliability ? r->reliability : 'F', r->credibility)};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.finding/1", &grid, err);
}

/* ---- on a page -------------------------------------------------------------------------------------- */

static void put_contents(em_ask *ask, const em_answer *a)
{
        em_html h = ask->h;
        em_html_lit(h, "<nav class=\"here\" aria-label=\"On this page\"><a href=\"#readings\">Readings</a> <a href=\"#basis\">Basis</a> "
                       "<a href=\"#evidence\">Evidence (");
        em_html_int(h, (int64_t)a->rows);
        em_html_lit(h, ")</a> <a href=\"#replies\">Replies and notes</a> <a href=\"#versions\">Versions</a> <a href=\"#question\">The question</a></nav>\n");
}

/* Two things that are no verdict and never decide one. */
static void put_confidence(em_ask *ask, const em_answer *a)
{
        em_html h = ask->h;
        if (!a->confidence.n && !a->likelihood.n)
                return;
        em_html_lit(h, "<dl class=\"facts\">");
        if (a->confidence.n) {
                em_html_lit(h, "<dt>Confidence, from the grades of what was counted<dd>");
                em_html_text(h, a->confidence);
        }
        if (a->likelihood.n) {
                em_html_lit(h, "<dt>Likelihood, the analyst\xe2\x80\x99s own judgement<dd>");
                em_html_text(h, a->likelihood);
        }
        em_html_lit(h, "</dl>\n");
}

/* Groups of the main reading, when there are several: what the comparison was made of. */
static void put_groups(em_ask *ask, const em_answer *a)
{
        em_html h = ask->h;
        const em_reading *r = a->readings ? &a->reading[0] : NULL;
        if (!r || r->groups < 2)
                return;
        em_html_lit(h, "<details class=\"rest\"><summary>");
        em_html_int(h, (int64_t)r->groups);
        em_html_lit(h, " groups of the reading \xe2\x80\x9c");
        em_html_text(h, r->name);
        em_html_lit(h, "\xe2\x80\x9d</summary><div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Groups\"><table><thead><tr><th scope=\"col\">Group<th scope=\"col\" class=\"num\">Records"
                       "<th scope=\"col\" class=\"num\">At least<th scope=\"col\" class=\"num\">At most<th scope=\"col\">Unit<tbody>\n");
        for (size_t i = 0; i < r->groups; i++) {
                const em_group *g = &r->group[i];
                char low[40], high[40];
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, g->shown.n ? g->shown : g->name);
                em_html_lit(h, "<td class=\"num\">");
                em_html_int(h, (int64_t)g->rows);
                em_html_lit(h, "<td class=\"num\">");
                em_html_thin(h, g->low == EM_MILLI_NONE || g->low == EM_MILLI_MIN ? EM_S("not known") : em_str_c(em_milli_text(g->low, ',', low)));
                em_html_lit(h, "<td class=\"num\">");
                em_html_thin(h, g->high == EM_MILLI_NONE || g->high == EM_MILLI_MAX ? EM_S("not known") : em_str_c(em_milli_text(g->high, ',', high)));
                em_html_lit(h, "<td>");
                em_html_text(h, r->unit);
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div></details>\n");
}

static void put_card_turns(em_ask *ask, const em_answer *a, uint64_t from)
{
        em_html h = ask->h;
        if (a->rows <= CARDS)
                return;
        em_html_lit(h, "<p class=\"turns\">Records ");
        em_html_int(h, (int64_t)from + 1);
        em_html_lit(h, " to ");
        em_html_int(h, (int64_t)(from + CARDS < a->rows ? from + CARDS : a->rows));
        em_html_lit(h, " of ");
        em_html_int(h, (int64_t)a->rows);
        for (int next = 0; next < 2; next++) {
                if (next ? from + CARDS >= a->rows : from == 0)
                        continue;
                em_html_lit(h, " <a href=\"");
                em_html_text(h, ask->path);
                em_html_lit(h, "?from=");
                em_html_int(h, (int64_t)(next ? from + CARDS : from > CARDS ? from - CARDS : 0));
                if (h.known.n)
                        em_html_lit(h, "&amp;known=");
                em_html_url(h, h.known);
                em_html_lit(h, "#cards\">");
                em_html_c(h, next ? "next" : "before");
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</p>\n");
}

/* Few records stand open, many are folded, very many are only counted: they are in the .csv. */
static em_status put_rows(em_ask *ask, const em_answer *a, em_error *err)
{
        em_html h = ask->h;
        if (a->rows <= ROWS_OPEN)
                return em_put_part(ask, "rows", em_question_key(a->question), err);
        if (a->rows > ROWS_MOST) {
                em_html_lit(h, "<p>It rests on ");
                em_html_thin(h, em_count_words(ask, a->rows));
                em_html_lit(h, " records: too many for a page. They are all in the CSV below, and a few at a time here.</p>\n");
                return EM_OK;
        }
        em_html_lit(h, "<details class=\"rest\"><summary>All ");
        em_html_int(h, (int64_t)a->rows);
        em_html_lit(h, " records as a table</summary>\n");
        EM_TRY(em_put_part(ask, "rows", em_question_key(a->question), err));
        em_html_lit(h, "</details>\n");
        return EM_OK;
}

static em_status put_evidence(em_ask *ask, const em_answer *a, em_error *err)
{
        em_html  h = ask->h;
        em_str   key = em_question_key(a->question);
        uint64_t from, rows;
        EM_TRY(em_grid_window(ask, CARDS, CARDS, &from, &rows, err));
        em_put_h2(ask, "evidence", "The evidence it rests on");
        EM_TRY(put_rows(ask, a, err));
        if (!a->rows)
                return EM_OK;
        em_html_lit(h, "<section class=\"cards\" id=\"cards\" aria-label=\"Records with their own rows\">\n<h3>Each record with its own row</h3>\n");
        put_card_turns(ask, a, from);
        EM_TRY(em_put_part(ask, "cards", em_grid_text(ask->arena, "%.*s %llu %d", EM_ARG(key), (unsigned long long)from, CARDS), err));
        put_card_turns(ask, a, from);
        em_html_lit(h, "</section>\n");
        return em_finding_links(ask, a, err);
}

static em_status put_question(em_ask *ask, const em_picture *now, const em_answer *a, em_error *err)
{
        em_html h = ask->h;
        em_str  key = em_question_key(a->question), path, text;
        em_put_h2(ask, "question", "The question itself");
        EM_TRY(em_str_format(ask->arena, &path, err, "%.*s/questions/%.*s.sql", EM_ARG(em_case_regime_dir(now->c)), EM_ARG(key)));
        EM_TRY(em_put_part(ask, "hash", key, err));
        em_error lost;
        if (em_file_read(path, 1 << 20, ask->arena, &text, &lost) != EM_OK)
                em_html_lit(h, "<p>Its file cannot be read any more; what stands here was answered when it could.</p>\n");
        else {
                em_html_lit(h, "<details class=\"rest\" open><summary>questions/");
                em_html_text(h, key);
                em_html_lit(h, ".sql</summary><pre tabindex=\"0\">");
                em_html_text(h, text);
                em_html_lit(h, "</pre></details>\n");
        }
        return em_put_part(ask, "used", key, err);
}

/* Everything below the heading: the same until the case changes. */
static em_status put_parts(em_ask *ask, const void *of, em_error *err)
{
        const em_answer *a = of;
        em_picture *now;
        em_str key = em_question_key(a->question);
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_put_part(ask, "finding", key, err));
        put_contents(ask, a);
        em_put_h2(ask, "readings", a->readings > 1 ? "Its readings, side by side" : "How it was read");
        EM_TRY(em_put_part(ask, "readings", key, err));
        put_groups(ask, a);
        em_put_h2(ask, "basis", "What it stands on, and what speaks against it");
        EM_TRY(em_put_part(ask, "facts", key, err));
        put_confidence(ask, a);
        EM_TRY(put_evidence(ask, a, err));
        em_put_h2(ask, "replies", "Replies, other explanations, sign-offs");
        EM_TRY(em_finding_notes(ask, a, err));
        em_put_h2(ask, "versions", "Versions");
        EM_TRY(em_finding_history(ask, a, err));
        return put_question(ask, now, a, err);
}

em_status em_answer_finding(em_ask *ask, em_error *err)
{
        em_picture *now;
        const em_answer *a;
        em_str   line;
        uint64_t from, rows;
        EM_TRY(find(ask, &now, &a, err));
        EM_TRY(em_grid_window(ask, CARDS, CARDS, &from, &rows, err));
        if (ask->shape == EM_SHAPE_JSON)
                return write_json(ask, a, err);
        if (ask->shape == EM_SHAPE_CSV)
                return write_csv(ask, a, err);
        EM_TRY(em_desk_line(ask, (em_str[]){EM_S("why"), em_question_key(a->question)}, 2, &line, err));
        em_page_open(ask, &(em_page){.title = em_question_asks(a->question), .nav = "findings", .wide = true, .command = line});
        em_html_lit(ask->h, "<div class=\"one doubt\">\n");
        EM_TRY(em_put_once(ask, em_grid_text(ask->arena, "%.*s %llu", EM_ARG(em_question_key(a->question)), (unsigned long long)from), put_parts, a, err));
        em_html_lit(ask->h, "</div>\n");
        return em_page_close(ask, err);
}
