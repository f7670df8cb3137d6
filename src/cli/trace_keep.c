/* A run into a case: the labels first, then the run, then the link to what it restates.
 *
 * Each of the three is an ordinary source, taken in by the ordinary intake, so custody, maps,
 * excerpts, `why` and `verify` need to know nothing of traces.  A kill between two of them
 * leaves the case whole; the same command again finds what is held and adds the rest.
 *
 * How reliable is a computation?  It adds nothing to what it was given, so it is graded as
 * the worst of its inputs: the labels' grade in the case (F, cannot be judged, until somebody who added
 * them with their custody says more), and without labels B for the chain, whose blocks are bound by
 * their hashes while nobody here has checked signatures or who else mined.
 */
#include "cli/run_sheet.h"
#include "cli/trace_run.h"

#include <unistd.h>

static const char terms[] = "an amount says what may have arrived under a rule of accounting, never who holds it or why";
static const char constructed[] = "constructed: a chain made for tests, on no one's money; ";

typedef struct keeping {
        em_trace *t;
        const em_trace_kept *what;
        em_case  *c;
        em_taken  run;
        size_t    restates;
        char      grade;
        char      today[11];
} keeping;

em_status em_trace_keep_ready(em_trace *t, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(t->cli, EM_CASE_READ, &c, err));
        em_case_close(c);
        return EM_OK;
}

static em_str terms_of(keeping *k)
{
        return em_cli_text(k->t->cli, "%s%s", k->what->constructed ? constructed : "", terms);
}

/* ---- the sources -------------------------------------------------------------------------- */

/* One input; the run is graded as the worst of them. */
static em_status keep_input(keeping *k, em_str path, const char *method, em_error *err)
{
        em_source *list = NULL;
        em_taken   taken = {0};
        size_t     count = 0;
        em_custody custody = {.method = em_str_c(method), .obtained_on = em_str_c(k->today)};
        EM_TRY(em_case_add(k->c, path, &custody, &k->t->cli->progress, &taken, err));
        EM_TRY(em_case_sources(k->c, k->t->cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                if (memcmp(list[i].sha256, taken.source, 8) == 0 && list[i].reliability > k->grade)
                        k->grade = list[i].reliability;
        return EM_OK;
}

static em_status keep_inputs(keeping *k, em_error *err)
{
        const em_label_file *file = NULL;
        em_str stops = em_cli_value(k->t->cli, "stops"), prices = {0};
        size_t files = k->t->labels ? em_labels_files(k->t->labels, &file) : 0;
        for (size_t i = 0; i < files; i++)
                EM_TRY(keep_input(k, file[i].file, "given to embargo trace as its labels", err));
        for (size_t i = 0; em_option_nth(k->t->cli->parsed, "prices", i, &prices); i++)
                EM_TRY(keep_input(k, prices, "given to embargo trace as its prices", err));
        return stops.n ? keep_input(k, stops, "given to embargo trace as its table of stops", err) : EM_OK;
}

/* Taken in by way of a file in the case's index/, which is there to be thrown away. */
static em_status add_text(keeping *k, const char *file, em_str text, const em_custody *custody, em_taken *ret_taken,
                          em_error *err)
{
        em_str dir = {0}, path = {0};
        EM_TRY(em_path_join(em_case_dir(k->c), EM_S("index"), k->t->cli->arena, &dir, err));
        EM_TRY(em_dir_make(dir, err));
        EM_TRY(em_path_join(dir, em_str_c(file), k->t->cli->arena, &path, err));
        EM_TRY(em_file_write(path, text, err));
        em_status s = em_case_add(k->c, path, custody, &k->t->cli->progress, ret_taken, err);
        (void)unlink(path.p);
        return s;
}

static em_status keep_run(keeping *k, em_str text, em_error *err)
{
        em_custody custody = {.name = k->what->name, .origin = k->what->origin, .publisher = EM_S("embargo"), .method = EM_S("computed by embargo trace"),
                              .obtained_by = EM_S("embargo"), .obtained_on = em_str_c(k->today),
                              .map = k->what->map, .terms = terms_of(k), .reliability = k->grade};
        return add_text(k, "trace-run.csv", text, &custody, &k->run, err);
}

/* ---- what it restates ------------------------------------------------------------------------ */

/* The runs of the same theft that nothing restates yet, but for this one. */
static const char older_sql[] =
        "select old.id, old.known from trace as old join trace as now on now.theft = old.theft "
        "where now.class = 'run' and old.class = 'run' and now.source = :source and old.source <> now.source "
        "and not exists (select 1 from link where relation = 'restates' and to_record = old.record) "
        "order by old.id";

static em_status add_link(keeping *k, em_buf *csv, const em_rows *old, size_t i, em_error *err)
{
        em_str  id = em_rows_at(old, i, 0)->s;
        em_str  known = em_rows_at(old, i, 1)->s;
        em_buf_fmt(csv, "trace %s restates %.*s,%s:2,%.*s,restates,certain,a later run of the same theft,%.*s,embargo trace\n",
                   k->run.source, EM_ARG(em_str_sub(id, 0, 8)), k->run.source, EM_ARG(id), EM_ARG(known));
        return em_buf_status(csv, err);
}

static em_status keep_links(keeping *k, em_error *err)
{
        em_taken taken = {0};
        em_rows  old = {0};
        em_param source = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = em_str_c(k->run.source)}};
        EM_TRY(em_case_query(k->c, em_str_c(k->what->older_sql), &source, 1, NULL, k->t->cli->arena, &old, err));
        if (!old.rows)
                return EM_OK;
        em_custody custody = {.publisher = EM_S("embargo"), .method = EM_S("made by embargo trace --keep"),
                              .name = em_cli_text(k->t->cli, "what trace %s restates", k->run.source),
                              .obtained_on = em_str_c(k->today), .map = EM_S("links"), .terms = terms_of(k)};
        em_buf    csv = em_buf_make((size_t)16 << 20);
        em_status s = EM_OK;
        em_buf_c(&csv, "key,from_key,to_key,relation,certainty,reason,known,author\n");
        for (size_t i = 0; i < old.rows && s == EM_OK; i++)
                s = add_link(k, &csv, &old, i, err);
        if (s == EM_OK)
                s = add_text(k, "trace-restates.csv", em_buf_view(&csv), &custody, &taken, err);
        em_buf_free(&csv);
        k->restates = old.rows;
        return s;
}

