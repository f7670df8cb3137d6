/* embargo serve: a case as pages, and the lists for programs.
 *
 * The service itself is src/serve; here stand its options, its token, what it may still touch once it is locked in, and its
 * lines of talk.
 */
#include "cli/cli.h"
#include "embargo/serve.h"

#include <stdlib.h>
#include <sys/random.h>

enum { PORT = 8484, TOKEN_MOST = 128 };

static em_status make_token(em_cli *cli, em_str *ret_token, em_error *err)
{
        uint8_t bytes[16];
        em_str  token = EM_S("");
        if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
                return em_fail(err, EM_IO, "no random bytes for a token");
        for (size_t i = 0; i < sizeof bytes; i++)
                token = em_cli_text(cli, "%.*s%02x", EM_ARG(token), bytes[i]);
        *ret_token = token;
        return EM_OK;
}

/* --token-file, EMBARGO_TOKEN, or, where there are no accounts, a new one and another for the printed address; never an
 * argument, which every user of the machine can read. */
static em_status find_token(em_cli *cli, em_str *ret_token, em_str *ret_once, em_error *err)
{
        em_str      file = em_cli_value(cli, "token-file"), token = {0};
        const char *set = getenv("EMBARGO_TOKEN");
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
        if (!token.n && !em_cli_given(cli, "accounts")) {
                EM_TRY(make_token(cli, &token, err));
                EM_TRY(make_token(cli, ret_once, err));
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

/* ---- the cage ------------------------------------------------------------------------------------------ */

typedef struct talk {
        em_cli       *cli;
        em_service   *service;
        em_str        token, once, address, index;
        em_case_hold *hold;             /* keeps the case readable (case.h) */
        bool          write, open, tls;
        char          cage[EM_CAGE_WORDS];
} talk;

/* What the pages read: the case, also where a part of it is a link to elsewhere; its regime; the program's data; the lists. */
static em_status find_readable(talk *t, em_str *read, size_t *ret_count, em_error *err)
{
        static const char *const parts[] = {"index", "index/chain", "index/ships", "index/names.idx", "sources", "report"};
        em_cli  *cli = t->cli;
        em_case *c = NULL;
        size_t   n = 0;
        EM_TRY(em_data_folders(cli->arena, read, &n, err));
        if (t->index.n)
                read[n++] = em_path_dir(t->index);
        if (!cli->case_named) {
                *ret_count = n;
                return EM_OK;
        }
        read[n++] = cli->case_dir;
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                EM_TRY(em_path_join(cli->case_dir, em_str_c(parts[i]), cli->arena, &read[n++], err));
        EM_TRY(em_case_open(cli->case_dir, EM_CASE_READ, &c, err));
        em_status s = em_str_copy(em_case_regime_dir(c), cli->arena, &read[n++], err);
        em_case_close(c);
        *ret_count = n;
        return s;
}

/* With --write the case's index/, which is there to be thrown away, is also the place for what is made in passing. */
static em_status find_writable(talk *t, em_str *write, size_t *ret_count, em_error *err)
{
        em_str place;
        if (!t->write || !t->cli->case_named)
                return EM_OK;
        EM_TRY(em_path_join(t->cli->case_dir, EM_S("index"), t->cli->arena, &place, err));
        EM_TRY(em_dir_make(place, err));
        if (setenv("TMPDIR", place.p, 1) != 0)
                return em_fail(err, EM_NOMEM, "no memory for the name of a folder");
        write[0] = t->cli->case_dir;
        write[1] = place;
        *ret_count = 2;
        return EM_OK;
}

static em_status lock_in(void *ctx, em_error *err)
{
        talk  *t = ctx;
        em_str read[EM_DATA_FOLDERS + 16], write[2];
        em_cage_opts opts = {.read = read, .write = write};
        if (em_cli_given(t->cli, "no-cage"))
                return EM_OK;
        EM_TRY(find_readable(t, read, &opts.reads, err));
        EM_TRY(find_writable(t, write, &opts.writes, err));
        bool hold = t->cli->case_named && !opts.writes;
        if (hold)
                EM_TRY(em_case_hold_take(t->cli->case_dir, &t->hold, err));
        EM_TRY(em_cage_enter(&opts, t->cage, err));
        if (hold) {
                em_case_hold *inside = NULL;
                EM_TRY(em_case_hold_take(t->cli->case_dir, &inside, err));
                em_case_hold_close(t->hold);
                t->hold = inside;
        }
        em_service_caged(t->service, t->cage);
        return EM_OK;
}

/* ---- talk ------------------------------------------------------------------------------------------------- */

static void said(void *ctx, const char *lines)
{
        talk *t = ctx;
        if (!t->cli->quiet)
                fprintf(stderr, "%s\n", lines); /* one call: whole lines, from any thread */
}

static void ready(void *ctx, uint16_t port)
{
        talk          *t = ctx;
        em_names_built n = em_service_counts(t->service);
        em_str         host = host_of(t->cli, t->address);
        em_str         query = t->once.n ? em_cli_text(t->cli, "?token=%.*s", EM_ARG(t->once)) : EM_S("");
        fprintf(t->cli->out, "http%s://%.*s:%u/%.*s\n", t->tls ? "s" : "", EM_ARG(host), (unsigned)port, EM_ARG(query));
        fflush(t->cli->out);
        if (t->once.n)
                em_cli_say(t->cli, "the address signs one browser in, once; for programs, and to sign in again: Authorization: Bearer %.*s",
                           EM_ARG(t->token));
        if (!n.parties)
                em_cli_say(t->cli, "serving the case%s; Ctrl-C ends it", t->write ? ", which the pages may change" : " for reading");
        else
                em_cli_say(t->cli, "serving %.*s of %.*s; Ctrl-C ends it", EM_ARG(em_cli_many(t->cli, n.names, "name", "names")),
                   EM_ARG(em_cli_many(t->cli, n.parties, "party", "parties")));
        em_cli_say(t->cli, "%s", t->cage[0] ? t->cage : "NO CAGE (--no-cage): whoever finds a hole in the server has every right of yours");
        if (t->open)
                em_cli_say(t->cli, "no token is asked for: every program on this machine may ask");
}

/* ---- options ------------------------------------------------------------------------------------------------ */

/* Others than this machine are served by accounts and over TLS, or not at all. */
static em_status read_remote(em_cli *cli, em_service_opts *opts, em_listen_opts *listen, em_error *err)
{
        em_str certificate = em_cli_value(cli, "tls-cert"), key = em_cli_value(cli, "tls-key");
        listen->address = em_cli_value(cli, "listen");
        opts->accounts = em_cli_value(cli, "accounts");
        if ((certificate.n == 0) != (key.n == 0))
                return em_fail(err, EM_USAGE, "--tls-cert and --tls-key go together");
        if (!loopback(listen->address) && !(key.n && opts->accounts.n))
                return em_fail(err, EM_USAGE, "--listen with an address that is not loopback needs --tls-cert FILE --tls-key FILE and --accounts FILE "
                                              "(embargo account FILE add NAME makes it): nobody outside this machine is served without them");
        if (opts->accounts.n && em_cli_given(cli, "open"))
                return em_fail(err, EM_USAGE, "--open asks nobody who he is, --accounts everybody; give one of them");
        if (!key.n)
                return EM_OK;
        opts->tls = true;
        EM_TRY(em_file_read(certificate, 65000, cli->arena, &listen->certificate, err));
        return em_file_read(key, 16000, cli->arena, &listen->key, err);
}

static em_status read_options(em_cli *cli, em_service_opts *opts, em_listen_opts *listen, talk *t, em_error *err)
{
        int64_t port = 0, connections = 0, upload = 0;
        EM_TRY(what_to_serve(cli, opts, err));
        EM_TRY(read_remote(cli, opts, listen, err));
        EM_TRY(count(cli, "port", PORT, 0, 65535, &port, err));
        EM_TRY(count(cli, "connections", 1024, 1, 100000, &connections, err));
        EM_TRY(find_token(cli, &opts->token, &opts->once, err));
        EM_TRY(count(cli, "upload-most", 1024, 1, 1 << 20, &upload, err));
        opts->write = em_cli_given(cli, "write");
        opts->author = em_cli_value(cli, "by");
        opts->upload_most = (uint64_t)upload << 20;
        opts->run = run_inside;
        opts->run_ctx = cli;
        opts->sound = cli->sound;
        opts->hosts = em_cli_text(cli, "%.*s,%.*s", EM_ARG(host_of(cli, listen->address)), EM_ARG(em_cli_value(cli, "host")));
        opts->origins = em_cli_value(cli, "origin");
        listen->port = (uint16_t)port;
        listen->connections = (size_t)connections;
        listen->threads = cli->threads;
        listen->ctx = t;
        t->token = opts->token;
        t->once = opts->once;
        t->address = listen->address;
        t->index = opts->index;
        t->write = opts->write;
        t->tls = opts->tls;
        t->open = !opts->token.n && !opts->accounts.n;
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_service_opts opts = em_service_defaults;
        em_listen_opts  listen = {.said = said, .ready = ready, .lock = lock_in};
        talk            t = {.cli = cli};
        cli->sound = em_sound_new();
        em_status s = read_options(cli, &opts, &listen, &t, err);
        if (s == EM_OK)
                s = em_service_new(&opts, &t.service, err);
        if (s == EM_OK)
                s = em_service_run(t.service, &listen, err);
        em_service_free(t.service);
        em_case_hold_close(t.hold);
        cli->sound = em_sound_free(cli->sound);
        if (s == EM_OK)
                em_cli_done(cli, NULL, "ended; running requests were answered");
        return s;
}

static const em_flag flags[] = {
        {"port", 'p', EM_ARG_COUNT, "N", "the port (default: 8484; 0: a free one)"},
        {"listen", 0, EM_ARG_TEXT, "ADDRESS", "the address to listen on (default: 127.0.0.1); another than loopback needs TLS and accounts"},
        {"tls-cert", 0, EM_ARG_FILE, "FILE", "the certificate and its chain, as PEM; pages are then https"},
        {"tls-key", 0, EM_ARG_FILE, "FILE", "its private key, as PEM"},
        {"accounts", 0, EM_ARG_FILE, "FILE", "people who may sign in (embargo account makes it)"},
        {"token-file", 0, EM_ARG_FILE, "FILE", "the token is this file's line (default: EMBARGO_TOKEN, or a new one that is printed)"},
        {"write", 'w', EM_ARG_NONE, NULL, "the pages may change the case: add, link, reply, sign off"},
        {"upload-most", 0, EM_ARG_COUNT, "MIB", "with --write: most that one form may bring in files (default: 1024)"},
        {"open", 0, EM_ARG_NONE, NULL, "ask for no token; loopback only"},
        {"host", 0, EM_ARG_TEXT, "NAMES", "names of this machine that requests may use, by commas, beside localhost"},
        {"origin", 0, EM_ARG_TEXT, "ORIGINS", "pages that may reconcile, by commas, as http://127.0.0.1:3333"},
        {"connections", 0, EM_ARG_COUNT, "N", "most connections at a time (default: 1024)"},
        {"no-cage", 0, EM_ARG_NONE, NULL, "do not lock the server in (Landlock, seccomp): only where the kernel cannot"},
        {0},
};
static const em_example examples[] = {
        {"embargo --case dprk-2022 serve", "the case on http://127.0.0.1:8484/, for the browser that opens the printed address"},
        {"embargo --case dprk-2022 serve --write", "the pages may also change it"},
        {"embargo serve names.idx --token-file token --port 9000", "a token that stays the same"},
        {"embargo serve names.idx --open --origin http://127.0.0.1:3333", "for OpenRefine on this machine"},
        {"embargo --case dprk-2022 serve --listen 192.0.2.7 --tls-cert c.pem --tls-key k.pem --accounts people",
         "for others than this machine, who sign in"},
        {0},
};
const em_command em_cmd_serve = {
        .name = "serve", .group = "ask", .brief = "a case as pages in the browser, and screening for programs",
        .usage = "[INDEX]", .least = 0, .most = 1, .operand = EM_ARG_FILE,
        .about = "With --case DIR the case is read, checked and searched in the browser, and changed with --write. With INDEX, a names.idx "
                 "that embargo index names made (default: the case's own), it answers programs too: yente's /match, /search, "
                 "/entities and /catalog, watchman's /v2/search, and reconciliation for OpenRefine. GET /docs is the page of "
                 "requests. It listens on loopback, and answers only requests that name it and bear the token or the cookie of "
                 "somebody who has signed in."
                 "\n\nThe address is printed on stdout; when a token was made for this run it signs one browser in, once. One line for each request goes "
                 "to stderr, without what was asked. When INDEX is replaced, or at SIGHUP, the new one is opened and requests "
                 "that run finish on the old. SIGTERM ends the service after them."
                 "\n\nBefore the first request the process locks itself in: it can start no program, open no connection, read nothing but the case, its "
                 "regime and the lists, and write nothing, with --write nothing but the case.",
        .example = examples, .flag = flags, .run = run,
};
