/* A figure: the rows of a chart file drawn, with the same data in a table and
 * the way to its evidence.  It is drawn twice, for wide and for narrow
 * screens, because letters in a picture shrink with it.
 *
 * Its title is a sentence like any other: when a quantifier in it does not hold
 * the neutral `title-else` stands instead.
 */
#include "report/figure.h"

#include <math.h>
#include <stdio.h>

typedef struct series {
        em_str name;
        em_chart_datum *at;  size_t count;
        em_chart_cap    cap[EM_CHART_CAPS_MAX];   size_t caps;
        em_chart_mark   mark[EM_FIGURE_MARKS];    size_t marks;
        em_chart_gap    gap[EM_FIGURE_GAPS + 48]; size_t gaps;
} series;

typedef struct figure {
        em_print       *p;
        em_figure_file  file;
        em_rows         rows;
        em_str          text, title, subtitle, foot, desc;
        series         *series;     size_t count;
        em_str         *category;   size_t categories;
        em_span         span;
        bool            plain;          /* without links */
        em_error       *err;
} figure;

static em_str cell_text(const figure *f, size_t row, const char *column)
{
        return em_rows_text(&f->rows, row, column, f->p->arena);
}

static em_milli cell_milli(const figure *f, size_t row, const char *column, em_milli none)
{
        ptrdiff_t at = em_rows_column(&f->rows, em_str_c(column));
        if (at < 0)
                return none;
        const em_value *v = em_rows_at(&f->rows, row, (size_t)at);
        if (v->type == EM_VALUE_INT)
                return v->i;
        if (v->type == EM_VALUE_REAL && fabs(v->r) < 9e15)
                return (em_milli)llround(v->r);
        return none;
}

static em_status load_file(figure *f, em_str name, em_error *err)
{
        em_str dir, file, path, text;
        em_print *p = f->p;
        EM_TRY(em_path_join(em_case_regime_dir(p->c), EM_S("charts"), p->arena, &dir, err));
        EM_TRY(em_str_format(p->arena, &file, err, "%.*s.sql", EM_ARG(name)));
        EM_TRY(em_path_join(dir, file, p->arena, &path, err));
        EM_TRY(em_file_read(path, 1 << 18, p->arena, &text, err));
        f->text = text;
        return em_figure_parse(name, text, p->arena, &f->file, err);
}

static em_status run(figure *f, em_error *err)
{
        em_print *p = f->p;
        char until[11] = "9999-12-31";
        if (p->known != EM_DAY_NONE)
                em_day_text(p->known, until);
        em_param param = { EM_S("until"), { .type = EM_VALUE_TEXT, .s = em_str_c(until) } };
        em_query_opts opts = em_query_defaults;
        opts.as_known = p->known;
        opts.max_rows = EM_CHART_DATA_MAX;
        bool asks = em_str_find(f->file.sql, EM_S(":until")) >= 0;
        em_error why;
        em_status status = em_case_query(p->c, f->file.sql, &param, asks ? 1 : 0, &opts, p->arena, &f->rows, &why);
        if (status == EM_OK)
                return EM_OK;
        if (why.file[0] == '\0')
                return em_fail_at(err, status, f->file.file, 0, 0, "%s", why.text);
        if (err)
                *err = why;
        return status;
}

/* ---- words ---- */

/* The words of a picture are prose: no number in them that is not bound. */
static em_status lint_words(const figure *f, em_error *err)
{
        const em_str words[] = { f->file.title, f->file.title_else, f->file.subtitle, f->file.foot, f->file.desc };
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                EM_TRY(em_report_lint(f->file.file, words[i], NULL, 0, err));
        for (size_t i = 0; i < f->file.marks; i++)
                EM_TRY(em_report_lint(f->file.file, f->file.mark[i].text, NULL, 0, err));
        return EM_OK;
}

