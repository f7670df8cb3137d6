/* quantifier.c -- the words that may be claimed, as operators that can fail.
 *
 * A word like "nearly" or "the largest" is a row of this table: its name in a
 * question's header, its phrase in a sentence, its parameters with their
 * defaults, and one pure function from groups to a verdict.  A new word is a
 * new row.  Parameters are checked when the question is read.
 *
 * Amounts are intervals, so a test has three ends: it holds when it holds for
 * every value in the interval, fails when it fails for every value, and cannot
 * be tested on this evidence otherwise (three-valued logic, Kleene 1952).
 */
#include "inside.h"

#include <math.h>
#include <stdio.h>

#define GROUPS_NAMED 12         /* more groups than this are not numbers of their own */

#define NOW  { "now", NULL, EM_ARG_GROUP, NULL }
#define BASE { "base", NULL, EM_ARG_GROUP, NULL }
#define N    { "n", NULL, EM_ARG_AMOUNT, NULL }
#define GROUP { "group", "", EM_ARG_GROUP, NULL }
#define CAP  { "cap", NULL, EM_ARG_WORD, NULL }
#define PER  { "per", "total", EM_ARG_WORD, "total|day" }

static const em_operator operators[] = {
        { "at-least", "at least", { N, GROUP }, em_quantifier_at_least },
        { "more-than", "more than", { N, GROUP }, em_quantifier_more_than },
        { "exactly", "exactly", { N, GROUP }, em_quantifier_exactly },
        { "up-to", "up to", { N, GROUP }, em_quantifier_up_to },
        { "nearly", "nearly", { N, { "within", "0.05", EM_ARG_REAL, NULL }, GROUP }, em_quantifier_nearly },
        { "largest", "the largest", { { "group", NULL, EM_ARG_GROUP, NULL } }, em_quantifier_largest },
        { "increased-sharply", "increased sharply",
          { NOW, BASE, { "factor", "2", EM_ARG_REAL, NULL },
            { "leave-out", "none", EM_ARG_WORD, "none|month|row|label" }, PER },
          em_quantifier_increased_sharply },
        { "relatively-low", "at a relatively low level",
          { NOW, BASE, { "share", "0.5", EM_ARG_REAL, NULL }, PER }, em_quantifier_relatively_low },
        { "largely-ceased", "largely ceased",
          { NOW, BASE, { "share", "0.2", EM_ARG_REAL, NULL }, PER }, em_quantifier_largely_ceased },
        { "larger", "larger", { NOW, BASE, { "factor", "1", EM_ARG_REAL, NULL }, PER }, em_quantifier_larger },
        { "none", "none", { GROUP }, em_quantifier_none },
        { "continued", "continued", { NOW, { "before", NULL, EM_ARG_GROUP, NULL } }, em_quantifier_continued },
        { "acceleration", "a marked acceleration", { NOW, BASE, { "alpha", "0.05", EM_ARG_REAL, NULL } },
          em_quantifier_acceleration },
        { "change-point", "a change of pace",
          { { "runs", "20000", EM_ARG_COUNT, NULL }, { "seed", "1", EM_ARG_COUNT, NULL },
            { "alpha", "0.05", EM_ARG_REAL, NULL }, GROUP },
          em_quantifier_change_point },
        { "weekday", "on that day of the week",
          { { "day", NULL, EM_ARG_WORD, "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday" }, GROUP },
          em_quantifier_weekday },
        { "within-cap", "within the cap", { CAP, { "reports", "0", EM_ARG_AMOUNT, NULL }, GROUP },
          em_quantifier_within_cap },
        { "over-cap", "over the cap", { CAP, GROUP }, em_quantifier_over_cap },
        { "load-fractions", "consistent with the load fractions",
          { { "rounding", "0.5", EM_ARG_REAL, NULL } }, em_quantifier_load_fractions },
        { "no-reply", "without a reply", { { NULL, NULL, EM_ARG_WORD, NULL } }, em_quantifier_no_reply },
        { "untestable", "untestable", { { NULL, NULL, EM_ARG_WORD, NULL } }, em_quantifier_untestable },
};

/* ---- reading a test ---- */

static bool one_of(em_str s, const char *words)
{
        em_str rest = em_str_c(words);

        while (rest.n) {
                em_cut cut = em_str_cut(rest, '|');

                if (em_str_eq(cut.head, s))
                        return true;
                rest = cut.tail;
        }
        return false;
}

/* A plain decimal; 15 digits are as many as a double keeps. */
static bool parse_real(em_str s, double *ret_value)
{
        double value = 0, scale = 1;
        size_t digits = 0;
        bool point = false;

        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '.' && !point && i > 0) {
                        point = true;
                        continue;
                }
                if (s.p[i] < '0' || s.p[i] > '9' || ++digits > 15)
                        return false;
                value = value * 10 + (s.p[i] - '0');
                scale *= point ? 10 : 1;
        }
        *ret_value = value / scale;
        return digits > 0;
}

