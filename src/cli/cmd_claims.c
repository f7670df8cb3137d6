/* embargo claims: published claims tested against the evidence. */
#include "cli/cli.h"

static const em_column columns[] = {
        {"claim", "id", EM_CELL_TEXT, 0, 0},
        {"text", "claim", EM_CELL_TEXT, 2, 24},
        {"asserted_by", NULL, EM_CELL_TEXT, 0, 0},
        {"verdict", "verdict", EM_CELL_VERDICT, 0, 0},
        {"why", "why", EM_CELL_TEXT, 1, 36},
        {"questions", NULL, EM_CELL_TEXT, 0, 0},
        {"note", NULL, EM_CELL_TEXT, 0, 0},
};

static em_str joined(em_cli *cli, const em_str *word, size_t count)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < count; i++)
                all = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(all), i ? " " : "", EM_ARG(word[i]));
        return all;
}

static em_status print(em_cli *cli, const em_claim *claim, size_t count, em_error *err)
{
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t i = 0; i < count; i++)
                EM_TRY(em_table_add(&t, (em_str[]){
                        claim[i].id, claim[i].text, claim[i].asserted_by,
                        em_str_c(em_verdict_name(claim[i].verdict)), claim[i].why,
                        joined(cli, claim[i].question, claim[i].questions), claim[i].note}, err));
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&t, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.claims.1");
        em_json_kstr(&j, "as_known_on", em_cli_known_text(cli));
        em_json_key(&j, EM_S("claims"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static size_t tally(const em_claim *claim, size_t count, em_verdict v)
{
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
                n += claim[i].verdict == v;
        return n;
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
        EM_TRY(print(cli, claim, count, err));
        size_t fails = tally(claim, count, EM_VERDICT_FAILS);
        em_cli_done(cli, "why QUESTION", "tested %.*s: %zu hold, %zu only under a reading, %zu do not hold, %zu cannot be "
                   "tested", EM_ARG(em_cli_many(cli, count, "claim", "claims")),
                   tally(claim, count, EM_VERDICT_HOLDS), tally(claim, count, EM_VERDICT_READING), fails,
                   tally(claim, count, EM_VERDICT_UNTESTABLE));
        return fails && em_cli_given(cli, "strict") ? EM_DIFF : EM_OK;
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
        .about = "FILE is a table with the columns claim, text, asserted_by, questions, note. The questions of a claim "
                 "are keys separated by blanks; KEY@READING judges it by that reading alone. A claim's verdict is the "
                 "weakest of its questions'; one without a question cannot be tested.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
