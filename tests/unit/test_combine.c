/* Many rows into one interval; which rows count; evidence in a fixed order. */
#include "ask.h"

#define ASKS "-- asks How much?\n-- test at-least n=1\n-- unit USD\n"

static const em_group *group_of(const em_answer *a, const char *name)
{
        for (size_t i = 0; i < a->reading[0].groups; i++)
                if (em_str_eq(a->reading[0].group[i].name, em_str_c(name)))
                        return &a->reading[0].group[i];
        fail_msg("no group %s", name);
        return NULL;
}

static void assert_interval(const em_answer *a, const char *group, em_milli low, em_milli high)
{
        const em_group *g = group_of(a, group);

        if (g->low != low || g->high != high)
                fail_msg("%lld to %lld", (long long)g->low, (long long)g->high);
}

static const em_answer_row *row_of(const em_answer *a, int64_t record)
{
        for (size_t i = 0; i < a->rows; i++)
                if (a->row[i].record == record)
                        return &a->row[i];
        fail_msg("record %lld is not in the answer", (long long)record);
        return NULL;
}

static void assert_role(const em_answer *a, int64_t record, const char *role)
{
        char got[200];

        snprintf(got, sizeof got, "%.*s", EM_ARG(row_of(a, record)->role));
        assert_string_equal(got, role);
}

static void a_sum_keeps_its_open_end(void **state)
{
        em_arena *arena = ask_arena();
        /* 10 exactly, at least 5, up to 3: from 15 on */
        const em_answer *a = ask(ASKS "-- combine sum\nselect\n", (ask_tables){ .rows =
                "record|low_milli|high_milli\n1|10000|10000\n2|5000|\n3|0|3000\n" }, arena);

        (void)state;
        assert_interval(a, "all", 15000, EM_MILLI_MAX);
        assert_number(a, "value", "at least 15");
        em_arena_free(arena);
}

static void an_upper_bound_never_lifts_a_lower_one(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask(ASKS "-- combine max\nselect\n", (ask_tables){ .rows =
                "record|low_milli|high_milli\n1|0|2000000\n2|7000|7000\n" }, arena);

        (void)state;
        assert_interval(a, "all", 7000, 2000000);
        a = ask(ASKS "-- combine min\nselect\n", (ask_tables){ .rows =
                "record|low_milli|high_milli\n1|0|2000000\n2|7000|7000\n" }, arena);
        assert_interval(a, "all", 0, 7000);
        em_arena_free(arena);
}

static void alphapo_and_coinspaid_are_sixty_to_ninety_seven(void **state)
{
        em_arena *arena = ask_arena();
        /* one theft of 60 million or two of 60 and 37: [60, 97] */
        const em_answer *a = ask(ASKS "-- combine bounds\nselect\n", (ask_tables){ .rows =
                "record|low_milli|high_milli|certain|possible\n"
                "9|60000000000|60000000000|c1|p1\n10|37000000000|37000000000|c2|p1\n" }, arena);

        (void)state;
        assert_interval(a, "all", 60000000000, 97000000000);
        assert_number(a, "value", "60 million to 97 million");
        em_arena_free(arena);
}

static void reports_of_one_incident_count_once(void **state)
{
        em_arena *arena = ask_arena();
        /* two reports of one theft (5 and 4), one alone (2): 5 + 2 at either end */
        const em_answer *a = ask(ASKS "-- combine bounds\nselect\n", (ask_tables){ .rows =
                "record|low_milli|high_milli|certain|possible\n1|5000|5000|c1|c1\n2|4000|4000|c1|c1\n3|2000|2000||\n" },
                arena);

        (void)state;
        assert_interval(a, "all", 7000, 7000);
        em_arena_free(arena);
}

