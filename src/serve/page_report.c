/* The report itself, as known on any day, and the list of what can be printed and what was. */
#include "serve/report_page.h"

static const size_t REPORT_MOST = (size_t)64 << 20;

/* ---- what these pages share --------------------------------------------------------------------- */

em_status em_report_kept(em_ask *ask, const em_jnode **ret_root, em_error *err)
{
        em_str    path = {0}, text = {0};
        em_jnode *root = NULL;
        EM_TRY(em_path_join(em_desk_dir(ask->desk), EM_S("report/report.json"), ask->arena, &path, err));
        if (em_path_exists(path)) {
                EM_TRY(em_file_read(path, REPORT_MOST, ask->arena, &text, err));
                EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        }
        *ret_root = root;
        return EM_OK;
}

/* The marks of the template, each replaced by what it was bound to; a condition prints nothing. */
em_str em_report_said(em_ask *ask, const em_jnode *sentence)
{
        em_str rest = em_jtext(em_jget(sentence, "template")), out = {0};
        em_buf text = em_buf_make((size_t)1 << 20);
        const em_jnode *list = em_jget(sentence, "bindings");
        for (const em_jnode *b = list ? list->first : NULL; b; b = b->next) {
                em_str    mark = em_jtext(em_jget(b, "mark"));
                ptrdiff_t at = mark.n ? em_str_find(rest, mark) : -1;
                if (at < 0)
                        continue;
                em_buf_str(&text, em_str_sub(rest, 0, (size_t)at));
                if (!em_str_eq(em_jtext(em_jget(b, "kind")), EM_S("if")))
                        em_buf_str(&text, em_jtext(em_jget(b, "text")));
                rest = em_str_sub(rest, (size_t)at + mark.n, rest.n);
        }
        em_buf_str(&text, rest);
        for (size_t i = 0; i < text.n; i++)
                if (text.p[i] == '\n')
                        text.p[i] = ' ';
        if (em_str_copy(em_str_trim(em_buf_view(&text)), ask->arena, &out, NULL) != EM_OK)
                out = EM_S("");
        em_buf_free(&text);
        return out;
}

static em_status render(const em_view *view, em_arena *scratch, em_arena *keep, em_str *ret_html, em_str *ret_json, em_error *err)
{
        em_buf    html = em_buf_make(REPORT_MOST), json = em_buf_make(REPORT_MOST);
        em_status s = em_view_report(view, scratch, NULL, &html, &json, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&html), keep, ret_html, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&json), keep, ret_json, err);
        em_buf_free(&html);
        em_buf_free(&json);
        return s;
}

em_status em_report_of(em_ask *ask, em_picture *now, em_str *ret_html, em_str *ret_json, em_error *err)
{
        em_str html, json;
        if (!now->report_html.n) {
                EM_TRY(render(now->view, ask->arena, now->arena, &html, &json, err));
                now->report_html = html;
                now->report_json = json;
        }
        *ret_html = now->report_html;
        *ret_json = now->report_json;
        return EM_OK;
}

/* ---- /report --------------------------------------------------------------------------------------- */

/* The report's own template comes from the picture; another is answered for this request alone. */
static em_status report_of(em_ask *ask, em_str *ret_html, em_str *ret_json, em_error *err)
{
        em_str name = em_form_get(ask->query, "template");
        em_picture *now;
        em_case    *c;
        em_view    *view;
        em_report_opts opts = {.as_known = EM_DAY_NONE, .template_name = name};
        if (!name.n) {
                EM_TRY(em_desk_take(ask, &now, err));
                return em_report_of(ask, now, ret_html, ret_json, err);
        }
        if (ask->h.known.n && !em_day_parse(ask->h.known, &opts.as_known))
                return em_fail(err, EM_USAGE, "known= takes a day such as 2022-03-01");
        em_progress watch = em_desk_watch(ask);
        EM_TRY(em_desk_case(ask, &c, err));
        EM_TRY(em_view_make(c, &opts, ask->arena, &watch, &view, err));
        return render(view, ask->arena, ask->arena, ret_html, ret_json, err);
}

static const em_grid_column sentence_columns[] = {
        {"sentence", "Sentence", EM_AS_NUMBER, NULL, NULL}, {"line", "Line", EM_AS_NUMBER, NULL, NULL}, {"printed", "Printed", EM_AS_TEXT, NULL, NULL},
        {"text", "Text", EM_AS_TEXT, NULL, NULL}, {"why", "Why not", EM_AS_TEXT, NULL, NULL}};

static em_status add_sentences(em_ask *ask, em_grid *grid, const em_jnode *root, const char *key, em_error *err)
{
        const em_jnode *list = em_jget(root, key);
        for (const em_jnode *s = list ? list->first : NULL; s; s = s->next) {
                const em_jnode *flag = em_jget(s, "printed");
                bool printed = flag && em_str_eq(flag->text, EM_S("true"));
                EM_TRY(em_grid_add(grid, (em_str[]){em_jtext(em_jget(s, "sentence")), em_jtext(em_jget(s, "line")), printed ? EM_S("yes") : EM_S("no"),
                                                    em_report_said(ask, s), em_jtext(em_jget(s, "why"))}, err));
        }
        return EM_OK;
}

