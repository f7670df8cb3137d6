/* Thinning of one ship's positions: against a naive twin that looks at every piece by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "cli/ships.h"

typedef struct world { em_cli cli; em_fleet f; em_heard all; } world;

static uint32_t next_random(uint32_t *state)
{
        *state = *state * 1664525u + 1013904223u;       /* Numerical Recipes, 1992, ch. 7.1 */
        return *state >> 8;
}

/* A hull of n positions, one every 10 s to 2 min, now and then a silence; every twentieth without a speed. */
static void add_hull(world *w, uint32_t mmsi, size_t n, uint32_t seed)
{
        em_heard_hull *h = &w->all.hull[w->all.hulls++];
        int64_t t = 1700000000;
        *h = (em_heard_hull){.mmsi = mmsi, .positions = n, .count = n, .at = EM_NEW_N(w->cli.arena, em_heard_at, n)};
        assert_non_null(h->at);
        for (size_t i = 0; i < n; i++) {
                int64_t wait = next_random(&seed) % 500 == 0 ? 40000 : 10 + next_random(&seed) % 110;
                t += i ? wait : 0;
                h->at[i] = (em_heard_at){t, i ? wait : -1, (uint16_t)(next_random(&seed) % 20 ? next_random(&seed) % 200 : EM_AIS_SOG_NONE)};
        }
        w->all.positions += n;
        w->all.given += n;
        w->all.from_s = 1700000000;
        w->all.to_s = t > w->all.to_s ? t : w->all.to_s;
}

static world *make_world(void)
{
        world *w = calloc(1, sizeof *w);
        assert_non_null(w);
        w->cli.arena = em_arena_new(1u << 26);
        assert_non_null(w->cli.arena);
        w->f.cli = &w->cli;
        w->all.hull = EM_NEW_N(w->cli.arena, em_heard_hull, 64);
        assert_non_null(w->all.hull);
        return w;
}

static void end_world(world *w)
{
        em_arena_free(w->cli.arena);
        free(w);
}

static bool holds(const em_heard_hull *h, const em_heard_at *x)
{
        for (size_t i = 0; i < h->count; i++)
                if (h->at[i].time_s == x->time_s && h->at[i].wait_s == x->wait_s && h->at[i].sog == x->sog)
                        return true;
        return false;
}

/* The twin: the piece of a time by whole numbers, and of every piece the extremes by looking at all positions. */
static uint64_t piece(const em_heard *h, const em_heard_at *x)
{
        return (uint64_t)(x->time_s - h->from_s) * h->pieces / (uint64_t)(h->to_s - h->from_s + 1);
}

static void check_extremes(const em_heard *all, const em_heard *thin)
{
        for (size_t i = 0; i < all->hulls; i++) {
                const em_heard_hull *a = &all->hull[i], *b = &thin->hull[i];
                for (size_t k = 0; k < a->count; k++) {
                        int slowest = 9999, fastest = -1, slow = 9999, fast = -1;
                        int64_t longest = -1, wait = -1;
                        for (size_t n = 0; n < a->count; n++) {
                                if (piece(thin, &a->at[n]) != piece(thin, &a->at[k]))
                                        continue;
                                if (a->at[n].sog != EM_AIS_SOG_NONE) {
                                        slowest = a->at[n].sog < slowest ? a->at[n].sog : slowest;
                                        fastest = a->at[n].sog > fastest ? a->at[n].sog : fastest;
                                }
                                longest = a->at[n].wait_s > longest ? a->at[n].wait_s : longest;
                        }
                        for (size_t n = 0; n < b->count; n++) {
                                if (piece(thin, &b->at[n]) != piece(thin, &a->at[k]))
                                        continue;
                                if (b->at[n].sog != EM_AIS_SOG_NONE) {
                                        slow = b->at[n].sog < slow ? b->at[n].sog : slow;
                                        fast = b->at[n].sog > fast ? b->at[n].sog : fast;
                                }
                                wait = b->at[n].wait_s > wait ? b->at[n].wait_s : wait;
                        }
                        assert_int_equal(slow, slowest);
                        assert_int_equal(fast, fastest);
                        assert_int_equal(wait, longest);
                }
        }
}

static void each_piece_keeps_its_slowest_fastest_and_longest_silence(void **state)
{
        (void)state;
        for (uint32_t seed = 1; seed <= 12; seed++) {
                world *w = make_world();
                em_heard thin;
                add_hull(w, 1, 300 + 40 * seed, seed);
                add_hull(w, 2, 120, seed + 100);
                assert_int_equal(em_heard_thin(&w->f, &w->all, 60 + 10 * seed, &thin, NULL), EM_OK);
                assert_true(thin.pieces > 1);
                assert_true(thin.given <= 60 + 10 * seed);
                assert_int_equal(thin.given, thin.hull[0].count + thin.hull[1].count);
                assert_int_equal(thin.positions, w->all.positions);
                check_extremes(&w->all, &thin);
                end_world(w);
        }
}

static void what_is_left_was_heard_in_order_and_ends_where_the_ship_did(void **state)
{
        (void)state;
        world *w = make_world();
        em_heard thin;
        add_hull(w, 1, 5000, 7);
        assert_int_equal(em_heard_thin(&w->f, &w->all, 400, &thin, NULL), EM_OK);
        const em_heard_hull *a = &w->all.hull[0], *b = &thin.hull[0];
        for (size_t i = 0; i < b->count; i++) {
                assert_true(holds(a, &b->at[i]));
                assert_true(i == 0 || b->at[i].time_s > b->at[i - 1].time_s);
        }
        assert_int_equal(b->at[0].time_s, a->at[0].time_s);
        assert_int_equal(b->at[b->count - 1].time_s, a->at[a->count - 1].time_s);
        size_t silences = 0;
        for (size_t i = 1; i < b->count; i++)           /* a piece is far shorter than 40,000 s, so at most one silence ends in each */
                if (b->at[i].wait_s == 40000) {
                        assert_int_equal(b->at[i - 1].time_s, b->at[i].time_s - 40000);
                        silences++;
                }
        assert_true(silences > 0);
        end_world(w);
}

static void few_positions_are_all_given(void **state)
{
        (void)state;
        world *w = make_world();
        em_heard thin;
        add_hull(w, 1, 100, 3);
        assert_int_equal(em_heard_thin(&w->f, &w->all, 100, &thin, NULL), EM_OK);
        assert_int_equal(thin.given, 100);
        assert_int_equal(thin.pieces, 0);
        end_world(w);
}

/* Sixty hulls of four positions and room for twenty: six of a hull is the most that stays. */
static void more_hulls_than_room_leave_a_few_of_each(void **state)
{
        (void)state;
        world *w = make_world();
        em_heard thin;
        for (uint32_t i = 0; i < 60; i++)
                add_hull(w, i + 1, 40, i);
        assert_int_equal(em_heard_thin(&w->f, &w->all, 20, &thin, NULL), EM_OK);
        assert_int_equal(thin.pieces, 1);
        for (size_t i = 0; i < thin.hulls; i++)
                assert_true(thin.hull[i].count >= 2 && thin.hull[i].count <= 6);
        end_world(w);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_piece_keeps_its_slowest_fastest_and_longest_silence),
                cmocka_unit_test(what_is_left_was_heard_in_order_and_ends_where_the_ship_did),
                cmocka_unit_test(few_positions_are_all_given),
                cmocka_unit_test(more_hulls_than_room_leave_a_few_of_each),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
