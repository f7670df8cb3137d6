/* A case as a folder: made, opened, refused, carried forward. */
#include "case_world.h"

#include "case/store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void a_new_case_holds_the_regimes_maps_and_views_before_any_evidence(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 0);
        assert_int_equal(ask_int(w, c, "select count(*) from ledger where action = 'create'"), 1);
        em_case_close(c);
}

static void a_folder_that_holds_a_case_is_not_made_one_again(void **state)
{
        world *w = *state;
        em_case *c = create(w), *again = NULL;
        em_case_close(c);
        assert_int_equal(em_case_create(w->kase, w->regime, EM_S("B"), &again, &w->err), EM_DENIED);
        c = reopen(w, EM_CASE_READ);
        em_case_close(c);
}

static void a_case_that_cannot_be_finished_leaves_no_folder(void **state)
{
        world *w = *state;
        em_case *c = NULL;
        put_file(w, "regime/maps/broken.map", "kind\n", 5);
        assert_int_equal(em_case_create(w->kase, w->regime, EM_S("A"), &c, &w->err), EM_FORMAT);
        assert_false(em_path_exists(w->kase));
        assert_int_equal(em_case_create(w->kase, EM_S("no/such/regime"), EM_S("A"), &c, &w->err), EM_MISSING);
        assert_false(em_path_exists(w->kase));
}

static void the_regimes_own_tables_become_sources_with_role_regime(void **state)
{
        world *w = *state;
        em_source *list;
        size_t count;
        put_file(w, "regime/shots.csv", shots_csv, strlen(shots_csv));
        put_file(w, "regime/other.csv", "a,b\n1,2\n", 8);
        em_case *c = create(w);
        expect(w, em_case_sources(c, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 1);
        assert_true(em_str_eq(list[0].role, EM_S("regime")));
        assert_int_equal(list[0].taken, 4);
        em_case_close(c);
}

static void an_unfinished_creation_is_taken_over_by_the_next(void **state)
{
        world *w = *state;
        em_case *c = NULL;
        make_folder(w, "kase");
        put_file(w, "kase/case.db", "", 0);
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
        c = create(w);
        em_case_close(c);
}

static void a_missing_case_is_missing(void **state)
{
        world *w = *state;
        em_case *c = NULL;
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_MISSING);
        assert_int_equal(em_case_open(w->regime, EM_CASE_WRITE, &c, &w->err), EM_MISSING);
        assert_null(c);
}

static void a_second_writer_is_told_that_another_is_writing_and_readers_go_on(void **state)
{
        world *w = *state;
        em_case *c = create(w), *second = NULL;
        assert_int_equal(em_case_open(w->kase, EM_CASE_WRITE, &second, &w->err), EM_BUSY);
        assert_non_null(strstr(w->err.text, "another embargo is writing"));
        second = reopen(w, EM_CASE_READ);
        em_case_close(second);
        em_case_close(c);
        c = reopen(w, EM_CASE_WRITE);
        em_case_close(c);
}

static void a_reader_cannot_write(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        assert_int_equal(em_case_note(c, EM_S("note"), EM_S("{}"), &w->err), EM_DENIED);
        em_case_close(c);
}

static void nothing_of_an_intake_is_seen_before_it_is_committed(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        em_case *reader = reopen(w, EM_CASE_READ);
        expect(w, em_store_begin(c, &w->err));
        add(w, c, w->shots);
        assert_int_equal(ask_int(w, reader, "select count(*) from record"), 0);
        assert_int_equal(ask_int(w, reader, "select count(*) from source"), 0);
        assert_int_equal(ask_int(w, reader, "select count(*) from ledger"), 1);
        expect(w, em_store_commit(c, &w->err));
        assert_int_equal(ask_int(w, reader, "select count(*) from record"), 4);
        assert_int_equal(ask_int(w, reader, "select count(*) from ledger"), 2);
        em_case_close(reader);
        em_case_close(c);
}

