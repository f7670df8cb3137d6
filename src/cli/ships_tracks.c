/* Where ships were heard, as lines for a map of one's own: GeoJSON (RFC 7946), or a row a position.
 *
 * There may be millions of positions, and a map or a wire takes some hundred thousand.  So --points is shared out by how
 * much there is of each ship; the ends of every silence stay as long as there is room, since a line that hides where it is not
 * known would say too much, and of the rest so many, evenly.  Two walks over the index: the first counts.
 *
 * A line ends where a ship leaves --area, and at 180 degrees of longitude, as RFC 7946 (section 3.1.9) wants it.  Silences of silence_s are part of the line, and named by the position that ends them: from
 * the one before to that one it should be dotted, however far apart the others were left.
 */
#include "cli/ships.h"

#include <stdlib.h>

enum { POINTS = 20000, POINTS_MOST = 1000000 };

typedef struct place {
        em_fix fix;
        bool   begins, silent, end;     /* a line; nothing was heard before it; the last before a silence or of a line */
} place;

typedef struct tracking {
        em_fleet *f;
        uint64_t  most, total, given, hulls;
        em_json  *j;                    /* of GeoJSON, else NULL */
        em_table *table;                /* of people, else NULL */
        place    *at; size_t room;
} tracking;

/* ---- which positions ------------------------------------------------------------------------------- */

static em_status count(void *ctx, const em_hull *hull, em_error *err)
{
        tracking *t = ctx;
        (void)err;
        for (size_t i = 0; i < hull->fixes; i++)
                t->total += em_fleet_inside(t->f, hull->fix[i].lon, hull->fix[i].lat);
        return EM_OK;
}

/* Those inside the area, with where lines begin and silences end. */
static em_status gather(tracking *t, const em_hull *hull, size_t *ret_n, em_error *err)
{
        size_t n = 0;
        bool   inside = false;
        if (t->room < hull->fixes) {
                place *more = realloc(t->at, hull->fixes * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "too many positions for memory");
                t->at = more;
                t->room = hull->fixes;
        }
        for (size_t i = 0; i < hull->fixes; i++) {
                const em_fix *x = &hull->fix[i];
                bool here = em_fleet_inside(t->f, x->lon, x->lat);
                bool silent = here && inside && x->time_s - t->at[n - 1].fix.time_s >= EM_SILENCE_S;
                bool round = here && inside && llabs((int64_t)x->lon - t->at[n - 1].fix.lon) > 180 * EM_DEGREE;
                if (n && ((!here && inside) || silent || round))
                        t->at[n - 1].end = true;
                if (here)
                        t->at[n++] = (place){.fix = *x, .begins = !inside || round, .silent = silent};
                inside = here;
        }
        if (n)
                t->at[n - 1].end = true;
        *ret_n = n;
        return EM_OK;
}

/* Leaves at most `most` (two at least) of n, from the front; beginnings of lines stay beginnings. */
static size_t thin(place *at, size_t n, size_t most)
{
        size_t ends = 0, kept = 0;
        if (n <= most)
                return n;
        for (size_t i = 0; i < n; i++)
                ends += at[i].end || at[i].begins || at[i].silent;
        size_t room = most > ends ? most - ends : 1;
        for (size_t i = 0; i < n; i++) {
                bool ends_here = at[i].end || at[i].begins || at[i].silent;
                bool turn = i && i * room / n != (i - 1) * room / n;    /* room of n, evenly */
                bool stays = i == 0 || i + 1 == n || (kept + 1 < most && (ends_here || turn));
                if (!stays) {
                        at[i + 1].begins |= at[i].begins;
                        at[i + 1].silent |= at[i].silent;
                        continue;
                }
                at[kept++] = at[i];
        }
        return kept;
}

/* ---- what is written --------------------------------------------------------------------------------- */

static void put_place(em_cli *cli, em_json *j, const em_fix *x)
{
        em_json_open(j, '[');
        em_json_raw(j, em_words_degrees(cli, x->lon));
        em_json_raw(j, em_words_degrees(cli, x->lat));
        em_json_close(j, ']');
}

typedef enum part { PLACES, SECONDS, SILENT } part;

