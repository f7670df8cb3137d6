/* The measures of the regime as the view `measure` has them, and whether each was in force on a day.  The wording is ours; the
 * resolutions are the law.
 */
#include "serve/measures.h"

static const struct { const char *column, *otherwise; size_t at; } fields[] = {
        {"id", NULL, offsetof(em_provision, id)},                 {"key", NULL, offsetof(em_provision, key)},
        {"resolution", "who", offsetof(em_provision, resolution)}, {"paragraph", "place", offsetof(em_provision, paragraph)},
        {"adopted", NULL, offsetof(em_provision, adopted)},       {"in_force_from", "day_from", offsetof(em_provision, from)},
        {"in_force_to", NULL, offsetof(em_provision, to)},        {"who", NULL, offsetof(em_provision, bound)},
        {"direction", NULL, offsetof(em_provision, direction)},   {"class", NULL, offsetof(em_provision, kind)},
        {"what", NULL, offsetof(em_provision, topic)},            {"rule", "what", offsetof(em_provision, rule)},
        {"exemption", NULL, offsetof(em_provision, exemption)},   {"amends", NULL, offsetof(em_provision, amends)},
        {"verification", NULL, offsetof(em_provision, verification)}, {"hs_prefixes", NULL, offsetof(em_provision, goods)},
        {"hs_basis", NULL, offsetof(em_provision, goods_basis)},  {"cap_value", NULL, offsetof(em_provision, cap_value)},
        {"cap_unit", NULL, offsetof(em_provision, cap_unit)},     {"cap_period", NULL, offsetof(em_provision, cap_period)},
};

static em_force force_on(const em_provision *m, em_day on)
{
        em_day from = EM_DAY_NONE, to = EM_DAY_NONE;
        bool began = !em_day_parse(m->from, &from) || on == EM_DAY_NONE || from <= on;
        bool over = em_day_parse(m->to, &to) && on != EM_DAY_NONE && to < on;
        return over ? EM_FORCE_ENDED : began ? EM_FORCE_IN : EM_FORCE_NOT_YET;
}

/* The day of the question: chosen, else the day of the whole page, else the latest day that the evidence speaks from. */
static em_status choose_day(em_ask *ask, em_provisions *p, em_error *err)
{
        EM_TRY(em_day_asked(ask, "on", &p->on, err));
        if (p->on == EM_DAY_NONE)
                p->on = p->now->known;
        if (p->on == EM_DAY_NONE)
                p->on = p->now->spine->last_known;
        return EM_OK;
}

em_status em_provisions_load(em_ask *ask, em_provisions *ret_p, em_error *err)
{
        em_provisions p = {0};
        em_rows       r;
        em_error      none;
        em_query_opts opts = em_query_defaults;
        EM_TRY(em_desk_take(ask, &p.now, err));
        EM_TRY(choose_day(ask, &p, err));
        opts.as_known = p.now->known;
        em_status s = em_case_query(p.now->c, EM_S("select * from measure order by row"), NULL, 0, &opts, ask->arena, &r, &none);
        if (s != EM_OK && s != EM_FORMAT && s != EM_MISSING) {  /* a regime without measures has no such view */
                if (err)
                        *err = none;
                return s;
        }
        p.count = s == EM_OK ? r.rows : 0;
        p.at = EM_NEW_N(ask->arena, em_provision, p.count + 1);
        if (!p.at)
                return em_fail(err, EM_NOMEM, "no memory for the measures");
        for (size_t i = 0; i < p.count; i++) {
                for (size_t f = 0; f < EM_COUNT(fields); f++) {
                        em_str *to = (em_str *)(void *)((char *)&p.at[i] + fields[f].at);
                        *to = em_cell(ask, &r, i, fields[f].column);
                        if (!to->n && fields[f].otherwise)
                                *to = em_cell(ask, &r, i, fields[f].otherwise);
                }
                p.at[i].force = force_on(&p.at[i], p.on);
        }
        *ret_p = p;
        return EM_OK;
}

const em_provision *em_provision_of(const em_provisions *p, em_str key)
{
        for (size_t i = 0; i < p->count; i++)
                if (em_str_eq(p->at[i].key, key))
                        return &p->at[i];
        return NULL;
}

em_str em_provision_cite(em_ask *ask, const em_provision *m)
{
        em_str year = m->adopted.n >= 4 ? em_grid_text(ask->arena, " (%.4s)", m->adopted.p) : EM_S("");
        if (!m->resolution.n)
                return m->key;
        return em_grid_text(ask->arena, "%.*s%.*s, paragraph %.*s", EM_ARG(m->resolution), EM_ARG(year), EM_ARG(m->paragraph));
}