static em_status bind_words(figure *f, em_error *err)
{
        bool holds;
        em_print *p = f->p;
        EM_TRY(lint_words(f, err));
        EM_TRY(em_text_bind(p, f->file.title, &f->title, &holds, err));
        if (!holds)
                EM_TRY(em_text_bind(p, f->file.title_else, &f->title, &holds, err));
        EM_TRY(em_text_bind(p, f->file.subtitle, &f->subtitle, &holds, err));
        EM_TRY(em_text_bind(p, f->file.foot, &f->foot, &holds, err));
        if (!holds)
                f->foot = (em_str){ 0 };
        EM_TRY(em_text_bind(p, f->file.desc, &f->desc, &holds, err));
        if (!holds)
                f->desc = f->subtitle;
        return EM_OK;
}

/* ---- rows into series ---- */

static size_t category_of(figure *f, em_str name)
{
        for (size_t i = 0; i < f->categories; i++)
                if (em_str_eq(f->category[i], name))
                        return i;
        f->category[f->categories] = name;
        return f->categories++;
}

static em_status series_of(figure *f, em_str name, series **ret_series, em_error *err)
{
        for (size_t i = 0; i < f->count; i++)
                if (em_str_eq(f->series[i].name, name)) {
                        *ret_series = &f->series[i];
                        return EM_OK;
                }
        if (f->count == EM_CHART_SERIES_MAX)
                return em_fail_at(err, EM_LIMIT, f->file.file, 0, 0, "more than %d series", EM_CHART_SERIES_MAX);
        series *s = &f->series[f->count++];
        s->name = name;
        s->at = EM_NEW_N(f->p->arena, em_chart_datum, f->rows.rows);
        if (!s->at)
                return em_fail(err, EM_NOMEM, "no memory for a chart");
        *ret_series = s;
        return EM_OK;
}

/* To the record's card when the row is one record that has a card; else to the
 * first question's evidence. */
static em_status link_of(const figure *f, size_t row, em_str *ret_href, em_error *err)
{
        int64_t record = cell_milli(f, row, "record", 0);
        const em_held *held = record ? em_print_held(f->p, record) : NULL;
        if (f->plain)
                return EM_OK;
        em_buf href = em_buf_make(256);
        if (held)
                em_html_place(em_print_html(f->p, &href), "r-", em_str_c(held->name));
        else if (f->file.questions)
                em_html_place(em_print_html(f->p, &href), "a-", f->file.question[0]);
        em_status status = em_str_copy(em_buf_view(&href), f->p->arena, ret_href, err);
        em_buf_free(&href);
        return status;
}

static em_status place_of(figure *f, size_t row, em_str x, em_span *ret_when, size_t *ret_row, em_error *err)
{
        em_precision precision;
        *ret_when = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        *ret_row = 0;
        if (f->file.kind == EM_CHART_DOTS || f->file.axis == EM_AXIS_CATEGORIES) {
                *ret_row = category_of(f, x);
                return EM_OK;
        }
        if (em_span_parse(x, ret_when, &precision))
                return EM_OK;
        char shown[64];
        return em_fail_at(err, EM_FORMAT, f->file.file, 0, 0, "row %zu: x \"%s\" is not a day, month or year", row + 1,
                          em_str_show(x, shown, sizeof shown));
}

static em_status add_special(figure *f, series *s, size_t row, em_str role, em_span when, size_t at, em_error *err)
{
        if (em_str_eq(role, EM_S("cap"))) {
                if (s->caps == EM_CHART_CAPS_MAX)
                        return em_fail_at(err, EM_LIMIT, f->file.file, 0, 0, "more than %d caps", EM_CHART_CAPS_MAX);
                em_chart_cap *cap = &s->cap[s->caps++];
                cap->value = cell_milli(f, row, "low_milli", 0);
                cap->name = cell_text(f, row, "label");
                memcpy(cap->percent, f->file.percent, sizeof cap->percent);
                return EM_OK;
        }
        if (s->gaps == sizeof s->gap / sizeof *s->gap)
                return em_fail_at(err, EM_LIMIT, f->file.file, 0, 0, "too many gaps");
        em_str to = cell_text(f, row, "x_to");
        em_span end;
        em_precision precision;
        if (to.n && em_span_parse(to, &end, &precision))
                when.to = end.to;
        s->gap[s->gaps++] = (em_chart_gap){ .when = when, .row = at, .text = cell_text(f, row, "label") };
        return EM_OK;
}

