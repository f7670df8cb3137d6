/* Runs of one pair through the slabs.
 *
 * A pair has a state only while it may still go on, so the fleet's whole year passes through the memory of a few hours, and a
 * day's end is no border.  (Global Fishing Watch works day by day and loses a meeting of which neither day holds two hours; the
 * rule day-border does as they do.)  A run is an unbroken row of slabs.  Runs that are long enough and have a short
 * enough break between them are one meeting.
 */
#include "ships/meeting.h"

#include <stdlib.h>

typedef struct pair {
        uint64_t key;                   /* a << 32 | b, plus 1 so that 0 is free: a < b, so b is never UINT32_MAX as a */
        int64_t  run_first, run_last;
        int64_t  first, last;           /* of the meeting so far; last < first: none */
        uint32_t points, slow, together;
        uint32_t run_points, run_slow;
        int32_t  lon, lat;              /* where it began; means are kept as differences */
        int64_t  sum_lon, sum_lat, run_lon, run_lat;
} pair;

struct em_pairs {
        int64_t  break_slabs, day_slabs;
        uint32_t run_steps, least_steps;
        uint16_t slow;                  /* 0.01 kn */
        bool     day_border;
        uint64_t memory;
        pair    *slot;
        size_t   slots, used;
        em_meeting *meeting;
        size_t   count, room;
};

em_pairs *em_pairs_free(em_pairs *pairs)
{
        if (pairs) {
                free(pairs->slot);
                free(pairs->meeting);
                free(pairs);
        }
        return NULL;
}

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "out of memory for the meetings");
}

em_status em_pairs_new(const em_ship_rules *rules, uint64_t memory, em_pairs **ret_pairs, em_error *err)
{
        em_pairs *pairs = calloc(1, sizeof *pairs);
        if (!pairs)
                return no_memory(err);
        const double steps = 60 / rules->slab_minutes;
        *pairs = (em_pairs){ .slots = 4096, .memory = memory, .day_border = rules->day_border };
        pairs->break_slabs = (int64_t)(rules->meet_break_hours * steps);
        pairs->day_slabs = (int64_t)(24 * steps);
        pairs->run_steps = (uint32_t)(rules->meet_run_hours * steps);
        pairs->least_steps = (uint32_t)(rules->meet_hours * steps);
        pairs->slow = (uint16_t)(rules->meet_knots < 600 ? rules->meet_knots * 100 : 60000);
        pairs->slot = calloc(pairs->slots, sizeof *pairs->slot);
        if (!pairs->slot) {
                em_pairs_free(pairs);
                return no_memory(err);
        }
        *ret_pairs = pairs;
        return EM_OK;
}

static int32_t lon_whole(int64_t lon)
{
        const int64_t circle = (int64_t)360 * EM_DEGREE;
        lon += lon >= circle / 2 ? -circle : lon < -circle / 2 ? circle : 0;
        return (int32_t)lon;
}

/* Far from sure: the median is taken exactly at the second look. */
static bool may_be_slow(const pair *p)
{
        return (uint64_t)p->slow * 3 >= p->points;
}

static em_status meeting_over(em_pairs *pairs, pair *p, em_error *err)
{
        const bool is = p->last >= p->first && p->together >= pairs->least_steps && may_be_slow(p);
        const em_meeting m = { .a = (uint32_t)((p->key - 1) >> 32), .b = (uint32_t)(p->key - 1), .first = p->first, .last = p->last,
                               .points = p->points, .slow = p->slow, .together = p->together };
        p->last = p->first - 1;
        if (!is)
                return EM_OK;
        if (pairs->count == pairs->room) {
                size_t room = pairs->room ? pairs->room * 2 : 1024;
                em_meeting *more = room * sizeof *more > pairs->memory ? NULL : realloc(pairs->meeting, room * sizeof *more);
                if (!more)
                        return no_memory(err);
                pairs->meeting = more;
                pairs->room = room;
        }
        em_meeting *to = &pairs->meeting[pairs->count++];
        *to = m;
        to->lon = lon_whole(p->lon + p->sum_lon / p->points);
        to->lat = p->lat + (int32_t)(p->sum_lat / p->points);
        return EM_OK;
}

