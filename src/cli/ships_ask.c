/* From the command line to events: the index, the sea, the rules, the span.
 *
 * Two passes over the index at most: the detectors see every hull once, and the hulls that
 * came up in an event are read again, so that memory goes with what was found and not with the fleet.
 */
#include "cli/ships.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- where things are --------------------------------------------------------------------- */

static em_status find_index(em_fleet *f, em_error *err)
{
        em_cli *cli = f->cli;
        em_str  dir = em_cli_value(cli, "index");
        if (!dir.n) {
                EM_TRY(em_path_join(cli->case_dir, EM_S("index/ships"), cli->arena, &dir, err));
                if (!em_path_exists(dir))
                        return em_fail(err, EM_USAGE, "ships needs --index DIR, an index that embargo index ships made (the case "
                                                      "has none of its own)");
        }
        if (!em_path_is_dir(dir))
                return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; embargo index ships makes one");
        f->dir = dir;
        return EM_OK;
}

/* --regime, else the case's, else the only one that the program carries. */
static em_status find_regime(em_fleet *f, em_error *err)
{
        em_cli *cli = f->cli;
        em_str  name = em_cli_value(cli, "regime"), db = {0}, *all = NULL;
        size_t  count = 0;
        if (name.n)
                return em_data_find("regimes", name, "measures.csv", cli->arena, &f->regime, err);
        EM_TRY(em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &db, err));
        if (em_path_exists(db)) {
                em_case *c = NULL;
                EM_TRY(em_cli_open(cli, EM_CASE_READ, &c, err));
                em_status s = em_str_copy(em_case_regime_dir(c), cli->arena, &f->regime, err);
                em_case_close(c);
                return s;
        }
        EM_TRY(em_data_names("regimes", cli->arena, &all, &count, err));
        return count == 1 ? em_data_find("regimes", all[0], "measures.csv", cli->arena, &f->regime, err) : EM_OK;
}

static em_status open_sea(em_fleet *f, em_error *err)
{
        em_str sea = {0};
        EM_TRY(em_data_find("data", EM_S("sea"), ".", f->cli->arena, &sea, err));
        return em_sea_open(em_path_dir(em_path_dir(sea)), f->regime, &f->sea, err);
}

/* --names, else the case's own index of lists; without one nothing is matched. */
static em_status open_names(em_fleet *f, em_error *err)
{
        em_str path = em_cli_value(f->cli, "names");
        if (em_str_eq(path, EM_S("none")))
                return EM_OK;
        if (!path.n) {
                EM_TRY(em_path_join(f->cli->case_dir, EM_S("index/names.idx"), f->cli->arena, &path, err));
                if (!em_path_exists(path))
                        return EM_OK;
        }
        f->names_path = path;
        return em_names_open(path, &f->names, err);
}

/* ---- what is asked -------------------------------------------------------------------------- */

static em_status parse_rules(em_fleet *f, em_error *err)
{
        static const char *const known[] = {"embargo", "gfw"};
        em_str profile = em_cli_value(f->cli, "profile"), rule = {0};
        f->profile = profile.n ? profile : EM_S("embargo");
        if (em_str_eq(f->profile, EM_S("gfw")))
                f->rules = em_ship_rules_gfw;
        else if (em_str_eq(f->profile, EM_S("embargo")))
                f->rules = em_ship_rules_embargo;
        else
                return em_option_unknown(EM_USAGE, "profile", profile, known, 2, err);
        for (size_t i = 0; em_option_nth(f->cli->parsed, "rule", i, &rule); i++)
                EM_TRY(em_ship_rules_set(&f->rules, rule, err));
        return EM_OK;
}

static em_status parse_kinds(em_fleet *f, em_error *err)
{
        const char *name[EM_EVENT_KINDS];
        em_str list = em_cli_value(f->cli, "kind");
        f->kinds = list.n ? 0 : EM_KINDS_ALL;
        for (size_t k = 0; k < EM_EVENT_KINDS; k++)
                name[k] = em_event_kind_name((em_event_kind)k);
        for (em_cut cut = {.tail = list, .found = list.n != 0}; cut.found;) {
                size_t k = 0;
                cut = em_str_cut(cut.tail, ',');
                while (k < EM_EVENT_KINDS && !em_str_eq(cut.head, em_str_c(name[k])))
                        k++;
                if (k == EM_EVENT_KINDS)
                        return em_option_unknown(EM_USAGE, "kind of event", cut.head, name, EM_EVENT_KINDS, err);
                f->kinds |= 1u << k;
        }
        return EM_OK;
}

static em_status parse_span(em_fleet *f, em_error *err)
{
        em_day from = EM_DAY_NONE, to = EM_DAY_NONE;
        f->hulls = (em_hulls_opts){.from_s = INT64_MIN, .to_s = INT64_MAX};
        if (em_day_parse(em_cli_value(f->cli, "from"), &from))
                f->hulls.from_s = (int64_t)from * 86400;
        if (em_day_parse(em_cli_value(f->cli, "to"), &to))
                f->hulls.to_s = ((int64_t)to + 1) * 86400 - 1;
        if (f->hulls.from_s > f->hulls.to_s)
                return em_fail(err, EM_USAGE, "--from is after --to");
        f->hulls.whole = f->rules.by_mmsi;
        return EM_OK;
}

