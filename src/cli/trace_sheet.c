/* The document of a trace, as far as outputs and accounts are alike.
 *
 * Nothing in it depends on the clock, on a folder's name or on the order in which rules were asked for; labels, prices and the
 * index are named by their hashes.
 */
#include "cli/trace_sheet.h"

#include <stdlib.h>

static const char *const titles[RUN_CELLS] = {
        [RUN_NAME] = "name", [RUN_ROW] = "row", [RUN_RULE] = "rule", [RUN_BOOK] = "book", [RUN_CATEGORY] = "category",
        [RUN_NETWORK] = "network", [RUN_COIN] = "coin", [RUN_THEFT] = "theft", [RUN_GRADE] = "grade", [RUN_KNOWN] = "known",
        [RUN_TEXT] = "text", [RUN_SHA256] = "sha256", [RUN_PLACES] = "places", [RUN_SERVICES] = "services",
        [RUN_ADDRESS] = "address", [RUN_HEIGHT] = "height", [RUN_DAY] = "day", [RUN_HOPS] = "hops", [RUN_STOP] = "stop",
        [RUN_OFFSET] = "offset", [RUN_LENGTH] = "length", [RUN_PATH] = "path", [RUN_LABEL] = "label", [RUN_ACTOR] = "actor",
        [RUN_LABEL_SOURCE] = "label_source", [RUN_CONFIDENCE] = "confidence", [RUN_LABEL_FILE] = "label_file",
        [RUN_LABEL_LINE] = "label_line", [RUN_WORTH] = "worth", [RUN_CURRENCY] = "currency", [RUN_PRICE_FILE] = "price_file",
        [RUN_PRICE_LINE] = "price_line", [RUN_SAT] = "sat", [RUN_OUTPUT] = "output", [RUN_VALUE_SAT] = "value_sat",
        [RUN_COINJOIN] = "coinjoin", [RUN_BLOCK_FILE] = "block_file", [RUN_ASSET] = "asset", [RUN_UNITS] = "units",
        [RUN_LOW] = "low", [RUN_HIGH] = "high", [RUN_TRANSFER] = "transfer", [RUN_MOVE_KIND] = "transfer_kind",
        [RUN_PAYER] = "payer", [RUN_VALUE_UNITS] = "value_units", [RUN_EXPORT] = "export", [RUN_LINE] = "export_line",
};

static void order_rules(em_trace_sheet *s)
{
        for (size_t i = 0; i < s->t->policies; i++) {
                char   mine[40], other[40];
                size_t k = i;
                em_policy_name(s->t->policy[i], mine);
                while (k > 0 && strcmp(em_policy_name(s->t->policy[s->order[k - 1]], other), mine) > 0) {
                        s->order[k] = s->order[k - 1];
                        k--;
                }
                s->order[k] = i;
        }
}

em_status em_trace_sheet_open(em_trace_sheet *s, em_trace *t, em_buf *out, em_error *err)
{
        *s = (em_trace_sheet){.t = t, .whole = t->cli->arena};
        s->sheet = (em_sheet){.cli = t->cli, .out = out, .title = titles, .cell = s->cell, .usual = s->usual};
        s->keep = em_arena_new((size_t)16 << 30);
        s->rows = em_arena_new((size_t)2 << 30);
        if (!s->keep || !s->rows)
                return em_fail(err, EM_NOMEM, "out of memory");
        t->cli->arena = s->rows;
        order_rules(s);
        return EM_OK;
}

void em_trace_sheet_close(em_trace_sheet *s)
{
        s->t->cli->arena = s->whole;
        em_arena_free(s->rows);
        em_arena_free(s->keep);
}

/* ---- what the run rests on ---- */

em_status em_trace_hash_file(em_str path, char ret_hex[65], em_error *err)
{
        em_str text = {0};
        em_arena *own = em_arena_new((size_t)1 << 31);
        if (!own)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = em_file_read(path, (uint64_t)1 << 30, own, &text, err);
        if (s == EM_OK)
                em_sha256_hex(em_sha256_of(text), ret_hex);
        em_arena_free(own);
        return s;
}

