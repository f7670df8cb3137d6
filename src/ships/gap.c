/* Silences: a ship that is heard, and then not for hours.
 *
 * Most silences are the receivers', not the ship's.  Global Fishing Watch tells them apart by a map of reception of its own (Welch et al., Science
 * Advances 8, 2022: 12 h, 50 nm offshore, 14 positions in the 12 h before); ours is measured in the same data (reception.h): how
 * many other ships were heard along the way that this one would have gone, while it was silent, and what chance a ship that sends then has not to be
 * heard for so long.  Where too few were there to say, the silence is shown only of a ship that was well heard before, and scored low.
 */
#include "ships/reception.h"

#include "ships/pile.h"

#include <math.h>
#include <stdlib.h>

#define BEFORE_S (12 * 3600)
#define THIN_SCORE 0.3
#define UNSEEN 0.5                      /* times: nobody was heard there meanwhile, so the receiver may have been off */
#define IN_PORT 0.4                     /* times: a ship at its berth may switch off */

typedef struct silence {
        uint32_t mmsi, part;
        uint32_t before;
        bool     in_port;
        em_fix   first, last;
} silence;

typedef struct gap_state {
        const em_detecting *with;
        em_reception *reception;
        em_pile      *silences;
        uint32_t      count;
        em_reception_answer answer[EM_RECEPTION_BLOCK];
} gap_state;

static void gap_close(void *ctx)
{
        gap_state *s = ctx;
        if (!s)
                return;
        em_reception_free(s->reception);
        em_pile_free(s->silences);
        free(s);
}

static em_status gap_begin(const em_detecting *with, void **ret_state, em_error *err)
{
        gap_state *s = calloc(1, sizeof *s);
        if (!s)
                return em_fail(err, EM_NOMEM, "out of memory for the silences");
        s->with = with;
        em_status status = em_reception_new(with, &s->reception, err);
        if (status == EM_OK)
                status = em_pile_new(sizeof(silence), with->memory / 8, with->scratch, &s->silences, err);
        if (status != EM_OK) {
                gap_close(s);
                return status;
        }
        *ret_state = s;
        return EM_OK;
}

/* Positions in the 12 h up to fix i; where receivers are said, by satellite, as a ship far offshore must be heard. */
static uint32_t heard_before(const em_hull *hull, size_t i)
{
        uint32_t all = 0, satellite = 0;
        for (size_t k = i + 1; k-- > 0 && hull->fix[i].time_s - hull->fix[k].time_s <= BEFORE_S;) {
                all++;
                satellite += (hull->fix[k].flags & EM_FIX_SATELLITE) != 0;
        }
        return satellite ? satellite : all;
}

/* With no chance to go by, the positions before decide alone, as in Global Fishing Watch's rule. */
static bool by_chance(const em_ship_rules *rules)
{
        return rules->gap_chance < 1;
}

static em_status silence_add(gap_state *s, const em_hull *hull, size_t i, em_error *err)
{
        const em_ship_rules *rules = s->with->rules;
        const em_sea *sea = s->with->sea;
        silence gap = { .mmsi = hull->mmsi, .part = hull->part, .first = hull->fix[i], .last = hull->fix[i + 1], .before = heard_before(hull, i) };
        if (!by_chance(rules) && gap.before < rules->gap_before)
                return EM_OK;
        if (sea && rules->gap_shore_m > 0 && em_sea_coast_m(sea, gap.first.lon, gap.first.lat, rules->gap_shore_m) < rules->gap_shore_m)
                return EM_OK;
        if (sea) {
                double m;
                ptrdiff_t a = em_sea_port_near(sea, gap.first.lon, gap.first.lat, rules->port_leave_m, &m);
                gap.in_port = a >= 0 && a == em_sea_port_near(sea, gap.last.lon, gap.last.lat, rules->port_leave_m, &m);
        }
        EM_TRY(em_pile_add(s->silences, s->count++ / EM_RECEPTION_BLOCK, &gap, err));
        return em_reception_ask(s->reception, &gap.first, &gap.last, err);
}

