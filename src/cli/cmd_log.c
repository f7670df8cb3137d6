/* embargo log: the ledger, entry by entry.
 *
 * People are shown what an entry is about; --csv and --json give the body that
 * its hash covers.
 */
#include "cli/cli.h"

static const em_column columns[] = {
        {"seq", "#", EM_CELL_NUMBER, 0, 0},      {"at", "at", EM_CELL_TEXT, 0, 0},
        {"author", "author", EM_CELL_TEXT, 2, 8}, {"action", "action", EM_CELL_TEXT, 0, 0},
        {"what", "what", EM_CELL_TEXT, 1, 24},   {"previous", NULL, EM_CELL_TEXT, 0, 0},
        {"hash", NULL, EM_CELL_TEXT, 0, 0},      {"hash12", "hash", EM_CELL_TEXT, 0, 0},
};

static em_status print_json(em_cli *cli, const em_entry *list, size_t count, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.log.1");
        em_json_key(&j, EM_S("entries"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < count; i++) {
                em_json_open(&j, '{');
                em_json_kint(&j, "seq", list[i].seq);
                em_json_kstr(&j, "at", list[i].at);
                em_json_kstr(&j, "author", list[i].author);
                em_json_kstr(&j, "action", list[i].action);
                /* As text: the hash is over these very bytes. */
                em_json_kstr(&j, "body", list[i].body);
                em_json_kstr(&j, "previous", em_str_c(list[i].previous));
                em_json_kstr(&j, "hash", em_str_c(list[i].hash));
                em_json_close(&j, '}');
        }
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static const em_column body_column = {"body", NULL, EM_CELL_TEXT, 0, 0};

static em_status print_table(em_cli *cli, em_case *c, const em_entry *list, size_t count, int64_t from,
                             em_error *err)
{
        em_rows   rows = {0};
        em_column column[sizeof columns / sizeof *columns];
        bool      csv = cli->form == EM_FORM_CSV;
        em_param  p = {EM_S("from"), {.type = EM_VALUE_INT, .i = from}};
        memcpy(column, columns, sizeof columns);
        if (csv)
                column[4] = body_column;
        em_str sql = em_cli_text(cli, "select %s from ledger where seq >= :from order by seq", em_ledger_words);
        EM_TRY(em_case_query(c, sql, &p, 1, NULL, cli->arena, &rows, err));
        em_table t = em_table_make(column, sizeof columns / sizeof *columns - (csv ? 1 : 0), cli->arena);
        for (size_t i = 0; i < count; i++) {
                em_str hash = em_str_c(list[i].hash);
                const em_value *said = i < rows.rows ? em_rows_at(&rows, i, 0) : NULL;
                em_str what = said && said->type == EM_VALUE_TEXT ? said->s : list[i].body;
                EM_TRY(em_table_add(&t,
                                    (em_str[]){em_cli_digits(cli, list[i].seq), list[i].at,
                                               list[i].author, list[i].action, csv ? list[i].body : what,
                                               em_str_c(list[i].previous), hash, em_str_sub(hash, 0, 12)},
                                    err));
        }
        if (csv)
                em_table_csv(&t, false, cli->out);
        else
                em_table_print(&t, &cli->term, cli->out);
        return EM_OK;
}

static em_status list_entries(em_cli *cli, em_case *c, em_error *err)
{
        em_entry *list = NULL;
        size_t    count = 0;
        int64_t   from = 1;
        (void)em_str_int(em_cli_value(cli, "from"), &from);
        EM_TRY(em_case_log(c, from, cli->arena, &list, &count, err));
        EM_TRY(cli->form == EM_FORM_JSON ? print_json(cli, list, count, err)
                                         : print_table(cli, c, list, count, from, err));
        if (count)
                em_cli_done(cli, "verify", "%.*s; the head is %.12s",
                           EM_ARG(em_cli_many(cli, count, "entry", "entries")), list[count - 1].hash);
        else
                em_cli_say(cli, "no entry from %lld on", (long long)from);
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &c, err));
        em_status s = list_entries(cli, c, err);
        em_case_close(c);
        return s;
}

static const em_flag flags[] = {
        {"from", 0, EM_ARG_COUNT, "N", "begin with entry N"},
        {0},
};
static const em_example examples[] = {
        {"embargo log", "the whole ledger, oldest first"},
        {"embargo log --from 10 --json", "entries from the tenth on, with their full hashes"},
        {0},
};
const em_command em_cmd_log = {
        .name = "log",
        .group = "ask",
        .brief = "the ledger: who did what, when",
        .usage = "",
        .about = "Every change of a case is one entry, and each entry carries the hash of the one "
                 "before, so that nothing can be taken out or put in unseen. Entries are never "
                 "changed.",
        .example = examples,
        .flag = flags,
        .json = true,
        .csv = true,
        .run = run,
};
