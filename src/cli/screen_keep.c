/* A screening into the case: the lists first, then the run, then the links to the records it speaks of.
 *
 * Each is an ordinary source, taken in by the ordinary intake.  A kill between two of them leaves the case whole, and the
 * same command again adds the rest: lists and run are held once because their bytes are the same, and so are the links,
 * which are written from the run alone.
 *
 * The lists go in because a match must end in an entry's bytes: without them a case would hold a name and a hash.  A run is
 * graded as the worst of the lists it used, and each match by its band.
 */
#include "cli/screen_case.h"

#include <unistd.h>

static const char terms[] = "a match says who may be listed, never who is: ask for documents and for the other side's word";

typedef struct keeping {
        em_screen *s;
        em_case   *c;
        const em_gathered *g;
        em_source *source; size_t sources;
        em_taken   run;
        size_t     restates;
        char       grade;
        bool       constructed;         /* an input says so of itself */
        char       today[11];
} keeping;

static em_str terms_of(keeping *k)
{
        return em_cli_text(k->s->cli, "%s%s", k->constructed ? "constructed: made to show or test something; " : "", terms);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static const em_source *held(const keeping *k, em_str sha256)
{
        for (size_t i = 0; i < k->sources; i++)
                if (em_str_eq(em_str_c(k->source[i].sha256), sha256))
                        return &k->source[i];
        return NULL;
}

static em_status hash_file(em_str path, char hex[65], em_error *err)
{
        em_mapping map = {0};
        EM_TRY(em_mapping_open(path, &map, err));
        em_sha256_hex(em_sha256_of((em_str){map.p, map.n}), hex);
        em_mapping_close(&map);
        return EM_OK;
}

static em_status keep_list(keeping *k, const em_list_file *f, em_error *err)
{
        char       hex[65] = "", day[11];
        em_taken   taken = {0};
        em_custody custody = {.method = EM_S("a list given to embargo index names"), .obtained_on = em_str_c(k->today)};
        if (held(k, em_str_c(f->sha256)))
                return EM_OK;
        if (em_path_exists(f->path))
                EM_TRY(hash_file(f->path, hex, err));
        if (strcmp(hex, f->sha256) != 0)
                return em_fail_at(err, EM_MISSING, f->path, 0, 0, "the index was made of this list (SHA-256 %.12s), which is %s; "
                                  "embargo add takes it into the case", f->sha256, hex[0] ? "another now" : "not here");
        if (f->date != EM_DAY_NONE)
                custody.published = em_cli_text(k->s->cli, "%s", em_day_text(f->date, day));
        return em_case_add(k->c, f->path, &custody, &k->s->cli->progress, &taken, err);
}

static em_status keep_lists(keeping *k, em_error *err)
{
        const em_list_file *file = NULL;
        em_arena *a = k->s->cli->arena;
        size_t    n = em_names_files(k->s->names, &file);
        EM_TRY(em_case_sources(k->c, a, &k->source, &k->sources, err));
        for (size_t i = 0; i < n; i++)
                EM_TRY(keep_list(k, &file[i], err));
        EM_TRY(em_case_sources(k->c, a, &k->source, &k->sources, err));
        for (size_t i = 0; i < n; i++) {
                const em_source *s = held(k, em_str_c(file[i].sha256));
                if (s && s->reliability > k->grade)
                        k->grade = s->reliability;
                k->constructed |= s && em_str_starts(s->terms, EM_S("constructed"));
        }
        for (size_t i = 0; i < k->g->sources; i++) {
                const em_source *s = held(k, k->g->source[i]);
                k->constructed |= s && em_str_starts(s->terms, EM_S("constructed"));
        }
        return EM_OK;
}

/* ---- the run -------------------------------------------------------------------------------- */

/* Taken in by way of a file in the case's index/, which is there to be thrown away. */
static em_status add_text(keeping *k, const char *file, em_str text, const em_custody *custody, em_taken *ret_taken,
                          em_error *err)
{
        em_arena *a = k->s->cli->arena;
        em_str    dir = {0}, path = {0};
        EM_TRY(em_path_join(em_case_dir(k->c), EM_S("index"), a, &dir, err));
        EM_TRY(em_dir_make(dir, err));
        EM_TRY(em_path_join(dir, em_str_c(file), a, &path, err));
        EM_TRY(em_file_write(path, text, err));
        em_status s = em_case_add(k->c, path, custody, &k->s->cli->progress, ret_taken, err);
        (void)unlink(path.p);
        return s;
}

static em_status keep_run(keeping *k, em_str text, em_error *err)
{
        em_custody custody = {.name = EM_S("screening of the case"), .publisher = EM_S("embargo"),
                              .method = EM_S("computed by embargo screen"), .obtained_by = EM_S("embargo"),
                              .origin = EM_S("the records and lists named in its rows"),
                              .obtained_on = em_str_c(k->today), .map = EM_S("screen"), .terms = terms_of(k),
                              .reliability = k->grade};
        return add_text(k, "screen-run.csv", text, &custody, &k->run, err);
}

/* ---- links ----------------------------------------------------------------------------------- */

static const char matches_sql[] =
        "select id, named_in, known from screen where source = :source and class = 'match' order by row";

/* Older runs over the same lists that nothing takes the place of yet.  Older by their place in the case, so that asking
 * again never turns the arrow round. */
static const char older_sql[] =
        "select old.id, old.known from screen as old join screen as now on now.datasets = old.datasets "
        "where now.class = 'run' and old.class = 'run' and now.source = :source and old.record < now.record "
        "and not exists (select 1 from link where relation = 'restates' and to_record = old.record) order by old.id";

static em_status ask(keeping *k, const char *sql, em_rows *ret, em_error *err)
{
        em_param source = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = em_str_c(k->run.source)}};
        return em_case_query(k->c, em_str_c(sql), &source, 1, NULL, k->s->cli->arena, ret, err);
}

