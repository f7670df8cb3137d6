/* ask.h -- a question asked of a table written in the test, without a case.
 *
 * A table is lines; the first names the columns, cells stand between '|', an
 * empty cell is NULL, digits are a number, the rest is text.  Records get the
 * public id aaaaaaaa:N and the key K-N, a publisher and grades from `facts`,
 * or "Registry", B and 2.
 */
#ifndef TESTS_UNIT_ASK_H
#define TESTS_UNIT_ASK_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "regime/inside.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct ask_tables {
        const char *rows;       /* what the SELECT gives */
        const char *coverage;   /* view coverage, with reliability; or NULL */
        const char *caps;       /* view cap, or NULL */
        const char *factor;     /* view factor, one row; or NULL */
        const char *facts;      /* record|publisher|reliability|credibility, or NULL */
        const char *as_known;   /* day, or NULL for everything */
} ask_tables;

static inline em_arena *ask_arena(void)
{
        em_arena *arena = em_arena_new((size_t)256 << 20);

        assert_non_null(arena);
        return arena;
}

static inline size_t ask_count(const char *s, char c)
{
        size_t n = 0;

        for (; s && *s; s++)
                n += *s == c;
        return n;
}

static inline em_value ask_cell(em_str s)
{
        em_value v = { .type = EM_VALUE_NULL };

        if (s.n == 0)
                return v;
        v.type = em_str_int(s, &v.i) ? EM_VALUE_INT : EM_VALUE_TEXT;
        v.s = v.type == EM_VALUE_TEXT ? s : (em_str){ 0 };
        return v;
}

static inline em_rows ask_rows(const char *text, em_arena *arena)
{
        em_str rest = em_str_c(text), line, head;
        em_rows rows = { 0 };
        em_cut cut = em_str_cut(rest, '\n');
        size_t at = 0;

        head = cut.head;
        rows.columns = 1;
        for (size_t i = 0; i < head.n; i++)
                rows.columns += head.p[i] == '|';
        rows.name = EM_NEW_N(arena, em_str, rows.columns);
        rows.cell = EM_NEW_N(arena, em_value, rows.columns * (ask_count(text, '\n') + 2));
        assert_true(rows.name && rows.cell);
        for (size_t i = 0; i < rows.columns; i++) {
                em_cut part = em_str_cut(head, '|');

                rows.name[i] = part.head;
                head = part.tail;
        }
        for (rest = cut.tail; rest.n; rest = cut.tail) {
                cut = em_str_cut(rest, '\n');
                line = cut.head;
                for (size_t i = 0; i < rows.columns; i++) {
                        em_cut part = em_str_cut(line, '|');

                        rows.cell[at++] = ask_cell(part.head);
                        line = part.tail;
                }
                rows.rows++;
        }
        return rows;
}

static inline em_question *ask_question(const char *text, em_arena *arena)
{
        em_question *q = NULL;
        em_error err = { 0 };

        if (em_question_parse(EM_S("asked"), em_str_c(text), arena, &q, &err) != EM_OK)
                fail_msg("%s:%llu: %s", err.file, (unsigned long long)err.line, err.text);
        return q;
}

