/* embargo status: what is held, what it covers, what is missing.
 *
 * Which kinds the questions need is read from their text (what they select
 * from, and the "-- coverage" line) without answering them: status must be
 * quick.  The kinds that there are come from the regime's maps.
 */
#include "cli/cli.h"

#include <stdlib.h>

enum { KINDS_MOST = 256 };

typedef struct need { em_str kind; uint64_t questions; bool here; } need;

typedef struct look {
        em_cli   *cli;
        em_case  *c;
        need     *need;  size_t needs;
        em_rows   kinds, aside, sources, ledger, later;
        em_finding_row *finding; size_t findings;
        char      manifest[65];
} look;

static em_str cell(const em_rows *rows, size_t row, size_t column)
{
        const em_value *v = em_rows_at(rows, row, column);
        return v->type == EM_VALUE_TEXT ? v->s : EM_S("");
}

static int64_t number(const em_rows *rows, size_t row, size_t column)
{
        const em_value *v = em_rows_at(rows, row, column);
        return v->type == EM_VALUE_INT ? v->i : 0;
}

static em_status ask(look *l, em_str sql, em_rows *ret_rows, em_error *err)
{
        return em_case_query(l->c, sql, NULL, 0, NULL, l->cli->arena, ret_rows, err);
}

/* ---- what the questions need ------------------------------------------------------ */

static bool word_char(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool next_word(em_str *rest, em_str *ret_word)
{
        size_t from = 0, to;
        while (from < rest->n && !word_char(rest->p[from]))
                from++;
        for (to = from; to < rest->n && word_char(rest->p[to]);)
                to++;
        *ret_word = em_str_sub(*rest, from, to - from);
        *rest = em_str_sub(*rest, to, rest->n);
        return ret_word->n > 0;
}

static void mark_need(look *l, em_str kind)
{
        for (size_t i = 0; i < l->needs; i++)
                if (em_str_eq(l->need[i].kind, kind))
                        l->need[i].here = true;
}

static bool held(const look *l, em_str kind)
{
        for (size_t r = 0; r < l->kinds.rows; r++)
                if (em_str_eq(cell(&l->kinds, r, 1), kind) && number(&l->kinds, r, 3) > 0)
                        return true;
        return false;
}

/* "-- when trace": it is not asked of a case without such records, and misses nothing there. */
static bool is_called(const look *l, em_str text)
{
        while (text.n) {
                em_cut line = em_str_cut(text, '\n');
                em_str rest = line.head, word = {0};
                text = line.tail;
                if (!em_str_starts(rest, EM_S("--")) || !next_word(&rest, &word) || !em_str_eq(word, EM_S("when")))
                        continue;
                while (next_word(&rest, &word))
                        if (!held(l, word))
                                return false;
        }
        return true;
}

/* A kind is needed when it follows "from" or "join", or stands in "-- coverage". */
static void read_question(look *l, em_str text)
{
        if (!is_called(l, text))
                return;
        for (size_t i = 0; i < l->needs; i++)
                l->need[i].here = false;
        while (text.n) {
                em_cut line = em_str_cut(text, '\n');
                em_str rest = line.head, word = {0}, last = {0};
                bool   comment = em_str_starts(rest, EM_S("--")), coverage = false;
                for (size_t at = 0; next_word(&rest, &word); at++) {
                        coverage = coverage || (comment && at == 0 && em_str_eq(word, EM_S("coverage")));
                        if (coverage || (!comment && (em_str_eq_nocase(last, EM_S("from")) ||
                                                      em_str_eq_nocase(last, EM_S("join")))))
                                mark_need(l, word);
                        last = word;
                }
                text = line.tail;
        }
        for (size_t i = 0; i < l->needs; i++)
                l->need[i].questions += l->need[i].here;
}

static em_status read_kind(look *l, em_str text, em_error *err)
{
        while (text.n) {
                em_cut line = em_str_cut(text, '\n');
                em_str rest = line.head, word = {0};
                text = line.tail;
                if (!em_str_word(&rest, &word) || !em_str_eq(word, EM_S("kind")) ||
                    !em_str_word(&rest, &word))
                        continue;
                for (size_t i = 0; i < l->needs; i++)
                        if (em_str_eq(l->need[i].kind, word))
                                return EM_OK;
                if (l->needs == KINDS_MOST)
                        return em_fail(err, EM_LIMIT, "the regime has over %d kinds of records",
                                       KINDS_MOST);
                l->need[l->needs++] = (need){.kind = word};
        }
        return EM_OK;
}

static int by_kind(const void *a, const void *b)
{
        return em_str_cmp(((const need *)a)->kind, ((const need *)b)->kind);
}

/* The text of every file of the regime's folder `name` that ends in `end`. */
static em_status each_text(look *l, em_str name, em_str end, em_str **ret_text, size_t *ret_count,
                           em_error *err)
{
        em_arena *arena = l->cli->arena;
        em_str    dir = {0}, path = {0}, *file = NULL;
        size_t    count = 0, n = 0;
        EM_TRY(em_path_join(em_case_regime_dir(l->c), name, arena, &dir, err));
        if (em_path_is_dir(dir))
                EM_TRY(em_dir_list(dir, arena, &file, &count, err));
        em_str *text = EM_NEW_N(arena, em_str, count + 1);
        if (!text)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < count; i++) {
                if (!em_str_ends(file[i], end))
                        continue;
                EM_TRY(em_path_join(dir, file[i], arena, &path, err));
                EM_TRY(em_file_read(path, 1u << 20, arena, &text[n], err));
                n++;
        }
        *ret_text = text;
        *ret_count = n;
        return EM_OK;
}

