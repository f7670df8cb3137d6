/* One number in two places: hulls of one MMSI against each other, and fleets that jump together.
 *
 * When two hulls of one number are heard in turns, two devices use it at once: a number copied to hide behind, or
 * one set up wrongly.  When one falls whole into a silence of the other, far away, a ship seems to have jumped
 * there and back: false positions, or again a second device.  When many ships jump at the same time from the
 * same waters, none of them did it: the satellites' signal was interfered with (Bergman, "Systematic GPS
 * manipulation", SkyTruth 2019; C4ADS, "Above us only stars", 2019), and the events say so.
 *
 * Memory: the fixes of one number (it was in memory to be cut) and 64 bytes for each jump.
 */
#include "ships/detect.h"
#include "ships/hull_time.h"

#include <stdlib.h>

#define PARTS      64u                  /* of one number that are compared; a number given by default to hundreds says no more */
#define TURNS      4                    /* changes from one hull to the other that make two at once */
#define FAR_M      20000.0
#define HEARD      3u                   /* positions; one alone is a fault of a receiver */
#define TOGETHER_S 1800
#define AROUND_M   100000.0             /* ships that jump together start within this of each other */
#define CROWD      3

typedef struct part { uint32_t number; size_t first, fixes; char name[36]; } part;

typedef struct jump {
        em_event *event;
        em_fix    from;
        uint32_t  mmsi;
} jump;

typedef struct sharing {
        uint32_t mmsi;
        part     parts[PARTS];
        size_t   count;
        em_fix  *fix;                   /* of all parts, one after the other */
        size_t   fixes, room;
        jump    *jump;
        size_t   jumps, jump_room;
} sharing;

static em_status begin(const em_detecting *with, void **ret_state, em_error *err)
{
        (void)with;
        sharing *s = calloc(1, sizeof *s);
        if (!s)
                return em_fail(err, EM_NOMEM, "out of memory for numbers in two places");
        *ret_state = s;
        return EM_OK;
}

/* ---- two hulls ----------------------------------------------------------------------------- */

typedef struct meeting {                /* two hulls in time */
        const em_fix *a, *b;
        size_t        a_fixes, b_fixes;
        int           turns;
        const em_fix *a_near, *b_near;  /* nearest in time to each other where both are heard */
} meeting;

/* Counts how often the voice changes over the time that both span. */
static void hear(meeting *m)
{
        size_t i = em_fixes_before(m->a, m->a_fixes, m->b[0].time_s), j = 0;
        int voice = i ? 0 : -1;
        int64_t least = INT64_MAX;
        while (j < m->b_fixes && (i < m->a_fixes || voice == 0)) {
                bool a_next = i < m->a_fixes && m->a[i].time_s <= m->b[j].time_s;
                if (voice >= 0 && voice != (a_next ? 0 : 1))
                        m->turns++;
                voice = a_next ? 0 : 1;
                const em_fix *near = a_next ? &m->a[i] : i ? &m->a[i - 1] : NULL;
                int64_t apart = near ? llabs(m->b[j].time_s - near->time_s) : INT64_MAX;
                if (apart < least) {
                        least = apart;
                        m->a_near = near;
                        m->b_near = &m->b[j];
                }
                if (a_next)
                        i++;
                else
                        j++;
        }
        if (i < m->a_fixes)
                m->turns++;
}

/* The place that a would have had at a time, if it went straight between its fixes. */
static double apart_m(const meeting *m, const em_fix *b)
{
        size_t after = em_fixes_before(m->a, m->a_fixes, b->time_s);
        const em_fix *from = &m->a[after ? after - 1 : 0], *to = &m->a[after < m->a_fixes ? after : m->a_fixes - 1];
        int32_t lon = from->lon, lat = from->lat;
        if (to->time_s > from->time_s)
                em_sphere_between(from->lon, from->lat, to->lon, to->lat,
                                  (double)(b->time_s - from->time_s) / (double)(to->time_s - from->time_s), &lon, &lat);
        return em_sphere_m(lon, lat, b->lon, b->lat);
}