/* From the first to the last position of the files, cut to what was asked for. */
static void set_ends(em_fleet *f)
{
        const em_ship_file *file = NULL;
        size_t files = em_ships_files(f->ships, &file);
        int64_t first = INT64_MAX, last = INT64_MIN;
        for (size_t i = 0; i < files; i++) {
                if (!file[i].fixes)
                        continue;
                first = file[i].first_s < first ? file[i].first_s : first;
                last = file[i].last_s > last ? file[i].last_s : last;
        }
        f->first_s = first < f->hulls.from_s ? f->hulls.from_s : first == INT64_MAX ? 0 : first;
        f->last_s = last > f->hulls.to_s ? f->hulls.to_s : last == INT64_MIN ? 0 : last;
}

em_status em_fleet_open(em_fleet *f, em_error *err)
{
        EM_TRY(parse_rules(f, err));
        EM_TRY(parse_kinds(f, err));
        EM_TRY(parse_span(f, err));
        EM_TRY(em_fleet_area(f, err));
        EM_TRY(find_index(f, err));
        EM_TRY(find_regime(f, err));
        EM_TRY(em_ships_open(f->dir, &f->ships, err));
        set_ends(f);
        if (f->bare)
                return EM_OK;
        EM_TRY(open_names(f, err));
        return open_sea(f, err);
}

bool em_fleet_map_out(const em_fleet *f) { return em_str_eq(em_cli_value(f->cli, "map"), EM_S("-")); }

void em_fleet_close(em_fleet *f)
{
        em_events_free(f->events);
        em_ships_close(f->ships);
        em_sea_close(f->sea);
        em_names_close(f->names);
        f->names = NULL;
        f->events = NULL;
        f->ships = NULL;
        f->sea = NULL;
}

/* ---- detecting -------------------------------------------------------------------------------- */

/* A folder of its own for what does not fit into memory. */
static em_status make_scratch(char path[512], em_error *err)
{
        const char *tmp = getenv("TMPDIR");
        int         n = snprintf(path, 512, "%s/embargo-ships-XXXXXX", tmp && *tmp ? tmp : "/tmp");
        if (n < 0 || n >= 512 || !mkdtemp(path))
                return em_fail(err, EM_IO, "no temporary folder can be made to look for events in; TMPDIR names its place");
        return EM_OK;
}

static em_status detect(em_fleet *f, const em_ship_rules *rules, em_events **ret_events, em_error *err)
{
        char scratch[512];
        em_status made = make_scratch(scratch, err);
        if (made != EM_OK && !f->cli->inside)
                return made;
        if (made != EM_OK)
                scratch[0] = '\0';      /* the service may write nowhere: what fits into memory is found all the same */
        em_events_opts opts = {.kinds = f->kinds, .threads = f->cli->threads, .scratch = em_str_c(scratch), .hulls = f->hulls};
        opts.hulls.whole = rules->by_mmsi;
        em_status s = em_events_find(f->ships, f->sea, rules, &opts, &f->cli->progress, ret_events, err);
        if (scratch[0])
                (void)rmdir(scratch);
        em_meter_end(&f->cli->meter);
        return s;
}

em_status em_fleet_detect(em_fleet *f, em_error *err)
{
        f->events = em_events_free(f->events);
        return detect(f, &f->rules, &f->events, err);
}

em_status em_fleet_count(em_fleet *f, const em_ship_rules *rules, uint64_t ret_count[EM_EVENT_KINDS], em_error *err)
{
        em_events *events = NULL;
        EM_TRY(detect(f, rules, &events, err));
        memset(ret_count, 0, EM_EVENT_KINDS * sizeof *ret_count);
        for (size_t i = 0; i < em_events_count(events); i++)
                ret_count[em_events_at(events, i)->kind]++;
        em_events_free(events);
        return EM_OK;
}

/* ---- looking again ------------------------------------------------------------------------------ */

typedef struct looking { em_fleet *f; size_t room; } looking;

/* Every silence of six hours keeps its ends; between them every n-th fix stays. */
static size_t thin(const em_fix *fix, size_t n, em_fix *out)
{
        size_t step = n / (EM_TRACK_MOST / 2) + 1, kept = 0, last = 0;
        for (size_t i = 0; i < n; i++) {
                bool end = i == 0 || i + 1 == n || fix[i].time_s - fix[i - 1].time_s >= 6 * 3600 ||
                           fix[i + 1].time_s - fix[i].time_s >= 6 * 3600;
                if (kept < EM_TRACK_MOST - 1 ? end || i - last >= step : i + 1 == n) {
                        out[kept++] = fix[i];
                        last = i;
                }
        }
        return kept;
}

