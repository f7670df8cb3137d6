/* embargo export: records for other programs, as CSV, JSON and FollowTheMoney.
 *
 * Everything goes out in pages of rows, in the order of the records, so that
 * the same case gives the same bytes and any size fits into memory.  Sources
 * marked as withheld stay in unless they are asked for.
 */
#include "cli/export.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PAGE_ROWS = 5000 };

em_str em_export_text(em_export *x, const em_value *v)
{
        em_str text = {0};
        if (v->type == EM_VALUE_TEXT)
                return v->s;
        if (v->type == EM_VALUE_NULL)
                return EM_S("");
        em_buf  buf = em_buf_make(64);
        em_json j = em_json_make(&buf, false);
        if (v->type == EM_VALUE_INT)
                em_json_int(&j, v->i);
        else
                em_json_num(&j, v->r);
        em_status s = em_str_copy(em_buf_view(&buf), x->page, &text, NULL);
        em_buf_free(&buf);
        return s == EM_OK ? text : EM_S("");
}

const char *em_export_open_only(const em_export *x)
{
        return x->withheld ? ""
                           : " and source not in (select source from source where access = 'withheld')";
}

bool em_export_has_kind(em_export *x, em_str kind)
{
        em_rows  rows = {0};
        em_param p = {EM_S("kind"), {.type = EM_VALUE_TEXT, .s = kind}};
        return em_case_query(x->c, EM_S("select 1 from source where kind = :kind limit 1"), &p, 1, NULL,
                             x->page, &rows, NULL) == EM_OK && rows.rows > 0;
}

em_status em_export_pages(em_export *x, em_str sql,
                          em_status (*each)(em_export *x, const em_rows *rows, void *ctx, em_error *err),
                          void *ctx, em_error *err)
{
        em_rows rows = {0};
        EM_TRY(em_case_query(x->c, EM_S("select coalesce(max(record), 0) from record"), NULL, 0, NULL,
                             x->page, &rows, err));
        int64_t last = em_rows_at(&rows, 0, 0)->i;
        /* An empty first page too: a table without rows still has its header. */
        for (int64_t after = 0; after == 0 || after < last; after += PAGE_ROWS) {
                em_param p[] = {
                        {EM_S("after"), {.type = EM_VALUE_INT, .i = after}},
                        {EM_S("upto"), {.type = EM_VALUE_INT, .i = after + PAGE_ROWS}},
                };
                em_arena_reset(x->page);
                EM_TRY(em_case_query(x->c, sql, p, 2, NULL, x->page, &rows, err));
                if (rows.rows || after == 0)
                        EM_TRY(each(x, &rows, ctx, err));
                x->rows += rows.rows;
                if (!em_progress_tell(&x->cli->progress, "writing records", (uint64_t)after,
                                      (uint64_t)last))
                        return em_fail(err, EM_INTERRUPTED, "interrupted");
        }
        return EM_OK;
}

/* ---- CSV ------------------------------------------------------------------------------ */

static em_status csv_page(em_export *x, const em_rows *rows, void *ctx, em_error *err)
{
        bool *headed = ctx;
        (void)err;
        for (size_t c = 0; !*headed && c < rows->columns; c++)
                fprintf(x->out, "%.*s%c", EM_ARG(rows->name[c]), c + 1 < rows->columns ? ',' : '\n');
        *headed = true;
        for (size_t r = 0; r < rows->rows; r++)
                for (size_t c = 0; c < rows->columns; c++) {
                        const em_value *v = em_rows_at(rows, r, c);
                        em_table_csv_cell(em_export_text(x, v),
                                          x->formula_safe && v->type == EM_VALUE_TEXT, x->out);
                        fputc(c + 1 < rows->columns ? ',' : '\n', x->out);
                }
        return EM_OK;
}

