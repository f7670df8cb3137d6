/* Fixes and reports gather in memory as they come, and are put in order by counting.
 *
 * Each (day, MMSI) is a group with a number, found by hashing; a fix keeps its group's number.  To put them in order the
 * groups are sorted, which are few, and their fixes laid out one group behind the other (a counting sort); within a group they
 * mostly stand in order of time already, as they were heard, and only where they do not are they sorted.
 */
#include <stdlib.h>

#include "ships/ships_inside.h"

enum { AHEAD = 16 };

typedef struct fix_row { uint64_t key; em_fix fix; } fix_row;           /* key: day, MMSI; second 0 */
typedef struct said_row { uint64_t key; em_said said; em_said_place place; } said_row;
typedef struct group { uint64_t key; size_t count, at; } group;

struct em_gather {
        fix_row  *fix;
        uint32_t *of, *order;           /* the group of each; places in order */
        size_t    n, most;
        said_row *said;
        size_t    said_n, said_most;
        group    *group;
        size_t    groups, group_most;
        uint32_t *slot;                 /* group + 1 */
        size_t    slots;
        const uint32_t *rank;
};

static uint64_t key_of(uint32_t mmsi, int64_t time_s)
{
        return (uint64_t)(time_s / EM_SHIPS_DAY_S) << 30 | mmsi;
}

static size_t hash_of(uint64_t key)
{
        return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 20);
}

em_gather *em_gather_make(uint64_t memory)
{
        em_gather *g = calloc(1, sizeof *g);
        if (!g)
                return NULL;
        size_t row = sizeof *g->fix + 2 * sizeof(uint32_t), most = (size_t)(memory / 10 * 6 / row);
        g->most = most < 4096 ? 4096 : most > UINT32_MAX / 2 ? UINT32_MAX / 2 : most;
        most = (size_t)(memory / 10 * 2 / sizeof *g->said);
        g->said_most = most < 1024 ? 1024 : most;
        most = (size_t)(memory / 10 * 2 / (sizeof *g->group + 4 * sizeof *g->slot));
        g->group_most = most < 1024 ? 1024 : most;
        g->slots = 1;
        while (g->slots < g->group_most * 2)
                g->slots *= 2;
        g->fix = malloc(g->most * sizeof *g->fix);
        g->of = malloc(g->most * sizeof *g->of);
        g->order = malloc(g->most * sizeof *g->order);
        g->said = malloc(g->said_most * sizeof *g->said);
        g->group = malloc(g->group_most * sizeof *g->group);
        g->slot = calloc(g->slots, sizeof *g->slot);
        return g->fix && g->of && g->order && g->said && g->group && g->slot ? g : em_gather_free(g);
}

em_gather *em_gather_free(em_gather *g)
{
        if (!g)
                return NULL;
        free(g->fix);
        free(g->of);
        free(g->order);
        free(g->said);
        free(g->group);
        free(g->slot);
        free(g);
        return NULL;
}

void em_gather_empty(em_gather *g)
{
        g->n = g->said_n = g->groups = 0;
        memset(g->slot, 0, g->slots * sizeof *g->slot);
}

/* SIZE_MAX: there is no room for one more. */
static size_t group_of(em_gather *g, uint64_t key)
{
        size_t i = hash_of(key) & (g->slots - 1);
        for (; g->slot[i]; i = (i + 1) & (g->slots - 1))
                if (g->group[g->slot[i] - 1].key == key)
                        return g->slot[i] - 1;
        if (g->groups == g->group_most)
                return SIZE_MAX;
        g->group[g->groups] = (group){.key = key};
        g->slot[i] = (uint32_t)++g->groups;
        return g->groups - 1;
}

bool em_gather_fix(em_gather *g, uint32_t mmsi, const em_fix *fix)
{
        uint64_t key = key_of(mmsi, fix->time_s);
        size_t   of = g->n < g->most ? group_of(g, key) : SIZE_MAX;
        if (of == SIZE_MAX)
                return false;
        g->fix[g->n] = (fix_row){key, *fix};
        g->of[g->n++] = (uint32_t)of;
        g->group[of].count++;
        return true;
}

bool em_gather_said(em_gather *g, uint32_t mmsi, const em_said *said, const em_said_place *place)
{
        if (g->said_n == g->said_most)
                return false;
        g->said[g->said_n++] = (said_row){key_of(mmsi, place->time_s), *said, *place};
        return true;
}

/* ---- order ---- */

static int by_key(const void *x, const void *y)
{
        const group *a = x, *b = y;
        return a->key < b->key ? -1 : a->key > b->key;
}