static em_status hash_prices(em_trace_sheet *s, em_error *err)
{
        const em_parsed *parsed = s->t->cli->parsed;
        em_str path = {0};
        char   hex[65];
        s->price_path = EM_NEW_N(s->keep, em_str, 2 * parsed->values + 1);
        if (!s->price_path)
                return em_fail(err, EM_NOMEM, "out of memory");
        s->price_hash = s->price_path + parsed->values;
        for (; em_option_nth(parsed, "prices", s->price_files, &path); s->price_files++) {
                EM_TRY(em_trace_hash_file(path, hex, err));
                s->price_path[s->price_files] = path;
                EM_TRY(em_str_copy(em_str_c(hex), s->keep, &s->price_hash[s->price_files], err));
        }
        return EM_OK;
}

em_status em_trace_sheet_inputs(em_trace_sheet *s, em_error *err)
{
        const em_label_file *file = NULL;
        char hex[65];
        EM_TRY(hash_prices(s, err));
        if (!s->t->labels)
                return EM_OK;
        s->label_files = em_labels_files(s->t->labels, &file);
        s->label_hash = EM_NEW_N(s->keep, em_str, s->label_files + 1);
        if (!s->label_hash)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < s->label_files; i++) {
                EM_TRY(em_trace_hash_file(file[i].file, hex, err));
                EM_TRY(em_str_copy(em_str_c(hex), s->keep, &s->label_hash[i], err));
        }
        return EM_OK;
}

void em_trace_sheet_theft(em_trace_sheet *s, em_str text)
{
        char hex[65];
        snprintf(s->theft, sizeof s->theft, "%.16s", em_sha256_hex(em_sha256_of(text), hex));
}

/* ---- rows ---- */

em_status em_trace_sheet_begin(em_trace_sheet *s, const unsigned char *column, size_t columns, em_error *err)
{
        s->sheet.order = column;
        s->sheet.columns = columns;
        s->usual[RUN_GRADE] = EM_S("computed");
        s->usual[RUN_KNOWN] = em_str_c(s->known);
        s->usual[RUN_THEFT] = em_str_c(s->theft);
        return em_sheet_begin(&s->sheet, err);
}

em_status em_trace_sheet_put(em_trace_sheet *s, const char *row, em_str name, em_error *err)
{
        return em_sheet_put(&s->sheet, row, name, err);
}

em_str em_trace_sheet_digits(em_trace_sheet *s, uint64_t n) { return em_cli_digits(s->t->cli, (int64_t)n); }

em_str em_trace_sheet_rule(em_trace_sheet *s, size_t policy)
{
        char name[40];
        return em_cli_text(s->t->cli, "%s", em_policy_name(s->t->policy[policy], name));
}

em_status em_trace_sheet_run(em_trace_sheet *s, em_str seeds, uint64_t places, em_error *err)
{
        em_cli *cli = s->t->cli;
        s->cell[RUN_PLACES] = em_trace_sheet_digits(s, places);
        s->cell[RUN_TEXT] = em_cli_text(cli, "stolen coins of %.*s traced by %.*s", EM_ARG(seeds),
                                        EM_ARG(em_cli_many(cli, s->t->policies, "rule", "rules")));
        return em_trace_sheet_put(s, "run", EM_S("run"), err);
}

static em_status put_input(em_trace_sheet *s, const char *name, em_str hash, em_str text, em_error *err)
{
        s->cell[RUN_SHA256] = hash;
        s->cell[RUN_TEXT] = text;
        return em_trace_sheet_put(s, "input", em_cli_text(s->t->cli, "input %s", name), err);
}

