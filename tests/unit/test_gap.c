/* Silences and the reception they are measured against: by hand, against a naive twin, and on Global Fishing Watch's own samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "fleet_made.h"

#define GAP (1u << EM_EVENT_GAP)
#define H 3600
#define T0 (444445 * (int64_t)H)        /* on the hour */

static fleet_made fleet;


static void every(made_hull *h, int64_t from, int64_t to, int64_t step, double lon, double lat)
{
        for (int64_t t = from; t < to; t += step)
                made_fix(h, t, DEG(lon), DEG(lat));
}

static em_events *gaps(const em_ship_rules *rules)
{
        return made_events(&fleet, rules, GAP, 0, 1, EM_S(""));
}

static size_t count(const em_ship_rules *rules)
{
        em_events *events = gaps(rules);
        size_t n = em_events_count(events);
        em_events_free(events);
        made_free(&fleet);
        return n;
}

/* ---- by hand ------------------------------------------------------------------------------------------- */

/* A silence of 31 h from half past to half past holds 30 whole hours.  14 others send twice an hour in 29 of them: 14 * 2 * 29 = 812; each is
 * heard in every hour that it is there, so the chance of 30 silent hours is exp(-30) = 9.4e-14. */
static void silent_31_h_while_14_others_were_heard_812_times(void **state)
{
        (void)state;
        made_hull *silent = made_add(&fleet, 445000001, 0);
        every(silent, T0 - 10 * H, T0 + 1801, 300, 125.2, 38.4);
        every(silent, T0 + 31 * H + 1800, T0 + 40 * H, 300, 125.2, 38.4);
        for (uint32_t i = 0; i < 14; i++)
                every(made_add(&fleet, 445000100 + i, 0), T0 + H, T0 + 30 * H, 1800, 125.0 + i * 0.07, 38.0 + i * 0.07);
        em_events *events = gaps(NULL);
        assert_int_equal(em_events_count(events), 1);
        const em_event *e = em_events_at(events, 0);
        assert_int_equal(e->mmsi, 445000001);
        assert_true(fabs(e->hours - 31) < 1e-9);
        assert_true(fabs(e->heard_others - 812) < 0.5 && fabs(e->heard_ships - 14) < 0.5);
        assert_true(fabs(e->chance / exp(-30) - 1) < 1e-9);
        assert_true(e->score > 0.999);
        assert_true(em_str_starts(e->reason, EM_S("silent for 31.0 h and 0 km while 14 other ships were heard along the way 812 times")));
        assert_int_equal(e->proofs, 2);
        assert_int_equal(e->proof[0].fix.time_s, T0 + 1800);
        assert_int_equal(e->proof[1].fix.time_s, T0 + 31 * H + 1800);
        em_events_free(events);
        made_free(&fleet);
}

/* Others send every ten hours: heard in one of ten, so twelve silent hours are nothing (exp(-1.1) = 0.33) and a hundred are (exp(-9.9) = 5e-5). */
static void where_ships_are_seldom_heard_a_silence_says_little(void **state)
{
        (void)state;
        for (int hours = 12; hours <= 100; hours += 88) {
                made_hull *silent = made_add(&fleet, 445000001, 0);
                every(silent, T0 - 10 * H, T0 + 1, 300, 125.2, 38.4);
                every(silent, T0 + hours * H, T0 + (hours + 5) * H, 300, 125.2, 38.4);
                for (uint32_t i = 0; i < 10; i++)
                        every(made_add(&fleet, 445000100 + i, 0), T0 - (100 - i) * H, T0 + 300 * H, 10 * H, 125.3, 38.3);
                em_ship_rules rules = em_ship_rules_embargo;
                rules.gap_hours = 11;           /* the others' own silences are ten hours */
                assert_int_equal(count(&rules), hours == 100);
        }
}

