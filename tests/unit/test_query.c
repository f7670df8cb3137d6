/* Questions: what they see, as known on a day, and what they cannot do. */
#include "case_world.h"

static void a_view_gives_iso_days_and_only_a_day_where_the_evidence_gives_one(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows = ask(w, c, "select key, day, day_from, day_to, precision, known from shot order by record");
        assert_int_equal(rows.rows, 4);
        assert_cell(&rows, 0, 1, "2020-01-05");
        assert_cell(&rows, 0, 4, "day");
        /* S-3 is dated by its month alone: February 2020 had 29 days. */
        assert_cell(&rows, 2, 0, "S-3");
        assert_cell(&rows, 2, 1, "-");
        assert_cell(&rows, 2, 2, "2020-02-01");
        assert_cell(&rows, 2, 3, "2020-02-29");
        assert_cell(&rows, 2, 4, "month");
        assert_cell(&rows, 2, 5, "2020-02-20");
        em_case_close(c);
}

static void an_empty_amount_is_no_zero(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows = ask(w, c, "select state, low, high, stated, low_milli, quantifier from shot where key = 'S-4'");
        assert_cell(&rows, 0, 0, "not-found");
        for (size_t i = 1; i < rows.columns; i++)
                assert_cell(&rows, 0, i, "-");
        rows = ask(w, c, "select sum(low), sum(low_milli), count(*) from shot");
        assert_cell(&rows, 0, 0, "8");          /* 3 + 4 + 1 */
        assert_cell(&rows, 0, 1, "8000");
        em_case_close(c);
}

static void fields_of_the_map_are_columns_of_their_type(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows = ask(w, c, "select height, typeof(height), note from shot order by record");
        assert_cell(&rows, 0, 0, "10.5");
        assert_cell(&rows, 0, 1, "real");
        assert_cell(&rows, 2, 1, "real");       /* 7 is a number, so a real */
        assert_cell(&rows, 1, 0, "-");
        assert_cell(&rows, 1, 2, "told again");
        em_case_close(c);
}

static void only_what_was_known_on_the_day_is_seen(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        static const struct { const char *day; int64_t shots, links; } days[] = {
                { "2020-01-05", 0, 0 },         /* S-1 was told on the 6th */
                { "2020-01-06", 1, 0 },
                { "2020-02-20", 3, 0 },         /* with S-3 and S-4; L-2 is of the 21st */
                { "2020-02-21", 3, 1 },
                { "2020-03-01", 4, 2 },         /* S-2, and with it the contradiction */
                { "2020-03-02", 4, 3 },         /* L-1 */
        };
        for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
                em_rows shots = ask_as_known(w, c, "select count(*) from shot", days[i].day);
                em_rows all = ask_as_known(w, c, "select count(*) from record where kind = 'shot'", days[i].day);
                em_rows links = ask_as_known(w, c, "select count(*) from link", days[i].day);
                assert_int_equal(em_rows_at(&shots, 0, 0)->i, days[i].shots);
                assert_int_equal(em_rows_at(&all, 0, 0)->i, days[i].shots);
                assert_int_equal(em_rows_at(&links, 0, 0)->i, days[i].links);
        }
        em_case_close(c);
}

static void coverage_counts_what_was_known(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        const char *sql = "select covers_from, first_day, last_day, records, undated, untimed from coverage "
                          "where kind = 'shot'";
        em_rows rows = ask(w, c, sql);
        static const char *const now[] = { "2020-01-01", "2020-01-05", "2020-02-29", "4", "0", "4" };
        static const char *const then[] = { "2020-01-01", "2020-01-05", "2020-01-05", "1", "0", "1" };
        for (size_t i = 0; i < 6; i++)
                assert_cell(&rows, 0, i, now[i]);
        rows = ask_as_known(w, c, sql, "2020-01-31");
        for (size_t i = 0; i < 6; i++)
                assert_cell(&rows, 0, i, then[i]);
        em_case_close(c);
}

static void a_question_sees_what_has_been_added_since_the_last_one(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 0);
        add(w, c, w->shots);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);
        em_case_close(c);
}

static void quarantine_names_the_row_and_the_reason(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows = ask(w, c, "select row, line, field, reason from quarantine");
        assert_int_equal(rows.rows, 1);
        assert_cell(&rows, 0, 0, "6");
        assert_cell(&rows, 0, 2, "day");
        assert_true(em_rows_at(&rows, 0, 3)->s.n > 0);
        em_case_close(c);
}

static void denied(world *w, em_case *c, const char *sql, em_status status)
{
        em_rows rows;
        em_status got = em_case_query(c, em_str_c(sql), NULL, 0, NULL, w->arena, &rows, &w->err);
        if (got != status)
                fail_msg("%s: %s (%s)", sql, em_status_name(got), w->err.text);
}