/* Facts for every record of rows, caps and factor, in order of record. */
static inline em_rows ask_facts(const ask_tables *t, em_arena *arena)
{
        static const int64_t most = 400;
        em_rows given = ask_rows(t->facts ? t->facts : "record", arena), facts = { .columns = 6 };
        static const char *const name[] = { "record", "id", "key", "publisher", "reliability", "credibility" };

        facts.name = EM_NEW_N(arena, em_str, 6);
        facts.cell = EM_NEW_N(arena, em_value, 6 * (size_t)most);
        assert_true(facts.name && facts.cell);
        for (size_t i = 0; i < 6; i++)
                facts.name[i] = em_str_c(name[i]);
        for (int64_t r = 0; r < most; r++) {
                em_value *c = &facts.cell[6 * (size_t)r];
                em_str id, key;

                assert_int_equal(em_str_format(arena, &id, NULL, "aaaaaaaa:%d", (int)r), EM_OK);
                assert_int_equal(em_str_format(arena, &key, NULL, "K-%d", (int)r), EM_OK);
                c[0] = (em_value){ .type = EM_VALUE_INT, .i = r };
                c[1] = (em_value){ .type = EM_VALUE_TEXT, .s = id };
                c[2] = (em_value){ .type = EM_VALUE_TEXT, .s = key };
                c[3] = (em_value){ .type = EM_VALUE_TEXT, .s = EM_S("Registry") };
                c[4] = (em_value){ .type = EM_VALUE_TEXT, .s = EM_S("B") };
                c[5] = (em_value){ .type = EM_VALUE_INT, .i = 2 };
                for (size_t i = 0; i < given.rows; i++)
                        if (em_rows_at(&given, i, 0)->i == r)
                                for (size_t k = 1; k < 4; k++)
                                        c[2 + k] = *em_rows_at(&given, i, k);
        }
        facts.rows = (size_t)most;
        return facts;
}

/* Answers q on the tables.  Every reading sees the same rows. */
static inline em_answer *ask_answer(const em_question *q, const ask_tables *t, em_arena *arena)
{
        em_enquiry *list = EM_NEW_N(arena, em_enquiry, em_setup_count(q));
        em_rows rows = ask_rows(t->rows, arena), facts = ask_facts(t, arena), other;
        em_day as_known = EM_DAY_NONE;
        em_cover *covers = NULL;
        em_answer *answer = NULL;
        em_error err = { 0 };

        assert_non_null(list);
        if (t->as_known)
                assert_true(em_day_parse(em_str_c(t->as_known), &as_known));
        for (size_t i = 0; i < em_setup_count(q); i++) {
                em_enquiry *e = &list[i];

                assert_int_equal(em_setup_make(q, i ? &q->variant[i - 1] : NULL, arena, &e->setup, &err), EM_OK);
                if (em_ask_read(&rows, &e->setup, arena, &e->rows, &err) != EM_OK)
                        fail_msg("%s", err.text);
                em_ask_place(&e->rows, &facts, arena);
                if (t->factor && e->setup.factor.key.n) {
                        other = ask_rows(t->factor, arena);
                        assert_int_equal(em_factor_read(&other, &e->setup.factor, arena, &e->factor,
                                                        &e->factor_record, &err), EM_OK);
                        e->has_factor = true;
                }
                if (t->caps) {
                        other = ask_rows(t->caps, arena);
                        assert_int_equal(em_cap_read(&other, e->setup.test.arg[0], arena, &e->cap, &e->caps, &err), EM_OK);
                }
        }
        other = ask_rows(t->coverage ? t->coverage : "kind", arena);
        assert_int_equal(em_cover_make(&other, q->coverage, q->coverages, as_known, arena, &covers, &err), EM_OK);
        if (em_answer_from(q, as_known, list, covers, &facts, arena, &answer, &err) != EM_OK)
                fail_msg("%s", err.text);
        return answer;
}

static inline em_answer *ask(const char *question, ask_tables t, em_arena *arena)
{
        return ask_answer(ask_question(question, arena), &t, arena);
}

static inline void assert_verdict(const em_answer *a, em_str reading, em_verdict v)
{
        for (size_t i = 0; i < a->readings; i++)
                if (reading.n == 0 || em_str_eq(a->reading[i].name, reading)) {
                        if (a->reading[i].verdict != v)
                                fail_msg("%.*s", EM_ARG(a->reading[i].says));
                        return;
                }
        fail_msg("no reading %.*s", EM_ARG(reading));
}

/* The text of a number of the main reading. */
static inline void assert_number(const em_answer *a, const char *name, const char *text)
{
        const em_number *n = em_answer_number(a, EM_S(""), em_str_c(name));
        char got[256];

        if (!n)
                fail_msg("no number %s", name);
        snprintf(got, sizeof got, "%.*s", EM_ARG(n->text));
        assert_string_equal(got, text);
}

#endif
