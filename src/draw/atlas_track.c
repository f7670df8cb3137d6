/* Ships on a map: where each was heard, what happened where, and what the signs mean.
 *
 * A silence is a dotted straight line: it says between which two places nothing was heard, not where the ship went.
 * Events are small symbols of one size; one that would cover another is moved to the nearest free place on rings
 * around its own, with a thin line back to it.  What cannot be read on a map stands below it, by number.
 */
#include "draw/atlas_inside.h"

#include <math.h>
#include <stdio.h>

#define SYMBOL   8.0            /* half a symbol's width */
#define KEY_LINE 15.0

static em_ink track_ink(const em_atlas *atlas, size_t i)
{
        int colour = atlas->tracks[i].colour > 0 ? atlas->tracks[i].colour - 1 : (int)i;
        return (em_ink)(EM_INK_C1 + colour % 6);
}

static bool is_event(const em_atlas_point *p)
{
        return p->mark != EM_MARK_COUNT && p->mark != EM_MARK_PORT;
}

em_status em_atlas_check_tracks(const em_atlas *atlas, em_error *err)
{
        size_t fixes = 0, events = 0;
        for (size_t i = 0; i < atlas->point_count; i++)
                events += is_event(&atlas->points[i]);
        for (size_t i = 0; i < atlas->track_count; i++) {
                const em_atlas_track *t = &atlas->tracks[i];
                fixes += t->count;
                for (size_t k = 0; k < t->count; k++)
                        if (t->at[k].lat_e7 < -900000000 || t->at[k].lat_e7 > 900000000 || t->at[k].lon_e7 < -1800000000 ||
                            t->at[k].lon_e7 > 1800000000)
                                return em_fail(err, EM_FORMAT, "a track of a map leaves the globe");
        }
        if (atlas->track_count > EM_ATLAS_TRACKS_MAX || fixes > EM_ATLAS_FIXES_MAX || events > EM_ATLAS_EVENTS_MAX)
                return em_fail(err, EM_LIMIT, "too many tracks, positions or events for one map");
        return EM_OK;
}

static void widen(int64_t box[4], int32_t lon, int32_t lat)
{
        box[0] = lon < box[0] ? lon : box[0];
        box[1] = lat < box[1] ? lat : box[1];
        box[2] = lon > box[2] ? lon : box[2];
        box[3] = lat > box[3] ? lat : box[3];
}

em_atlas_box em_atlas_fit(const em_atlas *atlas)
{
        int64_t box[4] = { INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN }, least = 30000000;
        for (size_t i = 0; i < atlas->track_count; i++)
                for (size_t k = 0; k < atlas->tracks[i].count; k++)
                        widen(box, atlas->tracks[i].at[k].lon_e7, atlas->tracks[i].at[k].lat_e7);
        for (size_t i = 0; i < atlas->point_count; i++)
                widen(box, atlas->points[i].lon_e7, atlas->points[i].lat_e7);
        if (box[0] > box[2])
                return (em_atlas_box){ 0 };
        for (int i = 0; i < 2; i++) {
                int64_t wide = box[i + 2] - box[i], more = wide / 12 + (wide < least ? (least - wide) / 2 : 0);
                box[i] -= more;
                box[i + 2] += more;
        }
        return (em_atlas_box){ (int32_t)box[0], (int32_t)box[1], (int32_t)box[2], (int32_t)box[3] };
}

/* ---- tracks ---------------------------------------------------------------------------- */

static void put_at(em_buf *out, char c, em_xy at)
{
        em_buf_ch(out, c);
        em_pen_num(out, at.x);
        em_buf_ch(out, ' ');
        em_pen_num(out, at.y);
}

/* All pieces of one kind in one path: what was heard, or the silences between. */
static void draw_pieces(const em_atlas_view *view, const em_atlas_track *t, em_ink ink, bool dark)
{
        bool open = false, any = false;
        em_buf d = em_buf_make((size_t)1 << 20);
        for (size_t k = 1; k < t->count; k++) {
                em_xy to = em_atlas_place(view, t->at[k].lat_e7, t->at[k].lon_e7);
                if (t->at[k].dark != dark) {
                        open = false;
                        continue;
                }
                if (!open)
                        put_at(&d, 'M', em_atlas_place(view, t->at[k - 1].lat_e7, t->at[k - 1].lon_e7));
                put_at(&d, 'L', to);
                open = any = true;
        }
        if (any) {
                em_buf_c(view->out, "<path d=\"");
                em_buf_str(view->out, em_buf_view(&d));
                em_buf_ch(view->out, '"');
                em_pen_paint(view->out, EM_INK_NONE, ink);
                em_buf_c(view->out, dark ? " stroke-width=\"1.4\" stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"/>\n"
                                         : " stroke-width=\"1.4\" stroke-linejoin=\"round\"/>\n");
        }
        em_buf_free(&d);
}

