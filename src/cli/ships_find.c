/* Events for people and as data.
 *
 * A person gets a line an event and its reason under it; a program gets every number of it and the fixes and reports that
 * it rests on, each with file, byte and length.
 */
#include "cli/ships.h"

#include <math.h>

void em_ships_print_event(em_fleet *f, const em_event *e)
{
        em_cli *cli = f->cli;
        em_str  port = em_fleet_port(f, e), what = e->what && e->what[0] ? em_cli_text(cli, ": %s", e->what) : EM_S("");
        fprintf(cli->out, "%.*s  %5.*s h  %s%s%.*s%s  %.*s", EM_ARG(em_words_time(cli, e->start_s)), EM_ARG(em_words_fixed(cli, e->hours, 1)),
                em_term_on(&cli->term, EM_PAINT_BOLD), em_event_kind_name(e->kind), EM_ARG(what), em_term_off(&cli->term, EM_PAINT_BOLD),
                EM_ARG(em_fleet_ship(f, e->mmsi, e->part)));
        if (e->other_mmsi)
                fprintf(cli->out, "  with %.*s", EM_ARG(em_fleet_ship(f, e->other_mmsi, e->other_part)));
        if (port.n)
                fprintf(cli->out, "  %.*s", EM_ARG(em_cli_safe(cli, port)));
        fputc('\n', cli->out);
        em_words_under(cli, "why", e->reason);
}

/* ---- data ------------------------------------------------------------------------------------------ */

static em_str nothing_if(em_cli *cli, bool empty, double v, int decimals)
{
        return empty ? EM_S("") : em_words_fixed(cli, v, decimals);
}

static const em_column plain[] = {
        {"event", "event", EM_CELL_TEXT, 0, 0},          {"kind", "kind", EM_CELL_TEXT, 0, 0},
        {"what", "what", EM_CELL_TEXT, 0, 0},            {"mmsi", "mmsi", EM_CELL_TEXT, 0, 0},
        {"part", "part", EM_CELL_NUMBER, 0, 0},          {"name", "name", EM_CELL_TEXT, 0, 0},
        {"other_mmsi", "other", EM_CELL_TEXT, 0, 0},     {"start", "start", EM_CELL_TEXT, 0, 0},
        {"end", "end", EM_CELL_TEXT, 0, 0},              {"hours", "hours", EM_CELL_NUMBER, 0, 0},
        {"lat", "lat", EM_CELL_NUMBER, 0, 0},            {"lon", "lon", EM_CELL_NUMBER, 0, 0},
        {"distance_m", "distance", EM_CELL_NUMBER, 0, 0},{"port", "port", EM_CELL_TEXT, 0, 0},
        {"score", "score", EM_CELL_NUMBER, 0, 0},        {"reason", "reason", EM_CELL_TEXT, 0, 0},
        {"else", "else", EM_CELL_TEXT, 0, 0},
};

em_status em_ships_events_plain(em_fleet *f, const em_event *const *event, size_t events, em_table *ret_table, em_error *err)
{
        em_cli  *cli = f->cli;
        em_table t = em_table_make(plain, sizeof plain / sizeof *plain, cli->arena);
        for (size_t i = 0; i < events; i++) {
                const em_event *e = event[i];
                em_str other = e->other_mmsi ? em_cli_text(cli, "%09lu", (unsigned long)e->other_mmsi) : EM_S("");
                EM_TRY(em_table_add(&t, (em_str[]){em_event_key(cli, e), em_str_c(em_event_kind_name(e->kind)), em_str_c(e->what),
                                                   em_cli_text(cli, "%09lu", (unsigned long)e->mmsi), em_cli_digits(cli, e->part),
                                                   em_seen_name(em_fleet_seen(f, e->mmsi, e->part)), other,
                                                   em_words_instant(cli, e->start_s), em_words_instant(cli, e->end_s),
                                                   em_words_fixed(cli, e->hours, 2), em_words_degrees(cli, e->lat),
                                                   em_words_degrees(cli, e->lon),
                                                   nothing_if(cli, !e->other_mmsi, e->distance_m, 0), em_fleet_port(f, e),
                                                   em_words_fixed(cli, e->score, 3), e->reason, em_event_innocent(e)}, err));
        }
        *ret_table = t;
        return EM_OK;
}

static void put_locator(em_json *j, uint32_t file, uint64_t offset, uint32_t length)
{
        em_json_kint(j, "file", file);
        em_json_kint(j, "offset", (int64_t)offset);
        em_json_kint(j, "length", length);
}

