/* embargo status: what is held, what it covers, what is missing.
 *
 * The kinds that questions need are read from the "-- coverage" lines of the
 * regime's questions, without answering them: status must be quick.
 */
#include "cli/cli.h"

#include <stdlib.h>

typedef struct need { em_str kind; uint64_t questions; } need;

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

static void needs_kind(look *l, size_t cap, em_str kind)
{
        for (size_t i = 0; i < l->needs; i++)
                if (em_str_eq(l->need[i].kind, kind)) {
                        l->need[i].questions++;
                        return;
                }
        if (l->needs < cap)
                l->need[l->needs++] = (need){kind, 1};
}

static void read_needs(look *l, size_t cap, em_str text)
{
        while (text.n) {
                em_cut line = em_str_cut(text, '\n');
                em_str words = line.head, word = {0};
                text = line.tail;
                if (!em_str_word(&words, &word) || !em_str_eq(word, EM_S("--")) ||
                    !em_str_word(&words, &word) || !em_str_eq(word, EM_S("coverage")))
                        continue;
                while (em_str_word(&words, &word))
                        needs_kind(l, cap, word);
        }
}

static int by_kind(const void *a, const void *b)
{
        return em_str_cmp(((const need *)a)->kind, ((const need *)b)->kind);
}

static em_status find_needs(look *l, em_error *err)
{
        em_str dir = {0}, path = {0}, text = {0}, *name = NULL;
        size_t count = 0, cap = 256;
        em_arena *arena = l->cli->arena;
        EM_TRY(em_path_join(em_case_regime_dir(l->c), EM_S("questions"), arena, &dir, err));
        if (!em_path_is_dir(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, arena, &name, &count, err));
        l->need = EM_NEW_N(arena, need, cap);
        if (!l->need)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < count; i++) {
                if (!em_str_ends(name[i], EM_S(".sql")))
                        continue;
                EM_TRY(em_path_join(dir, name[i], arena, &path, err));
                EM_TRY(em_file_read(path, 1u << 20, arena, &text, err));
                read_needs(l, cap, text);
        }
        qsort(l->need, l->needs, sizeof *l->need, by_kind);
        return EM_OK;
}

/* ---- what is held --------------------------------------------------------------------- */

static em_status gather(look *l, em_error *err)
{
        EM_TRY(find_needs(l, err));
        EM_TRY(ask(l, EM_S(
                "select s.role, s.kind, count(*), sum(s.taken), sum(s.quarantined), "
                "min(coalesce(v.covers_from, v.first_day)), max(coalesce(v.covers_to, v.last_day)) "
                "from source s left join coverage v on v.source = s.source and v.kind = s.kind "
                "where s.kind is not null group by s.role, s.kind order by s.role, s.kind"),
                &l->kinds, err));
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

static bool held(const look *l, em_str kind)
{
        for (size_t r = 0; r < l->kinds.rows; r++)
                if (em_str_eq(cell(&l->kinds, r, 1), kind) && number(&l->kinds, r, 3) > 0)
                        return true;
        return false;
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
                if (!held(l, l->need[i].kind))
                        EM_TRY(em_table_add(t, (em_str[]){
                                l->need[i].kind, EM_S("missing"), EM_S("0"), EM_S("0"), EM_S(""), EM_S(""),
                                EM_S("0"), em_cli_digits(cli, (int64_t)l->need[i].questions)}, err));
        return EM_OK;
}

static size_t missing_count(const look *l)
{
        size_t n = 0;
        for (size_t i = 0; i < l->needs; i++)
                n += !held(l, l->need[i].kind);
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

static size_t verdicts(const look *l, em_verdict v)
{
        size_t n = 0;
        for (size_t i = 0; i < l->findings; i++)
                n += em_str_eq(l->finding[i].verdict, em_str_c(em_verdict_name(v)));
        return n;
}

static void print_head(look *l)
{
        em_cli *cli = l->cli;
        FILE   *out = cli->out;
        fprintf(out, "case      %.*s\n", EM_ARG(em_cli_safe(cli, em_case_dir(l->c))));
        fprintf(out, "regime    %.*s\n", EM_ARG(em_cli_safe(cli, em_path_base(em_case_regime_dir(l->c)))));
        for (size_t r = 0; r < l->sources.rows; r++) {
                em_str role = cell(&l->sources, r, 0);
                int64_t unread = number(&l->sources, r, 3);
                fprintf(out, "%-9.*s %.*s, %.*s bytes", EM_ARG(em_cli_safe(cli, role)),
                        EM_ARG(em_cli_many(cli, (uint64_t)number(&l->sources, r, 1), "source", "sources")),
                        EM_ARG(em_cli_count(cli, (uint64_t)number(&l->sources, r, 2))));
                if (unread)
                        fprintf(out, "; %.*s without a map", EM_ARG(em_cli_count(cli, (uint64_t)unread)));
                fputc('\n', out);
        }
        fprintf(out, "manifest  %.12s\n", l->manifest);
        if (l->ledger.rows)
                fprintf(out, "ledger    %.*s, head %.12s\n",
                        EM_ARG(em_cli_many(cli, (uint64_t)number(&l->ledger, 0, 0), "entry", "entries")),
                        em_cli_safe(cli, cell(&l->ledger, 0, 2)).p);
        if (!l->findings)
                fputs("findings  none yet\n", out);
        else
                fprintf(out, "findings  %zu: %zu hold, %zu only under a reading, %zu do not, "
                        "%zu cannot be tested%s\n", l->findings, verdicts(l, EM_VERDICT_HOLDS),
                        verdicts(l, EM_VERDICT_READING), verdicts(l, EM_VERDICT_FAILS),
                        verdicts(l, EM_VERDICT_UNTESTABLE),
                        number(&l->later, 0, 0) ? "; older than the last evidence" : "");
        fputc('\n', out);
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
        for (int v = EM_VERDICT_HOLDS; v <= EM_VERDICT_UNTESTABLE; v++)
                em_json_kint(j, em_verdict_name((em_verdict)v), (int64_t)verdicts(l, (em_verdict)v));
        em_json_kbool(j, "older_than_evidence", l->later.rows && number(&l->later, 0, 0) > 0);
        em_json_close(j, '}');
}

static em_status print(look *l, em_error *err)
{
        em_cli  *cli = l->cli;
        em_table kinds = em_table_make(kind_columns, sizeof kind_columns / sizeof *kind_columns, cli->arena);
        em_table aside = em_table_make(aside_columns, sizeof aside_columns / sizeof *aside_columns, cli->arena);
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
                em_cli_done(cli, "add FILE", "%.*s of evidence asked for and not held: see `missing`",
                           EM_ARG(em_cli_many(cli, missing, "kind", "kinds")));
        else if (s == EM_OK)
                em_cli_done(cli, l.findings && !number(&l.later, 0, 0) ? "report" : "find", "every kind of evidence asked for is held");
        em_case_close(l.c);
        return s;
}

static const em_example examples[] = {
        {"embargo status", "what is held, what it covers, what is missing, what was kept aside"},
        {"embargo status --json", "the same as data"},
        {0},
};
const em_command em_cmd_status = {
        .name = "status", .group = "ask", .brief = "what is held, what it covers, what is missing",
        .usage = "", .about = "Lists the kinds of records with the days they cover and how many questions ask for "
                 "them, the kinds that questions ask for and no source gives, and the rows kept in quarantine.",
        .example = examples, .json = true, .csv = true, .run = run,
};
