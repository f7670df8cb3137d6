/* From answers to one page.  Blocks are rendered in two passes, because the
 * annex, the method and the abbreviations speak about the text before them; they are
 * put together in the order of the template.
 */
#include "report/parts.h"

#include <stdlib.h>

em_html em_print_html(const em_print *p, em_buf *out)
{
        em_html h = p->pages ? em_html_make_pages(out) : em_html_make(out);
        h.known = em_str_c(p->known_iso);
        return h;
}

typedef em_status em_part(em_print *p, em_str args, em_html h, em_error *err);

static em_status part_nothing(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)p, (void)args, (void)h, (void)err;
        return EM_OK;
}

static em_status part_claims(em_print *p, em_str args, em_html h, em_error *err)
{
        return em_claims_render(p, p->pages ? args : (em_str){ 0 }, h, err);
}

static em_status part_measures(em_print *p, em_str args, em_html h, em_error *err)
{
        return em_measures_render(p, args, false, h, err);
}

static em_status part_caps(em_print *p, em_str args, em_html h, em_error *err)
{
        return em_measures_render(p, args, true, h, err);
}

static em_status part_finding(em_print *p, em_str args, em_html h, em_error *err)
{
        em_str word;
        while (em_str_word(&args, &word))
                EM_TRY(em_finding_render(p, word, h, err));
        return EM_OK;
}

static em_status part_chart(em_print *p, em_str args, em_html h, em_error *err)
{
        return em_figure_render(p, args, false, h, err);
}

static em_status part_map(em_print *p, em_str args, em_html h, em_error *err)
{
        return em_figure_render(p, args, true, h, err);
}

static em_status part_annex(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        EM_TRY(em_annex_render(p, h, err));
        return em_records_render(p, h, err);
}

static em_status part_method(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        return em_method_render(p, h, err);
}

static em_status part_abbreviations(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        return em_abbreviations_render(p, h, err);
}

static em_status part_sources(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        return em_sources_render(p, h, err);
}

static em_status part_replies(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        return em_replies_render(p, h, err);
}

static em_status part_listed(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        return em_listed_render(p, h, err);
}

static em_status part_ledger(em_print *p, em_str args, em_html h, em_error *err)
{
        (void)args;
        return em_ledger_render(p, h, err);
}

static const struct {
        em_str   name;
        em_part *render;
        bool     late;          /* speaks about the text before it: second pass */
} parts[] = {
        { EM_S_INIT("summary"), part_nothing, false },  { EM_S_INIT("claims"), part_claims, false },
        { EM_S_INIT("measures"), part_measures, false }, { EM_S_INIT("caps"), part_caps, false },
        { EM_S_INIT("finding"), part_finding, false },  { EM_S_INIT("chart"), part_chart, false },
        { EM_S_INIT("map"), part_map, false },          { EM_S_INIT("sources"), part_sources, false },
        { EM_S_INIT("replies"), part_replies, false },  { EM_S_INIT("ledger"), part_ledger, false },
        { EM_S_INIT("listed"), part_listed, false },
        { EM_S_INIT("annex"), part_annex, true },       { EM_S_INIT("method"), part_method, true },
        { EM_S_INIT("abbreviations"), part_abbreviations, true },
};

bool em_directive_known(em_str name)
{
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                if (em_str_eq(parts[i].name, name))
                        return true;
        return false;
}

static size_t part_of(const em_block *b)
{
        size_t i = 0;
        while (!em_str_eq(parts[i].name, b->name))
                i++;
        return i;
}

/* ---- two passes ---- */

typedef struct rendered { em_buf html; size_t toc_from, tocs; } rendered;

static em_status render_block(em_print *p, const em_block *b, bool late, rendered *r, em_error *err)
{
        bool is_late = b->directive && parts[part_of(b)].late;
        if (is_late != late)
                return EM_OK;
        r->html = em_buf_make(EM_REPORT_MAX_BYTES);
        r->toc_from = p->tocs;
        em_html h = em_print_html(p, &r->html);
        em_status status = b->directive ? parts[part_of(b)].render(p, b->args, h, err)
                                        : em_prose_render(p, b, h, err);
        r->tocs = p->tocs - r->toc_from;
        return status;
}