static em_status export_csv(em_export *x, em_error *err)
{
        bool   headed = false;
        em_str view = x->kind.n ? x->kind : EM_S("record");
        em_str sql = em_cli_text(
                x->cli,
                "select * from \"%.*s\" where record > :after and record <= :upto%s order by record",
                EM_ARG(view), em_export_open_only(x));
        return em_export_pages(x, sql, csv_page, &headed, err);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void json_value(em_json *j, const em_value *v, bool raw)
{
        if (v->type == EM_VALUE_INT)
                em_json_int(j, v->i);
        else if (v->type == EM_VALUE_REAL)
                em_json_num(j, v->r);
        else if (v->type == EM_VALUE_NULL || (raw && !v->s.n))
                em_json_null(j);
        else if (raw)
                em_json_raw(j, v->s);
        else
                em_json_str(j, v->s);
}

/* Columns after `fields` are the source's: they go into an object of their own. */
static void json_row(em_json *j, const em_rows *rows, size_t row)
{
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.record.1"));
        bool custody = false;
        for (size_t c = 0; c < rows->columns; c++) {
                bool fields = em_str_eq(rows->name[c], EM_S("fields"));
                em_json_key(j, rows->name[c]);
                json_value(j, em_rows_at(rows, row, c), fields);
                if (fields) {
                        em_json_key(j, EM_S("custody"));
                        em_json_open(j, '{');
                        custody = true;
                }
        }
        if (custody)
                em_json_close(j, '}');
        em_json_close(j, '}');
}

static em_status json_page(em_export *x, const em_rows *rows, void *ctx, em_error *err)
{
        (void)ctx;
        em_buf buf = em_buf_make((size_t)256 << 20);
        for (size_t r = 0; r < rows->rows; r++) {
                em_json j = em_json_make(&buf, false);
                json_row(&j, rows, r);
                em_buf_ch(&buf, '\n');
        }
        em_status s = em_buf_status(&buf, err);
        if (s == EM_OK)
                fwrite(buf.p, 1, buf.n, x->out);
        em_buf_free(&buf);
        return s;
}

static em_status export_json(em_export *x, em_error *err)
{
        em_str only = x->kind.n ? em_cli_text(x->cli, " and kind = '%.*s'", EM_ARG(x->kind)) : EM_S("");
        em_str sql = em_cli_text(x->cli,
                "select r.*, s.sha256, s.name, s.publisher, s.origin, s.method, s.terms, s.obtained_by, "
                "s.obtained_on, s.published, s.access, s.map from "
                "(select * from record where record > :after and record <= :upto%.*s%s) r "
                "join source s on s.source = r.source order by r.record", EM_ARG(only), em_export_open_only(x));
        return em_export_pages(x, sql, json_page, NULL, err);
}

/* ---- where to -------------------------------------------------------------------------- */

static em_status check_kind(em_export *x, em_error *err)
{
        em_rows rows = {0};
        if (!x->kind.n || em_export_has_kind(x, x->kind))
                return EM_OK;
        EM_TRY(em_case_query(
                x->c, EM_S("select distinct kind from source where kind is not null order by kind"), NULL,
                0, NULL, x->page, &rows, err));
        const char **name = EM_NEW_N(x->page, const char *, rows.rows + 1);
        if (!name)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < rows.rows; i++)
                name[i] = em_cli_safe(x->cli, em_rows_at(&rows, i, 0)->s).p;
        return em_option_unknown(EM_MISSING, "kind of record in this case", x->kind, name, rows.rows,
                                 err);
}

static em_status count_left_out(em_export *x, em_error *err)
{
        em_rows rows = {0};
        if (x->withheld)
                return EM_OK;
        EM_TRY(em_case_query(x->c,
                             EM_S("select coalesce(sum(taken), 0) from source where access = 'withheld'"),
                             NULL, 0, NULL, x->page, &rows, err));
        x->left_out = (uint64_t)em_rows_at(&rows, 0, 0)->i;
        return EM_OK;
}

static em_status write_form(em_export *x, em_error *err)
{
        EM_TRY(check_kind(x, err));
        EM_TRY(count_left_out(x, err));
        if (em_cli_given(x->cli, "ftm"))
                return em_export_ftm(x, err);
        return x->cli->form == EM_FORM_CSV ? export_csv(x, err) : export_json(x, err);
}

