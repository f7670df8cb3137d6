/* Doctor: is the house in order?  What doctor.c finds, what needs a hand first. */
#include "embargo/day.h"
#include "serve/desk.h"
#include "serve/doctor.h"

static const em_grid_column columns[] = {
        {"group", NULL, EM_AS_TEXT, NULL, NULL}, {"check", NULL, EM_AS_CODE, NULL, NULL}, {"title", NULL, EM_AS_TEXT, NULL, NULL},
        {"state", NULL, EM_AS_TEXT, NULL, NULL}, {"found", NULL, EM_AS_TEXT, NULL, NULL}, {"next", NULL, EM_AS_TEXT, NULL, NULL},
        {"looked", NULL, EM_AS_TEXT, NULL, NULL}};

/* "2026-11-23 12:00:03" */
static em_str moment(em_ask *ask, int64_t s)
{
        char day[11];
        int64_t days = s / 86400, of = s % 86400;
        em_day_text((em_day)days, day);
        return em_grid_text(ask->arena, "%s %02d:%02d:%02d", day, (int)(of / 3600), (int)(of / 60 % 60), (int)(of % 60));
}

static em_status add_rows(em_ask *ask, em_grid *grid, const em_checks *checks, int64_t looked_s, em_error *err)
{
        for (size_t i = 0; i < checks->count; i++) {
                const em_check *c = &checks->at[i];
                EM_TRY(em_grid_add(grid, (em_str[]){em_str_c(c->group), em_str_c(c->id), em_str_c(c->title), em_str_c(em_check_word(c->state)),
                                                    c->found, c->next, moment(ask, looked_s)}, err));
        }
        return EM_OK;
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

/* ---- looking ------------------------------------------------------------------------------------------ */

static em_status look_at_house(void *ctx, em_arena *arena, em_checks *ret_checks, em_error *err)
{
        em_ask        *ask = ctx;
        em_doctor_opts opts = {.case_dir = em_desk_dir(ask->desk), .served = em_service_options(ask->service), .parts = EM_DOCTOR_HOUSE};
        EM_TRY(em_desk_case(ask, &opts.c, err));
        return em_doctor_look(&opts, arena, ret_checks, err);
}

/* The case's files, the lists that are served, and the day: a list grows old by itself. */
static uint64_t state_of_house(em_ask *ask)
{
        uint64_t h = em_desk_stamp(ask->desk);
        uint64_t with[] = {ask->index ? ask->index->inode : 0, ask->index ? (uint64_t)ask->index->changed_ns : 0,
                           (uint64_t)em_day_utc(em_clock_now())};
        for (size_t i = 0; i < EM_COUNT(with); i++)
                h = (h ^ with[i]) * 0x9e3779b97f4a7c15u;
        return h;
}

typedef struct looked { em_checks house, around, all; int64_t house_s, now_s; } looked;

static em_status look(em_ask *ask, looked *l, em_error *err)
{
        em_doctor_opts around = {.case_dir = em_desk_dir(ask->desk), .served = em_service_options(ask->service), .cage = em_cage_words(ask->service),
                                 .parts = EM_DOCTOR_AROUND};
        EM_TRY(em_doctor_kept(em_desk_doctor(ask->desk), state_of_house(ask), em_form_flag(ask->query, "again"), look_at_house, ask, ask->arena,
                              &l->house, &l->house_s, err));
        l->now_s = em_clock_now();
        EM_TRY(em_doctor_look(&around, ask->arena, &l->around, err));
        l->all = (em_checks){.at = EM_NEW_N(ask->arena, em_check, l->house.count + l->around.count + 1), .count = l->house.count + l->around.count};
        if (!l->all.at)
                return em_fail(err, EM_NOMEM, "out of memory");
        memcpy(l->all.at, l->house.at, l->house.count * sizeof *l->all.at);
        memcpy(l->all.at + l->house.count, l->around.at, l->around.count * sizeof *l->all.at);
        for (size_t i = 0; i <= EM_CHECK_UNKNOWN; i++)
                l->all.tally[i] = l->house.tally[i] + l->around.tally[i];
        return EM_OK;
}

static em_status as_data(em_ask *ask, const looked *l, em_error *err)
{
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        EM_TRY(add_rows(ask, &grid, &l->house, l->house_s, err));
        EM_TRY(add_rows(ask, &grid, &l->around, l->now_s, err));
        return em_grid_data(ask, "embargo.doctor/1", &grid, err);
}

static void put_when(em_ask *ask, const looked *l)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"doctor-when\">The case, its evidence and its indexes were looked at at ");
        em_html_text(h, moment(ask, l->house_s));
        em_html_lit(h, " UTC, and are again when one of them changes or <a href=\"/doctor?again=yes\">when you ask</a>; this machine and this server "
                       "just now.</p>\n");
}

static em_status answer_doctor(em_ask *ask, em_error *err)
{
        looked      l = {0};
        const char *group, *words;
        EM_TRY(look(ask, &l, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return as_data(ask, &l, err);
        em_page_open(ask, &(em_page){.title = EM_S("Doctor"), .nav = "doctor", .command = EM_S("doctor"),
                                     .lede = EM_S("Set-up, health and security: what was found, and what to do. Evidence itself is read "
                                                  "and hashed by embargo verify.")});
        put_when(ask, &l);
        put_summary(ask->h, &l.all);
        for (size_t i = 0; (group = em_doctor_group(i, &words)) != NULL; i++)
                put_group(ask->h, &l.all, group, words);
        return em_page_close(ask, err);
}

static const em_route_param params[] = {{"again", "boolean", "looks at the case, its evidence and its indexes once more, though they are as they were"}, {0}};

const em_route em_routes_doctor[] = {
        {"GET", "/doctor", EM_FAMILY_PAGE, answer_doctor, "set-up, security and health: each check, what was found and what to do", NULL, params,
         EM_ROUTE_DATA | EM_ROUTE_CASE | EM_ROUTE_AHEAD},
        {0},
};
