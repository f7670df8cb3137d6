/* embargo doctor: is the house in order?
 *
 * The checks are the page's (serve/doctor.h); here they are printed.  A case that does not open is a finding of the
 * doctor's, not the end of the command.
 */
#include "cli/cli.h"
#include "serve/doctor.h"

static const em_column columns[] = {
        {"group", NULL, EM_CELL_TEXT, 0, 0}, {"check", NULL, EM_CELL_TEXT, 0, 0}, {"title", NULL, EM_CELL_TEXT, 0, 0},
        {"state", "state", EM_CELL_TEXT, 0, 0}, {"found", "found", EM_CELL_TEXT, 0, 0}, {"next", "to do", EM_CELL_TEXT, 0, 0}};

static em_status gather(em_cli *cli, const em_checks *checks, em_table *t, em_error *err)
{
        for (size_t i = 0; i < checks->count; i++) {
                const em_check *c = &checks->at[i];
                EM_TRY(em_table_add(t, (em_str[]){em_str_c(c->group), em_str_c(c->id), em_str_c(c->title), em_str_c(em_check_word(c->state)),
                                                  em_cli_safe(cli, c->found), em_cli_safe(cli, c->next)}, err));
        }
        return EM_OK;
}

static em_paint paint_of(em_check_state state)
{
        return state == EM_CHECK_WRONG ? EM_PAINT_BAD : state == EM_CHECK_FINE ? EM_PAINT_GOOD : EM_PAINT_HALF;
}

static void print_text(em_cli *cli, const em_checks *checks)
{
        FILE       *out = cli->out;
        const char *group, *words;
        bool        begun = false;
        for (size_t g = 0; (group = em_doctor_group(g, &words)) != NULL; g++) {
                size_t n = 0;
                for (size_t i = 0; i < checks->count; i++) {
                        const em_check *c = &checks->at[i];
                        if (strcmp(c->group, group) != 0)
                                continue;
                        if (n++ == 0)
                                fprintf(out, "%s%s%s%s\n", begun ? "\n" : "", em_term_on(&cli->term, EM_PAINT_BOLD), words,
                                        em_term_off(&cli->term, EM_PAINT_BOLD));
                        begun = true;
                        fprintf(out, "  %s%-7s%s  %s\n", em_term_on(&cli->term, paint_of(c->state)), em_check_word(c->state),
                                em_term_off(&cli->term, paint_of(c->state)), c->title);
                        em_term_wrap(em_cli_safe(cli, c->found), 11, cli->term.width, out);
                        if (c->next.n)
                                em_term_wrap(em_cli_text(cli, "to do: %.*s", EM_ARG(em_cli_safe(cli, c->next))), 11, cli->term.width, out);
                }
        }
}

static em_status print_data(em_cli *cli, const em_checks *checks, em_error *err)
{
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(gather(cli, checks, &t, err));
        if (cli->form == EM_FORM_CSV) {
                em_table_csv(&t, false, cli->out);
                return EM_OK;
        }
        em_buf  buf = em_buf_make((size_t)4 << 20);
        em_json j = em_cli_json(&buf, "embargo.doctor.1");
        for (int s = EM_CHECK_FINE; s <= EM_CHECK_UNKNOWN; s++)
                em_json_kint(&j, em_check_word((em_check_state)s), (int64_t)checks->tally[s]);
        em_json_key(&j, EM_S("checks"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status check_group(em_str only, em_error *err)
{
        const char *name[8];
        size_t      n = 0;
        while (n < 8 && (name[n] = em_doctor_group(n, NULL)) != NULL && strcmp(name[n], "server") != 0) {
                if (em_str_eq(only, em_str_c(name[n])))
                        return EM_OK;
                n++;
        }
        return only.n ? em_option_unknown(EM_USAGE, "group of checks", only, name, n, err) : EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_error       refused = {0};
        em_checks      checks = {0};
        em_doctor_opts opts = {.case_dir = cli->case_dir, .refused = &refused, .only = em_cli_value(cli, "only")};
        EM_TRY(check_group(opts.only, err));
        em_status s = em_cli_open(cli, EM_CASE_READ, &opts.c, &refused);
        if (s == EM_MISSING && cli->case_named) {
                *err = refused;
                return s;
        }
        s = em_doctor_look(&opts, cli->arena, &checks, err);
        em_case_close(opts.c);
        if (s == EM_OK && cli->form == EM_FORM_TEXT)
                print_text(cli, &checks);
        else if (s == EM_OK)
                s = print_data(cli, &checks, err);
        if (s != EM_OK)
                return s;
        em_cli_done(cli, "verify", "made %.*s: %zu fine, %zu to look at, %zu wrong, %zu unknown", EM_ARG(em_cli_many(cli, checks.count, "check", "checks")),
                    checks.tally[EM_CHECK_FINE], checks.tally[EM_CHECK_LOOK], checks.tally[EM_CHECK_WRONG], checks.tally[EM_CHECK_UNKNOWN]);
        if (!checks.tally[EM_CHECK_WRONG])
                return EM_OK;
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}

static const em_flag flags[] = {
        {"only", 0, EM_ARG_TEXT, "GROUP", "one group of checks: case, evidence, indexes or machine"},
        {0},
};
static const em_example examples[] = {
        {"embargo doctor", "everything about the case, its indexes and this machine"},
        {"embargo doctor --only case --quiet || echo ill", "as a test in a script"},
        {0},
};
const em_command em_cmd_doctor = {
        .name = "doctor", .group = "prove and share", .brief = "set-up, health and security, and what to do",
        .usage = "",
        .about = "Looks at the case, its evidence and findings, its indexes, and the machine it lies on, and says of each check what was "
                 "found and what to do. fine: as it should be. look: works, and somebody should know. wrong: damaged, open to others, or "
                 "about to fail. unknown: could not be found out. The exit status is 1 when anything is wrong."
                 "\n\nNo evidence is read: embargo verify does that. The page /doctor of embargo serve shows the same, with the server's own checks.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
