/* The map.  Lambert's conformal conic on the sphere (J. P. Snyder, Map
 * Projections: A Working Manual, USGS PP 1395, 1987, eqs 15-1 to 15-4), with
 * the standard parallels a sixth of the height inside the box (Kavrayskiy's
 * rule), so that scale is nearly even and one scale bar serves the whole map.
 * The sphere has the mean radius of WGS84, 6371.0088 km (IUGG).
 */
#include "draw/atlas_inside.h"
#include "draw/outlines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define EARTH_KM 6371.0088
#define RADIANS  (3.14159265358979323846 / 180.0)

static const char outlines_foot[] =
        "Outlines: Natural Earth 4.1 (public domain). Boundaries as there; no position is "
        "taken on them.";

static double tan_half(double lat)
{
        return tan((45.0 + lat / 2.0) * RADIANS);
}

static em_cone cone_make(double south, double north, double lon0)
{
        em_cone c = { .lon0 = lon0 };
        double a = south + (north - south) / 6.0, b = north - (north - south) / 6.0;
        c.n = log(cos(a * RADIANS) / cos(b * RADIANS)) / log(tan_half(b) / tan_half(a));
        c.f = cos(a * RADIANS) * pow(tan_half(a), c.n) / c.n;
        c.rho0 = EARTH_KM * c.f / pow(tan_half((south + north) / 2.0), c.n);
        return c;
}

static em_xy project_km(const em_cone *c, double lat, double lon)
{
        double rho = EARTH_KM * c->f / pow(tan_half(lat), c->n);
        double theta = c->n * (lon - c->lon0) * RADIANS;
        return (em_xy){ rho * sin(theta), c->rho0 - rho * cos(theta) };
}

em_xy em_atlas_project(const em_cone *c, double lat, double lon)
{
        em_xy km = project_km(c, lat, lon);
        return (em_xy){ c->left + km.x * c->px_per_km, c->top - km.y * c->px_per_km };
}

/* ---- the frame -------------------------------------------------------- */

static em_atlas_box box_of(const em_atlas *atlas)
{
        em_atlas_box box = atlas->box;
        if (box.west_e7 == 0 && box.east_e7 == 0 && box.south_e7 == 0 && box.north_e7 == 0)
                box = (em_atlas_box){ 1230000000, 370000000, 1320000000, 435000000 };
        return box;
}

/* The frame holds the whole box: its southern edge is the widest, its northern
 * corners the highest. */
static void set_frame(em_atlas_view *view, const em_draw_opts *opts)
{
        em_cone *c = &view->cone;
        *c = cone_make(view->south, view->north, (view->west + view->east) / 2);
        double half = fmax(project_km(c, view->south, view->east).x,
                           project_km(c, view->north, view->east).x);
        double bottom = project_km(c, view->south, c->lon0).y;
        double top = project_km(c, view->north, view->east).y;
        double width = view->sheet.width, height = width * (top - bottom) / (2 * half);
        double most = opts && opts->height > 0 ? (double)opts->height : width * 0.9;
        c->px_per_km = width / (2 * half);
        if (height > most) {
                c->px_per_km *= most / height;
                height = most;
        }
        view->frame = (em_box){ 0, view->sheet.top, width, view->sheet.top + height };
        c->left = width / 2;
        c->top = view->frame.y1 + bottom * c->px_per_km;
}

static void trace(em_buf *out, const em_outlines *lines, const em_cone *cone, bool closed)
{
        const int16_t (*p)[2] = lines->points;
        em_buf_c(out, "<path d=\"");
        for (size_t i = 0; i < lines->count; i++) {
                for (size_t k = 0; k < lines->lengths[i]; k++, p++) {
                        em_xy at = em_atlas_project(cone, (*p)[1] / 100.0, (*p)[0] / 100.0);
                        em_buf_ch(out, k ? 'L' : 'M');
                        em_pen_num(out, at.x);
                        em_buf_ch(out, ' ');
                        em_pen_num(out, at.y);
                }
                if (closed)
                        em_buf_ch(out, 'Z');
        }
        em_buf_ch(out, '"');
}

