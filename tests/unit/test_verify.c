/* verify: whatever single thing is changed, it is named. */
#include "case_world.h"

/* A case with findings too, closed. */
static void make_case(world *w)
{
        em_case_close(full_case(w));
        em_case *c = reopen(w, EM_CASE_WRITE);
        const int64_t records[] = { 1, 3 };
        em_finding_row rows[] = {
                { .question = EM_S("q-one"), .as_known = EM_S(""), .question_hash = EM_S("aa"), .verdict = EM_S("holds"),
                  .standard = EM_S("assessed"), .body = EM_S("{\"n\":1}"), .records = records, .record_count = 2 },
        };
        expect(w, em_case_findings_put(c, rows, 1, &w->err));
        expect(w, em_case_note(c, EM_S("note"), EM_S("{\"text\":\"looked at\"}"), &w->err));
        em_case_close(c);
}

static void an_untouched_case_has_no_differences_with_any_number_of_threads(void **state)
{
        world *w = *state;
        make_case(w);
        for (size_t threads = 1; threads <= 4; threads++) {
                em_buf said = em_buf_make(1u << 20);
                em_verify_counts counts;
                expect(w, verify(w, threads, &counts, &said));
                assert_int_equal(said.n, 0);
                assert_int_equal(counts.sources, 2);
                assert_int_equal(counts.bytes, strlen(shots_csv) + strlen(links_csv));
                assert_int_equal(counts.records, 7);    /* 4 shots, 3 rows of links */
                assert_int_equal(counts.entries, 5);    /* create, add, add, find, note */
                assert_int_equal(counts.links, 3);      /* one of `same`, two of the table */
                assert_int_equal(counts.differences, 0);
                em_buf_free(&said);
        }
}

static em_str source_path(world *w, const char *key)
{
        em_held held;
        em_str path;
        em_case *c = reopen(w, EM_CASE_READ);
        expect(w, em_case_record_find(c, em_str_c(key), w->arena, &held, &w->err));
        expect(w, em_str_format(w->arena, &path, &w->err, "%.*s/sources/%.2s/%s", EM_ARG(w->kase),
                                held.source.sha256, held.source.sha256));
        em_case_close(c);
        return path;
}

static void expect_difference(world *w, const char *words)
{
        em_buf said = em_buf_make(1u << 20);
        em_verify_counts counts;
        em_status status = verify(w, 2, &counts, &said);
        em_buf_ch(&said, '\0');
        if (status != EM_DIFF || !says(&said, words))
                fail_msg("%s, not naming '%s':\n%s%s", em_status_name(status), words, said.p ? said.p : "",
                         status == EM_DIFF ? "" : w->err.text);
        em_buf_free(&said);
}

static void any_flipped_byte_of_a_source_is_named(void **state)
{
        world *w = *state;
        make_case(w);
        em_str path = source_path(w, "S-1"), bytes;
        expect(w, em_file_read(path, 1u << 20, w->arena, &bytes, &w->err));
        for (size_t i = 0; i < bytes.n; i += 5) {
                char changed[1024];
                memcpy(changed, bytes.p, bytes.n);
                changed[i] = (char)(changed[i] ^ 0x20);
                expect(w, em_file_write(path, (em_str){ changed, bytes.n }, &w->err));
                expect_difference(w, "source shots.csv");
        }
        expect(w, em_file_write(path, bytes, &w->err));
        em_buf said = em_buf_make(1u << 20);
        em_verify_counts counts;
        expect(w, verify(w, 0, &counts, &said));
        em_buf_free(&said);
}

static void a_missing_or_shortened_source_is_named(void **state)
{
        world *w = *state;
        make_case(w);
        em_str path = source_path(w, "S-1");
        expect(w, em_file_write(path, EM_S("id,day\n"), &w->err));
        expect_difference(w, "source shots.csv");
        assert_int_equal(unlink(path.p), 0);
        expect_difference(w, "source shots.csv");
        expect_difference(w, "missing");
}

/* ---- every cell ------------------------------------------------------------------- */

/* Another value of the same type: the first byte of a text, the last bit of a number. */
static void bind_changed(sqlite3_stmt *to, sqlite3_stmt *from, int column)
{
        int type = sqlite3_column_type(from, column);
        if (type == SQLITE_INTEGER) {
                sqlite3_bind_int64(to, 1, sqlite3_column_int64(from, column) ^ 1);
        } else if (type == SQLITE_TEXT && sqlite3_column_bytes(from, column) > 0) {
                char text[4096];
                int n = snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(from, column));
                text[n / 2] = text[n / 2] == 'Q' ? 'Z' : 'Q';
                sqlite3_bind_text(to, 1, text, n, SQLITE_TRANSIENT);
        } else {
                sqlite3_bind_int(to, 1, 1);     /* what was NULL; STRICT makes it text where it must */
        }
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *before, const char *table, const char *set,
                              const char *column, int64_t id)
{
        char sql[256];
        sqlite3_stmt *stmt = NULL;
        snprintf(sql, sizeof sql, "%s %s%s%s%s WHERE rowid = %lld", before, table, set, column,
                 set[0] ? " = ?" : "", (long long)id);
        if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
                fail_msg("%s: %s", sql, sqlite3_errmsg(db));
        return stmt;
}

