/* embargo demo: the example case, made the way a user would make it.
 *
 * Each step is a command line, shown and then run through the same table, so
 * that the demo can do nothing that a user cannot type.  The case is made anew
 * each time; what is cleared away first is only ever a case that a demo made.
 */
#include "cli/cli.h"

#include <errno.h>
#include <ftw.h>
#include <unistd.h>

#define EXAMPLE "dprk-2022"
#define REGIME  "dprk"
#define AUTHOR  "embargo demo"

/* Of examples/theft: the stolen output, and a deposit behind a mix, where the rules differ. */
#define STOLEN  "7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0"
#define END     "2f8c6978665cc4e2f1709840e5c288b9b86ac7f9535b42dcc6cbb94d9fcd5a35:0"

/* Of examples/transfer: the two tankers side by side. */
#define MEETING "encounter 499000101 499000102 2024-03-06T13:50:00Z"

/* ---- clearing the last demo away ----------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st;
        (void)type;
        (void)at;
        return remove(path);
}

static bool is_case_part(em_str name)
{
        static const em_str parts[] = {
                EM_S_INIT("case.db"),         EM_S_INIT("case.db-wal"), EM_S_INIT("case.db-shm"),
                EM_S_INIT("case.db-journal"), EM_S_INIT("case.lock"),   EM_S_INIT("sources"),
                EM_S_INIT("index"),           EM_S_INIT("report"),
        };
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                if (em_str_eq(name, parts[i]))
                        return true;
        return false;
}

/* A case that a demo began says so in its first ledger entry. */
static em_status check_is_demo(em_cli *cli, em_str dir, em_error *err)
{
        em_case  *c = NULL;
        em_entry *list = NULL;
        size_t    count = 0;
        EM_TRY(em_case_open(dir, EM_CASE_READ, &c, err));
        em_status s = em_case_log(c, 1, cli->arena, &list, &count, err);
        if (s == EM_OK && (!count || !em_str_eq(list[0].author, EM_S(AUTHOR))))
                s = em_fail_at(err, EM_DENIED, dir, 0, 0,
                               "a case that no demo made is here; name another folder: embargo demo DIR");
        em_case_close(c);
        return s;
}

/* Only a folder that holds nothing but the parts of a demo's case is cleared. */
static em_status clear(em_cli *cli, em_str dir, em_error *err)
{
        em_str *name = NULL, path = {0};
        size_t  count = 0;
        bool    has_case = false;
        if (!em_path_exists(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, cli->arena, &name, &count, err));
        for (size_t i = 0; i < count; i++) {
                if (!is_case_part(name[i]))
                        return em_fail_at(err, EM_DENIED, dir, 0, 0,
                                          "the folder holds more than a demo's case; name another: embargo demo DIR");
                has_case = has_case || em_str_eq(name[i], EM_S("case.db"));
        }
        if (has_case)
                EM_TRY(check_is_demo(cli, dir, err));
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_path_join(dir, name[i], cli->arena, &path, err));
                if (nftw(path.p, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
                        return em_fail_at(err, errno == EACCES ? EM_DENIED : EM_IO, path, 0, 0,
                                          "the last demo could not be cleared away");
        }
        return EM_OK;
}

/* ---- the steps ------------------------------------------------------------------------- */

static void show_step(em_cli *cli, const em_str *word, size_t words)
{
        em_str line = EM_S("embargo");
        for (size_t i = 0; i < words; i++)
                line = em_cli_text(cli, "%.*s %.*s", EM_ARG(line), EM_ARG(em_cli_word(cli, word[i])));
        em_cli_say(cli, "\n%s$ %.*s%s", cli->term.tty_talk ? em_term_on(&cli->term, EM_PAINT_BOLD) : "",
                   EM_ARG(line), cli->term.tty_talk ? em_term_off(&cli->term, EM_PAINT_BOLD) : "");
}

static em_status step(em_cli *cli, const em_str *word, size_t words, bool data, FILE *nowhere,
                      em_error *err)
{
        show_step(cli, word, words);
        return em_cli_run(cli, word, words, data ? cli->out : nowhere, err);
}

static em_status run_steps(em_cli *cli, em_str dir, em_str example, em_str list, FILE *nowhere, em_error *err)
{
        const em_str c = EM_S("--case");
        EM_TRY(step(cli,
                    (em_str[]){EM_S("init"), dir, EM_S("--regime"), EM_S(REGIME), EM_S("--author"),
                               EM_S(AUTHOR)},
                    6, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("add"), example}, 4, false, nowhere, err));
        if (list.n) {
                EM_TRY(step(cli, (em_str[]){c, dir, EM_S("index"), EM_S("names"), list, EM_S("--dated"), EM_S("2022-01-31")}, 7, false, nowhere, err));
                EM_TRY(step(cli, (em_str[]){c, dir, EM_S("screen")}, 3, false, nowhere, err));
        }
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("find")}, 3, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("claims")}, 3, true, nowhere, err));
        return step(cli, (em_str[]){c, dir, EM_S("report")}, 3, true, nowhere, err);
}

