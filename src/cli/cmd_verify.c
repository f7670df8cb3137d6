/* embargo verify: rehash, reread, rerun, compare.
 *
 * The case proves its own sources, records and ledger; this command adds the
 * findings, which only the regime can make again.  A finding that evidence
 * taken in later would change is stale, not wrong: that is said, but it is no
 * difference.  A case.db so damaged that it is refused is a difference too.
 */
#include "cli/ships.h"
#include "cli/screen_case.h"
#include "cli/trace_again.h"

typedef struct proof {
        em_cli  *cli;
        em_table found;
        bool     lost;                  /* a difference that found no room */
        em_verify_counts counts;
        size_t   findings, stale, runs, ship_runs, screenings;
        bool     opened;
} proof;

static const em_column columns[] = {{"difference", "difference", EM_CELL_TEXT, 1, 30}};

/* Differences appear as they are found; --json waits for all of them. */
static void tell(void *ctx, const char *sentence)
{
        proof *p = ctx;
        em_str safe = em_cli_safe(p->cli, em_str_c(sentence));
        em_meter_end(&p->cli->meter);
        if (p->cli->form == EM_FORM_TEXT)
                fprintf(p->cli->out, "%.*s\n", EM_ARG(safe));
        if (em_table_add(&p->found, &safe, NULL) != EM_OK)
                p->lost = true;
}

/* ---- findings ----------------------------------------------------------------------- */

static const em_finding_row *kept_for(const em_finding_row *row, size_t count, em_str key)
{
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(row[i].question, key))
                        return &row[i];
        return NULL;
}

/* Other questions may have been asked since evidence came in, and this one not. */
static bool asked_before_evidence(proof *p, em_case *c, em_str key)
{
        em_rows  rows = {0};
        em_param question = {EM_S("question"), {.type = EM_VALUE_TEXT, .s = key}};
        em_status s = em_case_query(c, EM_S(
                "select coalesce(max(seq), 0) < (select coalesce(max(seq), 0) from ledger where action = 'add') from ledger "
                "where action = 'find' and (body ->> '$.unchanged' is not null "
                "or instr(body, '\"question\":\"' || :question || '\"') > 0)"),
                &question, 1, NULL, p->cli->arena, &rows, NULL);
        return s == EM_OK && rows.rows && em_rows_at(&rows, 0, 0)->i;
}

static void compare(proof *p, em_case *c, const em_finding_row *kept, const em_answer *now, bool older)
{
        em_str key = em_question_key(now->question), as = kept->as_known;
        em_str place =
                as.n ? em_cli_text(p->cli, "finding %.*s as known on %.*s", EM_ARG(key), EM_ARG(as))
                     : em_cli_text(p->cli, "finding %.*s", EM_ARG(key));
        p->findings++;
        if (em_str_eq(kept->body, now->body) &&
            em_str_eq(kept->question_hash, em_question_hash(now->question)) &&
            em_str_eq(kept->verdict, em_str_c(em_verdict_name(now->verdict))) &&
            em_str_eq(kept->standard, em_str_c(em_proof_words(now->proof))))
                return;
        if (!em_str_eq(kept->question_hash, em_question_hash(now->question)))
                tell(p,
                     em_cli_text(
                             p->cli,
                             "%.*s: its question is not the one that was asked (%.12s then, %.12s now)",
                             EM_ARG(place), kept->question_hash.p ? kept->question_hash.p : "",
                             em_question_hash(now->question).p)
                             .p);
        else if (older || asked_before_evidence(p, c, key))
                p->stale++;
        else
                tell(p, em_cli_text(
                                p->cli,
                                "%.*s, version %lld: the answer kept (%.*s) is not the one that comes "
                                "out now (%s)",
                                EM_ARG(place), (long long)kept->version,
                                EM_ARG(em_cli_safe(p->cli, kept->verdict)), em_verdict_name(now->verdict))
                                .p);
}

