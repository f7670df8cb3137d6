/* The tables that the program writes by itself: claims, measures, caps,
 * sources, correspondence, ledger.  On a narrow screen a row becomes a small
 * card; data-h holds the column's name for that.
 */
#include "report/parts.h"

static void open_table(em_html h, const char *klass, const char *const *column)
{
        em_html_lit(h, "<div class=\"table wide\" tabindex=\"0\"><table");
        em_html_attr(h, "class", em_str_c(klass));
        em_html_lit(h, "><thead><tr>");
        for (; *column; column++) {
                em_html_lit(h, "<th scope=\"col\">");
                em_html_c(h, *column);
        }
        em_html_lit(h, "<tbody>\n");
}

static void close_table(em_html h)
{
        em_html_lit(h, "</table></div>\n");
}

static void open_cell(em_html h, const char *name)
{
        em_html_lit(h, "<td");
        em_html_attr(h, "data-h", em_str_c(name));
        em_html_lit(h, ">");
}

static void put_cell(em_html h, const char *name, em_str text)
{
        open_cell(h, name);
        em_html_text(h, text);
}

/* ---- claims ---- */

/* What the evidence is to the claim, where it is not the thing itself. */
static void put_basis(const em_claim *c, em_html h)
{
        for (size_t i = 0; i < c->questions; i++) {
                const em_answer *a = c->answer[i];
                bool proxy = a && em_str_eq(a->basis, EM_S("proxy"));
                if (c->verdict == EM_VERDICT_UNTESTABLE || !a || (!proxy && !em_str_eq(a->basis, EM_S("sourced"))))
                        continue;
                em_html_lit(h, " <small>");
                em_html_c(h, proxy ? "by proxy" : "as asserted");
                em_html_lit(h, "</small>");
                return;
        }
}

/* The sentence that decides or, where several readings do, a line for each. */
static void put_reasons(const em_answer *a, em_html h)
{
        if (em_piece_deciding(a) <= 1) {
                em_html_lit(h, "<p>");
                em_piece_says(h, a, a->why);
                em_html_lit(h, "</p>");
                return;
        }
        for (size_t i = 0; i < a->readings; i++) {
                const em_reading *r = &a->reading[i];
                if (!r->decides)
                        continue;
                em_html_lit(h, "<p><b>");
                em_html_c(h, em_verdict_words(r->verdict));
                em_html_lit(h, "</b> by <i>");
                em_html_text(h, r->name);
                em_html_lit(h, "</i>: ");
                em_piece_says(h, a, r->says);
                em_html_lit(h, "</p>");
        }
}

static void put_why(const em_claim *c, em_html h)
{
        bool any = false;
        for (size_t i = 0; i < c->questions; i++)
                any = any || c->answer[i];
        for (size_t i = 0; i < c->questions; i++)
                if (c->answer[i])
                        put_reasons(c->answer[i], h);
        if (!any)
                em_html_text(h, c->why);
}

static void put_claim(em_print *p, const em_claim *c, em_html h)
{
        em_html_lit(h, "<tr id=\"");
        em_html_id(h, "c-", c->id);
        em_html_lit(h, "\"><th scope=\"row\">");
        if (h.pages) {
                em_html_lit(h, "<a");
                em_html_to(h, "c-", c->id);
                em_html_lit(h, ">");
        }
        em_html_text(h, c->id);
        if (h.pages)
                em_html_lit(h, "</a>");
        open_cell(h, "Claim");
        em_html_text(h, c->text);
        if (c->asserted_by.n) {
                em_html_lit(h, " <small>(");
                em_html_text(h, c->asserted_by);
                em_html_lit(h, ")</small>");
        }
        open_cell(h, "Verdict");
        em_piece_verdict(h, c->verdict);
        put_basis(c, h);
        open_cell(h, "Why");
        put_why(c, h);
        if (c->note.n) {
                em_html_lit(h, " <small>");
                em_html_text(h, c->note);
                em_html_lit(h, "</small>");
        }
        open_cell(h, "Evidence");
        for (size_t i = 0; i < c->questions; i++) {
                if (i)
                        em_html_lit(h, " ");
                if (c->answer[i])
                        em_piece_place(h, p, c->answer[i]);
        }
        em_html_lit(h, "\n");
}

static bool among(em_str words, em_str id)
{
        em_str word;
        while (em_str_word(&words, &word))
                if (em_str_eq(word, id))
                        return true;
        return false;
}

