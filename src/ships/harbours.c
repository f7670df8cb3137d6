/* Ports: the World Port Index's points, a regime's own points and areas, and which of them is nearest.
 *
 * A regime's area or point stands for the World Port Index's port of the same number, which is then left out, so that no port is there twice.
 * Inside an area the distance is 0 (parity on the map: areas are small and cross no dateline); outside it is that to its outline.
 */
#include <math.h>
#include <stdio.h>

#include "embargo/csv.h"
#include "ships/sea_rooms.h"

enum { MOST_PORTS = 1000000, MOST_CORNERS = 10000, CELL = EM_DEGREE };

typedef struct harbour {
        em_str         wpi;             /* its number there, or empty */
        em_box         box;
        em_direction   at;              /* of a point */
        em_direction  *corner;          /* of an area: outline.points */
} harbour;

struct em_harbours {
        em_arena *arena;
        em_port  *port;
        harbour  *more;
        size_t    count, room, own;     /* own: of the regime */
        em_cells  cells;
};

/* ---- how far --------------------------------------------------------------------------------- */

static bool inside(const em_ring *ring, int32_t lon, int32_t lat)
{
        bool in = false;
        for (size_t i = 0, j = ring->points - 1; i < ring->points; j = i++) {
                const int32_t *a = ring->at[i], *b = ring->at[j];
                if ((a[1] > lat) == (b[1] > lat))
                        continue;
                int64_t cross = ((int64_t)b[0] - a[0]) * ((int64_t)lat - a[1]) - ((int64_t)b[1] - a[1]) * ((int64_t)lon - a[0]);
                in ^= (cross > 0) == (b[1] > a[1]);
        }
        return in;
}

static double chord_to(const em_harbours *h, size_t i, int32_t lon, int32_t lat, em_direction at)
{
        const em_port *p = &h->port[i];
        const harbour *m = &h->more[i];
        if (!p->area)
                return em_direction_to_piece(at, m->at, m->at);
        if (inside(&p->outline, lon, lat))
                return 0;
        double best = 4;
        for (size_t k = 0, j = p->outline.points - 1; k < p->outline.points; j = k++) {
                double d = em_direction_to_piece(at, m->corner[j], m->corner[k]);
                best = d < best ? d : best;
        }
        return best;
}

double em_harbours_m(const em_harbours *h, size_t i, int32_t lon, int32_t lat)
{
        em_assert(i < h->count);
        lon = em_cells_turn(lon);
        return em_chord_m(chord_to(h, i, lon, lat, em_direction_of(lon, lat)));
}

size_t em_harbours_all(const em_harbours *h, const em_port **ret_ports)
{
        *ret_ports = h->port;
        return h->count;
}

typedef struct nearest { const em_harbours *harbours; int32_t lon, lat; em_direction at; double chord, best_m; ptrdiff_t best; } nearest;

static void look(void *ctx, uint32_t cell)
{
        nearest *n = ctx;
        const em_harbours *h = n->harbours;
        for (uint32_t k = h->cells.start[cell]; k < h->cells.start[cell + 1]; k++) {
                uint32_t i = h->cells.item[k];
                if (h->port[i].approach)
                        continue;
                double d = chord_to(h, i, n->lon, n->lat, n->at);
                if (d < n->chord || (d <= n->chord && (n->best < 0 || (ptrdiff_t)i < n->best))) {
                        n->chord = d;
                        n->best_m = em_chord_m(d);
                        n->best = (ptrdiff_t)i;
                }
        }
}