static em_status gap_hull(void *ctx, const em_hull *hull, em_event_sink *sink, em_error *err)
{
        (void)sink;
        gap_state *s = ctx;
        const int64_t least_s = (int64_t)(s->with->rules->gap_hours * 3600);
        EM_TRY(em_reception_hull(s->reception, hull, err));
        for (size_t i = 0; i + 1 < hull->fixes; i++)
                if (hull->fix[i + 1].time_s - hull->fix[i].time_s >= least_s)
                        EM_TRY(silence_add(s, hull, i, err));
        return EM_OK;
}

/* ---- judged ---------------------------------------------------------------------------------------- */

typedef struct judged { bool shown; double chance, score, rate; const char *basis; } judged;

static judged judge(const em_ship_rules *rules, const silence *gap, const em_reception_answer *a)
{
        judged j = { .chance = 1 };
        j.rate = em_reception_rate(a, &j.basis);
        if (j.rate >= 0)
                j.chance = exp(-j.rate * a->hours);
        const double days = a->all.present / 24;
        if (rules->gap_reception > 0 && a->all.present >= EM_RECEPTION_ENOUGH && (double)a->positions <= rules->gap_reception * days)
                return j;
        if (j.rate < 0)
                j.shown = gap->before >= rules->gap_before;
        else
                j.shown = !by_chance(rules) || j.chance <= rules->gap_chance;
        j.score = (j.rate < 0 ? THIN_SCORE : 1 - j.chance) * (gap->in_port ? IN_PORT : 1) * (j.rate >= 0 && !a->ships ? UNSEEN : 1);
        return j;
}

static void silence_tell(gap_state *s, const silence *gap, const em_reception_answer *a, em_event_sink *sink)
{
        const em_ship_rules *rules = s->with->rules;
        const judged j = judge(rules, gap, a);
        const em_hull hull = { .mmsi = gap->mmsi, .part = gap->part };
        em_event *e = j.shown ? em_event_add(sink, EM_EVENT_GAP, "", &hull, &gap->first, &gap->last) : NULL;
        if (!e)
                return;
        const em_fix *f = &gap->first, *l = &gap->last;
        e->heard_others = (double)a->positions;
        e->heard_ships = (double)a->ships;
        e->chance = j.chance;
        e->score = j.score;
        e->distance_m = em_sphere_m(f->lon, f->lat, l->lon, l->lat);
        e->speed_kn = e->distance_m / (double)(l->time_s - f->time_s) / 0.514444;
        e->shore_m = s->with->sea ? em_sea_coast_m(s->with->sea, f->lon, f->lat, 400000) : 0;
        const char *port = gap->in_port ? "; it begins and ends in one port" : "";
        const char *shore = s->with->sea || rules->gap_shore_m <= 0 ? "" : "; no coast is known, so its distance was not asked for";
        if (j.rate < 0)
                em_event_reason(sink, e, "silent for %.1f h and %.0f km; too few other ships were there to say how well one is heard (%llu heard %llu times);"
                                " it was itself heard %u times in the 12 h before%s%s", e->hours, e->distance_m / 1000, (unsigned long long)a->ships,
                                (unsigned long long)a->positions, gap->before, port, shore);
        else
                em_event_reason(sink, e, "silent for %.1f h and %.0f km while %llu other ships were heard along the way %llu times; a ship is heard in"
                                " %.0f %% of its hours (%s), so the chance of %u silent hours is %.2g%s%s", e->hours, e->distance_m / 1000,
                                (unsigned long long)a->ships, (unsigned long long)a->positions, j.rate * 100, j.basis, a->hours, j.chance, port, shore);
}

static em_status gap_end(void *ctx, em_event_sink *sink, em_error *err)
{
        gap_state *s = ctx;
        EM_TRY(em_reception_work(s->reception, err));
        for (uint32_t block = 0; block * (uint64_t)EM_RECEPTION_BLOCK < s->count; block++) {
                void *record;
                size_t count;
                EM_TRY(em_pile_load(s->silences, block, &record, &count, err));
                EM_TRY(em_reception_answers(s->reception, block, s->answer, err));
                for (size_t i = 0; i < count; i++)
                        silence_tell(s, (const silence *)record + i, &s->answer[i], sink);
        }
        return EM_OK;
}

const em_detector em_detect_gap = {
        .name = "gap", .kinds = 1u << EM_EVENT_GAP, .begin = gap_begin, .hull = gap_hull, .end = gap_end, .close = gap_close,
};
