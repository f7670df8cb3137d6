/* embargo/day.h -- days, months and spans, in UTC and in Pyongyang.
 *
 * A day is a count of days since 1970-01-01 in the proleptic Gregorian
 * calendar.  Which calendar (UTC or Korean) it was counted in is the
 * caller's to say: 62 % of the timed launches fall on different dates in the
 * two, so a day never travels without the name of its calendar.
 *
 * Pyongyang kept UTC+9 until 2015-08-14 (15 August 2015 00:00 local), UTC+8:30
 * until 2018-05-04 23:30 local, UTC+9 since (IANA tz, Asia/Pyongyang).
 * Launch databases and the press give Korean (Seoul) dates, UTC+9 throughout;
 * em_day_korean follows the press, em_day_pyongyang the clock on the wall.
 */
#ifndef EMBARGO_DAY_H
#define EMBARGO_DAY_H

#include "embargo/base.h"

typedef int32_t em_day;                 /* days since 1970-01-01 */
#define EM_DAY_NONE  INT32_MIN          /* not known */
#define EM_DAY_MIN   (-719162)          /* 0001-01-01 */
#define EM_DAY_MAX   2932896            /* 9999-12-31 */

typedef struct em_span { em_day from, to; } em_span;    /* both inclusive */

typedef enum em_precision {             /* how finely the evidence dates it */
        EM_PRECISION_NONE, EM_PRECISION_TIME, EM_PRECISION_DAY,
        EM_PRECISION_MONTH, EM_PRECISION_YEAR, EM_PRECISION_SPAN
} em_precision;
const char *em_precision_name(em_precision p);          /* "day" */

typedef enum em_calendar { EM_CALENDAR_UTC, EM_CALENDAR_KOREAN, EM_CALENDAR_PYONGYANG } em_calendar;

em_day em_day_make(int year, int month, int day);       /* EM_DAY_NONE when there is no such day */
void   em_day_split(em_day day, int *ret_year, int *ret_month, int *ret_day);
int    em_day_weekday(em_day day);                      /* 0 Monday .. 6 Sunday */
const char *em_day_weekday_name(em_day day);            /* "Friday" */
/* "2022-01-31" and NUL; "" for EM_DAY_NONE.  Returns out. */
char  *em_day_text(em_day day, char out[11]);
/* "31 January 2022"; returns out. */
char  *em_day_long(em_day day, char out[20]);

/* The day and precision of "2022-01-31", "2022-01" or "2022"; a month or a year
 * gives its whole span.  False when s is anything else or no such day. */
bool em_span_parse(em_str s, em_span *ret_span, em_precision *ret_precision);
bool em_day_parse(em_str s, em_day *ret_day);           /* full days only */
/* "2022-01-29T23:52:00Z", "...+09:00", with or without seconds fraction. */
bool em_time_parse(em_str s, int64_t *ret_time_s);
em_day em_day_of_time(int64_t time_s, em_calendar calendar);
em_day em_day_utc(int64_t time_s);
em_day em_day_korean(int64_t time_s);
em_day em_day_pyongyang(int64_t time_s);

/* First ISO date (YYYY-MM-DD, YYYY-MM or, bare and between 1900 and 2099, YYYY)
 * found in free text such as "AP 2021-02-09; CoinDesk".  Among several the one
 * whose last day is earliest.  Digits that belong to a longer number or to a
 * UN symbol (S/2022/132) do not count. */
bool em_day_in_text(em_str text, em_span *ret_span);

int  em_span_days(em_span span);                        /* number of days */
bool em_span_overlaps(em_span a, em_span b);
bool em_span_within(em_span inner, em_span outer);
em_day em_day_add_months(em_day day, int months);       /* clamped to the month's end */

#endif
