/* A kept run of the detectors, made again.
 *
 * Its rows say profile, rules, kinds and span, so the command line that made it can be put together from the case
 * alone; in an index of the same files it must give the same bytes, but for the row of the program's version.
 */
#include "cli/ships.h"
#include "cli/trace_again.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORDS_MOST = 160, LISTS_MOST = 64 };

typedef struct asked { em_str word[WORDS_MOST]; size_t n; em_str fleet, list[LISTS_MOST]; size_t lists; } asked;    /* hashes of the lists that it was matched to */

static const char head_sql[] =
        "select key, coalesce(text, ''), fleet, coalesce(sha256, '') from voyage where source = :source and "
        "(class = 'param' or class = 'input' and key like 'list %') order by row";

static em_status ask_again(em_cli *cli, em_case *c, em_str source, asked *ret, em_error *err)
{
        em_rows  rows = {0};
        em_param param = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = source}};
        EM_TRY(em_case_query(c, em_str_c(head_sql), &param, 1, NULL, cli->arena, &rows, err));
        *ret = (asked){.n = 0};
        ret->word[ret->n++] = EM_S("ships");
        ret->word[ret->n++] = EM_S("find");
        for (size_t i = 0; i < rows.rows && ret->n + 8 < WORDS_MOST; i++) {
                em_str name = em_str_cut(em_str_cut(em_rows_at(&rows, i, 0)->s, ' ').tail, ' ').head;
                ret->fleet = em_rows_at(&rows, i, 2)->s;
                bool   list = em_str_starts(em_rows_at(&rows, i, 0)->s, EM_S("list "));
                if (list && ret->lists < LISTS_MOST)
                        ret->list[ret->lists++] = em_rows_at(&rows, i, 3)->s;
                if (list || em_str_eq(name, EM_S("program")))
                        continue;
                ret->word[ret->n++] = em_cli_text(cli, "--%.*s", EM_ARG(name));
                ret->word[ret->n++] = em_rows_at(&rows, i, 1)->s;
        }
        return rows.rows ? EM_OK : em_fail(err, EM_FORMAT, "the run %.8s does not say what was asked of it", source.p);
}

/* Is the index of these lists and of no others? */
static bool is_of(const em_names *names, const asked *a)
{
        const em_list_file *file = NULL;
        size_t files = em_names_files(names, &file), found = 0;
        for (size_t i = 0; i < files; i++)
                for (size_t k = 0; k < a->lists; k++)
                        found += em_str_eq(em_str_c(file[i].sha256), a->list[k]);
        return files == a->lists && found == files;
}

/* The lists that the run was matched to, when the case's own index of them is of the same. */
static em_status add_names(em_cli *cli, em_case *c, asked *a, bool *ret_here, em_error *err)
{
        em_str    path = {0};
        em_names *names = NULL;
        EM_TRY(em_path_join(em_case_dir(c), EM_S("index/names.idx"), cli->arena, &path, err));
        *ret_here = !a->lists;
        if (a->lists && em_path_exists(path)) {
                EM_TRY(em_names_open(path, &names, err));
                *ret_here = is_of(names, a);
                em_names_close(names);
        }
        a->word[a->n++] = EM_S("--names");
        a->word[a->n++] = a->lists ? path : EM_S("none");
        return EM_OK;
}

/* The run itself is in the index of the same files, or it is not made again. */
static em_status make(em_cli *cli, const asked *a, em_str dir, em_str regime, em_str made, em_error *err)
{
        em_str word[WORDS_MOST];
        FILE  *nowhere = fopen("/dev/null", "w");
        if (!nowhere)
                return em_fail(err, EM_IO, "/dev/null could not be opened");
        const em_str more[] = {EM_S("--index"), dir, EM_S("--regime"), regime, EM_S("--run"), EM_S("--out"), made};
        memcpy(word, a->word, a->n * sizeof *word);
        memcpy(word + a->n, more, sizeof more);
        em_cli quiet = *cli;
        quiet.quiet = true;
        em_status s = em_cli_run(&quiet, word, a->n + sizeof more / sizeof *more, nowhere, err);
        fclose(nowhere);
        return s;
}

static em_status compare(em_cli *cli, em_case *c, const asked *a, em_str hash, em_str dir, bool *ret_same, em_str *ret_fleet, em_error *err)
{
        char        path[512];
        const char *tmp = getenv("TMPDIR");
        em_str      kept = {0};
        int         n = snprintf(path, sizeof path, "%s/embargo-ships-run-XXXXXX", tmp && *tmp ? tmp : "/tmp");
        int         fd = n > 0 && (size_t)n < sizeof path ? mkstemp(path) : -1;
        if (fd < 0)
                return em_fail(err, EM_IO, "no temporary file can be made to make a run again in; TMPDIR names its place");
        close(fd);
        em_str at = em_cli_text(cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(hash, 0, 2)), EM_ARG(hash));
        em_status s = em_path_join(em_case_dir(c), at, cli->arena, &kept, err);
        if (s == EM_OK)
                s = make(cli, a, dir, em_case_regime_dir(c), em_str_c(path), err);
        if (s == EM_OK)
                s = em_again_same(kept, em_str_c(path), ret_same, err);
        if (s == EM_OK && !*ret_same) {
                em_str made = {0};
                s = em_file_read(em_str_c(path), (uint64_t)1 << 30, cli->arena, &made, err);
                *ret_fleet = em_str_find(made, a->fleet) >= 0 ? a->fleet : EM_S("");
        }
        (void)unlink(path);
        return s;
}

static em_status verify_run(em_cli *cli, em_case *c, em_str hash, em_str dir, void (*tell)(void *ctx, const char *sentence),
                            void *ctx, size_t *runs, em_error *err)
{
        asked  a;
        bool   same = false;
        em_str fleet = {0};
        bool   here = false;
        EM_TRY(ask_again(cli, c, em_str_sub(hash, 0, 8), &a, err));
        EM_TRY(add_names(cli, c, &a, &here, err));
        if (!here) {
                em_cli_say(cli, "run %.8s: not made again, the index of lists that it was matched to is not in the case", hash.p);
                return EM_OK;
        }
        em_status s = compare(cli, c, &a, hash, dir, &same, &fleet, err);
        if (s == EM_INTERRUPTED || s == EM_NOMEM)
                return s;
        if (s != EM_OK) {
                tell(ctx, em_cli_text(cli, "run %.8s: it cannot be made again: %s", hash.p, err->text).p);
                *err = (em_error){0};
                return EM_OK;
        }
        if (!same && !fleet.n) {
                em_cli_say(cli, "run %.8s: not made again, the index is of other files", hash.p);
                return EM_OK;
        }
        ++*runs;
        if (same)
                em_cli_say(cli, "run %.8s: same", hash.p);
        else
                tell(ctx, em_cli_text(cli, "run %.8s: made again from the same files, other bytes come out", hash.p).p);
        return EM_OK;
}

em_status em_fleet_verify(em_cli *cli, em_case *c, em_str dir, void (*tell)(void *ctx, const char *sentence), void *ctx,
                          size_t *ret_runs, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        *ret_runs = 0;
        EM_TRY(em_case_sources(c, cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(list[i].map, EM_S("ships")))
                        EM_TRY(verify_run(cli, c, em_str_c(list[i].sha256), dir, tell, ctx, ret_runs, err));
        return EM_OK;
}