static void a_rolled_back_intake_leaves_a_copy_that_the_next_writer_clears_and_names(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        expect(w, em_store_begin(c, &w->err));
        em_taken taken = add(w, c, w->shots);
        em_store_rollback(c);
        em_case_close(c);
        put_file(w, "kase/sources/tmp-99", "half", 4);
        c = reopen(w, EM_CASE_WRITE);
        assert_true(em_str_find(em_case_resumed(c), em_str_c(taken.source)) >= 0);
        assert_int_equal(ask_int(w, c, "select count(*) from record"), 0);
        em_str tmp;
        assert_int_equal(em_path_join(w->kase, EM_S("sources/tmp-99"), w->arena, &tmp, NULL), EM_OK);
        assert_false(em_path_exists(tmp));
        taken = add(w, c, w->shots);
        assert_false(taken.already);
        em_case_close(c);
        c = reopen(w, EM_CASE_WRITE);
        assert_int_equal(em_case_resumed(c).n, 0);
        em_case_close(c);
}

static void tidying_does_not_follow_a_link_out_of_the_case(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        em_str sources, outside = put_file(w, "tmp-1", "mine", 4);
        em_case_close(c);
        assert_int_equal(em_path_join(w->kase, EM_S("sources"), w->arena, &sources, NULL), EM_OK);
        assert_int_equal(rmdir(sources.p), 0);
        assert_int_equal(symlink(w->dir, sources.p), 0);
        assert_int_equal(em_case_open(w->kase, EM_CASE_WRITE, &c, &w->err), EM_DENIED);
        assert_true(em_path_exists(outside));
}

static void a_record_comes_back_as_its_row_says(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_held held;
        em_str header, row;
        expect(w, em_case_record_find(c, EM_S("S-1"), w->arena, &held, &w->err));
        assert_int_equal(held.record.row, 2);
        assert_int_equal(held.record.when.from, em_day_make(2020, 1, 5));
        assert_int_equal(held.record.known, em_day_make(2020, 1, 6));
        assert_int_equal(held.record.amount.low, 3000);
        assert_true(em_str_eq(held.record.what, EM_S("alpha")));
        assert_int_equal(held.source.reliability, 'B');
        expect(w, em_case_excerpt(c, &held, w->arena, &header, &row, &w->err));
        assert_true(em_str_eq(header, EM_S("id,day,what,who,n,told,note,height")));
        assert_true(em_str_eq(row, EM_S("S-1,2020-01-05,alpha,A,3,2020-01-06,first,10.5")));
        em_held by_id;
        expect(w, em_case_record_find(c, em_str_c(held.name), w->arena, &by_id, &w->err));
        assert_int_equal(by_id.id, held.id);
        em_case_close(c);
}

static void a_name_that_nobody_or_several_bear_is_said_to_be_so(void **state)
{
        world *w = *state;
        em_held held;
        em_case *c = create(w);
        add(w, c, w->shots);
        assert_int_equal(em_case_record_find(c, EM_S("S-7"), w->arena, &held, &w->err), EM_MISSING);
        assert_int_equal(em_case_record_find(c, EM_S("00000000:2"), w->arena, &held, &w->err), EM_MISSING);
        char other[512];
        snprintf(other, sizeof other, "%s\n", shots_csv);
        add(w, c, put_file(w, "more.csv", other, strlen(other)));
        assert_int_equal(em_case_record_find(c, EM_S("S-1"), w->arena, &held, &w->err), EM_FORMAT);
        assert_non_null(strstr(w->err.text, ":2, "));
        em_case_close(c);
}

static void a_source_whose_public_ids_would_clash_is_refused(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        em_intake *in = NULL;
        em_sha256 a = em_sha256_of(EM_S("a")), b = a;
        b.b[31] ^= 1;
        em_custody custody = { .name = EM_S("a") };
        expect(w, em_store_begin(c, &w->err));
        expect(w, em_intake_open(c, a, 1, EM_S("text/csv"), &custody, NULL, EM_S(""), &in, &w->err));
        expect(w, em_intake_close(in, em_sha256_of(EM_S("")), &w->err));
        assert_int_equal(em_intake_open(c, b, 1, EM_S("text/csv"), &custody, NULL, EM_S(""), &in, &w->err),
                         EM_DENIED);
        em_store_rollback(c);
        em_case_close(c);
}

/* Of RFC 8259; the fields of a record, which are narrower, are in test_wire. */
static void what_is_no_json_is_not_taken_for_it(void **state)
{
        (void)state;
        static const char *const good[] = {
                "{}", " { \"a\" : 1 } ", "{\"a\":\"x\\u00e9\\n\",\"b\":-1.5e+3,\"c\":true,\"d\":null,\"e\":0}",
                "[]", "{\"a\":[1]}", "{\"a\":{}}", "null", "-0.5"
        };
        static const char *const bad[] = {
                "", "[", "{", "{\"a\":}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1}x", "[1,]", "]",
                "{a:1}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":tru}", "{\"a\" 1}",
        };
        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
                assert_true(em_json_ok(em_str_c(good[i])));
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_false(em_json_ok(em_str_c(bad[i])));
}