static em_status gather_text(em_print *p, const rendered *r, em_error *err)
{
        em_buf all = em_buf_make(EM_REPORT_MAX_BYTES);
        for (size_t i = 0; i < p->t.blocks; i++)
                em_buf_str(&all, em_buf_view(&r[i].html));
        em_status status = em_buf_status(&all, err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&all), p->arena, &p->text_so_far, err);
        em_buf_free(&all);
        return status;
}

/* The headings, back in the order of the text. */
static em_status order_toc(em_print *p, const rendered *r, em_error *err)
{
        em_toc *toc = EM_NEW_N(p->arena, em_toc, p->tocs);
        size_t n = 0;
        if (!toc)
                return em_fail(err, EM_NOMEM, "no memory for the contents");
        for (size_t i = 0; i < p->t.blocks; i++)
                for (size_t k = 0; k < r[i].tocs; k++)
                        toc[n++] = p->toc[r[i].toc_from + k];
        p->toc = toc;
        p->tocs = n;
        return EM_OK;
}

static em_status render_passes(em_print *p, rendered *r, const em_progress *progress, em_error *err)
{
        for (int late = 0; late < 2; late++) {
                for (size_t i = 0; i < p->t.blocks; i++) {
                        EM_TRY(render_block(p, &p->t.block[i], late == 1, &r[i], err));
                        if (!em_progress_tell(progress, "report", i, p->t.blocks))
                                return em_fail(err, EM_INTERRUPTED, "interrupted; nothing was written");
                }
                if (late == 0)
                        EM_TRY(gather_text(p, r, err));
        }
        return order_toc(p, r, err);
}

static em_status render_all(em_print *p, const em_progress *progress, em_buf *out, em_error *err)
{
        rendered *r = EM_NEW_N(p->arena, rendered, p->t.blocks);
        if (!r)
                return em_fail(err, EM_NOMEM, "no memory for the report");
        em_buf body = em_buf_make(EM_REPORT_MAX_BYTES);
        em_status status = render_passes(p, r, progress, err);
        for (size_t i = 0; i < p->t.blocks; i++) {
                if (status == EM_OK)
                        em_buf_str(&body, em_buf_view(&r[i].html));
                em_buf_free(&r[i].html);
        }
        if (status == EM_OK)
                status = em_buf_status(&body, err);
        if (status == EM_OK)
                status = em_page_write(p, em_buf_view(&body), out, err);
        em_buf_free(&body);
        return status;
}

/* ---- the template ---- */

/* A name, never a path: the template is the regime's. */
static em_status template_name(const em_print *p, em_str *ret_name, em_error *err)
{
        em_str name = p->opts.template_name;
        char shown[80];
        *ret_name = EM_S("report.md");
        if (!name.n)
                return EM_OK;
        for (size_t i = 0; i < name.n; i++)
                if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || name.p[i] == '-'))
                        return em_fail(err, EM_USAGE, "\"%s\" is no name of a template: small letters, digits and -",
                                       em_str_show(name, shown, sizeof shown));
        return em_str_format(p->arena, ret_name, err, "report-%.*s.md", EM_ARG(name));
}

static em_status load_template(em_print *p, em_error *err)
{
        em_str path, text, name;
        em_str *key = EM_NEW_N(p->arena, em_str, p->f->count + 1);
        if (!key)
                return em_fail(err, EM_NOMEM, "no memory for the template");
        for (size_t i = 0; i < p->f->count; i++)
                key[i] = em_question_key(p->f->question[i]);
        EM_TRY(template_name(p, &name, err));
        EM_TRY(em_path_join(em_case_regime_dir(p->c), name, p->arena, &path, err));
        if (p->viewed && !p->opts.template_name.n && !em_path_exists(path))
                text = EM_S("");        /* parts can be shown of a regime that prints nothing */
        else
                EM_TRY(em_file_read(path, EM_TEMPLATE_MAX_BYTES, p->arena, &text, err));
        EM_TRY(em_template_parse(name, text, p->arena, &p->t, err));
        EM_TRY(em_lint_template(&p->t, key, p->f->count, err));
        return EM_OK;
}

