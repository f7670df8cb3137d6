/* Doctor: is the house in order?  What doctor.c finds, what needs a hand first. */
#include "serve/desk.h"
#include "serve/doctor.h"

static const em_grid_column columns[] = {
        {"group", NULL, EM_AS_TEXT, NULL, NULL}, {"check", NULL, EM_AS_CODE, NULL, NULL}, {"title", NULL, EM_AS_TEXT, NULL, NULL},
        {"state", NULL, EM_AS_TEXT, NULL, NULL}, {"found", NULL, EM_AS_TEXT, NULL, NULL}, {"next", NULL, EM_AS_TEXT, NULL, NULL}};

static em_status as_data(em_ask *ask, const em_checks *checks, em_error *err)
{
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < checks->count; i++) {
                const em_check *c = &checks->at[i];
                EM_TRY(em_grid_add(&grid, (em_str[]){em_str_c(c->group), em_str_c(c->id), em_str_c(c->title), em_str_c(em_check_word(c->state)),
                                                     c->found, c->next}, err));
        }
        return em_grid_data(ask, "embargo.doctor/1", &grid, err);
}

static void put_check(em_html h, const em_check *c)
{
        em_html_lit(h, "<li class=\"doctor-");
        em_html_c(h, em_check_word(c->state));
        em_html_lit(h, "\" id=\"");
        em_html_c(h, c->id);
        em_html_lit(h, "\"><span class=\"doctor-state\">");
        em_html_c(h, em_check_word(c->state));
        em_html_lit(h, "</span><div><b>");
        em_html_c(h, c->title);
        em_html_lit(h, "</b> <span class=\"doctor-found\">");
        em_html_text(h, c->found);
        em_html_lit(h, "</span>");
        if (c->next.n) {
                em_html_lit(h, "<p class=\"doctor-next\">");
                em_html_lit(h, "To do: ");
                em_html_text(h, c->next);
                em_html_lit(h, "</p>");
        }
        em_html_lit(h, "</div>\n");
}

static void put_group(em_html h, const em_checks *checks, const char *group, const char *words)
{
        size_t n = 0;
        for (size_t i = 0; i < checks->count; i++) {
                if (strcmp(checks->at[i].group, group) != 0)
                        continue;
                if (n++ == 0) {
                        em_html_lit(h, "<h2>");
                        em_html_c(h, words);
                        em_html_lit(h, "</h2>\n<ul class=\"doctor\">\n");
                }
                put_check(h, &checks->at[i]);
        }
        if (n)
                em_html_lit(h, "</ul>\n");
}

/* How many of each; the way to those that need a hand. */
static void put_summary(em_html h, const em_checks *checks)
{
        static const char *const words[] = {"fine", "to look at", "wrong", "unknown"};
        em_html_lit(h, "<p class=\"tally\">");
        for (size_t s = 0; s <= EM_CHECK_UNKNOWN; s++) {
                em_html_lit(h, "<span><b>");
                em_html_int(h, (int64_t)checks->tally[s]);
                em_html_lit(h, "</b> ");
                em_html_c(h, words[s]);
                em_html_lit(h, "</span> ");
        }
        em_html_lit(h, "</p>\n");
        for (int s = EM_CHECK_WRONG; s >= EM_CHECK_LOOK; s--) {
                if (!checks->tally[s])
                        continue;
                em_html_lit(h, "<p class=\"doctor-first\">");
                em_html_c(h, s == EM_CHECK_WRONG ? "Wrong: " : "To look at: ");
                size_t n = 0;
                for (size_t i = 0; i < checks->count; i++) {
                        if ((int)checks->at[i].state != s)
                                continue;
                        em_html_c(h, n++ ? ", " : "");
                        em_html_lit(h, "<a href=\"#");
                        em_html_c(h, checks->at[i].id);
                        em_html_lit(h, "\">");
                        em_html_c(h, checks->at[i].title);
                        em_html_lit(h, "</a>");
                }
                em_html_lit(h, ".</p>\n");
        }
}

static em_status answer_doctor(em_ask *ask, em_error *err)
{
        em_checks      checks;
        em_doctor_opts opts = {.case_dir = em_desk_dir(ask->desk), .served = em_service_options(ask->service), .cage = em_cage_words(ask->service)};
        const char    *group, *words;
        EM_TRY(em_desk_case(ask, &opts.c, err));
        EM_TRY(em_doctor_look(&opts, ask->arena, &checks, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return as_data(ask, &checks, err);
        em_page_open(ask, &(em_page){.title = EM_S("Doctor"), .nav = "doctor", .command = EM_S("doctor"),
                                     .lede = EM_S("Set-up, health and security: what was looked at just now, and what to do. Evidence itself is read "
                                                  "and hashed by embargo verify.")});
        put_summary(ask->h, &checks);
        for (size_t i = 0; (group = em_doctor_group(i, &words)) != NULL; i++)
                put_group(ask->h, &checks, group, words);
        return em_page_close(ask, err);
}

const em_route em_routes_doctor[] = {
        {"GET", "/doctor", EM_FAMILY_PAGE, answer_doctor, "set-up, security and health: each check, what was found and what to do", NULL, NULL,
         EM_ROUTE_DATA | EM_ROUTE_CASE},
        {0},
};
