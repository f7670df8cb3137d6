/* serve/spine.h -- all records of a case by day, made once with its picture.
 *
 * A timeline asks for the hundred records after the first nine hundred thousand, for those of one kind between two days,
 * and how many there are.  The views of a case have no index on days and need none: 32 bytes a record in memory
 * answer all three in one pass (a million records: some milliseconds), and the page then asks the views for the words of the
 * hundred alone.
 */
#ifndef SERVE_SPINE_H
#define SERVE_SPINE_H

#include "embargo/case.h"

typedef struct em_spine {
        em_moments moments;
        uint32_t  *happened, *known;    /* indexes of moments, the newest first; the undated last */
        em_span    span;                /* of the dated records that are no table of the regime's */
        em_day     last_known;          /* the same; EM_DAY_NONE: there are none */
        size_t     evidence;            /* records that are no table of the regime's */
} em_spine;

typedef struct em_spine_ask {
        bool    by_known;               /* order: when it became known */
        em_span when;                   /* happened within, or known within; EM_DAY_NONE: open end */
        em_str  kind;                   /* empty: all that are happenings */
        size_t  from, rows;             /* of what passes */
} em_spine_ask;

typedef struct em_spine_found {
        const em_moment **at; size_t rows;      /* in order */
        size_t  total;                          /* all that pass */
        size_t *kind;                           /* how many pass of each kind of moments, whatever kind is asked for */
} em_spine_found;

EM_MUST em_status em_spine_make(em_case *c, em_day as_known, em_arena *arena, const em_progress *progress,
                                em_spine **ret_spine, em_error *err);
/* Cost: one pass over 4 bytes a record, and their moments. */
EM_MUST em_status em_spine_find(const em_spine *s, const em_spine_ask *ask, em_arena *arena, em_spine_found *ret_found,
                                em_error *err);
/* Does a moment pass for a timeline of that kind?  kind empty: of all happenings, without the workings of runs. */
bool em_spine_shows(const em_moments *all, const em_moment *m, em_str kind);
/* Tables of the regime and links between records are no happenings. */
bool em_spine_happens(const em_moment_kind *kind);

#endif
