/* A run of the detectors into a case: the sentences first, then the run, then the link to what it restates.
 *
 * As with a trace (trace_keep.c) each is an ordinary source, so custody, maps, `why` and `verify` need nothing of
 * ships.  The files that the index was made of are taken in when they are at hand and of at most SENTENCES_MOST bytes,
 * so that every event can be walked down to bytes that the case holds; of larger ones the run has the hash.
 *
 * How reliable?  A computation adds nothing to what it was given: the run is graded as the worst of its files,
 * F until somebody adds them with their custody.
 */
#include "cli/ships.h"

#include <unistd.h>

#define SENTENCES_MOST ((uint64_t)1 << 30)

static const char terms[] = "an event says what may have happened, by what transponders sent; each has other readings";

typedef struct keeping {
        em_fleet *f;
        em_case  *c;
        em_taken  run;
        size_t    restates, away;
        char      grade, today[11];
        bool      constructed;
} keeping;

em_status em_ships_keep_ready(em_fleet *f, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(f->cli, EM_CASE_READ, &c, err));
        em_case_close(c);
        return EM_OK;
}

/* ---- the files ------------------------------------------------------------------------------------ */

static em_status held(keeping *k, const char *sha256, bool *ret_held, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        *ret_held = false;
        EM_TRY(em_case_sources(k->c, k->f->cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                if (strcmp(list[i].sha256, sha256) == 0) {
                        *ret_held = true;
                        if (list[i].reliability > k->grade)
                                k->grade = list[i].reliability;
                }
        return EM_OK;
}

static em_status keep_file(keeping *k, const em_ship_file *file, em_error *err)
{
        em_taken   taken = {0};
        bool       here = false;
        em_custody custody = {.method = EM_S("read by embargo index ships"), .obtained_on = em_str_c(k->today)};
        EM_TRY(held(k, file->sha256, &here, err));
        if (here)
                return EM_OK;
        if (file->bytes > SENTENCES_MOST || !em_path_exists(file->path)) {
                k->away++;
                k->grade = 'F';
                return EM_OK;
        }
        EM_TRY(em_case_add(k->c, file->path, &custody, &k->f->cli->progress, &taken, err));
        if (!em_str_starts(em_str_c(file->sha256), em_str_c(taken.source)))
                return em_fail_at(err, EM_DIFF, file->path, 0, 0, "the file is not what the index was made of; make the index again");
        return held(k, file->sha256, &here, err);
}

static em_status keep_files(keeping *k, em_error *err)
{
        const em_ship_file *file = NULL;
        size_t files = em_ships_files(k->f->ships, &file);
        for (size_t i = 0; i < files; i++)
                EM_TRY(keep_file(k, &file[i], err));
        return EM_OK;
}

/* ---- the run ---------------------------------------------------------------------------------------- */

static em_str terms_of(keeping *k)
{
        return em_cli_text(k->f->cli, "%s%s", k->constructed ? "constructed: ships that do not exist; " : "", terms);
}

/* Taken in by way of a file in the case's index/, which is there to be thrown away. */
static em_status add_text(keeping *k, const char *file, em_str text, const em_custody *custody, em_taken *ret_taken, em_error *err)
{
        em_str dir = {0}, path = {0};
        EM_TRY(em_path_join(em_case_dir(k->c), EM_S("index"), k->f->cli->arena, &dir, err));
        EM_TRY(em_dir_make(dir, err));
        EM_TRY(em_path_join(dir, em_str_c(file), k->f->cli->arena, &path, err));
        EM_TRY(em_file_write(path, text, err));
        em_status s = em_case_add(k->c, path, custody, &k->f->cli->progress, ret_taken, err);
        (void)unlink(path.p);
        return s;
}

static em_status keep_run(keeping *k, em_str text, em_error *err)
{
        em_custody custody = {.publisher = EM_S("embargo"), .method = EM_S("computed by embargo ships find"),
                              .obtained_by = EM_S("embargo"), .obtained_on = em_str_c(k->today), .map = EM_S("ships"),
                              .terms = terms_of(k), .reliability = k->grade};
        custody.name = em_cli_text(k->f->cli, "ships by the rules of \"%.*s\"", EM_ARG(k->f->profile));
        custody.origin = EM_S("the files of sentences named in its rows");
        return add_text(k, "ships-run.csv", text, &custody, &k->run, err);
}

/* The runs over the same files and by the same profile that nothing restates yet, but for this one. */
static const char older_sql[] =
        "select old.id, old.known from voyage as old join voyage as now on now.fleet = old.fleet and now.profile = old.profile "
        "where now.class = 'run' and old.class = 'run' and now.source = :source and old.source <> now.source "
        "and not exists (select 1 from link where relation = 'restates' and to_record = old.record) order by old.id";

static em_status keep_links(keeping *k, em_error *err)
{
        em_taken taken = {0};
        em_rows  old = {0};
        em_param source = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = em_str_c(k->run.source)}};
        EM_TRY(em_case_query(k->c, em_str_c(older_sql), &source, 1, NULL, k->f->cli->arena, &old, err));
        if (!old.rows)
                return EM_OK;
        em_custody custody = {.publisher = EM_S("embargo"), .method = EM_S("made by embargo ships find --keep"),
                              .name = em_cli_text(k->f->cli, "what ships %s restates", k->run.source),
                              .obtained_on = em_str_c(k->today), .map = EM_S("links"), .terms = terms_of(k)};
        em_buf csv = em_buf_make((size_t)16 << 20);
        em_buf_c(&csv, "key,from_key,to_key,relation,certainty,reason,known,author\n");
        for (size_t i = 0; i < old.rows; i++) {
                em_str id = em_rows_at(&old, i, 0)->s, known = em_rows_at(&old, i, 1)->s;
                em_buf_fmt(&csv, "ships %s restates %.*s,%s:2,%.*s,restates,certain,a later run over the same files,%.*s,embargo ships\n",
                           k->run.source, EM_ARG(em_str_sub(id, 0, 8)), k->run.source, EM_ARG(id), EM_ARG(known));
        }
        em_status s = em_buf_status(&csv, err);
        if (s == EM_OK)
                s = add_text(k, "ships-restates.csv", em_buf_view(&csv), &custody, &taken, err);
        em_buf_free(&csv);
        k->restates = old.rows;
        return s;
}

