/* What a detector is.  One file for each, one row in events.c's table for each.
 *
 * A detector is begun, is shown every hull in order, and is ended: it may give its events at any of these.  What
 * needs the whole fleet (meetings, reception, one hull under two numbers) keeps what it must until the end; its memory is bounded
 * by em_detecting.memory, beyond which it spills into files in em_detecting.scratch.
 */
#ifndef EMBARGO_SHIPS_DETECT_H
#define EMBARGO_SHIPS_DETECT_H

#include "embargo/voyage.h"

typedef struct em_detecting {
        const em_sea        *sea;
        const em_ship_rules *rules;
        uint64_t             memory;    /* that one detector may take */
        size_t               threads;
        em_str               scratch;   /* a folder; empty: nothing may spill, and too much is EM_LIMIT */
        const em_progress   *progress;
        const void          *fleet;     /* what em_detect_again reads */
} em_detecting;

/* Shows the hulls of these MMSIs (rising, each once) once more, in order: for a detector's end, which then need not have kept fixes. */
EM_MUST em_status em_detect_again(const em_detecting *with, const uint32_t *mmsi, size_t mmsis, em_hull_fn *each, void *ctx,
                                  em_error *err);

/* Where events go.  Everything given is copied; after a failure adds give NULL, and em_events_find says why. */
typedef struct em_event_sink em_event_sink;
em_event *em_event_add(em_event_sink *sink, em_event_kind kind, const char *what, const em_hull *hull,
                       const em_fix *first, const em_fix *last);       /* times, middle and the two proofs from them */
void em_event_prove(em_event_sink *sink, em_event *event, uint32_t mmsi, uint32_t part, const em_fix *fix);
void em_event_cite(em_event_sink *sink, em_event *event, const em_ship_report *report);
void em_event_reason(em_event_sink *sink, em_event *event, const char *fmt, ...) EM_PRINTF(3, 4);

typedef struct em_detector {
        const char *name;
        uint32_t    kinds;              /* bits 1 << em_event_kind it may give; it runs when one of them is asked for */
        em_status (*begin)(const em_detecting *with, void **ret_state, em_error *err);
        em_status (*hull)(void *state, const em_hull *hull, em_event_sink *sink, em_error *err);
        em_status (*end)(void *state, em_event_sink *sink, em_error *err);
        void      (*close)(void *state);        /* always called once after a begin that succeeded */
} em_detector;

extern const em_detector em_detect_gap;                 /* gap.c */
extern const em_detector em_detect_meeting;             /* meeting.c */
extern const em_detector em_detect_loitering;           /* loiter.c */
extern const em_detector em_detect_drift;               /* drift.c */
extern const em_detector em_detect_detour;              /* detour.c */
extern const em_detector em_detect_port_call;           /* port_call.c */
extern const em_detector em_detect_hidden_call;         /* hidden_call.c */
extern const em_detector em_detect_draught;             /* draught.c */

#endif
