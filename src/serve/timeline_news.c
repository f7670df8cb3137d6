/* What is new: the ledger's last entries, and what has come since the questions were last kept and since the last report.
 * The ledger alone is asked, so that the answer is the same on every machine that has the case.
 */
#include "serve/timeline.h"

enum { NEWS_MOST = 8 };

/* "2026-01-31T10:00:00Z" as "2026-01-31 10:00" */
static void put_at(em_html h, em_str at)
{
        em_html_lit(h, "<time");
        em_html_attr(h, "datetime", at);
        em_html_lit(h, ">");
        em_html_text(h, em_str_sub(at, 0, 10));
        em_html_lit(h, " ");
        em_html_text(h, em_str_sub(at, 11, 5));
        em_html_lit(h, "</time>");
}

static em_status ask_ledger(em_ask *ask, const em_timeline *t, em_str sql, int64_t after, em_rows *ret_rows, em_error *err)
{
        em_param param = {EM_S("after"), {.type = EM_VALUE_INT, .i = after}};
        return em_case_query(t->now->c, sql, &param, 1, NULL, ask->arena, ret_rows, err);
}

static em_status put_entries(em_ask *ask, const em_timeline *t, em_error *err)
{
        em_rows r;
        em_html h = ask->h;
        em_str  sql = em_grid_text(ask->arena, "select seq, at, author, action, case when action in ('create', 'add', 'find', 'report') "
                                   "then %s else '' end as what from ledger order by seq desc limit 6", em_ledger_words);
        EM_TRY(ask_ledger(ask, t, sql, 0, &r, err));
        em_html_lit(h, "<div class=\"entries\">");
        em_put_h2(ask, "entries", "The ledger's last entries");
        em_html_lit(h, "<ol reversed class=\"log\">");
        for (size_t i = 0; i < r.rows; i++) {
                em_html_lit(h, "<li>");
                put_at(h, em_cell(ask, &r, i, "at"));
                em_html_lit(h, " <b>");
                em_html_text(h, em_cell(ask, &r, i, "action"));
                em_html_lit(h, "</b> ");
                em_html_text(h, em_cell(ask, &r, i, "what"));
                em_html_lit(h, " <small>");
                em_html_text(h, em_cell(ask, &r, i, "author"));
                em_html_lit(h, "</small>");
        }
        em_html_lit(h, "</ol>\n<p><a");
        em_page_href(ask, "/ledger", (em_str){0});
        em_html_lit(h, ">the whole ledger</a></p></div>\n");
        return EM_OK;
}

/* The last entry of an action: its number and day, or 0. */
static em_status last_of(em_ask *ask, const em_timeline *t, const char *sql, int64_t *ret_seq, em_str *ret_at, em_str *ret_manifest, em_error *err)
{
        em_rows r;
        EM_TRY(ask_ledger(ask, t, em_str_c(sql), 0, &r, err));
        *ret_seq = r.rows ? em_rows_at(&r, 0, 0)->i : 0;
        *ret_at = r.rows ? em_cell(ask, &r, 0, "at") : EM_S("");
        *ret_manifest = r.rows ? em_cell(ask, &r, 0, "manifest") : EM_S("");
        return EM_OK;
}

/* Sources that came after the entry. */
static em_status put_added(em_ask *ask, const em_timeline *t, int64_t after, size_t *ret_count, em_error *err)
{
        em_rows r;
        em_html h = ask->h;
        EM_TRY(ask_ledger(ask, t, EM_S("select json_extract(body, '$.name') as name, coalesce(json_extract(body, '$.taken'), 0) as taken, "
                          "substr(json_extract(body, '$.sha256'), 1, 8) as source from ledger "
                          "where action = 'add' and seq > :after order by seq desc limit 1000"), after, &r, err));
        for (size_t i = 0; i < r.rows && i < NEWS_MOST; i++) {
                em_html_lit(h, "<li>added: ");
                em_page_link(ask, "/evidence/", em_cell(ask, &r, i, "source"), em_cell(ask, &r, i, "name"));
                em_html_lit(h, ", ");
                em_html_text(h, em_cell(ask, &r, i, "taken"));
                em_html_lit(h, " records");
        }
        if (r.rows > NEWS_MOST) {
                em_html_lit(h, "<li>and ");
                em_html_int(h, (int64_t)(r.rows - NEWS_MOST));
                em_html_lit(h, " more sources");
        }
        *ret_count = r.rows;
        return EM_OK;
}

