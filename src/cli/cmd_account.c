/* embargo account: who may sign in to a case that is served to others than this machine.
 *
 * The password is typed, twice and unseen, or is the first line of stdin; it is never an argument, which every user of the
 * machine could read.  The file is changed as a whole, aside and renamed, and is its owner's alone.
 */
#include "cli/cli.h"
#include "embargo/serve.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { FILE_MOST = 1 << 20 };

/* One line of stdin without its end; n 0: there is none. */
static em_str read_line(char *text, size_t cap)
{
        if (!fgets(text, (int)cap, stdin))
                return (em_str){0};
        em_str line = em_str_c(text);
        while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
                line.n--;
        return line;
}

static em_str ask_unseen(const char *what, char *text, size_t cap)
{
        struct termios seen, unseen;
        bool terminal = tcgetattr(STDIN_FILENO, &seen) == 0;
        if (terminal) {
                unseen = seen;
                unseen.c_lflag &= (tcflag_t)~ECHO;
                (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
                fprintf(stderr, "%s: ", what);
        }
        em_str line = read_line(text, cap);
        if (terminal) {
                (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
                fprintf(stderr, "\n");
        }
        return line;
}

static em_status ask_password(em_str *ret_password, char (*text)[EM_PASSWORD_MOST + 2], em_error *err)
{
        em_str one = ask_unseen("password", text[0], sizeof *text), two = one;
        if (isatty(STDIN_FILENO))
                two = ask_unseen("again", text[1], sizeof *text);
        if (!em_str_eq(one, two))
                return em_fail(err, EM_USAGE, "the two passwords differ; nothing was changed");
        *ret_password = one;
        return EM_OK;
}

/* Nobody but the owner may read it, also while it is being written. */
static em_status write_file(em_str path, em_str text, em_error *err)
{
        mode_t before = umask(077);
        em_status s = em_file_write(path, text, err);
        (void)umask(before);
        return s;
}

static em_status put_json(em_cli *cli, const em_table *t, em_error *err)
{
        em_buf  out = em_buf_make(FILE_MOST);
        em_json j = em_json_make(&out, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.accounts/1"));
        em_json_key(&j, EM_S("accounts"));
        em_table_json(t, &j);
        em_json_close(&j, '}');
        em_status s = em_buf_status(&out, err);
        if (s == EM_OK)
                fprintf(cli->out, "%.*s\n", EM_ARG(em_buf_view(&out)));
        em_buf_free(&out);
        return s;
}

static em_status list(em_cli *cli, em_str path, em_error *err)
{
        static const em_column columns[] = {{"name", "name", EM_CELL_TEXT, 1, 10}, {"rights", "rights", EM_CELL_TEXT, 0, 0}};
        em_accounts *a = NULL;
        EM_TRY(em_accounts_load(path, &a, err));
        em_table  t = em_table_make(columns, 2, cli->arena);
        em_status s = EM_OK;
        for (size_t i = 0; i < em_accounts_count(a) && s == EM_OK; i++) {
                bool   write = false;
                em_str name = em_accounts_name(a, i, &write);
                s = em_table_add(&t, (em_str[]){name, write ? EM_S("write") : EM_S("read")}, err);
        }
        if (s == EM_OK && cli->form == EM_FORM_JSON)
                s = put_json(cli, &t, err);
        else if (s == EM_OK && cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        else if (s == EM_OK)
                em_table_print(&t, &cli->term, cli->out);
        em_accounts_free(a);
        return s;
}

static em_status change(em_cli *cli, em_str path, em_str verb, em_str name, em_error *err)
{
        char   typed[2][EM_PASSWORD_MOST + 2] = {{0}}, shown[80];
        em_str old = EM_S(""), text = {0}, password = {0};
        bool   write = em_cli_given(cli, "write"), add = em_str_eq(verb, EM_S("add"));
        if (!add && !em_str_eq(verb, EM_S("remove")))
                return em_option_unknown(EM_USAGE, "verb of account", verb, (const char *const[]){"add", "remove"}, 2, err);
        if (em_path_exists(path) || !add)
                EM_TRY(em_file_read(path, FILE_MOST, cli->arena, &old, err));
        if (add) {
                em_status s = ask_password(&password, typed, err);
                if (s == EM_OK)
                        s = em_account_put(old, name, password, write, cli->arena, &text, err);
                explicit_bzero(typed, sizeof typed);
                EM_TRY(s);
        } else {
                EM_TRY(em_account_drop(old, name, cli->arena, &text, err));
        }
        EM_TRY(write_file(path, text, err));
        em_str_show(name, shown, sizeof shown);
        if (add)
                em_cli_done(cli, NULL, "%s may sign in and %s; a service that runs learns it when it is started again", shown,
                            write ? "change the case where it is served with --write" : "read");
        else
                em_cli_done(cli, NULL, "%s may no longer sign in; a service that runs learns it when it is started again", shown);
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        const em_str *word = cli->parsed->operand;
        if (cli->parsed->operands == 1)
                return list(cli, word[0], err);
        if (cli->parsed->operands != 3)
                return em_fail(err, EM_USAGE, "account takes FILE to list, FILE add NAME, or FILE remove NAME");
        return change(cli, word[0], word[1], word[2], err);
}

static const em_flag flags[] = {
        {"write", 'w', EM_ARG_NONE, NULL, "the account may change the case, not only read it"},
        {0},
};
static const em_example examples[] = {
        {"embargo account people add 'Kim Minji' --write", "asks for a password twice; makes the file when it is not there"},
        {"embargo account people add reader < password", "the password is the first line of a file"},
        {"embargo account people", "who may sign in"},
        {"embargo account people remove reader", "nobody of that name any more"},
        {0},
};
const em_command em_cmd_account = {
        .name = "account", .group = "screen", .brief = "who may sign in to a case that is served to others",
        .usage = "FILE [add|remove NAME]", .least = 1, .most = 3, .operand = EM_ARG_FILE, .json = true, .csv = true,
        .about = "Keeps the file that embargo serve --accounts reads: a line for each person with the name, Argon2id's hash of the password and "
                 "the rights. A password has at least 12 bytes. What the person changes in the case stands in its ledger under the name.",
        .example = examples, .flag = flags, .run = run,
};