static em_status find_needs(look *l, em_error *err)
{
        em_str *text = NULL;
        size_t  count = 0;
        l->need = EM_NEW_N(l->cli->arena, need, KINDS_MOST);
        if (!l->need)
                return em_fail(err, EM_NOMEM, "out of memory");
        EM_TRY(each_text(l, EM_S("maps"), EM_S(".map"), &text, &count, err));
        for (size_t i = 0; i < count; i++)
                EM_TRY(read_kind(l, text[i], err));
        EM_TRY(each_text(l, EM_S("questions"), EM_S(".sql"), &text, &count, err));
        for (size_t i = 0; i < count; i++)
                read_question(l, text[i]);
        qsort(l->need, l->needs, sizeof *l->need, by_kind);
        return EM_OK;
}

/* ---- what is held --------------------------------------------------------------------- */

static em_status gather(look *l, em_error *err)
{
        EM_TRY(ask(l, EM_S(
                "select s.role, s.kind, count(*), sum(s.taken), sum(s.quarantined), "
                "min(coalesce(v.covers_from, v.first_day)), "
                "replace(max(coalesce(v.covers_to, v.last_day)), '9999-12-31', 'open') "
                "from source s left join coverage v on v.source = s.source and v.kind = s.kind "
                "where s.kind is not null group by s.role, s.kind order by s.role, s.kind"),
                &l->kinds, err));
        EM_TRY(find_needs(l, err));
        EM_TRY(ask(l, EM_S(
                "select name, source, count(*), min(line), "
                "(select reason from quarantine p where p.source = q.source order by line limit 1), "
                "(select field from quarantine p where p.source = q.source order by line limit 1) "
                "from quarantine q group by name, source order by name, source"), &l->aside, err));
        EM_TRY(ask(l, EM_S(
                "select role, count(*), sum(bytes), sum(kind is null) from source group by role order by role"),
                &l->sources, err));
        EM_TRY(ask(l, EM_S(
                "select seq, at, hash from ledger order by seq desc limit 1"), &l->ledger, err));
        EM_TRY(ask(l, EM_S(
                "select count(*) from ledger where action = 'add' and seq > "
                "(select max(seq) from ledger where action = 'find')"), &l->later, err));
        EM_TRY(em_case_findings(l->c, EM_S(""), l->cli->arena, &l->finding, &l->findings, err));
        return em_case_manifest(l->c, l->manifest, err);
}

static uint64_t asked_by(const look *l, em_str kind)
{
        for (size_t i = 0; i < l->needs; i++)
                if (em_str_eq(l->need[i].kind, kind))
                        return l->need[i].questions;
        return 0;
}

