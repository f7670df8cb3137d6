/* All detectors over all hulls in one pass; their events in one order.
 *
 * The order is by start, hull, kind, partner and end, so that it does not show which detector spoke first.
 */
#include "ships/detect.h"

#include <stdio.h>
#include <stdlib.h>

#define EVENT_BYTES ((size_t)4 << 30)   /* of all events with their proofs */

struct em_event_sink {
        em_arena *arena;
        em_event **event;
        size_t    count, room;
        bool      failed;
};

struct em_events { em_event_sink sink; };

/* One row for each detector. */
static const em_detector *const detectors[] = {
        &em_detect_gap, &em_detect_meeting, &em_detect_loitering, &em_detect_drift, &em_detect_detour,
        &em_detect_port_call, &em_detect_hidden_call, &em_detect_draught,
};
#define DETECTORS (sizeof detectors / sizeof *detectors)

const char *em_event_kind_name(em_event_kind kind)
{
        static const char *const name[EM_EVENT_KINDS] = {
                [EM_EVENT_GAP] = "gap", [EM_EVENT_ENCOUNTER] = "encounter", [EM_EVENT_DARK_MEETING] = "dark-meeting",
                [EM_EVENT_LOITERING] = "loitering", [EM_EVENT_PORT_CALL] = "port-call",
                [EM_EVENT_HIDDEN_CALL] = "hidden-call", [EM_EVENT_IDENTITY] = "identity",
                [EM_EVENT_SPOOFING] = "spoofing", [EM_EVENT_INTERFERENCE] = "interference",
                [EM_EVENT_DRAUGHT] = "draught", [EM_EVENT_DRIFT] = "drift", [EM_EVENT_DETOUR] = "detour",
        };
        em_assert((unsigned)kind < EM_EVENT_KINDS);
        return name[kind];
}

/* ---- the sink ----------------------------------------------------------------------------- */

static void *taken(em_event_sink *sink, void *p)
{
        sink->failed |= !p;
        return p;
}

static bool grown(em_event_sink *sink)
{
        if (sink->count < sink->room)
                return true;
        size_t room = sink->room ? sink->room * 2 : 256;
        em_event **event = taken(sink, realloc(sink->event, room * sizeof(em_event *)));
        if (!event)
                return false;
        sink->event = event;
        sink->room = room;
        return true;
}

em_event *em_event_add(em_event_sink *sink, em_event_kind kind, const char *what, const em_hull *hull,
                       const em_fix *first, const em_fix *last)
{
        em_event *e = sink->failed || !grown(sink) ? NULL : taken(sink, EM_NEW(sink->arena, em_event));
        if (!e)
                return NULL;
        *e = (em_event){ .kind = kind, .what = what, .mmsi = hull->mmsi, .part = hull->part,
                         .start_s = first->time_s, .end_s = last->time_s, .port = -1,
                         .hours = (double)(last->time_s - first->time_s) / 3600 };
        em_sphere_between(first->lon, first->lat, last->lon, last->lat, 0.5, &e->lon, &e->lat);
        sink->event[sink->count++] = e;
        em_event_prove(sink, e, hull->mmsi, hull->part, first);
        if (last != first)
                em_event_prove(sink, e, hull->mmsi, hull->part, last);
        return e;
}

/* Arrays of an event grow by doubling at powers of two. */
static void *longer(em_event_sink *sink, const void *old, size_t count, size_t size)
{
        if (count && (count & (count - 1)))
                return (void *)(uintptr_t)old;
        void *p = taken(sink, em_arena_array(sink->arena, count ? count * 2 : 1, size));
        if (p && count)
                memcpy(p, old, count * size);
        return p;
}

void em_event_prove(em_event_sink *sink, em_event *event, uint32_t mmsi, uint32_t part, const em_fix *fix)
{
        em_event_fix *proof = event ? longer(sink, event->proof, event->proofs, sizeof *proof) : NULL;
        if (!proof)
                return;
        proof[event->proofs++] = (em_event_fix){ .mmsi = mmsi, .part = part, .fix = *fix };
        event->proof = proof;
}

void em_event_cite(em_event_sink *sink, em_event *event, const em_ship_report *report)
{
        em_ship_report *all = event ? longer(sink, event->report, event->reports, sizeof *all) : NULL;
        if (!all)
                return;
        all[event->reports++] = *report;
        event->report = all;
}

void em_event_reason(em_event_sink *sink, em_event *event, const char *fmt, ...)
{
        char text[512];
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        if (!event || n < 0)
                return;
        size_t length = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
        sink->failed |= em_str_copy((em_str){ text, length }, sink->arena, &event->reason, NULL) != EM_OK;
}

/* ---- the pass ----------------------------------------------------------------------------- */

typedef struct passing {
        const em_detector *detector[DETECTORS];
        void              *state[DETECTORS];
        size_t             count;
        em_event_sink     *sink;
} passing;

static em_status show_hull(void *ctx, const em_hull *hull, em_error *err)
{
        passing *p = ctx;
        for (size_t i = 0; i < p->count; i++)
                EM_TRY(p->detector[i]->hull(p->state[i], hull, p->sink, err));
        return EM_OK;
}

static em_status begin(passing *p, const em_detecting *with, uint32_t kinds, em_error *err)
{
        for (size_t i = 0; i < DETECTORS; i++) {
                if (!detectors[i] || !(detectors[i]->kinds & kinds))
                        continue;
                EM_TRY(detectors[i]->begin(with, &p->state[p->count], err));
                p->detector[p->count++] = detectors[i];
        }
        return EM_OK;
}

