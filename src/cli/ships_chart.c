/* One ship's numbers over time as a picture (embargo/draw.h): speed, the time between positions, draught, and behind them its events.
 *
 * A silence breaks the line of speed, since how fast it went then nobody heard; the time between positions stands as a box over the whole
 * silence, so that its area is seen.  What a ship said of its draught holds from when it said it first to when it said it last.
 */
#include "cli/ships.h"
#include "embargo/draw.h"

enum { LINES_MOST = 6, POINTS_DRAWN = 1200, BANDS_MOST = 200, WIDE = 860 };

typedef struct charting {
        em_fleet       *f;
        const em_heard *h;
        const em_heard_hull *hull[LINES_MOST]; size_t hulls;    /* those most heard */
        em_series_line  line[3][LINES_MOST];
        em_series_panel panel[3]; size_t panels;
        em_series_band *band; size_t bands;
} charting;

bool em_fleet_chart_out(const em_fleet *f) { return em_str_eq(em_cli_value(f->cli, "chart"), EM_S("-")); }

em_str em_heard_hull_name(em_cli *cli, const em_heard_hull *hull)
{
        return hull->part ? em_cli_text(cli, "%09lu/%lu", (unsigned long)hull->mmsi, (unsigned long)hull->part)
                          : em_cli_text(cli, "%09lu", (unsigned long)hull->mmsi);
}

/* The most heard, in the order of their numbers. */
static void choose(charting *c)
{
        for (size_t i = 0; i < c->h->hulls; i++) {
                size_t before = 0;
                for (size_t k = 0; k < c->h->hulls; k++)
                        before += c->h->hull[k].positions > c->h->hull[i].positions || (c->h->hull[k].positions == c->h->hull[i].positions && k < i);
                if (before < LINES_MOST && c->hulls < LINES_MOST)
                        c->hull[c->hulls++] = &c->h->hull[i];
        }
}

/* ---- lines ----------------------------------------------------------------------------------------------- */

typedef struct pen { int64_t *time_s; em_milli *value; size_t count; } pen;

static em_status pen_make(charting *c, size_t room, pen *ret, em_error *err)
{
        *ret = (pen){EM_NEW_N(c->f->cli->arena, int64_t, room + 1), EM_NEW_N(c->f->cli->arena, em_milli, room + 1), 0};
        return ret->time_s && ret->value ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
}

static void put(pen *p, int64_t time_s, em_milli value)
{
        p->time_s[p->count] = time_s;
        p->value[p->count++] = value;
}

static em_status line_of(charting *c, size_t i, size_t panel, const pen *p)
{
        c->line[panel][i] = (em_series_line){.name = em_heard_hull_name(c->f->cli, c->hull[i]), .colour = (int)i + 1, .time_s = p->time_s,
                                             .value = p->value, .count = p->count};
        return EM_OK;
}

static em_status speed_line(charting *c, size_t i, em_error *err)
{
        const em_heard_hull *hull = c->hull[i];
        pen p;
        EM_TRY(pen_make(c, 2 * hull->count, &p, err));
        for (size_t k = 0; k < hull->count; k++) {
                const em_heard_at *x = &hull->at[k];
                if (x->wait_s >= EM_SILENCE_S && k)
                        put(&p, x->time_s, EM_MILLI_NONE);
                put(&p, x->time_s, x->sog == EM_AIS_SOG_NONE ? EM_MILLI_NONE : x->sog * 100);
        }
        return line_of(c, i, 0, &p);
}

static em_status wait_line(charting *c, size_t i, em_error *err)
{
        const em_heard_hull *hull = c->hull[i];
        pen p;
        EM_TRY(pen_make(c, 2 * hull->count, &p, err));
        for (size_t k = 0; k < hull->count; k++) {
                const em_heard_at *x = &hull->at[k];
                em_milli hours = x->wait_s * 10 / 36;
                if (x->wait_s < 0)
                        continue;
                if (!p.count || x->time_s - x->wait_s >= p.time_s[p.count - 1])
                        put(&p, x->time_s - x->wait_s, hours);
                put(&p, x->time_s, hours);
        }
        return line_of(c, i, 1, &p);
}

/* Reports are by their first; the same draught said again goes on. */
static em_status draught_line(charting *c, size_t i, em_error *err)
{
        const em_heard_hull *hull = c->hull[i];
        pen p;
        EM_TRY(pen_make(c, 3 * hull->reports, &p, err));
        for (size_t k = 0, next; k < hull->reports; k = next) {
                const em_ship_report *r = &hull->report[k];
                int64_t until = r->last_s;
                for (next = k + 1; next < hull->reports && (!hull->report[next].draught || hull->report[next].draught == r->draught); next++)
                        if (r->draught && hull->report[next].draught)
                                until = hull->report[next].last_s > until ? hull->report[next].last_s : until;
                if (!r->draught)
                        continue;
                if (next < hull->reports && hull->report[next].first_s < until)
                        until = hull->report[next].first_s;
                put(&p, r->first_s, r->draught * 100);
                put(&p, until, r->draught * 100);
                put(&p, until, EM_MILLI_NONE);
        }
        return line_of(c, i, 2, &p);
}

/* ---- bands ------------------------------------------------------------------------------------------------ */