/* ---- the command ---------------------------------------------------------------------------------- */

static void say_end(keeping *k)
{
        em_cli *cli = k->t->cli;
        em_str  old = EM_S("");
        em_meter_end(&cli->meter);
        if (k->run.already) {
                em_cli_done(cli, "find", "the case holds this run already: source %s", k->run.source);
                return;
        }
        if (k->restates)
                old = em_cli_text(cli, "; it takes the place of %.*s of the same theft",
                                  EM_ARG(em_cli_many(cli, k->restates, "older run", "older runs")));
        if (k->run.quarantined)
                old = em_cli_text(cli, "%.*s; %.*s kept aside", EM_ARG(old),
                                  EM_ARG(em_cli_many(cli, k->run.quarantined, "row", "rows")));
        em_cli_done(cli, "find", "kept the run as source %s: %.*s%.*s", k->run.source,
                    EM_ARG(em_cli_many(cli, k->run.taken, "record", "records")), EM_ARG(old));
}

static em_status keep(keeping *k, em_str text, em_error *err)
{
        EM_TRY(keep_inputs(k, err));
        EM_TRY(keep_run(k, text, err));
        return k->run.already ? EM_OK : keep_links(k, err);
}

em_status em_trace_keep_text(em_trace *t, em_str text, const em_trace_kept *what, em_error *err)
{
        keeping k = {.t = t, .what = what, .grade = what->grade};
        em_day_text(em_day_utc(em_clock_now()), k.today);
        em_status s = em_cli_open(t->cli, EM_CASE_WRITE, &k.c, err);
        if (s == EM_OK)
                s = keep(&k, text, err);
        em_case_close(k.c);
        if (s == EM_OK)
                say_end(&k);
        return s;
}

em_status em_trace_keep(em_trace *t, em_error *err)
{
        em_str    name = {0};
        em_buf    text = em_buf_make((size_t)1 << 30);
        em_status s = em_trace_run_text(t, &text, err);
        if (s == EM_OK)
                s = em_trace_output_name(t, t->seed[0].out, &name, err);
        /* Regtest coins are worth nothing: whatever is traced there was made to show or test something. */
        em_trace_kept what = {.map = EM_S("trace"), .grade = 'B', .older_sql = older_sql,
                              .name = em_cli_text(t->cli, "trace of %.*s", EM_ARG(em_str_sub(name, 0, 8))),
                              .origin = em_cli_text(t->cli, "the chain of %s and the labels named in its rows", t->net->name),
                              .constructed = em_str_ends(em_str_c(t->net->name), EM_S("regtest"))};
        if (s == EM_OK)
                s = em_trace_keep_text(t, em_buf_view(&text), &what, err);
        em_buf_free(&text);
        return s;
}

em_status em_trace_run_print(em_trace *t, em_error *err)
{
        em_buf    text = em_buf_make((size_t)1 << 30);
        em_status s = em_trace_run_text(t, &text, err);
        if (s == EM_OK)
                s = em_sheet_deliver(t->cli, &text, err);
        em_buf_free(&text);
        return s;
}
