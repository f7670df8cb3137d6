/* One ship's numbers over time: how fast it said to go, how long nothing was heard of it, how deep it said to lie.
 *
 * A ship may have been heard a million times, and a page draws some thousand points.  So the span is cut into equal pieces, and of each hull's
 * positions in a piece stay the first, the last, the slowest, the fastest, and both ends of the longest silence: drawn no wider than the pieces, that is the same
 * picture as all of them (U. Jugel et al., M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014), and every point is a
 * position that was heard, never a mean.  How many stayed of how many is said.
 */
#include "cli/ships.h"

#include <stdlib.h>

enum { POINTS = 20000, POINTS_LEAST = 20, POINTS_MOST = 1000000 };

/* ---- what was heard -------------------------------------------------------------------------------- */

typedef struct hearing { em_fleet *f; em_heard *h; size_t room; } hearing;

static em_status make_room(hearing *r, em_error *err)
{
        em_heard *h = r->h;
        if (h->hulls < r->room)
                return EM_OK;
        size_t         more = r->room ? 2 * r->room : 16;
        em_heard_hull *at = EM_NEW_N(r->f->cli->arena, em_heard_hull, more);
        if (!at)
                return em_fail(err, EM_NOMEM, "too many hulls for memory");
        if (h->hulls)
                memcpy(at, h->hull, h->hulls * sizeof *at);
        h->hull = at;
        r->room = more;
        return EM_OK;
}

static em_status hear(void *ctx, const em_hull *hull, em_error *err)
{
        hearing  *r = ctx;
        em_arena *arena = r->f->cli->arena;
        EM_TRY(make_room(r, err));
        em_heard_hull *to = &r->h->hull[r->h->hulls++];
        *to = (em_heard_hull){.mmsi = hull->mmsi, .part = hull->part, .positions = hull->fixes, .count = hull->fixes, .reports = hull->reports,
                              .at = EM_NEW_N(arena, em_heard_at, hull->fixes), .report = EM_NEW_N(arena, em_ship_report, hull->reports + 1)};
        if (!to->at || !to->report)
                return em_fail(err, EM_NOMEM, "too many positions for memory; --from and --to take a part of them");
        for (size_t i = 0; i < hull->fixes; i++) {
                const em_fix *x = &hull->fix[i];
                to->at[i] = (em_heard_at){x->time_s, i ? x->time_s - hull->fix[i - 1].time_s : -1, x->sog};
        }
        if (hull->reports)
                memcpy(to->report, hull->report, hull->reports * sizeof *to->report);
        r->h->positions += hull->fixes;
        int64_t first = to->at[0].time_s, last = to->at[to->count - 1].time_s;
        r->h->from_s = r->h->hulls == 1 || first < r->h->from_s ? first : r->h->from_s;
        r->h->to_s = r->h->hulls == 1 || last > r->h->to_s ? last : r->h->to_s;
        return EM_OK;
}

/* ---- thinning --------------------------------------------------------------------------------------- */

/* Which piece of the span a time lies in. */
static uint64_t piece_of(const em_heard *h, uint64_t pieces, int64_t time_s)
{
        uint64_t span = (uint64_t)(h->to_s - h->from_s) + 1;
        return (uint64_t)(time_s - h->from_s) * pieces / span;
}

/* Those of at[from..to) that stay. */
static void keep_piece(const em_heard_at *at, size_t from, size_t to, bool *stays)
{
        size_t slow = to, fast = to, wait = from;
        for (size_t i = from; i < to; i++) {
                if (at[i].sog != EM_AIS_SOG_NONE) {
                        slow = slow == to || at[i].sog < at[slow].sog ? i : slow;
                        fast = fast == to || at[i].sog > at[fast].sog ? i : fast;
                }
                wait = at[i].wait_s > at[wait].wait_s ? i : wait;
        }
        stays[from] = stays[to - 1] = stays[wait] = true;
        if (wait)
                stays[wait - 1] = true;         /* where the silence began; may stand in the piece before */
        if (slow < to)
                stays[slow] = stays[fast] = true;
}