static em_status end(passing *p, em_error *err)
{
        for (size_t i = 0; i < p->count; i++)
                EM_TRY(p->detector[i]->end(p->state[i], p->sink, err));
        return EM_OK;
}

static int less(uint64_t a, uint64_t b)
{
        return (a > b) - (a < b);
}

static int by_start(const void *left, const void *right)
{
        const em_event *a = *(em_event *const *)left, *b = *(em_event *const *)right;
        int c = (a->start_s > b->start_s) - (a->start_s < b->start_s);
        c = c ? c : less(a->mmsi, b->mmsi);
        c = c ? c : less(a->part, b->part);
        c = c ? c : less(a->kind, b->kind);
        c = c ? c : strcmp(a->what ? a->what : "", b->what ? b->what : "");
        c = c ? c : less(a->other_mmsi, b->other_mmsi);
        c = c ? c : less(a->other_part, b->other_part);
        c = c ? c : (a->end_s > b->end_s) - (a->end_s < b->end_s);
        return c ? c : em_str_cmp(a->reason, b->reason);
}

/* Only the kinds that were asked for: a detector may give more than one. */
static void keep_asked(em_event_sink *sink, uint32_t kinds)
{
        size_t kept = 0;
        for (size_t i = 0; i < sink->count; i++)
                if (kinds >> sink->event[i]->kind & 1)
                        sink->event[kept++] = sink->event[i];
        sink->count = kept;
        if (kept)
                qsort(sink->event, kept, sizeof(em_event *), by_start);
}

typedef struct fleet {                  /* ships, or hulls at hand */
        const em_ships *ships;
        const em_hull  *hull;
        size_t          hulls;
        em_hulls_opts   opts;           /* the caller's */
} fleet;

em_status em_detect_again(const em_detecting *with, const uint32_t *mmsi, size_t mmsis, em_hull_fn *each, void *ctx, em_error *err)
{
        const fleet *f = with->fleet;
        if (!mmsis)
                return EM_OK;
        if (f->ships) {
                em_hulls_opts opts = f->opts;
                opts.mmsi = mmsi;
                opts.mmsis = mmsis;
                return em_ships_hulls(f->ships, &opts, each, ctx, err);
        }
        for (size_t i = 0, at = 0; i < f->hulls; i++) {
                while (at < mmsis && mmsi[at] < f->hull[i].mmsi)
                        at++;
                if (at < mmsis && mmsi[at] == f->hull[i].mmsi)
                        EM_TRY(each(ctx, &f->hull[i], err));
        }
        return EM_OK;
}

static em_status show_fleet(const fleet *f, const em_events_opts *opts, passing *p, em_error *err)
{
        if (f->ships)
                return em_ships_hulls(f->ships, &opts->hulls, show_hull, p, err);
        for (size_t i = 0; i < f->hulls; i++)
                EM_TRY(show_hull(p, &f->hull[i], err));
        return EM_OK;
}

static em_status pass(const fleet *f, const em_detecting *with, const em_events_opts *opts, em_event_sink *sink,
                      em_error *err)
{
        passing p = { .sink = sink };
        em_status status = begin(&p, with, opts->kinds, err);
        if (status == EM_OK)
                status = show_fleet(f, opts, &p, err);
        if (status == EM_OK)
                status = end(&p, err);
        for (size_t i = 0; i < p.count; i++)
                p.detector[i]->close(p.state[i]);
        if (status == EM_OK && sink->failed)
                status = em_fail(err, EM_NOMEM, "out of memory for the events");
        if (status == EM_OK)
                keep_asked(sink, opts->kinds);
        return status;
}

static em_status find(const fleet *f, const em_sea *sea, const em_ship_rules *rules, const em_events_opts *opts,
                      const em_progress *progress, em_events **ret_events, em_error *err)
{
        em_events *events = calloc(1, sizeof *events);
        if (events)
                events->sink.arena = em_arena_new(EVENT_BYTES);
        if (!events || !events->sink.arena) {
                em_events_free(events);
                return em_fail(err, EM_NOMEM, "out of memory for the events");
        }
        em_detecting with = { .sea = sea, .rules = rules ? rules : &em_ship_rules_embargo,
                              .memory = opts->memory ? opts->memory : (uint64_t)1 << 30,
                              .threads = opts->threads, .scratch = opts->scratch, .progress = progress, .fleet = f };
        em_status status = pass(f, &with, opts, &events->sink, err);
        if (status != EM_OK) {
                em_events_free(events);
                return status;
        }
        *ret_events = events;
        return EM_OK;
}

em_status em_events_find(const em_ships *ships, const em_sea *sea, const em_ship_rules *rules,
                         const em_events_opts *opts, const em_progress *progress, em_events **ret_events,
                         em_error *err)
{
        return find(&(fleet){ .ships = ships, .opts = opts->hulls }, sea, rules, opts, progress, ret_events, err);
}

em_status em_events_of(const em_hull *hull, size_t hulls, const em_sea *sea, const em_ship_rules *rules,
                       const em_events_opts *opts, em_events **ret_events, em_error *err)
{
        return find(&(fleet){ .hull = hull, .hulls = hulls }, sea, rules, opts, NULL, ret_events, err);
}

em_events *em_events_free(em_events *events)
{
        if (events) {
                em_arena_free(events->sink.arena);
                free(events->sink.event);
                free(events);
        }
        return NULL;
}

size_t em_events_count(const em_events *events)
{
        return events->sink.count;
}

const em_event *em_events_at(const em_events *events, size_t i)
{
        em_assert(i < events->sink.count);
        return events->sink.event[i];
}