static em_status add_row(figure *f, size_t row, em_error *err)
{
        series *s = NULL;
        em_span when;
        size_t at;
        em_str role = cell_text(f, row, "role"), x = cell_text(f, row, "x");
        EM_TRY(series_of(f, cell_text(f, row, "series"), &s, err));
        if (em_str_eq(role, EM_S("cap")))
                return add_special(f, s, row, role, (em_span){ 0 }, 0, err);
        EM_TRY(place_of(f, row, x, &when, &at, err));
        if (em_str_eq(role, EM_S("gap")))
                return add_special(f, s, row, role, when, at, err);
        em_chart_datum *d = &s->at[s->count++];
        *d = (em_chart_datum){ .day = when.from, .row = at };
        d->low = cell_milli(f, row, "low_milli", EM_MILLI_NONE);
        bool open = em_rows_column(&f->rows, EM_S("high_milli")) >= 0 && d->low != EM_MILLI_NONE;
        d->high = cell_milli(f, row, "high_milli", open ? EM_MILLI_MAX : d->low);
        d->stated = cell_milli(f, row, "stated_milli", EM_MILLI_NONE);
        d->has_stated = d->stated != EM_MILLI_NONE;
        d->was = cell_milli(f, row, "was_milli", EM_MILLI_NONE);
        d->has_was = d->was != EM_MILLI_NONE;
        d->accent = cell_milli(f, row, "accent", 0) != 0;
        d->label = cell_text(f, row, "label");
        d->note = cell_text(f, row, "note");
        return link_of(f, row, &d->href, err);
}

/* ---- span, marks, gaps ---- */

static void set_span(figure *f)
{
        em_span from, to;
        em_precision precision;
        f->span = (em_span){ 1, 0 };
        if (f->file.span_from.n == 0)
                return;
        em_span_parse(f->file.span_from, &from, &precision);
        f->span.from = from.from;
        if (em_span_parse(f->file.span_to, &to, &precision))
                f->span.to = to.to;
        else if (f->p->known != EM_DAY_NONE)
                f->span.to = f->p->known;
        else
                for (size_t i = 0; i < f->count; i++)
                        for (size_t k = 0; k < f->series[i].count; k++)
                                f->span.to = f->series[i].at[k].day > f->span.to ? f->series[i].at[k].day : f->span.to;
}

/* A mark stands on top of what is drawn in its slot; where nothing is, it is
 * left out: its day lies after the day as of which the report stands. */
static void add_mark(figure *f, series *s, em_str when_text, em_str text)
{
        em_span when = { EM_DAY_NONE, EM_DAY_NONE };
        em_precision precision;
        bool by_category = f->file.kind == EM_CHART_DOTS || f->file.axis == EM_AXIS_CATEGORIES, any = false;
        em_milli top = 0;
        size_t row = 0;
        if (!by_category && !em_span_parse(when_text, &when, &precision))
                return;
        while (by_category && row < f->categories && !em_str_eq(f->category[row], when_text))
                row++;
        for (size_t k = 0; k < s->count; k++) {
                const em_chart_datum *d = &s->at[k];
                bool here = by_category ? d->row == row : d->day >= when.from && d->day <= when.to;
                if (!here || d->low == EM_MILLI_NONE)
                        continue;
                any = true;
                em_milli high = d->high == EM_MILLI_MAX ? d->low : d->high;
                top = high > top ? high : top;
        }
        if (any && s->marks < EM_FIGURE_MARKS)
                s->mark[s->marks++] = (em_chart_mark){ .when = when, .row = row, .value = top, .text = text };
}

