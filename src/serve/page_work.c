/* Long work: what runs, what ran, and a form for each kind of it.
 *
 * A kind is a command line of which at most two places are filled by the form: an operand that is checked and chosen from
 * what there is, or the value of an option.  Without --write only the commands that change nothing may run.
 * What is indexed must lie in CASE/input (a copy, a hard link, a mount): a page must not be a way to read any file of
 * the machine.
 */
#include "serve/doing.h"

#include <inttypes.h>
#include <stdio.h>

enum { INPUTS_MOST = 200, OUTPUT_SHOWN = 64 << 10 };

typedef enum fill { FILL_NONE, FILL_SEED, FILL_INPUT, FILL_DAY } fill;

static const struct work_kind {
        const char *key, *title, *says, *word[3];
        fill        fill;
        bool        writes;
} kinds[] = {
        {"verify", "Verify", "Rehashes every source, reads every record again, asks every question again and compares.", {"verify", "--json"}, FILL_NONE, false},
        {"trace", "Trace", "Follows the coins of an output or address under every policy; needs the case's chain index.", {"trace"}, FILL_SEED, false},
        {"find", "Find", "Answers every question of the regime and keeps what changed as new versions of the findings.", {"find"}, FILL_DAY, true},
        {"report", "Report", "Prints the report into the case's folder report/.", {"report"}, FILL_DAY, true},
        {"index-names", "Index lists", "Sanctions lists in the case's folder input/ into the index that Screen asks.", {"index", "names"}, FILL_INPUT, true},
        {"index-chain", "Index a chain", "Blocks or transfers in the case's folder input/ into the index that Trace follows.", {"index", "chain"}, FILL_INPUT, true},
        {"index-ships", "Index positions", "Positions of ships in the case's folder input/ into the index that Ships reads.", {"index", "ships"}, FILL_INPUT, true},
};

/* ---- what the forms offer ------------------------------------------------------------- */

static em_status inputs(em_ask *ask, em_str **ret_names, size_t *ret_count, em_error *err)
{
        em_str dir;
        EM_TRY(em_path_join(em_desk_dir(ask->desk), EM_S("input"), ask->arena, &dir, err));
        *ret_count = 0;
        if (!em_path_is_dir(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, ask->arena, ret_names, ret_count, err));
        *ret_count = *ret_count < INPUTS_MOST ? *ret_count : INPUTS_MOST;
        return EM_OK;
}

static void put_input(em_ask *ask, const em_str *name, size_t count)
{
        em_choice_word choice[INPUTS_MOST];
        for (size_t i = 0; i < count; i++)
                choice[i] = (em_choice_word){name[i], name[i]};
        if (count)
                em_field_select(ask, "input", "Out of input/", EM_S(""), choice, count);
        else
                em_html_lit(ask->h, "<p class=\"empty\">The case has no folder input/ with anything in it. Put there what is to be indexed: a copy or a hard link, for the service reads nothing outside the case.</p>\n");
}

static em_status put_kind(em_ask *ask, const struct work_kind *k, em_error *err)
{
        em_str *name = NULL;
        size_t  count = 0;
        if (k->fill == FILL_INPUT)
                EM_TRY(inputs(ask, &name, &count, err));
        em_html_lit(ask->h, "<fieldset><legend>");
        em_html_c(ask->h, k->title);
        em_html_lit(ask->h, "</legend>\n");
        em_form_open(ask, "/work", (em_str){0}, "", false);
        em_html_lit(ask->h, "<p>");
        em_html_c(ask->h, k->says);
        em_html_lit(ask->h, "</p>\n");
        em_field_hidden(ask, "kind", em_str_c(k->key));
        if (k->fill == FILL_SEED)
                em_field_text(ask, "seed", "Output or address", em_form_get(ask->query, "seed"), "text", "TXID:VOUT, an address, several by blanks");
        if (k->fill == FILL_DAY)
                em_field_text(ask, "day", "As known on", EM_S(""), "day", "empty: everything");
        if (k->fill == FILL_INPUT)
                put_input(ask, name, count);
        if (k->fill != FILL_INPUT || count)
                em_form_close(ask, "Start", false);
        else
                em_html_lit(ask->h, "</form>\n");
        em_html_lit(ask->h, "</fieldset>\n");
        return EM_OK;
}

