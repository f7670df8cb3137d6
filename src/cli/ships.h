/* cli/ships.h -- one look at a fleet: which index, which rules, what was found, and the ships it is about.
 *
 * cmd_ships.c reads the command line; ships_ask.c opens and detects; ships_words.c says things in words; ships_find.c shows
 * events, ships_life.c one ship, ships_top.c the whole index, ships_tracks.c where each was heard; ships_sift.c leaves those of a place
 * or a ship; ships_map.c draws; ships_series.c gives one ship's numbers over time and ships_chart.c draws them; ships_cargo.c weighs;
 * ships_run.c writes the run as one document, ships_keep.c puts it into a case and ships_again.c makes it again;
 * ships_decode.c needs none of this.
 */
#ifndef CLI_SHIPS_H
#define CLI_SHIPS_H

#include "cli/cli.h"
#include "cli/ships_match.h"
#include "embargo/voyage.h"

#define EM_KINDS_ALL ((1u << EM_EVENT_KINDS) - 1)

/* A hull that something is said of.  Everything is a copy in the run's arena. */
typedef struct em_seen {
        uint32_t mmsi, part;
        em_fix   first, last;
        uint64_t fixes;
        double   way_m;                 /* along its fixes, silences straight */
        em_ship_report *report; size_t reports;
        em_fix  *track; size_t tracks;  /* thinned to EM_TRACK_MOST, ends of silences kept */
} em_seen;
#define EM_TRACK_MOST 600

/* A part of the map, in units of fixes; west may be greater than east: over the dateline. */
typedef struct em_ships_area { bool given; int32_t west, south, east, north; } em_ships_area;

typedef struct em_fleet {
        em_cli        *cli;
        em_str         dir, regime;     /* of the index; of the regime, or empty */
        em_str         profile;         /* "embargo" or "gfw" */
        em_ship_rules  rules;
        uint32_t       kinds;
        em_hulls_opts  hulls;
        em_ships      *ships;
        em_sea        *sea;
        em_names      *names;           /* of lists, or NULL */
        em_str         names_path;
        em_events     *events;
        em_seen       *seen; size_t seens;      /* by MMSI and part */
        const char   **leg;             /* of each event: "passed on", "last, ashore", "last, afloat", ""; by em_fleet_chain */
        bool           bare;                    /* positions alone are asked for: no lists and no sea are opened */
        em_ships_area  area;
        const em_event **shown; size_t showns;  /* of f->events, those that --area and --ship leave; by em_fleet_sift */
        int64_t        first_s, last_s;         /* of all fixes of the index within --from and --to */
} em_fleet;

/* ---- asking (ships_ask.c) ---- */

/* Options into rules, kinds and span; opens index and sea.  The caller closes, also after a failure. */
EM_MUST em_status em_fleet_open(em_fleet *f, em_error *err);
void    em_fleet_close(em_fleet *f);
/* --map is -: the map to stdout; and with --json as a member of the rest. */
bool    em_fleet_map_out(const em_fleet *f);
/* Finds events under f->rules. */
EM_MUST em_status em_fleet_detect(em_fleet *f, em_error *err);
/* Looks at the hulls of these MMSIs (rising, each once) again: f->seen. */
EM_MUST em_status em_fleet_look(em_fleet *f, const uint32_t *mmsi, size_t mmsis, em_error *err);
/* ... of all ships in f->events. */
EM_MUST em_status em_fleet_look_at_events(em_fleet *f, em_error *err);
/* How many events of each kind there are under other rules. */
EM_MUST em_status em_fleet_count(em_fleet *f, const em_ship_rules *rules, uint64_t ret_count[EM_EVENT_KINDS], em_error *err);
/* What --area and --ship leave of the events, into f->shown; after em_fleet_look_at_events. */
EM_MUST em_status em_fleet_sift(em_fleet *f, em_error *err);
/* --area WEST,SOUTH,EAST,NORTH in degrees, into f->area (ships_sift.c). */
EM_MUST em_status em_fleet_area(em_fleet *f, em_error *err);
bool    em_fleet_inside(const em_fleet *f, int32_t lon, int32_t lat);
const em_seen *em_fleet_seen(const em_fleet *f, uint32_t mmsi, uint32_t part);  /* NULL: not looked at */

/* Of each hull in f->seen: does it take part in one of these events, of the kinds in the mask?  NULL: out of memory. */
bool *em_fleet_marks(const em_fleet *f, const em_event *const *event, size_t events, uint32_t kinds);

