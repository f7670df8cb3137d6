/* embargo labels: what files of labels say, of how many addresses, by whose word, and where they contradict each other.
 *
 * Before labels are put into a trace, somebody should have looked at them: what was read, what was refused and
 * why, which categories will end a trace.  With --csv the command turns any of the formats into the plain table.
 */
#include "cli/label_option.h"

#include <stdlib.h>

enum { SHOWN_ROWS = 20 };

typedef struct view {
        em_cli    *cli;
        em_labels *labels;
        bool       all;
} view;

typedef struct kind { em_str word; em_label_stop stop; size_t count; } kind;

static em_str number(const view *v, size_t n)
{
        return em_cli_count(v->cli, n);
}

/* ---- categories ------------------------------------------------------------------------- */

static int by_word(const void *a, const void *b)
{
        const kind *x = a, *y = b;
        return em_str_cmp(x->word, y->word);
}

static int by_count(const void *a, const void *b)
{
        const kind *x = a, *y = b;
        if (x->count != y->count)
                return x->count > y->count ? -1 : 1;
        return em_str_cmp(x->word, y->word);
}

/* Every category with its number of labels, the most first. */
static em_status count_kinds(const view *v, kind **ret_list, size_t *ret_count, em_error *err)
{
        size_t n = em_labels_count(v->labels), kinds = 0;
        kind  *list = calloc(n + 1, sizeof *list);
        if (!list)
                return em_fail(err, EM_NOMEM, "there are too many labels for memory");
        for (size_t i = 0; i < n; i++) {
                const em_label *l = em_labels_at(v->labels, i);
                list[i] = (kind){l->category, l->stop, 1};
        }
        qsort(list, n, sizeof *list, by_word);
        for (size_t i = 0; i < n; i++) {
                if (kinds && em_str_eq(list[kinds - 1].word, list[i].word))
                        list[kinds - 1].count++;
                else
                        list[kinds++] = list[i];
        }
        qsort(list, kinds, sizeof *list, by_count);
        *ret_list = list;
        *ret_count = kinds;
        return EM_OK;
}

static em_status kind_table(const view *v, const kind *list, size_t count, em_table *ret_table, em_error *err)
{
        static const em_column columns[] = {
                {"category", "category", EM_CELL_TEXT, 1, 12}, {"labels", "labels", EM_CELL_NUMBER, 0, 0},
                {"stop", "in a trace", EM_CELL_TEXT, 0, 0},
        };
        em_table t = em_table_make(columns, 3, v->cli->arena);
        for (size_t i = 0; i < count; i++)
                EM_TRY(em_table_add(&t, (em_str[]){
                        list[i].word, v->cli->form == EM_FORM_TEXT ? number(v, list[i].count)
                                                                   : em_cli_digits(v->cli, (int64_t)list[i].count),
                        em_str_c(em_label_stop_name(list[i].stop))}, err));
        *ret_table = t;
        return EM_OK;
}

static em_status print_kinds(const view *v, em_error *err)
{
        kind     *list = NULL;
        size_t    n = 0;
        em_table  t = {0};
        EM_TRY(count_kinds(v, &list, &n, err));
        size_t    shown = v->all || n <= SHOWN_ROWS ? n : SHOWN_ROWS;
        em_status s = kind_table(v, list, shown, &t, err);
        free(list);
        if (s != EM_OK)
                return s;
        fputs("\nBy category, and what it is in a trace\n", v->cli->out);
        em_table_print(&t, &v->cli->term, v->cli->out);
        if (shown < n)
                fprintf(v->cli->out, "and %.*s; --all shows them\n",
                        EM_ARG(em_cli_many(v->cli, n - shown, "more category", "more categories")));
        return EM_OK;
}

/* ---- files, rejects, contradictions --------------------------------------------------------- */

