/* Evidence by way of the browser: into the inbox, looked at, and only then into custody.
 *
 * An upload is not yet evidence.  It lies in the case's inbox until somebody has seen what it would become and said
 * where it is from; then `embargo add` takes it, as it takes every file, and the inbox's copy goes.  Whatever is
 * interrupted between the two stays listed on /add.
 */
#include "embargo/note.h"
#include "serve/doing.h"
#include "serve/upload.h"

enum { PREVIEW_S = 10, MAPS_MOST = 400 };

/* ---- the list ------------------------------------------------------------------------- */

static void put_upload_form(em_ask *ask)
{
        em_html h = ask->h;
        em_form_open(ask, "/add", (em_str){0}, "", true);
        em_html_lit(h, "<fieldset class=\"do-drop\"><legend>Files</legend>"
                       "<label class=\"line\">Choose one or several files <input type=\"file\" name=\"file\" multiple required></label>\n"
                       "<p class=\"key\">They go into the case's inbox. Nothing is taken into custody before you have seen what would "
                       "become of it. At most ");
        em_html_text(h, em_size_text(ask->arena, em_service_options(ask->service)->upload_most));
        em_html_lit(h, " at a time.</p></fieldset>\n");
        em_form_close(ask, "Upload and look", true);
}

static void put_waiting_row(em_ask *ask, const em_inbox_file *f)
{
        em_html h = ask->h;
        em_html_lit(h, "<tr><td data-h=\"File\">");
        if (f->whole) {
                em_html_lit(h, "<a");
                em_page_href(ask, "/add/", em_str_c(f->id));
                em_html_lit(h, ">");
        }
        em_html_text(h, f->name);
        if (f->whole)
                em_html_lit(h, "</a>");
        em_html_lit(h, "<td class=\"num\" data-h=\"Size\">");
        em_html_text(h, em_size_text(ask->arena, f->bytes));
        em_html_lit(h, "<td class=\"day\" data-h=\"Arrived\">");
        em_html_text(h, em_moment_text(ask->arena, f->when_s));
        em_html_lit(h, "<td data-h=\"State\">");
        if (f->whole)
                em_html_lit(h, "Whole; look at it, then take or remove it");
        else
                em_html_lit(h, "Arriving, or broken off: when nothing more comes, upload it again and remove this");
        em_html_lit(h, "<td class=\"do-last\">");
        em_form_open(ask, "/add/", em_str_c(f->id), "/remove", false);
        em_html_lit(h, "<button>Remove <span class=\"unseen\">");
        em_html_text(h, f->name);
        em_html_lit(h, "</span></button></form>\n");
}

em_status em_doing_add_list(em_ask *ask, em_error *err)
{
        em_inbox_file *list;
        size_t         count;
        em_html        h = ask->h;
        EM_TRY(em_inbox_list(em_desk_dir(ask->desk), ask->arena, &list, &count, err));
        em_page_open(ask, &(em_page){.title = EM_S("Add evidence"), .nav = "add", .island = "add", .command = EM_S("add FILE"),
                                     .lede = EM_S("A file becomes evidence in three steps: it arrives, you see what it would become, "
                                                  "you say where it is from and take it.")});
        put_upload_form(ask);
        em_html_lit(h, "<h2>Waiting in the inbox</h2>\n");
        if (!count)
                em_html_lit(h, "<p class=\"empty\">Nothing waits.</p>\n");
        if (count)
                em_html_lit(h, "<div class=\"table wide\" tabindex=\"0\" role=\"region\" aria-label=\"Files in the inbox\"><table><thead><tr><th scope=\"col\">File<th scope=\"col\" class=\"num\">Size"
                               "<th scope=\"col\">Arrived (UTC)<th scope=\"col\">State<th scope=\"col\"><span class=\"unseen\">Remove</span></thead><tbody>\n");
        for (size_t i = 0; i < count; i++)
                put_waiting_row(ask, &list[i]);
        if (count)
                em_html_lit(h, "</table></div>\n");
        return em_page_close(ask, err);
}

em_status em_doing_add_upload(em_ask *ask, em_error *err)
{
        if (!ask->files)
                return em_fail(err, EM_USAGE, "no file was chosen");
        if (ask->files == 1)
                em_doing_go(ask, "/add/", em_str_c(ask->file_id[0]));
        else
                em_doing_go(ask, "/add", (em_str){0});
        return EM_OK;
}

/* ---- one file: what it would become ----------------------------------------------------- */

