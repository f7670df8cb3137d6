/* embargo help: the commands, one command, the manual page, the completions. */
#include "cli/cli.h"

static em_status help_on(em_cli *cli, em_str word, em_error *err)
{
        for (size_t i = 0; i < cli->commands; i++)
                if (em_str_eq(word, em_str_c(cli->table[i]->name))) {
                        em_help_command(cli->table[i], cli->term.width, cli->out);
                        return EM_OK;
                }
        return em_option_unknown_command(cli->table, cli->commands, word, err);
}

static em_status run(em_cli *cli, em_error *err)
{
        em_str shell = em_cli_value(cli, "completion");
        if (em_cli_given(cli, "man")) {
                em_help_manual(cli->table, cli->commands, cli->out);
                return EM_OK;
        }
        if (shell.n)
                return em_help_completion(cli->table, cli->commands, shell, cli->out, err);
        if (cli->parsed->operands)
                return help_on(cli, cli->parsed->operand[0], err);
        em_help_overview(cli->table, cli->commands, cli->out);
        return EM_OK;
}

static const em_flag flags[] = {
        {"man", 0, EM_ARG_NONE, NULL, "the manual page, as troff"},
        {"completion", 0, EM_ARG_TEXT, "SHELL", "completion for bash, zsh or fish"},
        {0},
};
static const em_example examples[] = {
        {"embargo help why", "one command, examples first"},
        {"embargo help --man | man -l -", "the manual page"},
        {"embargo help --completion bash > ~/.local/share/bash-completion/completions/embargo",
         "completion for one's own shell"},
        {0},
};
const em_command em_cmd_help = {
        .name = "help", .group = "start", .brief = "this page, or one command's",
        .usage = "[COMMAND]", .most = 1, .operand = EM_ARG_TEXT,
        .about = "Help, the manual page and the completions are all printed from the program's one "
                 "table of commands.",
        .example = examples, .flag = flags, .run = run,
};
