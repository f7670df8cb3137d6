/* cap.c -- a cap is a vector with a rule, not a number.
 *
 * Resolution 2321 (2016), paragraph 26(b), caps coal in dollars and in tonnes,
 * "whichever is lower": in 2017 exports stood at 64 percent of the tonnes and
 * 103 percent of the dollars, so the cap was broken.  Each unit has a running
 * sum in the order in which reports end.  A threshold (75, 90, 95 percent: the
 * Committee's notices) is crossed within a report, on a day nobody wrote down,
 * so the date of crossing is a range: from the first day of the report that
 * takes the high sum over it to the last day of the one that takes the low sum.
 */
#include "inside.h"

#include <math.h>
#include <stdlib.h>

/* ---- reading the view ---- */

static const em_value *cell(const em_rows *rows, size_t row, const char *name, const char *or_name)
{
        static const em_value null = { .type = EM_VALUE_NULL };
        ptrdiff_t column = em_rows_column(rows, em_str_c(name));

        if (column >= 0 && em_rows_at(rows, row, (size_t)column)->type != EM_VALUE_NULL)
                return em_rows_at(rows, row, (size_t)column);
        return or_name ? cell(rows, row, or_name, NULL) : &null;
}

static void read_thresholds(em_cap *c, em_str text)
{
        static const int standard[] = { 75, 90, 95, 100 };
        int value = 0;

        for (size_t i = 0; i <= text.n; i++) {
                if (i < text.n && text.p[i] >= '0' && text.p[i] <= '9') {
                        value = value > 100 ? value : value * 10 + (text.p[i] - '0');
                        continue;
                }
                if (value > 0 && value <= 100 && c->thresholds < 8)
                        c->threshold[c->thresholds++] = value;
                value = 0;
        }
        if (c->thresholds == 0) {
                memcpy(c->threshold, standard, sizeof standard);
                c->thresholds = sizeof standard / sizeof *standard;
        }
}

static bool read_cap(const em_rows *rows, size_t row, em_str name, em_arena *arena, em_cap *c)
{
        em_span from = { EM_DAY_NONE, EM_DAY_NONE }, to = { EM_DAY_MAX, EM_DAY_MAX };
        em_milli low, high;

        c->name = em_cell_text(cell(rows, row, "cap", "key"), arena);
        if (!em_str_eq(c->name, name))
                return false;
        c->record = cell(rows, row, "record", NULL)->i;
        c->measure = em_cell_text(cell(rows, row, "measure", NULL), arena);
        c->unit = em_cell_text(cell(rows, row, "unit", NULL), arena);
        c->rule = em_cell_text(cell(rows, row, "rule", NULL), arena);
        c->repeat = em_cell_text(cell(rows, row, "repeat", NULL), arena);
        c->value = em_cell_milli(cell(rows, row, "low_milli", NULL));
        if (c->value == EM_MILLI_NONE
            && em_milli_parse(em_cell_text(cell(rows, row, "value", NULL), arena), &low, &high))
                c->value = low;
        em_cell_span(cell(rows, row, "period_from", "day_from"), &from);
        em_cell_span(cell(rows, row, "period_to", "day_to"), &to);
        c->span = (em_span){ from.from, to.to };
        read_thresholds(c, em_cell_text(cell(rows, row, "thresholds", NULL), arena));
        return c->value != EM_MILLI_NONE && c->value > 0 && c->span.from != EM_DAY_NONE;
}

static int by_unit(const void *a, const void *b)
{
        const em_cap *x = a, *y = b;
        int order = em_str_cmp(x->unit, y->unit);

        return order ? order : (x->span.from > y->span.from) - (x->span.from < y->span.from);
}

em_status em_cap_read(const em_rows *rows, em_str name, em_arena *arena,
                      em_cap **ret_caps, size_t *ret_count, em_error *err)
{
        em_cap *list = EM_NEW_N(arena, em_cap, rows->rows);
        size_t n = 0;

        if (!list)
                return em_fail(err, EM_NOMEM, "no room for the caps");
        for (size_t i = 0; i < rows->rows; i++) {
                em_cap c = { 0 };

                if (read_cap(rows, i, name, arena, &c))
                        list[n++] = c;
        }
        if (n)
                qsort(list, n, sizeof *list, by_unit);
        *ret_caps = list;
        *ret_count = n;
        return EM_OK;
}

