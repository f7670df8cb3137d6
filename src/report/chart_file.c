/* The header of a chart file: lines "-- keyword ..." before one SELECT, as in a
 * question.  doc/format-chart.md is its manual.
 */
#include "report/figure.h"

typedef struct reader {
        em_figure_file *f;
        em_str   line_text;
        uint64_t line;
        em_error *err;
} reader;

static em_status fail_line(const reader *r, const char *why)
{
        return em_fail_at(r->err, EM_FORMAT, r->f->file, r->line, 0, "%s", why);
}

static em_status set_text(em_str *field, em_str rest)
{
        *field = rest;
        return EM_OK;
}

static em_status read_kind(reader *r, em_str rest)
{
        static const char *const kinds[] = { "bars", "stacked", "range", "lines", "dots", "cumulative" };
        em_figure_file *f = r->f;
        f->is_map = em_str_eq(rest, EM_S("map"));
        f->is_panels = em_str_eq(rest, EM_S("panels"));
        if (f->is_map || f->is_panels) {
                f->kind = EM_CHART_BARS;
                return EM_OK;
        }
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
                if (em_str_eq(rest, em_str_c(kinds[i]))) {
                        f->kind = (em_chart_kind)i;
                        return EM_OK;
                }
        return fail_line(r, "a chart is bars, stacked, range, lines, dots, cumulative, panels or map");
}

static em_status read_axis(reader *r, em_str rest)
{
        static const char *const axes[] = { "categories", "days", "months", "years" };
        for (size_t i = 0; i < sizeof axes / sizeof *axes; i++)
                if (em_str_eq(rest, em_str_c(axes[i]))) {
                        r->f->axis = (em_axis)i;
                        return EM_OK;
                }
        return fail_line(r, "an axis is categories, days, months or years");
}

static em_status read_span(reader *r, em_str rest)
{
        em_span span;
        em_precision precision;
        if (!em_str_word(&rest, &r->f->span_from) || !em_str_word(&rest, &r->f->span_to) ||
            !em_span_parse(r->f->span_from, &span, &precision) ||
            (!em_str_eq(r->f->span_to, EM_S("known")) && !em_span_parse(r->f->span_to, &span, &precision)))
                return fail_line(r, "a span is two of YYYY, YYYY-MM, YYYY-MM-DD; the second may be \"known\"");
        return EM_OK;
}

static em_status read_mark(reader *r, em_str rest)
{
        em_figure_file *f = r->f;
        if (f->marks == EM_FIGURE_MARKS)
                return fail_line(r, "too many marks");
        em_figure_mark *m = &f->mark[f->marks++];
        if (!em_str_word(&rest, &m->when) || !em_str_word(&rest, &m->text))
                return fail_line(r, "a mark is WHEN \"words\" and, where there are several, \"series\"");
        if (!em_str_word(&rest, &m->series))
                m->series = (em_str){ 0 };
        return EM_OK;
}

static em_status read_gap(reader *r, em_str rest)
{
        em_figure_file *f = r->f;
        if (f->gaps == EM_FIGURE_GAPS)
                return fail_line(r, "too many gaps");
        em_figure_gap *g = &f->gap[f->gaps++];
        if (!em_str_word(&rest, &g->from) || !em_str_word(&rest, &g->to))
                return fail_line(r, "a gap is FROM TO \"words\"");
        if (!em_str_word(&rest, &g->text))
                g->text = (em_str){ 0 };
        return EM_OK;
}

static em_status read_panel(reader *r, em_str rest)
{
        em_figure_file *f = r->f;
        if (f->panels == EM_FIGURE_PANELS)
                return fail_line(r, "too many panels");
        em_figure_panel *p = &f->panel[f->panels++];
        if (!em_str_word(&rest, &p->series) || !em_str_word(&rest, &p->unit))
                return fail_line(r, "a panel is \"series\" \"unit\"");
        return EM_OK;
}