static size_t keep(const em_heard *h, const em_heard_hull *hull, uint64_t pieces, bool *stays)
{
        size_t kept = 0;
        memset(stays, 0, hull->count * sizeof *stays);
        for (size_t from = 0, to; from < hull->count; from = to) {
                uint64_t piece = piece_of(h, pieces, hull->at[from].time_s);
                for (to = from + 1; to < hull->count && piece_of(h, pieces, hull->at[to].time_s) == piece;)
                        to++;
                keep_piece(hull->at, from, to, stays);
        }
        for (size_t i = 0; i < hull->count; i++)
                kept += stays[i];
        return kept;
}

/* The largest number of pieces, by quarters, that leaves at most `most`; where there are more hulls than that, one. */
static uint64_t pieces_for(const em_heard *h, size_t most, bool *stays)
{
        for (uint64_t pieces = most; pieces > 1; pieces = pieces * 3 / 4) {
                uint64_t kept = 0;
                for (size_t i = 0; i < h->hulls; i++)
                        kept += keep(h, &h->hull[i], pieces, stays);
                if (kept <= most)
                        return pieces;
        }
        return 1;
}

em_status em_heard_thin(em_fleet *f, const em_heard *all, size_t most, em_heard *ret, em_error *err)
{
        em_heard h = *all;
        size_t   longest = 0;
        if (h.given <= most) {
                *ret = h;
                return EM_OK;
        }
        for (size_t i = 0; i < h.hulls; i++)
                longest = h.hull[i].count > longest ? h.hull[i].count : longest;
        bool *stays = EM_NEW_N(f->cli->arena, bool, longest);
        h.hull = EM_NEW_N(f->cli->arena, em_heard_hull, h.hulls);
        if (!stays || !h.hull)
                return em_fail(err, EM_NOMEM, "too many positions for memory");
        h.pieces = pieces_for(all, most, stays);
        h.given = 0;
        for (size_t i = 0; i < h.hulls; i++) {
                const em_heard_hull *from = &all->hull[i];
                em_heard_hull       *to = &h.hull[i];
                size_t               n = keep(all, from, h.pieces, stays);
                *to = *from;
                to->count = 0;
                to->at = EM_NEW_N(f->cli->arena, em_heard_at, n);
                if (!to->at)
                        return em_fail(err, EM_NOMEM, "too many positions for memory");
                for (size_t k = 0; k < from->count; k++)
                        if (stays[k])
                                to->at[to->count++] = from->at[k];
                h.given += n;
        }
        *ret = h;
        return EM_OK;
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

em_status em_fleet_hear(em_fleet *f, const uint32_t *mmsi, size_t mmsis, em_heard *ret, em_error *err)
{
        em_heard      h = {0};
        hearing       r = {.f = f, .h = &h};
        em_hulls_opts opts = f->hulls;
        uint32_t     *rising = EM_NEW_N(f->cli->arena, uint32_t, mmsis + 1);
        if (!rising)
                return em_fail(err, EM_NOMEM, "too many numbers for memory");
        memcpy(rising, mmsi, mmsis * sizeof *rising);
        qsort(rising, mmsis, sizeof *rising, by_number);
        opts.mmsi = rising;
        opts.mmsis = mmsis;
        EM_TRY(em_ships_hulls(f->ships, &opts, hear, &r, err));
        h.given = h.positions;
        *ret = h;
        return EM_OK;
}

/* ---- what is written --------------------------------------------------------------------------------- */

typedef enum column { TIME, SPEED, WAIT } column;

static void put_column(em_cli *cli, em_json *j, const char *name, const em_heard_hull *hull, column what)
{
        em_json_key(j, em_str_c(name));
        em_json_open(j, '[');
        for (size_t i = 0; i < hull->count; i++) {
                const em_heard_at *x = &hull->at[i];
                if (what == SPEED)
                        em_json_raw(j, x->sog == EM_AIS_SOG_NONE ? EM_S("null") : em_words_tenths(cli, x->sog));
                else if (what == WAIT && x->wait_s < 0)
                        em_json_raw(j, EM_S("null"));
                else
                        em_json_int(j, what == TIME ? x->time_s : x->wait_s);
        }
        em_json_close(j, ']');
}

static void put_draughts(em_cli *cli, em_json *j, const em_heard_hull *hull)
{
        em_json_key(j, EM_S("draughts"));
        em_json_open(j, '[');
        for (size_t i = 0; i < hull->reports; i++) {
                const em_ship_report *r = &hull->report[i];
                if (!r->draught)
                        continue;
                em_json_open(j, '{');
                em_json_kint(j, "from_s", r->first_s);
                em_json_kint(j, "to_s", r->last_s);
                em_json_key(j, EM_S("draught_m"));
                em_json_raw(j, em_words_tenths(cli, r->draught));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static em_status as_json(em_fleet *f, em_str who, const em_heard *all, const em_heard *h, em_error *err)
{
        em_cli *cli = f->cli;
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_json_make(&buf, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.ship-series.1"));
        em_json_kstr(&j, "asked", who);
        em_json_kstr(&j, "from", em_words_instant(cli, h->from_s));
        em_json_kstr(&j, "to", em_words_instant(cli, h->to_s));
        em_json_kint(&j, "silence_s", EM_SILENCE_S);
        em_json_kint(&j, "positions", (int64_t)h->positions);
        em_json_kint(&j, "given", (int64_t)h->given);
        em_json_kint(&j, "pieces", (int64_t)h->pieces);
        em_json_key(&j, EM_S("hulls"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < h->hulls; i++) {
                const em_heard_hull *hull = &h->hull[i];
                em_json_open(&j, '{');
                em_json_kint(&j, "mmsi", hull->mmsi);
                em_json_kint(&j, "part", hull->part);
                em_json_kstr(&j, "name", em_heard_hull_name(cli, hull));
                em_json_kint(&j, "positions", (int64_t)hull->positions);
                put_column(cli, &j, "time_s", hull, TIME);
                put_column(cli, &j, "speed_kn", hull, SPEED);
                put_column(cli, &j, "wait_s", hull, WAIT);
                put_draughts(cli, &j, hull);
                em_json_close(&j, '}');
        }
        em_json_close(&j, ']');
        if (em_fleet_chart_out(f))
                EM_TRY(em_ships_chart_json(f, all, NULL, 0, &j, err));
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

/* The draught that it said last by then; reports are by their first. */
static uint8_t draught_at(const em_heard_hull *hull, int64_t time_s)
{
        uint8_t draught = 0;
        for (size_t i = 0; i < hull->reports && hull->report[i].first_s <= time_s; i++)
                draught = hull->report[i].draught ? hull->report[i].draught : draught;
        return draught;
}

static void as_csv(em_cli *cli, const em_heard *h)
{
        fputs("mmsi,part,time,speed_kn,wait_s,draught_m\n", cli->out);
        for (size_t i = 0; i < h->hulls; i++)
                for (size_t k = 0; k < h->hull[i].count; k++) {
                        const em_heard_hull *hull = &h->hull[i];
                        const em_heard_at   *x = &hull->at[k];
                        uint8_t draught = draught_at(hull, x->time_s);
                        fprintf(cli->out, "%09lu,%lu,%.*s,%.*s,%.*s,%.*s\n", (unsigned long)hull->mmsi, (unsigned long)hull->part,
                                EM_ARG(em_words_instant(cli, x->time_s)),
                                EM_ARG(x->sog == EM_AIS_SOG_NONE ? EM_S("") : em_words_tenths(cli, x->sog)),
                                EM_ARG(x->wait_s < 0 ? EM_S("") : em_cli_digits(cli, x->wait_s)),
                                EM_ARG(draught ? em_words_tenths(cli, draught) : EM_S("")));
                }
}

static const em_column columns[] = {
        {"hull", "hull", EM_CELL_TEXT, 0, 0}, {"from", "first (UTC)", EM_CELL_TEXT, 0, 0}, {"to", "last (UTC)", EM_CELL_TEXT, 0, 0},
        {"positions", "positions", EM_CELL_NUMBER, 0, 0}, {"fastest", "fastest, kn", EM_CELL_NUMBER, 0, 0},
        {"silent", "longest silence, h", EM_CELL_NUMBER, 0, 0}, {"draught", "draught, m", EM_CELL_TEXT, 0, 0},
};

static em_status add_row(em_cli *cli, const em_heard_hull *hull, em_table *t, em_error *err)
{
        unsigned fast = 0, low = 255, high = 0;
        int64_t  wait = 0;
        bool     said = false;
        for (size_t i = 0; i < hull->count; i++) {
                wait = hull->at[i].wait_s > wait ? hull->at[i].wait_s : wait;
                if (hull->at[i].sog == EM_AIS_SOG_NONE)
                        continue;
                said = true;
                fast = hull->at[i].sog > fast ? hull->at[i].sog : fast;
        }
        for (size_t i = 0; i < hull->reports; i++) {
                unsigned d = hull->report[i].draught;
                low = d && d < low ? d : low;
                high = d > high ? d : high;
        }
        em_str draught = !high ? EM_S("") : low == high ? em_words_tenths(cli, low)
                       : em_cli_text(cli, "%.*s to %.*s", EM_ARG(em_words_tenths(cli, low)), EM_ARG(em_words_tenths(cli, high)));
        return em_table_add(t, (em_str[]){em_heard_hull_name(cli, hull), em_words_time(cli, hull->at[0].time_s),
                                          em_words_time(cli, hull->at[hull->count - 1].time_s), em_cli_digits(cli, (int64_t)hull->positions),
                                          said ? em_words_tenths(cli, fast) : EM_S(""), em_words_tenths(cli, (unsigned)(wait / 360)), draught}, err);
}

static em_status as_text(em_cli *cli, const em_heard *h, em_error *err)
{
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t i = 0; i < h->hulls; i++)
                EM_TRY(add_row(cli, &h->hull[i], &t, err));
        em_table_print(&t, &cli->term, cli->out);
        return EM_OK;
}

/* ---- the command --------------------------------------------------------------------------------------- */

em_status em_ships_series(em_fleet *f, em_str who, em_error *err)
{
        em_cli   *cli = f->cli;
        int64_t   points = POINTS;
        uint32_t *mmsi = NULL;
        size_t    mmsis = 0;
        em_heard  all, h;
        em_str    chart = em_cli_value(cli, "chart");
        (void)em_str_int(em_cli_value(cli, "points"), &points);
        if (points < POINTS_LEAST || points > POINTS_MOST)
                return em_fail(err, EM_USAGE, "--points takes a number from %d to %d here", POINTS_LEAST, POINTS_MOST);
        if (!who.n)
                return em_fail(err, EM_USAGE, "ships series takes a ship: its MMSI, IMO number or name");
        EM_TRY(em_ships_numbers(f, who, &mmsi, &mmsis, err));
        EM_TRY(em_fleet_hear(f, mmsi, mmsis, &all, err));
        EM_TRY(em_heard_thin(f, &all, (size_t)points, &h, err));
        bool json = cli->form == EM_FORM_JSON, out = em_fleet_chart_out(f);
        if (json)
                EM_TRY(as_json(f, who, &all, &h, err));
        else if (cli->form == EM_FORM_CSV && !out)
                as_csv(cli, &h);
        else if (!out)
                EM_TRY(as_text(cli, &all, err));
        if (chart.n && !(json && out))
                EM_TRY(em_ships_chart(f, &all, NULL, 0, chart, err));
        em_cli_done(cli, NULL, "%.*s of %.*s%s%.*s", EM_ARG(em_cli_many(cli, h.positions, "position", "positions")),
                    EM_ARG(em_cli_many(cli, h.hulls, "hull", "hulls")), chart.n ? "; chart in " : "", EM_ARG(em_cli_safe(cli, chart)));
        return EM_OK;
}
