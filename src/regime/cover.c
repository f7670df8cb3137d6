/* cover.c -- where silence means something.
 *
 * "None was found" is a finding only where somebody was looking: a source that
 * claims to be complete from one day to another (its custody's covers_from and
 * covers_to), and only as far as it was known on the day of asking.  The union
 * of such spans is the coverage of a kind; S/2006/997, paragraphs 21 and 48,
 * wants the basis of every conclusion stated, and the basis of an absence is
 * this.
 */
#include "inside.h"

#include <stdlib.h>

static const em_value *cell(const em_rows *rows, size_t row, const char *name)
{
        static const em_value null = { .type = EM_VALUE_NULL };
        ptrdiff_t column = em_rows_column(rows, em_str_c(name));

        return column < 0 ? &null : em_rows_at(rows, row, (size_t)column);
}

static int64_t cell_int(const em_rows *rows, size_t row, const char *name)
{
        const em_value *v = cell(rows, row, name);

        return v->type == EM_VALUE_INT ? v->i : 0;
}

static bool claimed_span(const em_rows *rows, size_t row, em_day as_known, em_span *ret_span)
{
        em_span from, to;

        if (!em_cell_span(cell(rows, row, "covers_from"), &from)
            || !em_cell_span(cell(rows, row, "covers_to"), &to))
                return false;
        *ret_span = (em_span){ from.from, to.to };
        if (as_known != EM_DAY_NONE && ret_span->to > as_known)
                ret_span->to = as_known;
        return ret_span->from <= ret_span->to;
}

static int by_start(const void *a, const void *b)
{
        const em_span *x = a, *y = b;

        return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

/* Spans that touch (the next begins the day after) are one. */
static void merge(em_cover *c)
{
        size_t kept = 0;

        if (c->spans == 0)
                return;
        qsort(c->span, c->spans, sizeof *c->span, by_start);
        for (size_t i = 1; i < c->spans; i++) {
                if (c->span[i].from <= c->span[kept].to + 1) {
                        if (c->span[i].to > c->span[kept].to)
                                c->span[kept].to = c->span[i].to;
                } else {
                        c->span[++kept] = c->span[i];
                }
        }
        c->spans = kept + 1;
        c->whole = (em_span){ c->span[0].from, c->span[kept].to };
}

typedef struct tally { int64_t records, undated, untimed, sources, silent; char grade[8]; size_t grades; } tally;

static void add_grade(tally *t, char grade)
{
        for (size_t i = 0; i < t->grades; i++)
                if (t->grade[i] == grade)
                        return;
        if (grade >= 'A' && grade <= 'F' && t->grades + 1 < sizeof t->grade)
                t->grade[t->grades++] = grade;
}

static void sort_letters(char *s, size_t n)
{
        for (size_t i = 1; i < n; i++)
                for (size_t j = i; j > 0 && s[j - 1] > s[j]; j--) {
                        char other = s[j];

                        s[j] = s[j - 1];
                        s[j - 1] = other;
                }
}

/* "1984-04-09 to 2022-03-01, 170 records of 1 source (B); 80 without a usable hour" */
static em_status describe(em_cover *c, tally *t, em_arena *arena, em_error *err)
{
        em_str spans = { 0 }, tail = { 0 };

        sort_letters(t->grade, t->grades);
        for (size_t i = 0; i < c->spans; i++) {
                char from[11], to[11];

                EM_TRY(em_str_format(arena, &spans, err, "%.*s%s%s to %s", EM_ARG(spans), i ? " and " : "",
                                     em_day_text(c->span[i].from, from), em_day_text(c->span[i].to, to)));
        }
        if (t->undated)
                EM_TRY(em_str_format(arena, &tail, err, "; %lld without a day", (long long)t->undated));
        if (t->untimed && t->untimed < t->records)
                EM_TRY(em_str_format(arena, &tail, err, "%.*s; %lld without a usable hour", EM_ARG(tail),
                                     (long long)t->untimed));
        if (t->silent)
                EM_TRY(em_str_format(arena, &tail, err, "%.*s; %lld of the sources %s no claim to be complete",
                                     EM_ARG(tail), (long long)t->silent, t->silent == 1 ? "makes" : "make"));
        return em_str_format(arena, &c->text, err, "%.*s, %lld %s of %lld %s (%s)%.*s",
                             EM_ARG(c->spans ? spans : EM_S("no period is claimed to be complete")),
                             (long long)t->records, t->records == 1 ? "record" : "records",
                             (long long)t->sources, t->sources == 1 ? "source" : "sources",
                             t->grades ? t->grade : "no grade", EM_ARG(tail));
}

static em_status one_kind(const em_rows *rows, em_str kind, em_day as_known, em_arena *arena,
                          em_cover *c, em_error *err)
{
        tally t = { 0 };

        c->kind = kind;
        c->whole = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        c->span = EM_NEW_N(arena, em_span, rows->rows);
        if (!c->span)
                return em_fail(err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < rows->rows; i++) {
                em_str grade = cell(rows, i, "reliability")->s;

                if (!em_str_eq(cell(rows, i, "kind")->s, kind))
                        continue;
                t.sources++;
                t.records += cell_int(rows, i, "records");
                t.undated += cell_int(rows, i, "undated");
                t.untimed += cell_int(rows, i, "untimed");
                add_grade(&t, grade.n ? grade.p[0] : '?');
                if (!claimed_span(rows, i, as_known, &c->span[c->spans])) {
                        t.silent++;
                        continue;
                }
                c->spans++;
                if (c->sources < sizeof c->reliability) {
                        c->publisher[c->sources] = em_cell_text(cell(rows, i, "publisher"), arena);
                        c->reliability[c->sources++] = grade.n ? grade.p[0] : 'F';
                }
        }
        c->records = t.records;
        merge(c);
        if (t.sources == 0)
                return em_str_copy(EM_S("no source is held"), arena, &c->text, err);
        return describe(c, &t, arena, err);
}

em_status em_cover_make(const em_rows *rows, const em_str *kind, size_t kinds, em_day as_known,
                        em_arena *arena, em_cover **ret_covers, em_error *err)
{
        em_cover *list = EM_NEW_N(arena, em_cover, kinds);

        if (!list)
                return em_fail(err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < kinds; i++)
                EM_TRY(one_kind(rows, kind[i], as_known, arena, &list[i], err));
        *ret_covers = list;
        return EM_OK;
}

bool em_cover_holds(const em_cover *cover, em_span span)
{
        for (size_t i = 0; i < cover->spans; i++)
                if (em_span_within(span, cover->span[i]))
                        return true;
        return false;
}
