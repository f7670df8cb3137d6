/* embargo report: the report as HTML and data, and as PDF where WeasyPrint is.
 *
 * WeasyPrint is run directly (fork, execvp), never through a shell: the path of
 * a case is the user's and may hold anything.
 */
#include "cli/cli.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: talk goes where ours goes, and stdout stays data. */
static _Noreturn void become_weasyprint(const char *html, const char *pdf)
{
        char  name[] = "weasyprint", quiet[] = "--quiet", end[] = "--";
        char *from = strdup(html), *to = strdup(pdf);
        char *argv[] = {name, quiet, end, from, to, NULL};
        (void)dup2(2, 1);
        if (from && to)
                (void)execvp(name, argv);
        _exit(errno == ENOENT ? 127 : 126);
}

static em_status print_pdf(em_cli *cli, em_str html, em_str *ret_pdf, em_error *err)
{
        em_str stem = em_str_ends(html, EM_S(".html")) ? em_str_sub(html, 0, html.n - 5) : html;
        em_str page = em_cli_text(cli, "%.*s", EM_ARG(html)),
               pdf = em_cli_text(cli, "%.*s.pdf", EM_ARG(stem));
        int    how = 0;
        fflush(NULL);
        pid_t  child = fork();
        if (child < 0)
                return em_fail(err, EM_NOMEM, "weasyprint could not be started");
        if (child == 0)
                become_weasyprint(page.p, pdf.p);
        while (waitpid(child, &how, 0) < 0)
                if (errno != EINTR)
                        return em_fail(err, EM_IO, "weasyprint could not be waited for");
        if (em_term_interrupted())
                return em_fail(err, EM_INTERRUPTED, "interrupted");
        if (WIFEXITED(how) && WEXITSTATUS(how) == 127)
                return em_fail(err, EM_MISSING,
                               "a PDF needs WeasyPrint: apt install weasyprint (the HTML is written)");
        if (!WIFEXITED(how) || WEXITSTATUS(how) != 0)
                return em_fail_at(err, EM_IO, pdf, 0, 0, "weasyprint did not finish it");
        *ret_pdf = pdf;
        return EM_OK;
}

static em_status print_json(em_cli *cli, em_str path, em_error *err)
{
        em_str text = {0};
        EM_TRY(em_file_read(path, (uint64_t)1 << 30, cli->arena, &text, err));
        fwrite(text.p, 1, text.n, cli->out);
        if (text.n && text.p[text.n - 1] != '\n')
                fputc('\n', cli->out);
        return EM_OK;
}

static void say_end(em_cli *cli, const em_report_done *done, bool draft)
{
        em_str withheld = EM_S("");
        if (done->withheld)
                withheld = em_cli_text(cli, "; %.*s withheld because the evidence does not carry %s%s",
                                       EM_ARG(em_cli_many(cli, done->withheld, "sentence", "sentences")),
                                       done->withheld == 1 ? "it" : "them",
                                       draft ? "" : " (--draft shows which)");
        em_str known = em_cli_known_text(cli);
        em_str next =
                known.n ? em_cli_text(cli, "why s1 --as-known-on %.*s", EM_ARG(known)) : EM_S("why s1");
        em_cli_done(cli, next.p, "printed %.*s with %.*s and %.*s on %.*s, manifest %.12s%.*s",
                   EM_ARG(em_cli_many(cli, done->sentences, "sentence", "sentences")),
                   EM_ARG(em_cli_many(cli, done->numbers, "bound number", "bound numbers")),
                   EM_ARG(em_cli_many(cli, done->charts, "chart", "charts")),
                   EM_ARG(em_cli_many(cli, done->records, "record", "records")), done->manifest,
                   EM_ARG(withheld));
}

/* What was printed, so that a report in somebody's hand can be told from another. */
static em_status keep_note(em_cli *cli, em_case *c, const em_report_done *done, em_error *err)
{
        em_str html = {0};
        char   hex[65], day[11];
        em_buf body = em_buf_make(4096);
        em_json j = em_json_make(&body, false);
        EM_TRY(em_file_read(done->html, (uint64_t)1 << 30, cli->arena, &html, err));
        em_json_open(&j, '{');
        em_json_kstr(&j, "as_known", em_str_c(em_day_text(em_cli_known(cli), day)));
        em_json_kstr(&j, "manifest", em_str_c(done->manifest));
        em_json_kstr(&j, "sha256", em_str_c(em_sha256_hex(em_sha256_of(html), hex)));
        em_json_close(&j, '}');
        em_status s = em_buf_status(&body, err);
        if (s == EM_OK)
                s = em_case_note(c, EM_S("report"), em_buf_view(&body), err);
        em_buf_free(&body);
        return s;
}

static em_status print(em_cli *cli, em_case *c, em_error *err)
{
        em_str         out = em_cli_value(cli, "out"), pdf = {0};
        em_report_done done = {0};
        em_report_opts opts = {.as_known = em_cli_known(cli), .draft = em_cli_given(cli, "draft"),
                               .out_dir = out.p ? out : EM_S(""),
                               .template_name = em_cli_value(cli, "template")};
        EM_TRY(em_report_make(c, &opts, cli->arena, &cli->progress, &done, err));
        em_meter_end(&cli->meter);
        if (!opts.draft)
                EM_TRY(keep_note(cli, c, &done, err));
        if (cli->form == EM_FORM_JSON)
                EM_TRY(print_json(cli, done.json, err));
        else
                fprintf(cli->out, "%.*s\n", EM_ARG(em_cli_safe(cli, done.html)));
        if (em_cli_given(cli, "pdf")) {
                EM_TRY(print_pdf(cli, done.html, &pdf, err));
                if (cli->form != EM_FORM_JSON)
                        fprintf(cli->out, "%.*s\n", EM_ARG(em_cli_safe(cli, pdf)));
        }
        say_end(cli, &done, opts.draft);
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(cli, EM_CASE_WRITE, &c, err));
        em_status s = print(cli, c, err);
        em_case_close(c);
        return s;
}

static const em_flag flags[] = {
        {"as-known-on", 'k', EM_ARG_DAY, "DAY", "use only what was known by this day"},
        {"draft", 'd', EM_ARG_NONE, NULL, "show withheld sentences too, struck through, with the reason"},
        {"template", 't', EM_ARG_TEXT, "NAME", "the regime's report-NAME.md instead of its report.md"},
        {"out", 'O', EM_ARG_FOLDER, "DIR", "write there instead of into the case's report/"},
        {"pdf", 0, EM_ARG_NONE, NULL, "a PDF beside the HTML, through WeasyPrint"},
        {0},
};
static const em_example examples[] = {
        {"embargo report", "report/index.html in the case, report.json beside it"},
        {"embargo report --as-known-on 2022-03-01 --out then", "the report that could have been printed then"},
        {"embargo report --template theft", "the regime's report on traced coins"},
        {"embargo report --draft", "with the sentences that the evidence does not carry"},
        {0},
};
const em_command em_cmd_report = {
        .name = "report",
        .group = "prove and share",
        .brief = "print the report: HTML, data, PDF",
        .usage = "",
        .about = "Answers every question and renders the regime's report.md to one HTML file in "
                 "which every number is a link to its evidence; it needs no network and no script. A "
                 "sentence whose word (\"nearly\", \"the largest\") the evidence does not carry is "
                 "withheld. --json prints report.json. The same case and day give the same bytes.",
        .example = examples,
        .flag = flags,
        .json = true,
        .run = run,
};