ptrdiff_t em_harbours_near(const em_harbours *h, int32_t lon, int32_t lat, double most_m, double *ret_m)
{
        if (lat < -90 * EM_DEGREE || lat > 90 * EM_DEGREE || !(most_m >= 0))
                return -1;
        lon = em_cells_turn(lon);
        nearest n = { .harbours = h, .lon = lon, .lat = lat, .at = em_direction_of(lon, lat), .chord = em_chord_of(most_m),
                      .best_m = most_m, .best = -1 };
        em_cells_around(&h->cells, lon, lat, &n.best_m, look, &n);
        if (n.best >= 0 && ret_m)
                *ret_m = n.best_m;
        return n.best;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef enum column { KEY, NAME, OTHER, COUNTRY, WPI, LAT, LON, LEADS_TO, AREA, CONFIDENCE, SOURCE, COLUMNS } column;

/* One of the three tables: its columns' names (NULL: it has none of that kind) and what its rows are. */
typedef struct table {
        em_str      file;
        const char *column[COLUMNS];
        bool        regime, areas;
        const char *source;             /* of every row, where the table has no such column */
} table;

static const table world_port_index = {
        .file = EM_S_INIT("data/sea/ports.csv"), .source = "World Port Index (NGA Pub. 150), edition of 2023",
        .column = { [NAME] = "name", [OTHER] = "other_name", [COUNTRY] = "country", [WPI] = "wpi_number", [LAT] = "lat", [LON] = "lon" },
};
static const table regime_ports = {
        .file = EM_S_INIT("ports.csv"), .regime = true,
        .column = { [KEY] = "key", [NAME] = "port", [OTHER] = "wpi_other_name", [WPI] = "wpi_number", [LAT] = "lat", [LON] = "lon",
                    [SOURCE] = "source" },
};
static const table regime_areas = {
        .file = EM_S_INIT("areas.csv"), .regime = true, .areas = true,
        .column = { [KEY] = "key", [NAME] = "name", [COUNTRY] = "country", [WPI] = "wpi_number", [LAT] = "lat", [LON] = "lon",
                    [LEADS_TO] = "leads_to", [AREA] = "area", [CONFIDENCE] = "confidence", [SOURCE] = "origin" },
};

typedef struct reading {
        em_harbours *harbours;
        const table *table;
        size_t       place[COLUMNS];    /* field of each; SIZE_MAX none */
        em_arena    *row_arena;
        const em_csv_row *row;
        em_error    *err;
} reading;

static em_status wrong(const reading *r, column k, const char *why)
{
        size_t at = r->place[k] == SIZE_MAX ? 0 : r->place[k] + 1;
        return em_fail_at(r->err, EM_FORMAT, r->table->file, r->row->line, at, "%s", why);
}

static em_str field(const reading *r, column k)
{
        return r->place[k] < r->row->count ? em_str_trim(r->row->field[r->place[k]]) : EM_S("");
}

static em_status read_header(reading *r)
{
        for (int k = 0; k < COLUMNS; k++) {
                r->place[k] = SIZE_MAX;
                for (size_t i = 0; r->table->column[k] && i < r->row->count; i++)
                        if (em_str_eq(em_str_trim(r->row->field[i]), em_str_c(r->table->column[k])))
                                r->place[k] = i;
                if (r->table->column[k] && r->place[k] == SIZE_MAX)
                        return em_fail_at(r->err, EM_FORMAT, r->table->file, r->row->line, 0, "the column %s is missing",
                                          r->table->column[k]);
        }
        return EM_OK;
}

/* "38.716667" in 1/600000 degree, rounded to the nearest; at most six decimals. */
static bool read_degrees(em_str s, int64_t most, int32_t *ret_units)
{
        em_cut  cut = em_str_cut(s, '.');
        bool    minus = em_str_starts(s, EM_S("-"));
        int64_t whole = 0, part = 0, ten = 1;
        if (cut.tail.n > 6 || (cut.found && !cut.tail.n) || !em_str_int(cut.head, &whole) || whole < -most || whole > most)
                return false;
        for (size_t i = 0; i < cut.tail.n; i++, ten *= 10) {
                if (cut.tail.p[i] < '0' || cut.tail.p[i] > '9')
                        return false;
                part = part * 10 + (cut.tail.p[i] - '0');
        }
        int64_t units = (part * EM_DEGREE + ten / 2) / ten;
        units = whole * EM_DEGREE + (minus ? -units : units);
        if (units < -most * EM_DEGREE || units > most * EM_DEGREE)
                return false;
        *ret_units = (int32_t)units;
        return true;
}

/* "125.37 38.69, 125.41 38.7, ..." */
static em_status read_area(reading *r, em_port *p, harbour *m)
{
        em_str   rest = field(r, AREA);
        size_t   count = 1, n = 0;
        for (size_t i = 0; i < rest.n; i++)
                count += rest.p[i] == ',';
        if (count < 3 || count > MOST_CORNERS)
                return wrong(r, AREA, "an area has 3 to 10,000 corners \"lon lat\", with commas between");
        int32_t (*at)[2] = em_arena_array(r->harbours->arena, count, sizeof *at);
        m->corner = EM_NEW_N(r->harbours->arena, em_direction, count);
        if (!at || !m->corner)
                return em_fail(r->err, EM_NOMEM, "out of memory for the ports");
        m->box = (em_box){ INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN };
        for (em_cut cut; n < count; n++, rest = cut.tail) {
                cut = em_str_cut(rest, ',');
                em_cut pair = em_str_cut(em_str_trim(cut.head), ' ');
                if (!read_degrees(pair.head, 180, &at[n][0]) || !read_degrees(em_str_trim(pair.tail), 90, &at[n][1]))
                        return wrong(r, AREA, "a corner is not \"lon lat\" in degrees with at most six decimals");
                m->corner[n] = em_direction_of(at[n][0], at[n][1]);
                m->box.west = at[n][0] < m->box.west ? at[n][0] : m->box.west;
                m->box.east = at[n][0] > m->box.east ? at[n][0] : m->box.east;
                m->box.south = at[n][1] < m->box.south ? at[n][1] : m->box.south;
                m->box.north = at[n][1] > m->box.north ? at[n][1] : m->box.north;
        }
        if (m->box.east - m->box.west > 10 * EM_DEGREE || m->box.north - m->box.south > 10 * EM_DEGREE)
                return wrong(r, AREA, "an area is at most ten degrees wide and high, and does not cross the dateline");
        p->area = true;
        p->outline = (em_ring){ (const int32_t (*)[2])at, count };
        return EM_OK;
}

static em_status grow(em_harbours *h, em_error *err)
{
        if (h->count < h->room)
                return EM_OK;
        size_t room = h->room ? h->room * 2 : 4096;
        em_port *port = EM_NEW_N(h->arena, em_port, room);
        harbour *more = EM_NEW_N(h->arena, harbour, room);
        if (!port || !more || h->count >= MOST_PORTS)
                return em_fail(err, EM_NOMEM, "out of memory for the ports");
        if (h->count) {
                memcpy(port, h->port, h->count * sizeof *port);
                memcpy(more, h->more, h->count * sizeof *more);
        }
        h->port = port;
        h->more = more;
        h->room = room;
        return EM_OK;
}

/* A port that the regime has already, by its number in the World Port Index. */
static bool held(const em_harbours *h, em_str wpi)
{
        for (size_t i = 0; wpi.n && i < h->own; i++)
                if (em_str_eq(h->more[i].wpi, wpi))
                        return true;
        return false;
}

static em_status copy_words(reading *r, em_port *p, harbour *m)
{
        em_arena *arena = r->harbours->arena;
        const table *t = r->table;
        char key[64];
        em_str wpi = field(r, WPI);
        if (!t->column[KEY])
                snprintf(key, sizeof key, "wpi-%.*s", EM_ARG(em_str_sub(wpi, 0, 40)));
        EM_TRY(em_str_copy(t->column[KEY] ? field(r, KEY) : em_str_c(key), arena, &p->key, r->err));
        EM_TRY(em_str_copy(field(r, NAME), arena, &p->name, r->err));
        EM_TRY(em_str_copy(field(r, COUNTRY), arena, &p->country, r->err));
        EM_TRY(em_str_copy(t->source ? em_str_c(t->source) : field(r, SOURCE), arena, &p->source, r->err));
        EM_TRY(em_str_copy(field(r, LEADS_TO), arena, &p->leads_to, r->err));
        EM_TRY(em_str_copy(field(r, CONFIDENCE), arena, &p->confidence, r->err));
        return em_str_copy(wpi, arena, &m->wpi, r->err);
}

static em_status read_row(reading *r)
{
        em_harbours *h = r->harbours;
        if (r->row->bad)
                return em_fail_at(r->err, EM_FORMAT, r->table->file, r->row->line, r->row->bad_column, "%s", r->row->bad);
        if (!r->table->areas && held(h, field(r, WPI)))
                return EM_OK;
        EM_TRY(grow(h, r->err));
        em_port *p = &h->port[h->count];
        harbour *m = &h->more[h->count];
        *p = (em_port){ .regime = r->table->regime };
        *m = (harbour){ 0 };
        if (!read_degrees(field(r, LAT), 90, &p->lat))
                return wrong(r, LAT, "lat is no number of degrees, -90 to 90, with at most six decimals");
        if (!read_degrees(field(r, LON), 180, &p->lon))
                return wrong(r, LON, "lon is no number of degrees, -180 to 180, with at most six decimals");
        EM_TRY(copy_words(r, p, m));
        if (!p->key.n || !p->name.n)
                return wrong(r, NAME, "a port needs a key and a name");
        p->approach = p->leads_to.n > 0;
        m->at = em_direction_of(p->lon, p->lat);
        int32_t lon = em_cells_turn(p->lon);
        m->box = (em_box){ lon, p->lat, lon, p->lat };
        if (r->table->areas)
                EM_TRY(read_area(r, p, m));
        h->count++;
        return EM_OK;
}

static em_status read_table(em_harbours *h, const table *t, em_str text, em_error *err)
{
        em_arena *row_arena = em_arena_new((size_t)64 << 20);
        if (!row_arena)
                return em_fail(err, EM_NOMEM, "out of memory for the ports");
        em_csv     csv = em_csv_make(text, NULL);
        em_csv_row row;
        reading    r = { .harbours = h, .table = t, .row_arena = row_arena, .row = &row, .err = err };
        em_status  status = EM_OK;
        for (bool header = true; status == EM_OK && em_csv_next(&csv, row_arena, &row); header = false) {
                status = header ? read_header(&r) : read_row(&r);
                em_arena_reset(row_arena);
        }
        em_arena_free(row_arena);
        return status;
}

static em_box box_of_harbour(const void *ctx, size_t i)
{
        return ((const em_harbours *)ctx)->more[i].box;
}

/* The country of a regime's point, whose table does not say it, is that of the World Port Index's port of its number or of the regime's areas. */
static void fill_countries(em_harbours *h)
{
        em_str country = {0};
        for (size_t i = 0; i < h->own; i++)
                country = country.n ? country : h->port[i].country;
        for (size_t i = 0; i < h->own; i++)
                if (!h->port[i].country.n)
                        h->port[i].country = country;
}

em_status em_harbours_read(const em_sea_texts *texts, em_arena *arena, em_harbours **ret_harbours, em_error *err)
{
        em_harbours *h = EM_NEW(arena, em_harbours);
        if (!h)
                return em_fail(err, EM_NOMEM, "out of memory for the ports");
        h->arena = arena;
        EM_TRY(read_table(h, &regime_areas, texts->areas, err));
        h->own = h->count;
        EM_TRY(read_table(h, &regime_ports, texts->regime_ports, err));
        h->own = h->count;
        EM_TRY(read_table(h, &world_port_index, texts->ports, err));
        fill_countries(h);
        EM_TRY(em_cells_make(&h->cells, CELL, h->count, box_of_harbour, h, arena, err));
        *ret_harbours = h;
        return EM_OK;
}