static em_status add_bands(charting *c, const em_event *const *event, size_t events, em_error *err)
{
        em_cli *cli = c->f->cli;
        size_t *number = em_ships_map_numbers(c->f, event, events);
        c->band = EM_NEW_N(cli->arena, em_series_band, events + 1);
        if (!number || !c->band)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < events && c->bands < BANDS_MOST; i++) {
                const em_event *e = event[i];
                em_str what = em_str_c(em_event_kind_name(e->kind));
                if (!number[i] || e->end_s < c->h->from_s || e->start_s > c->h->to_s)
                        continue;               /* told by another's sign, or at another time */
                c->band[c->bands++] = (em_series_band){
                        .from_s = e->start_s, .to_s = e->end_s, .silent = e->kind == EM_EVENT_GAP || e->kind == EM_EVENT_HIDDEN_CALL,
                        .label = em_cli_digits(cli, (int64_t)number[i]),
                        .text = em_cli_text(cli, "%.*s, %.*s to %.*s", EM_ARG(what), EM_ARG(em_words_time(cli, e->start_s)),
                                            EM_ARG(em_words_time(cli, e->end_s)))};
        }
        return EM_OK;
}

/* ---- the picture ----------------------------------------------------------------------------------------- */

/* What it called itself last, else its number. */
static em_str name_of(const charting *c)
{
        em_str   name = EM_S("");
        int64_t  at = INT64_MIN;
        for (size_t i = 0; i < c->h->hulls; i++)
                for (size_t k = 0; k < c->h->hull[i].reports; k++) {
                        const em_ship_report *r = &c->h->hull[i].report[k];
                        if (r->name[0] && r->last_s >= at) {
                                name = em_str_c(r->name);
                                at = r->last_s;
                        }
                }
        return name.n ? name : em_heard_hull_name(c->f->cli, c->hull[0]);
}

static em_caption caption_of(charting *c)
{
        em_cli *cli = c->f->cli;
        const em_heard *h = c->h;
        em_str drawn = em_cli_text(cli, "%.*s were heard%s; times are UTC.", EM_ARG(em_cli_many(cli, h->positions, "position", "positions")),
                                   h->given < h->positions ? ", of which the slowest, the fastest and the ends of the longest silence in each "
                                                             "part of the picture are drawn" : "");
        em_str left = h->hulls > c->hulls ? em_cli_text(cli, " %.*s heard less often are left out.",
                                                        EM_ARG(em_cli_many(cli, h->hulls - c->hulls, "hull", "hulls"))) : EM_S("");
        return (em_caption){.id = EM_S("series"), .title = em_cli_text(cli, "%.*s from position to position", EM_ARG(name_of(c))),
                            .subtitle = c->bands ? EM_S("Hatched: a silence that is an event. Pale: another event, by the number of its sign")
                                                 : EM_S("As it said itself and as it was heard"),
                            .foot = em_cli_text(cli, "%.*s%.*s", EM_ARG(drawn), EM_ARG(left)),
                            .desc = em_cli_text(cli, "Speed, time between positions and draught from %.*s to %.*s UTC; the same as data is "
                                                     "what embargo ships series prints.", EM_ARG(em_words_time(cli, h->from_s)),
                                                EM_ARG(em_words_time(cli, h->to_s)))};
}

static em_status draw(charting *c, em_buf *out, em_error *err)
{
        static const struct { const char *name, *unit; } what[3] = {{"Speed", "knots, as it said"}, {"Time between positions", "hours"},
                                                                    {"Draught", "metres, as it said"}};
        bool deep = false;
        choose(c);
        for (size_t i = 0; i < c->hulls; i++) {
                EM_TRY(speed_line(c, i, err));
                EM_TRY(wait_line(c, i, err));
                EM_TRY(draught_line(c, i, err));
                deep |= c->line[2][i].count > 0;
        }
        for (size_t i = 0; i < (deep ? 3 : 2); i++)
                c->panel[c->panels++] = (em_series_panel){em_str_c(what[i].name), em_str_c(what[i].unit), c->line[i], c->hulls};
        int64_t   to = c->h->to_s > c->h->from_s ? c->h->to_s : c->h->from_s + 60;
        em_series s = {.caption = caption_of(c), .from_s = c->h->from_s, .to_s = to, .panel = c->panel, .panels = c->panels,
                       .band = c->band, .bands = c->bands};
        em_draw_opts opts = {.width = WIDE, .height = 110, .standalone = !c->f->cli->inside};   /* a page has the rules already */
        return em_series_svg(&s, &opts, out, err);
}

static em_status chart_text(em_fleet *f, const em_heard *all, const em_event *const *event, size_t events, em_buf *out, em_error *err)
{
        em_heard  h;
        charting *c = EM_NEW(f->cli->arena, charting);
        if (!c)
                return em_fail(err, EM_NOMEM, "out of memory");
        EM_TRY(em_heard_thin(f, all, POINTS_DRAWN, &h, err));
        *c = (charting){.f = f, .h = &h};
        if (!h.hulls)
                return em_fail(err, EM_MISSING, "nothing was heard then");
        if (events)
                EM_TRY(add_bands(c, event, events, err));
        return draw(c, out, err);
}

em_status em_ships_chart_json(em_fleet *f, const em_heard *h, const em_event *const *event, size_t events, em_json *j, em_error *err)
{
        em_buf    svg = em_buf_make((size_t)32 << 20);
        em_status s = chart_text(f, h, event, events, &svg, err);
        if (s == EM_OK || s == EM_MISSING)
                em_json_kstr(j, "chart", s == EM_OK ? em_buf_view(&svg) : EM_S(""));
        em_buf_free(&svg);
        return s == EM_MISSING ? EM_OK : s;
}

em_status em_ships_chart(em_fleet *f, const em_heard *h, const em_event *const *event, size_t events, em_str path, em_error *err)
{
        em_buf    svg = em_buf_make((size_t)32 << 20);
        em_status s = chart_text(f, h, event, events, &svg, err);
        if (s == EM_OK && em_str_eq(path, EM_S("-")))
                fwrite(svg.p, 1, svg.n, f->cli->out);
        else if (s == EM_OK)
                s = em_file_write(path, em_buf_view(&svg), err);
        em_buf_free(&svg);
        return s;
}