static em_status add_marks(figure *f, em_error *err)
{
        for (size_t i = 0; i < f->file.marks; i++) {
                const em_figure_mark *m = &f->file.mark[i];
                em_str text;
                bool holds;
                EM_TRY(em_text_bind(f->p, m->text, &text, &holds, err));
                for (size_t k = 0; holds && k < f->count; k++)
                        if (m->series.n ? em_str_eq(f->series[k].name, m->series) : k == 0)
                                add_mark(f, &f->series[k], m->when, text);
        }
        return EM_OK;
}

static void add_gaps(figure *f)
{
        em_span from, to;
        em_precision precision;
        for (size_t i = 0; i < f->file.gaps && f->count; i++) {
                const em_figure_gap *g = &f->file.gap[i];
                series *s = &f->series[0];
                if (em_span_parse(g->from, &from, &precision) && em_span_parse(g->to, &to, &precision) &&
                    s->gaps < sizeof s->gap / sizeof *s->gap)
                        s->gap[s->gaps++] = (em_chart_gap){ .when = { from.from, to.to }, .text = g->text };
        }
}

static em_status build(figure *f, em_error *err)
{
        f->series = EM_NEW_N(f->p->arena, series, EM_CHART_SERIES_MAX);
        f->category = EM_NEW_N(f->p->arena, em_str, f->rows.rows + 1);
        if (!f->series || !f->category)
                return em_fail(err, EM_NOMEM, "no memory for a chart");
        for (size_t i = 0; i < f->rows.rows; i++)
                EM_TRY(add_row(f, i, err));
        set_span(f);
        add_gaps(f);
        return add_marks(f, err);
}

/* ---- drawing ---- */

typedef struct drawing {        /* one chart or several panels, ready for draw/ */
        em_chart        chart[EM_CHART_PANELS_MAX];
        em_chart_series series[EM_CHART_SERIES_MAX];
        size_t          charts;
        em_chart_cap    cap[EM_CHART_CAPS_MAX];
        em_chart_mark   mark[EM_CHART_MARKS_MAX];
        em_chart_gap    gap[EM_CHART_SERIES_MAX * 64];
} drawing;

static em_chart base_chart(const figure *f, const em_caption *caption)
{
        return (em_chart){ .caption = *caption, .kind = f->file.kind, .axis = f->file.axis, .span = f->span,
                           .categories = f->category, .category_count = f->categories, .unit = f->file.unit,
                           .per = f->file.per, .whole = f->file.whole };
}

static void lay_panels(const figure *f, const em_caption *caption, drawing *d)
{
        for (size_t i = 0; i < f->count && i < EM_CHART_PANELS_MAX; i++) {
                const series *s = &f->series[i];
                if (s->count == 0)
                        continue;
                em_chart *c = &d->chart[d->charts++];
                *c = base_chart(f, caption);
                c->caption.title = s->name;
                d->series[i] = (em_chart_series){ .name = s->name, .at = s->at, .count = s->count, .colour = 1 };
                c->series = &d->series[i];
                c->series_count = 1;
                for (size_t k = 0; k < f->file.panels; k++)
                        if (em_str_eq(f->file.panel[k].series, s->name))
                                c->unit = f->file.panel[k].unit;
                c->marks = s->mark;
                c->mark_count = s->marks;
                c->caps = s->cap;
                c->cap_count = s->caps;
                c->gaps = s->gap;
                c->gap_count = s->gaps;
        }
}

