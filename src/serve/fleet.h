/* serve/fleet.h -- what the pages of ships share.
 *
 * page_ships.c: what happened at sea, day by day, every ship, both profiles; page_ship.c: one ship's life; page_ships_map.c: the map.
 * fleet_ask.c makes a command of an address and a form of a command; fleet_events.c shows events; fleet_strip.c draws a life as a
 * strip, fleet_series.c shows its numbers over time.  Everything that is shown is what `embargo ships` prints as JSON.
 */
#ifndef SERVE_FLEET_H
#define SERVE_FLEET_H

#include "embargo/voyage.h"
#include "serve/desk.h"

/* ---- asking (fleet_ask.c) ---- */

enum { EM_FLEET_WORDS = 96 };
typedef struct em_fleet_ask {
        em_str word[EM_FLEET_WORDS]; size_t words;
        em_str id;                      /* of one ship; a page of it */
} em_fleet_ask;

enum {                                  /* which options the command takes */
        EM_FLEET_SPAN = 1,              /* --from --to */
        EM_FLEET_RULES = 2,             /* --profile --rule */
        EM_FLEET_KINDS = 4, EM_FLEET_AREA = 8, EM_FLEET_SHIP = 16,
        EM_FLEET_WHO = 32               /* of a form alone: one ship, named as an operand */
};
/* "ships VERB" with what the address asks for; verb NULL: the ship of id.  EM_USAGE: an option that is too long or too often. */
EM_MUST em_status em_fleet_words(em_ask *ask, const char *verb, em_str id, unsigned takes, em_fleet_ask *ret, em_error *err);
EM_MUST em_status em_fleet_add(em_ask *ask, em_fleet_ask *fleet, const char *option, em_str value, em_error *err);
/* Runs it: JSON read into a tree, or text. */
EM_MUST em_status em_fleet_run_json(em_ask *ask, const em_fleet_ask *fleet, const em_jnode **ret_root, em_error *err);
/* The reply of a .json or .csv is what the command prints so. */
EM_MUST em_status em_fleet_data(em_ask *ask, const em_fleet_ask *fleet, em_error *err);
/* The case has an index of ships.  Else the reply is the page that says how one is made, and for data EM_MISSING. */
EM_MUST em_status em_fleet_ready(em_ask *ask, bool *ret_ready, em_error *err);
/* What the index covers: days, positions, files. */
EM_MUST em_status em_fleet_cover(em_ask *ask, const em_jnode **ret_root, em_error *err);
/* Is the index small enough to be looked through unasked, or was it asked for? */
bool em_fleet_looks(em_ask *ask, const em_jnode *cover);
void em_fleet_say_large(em_ask *ask);
/* The form of what can be asked for. */
void em_fleet_form(em_ask *ask, em_str action, unsigned takes);
/* The query string that asks for the same, "?kind=gap&from=...", or empty; without escapes' need for a day as known. */
void em_fleet_query(em_ask *ask, em_html h);

/* ---- showing (fleet_events.c) ---- */

/* A row of the kept run's events, by their names. */
typedef struct em_kept_event { em_str key, id; } em_kept_event;
typedef struct em_kept_events { em_kept_event *at; size_t count; } em_kept_events;
/* Of the case as known; takes the picture. */
EM_MUST em_status em_fleet_kept(em_ask *ask, em_kept_events *ret, em_error *err);

/* "silent", "side by side" ... */
const char *em_fleet_kind_words(em_str kind);
/* ' href="/ships/499000101"' */
void em_fleet_ship_link(em_ask *ask, int64_t mmsi, em_str name);
/* The events as a list with reason, innocent reading, place, sentences and record.  from, most: of how many. */
EM_MUST em_status em_fleet_events(em_ask *ask, const em_jnode *root, size_t from, size_t most, em_error *err);
/* Listed vessels that ships may be; nothing when there are none. */
void em_fleet_listed_table(em_ask *ask, const em_jnode *list);
/* "2024-03-05 16:03" of an instant. */
em_str em_fleet_time(em_ask *ask, em_str instant);
em_str em_fleet_place(em_ask *ask, const em_jnode *node);       /* "38.6200 N 124.9300 E" */
/* The map as the command drew it. */
void em_fleet_map(em_ask *ask, const em_jnode *root);
/* Seconds from 1970; false when it is none. */
bool em_fleet_seconds(em_str instant, int64_t *ret_s);
/* A table of an array of objects, by the keys of the columns. */
EM_MUST em_status em_fleet_table(em_ask *ask, const em_jnode *list, const em_grid_column *column, size_t columns, const char *empty,
                                 em_error *err);

/* A life as a strip: when it was heard, when silent, and its events in rows by kind (fleet_strip.c). */
void em_fleet_strip(em_ask *ask, const em_jnode *root);

/* The member "chart" of what was printed as a figure that the script can take over; its events as bands (fleet_series.c). */
void em_fleet_series(em_ask *ask, em_str who, em_str name, const em_jnode *root);

em_status em_answer_ship_series(em_ask *ask, em_error *err);    /* fleet_series.c */
em_status em_answer_ship(em_ask *ask, em_error *err);           /* page_ship.c */
em_status em_answer_ships_map(em_ask *ask, em_error *err);      /* page_map.c */
em_status em_answer_outlines(em_ask *ask, em_error *err);       /* sea_outlines.c */

#endif