static em_status answer_csv(em_ask *ask, em_str json, em_error *err)
{
        em_jnode *root = NULL;
        em_grid   grid = em_grid_make(sentence_columns, EM_COUNT(sentence_columns), ask->arena);
        EM_TRY(em_json_parse(ask->reader, json, ask->arena, &root, err));
        EM_TRY(add_sentences(ask, &grid, root, "sentences", err));
        EM_TRY(add_sentences(ask, &grid, root, "withheld", err));
        return em_grid_data(ask, "embargo.report-sentences/1", &grid, err);
}

static em_status put_report(em_ask *ask, em_str html, em_str json, em_error *err)
{
        if (ask->shape == EM_SHAPE_CSV)
                return answer_csv(ask, json, err);
        if (ask->shape == EM_SHAPE_PAGE)
                return em_report_put(ask, html, err);
        ask->reply->type = "application/json";
        em_buf_str(&ask->reply->body, json);
        return em_buf_status(&ask->reply->body, err);
}

static em_status answer_report(em_ask *ask, em_error *err)
{
        em_str html, json;
        EM_TRY(report_of(ask, &html, &json, err));
        return put_report(ask, html, json, err);
}

/* ---- /reports ------------------------------------------------------------------------------------------ */

static const em_grid_column columns[] = {
        {"what", "Report", EM_AS_TEXT, NULL, NULL}, {"title", "Title", EM_AS_TEXT, NULL, NULL}, {"as_known_on", "As known on", EM_AS_DAY, NULL, NULL},
        {"at", "Printed", EM_AS_TEXT, NULL, NULL}, {"author", "By", EM_AS_TEXT, NULL, NULL}, {"manifest", "Manifest", EM_AS_CODE, NULL, NULL},
        {"entry", "Ledger", EM_AS_NUMBER, "/ledger/", NULL}};

/* A heading without its marks: which of them print, only a case can say. */
static em_str without_marks(em_ask *ask, em_str text)
{
        char  *out = em_arena_alloc(ask->arena, text.n + 1);
        size_t n = 0;
        bool   inside = false;
        for (size_t i = 0; out && i < text.n; i++) {
                inside |= text.p[i] == '{';
                if (!inside)
                        out[n++] = text.p[i];
                inside &= text.p[i] != '}';
        }
        return out ? em_str_trim((em_str){out, n}) : EM_S("");
}

/* The first heading of a template. */
static em_str heading_of(em_ask *ask, em_str dir, em_str file)
{
        em_str path = {0}, text = {0};
        if (em_path_join(dir, file, ask->arena, &path, NULL) != EM_OK || em_file_read(path, (uint64_t)4 << 20, ask->arena, &text, NULL) != EM_OK)
                return EM_S("");
        for (em_cut cut = {.tail = text, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, '\n');
                if (em_str_starts(cut.head, EM_S("# ")))
                        return without_marks(ask, em_str_sub(cut.head, 2, cut.head.n));
        }
        return EM_S("");
}

/* "report-theft.md" is the template "theft"; false when the file is none. */
static bool is_template(em_str file, em_str *ret_name)
{
        if (em_str_eq(file, EM_S("report.md"))) {
                *ret_name = EM_S("");
                return true;
        }
        if (!em_str_starts(file, EM_S("report-")) || !em_str_ends(file, EM_S(".md")) || file.n < 11)
                return false;
        *ret_name = em_str_sub(file, 7, file.n - 10);
        return true;
}

em_status em_report_templates(em_str dir, em_arena *arena, em_str **ret_name, size_t *ret_count, em_error *err)
{
        em_str *name = NULL, found;
        size_t  count = 0, kept = 0;
        EM_TRY(em_dir_list(dir, arena, &name, &count, err));
        for (size_t i = 0; i < count; i++)
                if (is_template(name[i], &found))
                        name[kept++] = found;
        *ret_name = name;
        *ret_count = kept;
        return EM_OK;
}

static void put_template(em_ask *ask, em_str dir, em_str file, em_str name)
{
        em_html h = ask->h;
        em_str  heading = heading_of(ask, dir, file);
        em_html_lit(h, "<li><a href=\"/report");
        char sep = '?';
        if (name.n) {
                em_html_lit(h, "?template=");
                em_html_url(h, name);
                sep = '&';
        }
        if (h.known.n) {
                em_html_c(h, sep == '?' ? "?known=" : "&known=");
                em_html_url(h, h.known);
        }
        em_html_lit(h, "\">");
        em_html_text(h, heading.n ? heading : name.n ? name : EM_S("The report"));
        em_html_lit(h, "</a> <small>");
        em_html_text(h, file);
        em_html_c(h, name.n ? "" : ", the regime's main report");
        em_html_lit(h, "</small>\n");
}

