/* One run of the program: read the line, run the command, say how it ended.
 *
 * This is the only place that turns a status into an exit code, and the only
 * one that knows the environment.  stdout is checked at the end: a report
 * piped onto a full disk must not look like success.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const size_t ARENA_MOST = (size_t)4 << 30;

em_str em_cli_value(const em_cli *cli, const char *name)
{
        return em_option_value(cli->parsed, name);
}

bool em_cli_given(const em_cli *cli, const char *name)
{
        return em_option_given(cli->parsed, name);
}

em_str em_cli_known_text(const em_cli *cli)
{
        em_str text = em_cli_value(cli, "as-known-on");
        return text.p ? text : EM_S("");
}

em_day em_cli_known(const em_cli *cli)
{
        em_day day = EM_DAY_NONE;
        return em_day_parse(em_cli_known_text(cli), &day) ? day : EM_DAY_NONE;
}

/* ---- talk -------------------------------------------------------------------------- */

void em_cli_say(em_cli *cli, const char *fmt, ...)
{
        em_meter_end(&cli->meter);
        if (cli->quiet)
                return;
        fflush(cli->out);
        va_list args;
        va_start(args, fmt);
        vfprintf(stderr, fmt, args);
        va_end(args);
        fputc('\n', stderr);
}

void em_cli_done(em_cli *cli, const char *next, const char *fmt, ...)
{
        em_meter_end(&cli->meter);
        if (cli->quiet)
                return;
        fflush(cli->out);
        va_list args;
        va_start(args, fmt);
        vfprintf(stderr, fmt, args);
        va_end(args);
        fprintf(stderr, "%s%s\n", next && !cli->inside ? "; next: " : "",
                next && !cli->inside ? em_cli_next(cli, next) : "");
}

void em_cli_complain(em_cli *cli, const em_error *err)
{
        char text[1536];
        em_meter_end(&cli->meter);
        fflush(cli->out);
        fprintf(stderr, "embargo: %s\n", em_error_text(err, text, sizeof text));
}

em_str em_cli_safe(em_cli *cli, em_str s)
{
        size_t cap = 4 * s.n + 1;
        char  *out = em_arena_alloc(cli->arena, cap);
        return out ? em_str_c(em_str_show(s, out, cap)) : EM_S("");
}

em_str em_cli_text(em_cli *cli, const char *fmt, ...)
{
        va_list args, again;
        va_start(args, fmt);
        va_copy(again, args);
        int   n = vsnprintf(NULL, 0, fmt, args);
        char *out = n < 0 ? NULL : em_arena_alloc(cli->arena, (size_t)n + 1);
        if (out)
                n = vsnprintf(out, (size_t)n + 1, fmt, again);
        va_end(again);
        va_end(args);
        return out && n >= 0 ? (em_str){out, (size_t)n} : EM_S("");
}

em_str em_cli_digits(em_cli *cli, int64_t n)
{
        return em_cli_text(cli, "%lld", (long long)n);
}

em_str em_cli_count(em_cli *cli, uint64_t n)
{
        char   digits[32], text[48];
        int    have = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
        size_t out = 0;
        for (int i = 0; i < have; i++) {
                if (i && (have - i) % 3 == 0)
                        text[out++] = ',';
                text[out++] = digits[i];
        }
        text[out] = '\0';
        return em_cli_text(cli, "%s", text);
}

em_str em_cli_many(em_cli *cli, uint64_t n, const char *one, const char *many)
{
        return em_cli_text(cli, "%.*s %s", EM_ARG(em_cli_count(cli, n)), n == 1 ? one : many);
}

/* A folder name as a shell would need it typed: quoted unless it is plain. */
em_str em_cli_word(em_cli *cli, em_str word)
{
        em_str safe = em_cli_safe(cli, word);
        bool   plain = safe.n > 0;
        for (size_t i = 0; i < safe.n; i++) {
                char c = safe.p[i];
                plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || strchr("/._-+", c));
        }
        return plain ? safe : em_cli_text(cli, "'%.*s'", EM_ARG(safe));
}