/* ---- a stranger's file ------------------------------------------------------------ */

static void refused(world *w, const char *sql, const char *name)
{
        em_case *c = NULL;
        do_sql(w, sql);
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
        assert_non_null(strstr(w->err.text, name));
        assert_int_equal(em_case_open(w->kase, EM_CASE_WRITE, &c, &w->err), EM_FORMAT);
        assert_null(c);
}

static void a_trigger_that_is_not_ours_is_refused_by_name(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "CREATE TRIGGER sly AFTER INSERT ON em_meta BEGIN DELETE FROM em_anchor; END", "sly");
}

static void a_trigger_of_ours_with_other_words_is_refused(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "DROP TRIGGER em_ledger_no_DELETE; CREATE TRIGGER em_ledger_no_DELETE "
                "BEFORE DELETE ON em_ledger BEGIN SELECT 1; END", "em_ledger_no_DELETE");
}

static void a_missing_trigger_is_noticed(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "DROP TRIGGER em_record_no_UPDATE", "lacks");
}

static void a_view_that_is_not_ours_is_refused_by_name(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "CREATE VIEW extra AS SELECT 1", "extra");
}

static void a_kinds_view_with_other_words_is_refused(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "DROP VIEW shot; CREATE VIEW shot AS SELECT 1 AS record", "shot");
}

static void a_table_that_is_not_ours_is_refused_by_name(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "CREATE VIRTUAL TABLE loot USING fts5(x)", "loot");
}

static void another_programs_file_and_a_newer_case_are_refused(void **state)
{
        em_case_close(full_case(*state));
        refused(*state, "PRAGMA user_version = 99", "newer");
        refused(*state, "PRAGMA user_version = 1; PRAGMA application_id = 7", "another program");
}

static void a_symbolic_link_in_place_of_the_file_is_refused(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_str db, away;
        em_case_close(c);
        c = NULL;
        assert_int_equal(em_path_join(w->kase, EM_S("case.db"), w->arena, &db, NULL), EM_OK);
        assert_int_equal(em_path_join(w->kase, EM_S("away.db"), w->arena, &away, NULL), EM_OK);
        assert_int_equal(rename(db.p, away.p), 0);
        assert_int_equal(symlink("away.db", db.p), 0);
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
        assert_null(c);
}

static em_str read_db(world *w)
{
        em_str db, bytes;
        assert_int_equal(em_path_join(w->kase, EM_S("case.db"), w->arena, &db, NULL), EM_OK);
        expect(w, em_file_read(db, 1u << 30, w->arena, &bytes, &w->err));
        return bytes;
}

static void a_file_cut_short_anywhere_is_refused(void **state)
{
        world *w = *state;
        em_case *c = full_case(w);
        em_case_close(c);
        em_str bytes = read_db(w);
        for (size_t n = 0; n < bytes.n; n += n < 200 ? 10 : 4096) {
                c = NULL;
                put_file(w, "kase/case.db", bytes.p, n);
                assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
                assert_null(c);
        }
}

static void random_bytes_are_refused(void **state)
{
        world *w = *state;
        char noise[5000];
        uint32_t x = 12345;
        em_case *c = NULL;
        for (size_t i = 0; i < sizeof noise; i++)
                noise[i] = (char)((x = x * 1664525u + 1013904223u) >> 24);
        make_folder(w, "kase");
        put_file(w, "kase/case.db", noise, sizeof noise);
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
        assert_int_equal(em_case_open(w->kase, EM_CASE_PROVE, &c, &w->err), EM_FORMAT);
}

/* A WAL whose frames carry the sums of another file is not replayed; one that is
 * noise is ignored by SQLite (wal.html, section 4.1) and cleared. */
static void a_wal_from_elsewhere_changes_nothing(void **state)
{
        world *w = *state;
        char noise[40000];
        uint32_t x = 99;
        em_case_close(full_case(w));
        for (size_t i = 0; i < sizeof noise; i++)
                noise[i] = (char)((x = x * 1664525u + 1013904223u) >> 24);
        put_file(w, "kase/case.db-wal", noise, sizeof noise);
        em_case *c = reopen(w, EM_CASE_READ);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);
        em_case_close(c);
}