/* ---- the list ------------------------------------------------------------------------------ */

static em_str number_text(em_ask *ask, uint64_t n) { return em_grid_text(ask->arena, "%llu", (unsigned long long)n); }

static em_str command_text(em_ask *ask, const em_job *j)
{
        em_str line = EM_S("");
        return em_desk_line(ask, j->word, j->words, &line, NULL) == EM_OK ? line : EM_S("");
}

static em_str seconds_text(em_ask *ask, double s)
{
        if (s < 0)
                return EM_S("");
        int64_t whole = (int64_t)(s + 0.5);
        if (whole < 120)
                return em_grid_text(ask->arena, "%" PRId64 " s", whole);
        if (whole < 7200)
                return em_grid_text(ask->arena, "%" PRId64 " min %" PRId64 " s", whole / 60, whole % 60);
        return em_grid_text(ask->arena, "%" PRId64 " h %" PRId64 " min", whole / 3600, whole / 60 % 60);
}

static em_status list_grid(em_ask *ask, em_grid *grid, bool *ret_running, em_error *err)
{
        em_job *list;
        size_t  count;
        EM_TRY(em_jobs_list(em_desk_jobs(ask->desk), ask->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++) {
                const em_job *j = &list[i];
                *ret_running = *ret_running || j->state == EM_JOB_RUNNING;
                EM_TRY(em_grid_add(grid, (em_str[]){
                        number_text(ask, j->id), j->title, em_str_c(em_job_state_words(j->state)), em_str_c(j->state == EM_JOB_RUNNING ? j->what : ""),
                        number_text(ask, j->done), number_text(ask, j->of), seconds_text(ask, j->took_s), em_moment_text(ask->arena, j->began_s),
                        j->author, command_text(ask, j)}, err));
        }
        return EM_OK;
}

static em_status answer_list(em_ask *ask, em_error *err)
{
        static const em_grid_column columns[] = {
                {"id", "No.", EM_AS_NUMBER, "/work/", NULL}, {"title", "Work", EM_AS_TEXT, "/work/", "id"}, {"state", "State", EM_AS_TEXT, NULL, NULL},
                {"step", "Step", EM_AS_TEXT, NULL, NULL}, {"done", NULL, EM_AS_NUMBER, NULL, NULL}, {"of", NULL, EM_AS_NUMBER, NULL, NULL},
                {"took", "Took", EM_AS_TEXT, NULL, NULL}, {"began", "Began (UTC)", EM_AS_DAY, NULL, NULL}, {"author", "By", EM_AS_TEXT, NULL, NULL},
                {"command", "Command", EM_AS_CODE, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        bool    running = false, writes = em_desk_writes(ask->desk);
        grid.empty = "Nothing has run since the service was started.";
        EM_TRY(list_grid(ask, &grid, &running, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.work/1", &grid, err);
        em_page_open(ask, &(em_page){.title = EM_S("Work"), .nav = "work", .wide = true,
                                     .lede = EM_S("What takes longer than a page may. It goes on while you read elsewhere; what it did stands in the ledger.")});
        em_grid_html(ask, &grid);
        if (running)
                em_html_lit(ask->h, "<p><a href=\"/work\">Look again</a>; the page of a job follows it by itself.</p>\n");
        em_html_lit(ask->h, "<h2>Start</h2>\n<div class=\"do-columns do-cards\">\n");
        for (size_t i = 0; i < EM_COUNT(kinds); i++)
                if (!kinds[i].writes || writes)
                        EM_TRY(put_kind(ask, &kinds[i], err));
        em_html_lit(ask->h, "</div>\n");
        if (!writes)
                em_html_lit(ask->h, "<p class=\"key\">This case is served for reading. With embargo serve --write, find, report and the indexes can be started here too.</p>\n");
        return em_page_close(ask, err);
}

/* ---- starting ----------------------------------------------------------------------------------- */

static em_status fill_seed(em_ask *ask, em_words *w, em_error *err)
{
        em_str rest = em_form_get(ask->posted, "seed"), word;
        size_t seeds = 0;
        for (; em_str_word(&rest, &word); seeds++) {
                if (!word.n || word.p[0] == '-')
                        return em_fail(err, EM_USAGE, "an output or address does not begin with a hyphen");
                em_words_add(w, word);
        }
        return seeds ? EM_OK : em_fail(err, EM_USAGE, "trace needs an output (TXID:VOUT) or an address");
}

/* Only what the list offered: a name in input/, so never a path. */
static em_status fill_input(em_ask *ask, em_words *w, em_error *err)
{
        em_str *name = NULL, asked = em_form_get(ask->posted, "input");
        size_t  count = 0;
        EM_TRY(inputs(ask, &name, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(name[i], asked)) {
                        em_words_add(w, em_grid_text(ask->arena, "%.*s/input/%.*s", EM_ARG(em_desk_dir(ask->desk)), EM_ARG(asked)));
                        return EM_OK;
                }
        return em_fail(err, EM_MISSING, "the case's folder input/ has nothing of that name");
}

static em_status fill_words(em_ask *ask, const struct work_kind *k, em_words *w, em_error *err)
{
        for (size_t i = 0; i < EM_COUNT(k->word) && k->word[i]; i++)
                em_words_add(w, em_str_c(k->word[i]));
        if (k->fill == FILL_SEED)
                EM_TRY(fill_seed(ask, w, err));
        if (k->fill == FILL_INPUT)
                EM_TRY(fill_input(ask, w, err));
        if (k->fill == FILL_DAY)
                em_words_option(w, "--as-known-on", em_form_get(ask->posted, "day"));
        return w->over ? em_fail(err, EM_LIMIT, "too many words") : EM_OK;
}

static em_status start(em_ask *ask, const em_job_order *order, em_error *err)
{
        em_job job;
        EM_TRY(em_doing_job(ask, order, &job, err));
        em_doing_go(ask, "/work/", number_text(ask, job.id));
        return EM_OK;
}

static em_status may_start(em_ask *ask, bool writes, em_error *err)
{
        return !writes || em_desk_writes(ask->desk) ? EM_OK
               : em_fail(err, EM_DENIED, "this case is served for reading; embargo serve --write lets pages change it");
}

static em_status answer_start(em_ask *ask, em_error *err)
{
        em_str kind = em_form_get(ask->posted, "kind");
        for (size_t i = 0; i < EM_COUNT(kinds); i++) {
                em_words w = {0};
                if (!em_str_eq(kind, em_str_c(kinds[i].key)))
                        continue;
                EM_TRY(may_start(ask, kinds[i].writes, err));
                EM_TRY(fill_words(ask, &kinds[i], &w, err));
                em_job_order order = {.title = em_str_c(kinds[i].title), .word = w.at, .words = w.n,
                                      .author = kinds[i].writes ? em_doing_author(ask) : (em_str){0}, .writes = kinds[i].writes};
                return start(ask, &order, err);
        }
        return em_fail(err, EM_MISSING, "there is no such work");
}

/* ---- one job ---------------------------------------------------------------------------------------- */

static em_status find_job(em_ask *ask, em_job *ret_job, em_error *err)
{
        int64_t id = 0;
        if (!em_str_int(ask->part, &id) || id < 1)
                return em_fail(err, EM_MISSING, "a job has a number");
        return em_jobs_look(em_desk_jobs(ask->desk), (uint64_t)id, ask->arena, ret_job, err);
}

static em_status job_data(em_ask *ask, const em_job *j, em_error *err)
{
        em_json *o = &ask->j;
        em_json_open(o, '{');
        em_json_kstr(o, "schema", EM_S("embargo.job/1"));
        em_json_kint(o, "id", (int64_t)j->id);
        em_json_kstr(o, "title", j->title);
        em_json_kstr(o, "state", em_str_c(em_job_state_words(j->state)));
        em_json_kbool(o, "running", j->state == EM_JOB_RUNNING);
        em_json_kbool(o, "stopping", j->stopping);
        em_json_kstr(o, "step", em_str_c(j->what));
        em_json_kint(o, "done", (int64_t)j->done);
        em_json_kint(o, "of", (int64_t)j->of);
        em_json_knum(o, "per_second", j->per_s < 0 ? 0 : (double)(int64_t)j->per_s);
        em_json_kint(o, "seconds_left", j->left_s < 0 ? -1 : (int64_t)j->left_s);
        em_json_kint(o, "seconds", (int64_t)j->took_s);
        em_json_kstr(o, "command", command_text(ask, j));
        em_json_kstr(o, "author", j->author);
        em_json_kstr(o, "error", j->error);
        em_json_kstr(o, "output", j->output);
        em_json_kbool(o, "cut", j->cut);
        em_json_close(o, '}');
        ask->reply->type = "application/json";
        return em_buf_status(&ask->reply->body, err);
}

static void put_progress(em_ask *ask, const em_job *j)
{
        em_html h = ask->h;
        em_html_lit(h, "<div class=\"do-progress\" role=\"status\"><p>");
        em_html_c(h, j->stopping ? "Asked to stop; it ends at the next place where nothing is lost." : "Running");
        if (j->what[0]) {
                em_html_lit(h, ": ");
                em_html_text(h, em_str_c(j->what));
        }
        em_html_lit(h, "</p>\n");
        if (j->of) {
                uint64_t percent = j->done >= j->of ? 100 : (uint64_t)((double)j->done * 100 / (double)j->of);
                em_html_lit(h, "<progress aria-label=\"How far it is\" max=\"100\"");
                em_html_attr(h, "value", number_text(ask, percent));
                em_html_lit(h, "></progress> <span class=\"do-percent\">");
                em_html_int(h, (int64_t)percent);
                em_html_lit(h, " %</span>");
        }
        em_html_lit(h, "<p class=\"key\">");
        em_html_thin(h, number_text(ask, j->done));
        if (j->of) {
                em_html_lit(h, " of ");
                em_html_thin(h, number_text(ask, j->of));
        }
        if (j->per_s > 0)
                em_html_text(h, em_grid_text(ask->arena, ", %.0f a second", j->per_s));
        if (j->left_s >= 0)
                em_html_text(h, em_grid_text(ask->arena, ", about %.*s left", EM_ARG(seconds_text(ask, j->left_s))));
        em_html_lit(h, "; running for ");
        em_html_text(h, seconds_text(ask, j->took_s));
        em_html_lit(h, "</p></div>\n");
}

static void put_end(em_ask *ask, const em_job *j)
{
        em_html h = ask->h;
        em_html_lit(h, "<p role=\"status\"><b>");
        em_html_c(h, em_job_state_words(j->state));
        em_html_lit(h, "</b> after ");
        em_html_text(h, seconds_text(ask, j->took_s));
        em_html_lit(h, ".</p>\n");
        if (!j->error.n)
                return;
        em_html_lit(h, "<p class=\"draft\" role=\"alert\">");
        em_html_text(h, j->error);
        em_html_lit(h, "</p>\n");
}

static void put_output(em_ask *ask, const em_job *j)
{
        em_html h = ask->h;
        if (!j->output.n) {
                if (j->state != EM_JOB_RUNNING)
                        em_html_lit(h, "<p class=\"empty\">It printed nothing.</p>\n");
                return;
        }
        em_html_lit(h, "<h2>What it printed</h2>\n<pre class=\"do-output\" tabindex=\"0\" role=\"region\" aria-label=\"Output\">");
        for (em_cut cut = {.tail = em_str_sub(j->output, 0, OUTPUT_SHOWN), .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, '\n');
                em_html_text(h, cut.head);
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</pre>\n");
        if (j->cut || j->output.n > OUTPUT_SHOWN)
                em_html_lit(h, "<p class=\"key\">There is more; the command line prints all of it.</p>\n");
}

static void put_buttons(em_ask *ask, const em_job *j)
{
        em_str id = number_text(ask, j->id);
        if (j->state == EM_JOB_RUNNING && !j->stopping) {
                em_form_open(ask, "/work/", id, "/stop", false);
                em_form_close(ask, "Stop", false);
        }
        bool again = j->state == EM_JOB_STOPPED || j->state == EM_JOB_FAILED;
        if (again && (!j->writes || em_desk_writes(ask->desk))) {
                em_form_open(ask, "/work/", id, "/resume", false);
                em_form_close(ask, j->state == EM_JOB_STOPPED ? "Resume" : "Try again", true);
        }
        if (again && j->inbox.n) {
                em_html_lit(ask->h, "<p>The file still lies in the inbox: <a");
                em_page_href(ask, "/add/", j->inbox);
                em_html_lit(ask->h, ">look at it again</a>, with another custody or another map.</p>\n");
        }
}

static em_status answer_job(em_ask *ask, em_error *err)
{
        em_job j;
        EM_TRY(find_job(ask, &j, err));
        if (ask->shape == EM_SHAPE_JSON)
                return job_data(ask, &j, err);
        bool running = j.state == EM_JOB_RUNNING;
        em_page_open(ask, &(em_page){.title = em_grid_text(ask->arena, "Work %llu: %.*s", (unsigned long long)j.id, EM_ARG(j.title)), .nav = "work",
                                     .island = "work", .refresh_s = running ? 2 : 0, .wide = true, .command = command_text(ask, &j)});
        if (running)
                put_progress(ask, &j);
        else
                put_end(ask, &j);
        put_buttons(ask, &j);
        put_output(ask, &j);
        em_html_lit(ask->h, "<p><a href=\"/work\">All work</a></p>\n");
        return em_page_close(ask, err);
}

static em_status answer_stop(em_ask *ask, em_error *err)
{
        em_job j;
        EM_TRY(find_job(ask, &j, err));
        em_jobs_stop(em_desk_jobs(ask->desk), j.id);
        em_doing_go(ask, "/work/", number_text(ask, j.id));
        return EM_OK;
}

/* The same command again: each goes on where it can, or begins anew. */
static em_status answer_resume(em_ask *ask, em_error *err)
{
        em_job j;
        EM_TRY(find_job(ask, &j, err));
        EM_TRY(may_start(ask, j.writes, err));
        if (j.state == EM_JOB_RUNNING)
                return em_fail(err, EM_BUSY, "it is running");
        size_t by = j.words > 2 && em_str_eq(j.word[0], EM_S("--by")) ? 2 : 0;
        em_job_order order = {.title = j.title, .word = j.word + by, .words = j.words - by, .inbox = j.inbox, .writes = j.writes,
                              .author = j.writes ? em_doing_author(ask) : (em_str){0}};
        return start(ask, &order, err);
}

const em_route em_routes_work[] = {
        {"GET", "/work", EM_FAMILY_PAGE, answer_list, "long work: what runs, what ran, forms to start it", NULL, NULL, EM_ROUTE_CASE | EM_ROUTE_DATA},
        {"POST", "/work", EM_FAMILY_PAGE, answer_start, "starts a job", "form=...&kind=verify&seed=&day=&input=", NULL, EM_ROUTE_CASE | EM_ROUTE_FORM},
        {"GET", "/work/{id}", EM_FAMILY_PAGE, answer_job, "one job: how far it is, what it printed", NULL, NULL, EM_ROUTE_CASE | EM_ROUTE_JSON},
        {"POST", "/work/{id}/stop", EM_FAMILY_PAGE, answer_stop, "asks it to stop", "form=...", NULL, EM_ROUTE_CASE | EM_ROUTE_FORM},
        {"POST", "/work/{id}/resume", EM_FAMILY_PAGE, answer_resume, "starts the same command again", "form=...", NULL, EM_ROUTE_CASE | EM_ROUTE_FORM},
        {0},
};
