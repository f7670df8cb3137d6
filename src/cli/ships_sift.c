/* A part of what was found: the events of one place or one ship.
 *
 * Nothing is looked for differently: a silence is measured against everybody who was heard, wherever the reader looks.  So what
 * is left out is left out at the end, and a run that is kept is never sifted.
 */
#include "cli/ships.h"

/* "-124.93" into units of fixes; six decimals at most. */
static bool read_degrees(em_str text, int64_t most, int32_t *ret)
{
        em_str  s = em_str_trim(text);
        bool    minus = s.n && s.p[0] == '-', point = false;
        int64_t micro = 0;
        int     decimals = 0;
        for (size_t i = minus; i < s.n; i++) {
                if (s.p[i] == '.' && !point && i > minus) {
                        point = true;
                        continue;
                }
                if (s.p[i] < '0' || s.p[i] > '9' || decimals == 6 || micro > 1000000000)
                        return false;
                micro = micro * 10 + (s.p[i] - '0');
                decimals += point;
        }
        if (s.n == minus)
                return false;
        for (; decimals < 6; decimals++)
                micro *= 10;
        *ret = (int32_t)((minus ? -micro : micro) * EM_DEGREE / 1000000);
        return micro <= most * 1000000;
}

em_status em_fleet_area(em_fleet *f, em_error *err)
{
        em_str  text = em_cli_value(f->cli, "area");
        int32_t side[4] = {0};
        size_t  n = 0;
        bool    good = true;
        char    shown[64];
        for (em_cut cut = {.tail = text, .found = text.n != 0}; cut.found; n++) {
                cut = em_str_cut(cut.tail, ',');
                good = good && n < 4 && read_degrees(cut.head, n % 2 ? 90 : 180, &side[n]);
        }
        if (text.n && (!good || n != 4 || side[1] > side[3]))
                return em_fail(err, EM_USAGE, "--area takes WEST,SOUTH,EAST,NORTH in degrees, as 124,38,126,39.5; \"%s\" is not that",
                               em_str_show(text, shown, sizeof shown));
        f->area = (em_ships_area){text.n != 0, side[0], side[1], side[2], side[3]};
        return EM_OK;
}

bool em_fleet_inside(const em_fleet *f, int32_t lon, int32_t lat)
{
        const em_ships_area *a = &f->area;
        if (!a->given)
                return true;
        bool between = a->west <= a->east ? lon >= a->west && lon <= a->east : lon >= a->west || lon <= a->east;
        return between && lat >= a->south && lat <= a->north;
}

/* ---- a ship -------------------------------------------------------------------------------------- */

static bool has_nocase(em_str text, em_str part)
{
        for (size_t i = 0; i + part.n <= text.n; i++)
                if (em_str_eq_nocase(em_str_sub(text, i, part.n), part))
                        return true;
        return false;
}

/* Its number as digits, or a part of a name that it said. */
static bool is_ship(const em_fleet *f, em_str who, uint32_t mmsi, uint32_t part)
{
        const em_seen *s = em_fleet_seen(f, mmsi, part);
        int64_t        n = 0;
        if (em_str_int(who, &n) && n > 0 && (who.n == 7 || who.n == 9)) {
                bool imo = false;
                for (size_t i = 0; s && i < s->reports; i++)
                        imo |= s->report[i].imo == n;
                return who.n == 9 ? mmsi == n : imo;
        }
        for (size_t i = 0; s && i < s->reports; i++)
                if (has_nocase(em_str_c(s->report[i].name), who))
                        return true;
        return false;
}

em_status em_fleet_sift(em_fleet *f, em_error *err)
{
        size_t count = em_events_count(f->events);
        em_str who = em_str_trim(em_cli_value(f->cli, "ship"));
        f->showns = 0;
        f->shown = EM_NEW_N(f->cli->arena, const em_event *, count + 1);
        if (!f->shown)
                return em_fail(err, EM_NOMEM, "too many events for memory");
        for (size_t i = 0; i < count; i++) {
                const em_event *e = em_events_at(f->events, i);
                bool meant = !who.n || is_ship(f, who, e->mmsi, e->part) || (e->other_mmsi && is_ship(f, who, e->other_mmsi, e->other_part));
                if (meant && em_fleet_inside(f, e->lon, e->lat))
                        f->shown[f->showns++] = e;
        }
        return EM_OK;
}