/* ---- the window ---- */

/* Does the cap's period, or a repetition of it, hold the span? */
static bool in_force(const em_cap *c, em_span span)
{
        bool once = c->repeat.n == 0 || em_str_eq(c->repeat, EM_S("none"));

        if (once)
                return em_span_within(span, c->span);
        for (int year = 0; year < 200; year++) {
                em_span window = { em_day_add_months(c->span.from, 12 * year),
                                   em_day_add_months(c->span.from, 12 * (year + 1)) - 1 };

                if (window.from > span.from)
                        return false;
                if (em_span_within(span, window))
                        return true;
        }
        return false;
}

static em_span span_of(const em_bundle *b)
{
        em_span span = b->group.span;

        for (size_t i = 0; b->group.span.from == EM_DAY_NONE && i < b->rows; i++) {
                const em_ask_row *r = b->row[i];

                if (!r->dated)
                        continue;
                if (span.from == EM_DAY_NONE || r->when.from < span.from)
                        span.from = r->when.from;
                if (span.to == EM_DAY_NONE || r->when.to > span.to)
                        span.to = r->when.to;
        }
        return span;
}

/* ---- running sums ---- */

typedef struct crossing { em_day from, to; bool possible, certain; } crossing;

typedef struct account {                /* one unit of the vector */
        const em_cap *cap;
        em_group      total;
        size_t        rows;
        crossing      cross[8];
        double        share_low, share_high;
} account;

static int by_end(const void *a, const void *b)
{
        const em_ask_row *const *x = a, *const *y = b;

        if ((*x)->when.to != (*y)->when.to)
                return (*x)->when.to < (*y)->when.to ? -1 : 1;
        if ((*x)->when.from != (*y)->when.from)
                return (*x)->when.from < (*y)->when.from ? -1 : 1;
        return em_str_cmp(em_str_c((*x)->id), em_str_c((*y)->id));
}

/* The least amount that is at least `percent` of the cap. */
static em_milli bar(const em_cap *c, int percent)
{
        return c->value / 100 * percent + (c->value % 100 * percent + 99) / 100;
}

static void note_crossings(account *a, const em_ask_row *r)
{
        for (size_t i = 0; i < a->cap->thresholds; i++) {
                em_milli line = bar(a->cap, a->cap->threshold[i]);
                crossing *c = &a->cross[i];

                if (!c->possible && a->total.high >= line) {
                        c->possible = true;
                        c->from = r->when.from;
                }
                if (!c->certain && a->total.low >= line) {
                        c->certain = true;
                        c->to = r->when.to;
                }
        }
}

static account run_account(const em_cap *cap, const em_ask_row *const *row, size_t rows)
{
        account a = { .cap = cap };

        for (size_t i = 0; i < rows; i++) {
                const em_ask_row *r = row[i];

                if (!em_str_eq(r->use_unit, cap->unit))
                        continue;
                a.total.low = em_milli_add(a.total.low, r->use_low);
                a.total.high = em_milli_add(a.total.high, r->use_high);
                a.total.low_open = a.total.low_open || r->more_than;
                a.rows++;
                note_crossings(&a, r);
        }
        a.share_low = em_milli_real(a.total.low) / em_milli_real(cap->value);
        a.share_high = em_milli_real(a.total.high) / em_milli_real(cap->value);
        return a;
}

/* ---- what is said ---- */

static em_str crossing_text(em_try *t, const crossing *c)
{
        char words[EM_WORDS];

        if (!c->possible)
                return EM_S("not reached");
        if (c->from == EM_DAY_NONE || (c->certain && c->to == EM_DAY_NONE))
                return EM_S("on a day that is not known");
        if (!c->certain)
                return em_try_text(t, "possibly from %s on", em_words_span((em_span){ c->from, c->from }, words));
        return em_try_text(t, "%s", em_words_span((em_span){ c->from, c->to }, words));
}

/* The account that crosses first: "whichever is lower" binds. */
static const crossing *first_crossing(const account *a, size_t count, const account *binding, int percent)
{
        const crossing *best = NULL, *own = NULL;

        for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < a[i].cap->thresholds; k++) {
                        const crossing *c = &a[i].cross[k];

                        if (a[i].cap->threshold[k] != percent)
                                continue;
                        if (&a[i] == binding)
                                own = c;
                        if (c->possible && (!best || c->from < best->from))
                                best = c;
                }
        return best ? best : own;
}