static bool takes_value(const em_takes *takes, em_str value)
{
        em_milli low, high;
        int64_t whole;
        double real;

        switch (takes->type) {
        case EM_ARG_AMOUNT:
                return em_milli_parse(value, &low, &high) && low == high;
        case EM_ARG_REAL:
                return parse_real(value, &real);
        case EM_ARG_COUNT:
                return em_str_int(value, &whole) && whole > 0 && whole <= EM_RUNS_MAX;
        case EM_ARG_WORD:
                return value.n && (!takes->words || one_of(value, takes->words));
        case EM_ARG_GROUP:
                return value.n > 0;
        }
        return false;
}

static const char *type_words(const em_takes *takes)
{
        static const char *const words[] = {
                "a number of at most three decimals", "a number not below 0",
                "a whole number from 1 to 1000000", "the name of a group", "a word",
        };

        return takes->words ? takes->words : words[takes->type];
}

em_status em_test_set(em_test *test, em_str key, em_str value, em_str file, uint64_t line, em_error *err)
{
        char shown[80];

        for (size_t i = 0; i < EM_TEST_ARGS && test->op->takes[i].key; i++) {
                const em_takes *takes = &test->op->takes[i];

                if (!em_str_eq(key, em_str_c(takes->key)))
                        continue;
                if (!takes_value(takes, value))
                        return em_fail_at(err, EM_FORMAT, file, line, 0, "%s of %s must be %s", takes->key,
                                          test->op->name, type_words(takes));
                test->arg[i] = value;
                return EM_OK;
        }
        return em_fail_at(err, EM_FORMAT, file, line, 0, "%s has no parameter \"%s\"", test->op->name,
                          em_str_show(key, shown, sizeof shown));
}

em_status em_test_parse(em_str text, em_arena *arena, em_test *ret_test,
                        em_str file, uint64_t line, em_error *err)
{
        em_test test = { 0 };
        em_str rest = text, word = { 0 };
        char shown[80];

        em_str_word(&rest, &word);
        for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
                if (em_str_eq(word, em_str_c(operators[i].name)))
                        test.op = &operators[i];
        if (!test.op)
                return em_fail_at(err, EM_FORMAT, file, line, 0, "no test is called \"%s\"",
                                  em_str_show(word, shown, sizeof shown));
        while (em_str_word(&rest, &word)) {
                em_cut pair = em_str_cut(word, '=');

                EM_TRY(em_str_copy(pair.tail, arena, &pair.tail, err));
                EM_TRY(em_test_set(&test, pair.head, pair.tail, file, line, err));
        }
        for (size_t i = 0; i < EM_TEST_ARGS && test.op->takes[i].key; i++) {
                if (test.arg[i].n)
                        continue;
                if (!test.op->takes[i].standard)
                        return em_fail_at(err, EM_FORMAT, file, line, 0, "%s needs %s=", test.op->name,
                                          test.op->takes[i].key);
                test.arg[i] = em_str_c(test.op->takes[i].standard);
        }
        *ret_test = test;
        return EM_OK;
}

em_status em_test_text(const em_test *test, em_arena *arena, em_str *ret_text, em_error *err)
{
        em_str text = em_str_c(test->op->name);

        for (size_t i = 0; i < EM_TEST_ARGS && test->op->takes[i].key; i++) {
                if (test->arg[i].n == 0)
                        continue;
                EM_TRY(em_str_format(arena, &text, err, "%.*s %s=%.*s", EM_ARG(text), test->op->takes[i].key,
                                     EM_ARG(test->arg[i])));
        }
        *ret_text = text;
        return EM_OK;
}

/* ---- what operators are written with ---- */

em_str em_try_arg(const em_try *t, const char *key)
{
        const em_operator *op = t->setup->test.op;

        for (size_t i = 0; i < EM_TEST_ARGS && op->takes[i].key; i++)
                if (strcmp(op->takes[i].key, key) == 0)
                        return t->setup->test.arg[i];
        em_assert_failed("an operator asks for a parameter that its row names", __FILE__, __LINE__);
}

em_milli em_try_amount(const em_try *t, const char *key)
{
        em_milli low = 0, high;

        em_assert(em_milli_parse(em_try_arg(t, key), &low, &high));
        return low;
}

double em_try_real(const em_try *t, const char *key)
{
        double value = 0;

        em_assert(parse_real(em_try_arg(t, key), &value));
        return value;
}

static void fail(em_try *t, em_status status)
{
        if (t->status == EM_OK)
                t->status = status;
}

