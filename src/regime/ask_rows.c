/* ask_rows.c -- the rows of a question's SELECT, by the columns that mean something.
 *
 * Text comes from evidence, which is hostile: control bytes and the marks that
 * turn the direction of writing are taken out here, once, so that no sentence,
 * terminal or page downstream can be steered by them.
 */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>

/* C0, DEL, C1, and the bidirectional controls of UAX 9 (U+200E, U+200F,
 * U+202A to U+202E, U+2066 to U+2069). */
static bool is_steering(uint32_t c)
{
        return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f
            || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static em_str safe_text(em_str s, em_arena *arena)
{
        char *copy = em_arena_alloc(arena, s.n + 1);
        size_t n = 0, at = 0;

        if (!copy || !em_utf8_ok(s, NULL))
                return (em_str){ 0 };
        while (at < s.n) {
                size_t from = at;

                if (is_steering(em_utf8_next(s, &at)))
                        copy[n++] = ' ';
                else {
                        memcpy(copy + n, s.p + from, at - from);
                        n += at - from;
                }
        }
        return (em_str){ copy, n };
}

em_str em_cell_text(const em_value *cell, em_arena *arena)
{
        char digits[40];

        switch (cell->type) {
        case EM_VALUE_TEXT:
                return safe_text(cell->s, arena);
        case EM_VALUE_INT:
                snprintf(digits, sizeof digits, "%lld", (long long)cell->i);
                return safe_text(em_str_c(digits), arena);
        case EM_VALUE_REAL:
                snprintf(digits, sizeof digits, "%.15g", cell->r);
                return safe_text(em_str_c(digits), arena);
        case EM_VALUE_NULL:
                break;
        }
        return (em_str){ 0 };
}

bool em_cell_span(const em_value *cell, em_span *ret_span)
{
        em_precision precision;

        if (cell->type == EM_VALUE_TEXT)
                return em_span_parse(cell->s, ret_span, &precision);
        return false;
}

em_milli em_cell_milli(const em_value *cell)
{
        if (cell->type == EM_VALUE_INT)
                return cell->i;
        if (cell->type == EM_VALUE_REAL && cell->r > -9e18 && cell->r < 9e18)
                return (em_milli)cell->r;
        return EM_MILLI_NONE;
}

/* The columns by place, -1 where the SELECT does not have one. */
typedef struct columns {
        ptrdiff_t record, grp, day, day_from, day_to, low, high, stated, unit, quantifier, role,
                  certain, possible, label, fraction, rival, replied, publisher, distinct;
} columns;

static columns find_columns(const em_rows *rows, const em_setup *s)
{
        return (columns){
                .record = em_rows_column(rows, EM_S("record")),
                .grp = em_rows_column(rows, EM_S("grp")),
                .day = em_rows_column(rows, EM_S("day")),
                .day_from = em_rows_column(rows, EM_S("day_from")),
                .day_to = em_rows_column(rows, EM_S("day_to")),
                .low = em_rows_column(rows, EM_S("low_milli")),
                .high = em_rows_column(rows, EM_S("high_milli")),
                .stated = em_rows_column(rows, EM_S("stated_milli")),
                .unit = em_rows_column(rows, EM_S("unit")),
                .quantifier = em_rows_column(rows, EM_S("quantifier")),
                .role = em_rows_column(rows, EM_S("role")),
                .certain = em_rows_column(rows, EM_S("certain")),
                .possible = em_rows_column(rows, EM_S("possible")),
                .label = em_rows_column(rows, EM_S("label")),
                .fraction = em_rows_column(rows, EM_S("fraction")),
                .rival = em_rows_column(rows, EM_S("rival")),
                .replied = em_rows_column(rows, EM_S("replied")),
                .publisher = em_rows_column(rows, EM_S("publisher")),
                .distinct = s->column.n ? em_rows_column(rows, s->column) : -1,
        };
}

static const em_value *cell_at(const em_rows *rows, size_t row, ptrdiff_t column)
{
        static const em_value null = { .type = EM_VALUE_NULL };

        return column < 0 ? &null : em_rows_at(rows, row, (size_t)column);
}

/* A span from `day`, else from day_from and day_to (one of them stands for both). */
static void read_days(em_ask_row *r, const em_rows *rows, size_t i, const columns *c)
{
        em_span from, to;
        bool has_from, has_to;

        r->when = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        if (em_cell_span(cell_at(rows, i, c->day), &r->when)) {
                r->dated = true;
                return;
        }
        has_from = em_cell_span(cell_at(rows, i, c->day_from), &from);
        has_to = em_cell_span(cell_at(rows, i, c->day_to), &to);
        if (!has_from && !has_to)
                return;
        r->when.from = has_from ? from.from : to.from;
        r->when.to = has_to ? to.to : from.to;
        r->dated = true;
}

/* One empty end is an open end; two are no amount. */
static void read_amount(em_ask_row *r, const em_rows *rows, size_t i, const columns *c)
{
        r->low = em_cell_milli(cell_at(rows, i, c->low));
        r->high = em_cell_milli(cell_at(rows, i, c->high));
        r->stated = em_cell_milli(cell_at(rows, i, c->stated));
        if (r->low == EM_MILLI_NONE && r->high != EM_MILLI_NONE)
                r->low = EM_MILLI_MIN;
        else if (r->high == EM_MILLI_NONE && r->low != EM_MILLI_NONE)
                r->high = EM_MILLI_MAX;
        r->use_low = r->low;
        r->use_high = r->high;
}

static void read_row(em_ask_row *r, const em_rows *rows, size_t i, const columns *c, em_arena *arena)
{
        em_span replied;

        r->label = em_cell_text(cell_at(rows, i, c->label), arena);
        r->group = em_cell_text(cell_at(rows, i, c->grp), arena);
        r->unit = em_cell_text(cell_at(rows, i, c->unit), arena);
        r->role = em_cell_text(cell_at(rows, i, c->role), arena);
        r->certain = em_cell_text(cell_at(rows, i, c->certain), arena);
        r->possible = em_cell_text(cell_at(rows, i, c->possible), arena);
        r->fraction = em_cell_text(cell_at(rows, i, c->fraction), arena);
        r->rival = em_cell_text(cell_at(rows, i, c->rival), arena);
        r->publisher = em_cell_text(cell_at(rows, i, c->publisher), arena);
        r->distinct = em_cell_text(cell_at(rows, i, c->distinct), arena);
        r->more_than = em_str_eq(em_cell_text(cell_at(rows, i, c->quantifier), arena), EM_S("more-than"));
        r->replied = em_cell_span(cell_at(rows, i, c->replied), &replied) ? replied.from : EM_DAY_NONE;
        r->reliability = 'F';   /* until its custody is known */
        r->credibility = 6;
        read_days(r, rows, i, c);
        read_amount(r, rows, i, c);
}

static em_status check_columns(const columns *c, const em_setup *s, em_error *err)
{
        em_str file = s->question->file;

        if (c->record < 0)
                return em_fail_at(err, EM_FORMAT, file, 0, 0, "the SELECT must have a column called record");
        if (s->column.n && c->distinct < 0)
                return em_fail_at(err, EM_FORMAT, file, 0, 0,
                                  "the SELECT has no column %.*s, which distinct is to count", EM_ARG(s->column));
        if (s->combine == EM_COMBINE_RIVALS && c->rival < 0)
                return em_fail_at(err, EM_FORMAT, file, 0, 0, "the SELECT has no column rival, which rivals needs");
        if (!em_combine_counts(s->combine) && c->low < 0 && c->high < 0)
                return em_fail_at(err, EM_FORMAT, file, 0, 0,
                                  "the SELECT has no low_milli or high_milli, which %s needs",
                                  em_combine_name(s->combine));
        return EM_OK;
}

em_status em_ask_read(const em_rows *rows, const em_setup *s, em_arena *arena,
                      em_ask_rows *ret_rows, em_error *err)
{
        columns c = find_columns(rows, s);
        em_ask_row *list = EM_NEW_N(arena, em_ask_row, rows->rows);
        em_str file = s->question->file;

        if (!list)
                return em_fail(err, EM_NOMEM, "no room for %zu rows", rows->rows);
        if (rows->cut)
                return em_fail_at(err, EM_LIMIT, file, 0, 0, "the SELECT gives more rows than can be answered on");
        if (s->question->sql.n && rows->columns)        /* none: it was not asked (`when`) */
                EM_TRY(check_columns(&c, s, err));
        for (size_t i = 0; i < rows->rows; i++) {
                const em_value *id = cell_at(rows, i, c.record);

                if (id->type != EM_VALUE_INT)
                        return em_fail_at(err, EM_FORMAT, file, 0, 0,
                                          "row %zu of the SELECT has no whole number in its column record", i + 1);
                list[i].record = id->i;
                read_row(&list[i], rows, i, &c, arena);
        }
        *ret_rows = (em_ask_rows){ .at = list, .count = rows->rows,
                                   .has_days = c.day >= 0 || c.day_from >= 0 || c.day_to >= 0,
                                   .has_group = c.grp >= 0 };
        return EM_OK;
}

/* ---- facts about the records ---- */

static int by_order(const void *a, const void *b)
{
        const em_ask_row *x = a, *y = b;
        int order;

        if (x->when.from != y->when.from)
                return x->when.from < y->when.from ? -1 : 1;
        if (x->when.to != y->when.to)
                return x->when.to < y->when.to ? -1 : 1;
        order = em_str_cmp(em_str_c(x->id), em_str_c(y->id));
        if (order == 0)
                order = em_str_cmp(x->group, y->group);
        if (order == 0)
                order = em_str_cmp(x->unit, y->unit);
        return order ? order : em_str_cmp(x->label, y->label);
}

static ptrdiff_t fact_row(const em_rows *facts, size_t column, int64_t record)
{
        size_t low = 0, high = facts->rows;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (em_rows_at(facts, middle, column)->i < record)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < facts->rows && em_rows_at(facts, low, column)->i == record ? (ptrdiff_t)low : -1;
}

/* The facts must be ordered by record. */
void em_ask_place(em_ask_rows *rows, const em_rows *facts, em_arena *arena)
{
        ptrdiff_t record = em_rows_column(facts, EM_S("record"));
        ptrdiff_t id = em_rows_column(facts, EM_S("id")), key = em_rows_column(facts, EM_S("key"));
        ptrdiff_t publisher = em_rows_column(facts, EM_S("publisher"));
        ptrdiff_t grade = em_rows_column(facts, EM_S("reliability"));
        ptrdiff_t credibility = em_rows_column(facts, EM_S("credibility"));

        for (size_t i = 0; i < rows->count && record >= 0; i++) {
                em_ask_row *r = &rows->at[i];
                ptrdiff_t at = fact_row(facts, (size_t)record, r->record);
                const em_value *cell;

                if (at < 0)
                        continue;
                snprintf(r->id, sizeof r->id, "%.*s", EM_ARG(cell_at(facts, (size_t)at, id)->s));
                r->key = em_cell_text(cell_at(facts, (size_t)at, key), arena);
                if (r->publisher.n == 0)
                        r->publisher = em_cell_text(cell_at(facts, (size_t)at, publisher), arena);
                cell = cell_at(facts, (size_t)at, grade);
                r->reliability = cell->s.n ? cell->s.p[0] : 'F';
                cell = cell_at(facts, (size_t)at, credibility);
                r->credibility = cell->type == EM_VALUE_INT ? (int)cell->i : 6;
        }
        if (rows->count)
                qsort(rows->at, rows->count, sizeof *rows->at, by_order);
}
