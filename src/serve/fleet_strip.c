/* A life as a strip: time runs left to right, one row says when each hull was heard and when silent, and below it each kind of event
 * has its row.
 *
 * The same pictures are in the list under it, so the strip is one picture to whoever cannot see it.  Colours come from the
 * style sheet; silence is dotted, not coloured.
 */
#include "serve/fleet.h"

enum { WIDE = 900, LEFT = 190, RIGHT = 12, ROW = 24, TOP = 6, HULLS_MOST = 8 };

typedef struct strip {
        em_ask *ask;
        const em_jnode *hulls, *events;
        int64_t first_s, last_s;
        int     y;
} strip;

static int x_of(const strip *s, int64_t t)
{
        int64_t span = s->last_s > s->first_s ? s->last_s - s->first_s : 1;
        int64_t x = (t - s->first_s) * (WIDE - LEFT - RIGHT) / span;
        return LEFT + (int)(x < 0 ? 0 : x > WIDE - LEFT - RIGHT ? WIDE - LEFT - RIGHT : x);
}

static void put_int(em_html h, const char *name, int value)
{
        em_html_lit(h, " ");
        em_html_c(h, name);
        em_html_lit(h, "=\"");
        em_html_int(h, value);
        em_html_lit(h, "\"");
}

static void put_label(const strip *s, em_str text)
{
        em_html h = s->ask->h;
        em_html_lit(h, "<text");
        put_int(h, "x", 0);
        put_int(h, "y", s->y + 16);
        em_html_lit(h, ">");
        em_html_text(h, text);
        em_html_lit(h, "</text>\n");
}

static void put_line(const strip *s, const char *class, int64_t from, int64_t to)
{
        em_html h = s->ask->h;
        em_html_lit(h, "<line");
        em_html_attr(h, "class", em_str_c(class));
        put_int(h, "x1", x_of(s, from));
        put_int(h, "x2", x_of(s, to));
        put_int(h, "y1", s->y + 12);
        put_int(h, "y2", s->y + 12);
        em_html_lit(h, "/>\n");
}

/* "2024-03-04 00:02" of a table. */
static bool minutes(em_str t, int64_t *ret_s)
{
        em_day  day;
        int64_t hour, minute;
        if (t.n != 16 || !em_day_parse(em_str_sub(t, 0, 10), &day) || !em_str_int(em_str_sub(t, 11, 2), &hour) ||
            !em_str_int(em_str_sub(t, 14, 2), &minute))
                return false;
        *ret_s = (int64_t)day * 86400 + hour * 3600 + minute * 60;
        return true;
}

static bool of_event(const em_jnode *e, int64_t *ret_from, int64_t *ret_to)
{
        return em_fleet_seconds(em_jtext(em_jget(e, "start")), ret_from) && em_fleet_seconds(em_jtext(em_jget(e, "end")), ret_to);
}

static bool is_hull(const em_jnode *e, em_str hull)
{
        int64_t mmsi = 0, number = 0, own = 0, part = 0;
        em_cut  cut = em_str_cut(hull, '/');
        (void)em_jint(em_jget(e, "mmsi"), &mmsi);
        (void)em_jint(em_jget(e, "part"), &part);
        return em_str_int(cut.head, &number) && number == mmsi && (!cut.found || em_str_int(cut.tail, &own)) && own == part;
}

/* ---- rows --------------------------------------------------------------------------------------- */

static void put_hull(strip *s, const em_jnode *hull)
{
        int64_t from, to, at, until;
        em_str  name = em_jtext(em_jget(hull, "hull"));
        if (!minutes(em_jtext(em_jget(hull, "from")), &from) || !minutes(em_jtext(em_jget(hull, "to")), &to))
                return;
        put_label(s, em_grid_text(s->ask->arena, "heard: %.*s", EM_ARG(name)));
        for (const em_jnode *e = s->events ? s->events->first : NULL; e; e = e->next) {
                em_str kind = em_jtext(em_jget(e, "kind"));
                bool   silent = em_str_eq(kind, EM_S("gap")) || em_str_eq(kind, EM_S("hidden-call"));
                if (!silent || !is_hull(e, name) || !of_event(e, &at, &until) || at < from)
                        continue;
                put_line(s, "strip-heard", from, at);
                put_line(s, "strip-dark", at, until);
                from = until;
        }
        if (from < to)
                put_line(s, "strip-heard", from, to);
        s->y += ROW;
}

