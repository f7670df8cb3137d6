/* Scores the drift and detour events on voyages with labelled windows.
 *
 *     labelled_voyages WITH.csv WITHOUT.csv WINDOWS.csv [-v] [--sea ROOT] [RULE=VALUE]...
 *
 * Rows are mmsi,epoch,lat,lon,sog_tenth_kn,nav_status,cog_tenth_deg, by ship and time; windows are mmsi,voyage,start,end,points.  A window and an
 * event of its ship go together when they share at least half of the time of the shorter.  Windows without a fix in them
 * are counted apart: nothing can be seen there.  Ships are split in two halves by a hash of the MMSI, so that rules can be set on half 0 and
 * be judged on half 1.
 */
#include <stdio.h>
#include <stdlib.h>

#include "embargo/voyage.h"

typedef struct voyage { uint32_t mmsi; em_fix *fix; size_t fixes; bool clean; } voyage;
typedef struct window { uint32_t mmsi; int64_t start_s, end_s; bool found, empty; } window;
typedef struct voyages { voyage at[512]; size_t count; } voyages;
typedef struct windows { window at[1024]; size_t count; } windows;

static FILE *opened(const char *path)
{
        FILE *in = fopen(path, "r");
        if (!in) {
                perror(path);
                exit(1);
        }
        return in;
}

static int32_t unit(double degrees)
{
        return (int32_t)(degrees * EM_DEGREE + (degrees < 0 ? -0.5 : 0.5));
}

static void fix_add(voyage *v, const em_fix *fix)
{
        if (!(v->fixes & (v->fixes - 1))) {
                em_fix *more = realloc(v->fix, (v->fixes ? v->fixes * 2 : 1) * sizeof *more);
                if (!more)
                        exit(1);
                v->fix = more;
        }
        v->fix[v->fixes++] = *fix;
}

static void read_voyages(const char *path, bool clean, voyages *to)
{
        FILE *in = opened(path);
        char line[256];
        size_t first = to->count;
        while (fgets(line, sizeof line, in)) {
                unsigned mmsi, status;
                long long epoch;
                double lat, lon, sog, cog;
                if (sscanf(line, "%u,%lld,%lf,%lf,%lf,%u,%lf", &mmsi, &epoch, &lat, &lon, &sog, &status, &cog) != 7)
                        continue;
                if (to->count == first || to->at[to->count - 1].mmsi != mmsi)
                        to->at[to->count++] = (voyage){ .mmsi = mmsi, .clean = clean };
                voyage *v = &to->at[to->count - 1];
                const em_fix fix = { .time_s = epoch, .lon = unit(lon), .lat = unit(lat), .sog = (uint16_t)sog, .cog = (uint16_t)cog,
                                     .heading = EM_AIS_HEADING_NONE, .status = (uint8_t)status };
                if (!v->fixes || v->fix[v->fixes - 1].time_s <= epoch)
                        fix_add(v, &fix);
        }
        fclose(in);
}

static void read_windows(const char *path, windows *to)
{
        FILE *in = opened(path);
        char line[256];
        while (fgets(line, sizeof line, in)) {
                unsigned mmsi;
                long long voyage_s, start_s, end_s;
                if (sscanf(line, "%u,%lld,%lld,%lld", &mmsi, &voyage_s, &start_s, &end_s) == 4)
                        to->at[to->count++] = (window){ .mmsi = mmsi, .start_s = start_s, .end_s = end_s, .empty = true };
        }
        fclose(in);
}

/* FNV-1a of the number's bytes. */
static unsigned half_of(uint32_t mmsi)
{
        uint32_t h = 2166136261u;
        for (int i = 0; i < 4; i++)
                h = (h ^ (mmsi >> (8 * i) & 255)) * 16777619u;
        return h >> 16 & 1;
}