static em_status read_questions(reader *r, em_str rest)
{
        em_str word;
        while (em_str_word(&rest, &word)) {
                if (r->f->questions == EM_FIGURE_QUESTIONS)
                        return fail_line(r, "too many questions");
                r->f->question[r->f->questions++] = word;
        }
        return EM_OK;
}

static em_status read_numbers(reader *r, em_str key, em_str rest)
{
        em_str word;
        int64_t n = 0;
        for (size_t i = 0; em_str_word(&rest, &word); i++) {
                if (!em_str_int(word, &n) || n <= 0 || i == 4)
                        return fail_line(r, "whole numbers above zero are wanted here");
                if (em_str_eq(key, EM_S("per")))
                        r->f->per = n;
                else if (em_str_eq(key, EM_S("height")))
                        r->f->height = n < 2000 ? (int)n : 2000;
                else
                        r->f->percent[i] = n < 100 ? (int)n : 99;
        }
        return EM_OK;
}

static em_status read_line(reader *r, em_str line)
{
        em_figure_file *f = r->f;
        em_str rest = em_str_trim(em_str_sub(line, 2, line.n)), key;
        if (!em_str_word(&rest, &key))
                return EM_OK;
        rest = em_str_trim(rest);
        const struct { em_str key; em_str *field; } text[] = {
                { EM_S("unit"), &f->unit }, { EM_S("title"), &f->title }, { EM_S("title-else"), &f->title_else },
                { EM_S("subtitle"), &f->subtitle }, { EM_S("foot"), &f->foot }, { EM_S("desc"), &f->desc },
        };
        for (size_t i = 0; i < sizeof text / sizeof *text; i++)
                if (em_str_eq(key, text[i].key))
                        return set_text(text[i].field, rest);
        const struct { em_str key; em_status (*read)(reader *, em_str); } part[] = {
                { EM_S("chart"), read_kind }, { EM_S("axis"), read_axis }, { EM_S("span"), read_span },
                { EM_S("mark"), read_mark }, { EM_S("gap"), read_gap }, { EM_S("panel"), read_panel },
                { EM_S("question"), read_questions },
        };
        for (size_t i = 0; i < sizeof part / sizeof *part; i++)
                if (em_str_eq(key, part[i].key))
                        return part[i].read(r, rest);
        if (em_str_eq(key, EM_S("per")) || em_str_eq(key, EM_S("height")) || em_str_eq(key, EM_S("thresholds")))
                return read_numbers(r, key, rest);
        if (em_str_eq(key, EM_S("whole"))) {
                f->whole = true;
                return EM_OK;
        }
        return fail_line(r, "no such keyword; known are chart, axis, span, unit, per, whole, height, title, title-else, "
                            "subtitle, foot, desc, question, mark, gap, panel, thresholds");
}

em_status em_figure_parse(em_str name, em_str text, em_arena *arena, em_figure_file *ret_file,
                          em_error *err)
{
        em_figure_file f = { .name = name, .per = 1 };
        reader r = { .f = &f, .err = err };
        EM_TRY(em_str_format(arena, &f.file, err, "charts/%.*s.sql", EM_ARG(name)));
        em_str rest = text;
        bool kind = false;
        while (rest.n) {
                em_cut cut = em_str_cut(rest, '\n');
                em_str line = em_str_trim(cut.head);
                r.line++;
                if (line.n && !em_str_starts(line, EM_S("--")))
                        break;
                if (line.n)
                        EM_TRY(read_line(&r, line));
                kind = kind || em_str_starts(line, EM_S("-- chart"));
                rest = cut.tail;
        }
        f.sql = em_str_trim(rest);
        if (!kind || f.title.n == 0 || f.sql.n == 0)
                return fail_line(&r, "a chart file needs -- chart, -- title and a SELECT");
        if (f.title_else.n == 0)
                f.title_else = f.subtitle;
        *ret_file = f;
        return EM_OK;
}