static void with_nobody_there_it_is_said_and_scored_low(void **state)
{
        (void)state;
        every(made_add(&fleet, 445000001, 0), T0 - H, T0 + 1, 600, 125.2, 38.4);        /* 7 positions */
        every(&fleet.hull[0], T0 + 20 * H, T0 + 21 * H, 600, 125.2, 38.4);
        every(made_add(&fleet, 445000002, 0), T0 - H, T0 + 1, 900, 155.2, 38.4);        /* 5 positions: under 6 */
        every(&fleet.hull[1], T0 + 20 * H, T0 + 21 * H, 600, 155.2, 38.4);
        em_events *events = gaps(NULL);
        assert_int_equal(em_events_count(events), 1);
        const em_event *e = em_events_at(events, 0);
        assert_int_equal(e->mmsi, 445000001);
        assert_true(em_str_find(e->reason, EM_S("too few other ships were there")) >= 0);
        assert_true(e->score < 0.31 && e->chance > 0.999);
        em_events_free(events);
        made_free(&fleet);
}

/* Ten ships an hour before and after, and nobody meanwhile: the receiver may have been off. */
static void when_nobody_was_heard_meanwhile_it_counts_half(void **state)
{
        (void)state;
        made_hull *silent = made_add(&fleet, 445000001, 0);
        every(silent, T0 - 10 * H, T0, 300, 125.2, 38.4);
        every(silent, T0 + 40 * H, T0 + 45 * H, 300, 125.2, 38.4);
        for (uint32_t i = 0; i < 10; i++) {
                made_hull *h = made_add(&fleet, 445000100 + i, 0);
                every(h, T0 - 10 * H, T0, 600, 125.3, 38.3);
                every(h, T0 + 40 * H, T0 + 50 * H, 600, 125.3, 38.3);
        }
        em_events *events = gaps(NULL);
        assert_int_equal(em_events_count(events), 11);
        for (size_t i = 0; i < 11; i++)
                assert_true(em_events_at(events, i)->heard_others < 0.5 && em_events_at(events, i)->score < 0.51);
        em_events_free(events);
        made_free(&fleet);
}

/* Class B sends with 2 W: others of class A that are heard every hour say nothing of it. */
static void a_ship_is_measured_by_ships_of_its_class(void **state)
{
        (void)state;
        made_hull *silent = made_add(&fleet, 445000001, 0);
        every(silent, T0 - 10 * H, T0 + 1, 300, 125.2, 38.4);
        every(silent, T0 + 20 * H, T0 + 25 * H, 300, 125.2, 38.4);
        for (uint32_t i = 0; i < 10; i++)
                every(made_add(&fleet, 445000100 + i, 0), T0, T0 + 20 * H, 600, 125.3, 38.3);
        for (uint32_t i = 0; i < 10; i++)
                every(made_add(&fleet, 445000200 + i, 0), T0 - (100 - i) * H, T0 + 300 * H, 10 * H, 125.3, 38.3);
        for (size_t i = 0; i < fleet.hulls; i++)
                for (size_t k = 0; k < fleet.hull[i].fixes; k++)
                        fleet.hull[i].fix[k].flags = i == 0 || i > 10 ? EM_FIX_CLASS_B : 0;
        em_ship_rules rules = em_ship_rules_embargo;
        rules.gap_hours = 11;
        assert_int_equal(count(&rules), 0);
}

/* Theirs: 12 h, and 14 positions in the 12 h before; the naive one: 6 h. */
static void their_profile_asks_for_12_hours_and_14_positions(void **state)
{
        (void)state;
        static const struct { int before, hours, gfw, naive; } cases[] = { { 14, 12, 1, 1 }, { 13, 12, 0, 1 }, { 14, 11, 0, 1 }, { 30, 6, 0, 1 }, { 30, 5, 0, 0 } };
        em_ship_rules naive = em_ship_rules_gfw;
        assert_int_equal(em_ship_rules_set(&naive, EM_S("gap-hours=6"), NULL), EM_OK);
        assert_int_equal(em_ship_rules_set(&naive, EM_S("gap-before=0"), NULL), EM_OK);
        assert_int_equal(em_ship_rules_set(&naive, EM_S("gap-reception=0"), NULL), EM_OK);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                for (int k = 0; k < 2; k++) {
                        every(made_add(&fleet, 1, 0), T0 - (cases[i].before - 1) * 600, T0 + 1, 600, -150, 10);
                        every(&fleet.hull[0], T0 + cases[i].hours * H, T0 + (cases[i].hours + 1) * H, 600, -150, 10);
                        assert_int_equal(count(k ? &naive : &em_ship_rules_gfw), k ? cases[i].naive : cases[i].gfw);
                }
}