static int by_place(const em_fix *a, const em_fix *b)
{
        if (a->time_s != b->time_s)
                return a->time_s < b->time_s ? -1 : 1;
        if (a->lon != b->lon)
                return a->lon < b->lon ? -1 : 1;
        if (a->lat != b->lat)
                return a->lat < b->lat ? -1 : 1;
        if (a->file != b->file)
                return a->file < b->file ? -1 : 1;
        return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int by_row(const void *x, const void *y, void *ctx)
{
        const fix_row *row = ctx;
        const uint32_t *a = x, *b = y;
        return by_place(&row[*a].fix, &row[*b].fix);
}

static int by_said(const void *x, const void *y)
{
        const said_row *a = x, *b = y;
        if (a->key != b->key)
                return a->key < b->key ? -1 : 1;
        int c = memcmp(&a->said, &b->said, sizeof a->said);
        if (c)
                return c;
        if (a->place.time_s != b->place.time_s)
                return a->place.time_s < b->place.time_s ? -1 : 1;
        if (a->place.file != b->place.file)
                return a->place.file < b->place.file ? -1 : 1;
        return a->place.offset < b->place.offset ? -1 : a->place.offset > b->place.offset;
}

static bool in_order(const em_gather *g, size_t from, size_t to)
{
        for (size_t i = from + 1; i < to; i++) {
                if (i + AHEAD < to)
                        __builtin_prefetch(&g->fix[g->order[i + AHEAD]]);
                if (by_place(&g->fix[g->order[i - 1]].fix, &g->fix[g->order[i]].fix) > 0)
                        return false;
        }
        return true;
}

em_status em_gather_seal(em_gather *g, const uint32_t *rank, em_error *err)
{
        /* Sorting the groups moves them: `at` keeps where each one's fixes go, found by its old number. */
        size_t *place = malloc((g->groups + 1) * sizeof *place);
        if (!place)
                return em_fail(err, EM_NOMEM, "no memory to put fixes in order");
        for (size_t i = 0; i < g->groups; i++)
                g->group[i].at = i;
        qsort(g->group, g->groups, sizeof *g->group, by_key);
        for (size_t i = 0, at = 0; i < g->groups; i++) {
                place[g->group[i].at] = at;
                g->group[i].at = at;
                at += g->group[i].count;
        }
        for (size_t i = 0; rank && i < g->n; i++)
                g->fix[i].fix.file = rank[g->fix[i].fix.file];
        for (size_t i = 0; rank && i < g->said_n; i++)
                g->said[i].place.file = rank[g->said[i].place.file];
        for (size_t i = 0; i < g->n; i++)
                g->order[place[g->of[i]]++] = (uint32_t)i;
        free(place);
        for (size_t i = 0; i < g->groups; i++) {
                size_t from = g->group[i].at, to = from + g->group[i].count;
                if (!in_order(g, from, to))
                        qsort_r(g->order + from, to - from, sizeof *g->order, by_row, g->fix);
        }
        qsort(g->said, g->said_n, sizeof *g->said, by_said);
        return EM_OK;
}

/* ---- by day ---- */

static int by_day(const void *x, const void *y)
{
        const uint32_t *a = x, *b = y;
        return *a < *b ? -1 : *a > *b;
}

size_t em_gather_days(const em_gather *g, uint32_t **ret_days, em_error *err)
{
        uint32_t *day = malloc((g->groups + g->said_n + 1) * sizeof *day);
        size_t    n = 0, kept = 0;
        if (!day) {
                (void)em_fail(err, EM_NOMEM, "no memory for the days of fixes");
                return SIZE_MAX;
        }
        for (size_t i = 0; i < g->groups; i++)
                if (n == 0 || day[n - 1] != (uint32_t)(g->group[i].key >> 30))
                        day[n++] = (uint32_t)(g->group[i].key >> 30);
        for (size_t i = 0; i < g->said_n; i++)
                if (n == 0 || day[n - 1] != (uint32_t)(g->said[i].key >> 30))
                        day[n++] = (uint32_t)(g->said[i].key >> 30);
        qsort(day, n, sizeof *day, by_day);
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || day[kept - 1] != day[i])
                        day[kept++] = day[i];
        *ret_days = day;
        return kept;
}

/* The first group, or report, whose key is not below. */
static size_t first_group(const em_gather *g, uint64_t key)
{
        size_t low = 0, high = g->groups;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (g->group[mid].key < key)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static size_t first_said(const em_gather *g, uint64_t key)
{
        size_t low = 0, high = g->said_n;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (g->said[mid].key < key)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

em_gather_span em_gather_day(const em_gather *g, uint32_t day)
{
        size_t from = first_group(g, (uint64_t)day << 30), to = first_group(g, (uint64_t)(day + 1) << 30);
        return (em_gather_span){
                .at = from < g->groups ? g->group[from].at : g->n, .end = to < g->groups ? g->group[to].at : g->n,
                .said_at = first_said(g, (uint64_t)day << 30), .said_end = first_said(g, (uint64_t)(day + 1) << 30),
        };
}

/* Fixes are asked for one after the other but lie where they came: those that come next are fetched ahead. */
uint32_t em_gather_mmsi(const em_gather *g, size_t i)
{
        if (i + AHEAD < g->n)
                __builtin_prefetch(&g->fix[g->order[i + AHEAD]]);
        return (uint32_t)(g->fix[g->order[i]].key & ((1u << 30) - 1));
}

const em_fix *em_gather_at(const em_gather *g, size_t i)
{
        return &g->fix[g->order[i]].fix;
}

uint32_t em_gather_said_mmsi(const em_gather *g, size_t i)
{
        return (uint32_t)(g->said[i].key & ((1u << 30) - 1));
}

void em_gather_said_at(const em_gather *g, size_t i, em_said *ret_said, em_said_place *ret_place)
{
        *ret_said = g->said[i].said;
        *ret_place = g->said[i].place;
}
