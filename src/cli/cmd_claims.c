/* embargo claims: published claims tested against the evidence. */
#include "cli/cli.h"

static const em_column columns[] = {
        {"claim", NULL, EM_CELL_TEXT, 0, 0},     {"text", NULL, EM_CELL_TEXT, 0, 0},
        {"asserted_by", NULL, EM_CELL_TEXT, 0, 0}, {"verdict", NULL, EM_CELL_VERDICT, 0, 0},
        {"why", NULL, EM_CELL_TEXT, 0, 0},       {"questions", NULL, EM_CELL_TEXT, 0, 0},
        {"note", NULL, EM_CELL_TEXT, 0, 0},
};

static const em_column shown_columns[] = {
        {"claim", "id", EM_CELL_TEXT, 0, 0},
        {"text", "claim", EM_CELL_TEXT, 2, 24},
        {"verdict", "verdict", EM_CELL_VERDICT, 0, 0},
        {"why", "why", EM_CELL_TEXT, 1, 40},
};

static em_str joined(em_cli *cli, const em_str *word, size_t count)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < count; i++)
                all = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(all), i ? " " : "", EM_ARG(word[i]));
        return all;
}

static em_status print_text(em_cli *cli, const em_claim *claim, size_t count, em_error *err)
{
        em_table t =
                em_table_make(shown_columns, sizeof shown_columns / sizeof *shown_columns, cli->arena);
        for (size_t i = 0; i < count; i++) {
                const em_claim *c = &claim[i];
                em_verdict_of  *of = EM_NEW_N(cli->arena, em_verdict_of, c->questions + 1);
                if (!of)
                        return em_fail(err, EM_NOMEM, "out of memory");
                for (size_t k = 0; k < c->questions; k++)
                        of[k] = (em_verdict_of){c->answer[k], em_str_cut(c->question[k], '@').tail};
                EM_TRY(em_verdict_rows(cli, &t, c->id, c->text, c->verdict, c->why, of, c->questions,
                                       err));
        }
        em_table_print(&t, &cli->term, cli->out);
        return EM_OK;
}

static em_status print_data(em_cli *cli, const em_claim *claim, size_t count, em_error *err)
{
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t i = 0; i < count; i++)
                EM_TRY(em_table_add(&t, (em_str[]){
                        claim[i].id, claim[i].text, claim[i].asserted_by,
                        em_str_c(em_verdict_name(claim[i].verdict)), claim[i].why,
                        joined(cli, claim[i].question, claim[i].questions), claim[i].note}, err));
        if (cli->form == EM_FORM_CSV) {
                em_table_csv(&t, false, cli->out);
                return EM_OK;
        }
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.claims.1");
        em_cli_json_known(cli, &j);
        em_json_key(&j, EM_S("claims"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status test(em_cli *cli, em_case *c, em_error *err)
{
        em_findings f = {0};
        em_claim   *claim = NULL;
        size_t      count = 0;
        em_str      path = {0};
        if (cli->parsed->operands)
                path = cli->parsed->operand[0];
        else
                EM_TRY(em_path_join(em_case_regime_dir(c), EM_S("claims.csv"), cli->arena, &path, err));
        EM_TRY(em_findings_make(c, em_cli_known(cli), cli->arena, &cli->progress, &f, err));
        EM_TRY(em_claims_load(path, &f, cli->arena, &claim, &count, err));
        em_meter_end(&cli->meter);
        EM_TRY(cli->form == EM_FORM_TEXT ? print_text(cli, claim, count, err)
                                         : print_data(cli, claim, count, err));
        size_t n[EM_VERDICT_UNTESTABLE + 1] = {0};
        for (size_t i = 0; i < count; i++)
                n[claim[i].verdict]++;
        em_cli_done(cli, "why QUESTION", "tested %.*s: %.*s",
                    EM_ARG(em_cli_many(cli, count, "claim", "claims")), EM_ARG(em_verdict_tally(cli, n)));
        if (!n[EM_VERDICT_FAILS] || !em_cli_given(cli, "strict"))
                return EM_OK;
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &c, err));
        em_status s = test(cli, c, err);
        em_case_close(c);
        return s;
}

static const em_flag flags[] = {
        {"as-known-on", 'k', EM_ARG_DAY, "DAY", "use only what was known by this day"},
        {"strict", 's', EM_ARG_NONE, NULL, "exit with 1 when a claim does not hold"},
        {0},
};
static const em_example examples[] = {
        {"embargo claims", "the claims of the regime's own claims.csv"},
        {"embargo claims article.csv --strict", "one's own, as a test in a script"},
        {0},
};
const em_command em_cmd_claims = {
        .name = "claims", .group = "ask", .brief = "test published claims against the evidence",
        .usage = "[FILE]", .most = 1, .operand = EM_ARG_FILE,
        .about = "FILE is a table with the columns claim, text, asserted_by, questions, note. The "
                 "questions of a claim are keys separated by blanks; KEY@READING judges it by that "
                 "reading alone. A claim's verdict is the weakest of its questions'; one without a "
                 "question cannot be tested.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
