/* Hulls made by hand for tests: fixes on given places, reports with given words. */
#ifndef EMBARGO_TEST_SHIP_HULLS_H
#define EMBARGO_TEST_SHIP_HULLS_H

#include "embargo/voyage.h"

#include <math.h>
#include <stdio.h>

#define NOON 1625140800         /* 1 July 2021, 12:00 UTC */

static inline int32_t deg(double degrees)
{
        return (int32_t)lround(degrees * EM_DEGREE);
}

static inline em_fix fix_of(int64_t time_s, double lon, double lat, double knots, double course)
{
        return (em_fix){ .time_s = time_s, .lon = deg(lon), .lat = deg(lat), .sog = (uint16_t)lround(knots * 10),
                         .cog = (uint16_t)lround(course * 10), .heading = EM_AIS_HEADING_NONE, .status = EM_AIS_STATUS_NONE };
}

static inline em_ship_report report_of(int64_t first_s, int64_t last_s, uint32_t imo, const char *name, const char *call_sign,
                                       int length, int beam)
{
        em_ship_report r = { .first_s = first_s, .last_s = last_s, .times = 10, .imo = imo };
        snprintf(r.name, sizeof r.name, "%s", name);
        snprintf(r.call_sign, sizeof r.call_sign, "%s", call_sign);
        r.to_bow = (uint16_t)(length / 4);
        r.to_stern = (uint16_t)(length - length / 4);
        r.to_port = (uint8_t)(beam / 2);
        r.to_starboard = (uint8_t)(beam - beam / 2);
        return r;
}

/* Fixes every step_s, due north or south (knots below 0) from a place. */
static inline void sail(em_fix *fix, size_t n, int64_t from_s, int64_t step_s, double lon, double lat, double knots)
{
        for (size_t i = 0; i < n; i++)
                fix[i] = fix_of(from_s + (int64_t)i * step_s, lon, lat + knots * (double)i * (double)step_s / 3600 / 60,
                                fabs(knots), knots < 0 ? 180 : 0);
}

/* The one event of a kind and what; NULL: none, asserted: not two. */
static inline const em_event *only(const em_events *events, const char *what)
{
        const em_event *found = NULL;
        for (size_t i = 0; i < em_events_count(events); i++)
                if (strcmp(em_events_at(events, i)->what, what) == 0) {
                        assert_null(found);
                        found = em_events_at(events, i);
                }
        return found;
}

#endif
