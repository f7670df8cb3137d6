/* embargo init: an empty case with its regime's own tables in it. */
#include "cli/cli.h"

#include <stdlib.h>

static em_str author_of(const em_cli *cli)
{
        const char *user = getenv("USER");
        em_str      named = em_cli_value(cli, "author");
        return named.n ? named : user && *user ? em_str_c(user) : EM_S("unknown");
}

static em_status tell(em_cli *cli, em_case *c, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        uint64_t   taken = 0, aside = 0;
        EM_TRY(em_case_sources(c, cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++) {
                taken += list[i].taken;
                aside += list[i].quarantined;
        }
        em_cli_done(cli, "add FILE", "made a case in %.*s: %.*s of the regime, %.*s, %.*s kept aside",
                   EM_ARG(em_cli_safe(cli, cli->case_dir)),
                   EM_ARG(em_cli_many(cli, count, "table", "tables")),
                   EM_ARG(em_cli_many(cli, taken, "record", "records")),
                   EM_ARG(em_cli_count(cli, aside)));
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_str   name = em_cli_value(cli, "regime"), dir = {0};
        em_case *c = NULL;
        if (!name.n)
                return em_fail(err, EM_USAGE, "init needs --regime NAME");
        if (em_cli_given(cli, "case"))
                return em_fail(err, EM_USAGE, "init makes the case in DIR; --case names one that exists");
        EM_TRY(em_data_find("regimes", name, "questions", cli->arena, &dir, err));
        EM_TRY(em_case_create(cli->parsed->operand[0], dir, author_of(cli), &c, err));
        cli->case_dir = cli->parsed->operand[0];
        cli->case_named = true;
        em_status s = tell(cli, c, err);
        em_case_close(c);
        return s;
}

static const em_flag flags[] = {
        {"regime", 'r', EM_ARG_TEXT, "NAME", "the regime: a name among the program's data, or a folder (with a slash)"},
        {"author", 'a', EM_ARG_TEXT, "NAME", "who works on the case, for the ledger (default: USER)"},
        {0},
};
static const em_example examples[] = {
        {"embargo init dprk-2022 --regime dprk", "a case in the folder dprk-2022"},
        {"embargo init here --regime ./my-regime --author \"Desk 3\"", "a regime of one's own"},
        {0},
};
const em_command em_cmd_init = {
        .name = "init", .group = "start", .brief = "make a new case",
        .usage = "DIR", .least = 1, .most = 1, .operand = EM_ARG_FOLDER,
        .about = "Makes the folder DIR with an empty case in it and takes the regime's own tables "
                 "(measures, caps, factors, ports) into custody. A folder that already holds a case "
                 "is refused.",
        .example = examples, .flag = flags, .run = run,
};