static em_status file_table(const view *v, em_table *ret_table, em_error *err)
{
        static const em_column columns[] = {
                {"file", "file", EM_CELL_TEXT, 1, 20}, {"format", "format", EM_CELL_TEXT, 0, 0},
                {"labels", "labels", EM_CELL_NUMBER, 0, 0}, {"rejects", "no label", EM_CELL_NUMBER, 0, 0},
        };
        const em_label_file *list = NULL;
        size_t   n = em_labels_files(v->labels, &list);
        em_table t = em_table_make(columns, 4, v->cli->arena);
        for (size_t i = 0; i < n; i++)
                EM_TRY(em_table_add(&t, (em_str[]){
                        list[i].file, em_str_c(em_label_format_name(list[i].format)),
                        em_cli_digits(v->cli, (int64_t)list[i].labels),
                        em_cli_digits(v->cli, (int64_t)list[i].rejects)}, err));
        *ret_table = t;
        return EM_OK;
}

static void print_rejects(const view *v)
{
        const em_label_reject *list = NULL;
        size_t n = em_labels_rejects(v->labels, &list), shown = v->all || n <= SHOWN_ROWS ? n : SHOWN_ROWS;
        if (n)
                fputs("\nWhat is no label, and why\n", v->cli->out);
        for (size_t i = 0; i < shown; i++)
                em_term_wrap(em_cli_safe(v->cli, em_cli_text(v->cli, "%.*s:%llu: %.*s", EM_ARG(list[i].file),
                                                             (unsigned long long)list[i].line, EM_ARG(list[i].reason))),
                             2, v->cli->term.width, v->cli->out);
        if (shown < n)
                fprintf(v->cli->out, "  and %.*s more; --all shows them\n", EM_ARG(number(v, n - shown)));
}

static void print_conflicts(const view *v)
{
        const size_t *first = NULL;
        size_t n = em_labels_conflicts(v->labels, &first), shown = v->all || n <= SHOWN_ROWS ? n : SHOWN_ROWS;
        if (n)
                fputs("\nWhere sources contradict each other\n", v->cli->out);
        for (size_t i = 0; i < shown; i++) {
                size_t          words = 0;
                const em_label *l = em_labels_of(v->labels, em_labels_at(v->labels, first[i])->address, &words);
                em_term_wrap(em_cli_safe(v->cli, l->shown), 2, v->cli->term.width, v->cli->out);
                for (size_t k = 0; k < words; k++)
                        em_term_wrap(em_cli_label_text(v->cli, &l[k]), 4, v->cli->term.width, v->cli->out);
        }
        if (shown < n)
                fprintf(v->cli->out, "  and %.*s more; --all shows them\n", EM_ARG(number(v, n - shown)));
}

static size_t addresses(const view *v)
{
        size_t n = 0, all = em_labels_count(v->labels);
        for (size_t i = 0; i < all; i++)
                n += i == 0 || !em_str_eq(em_labels_at(v->labels, i)->address, em_labels_at(v->labels, i - 1)->address);
        return n;
}

static em_status print_all(const view *v, em_error *err)
{
        em_table t = {0};
        EM_TRY(file_table(v, &t, err));
        em_table_print(&t, &v->cli->term, v->cli->out);
        EM_TRY(print_kinds(v, err));
        print_rejects(v);
        print_conflicts(v);
        em_term_wrap(EM_S("A label is what its source says of an address. It is no finding: it may be old, mistaken or "
                          "planted, and the other side of it may be true."), 0, v->cli->term.width, v->cli->out);
        return EM_OK;
}

/* ---- one address ------------------------------------------------------------------------------ */

static void print_address(const view *v, em_str address)
{
        size_t          n = 0;
        const em_label *l = em_labels_of(v->labels, address, &n), *stop = em_labels_stop(v->labels, address);
        em_str          shown = em_cli_safe(v->cli, address);
        if (!n) {
                fprintf(v->cli->out, "Nothing is said of %.*s in these files.\n", EM_ARG(shown));
                return;
        }
        fprintf(v->cli->out, "What is said of %.*s, and by whose word\n", EM_ARG(shown));
        for (size_t i = 0; i < n; i++) {
                em_term_wrap(em_cli_label_text(v->cli, &l[i]), 2, v->cli->term.width, v->cli->out);
                em_term_wrap(em_cli_safe(v->cli, em_cli_text(v->cli, "%.*s:%llu", EM_ARG(l[i].file),
                                                             (unsigned long long)l[i].line)),
                             4, v->cli->term.width, v->cli->out);
        }
        if (stop)
                fprintf(v->cli->out, "A trace ends here as at a labelled %s.\n", em_label_stop_name(stop->stop));
        else
                fputs("A trace goes on through it.\n", v->cli->out);
}

