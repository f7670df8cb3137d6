/* Labels from a table.  There is no standard for such tables, so their columns are known by the words that
 * people put over them; a table without a head is read only where one cell alone is an address.
 */
#include "decode/label_read.h"
#include "embargo/csv.h"

enum { ADDRESS, LABEL, CATEGORY, SOURCE, CONFIDENCE, DATE, CURRENCY, ACTOR, ABUSE, COLUMNS };

/* The words for each column, the likeliest first: where a table has several, the first of these is it. */
static const char *const words[COLUMNS][8] = {
        [ADDRESS] = {"address", "addr", "wallet", "wallet_address"},
        [LABEL] = {"label", "name", "nametag", "name_tag", "tag", "note", "comment"},
        [CATEGORY] = {"category", "concepts", "concept", "role", "family", "type"},
        [SOURCE] = {"source", "sources", "url", "reference"},
        [CONFIDENCE] = {"confidence"},
        [DATE] = {"date", "lastmod", "updated", "day"},
        [CURRENCY] = {"currency", "network", "chain", "blockchain", "asset", "coin"},
        [ACTOR] = {"actor", "entity", "owner"},
        [ABUSE] = {"abuse"},
};

typedef struct reading {
        em_labels *l;
        em_str     file, text;
        size_t     column[COLUMNS];
        em_csv     csv;
} reading;

static size_t find_column(const em_csv_row *head, size_t k)
{
        for (size_t w = 0; w < 8 && words[k][w]; w++)
                for (size_t c = 0; c < head->count; c++)
                        if (em_str_eq_nocase(em_str_trim(head->field[c]), em_str_c(words[k][w])))
                                return c;
        return SIZE_MAX;
}

static em_status bind_head(reading *r, const em_csv_row *head, em_error *err)
{
        for (size_t k = 0; k < COLUMNS; k++)
                r->column[k] = find_column(head, k);
        if (r->column[LABEL] == SIZE_MAX && r->column[CATEGORY] == SIZE_MAX && r->column[ACTOR] == SIZE_MAX)
                return em_fail_at(err, EM_FORMAT, r->file, head->line, 0,
                                  "labels need the columns address and label (or category, or actor); source, "
                                  "confidence, date, currency and abuse are read too");
        return EM_OK;
}

/* address,name[,category] or network,address,word */
static em_status bind_bare(reading *r, const em_csv_row *row, em_error *err)
{
        size_t at = SIZE_MAX, found = 0;
        for (size_t c = row->count; c-- > 0;)
                if (em_label_looks(em_str_trim(row->field[c]))) {
                        at = c;
                        found++;
                }
        for (size_t k = 0; k < COLUMNS; k++)
                r->column[k] = SIZE_MAX;
        r->column[ADDRESS] = at;
        if (found == 1 && at == 0 && row->count >= 2) {
                r->column[LABEL] = 1;
                r->column[CATEGORY] = row->count > 2 ? 2 : SIZE_MAX;
                return EM_OK;
        }
        if (found == 1 && at == 1 && row->count >= 3) {
                r->column[CURRENCY] = 0;
                r->column[CATEGORY] = 2;
                return EM_OK;
        }
        return em_fail_at(err, EM_FORMAT, r->file, row->line, 0,
                          "no column is called address, and without a head a row must be address,name or "
                          "network,address,word");
}

static em_csv open_csv(em_str text)
{
        em_csv_opts opts = em_csv_defaults;
        size_t      n[3] = {0, 0, 0};
        for (size_t i = 0; i < text.n && text.p[i] != '\n' && text.p[i] != '\r'; i++) {
                n[0] += text.p[i] == ',';
                n[1] += text.p[i] == ';';
                n[2] += text.p[i] == '\t';
        }
        opts.separator = n[0] ? ',' : n[1] ? ';' : n[2] ? '\t' : ',';
        return em_csv_make(text, &opts);
}

/* What the reader of CSV says for want of memory is no fault of the row. */
static bool is_nomem(const em_csv_row *row)
{
        return row->bad && strcmp(row->bad, "out of memory") == 0;
}

static em_status read_head(reading *r, em_error *err)
{
        em_csv_row head = {0};
        r->csv = open_csv(r->text);
        bool any = em_csv_next(&r->csv, r->l->row, &head);
        if (any && is_nomem(&head))
                return em_fail(err, EM_NOMEM, "out of memory");
        if (!any || head.bad)
                return em_fail_at(err, EM_FORMAT, r->file, 1, 0, "it has no header line");
        if (find_column(&head, ADDRESS) != SIZE_MAX)
                return bind_head(r, &head, err);
        r->csv = open_csv(r->text);
        return bind_bare(r, &head, err);
}

/* Slices of the text stay; a field with doubled quotes was made in the row's arena and is copied. */
static em_status cell(const reading *r, const em_csv_row *row, size_t k, em_str *ret, em_error *err)
{
        em_str s = r->column[k] < row->count ? em_str_trim(row->field[r->column[k]]) : EM_S("");
        bool   inside = s.n == 0 || ((uintptr_t)s.p >= (uintptr_t)r->text.p
                                     && (uintptr_t)s.p < (uintptr_t)r->text.p + r->text.n);
        *ret = s;
        return inside ? EM_OK : em_str_copy(s, r->l->arena, ret, err);
}

static em_status read_row(reading *r, const em_csv_row *row, em_error *err)
{
        em_label l = {.file = r->file, .line = row->line};
        em_str  *to[COLUMNS] = {&l.shown, &l.label, &l.category, &l.source, &l.confidence, &l.date, &l.currency,
                                &l.actor, &l.abuse};
        if (is_nomem(row))
                return em_fail(err, EM_NOMEM, "out of memory");
        if (row->bad)
                return em_label_refuse(r->l, r->file, row->line, em_str_c(row->bad), err);
        for (size_t k = 0; k < COLUMNS; k++)
                EM_TRY(cell(r, row, k, to[k], err));
        return em_label_keep(r->l, l, err);
}

em_status em_label_csv(em_labels *l, em_str file, em_str text, em_error *err)
{
        reading    r = {.l = l, .file = file, .text = text};
        em_csv_row row = {0};
        em_arena_reset(l->row);
        EM_TRY(read_head(&r, err));
        em_arena_reset(l->row);
        while (em_csv_next(&r.csv, l->row, &row)) {
                EM_TRY(read_row(&r, &row, err));
                em_arena_reset(l->row);
        }
        return EM_OK;
}
