/* group.c -- which rows count, in which unit, and in which group.
 *
 * A row that is shown but not counted carries its reason.  The order of rules
 * is the order of trust: the SELECT's own word first, then what this reading
 * leaves out, then what the row itself lacks.  Amounts already in the asked
 * unit stay as the evidence gives them; only the others go through the factor
 * (the order of the 1718 Committee's page: barrels as given, then by product).
 */
#include "inside.h"

#include <stdlib.h>

static em_status aside(em_ask_row *r, em_arena *arena, em_error *err, const char *why, em_str what)
{
        return em_str_format(arena, &r->aside, err, "set aside: %s%.*s", why, EM_ARG(what));
}

/* "2021-09" is the month of the row's first day. */
static bool is_left_out(const em_setup *s, const em_ask_row *r)
{
        em_precision precision;
        em_span month;

        if (s->leave_out.n == 0)
                return false;
        if (em_str_eq(r->label, s->leave_out))
                return true;
        return r->dated && em_span_parse(s->leave_out, &month, &precision)
            && precision == EM_PRECISION_MONTH && r->when.from >= month.from && r->when.from <= month.to;
}

/* Amount in the asked unit, or why not. */
static em_status convert(em_ask_row *r, const em_setup *s, const em_factor *f, em_arena *arena, em_error *err)
{
        em_quantity q = { .low = r->low, .high = r->high, .stated = EM_MILLI_NONE, .unit = r->unit }, made;

        r->use_unit = s->unit;
        if (r->unit.n == 0 || em_str_eq(r->unit, s->unit))
                return EM_OK;
        if (f && em_str_eq(f->to, s->unit) && em_quantity_convert(q, f, &made)) {
                r->use_low = made.low;
                r->use_high = made.high;
                return EM_OK;
        }
        return aside(r, arena, err, "no factor is given for amounts in ", r->unit);
}

/* Caps are vectors: each unit has its own sum, and no unit is wrong. */
static bool keeps_units(const em_setup *s)
{
        em_str name = em_str_c(s->test.op->name);

        return em_str_eq(name, EM_S("within-cap")) || em_str_eq(name, EM_S("over-cap"));
}

static em_status judge_row(em_ask_row *r, const em_setup *s, const em_factor *f, em_arena *arena, em_error *err)
{
        if (r->role.n && !em_str_eq(r->role, EM_S("counted"))) {
                r->aside = r->role;
                return EM_OK;
        }
        if (is_left_out(s, r))
                return aside(r, arena, err, "left out in this reading", EM_S(""));
        if (s->combine == EM_COMBINE_DISTINCT && r->distinct.n == 0)
                return aside(r, arena, err, "no ", s->column);
        if (s->combine == EM_COMBINE_DISJOINT && !r->dated)
                return aside(r, arena, err, "no period", EM_S(""));
        if (s->combine == EM_COMBINE_RIVALS && r->rival.n == 0)
                return aside(r, arena, err, "no rival", EM_S(""));
        if (em_combine_counts(s->combine) && !keeps_units(s))
                return EM_OK;
        if (r->low == EM_MILLI_NONE)
                return aside(r, arena, err, "no amount", EM_S(""));
        if (!keeps_units(s) || r->unit.n == 0 || (f && em_str_eq(r->unit, f->from)))
                return convert(r, s, f, arena, err);
        r->use_unit = r->unit;
        return EM_OK;
}

/* ---- groups ---- */

typedef struct maker {
        const em_setup  *s;
        em_ask_rows     *rows;
        em_arena        *arena;
        em_error        *err;
        em_bundles       out;
} maker;

static em_status join(maker *m, em_bundle *b, em_ask_row *r)
{
        b->row[b->rows++] = r;
        if (r->groups.n == 0) {
                r->groups = b->group.name;
                return EM_OK;
        }
        return em_str_format(m->arena, &r->groups, m->err, "%.*s, %.*s", EM_ARG(r->groups),
                             EM_ARG(b->group.name));
}

static em_status start_bundle(maker *m, em_bundle *b, em_str name, em_span span, size_t room)
{
        char words[EM_WORDS];

        b->group.name = name;
        b->group.span = span;
        b->group.shown = name;
        b->row = EM_NEW_N(m->arena, const em_ask_row *, room);
        if (!b->row)
                return em_fail(m->err, EM_NOMEM, "no room for a group of %zu rows", room);
        if (span.from == EM_DAY_NONE)
                return EM_OK;
        return em_str_copy(em_str_c(em_words_span(span, words)), m->arena, &b->group.shown, m->err);
}

static em_status by_periods(maker *m)
{
        const em_setup *s = m->s;

        m->out.at = EM_NEW_N(m->arena, em_bundle, s->periods);
        m->out.count = s->periods;
        if (!m->out.at)
                return em_fail(m->err, EM_NOMEM, "no room for %zu periods", s->periods);
        for (size_t i = 0; i < s->periods; i++) {
                EM_TRY(start_bundle(m, &m->out.at[i], s->period[i].name, s->period[i].span, m->rows->count));
                for (size_t j = 0; j < m->rows->count; j++) {
                        em_ask_row *r = &m->rows->at[j];

                        if (m->rows->has_days && !(r->dated && em_span_within(r->when, s->period[i].span)))
                                continue;
                        if (r->aside.n == 0)
                                EM_TRY(join(m, &m->out.at[i], r));
                }
        }
        return EM_OK;
}

