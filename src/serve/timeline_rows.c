/* The words of the records that a page of the timeline shows.  The spine knows which; the view `record` is asked for these by
 * number, which is a look-up each, and the rows are put back into the spine's order.
 */
#include "serve/timeline.h"

#include <stdlib.h>

static const em_grid_column columns[] = {
        {"happened", "Happened", EM_AS_DAY, NULL, NULL},        {"known", "Became known", EM_AS_DAY, NULL, NULL},
        {"days_later", "Days later", EM_AS_NUMBER, NULL, NULL}, {"kind", "Kind", EM_AS_TEXT, "/?kind=", NULL},          {"what", "What", EM_AS_TEXT, "/records/", "id"},
        {"who", "Who", EM_AS_TEXT, NULL, NULL},                 {"place", "Where", EM_AS_TEXT, NULL, NULL},
        {"amount", "How much", EM_AS_TEXT, NULL, NULL},         {"grade", "Grade", EM_AS_TEXT, NULL, NULL},
        {"day_from", NULL, EM_AS_DAY, NULL, NULL},              {"day_to", NULL, EM_AS_DAY, NULL, NULL},
        {"key", NULL, EM_AS_TEXT, NULL, NULL},                  {"id", NULL, EM_AS_CODE, NULL, NULL},
};

/* All the numbers are ours, so they may stand in the text. */
static em_status ask_words(em_ask *ask, em_timeline *t, em_error *err)
{
        em_buf sql = em_buf_make(1 << 20);
        em_buf_c(&sql, "select record, id, kind, key, what, class, who, place, precision, state, low_milli, high_milli, unit, "
                       "quantifier, reliability, credibility from record where record in (");
        for (size_t i = 0; i < t->found.rows; i++)
                em_buf_fmt(&sql, "%s%lld", i ? "," : "", (long long)t->found.at[i]->record);
        em_buf_c(&sql, ")");
        em_query_opts opts = em_query_defaults;
        opts.as_known = t->now->known;
        em_status s = em_buf_status(&sql, err);
        if (s == EM_OK)
                s = em_case_query(t->now->c, em_buf_view(&sql), NULL, 0, &opts, ask->arena, &t->words, err);
        em_buf_free(&sql);
        return s;
}

typedef struct numbered { int64_t record; size_t row; } numbered;

static int by_record(const void *a, const void *b)
{
        const numbered *x = a, *y = b;
        return (x->record > y->record) - (x->record < y->record);
}

/* What it is: its thing and class; a record without either by its own name, else its kind. */
static em_str what_of(em_ask *ask, const em_rows *r, size_t row)
{
        em_str what = em_cell(ask, r, row, "what"), klass = em_cell(ask, r, row, "class"), key = em_cell(ask, r, row, "key");
        if (what.n && klass.n && !em_str_eq(what, klass))
                return em_grid_text(ask->arena, "%.*s, %.*s", EM_ARG(what), EM_ARG(klass));
        return what.n ? what : klass.n ? klass : key.n ? key : em_cell(ask, r, row, "id");
}

static em_str day_words(em_ask *ask, em_day day)
{
        char text[11];
        return em_grid_text(ask->arena, "%s", em_day_text(day, text));
}

/* How long it took to become known, from the last day on which it may have happened; nothing when it was known before. */
static em_str later(em_ask *ask, const em_moment *m)
{
        if (m->to == EM_DAY_NONE || m->known == EM_DAY_NONE || m->known < m->to)
                return EM_S("");
        return em_grid_text(ask->arena, "%d", (int)(m->known - m->to));
}

static em_status add_row(em_ask *ask, const em_rows *r, size_t row, const em_moment *m, em_grid *grid, em_error *err)
{
        em_str grade = em_grid_text(ask->arena, "%.*s%.*s", EM_ARG(em_cell(ask, r, row, "reliability")),
                                    EM_ARG(em_cell(ask, r, row, "credibility")));
        em_str happened = em_when_words(ask, (em_span){m->from, m->to}, em_cell(ask, r, row, "precision"));
        em_str cell[EM_COUNT(columns)] = {
                happened, day_words(ask, m->known), later(ask, m), em_cell(ask, r, row, "kind"), what_of(ask, r, row), em_cell(ask, r, row, "who"),
                em_cell(ask, r, row, "place"), em_amount_words(ask, r, row), grade, day_words(ask, m->from), day_words(ask, m->to),
                em_cell(ask, r, row, "key"), em_cell(ask, r, row, "id")};
        return em_grid_add(grid, cell, err);
}

em_status em_timeline_grid(em_ask *ask, em_timeline *t, em_grid *ret_grid, em_error *err)
{
        em_grid   grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        numbered *list = EM_NEW_N(ask->arena, numbered, t->found.rows + 1);
        size_t    count = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the timeline");
        grid.empty = "No record of this kind lies in these days.";
        grid.total = t->found.total;
        grid.from = t->ask.from;
        if (t->found.rows)
                EM_TRY(ask_words(ask, t, err));
        for (; count < t->words.rows; count++)
                list[count] = (numbered){em_rows_at(&t->words, count, 0)->i, count};
        qsort(list, count, sizeof *list, by_record);
        for (size_t i = 0; i < t->found.rows; i++) {
                numbered want = {t->found.at[i]->record, 0};
                const numbered *met = bsearch(&want, list, count, sizeof want, by_record);
                if (met)
                        EM_TRY(add_row(ask, &t->words, met->row, t->found.at[i], &grid, err));
        }
        *ret_grid = grid;
        return EM_OK;
}