em_str em_provision_force(em_ask *ask, const em_provision *m)
{
        switch (m->force) {
        case EM_FORCE_ENDED: return em_grid_text(ask->arena, "ended %.*s", EM_ARG(m->to));
        case EM_FORCE_NOT_YET: return em_grid_text(ask->arena, "not yet: from %.*s", EM_ARG(m->from));
        default: return m->to.n ? em_grid_text(ask->arena, "in force %.*s to %.*s", EM_ARG(m->from), EM_ARG(m->to))
                                : em_grid_text(ask->arena, "in force since %.*s", EM_ARG(m->from));
        }
}

void em_put_force(em_ask *ask, const em_provision *m)
{
        static const char *const names[] = {"in", "not-yet", "ended"};
        em_html_lit(ask->h, "<span class=\"v force-");
        em_html_c(ask->h, names[m->force]);
        em_html_lit(ask->h, "\">");
        em_html_text(ask->h, em_provision_force(ask, m));
        em_html_lit(ask->h, "</span>");
}

bool em_bears_on(const em_answer *a, em_str measure)
{
        for (size_t i = 0; i < a->measures; i++)
                if (em_str_eq(a->measure[i], measure))
                        return true;
        return false;
}

/* ---- as data -------------------------------------------------------------------------------- */

static const em_grid_column columns[] = {
        {"measure", "", EM_AS_TEXT, NULL, NULL},      {"resolution", "", EM_AS_TEXT, NULL, NULL}, {"paragraph", "", EM_AS_TEXT, NULL, NULL},
        {"adopted", "", EM_AS_DAY, NULL, NULL},       {"in_force_from", "", EM_AS_DAY, NULL, NULL}, {"in_force_to", "", EM_AS_DAY, NULL, NULL},
        {"on", "", EM_AS_DAY, NULL, NULL},            {"state", "", EM_AS_TEXT, NULL, NULL},      {"bound", "", EM_AS_TEXT, NULL, NULL},
        {"direction", "", EM_AS_TEXT, NULL, NULL},    {"kind", "", EM_AS_TEXT, NULL, NULL},       {"topic", "", EM_AS_TEXT, NULL, NULL},
        {"rule", "", EM_AS_TEXT, NULL, NULL},         {"exemption", "", EM_AS_TEXT, NULL, NULL},  {"verification", "", EM_AS_TEXT, NULL, NULL},
        {"goods", "", EM_AS_TEXT, NULL, NULL},        {"cap_value", "", EM_AS_TEXT, NULL, NULL},  {"cap_unit", "", EM_AS_TEXT, NULL, NULL},
        {"cap_period", "", EM_AS_TEXT, NULL, NULL},   {"findings", "", EM_AS_TEXT, NULL, NULL},   {"record", "", EM_AS_TEXT, NULL, NULL}};

/* "oil-caps:holds petroleum-2021:holds" */
static em_str bearing(em_ask *ask, const em_picture *now, em_str key)
{
        const em_answer *a;
        em_str all = EM_S("");
        for (size_t i = 0; (a = em_view_cited(now->view, i)) != NULL; i++)
                if (em_bears_on(a, key))
                        all = em_grid_text(ask->arena, "%.*s%s%.*s:%s", EM_ARG(all), all.n ? " " : "", EM_ARG(em_question_key(a->question)),
                                           em_verdict_name(a->verdict));
        return all;
}

em_status em_measures_data(em_ask *ask, const em_provisions *p, const bool *passes, em_error *err)
{
        static const char *const states[] = {"in force", "not yet", "ended"};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        char    on[11];
        em_str  day = em_grid_text(ask->arena, "%s", em_day_text(p->on, on));
        for (size_t i = 0; i < p->count; i++) {
                const em_provision *m = &p->at[i];
                em_str cell[EM_COUNT(columns)] = {m->key, m->resolution, m->paragraph, m->adopted, m->from, m->to, day, em_str_c(states[m->force]),
                                                  m->bound, m->direction, m->kind, m->topic, m->rule, m->exemption, m->verification, m->goods,
                                                  m->cap_value, m->cap_unit, m->cap_period, bearing(ask, p->now, m->key), m->id};
                if (passes[i])
                        EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.measures/1", &grid, err);
}
