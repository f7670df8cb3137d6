/* Hulls against listed vessels: what each reason is worth, what speaks against, and OFAC's vessels found again. */
#include "list_real.h"

#include "cli/ships_match.h"
#include "embargo/csv.h"

#include <math.h>

static char     index_path[64];
static em_names *names_of(em_list *list)
{
        em_names      *names = NULL;
        em_names_built built;
        em_error       err = {0};
        snprintf(index_path, sizeof index_path, "/tmp/embargo-match-%ld.idx", (long)getpid());
        if (em_names_build((const em_list *const *)&list, 1, em_str_c(index_path), NULL, &built, &err) != EM_OK ||
            em_names_open(em_str_c(index_path), &names, &err) != EM_OK)
                fail_msg("%s", err.text);
        unlink(index_path);
        return names;
}

static const char listed[] =
        "name,alias,schema,id,born,country,imo,mmsi,call_sign,title\n"
        "GLAD PINE,OLD ELM,Vessel,A,1990,kp,9074729,445123456,HMXX,\"tonnage 5,000\"\n"
        "BIRD OF THE MORNING,,Vessel,B,,kp,,,,\n"
        "GLAD PINE TRADING,,Company,C,,kp,,,,\n"
        "NEVER CHECKED,,Vessel,D,,,9074720,,,\n"
        "LATE COMER,,Vessel,E,2019-01-01,pa,9562233,,,\n";

static em_ship_report report(uint32_t imo, const char *call_sign, const char *name, unsigned length, unsigned beam)
{
        em_ship_report r = { .first_s = 1577836800, .last_s = 1577836800, .times = 1, .imo = imo, .to_bow = (uint16_t)length,
                             .to_port = (uint8_t)beam };
        snprintf(r.call_sign, sizeof r.call_sign, "%s", call_sign);
        snprintf(r.name, sizeof r.name, "%s", name);
        return r;
}

/* "A 0.96: IMO number +0.96, flag +0.02 | B ..." of all that score 0.3 or more. */
static const char *matched(const em_names *names, uint32_t mmsi, const em_ship_report *said, size_t count)
{
        static char out[1024];
        em_listed_ship *list;
        size_t   n = 0, at = 0;
        em_hull_said hull = { .mmsi = mmsi, .first_s = 1514764800, .last_s = 1577836800, .report = said, .reports = count };  /* 2018, 2020 */
        em_error err = {0};
        if (em_ships_match(names, &hull, 0.3, real_arena, &list, &n, &err) != EM_OK)
                fail_msg("%s", err.text);
        out[0] = 0;
        for (size_t i = 0; i < n; i++) {
                double sum = 0;
                at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s %.3f:", i ? " | " : "", EM_ARG(list[i].id), list[i].score);
                for (size_t k = 0; k < list[i].reasons; k++) {
                        sum += list[i].reason[k].points;
                        at += (size_t)snprintf(out + at, sizeof out - at, "%s %s %+.3f", k ? "," : "", list[i].reason[k].what, list[i].reason[k].points);
                }
                assert_true(fabs(sum - list[i].score) < 1e-9);
        }
        return out;
}

static em_names *own(void)
{
        em_list  *list = real_parse(em_str_c(listed), "own.csv", NULL);
        em_names *names = names_of(list);
        em_list_free(list);
        return names;
}

static void an_imo_number_is_a_strong_reason_and_the_rest_adds_a_tenth(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(9074729, "", "", 0, 0);
        assert_string_equal(matched(names, 273000000, &r, 1), "A 0.910: IMO number +0.960, flag -0.050");
        /* 0.96 + 0.078 (call sign) would be over 1, so it is held: +0.040 */
        r = report(9074729, "HMXX", "", 0, 0);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 1.000: IMO number +0.960, call sign +0.040");
        em_names_close(names);
}

static void every_number_and_name_finds_by_itself(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(0, "HMXX", "", 0, 0);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 0.780: call sign +0.780");
        assert_string_equal(matched(names, 445123456, NULL, 0), "A 0.880: MMSI +0.860, flag +0.020");
        r = report(0, "", "GLAD PINE", 0, 0);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 0.750: name +0.750");
        em_names_close(names);
}

