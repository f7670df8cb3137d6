/* The index of ships from end to end: what goes in comes back, whatever the order, the memory and the threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <ftw.h>
#include <cmocka.h>

#include "ships/ships_inside.h"

/* A folder for files and indexes, gone at the end. */
typedef struct room { char dir[64]; em_arena *arena; } room;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
        (void)st, (void)flag, (void)ftw;
        return remove(path);
}

static int set_up(void **state)
{
        room *r = calloc(1, sizeof *r);
        snprintf(r->dir, sizeof r->dir, "/tmp/embargo-ships-XXXXXX");
        r->arena = em_arena_new((size_t)256 << 20);
        *state = r;
        return mkdtemp(r->dir) && r->arena ? 0 : 1;
}

static int tear_down(void **state)
{
        room *r = *state;
        nftw(r->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        em_arena_free(r->arena);
        free(r);
        return 0;
}

static em_str at(room *r, const char *name)
{
        em_str path = {0};
        assert_int_equal(em_path_join(em_str_c(r->dir), em_str_c(name), r->arena, &path, NULL), EM_OK);
        return path;
}

static em_str put(room *r, const char *name, const char *text)
{
        em_error err = {0};
        assert_int_equal(em_file_write(at(r, name), em_str_c(text), &err), EM_OK);
        return at(r, name);
}

static em_ships_built build(room *r, const char *index, const em_str *path, size_t n, size_t threads, uint64_t memory)
{
        em_ships_opts  opts = em_ships_defaults;
        em_ships_built built = {0};
        em_error       err = {0};
        char           text[1024];
        opts.threads = threads;
        opts.memory = memory;
        if (em_ships_build(at(r, index), path, n, &opts, NULL, &built, &err) != EM_OK)
                fail_msg("%s", em_error_text(&err, text, sizeof text));
        return built;
}

/* All that an index is: its list, which names days by what is in them and has its own checksum; without the paths. */
static em_str all_of(room *r, const char *index)
{
        em_str list = {0}, out = {0}, rest, text = EM_S("");
        assert_int_equal(em_file_read(at(r, em_path_join(em_str_c(index), EM_S("ships"), r->arena, &out, NULL) == EM_OK ? out.p : ""), 1 << 20,
                                      r->arena, &list, NULL), EM_OK);
        for (rest = list; rest.n;) {
                em_cut cut = em_str_cut(rest, '\n');
                if (em_str_starts(cut.head, EM_S("day")))
                        assert_int_equal(em_str_format(r->arena, &text, NULL, "%.*s%.*s\n", EM_ARG(text), EM_ARG(cut.head)), EM_OK);
                rest = cut.tail;
        }
        return text;
}

typedef struct seen { em_hull hull[32]; em_fix fix[64]; em_ship_report report[32]; size_t hulls, fixes, reports; } seen;

static em_status see(void *ctx, const em_hull *hull, em_error *err)
{
        seen *s = ctx;
        (void)err;
        em_hull h = *hull;
        h.fix = s->fix + s->fixes;
        h.report = s->report + s->reports;
        memcpy(s->fix + s->fixes, hull->fix, hull->fixes * sizeof *hull->fix);
        if (hull->reports)
                memcpy(s->report + s->reports, hull->report, hull->reports * sizeof *hull->report);
        s->fixes += hull->fixes;
        s->reports += hull->reports;
        s->hull[s->hulls++] = h;
        return EM_OK;
}

static seen read_back(room *r, const char *index, const em_hulls_opts *opts)
{
        static seen s;
        em_ships   *ships = NULL;
        em_error    err = {0};
        s = (seen){0};
        assert_int_equal(em_ships_open(at(r, index), &ships, &err), EM_OK);
        assert_int_equal(em_ships_hulls(ships, opts, see, &s, &err), EM_OK);
        em_ships_close(ships);
        return s;
}

#define HEAD "mmsi,time,lon,lat,sog,cog,name,imo\n"

static void test_fixes_come_back_by_mmsi_and_time_with_their_places(void **state)
{
        room  *r = *state;
        em_str a = put(r, "a.csv", HEAD "200000002,1625165520,10.5,55.25,12.3,90,,\n200000001,1625165511,-70,41,0,0,,\n200000002,1625165510,10.49,55.25,12.3,90,,\n");
        em_ships_built b = build(r, "x", &a, 1, 1, 0);
        assert_int_equal(b.fixes, 3);
        assert_int_equal(b.mmsis, 2);
        assert_int_equal(b.days, 1);
        seen s = read_back(r, "x", NULL);
        assert_int_equal(s.hulls, 2);
        assert_int_equal(s.hull[0].mmsi, 200000001);
        assert_int_equal(s.hull[1].fix[0].time_s, 1625165510);
        assert_int_equal(s.hull[1].fix[1].lon, 6300000);        /* 10.5 x 600000 */
        assert_int_equal(s.hull[1].fix[1].sog, 123);
        assert_int_equal(s.hull[1].fix[1].offset, 35);          /* behind the header */
        assert_int_equal(s.hull[1].fix[1].length, 41);
}

static void test_midnight_parts_days_and_not_the_track(void **state)
{
        room  *r = *state;
        em_str a = put(r, "a.csv", HEAD "200000001,1625183999,10,55,10,90,,\n200000001,1625184000,10.0001,55,10,90,,\n200000001,1625184010,10.001,55,10,90,,\n");
        em_ships_built b = build(r, "x", &a, 1, 1, 0);
        assert_int_equal(b.days, 2);                            /* 1625184000: 2021-07-02T00:00:00Z */
        seen s = read_back(r, "x", NULL);
        assert_int_equal(s.hulls, 1);
        assert_int_equal(s.hull[0].fixes, 3);
        em_hulls_opts o = em_hulls_defaults;
        o.from_s = 1625184000;
        o.to_s = 1625184009;
        s = read_back(r, "x", &o);
        assert_int_equal(s.fixes, 1);
        assert_int_equal(s.fix[0].time_s, 1625184000);
}

static void test_the_dateline_and_the_poles_are_places(void **state)
{
        room  *r = *state;
        em_str a = put(r, "a.csv", HEAD "200000001,1625165500,179.999,10,12,90,,\n200000001,1625165600,-179.996,10,12,90,,\n200000001,1625165700,-179.991,10,12,90,,\n"
                                        "200000002,1625165500,0,90,0,0,,\n200000002,1625165510,180,90,0,0,,\n200000002,1625165520,-180,-90,0,0,,\n");
        build(r, "x", &a, 1, 1, 0);
        seen s = read_back(r, "x", NULL);
        assert_int_equal(s.hull[0].mmsi, 200000001);
        assert_int_equal(s.hull[0].fixes, 3);                   /* one ship crosses: 550 m in 100 s are 12 knots, not 360 degrees */
        assert_int_equal(s.fixes, 6);
        int32_t south = 0;
        for (size_t i = 0; i < s.fixes; i++)
                south = s.fix[i].lat < south ? s.fix[i].lat : south;
        assert_int_equal(south, -90 * EM_DEGREE);
}

static void test_twice_the_same_is_once_and_the_earlier_hash_is_cited(void **state)
{
        room  *r = *state;
        em_str a[3] = {put(r, "a.csv", HEAD "200000001,1625165500,10,55,10,90,,\n200000001,1625165500,10,55,10,90,,\n200000001,1625165600,10.1,55,10,90,,\n"),
                       put(r, "b.csv", HEAD "200000001,1625165600,10.1,55,10,90,,\n200000001,1625165500,10,55,10,90,,\n"),
                       put(r, "c.csv", HEAD "200000001,1625165600,10.1,55,10,90,,\n200000001,1625165500,10,55,10,90,,\n")};
        em_ships_built b = build(r, "x", a, 3, 1, 0);           /* b and c are the same bytes */
        assert_int_equal(b.files, 2);
        assert_int_equal(b.fixes, 2);
        assert_int_equal(b.doubles, 3);
        seen s = read_back(r, "x", NULL);
        assert_int_equal(s.fix[0].file, 0);
        assert_int_equal(s.fix[1].file, 0);
        em_ships_built again = build(r, "x", a, 3, 2, 0);
        assert_memory_equal(&again, &b, sizeof b);
}

/* Rows of 30 ships over three days, made by counting. */
static void put_rows(room *r, const char *name, int from, int to, int step, em_str *ret)
{
        em_buf buf = em_buf_make((size_t)16 << 20);
        em_buf_c(&buf, HEAD);
        for (int i = from; i != to; i += step) {
                int ship = i * 7 % 30, k = i / 3;
                em_buf_fmt(&buf, "%d,%d,%d.%05d,%d.%05d,%d.%d,%d,SHIP %d,%d\n", 200000000 + ship, 1625100000 + k * 5 + ship % 2, 10 + ship, k * 3 % 100000, 50 - ship,
                           k * 2 % 100000, i % 20, i % 10, i % 360, ship + (i > 60000), 9000000 + ship);
        }
        em_buf_ch(&buf, 0);
        assert_int_equal(em_buf_status(&buf, NULL), EM_OK);
        *ret = put(r, name, buf.p);
        em_buf_free(&buf);
}

static void test_order_of_lines_files_and_builds_threads_and_memory_do_not_matter(void **state)
{
        room  *r = *state;
        em_str f[4], turned[4];
        put_rows(r, "1.csv", 0, 40000, 1, &f[0]);
        put_rows(r, "2.csv", 39000, 80000, 1, &f[1]);
        put_rows(r, "3.csv", 120000, 79999, -1, &f[2]);
        f[3] = put(r, "4.csv", HEAD "200000001,1625165500,10,55,10,90,,\n");
        em_ships_built b = build(r, "x", f, 4, 1, (uint64_t)1 << 30);
        em_str one = all_of(r, "x");
        assert_true(b.fixes > 100000 && b.doubles >= 900);
        build(r, "y", f, 4, 4, 0);                              /* 0: the least memory there is, so fixes are set aside again and again */
        assert_true(em_str_eq(one, all_of(r, "y")));
        for (size_t i = 0; i < 4; i++)
                turned[i] = f[3 - i];
        build(r, "z", turned, 4, 1, 0);
        assert_true(em_str_eq(one, all_of(r, "z")));
        for (size_t i = 0; i < 4; i++)                          /* one after the other */
                build(r, "w", &turned[i], 1, 2, 0);
        assert_true(em_str_eq(one, all_of(r, "w")));
        em_ships_built twice = build(r, "w", f, 4, 2, 0);
        assert_int_equal(twice.fixes, b.fixes);
        assert_true(em_str_eq(one, all_of(r, "w")));
}

/* Set aside and merged is the same as sorted at once: against a sort of all rows by time and place. */
static int by_time(const void *x, const void *y)
{
        const em_fix *a = x, *b = y;
        if (a->time_s != b->time_s)
                return a->time_s < b->time_s ? -1 : 1;
        return a->lon != b->lon ? (a->lon < b->lon ? -1 : 1) : a->lat < b->lat ? -1 : a->lat > b->lat;
}

static void test_a_gathering_that_overflows_gives_the_fixes_of_a_plain_sort(void **state)
{
        room       *r = *state;
        enum { N = 30000 };
        em_fix     *fix = EM_NEW_N(r->arena, em_fix, N), *back = EM_NEW_N(r->arena, em_fix, N);
        em_gather  *g = em_gather_make(0);
        em_day_part part[32];
        size_t      parts = 0, n = 0;
        uint64_t    x = 99;
        em_day_head head;
        em_day_in   day;
        for (size_t i = 0; i < N; i++) {
                x ^= x << 13, x ^= x >> 7, x ^= x << 17;
                fix[i] = (em_fix){.time_s = 86400 * 5 + (int64_t)(x % 86400), .lon = (int32_t)(x >> 20 & 0xFFFF), .lat = (int32_t)(x >> 40 & 0xFFF), .offset = i};
                if (!em_gather_fix(g, 7, &fix[i])) {
                        em_day_part p = {.gather = g};
                        char name[16];
                        snprintf(name, sizeof name, "aside%zu", parts);
                        assert_int_equal(em_gather_seal(g, NULL, NULL), EM_OK);
                        part[parts].path = at(r, name);
                        part[parts].gather = NULL;
                        assert_int_equal(em_day_merge(5, &p, 1, NULL, 1, NULL, part[parts++].path, true, &head, NULL), EM_OK);
                        em_gather_empty(g);
                        assert_true(em_gather_fix(g, 7, &fix[i]));
                }
        }
        uint32_t  rank[1] = {0};
        em_sha256 hash[1] = {{{1}}};
        assert_true(parts > 2);
        assert_int_equal(em_gather_seal(g, rank, NULL), EM_OK);
        part[parts++] = (em_day_part){.gather = g};
        assert_int_equal(em_day_merge(5, part, parts, rank, 1, hash, at(r, "day"), false, &head, NULL), EM_OK);
        assert_int_equal(em_day_open(at(r, "day"), &day, NULL), EM_OK);
        em_fix_coder *coder = em_arena_alloc(r->arena, sizeof *coder);
        em_fix_coder_make(coder);
        for (uint64_t i = 0; i < day.head.blocks; i++) {
                em_day_block b = em_day_block_at(&day, i);
                assert_int_equal(em_day_fixes(&day, &b, coder, back + n, NULL), EM_OK);
                n += b.fixes;
        }
        qsort(fix, N, sizeof *fix, by_time);
        assert_int_equal(n, N);
        assert_memory_equal(back, fix, N * sizeof *fix);
        em_day_close(&day);
        em_gather_free(g);
}

static void test_what_a_ship_says_is_one_report_from_first_to_last_until_she_says_another(void **state)
{
        room  *r = *state;
        em_str a = put(r, "a.csv", HEAD "200000001,1625100000,10,55,0,0,ALPHA,9000003\n200000001,1625103600,10,55,0,0,ALPHA,9000003\n200000001,1625107300,10,55,0,0,ALPHA,9000003\n"
                                        "200000001,1625190000,10,55,0,0,ALPHA,9000003\n"         /* the next day */
                                        "200000001,1625276400,10,55,0,0,BETA,9000003\n"
                                        "200000001,1625362800,10,55,0,0,ALPHA,9000003\n");
        build(r, "x", &a, 1, 1, 0);
        seen s = read_back(r, "x", NULL);
        assert_int_equal(s.hulls, 1);
        assert_int_equal(s.reports, 3);
        assert_string_equal(s.report[0].name, "ALPHA");
        assert_int_equal(s.report[0].first_s, 1625100000);
        assert_int_equal(s.report[0].last_s, 1625190000);
        assert_int_equal(s.report[0].times, 4);                 /* 00:40, 01:40, 02:41 and 01:40 of the next day: four hours of the clock */
        assert_string_equal(s.report[1].name, "BETA");
        assert_string_equal(s.report[2].name, "ALPHA");
        assert_int_equal(s.report[2].imo, 9000003);
}

/* Two ships under one number, 500 km apart, each with her name. */
static void test_a_report_goes_to_the_hull_that_said_it(void **state)
{
        room  *r = *state;
        em_buf buf = em_buf_make((size_t)1 << 20);
        em_buf_c(&buf, HEAD);
        for (int i = 0; i < 20; i++) {
                em_buf_fmt(&buf, "200000001,%d,10.%03d,55,10,90,%s,\n", 1625100000 + i * 600, i * 49, i % 5 == 2 ? "ALPHA" : "");
                em_buf_fmt(&buf, "200000001,%d,2.%03d,55,10,90,%s,\n", 1625100300 + i * 600, i * 49, i % 5 == 2 ? "BETA" : "");
        }
        em_buf_ch(&buf, 0);
        em_str a = put(r, "a.csv", buf.p);
        em_buf_free(&buf);
        build(r, "x", &a, 1, 1, 0);
        seen s = read_back(r, "x", NULL);
        assert_int_equal(s.hulls, 2);
        for (size_t i = 0; i < 2; i++) {
                assert_int_equal(s.hull[i].fixes, 20);
                assert_int_equal(s.hull[i].reports, 1);
                assert_string_equal(s.hull[i].report[0].name, s.hull[i].fix[0].lon > 5 * EM_DEGREE ? "ALPHA" : "BETA");
        }
}

static void damage(room *r, const char *path, size_t where)
{
        FILE *f = fopen(at(r, path).p, "r+b");
        assert_non_null(f);
        assert_int_equal(fseek(f, (long)where, SEEK_SET), 0);
        int c = fgetc(f);
        assert_int_equal(fseek(f, (long)where, SEEK_SET), 0);
        assert_int_equal(fputc(c ^ 1, f), c ^ 1);
        assert_int_equal(fclose(f), 0);
}

static void count_one(void *ctx, const char *sentence)
{
        size_t *n = ctx;
        assert_true(sentence[0]);
        ++*n;
}

static void test_verify_hears_of_every_changed_byte(void **state)
{
        room  *r = *state;
        em_str a, name;
        put_rows(r, "1.csv", 0, 300, 1, &a);
        em_ships_built b = build(r, "x", &a, 1, 1, 0);
        em_str *names = NULL;
        size_t  n = 0, days = 0, caught = 0;
        assert_int_equal(em_dir_list(at(r, "x/days"), r->arena, &names, &days, NULL), EM_OK);
        assert_int_equal(days, b.days);
        assert_int_equal(em_str_format(r->arena, &name, NULL, "x/days/%.*s", EM_ARG(names[0])), EM_OK);
        for (size_t i = 0; i < (size_t)b.index_bytes - EM_FIX_SPARE; i++) {       /* the last bytes are spare and read by nobody */
                em_ships *ships = NULL;
                n = 0;
                damage(r, name.p, i);
                em_status s = em_ships_open(at(r, "x"), &ships, NULL);
                if (s == EM_OK)
                        s = em_ships_verify(ships, 10, count_one, &n, NULL, NULL);
                caught += s == EM_FORMAT || (s == EM_DIFF && n > 0);
                em_ships_close(ships);
                damage(r, name.p, i);
                if (i % 64 == 0)
                        assert_int_equal(caught, i + 1);
        }
        em_ships *ships = NULL;
        assert_int_equal(caught, b.index_bytes - EM_FIX_SPARE);
        assert_int_equal(em_ships_open(at(r, "x"), &ships, NULL), EM_OK);
        n = 0;
        assert_int_equal(em_ships_verify(ships, 1000, count_one, &n, NULL, NULL), EM_OK);
        put(r, "1.csv", HEAD "200000000,1625100000,10,55,0,0,ALPHA,9000003\n");
        assert_int_equal(em_ships_verify(ships, 10, count_one, &n, NULL, NULL), EM_DIFF);
        em_ships_close(ships);
}

static void test_a_file_that_is_neither_is_refused_by_name_and_nothing_is_changed(void **state)
{
        room  *r = *state;
        em_str a[2] = {put(r, "a.csv", HEAD "200000001,1625100000,10,55,0,0,ALPHA,9000003\n"), put(r, "b.txt", "hello\nworld\n")};
        em_ships_built built = {0};
        em_error       err = {0};
        build(r, "x", a, 1, 1, 0);
        em_str before = all_of(r, "x");
        assert_int_equal(em_ships_build(at(r, "x"), a, 2, NULL, NULL, &built, &err), EM_FORMAT);
        assert_true(em_str_ends(em_str_c(err.file), EM_S("b.txt")));
        assert_true(em_str_eq(before, all_of(r, "x")));
        put(r, "other", "");
        assert_int_equal(em_ships_build(em_str_c(r->dir), a, 1, NULL, NULL, &built, &err), EM_FORMAT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_fixes_come_back_by_mmsi_and_time_with_their_places, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_midnight_parts_days_and_not_the_track, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_the_dateline_and_the_poles_are_places, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_twice_the_same_is_once_and_the_earlier_hash_is_cited, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_order_of_lines_files_and_builds_threads_and_memory_do_not_matter, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_a_gathering_that_overflows_gives_the_fixes_of_a_plain_sort, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_what_a_ship_says_is_one_report_from_first_to_last_until_she_says_another, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_a_report_goes_to_the_hull_that_said_it, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_verify_hears_of_every_changed_byte, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_a_file_that_is_neither_is_refused_by_name_and_nothing_is_changed, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
