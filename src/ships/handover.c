/* One hull under two identities, and one identity on two hulls.
 *
 * A hull that falls silent for good where another, of the same size, begins to speak, may have changed its papers
 * at sea: "handover"; with another IMO number on it "old-hull-new-imo", the laundering that C4ADS described in
 * "Unmasked" (2021): a check digit proves nothing there, only that positions and size go on does.  The same IMO number under
 * a new MMSI is what every change of flag looks like ("mmsi-changed"); the same IMO number at two places at once is not
 * ("imo-twice").
 *
 * Neither end of the data proves silence or beginning, so a hull that is heard until the data end has not fallen silent, nor
 * has one begun that is heard from their start on.
 *
 * Memory: some 300 bytes for each hull; time: hulls by size and by IMO number, sorted.
 */
#include "ships/detect.h"

#include <stdlib.h>

#define WITHIN_S   (72 * 3600)          /* longest silence between the two */
#define EDGE_S     (12 * 3600)          /* from the ends of the data */
#define DRIFT_KN   3.0                  /* a hull at rest drifts; a hull under way is heard */
#define NEAR_M     5000.0
#define SAME_M     1                    /* metres that length and beam may differ by: they are typed in whole metres */
#define LONG_M     30                   /* small craft of one yard are all of one size */
#define FAR_M      50000.0

typedef struct brief {
        uint32_t mmsi, part;
        em_fix   first, last;
        em_ship_report who;             /* the last thing said, field by field */
        int      length, beam;
        uint32_t imo;                   /* that agrees with its check digit, or 0 */
} brief;

typedef struct handing {
        brief   *brief;
        size_t   count, room;
        int64_t  from_s, to_s;          /* of all data */
} handing;

static em_status begin(const em_detecting *with, void **ret_state, em_error *err)
{
        (void)with;
        handing *h = calloc(1, sizeof *h);
        if (!h)
                return em_fail(err, EM_NOMEM, "out of memory for identities");
        h->from_s = INT64_MAX;
        h->to_s = INT64_MIN;
        *ret_state = h;
        return EM_OK;
}

static void merge(brief *b, const em_ship_report *r)
{
        if (em_imo_ok(r->imo))
                b->imo = r->imo;
        if (r->to_bow + r->to_stern && r->to_port + r->to_starboard) {
                b->length = r->to_bow + r->to_stern;
                b->beam = r->to_port + r->to_starboard;
        }
        if (r->name[0])
                b->who = *r;
}

static em_status look(void *state, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)sink;
        handing *h = state;
        const em_fix *first = &hull->fix[0], *last = &hull->fix[hull->fixes - 1];
        h->from_s = first->time_s < h->from_s ? first->time_s : h->from_s;
        h->to_s = last->time_s > h->to_s ? last->time_s : h->to_s;
        if (!hull->reports || em_mmsi_kind_of(hull->mmsi) != EM_MMSI_SHIP)
                return EM_OK;
        if (h->count == h->room) {
                size_t room = h->room ? h->room * 2 : 1024;
                brief *grown = realloc(h->brief, room * sizeof *grown);
                if (!grown)
                        return em_fail(err, EM_NOMEM, "out of memory for identities");
                h->brief = grown;
                h->room = room;
        }
        brief *b = &h->brief[h->count++];
        *b = (brief){ .mmsi = hull->mmsi, .part = hull->part, .first = *first, .last = *last };
        for (size_t i = 0; i < hull->reports; i++)
                merge(b, &hull->report[i]);
        if (!b->who.times)
                b->who = hull->report[hull->reports - 1];
        return EM_OK;
}

/* ---- the same IMO number ---------------------------------------------------------------------- */

static int by_begin(const brief *a, const brief *b)
{
        if (a->first.time_s != b->first.time_s)
                return a->first.time_s < b->first.time_s ? -1 : 1;
        if (a->mmsi != b->mmsi)
                return a->mmsi < b->mmsi ? -1 : 1;
        return (a->part > b->part) - (a->part < b->part);
}

static int by_imo(const void *left, const void *right)
{
        const brief *a = left, *b = right;
        return a->imo != b->imo ? (a->imo < b->imo ? -1 : 1) : by_begin(a, b);
}

static int by_size(const void *left, const void *right)
{
        const brief *a = left, *b = right;
        if (a->length != b->length)
                return a->length < b->length ? -1 : 1;
        return by_begin(a, b);
}

/* b's event, with a as the other. */
static em_event *pair(em_event_sink *sink, const char *what, const brief *a, const brief *b)
{
        const em_hull hull = { .mmsi = b->mmsi, .part = b->part, .fix = &b->first, .fixes = 1 };
        em_event *e = em_event_add(sink, EM_EVENT_IDENTITY, what, &hull, &b->first, &b->first);
        if (!e)
                return NULL;
        em_event_prove(sink, e, a->mmsi, a->part, &a->last);
        em_event_cite(sink, e, &a->who);
        em_event_cite(sink, e, &b->who);
        e->start_s = a->last.time_s < b->first.time_s ? a->last.time_s : b->first.time_s;
        e->hours = (double)(e->end_s - e->start_s) / 3600;
        e->other_mmsi = a->mmsi;
        e->other_part = a->part;
        e->distance_m = em_sphere_m(a->last.lon, a->last.lat, b->first.lon, b->first.lat);
        return e;
}