/* Parses and checks a template by itself. */
em_status em_report_lint(em_str name, em_str text, const em_str *question_keys, size_t count,
                         em_error *err)
{
        em_arena *arena = em_arena_new(64u << 20);
        if (!arena)
                return em_fail(err, EM_NOMEM, "no memory for the template");
        em_template t;
        em_status status = em_template_parse(name, text, arena, &t, err);
        if (status == EM_OK)
                status = em_lint_template(&t, question_keys, count, err);
        em_arena_free(arena);
        return status;
}

/* ---- anchors ---- */

static em_status add_anchor(em_print *p, em_anchor *a, char letter, size_t number, const char *kind, em_str ref,
                            em_str text, em_error *err)
{
        EM_TRY(em_str_format(p->arena, &a->name, err, "%c%zu", letter, number));
        a->kind = em_str_c(kind);
        a->ref = ref;
        a->text = text;
        return EM_OK;
}

static em_status reference(em_print *p, size_t k, em_str *ret_ref, em_error *err)
{
        const em_mark *m = &p->t.mark[k];
        const em_bound *b = &p->bound[k];
        if (!b->answer) {
                *ret_ref = b->held ? em_str_c(b->held->name) : m->key;
                return EM_OK;
        }
        return em_str_format(p->arena, ret_ref, err, "%.*s%s%.*s|%.*s", EM_ARG(m->key), m->reading.n ? "@" : "",
                             EM_ARG(m->reading), EM_ARG(m->name));
}

/* A sentence as printed, without Markdown's own marks. */
static em_status sentence_text(em_print *p, size_t i, em_str *ret_text, em_error *err)
{
        const em_sentence *s = &p->t.sentence[i];
        em_buf out = em_buf_make(1 << 16);
        const char *from = s->text.p;
        for (size_t k = s->mark_from; k < s->mark_from + s->marks; k++) {
                em_str mark = p->t.mark[k].text;
                em_buf_add(&out, from, (size_t)(mark.p - from));
                em_buf_str(&out, p->t.mark[k].kind == EM_MARK_IF ? (em_str){ 0 } : p->bound[k].text);
                from = mark.p + mark.n;
        }
        em_buf_add(&out, from, (size_t)(s->text.p + s->text.n - from));
        for (size_t c = 0; c < out.n; c++)
                if (out.p[c] == '\n')
                        out.p[c] = ' ';
        em_status status = em_buf_status(&out, err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&out), p->arena, ret_text, err);
        em_buf_free(&out);
        return status;
}

/* A sentence refers to its numbers: "n17 n18". */
static em_status put_anchors(em_print *p, em_error *err)
{
        em_anchor *list = EM_NEW_N(p->arena, em_anchor, p->numbers + p->sentences);
        size_t n = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the anchors");
        for (size_t i = 0; i < p->t.sentences; i++) {
                const em_sentence *s = &p->t.sentence[i];
                if (p->said[i].number == 0)
                        continue;
                em_str numbers = { 0 }, text, ref;
                for (size_t k = s->mark_from; k < s->mark_from + s->marks; k++) {
                        if (p->bound[k].number == 0)
                                continue;
                        EM_TRY(reference(p, k, &ref, err));
                        EM_TRY(add_anchor(p, &list[n++], 'n', p->bound[k].number,
                                          p->bound[k].answer ? "number" : "record", ref, p->bound[k].text, err));
                        EM_TRY(em_str_format(p->arena, &numbers, err, "%.*s%sn%zu", EM_ARG(numbers),
                                             numbers.n ? " " : "", p->bound[k].number));
                }
                EM_TRY(sentence_text(p, i, &text, err));
                EM_TRY(add_anchor(p, &list[n++], 's', p->said[i].number, "sentence", numbers, text, err));
        }
        em_error why;
        em_status status = em_case_anchors_put(p->c, list, n, &why);
        if (status == EM_OK || status == EM_DENIED)     /* open for reading only: the old ones stay */
                return EM_OK;
        if (err)
                *err = why;
        return status;
}

