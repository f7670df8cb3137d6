/* answer.c -- readings put together: the verdict, the reason, the evidence.
 *
 * A claim that holds under every deciding reading holds; one that holds under
 * some holds only under those, and they are named: January 2022 is the record
 * by days and not by missiles, and saying either alone would mislead.
 */
#include "inside.h"

#include <math.h>
#include <stdlib.h>

typedef struct maker {
        em_answer  *a;
        em_enquiry *list;
        em_str     *said;       /* of each reading, without capital and stop */
        em_arena   *arena;
        em_error   *err;
} maker;

/* ---- one reading ---- */

static em_status copy_groups(maker *m, em_reading *r, const em_bundles *groups)
{
        r->group = EM_NEW_N(m->arena, em_group, groups->count);
        if (!r->group)
                return em_fail(m->err, EM_NOMEM, "no room for the groups");
        r->groups = groups->count;
        for (size_t i = 0; i < groups->count; i++) {
                size_t j = i;

                for (; j > 0 && em_str_cmp(r->group[j - 1].name, groups->at[i].group.name) > 0; j--)
                        r->group[j] = r->group[j - 1];
                r->group[j] = groups->at[i].group;
        }
        return EM_OK;
}

/* A weekday's phrase is its parameter: "a Friday". */
static em_status set_phrase(maker *m, em_reading *r, const em_setup *s)
{
        em_str text;

        r->phrase = s->test.op->phrase;
        if (!em_str_eq(r->quantifier, EM_S("weekday")))
                return EM_OK;
        EM_TRY(em_str_format(m->arena, &text, m->err, "a %.*s", EM_ARG(s->test.arg[0])));
        r->phrase = text.p;
        return EM_OK;
}

static em_status run_reading(maker *m, size_t i, const em_cover *cover, size_t covers)
{
        em_enquiry *e = &m->list[i];
        em_reading *r = &m->a->reading[i];
        const em_setup *s = &e->setup;
        em_bundles groups;
        em_try t;

        EM_TRY(em_group_make(s, e->has_factor ? &e->factor : NULL, &e->rows, m->arena, &groups, m->err));
        t = (em_try){ .setup = s, .group = groups.at, .groups = groups.count, .row = e->rows.at,
                      .rows = e->rows.count, .cover = cover, .covers = covers, .cap = e->cap, .caps = e->caps,
                      .as_known = m->a->as_known, .arena = m->arena };
        EM_TRY(em_try_run(&t, m->err));
        *r = (em_reading){ .name = s->name, .decides = s->decides, .verdict = t.verdict, .says = t.says,
                           .unit = s->unit, .number = t.number, .numbers = t.numbers, .setting = s->written,
                           .account = t.account, .accounts = t.accounts,
                           .quantifier = em_str_c(s->test.op->name) };
        m->said[i] = t.said;
        EM_TRY(em_test_text(&s->test, m->arena, &r->test, m->err));
        EM_TRY(set_phrase(m, r, s));
        return copy_groups(m, r, &groups);
}

/* ---- verdict and reason ---- */

static size_t deciding(const em_answer *a, em_verdict v)
{
        size_t n = 0;

        for (size_t i = 0; i < a->readings; i++)
                n += a->reading[i].decides && a->reading[i].verdict == v;
        return n;
}

static em_verdict judge(const em_answer *a)
{
        size_t holds = deciding(a, EM_VERDICT_HOLDS), all = 0;

        for (size_t i = 0; i < a->readings; i++)
                all += a->reading[i].decides;
        if (em_str_eq(a->basis, EM_S("none")))
                return EM_VERDICT_UNTESTABLE;
        if (holds == all)
                return EM_VERDICT_HOLDS;
        if (holds > 0)
                return EM_VERDICT_READING;
        return a->reading[0].verdict == EM_VERDICT_FAILS ? EM_VERDICT_FAILS : EM_VERDICT_UNTESTABLE;
}

/* "; does not hold by missiles (9 missiles ...) and ..." */
static em_status add_readings(maker *m, em_str *why, em_verdict v, const char *words)
{
        size_t n = 0;

        for (size_t i = 0; i < m->a->readings; i++) {
                const em_reading *r = &m->a->reading[i];

                if (!r->decides || r->verdict != v)
                        continue;
                EM_TRY(em_str_format(m->arena, why, m->err, "%.*s%s\u201c%.*s\u201d (%.*s)", EM_ARG(*why),
                                     n++ ? ", " : words,
                                     EM_ARG(r->name), EM_ARG(m->said[i])));
        }
        return EM_OK;
}