static void totals_that_overlap_are_never_added(void **state)
{
        em_arena *arena = ask_arena();
        /* CA-03, CA-04, CA-05 of the totals: 316.4 (2019 to November 2020), 50 and more (2020 to
         * mid-2021), 395 (2021).  Only 316.4 and 395 are apart: 711.4, and the high ends of the same. */
        const em_answer *a = ask(ASKS "-- combine disjoint\nselect\n", (ask_tables){ .rows =
                "record|day_from|day_to|low_milli|high_milli\n"
                "3|2019-01-01|2020-11-30|316400000000|316400000000\n"
                "4|2020-01-01|2021-06-30|50000000000|50000000000\n"
                "5|2021-01-01|2021-12-31|395000000000|395000000000\n" }, arena);

        (void)state;
        assert_interval(a, "all", 711400000000, 711400000000);
        assert_role(a, 3, "counted");
        assert_role(a, 4, "set aside: overlaps a total already added");
        assert_role(a, 5, "counted");
        em_arena_free(arena);
}

static void where_all_totals_overlap_the_largest_stands(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask(ASKS "-- combine disjoint\nselect\n", (ask_tables){ .rows =
                "record|day_from|day_to|low_milli|high_milli\n1|2019-01-01|2021-12-31|3000|9000\n"
                "2|2020-01-01|2020-12-31|5000|5000\n" }, arena);

        (void)state;
        assert_interval(a, "all", 5000, 9000);
        em_arena_free(arena);
}

static void rivals_are_added_each_for_itself_and_never_together(void **state)
{
        em_arena *arena = ask_arena();
        /* fifo 155 + 50 = 205, lifo 155 + 0 = 155, haircut 155 + 49 = 204: between 155 and 205 */
        const em_answer *a = ask(ASKS "-- combine rivals\nselect\n", (ask_tables){ .rows =
                "record|rival|low_milli|high_milli\n1|fifo|155000|155000\n2|lifo|155000|155000\n"
                "3|haircut|155000|155000\n4|fifo|50000|50000\n5|lifo|0|0\n6|haircut|49000|49000\n" }, arena);

        (void)state;
        assert_interval(a, "all", 155000, 205000);
        em_arena_free(arena);
}

static void a_rival_range_counts_by_its_ends(void **state)
{
        em_arena *arena = ask_arena();
        /* a: [1, 9], b: [2, 3]; least low 1, greatest high 9; the row of none is shown and not counted */
        const em_answer *a = ask(ASKS "-- combine rivals\nselect\n", (ask_tables){ .rows =
                "record|rival|low_milli|high_milli\n1|a|1000|9000\n2|b|2000|3000\n3||700000|700000\n" }, arena);

        (void)state;
        assert_interval(a, "all", 1000, 9000);
        assert_role(a, 3, "set aside: no rival");
        em_arena_free(arena);
}

static void rivals_stand_in_their_groups(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks How much?\n-- unit USD\n-- test larger now=part base=whole\n"
                "-- combine rivals\nselect\n", (ask_tables){ .rows =
                "record|grp|rival|low_milli|high_milli\n1|whole|x|10000|10000\n2|whole|y|10000|10000\n"
                "3|part|x|2000|2000\n4|part|y|5000|5000\n" }, arena);

        (void)state;
        assert_interval(a, "whole", 10000, 10000);
        assert_interval(a, "part", 2000, 5000);
        assert_number(a, "share", "20 % to 50 %");
        em_arena_free(arena);
}

static void satoshi_are_said_as_coins_to_the_last_one(void **state)
{
        em_arena *arena = ask_arena();
        /* 20499700000 sat = 204.997; 1 sat = 0.00000001; 100000000000 sat = 1000 coins */
        const struct { const char *sat, *text; } trial[] = {
                { "20499700000000", "204.997" }, { "1000", "0.00000001" }, { "100000000000000", "1,000" },
                { "0", "0" }, { "73498765000000", "734.98765" },
                { "2100000000000000000", "21,000,000" },
        };
        char rows[200];

        (void)state;
        for (size_t i = 0; i < sizeof trial / sizeof *trial; i++) {
                snprintf(rows, sizeof rows, "record|low_milli|high_milli\n1|%s|%s\n", trial[i].sat, trial[i].sat);
                const em_answer *a = ask("-- asks How much?\n-- test at-least n=0\n-- unit sat\n-- combine sum\n"
                        "select\n", (ask_tables){ .rows = rows }, arena);
                assert_number(a, "value", trial[i].text);
        }
        em_arena_free(arena);
}