const char *em_cli_next(em_cli *cli, const char *command)
{
        if (!cli->case_named)
                return em_cli_text(cli, "embargo %s", command).p;
        return em_cli_text(cli, "embargo --case %.*s %s",
                           EM_ARG(em_cli_word(cli, cli->case_dir)), command).p;
}

/* ---- the case ------------------------------------------------------------------------ */

em_status em_cli_open(em_cli *cli, em_case_mode mode, em_case **ret_case, em_error *err)
{
        em_str db = {0};
        EM_TRY(em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &db, err));
        if (!em_path_exists(db))
                return em_fail_at(err, EM_MISSING, cli->case_dir, 0, 0,
                                  "no case is here; --case DIR names one, embargo init DIR makes one");
        em_case *c = NULL;
        EM_TRY(em_case_open(cli->case_dir, mode, &c, err));
        em_str by = em_cli_value(cli, "by"), resumed = em_case_resumed(c);
        em_status s = by.n && mode == EM_CASE_WRITE ? em_case_set_author(c, by, err) : EM_OK;
        if (s != EM_OK) {
                em_case_close(c);
                return s;
        }
        if (resumed.n)
                em_cli_say(cli, "resumed: %.*s", EM_ARG(em_cli_safe(cli, resumed)));
        *ret_case = c;
        return EM_OK;
}

em_json em_cli_json(em_buf *out, const char *schema)
{
        em_json j = em_json_make(out, true);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", em_str_c(schema));
        return j;
}

void em_cli_json_known(const em_cli *cli, em_json *j)
{
        em_str known = em_cli_known_text(cli);
        em_json_key(j, EM_S("as_known_on"));
        if (known.n)
                em_json_str(j, known);
        else
                em_json_null(j);
}

em_status em_cli_put(em_cli *cli, em_buf *json, em_error *err)
{
        em_status s = em_buf_status(json, err);
        if (s == EM_OK) {
                em_str text = em_buf_view(json);
                fwrite(text.p, 1, text.n, cli->out);
                if (text.n && text.p[text.n - 1] != '\n')
                        fputc('\n', cli->out);
        }
        em_buf_free(json);
        return s;
}

/* ---- the run --------------------------------------------------------------------------- */

static void settle(em_cli *cli, const em_parsed *parsed)
{
        const char *kept = getenv("EMBARGO_CASE");
        em_str      named = em_option_value(parsed, "case"), threads = em_option_value(parsed, "threads");
        int64_t     n = 0;
        cli->parsed = parsed;
        cli->term = em_term_look(em_option_given(parsed, "no-color"));
        cli->quiet = em_option_given(parsed, "quiet");
        cli->form = em_option_given(parsed, "json") ? EM_FORM_JSON
                  : em_option_given(parsed, "csv") ? EM_FORM_CSV : EM_FORM_TEXT;
        cli->case_named = named.n != 0;
        cli->case_dir = named.n ? named : kept && *kept ? em_str_c(kept) : EM_S(".");
        if (em_str_int(threads, &n))
                cli->threads = (size_t)n;
        cli->meter = (em_meter){.term = &cli->term, .quiet = cli->quiet};
        cli->progress = cli->watch.tell ? cli->watch : em_meter_progress(&cli->meter);
}

static em_status run_parsed(em_cli *cli, em_error *err)
{
        const em_command *command = cli->parsed->command;
        if (em_cli_given(cli, "help")) {
                if (command)
                        em_help_command(command, cli->term.width, cli->out);
                else
                        em_help_overview(cli->table, cli->commands, cli->out);
                return EM_OK;
        }
        if (em_cli_given(cli, "version")) {
                fputs("embargo " EMBARGO_VERSION "\n", cli->out);
                return EM_OK;
        }
        if (!command) {
                em_help_overview(cli->table, cli->commands, stderr);
                *err = (em_error){.code = EM_USAGE};
                return EM_USAGE;
        }
        return command->run(cli, err);
}