em_status em_claims_render(em_print *p, em_str ids, em_html h, em_error *err)
{
        size_t count[4] = { 0 };
        for (size_t i = 0; i < p->claims; i++)
                count[p->claim[i].verdict]++;
        em_html_lit(h, "<p class=\"tally\" id=\"claims\">");
        for (int v = 0; v < 4; v++) {
                em_html_lit(h, "<span><b>");
                em_html_int(h, (int64_t)count[v]);
                em_html_lit(h, "</b> ");
                em_piece_verdict(h, (em_verdict)v);
                em_html_lit(h, "</span>\n");
        }
        em_html_lit(h, "</p>\n");
        open_table(h, "claims", (const char *const[]){ "No.", "Claim", "Verdict", "Why", "Evidence", NULL });
        for (size_t i = 0; i < p->claims; i++)
                if (em_str_trim(ids).n == 0 || among(ids, p->claim[i].id))
                        put_claim(p, &p->claim[i], h);
        close_table(h);
        return em_buf_status(h.out, err);
}

/* ---- measures and caps ---- */

static bool wanted(const em_measure *m, em_str topics)
{
        em_str rest = topics, word;
        if (em_str_trim(topics).n == 0)
                return true;
        while (em_str_word(&rest, &word))
                if (em_str_find(m->topic, word) >= 0)
                        return true;
        return false;
}

static void put_measure(em_print *p, const em_measure *m, em_html h)
{
        em_html_lit(h, "<tr id=\"");
        em_html_id(h, "m-", m->key);
        em_html_lit(h, "\"><th scope=\"row\">");
        em_html_text(h, m->resolution);
        if (m->adopted.n >= 4) {
                em_html_lit(h, " (");
                em_html_text(h, em_str_sub(m->adopted, 0, 4));
                em_html_lit(h, ")");
        }
        em_html_lit(h, ", ");
        em_html_text(h, m->paragraph);
        open_cell(h, "Verified");
        em_html_lit(h, "<b class=\"ver\">");
        em_html_text(h, m->verification);
        em_html_lit(h, "</b>");
        open_cell(h, "What");
        em_html_text(h, m->rule);
        if (m->exemption.n) {
                em_html_lit(h, " <small>Exempt: ");
                em_html_text(h, m->exemption);
                em_html_lit(h, "</small>");
        }
        put_cell(h, "Kind", m->kind);
        em_html_lit(h, "<td class=\"day\" data-h=\"In force\">");
        if (m->to.n == 0)
                em_html_lit(h, "since ");
        em_html_text(h, m->from);
        if (m->to.n) {
                em_html_lit(h, "<br>to ");
                em_html_text(h, m->to);
        }
        open_cell(h, "Cited by");
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                for (size_t k = 0; k < a->measures; k++)
                        if (em_str_eq(a->measure[k], m->key)) {
                                em_piece_place(h, p, a);
                                em_html_lit(h, " ");
                        }
        }
        em_html_lit(h, "\n");
}

static void put_letters(em_html h)
{
        em_html_lit(h, "<p class=\"key\">Verified: <b class=\"ver\">A</b> the rule and its number were seen quoted in a "
                       "source; <b class=\"ver\">B</b> its content was seen in a summary, the number "
                       "is from knowledge of "
                       "the text; <b class=\"ver\">C</b> from knowledge of the text alone, to be "
                       "checked against the UN "
                       "document. The wording is ours; the resolutions are the law.</p>\n");
}

/* The measures that the answers rest on stand open; the whole list is folded. */
static void put_measure_table(em_print *p, em_str topics, bool cited_only, em_html h)
{
        open_table(h, "measures", (const char *const[]){ "Resolution, paragraph", "Verified", "What", "Kind",
                                                          "In force", "Cited by", NULL });
        for (size_t i = 0; i < p->measures; i++) {
                bool cited = false;
                for (size_t q = 0; q < p->listed; q++) {
                        const em_answer *a = p->f->answer[p->order[q]];
                        for (size_t k = 0; k < a->measures; k++)
                                cited = cited || em_str_eq(a->measure[k], p->measure[i].key);
                }
                if (wanted(&p->measure[i], topics) && cited == cited_only)
                        put_measure(p, &p->measure[i], h);
        }
        close_table(h);
}