static void put_bar(const strip *s, const em_jnode *e)
{
        em_html h = s->ask->h;
        int64_t from, to;
        if (!of_event(e, &from, &to))
                return;
        int left = x_of(s, from), right = x_of(s, to);
        em_html_lit(h, "<rect class=\"strip-bar\"");
        put_int(h, "x", left);
        put_int(h, "y", s->y + 4);
        put_int(h, "width", right - left < 4 ? 4 : right - left);
        put_int(h, "height", ROW - 8);
        em_html_lit(h, "><title>");
        em_html_text(h, em_grid_text(s->ask->arena, "%.*s to %.*s", EM_ARG(em_fleet_time(s->ask, em_jtext(em_jget(e, "start")))),
                                     EM_ARG(em_fleet_time(s->ask, em_jtext(em_jget(e, "end"))))));
        em_html_lit(h, "</title></rect>\n");
        if (!em_jis(em_jget(e, "number"), EM_J_NUMBER) || right - left < 20)
                return;
        em_html_lit(h, "<text class=\"strip-no\"");
        put_int(h, "x", (left + right) / 2);
        put_int(h, "y", s->y + 16);
        em_html_lit(h, ">");
        em_html_text(h, em_jtext(em_jget(e, "number")));
        em_html_lit(h, "</text>\n");
}

static void put_kind(strip *s, em_str kind)
{
        bool any = false;
        for (const em_jnode *e = s->events ? s->events->first : NULL; e; e = e->next) {
                if (!em_str_eq(em_jtext(em_jget(e, "kind")), kind))
                        continue;
                if (!any)
                        put_label(s, em_str_c(em_fleet_kind_words(kind)));
                any = true;
                put_bar(s, e);
        }
        s->y += any ? ROW : 0;
}

/* Midnights, thinned to at most nine with words. */
static void put_days(const strip *s, int bottom)
{
        em_html h = s->ask->h;
        int64_t first = (s->first_s + 86399) / 86400, last = s->last_s / 86400, step = (last - first) / 8 + 1;
        for (int64_t d = first; d <= last; d += step) {
                char day[11];
                int  x = x_of(s, d * 86400);
                em_day_text((em_day)d, day);
                em_html_lit(h, "<line class=\"strip-day\"");
                put_int(h, "x1", x);
                put_int(h, "x2", x);
                put_int(h, "y1", TOP);
                put_int(h, "y2", bottom + 4);
                em_html_lit(h, "/><text class=\"strip-when\"");
                put_int(h, "x", x);
                put_int(h, "y", bottom + 18);
                em_html_lit(h, ">");
                em_html_text(h, em_str_sub(em_str_c(day), 5, 5));
                em_html_lit(h, "</text>\n");
        }
}

/* ---- the strip ------------------------------------------------------------------------------------ */

static bool find_ends(strip *s)
{
        bool any = false;
        for (const em_jnode *hull = s->hulls ? s->hulls->first : NULL; hull; hull = hull->next) {
                int64_t from, to;
                if (!minutes(em_jtext(em_jget(hull, "from")), &from) || !minutes(em_jtext(em_jget(hull, "to")), &to))
                        continue;
                s->first_s = any && s->first_s < from ? s->first_s : from;
                s->last_s = any && s->last_s > to ? s->last_s : to;
                any = true;
        }
        return any;
}

static int rows_of(const strip *s)
{
        int rows = s->hulls->count < HULLS_MOST ? (int)s->hulls->count : HULLS_MOST;
        for (size_t k = 0; k < EM_EVENT_KINDS; k++)
                for (const em_jnode *e = s->events ? s->events->first : NULL; e; e = e->next)
                        if (em_str_eq(em_jtext(em_jget(e, "kind")), em_str_c(em_event_kind_name((em_event_kind)k)))) {
                                rows++;
                                break;
                        }
        return rows;
}

void em_fleet_strip(em_ask *ask, const em_jnode *root)
{
        strip   s = {.ask = ask, .hulls = em_jget(root, "hulls"), .events = em_jget(root, "events"), .y = TOP};
        em_html h = ask->h;
        size_t  n = 0;
        if (!find_ends(&s))
                return;
        em_html_lit(h, "<div class=\"strip\" role=\"region\" tabindex=\"0\" aria-label=\"The life as a strip\"><svg xmlns=\"http://www.w3.org/2000/svg\" "
                       "role=\"img\" aria-label=\"When it was heard, when it was silent, and when events happened; the list of events says the same\" viewBox=\"0 0 ");
        em_html_int(h, WIDE);
        em_html_lit(h, " ");
        em_html_int(h, TOP + rows_of(&s) * ROW + 26);
        em_html_lit(h, "\">\n");
        put_days(&s, TOP + rows_of(&s) * ROW);
        for (const em_jnode *hull = s.hulls->first; hull && n < HULLS_MOST; hull = hull->next, n++)
                put_hull(&s, hull);
        for (size_t k = 0; k < EM_EVENT_KINDS; k++)
                put_kind(&s, em_str_c(em_event_kind_name((em_event_kind)k)));
        em_html_lit(h, "</svg></div>\n");
}
