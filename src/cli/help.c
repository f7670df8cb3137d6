/* Help, the manual page and the completions, all from the table of commands.
 * Examples come first: they are what a reader came for.  The manual is troff
 * in the man macros; the completions are plain lists of words that the three
 * shells filter themselves.
 */
#include "cli/cli.h"

enum { LEFT = 26 };

static bool shown_before(const em_command *const *table, size_t at)
{
        for (size_t i = 0; i < at; i++)
                if (strcmp(table[i]->group, table[at]->group) == 0)
                        return true;
        return false;
}

void em_help_overview(const em_command *const *table, size_t count, FILE *out)
{
        fputs("embargo: from evidence to findings against a sanctions regime\n\n"
              "Examples\n"
              "  embargo demo                  make the example case, its findings and its report\n"
              "  embargo why s1                from a sentence of the report down to the bytes\n"
              "  embargo help add              one command, examples first\n", out);
        for (size_t i = 0; i < count; i++) {
                if (!shown_before(table, i))
                        fprintf(out, "\nTo %s\n", table[i]->group);
                fprintf(out, "  %-10s %s\n", table[i]->name, table[i]->brief);
        }
        fputs("\nEvery command takes --case DIR, --json, --csv, --quiet, --no-color, --threads N, --help.\n",
              out);
}

static void flag_left(const em_flag *f, char *out, size_t cap)
{
        char letter[8] = "    ";
        if (f->letter)
                snprintf(letter, sizeof letter, "-%c, ", f->letter);
        snprintf(out, cap, "%s--%s%s%s", letter, f->name, f->argument ? " " : "",
                 f->argument ? f->argument : "");
}

static void print_flags(const em_flag *f, size_t width, FILE *out)
{
        for (; f && f->name; f++) {
                char   left[80];
                em_str text = em_str_c(f->text);
                flag_left(f, left, sizeof left);
                fprintf(out, "  %-*s", LEFT - 2, left);
                if (strlen(left) > LEFT - 3)
                        fprintf(out, "\n%*s", LEFT, "");
                size_t took = em_term_break(text, width > LEFT ? width - LEFT : 1);
                fprintf(out, "%.*s\n", EM_ARG(em_str_trim(em_str_sub(text, 0, took))));
                em_term_wrap(em_str_trim(em_str_sub(text, took, text.n)), LEFT, width, out);
        }
}

static const char *gap(const char *usage)
{
        return usage && *usage ? " " : "";
}

void em_help_command(const em_command *command, size_t width, FILE *out)
{
        fprintf(out, "embargo %s: %s\n\nExamples\n", command->name, command->brief);
        for (const em_example *e = command->example; e->line; e++) {
                fprintf(out, "  %s\n", e->line);
                em_term_wrap(em_str_c(e->text), 6, width, out);
        }
        fprintf(out, "\nUsage\n  embargo %s%s%s%s\n\n", command->name,
                command->flag ? " [OPTION...]" : "", gap(command->usage), command->usage);
        em_term_wrap(em_str_c(command->about), 0, width, out);
        if (command->flag) {
                fprintf(out, "\nOptions of %s\n", command->name);
                print_flags(command->flag, width, out);
        }
        fputs("\nOptions of every command\n", out);
        print_flags(em_flags_global, width, out);
}

/* ---- the manual page ------------------------------------------------------------------ */

/* Text for troff: a dash that stays a dash, and no line that looks like a request. */
static void roff(const char *text, FILE *out)
{
        bool start = true;
        for (; *text; text++) {
                if (start && (*text == '.' || *text == '\''))
                        fputs("\\&", out);
                if (*text == '-')
                        fputs("\\-", out);
                else if (*text == '\\')
                        fputs("\\e", out);
                else if (*text == '\n' && text[1] == '\n')
                        fputs("\n.PP", out);
                else
                        fputc(*text, out);
                start = *text == '\n';
        }
        fputc('\n', out);
}

static void roff_flags(const em_flag *f, FILE *out)
{
        for (; f && f->name; f++) {
                fputs(".TP\n", out);
                if (f->letter)
                        fprintf(out, "\\fB\\-%c\\fR, ", f->letter);
                fputs("\\fB\\-\\-", out);
                for (const char *p = f->name; *p; p++)
                        fputs(*p == '-' ? "\\-" : (char[]){*p, 0}, out);
                fprintf(out, "\\fR%s%s%s\n", f->argument ? " \\fI" : "",
                        f->argument ? f->argument : "", f->argument ? "\\fR" : "");
                roff(f->text, out);
        }
}