static em_status rerun(proof *p, em_case *c, em_str as_known, bool older, em_error *err)
{
        em_finding_row *row = NULL;
        em_findings     f = {0};
        size_t          count = 0;
        em_day          day = EM_DAY_NONE;
        if (as_known.n && !em_day_parse(as_known, &day)) {
                tell(p, "a finding is kept as known on a day that is none");
                return EM_OK;
        }
        EM_TRY(em_case_findings(c, as_known, p->cli->arena, &row, &count, err));
        if (!count)
                return EM_OK;
        EM_TRY(em_findings_make(c, day, p->cli->arena, &p->cli->progress, &f, err));
        for (size_t i = 0; i < f.count; i++) {
                const em_finding_row *kept = kept_for(row, count, em_question_key(f.question[i]));
                if (kept)
                        compare(p, c, kept, f.answer[i], older);
        }
        for (size_t i = 0; i < count; i++)
                if (!em_findings_get(&f, row[i].question))
                        tell(p, em_cli_text(p->cli, "finding %.*s: the regime no longer has its question",
                                            EM_ARG(em_cli_safe(p->cli, row[i].question))).p);
        return EM_OK;
}

/* Each day that findings were made for, and whether evidence came after. */
static em_status rerun_all(proof *p, em_case *c, em_error *err)
{
        em_rows rows = {0};
        EM_TRY(em_case_query(c, EM_S(
                "select coalesce(body ->> '$.findings[0].as_known', body ->> '$.as_known', ''), "
                "max(seq) < (select coalesce(max(seq), 0) from ledger where action = 'add') "
                "from ledger where action = 'find' group by 1 order by 1"),
                NULL, 0, NULL, p->cli->arena, &rows, err));
        for (size_t i = 0; i < rows.rows; i++) {
                const em_value *day = em_rows_at(&rows, i, 0), *older = em_rows_at(&rows, i, 1);
                em_str as_known = day->type == EM_VALUE_TEXT ? day->s : EM_S("");
                EM_TRY(rerun(p, c, as_known, older->type == EM_VALUE_INT && older->i, err));
        }
        return EM_OK;
}

/* ---- the end -------------------------------------------------------------------------- */

