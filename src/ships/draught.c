/* Draughts that changed where cargo can change hands.
 *
 * Draught is typed by hand, often late and sometimes never, so a change counts only when it is of draught_step or more and the ship lay still or was silent
 * between what it said before and what it said after (notes of practice: Adland, Jia and Strandenes on crude exports by AIS).  The stop may end a day before the
 * old draught was last repeated, since a transponder repeats what is in it until somebody types.  Both reports are cited.
 */
#include "ships/detect.h"
#include "ships/lying.h"

#include <stdio.h>
#include <stdlib.h>

enum { LATE_S = 24 * 3600, LEAST_STOP_S = 3600 };
static const double PORT_M = 20000;

static em_status draught_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        (void)err;
        *ret_state = (void *)(uintptr_t)with;
        return EM_OK;
}

static int by_first(const void *left, const void *right)
{
        const em_ship_report *a = *(const em_ship_report *const *)left, *b = *(const em_ship_report *const *)right;
        int c = (a->first_s > b->first_s) - (a->first_s < b->first_s);
        c = c ? c : (a->offset > b->offset) - (a->offset < b->offset);
        return c ? c : (a > b) - (a < b);
}

/* The longest stop or silence that touches from..to. */
static bool lay_between(const em_hull *hull, const em_ship_rules *rules, int64_t from, int64_t to, em_lying *ret_lying)
{
        em_lying l;
        int64_t  longest = 0;
        size_t   low = 0, high = hull->fixes;
        while (low < high) {                            /* the last fix before from, so that a silence over it is seen */
                size_t middle = low + (high - low) / 2;
                if (hull->fix[middle].time_s < from)
                        low = middle + 1;
                else
                        high = middle;
        }
        size_t at = low ? low - 1 : 0;
        while (at > 0 && em_fix_knots(hull, at) <= rules->go_knots &&
               (double)(hull->fix[at].time_s - hull->fix[at - 1].time_s) < rules->port_gap_hours * 3600)
                at--;                                   /* a stop that went on then is told from its beginning */
        while (em_lying_next(hull, rules, &at, &l) && hull->fix[l.first].time_s <= to) {
                int64_t length = hull->fix[l.last].time_s - hull->fix[l.first].time_s;
                if (length >= LEAST_STOP_S && length > longest && hull->fix[l.last].time_s >= from) {
                        longest = length;
                        *ret_lying = l;
                }
        }
        return longest > 0;
}

static void tell(const em_detecting *with, const em_hull *hull, const em_ship_report *before, const em_ship_report *after,
                 const em_lying *l, em_event_sink *sink)
{
        const em_fix *first = &hull->fix[l->first], *last = &hull->fix[l->last];
        em_event *e = em_event_add(sink, EM_EVENT_DRAUGHT, after->draught > before->draught ? "deeper" : "lighter", hull, first, last);
        if (!e)
                return;
        char at[128] = "";
        double m = 0;
        const em_port *port;
        ptrdiff_t p = with->sea ? em_sea_port_near(with->sea, first->lon, first->lat, PORT_M, &m) : -1;
        if (p >= 0) {
                em_sea_ports(with->sea, &port);
                snprintf(at, sizeof at, ", %.1f km from %.*s", m / 1000, EM_ARG(em_str_sub(port[p].name, 0, 60)));
        }
        e->port = (int32_t)p;
        e->distance_m = m;
        e->draught_before = before->draught;
        e->draught_after = after->draught;
        e->score = l->silent ? 0.5 : 0.7;
        em_event_cite(sink, e, before);
        em_event_cite(sink, e, after);
        em_event_reason(sink, e, "said %.1f m before and %.1f m after it %s for %.1f h%s; draught is typed by hand",
                        before->draught / 10.0, after->draught / 10.0, l->silent ? "was silent" : "lay still", e->hours, at);
}

static em_status draught_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        const em_detecting *with = ctx;
        const em_ship_report **said = calloc(hull->reports + 1, sizeof(em_ship_report *));
        size_t n = 0;
        if (!said)
                return em_fail(err, EM_NOMEM, "out of memory for the draughts");
        for (size_t i = 0; i < hull->reports; i++)
                if (hull->report[i].draught)
                        said[n++] = &hull->report[i];
        qsort(said, n, sizeof *said, by_first);
        for (size_t i = 1, since = 0; i < n; i++) {
                const em_ship_report *before = said[i - 1], *after = said[i];
                em_lying l;
                if (before->draught == after->draught)
                        continue;
                int64_t from = before->last_s - LATE_S;
                from = from > said[since]->first_s ? from : said[since]->first_s;
                since = i;
                if (em_draught_stepped(with->rules, before->draught, after->draught) &&
                    lay_between(hull, with->rules, from, after->first_s, &l))
                        tell(with, hull, before, after, &l, sink);
        }
        free(said);
        return EM_OK;
}

static em_status draught_end(void *ctx, em_event_sink *sink, em_error *err)
{
        (void)ctx, (void)sink, (void)err;
        return EM_OK;
}

static void draught_close(void *ctx)
{
        (void)ctx;
}

const em_detector em_detect_draught = {
        .name = "draughts", .kinds = 1u << EM_EVENT_DRAUGHT,
        .begin = draught_begin, .hull = draught_hull, .end = draught_end, .close = draught_close,
};
