/* embargo serve: the lists for programs, on loopback.
 *
 * The service itself is src/serve; here stand its options, its token and its lines of talk.
 */
#include "cli/cli.h"
#include "embargo/serve.h"

#include <stdlib.h>
#include <sys/random.h>

enum { PORT = 8484, TOKEN_MOST = 128 };

/* --token-file, EMBARGO_TOKEN, or a new one; never an argument, which every user of the machine can read. */
static em_status find_token(em_cli *cli, em_str *ret_token, bool *ret_made, em_error *err)
{
        em_str      file = em_cli_value(cli, "token-file"), token = {0};
        const char *set = getenv("EMBARGO_TOKEN");
        uint8_t     bytes[16];
        if (em_cli_given(cli, "open"))
                return EM_OK;
        if (file.n)
                EM_TRY(em_file_read(file, 4096, cli->arena, &token, err));
        if (!file.n && set && *set) {
                token = em_str_c(set);
                file = EM_S("EMBARGO_TOKEN");           /* for messages */
        }
        token = em_str_trim(token);
        for (size_t i = 0; i < token.n; i++)
                if (token.p[i] <= ' ' || token.p[i] > '~' || strchr("\",;\\&=%+#", token.p[i]))
                        return em_fail_at(err, EM_FORMAT, file, 0, 0, "a token has letters, digits and - . _ ~ only");
        if (file.n && (token.n < 16 || token.n > 90))
                return em_fail_at(err, EM_FORMAT, file, 0, 0, "a token has 16 to 90 characters");
        if (!token.n) {
                if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
                        return em_fail(err, EM_IO, "no random bytes for a token");
                token = EM_S("");
                for (size_t i = 0; i < sizeof bytes; i++)
                        token = em_cli_text(cli, "%.*s%02x", EM_ARG(token), bytes[i]);
                *ret_made = true;
        }
        *ret_token = token;
        return EM_OK;
}

static bool loopback(em_str address)
{
        return !address.n || em_str_starts(address, EM_S("127.")) || em_str_eq(address, EM_S("::1"));
}

/* The address as a URL and a Host header have it. */
static em_str host_of(em_cli *cli, em_str address)
{
        if (!address.n)
                return EM_S("127.0.0.1");
        return memchr(address.p, ':', address.n) ? em_cli_text(cli, "[%.*s]", EM_ARG(address)) : address;
}

static em_status count(em_cli *cli, const char *flag, int64_t otherwise, int64_t least, int64_t most, int64_t *ret, em_error *err)
{
        int64_t n = otherwise;
        if (em_cli_given(cli, flag) && (!em_str_int(em_cli_value(cli, flag), &n) || n < least || n > most))
                return em_fail(err, EM_USAGE, "--%s takes a number from %lld to %lld", flag, (long long)least, (long long)most);
        *ret = n;
        return EM_OK;
}

/* INDEX, or the case's own when it has one. */
static em_status what_to_serve(em_cli *cli, em_service_opts *opts, em_error *err)
{
        em_str path;
        EM_TRY(em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &path, err));
        bool in_case = !cli->parsed->operands && em_path_exists(path);  /* this folder, or EMBARGO_CASE */
        if (!cli->parsed->operands && !cli->case_named && !in_case)
                return em_fail(err, EM_USAGE, "serve needs --case DIR, or INDEX, a names.idx that embargo index names makes");
        if (cli->case_named || in_case) {
                opts->case_dir = cli->case_dir;
                EM_TRY(em_path_join(cli->case_dir, EM_S("index/names.idx"), cli->arena, &path, err));
                if (em_path_exists(path))
                        opts->index = path;
        }
        if (cli->parsed->operands)
                opts->index = cli->parsed->operand[0];
        return EM_OK;
}

/* A command as a page asks for it: on the case that is served, in memory of its own. */
static em_status run_inside(void *ctx, const em_str *word, size_t words, const em_progress *watch, em_buf *out, em_error *err)
{
        em_cli  inner = *(const em_cli *)ctx;
        char   *text = NULL;
        size_t  n = 0;
        em_str  front[] = {EM_S("--case"), inner.case_dir, EM_S("--quiet"), EM_S("--no-color")};
        size_t  fronts = sizeof front / sizeof *front;
        FILE   *to = open_memstream(&text, &n);
        inner.arena = em_arena_new((size_t)4 << 30);
        em_str *all = inner.arena ? EM_NEW_N(inner.arena, em_str, words + fronts) : NULL;
        em_status s = EM_NOMEM;
        if (to && all) {
                memcpy(all, front, sizeof front);
                memcpy(all + fronts, word, words * sizeof *word);
                inner.quiet = true;
                inner.watch = *watch;
                s = em_cli_run(&inner, all, words + fronts, to, err);
        }
        if (to && fclose(to) != 0)
                s = EM_NOMEM;
        if (s == EM_NOMEM && err && !err->text[0])
                (void)em_fail(err, EM_NOMEM, "no memory for a command");
        em_buf_add(out, text, n);
        free(text);
        em_arena_free(inner.arena);
        return s;
}

typedef struct talk { em_cli *cli; em_service *service; em_str token, address; bool made; } talk;

static void said(void *ctx, const char *line)
{
        talk *t = ctx;
        if (!t->cli->quiet)
                fprintf(stderr, "%s\n", line);  /* one call: a whole line, from any thread */
}

