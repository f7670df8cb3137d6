/* embargo why: from a sentence, number, finding or record down to the bytes. */
#include "cli/why.h"

static void say_end(em_why *w)
{
        em_cli *cli = w->cli;
        em_str  id = em_cli_safe(cli, w->id);
        size_t  records = w->records;
        for (size_t i = 0; i < w->answers; i++)
                records += w->answer[i].rows;
        if (strcmp(w->kind, "source") == 0)
                em_cli_done(cli, "verify", "%.*s: one source, %.*s taken from it", EM_ARG(id),
                            EM_ARG(em_cli_many(cli, w->source[0].source.taken, "record", "records")));
        else if (strcmp(w->kind, "record") == 0)
                em_cli_done(cli, "verify", "%.*s: a record on which %.*s", EM_ARG(id),
                            EM_ARG(em_cli_many(cli, w->findings, "finding rests", "findings rest")));
        else
                em_cli_done(cli, "verify", "%.*s: %s %s that rests on %.*s of %.*s", EM_ARG(id),
                            strcmp(w->kind, "answer") == 0 ? "an" : "a", w->kind,
                            EM_ARG(em_cli_many(cli, records, "record", "records")),
                            EM_ARG(em_cli_many(cli, w->sources, "source", "sources")));
}

static em_status explain(em_why *w, em_error *err)
{
        em_cli *cli = w->cli;
        EM_TRY(em_why_gather(w, err));
        em_meter_end(&cli->meter);
        if (cli->form == EM_FORM_JSON)
                EM_TRY(em_why_json(w, err));
        else
                em_why_print(w);
        say_end(w);
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_why w = {.cli = cli, .as_known = em_cli_known(cli), .all = em_cli_given(cli, "all"),
                    .id = cli->parsed->operand[0], .kind = ""};
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &w.c, err));
        em_status s = explain(&w, err);
        em_case_close(w.c);
        return s;
}

static const em_flag flags[] = {
        {"all", 'a', EM_ARG_NONE, NULL, "every record, not only the first of each group"},
        {"as-known-on", 'k', EM_ARG_DAY, "DAY", "use only what was known by this day"},
        {0},
};
static const em_example examples[] = {
        {"embargo why s4", "a sentence of the last report; n17 is a number in it"},
        {"embargo why january-2022-record", "a question, in all its readings"},
        {"embargo why \"january-2022-record@missiles\"", "one reading of it"},
        {"embargo why CNS-161", "a record by its source's own name for it, or as 3f9ac1d2:162"},
        {"embargo why 3f9ac1d2", "a source, by the start of its SHA-256"},
        {0},
};
const em_command em_cmd_why = {
        .name = "why", .group = "ask", .brief = "from a sentence, finding or record down to the bytes",
        .usage = "ID", .least = 1, .most = 1, .operand = EM_ARG_TEXT,
        .about = "Prints the chain that ID stands on: the sentence, its answers with their readings "
                 "and numbers, the records, each with its row as it stands in the file, the source "
                 "with its custody and hash, and the ledger entry that took it in. For a record it "
                 "also goes the other way: its links, and the findings that rest on it.",
        .example = examples, .flag = flags, .json = true, .run = run,
};