/* FILE.tmp, fsync, rename: a reader sees the old file or the whole new one. */
static em_status write_file(em_export *x, em_str path, em_error *err)
{
        em_str name = em_cli_text(x->cli, "%.*s", EM_ARG(path)),
               tmp = em_cli_text(x->cli, "%.*s.tmp", EM_ARG(path));
        int    fd = open(tmp.p, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
        x->out = fd < 0 ? NULL : fdopen(fd, "w");
        if (!x->out)
                return em_fail_at(err, errno == EACCES ? EM_DENIED : EM_IO, path, 0, 0,
                                  "it cannot be written");
        em_status s = write_form(x, err);
        if (s == EM_OK && (fflush(x->out) != 0 || fsync(fd) != 0))
                s = em_fail_at(err, EM_IO, path, 0, 0, "it could not be written to the end");
        fclose(x->out);
        if (s == EM_OK && rename(tmp.p, name.p) != 0)
                s = em_fail_at(err, EM_IO, path, 0, 0, "it could not be given its name");
        if (s != EM_OK)
                (void)unlink(tmp.p);
        return s;
}

static void say_end(em_export *x)
{
        em_cli *cli = x->cli;
        em_str  to = em_cli_value(cli, "out"), as = EM_S(""), where = EM_S(""), kept = EM_S("");
        if (x->statements)
                as = em_cli_text(cli, " as %.*s",
                                 EM_ARG(em_cli_many(cli, x->statements, "statement", "statements")));
        if (to.n)
                where = em_cli_text(cli, " to %.*s", EM_ARG(em_cli_safe(cli, to)));
        if (x->left_out)
                kept = em_cli_text(cli,
                                   "; %.*s of withheld sources kept back (--withheld takes them along)",
                                   EM_ARG(em_cli_many(cli, x->left_out, "record", "records")));
        em_cli_done(cli, "verify", "wrote %.*s%.*s%.*s%.*s",
                    EM_ARG(em_cli_many(cli, x->rows, "row", "rows")), EM_ARG(as), EM_ARG(where),
                    EM_ARG(kept));
}

static em_status export_all(em_export *x, em_error *err)
{
        em_str    path = em_cli_value(x->cli, "out");
        em_status s = path.n ? write_file(x, path, err) : write_form(x, err);
        em_meter_end(&x->cli->meter);
        if (s == EM_OK)
                say_end(x);
        return s;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_export x = {.cli = cli, .kind = em_cli_value(cli, "kind"), .out = cli->out,
                       .withheld = em_cli_given(cli, "withheld"),
                       .formula_safe = em_cli_given(cli, "formula-safe")};
        if (em_cli_given(cli, "ftm") == (cli->form != EM_FORM_TEXT))
                return em_fail(err, EM_USAGE, "export needs one of --ftm, --csv and --json");
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &x.c, err));
        x.page = em_arena_new((size_t)1 << 30);
        em_status s = x.page ? export_all(&x, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_arena_free(x.page);
        em_case_close(x.c);
        return s;
}

static const em_flag flags[] = {
        {"ftm", 0, EM_ARG_NONE, NULL, "FollowTheMoney statements, as followthemoney reads them from CSV"},
        {"kind", 'K', EM_ARG_TEXT, "KIND", "records of one kind only (launch, theft, ...)"},
        {"out", 'O', EM_ARG_FILE, "FILE", "write there, whole or not at all, instead of to standard output"},
        {"formula-safe", 0, EM_ARG_NONE, NULL, "CSV: put ' before cells that a spreadsheet would run"},
        {"withheld", 0, EM_ARG_NONE, NULL, "take the records of withheld sources along"},
        {0},
};
static const em_example examples[] = {
        {"embargo export --csv --kind launch --out launches.csv", "one kind, one row a record, with ids and grades"},
        {"embargo export --json | head -1", "every record with its custody, one JSON object a line"},
        {"embargo export --ftm > statements.csv", "for Aleph, OpenSanctions and the other tools that speak FollowTheMoney"},
        {0},
};
const em_command em_cmd_export = {
        .name = "export",
        .group = "prove and share",
        .brief = "records as CSV, JSON or FollowTheMoney",
        .usage = "",
        .about = "--csv writes the public view of a kind (doc/views.md), --json every record with "
                 "where it comes from, --ftm statements. In FollowTheMoney a launch, a nuclear test "
                 "and a theft are Events, a monitoring document and each source file are Documents, "
                 "and each Event names its source file as proof. A measure is a Note: "
                 "FollowTheMoney's Sanction needs a listed party, which a provision of a resolution "
                 "does not name. Other kinds have no counterpart there and are left out.",
        .example = examples,
        .flag = flags,
        .json = true,
        .csv = true,
        .run = run,
};