static em_status put_caps(em_print *p, em_html h, em_error *err)
{
        em_rows rows;
        em_error none;
        em_query_opts opts = em_query_defaults;
        opts.as_known = p->known;
        em_status status = em_case_query(p->c, EM_S("select * from cap order by day_from, key"), NULL, 0, &opts,
                                         p->arena, &rows, &none);
        if (status == EM_FORMAT || status == EM_MISSING)
                return EM_OK;
        if (status != EM_OK) {
                if (err)
                        *err = none;
                return status;
        }
        open_table(h, "caps", (const char *const[]){ "Good", "Cap", "Period", "Rule", "Notices at", "Measure", NULL });
        for (size_t i = 0; i < rows.rows; i++) {
                char value[40];
                ptrdiff_t at = em_rows_column(&rows, EM_S("low_milli"));
                const em_value *v = at < 0 ? NULL : em_rows_at(&rows, i, (size_t)at);
                em_arena *a = p->arena;
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, em_rows_text(&rows, i, "what", a));
                em_html_lit(h, " <small>");
                em_html_text(h, em_rows_text(&rows, i, "direction", a));
                em_html_lit(h, "</small><td class=\"num\" data-h=\"Cap\">");
                if (v && v->type == EM_VALUE_INT)
                        em_html_thin(h, em_str_c(em_milli_text(v->i, ',', value)));
                em_html_lit(h, " ");
                em_html_text(h, em_rows_text(&rows, i, "unit", a));
                open_cell(h, "Period");
                em_html_text(h, em_rows_text(&rows, i, "day_from", a));
                em_html_lit(h, " to ");
                em_html_text(h, em_rows_text(&rows, i, "day_to", a));
                if (em_str_eq(em_rows_text(&rows, i, "repeat", a), EM_S("year")))
                        em_html_lit(h, ", and each year");
                put_cell(h, "Rule", em_rows_text(&rows, i, "rule", a));
                put_cell(h, "Notices at", em_rows_text(&rows, i, "thresholds", a));
                open_cell(h, "Measure");
                em_html_text(h, em_rows_text(&rows, i, "citation", a));
                em_html_lit(h, " <b class=\"ver\">");
                em_html_text(h, em_rows_text(&rows, i, "verification", a));
                em_html_lit(h, "</b>\n");
        }
        close_table(h);
        return EM_OK;
}

em_status em_measures_render(em_print *p, em_str topics, bool caps_only, em_html h, em_error *err)
{
        if (caps_only)
                return put_caps(p, h, err);
        put_letters(h);
        put_measure_table(p, topics, true, h);
        em_html_lit(h, "<details class=\"rest\"><summary>The other measures of the regime</summary>\n");
        put_measure_table(p, topics, false, h);
        em_html_lit(h, "</details>\n");
        return em_buf_status(h.out, err);
}

/* ---- sources ---- */

/* The grade that holds on the day; the one that the source came with stays beside it. */
static void put_given(const em_regrade *r, em_arena *arena, em_html h)
{
        em_str words;
        if (!r || em_regrade_words(r, arena, &words, NULL) != EM_OK)
                return;
        em_html_lit(h, " <small>");
        em_html_text(h, words);
        em_html_lit(h, "</small>");
}

static void put_source(const em_source *s, const em_regrade *given, em_arena *arena, em_html h)
{
        char bytes[40];
        em_html_lit(h, "<tr><th scope=\"row\">");
        em_html_text(h, s->name);
        open_cell(h, "Publisher");
        em_html_text(h, s->publisher);
        em_html_lit(h, "<td data-h=\"Grade\"><b>");
        em_html_text(h, (em_str){ &s->reliability, 1 });
        em_html_lit(h, "</b>");
        put_given(given, arena, h);
        open_cell(h, "Origin");
        em_html_text(h, s->origin);
        if (s->method.n) {
                em_html_lit(h, "; ");
                em_html_text(h, s->method);
        }
        if (s->terms.n) {
                em_html_lit(h, " <small>Terms: ");
                em_html_text(h, s->terms);
                em_html_lit(h, "</small>");
        }
        em_html_lit(h, "<td class=\"day\" data-h=\"Obtained\">");
        em_html_text(h, s->obtained_on);
        em_html_lit(h, "<td class=\"num\" data-h=\"Bytes\">");
        em_html_thin(h, em_str_c(em_milli_text((em_milli)s->bytes * 1000, ',', bytes)));
        em_html_lit(h, "<td class=\"num\" data-h=\"Rows taken\">");
        em_html_int(h, (int64_t)s->taken);
        if (s->quarantined) {
                em_html_lit(h, " <small>+ ");
                em_html_int(h, (int64_t)s->quarantined);
                em_html_lit(h, " in quarantine</small>");
        }
        em_html_lit(h, "<td class=\"day\" data-h=\"SHA-256\"><code>");
        em_html_text(h, em_str_sub(em_str_c(s->sha256), 0, 12));
        em_html_lit(h, "</code>\n");
}