static void lay_one(const figure *f, const em_caption *caption, drawing *d)
{
        em_chart *c = &d->chart[0];
        size_t caps = 0, marks = 0, gaps = 0;
        d->charts = 1;
        *c = base_chart(f, caption);
        for (size_t i = 0; i < f->count; i++) {
                const series *s = &f->series[i];
                if (s->count)
                        d->series[c->series_count++] = (em_chart_series){ .name = s->name, .at = s->at, .count = s->count };
                for (size_t k = 0; k < s->caps && caps < EM_CHART_CAPS_MAX; k++)
                        d->cap[caps++] = s->cap[k];
                for (size_t k = 0; k < s->marks && marks < EM_CHART_MARKS_MAX; k++)
                        d->mark[marks++] = s->mark[k];
                for (size_t k = 0; k < s->gaps; k++)
                        d->gap[gaps++] = s->gap[k];
        }
        c->series = d->series;
        c->caps = d->cap;
        c->cap_count = caps;
        c->marks = d->mark;
        c->mark_count = marks;
        c->gaps = d->gap;
        c->gap_count = gaps;
}

static em_status draw_chart(const figure *f, const char *prefix, em_draw_opts opts, em_html h, bool table, em_error *err)
{
        em_str id;
        EM_TRY(em_str_format(f->p->arena, &id, err, "%s-%.*s", prefix, EM_ARG(f->file.name)));
        em_caption caption = { .id = id, .title = f->title, .subtitle = f->subtitle, .foot = f->foot, .desc = f->desc };
        drawing *d = EM_NEW(f->p->arena, drawing);
        if (!d)
                return em_fail(err, EM_NOMEM, "no memory for a chart");
        if (f->file.is_panels)
                lay_panels(f, &caption, d);
        else
                lay_one(f, &caption, d);
        if (table) {
                for (size_t i = 0; i < d->charts; i++)
                        EM_TRY(em_chart_table(&d->chart[i], h.out, err));
                return EM_OK;
        }
        return f->file.is_panels ? em_chart_panels(&caption, d->chart, d->charts, &opts, h.out, err)
                                 : em_chart_svg(&d->chart[0], &opts, h.out, err);
}

/* ---- maps ---- */

static int32_t degrees_e7(const figure *f, size_t row, const char *column)
{
        ptrdiff_t at = em_rows_column(&f->rows, em_str_c(column));
        const em_value *v = at < 0 ? NULL : em_rows_at(&f->rows, row, (size_t)at);
        double degrees = !v ? 0 : v->type == EM_VALUE_REAL ? v->r : v->type == EM_VALUE_INT ? (double)v->i : 0;
        return fabs(degrees) <= 180 ? (int32_t)lround(degrees * 1e7) : 0;
}

static em_atlas_mark mark_of(em_str word)
{
        static const char *const words[EM_ATLAS_MARKS] = {
                [EM_MARK_COUNT] = "", [EM_MARK_MEETING] = "meeting", [EM_MARK_SILENCE] = "silence", [EM_MARK_CALL] = "call",
                [EM_MARK_IDENTITY] = "identity", [EM_MARK_EVENT] = "event", [EM_MARK_PORT] = "port",
        };
        for (size_t i = 0; i < EM_ATLAS_MARKS; i++)
                if (em_str_eq(word, em_str_c(words[i])))
                        return (em_atlas_mark)i;
        return EM_MARK_EVENT;
}

typedef struct map_parts { em_atlas_point *point; em_atlas_name *name; em_atlas_track *track; em_atlas_fix *fix; size_t fixes; } map_parts;

/* Rows of one track follow each other; a row with `accent` was reached through a silence. */
static em_status add_fix(const figure *f, size_t row, em_atlas *atlas, map_parts *m, em_error *err)
{
        em_str name = cell_text(f, row, "name");
        if (!atlas->track_count || !em_str_eq(m->track[atlas->track_count - 1].name, name)) {
                if (atlas->track_count == EM_ATLAS_TRACKS_MAX)
                        return em_fail_at(err, EM_LIMIT, f->file.file, 0, 0, "more than %d tracks", EM_ATLAS_TRACKS_MAX);
                m->track[atlas->track_count++] = (em_atlas_track){ .name = name, .at = m->fix + m->fixes };
        }
        m->fix[m->fixes++] = (em_atlas_fix){ degrees_e7(f, row, "lat"), degrees_e7(f, row, "lon"), cell_milli(f, row, "accent", 0) != 0 };
        m->track[atlas->track_count - 1].count++;
        return EM_OK;
}