static void frame_rect(em_buf *out, em_box box, em_ink fill, em_ink stroke)
{
        em_buf_c(out, "<rect");
        em_pen_attr(out, "x", box.x0);
        em_pen_attr(out, "y", box.y0);
        em_pen_attr(out, "width", box.x1 - box.x0);
        em_pen_attr(out, "height", box.y1 - box.y0);
        em_pen_paint(out, fill, stroke);
        em_buf_c(out, "/>\n");
}

void em_atlas_open_clip(const em_atlas_view *view, em_box box, const char *what)
{
        em_buf_c(view->out, "<clipPath id=\"");
        em_sheet_id(view->out, &view->atlas->caption, what);
        em_buf_c(view->out, "\">");
        frame_rect(view->out, box, EM_INK_SEA, EM_INK_NONE);
        em_buf_c(view->out, "</clipPath><g clip-path=\"url(#");
        em_sheet_id(view->out, &view->atlas->caption, what);
        em_buf_c(view->out, ")\">\n");
}

/* Inside the detailed outlines the fine ones, else the coarse ones. */
static bool is_fine(const em_atlas_view *view)
{
        return view->west >= 116.0 && view->east <= 142.0 && view->south >= 27.0 &&
               view->north <= 50.0;
}

static void draw_land(const em_atlas_view *view)
{
        em_buf *out = view->out;
        bool fine = is_fine(view);
        frame_rect(out, view->frame, EM_INK_SEA, EM_INK_NONE);
        em_atlas_open_clip(view, view->frame, "frame");
        trace(out, fine ? &em_outlines_fine_land : &em_outlines_coarse_land, &view->cone, true);
        em_pen_paint(out, EM_INK_LAND, EM_INK_MUTED);
        em_buf_c(out, " fill-rule=\"evenodd\" stroke-width=\"0.5\" stroke-opacity=\"0.6\"/>\n");
        if (fine) {
                trace(out, &em_outlines_fine_border, &view->cone, false);
                em_pen_paint(out, EM_INK_NONE, EM_INK_MUTED);
                em_buf_c(out, " stroke-width=\"0.9\" stroke-dasharray=\"3 3\"/>\n");
        }
        em_buf_c(out, "</g>\n");
}

/* ---- scale bar, north ------------------------------------------------- */

/* The longest of 1, 2, 5 times a power of ten kilometres within 130 px. */
static double bar_km(double px_per_km)
{
        double best = 1.0;
        for (double power = 1.0; power < 20000.0; power *= 10.0)
                for (int i = 0; i < 3; i++) {
                        static const double leads[3] = { 1.0, 2.0, 5.0 };
                        if (leads[i] * power * px_per_km <= 130.0)
                                best = leads[i] * power;
                }
        return best;
}

static void draw_scale(const em_atlas_view *view)
{
        double km = bar_km(view->cone.px_per_km), px = km * view->cone.px_per_km;
        double x = view->frame.x0 + 14.0, y = view->frame.y1 - 14.0;
        char text[32];
        int n = snprintf(text, sizeof text, "%.0f km", km);
        em_type type = em_type_tick;
        em_buf_c(view->out, "<path class=\"em-scale s0\" d=\"M");
        em_pen_num(view->out, x);
        em_buf_ch(view->out, ' ');
        em_pen_num(view->out, y - 5.0);
        em_buf_fmt(view->out, "v5h");
        em_pen_num(view->out, px);
        em_buf_c(view->out, "v-5\" fill=\"none\" stroke=\"#1f2328\" stroke-width=\"1.2\"/>\n");
        em_pen_words(view->out, (em_str){ text, (size_t)n }, x + px / 2, y - 5.0, type);
        em_room_take(view->room, (em_box){ x - 4.0, y - 20.0, x + px + 4.0, y + 6.0 });
        x += px + 24.0;
        em_pen_line(view->out, x, y, x, y - 16.0, EM_INK_TEXT, 1.2, NULL);
        em_pen_arrow(view->out, x, y - 20.0, 0, -1, EM_INK_TEXT);
        em_pen_words(view->out, EM_S("N"), x + 10.0, y - 8.0, type);
        em_room_take(view->room, (em_box){ x - 6.0, y - 22.0, x + 18.0, y + 4.0 });
}

/* ---- inset ------------------------------------------------------------ */