static void put_proofs(em_fleet *f, const em_event *e, em_json *j)
{
        em_json_key(j, EM_S("fixes"));
        em_json_open(j, '[');
        for (size_t i = 0; i < e->proofs; i++) {
                const em_event_fix *p = &e->proof[i];
                em_json_open(j, '{');
                em_json_kint(j, "mmsi", p->mmsi);
                em_json_kint(j, "part", p->part);
                em_json_kstr(j, "time", em_words_instant(f->cli, p->fix.time_s));
                em_json_key(j, EM_S("lat"));
                em_json_raw(j, em_words_degrees(f->cli, p->fix.lat));
                em_json_key(j, EM_S("lon"));
                em_json_raw(j, em_words_degrees(f->cli, p->fix.lon));
                put_locator(j, p->fix.file, p->fix.offset, p->fix.length);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("reports"));
        em_json_open(j, '[');
        for (size_t i = 0; i < e->reports; i++) {
                const em_ship_report *r = &e->report[i];
                em_json_open(j, '{');
                em_json_kstr(j, "name", em_str_c(r->name));
                em_json_kint(j, "imo", r->imo);
                em_json_kstr(j, "time", em_words_instant(f->cli, r->first_s));
                put_locator(j, r->file, r->offset, r->length);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void put_number(em_cli *cli, em_json *j, const char *key, bool given, double v, int decimals)
{
        em_str text = given ? em_words_fixed(cli, v, decimals) : EM_S("");
        em_json_key(j, em_str_c(key));
        if (text.n)
                em_json_raw(j, text);
        else
                em_json_null(j);
}

static const char *const seen_words[] = {
        "", "it did not stop: it may have passed by", "seen neither to come in nor to go out, but to lie or fall silent there",
        "seen to lie or fall silent there; of coming in and going out one was not seen", "seen to come in, to lie or fall silent, and to go out"};

static em_str said_name(const em_fleet *f, uint32_t mmsi, uint32_t part)
{
        return mmsi ? em_seen_name(em_fleet_seen(f, mmsi, part)) : EM_S("");
}

void em_ships_event_json(em_fleet *f, const em_event *e, size_t number, em_json *j)
{
        em_cli *cli = f->cli;
        bool    gap = e->kind == EM_EVENT_GAP || e->kind == EM_EVENT_HIDDEN_CALL;
        em_json_open(j, '{');
        em_json_kstr(j, "event", em_event_key(cli, e));
        put_number(cli, j, "number", number != 0, (double)number, 0);
        em_json_kstr(j, "kind", em_str_c(em_event_kind_name(e->kind)));
        em_json_kstr(j, "what", em_str_c(e->what));
        em_json_kint(j, "mmsi", e->mmsi);
        em_json_kint(j, "part", e->part);
        em_json_kstr(j, "name", said_name(f, e->mmsi, e->part));
        em_json_kint(j, "imo", em_seen_imo(em_fleet_seen(f, e->mmsi, e->part)));
        em_json_kstr(j, "other_name", said_name(f, e->other_mmsi, e->other_part));
        em_json_kint(j, "other_mmsi", e->other_mmsi);
        em_json_kint(j, "other_part", e->other_part);
        em_json_kint(j, "group", e->group);
        em_json_kstr(j, "start", em_words_instant(cli, e->start_s));
        em_json_kstr(j, "end", em_words_instant(cli, e->end_s));
        put_number(cli, j, "hours", true, e->hours, 2);
        put_number(cli, j, "lat", true, (double)e->lat / EM_DEGREE, 6);
        put_number(cli, j, "lon", true, (double)e->lon / EM_DEGREE, 6);
        put_number(cli, j, "distance_m", e->other_mmsi != 0, e->distance_m, 0);
        put_number(cli, j, "speed_kn", true, e->speed_kn, 1);
        put_number(cli, j, "heard_others", gap, e->heard_others, 0);
        put_number(cli, j, "heard_ships", gap, e->heard_ships, 0);
        put_number(cli, j, "chance", gap, e->chance, 6);
        em_json_kstr(j, "port", em_fleet_port(f, e));
        em_json_kint(j, "confidence", e->confidence);
        em_json_kstr(j, "seen", em_str_c(seen_words[e->confidence < 5 ? e->confidence : 0]));
        put_number(cli, j, "draught_before_m", e->draught_before != 0, e->draught_before / 10.0, 1);
        put_number(cli, j, "draught_after_m", e->draught_after != 0, e->draught_after / 10.0, 1);
        put_number(cli, j, "score", true, e->score, 3);
        em_json_kstr(j, "strength", em_str_c(em_event_strength(e)));
        em_json_kstr(j, "reason", e->reason);
        em_json_kstr(j, "else", em_event_innocent(e));
        put_proofs(f, e, j);
}

void em_ships_files_json(em_fleet *f, em_json *j)
{
        const em_ship_file *file = NULL;
        size_t files = em_ships_files(f->ships, &file);
        em_json_key(j, EM_S("files"));
        em_json_open(j, '[');
        for (size_t i = 0; i < files; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "path", file[i].path);
                em_json_kstr(j, "sha256", em_str_c(file[i].sha256));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

em_status em_ships_listed_json(em_fleet *f, const em_seen *s, em_json *j, em_error *err)
{
        em_listed_ship *list = NULL;
        size_t          count = 0;
        EM_TRY(em_fleet_listed(f, s, &list, &count, err));
        for (size_t k = 0; k < count; k++) {
                em_json_open(j, '{');
                em_json_kint(j, "mmsi", s->mmsi);
                em_json_kstr(j, "dataset", list[k].dataset);
                em_json_kstr(j, "id", list[k].id);
                em_json_kstr(j, "name", list[k].name);
                em_json_key(j, EM_S("score"));
                em_json_raw(j, em_words_fixed(f->cli, list[k].score, 2));
                em_json_kstr(j, "reason", em_listed_words(f->cli, &list[k]));
                em_json_close(j, '}');
        }
        return EM_OK;
}

/* The ships of the events that are shown. */
static em_status put_ships(em_fleet *f, em_json *j, em_error *err)
{
        em_cli *cli = f->cli;
        bool   *mark = em_fleet_marks(f, f->shown, f->showns, EM_KINDS_ALL);
        if (!mark)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_json_key(j, EM_S("ships"));
        em_json_open(j, '[');
        for (size_t i = 0; i < f->seens; i++) {
                const em_seen *s = &f->seen[i];
                if (!mark[i])
                        continue;
                em_json_open(j, '{');
                em_json_kint(j, "mmsi", s->mmsi);
                em_json_kint(j, "part", s->part);
                em_json_kstr(j, "name", em_seen_name(s));
                em_json_kint(j, "imo", em_seen_imo(s));
                em_json_kstr(j, "first", em_words_instant(cli, s->first.time_s));
                em_json_kstr(j, "last", em_words_instant(cli, s->last.time_s));
                em_json_kint(j, "positions", (int64_t)s->fixes);
                em_json_key(j, EM_S("listed"));
                em_json_open(j, '[');
                EM_TRY(em_ships_listed_json(f, s, j, err));
                em_json_close(j, ']');
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status put_events(em_fleet *f, em_json *j, em_error *err)
{
        size_t *number = em_ships_map_numbers(f, f->shown, f->showns);
        if (!number)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_json_key(j, EM_S("events"));
        em_json_open(j, '[');
        for (size_t i = 0; i < f->showns; i++) {
                em_ships_event_json(f, f->shown[i], number[i], j);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status as_json(em_fleet *f, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)2 << 30);
        em_json   j = em_cli_json(&buf, "embargo.ships.1");
        em_json_kstr(&j, "profile", f->profile);
        em_json_kstr(&j, "from", em_words_instant(f->cli, f->first_s));
        em_json_kstr(&j, "to", em_words_instant(f->cli, f->last_s));
        em_ships_files_json(f, &j);
        em_status s = put_ships(f, &j, err);
        if (s == EM_OK)
                s = put_events(f, &j, err);
        if (s == EM_OK && em_fleet_map_out(f))
                s = em_ships_map_json(f, f->shown, f->showns, EM_SHIPS_TITLE, &j, err);
        if (s != EM_OK) {
                em_buf_free(&buf);
                return s;
        }
        em_json_close(&j, '}');
        return em_cli_put(f->cli, &buf, err);
}

/* ---- for people --------------------------------------------------------------------------------------- */

static em_str tally(em_fleet *f)
{
        size_t n[EM_EVENT_KINDS] = {0};
        em_str text = EM_S("");
        for (size_t i = 0; i < f->showns; i++)
                n[f->shown[i]->kind]++;
        for (size_t k = 0; k < EM_EVENT_KINDS; k++)
                if (n[k])
                        text = em_cli_text(f->cli, "%.*s%s%s %.*s", EM_ARG(text), text.n ? ", " : "",
                                           em_event_kind_name((em_event_kind)k), EM_ARG(em_cli_count(f->cli, n[k])));
        return text;
}

static em_status as_rows(em_fleet *f, em_error *err)
{
        em_table t;
        bool     csv = f->cli->form == EM_FORM_CSV;
        for (size_t i = 0; i < f->showns && !csv; i++)
                em_ships_print_event(f, f->shown[i]);
        if (csv) {
                EM_TRY(em_ships_events_plain(f, f->shown, f->showns, &t, err));
                em_table_csv(&t, true, f->cli->out);
        }
        return EM_OK;
}

em_status em_ships_find(em_fleet *f, em_error *err)
{
        em_cli *cli = f->cli;
        EM_TRY(cli->form == EM_FORM_JSON ? as_json(f, err) : as_rows(f, err));
        em_str t = tally(f);
        em_cli_done(cli, em_cli_given(cli, "keep") ? NULL : "ships NAME|IMO|MMSI for one ship's life",
                    "%.*s by the rules of \"%.*s\"%s%.*s; each may have another reading",
                    EM_ARG(em_cli_many(cli, f->showns, "event", "events")), EM_ARG(f->profile), t.n ? ": " : "", EM_ARG(t));
        return EM_OK;
}