/* ---- the naive twin -------------------------------------------------------------------------------------- */

typedef struct seen { int cell, ship; int64_t hour; int positions; bool b; } seen;
static seen table[200000];
static size_t rows;

static int cell_at(int32_t lon, int32_t lat)
{
        int x = (int)floor(lon / (double)EM_DEGREE) + 180, y = (int)floor(lat / (double)EM_DEGREE) + 90;
        return (y > 179 ? 179 : y) * 360 + x % 360;
}

static void see(int cell, int64_t hour, int ship, bool heard, bool b)
{
        for (size_t i = 0; i < rows; i++)
                if (table[i].cell == cell && table[i].hour == hour && table[i].ship == ship) {
                        table[i].positions += heard;
                        return;
                }
        assert_true(rows < sizeof table / sizeof *table);
        table[rows++] = (seen){ cell, ship, hour, heard, b };
}

static void see_fleet(void)
{
        rows = 0;
        for (size_t s = 0; s < fleet.hulls; s++) {
                const made_hull *h = &fleet.hull[s];
                for (size_t i = 0; i < h->fixes; i++) {
                        const em_fix *a = &h->fix[i], *b = a + 1;
                        int32_t lon, lat;
                        see(cell_at(a->lon, a->lat), a->time_s / H, (int)s, true, a->flags & EM_FIX_CLASS_B);
                        if (i + 1 == h->fixes || b->time_s - a->time_s > 24 * H)
                                continue;
                        for (int64_t hour = a->time_s / H + 1; hour < b->time_s / H; hour++) {
                                em_sphere_between(a->lon, a->lat, b->lon, b->lat, (double)(hour * H + H / 2 - a->time_s) / (double)(b->time_s - a->time_s),
                                                  &lon, &lat);
                                see(cell_at(lon, lat), hour, (int)s, false, a->flags & EM_FIX_CLASS_B);
                        }
                }
        }
}

typedef struct told { double positions, ships, chance; } told;

static told naive(int ship, const em_fix *a, const em_fix *b)
{
        double like[2] = { 0, 0 }, all[2] = { 0, 0 }, ever[2] = { 0, 0 }, positions = 0, ships = 0;
        int64_t hours = 0;
        int last = -1;
        bool met[64] = { false };
        for (int64_t hour = a->time_s / H + 1; hour < b->time_s / H && hours < 31 * 24; hour++, hours++) {
                int32_t lon, lat;
                em_sphere_between(a->lon, a->lat, b->lon, b->lat, (double)(hour * H + H / 2 - a->time_s) / (double)(b->time_s - a->time_s), &lon, &lat);
                int cell = cell_at(lon, lat);
                for (size_t i = 0; i < rows; i++) {
                        const seen *s = &table[i];
                        if (s->cell != cell || s->ship == ship)
                                continue;
                        if (cell != last) {
                                ever[0]++;
                                ever[1] += s->positions > 0;
                        }
                        if (s->hour != hour)
                                continue;
                        all[0]++;
                        all[1] += s->positions > 0;
                        if (s->b == ((a->flags & EM_FIX_CLASS_B) != 0)) {
                                like[0]++;
                                like[1] += s->positions > 0;
                        }
                        positions += s->positions;
                        ships += s->positions && !met[s->ship];
                        met[s->ship] |= s->positions > 0;
                }
                last = cell;
        }
        double rate = ships >= 2 && like[0] >= 12 ? like[1] / like[0] : ships >= 2 && all[0] >= 12 ? all[1] / all[0] : ever[0] >= 48 ? ever[1] / ever[0] : -1;
        return (told){ positions, ships, rate < 0 ? 1 : exp(-rate * (double)hours) };
}

