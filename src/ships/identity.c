/* What a hull says of itself, held against itself.
 *
 * A number of the IMO stays with a hull for life and carries a check digit; an MMSI begins with the digits of a flag, and
 * so does a call sign; length and beam do not change at sea.  Where a hull's own reports contradict these
 * there is an event.  Crews mistype, devices are set up once and forgotten, and numbers of national registers
 * stand in the IMO field (ITU-R M.1371-5, message 5: above 9,999,999), so each event says how often it was said
 * and what else may explain it.
 *
 * The method is what the UN panel and C4ADS, "Unmasked" (2021), did by hand: identity as a history, not as a field.
 */
#include "ships/detect.h"
#include "ships/call_sign.h"
#include "ships/hull_time.h"

#include <stdlib.h>

#define OPEN_SEA_M 18520.0              /* ten nautical miles: farther out nobody registers a ship anew */
#define SLIP       2                    /* letters that a mistyped name may differ by */

typedef struct looking {
        const em_detecting *with;
        const em_hull      *hull;
        em_event_sink      *sink;
} looking;

/* ---- helpers ------------------------------------------------------------------------------ */

static const em_fix *fix_at(const em_hull *hull, int64_t time_s)
{
        return em_fix_nearest(hull->fix, hull->fixes, time_s);
}

static em_event *said(const looking *l, const char *what, const em_ship_report *report, double score)
{
        em_event *e = em_event_add(l->sink, EM_EVENT_IDENTITY, what, l->hull, fix_at(l->hull, report->first_s),
                                   fix_at(l->hull, report->last_s));
        if (!e)
                return NULL;
        e->score = score;
        em_event_cite(l->sink, e, report);
        return e;
}

/* Edits between two short names (Wagner and Fischer 1974), counted to SLIP and no farther. */
static int edits(const char *a, const char *b)
{
        size_t m = strlen(a), n = strlen(b);
        int row[64];
        if (m > 40 || n > 40)
                return SLIP + 1;
        for (size_t j = 0; j <= n; j++)
                row[j] = (int)j;
        for (size_t i = 1; i <= m; i++) {
                int corner = row[0];
                row[0] = (int)i;
                for (size_t j = 1; j <= n; j++) {
                        int above = row[j], best = corner + (a[i - 1] != b[j - 1]);
                        best = above + 1 < best ? above + 1 : best;
                        best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
                        corner = above;
                        row[j] = best;
                }
        }
        return row[n];
}

/* ---- one report --------------------------------------------------------------------------- */

static bool same_imo_before(const em_hull *hull, size_t i)
{
        for (size_t k = 0; k < i; k++)
                if (hull->report[k].imo == hull->report[i].imo)
                        return true;
        return false;
}

static bool says_valid_imo(const em_hull *hull)
{
        for (size_t k = 0; k < hull->reports; k++)
                if (em_imo_ok(hull->report[k].imo))
                        return true;
        return false;
}

static void check_imo(const looking *l, size_t i)
{
        const em_ship_report *r = &l->hull->report[i];
        if (!r->imo || r->imo > 9999999 || em_imo_ok(r->imo) || same_imo_before(l->hull, i))
                return;
        bool other = says_valid_imo(l->hull), short_one = r->imo < 1000000;
        em_event *e = said(l, "imo-check-digit", r, short_one ? 0.2 : other ? 0.3 : r->times < 3 ? 0.4 : 0.6);
        em_event_reason(l->sink, e, "IMO number %u, said %llu time%s, %s%s", r->imo, (unsigned long long)r->times, r->times == 1 ? "" : "s",
                        short_one ? "is shorter than any; often a number of another register"
                                  : "does not agree with its check digit",
                        other ? "; the ship also says one that does, so this may be a slip" : "");
}

static void check_flag(const looking *l, size_t i)
{
        const em_ship_report *r = &l->hull->report[i];
        em_str number = em_mmsi_country(l->hull->mmsi), call = em_call_sign_country(em_str_c(r->call_sign));
        if (!number.n || !call.n || em_flag_agrees(number, call))
                return;
        for (size_t k = 0; k < i; k++)
                if (strcmp(l->hull->report[k].call_sign, r->call_sign) == 0)
                        return;
        em_event *e = said(l, "flag", r, r->times < 3 ? 0.2 : 0.4);
        em_event_reason(l->sink, e, "the number's digits are of %.*s, the call sign %s is of %.*s; a ship that changed "
                        "its flag may not have set its device anew", EM_ARG(number), r->call_sign, EM_ARG(call));
}

/* ---- two reports, one after the other ------------------------------------------------------- */

typedef struct field {
        const char *what, *word;
        double      score;
        bool        at_sea_only;
        bool      (*has)(const em_ship_report *r);
        bool      (*same)(const em_ship_report *a, const em_ship_report *b);
        bool      (*slip)(const em_ship_report *a, const em_ship_report *b);    /* the difference may be a correction */
        void      (*show)(const em_ship_report *r, char *out, size_t cap);
} field;

static bool has_name(const em_ship_report *r) { return r->name[0]; }
static bool same_name(const em_ship_report *a, const em_ship_report *b) { return strcmp(a->name, b->name) == 0; }
static bool slip_name(const em_ship_report *a, const em_ship_report *b) { return edits(a->name, b->name) <= SLIP; }
static void show_name(const em_ship_report *r, char *out, size_t cap) { em_str_show(em_str_c(r->name), out, cap); }