/* The corner that the fewest points lie in. */
static em_box inset_box(const em_atlas_view *view, double w, double h)
{
        const em_box *f = &view->frame;
        em_box corners[3] = {
                { f->x1 - w - 8.0, f->y1 - h - 8.0, f->x1 - 8.0, f->y1 - 8.0 },
                { f->x1 - w - 8.0, f->y0 + 8.0, f->x1 - 8.0, f->y0 + h + 8.0 },
                { f->x0 + 8.0, f->y0 + 8.0, f->x0 + w + 8.0, f->y0 + h + 8.0 },
        };
        size_t best = 0;
        double least = INFINITY;
        for (size_t i = 0; i < 3; i++) {
                double cost = em_room_overlap(view->room, corners[i]);
                if (cost < least) {
                        least = cost;
                        best = i;
                }
        }
        return corners[best];
}

/* The box's edges on the cone of the inset, where parallels are curved. */
static void draw_outline(const em_atlas_view *view, const em_cone *cone)
{
        em_buf_c(view->out, "<path d=\"");
        for (int i = 0; i <= 40; i++) {
                double t = (i % 10) / 10.0, w = view->east - view->west;
                double h = view->north - view->south;
                double lon = i < 10 ? view->west + t * w : i < 20 ? view->east
                             : i < 30 ? view->east - t * w : view->west;
                double lat = i < 10 ? view->south : i < 20 ? view->south + t * h
                             : i < 30 ? view->north : view->north - t * h;
                em_xy at = em_atlas_project(cone, i == 40 ? view->south : lat, i == 40 ? view->west : lon);
                em_buf_ch(view->out, i ? 'L' : 'M');
                em_pen_num(view->out, at.x);
                em_buf_ch(view->out, ' ');
                em_pen_num(view->out, at.y);
        }
        em_buf_c(view->out, "Z\"");
        em_pen_paint(view->out, EM_INK_NONE, EM_INK_WARN);
        em_buf_c(view->out, " stroke-width=\"1.5\"/>\n");
}

static void draw_inset(const em_atlas_view *view)
{
        double w = fmin(150.0, view->sheet.width * 0.22), h = w * 0.8;
        em_box box = inset_box(view, w, h);
        em_cone cone = cone_make(5.0, 55.0, 118.0);
        cone.px_per_km = w / 7800.0;
        cone.left = (box.x0 + box.x1) / 2;
        cone.top = (box.y0 + box.y1) / 2;
        em_atlas_open_clip(view, box, "inset");
        frame_rect(view->out, box, EM_INK_SEA, EM_INK_NONE);
        trace(view->out, &em_outlines_coarse_land, &cone, true);
        em_pen_paint(view->out, EM_INK_LAND, EM_INK_MUTED);
        em_buf_c(view->out, " fill-rule=\"evenodd\" stroke-width=\"0.5\" "
                 "stroke-opacity=\"0.6\"/>\n");
        draw_outline(view, &cone);
        em_buf_c(view->out, "</g>\n");
        frame_rect(view->out, box, EM_INK_NONE, EM_INK_MUTED);
        em_room_take(view->room, box);
}

/* ---- points and names ------------------------------------------------- */

static uint64_t most_count(const em_atlas *atlas)
{
        uint64_t most = 1;
        for (size_t i = 0; i < atlas->point_count; i++)
                most = atlas->points[i].count > most ? atlas->points[i].count : most;
        return most;
}

/* Area goes with the count: the eye compares areas of circles. */
static double radius_of(const em_atlas_view *view, const em_atlas_point *p)
{
        if (p->count == 0)
                return 3.0;
        double part = (double)p->count / (double)most_count(view->atlas);
        return fmax(3.5, 22.0 * sqrt(part));
}

bool em_atlas_inside(const em_atlas_view *view, int32_t lat_e7, int32_t lon_e7)
{
        double lat = lat_e7 / 1e7, lon = lon_e7 / 1e7;
        return lat >= view->south && lat <= view->north && lon >= view->west && lon <= view->east;
}

em_xy em_atlas_place(const em_atlas_view *view, int32_t lat_e7, int32_t lon_e7)
{
        return em_atlas_project(&view->cone, lat_e7 / 1e7, lon_e7 / 1e7);
}

/* Points by count, greatest first, equal ones as they came: small circles are
 * drawn over large ones and large ones are named first. */
