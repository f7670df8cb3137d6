/* Tracks and events as a map in a file of its own (embargo/draw.h).
 *
 * A silence and the call that it may hide are one sign, the call's.  Where there are more ships or events than a map can
 * show, those that come first are drawn and the others are counted in its foot.
 */
#include "cli/ships.h"
#include "embargo/draw.h"

#include <math.h>

enum { SHIPS_MOST = 10 };

typedef struct mapping {
        em_fleet      *f;
        em_atlas       atlas;
        em_atlas_track track[SHIPS_MOST];
        em_atlas_point point[2 * EM_ATLAS_EVENTS_MAX];
        size_t         ships_left, events_left;
} mapping;

static int32_t e7(int32_t units)
{
        return (int32_t)((int64_t)units * 50 / 3);
}

static em_status add_track(mapping *m, const em_seen *s, em_error *err)
{
        if (m->atlas.track_count == SHIPS_MOST) {
                m->ships_left++;
                return EM_OK;
        }
        em_atlas_fix *at = EM_NEW_N(m->f->cli->arena, em_atlas_fix, s->tracks);
        if (!at)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < s->tracks; i++) {
                const em_fix *x = &s->track[i];
                at[i] = (em_atlas_fix){e7(x->lat), e7(x->lon), i && x->time_s - s->track[i - 1].time_s >= 6 * 3600};
        }
        m->track[m->atlas.track_count++] = (em_atlas_track){.name = em_fleet_ship(m->f, s->mmsi, s->part), .at = at, .count = s->tracks};
        return EM_OK;
}

static em_atlas_mark mark_of(em_event_kind kind)
{
        switch (kind) {
        case EM_EVENT_ENCOUNTER:
        case EM_EVENT_DARK_MEETING: return EM_MARK_MEETING;
        case EM_EVENT_GAP:          return EM_MARK_SILENCE;
        case EM_EVENT_PORT_CALL:
        case EM_EVENT_HIDDEN_CALL:  return EM_MARK_CALL;
        case EM_EVENT_IDENTITY:     return EM_MARK_IDENTITY;
        default:                    return EM_MARK_EVENT;
        }
}

/* Is the silence the one that a hidden call is told by?  A draught changes at something else, and a drift is part of it.  Events are
 * in order of start, so such a call stands near. */
static bool is_told_again(const em_event *const *event, size_t events, size_t at)
{
        const em_event *e = event[at];
        size_t from = at;
        if (e->kind != EM_EVENT_GAP)
                return e->kind == EM_EVENT_DRAUGHT || e->kind == EM_EVENT_DRIFT;
        while (from && event[from - 1]->start_s == e->start_s)
                from--;
        for (size_t i = from; i < events && event[i]->start_s == e->start_s; i++)
                if (event[i]->kind == EM_EVENT_HIDDEN_CALL && event[i]->mmsi == e->mmsi && event[i]->part == e->part)
                        return true;
        return false;
}

size_t *em_ships_map_numbers(em_fleet *f, const em_event *const *event, size_t events)
{
        size_t  n = 0;
        size_t *number = EM_NEW_N(f->cli->arena, size_t, events + 1);
        for (size_t i = 0; number && i < events; i++)
                number[i] = is_told_again(event, events, i) ? 0 : ++n;
        return number;
}

static em_str event_words(em_fleet *f, const em_event *e)
{
        em_cli *cli = f->cli;
        em_str  port = em_fleet_port(f, e);
        em_str  with = e->other_mmsi ? em_cli_text(cli, " with %.*s", EM_ARG(em_fleet_ship(f, e->other_mmsi, e->other_part))) : EM_S("");
        return em_cli_text(cli, "%.*s  %s%s%s  %.*s%.*s%s%.*s, %.*s h", EM_ARG(em_words_time(cli, e->start_s)), em_event_kind_name(e->kind),
                           e->what && e->what[0] ? ": " : "", e->what ? e->what : "", EM_ARG(em_fleet_ship(f, e->mmsi, e->part)),
                           EM_ARG(with), port.n ? ", " : "", EM_ARG(port), EM_ARG(em_words_fixed(cli, e->hours, 1)));
}

