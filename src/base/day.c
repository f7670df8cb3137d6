/* Days of the proleptic Gregorian calendar as a count from 1970-01-01.  The two
 * conversions are Howard Hinnant's days_from_civil and civil_from_days
 * ("chrono-Compatible Low-Level Date Algorithms", 2013): years begin in March,
 * so the leap day is the last day of a year and months follow one formula.
 * The zones are from IANA tz, Asia/Seoul and Asia/Pyongyang.
 */
#include "embargo/day.h"

#include <stdio.h>

#define DAY_S 86400

static const char *const precision_names[] = {
        [EM_PRECISION_NONE] = "none", [EM_PRECISION_TIME] = "time",
        [EM_PRECISION_DAY] = "day",   [EM_PRECISION_MONTH] = "month",
        [EM_PRECISION_YEAR] = "year", [EM_PRECISION_SPAN] = "span",
};

const char *em_precision_name(em_precision p)
{
        em_assert((unsigned)p < sizeof precision_names / sizeof *precision_names);
        return precision_names[p];
}

static int month_days(int year, int month)
{
        static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month == 2 && leap ? 29 : days[month - 1];
}

em_day em_day_make(int year, int month, int day)
{
        if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
            day > month_days(year, month))
                return EM_DAY_NONE;
        int y = month <= 2 ? year - 1 : year;
        int era = y / 400, of_era = y % 400;
        int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void em_day_split(em_day day, int *ret_year, int *ret_month, int *ret_day)
{
        em_assert(day >= EM_DAY_MIN && day <= EM_DAY_MAX);
        int z = day + 719468, era = z / 146097, doe = z % 146097;
        int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
        int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        int mp = (5 * doy + 2) / 153;
        *ret_day = doy - (153 * mp + 2) / 5 + 1;
        *ret_month = mp < 10 ? mp + 3 : mp - 9;
        *ret_year = yoe + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

int em_day_weekday(em_day day)
{
        em_assert(day >= EM_DAY_MIN && day <= EM_DAY_MAX);
        /* 0001-01-01 was a Monday. */
        return (day - EM_DAY_MIN) % 7;
}

const char *em_day_weekday_name(em_day day)
{
        static const char *const names[7] = { "Monday", "Tuesday", "Wednesday", "Thursday",
                                              "Friday", "Saturday", "Sunday" };
        return names[em_day_weekday(day)];
}

static void put_digits(char *out, int width, int value)
{
        for (int i = width - 1; i >= 0; i--, value /= 10)
                out[i] = (char)('0' + value % 10);
}

char *em_day_text(em_day day, char out[11])
{
        out[0] = '\0';
        if (day == EM_DAY_NONE)
                return out;
        int y, m, d;
        em_day_split(day, &y, &m, &d);
        memcpy(out, "0000-00-00", 11);
        put_digits(out, 4, y);
        put_digits(out + 5, 2, m);
        put_digits(out + 8, 2, d);
        return out;
}

char *em_day_long(em_day day, char out[20])
{
        static const char *const months[12] = {
                "January", "February", "March", "April", "May", "June", "July",
                "August", "September", "October", "November", "December" };
        out[0] = '\0';
        if (day == EM_DAY_NONE)
                return out;
        int y, m, d;
        em_day_split(day, &y, &m, &d);
        snprintf(out, 20, "%d %s %d", d, months[m - 1], y);
        return out;
}

/* n digits at `at`, or -1. */
static int digits(em_str s, size_t at, size_t n)
{
        int value = 0;
        if (at > s.n || s.n - at < n)
                return -1;
        for (size_t i = at; i < at + n; i++) {
                if (s.p[i] < '0' || s.p[i] > '9')
                        return -1;
                value = value * 10 + (s.p[i] - '0');
        }
        return value;
}

static bool is_at(em_str s, size_t at, char c)
{
        return at < s.n && s.p[at] == c;
}

bool em_span_parse(em_str s, em_span *ret_span, em_precision *ret_precision)
{
        int year = digits(s, 0, 4), from_month = 1, to_month = 12;
        int from_day = 1, to_day = 0;
        em_precision precision = EM_PRECISION_YEAR;
        if (year < 1 || (s.n != 4 && s.n != 7 && s.n != 10))
                return false;
        if (s.n >= 7) {
                from_month = to_month = digits(s, 5, 2);
                precision = EM_PRECISION_MONTH;
                if (!is_at(s, 4, '-') || to_month < 1 || to_month > 12)
                        return false;
        }
        if (s.n == 10) {
                from_day = to_day = digits(s, 8, 2);
                precision = EM_PRECISION_DAY;
                if (!is_at(s, 7, '-') || to_day < 1)
                        return false;
        } else {
                to_day = month_days(year, to_month);
        }
        em_span span = { em_day_make(year, from_month, from_day),
                         em_day_make(year, to_month, to_day) };
        if (span.from == EM_DAY_NONE || span.to == EM_DAY_NONE)
                return false;
        *ret_span = span;
        *ret_precision = precision;
        return true;
}

bool em_day_parse(em_str s, em_day *ret_day)
{
        em_span span;
        em_precision precision;
        if (!em_span_parse(s, &span, &precision) || precision != EM_PRECISION_DAY)
                return false;
        *ret_day = span.from;
        return true;
}

/* "Z" or "+09:00" in seconds east of UTC; s is all of it. */
static bool parse_offset(em_str s, int *ret_offset_s)
{
        if (em_str_eq(s, EM_S("Z"))) {
                *ret_offset_s = 0;
                return true;
        }
        int hours = digits(s, 1, 2), minutes = digits(s, 4, 2);
        if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' ||
            hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
                return false;
        *ret_offset_s = (hours * 3600 + minutes * 60) * (s.p[0] == '-' ? -1 : 1);
        return true;
}

/* RFC 3339.  A fraction is dropped (rounding could move the day); a leap second
 * is refused, because a count of 86,400-second days has no place for it. */
bool em_time_parse(em_str s, int64_t *ret_time_s)
{
        em_day day;
        int h = digits(s, 11, 2), m = digits(s, 14, 2), sec = digits(s, 17, 2), offset_s;
        if (!em_day_parse(em_str_sub(s, 0, 10), &day) || !is_at(s, 10, 'T') ||
            !is_at(s, 13, ':') || !is_at(s, 16, ':'))
                return false;
        if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59)
                return false;
        size_t at = 19;
        if (is_at(s, at, '.')) {
                size_t first = ++at;
                while (digits(s, at, 1) >= 0)
                        at++;
                if (at == first)
                        return false;
        }
        if (!parse_offset(em_str_sub(s, at, s.n), &offset_s))
                return false;
        *ret_time_s = (int64_t)day * DAY_S + h * 3600 + m * 60 + sec - offset_s;
        return true;
}