/* The name of a list of wallets is read as its label, so it is part of what was given. */
static em_status put_labels(em_trace_sheet *s, size_t i, em_error *err)
{
        const em_label_file *file = NULL;
        em_labels_files(s->t->labels, &file);
        bool   wallets = file[i].format == EM_LABEL_WALLETS;
        em_str name = wallets ? em_path_base(file[i].file) : EM_S("");
        s->cell[RUN_PLACES] = em_trace_sheet_digits(s, file[i].labels);
        return put_input(s, "labels", s->label_hash[i],
                         em_cli_text(s->t->cli, "labels, %s%s%.*s", em_label_format_name(file[i].format), wallets ? ": " : "",
                                     EM_ARG(name)), err);
}

em_status em_trace_sheet_put_inputs(em_trace_sheet *s, em_str index, em_error *err)
{
        char hex[65];
        EM_TRY(put_input(s, "index", em_str_c(s->index_hash), index, err));
        for (size_t i = 0; i < s->label_files; i++)
                EM_TRY(put_labels(s, i, err));
        for (size_t i = 0; i < s->price_files; i++)
                EM_TRY(put_input(s, "prices", s->price_hash[i], EM_S("prices by day"), err));
        if (!em_cli_given(s->t->cli, "stops"))
                return EM_OK;
        EM_TRY(em_trace_hash_file(em_cli_value(s->t->cli, "stops"), hex, err));
        return put_input(s, "stops", em_str_c(hex), EM_S("which categories of labels end a trace"), err);
}

em_status em_trace_sheet_put_rules(em_trace_sheet *s, char *(*words)(em_policy, char *), em_error *err)
{
        for (size_t i = 0; i < s->t->policies; i++) {
                char   text[200];
                em_str rule = em_trace_sheet_rule(s, s->order[i]);
                s->cell[RUN_RULE] = rule;
                s->cell[RUN_TEXT] = em_str_c(words(s->t->policy[s->order[i]], text));
                EM_TRY(em_trace_sheet_put(s, "rule", em_cli_text(s->t->cli, "rule %.*s", EM_ARG(rule)), err));
        }
        return EM_OK;
}

/* ---- cells ---- */

void em_trace_sheet_label(em_trace_sheet *s, const em_label *l)
{
        const em_label_file *file = NULL;
        size_t n = em_labels_files(s->t->labels, &file);
        s->cell[RUN_LABEL] = l->label;
        s->cell[RUN_ACTOR] = l->actor;
        s->cell[RUN_LABEL_SOURCE] = l->source;
        s->cell[RUN_CONFIDENCE] = l->confidence;
        for (size_t i = n; i-- > 0;)
                if (em_str_eq(file[i].file, l->file))
                        s->cell[RUN_LABEL_FILE] = em_str_sub(s->label_hash[i], 0, 8);
        s->cell[RUN_LABEL_LINE] = em_trace_sheet_digits(s, l->line);
}

void em_trace_sheet_grade(em_trace_sheet *s, const em_label *l)
{
        int sure = em_label_confidence(l->confidence);
        s->cell[RUN_GRADE] = em_str_c(sure >= 75 ? "high" : sure >= 40 ? "medium" : sure >= 0 ? "low" : "");
}

em_status em_trace_sheet_worth(em_trace_sheet *s, const em_price *price, em_u256 amount, unsigned decimals, em_error *err)
{
        int64_t hundredths = 0;
        char    text[40];
        if (!price)
                return EM_OK;
        if (!em_price_value(price, amount, decimals, &hundredths))
                return em_fail(err, EM_LIMIT, "a value in money is over 63 bits; is the price one of a whole coin?");
        s->cell[RUN_WORTH] = em_cli_text(s->t->cli, "%s", em_price_text(hundredths, 0, text));
        s->cell[RUN_CURRENCY] = s->t->currency;
        for (size_t i = s->price_files; i-- > 0;)
                if (em_str_eq(s->price_path[i], price->file))
                        s->cell[RUN_PRICE_FILE] = em_str_sub(s->price_hash[i], 0, 8);
        s->cell[RUN_PRICE_LINE] = em_trace_sheet_digits(s, price->line);
        return EM_OK;
}