/* The frames of another case's WAL are sound in themselves, so SQLite lays them over this
 * file; the mixture is refused and the file is left as it was. */
static void lay_a_foreign_wal(world *w, bool settled)
{
        em_case_close(full_case(w));
        em_str mine = w->kase, wal, bytes;
        assert_int_equal(em_path_join(em_str_c(w->dir), EM_S("other"), w->arena, &w->kase, NULL), EM_OK);
        em_case *c = NULL;
        expect(w, em_case_create(w->kase, w->regime, EM_S("Another"), &c, &w->err));
        expect(w, em_case_note(c, EM_S("note"), EM_S("{\"text\":\"of the other case\"}"), &w->err));
        if (settled) {          /* then the WAL holds only what comes now */
                em_case_close(c);
                c = reopen(w, EM_CASE_WRITE);
                expect(w, em_case_note(c, EM_S("note"), EM_S("{}"), &w->err));
        }
        assert_int_equal(em_path_join(w->kase, EM_S("case.db-wal"), w->arena, &wal, NULL), EM_OK);
        expect(w, em_file_read(wal, 1u << 26, w->arena, &bytes, &w->err));
        em_case_close(c);
        w->kase = mine;
        put_file(w, "kase/case.db-wal", bytes.p, bytes.n);
        c = NULL;
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
        assert_int_equal(em_case_open(w->kase, EM_CASE_WRITE, &c, &w->err), EM_FORMAT);
        assert_int_equal(em_path_join(w->kase, EM_S("case.db-wal"), w->arena, &wal, NULL), EM_OK);
        assert_int_equal(unlink(wal.p), 0);
        em_verify_counts counts;
        em_buf said = em_buf_make(1u << 20);
        expect(w, verify(w, 1, &counts, &said));
        em_buf_free(&said);
}

static void the_wal_of_another_case_is_refused_and_not_merged(void **state)
{
        lay_a_foreign_wal(*state, false);
}

static void the_last_pages_of_another_case_are_refused_and_not_merged(void **state)
{
        lay_a_foreign_wal(*state, true);
}

static void a_clean_end_leaves_no_wal_behind(void **state)
{
        world *w = *state;
        em_str wal;
        em_case *c = full_case(w);
        ask_int(w, c, "select count(*) from shot");
        em_case_close(c);
        em_case_close(reopen(w, EM_CASE_WRITE));
        em_case_close(reopen(w, EM_CASE_PROVE));
        assert_int_equal(em_path_join(w->kase, EM_S("case.db-wal"), w->arena, &wal, NULL), EM_OK);
        assert_false(em_path_exists(wal));
}

/* ---- large changes --------------------------------------------------------------------- */

/* 20,000 rows of 400 bytes are 8 MB; with a cache of 8 pages they go to the disk before the commit. */
static em_status put_much(em_case *c, em_error *err)
{
        EM_TRY(em_sql_run(c->db, "PRAGMA cache_size = 8", err));
        EM_TRY(em_sql_run(c->db, "UPDATE em_meta SET value = 'somebody else' WHERE key = 'author'", err));
        return em_sql_run(c->db, "INSERT INTO em_meta WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                          "SELECT i + 1 FROM n WHERE i < 20000) SELECT 'key ' || i, printf('%400d', i) FROM n", err);
}

static off_t size_of(world *w, const char *name)
{
        struct stat st;
        em_str path;
        assert_int_equal(em_path_join(w->kase, em_str_c(name), w->arena, &path, NULL), EM_OK);
        return stat(path.p, &st) == 0 ? st.st_size : -1;
}

static void is_as_before(world *w)
{
        em_verify_counts counts;
        em_buf said = em_buf_make(1u << 20);
        em_case *c = reopen(w, EM_CASE_READ);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);
        em_case_close(c);
        expect(w, verify(w, 2, &counts, &said));
        em_buf_free(&said);
        c = reopen(w, EM_CASE_WRITE);
        int64_t keys = 0, wal = 0;
        expect(w, em_sql_int(c->db, "SELECT count(*) FROM em_meta WHERE key LIKE 'key %' "
                             "OR value = 'somebody else'", (em_str){ NULL, 0 }, -1, &keys, &w->err));
        expect(w, em_sql_int(c->db, "SELECT 1 FROM pragma_journal_mode WHERE journal_mode = 'wal'",
                             (em_str){ NULL, 0 }, 0, &wal, &w->err));
        assert_int_equal(keys, 0);
        assert_int_equal(wal, 1);
        expect(w, em_case_note(c, EM_S("note"), EM_S("{}"), &w->err));
        em_case_close(c);
        assert_int_equal(size_of(w, "case.db-journal"), -1);
}