static bool has_imo(const em_ship_report *r) { return em_imo_ok(r->imo); }
static bool same_imo(const em_ship_report *a, const em_ship_report *b) { return a->imo == b->imo; }
static bool never(const em_ship_report *a, const em_ship_report *b) { (void)a; (void)b; return false; }
static void show_imo(const em_ship_report *r, char *out, size_t cap)
{
        em_buf text = em_buf_make(32);
        em_buf_fmt(&text, "%u", r->imo);
        em_str_show(em_buf_view(&text), out, cap);
        em_buf_free(&text);
}

static int length_m(const em_ship_report *r) { return r->to_bow + r->to_stern; }
static int beam_m(const em_ship_report *r) { return r->to_port + r->to_starboard; }
static bool has_size(const em_ship_report *r) { return length_m(r) > 0 && beam_m(r) > 0; }
static bool near_size(int a, int b) { return abs(a - b) <= (a > 60 ? a / 20 : 3); }
static bool same_size(const em_ship_report *a, const em_ship_report *b)
{
        return near_size(length_m(a), length_m(b)) && near_size(beam_m(a), beam_m(b));
}
/* Bow and side mixed up at set-up: the same four numbers. */
static bool slip_size(const em_ship_report *a, const em_ship_report *b)
{
        return length_m(a) == beam_m(b) || beam_m(a) == length_m(b);
}
static void show_size(const em_ship_report *r, char *out, size_t cap)
{
        em_buf text = em_buf_make(64);
        em_buf_fmt(&text, "%d x %d m", length_m(r), beam_m(r));
        em_str_show(em_buf_view(&text), out, cap);
        em_buf_free(&text);
}

static const field fields[] = {
        { "name-at-sea", "name", 0.6, true, has_name, same_name, slip_name, show_name },
        { "imo-changed", "IMO number", 0.7, false, has_imo, same_imo, never, show_imo },
        { "size-changed", "size", 0.5, false, has_size, same_size, slip_size, show_size },
};

/* Metres to the nearest coast or port, 0 when neither is known. */
static double offshore_m(const looking *l, const em_fix *fix)
{
        double port_m = OPEN_SEA_M;
        if (!l->with->sea)
                return 0;
        double coast_m = em_sea_coast_m(l->with->sea, fix->lon, fix->lat, OPEN_SEA_M);
        if (em_sea_port_near(l->with->sea, fix->lon, fix->lat, OPEN_SEA_M, &port_m) < 0)
                port_m = OPEN_SEA_M;
        return coast_m < port_m ? coast_m : port_m;
}

static void changed(const looking *l, const field *f, const em_ship_report *a, const em_ship_report *b)
{
        const em_fix *before = fix_at(l->hull, a->last_s), *after = fix_at(l->hull, b->first_s);
        double off_m = offshore_m(l, after);
        bool at_sea = off_m >= OPEN_SEA_M;
        if (f->at_sea_only && !at_sea)
                return;
        char was[64], is[64];
        f->show(a, was, sizeof was);
        f->show(b, is, sizeof is);
        bool slip = f->slip(a, b);
        em_event *e = em_event_add(l->sink, EM_EVENT_IDENTITY, f->what, l->hull, before < after ? before : after, after);
        if (!e)
                return;
        e->shore_m = off_m;
        e->score = slip ? 0.2 : at_sea ? f->score + 0.1 : f->score - 0.1;
        em_event_cite(l->sink, e, a);
        em_event_cite(l->sink, e, b);
        em_event_reason(l->sink, e, "its %s was %s and became %s%s%s", f->word, was, is,
                        at_sea ? ", ten nautical miles or more from any coast and port" : "",
                        slip ? "; so small a difference may be a correction" : "");
}

/* Clean changes only: a value that is said again afterwards was not left behind, and two that alternate are two devices. */
static void check_changes(const looking *l, const field *f)
{
        const em_ship_report *last = NULL;
        for (size_t i = 0; i < l->hull->reports; i++) {
                const em_ship_report *r = &l->hull->report[i];
                if (!f->has(r))
                        continue;
                if (last && !f->same(last, r) && last->last_s <= r->first_s)
                        changed(l, f, last, r);
                if (!last || !f->same(last, r) || r->last_s > last->last_s)
                        last = r;
        }
}

/* ---- the detector ------------------------------------------------------------------------- */

static em_status begin(const em_detecting *with, void **ret_state, em_error *err)
{
        const em_detecting **state = malloc(sizeof *state);
        if (!state)
                return em_fail(err, EM_NOMEM, "out of memory for identities");
        *state = with;
        *ret_state = state;
        return EM_OK;
}

static em_status look(void *state, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)err;
        if (em_mmsi_kind_of(hull->mmsi) != EM_MMSI_SHIP)
                return EM_OK;
        const looking l = { .with = *(const em_detecting **)state, .hull = hull, .sink = sink };
        for (size_t i = 0; i < hull->reports; i++) {
                check_imo(&l, i);
                check_flag(&l, i);
        }
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
                check_changes(&l, &fields[i]);
        return EM_OK;
}

static em_status end(void *state, em_event_sink *sink, em_error *err)
{
        (void)state; (void)sink; (void)err;
        return EM_OK;
}

const em_detector em_detect_identity = { "identity", 1u << EM_EVENT_IDENTITY, begin, look, end, free };
