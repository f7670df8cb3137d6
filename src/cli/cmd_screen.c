/* embargo screen: which listed party could this be, and why.
 *
 * The engine is embargo/names.h; here stand the question, the place of the index and the ways out.  A name is asked
 * of the lists as they were indexed; what comes back may match, and each row says what speaks against it.
 */
#include "cli/screen_case.h"
#include "embargo/quantity.h"

static em_status open_index(em_screen *s, em_error *err)
{
        em_str path = em_cli_value(s->cli, "names");
        if (!path.n) {
                EM_TRY(em_path_join(s->cli->case_dir, EM_S("index/names.idx"), s->cli->arena, &path, err));
                if (!em_path_exists(path))
                        return em_fail(err, EM_USAGE, "screen needs --names FILE, an index that embargo index names made (the "
                                                      "case has none of its own)");
        }
        if (em_path_is_dir(path))
                EM_TRY(em_path_join(path, EM_S("names.idx"), s->cli->arena, &path, err));
        s->path = path;
        return em_names_open(path, &s->names, err);
}

/* --dataset un,us-sdn */
static em_status parse_datasets(em_screen *s, em_error *err)
{
        em_str *list = EM_NEW_N(s->cli->arena, em_str, 64);
        if (!list)
                return em_fail(err, EM_NOMEM, "out of memory");
        s->opts.dataset = list;
        for (em_cut cut = {.tail = em_cli_value(s->cli, "dataset"), .found = true}; cut.found && s->opts.datasets < 64;) {
                cut = em_str_cut(cut.tail, ',');
                if (em_str_trim(cut.head).n)
                        list[s->opts.datasets++] = em_str_trim(cut.head);
        }
        return EM_OK;
}

static em_status parse_limits(em_screen *s, em_error *err)
{
        em_milli low = 0, high = 0;
        int64_t  limit = 0;
        em_str   least = em_cli_value(s->cli, "least");
        s->opts = em_search_defaults;
        if (least.n) {
                if (!em_milli_parse(least, &low, &high) || low < 0 || high > 1000)
                        return em_fail(err, EM_USAGE, "--least is a score from 0 to 1, such as 0.85");
                s->opts.least = em_milli_real(low);
        }
        if (em_str_int(em_cli_value(s->cli, "limit"), &limit)) {
                if (limit < 1 || limit > 10000)
                        return em_fail(err, EM_USAGE, "--limit is a number from 1 to 10000");
                s->opts.limit = (size_t)limit;
        }
        s->opts.exhaustive = em_cli_given(s->cli, "exhaustive");
        if (em_cli_given(s->cli, "algorithm") && !em_algorithm_named(em_cli_value(s->cli, "algorithm"), &s->opts.algorithm))
                return em_fail(err, EM_USAGE, "--algorithm is embargo or ofac-site");
        return parse_datasets(s, err);
}

static em_status parse_question(em_cli *cli, em_asked *a, em_error *err)
{
        em_query *q = &a->query;
        EM_TRY(em_ask_words(cli->parsed->operand, cli->parsed->operands, cli->arena, q, err));
        if (em_cli_given(cli, "schema"))
                EM_TRY(em_ask_schema(em_cli_value(cli, "schema"), &q->schema, err));
        static const struct { const char *flag, *field; } plain[] = {{"born", "born"}, {"country", "country"}};
        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
                if (em_cli_given(cli, plain[i].flag))
                        EM_TRY(em_ask_field(em_str_c(plain[i].field), em_cli_value(cli, plain[i].flag), cli->arena, a, err));
        if (em_cli_given(cli, "number")) {
                em_party_id id;
                EM_TRY(em_ask_typed(em_cli_value(cli, "number"), &id, err));
                EM_TRY(em_ask_field(id.type, id.value, cli->arena, a, err));
        }
        if (!q->names && !q->numbers)
                return em_fail(err, EM_USAGE, "screen needs a NAME, a number or --batch FILE");
        return EM_OK;
}