/* The first heading of the first level that stands. */
static em_status choose_title(em_print *p, em_error *err)
{
        p->title = EM_S("Report");
        p->title_unit = p->t.units;
        for (size_t i = 0; i < p->t.units; i++) {
                const em_unit *u = &p->t.unit[i];
                if (u->kind != EM_UNIT_HEADING || u->lead.n != 2 || p->said[u->sentence_from].withheld)
                        continue;
                p->title_unit = i;
                return sentence_text(p, u->sentence_from, &p->title, err);
        }
        return EM_OK;
}

/* ---- the whole ---- */

static em_status write_files(em_print *p, em_str html, em_str json, em_report_done *done, em_error *err)
{
        em_str dir = p->opts.out_dir;
        if (dir.n == 0)
                EM_TRY(em_path_join(em_case_dir(p->c), EM_S("report"), p->arena, &dir, err));
        EM_TRY(em_dir_make(dir, err));
        EM_TRY(em_path_join(dir, EM_S("index.html"), p->arena, &done->html, err));
        EM_TRY(em_path_join(dir, EM_S("report.json"), p->arena, &done->json, err));
        EM_TRY(em_file_write(done->json, json, err));
        return em_file_write(done->html, html, err);
}

static em_status prepare(em_print *p, em_findings *f, const em_progress *progress, em_error *err)
{
        EM_TRY(em_findings_make(p->c, p->known, p->arena, progress, f, err));
        p->f = f;
        EM_TRY(load_template(p, err));
        EM_TRY(em_load_case(p, err));
        EM_TRY(em_marks_bind(p, err));
        EM_TRY(choose_title(p, err));
        return em_load_records(p, err);
}

/* ---- a view: the parts by themselves ---- */

struct em_view { em_print p; em_findings f; };

em_status em_view_make(em_case *c, const em_report_opts *opts, em_arena *arena, const em_progress *progress,
                       em_view **ret_view, em_error *err)
{
        em_view *v = EM_NEW(arena, em_view);
        if (!v)
                return em_fail(err, EM_NOMEM, "no memory for a view of the case");
        v->p = (em_print){ .c = c, .arena = arena, .opts = { .as_known = EM_DAY_NONE } };
        if (opts)
                v->p.opts = *opts;
        v->p.known = v->p.opts.as_known;
        v->p.viewed = true;
        em_day_text(v->p.known, v->p.known_iso);
        EM_TRY(prepare(&v->p, &v->f, progress, err));
        *ret_view = v;
        return EM_OK;
}

const em_findings *em_view_findings(const em_view *v) { return &v->f; }
const char *em_view_manifest(const em_view *v) { return v->p.manifest; }
em_str em_view_title(const em_view *v) { return v->p.title; }
const em_claim *em_view_claims(const em_view *v, size_t *ret_count) { *ret_count = v->p.claims; return v->p.claim; }

const em_answer *em_view_cited(const em_view *v, size_t i)
{
        return i < v->p.listed ? v->f.answer[v->p.order[i]] : NULL;
}

/* A copy, so that what a part notes down ends with it. */
static em_print part_print(const em_view *v, em_arena *arena)
{
        em_print p = v->p;
        p.f = &v->f;
        p.arena = arena;
        p.pages = true;
        return p;
}