/* Ships that wander through some cells at the dateline or a pole, silent now and then for hours. */
static void wander(uint64_t seed, double lon, double lat)
{
        for (uint32_t i = 0; i < 12; i++) {
                made_hull *h = made_add(&fleet, 300000000 + i, 0);
                int32_t x, y;
                em_sphere_go(DEG(lon), DEG(lat), made_dice(&seed, 360), made_dice(&seed, 120000), &x, &y);
                bool b = made_dice(&seed, 3) == 0;
                for (int64_t t = T0 + made_dice(&seed, H); t < T0 + 100 * H;) {
                        made_fix(h, t, x, y)->flags = b ? EM_FIX_CLASS_B : 0;
                        int64_t step = made_dice(&seed, 10) ? 300 + made_dice(&seed, 2 * H) : (int64_t)made_dice(&seed, 30 * H);
                        em_sphere_go(x, y, made_dice(&seed, 360), (double)step * 3, &x, &y);
                        t += step;
                }
        }
}

static void reception_agrees_with_a_count_of_everything(void **state)
{
        (void)state;
        static const double places[][2] = { { 5, 52 }, { 180, 10 }, { 120, 89.8 }, { 0.5, 0.5 } };
        em_ship_rules rules = em_ship_rules_embargo;
        rules.gap_before = 0;
        rules.gap_chance = 1;                   /* show all */
        for (size_t p = 0; p < 4; p++) {
                size_t at = 0;
                wander(p + 1, places[p][0], places[p][1]);
                see_fleet();
                em_events *events = gaps(&rules);
                for (size_t s = 0; s < fleet.hulls; s++)
                        for (size_t i = 0; i + 1 < fleet.hull[s].fixes; i++) {
                                const em_fix *a = &fleet.hull[s].fix[i];
                                if (a[1].time_s - a->time_s < 6 * H)
                                        continue;
                                told n = naive((int)s, a, a + 1);
                                bool found = false;
                                for (size_t k = 0; k < em_events_count(events); k++) {
                                        const em_event *e = em_events_at(events, k);
                                        if (e->mmsi != fleet.hull[s].mmsi || e->start_s != a->time_s)
                                                continue;
                                        found = true;
                                        assert_true(fabs(e->heard_others - n.positions) < 0.5);
                                        assert_true(fabs(e->heard_ships - n.ships) < 0.5);
                                        assert_true(fabs(e->chance - n.chance) < 1e-9);
                                }
                                assert_true(found);
                                at++;
                        }
                assert_int_equal(at, em_events_count(events));
                assert_true(at > 20);
                em_events_free(events);
                made_free(&fleet);
        }
}

/* ---- Global Fishing Watch's samples ---------------------------------------------------------------------- */

static em_str sample(const char *name, em_arena *arena)
{
        const char *root = getenv("EMBARGO_SHARED");
        em_str path, bytes;
        assert_int_equal(em_str_format(arena, &path, NULL, "%s/data/ais/gfw/%s", root ? root : "../shared", name), EM_OK);
        if (!em_path_exists(path)) {
                print_message("skipped: %.*s is not there\n", EM_ARG(path));
                skip();
        }
        assert_int_equal(em_file_read(path, 1 << 20, arena, &bytes, NULL), EM_OK);
        return bytes;
}

/* The value of "key" in a line of flat JSON, as text. */
static em_str value_of(em_str line, em_str key)
{
        ptrdiff_t at = em_str_find(line, key);
        assert_true(at >= 0);
        em_str rest = em_str_sub(line, (size_t)at + key.n, line.n);
        return em_str_trim(em_str_cut(em_str_cut(rest, ',').head, '}').head);
}