static em_status print(proof *p, em_error *err)
{
        em_cli *cli = p->cli;
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&p->found, false, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)256 << 20);
        em_json j = em_cli_json(&buf, "embargo.verify.1");
        em_json_kint(&j, "sources", (int64_t)p->counts.sources);
        em_json_kint(&j, "bytes", (int64_t)p->counts.bytes);
        em_json_kint(&j, "records", (int64_t)p->counts.records);
        em_json_kint(&j, "links", (int64_t)p->counts.links);
        em_json_kint(&j, "ledger_entries", (int64_t)p->counts.entries);
        em_json_kint(&j, "findings", (int64_t)p->findings);
        em_json_kint(&j, "traces_made_again", (int64_t)p->runs);
        em_json_kint(&j, "ship_runs_made_again", (int64_t)p->ship_runs);
        em_json_kint(&j, "screenings_made_again", (int64_t)p->screenings);
        em_json_kint(&j, "findings_older_than_evidence", (int64_t)p->stale);
        em_json_key(&j, EM_S("differences"));
        em_table_json(&p->found, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static void say_end(proof *p)
{
        em_cli *cli = p->cli;
        if (!p->opened) {
                em_cli_say(cli, "the case could not be opened: nothing was checked");
                return;
        }
        em_cli_say(cli, "checked %.*s (%.*s bytes), %.*s, %.*s, %.*s, %.*s%s%s%s: %s",
                   EM_ARG(em_cli_many(cli, p->counts.sources, "source", "sources")),
                   EM_ARG(em_cli_count(cli, p->counts.bytes)),
                   EM_ARG(em_cli_many(cli, p->counts.records, "record", "records")),
                   EM_ARG(em_cli_many(cli, p->counts.links, "link", "links")),
                   EM_ARG(em_cli_many(cli, p->counts.entries, "ledger entry", "ledger entries")),
                   EM_ARG(em_cli_many(cli, p->findings, "finding", "findings")),
                   p->runs ? em_cli_text(cli, ", %.*s made again",
                                         EM_ARG(em_cli_many(cli, p->runs, "trace", "traces"))).p : "",
                   p->ship_runs ? em_cli_text(cli, ", %.*s of ships made again",
                                              EM_ARG(em_cli_many(cli, p->ship_runs, "run", "runs"))).p : "",
                   p->screenings ? em_cli_text(cli, ", %.*s asked again",
                                               EM_ARG(em_cli_many(cli, p->screenings, "screening", "screenings"))).p : "",
                   p->found.rows ? em_cli_many(cli, p->found.rows, "difference", "differences").p
                                 : "nothing has changed");
        if (p->stale)
                em_cli_done(cli, "find", "%.*s would change with evidence taken in since",
                           EM_ARG(em_cli_many(cli, p->stale, "finding", "findings")));
}

/* A case.db that is there and refused: its refusal is the difference. */
static em_status open_case(proof *p, em_case **ret_case, em_error *err)
{
        em_status s = em_cli_open(p->cli, EM_CASE_PROVE, ret_case, err);
        if (s != EM_FORMAT)
                return s;
        char text[1536];
        tell(p, em_error_text(err, text, sizeof text));
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}

/* Traces are made again where their index is at hand: --chain, or the case's own. */
static em_status rerun_traces(proof *p, em_case *c, em_error *err)
{
        em_str dir = em_cli_value(p->cli, "chain");
        if (!dir.n)
                EM_TRY(em_path_join(p->cli->case_dir, EM_S("index/chain"), p->cli->arena, &dir, err));
        if (!em_path_is_dir(dir)) {
                if (em_cli_given(p->cli, "chain"))
                        return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; embargo index chain makes one");
                return EM_OK;
        }
        return em_again_verify(p->cli, c, dir, tell, p, &p->runs, err);
}

/* And what was found among ships, where the index of their files is at hand: --ships, or the case's own. */
static em_status rerun_ships(proof *p, em_case *c, em_error *err)
{
        em_str dir = em_cli_value(p->cli, "ships");
        if (!dir.n)
                EM_TRY(em_path_join(p->cli->case_dir, EM_S("index/ships"), p->cli->arena, &dir, err));
        if (!em_path_is_dir(dir)) {
                if (em_cli_given(p->cli, "ships"))
                        return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; embargo index ships makes one");
                return EM_OK;
        }
        return em_fleet_verify(p->cli, c, dir, tell, p, &p->ship_runs, err);
}

static em_status verify(proof *p, em_case *c, em_error *err)
{
        em_cli   *cli = p->cli;
        em_status s = em_case_verify(c, cli->threads, tell, p, &cli->progress, &p->counts, err);
        if (s != EM_OK && s != EM_DIFF)
                return s;
        if (p->counts.differences == 0) {
                EM_TRY(rerun_all(p, c, err));
                EM_TRY(rerun_traces(p, c, err));
                EM_TRY(rerun_ships(p, c, err));
                EM_TRY(em_screen_verify(cli, c, tell, p, &p->screenings, err));
        } else
                em_cli_say(cli, "the findings were not rerun: what they rest on has changed");
        em_meter_end(&cli->meter);
        return s;
}

static em_status run(em_cli *cli, em_error *err)
{
        proof    p = {.cli = cli};
        em_case *c = NULL;
        p.found = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        em_status s = open_case(&p, &c, err);
        p.opened = s == EM_OK;
        if (p.opened)
                s = verify(&p, c, err);
        em_case_close(c);
        if (s != EM_OK && s != EM_DIFF)
                return s;
        EM_TRY(print(&p, err));
        say_end(&p);
        if (s == EM_OK && !p.found.rows && !p.lost)
                return EM_OK;
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}

static const em_flag flags[] = {
        {"chain", 'c', EM_ARG_FOLDER, "DIR", "make kept traces again in this index (default: index/chain of the case)"},
        {"ships", 0, EM_ARG_FOLDER, "DIR", "make kept runs of ships again in this index (default: index/ships of the case)"},
        {0},
};
static const em_example examples[] = {
        {"embargo verify", "every byte of evidence, every record, every ledger entry, every finding"},
        {"embargo verify --quiet || echo changed", "as a test in a script"},
        {0},
};
const em_command em_cmd_verify = {
        .name = "verify",
        .group = "prove and share",
        .brief = "rehash, reread, rerun, compare",
        .usage = "",
        .about = "Hashes every source again, reads it again where the records do not agree with it, "
                 "walks the ledger, answers every question again for each day that findings were "
                 "made for, makes each kept trace and run of ships again where the index it was made in is at hand, asks each kept screening again of the lists that the case holds, and compares. Each difference is one line that names the source, the "
                 "record (row and column), the ledger entry or the finding. The exit status is 1 "
                 "when there is any.",
        .example = examples,
        .flag = flags,
        .json = true,
        .csv = true,
        .run = run,
};