static void change_cell(world *w, const char *table, int64_t id, int column, char name[64], sqlite3_value **ret_was)
{
        sqlite3 *db = stranger(w);
        sqlite3_stmt *row = prepared(db, "SELECT * FROM", table, "", "", id);
        assert_int_equal(sqlite3_step(row), SQLITE_ROW);
        snprintf(name, 64, "%s", sqlite3_column_name(row, column));
        *ret_was = sqlite3_value_dup(sqlite3_column_value(row, column));
        sqlite3_stmt *set = prepared(db, "UPDATE", table, " SET ", name, id);
        bind_changed(set, row, column);
        sqlite3_finalize(row);
        if (sqlite3_step(set) != SQLITE_DONE)
                fail_msg("%s.%s: %s", table, name, sqlite3_errmsg(db));
        sqlite3_finalize(set);
        sqlite3_close(db);
}

static void restore_cell(world *w, const char *table, int64_t id, const char *name, sqlite3_value *was)
{
        sqlite3 *db = stranger(w);
        sqlite3_stmt *set = prepared(db, "UPDATE", table, " SET ", name, id);
        sqlite3_bind_value(set, 1, was);
        assert_int_equal(sqlite3_step(set), SQLITE_DONE);
        sqlite3_finalize(set);
        sqlite3_close(db);
        sqlite3_value_free(was);
}

static int column_count(world *w, const char *table)
{
        sqlite3 *db = stranger(w);
        sqlite3_stmt *row = prepared(db, "SELECT * FROM", table, "", "", 1);
        int count = sqlite3_column_count(row);
        sqlite3_finalize(row);
        sqlite3_close(db);
        return count;
}

/* Changes each column of row id but the id itself; the words must name row and, with
 * name_column, the column. */
static void every_cell(world *w, const char *table, int64_t id, const char *words, bool name_column)
{
        int count = column_count(w, table);
        for (int i = 1; i < count; i++) {
                char name[64];
                sqlite3_value *was;
                change_cell(w, table, id, i, name, &was);
                expect_difference(w, words);
                if (name_column)
                        expect_difference(w, name);
                restore_cell(w, table, id, name, was);
        }
        em_buf said = em_buf_make(1u << 20);
        em_verify_counts counts;
        expect(w, verify(w, 0, &counts, &said));
        em_buf_free(&said);
}

static void any_changed_cell_of_a_record_is_named_with_its_column(void **state)
{
        world *w = *state;
        make_case(w);
        em_held held;
        em_case *c = reopen(w, EM_CASE_READ);
        expect(w, em_case_record(c, 1, w->arena, &held, &w->err));
        em_case_close(c);
        for (int64_t id = 1; id <= 4; id += 3) {        /* S-1, and S-4, which has no amount */
                char words[64];
                snprintf(words, sizeof words, "record %.8s:%lld (%lld)", held.source.sha256, (long long)id + 1,
                         (long long)id);
                every_cell(w, "em_record", id, words, true);
        }
}

static void any_changed_cell_of_a_source_is_named_with_its_column(void **state)
{
        world *w = *state;
        make_case(w);
        every_cell(w, "em_source", 1, "source", true);
}

static void any_changed_cell_of_a_link_or_a_quarantined_row_is_named(void **state)
{
        world *w = *state;
        make_case(w);
        every_cell(w, "em_link", 2, "link 2", false);
        every_cell(w, "em_quarantine", 1, "quarantine 1", false);
}

static void any_changed_cell_of_the_ledger_is_named(void **state)
{
        world *w = *state;
        make_case(w);
        for (int64_t seq = 1; seq <= 5; seq++) {
                char words[32];
                snprintf(words, sizeof words, "ledger entry %lld", (long long)seq);
                every_cell(w, "em_ledger", seq, words, false);
        }
}

static void any_changed_cell_of_a_finding_is_named(void **state)
{
        world *w = *state;
        make_case(w);
        every_cell(w, "em_finding", 1, "finding ", false);
        do_sql(w, "UPDATE em_finding_record SET record = 2 WHERE ordinal = 0");
        expect_difference(w, "finding q-one");
}

static void any_changed_cell_of_an_intake_or_a_map_is_noticed(void **state)
{
        world *w = *state;
        make_case(w);
        /* not every column can be told by name: a changed range shows in its rows */
        int count = column_count(w, "em_intake");
        for (int i = 1; i < count; i++) {
                char name[64];
                sqlite3_value *was;
                em_buf said = em_buf_make(1u << 20);
                em_verify_counts counts;
                change_cell(w, "em_intake", 1, i, name, &was);
                assert_int_not_equal(verify(w, 0, &counts, &said), EM_OK);
                restore_cell(w, "em_intake", 1, name, was);
                em_buf_free(&said);
        }
        do_sql(w, "UPDATE em_map SET text = text || '#' WHERE kind = 'shot'");
        expect_difference(w, "map shot");
}