static void take_room(const em_atlas_view *view, const em_atlas_track *t)
{
        for (size_t k = 1; k < t->count; k++) {
                em_xy a = em_atlas_place(view, t->at[k - 1].lat_e7, t->at[k - 1].lon_e7);
                em_xy b = em_atlas_place(view, t->at[k].lat_e7, t->at[k].lon_e7);
                if (hypot(b.x - a.x, b.y - a.y) > 4.0)
                        em_room_take(view->room, (em_box){ (a.x + b.x) / 2 - 2, (a.y + b.y) / 2 - 2, (a.x + b.x) / 2 + 2, (a.y + b.y) / 2 + 2 });
        }
}

/* A ship heard once is a point, not a line. */
static void draw_once(const em_atlas_view *view, const em_atlas_track *t, em_ink ink)
{
        em_xy at = em_atlas_place(view, t->at[0].lat_e7, t->at[0].lon_e7);
        em_buf_c(view->out, "<circle");
        em_pen_attr(view->out, "cx", at.x);
        em_pen_attr(view->out, "cy", at.y);
        em_buf_c(view->out, " r=\"2\"");
        em_pen_paint(view->out, ink, EM_INK_NONE);
        em_buf_c(view->out, "/>\n");
}

void em_atlas_draw_tracks(const em_atlas_view *view)
{
        const em_atlas *atlas = view->atlas;
        if (!atlas->track_count)
                return;
        em_atlas_open_clip(view, view->frame, "tracks");
        for (size_t i = 0; i < atlas->track_count; i++) {
                const em_atlas_track *t = &atlas->tracks[i];
                em_ink ink = track_ink(atlas, i);
                em_buf_c(view->out, "<g><title>");
                em_pen_escape(view->out, t->name);
                em_buf_c(view->out, "</title>\n");
                if (t->count == 1)
                        draw_once(view, t, ink);
                draw_pieces(view, t, ink, true);
                draw_pieces(view, t, ink, false);
                em_buf_c(view->out, "</g>\n");
                take_room(view, t);
        }
        em_buf_c(view->out, "</g>\n");
}

/* ---- symbols --------------------------------------------------------------------------- */

static const struct { em_ink fill, stroke; const char *words; } signs[EM_ATLAS_MARKS] = {
        [EM_MARK_COUNT] = { EM_INK_C1, EM_INK_PAPER, "" },
        [EM_MARK_MEETING] = { EM_INK_WARN, EM_INK_PAPER, "side by side at sea" },
        [EM_MARK_SILENCE] = { EM_INK_PAPER, EM_INK_TEXT, "silence (middle of it)" },
        [EM_MARK_CALL] = { EM_INK_C1, EM_INK_PAPER, "at a port, or may have been" },
        [EM_MARK_IDENTITY] = { EM_INK_TEXT, EM_INK_PAPER, "another name or number" },
        [EM_MARK_EVENT] = { EM_INK_MUTED, EM_INK_PAPER, "other" },
        [EM_MARK_PORT] = { EM_INK_PAPER, EM_INK_TEXT, "" },
};

/* A circle for a meeting, a dashed ring for a silence, a square for a call, a diamond for an identity. */
static void draw_shape(em_buf *out, em_atlas_mark mark, em_xy at, double r)
{
        if (mark == EM_MARK_CALL || mark == EM_MARK_PORT) {
                em_buf_c(out, "<rect");
                em_pen_attr(out, "x", at.x - r + 0.5);
                em_pen_attr(out, "y", at.y - r + 0.5);
                em_pen_attr(out, "width", 2 * r - 1);
                em_pen_attr(out, "height", 2 * r - 1);
        } else if (mark == EM_MARK_IDENTITY) {
                em_buf_c(out, "<path d=\"");
                put_at(out, 'M', (em_xy){ at.x, at.y - r - 2 });
                put_at(out, 'L', (em_xy){ at.x + r + 2, at.y });
                put_at(out, 'L', (em_xy){ at.x, at.y + r + 2 });
                put_at(out, 'L', (em_xy){ at.x - r - 2, at.y });
                em_buf_c(out, "Z\"");
        } else {
                em_buf_c(out, "<circle");
                em_pen_attr(out, "cx", at.x);
                em_pen_attr(out, "cy", at.y);
                em_pen_attr(out, "r", r);
        }
        em_pen_paint(out, signs[mark].fill, signs[mark].stroke);
        em_buf_c(out, mark == EM_MARK_SILENCE ? " stroke-width=\"1.3\" stroke-dasharray=\"2.5 2\"/>" : " stroke-width=\"1.2\"/>");
}