/* ---- one ship's numbers over time (ships_series.c) ---- */

#define EM_SILENCE_S (6 * 3600)         /* what leads over so long without a position is not drawn as known */

typedef struct em_heard_at { int64_t time_s, wait_s; uint16_t sog; } em_heard_at;      /* wait_s: since the position before, -1 none */
typedef struct em_heard_hull {
        uint32_t mmsi, part;
        uint64_t positions;             /* as heard; count of them are left */
        em_heard_at *at; size_t count;
        em_ship_report *report; size_t reports;
} em_heard_hull;
typedef struct em_heard {
        em_heard_hull *hull; size_t hulls;      /* by MMSI and part */
        int64_t  from_s, to_s;
        uint64_t positions, given, pieces;      /* pieces: into how many the span was cut to thin; 0: all are given */
} em_heard;
/* All that was heard of these numbers. */
EM_MUST em_status em_fleet_hear(em_fleet *f, const uint32_t *mmsi, size_t mmsis, em_heard *ret, em_error *err);
/* Leaves at most `most` positions, or a few of each hull where there are too many of these: the first, last, slowest and fastest of
 * each piece, and the ends of its longest silence.  Into new lists; those of `all` stay. */
EM_MUST em_status em_heard_thin(em_fleet *f, const em_heard *all, size_t most, em_heard *ret, em_error *err);
em_str em_heard_hull_name(em_cli *cli, const em_heard_hull *hull);      /* "499000101", "499000101/2" */

/* ---- words (ships_words.c) ---- */

em_str em_words_time(em_cli *cli, int64_t time_s);              /* "2024-03-05 16:03" */
em_str em_words_instant(em_cli *cli, int64_t time_s);           /* "2024-03-05T16:03:11Z" */
em_str em_words_position(em_cli *cli, int32_t lon, int32_t lat);    /* "38.6200 N 124.9300 E" */
em_str em_words_degrees(em_cli *cli, int32_t units);            /* "124.930000" */
em_str em_words_fixed(em_cli *cli, double v, int decimals);     /* "" for what is not a number */
em_str em_words_tenths(em_cli *cli, unsigned tenths);           /* draught: "5.9" */
/* "    why     text", the text wrapped under itself; nothing for an empty text. */
void   em_words_under(em_cli *cli, const char *label, em_str text);
/* The last name and IMO number it gave, else empty and 0. */
em_str   em_seen_name(const em_seen *s);
uint32_t em_seen_imo(const em_seen *s);
/* What it last said by then, else the first it said; NULL: nothing. */
const em_ship_report *em_seen_said(const em_seen *s, int64_t time_s);
/* "EXAMPLE DAWN 499000101", "499000101" when it gave no name, "499000101/2" for the third hull of a number. */
em_str em_fleet_ship(const em_fleet *f, uint32_t mmsi, uint32_t part);
em_str em_fleet_port(const em_fleet *f, const em_event *e);    /* "Nampo (kp)" of a call or a draught; "" at sea */
bool   em_event_has_port(const em_event *e);
/* What else it may have been; a sentence for each kind. */
em_str em_event_innocent(const em_event *e);
/* How much speaks for it, by its score: "strong", "fair", "weak", "faint". */
const char *em_event_strength(const em_event *e);
/* "2024-03-08 13:00 gap 499000101": the event's name in a run, the same for the same event. */
em_str em_event_key(em_cli *cli, const em_event *e);

/* Listed vessels that the hull may be, best first; none without lists. */
EM_MUST em_status em_fleet_listed(em_fleet *f, const em_seen *s, em_listed_ship **ret_list, size_t *ret_count, em_error *err);
/* "IMO number 2100012: agrees; name EXAMPLE DAWN: agrees" */
em_str em_listed_words(em_cli *cli, const em_listed_ship *l);

/* ---- cargo (ships_cargo.c) ---- */

/* What one ship may have taken or given at an event, by the draughts that it said before and after. */
typedef struct em_leg {
        const em_ship_report *before, *after;   /* NULL: it said no draught */
        em_hull_size size;
        em_tonnes    tonnes;
        bool         changed, loaded;           /* by more than the rule's step; deeper after */
} em_leg;
em_leg em_fleet_leg(const em_fleet *f, const em_event *e, uint32_t mmsi, uint32_t part);
/* Kinds at which cargo may change hands. */
bool   em_event_moves_cargo(em_event_kind kind);

/* A cargo that goes from ship to ship to port counts once, at its last leg: f->leg. */
EM_MUST em_status em_fleet_chain(em_fleet *f, em_error *err);