static void two_at_once(sharing *s, const part *a, const em_hull *hull, const meeting *m, em_event_sink *sink)
{
        double m_apart = apart_m(m, m->b_near);
        if (m_apart < FAR_M)
                return;
        em_event *e = em_event_add(sink, EM_EVENT_IDENTITY, "two-at-once", hull, &hull->fix[0], &hull->fix[hull->fixes - 1]);
        if (!e)
                return;
        em_event_prove(sink, e, s->mmsi, a->number, m->a_near);
        em_event_prove(sink, e, hull->mmsi, hull->part, m->b_near);
        const char *name = hull->reports ? hull->report[hull->reports - 1].name : "";
        bool named = a->name[0] && name[0], differ = named && strcmp(a->name, name) != 0;
        e->other_mmsi = s->mmsi;
        e->other_part = a->number;
        e->distance_m = m_apart;
        e->score = m->turns >= 4 * TURNS ? 0.8 : 0.6;
        char was[48], is[48];
        em_event_reason(sink, e, "heard in turns %d times in two places %.0f km apart under one number%s%s%s%s; two devices "
                        "may have been set to it by mistake", m->turns, m_apart / 1000, differ ? ", as " : "",
                        differ ? em_str_show(em_str_c(a->name), was, sizeof was) : "", differ ? " and as " : "",
                        differ ? em_str_show(em_str_c(name), is, sizeof is) : "");
}

static em_status jumped(sharing *s, const part *a, const em_hull *hull, const meeting *m, em_event_sink *sink, bool *ret_jumped,
                        em_error *err)
{
        const em_fix *b = hull->fix, *b_end = &hull->fix[hull->fixes - 1];
        size_t after = em_fixes_before(m->a, m->a_fixes, b->time_s);
        if (!after || after == m->a_fixes || m->a[after].time_s <= b_end->time_s)
                return EM_OK;
        const em_fix *left = &m->a[after - 1], *back = &m->a[after];
        double m_apart = em_sphere_m(left->lon, left->lat, b->lon, b->lat);
        if (m_apart < FAR_M)
                return EM_OK;
        if (s->jumps == s->jump_room) {
                size_t room = s->jump_room ? s->jump_room * 2 : 64;
                jump *grown = realloc(s->jump, room * sizeof *grown);
                if (!grown)
                        return em_fail(err, EM_NOMEM, "out of memory for jumps");
                s->jump = grown;
                s->jump_room = room;
        }
        em_event *e = em_event_add(sink, EM_EVENT_SPOOFING, "jump", hull, b, b_end);
        if (!e)
                return EM_OK;
        em_event_prove(sink, e, s->mmsi, a->number, left);
        em_event_prove(sink, e, s->mmsi, a->number, back);
        double hours = (double)(b->time_s - left->time_s) / 3600;
        e->other_mmsi = s->mmsi;
        e->other_part = a->number;
        e->distance_m = m_apart;
        e->speed_kn = hours > 0 ? m_apart / 1852 / hours : 0;
        e->score = hull->fixes > 3 ? 0.6 : 0.4;
        em_event_reason(sink, e, "%.0f km away within %.1f h and back again, as %zu positions say; a second device under the "
                        "number or a fault of the receiver may be behind it", m_apart / 1000, hours, hull->fixes);
        s->jump[s->jumps++] = (jump){ .event = e, .from = *left, .mmsi = s->mmsi };
        *ret_jumped = true;
        return EM_OK;
}

/* ---- the parts of one number -------------------------------------------------------------------- */