static size_t order_points(const em_atlas_view *view, size_t order[EM_ATLAS_POINTS_MAX])
{
        size_t n = 0;
        for (size_t i = 0; i < view->atlas->point_count; i++) {
                const em_atlas_point *p = &view->atlas->points[i];
                if (p->mark != EM_MARK_COUNT || !em_atlas_inside(view, p->lat_e7, p->lon_e7))
                        continue;
                size_t at = n++;
                for (; at > 0 && view->atlas->points[order[at - 1]].count < p->count; at--)
                        order[at] = order[at - 1];
                order[at] = i;
        }
        return n;
}

static void say_point(const em_atlas *atlas, const em_atlas_point *p, em_buf *out)
{
        if (p->text.n) {
                em_buf_str(out, p->text);
                return;
        }
        em_buf_str(out, p->name);
        if (p->count) {
                em_buf_fmt(out, ": %llu", (unsigned long long)p->count);
                if (atlas->unit.n) {
                        em_buf_ch(out, ' ');
                        em_buf_str(out, atlas->unit);
                }
        }
}

/* The number stands in its circle when it fits there and no smaller circle,
 * drawn later, covers the middle. */
static bool number_inside(const em_atlas_view *view, const em_atlas_point *p)
{
        char text[24];
        int n = snprintf(text, sizeof text, "%llu", (unsigned long long)p->count);
        double half = em_text_width((em_str){ text, (size_t)n }, 11.0, true) / 2;
        em_xy at = em_atlas_place(view, p->lat_e7, p->lon_e7);
        if (p->count == 0 || half > radius_of(view, p) - 1.5)
                return false;
        for (size_t i = 0; i < view->atlas->point_count; i++) {
                const em_atlas_point *q = &view->atlas->points[i];
                bool later = q->count < p->count || (q->count == p->count && q > p);
                em_xy other = em_atlas_place(view, q->lat_e7, q->lon_e7);
                if (later && hypot(other.x - at.x, other.y - at.y) < radius_of(view, q) + half)
                        return false;
        }
        return true;
}

static void draw_point(const em_atlas_view *view, const em_atlas_point *p)
{
        em_xy at = em_atlas_place(view, p->lat_e7, p->lon_e7);
        double r = radius_of(view, p);
        em_buf said = em_buf_make(1 << 16);
        say_point(view->atlas, p, &said);
        bool linked = em_pen_open_link(view->out, p->href, em_buf_view(&said));
        em_buf_c(view->out, "<circle");
        em_pen_attr(view->out, "cx", at.x);
        em_pen_attr(view->out, "cy", at.y);
        em_pen_attr(view->out, "r", r);
        em_pen_paint(view->out, p->accent ? EM_INK_WARN : EM_INK_C1, EM_INK_PAPER);
        em_buf_c(view->out, " fill-opacity=\"0.82\" stroke-width=\"1\"/>");
        char text[24];
        int n = snprintf(text, sizeof text, "%llu", (unsigned long long)p->count);
        em_str number = { text, (size_t)n };
        em_type type = { 11.0, EM_INK_PAPER, "middle", true, false };
        if (number_inside(view, p))
                em_pen_words(view->out, number, at.x, at.y + 4.0, type);
        em_pen_close_link(view->out, linked);
        em_buf_free(&said);
}

bool em_atlas_label_place(const em_atlas_view *view, em_xy at, double r, double w, double h,
                        em_box *ret_box)
{
        static const double ways[8][2] = { { 1, 0 }, { -1, 0 }, { 0, -1 }, { 0, 1 },
                                           { 1, -0.8 }, { 1, 0.8 }, { -1, -0.8 }, { -1, 0.8 } };
        double best = INFINITY;
        for (size_t i = 0; i < 8; i++) {
                double cx = at.x + ways[i][0] * (r + 4.0 + w / 2);
                double cy = at.y + ways[i][1] * (r + 2.0 + h / 2);
                em_box box = { cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2 };
                if (box.x0 < view->frame.x0 + 2 || box.x1 > view->frame.x1 - 2 ||
                    box.y0 < view->frame.y0 + 2 || box.y1 > view->frame.y1 - 2)
                        continue;
                double cost = em_room_overlap(view->room, box) + (double)i * 0.01;
                if (cost < best) {
                        best = cost;
                        *ret_box = box;
                }
        }
        return best < 1.0;
}

