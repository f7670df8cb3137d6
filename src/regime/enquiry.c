/* enquiry.c -- what a question needs from the case, asked in one place.
 *
 * Each reading is one SELECT; then the factor and the caps it names, the
 * coverage of its kinds, and the custody of every record that came up.  All of
 * it goes through em_case_query, so all of it is as known on the day.
 */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>

#define FACTS_AT_ONCE 200

typedef struct asker {
        em_case           *c;
        const em_question *q;
        em_query_opts      opts;
        bool               called;      /* the case holds what the question is about */
        em_arena          *arena;
        em_error          *err;
} asker;

/* An error in the SQL names the question's file. */
static em_status query(asker *a, em_str sql, const em_param *param, size_t params, em_rows *ret_rows)
{
        em_status status = em_case_query(a->c, sql, param, params, &a->opts, a->arena, ret_rows, a->err);

        if (status != EM_OK && a->err && a->err->file[0] == '\0' && status != EM_NOMEM)
                snprintf(a->err->file, sizeof a->err->file, "%.*s", EM_ARG(a->q->file));
        return status;
}

static em_value text_value(em_str s)
{
        return (em_value){ .type = EM_VALUE_TEXT, .s = s };
}

static em_value day_value(asker *a, em_day day)
{
        char text[11];
        em_str copy = { 0 };

        em_status status = em_str_copy(em_str_c(em_day_text(day, text)), a->arena, &copy, a->err);

        return status == EM_OK ? text_value(copy) : (em_value){ .type = EM_VALUE_NULL };
}

/* A whole number is bound as a number, everything else as text. */
static em_value param_value(em_str s)
{
        em_value v = { .type = EM_VALUE_INT };

        return em_str_int(s, &v.i) ? v : text_value(s);
}

static em_status make_params(asker *a, const em_setup *s, em_param **ret_params, size_t *ret_count)
{
        size_t n = 0;
        em_param *p = EM_NEW_N(a->arena, em_param, 1 + 2 * s->periods + s->params);

        if (!p)
                return em_fail(a->err, EM_NOMEM, "no room for the parameters");
        p[n++] = (em_param){ EM_S("until"), a->opts.as_known == EM_DAY_NONE ? text_value(EM_S("9999-12-31"))
                                                                              : day_value(a, a->opts.as_known) };
        for (size_t i = 0; i < s->periods; i++) {
                const em_period *period = &s->period[i];

                EM_TRY(em_str_format(a->arena, &p[n].name, a->err, "%.*s_from", EM_ARG(period->name)));
                p[n++].value = day_value(a, period->span.from);
                EM_TRY(em_str_format(a->arena, &p[n].name, a->err, "%.*s_to", EM_ARG(period->name)));
                p[n++].value = day_value(a, period->span.to);
        }
        for (size_t i = 0; i < s->params; i++)
                p[n++] = (em_param){ s->param[i].name, param_value(s->param[i].value) };
        *ret_params = p;
        *ret_count = n;
        return EM_OK;
}

static bool names_cap(const em_setup *s, em_str *ret_cap)
{
        for (size_t i = 0; i < EM_TEST_ARGS && s->test.op->takes[i].key; i++)
                if (strcmp(s->test.op->takes[i].key, "cap") == 0) {
                        *ret_cap = s->test.arg[i];
                        return true;
                }
        return false;
}

static em_status ask_reading(asker *a, em_enquiry *e)
{
        em_rows rows = { 0 };
        em_param *param = NULL, key;
        size_t params = 0;
        em_str cap;

        EM_TRY(make_params(a, &e->setup, &param, &params));
        if (a->q->sql.n && a->called)
                EM_TRY(query(a, a->q->sql, param, params, &rows));
        EM_TRY(em_ask_read(&rows, &e->setup, a->arena, &e->rows, a->err));
        if (e->setup.factor.key.n) {
                key = (em_param){ EM_S("key"), text_value(e->setup.factor.key) };
                EM_TRY(query(a, EM_S("SELECT * FROM factor WHERE key = :key ORDER BY record"), &key, 1, &rows));
                /* One that was not known yet on that day leaves its rows set aside, each with the reason; with all on
                 * file it must be there. */
                e->has_factor = rows.rows > 0 || a->opts.as_known == EM_DAY_NONE;
                if (e->has_factor)
                        EM_TRY(em_factor_read(&rows, &e->setup.factor, a->arena, &e->factor, &e->factor_record, a->err));
        }
        if (names_cap(&e->setup, &cap)) {
                EM_TRY(query(a, EM_S("SELECT * FROM cap ORDER BY record"), NULL, 0, &rows));
                EM_TRY(em_cap_read(&rows, cap, a->arena, &e->cap, &e->caps, a->err));
        }
        return EM_OK;
}

/* Only of the kinds that are asked for: the view counts the records of each. */
static em_status ask_coverage(asker *a, em_cover **ret_covers)
{
        em_rows rows = { 0 };
        size_t count = a->q->coverages;
        em_param *kind = EM_NEW_N(a->arena, em_param, count + 1);
        em_str in = { 0 };

        if (!kind)
                return em_fail(a->err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_str_format(a->arena, &kind[i].name, a->err, "kind%zu", i));
                kind[i].value = text_value(a->q->coverage[i]);
                EM_TRY(em_str_format(a->arena, &in, a->err, "%.*s%s:%.*s", EM_ARG(in), i ? ", " : "", EM_ARG(kind[i].name)));
        }
        if (count) {
                em_str sql;
                EM_TRY(em_str_format(a->arena, &sql, a->err,
                                     "SELECT c.*, (SELECT s.reliability FROM source AS s WHERE s.source = c.source "
                                     "LIMIT 1) AS reliability FROM coverage AS c WHERE c.kind IN (%.*s) "
                                     "ORDER BY c.kind, c.publisher, c.source", EM_ARG(in)));
                EM_TRY(query(a, sql, kind, count, &rows));
        }
        return em_cover_make(&rows, a->q->coverage, count, a->opts.as_known, a->arena, ret_covers, a->err);
}