/* ---- books ---- */

static bool is_deposited(const char *book) { return strcmp(book, "deposited") == 0; }

static int by_book_name(const void *a, const void *b)
{
        const em_run_service *x = a, *y = b;
        if (x->book != y->book)
                return x->book < y->book ? -1 : 1;
        return em_str_cmp(x->name, y->name);
}

static int by_part_name(const void *a, const void *b)
{
        const em_run_service *x = a, *y = b;
        if (x->book == y->book && x->part != y->part)
                return x->part < y->part ? -1 : 1;
        return by_book_name(a, b);
}

void em_run_count_services(em_run_service *list, size_t count, const em_run_part *part, size_t parts, em_run_tally *tally,
                           uint64_t *services)
{
        size_t kept = 0;
        if (count)
                qsort(list, count, sizeof *list, by_part_name);
        for (size_t i = 0; i < count; i++)
                tally[list[i].book * parts + list[i].part].services += i == 0 || by_part_name(&list[i - 1], &list[i]) != 0;
        for (size_t i = 0; i < count; i++)
                if (is_deposited(part[list[i].part].book))
                        list[kept++] = list[i];
        if (kept)
                qsort(list, kept, sizeof *list, by_book_name);
        for (size_t i = 0; i < kept; i++)
                services[list[i].book] += i == 0 || by_book_name(&list[i - 1], &list[i]) != 0;
}

/* "fifo", "fifo ETH" */
static em_str book_name(em_trace_sheet *s, const em_run_book *b)
{
        em_str rule = em_trace_sheet_rule(s, b->policy);
        return b->asset.p ? em_cli_text(s->t->cli, "%.*s %.*s", EM_ARG(rule), EM_ARG(b->asset)) : rule;
}

em_status em_trace_sheet_total(em_trace_sheet *s, const em_run_book *b, const char *book, em_error *err)
{
        uint64_t places = 0;
        bool     of_places = false;
        for (size_t i = 0; i < b->parts; i++)
                if (strcmp(b->part[i].book, book) == 0) {
                        places += b->tally[i].places;
                        of_places = true;
                }
        s->cell[RUN_RULE] = em_trace_sheet_rule(s, b->policy);
        s->cell[RUN_BOOK] = em_str_c(book);
        if (of_places)
                s->cell[RUN_PLACES] = em_trace_sheet_digits(s, places);
        if (is_deposited(book))
                s->cell[RUN_SERVICES] = em_trace_sheet_digits(s, b->services);
        return em_trace_sheet_put(s, "total", em_cli_text(s->t->cli, "total %.*s %s", EM_ARG(book_name(s, b)), book), err);
}

static em_status put_part(em_trace_sheet *s, const char *row, const em_run_book *b, size_t part, em_error *err)
{
        const em_run_part *p = &b->part[part];
        s->cell[RUN_RULE] = em_trace_sheet_rule(s, b->policy);
        s->cell[RUN_BOOK] = em_str_c(p->book);
        s->cell[RUN_CATEGORY] = em_str_c(p->category);
        s->cell[RUN_PLACES] = em_trace_sheet_digits(s, b->tally[part].places);
        return em_trace_sheet_put(s, row, em_cli_text(s->t->cli, "%s %.*s %s %s", row, EM_ARG(book_name(s, b)), p->book, p->category),
                                  err);
}

em_status em_trace_sheet_part(em_trace_sheet *s, const em_run_book *b, size_t part, em_error *err)
{
        if (b->part[part].labelled)
                s->cell[RUN_SERVICES] = em_trace_sheet_digits(s, b->tally[part].services);
        return put_part(s, "part", b, part, err);
}

em_status em_trace_sheet_fold(em_trace_sheet *s, const em_run_book *b, size_t part, em_error *err)
{
        return put_part(s, "fold", b, part, err);
}