static void draw_number(em_buf *out, const em_atlas_point *p, em_xy at)
{
        char text[24];
        int  n = snprintf(text, sizeof text, "%llu", (unsigned long long)p->count);
        em_type type = { n > 2 ? 8.0 : 10.0, signs[p->mark].fill == EM_INK_PAPER ? EM_INK_TEXT : EM_INK_PAPER, "middle", true, false };
        em_pen_words(out, (em_str){ text, (size_t)n }, at.x, at.y + 3.6, type);
}

static em_box box_around(em_xy at, double r)
{
        return (em_box){ at.x - r, at.y - r, at.x + r, at.y + r };
}

/* Its own place when that is free of other symbols, else the nearest on three rings. */
static em_xy free_place(const em_atlas_view *view, const em_room *symbols, em_xy at)
{
        double best = INFINITY;
        em_xy  found = at;
        for (int ring = 0; ring < 4; ring++)
                for (int i = 0; i < (ring ? 12 : 1); i++) {
                        double turn = i * 3.14159265358979323846 / 6, r = ring * (SYMBOL * 2 + 3);
                        em_xy  to = { at.x + r * cos(turn), at.y - r * sin(turn) };
                        em_box box = box_around(to, SYMBOL + 2);
                        if (box.x0 < view->frame.x0 || box.x1 > view->frame.x1 || box.y0 < view->frame.y0 || box.y1 > view->frame.y1)
                                continue;
                        double cost = em_room_overlap(symbols, box) * 100 + ring * 30 +
                                      (ring ? em_room_overlap(view->room, box) * 0.2 : 0) + i * 0.01;
                        if (cost < best) {
                                best = cost;
                                found = to;
                        }
                }
        return found;
}

static void draw_leader(const em_atlas_view *view, em_xy at, em_xy to)
{
        em_pen_line(view->out, at.x, at.y, to.x, to.y, EM_INK_MUTED, 0.8, NULL);
        em_buf_c(view->out, "<circle");
        em_pen_attr(view->out, "cx", at.x);
        em_pen_attr(view->out, "cy", at.y);
        em_buf_c(view->out, " r=\"1.8\"");
        em_pen_paint(view->out, EM_INK_TEXT, EM_INK_NONE);
        em_buf_c(view->out, "/>\n");
}

static void draw_event(const em_atlas_view *view, const em_atlas_point *p, em_xy to)
{
        bool linked = em_pen_open_link(view->out, p->href, p->text.n ? p->text : p->name);
        draw_shape(view->out, p->mark, to, SYMBOL);
        draw_number(view->out, p, to);
        em_pen_close_link(view->out, linked);
}

static void draw_port(const em_atlas_view *view, const em_atlas_point *p)
{
        draw_shape(view->out, EM_MARK_PORT, em_atlas_place(view, p->lat_e7, p->lon_e7), 3.0);
        em_buf_ch(view->out, '\n');
}

/* Clear of the sign that may lie on the port. */
static void name_port(const em_atlas_view *view, const em_atlas_point *p)
{
        em_xy    at = em_atlas_place(view, p->lat_e7, p->lon_e7);
        em_lines lines = em_text_wrap(p->name, 11.0, false, 130.0, 2);
        double   h = 12.5 * (double)lines.count + 1.0;
        em_box   box;
        em_type  type = { 11.0, EM_INK_TEXT, "middle", false, false };
        if (!lines.count || !em_atlas_label_place(view, at, SYMBOL, lines.width, h, &box))
                return;
        em_pen_lines(view->out, &lines, p->name, (box.x0 + box.x1) / 2, box.y0 + 10.5, 12.5, type);
        em_room_take(view->room, box);
}

static bool is_here(const em_atlas_view *view, const em_atlas_point *p)
{
        return em_atlas_inside(view, p->lat_e7, p->lon_e7);
}

/* Places first, then all lines, then all signs, so that no line lies over a sign. */
static void draw_signs(const em_atlas_view *view)
{
        const em_atlas_point *at = view->atlas->points, *sign[EM_ATLAS_EVENTS_MAX];
        em_xy   to[EM_ATLAS_EVENTS_MAX];
        em_room symbols = { .count = 0 };
        size_t  n = 0;
        for (size_t i = 0; i < view->atlas->point_count; i++) {
                if (!is_event(&at[i]) || !is_here(view, &at[i]))
                        continue;
                em_xy own = em_atlas_place(view, at[i].lat_e7, at[i].lon_e7);
                to[n] = free_place(view, &symbols, own);
                em_room_take(&symbols, box_around(to[n], SYMBOL + 2));
                em_room_take(view->room, box_around(to[n], SYMBOL + 2));
                if (hypot(to[n].x - own.x, to[n].y - own.y) > 1.0)
                        draw_leader(view, own, to[n]);
                sign[n++] = &at[i];
        }
        for (size_t i = 0; i < n; i++)
                draw_event(view, sign[i], to[i]);
}