static em_status show(em_screen *s, const em_asked *a, const em_found *found, em_error *err)
{
        em_cli *cli = s->cli;
        if (cli->form == EM_FORM_TEXT)
                return em_screen_print(s, a, found, em_cli_given(cli, "explain"), err);
        if (cli->form == EM_FORM_CSV) {
                em_screen_csv_head(cli->out);
                return em_screen_csv(s, a, found, cli->arena, cli->out, err);
        }
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.screen.1");
        em_json_knum(&j, "least", s->opts.least);
        em_status st = em_screen_json(s, a, found, cli->arena, &j, err);
        em_json_close(&j, '}');
        if (st == EM_OK)
                return em_cli_put(cli, &buf, err);
        em_buf_free(&buf);
        return st;
}

static em_status ask_one(em_screen *s, em_error *err)
{
        em_asked a = {0};
        em_found found = {0};
        EM_TRY(parse_question(s->cli, &a, err));
        EM_TRY(open_index(s, err));
        EM_TRY(em_names_search(s->names, &a.query, &s->opts, s->cli->arena, &found, err));
        EM_TRY(show(s, &a, &found, err));
        em_cli_done(s->cli, NULL, "%.*s may match; %.*s compared%s", EM_ARG(em_cli_many(s->cli, found.matches, "entry", "entries")),
                    EM_ARG(em_cli_many(s->cli, found.compared, "name", "names")),
                    s->cli->form == EM_FORM_TEXT && found.matches && !em_cli_given(s->cli, "explain")
                            ? "; next: the same with --explain" : "");
        return EM_OK;
}

/* Nobody is named and a case is at hand: the case itself is the question. */
static bool asks_case(em_cli *cli)
{
        em_str db = {0};
        if (cli->parsed->operands || em_cli_given(cli, "number") || em_cli_given(cli, "batch") || em_cli_given(cli, "out"))
                return false;
        return cli->case_named || em_cli_given(cli, "show") ||
               (em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &db, NULL) == EM_OK && em_path_exists(db));
}

static em_status check_case_options(em_screen *s, em_error *err)
{
        static const char *const of_one[] = {"schema", "born", "country", "explain"};
        for (size_t i = 0; i < sizeof of_one / sizeof *of_one; i++)
                if (em_cli_given(s->cli, of_one[i]))
                        return em_fail(err, EM_USAGE, "--%s is for one NAME; the records of a case say it themselves", of_one[i]);
        if (s->opts.least < EM_SCREEN_LEAST)
                return em_fail(err, EM_USAGE, "nothing below %.2f is written into a case", EM_SCREEN_LEAST);
        return EM_OK;
}

static em_status run_case(em_screen *s, em_error *err)
{
        EM_TRY(check_case_options(s, err));
        EM_TRY(open_index(s, err));
        em_status st = em_screen_case(s, err);
        em_names_close(s->names);
        return st;
}

static em_status run_lookback(em_screen *s, em_error *err)
{
        em_cli *cli = s->cli;
        if (cli->parsed->operands != 2)
                return em_fail(err, EM_USAGE, "--lookback takes two versions of a list, the older first");
        if (em_cli_given(cli, "names"))
                return em_fail(err, EM_USAGE, "--lookback reads the two lists themselves, and no --names");
        if (!em_cli_value(cli, "batch").n)
                EM_TRY(check_case_options(s, err));
        if (!em_cli_value(cli, "batch").n && em_cli_given(cli, "out"))
                return em_fail(err, EM_USAGE, "--out is for --batch FILE");
        em_status st = em_screen_lookback(s, err);
        em_names_close(s->names);
        return st;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_screen s = {.cli = cli};
        em_str    batch = em_cli_value(cli, "batch");
        EM_TRY(parse_limits(&s, err));
        if (em_cli_given(cli, "lookback"))
                return run_lookback(&s, err);
        if (asks_case(cli))
                return run_case(&s, err);
        if (em_cli_given(cli, "show"))
                return em_fail(err, EM_USAGE, "--show is for the records of a case, without a NAME");
        if (!batch.n && em_cli_given(cli, "out"))
                return em_fail(err, EM_USAGE, "--out is for --batch FILE");
        if (batch.n && cli->parsed->operands)
                return em_fail(err, EM_USAGE, "screen takes a NAME or --batch FILE, not both");
        em_status st = batch.n ? open_index(&s, err) : ask_one(&s, err);
        if (batch.n && st == EM_OK)
                st = em_screen_batch(&s, batch, NULL, err);
        em_names_close(s.names);
        return st;
}