static em_status put_versions_of(em_ask *ask, em_str body, size_t *count, em_error *err)
{
        em_jnode *root;
        em_html   h = ask->h;
        EM_TRY(em_json_parse(ask->reader, body, ask->arena, &root, err));
        const em_jnode *list = em_jget(root, "findings");
        for (const em_jnode *f = em_jis(list, EM_J_LIST) ? list->first : NULL; f; f = f->next) {
                int64_t version = 0;
                if ((*count)++ >= NEWS_MOST)
                        continue;
                (void)em_jint(em_jget(f, "version"), &version);
                em_html_lit(h, "<li>version ");
                em_html_int(h, version);
                em_html_lit(h, " of ");
                em_page_link(ask, "/findings/", em_jtext(em_jget(f, "question")), em_jtext(em_jget(f, "question")));
                em_html_lit(h, ": ");
                em_html_text(h, em_jtext(em_jget(f, "verdict")));
        }
        return EM_OK;
}

/* Findings whose numbers changed after the last report. */
static em_status put_versions(em_ask *ask, const em_timeline *t, int64_t after, size_t *ret_count, em_error *err)
{
        em_rows r;
        *ret_count = 0;
        EM_TRY(ask_ledger(ask, t, EM_S("select body from ledger where action = 'find' and seq > :after order by seq desc limit 50"), after, &r, err));
        for (size_t i = 0; i < r.rows; i++)
                EM_TRY(put_versions_of(ask, em_cell(ask, &r, i, "body"), ret_count, err));
        if (*ret_count > NEWS_MOST) {
                em_html_lit(ask->h, "<li>and ");
                em_html_int(ask->h, (int64_t)(*ret_count - NEWS_MOST));
                em_html_lit(ask->h, " more findings");
        }
        return EM_OK;
}

static void put_next(em_ask *ask, int64_t find, int64_t report, size_t unasked, size_t changed)
{
        em_html h = ask->h;
        if (!find)
                em_html_lit(h, "<p>The answers are shown live; none has been kept yet: <code>embargo find</code> keeps them as version 1.</p>\n");
        else if (unasked)
                em_html_lit(h, "<p>The answers shown here know the new sources; <code>embargo find</code> keeps them as new versions.</p>\n");
        if (!report)
                em_html_lit(h, "<p>No report has been printed yet: <code>embargo report</code>.</p>\n");
        else if (changed)
                em_html_lit(h, "<p>The printed report is older than this: <code>embargo report</code>.</p>\n");
}

em_status em_timeline_news(em_ask *ask, const em_timeline *t, em_error *err)
{
        int64_t find, report;
        em_str  find_at, at, manifest, none;
        size_t  added = 0, versions = 0, unasked = 0;
        em_html h = ask->h;
        EM_TRY(last_of(ask, t, "select seq, at, '' as manifest from ledger where action = 'find' order by seq desc limit 1", &find, &find_at, &none, err));
        EM_TRY(last_of(ask, t, "select seq, at, json_extract(body, '$.manifest') as manifest from ledger where action = 'report' "
                               "order by seq desc limit 1", &report, &at, &manifest, err));
        em_html_lit(h, "<section class=\"news\" aria-label=\"What is new\">\n<div>");
        em_put_h2(ask, "news", report ? "Since the last report" : find ? "Since the questions were kept" : "Nothing is kept yet");
        em_html_lit(h, "<ul>");
        EM_TRY(put_added(ask, t, report ? report : find, &added, err));
        if (report)
                EM_TRY(put_versions(ask, t, report, &versions, err));
        if (added + versions == 0 && report) {
                em_html_lit(h, "<li>nothing: it was printed ");
                put_at(h, at);
                em_html_lit(h, ", and no source and no version of a finding has come after it");
        }
        em_html_lit(h, "</ul>\n");
        if (find) {
                em_rows r;
                EM_TRY(ask_ledger(ask, t, EM_S("select count(*) as n from ledger where action = 'add' and seq > :after"), find, &r, err));
                unasked = (size_t)em_rows_at(&r, 0, 0)->i;
        }
        put_next(ask, find, report, unasked, added + versions);
        em_html_lit(h, "</div>\n");
        EM_TRY(put_entries(ask, t, err));
        em_html_lit(h, "</section>\n");
        return em_buf_status(h.out, err);
}