static em_str format(em_try *t, const char *fmt, va_list args) EM_PRINTF(2, 0);
static em_str format(em_try *t, const char *fmt, va_list args)
{
        va_list again;
        char *text;
        int n;

        va_copy(again, args);
        n = vsnprintf(NULL, 0, fmt, again);
        va_end(again);
        text = n < 0 ? NULL : em_arena_alloc(t->arena, (size_t)n + 1);
        if (!text) {
                fail(t, em_fail(t->err, EM_NOMEM, "no room for a sentence"));
                return (em_str){ "", 0 };
        }
        vsnprintf(text, (size_t)n + 1, fmt, args);
        return (em_str){ text, (size_t)n };
}

em_str em_try_text(em_try *t, const char *fmt, ...)
{
        va_list args;
        em_str text;

        va_start(args, fmt);
        text = format(t, fmt, args);
        va_end(args);
        return text;
}

/* A sentence begins with a capital and ends with a stop. */
void em_try_says(em_try *t, em_verdict v, const char *fmt, ...)
{
        va_list args;
        em_str text;
        char first;

        va_start(args, fmt);
        text = format(t, fmt, args);
        va_end(args);
        t->verdict = v;
        t->said = text;
        if (text.n == 0)
                return;
        first = text.p[0];
        if (first >= 'a' && first <= 'z')
                first = (char)(first - 'a' + 'A');
        t->says = em_try_text(t, "%c%.*s.", first, EM_ARG(em_str_sub(text, 1, text.n)));
}

void em_try_number_named(em_try *t, em_str name, em_str text, double real, em_str unit)
{
        if (t->status != EM_OK)
                return;
        if (t->numbers == t->number_room) {
                size_t room = t->number_room ? t->number_room * 2 : 16;
                em_number *grown = EM_NEW_N(t->arena, em_number, room);

                if (!grown) {
                        fail(t, em_fail(t->err, EM_NOMEM, "no room for a number"));
                        return;
                }
                if (t->numbers)
                        memcpy(grown, t->number, t->numbers * sizeof *grown);
                t->number = grown;
                t->number_room = room;
        }
        if (em_str_eq(unit, EM_S("sat"))) {     /* its words are in coins (words.c) */
                unit = EM_S("coin");
                real /= 1e8;
        }
        t->number[t->numbers++] = (em_number){ .name = name, .text = text, .real = real, .unit = unit };
}

void em_try_number(em_try *t, const char *name, em_str text, double real, em_str unit)
{
        em_try_number_named(t, em_str_c(name), text, real, unit);
}

void em_try_count(em_try *t, const char *name, uint64_t n)
{
        em_try_number(t, name, em_try_text(t, "%llu", (unsigned long long)n), (double)n, (em_str){ 0 });
}

static void range_named(em_try *t, em_str name, const em_group *g)
{
        char words[EM_WORDS];
        em_str unit = t->setup->unit;

        em_words_range(g->low, g->high, g->low_open, unit, words);
        em_try_number_named(t, name, em_try_text(t, "%s", words),
                            g->low == EM_MILLI_NONE ? NAN : em_milli_real(g->low), unit);
}

void em_try_range(em_try *t, const char *name, const em_group *g)
{
        range_named(t, em_str_c(name), g);
}

/* ---- groups ---- */

static const em_bundle *empty_bundle(em_try *t, em_str name)
{
        em_bundle *b = EM_NEW(t->arena, em_bundle);
        static const em_bundle none = { .group = { .low = EM_MILLI_NONE, .high = EM_MILLI_NONE,
                .stated = EM_MILLI_NONE, .span = { EM_DAY_NONE, EM_DAY_NONE } } };
        em_precision precision;
        em_span span;
        char words[EM_WORDS];

        if (!b) {
                fail(t, em_fail(t->err, EM_NOMEM, "no room for a group"));
                return &none;
        }
        *b = none;
        b->group.name = b->group.shown = name;
        for (size_t i = 0; i < t->setup->periods; i++)
                if (em_str_eq(t->setup->period[i].name, name))
                        b->group.span = t->setup->period[i].span;
        if (b->group.span.from == EM_DAY_NONE && em_span_parse(name, &span, &precision))
                b->group.span = span;
        if (b->group.span.from != EM_DAY_NONE)
                b->group.shown = em_try_text(t, "%s", em_words_span(b->group.span, words));
        if (em_combine_counts(t->setup->combine))
                b->group.low = b->group.high = b->group.stated = 0;
        return b;
}