em_status em_view_part(const em_view *v, em_str name, em_str args, em_arena *arena, em_buf *out, em_error *err)
{
        em_print p = part_print(v, arena);
        em_block b = { .name = name };
        if (!em_directive_known(name))
                return em_page_part_render(&p, name, args, em_print_html(&p, out), err);
        return parts[part_of(&b)].render(&p, args, em_print_html(&p, out), err);
}

static int by_name(const void *a, const void *b) { return em_str_cmp(*(const em_str *)a, *(const em_str *)b); }

/* A name may come from an address: it is one of the folder's, or none. */
em_status em_view_charts(const em_view *v, em_arena *arena, em_str **ret_names, size_t *ret_count, em_error *err)
{
        em_str dir, *name = NULL;
        size_t names = 0, kept = 0;
        EM_TRY(em_path_join(em_case_regime_dir(v->p.c), EM_S("charts"), arena, &dir, err));
        if (em_path_is_dir(dir))
                EM_TRY(em_dir_list(dir, arena, &name, &names, err));
        for (size_t i = 0; i < names; i++)
                if (em_str_ends(name[i], EM_S(".sql")) && name[i].n > 4 && name[i].p[0] != '.')
                        name[kept++] = em_str_sub(name[i], 0, name[i].n - 4);
        if (kept)
                qsort(name, kept, sizeof *name, by_name);       /* "coal" before "coal-2017", whose file name comes first */
        *ret_names = name;
        *ret_count = kept;
        return EM_OK;
}

static em_status check_chart(const em_view *v, em_str name, em_arena *arena, em_error *err)
{
        em_str *known = NULL;
        size_t  count = 0;
        char    shown[80];
        EM_TRY(em_view_charts(v, arena, &known, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(known[i], name))
                        return EM_OK;
        return em_fail(err, EM_MISSING, "the regime has no chart \"%s\"", em_str_show(name, shown, sizeof shown));
}

em_status em_view_chart(const em_view *v, em_str name, bool linked, em_arena *arena, em_chart_seen *ret_seen, em_error *err)
{
        em_print *p = EM_NEW(arena, em_print);
        EM_TRY(check_chart(v, name, arena, err));
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for a chart");
        *p = part_print(v, arena);
        return em_figure_see(p, name, linked, ret_seen, err);
}

em_status em_view_report(const em_view *v, em_arena *arena, const em_progress *progress, em_buf *html, em_buf *json, em_error *err)
{
        em_print p = v->p;
        p.f = &v->f;
        p.arena = arena;
        EM_TRY(render_all(&p, progress, html, err));
        return em_report_json(&p, json, err);
}

em_status em_report_make(em_case *c, const em_report_opts *opts, em_arena *arena,
                         const em_progress *progress, em_report_done *ret_done, em_error *err)
{
        em_findings f = { 0 };
        em_report_done done = { 0 };
        em_print p = { .c = c, .arena = arena, .opts = { .as_known = EM_DAY_NONE } };
        if (opts)
                p.opts = *opts;
        p.known = p.opts.as_known;
        EM_TRY(prepare(&p, &f, progress, err));
        em_buf html = em_buf_make(EM_REPORT_MAX_BYTES), json = em_buf_make(EM_REPORT_MAX_BYTES);
        em_status status = render_all(&p, progress, &html, err);
        if (status == EM_OK)
                status = em_report_json(&p, &json, err);
        if (status == EM_OK)
                status = write_files(&p, em_buf_view(&html), em_buf_view(&json), &done, err);
        em_buf_free(&html);
        em_buf_free(&json);
        if (status == EM_OK && !p.opts.draft)
                status = put_anchors(&p, err);
        if (status != EM_OK)
                return status;
        done.sentences = p.sentences;
        done.withheld = p.withheld - (p.opts.draft ? 0 : p.uncalled);
        done.numbers = p.numbers;
        done.charts = p.charts;
        done.records = p.helds;
        memcpy(done.manifest, p.manifest, sizeof done.manifest);
        *ret_done = done;
        return EM_OK;
}