static em_str text_at(const em_rows *rows, size_t i, size_t column)
{
        const em_value *v = em_rows_at(rows, i, column);
        return v->type == EM_VALUE_TEXT ? v->s : EM_S("");
}

static void link_head(em_buf *csv)
{
        em_buf_c(csv, "key,from_key,to_key,relation,certainty,reason,known,author\n");
}

/* part-of, because a match is no further thing of the world: it stands below what it is of, and adds nothing to counts. */
static void match_links(em_buf *csv, const em_rows *rows)
{
        link_head(csv);
        for (size_t i = 0; i < rows->rows; i++) {
                em_str id = text_at(rows, i, 0), rest = text_at(rows, i, 1), record = {0};
                while (em_str_word(&rest, &record))
                        em_buf_fmt(csv, "screen %.*s of %.*s,%.*s,%.*s,part-of,certain,the name that was asked stands in this "
                                   "record,%.*s,embargo screen\n", EM_ARG(id), EM_ARG(record), EM_ARG(id), EM_ARG(record),
                                   EM_ARG(text_at(rows, i, 2)));
        }
}

static void run_links(em_buf *csv, const em_rows *old, const char *run)
{
        link_head(csv);
        for (size_t i = 0; i < old->rows; i++)
                em_buf_fmt(csv, "screen %s restates %.*s,%s:2,%.*s,restates,certain,a later screening over the same lists,%.*s,"
                           "embargo screen\n", run, EM_ARG(em_str_sub(text_at(old, i, 0), 0, 8)), run,
                           EM_ARG(text_at(old, i, 0)), EM_ARG(text_at(old, i, 1)));
}

static em_status keep_links(keeping *k, const char *what, const em_buf *csv, em_error *err)
{
        em_taken   taken = {0};
        em_custody custody = {.publisher = EM_S("embargo"), .method = EM_S("made by embargo screen"),
                              .name = em_cli_text(k->s->cli, "%s screening %s", what, k->run.source),
                              .obtained_on = em_str_c(k->today), .map = EM_S("links"), .terms = terms_of(k)};
        EM_TRY(em_buf_status(csv, err));
        return add_text(k, "screen-links.csv", em_buf_view(csv), &custody, &taken, err);
}

static em_status keep_match_links(keeping *k, em_error *err)
{
        em_rows rows = {0};
        EM_TRY(ask(k, matches_sql, &rows, err));
        if (!rows.rows)
                return EM_OK;
        em_buf csv = em_buf_make((size_t)1 << 30);
        match_links(&csv, &rows);
        em_status s = keep_links(k, "records named by", &csv, err);
        em_buf_free(&csv);
        return s;
}

static em_status keep_run_links(keeping *k, em_error *err)
{
        em_rows old = {0};
        EM_TRY(ask(k, older_sql, &old, err));
        if (!old.rows)
                return EM_OK;
        em_buf csv = em_buf_make((size_t)16 << 20);
        run_links(&csv, &old, k->run.source);
        em_status s = keep_links(k, "what is restated by", &csv, err);
        em_buf_free(&csv);
        k->restates = old.rows;
        return s;
}

/* ---- all ------------------------------------------------------------------------------------------ */

static void say_end(keeping *k)
{
        em_cli *cli = k->s->cli;
        em_str  more = EM_S("");
        em_meter_end(&cli->meter);
        if (k->run.already) {
                em_cli_done(cli, "find", "the case holds this screening already: source %s", k->run.source);
                return;
        }
        if (k->restates)
                more = em_cli_text(cli, "; it takes the place of %.*s over the same lists",
                                   EM_ARG(em_cli_many(cli, k->restates, "older one", "older ones")));
        if (k->run.quarantined)
                more = em_cli_text(cli, "%.*s; %.*s kept aside", EM_ARG(more),
                                   EM_ARG(em_cli_many(cli, k->run.quarantined, "row", "rows")));
        em_cli_done(cli, "find", "kept the screening as source %s: %.*s%.*s", k->run.source,
                    EM_ARG(em_cli_many(cli, k->run.taken, "record", "records")), EM_ARG(more));
}

em_status em_screen_keep(em_screen *s, em_case *c, const em_gathered *g, em_str text, em_error *err)
{
        keeping k = {.s = s, .c = c, .g = g, .grade = 'A'};
        em_day_text(em_day_utc(em_clock_now()), k.today);
        EM_TRY(keep_lists(&k, err));
        EM_TRY(keep_run(&k, text, err));
        EM_TRY(keep_match_links(&k, err));
        EM_TRY(keep_run_links(&k, err));
        say_end(&k);
        return EM_OK;
}