/* ---- the command -------------------------------------------------------------------------------------- */

static void say_end(keeping *k)
{
        em_cli *cli = k->f->cli;
        em_str  more = EM_S("");
        em_meter_end(&cli->meter);
        if (k->run.already) {
                em_cli_done(cli, "find", "the case holds this run already: source %s", k->run.source);
                return;
        }
        if (k->restates)
                more = em_cli_text(cli, "; it takes the place of %.*s over the same files",
                                   EM_ARG(em_cli_many(cli, k->restates, "older run", "older runs")));
        if (k->away)
                more = em_cli_text(cli, "%.*s; %.*s not taken in, only named by hash", EM_ARG(more),
                                   EM_ARG(em_cli_many(cli, k->away, "file was", "files were")));
        if (k->run.quarantined)
                more = em_cli_text(cli, "%.*s; %.*s kept aside", EM_ARG(more), EM_ARG(em_cli_many(cli, k->run.quarantined, "row", "rows")));
        em_cli_done(cli, "find", "kept the run as source %s: %.*s%.*s", k->run.source,
                    EM_ARG(em_cli_many(cli, k->run.taken, "record", "records")), EM_ARG(more));
}

static em_status keep(keeping *k, em_str text, em_error *err)
{
        k->constructed = em_str_find(em_str_sub(text, 0, text.n), EM_S(",constructed,")) >= 0;
        EM_TRY(keep_files(k, err));
        EM_TRY(keep_run(k, text, err));
        return k->run.already ? EM_OK : keep_links(k, err);
}

em_status em_ships_keep(em_fleet *f, em_error *err)
{
        keeping k = {.f = f, .grade = 'A'};
        em_buf  text = em_buf_make((size_t)1 << 30);
        em_day_text(em_day_utc(em_clock_now()), k.today);
        em_status s = em_ships_run_text(f, &text, err);
        if (s == EM_OK)
                s = em_cli_open(f->cli, EM_CASE_WRITE, &k.c, err);
        if (s == EM_OK)
                s = keep(&k, em_buf_view(&text), err);
        em_case_close(k.c);
        em_buf_free(&text);
        if (s == EM_OK)
                say_end(&k);
        return s;
}
