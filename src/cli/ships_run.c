/* What was found in a fleet, as a document.
 *
 * One table for all of it, so that the run is one source with one hash.  The column `row` says what a row is: run, param,
 * input, threshold, ship, event, cargo, proof, fix.  Nothing in it depends on the clock, on a folder's name or on the
 * number of threads; the files that the index was made of are named by their hashes, and every event by the bytes of the
 * sentences that it rests on.  doc/format-ships-run.md has every column.
 */
#include "cli/run_sheet.h"
#include "cli/ships.h"
#include "embargo/quantity.h"

#include <math.h>
#include <stdlib.h>

enum { NAME, ROW, EVENT, WHAT, SHIP, MMSI, PART, IMO, CALL_SIGN, SHIP_TYPE, LENGTH_M, BEAM_M, FLAG, OTHER, OTHER_MMSI, OTHER_PART,
       OTHER_FLAG, GROUP, START, END, DAY, HOURS, LAT, LON, DISTANCE_M, SPEED_KN, SHORE_M, HEARD, HEARD_SHIPS, CHANCE, SCORE,
       PORT, PORT_NAME, PORT_COUNTRY, APPROACH, CONFIDENCE, DRAUGHT_BEFORE, DRAUGHT_AFTER, T_LOW, T, T_HIGH, BBL_LOW, BBL, BBL_HIGH,
       BASIS, LEG, LISTED_IN, LISTED_ID, LISTED_NAME, OF, FILE_SHA, OFFSET, LENGTH, TEXT, SHA256, PROFILE, GRADE, KNOWN, RANGE, FLEET, COLUMNS };

static const char *const names[COLUMNS] = {
        "name", "row", "event", "what", "ship", "mmsi", "part", "imo", "call_sign", "ship_type", "length_m", "beam_m", "flag", "other",
        "other_mmsi", "other_part", "other_flag", "group", "start", "end", "day", "hours", "lat", "lon", "distance_m", "speed_kn",
        "shore_m", "heard", "heard_ships", "chance", "score", "port", "port_name", "port_country", "approach", "confidence",
        "draught_before", "draught_after", "t_low", "t", "t_high", "bbl_low", "bbl", "bbl_high", "basis", "leg", "listed_in", "listed_id", "listed_name", "of", "file", "offset",
        "length", "text", "sha256", "profile", "grade", "known", "range", "fleet",
};

typedef struct run {
        em_fleet *f;
        em_sheet  sheet;
        em_str    cell[COLUMNS], usual[COLUMNS];
        char      known[11], fleet[17];
} run;

static em_status put_row(run *r, const char *row, em_str name, em_error *err)
{
        return em_sheet_put(&r->sheet, row, name, err);
}

static em_str digits(run *r, int64_t n) { return em_cli_digits(r->f->cli, n); }

static em_str number_of(run *r, uint32_t mmsi) { return em_cli_text(r->f->cli, "%09lu", (unsigned long)mmsi); }

static em_str fixed(run *r, bool given, double v, int decimals)
{
        return given ? em_words_fixed(r->f->cli, v, decimals) : EM_S("");
}

static em_str file_hash(run *r, uint32_t file)
{
        const em_ship_file *list = NULL;
        return file < em_ships_files(r->f->ships, &list) ? em_str_c(list[file].sha256) : EM_S("");
}

static void set_bytes(run *r, uint32_t file, uint64_t offset, uint32_t length)
{
        r->cell[FILE_SHA] = file_hash(r, file);
        r->cell[OFFSET] = digits(r, (int64_t)offset);
        r->cell[LENGTH] = digits(r, length);
}

static void set_when(run *r, int64_t start_s, int64_t end_s)
{
        r->cell[START] = em_words_instant(r->f->cli, start_s);
        r->cell[END] = em_words_instant(r->f->cli, end_s);
        r->cell[DAY] = em_str_sub(r->cell[START], 0, 10);
}

