/* embargo find: the regime's questions, answered and kept. */
#include "cli/cli.h"

static const em_column columns[] = {
        {"question", NULL, EM_CELL_TEXT, 0, 0}, {"verdict", NULL, EM_CELL_VERDICT, 0, 0},
        {"standard", NULL, EM_CELL_TEXT, 0, 0}, {"why", NULL, EM_CELL_TEXT, 0, 0},
        {"asks", NULL, EM_CELL_TEXT, 0, 0},
};

static const em_column shown_columns[] = {
        {"", "", EM_CELL_TEXT, 0, 0},
        {"question", "question", EM_CELL_TEXT, 2, 24},
        {"verdict", "verdict", EM_CELL_VERDICT, 0, 0},
        {"why", "what decides", EM_CELL_TEXT, 1, 44},
};

static em_status unknown_question(em_cli *cli, em_question *const *q, size_t count, em_str word,
                                  em_error *err)
{
        const char **name = EM_NEW_N(cli->arena, const char *, count + 1);
        if (!name)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < count; i++)
                name[i] = em_cli_safe(cli, em_question_key(q[i])).p;
        return em_option_unknown(EM_MISSING, "question of the regime", word, name, count, err);
}

static em_status answer_one(em_cli *cli, em_case *c, em_question **list, size_t count, em_str word,
                            em_findings *f, em_error *err)
{
        for (size_t i = 0; i < count; i++) {
                if (!em_str_eq(em_question_key(list[i]), word))
                        continue;
                if (!em_progress_tell(&cli->progress, "asking", f->count, cli->parsed->operands))
                        return em_fail(err, EM_INTERRUPTED, "interrupted");
                f->question[f->count] = list[i];
                EM_TRY(em_answer_make(c, list[i], f->as_known, cli->arena, &f->answer[f->count], err));
                f->count++;
                return EM_OK;
        }
        return unknown_question(cli, list, count, word, err);
}

/* Only the questions that were named, in the order they were named. */
static em_status answer_named(em_cli *cli, em_case *c, em_findings *ret_f, em_error *err)
{
        em_question **list = NULL;
        size_t        count = 0, words = cli->parsed->operands;
        em_findings   f = {.as_known = em_cli_known(cli)};
        EM_TRY(em_questions_load(em_case_regime_dir(c), cli->arena, &list, &count, err));
        f.question = EM_NEW_N(cli->arena, em_question *, words);
        f.answer = EM_NEW_N(cli->arena, em_answer *, words);
        if (!f.question || !f.answer)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < words; i++)
                EM_TRY(answer_one(cli, c, list, count, cli->parsed->operand[i], &f, err));
        *ret_f = f;
        return EM_OK;
}