/* The lines, one part of each; a line of one place has it twice, as GeoJSON wants two. */
static void put_lines(tracking *t, size_t n, part what)
{
        em_json *j = t->j;
        em_json_open(j, '[');
        for (size_t i = 0, to; i < n; i = to) {
                for (to = i + 1; to < n && !t->at[to].begins;)
                        to++;
                em_json_open(j, '[');
                for (size_t k = i; k < (to == i + 1 ? to + 1 : to); k++) {
                        const em_fix *x = &t->at[k < to ? k : i].fix;
                        if (what == PLACES)
                                put_place(t->f->cli, j, x);
                        else if (what == SECONDS)
                                em_json_int(j, x->time_s);
                        else if (k > i && k < to && t->at[k].silent)
                                em_json_int(j, (int64_t)(k - i));
                }
                em_json_close(j, ']');
        }
        em_json_close(j, ']');
}

static void put_feature(tracking *t, const em_seen *s, size_t inside, size_t n)
{
        em_json *j = t->j;
        em_cli  *cli = t->f->cli;
        em_json_open(j, '{');
        em_json_kstr(j, "type", EM_S("Feature"));
        em_json_key(j, EM_S("properties"));
        em_json_open(j, '{');
        em_json_kint(j, "mmsi", s->mmsi);
        em_json_kint(j, "part", s->part);
        em_json_kstr(j, "name", em_seen_name(s));
        em_json_kint(j, "imo", em_seen_imo(s));
        em_json_kstr(j, "first", em_words_instant(cli, s->first.time_s));
        em_json_kstr(j, "last", em_words_instant(cli, s->last.time_s));
        em_json_kint(j, "positions", (int64_t)inside);
        em_json_key(j, EM_S("seconds"));
        put_lines(t, n, SECONDS);
        em_json_key(j, EM_S("silent"));
        put_lines(t, n, SILENT);
        em_json_close(j, '}');
        em_json_key(j, EM_S("geometry"));
        em_json_open(j, '{');
        em_json_kstr(j, "type", EM_S("MultiLineString"));
        em_json_key(j, EM_S("coordinates"));
        put_lines(t, n, PLACES);
        em_json_close(j, '}');
        em_json_close(j, '}');
}

static void put_rows(tracking *t, const em_hull *hull, const em_seen *s, size_t n)
{
        em_cli *cli = t->f->cli;
        for (size_t i = 0; i < n; i++) {
                const place *p = &t->at[i];
                bool dark = p->silent && !p->begins;
                fprintf(cli->out, "%09lu,%lu,", (unsigned long)hull->mmsi, (unsigned long)hull->part);
                em_table_csv_cell(em_seen_name(s), true, cli->out);
                fprintf(cli->out, ",%.*s,%.*s,%.*s,%s\n", EM_ARG(em_words_instant(cli, p->fix.time_s)), EM_ARG(em_words_degrees(cli, p->fix.lat)),
                        EM_ARG(em_words_degrees(cli, p->fix.lon)), dark ? "silent before" : "");
        }
}

static em_status add_row(tracking *t, const em_seen *s, size_t inside, em_error *err)
{
        em_cli *cli = t->f->cli;
        em_str  imo = em_seen_imo(s) ? em_cli_digits(cli, em_seen_imo(s)) : EM_S("");
        return em_table_add(t->table, (em_str[]){em_cli_text(cli, "%09lu%s%.*s", (unsigned long)s->mmsi, s->part ? "/" : "",
                                                             EM_ARG(s->part ? em_cli_digits(cli, s->part) : EM_S(""))),
                                                 em_seen_name(s), imo, em_words_time(cli, s->first.time_s), em_words_time(cli, s->last.time_s),
                                                 em_cli_digits(cli, (int64_t)inside)}, err);
}