static bool together(const window *w, const em_event *e)
{
        int64_t from = w->start_s > e->start_s ? w->start_s : e->start_s, to = w->end_s < e->end_s ? w->end_s : e->end_s;
        int64_t a = w->end_s - w->start_s, b = e->end_s - e->start_s, shorter = a < b ? a : b;
        return to >= from && (to - from) * 2 >= shorter;
}

typedef struct score { unsigned windows, empty, found, events, right, clean, alarmed, alarms; } score;

static void count_voyage(const voyage *v, windows *all, const em_sea *sea, const em_ship_rules *rules, bool verbose, score *s)
{
        const em_hull hull = { .mmsi = v->mmsi, .fix = v->fix, .fixes = v->fixes };
        const em_events_opts opts = { .kinds = 1u << EM_EVENT_DRIFT | 1u << EM_EVENT_DETOUR, .threads = 1 };
        em_events *events;
        em_error err;
        if (em_events_of(&hull, 1, sea, rules, &opts, &events, &err) != EM_OK) {
                fprintf(stderr, "%s\n", err.text);
                exit(1);
        }
        s->clean += v->clean;
        s->alarmed += v->clean && em_events_count(events);
        for (size_t i = 0; i < em_events_count(events); i++) {
                const em_event *e = em_events_at(events, i);
                bool right = false;
                for (size_t k = 0; k < all->count; k++)
                        if (all->at[k].mmsi == v->mmsi && together(&all->at[k], e))
                                right = all->at[k].found = true;
                s->events += !v->clean;
                s->right += right;
                s->alarms += v->clean;
                if (verbose)
                        printf("%s %u %s %lld %.1f h %.2f shore %.0f %.*s\n", v->clean ? "clean" : right ? "right" : "wrong", v->mmsi, e->what,
                               (long long)e->start_s, e->hours, e->score, e->shore_m / 1000, EM_ARG(e->reason));
        }
        em_events_free(events);
        for (size_t k = 0; k < all->count; k++) {
                window *w = &all->at[k];
                if (w->mmsi != v->mmsi || v->clean)
                        continue;
                for (size_t i = 0; i < v->fixes; i++)
                        w->empty &= v->fix[i].time_s < w->start_s || v->fix[i].time_s > w->end_s;
                s->windows++;
                s->empty += w->empty;
                s->found += w->found && !w->empty;
                if (verbose && !w->found)
                        printf("missed %u %lld %.1f h%s\n", w->mmsi, (long long)w->start_s, (double)(w->end_s - w->start_s) / 3600, w->empty ? " empty" : "");
        }
}

int main(int argc, char **argv)
{
        static voyages all;
        static windows labels;
        score s[2] = { { .windows = 0 } };
        em_ship_rules rules = em_ship_rules_embargo;
        bool verbose = false;
        em_sea *sea = NULL;
        if (argc < 4)
                return 2;
        for (int i = 4; i < argc; i++) {
                em_error err;
                if (strcmp(argv[i], "-v") == 0)
                        verbose = true;
                else if (strcmp(argv[i], "--sea") == 0 && i + 1 < argc) {
                        if (em_sea_open(em_str_c(argv[++i]), EM_S(""), &sea, &err) != EM_OK)
                                return 2;
                } else if (em_ship_rules_set(&rules, em_str_c(argv[i]), &err) != EM_OK)
                        return 2;
        }
        read_voyages(argv[1], false, &all);
        read_voyages(argv[2], true, &all);
        read_windows(argv[3], &labels);
        for (size_t i = 0; i < all.count; i++) {
                count_voyage(&all.at[i], &labels, sea, &rules, verbose, &s[half_of(all.at[i].mmsi)]);
                free(all.at[i].fix);
        }
        for (int half = 0; half < 2; half++)
                printf("half %d: %u windows (%u without a fix), %u found; %u events on their voyages, %u of them right; %u clean voyages, %u with an event,"
                       " %u events\n", half, s[half].windows, s[half].empty, s[half].found, s[half].events, s[half].right, s[half].clean, s[half].alarmed,
                       s[half].alarms);
        em_sea_close(sea);
        return 0;
}