/* Runs the change in a process of its own; returns how that ended. */
static int change(world *w, void (*prepare)(void), bool dies)
{
        int how = 0;
        pid_t pid = fork();
        if (pid == 0) {
                em_case *c = NULL;
                em_error err = { .code = EM_OK };
                if (em_case_open(w->kase, EM_CASE_WRITE, &c, &err) != EM_OK ||
                    em_store_begin_large(c, &err) != EM_OK || !c->alone)
                        _exit(200);
                prepare();
                em_status status = put_much(c, &err);
                if (dies)
                        kill(getpid(), SIGKILL);
                em_store_rollback(c);
                em_case_close(c);
                _exit(status == EM_OK ? 0 : (int)status);
        }
        assert_int_equal(waitpid(pid, &how, 0), pid);
        return how;
}

static void nothing(void) { }

static void a_large_change_killed_midway_is_taken_back_by_whoever_opens_the_case_next(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        for (int mode = EM_CASE_READ; mode <= EM_CASE_PROVE; mode++) {
                off_t before = size_of(w, "case.db");
                int how = change(w, nothing, true);
                assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
                assert_true(size_of(w, "case.db") > before + 4000000);  /* it did reach the file */
                assert_true(size_of(w, "case.db-journal") > 0);
                em_case_close(reopen(w, (em_case_mode)mode));
                assert_int_equal(size_of(w, "case.db"), before);
                is_as_before(w);
        }
}

static void no_room(void)
{
        struct rlimit most = { 1 << 20, 1 << 20 };
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &most) != 0)
                _exit(201);
}

static void a_large_change_on_a_full_disk_is_taken_back(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        off_t before = size_of(w, "case.db");
        int how = change(w, no_room, false);
        assert_true(WIFEXITED(how));
        assert_int_equal(WEXITSTATUS(how), EM_IO);
        assert_int_equal(size_of(w, "case.db"), before);
        is_as_before(w);
}

static void a_large_change_rolled_back_leaves_nothing(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        int how = change(w, nothing, false);
        assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
        is_as_before(w);
}

static void a_large_change_goes_through_the_wal_while_somebody_reads(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_case *reader = reopen(w, EM_CASE_READ), *c = reopen(w, EM_CASE_WRITE);
        expect(w, em_store_begin_large(c, &w->err));
        assert_false(c->alone);
        expect(w, em_case_note(c, EM_S("note"), EM_S("{}"), &w->err));
        assert_int_equal(ask_int(w, reader, "select count(*) from ledger where action = 'note'"), 0);
        expect(w, em_store_commit(c, &w->err));
        assert_int_equal(ask_int(w, reader, "select count(*) from ledger where action = 'note'"), 1);
        em_case_close(reader);
        em_case_close(c);
}

static void who_comes_in_the_middle_of_a_large_change_is_told_to_wait(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        static const char more[] = "id,day,what,who,n,told,note,height\nS-9,2020-01-05,x,A,3,,,\n";
        em_case *c = reopen(w, EM_CASE_WRITE), *reader = NULL;
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);        /* its own looking is no reader */
        expect(w, em_store_begin_large(c, &w->err));
        assert_true(c->alone);
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &reader, &w->err), EM_BUSY);
        assert_string_equal(w->err.text, "another embargo is writing to this case; wait for it to end");
        add(w, c, put_file(w, "more.csv", more, sizeof more - 1));
        expect(w, em_store_commit(c, &w->err));
        assert_false(c->alone);
        reader = reopen(w, EM_CASE_READ);
        assert_int_equal(ask_int(w, reader, "select count(*) from shot"), 5);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 5);
        em_case_close(reader);
        em_case_close(c);
}

static void evidence_cannot_be_changed_or_removed_through_the_writing_connection(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_case *c = reopen(w, EM_CASE_WRITE);
        static const char *const tries[] = {
                "UPDATE em_record SET what = 'x'", "DELETE FROM em_record", "UPDATE em_source SET name = 'x'",
                "DELETE FROM em_source", "UPDATE em_ledger SET body = '{}'", "DELETE FROM em_ledger",
                "DELETE FROM em_link", "UPDATE em_quarantine SET reason = ''",
        };
        for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
                assert_int_equal(em_sql_run(c->db, tries[i], &w->err), EM_DENIED);
        em_case_close(c);
}

