/* Look-back: whom a new version of a list makes match, whom it lets go, and whose entry it changed.
 *
 * What was asked before is asked of both versions, and only entries that were added, removed or changed between them count.
 * They are asked of whole indexes and filtered behind that, not of an index of the changed entries alone: how much a word
 * weighs depends on how rare it is in the whole list, so a small index would give other scores than the screening that is
 * looked back at.  A score that moved because other entries came or went is no change of this one and is not shown.
 *
 * The questions come from a file of customers, by the batch with its order and its memory, or from the records of a case.
 */
#include "cli/screen_case.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILES_MOST = 256, MATCHES = 50 };

struct em_lookback {
        em_list  *old_list, *new_list;
        em_names *old;                  /* the new one is the screening's own */
        em_list_change *change; size_t changes;         /* by dataset and entry */
};

/* ---- changes ------------------------------------------------------------------------------- */

static int party_cmp(const em_list_change *c, em_str dataset, em_str id)
{
        const em_party *p = c->now ? c->now : c->old;
        int order = em_str_cmp(p->dataset, dataset);
        return order ? order : em_str_cmp(p->id, id);
}

/* The first change of an entry, or NULL; those behind it are of the same entry as long as party_cmp says so. */
static const em_list_change *change_of(const em_lookback *l, em_str dataset, em_str id)
{
        size_t from = 0, to = l->changes;
        while (from < to) {
                size_t at = from + (to - from) / 2;
                if (party_cmp(&l->change[at], dataset, id) < 0)
                        from = at + 1;
                else
                        to = at;
        }
        return from < l->changes && party_cmp(&l->change[from], dataset, id) == 0 ? &l->change[from] : NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *const columns[] = {"line", "id", "asked", "what", "dataset", "entry", "listed_name", "score_before", "score_now",
                                      "band", "field", "before", "after", "error"};
enum { COLUMNS = sizeof columns / sizeof *columns };

void em_lookback_head(FILE *out)
{
        for (size_t i = 0; i < COLUMNS; i++)
                fprintf(out, "%s%s", i ? "," : "", columns[i]);
        fputc('\n', out);
}

static em_status put(const em_str cell[COLUMNS], bool json, FILE *out, em_error *err)
{
        if (!json) {
                for (size_t i = 0; i < COLUMNS; i++) {
                        if (i)
                                fputc(',', out);
                        em_table_csv_cell(cell[i], false, out);
                }
                fputc('\n', out);
                return EM_OK;
        }
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_json_make(&buf, false);
        em_json_open(&j, '{');
        for (size_t i = 0; i < COLUMNS; i++)
                em_json_kstr(&j, columns[i], cell[i]);
        em_json_close(&j, '}');
        em_buf_ch(&buf, '\n');
        em_status s = em_buf_status(&buf, err);
        if (s == EM_OK)
                fwrite(buf.p, 1, buf.n, out);
        em_buf_free(&buf);
        return s;
}

/* ---- one question ------------------------------------------------------------------------------- */

typedef struct hit { em_str dataset, id, name; double score; em_band band; const em_list_change *change; } hit;

/* The matches in one version whose entry the other has not, or has otherwise. */
static em_status changed_hits(const em_lookback *l, const em_names *names, const em_search_opts *opts, const em_query *q,
                              em_arena *arena, hit *ret, size_t *ret_count, em_error *err)
{
        em_found found = {0};
        size_t   n = 0;
        EM_TRY(em_names_search(names, q, opts, arena, &found, err));
        for (size_t i = 0; i < found.matches && n < MATCHES; i++) {
                em_party p = {0};
                EM_TRY(em_names_party(names, found.match[i].party, arena, &p, err));
                const em_list_change *c = change_of(l, p.dataset, p.id);
                if (c)
                        ret[n++] = (hit){p.dataset, p.id, found.match[i].name_text, found.match[i].score, found.match[i].band, c};
        }
        *ret_count = n;
        return EM_OK;
}

static const hit *same_entry(const hit *list, size_t n, const hit *h)
{
        for (size_t i = 0; i < n; i++)
                if (list[i].change == h->change)
                        return &list[i];
        return NULL;
}

static em_status score_text(const hit *h, em_arena *arena, em_str *ret, em_error *err)
{
        *ret = EM_S("");
        return h ? em_str_format(arena, ret, err, "%.6f", h->score) : EM_OK;
}

/* One row for an entry that came or went whole, one for each field of one that was changed. */
static em_status put_hit(const em_lookback *l, const em_asked *a, const hit *before, const hit *now, bool json, em_arena *arena,
                         FILE *out, em_error *err)
{
        const hit *h = now ? now : before;
        em_str     line = EM_S("");
        const char *what = !before ? "new" : !now ? "gone" : "changed";
        if (a->line)
                EM_TRY(em_str_format(arena, &line, err, "%llu", (unsigned long long)a->line));
        em_str cell[COLUMNS] = {line, a->id, a->query.names ? a->query.name[0] : a->query.numbers ? a->query.number[0].value : EM_S(""),
                                em_str_c(what), h->dataset, h->id, h->name};
        EM_TRY(score_text(before, arena, &cell[7], err));
        EM_TRY(score_text(now, arena, &cell[8], err));
        cell[9] = em_str_c(em_band_words(h->band));
        for (const em_list_change *c = h->change; c < l->change + l->changes && party_cmp(c, h->dataset, h->id) == 0; c++) {
                cell[10] = c->what == '+' ? EM_S("entry") : c->what == '-' ? EM_S("entry") : c->field;
                cell[11] = c->what == '+' ? EM_S("") : c->what == '-' ? EM_S("listed") : c->before;
                cell[12] = c->what == '+' ? EM_S("listed") : c->what == '-' ? EM_S("") : c->after;
                EM_TRY(put(cell, json, out, err));
        }
        return EM_OK;
}

/* A question that could not be asked keeps its place and says why: its matches may have changed too. */
static em_status put_bad(const em_asked *a, bool json, em_arena *arena, FILE *out, em_error *err)
{
        em_str cell[COLUMNS] = {[1] = a->id, [2] = a->query.names ? a->query.name[0] : EM_S(""), [3] = EM_S("not asked"),
                                [COLUMNS - 1] = a->bad};
        if (a->line)
                EM_TRY(em_str_format(arena, &cell[0], err, "%llu", (unsigned long long)a->line));
        return put(cell, json, out, err);
}

em_status em_lookback_ask(const em_screen *s, const em_asked *a, em_arena *arena, FILE *out, uint64_t *ret_rows, em_error *err)
{
        const em_lookback *l = s->look;
        em_search_opts opts = s->opts;
        hit    was[MATCHES], now[MATCHES];
        size_t n_was = 0, n_now = 0;
        bool   json = s->cli->form == EM_FORM_JSON;
        *ret_rows = 0;
        if (a->bad.n)
                return put_bad(a, json, arena, out, err);
        opts.limit = MATCHES;           /* what is not changed must not crowd out what is */
        EM_TRY(changed_hits(l, l->old, &opts, &a->query, arena, was, &n_was, err));
        EM_TRY(changed_hits(l, s->names, &opts, &a->query, arena, now, &n_now, err));
        for (size_t i = 0; i < n_now; i++)
                EM_TRY(put_hit(l, a, same_entry(was, n_was, &now[i]), &now[i], json, arena, out, err));
        *ret_rows = n_now;
        for (size_t i = 0; i < n_was; i++)
                if (!same_entry(now, n_now, &was[i])) {
                        EM_TRY(put_hit(l, a, &was[i], NULL, json, arena, out, err));
                        ++*ret_rows;
                }
        return EM_OK;
}

size_t em_lookback_files(const em_lookback *l, const em_list_file **ret) { return em_names_files(l->old, ret); }

/* ---- opening ---------------------------------------------------------------------------------------- */

/* A list is a file, or a folder of files that are one list (the Treasury's tables). */
static em_status read_list(em_cli *cli, em_str path, em_list **ret, em_error *err)
{
        em_str *name = NULL, file[FILES_MOST];
        size_t  count = 0, n = 0;
        if (!em_path_is_dir(path))
                return em_list_read(&path, 1, NULL, ret, err);
        EM_TRY(em_dir_list(path, cli->arena, &name, &count, err));
        for (size_t i = 0; i < count && n < FILES_MOST; i++) {
                EM_TRY(em_path_join(path, name[i], cli->arena, &file[n], err));
                n += !em_str_starts(name[i], EM_S(".")) && !em_path_is_dir(file[n]);
        }
        if (!n)
                return em_fail_at(err, EM_MISSING, path, 0, 0, "the folder holds no list");
        return em_list_read(file, n, NULL, ret, err);
}

static em_status make_room(em_cli *cli, em_str *ret_dir, em_error *err)
{
        const char *tmp = getenv("TMPDIR");
        char        path[512];
        int         n = snprintf(path, sizeof path, "%s/embargo-lookback-XXXXXX", tmp && *tmp ? tmp : "/tmp");
        if (n < 0 || (size_t)n >= sizeof path || !mkdtemp(path))
                return em_fail(err, EM_IO, "no temporary folder can be made for an index; TMPDIR names its place");
        return em_str_copy(em_str_c(path), cli->arena, ret_dir, err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st;
        (void)type;
        (void)at;
        return remove(path);
}

/* The index lives in the mapping alone: its file is gone when this returns. */
static em_status index_list(em_cli *cli, const em_list *list, em_names **ret, em_error *err)
{
        em_str room = {0}, path = {0};
        em_names_built built = {0};
        EM_TRY(make_room(cli, &room, err));
        em_status s = em_path_join(room, EM_S("names.idx"), cli->arena, &path, err);
        if (s == EM_OK)
                s = em_names_build(&list, 1, path, &cli->progress, &built, err);
        if (s == EM_OK)
                s = em_names_open(path, ret, err);
        (void)nftw(room.p, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        return s;
}

static int by_party(const void *a, const void *b)
{
        const em_list_change *x = a, *y = b;
        const em_party *p = y->now ? y->now : y->old;
        int order = party_cmp(x, p->dataset, p->id);
        return order ? order : em_str_cmp(x->field, y->field);
}

static em_status open_versions(em_screen *s, em_lookback *l, em_error *err)
{
        em_cli       *cli = s->cli;
        const em_str *path = cli->parsed->operand;
        EM_TRY(read_list(cli, path[0], &l->old_list, err));
        EM_TRY(read_list(cli, path[1], &l->new_list, err));
        EM_TRY(em_list_diff(l->old_list, l->new_list, cli->arena, &l->change, &l->changes, err));
        if (l->changes)
                qsort(l->change, l->changes, sizeof *l->change, by_party);
        EM_TRY(index_list(cli, l->old_list, &l->old, err));
        return index_list(cli, l->new_list, &s->names, err);
}

/* ---- asking --------------------------------------------------------------------------------------------- */

static em_status ask_records(em_screen *s, const em_gathered *g, uint64_t *ret_rows, em_error *err)
{
        em_arena *arena = em_arena_new((size_t)256 << 20);
        em_status st = arena ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
        uint64_t  rows = 0;
        if (s->cli->form != EM_FORM_JSON)
                em_lookback_head(s->cli->out);
        for (size_t i = 0; i < g->count && st == EM_OK; i++) {
                em_asked a = {0};
                em_arena_reset(arena);
                st = em_screen_question(&g->asked[i], arena, &a, err);
                if (st != EM_OK || (!a.query.names && !a.query.numbers))
                        continue;
                a.id = g->asked[i].record[0];
                st = em_lookback_ask(s, &a, arena, s->cli->out, &rows, err);
                *ret_rows += rows;
                if (st == EM_OK && !em_progress_tell(&s->cli->progress, "parties", i, g->count))
                        st = em_fail(err, EM_INTERRUPTED, "stopped");
        }
        em_arena_free(arena);
        return st;
}

static em_status ask_case(em_screen *s, uint64_t *ret_rows, em_error *err)
{
        em_gathered g = {.arena = em_arena_new((size_t)16 << 30)};
        em_case    *c = NULL;
        em_status   st = g.arena ? em_cli_open(s->cli, EM_CASE_READ, &c, err) : em_fail(err, EM_NOMEM, "out of memory");
        if (st == EM_OK)
                st = em_party_rules_read(c, g.arena, &g.rule, &g.rules, err);
        if (st == EM_OK)
                st = em_screen_gather(c, NULL, 0, &g, err);
        if (st == EM_OK)
                st = ask_records(s, &g, ret_rows, err);
        em_case_close(c);
        em_arena_free(g.arena);
        return st;
}

static void say_end(em_screen *s, const em_lookback *l, uint64_t rows)
{
        em_cli *cli = s->cli;
        size_t  entries = 0;
        for (size_t i = 0; i < l->changes; i++) {
                const em_party *p = l->change[i].now ? l->change[i].now : l->change[i].old;
                entries += !i || party_cmp(&l->change[i - 1], p->dataset, p->id) != 0;
        }
        em_meter_end(&cli->meter);
        em_cli_done(cli, NULL, "%.*s between the versions; %.*s: %.*s", EM_ARG(em_cli_many(cli, entries, "entry differs", "entries differ")),
                    EM_ARG(em_cli_value(cli, "batch").n ? EM_S("customers") : EM_S("the case")),
                    EM_ARG(rows ? em_cli_many(cli, rows, "match that is new, gone or changed", "matches that are new, gone or changed")
                                : EM_S("no match is new, gone or changed")));
}

em_status em_screen_lookback(em_screen *s, em_error *err)
{
        em_lookback l = {0};
        em_str      batch = em_cli_value(s->cli, "batch");
        uint64_t    rows = 0;
        s->look = &l;
        em_status st = open_versions(s, &l, err);
        if (st == EM_OK)
                st = batch.n ? em_screen_batch(s, batch, &rows, err) : ask_case(s, &rows, err);
        if (st == EM_OK)
                say_end(s, &l, rows);
        em_names_close(l.old);
        em_list_free(l.old_list);
        em_list_free(l.new_list);
        s->look = NULL;
        if (st != EM_OK || !rows)
                return st;
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}