/* ---- taken out, put in --------------------------------------------------------------- */

static void what_was_taken_out_is_named(void **state)
{
        world *w = *state;
        static const struct { const char *sql, *words; } cases[] = {
                { "DELETE FROM em_ledger WHERE seq = 3", "entries 3 to 3 are missing" },
                { "DELETE FROM em_ledger WHERE seq = 5", "missing at the end" },
                { "DELETE FROM em_link WHERE id = 2", "link 2: it is missing" },
                { "DELETE FROM em_quarantine WHERE id = 1", "quarantine 1" },
                { "DELETE FROM em_record WHERE id = 2", ":3 (2): it is missing" },
                { "DELETE FROM em_record WHERE id = 7", "(7): it is missing" },
        };
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                make_case(w);
                do_sql(w, cases[i].sql);
                expect_difference(w, cases[i].words);
                remove_tree(w->arena, w->kase);
        }
}

static void what_was_put_in_is_noticed(void **state)
{
        world *w = *state;
        static const char *const puts_in[] = {
                "INSERT INTO em_record SELECT 99, intake, 99, line, offset, length, key, what, class, who, place, "
                "lat_e7, lon_e7, day_from, day_to, utc_from, utc_to, time_s, precision, known, state, low_milli, "
                "high_milli, stated_milli, rounding_milli, unit, quantifier, credibility, fields "
                "FROM em_record WHERE id = 1",
                "INSERT INTO em_link SELECT 99, a, b, relation, certainty, reason, author, known, record, hash "
                "FROM em_link WHERE id = 1",
                "INSERT INTO em_source SELECT 99, replace(sha256, 'a', 'b') || 'x', bytes, media, name, publisher, origin, "
                "method, terms, obtained_by, obtained_on, published, covers_from, covers_to, reliability, access, role "
                "FROM em_source WHERE id = 1",
                "INSERT INTO em_finding SELECT 99, 'other', as_known, version, question_hash, verdict, standard, body "
                "FROM em_finding WHERE id = 1",
                "INSERT INTO em_ledger SELECT 99, at, author, action, body, previous, hash FROM em_ledger WHERE seq = 5",
        };
        for (size_t i = 0; i < sizeof puts_in / sizeof puts_in[0]; i++) {
                make_case(w);
                do_sql(w, puts_in[i]);
                em_buf said = em_buf_make(1u << 20);
                em_verify_counts counts;
                assert_int_equal(verify(w, 0, &counts, &said), EM_DIFF);
                em_buf_free(&said);
                remove_tree(w->arena, w->kase);
        }
}

/* Bytes of case.db flipped in place, in step through the file.  Either the case is
 * refused, or verify finds a difference, or the byte was one that no page uses
 * and every record is as it was. */
static void a_flipped_byte_of_the_file_never_passes_for_other_evidence(void **state)
{
        world *w = *state;
        em_str db, bytes;
        make_case(w);
        em_case *c = reopen(w, EM_CASE_READ);
        em_rows before = ask(w, c, "select id, key, day, low, high, known, note, height from shot order by id");
        em_case_close(c);
        assert_int_equal(em_path_join(w->kase, EM_S("case.db"), w->arena, &db, NULL), EM_OK);
        expect(w, em_file_read(db, 1u << 30, w->arena, &bytes, &w->err));
        char *copy = malloc(bytes.n);
        assert_non_null(copy);
        for (size_t i = 13; i < bytes.n; i += 997) {
                em_buf said = em_buf_make(1u << 20);
                em_verify_counts counts;
                memcpy(copy, bytes.p, bytes.n);
                copy[i] = (char)(copy[i] ^ 1);
                expect(w, em_file_write(db, (em_str){ copy, bytes.n }, &w->err));
                if (verify(w, 0, &counts, &said) == EM_OK) {
                        c = reopen(w, EM_CASE_READ);
                        em_rows after = ask(w, c, "select id, key, day, low, high, known, note, height "
                                            "from shot order by id");
                        assert_int_equal(after.rows, before.rows);
                        for (size_t k = 0; k < after.rows * after.columns; k++)
                                assert_true(em_str_eq(after.cell[k].s, before.cell[k].s));
                        em_case_close(c);
                }
                em_buf_free(&said);
        }
        free(copy);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(an_untouched_case_has_no_differences_with_any_number_of_threads),
                T(any_flipped_byte_of_a_source_is_named),
                T(a_missing_or_shortened_source_is_named),
                T(any_changed_cell_of_a_record_is_named_with_its_column),
                T(any_changed_cell_of_a_source_is_named_with_its_column),
                T(any_changed_cell_of_a_link_or_a_quarantined_row_is_named),
                T(any_changed_cell_of_the_ledger_is_named),
                T(any_changed_cell_of_a_finding_is_named),
                T(any_changed_cell_of_an_intake_or_a_map_is_noticed),
                T(what_was_taken_out_is_named),
                T(what_was_put_in_is_noticed),
                T(a_flipped_byte_of_the_file_never_passes_for_other_evidence),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