static void roff_command(const em_command *c, FILE *out)
{
        fprintf(out, ".SS \"embargo %s%s%s\"\n", c->name, gap(c->usage), c->usage);
        roff(c->brief, out);
        fputs(".PP\n", out);
        roff(c->about, out);
        roff_flags(c->flag, out);
        for (const em_example *e = c->example; e->line; e++) {
                fputs(".PP\n", out);
                roff(e->text, out);
                fputs(".RS 4\n.EX\n", out);
                roff(e->line, out);
                fputs(".EE\n.RE\n", out);
        }
}

/* Statuses that share an exit code share its entry. */
static void roff_statuses(FILE *out)
{
        for (int s = EM_OK; s < EM_STATUS_COUNT; s++) {
                bool again = s > 0 && em_status_exit((em_status)s) == em_status_exit((em_status)(s - 1));
                if (again)
                        fputs("or: ", out);
                else
                        fprintf(out, ".TP\n.B %d\n", em_status_exit((em_status)s));
                roff(em_status_text((em_status)s), out);
        }
}

static const char files_and_rest[] =
        ".SH FILES\n"
        ".TP\n.I DIR/case.db\nthe case: sources, records, links, findings and the ledger (SQLite)\n"
        ".TP\n.I DIR/sources/\nevidence as obtained, named by SHA\\-256, never changed\n"
        ".TP\n.I DIR/report/index.html\nthe last report, report.json beside it\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B EMBARGO_CASE\nthe case to work on when \\fB\\-\\-case\\fR is not given\n"
        ".TP\n.B EMBARGO_DATA\na folder that holds regimes/ and examples/, looked in first\n"
        ".TP\n.B NO_COLOR\nno colours, when it is set to anything\n"
        ".TP\n.B COLUMNS\nwidth of tables where the terminal does not say\n"
        ".TP\n.B SOURCE_DATE_EPOCH\nthe time that ledger entries carry, for builds that must repeat\n"
        ".TP\n.B USER\nwho works, in the ledger, when \\fB\\-\\-author\\fR is not given\n"
        ".SH EXAMPLES\n"
        ".EX\n"
        "embargo init dprk \\-\\-regime dprk\n"
        "embargo \\-\\-case dprk add evidence/\n"
        "embargo \\-\\-case dprk find\n"
        "embargo \\-\\-case dprk report\n"
        "embargo \\-\\-case dprk why s1\n"
        "embargo \\-\\-case dprk verify\n"
        ".EE\n"
        ".SH SEE ALSO\n"
        ".BR sqlite3 (1),\n.BR sha256sum (1),\n.BR weasyprint (1)\n";

void em_help_manual(const em_command *const *table, size_t count, FILE *out)
{
        fputs(".TH EMBARGO 1 \"\" \"embargo\" \"User Commands\"\n"
              ".SH NAME\nembargo \\- from evidence to findings against a sanctions regime\n"
              ".SH SYNOPSIS\n.B embargo\n[\\fIOPTION\\fR...] \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n"
              ".SH DESCRIPTION\n", out);
        roff("Embargo takes evidence into custody, reads records from it, asks a sanctions regime's "
             "questions of them and prints a report in which every number can be walked back to the "
             "bytes it came from.\n\nData goes to standard output, everything else to standard error.",
             out);
        fputs(".SH COMMANDS\n", out);
        for (size_t i = 0; i < count; i++)
                roff_command(table[i], out);
        fputs(".SH OPTIONS\n", out);
        roff("Every command takes these, before or after its name.", out);
        roff_flags(em_flags_global, out);
        fputs(".SH EXIT STATUS\n", out);
        roff_statuses(out);
        fputs(files_and_rest, out);
}

/* ---- completions -------------------------------------------------------------------------- */

static void flag_words(const em_flag *f, FILE *out)
{
        for (; f && f->name; f++)
                fprintf(out, " --%s", f->name);
}

static void complete_bash(const em_command *const *table, size_t count, FILE *out)
{
        fputs("# bash completion of embargo, printed by: embargo help --completion bash\n"
              "_embargo() {\n"
              "    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} command= words i\n"
              "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
              "        case ${COMP_WORDS[i]} in\n"
              "        --case|-C|--threads) ((i++)) ;;\n"
              "        -*) ;;\n"
              "        *) command=${COMP_WORDS[i]}; break ;;\n"
              "        esac\n"
              "    done\n"
              "    case $last in --case|-C|--out|--map) COMPREPLY=($(compgen -f -- \"$word\")); return ;; esac\n"
              "    case $command in\n", out);
        for (size_t i = 0; i < count; i++) {
                fprintf(out, "    %s) words='", table[i]->name);
                flag_words(table[i]->flag, out);
                flag_words(em_flags_global, out);
                fputs("' ;;\n", out);
        }
        fputs("    '') words='", out);
        for (size_t i = 0; i < count; i++)
                fprintf(out, " %s", table[i]->name);
        flag_words(em_flags_global, out);
        fputs("' ;;\n    esac\n"
              "    if [[ -z $command || $word == -* ]]; then\n"
              "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
              "    else\n"
              "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
              "    fi\n"
              "}\n"
              "complete -o filenames -F _embargo embargo\n", out);
}

