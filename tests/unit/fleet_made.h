/* Constructed fleets: hulls whose fixes a test writes one by one. */
#ifndef FLEET_MADE_H
#define FLEET_MADE_H

#include <stdlib.h>

#include "embargo/voyage.h"

#define DEG(x) ((int32_t)((x) * EM_DEGREE + ((x) < 0 ? -0.5 : 0.5)))

typedef struct made_hull { uint32_t mmsi, part; em_fix *fix; size_t fixes; em_ship_report report[4]; size_t reports; } made_hull;
typedef struct fleet_made { made_hull hull[4096]; size_t hulls; } fleet_made;

static inline made_hull *made_add(fleet_made *f, uint32_t mmsi, uint32_t part)
{
        made_hull *h = &f->hull[f->hulls++];
        *h = (made_hull){ .mmsi = mmsi, .part = part };
        return h;
}

static inline em_fix *made_fix(made_hull *h, int64_t time_s, int32_t lon, int32_t lat)
{
        if (!(h->fixes & (h->fixes - 1)))
                h->fix = realloc(h->fix, (h->fixes ? h->fixes * 2 : 1) * sizeof *h->fix);
        em_fix *fix = &h->fix[h->fixes];
        *fix = (em_fix){ .time_s = time_s, .lon = lon, .lat = lat, .sog = EM_AIS_SOG_NONE, .cog = EM_AIS_COG_NONE,
                         .heading = EM_AIS_HEADING_NONE, .status = EM_AIS_STATUS_NONE, .offset = h->fixes++ };
        return fix;
}

static inline void made_free(fleet_made *f)
{
        for (size_t i = 0; i < f->hulls; i++)
                free(f->hull[i].fix);
        f->hulls = 0;
}

/* Its events of these kinds; the caller frees them. */
static inline em_events *made_events_at(const fleet_made *f, const em_sea *sea, const em_ship_rules *rules, uint32_t kinds, uint64_t memory,
                                        size_t threads, em_str scratch)
{
        static em_hull hull[4096];
        em_events *events = NULL;
        em_error err = { .code = EM_OK };
        for (size_t i = 0; i < f->hulls; i++)
                hull[i] = (em_hull){ f->hull[i].mmsi, f->hull[i].part, f->hull[i].fix, f->hull[i].fixes, f->hull[i].report, f->hull[i].reports };
        em_events_opts opts = { .kinds = kinds, .memory = memory, .threads = threads, .scratch = scratch };
        em_status status = em_events_of(hull, f->hulls, sea, rules, &opts, &events, &err);
        if (status != EM_OK)
                print_error("%s\n", err.text);
        assert_int_equal(status, EM_OK);
        return events;
}

static inline em_events *made_events(const fleet_made *f, const em_ship_rules *rules, uint32_t kinds, uint64_t memory, size_t threads,
                                     em_str scratch)
{
        return made_events_at(f, NULL, rules, kinds, memory, threads, scratch);
}

/* A small generator of our own, so that fleets are the same everywhere. */
static inline uint32_t made_dice(uint64_t *seed, uint32_t sides)
{
        *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
        return (uint32_t)((*seed >> 33) % sides);
}

#endif