static void days_are_counted_once_and_rows_without_one_are_shown(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks A?\n-- unit launch day\n-- combine distinct day\n-- test at-least n=1\nselect\n",
                (ask_tables){ .rows = "record|day\n1|2022-01-05\n2|2022-01-14\n3|2022-01-14\n4|\n" }, arena);

        (void)state;
        assert_interval(a, "all", 2000, 2000);
        assert_number(a, "value", "2");
        assert_role(a, 4, "set aside: no day");
        em_arena_free(arena);
}

static void a_row_belongs_to_every_period_that_holds_it_whole(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks A?\n-- period now 2021-07-01 2021-12-31\n-- period year 2021\n"
                                 "-- test at-least n=1 group=now\nselect\n", (ask_tables){ .rows =
                "record|day_from|day_to\n1|2021-03-01|2021-03-31\n2|2021-08-01|2021-08-31\n"
                "3|2021-06-15|2021-07-15\n4|2021-12-20|2022-01-10\n5|2023-01-01|2023-01-02\n6||\n" }, arena);

        (void)state;
        assert_int_equal(group_of(a, "now")->rows, 1);
        assert_int_equal(group_of(a, "year")->rows, 3);
        assert_true(em_str_eq(row_of(a, 2)->group, EM_S("now, year")));
        assert_role(a, 3, "counted");
        assert_role(a, 4, "set aside: only partly in the period now");
        assert_role(a, 6, "set aside: no day");
        for (size_t i = 0; i < a->rows; i++)
                assert_int_not_equal(a->row[i].record, 5);      /* 2023 has nothing to do with it */
        em_arena_free(arena);
}

static void rows_without_days_are_the_one_periods(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks A?\n-- period year 2021\n-- test exactly n=2\nselect\n",
                                 (ask_tables){ .rows = "record|label\n1|R1718-2\n2|R1874-2\n" }, arena);

        (void)state;
        assert_int_equal(group_of(a, "year")->rows, 2);
        assert_int_equal(a->verdict, EM_VERDICT_HOLDS);
        em_arena_free(arena);
}

static void the_selects_own_reason_is_kept(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask(ASKS "-- combine sum\nselect\n", (ask_tables){ .rows =
                "record|low_milli|high_milli|role\n1|1000|1000|counted\n2|1000|1000|set aside: a later report\n3|||\n" },
                arena);

        (void)state;
        assert_interval(a, "all", 1000, 1000);
        assert_role(a, 2, "set aside: a later report");
        assert_role(a, 3, "set aside: no amount");
        em_arena_free(arena);
}

static void only_rows_in_another_unit_are_converted(void **state)
{
        em_arena *arena = ask_arena();
        /* 17,877 t at 8.33 bbl/t = 148,915.41 bbl; 100 bbl stay 100 bbl */
        const em_answer *a = ask("-- asks A?\n-- unit bbl\n-- combine sum\n-- factor t bbl china\n"
                                 "-- test at-least n=1\n-- beside plain: factor=none\nselect\n", (ask_tables){
                .rows = "record|low_milli|high_milli|unit\n1|17877000|17877000|t\n2|100000|100000|bbl\n",
                .factor = "record|key|bbl_per_t\n7|china|8.33\n" }, arena);

        (void)state;
        assert_interval(a, "all", 149015410, 149015410);
        assert_role(a, 7, "factor");
        assert_number(a, "value", "149,015");
        assert_int_equal(a->reading[1].group[0].low, 100000);
        assert_int_equal(row_of(a, 1)->readings, 1);            /* set aside in the other */
        assert_int_equal(row_of(a, 1)->low, 17877000);          /* shown as in the evidence */
        em_arena_free(arena);
}

