/* embargo/map.h -- what the columns of a table are.
 *
 * A map is a small text file; a new table needs no C.  Each line is a keyword
 * and its arguments, words separated by blanks, "quotes" hold words together,
 * # starts a comment.  Unknown keywords are errors with file and line.  The
 * whole language, with an example of each line (doc/format-map.md):
 *
 *   kind        launch                      what a row is (view name); required
 *   needs       launch_id date_utc ...      columns that must be in the header; a file whose
 *                                           header has them all can be recognised by them
 *   key         launch_id                   one or more columns joined with "/" : the source's own name
 *   when        date_kst else date_utc      the day, month, year it was true ("else": used when empty)
 *   when        period_start to period_end  a span; an empty end leaves it open (to 9999-12-31)
 *                                           Periods in one cell are spans too: "2019-2021",
 *                                           "2018/19", "202103", "2009-06/2010-05"
 *   calendar    korean                      calendar of `when` (utc by default; only a name)
 *   utc         date_utc                    the same in UTC, where it differs
 *   time        datetime_utc                the moment, ISO 8601 with zone
 *   precision   date_precision              column with time|day|month|year|span, which widens the date;
 *                                           by default from the date's form
 *   known       published                   a column with a day
 *   known       date-in source document     first of these columns with a date in its text
 *   known       when                        known on the day it happened (announced events)
 *                                           several `known` lines: the first that gives a day
 *   what, class, who, place   COLUMN [else COLUMN...]  or  = "constant text"
 *   lat, lon    COLUMN                      decimal degrees
 *   amount      COLUMN UNIT                 UNIT is a word, or [column] to read it from a column
 *   amount      = 1 missile                 a constant
 *   amount      usd_low to usd_high USD     a range; an empty end is unbounded
 *   amount      bbl bbl else reported_t t   the first that is not empty, with its own unit
 *   also        NAME COLUMN UNIT [as COLUMN]    a further amount, in fields as NAME (see record.h);
 *                                           as: the column with its quantifier
 *   quantifier  COLUMN                      its words by the lines below; else exact
 *   word        "more than" more-than       evidence's word -> em_quantifier name (prefix match, longest first, no case)
 *   grade       confidence high=2 medium=3 low=4     credibility 1-6; or  grade = 3
 *                                           (6, cannot be judged, when empty or without this line)
 *   absent      not-found                   what an empty amount means (required with amount COLUMN)
 *   absent      not-reported if note contains "did not report"
 *   zero        declared                    a 0 is a declared zero (state zero)
 *   empty       Unknown in lat lon          in these columns this word means an empty cell
 *   field       NAME COLUMN [number|day|flag|text]    into fields, left out when empty; text by default
 *   same        who when class unit         rows alike in these say the same quantity: when their amounts
 *                                           differ, the later known is linked `contradicts` (or `restates`) the earlier
 *   same-as     restates                    which of the two links `same` makes; contradicts by default
 *
 * A row that breaks a rule (no such date, not a number, missing key) goes to
 * quarantine with its column and reason; the others go on.
 */
#ifndef EMBARGO_MAP_H
#define EMBARGO_MAP_H

#include "embargo/csv.h"
#include "embargo/record.h"

#define EM_MAP_MAX_BYTES (64u << 10)

typedef struct em_map em_map;

/* EM_FORMAT with file and line when text is not a map. `name` is the map's
 * name in messages and in the case ("launches"). */
EM_MUST em_status em_map_parse(em_str name, em_str text, em_arena *arena,
                               em_map **ret_map, em_error *err);
em_str    em_map_name(const em_map *map);
em_str    em_map_kind(const em_map *map);
em_str    em_map_text(const em_map *map);
em_sha256 em_map_hash(const em_map *map);

/* The fields a map makes, for the view of its kind. */
typedef enum em_field_type { EM_FIELD_TEXT, EM_FIELD_NUMBER, EM_FIELD_DAY, EM_FIELD_FLAG } em_field_type;
typedef struct em_map_field { em_str name; em_field_type type; } em_map_field;
size_t em_map_fields(const em_map *map, const em_map_field **ret_fields);
/* Columns named by `same` (of "key", "who", "what", "class", "place", "when", "unit"), and the link to make. */
size_t em_map_same(const em_map *map, const em_str **ret_names, em_str *ret_relation);

/* How many of `needs` the header has; 0 unless it has them all. */
size_t em_map_fits(const em_map *map, const em_csv_row *header);

/* Binds columns to a header; then rows become records.  A bound map belongs
 * to one thread. */
typedef struct em_map_bound em_map_bound;
EM_MUST em_status em_map_bind(const em_map *map, const em_csv_row *header, em_arena *arena,
                              em_map_bound **ret_bound, em_error *err);
/* True: *ret_record is taken (strings in row or arena).  False: *ret_reject says
 * why not.  Never fails otherwise. */
bool em_map_apply(em_map_bound *bound, const em_csv_row *row, em_arena *arena,
                  em_record *ret_record, em_reject *ret_reject);

#endif