static em_status each(void *ctx, const em_hull *hull, em_error *err)
{
        tracking *t = ctx;
        size_t    n = 0;
        EM_TRY(gather(t, hull, &n, err));
        if (!n)
                return EM_OK;
        uint64_t share = t->total <= t->most ? n : (uint64_t)((double)t->most * (double)n / (double)t->total);
        em_ship_report *report = EM_NEW_N(t->f->cli->arena, em_ship_report, hull->reports + 1);
        if (!report)
                return em_fail(err, EM_NOMEM, "too many ships for memory");
        if (hull->reports)
                memcpy(report, hull->report, hull->reports * sizeof *report);
        em_seen s = {.mmsi = hull->mmsi, .part = hull->part, .first = t->at[0].fix, .last = t->at[n - 1].fix, .report = report,
                     .reports = hull->reports};
        size_t left = thin(t->at, n, share < 2 ? 2 : (size_t)share);
        t->hulls++;
        t->given += left;
        if (t->j)
                put_feature(t, &s, n, left);
        else if (t->table)
                return add_row(t, &s, n, err);
        else
                put_rows(t, hull, &s, left);
        return EM_OK;
}

/* ---- the command --------------------------------------------------------------------------------------- */

static const em_column columns[] = {
        {"hull", "hull", EM_CELL_TEXT, 0, 0},       {"name", "name", EM_CELL_TEXT, 1, 12},          {"imo", "IMO", EM_CELL_TEXT, 0, 0},
        {"from", "first (UTC)", EM_CELL_TEXT, 0, 0}, {"to", "last (UTC)", EM_CELL_TEXT, 0, 0}, {"positions", "positions", EM_CELL_NUMBER, 0, 0},
};

static em_status as_json(tracking *t, const em_hulls_opts *opts, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_json_make(&buf, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.ships-tracks.1"));
        em_json_kstr(&j, "type", EM_S("FeatureCollection"));
        em_json_kstr(&j, "from", em_words_instant(t->f->cli, t->f->first_s));
        em_json_kstr(&j, "to", em_words_instant(t->f->cli, t->f->last_s));
        em_json_kint(&j, "silence_s", EM_SILENCE_S);
        em_json_kint(&j, "positions", (int64_t)t->total);
        em_json_key(&j, EM_S("features"));
        em_json_open(&j, '[');
        t->j = &j;
        em_status s = em_ships_hulls(t->f->ships, opts, each, t, err);
        if (s != EM_OK) {
                em_buf_free(&buf);
                return s;
        }
        em_json_close(&j, ']');
        em_json_kint(&j, "given", (int64_t)t->given);
        em_json_close(&j, '}');
        return em_cli_put(t->f->cli, &buf, err);
}

static em_status show(tracking *t, const em_hulls_opts *opts, em_error *err)
{
        em_cli  *cli = t->f->cli;
        em_table table = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        em_hulls_opts uncut = *opts;
        uncut.whole = true;             /* how many there are does not hang on whose they are */
        EM_TRY(em_ships_hulls(t->f->ships, &uncut, count, t, err));
        if (cli->form == EM_FORM_JSON)
                return as_json(t, opts, err);
        if (cli->form == EM_FORM_CSV)
                fputs("mmsi,part,name,time,lat,lon,note\n", cli->out);
        else
                t->table = &table;
        EM_TRY(em_ships_hulls(t->f->ships, opts, each, t, err));
        if (t->table)
                em_table_print(&table, &cli->term, cli->out);
        return EM_OK;
}

em_status em_ships_tracks(em_fleet *f, em_str who, em_error *err)
{
        em_cli       *cli = f->cli;
        tracking      t = {.f = f, .most = POINTS};
        int64_t       points = 0;
        em_hulls_opts opts = f->hulls;
        uint32_t     *mmsi = NULL;
        if (em_str_int(em_cli_value(cli, "points"), &points))
                t.most = (uint64_t)points;
        if (t.most < 2 || t.most > POINTS_MOST)
                return em_fail(err, EM_USAGE, "--points takes a number from 2 to 1000000");
        if (who.n)
                EM_TRY(em_ships_numbers(f, who, &mmsi, &opts.mmsis, err));
        opts.mmsi = mmsi;
        em_status s = show(&t, &opts, err);
        free(t.at);
        if (s == EM_OK)
                em_cli_done(cli, NULL, "%.*s of %.*s", EM_ARG(em_cli_many(cli, t.total, "position", "positions")),
                            EM_ARG(em_cli_many(cli, t.hulls, "hull", "hulls")));
        return s;
}