/* ---- data ------------------------------------------------------------------------------------- */

static void json_list(em_json *j, const em_label *l, size_t n)
{
        em_json_key(j, EM_S("labels"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++)
                em_cli_label_json(j, &l[i]);
        em_json_close(j, ']');
}

static void json_rest(const view *v, em_json *j)
{
        const em_label_reject *list = NULL;
        const size_t          *first = NULL;
        size_t n = em_labels_rejects(v->labels, &list), conflicts = em_labels_conflicts(v->labels, &first);
        em_json_key(j, EM_S("rejects"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "file", list[i].file);
                em_json_kint(j, "line", (int64_t)list[i].line);
                em_json_kstr(j, "reason", list[i].reason);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("contradictions"));
        em_json_open(j, '[');
        for (size_t i = 0; i < conflicts; i++) {
                size_t          words = 0;
                const em_label *l = em_labels_of(v->labels, em_labels_at(v->labels, first[i])->address, &words);
                em_json_open(j, '{');
                em_json_kstr(j, "address", l->address);
                json_list(j, l, words);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static em_status json_whole(const view *v, em_json *j, em_error *err)
{
        em_table files = {0}, kinds = {0};
        kind    *list = NULL;
        size_t   n = 0;
        EM_TRY(file_table(v, &files, err));
        EM_TRY(count_kinds(v, &list, &n, err));
        em_status s = kind_table(v, list, n, &kinds, err);
        free(list);
        EM_TRY(s);
        em_json_kint(j, "labels", (int64_t)em_labels_count(v->labels));
        em_json_kint(j, "addresses", (int64_t)addresses(v));
        em_json_key(j, EM_S("files"));
        em_table_json(&files, j);
        em_json_key(j, EM_S("categories"));
        em_table_json(&kinds, j);
        json_rest(v, j);
        return EM_OK;
}

static em_status put_json(const view *v, em_str address, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)1 << 30);
        em_json   j = em_cli_json(&buf, "embargo.labels.1");
        em_status s = EM_OK;
        if (address.n) {
                size_t          n = 0;
                const em_label *l = em_labels_of(v->labels, address, &n), *stop = em_labels_stop(v->labels, address);
                em_json_kstr(&j, "address", address);
                em_json_kstr(&j, "stop", em_str_c(em_label_stop_name(stop ? stop->stop : EM_LABEL_GOES_ON)));
                json_list(&j, l, n);
        } else {
                s = json_whole(v, &j, err);
        }
        em_json_close(&j, '}');
        if (s == EM_OK)
                s = em_cli_put(v->cli, &buf, err);
        em_buf_free(&buf);
        return s;
}

/* The plain table that this command and a trace read again. */
static void put_csv(const view *v, em_str address)
{
        size_t          n = em_labels_count(v->labels);
        const em_label *l = n ? em_labels_at(v->labels, 0) : NULL;
        char            line[24];
        if (address.n)
                l = em_labels_of(v->labels, address, &n);
        fputs("address,currency,label,category,stop,actor,abuse,source,confidence,date,file,line\n", v->cli->out);
        for (size_t i = 0; i < n; i++) {
                snprintf(line, sizeof line, "%llu", (unsigned long long)l[i].line);
                em_str cell[] = {l[i].shown, l[i].currency, l[i].label, l[i].category,
                                 em_str_c(em_label_stop_name(l[i].stop)), l[i].actor, l[i].abuse, l[i].source,
                                 l[i].confidence, l[i].date, l[i].file, em_str_c(line)};
                for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
                        em_table_csv_cell(cell[k], false, v->cli->out);
                        fputc(k + 1 < sizeof cell / sizeof *cell ? ',' : '\n', v->cli->out);
                }
        }
}