static em_status add_point(const figure *f, size_t row, em_atlas *atlas, map_parts *m, em_error *err)
{
        em_milli count = cell_milli(f, row, "count", 0);
        em_atlas_point *at = &m->point[atlas->point_count++];
        *at = (em_atlas_point){ .lat_e7 = degrees_e7(f, row, "lat"), .lon_e7 = degrees_e7(f, row, "lon"),
                                .count = count > 0 ? (uint64_t)count : 0, .mark = mark_of(cell_text(f, row, "mark")),
                                .name = cell_text(f, row, "name"), .text = cell_text(f, row, "label"),
                                .accent = cell_milli(f, row, "accent", 0) != 0 };
        return link_of(f, row, &at->href, err);
}

static em_status draw_map(const figure *f, const char *prefix, em_draw_opts opts, em_html h, bool table, em_error *err)
{
        em_print *p = f->p;
        map_parts m = { .point = EM_NEW_N(p->arena, em_atlas_point, f->rows.rows), .name = EM_NEW_N(p->arena, em_atlas_name, f->rows.rows),
                        .track = EM_NEW_N(p->arena, em_atlas_track, EM_ATLAS_TRACKS_MAX), .fix = EM_NEW_N(p->arena, em_atlas_fix, f->rows.rows) };
        em_str id;
        if (!m.point || !m.name || !m.track || !m.fix)
                return em_fail(err, EM_NOMEM, "no memory for a map");
        EM_TRY(em_str_format(p->arena, &id, err, "%s-%.*s", prefix, EM_ARG(f->file.name)));
        em_atlas atlas = { .caption = { .id = id, .title = f->title, .subtitle = f->subtitle, .foot = f->foot,
                                        .desc = f->desc },
                           .unit = f->file.unit, .points = m.point, .names = m.name, .tracks = m.track };
        for (size_t i = 0; i < f->rows.rows; i++) {
                em_str role = cell_text(f, i, "role");
                if (em_str_eq(role, EM_S("track")))
                        EM_TRY(add_fix(f, i, &atlas, &m, err));
                else if (role.n)
                        m.name[atlas.name_count++] = (em_atlas_name){ degrees_e7(f, i, "lat"), degrees_e7(f, i, "lon"),
                                                                      cell_text(f, i, "name"), em_str_eq(role, EM_S("sea")) };
                else
                        EM_TRY(add_point(f, i, &atlas, &m, err));
        }
        if (atlas.track_count)
                atlas.box = em_atlas_fit(&atlas);
        return table ? em_atlas_table(&atlas, h.out, err) : em_atlas_svg(&atlas, &opts, h.out, err);
}

static em_status draw(const figure *f, const char *prefix, int width, em_html h, bool table, em_error *err)
{
        em_draw_opts opts = { .width = width, .height = f->file.height };
        return f->file.is_map ? draw_map(f, prefix, opts, h, table, err)
                              : draw_chart(f, prefix, opts, h, table, err);
}

static void put_evidence(const figure *f, em_html h)
{
        bool any = false;
        for (size_t i = 0; i < f->file.questions; i++) {
                const em_answer *a = em_findings_get(f->p->f, f->file.question[i]);
                if (!a || !em_print_place(f->p, a))
                        continue;
                if (!any)
                        em_html_lit(h, "Evidence: ");
                else
                        em_html_lit(h, ", ");
                any = true;
                em_piece_place(h, f->p, a);
        }
}

/* Caps and marks alone, which a regime brings along, are no chart; names of places and seas are no map. */
static bool has_data(const figure *f)
{
        bool any = false;
        for (size_t i = 0; f->file.is_map && i < f->rows.rows && !any; i++) {
                em_str role = cell_text(f, i, "role");
                any = !em_str_eq(role, EM_S("place")) && !em_str_eq(role, EM_S("sea"));
        }
        for (size_t i = 0; i < f->count; i++)
                any = any || f->series[i].count > 0;
        return any;
}