static void add_port(mapping *m, const em_port *p)
{
        for (size_t i = 0; i < m->atlas.point_count; i++)
                if (m->point[i].mark == EM_MARK_PORT && em_str_eq(m->point[i].name, p->name))
                        return;
        m->point[m->atlas.point_count++] = (em_atlas_point){.lat_e7 = e7(p->lat), .lon_e7 = e7(p->lon), .mark = EM_MARK_PORT, .name = p->name};
}

static void add_event(mapping *m, const em_event *e, size_t number)
{
        const em_port *list = NULL;
        size_t  ports = em_sea_ports(m->f->sea, &list);
        int32_t lon = e->lon, lat = e->lat;
        if (em_event_has_port(e) && (size_t)e->port < ports) {
                if (e->kind == EM_EVENT_HIDDEN_CALL) {
                        lon = list[e->port].lon;
                        lat = list[e->port].lat;
                }
                add_port(m, &list[e->port]);
        }
        m->point[m->atlas.point_count++] = (em_atlas_point){.lat_e7 = e7(lat), .lon_e7 = e7(lon), .count = number,
                                                            .mark = mark_of(e->kind), .name = em_event_key(m->f->cli, e),
                                                            .text = event_words(m->f, e)};
}

static em_status gather(mapping *m, const em_event *const *event, size_t events, em_error *err)
{
        bool   *mark = em_fleet_marks(m->f, event, events, EM_KINDS_ALL);
        size_t *number = em_ships_map_numbers(m->f, event, events);
        if (!mark || !number)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < m->f->seens; i++)
                if (mark[i] || !events)
                        EM_TRY(add_track(m, &m->f->seen[i], err));
        for (size_t i = 0; i < events; i++) {
                if (number[i] > EM_ATLAS_EVENTS_MAX / 2)
                        m->events_left++;
                else if (number[i])
                        add_event(m, event[i], number[i]);
        }
        return m->atlas.track_count ? EM_OK : em_fail(err, EM_MISSING, "there is nothing to draw on a map");
}

em_status em_ships_map_text(em_fleet *f, const em_event *const *event, size_t events, em_str title, em_buf *out, em_error *err)
{
        mapping *m = EM_NEW(f->cli->arena, mapping);
        if (!m)
                return em_fail(err, EM_NOMEM, "out of memory");
        *m = (mapping){.f = f};
        m->atlas.points = m->point;
        m->atlas.tracks = m->track;
        EM_TRY(gather(m, event, events, err));
        m->atlas.box = em_atlas_fit(&m->atlas);
        em_str left = EM_S("");
        if (m->ships_left || m->events_left)
                left = em_cli_text(f->cli, " Left out: %zu ships, %zu events.", m->ships_left, m->events_left);
        m->atlas.caption = (em_caption){.id = EM_S("ships"), .title = title,
                                        .subtitle = em_cli_text(f->cli, "%.*s to %.*s UTC, as heard by receivers; each event may have another reading",
                                                                EM_ARG(em_words_time(f->cli, f->first_s)), EM_ARG(em_words_time(f->cli, f->last_s))),
                                        .foot = em_cli_text(f->cli, "Events by the rules of \"%.*s\".%.*s", EM_ARG(f->profile), EM_ARG(left))};
        em_draw_opts opts = {.standalone = !f->cli->inside};    /* a page has the rules already */
        return em_atlas_svg(&m->atlas, &opts, out, err);
}

em_status em_ships_map_json(em_fleet *f, const em_event *const *event, size_t events, em_str title, em_json *j, em_error *err)
{
        em_buf    svg = em_buf_make((size_t)64 << 20);
        em_status s = em_ships_map_text(f, event, events, title, &svg, err);
        if (s == EM_OK)
                em_json_kstr(j, "map", em_buf_view(&svg));
        else if (s == EM_MISSING)
                em_json_kstr(j, "map", EM_S(""));
        em_buf_free(&svg);
        return s == EM_MISSING ? EM_OK : s;
}

em_status em_ships_map(em_fleet *f, const em_event *const *event, size_t events, em_str title, em_str path, em_error *err)
{
        em_buf    svg = em_buf_make((size_t)64 << 20);
        em_status s = em_ships_map_text(f, event, events, title, &svg, err);
        if (s == EM_OK && em_str_eq(path, EM_S("-")))
                fwrite(svg.p, 1, svg.n, f->cli->out);
        else if (s == EM_OK)
                s = em_file_write(path, em_buf_view(&svg), err);
        em_buf_free(&svg);
        return s;
}
