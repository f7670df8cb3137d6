/* The land and the ports of a part of the world, as GeoJSON: what lies under the tracks on a map of one's own.
 *
 * Each ring of the coast is cut to the area by Sutherland and Hodgman's way (Reentrant Polygon Clipping, 1974): a side at a time. What is
 * nearer to the point before than a two-thousandth of the area's width cannot be seen and is left out.  Pieces of one ring that the
 * cut sets apart stay joined along the area's edge, so an area should be wider than what is shown.
 */
#include "cli/ships.h"

#include <stdlib.h>

enum { STEPS = 2000, PORTS_MOST = 2000 };

typedef struct spot { int32_t lon, lat; } spot;
typedef struct ring { spot *at; size_t n, room; } ring;

static bool push(ring *r, spot p)
{
        if (r->n == r->room) {
                size_t room = r->room ? 2 * r->room : 256;
                spot  *more = realloc(r->at, room * sizeof *more);
                if (!more)
                        return false;
                r->at = more;
                r->room = room;
        }
        r->at[r->n++] = p;
        return true;
}

/* ---- cutting ------------------------------------------------------------------------------------- */

typedef struct side { bool across; int sign; int32_t at; } side;        /* sign * (lon or lat - at) >= 0 is inside */

static int64_t depth(const side *s, spot p) { return s->sign * ((int64_t)(s->across ? p.lon : p.lat) - s->at); }

static spot cross(spot a, spot b, int64_t da, int64_t db)
{
        return (spot){(int32_t)(a.lon + ((int64_t)b.lon - a.lon) * da / (da - db)),
                      (int32_t)(a.lat + ((int64_t)b.lat - a.lat) * da / (da - db))};
}

static bool cut(const ring *in, const side *s, ring *out)
{
        out->n = 0;
        for (size_t i = 0; i < in->n; i++) {
                spot    a = in->at[i], b = in->at[(i + 1) % in->n];
                int64_t da = depth(s, a), db = depth(s, b);
                if (da >= 0 && !push(out, a))
                        return false;
                if ((da < 0) != (db < 0) && !push(out, cross(a, b, da, db)))
                        return false;
        }
        return true;
}

static void thin(ring *r, int32_t step)
{
        size_t kept = 0;
        for (size_t i = 0; i < r->n; i++)
                if (!kept || i + 1 == r->n || llabs((int64_t)r->at[i].lon - r->at[kept - 1].lon) >= step ||
                    llabs((int64_t)r->at[i].lat - r->at[kept - 1].lat) >= step)
                        r->at[kept++] = r->at[i];
        r->n = kept;
}

/* ---- writing --------------------------------------------------------------------------------------- */

static void put_spot(em_cli *cli, em_json *j, spot p)
{
        em_json_open(j, '[');
        em_json_raw(j, em_words_fixed(cli, (double)p.lon / EM_DEGREE, 4));
        em_json_raw(j, em_words_fixed(cli, (double)p.lat / EM_DEGREE, 4));
        em_json_close(j, ']');
}

static void put_feature(em_json *j, const char *class)
{
        em_json_open(j, '{');
        em_json_kstr(j, "type", EM_S("Feature"));
        em_json_key(j, EM_S("properties"));
        em_json_open(j, '{');
        em_json_kstr(j, "class", em_str_c(class));
}

static void open_shape(em_json *j, const char *type)
{
        em_json_close(j, '}');
        em_json_key(j, EM_S("geometry"));
        em_json_open(j, '{');
        em_json_kstr(j, "type", em_str_c(type));
        em_json_key(j, EM_S("coordinates"));
}

static void put_land(em_cli *cli, em_json *j, const ring *r)
{
        put_feature(j, "land");
        open_shape(j, "Polygon");
        em_json_open(j, '[');
        em_json_open(j, '[');
        for (size_t i = 0; i <= r->n; i++)
                put_spot(cli, j, r->at[i % r->n]);
        em_json_close(j, ']');
        em_json_close(j, ']');
        em_json_close(j, '}');
        em_json_close(j, '}');
}

static void put_ports(em_fleet *f, em_json *j)
{
        const em_port *port = NULL;
        size_t ports = em_sea_ports(f->sea, &port), given = 0;
        for (size_t i = 0; i < ports && given < PORTS_MOST; i++) {
                if (!em_fleet_inside(f, port[i].lon, port[i].lat))
                        continue;
                given++;
                put_feature(j, port[i].approach ? "approach" : "port");
                em_json_kstr(j, "name", port[i].name);
                em_json_kstr(j, "country", port[i].country);
                em_json_kint(j, "regime", port[i].regime);
                open_shape(j, "Point");
                put_spot(f->cli, j, (spot){port[i].lon, port[i].lat});
                em_json_close(j, '}');
                em_json_close(j, '}');
        }
}

static em_status put_coast(em_fleet *f, em_json *j, ring r[2], em_error *err)
{
        em_ships_area a = f->area.given ? f->area : (em_ships_area){true, -180 * EM_DEGREE, -90 * EM_DEGREE, 180 * EM_DEGREE, 90 * EM_DEGREE};
        const side    sides[] = {{true, 1, a.west}, {true, -1, a.east}, {false, 1, a.south}, {false, -1, a.north}};
        em_ring       from;
        for (size_t i = 0; em_sea_ring(f->sea, i, &from); i++) {
                bool good = true;
                r[0].n = 0;
                for (size_t k = 0; k < from.points && good; k++)
                        good = push(&r[0], (spot){from.at[k][0], from.at[k][1]});
                for (size_t k = 0; k < 4 && good; k++) {
                        good = cut(&r[0], &sides[k], &r[1]);
                        ring swap = r[0];
                        r[0] = r[1];
                        r[1] = swap;
                }
                if (!good)
                        return em_fail(err, EM_NOMEM, "no memory for the coast");
                thin(&r[0], (int32_t)(((int64_t)a.east - a.west) / STEPS));
                if (r[0].n >= 3)
                        put_land(f->cli, j, &r[0]);
        }
        return EM_OK;
}

em_status em_ships_coast(em_fleet *f, em_error *err)
{
        ring    r[2] = {{0}};
        em_buf  buf = em_buf_make((size_t)256 << 20);
        em_json j = em_json_make(&buf, false);
        if (f->area.given && f->area.west >= f->area.east)
                return em_fail(err, EM_USAGE, "the coast over the dateline is given in two parts: west must be less than east");
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.ships-coast.1"));
        em_json_kstr(&j, "type", EM_S("FeatureCollection"));
        em_json_kstr(&j, "source", EM_S("Boundaries: Natural Earth; no position is taken. Ports: World Port Index (US NGA) and the regime's own."));
        em_json_key(&j, EM_S("features"));
        em_json_open(&j, '[');
        em_status s = put_coast(f, &j, r, err);
        put_ports(f, &j);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        free(r[0].at);
        free(r[1].at);
        if (s != EM_OK) {
                em_buf_free(&buf);
                return s;
        }
        EM_TRY(em_cli_put(f->cli, &buf, err));
        em_cli_done(f->cli, NULL, "land from Natural Earth, 1:50,000,000; no position is taken");
        return EM_OK;
}