/* From the file to what may be drawn. */
static em_status fill(figure *f, em_error *err)
{
        EM_TRY(run(f, err));
        if (f->rows.rows == 0)
                return EM_OK;
        EM_TRY(bind_words(f, err));
        return f->file.is_map ? EM_OK : build(f, err);
}

em_status em_figure_render(em_print *p, em_str name, bool map, em_html h, em_error *err)
{
        figure f = { .p = p, .err = err };
        EM_TRY(load_file(&f, name, err));
        if (f.file.is_map != map)
                return em_fail_at(err, EM_FORMAT, f.file.file, 0, 0, "a map is named with {{map}}, a chart with {{chart}}");
        EM_TRY(fill(&f, err));
        if (!has_data(&f)) {
                em_html_lit(h, "<p class=\"empty\">Nothing to draw for this chart as known on that "
                               "day.</p>\n");
                return EM_OK;
        }
        em_html_lit(h, "<figure class=\"fig\" id=\"");
        em_html_id(h, "fig-", name);
        em_html_lit(h, "\">\n<div class=\"on-wide\">");
        EM_TRY(draw(&f, "w", 760, h, false, err));
        em_html_lit(h, "</div>\n<div class=\"on-narrow\">");
        EM_TRY(draw(&f, "x", 380, h, false, err));
        em_html_lit(h, "</div>\n<figcaption>");
        put_evidence(&f, h);
        em_html_lit(h, "<details><summary>The numbers behind it</summary><div class=\"table\" "
                       "tabindex=\"0\">");
        EM_TRY(draw(&f, "t", 760, h, true, err));
        em_html_lit(h, "</div></details></figcaption></figure>\n");
        p->charts++;
        return em_buf_status(h.out, err);
}

/* ---- by itself ---- */

em_status em_figure_see(em_print *p, em_str name, bool linked, em_chart_seen *ret_seen, em_error *err)
{
        figure *f = EM_NEW(p->arena, figure);
        bool holds;
        if (!f)
                return em_fail(err, EM_NOMEM, "no memory for a chart");
        *f = (figure){ .p = p, .err = err, .plain = !linked };
        EM_TRY(load_file(f, name, err));
        EM_TRY(fill(f, err));
        if (f->rows.rows == 0)          /* its words are wanted all the same */
                EM_TRY(em_text_bind(p, f->file.title_else, &f->title, &holds, err));
        *ret_seen = (em_chart_seen){ .name = name, .map = f->file.is_map, .empty = !has_data(f), .title = f->title,
                                     .subtitle = f->subtitle, .foot = f->foot, .unit = f->file.unit, .per = f->file.per,
                                     .question = f->file.question, .questions = f->file.questions, .text = f->text,
                                     .sql = f->file.sql, .rows = f->rows, .figure = f };
        return EM_OK;
}

em_status em_chart_seen_svg(const em_chart_seen *seen, const char *prefix, const em_draw_opts *opts, em_buf *out, em_error *err)
{
        const figure *f = seen->figure;
        em_draw_opts own = *opts;
        if (seen->empty)
                return EM_OK;
        own.height = own.height ? own.height : f->file.height;
        em_html h = em_print_html(f->p, out);
        EM_TRY(f->file.is_map ? draw_map(f, prefix, own, h, false, err) : draw_chart(f, prefix, own, h, false, err));
        return em_buf_status(out, err);
}

em_status em_chart_seen_table(const em_chart_seen *seen, em_buf *out, em_error *err)
{
        if (seen->empty)
                return EM_OK;
        EM_TRY(draw(seen->figure, "t", 760, em_print_html(seen->figure->p, out), true, err));
        return em_buf_status(out, err);
}