void em_atlas_draw_events(const em_atlas_view *view)
{
        const em_atlas_point *at = view->atlas->points;
        size_t count = view->atlas->point_count;
        for (size_t i = 0; i < count; i++)
                if (at[i].mark == EM_MARK_PORT && is_here(view, &at[i]))
                        draw_port(view, &at[i]);
        draw_signs(view);
        for (size_t i = 0; i < count; i++)
                if (at[i].mark == EM_MARK_PORT && is_here(view, &at[i]))
                        name_port(view, &at[i]);
}

/* ---- the key ----------------------------------------------------------------------------- */

typedef struct key { const em_atlas_view *view; double x, y; bool draw; } key;

/* The place of the next entry of this width; a new line where it does not fit. */
static em_xy next_entry(key *k, double width)
{
        if (k->x > 0 && k->x + width > k->view->sheet.width) {
                k->x = 0;
                k->y += KEY_LINE + 3;
        }
        em_xy at = { k->x, k->y };
        k->x += width + 18;
        return at;
}

static void end_line(key *k)
{
        if (k->x > 0)
                k->y += KEY_LINE + 3;
        k->x = 0;
}

static const em_type key_type = { 11.0, EM_INK_TEXT, "start", false, false };

static void key_track(key *k, em_str name, em_ink ink, const char *dash)
{
        em_xy at = next_entry(k, 26 + em_text_width(name, 11.0, false));
        if (!k->draw)
                return;
        em_pen_line(k->view->out, at.x, at.y - 4, at.x + 20, at.y - 4, ink, 1.8, dash);
        em_pen_words(k->view->out, name, at.x + 26, at.y, key_type);
}

static void key_sign(key *k, em_atlas_mark mark)
{
        em_str words = em_str_c(signs[mark].words);
        em_xy  at = next_entry(k, 20 + em_text_width(words, 11.0, false));
        if (!k->draw)
                return;
        draw_shape(k->view->out, mark, (em_xy){ at.x + 7, at.y - 4 }, 5.5);
        em_pen_words(k->view->out, words, at.x + 20, at.y, key_type);
}

/* "3  silent 62 h, Nampo": one line or two for each event. */
static void key_event(key *k, const em_atlas_point *p)
{
        em_str   said = p->text.n ? p->text : p->name;
        em_lines lines = em_text_wrap(said, 11.0, false, k->view->sheet.width - 28, 3);
        if (k->draw) {
                draw_shape(k->view->out, p->mark, (em_xy){ 9, k->y - 4 }, SYMBOL - 1);
                draw_number(k->view->out, p, (em_xy){ 9, k->y - 4 });
                em_pen_lines(k->view->out, &lines, said, 26, k->y, 13.0, key_type);
        }
        k->y += fmax(18.0, 13.0 * (double)lines.count + 4);
}

static double lay_key(const em_atlas_view *view, bool draw)
{
        const em_atlas *atlas = view->atlas;
        bool used[EM_ATLAS_MARKS] = { false }, any = atlas->track_count > 0;
        key  k = { view, 0, view->frame.y1 + 20, draw };
        for (size_t i = 0; i < atlas->point_count; i++)
                if (is_event(&atlas->points[i]))
                        used[atlas->points[i].mark] = any = true;
        if (!any)
                return 0;
        for (size_t i = 0; i < atlas->track_count; i++)
                key_track(&k, atlas->tracks[i].name, track_ink(atlas, i), NULL);
        end_line(&k);
        if (atlas->track_count)
                key_track(&k, EM_S("not heard in between"), EM_INK_MUTED, "1.5 4");
        for (size_t m = EM_MARK_MEETING; m < EM_MARK_PORT; m++)
                if (used[m])
                        key_sign(&k, (em_atlas_mark)m);
        end_line(&k);
        k.y += 4;
        for (size_t i = 0; i < atlas->point_count; i++)
                if (is_event(&atlas->points[i]))
                        key_event(&k, &atlas->points[i]);
        return k.y - view->frame.y1 - 6;
}

double em_atlas_key_height(const em_atlas_view *view)
{
        return lay_key(view, false);
}

void em_atlas_draw_key(const em_atlas_view *view)
{
        (void)lay_key(view, true);
}