/* ---- facts ---- */

static int by_number(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* Every record that any reading names, in order, once. */
static em_status all_records(asker *a, const em_enquiry *list, size_t count, int64_t **ret_ids, size_t *ret_count)
{
        size_t room = 0, n = 0, kept = 0;
        int64_t *id;

        for (size_t i = 0; i < count; i++)
                room += list[i].rows.count + list[i].caps + 1;
        id = EM_NEW_N(a->arena, int64_t, room);
        if (!id)
                return em_fail(a->err, EM_NOMEM, "no room for %zu records", room);
        for (size_t i = 0; i < count; i++) {
                for (size_t j = 0; j < list[i].rows.count; j++)
                        id[n++] = list[i].rows.at[j].record;
                for (size_t j = 0; j < list[i].caps; j++)
                        id[n++] = list[i].cap[j].record;
                if (list[i].has_factor)
                        id[n++] = list[i].factor_record;
        }
        if (n)
                qsort(id, n, sizeof *id, by_number);
        for (size_t i = 0; i < n; i++)
                if (i == 0 || id[i] != id[i - 1])
                        id[kept++] = id[i];
        *ret_ids = id;
        *ret_count = kept;
        return EM_OK;
}

static em_status facts_sql(asker *a, const int64_t *id, size_t count, em_str *ret_sql)
{
        em_buf sql = em_buf_make((size_t)64 << 10);
        em_status status;

        em_buf_c(&sql, "SELECT r.record AS record, r.id AS id, r.key AS key, "
                       "(SELECT s.publisher FROM source AS s WHERE s.source = r.source LIMIT 1) AS publisher, "
                       "r.reliability AS reliability, r.credibility AS credibility "
                       "FROM record AS r WHERE r.record IN (");
        for (size_t i = 0; i < count; i++)
                em_buf_fmt(&sql, "%s%lld", i ? "," : "", (long long)id[i]);
        em_buf_c(&sql, ") ORDER BY r.record");
        status = em_buf_status(&sql, a->err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&sql), a->arena, ret_sql, a->err);
        em_buf_free(&sql);
        return status;
}

static em_status ask_facts(asker *a, const int64_t *id, size_t count, em_rows *ret_facts)
{
        em_rows all = { 0 }, part;
        size_t done = 0;
        em_str sql;

        for (; done < count; done += FACTS_AT_ONCE) {
                size_t n = count - done < FACTS_AT_ONCE ? count - done : FACTS_AT_ONCE;

                EM_TRY(facts_sql(a, id + done, n, &sql));
                EM_TRY(query(a, sql, NULL, 0, &part));
                if (done == 0) {
                        all = part;
                        all.cell = EM_NEW_N(a->arena, em_value, count * part.columns);
                        if (!all.cell)
                                return em_fail(a->err, EM_NOMEM, "no room for %zu records", count);
                        all.rows = 0;
                }
                if (part.rows)
                        memcpy(all.cell + all.rows * all.columns, part.cell,
                               part.rows * part.columns * sizeof *part.cell);
                all.rows += part.rows;
        }
        if (all.rows != count)
                return em_fail_at(a->err, EM_FORMAT, a->q->file, 0, 0,
                                  "the SELECT gives numbers in its column record that are no records");
        *ret_facts = all;
        return EM_OK;
}

/* By the sources and not by a view of the kind: a case made before the regime knew of it has none. */
em_status em_question_called(em_case *c, const em_question *q, em_arena *arena, bool *ret_called, em_error *err)
{
        bool called = true;

        for (size_t i = 0; i < q->whens && called; i++) {
                em_param kind = { EM_S("kind"), { .type = EM_VALUE_TEXT, .s = q->when[i] } };
                em_rows rows = { 0 };

                EM_TRY(em_case_query(c, EM_S("SELECT 1 FROM source WHERE kind = :kind AND taken > 0 LIMIT 1"), &kind, 1,
                                     NULL, arena, &rows, err));
                called = rows.rows > 0;
        }
        *ret_called = called;
        return EM_OK;
}

em_status em_enquire(em_case *c, const em_question *q, em_day as_known, em_arena *arena,
                     em_enquiry **ret_list, em_cover **ret_covers, em_rows *ret_facts, em_error *err)
{
        asker a = { .c = c, .q = q, .opts = em_query_defaults, .arena = arena, .err = err };
        size_t count = em_setup_count(q), ids = 0;
        em_enquiry *list = EM_NEW_N(arena, em_enquiry, count);
        em_cover *covers = NULL;
        em_rows facts = { 0 };
        int64_t *id = NULL;

        if (!list)
                return em_fail(err, EM_NOMEM, "no room for %zu readings", count);
        a.opts.as_known = as_known;
        EM_TRY(em_question_called(c, q, arena, &a.called, err));
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_setup_make(q, i ? &q->variant[i - 1] : NULL, arena, &list[i].setup, err));
                EM_TRY(ask_reading(&a, &list[i]));
        }
        EM_TRY(ask_coverage(&a, &covers));
        EM_TRY(all_records(&a, list, count, &id, &ids));
        EM_TRY(ask_facts(&a, id, ids, &facts));
        for (size_t i = 0; i < count; i++)
                em_ask_place(&list[i].rows, &facts, arena);
        *ret_list = list;
        *ret_covers = covers;
        *ret_facts = facts;
        return EM_OK;
}