static int by_time(const void *a, const void *b)
{
        const em_fix *x = a, *y = b;
        return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

/* pipe_gaps_sample_messages_two_days.json has one ship at 10:00 and 15:00 of 1 January 2024 and 04:00 and 16:00 of the next day: silences of 5, 13 and
 * 12 hours.  Of at least 12 h: two; the longer begins at 15:00. */
static void their_two_days_hold_silences_of_13_and_12_hours(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(4 << 20);
        em_str rest = sample("pipe_gaps_sample_messages_two_days.json", arena);
        made_hull *h = made_add(&fleet, 412331104, 0);
        while (rest.n) {
                em_cut cut = em_str_cut(rest, '\n');
                rest = cut.tail;
                if (!cut.head.n)
                        continue;
                em_str time = value_of(cut.head, EM_S("\"timestamp\":"));       /* "2024-01-01 10:00:00 UTC" */
                int64_t day = 0, hour = 0;
                assert_true(em_str_int(em_str_sub(time, 9, 2), &day) && em_str_int(em_str_sub(time, 12, 2), &hour));
                made_fix(h, 1704067200 + (day - 1) * 86400 + hour * H, DEG(80.6), DEG(45.4));
        }
        assert_int_equal(h->fixes, 4);
        em_ship_rules rules = em_ship_rules_gfw;
        rules.gap_before = 0;
        em_events *events = gaps(&rules);
        assert_int_equal(em_events_count(events), 2);
        assert_int_equal(em_events_at(events, 0)->start_s, 1704067200 + 15 * H);
        assert_true(fabs(em_events_at(events, 0)->hours - 13) < 1e-9 && fabs(em_events_at(events, 1)->hours - 12) < 1e-9);
        em_events_free(events);
        made_free(&fleet);
        em_arena_free(arena);
}

/* Their sample of lines, sorted; what has no place is no fix.  Silences are counted here by a plain loop, at three lengths. */
static void their_sample_lines_give_what_a_plain_loop_gives(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(4 << 20);
        em_str text = sample("pipe_gaps_sample_messages_lines.json", arena), rest = text;
        static const uint32_t ships[] = { 345678123, 412331104 };
        for (size_t s = 0; s < 2; s++) {
                made_hull *h = made_add(&fleet, ships[s], 0);
                for (rest = text; rest.n;) {
                        em_cut cut = em_str_cut(rest, '\n');
                        int64_t mmsi, time;
                        rest = cut.tail;
                        if (!cut.head.n)
                                continue;
                        assert_true(em_str_int(em_str_sub(value_of(cut.head, EM_S("\"ssvid\":")), 1, 9), &mmsi));
                        assert_true(em_str_int(value_of(cut.head, EM_S("\"timestamp\":")), &time));
                        bool no_place = em_str_eq(value_of(cut.head, EM_S("\"lat\":")), EM_S("null"))
                                || em_str_eq(value_of(cut.head, EM_S("\"lon\":")), EM_S("null"));
                        if (mmsi == ships[s] && !no_place)
                                made_fix(h, time, DEG(80.6), DEG(45.4));
                }
                qsort(h->fix, h->fixes, sizeof *h->fix, by_time);
        }
        static const double lengths[] = { 0.25, 1, 6 };
        for (size_t k = 0; k < 3; k++) {
                size_t plain = 0;
                for (size_t s = 0; s < 2; s++)
                        for (size_t i = 0; i + 1 < fleet.hull[s].fixes; i++)
                                plain += (double)(fleet.hull[s].fix[i + 1].time_s - fleet.hull[s].fix[i].time_s) >= lengths[k] * H;
                em_ship_rules rules = em_ship_rules_gfw;
                rules.gap_before = rules.gap_reception = 0;
                rules.gap_hours = lengths[k];
                em_events *events = gaps(&rules);
                assert_int_equal(em_events_count(events), plain);
                assert_true(k > 1 || plain > 0);
                em_events_free(events);
        }
        made_free(&fleet);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(silent_31_h_while_14_others_were_heard_812_times),
                cmocka_unit_test(where_ships_are_seldom_heard_a_silence_says_little),
                cmocka_unit_test(with_nobody_there_it_is_said_and_scored_low),
                cmocka_unit_test(when_nobody_was_heard_meanwhile_it_counts_half),
                cmocka_unit_test(a_ship_is_measured_by_ships_of_its_class),
                cmocka_unit_test(their_profile_asks_for_12_hours_and_14_positions),
                cmocka_unit_test(reception_agrees_with_a_count_of_everything),
                cmocka_unit_test(their_two_days_hold_silences_of_13_and_12_hours),
                cmocka_unit_test(their_sample_lines_give_what_a_plain_loop_gives),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