static void a_question_can_only_look(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        static const char *const tries[] = {
                "attach database 'x' as y", "pragma table_info(shot)", "pragma query_only = 0",
                "insert into em_meta values ('a', 'b')", "select load_extension('x')",
                "create table t(x)", "create temp table t(x)", "drop view shot", "vacuum", "begin",
                "select random()", "select randomblob(9)", "select current_timestamp", "select date('now')",
                "select * from sqlite_schema", "select count(*) from sqlite_master", "select * from sqlite_temp_schema",
                "select * from em_record", "select count(*) from \"em_record\"", "select * from [em_ledger]",
                "with shot as (select * from main.em_record) select count(*) from shot",
                "select * from pragma_table_info('shot')", "select * from json_each('[1]')", "explain select 1",
                "select 1; select 2", "select 1; drop view shot", "reindex", "analyze",
        };
        for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
                denied(w, c, tries[i], EM_DENIED);
        denied(w, c, "with x as (select 1) insert into shot select * from x", EM_DENIED);
        denied(w, c, "with x as (select 1) delete from source", EM_FORMAT);
        denied(w, c, "update shot set key = 'x'", EM_FORMAT);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);
        em_case_close(c);
}

/* main.shot is the view in the file: it would show what was not yet known. */
static void the_views_in_the_file_cannot_be_reached(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows;
        static const char *const tries[] = { "select * from main.shot", "select count(*) from main.shot",
                "select count(*) from main.source", "select s.key from main.shot as s" };
        for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
                assert_int_not_equal(em_case_query(c, em_str_c(tries[i]), NULL, 0, NULL, w->arena, &rows,
                                                   &w->err), EM_OK);
        em_case_close(c);
}

static void sql_that_is_wrong_is_said_to_be_wrong(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        denied(w, c, "", EM_FORMAT);
        denied(w, c, "-- nothing", EM_FORMAT);
        denied(w, c, "selec 1", EM_FORMAT);
        denied(w, c, "select nope from shot", EM_FORMAT);
        assert_non_null(strstr(w->err.text, "nope"));
        denied(w, c, "select \"shot\"", EM_FORMAT);     /* no double-quoted strings */
        denied(w, c, "select x'00ff'", EM_FORMAT);      /* bytes are no text */
        em_rows rows;
        assert_int_equal(em_case_query(c, (em_str){ "select 1\0x", 10 }, NULL, 0, NULL, w->arena, &rows, NULL),
                         EM_FORMAT);
        em_case_close(c);
}

static void parameters_are_bound_by_name_and_a_missing_one_is_named(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows;
        em_str sql = EM_S("select count(*), :label from shot where day <= :until and low >= :least and :none is null");
        const em_param params[] = {
                { EM_S("until"), { .type = EM_VALUE_TEXT, .s = EM_S("2020-01-31") } },
                { EM_S("least"), { .type = EM_VALUE_INT, .i = 4 } },
                { EM_S("none"), { .type = EM_VALUE_NULL } },
                { EM_S("label"), { .type = EM_VALUE_REAL, .r = 0.5 } },
        };
        expect(w, em_case_query(c, sql, params, 4, NULL, w->arena, &rows, &w->err));
        assert_cell(&rows, 0, 0, "1");
        assert_cell(&rows, 0, 1, "0.5");
        assert_int_equal(em_case_query(c, sql, params, 3, NULL, w->arena, &rows, &w->err), EM_FORMAT);
        assert_non_null(strstr(w->err.text, ":label"));
        assert_int_equal(em_case_query(c, EM_S("select ?"), NULL, 0, NULL, w->arena, &rows, &w->err), EM_FORMAT);
        em_case_close(c);
}

static void rows_and_steps_have_their_limits(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows;
        em_query_opts opts = em_query_defaults;
        em_str count = EM_S("with recursive n(x) as (select 1 union all select x + 1 from n where x < 100000) "
                            "select x from n");
        opts.max_rows = 10;
        expect(w, em_case_query(c, count, NULL, 0, &opts, w->arena, &rows, &w->err));
        assert_int_equal(rows.rows, 10);
        assert_true(rows.cut);
        opts = em_query_defaults;
        opts.max_steps = 50000;
        assert_int_equal(em_case_query(c, count, NULL, 0, &opts, w->arena, &rows, &w->err), EM_LIMIT);
        opts = em_query_defaults;
        expect(w, em_case_query(c, count, NULL, 0, &opts, w->arena, &rows, &w->err));
        assert_int_equal(rows.rows, 100000);
        assert_false(rows.cut);
        assert_int_equal(em_rows_column(&rows, EM_S("x")), 0);
        assert_int_equal(em_rows_column(&rows, EM_S("y")), -1);
        em_case_close(c);
}

static bool until_third(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)what, (void)of;
        *(uint64_t *)ctx = done;
        return done < 3000;
}