/* Rows of no period: those that straddle one are shown; those wholly
 * elsewhere have nothing to do with this reading and get the role "". */
static em_status note_outsiders(maker *m)
{
        for (size_t j = 0; j < m->rows->count; j++) {
                em_ask_row *r = &m->rows->at[j];

                if (r->aside.n || r->groups.n)
                        continue;
                if (!r->dated) {
                        EM_TRY(aside(r, m->arena, m->err, "no day", EM_S("")));
                        continue;
                }
                for (size_t i = 0; i < m->s->periods && r->aside.n == 0; i++)
                        if (em_span_overlaps(r->when, m->s->period[i].span))
                                EM_TRY(aside(r, m->arena, m->err, "only partly in the period ",
                                             m->s->period[i].name));
        }
        return EM_OK;
}

static int by_name(const void *a, const void *b)
{
        const em_str *x = a, *y = b;

        return em_str_cmp(*x, *y);
}

/* The span that a group's name says: a period of that name, a month, a year. */
static em_span named_span(const em_setup *s, em_str name)
{
        em_span span = { EM_DAY_NONE, EM_DAY_NONE };
        em_precision precision;

        for (size_t i = 0; i < s->periods; i++)
                if (em_str_eq(s->period[i].name, name))
                        return s->period[i].span;
        if (!em_span_parse(name, &span, &precision))
                return (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        return span;
}

static em_status by_column(maker *m)
{
        em_str *name = EM_NEW_N(m->arena, em_str, m->rows->count);
        size_t names = 0, groups = 0;

        if (!name)
                return em_fail(m->err, EM_NOMEM, "no room for the groups");
        for (size_t j = 0; j < m->rows->count; j++) {
                em_ask_row *r = &m->rows->at[j];

                if (r->aside.n == 0 && r->group.n == 0)
                        EM_TRY(aside(r, m->arena, m->err, "in no group", EM_S("")));
                if (r->aside.n == 0)
                        name[names++] = r->group;
        }
        if (names)
                qsort(name, names, sizeof *name, by_name);
        m->out.at = EM_NEW_N(m->arena, em_bundle, names);
        if (!m->out.at)
                return em_fail(m->err, EM_NOMEM, "no room for the groups");
        for (size_t i = 0, end; i < names; i = end) {
                for (end = i + 1; end < names && em_str_eq(name[i], name[end]);)
                        end++;
                EM_TRY(start_bundle(m, &m->out.at[groups++], name[i], named_span(m->s, name[i]), end - i));
        }
        m->out.count = groups;
        for (size_t j = 0; j < m->rows->count; j++) {
                em_ask_row *r = &m->rows->at[j];
                size_t low = 0, high = groups;

                if (r->aside.n)
                        continue;
                while (low + 1 < high) {
                        size_t middle = low + (high - low) / 2;

                        *(em_str_cmp(m->out.at[middle].group.name, r->group) <= 0 ? &low : &high) = middle;
                }
                EM_TRY(join(m, &m->out.at[low], r));
        }
        return EM_OK;
}

static em_status all_in_one(maker *m)
{
        m->out.at = EM_NEW(m->arena, em_bundle);
        m->out.count = 1;
        if (!m->out.at)
                return em_fail(m->err, EM_NOMEM, "no room for the group");
        EM_TRY(start_bundle(m, m->out.at, EM_S("all"), (em_span){ EM_DAY_NONE, EM_DAY_NONE }, m->rows->count));
        for (size_t j = 0; j < m->rows->count; j++)
                if (m->rows->at[j].aside.n == 0)
                        EM_TRY(join(m, m->out.at, &m->rows->at[j]));
        return EM_OK;
}

/* Rows that `disjoint` did not add are shown as such. */
static em_status combine_all(maker *m)
{
        bool *chosen = EM_NEW_N(m->arena, bool, m->rows->count + 1);

        if (!chosen)
                return em_fail(m->err, EM_NOMEM, "no room to combine");
        for (size_t i = 0; i < m->out.count; i++) {
                em_bundle *b = &m->out.at[i];

                memset(chosen, 0, m->rows->count);
                EM_TRY(em_combine(m->s, b->row, b->rows, m->arena, &b->group, chosen, m->err));
                for (size_t j = 0; m->s->combine == EM_COMBINE_DISJOINT && j < b->rows; j++)
                        if (!chosen[j])
                                EM_TRY(aside(&m->rows->at[b->row[j] - m->rows->at], m->arena, m->err,
                                             "overlaps a total already added", EM_S("")));
        }
        return EM_OK;
}

em_status em_group_make(const em_setup *s, const em_factor *factor_or_null,
                        em_ask_rows *rows, em_arena *arena, em_bundles *ret_groups, em_error *err)
{
        maker m = { .s = s, .rows = rows, .arena = arena, .err = err };

        for (size_t j = 0; j < rows->count; j++)
                EM_TRY(judge_row(&rows->at[j], s, factor_or_null, arena, err));
        if (rows->has_group) {
                EM_TRY(by_column(&m));
        } else if (s->periods == 0) {
                EM_TRY(all_in_one(&m));
        } else {
                if (!rows->has_days && s->periods > 1 && rows->count)
                        return em_fail_at(err, EM_FORMAT, s->question->file, 0, 0,
                                          "the SELECT has no column of days, and the header more than one period");
                EM_TRY(by_periods(&m));
                EM_TRY(note_outsiders(&m));
        }
        EM_TRY(combine_all(&m));
        *ret_groups = m.out;
        return EM_OK;
}