/* ---- the constructed theft -------------------------------------------------------------- */

/* Nothing of examples/theft happened, so it has a case of its own: no constructed record may
 * stand beside evidence, and its report says what it is in its first line. */
static em_status run_theft(em_cli *cli, em_str dir, em_str theft, FILE *nowhere, em_error *err)
{
        const em_str c = EM_S("--case"), from = EM_S(STOLEN);
        em_str blocks = em_cli_text(cli, "%.*s/blocks", EM_ARG(theft)), file = em_cli_text(cli, "%.*s/blk00000.dat", EM_ARG(blocks)),
               labels = em_cli_text(cli, "%.*s/labels.csv", EM_ARG(theft));
        EM_TRY(step(cli, (em_str[]){EM_S("init"), dir, EM_S("--regime"), EM_S(REGIME), EM_S("--author"), EM_S(AUTHOR)},
                    6, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("index"), EM_S("chain"), blocks}, 5, false, nowhere, err));
        /* In custody, so that a place of the trace ends at the bytes of its transaction in this very case. */
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("add"), file, EM_S("--terms"), EM_S("constructed")}, 6, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("add"), labels, EM_S("--terms"), EM_S("constructed")}, 6, false, nowhere,
                    err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("trace"), from, EM_S("--labels"), labels, EM_S("--keep")}, 7, true,
                    nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("find"), EM_S("traced-services"), EM_S("traced-sitting"),
                                    EM_S("traced-mixers")}, 6, true, nowhere, err));
        return step(cli, (em_str[]){c, dir, EM_S("report"), EM_S("--template"), EM_S("theft")}, 5, true, nowhere, err);
}

static void say_theft(em_cli *cli, em_str dir, em_str theft)
{
        em_str word = em_cli_word(cli, dir), at = em_cli_word(cli, theft);
        em_cli_say(cli, "\na constructed theft, of which nothing happened: %.*s/report/index.html\nto look further:",
                   EM_ARG(em_cli_safe(cli, dir)));
        em_cli_say(cli, "  embargo --case %.*s why s2", EM_ARG(word));
        em_cli_say(cli, "  embargo --case %.*s why \"end fifo " END "\"", EM_ARG(word));
        em_cli_say(cli, "  embargo --case %.*s trace " STOLEN " --policy fifo --path " END " --out path.json",
                   EM_ARG(word));
        em_cli_say(cli, "  embargo trace check path.json --blocks %.*s/blocks", EM_ARG(at));
}

static em_status demo_theft(em_cli *cli, em_str dir, em_str theft, FILE *nowhere, em_error *err)
{
        em_cli_say(cli, "\nAnd a trace, on a chain made for it:");
        EM_TRY(run_theft(cli, dir, theft, nowhere, err));
        say_theft(cli, dir, theft);
        return EM_OK;
}

/* ---- the constructed transfer ------------------------------------------------------------ */

/* Nor did anything of examples/transfer happen: a third case, for the same reason. */
static em_status run_transfer(em_cli *cli, em_str dir, em_str transfer, FILE *nowhere, em_error *err)
{
        const em_str c = EM_S("--case");
        em_str sentences = em_cli_text(cli, "%.*s/sentences.nmea", EM_ARG(transfer)),
               list = em_cli_text(cli, "%.*s/list.csv", EM_ARG(transfer));
        EM_TRY(step(cli, (em_str[]){EM_S("init"), dir, EM_S("--regime"), EM_S(REGIME), EM_S("--author"), EM_S(AUTHOR)},
                    6, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("add"), sentences, EM_S("--terms"), EM_S("constructed")}, 6, false, nowhere,
                    err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("index"), EM_S("ships"), sentences}, 5, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("index"), EM_S("names"), list}, 5, false, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("ships"), EM_S("find"), EM_S("--kind"), EM_S("gap,encounter,port-call,hidden-call,identity"),
                                    EM_S("--keep")}, 7, true, nowhere, err));
        EM_TRY(step(cli, (em_str[]){c, dir, EM_S("find"), EM_S("ships-met"), EM_S("ships-silent"), EM_S("ships-oil"),
                                    EM_S("ships-coal"), EM_S("ships-listed")}, 8, true, nowhere, err));
        return step(cli, (em_str[]){c, dir, EM_S("report"), EM_S("--template"), EM_S("ships")}, 5, true, nowhere, err);
}

static em_status demo_transfer(em_cli *cli, em_str dir, em_str transfer, FILE *nowhere, em_error *err)
{
        em_str word = em_cli_word(cli, dir);
        em_cli_say(cli, "\nAnd ships, in sentences made for it:");
        EM_TRY(run_transfer(cli, dir, transfer, nowhere, err));
        em_cli_say(cli, "\na constructed transfer at sea, of which nothing happened: %.*s/report/index.html\nto look further:",
                   EM_ARG(em_cli_safe(cli, dir)));
        em_cli_say(cli, "  embargo --case %.*s ships EXAMPLE DAWN --map dawn.svg", EM_ARG(word));
        em_cli_say(cli, "  embargo --case %.*s why \"" MEETING "\"", EM_ARG(word));
        em_cli_say(cli, "  embargo --case %.*s verify", EM_ARG(word));
        return EM_OK;
}