static void a_factor_stated_the_other_way_is_turned_round_outward(void **state)
{
        em_arena *arena = ask_arena();
        em_rows rows = ask_rows("record|key|t_per_bbl\n7|third|3\n", arena);
        em_factor_ref ref = { EM_S("t"), EM_S("bbl"), EM_S("third") };
        em_factor f;
        int64_t record;

        (void)state;
        assert_int_equal(em_factor_read(&rows, &ref, arena, &f, &record, NULL), EM_OK);
        assert_int_equal(f.low_micro, 333333);          /* 1/3 bbl a tonne */
        assert_int_equal(f.high_micro, 333334);
        ref.key = EM_S("other");
        rows = ask_rows("record|key|kg_per_bbl\n7|third|3\n", arena);
        assert_int_equal(em_factor_read(&rows, &ref, arena, &f, &record, NULL), EM_MISSING);
        rows.rows = 0;
        assert_int_equal(em_factor_read(&rows, &ref, arena, &f, &record, NULL), EM_MISSING);
        em_arena_free(arena);
}

static void leaving_out_takes_a_label_or_a_month(void **state)
{
        static const char rows[] = "record|day_from|day_to|low_milli|high_milli|label\n"
                "1|2021-09-01|2021-09-30|4000|4000|September\n2|2021-08-01|2021-08-31|1000|1000|August\n";
        em_arena *arena = ask_arena();
        const em_answer *a = ask(ASKS "-- combine sum\n-- reading a: leave.out=September\n"
                                 "-- reading b: leave.out=2021-08\nselect\n", (ask_tables){ .rows = rows }, arena);

        (void)state;
        assert_int_equal(a->reading[0].group[0].low, 5000);
        assert_int_equal(a->reading[1].group[0].low, 1000);
        assert_int_equal(a->reading[2].group[0].low, 4000);
        assert_int_equal(row_of(a, 1)->readings, 5);            /* readings 0 and 2 */
        em_arena_free(arena);
}

static void the_body_does_not_depend_on_the_order_of_rows(void **state)
{
        static const char question[] = "-- asks A?\n-- unit t\n-- combine bounds\n-- test at-least n=1\nselect\n";
        em_arena *arena = ask_arena();
        const em_answer *a = ask(question, (ask_tables){ .rows = "record|day|low_milli|high_milli|grp|certain\n"
                "1|2021-01-01|1000|1000|x|c\n2|2021-01-02|2000|2000|x|c\n3|2021-01-01|5000|5000|y|\n" }, arena);
        const em_answer *b = ask(question, (ask_tables){ .rows = "record|day|low_milli|high_milli|grp|certain\n"
                "3|2021-01-01|5000|5000|y|\n2|2021-01-02|2000|2000|x|c\n1|2021-01-01|1000|1000|x|c\n" }, arena);

        (void)state;
        assert_true(a->body.n > 100);
        assert_true(em_str_eq(a->body, b->body));
        assert_true(em_str_find(a->body, EM_S("\"id\":\"aaaaaaaa:3\"")) > 0);
        em_arena_free(arena);
}

static void steering_bytes_in_evidence_become_blanks(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks A?\n-- test none\nselect\n", (ask_tables){ .rows =
                "record|label\n1|a\x1b[31mb\xe2\x80\xae" "c\n" }, arena);

        (void)state;
        assert_true(em_str_eq(row_of(a, 1)->label, EM_S("a [31mb c")));
        em_arena_free(arena);
}

static void a_select_without_record_or_amount_is_refused(void **state)
{
        em_arena *arena = ask_arena();
        em_question *q = ask_question(ASKS "-- combine sum\nselect\n", arena);
        em_rows rows = ask_rows("key|low_milli\na|1\n", arena);
        em_ask_rows out;
        em_error err = { 0 };

        (void)state;
        assert_int_equal(em_ask_read(&rows, &q->main, arena, &out, &err), EM_FORMAT);
        assert_string_equal(err.file, "asked.sql");
        rows = ask_rows("record|key\n1|a\n", arena);
        assert_int_equal(em_ask_read(&rows, &q->main, arena, &out, &err), EM_FORMAT);
        rows = ask_rows("record|low_milli\nx|1\n", arena);
        assert_int_equal(em_ask_read(&rows, &q->main, arena, &out, &err), EM_FORMAT);
        em_arena_free(arena);
}