static void a_question_can_be_stopped_and_the_next_one_runs(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows;
        uint64_t told = 0;
        em_progress watch = { until_third, &told };
        em_query_opts opts = em_query_defaults;
        opts.watch = &watch;
        em_str forever = EM_S("with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n");
        assert_int_equal(em_case_query(c, forever, NULL, 0, &opts, w->arena, &rows, &w->err), EM_INTERRUPTED);
        assert_int_equal(told, 3000);           /* asked every thousand steps */
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);
        em_case_close(c);
}

static void an_answer_has_no_more_text_than_was_allowed(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows;
        em_query_opts opts = em_query_defaults;
        opts.max_bytes = 100;
        expect(w, em_case_query(c, EM_S("select printf('%050d', 1) union all select printf('%050d', 2)"), NULL, 0, &opts, w->arena,
                                &rows, &w->err));
        assert_int_equal(em_case_query(c, EM_S("select printf('%0101d', 1)"), NULL, 0, &opts, w->arena, &rows, &w->err), EM_LIMIT);
        em_case_close(c);
}

/* Sorting holds all its rows: a million of them, of a thousand bytes, would take a gigabyte. */
static void a_question_takes_no_more_memory_than_was_allowed(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows;
        em_query_opts opts = em_query_defaults;
        opts.max_memory = 16 << 20;
        em_str greedy = EM_S("with recursive n(x) as (select 1 union all select x + 1 from n where x < 1000000) "
                             "select printf('%01000d', x) from n order by 1 desc");
        assert_int_equal(em_case_query(c, greedy, NULL, 0, &opts, w->arena, &rows, &w->err), EM_LIMIT);
        assert_non_null(strstr(w->err.text, "memory"));
        em_str two = EM_S("select length(printf('%0900000d', 1) || printf('%0900000d', 2))");
        assert_int_equal(em_case_query(c, two, NULL, 0, &opts, w->arena, &rows, &w->err), EM_LIMIT);
        assert_int_equal(ask_int(w, c, two.p), 1800000);        /* without a limit of memory */
        em_case_close(c);
}

static void wrong_sql_is_said_with_its_line(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        denied(w, c, "select key\nfrom shot\nwhere nope = 1", EM_FORMAT);
        assert_int_equal(w->err.line, 3);
        denied(w, c, "select key,\nfrom shot", EM_FORMAT);
        assert_int_equal(w->err.line, 2);
        em_case_close(c);
}

static void the_views_are_named_with_their_columns(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_view_columns *view = NULL;
        size_t count = 0, shots = 0;
        expect(w, em_case_views(c, EM_DAY_NONE, w->arena, &view, &count, &w->err));
        assert_true(em_str_eq(view[0].name, EM_S("source")));
        assert_false(view[0].kind);
        for (size_t i = 0; i < count; i++) {
                em_rows rows;           /* each can be asked, and has these columns */
                em_str sql;
                expect(w, em_str_format(w->arena, &sql, &w->err, "select * from \"%.*s\" limit 1", EM_ARG(view[i].name)));
                expect(w, em_case_query(c, sql, NULL, 0, NULL, w->arena, &rows, &w->err));
                assert_int_equal(rows.columns, view[i].columns);
                for (size_t k = 0; k < rows.columns; k++)
                        assert_true(em_str_eq(rows.name[k], view[i].column[k]));
                shots += em_str_eq(view[i].name, EM_S("shot")) && view[i].kind;
        }
        assert_int_equal(shots, 1);
        em_case_close(c);
}

static void a_day_within_a_view_of_its_own_is_seen_by_nested_questions_too(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_rows rows = ask_as_known(w, c, "with early as (select * from shot) select count(*) from early "
                                    "where exists (select 1 from record as r where r.record = early.record)",
                                    "2020-01-31");
        assert_int_equal(em_rows_at(&rows, 0, 0)->i, 1);
        em_case_close(c);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(a_view_gives_iso_days_and_only_a_day_where_the_evidence_gives_one),
                T(an_empty_amount_is_no_zero),
                T(fields_of_the_map_are_columns_of_their_type),
                T(only_what_was_known_on_the_day_is_seen),
                T(coverage_counts_what_was_known),
                T(a_question_sees_what_has_been_added_since_the_last_one),
                T(quarantine_names_the_row_and_the_reason),
                T(a_question_can_only_look),
                T(the_views_in_the_file_cannot_be_reached),
                T(sql_that_is_wrong_is_said_to_be_wrong),
                T(parameters_are_bound_by_name_and_a_missing_one_is_named),
                T(rows_and_steps_have_their_limits),
                T(a_question_can_be_stopped_and_the_next_one_runs),
                T(an_answer_has_no_more_text_than_was_allowed),
                T(a_question_takes_no_more_memory_than_was_allowed),
                T(wrong_sql_is_said_with_its_line),
                T(the_views_are_named_with_their_columns),
                T(a_day_within_a_view_of_its_own_is_seen_by_nested_questions_too),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