static em_status put_templates(em_ask *ask, em_picture *now, em_error *err)
{
        em_str *name = NULL, dir = em_case_regime_dir(now->c), template_name;
        size_t  count = 0;
        EM_TRY(em_dir_list(dir, ask->arena, &name, &count, err));
        em_html_lit(ask->h, "<h2>Print one now</h2>\n<p>Each is written from the evidence as it is now");
        if (ask->h.known.n) {
                em_html_lit(ask->h, ", as known on ");
                em_html_text(ask->h, ask->h.known);
        }
        em_html_lit(ask->h, ". A sentence that the evidence does not carry is left out.</p>\n<ul>");
        for (int main_first = 0; main_first < 2; main_first++)
                for (size_t i = 0; i < count; i++)
                        if (is_template(name[i], &template_name) && (template_name.n > 0) == (main_first == 1))
                                put_template(ask, dir, name[i], template_name);
        em_html_lit(ask->h, "</ul>\n");
        return EM_OK;
}

static void put_kept(em_ask *ask, const em_jnode *kept, em_picture *now)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2>As last printed</h2>\n");
        if (!kept) {
                em_html_lit(h, "<p class=\"empty\">No report was printed into this case yet: <code>embargo report</code> prints one and keeps it.</p>\n");
                return;
        }
        em_str manifest = em_jtext(em_jget(kept, "manifest")), known = em_jtext(em_jget(kept, "as_known"));
        bool   same = em_str_eq(manifest, em_str_c(em_view_manifest(now->view)));
        em_html_lit(h, "<p><b>");
        em_html_text(h, em_jtext(em_jget(kept, "title")));
        em_html_lit(h, "</b>, ");
        em_html_c(h, known.n ? "as known on " : "with everything on file");
        em_html_text(h, known);
        em_html_lit(h, "; manifest <code>");
        em_html_text(h, em_str_sub(manifest, 0, 12));
        em_html_lit(h, "</code>. ");
        em_html_c(h, same ? "The sources are still the same." : "Sources have come since.");
        em_html_lit(h, " <a href=\"/report/diff?from=kept\">What changed since</a>.</p>\n");
}

static const char printed_sql[] =
        "select 'printed' as what, '' as title, coalesce(body ->> '$.as_known', ''), at, author, substr(body ->> '$.manifest', 1, 12), cast(seq as text) "
        "from ledger where action = 'report' order by seq desc limit 100";

static em_status printed_grid(em_ask *ask, em_picture *now, const em_jnode *kept, em_grid *ret_grid, em_error *err)
{
        em_rows rows = {0};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        em_query_opts opts = em_query_defaults;
        opts.as_known = now->known;
        grid.empty = "The ledger knows of no report that was printed.";
        EM_TRY(em_case_query(now->c, em_str_c(printed_sql), NULL, 0, &opts, ask->arena, &rows, err));
        for (size_t r = 0; r < rows.rows; r++) {
                em_str cell[EM_COUNT(columns)];
                for (size_t c = 0; c < EM_COUNT(columns); c++)
                        cell[c] = em_rows_at(&rows, r, c)->s;
                em_str manifest = em_jtext(em_jget(kept, "manifest"));
                if (r == 0 && kept && em_str_eq(em_str_sub(manifest, 0, 12), cell[5]))
                        cell[1] = em_jtext(em_jget(kept, "title"));
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        *ret_grid = grid;
        return EM_OK;
}

static em_status answer_reports(em_ask *ask, em_error *err)
{
        em_picture     *now;
        const em_jnode *kept;
        em_grid         grid;
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_report_kept(ask, &kept, err));
        EM_TRY(printed_grid(ask, now, kept, &grid, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.reports/1", &grid, err);
        em_page page = {.title = EM_S("Reports"), .nav = "report", .command = EM_S("report"),
                        .lede = EM_S("A report is made anew from the evidence every time; the same case and day give the same bytes.")};
        em_page_open(ask, &page);
        EM_TRY(put_templates(ask, now, err));
        put_kept(ask, kept, now);
        em_html_lit(ask->h, "<h2>What changed between two days</h2>\n");
        em_report_diff_form(ask, kept != NULL);
        em_html_lit(ask->h, "<h2>Printed so far</h2>\n");
        em_grid_html(ask, &grid);
        return em_page_close(ask, err);
}

static const em_route_param report_params[] = {{"known", "string", "the day as known on which it is written"},
                                               {"template", "string", "another template of the regime: theft for report-theft.md"}, {0}};
static const em_route_param diff_params[] = {{"from", "string", "a day, or kept: the report as last printed"},
                                             {"to", "string", "a day; without one, now"}, {0}};
enum { PAGE = EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT };

const em_route em_routes_report[] = {
        {"GET", "/report", EM_FAMILY_PAGE, answer_report, "the report, as known on any day", NULL, report_params, PAGE | EM_ROUTE_AHEAD},
        {"GET", "/reports", EM_FAMILY_PAGE, answer_reports, "the reports that can be printed, and those that were", NULL, NULL, PAGE},
        {"GET", "/report/diff", EM_FAMILY_PAGE, em_report_answer_diff, "which sentences came, went or changed between two days", NULL, diff_params, PAGE},
        {0},
};