/* What a hull said in other years counts as well; a company of the same name is no ship. */
static void a_former_name_is_found_beside_the_new_one(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r[] = { report(0, "", "OLD ELM", 0, 0), report(0, "", "NEW WILLOW", 0, 0) };
        assert_string_equal(matched(names, 200000000, r, 2), "A 0.750: name +0.750");
        em_names_close(names);
}

static void a_number_whose_check_digit_fails_counts_less(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(9074720, "", "", 0, 0);
        assert_string_equal(matched(names, 200000000, &r, 1), "D 0.700: IMO number +0.700");
        em_names_close(names);
}

static void another_valid_imo_number_speaks_against_a_name(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(9114555, "", "GLAD PINE", 0, 0);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 0.400: name +0.750, IMO number -0.350");
        em_names_close(names);
}

/* 5,000 t listed.  200 by 32 m: 1.025*0.75*0.72/2.6 * 200*32*32 = 43,600 t, 8.7 times; 100 by 16 m: 5,450 t, 1.1 times; 60 by 9 m: 1,035 t, 0.21. */
static void a_size_that_cannot_be_speaks_against(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(9074729, "", "", 200, 32);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 0.810: IMO number +0.960, size -0.150");
        r = report(9074729, "", "", 60, 9);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 0.810: IMO number +0.960, size -0.150");
        r = report(9074729, "", "", 100, 16);
        assert_string_equal(matched(names, 200000000, &r, 1), "A 0.980: IMO number +0.960, size +0.020");
        em_names_close(names);
}

static void heard_before_it_was_built_speaks_against(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(9562233, "", "", 0, 0);       /* heard from 2018, built 2019 */
        assert_string_equal(matched(names, 352000000, &r, 1), "E 0.830: IMO number +0.960, flag +0.020, year built -0.150");
        em_names_close(names);
}

static void a_hull_that_said_nothing_matches_nothing(void **state)
{
        (void)state;
        em_names *names = own();
        em_ship_report r = report(0, "", "", 0, 0);
        assert_string_equal(matched(names, 412000000, &r, 1), "");
        assert_string_equal(matched(names, 412000000, NULL, 0), "");
        em_names_close(names);
}

/* ---- as published ----------------------------------------------------------------------------- */

static em_str shared_bytes(const char *name)
{
        char path[128];
        snprintf(path, sizeof path, "../ais/%s", name);
        return real_bytes(path);
}

typedef struct hit { bool top, found; double score; } hit;

static hit asked(const em_names *names, em_str want, uint32_t imo, em_str name)
{
        char text[36];
        em_arena *arena = em_arena_new((size_t)1 << 28);
        snprintf(text, sizeof text, "%.*s", EM_ARG(em_str_sub(name, 0, 20)));   /* as a transponder: 20 letters */
        em_ship_report r = report(imo, "", text, 0, 0);
        em_hull_said hull = { .mmsi = 200000000, .report = &r, .reports = 1, .last_s = 1577836800, .first_s = 1514764800 };
        em_listed_ship *list;
        size_t n = 0;
        hit    h = {0};
        assert_int_equal(em_ships_match(names, &hull, 0.5, arena, &list, &n, NULL), EM_OK);
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(list[i].id, want)) {
                        h.found = true;
                        h.top = list[i].score >= list[0].score;
                        h.score = list[i].score;
                }
        em_arena_free(arena);
        return h;
}