static void ready(void *ctx, uint16_t port)
{
        talk          *t = ctx;
        em_names_built n = em_service_counts(t->service);
        em_str         host = host_of(t->cli, t->address);
        em_str         query = t->made ? em_cli_text(t->cli, "?token=%.*s", EM_ARG(t->token)) : EM_S("");
        fprintf(t->cli->out, "http://%.*s:%u/%.*s\n", EM_ARG(host), (unsigned)port, EM_ARG(query));
        fflush(t->cli->out);
        if (!n.parties)
                em_cli_say(t->cli, "serving the case; Ctrl-C ends it");
        else
                em_cli_say(t->cli, "serving %.*s of %.*s; Ctrl-C ends it", EM_ARG(em_cli_many(t->cli, n.names, "name", "names")),
                   EM_ARG(em_cli_many(t->cli, n.parties, "party", "parties")));
        if (!t->token.n)
                em_cli_say(t->cli, "no token is asked for: every program on this machine may ask");
}

static em_status run(em_cli *cli, em_error *err)
{
        em_service_opts opts = em_service_defaults;
        em_listen_opts  listen = {.said = said, .ready = ready};
        talk            t = {.cli = cli};
        int64_t         port = 0, connections = 0, upload = 0;
        EM_TRY(what_to_serve(cli, &opts, err));
        opts.write = em_cli_given(cli, "write");
        opts.author = em_cli_value(cli, "by");
        EM_TRY(count(cli, "upload-most", 1024, 1, 1 << 20, &upload, err));
        opts.upload_most = (uint64_t)upload << 20;
        opts.run = run_inside;
        opts.run_ctx = cli;
        EM_TRY(count(cli, "port", PORT, 0, 65535, &port, err));
        EM_TRY(count(cli, "connections", 1024, 1, 100000, &connections, err));
        listen.address = em_cli_value(cli, "listen");
        if (!loopback(listen.address) && em_cli_given(cli, "open"))
                return em_fail(err, EM_USAGE, "--open is for loopback: without a token nobody else may be let in");
        EM_TRY(find_token(cli, &opts.token, &t.made, err));
        opts.hosts = em_cli_text(cli, "%.*s,%.*s", EM_ARG(host_of(cli, listen.address)), EM_ARG(em_cli_value(cli, "host")));
        opts.origins = em_cli_value(cli, "origin");
        listen.port = (uint16_t)port;
        listen.connections = (size_t)connections;
        listen.threads = cli->threads;
        listen.ctx = &t;
        t.token = opts.token;
        t.address = listen.address;
        EM_TRY(em_service_new(&opts, &t.service, err));
        em_status s = em_service_run(t.service, &listen, err);
        em_service_free(t.service);
        if (s == EM_OK)
                em_cli_done(cli, NULL, "ended; running requests were answered");
        return s;
}

static const em_flag flags[] = {
        {"port", 'p', EM_ARG_COUNT, "N", "the port (default: 8484; 0: a free one)"},
        {"listen", 0, EM_ARG_TEXT, "ADDRESS", "the address to listen on (default: 127.0.0.1)"},
        {"token-file", 0, EM_ARG_FILE, "FILE", "the token is this file's line (default: EMBARGO_TOKEN, or a new one that is printed)"},
        {"write", 'w', EM_ARG_NONE, NULL, "the pages may change the case: add, link, reply, sign off"},
        {"upload-most", 0, EM_ARG_COUNT, "MIB", "with --write: most that one form may bring in files (default: 1024)"},
        {"open", 0, EM_ARG_NONE, NULL, "ask for no token; loopback only"},
        {"host", 0, EM_ARG_TEXT, "NAMES", "names of this machine that requests may use, by commas, beside localhost"},
        {"origin", 0, EM_ARG_TEXT, "ORIGINS", "pages that may reconcile, by commas, as http://127.0.0.1:3333"},
        {"connections", 0, EM_ARG_COUNT, "N", "most connections at a time (default: 1024)"},
        {0},
};
static const em_example examples[] = {
        {"embargo --case dprk serve", "the pages of a case; open the address that it prints"},
        {"embargo serve names.idx", "on http://127.0.0.1:8484/, with a token made for this run"},
        {"embargo serve names.idx --token-file token --port 9000", "a token that stays the same"},
        {"embargo serve names.idx --open --origin http://127.0.0.1:3333", "for OpenRefine on this machine"},
        {0},
};
const em_command em_cmd_serve = {
        .name = "serve", .group = "ask", .brief = "the case in the browser; screening for programs",
        .usage = "[INDEX]", .least = 0, .most = 1, .operand = EM_ARG_FILE,
        .about = "With a case, its pages: what happened, the measures, findings and claims, the evidence down to its bytes, screening, traces, "
                 "ships, charts, SQL, the report and the ledger, each also as .json and .csv. They show what was known on any day (?known=2022-03-01)."
                 "\n\nAnswers HTTP requests out of INDEX, a names.idx that embargo index names made: yente's /match, /search, "
                 "/entities and /catalog, watchman's /v2/search, and reconciliation for OpenRefine. GET /docs is the page of "
                 "requests. It listens on loopback, and answers only requests that name it and bear the token."
                 "\n\nThe address is printed on stdout, with the token when one was made for this run; one line for each request goes "
                 "to stderr, without what was asked. When INDEX is replaced, or at SIGHUP, the new one is opened and requests "
                 "that run finish on the old. SIGTERM ends the service after them.",
        .example = examples, .flag = flags, .run = run,
};