em_status em_sources_render(em_print *p, em_html h, em_error *err)
{
        open_table(h, "sources", (const char *const[]){ "Source", "Publisher", "Grade", "Origin", "Obtained", "Bytes",
                                                        "Rows taken", "SHA-256", NULL });
        for (size_t i = 0; i < p->sources; i++)
                put_source(&p->source[i], em_regrade_of(p->regrade, p->regrades, &p->source[i]), p->arena, h);
        close_table(h);
        em_html_lit(h, "<p class=\"key\">Grade is the reliability of the source, A (reliable) to F (cannot be judged), after the "
                       "Admiralty system; the credibility of each item, 1 (confirmed) to 6 (cannot "
                       "be judged), stands with "
                       "the record. Manifest <code>");
        em_html_text(h, em_str_c(p->manifest));
        em_html_lit(h, "</code>: SHA-256 over the sorted hashes of all sources and maps.</p>\n");
        return em_buf_status(h.out, err);
}

/* ---- replies ---- */

static void put_letter(em_print *p, const em_rows *rows, size_t i, em_html h)
{
        em_arena *a = p->arena;
        em_str answered = em_rows_text(rows, i, "answered_on", a);
        bool request = em_str_eq(em_rows_text(rows, i, "class", a), EM_S("request"));
        em_html_lit(h, "<tr><th scope=\"row\">");
        em_html_text(h, em_rows_text(rows, i, "key", a));
        open_cell(h, "To");
        em_html_text(h, em_rows_text(rows, i, "who", a));
        open_cell(h, "About");
        em_html_text(h, em_rows_text(rows, i, "what", a));
        open_cell(h, "Asked");
        em_html_text(h, em_rows_text(rows, i, "asked_on", a));
        em_html_lit(h, " by ");
        em_html_text(h, em_rows_text(rows, i, "asked_by", a));
        open_cell(h, "Answer");
        if (answered.n) {
                em_html_text(h, answered);
                em_html_lit(h, " ");
                em_html_text(h, em_rows_text(rows, i, "answer", a));
        } else if (request) {
                em_html_lit(h, "none on file");
                em_str due = em_rows_text(rows, i, "due_on", a);
                if (due.n) {
                        em_html_lit(h, "; looked for up to ");
                        em_html_text(h, due);
                }
        }
        em_html_lit(h, "\n");
}

em_status em_replies_render(em_print *p, em_html h, em_error *err)
{
        em_rows rows;
        em_error none;
        em_query_opts opts = em_query_defaults;
        opts.as_known = p->known;
        em_status status = em_case_query(p->c, EM_S("select * from correspondence order by day_from, key"), NULL, 0,
                                         &opts, p->arena, &rows, &none);
        if (status != EM_OK && status != EM_FORMAT && status != EM_MISSING) {
                if (err)
                        *err = none;
                return status;
        }
        bool noted = em_replies_noted(p);
        if (noted)
                em_replies_noted_render(p, h);
        if (status != EM_OK || rows.rows == 0) {
                if (noted)
                        return em_buf_status(h.out, err);
                em_html_lit(h, "<p>No request to anyone named here, and no reply, is on file.</p>\n");
                return EM_OK;
        }
        open_table(h, "replies", (const char *const[]){ "No.", "To", "About", "Asked", "Answer", NULL });
        for (size_t i = 0; i < rows.rows; i++)
                put_letter(p, &rows, i, h);
        close_table(h);
        return em_buf_status(h.out, err);
}

/* ---- who may be listed ---- */

/* A run that a later one restates is left out, as the questions leave it out. */
static const char listed_sql[] =
        "select record, asked, who as caption, listed_name, name_kind, dataset, entry, list_date, substr(list_sha256, 1, 12) as list, "
        "substr(cast(score as text) || '000', 1, 5) as score, band, reasons, against, cast(records as integer) as records, "
        "coalesce((select max(coalesce(answered_on, 'asked ' || asked_on)) from correspondence "
        "where correspondence.who = t.asked), '') as reply "
        "from screen as t where class = 'match' and not exists "
        "(select 1 from link join screen as r on r.record = link.to_record "
        "where link.relation = 'restates' and r.class = 'run' and r.source = t.source) "
        "order by t.score desc, record limit 200";

