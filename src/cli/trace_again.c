/* A kept run, made again.
 *
 * A run's rows say everything that was asked, so the command line that made it can be put
 * together from the case alone; with the same index it must give the same bytes.  Which
 * version of the program made it is one of the rows and the only one that may differ.
 */
#include "cli/trace_again.h"
#include "embargo/moves.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- reading --------------------------------------------------------------------------- */

static const char head_sql[] =
        "select class, coalesce(who, ''), coalesce(key, ''), coalesce(text, ''), coalesce(sha256, ''), "
        "coalesce(output, ''), coalesce(stated_milli, 0) / 1000 from trace "
        "where source = :source and class in ('param', 'input', 'rule', 'seed') order by row";

static const char account_head_sql[] =
        "select class, coalesce(who, ''), coalesce(key, ''), coalesce(text, ''), coalesce(sha256, ''), "
        "coalesce(text, ''), 0 from trace_account "
        "where source = :source and class in ('param', 'input', 'rule', 'seed') order by row";

static em_str coins(em_cli *cli, int64_t sat)
{
        em_str text = em_cli_text(cli, "%lld.%08lld", (long long)(sat / 100000000), (long long)(sat % 100000000));
        while (em_str_ends(text, EM_S("0")))
                text.n--;
        if (em_str_ends(text, EM_S(".")))
                text.n--;
        return text;
}

/* "param hops" without its first word */
static em_str second_word(em_str key)
{
        return em_str_cut(key, ' ').tail;
}

static void take_row(em_cli *cli, const em_rows *rows, size_t i, em_again *run)
{
        em_str class = em_rows_at(rows, i, 0)->s, who = em_rows_at(rows, i, 1)->s, text = em_rows_at(rows, i, 3)->s;
        em_str name = second_word(em_rows_at(rows, i, 2)->s), hash = em_rows_at(rows, i, 4)->s;
        if (em_str_eq(class, EM_S("rule")))
                run->rule[run->rules++] = (em_again_text){who, text};
        else if (em_str_eq(class, EM_S("seed")) && run->accounts)
                run->seed[run->seeds++] = (em_again_text){text, EM_S("")};
        else if (em_str_eq(class, EM_S("seed")))
                run->seed[run->seeds++] = (em_again_text){em_rows_at(rows, i, 5)->s, coins(cli, em_rows_at(rows, i, 6)->i)};
        else if (em_str_eq(name, EM_S("labels")))
                run->label_hash[run->labels++] = hash;
        else if (em_str_eq(name, EM_S("prices")))
                run->price_hash[run->prices++] = hash;
        else if (em_str_eq(class, EM_S("input")))
                *(em_str_eq(name, EM_S("index")) ? &run->index_hash : &run->stops_hash) = hash;
        else if (em_str_eq(name, EM_S("program")))
                run->program = text;
        else
                run->param[run->params++] = (em_again_text){name, text};
}

em_status em_again_load(em_cli *cli, em_case *c, em_str source, bool accounts, em_again *ret_run, em_error *err)
{
        em_rows  rows = {0};
        em_param param = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = source}};
        em_again run = {.accounts = accounts};
        EM_TRY(em_case_query(c, em_str_c(accounts ? account_head_sql : head_sql), &param, 1, NULL, cli->arena, &rows, err));
        em_again_text *room = EM_NEW_N(cli->arena, em_again_text, 3 * rows.rows + 3);
        run.label_hash = EM_NEW_N(cli->arena, em_str, rows.rows + 1);
        run.price_hash = EM_NEW_N(cli->arena, em_str, rows.rows + 1);
        if (!room || !run.label_hash || !run.price_hash)
                return em_fail(err, EM_NOMEM, "out of memory");
        run.param = room;
        run.rule = room + rows.rows + 1;
        run.seed = room + 2 * (rows.rows + 1);
        memcpy(run.source, source.p, source.n < 8 ? source.n : 8);
        for (size_t i = 0; i < rows.rows; i++)
                take_row(cli, &rows, i, &run);
        if (!run.rules || !run.seeds || !run.index_hash.n)
                return em_fail(err, EM_FORMAT, "the run %s does not say what was asked of it", run.source);
        *ret_run = run;
        return EM_OK;
}

/* ---- asking again ------------------------------------------------------------------------- */

static em_str all_rules(em_cli *cli, const em_again *run)
{
        em_str list = EM_S("");
        for (size_t i = 0; i < run->rules; i++)
                list = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(list), i ? "," : "", EM_ARG(run->rule[i].name));
        return list;
}

