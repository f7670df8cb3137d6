/* Fields of forms, and where a form leads.  A field is a label around its input, so that no id is needed and the label
 * is always there.
 */
#include "serve/case_words.h"
#include "serve/doing.h"

#include <stdio.h>
#include <time.h>

enum { SHORT_MS = 1500 };

em_str em_doing_author(const em_ask *ask)
{
        return ask->user.n ? ask->user : em_service_options(ask->service)->author;
}

void em_words_add(em_words *w, em_str word)
{
        if (w->n == EM_JOB_WORDS)
                w->over = true;
        else
                w->at[w->n++] = word;
}

void em_words_option(em_words *w, const char *name, em_str value)
{
        value = em_str_trim(value);
        if (!value.n)
                return;
        em_words_add(w, em_str_c(name));
        em_words_add(w, value);
}

void em_doing_go(em_ask *ask, const char *path, em_str id)
{
        em_buf  buf = em_buf_make(sizeof ask->reply->location - 1);
        em_html h = em_html_make(&buf);
        em_buf_c(&buf, path);
        em_html_url(h, id);
        em_str text = buf.failed ? em_str_c(path) : em_buf_view(&buf);
        snprintf(ask->reply->location, sizeof ask->reply->location, "%.*s", EM_ARG(text));
        ask->reply->status = 303;
        em_buf_free(&buf);
}

/* ---- fields ------------------------------------------------------------------------ */

static void label(em_ask *ask, const char *words, const char *hint)
{
        em_html_lit(ask->h, "<label class=\"line do-field\"><span>");
        em_html_c(ask->h, words);
        em_html_lit(ask->h, "</span> ");
        if (hint) {
                em_html_lit(ask->h, "<small>");
                em_html_c(ask->h, hint);
                em_html_lit(ask->h, "</small> ");
        }
}

void em_field_text(em_ask *ask, const char *name, const char *words, em_str value, const char *type, const char *hint)
{
        em_html h = ask->h;
        label(ask, words, hint);
        em_html_lit(h, "<input");
        if (strcmp(type, "day") == 0)
                em_put_day_marks(ask);
        else
                em_html_attr(h, "type", em_str_c(type));
        em_html_attr(h, "name", em_str_c(name));
        em_html_attr(h, "value", value);
        em_html_lit(h, "></label>\n");
}

void em_field_area(em_ask *ask, const char *name, const char *words, em_str value, const char *hint)
{
        em_html h = ask->h;
        label(ask, words, hint);
        em_html_lit(h, "<textarea rows=\"5\"");
        em_html_attr(h, "name", em_str_c(name));
        em_html_lit(h, ">\n");
        em_html_text(h, value);
        em_html_lit(h, "</textarea></label>\n");
}

void em_field_select(em_ask *ask, const char *name, const char *words, em_str chosen, const em_choice_word *choice, size_t count)
{
        em_html h = ask->h;
        label(ask, words, NULL);
        em_html_lit(h, "<select");
        em_html_attr(h, "name", em_str_c(name));
        em_html_lit(h, ">");
        for (size_t i = 0; i < count; i++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", choice[i].value);
                if (em_str_eq(choice[i].value, chosen))
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_text(h, choice[i].words);
        }
        em_html_lit(h, "</select></label>\n");
}

void em_field_hidden(em_ask *ask, const char *name, em_str value)
{
        em_html_lit(ask->h, "<input type=\"hidden\"");
        em_html_attr(ask->h, "name", em_str_c(name));
        em_html_attr(ask->h, "value", value);
        em_html_lit(ask->h, ">");
}

void em_form_open(em_ask *ask, const char *path, em_str id, const char *end, bool upload)
{
        em_html h = ask->h;
        em_html_lit(h, "<form class=\"do-form\" method=\"post\" action=\"");
        em_html_c(h, path);
        em_html_url(h, id);
        em_html_c(h, end);
        em_html_lit(h, "\"");
        if (upload)
                em_html_lit(h, " enctype=\"multipart/form-data\"");
        em_html_lit(h, ">\n");
        em_page_token(ask);
}

void em_form_close(em_ask *ask, const char *words, bool main_one)
{
        em_html h = ask->h;
        em_html_lit(h, "<p><button");
        if (main_one)
                em_html_lit(h, " class=\"main\"");
        em_html_lit(h, ">");
        em_html_c(h, words);
        em_html_lit(h, "</button></p></form>\n");
}

em_str em_size_text(em_arena *arena, uint64_t bytes)
{
        static const char *const units[] = {"kB", "MB", "GB", "TB"};
        uint64_t tenths = bytes * 10 / 1000;
        size_t   u = 0;
        if (bytes < 1000)
                return em_grid_text(arena, "%llu bytes", (unsigned long long)bytes);
        for (; tenths >= 10000 && u + 1 < EM_COUNT(units); u++)
                tenths /= 1000;
        return em_grid_text(arena, "%llu.%llu %s", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10), units[u]);
}

em_str em_moment_text(em_arena *arena, int64_t time_s)
{
        time_t    t = (time_t)time_s;
        struct tm tm;
        char      text[32] = "";
        if (gmtime_r(&t, &tm))
                strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
        return em_grid_text(arena, "%s", text);
}

em_status em_doing_job(em_ask *ask, const em_job_order *order, em_job *ret_job, em_error *err)
{
        uint64_t id = 0;
        em_jobs *jobs = em_desk_jobs(ask->desk);
        EM_TRY(em_jobs_start(jobs, order, &id, err));
        em_jobs_wait(jobs, id, SHORT_MS);
        return em_jobs_look(jobs, id, ask->arena, ret_job, err);
}