static void put_fact(em_ask *ask, const char *name, em_str value, bool code)
{
        em_html h = ask->h;
        if (!value.n)
                return;
        em_html_lit(h, "<dt>");
        em_html_c(h, name);
        em_html_lit(h, "<dd>");
        if (code)
                em_html_lit(h, "<code>");
        em_html_text(h, value);
        if (code)
                em_html_lit(h, "</code>");
        em_html_lit(h, "\n");
}

static bool is_true(const em_jnode *n) { return em_jis(n, EM_J_BOOL) && em_str_eq(n->text, EM_S("true")); }

static em_str names_of(em_ask *ask, const em_jnode *list)
{
        em_str all = EM_S("");
        for (const em_jnode *n = list ? list->first : NULL; n; n = n->next)
                all = em_grid_text(ask->arena, "%.*s%s%.*s", EM_ARG(all), all.n ? ", " : "", EM_ARG(n->text));
        return all;
}

static void put_facts(em_ask *ask, const em_inbox_file *f, const em_jnode *p)
{
        em_str map = em_jtext(em_jget(p, "map")), undecided = em_jtext(em_jget(p, "undecided"));
        bool   cut = is_true(em_jget(p, "cut"));
        em_html_lit(ask->h, "<dl class=\"do-facts\">\n");
        put_fact(ask, "SHA-256", em_jtext(em_jget(p, "sha256")), true);
        put_fact(ask, "Size", em_size_text(ask->arena, f->bytes), false);
        if (map.n)
                put_fact(ask, "Read by", em_grid_text(ask->arena, "the map %.*s, as records of the kind %.*s", EM_ARG(map), EM_ARG(em_jtext(em_jget(p, "kind")))), false);
        else
                put_fact(ask, "Read by", undecided.n ? undecided : EM_S("no map: it would be held without records, and read when a map for it comes"), false);
        put_fact(ask, "Maps that fit", names_of(ask, em_jget(p, "fits")), false);
        if (map.n)
                put_fact(ask, "Rows", em_grid_text(ask->arena, "%s%.*s: %.*s would become records, %.*s would be kept aside", cut ? "the first " : "",
                                                   EM_ARG(em_jtext(em_jget(p, "rows"))), EM_ARG(em_jtext(em_jget(p, "taken"))),
                                                   EM_ARG(em_jtext(em_jget(p, "kept_aside")))), false);
        put_fact(ask, "The reader was held by", em_jtext(em_jget(p, "sandbox")), false);
        em_html_lit(ask->h, "</dl>\n");
        if (is_true(em_jget(p, "held")))
                em_html_lit(ask->h, "<p class=\"draft\" role=\"status\">The case holds these very bytes already. Taking them again changes nothing, unless they "
                                    "were held without records until now.</p>\n");
}

