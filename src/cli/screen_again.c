/* A kept screening, made again out of the case alone.
 *
 * The run says which sources of the case it asked about, by which rules, of which lists.  The lists are sources too: they
 * are indexed anew, so that neither an index that was made wrong nor one that was made for the purpose can stand behind a
 * match.  Which version of the program made the run is the only row that may differ.
 */
#include "cli/screen_case.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- reading ----------------------------------------------------------------------------- */

static const char head_sql[] =
        "select class, coalesce(key, ''), coalesce(text, ''), coalesce(sha256, ''), coalesce(list_date, '') from screen "
        "where source = :source and class in ('param', 'rule', 'input') order by row";

static em_status take_param(em_cli *cli, em_screen_asked *a, em_str name, em_str text, em_error *err)
{
        int64_t n = 0;
        if (em_str_eq(name, EM_S("param program"))) {
                a->program = text;
        } else if (em_str_eq(name, EM_S("param least"))) {
                a->opts.least = strtod(em_cli_text(cli, "%.*s", EM_ARG(text)).p, NULL);
        } else if (em_str_eq(name, EM_S("param limit")) && em_str_int(text, &n) && n > 0) {
                a->opts.limit = (size_t)n;
        } else if (em_str_eq(name, EM_S("param exhaustive"))) {
                a->opts.exhaustive = true;
        } else if (em_str_eq(name, EM_S("param dataset"))) {
                em_str *list = EM_NEW_N(cli->arena, em_str, text.n + 1);
                if (!list)
                        return em_fail(err, EM_NOMEM, "out of memory");
                a->opts.dataset = list;
                for (em_cut cut = {.tail = text, .found = true}; cut.found;) {
                        cut = em_str_cut(cut.tail, ',');
                        list[a->opts.datasets++] = cut.head;
                }
        }
        return EM_OK;
}

static void take_rule(em_screen_asked *a, em_str text)
{
        em_party_rule *r = &a->rule[a->rules];
        em_str *const  to[] = {&r->kind, &r->party, &r->column, &r->is};
        *r = (em_party_rule){.split = {0}};
        for (size_t i = 0; i < sizeof to / sizeof *to; i++)
                if (!em_str_word(&text, to[i]))
                        return;
        r->split = em_str_trim(text);
        a->rules += em_ask_column(r->is) != NULL;
}

em_status em_screen_asked_load(em_cli *cli, em_case *c, em_str source, em_screen_asked *ret, em_error *err)
{
        em_rows  rows = {0};
        em_param param = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = source}};
        em_screen_asked a = {.opts = em_search_defaults};
        EM_TRY(em_case_query(c, em_str_c(head_sql), &param, 1, NULL, cli->arena, &rows, err));
        em_str *room = EM_NEW_N(cli->arena, em_str, 4 * rows.rows + 4);
        a.rule = EM_NEW_N(cli->arena, em_party_rule, rows.rows + 1);
        if (!room || !a.rule)
                return em_fail(err, EM_NOMEM, "out of memory");
        a.list = room;
        a.list_name = room + rows.rows + 1;
        a.evidence = room + 2 * (rows.rows + 1);
        a.list_date = room + 3 * (rows.rows + 1);
        a.opts.reasons = true;
        for (size_t i = 0; i < rows.rows; i++) {
                em_str class = em_rows_at(&rows, i, 0)->s, name = em_rows_at(&rows, i, 1)->s;
                em_str text = em_rows_at(&rows, i, 2)->s, hash = em_rows_at(&rows, i, 3)->s;
                if (em_str_eq(class, EM_S("param"))) {
                        EM_TRY(take_param(cli, &a, name, text, err));
                } else if (em_str_eq(class, EM_S("rule"))) {
                        take_rule(&a, text);
                } else if (em_str_starts(name, EM_S("input list"))) {
                        a.list_name[a.lists] = text;
                        a.list_date[a.lists] = em_rows_at(&rows, i, 4)->s;
                        a.list[a.lists++] = hash;
                } else {
                        a.evidence[a.evidences++] = hash;
                }
        }
        if (!a.rules || !a.lists)
                return em_fail(err, EM_FORMAT, "the screening %.*s does not say what was asked of it", EM_ARG(source));
        *ret = a;
        return EM_OK;
}