/* In single quotes, with what zsh's _arguments would read escaped. */
static void zsh_text(const char *text, FILE *out)
{
        for (; *text; text++) {
                if (*text == '\'')
                        fputs("'\\'", out);
                else if (strchr("[]:\\", *text))
                        fputc('\\', out);
                fputc(*text, out);
        }
}

static void zsh_flags(const em_flag *f, FILE *out)
{
        for (; f && f->name; f++) {
                fprintf(out, " \\\n            '%s--%s%s[", f->kind == EM_ARG_FILES ? "*" : "", f->name,
                        f->argument ? "=" : "");
                zsh_text(f->text, out);
                fprintf(out, "]%s%s%s'", f->argument ? ":" : "", f->argument ? f->argument : "",
                        f->kind == EM_ARG_FOLDER ? ":_files -/" : f->kind == EM_ARG_FILE || f->kind == EM_ARG_FILES ? ":_files" :
                        f->argument ? ":" : "");
        }
}

static void complete_zsh(const em_command *const *table, size_t count, FILE *out)
{
        fputs("#compdef embargo\n"
              "# zsh completion of embargo, printed by: embargo help --completion zsh\n"
              "_embargo() {\n"
              "    local -a commands\n"
              "    commands=(\n", out);
        for (size_t i = 0; i < count; i++) {
                fprintf(out, "        '%s:", table[i]->name);
                zsh_text(table[i]->brief, out);
                fputs("'\n", out);
        }
        fputs("    )\n"
              "    if (( CURRENT == 2 )); then\n"
              "        _describe command commands\n"
              "        return\n"
              "    fi\n"
              "    local command=${words[2]}\n"
              "    shift words\n"
              "    (( CURRENT-- ))\n"
              "    case $command in\n", out);
        for (size_t i = 0; i < count; i++) {
                fprintf(out, "        %s) _arguments", table[i]->name);
                zsh_flags(table[i]->flag, out);
                zsh_flags(em_flags_global, out);
                fputs(" \\\n            '*:file:_files' ;;\n", out);
        }
        fputs("    esac\n}\n_embargo \"$@\"\n", out);
}

static void fish_text(const char *text, FILE *out)
{
        for (; *text; text++) {
                if (*text == '\'' || *text == '\\')
                        fputc('\\', out);
                fputc(*text, out);
        }
}

static void fish_flags(const em_flag *f, const char *command, FILE *out)
{
        for (; f && f->name; f++) {
                fputs("complete -c embargo", out);
                if (command)
                        fprintf(out, " -n '__fish_seen_subcommand_from %s'", command);
                fprintf(out, " -l %s", f->name);
                if (f->letter)
                        fprintf(out, " -s %c", f->letter);
                fprintf(out, "%s -d '", f->argument ? " -r" : "");
                fish_text(f->text, out);
                fputs("'\n", out);
        }
}

static void complete_fish(const em_command *const *table, size_t count, FILE *out)
{
        fputs("# fish completion of embargo, printed by: embargo help --completion fish\n", out);
        for (size_t i = 0; i < count; i++) {
                fprintf(out, "complete -c embargo -n __fish_use_subcommand -f -a %s -d '",
                        table[i]->name);
                fish_text(table[i]->brief, out);
                fputs("'\n", out);
        }
        fish_flags(em_flags_global, NULL, out);
        for (size_t i = 0; i < count; i++)
                fish_flags(table[i]->flag, table[i]->name, out);
}

em_status em_help_completion(const em_command *const *table, size_t count, em_str shell,
                             FILE *out, em_error *err)
{
        static const struct {
                const char *name;
                void (*print)(const em_command *const *, size_t, FILE *);
        } of[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};
        char shown[64];
        for (size_t i = 0; i < sizeof of / sizeof *of; i++)
                if (em_str_eq(shell, em_str_c(of[i].name))) {
                        of[i].print(table, count, out);
                        return EM_OK;
                }
        return em_fail(err, EM_USAGE, "--completion: \"%s\" is no shell it knows (bash, zsh, fish)",
                       em_str_show(shell, shown, sizeof shown));
}