static void numbers(em_try *t, const account *a, size_t count, const account *binding)
{
        char words[EM_WORDS];
        em_str none = { 0 };

        em_words_pair(binding->share_low, binding->share_high, em_words_share, words);
        em_try_number(t, "share", em_try_text(t, "%s", words), binding->share_low, none);
        em_try_number(t, "binding", binding->cap->unit, NAN, none);
        for (size_t i = 0; i < count; i++) {
                em_str unit = a[i].cap->unit;

                em_words_pair(a[i].share_low, a[i].share_high, em_words_share, words);
                em_try_number_named(t, em_try_text(t, "share-%.*s", EM_ARG(unit)), em_try_text(t, "%s", words),
                                    a[i].share_low, none);
                em_words_range(a[i].total.low, a[i].total.high, a[i].total.low_open, unit, words);
                em_try_number_named(t, em_try_text(t, "value-%.*s", EM_ARG(unit)), em_try_text(t, "%s", words),
                                    em_milli_real(a[i].total.low), unit);
                if (&a[i] == binding)
                        em_try_number(t, "value", em_try_text(t, "%s", words), em_milli_real(a[i].total.low), unit);
                em_words_range(a[i].cap->value, a[i].cap->value, false, unit, words);
                em_try_number_named(t, em_try_text(t, "cap-%.*s", EM_ARG(unit)), em_try_text(t, "%s", words),
                                    em_milli_real(a[i].cap->value), unit);
        }
        for (size_t k = 0; k < binding->cap->thresholds; k++) {
                int percent = binding->cap->threshold[k];

                em_try_number_named(t, em_try_text(t, "crossed-%d", percent),
                                    crossing_text(t, first_crossing(a, count, binding, percent)), NAN, none);
        }
}

/* The same for who draws it. */
static void keep_accounts(em_try *t, const account *a, size_t count, const account *binding)
{
        em_cap_account *out = t->status == EM_OK ? EM_NEW_N(t->arena, em_cap_account, count) : NULL;

        if (!out)
                return;         /* numbers() has said so, or will be missed by nobody */
        for (size_t i = 0; i < count; i++) {
                out[i] = (em_cap_account){ .unit = a[i].cap->unit, .rule = a[i].cap->rule, .cap = a[i].cap->value,
                                           .low = a[i].total.low, .high = a[i].total.high,
                                           .low_open = a[i].total.low_open, .binds = &a[i] == binding,
                                           .reports = a[i].rows, .crossings = a[i].cap->thresholds };
                for (size_t k = 0; k < a[i].cap->thresholds; k++) {
                        const crossing *c = &a[i].cross[k];

                        out[i].cross[k] = (em_cap_crossing){ a[i].cap->threshold[k], c->possible, c->certain,
                                                         c->possible ? c->from : EM_DAY_NONE,
                                                         c->certain ? c->to : EM_DAY_NONE };
                }
        }
        t->account = out;
        t->accounts = count;
}

static em_str account_text(em_try *t, const account *a)
{
        char has[EM_WORDS], cap[EM_WORDS], share[EM_WORDS];

        em_words_group(&a->total, a->cap->unit, has);
        em_words_amount(a->cap->value, a->cap->value, false, a->cap->unit, cap);
        em_words_pair(a->share_low, a->share_high, em_words_share, share);
        return em_try_text(t, "%s is %s of the cap of %s", has, share, cap);
}

/* One account for each unit of the cap that is in force over the span. */
static size_t open_accounts(em_try *t, const em_bundle *b, account out[8], em_str *ret_why)
{
        const em_ask_row **row = EM_NEW_N(t->arena, const em_ask_row *, b->rows);
        em_span span = span_of(b);
        char words[EM_WORDS];
        size_t n = 0;

        if (!row) {
                t->status = em_fail(t->err, EM_NOMEM, "no room to add up");
                return 0;
        }
        if (b->rows) {
                memcpy(row, b->row, b->rows * sizeof *row);
                qsort(row, b->rows, sizeof *row, by_end);
        }
        for (size_t i = 0; i < t->caps && n < 8; i++) {
                bool again = n > 0 && em_str_eq(out[n - 1].cap->unit, t->cap[i].unit);

                if (!again && in_force(&t->cap[i], span))
                        out[n++] = run_account(&t->cap[i], row, b->rows);
        }
        if (n == 0)
                *ret_why = t->caps == 0 ? em_try_text(t, "no cap called %.*s is known", EM_ARG(em_try_arg(t, "cap")))
                         : em_try_text(t, "the cap %.*s is not in force over %s", EM_ARG(em_try_arg(t, "cap")),
                                       em_words_span(span, words));
        return n;
}