static em_status remember(sharing *s, const em_hull *hull, em_error *err)
{
        if (s->count == PARTS)
                return EM_OK;
        if (s->fixes + hull->fixes > s->room) {
                size_t room = (s->fixes + hull->fixes) * 2;
                em_fix *grown = realloc(s->fix, room * sizeof *grown);
                if (!grown)
                        return em_fail(err, EM_NOMEM, "out of memory for the positions of one number");
                s->fix = grown;
                s->room = room;
        }
        part *p = &s->parts[s->count++];
        *p = (part){ .number = hull->part, .first = s->fixes, .fixes = hull->fixes };
        if (hull->reports)
                memcpy(p->name, hull->report[hull->reports - 1].name, sizeof p->name);
        memcpy(s->fix + s->fixes, hull->fix, hull->fixes * sizeof *hull->fix);
        s->fixes += hull->fixes;
        return EM_OK;
}

static em_status look(void *state, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        sharing *s = state;
        if (hull->mmsi != s->mmsi)
                s->count = s->fixes = 0;
        s->mmsi = hull->mmsi;
        if (hull->fixes < HEARD)
                return EM_OK;
        for (size_t i = 0; i < s->count; i++) {
                meeting m = { .a = s->fix + s->parts[i].first, .a_fixes = s->parts[i].fixes, .b = hull->fix,
                              .b_fixes = hull->fixes };
                hear(&m);
                if (m.turns >= TURNS && m.a_near) {
                        two_at_once(s, &s->parts[i], hull, &m, sink);
                        break;
                }
                bool is_jump = false;
                EM_TRY(jumped(s, &s->parts[i], hull, &m, sink, &is_jump, err));
                if (is_jump)
                        break;
        }
        return remember(s, hull, err);
}

/* ---- together ------------------------------------------------------------------------------- */

static int by_time(const void *left, const void *right)
{
        const jump *a = left, *b = right;
        if (a->event->start_s != b->event->start_s)
                return a->event->start_s < b->event->start_s ? -1 : 1;
        return (a->mmsi > b->mmsi) - (a->mmsi < b->mmsi);
}

/* How many other numbers jumped then and from there; one that jumps twice counts once. */
static size_t crowd(const sharing *s, size_t i)
{
        uint32_t seen[64];
        size_t count = 0, from = i;
        const jump *j = &s->jump[i];
        while (from && j->event->start_s - s->jump[from - 1].event->start_s <= TOGETHER_S)
                from--;
        for (size_t k = from; k < s->jumps && s->jump[k].event->start_s - j->event->start_s <= TOGETHER_S; k++) {
                const jump *o = &s->jump[k];
                bool counted = o->mmsi == j->mmsi || em_sphere_m(o->from.lon, o->from.lat, j->from.lon, j->from.lat) > AROUND_M;
                for (size_t n = 0; n < count && !counted; n++)
                        counted = seen[n] == o->mmsi;
                if (!counted)
                        seen[count++] = o->mmsi;
                if (count == sizeof seen / sizeof *seen)
                        break;
        }
        return count;
}

static em_status end(void *state, em_event_sink *sink, em_error *err)
{
        (void)err;
        sharing *s = state;
        if (s->jumps)
                qsort(s->jump, s->jumps, sizeof *s->jump, by_time);
        for (size_t i = 0; i < s->jumps; i++) {
                size_t others = crowd(s, i);
                if (others + 1 < CROWD)
                        continue;
                em_event *e = s->jump[i].event;
                e->kind = EM_EVENT_INTERFERENCE;
                e->heard_ships = (double)others;
                em_event_reason(sink, e, "%.0f km away and back, and so did %zu%s other ships from the same waters within half an "
                                "hour: the satellites' signal may have been interfered with, not by this ship", e->distance_m / 1000,
                                others, others == 64 ? " or more" : "");
        }
        return EM_OK;
}

static void finish(void *state)
{
        sharing *s = state;
        free(s->fix);
        free(s->jump);
        free(s);
}

const em_detector em_detect_number_sharing = {
        "number-sharing", 1u << EM_EVENT_IDENTITY | 1u << EM_EVENT_SPOOFING | 1u << EM_EVENT_INTERFERENCE, begin, look, end, finish,
};
