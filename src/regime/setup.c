/* setup.c -- what one reading runs with.
 *
 * A reading is the question asked again with something stated otherwise: the
 * unit, the baseline, the calendar.  All settings are checked when the file is
 * read, so that a run cannot fail on one.
 */
#include "inside.h"

static const struct { const char *name; em_combine_kind kind; } combines[] = {
        { "count", EM_COMBINE_COUNT },   { "distinct", EM_COMBINE_DISTINCT },
        { "sum", EM_COMBINE_SUM },       { "max", EM_COMBINE_MAX },
        { "min", EM_COMBINE_MIN },       { "bounds", EM_COMBINE_BOUNDS },
        { "disjoint", EM_COMBINE_DISJOINT }, { "rivals", EM_COMBINE_RIVALS },
};

const char *em_combine_name(em_combine_kind kind)
{
        for (size_t i = 0; i < sizeof combines / sizeof *combines; i++)
                if (combines[i].kind == kind)
                        return combines[i].name;
        return "?";
}

em_status em_setup_combine(em_setup *s, em_str text, em_str file, uint64_t line, em_error *err)
{
        em_str rest = text, word = { 0 }, column = { 0 };

        em_str_word(&rest, &word);
        em_str_word(&rest, &column);
        for (size_t i = 0; i < sizeof combines / sizeof *combines; i++) {
                if (!em_str_eq(word, em_str_c(combines[i].name)))
                        continue;
                if ((combines[i].kind == EM_COMBINE_DISTINCT) != (column.n > 0) || em_str_trim(rest).n)
                        return em_fail_at(err, EM_FORMAT, file, line, 0,
                                          "distinct takes one column, the other ways to combine none");
                s->combine = combines[i].kind;
                s->column = column;
                return EM_OK;
        }
        return em_fail_at(err, EM_FORMAT, file, line, 0,
                          "rows combine by count, distinct, sum, max, min, bounds, disjoint or rivals");
}

em_status em_setup_factor(em_setup *s, em_str text, em_str file, uint64_t line, em_error *err)
{
        em_factor_ref f = { 0 };
        em_str rest = text;

        if (em_str_eq(em_str_trim(text), EM_S("none"))) {
                s->factor = f;
                return EM_OK;
        }
        em_str_word(&rest, &f.from);
        em_str_word(&rest, &f.to);
        f.key = em_str_trim(rest);
        if (f.key.n == 0)
                return em_fail_at(err, EM_FORMAT, file, line, 0, "a factor is FROM TO KEY: t bbl china-2020");
        s->factor = f;
        return EM_OK;
}

em_status em_setup_span(em_str text, em_span *ret_span, em_str file, uint64_t line, em_error *err)
{
        em_str rest = text, first = { 0 }, last = { 0 };
        em_precision precision;
        em_span from, to;

        em_str_word(&rest, &first);
        if (!em_str_word(&rest, &last))
                last = first;
        if (!em_span_parse(first, &from, &precision) || !em_span_parse(last, &to, &precision)
            || em_str_trim(rest).n || from.from > to.to)
                return em_fail_at(err, EM_FORMAT, file, line, 0,
                                  "a period is two days in order (2021-09-01 2022-01-31), a month or a year");
        *ret_span = (em_span){ from.from, to.to };
        return EM_OK;
}

static em_status set_period(em_setup *s, em_str name, em_str value, em_str file, uint64_t line, em_error *err)
{
        for (size_t i = 0; i < s->periods; i++)
                if (em_str_eq(s->period[i].name, name))
                        return em_setup_span(value, &s->period[i].span, file, line, err);
        return em_fail_at(err, EM_FORMAT, file, line, 0, "this reading changes a period that the header does not name");
}

static em_status set_param(em_setup *s, const em_setting *set, em_str file, uint64_t line, em_error *err)
{
        char shown[80];

        for (size_t i = 0; i < s->params; i++)
                if (em_str_eq(s->param[i].name, set->key)) {
                        s->param[i].value = set->value;
                        return EM_OK;
                }
        return em_fail_at(err, EM_FORMAT, file, line, 0,
                          "no parameter or setting is called \"%s\"", em_str_show(set->key, shown, sizeof shown));
}

static em_status apply(em_setup *s, const em_setting *set, em_arena *arena, em_str file, uint64_t line,
                       em_error *err)
{
        if (em_str_eq(set->key, EM_S("combine")))
                return em_setup_combine(s, set->value, file, line, err);
        if (em_str_eq(set->key, EM_S("factor")))
                return em_setup_factor(s, set->value, file, line, err);
        if (em_str_eq(set->key, EM_S("test")))
                return em_test_parse(set->value, arena, &s->test, file, line, err);
        if (em_str_starts(set->key, EM_S("test.")))
                return em_test_set(&s->test, em_str_sub(set->key, 5, set->key.n), set->value, file, line, err);
        if (em_str_starts(set->key, EM_S("period.")))
                return set_period(s, em_str_sub(set->key, 7, set->key.n), set->value, file, line, err);
        if (em_str_eq(set->key, EM_S("leave.out"))) {
                s->leave_out = set->value;
                return EM_OK;
        }
        if (em_str_eq(set->key, EM_S("unit"))) {
                if (set->value.n == 0 || set->value.n > 40)
                        return em_fail_at(err, EM_FORMAT, file, line, 0, "a unit has 1 to 40 bytes");
                s->unit = set->value;
                return EM_OK;
        }
        return set_param(s, set, file, line, err);
}

/* Periods and parameters are copied before they are changed. */
static em_status own_lists(em_setup *s, em_arena *arena, em_error *err)
{
        em_period *period = EM_NEW_N(arena, em_period, s->periods);
        em_ask_param *param = EM_NEW_N(arena, em_ask_param, s->params);

        if (!period || !param)
                return em_fail(err, EM_NOMEM, "no room for a reading");
        if (s->periods)
                memcpy(period, s->period, s->periods * sizeof *period);
        if (s->params)
                memcpy(param, s->param, s->params * sizeof *param);
        s->period = period;
        s->param = param;
        return EM_OK;
}

em_status em_setup_make(const em_question *q, const em_variant *v, em_arena *arena,
                        em_setup *ret_setup, em_error *err)
{
        em_setup s = q->main;

        s.question = q;
        if (v) {
                EM_TRY(own_lists(&s, arena, err));
                s.name = v->name;
                s.written = v->written;
                s.decides = v->decides;
                for (size_t i = 0; i < v->sets; i++)
                        EM_TRY(apply(&s, &v->set[i], arena, q->file, v->line, err));
        }
        *ret_setup = s;
        return EM_OK;
}

size_t em_setup_count(const em_question *q)
{
        return q->variants + 1;
}