/* The name that a source came with, when it is one; an investigator may have given it another. */
static em_status came_as(em_cli *cli, em_case *c, em_str hash, em_str *ret_name, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        *ret_name = hash;
        EM_TRY(em_case_sources(c, cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(em_str_c(list[i].sha256), hash) && em_str_find(list[i].name, EM_S("/")) < 0 &&
                    !em_str_starts(list[i].name, EM_S(".")))
                        *ret_name = list[i].name;
        return EM_OK;
}

/* A copy of a source under the name that it came with, in a folder of its own. */
static em_status copy_input(em_cli *cli, em_case *c, em_str hash, em_str kept, em_str folder, em_str *ret_path, em_error *err)
{
        em_str    name = {0}, text = {0};
        em_arena *own = em_arena_new((size_t)2 << 30);
        if (!own)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = came_as(cli, c, hash, &name, err);
        if (s == EM_OK)
                s = em_dir_make(folder, err);
        if (s == EM_OK)
                s = em_path_join(folder, name, cli->arena, ret_path, err);
        if (s == EM_OK)
                s = em_file_read(kept, (uint64_t)1 << 30, own, &text, err);
        if (s == EM_OK)
                s = em_file_write(*ret_path, text, err);
        em_arena_free(own);
        return s;
}

static em_status input_path(em_cli *cli, em_case *c, em_str hash, em_str below, size_t i, em_str *ret_path, em_error *err)
{
        em_str folder = {0}, at = em_cli_text(cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(hash, 0, 2)), EM_ARG(hash));
        EM_TRY(em_path_join(em_case_dir(c), at, cli->arena, ret_path, err));
        if (!below.n)
                return EM_OK;
        EM_TRY(em_path_join(below, em_cli_text(cli, "%zu", i), cli->arena, &folder, err));
        return copy_input(cli, c, hash, *ret_path, folder, ret_path, err);
}

static bool is_switch(em_str name)
{
        return em_str_starts(name, EM_S("through-")) || em_str_eq(name, EM_S("contracts")) || em_str_eq(name, EM_S("no-swaps"));
}