static void ofacs_vessels_are_found_by_number_and_by_name(void **state)
{
        (void)state;
        em_str  table = shared_bytes("vessels/ofac_sdn_dprk_vessels.csv");
        em_list *list = real_parse(real_bytes("us/sdn_2022-01/sdn.csv"), "sdn.csv", NULL);
        em_names *names = names_of(list);
        em_csv csv = em_csv_make(table, NULL);
        em_csv_row row;
        size_t ships = 0, numbers = 0, by_number = 0, by_name = 0, gone = 0;
        for (bool header = true; em_csv_next(&csv, real_arena, &row); header = false) {
                uint32_t party;
                int64_t  imo = 0;
                if (header)
                        continue;
                if (em_names_find(names, EM_S(""), row.field[0], &party, NULL) != EM_OK) {
                        gone++;         /* the table is of another edition */
                        continue;
                }
                ships++;
                if (em_str_int(row.field[10], &imo)) {
                        numbers++;
                        by_number += asked(names, row.field[0], (uint32_t)imo, EM_S("QWXZ VJKQ")).top;
                }
                by_name += asked(names, row.field[0], 0, row.field[1]).found;
        }
        print_message("OFAC's DPRK vessels: %zu of %zu by IMO number under another name, %zu of %zu by name; %zu are not in this edition\n",
                      by_number, numbers, by_name, ships, gone);
        assert_true(ships >= 80);
        assert_int_equal(by_number, numbers);
        assert_true(by_name * 100 >= ships * 98);
        em_names_close(names);
        em_list_free(list);
}

/* Tankers of the world with names and numbers of their own: what they share with a listed vessel is a name. */
static void tankers_with_their_own_numbers_are_no_listed_vessels(void **state)
{
        (void)state;
        em_str  table = shared_bytes("gfw/gfw_bunker_vessel_list_v20210408.csv");
        em_list *list = real_parse(real_bytes("us/sdn_2022-01/sdn.csv"), "sdn.csv", NULL);
        em_names *names = names_of(list);
        em_csv csv = em_csv_make(table, NULL);
        em_csv_row row;
        size_t ships = 0, by_name = 0, by_number = 0;
        for (bool header = true; em_csv_next(&csv, real_arena, &row) && ships < 600; header = false) {
                int64_t imo = 0;
                char    name[36];
                if (header || row.count < 3 || !em_str_int(row.field[1], &imo) || !em_imo_ok((uint32_t)imo))
                        continue;
                snprintf(name, sizeof name, "%.*s", EM_ARG(em_str_sub(row.field[2], 0, 20)));
                em_ship_report r = report((uint32_t)imo, "", name, 0, 0);
                em_hull_said hull = { .mmsi = 200000000, .report = &r, .reports = 1 };
                em_arena *arena = em_arena_new((size_t)1 << 28);
                em_listed_ship *found;
                size_t n = 0;
                assert_int_equal(em_ships_match(names, &hull, 0.7, arena, &found, &n, NULL), EM_OK);
                ships++;
                for (size_t i = 0; i < n; i++) {
                        bool number = false;
                        for (size_t k = 0; k < found[i].reasons; k++)
                                number |= !strcmp(found[i].reason[k].what, "IMO number") && found[i].reason[k].points > 0;
                        by_number += number;
                        by_name += !number;
                }
                em_arena_free(arena);
        }
        print_message("%zu tankers: %zu are listed by IMO number, %zu by name alone (0.7 or more)\n", ships, by_number, by_name);
        assert_true(ships > 100);
        assert_true(by_name * 100 <= ships);
        em_names_close(names);
        em_list_free(list);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_imo_number_is_a_strong_reason_and_the_rest_adds_a_tenth),
                cmocka_unit_test(every_number_and_name_finds_by_itself),
                cmocka_unit_test(a_former_name_is_found_beside_the_new_one),
                cmocka_unit_test(a_number_whose_check_digit_fails_counts_less),
                cmocka_unit_test(another_valid_imo_number_speaks_against_a_name),
                cmocka_unit_test(a_size_that_cannot_be_speaks_against),
                cmocka_unit_test(heard_before_it_was_built_speaks_against),
                cmocka_unit_test(a_hull_that_said_nothing_matches_nothing),
                cmocka_unit_test(ofacs_vessels_are_found_by_number_and_by_name),
                cmocka_unit_test(tankers_with_their_own_numbers_are_no_listed_vessels),
        };
        return cmocka_run_group_tests(tests, real_setup, real_teardown);
}