static em_status print_json(em_cli *cli, const em_findings *f, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.find.1");
        em_cli_json_known(cli, &j);
        em_json_key(&j, EM_S("findings"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < f->count; i++)
                em_json_raw(&j, f->answer[i]->body);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status print_text(em_cli *cli, const em_findings *f, em_error *err)
{
        em_table t =
                em_table_make(shown_columns, sizeof shown_columns / sizeof *shown_columns, cli->arena);
        for (size_t i = 0; i < f->count; i++) {
                const em_answer *a = f->answer[i];
                em_verdict_of    of = {a, EM_S("")};
                EM_TRY(em_verdict_rows(cli, &t, EM_S(""), em_question_key(a->question), a->verdict,
                                       a->why, &of, 1, err));
        }
        em_table_print(&t, &cli->term, cli->out);
        return EM_OK;
}

static em_status print_csv(em_cli *cli, const em_findings *f, em_error *err)
{
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t i = 0; i < f->count; i++) {
                const em_answer *a = f->answer[i];
                EM_TRY(em_table_add(&t, (em_str[]){
                        em_question_key(a->question), em_str_c(em_verdict_name(a->verdict)),
                        em_str_c(em_proof_words(a->proof)), a->why, em_question_asks(a->question)}, err));
        }
        em_table_csv(&t, false, cli->out);
        return EM_OK;
}

static em_status print(em_cli *cli, const em_findings *f, em_error *err)
{
        if (cli->form == EM_FORM_JSON)
                return print_json(cli, f, err);
        return cli->form == EM_FORM_CSV ? print_csv(cli, f, err) : print_text(cli, f, err);
}

static void say_end(em_cli *cli, const em_findings *f, size_t changed)
{
        size_t n[EM_VERDICT_UNTESTABLE + 1] = {0};
        for (size_t i = 0; i < f->count; i++)
                n[f->answer[i]->verdict]++;
        em_str known = em_cli_known_text(cli);
        em_str as = known.n ? em_cli_text(cli, " as known on %.*s", EM_ARG(known)) : EM_S("");
        em_str next =
                known.n ? em_cli_text(cli, "report --as-known-on %.*s", EM_ARG(known)) : EM_S("report");
        em_cli_done(cli, next.p, "answered %.*s%.*s: %.*s; %zu new or changed",
                    EM_ARG(em_cli_many(cli, f->count, "question", "questions")), EM_ARG(as),
                    EM_ARG(em_verdict_tally(cli, n)), changed);
}

/* Keeping leaves no ledger entry when nothing changed.  That the questions were
 * asked again after evidence came in is worth one: the findings are not old. */
static em_status note_unchanged(em_cli *cli, em_case *c, const em_findings *f, em_error *err)
{
        em_rows rows = {0};
        EM_TRY(em_case_query(c, EM_S("select max(seq) from ledger where action in ('add', 'find') "
                                     "having max(seq) in (select seq from ledger where action = 'add')"),
                             NULL, 0, NULL, cli->arena, &rows, err));
        if (!rows.rows)
                return EM_OK;
        em_buf  body = em_buf_make(256);
        em_json j = em_json_make(&body, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "as_known", em_cli_known_text(cli));
        em_json_kint(&j, "unchanged", (int64_t)f->count);
        em_json_close(&j, '}');
        em_status s = em_buf_status(&body, err);
        if (s == EM_OK)
                s = em_case_note(c, EM_S("find"), em_buf_view(&body), err);
        em_buf_free(&body);
        return s;
}

static em_status answer_all(em_cli *cli, em_case *c, em_findings *ret_f, em_error *err)
{
        em_findings all = {0};
        EM_TRY(em_findings_make(c, em_cli_known(cli), cli->arena, &cli->progress, &all, err));
        return em_findings_called(c, &all, cli->arena, ret_f, err);
}

static em_status find(em_cli *cli, em_case *c, em_error *err)
{
        em_findings f = {0};
        size_t      changed = 0;
        if (cli->parsed->operands)
                EM_TRY(answer_named(cli, c, &f, err));
        else
                EM_TRY(answer_all(cli, c, &f, err));
        EM_TRY(em_findings_keep(c, &f, &changed, err));
        if (!changed && !cli->parsed->operands)
                EM_TRY(note_unchanged(cli, c, &f, err));
        em_meter_end(&cli->meter);
        EM_TRY(print(cli, &f, err));
        say_end(cli, &f, changed);
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(cli, EM_CASE_WRITE, &c, err));
        em_status s = find(cli, c, err);
        em_case_close(c);
        return s;
}

static const em_flag flags[] = {
        {"as-known-on", 'k', EM_ARG_DAY, "DAY", "use only what was known by this day"},
        {0},
};
static const em_example examples[] = {
        {"embargo find", "every question of the regime"},
        {"embargo find january-2022-record --json", "one question, with all its readings and rows"},
        {"embargo find --as-known-on 2022-03-01", "as it could have been answered then"},
        {0},
};
const em_command em_cmd_find = {
        .name = "find", .group = "ask", .brief = "run the questions; findings with verdicts",
        .usage = "[QUESTION...]", .most = SIZE_MAX, .operand = EM_ARG_TEXT,
        .about = "Runs each question of the regime in all its readings and keeps the answers as "
                 "findings. The verdicts: holds; reading (holds only under a stated reading); fails "
                 "(does not hold); untestable (cannot be tested on this evidence). A finding whose "
                 "numbers changed gets a new version; one that did not keeps its own.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