static const em_flag flags[] = {
        {"names", 'n', EM_ARG_FILE, "FILE", "the index to ask (default: index/names.idx of the case)"},
        {"schema", 's', EM_ARG_TEXT, "KIND", "person, organization, company, vessel, airplane, cryptowallet (default: any)"},
        {"born", 0, EM_ARG_TEXT, "DATE", "date of birth: 1960, 1960-03, 1960-03-01, \"circa 1960\"; or built, founded"},
        {"country", 0, EM_ARG_TEXT, "CC", "nationality, flag or seat; several parted by ;"},
        {"number", 0, EM_ARG_TEXT, "TYPE:VALUE", "imo:8909575, passport:654310150, wallet:1ARj..."},
        {"least", 0, EM_ARG_TEXT, "SCORE", "leave out what scores less (default: 0.70)"},
        {"limit", 0, EM_ARG_COUNT, "N", "at most N entries a question (default: 5)"},
        {"dataset", 'd', EM_ARG_TEXT, "NAME,...", "only of these lists: un, us-sdn, eu-oj ..."},
        {"explain", 'e', EM_ARG_NONE, NULL, "every pair of words with its rule, cost, weight and points"},
        {"algorithm", 0, EM_ARG_TEXT, "NAME", "embargo, or ofac-site: the score that OFAC's Sanctions List Search shows"},
        {"exhaustive", 0, EM_ARG_NONE, NULL, "compare every name of the index: slow, misses nothing"},
        {"show", 0, EM_ARG_NONE, NULL, "of a case: show who may be listed and keep nothing"},
        {"lookback", 0, EM_ARG_NONE, NULL, "OLD NEW: which matches of --batch, or of the case, a new list version changes"},
        {"batch", 'b', EM_ARG_FILE, "FILE", "ask each row of a CSV, or each line of NDJSON"},
        {"out", 'o', EM_ARG_FILE, "FILE", "with --batch: write there; a run that was stopped goes on where it was"},
        {0},
};
static const em_example examples[] = {
        {"embargo index names un.xml sdn.csv alt.csv --out names.idx", "first, the lists into an index"},
        {"embargo screen Ri Son Gwon --names names.idx", "one name, in whatever spelling or script"},
        {"embargo screen \"Chong Chon Gang\" 7937317 -n names.idx --explain", "a ship by name and IMO number, with every reason"},
        {"embargo screen --batch customers.csv --out hits.csv -n names.idx", "a file of customers"},
        {"embargo screen --lookback old.xml new.xml --batch customers.csv", "who matches since the new version, and who no longer does"},
        {"embargo --case c screen -n names.idx", "everybody whom the case's records name; what may match is kept in it"},
        {0},
};
const em_command em_cmd_screen = {
        .name = "screen", .group = "screen", .brief = "which listed party could this be, and why",
        .usage = "[NAME...]", .least = 0, .most = SIZE_MAX, .operand = EM_ARG_TEXT,
        .about = "Single words are one name; where a word holds blanks (\"Kim Yong Chol\" \"Kim Jong Chol\") each word is one of "
                 "the names of who is asked for. What looks like an IMO number, a wallet or a passport is asked as one.\n\n"
                 "A score from 0 to 1 is the sum of the points that --explain shows. From 0.95 it may be the same, from 0.85 "
                 "it is likely, from 0.70 it is for review. No score is a finding: each row says what speaks against it.\n\n"
                 "A batch is a CSV with a column name (and, where known, schema, born, country, gender, id, imo, passport, "
                 "wallet ...) or NDJSON of {\"id\", \"schema\", \"properties\": {\"name\": [...]}}. Results come in the order of "
                 "the questions, as CSV or, with --json, as NDJSON; a row that is no question keeps its place and says why.\n\n"
                 "In a case, without a NAME: all parties that its records name (regimes/NAME/parties.csv says where), their "
                 "numbers and wallets. What may match is kept as records of kind screen, with the lists it rests on; \"embargo why\" "
                 "leads from each to the list's entry, and \"embargo verify\" asks again.\n\n"
                 "A look-back asks customers or the case again of two versions of a list (files, or folders of files that are one "
                 "list) and prints matches that are new, gone, or whose entry changed, field by field; the exit status is 1 when there "
                 "is any.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