static em_status kinds_table(look *l, em_table *t, em_error *err)
{
        em_cli *cli = l->cli;
        for (size_t r = 0; r < l->kinds.rows; r++) {
                em_str kind = cell(&l->kinds, r, 1);
                EM_TRY(em_table_add(t, (em_str[]){
                        kind, cell(&l->kinds, r, 0), em_cli_digits(cli, number(&l->kinds, r, 3)),
                        em_cli_digits(cli, number(&l->kinds, r, 2)), cell(&l->kinds, r, 5),
                        cell(&l->kinds, r, 6), em_cli_digits(cli, number(&l->kinds, r, 4)),
                        em_cli_digits(cli, (int64_t)asked_by(l, kind))}, err));
        }
        for (size_t i = 0; i < l->needs; i++)
                if (l->need[i].questions && !held(l, l->need[i].kind))
                        EM_TRY(em_table_add(t,
                                            (em_str[]){l->need[i].kind, EM_S("missing"), EM_S("0"),
                                                       EM_S("0"), EM_S(""), EM_S(""), EM_S("0"),
                                                       em_cli_digits(cli, (int64_t)l->need[i].questions)},
                                            err));
        return EM_OK;
}

static size_t missing_count(const look *l)
{
        size_t n = 0;
        for (size_t i = 0; i < l->needs; i++)
                n += l->need[i].questions && !held(l, l->need[i].kind);
        return n;
}

/* ---- printing ----------------------------------------------------------------------------- */

static const em_column kind_columns[] = {
        {"kind", "kind", EM_CELL_TEXT, 1, 12},       {"role", "role", EM_CELL_TEXT, 0, 0},
        {"records", "records", EM_CELL_NUMBER, 0, 0}, {"sources", "sources", EM_CELL_NUMBER, 0, 0},
        {"from", "from", EM_CELL_TEXT, 0, 0},        {"to", "to", EM_CELL_TEXT, 0, 0},
        {"kept_aside", "aside", EM_CELL_NUMBER, 0, 0}, {"questions", "asked by", EM_CELL_NUMBER, 0, 0},
};

static const em_column aside_columns[] = {
        {"file", "kept aside in", EM_CELL_TEXT, 2, 16}, {"source", "source", EM_CELL_TEXT, 0, 0},
        {"rows", "rows", EM_CELL_NUMBER, 0, 0},  {"line", "first line", EM_CELL_NUMBER, 0, 0},
        {"column", "column", EM_CELL_TEXT, 3, 10}, {"reason", "reason", EM_CELL_TEXT, 1, 24},
};

static em_status aside_table(look *l, em_table *t, em_error *err)
{
        for (size_t r = 0; r < l->aside.rows; r++)
                EM_TRY(em_table_add(t, (em_str[]){
                        cell(&l->aside, r, 0), cell(&l->aside, r, 1),
                        em_cli_digits(l->cli, number(&l->aside, r, 2)),
                        em_cli_digits(l->cli, number(&l->aside, r, 3)),
                        cell(&l->aside, r, 5), cell(&l->aside, r, 4)}, err));
        return EM_OK;
}

static void tally(const look *l, size_t n[EM_VERDICT_UNTESTABLE + 1])
{
        for (size_t v = 0; v <= EM_VERDICT_UNTESTABLE; v++) {
                n[v] = 0;
                for (size_t i = 0; i < l->findings; i++)
                        n[v] += em_str_eq(l->finding[i].verdict,
                                          em_str_c(em_verdict_name((em_verdict)v)));
        }
}

static bool older(const look *l)
{
        return l->findings && l->later.rows && number(&l->later, 0, 0) > 0;
}

static void print_sources(look *l)
{
        em_cli *cli = l->cli;
        for (size_t r = 0; r < l->sources.rows; r++) {
                bool    regime = em_str_eq(cell(&l->sources, r, 0), EM_S("regime"));
                int64_t unread = number(&l->sources, r, 3);
                em_str  count = em_cli_many(cli, (uint64_t)number(&l->sources, r, 1), "file", "files");
                fprintf(cli->out, "%-9s %.*s, %.*s bytes", regime ? "tables" : "evidence", EM_ARG(count),
                        EM_ARG(em_cli_count(cli, (uint64_t)number(&l->sources, r, 2))));
                if (unread)
                        fprintf(cli->out, "; %.*s without a map",
                                EM_ARG(em_cli_count(cli, (uint64_t)unread)));
                fputc('\n', cli->out);
        }
}