/* ---- showing ---- */

#define EM_SHIPS_TITLE EM_S("What may have happened at sea")

EM_MUST em_status em_ships_find(em_fleet *f, em_error *err);            /* ships_find.c */
EM_MUST em_status em_ships_life(em_fleet *f, em_str who, em_error *err);        /* ships_life.c */
EM_MUST em_status em_ships_top(em_fleet *f, em_error *err);             /* ships_top.c */
EM_MUST em_status em_ships_by_day(em_fleet *f, em_error *err);          /* ships_top.c */
/* Where ships were heard, who alone or all when it is empty (ships_tracks.c). */
EM_MUST em_status em_ships_tracks(em_fleet *f, em_str who, em_error *err);
/* One ship's speed, waits and draughts (ships_series.c). */
EM_MUST em_status em_ships_series(em_fleet *f, em_str who, em_error *err);
/* --chart is -: the chart to stdout; and with --json as a member of the rest.  (ships_chart.c) */
bool em_fleet_chart_out(const em_fleet *f);
/* The numbers as a picture, with these events behind them: into an SVG file, or to stdout for "-"; or as the member "chart". */
EM_MUST em_status em_ships_chart(em_fleet *f, const em_heard *h, const em_event *const *event, size_t events, em_str path, em_error *err);
EM_MUST em_status em_ships_chart_json(em_fleet *f, const em_heard *h, const em_event *const *event, size_t events, em_json *j, em_error *err);
/* The land and the ports of --area as GeoJSON (ships_coast.c). */
EM_MUST em_status em_ships_coast(em_fleet *f, em_error *err);
/* The numbers under which the ship that is asked for was heard, rising (ships_life.c).  EM_MISSING. */
EM_MUST em_status em_ships_numbers(em_fleet *f, em_str who, uint32_t **ret_mmsi, size_t *ret_count, em_error *err);
EM_MUST em_status em_ships_decode(em_cli *cli, const em_str *path, size_t paths, em_error *err);        /* ships_decode.c */
/* An event as a line with its reason under it, as rows for CSV, as a JSON object (ships_find.c). */
void em_ships_print_event(em_fleet *f, const em_event *e);
EM_MUST em_status em_ships_events_plain(em_fleet *f, const em_event *const *event, size_t events, em_table *ret_table, em_error *err);
/* Leaves the object open for more members.  number: of its sign on the map, 0 none. */
void em_ships_event_json(em_fleet *f, const em_event *e, size_t number, em_json *j);
/* The sign's number of each event on the map, from 1; 0: it is told by another's (ships_map.c).  NULL: out of memory. */
size_t *em_ships_map_numbers(em_fleet *f, const em_event *const *event, size_t events);
/* "files": the index's, in the order that events name them by. */
void em_ships_files_json(em_fleet *f, em_json *j);
/* Objects of an open list: the listed vessels that it may be, with reasons (ships_find.c). */
EM_MUST em_status em_ships_listed_json(em_fleet *f, const em_seen *s, em_json *j, em_error *err);
/* "map": the SVG as a string, empty when there is nothing to draw: for whoever wants both in one answer (--json --map -). */
EM_MUST em_status em_ships_map_json(em_fleet *f, const em_event *const *event, size_t events, em_str title, em_json *j, em_error *err);
EM_MUST em_status em_ships_map_text(em_fleet *f, const em_event *const *event, size_t events, em_str title, em_buf *out, em_error *err);
/* Tracks and events of f->seen as a map, into an SVG file, or to stdout for "-" (ships_map.c). */
EM_MUST em_status em_ships_map(em_fleet *f, const em_event *const *event, size_t events, em_str title, em_str path, em_error *err);

/* ---- the run (ships_run.c, ships_keep.c) ---- */

/* The document: doc/format-ships-run.md. */
EM_MUST em_status em_ships_run_text(em_fleet *f, em_buf *out, em_error *err);
EM_MUST em_status em_ships_run_print(em_fleet *f, em_error *err);
EM_MUST em_status em_ships_keep_ready(em_fleet *f, em_error *err);
EM_MUST em_status em_ships_keep(em_fleet *f, em_error *err);
/* Makes every kept run again in the index at dir and compares bytes, as em_again_verify does for traces (ships_again.c). */
EM_MUST em_status em_fleet_verify(em_cli *cli, em_case *c, em_str dir, void (*tell)(void *ctx, const char *sentence),
                                  void *ctx, size_t *ret_runs, em_error *err);

#endif