static const em_bundle *together(em_try *t)
{
        em_bundle *b;
        size_t n = 0;

        for (size_t i = 0; i < t->groups; i++)
                n += t->group[i].rows;
        b = EM_NEW(t->arena, em_bundle);
        if (b)
                b->row = EM_NEW_N(t->arena, const em_ask_row *, n);
        if (!b || !b->row) {
                fail(t, em_fail(t->err, EM_NOMEM, "no room for a group"));
                return empty_bundle(t, EM_S("all"));
        }
        for (size_t i = 0; i < t->groups; i++)
                for (size_t j = 0; j < t->group[i].rows; j++)
                        b->row[b->rows++] = t->group[i].row[j];
        b->group.name = b->group.shown = EM_S("all");
        b->group.span = (em_span){ EM_DAY_NONE, EM_DAY_NONE };
        fail(t, em_combine(t->setup, b->row, b->rows, t->arena, &b->group, NULL, t->err));
        return b;
}

const em_bundle *em_try_group(em_try *t, const char *key)
{
        em_str name = em_try_arg(t, key);

        if (name.n == 0 && t->groups == 1)
                return &t->group[0];
        for (size_t i = 0; i < t->groups; i++)
                if (em_str_eq(t->group[i].group.name, name.n ? name : EM_S("now")))
                        return &t->group[i];
        if (name.n == 0)
                return t->groups ? together(t) : empty_bundle(t, EM_S("all"));
        return empty_bundle(t, name);
}

em_span em_try_cut(const em_try *t, em_span span)
{
        if (t->as_known != EM_DAY_NONE && span.to != EM_DAY_NONE && span.to > t->as_known)
                span.to = t->as_known < span.from ? span.from : t->as_known;
        return span;
}

bool em_try_covered(em_try *t, em_span span, em_str *ret_why)
{
        char words[EM_WORDS];

        if (t->covers == 0) {
                *ret_why = EM_S("the question names no coverage");
                return false;
        }
        for (size_t i = 0; i < t->covers; i++) {
                const em_cover *c = &t->cover[i];

                if (c->spans == 0) {
                        *ret_why = em_try_text(t, "no source of the kind %.*s claims to be complete", EM_ARG(c->kind));
                        return false;
                }
                if (span.from != EM_DAY_NONE && !em_cover_holds(c, span)) {
                        *ret_why = em_try_text(t, "the coverage of %.*s (%.*s) does not hold all of %s",
                                               EM_ARG(c->kind), EM_ARG(c->text), em_words_span(span, words));
                        return false;
                }
        }
        return true;
}

bool em_try_ready(em_try *t, const em_bundle *b)
{
        em_str why;

        if (b->rows > 0 && b->group.low != EM_MILLI_NONE)
                return true;
        if (!em_combine_counts(t->setup->combine)) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "no amount is known for %.*s, which is not the same as zero",
                            EM_ARG(b->group.shown));
                return false;
        }
        if (em_try_covered(t, b->group.span, &why))
                return true;
        em_try_says(t, EM_VERDICT_UNTESTABLE, "nothing is on record for %.*s, and %.*s", EM_ARG(b->group.shown),
                    EM_ARG(why));
        return false;
}

void em_quantifier_untestable(em_try *t)
{
        em_try_says(t, EM_VERDICT_UNTESTABLE, "no table here can settle it");
}

static bool has_number(const em_try *t, em_str name)
{
        for (size_t i = 0; i < t->numbers; i++)
                if (em_str_eq(t->number[i].name, name))
                        return true;
        return false;
}

/* Numbers that every reading has: the rows, and what each of a few named
 * groups holds. */
static void group_numbers(em_try *t)
{
        size_t rows = 0;
        char words[EM_WORDS];

        for (size_t i = 0; i < t->rows; i++)
                rows += t->row[i].aside.n == 0 && t->row[i].groups.n > 0;
        em_try_count(t, "rows", rows);
        for (size_t i = 0; i < t->groups && t->groups <= GROUPS_NAMED; i++) {
                const em_group *g = &t->group[i].group;

                if (!has_number(t, g->name) && !em_str_eq(g->name, EM_S("all")))
                        range_named(t, g->name, g);
                if (g->span.from != EM_DAY_NONE)
                        em_try_number_named(t, em_try_text(t, "%.*s-span", EM_ARG(g->name)),
                                            em_try_text(t, "%s", em_words_span(g->span, words)), NAN, (em_str){ 0 });
        }
}

em_status em_try_run(em_try *t, em_error *err)
{
        t->verdict = EM_VERDICT_UNTESTABLE;
        t->status = EM_OK;
        t->err = err;
        t->setup->test.op->run(t);
        if (t->status == EM_OK)
                group_numbers(t);
        if (t->status == EM_OK && t->says.n == 0)
                return em_fail(err, EM_BUG, "%s gave no sentence", t->setup->test.op->name);
        return t->status;
}