/* A name that finds no free place is left out: it is in <title> and table. */
static void name_point(const em_atlas_view *view, const em_atlas_point *p)
{
        em_xy at = em_atlas_place(view, p->lat_e7, p->lon_e7);
        em_buf words = em_buf_make(1 << 16);
        em_buf_str(&words, p->name);
        if (p->count && !number_inside(view, p))
                em_buf_fmt(&words, " (%llu)", (unsigned long long)p->count);
        em_lines lines = em_text_wrap(em_buf_view(&words), 11.0, p->accent, 130.0, 3);
        double h = 12.5 * (double)lines.count + 1.0;
        em_box box;
        em_type type = { 11.0, EM_INK_TEXT, "middle", p->accent, false };
        if (lines.count && em_atlas_label_place(view, at, radius_of(view, p), lines.width, h, &box)) {
                em_pen_lines(view->out, &lines, em_buf_view(&words), (box.x0 + box.x1) / 2,
                             box.y0 + 10.5, 12.5, type);
                em_room_take(view->room, box);
        }
        em_buf_free(&words);
}

static void draw_name(const em_atlas_view *view, const em_atlas_name *name)
{
        if (!em_atlas_inside(view, name->lat_e7, name->lon_e7))
                return;
        em_xy at = em_atlas_place(view, name->lat_e7, name->lon_e7);
        em_type type = { name->sea ? 12.5 : 11.0, EM_INK_MUTED, "middle", false, name->sea };
        em_lines lines = em_text_wrap(name->name, type.size, false, 120.0, 2);
        double h = 15.0 * (double)lines.count;
        em_box box = { at.x - lines.width / 2, at.y - 11.0, at.x + lines.width / 2,
                       at.y - 11.0 + h };
        /* a name for orientation gives way to evidence */
        if (em_room_overlap(view->room, box) > 0.15 * lines.width * h)
                return;
        em_pen_lines(view->out, &lines, name->name, at.x, at.y, 15.0, type);
        em_room_take(view->room, box);
}

/* ---- the whole -------------------------------------------------------- */

static em_status check_atlas(const em_atlas *atlas, em_error *err)
{
        em_atlas_box b = box_of(atlas);
        if (b.west_e7 >= b.east_e7 || b.south_e7 >= b.north_e7 ||
            b.south_e7 < -750000000 || b.north_e7 > 750000000 ||
            b.west_e7 < -1800000000 || b.east_e7 > 1800000000 ||
            (int64_t)b.east_e7 - b.west_e7 > 600000000)
                return em_fail(err, EM_FORMAT,
                               "the box of a map is not one, too wide or too near a pole");
        /* on the equator's both sides the cone would be a cylinder */
        if ((int64_t)b.south_e7 + b.north_e7 < 20000000)
                return em_fail(err, EM_FORMAT, "maps are drawn north of the equator only");
        if (atlas->point_count > EM_ATLAS_POINTS_MAX || atlas->name_count > EM_ATLAS_NAMES_MAX)
                return em_fail(err, EM_LIMIT, "too many points or names for one map");
        for (size_t i = 0; i < atlas->point_count; i++) {
                const em_atlas_point *p = &atlas->points[i];
                if (p->lat_e7 < -900000000 || p->lat_e7 > 900000000 ||
                    p->lon_e7 < -1800000000 || p->lon_e7 > 1800000000)
                        return em_fail(err, EM_FORMAT, "a point of a map is not on the globe");
        }
        return em_atlas_check_tracks(atlas, err);
}

static void foot_words(const em_atlas_view *view, em_buf *out)
{
        size_t away = 0;
        for (size_t i = 0; i < view->atlas->point_count; i++)
                away += !em_atlas_inside(view, view->atlas->points[i].lat_e7, view->atlas->points[i].lon_e7);
        if (away)
                em_buf_fmt(out, "%zu %s outside this map. ", away,
                           away == 1 ? "place lies" : "places lie");
        em_buf_c(out, outlines_foot);
}

