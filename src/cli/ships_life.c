/* One ship's life: under which identities it was heard, where it went, what happened, with whom, and what else each
 * of it may have been.
 *
 * Who is asked for by MMSI, IMO number or name may have been heard under several numbers: every MMSI that said the
 * name or IMO number asked for belongs here, and every other that said an IMO number which one of them said and whose
 * check digit agrees.
 */
#include "cli/ships.h"

#include <math.h>
#include <stdlib.h>

typedef struct life {
        em_fleet *f;
        em_str    who, name;            /* name: empty when a number was asked for */
        uint32_t  mmsi_asked, imo_asked;
        uint32_t *mmsi; size_t mmsis, room;
        uint32_t *imo;  size_t imos, imo_room;
        bool      by_imo;               /* second round: by the IMO numbers that the first met */
        const em_event **event; size_t events;
} life;

/* ---- who is meant ------------------------------------------------------------------------------- */

static em_status add_number(em_arena *arena, uint32_t **list, size_t *count, size_t *room, uint32_t number, em_error *err)
{
        for (size_t i = 0; i < *count; i++)
                if ((*list)[i] == number)
                        return EM_OK;
        if (*count == *room) {
                size_t    more = *room ? 2 * *room : 16;
                uint32_t *at = EM_NEW_N(arena, uint32_t, more);
                if (!at)
                        return em_fail(err, EM_NOMEM, "too many numbers for memory");
                if (*count)
                        memcpy(at, *list, *count * sizeof *at);
                *list = at;
                *room = more;
        }
        (*list)[(*count)++] = number;
        return EM_OK;
}

static bool is_asked(const life *l, const em_ship_report *r)
{
        if (l->by_imo) {
                for (size_t i = 0; i < l->imos; i++)
                        if (r->imo == l->imo[i])
                                return true;
                return false;
        }
        return (l->imo_asked && r->imo == l->imo_asked) || (l->name.n && em_str_eq_nocase(em_str_c(r->name), l->name));
}

static em_status look_for(void *ctx, const em_hull *hull, em_error *err)
{
        life     *l = ctx;
        em_arena *arena = l->f->cli->arena;
        bool      meant = !l->by_imo && l->mmsi_asked && hull->mmsi == l->mmsi_asked;
        for (size_t i = 0; i < hull->reports && !meant; i++)
                meant = is_asked(l, &hull->report[i]);
        if (!meant)
                return EM_OK;
        EM_TRY(add_number(arena, &l->mmsi, &l->mmsis, &l->room, hull->mmsi, err));
        for (size_t i = 0; i < hull->reports && !l->by_imo; i++)
                if (em_imo_ok(hull->report[i].imo))
                        EM_TRY(add_number(arena, &l->imo, &l->imos, &l->imo_room, hull->report[i].imo, err));
        return EM_OK;
}

static void read_who(life *l)
{
        int64_t n = 0;
        em_str  digits = em_str_starts(l->who, EM_S("IMO")) ? em_str_trim(em_str_sub(l->who, 3, l->who.n)) : l->who;
        if (!em_str_int(digits, &n) || n <= 0 || (digits.n != 7 && digits.n != 9))
                l->name = l->who;
        else if (digits.n == 7)
                l->imo_asked = (uint32_t)n;
        else
                l->mmsi_asked = (uint32_t)n;
}