/* ---- versions ----------------------------------------------------------------------- */

/* A file of schema 0: as ours, but its intakes do not say what held the worker. */
static void make_schema_0(world *w)
{
        do_sql(w, "DROP VIEW source; DROP VIEW record; DROP VIEW link; DROP VIEW quarantine; "
                  "DROP VIEW coverage; DROP VIEW ledger; DROP VIEW shot; "
                  "ALTER TABLE em_intake DROP COLUMN sandbox; PRAGMA user_version = 0");
}

static void an_older_case_is_carried_forward_when_it_is_written_to(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        make_schema_0(w);
        em_case *c = NULL;
        assert_int_equal(em_case_open(w->kase, EM_CASE_READ, &c, &w->err), EM_FORMAT);
        assert_non_null(strstr(w->err.text, "schema 0"));
        c = reopen(w, EM_CASE_WRITE);
        assert_int_equal(ask_int(w, c, "select count(*) from shot"), 4);
        assert_int_equal(ask_int(w, c, "select count(*) from source where sandbox is null"), 2);
        em_case_close(c);
        em_case_close(reopen(w, EM_CASE_READ));
}

static void an_older_case_with_something_foreign_is_not_carried_forward(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        make_schema_0(w);
        do_sql(w, "CREATE TRIGGER sly AFTER INSERT ON em_meta BEGIN DELETE FROM em_anchor; END");
        em_case *c = NULL;
        assert_int_equal(em_case_open(w->kase, EM_CASE_WRITE, &c, &w->err), EM_FORMAT);
        assert_non_null(strstr(w->err.text, "sly"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(a_new_case_holds_the_regimes_maps_and_views_before_any_evidence),
                T(a_folder_that_holds_a_case_is_not_made_one_again),
                T(a_case_that_cannot_be_finished_leaves_no_folder),
                T(the_regimes_own_tables_become_sources_with_role_regime),
                T(an_unfinished_creation_is_taken_over_by_the_next),
                T(a_missing_case_is_missing),
                T(a_second_writer_is_told_that_another_is_writing_and_readers_go_on),
                T(a_reader_cannot_write),
                T(nothing_of_an_intake_is_seen_before_it_is_committed),
                T(a_rolled_back_intake_leaves_a_copy_that_the_next_writer_clears_and_names),
                T(tidying_does_not_follow_a_link_out_of_the_case),
                T(a_record_comes_back_as_its_row_says),
                T(a_name_that_nobody_or_several_bear_is_said_to_be_so),
                T(a_source_whose_public_ids_would_clash_is_refused),
                T(what_is_no_json_is_not_taken_for_it),
                T(a_trigger_that_is_not_ours_is_refused_by_name),
                T(a_trigger_of_ours_with_other_words_is_refused),
                T(a_missing_trigger_is_noticed),
                T(a_view_that_is_not_ours_is_refused_by_name),
                T(a_kinds_view_with_other_words_is_refused),
                T(a_table_that_is_not_ours_is_refused_by_name),
                T(another_programs_file_and_a_newer_case_are_refused),
                T(a_symbolic_link_in_place_of_the_file_is_refused),
                T(a_file_cut_short_anywhere_is_refused),
                T(random_bytes_are_refused),
                T(a_wal_from_elsewhere_changes_nothing),
                T(the_wal_of_another_case_is_refused_and_not_merged),
                T(the_last_pages_of_another_case_are_refused_and_not_merged),
                T(a_clean_end_leaves_no_wal_behind),
                T(a_large_change_killed_midway_is_taken_back_by_whoever_opens_the_case_next),
                T(a_large_change_on_a_full_disk_is_taken_back),
                T(a_large_change_rolled_back_leaves_nothing),
                T(a_large_change_goes_through_the_wal_while_somebody_reads),
                T(who_comes_in_the_middle_of_a_large_change_is_told_to_wait),
                T(evidence_cannot_be_changed_or_removed_through_the_writing_connection),
                T(an_older_case_is_carried_forward_when_it_is_written_to),
                T(an_older_case_with_something_foreign_is_not_carried_forward),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