em_status em_again_words(em_cli *cli, em_case *c, const em_again *run, em_str rule, em_str below, em_str **ret_words,
                         size_t *ret_count, em_error *err)
{
        size_t  n = 0;
        em_str *word = EM_NEW_N(cli->arena, em_str, run->seeds + 2 * (run->params + run->labels + run->prices) + 8);
        if (!word)
                return em_fail(err, EM_NOMEM, "out of memory");
        word[n++] = EM_S("trace");
        for (size_t i = 0; i < run->seeds; i++)
                word[n++] = run->accounts ? run->seed[i].name
                          : em_cli_text(cli, "%.*s=%.*s", EM_ARG(run->seed[i].name), EM_ARG(run->seed[i].text));
        word[n++] = EM_S("--policy");
        word[n++] = rule.n ? rule : all_rules(cli, run);
        for (size_t i = 0; i < run->params; i++) {
                word[n++] = em_cli_text(cli, "--%.*s", EM_ARG(run->param[i].name));
                if (!is_switch(run->param[i].name))
                        word[n++] = run->param[i].text;
        }
        for (size_t i = 0; i < run->labels; i++) {
                word[n++] = EM_S("--labels");
                EM_TRY(input_path(cli, c, run->label_hash[i], below, i, &word[n++], err));
        }
        for (size_t i = 0; i < run->prices; i++) {
                word[n++] = EM_S("--prices");
                EM_TRY(input_path(cli, c, run->price_hash[i], below, run->labels + i, &word[n++], err));
        }
        if (run->stops_hash.n) {
                word[n++] = EM_S("--stops");
                EM_TRY(input_path(cli, c, run->stops_hash, below, run->labels + run->prices, &word[n++], err));
        }
        *ret_words = word;
        *ret_count = n;
        return EM_OK;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st;
        (void)type;
        (void)at;
        return remove(path);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* The text without its row of the program's version. */
static em_status without_program(em_str text, em_arena *arena, em_str *ret_text, em_error *err)
{
        ptrdiff_t at = em_str_find(text, EM_S("\nparam program,"));
        if (at < 0) {
                *ret_text = text;
                return EM_OK;
        }
        em_str    rest = em_str_sub(text, (size_t)at + 1, text.n);
        ptrdiff_t end = em_str_find(rest, EM_S("\n"));
        return em_str_format(arena, ret_text, err, "%.*s%.*s", (int)at, text.p,
                             EM_ARG(em_str_sub(rest, end < 0 ? rest.n : (size_t)end, rest.n)));
}

em_status em_again_same(em_str kept, em_str made, bool *ret_same, em_error *err)
{
        em_arena *own = em_arena_new((size_t)8 << 30);
        em_str    a = {0}, b = {0};
        em_status s = own ? em_file_read(kept, (uint64_t)1 << 30, own, &a, err) : em_fail(err, EM_NOMEM, "out of memory");
        if (s == EM_OK)
                s = em_file_read(made, (uint64_t)1 << 30, own, &b, err);
        if (s == EM_OK)
                s = without_program(a, own, &a, err);
        if (s == EM_OK)
                s = without_program(b, own, &b, err);
        if (s == EM_OK)
                *ret_same = em_str_eq(a, b);
        em_arena_free(own);
        return s;
}

/* A folder for what is made only to be compared; a case that is being checked may lie where nothing can be written. */
static em_status make_room(em_cli *cli, em_str *ret_dir, em_error *err)
{
        const char *tmp = getenv("TMPDIR");
        char        path[512];
        int         n = snprintf(path, sizeof path, "%s/embargo-again-XXXXXX", tmp && *tmp ? tmp : "/tmp");
        if (n < 0 || (size_t)n >= sizeof path || !mkdtemp(path))
                return em_fail(err, EM_IO, "no temporary folder can be made to make a trace again in; TMPDIR names its place");
        return em_str_copy(em_str_c(path), cli->arena, ret_dir, err);
}

static em_status make_again(em_cli *cli, em_case *c, const em_again *run, em_str chain_dir, em_str below, em_str made,
                            em_error *err)
{
        em_str *word = NULL, *all = NULL;
        size_t  n = 0;
        FILE   *nowhere = fopen("/dev/null", "w");
        if (!nowhere)
                return em_fail(err, EM_IO, "/dev/null could not be opened");
        em_cli quiet = *cli;
        quiet.quiet = true;
        em_status s = em_again_words(cli, c, run, EM_S(""), below, &word, &n, err);
        if (s == EM_OK && !(all = EM_NEW_N(cli->arena, em_str, n + 5)))
                s = em_fail(err, EM_NOMEM, "out of memory");
        if (s == EM_OK) {
                memcpy(all, word, n * sizeof *all);
                const em_str more[] = {EM_S("--chain"), chain_dir, EM_S("--run"), EM_S("--out"), made};
                memcpy(all + n, more, sizeof more);
                s = em_cli_run(&quiet, all, n + 5, nowhere, err);
        }
        fclose(nowhere);
        return s;
}

static em_status verify_run(em_cli *cli, em_case *c, const em_again *run, em_str hash, em_str chain_dir,
                            void (*tell)(void *ctx, const char *sentence), void *ctx, em_error *err)
{
        em_str kept = {0}, made = {0}, room = {0};
        bool   same = false;
        em_str at = em_cli_text(cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(hash, 0, 2)), EM_ARG(hash));
        EM_TRY(em_path_join(em_case_dir(c), at, cli->arena, &kept, err));
        EM_TRY(make_room(cli, &room, err));
        EM_TRY(em_path_join(room, EM_S("run.csv"), cli->arena, &made, err));
        em_status s = make_again(cli, c, run, chain_dir, room, made, err);
        if (s == EM_OK)
                s = em_again_same(kept, made, &same, err);
        (void)nftw(room.p, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        if (s == EM_OK && same)
                em_cli_say(cli, "run %s: same", run->source);
        else if (s == EM_OK)
                tell(ctx, em_cli_text(cli, "run %s: made again in the same index, other bytes come out", run->source).p);
        else if (s != EM_INTERRUPTED && s != EM_NOMEM) {
                tell(ctx, em_cli_text(cli, "run %s: it cannot be made again: %s", run->source, err->text).p);
                *err = (em_error){0};
                s = EM_OK;
        }
        return s;
}

static em_status index_hash(em_cli *cli, em_str chain_dir, em_str *ret_hex, em_error *err)
{
        em_str path = {0}, head = {0};
        char   hex[65];
        if (em_moves_is(chain_dir)) {
                em_moves_index *index = NULL;
                em_sha256       seal = {0};
                EM_TRY(em_moves_open(chain_dir, &index, err));
                em_status s = em_moves_seal(index, &seal, err);
                em_moves_close(index);
                return s == EM_OK ? em_str_copy(em_str_c(em_sha256_hex(seal, hex)), cli->arena, ret_hex, err) : s;
        }
        EM_TRY(em_path_join(chain_dir, EM_S("index"), cli->arena, &path, err));
        EM_TRY(em_file_read(path, (uint64_t)1 << 30, cli->arena, &head, err));
        return em_str_copy(em_str_c(em_sha256_hex(em_sha256_of(head), hex)), cli->arena, ret_hex, err);
}

em_status em_again_verify(em_cli *cli, em_case *c, em_str chain_dir, void (*tell)(void *ctx, const char *sentence),
                          void *ctx, size_t *ret_runs, em_error *err)
{
        em_source *list = NULL;
        em_str     hex = {0};
        size_t     count = 0;
        *ret_runs = 0;
        EM_TRY(em_case_sources(c, cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++) {
                em_again run = {0};
                em_str   hash = em_str_c(list[i].sha256);
                bool     accounts = em_str_eq(list[i].map, EM_S("trace_account"));
                if (!accounts && !em_str_eq(list[i].map, EM_S("trace")))
                        continue;
                if (!hex.n)
                        EM_TRY(index_hash(cli, chain_dir, &hex, err));
                EM_TRY(em_again_load(cli, c, em_str_sub(hash, 0, 8), accounts, &run, err));
                if (em_str_eq(run.index_hash, hex))
                        EM_TRY(verify_run(cli, c, &run, hash, chain_dir, tell, ctx, err));
                else
                        em_cli_say(cli, "run %s: not made again, it is of another index (%.12s; here is %.12s)", run.source,
                                   run.index_hash.p, hex.p);
                *ret_runs += em_str_eq(run.index_hash, hex);
        }
        return EM_OK;
}