static void print_head(look *l)
{
        em_cli *cli = l->cli;
        FILE   *out = cli->out;
        size_t  n[EM_VERDICT_UNTESTABLE + 1];
        fprintf(out, "case      %.*s\n", EM_ARG(em_cli_safe(cli, em_case_dir(l->c))));
        fprintf(out, "regime    %.*s\n",
                EM_ARG(em_cli_safe(cli, em_path_base(em_case_regime_dir(l->c)))));
        print_sources(l);
        fprintf(out, "manifest  %.12s\n", l->manifest);
        if (l->ledger.rows)
                fprintf(out, "ledger    %.*s, head %.12s\n",
                        EM_ARG(em_cli_many(cli, (uint64_t)number(&l->ledger, 0, 0), "entry", "entries")),
                        em_cli_safe(cli, cell(&l->ledger, 0, 2)).p);
        tally(l, n);
        if (!l->findings)
                fputs("findings  none yet\n\n", out);
        else
                fprintf(out, "findings  %zu: %.*s%s\n\n", l->findings, EM_ARG(em_verdict_tally(cli, n)),
                        older(l) ? "; older than the last evidence" : "");
}

static void json_head(look *l, em_json *j)
{
        em_json_kstr(j, "case", em_case_dir(l->c));
        em_json_kstr(j, "regime", em_path_base(em_case_regime_dir(l->c)));
        em_json_kstr(j, "manifest", em_str_c(l->manifest));
        em_json_kint(j, "ledger_entries", l->ledger.rows ? number(&l->ledger, 0, 0) : 0);
        em_json_kstr(j, "ledger_head", l->ledger.rows ? cell(&l->ledger, 0, 2) : EM_S(""));
        em_json_key(j, EM_S("findings"));
        em_json_open(j, '{');
        size_t n[EM_VERDICT_UNTESTABLE + 1];
        tally(l, n);
        for (size_t v = 0; v <= EM_VERDICT_UNTESTABLE; v++)
                em_json_kint(j, em_verdict_name((em_verdict)v), (int64_t)n[v]);
        em_json_kbool(j, "older_than_evidence", older(l));
        em_json_close(j, '}');
}

static em_status print(look *l, em_error *err)
{
        em_cli  *cli = l->cli;
        em_table kinds =
                em_table_make(kind_columns, sizeof kind_columns / sizeof *kind_columns, cli->arena);
        em_table aside =
                em_table_make(aside_columns, sizeof aside_columns / sizeof *aside_columns, cli->arena);
        EM_TRY(kinds_table(l, &kinds, err));
        EM_TRY(aside_table(l, &aside, err));
        if (cli->form == EM_FORM_CSV) {
                em_table_csv(&kinds, false, cli->out);
                return EM_OK;
        }
        if (cli->form == EM_FORM_TEXT) {
                print_head(l);
                em_table_print(&kinds, &cli->term, cli->out);
                if (aside.rows) {
                        fputc('\n', cli->out);
                        em_table_print(&aside, &cli->term, cli->out);
                }
                return EM_OK;
        }
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.status.1");
        json_head(l, &j);
        em_json_key(&j, EM_S("kinds"));
        em_table_json(&kinds, &j);
        em_json_key(&j, EM_S("kept_aside"));
        em_table_json(&aside, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status run(em_cli *cli, em_error *err)
{
        look l = {.cli = cli};
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &l.c, err));
        em_status s = gather(&l, err);
        if (s == EM_OK)
                s = print(&l, err);
        size_t missing = missing_count(&l);
        if (s == EM_OK && missing)
                em_cli_done(cli, "add FILE", "%.*s that questions ask for %s missing",
                            EM_ARG(em_cli_many(cli, missing, "kind of record", "kinds of record")),
                            missing == 1 ? "is" : "are");
        else if (s == EM_OK)
                em_cli_done(cli, l.findings && !older(&l) ? "report" : "find",
                            "every kind of record that questions ask for is held");
        em_case_close(l.c);
        return s;
}

static const em_example examples[] = {
        {"embargo status", "what is held, what it covers, what is missing, what was kept aside"},
        {"embargo status --json", "the same as data"},
        {0},
};
const em_command em_cmd_status = {
        .name = "status",
        .group = "ask",
        .brief = "what is held, what it covers, what is missing",
        .usage = "",
        .about = "Lists the kinds of records with the days they cover and how many questions ask for "
                 "them, the kinds that questions ask for and no source gives, and the rows kept in "
                 "quarantine.",
        .example = examples,
        .json = true,
        .csv = true,
        .run = run,
};
