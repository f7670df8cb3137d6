/* The table of thresholds: both profiles, names, and values that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "embargo/voyage.h"

/* Each rule set by its name to its two values gives the two profiles: the table and the profiles say the same, and no rule is missing. */
static void setting_every_rule_makes_each_profile_from_the_other(void **state)
{
        (void)state;
        em_ship_rules to_gfw = em_ship_rules_embargo, to_embargo = em_ship_rules_gfw;
        em_ship_rule rule;
        size_t n = 0;
        for (; em_ship_rule_at(n, &rule); n++) {
                char text[64];
                assert_true(*rule.unit && *rule.about && *rule.source);
                (void)snprintf(text, sizeof text, "%s=%g", rule.name, rule.gfw);
                assert_int_equal(em_ship_rules_set(&to_gfw, em_str_c(text), NULL), EM_OK);
                (void)snprintf(text, sizeof text, "%s=%g", rule.name, rule.embargo);
                assert_int_equal(em_ship_rules_set(&to_embargo, em_str_c(text), NULL), EM_OK);
        }
        assert_memory_equal(&to_gfw, &em_ship_rules_gfw, sizeof to_gfw);
        assert_memory_equal(&to_embargo, &em_ship_rules_embargo, sizeof to_embargo);
        assert_false(em_ship_rule_at(n, &rule));
}

/* Miller et al. 2018, Welch et al. 2022 and their documentation, as notes on them give the numbers. */
static void their_profile_has_their_numbers(void **state)
{
        (void)state;
        const em_ship_rules *g = &em_ship_rules_gfw;
        assert_true(g->gap_hours == 12 && g->gap_before == 14 && g->gap_reception == 10);
        assert_true(g->gap_shore_m == 50 * 1852.0 && g->loiter_shore_m == 20 * 1852.0);
        assert_true(g->meet_m == 500 && g->meet_hours == 2 && g->meet_knots == 2 && g->meet_break_hours == 4 && g->meet_port_m == 10000);
        assert_true(g->slab_minutes == 10 && g->bridge_hours == 1 && g->day_border && g->by_mmsi);
        assert_true(!em_ship_rules_embargo.day_border && !em_ship_rules_embargo.by_mmsi);
}

static void a_setting_is_a_name_and_a_number(void **state)
{
        (void)state;
        em_ship_rules rules = em_ship_rules_embargo;
        assert_int_equal(em_ship_rules_set(&rules, EM_S("meet-hours=3"), NULL), EM_OK);
        assert_true(rules.meet_hours == 3);
        assert_int_equal(em_ship_rules_set(&rules, EM_S("day-border=yes"), NULL), EM_OK);
        assert_true(rules.day_border);
        assert_int_equal(em_ship_rules_set(&rules, EM_S("day-border=no"), NULL), EM_OK);
        assert_false(rules.day_border);
}

static void what_cannot_be_is_refused_and_changes_nothing(void **state)
{
        (void)state;
        static const char *const wrong[] = { "", "meet-hours", "meet-hours=", "meet-hours=x", "meet-hours=-1", "meet-hours=1e3", "meet-hours=nan",
                                             "meet-hours=1.2.3", "meet-hours= 3", "slab-minutes=0", "slab-minutes=7", "slab-minutes=0.5",
                                             "meet-m=0", "meet-m=99999999", "day-border=2", "no-such-rule=1", "=1", "Meet-hours=1",
                                             "gap-hours=99999999999999999999999999999999999" };
        em_ship_rules rules = em_ship_rules_embargo;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                em_error err = { .code = EM_OK };
                assert_int_equal(em_ship_rules_set(&rules, em_str_c(wrong[i]), &err), EM_USAGE);
                assert_true(*err.text);
                assert_memory_equal(&rules, &em_ship_rules_embargo, sizeof rules);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(setting_every_rule_makes_each_profile_from_the_other),
                cmocka_unit_test(their_profile_has_their_numbers),
                cmocka_unit_test(a_setting_is_a_name_and_a_number),
                cmocka_unit_test(what_cannot_be_is_refused_and_changes_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