static void say_end(em_cli *cli, em_str dir)
{
        static const struct { const char *line, *text; } next[] = {
                {"serve", "the same in the browser: every page, number and record"},
                {"why s1", "from a sentence of the report down to the bytes"},
                {"why CNS-161", "a record, and the findings that rest on it"},
                {"find --as-known-on 2022-03-01", "what could be known then"},
                {"verify", "that nothing has changed since"},
        };
        em_str word = em_cli_word(cli, dir);
        em_cli_say(cli,
                   "\nthe report: %.*s/report/index.html\nto try next:", EM_ARG(em_cli_safe(cli, dir)));
        for (size_t i = 0; i < sizeof next / sizeof *next; i++)
                em_cli_say(cli, "  embargo --case %.*s %-30s  %s", EM_ARG(word), next[i].line,
                           next[i].text);
}

/* As a user would type it: below this folder without the folder's own path. */
static em_str from_here(em_str path)
{
        char   here[4096];
        em_str cwd = em_str_c(getcwd(here, sizeof here));
        bool below = cwd.n > 1 && em_str_starts(path, cwd) && path.n > cwd.n + 1 && path.p[cwd.n] == '/';
        return below ? em_str_sub(path, cwd.n + 1, path.n) : path;
}

/* The constructed cases beside the first; one is left out where its example is not installed. */
typedef struct beside {
        const char *example, *mark, *place;
        em_status (*make)(em_cli *cli, em_str dir, em_str example, FILE *nowhere, em_error *err);
        em_str      dir, data;
        bool        here;
} beside;

static em_status find_beside(em_cli *cli, beside *b, em_error *err)
{
        bool named = cli->parsed->operands > 0;
        b->dir = named ? em_cli_text(cli, "%.*s-%s", EM_ARG(cli->parsed->operand[0]), b->example) : em_str_c(b->place);
        b->here = em_data_find("examples", em_str_c(b->example), b->mark, cli->arena, &b->data, NULL) == EM_OK;
        return b->here ? clear(cli, b->dir, err) : EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        beside more[] = {{.example = "theft", .mark = "labels.csv", .place = "build/demo/theft", .make = demo_theft},
                         {.example = "transfer", .mark = "sentences.nmea", .place = "build/demo/transfer", .make = demo_transfer}};
        enum { MORE = sizeof more / sizeof *more };
        em_str dir = cli->parsed->operands ? cli->parsed->operand[0] : EM_S("build/demo/" EXAMPLE), example = {0}, list = {0};
        EM_TRY(em_data_find("examples", EM_S(EXAMPLE), "custody.csv", cli->arena, &example, err));
        if (em_data_find("examples", EM_S("lists"), "hackers.csv", cli->arena, &list, NULL) == EM_OK)
                EM_TRY(em_path_join(list, EM_S("hackers.csv"), cli->arena, &list, err));
        EM_TRY(clear(cli, dir, err));
        for (size_t i = 0; i < MORE; i++)
                EM_TRY(find_beside(cli, &more[i], err));
        FILE *nowhere = fopen("/dev/null", "w");
        if (!nowhere)
                return em_fail(err, EM_IO, "/dev/null could not be opened");
        em_status s = run_steps(cli, dir, from_here(example), from_here(list), nowhere, err);
        for (size_t i = 0; i < MORE && s == EM_OK; i++)
                if (more[i].here)
                        s = more[i].make(cli, more[i].dir, from_here(more[i].data), nowhere, err);
        fclose(nowhere);
        if (s == EM_OK)
                say_end(cli, dir);
        return s;
}

static const em_example examples[] = {
        {"embargo demo", "makes build/demo/dprk-2022, build/demo/theft and build/demo/transfer, and their reports"},
        {"embargo demo try", "the same in another folder"},
        {0},
};
const em_command em_cmd_demo = {
        .name = "demo", .group = "start", .brief = "make the example case, its findings and its report",
        .usage = "[DIR]", .most = 1, .operand = EM_ARG_FOLDER,
        .about = "Makes the case of February 2022 on North Korea from the program's example "
                 "evidence, asks a small list for those it names, answers the questions, tests the claims of a newspaper article and "
                 "prints the report. Beside it, in DIR-theft, it makes a second case of a constructed "
                 "theft: a chain, a trace under six rules, and its report; and in DIR-transfer a third of a constructed transfer at sea: what ships "
                 "sent, what may have happened, and its report. Each step is shown as the command line that does it. A demo "
                 "that stands in DIR already is made anew; a case of one's own is refused.",
        .example = examples, .run = run,
};