static double way_of(const em_fix *fix, size_t n)
{
        double way = 0;
        for (size_t i = 1; i < n; i++)
                way += em_sphere_m(fix[i - 1].lon, fix[i - 1].lat, fix[i].lon, fix[i].lat);
        return way;
}

static em_status see(void *ctx, const em_hull *hull, em_error *err)
{
        looking  *l = ctx;
        em_fleet *f = l->f;
        em_arena *arena = f->cli->arena;
        if (f->seens == l->room) {
                size_t   room = l->room ? 2 * l->room : 64;
                em_seen *more = EM_NEW_N(arena, em_seen, room);
                if (!more)
                        return em_fail(err, EM_NOMEM, "too many ships for memory");
                if (f->seens)
                        memcpy(more, f->seen, f->seens * sizeof *more);
                f->seen = more;
                l->room = room;
        }
        em_seen s = {.mmsi = hull->mmsi, .part = hull->part, .first = hull->fix[0], .last = hull->fix[hull->fixes - 1],
                     .fixes = hull->fixes, .way_m = way_of(hull->fix, hull->fixes), .reports = hull->reports};
        s.report = EM_NEW_N(arena, em_ship_report, hull->reports + 1);
        s.track = EM_NEW_N(arena, em_fix, hull->fixes < EM_TRACK_MOST ? hull->fixes : EM_TRACK_MOST);
        if (!s.report || !s.track)
                return em_fail(err, EM_NOMEM, "too many ships for memory");
        if (hull->reports)
                memcpy(s.report, hull->report, hull->reports * sizeof *s.report);
        s.tracks = thin(hull->fix, hull->fixes, s.track);
        f->seen[f->seens++] = s;
        return EM_OK;
}

em_status em_fleet_look(em_fleet *f, const uint32_t *mmsi, size_t mmsis, em_error *err)
{
        looking       l = {.f = f};
        em_hulls_opts opts = f->hulls;
        f->seens = 0;
        if (!mmsis)
                return EM_OK;
        opts.mmsi = mmsi;
        opts.mmsis = mmsis;
        return em_ships_hulls(f->ships, &opts, see, &l, err);
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

em_status em_fleet_look_at_events(em_fleet *f, em_error *err)
{
        size_t    n = 0, kept = 0, count = em_events_count(f->events);
        uint32_t *mmsi = EM_NEW_N(f->cli->arena, uint32_t, 2 * count + 1);
        if (!mmsi)
                return em_fail(err, EM_NOMEM, "too many events for memory");
        for (size_t i = 0; i < count; i++) {
                const em_event *e = em_events_at(f->events, i);
                mmsi[n++] = e->mmsi;
                if (e->other_mmsi)
                        mmsi[n++] = e->other_mmsi;
        }
        if (n)
                qsort(mmsi, n, sizeof *mmsi, by_number);
        for (size_t i = 0; i < n; i++)
                if (!kept || mmsi[kept - 1] != mmsi[i])
                        mmsi[kept++] = mmsi[i];
        return em_fleet_look(f, mmsi, kept, err);
}

const em_seen *em_fleet_seen(const em_fleet *f, uint32_t mmsi, uint32_t part)
{
        size_t low = 0, high = f->seens;
        while (low < high) {
                size_t         mid = low + (high - low) / 2;
                const em_seen *s = &f->seen[mid];
                if (s->mmsi == mmsi && s->part == part)
                        return s;
                if (s->mmsi < mmsi || (s->mmsi == mmsi && s->part < part))
                        low = mid + 1;
                else
                        high = mid;
        }
        return NULL;
}

bool *em_fleet_marks(const em_fleet *f, const em_event *const *event, size_t events, uint32_t kinds)
{
        bool *mark = EM_NEW_N(f->cli->arena, bool, f->seens + 1);
        if (!mark)
                return NULL;
        memset(mark, 0, f->seens + 1);
        for (size_t i = 0; i < events; i++) {
                const em_event *e = event[i];
                if (!(kinds >> e->kind & 1))
                        continue;
                const em_seen *own = em_fleet_seen(f, e->mmsi, e->part);
                const em_seen *other = e->other_mmsi ? em_fleet_seen(f, e->other_mmsi, e->other_part) : NULL;
                if (own)
                        mark[own - f->seen] = true;
                if (other)
                        mark[other - f->seen] = true;
        }
        return mark;
}

/* ---- lists ---------------------------------------------------------------------------------------- */

static const double LISTED_LEAST = 0.70;        /* what screening shows for review */

em_status em_fleet_listed(em_fleet *f, const em_seen *s, em_listed_ship **ret_list, size_t *ret_count, em_error *err)
{
        em_hull_said said = {.mmsi = s->mmsi, .part = s->part, .first_s = s->first.time_s, .last_s = s->last.time_s,
                             .report = s->report, .reports = s->reports};
        *ret_count = 0;
        return f->names ? em_ships_match(f->names, &said, LISTED_LEAST, f->cli->arena, ret_list, ret_count, err) : EM_OK;
}