/* "+0.500 equal: a | b; ..." as one line each. */
static void put_points(em_html h, em_str reasons)
{
        while (reasons.n) {
                ptrdiff_t at = em_str_find(reasons, EM_S("; "));
                size_t    n = at < 0 ? reasons.n : (size_t)at;
                em_html_text(h, em_str_sub(reasons, 0, n));
                reasons = em_str_sub(reasons, at < 0 ? n : n + 2, reasons.n);
                if (reasons.n)
                        em_html_lit(h, "<br>");
        }
}

static em_status put_listed(em_print *p, const em_rows *rows, size_t i, em_html h, em_error *err)
{
        em_arena *a = p->arena;
        const em_held *held = NULL;
        em_str against = em_rows_text(rows, i, "against", a), reply = em_rows_text(rows, i, "reply", a);
        em_str date = em_rows_text(rows, i, "list_date", a);
        EM_TRY(em_load_held(p, em_rows_at(rows, i, 0)->i, &held, err));
        em_html_lit(h, "<tr><th scope=\"row\">");
        em_piece_record(h, held, em_rows_text(rows, i, "asked", a));
        em_html_lit(h, " <small>in ");
        em_html_text(h, em_rows_text(rows, i, "records", a));
        em_html_lit(h, " of the records</small>");
        open_cell(h, "May match");
        em_html_text(h, em_rows_text(rows, i, "listed_name", a));
        em_html_lit(h, " <small>(");
        em_html_text(h, em_rows_text(rows, i, "name_kind", a));
        em_html_lit(h, ") of ");
        em_html_text(h, em_rows_text(rows, i, "caption", a));
        em_html_lit(h, "</small>");
        open_cell(h, "List and entry");
        em_html_text(h, em_rows_text(rows, i, "dataset", a));
        em_html_lit(h, " ");
        em_html_text(h, em_rows_text(rows, i, "entry", a));
        if (date.n)
                em_html_lit(h, ", ");
        em_html_text(h, date);
        em_html_lit(h, " <code>");
        em_html_text(h, em_rows_text(rows, i, "list", a));
        em_html_lit(h, "</code>");
        open_cell(h, "Score");
        em_html_text(h, em_rows_text(rows, i, "score", a));
        em_html_lit(h, ", ");
        em_html_text(h, em_rows_text(rows, i, "band", a));
        open_cell(h, "Why");
        put_points(h, em_rows_text(rows, i, "reasons", a));
        put_cell(h, "Against", against.n ? against : EM_S("nothing that the evidence or the list says"));
        put_cell(h, "Reply", reply.n ? reply : EM_S("not asked"));
        em_html_lit(h, "\n");
        return EM_OK;
}

em_status em_listed_render(em_print *p, em_html h, em_error *err)
{
        em_rows rows;
        em_error none;
        em_query_opts opts = em_query_defaults;
        opts.as_known = p->known;
        em_status status = em_case_query(p->c, em_str_c(listed_sql), NULL, 0, &opts, p->arena, &rows, &none);
        if (status != EM_OK && status != EM_FORMAT && status != EM_MISSING) {
                if (err)
                        *err = none;
                return status;
        }
        if (status != EM_OK || rows.rows == 0)
                return EM_OK;
        open_table(h, "listed", (const char *const[]){ "Named in the evidence", "May match", "List and entry", "Score", "Why",
                                                        "Against", "Reply", NULL });
        for (size_t i = 0; i < rows.rows; i++)
                EM_TRY(put_listed(p, &rows, i, h, err));
        close_table(h);
        return em_buf_status(h.out, err);
}

/* ---- ledger ---- */

em_status em_ledger_render(em_print *p, em_html h, em_error *err)
{
        em_html_lit(h, "<p>The case keeps a ledger in which each entry holds the hash of the one before; "
                       "<code>embargo log</code> prints it and <code>embargo verify</code> proves "
                       "it. This report was "
                       "made from ");
        em_html_int(h, (int64_t)p->sources);
        em_html_lit(h, " sources whose hashes together give the manifest <code>");
        em_html_text(h, em_str_c(p->manifest));
        em_html_lit(h, "</code>.</p>\n");
        return em_buf_status(h.out, err);
}