static em_status put_rules(em_cli *cli)
{
        const em_label_rule *list = NULL;
        size_t n = em_label_rules(&list);
        fputs("category,stop,why\n", cli->out);
        for (size_t i = 0; i < n; i++)
                fprintf(cli->out, "%.*s,%s,%.*s\n", EM_ARG(list[i].category), em_label_stop_name(list[i].stop),
                        EM_ARG(list[i].why));
        return EM_OK;
}

static em_status show(const view *v, em_error *err)
{
        em_str address = em_cli_value(v->cli, "address");
        if (v->cli->form == EM_FORM_JSON)
                EM_TRY(put_json(v, address, err));
        else if (v->cli->form == EM_FORM_CSV)
                put_csv(v, address);
        else if (address.n)
                print_address(v, address);
        else
                EM_TRY(print_all(v, err));
        const em_label_reject *rejects = NULL;
        const size_t          *first = NULL;
        em_cli_done(v->cli, NULL, "read %.*s of %.*s, %.*s; %.*s",
                    EM_ARG(em_cli_many(v->cli, em_labels_count(v->labels), "label", "labels")),
                    EM_ARG(em_cli_many(v->cli, addresses(v), "address", "addresses")),
                    EM_ARG(em_cli_many(v->cli, em_labels_rejects(v->labels, &rejects), "row is no label",
                                       "rows are no labels")),
                    EM_ARG(em_cli_many(v->cli, em_labels_conflicts(v->labels, &first), "address is contradicted",
                                       "addresses are contradicted")));
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        view v = {.cli = cli, .all = em_cli_given(cli, "all")};
        if (em_cli_given(cli, "stop-table"))
                return put_rules(cli);
        if (!cli->parsed->operands)
                return em_fail(err, EM_USAGE, "labels needs FILE..., or --stop-table");
        EM_TRY(em_cli_labels_of(cli, cli->parsed->operand, cli->parsed->operands, &v.labels, err));
        em_status s = show(&v, err);
        em_labels_free(v.labels);
        return s;
}

static const em_flag flags[] = {
        {"address", 'a', EM_ARG_TEXT, "ADDRESS", "what is said of one address, in whatever writing"},
        {"stops", 0, EM_ARG_FILE, "FILE", "a CSV category,stop,why: which labels end a trace"},
        {"stop-table", 0, EM_ARG_NONE, NULL, "print the built-in table of stops as CSV, to be changed"},
        {"all", 0, EM_ARG_NONE, NULL, "every category, reject and contradiction, not only the first 20"},
        {0},
};
static const em_example examples[] = {
        {"embargo labels tags.csv packs/ sanctioned_addresses_XBT.txt", "what is in these files, and what is not"},
        {"embargo labels packs/ --address 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "who says what of one address"},
        {"embargo labels packs/ --csv >labels.csv", "TagPacks as one plain table"},
        {"embargo labels --stop-table >stops.csv", "the table of what ends a trace, to be changed and given to --stops"},
        {0},
};
const em_command em_cmd_labels = {
        .name = "labels", .group = "trace", .brief = "whose addresses these may be, by whose word",
        .usage = "FILE|FOLDER...", .least = 0, .most = SIZE_MAX, .operand = EM_ARG_FILE,
        .about = "Reads tables (CSV: address, label; then category, source, confidence, date, currency, actor; "
                 "Etherscan's and others' words for these too), GraphSense TagPacks (YAML) and plain lists of one "
                 "address a line, and says what they hold, what of them is no label and why, and of which addresses "
                 "they contradict each other.\n\n"
                 "A list of addresses states nothing but that they stand in it: its label is its name, its asset the tail "
                 "of that name (..._XBT.txt), its category \"sanctioned\" only where the name says so.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