typedef struct balance { bool over, within; em_str says; } balance;

static bool weigh(em_try *t, balance *ret_b)
{
        const em_bundle *b = em_try_group(t, "group");
        account a[8];
        const account *binding = a;
        balance sum = { .within = true, .says = EM_S("") };
        em_str why = EM_S("no amount is known");
        size_t n = b->rows ? open_accounts(t, b, a, &why) : 0, filled = 0;

        for (size_t i = 0; i < n; i++) {
                filled += a[i].rows > 0;
                if (a[i].rows == 0) {
                        sum.within = false;
                        sum.says = em_try_text(t, "%.*s%sno amount is known in %.*s", EM_ARG(sum.says),
                                               i ? "; " : "", EM_ARG(a[i].cap->unit));
                        continue;
                }
                if (binding->rows == 0 || a[i].share_low > binding->share_low)
                        binding = &a[i];
                sum.over = sum.over || a[i].total.low > a[i].cap->value;
                sum.within = sum.within && a[i].total.high <= a[i].cap->value;
                sum.says = em_try_text(t, "%.*s%s%.*s", EM_ARG(sum.says), i ? "; " : "",
                                       EM_ARG(account_text(t, &a[i])));
        }
        if (filled == 0) {
                em_try_says(t, EM_VERDICT_UNTESTABLE, "%.*s", EM_ARG(n ? sum.says : why));
                return false;
        }
        numbers(t, a, n, binding);
        keep_accounts(t, a, n, binding);
        if (n > 1)
                sum.says = em_try_text(t, "%.*s; the lower binds", EM_ARG(sum.says));
        *ret_b = sum;
        return true;
}

void em_quantifier_over_cap(em_try *t)
{
        balance b;

        if (!weigh(t, &b))
                return;
        em_try_says(t, b.over ? EM_VERDICT_HOLDS : b.within ? EM_VERDICT_FAILS : EM_VERDICT_UNTESTABLE,
                    "%.*s, so the cap %s", EM_ARG(b.says),
                    b.over ? "was exceeded" : b.within ? "was not exceeded" : "may or may not have been exceeded");
}

/* Different spans that the rows speak of, be it to say that nothing was reported. */
static size_t spans_spoken_of(const em_try *t)
{
        size_t n = 0;

        for (size_t i = 0; i < t->rows; i++) {
                bool again = !t->row[i].dated;

                for (size_t k = 0; k < i && !again; k++)
                        again = t->row[k].dated && t->row[k].when.from == t->row[i].when.from
                             && t->row[k].when.to == t->row[i].when.to;
                n += !again;
        }
        return n;
}

/* A sum of some months is only a lower bound: it can exceed a cap and cannot stay within it. */
static bool complete(em_try *t, em_str says)
{
        em_milli want = 0, high;
        size_t known = spans_spoken_of(t);

        em_milli_parse(em_try_arg(t, "reports"), &want, &high);
        if ((em_milli)known * 1000 >= want)
                return true;
        em_try_says(t, EM_VERDICT_UNTESTABLE, "%.*s, from %zu of the %lld reports that make it whole",
                    EM_ARG(says), known, (long long)(want / 1000));
        return false;
}

void em_quantifier_within_cap(em_try *t)
{
        balance b;

        if (!weigh(t, &b) || (b.within && !complete(t, b.says)))
                return;
        em_try_says(t, b.within ? EM_VERDICT_HOLDS : b.over ? EM_VERDICT_FAILS : EM_VERDICT_UNTESTABLE,
                    "%.*s, so the amounts %s the cap", EM_ARG(b.says),
                    b.within ? "stay within" : b.over ? "exceed" : "may or may not exceed");
}