/* ---- making ------------------------------------------------------------------------------- */

/* A copy of a list under the name that it came with, which some formats are told by. */
static em_status copy_list(em_cli *cli, em_case *c, em_str room, const em_screen_asked *a, size_t i, em_str *ret_path, em_error *err)
{
        em_str    dir = {0}, kept = {0}, text = {0}, name = em_path_base(a->list_name[i]);
        em_arena *own = em_arena_new((size_t)8 << 30);
        em_status s = own ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
        if (s == EM_OK && (!name.n || em_str_starts(name, EM_S("."))))
                name = EM_S("list");
        if (s == EM_OK)
                s = em_path_join(em_case_dir(c), em_cli_text(cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(a->list[i], 0, 2)),
                                                             EM_ARG(a->list[i])), cli->arena, &kept, err);
        if (s == EM_OK)
                s = em_path_join(room, em_cli_text(cli, "%zu", i), cli->arena, &dir, err);
        if (s == EM_OK)
                s = em_dir_make(dir, err);
        if (s == EM_OK)
                s = em_path_join(dir, name, cli->arena, ret_path, err);
        if (s == EM_OK)
                s = em_file_read(kept, (uint64_t)4 << 30, own, &text, err);
        if (s == EM_OK)
                s = em_file_write(*ret_path, text, err);
        em_arena_free(own);
        return s;
}

/* The day that was given to lists which state none: where one is dated now and was not, or the other way round, a list would
 * be another, so the day is only looked for in lists that came out undated. */
static em_day given_day(const em_screen_asked *a, const em_list *list)
{
        const em_list_file *file = NULL;
        em_day day = EM_DAY_NONE;
        size_t n = em_list_files(list, &file);
        for (size_t i = 0; i < n && i < a->lists; i++)
                if (file[i].date == EM_DAY_NONE && em_day_parse(a->list_date[i], &day))
                        return day;
        return EM_DAY_NONE;
}

static em_status read_lists(const em_str *path, const em_screen_asked *a, em_list **ret, em_error *err)
{
        em_list_opts opts = {.date = EM_DAY_NONE};
        EM_TRY(em_list_read(path, a->lists, &opts, ret, err));
        opts.date = given_day(a, *ret);
        if (opts.date == EM_DAY_NONE)
                return EM_OK;
        *ret = em_list_free(*ret);
        return em_list_read(path, a->lists, &opts, ret, err);
}

static em_status index_lists(em_cli *cli, em_case *c, em_str room, const em_screen_asked *a, em_str *ret_index, em_error *err)
{
        em_list *list = NULL;
        em_names_built built = {0};
        em_str  *path = EM_NEW_N(cli->arena, em_str, a->lists);
        if (!path)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < a->lists; i++)
                EM_TRY(copy_list(cli, c, room, a, i, &path[i], err));
        EM_TRY(em_path_join(room, EM_S("names.idx"), cli->arena, ret_index, err));
        EM_TRY(read_lists(path, a, &list, err));
        em_status s = em_names_build((const em_list *const *)&list, 1, *ret_index, &cli->progress, &built, err);
        em_list_free(list);
        return s;
}