/* The run is over; long enough, it is a piece of the meeting so far or begins the next. */
static em_status run_over(em_pairs *pairs, pair *p, em_error *err)
{
        const uint32_t steps = (uint32_t)(p->run_last - p->run_first);
        if (steps < pairs->run_steps)
                return EM_OK;
        if (p->last >= p->first && p->run_first - p->last >= pairs->break_slabs)
                EM_TRY(meeting_over(pairs, p, err));
        if (p->last < p->first) {
                p->first = p->run_first;
                p->points = p->slow = p->together = 0;
                p->sum_lon = p->sum_lat = 0;
        }
        p->last = p->run_last;
        p->points += p->run_points;
        p->slow += p->run_slow;
        p->together += steps;
        p->sum_lon += p->run_lon;
        p->sum_lat += p->run_lat;
        return EM_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

static size_t slot_of(const em_pairs *pairs, uint64_t key)
{
        size_t at = (size_t)((key * 0x9E3779B97F4A7C15ull) >> 36) & (pairs->slots - 1);
        while (pairs->slot[at].key && pairs->slot[at].key != key)
                at = (at + 1) & (pairs->slots - 1);
        return at;
}

/* A new table of `slots` with the pairs that may go on after `slab`; the others are over. */
static em_status moved(em_pairs *pairs, size_t slots, int64_t slab, em_error *err)
{
        pair *old = pairs->slot;
        const size_t old_slots = pairs->slots;
        if (slots * sizeof *old > pairs->memory)
                return em_fail(err, EM_LIMIT, "more pairs of ships side by side at one time than the memory of %llu bytes holds",
                               (unsigned long long)pairs->memory);
        pair *fresh = calloc(slots, sizeof *fresh);
        if (!fresh)
                return no_memory(err);
        pairs->slot = fresh;
        pairs->slots = slots;
        pairs->used = 0;
        em_status status = EM_OK;
        for (size_t i = 0; i < old_slots && status == EM_OK; i++) {
                if (!old[i].key)
                        continue;
                if (slab - old[i].run_last < pairs->break_slabs) {
                        pairs->slot[slot_of(pairs, old[i].key)] = old[i];
                        pairs->used++;
                        continue;
                }
                status = run_over(pairs, &old[i], err);
                if (status == EM_OK)
                        status = meeting_over(pairs, &old[i], err);
        }
        free(old);
        return status;
}

em_status em_pairs_sweep(em_pairs *pairs, int64_t slab, em_error *err)
{
        return moved(pairs, pairs->slots, slab, err);
}

static void run_begin(pair *p, int64_t slab)
{
        p->run_first = slab;
        p->run_points = p->run_slow = 0;
        p->run_lon = p->run_lat = 0;
}

static void point_add(const em_pairs *pairs, pair *p, int64_t slab, const em_place *a, const em_place *b)
{
        p->run_last = slab;
        p->run_points++;
        p->run_slow += ((uint32_t)a->speed + b->speed) / 2 < pairs->slow;
        p->run_lon += lon_whole((int64_t)a->lon - p->lon) + lon_whole((int64_t)b->lon - a->lon) / 2;
        p->run_lat += (a->lat - p->lat) + (b->lat - a->lat) / 2;
}

static em_status near_add(em_pairs *pairs, int64_t slab, const em_place *place, const em_near *near, em_error *err)
{
        const em_place *a = &place[near->place_a], *b = &place[near->place_b];
        const uint64_t key = ((uint64_t)near->a << 32 | near->b) + 1;
        size_t at = slot_of(pairs, key);
        if (!pairs->slot[at].key) {
                if ((pairs->used + 1) * 2 > pairs->slots) {
                        EM_TRY(moved(pairs, pairs->slots * 2, slab, err));
                        at = slot_of(pairs, key);
                }
                pairs->slot[at] = (pair){ .key = key, .first = 0, .last = -1, .lon = a->lon, .lat = a->lat };
                pairs->used++;
                run_begin(&pairs->slot[at], slab);
        } else {
                pair *p = &pairs->slot[at];
                if (p->run_last == slab)        /* one MMSI at two places */
                        return EM_OK;
                bool cut = pairs->day_border && em_slab_floor(slab, pairs->day_slabs) != em_slab_floor(p->run_last, pairs->day_slabs);
                if (p->run_last + 1 != slab || cut) {
                        EM_TRY(run_over(pairs, p, err));
                        run_begin(p, slab);
                }
        }
        point_add(pairs, &pairs->slot[at], slab, a, b);
        return EM_OK;
}

em_status em_pairs_add(em_pairs *pairs, int64_t slab, const em_place *place, const em_near *near, size_t count, em_error *err)
{
        for (size_t i = 0; i < count; i++)
                EM_TRY(near_add(pairs, slab, place, &near[i], err));
        return EM_OK;
}

static int by_first(const void *left, const void *right)
{
        const em_meeting *a = left, *b = right;
        if (a->first != b->first)
                return a->first < b->first ? -1 : 1;
        if (a->a != b->a)
                return a->a < b->a ? -1 : 1;
        return (a->b > b->b) - (a->b < b->b);
}

em_status em_pairs_end(em_pairs *pairs, em_meeting **ret_meeting, size_t *ret_count, em_error *err)
{
        EM_TRY(moved(pairs, pairs->slots, INT64_MAX / 2, err));
        if (pairs->count)
                qsort(pairs->meeting, pairs->count, sizeof *pairs->meeting, by_first);
        *ret_meeting = pairs->meeting;
        *ret_count = pairs->count;
        return EM_OK;
}
