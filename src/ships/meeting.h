/* Inside the meetings: places of one slab -> pairs near each other -> runs of one pair -> meetings -> events.
 *
 * meeting.c       the detector: hulls onto the grid, slabs in order, its second look at who met
 * abeam.c         who is near whom in one slab
 * side_by_side.c  runs of one pair through the slabs, pieces joined over breaks
 * side.c          what the fixes and reports of one ship say about it
 * transfer.c      both weighed: the score and its words
 * dark.c          who waits as for a transfer, and nobody is heard
 * flotilla.c      meetings that share ships
 */
#ifndef EMBARGO_SHIPS_MEETING_H
#define EMBARGO_SHIPS_MEETING_H

#include "ships/detect.h"
#include "ships/pile.h"
#include "ships/slab.h"

/* ---- one slab ---- */

typedef struct em_place {               /* 16 bytes */
        uint32_t ship;                  /* number of the hull (of the MMSI, by_mmsi), rising as they are shown */
        int32_t  lon, lat;
        uint16_t slab;                  /* within its bucket */
        uint16_t speed;                 /* 0.01 kn over the step before */
} em_place;

typedef struct em_near {
        uint32_t a, b;                  /* ships, a < b */
        uint32_t place_a, place_b;
        float    metres;
} em_near;

typedef struct em_near_work em_near_work;
EM_MUST em_status em_near_new(double metres, em_near_work **ret_work, em_error *err);
em_near_work *em_near_free(em_near_work *work);
/* Every pair of ships at most `metres` apart, once, by place; of a crowd only the first 100 of each.  The list lives until the next call. */
EM_MUST em_status em_near_find(em_near_work *work, const em_place *place, size_t places, const em_near **ret_near, size_t *ret_count,
                               em_error *err);

/* ---- pairs ---- */

typedef struct em_meeting {
        uint32_t a, b;
        int64_t  first, last;           /* slabs */
        uint32_t points, slow;          /* slabs side by side; with the mean of both speeds under meet_knots */
        uint32_t together;              /* steps of its unbroken pieces */
        int32_t  lon, lat;              /* mean */
} em_meeting;

typedef struct em_pairs em_pairs;
EM_MUST em_status em_pairs_new(const em_ship_rules *rules, uint64_t memory, em_pairs **ret_pairs, em_error *err);
em_pairs *em_pairs_free(em_pairs *pairs);
/* Slabs in rising order. */
EM_MUST em_status em_pairs_add(em_pairs *pairs, int64_t slab, const em_place *place, const em_near *near, size_t count, em_error *err);
/* What can no longer go on after `slab` is over. */
EM_MUST em_status em_pairs_sweep(em_pairs *pairs, int64_t slab, em_error *err);
/* Everything is over: the meetings by first slab and ships. */
EM_MUST em_status em_pairs_end(em_pairs *pairs, em_meeting **ret_meeting, size_t *ret_count, em_error *err);

/* ---- waiting ---- */

typedef struct em_wait {
        uint32_t ship;
        bool     heard;                 /* somebody was within meet_m */
        int64_t  first, last;
        int32_t  lon, lat;
        bool     turned;                /* leaves the way it came, within 60 degrees */
} em_wait;

/* ---- the second look ---- */

#define EM_SIDE_POINTS 1008             /* of a longer meeting (a week at ten minutes) every n-th slab is weighed */

typedef struct em_side {                /* one ship of one meeting */
        uint32_t mmsi, part;
        bool     seen;
        em_fix   first, last;
        double   silent_h;              /* longest silence that touches it */
        em_ship_report report;          /* the last said before its end; zero: none */
        em_ship_report before, after;   /* said last before its start, first after its end, each with a draught; zero: none */
        uint32_t fixes, anchored;       /* in it; and at anchor, moored or aground */
        size_t   stride, points;
        struct em_side_point { int32_t lon, lat; uint16_t heading, seen; } *at;         /* [slab - first) / stride] */
} em_side;

/* Fills what hull says of [first, last]; at is NULL for none. */
EM_MUST em_status em_side_look(em_side *side, const em_hull *hull, const em_ship_rules *rules, int64_t first, int64_t last,
                               em_arena *arena, em_error *err);

/* NULL: it was none (too fast in the median), or the sink is full. */
em_event *em_transfer_tell(const em_detecting *with, const em_meeting *meeting, const em_side side[2], em_event_sink *sink);
void em_dark_tell(const em_detecting *with, const em_wait *wait, const em_side *side, em_event_sink *sink);
/* group[i] for meetings sorted by first slab: 0, or from 1 those that share ships at one time. */
EM_MUST em_status em_flotilla_number(const em_meeting *meeting, size_t count, uint32_t *ret_group, em_error *err);

#endif