static em_status make_text(em_cli *cli, em_case *c, em_str room, const em_screen_asked *a, em_arena *arena, em_buf *out,
                           em_error *err)
{
        em_screen        s = {.cli = cli, .opts = a->opts};
        em_gathered      g = {.rule = a->rule, .rules = a->rules, .arena = arena};
        em_screen_counts n = {0};
        EM_TRY(index_lists(cli, c, room, a, &s.path, err));
        EM_TRY(em_screen_gather(c, a->evidence, a->evidences, &g, err));
        EM_TRY(em_names_open(s.path, &s.names, err));
        em_status st = em_screen_run_text(&s, &g, out, &n, err);
        em_names_close(s.names);
        return st;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Where the row of the program's version begins and ends; both 0 when there is none. */
static void program_row(em_str text, size_t *ret_from, size_t *ret_to)
{
        ptrdiff_t at = em_str_find(text, EM_S("\nparam program,"));
        *ret_from = at < 0 ? 0 : (size_t)at + 1;
        ptrdiff_t end = at < 0 ? -1 : em_str_find(em_str_sub(text, *ret_from, text.n), EM_S("\n"));
        *ret_to = end < 0 ? *ret_from : *ret_from + (size_t)end;
}

static bool same_text(em_str a, em_str b)
{
        size_t af, at, bf, bt;
        program_row(a, &af, &at);
        program_row(b, &bf, &bt);
        return em_str_eq(em_str_sub(a, 0, af), em_str_sub(b, 0, bf)) && em_str_eq(em_str_sub(a, at, a.n), em_str_sub(b, bt, b.n));
}

static em_status compare(em_cli *cli, em_case *c, em_str hash, em_str room, const em_screen_asked *a, bool *ret_same, em_error *err)
{
        em_str    path = {0}, kept = {0};
        em_arena *arena = em_arena_new((size_t)16 << 30);
        em_buf    out = em_buf_make((size_t)1 << 30);
        em_status s = arena ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
        if (s == EM_OK)
                s = em_path_join(em_case_dir(c), em_cli_text(cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(hash, 0, 2)), EM_ARG(hash)),
                                 cli->arena, &path, err);
        if (s == EM_OK)
                s = em_file_read(path, (uint64_t)1 << 30, arena, &kept, err);
        if (s == EM_OK)
                s = make_text(cli, c, room, a, arena, &out, err);
        if (s == EM_OK)
                *ret_same = same_text(kept, em_buf_view(&out));
        em_buf_free(&out);
        em_arena_free(arena);
        return s;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st;
        (void)type;
        (void)at;
        return remove(path);
}

static em_status make_room(em_cli *cli, em_str *ret_dir, em_error *err)
{
        const char *tmp = getenv("TMPDIR");
        char        path[512];
        int         n = snprintf(path, sizeof path, "%s/embargo-screen-XXXXXX", tmp && *tmp ? tmp : "/tmp");
        if (n < 0 || (size_t)n >= sizeof path || !mkdtemp(path))
                return em_fail(err, EM_IO, "no temporary folder can be made to screen again in; TMPDIR names its place");
        return em_str_copy(em_str_c(path), cli->arena, ret_dir, err);
}

static em_status verify_run(em_cli *cli, em_case *c, em_str hash, void (*tell)(void *ctx, const char *sentence), void *ctx,
                            em_error *err)
{
        em_screen_asked a = {0};
        em_str id = em_str_sub(hash, 0, 8), room = {0};
        bool   same = false;
        em_status s = em_screen_asked_load(cli, c, id, &a, err);
        if (s == EM_OK)
                EM_TRY(make_room(cli, &room, err));
        if (s == EM_OK)
                s = compare(cli, c, hash, room, &a, &same, err);
        if (room.n)
                (void)nftw(room.p, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        if (s == EM_OK && same)
                em_cli_say(cli, "screening %.*s: same", EM_ARG(id));
        else if (s == EM_OK)
                tell(ctx, em_cli_text(cli, "screening %.*s: asked again of the same lists, other matches come out", EM_ARG(id)).p);
        else if (s != EM_INTERRUPTED && s != EM_NOMEM) {
                tell(ctx, em_cli_text(cli, "screening %.*s: it cannot be made again: %s", EM_ARG(id), err->text).p);
                *err = (em_error){0};
                s = EM_OK;
        }
        return s;
}

em_status em_screen_verify(em_cli *cli, em_case *c, void (*tell)(void *ctx, const char *sentence), void *ctx, size_t *ret_runs,
                           em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        *ret_runs = 0;
        EM_TRY(em_case_sources(c, cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++) {
                if (!em_str_eq(list[i].map, EM_S("screen")))
                        continue;
                EM_TRY(verify_run(cli, c, em_str_c(list[i].sha256), tell, ctx, err));
                ++*ret_runs;
        }
        return EM_OK;
}