static em_status finish_output(FILE *out, em_error *err)
{
        if (fflush(out) == 0 && !ferror(out))
                return EM_OK;
        struct pollfd reader = {.fd = fileno(out), .events = POLLOUT};
        if (errno == EPIPE || (poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR))) {
                /* The reader went away: end as every filter does, without a word. */
                (void)signal(SIGPIPE, SIG_DFL);
                (void)raise(SIGPIPE);
        }
        return em_fail(err, EM_IO, "the output could not be written");
}

/* The command that the line names, also when the line could not be read. */
static const char *named_command(const em_cli *cli, int argc, char **argv)
{
        for (int k = 1; k < argc; k++)
                for (size_t i = 0; i < cli->commands; i++)
                        if (strcmp(argv[k], cli->table[i]->name) == 0)
                                return cli->table[i]->name;
        return NULL;
}

/* An error with a code and no sentence has been told already. */
static void close_with(em_cli *cli, em_status status, em_error *err, const char *command)
{
        em_meter_end(&cli->meter);
        if (status == EM_OK || (err->code != EM_OK && !err->text[0]))
                return;
        if (status == EM_INTERRUPTED)
                (void)em_fail(err, EM_INTERRUPTED,
                              "interrupted; nothing is lost: run the same command again to go on");
        err->code = status;
        em_cli_complain(cli, err);
        if (status == EM_USAGE && !cli->quiet)
                fprintf(stderr, "try: embargo help%s%s\n",
                        command && strcmp(command, "help") != 0 ? " " : "",
                        command && strcmp(command, "help") != 0 ? command : "");
}

em_status em_cli_run(const em_cli *outer, const em_str *word, size_t words, FILE *out, em_error *err)
{
        em_cli    cli = *outer;
        em_parsed parsed = {0};
        EM_TRY(em_option_parse(cli.table, cli.commands, words, word, cli.arena, &parsed, err));
        settle(&cli, &parsed);
        cli.quiet = cli.meter.quiet = outer->quiet;
        cli.inside = true;
        cli.out = out;
        em_status s = run_parsed(&cli, err);
        em_meter_end(&cli.meter);
        return s;
}

/* A program started with a closed descriptor would open its evidence as
 * stdout; /dev/null fills the holes. */
static bool fill_descriptors(void)
{
        for (int fd = 0; fd <= 2; fd++)
                if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
                        return false;
        return true;
}

static em_status run_words(em_cli *cli, int argc, char **argv, em_parsed *parsed, em_error *err)
{
        size_t  words = argc > 0 ? (size_t)argc - 1 : 0;
        em_str *word = EM_NEW_N(cli->arena, em_str, words + 1);
        if (!word)
                return em_fail(err, EM_NOMEM, "the command line is too long");
        for (size_t i = 0; i < words; i++)
                word[i] = em_str_c(argv[i + 1]);
        EM_TRY(em_option_parse(cli->table, cli->commands, words, word, cli->arena, parsed, err));
        settle(cli, parsed);
        EM_TRY(run_parsed(cli, err));
        return finish_output(cli->out, err);
}

int em_cli_main(const em_command *const *table, size_t count, int argc, char **argv)
{
        if (!fill_descriptors())
                return em_status_exit(EM_IO);
        em_term_catch();
        em_parsed parsed = {0};
        em_error  err = {0};
        em_cli    cli = {.table = table, .commands = count, .out = stdout,
                         .arena = em_arena_new(ARENA_MOST)};
        settle(&cli, &parsed);
        em_status status = cli.arena ? run_words(&cli, argc, argv, &parsed, &err)
                                     : em_fail(&err, EM_NOMEM, "there is no memory to start in");
        (void)fflush(stdout);
        close_with(&cli, status, &err, named_command(&cli, argc, argv));
        em_arena_free(cli.arena);
        return em_status_exit(status);
}