static bool alike(const brief *a, const brief *b)
{
        return a->length && b->length && abs(a->length - b->length) <= SAME_M && abs(a->beam - b->beam) <= SAME_M;
}

static void same_imo(const brief *a, const brief *b, em_event_sink *sink)
{
        if (a->last.time_s <= b->first.time_s) {
                em_event *e = pair(sink, "mmsi-changed", a, b);
                if (!e)
                        return;
                e->score = 0.5;
                em_event_reason(sink, e, "IMO number %u was under MMSI %u and is under %u; a change of flag does this, and "
                                "then the papers show it", b->imo, a->mmsi, b->mmsi);
                return;
        }
        em_event *e = pair(sink, "imo-twice", a, b);
        if (!e)
                return;
        e->score = alike(a, b) ? 0.5 : 0.7;
        em_event_reason(sink, e, "IMO number %u is said under MMSI %u and %u in the same time%s; one of the two may be mistyped",
                        b->imo, a->mmsi, b->mmsi, alike(a, b) ? ", by hulls of one size" : ", by hulls of different size");
}

static void find_same_imo(handing *h, em_event_sink *sink)
{
        qsort(h->brief, h->count, sizeof *h->brief, by_imo);
        for (size_t i = 1; i < h->count; i++) {
                const brief *a = &h->brief[i - 1], *b = &h->brief[i];
                if (b->imo && a->imo == b->imo && a->mmsi != b->mmsi)
                        same_imo(a, b, sink);
        }
}

/* ---- one hull goes on -------------------------------------------------------------------------- */

static bool goes_on(const handing *h, const brief *a, const brief *b)
{
        int64_t silent_s = b->first.time_s - a->last.time_s;
        if (a->mmsi == b->mmsi || silent_s < 0 || silent_s > WITHIN_S || (a->imo && a->imo == b->imo) || !alike(a, b))
                return false;
        if (h->to_s - a->last.time_s < EDGE_S || b->first.time_s - h->from_s < EDGE_S)
                return false;
        double may_m = NEAR_M + DRIFT_KN * 1852 * (double)silent_s / 3600;
        return em_sphere_m(a->last.lon, a->last.lat, b->first.lon, b->first.lat) <= (may_m < FAR_M ? may_m : FAR_M);
}

static void hand_over(const brief *a, const brief *b, em_event_sink *sink)
{
        bool new_imo = a->imo && b->imo && a->imo != b->imo;
        em_event *e = pair(sink, new_imo ? "old-hull-new-imo" : "handover", a, b);
        if (!e)
                return;
        char was[48], is[48];
        double hours = (double)(b->first.time_s - a->last.time_s) / 3600;
        e->score = 0.4 + (new_imo ? 0.2 : 0) + (hours < 12 ? 0.1 : 0) + (e->distance_m < 2000 ? 0.1 : 0)
                 + (a->length == b->length && a->beam == b->beam ? 0.1 : 0);
        em_event_reason(sink, e, "%s (MMSI %u) was last heard %.1f h before and %.1f km from where %s (MMSI %u) is first heard, "
                        "both %d x %d m%s; two ships of one yard's series may lie in one roads", em_str_show(em_str_c(a->who.name), was, sizeof was),
                        a->mmsi, hours, e->distance_m / 1000, em_str_show(em_str_c(b->who.name), is, sizeof is), b->mmsi, b->length,
                        b->beam, new_imo ? ", under different IMO numbers" : "");
}

/* Among hulls of about one length, sorted, each end looks for beginnings. */
static void find_going_on(handing *h, em_event_sink *sink)
{
        qsort(h->brief, h->count, sizeof *h->brief, by_size);
        size_t low = 0;
        for (size_t i = 0; i < h->count; i++) {
                const brief *a = &h->brief[i];
                if (a->length < LONG_M)
                        continue;
                while (h->brief[low].length < a->length - SAME_M)
                        low++;
                for (size_t k = low; k < h->count && h->brief[k].length <= a->length + SAME_M; k++)
                        if (goes_on(h, a, &h->brief[k]))
                                hand_over(a, &h->brief[k], sink);
        }
}

static em_status end(void *state, em_event_sink *sink, em_error *err)
{
        (void)err;
        handing *h = state;
        if (!h->count)
                return EM_OK;
        find_same_imo(h, sink);
        find_going_on(h, sink);
        return EM_OK;
}

static void finish(void *state)
{
        handing *h = state;
        free(h->brief);
        free(h);
}

const em_detector em_detect_handover = { "handover", 1u << EM_EVENT_IDENTITY, begin, look, end, finish };