static em_status one_reason(maker *m)
{
        static const char *const words[] = { "Holds", "Holds under one reading", "Does not hold", "Cannot be tested" };
        em_answer *a = m->a;
        bool silent = em_str_eq(a->basis, EM_S("none"));
        em_str said = silent ? a->basis_text : m->said[0];

        if (a->verdict == EM_VERDICT_UNTESTABLE && a->missing.n)
                return em_str_format(m->arena, &a->why, m->err, "Cannot be tested: %.*s; missing: %.*s.",
                                     EM_ARG(said), EM_ARG(a->missing));
        return em_str_format(m->arena, &a->why, m->err, "%s: %.*s.", words[a->verdict], EM_ARG(said));
}

static em_status give_reason(maker *m)
{
        em_answer *a = m->a;
        size_t all = 0;
        em_str why = EM_S("");

        for (size_t i = 0; i < a->readings; i++)
                all += a->reading[i].decides;
        if (all == 1 || em_str_eq(a->basis, EM_S("none")))
                return one_reason(m);
        EM_TRY(add_readings(m, &why, EM_VERDICT_HOLDS, "Holds under "));
        EM_TRY(add_readings(m, &why, EM_VERDICT_FAILS, why.n ? "; does not hold under " : "Does not hold under "));
        EM_TRY(add_readings(m, &why, EM_VERDICT_UNTESTABLE,
                            why.n ? "; cannot be tested under " : "Cannot be tested under "));
        return em_str_format(m->arena, &a->why, m->err, "%.*s.", EM_ARG(why));
}

static em_status set_likelihood(maker *m)
{
        const em_question *q = m->a->question;

        if (isnan(q->likely_low))
                return EM_OK;
        return em_str_format(m->arena, &m->a->likelihood, m->err, "%s (%.2f to %.2f): %.*s",
                             em_likelihood_words((q->likely_low + q->likely_high) / 2), q->likely_low,
                             q->likely_high, EM_ARG(q->likely_why));
}

/* ---- evidence ---- */

static em_answer_row row_of(const em_ask_row *r, size_t reading)
{
        bool used = r->aside.n == 0;
        em_answer_row row = { .record = r->record, .key = r->key, .label = r->label, .group = r->groups,
                              .role = used ? EM_S("counted") : r->aside, .low = r->low, .high = r->high,
                              .unit = r->unit, .when = r->when, .publisher = r->publisher,
                              .reliability = r->reliability, .credibility = r->credibility,
                              .readings = used ? UINT32_C(1) << reading : 0 };

        memcpy(row.id, r->id, sizeof row.id);
        return row;
}

/* A factor or a cap: a record that is joined without being a row of the SELECT. */
static em_answer_row joined_row(maker *m, const em_rows *facts, int64_t record, const char *role, size_t reading)
{
        em_ask_row r = { .record = record, .low = EM_MILLI_NONE, .high = EM_MILLI_NONE,
                         .when = { EM_DAY_NONE, EM_DAY_NONE } };
        em_ask_rows one = { .at = &r, .count = 1 };
        em_answer_row row;

        em_ask_place(&one, facts, m->arena);
        row = row_of(&r, reading);
        row.role = em_str_c(role);
        row.label = row.key;
        return row;
}

static int by_record(const void *a, const void *b)
{
        const em_answer_row *x = a, *y = b;
        int order;

        if (x->record != y->record)
                return x->record < y->record ? -1 : 1;
        order = em_str_cmp(x->unit, y->unit);
        if (order)
                return order;
        /* the first reading's row first; its bit is the lowest set, 0 for one set aside */
        if (!x->readings != !y->readings)
                return x->readings ? -1 : 1;
        if (x->readings != y->readings)
                return x->readings < y->readings ? -1 : 1;
        order = em_str_cmp(x->role, y->role);
        return order ? order : em_str_cmp(x->label, y->label);
}

static int is_joined(const em_answer_row *r)
{
        return em_str_eq(r->role, EM_S("factor")) || em_str_eq(r->role, EM_S("cap"));
}

static int by_evidence(const void *a, const void *b)
{
        const em_answer_row *x = a, *y = b;
        int order = is_joined(x) - is_joined(y);

        if (order == 0)
                order = em_str_cmp(x->group, y->group);
        if (order == 0)
                order = (x->when.from > y->when.from) - (x->when.from < y->when.from);
        if (order == 0)
                order = (x->when.to > y->when.to) - (x->when.to < y->when.to);
        if (order == 0)
                order = em_str_cmp(em_str_c(x->id), em_str_c(y->id));
        return order ? order : em_str_cmp(x->unit, y->unit);
}

static size_t gather(maker *m, const em_rows *facts, em_answer_row *out)
{
        size_t n = 0;

        for (size_t i = 0; i < m->a->readings; i++) {
                const em_enquiry *e = &m->list[i];

                for (size_t j = 0; j < e->rows.count; j++) {
                        const em_ask_row *r = &e->rows.at[j];

                        if (r->aside.n || r->groups.n)
                                out[n++] = row_of(r, i);
                }
                if (e->has_factor)
                        out[n++] = joined_row(m, facts, e->factor_record, "factor", i);
                for (size_t j = 0; j < e->caps; j++)
                        out[n++] = joined_row(m, facts, e->cap[j].record, "cap", i);
        }
        return n;
}