static em_status put_rows(em_ask *ask, const em_grid_column *column, size_t columns, const em_jnode *list, em_error *err)
{
        em_grid grid = em_grid_make(column, columns, ask->arena);
        for (const em_jnode *r = list ? list->first : NULL; r; r = r->next) {
                em_str cell[12] = {{0}};
                for (size_t c = 0; c < columns; c++)
                        cell[c] = em_jtext(em_jget(r, column[c].key));
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        em_grid_html(ask, &grid);
        return EM_OK;
}

static em_status put_preview(em_ask *ask, const em_inbox_file *f, const em_jnode *p, em_error *err)
{
        static const em_grid_column records[] = {
                {"row", "Row", EM_AS_NUMBER, NULL, NULL}, {"key", "Key", EM_AS_TEXT, NULL, NULL}, {"from", "From", EM_AS_DAY, NULL, NULL},
                {"to", "To", EM_AS_DAY, NULL, NULL}, {"what", "What", EM_AS_TEXT, NULL, NULL}, {"class", "Class", EM_AS_TEXT, NULL, NULL},
                {"who", "Who", EM_AS_TEXT, NULL, NULL}, {"place", "Place", EM_AS_TEXT, NULL, NULL}, {"amount", "How much", EM_AS_TEXT, NULL, NULL},
                {"known", "Known", EM_AS_DAY, NULL, NULL}};
        static const em_grid_column rejects[] = {
                {"row", "Row", EM_AS_NUMBER, NULL, NULL}, {"line", "Line", EM_AS_NUMBER, NULL, NULL},
                {"column", "Column", EM_AS_TEXT, NULL, NULL}, {"reason", "Reason", EM_AS_TEXT, NULL, NULL}};
        put_facts(ask, f, p);
        const em_jnode *taken = em_jget(p, "records"), *aside = em_jget(p, "rejects");
        if (taken && taken->count) {
                em_html_lit(ask->h, "<h2>Its first records</h2>\n");
                EM_TRY(put_rows(ask, records, EM_COUNT(records), taken, err));
        }
        if (aside && aside->count) {
                em_html_lit(ask->h, "<h2>Rows that would be kept aside</h2>\n");
                EM_TRY(put_rows(ask, rejects, EM_COUNT(rejects), aside, err));
        }
        return EM_OK;
}

/* ---- ... and where it is from ----------------------------------------------------------------- */

static void put_map_form(em_ask *ask, em_str id, em_str chosen, const em_jnode *maps)
{
        em_html        h = ask->h;
        em_choice_word choice[MAPS_MOST] = {{EM_S(""), EM_S("by its header")}};
        size_t         count = 1;
        for (const em_jnode *m = maps ? maps->first : NULL; m && count < MAPS_MOST; m = m->next)
                choice[count++] = (em_choice_word){m->text, m->text};
        em_html_lit(h, "<form class=\"do-form do-row\" method=\"get\" action=\"/add/");
        em_html_url(h, id);
        em_html_lit(h, "\">");
        em_field_select(ask, "map", "Read it by the map", chosen, choice, count);
        em_html_lit(h, "<button>Look again</button></form>\n");
}

static void put_custody_form(em_ask *ask, const em_inbox_file *f, em_str map)
{
        static const char grades[] = "ABCDEF";
        em_choice_word    grade[6];
        static const em_choice_word access[] = {{EM_S_INIT("public"), EM_S_INIT("public: may be published")},
                                                {EM_S_INIT("withheld"), EM_S_INIT("withheld: kept out of what is published")}};
        char              today[11];
        em_str            by = em_doing_author(ask);
        em_day_text(em_day_utc(em_clock_now()), today);
        for (size_t i = 0; i < 6; i++)
                grade[i] = (em_choice_word){em_str_sub(em_str_c(grades), i, 1), em_grid_text(ask->arena, "%c: %s", grades[i], em_grade_words(grades[i]))};
        em_html_lit(ask->h, "<h2>Where it is from</h2>\n");
        em_form_open(ask, "/add/", em_str_c(f->id), "/take", false);
        em_field_hidden(ask, "map", map);
        em_html_lit(ask->h, "<div class=\"do-columns\">\n");
        em_field_text(ask, "name", "Name", f->name, "text", "shown for it");
        em_field_text(ask, "publisher", "Publisher", EM_S(""), "text", "who published it");
        em_field_text(ask, "origin", "Origin", EM_S(""), "text", "an address, a person, an archive");
        em_field_text(ask, "published", "Published on", EM_S(""), "day", "from then on it was known");
        em_field_text(ask, "obtained_on", "Obtained on", em_str_c(today), "day", NULL);
        em_field_text(ask, "obtained_by", "Obtained by", by, "text", NULL);
        em_field_text(ask, "method", "Method", EM_S(""), "text", "how it was obtained");
        em_field_select(ask, "grade", "Reliability of the source", EM_S("F"), grade, 6);
        em_field_text(ask, "terms", "Terms", EM_S(""), "text", "under which it may be used");
        em_field_select(ask, "access", "Access", EM_S("public"), access, 2);
        em_field_text(ask, "covers_from", "Complete from", EM_S(""), "day", "the days for which it claims to be complete");
        em_field_text(ask, "covers_to", "Complete to", EM_S(""), "day", NULL);
        em_html_lit(ask->h, "</div>\n");
        em_form_close(ask, "Take it into custody", true);
        em_form_open(ask, "/add/", em_str_c(f->id), "/remove", false);
        em_form_close(ask, "Reject: remove it from the inbox", false);
}

static void put_trouble(em_ask *ask, const em_error *why)
{
        char text[1100];
        em_html_lit(ask->h, "<p class=\"draft\" role=\"alert\">It cannot be shown in advance: ");
        em_html_text(ask->h, em_str_c(em_error_text(why, text, sizeof text)));
        em_html_lit(ask->h, ". Choose another map below, take it as it is, or reject it.</p>\n");
}

em_status em_doing_add_one(em_ask *ask, em_error *err)
{
        em_inbox_file   f;
        em_str          path, map = em_form_get(ask->query, "map");
        em_words        w = {0};
        em_error        why = {0};
        const em_jnode *p = NULL;
        EM_TRY(em_inbox_find(em_desk_dir(ask->desk), ask->part, ask->arena, &f, &path, err));
        em_words_add(&w, EM_S("add"));
        em_words_add(&w, EM_S("--preview"));
        em_words_option(&w, "--name", f.name);
        em_words_option(&w, "--map", map);
        em_words_add(&w, path);
        em_status s = em_desk_run_json(ask, w.at, w.n, PREVIEW_S, &p, &why);
        em_page_open(ask, &(em_page){.title = em_grid_text(ask->arena, "Before it is taken: %.*s", EM_ARG(f.name)), .nav = "add", .wide = true,
                                     .lede = EM_S("Nothing of it is in the case yet.")});
        if (s == EM_OK)
                EM_TRY(put_preview(ask, &f, p, err));
        else
                put_trouble(ask, &why);
        put_map_form(ask, em_str_c(f.id), map, em_jget(p, "maps"));
        put_custody_form(ask, &f, map);
        return em_page_close(ask, err);
}

/* ---- take, or not --------------------------------------------------------------------------------- */

static em_status take_words(em_ask *ask, const em_inbox_file *f, em_str path, em_words *w, em_error *err)
{
        static const struct { const char *field, *option; } texts[] = {
                {"publisher", "--publisher"}, {"origin", "--origin"}, {"published", "--published"}, {"obtained_on", "--obtained-on"},
                {"obtained_by", "--obtained-by"}, {"method", "--method"}, {"grade", "--grade"}, {"terms", "--terms"}, {"map", "--map"}};
        em_str name = em_str_trim(em_form_get(ask->posted, "name"));
        em_str from = em_str_trim(em_form_get(ask->posted, "covers_from")), to = em_str_trim(em_form_get(ask->posted, "covers_to"));
        em_words_add(w, EM_S("add"));
        em_words_add(w, EM_S("--csv"));
        em_words_option(w, "--name", name.n ? name : f->name);
        for (size_t i = 0; i < EM_COUNT(texts); i++)
                em_words_option(w, texts[i].option, em_form_get(ask->posted, texts[i].field));
        if (!from.n != !to.n)
                return em_fail(err, EM_USAGE, "what it is complete for has a first and a last day, or neither");
        if (from.n)
                em_words_option(w, "--covers", em_grid_text(ask->arena, "%.*s/%.*s", EM_ARG(from), EM_ARG(to)));
        if (em_str_eq(em_form_get(ask->posted, "access"), EM_S("withheld")))
                em_words_add(w, EM_S("--withheld"));
        em_words_add(w, path);
        return EM_OK;
}

/* The second cell of the second line that `add --csv` prints: file,source,... */
static em_str source_of(em_ask *ask, em_str csv)
{
        em_csv     reader = em_csv_make(csv, NULL);
        em_csv_row row;
        for (size_t i = 0; em_csv_next(&reader, ask->arena, &row); i++)
                if (i == 1 && !row.bad && row.count > 1)
                        return row.field[1];
        return EM_S("");
}

em_status em_doing_add_take(em_ask *ask, em_error *err)
{
        em_inbox_file f;
        em_str        path;
        em_words      w = {0};
        em_job        job;
        EM_TRY(em_inbox_find(em_desk_dir(ask->desk), ask->part, ask->arena, &f, &path, err));
        EM_TRY(take_words(ask, &f, path, &w, err));
        em_job_order order = {.title = em_grid_text(ask->arena, "Take %.*s", EM_ARG(f.name)), .word = w.at, .words = w.n,
                              .author = em_doing_author(ask), .inbox = em_str_c(f.id), .writes = true};
        EM_TRY(em_doing_job(ask, &order, &job, err));
        em_str source = job.state == EM_JOB_DONE ? source_of(ask, job.output) : EM_S("");
        if (source.n)
                em_doing_go(ask, "/evidence/", source);
        else
                em_doing_go(ask, "/work/", em_grid_text(ask->arena, "%llu", (unsigned long long)job.id));
        return EM_OK;
}

em_status em_doing_add_remove(em_ask *ask, em_error *err)
{
        if (!em_inbox_id_ok(ask->part))
                return em_fail(err, EM_MISSING, "the inbox has no such file");
        em_inbox_remove(em_desk_dir(ask->desk), ask->part);
        em_doing_go(ask, "/add", (em_str){0});
        return EM_OK;
}