/* Rounds towards the past; a time outside the years 1 to 9999 has no day. */
static em_day day_at(int64_t time_s, int64_t offset_s)
{
        int64_t local;
        if (__builtin_add_overflow(time_s, offset_s, &local))
                return EM_DAY_NONE;
        int64_t day = local / DAY_S - (local % DAY_S < 0 ? 1 : 0);
        return day < EM_DAY_MIN || day > EM_DAY_MAX ? EM_DAY_NONE : (em_day)day;
}

em_day em_day_utc(int64_t time_s)
{
        return day_at(time_s, 0);
}

em_day em_day_korean(int64_t time_s)
{
        return day_at(time_s, 9 * 3600);
}

em_day em_day_pyongyang(int64_t time_s)
{
        /* 2015-08-15 00:00 at +9 and 2018-05-04 23:30 at +8:30 are both 15:00 UTC. */
        const int64_t from_s = 1439564400, to_s = 1525446000;
        bool half_hour = time_s >= from_s && time_s < to_s;
        return day_at(time_s, half_hour ? 8 * 3600 + 1800 : 9 * 3600);
}

em_day em_day_of_time(int64_t time_s, em_calendar calendar)
{
        switch (calendar) {
        case EM_CALENDAR_UTC:       return em_day_utc(time_s);
        case EM_CALENDAR_KOREAN:    return em_day_korean(time_s);
        case EM_CALENDAR_PYONGYANG: return em_day_pyongyang(time_s);
        }
        em_assert_failed("a calendar", __FILE__, __LINE__);
}

int em_span_days(em_span span)
{
        em_assert(span.from <= span.to && span.from >= EM_DAY_MIN && span.to <= EM_DAY_MAX);
        return span.to - span.from + 1;
}

bool em_span_overlaps(em_span a, em_span b)
{
        return a.from <= b.to && b.from <= a.to;
}

bool em_span_within(em_span inner, em_span outer)
{
        return inner.from >= outer.from && inner.to <= outer.to;
}

em_day em_day_add_months(em_day day, int months)
{
        int y, m, d;
        em_day_split(day, &y, &m, &d);
        int64_t count = (int64_t)y * 12 + (m - 1) + months;
        if (count < 12 || count >= 10000 * 12)
                return EM_DAY_NONE;
        y = (int)(count / 12);
        m = (int)(count % 12) + 1;
        int last = month_days(y, m);
        return em_day_make(y, m, d < last ? d : last);
}