static em_status set_rows(maker *m, const em_rows *facts)
{
        size_t room = 0, n, kept = 0;
        em_answer_row *row;

        for (size_t i = 0; i < m->a->readings; i++)
                room += m->list[i].rows.count + m->list[i].caps + 1;
        row = EM_NEW_N(m->arena, em_answer_row, room);
        if (!row)
                return em_fail(m->err, EM_NOMEM, "no room for %zu rows of evidence", room);
        n = gather(m, facts, row);
        if (n)
                qsort(row, n, sizeof *row, by_record);
        for (size_t i = 0; i < n; i++) {
                em_answer_row *last = kept ? &row[kept - 1] : NULL;

                if (last && last->record == row[i].record && em_str_eq(last->unit, row[i].unit))
                        last->readings |= row[i].readings;
                else
                        row[kept++] = row[i];
        }
        if (kept)
                qsort(row, kept, sizeof *row, by_evidence);
        m->a->row = row;
        m->a->rows = kept;
        return EM_OK;
}

static em_status set_coverage(maker *m, const em_cover *cover, size_t covers)
{
        em_answer *a = m->a;

        a->coverage = EM_NEW_N(m->arena, em_coverage, covers);
        if (!a->coverage)
                return em_fail(m->err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < covers; i++)
                a->coverage[i] = (em_coverage){ cover[i].kind, cover[i].text, cover[i].whole };
        a->coverages = covers;
        return EM_OK;
}

/* ---- the whole ---- */

em_status em_answer_from(const em_question *q, em_day as_known, em_enquiry *list, const em_cover *cover,
                         const em_rows *facts, em_arena *arena, em_answer **ret_answer, em_error *err)
{
        em_answer *a = EM_NEW(arena, em_answer);
        maker m = { .a = a, .list = list, .arena = arena, .err = err };
        size_t count = em_setup_count(q);

        if (a)
                a->reading = EM_NEW_N(arena, em_reading, count);
        m.said = EM_NEW_N(arena, em_str, count);
        if (!a || !a->reading || !m.said)
                return em_fail(err, EM_NOMEM, "no room for an answer");
        a->question = q;
        a->as_known = as_known;
        a->readings = count;
        a->basis = q->basis;
        a->basis_text = q->basis_text;
        a->measure = q->measure;
        a->measures = q->measures;
        a->alternative = q->alternative;
        a->alternatives = q->alternatives;
        a->missing = q->missing;
        for (size_t i = 0; i < count; i++)
                EM_TRY(run_reading(&m, i, cover, q->coverages));
        a->verdict = judge(a);
        EM_TRY(give_reason(&m));
        EM_TRY(set_rows(&m, facts));
        EM_TRY(set_coverage(&m, cover, q->coverages));
        EM_TRY(set_likelihood(&m));
        a->proof = em_proof_of(a, cover, q->coverages);
        a->confidence = em_confidence_of(a);
        EM_TRY(em_body_write(a, arena, err));
        *ret_answer = a;
        return EM_OK;
}

em_status em_answer_make(em_case *c, const em_question *q, em_day as_known,
                         em_arena *arena, em_answer **ret_answer, em_error *err)
{
        em_enquiry *list = NULL;
        em_cover *covers = NULL;
        em_rows facts = { 0 };

        EM_TRY(em_enquire(c, q, as_known, arena, &list, &covers, &facts, err));
        return em_answer_from(q, as_known, list, covers, &facts, arena, ret_answer, err);
}

static const em_reading *find_reading(const em_answer *a, em_str name)
{
        if (name.n == 0)
                return &a->reading[0];
        for (size_t i = 0; i < a->readings; i++)
                if (em_str_eq(a->reading[i].name, name))
                        return &a->reading[i];
        return NULL;
}

const em_number *em_answer_number(const em_answer *a, em_str reading, em_str name)
{
        const em_reading *r = find_reading(a, reading);

        for (size_t i = 0; r && i < r->numbers; i++)
                if (em_str_eq(r->number[i].name, name))
                        return &r->number[i];
        return NULL;
}

const char *em_answer_phrase(const em_answer *a, em_str reading, em_str quantifier)
{
        const em_reading *r = find_reading(a, reading);
        bool silent = em_str_eq(a->basis, EM_S("none"));

        if (!r || silent || r->verdict != EM_VERDICT_HOLDS || !em_str_eq(r->quantifier, quantifier))
                return NULL;
        return r->phrase;
}