static void proof_follows_basis_publishers_and_grades(void **state)
{
        static const struct { const char *basis, *more, *facts; em_proof proof; } cases[] = {
                { "direct", "", "record|publisher|reliability|credibility\n1|A|B|2\n2|C|B|2\n", EM_PROOF_ESTABLISHED },
                { "direct", "", "record|publisher|reliability|credibility\n1|UN|A|1\n2|UN|A|1\n", EM_PROOF_ESTABLISHED },
                { "direct", "", "record|publisher|reliability|credibility\n1|A|B|2\n2|C|C|2\n", EM_PROOF_ASSESSED },
                { "direct", "-- alternative Another.\n", NULL, EM_PROOF_ASSESSED },
                { "direct", "", NULL, EM_PROOF_REPORTED },
                { "proxy why", "", "record|publisher|reliability|credibility\n1|A|B|2\n2|C|B|2\n", EM_PROOF_ASSESSED },
                { "sourced why", "", "record|publisher|reliability|credibility\n1|A|B|2\n2|C|B|2\n", EM_PROOF_REPORTED },
                { "direct", "-- alternative A.\n", "record|publisher|reliability|credibility\n1|A|F|6\n2|C|F|6\n",
                  EM_PROOF_REPORTED },
                { "none why", "", NULL, EM_PROOF_INVESTIGATION },
        };
        em_arena *arena = ask_arena();

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char text[300];

                snprintf(text, sizeof text, "-- asks A?\n-- basis %s\n%s-- test at-least n=1\nselect\n", cases[i].basis,
                         cases[i].more);
                const em_answer *a = ask(text, (ask_tables){ .rows = "record\n1\n2\n", .facts = cases[i].facts }, arena);
                if (a->proof != cases[i].proof)
                        fail_msg("case %zu: %s", i, em_proof_words(a->proof));
        }
        em_arena_free(arena);
}

static void confidence_is_the_grade_that_half_the_records_reach(void **state)
{
        em_arena *arena = ask_arena();
        const em_answer *a = ask("-- asks A?\n-- test at-least n=1\nselect\n", (ask_tables){ .rows = "record\n1\n2\n3\n",
                .facts = "record|publisher|reliability|credibility\n1|A|B|2\n2|A|C|3\n3|A|F|6\n" }, arena);

        (void)state;
        assert_true(em_str_eq(a->confidence, EM_S("moderate")));       /* 1 of 3 high, 2 of 3 at least moderate */
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_sum_keeps_its_open_end),
                cmocka_unit_test(an_upper_bound_never_lifts_a_lower_one),
                cmocka_unit_test(alphapo_and_coinspaid_are_sixty_to_ninety_seven),
                cmocka_unit_test(reports_of_one_incident_count_once),
                cmocka_unit_test(totals_that_overlap_are_never_added),
                cmocka_unit_test(where_all_totals_overlap_the_largest_stands),
                cmocka_unit_test(rivals_are_added_each_for_itself_and_never_together),
                cmocka_unit_test(a_rival_range_counts_by_its_ends),
                cmocka_unit_test(rivals_stand_in_their_groups),
                cmocka_unit_test(satoshi_are_said_as_coins_to_the_last_one),
                cmocka_unit_test(days_are_counted_once_and_rows_without_one_are_shown),
                cmocka_unit_test(a_row_belongs_to_every_period_that_holds_it_whole),
                cmocka_unit_test(rows_without_days_are_the_one_periods),
                cmocka_unit_test(the_selects_own_reason_is_kept),
                cmocka_unit_test(only_rows_in_another_unit_are_converted),
                cmocka_unit_test(a_factor_stated_the_other_way_is_turned_round_outward),
                cmocka_unit_test(leaving_out_takes_a_label_or_a_month),
                cmocka_unit_test(the_body_does_not_depend_on_the_order_of_rows),
                cmocka_unit_test(steering_bytes_in_evidence_become_blanks),
                cmocka_unit_test(a_select_without_record_or_amount_is_refused),
                cmocka_unit_test(proof_follows_basis_publishers_and_grades),
                cmocka_unit_test(confidence_is_the_grade_that_half_the_records_reach),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