/* ---- the head -------------------------------------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
        return strcmp(((const em_ship_file *)a)->sha256, ((const em_ship_file *)b)->sha256);
}

/* The same fleet: the same files, whatever is asked of them. */
static em_status name_fleet(run *r, em_error *err)
{
        const em_ship_file *list = NULL;
        size_t        files = em_ships_files(r->f->ships, &list);
        em_ship_file *sorted = EM_NEW_N(r->f->cli->arena, em_ship_file, files + 1);
        char          hex[65];
        if (!sorted)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_buf text = em_buf_make((size_t)256 << 20);
        if (files) {
                memcpy(sorted, list, files * sizeof *sorted);
                qsort(sorted, files, sizeof *sorted, by_hash);
        }
        for (size_t i = 0; i < files; i++)
                em_buf_fmt(&text, "%s\n", sorted[i].sha256);
        snprintf(r->fleet, sizeof r->fleet, "%.16s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
        em_status s = em_buf_status(&text, err);
        em_buf_free(&text);
        return s;
}

/* No country has the digits 499, so no ship does; what was made to show or test something keeps to them. */
static bool is_constructed(const em_fleet *f)
{
        for (size_t i = 0; i < em_events_count(f->events); i++)
                if (em_events_at(f->events, i)->mmsi / 1000000 != 499)
                        return false;
        return em_events_count(f->events) > 0;
}

static em_status put_run(run *r, em_error *err)
{
        em_ships_built c = em_ships_counts(r->f->ships);
        set_when(r, r->f->first_s, r->f->last_s);
        r->cell[TEXT] = em_cli_text(r->f->cli, "%.*s of %.*s in %.*s", EM_ARG(em_cli_many(r->f->cli, em_events_count(r->f->events), "event", "events")),
                                    EM_ARG(em_cli_many(r->f->cli, c.mmsis, "number", "numbers")),
                                    EM_ARG(em_cli_many(r->f->cli, c.fixes, "position", "positions")));
        return put_row(r, "run", EM_S("run"), err);
}

static em_status put_params(run *r, em_error *err)
{
        static const char *const valued[] = {"from", "to", "kind", NULL}, *const none[] = {NULL};
        em_cli *cli = r->f->cli;
        em_str  rule = {0};
        EM_TRY(em_sheet_program(&r->sheet, TEXT, err));
        EM_TRY(em_sheet_param(&r->sheet, TEXT, "profile", r->f->profile, err));
        EM_TRY(em_sheet_options(&r->sheet, TEXT, valued, none, err));
        for (size_t i = 0; em_option_nth(cli->parsed, "rule", i, &rule); i++) {
                r->cell[TEXT] = rule;
                EM_TRY(put_row(r, "param", em_cli_text(cli, "param rule %zu", i + 1), err));
        }
        return EM_OK;
}

static int by_list_hash(const void *a, const void *b)
{
        return strcmp(((const em_list_file *)a)->sha256, ((const em_list_file *)b)->sha256);
}

static em_status put_lists(run *r, em_error *err)
{
        const em_list_file *list = NULL;
        size_t        lists = em_names_files(r->f->names, &list);
        em_list_file *sorted = EM_NEW_N(r->f->cli->arena, em_list_file, lists + 1);
        if (!sorted)
                return em_fail(err, EM_NOMEM, "out of memory");
        memcpy(sorted, list, lists * sizeof *sorted);
        qsort(sorted, lists, sizeof *sorted, by_list_hash);
        for (size_t i = 0; i < lists; i++) {
                r->cell[SHA256] = em_str_c(sorted[i].sha256);
                r->cell[TEXT] = em_cli_text(r->f->cli, "list %.*s", EM_ARG(sorted[i].dataset));
                EM_TRY(put_row(r, "input", em_cli_text(r->f->cli, "list %.12s", sorted[i].sha256), err));
        }
        return EM_OK;
}

static em_status put_inputs(run *r, em_error *err)
{
        const em_ship_file *list = NULL;
        size_t        files = em_ships_files(r->f->ships, &list);
        em_ship_file *sorted = EM_NEW_N(r->f->cli->arena, em_ship_file, files + 1);
        if (!sorted)
                return em_fail(err, EM_NOMEM, "out of memory");
        if (files) {
                memcpy(sorted, list, files * sizeof *sorted);
                qsort(sorted, files, sizeof *sorted, by_hash);
        }
        for (size_t i = 0; i < files; i++) {
                r->cell[SHA256] = em_str_c(sorted[i].sha256);
                r->cell[LENGTH] = digits(r, (int64_t)sorted[i].bytes);
                r->cell[TEXT] = em_cli_text(r->f->cli, "%.*s, %.*s, %.*s kept aside", EM_ARG(sorted[i].format),
                                            EM_ARG(em_cli_many(r->f->cli, sorted[i].fixes, "position", "positions")),
                                            EM_ARG(em_cli_many(r->f->cli, sorted[i].rejects, "line", "lines")));
                EM_TRY(put_row(r, "input", em_cli_text(r->f->cli, "input %.12s", sorted[i].sha256), err));
        }
        return r->f->names ? put_lists(r, err) : EM_OK;
}

/* Each threshold with its value under the profile (what --rule changed stands among the params) and its source. */
static em_status put_thresholds(run *r, em_error *err)
{
        em_ship_rule rule;
        bool         gfw = em_str_eq(r->f->profile, EM_S("gfw"));
        for (size_t i = 0; em_ship_rule_at(i, &rule); i++) {
                r->cell[TEXT] = em_cli_text(r->f->cli, "%g %s: %s (%s)", gfw ? rule.gfw : rule.embargo, rule.unit, rule.about, rule.source);
                EM_TRY(put_row(r, "threshold", em_cli_text(r->f->cli, "threshold %s", rule.name), err));
        }
        return EM_OK;
}

/* ---- ships --------------------------------------------------------------------------------------------- */

static void set_ship(run *r, uint32_t mmsi, uint32_t part)
{
        const em_seen *s = em_fleet_seen(r->f, mmsi, part);
        r->cell[SHIP] = em_seen_name(s);
        r->cell[MMSI] = number_of(r, mmsi);
        r->cell[PART] = digits(r, part);
        r->cell[FLAG] = em_mmsi_country(mmsi);
        if (em_seen_imo(s))
                r->cell[IMO] = digits(r, em_seen_imo(s));
}

static void set_said(run *r, const em_ship_report *said)
{
        if (!said)
                return;
        if (said->imo)
                r->cell[IMO] = digits(r, said->imo);
        r->cell[SHIP] = em_str_c(said->name);
        r->cell[CALL_SIGN] = em_str_c(said->call_sign);
        r->cell[SHIP_TYPE] = digits(r, said->ship_type);
        r->cell[LENGTH_M] = digits(r, said->to_bow + said->to_stern);
        r->cell[BEAM_M] = digits(r, said->to_port + said->to_starboard);
}

/* One row for each identity that a hull gave: what it said last of each name and number. */
static em_status put_ship(run *r, const em_seen *s, em_error *err)
{
        for (size_t i = 0; i < s->reports; i++) {
                const em_ship_report *now = &s->report[i];
                int64_t last = now->last_s, first = now->first_s;
                if (i && now->imo == s->report[i - 1].imo && strcmp(now->name, s->report[i - 1].name) == 0)
                        continue;
                for (size_t k = i + 1; k < s->reports && s->report[k].imo == now->imo && strcmp(s->report[k].name, now->name) == 0; k++)
                        last = s->report[k].last_s;
                set_ship(r, s->mmsi, s->part);
                set_said(r, now);
                set_when(r, first, last);
                set_bytes(r, now->file, now->offset, now->length);
                EM_TRY(put_row(r, "ship", em_cli_text(r->f->cli, "ship %09lu/%lu %.*s", (unsigned long)s->mmsi, (unsigned long)s->part,
                                                      EM_ARG(em_words_instant(r->f->cli, first))), err));
        }
        return EM_OK;
}

/* ---- events ------------------------------------------------------------------------------------------------ */

static void set_port(run *r, int32_t port)
{
        const em_port *list = NULL;
        if (port < 0 || (size_t)port >= em_sea_ports(r->f->sea, &list))
                return;
        r->cell[PORT] = list[port].key;
        r->cell[PORT_NAME] = list[port].name;
        r->cell[PORT_COUNTRY] = list[port].country;
        r->cell[APPROACH] = list[port].approach ? EM_S("yes") : EM_S("no");
}

static void set_event(run *r, const em_event *e)
{
        bool gap = e->kind == EM_EVENT_GAP || e->kind == EM_EVENT_HIDDEN_CALL;
        set_ship(r, e->mmsi, e->part);
        const em_ship_report *said = em_seen_said(em_fleet_seen(r->f, e->mmsi, e->part), e->start_s);
        if (said)
                r->cell[SHIP_TYPE] = digits(r, said->ship_type);
        r->cell[EVENT] = em_str_c(em_event_kind_name(e->kind));
        r->cell[WHAT] = em_str_c(e->what);
        if (e->other_mmsi) {
                r->cell[OTHER] = em_seen_name(em_fleet_seen(r->f, e->other_mmsi, e->other_part));
                r->cell[OTHER_MMSI] = number_of(r, e->other_mmsi);
                r->cell[OTHER_PART] = digits(r, e->other_part);
                r->cell[OTHER_FLAG] = em_mmsi_country(e->other_mmsi);
        }
        if (e->group)
                r->cell[GROUP] = digits(r, e->group);
        set_when(r, e->start_s, e->end_s);
        r->cell[HOURS] = fixed(r, true, e->hours, 2);
        r->cell[LAT] = em_words_degrees(r->f->cli, e->lat);
        r->cell[LON] = em_words_degrees(r->f->cli, e->lon);
        r->cell[DISTANCE_M] = fixed(r, e->other_mmsi != 0, e->distance_m, 0);
        r->cell[SPEED_KN] = fixed(r, true, e->speed_kn, 1);
        r->cell[SHORE_M] = fixed(r, e->shore_m > 0, e->shore_m, 0);
        r->cell[HEARD] = fixed(r, gap, e->heard_others, 0);
        r->cell[HEARD_SHIPS] = fixed(r, gap, e->heard_ships, 0);
        r->cell[CHANCE] = fixed(r, gap, e->chance, 6);
        r->cell[SCORE] = fixed(r, true, e->score, 3);
        r->cell[TEXT] = e->reason;
        if (em_event_has_port(e))
                set_port(r, e->port);
}

static em_status put_proof(run *r, em_str key, size_t n, em_error *err)
{
        r->cell[OF] = key;
        return put_row(r, "proof", em_cli_text(r->f->cli, "proof %zu %.*s", n, EM_ARG(key)), err);
}

static em_status put_proofs(run *r, const em_event *e, em_str key, em_error *err)
{
        size_t n = 1;
        for (size_t i = 0; i < e->proofs; i++) {
                const em_event_fix *p = &e->proof[i];
                set_ship(r, p->mmsi, p->part);
                r->cell[WHAT] = EM_S("position");
                set_when(r, p->fix.time_s, p->fix.time_s);
                r->cell[LAT] = em_words_degrees(r->f->cli, p->fix.lat);
                r->cell[LON] = em_words_degrees(r->f->cli, p->fix.lon);
                set_bytes(r, p->fix.file, p->fix.offset, p->fix.length);
                EM_TRY(put_proof(r, key, n++, err));
        }
        for (size_t i = 0; i < e->reports; i++) {
                const em_ship_report *p = &e->report[i];
                set_said(r, p);
                r->cell[WHAT] = EM_S("report");
                set_when(r, p->first_s, p->last_s);
                set_bytes(r, p->file, p->offset, p->length);
                EM_TRY(put_proof(r, key, n++, err));
        }
        return EM_OK;
}

/* Barrels by the factor that the 1718 Committee's reports of 2020 to 2022 go by, 8.33 to the tonne
 * (regimes/dprk/factors.csv, china-2020-2022); a question converts the tonnes by the factor that it names. */
static void set_tonnes(run *r, const em_tonnes *t)
{
        if (!t->basis[0])
                return;         /* no size was said */
        r->cell[T_LOW] = em_words_fixed(r->f->cli, floor(t->low), 0);
        r->cell[T] = em_words_fixed(r->f->cli, t->mid, 0);
        r->cell[T_HIGH] = em_words_fixed(r->f->cli, ceil(t->high), 0);
        r->cell[BBL_LOW] = em_words_fixed(r->f->cli, floor(floor(t->low) * 8.33), 0);
        r->cell[BBL] = em_words_fixed(r->f->cli, t->mid * 8.33, 0);
        r->cell[BBL_HIGH] = em_words_fixed(r->f->cli, ceil(ceil(t->high) * 8.33), 0);
        r->cell[BASIS] = em_str_c(t->basis);
}

static em_status put_leg(run *r, const em_event *e, em_str key, const char *place, uint32_t mmsi, uint32_t part, em_error *err)
{
        em_leg leg = em_fleet_leg(r->f, e, mmsi, part);
        if (!leg.changed)
                return EM_OK;
        const em_ship_report *ends[2] = {leg.before, leg.after};
        em_str own = em_cli_text(r->f->cli, "cargo %09lu of %.*s", (unsigned long)mmsi, EM_ARG(key));
        set_event(r, e);
        if (mmsi != e->mmsi || part != e->part) {
                r->cell[OTHER] = em_seen_name(em_fleet_seen(r->f, e->mmsi, e->part));
                r->cell[OTHER_MMSI] = number_of(r, e->mmsi);
                r->cell[OTHER_PART] = digits(r, e->part);
                r->cell[OTHER_FLAG] = em_mmsi_country(e->mmsi);
        }
        set_ship(r, mmsi, part);
        set_said(r, leg.after);
        r->cell[WHAT] = leg.loaded ? EM_S("taken") : EM_S("given");
        r->cell[DRAUGHT_BEFORE] = em_words_tenths(r->f->cli, leg.before->draught);
        r->cell[DRAUGHT_AFTER] = em_words_tenths(r->f->cli, leg.after->draught);
        set_tonnes(r, &leg.tonnes);
        r->cell[OF] = key;
        r->cell[LEG] = em_str_c(place);
        r->cell[TEXT] = em_cli_text(r->f->cli, "draught %.*s m before and %.*s m after, as the ship said", EM_ARG(r->cell[DRAUGHT_BEFORE]),
                                    EM_ARG(r->cell[DRAUGHT_AFTER]));
        EM_TRY(put_row(r, "cargo", own, err));
        for (size_t i = 0; i < 2; i++) {
                set_ship(r, mmsi, part);
                set_said(r, ends[i]);
                r->cell[WHAT] = EM_S("report");
                set_when(r, ends[i]->first_s, ends[i]->last_s);
                if (i)
                        set_bytes(r, ends[i]->file, ends[i]->offset, ends[i]->length);
                else
                        set_bytes(r, ends[i]->last_file, ends[i]->last_offset, ends[i]->last_length);
                EM_TRY(put_proof(r, own, i + 1, err));
        }
        return EM_OK;
}

static em_status put_event(run *r, size_t i, em_error *err)
{
        const em_event *e = em_events_at(r->f->events, i);
        em_str key = em_event_key(r->f->cli, e);
        set_event(r, e);
        r->cell[CONFIDENCE] = e->confidence ? digits(r, e->confidence) : EM_S("");
        if (e->draught_before)
                r->cell[DRAUGHT_BEFORE] = em_words_tenths(r->f->cli, e->draught_before);
        if (e->draught_after)
                r->cell[DRAUGHT_AFTER] = em_words_tenths(r->f->cli, e->draught_after);
        if (e->proofs)
                set_bytes(r, e->proof[0].fix.file, e->proof[0].fix.offset, e->proof[0].fix.length);
        EM_TRY(put_row(r, "event", key, err));
        EM_TRY(put_proofs(r, e, key, err));
        if (!em_event_moves_cargo(e->kind))
                return EM_OK;
        EM_TRY(put_leg(r, e, key, r->f->leg[i], e->mmsi, e->part, err));
        return e->other_mmsi ? put_leg(r, e, key, r->f->leg[i], e->other_mmsi, e->other_part, err) : EM_OK;
}

/* ---- lists ------------------------------------------------------------------------------------------------------- */

static em_status put_match(run *r, const em_seen *s, const em_listed_ship *l, em_error *err)
{
        em_str key = em_cli_text(r->f->cli, "match %09lu/%lu %.*s:%.*s", (unsigned long)s->mmsi, (unsigned long)s->part, EM_ARG(l->dataset), EM_ARG(l->id));
        size_t n = 1;
        set_ship(r, s->mmsi, s->part);
        set_when(r, s->first.time_s, s->last.time_s);
        r->cell[LISTED_IN] = l->dataset;
        r->cell[LISTED_ID] = l->id;
        r->cell[LISTED_NAME] = l->name;
        r->cell[SCORE] = fixed(r, true, l->score, 2);
        r->cell[TEXT] = em_listed_words(r->f->cli, l);
        EM_TRY(put_row(r, "match", key, err));
        for (size_t i = 0; i < l->reasons; i++) {
                const em_ship_report *said = l->reason[i].report;
                if (!said)
                        continue;
                set_ship(r, s->mmsi, s->part);
                set_said(r, said);
                r->cell[WHAT] = EM_S("report");
                set_when(r, said->first_s, said->last_s);
                set_bytes(r, said->file, said->offset, said->length);
                EM_TRY(put_proof(r, key, n++, err));
        }
        return EM_OK;
}

static em_status put_matches(run *r, em_error *err)
{
        for (size_t i = 0; i < r->f->seens; i++) {
                em_listed_ship *list = NULL;
                size_t          count = 0;
                EM_TRY(em_fleet_listed(r->f, &r->f->seen[i], &list, &count, err));
                for (size_t k = 0; k < count; k++)
                        EM_TRY(put_match(r, &r->f->seen[i], &list[k], err));
        }
        return EM_OK;
}

/* ---- tracks ---------------------------------------------------------------------------------------------------- */

/* For a map: ships that met, called or changed, thinned; at most TRACK_SHIPS of them and TRACK_POINTS each. */
enum { TRACK_SHIPS = 10, TRACK_POINTS = 120 };

static em_status put_track(run *r, const em_seen *s, em_error *err)
{
        size_t step = s->tracks / TRACK_POINTS + 1, n = 0, last = 0;
        for (size_t i = 0; i < s->tracks; i++) {
                const em_fix *x = &s->track[i];
                bool silent_after = i + 1 < s->tracks && s->track[i + 1].time_s - x->time_s >= 6 * 3600;
                bool silent_before = i && x->time_s - s->track[i - 1].time_s >= 6 * 3600;
                if (i && i + 1 < s->tracks && !silent_after && !silent_before && i - last < step)
                        continue;
                last = i;
                set_ship(r, s->mmsi, s->part);
                r->cell[WHAT] = silent_before ? EM_S("after a silence") : EM_S("heard");
                set_when(r, x->time_s, x->time_s);
                r->cell[LAT] = em_words_degrees(r->f->cli, x->lat);
                r->cell[LON] = em_words_degrees(r->f->cli, x->lon);
                set_bytes(r, x->file, x->offset, x->length);
                EM_TRY(put_row(r, "fix", em_cli_text(r->f->cli, "fix %zu %09lu/%lu", ++n, (unsigned long)s->mmsi, (unsigned long)s->part), err));
        }
        return EM_OK;
}

static em_status put_tracks(run *r, em_error *err)
{
        const uint32_t kinds = 1u << EM_EVENT_ENCOUNTER | 1u << EM_EVENT_DARK_MEETING | 1u << EM_EVENT_HIDDEN_CALL | 1u << EM_EVENT_IDENTITY;
        size_t ships = 0, count = em_events_count(r->f->events);
        const em_event **event = EM_NEW_N(r->f->cli->arena, const em_event *, count + 1);
        for (size_t i = 0; event && i < count; i++)
                event[i] = em_events_at(r->f->events, i);
        bool *mark = event ? em_fleet_marks(r->f, event, count, kinds) : NULL;
        if (!mark)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < r->f->seens && ships < TRACK_SHIPS; i++)
                if (mark[i]) {
                        EM_TRY(put_track(r, &r->f->seen[i], err));
                        ships++;
                }
        return EM_OK;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static em_status put_all(run *r, em_error *err)
{
        EM_TRY(em_sheet_begin(&r->sheet, err));
        EM_TRY(put_run(r, err));
        EM_TRY(put_params(r, err));
        EM_TRY(put_inputs(r, err));
        EM_TRY(put_thresholds(r, err));
        for (size_t i = 0; i < r->f->seens; i++)
                EM_TRY(put_ship(r, &r->f->seen[i], err));
        for (size_t i = 0; i < em_events_count(r->f->events); i++)
                EM_TRY(put_event(r, i, err));
        EM_TRY(put_matches(r, err));
        return put_tracks(r, err);
}

em_status em_ships_run_text(em_fleet *f, em_buf *out, em_error *err)
{
        run r = {.f = f};
        r.sheet = (em_sheet){.cli = f->cli, .out = out, .title = names, .columns = COLUMNS, .cell = r.cell, .usual = r.usual};
        EM_TRY(em_fleet_chain(f, err));
        EM_TRY(name_fleet(&r, err));
        em_day_text(em_day_utc(f->last_s), r.known);
        r.usual[PROFILE] = f->profile;
        r.usual[GRADE] = EM_S("computed");
        r.usual[KNOWN] = em_str_c(r.known);
        r.usual[RANGE] = is_constructed(f) ? EM_S("constructed") : EM_S("");
        r.usual[FLEET] = em_str_c(r.fleet);
        return put_all(&r, err);
}

em_status em_ships_run_print(em_fleet *f, em_error *err)
{
        em_buf    text = em_buf_make((size_t)1 << 30);
        em_status s = em_ships_run_text(f, &text, err);
        if (s == EM_OK)
                s = em_sheet_deliver(f->cli, &text, err);
        em_buf_free(&text);
        return s;
}