static em_status find_numbers(life *l, em_error *err)
{
        char shown[96];
        em_hulls_opts uncut = l->f->hulls;
        uncut.whole = true;             /* what a number said does not hang on which of its hulls said it */
        read_who(l);
        EM_TRY(em_ships_hulls(l->f->ships, &uncut, look_for, l, err));
        if (!l->mmsis)
                return em_fail(err, EM_MISSING, "no ship in the index said the %s \"%s\"",
                               l->name.n ? "name" : l->imo_asked ? "IMO number" : "MMSI", em_str_show(l->who, shown, sizeof shown));
        l->by_imo = true;
        return l->imos ? em_ships_hulls(l->f->ships, &uncut, look_for, l, err) : EM_OK;
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

em_status em_ships_numbers(em_fleet *f, em_str who, uint32_t **ret_mmsi, size_t *ret_count, em_error *err)
{
        life l = {.f = f, .who = who};
        EM_TRY(find_numbers(&l, err));
        qsort(l.mmsi, l.mmsis, sizeof *l.mmsi, by_number);
        *ret_mmsi = l.mmsi;
        *ret_count = l.mmsis;
        return EM_OK;
}

static bool is_own(const life *l, uint32_t mmsi)
{
        for (size_t i = 0; i < l->mmsis; i++)
                if (l->mmsi[i] == mmsi)
                        return true;
        return false;
}

/* Its events, and its own hulls and its partners' to look at. */
static em_status gather(life *l, em_error *err)
{
        size_t count = em_events_count(l->f->events), own = l->mmsis;
        l->event = EM_NEW_N(l->f->cli->arena, const em_event *, count + 1);
        uint32_t *all = EM_NEW_N(l->f->cli->arena, uint32_t, own + count + 1);
        if (!l->event || !all)
                return em_fail(err, EM_NOMEM, "too many events for memory");
        memcpy(all, l->mmsi, own * sizeof *all);
        size_t n = own, kept = 0;
        for (size_t i = 0; i < count; i++) {
                const em_event *e = em_events_at(l->f->events, i);
                bool mine = is_own(l, e->mmsi), theirs = e->other_mmsi && is_own(l, e->other_mmsi);
                if (!mine && !theirs)
                        continue;
                l->event[l->events++] = e;
                all[n++] = mine ? e->other_mmsi : e->mmsi;
        }
        qsort(all, n, sizeof *all, by_number);
        for (size_t i = 0; i < n; i++)
                if (all[i] && (!kept || all[kept - 1] != all[i]))
                        all[kept++] = all[i];
        return em_fleet_look(l->f, all, kept, err);
}

/* ---- tables --------------------------------------------------------------------------------------- */

static const em_column identity_columns[] = {
        {"mmsi", "MMSI", EM_CELL_TEXT, 0, 0},      {"from", "first (UTC)", EM_CELL_TEXT, 0, 0}, {"to", "last (UTC)", EM_CELL_TEXT, 0, 0},
        {"name", "name", EM_CELL_TEXT, 1, 12},     {"imo", "IMO", EM_CELL_TEXT, 0, 0},          {"call_sign", "call sign", EM_CELL_TEXT, 2, 6},
        {"size", "size, m", EM_CELL_TEXT, 0, 0},   {"type", "type", EM_CELL_NUMBER, 0, 0},      {"draught", "draught, m", EM_CELL_TEXT, 0, 0},
};

static bool same_identity(const em_ship_report *a, const em_ship_report *b)
{
        return a->imo == b->imo && strcmp(a->name, b->name) == 0 && strcmp(a->call_sign, b->call_sign) == 0 &&
               a->to_bow + a->to_stern == b->to_bow + b->to_stern && a->to_port + a->to_starboard == b->to_port + b->to_starboard &&
               a->ship_type == b->ship_type;
}

static em_status add_identity(life *l, const em_seen *s, size_t from, size_t to, em_table *t, em_error *err)
{
        em_cli *cli = l->f->cli;
        const em_ship_report *r = &s->report[from];
        unsigned low = 255, high = 0;
        for (size_t i = from; i < to; i++)
                if (s->report[i].draught) {
                        low = s->report[i].draught < low ? s->report[i].draught : low;
                        high = s->report[i].draught > high ? s->report[i].draught : high;
                }
        em_str imo = !r->imo ? EM_S("") : em_cli_text(cli, "%lu%s", (unsigned long)r->imo, em_imo_ok(r->imo) ? "" : " (check digit)");
        em_str size = r->to_bow + r->to_stern ? em_cli_text(cli, "%d x %d", r->to_bow + r->to_stern, r->to_port + r->to_starboard) : EM_S("");
        em_str draught = !high ? EM_S("") : low == high ? em_words_tenths(cli, low)
                       : em_cli_text(cli, "%.*s to %.*s", EM_ARG(em_words_tenths(cli, low)), EM_ARG(em_words_tenths(cli, high)));
        return em_table_add(t, (em_str[]){em_cli_text(cli, "%09lu", (unsigned long)s->mmsi), em_words_time(cli, r->first_s),
                                          em_words_time(cli, s->report[to - 1].last_s), em_str_c(r->name), imo, em_str_c(r->call_sign),
                                          size, em_cli_digits(cli, r->ship_type), draught}, err);
}

static em_status identities(life *l, em_table *t, em_error *err)
{
        *t = em_table_make(identity_columns, sizeof identity_columns / sizeof *identity_columns, l->f->cli->arena);
        for (size_t i = 0; i < l->f->seens; i++) {
                const em_seen *s = &l->f->seen[i];
                for (size_t k = 0, end; is_own(l, s->mmsi) && k < s->reports; k = end) {
                        for (end = k + 1; end < s->reports && same_identity(&s->report[k], &s->report[end]);)
                                end++;
                        EM_TRY(add_identity(l, s, k, end, t, err));
                }
        }
        return EM_OK;
}

static const em_column hull_columns[] = {
        {"hull", "hull", EM_CELL_TEXT, 0, 0},        {"from", "first (UTC)", EM_CELL_TEXT, 0, 0}, {"to", "last (UTC)", EM_CELL_TEXT, 0, 0},
        {"fixes", "positions", EM_CELL_NUMBER, 0, 0},{"way_nm", "way, nm", EM_CELL_NUMBER, 0, 0},
        {"first_at", "heard first at", EM_CELL_TEXT, 1, 12}, {"last_at", "heard last at", EM_CELL_TEXT, 1, 12},
};

static em_status hulls(life *l, em_table *t, em_error *err)
{
        em_cli *cli = l->f->cli;
        *t = em_table_make(hull_columns, sizeof hull_columns / sizeof *hull_columns, cli->arena);
        for (size_t i = 0; i < l->f->seens; i++) {
                const em_seen *s = &l->f->seen[i];
                em_str hull = em_cli_text(cli, "%09lu%s%.*s", (unsigned long)s->mmsi, s->part ? "/" : "",
                                          EM_ARG(s->part ? em_cli_digits(cli, s->part) : EM_S("")));
                if (is_own(l, s->mmsi))
                        EM_TRY(em_table_add(t, (em_str[]){hull, em_words_time(cli, s->first.time_s), em_words_time(cli, s->last.time_s),
                                                          em_cli_digits(cli, (int64_t)s->fixes), em_words_fixed(cli, s->way_m / 1852, 0),
                                                          em_words_position(cli, s->first.lon, s->first.lat),
                                                          em_words_position(cli, s->last.lon, s->last.lat)}, err));
        }
        return EM_OK;
}

static const em_column partner_columns[] = {
        {"partner", "lay beside", EM_CELL_TEXT, 1, 16}, {"times", "times", EM_CELL_NUMBER, 0, 0}, {"hours", "hours", EM_CELL_NUMBER, 0, 0},
        {"first", "first (UTC)", EM_CELL_TEXT, 0, 0}, {"last", "last (UTC)", EM_CELL_TEXT, 0, 0},
};

static bool is_with(const life *l, const em_event *e, const em_seen *s)
{
        bool mine = is_own(l, e->mmsi);
        return e->kind == EM_EVENT_ENCOUNTER && (mine ? e->other_mmsi : e->mmsi) == s->mmsi && (mine ? e->other_part : e->part) == s->part;
}

static em_status partners(life *l, em_table *t, em_error *err)
{
        em_cli *cli = l->f->cli;
        *t = em_table_make(partner_columns, sizeof partner_columns / sizeof *partner_columns, cli->arena);
        for (size_t i = 0; i < l->f->seens; i++) {
                const em_seen *s = &l->f->seen[i];
                int64_t times = 0, first = 0, last = 0;
                double  hours = 0;
                for (size_t k = 0; k < l->events; k++) {
                        if (!is_with(l, l->event[k], s))
                                continue;
                        first = times ? first : l->event[k]->start_s;
                        last = l->event[k]->end_s;
                        hours += l->event[k]->hours;
                        times++;
                }
                if (times)
                        EM_TRY(em_table_add(t, (em_str[]){em_fleet_ship(l->f, s->mmsi, s->part), em_cli_digits(cli, times),
                                                          em_words_fixed(cli, hours, 1), em_words_time(cli, first), em_words_time(cli, last)}, err));
        }
        return EM_OK;
}

/* ---- events, with what speaks against them ------------------------------------------------------------ */

static em_str cargo_words(life *l, const em_event *e, uint32_t mmsi, uint32_t part)
{
        em_cli *cli = l->f->cli;
        em_leg  leg = em_event_moves_cargo(e->kind) && mmsi ? em_fleet_leg(l->f, e, mmsi, part) : (em_leg){0};
        if (!leg.changed)
                return EM_S("");
        if (!leg.tonnes.basis[0])
                return em_cli_text(cli, "%.*s: draught %.*s m before, %.*s m after; it said no size", EM_ARG(em_fleet_ship(l->f, mmsi, part)),
                                   EM_ARG(em_words_tenths(cli, leg.before->draught)), EM_ARG(em_words_tenths(cli, leg.after->draught)));
        return em_cli_text(cli, "%.*s: draught %.*s m before, %.*s m after: may have %s between %.*s and %.*s t (%.*s to %.*s barrels, "
                           "were it oil of 8.33 to the tonne)", EM_ARG(em_fleet_ship(l->f, mmsi, part)),
                           EM_ARG(em_words_tenths(cli, leg.before->draught)), EM_ARG(em_words_tenths(cli, leg.after->draught)),
                           leg.loaded ? "taken" : "given", EM_ARG(em_cli_count(cli, (uint64_t)floor(leg.tonnes.low))),
                           EM_ARG(em_cli_count(cli, (uint64_t)ceil(leg.tonnes.high))),
                           EM_ARG(em_cli_count(cli, (uint64_t)floor(floor(leg.tonnes.low) * 8.33))),
                           EM_ARG(em_cli_count(cli, (uint64_t)ceil(ceil(leg.tonnes.high) * 8.33))));
}

static void print_event(life *l, const em_event *e)
{
        em_cli *cli = l->f->cli;
        em_ships_print_event(l->f, e);
        em_words_under(cli, "cargo", cargo_words(l, e, e->mmsi, e->part));
        em_words_under(cli, "cargo", cargo_words(l, e, e->other_mmsi, e->other_part));
        em_words_under(cli, "or", em_event_innocent(e));
}

static void title(life *l, const char *text)
{
        const em_term *t = &l->f->cli->term;
        fprintf(l->f->cli->out, "\n%s%s%s\n", em_term_on(t, EM_PAINT_BOLD), text, em_term_off(t, EM_PAINT_BOLD));
}

static em_status print_listed(life *l, em_error *err)
{
        em_cli *cli = l->f->cli;
        bool    any = false;
        for (size_t i = 0; i < l->f->seens; i++) {
                em_listed_ship *list = NULL;
                size_t          count = 0;
                if (!is_own(l, l->f->seen[i].mmsi))
                        continue;
                EM_TRY(em_fleet_listed(l->f, &l->f->seen[i], &list, &count, err));
                for (size_t k = 0; k < count; k++, any = true) {
                        if (!any)
                                title(l, "may be listed");
                        fprintf(cli->out, "%.*s  %.2f  %.*s %.*s  %.*s\n", EM_ARG(em_fleet_ship(l->f, l->f->seen[i].mmsi, l->f->seen[i].part)),
                                list[k].score, EM_ARG(list[k].dataset), EM_ARG(em_cli_safe(cli, list[k].id)), EM_ARG(em_cli_safe(cli, list[k].name)));
                        em_words_under(cli, "why", em_listed_words(cli, &list[k]));
                }
        }
        if (any)
                em_words_under(cli, "or", EM_S("numbers and names are taken by others: a match says which list to read, not that it is the ship"));
        return EM_OK;
}

static em_status listed_json(life *l, em_json *j, em_error *err)
{
        em_json_key(j, EM_S("listed"));
        em_json_open(j, '[');
        for (size_t i = 0; i < l->f->seens; i++)
                if (is_own(l, l->f->seen[i].mmsi))
                        EM_TRY(em_ships_listed_json(l->f, &l->f->seen[i], j, err));
        em_json_close(j, ']');
        return EM_OK;
}

/* Every report: draughts over time, and where each sentence stands. */
static void said_json(life *l, em_json *j)
{
        em_cli *cli = l->f->cli;
        em_json_key(j, EM_S("said"));
        em_json_open(j, '[');
        for (size_t i = 0; i < l->f->seens; i++) {
                const em_seen *s = &l->f->seen[i];
                for (size_t k = 0; is_own(l, s->mmsi) && k < s->reports; k++) {
                        const em_ship_report *r = &s->report[k];
                        em_json_open(j, '{');
                        em_json_kint(j, "mmsi", s->mmsi);
                        em_json_kint(j, "part", s->part);
                        em_json_kstr(j, "from", em_words_instant(cli, r->first_s));
                        em_json_kstr(j, "to", em_words_instant(cli, r->last_s));
                        em_json_kstr(j, "name", em_str_c(r->name));
                        em_json_key(j, EM_S("draught_m"));
                        em_json_raw(j, r->draught ? em_words_tenths(cli, r->draught) : EM_S("null"));
                        em_json_kstr(j, "destination", em_str_c(r->destination));
                        em_json_kint(j, "file", r->file);
                        em_json_kint(j, "offset", (int64_t)r->offset);
                        em_json_kint(j, "length", r->length);
                        em_json_close(j, '}');
                }
        }
        em_json_close(j, ']');
}

static em_status events_json(life *l, em_json *j, em_error *err)
{
        size_t *number = em_ships_map_numbers(l->f, l->event, l->events);
        if (!number)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_json_key(j, EM_S("events"));
        em_json_open(j, '[');
        for (size_t i = 0; i < l->events; i++) {
                const em_event *e = l->event[i];
                em_ships_event_json(l->f, e, number[i], j);
                em_json_kstr(j, "cargo", cargo_words(l, e, e->mmsi, e->part));
                em_json_kstr(j, "other_cargo", cargo_words(l, e, e->other_mmsi, e->other_part));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status as_text(life *l, em_error *err)
{
        em_table t;
        em_cli  *cli = l->f->cli;
        EM_TRY(identities(l, &t, err));
        fprintf(cli->out, "%s%s%s\n", em_term_on(&cli->term, EM_PAINT_BOLD), "identities", em_term_off(&cli->term, EM_PAINT_BOLD));
        if (t.rows)
                em_table_print(&t, &cli->term, cli->out);
        else
                fputs("it said no name and no number but its MMSI\n", cli->out);
        EM_TRY(hulls(l, &t, err));
        title(l, "hulls and their tracks");
        em_table_print(&t, &cli->term, cli->out);
        title(l, "events, and what else they may have been");
        for (size_t i = 0; i < l->events; i++)
                print_event(l, l->event[i]);
        if (!l->events)
                fputs("none by these rules\n", cli->out);
        EM_TRY(partners(l, &t, err));
        if (t.rows) {
                title(l, "partners");
                em_table_print(&t, &cli->term, cli->out);
        }
        return print_listed(l, err);
}

static em_str map_title(life *l)
{
        em_str name = em_seen_name(em_fleet_seen(l->f, l->mmsi[0], 0));
        return em_cli_text(l->f->cli, "Where %.*s was heard, and what may have happened", EM_ARG(name.n ? name : l->who));
}

static em_status chart_json(life *l, em_json *j, em_error *err)
{
        em_heard h;
        EM_TRY(em_fleet_hear(l->f, l->mmsi, l->mmsis, &h, err));
        return em_ships_chart_json(l->f, &h, l->event, l->events, j, err);
}

static em_status as_json(life *l, em_error *err)
{
        em_table t;
        em_buf   buf = em_buf_make((size_t)1 << 30);
        em_json  j = em_cli_json(&buf, "embargo.ship.1");
        em_json_kstr(&j, "asked", l->who);
        EM_TRY(identities(l, &t, err));
        em_json_key(&j, EM_S("identities"));
        em_table_json(&t, &j);
        EM_TRY(hulls(l, &t, err));
        em_json_key(&j, EM_S("hulls"));
        em_table_json(&t, &j);
        EM_TRY(partners(l, &t, err));
        em_json_key(&j, EM_S("partners"));
        em_table_json(&t, &j);
        em_ships_files_json(l->f, &j);
        said_json(l, &j);
        EM_TRY(listed_json(l, &j, err));
        EM_TRY(events_json(l, &j, err));
        if (em_fleet_map_out(l->f))
                EM_TRY(em_ships_map_json(l->f, l->event, l->events, map_title(l), &j, err));
        if (em_fleet_chart_out(l->f))
                EM_TRY(chart_json(l, &j, err));
        em_json_close(&j, '}');
        return em_cli_put(l->f->cli, &buf, err);
}

static em_status as_csv(life *l, em_error *err)
{
        em_table t;
        EM_TRY(em_ships_events_plain(l->f, l->event, l->events, &t, err));
        em_table_csv(&t, true, l->f->cli->out);
        return EM_OK;
}

static em_status chart_file(life *l, em_str path, em_error *err)
{
        em_heard h;
        EM_TRY(em_fleet_hear(l->f, l->mmsi, l->mmsis, &h, err));
        return em_ships_chart(l->f, &h, l->event, l->events, path, err);
}

em_status em_ships_life(em_fleet *f, em_str who, em_error *err)
{
        life    l = {.f = f, .who = who};
        em_cli *cli = f->cli;
        em_str  map = em_cli_value(cli, "map"), chart = em_cli_value(cli, "chart");
        EM_TRY(find_numbers(&l, err));
        EM_TRY(em_fleet_detect(f, err));
        EM_TRY(gather(&l, err));
        bool json = cli->form == EM_FORM_JSON, out = em_fleet_map_out(f) || em_fleet_chart_out(f);
        if (json)
                EM_TRY(as_json(&l, err));
        else if (!out)
                EM_TRY(cli->form == EM_FORM_CSV ? as_csv(&l, err) : as_text(&l, err));
        if (map.n && !(json && em_fleet_map_out(f)))
                EM_TRY(em_ships_map(f, l.event, l.events, map_title(&l), map, err));
        if (chart.n && !(json && em_fleet_chart_out(f)))
                EM_TRY(chart_file(&l, chart, err));
        em_cli_done(cli, NULL, "%.*s under %.*s, %.*s by the rules of \"%.*s\"%s%.*s", EM_ARG(em_cli_safe(cli, who)),
                    EM_ARG(em_cli_many(cli, l.mmsis, "number", "numbers")), EM_ARG(em_cli_many(cli, l.events, "event", "events")),
                    EM_ARG(f->profile), map.n ? "; map in " : "", EM_ARG(em_cli_safe(cli, map)));
        return EM_OK;
}
