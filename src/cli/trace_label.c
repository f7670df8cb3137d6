/* Labels: who is said to stand behind an address, by whom and how surely.
 *
 * A label is an assertion with a source, never a fact: two labels of one address
 * are both kept and both shown.  Only the label of a service ends a trace, since
 * what comes out of an exchange or a mixer is no longer the same person's; the
 * label of a person or a wallet only names it.
 */
#include "cli/trace.h"
#include "embargo/csv.h"

#include <stdlib.h>

enum { ADDRESS, LABEL, CATEGORY, SOURCE, CONFIDENCE, DATE, COLUMNS };

static const char *const names[COLUMNS] = {"address", "label", "category", "source", "confidence", "date"};

static bool is_one_of(em_str word, const char *const *list, size_t count)
{
        for (size_t i = 0; i < count; i++)
                if (em_str_eq_nocase(word, em_str_c(list[i])))
                        return true;
        return false;
}

/* Categories under which coins of many are held together. */
static bool is_service(const em_trace *t, em_str category)
{
        static const char *const service[] = {
                "exchange", "custodian", "bridge", "dex", "gambling", "hosted-wallet", "market", "marketplace",
                "merchant", "otc", "payment", "payment-processor", "pool", "service", "lending",
        };
        static const char *const mixer[] = {"mixer", "mixing", "coinjoin", "tumbler"};
        if (is_one_of(category, mixer, sizeof mixer / sizeof *mixer))
                return !t->through_mixers;
        return is_one_of(category, service, sizeof service / sizeof *service);
}

static int by_payee(const void *a, const void *b)
{
        const em_label *x = a, *y = b;
        if (x->payee != y->payee)
                return x->payee < y->payee ? -1 : 1;
        return x->line < y->line ? -1 : x->line > y->line;
}

/* ---- reading ------------------------------------------------------------------------ */

typedef struct reading {
        em_trace *t;
        em_str    path;
        size_t    column[COLUMNS], cap;
        em_csv    csv;
} reading;

static em_status bad_row(const reading *r, const em_csv_row *row, const char *why, em_error *err)
{
        return em_fail_at(err, EM_FORMAT, r->path, row->line, 0, "%s", why);
}

static em_status read_head(reading *r, em_error *err)
{
        em_csv_row head = {0};
        if (!em_csv_next(&r->csv, r->t->cli->arena, &head) || head.bad)
                return em_fail_at(err, EM_FORMAT, r->path, 1, 0, "it has no header line");
        for (size_t k = 0; k < COLUMNS; k++) {
                r->column[k] = SIZE_MAX;
                for (size_t c = head.count; c-- > 0;)
                        if (em_str_eq_nocase(em_str_trim(head.field[c]), em_str_c(names[k])))
                                r->column[k] = c;
        }
        if (r->column[ADDRESS] == SIZE_MAX || r->column[LABEL] == SIZE_MAX)
                return em_fail_at(err, EM_FORMAT, r->path, 1, 0,
                                  "labels need the columns address and label; category, source, confidence "
                                  "and date are read too");
        return EM_OK;
}

static em_str cell(const reading *r, const em_csv_row *row, size_t k)
{
        return r->column[k] < row->count ? em_str_trim(row->field[r->column[k]]) : EM_S("");
}

static em_status keep(reading *r, em_label label, em_error *err)
{
        em_labels *l = &r->t->labels;
        if (l->count == r->cap) {
                size_t    cap = r->cap ? 2 * r->cap : 256;
                em_label *at = EM_NEW_N(r->t->cli->arena, em_label, cap);
                if (!at)
                        return em_fail(err, EM_NOMEM, "there are too many labels for memory");
                if (l->count)
                        memcpy(at, l->at, l->count * sizeof *at);
                l->at = at;
                r->cap = cap;
        }
        l->at[l->count++] = label;
        return EM_OK;
}

static em_status read_row(reading *r, const em_csv_row *row, em_error *err)
{
        em_label l = {.address = cell(r, row, ADDRESS), .label = cell(r, row, LABEL),
                      .category = cell(r, row, CATEGORY), .source = cell(r, row, SOURCE),
                      .confidence = cell(r, row, CONFIDENCE), .date = cell(r, row, DATE), .line = row->line};
        em_str   script = {0};
        em_error why = {0};
        if (!l.label.n)
                return bad_row(r, row, "the label is empty", err);
        if (em_address_parse(l.address, r->t->net, r->t->cli->arena, &script, &why) != EM_OK)
                return bad_row(r, row, why.text, err);
        em_status s = em_chain_find_payee(r->t->chain, em_script_payee(script), &l.payee, &why);
        if (s == EM_MISSING) {
                r->t->labels.absent++;
                return EM_OK;
        }
        l.service = is_service(r->t, l.category);
        return s == EM_OK ? keep(r, l, err) : em_fail(err, s, "%s", why.text);
}

static void count(em_labels *l)
{
        for (size_t i = 0; i < l->count; i++) {
                bool again = i > 0 && l->at[i].payee == l->at[i - 1].payee;
                bool third = again && i > 1 && l->at[i].payee == l->at[i - 2].payee;
                l->services += l->at[i].service;
                l->disputed += again && !third;
        }
}

em_status em_trace_labels(em_trace *t, em_str path, em_error *err)
{
        reading    r = {.t = t, .path = path};
        em_str     text = {0};
        em_csv_row row = {0};
        EM_TRY(em_file_read(path, (uint64_t)1 << 30, t->cli->arena, &text, err));
        r.csv = em_csv_make(text, NULL);
        EM_TRY(read_head(&r, err));
        while (em_csv_next(&r.csv, t->cli->arena, &row)) {
                if (row.bad)
                        return bad_row(&r, &row, row.bad, err);
                EM_TRY(read_row(&r, &row, err));
        }
        if (t->labels.count)
                qsort(t->labels.at, t->labels.count, sizeof *t->labels.at, by_payee);
        count(&t->labels);
        return EM_OK;
}

/* ---- asking --------------------------------------------------------------------------- */

const em_label *em_labels_of(const em_labels *labels, uint32_t payee, size_t *ret_count)
{
        size_t low = 0, high = labels->count, n = 0;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (labels->at[mid].payee < payee)
                        low = mid + 1;
                else
                        high = mid;
        }
        while (low + n < labels->count && labels->at[low + n].payee == payee)
                n++;
        *ret_count = n;
        return n ? labels->at + low : NULL;
}

uint32_t em_trace_stops_at(void *ctx, uint32_t payee)
{
        const em_trace *t = ctx;
        size_t          n = 0;
        const em_label *l = em_labels_of(&t->labels, payee, &n);
        for (size_t i = 0; i < n; i++)
                if (l[i].service)
                        return (uint32_t)(l + i - t->labels.at) + 1;
        return 0;
}

em_str em_trace_label_text(const em_trace *t, uint32_t payee)
{
        size_t          n = 0;
        const em_label *l = em_labels_of(&t->labels, payee, &n);
        em_str          text = EM_S("");
        for (size_t i = 0; i < n; i++) {
                em_str kind = l[i].category.n ? em_cli_text(t->cli, " (%.*s)", EM_ARG(l[i].category)) : EM_S("");
                text = em_cli_text(t->cli, "%.*s%s%.*s%.*s", EM_ARG(text), i ? "; or " : "", EM_ARG(l[i].label),
                                   EM_ARG(kind));
        }
        return text;
}