static void draw_places(em_atlas_view *view, const size_t *order, size_t count)
{
        const em_atlas *atlas = view->atlas;
        for (size_t i = 0; i < count; i++) {
                const em_atlas_point *p = &atlas->points[order[i]];
                em_xy at = em_atlas_place(view, p->lat_e7, p->lon_e7);
                double r = radius_of(view, p);
                em_room_take(view->room, (em_box){ at.x - r, at.y - r, at.x + r, at.y + r });
        }
        draw_scale(view);
        draw_inset(view);
        for (size_t i = 0; i < count; i++)
                draw_point(view, &atlas->points[order[i]]);
        em_atlas_draw_events(view);
        for (size_t i = 0; i < count; i++)
                name_point(view, &atlas->points[order[i]]);
        for (size_t i = 0; i < atlas->name_count; i++)
                draw_name(view, &atlas->names[i]);
}

em_status em_atlas_svg(const em_atlas *atlas, const em_draw_opts *opts, em_buf *out,
                       em_error *err)
{
        em_assert(atlas && out);
        EM_TRY(check_atlas(atlas, err));
        size_t order[EM_ATLAS_POINTS_MAX];
        em_atlas_box b = box_of(atlas);
        em_atlas_view view = { .atlas = atlas, .sheet = em_sheet_make(&atlas->caption, opts),
                               .west = b.west_e7 / 1e7, .south = b.south_e7 / 1e7,
                               .east = b.east_e7 / 1e7, .north = b.north_e7 / 1e7, .out = out };
        view.room = malloc(sizeof *view.room);
        if (!view.room)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a map");
        view.room->count = 0;
        set_frame(&view, opts);
        size_t shown = order_points(&view, order);
        em_buf foot = em_buf_make(1024);
        foot_words(&view, &foot);
        double height = view.frame.y1 + 12.0 + em_atlas_key_height(&view) +
                        em_sheet_foot_height(&view.sheet, em_buf_view(&foot));
        em_sheet_open(out, &view.sheet, height);
        draw_land(&view);
        em_atlas_draw_tracks(&view);
        draw_places(&view, order, shown);
        frame_rect(out, view.frame, EM_INK_NONE, EM_INK_RULE);
        em_atlas_draw_key(&view);
        em_sheet_close(out, &view.sheet, height, em_buf_view(&foot));
        em_buf_free(&foot);
        free(view.room);
        return em_buf_status(out, err);
}

static void place_row(const em_atlas_point *p, em_buf *out)
{
        bool linked = em_href_ok(p->href);
        em_buf_c(out, "<tr><th scope=\"row\">");
        if (linked) {
                em_buf_c(out, "<a href=\"");
                em_pen_escape(out, p->href);
                em_buf_c(out, "\">");
        }
        em_pen_escape(out, p->name);
        if (linked)
                em_buf_c(out, "</a>");
        em_buf_fmt(out, "</th><td class=\"n\">%llu</td><td class=\"n\">%.4f</td>"
                   "<td class=\"n\">%.4f</td><td>", (unsigned long long)p->count,
                   p->lat_e7 / 1e7, p->lon_e7 / 1e7);
        em_pen_escape(out, p->text);
        em_buf_c(out, "</td></tr>\n");
}

em_status em_atlas_table(const em_atlas *atlas, em_buf *out, em_error *err)
{
        em_assert(atlas && out);
        EM_TRY(check_atlas(atlas, err));
        size_t order[EM_ATLAS_POINTS_MAX];
        em_atlas_view everywhere = { .atlas = atlas, .west = -180, .south = -90, .east = 180,
                                     .north = 90 };
        size_t count = order_points(&everywhere, order);
        em_buf_c(out, "<table class=\"em-data\"><caption>");
        em_pen_escape(out, atlas->caption.title);
        em_buf_c(out, "</caption><thead><tr><th scope=\"col\">Place</th>"
                 "<th scope=\"col\" class=\"n\">");
        em_pen_escape(out, atlas->unit.n ? atlas->unit : EM_S("Count"));
        em_buf_c(out, "</th><th scope=\"col\" class=\"n\">Latitude</th>"
                 "<th scope=\"col\" class=\"n\">Longitude</th><th scope=\"col\">Note</th></tr></thead>\n<tbody>\n");
        for (size_t i = 0; i < atlas->point_count; i++)
                if (atlas->points[i].mark != EM_MARK_COUNT)
                        place_row(&atlas->points[i], out);
        for (size_t i = 0; i < count; i++)
                place_row(&atlas->points[order[i]], out);
        em_buf_c(out, "</tbody></table>\n");
        return em_buf_status(out, err);
}
